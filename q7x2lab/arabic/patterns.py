"""Words by their pattern: the same root letters put into another one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np

from q7x2lab.arabic.packed import Ints, Packed


def by_pattern(words: Packed, patterns: Iterable[tuple[str, str]]) -> tuple[Ints, Packed]:
    """The row of each word that has one of the patterns, and what it becomes by it.

    patterns: a digit for each root letter, and after it the patterns that take its place. A word
    that several fit has several rows, in the order of the patterns.

    >>> rows, found = by_pattern(Packed.of(["بيت", "انتقاد"]), [("ا0ت1ا2", "ا0ت12 01ي2")])
    >>> rows.tolist(), found.strings()
    ([1, 1], ['انتقد', 'نقيد'])
    """
    rows, found = [np.zeros(0, np.int64)], []
    for pattern, others in patterns:
        fits = words.n == len(pattern)
        for place, letter in enumerate(pattern):
            if not letter.isdigit():
                fits &= words.has(place, letter)
        which = np.flatnonzero(fits)
        letters = words.letters[which]
        for other in others.split() if len(which) else ():
            made = _blank(other)[np.zeros(len(which), np.int64)]
            for place, letter in enumerate(other):
                if letter.isdigit():
                    made.letters[:, place] = letters[:, pattern.index(letter)]
            rows.append(which)
            found.append(made)
    return np.concatenate(rows), Packed.joined(found)


@cache
def _blank(pattern: str) -> Packed:
    """One word of a pattern, its root letters still to be written over."""
    return Packed.of([pattern.translate(str.maketrans("0123", "اااا"))])
