"""YAML that people write: read safely, without references, a key said twice is an error."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from q7x2lab.errors import StudyError, did_you_mean

_HELP = "indent with spaces, a space after each colon, text with : or # in quotation marks"


class _PlainLoader(yaml.SafeLoader):
    """yaml.SafeLoader, but for references and for keys that are repeated or not plain."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="references (*name) are not read", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            mark = key_node.start_mark
            if isinstance(key, list | dict):
                raise yaml.MarkedYAMLError(problem="a key is not plain text", problem_mark=mark)
            if key in seen:
                problem = f"the key {key!r} stands twice"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def parse_yaml(text: str, *, where: str) -> Any:
    """What YAML text says, read safely; StudyError names the file and the line.

    >>> parse_yaml("k: [1, 2]", where="a.yaml")
    {'k': [1, 2]}
    >>> parse_yaml("k: 1\\nk: 2", where="a.yaml")
    Traceback (most recent call last):
    ...
    q7x2lab.errors.StudyError: a.yaml, line 2: not valid YAML: the key 'k' stands twice
      remedy: indent with spaces, a space after each colon, text with : or # in quotation marks
    """
    try:
        return yaml.load(text, Loader=_PlainLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{where}, line {mark.line + 1}" if mark else where
        what = f"not valid YAML: {getattr(error, 'problem', None) or error}"
        raise StudyError(what, where=place, remedy=_HELP) from None


def read_yaml(path: Path, *, what: str = "study file") -> Any:
    """What a YAML file says, read safely; StudyError names the file, the line and the remedy.

    what: how the file is called in messages.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        folder = path.parent
        others = [p.name for p in sorted(folder.glob("*.y*ml"))] if folder.is_dir() else []
        near = did_you_mean(path.name, others or ["q7x2lab new"])
        raise StudyError(f"there is no such {what}", where=str(path), remedy=near) from None
    except (OSError, UnicodeDecodeError) as error:
        said = f"the {what} cannot be read ({error})"
        raise StudyError(said, where=str(path), remedy="save it as UTF-8 text") from None
    return parse_yaml(text, where=str(path))


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
    if not path.exists():
        remedy = f"give a YAML file or a bundled name; {did_you_mean(str(source), names)}"
        raise StudyError(f"there is no such {what}", where=str(source), remedy=remedy)
    return read_yaml(path, what=what)
