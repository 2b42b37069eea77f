"""Search terms compiled against a vocabulary, and found in columns of word types."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.arabic.expand import Vocabulary, expand, folded
from q7x2lab.arabic.letters import normalize
from q7x2lab.arabic.names import name_variants
from q7x2lab.arabic.query_grammar import Pattern, parse_query
from q7x2lab.errors import QueryError, counted


@dataclass(frozen=True, eq=False)
class Matcher:
    """A query against one vocabulary: which types take part, and where it is found.

    query: as given. included: bool a type, those that can take part in a hit. refused: bool a
    type, those that were looked at and left out (another word, or excluded).
    """

    query: Any
    vocabulary: Vocabulary
    included: np.ndarray
    refused: np.ndarray
    _wanted: tuple[_Compiled, ...]
    _unwanted: tuple[_Compiled, ...]

    def __repr__(self) -> str:
        return f"Matcher({self.query!r}: {counted(int(self.included.sum()), 'form')})"

    def find(
        self,
        article: np.ndarray,
        type: np.ndarray,
        start: np.ndarray | None = None,
        end: np.ndarray | None = None,
    ) -> np.ndarray:
        """Article, first and last token of each hit (n × 3), in reading order, none overlapping.

        article, type: one entry a token, in reading order. start, end: character offsets; where
        given, the words of a phrase stand at most four characters apart. Of hits that overlap,
        the one that begins first counts, of those the longest; a hit inside something excluded
        does not count.
        """
        columns = _Columns(article, type, start, end)
        starts = columns.starts((*self._wanted, *self._unwanted))
        hits = _spans(self._wanted, columns, starts)
        if len(hits) and self._unwanted:
            hits = _outside(hits, _spans(self._unwanted, columns, starts))
        return np.column_stack([article[hits[:, 0]], hits])

    def audit(self) -> pd.DataFrame:
        """Every surface form that was looked at, the most frequent first.

        Returns `surface count included`; what is left out is another word that only looks alike,
        or was excluded. A form is excluded from a query by `-=form`.
        """
        seen = np.flatnonzero(self.included | self.refused)
        surfaces = [str(self.vocabulary.forms[int(n)]) for n in seen]
        table = pd.DataFrame(
            {
                "surface": pd.Series(surfaces, dtype="str"),
                "count": self.vocabulary.tokens[seen],
                "included": self.included[seen],
            }
        )
        order = ["included", "count", "surface"]
        return table.sort_values(order, ascending=[False, False, True], ignore_index=True)


def compile_query(
    query: str | Mapping[str, Any] | Iterable[Any],
    forms: Sequence[str] | np.ndarray | Vocabulary,
    counts: Sequence[int] | np.ndarray | None = None,
    kinds: Sequence[int] | np.ndarray | None = None,
    *,
    lexemes: Sequence[int] | np.ndarray | None = None,
    metonyms: bool = False,
) -> Matcher:
    """Matcher of a query on a vocabulary.

    query: a text, a list of texts (any of them), or an alias group (a mapping with names,
    metonyms, exclude). In a text, words side by side are a phrase, with or without quotation
    marks; `A OR B` or `A | B`; `A NEAR/5 B` (at most five words further, either order, within one
    article); `A NOT B` or `A -"B C"` (no hit inside B C); `=word` as spelled, without clitics;
    `#word` a hashtag; `lexeme:word` every inflection, if lexemes are given; brackets, and `?`
    after a bracket that may be missing: `عملية عسكرية (خاصة)?`. A word stands for its forms as
    `expand` says; in a phrase conjunctions and prepositions stand before the first word only.
    forms, counts, kinds, lexemes: one entry a type, as in Tokens, or a Vocabulary. metonyms:
    whether an alias group's metonyms count.
    Raises QueryError for a query that cannot be read.

    >>> matcher = compile_query('روسيا -"روسيا البيضاء"', ["وروسيا", "البيضاء", "والصين"])
    >>> matcher.find(np.array([0, 0, 0, 0]), np.array([0, 2, 0, 1])).tolist()
    [[0, 0, 0]]
    """
    words = forms if isinstance(forms, Vocabulary) else _vocabulary(forms, counts, kinds, lexemes)
    wanted, unwanted = parse_query(query, metonyms=metonyms)
    compiler = _Compiler(words)
    positive = tuple(compiler.pattern(pattern) for pattern in wanted)
    included, refused = compiler.taken, compiler.refused
    compiler = _Compiler(words)
    negative = tuple(compiler.pattern(pattern) for pattern in unwanted)
    for pattern in negative:  # a single excluded word leaves the vocabulary at once
        for first, *rest in chain(*pattern.parts):
            if not rest and not pattern.distances:
                included = included & ~first
                refused = refused | first
    return Matcher(query, words, included, refused & ~included, positive, negative)


_RECENT: deque[Vocabulary] = deque(maxlen=2)  # folding a vocabulary costs more than a query


def _vocabulary(*columns: Any) -> Vocabulary:
    """The vocabulary of these very columns, made once for the queries that follow each other."""
    for known in _RECENT:
        old = (known.forms, known.counts, known.kinds, known.lexemes)
        if all(a is b for a, b in zip(old, columns, strict=True)):
            return known
    made = Vocabulary(*columns)
    if all(column is None or isinstance(column, np.ndarray) for column in columns):
        _RECENT.append(made)
    return made


@dataclass(frozen=True, eq=False)
class _Compiled:
    """A pattern with each word as a mask over the types."""

    parts: tuple[tuple[tuple[np.ndarray, ...], ...], ...]
    distances: tuple[int, ...]


class _Compiler:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.taken = np.zeros(len(vocabulary.forms), bool)
        self.refused = np.zeros(len(vocabulary.forms), bool)
        self.masks: dict[tuple[str, bool], np.ndarray] = {}

    def pattern(self, pattern: Pattern) -> _Compiled:
        return _Compiled(
            tuple(
                tuple(
                    tuple(self.mask(word, leading=i == 0) for i, word in enumerate(words))
                    for words in part
                )
                for part in pattern.parts
            ),
            pattern.distances,
        )

    def mask(self, word: str, *, leading: bool) -> np.ndarray:
        """Types that a word of a query stands for, as a bool a type."""
        if (word, leading) not in self.masks:
            found, refused = self.types(word, leading=leading)
            mask = np.zeros(len(self.taken), bool)
            mask[found] = True
            self.masks[word, leading] = mask
            self.taken |= mask
            self.refused[refused] = True
        return self.masks[word, leading]

    def types(self, word: str, *, leading: bool) -> tuple[list[int], list[int]]:
        plain = normalize(word, steps=("marks", "tatweel"))
        if plain.startswith("="):
            alike = self.vocabulary.types(folded(plain[1:]))
            exact = [n for n in alike if str(self.vocabulary.forms[n]) == plain[1:]]
            return exact, [n for n in alike if n not in exact]
        if plain.startswith("#"):
            return self.vocabulary.types(folded(plain[1:]), hashtag=True), []
        if plain.startswith("lexeme:"):
            return self.inflections(plain.removeprefix("lexeme:")), []
        name = plain.startswith("~")
        words = [plain[1:], *name_variants(plain[1:], self.vocabulary)] if name else [plain]
        pairs = [expand(word, self.vocabulary, leading=leading, name=name) for word in words]
        found = {number for pair in pairs for number in pair[0]}
        return sorted(found), [number for pair in pairs for number in pair[1]]

    def inflections(self, word: str) -> list[int]:
        if self.vocabulary.lexemes is None:
            raise QueryError(
                f"lexeme:{word} needs the lexemes of the vocabulary", remedy="pass lexemes="
            )
        lexemes = np.asarray(self.vocabulary.lexemes)
        own = expand(word, self.vocabulary)[0]
        return np.flatnonzero(np.isin(lexemes, lexemes[own][lexemes[own] >= 0])).tolist()


@dataclass(frozen=True, eq=False)
class _Columns:
    article: np.ndarray
    type: np.ndarray
    start: np.ndarray | None
    end: np.ndarray | None

    def starts(self, patterns: Sequence[_Compiled]) -> tuple[np.ndarray, np.ndarray]:
        """Tokens that may begin a sequence of the patterns, and their types: one pass over all."""
        first = [words[0] for pattern in patterns for part in pattern.parts for words in part]
        mask = np.logical_or.reduce(first)
        position = np.flatnonzero(mask.view(np.uint8)[self.type].view(bool))  # the faster gather
        return position, self.type[position]

    def follow(self, last: np.ndarray) -> np.ndarray:
        """Whether the token after each of these stands beside it in the same article."""
        beside = self.article[last] == self.article[last + 1]
        if self.start is not None and self.end is not None:
            beside &= self.start[last + 1] - self.end[last] <= 4
        return beside


def _spans(
    patterns: Sequence[_Compiled], columns: _Columns, starts: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Hits of any of the patterns, sorted, none overlapping another; starts: see _Columns."""
    if not patterns:
        return np.empty((0, 2), np.int64)
    found = []
    for pattern in patterns:
        spans = [_sequences(part, *starts, columns) for part in pattern.parts]
        hits = spans[0]
        for near, distance in zip(spans[1:], pattern.distances, strict=True):
            hits = _near(hits, near, distance, columns.article)
        found.append(hits)
    return _longest(np.concatenate(found))


