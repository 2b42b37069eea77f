"""Lasting changes: one step in a rate, its date with an interval, or a line that fits better."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.special import xlogy

from q7x2lab.errors import expect
from q7x2lab.stats.resampling import benjamini_hochberg
from q7x2lab.trends.rates import PER, Series, Trend
from q7x2lab.trends.regression import (
    LEVEL,
    Floats,
    block_orders,
    fit_line,
    scatter_of,
    variance_factor,
)

SIDE = 3  # periods on each side of a step: what lasts less is a burst
# Blocks of n / 16 periods (1 for a year of months, 4 for five): longer ones leave so few orders of
# a short series that a step halfway is never rare among them.
PERIODS_A_BLOCK = 16
TINY = 1e-9  # a mean of nothing has no residual
COLUMNS = ("query", "group", "date", "date_low", "date_high", "rate_before", "rate_after",
           "ratio", "low", "high", "p", "shape", "passes")  # fmt: skip


def detect_changes(trend: Trend, *, level: float = 0.05, seed: int = 0) -> pd.DataFrame:
    """The one lasting step of each series that has one, with its date and ratio.

    Parameters
    ----------
    trend
        What `keyword_trends` returned.
    level
        Series whose q is above it have no row.
    seed
        Of the permutations of blocks.

    Returns
    -------
    DataFrame
        ``query``, ``group``, ``date`` (first period at the new rate), ``date_low`` and
        ``date_high`` (95 % interval), ``rate_before`` and ``rate_after`` (in the unit of the
        trend), ``ratio`` with ``low`` and ``high``, ``p``, ``q`` (over all series searched), and
        ``shape``: ``step`` or ``line``, whichever fits better.

    Notes
    -----
    The step is where the F of a two-level quasi-Poisson model is largest, with at least three
    periods on each side; p permutes blocks of neighbouring periods and takes the largest F each
    time (a scan; Worsley 1986, Biometrika 73, 91-104). A rate that rises for a while and falls
    back is a burst and no lasting change: where a model of a passing span fits better than the
    step, there is no row. The interval of the date holds the places whose deviance the same F
    does not tell from the best; that of the ratio is `fit_line`'s at the date found.

    Examples
    --------
    >>> months = pd.period_range("2022-01", periods=16, freq="M").astype(str)
    >>> hits = np.repeat([10, 40], 8)
    >>> table = pd.DataFrame({"query": "gas", "group": "all", "period": months, "hits": hits,
    ...                       "tokens": 10_000, "articles": 20, "rate": hits * 100.0})
    >>> found = detect_changes(Trend(table, "million_tokens", "month"))
    >>> found[["date", "ratio", "shape"]].values.tolist()
    [['2022-09', 4.0, 'step']]
    """
    expect(trend, Trend, made_by="keyword_trends(tokens, queries)")
    rows = [_step(series, PER[trend.per], seed) for series in trend.series if not series.refused]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table.insert(11, "q", benjamini_hochberg(table["p"]))
    found = (table["q"] <= level) & ~table.pop("passes").astype(bool)
    return table[found].reset_index(drop=True)


def _step(series: Series, unit: float, seed: int) -> tuple[Any, ...]:
    """The columns of `COLUMNS`."""
    names, hits, base = series.counting
    n = len(hits)
    orders = block_orders(n, max(1, round(n / PERIODS_A_BLOCK)), seed=seed)
    best, place, drops = step_scores(hits[None], base[None])
    by_chance = step_scores(hits[orders], base[orders])[0]
    p = (1 + (by_chance >= best[0] - 1e-9).sum()) / (1 + len(by_chance))
    at, drop = int(place[0]), drops[0].max()
    line = fit_line(hits, base, (np.arange(n) >= at).astype(float))
    near = np.flatnonzero(drop - drops[0] <= line.dispersion[0] * stats.f.ppf(LEVEL, 1, n - 2))
    dates = names[at], names[near[0] + SIDE], names[near[-1] + SIDE]
    sides = [unit * hits[side].sum() / base[side].sum() for side in (slice(at), slice(at, None))]
    ratio = [float(np.exp(b[0]).round(9)) for b in (line.log_ratio, line.low, line.high)]
    straight = fit_line(hits, base, np.linspace(0, 1, n)).drop[0]
    shape = "step" if drop >= straight else "line"
    passes = _span_drop(hits, base) - drop > line.dispersion[0] * np.log(n)
    return (series.query, series.group, *dates, *sides, *ratio, p, shape, passes)


def step_scores(hits: Floats, base: Floats) -> tuple[Floats, NDArray[np.int64], Floats]:
    """The largest F of a two-level model in each series, its place, and the drops of deviance.

    F is divided by the factor that AR(1) errors put on the variance of such a step, as in
    `fit_line`; drops of the deviance are series × places.
    """
    n = hits.shape[1]
    cut = slice(SIDE - 1, n - SIDE)
    sums = [np.cumsum(part, axis=1) for part in (hits, base, hits**2 / base)]
    whole = [part[:, -1:] for part in sums]
    before = [part[:, cut] for part in sums]
    after = [every - part for every, part in zip(whole, before, strict=True)]
    drops, rest = -2 * xlogy(whole[0], whole[0] / whole[1]), np.zeros(1)
    with np.errstate(all="ignore"):
        for y, e, squares in (before, after):
            drops = drops + 2 * xlogy(y, y / e)
            rest = rest + np.nan_to_num(squares * e / y - y)
    scores = drops / np.maximum(rest / (n - 2), 1.0)
    best = scores.argmax(axis=1)
    x = (np.arange(n) >= best[:, None] + SIDE).astype(float)
    mean = np.zeros(hits.shape)
    for side in (x, 1 - x):
        level = (hits * side).sum(axis=1) / (base * side).sum(axis=1)
        mean += level[:, None] * base * side
    phi = scatter_of(hits, mean, np.full(len(hits), n))[1]
    factor = variance_factor(np.maximum(mean, TINY), x, phi)
    return scores.max(axis=1) / factor, best + SIDE, drops


def _span_drop(hits: Floats, base: Floats) -> float:
    """By how much a span at another rate, with the old rate before and after, lowers the deviance.

    Such a span has one place more than a step, which costs log(periods) (Schwarz 1978).
    """
    y, e = np.r_[0, np.cumsum(hits)], np.r_[0, np.cumsum(base)]
    first, last = np.triu_indices(len(hits) - 1, 1)
    own, due = y[last + 1] - y[first + 1], e[last + 1] - e[first + 1]
    rest, left = y[-1] - own, e[-1] - due
    gain = xlogy(own, own / due) + xlogy(rest, rest / left) - xlogy(y[-1], y[-1] / e[-1])
    return float(2 * gain.max())
