"""Rates compared: one span with another, one outlet with the others, by permuting articles."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError
from q7x2lab.stats.resampling import TAIL, benjamini_hochberg, permutation_test
from q7x2lab.trends.counts import make_cells
from q7x2lab.trends.rates import FEWEST_PERIODS, PER, measured, why_refused
from q7x2lab.trends.regression import Floats

SIDES = ["hits", "other_hits", "exposure", "other_exposure", "rate", "other_rate"]
TESTED = ["ratio", "ratio_low", "ratio_high", "p"]


def span_ratios(
    tokens: Tokens,
    queries: Mapping[str, Any],
    spans: Sequence[Sequence[Any]],
    *,
    by: str | None = None,
    per: str = "million_tokens",
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """The rate in each span over the rate in the span before it, a row a query and group.

    Parameters
    ----------
    queries
        Label to query.
    spans
        First and last day of each, both within.
    by
        A column of the articles: each group by itself.
    per
        million_tokens, thousand_articles or share_of_articles.
    draws, seed
        Permutations of whole articles between the two spans, copies as one.

    Returns
    -------
    DataFrame
        ``span``, ``other_span`` (the one before), then the columns of `compare_groups`. p takes
        articles for independent: a claim about an event wants `event_effects` as well.

    Raises
    ------
    AnalysisError
        For a span without articles.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> days = pd.to_datetime(["2022-01-03", "2022-02-03"])
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": days, "outlet": "x",
    ...                       "text": ["غاز " * 10 + "نفط " * 30, "غاز " * 20 + "نفط " * 20]})
    >>> spans = ("2022-01-01", "2022-01-31"), ("2022-02-01", "2022-02-28")
    >>> found = span_ratios(tokenize_corpus(Corpus(table)), {"gas": "غاز"}, spans, draws=9)
    >>> found[["span", "hits", "other_hits", "ratio"]].values.tolist()
    [['2022-02-01/2022-02-28', 20.0, 10.0, 2.0]]
    """
    cells = make_cells(tokens, "year", by)
    values = measured(tokens, queries, per)[cells.rows] * cells.weight[:, None]
    group = cells.cell // len(cells.periods)
    names = ["/".join(f"{pd.Timestamp(day):%Y-%m-%d}" for day in span) for span in spans]
    days = tokens.articles["date"].iloc[cells.rows].dt.normalize()
    inside = [days.between(*map(pd.Timestamp, span)).to_numpy() for span in spans]
    for name, within in zip(names, inside, strict=True):
        if not within.any():
            remedy = f"the articles run from {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}"
            raise AnalysisError(f"no article is dated {name.replace('/', ' to ')}", remedy=remedy)
    parts = []
    for (before, other_span), (after, span) in pairwise(zip(inside, names, strict=True)):
        for number, name in enumerate(cells.groups):
            one = (before | after) & (group == number)
            sides = after[one].astype(int), 2, 0 * group[one], cells.clusters[one]
            table = _compare(values[one], *sides, draws=draws, seed=seed)
            keys = {"span": span, "other_span": other_span, "query": list(queries), "group": name}
            parts.append(table[table.pop("target") == 1].assign(**keys))
    return _finished(parts, ["span", "other_span", "query", "group"], per)


def compare_groups(
    tokens: Tokens,
    queries: Mapping[str, Any],
    *,
    by: str | None = "outlet",
    period: str | Sequence[Any] = "month",
    per: str = "million_tokens",
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Each group's rate over that of all others, in the periods in which both published.

    Parameters
    ----------
    queries
        Label to query.
    by
        A column of the articles.
    period
        day, week, month, quarter, year, or the dates at which periods of one's own begin.
    per
        million_tokens, thousand_articles or share_of_articles.
    draws, seed
        Permutations of whole articles between groups within periods, copies as one.

    Returns
    -------
    DataFrame
        ``query``, ``group``; ``hits``, ``exposure`` (words or articles) and ``rate`` of the group
        and, with ``other_`` before them, of the others; ``ratio`` with ``ratio_low`` and
        ``ratio_high``; ``p``, ``q`` (over all rows tested); ``refused``: why there is no test.

    Notes
    -----
    Ratio of Mantel and Haenszel over periods, with an exact interval of counts that come in clumps
    as hits do within articles: see `rate_ratios`.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> day = pd.Timestamp("2022-01-03")
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": day, "outlet": ["x", "y"],
    ...                       "text": ["غاز " * 10 + "نفط " * 30, "غاز " * 20 + "نفط " * 20]})
    >>> found = compare_groups(tokenize_corpus(Corpus(table)), {"gas": "غاز"}, draws=9)
    >>> found[["group", "hits", "other_hits", "ratio"]].values.tolist()
    [['x', 10.0, 20.0, 0.5], ['y', 20.0, 10.0, 2.0]]
    """
    cells = make_cells(tokens, period, by)
    group, stratum = np.divmod(cells.cell, len(cells.periods))
    values = measured(tokens, queries, per)[cells.rows] * cells.weight[:, None]
    sides = group, len(cells.groups), stratum, cells.clusters
    table = _compare(values, *sides, draws=draws, seed=seed)
    table["group"] = np.array(cells.groups, object)[table.pop("target")]
    table["query"] = np.repeat(np.array([*queries], object), len(cells.groups))
    return _finished([table], ["query", "group"], per)