def _sequences(
    part: tuple[tuple[np.ndarray, ...], ...],
    position: np.ndarray,
    type_there: np.ndarray,
    columns: _Columns,
) -> np.ndarray:
    """Spans of alternative word sequences; position: tokens that may begin one."""
    found = []
    for masks in part:
        first = position[masks[0][type_there]]
        last = first
        for mask in masks[1:]:
            inside = last + 1 < len(columns.type)
            first, last = first[inside], last[inside]
            fits = mask[columns.type[last + 1]] & columns.follow(last)
            first, last = first[fits], last[fits] + 1
        found.append(np.column_stack([first, last]))
    return _longest(np.concatenate(found))


def _longest(spans: np.ndarray) -> np.ndarray:
    """Of overlapping spans the one that begins first, of those the longest; sorted."""
    if (spans[1:, 0] > spans[:-1, 1]).all():
        return spans
    spans = spans[np.lexsort((-spans[:, 1], spans[:, 0]))]
    reach = np.maximum.accumulate(spans[:, 1])
    clash = np.r_[False, spans[1:, 0] <= reach[:-1]]
    keep = ~clash
    end = -1
    for i in np.flatnonzero(clash | np.r_[clash[1:], False]):  # only where spans do overlap
        keep[i] = spans[i, 0] > end
        end = spans[i, 1] if keep[i] else end
    return spans[keep]


