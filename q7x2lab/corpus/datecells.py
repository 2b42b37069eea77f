"""A column of dates as people write them, to dates: each spelling read once, the rules said."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from q7x2lab.arabic.dates import parse_date

ISO = re.compile(
    r"^(\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?)\s*(Z|UTC|[+-]\d{2}:?\d{2})?$"
)
HIJRI_YEAR = re.compile(r"(?<!\d)1[345]\d\d(?!\d)")
DAY_MONTH = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
GREGORIAN = (1700, 2200)  # earlier years in ISO form are Hijri


def read_dates(cells: pd.Series, *, first_day: str = "1899-12-30") -> tuple[pd.Series, list[str]]:
    """A date a cell (NaT where there is none or it does not exist), and notes on the rules used.

    Times keep the clock they were written with: an offset is dropped, not converted, so that an
    article keeps the day its readers saw. Numeric dates are day before month, unless the column
    shows the opposite. Hijri dates are converted. first_day: what day numbers of a workbook count
    from.

    >>> cells = pd.Series(["2022-02-24T01:00+03:00", "24 شباط 2022", "2023-02-30"])
    >>> dates, notes = read_dates(cells)
    >>> dates.dt.strftime("%Y-%m-%d").tolist(), notes
    (['2022-02-24', '2022-02-24', nan], ['time zones +03:00: local time kept'])
    """
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        zone = getattr(cells.dtype, "tz", None)
        naive = cells.dt.tz_localize(None) if zone is not None else cells
        naive = naive.where(naive.dt.year.between(*GREGORIAN))
        return naive.astype("datetime64[us]"), [
            f"time zone {zone}: local time kept"
        ] if zone else []
    text = cells.astype(object).where(cells.notna(), "").map(_as_text)
    spellings = pd.Series(text.unique(), dtype=object)
    month_first = _month_first(spellings)
    origin = pd.Timestamp(first_day)
    found = {one: _read(one, origin, month_first=month_first) for one in spellings if one}
    dates = pd.to_datetime(text.map({one: when for one, (when, _) in found.items()}))
    notes = _notes({kind for _, kind in found.values()}, month_first)
    return dates.astype("datetime64[us]"), notes


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return re.sub(r"[\u200e\u200f\u202a-\u202e\ufeff]", "", str(cell)).strip()[:200]


def _read(
    text: str, first_day: pd.Timestamp, *, month_first: bool
) -> tuple[pd.Timestamp | None, str]:
    """The date of one spelling, and what had to be assumed to read it."""
    iso = ISO.match(text)
    if iso and GREGORIAN[0] <= int(text[:4]) <= GREGORIAN[1]:
        when = pd.to_datetime(iso[1].replace(",", "."), errors="coerce")
        return (None if pd.isna(when) else when), f"zone {iso[2]}" if iso[2] else ""
    if text.isascii() and re.fullmatch(r"\d+|\d{5}\.\d+", text):
        return _number(text, first_day)
    numeric = DAY_MONTH.match(text)
    if numeric and int(numeric[3]) >= GREGORIAN[0]:
        day, month = (2, 1) if month_first else (1, 2)
        parts = {"year": [numeric[3]], "month": [numeric[month]], "day": [numeric[day]]}
        when = pd.to_datetime(pd.DataFrame(parts).astype(int), errors="coerce")[0]
        return (None if pd.isna(when) else when), "numeric"
    parsed = parse_date(text)
    if parsed:
        when = pd.Timestamp(parsed[0] if len(parsed[0]) > 4 else f"{parsed[0]}-01-01")
        if not GREGORIAN[0] <= when.year <= GREGORIAN[1]:  # 1018 is a slip, in either calendar
            return None, ""
        if HIJRI_YEAR.search(unicodedata.normalize("NFKC", text)):
            return when, "hijri"
        return when, "" if parsed[1] == "day" else "coarse"
    if re.search(r"[A-Za-z]{3}", text) and re.search(r"\d{4}", text):
        when = pd.to_datetime(text, errors="coerce")
        if not pd.isna(when):
            return when.tz_localize(None), f"zone {when.tzinfo}" if when.tzinfo else ""
    return None, ""


def _number(text: str, first_day: pd.Timestamp) -> tuple[pd.Timestamp | None, str]:
    """A date written as a number: 20220224, an Excel day, or seconds since 1970."""
    number = float(text[:15])
    if "." not in text and len(text) == 8:
        when = pd.to_datetime(text, format="%Y%m%d", errors="coerce")
        return (None if pd.isna(when) else when), ""
    if len(text) == 5 or "." in text:
        when = first_day + pd.Timedelta(days=number)
        return when.round("s"), "Excel day"
    if len(text) in (10, 13):
        return pd.Timestamp(int(number), unit="s" if len(text) == 10 else "ms"), "Unix time"
    return None, ""


def _month_first(spellings: pd.Series) -> bool:
    """Whether a column writes the month before the day: some number says so and none denies."""
    pairs = [(int(m[1]), int(m[2])) for one in spellings if (m := DAY_MONTH.match(one))]
    return any(second > 12 for _, second in pairs) and not any(first > 12 for first, _ in pairs)


def _notes(kinds: set[str], month_first: bool) -> list[str]:
    zones = sorted(kind.removeprefix("zone ") for kind in kinds if kind.startswith("zone "))
    notes = [f"time zones {', '.join(zones)}: local time kept"] if zones else []
    if "numeric" in kinds:
        notes.append("numeric dates read as " + ("month/day" if month_first else "day/month"))
    if "hijri" in kinds:
        notes.append("Hijri dates converted")
    if "coarse" in kinds:
        notes.append("dates without a day: the first day taken")
    notes += [f"numbers read as {kind}" for kind in ("Excel day", "Unix time") if kind in kinds]
    return notes
