"""Bursts: periods in which a word comes so thick that a higher state explains it better.

The automaton of Kleinberg (2002, batched arrivals), solved exactly by dynamic programming, with
the exposure of each period. Counts that come in clumps within articles weigh less: hits and
exposure are divided by the design effect before they enter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, xlog1py, xlogy

from q7x2lab.errors import expect
from q7x2lab.stats.resampling import benjamini_hochberg
from q7x2lab.trends.rates import Trend
from q7x2lab.trends.tests import FEWEST_HITS, FEWEST_PERIODS

Floats = NDArray[np.float64]


def detect_bursts(
    trend: Trend,
    *,
    s: float = 2.0,
    gamma: float = 1.0,
    levels: int = 3,
    chance: float = 0.05,
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Bursts of each series: `query group start end level weight`, in order of time.

    start and end: first and last period. level: how many times the base rate was multiplied by
    `s`. A burst of level 2 lies within one of level 1. weight: log-likelihood gained over the
    state below. Left out are bursts lighter than the heaviest that a share `chance` of series
    without any burst show (same exposure and clumping), and all bursts of a series whose q, over
    the series of the trend (Benjamini and Hochberg 1995), is above it; 1 keeps every burst.
    Series with fewer than 8 periods or 20 hits are not searched; `trend.tests` says so. gamma:
    price of rising a state. Kleinberg (2002).

    >>> months = pd.period_range("2022-01", periods=10, freq="M").astype(str)
    >>> hits = np.array([2, 3, 2, 1, 19, 22, 2, 3, 1, 2])
    >>> table = pd.DataFrame({"query": "cup", "group": "all", "period": months, "hits": hits,
    ...                       "tokens": 10_000, "articles": 20, "rate": hits * 100.0})
    >>> found = detect_bursts(Trend(table, "million_tokens", "month"), levels=2)
    >>> found[["start", "end", "level"]].values.tolist()
    [['2022-05', '2022-06', 1]]
    """
    expect(trend, Trend, made_by="keyword_trends(tokens, queries)")
    rng = np.random.default_rng(seed)
    found: list[tuple[list[tuple[Any, ...]], float, float]] = []
    for (query, group), part in trend.series():
        part = part[trend.covered(part)]
        hits, base = trend.counts(part)
        if len(part) < FEWEST_PERIODS or hits.sum() < FEWEST_HITS:
            continue
        clump = design_effect(trend, part)
        hits, base = hits / clump, base / clump
        names = part["period"].tolist()
        own = bursts_of(kleinberg(hits, base, s=s, gamma=gamma, levels=levels), hits, base, s)
        rows = [
            (query, group, names[first], names[last], level, weight)
            for first, last, level, weight in own
        ]
        flat = rng.poisson(hits.sum() / base.sum() * base, (draws if chance < 1 else 1, base.size))
        by_chance = _heaviest(flat.astype(float), base, s, gamma)
        seen = _heaviest(hits[None, :], base, s, gamma)[0]
        p = (1 + (by_chance >= seen).sum()) / (1 + len(by_chance))
        found.append((rows, p, float(np.quantile(by_chance, 1 - chance))))
    q = benjamini_hochberg([p for _, p, _ in found])
    kept = [
        row
        for (rows, _, least), value in zip(found, q, strict=True)
        for row in rows
        if chance >= 1 or (value <= chance and row[-1] > least)
    ]
    return pd.DataFrame(kept, columns=["query", "group", "start", "end", "level", "weight"])


def kleinberg(
    hits: ArrayLike, base: ArrayLike, *, s: float = 2.0, gamma: float = 1.0, levels: int = 2
) -> NDArray[np.intp]:
    """The cheapest states (0 to levels - 1) of the batched automaton, one a period.

    hits: relevant ones of the `base` that came in each period. Among equally cheap paths the one
    that stays lowest in the last periods.

    >>> kleinberg([0, 2, 1, 6, 7, 2, 8, 1], [9, 11, 12, 10, 10, 8, 12, 10], s=1.5).tolist()
    [0, 0, 0, 1, 1, 1, 1, 0]
    """
    cost = emission_costs(np.asarray(hits, float), np.asarray(base, float), s, levels)
    return _cheapest(cost[None], gamma)[0]


