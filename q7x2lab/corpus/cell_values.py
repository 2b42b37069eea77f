"""The cells of a column as text and as dates: each spelling of a date read once, rules noted."""

import re
import unicodedata
from typing import Any

import pandas as pd

from q7x2lab.arabic.dates import parse_date

ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?)\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
)
NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
HIJRI_YEAR = re.compile(r"(?<!\d)1[345]\d\d(?!\d)")
ENGLISH = re.compile(r"(?=.*[A-Za-z]{3}).*\d{4}", re.DOTALL)
FIRST_YEAR, LAST_YEAR = 1700, 2200  # Gregorian; earlier years in ISO form are Hijri
LONGEST_DATE = 200  # characters of a cell that are read as a date
UNREAD = (pd.NaT, "")
LOCAL = "time zones left out: local time kept"


def text_cells(cells: pd.Series) -> pd.Series:
    """A column as text: whole numbers without a fraction, missing cells and blanks empty.

    Examples
    --------
    >>> text_cells(pd.Series(["نص", None, 5.0, b"x", " "], dtype=object)).tolist()
    ['نص', '', '5', 'x', '']
    """
    texts = cells.astype(object).where(cells.notna(), "").map(_text)
    texts = texts.where(texts.str.strip() != "", "").astype("str")
    return texts.str.replace("\0", "\ufffd")  # as a lost character it is flagged


def _text(cell: Any) -> str:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).encode("utf-8", "replace").decode("utf-8")


def read_dates(cells: pd.Series, *, first_day: str = "1899-12-30") -> tuple[pd.Series, list[str]]:
    """A date for each cell (NaT where there is none or it does not exist), and the rules used.

    Parameters
    ----------
    first_day
        The day that the day numbers of a workbook count from.

    Notes
    -----
    Times keep the clock they were written with: an offset is dropped, not converted, so that an
    article keeps the day its readers saw. Numeric dates are day before month, unless the column
    shows the opposite. Hijri dates are converted.

    Examples
    --------
    >>> cells = pd.Series(["2022-02-24T01:00+03:00", "24 شباط 2022", "2023-02-30"])
    >>> dates, notes = read_dates(cells)
    >>> dates.dt.strftime("%Y-%m-%d").tolist(), notes
    (['2022-02-24', '2022-02-24', nan], ['time zones left out: local time kept'])
    """
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        known = cells.dt.year.between(FIRST_YEAR, LAST_YEAR)
        dates = cells.dt.tz_localize(None).where(known)
        return dates.astype("datetime64[us]"), [LOCAL] * bool(cells.dt.tz)
    text = text_cells(cells).str.replace(r"[\u200e\u200f\u202a-\u202e\ufeff]", "", regex=True)
    text = text.str.strip().str[:LONGEST_DATE]
    order = {"month_first": _month_first(text.unique())}
    found = {each: _read_date(each, pd.Timestamp(first_day), **order) for each in text.unique()}
    dates = pd.to_datetime(text.map({each: when for each, (when, _) in found.items()}))
    rules = dict.fromkeys(rule for _, rule in found.values() if rule)
    return dates.astype("datetime64[us]"), list(rules)


def _read_date(text: str, first_day: pd.Timestamp, *, month_first: bool) -> tuple[Any, str]:
    """The date of one spelling, and the rule by which it was read."""
    iso, numeric = ISO.fullmatch(text), NUMERIC.match(text)
    if iso and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        return pd.to_datetime(iso[1].replace(",", "."), errors="coerce"), LOCAL if iso[2] else ""
    if text.isascii() and re.fullmatch(r"\d+|\d{5}\.\d+", text):
        return _number(text, first_day)
    if numeric and int(numeric[3]) >= FIRST_YEAR:
        order = "%m/%d/%Y" if month_first else "%d/%m/%Y"
        when = pd.to_datetime("/".join(numeric.groups()), format=order, errors="coerce")
        return when, "numeric dates read as " + ("month/day" if month_first else "day/month")
    if parsed := parse_date(text):
        when = pd.Timestamp(f"{parsed[0]}-01-01"[:10])
        if not FIRST_YEAR <= when.year <= LAST_YEAR:  # 1018 is a slip, in either calendar
            return UNREAD
        if HIJRI_YEAR.search(unicodedata.normalize("NFKC", text)):
            return when, "Hijri dates converted"
        return when, "" if parsed[1] == "day" else "dates without a day: the first day taken"
    when = pd.to_datetime(text, errors="coerce") if ENGLISH.match(text) else pd.NaT
    return UNREAD if pd.isna(when) else (when.tz_localize(None), LOCAL if when.tzinfo else "")


def _number(text: str, first_day: pd.Timestamp) -> tuple[Any, str]:
    """A date written as a number: 20220224, an Excel day, or seconds since 1970."""
    if "." in text or len(text) == 5:
        when = first_day + pd.Timedelta(days=float(text[:15]))
        return when.round("s"), "numbers read as Excel day"
    if len(text) == 8:
        return pd.to_datetime(text, format="%Y%m%d", errors="coerce"), ""
    if len(text) in (10, 13):
        unit = "s" if len(text) == 10 else "ms"
        return pd.Timestamp(int(text), unit=unit), "numbers read as Unix time"
    return UNREAD


def _month_first(spellings: Any) -> bool:
    """Whether a column writes the month before the day: some number says so and none denies."""
    pairs = [(int(m[1]), int(m[2])) for one in spellings if (m := NUMERIC.match(one))]
    return any(second > 12 for _, second in pairs) and not any(first > 12 for first, _ in pairs)
