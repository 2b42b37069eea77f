"""Queries compiled against a vocabulary, and found in columns of word types."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.arabic.letters import normalize
from q7x2lab.arabic.query_grammar import Pattern, Words, parse_query
from q7x2lab.arabic.word_forms import Vocabulary, expand, folded, lemma
from q7x2lab.errors import QueryError

_WIDEST_GAP = 4  # characters between words of a phrase: a blank, a quotation mark, a bracket


@dataclass(frozen=True, eq=False)
class Matcher:
    """A query compiled for one vocabulary.

    query: as given. included: bool a type, those that can take part in a hit. refused: bool a
    type, those that were looked at and left out (another word, or excluded). names: bool a type,
    those that tanwin makes another word: روسيا, which is no روسياً.
    """

    query: Any
    vocabulary: Vocabulary
    included: np.ndarray
    refused: np.ndarray
    names: np.ndarray
    _wanted: Sequence[Pattern]
    _unwanted: Sequence[Pattern]
    _masks: dict[tuple[str, bool], np.ndarray]

    def find(
        self, article: np.ndarray, type: np.ndarray, start: np.ndarray, length: np.ndarray
    ) -> np.ndarray:
        """Article, first and last token of each hit (n × 3), in reading order, none overlapping.

        Parameters
        ----------
        article, type
            One entry a token, in reading order.
        start, length
            Where each stands in its text, in characters; the words of a phrase stand at most four
            characters apart.

        Notes
        -----
        Of hits that overlap, the one that begins first counts, of those the longest; a hit inside
        something excluded does not count.
        """
        begins = np.logical_or.reduce([m for (_, leading), m in self._masks.items() if leading])
        # One pass over all tokens for all words; as bytes, since numpy gathers these faster.
        begin = np.flatnonzero(begins.view(np.uint8)[type].view(bool))
        columns = _Columns(article, type, start, length, begin, self._masks)
        hits = columns.spans(self._wanted)
        if len(hits) and self._unwanted:
            hits = _outside(hits, columns.spans(self._unwanted))
        return np.column_stack([article[hits[:, 0]], hits])

    def audit(self) -> pd.DataFrame:
        """Every surface form that was looked at, the most frequent first.

        Returns
        -------
        DataFrame
            ``surface``, ``count``, ``included``. What is left out is another word that only looks
            alike, or was excluded. A form is excluded from a query, and from its phrases, by
            ``-=form``.
        """
        seen = np.flatnonzero(self.included | self.refused)
        surfaces = pd.Series([self.vocabulary.forms[n] for n in seen], dtype="str")
        columns = {"count": self.vocabulary.counts[seen], "included": self.included[seen]}
        table = pd.DataFrame({"surface": surfaces, **columns})
        order = ["included", "count", "surface"]
        return table.sort_values(order, ascending=[False, False, True], ignore_index=True)


def compile_query(
    query: Any, vocabulary: Vocabulary, *, lexemes: Sequence[int] | np.ndarray | None = None
) -> Matcher:
    """Matcher of a query on a vocabulary.

    Parameters
    ----------
    query
        A text, a list of texts or an alias group, as in `parse_query`. A word stands for its
        forms as `expand` says; in a phrase conjunctions and prepositions stand before the first
        word only.
    lexemes
        Lexeme number of each type, for ``lexeme:word``.

    Raises
    ------
    QueryError
        If the query cannot be read.

    Examples
    --------
    >>> words = Vocabulary(["وروسيا", "البيضاء", "والصين"])
    >>> matcher = compile_query('روسيا -"روسيا البيضاء"', words)
    >>> article, start = np.zeros(4, int), 10 * np.arange(4)
    >>> matcher.find(article, np.array([0, 2, 0, 1]), start, np.full(4, 9)).tolist()
    [[0, 0, 0]]
    """
    wanted, unwanted = parse_query(query)
    types = {key: _types(*key, vocabulary, lexemes) for key in _words((*wanted, *unwanted))}
    size = len(vocabulary.forms)
    included, refused = (_mask(size, *(types[key][n] for key in _words(wanted))) for n in (0, 1))
    # A single excluded word leaves the vocabulary at once.
    alone = [words[0] for p in unwanted if not p.distances for words in p.parts[0] if not words[1:]]
    excluded = _mask(size, *(types[word, True][0] for word in alone))
    included, refused = included & ~excluded, (refused & ~included) | excluded
    # A form that is excluded as it stands takes no part in phrases and NEAR either.
    out = _mask(size, *(types[word, True][0] for word in alone if word.startswith("=")))
    masks = {key: _mask(size, found) & ~out for key, (found, _) in types.items()}
    names = _mask(size, *(types[key][0] for key in types if _is_country(key[0].lstrip("=~"))))
    return Matcher(query, vocabulary, included, refused, names, wanted, unwanted, masks)


def _is_country(word: str) -> bool:
    """Whether a word in يا is none in the accusative, as حاليا is."""
    return word.endswith("يا") and lemma(word) in (None, folded(word))


def _words(patterns: Iterable[Pattern]) -> list[tuple[str, bool]]:
    """Every word of the patterns, and whether it is the first of its sequence."""
    sequences = chain(*(part for pattern in patterns for part in pattern.parts))
    return [(word, at == 0) for words in sequences for at, word in enumerate(words)]


def _mask(size: int, *types: Sequence[int]) -> np.ndarray:
    mask = np.zeros(size, bool)
    mask[list(chain(*types))] = True
    return mask


def _types(
    word: str, leading: bool, vocabulary: Vocabulary, lexemes: Any
) -> tuple[list[int], list[int]]:
    """Types that a word of a query stands for, and those refused."""
    word = normalize(word, steps=("marks", "tatweel"))
    plain = word.removeprefix("lexeme:").lstrip("=~")
    if word.startswith("="):
        alike = vocabulary.types(folded(plain))
        exact = [n for n in alike if vocabulary.forms[n] == plain]
        return exact, [n for n in alike if n not in exact]
    if word.startswith("#"):
        return vocabulary.types(folded(word)), []
    if word.startswith("lexeme:"):
        if lexemes is None:
            raise QueryError(f"{word} needs the lexemes of the vocabulary", remedy="pass lexemes=")
        own = np.asarray(lexemes)[expand(plain, vocabulary)[0]]
        return np.flatnonzero(np.isin(lexemes, own[own >= 0])).tolist(), []
    return expand(plain, vocabulary, leading=leading, name=word.startswith("~"))


@dataclass(frozen=True, eq=False)
class _Columns:
    """The tokens that a query is looked for in; begin: those that may begin a hit."""

    article: np.ndarray
    type: np.ndarray
    start: np.ndarray
    length: np.ndarray
    begin: np.ndarray
    masks: dict[tuple[str, bool], np.ndarray]

    def spans(self, patterns: Iterable[Pattern]) -> np.ndarray:
        """First and last token of the hits of any of the patterns, sorted, none overlapping."""
        found = [np.empty((0, 2), np.int64)]
        for pattern in patterns:
            hits, *others = map(self.sequences, pattern.parts)
            for near, distance in zip(others, pattern.distances, strict=True):
                hits = _near(hits, near, distance, self.article)
            found.append(hits)
        return _longest(np.concatenate(found))

    def sequences(self, part: Iterable[Words]) -> np.ndarray:
        """Spans of alternative sequences of words."""
        found = []
        types = self.type[self.begin]
        for word, *others in part:
            first = last = self.begin[self.masks[word, True][types]]
            for other in others:
                after = np.minimum(last + 1, len(self.type) - 1)
                fits = self.masks[other, False][self.type[after]] & (after > last)
                fits &= self.article[after] == self.article[last]
                fits &= self.start[after] - self.start[last] - self.length[last] <= _WIDEST_GAP
                first, last = first[fits], after[fits]
            found.append(np.column_stack([first, last]))
        return _longest(np.concatenate(found))


def _longest(spans: np.ndarray) -> np.ndarray:
    """Of overlapping spans the one that begins first, of those the longest; sorted."""
    spans = spans[np.lexsort((-spans[:, 1], spans[:, 0]))]
    while (clash := np.r_[False, spans[1:, 0] <= spans[:-1, 1]]).any():
        # What overlaps a span that overlaps an earlier one may stay once that one is gone.
        spans = spans[~clash | np.r_[False, clash[:-1]]]
    return spans


def _near(a: np.ndarray, b: np.ndarray, distance: int, article: np.ndarray) -> np.ndarray:
    """Each span of a joined with the nearest of b at most distance words away, either order."""
    # Articles are moved so far apart that no two spans of different articles are near.
    far = min(distance, len(article)) + 1
    begin, end = (a + article[a].astype(np.int64) * far).T
    others = b + article[b].astype(np.int64) * far
    edge = far * (len(article) + 2 + article.max(initial=0))
    others = np.pad(others, ((1, 1), (0, 0)), constant_values=((-edge, edge), (0, 0)))
    after = np.searchsorted(others[:, 0], end, side="right")
    ahead, behind = others[after, 0] - end, begin - others[after - 1, 1]
    behind[behind <= 0] = edge  # they overlap
    close = np.minimum(ahead, behind) < far
    near = b[(after - 1 - (behind < ahead))[close]]
    return np.column_stack([np.minimum(a[close], near)[:, 0], np.maximum(a[close], near)[:, 1]])


def _outside(hits: np.ndarray, excluded: np.ndarray) -> np.ndarray:
    """The hits that lie inside no excluded span (sorted, not overlapping)."""
    excluded = np.pad(excluded, ((1, 0), (0, 0)), constant_values=-1)
    before = excluded[np.searchsorted(excluded[:, 0], hits[:, 0], side="right") - 1]
    return hits[hits[:, 1] > before[:, 1]]
