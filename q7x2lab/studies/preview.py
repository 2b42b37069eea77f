"""Before a run: what goes in, what would be dropped and why, what would run."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import filterfalse
from typing import Any

from q7x2lab.arabic.aliases import load_aliases
from q7x2lab.corpus.account import changes_by_step, coverage, flags_by_kind, rejected_by_reason
from q7x2lab.corpus.model import Corpus, unit_spans
from q7x2lab.corpus.periods import news_span, period_labels
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import LabError, StudyError, counted, did_you_mean
from q7x2lab.framing.naming import load_naming
from q7x2lab.framing.schemes import load_scheme
from q7x2lab.studies.coding_sheets import read_coding
from q7x2lab.studies.corpus_files import read_articles
from q7x2lab.studies.label_files import read_labels
from q7x2lab.studies.new_study import column_lines
from q7x2lab.studies.notebooks import NOTEBOOKS, corpus_options, notebook_parameters
from q7x2lab.studies.report import rendered
from q7x2lab.studies.runner import stale_notebooks
from q7x2lab.studies.study_file import DEMO, Study, StudyFile, is_path, load_study, study_paths
from q7x2lab.studies.topic_files import read_intrusion, read_topic_names
from q7x2lab.trends.counts import keyword_queries

LINES_OF_A_KIND = 8  # outlets and recurring passages shown
# Looking for words that rise in a period takes 3 s by month or week, over two minutes by day
# (1,052 articles of a year). 31,525 articles take 5 to 7 minutes in all.
MANY_PERIODS, MANY_ARTICLES, ARTICLES_A_MINUTE = 120, 10_000, 5_000
SAMPLE = 300  # articles from which the number of units is told


def preview(file: StudyFile) -> Iterator[str]:
    """Lines that say what goes in, what would be dropped and why, and what would run.

    Reads the corpus, runs nothing, writes nothing. Raises what a run would raise about the study
    or the corpus.
    """
    paths = study_paths(file)
    for name in NOTEBOOKS:
        notebook_parameters(file, name)
    yield f"study {file.study.study}: the file is right; files it names, all found: {len(paths)}"
    files = [str(path) for path in study_paths(file, "corpus")] or DEMO
    corpus = read_articles(**corpus_options(file.study) | {"files": files})
    yield from column_lines(corpus.columns)
    yield from corpus_lines(corpus)
    yield from date_lines(file, corpus)
    check_names(file, corpus)
    if sheets := study_paths(file, "framing.coding"):
        with _in_errors(file, "framing.coding"):
            yield str(read_coding(sheets))
    yield from keyword_lines(file, corpus)
    yield from slow_parts(file.study, corpus)
    stale = stale_notebooks(file)
    yield f"would run: {', '.join(stale) or 'nothing'}"
    if unchanged := [name for name in NOTEBOOKS if name not in stale]:
        yield f"unchanged: {', '.join(unchanged)}"


def corpus_lines(corpus: Corpus) -> list[str]:
    """The corpus's account as lines: sources, articles, what was rejected, changed, copied."""
    tables = {
        "sources": corpus.sources,
        "rejected": rejected_by_reason(corpus),
        "changed": changes_by_step(corpus),
        "flagged": flags_by_kind(corpus),
        "furniture": corpus.furniture[corpus.furniture["removed"] > 0].head(LINES_OF_A_KIND),
    }
    rows = {name: table.to_dict("records") for name, table in tables.items()}
    outlets = corpus.articles["outlet"].value_counts().head(LINES_OF_A_KIND)
    return rendered("check.txt", corpus=corpus, outlets=outlets, **rows).splitlines()


def date_lines(file: StudyFile, corpus: Corpus) -> Iterator[str]:
    """A line for each event that lies outside the corpus, and is drawn nowhere.

    Raises StudyError for a break or a span outside the corpus, and for more periods than can be
    counted, as a run would.
    """
    dates, trends = corpus.articles["date"].dropna(), file.study.trends
    if dates.empty:
        return
    with _in_errors(file, "period"):
        coverage(corpus, period=file.study.period)
    first, last = (day.date() for day in news_span(dates))
    for event in trends.events:
        if not first <= event.date <= last:
            name = event.en or event.ar
            yield f"event {name} on {event.date} lies outside the corpus, {first} to {last}"
    outside = [day for day in trends.breaks if not first < day <= last]
    outside += [start for start, end in trends.spans if end < first or start > last]
    with _in_errors(file, "trends"):
        if outside:
            remedy = f"the articles run from {first} to {last}"
            raise StudyError(f"{outside[0]} lies outside the corpus", remedy=remedy)


