"""How much of an article stands in passages that another has too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from q7x2lab.corpus.wording import Hashes, Wording, grams

RUN = 3  # words in a row that both have: the pieces of a shared passage
GAP = 8  # words by which the pieces of one passage may lie apart, or shift against each other
MIN_PASSAGE = 8  # shared words that make a passage; fewer are a phrase that anyone may use
MIN_WORDS = 12  # words that two texts must have to be compared
REPEATS = 8  # places of one run that are looked at


def overlap(wording: Wording, a: int, b: int, *, least: float = 0.0) -> float:
    """The share of the shorter article, in all and outside its quotations: the smaller of the two.

    least: a share below which the second need not be counted.

    >>> from q7x2lab.corpus.wording import read_wording
    >>> text = " ".join("كلمة" + letter for letter in "ابتثجحخدذرزسشصض")
    >>> overlap(read_wording([text, text + " وهذه زيادة"]), 0, 1)
    1.0
    >>> overlap(read_wording([text, "قال «" + text + "»"]), 0, 1)
    0.0
    """
    if len(wording.whole(b)) < len(wording.whole(a)):
        a, b = b, a
    return share_in_other(wording, a, b, least=least)


def share_in_other(wording: Wording, a: int, b: int, *, least: float = 0.0) -> float:
    """The share of article a that b has too, in all and outside quotations: the smaller of the two.

    least: as for `overlap`.
    """
    whole = shared_passages(wording.whole(a), wording.whole(b))
    if whole < least:
        return whole
    return min(whole, shared_passages(wording.outside(a), wording.outside(b)))


def shared_passages(text: Hashes, other: Hashes) -> float:
    """Share of the words of a text that stand in passages which the other has too."""
    return float(in_passages(text, other).mean()) if min(len(text), len(other)) else 0.0


def in_passages(text: Hashes, other: Hashes) -> NDArray[np.bool_]:
    """Which words of a text stand in passages that the other has too.

    A passage is made of runs of three words that both texts have in the same order, none farther
    than eight words from the next in either text, and at least eight shared words in all: wording
    with some words exchanged is still one passage, while single phrases are none.
    """
    edges = np.zeros(len(text) + 1, dtype=np.int64)
    at, there = _matches(grams(text, RUN), grams(other, RUN))
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


def _matches(text: Hashes, other: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
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
