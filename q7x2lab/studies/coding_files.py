"""Coding sheets on disk: written for coders with a spreadsheet, read back with nothing trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.analysis.agreement import krippendorff_alpha
from q7x2lab.analysis.coding import PLACE, Coding, CodingSheet, coding_from_table, unit_name
from q7x2lab.errors import StudyError, did_you_mean

CODES = {"نعم": 1, "لا": 0, "yes": 1, "no": 0, "1": 1, "0": 0, "1.0": 1, "0.0": 0}
CODES |= {"true": 1, "false": 0}
OPTIONS = {"ar": ("نعم", "لا"), "en": ("yes", "no")}
LEFT, RIGHT = ("unit", "coder", "article", "text"), ("notes", "start", "end", "stratum", "weight")
_QUESTION = re.compile(r"^(\d+) ([\w-]+)\.([\w-]+): ")
_UNIT = re.compile(r"^u(\d+)of(\d+)-([0-9a-f]{6})$")
_MANGLED = re.compile(r"^\d+(\.\d+)?E\+?\d+$|^\d{4}-\d\d-\d\d 00:00:00$|^\d+\.0$", re.IGNORECASE)
SHOWN = 8  # faults listed in one message

DEMO = "demo"


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
    """
    if language not in OPTIONS:
        raise StudyError(f"no questions in {language!r}", remedy=did_you_mean(language, OPTIONS))
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    for coder in coders:
        table = _blank_sheet(sheet, coder, language)
        stem = target / f"coding-{sheet.scheme}-{coder}"
        table.to_csv(stem.with_suffix(".csv"), index=False, encoding="utf-8-sig")
        _write_xlsx(table, stem.with_suffix(".xlsx"), OPTIONS[language])
        paths += [stem.with_suffix(".xlsx"), stem.with_suffix(".csv")]
    return paths


def _blank_sheet(sheet: CodingSheet, coder: str, language: str) -> pd.DataFrame:
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


def _write_xlsx(table: pd.DataFrame, path: Path, options: tuple[str, str]) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    page = book.active
    page.title = "coding"
    page.sheet_view.rightToLeft = True
    page.freeze_panes = "E2"
    page.append([str(name) for name in table.columns])
    for row in table.astype(object).where(table.notna(), None).itertuples(index=False, name=None):
        page.append([x.item() if isinstance(x, np.generic) else x for x in row])
    choice = DataValidation(type="list", formula1=f'"{",".join(options)}"', allow_blank=True)
    choice.error, choice.errorTitle = " / ".join(options), "?"
    page.add_data_validation(choice)
    for i, name in enumerate(table.columns, start=1):
        letter = get_column_letter(i)
        asked = bool(_QUESTION.match(str(name)))
        page.column_dimensions[letter].width = 80 if name == "text" else 24 if asked else 14
        page.column_dimensions[letter].hidden = name in RIGHT[1:]
        for cell in page[letter]:
            cell.number_format = "@" if name in (*LEFT, "notes", "stratum") else cell.number_format
            cell.alignment = Alignment(wrap_text=True, vertical="top", readingOrder=2)
        page[f"{letter}1"].font = Font(bold=True)
        if asked:
            choice.add(f"{letter}2:{letter}{len(table) + 1}")
    book.save(path)


