"""Keyword rates over time, with the exposure they rest on and intervals over articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse, stats

from q7x2lab.analysis.uncertainty import cluster_draws, percentile_interval
from q7x2lab.corpus.tokens import Tokens
from q7x2lab.errors import AnalysisError, QueryError, StudyError, did_you_mean

PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
PER = {"million_tokens": 1e6, "thousand_articles": 1e3}
ALL = "all"


@dataclass(frozen=True, eq=False, repr=False)
class Trend:
    """Rates of queries by group and period.

    rates: `query group period hits tokens articles rate low high`; one row a query, group and
    period from the corpus's first period to its last; rate and interval are missing where the
    group published nothing. per: what the rates are counted by. period: the length of a period.
    """

    rates: pd.DataFrame
    per: str
    period: str

    def __repr__(self) -> str:
        count = {name: self.rates[name].nunique() for name in ("query", "group", "period")}
        return (
            f"Trend: {count['query']} queries × {count['group']} groups × "
            f"{count['period']} {self.period}s, per {self.per.replace('_', ' ')}"
        )


def keyword_trends(
    tokens: Tokens,
    queries: Mapping[str, Any],
    *,
    period: str = "month",
    by: str | None = None,
    per: str = "million_tokens",
    draws: int = 1000,
    seed: int = 0,
) -> Trend:
    """How often queries occur per million tokens (or thousand articles) in each period.

    queries: label to query, as `tokens.match` takes it. by: a column of the articles to compare
    groups by, None for all together. Intervals are 95 % percentiles over `draws` resamples of
    whole articles, copies as one (Davison and Hinkley 1997); where hits are few they are not
    narrower than the exact Poisson interval (Garwood 1936). Raises QueryError for a query without
    hits, AnalysisError where no article has a date.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.tokens import tokenize_corpus
    >>> days = pd.to_datetime(["2022-01-03", "2022-03-04"])
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": days, "outlet": "x",
    ...                       "text": ["الغاز والنفط", "سعر الغاز"]})
    >>> trend = keyword_trends(tokenize_corpus(Corpus(table)), {"gas": "غاز"}, draws=20)
    >>> trend.rates[["period", "hits", "tokens", "rate"]].to_dict("list")["rate"]
    [500000.0, nan, 500000.0]
    """
    _check(period, per, by, tokens)
    if not queries:
        raise QueryError("there are no keywords", remedy="name some under trends.keywords")
    cells = _cells(tokens, period, by)
    weight = cells.weight
    hits = np.column_stack([_hits(tokens, label, query) for label, query in queries.items()])
    words = tokens.tokens_per_article[cells.rows]
    base = words if per == "million_tokens" else np.ones_like(words)
    values = np.column_stack([base, hits[cells.rows]]) * weight[:, None]
    low, high = _intervals(values, cells, draws, seed, PER[per])
    return Trend(_table(cells, list(queries), hits, words, values, (low, high), per), per, period)


def frequent_words(tokens: Tokens, n: int = 4) -> dict[str, list[str]]:
    """The n most frequent lexemes that are no stop words, as keywords: label to exact forms.

    For a first look, where a study names no keywords.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.tokens import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نفط ونفط"})
    >>> frequent_words(tokenize_corpus(Corpus(table)), n=1)
    {'نفط': ['=نفط', '=ونفط']}
    """
    content = (tokens.kinds == 0) & ~tokens.stop & (np.char.str_len(tokens.forms.astype(str)) > 1)
    counts = np.bincount(
        tokens.lexeme, weights=tokens.counts * content, minlength=len(tokens.lexemes)
    )
    chosen = np.argsort(-counts, kind="stable")[:n]
    return {
        tokens.labels[lexeme]: [f"={form}" for form in tokens.forms[tokens.lexeme == lexeme]]
        for lexeme in chosen
        if counts[lexeme]
    }


@dataclass(frozen=True, eq=False)
class _Cells:
    """Which cell (group × period) each dated article belongs to."""

    rows: NDArray[np.intp]
    cell: NDArray[np.intp]
    groups: list[str]
    periods: pd.PeriodIndex
    clusters: NDArray[Any]
    weight: NDArray[Any]

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return _indicator(self) @ values


def _check(period: str, per: str, by: str | None, tokens: Tokens) -> None:
    for name, value, known in (("period", period, PERIODS), ("per", per, PER)):
        if value not in known:
            raise StudyError(f"{name} is {value!r}", remedy=did_you_mean(value, known))
    if by is not None and by not in tokens.articles:
        columns = [str(name) for name in tokens.articles if name != "text"]
        raise StudyError(f"by: there is no column {by!r}", remedy=did_you_mean(by, columns))


def _cells(tokens: Tokens, period: str, by: str | None) -> _Cells:
    articles = tokens.articles
    rows = np.flatnonzero(articles["date"].notna())
    if not rows.size:
        raise AnalysisError("no article has a date", remedy="map the date under corpus.columns")
    dated = articles.iloc[rows]
    when = dated["date"].dt.to_period(PERIODS[period])
    periods = pd.period_range(when.min(), when.max(), freq=when.dt.freq)
    name = dated[by].fillna("").astype(str) if by else pd.Series(ALL, index=dated.index)
    group, groups = pd.factorize(name, sort=True)
    cell = group * len(periods) + periods.get_indexer(pd.PeriodIndex(when))
    clusters = dated["cluster"] if "cluster" in dated else pd.Series(rows)
    weight = dated["weight"] if "weight" in dated else pd.Series(1.0, index=dated.index)
    return _Cells(rows, cell, list(groups), periods, clusters.to_numpy(), weight.to_numpy(float))


def _hits(tokens: Tokens, label: str, query: Any) -> NDArray[np.int64]:
    found = tokens.match(query)["article"].to_numpy()
    if not found.size:
        raise QueryError(
            f"the keyword {label!r} ({query}) occurs nowhere in the corpus",
            where="trends.keywords",
            remedy="look at its forms with tokens.audit, or drop it",
        )
    return np.bincount(found, minlength=tokens.n_articles)


def _indicator(cells: _Cells) -> sparse.csr_array:
    n = len(cells.groups) * len(cells.periods)
    ones = np.ones(len(cells.cell))
    return sparse.csr_array((ones, (cells.cell, np.arange(len(ones)))), shape=(n, len(ones)))


def _intervals(
    values: NDArray[np.float64], cells: _Cells, draws: int, seed: int, scale: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bounds, cells × queries: percentiles over resamples, no narrower than exact Poisson."""
    indicator = _indicator(cells)
    sums = indicator @ values
    drawn = cluster_draws(cells.clusters, draws, seed)
    lows, highs = [], []
    with np.errstate(all="ignore"):
        exposure = indicator @ (drawn * values[:, 0]).T
        for column in range(1, values.shape[1]):
            rates = (indicator @ (drawn * values[:, column]).T) / exposure * scale
            low, high = percentile_interval(rates, axis=1)
            count = sums[:, column]
            exact_low = stats.chi2.ppf(0.025, 2 * count) / 2 / sums[:, 0] * scale
            exact_high = stats.chi2.ppf(0.975, 2 * count + 2) / 2 / sums[:, 0] * scale
            lows.append(np.fmin(low, np.where(count > 0, exact_low, 0.0)))
            highs.append(np.fmax(high, exact_high))
    return np.column_stack(lows), np.column_stack(highs)


def _table(
    cells: _Cells,
    labels: list[str],
    hits: NDArray[np.int64],
    words: NDArray[np.int64],
    values: NDArray[np.float64],
    bounds: tuple[NDArray[np.float64], NDArray[np.float64]],
    per: str,
) -> pd.DataFrame:
    plain = np.column_stack([np.ones_like(words), words, hits[cells.rows]])
    counts = cells.sums(plain.astype(np.float64)).astype(np.int64)
    sums = cells.sums(values)
    published = counts[:, 0] > 0
    frames = []
    for number, label in enumerate(labels):
        with np.errstate(all="ignore"):
            rate = np.where(published, sums[:, number + 1] / sums[:, 0] * PER[per], np.nan)
        columns = {
            "query": label,
            "group": np.repeat(cells.groups, len(cells.periods)),
            "period": np.tile(cells.periods.astype(str), len(cells.groups)),
            "hits": counts[:, 2 + number],
            "tokens": counts[:, 1],
            "articles": counts[:, 0],
            "rate": rate,
            "low": np.where(published, bounds[0][:, number], np.nan),
            "high": np.where(published, bounds[1][:, number], np.nan),
        }
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)
