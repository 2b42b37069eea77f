"""The study file, read safely and checked whole before anything runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from q7x2lab.errors import StudyError, did_you_mean
from q7x2lab.studies.schema import Study, known_keys
from q7x2lab.yaml_files import parse_yaml, read_yaml

MOST_ERRORS = 3
_EXPECTED = {
    "bool_type": "true or false",
    "date_type": "a date such as 2022-02-24",
    "date_from_datetime_parsing": "a date such as 2022-02-24",
    "dict_type": "a mapping (key: value)",
    "int_type": "a whole number",
    "list_type": "a list ([a, b])",
    "model_type": "a mapping (key: value)",
    "missing": "a value",
    "too_short": "at least one",
    "string_type": "text (in quotation marks where it looks like a number or a date)",
    "string_pattern_mismatch": "letters, digits, - and _ (at most 64, no space, no slash)",
}


@dataclass(frozen=True)
class StudyFile:
    """A checked study, the file it came from, and the folder its paths start from."""

    study: Study
    path: Path

    @property
    def folder(self) -> Path:
        """Where the study's paths start from, as an absolute path."""
        return self.path.absolute().parent

    @property
    def name(self) -> str:
        return self.study.study


_TYPE_TRIED = ("list[", "literal[", "constrained-", "function-")


def load_study(path: str | Path, *, changes: Sequence[str] = ()) -> StudyFile:
    """The study that a YAML file describes, checked whole.

    changes: `key=value` texts that override the file, with dots between keys (`topics.k=8`); values
    are read as YAML. Raises StudyError that names key, value, what was expected and the remedy.
    """
    path = Path(path)
    said = read_yaml(path)
    if not isinstance(said, Mapping):
        raise StudyError(
            "the file holds no keys", where=str(path), remedy="begin with study: and corpus:"
        )
    return StudyFile(check_study(_changed(dict(said), changes), where=str(path)), path)


def check_study(said: Mapping[str, Any], *, where: str = "study") -> Study:
    """The study that these keys and values describe; StudyError in words otherwise.

    >>> check_study({"study": "demo", "corpus": {"files": "demo"}}).period
    'month'
    >>> check_study({"study": "demo", "corpus": {"files": "demo"}, "topcs": {}})
    Traceback (most recent call last):
    ...
    q7x2lab.errors.StudyError: study: unknown key topcs
      remedy: did you mean topics?
    """
    try:
        return Study.model_validate(dict(said))
    except ValidationError as error:
        raise _in_words(_first_of_each(error), where) from None


def recorded_study(parameters: Mapping[str, Any], *, where: str) -> Study:
    """The study that a manifest recorded, where dates are text."""
    try:
        return Study.model_validate_json(json.dumps(parameters))
    except ValidationError as error:
        raise _in_words(_first_of_each(error), where) from None


def _first_of_each(error: ValidationError) -> list[dict[str, Any]]:
    """One problem a place; where a union was tried, what each of its types expected."""
    by_place: dict[tuple[Any, ...], dict[str, Any]] = {}
    for problem in error.errors(include_url=False):
        place = tuple(step for step in problem["loc"] if _is_key(step))
        first = by_place.setdefault(place, dict(problem, loc=place, expected=[]))
        first["expected"].append(_expected(dict(problem)))
    return list(by_place.values())


def _expected(problem: dict[str, Any]) -> str:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "literal_error":
        return context["expected"].replace("'", "")
    if kind in ("greater_than_equal", "less_than_equal", "less_than"):
        return problem["msg"].replace("Input should be", "a number")
    return _EXPECTED.get(kind) or problem["msg"][0].lower() + problem["msg"][1:]


def _is_key(step: Any) -> bool:
    """Whether a step of pydantic's path is a key of the file, not the name of a type tried."""
    return isinstance(step, int) or not (step in ("str", "Title") or step.startswith(_TYPE_TRIED))


def _in_words(problems: list[dict[str, Any]], where: str) -> StudyError:
    shown = [_one_problem(problem) for problem in problems[:MOST_ERRORS]]
    more = len(problems) - len(shown)
    first, remedy = shown[0]
    others = [f"{what} ({hint})" for what, hint in shown[1:]]
    if more:
        others.append(f"and {more} more")
    what = "\n  ".join([first, *(f"also: {other}" for other in others)])
    return StudyError(what, where=where, remedy=remedy)


def _one_problem(problem: dict[str, Any]) -> tuple[str, str]:
    place, kind = problem["loc"], problem["type"]
    key = ".".join(str(step)[:60] for step in place) or "study"
    if kind == "extra_forbidden":
        return f"unknown key {key}", did_you_mean(str(place[-1]), known_keys(place[:-1]))
    if kind == "invalid_key":
        return f"{_short(problem['input'])} is no text for a key", "put it in quotation marks"
    if kind == "missing":
        return (
            f"the key {key} is missing",
            f"add {place[-1]}: to {'.'.join(map(str, place[:-1])) or 'the file'}",
        )
    if kind == "value_error":
        return f"{key}: {problem['ctx']['error']}", f"correct {key}"
    expected = " or ".join(dict.fromkeys(problem["expected"]))
    return f"{key} is {_short(problem.get('input'))}", f"expected {expected}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _changed(said: dict[str, Any], changes: Sequence[str]) -> dict[str, Any]:
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals or not key:
            raise StudyError(f"--set {change}", remedy="write it as key=value, such as topics.k=8")
        *path, last = key.split(".")
        part = said
        for step in path:
            inner = part.get(step)
            part[step] = dict(inner) if isinstance(inner, Mapping) else {}
            part = part[step]
        part[last] = parse_yaml(value, where=f"--set {key}")
    return said


def study_paths(file: StudyFile) -> list[Path]:
    """Every file that a study names, resolved from the study file; StudyError where one is absent.

    Bundled names (the demonstration corpus, schemes, naming sets) are no paths.
    """
    study = file.study
    files = [study.corpus.files] if isinstance(study.corpus.files, str) else study.corpus.files
    named = [("corpus.files", name) for name in files if name != "demo"]
    named += [("aliases", study.aliases)] if study.aliases not in (None, "news") else []
    named += [("topics.labels", study.topics.labels)] if study.topics.labels else []
    named += [("topics.intrusion", name) for name in study.topics.intrusion]
    named += [("framing.schemes", n) for n in study.framing.schemes if is_path(n)]
    named += [("framing.naming", n) for n in study.framing.naming if is_path(n)]
    named += [("framing.coding", n) for n in study.framing.coding if n != "demo"]
    paths = []
    for key, name in named:
        path, there = _found(file.folder, name)
        if not there:
            raise StudyError(
                f"{key}: there is no file {name[:200]} (looked in {str(path.parent)[:200]})",
                where=str(file.path),
                remedy=_near_file(path),
            )
        paths.append(path)
    return paths


def is_path(name: str) -> bool:
    """Whether a study means a file by a name, and not something bundled.

    >>> is_path("frames.yaml"), is_path("generic")
    (True, False)
    """
    return name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name


def _found(folder: Path, name: str) -> tuple[Path, bool]:
    """The path that a study means, and whether it can be reached; names may be of any kind."""
    path = folder / name
    try:
        path = folder / Path(name).expanduser()
        return path, path.exists()
    except (OSError, RuntimeError, ValueError):  # too long, of a user who is not there, a NUL
        return path, False


def _near_file(path: Path) -> str:
    folder = path.parent
    names = [p.name for p in sorted(folder.iterdir())][:200] if folder.is_dir() else []
    hint = did_you_mean(path.name, names) if names else ""
    return hint if hint.startswith("did you mean") else "paths start from the study file's folder"
