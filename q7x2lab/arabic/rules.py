"""Readings of words, and rules that lead from one word's reading to another's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from q7x2lab.arabic.packed import Bools, Ints, Packed

# How far a reading can be trusted: the table has it; a rule leads to what the table has; the table
# has the form and no other of its lexeme; the corpus has it; nothing is known.
KNOWN, DERIVED, LISTED, ATTESTED, UNKNOWN = 3.0, 2.0, 1.5, 1.0, 0.0


@dataclass(frozen=True, eq=False)
class Readings:
    """A lexeme a word, folded, and how far it can be trusted."""

    lexeme: Packed
    trust: NDArray[np.float64]

    def __getitem__(self, which: Bools | Ints) -> Readings:
        return Readings(self.lexeme[which], self.trust[which])

    @classmethod
    def joined(cls, parts: list[Readings]) -> Readings:
        """All readings of several, one after the other."""
        trusts = [part.trust for part in parts]
        lexemes = Packed.joined(part.lexeme for part in parts)
        return cls(lexemes, np.concatenate([*trusts, np.zeros(0)]))

    def put(self, rows: Ints, lexeme: Packed, trust: NDArray[np.float64] | float) -> None:
        """Set the readings of some rows."""
        self.lexeme.pairs[rows], self.lexeme.n[rows] = lexeme.pairs, lexeme.n
        self.trust[rows] = trust


# What a rule asks of the reading that it leads to, besides trust.
ANY, ITSELF, SAME_INITIAL, OTHER, APART, NOUN, BEST = range(7)


@dataclass(frozen=True, eq=False)
class Rules:
    """Rules that may hold, one a row: for the word numbered `of`, the reading of `word`, if it is
    trusted as much as `need` and is what `asks` says. The reading is then trusted as `gives`, or
    as that of the word where `gives` is 0. Of the rules of one word the first that holds counts.
    """

    of: Ints
    word: Packed
    need: NDArray[np.float64]
    gives: NDArray[np.float64]
    asks: NDArray[np.int64]

    @classmethod
    def of_one_kind(
        cls, of: Ints, word: Packed, need: NDArray[np.float64] | float, gives: float, asks: int
    ) -> Rules:
        return cls(
            of,
            word,
            np.broadcast_to(need, of.shape),
            *(np.full(of.shape, x) for x in (gives, asks)),
        )

    @classmethod
    def joined(cls, parts: list[Rules]) -> Rules:
        none = cls.of_one_kind(np.zeros(0, np.int64), Packed.joined([]), 0.0, 0.0, ANY)
        every = [none, *parts]
        columns = zip(*((p.of, p.need, p.gives, p.asks) for p in every), strict=True)
        of, need, gives, asks = map(np.concatenate, columns)
        return cls(of, Packed.joined(part.word for part in parts), need, gives, asks)

    def __getitem__(self, which: Ints | slice) -> Rules:
        columns = (self.need[which], self.gives[which], self.asks[which])
        return Rules(self.of[which], self.word[which], *columns)
