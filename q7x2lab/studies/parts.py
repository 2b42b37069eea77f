"""What a study names besides files, tried before a run: schemes, names, columns, keywords."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import LabError, StudyError, counted, did_you_mean
from q7x2lab.studies.study_file import StudyFile, is_path


def part_lines(file: StudyFile, corpus: Corpus) -> Iterator[str]:
    """What each keyword of the study matches in its corpus, a line each.

    Loads the frame schemes, naming sets and alias groups that the study names, looks its columns
    up among those of the articles, and reads every keyword as a query. Raises StudyError with the
    key of the first that cannot be had.
    """
    from q7x2lab.arabic.aliases import load_aliases
    from q7x2lab.framing.naming_sets import load_naming
    from q7x2lab.framing.schemes import load_scheme

    study = file.study
    _load(file, "framing.schemes", load_scheme, study.framing.schemes)
    _load(file, "framing.naming", load_naming, study.framing.naming)
    _load(file, "aliases", load_aliases, [study.aliases] if study.aliases else [])
    by = [("framing.by", study.framing.by), ("trends.by", study.trends.by)]
    for key, column in [*by, *(("topics.by", name) for name in study.topics.by)]:
        _column(file, key, column, corpus)
    yield from _keyword_lines(file, corpus)


@contextmanager
def _named(file: StudyFile, key: str) -> Iterator[None]:
    """What goes wrong inside is said of that key of the study file."""
    try:
        yield
    except LabError as error:
        where = f" {error.where}:" if error.where and error.where != key else ""
        what = f"{key}:{where} {error.what}"
        raise StudyError(what, where=str(file.path), remedy=error.remedy) from None


def _load(file: StudyFile, key: str, load: Callable[[Any], object], names: list[str]) -> None:
    for name in names:
        with _named(file, key):
            load(file.folder / name if is_path(name) else name)


def _column(file: StudyFile, key: str, column: str | None, corpus: Corpus) -> None:
    columns = [name for name in corpus.articles.columns if name not in ("id", "text")]
    if column is not None and column not in columns:
        raise StudyError(
            f"{key}: the articles have no column {column!r}",
            where=str(file.path),
            remedy=did_you_mean(column, columns),
        )


def _keyword_lines(file: StudyFile, corpus: Corpus) -> Iterator[str]:
    from q7x2lab.corpus.token_table import tokenize_corpus
    from q7x2lab.trends.rates import keyword_queries

    study = file.study
    if not study.trends.keywords:
        yield "keywords: none, the most frequent lexemes are followed"
        return
    with _named(file, "trends.keywords"):
        aliases = study.aliases
        groups = str(file.folder / aliases) if aliases and is_path(aliases) else aliases
        queries = keyword_queries(study.trends.keywords, groups)
    tokens = tokenize_corpus(corpus, fold=study.arabic.fold, lexemes=study.arabic.lexemes)
    for label, query in queries.items():
        with _named(file, f"trends.keywords.{label}"):
            hits = tokens.match(query)
        articles = hits["article"].nunique()
        yield f"keyword {label}: {counted(len(hits), 'hit')} in {counted(articles, 'article')}"
        if hits.empty:
            raise StudyError(
                f"trends.keywords.{label}: nothing in the corpus matches {query!r}",
                where=str(file.path),
                remedy="look for another spelling, or leave the keyword out",
            )
