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
        (r"أ(.)وا(.)", "{0}ا{1} {0}و{1}"),  # أبواب, ألوان
        (r"أ(.)يا(.)", "{0}ي{1}"),  # أعياد
        (r"أ(.)(.)ا(.)", "{0}{1}{2} {0}{1}ي{2} {0}ا{1}{2} {0}{1}{2}ة"),  # أسباب, أشراف, أصحاب
        (r"آ(.)ا(.)", "ا{0}{1}"),  # آمال
        (r"أ(.)(.)(.)ة", "{0}{1}ا{2} {0}{1}ي{2}"),  # أسلحة, أرغفة
        (r"أ(.)(.)ية", "{0}ا{1}ي {0}{1}ا"),  # أندية
        (r"أ(.)(.)(.)اء", "{0}{1}ي{2}"),  # أصدقاء
        (r"م(.)ا(.)ي(.)", "م{0}{1}و{2} م{0}{1}ا{2} م{0}{1}ي{2}"),  # مشاريع
        (r"ت(.)ا(.)ي(.)", "ت{0}{1}ي{2}"),  # تقارير
        (r"(.)وا(.)ي(.)", "{0}ا{1}و{2} {0}ا{1}ي{2}"),  # قوانين
        (r"(.)(.)ائ(.)", "{0}{1}ي{2}ة {0}{1}ا{2}ة {0}{1}و{2}ة {0}{1}ي{2}"),  # جرائم, رسائل
        (r"(.)(.)ا(.)ي(.)", "{0}{1}{2}و{3} {0}{1}{2}ا{3} {0}{1}{2}ي{3}"),  # صواريخ, عناوين
    )
]


def singulars(plural: str) -> list[str]:
    """Candidate singulars, folded, of a form as written, by its pattern.

    >>> singulars("مشاريع")
    ['مشروع', 'مشراع', 'مشريع']
    """
    if len(plural) < 4 or not (plural[0] in "أآ" or plural[-2] in "يئ"):
        return []  # as nearly always: no pattern need be tried
    found = ((pattern.fullmatch(plural), candidates) for pattern, candidates in _PATTERNS)
    expanded = (one.format(*match.groups()) for match, ones in found if match for one in ones)
    return list(dict.fromkeys(expanded))
