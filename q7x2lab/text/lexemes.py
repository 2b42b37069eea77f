"""From the form of a word to the lexeme to count by, and to the form to show for it.

A clitic is cut off only if what is left is a known or an attested word. What is left is looked up
in simplemma's table (text.lemma_table), then among the conjugated verbs (text.verbs), then
stripped of endings of number and gender, each time only if that leads to a known or attested
word. Where two readings compete, the one decides whose sister forms the corpus has more of: تعقد
is the verb عقد if the corpus prints يعقد more often than يتعقد and التعقد.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from q7x2lab.text.lemma_table import KEY_FOLD, fold_key, lemma_table
from q7x2lab.text.normalize import fold_all
from q7x2lab.text.stopwords import closed_class_words
from q7x2lab.text.verbs import IMPERFECT_PREFIXES, Conjugation, conjugation

# How far a reading can be trusted: the table has it; a rule leads to what the table has; the
# corpus has it; nothing is known.
KNOWN, DERIVED, ATTESTED, UNKNOWN = 3.0, 2.0, 1.0, 0.0
_PROCLITICS = "و ف ب ك ل وب ول وك فب فل فك ال لل وال فال بال كال ولل فلل وبال وكال".split()
_ENCLITICS = "ه ها هم هن هما نا كم كما ك ي ني".split()
_FIRST_PERSON = frozenset({"ي", "ني", "ك"})
# Ending of number, and what stands in the singular masculine instead.
_NUMBER = [("يتان", "ي"), ("يتين", "ي"), ("تان", "ة"), ("تين", "ة"), ("ات", ""), ("يين", "ي")]
_NUMBER += [("يون", "ي"), ("ين", ""), ("ون", ""), ("ان", ""), ("ين", "ة"), ("ان", "ة"), ("ا", "")]


class Reading(NamedTuple):
    """A lexeme, folded, and how far it can be trusted."""

    lexeme: str
    trust: float


def _derived_noun(form: str, verb: str) -> bool:
    """Whether a folded form that the table files under a verb is a noun: its verbal noun or
    participle, which is a lexeme of its own.
    """
    if form.startswith("م") != verb.startswith("م") or form.endswith(("ات", "ة")):
        return form[0] == "م" or form[-1] in "ةت"
    if form.endswith("اء") and verb[-1] == "ي":
        return True  # إلقاء
    if len(form) == 5 and form[0] == "ت" and form[3] == "ي" and len(verb) == 3:
        return True  # تعليم
    agent = len(form) == 4 and form[1] == "ا" and verb == form[0] + form[2:]  # رافض
    return agent or (len(form) > 3 and form[-2] == "ا" and verb == form[:-2] + form[-1])  # إعلان


def _splits(form: str) -> Iterator[tuple[float, str, str, str]]:
    """Ways to cut clitics off: cost, what is cut in front, stem, what is cut at the end."""
    fronts = [("", form)]
    fronts += [(c, form[len(c) :]) for c in _PROCLITICS if form.startswith(c)]
    for front, stem in fronts:
        if len(stem) < 2:
            continue
        if front.endswith("لل"):
            yield len(front) - 1.0, front, "ال" + stem, ""
        yield len(front), front, stem, ""
        if front.endswith(("ال", "لل")):
            continue
        for back in _ENCLITICS:
            rest = stem[: -len(back)]
            if len(rest) < 2 or not stem.endswith(back):
                continue
            cost = float(len(front) + len(back))
            yield cost, front, rest, back
            if rest[-1] == "ت":
                yield cost - 0.5, front, rest[:-1] + "ة", back
            elif rest[-1] == "ا" and back != "ي":
                yield cost - 0.1, front, rest[:-1] + "ى", back
            elif rest[-1] in "ئؤ":
                yield cost, front, rest[:-1] + "ء", back


@cache
def _conjugation() -> Conjugation:
    return conjugation(lemma_table().verbs)


class Lexicon:
    """The readings of word forms, guarded by the frequencies of one corpus.

    frequencies: tokens of each surface form.
    """

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._table = lemma_table()
        self._verbs = _conjugation()
        self._closed = closed_class_words()
        self._memo: dict[str, Reading] = {}
        self._count: dict[str, int] = {}
        self._spelling: dict[str, str] = {}
        forms = list(frequencies)
        most: dict[str, int] = {}
        for form, key in zip(forms, fold_all(forms, KEY_FOLD), strict=True):
            n = frequencies[form]
            self._count[key] = self._count.get(key, 0) + n
            if form != key and n > most.get(key, 0):
                most[key], self._spelling[key] = n, form
        self._n = self._count.get

    def lexeme(self, form: str) -> str:
        """The lexeme of a word as printed, in its usual spelling."""
        found = self._word(form)
        usual = self._table.spelling.get(found)
        return usual or self._spelling.get(found, found)

    def _family(self, key: str) -> int:
        """Tokens of a word with and without its article."""
        return self._n(key, 0) + self._n("ال" + key, 0)

    def _word(self, form: str) -> str:
        """Folded lexeme of a word with whatever clitics it has."""
        whole = self.read(form)
        if whole.trust >= DERIVED:
            return whole.lexeme
        count = self._n(fold_key(form), 0)
        best, best_score, chosen = whole, whole.trust, False
        for cost, front, stem, back in _splits(form):
            if not cost:
                continue
            found = self.read(stem)
            trust = self._trust_in_split(found, fold_key(stem), front, back)
            if trust < ATTESTED:
                continue
            key = fold_key(stem)
            if whole.trust and 10 * (self._family(key) + 1) < count:
                continue
            score = trust - 0.3 * cost
            if score > best_score - (0 if chosen else 1):
                best, best_score, chosen = found, score, True
        return best.lexeme

    def _trust_in_split(self, found: Reading, key: str, front: str, back: str) -> float:
        """Trust in what a cut leaves; short remainders and rare clitics have to be known."""
        trust = found.trust
        if len(key) == 2:
            if trust < KNOWN:
                return UNKNOWN
            trust -= 0.0 if back or front in ("و", "ف") else 0.8
        return trust - (0.8 if back in _FIRST_PERSON else 0.0)

    def read(self, form: str) -> Reading:
        """The reading of a form without clitics other than the article."""
        found = self._memo.get(form)
        if found is None:
            found = self._memo[form] = self._read(form)
        return found

    def _read(self, form: str) -> Reading:
        closed = self._closed.get(form)
        if closed is not None:
            return Reading(closed, KNOWN)
        key = fold_key(form)
        listed = self._table.get(form)
        if key.startswith("ال") and len(key) > 4:
            return self._definite(form, key, listed)
        if listed is not None and listed != key:
            return self._listed(form, key, listed)
        established = listed is not None and listed in self._table.family
        verb = self._imperfect(key, established=established)
        if verb:
            return Reading(verb, DERIVED)
        if established:
            return self._masculine(form, key) or Reading(key, KNOWN)
        verb = self._past(key)
        if verb and verb != key:
            return Reading(verb, DERIVED)
        noun = self._masculine(form, key) or self._singular(form, key)
        if noun:
            return noun
        if verb or listed is not None:
            return Reading(key, DERIVED if verb else 1.5)
        seen = len(key) > 2 and self._n(key, 0) >= 3
        return Reading(key, ATTESTED if seen else UNKNOWN)

    def _definite(self, form: str, key: str, listed: str | None) -> Reading:
        """A form with the article: as without it, unless ال begins the word (التزام)."""
        if listed is not None and listed.startswith("ال"):
            return Reading(listed, KNOWN)
        inner = self.read(form[2:])
        if listed is not None and (inner.trust < DERIVED or inner.lexeme in self._verbs.past):
            if listed not in self._verbs.past:
                return Reading(listed, KNOWN)
        if inner.trust >= DERIVED:
            return inner
        if listed is not None:
            return Reading(listed, KNOWN)
        if self._n(key[2:], 0):
            return Reading(inner.lexeme, max(inner.trust, ATTESTED))
        return Reading(key, ATTESTED if self._n(key, 0) >= 3 else UNKNOWN)

    def _listed(self, form: str, key: str, listed: str) -> Reading:
        """A form that the table files under another lemma, believed with three exceptions."""
        if listed in self._verbs.past and _derived_noun(key, listed):
            return self._masculine(form, key) or self._singular(form, key) or Reading(key, DERIVED)
        if form[-1] == "ا":  # an accusative (نشاطا) before a rare dual of a verb
            bare = self.read(form[:-1])
            if bare.trust >= DERIVED and bare.lexeme != listed:
                return bare
        return Reading(listed, KNOWN)

    def _best_verb(self, verbs: Sequence[str]) -> str:
        """Of the verbs that share a form the one whose past is printed most."""
        if len(verbs) == 1:
            return verbs[0]
        n = self._n
        return max(verbs, key=lambda v: n(v, 0) + n(v + "ت", 0) + n("و" + v, 0))

    def _imperfect(self, key: str, *, established: bool) -> str | None:
        """The verb of which a form is an imperfect, where the corpus does not speak against it."""
        first = key[0]
        if first == "س" and len(key) > 3 and not established:
            verbs = self._verbs.imperfect_readings(key[1:])
            return self._best_verb(verbs) if verbs else None
        if first not in IMPERFECT_PREFIXES:
            return None
        verbs = self._verbs.imperfect_readings(key)
        if not verbs or key in verbs:
            return None
        he = "ي" + key[1:]
        printed = self._n(he, 0) + (he in self._table.lemma) / 2
        if first == "ت" and established:
            rival = self._n("ي" + key, 0) + self._n("ال" + key, 0) + self._n(key + "ت", 0) + 0.75
            return self._best_verb(verbs) if printed > rival else None
        if first == "ي":
            return None if established and self._table.family[key] > 3 else self._best_verb(verbs)
        return self._best_verb(verbs) if printed and not established else None

    def _past(self, key: str) -> str | None:
        verbs = self._verbs.past_readings(key)
        return self._best_verb(verbs) if verbs else None

    def _masculine(self, form: str, key: str) -> Reading | None:
        """A feminine adjective's masculine, if that is printed at least a quarter as often."""
        if not key.endswith("ة") or len(key) < 4:
            return None
        bare = form[:-1]
        if not (key.endswith("ية") or key[0] == "م"):
            return None
        found = self.read(bare)
        masculine = fold_key(bare)
        common = 4 * (self._family(masculine) + 1) >= self._family(key)
        if found.trust >= DERIVED and found.lexeme == masculine and common:
            return Reading(masculine, DERIVED)
        return None

    def _singular(self, form: str, key: str) -> Reading | None:
        """The singular of a regular plural or dual, or the bare form of an accusative."""
        attested: Reading | None = None
        for ending, instead in _NUMBER:
            if not form.endswith(ending) or len(form) - len(ending) < 2:
                continue
            single = form[: -len(ending)] + instead
            if ending == "ات":
                plain, feminine = fold_key(single), fold_key(single + "ة")
                if self._family(plain) <= 2 * self._family(feminine):
                    single += "ة"
            found = self.read(single)
            if found.trust >= DERIVED and found.lexeme[0] == key[0]:
                return Reading(found.lexeme, DERIVED)
            common = self._n(fold_key(single), 0) >= 3 and len(single) > 3
            if attested is None and found.trust >= ATTESTED and common:
                attested = Reading(found.lexeme, ATTESTED)
        return attested


