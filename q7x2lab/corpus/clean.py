"""What files and scrapers did to a text is undone, one named step at a time."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pandas as pd
from bs4 import BeautifulSoup

Step = tuple[str, re.Pattern[str], Callable[[str], str]]

MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|b|i|em|strong|img|h[1-6]|ul|li|script|table)\b[^>]*>", re.I
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffc]"
)
PRESENTATION = re.compile(r"[\ufb50-\ufdff\ufe70-\ufeff]")
SPACES = re.compile(
    r"[ \t\xa0\u2000-\u200a\u202f\u205f\u3000]{2,}|[\t\xa0\u2000-\u200a\u202f\u205f\u3000]|\r|\n{3,}|\s+\n|\n\s|^\s|\s$|[\x0c\x85\u2028\u2029]"
)


def _strip_markup(text: str) -> str:
    soup = BeautifulSoup(text, "html.parser")
    for tag in soup(["script", "style"]):
        tag.decompose()
    for tag in soup(["br", "p", "div", "li", "h1", "h2", "h3", "tr"]):
        tag.insert_before("\n")
    return soup.get_text()


def _spaces(text: str) -> str:
    text = re.sub(r"\r\n?|[\x0c\x85\u2028\u2029]", "\n", text)
    text = re.sub(r"[ \t\xa0\u2000-\u200a\u202f\u205f\u3000]+", " ", text)
    return re.sub(r" *\n\s*", "\n", text).strip()


import unicodedata  # noqa: E402

STEPS: tuple[Step, ...] = (
    ("HTML to text", MARKUP, _strip_markup),
    ("entities to characters", ENTITY, html.unescape),
    (
        "presentation forms to letters",
        PRESENTATION,
        lambda text: PRESENTATION.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text),
    ),
    ("invisible characters removed", INVISIBLE, lambda text: INVISIBLE.sub("", text)),
    ("spaces and line ends evened", SPACES, _spaces),
)


def clean_texts(texts: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """The cleaned texts, and `row step before after`: each change with its characters."""
    out, changes = list(texts), []
    for name, found, mend in STEPS:
        for row, text in enumerate(out):
            if found.search(text):
                after = mend(text)
                if after != text:
                    changes.append((row, name, len(text), len(after)))
                    out[row] = after
    return pd.Series(out, index=texts.index, dtype="str"), pd.DataFrame(
        changes, columns=["row", "step", "before", "after"]
    )
