"""What is counted: the hits of keywords in each article, and articles by group and period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.arabic.aliases import load_aliases
from q7x2lab.arabic.stop_words import is_stop
from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.model import article_clusters, article_labels, article_weights
from q7x2lab.corpus.periods import check_period, period_starts, stray_dates
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, QueryError, StudyError, expect_known
from q7x2lab.trends.regression import Floats

ALL = "all"
THIN = 0.1  # of a typical period's exposure: stray articles carry no rate
ROUNDS = 25  # of fitting; differences are then far below an interval's width
NOWHERE = "occurs nowhere in the corpus", "look at its forms with tokens.audit, or drop it"
STOPPED = "is of stop words alone", "name a word of the subject, or change arabic.stop_words"
MOST_STOPPED = 0.95  # of a keyword's hits: some forms of a stop word mean something else


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
            what = f"the keyword {label!r} names the alias group {name!r}, which is not there"
            expect_known(name, groups, what, QueryError, where="trends.keywords")
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
        counted = tokens.match(query)["surface"].value_counts().reset_index().assign(included=True)
        alike = tokens.audit(query).query("included == False")
        tables += [counted.assign(query=label), alike.assign(query=label)]
    return pd.concat(tables, ignore_index=True)[["query", "surface", "count", "included"]]


def hit_counts(tokens: Tokens, queries: Mapping[str, Any]) -> NDArray[np.int64]:
    """Hits of each query in each article, articles × queries; QueryError where there are none."""
    columns = []
    for label, query in queries.items():
        found = tokens.match(query)
        forms = found["surface"].value_counts()
        stopped = [all(is_stop(form.split(), classes=tokens.stop_words)) for form in forms.index]
        if forms[stopped].sum() > MOST_STOPPED * len(found) or found.empty:
            problem, remedy = NOWHERE if found.empty else STOPPED
            what = f"the keyword {label!r} ({query}) {problem}"
            raise QueryError(what, where="trends.keywords", remedy=remedy)
        columns.append(np.bincount(found["article"], minlength=tokens.n_articles))
    return np.column_stack(columns)


def frequent_words(tokens: Tokens, n: int = 4) -> dict[str, str]:
    """The n most frequent lexemes that are no stop words, as keywords: label to query.

    For a first look, where a study names no keywords.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نفط ونفط"})
    >>> frequent_words(tokenize_corpus(Corpus(table)), n=1)
    {'نفط': 'lexeme:نفط'}
    """
    dtm = document_term_matrix(tokens, min_articles=1, max_share=1)
    order = np.argsort(-dtm.counts.sum(axis=0), kind="stable")[:n]
    return {dtm.labels[place]: f"lexeme:{dtm.labels[place]}" for place in order}


@dataclass(frozen=True, eq=False)
class Cells:
    """Which cell (group × period) each article belongs to that has a date, and is not stray.

    rows: of the articles; cell, clusters and weight: of each of these.
    """

    rows: NDArray[np.intp]
    cell: NDArray[np.intp]
    groups: list[str]
    periods: list[str]
    clusters: NDArray[Any]
    weight: Floats

    def cube(self, values: Any) -> Any:
        """Sums of values (rows × columns): columns × groups × periods."""
        shape = len(self.groups), len(self.periods)
        return (members(self.cell, shape[0] * shape[1]) @ values).T.reshape(-1, *shape)


def members(number: NDArray[np.intp], size: int) -> sparse.csr_array:
    """Which rows each number stands at, size × rows: its product with values sums them.

    >>> (members(np.array([1, 0, 1]), 2) @ np.array([3, 4, 5])).tolist()
    [4.0, 8.0]
    """
    return sparse.eye_array(size, format="csr")[:, number]


def make_cells(tokens: Tokens, period: str | Sequence[Any], by: str | None) -> Cells:
    """The cells of the dated articles, from the corpus's first period to its last.

    period: a name of `PERIODS`, or dates at which a new period begins. Articles of `stray_dates`
    are left out. Raises StudyError for an unknown period or column and for breaks outside the
    corpus, AnalysisError without dates.
    """
    articles = tokens.articles
    name = article_labels(articles, by).fillna("") if by else pd.Series(ALL, articles.index)
    rows = np.flatnonzero(articles["date"].notna() & ~stray_dates(articles["date"]))
    if not rows.size:
        raise AnalysisError("no article has a date", remedy="map the date under corpus.columns")
    dates = articles["date"].iloc[rows]
    periods = _periods(dates, period)
    place = np.searchsorted(period_starts(periods), dates.to_numpy(), side="right") - 1
    group, groups = pd.factorize(name.iloc[rows], sort=True)
    clusters, weight = article_clusters(articles)[rows], article_weights(articles)[rows]
    return Cells(rows, group * len(periods) + place, list(groups), periods, clusters, weight)


def _periods(dates: pd.Series, period: str | Sequence[Any]) -> list[str]:
    first, last = dates.min().normalize(), dates.max().normalize()
    if isinstance(period, str):
        return pd.period_range(first, last, freq=check_period(period)).astype(str).tolist()
    breaks = pd.DatetimeIndex(sorted({pd.Timestamp(day) for day in period}))
    outside = breaks[(breaks <= first) | (breaks > last)]
    if len(outside):
        what = f"a period begins on {outside[0]:%Y-%m-%d}, outside the corpus"
        raise StudyError(what, remedy=f"the articles run from {first:%Y-%m-%d} to {last:%Y-%m-%d}")
    ends = [*(breaks - pd.Timedelta(days=1)), last]
    return [f"{a:%Y-%m-%d}/{b:%Y-%m-%d}" for a, b in zip([first, *breaks], ends, strict=True)]


def covered(exposure: Floats) -> NDArray[np.bool_]:
    """Which periods (columns) each group (row) really published in, from words or articles.

    A few stray articles, from an archive or after an outlet has stopped, carry no rate: covered
    is a period with at least a tenth of the exposure of a typical one: the mean, over words, of
    what was published in their period.

    >>> covered(np.array([[0, 3, 900, 800, 1000, 7]])).tolist()
    [[False, False, True, True, True, False]]
    """
    typical = (exposure**2).sum(axis=1, keepdims=True) / exposure.sum(axis=1, keepdims=True)
    return (exposure > 0) & (exposure >= THIN * typical)


def standard_exposure(hits: Floats, base: Floats) -> Floats:
    """The exposure of each period, had every group its average share: (…, groups, periods) to
    (…, periods).

    Each group is counted by how often it uses the word, relative to the others in the periods
    that they share, so that one which begins or stops moves no rate. Rates of groups are taken to
    rise and fall together: the fit is that of a log-linear model of group and period (Poisson, by
    iterative proportional fitting; Bishop, Fienberg and Holland 1975). Units are those of base.

    >>> base = np.array([[100.0, 100, 100, 0], [0, 100, 100, 100]])
    >>> standard_exposure(np.array([0.01, 0.03])[:, None] * base, base).round().tolist()
    [50.0, 200.0, 200.0, 150.0]
    """
    own, total = hits.sum(axis=-1), hits.sum(axis=-2)
    level = np.ones_like(total)
    with np.errstate(all="ignore"):
        for _ in range(ROUNDS):
            usual = np.nan_to_num(own / (base * level[..., None, :]).sum(axis=-1))
            usual = np.maximum(usual, 1e-3 * usual.max(axis=-1, keepdims=True))
            expected = (usual[..., None] * base).sum(axis=-2)
            level = np.nan_to_num(total / expected)
    whole = (level * base.sum(axis=-2)).sum(axis=-1, keepdims=True)
    return expected * whole / total.sum(axis=-1, keepdims=True)
