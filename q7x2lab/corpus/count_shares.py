"""The share of a corpus that one process counts: types first, then lexemes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.arabic.stop_words import is_stop
from q7x2lab.corpus.matrix import count_runs, keep_columns
from q7x2lab.corpus.scanning import Words, merge_words, read_chunk
from q7x2lab.corpus.token_table import Conflation, lexeme_keys

Ints = NDArray[np.int64]
Keys = tuple[NDArray[np.intp], list[str]]  # numbers into the keys, -1 for stop words
Counts = tuple[NDArray[np.int64], NDArray[np.integer], NDArray[np.integer]]  # CSR


NEW_WORDS = 1_000_000  # words not yet merged that a share holds, before it merges them


@dataclass(frozen=True, repr=False)
class Counted:
    """Types counted in some articles: CSR columns, the smallest integers that hold the counts."""

    begins: NDArray[np.int64]
    types: NDArray[np.int32]
    counts: NDArray[np.unsignedinteger]
    words: Words
    tokens: NDArray[np.int64]  # of each type
    articles: NDArray[np.int64]  # that have it

    def __repr__(self) -> str:
        return f"Counted({len(self.begins) - 1:,} articles, {len(self.types):,} counts)"


def count_chunk(texts: list[str]) -> Counted:
    """How often each type stands in each of a few articles.

    >>> counted = count_chunk(["من الى من"])
    >>> counted.words.strings().tolist(), counted.counts.tolist()
    (['من', 'الى'], [2, 1])
    """
    chunk = read_chunk(texts)
    matrix = count_runs(chunk.lengths, chunk.type, len(chunk.words))
    width = len(chunk.words)
    return Counted(
        matrix.indptr,
        matrix.indices,
        _smallest(matrix.data),
        chunk.words,
        np.bincount(chunk.type, minlength=width),
        np.bincount(matrix.indices, minlength=width),
    )


@dataclass(frozen=True)
class KeySettings:
    """How types become lexemes; stop_words: the classes to be left out, None for none."""

    fold: tuple[str, ...]
    lexemes: Conflation
    stop_words: tuple[str, ...] | None


@dataclass(frozen=True, repr=False)
class Vocabulary:
    """The words of a share, how many tokens and how many articles have each, and the characters of
    each article, by the number of its chunk.
    """

    words: Words
    tokens: Ints
    articles: Ints
    sizes: dict[int, list[int]]

    def __repr__(self) -> str:
        return f"Vocabulary({len(self.words):,} words, {len(self.sizes):,} chunks)"


class Share:
    """Numbered chunks of articles, counted in one process.

    Types have a numbering of this share, chunks merged whenever as much is new as is known. Then,
    once it is known what each type is counted by, the counts are turned into those of lexemes.
    """

    def __init__(self, chunks: Iterable[tuple[int, list[str]]] = ()) -> None:
        self.words = Words.joined([])
        self.tokens = self.articles = np.zeros(0, np.int64)  # of each type
        self.counts: list[Counts] = []
        self.blocks: list[sparse.csr_array] = []
        self.new: list[Counted] = []
        self.sizes: dict[int, list[int]] = {}
        self.chunks = chunks

    def count(self) -> None:
        """Count the chunks that were given at the beginning."""
        for number, texts in self.chunks:
            self.add(number, texts)

    def add(self, number: int, texts: list[str]) -> None:
        """Count a few articles more."""
        self.sizes[number] = [len(text) for text in texts]
        self.new.append(count_chunk(texts))
        if sum(len(chunk.words) for chunk in self.new) > max(len(self.words), NEW_WORDS):
            self._merge()

    def _merge(self) -> None:
        parts = [self.words, *(chunk.words for chunk in self.new)]
        self.words, (_, *numbers) = merge_words(parts)  # the known keep theirs
        grown = (0, len(self.words) - len(self.tokens))
        self.tokens, self.articles = np.pad(self.tokens, grown), np.pad(self.articles, grown)
        for chunk, number in zip(self.new, numbers, strict=True):
            self.tokens[number] += chunk.tokens
            self.articles[number] += chunk.articles
            self.counts.append((chunk.begins, number[chunk.types], chunk.counts))
        self.new = []

    def vocabulary(self) -> Vocabulary:
        """What was found, no longer kept here."""
        self._merge()
        found = Vocabulary(self.words, self.tokens, self.articles, self.sizes)
        self.words, self.tokens, self.articles = Words.joined([]), *[np.zeros(0, np.int64)] * 2
        return found

    def keys(self, words: Words, counts: Ints, part: slice, settings: KeySettings) -> Keys:
        """What each of a part of all types is counted by, -1 for a stop word to be dropped."""
        forms = words.strings()
        keys = lexeme_keys(
            forms, counts, words.kind, fold=settings.fold, lexemes=settings.lexemes, part=part
        )
        number, distinct = pd.factorize(keys)
        if settings.stop_words is not None:
            number[is_stop(forms[part].tolist(), classes=settings.stop_words)] = -1
        return number, distinct.tolist()

    def relabel(self, column_of: NDArray[np.int32], width: int) -> Ints:
        """Turn counts of types into counts of columns, -1 for types without one; returns how many
        articles have each column.
        """
        spread = np.zeros(width, np.int64)
        self.counts.reverse()
        while self.counts:  # each let go of as it is done
            block = _relabelled(self.counts.pop(), column_of, width)
            spread += np.bincount(block.indices, minlength=width)
            self.blocks.append(block)
        return spread

    def rows(self, columns: Ints) -> dict[int, Counts]:
        """By the number of its chunk, the counts of the numbered columns."""
        self.blocks.reverse()
        found: dict[int, Counts] = {}
        for number in self.sizes:
            block = keep_columns(self.blocks.pop(), columns)
            found[number] = block.indptr, _smallest(block.indices), _smallest(block.data)
        return found


def _smallest(numbers: NDArray[np.integer]) -> NDArray[np.unsignedinteger]:
    """The same numbers in as few bytes as hold them."""
    return numbers.astype(np.min_scalar_type(numbers.max(initial=0)))


def _relabelled(chunk: Counts, column_of: NDArray[np.int32], width: int) -> sparse.csr_array:
    """The chunk's counts by lexeme, those of types without a column left out."""
    begins, types, counts = chunk
    columns = column_of[types]
    kept = columns >= 0
    before = np.concatenate(([0], np.cumsum(kept)))
    lengths = np.diff(before[begins])
    return count_runs(lengths, columns[kept], width, counts[kept].astype(np.int32))
