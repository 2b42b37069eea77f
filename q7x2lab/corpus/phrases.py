"""Multi-word names, found by how firmly their words go together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import xlogy

from q7x2lab.arabic.letters import fold_all
from q7x2lab.errors import AnalysisError, did_you_mean

if TYPE_CHECKING:
    from q7x2lab.corpus.token_table import Tokens

MEASURES = ("npmi", "log_likelihood")
_LONGEST = 4


def _npmi(both: np.ndarray, left: np.ndarray, right: np.ndarray, total: int) -> np.ndarray:
    """Normalised pointwise mutual information: 1 always together, 0 as chance has it."""
    certain = both == total
    surprise = -np.log(np.where(certain, 0.5, both / total))
    return np.where(certain, 1.0, np.log(both * total / (left * right)) / surprise)


def _log_likelihood(
    both: np.ndarray, left: np.ndarray, right: np.ndarray, total: int
) -> np.ndarray:
    """Dunning's G², negative where the words avoid each other."""
    rows, columns = np.stack([left, total - left]), np.stack([right, total - right])
    seen = np.stack([both, left - both, right - both, total - left - right + both])
    cells = xlogy(seen, seen).sum(0)
    margins = xlogy(rows, rows).sum(0) + xlogy(columns, columns).sum(0)
    g2 = 2 * (cells - margins + xlogy(total, total))
    return np.where(both * total >= left * right, g2, -g2)


