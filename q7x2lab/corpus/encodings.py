"""From bytes to text: the encoding is found from the bytes and named."""

from __future__ import annotations

import codecs
import re
from collections import Counter

# UTF-32 comes first: its little-endian mark begins with that of UTF-16.
BYTE_ORDER_MARKS = {
    "utf-8-sig": (codecs.BOM_UTF8,),
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
}
OLD_TABLES = ("windows-1256", "iso8859-6", "mac-arabic", "cp720", "cp864")  # commonest first
HEAD = 4000  # bytes that tell UTF-16
SAMPLE = 200_000  # bytes that tell the old tables apart
# In UTF-16 half of the bytes are high ones, 0 (Latin) or 6 (Arabic); in other text hardly any are.
UTF_16_SHARE = 0.2
ARABIC_LETTER = re.compile(r"[\u0621-\u064a]")
WITH_ARTICLE = re.compile(r"(?<!\w)[وبف]?ال\w")


def decode(data: bytes) -> tuple[str, str, list[str]]:
    """The text of these bytes, the name of their encoding, and notes on what was repaired.

    Notes
    -----
    A byte order mark decides; then UTF-16 by its high bytes; then UTF-8 where the bytes are valid;
    then the old Arabic table (windows-1256, as a rule) that gives most Arabic words. Lines in
    another encoding than their file are decoded by themselves. Bytes that fit nothing become
    U+FFFD, and a note says how many.

    Examples
    --------
    >>> decode("سلام".encode("windows-1256"))
    ('سلام', 'windows-1256', [])
    >>> decode("سلام".encode("utf-16"))[:2]
    ('سلام', 'utf-16')
    """
    text, name, notes = _decode(data)
    if zeros := text.count("\0"):
        notes.append(f"NUL characters removed: {zeros}")
    return text.replace("\0", ""), name, notes


def _decode(data: bytes) -> tuple[str, str, list[str]]:
    marked = [name for name, marks in BYTE_ORDER_MARKS.items() if data.startswith(marks)]
    name = marked[0] if marked else _utf_16(data[:HEAD])
    if name:
        return _replacing(data, name)
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError:
        return _by_line(data)


def _utf_16(head: bytes) -> str:
    """Which byte order of UTF-16 the bytes have, empty where they are no UTF-16."""
    little, big = (half.count(0) + half.count(6) for half in (head[1::2], head[::2]))
    if little + big <= UTF_16_SHARE * len(head):
        return ""
    return "utf-16-le" if little >= big else "utf-16-be"


def _replacing(data: bytes, name: str) -> tuple[str, str, list[str]]:
    text = data.decode(name, errors="replace")
    wrong = text.count("\ufffd")
    return text, name, [f"characters that could not be decoded (U+FFFD): {wrong}"] * bool(wrong)


def _by_line(data: bytes) -> tuple[str, str, list[str]]:
    """A file that is not UTF-8 as a whole: an old table, or UTF-8 with some lines that are not."""
    lines = [_one_line(line) for line in data.split(b"\n")]
    kinds = Counter(kind for _, kind in lines)
    if kinds["old"] > kinds["sound"] + kinds["damaged"]:
        return _replacing(data, max(OLD_TABLES, key=lambda name: _arabic_words(data, name)))
    notes = [f"lines in windows-1256: {kinds['old']}"] * bool(kinds["old"])
    if kinds["damaged"]:
        notes.append(f"lines with bytes that fit no encoding (U+FFFD): {kinds['damaged']}")
    return "\n".join(text for text, _ in lines), "utf-8", notes


def _arabic_words(data: bytes, name: str) -> int:
    """How many words with the Arabic article the bytes give when read by a table."""
    return len(WITH_ARTICLE.findall(data[:SAMPLE].decode(name, errors="replace")))


def _one_line(line: bytes) -> tuple[str, str]:
    """A line of such a file, and what it is: ascii, sound or damaged UTF-8, or old (a table)."""
    try:
        return line.decode("utf-8"), "ascii" if line.isascii() else "sound"
    except UnicodeDecodeError:
        damaged = line.decode("utf-8", errors="replace")
    if len(ARABIC_LETTER.findall(damaged)) > 3 * damaged.count("\ufffd"):
        return damaged, "damaged"
    return line.decode("windows-1256", errors="replace"), "old"
