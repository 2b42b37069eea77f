"""Coding that came back: sheets of all coders, compared before anything is scored."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from q7x2lab.errors import StudyError, counted
from q7x2lab.framing.coding import Coding, coding_from_table
from q7x2lab.framing.coding_sample import PLACE
from q7x2lab.framing.schemes import load_scheme
from q7x2lab.stats.agreement import krippendorff_alpha
from q7x2lab.studies.sheet_checks import UNIT, read_sheet

DEMO = "demo"


def read_coding(path: str | Path | Sequence[str | Path]) -> Coding:
    """The coding in one or more returned sheets (xlsx or csv), or a folder of them, checked.

    A unit carries a frame for a coder who answered yes to any of its questions; it is missing
    where none says yes and one is blank. `missing` lists what was left blank or did not come back.
    Raises StudyError naming file, row and remedy for an answer that is none of the options, a unit
    coded twice or unknown, columns in another order than written, a row whose id, place or text
    was changed (by sorting a single column, or by a spreadsheet that took an id for a number),
    sheets that nobody filled in or that were drawn apart, and two questions whose answers look
    swapped between coders. Nothing is scored silently.

    >>> from tempfile import TemporaryDirectory
    >>> from q7x2lab.framing.coding_sample import coding_sheet
    >>> from q7x2lab.framing.schemes import parse_scheme
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.studies.coding_sheets import write_coding_sheets
    >>> scheme = parse_scheme("{scheme: {id: s}, frames: {dispute: {terms: [نزاع], questions: "
    ...                       "[{id: q1, ar: خلاف, en: a dispute}]}}}")
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "بدأ نزاع طويل."})
    >>> with TemporaryDirectory() as folder:
    ...     drawn = coding_sheet(Corpus(table), scheme, n=1)
    ...     path = write_coding_sheets(drawn, folder, coders=["A"], language="en")[1]
    ...     filled = pd.read_csv(path)
    ...     filled["1 dispute.q1: a dispute"] = "yes"
    ...     filled.to_csv(path, index=False)
    ...     read_coding(path).gold()["dispute"].tolist()
    [1.0]
    """
    files = _files(path)
    sheets = _without_blank_twins(files, [read_sheet(file) for file in files])
    codes = pd.concat([codes for codes, _ in sheets], ignore_index=True)
    units = pd.concat([units for _, units in sheets], ignore_index=True).drop_duplicates("unit")
    _check_one_draw(codes)
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
    source = ", ".join(file.name for file in files)
    return Coding(
        units[[*PLACE]].reset_index(drop=True),
        told.reset_index(drop=True),
        missing.reset_index(drop=True),
        source=source,
    )


def demo_coding(frames: Sequence[str] | None = None) -> Coding:
    """The coding of the demonstration corpus: every paragraph that is no copy, by its coders.

    frames: which columns are frames, default all eleven of both bundled schemes.

    >>> demo_coding(["conflict"]).frames
    ['conflict']
    """
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

    >>> study_coding(["demo"], ["conflict"]).source
    'demonstration corpus (test half)'
    """
    if not paths:
        return None
    if list(paths) == [DEMO]:
        return demo_coding(frames).half("test")
    return read_coding(paths[0] if len(paths) == 1 else list(paths))


Sheet = tuple[pd.DataFrame, pd.DataFrame]


def _files(path: str | Path | Sequence[str | Path]) -> list[Path]:
    if isinstance(path, str | Path):
        one = Path(path)
        inside = sorted([*one.glob("*.xlsx"), *one.glob("*.csv")]) if one.is_dir() else [one]
        found = [file for file in inside if not file.name.startswith(("~$", "."))]
    else:
        found = [Path(p) for p in path]
    for file in found:
        if not file.is_file():
            raise StudyError("no such file", where=str(file), remedy="give the returned sheets")
        if file.suffix.lower() not in (".xlsx", ".csv"):
            raise StudyError("is neither xlsx nor csv", where=file.name, remedy="save it as .xlsx")
    if not found:
        raise StudyError("no xlsx or csv in the folder", where=str(path))
    return found


def _without_blank_twins(files: list[Path], sheets: list[Sheet]) -> list[Sheet]:
    """The sheets that hold answers: of a pair of xlsx and csv, the one that was filled in."""
    blank = [codes["code"].isna().all() for codes, _ in sheets]
    twins = [file.with_suffix("") for file in files]
    for file, twin, empty in zip(files, twins, blank, strict=True):
        filled = any(t == twin and not b for t, b in zip(twins, blank, strict=True))
        if empty and not filled:
            raise StudyError(
                "holds no answers", where=file.name, remedy="fill it in, or leave it out"
            )
    return [sheet for sheet, empty in zip(sheets, blank, strict=True) if not empty]


def _check_one_draw(codes: pd.DataFrame) -> None:
    """Refuse sheets that do not hold units of one draw, or not the same questions."""
    numbered = {unit: UNIT.match(unit) for unit in codes["unit"].unique()}
    totals = {int(match[2]) for match in numbered.values() if match}
    places = [match[1] for match in numbered.values() if match]
    if len(totals) > 1 or len(set(places)) < len(places):
        raise StudyError(
            "the sheets hold units of different draws",
            remedy="give the sheets of one draw at a time",
        )
    for frame, own in codes.groupby("frame", sort=False):
        asked = own.groupby("coder", sort=False)["question"].nunique().sort_values()
        (two, *_, one), (fewest, *_, most) = [*asked.index] * 2, [*asked] * 2
        if fewest < most:
            raise StudyError(
                f"{two} was asked {counted(fewest, 'question')} for {frame}, {one} {most}",
                remedy="give sheets of one scheme, as they were sent",
            )


def _not_returned(codes: pd.DataFrame) -> pd.DataFrame:
    """`unit coder frame` of the units that a sheet was sent with and came back without."""
    rows = []
    names = set(codes["unit"])
    by_number = {int(m[1]): unit for unit in names if (m := UNIT.match(unit))}
    total = max((int(m[2]) for unit in names if (m := UNIT.match(unit))), default=0)
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
