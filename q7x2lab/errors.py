"""What is wrong, where, and how to mend it: the errors a researcher gets to read."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class LabError(Exception):
    """What went wrong, where, and the remedy, in at most a few lines.

    what: the problem, with the offending value. where: file, row or key. remedy: what to do.
    `exit_status` is what the command line answers: 2 where the input is wrong, 1 where the work
    failed.

    >>> print(LabError("no column holds the text", where="a.csv", remedy="map it under columns"))
    a.csv: no column holds the text
      remedy: map it under columns
    """

    exit_status = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        lines = [f"{where}: {what}" if where else what]
        if remedy:
            lines.append(f"  remedy: {remedy}")
        super().__init__("\n".join(lines))


class StudyError(LabError):
    """The study file, a scheme, an alias file or an argument is wrong."""

    exit_status = 2


class CorpusError(LabError):
    """The articles cannot be read as they are."""

    exit_status = 2


class QueryError(LabError):
    """A search term cannot be understood, or matches nothing where a match is needed."""

    exit_status = 2


class AnalysisError(LabError):
    """The data cannot carry the analysis that was asked for."""

    exit_status = 2


class RunError(LabError):
    """A notebook or the machine failed; the input may be right."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or all of them where none is near.

    >>> did_you_mean("topcs", ["topics", "trends"])
    'did you mean topics?'
    >>> did_you_mean("xyz", ["topics", "trends"])
    'known: topics, trends'
    """
    names = [str(name) for name in known]
    near = get_close_matches(str(word), names, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(names)}"
