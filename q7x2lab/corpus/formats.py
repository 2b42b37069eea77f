"""Files to rows: csv, jsonl, parquet, xlsx, txt, plain or gzipped; each row keeps its line."""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow
from pyarrow import parquet

from q7x2lab.corpus.columns import known_names
from q7x2lab.corpus.encodings import decode
from q7x2lab.corpus.records import read_records
from q7x2lab.corpus.sheets import MAX_BYTES, TITLE_LINES, header_line, is_bomb, read_sheet
from q7x2lab.errors import CorpusError, counted

READABLE = ("csv", "tsv", "jsonl", "json", "parquet", "xlsx", "txt")
MAX_COLUMNS, MAX_CELLS = 10_000, 10**9
BARE = "formula without a stored value"
# A pipe or a device that passes for a file must not keep the reader waiting for ever.
NOT_WAITING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass
class Rows:
    """Rows of one file: a table whose index is the line, and the rows that could not be read.

    rejected: `file line id reason`. hints: line, flag and evidence of what was met in a row that is
    read all the same. first_day: what day numbers in it count from.
    """

    file: str
    table: pd.DataFrame
    format: str
    encoding: str = ""
    note: str = ""
    rejected: list[tuple[str, int, str, str]] = field(default_factory=list)
    hints: list[tuple[int, str, str]] = field(default_factory=list)
    first_day: str = "1899-12-30"

    def __post_init__(self) -> None:
        _check_width(self.file, self.table.shape[1])
        names: list[str] = []
        met = Counter[str]()
        for place, name in enumerate(self.table.columns, start=1):
            text = " ".join(str(name).split()) or f"column {place}"
            names.append(f"{text} (again {met[text]})" if met[text] else text)
            met[text] += 1
        twice = [f"{count} columns are named {text!r}" for text, count in met.items() if count > 1]
        self.note = "; ".join(filter(None, [self.note, *twice[:3]]))
        self.table.columns = pd.Index(names, dtype="str")


def _check_width(file: str, columns: int, rows: int = 0) -> None:
    if columns > MAX_COLUMNS or columns * rows > MAX_CELLS:
        what = f"{columns:,} columns are no table of articles"
        raise CorpusError(what, where=file, remedy="one row an article, one column a field")


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
            if re.match(r"https?:/", str(path)):
                remedy = "download it first, and name the file"
                raise CorpusError("is an address, not a file", where=str(path), remedy=remedy)
            raise CorpusError("no such file", where=str(path), remedy="check the path")
        if not path.is_file():
            raise CorpusError("not a file", where=str(path), remedy="name a file or a folder")
        with os.fdopen(os.open(path, NOT_WAITING), "rb") as stream:
            zipped = stream.peek(2)[:2] == b"\x1f\x8b"
            data = _unpacked(path, stream) if zipped else stream.read(MAX_BYTES + 1) or b""
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        what = f"the .gz is damaged or cut short ({error})"
        raise CorpusError(what, where=str(path), remedy="download or pack it again") from None
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise CorpusError(what, where=str(path), remedy="check the path and permissions") from None
    if len(data) > MAX_BYTES:
        raise CorpusError("larger than 4 GB unpacked", where=str(path), remedy="split the file")
    return data


def _unpacked(path: Path, stream: Any) -> bytes:
    """What is in a .gz, as far as text goes: a bomb is refused before it is unpacked."""
    parts, size, packed = [], 0, path.stat().st_size
    with gzip.open(stream) as inside:
        while part := inside.read(2**24):
            parts.append(part)
            size += len(part)
            if is_bomb(size, packed):
                what = "unpacks to 200 times its size, which no text does (GB of nothing)"
                raise CorpusError(what, where=str(path), remedy="check what was packed")
            if size > MAX_BYTES:
                break
    return b"".join(parts)


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
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        what = f"not a readable parquet file ({str(error).splitlines()[0][:120]})"
        raise CorpusError(what, where=str(path), remedy="write it again") from None
    return Rows(path.name, table.set_axis(range(1, len(table) + 1)), "parquet")


def _xlsx(path: Path, data: bytes) -> Rows:
    """The rows of the sheet that holds the articles."""
    sheet = read_sheet(path, data)
    start = header_line(sheet.rows)
    at = sheet.lines[start]
    notes = [*sheet.notes, f"header in line {at}, not before"] if at > 1 else sheet.notes
    rows, lines = sheet.rows[start + 1 :], sheet.lines[start + 1 :]
    width = max(map(len, sheet.rows[start:]))
    _check_width(path.name, width, len(rows))
    names = ["" if name is None else str(name) for name in sheet.rows[start]]
    cells = [[*row, *[None] * (width - len(row))] for row in rows]
    names += [""] * (width - len(names))
    table = pd.DataFrame(cells, columns=names, index=lines, dtype=object)
    below = {line: named for line, named in sheet.bare.items() if line > at}
    told = {line: f"{BARE} in {', '.join(cells[:8])}" for line, cells in below.items()}
    hints = [(line, BARE, said) for line, said in told.items() if line in set(lines)]
    rejected = [(path.name, line, "", told[line]) for line in sorted(told.keys() - set(lines))]
    made = Rows(path.name, table, "xlsx", "", "; ".join(notes), rejected, hints)
    made.first_day = sheet.first_day
    return made


