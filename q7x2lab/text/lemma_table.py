"""simplemma's Arabic table of forms and lemmas, folded and indexed for the rules of lexemes.

The table (MIT licence, shipped in simplemma's wheel) has some 300 thousand forms. It knows most
broken plurals and many conjugated verbs, and has holes: a form that nothing was known about
stands there as its own lemma.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np
from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

from q7x2lab.text.normalize import fold_all
from q7x2lab.text.packed import Lookup, Packed

_ALEF = str.maketrans(dict.fromkeys("أإآٱ", "ا"))
KEY_FOLD = ("marks", "tatweel", "alef", "ya")


def fold_key(form: str) -> str:
    """A bare form as lexemes compare it: hamza carriers to ا, final ى to ي; ة is kept.

    >>> fold_key("أولى"), fold_key("إدارة")
    ('اولي', 'ادارة')
    """
    form = form.translate(_ALEF)
    return form[:-1] + "ي" if form[-1:] == "ى" else form


@dataclass(frozen=True, eq=False)
class LemmaTable:
    """row: a form, as written or folded, to its row. lemmas: the folded lemma of each row.
    family: a lemma to the forms it has besides itself, 0 for what is none. verbs: lemmas as written
    that are conjugated, the largest family first. spelling: a folded lemma to its row in
    `spellings`, the usual ones.
    """

    row: Lookup
    lemmas: Packed
    family: Lookup
    verbs: list[str]
    spelling: Lookup
    spellings: list[str]


def _is_conjugated(form: str, lemma: str) -> bool:
    """Whether a form can be nothing but an inflected verb: كتبوا, كتبتما, يكتب, أدت of أدى."""
    return (
        (form != lemma and form.endswith(("وا", "تما")))
        or (form[0] == "ي" != lemma[0])
        or (lemma[-1] in "ىا" and form == lemma[:-1] + "ت")
    )


# Verbal nouns, whose verb needs no other witness: a dot for each root letter.
_VERBAL_NOUNS = [
    (re.compile(pattern), verb)
    for pattern, verb in (
        ("م(.)ا(.)(.)ة", r"\1ا\2\3"),  # محاكمة
        ("إ(.)(.)ا(.)", r"أ\1\2\3"),  # إعلان
        ("ا(.)ت(.)ا(.)", r"ا\1ت\2\3"),  # انتقاد
        ("ان(.)(.)ا(.)", r"ان\1\2\3"),  # انفجار
        ("است(.)(.)ا(.)", r"است\1\2\3"),  # استخدام
    )
]


def _implied_verb(form: str) -> list[str]:
    """The verb of a verbal noun of forms III, IV, VII, VIII or X.

    >>> _implied_verb("استخدام"), _implied_verb("كتاب")
    (['استخدم'], [])
    """
    found = ((pattern.fullmatch(form), verb) for pattern, verb in _VERBAL_NOUNS)
    return [match.expand(verb) for match, verb in found if match]


def _verbs(raw: dict[str, str]) -> list[str]:
    """Lemmas that the table conjugates: two letters only if doubled (رد, يرد, ردت)."""
    verbs = {lemma for form, lemma in raw.items() if _is_conjugated(form, lemma)}
    verbs |= {verb for form, lemma in raw.items() if form == lemma for verb in _implied_verb(form)}
    return [
        verb
        for verb in verbs
        if not verb.endswith(("ة", "وا"))
        and (verb[:2] != "ال" or verb[:3] == "الت")
        and (2 < len(verb) < 8 or {"ي" + verb, verb + "ت"} <= raw.keys())
    ]


@cache
def lemma_table() -> LemmaTable:
    """The table, read once a process (about a second).

    >>> table = lemma_table()
    >>> table.lemmas[table.row(Packed.of(["حروب"]))].strings()
    ['حرب']
    """
    source = DEFAULT_DICTIONARY_FACTORY.get_dictionary("ar")
    raw = {form: source[form] for form in source if form.isalpha() and "ء" <= form[0] <= "ي"}
    forms, lemmas = list(raw), list(raw.values())
    keys, values = fold_all(forms, KEY_FOLD), fold_all(lemmas, KEY_FOLD)
    family = Counter(value for key, value in zip(keys, values, strict=True) if key != value)
    table = dict(zip(forms, values, strict=True))
    for form, key, value in zip(forms, keys, values, strict=True):
        # A spelling without hamza stands for the lemma that it spells (امن for أمن, no imperative),
        # or else for whichever of its readings has the larger family.
        if key != form and table.get(key) != key:
            unlisted = key not in raw and family[value] >= family[table.get(key, "")]
            if value == key or unlisted:
                table[key] = value
    # Of the spellings of a lemma the one without hamza if it is a lemma (كان, not كأن), else the
    # one with the most forms.
    spelling: dict[str, str] = {}
    for lemma, _ in sorted(Counter(lemmas).items(), key=lambda item: (item[1], item[0])):
        key = fold_key(lemma)
        if spelling.get(key) != key:
            spelling[key] = lemma
    verbs = sorted(_verbs(raw), key=lambda verb: (-family[fold_key(verb)], verb))
    sizes = np.fromiter(family.values(), np.int64, len(family))
    return LemmaTable(
        Lookup(Packed.of(list(table))),
        Packed.of(list(table.values())),
        Lookup(Packed.of(list(family)), sizes, missing=0),
        verbs,
        Lookup(Packed.of(list(spelling))),
        list(spelling.values()),
    )
