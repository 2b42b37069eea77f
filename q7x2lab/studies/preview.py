"""What a run would do, said before it is done."""

from __future__ import annotations

from collections.abc import Iterator

from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import StudyError
from q7x2lab.studies.notebooks import (
    CORPUS,
    NOTEBOOKS,
    check_parameters,
    notebook_parameters,
    notebook_path,
)
from q7x2lab.studies.parts import part_lines
from q7x2lab.studies.prepare import read_articles
from q7x2lab.studies.study import StudyFile, study_paths

MOST = 8


def preview(file: StudyFile) -> Iterator[str]:
    """Lines that say what goes in, what would be dropped and why, and what would run.

    Reads the corpus, runs nothing, writes nothing. Raises what a run would raise about the study
    or the corpus.
    """
    paths = study_paths(file)
    for name in NOTEBOOKS:
        check_parameters(notebook_path(name), notebook_parameters(file, name))
    yield f"study {file.name}: the file is right, {len(paths)} files it names are there"
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

    Raises StudyError for a break or a span outside the corpus, as a run would.
    """
    dates, trends = corpus.articles["date"].dropna(), file.study.trends
    if dates.empty:
        return
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
    for row in corpus.sources.itertuples():
        note = f"; {row.note!s}" if row.note else ""
        yield f"  {row.file!s}: {row.rows:,} rows, {row.format!s}, {row.encoding!s}{note}"
    for outlet, count in corpus.articles["outlet"].value_counts().head(MOST).items():
        yield f"  {outlet!s}: {count:,} articles"
    reasons = corpus.rejected["reason"].str.replace(r"copy of .*", "copy of another", regex=True)
    for reason, count in reasons.value_counts().head(MOST).items():
        yield f"dropped {count:,}: {reason!s}"
    for step, count in corpus.changes["step"].value_counts().head(MOST).items():
        yield f"changed {count:,} texts: {step!s}"
    removed = corpus.furniture[corpus.furniture["removed"].astype(bool)]
    for row in removed.head(MOST).itertuples():
        yield f"furniture of {row.outlet!s}, {row.articles:,} articles: {row.furniture!s:.80}"
