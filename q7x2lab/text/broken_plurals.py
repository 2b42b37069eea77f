"""Singulars that a broken plural of a given pattern can have.

The patterns are those of Ratcliffe (1998), The "Broken" Plural Problem in Arabic, as far as their
consonants show; which candidate is right, if any, has to be told by a vocabulary.
"""

from __future__ import annotations

import re

# Plural, a group for each root letter, and its singulars. Only patterns that no singular has:
# the hamza tells أسباب from إسلام, and افعال without it is left alone.
_PATTERNS = [
    (re.compile(plural), singular.split())
    for plural, singular in (
        (r"أ(.)وا(.)", r"\1ا\2 \1و\2"),  # أبواب, ألوان
        (r"أ(.)يا(.)", r"\1ي\2"),  # أعياد
        (r"أ(.)(.)ا(.)", r"\1\2\3 \1\2ي\3 \1ا\2\3 \1\2\3ة"),  # أسباب, أشراف, أصحاب
        (r"آ(.)ا(.)", r"ا\1\2"),  # آمال
        (r"أ(.)(.)(.)ة", r"\1\2ا\3 \1\2ي\3"),  # أسلحة, أرغفة
        (r"أ(.)(.)ية", r"\1ا\2ي \1\2ا"),  # أندية
        (r"أ(.)(.)(.)اء", r"\1\2ي\3"),  # أصدقاء
        (r"م(.)ا(.)ي(.)", r"م\1\2و\3 م\1\2ا\3 م\1\2ي\3"),  # مشاريع
        (r"ت(.)ا(.)ي(.)", r"ت\1\2ي\3"),  # تقارير
        (r"(.)وا(.)ي(.)", r"\1ا\2و\3 \1ا\2ي\3"),  # قوانين
        (r"(.)(.)ائ(.)", r"\1\2ي\3ة \1\2ا\3ة \1\2و\3ة \1\2ي\3"),  # جرائم, رسائل
        (r"(.)(.)ا(.)ي(.)", r"\1\2\3و\4 \1\2\3ا\4 \1\2\3ي\4"),  # صواريخ, عناوين
    )
]


def singulars(plural: str) -> list[str]:
    """Candidate singulars, folded, of a form as written, by its pattern.

    >>> singulars("مشاريع")
    ['مشروع', 'مشراع', 'مشريع']
    """
    found = ((pattern.fullmatch(plural), candidates) for pattern, candidates in _PATTERNS)
    return [match.expand(one) for match, candidates in found if match for one in candidates]
