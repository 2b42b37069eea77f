"""Every public name says what it is, and shows it by an example that the tests run."""

import doctest
from importlib import import_module

import pytest

import q7x2lab
from q7x2lab import _ROOMS


@pytest.mark.parametrize("room", _ROOMS)
def test_public_names_have_examples(room: str) -> None:
    module = import_module(f"q7x2lab.{room}")
    found = doctest.DocTestFinder(recurse=False)
    bare = [
        name
        for name in _ROOMS[room].split()
        if not any(test.examples for test in found.find(getattr(module, name), name))
    ]
    assert bare == []


def test_public_names_are_those_of_the_rooms() -> None:
    named = [name for names in _ROOMS.values() for name in names.split()]
    assert len(set(named)) == len(named)
    assert q7x2lab.__all__ == ["__version__", *sorted(named)]
    assert all(getattr(q7x2lab, name).__name__ == name for name in named)
