"""The rows of an Excel workbook: which sheet, which header, and what merged cells stand for."""

import io
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from string import ascii_uppercase
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from q7x2lab.corpus.columns import known_names
from q7x2lab.corpus.formats import TITLE_LINES, FileRows, check_unpacked, check_width, split_header
from q7x2lab.errors import CorpusError

LAST_ROW = 1_048_576  # of a sheet
# A cell with a formula and no value, or an empty one, as other programs than Excel write it.
BARE_FORMULA = re.compile(
    rb'<c [^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f\b(?:[^>]*/>|[^<]*</f>)'
    rb"\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)
NO_VALUE = "formula without a stored value"
MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
HIDDEN = re.compile(rb'<row [^>]*hidden="(?:1|true)"')
SAVE_AGAIN = "save it again, or as csv"

Cells = dict[int, list[Any]]  # the cells of each row that holds any, by its number in Excel


def read_workbook(file: str, data: bytes) -> FileRows:
    """The rows of the sheet that holds the articles.

    The sheet whose header has most known names is taken, a hidden one only where no other has
    any; others are noted. Merged cells each get the value of the first.

    Raises
    ------
    CorpusError
        If every sheet is empty, or it is too large to be a table.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            what = f"{entry.filename[:60]} in it"
            check_unpacked(entry.file_size, entry.compress_size, what=what)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet, notes = _choose(book.worksheets)
        inside = archive.read(sheet._worksheet_path)
    cells = dict(_filled_rows(sheet))
    if areas := MERGED.findall(inside):
        _fill_merged(cells, [range_boundaries(area.decode()) for area in areas])
        notes.append("merged cells filled with the value of their first")
    if hidden := len(HIDDEN.findall(inside)):
        notes.append(f"hidden rows read: {hidden}")
    (start, header), body = split_header(list(cells.items()))
    lines, rows = zip((start, header), *body, strict=True)
    width = max(map(len, rows))
    check_width(width, len(rows))
    padded = [row + [None] * (width - len(row)) for row in rows]
    table = pd.DataFrame(padded, index=list(lines), dtype=object)
    bare = {line: why for line, why in _bare_formulas(inside).items() if line > start}
    return FileRows(
        file,
        "xlsx",
        table.set_axis(table.iloc[0], axis=1).iloc[1:],
        notes=notes,
        rejected=[(file, line, "", why) for line, why in bare.items() if line not in cells],
        hints={line: [(NO_VALUE, why)] for line, why in bare.items()},
        header_line=start,
        first_day="1904-01-01" if book.epoch == CALENDAR_MAC_1904 else FileRows.first_day,
    )


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
            raise CorpusError(f"row {line:,}: no sheet has so many", remedy=SAVE_AGAIN)
        if last:
            yield line, list(row[:last])


def _fill_merged(cells: Cells, areas: Sequence[tuple[int, int, int, int]]) -> None:
    """Give each cell of a merged area the value of its first, in rows that hold anything."""
    lines, width = list(cells), max(map(len, cells.values()))
    for left, top, right, bottom in areas:
        if top not in cells or left > width:
            continue
        end = min(right, width)  # an area may reach to the end of the sheet
        value = next(iter(cells[top][left - 1 : left]), None)
        for line in lines[bisect_left(lines, top) : bisect_right(lines, bottom)]:
            row = cells[line]
            row += [None] * (end - len(row))
            row[left - 1 : end] = [value] * (end - left + 1)


def _bare_formulas(inside: bytes) -> dict[int, str]:
    """For a row of a sheet, which of its cells hold a formula whose value was never stored."""
    found: dict[int, list[str]] = {}
    for cell in (name.decode() for name in BARE_FORMULA.findall(inside)):
        found.setdefault(int(cell.lstrip(ascii_uppercase)), []).append(cell)
    return {line: f"{NO_VALUE} in {', '.join(cells[:8])}" for line, cells in found.items()}
