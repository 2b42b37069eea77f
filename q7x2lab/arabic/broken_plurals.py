"""Singulars that a broken plural of a given pattern can have.

The patterns are those of Ratcliffe (1998), The "Broken" Plural Problem in Arabic, as far as their
consonants show; which candidate is right, if any, has to be told by a vocabulary.
"""

from __future__ import annotations

import numpy as np

from q7x2lab.arabic.packed import Ints, Packed
from q7x2lab.arabic.patterns import by_pattern

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
    some = np.flatnonzero((plurals.n > 3) & (plurals.has(0, "أآ") | plurals.has(-2, "يئ")))
    rows, found = by_pattern(plurals[some], _PATTERNS)
    return some[rows], found
