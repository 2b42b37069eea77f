"""The corpus that a study's notebooks share: prepared once, opened by each."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from q7x2lab.arabic.stop_words import DEFAULT_CLASSES
from q7x2lab.corpus.account import flagged_articles, left_out
from q7x2lab.corpus.conflation import Conflation
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus
from q7x2lab.errors import CorpusError, expect
from q7x2lab.studies import desk
from q7x2lab.studies.notebooks import PREPARED, RESULTS
from q7x2lab.studies.store import load_tokens, save_tokens
from q7x2lab.studies.tables import csv_text

FOLDER, ABOUT = "corpus", "about.json"
DEMO = "demo"


def read_articles(
    files: str | Sequence[str], *, outlets: Sequence[str] = (), **options: Any
) -> Corpus:
    """The corpus of a study's files, as `read_corpus` reads it; marks what follows as fictional.

    files: `demo`, a path or a list of paths. outlets: those that count, none named: all. options:
    those of `read_corpus`.

    >>> read_articles("demo", copies="once").articles["outlet"].nunique()
    4
    """
    desk.desk().fictional = isinstance(files, str | list) and files in (DEMO, [DEMO])
    return read_corpus(files, outlets=outlets or None, **options)


def prepare(
    corpus: Corpus,
    *,
    fold: Sequence[str] = ("alef", "ya", "ta_marbuta"),
    lexemes: Conflation = "hybrid",
    stop_words: Sequence[str] = DEFAULT_CLASSES,
) -> Tokens:
    """The corpus's token table, kept in the running study's results for the other notebooks.

    Writes `corpus/` (articles and tokens), `rejected.csv`, `flags.csv` and `changes.csv` where a
    study runs. Arguments as for `tokenize_corpus`.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال وقال بوتين"})
    >>> prepare(Corpus(table))
    Tokens: 3 words in 1 article, 3 types
    """
    expect(corpus, Corpus, made_by="read_articles(…) or read_corpus(…)")
    tokens = tokenize_corpus(corpus, fold=fold, lexemes=lexemes, stop_words=stop_words)
    at = desk.desk()
    if at.out:
        save_tokens(tokens, at.out / FOLDER)
        at.file(FOLDER, ABOUT, json.dumps({"fictional": at.fictional}))
        account = {
            "rejected": left_out(corpus),
            "flags": flagged_articles(corpus),
            "changes": corpus.changes,
        }
        for name, table in account.items():
            at.file(".", f"{name}.csv", csv_text(table))
    return tokens


def open_tokens(corpus: str | Corpus | pd.DataFrame) -> Tokens:
    """The token table of a prepared corpus, or of articles read and tokenised here.

    corpus: `prepared` (what 1-corpus left in the study that is running), the results folder of an
    earlier run, `demo`, a file that `read_corpus` reads, or a Corpus. Raises CorpusError with the
    remedy where a prepared corpus is asked for and there is none.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال بوتين"})
    >>> open_tokens(Corpus(table))
    Tokens: 2 words in 1 article, 2 types
    """
    if isinstance(corpus, Corpus):
        return tokenize_corpus(corpus)
    folder = prepared_folder(corpus) if isinstance(corpus, str) else None
    if folder is None:
        return tokenize_corpus(read_articles(corpus, copies="once"))  # type: ignore[arg-type]
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    desk.desk().fictional = bool(about["fictional"])
    return load_tokens(folder)


def prepared_folder(name: str) -> Path | None:
    """The folder of a prepared corpus: of this run, or of the results that are named; else None."""
    results = os.environ.get(RESULTS)
    if name == PREPARED:
        folder = Path(results) / FOLDER if results else None
        if folder is None or not (folder / ABOUT).is_file():
            raise CorpusError(
                "no corpus has been prepared in this run",
                where="corpus",
                remedy="run 1-corpus first, or set corpus to demo, a file or a results folder",
            )
        return folder
    folder = Path(name) / FOLDER
    return folder if (folder / ABOUT).is_file() else None
