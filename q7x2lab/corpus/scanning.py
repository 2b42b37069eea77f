"""From texts to numbered word types: each distinct word gets a number, each token its word's.

A word is told from another by a 64-bit key made of its letters. Two words could share a key, so the
letters themselves are compared as well, and where two words do share one the keys are made anew
with another multiplier: numbers are exact, not probable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.tokens import scan
from q7x2lab.corpus.workers import map_arrays

Ints = NDArray[np.int64]
Packed = list[tuple[Ints, NDArray[np.uint64]]]

CHUNK = 1_000_000  # characters worked on at a time: arrays that stay near the processor
MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F)
_MASKS = np.array([0, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF], np.uint64)


@dataclass(frozen=True, repr=False)
class Words:
    """Words side by side in one buffer: letters[first : first + length], 16 bits a letter."""

    letters: NDArray[np.uint16]
    first: Ints
    length: Ints
    kind: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.first)

    def __repr__(self) -> str:
        return f"Words({len(self):,})"

    def take(self, which: Ints) -> Words:
        """The numbered words, copied into a buffer of their own."""
        length = self.length[which]
        first = np.cumsum(length) - length
        source = np.repeat(self.first[which] - first, length) + np.arange(length.sum())
        return Words(self.letters[source], first, length, self.kind[which])

    def strings(self) -> NDArray[np.object_]:
        """The words as an array of str."""
        text = self.letters.tobytes().decode("utf-16-le", "surrogatepass")
        ends = (self.first + self.length).tolist()
        words = [text[a:b] for a, b in zip(self.first.tolist(), ends, strict=True)]
        return np.array([*words, None], dtype=object)[:-1]

    @classmethod
    def joined(cls, parts: list[Words]) -> Words:
        """All words of several buffers in one."""
        if not parts:
            none = np.zeros(0, np.int64)
            return cls(np.zeros(0, np.uint16), none, none, np.zeros(0, np.uint8))
        shift = np.cumsum([0] + [len(part.letters) for part in parts])
        return cls(
            np.concatenate([part.letters for part in parts]),
            np.concatenate([part.first + by for part, by in zip(parts, shift, strict=False)]),
            np.concatenate([part.length for part in parts]),
            np.concatenate([part.kind for part in parts]),
        )


def number_words(words: Words) -> tuple[NDArray[np.int32], Ints]:
    """A type number for each word, and for each type the word that stands first.

    Types are numbered in the order of their first words.

    >>> codes, first = number_words(read_chunk(["من الى من"]).words)
    >>> codes.tolist(), first.tolist()
    ([0, 1], [0, 1])
    """
    packed = list(_packed(words))
    for multiplier in MULTIPLIERS:
        codes = pd.factorize(_keys(words, packed, multiplier))[0]
        first = _first_places(codes)
        if _same(words, packed, first[codes]):
            return codes.astype(np.int32), first
    codes = pd.factorize(words.strings())[0]  # slower, and sure
    return codes.astype(np.int32), _first_places(codes)


def _first_places(codes: NDArray[np.intp]) -> Ints:
    """Where each code stands first."""
    first = np.empty(codes.max(initial=-1) + 1, np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first


def _keys(words: Words, packed: Packed, multiplier: int) -> NDArray[np.uint64]:
    """One number a word: its letters themselves up to four, mixed beyond."""
    keys = packed[0][1].copy() if packed else np.zeros(len(words), np.uint64)
    factor = np.uint64(multiplier)
    for longer, quad in packed[1:]:
        mixed = keys[longer] * factor
        keys[longer] = (mixed ^ (mixed >> np.uint64(32))) + quad
    return keys


def _same(words: Words, packed: Packed, other: Ints) -> bool:
    """Whether each word has the letters of the word given for it.

    Where the lengths agree, words of up to four letters are told apart by their keys already.
    """
    if not np.array_equal(words.length[other], words.length):
        return False
    whole = np.zeros(len(words), np.uint64)
    for longer, quad in packed[1:]:
        whole[longer] = quad
        if not np.array_equal(whole[other[longer]], quad):
            return False
    beyond = packed[1][0] if len(packed) > 1 else np.zeros(0, np.int64)
    return np.array_equal(packed[0][1][other[beyond]], packed[0][1][beyond]) if packed else True


def _packed(words: Words) -> Iterator[tuple[Ints, NDArray[np.uint64]]]:
    """Letters four at a time as 64-bit numbers: which words reach that far, and their four."""
    padded = np.concatenate([words.letters, np.zeros(4, np.uint16)])
    quads = np.ndarray((len(words.letters) + 1,), "<u8", padded.data, strides=(2,))
    longer, first, left = np.arange(len(words)), words.first, words.length
    while len(longer):
        yield longer, quads[first] & _MASKS.take(left, mode="clip")
        more = np.flatnonzero(left > 4)
        longer, first, left = longer.take(more), first.take(more) + 4, left.take(more) - 4


@dataclass(frozen=True, repr=False)
class Chunk:
    """The tokens of some articles: place and type number of each, and the types' words."""

    lengths: Ints  # tokens an article
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    type: NDArray[np.int32]
    words: Words

    def __repr__(self) -> str:
        return f"Chunk({len(self.lengths):,} articles, {len(self.type):,} tokens)"


