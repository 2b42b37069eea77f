"""From a table of Arabic news articles to figures, tables and numbers.

Every public name is here, and is loaded when it is first used:

    >>> import q7x2lab as q
    >>> q.tokenize("وقال بوتين")
    ['وقال', 'بوتين']

The names and their modules stand in `__init__.pyi`, where editors find them too (as in SPEC 1,
Lazy Loading of Submodules and Functions, of Scientific Python).
"""

import ast
from importlib import import_module
from pathlib import Path
from typing import Any

from q7x2lab.exhibits import with_refusals

__version__ = "0.1.0"

_STUB = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
_IMPORTS = [node for node in _STUB.body if isinstance(node, ast.ImportFrom)]
_HOME = {each.name: str(node.module) for node in _IMPORTS for each in node.names}
_TAKE_REFUSALS = ("apply_topic_names", "show", "with_coding")  # and do not return them
__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    plain = isinstance(value, type) or name in _TAKE_REFUSALS
    globals()[name] = value if plain else with_refusals(value)
    return globals()[name]


def __dir__() -> list[str]:
    return __all__
