"""What files and scrapers did to a text is undone, one named step at a time."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator

import ftfy
import pandas as pd

from q7x2lab.arabic.letters import looks_reversed

TAGS = (
    "a abbr article b blockquote body br center code div em embed figure font footer form h[1-6] "
)
TAGS += "head header hr html i iframe img input li link meta noscript object ol p pre q script "
TAGS += "section small span strong style sub sup svg table tbody td th thead title tr u ul video"
BLOCKS = "article|blockquote|br|div|h[1-6]|hr|li|ol|p|section|table|tr|ul"
MARKUP = re.compile(rf"</?(?:({BLOCKS})|{TAGS.replace(' ', '|')})(?:\s[^<>]*)?/?>", re.IGNORECASE)
HIDDEN = re.compile(r"</?(script|style)\b[^<>]*>|<!--|-->", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\ud800-\udfff]"
)
PRESENTATION = re.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]+")
ODD_SPACE = re.compile(r"[\t\r\x0b\x0c\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
ODD = re.compile("|".join(each.pattern for each in (INVISIBLE, PRESENTATION, ODD_SPACE)))
ARABIC = re.compile(r"[\u0621-\u064a]")


def clean_texts(texts: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """The cleaned texts, and `row step before after`: the characters around each change.

    >>> texts, changes = clean_texts(pd.Series(["<p>قمة&nbsp;ثانية</p>", "لا شيء"]))
    >>> texts.tolist(), changes["step"].tolist()
    (['قمة ثانية', 'لا شيء'], ['HTML to text', 'spaces and line ends evened'])
    """
    out, changes = [], []
    for row, text in enumerate(texts):
        for step, after in _steps(text):
            changes.append((row, step, len(text), len(after)))
            text = after
        out.append(text)
    table = pd.DataFrame(changes, columns=["row", "step", "before", "after"])
    return pd.Series(out, index=texts.index, dtype="str"), table


def _steps(text: str) -> Iterator[tuple[str, str]]:
    """Each step that changes the text, with the text after it."""
    odd = ODD.search(text) is not None
    for name, needed, mend in STEPS:
        if needed(text, odd):
            after = mend(text)
            if after != text:
                yield name, after
                text, odd = after, odd or ODD.search(after) is not None


def repair_encoding(text: str) -> str:
    """The text that was decoded by the wrong table, or the text itself where nothing was wrong.

    UTF-8 read as a Western table is left to ftfy; the two Arabic cases it does not know (UTF-8
    read as windows-1256, windows-1256 read as a Western table) are undone line by line, and only
    where the outcome is Arabic.

    >>> repair_encoding("قال الرئيس".encode().decode("windows-1256"))
    'قال الرئيس'
    >>> repair_encoding("قال الرئيس".encode("windows-1256").decode("latin-1"))
    'قال الرئيس'
    """
    if re.search(r"[ØÙÚÛÃÂ][^\s\w]|[ØÙÃ]\w", text):
        mended = ftfy.fix_encoding(text)
        if len(ARABIC.findall(mended)) > len(ARABIC.findall(text)):
            text = mended
    return "\n".join(_mend_line(line) for line in text.split("\n"))


def _mend_line(line: str) -> str:
    if len(re.findall(r"[طظ][^\s]", line)) > 0.25 * len(line.strip()) > 1:
        return _recode(line, "windows-1256", "utf-8")
    western = len(re.findall(r"[\xc0-\xff]", line))
    if western > 0.5 * len(re.findall(r"[^\W\d_]", line)) and western > 2:
        for table in ("latin-1", "windows-1252"):
            mended = _recode(line, table, "windows-1256")
            if len(ARABIC.findall(mended)) > 0.8 * western and "ال" in mended:
                return mended
    return line


def _recode(line: str, wrong: str, right: str) -> str:
    try:
        return line.encode(wrong).decode(right)
    except UnicodeError:
        return line


def _strip_markup(text: str) -> str:
    """The text of a piece of HTML, one line a block; scripts, styles and comments are no text.

    Tags are cut by one pass of a pattern, not by a library: on 40,000 comments or tags that are
    never closed (160 kB) html.parser, and so BeautifulSoup over it, works for longer than twelve
    seconds where this takes a hundredth of one, and on `<![` it fails; the broken pages of a
    scraper are the case this step is for. Entities are left to the standard library.
    """
    kept, start, opener = [], 0, ""
    for tag in HIDDEN.finditer(text):
        name = tag[0].strip("</>!- ").split()[0].lower() if tag[1] else "--"
        if not opener and not tag[0].startswith(("</", "-->")):
            kept.append(text[start : tag.start()])
            start, opener = tag.start(), name
        elif opener == name and tag[0].startswith(("</", "-->")):
            kept.append(" ")
            start, opener = tag.end(), ""
    kept.append(HIDDEN.sub(" ", text[start:]) if opener else text[start:])
    return html.unescape(MARKUP.sub(lambda tag: "\n" if tag[1] else "", "".join(kept)))


def _even_spaces(text: str) -> str:
    text = ODD_SPACE.sub(" ", BREAKS.sub("\n", text))
    text = re.sub(r" {2,}", " ", text)
    return re.sub(r" ?\n[ \n]*", "\n", text).strip()


def _turn_around(text: str) -> str:
    """Each line reversed, numbers and Latin words kept as they read, brackets mirrored."""
    mirror = str.maketrans("()[]{}«»<>", ")(][}{»«><")
    lines = [line[::-1].translate(mirror) for line in text.split("\n")]
    left_to_right = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:%/+-]*[0-9A-Za-z%]|[0-9A-Za-z]")
    return "\n".join(left_to_right.sub(lambda run: run[0][::-1], line) for line in lines)


Step = tuple[str, Callable[[str, bool], bool], Callable[[str], str]]

STEPS: tuple[Step, ...] = (
    (
        "wrong encoding repaired",
        lambda text, odd: any(sign in text for sign in ("Ø", "Ù", "Ã", "Çá", "ط§", "ظ„", "ظ…")),
        repair_encoding,
    ),
    (
        "escaped line ends to line ends",
        lambda text, odd: "\\n" in text and "\n" not in text,
        lambda text: re.sub(r"(?:\\r)?\\n", "\n", text),
    ),
    (
        "HTML to text",
        lambda text, odd: "<" in text and bool(MARKUP.search(text) or "<!--" in text),
        _strip_markup,
    ),
    (
        "entities to characters",
        lambda text, odd: "&" in text and ENTITY.search(text) is not None,
        lambda text: html.unescape(ENTITY.sub(lambda found: html.unescape(found[0]), text)),
    ),
    (
        "HTML to text",
        lambda text, odd: "<" in text and bool(MARKUP.search(text) or "<!--" in text),
        _strip_markup,
    ),
    (
        "presentation forms to letters",
        lambda text, odd: odd,
        lambda text: PRESENTATION.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text),
    ),
    (
        "invisible characters removed",
        lambda text, odd: odd,
        lambda text: INVISIBLE.sub("", text),
    ),
    (
        "reversed text turned around",
        lambda text, odd: text.count("لا ") > text.count(" ال") and looks_reversed(text),
        _turn_around,
    ),
    (
        "spaces and line ends evened",
        lambda text, odd: (
            odd
            or any(pair in text for pair in ("  ", " \n", "\n ", "\n\n"))
            or text[:1].isspace()
            or text[-1:].isspace()
        ),
        _even_spaces,
    ),
)
