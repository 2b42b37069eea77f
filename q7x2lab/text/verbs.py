"""Conjugated Arabic verbs back to their citation form, the third person masculine of the past.

The stems of each known verb are written out from its shape (sound, doubled, hollow, defective,
assimilated, hamzated; forms I to X), so that a conjugated form is looked up and never guessed.
Grammar: Ryding (2005), A Reference Grammar of Modern Standard Arabic, chapters 21 to 32.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from q7x2lab.text.lemma_table import fold_key

IMPERFECT_PREFIXES = "يتنا"
# Endings by their last letter. Those that news prose hardly knows and names often have are left
# out: the feminine plural ن, the dual ا of the past.
_PAST_ENDINGS = {"ت": ("ت",), "ا": ("وا", "تا", "نا"), "م": ("تم",), "و": ("و",)}
_IMPERFECT_ENDINGS = {"ن": ("ون", "ان", "ين"), "ا": ("وا", "ا"), "و": ("و",)}
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
    """past, imperfect: stem to the verbs that have it. cut: imperfect stems whose weak last
    letter fell out. Verbs are folded.
    """

    past: dict[str, tuple[str, ...]]
    imperfect: dict[str, tuple[str, ...]]
    cut: dict[str, tuple[str, ...]]

    def past_readings(self, form: str) -> tuple[str, ...]:
        """Verbs of which a folded form is a past: أعلنت, قالوا, أصيب.

        >>> conjugation(["قال", "أعلن"]).past_readings("اعلنت")
        ('اعلن',)
        """
        found = self.past.get(form, ())
        for ending in _PAST_ENDINGS.get(form[-1:], ()):
            if found:
                break
            if form.endswith(ending) and len(form) - len(ending) >= 2:
                found = self.past.get(form[: -len(ending)], ())
        return found

    def imperfect_readings(self, form: str) -> tuple[str, ...]:
        """Verbs of which a folded form is an imperfect, without the future س: يقول, تدعو, يدعون.

        >>> conjugation(["قال", "دعا"]).imperfect_readings("يدعون")
        ('دعا',)
        """
        if len(form) < 3 or form[0] not in IMPERFECT_PREFIXES:
            return ()
        stem = form[1:]
        found = self.imperfect.get(stem, ())
        if found or form[0] in "نا":  # the first person has no endings
            return found
        for ending in _IMPERFECT_ENDINGS.get(stem[-1], ()):
            if found:
                return found
            if stem.endswith(ending) and len(stem) - len(ending) >= 2:
                bare = stem[: -len(ending)]
                found = self.imperfect.get(bare, ())
                if not found and ending in _PLURALS:
                    found = self.cut.get(bare, ())
        return found or (self.cut.get(stem, ()) if form[0] == "ي" else ())


def conjugation(verbs: Iterable[str]) -> Conjugation:
    """The conjugation of verbs given as written (a final ى or ا and an initial hamza matter).

    A form that several verbs share lists them in the order in which they are given.
    """
    tables: tuple[dict[str, list[str]], ...] = ({}, {}, {})
    past, imperfect, cut = tables
    for verb in verbs:
        key = fold_key(verb)
        for stem in _past_stems(verb):
            past.setdefault(stem, []).append(key)
        for stem in _imperfect_stems(verb):
            imperfect.setdefault(stem, []).append(key)
            if verb[-1] in "ىا" and len(stem) > 2:
                cut.setdefault(stem[:-1], []).append(key)
    return Conjugation(
        *({stem: tuple(dict.fromkeys(found)) for stem, found in t.items()} for t in tables)
    )
