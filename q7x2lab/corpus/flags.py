"""Hints about language and form: what a reader should look at, never a reason to drop."""

from __future__ import annotations

import re

import pandas as pd

from q7x2lab.corpus.model import FLAGS
from q7x2lab.errors import counted

SCRIPTS = {
    "Arabic": re.compile(r"[\u0600-\u06ff\u0750-\u077f]"),
    "Latin": re.compile(r"[A-Za-z\u00c0-\u024f]"),
    "Cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "Hebrew": re.compile(r"[\u0590-\u05ff]"),
    "Greek": re.compile(r"[\u0370-\u03ff]"),
    "Chinese or Japanese": re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"),
}
OTHER_LETTERS = re.compile(r"[\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be\u06cc\u06d2]")
LOOSE_STOP = re.compile(r"[\u0621-\u064a] [،.؛؟!]")
STOP = re.compile(r"[،.؛؟!]")
CELL_LIMIT = 32_767  # characters that Excel keeps of a cell


def find_flags(articles: pd.DataFrame) -> pd.DataFrame:
    """`article flag evidence`: what is unusual about the language or form of a text.

    articles: `id text`. Flags: another script than Arabic prevails; letters of Persian, Urdu or
    Kurdish; marks of machine translation (a space before punctuation, which Arabic never has);
    characters lost to a wrong encoding; a text cut at Excel's cell limit; very short texts.

    >>> table = pd.DataFrame({"id": ["a"], "text": ["An English text in the wrong column"]})
    >>> find_flags(table)["flag"].tolist()
    ['not Arabic', 'very short']
    """
    rows = [
        (name, flag, evidence)
        for name, text in zip(articles["id"], articles["text"], strict=True)
        for flag, evidence in _flags(text)
    ]
    return pd.DataFrame(rows, columns=list(FLAGS))


def _flags(text: str) -> list[tuple[str, str]]:
    found = []
    sample = text[:1200]
    counts = {"Arabic": len(SCRIPTS["Arabic"].findall(sample))}
    if counts["Arabic"] < 0.6 * len(sample):
        counts = {name: len(script.findall(sample)) for name, script in SCRIPTS.items()}
    letters = sum(counts.values())
    script = max(counts, key=lambda name: counts[name])
    if letters and counts["Arabic"] < 0.5 * letters:
        found.append(("not Arabic", f"{script} letters {counts[script] / letters:.0%}"))
    others = len(OTHER_LETTERS.findall(sample))
    if others > 0.03 * max(counts["Arabic"], 1) and others > 3:
        share = others / max(counts["Arabic"], 1)
        found.append(
            ("perhaps Persian, Urdu or Kurdish", f"{share:.0%} of letters are not Arabic's")
        )
    loose = len(LOOSE_STOP.findall(text)) if " ،" in text or " ." in text else 0
    stops = len(STOP.findall(text)) if loose else 0
    if loose >= 5 and loose > 0.25 * stops:
        found.append(("perhaps machine-translated", f"space before {loose} of {stops} stops"))
    if (asked := text.count("?")) > 0.2 * len(text):
        found.append(("characters lost", f"{asked} of {len(text)} characters are ?"))
    if "\ufffd" in text:
        found.append(("characters lost", f"{text.count(chr(0xFFFD))} characters are U+FFFD"))
    if len(text) in range(CELL_LIMIT - 2, CELL_LIMIT + 1):
        found.append(("cut at Excel's cell limit", f"{len(text)} characters"))
    if text.count(" ") < 19:
        found.append(("very short", counted(len(text.split()), "word")))
    return found
