"""From bytes to text: the encoding is found from the bytes, and said."""

from __future__ import annotations

import codecs
import re

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ARABIC = re.compile(r"[\u0621-\u064a]")
FOREIGN = re.compile(r"[^\x00-\x7f]")


def decode(data: bytes) -> tuple[str, str, str]:
    """The text of these bytes, the name of their encoding, and a note on what was repaired.

    A byte order mark decides; then UTF-8 where the bytes are valid; then UTF-16 by its zero bytes;
    then windows-1256. Lines in another encoding than their file are decoded by themselves. Bytes
    that fit nothing become U+FFFD, and the note says how many.

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
    """A file that is not UTF-8 as a whole: windows-1256, or UTF-8 with some lines that are not."""
    lines = data.split(b"\n")
    texts: list[str] = []
    sound, other, broken = 0, 0, 0
    for line in lines:
        try:
            texts.append(line.decode("utf-8"))
            sound += not line.isascii()
        except UnicodeDecodeError:
            text, good = _one_line(line)
            texts.append(text)
            other, broken = other + good, broken + (not good)
    if other > sound:
        return data.decode("windows-1256", errors="replace"), "windows-1256", ""
    notes = [f"lines in windows-1256: {other}"] if other else []
    notes += [f"lines with bytes that fit no encoding (U+FFFD): {broken}"] if broken else []
    return "\n".join(texts), "utf-8", "; ".join(notes)


def _one_line(line: bytes) -> tuple[str, bool]:
    """A line that is not UTF-8, and whether it reads as windows-1256."""
    damaged = line.decode("utf-8", errors="replace")
    as_western = line.decode("windows-1256", errors="replace")
    letters, foreign = len(ARABIC.findall(as_western)), len(FOREIGN.findall(as_western))
    mostly_sound = len(ARABIC.findall(damaged)) > 3 * damaged.count("\ufffd")
    if not mostly_sound and letters > 0.7 * foreign:
        return as_western, True
    return damaged, False
