"""simplemma's Arabic table of forms and lemmas, folded and indexed for the rules of lexemes.

The table (MIT licence, shipped in simplemma's wheel) has some 300 thousand forms. It knows most
broken plurals and many conjugated verbs, and has holes: a form that nothing was known about
stands there as its own lemma.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

from q7x2lab.arabic.letters import KEY_STEPS, fold_all, fold_key


@dataclass(frozen=True, eq=False)
class LemmaTable:
    """What the table says of forms and lemmas; lemmas are folded unless said otherwise.

    Attributes
    ----------
    lemma
        Lemma of each form, as written or folded.
    family
        How many forms a lemma has besides itself; lemmas without any are not there.
    verbs
        Lemmas that the table conjugates, as written, the largest family first.
    spelling
        The usual spelling of each lemma.
    """

    lemma: Mapping[str, str]
    family: Mapping[str, int]
    verbs: Sequence[str]
    spelling: Mapping[str, str]


# Verbal nouns whose verb needs no other witness, and that verb.
_VERBAL_NOUNS = [
    (re.compile("م(.)ا(.)(.)ة"), r"\1ا\2\3"),  # محاكمة, حاكم
    (re.compile("إ(.)(.)ا(.)"), r"أ\1\2\3"),  # إعلان, أعلن
    (re.compile("ا(.)ت(.)ا(.)"), r"ا\1ت\2\3"),  # انتقاد, انتقد
    (re.compile("ان(.)(.)ا(.)"), r"ان\1\2\3"),  # انفجار, انفجر
    (re.compile("است(.)(.)ا(.)"), r"است\1\2\3"),  # استخدام, استخدم
]
_LONGEST_VERB = 7  # استخدم has six letters; what is longer are joined words


def _verbs_of(form: str, lemma: str) -> Iterator[str]:
    """The verb that an entry is evidence of, if it is of any."""
    if form == lemma:
        for pattern, verb in _VERBAL_NOUNS if "ا" in form else ():
            if match := pattern.fullmatch(form):
                yield match.expand(verb)
    elif form.endswith(("وا", "تما")) or form[0] == "ي" != lemma[0]:
        yield lemma  # كتبوا, كتبتما, يكتب can be nothing but verbs
    elif lemma[-1] in "ىا" and form == lemma[:-1] + "ت":
        yield lemma  # أدت of أدى


def _verbs(entries: Mapping[str, str]) -> Iterator[str]:
    """Lemmas that the table conjugates: two letters only if doubled (رد, يرد, ردت)."""
    for verb in {verb for entry in entries.items() for verb in _verbs_of(*entry)}:
        short = len(verb) == 2 and not {"ي" + verb, verb + "ت"} <= entries.keys()
        definite = verb.startswith("ال") and not verb.startswith("الت")  # التقى has no article
        noun = short or definite or verb.endswith(("ة", "وا"))
        if not noun and 1 < len(verb) <= _LONGEST_VERB:
            yield verb


def _add_folded(
    lemma: dict[str, str],
    entries: Mapping[str, str],
    keys: Sequence[str],
    family: Mapping[str, int],
) -> None:
    """Add spellings without hamza to the lemmas, in place.

    Such a spelling stands for the lemma that it spells (امن for أمن, no imperative), or else, if
    the table does not have it, for whichever of its readings has the larger family.
    """
    for form, key in zip(entries, keys, strict=True):
        if key != form and lemma.get(key) != key:
            found = lemma[form]
            rival = family.get(lemma.get(key, ""), 0)
            if found == key or (key not in entries and family.get(found, 0) >= rival):
                lemma[key] = found


def _usual_spellings(lemmas: Sequence[str]) -> dict[str, str]:
    """Of the spellings of each folded lemma the one without hamza if it is a lemma (كان, not كأن),
    else the one with the most forms.
    """
    forms = Counter(lemmas)
    ordered = sorted(forms, key=lambda lemma: (fold_key(lemma) == lemma, forms[lemma], lemma))
    return {fold_key(lemma): lemma for lemma in ordered}


@cache
def lemma_table() -> LemmaTable:
    """The table, read once a process.

    Examples
    --------
    >>> lemma_table().lemma["حروب"]
    'حرب'
    """
    source = DEFAULT_DICTIONARY_FACTORY.get_dictionary("ar")
    entries = {form: source[form] for form in source if form.isalpha() and "ء" <= form[0] <= "ي"}
    keys = fold_all(list(entries), KEY_STEPS)
    folded = fold_all(list(entries.values()), KEY_STEPS)
    family = Counter(value for key, value in zip(keys, folded, strict=True) if key != value)
    lemma = dict(zip(entries, folded, strict=True))
    _add_folded(lemma, entries, keys, family)
    verbs = sorted(_verbs(entries), key=lambda verb: (-family[fold_key(verb)], verb))
    return LemmaTable(lemma, dict(family), verbs, _usual_spellings(list(entries.values())))
