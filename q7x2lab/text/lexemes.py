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

from q7x2lab.text.broken_plurals import singulars
from q7x2lab.text.lemma_table import KEY_FOLD, fold_key, lemma_table
from q7x2lab.text.normalize import fold_all
from q7x2lab.text.stopwords import closed_class_words
from q7x2lab.text.verbs import IMPERFECT_PREFIXES, Conjugation, conjugation

# How far a reading can be trusted: the table has it; a rule leads to what the table has; the table
# has the form and no other of its lexeme; the corpus has it; nothing is known.
KNOWN, DERIVED, LISTED, ATTESTED, UNKNOWN = 3.0, 2.0, 1.5, 1.0, 0.0
_PRONOUNS = ("ه", "ها", "هم", "هن", "هما", "نا", "كم", "كما", "ك", "ي", "ني")
_PERSONAL = frozenset({"ي", "ني", "ك"})
# Ending of number, and what stands in the singular masculine instead.
_NUMBER = [("يتان", "ي"), ("يتين", "ي"), ("تان", "ة"), ("تين", "ة"), ("ات", ""), ("يين", "ي")]
_NUMBER += [("يون", "ي"), ("ين", ""), ("ون", ""), ("ان", ""), ("ين", "ة"), ("ان", "ة")]


class Reading(NamedTuple):
    """A lexeme, folded, and how far it can be trusted."""

    lexeme: str
    trust: float


def _derived_noun(form: str, verb: str) -> bool:
    """Whether a form that the table files under a verb is a noun: its verbal noun or participle,
    which is a lexeme of its own.
    """
    key, shorter = fold_key(form), len(verb) == 3
    if key[:-1] == verb:
        return False
    if form.endswith(("ات", "ة")) or (key[0] == "م" != verb[0]):
        return True
    if shorter:
        doubled = len(key) == 5 and key[0] == "ت" and key[3] == "ي"  # تعليم
        return doubled or (len(key) == 4 and key[1] == "ا" and verb == key[0] + key[2:])  # رافض
    if key.endswith("اء"):
        return verb[-1] == "ي"  # إلقاء
    return key[-2] == "ا" and verb == key[:-2] + key[-1]  # إعلان


