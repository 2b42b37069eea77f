"""The demonstration corpus and the tables of what is true of it.

Outlets, people and quotations in it are invented; see `datasheet.md` beside the articles.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pandas as pd

from q7x2lab.errors import CorpusError, did_you_mean

FRAMES = (
    "conflict",
    "human_interest",
    "responsibility",
    "morality",
    "economic",
    "rivalry_multipolar",
    "economy_energy",
    "military",
    "sanctions_isolation",
    "diplomacy_peace",
    "legality_sovereignty",
)
GOLD_TABLES = (
    "articles",
    "paragraphs",
    "codings",
    "quotations",
    "namings",
    "dates",
    "lexemes",
    "planted",
)
_OTHER_NAMES = {"quotes": "quotations", "naming": "namings", "copies": "articles"}


def demo_folder() -> Path:
    """The folder that holds the articles, gold tables, codebook, datasheet and licence.

    >>> (demo_folder() / "articles.csv").exists()
    True
    """
    return Path(str(resources.files("q7x2lab") / "data" / "demo"))


def demo_path() -> Path:
    """The file of the demonstration articles: a CSV of id, date, outlet, title and text.

    >>> demo_path().name
    'articles.csv'
    """
    return demo_folder() / "articles.csv"


def demo_gold(name: str) -> pd.DataFrame:
    """One gold table of the demonstration corpus; every table joins the articles by `id`.

    name: one of `GOLD_TABLES`. Offsets (`start`, `end`, …) count characters of the article's
    `text` as it stands in the file, before any cleaning; -1 where there is nothing to point at.

    articles: topic, event, copy_cluster, copy_of, copy_kind, noise, furniture.
    paragraphs: paragraph (from 1), start, end.
    codings: paragraph, coder (A, B, settled), one column of 0 and 1 for each of `FRAMES`.
    quotations: start, end, text, kind, speaker and verb with their offsets, verb_class,
    quotation (the same in articles that share it).
    namings: start, end, text, variant, voice.
    dates: start, end, text, date, precision, told (absolute, relative).
    lexemes: form, lexeme (no id).   planted: what was planted, where and when (no id).

    Raises CorpusError for an unknown name.

    >>> demo_gold("dates").columns.tolist()
    ['id', 'start', 'end', 'text', 'date', 'precision', 'told']
    """
    name = _OTHER_NAMES.get(name, name)
    if name not in GOLD_TABLES:
        raise CorpusError(
            f"the demonstration corpus has no gold table {name!r}",
            remedy=did_you_mean(name, GOLD_TABLES),
        )
    texts = dict.fromkeys(("id", "date", "text", "lexeme", "form"), str)
    return pd.read_csv(demo_folder() / f"gold_{name}.csv", dtype=texts, keep_default_na=False)