def lexemes(types: Sequence[str], frequencies: Mapping[str, int] | None = None) -> list[str]:
    """Lexeme of each word type.

    types: surface forms, one a type. frequencies: tokens of each form in the corpus, the guard
    against cutting into a name; without it the types given count once each.

    >>> lexemes(["وبالتعاون", "بوتين", "فرنسا", "دولتين"])
    ['تعاون', 'بوتين', 'فرنسا', 'دولة']
    """
    lexicon = Lexicon(dict.fromkeys(types, 1) if frequencies is None else frequencies)
    return [lexicon.lexeme(form) for form in types]


def display_labels(
    forms: Sequence[str], counts: Sequence[int] | np.ndarray, lexeme: Sequence[int] | np.ndarray
) -> list[str]:
    """Most frequent surface form of each lexeme, in the order of the lexeme numbers.

    forms: one a type. counts: tokens of each type. lexeme: number of each type's lexeme, from 0.
    Of forms with equal counts the shorter comes first, then the earlier in code point order.

    >>> display_labels(["أمن", "امن", "دول"], [5, 2, 3], [0, 0, 1])
    ['أمن', 'دول']
    """
    numbers, n = np.asarray(lexeme), np.asarray(counts)
    order = sorted(range(len(forms)), key=lambda i: (-n[i], len(forms[i]), forms[i]))
    labels = [""] * (int(numbers.max()) + 1 if len(numbers) else 0)
    for i in reversed(order):
        labels[numbers[i]] = forms[i]
    return labels
