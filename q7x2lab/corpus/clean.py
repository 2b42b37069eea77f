"""What files and scrapers did to a text is undone, one named step at a time."""

import html
import re
from collections.abc import Callable
from functools import partial

import ftfy
import numpy as np
import pandas as pd

from q7x2lab.arabic.letters import ARABIC_LETTER, PRESENTATION, looks_reversed, normalize
from q7x2lab.corpus.parts import each_text

_BLOCKS = "article|blockquote|br|div|h[1-6]|hr|li|ol|p|section|table|tr|ul"
_INLINE = "a|abbr|b|body|center|code|em|embed|figure|font|footer|form|head|header|html|i|iframe|img"
_INLINE += "|input|link|meta|noscript|object|pre|q|script|small|span|strong|style|sub|sup|svg"
_INLINE += "|tbody|td|th|thead|title|u|video"
_HTML = re.compile(rf"<!--|</?(?:({_BLOCKS})|{_INLINE})(?:\s[^<>]*)?/?>", re.IGNORECASE)
# What is no text, from its beginning to its end: comments first, since they hold scripts.
_HIDDEN = [("<!--", "-->"), *((rf"<{name}\b[^<>]*>", f"</{name}>") for name in ("script", "style"))]
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\ud800-\udfff]"
)
_SHAPES = re.compile(f"[{PRESENTATION}]")
_BREAK = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACE = re.compile(r"[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
# What is left of a post within a text: its author with the account, and links to pictures.
_POST = re.compile(
    r" ?(?:[—–-][^\n—–()]{1,60}\(@\w{2,30}\)(?:[^\n.،]{0,20}\d{4})?"
    r"|\(@\w{2,30}\)|pic\.twitter\.com/\w+|https?://t\.co/\w+)"
)
_POST_SIGN = re.compile(r"\(@|pic\.|://t")
_LEFT_TO_RIGHT = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:%/+-]*[0-9A-Za-z%]|[0-9A-Za-z]")
WRONG_TABLES = (("cp1256", "utf-8"), ("latin-1", "cp1256"), ("cp1252", "cp1256"))  # read as, was
_MIRROR = str.maketrans("()[]{}«»<>", ")(][}{»«><")


