"""Files to rows: csv, jsonl, parquet, xlsx, txt, plain or gzipped; each row keeps its line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow
from pyarrow import parquet

from q7x2lab.corpus.columns import NAMES, plain_name
from q7x2lab.corpus.encodings import decode
from q7x2lab.errors import CorpusError

READABLE = ("csv", "tsv", "jsonl", "json", "parquet", "xlsx", "txt")
MAX_BYTES = 4 * 2**30
KNOWN_NAMES = {plain_name(name) for names in NAMES.values() for name in names.split()}


@dataclass
class Rows:
    """Rows of one file: a table whose index is the line, and the rows that could not be read."""

    file: str
    table: pd.DataFrame
    format: str
    encoding: str = ""
    note: str = ""
    rejected: list[tuple[str, int, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        names: list[str] = []
        for place, name in enumerate(self.table.columns, start=1):
            text = " ".join(str(name).split()) or f"column {place}"
            count = sum(seen == text or seen.startswith(f"{text} (again") for seen in names)
            names.append(f"{text} (again {count})" if count else text)
            if count:
                self.note = "; ".join(filter(None, [self.note, f"two columns are named {text!r}"]))
        self.table.columns = pd.Index(names, dtype="str")


def read_rows(path: Path) -> Rows:
    """The rows of one file, by its content and suffix; CorpusError where it cannot be read."""
    data = _bytes(path)
    kind = _kind(path, data)
    if kind == "parquet":
        return _parquet(path, data)
    if kind == "xlsx":
        return _xlsx(path, data)
    text, encoding, note = decode(data)
    if not text.strip():
        raise CorpusError("the file is empty", where=str(path), remedy="check the export")
    if len(re.findall(r"[\x01-\x08\x0e-\x1f\ufffd]", text[:4000])) > len(text[:4000]) // 20:
        remedy = f"save it as one of {', '.join(READABLE)}"
        raise CorpusError("holds bytes that are no text", where=str(path), remedy=remedy)
    if kind in ("jsonl", "json"):
        return _json(path.name, text, encoding, note)
    if kind == "txt":
        return _plain_text(path, text, encoding, note)
    return _delimited(path, text, encoding, note)


def _bytes(path: Path) -> bytes:
    try:
        if not path.exists():
            raise CorpusError("no such file", where=str(path), remedy="check the path")
        if not path.is_file():
            raise CorpusError("not a file", where=str(path), remedy="name a file or a folder")
        with path.open("rb") as stream:
            zipped = stream.read(2) == b"\x1f\x8b"
        with gzip.open(path) if zipped else path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        what = f"the .gz is damaged or cut short ({error})"
        raise CorpusError(what, where=str(path), remedy="download or pack it again") from None
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise CorpusError(what, where=str(path), remedy="check the path and permissions") from None
    if len(data) > MAX_BYTES:
        raise CorpusError("larger than 4 GB unpacked", where=str(path), remedy="split the file")
    return data


def _kind(path: Path, data: bytes) -> str:
    if data[:4] == b"PAR1":
        return "parquet"
    if data[:4] == b"PK\x03\x04":
        return "xlsx"
    suffixes = [part.lower().lstrip(".") for part in path.suffixes if part.lower() != ".gz"]
    kind = suffixes[-1] if suffixes else ""
    if kind not in READABLE:
        what = f"format {kind or 'without suffix'!r} is not read"
        raise CorpusError(what, where=str(path), remedy=f"save it as one of {', '.join(READABLE)}")
    return kind


def _parquet(path: Path, data: bytes) -> Rows:
    try:
        table = parquet.read_table(io.BytesIO(data)).to_pandas(ignore_metadata=True)
    except (pyarrow.ArrowException, OSError, ValueError, NotImplementedError) as error:
        what = f"not a readable parquet file ({str(error).splitlines()[0][:120]})"
        raise CorpusError(what, where=str(path), remedy="write it again") from None
    return Rows(path.name, table.set_axis(range(1, len(table) + 1)), "parquet")


def _xlsx(path: Path, data: bytes) -> Rows:
    """The first sheet that has a header of known names, else the first; others are noted."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                raise CorpusError("unpacks to more than 4 GB", where=str(path))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    except CorpusError:
        raise
    except Exception as error:  # openpyxl lets parser errors of every kind through
        what = f"not a readable xlsx file ({type(error).__name__})"
        raise CorpusError(what, where=str(path), remedy="save it again, or as csv") from None
    filled = {name: rows for name, rows in sheets.items() if rows}
    if not filled:
        raise CorpusError("every sheet is empty", where=str(path))
    chosen = max(filled, key=lambda name: _known(map(str, filled[name][0])))
    others = [name for name in filled if name != chosen]
    note = f"sheet {chosen!r}; not read: {', '.join(map(repr, others))}" if others else ""
    header, *rows = filled[chosen]
    names = ["" if name is None else str(name) for name in header]
    lines = [line for line, row in enumerate(rows, start=2) if any(c is not None for c in row)]
    table = pd.DataFrame(
        [rows[line - 2] for line in lines], columns=names, index=lines, dtype=object
    )
    return Rows(path.name, table, "xlsx", "", note)


