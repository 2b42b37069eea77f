"""One returned coding sheet, read with nothing trusted: every fault named with its row."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.errors import StudyError, counted, did_you_mean
from q7x2lab.framing.coding_sample import PLACE, unit_name
from q7x2lab.studies.coding_sheets import LEFT, PAGE, QUESTION, RIGHT

CODES = {"نعم": 1, "لا": 0, "yes": 1, "no": 0, "1": 1, "0": 0, "1.0": 1, "0.0": 0}
CODES |= {"true": 1, "false": 0, "١": 1, "٠": 0}
UNIT = re.compile(r"^u(\d+)of(\d+)-([0-9a-f]{6})$")
AS_SENT = "return the sheet as sent: the header in the first row, no column added before it"
_MANGLED = re.compile(r"^\d+(\.\d+)?E\+?\d+$|^\d{4}-\d\d-\d\d( 00:00:00)?$|^\d+\.0$", re.IGNORECASE)
_HIDDEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\xa0]")
FENCED = re.compile(r"'[\s\u200e\u200f\u202a-\u202e\ufeff]*[=+\-@\t\r]")
SHOWN = 3  # faults told in full in one message; of the others, the rows


def read_sheet(file: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers (`unit coder frame question code`) and units of one sheet, every row checked.

    Raises StudyError with the rows and what to do about them.
    """
    table = _read_xlsx(file) if file.suffix.lower() == ".xlsx" else _read_csv(file)
    table.columns = [str(name).strip() for name in table.columns]
    asked = _questions(list(table.columns), file)
    table = table.apply(lambda column: column.map(_said if column.name == "text" else _plain))
    filled = (table[[*LEFT[:1], *LEFT[2:]]] != "").any(axis=1)
    stray = table.index[~filled & (table[list(asked)] != "").any(axis=1)]
    faults = [f"row {row + 2}: answers without a unit" for row in stray]
    table = table[filled]
    units = _checked_units(table, faults)
    rows = []
    for header, (frame, question) in asked.items():
        for row, unit, coder, answer in zip(
            table.index + 2, table["unit"], table["coder"], table[header], strict=True
        ):
            code = CODES.get(answer.lower(), np.nan)
            if answer and answer.lower() not in CODES:
                faults.append(f"row {row}: unknown code {answer!r} for {frame}.{question}")
            rows.append((unit, coder, frame, f"{frame}.{question}", code))
    if faults:
        rest = [fault.partition(":")[0].removeprefix("row ") for fault in faults[SHOWN:]]
        more = [f"… and in rows {', '.join(dict.fromkeys(rest))}"] if rest else []
        raise StudyError(
            "\n  ".join([counted(len(faults), "fault"), *faults[:SHOWN], *more]),
            where=file.name,
            remedy="answer نعم or لا (yes or no), and copy id, place and text from the sheet sent",
        )
    return pd.DataFrame(rows, columns=["unit", "coder", "frame", "question", "code"]), units


def _said(value: object) -> str:
    """A cell as text, without what keeps a spreadsheet from taking it for a formula."""
    text = "" if value is None else str(value)
    return text[1:] if FENCED.match(text) else text


def _plain(value: object) -> str:
    """The same without marks of direction and blanks at the ends."""
    return _HIDDEN.sub(" ", _said(value)).strip()


