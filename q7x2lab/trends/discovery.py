"""Words nobody asked for: every lexeme tested for a trend and a burst, with one correction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse, special

from q7x2lab.corpus.token_table import Tokens
from q7x2lab.stats.resampling import benjamini_hochberg
from q7x2lab.trends.cells import Cells, Floats, covered, make_cells
from q7x2lab.trends.tests import (
    FEWEST_HITS,
    FEWEST_PERIODS,
    p_values,
    relative_slopes,
)

LONGEST_BURST = 3  # periods
_FEWEST_ARTICLES = 5
_WORDS = [
    *("lexeme", "label", "hits", "articles", "slope", "p_trend", "q_trend", "start", "end"),
    *("ratio", "p_burst", "q_burst", "first", "last", "kind"),
]
_AT_ONCE = 2000  # lexemes tested together


@dataclass(frozen=True, eq=False, repr=False)
class Discovery:
    """Every lexeme's trend and burst.

    words: `lexeme label hits articles slope p_trend q_trend start end ratio p_burst q_burst first
    last kind`, the most certain first. slope: change a period as a share of the mean rate. start,
    end, ratio: the span of one to three periods in which the lexeme stands out most, and its rate
    there over the rate expected. first, last: periods of the first and last hit. kind: rise, fall
    or burst where q is at most `level`; new and vanished for a rise or fall from or to nothing
    over a third of the periods; "" elsewhere. tested: how many tests were corrected together.
    refused: in words why nothing was tested, "" where it was.

    >>> words = pd.DataFrame({"label": ["غاز", "حرب"], "kind": ["rise", ""]})
    >>> Discovery(words, "month", 0.05, 4)
    Discovery: 2 lexemes tested, 1 rise at q <= 0.05
    """

    words: pd.DataFrame
    period: str
    level: float
    tested: int
    refused: str = ""

    def __repr__(self) -> str:
        if self.refused:
            return f"Discovery: nothing tested ({self.refused})"
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
    """Every lexeme that is no stop word tested for trend and burst over the whole corpus.

    within: hits are set against those expected if each group (outlet) kept its own rate, so that
    an outlet that begins or stops publishing shows no trend in the words it favours (indirect
    standardisation; Breslow and Day 1987); None for plain rates. min_hits: fewer get no test, nor
    do lexemes of fewer than 5 articles. The trend test is that of `Trend.tests`; the burst a scan
    over spans of one to three periods, its tail corrected for their number and for clumping
    within articles. Both tests of all lexemes share one correction (Benjamini and Hochberg 1995).
    Fewer than 8 periods with articles get no test: see `refused`.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> months = pd.period_range("2022-01", periods=12, freq="M").to_timestamp()
    >>> table = pd.DataFrame({"id": [str(i) for i in range(12)], "date": months, "outlet": "x",
    ...                       "text": ["غاز " * i + "سوق " * (99 - i) for i in range(1, 13)]})
    >>> found = discover_words(tokenize_corpus(Corpus(table), lexemes="none"))
    >>> sorted(found.words[["label", "kind"]].values.tolist())
    [['سوق', 'fall'], ['غاز', 'rise']]
    """
    cells = make_cells(tokens, period, within)
    n = len(cells.periods)
    by_cell = _exposure(tokens, cells)
    there = covered(by_cell)
    by_cell = np.where(there, by_cell, 0.0)
    published = by_cell.sum(axis=0) > 0
    if published.sum() < FEWEST_PERIODS:
        reason = f"{published.sum()} {period}s with articles; a test needs {FEWEST_PERIODS}"
        return Discovery(pd.DataFrame(columns=_WORDS), period, level, 0, reason)
    chosen, counts, clump, articles = _counts(tokens, cells, min_hits)
    parts = []
    for begin in range(0, chosen.size, _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        cubed = counts[part].toarray().reshape(-1, len(cells.groups), n)
        cubed = np.where(there, cubed, 0.0)
        own = cubed.sum(axis=2) / np.maximum(by_cell.sum(axis=1), 1)
        expected = own @ by_cell
        parts.append(_tested(cubed.sum(axis=1), expected, clump[part], published, cells.periods))
    if not parts:
        reason = f"no lexeme has {min_hits} hits in {_FEWEST_ARTICLES} articles"
        return Discovery(pd.DataFrame(columns=_WORDS), period, level, 0, reason)
    words = pd.concat(parts, ignore_index=True)
    names = np.array(tokens.lexemes, object)[chosen], np.array(tokens.labels, object)[chosen]
    for place, (name, values) in enumerate(
        zip(("lexeme", "label", "articles"), (*names, articles), strict=True)
    ):
        words.insert(place, name, values)
    seen = [name for name, there in zip(cells.periods, published, strict=True) if there]
    return _judged(words, seen, period, level)


def _exposure(tokens: Tokens, cells: Cells) -> Floats:
    words = tokens.tokens_per_article[cells.rows] * cells.weight
    return cells.sums(words[:, None]).reshape(len(cells.groups), len(cells.periods))


def _counts(
    tokens: Tokens, cells: Cells, min_hits: int
) -> tuple[NDArray[np.intp], sparse.csr_array, Floats, NDArray[np.int64]]:
    """Lexemes to test, their hits by cell, how they clump in articles, their articles."""
    content = (tokens.kinds <= 1) & ~tokens.stop
    totals = np.bincount(
        tokens.lexeme[content], weights=tokens.counts[content], minlength=len(tokens.lexemes)
    )
    row = np.full(totals.size, -1)
    chosen = np.flatnonzero(totals >= min_hits)
    row[chosen] = np.arange(chosen.size)
    of_type = np.where(content, row[tokens.lexeme], -1)
    place = np.full(tokens.n_articles, -1)
    place[cells.rows] = np.arange(cells.rows.size)
    lexeme, article = of_type[tokens.type], place[tokens.article]
    kept = (lexeme >= 0) & (article >= 0)
    shape = (chosen.size, cells.rows.size)
    hits = sparse.coo_array((np.ones(kept.sum()), (lexeme[kept], article[kept])), shape).tocsr()
    _, cluster = np.unique(cells.clusters, return_inverse=True)
    hits = hits.multiply(cells.weight[None, :]).tocsr()
    whole = hits @ _membership(cluster, cluster.max() + 1)
    sums = np.asarray(whole.sum(axis=1)).ravel()
    clump = np.maximum(np.asarray((whole**2).sum(axis=1)).ravel() / np.maximum(sums, 1e-9), 1.0)
    articles = np.diff(whole.indptr)
    enough = (articles >= _FEWEST_ARTICLES) & (sums >= min_hits)
    size = len(cells.groups) * len(cells.periods)
    by_cell = hits[enough] @ _membership(cells.cell, size)
    return chosen[enough], by_cell, clump[enough], articles[enough]


def _membership(number: NDArray[np.intp], size: int) -> sparse.csr_array:
    ones = np.ones(number.size)
    return sparse.csr_array((ones, (np.arange(number.size), number)), (number.size, size))


def _tested(
    hits: Floats, expected: Floats, clump: Floats, published: NDArray[np.bool_], periods: list[str]
) -> pd.DataFrame:
    """Trend and burst of each row; the rate is hits over hits expected."""
    with np.errstate(all="ignore"):
        rate = np.where(expected > 0.05, hits / expected, np.nan)
    enough = (~np.isnan(rate)).sum(axis=1) >= FEWEST_PERIODS
    trend = np.where(enough, p_values(rate, expected, clump), np.nan)
    start, end, ratio, burst = _scan(hits[:, published], expected[:, published], clump)
    names = np.array(periods, object)
    seen = names[published]
    table = {
        "hits": hits.sum(axis=1).astype(int), "slope": relative_slopes(rate), "p_trend": trend,
        "start": seen[start], "end": seen[end], "ratio": ratio, "p_burst": burst,
        "first": names[(hits > 0).argmax(axis=1)],
        "last": names[len(names) - 1 - (hits[:, ::-1] > 0).argmax(axis=1)],
    }  # fmt: skip
    return pd.DataFrame(table)


def _scan(hits: Floats, expected: Floats, clump: Floats) -> tuple[NDArray[np.intp], ...]:
    """First and last period, ratio and p of the span that stands out most in each row."""
    rows, n = hits.shape
    best = np.full(rows, np.inf)
    start, end, ratio = np.zeros(rows, int), np.zeros(rows, int), np.ones(rows)
    seen, due = (np.pad(np.cumsum(part, axis=1), ((0, 0), (1, 0))) for part in (hits, expected))
    tried = 0
    for width in range(1, min(LONGEST_BURST, n // 4) + 1):
        h, e = seen[:, width:] - seen[:, :-width], due[:, width:] - due[:, :-width]
        tail = special.gammainc(np.maximum(h, 1e-9) / clump[:, None], e / clump[:, None])
        tail = np.where(h > 0, tail, 1.0)
        at = tail.argmin(axis=1)
        less = tail[np.arange(rows), at] < best
        chosen = np.flatnonzero(less), at[less]
        best[less], start[less], end[less] = tail[chosen], at[less], at[less] + width - 1
        ratio[less] = h[chosen] / np.maximum(e[chosen], 1e-9)
        tried += h.shape[1]
    return start, end, ratio, np.minimum(best * tried, 1.0)  # type: ignore[return-value]


def _judged(words: pd.DataFrame, periods: list[str], period: str, level: float) -> Discovery:
    both = words[["p_trend", "p_burst"]].to_numpy(float)
    q = benjamini_hochberg(both.ravel()).reshape(both.shape)
    words["q_trend"], words["q_burst"] = q.T
    trend, burst = words["q_trend"] <= level, words["q_burst"] <= level
    third = len(periods) // 3
    late, early = words["first"] >= periods[third], words["last"] < periods[-third]
    up = words["slope"] > 0
    cases = [trend & up & late, trend & up, trend & ~up & early, trend & ~up, burst]
    words["kind"] = np.select(cases, ["new", "rise", "vanished", "fall", "burst"], "")
    order = words[["q_trend", "q_burst"]].min(axis=1).argsort(kind="stable")
    tested = int((~np.isnan(both)).sum())
    return Discovery(words.iloc[order][_WORDS].reset_index(drop=True), period, level, tested)
