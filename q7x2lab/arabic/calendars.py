"""Arabic names of months, days and ordinals, and the arithmetic of the two calendars."""

from __future__ import annotations

import calendar as gregorian
from datetime import date, timedelta
from typing import Any

from hijridate import Gregorian, Hijri

from q7x2lab.arabic.letters import fold
from q7x2lab.yaml_files import read_bundled

# A day or month without its year lies within half a year ahead of the day it is told on, or else
# in the past, as most of what news tells does; what would lie eleven months back is to come.
_FURTHEST_AHEAD, _FURTHEST_BACK = 179, -326  # days, months counted as 30

WORDS: dict[str, Any] = read_bundled("dates", "words", what="list of date words")


def _numbers(kind: str) -> dict[str, int]:
    return {fold(name): number for number, names in WORDS[kind].items() for name in names}


MONTHS, HIJRI_MONTHS = _numbers("months"), _numbers("hijri_months")
WEEKDAYS, RELATIONS = _numbers("weekdays"), _numbers("relations")
ORDINALS = _numbers("ordinals")


def iso_date(year: int, month: int = 0, day: int = 0) -> str | None:
    """ISO 8601 text of a Gregorian date, month or year (parts that are 0), None if there is none.

    Examples
    --------
    >>> iso_date(2022, 2, 24), iso_date(2022, 2), iso_date(2022, 2, 30)
    ('2022-02-24', '2022-02', None)
    """
    if not 1000 <= year < 2200 or not 0 <= month <= 12 or (day and not month):
        return None
    if day and day > gregorian.monthrange(year, month)[1]:
        return None
    return "-".join([f"{year:04d}", *(f"{part:02d}" for part in (month, day) if part)])


def iso_of_hijri(year: int, month: int = 0, day: int = 0) -> str | None:
    """ISO 8601 text of a Hijri date by Umm al-Qura, None where that calendar has no such day.

    Notes
    -----
    A Hijri month or year begins and ends inside Gregorian ones: it is given as the Gregorian
    month or year that its middle falls in. The calendar is known from 1343 to 1500 AH
    (hijridate).

    Examples
    --------
    >>> iso_of_hijri(1443, 7, 23), iso_of_hijri(1443, 9), iso_of_hijri(1443, 7, 31)
    ('2022-02-24', '2022-04', None)
    """
    try:
        middle = Hijri(year, month or 7, day or (15 if month else 1)).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return str(middle.isoformat()[: 10 if day else 7 if month else 4])


def infer_year(
    month: int, day: int, relation: int | None, reference: date, *, hijri: bool = False
) -> int:
    """Year of a month or day named without one; 0 outside the years that the calendar is known for.

    Parameters
    ----------
    relation
        -1 for the last such (الماضي), 1 for the next (المقبل), 0 for the one of this year, None
        where nothing is said.
    reference
        The day it is told on.

    Examples
    --------
    >>> day = date(2022, 12, 30)
    >>> infer_year(2, 24, None, day), infer_year(1, 5, None, day)
    (2022, 2023)
    >>> infer_year(9, 0, -1, day, hijri=True)
    1443
    """
    try:
        today = Gregorian.fromdate(reference).to_hijri() if hijri else reference
    except (ValueError, OverflowError):
        return 0
    year = int(today.year)
    if relation is None:
        ahead = 30 * (month - today.month) + (day or 15) - today.day
        return year - (ahead > _FURTHEST_AHEAD) + (ahead < _FURTHEST_BACK)
    here = (today.month, today.day if day else 0)
    to_come, past = (month, day) > here, (month, day) < here
    return year + (relation == 1 and not to_come) - (relation == -1 and not past)


def weekday_near(weekday: int, relation: int, reference: date) -> date:
    """The last day of this name before the reference (relation -1), or the first after it (1).

    Examples
    --------
    >>> weekday_near(4, -1, date(2022, 2, 25)).isoformat()
    '2022-02-18'
    """
    if relation == 1:
        return reference + timedelta((weekday - reference.weekday() - 1) % 7 + 1)
    return reference - timedelta((reference.weekday() - weekday - 1) % 7 + 1)
