"""Words as rows of sixteen one-byte letters, so that rules on letters are operations on arrays.

The letters of Arabic script lie in U+0600 to U+06FF: the last byte of a code point tells them
apart. Sixteen of them are two 64-bit numbers, which are cut, lengthened, compared and looked up for
a whole vocabulary at once. Words that do not fit (other scripts, more than LONGEST letters) are
empty rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.letters import MARKS, TATWEEL

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_BYTES = 16
LONGEST = _BYTES - 2  # leaves room for an article before the word
_MIX, _SPREAD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


def _code(letter: str) -> int:
    return ord(letter) & 0xFF


def _masks() -> NDArray[np.uint64]:
    """The bits that a word of each length can have."""
    kept = np.tril(np.full((_BYTES + 1, _BYTES), 0xFF, np.uint8), -1)
    return kept.view(np.uint64)


_MASKS = _masks()
_UNCOUNTED = np.zeros(256, bool)
_UNCOUNTED[
    [_code(chr(c)) for c in range(0x600, 0x700) if re.match(f"[{MARKS}{TATWEEL}]", chr(c))]
] = True
_FOLDED = np.arange(256, dtype=np.uint8)
_FOLDED[[_code(letter) for letter in "أإآٱ"]] = _code("ا")


@cache
def _choice(letters: str) -> Bools:
    """Whether each code is one of these letters."""
    wanted = np.zeros(256, bool)
    wanted[[_code(letter) for letter in letters]] = True
    return wanted


@cache
def _front(letters: str) -> np.uint64:
    """Up to eight letters as a number."""
    return np.uint64(sum(_code(letter) << 8 * place for place, letter in enumerate(letters)))


@dataclass(frozen=True, eq=False, repr=False)
class Packed:
    """pairs: words × 2, the letters as two 64-bit numbers. n: letters a word."""

    pairs: NDArray[np.uint64]
    n: Ints

    @classmethod
    def of(cls, words: Sequence[str]) -> Packed:
        """The words packed, marks and tatweel left out; those that do not fit are empty.

        >>> Packed.of(["روسيا", "CNN"]).strings()
        ['روسيا', '']
        """
        length = np.fromiter(map(len, words), np.int64, len(words))
        codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), "<u4")
        row = np.repeat(np.arange(len(words)), length)
        counted = ~(((codes >> 8) == 6) & _UNCOUNTED[codes & 0xFF])
        codes, row = codes[counted], row[counted]
        length = np.bincount(row, minlength=len(words))
        fits = length <= LONGEST
        fits[row[(codes >> 8) != 6]] = False
        column = np.arange(len(codes)) - np.repeat(np.cumsum(length) - length, length)
        kept = fits[row]
        letters = np.zeros((len(words), _BYTES), np.uint8)
        letters[row[kept], column[kept]] = codes[kept] & 0xFF
        return cls(letters.view(np.uint64), np.where(fits, length, 0))

    @classmethod
    def joined(cls, parts: Iterable[Packed]) -> Packed:
        """All words of several, one after the other."""
        every = [cls(np.zeros((0, 2), np.uint64), np.zeros(0, np.int64)), *parts]
        return cls(
            np.concatenate([part.pairs for part in every]),
            np.concatenate([part.n for part in every]),
        )

    def __len__(self) -> int:
        return len(self.n)

    def __repr__(self) -> str:
        return f"Packed({len(self):,})"

    def __getitem__(self, which: Bools | Ints | slice) -> Packed:
        if isinstance(which, slice):
            return Packed(self.pairs[which], self.n[which])
        rows = np.flatnonzero(which) if which.dtype == bool else which
        return Packed(self.pairs.take(rows, axis=0), self.n.take(rows))

    @property
    def letters(self) -> NDArray[np.uint8]:
        """Words × 16, one byte a letter."""
        return self.pairs.view(np.uint8)

    @cached_property
    def key(self) -> NDArray[np.uint64]:
        """One number a word, its own up to eight letters and by all likelihood beyond."""
        mixed = (self.pairs[:, 0] ^ (self.pairs[:, 1] * _SPREAD)) * _MIX
        return mixed ^ (mixed >> np.uint64(32))

    def strings(self) -> list[str]:
        """The words as Python strings."""
        filled = np.arange(_BYTES) < self.n[:, None]
        codes = self.letters[filled].astype("<u2") | np.uint16(0x600)
        text = codes.tobytes().decode("utf-16-le")
        ends = np.cumsum(self.n).tolist()
        return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]

    def same(self, other: Packed) -> Bools:
        """Whether each word is the other's word of its row."""
        equal = self.pairs == other.pairs
        return equal[:, 0] & equal[:, 1]

    def begins_with(self, other: Packed) -> Bools:
        """Whether each word begins with the other's word of its row."""
        equal = (self.pairs & _MASKS[other.n]) == other.pairs
        return equal[:, 0] & equal[:, 1]

    def at(self, place: int) -> NDArray[np.uint8]:
        """The letter at a place from the front, or with -1, -2 from the end; 0 where none is."""
        if place >= 0:
            return self.letters[:, place]
        return self.letters.reshape(-1).take(np.arange(len(self)) * _BYTES + (self.n + place) % 16)

    def has(self, place: int, choice: str) -> Bools:
        """Whether the letter at a place is one of these.

        >>> Packed.of(["وزير", "بيت"]).has(0, "وف").tolist()
        [True, False]
        """
        return _choice(choice)[self.at(place)]

    def starts(self, prefix: str) -> Bools:
        """Whether each word begins with the prefix."""
        return (self.pairs[:, 0] & _MASKS[len(prefix), 0]) == _front(prefix)

    def ends(self, suffix: str) -> Bools:
        """Whether each word ends with the suffix."""
        fits = self.n >= len(suffix)
        for place, letter in enumerate(reversed(suffix), 1):
            fits = fits & (self.at(-place) == _code(letter))
        return fits

    def behind(self, count: int) -> Packed:
        """The words without their first letters; no word may be shorter than that."""
        if not count:
            return self
        by, rest = np.uint64(8 * count), np.uint64(64 - 8 * count)
        low, high = self.pairs.T
        pairs = np.empty_like(self.pairs)
        pairs[:, 0] = (low >> by) | (high << rest)
        pairs[:, 1] = high >> by
        return Packed(pairs, self.n - count)

    def until(self, count: int) -> Packed:
        """The words without their last letters; no word may be shorter than that."""
        n = self.n - count
        return Packed(self.pairs & _MASKS[n], n)

    def after(self, prefix: str) -> Packed:
        """The words with letters put before them."""
        if not prefix:
            return self
        by, rest = np.uint64(8 * len(prefix)), np.uint64(64 - 8 * len(prefix))
        low, high = self.pairs.T
        pairs = np.empty_like(self.pairs)
        pairs[:, 0] = (low << by) | _front(prefix)
        pairs[:, 1] = (high << by) | (low >> rest)
        return Packed(pairs, self.n + len(prefix))

    def before(self, suffix: str) -> Packed:
        """The words with letters put behind them."""
        letters = self.letters.copy()
        for place, letter in enumerate(suffix):
            letters[np.arange(len(self)), self.n + place] = _code(letter)
        return Packed(letters.view(np.uint64), self.n + len(suffix))

    def where(self, condition: Bools, other: Packed) -> Packed:
        """Each word where the condition holds, elsewhere the other's."""
        pairs = np.where(condition[:, None], self.pairs, other.pairs)
        return Packed(pairs, np.where(condition, self.n, other.n))

    def folded(self) -> Packed:
        """The words as lexemes compare them: hamza carriers to ا, final ى to ي; ة is kept.

        >>> Packed.of(["أولى", "إدارة"]).folded().strings()
        ['اولي', 'ادارة']
        """
        letters = _FOLDED[self.letters]
        rows = np.flatnonzero(self.at(-1) == _code("ى"))
        letters[rows, self.n[rows] - 1] = _code("ي")
        return Packed(letters.view(np.uint64), self.n)

    def distinct(self) -> tuple[NDArray[np.intp], Packed]:
        """The number of each word among the distinct words, and these."""
        codes, _ = pd.factorize(self.key)
        first = np.empty(codes.max(initial=-1) + 1, np.int64)
        first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
        return codes, self[first]


