"""YAML that people write: read safely, every fault named with its file, line and remedy."""

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
        root = loader.get_single_node()
        return None if root is None else loader.value(root, ())
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


class _Loader(yaml.SafeLoader):
    """Reads the nodes of YAML and makes plain values of them; each knows its keys and its line.

    References are refused as they are met: nine lines of them can stand for a billion values.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            self.refuse(event, (), "references (*name) are not read", "write out the value")
        return super().compose_node(parent, index)

    def refuse(self, part: Any, keys: tuple[Any, ...], what: str, remedy: str) -> NoReturn:
        what = f"{'.'.join(map(str, keys))}: {what}" if keys else what
        raise yaml.constructor.ConstructorError(None, None, what, part.start_mark, remedy)

    def value(self, node: yaml.Node, keys: tuple[Any, ...]) -> Any:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind not in _PLAIN:
            what = "references (<<) are" if kind == "merge" else f"the tag !!{kind} is"
            self.refuse(node, keys, f"{what} not read", "write out the value plainly")
        if isinstance(node, yaml.MappingNode):
            values: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                if not isinstance(key_node, yaml.ScalarNode):
                    self.refuse(key_node, keys, "a key is not plain text", "write one word")
                key = self.value(key_node, keys)
                if key in values:
                    self.refuse(key_node, keys, f"the key {key!r} stands twice", "keep one")
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


def read_yaml(
    path: Path, *, what: str = "study file", known: Sequence[str] = ("q7x2lab new",)
) -> Any:
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
            names = [*known, *(file.name for file in sorted(path.parent.glob("*.y*ml")))]
            wrong, remedy = f"there is no such {what}", did_you_mean(path.name, names)
        elif path.stat().st_size > LARGEST_FILE:  # somebody named the articles
            wrong, remedy = f"this is no {what}, but far too large", "name a YAML file"
        else:
            return parse_yaml(path.read_bytes(), where=str(path))
    except (OSError, ValueError) as error:
        wrong = f"the {what} cannot be read: {getattr(error, 'strerror', None) or error}"
        remedy = "check the path and permissions"
    raise StudyError(wrong, where=str(path), remedy=remedy)


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


def check(right: Any, what: str, where: str, remedy: str) -> None:
    """Refuse what is not right in a file that somebody wrote."""
    if not right:
        raise StudyError(what, where=where, remedy=remedy)


def checked_keys(value: Any, known: Sequence[str], where: str) -> dict[str, Any]:
    """The mapping that was read from YAML, refused where it has a key that is not known."""
    what = f"expected keys and values, found {value!r}"
    check(isinstance(value, Mapping), what, where, "write key: value; see a bundled example")
    for key in value if known else ():
        check(key in known, f"unknown key {key!r}", where, did_you_mean(key, known))
    return dict(value)


class Entry(BaseModel):
    """A part of a file that people write: its keys are known, its values of the right type."""

    model_config = ConfigDict(strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in value if isinstance(value, Mapping) else ():
            if key not in known:
                raise fault(f"unknown key {key!r}", did_you_mean(str(key), known), key)
        return value


def fault(what: str, remedy: str, *keys: object) -> PydanticCustomError:
    """What a validator of an `Entry` raises; ``keys`` lead on from the entry to the fault."""
    return PydanticCustomError("told", "{what}", {"what": what, "remedy": remedy, "keys": keys})


E = TypeVar("E", bound=Entry)


def read_entry(kind: type[E], content: Any, *, where: str, text: str | bytes) -> E:
    """An `Entry` of that kind from what YAML said, refused with the line of every fault.

    Parameters
    ----------
    content, text
        What `parse_yaml` made of the text, and the text.
    where
        How the text is called in messages.

    Raises
    ------
    StudyError
        With the line, the key, what was found there and the remedy, for each fault.

    Examples
    --------
    >>> class Term(Entry):
    ...     word: str
    >>> read_entry(Term, {"word": 5}, where="a.yaml", text="word: 5")
    Traceback (most recent call last):
    ...
    q7x2lab.errors.StudyError: a.yaml, line 1: word: found 5
      remedy: write text, in quotation marks where it looks like a number or a date
    """
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        problems = error.errors(include_url=False)
    faults = []
    for problem in problems:
        told, given = problem.get("ctx", {}), problem["input"]
        if problem["type"] == "too_short" and given:
            continue  # of a list whose items are wrong, which is told for each
        keys = (*problem["loc"], *told.get("keys", ()))
        found = "the key is missing" if problem["type"] == "missing" else f"found {given!r}"
        what = ": ".join(filter(None, [".".join(map(str, keys)), told.get("what", found)]))
        hint = _REMEDIES.get(problem["type"]) or problem["msg"].replace("Input should", "it should")
        faults.append((_line(text, keys), what, told.get("remedy") or hint))
    (line, first, remedy), *others = faults
    more = [f"line {at}: {what} ({hint})" for at, what, hint in others]
    raise StudyError("\n  ".join([first, *more]), where=f"{where}, line {line}", remedy=remedy)


_REMEDIES = {
    "missing": "add it",
    "string_type": "write text, in quotation marks where it looks like a number or a date",
    "string_pattern_mismatch": "write what its kind of name may hold: see a bundled file",
    "tuple_type": "write a list: [a, b]",
    "dict_type": "write key: value",
    "model_type": "write key: value",
    "too_short": "give at least one",
    "int_type": "write a whole number",
}


def _line(text: str | bytes, keys: Sequence[object]) -> int:
    """The line on which the last of the keys that YAML text has stands."""
    node: Any = yaml.compose(text, yaml.SafeLoader)
    line = 1
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            parts = {name.value: (name, value) for name, value in node.value}
        else:
            parts = dict(enumerate(zip(node.value, node.value, strict=True)))
        if key not in parts:
            break
        place, node = parts[key]
        line = place.start_mark.line + 1
    return line