def check_names(file: StudyFile, corpus: Corpus) -> None:
    """Load the schemes, sets, aliases and sheets that a study names; look its columns up.

    Raises StudyError with the key of the first that cannot be had.
    """
    topics, framing, trends = file.study.topics, file.study.framing, file.study.trends
    loaders: list[tuple[str, Callable[[Any], object], Sequence[Any]]] = [
        ("framing.schemes", load_scheme, framing.schemes),
        ("framing.naming", load_naming, framing.naming_sets),
        ("aliases", load_aliases, [file.study.aliases] if file.study.aliases else []),
        ("topics.labels", read_topic_names, []),
        ("topics.intrusion", read_intrusion, []),
    ]
    for key, load, names in loaders:
        with _in_errors(file, key):
            for name in [*filterfalse(is_path, names), *study_paths(file, key)]:
                load(name)
    for given in framing.labels:
        with _in_errors(file, "framing.labels"):
            file_and_coding = {"file": given.file, "coding": given.coding}
            paths = {key: name and file.folder / name for key, name in file_and_coding.items()}
            read_labels(tokenize_corpus(corpus), **given.model_dump() | paths)
    chosen = [("framing.by", framing.by), ("trends.by", trends.by)]
    for key, column in [*chosen, *(("topics.by", name) for name in topics.by)]:
        with _in_errors(file, key):
            if column not in (None, *(known := [str(name) for name in corpus.articles])):
                remedy = did_you_mean(str(column), known)
                raise StudyError(f"articles have no column {column!r}", remedy=remedy)


def keyword_lines(file: StudyFile, corpus: Corpus) -> Iterator[str]:
    """What each keyword of a study matches in its corpus, a line each.

    Raises StudyError with the keyword that cannot be read, or that matches nothing.
    """
    study = file.study
    if not study.trends.keywords:
        yield "keywords: none, the most frequent lexemes are followed"
        return
    groups = next(map(str, study_paths(file, "aliases")), study.aliases)
    with _in_errors(file, "trends.keywords"):
        queries = keyword_queries(study.trends.keywords, groups)
    tokens = tokenize_corpus(corpus, fold=study.arabic.fold, lexemes=study.arabic.lexemes)
    for label, query in queries.items():
        with _in_errors(file, f"trends.keywords.{label}"):
            hits = tokens.match(query)
            articles = counted(hits["article"].nunique(), "article")
            outlets = tokens.articles["outlet"].iloc[hits["article"]].value_counts()
            shown = [f"{name!s:.40} {n:,}" for name, n in outlets.head(LINES_OF_A_KIND).items()]
            where = f"{articles}: {', '.join(shown)}" if shown else articles
            yield f"keyword {label}: {counted(len(hits), 'hit')} in {where}"
            if hits.empty:
                remedy = "look for another spelling, or leave the keyword out"
                what = f"nothing in the corpus matches {study.trends.keywords[label]!r}"
                raise StudyError(what, remedy=remedy)


def slow_parts(study: Study, corpus: Corpus) -> Iterator[str]:
    """A line for each setting that makes a run take much longer, and for a large corpus."""
    articles, sample = corpus.articles, corpus.articles["text"].head(SAMPLE)
    periods = period_labels(articles["date"], study.period).nunique()
    if periods > MANY_PERIODS:
        yield f"takes long: period: {study.period} makes {periods:,} periods; try a longer one"
    if study.unit != "article":
        units = len(articles) * len(unit_spans(sample, study.unit)) / len(sample)
        yield f"takes long: unit: {study.unit} makes about {units:,.0f} units for topics"
    if len(articles) > MANY_ARTICLES:
        minutes = len(articles) / ARTICLES_A_MINUTE
        yield f"takes long: {len(articles):,} articles, about {minutes:.0f} minutes on two cores"


@contextmanager
def _in_errors(file: StudyFile, key: str) -> Iterator[None]:
    """Turn errors into ones that name the key of the study file they come from."""
    try:
        yield
    except LabError as error:
        where = f" {error.where}:" if error.where and error.where != key else ""
        what = f"{key}:{where} {error.what}"
        raise StudyError(what, where=str(file.path), remedy=error.remedy) from None


def check_command(options: argparse.Namespace) -> None:
    """``q7x2lab check STUDY.yaml [--set KEY=VALUE]``."""
    for line in preview(load_study(options.study, changes=options.set)):
        print(line)
