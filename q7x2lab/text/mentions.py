"""Mentions of dates in folded Arabic text, as they are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from q7x2lab.text import calendar as names
from q7x2lab.text.calendar import Stamp
from q7x2lab.text.date_patterns import (
    BECAME,
    BEFORE_TOMORROW,
    BOTH_DAYS,
    DOUBTFUL,
    LEADS,
    MORE_DOUBTFUL,
    NAMED_AFTER,
    NO_TODAY_AFTER,
    NO_WEEKDAY_AFTER,
    NO_WEEKDAY_BEFORE,
    PATTERNS,
    TIME_WORDS,
    TODAY_IS,
    days_before,
    windows,
    years_after,
)


@dataclass(frozen=True)
class Mention:
    """A date as it was told: parts that were not said are 0; told as in calendar.year_told."""

    start: int
    end: int
    year: int = 0
    month: int = 0
    day: int = 0
    hijri: bool = False
    told: int | None = None
    stamp: Stamp | None = None
    refused: bool = False
    weak: bool = False  # a date only if another shares its year

    @property
    def lacks_year(self) -> bool:
        return not (self.year or self.stamp or self.refused or self.told is not None)


Reader = Callable[["re.Match[str]", str, "date | None"], list[Mention]]


_NEVER = 99


def _day(text: str | None) -> int:
    if not text:
        return 0
    number = text.removeprefix("ال").strip()
    # No day is 0, and 0 here means that no day was said.
    return int(number) or _NEVER if number.isdigit() else names.ORDINALS[re.sub(" +", " ", text)]


def _month(text: str) -> tuple[int, bool]:
    key = re.sub(" +", " ", text)
    return names.MONTHS.get(key) or names.HIJRI_MONTHS[key], key in names.HIJRI_MONTHS


def _shift(match: re.Match[str]) -> int:
    """-1, 0 or 1 for the last, this and the next; -2 or 2 for the one before or after that."""
    shift = names.RELATIONS[match["told"]] if match["told"] else 0
    return shift * (2 if match["more"] else 1)


def _before(text: str, at: int) -> str:
    """The word before a place, in the same clause; "" where there is none."""
    found = re.search(r"(\w+) *[\"«(]? *$", text[max(at - 40, 0) : at])
    return found[1] if found else ""


def _read_numeric(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    """24/2/2022, 2022-02-24, 1443/7/23 هـ: the year has four digits, the day goes first."""
    a, b, c = match["a"], match["b"], match["c"]
    refused = Mention(match.start("led"), match.end(), refused=True)
    if (len(a) == 4) == (len(c) == 4):
        return [refused]
    year, month, day = (int(a), int(b), int(c)) if len(a) == 4 else (int(c), int(b), int(a))
    if month > 12 >= day:  # the other order is the only one possible
        month, day = day, month
    month, day = month or _NEVER, day or _NEVER
    hijri = 1300 <= year <= 1500 or (match["era"] or "").startswith(("ه", "لل"))
    return [replace(refused, refused=False, year=year, month=month, day=day, hijri=hijri)]


def _read_month_number(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    numbers = int(match["year"]), int(match["month"])
    return [Mention(match.start("month"), match.end(), *numbers)]


def _read_named(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    """A month by name, with or without day, year and relation."""
    groups = match.groupdict()
    month, hijri = _month(match["month"])
    end = match.end()
    start = min(
        at for at in (match.start(g) for g in ("led", "day", "month") if g in groups) if at >= 0
    )
    day = _day(groups.get("day"))
    other = _month(match["other"]) if match["other"] else None
    dual = other == (month, hijri)
    if other and not dual:
        return _read_two_months(match, start, day)
    before = _before(text, match.start())
    if _is_part(groups, before):  # the second week of March is no 2 March
        day, start = 0, match.start("month")
    mention = Mention(start, end, int(match["year"] or 0), month, day, hijri)
    mention = _with_year(mention, match, before, reference)
    if not mention.refused and not _is_date(match, text, mention, dual=dual):
        mention = replace(mention, weak=True)
    first = groups.get("first")
    if not day:
        return [mention]
    last = replace(mention, start=match.start("day")) if first else mention
    begins = [match.start("first"), match.end("first")] if first else [match.start("day")]
    listed = [(*d.span(), _day(d[0])) for d in days_before(text, begins[0])]
    listed += [(begins[0], begins[1], _day(first))] if first else []
    days = [number for *_, number in listed]
    if days != sorted(set(days)) or (days and days[-1] >= day and len(days) > 1):
        listed = listed[-1:] if first else []  # no list of days
    if not listed:
        return [last]
    rows = [replace(last, start=a, end=b, day=number) for a, b, number in listed]
    return [replace(rows[0], start=min(start, rows[0].start)), *rows[1:], last]


def _with_year(
    mention: Mention, match: re.Match[str], before: str, reference: date | None
) -> Mention:
    """The mention with what is said of its year: من العام الماضي, المقبل, منذ."""
    if match["vague"]:
        return replace(mention, refused=True)
    if match["this"] or match["of_year"]:
        if reference is None or mention.hijri:
            return replace(mention, refused=True)
        shift = names.RELATIONS[match["of_year"]] if match["of_year"] else 0
        return replace(mention, year=reference.year + shift)
    if match["told"]:
        return replace(mention, told=names.RELATIONS[match["told"]])
    if mention.year:
        return mention
    if reference and mention.month != reference.month and not mention.hijri:
        mention = replace(mention, told={"منذ": -1, "بحلول": 1}.get(before))
    named = mention.told is None and before in NAMED_AFTER
    return replace(mention, refused=True) if named else mention


def _is_part(groups: dict[str, str | None], before: str) -> bool:
    """Whether an ordinal counts weeks or halves of the month: الأسبوع الثاني من مارس."""
    day = groups.get("day") or ""
    counts = before.startswith(("ال", "بال", "لل", "وال")) and not before.endswith("اليوم")
    return counts and not groups.get("weekday") and not day[-1:].isdigit()


def _read_two_months(match: re.Match[str], start: int, day: int) -> list[Mention]:
    """Two months side by side: a span of months, unless one day is said to be in both."""
    refused = Mention(start, match.end(), refused=True)
    if match["joint"] == " " and not day:
        return []
    if day or match["told"] or match["of_year"]:
        return [refused]
    year = int(match["year"] or 0)
    spans = [(match.start("month"), match.end("month")), (match.start("other"), match.end())]
    read = [_month(match["month"]), _month(match["other"])]
    return [Mention(*span, year, *m[:1], 0, m[1]) for span, m in zip(spans, read, strict=True)]


def _is_date(match: re.Match[str], text: str, mention: Mention, *, dual: bool) -> bool:
    """Whether a month's name stands for the month here, not for a person, a verb, a square."""
    word = re.sub(" +", " ", match["month"])
    if word == "صفر":  # nil in a score
        return bool(mention.year or match.groupdict().get("shahr")) or " من " in match[0]
    if dual or mention.day or match.groupdict().get("shahr") or word not in DOUBTFUL:
        return True
    if match["told"]:
        return not match["told"].endswith("ه")
    before, clitic = _before(text, match.start()), text[match.start() : mention.start]
    if not mention.year:
        return before in LEADS and word not in MORE_DOUBTFUL
    sure = word not in MORE_DOUBTFUL and not mention.hijri
    return sure or before in TIME_WORDS or not before or clitic in ("و", "ل")


