"""The word forms of a vocabulary that a search word stands for, clitics and spellings included."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import product

import numpy as np
from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

from q7x2lab.arabic.letters import DEFAULT_STEPS, fold, fold_all

ARTICLE, TO_THE, ACCUSATIVE = "ال", "لل", "ا"
_PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "نا", "كم", "ك")
_PREPOSITIONS = ("على", "إلى", "الى", "لدى")  # عليها, إليها, لديها
_ALEFS = frozenset("اأإآٱ")
_FORM_STEPS = ("marks", "tatweel", "persian", "digits", "alef", "ya", "ta_marbuta")
_OTHER_FINAL = {"ه": "ة", "ة": "ه", "ى": "ي", "ي": "ى"}
_BEFORE_PRONOUN = {"ة": "ت", "ى": "ا", "ء": "ءئؤ"}  # how a last letter is spelled there

# What never stands before a word that already begins (or ends) with the clitic in question.
# If the vocabulary has it all the same, the "clitic" is a letter of the word: بكين, since لبكين.
_ARTICLES = ("ال", "لل", "بال", "وال")
_NOT_BEFORE_PREPOSITION = (*_ARTICLES, "ب", "ل", "ك", "وب", "ول")
_NOT_BEFORE: dict[str, Sequence[str]] = {ARTICLE: ("ال", "لل"), TO_THE: ("ال", "لل")}
_NOT_BEFORE |= dict.fromkeys("بكلس", _NOT_BEFORE_PREPOSITION)
_NOT_BEFORE |= dict.fromkeys("وف", (*_NOT_BEFORE_PREPOSITION, "و", "ف"))

# Set on the 600 forms of tests/data/query_words.txt, read by eye in a year of news, where they
# give a precision of .99 and a recall of .98. A share is that of a form's tokens before which
# stands what cannot stand there if the form is the search word with a clitic: above it the form
# is a word of its own.
_WORD_SHARE = 0.1
_CARELESS = 0.1  # of a word's tokens: its article before a spelling without hamza
_RARE = 0.05  # of the more frequent spelling with final ى or ي: the other is careless
_NOUN_SHARE = 0.01  # of a word's tokens with the article: a noun, which takes an accusative alef


@lru_cache(maxsize=65_536)
def folded(text: str) -> str:
    """The key of a word in a vocabulary: folded, digits in ASCII, Latin letters in lower case.

    Examples
    --------
    >>> folded("أوكرانيا"), folded("COVID")
    ('اوكرانيا', 'covid')
    """
    return fold(text, DEFAULT_STEPS).lower()


@lru_cache(maxsize=65_536)
def lemma(form: str) -> str | None:
    """The folded dictionary form of a word form in simplemma's Arabic table, None if unknown.

    Examples
    --------
    >>> lemma("حروب"), lemma("وحربها")
    ('حرب', None)
    """
    found = DEFAULT_DICTIONARY_FACTORY.get_dictionary("ar").get(form)
    return None if found is None else fold(str(found))


class Vocabulary:
    """The word types of a corpus, found by their folded form.

    Parameters
    ----------
    forms
        Surface form of each type; hashtags begin with #, mentions with @.
    counts
        Tokens of each type; one each if not given.

    Attributes
    ----------
    exact
        Tokens of each surface form: لوكاس is no evidence for وكأس.

    Examples
    --------
    >>> Vocabulary(["روسيا", "وروسيا"]).count("روسيا")
    1
    """

    def __init__(
        self, forms: Sequence[str] | np.ndarray, counts: Sequence[int] | np.ndarray | None = None
    ) -> None:
        self.forms = [str(form) for form in forms]
        self.counts = np.ones(len(self.forms), int) if counts is None else np.asarray(counts)
        self.exact = dict(zip(self.forms, self.counts.tolist(), strict=True))
        self._types: dict[str, list[int]] = {}
        for number, key in enumerate(fold_all([f.lower() for f in self.forms], _FORM_STEPS)):
            self._types.setdefault(key, []).append(number)

    def types(self, key: str, *, name: bool = False) -> list[int]:
        """The numbers of the types whose folded form is the key, or of a name sounds like it."""
        return self._sounds.get(skeleton(key), []) if name else self._types.get(key, [])

    def count(self, form: str) -> int:
        """Tokens of all words that fold like the form, final ة told from ه and ى from ي."""
        other = _OTHER_FINAL.get(form[-1:], "-")
        forms = [self.forms[n] for n in self.types(folded(form))]
        return sum(self.exact[alike] for alike in forms if not alike.endswith(other))

    @cached_property
    def _sounds(self) -> dict[str, list[int]]:
        """The types of each skeleton."""
        groups: dict[str, list[int]] = {}
        bones = skeleton("\n".join(self._types)).split("\n")
        for each, types in zip(bones, self._types.values(), strict=False):
            groups.setdefault(each, []).extend(types)
        return groups


def _readings(
    word: str, *, leading: bool, name: bool
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Clitics, stem and ending of every form that a word can take; options as in expand."""
    known = lemma(word)
    definite = name or (word.startswith(ARTICLE) and not (known or "").startswith(ARTICLE))
    stems = [(word, "")]
    if not definite and len(word) > 1:
        last = "ي" if word in _PREPOSITIONS else _BEFORE_PRONOUN.get(word[-1], word[-1])
        stems += [(word[:-1] + letter, ending) for letter, ending in product(last, _PRONOUNS)]
        nisba = word[-1] == "ي" and lemma(word + ACCUSATIVE) != known  # روسيا is not روسي
        if word[-1] not in "ةاى" and not nisba:
            last = "ءئ" if word[-1] == "ء" else word[-1]
            stems += [(word[:-1] + letter, ACCUSATIVE) for letter in last]  # جزءا, شيئا
    cases = ("", "ب", "ك", "ل") if leading else ("",)
    built = [(case, "", *stem) for case, stem in product(cases, stems)]
    if leading and len(word) > 2 and word[0] in "يتنأا" and known != folded(word):
        built += [("س", "", *stem) for stem in stems]  # an imperfect
    if leading and word.startswith(ARTICLE):
        rest = word[len(ARTICLE) :]
        built.append((TO_THE, "", rest, ""))
        if rest.startswith("ل"):  # ل + ال + لجنة is written with two lams
            built.append(("ل", "", rest, ""))
    if not definite:
        built += [("", TO_THE, word, "") if c == "ل" else (c, ARTICLE, word, "") for c in cases]
    for conjunction, (case, article, stem, ending) in product(("", *"وف" * leading), built):
        yield (conjunction, case, article), stem, ending