def _read_xlsx(file: Path) -> pd.DataFrame:
    """The page of answers, its cells as they are."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(file, data_only=True)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        raise StudyError(
            f"is no xlsx workbook ({error})", where=file.name, remedy="save it anew as .xlsx"
        ) from None
    page = book[PAGE] if PAGE in book.sheetnames else book.worksheets[0]
    if page.merged_cells.ranges:
        cells = ", ".join(str(area) for area in sorted(page.merged_cells.ranges, key=str)[:3])
        raise StudyError(
            f"cells are merged ({cells})", where=file.name, remedy="unmerge them, each row its own"
        )
    rows = [list(row) for row in page.iter_rows(values_only=True)]
    if not rows:
        raise StudyError("the sheet is empty", where=file.name, remedy=AS_SENT)
    names = ["" if name is None else str(name) for name in rows[0]]
    return pd.DataFrame(rows[1:], columns=_unnamed_apart(names), dtype=object)


def _unnamed_apart(names: list[str]) -> list[str]:
    """Column names, those of empty columns told apart."""
    return [name if name.strip() else f"column {i}" for i, name in enumerate(names, start=1)]


def _read_csv(file: Path) -> pd.DataFrame:
    """A csv as text, whichever of comma, semicolon and tab the spreadsheet put between columns."""
    try:
        first = file.read_text(encoding="utf-8-sig").partition("\n")[0]
    except UnicodeDecodeError:
        raise StudyError(
            "is not in UTF-8", where=file.name, remedy="save it as CSV UTF-8, or return the xlsx"
        ) from None
    mark = match[1] if (match := re.match(r'"?unit"?([,;\t])', first)) else ","
    try:
        return pd.read_csv(
            file, sep=mark, dtype=str, keep_default_na=False, encoding="utf-8-sig", na_filter=False
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise StudyError(
            f"is no table ({str(error).strip()})", where=file.name, remedy="return the xlsx"
        ) from None


def _questions(columns: list[str], file: Path) -> dict[str, tuple[str, str]]:
    """The question of each answer column; StudyError where columns are absent, moved or double."""
    absent = [name for name in (*LEFT, *RIGHT[1:]) if name not in columns]
    if absent:
        near = did_you_mean(absent[0], [c for c in columns if not QUESTION.match(c)] or [""])
        hint = f"{near}; " if near.startswith("did you mean") else ""
        raise StudyError(f"column {absent[0]!r} is missing", where=file.name, remedy=hint + AS_SENT)
    double = [name for name in columns if columns.count(name) > 1]
    if double:
        raise StudyError(
            f"column {double[0]!r} stands twice", where=file.name, remedy="keep one of them"
        )
    matches = {name: match for name in columns if (match := QUESTION.match(name))}
    order = [int(match[1]) for match in matches.values()]
    wanted = [c for c in columns if c in LEFT] == list(LEFT)
    if not order or order != list(range(1, len(order) + 1)) or not wanted:
        numbers = ", ".join(map(str, order)) or "no questions"
        raise StudyError(
            f"columns stand in another order than written ({numbers})",
            where=file.name,
            remedy="put them back in order, header and answers together",
        )
    return {name: (match[2], match[3]) for name, match in matches.items()}


def _checked_units(table: pd.DataFrame, faults: list[str]) -> pd.DataFrame:
    """Units of a sheet; faults gets a line a row that is not what was sent."""
    seen: dict[str, int] = {}
    rows = []
    columns = ["unit", "article", "start", "end", "stratum", "weight", "text", "coder"]
    named = table.loc[table["coder"] != "", "coder"]
    owner = named.mode().iloc[0] if len(named) else ""
    for row, (unit, *place, text, coder) in zip(
        table.index + 2, table[columns].itertuples(index=False, name=None), strict=True
    ):
        match = UNIT.match(unit)
        if not match:
            faults.append(f"row {row}: {unit!r} in column unit is no unit of this sheet")
            continue
        if unit in seen:
            faults.append(f"row {row}: {unit} is coded twice, first in row {seen[unit]}")
            continue
        seen[unit] = row
        if not coder:
            faults.append(f"row {row}: no coder")
        elif coder != owner:
            faults.append(f"row {row}: coder {coder!r} in the sheet of {owner!r}")
        try:
            found = unit_name(int(match[1]), int(match[2]), [*_numbers(place), text])
        except ValueError:
            found = ""
        if found != unit:
            faults.append(f"row {row}: {unit} is not as it was sent: {_why(place[0])}")
            continue
        article, start, end, stratum, weight = _numbers(place)
        rows.append((unit, article, start, end, text, stratum, weight))
    return pd.DataFrame(rows, columns=[*PLACE])


def _numbers(place: Sequence[str]) -> list[Any]:
    article, start, end, stratum, weight = place
    weight = weight.replace(",", ".")  # the decimal comma of some spreadsheets
    return [article, int(float(start)), int(float(end)), stratum, float(weight)]


def _why(article: str) -> str:
    if _MANGLED.match(article):
        return f"the spreadsheet took the id for a number or date ({article!r})"
    return f"id ({article!r}), place or text was changed, or one column was sorted alone"