def read_coding(path: str | Path | Sequence[str | Path]) -> Coding:
    """The coding in one or more returned sheets (xlsx or csv), or a folder of them, checked.

    A unit carries a frame for a coder who answered yes to any of its questions; it is missing
    where none says yes and one is blank. `missing` lists what was left blank or did not come back.
    Raises StudyError naming file, row and remedy for an answer that is none of the options, a unit
    coded twice or unknown, columns in another order than written, a row whose id, place or text
    was changed (by sorting a single column, or by a spreadsheet that took an id for a number), and
    two questions whose answers look swapped between coders. Nothing is scored silently.
    """
    sheets = [_read_sheet(file) for file in _files(path)]
    codes = pd.concat([codes for codes, _ in sheets], ignore_index=True)
    units = pd.concat([units for _, units in sheets], ignore_index=True).drop_duplicates("unit")
    twice = codes.duplicated(["unit", "coder", "question"])
    if twice.any():
        row = codes[twice].iloc[0]
        raise StudyError(
            f"{row['coder']} coded {row['unit']} twice", remedy="keep one sheet of each coder"
        )
    _check_swapped(codes)
    keys = ["unit", "coder", "frame"]
    answered = codes.groupby(keys, sort=False)["code"].agg(["max", "count", "size"]).reset_index()
    known = (answered["max"] == 1) | (answered["count"] == answered["size"])
    told = answered[known].rename(columns={"max": "code"})[[*keys, "code"]]
    missing = pd.concat([answered[~known][keys], _not_returned(codes)])[["coder", "unit", "frame"]]
    source = ", ".join(file.name for file in _files(path))
    return Coding(
        units[[*PLACE]].reset_index(drop=True),
        told.reset_index(drop=True),
        missing.reset_index(drop=True),
        source=source,
    )


def demo_coding(frames: Sequence[str] | None = None) -> Coding:
    """The coding of the demonstration corpus: every paragraph that is no copy, by its coders.

    frames: which columns are frames, default all eleven of both bundled schemes.
    """
    from q7x2lab.analysis.schemes import load_scheme

    folder = resources.files("q7x2lab") / "data" / "demo"
    tables = [
        pd.read_csv(str(folder / name), dtype={"id": str})
        for name in ("gold_codings.csv", "gold_paragraphs.csv", "articles.csv")
    ]
    table = (
        tables[0].merge(tables[1], on=["id", "paragraph"]).merge(tables[2][["id", "text"]], on="id")
    )
    table = table[table["copied"] == 0].reset_index(drop=True)
    spans = zip(table["text"], table["start"], table["end"], strict=True)
    table["text"] = [text[start:end] for text, start, end in spans]
    named = frames or [*load_scheme("generic").names, *load_scheme("geopolitics").names]
    return coding_from_table(table, named, source="demonstration corpus")


def study_coding(paths: Sequence[str], frames: Sequence[str]) -> Coding | None:
    """The coding that a study names: None for none, the demonstration's test half, or sheets.

    paths: nothing, `demo`, or returned sheets and folders of them. frames: those of the scheme.
    """
    if not paths:
        return None
    if list(paths) == [DEMO]:
        return demo_coding(frames).half("test")
    return read_coding(paths[0] if len(paths) == 1 else list(paths))


def _files(path: str | Path | Sequence[str | Path]) -> list[Path]:
    if isinstance(path, str | Path):
        one = Path(path)
        found = sorted([*one.glob("*.xlsx"), *one.glob("*.csv")]) if one.is_dir() else [one]
    else:
        found = [Path(p) for p in path]
    for file in found:
        if not file.is_file():
            raise StudyError("no such file", where=str(file), remedy="give the returned sheets")
    if not found:
        raise StudyError("no xlsx or csv in the folder", where=str(path))
    return found


