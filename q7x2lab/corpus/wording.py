"""Articles as hashes of their words, and which words of one stand in passages of another."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.letters import fold
from q7x2lab.arabic.sentences import quotation_spans

Hashes = NDArray[np.uint64]

_WORD = re.compile(r"[^\W_]+")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2 ** 64 by the golden ratio spreads the hashes

MIN_QUOTED = 4  # words that make a quotation; less is a name or a scare quote
RUN = 3  # words in a row that both have: the pieces of a shared passage
GAP = 8  # words by which the pieces of one passage may lie apart, or shift against each other
MIN_PASSAGE = 8  # shared words that make a passage; fewer are a phrase that anyone may use
MIN_WORDS = 12  # words that two texts must have to be compared
REPEATS = 8  # places of one run that are looked at


@dataclass(frozen=True, repr=False)
class Wording:
    """The word hashes of all articles in one array.

    Attributes
    ----------
    words, quoted
        One entry a word: its hash, and whether it stands in a quotation.
    starts
        Where each article begins in `words`, and the end.
    """

    words: Hashes
    quoted: NDArray[np.bool_]
    starts: NDArray[np.int64]

    def whole(self, row: int) -> Hashes:
        """The word hashes of an article."""
        return self.words[self.starts[row] : self.starts[row + 1]]

    def outside(self, row: int) -> Hashes:
        """The word hashes of an article without its quotations."""
        return self.whole(row)[~self.quoted[self.starts[row] : self.starts[row + 1]]]


def compared_words(text: str) -> list[str]:
    """The words of a text as two texts are compared by: letters folded, signs left out.

    Examples
    --------
    >>> compared_words("** حمّل التطبيق! **")
    ['حمل', 'التطبيق']
    """
    return _WORD.findall(fold(text))


def read_wording(texts: list[str]) -> Wording:
    """The word hashes of all texts.

    Examples
    --------
    >>> wording = read_wording(["قال «هذا ما نريده الآن» ومضى", "قال «نعم»"])
    >>> wording.quoted.tolist(), wording.starts.tolist()
    ([False, True, True, True, True, False, False, False], [0, 6, 8])
    """
    hashes, quoted = zip(*map(_hashes_and_quotations, texts), strict=True)
    starts = np.cumsum([0, *map(len, hashes)])
    return Wording(np.concatenate(hashes), np.concatenate(quoted), starts)


def _hashes_and_quotations(text: str) -> tuple[Hashes, NDArray[np.bool_]]:
    """The hashes of the compared words of a text, and whether each stands in a quotation."""
    words: list[str] = []
    inside: list[bool] = []
    done = 0
    for start, end in [*quotation_spans(text), (len(text), len(text))]:
        before = compared_words(text[done:start])
        quotation = compared_words(text[max(done, start) : end])
        words += before + quotation
        inside += [False] * len(before) + [len(quotation) >= MIN_QUOTED] * len(quotation)
        done = max(done, end)
    return pd.util.hash_array(np.array(words, object), categorize=False), np.array(inside, bool)


def runs_of(words: Hashes, width: int) -> Hashes:
    """One hash for each run of this many words, in order.

    Examples
    --------
    >>> len(runs_of(np.arange(5, dtype=np.uint64), 3))
    3
    """
    out = np.zeros(max(len(words) - width + 1, 0), dtype=np.uint64)
    for step in range(width if len(out) else 0):
        out = out * _MULTIPLIER + words[step : step + len(out)]
    return out


def shared_words(text: Hashes, other: Hashes) -> NDArray[np.bool_]:
    """Which words of a text stand in passages that the other text has too.

    Notes
    -----
    A passage is made of runs of RUN words that both texts have in the same order, none farther
    than GAP words from the next in either text, and of at least MIN_PASSAGE shared words in all:
    wording with some words exchanged is still one passage, while single phrases are none.

    Examples
    --------
    >>> text = np.arange(20, dtype=np.uint64)
    >>> shared_words(text, text[5:]).sum()
    np.int64(15)
    """
    edges = np.zeros(len(text) + 1, dtype=np.int64)
    at, there = _common_runs(runs_of(text, RUN), runs_of(other, RUN))
    if min(len(text), len(other)) >= MIN_WORDS and len(at):
        step, shift = np.diff(at), np.abs(np.diff(there - at))
        breaks = np.flatnonzero((step > GAP + 1) | (shift > GAP)) + 1
        first, last = np.r_[0, breaks], np.r_[breaks, len(at)] - 1
        words = np.r_[RUN, np.minimum(step, RUN)]
        words[breaks] = RUN
        enough = np.add.reduceat(words, first) >= MIN_PASSAGE
        np.add.at(edges, at[first[enough]], 1)
        np.add.at(edges, at[last[enough]] + RUN, -1)
    return np.cumsum(edges)[:-1] > 0


def _common_runs(text: Hashes, other: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where runs of the text stand that the other has, and where they stand there.

    A run that recurs is taken where it continues the passage of the last run that does not.
    """
    order = np.argsort(other, kind="stable")
    ordered = other[order]
    low, high = np.searchsorted(ordered, text), np.searchsorted(ordered, text, "right")
    at = np.flatnonzero(high > low)
    low, times = low[at], (high - low)[at]
    there = order[low]
    once = np.flatnonzero(times == 1)
    if len(once) in (0, len(at)):
        return at, there
    before = once[np.maximum(np.searchsorted(once, np.arange(len(at)), "right") - 1, 0)]
    wanted = at + (there - at)[before]
    for further in range(1, min(int(times.max()), REPEATS)):
        has = np.flatnonzero(times > further)
        next_one = order[low[has] + further]
        better = np.abs(next_one - wanted[has]) < np.abs(there[has] - wanted[has])
        there[has[better]] = next_one[better]
    return at, there