def read_chunk(texts: list[str]) -> Chunk:
    """The tokens of a few articles, offsets counted in each article.

    >>> chunk = read_chunk(["من الى من", "الى"])
    >>> chunk.lengths.tolist(), chunk.start.tolist(), chunk.type.tolist()
    ([3, 1], [0, 3, 7, 0], [0, 1, 0, 1])
    """
    found = scan("\n".join(texts))
    sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    begins = np.cumsum(sizes) - sizes
    bounds = np.append(np.searchsorted(found.start, begins), len(found.start))
    lengths = np.diff(bounds)
    shift = np.repeat(begins, lengths)
    words = Words(found.letters, found.first, found.length, found.kind)
    codes, first = number_words(words)
    return Chunk(
        lengths,
        (found.start - shift).astype(np.int32),
        (found.end - shift).astype(np.int32),
        codes,
        words.take(first),
    )


def in_chunks(texts: Iterable[str], size: int = CHUNK) -> Iterator[list[str]]:
    """The texts in lists of about `size` characters, a longer text on its own.

    >>> list(in_chunks(["ab", "c", "defg"], 4))
    [['ab', 'c'], ['defg']]
    """
    batch: list[str] = []
    held = 0
    for text in texts:
        batch.append(text)
        held += len(text) + 1
        if held >= size:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def merge_words(parts: list[Words]) -> tuple[Words, list[NDArray[np.int32]]]:
    """All distinct words of several lists, and for each list the numbers of its words in it.

    >>> words, numbers = merge_words([read_chunk(["من الى"]).words, read_chunk(["الى"]).words])
    >>> words.strings().tolist(), [number.tolist() for number in numbers]
    (['من', 'الى'], [[0, 1], [1]])
    """
    words = Words.joined(parts)
    codes, first = number_words(words)
    bounds = np.cumsum([len(part) for part in parts])[:-1]
    return words.take(first), np.split(codes, bounds)[: len(parts)]


@dataclass(frozen=True, repr=False)
class Table:
    """All tokens of all articles; `type` numbers `forms`, in the order of first appearance."""

    article: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    type: NDArray[np.int32]
    forms: NDArray[np.object_]
    kinds: NDArray[np.uint8]

    def __repr__(self) -> str:
        return f"Table({len(self.type):,} tokens, {len(self.forms):,} types)"


def token_table(texts: list[str], *, jobs: int = 1) -> Table:
    """The token table of the texts: article, place and type of every token.

    jobs: threads; the table does not depend on them.

    >>> table = token_table(["من الى من"])
    >>> table.type.tolist(), table.forms.tolist()
    ([0, 1, 0], ['من', 'الى'])
    """
    chunks = list(map_arrays(read_chunk, in_chunks(texts), jobs=jobs))
    words, numbers = merge_words([chunk.words for chunk in chunks])
    none = [np.zeros(0, np.int32)]
    lengths = np.concatenate([*(chunk.lengths for chunk in chunks), np.zeros(0, np.int64)])
    types = [number[chunk.type] for chunk, number in zip(chunks, numbers, strict=True)]
    return Table(
        np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        np.concatenate([*(chunk.start for chunk in chunks), *none]),
        np.concatenate([*(chunk.end for chunk in chunks), *none]),
        np.concatenate([*types, *none]),
        words.strings(),
        words.kind,
    )