class Lookup:
    """A table from words to numbers: open addressing, all words looked up side by side.

    words: distinct but for empty rows, which are left out. values: a number each, its place if not
    given. missing: what others get.
    """

    def __init__(
        self, words: Packed, values: NDArray[np.integer] | None = None, *, missing: int = -1
    ) -> None:
        bits = max((2 * len(words)).bit_length(), 1)  # half full at most
        self._shift = np.uint64(64 - bits)
        self._keys = np.zeros((1 << bits) + len(words), np.uint64)
        self._values = np.full(len(self._keys), missing)
        number = np.flatnonzero(words.n > 0)
        key = words.key[number]
        number = number if values is None else np.asarray(values)[number]
        place = (key >> self._shift).astype(np.int64)
        while len(key):
            free = np.flatnonzero(self._keys[place] == 0)
            self._keys[place[free]] = key[free]  # of those that meet in one place the last stays
            left = self._keys[place] != key
            self._values[place[~left]] = number[~left]
            key, number, place = key[left], number[left], place[left] + 1

    def __call__(self, words: Packed) -> Ints:
        """The number of each word.

        >>> Lookup(Packed.of(["بيت", "باب"]))(Packed.of(["باب", "بيت", "بلد"])).tolist()
        [1, 0, -1]
        """
        return self._values[self._place(words)]

    def has(self, words: Packed) -> Bools:
        """Whether each word is in the table."""
        return self._keys[self._place(words)] > 0

    def _place(self, words: Packed) -> Ints:
        """Where each word stands, or the empty place that tells that it does not."""
        key = words.key
        place = (key >> self._shift).astype(np.int64)
        there = self._keys[place]
        moving = np.flatnonzero((there != key) & (there != 0))
        while len(moving):
            place[moving] += 1
            there = self._keys[place[moving]]
            moving = moving[(there != key[moving]) & (there != 0)]
        place[key == 0] = len(self._keys) - 1
        return place