def _without_pronoun(form: str) -> Iterator[tuple[str, str]]:
    """Stems that a pronoun may stand after, in the spelling they have without it."""
    for pronoun in _PRONOUNS:
        stem = form[: -len(pronoun)]
        if len(stem) < 2 or not form.endswith(pronoun):
            continue
        if stem[-1] == "ت":
            yield pronoun, stem[:-1] + "ة"
        elif stem[-1] == "ا" and pronoun != "ي":
            yield pronoun, stem[:-1] + "ى"
        elif stem[-1] in "ئؤ":
            yield pronoun, stem[:-1] + "ء"
        yield pronoun, stem


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
            if n > most.get(key, 0):
                most[key], self._spelling[key] = n, form
        self._n = self._count.get

    def lexeme(self, form: str) -> str:
        """The lexeme of a word as printed, in its usual spelling."""
        found = self.word(form).lexeme
        return self._spelling.get(found) or self._table.spelling.get(found, found)

    def _family(self, key: str) -> int:
        """Tokens of a word with and without its article."""
        bare = key[2:] if key.startswith("ال") and len(key) > 4 else key
        return self._n(bare, 0) + self._n("ال" + bare, 0)

    def word(self, form: str, *, proclitics: str = "وف") -> Reading:
        """The reading of a word with whatever clitics it has.

        proclitics: the letters that may still be cut off in front; و and ف stand before ب, ك, ل.
        """
        whole = self.read(form)
        if whole.trust >= DERIVED:
            return whole
        key = fold_key(form)
        count = self._n(key, 0)
        best, best_score = Reading(whole.lexeme, max(whole.trust, ATTESTED)), whole.trust - 1
        if proclitics and key[0] in "بكل" and 50 * self._governed(key) > count:
            proclitics = ""  # لبكين is printed, and no preposition follows another
        for cost, found, stem, clitic in self._cuts(form, proclitics):
            if not self._plausible(whole, count, found, fold_key(stem), clitic):
                continue
            score = found.trust - 0.3 * cost - (0.8 if clitic in _PERSONAL else 0)
            score += 1e-9 * self._family(fold_key(stem))  # of equals the more frequent
            if score > best_score:
                best, best_score = Reading(found.lexeme, found.trust - 0.3 * cost), score
        if whole.trust > ATTESTED and best.lexeme == whole.lexeme:
            return Reading(whole.lexeme, DERIVED)  # a listed word that nothing speaks against
        return best

    def _governed(self, key: str) -> int:
        """Tokens of a word after an article or a preposition."""
        fronts = ("ال", "ب") if key[0] == "ل" else ("ال", "ب", "ل")  # لل holds an article
        return sum(self._n(front + key, 0) for front in fronts)

    def _cuts(self, form: str, proclitics: str) -> Iterator[tuple[float, Reading, str, str]]:
        """Ways to cut one clitic off: cost, reading of the rest, the rest, the clitic."""
        letters = {"وف": "وفبكل", "بكل": "بكل", "": ""}[proclitics]
        first, rest = form[0], form[1:]
        if first in letters and len(rest) > 1:
            if first in "وف":
                yield 1.0, self.word(rest, proclitics="بكل"), rest, first
            else:
                if form.startswith("لل") and len(form) > 3:
                    yield 1.0, self.read("ال" + form[2:]), "ال" + form[2:], first
                yield 1.0, self.word(rest, proclitics=""), rest, first
        definite = form.startswith("ال")
        for pronoun, stem in _without_pronoun(form):
            found = self.read(stem)
            if not definite or found.lexeme.startswith("ال"):
                yield float(len(pronoun)), found, stem, pronoun

    def _plausible(self, whole: Reading, count: int, found: Reading, key: str, clitic: str) -> bool:
        """Whether the rest of a cut is common enough beside the whole word."""
        if found.trust < ATTESTED or (len(key) == 2 and found.trust < KNOWN):
            return False
        if len(key) == 2 and clitic in "بكل" and self._family(key) < 2 * count:
            return False
        conjugated = found.lexeme != key and not key.startswith("ال")
        if clitic in "بك" and conjugated and found.lexeme in self._verbs.past:
            if "ال" + found.lexeme not in self._table.lemma:
                return False  # no preposition stands before a verb
        if whole.trust > ATTESTED:  # listed
            return 10 * self._family(key) >= count
        if found.trust < DERIVED or clitic in _PERSONAL:
            return (2 if clitic == "ي" else 1) * self._family(key) >= count
        return clitic not in "فبكل" or 10 * (self._family(key) + 1) >= count

    def read(self, form: str) -> Reading:
        """The reading of a form without clitics other than the article."""
        found = self._memo.get(form)
        if found is None:
            found = self._memo[form] = self._read(form)
        return found

    def _read(self, form: str) -> Reading:
        key = fold_key(form)
        listed = self._table.get(form)
        closed = self._closed.get(key)
        if closed is not None and (
            listed is None or closed == key or listed not in self._table.family
        ):
            return Reading(closed, KNOWN)
        if form.startswith("ال") and (len(key) > 4 or key[2:] in self._table.family):
            return self._definite(form, key, listed)
        if listed is not None and listed != key:
            return self._listed(form, key, listed)
        established = listed is not None and listed in self._table.family
        verb = self._imperfect(key, established=established)
        if verb:
            return Reading(verb, DERIVED)
        if established:
            noun = self._masculine(form, key) or self._broken(form, key)
            return noun or Reading(key, KNOWN)
        verb = self._past(key)
        if verb and verb != key:
            return Reading(verb, DERIVED)
        if verb:
            return Reading(key, DERIVED)
        noun = self._masculine(form, key) or self._accusative(form, key)
        noun = noun or self._broken(form, key)
        noun = noun or (self._singular(form, key) if listed is None else None)
        if noun:
            return noun
        if listed is not None:
            return Reading(key, LISTED)
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
        if self._n(key[2:], 0) or len(key) > 5:
            return Reading(inner.lexeme, max(inner.trust, ATTESTED))
        return Reading(key, ATTESTED if self._n(key, 0) >= 3 else UNKNOWN)

    def _listed(self, form: str, key: str, listed: str) -> Reading:
        """A form that the table files under another lemma, believed with three exceptions."""
        if listed in self._verbs.past and _derived_noun(form, listed):
            return self._masculine(form, key) or self._singular(form, key) or Reading(key, DERIVED)
        if form[-1] == "ا":  # an accusative (نشاطا) before a rare dual of a verb
            bare = self.read(form[:-1])
            if bare.trust >= DERIVED and bare.lexeme != listed:
                return bare
        if len(key) == 2 and len(listed) > 2:
            return Reading(key, LISTED)  # no imperative
        if key[0] in "وفبكل" and self._family(key[1:]) > 20 * (self._family(listed) + 1):
            if not self._governed(key):
                return Reading(key, UNKNOWN)  # ودعا is و and دعا, no dual of ودع
        if key == listed + "ا" and 50 * self._governed(key) > self._n(key, 0):
            return Reading(key, DERIVED)  # كوبا is no accusative
        rare = self._n(key, 0) > 20 * (self._family(listed) + 1)
        if rare and key[0] not in IMPERFECT_PREFIXES and key.endswith(("ون", "ين", "ان", "ات")):
            return Reading(key, DERIVED)  # ماكرون is no plural of ماكر
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
        if first == "ت":
            rival = self._n("ي" + key, 0) + self._n("ال" + key, 0) + self._n(key + "ت", 0)
            past = self._past(key)
            rival += self._n(past, 0) if past and past != key else 0
            return self._best_verb(verbs) if printed > rival + established * 0.75 else None
        if first == "ي":
            return None if established and self._table.family[key] > 3 else self._best_verb(verbs)
        return self._best_verb(verbs) if printed and not established else None

    def _past(self, key: str) -> str | None:
        """The verb of which a form is a past, unless that is a rarity beside it."""
        verbs = self._verbs.past_readings(key)
        if not verbs:
            return None
        verb = self._best_verb(verbs)
        printed = self._n(verb, 0) + self._n(verb + "ت", 0) + self._n("و" + verb, 0)
        return verb if 20 * (printed + 1) >= self._n(key, 0) else None

    def _masculine(self, form: str, key: str) -> Reading | None:
        """A feminine adjective's masculine, if that is printed at least a quarter as often."""
        if not key.endswith("ة") or len(key) < 4:
            return None
        bare = form[:-1]
        verbal_noun = len(key) == 6 and key[2] == "ا"  # مطالبة
        if not (key.endswith("ية") or (key[0] == "م" and not verbal_noun)):
            return None
        found = self.read(bare)
        masculine = fold_key(bare)
        common = 4 * (self._family(masculine) + 1) >= self._family(key)
        seen = key[0] not in "وفبكل" and self._n(masculine, 0) >= 3
        sound = found.trust >= DERIVED or seen
        if sound and found.lexeme == masculine and common:
            return Reading(masculine, DERIVED)
        return None

    def _singular(self, form: str, key: str) -> Reading | None:
        """The singular of a regular plural or dual that is no rarity beside it."""
        count = self._n(key, 0)
        attested: Reading | None = None
        for ending, instead in _NUMBER:
            if not form.endswith(ending) or len(form) - len(ending) < 2:
                continue
            single = form[: -len(ending)] + instead
            if ending == "ات":
                plain, feminine = fold_key(single), fold_key(single + "ة")
                if self._family(plain) <= 2 * self._family(feminine):
                    single += "ة"
            if fold_key(single) in self._closed:
                continue
            found = self.read(single)
            often = self._family(fold_key(single))
            if (1 if ending == "ان" else 10) * (often + 1) < count:
                continue
            if found.trust >= DERIVED and found.lexeme[0] == key[0]:
                return Reading(found.lexeme, DERIVED)
            if attested is None and found.trust >= ATTESTED and often >= 3 and len(single) > 3:
                attested = Reading(found.lexeme, ATTESTED)
        return attested

    def _broken(self, form: str, key: str) -> Reading | None:
        """The most frequent singular that the pattern of a broken plural allows, if it is no
        rarity beside it.
        """
        found = [one for one in singulars(form) if self.read(one).lexeme == one]
        best = max(found, key=self._family, default=None)
        if best is None or self.read(best).trust < KNOWN or key in self._verbs.past:
            return None
        return Reading(best, DERIVED) if 2 * self._family(best) >= self._n(key, 0) else None

    def _accusative(self, form: str, key: str) -> Reading | None:
        """The word without the alef of the indefinite accusative.

        An accusative has no article and follows no preposition, so روسيا, which is printed after
        ل and ب, is none of روسي.
        """
        if form[-1] != "ا" or len(form) < 4:
            return None
        found = self.read(form[:-1])
        bare = fold_key(form[:-1])
        usual = 10 if key.endswith("يا") else 1  # روسيا is no accusative of روسي
        common = self._family(bare) >= usual * self._n(key, 0)
        if (
            found.trust < (LISTED if common else KNOWN)
            or (usual > 1 and not common)
            or 50 * self._governed(key) > self._n(key, 0)
        ):
            return None
        if key in self._table.lemma and not common:
            return None
        return Reading(found.lexeme, DERIVED)


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
