"""YAML that people write: read safely, every fault named with its file, line and remedy."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from q7x2lab.errors import StudyError, did_you_mean

LARGEST_FILE = 20 * 2**20  # bytes: nobody writes more by hand, and reading them takes minutes
_PLAIN = {"map", "seq", "str", "int", "float", "bool", "null", "timestamp"}
_UTF8 = "take it out, or save it as UTF-8 text"
_HELP = "indent with spaces, a space after each colon, text with : or # in quotation marks"


def parse_yaml(text: str | bytes, *, where: str) -> Any:
    """What YAML text says: plain values only, no references, no key twice.

    Parameters
    ----------
    where
        How the text is called in messages: its file, or the option that holds it.

    Raises
    ------
    StudyError
        With the line, the key, the value and the remedy.

    Examples
    --------
    >>> parse_yaml("k: [1, 2]", where="a.yaml")
    {'k': [1, 2]}
    >>> parse_yaml("k: {from: 2022-02-30}", where="a.yaml")
    Traceback (most recent call last):
    ...
    q7x2lab.errors.StudyError: a.yaml, line 1: k.from: 2022-02-30 is no date
      remedy: write a date that exists, or text in quotation marks
    """
    line = 1
    try:
        loader = _Loader(text)
        loader.lines = {}
        root = loader.get_single_node()
        content = None if root is None else loader.value(root, ())
        return Mapped(content, loader.lines) if isinstance(content, dict) else content
    except RecursionError:
        what, remedy = "nested too deeply to be read", "see a study of q7x2lab new for the form"
    except yaml.reader.ReaderError as error:
        line = len(text[: error.position + 1].splitlines())
        what, remedy = f"the character U+{error.character:04X} is no text", _UTF8
    except yaml.MarkedYAMLError as error:  # with a note where the loader below refused something
        line = error.problem_mark.line + 1 if error.problem_mark else line
        what = str(error.problem) if error.note else f"not valid YAML: {error.problem}"
        remedy = error.note or _HELP
    raise StudyError(what, where=f"{where}, line {line}", remedy=remedy)


class Mapped(dict[Any, Any]):
    """Keys and values as YAML text holds them; ``lines``: where each path of keys stands."""

    def __init__(self, content: dict[Any, Any], lines: dict[tuple[Any, ...], int]) -> None:
        super().__init__(content)
        self.lines = lines


class _Loader(yaml.SafeLoader):
    """Reads the nodes of YAML and makes plain values of them; each knows its keys and its line.

    References are refused as they are met: nine lines of them can stand for a billion values.
    """

    lines: dict[tuple[Any, ...], int]

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            self.refuse(event, (), "references (*name) are not read", "write out the value")
        return super().compose_node(parent, index)

    def refuse(self, part: Any, keys: tuple[Any, ...], what: str, remedy: str) -> NoReturn:
        what = f"{'.'.join(map(str, keys))}: {what}" if keys else what
        raise yaml.constructor.ConstructorError(None, None, what, part.start_mark, remedy)

    def value(self, node: yaml.Node, keys: tuple[Any, ...]) -> Any:
        self.lines.setdefault(keys, node.start_mark.line + 1)
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind not in _PLAIN:
            self.refuse(node, keys, f"the tag !!{kind} is not read", "write out the value plainly")
        if isinstance(node, yaml.MappingNode):
            values: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                if not isinstance(key_node, yaml.ScalarNode):
                    self.refuse(key_node, keys, "a key is not plain text", "write one word")
                key = self.value(key_node, keys)
                if key in values:
                    self.refuse(key_node, keys, f"the key {key!r} stands twice", "keep one")
                self.lines[*keys, key] = key_node.start_mark.line + 1
                values[key] = self.value(value_node, (*keys, key))
            return values
        if isinstance(node, yaml.SequenceNode):
            return [self.value(inner, (*keys, i)) for i, inner in enumerate(node.value)]
        try:
            return self.construct_object(node)
        except ValueError:  # 2022-02-30, or a number of thousands of digits
            kind = {"timestamp": "date", "int": "number"}.get(kind, kind)
            remedy = f"write a {kind} that exists, or text in quotation marks"
            self.refuse(node, keys, f"{node.value[:60]} is no {kind}", remedy)


def read_yaml(path: Path, *, what: str = "study file", known: Sequence[str] = ()) -> Any:
    """What a YAML file says; see `parse_yaml`.

    Parameters
    ----------
    what
        How the file is called in messages.
    known
        What could have been given instead, for a hint.

    Raises
    ------
    StudyError
        Where there is no such file or it cannot be read, with the remedy.
    """
    try:
        if not path.is_file():  # nor is a folder, a device, or a pipe that nothing comes from
            beside = (file.name for file in sorted(path.parent.glob("*.y*ml")))
            names = [*(known or ["q7x2lab new"]), *beside]
            wrong, remedy = f"there is no such {what}", did_you_mean(path.name, names)
        elif path.stat().st_size > LARGEST_FILE:  # somebody named the articles
            wrong, remedy = f"this is no {what}, but far too large", "name a YAML file"
        else:
            return parse_yaml(path.read_bytes(), where=str(path))
    except (OSError, ValueError) as error:
        wrong = f"the {what} cannot be read: {getattr(error, 'strerror', None) or error}"
        remedy = "check the path and permissions"
    raise StudyError(wrong, where=str(path), remedy=remedy)


def as_list(value: Any) -> Any:
    """The list that is meant where one text stands for a list of one, or nothing for an empty one.

    >>> as_list("war"), as_list(["war", "crisis"]), as_list(None)
    (['war'], ['war', 'crisis'], [])
    """
    return [value] if isinstance(value, str) else value or []


def read_bundled(source: str | Path | Mapping[str, Any], folder: str, *, what: str) -> Any:
    """What a mapping, a bundled name or a YAML file says.

    Parameters
    ----------
    folder
        Where the bundled files are, below the package's data.
    what
        How the kind of file is called in messages.

    Raises
    ------
    StudyError
        Where there is neither such a name nor such a file.
    """
    if isinstance(source, Mapping):
        return source
    bundled = Path(__file__).parent / "data" / folder
    names = sorted(path.stem for path in bundled.iterdir())
    path = bundled / f"{source}.yaml" if str(source) in names else Path(source)
    return read_yaml(path, what=what, known=names)


class Entry(BaseModel):
    """A part of a file that people write: its keys are known, its values of the right type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _with_hints(cls, value: Any) -> Any:
        """The value of an unknown key is the nearest known one: the refusal will tell it."""
        if not isinstance(value, Mapping):
            return value
        known = [field.alias or name for name, field in cls.model_fields.items()]
        return {key: value[key] if key in known else did_you_mean(key, known) for key in value}


