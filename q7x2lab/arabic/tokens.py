"""Words with their places in the untouched text, found for millions of characters at once.

Each character gets a class from a table, and words begin and end where the class changes, so that
everything here is an operation on arrays. A word is never cut at harakat: marks, tatweel and
invisible characters belong to it without counting. Offsets are code points, as Python slices them.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from q7x2lab.arabic.letters import INVISIBLES, LETTERS, MARKS, PRESENTATION, TATWEEL

WORD, LATIN, NUMBER, HASHTAG, MENTION = range(5)

# Character classes. _FOREIGN are the letters of every alphabet but the Arabic one; _SKIPPED do not
# count within a word, and _HIDDEN draw nothing besides.
_OTHER, _ARABIC, _FOREIGN, _DIGIT, _POINT, _UNDERSCORE, _HASH, _AT = range(8)
_TAG, _NAME, _SKIPPED, _HIDDEN = range(8, 12)
# A token is a run of characters of one kind. Letters and digits of other alphabets make one token
# (G20), a number until a letter is found in it.
_NO_KIND = 255
_KIND = np.full(12, _NO_KIND, np.uint8)
_KIND[[_ARABIC, _FOREIGN, _DIGIT, _TAG, _NAME]] = WORD, NUMBER, NUMBER, HASHTAG, MENTION


@dataclass(frozen=True)
class Scan:
    """The tokens of a text, columns of equal length, in reading order.

    Attributes
    ----------
    start, end
        Code points of the text.
    kind
        WORD, LATIN, NUMBER, HASHTAG or MENTION.
    first, length
        Where the token's letters lie in ``letters``.
    letters
        The text's 16-bit characters without marks.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    kind: NDArray[np.uint8]
    first: NDArray[np.int64]
    length: NDArray[np.int64]
    letters: NDArray[np.uint16]


@cache
def _classes() -> NDArray[np.uint8]:
    """The class of each 16-bit character; what lies beyond, such as emoji, is no letter."""
    plane = "".join(map(chr, range(0x10000)))
    categories = {"L": _FOREIGN, "Mn": _SKIPPED, "Mc": _SKIPPED, "Nd": _DIGIT}
    names = map(unicodedata.category, plane)
    classes = [categories.get(name, categories.get(name[0], _OTHER)) for name in names]
    table = np.array(classes, np.uint8)
    for characters, kind in (
        (LETTERS + PRESENTATION, _ARABIC),
        (MARKS + TATWEEL, _SKIPPED),
        (INVISIBLES, _HIDDEN),
        (".,٫٬،", _POINT),  # what may stand between two digits of one number
        ("_", _UNDERSCORE),
        ("#", _HASH),
        ("@", _AT),
        ("\ufd3e\ufd3f", _OTHER),  # brackets of the Quran, among the presentation forms
    ):
        table[[found.start() for found in re.finditer(f"[{characters}]", plane)]] = kind
    return table


def _codes(text: str) -> NDArray[np.uint16]:
    """One 16-bit number a code point of the text; 0 for those beyond the first plane."""
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    return np.where(wide > 0xFFFF, 0, wide).astype("<u2")


def scan(text: str) -> Scan:
    """The tokens of a text with their places and letters.

    Examples
    --------
    >>> found = scan("قال: 3,5 مليون")
    >>> found.start.tolist(), found.end.tolist(), found.kind.tolist()
    ([0, 5, 9], [3, 8, 14], [0, 2, 0])
    """
    codes = _codes(text)
    classes = _classes().take(codes)
    counted = np.flatnonzero(classes < _SKIPPED)
    inner = classes.take(counted)
    tags = _mark_tags(inner)
    _join_numbers(inner)
    kinds = _KIND.take(inner)
    around = np.pad(kinds, 1, constant_values=_NO_KIND)
    changes = around[1:] != around[:-1]
    changes[tags] = True  # #قطر#مصر are two
    edges = np.flatnonzero(changes)
    token = np.flatnonzero(kinds.take(edges[:-1]) != _NO_KIND)
    first, last = edges.take(token), edges.take(token + 1)
    kind = kinds.take(first)
    kind[np.searchsorted(first, np.flatnonzero(inner == _FOREIGN), side="right") - 1] = LATIN
    # A token's own marks belong to it, invisible characters behind it do not.
    end = np.append(counted, len(classes)).take(last)
    while len(hidden := np.flatnonzero(classes.take(end - 1) == _HIDDEN)):
        end[hidden] -= 1
    return Scan(counted.take(first), end, kind, first, last - first, codes.take(counted))


_WORDLIKE = bytes([_ARABIC, _FOREIGN, _DIGIT, _UNDERSCORE])
_TAG_BODY = re.compile(  # at least one letter: #1 is a number
    b"[%c%c](?=[%c%c]*[%c%c])[%b]+"
    % (_HASH, _AT, _DIGIT, _UNDERSCORE, _ARABIC, _FOREIGN, re.escape(_WORDLIKE))
)


def _mark_tags(classes: NDArray[np.uint8]) -> list[int]:
    """Give the characters of #hashtags and @names classes of their own, in place.

    Returns where each of them begins.
    """
    written, end, tags = classes.tobytes(), -1, []
    for sign in np.flatnonzero((classes == _HASH) | (classes == _AT)).tolist():
        follows_word = sign > 0 and written[sign - 1] in _WORDLIKE
        body = _TAG_BODY.match(written, sign)
        if body and (sign == end or not follows_word):
            end = body.end()
            classes[sign:end] = _NAME if written[sign] == _AT else _TAG
            tags.append(sign)
    return tags


def _join_numbers(classes: NDArray[np.uint8]) -> None:
    """Make points and commas between two digits part of the number, in place."""
    points = np.flatnonzero(classes[1:-1] == _POINT) + 1
    inside = (classes[points - 1] == _DIGIT) & (classes[points + 1] == _DIGIT)
    classes[points[inside]] = _DIGIT


def tokenize(text: str) -> list[str]:
    """The words, numbers, #hashtags and @names of a text, as they are written there.

    Examples
    --------
    >>> tokenize("وَقالَ بوتين إن 3,5 مليون #كأس_العالم في G20")
    ['وَقالَ', 'بوتين', 'إن', '3,5', 'مليون', '#كأس_العالم', 'في', 'G20']
    """
    found = scan(text)
    return [text[a:b] for a, b in zip(found.start.tolist(), found.end.tolist(), strict=True)]