class _Guard:
    """Refuses to read a clitic where the whole is better explained as a word of its own."""

    def __init__(self, word: str, vocabulary: Vocabulary) -> None:
        self.word, self.vocabulary = word, vocabulary
        self.lemma = lemma(word) or folded(word)
        bare = vocabulary.count(word)
        fronts = () if word.startswith(ARTICLE) else _ARTICLES
        with_article = sum(vocabulary.count(front + word) for front in fronts)
        self.count = bare + with_article
        alike = word[:-1] + "ى" if word.endswith("ي") else word  # عليه is of على, not of علي
        self.takes_pronoun = alike == word or vocabulary.count(alike) <= bare
        self.noun = with_article > _NOUN_SHARE * bare or lemma(ARTICLE + word) is not None

    def is_word(self, core: str, never_before: Sequence[str], *, exact: bool) -> bool:
        """Whether core is a word of its own, by the dictionary and by what stands before it.

        never_before: what cannot stand before core if core is the search word with a clitic.
        exact: whether core holds the search word as it was spelled.
        """
        entry, own = lemma(core), self.vocabulary.exact.get(core, 0)
        if entry in (self.lemma, folded(self.word)):
            return False
        if entry is not None and (not exact or own > self.count):  # كامن is not كأمن
            return True
        # للقمة is the article on قمة, no sign of a word لقمة
        clitics = [c for c in never_before if not (c in ("ل", "ول") and core.startswith("ل"))]
        seen = {c: n for c in clitics if (n := self.vocabulary.exact.get(c + core, 0))}
        share = sum(seen.values()) / max(own, 1)
        # An article is proof: nothing but a noun follows it. What else stands there may be chance.
        proof = entry is not None or not seen.keys().isdisjoint(_ARTICLES)
        return proof and share > _WORD_SHARE

    def is_spelling(self, form: str, stem: str, *, definite: bool) -> bool:
        """Whether two spellings that fold alike may be one word.

        A bare alef stands for any; أ, إ and آ are told apart where the dictionary knows the form,
        final ى and ي where it knows both as words (على, علي). A final ه is no ة where it can be a
        pronoun (فكره is فكر with one), which after an article it cannot.
        """
        known, known_stem = lemma(form), lemma(stem)
        for at, (a, b) in enumerate(zip(form, stem, strict=True)):
            bare = b == "ا" and (at == 0 or stem[:at].endswith(ARTICLE) or known_stem is None)
            if a == b or (a in _ALEFS and b in _ALEFS and (bare or a == "ا")):
                continue
            if a in _ALEFS and known is not None:
                return known == known_stem and len(form) > 4 and "آ" not in (a, b)
            if b == "ا":  # وأصل is not واصل
                return False
            if (a, b) == ("ه", "ة") and not definite:
                less, whole = map(self.vocabulary.count, (form[:-1], stem))
                rare = known is None and form[:-1] == stem[:-1] and less < _RARE * whole
                return rare or not (less or lemma(form[:-1]))  # قوه is قوة, as قو is rare
            if {a, b} == {"ى", "ي"} and None not in (known, known_stem):
                counts = self.vocabulary.count(form), self.vocabulary.count(stem)
                other = definite or known != folded(form)  # no verb (نادى) follows an article
                return other and min(counts) <= _RARE * max(counts)
        return True

    def allows(self, clitics: Sequence[str], stem: str, ending: str) -> bool:
        """Whether the form is the word with clitics, and not another word."""
        head = "".join(clitics)
        core, bare = head + stem + ending, head + self.word if ending else head + stem
        # The last letter changes before a pronoun.
        exact = stem[:-1] in (self.word[:-1], self.word[len(ARTICLE) : -1])
        article, seen = clitics[-1], self.vocabulary.exact.get
        if article and not self.noun:
            return False  # a name
        exact |= bool(article) and seen(core, 0) <= _CARELESS * self.count  # الاسلام
        for clitic in filter(None, clitics):
            if any(self.is_word(form, _NOT_BEFORE[clitic], exact=exact) for form in {core, bare}):
                return False
            # للجنة may be ل and لجنة
            lam = clitic == TO_THE and seen(core[1:], 0) > _RARE * seen(core, 0)
            if lam and self.is_word(core[1:], _NOT_BEFORE_PREPOSITION, exact=exact):
                return False
            core, bare = core[len(clitic) :], bare[len(clitic) :]
        if not ending:
            return True
        if ending == ACCUSATIVE:
            return self.noun and not self.is_word(core, _NOT_BEFORE_PREPOSITION, exact=exact)
        # يراهن of يرى, أمسك of أمس
        doubtful = ending == "ك" or self.word.endswith("ى")
        if doubtful and self.word not in _PREPOSITIONS and lemma(core) not in (None, self.lemma):
            return False
        return self.takes_pronoun and not self.is_word(core, _ARTICLES, exact=exact)


