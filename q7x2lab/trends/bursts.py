"""Bursts: spans in which a word comes so thick that a higher state explains it better."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

from q7x2lab.trends.rates import Trend
from q7x2lab.trends.regression import Floats

COLUMNS = ["query", "group", "start", "end", "level", "weight", "ratio", "articles"]
MOST_LIKELY = 0.9999  # a chance of 1 would make any miss impossible


def detect_bursts(trend: Trend, *, levels: int = 3) -> pd.DataFrame:
    """Bursts of each series, described and not tested: when, how high, in how many articles.

    Parameters
    ----------
    trend
        What `keyword_trends` returned.
    levels
        How many states there are, the base rate among them; each doubles the rate of the one below.

    Returns
    -------
    DataFrame
        ``query``, ``group``, ``start`` and ``end`` (first and last period), ``level`` (a burst of
        level 2 lies within one of level 1), ``weight`` (log-likelihood gained over the state
        below), ``ratio`` (the rate inside over that in all other periods) and ``articles``
        (published in it). No p: words without a trend that wander show bursts too, by chance in
        more than half of all series.

    Notes
    -----
    Kleinberg (2002), Bursty and hierarchical structure in streams, KDD; batched arrivals, solved
    exactly by dynamic programming. Series with fewer than 8 periods or 10 hits are not searched.

    Examples
    --------
    >>> months = pd.period_range("2022-01", periods=10, freq="M").astype(str)
    >>> hits = np.array([2, 3, 2, 1, 19, 22, 2, 3, 1, 2])
    >>> table = pd.DataFrame({"query": "cup", "group": "all", "period": months, "hits": hits,
    ...                       "tokens": 10_000, "articles": 20, "rate": hits * 100.0})
    >>> found = detect_bursts(Trend(table, "million_tokens", "month"), levels=2)
    >>> found[["start", "end", "level", "articles"]].values.tolist()
    [['2022-05', '2022-06', 1, 40]]
    """
    rows: list[tuple[Any, ...]] = []
    for series in (one for one in trend.series if not one.refused):
        names, hits, base = series.names, series.hits, series.base
        articles = series.rates["articles"].to_numpy()[series.there]
        cost = emission_costs(hits, base, levels=levels)
        for first, last, level, weight in bursts_of(kleinberg(cost), cost):
            inside = slice(first, last + 1)
            own, due = hits[inside].sum(), base[inside].sum()
            with np.errstate(divide="ignore"):
                ratio = (own / due) / ((hits.sum() - own) / (base.sum() - due))
            place = (series.query, series.group, names[first], names[last], level, weight)
            rows.append((*place, ratio, articles[inside].sum()))
    return pd.DataFrame(rows, columns=COLUMNS)


def emission_costs(hits: Floats, base: Floats, *, s: float = 2.0, levels: int = 2) -> Floats:
    """Negative log-likelihood of each period in each state, periods × states.

    hits: relevant ones of the base that came in each period; s: by what each state multiplies the
    rate of the state below. Binomial; Poisson where there are more hits than the exposure counts
    (hits an article).
    """
    rate = hits.sum() / base.sum() * s ** np.arange(levels)
    h, n = hits[:, None], base[:, None]
    if (hits > base).any():
        return n * rate - xlogy(h, n * rate) + gammaln(h + 1)
    p = np.minimum(rate, MOST_LIKELY)
    ways = gammaln(n + 1) - gammaln(h + 1) - gammaln(n - h + 1)
    return -(ways + xlogy(h, p) + xlog1py(n - h, -p))


def kleinberg(cost: Floats, *, gamma: float = 1.0) -> NDArray[np.intp]:
    """The cheapest states (0 to levels - 1) of Kleinberg's automaton, one a period.

    Parameters
    ----------
    cost
        What `emission_costs` returned.
    gamma
        The price of rising a state.

    Notes
    -----
    Viterbi's algorithm. Among equally cheap paths the one that stays lowest in the last periods.

    Examples
    --------
    >>> hits, base = [0, 2, 1, 6, 7, 2, 8, 1], [9, 11, 12, 10, 10, 8, 12, 10]
    >>> kleinberg(emission_costs(np.array(hits), np.array(base), s=1.5)).tolist()
    [0, 0, 0, 1, 1, 1, 1, 0]
    """
    states = np.arange(cost.shape[1])
    rise = gamma * np.log(len(cost)) * np.maximum(states - states[:, None], 0)  # from row to column
    least, back = rise[0] + cost[0], [states]
    for own in cost[1:]:
        ways = least[:, None] + rise
        back.append(ways.argmin(axis=0))
        least = ways.min(axis=0) + own
    path = [least.argmin()]
    for before in back[:0:-1]:
        path.append(before[path[-1]])
    return np.array(path[::-1])


def bursts_of(states: NDArray[np.intp], cost: Floats) -> list[tuple[int, int, int, float]]:
    """First, last, level and weight of every run at a level or above, in order of time."""
    found = []
    for level in range(1, cost.shape[1]):
        turns = np.flatnonzero(np.diff(np.r_[0, (states >= level).astype(int), 0]))
        for first, after in turns.reshape(-1, 2).tolist():
            gain = cost[first:after, level - 1] - cost[first:after, level]
            found.append((first, after - 1, level, float(gain.sum())))
    return sorted(found)
