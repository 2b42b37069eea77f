"""From the form of a word to the lexeme to count by, and to the form to show for it.

A clitic is cut off only if what is left is a known or an attested word. What is left is looked up
in simplemma's table (text.lemma_table), then among the conjugated verbs (text.verbs), then
stripped of endings of number and gender, each time only if that leads to a known or attested
word. Where two readings compete, the one decides whose sister forms the corpus has more of: تعقد
is the verb عقد if the corpus prints يعقد more often than يتعقد and التعقد.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from q7x2lab.errors import StudyError
from q7x2lab.text.normalize import fold_all
from q7x2lab.text.stems import ATTESTED, DERIVED, KNOWN, Reading, Stems

# Pronouns by their last letter.
_PRONOUNS = {"ه": ("ه",), "ا": ("ها", "نا", "هما", "كما"), "م": ("هم", "كم"), "ن": ("هن",)}
_PRONOUNS |= {"ك": ("ك",), "ي": ("ي", "ني")}
_PERSONAL = frozenset({"ي", "ني", "ك"})
_FIRST = frozenset("وفبك")
_BEFORE_ARTICLE = ("وال", "بال", "فال", "كال", "وبال", "فبال", "وكال")


def _without_pronoun(form: str) -> Iterator[tuple[str, str]]:
    """Stems that a pronoun may stand after, in the spelling they have without it."""
    for pronoun in _PRONOUNS.get(form[-1], ()):
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


class Lexicon:
    """The lexemes of words, guarded by the frequencies of one corpus.

    frequencies: tokens of each surface form.
    """

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._stems = Stems(frequencies)
        self._shown: dict[str, str] = {}

    def lexeme(self, form: str) -> str:
        """The lexeme of a word as printed, in its usual spelling."""
        if not form or " " in form:  # a joined phrase is a lexeme of its own
            return form
        found = self.word(form).lexeme or form
        shown = self._shown.get(found)
        if shown is None:
            table = self._stems.table
            shown = self._stems.spelling.get(found) or table.spelling.get(found, found)
            self._shown[found] = shown
        return shown

    def word(self, form: str, *, proclitics: str = "وف") -> Reading:
        """The reading of a word with whatever clitics it has.

        proclitics: the letters that may still be cut off in front; و and ف stand before ب, ك, ل.
        """
        if proclitics and form[0] in _FIRST and (rest := self._plain_rest(form)):
            return self.word(rest, proclitics="بكل" if rest == form[1:] else "")
        whole = self._stems.read(form)
        if whole.trust >= DERIVED:
            return whole
        key = self._stems.key(form)
        if not key:
            return whole
        count = self._stems.n(key)
        best, best_score, best_stem = Reading(whole.lexeme, max(whole.trust, ATTESTED)), -1.0, ""
        best_score += whole.trust
        if proclitics and key[0] in "بكل" and 50 * self._stems.governed(key) > count:
            proclitics = ""  # لبكين is printed, and no preposition follows another
        for cost, found, stem, clitic in self._cuts(form, proclitics):
            score = found.trust - 0.3 * cost - (0.8 if clitic in _PERSONAL else 0)
            if score < best_score - 1e-9:
                continue
            stem = self._stems.key(stem)
            if not self._plausible(whole, count, found, stem, clitic):
                continue
            if score > best_score + 1e-9 or self._more_frequent(stem, best_stem):
                best, best_score = Reading(found.lexeme, found.trust - 0.3 * cost), score
                best_stem = stem
        if whole.trust > ATTESTED and best.lexeme == whole.lexeme:
            return Reading(whole.lexeme, DERIVED)  # a listed word that nothing speaks against
        return best

    def _more_frequent(self, key: str, other: str) -> bool:
        return self._stems.family(key) > self._stems.family(other)

    def _plain_rest(self, form: str) -> str:
        """What is left of an unlisted word without the clitics before an article, or without و,
        where that is attested and the short cut cannot miss anything; else the empty string.
        """
        if form in self._stems.table.lemma:
            return ""
        n = self._stems.n
        for front in _BEFORE_ARTICLE:
            if form.startswith(front):
                rest = form[len(front) - 2 :]
                return rest if len(rest) > 5 and n(self._stems.key(rest)) else ""
        key = self._stems.key(form)
        if form[0] == "و" and len(form) > 4 and n(key[1:]) >= n(key) > 0:
            return form[1:]
        return ""

    def _cuts(self, form: str, proclitics: str) -> Iterator[tuple[float, Reading, str, str]]:
        """Ways to cut one clitic off: cost, reading of the rest, the rest, the clitic."""
        letters = {"وف": "وفبكل", "بكل": "بكل", "": ""}[proclitics]
        first, rest = form[0], form[1:]
        if first in letters and len(rest) > 1:
            if first in "وف":
                yield 1.0, self.word(rest, proclitics="بكل"), rest, first
            else:
                if form.startswith("لل") and len(form) > 3:
                    yield 1.0, self._stems.read("ال" + form[2:]), "ال" + form[2:], first
                yield 1.0, self.word(rest, proclitics=""), rest, first
        definite = form.startswith("ال")
        for pronoun, stem in _without_pronoun(form):
            found = self._stems.read(stem)
            if not definite or found.lexeme.startswith("ال"):
                yield float(len(pronoun)), found, stem, pronoun

    def _plausible(self, whole: Reading, count: int, found: Reading, key: str, clitic: str) -> bool:
        """Whether the rest of a cut is common enough beside the whole word."""
        if found.trust < ATTESTED or (len(key) == 2 and found.trust < KNOWN):
            return False
        if len(key) == 2 and clitic in "بكل" and self._stems.family(key) < 2 * count:
            return False
        conjugated = found.lexeme != key and not key.startswith("ال")
        if clitic in "بك" and conjugated and self._stems.is_verb(found.lexeme):
            return False  # no preposition stands before a verb
        if whole.trust > ATTESTED:  # listed
            return 10 * self._stems.family(key) >= count
        if found.trust < DERIVED or clitic in _PERSONAL:
            return (2 if clitic == "ي" else 1) * self._stems.family(key) >= count
        if clitic in "وفبكل":
            return clitic == "و" or 10 * (self._stems.family(key) + 1) >= count
        # The stem of a word so frequent would be printed by itself: كورونا.
        return found.trust == KNOWN or count < 5 or 50 * self._stems.n(key) >= count


def lexemes(types: Sequence[str], frequencies: Mapping[str, int] | None = None) -> list[str]:
    """Lexeme of each word type, in its usual spelling.

    types: surface forms, one a type, without marks and tatweel. frequencies: tokens of each
    surface form in the corpus, the guard against cutting into a name; without it each of the
    types counts once, and simplemma's table guards alone.

    >>> lexemes(["وبالتعاون", "بوتين", "فرنسا", "دولتين", "وكانت", "التعليم"])
    ['تعاون', 'بوتين', 'فرنسا', 'دولة', 'كان', 'تعليم']
    """
    lexicon = Lexicon(dict.fromkeys(types, 1)) if frequencies is None else _lexicon(frequencies)
    return [lexicon.lexeme(form) for form in types]


# The last corpus asked about, its size then, and what was worked out for it.
_last: list[tuple[Mapping[str, int], tuple[int, int], Lexicon]] = []


def _lexicon(frequencies: Mapping[str, int]) -> Lexicon:
    """The lexicon of a corpus; the last one is kept, since vocabularies come in several lists."""
    size = len(frequencies), sum(frequencies.values())
    if not (_last and _last[0][0] is frequencies and _last[0][1] == size):
        _last[:] = [(frequencies, size, Lexicon(frequencies))]
    return _last[0][2]


def camel_lexemes(types: Sequence[str], frequencies: Mapping[str, int] | None = None) -> list[str]:
    """Lexeme of each word type by CAMeL Tools' most likely reading, for those who installed it.

    types: surface forms, one a type. frequencies: not needed, taken so that the function can stand
    in for `lexemes`. Raises StudyError if camel-tools or its data is absent. Source: Obeid et al.
    (2020), "CAMeL Tools: An Open Source Python Toolkit for Arabic Natural Language Processing".
    """
    try:
        from camel_tools.disambig.mle import MLEDisambiguator
    except ImportError as error:
        raise StudyError(
            "lexemes: camel_tools needs camel-tools, which is not installed",
            remedy="pip install camel-tools, or take lexemes: hybrid",
        ) from error
    try:
        tagger = MLEDisambiguator.pretrained()
    except Exception as error:  # whatever its catalogue raises where the data is not there
        raise StudyError(
            f"camel-tools found no data ({type(error).__name__})",
            remedy="camel_data -i disambig-mle-calima-msa-r13, or take lexemes: hybrid",
        ) from error
    # One word at a time: the types stand in no sentence.
    readings = [tagger.disambiguate([form])[0].analyses for form in types]
    lemmas = [
        found[0].analysis["lex"].partition("_")[0] if found else form
        for form, found in zip(types, readings, strict=True)
    ]
    return fold_all(lemmas, ("marks", "tatweel"))


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
