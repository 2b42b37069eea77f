"""simplemma's Arabic table of forms and lemmas, folded and indexed for the rules of lexemes.

The table (MIT licence, shipped in simplemma's wheel) has some 300 thousand forms. It knows most
broken plurals and many conjugated verbs, and has holes: a form that nothing was known about
stands there as its own lemma.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

from q7x2lab.arabic.packed import Bools, Ints, Lookup, Packed
from q7x2lab.arabic.patterns import by_pattern

_ALEF = str.maketrans(dict.fromkeys("أإآٱ", "ا"))


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


# Verbal nouns, whose verb needs no other witness: a digit for each root letter.
_VERBAL_NOUNS = [
    ("م0ا12ة", "0ا12"),  # محاكمة
    ("إ01ا2", "أ012"),  # إعلان
    ("ا0ت1ا2", "ا0ت12"),  # انتقاد
    ("ان01ا2", "ان012"),  # انفجار
    ("است01ا2", "است012"),  # استخدام
]


@dataclass(frozen=True, eq=False)
class _Entries:
    """The entries as printed. number: of each form's lemma among `lemmas`."""

    forms: Packed
    number: Ints
    lemmas: Packed
    written: NDArray[np.object_]  # the lemmas again

    @classmethod
    def read(cls) -> _Entries:
        source = DEFAULT_DICTIONARY_FACTORY.get_dictionary("ar")
        forms = [form for form in source if form.isalpha() and "ء" <= form[0] <= "ي"]
        number, written = pd.factorize(np.array([source[form] for form in forms], object))
        return cls(Packed.of(forms), number, Packed.of(written.tolist()), written)

    def conjugated(self) -> Bools:
        """Which forms can be nothing but an inflected verb: كتبوا, كتبتما, يكتب, أدت of أدى."""
        forms, lemmas = self.forms, self.lemmas[self.number]
        found = (forms.ends("وا") | forms.ends("تما")) & ~forms.same(lemmas)
        found |= forms.has(0, "ي") & ~lemmas.has(0, "ي")
        weak = np.flatnonzero(lemmas.has(-1, "ىا"))
        found[weak] |= forms[weak].same(lemmas[weak].until(1).before("ت"))
        return found

    def verbs(self) -> list[str]:
        """Lemmas that the table conjugates: two letters only if doubled (رد, يرد, ردت)."""
        alone = self.forms[self.forms.same(self.lemmas[self.number])]
        implied = by_pattern(alone, _VERBAL_NOUNS)[1].strings()
        verbs = {*self.written[np.unique(self.number[self.conjugated()])].tolist(), *implied}
        plain = [
            verb
            for verb in sorted(verbs)
            if len(verb) < 8
            and not verb.endswith(("ة", "وا"))
            and (verb[:2] != "ال" or verb[:3] == "الت")
        ]
        listed = Lookup(self.forms)
        packed = Packed.of(plain)
        doubled = listed.has(packed.after("ي")) & listed.has(packed.before("ت"))
        return [verb for verb, two in zip(plain, doubled, strict=True) if len(verb) > 2 or two]


def _respelled(
    entries: _Entries, keys: Packed, values: Packed, value: Ints, family: Ints
) -> tuple[Packed, Ints]:
    """Spellings without hamza and the value of each: the lemma that one spells (امن for أمن, no
    imperative), or else, where the table has no such form, whichever has the larger family.

    keys, value: of each form, what it is spelled like and the number of its lemma among `values`.
    """
    rows = np.flatnonzero(~keys.same(entries.forms))
    row = Lookup(entries.forms)(keys[rows])
    itself = values[value[rows]].same(keys[rows])
    settled = (row >= 0) & values[value[row]].same(keys[rows])
    able = np.flatnonzero(~settled & (itself | (row < 0)))
    code, spellings = keys[rows[able]].distinct()
    order = np.lexsort((able, family[value[rows[able]]], itself[able], code))
    last = order[np.flatnonzero(np.diff(code[order], append=-1))]
    return spellings[code[last]], value[rows[able[last]]]


def _usual(entries: _Entries, of: Ints) -> Ints:
    """Of the spellings of each folded lemma the one without hamza if it is a lemma (كان, not كأن),
    else the one with the most forms. of: the number of each lemma's folded form.
    """
    forms = np.bincount(entries.number, minlength=len(entries.written))
    alphabetic = np.argsort(entries.written.astype(str)).argsort()
    plain = entries.lemmas.same(entries.lemmas.folded())
    order = np.lexsort((alphabetic, forms, plain, of))
    return order[np.flatnonzero(np.diff(of[order], append=-1))]


@cache
def lemma_table() -> LemmaTable:
    """The table, read once a process (about a second).

    >>> table = lemma_table()
    >>> table.lemmas[table.row(Packed.of(["حروب"]))].strings()
    ['حرب']
    """
    entries = _Entries.read()
    keys = entries.forms.folded()
    of, values = entries.lemmas.folded().distinct()
    value = of[entries.number]
    family = np.bincount(value[~keys.same(values[value])], minlength=len(values))
    spellings, theirs = _respelled(entries, keys, values, value, family)
    at = Lookup(entries.forms)(spellings)
    value[at[at >= 0]] = theirs[at >= 0]
    has = np.flatnonzero(family)
    families = Lookup(values[has], family[has], missing=0)
    usual = _usual(entries, of)
    verbs = entries.verbs()
    size = families(Packed.of(verbs).folded())
    return LemmaTable(
        Lookup(Packed.joined([entries.forms, spellings[at < 0]])),
        Packed.joined([values[value], values[theirs[at < 0]]]),
        families,
        [verbs[place] for place in np.lexsort((np.arange(len(verbs)), -size)).tolist()],
        Lookup(values[of[usual]]),
        entries.written[usual].tolist(),
    )
