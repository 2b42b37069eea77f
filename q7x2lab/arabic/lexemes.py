"""From the form of a word to the lexeme to count by, and to the form to show for it.

A clitic is cut off only if what is left is a known or an attested word. What is left is looked up
in simplemma's table (text.lemma_table), then among the conjugated verbs (text.verbs), then
stripped of endings of number and gender, each time only if that leads to a known or attested
word. Where two readings compete, the one decides whose sister forms the corpus has more of: تعقد
is the verb عقد if the corpus prints يعقد more often than يتعقد and التعقد.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from q7x2lab.arabic.letters import fold_all
from q7x2lab.arabic.packed import Bools, Ints, Packed
from q7x2lab.arabic.readings import read
from q7x2lab.arabic.rules import ATTESTED, DERIVED, KNOWN, Readings
from q7x2lab.arabic.stems import Stems
from q7x2lab.errors import StudyError

_BEFORE_ARTICLE = ("وال", "بال", "فال", "كال", "وبال", "فبال", "وكال")
_PRONOUNS = ("ه", "ها", "نا", "هما", "كما", "هم", "كم", "هن", "ك", "ي", "ني")
_FRONTS = "وفبكل"
_CLITICS = (*_FRONTS, *_PRONOUNS)
_PERSONAL = ("ي", "ني", "ك")
# What a stem ends in before a pronoun, and by itself.
_BEFORE_PRONOUN = (("ت", "ة"), ("ا", "ى"), ("ئؤ", "ء"))
_FIRST = "وفبك"
_COST = np.array([1.0] * 5 + [float(len(pronoun)) for pronoun in _PRONOUNS])
# What may still be cut off in front of a rest: a stem has no clitics at all, others may have a
# pronoun; و and ف stand before ب, ك, ل.
_STEM, _NOTHING, _PREPOSITION, _ANY = range(4)
_SURE = -1


def _which(clitics: Iterable[str]) -> Bools:
    """A bool for each clitic, whether it is one of these."""
    return np.isin(_CLITICS, list(clitics))


@dataclass(frozen=True, eq=False)
class _Cuts:
    """Ways to cut clitics off, one a row: the word's row, the number of the clitic (-1 where
    nothing speaks against the cut), the rest, and what may still be cut off in front of that.
    """

    of: Ints
    clitic: Ints
    rest: Packed
    front: Ints

    @classmethod
    def joined(cls, parts: Iterable[_Cuts]) -> _Cuts:
        cuts = [_cut(np.zeros(0, np.int64), 0, Packed.joined([]), _STEM), *parts]
        columns = zip(*((cut.of, cut.clitic, cut.front) for cut in cuts), strict=True)
        of, clitic, front = map(np.concatenate, columns)
        return cls(of, clitic, Packed.joined(cut.rest for cut in cuts), front)

    def __getitem__(self, which: Bools | Ints) -> _Cuts:
        return _Cuts(self.of[which], self.clitic[which], self.rest[which], self.front[which])


def _cut(of: Ints, clitic: int, rest: Packed, front: int) -> _Cuts:
    return _Cuts(of, np.full(len(of), clitic), rest, np.full(len(of), front))


class Lexicon:
    """The lexemes of words, guarded by the frequencies of one corpus.

    frequencies: tokens of each surface form.
    """

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._stems = Stems(frequencies)

    def lexemes(self, forms: Sequence[str]) -> list[str]:
        """The lexeme of each word as printed, in its usual spelling.

        Joined phrases, words of other scripts and words of more than 14 letters are lexemes of
        their own.
        """
        stems = self._stems
        packed = stems.packed if forms == stems.forms else Packed.of(forms)
        number, found = self.words(packed).lexeme.distinct()
        shown = found.strings()
        usual, listed = stems.usual(found), stems.table.spelling(found)
        for at in np.flatnonzero(listed >= 0).tolist():
            shown[at] = stems.table.spellings[listed[at]]
        for at in np.flatnonzero(usual >= 0).tolist():
            shown[at] = stems.forms[usual[at]]
        lexemes: list[str] = np.array([*shown, None], object)[number].tolist()
        for at in np.flatnonzero(found.n[number] == 0).tolist():
            lexemes[at] = forms[at]
        return lexemes

    def words(self, forms: Packed) -> Readings:
        """The reading of each word with whatever clitics it has.

        What the words lead to by cuts in front is gathered first and read at once; then each is
        decided, the rests before the words that they are rests of.
        """
        levels = [_cut(np.arange(len(forms)), _SURE, forms, _ANY)]
        begins = [0, len(forms)]
        while len(levels[-1].of):
            cuts = self._level(levels[-1].rest, levels[-1].front)
            levels.append(replace(cuts, of=cuts.of + begins[-2]))
            begins.append(begins[-1] + len(cuts.of))
        nodes = _Cuts.joined(levels)
        found = read(self._stems, nodes.rest)
        doubtful = (found.trust < DERIVED) & (nodes.rest.n > 0) & (nodes.front > _STEM)
        sure = np.flatnonzero(nodes.clitic == _SURE)[len(forms) :]
        doubtful[nodes.of[sure]] = False
        for begin, end in pairwise(begins[1:]):  # what nobody asks for
            asked = doubtful[nodes.of[begin:end]] | (nodes.clitic[begin:end] == _SURE)
            doubtful[begin:end] &= asked
        endings = _Cuts.joined(_endings(nodes.rest, np.flatnonzero(doubtful)))
        stems = read(self._stems, endings.rest)
        for level in range(len(levels) - 2, -1, -1):
            below = np.arange(begins[level + 1], begins[level + 2])
            here = (endings.of >= begins[level]) & (endings.of < begins[level + 1])
            sure = below[nodes.clitic[below] == _SURE]
            found.put(nodes.of[sure], found.lexeme[sure], found.trust[sure])
            below = below[doubtful[nodes.of[below]]]
            cuts = _Cuts.joined([nodes[below], endings[here]])
            rests = Readings.joined([found[below], stems[here]])
            rows = begins[level] + np.flatnonzero(doubtful[begins[level] : begins[level + 1]])
            self._choose(found, nodes.rest, rows, cuts, rests)
        return found[np.arange(len(forms))]

    def _level(self, forms: Packed, front: Ints) -> _Cuts:
        """The cuts in front of some words: the plain ones, elsewhere all that are possible."""
        able = front >= _PREPOSITION
        plain = self._plain(forms, np.flatnonzero(able))
        able[plain.of] = False
        return _Cuts.joined([plain, *self._fronts(forms, np.flatnonzero(able), front)])

    def _plain(self, forms: Packed, rows: Ints) -> _Cuts:
        """Unlisted words without the clitics before an article, or without و, where the rest is
        attested and the short cut cannot miss anything.
        """
        n, cuts = self._stems.n, []
        rows = rows[forms[rows].has(0, _FIRST)]
        rows = rows[~self._stems.table.row.has(forms[rows])]
        for front in _BEFORE_ARTICLE:
            fits = forms[rows].starts(front)
            some, rows = rows[fits], rows[~fits]
            rest = forms[some].behind(len(front) - 2)
            kept = (rest.n > 5) & (n(rest.folded()) > 0)
            after = _PREPOSITION if len(front) == 3 else _NOTHING
            cuts.append(_cut(some[kept], _SURE, rest[kept], after))
        rows = rows[forms[rows].has(0, "و") & (forms.n[rows] > 4)]
        count = n(forms[rows].folded())
        rest = forms[rows].behind(1)
        kept = (count > 0) & (n(rest.folded()) >= count)
        return _Cuts.joined([*cuts, _cut(rows[kept], _SURE, rest[kept], _PREPOSITION)])

    def _fronts(self, forms: Packed, rows: Ints, front: Ints) -> Iterator[_Cuts]:
        """The words without their first letter, where that may be a clitic."""
        rows = rows[forms[rows].has(0, _FRONTS) & (forms.n[rows] > 2)]
        words = forms[rows]
        key = words.folded()
        # لبكين is printed, and no preposition follows another.
        name = 50 * self._stems.governed(key) > self._stems.n(key)
        allowed = np.where(words.has(0, "وف"), front[rows] == _ANY, ~name)
        rows, words = rows[allowed], words[allowed]
        definite = np.flatnonzero(words.starts("لل") & (words.n > 3))
        rest = words[definite].behind(2).after("ال")
        yield _cut(rows[definite], _FRONTS.index("ل"), rest, _STEM)
        for clitic, letter in enumerate(_FRONTS):
            of = words.has(0, letter)
            after = _PREPOSITION if letter in "وف" else _NOTHING
            yield _cut(rows[of], clitic, words[of].behind(1), after)

    def _choose(
        self, found: Readings, forms: Packed, rows: Ints, cuts: _Cuts, rests: Readings
    ) -> None:
        """Put, for each word, the best of its plausible cuts, unless the whole is better."""
        whole = found[rows]
        number = np.zeros(len(forms), int)
        number[rows] = np.arange(len(rows))
        of = number[cuts.of]
        score = rests.trust - 0.3 * _COST[cuts.clitic] - 0.8 * _which(_PERSONAL)[cuts.clitic]
        score = np.rint(10 * score).astype(int)
        least = np.rint(10 * (whole.trust - 1)).astype(int)
        definite = forms[cuts.of].starts("ال") & ~rests.lexeme.starts("ال")
        some = np.flatnonzero((score >= least[of]) & (~definite | (cuts.clitic < len(_FRONTS))))
        key = cuts.rest[some].folded()
        family = self._stems.family(key)
        count = self._stems.n(forms[cuts.of[some]].folded())
        fits = self._plausible(
            whole.trust[of[some]], count, rests[some], key, family, cuts.clitic[some]
        )
        fits &= (score[some] > least[of[some]]) | (family > 0)
        mine = np.flatnonzero(cuts.clitic[some] == _CLITICS.index("ي"))
        whole_key = forms[cuts.of[some[mine]]].folded()  # التوافقي has no pronoun
        fits[mine] &= 20 * self._stems.n(whole_key.after("ال")) <= count[mine]
        some, family = some[fits], family[fits]
        order = np.lexsort((-family, -score[some], of[some]))
        best = some[order[np.flatnonzero(np.diff(of[some][order], prepend=-1))]]
        trust = np.maximum(whole.trust, ATTESTED)
        lexeme = Packed(whole.lexeme.pairs.copy(), whole.lexeme.n.copy())
        chosen = Readings(lexeme, trust)
        cost = 0.3 * _COST[cuts.clitic[best]]
        chosen.put(of[best], rests.lexeme[best], rests.trust[best] - cost)
        # A listed word that nothing speaks against.
        sure = (whole.trust > ATTESTED) & chosen.lexeme.same(whole.lexeme)
        found.put(rows, chosen.lexeme, np.where(sure, DERIVED, chosen.trust))

    def _plausible(
        self,
        trust: NDArray[np.float64],
        count: Ints,
        rest: Readings,
        key: Packed,
        family: Ints,
        clitic: Ints,
    ) -> Bools:
        """Whether the rest of each cut is common enough beside the whole word.

        trust, count: of the whole. key, family: of the rest.
        """
        front, personal = _which(_FRONTS)[clitic], _which(_PERSONAL)[clitic]
        short = key.n == 2
        fits = (rest.trust >= ATTESTED) & ~(short & (rest.trust < KNOWN))
        fits &= ~(short & _which("بكل")[clitic] & (family < 2 * count))
        conjugated = np.flatnonzero(_which("بك")[clitic] & ~key.starts("ال"))
        verb = self._stems.is_verb(rest.lexeme[conjugated])
        verb &= ~rest.lexeme[conjugated].same(key[conjugated])
        fits[conjugated[verb]] = False  # no preposition stands before a verb
        times = np.where(clitic == _CLITICS.index("ي"), 2, 1)
        usual = (rest.trust == KNOWN) | (count < 5) | (50 * self._stems.n(key) >= count)
        return fits & np.select(
            [trust > ATTESTED, (rest.trust < DERIVED) | personal, front],
            [
                10 * family >= count,
                times * family >= count,
                (clitic == 0) | (10 * (family + 1) >= count),
            ],
            usual,  # the stem of a word so frequent would be printed by itself: كورونا
        )


def _endings(forms: Packed, rows: Ints) -> Iterator[_Cuts]:
    """The words without a pronoun, in the spelling that they have without it."""
    words = forms[rows]
    for number, pronoun in enumerate(_PRONOUNS, len(_FRONTS)):
        ends = np.flatnonzero(words.ends(pronoun) & (words.n - len(pronoun) >= 2))
        stem = words[ends].until(len(pronoun))
        for letters, alone in _BEFORE_PRONOUN:
            changed = stem.has(-1, letters) & (pronoun != "ي" or alone != "ى")
            other = stem[changed].until(1).before(alone)
            yield _cut(rows[ends[changed]], number, other, _STEM)
        yield _cut(rows[ends], number, stem, _STEM)


def lexemes(types: Sequence[str], frequencies: Mapping[str, int] | None = None) -> list[str]:
    """Lexeme of each word type, in its usual spelling.

    types: surface forms, one a type, without marks and tatweel. frequencies: tokens of each
    surface form in the corpus, the guard against cutting into a name; without it each of the
    types counts once, and simplemma's table guards alone.

    >>> lexemes(["وبالتعاون", "بوتين", "فرنسا", "دولتين", "وكانت", "التعليم"])
    ['تعاون', 'بوتين', 'فرنسا', 'دولة', 'كان', 'تعليم']
    """
    lexicon = Lexicon(dict.fromkeys(types, 1)) if frequencies is None else _lexicon(frequencies)
    return lexicon.lexemes(types)


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
