"""Rates compared: one span with another, one outlet with the others, by permuting articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, StudyError, counted, did_you_mean
from q7x2lab.stats.resampling import benjamini_hochberg, permutation_test
from q7x2lab.trends.cells import Cells, Floats, make_cells
from q7x2lab.trends.rates import PER, hit_counts, measured
from q7x2lab.trends.tests import FEWEST_HITS

_COLUMNS = [
    *("query", "group", "hits", "other_hits", "exposure", "other_exposure", "rate", "other_rate"),
    *("ratio", "ratio_low", "ratio_high", "p", "refused"),
]


def poisson_rate(hits: float, exposure: float, level: float = 0.95) -> tuple[float, float, float]:
    """Rate and its exact interval: (rate, low, high). Garwood (1936).

    >>> [round(value, 4) for value in poisson_rate(137, 24.19893)]
    [5.6614, 4.7531, 6.6927]
    """
    tail = (1 - level) / 2
    low = stats.chi2.ppf(tail, 2 * hits) / 2 if hits else 0.0
    high = stats.chi2.ppf(1 - tail, 2 * hits + 2) / 2
    return hits / exposure, float(low / exposure), float(high / exposure)


def poisson_ratio(
    hits: ArrayLike, exposure: ArrayLike, level: float = 0.95
) -> tuple[float, float, float, float]:
    """Ratio of two rates, given the sum of their counts: (ratio, low, high, p).

    hits, exposure: of the first and the second. Exact for counts that come one by one (Przyborowski
    and Wilenski 1940); effective counts need not be whole, their p is then missing.

    >>> [round(value, 4) for value in poisson_ratio([11, 21], [800, 3011])]
    [1.9715, 0.8584, 4.2773, 0.0797]
    """
    (a, b), (e, f) = np.asarray(hits, float), np.asarray(exposure, float)
    tail = (1 - level) / 2
    low = stats.beta.ppf(tail, a, b + 1) if a else 0.0
    high = stats.beta.ppf(1 - tail, a + 1, b) if b else 1.0
    odds = [share / (1 - share) * f / e if share < 1 else np.inf for share in (low, high)]
    with np.errstate(all="ignore"):
        ratio = (a / e) / (b / f)
    whole = float(a).is_integer() and float(b).is_integer()
    p = stats.binomtest(int(a), int(a + b), e / (e + f)).pvalue if whole else np.nan
    return float(ratio), float(odds[0]), float(odds[1]), float(p)


def poisson_regression(
    design: ArrayLike, counts: ArrayLike, exposure: ArrayLike
) -> tuple[Floats, Floats, float]:
    """Coefficients, standard errors and deviance of log(mean) = design + log(exposure).

    McCullagh and Nelder (1989), chapter 6. design: observations × columns, the constant among
    them.

    >>> beta, error, deviance = poisson_regression([[1], [1]], [10, 30], [1, 1])
    >>> float(np.exp(beta[0]).round(6)), float(error[0].round(4)), round(deviance, 2)
    (20.0, 0.1581, 10.46)
    """
    x, y = np.asarray(design, float), np.asarray(counts, float)
    offset = np.log(np.asarray(exposure, float))

    def loss(beta: Floats) -> tuple[float, Floats]:
        line = np.clip(x @ beta + offset, -700, 700)
        return float((np.exp(line) - y * line).sum()), x.T @ (np.exp(line) - y)

    def curve(beta: Floats) -> Floats:
        return (x.T * np.exp(np.clip(x @ beta + offset, -700, 700))) @ x

    start = np.linalg.lstsq(x, np.log(y + 0.5) - offset, rcond=None)[0]
    found = optimize.minimize(
        loss, start, jac=True, hess=curve, method="trust-exact", options={"gtol": 1e-8}
    )
    mean = np.exp(x @ found.x + offset)
    error = np.sqrt(np.diag(np.linalg.pinv(curve(found.x))))
    with np.errstate(all="ignore"):
        deviance = 2 * (np.where(y > 0, y * np.log(y / mean), 0.0) - (y - mean)).sum()
    return found.x, error, float(deviance)


def rate_ratio(
    tokens: Tokens,
    queries: Mapping[str, Any],
    first: Sequence[Any],
    second: Sequence[Any],
    *,
    by: str | None = None,
    per: str = "million_tokens",
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """The rate in one span over the rate in another, one row a query and group.

    first, second: (from, to), both days within. Columns as for `compare_groups`: hits, exposure
    and rate are of the second span, `other_` of the first; ratio is the second's rate over the
    first's. p comes from permuting whole articles between the spans, copies as one; it takes
    articles for independent, so that a claim about an event wants `event_effects` as well. Raises
    AnalysisError for a span without articles.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> days = pd.to_datetime(["2022-01-03", "2022-02-03"])
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": days, "outlet": "x",
    ...                       "text": ["غاز " * 10 + "نفط " * 30, "غاز " * 20 + "نفط " * 20]})
    >>> spans = ("2022-01-01", "2022-01-31"), ("2022-02-01", "2022-02-28")
    >>> found = rate_ratio(tokenize_corpus(Corpus(table)), {"gas": "غاز"}, *spans, draws=9)
    >>> found[["hits", "other_hits", "ratio"]].values.tolist()
    [[20.0, 10.0, 2.0]]
    """
    cells = make_cells(tokens, "year", by)
    date = tokens.articles["date"].iloc[cells.rows].dt.normalize()
    spans = [(pd.Timestamp(a), pd.Timestamp(b)) for a, b in (first, second)]
    inside = np.array([(date >= a) & (date <= b) for a, b in spans])
    for (a, b), chosen in zip(spans, inside, strict=True):
        if not chosen.any():
            raise AnalysisError(
                f"no article is dated {a:%Y-%m-%d} to {b:%Y-%m-%d}",
                remedy=f"the articles run from {date.min():%Y-%m-%d} to {date.max():%Y-%m-%d}",
            )
    group = cells.cell // len(cells.periods)
    kept = inside.any(axis=0)
    rows: list[tuple[Any, ...]] = []
    for number, name in enumerate(cells.groups):
        chosen = np.flatnonzero(kept & (group == number))
        part = _part(cells, chosen, np.zeros(chosen.size, np.intp), 1)
        label = inside[1][chosen].astype(int)
        alone = "nothing was published in one of the spans"
        rows += _compared(tokens, queries, part, label, {1: name}, per, draws, seed, alone)
    return _corrected(rows)


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
    """The rate in each span over the rate in the one before it, as `rate_ratio` compares two.

    spans: (from, to) each. Columns of `rate_ratio`, with `span other_span` in front; q is over
    all rows. No row where fewer than two spans are named.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> days = pd.to_datetime(["2022-01-03", "2022-02-03"])
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": days, "outlet": "x",
    ...                       "text": ["غاز " * 10 + "نفط " * 30, "غاز " * 20 + "نفط " * 20]})
    >>> spans = ("2022-01-01", "2022-01-31"), ("2022-02-01", "2022-02-28")
    >>> found = span_ratios(tokenize_corpus(Corpus(table)), {"gas": "غاز"}, spans, draws=9)
    >>> found[["span", "ratio"]].values.tolist()
    [['2022-02-01/2022-02-28', 2.0]]
    """
    tables = []
    for first, second in pairwise(spans):
        both = [
            f"{pd.Timestamp(a):%Y-%m-%d}/{pd.Timestamp(b):%Y-%m-%d}" for a, b in (second, first)
        ]
        table = rate_ratio(tokens, queries, first, second, by=by, per=per, draws=draws, seed=seed)
        tables.append(table.assign(span=both[0], other_span=both[1]))
    if not tables:
        return pd.DataFrame(columns=["span", "other_span", *_COLUMNS])
    table = pd.concat(tables, ignore_index=True)
    table["q"] = benjamini_hochberg(table["p"])
    return table[["span", "other_span", *table.columns[:-2]]]


def compare_groups(
    tokens: Tokens,
    queries: Mapping[str, Any],
    *,
    by: str | None = "outlet",
    period: str = "month",
    per: str = "million_tokens",
    draws: int = 999,
    seed: int = 0,
) -> pd.DataFrame:
    """Each group's attention beside that of all others, in the periods in which both published.

    Columns `query group hits other_hits exposure other_exposure rate other_rate ratio ratio_low
    ratio_high p q refused`. exposure: words, or articles. rate: in the unit of `per`. ratio:
    Mantel-Haenszel over periods (Greenland and Robins 1985), its 95 % interval widened by the
    clumping of hits within articles. p: permuting whole articles between groups within periods.
    q: over all rows tested (Benjamini and Hochberg 1995). A group that never published beside
    another is refused in words.

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
    groups, times = np.divmod(cells.cell, len(cells.periods))
    part = _part(cells, np.arange(cells.rows.size), times, len(cells.periods))
    names = dict(enumerate(cells.groups))
    return _corrected(_compared(tokens, queries, part, groups, names, per, draws, seed))


