"""Readings of a word without clitics: its lexeme by the table, by conjugation, or by its ending.

Each rule leads to a word that the table knows or the corpus has, and yields where the corpus
speaks against it: a dual is rarer than its singular, an accusative follows no preposition, and of
two verbs that share a form the one is read whose past is printed more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from q7x2lab.text.broken_plurals import singulars
from q7x2lab.text.lemma_table import KEY_FOLD, fold_key, lemma_table
from q7x2lab.text.normalize import fold_all
from q7x2lab.text.stopwords import closed_class_words
from q7x2lab.text.verbs import IMPERFECT_PREFIXES, Conjugation, conjugation

# How far a reading can be trusted: the table has it; a rule leads to what the table has; the table
# has the form and no other of its lexeme; the corpus has it; nothing is known.
KNOWN, DERIVED, LISTED, ATTESTED, UNKNOWN = 3.0, 2.0, 1.5, 1.0, 0.0
# By the last two letters: endings of number, and what stands in the singular masculine instead.
_NUMBER = {
    "ات": (("ات", ""),),
    "ون": (("يون", "ي"), ("ون", "")),
    "ان": (("يتان", "ي"), ("تان", "ة"), ("ان", ""), ("ان", "ة")),
    "ين": (("يتين", "ي"), ("تين", "ة"), ("يين", "ي"), ("ين", ""), ("ين", "ة")),
}


class Reading(NamedTuple):
    """A lexeme, folded, and how far it can be trusted."""

    lexeme: str
    trust: float


def _derived_noun(form: str, verb: str) -> bool:
    """Whether a form that the table files under a verb is a noun: its verbal noun or participle,
    which is a lexeme of its own.
    """
    key, shorter = fold_key(form), len(verb) == 3
    if key[:-1] == verb or len(key) < 4 or verb in singulars(form):
        return False
    if form.endswith(("ات", "ة")) or (key[0] == "م" != verb[0]):
        return True
    if shorter:
        doubled = len(key) == 5 and key[0] == "ت" and key[3] == "ي"  # تعليم
        return doubled or (len(key) == 4 and key[1] == "ا" and verb == key[0] + key[2:])  # رافض
    if key.endswith("اء"):
        return verb[-1] == "ي"  # إلقاء
    return key[-2] == "ا" and verb == key[:-2] + key[-1]  # إعلان


@cache
def _conjugation() -> Conjugation:
    return conjugation(lemma_table().verbs)


class Stems:
    """The readings of stems, guarded by the frequencies of one corpus.

    frequencies: tokens of each surface form.
    """

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self.table = lemma_table()
        self.verbs = _conjugation()
        self._closed = closed_class_words()
        self._memo: dict[str, Reading] = {}
        forms = list(frequencies)
        self._keys = dict(zip(forms, fold_all(forms, KEY_FOLD), strict=True))
        count: dict[str, int] = {}
        for form, key in self._keys.items():
            count[key] = count.get(key, 0) + frequencies[form]
        self.spelling = {
            key: form
            for form, key in self._keys.items()
            if form != key and 2 * frequencies[form] > count[key]
        }
        self._n = count.get

    def n(self, key: str) -> int:
        """Tokens of a folded form."""
        return self._n(key, 0)

    def key(self, form: str) -> str:
        """The form folded."""
        key = self._keys.get(form)
        if key is None:
            key = self._keys[form] = fold_key(form)
        return key

    def family(self, key: str) -> int:
        """Tokens of a word with and without its article."""
        bare = key[2:] if key.startswith("ال") and len(key) > 4 else key
        return self._n(bare, 0) + self._n("ال" + bare, 0)

    def governed(self, key: str) -> int:
        """Tokens of a word after an article or a preposition."""
        fronts = ("ال", "ب") if key[0] == "ل" else ("ال", "ب", "ل")  # لل holds an article
        return sum(self._n(front + key, 0) for front in fronts)

    def is_verb(self, lexeme: str) -> bool:
        """Whether a lexeme is a verb and no noun besides."""
        return lexeme in self.verbs.past and "ال" + lexeme not in self.table.lemma

    def read(self, form: str) -> Reading:
        """The reading of a form without clitics other than the article."""
        found = self._memo.get(form)
        if found is None:
            found = self._memo[form] = self._read(form)
        return found

    def _read(self, form: str) -> Reading:
        key = self.key(form)
        if not key:  # nothing but marks
            return Reading("", UNKNOWN)
        listed = self.table.lemma.get(form) or self.table.lemma.get(key)
        closed = self._closed.get(key)
        if closed is not None and (
            listed is None or key.endswith(closed) or listed not in self.table.family
        ):
            return Reading(closed, KNOWN)
        if form.startswith("ال") and (len(key) > 4 or key[2:] in self.table.family):
            return self._definite(form, key, listed)
        if listed is not None and listed != key:
            return self._listed(form, key, listed)
        established = listed is not None and listed in self.table.family
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
        plural = not key.startswith(inner.lexeme, 2) and not key.endswith(("ين", "ون"))
        if plural and self._n(key, 0) > 100 * (self._n(key[2:], 0) + 1):
            return Reading(key[2:], DERIVED)  # never without ال: الجزائر, no plural of جزيرة
        verbal = inner.trust < DERIVED or inner.lexeme in self.verbs.past
        if listed is not None and verbal and listed not in self.verbs.past:
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
        if listed in self.verbs.past and _derived_noun(form, listed):
            return self._masculine(form, key) or self._singular(form, key) or Reading(key, DERIVED)
        if form[-1] == "ا":  # an accusative (نشاطا) before a rare dual of a verb
            bare = self.read(form[:-1])
            if bare.trust >= DERIVED and bare.lexeme != listed:
                return bare
        if len(key) == 2 and len(listed) > 2:
            return Reading(key, LISTED)  # no imperative
        clitic = key[0] in "وفبكل" and self.family(key[1:]) > 20 * (self.family(listed) + 1)
        if clitic and not self.governed(key):
            return Reading(key, UNKNOWN)  # ودعا is و and دعا, no dual of ودع
        if key == listed + "ا" and 50 * self.governed(key) > self._n(key, 0):
            return Reading(key, DERIVED)  # كوبا is no accusative
        plural = key[-2:] in _NUMBER and key[0] not in IMPERFECT_PREFIXES
        if plural and self._n(key, 0) > 20 * (self.family(listed) + 1):
            return Reading(key, DERIVED)  # ماكرون is no plural of ماكر
        return Reading(listed, KNOWN)

    def _best_verb(self, verbs: Sequence[str], form: str = "") -> str:
        """Of the verbs that share a form the one that the table has for it, or else the one whose
        past is printed most.
        """
        listed = self.table.lemma.get(form)
        if listed is not None and listed in verbs:
            return listed
        if len(verbs) == 1:
            return verbs[0]
        n = self._n
        return max(verbs, key=lambda v: n(v, 0) + n(v + "ت", 0) + n("و" + v, 0))

    def _imperfect(self, key: str, *, established: bool) -> str | None:
        """The verb of which a form is an imperfect, where the corpus does not speak against it."""
        first = key[0]
        if first == "س" and len(key) > 3 and not established:
            verbs = self.verbs.imperfect_readings(key[1:])
            return self._best_verb(verbs, key[1:]) if verbs else None
        if first not in IMPERFECT_PREFIXES:
            return None
        verbs = self.verbs.imperfect_readings(key)
        if not verbs or key in verbs:
            return None
        he = "ي" + key[1:]
        printed = self._n(he, 0) + (he in self.table.lemma) / 2
        if first == "ت":
            rival = self._n("ي" + key, 0) + self._n("ال" + key, 0) + self._n(key + "ت", 0)
            past = self._past(key)
            rival += self._n(past, 0) if past and past != key else 0
            return self._best_verb(verbs, he) if printed > rival + established * 0.75 else None
        if first == "ي":
            doubtful = established and self.table.family[key] > 3
            return None if doubtful else self._best_verb(verbs)
        return self._best_verb(verbs, he) if printed and not established else None

    def _past(self, key: str) -> str | None:
        """The verb of which a form is a past, unless that is a rarity beside it."""
        verbs = self.verbs.past_readings(key)
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
        masculine = self.key(bare)
        common = 4 * (self.family(masculine) + 1) >= self.family(key)
        seen = key[0] not in "وفبكل" and self._n(masculine, 0) >= 3
        sound = found.trust >= DERIVED or seen
        if sound and found.lexeme == masculine and common:
            return Reading(masculine, DERIVED)
        return None

    def _singular(self, form: str, key: str) -> Reading | None:
        """The singular of a regular plural or dual that is no rarity beside it."""
        count = self._n(key, 0)
        attested: Reading | None = None
        for ending, instead in _NUMBER.get(form[-2:], ()):
            if not form.endswith(ending) or len(form) - len(ending) < 2:
                continue
            single = form[: -len(ending)] + instead
            if ending == "ات":
                plain, feminine = self.key(single), self.key(single + "ة")
                if self.family(plain) <= 2 * self.family(feminine):
                    single += "ة"
            if self.key(single) in self._closed:
                continue
            found = self.read(single)
            often = self.family(self.key(single))
            if (1 if ending == "ان" else 10) * (often + 1) < count:
                continue
            if found.trust >= DERIVED and found.lexeme[0] == key[0]:
                return Reading(found.lexeme, DERIVED)
            if attested is None and found.trust >= ATTESTED and often >= 3 and len(single) > 3:
                attested = Reading(found.lexeme, ATTESTED)
        if attested is None and key.endswith("ات") and len(key) >= 7:
            return Reading(key[:-2], ATTESTED)  # no name is that long
        return attested

    def _broken(self, form: str, key: str) -> Reading | None:
        """The most frequent singular that the pattern of a broken plural allows, if it is no
        rarity beside it.
        """
        found = [one for one in singulars(form) if self.read(one).lexeme == one]
        best = max(found, key=self.family, default=None)
        if best is None or self.read(best).trust < KNOWN or key in self.verbs.past:
            return None
        return Reading(best, DERIVED) if 2 * (self.family(best) + 1) >= self._n(key, 0) else None

    def _accusative(self, form: str, key: str) -> Reading | None:
        """The word without the alef of the indefinite accusative.

        An accusative has no article and follows no preposition, so روسيا, which is printed after
        ل and ب, is none of روسي.
        """
        if form[-1] != "ا" or len(form) < 4:
            return None
        found = self.read(form[:-1])
        bare = self.key(form[:-1])
        usual = 10 if key.endswith("يا") else 1  # روسيا is no accusative of روسي
        common = self.family(bare) >= usual * self._n(key, 0)
        if (
            found.trust < (LISTED if common else KNOWN)
            or (usual > 1 and not common)
            or 50 * self.governed(key) > self._n(key, 0)
        ):
            return None
        if key in self.table.lemma and not common:
            return None
        return Reading(found.lexeme, DERIVED)
