"""Dates in Arabic running text and in cells of a date column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pandas as pd

from q7x2lab.arabic import calendars as names
from q7x2lab.arabic.calendars import Stamp
from q7x2lab.arabic.letters import INVISIBLES, MARKS, TATWEEL
from q7x2lab.arabic.mentions import Mention, find_mentions

_DROPPED = re.compile(f"[{MARKS}{TATWEEL}{INVISIBLES}]")
_TRAIL = re.compile(f"[{MARKS}{TATWEEL}]*")
_PLAIN = str.maketrans(
    "أإآٱىةیکھ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹‐‑‒–—−\u00a0\t\u202f\u2009",
    "ااااي" + "هيكه" + "0123456789" * 2 + "-" * 6 + " " * 4,
)


_FATHER = re.compile(r"(?<!\w)([وفبلك]?)أ(?=ب(?!\w)(?! ?[/\\(-] ?[أا]غسطس))")


_TATWEEL_DASH = re.compile(r"(?<=[\d ])ـ(?=[\d ])")  # 20 ـ 22 مارس


def _fold(text: str) -> tuple[str, list[int]]:
    """The text as it is read, and the place each of its characters has in the original."""
    text = _TATWEEL_DASH.sub("-", text)
    kept = list(range(len(text)))
    if _DROPPED.search(text):
        kept = [i for i in kept if not _DROPPED.match(text[i])]
        text = "".join(text[i] for i in kept)
    # أب is a father; only آب and a careless اب are August.
    return _FATHER.sub(r"\1ؤ", text).translate(_PLAIN), kept


def _resolve(mention: Mention, reference: date | None) -> Stamp | None:
    """The date that a mention stands for, None where it is refused."""
    if mention.refused or mention.stamp:
        return mention.stamp
    year, parts = mention.year, (mention.month, mention.day)
    if mention.hijri:
        if not year and reference:
            year = names.hijri_year_told(*parts, mention.told, reference) or 0
        return names.hijri_stamp(year, *parts) if year else None
    if not year and reference:
        if names.stamp(2024, *parts) is None:  # not even in a leap year
            return None
        year = names.year_told(*parts, mention.told, reference)
    return names.stamp(year, *parts) if 1000 <= year < 2200 else None


def _reference(reference: Any) -> date | None:
    if reference is None or reference is pd.NaT:
        return None
    moment = pd.Timestamp(reference)
    return None if moment is pd.NaT else moment.date()


def date_rows(text: str, reference: Any = None) -> Iterator[tuple[int, int, str, str, str, str]]:
    """The rows of `find_dates` one by one, for many texts: start end text date precision calendar.

    >>> [row[3] for row in date_rows("في 24 شباط/فبراير 2022")]
    ['2022-02-24']
    """
    plain, places = _fold(text)
    today = _reference(reference)
    for mention in find_mentions(plain, today):
        told = _resolve(mention, today)
        if told is not None:
            start, end = places[mention.start], places[mention.end - 1] + 1
            end = _TRAIL.match(text, end).end()  # type: ignore[union-attr]
            yield start, end, text[start:end], told.iso, told.precision, told.calendar


def find_dates(text: str, reference: Any = None) -> pd.DataFrame:
    """Every date in a text: `start end text date precision calendar`, in reading order.

    text: Arabic prose. reference: the day the text is dated (a date, a Timestamp, ISO text), for
    what is told from there: weekdays, the last month, a day without its year; without it they are
    refused. `date` is ISO text at its `precision` (day 2022-02-24, month 2022-02, year 2022),
    always Gregorian; `calendar` is the one it was written in (gregorian, hijri).

    Read are month names of every Arab country, single or double (فبراير/شباط), days in three
    kinds of digits or in words, numeric dates (day first, where both orders are possible), Hijri
    dates by Umm al-Qura, and dates relative to the reference. A range of days (20-22 مارس) gives
    a row for each end. A weekday by itself is the latest that is not after the reference; with a
    verb of the future (سيجتمع, المقرر) the first that is not before it. A day or month without
    its year is of the reference's year, unless that lies more than half a year ahead. A Hijri
    month is given as the Gregorian month of its middle. اليوم is the reference where that is sure
    (مساء اليوم, أعلن اليوم), since it means nowadays as often.

    What cannot be (30 فبراير), what is told from another day of the story (العام نفسه), a weekday
    whose verb may tell of either side, and a day in a name (ميدان 4 مايو) are refused: no row.

    >>> find_dates("اندلعت الحرب في 24 شباط/فبراير 2022")[["text", "date"]].values.tolist()
    [['24 شباط/فبراير 2022', '2022-02-24']]
    """
    rows = list(date_rows(text, reference))
    table = pd.DataFrame(rows, columns=["start", "end", "text", "date", "precision", "calendar"])
    kinds = {"start": "int64", "end": "int64"} | dict.fromkeys(table.columns[2:], "str")
    return table.astype(kinds)


_WHOLE = re.compile(r"(\d{4})(?:[-/](\d\d?)(?:-(\d\d)(?:[T ].*)?)?)?|(\d{4})(\d\d)(\d\d)")
_MOST_WORDS = 8  # a cell with more words around its date is prose


def parse_date(cell: Any, reference: Any = None) -> tuple[str, str] | None:
    """ISO text and precision of the date that a cell of a table holds, None if there is not one.

    cell: text in any form that find_dates reads, with a time or a few words around it; a date, a
    Timestamp; a year. reference: as for find_dates. Two dates that differ are refused, unless one
    is the Hijri name of the other day (a calendar by sighting may be two days off): then the
    Gregorian one counts. Serial numbers of a spreadsheet are no dates here.

    >>> parse_date("الخميس ٢٤ فبراير ٢٠٢٢ - ١٤:٣٠"), parse_date("30 فبراير 2022")
    (('2022-02-24', 'day'), None)
    """
    if isinstance(cell, (date, datetime)):
        return None if pd.isna(cell) else (cell.isoformat()[:10], "day")
    plain = _fold(str(cell).strip())[0] if isinstance(cell, (str, int)) else ""
    whole = _WHOLE.fullmatch(plain)
    today = _reference(reference)
    if whole and 1500 < int(whole[1] or whole[4]) < 2200:
        parts = [
            int(part or 0) for part in (whole.groups()[:3] if whole[1] else whole.groups()[3:])
        ]
        stamps = [names.stamp(*parts)]
    else:
        mentions = list(find_mentions(plain, today))
        stamps = [_resolve(mention, today) for mention in mentions]
        for mention in mentions:
            plain = plain.replace(
                plain[mention.start : mention.end], " " * (mention.end - mention.start)
            )
    told = [stamp for stamp in stamps if stamp]
    if not told or len(told) < len(stamps) or (not whole and len(plain.split()) > _MOST_WORDS):
        return None
    best = min(told, key=lambda stamp: (stamp.calendar != "gregorian", -len(stamp.iso)))
    agreed = all(_agree(best, other) for other in told)
    return (best.iso, best.precision) if agreed else None


def _agree(best: Stamp, other: Stamp) -> bool:
    """Whether another date of the same cell is the same day, or that day in the Hijri calendar."""
    if best.calendar == other.calendar or not (best.day and other.day):
        return best.iso.startswith(other.iso)
    days = [date(stamp.year, stamp.month, stamp.day) for stamp in (best, other)]
    return abs((days[0] - days[1]).days) <= 2
