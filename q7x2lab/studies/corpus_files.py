"""The corpus that a study's notebooks share: prepared once, stored, opened by each."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.corpus.account import flagged_articles, left_out
from q7x2lab.corpus.files import UNNAMED
from q7x2lab.corpus.model import Corpus, count_copies
from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import DEFAULT_TOKEN_FOLD, Tokens, tokenize_corpus
from q7x2lab.data.phrases import value_word
from q7x2lab.errors import CorpusError, expect
from q7x2lab.figures.words import with_arabic
from q7x2lab.studies.locks import make_once
from q7x2lab.studies.notebooks import KEPT, PREPARED, RESULTS
from q7x2lab.studies.outputs import current_outputs
from q7x2lab.studies.provenance import file_hash, value_hash
from q7x2lab.studies.study_file import DEMO
from q7x2lab.studies.tables import csv_text

FOLDER, ABOUT, REJECTED = "corpus", "about.json", "rejected.csv"
TABLES = ("articles", "types", "lexemes")
TOKEN_COLUMNS = ("article", "start", "length", "type", "sentence")
TYPE_COLUMNS = ("forms", "counts", "kinds", "lexeme", "stop")
SETTINGS = ("fold", "stop_words", "more_stop_words", "phrases")


def read_articles(
    files: str | Sequence[str], *, outlets: Sequence[str] = (), copies: str = "all", **options: Any
) -> Corpus:
    """The corpus of a study's files; marks what the notebook saves as fictional where it is.

    The runs of a grid that differ in ``copies`` alone read the files once.

    Parameters
    ----------
    files
        ``demo``, a path or a list of paths.
    outlets
        Those that count; none named: all.
    copies
        How copies count: a rule of ``read_corpus``.
    **options
        Others of ``read_corpus``.

    Examples
    --------
    >>> read_articles("demo", copies="once").articles["outlet"].nunique()
    5
    """
    current_outputs().fictional = isinstance(files, str | list) and files in (DEMO, [DEMO])
    read = partial(_read, files, outlets=outlets or None, **options)
    if KEPT not in os.environ:
        return read(copies=copies)
    paths = [Path(file) for file in ([files] if isinstance(files, str) else files)]
    hashes = [file_hash(path) for path in paths if path.exists()]
    key = ["articles", files, hashes, outlets, options]
    corpus = _kept(key, lambda folder: _save_corpus(read(), folder), _load_corpus)
    return count_copies(corpus, corpus.copies, copies)


def _read(files: Any, **options: Any) -> Corpus:
    """The corpus, articles that name no outlet under a name in the study's language."""
    corpus = read_corpus(files, **options)
    if current_outputs().language != "ar":
        return corpus
    named = corpus.articles["outlet"].replace(UNNAMED, value_word("outlet", UNNAMED, "ar"))
    return replace(corpus, articles=corpus.articles.assign(outlet=named))


def prepare(corpus: Corpus, **settings: Any) -> Tokens:
    """The corpus's token table, kept in the running study's results for the other notebooks.

    Where a study runs, ``corpus/`` (articles and tokens), ``rejected.csv``, ``flags.csv`` and
    ``changes.csv`` are written; unless the study is English, with Arabic columns beside theirs.

    Parameters
    ----------
    **settings
        Those of ``tokenize_corpus``.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال وقال بوتين"})
    >>> prepare(Corpus(table))
    Tokens: 3 words in 1 article, 3 types
    """
    expect(corpus, Corpus, made_by="read_articles(…) or read_corpus(…)")
    tokens = _tokenized(corpus, **settings)
    outputs = current_outputs()
    if outputs.out:
        save_tokens(tokens, outputs.out / FOLDER)
        outputs.save(FOLDER, ABOUT, json.dumps({"fictional": outputs.fictional}))
        accounts = {"flags.csv": flagged_articles(corpus), "changes.csv": corpus.changes}
        for name, table in {REJECTED: left_out(corpus), **accounts}.items():
            told = table if outputs.language == "en" else with_arabic(table)
            outputs.save(".", name, csv_text(told))
    return tokens


