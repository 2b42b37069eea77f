"""Sheets that people fill in with a spreadsheet and send back: one writer, one reader."""

import io
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from q7x2lab.arabic.encodings import decode
from q7x2lab.errors import StudyError
from q7x2lab.studies.tables import cell_text, csv_text, undated

AS_SENT = "return the sheet as sent: the header in the first row, no column added before it"
PAGE = "sheet"  # of a workbook, the only one when it is sent
# What keeps a spreadsheet from taking text for a formula: see `tables.inert`.
_FENCED = re.compile(r"^'(?=[\s\u200e\u200f\u202a-\u202e\ufeff]*[=+\-@\t\r])")
_HIDDEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\xa0]")


def sheet_files(
    table: pd.DataFrame,
    stem: str,
    *,
    frozen: str = "A2",
    choices: Mapping[str, Sequence[str]] | None = None,
    hidden: Collection[str] = (),
) -> dict[str, bytes]:
    """A blank sheet as xlsx and as csv: name of each file to its content.

    The xlsx reads right to left; the csv is UTF-8 with a mark, so that spreadsheets read it right.

    Parameters
    ----------
    frozen
        The first cell that moves when the page is scrolled.
    choices
        Column to the answers that it offers; a spreadsheet takes no other.
    hidden
        Columns that are there and not shown.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet: Any = book.active
    sheet.title = PAGE
    sheet.sheet_view.rightToLeft = True
    sheet.freeze_panes = frozen
    cells = table.astype(object).where(table.notna(), None).to_numpy().tolist()
    for row in [list(table.columns), *cells]:
        sheet.append([cell_text(cell) if isinstance(cell, str) else cell for cell in row])
    for name, column in zip(table.columns, sheet.columns, strict=True):
        letter = column[0].column_letter
        sheet.column_dimensions[letter].width = 80 if name == "text" else 24
        sheet.column_dimensions[letter].hidden = name in hidden
        for cell in column:
            cell.alignment = Alignment(wrap_text=True, vertical="top", readingOrder=2)
            if isinstance(cell.value, str):
                cell.data_type, cell.number_format = "s", "@"  # no formula, number or date
        column[0].font = Font(bold=True)
        if options := (choices or {}).get(name):
            listed = f'"{",".join(options)}"'
            choice = DataValidation(type="list", formula1=listed, error=" / ".join(options))
            choice.showErrorMessage, choice.errorStyle = True, "stop"  # Excel takes no other
            choice.add(f"{letter}2:{letter}{len(table) + 1}")
            sheet.add_data_validation(choice)
    return {f"{stem}.xlsx": undated(book), f"{stem}.csv": csv_text(table).encode()}


def read_filled_sheet(file: Path, *, columns: Sequence[str] = ()) -> pd.DataFrame:
    """The cells of a returned sheet, xlsx or csv, as plain text; an empty one is "".

    Of a workbook the page that we wrote is read, else the first.

    Parameters
    ----------
    columns
        What the sheet must have, the first of them first.

    Raises
    ------
    StudyError
        Where it is no such sheet, with the remedy.
    """
    if not file.is_file():
        raise StudyError("no such file", where=str(file), remedy="give the returned sheets")
    cells = _cells(file)
    header = map(str, cells.head(1).to_numpy().ravel())
    names = [name.strip() or f"column {place}" for place, name in enumerate(header, start=1)]
    table = cells.iloc[1:].set_axis(names, axis=1)
    table.index += 1
    for name in [*columns, *names]:
        if names.count(name) != 1:
            fault = "stands twice" if name in names else "is missing"
            raise StudyError(f"column {name!r} {fault}", where=file.name, remedy=AS_SENT)
    for name in table.columns:
        table[name] = table[name].map(_text if name == "text" else plain_cell)
    return table


def plain_cell(value: object) -> str:
    """A cell without what spreadsheets add: marks of direction, blanks, a fence before formulas.

    Examples
    --------
    >>> plain_cell("'=1+1 "), plain_cell(None), plain_cell(3)
    ('=1+1', '', '3')
    """
    return _HIDDEN.sub(" ", _text(value)).strip()


def _text(value: object) -> str:
    """A cell of article text: marks of direction are its own."""
    return "" if value is None else _FENCED.sub("", str(value), count=1)


def _cells(file: Path) -> pd.DataFrame:
    """All cells of a workbook's page, or of a csv in any encoding and with any usual mark."""
    as_text: dict[str, Any] = {"header": None, "dtype": str, "na_filter": False}
    data = file.read_bytes()
    try:
        if data.startswith(b"PK"):
            book = pd.ExcelFile(io.BytesIO(data), engine="openpyxl")
            return pd.read_excel(book, PAGE if PAGE in book.sheet_names else 0, **as_text)
        text, *_ = decode(data)
        after_first = re.match(r'"?\w+"?([,;\t])', text.removeprefix("\ufeff"))
        mark = after_first[1] if after_first else ","
        return pd.read_csv(  # type: ignore[no-any-return]
            io.StringIO(text), sep=mark, skip_blank_lines=False, **as_text
        )
    except (zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        what = f"is no table ({str(error).strip()})"
        raise StudyError(what, where=file.name, remedy="save it anew as .xlsx") from None
