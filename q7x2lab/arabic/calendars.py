"""Arabic names of months, days and ordinals, and the arithmetic of dates told from another day."""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass
from datetime import date, timedelta

from hijridate import Gregorian, Hijri

# Folded: alefs bare, ى as ي, ة as ه. Egyptian and Gulf, Levantine and Iraqi, Tunisian and
# Algerian, Moroccan names of one month side by side.
MONTH_NAMES = {
    1: "يناير، كانون الثاني، كانون ثاني، كانون ثان، جانفي، ينابر",
    2: "فبراير، شباط، فيفري، فبرابر",
    3: "مارس، اذار",
    4: "ابريل، نيسان، افريل",
    5: "مايو، ايار، ماي، مايس",
    6: "يونيو، يونيه، حزيران، جوان",
    7: "يوليو، يوليه، تموز، جويليه، يوليوز",
    8: "اغسطس، اب، اوت، غشت، اغشت",
    9: "سبتمبر، ايلول، شتنبر، شتمبر",
    10: "اكتوبر، تشرين الاول، تشرين اول، اوكتوبر",
    11: "نوفمبر، تشرين الثاني، تشرين ثاني، تشرين ثان، نونبر، نوفنبر",
    12: "ديسمبر، كانون الاول، كانون اول، دجنبر، دجمبر، دسمبر",
}
HIJRI_NAMES = {
    1: "محرم، المحرم",
    2: "صفر",
    3: "ربيع الاول، ربيع اول",
    4: "ربيع الثاني، ربيع ثاني، ربيع الاخر، ربيع ثان",
    5: "جمادي الاولي، جمادي الاول، جماد الاول، جماد الاولي",
    6: "جمادي الاخره، جمادي الثانيه، جمادي الثاني، جمادي الاخر، جماد الثاني، جماد الاخر",
    7: "رجب",
    8: "شعبان",
    9: "رمضان",
    10: "شوال",
    11: "ذو القعده، ذي القعده، ذوالقعده، ذيالقعده، ذا القعده",
    12: "ذو الحجه، ذي الحجه، ذوالحجه، ذيالحجه، ذا الحجه",
}
# Monday is 0, as in datetime.
WEEKDAY_NAMES = {
    0: "الاثنين، الاتنين",
    1: "الثلاثاء، الثلثاء",
    2: "الاربعاء",
    3: "الخميس",
    4: "الجمعه",
    5: "السبت",
    6: "الاحد",
}
_UNITS = ["الاول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع"]
_RELATED = {
    -1: "الماضي الماضيه الماضيين المنصرم المنصرمه المنصرمين الفائت الفائته الفايت الفارط الفارطه "
    "المنقضي المنقضيه",
    1: "المقبل المقبله المقبلين القادم القادمه القادمين الاتي الاتيه",
    0: "الجاري الجاريه الجاريين الحالي الحاليه",
}


def _numbered(names: dict[int, str]) -> dict[str, int]:
    return {name: number for number, text in names.items() for name in text.split("، ")}


def _ordinals() -> dict[str, int]:
    words = {unit: number for number, unit in enumerate(_UNITS, 1)}
    words |= {"غره": 1, "فاتح": 1, "الفاتح": 1, "العاشر": 10, "الحادي عشر": 11}
    words |= {f"{unit} عشر": number + 10 for number, unit in enumerate(_UNITS[1:], 2)}
    for ten, names in ((20, ("العشرين", "العشرون")), (30, ("الثلاثين", "الثلاثون"))):
        for name in names:
            words[name] = ten
            for unit, number in [*zip(_UNITS, range(1, 10), strict=True), ("الحادي", 1)]:
                if ten + number <= 31 and unit != "الاول":
                    words[f"{unit} و{name}"] = ten + number
    return words


MONTHS = _numbered(MONTH_NAMES)
HIJRI_MONTHS = _numbered(HIJRI_NAMES)
WEEKDAYS = _numbered(WEEKDAY_NAMES)
ORDINALS = _ordinals()
RELATIONS = {word: n for n, words in _RELATED.items() for word in words.split()}


