"""Words nobody asked for: every lexeme tested for a trend and a burst, with one correction."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse, special

from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, counted
from q7x2lab.stats.resampling import benjamini_hochberg
from q7x2lab.trends.cells import covered, make_cells
from q7x2lab.trends.rates import FEWEST_HITS, FEWEST_PERIODS, time_of
from q7x2lab.trends.regression import Floats, fit_line

LONGEST_BURST = 3  # periods
FEWEST_ARTICLES = 5  # a word of fewer is somebody's, whatever its hits
AT_ONCE = 2000  # lexemes tested together, for memory
WORDS = ("lexeme", "label", "hits", "articles", "ratio", "p_trend", "q_trend", "start", "end",
         "burst_ratio", "p_burst", "q_burst", "first", "last", "kind")  # fmt: skip


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
        new where the word has no hit in the first third of the periods and some in the last, and
        either q_trend is or q_burst and p_trend are; vanished the other way round; else empty.
        The most certain come first.
    period
        The length of a period.
    level
        The q up to which a word is called.

    Examples
    --------
    >>> words = pd.DataFrame({"label": ["غاز", "حرب"], "kind": ["rise", ""]})
    >>> Discovery(words, "month", 0.05)
    Discovery: 2 lexemes tested, 1 rise at q <= 0.05
    """

    words: pd.DataFrame
    period: str
    level: float

    def __repr__(self) -> str:
        kinds = self.words["kind"].value_counts().drop("", errors="ignore")
        found = ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "nothing"
        return f"Discovery: {len(self.words):,} lexemes tested, {found} at q <= {self.level}"


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
    shape = (len(cells.groups), len(cells.periods))
    words = tokens.tokens_per_article[cells.rows] * cells.weight
    base = cells.sums(words).reshape(shape)
    # The whole is looked at too: a stray article of another year has a group of its own size.
    there = covered(base) & covered(base.sum(axis=0, keepdims=True))
    base = np.where(there, base, 0.0)
    published = base.sum(axis=0) > 0
    if published.sum() < FEWEST_PERIODS:
        have = counted(int(published.sum()), period)
        raise AnalysisError(f"{have} with articles; a test needs {FEWEST_PERIODS}",
                            remedy="take shorter periods")  # fmt: skip
    dtm = document_term_matrix(tokens, min_articles=FEWEST_ARTICLES, max_share=1)
    hits = sparse.csc_array(dtm.counts[cells.rows].multiply(cells.weight[:, None]))
    one_each = sparse.csr_array((np.ones(len(words)), (pd.factorize(cells.clusters)[0],
                                                       np.arange(len(words)))))  # fmt: skip
    whole = sparse.csc_array(one_each @ hits)
    articles = np.diff(whole.indptr)
    enough = np.flatnonzero((articles >= FEWEST_ARTICLES) & (hits.sum(axis=0) >= min_hits))
    if not enough.size:
        raise AnalysisError(f"no lexeme has {min_hits} hits in {FEWEST_ARTICLES} articles")
    parts = []
    for chosen in np.array_split(enough, -(-enough.size // AT_ONCE)):
        own = whole[:, chosen]
        clump = np.maximum((own**2).sum(axis=0) / own.sum(axis=0), 1.0)
        cubed = cells.sums(hits[:, chosen]).toarray().T.reshape(-1, *shape) * there
        usual = cubed.sum(axis=2) / np.maximum(base.sum(axis=1), 1)
        parts.append(_tested(cubed.sum(axis=1), usual @ base, clump, published))
    table = pd.concat(parts, ignore_index=True).assign(
        lexeme=np.array(dtm.lexemes, object)[enough], label=np.array(dtm.labels, object)[enough],
        articles=articles[enough],
    )  # fmt: skip
    return Discovery(_called(table, cells.periods, published, level), period, level)


def _tested(
    hits: Floats, expected: Floats, clump: Floats, published: NDArray[np.bool_]
) -> pd.DataFrame:
    """Trend and burst of each row; periods as numbers."""
    line = fit_line(hits, expected, time_of(published))
    enough = (expected > 0).sum(axis=1) >= FEWEST_PERIODS
    places, last = np.flatnonzero(published), hits.shape[1] - 1
    bursts = _scan(hits[:, published], expected[:, published], clump)
    bursts[["start", "end"]] = places[bursts[["start", "end"]]]
    return bursts.assign(
        hits=hits.sum(axis=1).round().astype(int), ratio=np.exp(line.log_ratio),
        p_trend=np.where(enough, line.p, np.nan), first=(hits > 0).argmax(axis=1),
        last=last - (hits[:, ::-1] > 0).argmax(axis=1),
    )  # fmt: skip


def _scan(hits: Floats, expected: Floats, clump: Floats) -> pd.DataFrame:
    """First and last period, ratio and p of the span that stands out most in each row."""
    n, rows = hits.shape[1], np.arange(len(hits))
    widths = range(1, min(LONGEST_BURST, n // 4) + 1)
    spans = [(first, first + width) for width in widths for first in range(n - width + 1)]
    start, end = np.array(spans).T
    seen, due = (np.pad(np.cumsum(part, axis=1), ((0, 0), (1, 0))) for part in (hits, expected))
    h, e = (part[:, end] - part[:, start] for part in (seen, due))
    with np.errstate(all="ignore"):
        tail = special.gammainc(np.maximum(h, 1e-9) / clump[:, None], e / clump[:, None])
        tail, ratio = np.where(h > 0, tail, 1.0), h / np.maximum(e, 1e-9)
    best = tail.argmin(axis=1)
    p = np.minimum(tail[rows, best] * len(spans), 1.0)
    columns = {"start": start[best], "end": end[best] - 1}
    return pd.DataFrame(columns | {"burst_ratio": ratio[rows, best], "p_burst": p})


def _called(
    words: pd.DataFrame, periods: list[str], published: NDArray[np.bool_], level: float
) -> pd.DataFrame:
    """The columns of `WORDS`, the most certain first."""
    for family in ("trend", "burst"):
        words[f"q_{family}"] = benjamini_hochberg(words[f"p_{family}"])
    trend, burst = (words[f"q_{family}"] <= level for family in ("trend", "burst"))
    up, called = words["ratio"] > 1, trend | (burst & (words["p_trend"] <= level))
    seen = np.flatnonzero(published)
    begin, end = seen[len(seen) // 3], seen[-(len(seen) // 3)]
    first, last = words["first"], words["last"]
    lasts = last - first >= LONGEST_BURST  # what comes and goes within that is a burst
    new = called & up & (first >= begin) & ((last == seen[-1]) | (lasts & (last >= end)))
    gone = called & ~up & (last < end) & ((first == seen[0]) | (lasts & (first < begin)))
    cases = [new, gone, trend & up, trend, burst]
    words["kind"] = np.select(cases, ["new", "vanished", "rise", "fall", "burst"], "")
    for name in ("start", "end", "first", "last"):
        words[name] = np.array(periods, object)[words[name]]
    order = words[["q_trend", "q_burst"]].min(axis=1).argsort(kind="stable")
    return words.iloc[order][list(WORDS)].reset_index(drop=True)
