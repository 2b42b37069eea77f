"""Rates compared: one span with another, one outlet with the others, by permuting articles."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from q7x2lab.corpus.model import article_weights, empty
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, counted
from q7x2lab.stats.resampling import benjamini_hochberg, permutation_test
from q7x2lab.trends.cells import make_cells
from q7x2lab.trends.rates import FEWEST_HITS, PER, measured
from q7x2lab.trends.regression import LEVEL, Floats

SIDES = ("hits", "other_hits", "exposure", "other_exposure", "rate", "other_rate")
RATIO = ("ratio", "ratio_low", "ratio_high")


def poisson_ratio(hits: ArrayLike, exposure: ArrayLike) -> tuple[float, float, float, float]:
    """Ratio of two rates with its exact 95 % interval and p, given the sum of their counts.

    Parameters
    ----------
    hits, exposure
        Of the first and the second. Counts need not be whole; p is then missing.

    Notes
    -----
    Przyborowski and Wilenski (1940), Biometrika 31, 313-323: the first count is binomial.

    Examples
    --------
    >>> [round(value, 4) for value in poisson_ratio([11, 21], [800, 3011])]
    [1.9715, 0.8584, 4.2773, 0.0797]
    """
    (a, b), (e, f) = np.asarray(hits, float), np.asarray(exposure, float)
    tail = (1 - LEVEL) / 2
    low = stats.beta.ppf(tail, a, b + 1) if a else 0.0
    high = stats.beta.ppf(1 - tail, a + 1, b) if b else 1.0
    with np.errstate(all="ignore"):
        ratio = (a / e) / (b / f)
        shares = np.array([low, high])
        ends = shares / (1 - shares) * f / e
    whole = float(a).is_integer() and float(b).is_integer() and a + b > 0
    p = stats.binomtest(int(a), int(a + b), e / (e + f)).pvalue if whole else np.nan
    return float(ratio), *ends.tolist(), float(p)


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
    group = np.array(cells.groups)[cells.cell // len(cells.periods)]
    days = tokens.articles["date"].iloc[cells.rows].dt.normalize()
    values = _weighted(tokens, queries, per)[cells.rows]
    parts = []
    for spans_of_pair in pairwise(spans):
        before, after = (_inside(days, span) for span in spans_of_pair)
        names = [
            "/".join(f"{pd.Timestamp(day):%Y-%m-%d}" for day in span) for span in spans_of_pair
        ]
        for name in cells.groups:
            one = (before | after) & (group == name)
            table = _compare(values[one], after[one], np.zeros(one.sum()), cells.clusters[one],
                             draws=draws, seed=seed)  # fmt: skip
            parts.append(table.assign(span=names[1], other_span=names[0], group=name))
    return _finished(parts, queries, per, ["span", "other_span"])


def _inside(days: pd.Series, span: Sequence[Any]) -> NDArray[np.bool_]:
    first, last = map(pd.Timestamp, span)
    inside = ((days >= first) & (days <= last)).to_numpy()
    if not inside.any():
        raise AnalysisError(
            f"no article is dated {first:%Y-%m-%d} to {last:%Y-%m-%d}",
            remedy=f"the articles run from {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}",
        )
    return inside


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
    Ratio of Mantel and Haenszel over periods, with the variance of Greenland and Robins (1985),
    Biometrics 41, 55-68, widened by the clumping of hits within articles.

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
    values = _weighted(tokens, queries, per)[cells.rows]
    parts = [
        _compare(values, group == number, stratum, cells.clusters, draws=draws, seed=seed).assign(
            group=name
        )
        for number, name in enumerate(cells.groups)
    ]
    return _finished(parts, queries, per, []).sort_values(
        "query", key=lambda names: names.map(list(queries).index), kind="stable", ignore_index=True
    )


def _weighted(tokens: Tokens, queries: Mapping[str, Any], per: str) -> Floats:
    """Exposure and hits of each query in each article, times its weight."""
    base, hits = measured(tokens, queries, per)
    return np.column_stack([base, hits]) * article_weights(tokens.articles)[:, None]


def _compare(
    values: Floats, target: NDArray[np.bool_], stratum: NDArray[Any], clusters: NDArray[Any], *,
    draws: int, seed: int,
) -> pd.DataFrame:  # fmt: skip
    """Sums, ratio and p of each query (row), in strata in which both sides published."""
    stratum = pd.factorize(stratum)[0]
    total, own = (
        pd.DataFrame(part).groupby(stratum).sum().to_numpy()
        for part in (values, values * target[:, None])
    )
    usual = total[:, 1:] / np.maximum(total[:, :1], 1e-9)
    beyond = values[:, 1:] - values[:, :1] * usual[stratum]  # hits beyond those of the stratum
    shared = (own[:, 0] > 0) & (own[:, 0] < total[:, 0])
    p = np.full(beyond.shape[1], np.nan)
    if shared.any():
        p = permutation_test(lambda labels: np.asarray(labels, float) @ beyond, target, clusters,
                             strata=stratum, draws=draws, seed=seed).p  # fmt: skip
    whole = pd.DataFrame(values[:, 1:]).groupby(clusters).sum().to_numpy()
    clump = np.maximum((whole**2).sum(axis=0) / np.maximum(whole.sum(axis=0), 1e-9), 1.0)
    own, other = own[shared], (total - own)[shared]
    ratios = [
        _ratio(own[:, c], other[:, c], own[:, 0], other[:, 0], clump[c - 1])
        for c in range(1, values.shape[1])
    ]
    sums = {"hits": own[:, 1:].sum(axis=0), "other_hits": other[:, 1:].sum(axis=0),
            "exposure": own[:, 0].sum(), "other_exposure": other[:, 0].sum()}  # fmt: skip
    return pd.DataFrame(sums).join(pd.DataFrame(ratios, columns=list(RATIO))).assign(p=p)


def _finished(
    parts: list[pd.DataFrame], queries: Mapping[str, Any], per: str, first: list[str]
) -> pd.DataFrame:
    """One table of all comparisons: with rates, q, and the reason where there is no ratio."""
    names = [*first, "query", "group", *SIDES, *RATIO, "p"]
    table = pd.concat([empty(names), *(part.assign(query=list(queries)) for part in parts)],
                      ignore_index=True).infer_objects()  # fmt: skip
    for side in ("", "other_"):
        table[f"{side}rate"] = PER[per] * table[f"{side}hits"] / table[f"{side}exposure"]
    hits = (table["hits"] + table["other_hits"]).astype(float).round()
    few = hits.map(lambda n: f"{counted(int(n), 'hit')}; a test needs {FEWEST_HITS}")
    table["refused"] = few.where(hits < FEWEST_HITS, "")
    table.loc[table["exposure"] == 0, "refused"] = "nobody else published in the same time"
    numbers = [*RATIO, "p"]
    table[numbers] = table[numbers].astype(float).where(table["refused"] == "")
    return table[names].assign(q=benjamini_hochberg(table["p"]), refused=table["refused"])


def _ratio(a: Floats, b: Floats, e: Floats, f: Floats, clump: float) -> tuple[float, float, float]:
    """Mantel and Haenszel's ratio with its interval; exact where one side has no hit."""
    over, under = (a * f / (e + f)).sum(), (b * e / (e + f)).sum()
    if not over or not under or a.size == 1:
        return poisson_ratio([a.sum() / clump, b.sum() / clump], [e.sum(), f.sum()])[:3]
    variance = clump * ((a + b) * e * f / (e + f) ** 2).sum() / (over * under)
    reach = float(np.exp(stats.norm.ppf((1 + LEVEL) / 2) * np.sqrt(variance)))
    ratio = float(over / under)
    return ratio, ratio / reach, ratio * reach
