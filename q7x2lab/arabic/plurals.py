"""Singulars that a plural may have, by its pattern or its ending.

Which candidate is right, if any, has to be told by a vocabulary. The broken plurals are those of
Ratcliffe (1998), The "Broken" Plural Problem in Arabic, as far as their consonants show.
"""

import re

# Plural, a group for each root letter, and its singulars. Only patterns that no singular has:
# the hamza tells أسباب from إسلام, and افعال without it is left alone.
_BROKEN = {
    r"أ(.)وا(.)": r"\1ا\2 \1و\2",  # أبواب, ألوان
    r"أ(.)يا(.)": r"\1ي\2",  # أعياد
    r"أ(.)(.)ا(.)": r"\1\2\3 \1\2ي\3 \1ا\2\3 \1\2\3ة",  # أسباب, أشراف, أصحاب
    r"آ(.)ا(.)": r"ا\1\2",  # آمال
    r"أ(.)(.)(.)ة": r"\1\2ا\3 \1\2ي\3",  # أسلحة, أرغفة
    r"أ(.)(.)ية": r"\1ا\2ي \1\2ا",  # أندية
    r"أ(.)(.)(.)اء": r"\1\2ي\3",  # أصدقاء
    r"م(.)ا(.)ي(.)": r"م\1\2و\3 م\1\2ا\3 م\1\2ي\3",  # مشاريع
    r"ت(.)ا(.)ي(.)": r"ت\1\2ي\3",  # تقارير
    r"(.)وا(.)ي(.)": r"\1ا\2و\3 \1ا\2ي\3",  # قوانين
    r"(.)(.)ائ(.)": r"\1\2ي\3ة \1\2ا\3ة \1\2و\3ة \1\2ي\3",  # جرائم, رسائل
    r"(.)(.)ا(.)ي(.)": r"\1\2\3و\4 \1\2\3ا\4 \1\2\3ي\4",  # صواريخ, عناوين
}
# Endings of number, and what stands in the singular masculine instead, in the order of trial.
_REGULAR = {
    "ات": (("ات", ""),),
    "ون": (("ون", ""),),
    "ان": (("يتان", "ي"), ("تان", "ة"), ("ان", ""), ("ان", "ة")),
    "ين": (("يتين", "ي"), ("تين", "ة"), ("ين", ""), ("ين", "ة")),
}
PLURAL_ENDINGS = tuple(_REGULAR)


def broken_singulars(plural: str) -> list[str]:
    """Candidate singulars, folded, of a word as written that has the pattern of a broken plural.

    Examples
    --------
    >>> broken_singulars("مشاريع"), broken_singulars("بيت")
    (['مشروع', 'مشراع', 'مشريع'], [])
    """
    if len(plural) < 4 or not (plural[0] in "أآ" or plural[-2] in "يئ"):
        return []  # as nearly always: no pattern need be tried
    fitting = (pattern for pattern in _BROKEN if re.fullmatch(pattern, plural))
    found = (
        re.sub(pattern, one, plural) for pattern in fitting for one in _BROKEN[pattern].split()
    )
    return list(dict.fromkeys(found))


def regular_singulars(plural: str) -> list[str]:
    """Candidate singulars of a word as written that ends like a regular plural or a dual.

    Examples
    --------
    >>> regular_singulars("دولتين"), regular_singulars("بيت")
    (['دولة', 'دولت', 'دولتة'], [])
    """
    return [
        plural.removesuffix(ending) + instead
        for ending, instead in _REGULAR.get(plural[-2:], ())
        if plural.endswith(ending) and len(plural) - len(ending) > 1
    ]
