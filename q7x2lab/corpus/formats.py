"""Files to rows: csv, jsonl, parquet, xlsx, txt, plain or gzipped; each row keeps its line."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from q7x2lab.corpus.encodings import decode
from q7x2lab.errors import CorpusError

READABLE = ("csv", "tsv", "jsonl", "json", "parquet", "xlsx", "txt")
MAX_BYTES = 4 * 2**30


@dataclass
class Rows:
    """Rows of one file: the table (with `file` and `line` as its index), and rows that failed."""

    file: str
    table: pd.DataFrame
    format: str
    encoding: str = ""
    note: str = ""
    rejected: list[tuple[str, int, str, str]] = field(default_factory=list)


def read_rows(path: Path) -> Rows:
    """The rows of one file, by its suffix (a .gz is unpacked first)."""
    data = _bytes(path)
    suffix = path.with_suffix("").suffix if path.suffix.lower() == ".gz" else path.suffix
    kind = suffix.lower().lstrip(".")
    if kind == "parquet":
        table = pd.read_parquet(io.BytesIO(data))
        return Rows(path.name, table.set_axis(range(1, len(table) + 1)), kind)
    text, encoding, note = decode(data)
    if kind in ("jsonl", "json"):
        return _json_lines(path.name, text, encoding, note)
    delimiter = _delimiter(text) if kind != "tsv" else "\t"
    return _delimited(path.name, text, delimiter, encoding, note)


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise CorpusError("no such file", where=str(path), remedy="check the path")
    if path.suffix.lower() != ".gz":
        return path.read_bytes()
    with gzip.open(path) as unpacked:
        return unpacked.read(MAX_BYTES)


def _delimiter(text: str) -> str:
    head = text[: text.find("\n")] if "\n" in text else text
    return max(",;\t|", key=head.count)


def _delimited(file: str, text: str, delimiter: str, encoding: str, note: str) -> Rows:
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = next(reader)
    rows, lines, rejected, line = [], [], [], reader.line_num + 1
    for row in reader:
        if len(row) == len(header):
            rows.append(row)
            lines.append(line)
        elif row:
            reason = f"{len(row)} cells where the header has {len(header)}"
            rejected.append((file, line, row[0][:80], reason))
        line = reader.line_num + 1
    table = pd.DataFrame(rows, columns=header, index=lines, dtype=str)
    return Rows(file, table, "csv", encoding, note, rejected)


def _json_lines(file: str, text: str, encoding: str, note: str) -> Rows:
    rows: list[dict[str, Any]] = []
    lines, rejected = [], []
    for line, record in _records(text):
        if isinstance(record, dict):
            rows.append(record)
            lines.append(line)
        else:
            rejected.append((file, line, "", f"not a JSON object: {record}"))
    return Rows(file, pd.DataFrame(rows, index=lines), "jsonl", encoding, note, rejected)


def _records(text: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                yield number, str(error)
