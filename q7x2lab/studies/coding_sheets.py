"""Coding sheets to fill in: written for coders who have a spreadsheet and nothing else."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from q7x2lab.errors import StudyError, did_you_mean
from q7x2lab.framing.coding_sample import CodingSheet
from q7x2lab.studies import desk
from q7x2lab.studies.tables import cell_text, csv_text

OPTIONS = {"ar": ("نعم", "لا"), "en": ("yes", "no")}
LEFT, RIGHT = ("unit", "coder", "article", "text"), ("notes", "start", "end", "stratum", "weight")
QUESTION = re.compile(r"^(\d+) ([\w-]+)\.([\w-]+): ")
PAGE = "coding"
_DAY = dt.datetime(2000, 1, 1)  # written into every sheet, so that equal sheets are equal bytes


def write_coding_sheets(
    sheet: CodingSheet,
    folder: str | Path,
    *,
    coders: Sequence[str] = ("A", "B"),
    language: str = "ar",
) -> list[Path]:
    """Paths of the sheets written, an xlsx and a csv for each coder, with the same units.

    The xlsx reads right to left, has the question in each column's header and yes and no to choose
    from; csv is UTF-8 with a mark, so that spreadsheets read it right. language: ar or en, of the
    questions and answers. Send either back through `read_coding`.

    >>> from tempfile import TemporaryDirectory
    >>> units = pd.DataFrame({"unit": ["u001of1"], "article": "a", "text": "نص", "start": 0})
    >>> asked = pd.DataFrame({"frame": ["dispute"], "question": "q1", "ar": "هل؟", "en": "Is it?"})
    >>> sheet = CodingSheet(units, asked, "small", "", "sentence", 0)
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in write_coding_sheets(sheet, folder, coders=["A"])]
    ['coding-small-A.xlsx', 'coding-small-A.csv']
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    files = _files(sheet, coders, language, stem="coding")
    for name, content in files.items():
        (target / name).write_bytes(content)
    return [target / name for name in files]


def save_coding_sheets(
    sheet: CodingSheet, *, coders: Sequence[str] = ("A", "B"), language: str = "ar"
) -> list[str]:
    """Where the blank sheets stand within the running study's results: `coding/blank-…`.

    A rerun writes them anew: fill in copies, kept beside the study file, and name those under
    `framing.coding`. Nothing is written where no study runs. Arguments as `write_coding_sheets`.

    >>> units = pd.DataFrame({"unit": ["u001of1"], "article": "a", "text": "نص", "start": 0})
    >>> asked = pd.DataFrame({"frame": ["dispute"], "question": "q1", "ar": "هل؟", "en": "Is it?"})
    >>> save_coding_sheets(CodingSheet(units, asked, "small", "", "sentence", 0), coders=["A"])
    ['coding/blank-small-A.xlsx', 'coding/blank-small-A.csv']
    """
    files = _files(sheet, coders, "en" if language == "en" else "ar", stem="blank")
    return [desk.desk().file("coding", name, content) for name, content in files.items()]


def _files(
    sheet: CodingSheet, coders: Sequence[str], language: str, *, stem: str
) -> dict[str, bytes]:
    """Names and contents of the sheets."""
    if language not in OPTIONS:
        raise StudyError(f"no questions in {language!r}", remedy=did_you_mean(language, OPTIONS))
    files = {}
    for coder in coders:
        if not re.fullmatch(r"[^\W_][\w-]{0,39}", coder):
            remedy = "letters, digits, - and _"
            raise StudyError(f"{coder!r} cannot name a coder", where="coders", remedy=remedy)
        table, name = _blank(sheet, coder, language), f"{stem}-{sheet.scheme}-{coder}"
        files[f"{name}.xlsx"] = _xlsx(table, OPTIONS[language])
        files[f"{name}.csv"] = csv_text(table).encode()
    return files


def _blank(sheet: CodingSheet, coder: str, language: str) -> pd.DataFrame:
    table = sheet.units.assign(coder=coder, notes="")
    asked = sheet.questions
    headers = [
        f"{i} {frame}.{question}: {text}"
        for i, (frame, question, text) in enumerate(
            zip(asked["frame"], asked["question"], asked[language], strict=True), start=1
        )
    ]
    ordered = table.reindex(columns=[*LEFT, *headers, *RIGHT])
    return ordered.astype(dict.fromkeys(headers, "object"))


def _xlsx(table: pd.DataFrame, options: tuple[str, str]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    page = book.active
    page.title = PAGE
    page.sheet_view.rightToLeft = True
    page.freeze_panes = "E2"
    page.append([str(name) for name in table.columns])
    for row in table.astype(object).where(table.notna(), None).itertuples(index=False, name=None):
        plain = (x.item() if isinstance(x, np.generic) else x for x in row)
        page.append([cell_text(x) if isinstance(x, str) else x for x in plain])
    choice = DataValidation(type="list", formula1=f'"{",".join(options)}"', allow_blank=True)
    choice.error, choice.errorTitle = " / ".join(options), "?"
    choice.showErrorMessage, choice.errorStyle = True, "stop"  # Excel takes no other answer
    page.add_data_validation(choice)
    for i, name in enumerate(table.columns, start=1):
        letter = get_column_letter(i)
        asked = bool(QUESTION.match(str(name)))
        page.column_dimensions[letter].width = 80 if name == "text" else 24 if asked else 14
        page.column_dimensions[letter].hidden = name in RIGHT[1:]
        for cell in page[letter]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text is never a formula
            cell.number_format = "@" if name in (*LEFT, "notes", "stratum") else cell.number_format
            cell.alignment = Alignment(wrap_text=True, vertical="top", readingOrder=2)
        page[f"{letter}1"].font = Font(bold=True)
        if asked:
            choice.add(f"{letter}2:{letter}{len(table) + 1}")
    stream = io.BytesIO()
    book.save(stream)
    return dateless(stream)


def dateless(stream: io.BytesIO) -> bytes:
    """The workbook without the time at which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            content = made.read(name)
            if name == "docProps/core.xml":
                stamp = f"{_DAY.isoformat()}Z".encode()
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, content)
            kept.writestr(zipfile.ZipInfo(name, _DAY.timetuple()[:6]), content)
    return out.getvalue()