def _tokenized(
    corpus: Corpus, *, fold: Any = DEFAULT_TOKEN_FOLD, lexemes: Any = "hybrid", **later: Any
) -> Tokens:
    """The token table; the runs of a grid share those of the same texts, whatever their words.

    later: settings that only mark types, such as stop words.
    """
    cut = partial(tokenize_corpus, corpus, fold=fold, lexemes=lexemes)
    if KEPT not in os.environ:
        return cut(**later)
    texts = pd.util.hash_pandas_object(corpus.articles["text"], index=False).tolist()
    key = ["tokens", texts, fold, lexemes]
    known: Tokens = _kept(key, lambda folder: save_tokens(cut(), folder), load_tokens)
    settings: dict[str, Any] = {name: tuple(words) for name, words in later.items()}
    tokens = replace(known, articles=corpus.articles, **settings)
    worked_out = ("_units", "lexeme", "lexemes", "labels")
    vars(tokens).update({name: getattr(known, name) for name in worked_out})
    return tokens


def _kept(key: Any, save: Callable[[Path], None], load: Callable[[Path], Any]) -> Any:
    """What one of a grid's runs has made and saved in a folder under the key, until it ends."""
    path = Path(os.environ[KEPT], value_hash(key))
    partial_path = path.with_suffix(".partial")

    def make() -> None:
        save(partial_path)
        partial_path.replace(path)

    make_once(path, make)
    return load(path)


def _save_corpus(corpus: Corpus, folder: Path) -> None:
    folder.mkdir()
    for part in fields(corpus):
        getattr(corpus, part.name).to_parquet(folder / f"{part.name}.parquet")


def _load_corpus(folder: Path) -> Corpus:
    return Corpus(*(pd.read_parquet(folder / f"{part.name}.parquet") for part in fields(Corpus)))


def open_tokens(corpus: str | pd.DataFrame) -> Tokens:
    """The token table of a prepared corpus, or of articles read and tokenised here.

    Parameters
    ----------
    corpus
        ``prepared`` (what 1-corpus left in the study that is running), the results folder of an
        earlier run, ``demo``, or a file, folder or DataFrame that ``read_corpus`` reads.

    Raises
    ------
    CorpusError
        With the remedy where a prepared corpus is asked for and there is none.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text("قال بوتين", encoding="utf-8")
    ...     open_tokens(folder)
    Tokens: 2 words in 1 article, 2 types
    """
    folder = _prepared_folder(corpus) if isinstance(corpus, str) else None
    if folder is None:
        return tokenize_corpus(read_articles(corpus, copies="once"))  # type: ignore[arg-type]
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    current_outputs().fictional = bool(about["fictional"])
    return load_tokens(folder)


def rejected_rows(corpus: str) -> pd.DataFrame | None:
    """Rows that were left out of a corpus and why: what the run recorded, or what is read again.

    Parameters
    ----------
    corpus
        As for `open_tokens`. For ``preprocessing_variants``, which counts copies by it.

    Examples
    --------
    >>> bool(rejected_rows("demo")["reason"].str.startswith("copy of").any())
    True
    """
    folder = _prepared_folder(corpus)
    if folder is None:
        return read_articles(corpus, copies="once").rejected
    path = folder.parent / REJECTED
    return pd.read_csv(path, dtype=str) if path.exists() else None


def _prepared_folder(name: str) -> Path | None:
    """The folder of a prepared corpus: of this run, or of the results that are named; else None."""
    results = os.environ.get(RESULTS) if name == PREPARED else name
    folder = Path(results) / FOLDER if results else None
    if folder and (folder / ABOUT).is_file():
        return folder
    if name == PREPARED:
        what = "no corpus has been prepared in this run"
        remedy = "run 1-corpus first, or set corpus to demo, a file or a results folder"
        raise CorpusError(what, where="corpus", remedy=remedy)
    return None


