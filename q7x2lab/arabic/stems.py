"""What one corpus and the table say of a word without clitics: how often it is printed, with what
before it, and of which verb it may be a form.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
import yaml

from q7x2lab.arabic.lemma_table import fold_key, lemma_table
from q7x2lab.arabic.packed import Bools, Ints, Lookup, Packed
from q7x2lab.arabic.stop_words import closed_class_words
from q7x2lab.arabic.verbs import IMPERFECT_PREFIXES, Conjugation, conjugation


@cache
def _conjugation() -> Conjugation:
    return conjugation(lemma_table().verbs)


@cache
def closed_class() -> tuple[Lookup, Packed, Bools]:
    """Particles and pronouns with their clitics, and foreign names; the word that each is, and if
    it ends with it.

    >>> place, words, _ = closed_class()
    >>> words[place(Packed.of(["وفي", "ماكرون"]))].strings()
    ['في', 'ماكرون']
    """
    path = files("q7x2lab") / "data" / "words" / "names.yaml"
    names = " ".join(yaml.safe_load(path.read_text(encoding="utf-8")).values())
    words = {fold_key(name): fold_key(name) for name in names.split()} | closed_class_words()
    ends = np.array([form.endswith(word) for form, word in words.items()])
    return Lookup(Packed.of(list(words))), Packed.of(list(words.values())), ends


class Stems:
    """Stems guarded by the frequencies of one corpus.

    frequencies: tokens of each surface form.
    """

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self.table, self.verbs = lemma_table(), _conjugation()
        self.forms = list(frequencies)
        self.packed = Packed.of(self.forms)
        folded = self.packed.folded()
        tokens = np.fromiter(frequencies.values(), np.int64, len(self.forms))
        code, keys = folded.distinct()
        counts = np.bincount(code, tokens, minlength=len(keys)).astype(np.int64)
        self.n = Lookup(keys, counts, missing=0)  # tokens of a folded form
        usual = np.flatnonzero((2 * tokens > counts[code]) & ~folded.same(self.packed))
        self.usual = Lookup(keys[code[usual]], usual)  # the form that a key is spelled in, or -1
        verbs = self.verbs.verbs
        self.printed = self.n(verbs) + self.n(verbs.before("ت")) + self.n(verbs.after("و"))
        self._verb = Lookup(verbs)
        score = np.where(self.verbs.choices < 0, -1, self.printed[self.verbs.choices])
        best = score.argmax(1)[:, None]
        self._best = np.take_along_axis(self.verbs.choices, best, 1)[:, 0]

    def family(self, keys: Packed) -> Ints:
        """Tokens of each word with and without its article."""
        definite = np.flatnonzero(keys.starts("ال") & (keys.n > 4))
        pairs, n = keys.pairs.copy(), keys.n.copy()
        bare = keys[definite].behind(2)
        pairs[definite], n[definite] = bare.pairs, bare.n
        bare = Packed(pairs, n)
        return self.n(bare) + self.n(bare.after("ال"))

    def governed(self, keys: Packed) -> Ints:
        """Tokens of each word after an article or a preposition."""
        found = self.n(keys.after("ال")) + self.n(keys.after("ب"))
        return found + np.where(keys.has(0, "ل"), 0, self.n(keys.after("ل")))  # لل holds an article

    def is_verb(self, lexemes: Packed) -> Bools:
        """Whether each lexeme is a verb and no noun besides."""
        return self.verbs.past.has(lexemes) & ~self.table.row.has(lexemes.after("ال"))

    def best_verb(self, rows: Ints, forms: Packed | None = None) -> Ints:
        """Of the verbs of each row of choices the one that the table has for the form, or else
        the one whose past is printed most.
        """
        best = self._best[rows]
        if forms is None:
            return best
        row = self.table.row(forms)
        listed = np.where(row < 0, -1, self._verb(self.table.lemmas[row]))
        shared = (self.verbs.choices[rows] == listed[:, None]).any(1) & (listed >= 0)
        return np.where(shared, listed, best)

    def past(self, keys: Packed) -> Ints:
        """The verb of which each form is a past, unless that is a rarity beside it; else -1."""
        rows = self.verbs.past_readings(keys)
        some = np.flatnonzero(rows >= 0)
        verb = np.full(len(keys), -1)
        verb[some] = self.best_verb(rows[some])
        rare = 20 * (self.printed[verb[some]] + 1) < self.n(keys[some])
        verb[some[rare]] = -1
        return verb

    def imperfect(self, keys: Packed, established: Bools) -> Ints:
        """The verb of which each form is an imperfect, where the corpus does not speak against it;
        else -1. established: whether the table has forms of this lexeme.
        """
        verb = np.full(len(keys), -1)
        future = np.flatnonzero(keys.has(0, "س") & (keys.n > 3) & ~established)
        later = keys[future].behind(1)
        rows = self.verbs.imperfect_readings(later)
        found = rows >= 0
        verb[future[found]] = self.best_verb(rows[found], later[found])
        some = np.flatnonzero(keys.has(0, IMPERFECT_PREFIXES))
        rows = self.verbs.imperfect_readings(keys[some])
        own = self._verb(keys[some])
        itself = (self.verbs.choices[rows] == own[:, None]).any(1) & (own >= 0)
        some, rows = some[(rows >= 0) & ~itself], rows[(rows >= 0) & ~itself]
        form, known = keys[some], established[some]
        he = form.behind(1).after("ي")
        third, second = form.has(0, "ي"), form.has(0, "ت")
        printed = self.n(he) + self.table.row.has(he) / 2
        rival = self.n(form.after("ي")) + self.n(form.after("ال")) + self.n(form.before("ت"))
        past = self.past(form)
        rival += np.where((past >= 0) & (past != self._verb(form)), self._own_count(past), 0)
        meant = np.where(second, printed > rival + known * 0.75, (printed > 0) & ~known)
        meant = np.where(third, ~(known & (self.table.family(form) > 3)), meant)
        best = np.where(third, self._best[rows], self.best_verb(rows, he))
        verb[some[meant]] = best[meant]
        return verb

    def _own_count(self, verbs: Ints) -> Ints:
        return self.n(self.verbs.verbs[verbs])