def expand(
    word: str, vocabulary: Vocabulary, *, leading: bool = True, name: bool = False
) -> tuple[list[int], list[int]]:
    """Type numbers that a search word stands for, and those considered and refused.

    Parameters
    ----------
    word
        A word finds itself with the conjunctions و ف, the prepositions ب ك ل, the article (a word
        given with its article keeps it), future س before an imperfect, pronoun endings, the
        accusative alef, and spellings with or without hamza; never derived adjectives, plurals or
        other inflections.
    leading
        False for the later words of a phrase, which take article and pronoun only.
    name
        True for a proper name, which takes neither.

    Notes
    -----
    A clitic is read only if the whole is not better explained as a word of its own: it is a
    dictionary word with another lemma and frequent beside the term, or the vocabulary puts before
    it what cannot stand before a clitic (لبكين: so the ب of بكين is no preposition). Guarding the
    strip by the corpus is what Larkey, Ballesteros and Connell (2007), "Light stemming for Arabic
    information retrieval", found wanting in light stemmers.

    Examples
    --------
    >>> vocabulary = Vocabulary(["حرب", "وحربها", "للحرب", "حربي", "بكين", "لبكين"])
    >>> expand("حرب", vocabulary)[0], expand("كين", vocabulary)[0]
    ([0, 1, 2], [])
    """
    guard = _Guard(word, vocabulary)
    fits: dict[int, bool] = {}
    readings = [*_readings(word, leading=leading, name=name)]
    whole = ["".join((*clitics, stem, ending)) for clitics, stem, ending in readings]
    # All at once: one by one, folding took half of the time of a scheme of 800 terms.
    keys = [key.lower() for key in fold_all(whole, DEFAULT_STEPS)]
    for (clitics, stem, ending), key in zip(readings, keys, strict=True):
        head, definite = "".join(clitics), clitics[-1] in (ARTICLE, TO_THE)
        for number in vocabulary.types(key, name=name):
            form = vocabulary.forms[number]
            own = form.removeprefix(head).removesuffix(ending)
            if not own or head + own + ending != form or fits.get(number):
                continue
            if name and folded(own) != folded(stem):
                if is_variant(word, own):
                    fits[number] = guard.allows(clitics, own, ending)
            elif len(own) == len(stem):
                alike = guard.is_spelling(own, stem, definite=definite)
                fits[number] = alike and guard.allows(clitics, own, ending)
    return [n for n in sorted(fits) if fits[n]], [n for n in sorted(fits) if not fits[n]]


