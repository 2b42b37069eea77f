"""Keyword rates over time, with the exposure they rest on and intervals over articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.arabic.aliases import load_aliases
from q7x2lab.arabic.stop_words import is_stop
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import QueryError, StudyError, counted, did_you_mean, expect
from q7x2lab.stats.resampling import benjamini_hochberg
from q7x2lab.trends.cells import ALL, Cells, Floats, cell_rates, covered, make_cells
from q7x2lab.trends.tests import FEWEST_HITS, FEWEST_PERIODS, trend_test

PER = {"million_tokens": 1e6, "thousand_articles": 1e3, "share_of_articles": 1.0}
_STOPPED = 0.95  # of a keyword's hits: some of the forms of a stop word mean something else
_TESTED = [
    *("query", "group", "periods", "hits", "slope", "slope_low", "slope_high", "p", "refused")
]
__all__ = [
    "ALL",
    "PER",
    "Trend",
    "frequent_words",
    "keyword_forms",
    "keyword_queries",
    "keyword_trends",
]


@dataclass(frozen=True, eq=False, repr=False)
class Trend:
    """Rates of queries by group and period.

    rates: `query group period hits tokens articles rate low high`; one row a query, group and
    period from the corpus's first period to its last; rate and interval are missing where the
    group published nothing. per: what the rates are counted by. period: the length of a period.
    errors: the standard error of each row's rate over resampled articles. within: the column that
    the rates are standardised over, None for none; they are then hits over the column `exposure`.

    >>> rates = pd.DataFrame({"query": "gas", "group": "x", "period": ["2022-01", "2022-02"],
    ...                       "hits": [2, 3], "tokens": 1000, "articles": 9, "rate": [2e3, 3e3]})
    >>> trend = Trend(rates, "million_tokens", "month")
    >>> trend, trend.tests["refused"].tolist()
    (Trend: 1 query × 1 group × 2 months, per million tokens,
     ['2 periods with articles; a test needs 8'])
    """

    rates: pd.DataFrame
    per: str
    period: str
    errors: Floats | None = None
    within: str | None = None

    def __repr__(self) -> str:
        count = {name: self.rates[name].nunique() for name in ("query", "group", "period")}
        within = f", standardised over {self.within}" if self.within else ""
        return (
            f"Trend: {counted(count['query'], 'query', 'queries')} × "
            f"{counted(count['group'], 'group')} × {counted(count['period'], self.period)}, "
            f"per {self.per.replace('_', ' ')}{within}"
        )

    @cached_property
    def tests(self) -> pd.DataFrame:
        """Whether each rate rises or falls, and how steeply, one row a query and group.

        Columns `query group periods hits slope slope_low slope_high p q refused`. periods: those
        `covered`, stray articles apart. slope: Theil-Sen, in the rates' unit a period. p and the
        slope's 95 % interval hold where neighbouring periods resemble each other and where the
        corpus grows, see `trend_tests.trend_test`; the interval is of the mean rate's slope. q:
        over all rows tested (Benjamini and Hochberg 1995). refused: in words why a row has no test,
        "" where it has one.
        """
        rows = []
        for (query, group), part in self.series():
            there = self.covered(part)
            rate = part["rate"].where(there).to_numpy(float)
            periods, hits = int(there.sum()), int(part["hits"][there].sum())
            refused = _refusal(periods, hits)
            own = None if self.errors is None else self.errors[part.index]
            exposure = self.counts(part)[1] / PER[self.per]
            tested = (np.nan,) * 4 if refused else trend_test(rate, own, exposure=exposure)
            rows.append((query, group, periods, hits, *tested, refused))
        table = pd.DataFrame(rows, columns=_TESTED)
        table.insert(8, "q", benjamini_hochberg(table["p"]))
        return table

    def series(self) -> Any:
        """Pairs ((query, group), rows of `rates`), in order."""
        return self.rates.groupby(["query", "group"], sort=False)

    def covered(self, part: pd.DataFrame) -> NDArray[np.bool_]:
        """Which of some rows of one series have the exposure that a rate needs.

        Out are periods without articles, and those with less than a tenth of a typical period's:
        stray articles of an outlet that has stopped are no decline.
        """
        return covered(self.counts(part)[1][None, :])[0]

    def counts(self, part: pd.DataFrame) -> tuple[Floats, Floats]:
        """Hits and exposure of rows of `rates`; for a share of articles, articles with a hit."""
        usual = "tokens" if self.per == "million_tokens" else "articles"
        base = part["exposure" if self.within else usual].to_numpy(float)
        if self.per == "share_of_articles":
            return np.rint(part["rate"].fillna(0.0).to_numpy(float) * base), base
        return part["hits"].to_numpy(float), base


def _refusal(periods: int, hits: int) -> str:
    if periods < FEWEST_PERIODS:
        return f"{counted(periods, 'period')} with articles; a test needs {FEWEST_PERIODS}"
    return f"{counted(hits, 'hit')}; a test needs {FEWEST_HITS}" if hits < FEWEST_HITS else ""


def keyword_trends(
    tokens: Tokens,
    queries: Mapping[str, Any],
    *,
    period: str | Sequence[Any] = "month",
    by: str | None = None,
    within: str | None = None,
    per: str = "million_tokens",
    draws: int = 1000,
    seed: int = 0,
) -> Trend:
    """How often queries occur in each period, with 95 % intervals over resampled articles.

    queries: label to query, as `tokens.match` takes it. period: day, week (ISO), month, quarter,
    year, or the dates at which periods of one's own begin. by: a column of the articles to
    compare groups by, None for all together. within: a column (outlet) over which the rate of all
    together is standardised, so that one that begins or stops moves no rate: see
    `trend_cells.standard_exposure`; rates then rest on the column `exposure`. per: million_tokens,
    thousand_articles, or share_of_articles (articles with a hit, from 0 to 1). draws: resamples,
    copies as one article.
    Raises QueryError for a query without hits or of stop words alone, AnalysisError where no
    article has a date, StudyError for an unknown period, column or rate.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> days = pd.to_datetime(["2022-01-03", "2022-03-04"])
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": days, "outlet": "x",
    ...                       "text": ["الغاز والنفط", "سعر الغاز"]})
    >>> trend = keyword_trends(tokenize_corpus(Corpus(table)), {"gas": "غاز"}, draws=20)
    >>> trend.rates["rate"].tolist(), trend.tests["refused"].tolist()
    ([500000.0, nan, 500000.0], ['2 periods with articles; a test needs 8'])
    """
    expect(queries, Mapping, made_by='dict(gas="غاز")')
    if per not in PER:
        raise StudyError(f"per is {per!r}", remedy=did_you_mean(per, PER))
    if not queries:
        raise QueryError("there are no keywords", remedy="name some under trends.keywords")
    if by and within:
        remedy = "leave by out, or within"
        raise StudyError(f"rates by {by} are not standardised over {within}", remedy=remedy)
    cells = make_cells(tokens, period, within or by)
    words = tokens.tokens_per_article[cells.rows]
    hits = hit_counts(tokens, queries)[cells.rows]
    base, counted = measured(hits, words, per)
    shares = per == "share_of_articles"
    *found, exposure = cell_rates(
        base, counted, cells, shares=shares, draws=draws, seed=seed, together=within is not None
    )
    rate, low, high, error = (part * PER[per] for part in found)
    rates = _table(cells, list(queries), hits, words, (rate, low, high))
    if within:
        rates["exposure"] = exposure.T.ravel()
    length = period if isinstance(period, str) else "period"
    return Trend(rates, per, length, error.T.ravel(), within)


def keyword_queries(keywords: Mapping[str, Any], aliases: str | None = None) -> dict[str, Any]:
    """Keywords as queries: `alias:name` becomes the group of that name, all else stays as it is.

    aliases: a file of alias groups, None for the bundled ones. Raises QueryError for a group that
    is not there.

    >>> groups = keyword_queries({"Russia": "alias:russia", "gas": ["غاز"]})
    >>> groups["Russia"]["names"][0], groups["gas"]
    ('روسيا', ['غاز'])
    """
    groups = load_aliases(aliases or "news")
    queries = dict(keywords)
    for label, terms in keywords.items():
        only = terms[0] if isinstance(terms, list) and len(terms) == 1 else terms
        if isinstance(only, str) and only.startswith("alias:"):
            name = only.removeprefix("alias:").strip()
            if name not in groups:
                raise QueryError(
                    f"the keyword {label!r} names the alias group {name!r}, which is not there",
                    where="trends.keywords",
                    remedy=did_you_mean(name, groups),
                )
            queries[label] = groups[name]
    return queries


def keyword_forms(tokens: Tokens, queries: Mapping[str, Any]) -> pd.DataFrame:
    """What each keyword counts: `query surface count included`, one row a form.

    count: hits of the forms that are counted; occurrences of those that only look alike and are
    left out (included is then False). The most frequent of each keyword first.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نفط ونفط"})
    >>> keyword_forms(tokenize_corpus(Corpus(table)), {"oil": "نفط"}).values.tolist()
    [['oil', 'نفط', 1, True], ['oil', 'ونفط', 1, True]]
    """
    tables = []
    for label, query in queries.items():
        counted = tokens.match(query)["surface"].value_counts().reset_index()
        alike = tokens.audit(query)
        both = [counted.assign(included=True), alike[~alike["included"].astype(bool)]]
        table = pd.concat(both, ignore_index=True)[["surface", "count", "included"]]
        tables.append(table.assign(query=label, included=table["included"].astype(bool)))
    return pd.concat(tables, ignore_index=True)[["query", "surface", "count", "included"]]


def hit_counts(tokens: Tokens, queries: Mapping[str, Any]) -> NDArray[np.int64]:
    """Hits of each query in each article, articles × queries; QueryError where there are none."""
    return np.column_stack([_hits(tokens, label, query) for label, query in queries.items()])


def measured(
    hits: NDArray[np.int64], words: NDArray[np.int64], per: str
) -> tuple[Floats, sparse.csr_array]:
    """Exposure of each article, and what counts as a hit in it, for rates of that kind."""
    base = words if per == "million_tokens" else np.ones_like(words)
    counted = hits > 0 if per == "share_of_articles" else hits
    return base.astype(float), sparse.csr_array(counted.astype(float))


def _hits(tokens: Tokens, label: str, query: Any) -> NDArray[np.int64]:
    found = tokens.match(query)
    if found.empty:
        raise QueryError(
            f"the keyword {label!r} ({query}) occurs nowhere in the corpus",
            where="trends.keywords",
            remedy="look at its forms with tokens.audit, or drop it",
        )
    surfaces = found["surface"].value_counts()
    empty = [
        bool(is_stop(form.split(), classes=tokens.stop_words).all()) for form in surfaces.index
    ]
    if surfaces[empty].sum() > _STOPPED * surfaces.sum():
        raise QueryError(
            f"the keyword {label!r} ({query}) is of stop words alone",
            where="trends.keywords",
            remedy="name a word of the subject, or change arabic.stop_words",
        )
    return np.bincount(found["article"], minlength=tokens.n_articles)


def _table(
    cells: Cells,
    labels: list[str],
    hits: NDArray[np.int64],
    words: NDArray[np.int64],
    found: tuple[Floats, ...],
) -> pd.DataFrame:
    counts = cells.sums(np.column_stack([np.ones_like(words), words, hits])).astype(np.int64)
    groups = cells.groups
    if len(found[0]) < cells.size:  # all groups together
        groups = [ALL]
        counts = counts.reshape(len(cells.groups), -1, counts.shape[1]).sum(axis=0)
    repeat = len(labels)
    columns = {
        "query": np.repeat(labels, len(counts)),
        "group": np.tile(np.repeat(groups, len(cells.periods)), repeat),
        "period": np.tile(cells.periods, repeat * len(groups)),
        "hits": counts[:, 2:].T.ravel(),
        "tokens": np.tile(counts[:, 1], repeat),
        "articles": np.tile(counts[:, 0], repeat),
    }
    values = dict(zip(("rate", "low", "high"), (part.T.ravel() for part in found), strict=True))
    return pd.DataFrame(columns | values)


def frequent_words(tokens: Tokens, n: int = 4) -> dict[str, list[str]]:
    """The n most frequent lexemes that are no stop words, as keywords: label to exact forms.

    For a first look, where a study names no keywords.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
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