def _near(a: np.ndarray, b: np.ndarray, distance: int, article: np.ndarray) -> np.ndarray:
    """Each span of a joined with the nearest of b at most distance words away, either order."""
    if not len(a) or not len(b):
        return np.empty((0, 2), np.int64)
    after = np.searchsorted(b[:, 0], a[:, 1], side="right")
    before = after - 1
    found = []
    for index, ok in ((after, after < len(b)), (before, before >= 0)):
        mine, other = a[ok], b[index[ok]]
        gap = np.where(other[:, 0] > mine[:, 1], other[:, 0] - mine[:, 1], mine[:, 0] - other[:, 1])
        close = (gap > 0) & (gap <= distance) & (article[mine[:, 0]] == article[other[:, 0]])
        joined = np.column_stack([np.minimum(mine, other)[:, 0], np.maximum(mine, other)[:, 1]])
        found.append(np.column_stack([joined, gap, np.flatnonzero(ok)])[close])
    pairs = np.concatenate(found)
    pairs = pairs[np.lexsort((pairs[:, 2], pairs[:, 3]))]  # the nearer partner of each
    return pairs[np.unique(pairs[:, 3], return_index=True)[1], :2]


def _outside(hits: np.ndarray, barred: np.ndarray) -> np.ndarray:
    """The hits that lie inside no barred span (sorted, not overlapping)."""
    if not len(barred):
        return hits
    at = np.searchsorted(barred[:, 0], hits[:, 0], side="right") - 1
    inside = (at >= 0) & (hits[:, 1] <= barred[np.maximum(at, 0), 1])
    return hits[~inside]