def fault(what: str, remedy: str) -> PydanticCustomError:
    """What a validator of an `Entry` raises."""
    return PydanticCustomError("told", "{what}", {"what": what, "remedy": remedy})


E = TypeVar("E", bound=BaseModel)


def read_entry(kind: type[E], content: Any, *, where: str) -> E:
    """An `Entry` of that kind from what YAML said, refused with every fault and its line.

    Parameters
    ----------
    content
        What `read_yaml` or `parse_yaml` returned; or a mapping, which has no lines.
    where
        How the content is called in messages.

    Raises
    ------
    StudyError
        With the line, the key, what was found there and the remedy, for each fault.

    Examples
    --------
    >>> class Term(Entry):
    ...     word: str
    >>> read_entry(Term, parse_yaml("word: 5", where="a.yaml"), where="a.yaml")
    Traceback (most recent call last):
    ...
    q7x2lab.errors.StudyError: a.yaml, line 1: word: found 5
      remedy: write text, in quotation marks where it looks like a number or a date
    """
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        problems = error.errors(include_url=False)
    lines = getattr(content, "lines", {})
    faults: dict[tuple[int, str], dict[str, None]] = {}  # remedies by line and fault
    for problem in sorted(problems, key=lambda problem: problem["type"] != "extra_forbidden"):
        if problem["type"] == "too_short" and len(problem["input"]) >= problem["ctx"]["min_length"]:
            continue  # a list whose items are wrong, which is told for each
        keys = [step for step in problem["loc"] if not _TYPE_TRIED.match(str(step))]
        line = max(lines.get(tuple(keys[:n]), 0) for n in range(len(keys) + 1))
        what, remedy = _what_and_remedy(problem)
        what = f"{'.'.join(map(str, keys))}: {what}" if keys else what
        faults.setdefault((line, what), {})[remedy] = None
    (line, first, remedy), *others = [(*key, " or ".join(hints)) for key, hints in faults.items()]
    more = [f"{f'line {at}' if lines else 'also'}: {what} ({hint})" for at, what, hint in others]
    where = f"{where}, line {line}" if lines else where
    raise StudyError("\n  ".join([first, *more]), where=where, remedy=remedy)


# What pydantic puts into the path of a key that may be of several types: the type tried.
_TYPE_TRIED = re.compile(r"(str|[A-Z]\w*)$|(constrained|function)-|\w*\[")


def _what_and_remedy(problem: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with the value of a key, and what to write instead."""
    kind, given = problem["type"], problem["input"]
    if kind == "told":
        return problem["ctx"]["what"], problem["ctx"]["remedy"]
    if kind == "extra_forbidden":
        return f"unknown key {problem['loc'][-1]!r}", given
    remedies = read_bundled("file_faults", "words", what="remedies")
    hint = remedies.get(kind, problem["msg"].replace("Input should be", "write"))
    remedy = hint.format(**problem.get("ctx", {}))
    return "the key is missing" if kind == "missing" else f"found {given!r}", remedy
