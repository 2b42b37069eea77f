"""Words with their places in the untouched text, found for millions of characters at once.

Each character gets a class from a table, words begin and end where the class changes, and what a
word consists of is packed four letters to a 64-bit number, so that everything here is an operation
on arrays. A word is never cut at harakat: marks, tatweel and invisible characters belong to it
without counting. Offsets are code points, as Python slices them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from q7x2lab.arabic.letters import INVISIBLES, LETTERS, MARKS, PRESENTATION, TATWEEL

WORD, LATIN, NUMBER, HASHTAG, MENTION = range(5)
KIND_NAMES = ("word", "latin", "number", "hashtag", "mention")

# Character classes. Latin stands for every alphabet but the Arabic one. A token is a run of
# characters alike in the bits of _GROUP: letters and digits of other alphabets make one token
# (G20); #tags and @names have two groups each, used by turns, so that two that touch stay two.
_OTHER, _ARABIC, _LATIN, _DIGIT, _POINT, _UNDERSCORE, _HASH, _AT = 0, 2, 4, 5, 1, 16, 32, 48
_TAG, _NAME = 8, 12
_GROUP = 14
_SKIP, _HIDDEN = 64, 65  # characters that do not count within a word; the hidden draw nothing
_KIND = np.zeros(_GROUP + 1, np.uint8)  # all others are words
_KIND[_LATIN] = LATIN
_KIND[[_TAG, _TAG + 2]] = HASHTAG
_KIND[[_NAME, _NAME + 2]] = MENTION
_POINTS = ".,٫٬،"  # what may stand between two digits of one number


@dataclass(frozen=True, repr=False)
class Scan:
    """The tokens of a text, columns of equal length, in reading order.

    start, end: code points; kind: WORD LATIN NUMBER HASHTAG MENTION; first, length: where the
    token's letters lie in `letters`, the text's 16-bit characters without marks.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    kind: NDArray[np.uint8]
    first: NDArray[np.int64]
    length: NDArray[np.int64]
    letters: NDArray[np.uint16]

    def __repr__(self) -> str:
        return f"Scan({len(self.start):,} tokens)"


@cache
def _classes() -> NDArray[np.uint8]:
    """The class of each 16-bit character; what lies beyond, such as emoji, is no letter."""
    table = np.zeros(0x10000, np.uint8)
    for code in range(0x10000):
        category = unicodedata.category(chr(code))
        if category[0] == "L":
            table[code] = _LATIN
        elif category in ("Mn", "Mc"):
            table[code] = _SKIP
        elif category == "Nd":
            table[code] = _DIGIT
    for ranges, kind in (
        (LETTERS + PRESENTATION, _ARABIC),
        (MARKS + TATWEEL, _SKIP),
        (INVISIBLES, _HIDDEN),
    ):
        table[_code_points(ranges)] = kind
    for character, kind in [("#", _HASH), ("@", _AT), ("_", _UNDERSCORE)]:
        table[ord(character)] = kind
    table[[ord(point) for point in _POINTS]] = _POINT
    table[[ord(c) for c in "\ufd3e\ufd3f"]] = _OTHER  # the ornate brackets of the Quran
    return table


def _code_points(ranges: str) -> list[int]:
    """The code points of a regular expression's character ranges."""
    points: list[int] = []
    rest = iter(ranges)
    for character in rest:
        if character == "-":
            points += range(points[-1] + 1, ord(next(rest)) + 1)
        else:
            points.append(ord(character))
    return points


def characters(text: str) -> NDArray[np.uint16]:
    """One 16-bit number a code point of the text; 0 for those beyond the first plane.

    >>> characters("أب🙂").tolist()
    [1571, 1576, 0]
    """
    raw = text.encode("utf-16-le", "surrogatepass")
    if len(raw) == 2 * len(text):
        return np.frombuffer(raw, "<u2")
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    return np.where(wide > 0xFFFF, 0, wide).astype("<u2")


def scan(text: str) -> Scan:
    """The tokens of a text with their places and letters.

    >>> found = scan("قال: 3,5 مليون")
    >>> found.start.tolist(), found.end.tolist(), found.kind.tolist()
    ([0, 5, 9], [3, 8, 14], [0, 2, 0])
    """
    codes = characters(text)
    classes = _classes().take(codes)
    counted = np.flatnonzero(classes < _SKIP)
    inner = classes.take(counted)
    _mark_tags(inner)
    _join_numbers(inner)
    groups = inner & _GROUP
    edges = np.concatenate(([0], np.flatnonzero(groups[1:] != groups[:-1]) + 1, [len(groups)]))
    first, last = edges[:-1], edges[1:]
    if not len(groups):
        first = last = edges[:0]
    token = np.flatnonzero(groups[first])
    first, last = first[token], last[token]
    kind = _KIND.take(groups[first])
    mixed = np.flatnonzero(kind == LATIN)
    latin = np.flatnonzero(inner == _LATIN)
    letters_in = np.searchsorted(latin, last[mixed]) - np.searchsorted(latin, first[mixed])
    kind[mixed[letters_in == 0]] = NUMBER
    end = _ends(classes, counted, last)
    return Scan(counted[first], end, kind, first, last - first, codes.take(counted))


_WORDLIKE = bytes([_ARABIC, _LATIN, _DIGIT, _UNDERSCORE])
_TAG_BODY = re.compile(  # at least one letter: #1 is a number
    b"[%c%c](?=[%c%c]*[%c%c])[%b]+"
    % (_HASH, _AT, _DIGIT, _UNDERSCORE, _ARABIC, _LATIN, re.escape(_WORDLIKE))
)


def _mark_tags(classes: NDArray[np.uint8]) -> None:
    """Give the characters of #hashtags and @names classes of their own, in place."""
    signs = np.flatnonzero((classes == _HASH) | (classes == _AT))
    if not len(signs):
        return
    before = classes.tobytes()
    end, tags = -1, 0
    for sign in signs.tolist():
        follows_word = sign > 0 and before[sign - 1] in _WORDLIKE
        body = _TAG_BODY.match(before, sign)
        if body and (sign == end or not follows_word):
            end, tags = body.end(), tags + 1
            classes[sign:end] = (_NAME if before[sign] == _AT else _TAG) + 2 * (tags % 2)


def _join_numbers(classes: NDArray[np.uint8]) -> None:
    """Make points and commas between two digits part of the number, in place."""
    points = np.flatnonzero(classes == _POINT)
    points = points[(points > 0) & (points < len(classes) - 1)]
    inside = (classes[points - 1] == _DIGIT) & (classes[points + 1] == _DIGIT)
    classes[points[inside]] = _DIGIT


def _ends(
    classes: NDArray[np.uint8], counted: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Where each token ends: its own marks belong to it, invisible characters after it do not."""
    end = counted[last - 1] + 1
    following = counted[np.minimum(last, len(counted) - 1)]
    following[last == len(counted)] = len(classes)
    marked = np.flatnonzero(following > end)
    reach = following[marked]
    while True:
        hidden = np.flatnonzero(classes[reach - 1] == _HIDDEN)
        if not len(hidden):
            break
        reach[hidden] -= 1
    end[marked] = reach
    return end


def tokenize(text: str) -> list[str]:
    """The words, numbers, #hashtags and @names of a text, as they are written there.

    >>> tokenize("وَقالَ بوتين إن 3,5 مليون #كأس_العالم في G20")
    ['وَقالَ', 'بوتين', 'إن', '3,5', 'مليون', '#كأس_العالم', 'في', 'G20']
    """
    found = scan(text)
    return [text[a:b] for a, b in zip(found.start.tolist(), found.end.tolist(), strict=True)]