def _delimited(path: Path, text: str, encoding: str, note: str) -> Rows:
    """Rows of a csv or tsv; those with another number of cells than the header are rejected."""
    csv.field_size_limit(2**31 - 1)
    said = re.match(r"sep=(.)\r?\n", text)
    body = text[said.end() :] if said else text
    delimiter = said[1] if said else _delimiter(body)
    _check_header(path, body, delimiter)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter)
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    rejected = []
    above = _lines_above(body, delimiter)
    note = "; ".join(filter(None, [note, f"header in line {above + 1}, not before" * bool(above)]))
    line = before = 1 + bool(said)
    for row in reader:
        before, line = line, reader.line_num + 1 + bool(said)
        if not header:
            header = row if before > above + bool(said) else header
            continue
        cells = row[: len(header)] if not any(row[len(header) :]) else row
        if cells == header:
            rejected.append((path.name, before, row[0][:80], "the header again"))
        elif len(cells) == len(header):
            rows.append(cells)
            lines.append(before)
        elif any(cell.strip() for cell in row):
            reason = f"{counted(len(row), 'cell')} where the header has {len(header)}"
            rejected.append((path.name, before, row[0][:80], reason))
    _check_quotes(path, body, before - bool(said), rejected, rows, lines)
    if len(rejected) > max(3, len(rows)):
        what = f"line {rejected[0][1]}: {rejected[0][3]}, as in {len(rejected)} rows of the file"
        remedy = "check the delimiter, and that cells with line ends are quoted"
        raise CorpusError(what, where=str(path), remedy=remedy)
    table = pd.DataFrame(rows, columns=header, index=lines, dtype="str")
    return Rows(path.name, table, "tsv" if delimiter == "\t" else "csv", encoding, note, rejected)


def _check_header(path: Path, text: str, delimiter: str) -> None:
    """A first line that is not a header is named before anything is made of it."""
    first = text[:100_000].split("\n", 1)[0]
    cells = text.split("\n", 1)[0].count(delimiter) if len(first) == 100_000 else 0
    if cells > MAX_COLUMNS:
        what = f"line 1: {cells + 1:,} columns are no table of articles"
        raise CorpusError(what, where=path.name, remedy="one row an article, one column a field")
    if first.count('"') % 2 and len(re.findall(r'"', text)) % 2:
        what = "line 1: the header opens a quotation mark and never closes it"
        raise CorpusError(what, where=path.name, remedy="close it, or take it away")


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


def _lines_above(text: str, delimiter: str) -> int:
    """How many lines of titles and notes stand above the header."""
    first = re.split(r"\r\n|\r|\n", text[:20_000])[:TITLE_LINES]
    return header_line([next(csv.reader([line], delimiter=delimiter), []) for line in first])


def _delimiter(text: str) -> str:
    """The separator that gives one of the first lines most known names, then most cells."""
    head = [line for line in text[:20_000].splitlines()[:TITLE_LINES] if line.strip()]

    def worth(delimiter: str) -> tuple[int, int]:
        rows = [next(csv.reader([line], delimiter=delimiter), []) for line in head]
        return max(map(known_names, rows), default=0), len(rows[0]) if rows else 0

    return max(",;\t|", key=worth)


def _json(file: str, text: str, encoding: str, note: str) -> Rows:
    """Rows of a JSON array, of an object that holds one, or of one object a line."""
    found = read_records(text)
    if not found.rows:
        remedy = "one JSON object a line, or one array of objects"
        at = "line" if found.by_line else "record"
        why = [f" ({at} {number}: {said[:120]})" for number, said in found.others[:1]]
        raise CorpusError(f"holds no JSON object{''.join(why)}", where=file, remedy=remedy)
    lines = [line for line, _ in found.rows]
    table = pd.DataFrame([row for _, row in found.rows], index=lines, dtype=object)
    rejected = [(file, line, "", said) for line, said in found.others]
    hints = [(line, "key met before", f"{key}: its last value counts") for line, key in found.twice]
    kind = "jsonl" if found.by_line else "json"
    return Rows(file, table, kind, encoding, note, rejected, hints)


def _plain_text(path: Path, text: str, encoding: str, note: str) -> Rows:
    """One article: the file's name is its id and may hold its date, its folder is the outlet."""
    date = re.search(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", path.stem)
    name = os.fsencode(path.name).decode("utf-8", "replace")
    row = {"id": name.removesuffix(".gz").removesuffix(".txt"), "text": text}
    row["date"] = date[0] if date else ""
    return Rows(name, pd.DataFrame([row], index=[1], dtype="str"), "txt", encoding, note)
