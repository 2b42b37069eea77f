"""Words nobody asked for: every lexeme tested for a trend and a burst, with one correction."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse, special

from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError
from q7x2lab.stats.resampling import benjamini_hochberg
from q7x2lab.trends.counts import covered, make_cells, members
from q7x2lab.trends.rates import FEWEST_HITS, FEWEST_PERIODS, time_of, why_refused
from q7x2lab.trends.regression import Floats, fit_line

LONGEST_BURST = 3  # periods
FEWEST_ARTICLES = 5  # a word of fewer is somebody's, whatever its hits
# Of the hits expected in a third of the periods, up to which a word is new or vanished: خاشقجي had
# some before October 2018.
NEXT_TO_NOTHING = 0.1
TINY = 1e-9
WORDS = ["lexeme", "label", "hits", "articles", "ratio", "p_trend", "q_trend", "start", "end"]
WORDS += ["burst_ratio", "p_burst", "q_burst", "first", "last", "kind"]


@dataclass(frozen=True, eq=False, repr=False)
class Discovery:
    """Every lexeme's trend and burst.

    Attributes
    ----------
    words
        ``lexeme``, ``label``, ``hits``, ``articles``; ``ratio``: the fitted rate in the last
        period over that in the first, with ``p_trend`` and ``q_trend``; ``start``, ``end`` and
        ``burst_ratio``: the span of one to three periods in which the lexeme stands out most, and
        its rate there over the rate expected, with ``p_burst`` and ``q_burst``; ``first`` and
        ``last`` period with a hit; ``kind``: rise, fall or burst where its q is at most `level`;
        new where the word rises and has at most a tenth of the hits expected in the first third
        of the periods, and either q_trend is or q_burst and p_trend are; vanished where it falls
        and the same holds for the last third; else empty.
        The most certain come first.
    period
        The length of a period.
    level
        The q up to which a word is called.

    Examples
    --------
    >>> words = pd.DataFrame({"label": ["غاز", "حرب"], "kind": ["rise", ""]})
    >>> Discovery(words, "month", 0.05)
    Discovery: 2 lexemes, 1 called
    """

    words: pd.DataFrame
    period: str
    level: float

    def __repr__(self) -> str:
        called = (self.words["kind"] != "").sum()
        return f"Discovery: {len(self.words):,} lexemes, {called:,} called"


def discover_words(
    tokens: Tokens,
    *,
    period: str = "month",
    within: str | None = "outlet",
    min_hits: int = FEWEST_HITS,
    level: float = 0.05,
) -> Discovery:
    """Every lexeme with enough hits tested for a trend and a burst over the whole corpus.

    Parameters
    ----------
    period
        day, week, month, quarter or year.
    within
        Hits are set against those expected if each group (outlet) kept its own rate, so that an
        outlet that begins or stops publishing shows no trend in the words that it favours; None
        for plain rates.
    min_hits
        Lexemes with fewer, or of fewer than 5 articles, get no test. Stop words are left out.
    level
        The q up to which a word is called.

    Raises
    ------
    AnalysisError
        With fewer than 8 periods with articles, or no lexeme of enough hits.

    Notes
    -----
    Trends: `regression.fit_line`, with the hits expected as exposure (indirect standardisation;
    Breslow and Day 1987, Statistical Methods in Cancer Research II, chapter 2). Bursts: a scan
    over spans of one to three periods, its Poisson tail corrected for their number and for
    clumping within articles. Trends and bursts are two families, each corrected by Benjamini and
    Hochberg (1995).

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> months = pd.period_range("2022-01", periods=12, freq="M").to_timestamp()
    >>> table = pd.DataFrame({"id": [str(i) for i in range(12)], "date": months, "outlet": "x",
    ...                       "text": ["غاز " * i + "سوق " * (99 - i) for i in range(1, 13)]})
    >>> found = discover_words(tokenize_corpus(Corpus(table), lexemes="none"))
    >>> found.words.loc[found.words["kind"] != "", ["label", "kind"]].values.tolist()
    [['غاز', 'rise']]
    """
    cells = make_cells(tokens, period, within)
    (base,) = cells.cube((tokens.tokens_per_article[cells.rows] * cells.weight)[:, None])
    # The whole is looked at too: a stray article of another year has a group of its own size.
    there = covered(base) & covered(base.sum(axis=0, keepdims=True))
    base = np.where(there, base, 0.0)
    published = np.asarray(there.any(axis=0))
    if refused := why_refused(int(published.sum()), FEWEST_HITS):
        raise AnalysisError(refused, remedy="take shorter periods")
    dtm = document_term_matrix(tokens, min_articles=FEWEST_ARTICLES, max_share=1)
    group, place = np.divmod(cells.cell, len(cells.periods))
    counts = dtm.counts[cells.rows].multiply((cells.weight * there.ravel()[cells.cell])[:, None])
    whole = sparse.csc_array(members(cells.clusters, cells.clusters.max() + 1) @ counts)
    articles, total = np.diff(whole.indptr), whole.sum(axis=0)
    enough = np.flatnonzero((articles >= FEWEST_ARTICLES) & (total >= min_hits))
    if not enough.size:
        raise AnalysisError(f"no lexeme has {min_hits} hits in {FEWEST_ARTICLES} articles")
    counts = sparse.csc_array(counts)[:, enough]
    own = (members(group, len(there)) @ counts).toarray().T
    hits = (members(place, len(published)) @ counts).toarray().T
    clump = np.maximum((whole**2).sum(axis=0) / total, 1.0)[enough]
    expected = own / np.maximum(base.sum(axis=1), 1) @ base
    table = _tested(hits[:, published], expected[:, published], clump, time_of(published))
    for name, words in (("lexeme", dtm.lexemes), ("label", dtm.labels)):
        table[name] = np.array(words, object)[enough]
    table["articles"] = articles[enough]
    periods = np.array(cells.periods, object)[published]
    return Discovery(_called(table, periods, level), period, level)


def _tested(hits: Floats, expected: Floats, clump: Floats, time: Floats) -> pd.DataFrame:
    """Trend and burst of each row: the span that stands out most; periods as numbers."""
    n, rows = hits.shape[1], np.arange(len(hits))
    widths = range(1, min(LONGEST_BURST, n // 4) + 1)
    spans = [(first, first + width) for width in widths for first in range(n - width + 1)]
    start, end = np.array(spans).T
    seen, due = (np.pad(np.cumsum(part, axis=1), ((0, 0), (1, 0))) for part in (hits, expected))
    h, e = (part[:, end] - part[:, start] for part in (seen, due))
    tail = special.gammainc(np.maximum(h, TINY) / clump[:, None], e / clump[:, None])
    best = np.where(h > 0, tail, 1.0).argmin(axis=1)
    few, table = (expected > 0).sum(axis=1) < FEWEST_PERIODS, fit_line(hits, expected, time)
    table["p_trend"] = table["p"].mask(few)
    table["start"], table["end"] = start[best], end[best] - 1
    table["burst_ratio"] = h[rows, best] / e[rows, best]
    table["p_burst"] = np.minimum(tail[rows, best] * len(spans), 1.0)
    table["hits"], table["first"] = seen[:, -1].round().astype(int), (hits > 0).argmax(axis=1)
    table["last"] = n - 1 - (hits[:, ::-1] > 0).argmax(axis=1)
    for name, third in (("early", slice(n // 3)), ("late", slice(-(n // 3), None))):
        table[name] = hits[:, third].sum(axis=1) / np.maximum(expected[:, third].sum(axis=1), TINY)
    return table


def _called(words: pd.DataFrame, periods: NDArray[np.object_], level: float) -> pd.DataFrame:
    """The columns of `WORDS`, the most certain first."""
    for family in ("trend", "burst"):
        words[f"q_{family}"] = benjamini_hochberg(words[f"p_{family}"])
    trend, burst = (words[f"q_{family}"] <= level for family in ("trend", "burst"))
    up, called = words["ratio"] > 1, trend | (burst & (words["p_trend"] <= level))
    new = called & up & (words.pop("early") < NEXT_TO_NOTHING)
    gone = called & ~up & (words.pop("late") < NEXT_TO_NOTHING)
    cases = [new, gone, trend & up, trend, burst]
    words["kind"] = np.select(cases, ["new", "vanished", "rise", "fall", "burst"], "")
    for name in ("start", "end", "first", "last"):
        words[name] = periods[words[name]]
    order = words[["q_trend", "q_burst"]].min(axis=1).argsort(kind="stable")
    return words.iloc[order][WORDS].reset_index(drop=True)
