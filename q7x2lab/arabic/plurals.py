"""Singulars that a plural may have, by its pattern or its ending.

Which candidate is right, if any, has to be told by a vocabulary. Patterns and endings stand in
data/words/plurals.yaml.
"""

import re
from collections.abc import Iterator

from q7x2lab.yaml_files import read_bundled

_WORDS = read_bundled("plurals", "words", what="list of plurals")
_ROOT = "فعقل"  # letters that stand for any letter of a root


def _patterns() -> Iterator[tuple[re.Pattern[str], list[str]]]:
    """Each pattern of a plural with a group a root letter, and its singulars as replacements."""
    for plural, singulars in _WORDS["broken"].items():
        root = [letter for letter in plural if letter in _ROOT]
        groups = {ord(letter): rf"\{at}" for at, letter in enumerate(root, 1)}
        pattern = re.compile(re.sub(f"[{_ROOT}]", "(.)", plural))
        yield pattern, [singular.translate(groups) for singular in singulars]


_BROKEN = list(_patterns())


def broken_singulars(plural: str) -> list[str]:
    """Candidate singulars, folded, of a word as written that has the pattern of a broken plural.

    Examples
    --------
    >>> broken_singulars("مشاريع"), broken_singulars("بيت")
    (['مشروع', 'مشراع', 'مشريع'], [])
    """
    if len(plural) < 4 or not (plural[0] in "أآ" or plural[-2] in "يئ"):
        return []  # as nearly always: no pattern need be tried
    fitting = [(found, singulars) for p, singulars in _BROKEN if (found := p.fullmatch(plural))]
    expanded = [found.expand(one) for found, singulars in fitting for one in singulars]
    return list(dict.fromkeys(expanded))


def regular_singulars(plural: str) -> list[str]:
    """Candidate singulars of a word as written that ends like a regular plural or a dual.

    Examples
    --------
    >>> regular_singulars("دولتين"), regular_singulars("بيت")
    (['دولة', 'دولت', 'دولتة'], [])
    """
    return [
        plural.removesuffix(ending) + instead
        for ending, instead in _WORDS["regular"].get(plural[-2:], ())
        if plural.endswith(ending) and len(plural) - len(ending) > 1
    ]