def _known(names: Any) -> int:
    return sum(plain_name(name) in KNOWN_NAMES for name in names)


def _delimited(path: Path, text: str, encoding: str, note: str) -> Rows:
    """Rows of a csv or tsv; those with another number of cells than the header are rejected."""
    csv.field_size_limit(2**31 - 1)
    said = re.match(r"sep=(.)\r?\n", text)
    body = text[said.end() :] if said else text
    delimiter = said[1] if said else _delimiter(body)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    rejected = []
    line = before = 1 + bool(said)
    for row in reader:
        before, line = line, reader.line_num + 1 + bool(said)
        if not header:
            header = row
            continue
        cells = row[: len(header)] if not any(row[len(header) :]) else row
        if len(cells) == len(header):
            rows.append(cells)
            lines.append(before)
        elif any(cell.strip() for cell in row):
            reason = f"{len(row)} cells where the header has {len(header)}"
            rejected.append((path.name, before, row[0][:80], reason))
    _check_quotes(path, body, before - bool(said), rejected, rows, lines)
    if len(rejected) > max(3, len(rows)):
        what = f"line {rejected[0][1]}: {rejected[0][3]}, as in {len(rejected)} rows of the file"
        remedy = "check the delimiter, and that cells with line ends are quoted"
        raise CorpusError(what, where=str(path), remedy=remedy)
    table = pd.DataFrame(rows, columns=header, index=lines, dtype="str")
    return Rows(path.name, table, "tsv" if delimiter == "\t" else "csv", encoding, note, rejected)


def _check_quotes(
    path: Path, text: str, line: int, rejected: list, rows: list, lines: list[int]
) -> None:
    """A quoted cell that the file never closes swallows every row after it: say so."""
    last = text.split("\n", line - 1)[-1]
    if last.count('"') % 2 == 0:
        return
    swallowed = last.rstrip("\n").count("\n")
    if swallowed > 20:
        what = f"line {line}: a quotation mark is opened here and never closed"
        remedy = 'close it, or double the quotation marks inside the cell ("")'
        raise CorpusError(what, where=str(path), remedy=remedy)
    if lines and lines[-1] == line:
        rows.pop()
        lines.pop()
    elif rejected and rejected[-1][1] == line:
        rejected.pop()
    rejected.append((path.name, line, "", "the file ends inside a quoted cell: cut short?"))


def _delimiter(text: str) -> str:
    """The separator that gives the first line most known names, then most cells."""
    head = next((line for line in text[:100_000].splitlines() if line.strip()), "")

    def worth(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([head], delimiter=delimiter), [])
        return _known(cells), len(cells)

    return max(",;\t|", key=worth)


def _json(file: str, text: str, encoding: str, note: str) -> Rows:
    """Rows of a JSON array, of an object that holds one, or of one object a line."""
    records, rejected = [], []
    for line, record in _records(text):
        if isinstance(record, dict):
            records.append((line, {_flat(key): _flat(value) for key, value in record.items()}))
        else:
            rejected.append((file, line, "", f"not a JSON object: {str(record)[:120]}"))
    if not records:
        remedy = "one JSON object a line, or one array of objects"
        raise CorpusError("holds no JSON object", where=file, remedy=remedy)
    table = pd.DataFrame([row for _, row in records], index=[n for n, _ in records], dtype=object)
    return Rows(file, table, "jsonl", encoding, note, rejected)


def _records(text: str) -> Iterator[tuple[int, Any]]:
    one_a_line = re.match(r"\s*\{[^\n]*\}\s*\n\s*\{", text)
    if not one_a_line:
        try:
            whole = json.loads(text)
            if isinstance(whole, dict):
                lists = [value for value in whole.values() if isinstance(value, list)]
                rows = [value for value in lists if value and isinstance(value[0], dict)]
                whole = rows[0] if len(rows) == 1 and not _known(whole) else [whole]
            yield from enumerate(whole, start=1)
            return
        except (ValueError, RecursionError, TypeError):
            pass
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                yield number, str(error)


def _flat(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        value = json.dumps(value, ensure_ascii=False)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _plain_text(path: Path, text: str, encoding: str, note: str) -> Rows:
    """One article: the file's name is its id and may hold its date, its folder is the outlet."""
    date = re.search(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", path.stem)
    row = {"id": path.name.removesuffix(".gz").removesuffix(".txt"), "text": text}
    row["date"] = date[0] if date else ""
    return Rows(path.name, pd.DataFrame([row], index=[1], dtype="str"), "txt", encoding, note)