def clean_texts(texts: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """The cleaned texts, and each change.

    Returns
    -------
    Series
        The texts.
    DataFrame
        One row a change: `row` (of the text), `step`, and the characters `before` and `after`.

    Examples
    --------
    >>> texts, changes = clean_texts(pd.Series(["<p>قمة&nbsp;ثانية</p>", "لا شيء"]))
    >>> texts.tolist(), changes["step"].tolist()
    (['قمة ثانية', 'لا شيء'], ['HTML to text', 'spaces and line ends evened'])
    """
    cleaned = list(each_text(_clean, texts))
    changes = [(row, *change) for row, (_, made) in enumerate(cleaned) for change in made]
    table = pd.DataFrame(changes, columns=["row", "step", "before", "after"])
    return pd.Series([text for text, _ in cleaned], index=texts.index, dtype="str"), table


def _clean(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The cleaned text, and each step that changed it with the characters before and after."""
    changes = []
    for step, needed, mend in STEPS:
        after = mend(text) if needed.search(text) else text
        if after != text:
            changes.append((step, len(text), len(after)))
            text = after
    return text, changes


def repair_encoding(text: str) -> str:
    """The text that was decoded by the wrong table, or the text itself where nothing was wrong.

    UTF-8 read as a Western table is left to ftfy; the two Arabic cases it does not know (UTF-8
    read as windows-1256, windows-1256 read as a Western table) are undone line by line: the first
    where the outcome is UTF-8 at all, which Arabic as such never is, the second where nearly all
    Western letters, most letters of the line, become Arabic ones.

    Examples
    --------
    >>> repair_encoding("قال الرئيس".encode().decode("windows-1256"))
    'قال الرئيس'
    >>> repair_encoding("قال الرئيس".encode("windows-1256").decode("latin-1"))
    'قال الرئيس'
    """
    if re.search(r"[ØÙÚÛÃÂ][^\s\w]|[ØÙÃ]\w", text):
        text = max(text, ftfy.fix_encoding(text), key=lambda one: len(ARABIC_LETTER.findall(one)))
    return "\n".join(_mend_line(line) for line in text.split("\n"))


def _mend_line(line: str) -> str:
    western = len(re.findall(r"[\xc0-\xff]", line))
    least = 0.8 * western if western > max(2, len(re.findall(r"[^\W\d_]", line)) / 2) else np.inf
    for wrong, right in WRONG_TABLES:
        try:
            mended = line.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if right == "utf-8" or ("ال" in mended and len(ARABIC_LETTER.findall(mended)) > least):
            return mended
    return line


def _strip_markup(text: str) -> str:
    """The text of a piece of HTML, one line a block; scripts, styles and comments are no text.

    Tags are cut by one pass of a pattern, not by a library: on 40,000 comments or tags that are
    never closed (160 kB) html.parser, and so BeautifulSoup over it, works for longer than twelve
    seconds where this takes a hundredth of one, and on `<![` it fails; the broken pages of a
    scraper are the case this step is for. Entities are left to the standard library.
    """
    for begin, end in _HIDDEN:
        last = max((met.end() for met in re.finditer(end, text, re.IGNORECASE)), default=0)
        closed = re.sub(f"{begin}.*?{end}", " ", text[:last], flags=re.IGNORECASE | re.DOTALL)
        text = closed + text[last:]  # so nothing looks in vain for an end, again and again
    return html.unescape(_HTML.sub(lambda tag: "\n" if tag[1] else "", text))


def _unescape(text: str) -> str:
    """The characters that entities stand for, also those of entities that were escaped again."""
    return html.unescape(_ENTITY.sub(lambda found: html.unescape(found[0]), text))


def _unescape_breaks(text: str) -> str:
    """The text with line ends for those written as \\n, unless it has line ends of its own."""
    return text if "\n" in text else re.sub(r"(?:\\r)?\\n", "\n", text)


def _even_spaces(text: str) -> str:
    text = re.sub("  +", " ", _SPACE.sub(" ", _BREAK.sub("\n", text)))
    return re.sub(r"\n[ \n]+", "\n", text.replace(" \n", "\n")).strip()


def _turn_around(text: str) -> str:
    """A reversed text with its lines turned, numbers and Latin words kept, brackets mirrored."""
    if text.count("لا ") <= text.count(" ال") or not looks_reversed(text):
        return text  # the article ال begins words; counting it is quick
    turned = "\n".join(line[::-1].translate(_MIRROR) for line in text.split("\n"))
    return _LEFT_TO_RIGHT.sub(lambda run: run[0][::-1], turned)


# In order: what a step is called in the account of changes, the sign that it may be needed, which
# is quick to look for (what begins with letters of its own is, `.?` or `(?<!.)` in front is not),
# and what it does.
STEPS: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("wrong encoding repaired", re.compile("Ø|Ù|Ã|Çá|ط§|ظ„|ظ…"), repair_encoding),
    ("escaped line ends to line ends", re.compile(r"\\n"), _unescape_breaks),
    ("HTML to text", _HTML, _strip_markup),
    ("entities to characters", _ENTITY, _unescape),
    ("HTML to text", _HTML, _strip_markup),  # what was written in entities
    ("presentation forms to letters", _SHAPES, partial(normalize, steps=("presentation",))),
    ("invisible characters removed", _INVISIBLE, partial(_INVISIBLE.sub, "")),
    ("reversed text turned around", re.compile("لا "), _turn_around),
    ("author and links of a post removed", _POST_SIGN, partial(_POST.sub, "")),
    ("spaces and line ends evened", re.compile(r"\s"), _even_spaces),
)
