"""From bytes to text: the encoding is found from the bytes and named."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from q7x2lab.arabic.letters import ARABIC_LETTER
from q7x2lab.errors import CorpusError

BYTE_ORDER_MARKS = {BOM_UTF8: "utf-8-sig", BOM_UTF16_LE: "utf-16", BOM_UTF16_BE: "utf-16"}
OLD_TABLES = ("windows-1256", "iso8859-6", "mac-arabic", "cp720", "cp864")  # commonest first
HEAD = 4000  # bytes that tell UTF-16
SAMPLE = 200_000  # bytes that tell the old tables apart
# In UTF-16 half of the bytes are high ones, 0 (Latin) or 6 (Arabic); in other text hardly any are.
UTF_16_SHARE = 0.2
SHORT = 200  # characters from which some word of an Arabic text has the article
RAREST = 2000  # characters of which one word at least has it, or they are no Arabic text
HIGH = 0.3  # share of bytes beyond ASCII from which a text is not Latin
LOST = "\ufffd"  # stands for a byte that fits no encoding
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
    marked = [name for mark, name in BYTE_ORDER_MARKS.items() if data.startswith(mark)]
    name = marked[0] if marked else _utf_16(data[:HEAD]) or "utf-8"
    text = data.decode(name, errors="replace")
    notes: list[str] = []
    if name == "utf-8" and text.encode() != data:
        text, name, notes = _by_line(data)
    text = text.replace("\0", LOST)
    if count := text.count(LOST):
        notes.append(f"characters lost (U+FFFD): {count}")
    return text, name, notes


def _utf_16(head: bytes) -> str:
    """Which byte order of UTF-16 the bytes have, empty where they are no UTF-16."""
    little, big = (half.count(0) + half.count(6) for half in (head[1::2], head[::2]))
    if little + big <= UTF_16_SHARE * len(head):
        return ""
    return "utf-16-le" if little >= big else "utf-16-be"


def _by_line(data: bytes) -> tuple[str, str, list[str]]:
    """A file that is not UTF-8 as a whole: an old table, or UTF-8 with some lines that are not.

    A line with far more Arabic letters than lost bytes is damaged UTF-8, else it is old.
    """
    lines = data.split(b"\n")
    texts = [line.decode("utf-8", errors="replace") for line in lines]
    letters = [len(ARABIC_LETTER.findall(line)) for line in texts]
    old = [n for n, line in enumerate(texts) if 3 * line.count(LOST) > letters[n]]
    if len(old) > 0.5 * sum(not line.isascii() for line in lines):
        name = max(OLD_TABLES, key=lambda name: _arabic_words(data, name))
        text = data.decode(name, errors="replace")
        high = len(text) - len(text.encode("ascii", "ignore"))
        expected = len(text[:SAMPLE]) / RAREST
        if len(text) > SHORT and high > HIGH * len(text) and _arabic_words(data, name) < expected:
            what = "the encoding is not known: no table gives Arabic words"
            raise CorpusError(what, remedy="save it as UTF-8")
        return text, name, []
    for place in old:
        texts[place] = lines[place].decode("windows-1256", errors="replace")
    return "\n".join(texts), "utf-8", [f"lines in windows-1256: {len(old)}"] * bool(old)


def _arabic_words(data: bytes, name: str) -> int:
    """How many words with the Arabic article the bytes give when read by a table."""
    return len(WITH_ARTICLE.findall(data[:SAMPLE].decode(name, errors="replace")))
