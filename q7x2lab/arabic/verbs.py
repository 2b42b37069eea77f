"""Conjugated Arabic verbs back to their citation form, the third person masculine of the past.

The stems of each known verb are written out from its shape (sound, doubled, hollow, defective,
assimilated, hamzated; forms I to X), so that a conjugated form is looked up and never guessed.
Grammar: Ryding (2005), A Reference Grammar of Modern Standard Arabic, chapters 21 to 32.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from q7x2lab.arabic.lemma_table import fold_key
from q7x2lab.arabic.packed import Ints, Lookup, Packed

IMPERFECT_PREFIXES = "يتنا"
# Those that news prose hardly knows and names often have are left out: the feminine plural ن, the
# dual ا of the past.
_PAST_ENDINGS = ("ت", "وا", "تا", "نا", "تم", "و")
_IMPERFECT_ENDINGS = ("ون", "ان", "ين", "وا", "ا", "و")
# Before these a weak last letter falls out: يدعو, يدعون.
_PLURALS = frozenset({"ون", "وا", "ين", "و"})


def _past_stems(verb: str) -> Iterator[str]:
    """What stands before an ending of the past, passives of hollow verbs included."""
    key = fold_key(verb)
    yield key
    if verb[-1] in "ىا" and len(key) > 2:
        yield key[:-1]  # دعت, دعوا
        yield key[:-1] + ("ي" if verb[-1] == "ى" else "و")
    elif len(key) > 2 and key[-2] == "ا":
        yield key[:-2] + key[-1]  # قمت
        yield key[:-2] + "ي" + key[-1]  # أصيب, قيل


def _first_form(key: str, *, weak: bool) -> list[str]:
    """Imperfect stems of a verb of three letters."""
    if weak:
        stems = [key[:-1] + vowel for vowel in "يوا"]
        return [*stems, key[1] + "ي"] if key[0] == "و" else stems
    if key[1] == "ا":
        return [key[0] + vowel + key[2] for vowel in "ويا"] + [key[0] + key[2]]
    return [key, key[1:]] if key[0] == "و" else [key]


def _imperfect_stems(verb: str) -> list[str]:
    """What stands between the person and the ending of the imperfect."""
    key, weak = fold_key(verb), verb[-1] in "ىا" and len(verb) > 2
    if verb == "رأى":
        return ["ري"]  # the one common verb that drops its hamza
    if len(key) == 3:
        stems = _first_form(key, weak=weak)
    elif len(key) == 2 or verb[0] not in "أا":
        stems = [key]  # رد; forms II, III, V, VI and four-letter verbs
    elif len(key) == 4 or key[0] == "ا":
        stems = [key[1:]]  # forms IV, VII to X lose their alef
    if len(key) > 3 and weak:
        stems = [stem[:-1] + vowel for stem in stems for vowel in "يا"]
    elif len(key) > 3 and verb[0] in "أا" and key[-2] == "ا":
        stems = [*stems, stems[0][:-2] + "ي" + key[-1]]  # يستفيد, يقيم
    if verb[0] in "أآ":
        stems = [*stems, "ؤ" + (key[1:-1] + "ي" if weak else key[1:])]  # يؤكد
    return stems


@dataclass(frozen=True, eq=False)
class Conjugation:
    """verbs: folded. choices: numbers of the verbs that share a form, one row a set of verbs, -1
    where there are no more. past, imperfect, and cut (imperfects whose weak last letter fell out)
    lead from a stem to its row, -1 from what is no stem.
    """

    verbs: Packed
    choices: Ints
    past: Lookup
    imperfect: Lookup
    cut: Lookup

    def past_readings(self, forms: Packed) -> Ints:
        """The row of verbs of which each folded form is a past, -1 if none: أعلنت, قالوا, أصيب.

        >>> told = conjugation(["قال", "أعلن"])
        >>> told.named(told.past_readings(Packed.of(["اعلنت", "بيت"])))
        [['اعلن'], []]
        """
        found = self.past(forms)
        for ending in _PAST_ENDINGS:
            rows = np.flatnonzero((found < 0) & forms.ends(ending) & (forms.n - len(ending) > 1))
            found[rows] = self.past(forms[rows].until(len(ending)))
        return found

    def imperfect_readings(self, forms: Packed) -> Ints:
        """The row of verbs of which each folded form is an imperfect, without the future س, -1 if
        none: يقول, تدعو, يدعون.

        >>> told = conjugation(["قال", "دعا"])
        >>> told.named(told.imperfect_readings(Packed.of(["يدعون", "ليت"])))
        [['دعا'], []]
        """
        found = np.full(len(forms), -1)
        able = np.flatnonzero((forms.n > 2) & forms.has(0, IMPERFECT_PREFIXES))
        stems = forms[able].behind(1)
        found[able] = self.imperfect(stems)
        inflected = ~forms[able].has(0, "نا")  # the first person has no endings
        for ending in _IMPERFECT_ENDINGS:
            open_ = inflected & (found[able] < 0) & stems.ends(ending)
            rows = np.flatnonzero(open_ & (stems.n - len(ending) > 1))
            bare = stems[rows].until(len(ending))
            readings = self.imperfect(bare)
            if ending in _PLURALS:
                readings = np.where(readings < 0, self.cut(bare), readings)
            found[able[rows]] = readings
        rows = np.flatnonzero((found[able] < 0) & forms[able].has(0, "ي"))
        found[able[rows]] = self.cut(stems[rows])
        return found

    def named(self, rows: Ints) -> list[list[str]]:
        """The verbs of some rows, for people to read."""
        names = self.verbs.strings()
        return [[names[verb] for verb in self.choices[row] if verb >= 0 <= row] for row in rows]


def conjugation(verbs: Iterable[str]) -> Conjugation:
    """The conjugation of verbs given as written (a final ى or ا and an initial hamza matter).

    A form that several verbs share lists them in the order in which they are given.

    >>> conjugation(["قال"]).imperfect.has(Packed.of(["قول", "قال"])).tolist()
    [True, True]
    """
    numbers: dict[str, int] = {}
    tables: tuple[dict[str, dict[int, None]], ...] = ({}, {}, {})
    past, imperfect, cut = tables
    for verb in verbs:
        number = numbers.setdefault(fold_key(verb), len(numbers))
        for stem in _past_stems(verb):
            past.setdefault(stem, {})[number] = None
        for stem in _imperfect_stems(verb):
            imperfect.setdefault(stem, {})[number] = None
            if verb[-1] in "ىا" and len(stem) > 2:
                cut.setdefault(stem[:-1], {})[number] = None
    rows: dict[tuple[int, ...], int] = {}
    lookups = [
        Lookup(
            Packed.of(list(table)),
            np.array([rows.setdefault(tuple(found), len(rows)) for found in table.values()], int),
        )
        for table in tables
    ]
    width = max(map(len, rows), default=1)
    choices = [(*found, *[-1] * (width - len(found))) for found in rows]
    return Conjugation(
        Packed.of(list(numbers)), np.array(choices, int).reshape(-1, width), *lookups
    )
