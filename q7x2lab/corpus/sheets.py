"""Rows of an Excel workbook: which sheet, which header, and what merged cells stand for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from q7x2lab.corpus.columns import known_names
from q7x2lab.errors import CorpusError

MAX_BYTES = 4 * 2**30
TITLE_LINES = 10  # lines above a header in which titles and notes may stand

Cells = Sequence[Any]


def sheet_rows(path: Path, data: bytes) -> tuple[list[Cells], list[int], str]:
    """The rows of the chosen sheet, the lines that hold formulas alone, and a note.

    The sheet whose header has most known names is taken, a hidden one only where no other has
    any; others are noted. Merged cells each get the value of the first. Raises CorpusError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                remedy = "save it as csv, in parts"
                raise CorpusError("unpacks to more than 4 GB", where=str(path), remedy=remedy)
            inside = [
                archive.read(name)
                for name in archive.namelist()
                if name.startswith("xl/worksheets/") and name.endswith(".xml")
            ]
        merged = any(b"<mergeCell " in sheet for sheet in inside)
        formulas = any(b"<f>" in sheet or b"<f " in sheet for sheet in inside)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=not merged, data_only=True)
        sheets = {sheet.title: _cells(sheet) for sheet in book.worksheets}
        hidden = {sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"}
        bare = _bare_formulas(data, sheets) if formulas else {}
    except CorpusError:
        raise
    except Exception as error:  # openpyxl lets parser errors of every kind through
        what = f"not a readable xlsx file ({type(error).__name__})"
        raise CorpusError(what, where=str(path), remedy="save it again, or as csv") from None
    filled = {name: rows for name, rows in sheets.items() if rows}
    if not filled:
        raise CorpusError("every sheet is empty", where=str(path), remedy="check the export")
    known = {name: max(map(known_names, rows[:TITLE_LINES])) for name, rows in filled.items()}
    chosen = max(filled, key=lambda name: (known[name] > 0 and name not in hidden, known[name]))
    others = [f"{n!r}{' (hidden)' * (n in hidden)}" for n in filled if n != chosen]
    notes = [f"sheet {chosen!r}{' (hidden)' * (chosen in hidden)}"] if others else []
    notes += [f"not read: {', '.join(others)}"] if others else []
    notes += ["merged cells filled with the value of their first"] if merged else []
    return filled[chosen], bare.get(chosen, []), "; ".join(notes)


def header_line(rows: Sequence[Cells]) -> int:
    """Which of the first rows is the header: the first, unless only a later one has known names.

    >>> header_line([["News of 2022", ""], ["id", "text"], ["1", "قال"]])
    1
    """
    known = [known_names(row) for row in rows[:TITLE_LINES]]
    return 0 if not known or known[0] else next((n for n, k in enumerate(known) if k > 1), 0)


def _cells(sheet: Any) -> list[Cells]:
    rows: list[Any] = [list(row) for row in sheet.iter_rows(values_only=True)]
    for area in getattr(getattr(sheet, "merged_cells", None), "ranges", ()):
        value = rows[area.min_row - 1][area.min_col - 1]
        for row in rows[area.min_row - 1 : area.max_row]:
            row[area.min_col - 1 : area.max_col] = [value] * (area.max_col - area.min_col + 1)
    return rows


def _bare_formulas(data: bytes, sheets: dict[str, list[Cells]]) -> dict[str, list[int]]:
    """Lines of each sheet that hold nothing but formulas whose values were never stored."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    return {
        sheet.title: [
            line
            for line, row in enumerate(sheet.iter_rows(values_only=True), start=1)
            if any(cell is not None for cell in row)
            and not any(cell is not None for cell in sheets[sheet.title][line - 1])
        ]
        for sheet in book.worksheets
    }
