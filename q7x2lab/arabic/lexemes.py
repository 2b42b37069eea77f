"""From the form of a word to the lexeme to count by.

A clitic is cut off only if what is left is a known or an attested word. What is left is read by
the table, the conjugated verbs and the endings of number and gender (arabic.stems). Where two
readings compete, the one decides whose sister forms the corpus has more of: تعقد is the verb عقد
if the corpus prints يعقد more often than يتعقد and التعقد.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from q7x2lab.arabic.letters import BARE_STEPS, LETTERS, fold_all, fold_key
from q7x2lab.arabic.stems import ATTESTED, COMMON, DERIVED, FRONTS, KNOWN, RARE, Reading, Stems
from q7x2lab.errors import StudyError

# A letter is an abbreviation, what is longer are words run together.
_WORD = re.compile(f"[{LETTERS}]{{2,14}}")
_PREPOSITIONS = "بكل"  # one may stand behind و or ف, none behind another
_BEFORE_ARTICLE = re.compile("(?:[وف]?[بك]|[وف])(?=ال....)")
_PRONOUNS = ("ه", "ها", "نا", "هما", "كما", "هم", "كم", "هن", "ك", "ي", "ني")
_PERSONAL = ("ي", "ني", "ك")
# What a stem ends in before a pronoun, and by itself.
_BEFORE_PRONOUN = {"ت": "ة", "ا": "ى", "ئ": "ء", "ؤ": "ء"}

# What a cut costs of the trust in what is left: of two cuts that lead to words as well known the
# shorter is taken; "my" and "your" are rare in news, and frequent as ends of names and adjectives.
LETTER_COST, PERSONAL_COST = 3, 8


class Cut(NamedTuple):
    """A word without one clitic: what is left, folded, and its reading."""

    clitic: str
    rest: str
    reading: Reading

    @property
    def trust(self) -> int:
        return self.reading.trust - LETTER_COST * len(self.clitic)

    @property
    def score(self) -> int:
        return self.trust - PERSONAL_COST * (self.clitic in _PERSONAL)


class Lexicon(Stems):
    """Readings of words with their clitics, guarded by the frequencies of one corpus."""

    def lexeme(self, form: str) -> str:
        """The lexeme of a word as printed, in its usual spelling."""
        if not _WORD.fullmatch(form):  # a joined phrase is a lexeme of its own
            return form
        return self.spell(self.read_word(form).lexeme)

    def read_word(self, form: str, fronts: str = FRONTS) -> Reading:
        """The reading of a word as printed.

        Parameters
        ----------
        form
            A word.
        fronts
            The letters that may still be cut off in front.
        """
        key, whole = fold_key(form), self.read(form)
        if fronts and form not in self.table.lemma and (clitics := self._joined(key)):
            return self.read_word(form[clitics:], _PREPOSITIONS)
        if whole.trust >= DERIVED:
            return whole
        if fronts and key[0] in _PREPOSITIONS and self.governed(key):
            fronts = ""  # لبكين is printed, and no preposition follows another
        cuts = [cut for cut in self._cuts(form, fronts) if self._is_plausible(cut, whole, key)]
        found = whole._replace(trust=max(whole.trust, ATTESTED))
        if cuts:
            best = max(cuts, key=lambda cut: (cut.score, self.family(cut.rest)))
            if (best.score, self.family(best.rest)) > (whole.trust - ATTESTED, 0):
                found = Reading(best.reading.lexeme, best.trust)
        if whole.trust > ATTESTED and found.lexeme == whole.lexeme:
            return Reading(whole.lexeme, DERIVED)  # a listed word that nothing speaks against
        return found

    def _joined(self, key: str) -> int:
        """How many letters stand before an article, or as و before a word that is more frequent,
        where that is attested: وبالتعاون, وتحويلها. Such a word needs no other reading.
        """
        definite = _BEFORE_ARTICLE.match(key)
        if definite and self.n(key[definite.end() :]):
            return definite.end()
        return int(key[0] == "و" and len(key) > 4 and self.n(key[1:]) >= self.n(key) > 0)

    def _cuts(self, form: str, fronts: str) -> Iterator[Cut]:
        """The word without each clitic that it may have."""
        first, rest = form[0], form[1:]
        if first in fronts and len(rest) > 1:
            if form.startswith("لل") and len(form) > 3:  # للأمن is ل and الأمن
                yield Cut(first, fold_key("ال" + form[2:]), self.read("ال" + form[2:]))
            left = _PREPOSITIONS if first in "وف" else ""
            yield Cut(first, fold_key(rest), self.read_word(rest, left))
        for pronoun in _PRONOUNS:
            stem = form.removesuffix(pronoun)
            if stem == form or len(stem) < 2:
                continue
            alone = stem[:-1] + _BEFORE_PRONOUN.get(stem[-1], stem[-1])
            for rest in dict.fromkeys((alone, stem)):
                found = self.read(rest)
                if not form.startswith("ال") or found.lexeme.startswith("ال"):
                    yield Cut(pronoun, fold_key(rest), found)

    def _is_plausible(self, cut: Cut, whole: Reading, key: str) -> bool:
        """Whether what is left of a cut is a word, and common enough beside the whole."""
        clitic, rest, found = cut
        if found.trust < ATTESTED or (len(rest) == 2 and found.trust < KNOWN):
            return False
        conjugated = found.lexeme != rest and not rest.startswith("ال")
        if clitic in "بك" and conjugated and self.is_verb(found.lexeme):
            return False  # no preposition stands before a verb
        count, family = self.n(key), self.family(rest)
        if key.startswith("لل") and rest.startswith("ال") and self.n(key[1:]) < count:
            return True  # للأوقية, as no لأوقية is printed
        if clitic == "ي" and RARE * self.n("ال" + key) > count:
            return False  # التوافقي has no pronoun
        if whole.trust > ATTESTED:  # وائل, مجانا: the table has them
            return COMMON * family >= count
        if found.trust < DERIVED or clitic in _PERSONAL:
            return (2 if clitic == "ي" else 1) * family >= count
        known_stem = found.trust == KNOWN and clitic not in FRONTS  # نظيره, though نظير is rare
        return clitic == "و" or known_stem or COMMON * (family + 1) >= count


def lexemes(types: Sequence[str], frequencies: Mapping[str, int] | None = None) -> list[str]:
    """The lexeme of each word type, in its usual spelling.

    Parameters
    ----------
    types
        Surface forms, one a type; all in one call, since each call reads the frequencies anew.
    frequencies
        Tokens of each surface form in the corpus, the guard against cutting into a name. Without
        it each of the types counts once, and the table of lemmas guards alone.

    Returns
    -------
    list of str
        One lexeme a type. Joined phrases and words of other scripts are lexemes of their own.

    Notes
    -----
    The table of lemmas is simplemma's.

    Examples
    --------
    >>> lexemes(["وبالتعاون", "بوتين", "فرنسا", "دولتين", "وكانت", "التعليم"])
    ['تعاون', 'بوتين', 'فرنسا', 'دولة', 'كان', 'تعليم']
    """
    lexicon = Lexicon(dict.fromkeys(types, 1) if frequencies is None else frequencies)
    found = list(map(lexicon.lexeme, fold_all(types, BARE_STEPS)))
    del lexicon.read  # refers to the lexicon, which would stay until garbage is looked for
    return found


def camel_lexemes(types: Sequence[str], frequencies: Mapping[str, int] | None = None) -> list[str]:
    """The lexeme of each word type by CAMeL Tools' most likely reading, for who installed it.

    Parameters
    ----------
    types
        Surface forms, one a type.
    frequencies
        Not needed; taken so that the function can stand in for `lexemes`.

    Raises
    ------
    StudyError
        If camel-tools or its data is absent.

    Notes
    -----
    Obeid et al. (2020), "CAMeL Tools: An Open Source Python Toolkit for Arabic Natural Language
    Processing".
    """
    try:
        from camel_tools.disambig.mle import MLEDisambiguator

        tagger = MLEDisambiguator.pretrained()
    except Exception as error:  # not installed, or whatever its catalogue raises without data
        what = f"lexemes: camel_tools needs camel-tools and its data ({type(error).__name__})"
        remedy = "pip install camel-tools; camel_data -i disambig-mle-calima-msa-r13; or hybrid"
        raise StudyError(what, remedy=remedy) from error
    lemmas = []
    for form in types:  # one at a time: they stand in no sentence
        readings = tagger.disambiguate([form])[0].analyses
        lemmas.append(readings[0].analysis["lex"].partition("_")[0] if readings else form)
    return fold_all(lemmas, BARE_STEPS)