def _read_day_of_month(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    """The 24th of this, the last or the next month; the month itself without a day."""
    start = match.start("day") if match["day"] else match.start("name")
    mention = Mention(start, match.end(), refused=True)
    if reference is None or match["vague"]:
        return [mention]
    year, month = names.month_beside(reference, _shift(match))
    return [replace(mention, refused=False, year=year, month=month, day=_day(match["day"]))]


def _read_year(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
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


def _read_near_year(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    """This, the last, the next year: where العام is not an adjective (الأمين العام الحالي)."""
    before = _before(text, match.start())
    if match["general"] and before.startswith(("ال", "لل", "بال", "وال")):
        return []
    if match["told"] is None and match["vague"]:
        return [Mention(match.start("name"), match.end(), refused=True)]
    year = reference.year + _shift(match) if reference else 0
    return [Mention(match.start("name"), match.end(), year, refused=reference is None)]


def _stamp(day: date) -> Stamp:
    return Stamp(day.year, day.month, day.day)


_BESIDE = {"امس": -1, "البارحه": -1, "اليوم": 0, "غدا": 1, "غد": 1, "الغد": 1}


def _read_beside(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    """Yesterday, today, tomorrow, with or without the name of the day."""
    word, before, after = match["word"], _before(text, match.start()), text[match.end() :]
    weekday, before_yesterday = match["weekday"], match["late"] is not None
    if (before_yesterday and word != "امس") or after.startswith((" الحاجه", " حاجه")):
        return []
    if word == "غدا" and not weekday and (before in ("قد", "لقد") or BECAME.match(after)):
        return []  # became
    if word == "اليوم" and not weekday and (before in NO_TODAY_AFTER or TODAY_IS.match(after)):
        return []
    if text.endswith("مثل هذا ", 0, match.start()):
        return []
    if word in ("غد", "الغد") and not (match["two"] or weekday or before in BEFORE_TOMORROW):
        return []
    shift = _BESIDE[word] * (2 if match["two"] or match["first"] or before_yesterday else 1)
    mention = Mention(match.start("name"), match.end(), refused=reference is None)
    if reference is None:
        return [mention]
    day = reference + timedelta(shift)
    if weekday:  # printed a day late, the name of the day still holds
        number = names.WEEKDAYS["ال" + weekday]
        near = [day + timedelta(n) for n in (0, -1, 1, -2, 2, -3, 3)]
        day = next(d for d in near if d.weekday() == number)
    return [replace(mention, told=shift, stamp=_stamp(day))]


def _read_weekday(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    before, after = _before(text, match.start()), text[match.end() :]
    if before in NO_WEEKDAY_AFTER or re.match(NO_WEEKDAY_BEFORE, after):
        return []
    two = before == "بين" or before.endswith(("ين", "ان"))  # between the two, the two men
    if two and match["weekday"].endswith("نين") and not re.match(" ?و ?ال", after):
        return []
    mention = Mention(match.start("name"), match.end(), refused=True)
    if match["vague"] or reference is None:
        return [mention]
    told = names.RELATIONS[match["told"]] if match["told"] else None
    both = BOTH_DAYS.match(after)  # السبت والأحد المقبلين
    told = names.RELATIONS[both[1]] if told is None and both else told
    day = names.weekday_beside(names.WEEKDAYS["ال" + match["weekday"]], told, reference)
    if match["more"]:
        day += timedelta(7 * (told or 0))
    return [replace(mention, refused=False, told=told, stamp=_stamp(day))]


_READERS: dict[str, Reader] = {
    "numeric": _read_numeric,
    "day and month": _read_named,
    "month and day": _read_named,
    "day of month": _read_day_of_month,
    "month": _read_named,
    "month number": _read_month_number,
    "near year": _read_near_year,
    "year": _read_year,
    "bare year": _read_year,
    "two years": _read_year,
    "year of an era": _read_year,
    "beside": _read_beside,
    "weekday": _read_weekday,
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
        if not _BETWEEN.fullmatch(text[this.end : after.start]):
            continue
        if this.lacks_year and after.month and this.hijri == after.hijri:
            year = after.year - (this.month > after.month) if after.year else 0
            found[at] = replace(this, year=year, told=after.told, weak=this.weak and not year)
        elif this.stamp and after.stamp and after.told is None and after.stamp.iso < this.stamp.iso:
            day = date.fromisoformat(after.stamp.iso) + timedelta(7)  # الخميس والجمعة
            found[at + 1] = replace(after, stamp=_stamp(day))
    return [mention for mention in found if not mention.weak]