# Letters that newsrooms choose between for a sound that Arabic does not have, or has twice.
_SOUNDS = str.maketrans("غگچپڤط", "جججبفت")
_LONG_VOWELS = "اوي"
_INNER_VOWEL = re.compile(rf"(?<=\w)[{_LONG_VOWELS}](?=\w)")
_SHORTEST = 3  # letters of a skeleton that tell a name; of so few a vowel may only be left out


def skeleton(key: str) -> str:
    """The letters of a folded name that its spellings share: غ as ج, inner long vowels off.

    Examples
    --------
    >>> skeleton("بينغ") == skeleton("بينج"), skeleton("امريكا") == skeleton("اميركا")
    (True, True)
    """
    return _INNER_VOWEL.sub("", key.translate(_SOUNDS))


def is_variant(name: str, other: str) -> bool:
    """Whether a word is another spelling of a name.

    A variant has the same consonants, غ being ج, ط being ت and the like, and one long vowel
    more, fewer or elsewhere at most (بوتن, بوتين; أميركا, أمريكا). A word that the dictionary
    knows as another lemma is no variant, unless it has the very same letters: المنيا is not
    ألمانيا, أميركا is أمريكا. Names with an article are Arabic and have one spelling. For names
    only: on ordinary words these foldings merge جدا and غدا.

    Examples
    --------
    >>> is_variant("بوتين", "بوتن"), is_variant("بوتين", "بوتان")
    (True, False)
    """
    old, new = folded(name), folded(other)
    bones, known = skeleton(old), lemma(other)
    if old.translate(_SOUNDS) != new.translate(_SOUNDS):
        more, fewer = Counter(new) - Counter(old), Counter(old) - Counter(new)
        if bones != skeleton(new) or name.startswith(ARTICLE) or (more + fewer).total() > 1:
            return False
        if len(bones) == _SHORTEST and (more or not fewer):
            return False
    familiar = known in (None, lemma(name)) or (known == new and sorted(old) == sorted(new))
    return len(bones) >= _SHORTEST and familiar
