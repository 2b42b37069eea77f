"""Every public name says what it is, and shows it by an example that the tests run."""

import ast
import doctest
from importlib import import_module
from pathlib import Path

import pytest

import q7x2lab

STUB = Path(q7x2lab.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
IMPORTS = [node for node in ast.parse(STUB).body if isinstance(node, ast.ImportFrom)]
NAMES = {node.module: [each.name for each in node.names] for node in IMPORTS}


@pytest.mark.parametrize("room", NAMES)
def test_public_names_have_examples(room: str) -> None:
    module = import_module(room)
    found = doctest.DocTestFinder(recurse=False)
    bare = [
        name
        for name in NAMES[room]
        if not any(test.examples for test in found.find(getattr(module, name), name))
    ]
    assert bare == []


def test_public_names_are_those_of_the_stub() -> None:
    named = [name for names in NAMES.values() for name in names]
    assert len(named) > 150
    assert len(NAMES) == len(IMPORTS) and len(set(named)) == len(named)
    assert all(each.asname == each.name for node in IMPORTS for each in node.names)
    assert q7x2lab.__all__ == ["__version__", *sorted(named)]
    assert all(getattr(q7x2lab, name).__name__ == name for name in named)
