"""JSON to records: an array, an object that holds one, or one object a line, as exports have it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from q7x2lab.corpus.columns import known_names


@dataclass
class Records:
    """Objects with the line or place they stand at, what is no object, and keys said twice.

    by_line: whether the numbers are lines of the file, or places in its list.
    """

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    others: list[tuple[int, str]] = field(default_factory=list)
    twice: list[tuple[int, str]] = field(default_factory=list)
    by_line: bool = True


def read_records(text: str) -> Records:
    """The records of a JSON text; nested values stay JSON text.

    >>> read_records('{"id": 1, "at": [2]}').rows
    [(1, {'id': 1, 'at': '[2]'})]
    >>> found = read_records('[{"id": 1, "id": 2}, 3]')
    >>> found.rows, found.others, found.twice
    ([(1, {'id': 2})], [(2, 'not a JSON object: 3')], [(1, 'id')])
    """
    found = Records()
    whole = _whole(text)
    found.by_line = whole is None
    for number, record in enumerate(whole, start=1) if whole is not None else _lines(text):
        if isinstance(record, dict):
            found.twice += [(number, str(key)) for key in _said_twice(record)]
            found.rows.append((number, {_flat(k): _flat(v) for k, v in record.items()}))
        else:
            found.others.append((number, f"not a JSON object: {str(record)[:120]}"))
    return found


class _Pairs(dict[str, Any]):
    """An object that says a key twice: the last value counts, as in every reader of JSON."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    keys = [key for key, _ in pairs]
    doubled = _Pairs(made)
    doubled.twice = tuple(dict.fromkeys(key for key in keys if keys.count(key) > 1))
    return doubled


def _said_twice(record: dict[str, Any]) -> tuple[str, ...]:
    return record.twice if isinstance(record, _Pairs) else ()


def _whole(text: str) -> list[Any] | None:
    """The list of records that the text is or holds; None where it has one record a line."""
    if re.match(r"\s*\{[^\n]*\}\s*\n\s*\{", text):
        return None
    try:
        whole = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list)]
        rows = [value for value in lists if value and isinstance(value[0], dict)]
        return rows[0] if len(rows) == 1 and not known_names(whole) else [whole]
    return whole if isinstance(whole, list) else [whole]


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line, object_pairs_hook=_object)
            except (ValueError, RecursionError) as error:
                yield number, str(error)


def _flat(value: Any) -> Any:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
