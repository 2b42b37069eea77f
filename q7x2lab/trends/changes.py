"""When a rate changed for good: segments of constant rate, with intervals for their borders.

Whether a rate changed at all is asked as for slopes, see `autoregression`, of counts as normal
scores, see `residuals`. The segments are those of a negative binomial likelihood whose variance
is a multiple (the dispersion) of the mean, so that it is the Poisson one divided by the dispersion
(McCullagh and Nelder 1989, chapter 9). The penalty of a change is what 95 % of series without any
change stay below: never less strict than BIC, and simulated for the length, exposure and dispersion
at hand, where scatter beyond sampling is autoregressive, of a correlation from .3 to .6.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import ruptures
from numpy.typing import ArrayLike, NDArray
from ruptures.base import BaseCost
from scipy.special import xlogy

from q7x2lab.errors import expect
from q7x2lab.stats.resampling import benjamini_hochberg
from q7x2lab.trends.autoregression import (
    LEVEL,
    SHORTEST,
    STRONGEST,
    change_p,
    correlated_quarters,
    place_chances,
)
from q7x2lab.trends.bursts import design_effect
from q7x2lab.trends.rates import Trend
from q7x2lab.trends.residuals import SteppedCounts
from q7x2lab.trends.tests import FEWEST_HITS, FEWEST_PERIODS

Floats = NDArray[np.float64]
_CORRELATIONS = (STRONGEST / 2, STRONGEST)  # between neighbours, of scatter beyond sampling
_COLUMNS = [
    *("query", "group", "date", "date_low", "date_high", "rate_before", "rate_after", "q"),
]


def detect_changes(trend: Trend, *, draws: int = 999, seed: int = 0) -> pd.DataFrame:
    """Lasting changes of level: `query group date date_low date_high rate_before rate_after q`.

    date: the first period at the new rate; date_low and date_high bound the likeliest periods
    that hold it with a chance of 95 %, whatever the autocorrelation. Rates are in the trend's
    unit. q: of any change in the series, over all series searched (Benjamini and Hochberg 1995);
    changes of series with q above .05 are left out. Series with fewer than 8 periods or 20 hits
    are not searched; `trend.tests` says so. draws: simulated series for the penalty. Optimal
    segmentation (Killick, Fearnhead and Eckley 2012) by ruptures (Truong et al. 2020).

    >>> months = pd.period_range("2022-01", periods=12, freq="M").astype(str)
    >>> hits = np.array([3, 2, 4, 3, 2, 3, 20, 22, 19, 21, 20, 23])
    >>> table = pd.DataFrame({"query": "gas", "group": "all", "period": months, "hits": hits,
    ...                       "tokens": 10_000, "articles": 20, "rate": hits * 100.0})
    >>> found = detect_changes(Trend(table, "million_tokens", "month"))
    >>> found[["date", "date_low", "date_high"]].values.tolist()
    [['2022-07', '2022-07', '2022-07']]
    """
    expect(trend, Trend, made_by="keyword_trends(tokens, queries)")
    series: list[list[tuple[Any, ...]]] = []
    chances: list[float] = []
    for (query, group), part in trend.series():
        part = part[trend.covered(part)]
        hits, base = trend.counts(part)
        if len(part) < FEWEST_PERIODS or hits.sum() < FEWEST_HITS:
            continue
        rng = np.random.default_rng(seed)
        clump = design_effect(trend, part)
        changes, p = segment(hits, base, draws=draws, rng=rng, clump=clump)
        scale = (
            part["rate"].sum() and (hits / base).sum() and part["rate"].sum() / (hits / base).sum()
        )
        periods = part["period"].tolist()
        series.append(
            [
                (query, group, *(periods[at] for at in places), before * scale, after * scale)
                for *places, before, after in changes
            ]
        )
        chances.append(p)
    q = benjamini_hochberg(chances)
    kept = [(*row, value) for rows, value in zip(series, q, strict=True) for row in rows]
    return pd.DataFrame([row for row in kept if row[-1] <= LEVEL], columns=_COLUMNS)


def segment(
    hits: Floats, base: Floats, *, draws: int, rng: np.random.Generator, clump: float = 1.0
) -> tuple[list[tuple[int, int, int, float, float]], float]:
    """Changes of one series, and the chance of any where there is none.

    A change: (place, low, high, rate before, rate after), places from 0. clump: the dispersion
    that drawing articles explains; what is more may be autoregressive.
    """
    counts = _stepped(hits, base, clump)
    quarters = int(correlated_quarters(counts.scatter, counts.freedom)[0])
    p = float(change_p(counts.residuals(), quarters)[0])
    if p > LEVEL:
        return [], p
    ends = _segment_ends(hits, base, clump, draws, rng)
    if len(ends) == 1:  # the penalty is for all changes, the test for any
        best = place_chances(counts.residuals()[0], quarters).argmax()
        ends = [int(best) + SHORTEST, base.size]
    borders = [0, *ends]
    found = []
    for first, place, last in zip(borders, borders[1:], borders[2:], strict=False):
        old, new = slice(first, place), slice(place, last)
        before, after = (hits[s].sum() / base[s].sum() for s in (old, new))
        part = _stepped(hits[first:last], base[first:last], clump)
        low, high = _likeliest(place_chances(part.residuals()[0], quarters))
        low, high = min(first + low, place), max(first + high, place)
        found.append((place, low, high, float(before), float(after)))
    return found, p


def _stepped(hits: Floats, base: Floats, clump: float) -> SteppedCounts:
    times = np.arange(base.size, dtype=float)
    return SteppedCounts(hits[None, :], base, np.array([clump]), times, SHORTEST)


def _segment_ends(
    hits: Floats, base: Floats, clump: float, draws: int, rng: np.random.Generator
) -> list[int]:
    """Where the segments end that the penalty allows."""
    spread = float(dispersion(hits[None, :], base)[0])
    penalties = _penalties(hits, base, spread, min(clump, spread), draws, rng)
    cost = RateCost().fit(np.column_stack([hits, base]) / spread)
    search = ruptures.Pelt(custom_cost=cost, min_size=SHORTEST, jump=1).fit(cost.signal)
    least = max(float(np.quantile(penalties, 1 - LEVEL)), float(np.log(base.size)))
    return list(search.predict(pen=least))


def _likeliest(chances: Floats, level: float = 0.95) -> tuple[int, int]:
    """First and last of the likeliest places that have that chance together."""
    order = np.argsort(-chances, kind="stable")
    enough = int(np.searchsorted(np.cumsum(chances[order]), level - 1e-9)) + 1
    return int(order[:enough].min()) + SHORTEST, int(order[:enough].max()) + SHORTEST


class RateCost(BaseCost):  # type: ignore[misc]
    """Negative log-likelihood of a constant rate, for ruptures; signal: counts, exposure."""

    model = "rate"
    min_size = SHORTEST

    def fit(self, signal: Floats) -> RateCost:
        """Take the series in."""
        self.signal = signal
        self._sums = np.vstack([np.zeros(2), np.cumsum(signal, axis=0)])
        return self

    def error(self, start: int, end: int) -> float:
        """Cost of the periods from start to before end."""
        return float(_cost(*(self._sums[end] - self._sums[start])))


def _cost(hits: Any, base: Any) -> Any:
    return hits - xlogy(hits, hits / base)


def dispersion(hits: Floats, base: Floats) -> Floats:
    """Variance of each row of counts over its mean, at least 1, from differences of neighbours.

    Neighbours seldom stand on two sides of a change, so that changes do not count as scatter.
    """
    rate = hits / base
    pooled = (hits[:, 1:] + hits[:, :-1]) / (base[1:] + base[:-1])
    expected = pooled * (1 / base[1:] + 1 / base[:-1])
    return np.maximum(((np.diff(rate, axis=1)) ** 2).sum(axis=1) / expected.sum(axis=1), 1.0)


def simulated_counts(mean: Floats, spread: ArrayLike, rng: np.random.Generator) -> Floats:
    """Counts (draws × periods) of that mean, and of variance `spread` (one a draw) times it."""
    times = np.asarray(spread, float)[:, None]
    clump = np.maximum(times - 1, 1e-3)
    size = np.maximum(mean, 1e-9) / clump
    drawn = rng.gamma(np.broadcast_to(size, (len(times), size.shape[-1])), clump)
    return rng.poisson(drawn).astype(np.float64)


def _likely_spreads(spread: float, periods: int, draws: int, rng: np.random.Generator) -> Floats:
    """Dispersions that the one found leaves likely: few periods say little of it."""
    freedom = 2 * (periods - 1) / 3  # neighbouring differences share a period
    return np.asarray(np.maximum(spread * freedom / rng.chisquare(freedom, draws), 1.0), float)


def _gains(hits: Floats, base: Floats) -> Floats:
    """Log-likelihood gained by one change at each place, rows × places from SHORTEST on."""
    left, total = np.cumsum(hits, axis=1), hits.sum(axis=1, keepdims=True)
    first, whole = np.cumsum(base), base.sum()
    places = slice(SHORTEST - 1, base.size - SHORTEST)
    split = _cost(left[:, places], first[places])
    split = split + _cost(total - left[:, places], whole - first[places])
    return _cost(total, whole) - split


def _penalties(
    hits: Floats, base: Floats, spread: float, clump: float, draws: int, rng: np.random.Generator
) -> Floats:
    """What one change gains at most in series without any, over their dispersion, largest first."""
    spreads = _likely_spreads(spread, base.size, draws, rng)
    mean = hits.sum() / base.sum() * base
    flat = _wandering(mean, spreads, clump, rng)
    flat[flat.sum(axis=1) == 0, 0] = 1
    best = _gains(flat, base).max(axis=1) / dispersion(flat, base)
    return np.sort(best)[::-1]


def _wandering(mean: Floats, spreads: Floats, clump: float, rng: np.random.Generator) -> Floats:
    """Counts of that mean whose dispersion beyond `clump` is of an autoregressive rate.

    Neighbours of a correlation phi differ by 1 - phi of the variance that they share.
    """
    phi = rng.uniform(*_CORRELATIONS, spreads.size)
    extra = np.maximum(spreads - clump, 0) / (1 - phi) / mean.mean()
    size = np.sqrt(np.log1p(extra))[:, None]
    state = autoregressive(phi, mean.shape[-1], rng)
    return simulated_counts(
        mean * np.exp(size * state - size**2 / 2), np.minimum(spreads, clump), rng
    )


def autoregressive(phi: Floats, periods: int, rng: np.random.Generator) -> Floats:
    """Standard normal series in rows, each of its own correlation between neighbours."""
    state = rng.standard_normal((phi.size, periods))
    for t in range(1, periods):
        state[:, t] = phi * state[:, t - 1] + np.sqrt(1 - phi**2) * state[:, t]
    return state
