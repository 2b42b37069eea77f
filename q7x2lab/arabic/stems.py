"""Readings of words without clitics: the lexeme by the table, by conjugation, or by the ending.

Each rule leads to a word that the table knows or the corpus has, and yields where the corpus
speaks against it: a dual is rarer than its singular, an accusative follows no preposition, and of
two verbs that share a form the one is read whose past is printed more.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from q7x2lab.arabic.lemma_table import lemma_table
from q7x2lab.arabic.letters import BARE_STEPS, KEY_STEPS, fold_all, fold_key
from q7x2lab.arabic.plurals import broken_singulars, regular_singulars
from q7x2lab.arabic.stop_words import closed_class

# How far a reading can be trusted: the table has it; a rule leads to what the table has; the table
# has the form and no other of its lexeme; the corpus has it; nothing is known.
KNOWN, DERIVED, LISTED, ATTESTED, UNKNOWN = 30, 20, 15, 10, 0

FRONTS = "وفبكل"  # letters that may be a conjunction or a preposition
CACHED_WORDS = 2**18  # a year of news of four outlets has some 220,000 types

# How much the corpus must say. None is sharp: half or twice of any moves the F1 of the treebank's
# development part by .0013 at most, and the lexemes of .4 % of a year's types.
SEEN = 3  # tokens from which on a word is attested: what is printed twice may be a slip twice
COMMON = 10  # a word so many times as frequent as another is rarely a form of it
RARE = 20  # and so many times, never
GOVERNED = 50  # one in so many tokens after an article or a preposition tells nouns and names
ALWAYS_DEFINITE = 100  # times as often with the article as without: a name like الجزائر
MASCULINE = 4  # a feminine is so many times as frequent as the masculine at most (حكومية)
BROKEN = 2  # a broken plural, as the singular: what looks like one by chance has a rare "singular"

_FEMININE_ADJECTIVE = re.compile(".{2,}ية|م(?!.ا..ة$).{2,}ة")  # حكومية, مشتركة, not مطالبة
# A noun and the verb that the table files it under, though it is a lexeme of its own: a verbal
# noun or a participle.
_OF_VERB = re.compile(
    r"""(.)ا(.)(.)[ ]\1\2\3  # رافض of رفض
    | ت..ي.[ ]...            # تعليم of علم
    | (..)اء[ ]\4[اي]        # غلاء of غلا
    | .+اء[ ].{3,}ي          # إلقاء of ألقى
    | (.{3,})ا(.)[ ]\5\6     # إعلان of أعلن
    | اي(.)ا(.)[ ]او\7\8     # إيقاف of أوقف""",
    re.VERBOSE,
)
# Such nouns, too, unless the verb is a noun besides, of which they may be plurals: عقود of عقد.
_OF_FIRST_FORM = re.compile(r"(..)[او](.) \1\2")  # وقوف of وقف
_OF_DOUBLED = re.compile(r"(.+(.))ا\2 \1")  # استفزاز of استفز, فرار of فر


def is_inflected(word: str) -> bool:
    """Whether the table has a word as a form of another and no name: feminine, accusative, verb.

    Examples
    --------
    >>> [is_inflected(word) for word in ("جميلة", "رئيسا", "يقول", "سلمى", "سلامة")]
    [True, True, True, False, False]
    """
    table, key = lemma_table(), fold_key(word)
    lemma, masculine = table.lemma.get(key, key), key[:-1]
    if key.endswith("ة"):
        return table.lemma.get("ال" + key) == masculine
    verb = key[:1] == "ي" and lemma in table.verbs.past
    accusative = key[-1:] == "ا" and lemma == table.lemma.get(masculine)
    return lemma != key and len(key) > 3 and (verb or accusative)


class Reading(NamedTuple):
    """A lexeme, folded, and how far it can be trusted."""

    lexeme: str
    trust: int


