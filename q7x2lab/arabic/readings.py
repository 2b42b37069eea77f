"""Readings of words without clitics.

A reading may rest on that of another word, the plural's on the singular's. So words are surveyed
first, and the words that they lead to, and those in turn; then all are read from the shortest on.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from q7x2lab.arabic.packed import Ints, Lookup, Packed
from q7x2lab.arabic.rules import APART, ATTESTED, BEST, Readings, Rules
from q7x2lab.arabic.stems import Stems
from q7x2lab.arabic.surveys import Survey


def read(stems: Stems, forms: Packed) -> Readings:
    """The reading of each form without clitics other than the article.

    >>> found = read(Stems({}), Packed.of(["مشاريع", "كتبوا"]))
    >>> found.lexeme.strings(), found.trust.tolist()
    (['مشروع', 'كتب'], [3.0, 2.0])
    """
    number, wave = forms.distinct()
    surveys: list[Survey] = []
    known: list[Lookup] = []
    while len(wave):
        surveys.append(Survey(stems, wave))
        known.append(Lookup(wave))
        wave = Packed.joined(rules.word for rules in surveys[-1].rules).distinct()[1]
        for lookup in known:
            wave = wave[~lookup.has(wave)]
    return Universe(stems, surveys, known).read()[number]


class Universe:
    """All words that were surveyed, none twice, and the rules that may hold for them."""

    def __init__(self, stems: Stems, surveys: list[Survey], places: list[Lookup]) -> None:
        self.stems = stems
        self.words = Packed.joined(survey.words for survey in surveys)
        self.listed = Packed.joined(survey.listed for survey in surveys)
        self.found = Readings.joined([survey.first for survey in surveys])
        begins = np.cumsum([0, *(len(survey.words) for survey in surveys)])
        self.rules = Rules.joined(
            [
                replace(rules, of=rules.of + begin)
                for survey, begin in zip(surveys, begins, strict=False)
                for rules in survey.rules
            ]
        )
        self.target = np.full(len(self.rules.of), -1)  # the row of the word that each leads to
        for lookup, begin in zip(places, begins, strict=False):
            left = np.flatnonzero(self.target < 0)
            row = lookup(self.rules.word[left])
            self.target[left] = np.where(row < 0, -1, row + begin)

    def read(self) -> Readings:
        """The readings, from the shortest word on: a rule leads to a shorter word, or to one of
        the same length that ends in ة.
        """
        length = 2 * self.words.n + ~self.words.has(-1, "ة")
        rank = length[self.rules.of]
        order = np.lexsort((self.rules.of, rank))
        rules, target = self.rules[order], self.target[order]
        bounds = np.flatnonzero(np.diff(np.sort(rank))) + 1
        for begin, end in zip([0, *bounds], [*bounds, len(rank)], strict=True):
            self._decide(rules[begin:end], target[begin:end])
        return self.found

    def _decide(self, rules: Rules, target: Ints) -> None:
        """Put the reading by the first rule that holds for each word, where one does."""
        there, key = self.found[target], rules.word.folded()
        itself = there.lexeme.same(key)
        choice = np.flatnonzero(itself & (rules.asks == BEST))
        best = np.zeros(len(key), bool)
        best[choice[np.flatnonzero(np.diff(rules.of[choice], prepend=-1))]] = True
        asked = [
            itself,
            there.lexeme.at(0) == self.words[rules.of].folded().at(0),
            ~there.lexeme.same(self.listed[rules.of]),
            ~key.begins_with(there.lexeme),
            ~self.stems.verbs.past.has(there.lexeme),
            best,
        ]
        holds = (target >= 0) & (there.trust >= rules.need)
        holds &= np.choose(rules.asks, [np.ones(len(key), bool), *asked])
        rows = np.flatnonzero(holds)
        of = rules.of[rows]
        first = rows[np.flatnonzero(np.diff(of, prepend=-1))]
        lexeme = key[first].where(rules.asks[first] == APART, there.lexeme[first])
        given = rules.gives[first]
        trust = np.where(given > 0, given, np.maximum(there.trust[first], ATTESTED))
        self.found.put(rules.of[first], lexeme, trust)
