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


def decode(data: bytes) -> tuple[str, str, str]:
    """The text of these bytes, the name of their encoding, and a note on what was repaired.

    >>> decode("سلام".encode("windows-1256"))
    ('سلام', 'windows-1256', '')
    >>> decode("سلام".encode("utf-16"))[:2]
    ('سلام', 'utf-16')
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            return _strictly(data, name)
    try:
        return data.decode("utf-8"), "utf-8", ""
    except UnicodeDecodeError:
        pass
    if data[:2000].count(0) > len(data[:2000]) // 4:
        name = "utf-16-be" if data[:2000:2].count(0) > data[1:2000:2].count(0) else "utf-16-le"
        return _strictly(data, name)
    return data.decode("windows-1256", errors="replace"), "windows-1256", ""


def _strictly(data: bytes, name: str) -> tuple[str, str, str]:
    try:
        return data.decode(name), name, ""
    except UnicodeDecodeError as error:
        note = f"bytes at {error.start} are not {name}; shown as \ufffd"
        return data.decode(name, errors="replace"), name, note