class Stems:
    """Readings of stems, guarded by the frequencies of one corpus.

    Parameters
    ----------
    frequencies
        Tokens of each surface form.
    """

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self.table, self._closed = lemma_table(), closed_class()
        self.verbs = self.table.verbs
        self.read = lru_cache(maxsize=CACHED_WORDS)(self._read)
        forms = fold_all(list(frequencies), BARE_STEPS)
        keys = fold_all(forms, KEY_STEPS)
        self._count: Counter[str] = Counter()
        for key, tokens in zip(keys, frequencies.values(), strict=True):
            self._count[key] = self._count.get(key, 0) + tokens  # += takes twice the time
        self.n = self._count.__getitem__  # tokens of a folded form
        self._spelling = {
            key: form
            for key, form, tokens in zip(keys, forms, frequencies.values(), strict=True)
            if form != key and 2 * tokens > self._count[key]
        }

    def spell(self, lexeme: str) -> str:
        """A folded lexeme as most of its tokens are spelled, or else as the table does."""
        return self._spelling.get(lexeme) or self.table.spelling.get(lexeme, lexeme)

    def family(self, key: str) -> int:
        """Tokens of a word with and without its article."""
        bare = key[2:] if key.startswith("ال") and len(key) > 4 else key
        return self._count[bare] + self._count["ال" + bare]

    def _seen(self, form: str) -> int:
        """Tokens of a word; that the table has it counts as one."""
        return self.family(fold_key(form)) + (form in self.table.lemma)

    def governed(self, key: str) -> bool:
        """Whether a word is printed after an article or a preposition often enough to be a noun."""
        fronts = ("ال", "ب") if key[0] == "ل" else ("ال", "ب", "ل")  # لل holds an article
        return GOVERNED * sum(self.n(front + key) for front in fronts) > self.n(key)

    def is_verb(self, lexeme: str) -> bool:
        """Whether a lexeme is a verb and no noun besides."""
        return lexeme in self.verbs.past and "ال" + lexeme not in self.table.lemma

    def _read(self, form: str) -> Reading:
        """The reading of a form without clitics other than the article."""
        key = fold_key(form)
        listed = self.table.lemma.get(form) or self.table.lemma.get(key)
        established = listed is not None and listed in self.table.family
        closed = self._closed.get(key)
        if closed is not None and (not established or key.endswith(closed)):
            return Reading(closed, KNOWN)
        if form.startswith("ال") and (len(key) > 4 or key[2:] in self.table.family):
            return self._definite(form, key, listed)
        if listed is not None and listed != key:
            return self._listed(form, key, listed)
        verb = self._imperfect(key, established=established)
        if verb is None and established:
            return self._masculine(form, key) or self._broken(form, key) or Reading(key, KNOWN)
        verb = verb or self._past(key)
        if verb is not None:
            return Reading(verb, DERIVED)
        noun = self._masculine(form, key) or self._accusative(form, key) or self._broken(form, key)
        if listed is not None:
            return noun or Reading(key, LISTED)
        attested = len(key) > 2 and self.n(key) >= SEEN
        return noun or self._singular(form, key) or Reading(key, ATTESTED if attested else UNKNOWN)

    def _definite(self, form: str, key: str, listed: str | None) -> Reading:
        """A form with the article: as without it, unless ال begins the word (التزام)."""
        if listed is not None and listed.startswith("ال"):
            return Reading(listed, KNOWN)
        inner, bare = self.read(form[2:]), key[2:]
        plural = not bare.startswith(inner.lexeme) and not key.endswith(("ين", "ون"))
        if plural and self.n(key) > ALWAYS_DEFINITE * (self.n(bare) + 1):
            return Reading(bare, DERIVED)  # never without ال: الجزائر, no plural of جزيرة
        noun = listed is not None and listed not in self.verbs.past
        if inner.trust >= DERIVED and not (noun and inner.lexeme in self.verbs.past):
            return inner
        if listed is not None:
            return Reading(listed, KNOWN)
        return Reading(inner.lexeme, max(inner.trust, ATTESTED))

    def _listed(self, form: str, key: str, listed: str) -> Reading:
        """A form that the table files under another lemma, believed with some exceptions."""
        if self._is_derived_noun(form, key, listed):
            if len(key) == 4 and key[-2] in "او" and not key.endswith("ات"):
                return Reading(key, KNOWN)  # وقوف, مدان: no plural or dual is that short
            return self._masculine(form, key) or self._singular(form, key) or Reading(key, DERIVED)
        if form[-1] == "ا":  # an accusative (نشاطا) before a rare dual of a verb
            bare = self.read(form[:-1])
            if bare.trust >= DERIVED and bare.lexeme != listed:
                return bare
        noun = self.table.lemma.get(form.removesuffix("تا") + "ة", "") if key.endswith("تا") else ""
        if noun == key[:-2] + "ة" and self.n("ال" + noun) > COMMON * self.n(key[:-1]):
            return Reading(noun, KNOWN)  # بلدتا is of بلدة: بلدت is hardly printed, as قالت is
        if len(key) == 2 and len(listed) > 2:
            return Reading(key, LISTED)  # no imperative
        often = RARE * (self.family(listed) + 1)
        if key[0] in FRONTS and self.family(key[1:]) > often and not self.governed(key):
            return Reading(key, UNKNOWN)  # ودعا is و and دعا, no dual of ودع
        if key == listed + "ا" and self.governed(key):
            return Reading(key, DERIVED)  # كوبا is no accusative
        return Reading(listed, KNOWN)

    def _is_derived_noun(self, form: str, key: str, verb: str) -> bool:
        """Whether a form that the table files under a verb is its verbal noun or participle."""
        pair = f"{key} {verb}"
        if verb not in self.verbs.past:
            # The table has nothing else of فسد, so it is no noun with a plural فساد.
            alone = "ال" + verb not in self.table.lemma
            return alone and _OF_FIRST_FORM.fullmatch(pair) is not None
        inflected = key[:-1] == verb and key[-1] != "ء" and not re.fullmatch("إ.+ة", form)  # إذاعة
        if len(key) < 4 or inflected or verb in broken_singulars(form):
            return False
        if form.endswith(("ات", "ة")) or key[0] == "م" != verb[0] or _OF_VERB.fullmatch(pair):
            return True
        if _OF_FIRST_FORM.fullmatch(pair) or (len(verb) > 2 and _OF_DOUBLED.fullmatch(pair)):
            return not self._has_plural(verb, key)
        return _OF_DOUBLED.fullmatch(pair) is not None

    def _has_plural(self, verb: str, key: str) -> bool:
        """Whether a verb is a noun besides, of which a form may be a plural (عقد, عقود): by the
        corpus if it has them with an article, by the table if the corpus does not tell.
        """
        definite, plural = self.n("ال" + verb), self.n("ال" + key)
        conjugated = self.n(verb + "ت") + self.n("ي" + verb)
        never = conjugated > definite and plural > COMMON * definite + 2
        return COMMON * definite > plural or (not self.is_verb(verb) and not never)

    def _printed(self, verb: str) -> int:
        """Tokens of a verb's past, in the persons that news prints."""
        return self.n(verb) + self.n(verb + "ت") + self.n("و" + verb)

    def _best_verb(self, verbs: Sequence[str], form: str = "") -> str:
        """Of the verbs that share a form the one that the table has for it, or else the one whose
        past is printed most.
        """
        listed = self.table.lemma.get(form, "")
        return listed if listed in verbs else max(verbs, key=self._printed)

    def _imperfect(self, key: str, *, established: bool) -> str | None:
        """The verb of which a form is an imperfect, where the corpus does not speak against it."""
        if key[0] == "س" and len(key) > 3 and not established:
            verbs = self.verbs.imperfect_readings(key[1:])
            return self._best_verb(verbs, key[1:]) if verbs else None
        verbs = self.verbs.imperfect_readings(key)
        if not verbs or key in verbs:
            return None
        he = "ي" + key[1:]
        if key[0] == "ت":
            lead = self.n(he) - self._other_than_imperfect(key)
            meant = lead > 0 or (lead == 0 and he in self.table.lemma and not established)
        else:
            meant = not established and (self.n(he) > 0 or he in self.table.lemma or he == key)
        return self._best_verb(verbs, he) if meant else None

    def _other_than_imperfect(self, key: str) -> int:
        """Tokens that show a word with ت to be a noun or a past: يتعقد, التعقد, تعقدت."""
        past = self._past(key)
        others = ("ي" + key, "ال" + key, key + "ت", past if past and past != key else "")
        return sum(map(self.n, others))

    def _past(self, key: str) -> str | None:
        """The verb of which a form is a past, unless that is a rarity beside it."""
        verbs = self.verbs.past_readings(key)
        verb = self._best_verb(verbs) if verbs else None
        return verb if verb and RARE * (self._printed(verb) + 1) >= self.n(key) else None

    def _masculine(self, form: str, key: str) -> Reading | None:
        """A feminine adjective's masculine, if that is common enough."""
        if not _FEMININE_ADJECTIVE.fullmatch(key):
            return None
        masculine, found = fold_key(form[:-1]), self.read(form[:-1])
        seen = key[0] not in FRONTS and self.n(masculine) >= SEEN
        common = MASCULINE * (self.family(masculine) + 1) >= self.family(key)
        sound = (found.trust >= DERIVED or seen) and found.lexeme == masculine
        return Reading(masculine, DERIVED) if sound and common else None

    def _accusative(self, form: str, key: str) -> Reading | None:
        """The word without the alef of the indefinite accusative.

        An accusative has no article and follows no preposition, so روسيا, which is printed after
        ل and ب, is none of روسي.
        """
        if form[-1] != "ا" or len(form) < 4 or self.governed(key):
            return None
        name = key.endswith("يا")  # سوريا is as frequent as سوري
        times = COMMON if name else 1
        common = self.family(fold_key(form[:-1])) >= times * self.n(key)
        if not common and (name or key in self.table.lemma):
            return None
        found = self.read(form[:-1])
        enough = found.trust >= (LISTED if common else KNOWN)
        return Reading(found.lexeme, DERIVED) if enough else None

    def _broken(self, form: str, key: str) -> Reading | None:
        """The most frequent singular that the pattern of a broken plural allows, if it is common
        enough.
        """
        if form.endswith("ائي") or key in self.verbs.past:  # نهائي is an adjective
            return None
        found = [one for one in broken_singulars(form) if self.read(one).lexeme == one]
        if not found:
            return None
        best = max(found, key=self.family)
        common = BROKEN * (self.family(best) + 1) >= self.n(key)
        return Reading(best, DERIVED) if common and self.read(best).trust == KNOWN else None

    def _singular(self, form: str, key: str) -> Reading | None:
        """The singular of a regular plural or dual, known or at least attested."""
        singles = list(self._common_singulars(form, key))
        for found in map(self.read, singles):
            if found.trust >= DERIVED and found.lexeme[0] == key[0]:
                return Reading(found.lexeme, DERIVED)
        for single in singles:
            often = len(single) > 3 and self.family(fold_key(single)) >= SEEN
            if often and self.read(single).trust >= ATTESTED:
                return Reading(self.read(single).lexeme, ATTESTED)
        return None

    def _common_singulars(self, form: str, key: str) -> Iterator[str]:
        """Singulars that are no rarity beside a form: duals are rarer than singulars, plurals need
        not be.
        """
        times = 1 if form.endswith("ان") else COMMON
        for single in regular_singulars(form):
            if form.endswith("ات"):
                plain = self._seen(single) > 2 * self._seen(single + "ة")
                single += "" if plain else "ة"
            folded = fold_key(single)
            if folded not in self._closed and times * (self.family(folded) + 1) >= self.n(key):
                yield single
