"""When a rate changed for good: segments of constant rate, with intervals for their borders.

Counts are taken for negative binomial with a variance that is a multiple (the dispersion) of the
mean, so that a segment's likelihood is the Poisson one divided by the dispersion (McCullagh and
Nelder 1989, chapter 9). The penalty of a change is what 95 % of series without any change stay
below: never less strict than BIC, and simulated for the length, exposure and dispersion at hand,
where scatter beyond sampling is autoregressive, of a correlation from .3 to .6.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

import numpy as np
import pandas as pd
import ruptures
from numpy.typing import ArrayLike, NDArray
from ruptures.base import BaseCost
from scipy.special import xlogy

from q7x2lab.analysis.autoregression import LEVEL, STRONGEST
from q7x2lab.analysis.bursts import design_effect
from q7x2lab.analysis.trend_tests import FEWEST_HITS, FEWEST_PERIODS
from q7x2lab.analysis.trends import Trend
from q7x2lab.analysis.uncertainty import benjamini_hochberg

Floats = NDArray[np.float64]
SHORTEST = 2  # periods a segment lasts at least
_CORRELATIONS = (STRONGEST / 2, STRONGEST)  # between neighbours, of scatter beyond sampling
_COLUMNS = [
    *("query", "group", "date", "date_low", "date_high", "rate_before", "rate_after", "q"),
]


def detect_changes(trend: Trend, *, draws: int = 999, seed: int = 0) -> pd.DataFrame:
    """Lasting changes of level: `query group date date_low date_high rate_before rate_after q`.

    date: the first period at the new rate; date_low and date_high bound its 95 % interval, by
    inverting the likelihood ratio of the place with critical values of a parametric bootstrap
    (Siegmund 1988). Rates are in the trend's unit. q: of any change in the series, over all
    series searched (Benjamini and Hochberg 1995); changes of series with q above .05 are left
    out. Series with fewer than 8 periods or 20 hits are not searched; `trend.tests` says so.
    draws: simulated series for penalty and interval. Optimal segmentation (Killick, Fearnhead and
    Eckley 2012) by ruptures (Truong et al. 2020).

    >>> months = pd.period_range("2022-01", periods=12, freq="M").astype(str)
    >>> hits = np.array([3, 2, 4, 3, 2, 3, 20, 22, 19, 21, 20, 23])
    >>> table = pd.DataFrame({"query": "gas", "group": "all", "period": months, "hits": hits,
    ...                       "tokens": 10_000, "articles": 20, "rate": hits * 100.0})
    >>> found = detect_changes(Trend(table, "million_tokens", "month"))
    >>> found[["date", "date_low", "date_high"]].values.tolist()
    [['2022-07', '2022-07', '2022-07']]
    """
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
    that drawing articles explains; what is more is autoregressive in the series without changes.
    """
    spread = float(dispersion(hits[None, :], base)[0])
    penalties = _penalties(hits, base, spread, min(clump, spread), draws, rng)
    cost = RateCost().fit(np.column_stack([hits, base]) / spread)
    ends = ruptures.Pelt(custom_cost=cost, min_size=SHORTEST, jump=1).fit(cost.signal)
    first_below = bisect_left(range(draws), 1, key=lambda at: len(ends.predict(penalties[at])) > 1)
    least = max(float(np.quantile(penalties, 1 - LEVEL)), float(np.log(base.size)))
    borders = [0, *ends.predict(pen=least)]
    found = []
    for first, place, last in zip(borders, borders[1:], borders[2:], strict=False):
        old, new = slice(first, place), slice(place, last)
        before, after = (hits[s].sum() / base[s].sum() for s in (old, new))
        part = slice(first, last)
        spreads = (spread, min(clump, spread))
        low, high = _interval(hits[part], base[part], place - first, spreads, draws, rng)
        found.append((place, first + low, first + high, float(before), float(after)))
    return found, (first_below + 1) / (draws + 1)


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


def _likely_rates(hits: float, base: float, spread: Floats, rng: np.random.Generator) -> Floats:
    """Rates that a segment's counts leave likely (gamma, Jeffreys), one for each dispersion."""
    return np.asarray(rng.gamma(hits / spread + 0.5) * spread / base, float)


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


def _interval(
    hits: Floats,
    base: Floats,
    place: int,
    dispersions: tuple[float, float],
    draws: int,
    rng: np.random.Generator,
) -> tuple[int, int]:
    """First and last place that the likelihood ratio cannot tell from the one found.

    dispersions: of the counts, and what of it drawing articles explains.
    """
    spreads = _likely_spreads(dispersions[0], base.size, draws, rng)
    before, after = (
        _likely_rates(hits[part].sum(), base[part].sum(), spreads, rng)[:, None]
        for part in (slice(place), slice(place, None))
    )
    mean = np.where(np.arange(base.size) < place, before, after) * base
    drawn = _gains(_wandering(mean, spreads, dispersions[1], rng), base)
    lost = drawn.max(axis=1) - drawn[:, place - SHORTEST]
    own = _gains(hits[None, :], base)[0]
    kept = np.flatnonzero(own.max() - own <= np.quantile(lost, 0.95) + 1e-9) + SHORTEST
    return min(int(kept[0]), place), max(int(kept[-1]), place)