def _read_sheet(file: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers (`unit coder frame question code`) and units of one sheet, every row checked."""
    if file.suffix.lower() == ".xlsx":
        table = pd.read_excel(file, sheet_name=0, dtype=object, na_filter=False)
    else:
        table = _read_csv(file)
    table.columns = [str(name).strip() for name in table.columns]
    asked = _questions(list(table.columns), file)
    table = table.map(lambda x: "" if x is None else str(x).strip())
    table = table[(table[[*LEFT[:1], *LEFT[2:]]] != "").any(axis=1)]
    faults: list[str] = []
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
        more = [f"… and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        raise StudyError(
            "\n  ".join([f"{len(faults)} faults", *faults[:SHOWN], *more]),
            where=file.name,
            remedy="answer نعم or لا (yes or no), and copy id, place and text from the sheet sent",
        )
    return pd.DataFrame(rows, columns=["unit", "coder", "frame", "question", "code"]), units


def _read_csv(file: Path) -> pd.DataFrame:
    """A csv as text, whichever of comma, semicolon and tab the spreadsheet put between columns."""
    try:
        first = file.read_text(encoding="utf-8-sig").partition("\n")[0]
    except UnicodeDecodeError:
        raise StudyError(
            "is not in UTF-8", where=file.name, remedy="save it as CSV UTF-8, or return the xlsx"
        ) from None
    mark = match[1] if (match := re.match(r'"?unit"?([,;\t])', first)) else ","
    return pd.read_csv(file, sep=mark, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _questions(columns: list[str], file: Path) -> dict[str, tuple[str, str]]:
    """The question of each answer column; StudyError where columns are absent or moved."""
    absent = [name for name in (*LEFT, *RIGHT[1:]) if name not in columns]
    if absent:
        raise StudyError(
            f"column {absent[0]!r} is missing", where=file.name, remedy="return the sheet as sent"
        )
    matches = {name: match for name in columns if (match := _QUESTION.match(name))}
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
    for row, (unit, *place, text, coder) in zip(
        table.index + 2, table[columns].itertuples(index=False, name=None), strict=True
    ):
        match = _UNIT.match(unit)
        if not match:
            faults.append(f"row {row}: {unit!r} in column unit is no unit of this sheet")
            continue
        if unit in seen:
            faults.append(f"row {row}: {unit} is coded twice, first in row {seen[unit]}")
            continue
        seen[unit] = row
        if not coder:
            faults.append(f"row {row}: no coder")
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
    return [article, int(float(start)), int(float(end)), stratum, float(weight)]


def _why(article: str) -> str:
    if _MANGLED.match(article):
        return f"the spreadsheet took the id for a number or date ({article!r})"
    return f"id ({article!r}), place or text was changed, or one column was sorted alone"


def _not_returned(codes: pd.DataFrame) -> pd.DataFrame:
    """`unit coder frame` of the units that a sheet was sent with and came back without."""
    rows = []
    names = set(codes["unit"])
    by_number = {int(m[1]): unit for unit in names if (m := _UNIT.match(unit))}
    total = max((int(m[2]) for unit in names if (m := _UNIT.match(unit))), default=0)
    for coder, own in codes.groupby("coder", sort=False):
        there = set(own["unit"])
        for number in range(1, total + 1):
            unit = by_number.get(number, f"u{number:03d}of{total}")
            if unit not in there:
                rows += [(unit, coder, frame) for frame in own["frame"].unique()]
    return pd.DataFrame(rows, columns=["unit", "coder", "frame"])


def _check_swapped(codes: pd.DataFrame) -> None:
    """Refuse two questions on which coders agree only once one's answers are exchanged."""
    wide = codes.pivot(index=["coder", "question"], columns="unit", values="code")
    coders = list(dict.fromkeys(codes["coder"]))
    for one, two in combinations(coders, 2):
        for a, b in combinations(dict.fromkeys(codes["question"]), 2):
            straight = [_alpha(wide, (one, q), (two, q)) for q in (a, b)]
            if max(straight) > 0.2:
                continue
            crossed = [_alpha(wide, (one, a), (two, b)), _alpha(wide, (one, b), (two, a))]
            if min(crossed) >= 0.667:
                raise StudyError(
                    f"answers to {a} and {b} look swapped between {one} and {two}: alpha "
                    f"{straight[0]:.2f} and {straight[1]:.2f} as they stand, {crossed[0]:.2f} and "
                    f"{crossed[1]:.2f} exchanged",
                    remedy="see which coder's two columns were exchanged and put them back",
                )


def _alpha(wide: pd.DataFrame, one: tuple[str, str], two: tuple[str, str]) -> float:
    pair = wide.loc[[one, two]].to_numpy(float)
    if (~np.isnan(pair)).all(axis=0).sum() < 10:
        return float("nan")
    return krippendorff_alpha(pair, draws=1).alpha