def save_tokens(tokens: Tokens, folder: Path) -> None:
    """Write a token table to a folder: articles, types and lexemes as Parquet, tokens as arrays.

    A notebook opens it in a moment, without tokenising again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    types = pd.DataFrame({name: getattr(tokens, name) for name in TYPE_COLUMNS})
    lexemes = pd.DataFrame({"lexemes": tokens.lexemes, "labels": tokens.labels})
    conflation = getattr(tokens.conflation, "__name__", tokens.conflation)
    types.attrs = {name: list(getattr(tokens, name)) for name in SETTINGS}
    types.attrs["conflation"] = conflation
    for name, table in zip(TABLES, (tokens.articles, types, lexemes), strict=True):
        table.to_parquet(folder / f"{name}.parquet")
    row, sentences = tokens.units("sentence")  # to find them takes as long as tokenising
    sentences.to_parquet(folder / "sentences.parquet")
    for name in TOKEN_COLUMNS:
        column = row if name == "sentence" else getattr(tokens, name)
        np.save(folder / f"{name}.npy", column, allow_pickle=False)


def load_tokens(folder: Path) -> Tokens:
    """The token table that `save_tokens` wrote; the arrays stay on disk until they are read.

    Raises CorpusError where the folder does not hold one.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال بوتين"})
    >>> with TemporaryDirectory() as folder:
    ...     save_tokens(tokenize_corpus(Corpus(table), lexemes="none"), Path(folder))
    ...     load_tokens(Path(folder)).forms.tolist()
    ['قال', 'بوتين']
    """
    try:
        articles, types, lexemes = (pd.read_parquet(folder / f"{name}.parquet") for name in TABLES)
        columns = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in TOKEN_COLUMNS}
        sentences = columns.pop("sentence"), pd.read_parquet(folder / "sentences.parquet")
    except (OSError, ValueError) as error:
        remedy = "run 1-corpus again (q7x2lab run STUDY.yaml --only 1-corpus --force)"
        raise CorpusError(f"no token table ({error})", where=str(folder), remedy=remedy) from None
    columns |= {name: types[name].to_numpy() for name in ("counts", "kinds")}
    columns |= {name: tuple(types.attrs[name]) for name in SETTINGS}
    forms, conflation = types["forms"].to_numpy(object), types.attrs["conflation"]
    tokens = Tokens(articles, forms=forms, conflation=conflation, **columns)
    tokens._units["sentence"] = sentences
    # What is known of each type is given back to the properties that would work it out anew.
    vars(tokens).update({name: types[name].to_numpy() for name in ("lexeme", "stop")})
    vars(tokens).update({name: lexemes[name].tolist() for name in ("lexemes", "labels")})
    return tokens


def corpus_numbers(corpus: Corpus, tokens: Tokens) -> dict[str, int | str]:
    """How many articles, words and copies there are, how many rows were left out, and which days.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال. وأضاف."})
    >>> corpus = Corpus(table)
    >>> corpus_numbers(corpus, tokenize_corpus(corpus))["tokens"]
    2
    """
    days = corpus.articles["date"].dropna().dt.date
    return {
        "articles": len(corpus),
        "outlets": int(corpus.articles["outlet"].nunique()),
        "first_day": str(days.min()) if len(days) else "",
        "last_day": str(days.max()) if len(days) else "",
        "rows": len(corpus) + len(corpus.rejected),
        "rejected": len(corpus.rejected),
        "texts-changed": int(corpus.changes["article"].nunique()),
        "articles-with-copy": len(corpus.copies),
        "clusters-of-copies": int(corpus.copies["cluster"].nunique()),
        "tokens": tokens.n_tokens,
        "types": len(tokens.forms),
        "lexemes": len(tokens.lexemes),
    }