def _compare(
    values: Floats, group: Any, groups: int, strata: Any, clusters: Any, *, draws: int, seed: int
) -> pd.DataFrame:
    """Sums, ratio and p of each query and group (``target``), in strata with others beside it."""
    cube = np.zeros((groups, strata.max(initial=0) + 1, values.shape[1]))
    np.add.at(cube, (group, strata), values)
    total = cube.sum(axis=0)
    whole = pd.DataFrame(values[:, 1:]).groupby(clusters).sum().to_numpy()
    with np.errstate(all="ignore"):
        usual = np.nan_to_num(total[:, 1:] / total[:, :1])
        clump = np.fmax((whole**2).sum(axis=0) / whole.sum(axis=0), 1.0)
    beyond = values[:, 1:] - values[:, :1] * usual[strata]  # hits beyond those of the stratum

    def statistic(labels: NDArray[np.intp]) -> Floats:
        own = (labels[:, None] == np.arange(groups)[:, None]) @ beyond
        return own.transpose(0, 2, 1).reshape(len(labels), -1)

    test = permutation_test(statistic, group, clusters, strata=strata, draws=draws, seed=seed)
    shared = (cube[:, :, :1] > 0) & (total[:, :1] > cube[:, :, :1])
    own, other = (np.where(shared, part, 0).transpose(2, 0, 1) for part in (cube, total - cube))
    columns = [part.sum(axis=2) for part in (own[1:], other[1:], own[:1], other[:1])]
    columns += rate_ratios(own[1:], other[1:], own[0], other[0], clump[:, None])
    columns = [np.broadcast_to(part, columns[0].shape).ravel() for part in columns]
    table = pd.DataFrame(dict(zip([*SIDES[:4], *TESTED], [*columns, test.p], strict=True)))
    return table.assign(target=np.tile(np.arange(groups), len(clump)))


def rate_ratios(a: Floats, b: Floats, e: Floats, f: Floats, clump: Any = 1.0) -> list[Floats]:
    """Ratio of two rates over strata (the last axis) with its 95 % interval.

    a, b: hits of the first and the second; e, f: their exposure; clump: what hits come in.

    Notes
    -----
    Ratio of Mantel and Haenszel (Greenland and Robins 1985, Biometrics 41, 55-68). Given the sum
    of both counts the first is binomial (Przyborowski and Wilenski 1940, Biometrika 31, 313-323),
    with the odds that the ratio implies; without hits on a side, with those of the exposure.

    Examples
    --------
    >>> one = (np.array([value]) for value in (11.0, 21.0, 800.0, 3011.0))
    >>> [float(value.round(4)) for value in rate_ratios(*one)]
    [1.9715, 0.8584, 4.2773]
    """
    hits, others = a.sum(axis=-1), b.sum(axis=-1)
    with np.errstate(all="ignore"):
        over, under = (np.nansum(one * due / (e + f), axis=-1) for one, due in ((a, f), (b, e)))
        ratio = over / under
        least = np.nan_to_num(stats.beta.ppf(TAIL, hits / clump, others / clump + 1))
        most = np.nan_to_num(stats.beta.ppf(1 - TAIL, hits / clump + 1, others / clump), nan=1.0)
        whole = np.where(hits * others > 0, ratio * others / hits, f.sum(axis=-1) / e.sum(axis=-1))
        return [ratio, least / (1 - least) * whole, most / (1 - most) * whole]


def _finished(parts: list[pd.DataFrame], keys: list[str], per: str) -> pd.DataFrame:
    """One table of all comparisons: with rates, q, and the reason where there is no ratio."""
    table = pd.concat(parts or [pd.DataFrame(columns=[*keys, *SIDES, *TESTED])], ignore_index=True)
    for side in ("", "other_"):
        table[f"{side}rate"] = PER[per] * table[f"{side}hits"] / table[f"{side}exposure"]
    table["refused"] = [why_refused(FEWEST_PERIODS, n) for n in table[SIDES[:2]].sum(axis=1)]
    table.loc[table["exposure"] == 0, "refused"] = "nobody else published in the same time"
    table[TESTED] = table[TESTED].astype(float).where(table["refused"] == "")
    table["q"] = benjamini_hochberg(table["p"])
    return table[[*keys, *SIDES, *TESTED, "q", "refused"]]
