"""YAML that people write: read safely, without references, a key said twice is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from q7x2lab.errors import StudyError, did_you_mean

_HELP = "indent with spaces, a space after each colon, text with : or # in quotation marks"
_LARGEST = 20 * 2**20  # bytes of a file that somebody wrote by hand
_TAG = re.compile(r"could not determine a constructor for the tag '(?:tag:yaml.org,2002:)?(.*)'")


class _NotPlain(yaml.MarkedYAMLError):
    """What YAML allows and these files do not, with what to write in its place."""

    def __init__(self, problem: str, remedy: str, node: yaml.Node) -> None:
        super().__init__(problem=problem)
        self.remedy, self.node, self.line = remedy, node, node.start_mark.line + 1


class _PlainLoader(yaml.SafeLoader):
    """yaml.SafeLoader, but for references and for keys that are repeated or not plain."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            problem, remedy = "references (*name) are not read", "write out what they stand for"
            raise _NotPlain(problem, remedy, self.peek_event())
        return super().compose_node(parent, index)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError:  # of a date or number: 2022-02-30, or thousands of digits
            kind = node.tag.rpartition(":")[2].replace("timestamp", "date").replace("int", "number")
            remedy = f"write a {kind} that exists, or text in quotation marks"
            raise _NotPlain(f"{node.value[:60]} is no {kind}", remedy, node) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if key_node.tag.endswith(":merge"):
                problem, remedy = "references (<<) are not read", "write out what they stand for"
                raise _NotPlain(problem, remedy, key_node)
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, list | dict):
                raise _NotPlain("a key is not plain text", "write one word for a key", key_node)
            if key in seen:
                remedy = "keep one of them"
                raise _NotPlain(f"the key {key!r} stands twice", remedy, key_node)
            seen.add(key)
        return super().construct_mapping(node, deep)


def parse_yaml(text: str, *, where: str) -> Any:
    """What YAML text says, read safely; StudyError names the file, the line, the key, the value.

    >>> parse_yaml("k: [1, 2]", where="a.yaml")
    {'k': [1, 2]}
    >>> parse_yaml("k: {from: 2022-02-30}", where="a.yaml")
    Traceback (most recent call last):
    ...
    q7x2lab.errors.StudyError: a.yaml, line 1: k.from: 2022-02-30 is no date
      remedy: write a date that exists, or text in quotation marks
    """
    root = None
    try:
        loader = _PlainLoader(text)
        root = loader.get_single_node()
        return None if root is None else loader.construct_document(root)
    except _NotPlain as error:
        key = ".".join(_place(root, error.node) or ())
        what = f"{key}: {error.problem}" if key else str(error.problem)
        place = f"{where}, line {error.line}"
        raise StudyError(what, where=place, remedy=error.remedy) from None
    except yaml.reader.ReaderError as error:
        place = f"{where}, line {text[: error.position].count(chr(10)) + 1}"
        what = f"the character U+{error.character:04X} is no text"
        raise StudyError(what, where=place, remedy="take it out") from None
    except RecursionError:
        remedy = "see a study of q7x2lab new for the form"
        raise StudyError("nested too deeply to be read", where=where, remedy=remedy) from None
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        place = f"{where}, line {mark.line + 1}" if mark else where
        tag = _TAG.search(str(problem))
        what = f"the tag !!{tag[1]} is not read" if tag else f"not valid YAML: {problem or error}"
        remedy = "write the value plainly, without a tag" if tag else _HELP
        raise StudyError(what, where=place, remedy=remedy) from None


def _place(root: yaml.Node | None, node: Any) -> list[str] | None:
    """The keys that lead from the root to a node; None where it is not below it."""
    if root is node:
        return []
    if isinstance(root, yaml.MappingNode):
        below = [(str(key.value), value) for key, value in root.value if key is not node]
    elif isinstance(root, yaml.SequenceNode):
        below = [(str(number), value) for number, value in enumerate(root.value)]
    else:
        return None
    found = ((name, _place(value, node)) for name, value in below)
    return next(([name, *steps] for name, steps in found if steps is not None), None)


def read_yaml(path: Path, *, what: str = "study file") -> Any:
    """What a YAML file says, read safely; StudyError names the file, the line and the remedy.

    what: how the file is called in messages.
    """
    data = _bytes(path, what)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = f"{path}, line {data[: error.start].count(10) + 1}"
        said = f"the {what} is not in UTF-8"
        raise StudyError(said, where=place, remedy="save it as UTF-8 text") from None
    return parse_yaml(text, where=str(path))


def _bytes(path: Path, what: str) -> bytes:
    """What a file holds that somebody wrote; devices, folders and huge files are refused."""
    try:
        if not path.exists():
            others = [p.name for p in sorted(path.parent.glob("*.y*ml"))]
            near = did_you_mean(path.name, others or ["q7x2lab new"])
            raise StudyError(f"there is no such {what}", where=str(path), remedy=near)
        if not path.is_file() or path.stat().st_size > _LARGEST:
            said = f"this is no {what}, but " + (
                "a folder" if path.is_dir() else "far too large" if path.is_file() else "no file"
            )
            raise StudyError(said, where=str(path), remedy="name a YAML file")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        said = f"the {what} cannot be read: {getattr(error, 'strerror', None) or error}"
        remedy = "check the path and permissions"
        raise StudyError(said, where=str(path), remedy=remedy) from None


def read_bundled(source: str | Path | Mapping[str, Any], folder: str, *, what: str) -> Any:
    """What a mapping, a bundled name or a YAML file says.

    folder: where the bundled files are, below the package's data. what: how the kind of file is
    called in messages. Raises StudyError where there is neither such a name nor such a file.
    """
    if isinstance(source, Mapping):
        return source
    bundled = resources.files("q7x2lab") / "data" / folder
    names = sorted(file.name.removesuffix(".yaml") for file in bundled.iterdir())
    if str(source) in names:
        text = (bundled / f"{source}.yaml").read_text(encoding="utf-8")
        return parse_yaml(text, where=str(source))
    path = Path(source)
    if not path.is_file():
        remedy = f"give a YAML file or a bundled name; {did_you_mean(str(source), names)}"
        raise StudyError(f"there is no such {what}", where=str(source), remedy=remedy)
    return read_yaml(path, what=what)
