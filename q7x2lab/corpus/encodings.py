"""From bytes to text: the encoding is found from the bytes, and said."""

from __future__ import annotations

import codecs
import re
from collections import Counter

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OLD_TABLES = ("windows-1256", "iso8859-6", "mac-arabic", "cp720", "cp864")
ARABIC = re.compile(r"[\u0621-\u064a]")
FOREIGN = re.compile(r"[^\x00-\x7f]")


def decode(data: bytes) -> tuple[str, str, str]:
    """The text of these bytes, the name of their encoding, and a note on what was repaired.

    A byte order mark decides; then UTF-8 where the bytes are valid; then UTF-16 by its zero bytes;
    then the old Arabic table (windows-1256, as a rule) that gives most Arabic words. Lines in
    another encoding than their file are decoded by themselves. Bytes that fit nothing become
    U+FFFD, and the note says how many.

    >>> decode("سلام".encode("windows-1256"))
    ('سلام', 'windows-1256', '')
    >>> decode("سلام".encode("utf-16"))[:2]
    ('سلام', 'utf-16')
    """
    text, name, note = _decode(data)
    zeros = text.count("\0")
    if zeros:
        text = text.replace("\0", "")
        note = "; ".join(filter(None, [note, f"NUL characters removed: {zeros}"]))
    return text, name, note


def _decode(data: bytes) -> tuple[str, str, str]:
    for mark, name in MARKS:
        if data.startswith(mark):
            return _leniently(data, name)
    head = data[:4000]
    if head.count(0) > len(head) // 5:
        little = head[1::2].count(0) + _arabic_pages(head[1::2])
        big = head[::2].count(0) + _arabic_pages(head[::2])
        return _leniently(data, "utf-16-le" if little >= big else "utf-16-be")
    if _arabic_pages(head) > len(head) // 4:
        return _leniently(data, "utf-16-le" if head[1:2] <= b"\x06" else "utf-16-be")
    try:
        return data.decode("utf-8"), "utf-8", ""
    except UnicodeDecodeError:
        return _by_line(data)


def _arabic_pages(data: bytes) -> int:
    """How many bytes are the high byte of an Arabic letter in UTF-16."""
    return data.count(6)


def _leniently(data: bytes, name: str) -> tuple[str, str, str]:
    text = data.decode(name, errors="replace")
    wrong = text.count("\ufffd")
    return text, name, f"characters that could not be decoded (U+FFFD): {wrong}" if wrong else ""


def _by_line(data: bytes) -> tuple[str, str, str]:
    """A file that is not UTF-8 as a whole: an old table, or UTF-8 with some lines that are not."""
    texts: list[str] = []
    kinds = Counter[str]()
    for line in data.split(b"\n"):
        text, kind = _one_line(line)
        texts.append(text)
        kinds[kind] += 1
    if kinds["old"] + kinds["unknown"] > kinds["sound"] + kinds["damaged"]:
        return _eight_bits(data)
    broken = kinds["damaged"] + kinds["unknown"]
    notes = [f"lines in windows-1256: {kinds['old']}"] if kinds["old"] else []
    notes += [f"lines with bytes that fit no encoding (U+FFFD): {broken}"] if broken else []
    return "\n".join(texts), "utf-8", "; ".join(notes)


def _eight_bits(data: bytes) -> tuple[str, str, str]:
    """A file in one of the old Arabic tables: the one that gives most words with the article.

    Where none gives any, the commonest table is taken, and what it cannot read is counted.
    """

    def articles(name: str) -> int:
        return len(re.findall(r"(?<!\w)[وبف]?ال\w", data[:200_000].decode(name, errors="replace")))

    name = max(OLD_TABLES, key=articles)  # the first of those that are equally good
    return _leniently(data, name)


def _one_line(line: bytes) -> tuple[str, str]:
    """A line of such a file, and what it is: ascii, sound, damaged, old (a table) or unknown."""
    try:
        return line.decode("utf-8"), "ascii" if line.isascii() else "sound"
    except UnicodeDecodeError:
        damaged = line.decode("utf-8", errors="replace")
    if len(ARABIC.findall(damaged)) > 3 * damaged.count("\ufffd"):
        return damaged, "damaged"
    old = line.decode("windows-1256", errors="replace")
    if len(ARABIC.findall(old)) > 0.7 * len(FOREIGN.findall(old)):
        return old, "old"
    return damaged, "unknown"
