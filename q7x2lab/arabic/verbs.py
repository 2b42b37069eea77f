"""Conjugated Arabic verbs back to their citation form, the third person masculine of the past.

The stems of each known verb are written out from its shape (sound, doubled, hollow, defective,
assimilated, hamzated; forms I to X), so that a conjugated form is looked up and never guessed.
Grammar: Ryding (2005), A Reference Grammar of Modern Standard Arabic, chapters 21 to 32.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from q7x2lab.arabic.letters import fold_key

IMPERFECT_PREFIXES = "يتنا"
# Left out are two that news prose hardly knows and names often have: the feminine plural ن, the
# dual ا of the past.
_PAST_ENDINGS = ("", "ت", "وا", "تا", "نا", "تم", "و")
_IMPERFECT_ENDINGS = ("ون", "ان", "ين", "وا", "ا", "و")


def _past_stems(verb: str) -> list[str]:
    """What stands before an ending of the past, passives of hollow verbs included."""
    key = fold_key(verb)
    if len(key) > 2 and verb[-1] in "ىا":  # دعا: دعت, دعوت; رمى: رميت
        return [key, key[:-1], key[:-1] + ("ي" if verb[-1] == "ى" else "و")]
    if len(key) > 2 and key[-2] == "ا":  # قام: قمت; أصاب: أصيب
        return [key, key[:-2] + key[-1], key[:-2] + "ي" + key[-1]]
    return [key]


def _first_form(key: str, *, weak: bool) -> list[str]:
    """Imperfect stems of a verb of three letters."""
    if weak:  # يدعو, يرمي, يلقى
        stems = [key[:-1] + vowel for vowel in "يوا"]
        return [*stems, key[1] + "ي"] if key[0] == "و" else stems
    if key[1] == "ا":  # يقول, يبيع, ينام, يقل
        return [key[0] + vowel + key[2] for vowel in "ويا"] + [key[0] + key[2]]
    return [key, key[1:]] if key[0] == "و" else [key]  # يصل


def _imperfect_stems(verb: str) -> list[str]:
    """What stands between the person and the ending of the imperfect."""
    if verb == "رأى":
        return ["ري"]  # the one common verb that drops its hamza
    key, weak = fold_key(verb), verb[-1] in "ىا" and len(verb) > 2
    if len(key) == 3:
        stems = _first_form(key, weak=weak)
    elif len(key) > 3 and verb[0] in "أا":
        stem = key[1:]  # forms IV, VII to X lose their alef
        hollow = [stem[:-2] + "ي" + stem[-1]] if key[-2] == "ا" and not weak else []
        stems = [stem, *hollow]  # يستفيد, يقيم
    else:
        stems = [key]  # رد; forms II, III, V, VI and four-letter verbs
    if len(key) > 3 and weak:
        stems = [stem[:-1] + vowel for stem in stems for vowel in "يا"]
    if verb[0] in "أآ":
        stems = [*stems, "ؤ" + (key[1:-1] + "ي" if weak else key[1:])]  # يؤكد
    return stems


@dataclass(frozen=True, eq=False)
class Conjugation:
    """Verbs, folded, by the stems of their past and imperfect.

    `cut` holds imperfect stems whose weak last letter fell out. Verbs that share a stem stand in
    the order in which they were given.
    """

    past: Mapping[str, tuple[str, ...]]
    imperfect: Mapping[str, tuple[str, ...]]
    cut: Mapping[str, tuple[str, ...]]

    def past_readings(self, form: str) -> tuple[str, ...]:
        """Verbs of which a folded form is a past: أعلنت, قالوا, أصيب.

        Examples
        --------
        >>> conjugation(["قال", "أعلن"]).past_readings("اعلنت")
        ('اعلن',)
        """
        for ending in _PAST_ENDINGS:
            stem = form.removesuffix(ending)
            if len(stem) > 1 and form == stem + ending and stem in self.past:
                return self.past[stem]
        return ()

    def imperfect_readings(self, form: str) -> tuple[str, ...]:
        """Verbs of which a folded form is an imperfect, without the future س: يقول, تدعو, يدعون.

        Examples
        --------
        >>> conjugation(["قال", "دعا"]).imperfect_readings("يدعون")
        ('دعا',)
        """
        if len(form) < 3 or form[0] not in IMPERFECT_PREFIXES:
            return ()
        stem = form[1:]
        found = self.imperfect.get(stem, ())
        if found or form[0] in "نا":  # the first person has no endings
            return found
        for ending in _IMPERFECT_ENDINGS:
            bare = stem.removesuffix(ending)
            found = self.imperfect.get(bare, self.cut.get(bare, ()))
            if found and len(bare) > 1 and bare != stem:
                return found
        return self.cut.get(stem, ()) if form[0] == "ي" else ()


def conjugation(verbs: Iterable[str]) -> Conjugation:
    """The conjugation of some verbs.

    Parameters
    ----------
    verbs
        Citation forms as written: a final ى or ا and an initial hamza matter.

    Examples
    --------
    >>> sorted(conjugation(["قال"]).past)
    ['قال', 'قل', 'قيل']
    """
    past: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    imperfect, cut = past.copy(), past.copy()
    for verb in verbs:
        key, weak = fold_key(verb), verb[-1] in "ىا"
        stems = dict.fromkeys(_imperfect_stems(verb))
        without = dict.fromkeys(stem[:-1] for stem in stems if weak and len(stem) > 2)
        for table, some in ((past, _past_stems(verb)), (imperfect, stems), (cut, without)):
            for stem in some:
                if key not in table[stem]:  # أسف and اسف are one
                    table[stem] += (key,)
    return Conjugation(dict(past), dict(imperfect), dict(cut))
