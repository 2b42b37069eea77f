"""Multi-word names, found by how firmly their words go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import xlogy

from q7x2lab.errors import AnalysisError, did_you_mean

if TYPE_CHECKING:
    from q7x2lab.corpus.tokens import Tokens

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
        both = grams.counts[length - 1]
        weakest = np.minimum(
            weakest, associate(*(x.astype(float) for x in (both, left, right)), total)
        )
    return weakest


def find_phrases(
    tokens: Tokens, *, min_count: int = 20, measure: str = "npmi", min_score: float | None = None
) -> pd.DataFrame:
    """Multi-word names of 2 to 4 words: phrase, count, score; the best score first.

    Sequences are counted by lexeme, so وللولايات المتحدة counts with الولايات المتحدة, and shown in
    their most frequent spelling. A phrase stands within one sentence part, without punctuation,
    and neither begins nor ends with a stop word. The score of a longer phrase is that of its
    weakest cut into two. A part of a longer phrase is left out unless it occurs min_count times
    outside.

    min_count: least occurrences. measure: npmi (Bouma 2009, -1 to 1) or log_likelihood (Dunning
    1993, G² of the two by two table). min_score: least score; by default 0.4 for npmi, and 10.83
    for log_likelihood (p = .001 of χ² with one degree of freedom).
    """
    if measure not in MEASURES:
        raise AnalysisError(f"unknown measure {measure!r}", remedy=did_you_mean(measure, MEASURES))
    least = {"npmi": 0.4, "log_likelihood": 10.83}[measure] if min_score is None else min_score
    grams = _Grams(tokens, min_count)
    stop = tokens.stop[tokens.type]
    covered = np.zeros(len(stop), dtype=bool)
    found: list[tuple[str, int, float]] = []
    for length in range(_LONGEST, 1, -1):
        at = grams.at[length - 1]
        places = np.flatnonzero(at >= 0)
        numbers, index = np.unique(at[places], return_index=True)
        if not len(numbers):
            continue
        first = places[index]
        score = _scores(grams, length, first, measure)
        good = (score >= least) & ~stop[first] & ~stop[first + length - 1]
        inside = covered[places] & covered[places + length - 1]
        outside = np.bincount(at[places], ~inside, minlength=len(numbers))
        good &= outside >= min_count
        for position, number in zip(first[good], numbers[good], strict=True):
            where = places[at[places] == number]
            found.append((_label(tokens, where, length), int(len(where)), float(score[number])))
        for place in places[good[at[places]]]:
            covered[place : place + length] = True
    frame = pd.DataFrame(found, columns=["phrase", "count", "score"])
    return frame.sort_values(
        ["score", "count", "phrase"], ascending=[False, False, True], ignore_index=True
    )


def _label(tokens: Tokens, places: np.ndarray, length: int) -> str:
    spellings = tokens.type[places[:, None] + np.arange(length)]
    rows, counts = np.unique(spellings, axis=0, return_counts=True)
    return " ".join(tokens.forms[t] for t in rows[counts.argmax()])