def _cheapest(cost: Floats, gamma: float) -> NDArray[np.intp]:
    """Viterbi: the cheapest path through costs of series × periods × states."""
    rise = transition_costs(cost.shape[1], cost.shape[2], gamma)
    least = rise[0] + cost[:, 0]
    back = np.zeros(cost.shape, np.intp)
    for t in range(1, cost.shape[1]):
        ways = least[:, :, None] + rise
        back[:, t] = ways.argmin(axis=1)
        least = ways.min(axis=1) + cost[:, t]
    path = np.empty(cost.shape[:2], np.intp)
    path[:, -1] = least.argmin(axis=1)
    rows = np.arange(len(path))
    for t in range(cost.shape[1] - 1, 0, -1):
        path[:, t - 1] = back[rows, t, path[:, t]]
    return path


def emission_costs(hits: Floats, base: Floats, s: float, levels: int) -> Floats:
    """Negative log-likelihood of each period in each state: (…, periods) to (…, periods, states).

    Binomial; Poisson where there are more hits than the exposure counts (hits an article).
    """
    rate = (hits.sum(axis=-1, keepdims=True) / base.sum())[..., None] * s ** np.arange(levels)
    h, n = hits[..., None], base[:, None]
    if (hits > base).any():
        return n * rate - xlogy(h, n * rate) + gammaln(h + 1)
    p = np.minimum(rate, 0.9999)
    ways = gammaln(n + 1) - gammaln(h + 1) - gammaln(n - h + 1)
    return -(ways + xlogy(h, p) + xlog1py(n - h, -p))


def transition_costs(periods: int, levels: int, gamma: float) -> Floats:
    """What it costs to go from a state (row) to a state (column): only rising does."""
    states = np.arange(levels)
    return gamma * np.log(periods) * np.maximum(states - states[:, None], 0)


def bursts_of(
    states: NDArray[np.intp], hits: Floats, base: Floats, s: float
) -> list[tuple[int, int, int, float]]:
    """(first, last, level, weight) of every run at a level or above, in order of time."""
    cost = emission_costs(hits, base, s, int(states.max()) + 1)
    found = []
    for level in range(1, cost.shape[1]):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], states >= level, [0]])))
        for first, end in edges.reshape(-1, 2).tolist():
            gained = (cost[first:end, level - 1] - cost[first:end, level]).sum()
            found.append((first, end - 1, level, float(gained)))
    return sorted(found)


def design_effect(trend: Trend, part: pd.DataFrame) -> float:
    """How many times the variance of the rates exceeds that of hits that fall one by one."""
    if trend.errors is None:
        return 1.0
    hits, base = trend.counts(part)
    scale = np.nansum(part["rate"]) / (hits / base).sum()
    alone = (hits / base**2).sum() * scale**2
    return float(max(np.nansum(trend.errors[part.index] ** 2) / alone, 1.0))


def _heaviest(hits: Floats, base: Floats, s: float, gamma: float) -> Floats:
    """The weight of the heaviest burst of the first level in each series, 0 without any."""
    cost = emission_costs(hits, base, s, 2)
    high = _cheapest(cost, gamma) == 1
    gained = cost[..., 0] - cost[..., 1]
    run, best = np.zeros((2, len(hits)))
    ends = high & ~np.pad(high[:, 1:], ((0, 0), (0, 1)))
    for t in range(base.size):
        run = np.where(high[:, t], run + gained[:, t], 0.0)
        best = np.where(ends[:, t], np.maximum(best, run), best)
    return best
