"""The rows of an Excel workbook: which sheet, which header, and what merged cells stand for."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.utils import range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from q7x2lab.corpus.columns import known_names
from q7x2lab.corpus.formats import TITLE_LINES, FileRows, check_unpacked, check_width, split_header
from q7x2lab.errors import CorpusError

LAST_ROW = 1_048_576  # of a sheet
MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
HIDDEN = re.compile(rb'<row [^>]*hidden="(?:1|true)"')


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
            check_unpacked(entry.file_size, entry.compress_size)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet, notes = _choose(book.worksheets)
        inside = archive.read(sheet._worksheet_path)
    (start, header), body = split_header(list(_filled_rows(sheet)))
    lines, rows = zip((start, header), *body, strict=True)
    width = max(map(len, rows))
    check_width(width, len(rows))
    padded = [row + [None] * (width - len(row)) for row in rows]
    table = pd.DataFrame(padded, index=list(lines), dtype=object)
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
