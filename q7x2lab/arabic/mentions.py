"""Mentions of dates in folded Arabic text, as they are told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from q7x2lab.arabic.calendars import Stamp
from q7x2lab.arabic.date_mentions import NEVER, Mention, Reader, shift_of, word_before
from q7x2lab.arabic.date_patterns import PATTERNS, windows, years_after
from q7x2lab.arabic.day_dates import read_beside, read_weekday
from q7x2lab.arabic.month_dates import read_day_of_month, read_month_number, read_named


def read_numeric(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    """24/2/2022, 2022-02-24, 1443/7/23 هـ: the year has four digits, the day goes first."""
    a, b, c = match["a"], match["b"], match["c"]
    refused = Mention(match.start("led"), match.end(), refused=True)
    if (len(a) == 4) == (len(c) == 4):
        return [refused]
    year, month, day = (int(a), int(b), int(c)) if len(a) == 4 else (int(c), int(b), int(a))
    if month > 12 >= day:  # the other order is the only one possible
        month, day = day, month
    month, day = month or NEVER, day or NEVER
    hijri = 1300 <= year <= 1500 or (match["era"] or "").startswith(("ه", "لل"))
    return [replace(refused, refused=False, year=year, month=month, day=day, hijri=hijri)]


def read_year(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    found = []
    for group in ("year", "second"):
        if match[group]:
            start = match.start("name") if group == "year" else match.start(group)
            end = match.end("year") if match["second"] and group == "year" else match.end()
            year, era = int(match[group]), match["era"] or ""
            hijri = era.startswith(("ه", "لل"))
            unclear = not (hijri or 1500 < year < 2200)
            found.append(Mention(start, end, year, hijri=hijri, refused=unclear))
    if match["name"].endswith(("اعوام", "سنوات")):
        more = years_after(text, match.end())
        found += [Mention(m.start(1), m.end(1), int(m[1])) for m in more]
    return found


def read_near_year(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    """This, the last, the next year: where العام is not an adjective (الأمين العام الحالي)."""
    before = word_before(text, match.start())
    if match["general"] and before.startswith(("ال", "لل", "بال", "وال")):
        return []
    if match["told"] is None and match["vague"]:
        return [Mention(match.start("name"), match.end(), refused=True)]
    year = reference.year + shift_of(match) if reference else 0
    return [Mention(match.start("name"), match.end(), year, refused=reference is None)]


_READERS: dict[str, Reader] = {
    "numeric": read_numeric,
    "day and month": read_named,
    "month and day": read_named,
    "day of month": read_day_of_month,
    "month": read_named,
    "month number": read_month_number,
    "near year": read_near_year,
    "year": read_year,
    "bare year": read_year,
    "two years": read_year,
    "year of an era": read_year,
    "beside": read_beside,
    "weekday": read_weekday,
}


def find_mentions(text: str, reference: date | None) -> list[Mention]:
    """Mentions in a folded text, refused ones among them, by place and none overlapping.

    >>> [(found.month, found.day) for found in find_mentions("في 5 مايو", None)]
    [(5, 5)]
    """
    claimed = bytearray(len(text) + 1)
    found: list[Mention] = []
    stretches = windows(text)
    for kind, cue, pattern in PATTERNS:
        for stretch in stretches.get(cue, ()):
            for match in pattern.finditer(text, *stretch):
                if any(claimed[match.start() : match.end()]):
                    continue
                read = _READERS[kind](match, text, reference)
                for mention in (m for m in read if not m.weak):
                    claimed[mention.start : mention.end] = b"\x01" * (mention.end - mention.start)
                found += read
    return _with_shared_years(sorted(set(found), key=lambda m: m.start), text)


_BETWEEN = re.compile(r" *(?:-|،|و?(?:الي|حتي|او|ثم|لغايه)|و)?(?: غايه)? *(?:و|ل|يوم|شهر)? *")


def _with_shared_years(found: list[Mention], text: str) -> list[Mention]:
    """Mentions that make one span of time with the next take its year; days of a week follow."""
    for at in range(len(found) - 2, -1, -1):
        this, after = found[at], found[at + 1]
        joint = _BETWEEN.fullmatch(text, this.end, after.start)
        if not joint:
            continue
        if this.lacks_year and after.month and this.hijri == after.hijri:
            year = after.year - (this.month > after.month) if after.year else 0
            found[at] = replace(this, year=year, told=after.told, weak=this.weak and not year)
        elif this.stamp and after.stamp and this.told is None:
            found[at : at + 2] = _days_of_one_week(this, after, joint[0])
    return [mention for mention in found if not mention.weak]


def _days_of_one_week(this: Mention, after: Mention, joint: str) -> tuple[Mention, Mention]:
    """Two weekdays side by side, the first told by its name only: الخميس والجمعة is one weekend,
    من الأحد إلى الخميس المقبل begins before that Thursday.
    """
    first, last = _as_day(this.stamp), _as_day(after.stamp)
    if after.told is None:
        return this, replace(after, stamp=_stamp(last + timedelta(7))) if last < first else after
    if not re.search("الي|حتي|لغايه", joint):
        return this, after
    begin = last - timedelta((last - first).days % 7)
    if after.told > 0 and begin <= first:  # has begun, or begins in a week: not to be known
        return replace(this, stamp=None, refused=True), after
    return replace(this, stamp=_stamp(begin)), after


def _as_day(stamp: Stamp | None) -> date:
    return date.fromisoformat(stamp.iso) if stamp else date.min


def _stamp(day: date) -> Stamp:
    return Stamp(day.year, day.month, day.day)
