"""Lasting changes: one step in a rate, its date with an interval, or a line that fits better."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import xlogy

from q7x2lab.stats.resampling import LEVEL, benjamini_hochberg
from q7x2lab.trends.rates import PER, Series, Trend
from q7x2lab.trends.regression import Floats, block_orders, fit_line

SIDE = 3  # periods on each side of a step: what lasts less is a burst
COLUMNS = ["query", "group", "date", "date_low", "date_high", "rate_before", "rate_after"]
COLUMNS += ["ratio", "low", "high", "p", "shape", "passes"]


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
    rows = [_step(series, PER[trend.per], seed) for series in trend.series if not series.refused]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.insert(11, "q", benjamini_hochberg(table["p"]))
    found = (table["q"] <= level) & ~table.pop("passes").astype(bool)
    return table[found].reset_index(drop=True)


def _step(series: Series, unit: float, seed: int) -> tuple[Any, ...]:
    """The columns of `COLUMNS`."""
    names, hits, base, n = series.names, series.hits, series.base, len(series.hits)
    orders = block_orders(n, seed)
    drops = step_drops(hits[orders], base[orders])
    places = drops.argmax(axis=1)[:, None] + SIDE
    lines = fit_line(hits[orders], base[orders], np.arange(n) >= places)
    line, at, p = lines.iloc[0], places[0, 0], (lines["p"] <= lines["p"][0] + 1e-12).mean()
    lost = line["drop"] - drops[0]
    near = np.flatnonzero(lost <= line["dispersion"] * stats.f.ppf(LEVEL, 1, n - 2))
    dates = names[at], names[near[0] + SIDE], names[near[-1] + SIDE]
    sides = [unit * hits[side].sum() / base[side].sum() for side in (slice(at), slice(at, None))]
    straight = fit_line(hits, base, series.time)["drop"][0]
    shape = "step" if line["drop"] >= straight else "line"
    passes = _span_drop(hits, base) - line["drop"] > line["dispersion"] * np.log(n)
    ratio = line[["ratio", "low", "high"]].round(9)
    return (series.query, series.group, *dates, *sides, *ratio, p, shape, passes)


def step_drops(hits: Floats, base: Floats) -> Floats:
    """By how much a step lowers the deviance of each series at every place that it may have."""
    y, e = (np.cumsum(part, axis=1) for part in (hits, base))
    cut = slice(SIDE - 1, hits.shape[1] - SIDE)
    sides = [(y[:, cut], e[:, cut]), (y[:, -1:] - y[:, cut], e[:, -1:] - e[:, cut])]
    drops = sum(xlogy(part, part / due) for part, due in sides)
    return 2 * (drops - xlogy(y[:, -1:], y[:, -1:] / e[:, -1:]))


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
