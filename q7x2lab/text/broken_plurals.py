"""Singulars that a broken plural of a given pattern can have.

The patterns are those of Ratcliffe (1998), The "Broken" Plural Problem in Arabic, as far as their
consonants show; which candidate is right, if any, has to be told by a vocabulary.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from q7x2lab.text.packed import Ints, Packed

# Plural, a digit for each root letter, and its singulars. Only patterns that no singular has:
# the hamza tells أسباب from إسلام, and افعال without it is left alone.
_PATTERNS = [
    ("أ0وا1", "0ا1 0و1"),  # أبواب, ألوان
    ("أ0يا1", "0ي1"),  # أعياد
    ("أ01ا2", "012 01ي2 0ا12 012ة"),  # أسباب, أشراف, أصحاب
    ("آ0ا1", "ا01"),  # آمال
    ("أ012ة", "01ا2 01ي2"),  # أسلحة, أرغفة
    ("أ01ية", "0ا1ي 01ا"),  # أندية
    ("أ012اء", "01ي2"),  # أصدقاء
    ("م0ا1ي2", "م01و2 م01ا2 م01ي2"),  # مشاريع
    ("ت0ا1ي2", "ت01ي2"),  # تقارير
    ("0وا1ي2", "0ا1و2 0ا1ي2"),  # قوانين
    ("01ائ2", "01ي2ة 01ا2ة 01و2ة 01ي2"),  # جرائم, رسائل
    ("01ا2ي3", "012و3 012ا3 012ي3"),  # صواريخ, عناوين
]


def singulars(plurals: Packed) -> tuple[Ints, Packed]:
    """Candidate singulars, folded, of forms as written, by their pattern.

    Returns the row of each candidate's plural and the candidates, in the order of the patterns.

    >>> rows, found = singulars(Packed.of(["بيت", "أسلحة"]))
    >>> rows.tolist(), found.strings()
    ([1, 1], ['سلاح', 'سليح'])
    """
    rows, found = [np.zeros(0, np.int64)], []
    some = np.flatnonzero((plurals.n > 3) & (plurals.has(0, "أآ") | plurals.has(-2, "يئ")))
    those = plurals[some]
    for plural, candidates in _PATTERNS:
        fits = those.n == len(plural)
        for place, letter in enumerate(plural):
            if not letter.isdigit():
                fits &= those.has(place, letter)
        which = np.flatnonzero(fits)
        letters = those.letters[which]
        for candidate in candidates.split() if len(which) else ():
            made = _blank(candidate)[np.zeros(len(which), np.int64)]
            for place, letter in enumerate(candidate):
                if letter.isdigit():
                    made.letters[:, place] = letters[:, plural.index(letter)]
            rows.append(some[which])
            found.append(made)
    return np.concatenate(rows), Packed.joined(found)


@cache
def _blank(pattern: str) -> Packed:
    """One word of a pattern, its root letters still to be written over."""
    return Packed.of([pattern.translate(str.maketrans("0123", "اااا"))])
