"""What is wrong, where, and how to mend it: the errors a researcher gets to read."""

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from inspect import Parameter, formatannotation
from numbers import Integral, Real
from types import UnionType
from typing import Any, Union, get_args, get_origin

LONGEST, MOST_LINES = 400, 6  # of a message: characters a line, lines with the remedy
# Control characters, line ends, marks that turn the direction of writing, halves of characters.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class LabError(Exception):
    """What went wrong, where, and the remedy, in at most six lines.

    what: the problem, with the offending value; further lines of it begin with two blanks. where:
    file, row or key. remedy: what to do. Whatever is quoted stays on its line: line ends and other
    control characters are written out, long values cut in the middle. `exit_status` is what the
    command line answers: 2 where the input is wrong, 1 where the work failed.

    >>> print(LabError("no column holds the text", where="a.csv", remedy="map it under columns"))
    a.csv: no column holds the text
      remedy: map it under columns
    """

    exit_status = 2

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        first, *more = re.split(r"\n(?=  )", what)
        lines = [f"{where}: {first}" if where else first, *more][: MOST_LINES - bool(remedy)]
        lines += [f"  remedy: {remedy}"] if remedy else []
        super().__init__("\n".join(map(said_on_one_line, lines)))


class StudyError(LabError):
    """The study file, a scheme, an alias file or an argument is wrong."""


class CorpusError(LabError):
    """The articles cannot be read as they are."""


class QueryError(LabError):
    """A search term cannot be understood, or matches nothing where a match is needed."""


class AnalysisError(LabError):
    """The data cannot carry the analysis that was asked for."""


class RunError(LabError):
    """A notebook, the machine or the package failed; the input may be right."""

    exit_status = 1


class FolderError(LabError):
    """The folder for the results cannot be written: no rights, no space, or no folder."""


def said_on_one_line(text: str) -> str:
    r"""Text for a message: control characters written out, what is long cut in the middle.

    >>> said_on_one_line("a\nb\x1b[31m")
    'a\\nb\\x1b[31m'
    """
    plain = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    half = LONGEST // 2
    return plain if len(plain) <= LONGEST else f"{plain[:half]} … {plain[-half:]}"


def expect(value: object, kind: Any, *, made_by: str | Mapping[str, str], where: str = "") -> None:
    """Refuse a value that is not what an annotation says.

    made_by: what makes such values, or what makes those of each annotation. where: the function
    that was given it, and in brackets as what.

    >>> expect("a.csv", dict, made_by="dict()", where="q.show(exhibit)")
    Traceback (most recent call last):
    ...
    q7x2lab.errors.StudyError: q.show(exhibit): dict wanted, found str 'a.csv'
      remedy: give what dict() returns
    >>> expect(["قال", None], list[str], made_by={}, where="q.lexemes(types)")
    Traceback (most recent call last):
    ...
    q7x2lab.errors.StudyError: q.lexemes(types): list[str] wanted, found list ['قال', None]
      remedy: see help(q.lexemes)
    """
    if not is_a(value, kind):
        wanted = re.sub(r"\b[\w.]+\.", "", formatannotation(kind))
        seen = f" {value!r:.60}" if type(value).__module__ == "builtins" else ""
        what = f"{wanted} wanted, found {type(value).__name__}{seen}"
        maker = made_by if isinstance(made_by, str) else made_by.get(wanted)
        remedy = f"give what {maker} returns" if maker else f"see help({where.partition('(')[0]})"
        raise StudyError(what, where=where, remedy=remedy)


def is_a(value: object, kind: Any) -> bool:
    """Whether a value is what an annotation says: its type, and of a list or dict what it holds.

    >>> is_a([1, 2], list[float]), is_a(None, str | None), is_a({"a": "b"}, dict[str, int])
    (True, True, False)
    """
    origin, parts = get_origin(kind) or kind, get_args(kind)
    if origin in (Union, UnionType):
        return any(is_a(value, part) for part in parts)
    kinds = {int: Integral, float: Real, Any: object, Parameter.empty: object}.get(origin, origin)
    checked = isinstance(kinds, type) and not getattr(kinds, "_is_protocol", False)
    if checked and not isinstance(value, kinds):
        return False
    if not isinstance(value, list | dict):
        return True
    held = value.items() if isinstance(value, dict) else zip(value)
    return all(is_a(*pair) for row in held for pair in zip(row, parts, strict=False))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or all of them where none is near.

    >>> did_you_mean("topcs", ["topics", "trends"])
    'did you mean topics?'
    >>> did_you_mean("coded-a.xlsx", ["coded-B.xlsx", "coded-A.xlsx"])
    'did you mean coded-A.xlsx?'
    >>> did_you_mean("xyz", ["topics", "trends"])
    'known: topics, trends'
    """
    names = {str(name).lower(): str(name) for name in known}
    near = get_close_matches(str(word).lower(), names, n=1, cutoff=0.6)
    return f"did you mean {names[near[0]]}?" if near else f"known: {', '.join(names.values())}"


def expect_known(
    name: str, known: Collection[str], what: str, kind: type[LabError] = StudyError, where: str = ""
) -> None:
    """Refuse a name that is not among those known, with the nearest of them as the remedy.

    what, where: as for `LabError`.

    >>> expect_known("topcs", ["topics", "trends"], "no part is called topcs", where="a.yaml")
    Traceback (most recent call last):
    ...
    q7x2lab.errors.StudyError: a.yaml: no part is called topcs
      remedy: did you mean topics?
    """
    if name not in known:
        raise kind(what, where=where, remedy=did_you_mean(name, known))


def counted(number: int, noun: str, plural: str = "") -> str:
    """The number with its noun, in the plural unless it is one.

    >>> counted(1, "article"), counted(2500, "article"), counted(0, "copy", "copies")
    ('1 article', '2,500 articles', '0 copies')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