@dataclass(frozen=True)
class Stamp:
    """A date known to the day, the month or the year; parts that are not known are 0."""

    year: int
    month: int = 0
    day: int = 0
    calendar: str = "gregorian"

    @property
    def precision(self) -> str:
        """day, month or year."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def iso(self) -> str:
        """ISO 8601 text at the precision of the date."""
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part)]
        return "-".join(parts)


def stamp(year: int, month: int = 0, day: int = 0) -> Stamp | None:
    """The Gregorian date of these parts, None for one that does not exist.

    >>> stamp(2022, 2, 24).iso, stamp(2022, 2, 30)
    ('2022-02-24', None)
    """
    if not 1 <= year <= 9999 or not 0 <= month <= 12 or (day and not month):
        return None
    if day and not 1 <= day <= gregorian.monthrange(year, month)[1]:
        return None
    return Stamp(year, month, day)


def hijri_stamp(year: int, month: int = 0, day: int = 0) -> Stamp | None:
    """The Gregorian date of a Hijri one by Umm al-Qura, None where that calendar has no such day.

    A Hijri month or year begins and ends inside Gregorian ones: it is given as the Gregorian
    month or year that its middle falls in. The calendar is known from 1343 to 1500 AH
    (hijridate).

    >>> hijri_stamp(1443, 7, 23).iso, hijri_stamp(1443, 9).iso, hijri_stamp(1443, 7, 31)
    ('2022-02-24', '2022-04', None)
    """
    try:
        middle = Hijri(year, month or 7, day or (15 if month else 1)).to_gregorian()
    except (ValueError, OverflowError):
        return None
    kept = (middle.month if month else 0, middle.day if day else 0)
    return Stamp(middle.year, *kept, "hijri")


def year_told(month: int, day: int, told: int | None, reference: date) -> int:
    """Year of a month or day named without one, beside the day it is told on.

    told: -1 for the last such (الماضي), 1 for the next (المقبل), 0 for the one of this year, None
    where nothing is said: then the year of the reference, unless that lies more than half a year
    ahead (then the year before) or nearly a whole year back (then the year after).

    >>> year_told(2, 24, None, date(2022, 12, 30)), year_told(12, 24, None, date(2023, 1, 5))
    (2022, 2022)
    """
    here = (reference.month, reference.day) if day else (reference.month,)
    there = (month, day) if day else (month,)
    if told == -1:
        return reference.year - (there >= here)
    if told == 1:
        return reference.year + (there <= here)
    if told == 0:
        return reference.year
    middle = min(day or 15, gregorian.monthrange(reference.year, month)[1])
    ahead = (date(reference.year, month, middle) - reference).days
    return reference.year - (ahead > 183) + (ahead < -330)


def hijri_year_told(month: int, day: int, told: int | None, reference: date) -> int | None:
    """As year_told, in the Hijri calendar; None outside the years it is known for.

    >>> hijri_year_told(9, 0, -1, date(2022, 12, 30))
    1443
    """
    try:
        today = Gregorian.fromdate(reference).to_hijri()
    except (ValueError, OverflowError):
        return None
    here = (today.month, today.day) if day else (today.month,)
    there = (month, day) if day else (month,)
    if told == -1:
        return int(today.year - (there >= here))
    if told == 1:
        return int(today.year + (there <= here))
    if told == 0:
        return int(today.year)
    ahead = 30 * (month - today.month) + (day or 15) - today.day
    return int(today.year - (ahead > 177) + (ahead < -320))


def month_beside(reference: date, months: int) -> tuple[int, int]:
    """Year and month so many months after the reference.

    >>> month_beside(date(2022, 1, 31), -1)
    (2021, 12)
    """
    year, month = divmod(reference.year * 12 + reference.month - 1 + months, 12)
    return year, month + 1


def weekday_beside(weekday: int, told: int | None, reference: date) -> date:
    """The day of this name beside the reference.

    told: -1 the last before it, 1 the first after it, None or 0 the latest that is not after it,
    as news tells what happened (the reference itself included).

    >>> weekday_beside(4, -1, date(2022, 2, 25)).isoformat()
    '2022-02-18'
    """
    if told == 1:
        return reference + timedelta((weekday - reference.weekday() - 1) % 7 + 1)
    back = (reference.weekday() - weekday) % 7
    return reference - timedelta(back or (7 if told == -1 else 0))