def _runs(tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """The lexeme at each token, -1 at what is no word, and where the next token is adjacent.

    Adjacent: in the same article with one character between, so that no comma, bracket or line
    of its own stands between the words of a phrase.
    """
    lexeme = np.where(tokens.kinds[tokens.type] <= 1, tokens.lexeme[tokens.type], -1)
    gap = tokens.start[1:] - tokens.end[:-1]
    joined = (tokens.article[1:] == tokens.article[:-1]) & (gap == 1)
    joined &= (lexeme[1:] >= 0) & (lexeme[:-1] >= 0)
    return lexeme.astype(np.int64), np.append(joined, False)


class _Grams:
    """Frequent sequences of 1 to 4 lexemes; number -1 where a token begins none of that length."""

    def __init__(self, tokens: Tokens, min_count: int) -> None:
        lexeme, joined = _runs(tokens)
        self.at = [lexeme]
        self.counts = [np.bincount(lexeme[lexeme >= 0], minlength=len(tokens.lexemes))]
        for _ in range(2, _LONGEST + 1):
            shorter = self.at[-1]
            after = np.append(shorter[1:], -1)
            place = np.flatnonzero(joined & (shorter >= 0) & (after >= 0))
            pair = shorter[place] * max(len(self.counts[-1]), 1) + after[place]
            _, number, count = np.unique(pair, return_inverse=True, return_counts=True)
            kept = count >= min_count
            renumbered = np.where(kept, np.cumsum(kept) - 1, -1)
            self.at.append(np.full(len(lexeme), -1))
            self.at[-1][place] = renumbered[number]
            self.counts.append(count[kept])


def _scores(grams: _Grams, length: int, first: np.ndarray, measure: str) -> np.ndarray:
    """The weakest link: the lowest association over the places where a phrase can be cut in two."""
    associate = _npmi if measure == "npmi" else _log_likelihood
    total = int(grams.counts[0].sum())
    weakest = np.full(len(first), np.inf)
    for cut in range(1, length):
        left = grams.counts[cut - 1][grams.at[cut - 1][first]]
        right = grams.counts[length - cut - 1][grams.at[length - cut - 1][first + cut]]
        both = grams.counts[length - 1].astype(float)
        association = associate(both, left.astype(float), right.astype(float), total)
        weakest = np.minimum(weakest, association)
    return weakest


def find_phrases(
    tokens: Tokens, *, min_count: int = 20, measure: str = "npmi", min_score: float | None = None
) -> pd.DataFrame:
    """Multi-word names of 2 to 4 words: `phrase count score`, the best score first.

    Sequences are counted by lexeme, so وللولايات المتحدة counts with الولايات المتحدة, and shown in
    their most frequent spelling without a clitic in front. Nothing but one character stands
    between the words; a phrase neither begins nor ends with a stop word. The score of a longer
    phrase is that of its weakest cut into two. A part of a longer phrase is left out unless it
    occurs min_count times outside.

    min_count: least occurrences. measure: "npmi" (Bouma 2009, "Normalized (pointwise) mutual
    information in collocation extraction", -1 to 1) or "log_likelihood" (Dunning 1993, "Accurate
    methods for the statistics of surprise and coincidence", G² of the two-by-two table, negative
    where the words avoid each other). min_score: least score; by default 0.4 for npmi, and 10.83
    for log_likelihood (p = .001 of χ² with one degree of freedom). Raises AnalysisError for an
    unknown measure or a min_count below 2.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> texts = ["زار مجلس الأمن", "قال مجلس الأمن", "عاد الرئيس"]
    >>> table = pd.DataFrame({"id": list("abc"), "date": pd.NaT, "outlet": "x", "text": texts})
    >>> find_phrases(tokenize_corpus(Corpus(table)), min_count=2)
            phrase  count  score
    0  مجلس الأمن      2    1.0
    """
    if measure not in MEASURES:
        raise AnalysisError(f"unknown measure {measure!r}", remedy=did_you_mean(measure, MEASURES))
    if min_count < 2:
        raise AnalysisError(
            f"min_count {min_count}: what occurs once is no phrase", remedy="ask for 2 or more"
        )
    least = {"npmi": 0.4, "log_likelihood": 10.83}[measure] if min_score is None else min_score
    grams = _Grams(tokens, min_count)
    stop = tokens.stop[tokens.type]
    covered = np.zeros(len(stop), dtype=bool)
    found: list[tuple[str, int, float]] = []
    for length in range(_LONGEST, 1, -1):
        places = np.flatnonzero(grams.at[length - 1] >= 0)
        number = grams.at[length - 1][places]
        counts = grams.counts[length - 1]
        order = np.argsort(number, kind="stable")
        runs = np.split(places[order], np.cumsum(counts)[:-1]) if len(counts) else []
        first = np.array([run[0] for run in runs], dtype=np.int64)
        score = _scores(grams, length, first, measure)
        inside = covered[places] & covered[places + length - 1]
        good = (score >= least) & ~stop[first] & ~stop[first + length - 1]
        good &= np.bincount(number, ~inside, minlength=len(counts)) >= min_count
        for n in np.flatnonzero(good):
            found.append((_label(tokens, runs[n], length), len(runs[n]), float(score[n])))
        kept = places[good[number]]
        covered[(kept[:, None] + np.arange(length)).ravel()] = True
    frame = pd.DataFrame(found, columns=["phrase", "count", "score"])
    return frame.sort_values(
        ["score", "count", "phrase"], ascending=[False, False, True], ignore_index=True
    )


def _label(tokens: Tokens, places: np.ndarray, length: int) -> str:
    """The most frequent spelling, a clitic in front left out if it is ever printed without."""
    words = tokens.type[places[:, None] + np.arange(length)]
    rows, counts = np.unique(words, axis=0, return_counts=True)
    spellings = [" ".join(tokens.forms[row]) for row in rows]
    known = set(spellings)
    ranked = sorted(zip(-counts, spellings, strict=True))
    plain = [s for _, s in ranked if not (s[0] in "وفبكل" and {s[1:], "ا" + s[1:]} & known)]
    return plain[0] if plain else ranked[0][1]


def _sequences(tokens: Tokens, phrases: Iterable[str]) -> dict[tuple[int, ...], str]:
    """Lexeme numbers of each phrase whose words all occur, the longest phrases first."""
    order = np.argsort(tokens.counts, kind="stable")  # of equal spellings the most frequent wins
    folded = fold_all(tokens.forms[order].tolist())
    lexeme = dict(zip(folded, tokens.lexeme[order].tolist(), strict=True))
    sequences: dict[tuple[int, ...], str] = {}
    for phrase in sorted(phrases, key=lambda phrase: -len(phrase.split())):
        numbers = tuple(lexeme.get(word, -1) for word in fold_all(phrase.split()))
        if len(numbers) > 1 and min(numbers) >= 0:
            sequences.setdefault(numbers, phrase)
    return sequences


def join_phrases(tokens: Tokens, phrases: pd.DataFrame | Iterable[str]) -> Tokens:
    """The tokens with each occurrence of a phrase made one token, a lexeme of its own.

    For counting: a document-term matrix then has a column الولايات المتحدة. Search the tokens as
    they were, since a query of two words looks for two tokens. The offsets of a joined token span
    its words; where phrases overlap the longer one, then the one further up wins.

    phrases: what find_phrases returned, or phrases as strings; one whose words the corpus does not
    have is passed over.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": ["مجلس الأمن"]})
    >>> joined = join_phrases(tokenize_corpus(Corpus(table)), ["مجلس الأمن"])
    >>> joined.n_tokens, joined.forms[joined.type[0]]
    (1, 'مجلس الأمن')
    """
    if isinstance(phrases, pd.DataFrame):
        phrases = phrases["phrase"].tolist()
    sequences = _sequences(tokens, phrases)
    lexeme, linked = _runs(tokens)
    order = np.argsort(lexeme, kind="stable")
    ranked = lexeme[order]
    types, ends = tokens.type.copy(), tokens.end.copy()
    inside, taken = np.zeros(len(types), dtype=bool), np.zeros(len(types), dtype=bool)
    for number, sequence in enumerate(sequences, start=len(tokens.forms)):
        low, high = np.searchsorted(ranked, [sequence[0], sequence[0] + 1])
        starts = order[low:high]
        for step, following in enumerate(sequence[1:], start=1):
            starts = starts[linked[starts + step - 1]]
            starts = starts[lexeme[starts + step] == following]
        for start in starts.tolist():
            span = slice(start, start + len(sequence))
            if not taken[span].any():
                taken[span], inside[start + 1 : span.stop] = True, True
                types[start], ends[start] = number, ends[span.stop - 1]
    names = np.array([*sequences.values(), None], dtype=object)[:-1]
    types = types[~inside]
    return replace(
        tokens,
        article=tokens.article[~inside],
        start=tokens.start[~inside],
        end=ends[~inside],
        type=types,
        forms=np.concatenate([tokens.forms, names]),
        counts=np.bincount(types, minlength=len(tokens.forms) + len(names)),
        kinds=np.concatenate([tokens.kinds, np.zeros(len(names), dtype=np.uint8)]),
    )
