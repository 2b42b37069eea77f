"""Rows of an Excel workbook: which sheet, which header, and what merged cells stand for."""

from __future__ import annotations

import bisect
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from q7x2lab.corpus.columns import known_names
from q7x2lab.errors import CorpusError

MAX_BYTES = 4 * 2**30
PACKED = 200  # times smaller than unpacked: from there on no text, but a bomb
SMALL = 64 * 2**20  # bytes unpacked that are never taken for a bomb
TITLE_LINES = 10  # lines above a header in which titles and notes may stand
LAST_ROW = 1_048_576  # of a sheet
MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
HIDDEN = re.compile(rb'<row [^>]*hidden="(?:1|true)"')

Cells = Sequence[Any]


@dataclass
class Sheet:
    """Rows of a sheet that hold anything, their numbers as Excel shows them, and what was met.

    bare: for a row, its cells with a formula whose value was never stored. first_day: what its
    day numbers count from.
    """

    rows: list[list[Any]]
    lines: list[int]
    notes: list[str]
    bare: dict[int, list[str]] = field(default_factory=dict)
    first_day: str = "1899-12-30"


def is_bomb(unpacked: int, packed: int) -> bool:
    """Whether a file was packed smaller than any text packs.

    >>> is_bomb(2**30, 2**20), is_bomb(2**30, 2**27)
    (True, False)
    """
    return unpacked > SMALL and unpacked > PACKED * packed


def read_sheet(path: Path, data: bytes) -> Sheet:
    """The rows of the sheet that holds the articles.

    The sheet whose header has most known names is taken, a hidden one only where no other has
    any; others are noted. Merged cells each get the value of the first. Raises CorpusError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_size(path, archive)
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            chosen, notes = _choose(path, book.worksheets)
            inside = archive.read(chosen._worksheet_path)
        if (rows := inside.count(b"<row ")) > LAST_ROW:
            what = f"{rows:,} rows in a sheet, which holds {LAST_ROW:,} at most"
            raise CorpusError(what, where=str(path), remedy="save it again, or as csv")
        sheet = Sheet([], [], notes)
        for line, row in _filled(path, chosen):
            sheet.lines.append(line)
            sheet.rows.append(row)
        if areas := MERGED.findall(inside):
            _fill_merged(sheet, [range_boundaries(area.decode()) for area in areas])
            notes.append("merged cells filled with the value of their first")
        if hidden := len(HIDDEN.findall(inside)):
            notes.append(f"hidden rows read: {hidden}")
        if b"<f>" in inside or b"<f " in inside:
            sheet.bare = _bare_formulas(path, data, chosen.title, sheet)
        if book.epoch == CALENDAR_MAC_1904:
            sheet.first_day = "1904-01-01"
    except CorpusError:
        raise
    except Exception as error:  # openpyxl lets parser errors of every kind through
        what = f"not a readable xlsx file ({type(error).__name__})"
        raise CorpusError(what, where=str(path), remedy="save it again, or as csv") from None
    return sheet


def header_line(rows: Sequence[Cells]) -> int:
    """Which of the first rows is the header: the first, unless only a later one has known names.

    >>> header_line([["News of 2022", ""], ["id", "text"], ["1", "قال"]])
    1
    """
    known = [known_names(row) for row in rows[:TITLE_LINES]]
    return 0 if not known or known[0] else next((n for n, k in enumerate(known) if k > 1), 0)


def _check_size(path: Path, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > MAX_BYTES:
        remedy = "save it as csv, in parts"
        raise CorpusError("unpacks to more than 4 GB", where=str(path), remedy=remedy)
    for entry in entries:
        if is_bomb(entry.file_size, entry.compress_size):
            what = f"{entry.filename[:60]} in it unpacks to {PACKED} times its size, which no "
            what += "text does (GB of nothing)"
            raise CorpusError(what, where=str(path), remedy="save it again, or as csv")


def _choose(path: Path, sheets: Sequence[Any]) -> tuple[Any, list[str]]:
    """The sheet with the articles, and a note on the others that hold anything."""
    heads = {s.title: [row for _, row in islice(_filled(path, s), TITLE_LINES)] for s in sheets}
    filled = [sheet for sheet in sheets if heads[sheet.title]]
    if not filled:
        raise CorpusError("every sheet is empty", where=str(path), remedy="check the export")
    known = {sheet.title: max(map(known_names, heads[sheet.title])) for sheet in filled}
    hidden = {sheet.title for sheet in filled if sheet.sheet_state != "visible"}
    chosen = max(
        filled, key=lambda s: (known[s.title] > 0 and s.title not in hidden, known[s.title])
    )
    others = [f"{s.title!r}{' (hidden)' * (s.title in hidden)}" for s in filled if s is not chosen]
    if not others:
        return chosen, []
    told = f"sheet {chosen.title!r}{' (hidden)' * (chosen.title in hidden)}"
    return chosen, [told, f"not read: {', '.join(others)}"]


def _filled(path: Path, sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a sheet that hold anything, with their numbers; cells up to the last filled."""
    sheet.reset_dimensions()  # what a file says of its size need not be so
    for line, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        last = next((n for n in range(len(row), 0, -1) if row[n - 1] is not None), 0)
        if line > LAST_ROW:
            remedy = "save it again, or as csv"
            raise CorpusError(f"row {line:,}: no sheet has so many", where=str(path), remedy=remedy)
        if last:
            yield line, [_plain(cell) for cell in row[:last]]


def _plain(cell: Any) -> Any:
    """A time of day or a duration as text: neither is a date."""
    return str(cell) if isinstance(cell, dt.time | dt.timedelta) else cell


def _fill_merged(sheet: Sheet, areas: Sequence[Any]) -> None:
    """Give each cell of a merged area the value of its first, in rows that hold anything."""
    width = max(map(len, sheet.rows))
    for left, top, right, bottom in areas:
        first, end = (bisect.bisect_left(sheet.lines, line) for line in (top, bottom + 1))
        right = min(right, width)
        if left > right or first == end or sheet.lines[first] != top:
            continue
        row = sheet.rows[first]
        value = row[left - 1] if len(row) >= left else None
        for row in sheet.rows[first:end]:
            row.extend([None] * (right - len(row)))
            row[left - 1 : right] = [value] * (right - left + 1)


def _bare_formulas(path: Path, data: bytes, title: str, sheet: Sheet) -> dict[int, list[str]]:
    """For a row, its cells that hold a formula whose value was never stored."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    values = dict(zip(sheet.lines, sheet.rows, strict=True))
    found: dict[int, list[str]] = {}
    for line, row in _filled(path, book[title]):
        known = values.get(line, [])
        for place, cell in enumerate(row, start=1):
            if cell is not None and (place > len(known) or known[place - 1] is None):
                found.setdefault(line, []).append(f"{get_column_letter(place)}{line}")
    return found
