"""YAML that people write: read safely, every fault named with its file, line and remedy."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

import yaml

from q7x2lab.errors import StudyError, did_you_mean

LARGEST_FILE = 20 * 2**20  # bytes: nobody writes more by hand, and reading them takes minutes
_PLAIN = {"map", "seq", "str", "int", "float", "bool", "null", "timestamp"}
_REFERENCE = ("references (*name) are not read", "write out what they stand for")
_MERGE = ("references (<<) are not read", "write out what they stand for")
_HELP = "indent with spaces, a space after each colon, text with : or # in quotation marks"


def parse_yaml(text: str, *, where: str) -> Any:
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
    try:
        loader = _Loader(text)
        loader.name = where
        root = loader.get_single_node()
        return None if root is None else loader.value(root, ())
    except RecursionError:
        remedy = "see a study of q7x2lab new for the form"
        raise StudyError("nested too deeply to be read", where=where, remedy=remedy) from None
    except yaml.reader.ReaderError as error:
        place = f"{where}, line {text[: error.position].count(chr(10)) + 1}"
        what = f"the character U+{error.character:04X} is no text"
        raise StudyError(what, where=place, remedy="take it out") from None
    except yaml.MarkedYAMLError as error:
        place = f"{where}, line {error.problem_mark.line + 1}" if error.problem_mark else where
        raise StudyError(f"not valid YAML: {error.problem}", where=place, remedy=_HELP) from None


class _Loader(yaml.SafeLoader):
    """Reads the nodes of YAML and makes plain values of them; each knows its keys and its line.

    References are refused as they are met: nine lines of them can stand for a billion values.
    """

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            self.refuse(self.peek_event(), (), *_REFERENCE)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)

    def refuse(self, part: Any, keys: tuple[Any, ...], what: str, remedy: str) -> NoReturn:
        place = "".join(f"{key}." for key in keys)[:-1]
        where = f"{self.name}, line {part.start_mark.line + 1}"
        raise StudyError(f"{place}: {what}" if place else what, where=where, remedy=remedy)

    def value(self, node: yaml.Node, keys: tuple[Any, ...]) -> Any:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        if kind not in _PLAIN:
            tag = (f"the tag !!{kind} is not read", "write the value plainly, without a tag")
            self.refuse(node, keys, *(_MERGE if kind == "merge" else tag))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, keys)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(inner, (*keys, i)) for i, inner in enumerate(node.value)]
        try:
            return self.construct_object(node)
        except ValueError:  # 2022-02-30, or a number of thousands of digits
            kind = {"timestamp": "date", "int": "number"}.get(kind, kind)
            remedy = f"write a {kind} that exists, or text in quotation marks"
            self.refuse(node, keys, f"{node.value[:60]} is no {kind}", remedy)

    def mapping(self, node: yaml.MappingNode, keys: tuple[Any, ...]) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.refuse(key_node, keys, "a key is not plain text", "write one word for a key")
            key = self.value(key_node, keys)
            if key in values:
                self.refuse(key_node, keys, f"the key {key!r} stands twice", "keep one of them")
            values[key] = self.value(value_node, (*keys, key))
        return values


def read_yaml(path: Path, *, what: str = "study file") -> Any:
    """What a YAML file says; see `parse_yaml`.

    Parameters
    ----------
    what
        How the file is called in messages.

    Raises
    ------
    StudyError
        Where there is no such file or it is not in UTF-8, with the remedy.
    """
    try:
        if not path.is_file():  # nor is a folder, a device, or a pipe that nothing comes from
            others = [file.name for file in sorted(path.parent.glob("*.y*ml"))]
            near = did_you_mean(path.name, others or ["q7x2lab new"])
            raise StudyError(f"there is no such {what}", where=str(path), remedy=near)
        if path.stat().st_size > LARGEST_FILE:  # somebody named the articles
            wrong = f"this is no {what}, but far too large"
            raise StudyError(wrong, where=str(path), remedy="name a YAML file")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        place = f"{path}, line {error.object[: error.start].count(10) + 1}"
        remedy = "save it as UTF-8 text"
        raise StudyError(f"the {what} is not in UTF-8", where=place, remedy=remedy) from None
    except (OSError, ValueError) as error:
        wrong = f"the {what} cannot be read: {getattr(error, 'strerror', None) or error}"
        remedy = "check the path and permissions"
        raise StudyError(wrong, where=str(path), remedy=remedy) from None
    return parse_yaml(text, where=str(path))


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
    bundled = resources.files("q7x2lab") / "data" / folder
    names = sorted(file.name.removesuffix(".yaml") for file in bundled.iterdir())
    if str(source) in names:
        return parse_yaml((bundled / f"{source}.yaml").read_text("utf-8"), where=str(source))
    if not Path(source).is_file():
        remedy = f"give a YAML file or a bundled name; {did_you_mean(str(source), names)}"
        raise StudyError(f"there is no such {what}", where=str(source), remedy=remedy)
    return read_yaml(Path(source), what=what)
