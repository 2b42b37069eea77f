"""What a run would do, said before it is done."""

from __future__ import annotations

from collections.abc import Iterator

from q7x2lab.corpus.account import changes_by_step, coverage, flags_by_kind, rejected_by_reason
from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import StudyError, counted
from q7x2lab.studies.notebooks import (
    CORPUS,
    NOTEBOOKS,
    check_parameters,
    notebook_parameters,
    notebook_path,
)
from q7x2lab.studies.parts import part_lines
from q7x2lab.studies.prepare import read_articles
from q7x2lab.studies.study_file import StudyFile, study_paths

MOST = 8


def preview(file: StudyFile) -> Iterator[str]:
    """Lines that say what goes in, what would be dropped and why, and what would run.

    Reads the corpus, runs nothing, writes nothing. Raises what a run would raise about the study
    or the corpus.
    """
    paths = study_paths(file)
    for name in NOTEBOOKS:
        check_parameters(notebook_path(name), notebook_parameters(file, name))
    named = f"{counted(len(paths), 'file')} it names {'is' if len(paths) == 1 else 'are'} there"
    yield f"study {file.name}: the file is right, {named}"
    parameters = notebook_parameters(file, CORPUS)
    names = ("files", "columns", "date_from", "date_to", "outlets", "copies", "keep_furniture")
    options = {name: parameters[name] for name in names}
    corpus = read_articles(_from(file, options.pop("files")), **options)
    yield from corpus_lines(corpus)
    yield from date_lines(file, corpus)
    yield from part_lines(file, corpus)
    yield f"would run: {', '.join(NOTEBOOKS)}"


def date_lines(file: StudyFile, corpus: Corpus) -> Iterator[str]:
    """What the study says of days that the corpus does not hold: events are drawn nowhere.

    Raises StudyError for a break or a span outside the corpus, and for more periods than can be
    counted, as a run would.
    """
    dates, trends = corpus.articles["date"].dropna(), file.study.trends
    if dates.empty:
        return
    try:
        coverage(corpus, period=file.study.period)
    except StudyError as error:
        raise StudyError(error.what, where=str(file.path), remedy=error.remedy) from None
    first, last = dates.min().date(), dates.max().date()
    for event in trends.events:
        if not first <= event.date <= last:
            name = event.en or event.ar
            yield f"event {name} on {event.date} lies outside the corpus, {first} to {last}"
    outside = [day for day in trends.breaks if not first < day <= last]
    outside += [a for a, b in trends.spans if b < first or a > last]
    if outside:
        raise StudyError(
            f"trends: {outside[0]} lies outside the corpus",
            where=str(file.path),
            remedy=f"the articles run from {first} to {last}",
        )


def _from(file: StudyFile, files: str | list[str]) -> str | list[str]:
    """The corpus files as seen from here, not from the study file."""
    if isinstance(files, list):
        return [str(file.folder / name) for name in files]
    return files if files == "demo" else str(file.folder / files)


def corpus_lines(corpus: Corpus) -> Iterator[str]:
    """The corpus's account as lines: sources, articles, what was rejected, changed, copied."""
    yield repr(corpus)
    for row in corpus.sources.to_dict("records"):
        told = [counted(row["rows"], "row"), row["format"], row["encoding"]]
        note = f"; {row['note']}" if row["note"] else ""
        yield f"  {row['file']}: {', '.join(filter(None, told))}{note}"
    for outlet, count in corpus.articles["outlet"].value_counts().head(MOST).items():
        yield f"  {outlet!s:.80}: {counted(count, 'article')}"
    for row in rejected_by_reason(corpus).to_dict("records"):
        yield f"dropped {row['rows']:,}: {row['reason']} ({row['examples']:.300})"
    for row in changes_by_step(corpus).to_dict("records"):
        yield f"changed {counted(row['texts'], 'text')}: {row['step']}"
    for row in flags_by_kind(corpus).to_dict("records"):
        yield f"noted {counted(row['articles'], 'article')}: {row['flag']} ({row['examples']:.300})"
    removed = corpus.furniture[corpus.furniture["removed"].astype(bool)]
    for row in removed.head(MOST).to_dict("records"):
        where = f"{row['outlet']:.80}, {counted(row['articles'], 'article')}"
        yield f"furniture of {where}: {row['furniture']:.80}"
