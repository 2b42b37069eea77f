"""The word forms of a vocabulary that a search term stands for, clitics and spellings included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product

import numpy as np
import pandas as pd
from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

from q7x2lab.arabic.letters import DEFAULT_STEPS, fold, fold_all

ARTICLE, TO_THE = "ال", "لل"
_CONJUNCTIONS = ((), ("و",), ("ف",))
_CASES = ((), ("ب",), ("ك",), ("ل",))
PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "نا", "كم", "ك")
ACCUSATIVE = "ا"
_PREPOSITIONS = ("على", "إلى", "الى", "لدى")  # عليها, إليها, لديها
_ALEFS = frozenset("اأإآٱ")
_FORM_STEPS = ("marks", "tatweel", "persian", "digits", "alef", "ya", "ta_marbuta")
_OTHER_FINAL = {"ه": "ة", "ة": "ه", "ى": "ي", "ي": "ى"}
_IMPERFECT = tuple("يتنأا")

# What never stands before a word that already begins (or ends) with the clitic in question.
# If the vocabulary has it all the same, the "clitic" is a letter of the word: بكين, since لبكين.
_AFTER_CONJUNCTION = ("ال", "لل", "بال", "وال", "ب", "ل", "ك", "وب", "ول", "و", "ف")
_AFTER_PREPOSITION = ("ال", "لل", "بال", "وال", "ب", "ل", "ك", "وب", "ول")
_ARTICLES = frozenset(("ال", "لل", "بال", "وال"))
_BEFORE_PRONOUN = ("ال", "لل", "بال", "وال")
_STACKED = {
    "و": _AFTER_CONJUNCTION,
    "ف": _AFTER_CONJUNCTION,
    "ب": _AFTER_PREPOSITION,
    "ك": _AFTER_PREPOSITION,
    "ل": _AFTER_PREPOSITION,
    "س": _AFTER_PREPOSITION,
    ARTICLE: ("ال", "لل"),
    TO_THE: ("ال", "لل"),
}


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """The text as the vocabulary is looked up: folded, digits in ASCII, Latin in lower case.

    >>> folded("أوكرانيا"), folded("COVID")
    ('اوكرانيا', 'covid')
    """
    return fold(text, DEFAULT_STEPS).lower()


@lru_cache(maxsize=65_536)
def lemma(form: str) -> str | None:
    """Dictionary form of a surface form (simplemma's Arabic table, folded), None if unknown.

    >>> lemma("حروب"), lemma("وحربها")
    ('حرب', None)
    """
    found = DEFAULT_DICTIONARY_FACTORY.get_dictionary("ar").get(form)
    return None if found is None else fold(str(found))


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The word types of a corpus, looked up by folded form.

    forms: surface form a type. counts: tokens a type (1 each where None). kinds: 0 word, 1 Latin,
    2 number, 3 hashtag, 4 mention (0 each where None). lexemes: lexeme number a type, for
    `lexeme:` searches.

    >>> Vocabulary(["روسيا", "وروسيا"]).count("روسيا")
    1
    """

    forms: Sequence[str] | np.ndarray
    counts: Sequence[int] | np.ndarray | None = None
    kinds: Sequence[int] | np.ndarray | None = None
    lexemes: Sequence[int] | np.ndarray | None = None

    @cached_property
    def _index(self) -> tuple[dict[str, int], np.ndarray, np.ndarray]:
        """Folded form to its number, type numbers by folded form, and where each run begins."""
        forms = [str(form).lower() for form in self.forms]
        codes, keys = pd.factorize(np.array([*fold_all(forms, _FORM_STEPS), None], object)[:-1])
        order = np.argsort(codes, kind="stable")
        begins = np.searchsorted(codes[order], np.arange(len(keys) + 1))
        return dict(zip(keys.tolist(), range(len(keys)), strict=True)), order, begins

    @cached_property
    def _kinds(self) -> np.ndarray:
        kinds = np.zeros(len(self.forms), np.uint8) if self.kinds is None else self.kinds
        return np.asarray(kinds)

    @cached_property
    def tokens(self) -> np.ndarray:
        """Tokens a type."""
        return np.ones(len(self.forms), int) if self.counts is None else np.asarray(self.counts)

    def types(self, key: str, *, hashtag: bool = False) -> list[int]:
        """Type numbers whose folded form is key; hashtags and mentions only where asked for."""
        numbers, order, begins = self._index
        at = numbers.get("#" + key if hashtag else key)
        if at is None:
            return []
        found = order[begins[at] : begins[at + 1]].tolist()
        return [n for n in found if (self._kinds[n] == 3) == hashtag and self._kinds[n] != 4]

    def count(self, form: str) -> int:
        """Tokens of all words that fold like form, a final ة or ى told from ه or ي."""
        other = _OTHER_FINAL.get(form[-1:], "-")
        found = (n for n in self.types(folded(form)) if not str(self.forms[n]).endswith(other))
        return sum(int(self.tokens[n]) for n in found)

    def spelled(self, form: str) -> int:
        """Tokens of the word spelled just so: لوكاس is no evidence for وكأس."""
        found = (n for n in self.types(folded(form)) if self.forms[n] == form)
        return sum(int(self.tokens[n]) for n in found)

    def keys(self) -> list[str]:
        """Every folded form, once."""
        return [key for key in self._index[0] if key[:1] not in "#@"]


@dataclass(frozen=True)
class _Reading:
    """One way to build a form: clitics before, the stem as spelled, and an ending."""

    before: tuple[str, ...]
    stem: str
    after: str = ""

    @property
    def form(self) -> str:
        return "".join(self.before) + self.stem + self.after


def _stems_before_pronoun(word: str) -> list[str]:
    """The word as spelled when a pronoun follows: حكومة gives حكومت."""
    last, rest = word[-1], word[:-1]
    changed = {"ة": "ت", "ى": "ا", "ء": "ءئؤ"}.get(last, last)
    if word in _PREPOSITIONS:
        changed = "ي"
    return [rest + letter for letter in changed]


def _readings(word: str, *, leading: bool, name: bool) -> Iterator[_Reading]:
    """Every form that clitics can make of a word, whether attested or not.

    leading: False for the later words of a phrase, which take an article and a pronoun only.
    name: whether it is a proper name, which takes neither.
    """
    definite = name or (word.startswith(ARTICLE) and not (lemma(word) or "").startswith(ARTICLE))
    conjunctions = _CONJUNCTIONS if leading else ((),)
    cases = _CASES if leading else ((),)
    imperfect = len(word) > 2 and word.startswith(_IMPERFECT) and lemma(word) != folded(word)
    stems = [(word, "")]
    if not definite and len(word) > 1:
        stems += [(s, p) for s in _stems_before_pronoun(word) for p in PRONOUNS]
        if word[-1] not in "ةاىءي":  # روسيا is not روسي in the accusative
            stems.append((word, ACCUSATIVE))
    for conjunction in conjunctions:
        for case, (stem, after) in product(cases, stems):
            yield _Reading((*conjunction, *case), stem, after)
        if leading and imperfect:
            yield from (_Reading((*conjunction, "س"), stem, after) for stem, after in stems)
        if leading and word.startswith(ARTICLE):
            rest = word[len(ARTICLE) :]
            yield _Reading((*conjunction, TO_THE), rest)
            if rest.startswith("ل"):  # ل + ال + لجنة is written with two lams
                yield _Reading((*conjunction, "ل"), rest)
        if not definite:
            for case in cases:
                article = (TO_THE,) if case == ("ل",) else (*case, ARTICLE)
                yield _Reading((*conjunction, *article), word)


class _Guard:
    """Refuses to read a clitic where the whole is better explained as a word of its own."""

    def __init__(self, word: str, vocabulary: Vocabulary) -> None:
        self.word, self.vocabulary = word, vocabulary
        self.lemma = lemma(word) or folded(word)
        self.known = lemma(word) is not None
        bare = vocabulary.count(word)
        with_article = 0 if word.startswith(ARTICLE) else vocabulary.count(ARTICLE + word)
        self.count = bare + with_article
        alike = word[:-1] + "ى" if word.endswith("ي") else word  # عليه is of على, not of علي
        self.pronouns = alike == word or vocabulary.count(alike) <= bare
        self.common = with_article > 0.01 * bare or lemma(ARTICLE + word) is not None

    def _is_word(self, core: str, stacked: Sequence[str], *, exact: bool) -> bool:
        """Whether core is a word of its own, by the dictionary and by what stands before it.

        stacked: what cannot stand before core if its clitic is one. exact: whether core holds
        the search word as it was spelled.
        """
        entry, own = lemma(core), self.vocabulary.spelled(core)
        if entry == self.lemma:
            return False
        # للقمة is the article on قمة, no sign of a word لقمة
        clitics = [c for c in stacked if not (c in ("ل", "ول") and core.startswith("ل"))]
        seen = {c: n for c in clitics if (n := self.vocabulary.spelled(c + core))}
        share = sum(seen.values()) / max(own, 1)
        # An article tells by itself: nothing but a noun follows it. Others may be chance.
        told = len({c[-1] for c in seen}) > 1 or not _ARTICLES.isdisjoint(seen)
        if entry is not None:
            if not exact:  # كامن is no careless spelling of كأمن
                return True
            rare = own <= 0.05 * self.count
            least = 0.1 if rare or not told else 0.01
            return (share > least and (told or not rare)) or own > self.count
        if own > 5 * self.count + 5 or (self.count == 0 and not self.known and len(self.word) < 4):
            return True  # a stem hardly ever met without this clitic
        return told and share > (0.1 if own < self.count else 0.02)

    def spells(self, form: str, stem: str, *, definite: bool) -> bool:
        """Whether two spellings that fold alike may be one word.

        A bare alef stands for any; أ, إ and آ are told apart where the dictionary knows the form,
        final ى and ي where it knows both as words (على, علي). A final ه is no ة where it can be a
        pronoun (فكره is فكر with one), which after an article it cannot.
        """
        known = lemma(form)
        for at, (a, b) in enumerate(zip(form, stem, strict=True)):
            first = at == 0 or stem[:at].endswith(ARTICLE)
            bare = b == "ا" and (first or lemma(stem) is None)
            if a == b or (a in _ALEFS and b in _ALEFS and (bare or a == "ا")):
                continue
            if a in _ALEFS and known is not None:
                return known == lemma(stem) and len(form) > 4 and "آ" not in (a, b)
            if b == "ا":  # وأصل is not واصل
                return False
            if (a, b) == ("ه", "ة") and not definite:
                return not (self.vocabulary.count(form[:-1]) or lemma(form[:-1]))
            if {a, b} == {"ى", "ي"} and known is not None and lemma(stem) is not None:
                counts = self.vocabulary.count(form), self.vocabulary.count(stem)
                return known != folded(form) and min(counts) <= 0.05 * max(counts)
        return True

    def allows(self, reading: _Reading) -> bool:
        """Whether the form is the word with clitics, and not another word."""
        core = reading.form
        bare = "".join(reading.before) + self.word if reading.after else core
        bases = (self.word[:-1], self.word[len(ARTICLE) : -1])
        exact = reading.stem[:-1] in bases  # the last letter changes before a pronoun
        for clitic in reading.before:
            whole = {core, bare}
            if any(self._is_word(form, _STACKED[clitic], exact=exact) for form in whole):
                return False
            if clitic == TO_THE and self._is_word(core[1:], _AFTER_PREPOSITION, exact=exact):
                return False
            core, bare = core[len(clitic) :], bare[len(clitic) :]
        if not reading.after:
            return True
        stacked = _AFTER_PREPOSITION if reading.after == ACCUSATIVE else _BEFORE_PRONOUN
        allowed = self.common if reading.after == ACCUSATIVE else self.pronouns
        # يراهن of يرى, أمسك of أمس
        doubtful = reading.after == "ك" or self.word.endswith("ى")
        doubtful = doubtful and self.word not in _PREPOSITIONS
        if doubtful and lemma(core) not in (None, self.lemma):
            return False
        return allowed and not self._is_word(core, stacked, exact=exact)


def expand(
    word: str, vocabulary: Vocabulary, *, leading: bool = True, name: bool = False
) -> tuple[list[int], list[int]]:
    """Type numbers that a search word stands for, and those considered and refused.

    A word finds itself with the conjunctions و ف, the prepositions ب ك ل, the article (a word
    given with its article keeps it), future س before an imperfect, pronoun endings, the
    accusative alef, and spellings with or without hamza; never derived adjectives, plurals or
    other inflections. A clitic is read only if the whole is not better explained as a word of its
    own: it is a dictionary word with another lemma and frequent beside the term, or the
    vocabulary puts before it what cannot stand before a clitic (لبكين: so the ب of بكين is no
    preposition). leading: False for the later words of a phrase, which take article and pronoun
    only. name: True for a proper name, which takes neither. Guarding the strip by the corpus is
    what Larkey, Ballesteros and Connell (2007), "Light stemming for Arabic information
    retrieval", found wanting in light stemmers.

    >>> vocabulary = Vocabulary(["حرب", "وحربها", "للحرب", "حربي", "بكين", "لبكين"])
    >>> expand("حرب", vocabulary)[0], expand("كين", vocabulary)[0]
    ([0, 1, 2], [])
    """
    guard = _Guard(word, vocabulary)
    found: set[int] = set()
    refused: set[int] = set()
    for reading in _readings(word, leading=leading, name=name):
        head, tail = "".join(reading.before), reading.after
        for number in vocabulary.types(folded(reading.form)):
            form = str(vocabulary.forms[number])
            stem = form[len(head) : len(form) - len(tail)]
            literal = form.startswith(head) and form.endswith(tail)
            if not literal or len(stem) != len(reading.stem):
                continue
            spelled = _Reading(reading.before, stem, tail)
            definite = bool(reading.before) and reading.before[-1] in (ARTICLE, TO_THE)
            fits = guard.spells(stem, reading.stem, definite=definite) and guard.allows(spelled)
            (found if fits else refused).add(number)
    return sorted(found), sorted(refused - found)
