"""Files to rows: csv, JSON, plain text and Excel; each row keeps the line of its file."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from q7x2lab.corpus.columns import known_names
from q7x2lab.errors import CorpusError

MAX_COLUMNS, MAX_CELLS = 10_000, 10**9
# What unpacks to more than 200 times its size holds no text: text packs 3 to 20 times, the most
# repetitive tables some 100 times. Small files harm nobody, whatever they hold.
MOST_PACKED, SMALL = 200, 64 * 2**20
TITLE_LINES = 10  # lines above a header in which titles and notes may stand
HEAD = 20_000  # characters that hold these lines
END = "\0"  # stands after the last line: a quoted cell that holds it was never closed
# A quotation mark that is never closed swallows the rest of the file. A short rest is a file cut
# short, which loses one row; a longer one is a slip in the middle, which would lose many.
MOST_SWALLOWED = 20
LONGEST_RECORD = 120  # characters of a faulty record that a message quotes

LAST_ROW = 1_048_576  # of a sheet of Excel
MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
HIDDEN = re.compile(rb'<row [^>]*hidden="(?:1|true)"')

Record = tuple[int, list[Any]]  # the line of a record and its cells


@dataclass
class FileRows:
    """The rows of one file under the file's own column names, and what was met in reading them.

    table
        One row a record; its index is the line of the file, or the place in its list.
    encoding, notes
        How the file is encoded, and what was repaired or assumed.
    rejected
        ``(file, line, id, reason)`` of each row that could not be read.
    header_line, first_day
        The line of the header; the day that the day numbers of a workbook count from.
    """

    file: str
    format: str
    table: pd.DataFrame
    encoding: str = ""
    notes: list[str] = field(default_factory=list)
    rejected: list[tuple[str, int, str, str]] = field(default_factory=list)
    header_line: int = 1
    first_day: str = "1899-12-30"

    def __post_init__(self) -> None:
        check_width(self.table.shape[1])
        names: list[str] = []
        met = Counter[str]()
        for place, name in enumerate(self.table.columns, start=1):
            text = " ".join(str("" if name is None else name).split()) or f"column {place}"
            names.append(f"{text} (again {met[text]})" if met[text] else text)
            met[text] += 1
        twice = [f"{count} columns are named {text!r}" for text, count in met.items() if count > 1]
        above = [f"header in line {self.header_line}, not before"] * (self.header_line > 1)
        self.notes = [*self.notes, *above, *twice[:3]]
        self.table = self.table.set_axis(pd.Index(names, dtype="str"), axis=1)

    @property
    def source(self) -> tuple[str, str, str, int, str]:
        """The file as a corpus lists it: ``file``, ``format``, ``encoding``, ``rows``, ``note``."""
        total = len(self.table) + len(self.rejected)
        return self.file, self.format, self.encoding, total, "; ".join(self.notes)


def check_width(columns: int, rows: int = 1) -> None:
    """Refuse what is too wide for a table of articles, before memory is filled with it."""
    if columns > MAX_COLUMNS or columns * rows > MAX_CELLS:
        what = f"{columns:,} columns are no table of articles"
        raise CorpusError(what, remedy="one row an article, one column a field")


def check_unpacked(unpacked: int, packed: int) -> None:
    """Refuse a packed file that is too large for memory, or a bomb, before it is unpacked.

    Examples
    --------
    >>> check_unpacked(2**30, 2**27)
    >>> check_unpacked(2**30, 2**20)
    Traceback (most recent call last):
    ...
    q7x2lab.errors.CorpusError: it unpacks to 200 times its size, which no text does (GB of nothing)
      remedy: check what was packed
    """
    if unpacked > SMALL and unpacked > MOST_PACKED * packed:
        what = f"it unpacks to {MOST_PACKED} times its size, which no text does (GB of nothing)"
        raise CorpusError(what, remedy="check what was packed")


def split_header(records: list[Record]) -> tuple[Record, list[Record]]:
    """The header and the records below it: the first, unless only a later one has known names.

    Examples
    --------
    >>> split_header([(1, ["News of 2022", ""]), (2, ["id", "text"]), (3, ["1", "قال"])])
    ((2, ['id', 'text']), [(3, ['1', 'قال'])])
    """
    known = [known_names(cells) for _, cells in records[:TITLE_LINES]]
    later = [place for place, names in enumerate(known) if names > 1]
    place = later[0] if later and not known[0] else 0
    return records[place], records[place + 1 :]


def read_delimited(file: str, text: str) -> FileRows:
    """The rows of a csv or tsv; those with another number of cells than the header are rejected."""
    text = re.sub(r"\Asep=.(?=[\r\n])", "", text)  # Excel's first line; the next ones show it
    delimiter = _delimiter(text)
    records, cut = _records(text, delimiter)
    (start, header), body = split_header(records)
    check_width(len(header), len(records))
    rows, rejected = {}, []
    for line, row in body:
        cells = row if any(row[len(header) :]) else row[: len(header)]
        if cells == header:
            rejected.append((file, line, row[0][:80], "the header again"))
        elif len(cells) == len(header):
            rows[line] = cells
        elif any(cell.strip() for cell in row):
            reason = f"another number of cells than the header: {len(row)}, not {len(header)}"
            rejected.append((file, line, row[0][:80], reason))
    rejected += [(file, line, "", "the file ends inside a quoted cell: cut short?") for line in cut]
    table = pd.DataFrame(list(rows.values()), columns=header, index=list(rows), dtype="str")
    kind = "tsv" if delimiter == "\t" else "csv"
    return FileRows(file, kind, table, header_line=start, rejected=rejected)


def _records(text: str, delimiter: str) -> tuple[list[Record], list[int]]:
    """The records of a csv with the line each begins in; and the line of a last one cut short."""
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(chain(io.StringIO(text, newline=""), [END]), delimiter=delimiter)
    records, end = [], 0
    for row in reader:
        start, end = end + 1, reader.line_num
        if row:
            records.append((start, row))
    start, last = records.pop()
    if last == [END] and start == end:
        return records or [(1, [])], []
    if not records or end - start > MOST_SWALLOWED:
        what = f"line {start}: a quotation mark is opened here and never closed"
        remedy = 'close it, or double the quotation marks inside the cell ("")'
        raise CorpusError(what, remedy=remedy)
    return records, [start]


def _delimiter(text: str) -> str:
    """The separator that gives one of the first lines most known names, then most cells."""
    head = [line for line in re.split(r"[\r\n]+", text[:HEAD]) if line.strip()][:TITLE_LINES]

    def worth(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(head, delimiter=delimiter))
        return max(map(known_names, rows)), len(rows[0])

    return max(",;\t|", key=worth)


def read_json(file: str, text: str) -> FileRows:
    """The rows of a JSON array, of an object that holds one, or of one object a line."""
    whole = _parsed(text)
    if isinstance(whole, Exception):
        records, kind = [_parsed(line) for line in text.split("\n")], "jsonl"
    else:
        records, kind = _listed(whole), "json"
    rows, rejected = {}, []
    for line, record in enumerate(records, start=1):
        if isinstance(record, dict):
            rows[line] = {_flat(key): _flat(value) for key, value in record.items()}
        elif record is not None:
            rejected.append((file, line, "", f"not a JSON object: {str(record)[:LONGEST_RECORD]}"))
    if not rows:
        what = rejected[0][3] if rejected else "not a JSON object: null"
        raise CorpusError(what, remedy="one JSON object a line, or one array of objects")
    table = pd.DataFrame(list(rows.values()), index=list(rows), dtype=object)
    return FileRows(file, kind, table, rejected=rejected)


def _parsed(text: str) -> Any:
    """What a JSON text says, None where it is empty, or the error that it makes."""
    try:
        return json.loads(text) if text.strip() else None
    except (ValueError, RecursionError) as error:
        return error


def _listed(whole: Any) -> list[Any]:
    """The records of a whole file: its list, the one list that its object holds, or itself."""
    if not isinstance(whole, dict):
        return whole if isinstance(whole, list) else [whole]
    lists = [value for value in whole.values() if isinstance(value, list)]
    records = [value for value in lists if value and isinstance(value[0], dict)]
    return records[0] if len(records) == 1 and not known_names(whole) else [whole]


def _flat(value: Any) -> Any:
    """A value of a record as a cell: what is nested stays JSON text."""
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def read_article(file: str, text: str, kind: str = "txt") -> FileRows:
    """The one row of a file that is one article: its name is the id and may hold the date."""
    date = re.search(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", file)
    name = file.removesuffix(".gz").removesuffix(f".{kind}")
    row = {"id": name, "text": text, "date": date[0] if date else ""}
    return FileRows(file, kind, pd.DataFrame([row], index=[1], dtype="str"))


def read_workbook(file: str, data: bytes) -> FileRows:
    """The rows of the sheet that holds the articles.

    The sheet whose header has most known names is taken, a hidden one only where no other has
    any; others are noted. Merged cells each get the value of the first.

    Raises
    ------
    CorpusError
        If every sheet is empty, or it is too large to be a table.
    """
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet, notes = _choose(book.worksheets)
    inside = zipfile.ZipFile(io.BytesIO(data)).read(sheet._worksheet_path)
    (start, header), body = split_header(list(_filled_rows(sheet)))
    lines, rows = zip((start, header), *body, strict=True)
    check_width(max(map(len, rows)), len(rows))
    table = pd.DataFrame(dict(enumerate(zip_longest(*rows))), index=list(lines), dtype=object)
    place: Any = table.loc
    areas = MERGED.findall(inside)
    for left, top, right, bottom in (range_boundaries(area.decode()) for area in areas):
        if top in table.index and left <= table.shape[1]:  # the others may reach beyond the table
            place[top:bottom, left - 1 : right - 1] = place[top, left - 1]
    if areas:
        notes.append("merged cells filled with the value of their first")
    if hidden := len(HIDDEN.findall(inside)):
        notes.append(f"hidden rows read: {hidden}")
    table = table.set_axis(table.iloc[0], axis=1).iloc[1:]
    first_day = "1904-01-01" if book.epoch == CALENDAR_MAC_1904 else FileRows.first_day
    return FileRows(file, "xlsx", table, notes=notes, header_line=start, first_day=first_day)


def _choose(sheets: Sequence[Any]) -> tuple[Any, list[str]]:
    """The sheet with the articles, and notes that name it and the others that hold anything."""
    heads = {s: [row for _, row in islice(_filled_rows(s), TITLE_LINES)] for s in sheets}
    known = {sheet: max(map(known_names, head)) for sheet, head in heads.items() if head}
    if not known:
        raise CorpusError("every sheet is empty", remedy="check the export")
    names = {s: f"{s.title!r}{' (hidden)' * (s.sheet_state != 'visible')}" for s in known}
    chosen = max(known, key=lambda s: (known[s] > 0 and s.sheet_state == "visible", known[s]))
    others = [name for sheet, name in names.items() if sheet is not chosen]
    notes = [f"sheet {names[chosen]}", f"not read: {', '.join(others)}"] if others else []
    return chosen, notes


def _filled_rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a sheet that hold anything, with their numbers; cells up to the last filled."""
    sheet.reset_dimensions()  # what a file says of its size need not be so
    for line, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        last = next((n for n in range(len(row), 0, -1) if row[n - 1] is not None), 0)
        if line > LAST_ROW:
            raise CorpusError(f"row {line:,}: no sheet has so many", remedy="save it as csv")
        if last:
            yield line, list(row[:last])


# By the ending of a file; a workbook and a Parquet file are told by their first bytes.
TEXT_READERS = {"csv": read_delimited, "tsv": read_delimited, "txt": read_article}
TEXT_READERS |= {"json": read_json, "jsonl": read_json}