def _part(cells: Cells, chosen: NDArray[np.intp], cell: NDArray[np.intp], strata: int) -> Cells:
    return replace(
        cells, rows=cells.rows[chosen], cell=cell, groups=["all"], periods=["all"] * strata,
        clusters=cells.clusters[chosen], weight=cells.weight[chosen],
    )  # fmt: skip


def _corrected(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table.insert(12, "q", benjamini_hochberg(table["p"]))
    return table


def _compared(
    tokens: Tokens, queries: Mapping[str, Any], cells: Cells, label: NDArray[Any],
    names: Mapping[int, str], per: str, draws: int, seed: int,
    alone: str = "no other group published in the same periods",
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Rows of the table: every label of `names` against all other articles of the cells."""
    if per not in PER:
        raise StudyError(f"per is {per!r}", remedy=did_you_mean(per, PER))
    words = tokens.tokens_per_article[cells.rows]
    base, hits = measured(hit_counts(tokens, queries)[cells.rows], words, per)
    values = np.column_stack([base, hits.toarray()]) * cells.weight[:, None]
    clump = _clump(values[:, 1:], cells.clusters)
    total = cells.sums(values)
    rows = []
    own = {key: cells.sums(values * (label == key)[:, None]) for key in names}
    p = _permuted(values, cells, label, names, total, draws, seed)
    for column, query in enumerate(queries, start=1):
        for key, name in names.items():
            a, e = own[key][:, column], own[key][:, 0]
            b, f = total[:, column] - a, total[:, 0] - e
            both = (e > 0) & (f > 0)
            a, b, e, f = a[both], b[both], e[both], f[both]
            refused = _why_not(a.sum() + b.sum(), both, alone)
            ratio = _ratio(a, b, e, f, clump[column - 1]) if not refused else (np.nan,) * 3
            counts = (a.sum(), b.sum(), e.sum(), f.sum())
            with np.errstate(all="ignore"):
                rates = (a.sum() / e.sum() * PER[per], b.sum() / f.sum() * PER[per])
            tested = np.nan if refused else p[key][column - 1]
            rows.append((query, name, *counts, *rates, *ratio, tested, refused))
    return rows


def _why_not(hits: float, both: NDArray[np.bool_], alone: str) -> str:
    if not both.any():
        return alone
    return (
        f"{counted(round(hits), 'hit')}; a test needs {FEWEST_HITS}" if hits < FEWEST_HITS else ""
    )


def _clump(hits: Floats, clusters: NDArray[Any]) -> Floats:
    """How many times the variance of each column exceeds that of hits that fall one by one."""
    _, number = np.unique(clusters, return_inverse=True)
    sums = np.zeros((number.max() + 1, hits.shape[1]))
    np.add.at(sums, number, hits)
    return np.maximum((sums**2).sum(axis=0) / np.maximum(sums.sum(axis=0), 1e-9), 1.0)


def _ratio(a: Floats, b: Floats, e: Floats, f: Floats, clump: float) -> tuple[float, ...]:
    whole = e + f
    over, under = (a * f / whole).sum(), (b * e / whole).sum()
    if not over or not under or a.size == 1:
        pooled = ((a.sum() / clump, b.sum() / clump), (e.sum(), f.sum()))
        return poisson_ratio(*pooled)[:3]
    error = np.sqrt(clump * ((a + b) * e * f / whole**2).sum() / (over * under))
    reach = np.exp(stats.norm.ppf(0.975) * error)
    ratio = over / under
    return float(ratio), float(ratio / reach), float(ratio * reach)


def _difference(own: Floats, total: Floats) -> Floats:
    """Mantel-Haenszel difference of rates, up to a constant: strata × columns -> columns."""
    share = own[:, :1] / np.where(total[:, :1] > 0, total[:, :1], 1.0)
    return (own[:, 1:] - share * total[:, 1:]).sum(axis=0)


def _permuted(
    values: Floats, cells: Cells, label: NDArray[Any], names: Mapping[int, str],
    total: Floats, draws: int, seed: int,
) -> dict[int, Floats]:  # fmt: skip
    """Two-sided p of each label and query, articles permuted within strata."""
    matrix = cells.spread(values)

    def differences(labels: NDArray[Any]) -> Floats:
        found = []
        for key in names:
            sums = matrix @ (labels == key).T.astype(float)
            parts = sums.reshape(values.shape[1], cells.size, len(labels)).T
            found.append([_difference(part, total) for part in parts])
        return np.concatenate(found, axis=1)

    test = permutation_test(
        differences, label, cells.clusters, strata=cells.cell, draws=draws, seed=seed
    )
    return dict(zip(names, np.split(test.p, len(names)), strict=True))
