"""The token table on disk: opened by a notebook in a moment, without tokenising again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import CorpusError

ARTICLES, TYPES, LEXEMES, SETTINGS = (
    "articles.parquet",
    "types.parquet",
    "lexemes.parquet",
    "settings.json",
)
TOKEN_COLUMNS = ("article", "start", "end", "type")


def save_tokens(tokens: Tokens, folder: Path) -> None:
    """Write a token table to a folder: articles, types and lexemes as Parquet, tokens as arrays.

    >>> from tempfile import TemporaryDirectory
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال بوتين"})
    >>> with TemporaryDirectory() as folder:
    ...     save_tokens(tokenize_corpus(Corpus(table), lexemes="none"), Path(folder))
    ...     sorted(path.name for path in Path(folder).glob("*.parquet"))
    ['articles.parquet', 'lexemes.parquet', 'types.parquet']
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokens.articles.to_parquet(folder / ARTICLES)
    types = {name: getattr(tokens, name) for name in ("forms", "counts", "kinds", "lexeme", "stop")}
    pd.DataFrame(types).to_parquet(folder / TYPES)
    names = pd.DataFrame({"lexemes": tokens.lexemes, "labels": tokens.labels})
    names.to_parquet(folder / LEXEMES)
    for name in TOKEN_COLUMNS:
        np.save(folder / f"{name}.npy", getattr(tokens, name), allow_pickle=False)
    conflation = getattr(tokens.conflation, "__name__", tokens.conflation)
    settings = {"fold": tokens.fold, "conflation": conflation, "stop_words": tokens.stop_words}
    (folder / SETTINGS).write_text(json.dumps(settings, ensure_ascii=False), "utf-8")


def load_tokens(folder: Path) -> Tokens:
    """The token table that `save_tokens` wrote; the arrays stay on disk until they are read.

    Raises CorpusError where the folder does not hold one.

    >>> from tempfile import TemporaryDirectory
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال بوتين"})
    >>> with TemporaryDirectory() as folder:
    ...     save_tokens(tokenize_corpus(Corpus(table), lexemes="none"), Path(folder))
    ...     load_tokens(Path(folder)).forms.tolist()
    ['قال', 'بوتين']
    """
    try:
        articles = pd.read_parquet(folder / ARTICLES)
        types, names = pd.read_parquet(folder / TYPES), pd.read_parquet(folder / LEXEMES)
        settings = json.loads((folder / SETTINGS).read_text("utf-8"))
        columns = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in TOKEN_COLUMNS
        }
    except (OSError, ValueError) as error:
        remedy = "run 1-corpus again (q7x2lab run STUDY.yaml --only 1-corpus --force)"
        raise CorpusError(f"no token table ({error})", where=str(folder), remedy=remedy) from None
    tokens = Tokens(
        articles=articles,
        **columns,
        forms=types["forms"].to_numpy(object),
        counts=types["counts"].to_numpy(),
        kinds=types["kinds"].to_numpy(),
        fold=tuple(settings["fold"]),
        conflation=settings["conflation"],
        stop_words=tuple(settings["stop_words"]),
    )
    # What is known of each type is given back to the properties that would work it out anew.
    known = (types["lexeme"].to_numpy(), names["lexemes"].tolist(), names["labels"].tolist())
    vars(tokens).update(_classes=known, stop=types["stop"].to_numpy())
    return tokens
