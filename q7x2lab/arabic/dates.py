"""Dates in Arabic running text and in cells of a date column."""

import re
from bisect import bisect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

import pandas as pd
from hijridate import Gregorian, Hijri

from q7x2lab.arabic import date_patterns as date_words
from q7x2lab.arabic.date_patterns import PATTERNS
from q7x2lab.arabic.letters import INVISIBLES, MARKS, TATWEEL
from q7x2lab.errors import StudyError

_LAST_HIJRI = 1500  # of what hijridate knows; a later year is Gregorian
_NEVER = 99  # a day or month that no calendar has
# A day or month without its year lies within a hundred days of the day it is told on, or else in
# the past, unless words before it speak of what is to come; what would lie eleven months back is to
# come. Of 85 that were read 48 of the 49 within a hundred days are to come, of the others 15 of 36.
_FURTHEST_AHEAD, _FURTHEST_BACK = 100, -326  # days, months counted as 30


@dataclass(frozen=True)
class _Mention:
    """A date as it is written: parts that are not given are 0.

    relation: -1, 0 or 1 where it is called the last, this or the next. refused: it looks like a
    date and cannot be resolved. weak: a date only if another shares its year. told: it follows from
    the reference alone, as yesterday does.
    """

    start: int
    end: int
    year: int = 0
    month: int = 0
    day: int = 0
    hijri: bool = False
    relation: int | None = None
    refused: bool = False
    weak: bool = False
    told: bool = False

    def resolved(self, reference: date | None) -> str | None:
        """ISO text of the date, None where it is refused or there is no such day.

        A Hijri month or year begins and ends inside Gregorian ones: it is given as the Gregorian
        month or year that its middle falls in, by Umm al-Qura, which is known from 1343 to 1500 AH
        (hijridate).
        """
        month, day = self.month, self.day
        try:
            year = self.year or self.inferred_year(reference)
            if self.hijri and year > _LAST_HIJRI:  # رمضان 2017
                first = Gregorian(year, 1, 1).to_hijri()
                year = first.year + (month < first.month)
            if self.hijri:
                middle = Hijri(year, month or 7, day or (15 if month else 1))
                year, month, day = middle.to_gregorian().timetuple()[:3]
            found = date(year, month or 1, day or 1)
        except (ValueError, OverflowError):
            return None
        known = not self.refused and 1000 <= year < 2200
        return found.isoformat()[: 10 if self.day else 7 if self.month else 4] if known else None

    def inferred_year(self, reference: date | None) -> int:
        """Year of a month or day named without one, by the day it is told on; 0 without that."""
        if reference is None:
            return 0
        today = Gregorian.fromdate(reference).to_hijri() if self.hijri else reference
        year = int(today.year)
        if self.relation is None:
            ahead = 30 * (self.month - today.month) + (self.day or 15) - today.day
            return year - (ahead > _FURTHEST_AHEAD) + (ahead < _FURTHEST_BACK)
            # What was yesterday is not called the last 24 February.
        here = (today.month, today.day - (self.relation == -1) if self.day else 0)
        to_come, past = (self.month, self.day) > here, (self.month, self.day) < here
        return year + (self.relation == 1 and not to_come) - (self.relation == -1 and not past)


Match = re.Match[str]
_ONE_YEAR = re.compile(r"\d{4}|\bالف(?:ين|ان)?(?: ?و ?\w+| \w+)*")


def _word_before(text: str, at: int) -> str:
    """The word before a place, in the same clause; empty where there is none."""
    found = re.search(r"(\w+) *[\"«(]? *$", text[max(at - 40, 0) : at])
    return found[1] if found else ""


def _day(text: str) -> int:
    """The day of the month in digits or words."""
    number = text.removeprefix("ال").strip()
    # No day is 0, and 0 means here that none is given.
    return (int(number) or _NEVER) if number.isdigit() else date_words.ORDINALS[text]


def _year(text: str) -> int:
    """A year in digits or words (ألفين وخمسة عشر)."""
    words = PATTERNS["numbers"].findall(text)
    return sum(date_words.NUMBERS[word] for word in words) if words else int(text)


def _month(name: str) -> tuple[int, bool]:
    """The number of a month, and whether it is a Hijri one."""
    return (date_words.MONTHS | date_words.HIJRI_MONTHS)[name], name in date_words.HIJRI_MONTHS


# A year of two digits (31/12/99) lies in the last ninety years or the next ten, counted from here
# where the text has no date, so that a text is always read alike.
_TODAY = date(2030, 1, 1)
_SHORT_YEAR = re.compile(r"(?<!\d)(?:\d\d?/\d\d?/|\d\d([.-])\d\d\1)\d\d\b")


def _read_numeric(match: Match, reference: date | None) -> list[_Mention]:
    """24/2/2022, 2022-02-24, 1443/7/23 هـ, 31/12/99: the day goes first."""
    parts = [match["a"], match["b"], match["c"]]
    if parts[1] is None:
        month = int(parts[0])
        return [_Mention(*match.span(), int(parts[2]), month or _NEVER)] if month < 13 else []
    year, month, day = map(int, parts if len(parts[0]) == 4 else reversed(parts))
    if len(parts[0]) < 3 and len(parts[2]) < 3:
        if not _SHORT_YEAR.search(match[0]):
            return []  # a version, a section, a line-up
        year += 2000 if 2000 + year <= (reference or _TODAY).year + 10 else 1900
    if month > 12 >= day:  # the other order is the only one possible
        month, day = day, month
    hijri = 1300 <= year <= 1500 or bool(match["hijri"])
    return [_Mention(*match.span(), year, month or _NEVER, day or _NEVER, hijri)]


def _read_month(match: Match, reference: date | None) -> list[_Mention]:
    """A month by name, with or without days, year and relation."""
    month, hijri = _month(match["month"])
    if match["other"] and _month(match["other"]) != (month, hijri):
        one = match["joint"] != " " or match["day"]  # or they just follow each other
        return [_Mention(*match.span(), refused=True)] if one else []
    day = int(match["late"] or 0)
    mention = _Mention(*match.span(), _year(match["year"] or "0"), month, day, hijri)
    mention = _with_year(mention, match, reference)
    if not mention.refused and not _is_month(match, mention):
        mention = replace(mention, weak=True)
    return _with_days(mention, match, match.start("month"))


def _with_days(mention: _Mention, match: Match, month_start: int) -> list[_Mention]:
    """A mention for each day before the month, the last with the rest; one if there is none."""
    days = list(PATTERNS["day"].finditer(match.string, *match.span("days")))
    before = _word_before(match.string, match.start())
    definite = before.startswith(("ال", "بال", "لل", "وال")) and not before.endswith("اليوم")
    if days and definite and not days[-1][0][-1].isdigit() and days[0].start() == mention.start:
        return [replace(mention, start=month_start)]  # the second week of March is no 2 March
    numbers = [_day(day[0]) for day in days]
    return _placed([replace(mention, day=number) for number in numbers] or [mention], days)


def _placed(mentions: list[_Mention], parts: list[Match]) -> list[_Mention]:
    """The mentions of a list of days or years, which are given its whole span, in their parts."""
    starts = [mentions[0].start, *(part.start() for part in parts[1:])]
    ends = [*(part.end() for part in parts[:-1]), mentions[0].end]
    rows = zip(mentions, starts, ends, strict=True)
    return [replace(mention, start=start, end=end) for mention, start, end in rows]


def _with_year(mention: _Mention, match: Match, reference: date | None) -> _Mention:
    """The mention with what is told of its year: من العام الماضي, المقبل, منذ."""
    relative = match["this"] or match["of_year"]
    if match["vague"] or (relative and (reference is None or mention.hijri)):
        return replace(mention, refused=True)
    if relative and reference:
        return replace(mention, year=reference.year + date_words.RELATIONS.get(match["of_year"], 0))
    if match["relation"] or mention.year:
        return replace(mention, relation=date_words.RELATIONS.get(match["relation"]))
    before = _word_before(match.string, match.start())
    if reference and mention.month != reference.month and not mention.hijri:
        relation = {"منذ": -1, "بحلول": 1}.get(before)
        if mention.month > reference.month and not relation:
            clause = re.split("[.\n]", match.string[max(match.start() - 80, 0) : match.start()])[-1]
            relation = 1 if PATTERNS["coming"].search(clause) else None
        mention = replace(mention, relation=relation)
    names = {before, before[1:] if before.startswith(("و", "ف", "ب", "ل")) else before}
    apart = match.start("begin") > match.start()  # هجوم بيوليو names no attack
    return replace(mention, refused=not apart and not names.isdisjoint(date_words.NAMED_AFTER))


def _is_month(match: Match, mention: _Mention) -> bool:
    """Whether a month's name stands for the month here, not for a person, a verb, a square."""
    word, before = match["month"], _word_before(match.string, match.start())
    if word == "صفر":  # nil in a score
        return bool(mention.year or match["of_month"]) or " من " in match[0]
    parts = ("other", "days", "late", "of_month", "relation")
    if any(match[part] for part in parts) or word not in date_words.DOUBTFUL:
        return True
    sure = word not in date_words.MORE_DOUBTFUL
    if not mention.year or (mention.hijri and mention.year > _LAST_HIJRI):
        return sure and before in date_words.LEADS  # رمضان may be a man
    return sure or not before or before in date_words.TIME_WORDS


def _read_relative(match: Match, reference: date | None) -> list[_Mention]:
    """This, the last, the next month or year, and days of such a month."""
    before = _word_before(match.string, match.start())
    general = match["name"].startswith(("العام", "لعام", "للعام"))
    if general and PATTERNS["general_noun"].fullmatch(before):
        return []  # here العام is an adjective: الأمين العام الحالي
    other_year = PATTERNS["other_year"].match(match.string, match.end())
    if reference is None or match["vague"] or other_year:
        return [_Mention(*match.span(), refused=True)]
    word = match["relation"] or match["alone"]
    shift = (date_words.RELATIONS[word] if word else 0) * (2 if match["far"] else 1)
    if re.search("عام|سنه", match["name"]):
        return [_Mention(match.start("name"), match.end(), reference.year + shift)]
    month = pd.Period(reference, "M") + shift
    mention = _Mention(*match.span(), month.year, month.month)
    return _with_days(mention, match, match.start("name"))


def _read_years(match: Match, reference: date | None) -> list[_Mention]:
    """Years in digits or words, one or a list of them."""
    hijri = match["hijri"] is not None
    years = list(_ONE_YEAR.finditer(match.string, *match.span()))
    found = [_Mention(*match.span(), _year(year[0]), hijri=hijri) for year in years]
    return [one for one in _placed(found, years) if hijri or one.year > 1500]


_SHIFTS = {"امس": -1, "البارحه": -1, "اليوم": 0, "غدا": 1, "غد": 1, "الغد": 1}


def _read_day(match: Match, reference: date | None) -> list[_Mention]:
    """Yesterday, today, tomorrow, with or without the name of the day."""
    if match["word"] == "اليوم" and not match["weekday"] and not _is_today(match):
        return []
    if reference is None:
        return [_Mention(*match.span(), refused=True)]
    shift = _SHIFTS[match["word"]] * (2 if match["two"] or match["late"] else 1)
    day = reference + timedelta(shift)
    if match["weekday"]:  # printed a day late, the name of the day still holds
        day += timedelta((_weekday(match) - day.weekday() + 3) % 7 - 3)
    return [_Mention(*match.span(), day.year, day.month, day.day, told=True)]


def _weekday(match: Match) -> int:
    return date_words.WEEKDAYS[match["weekday"][2:]]


def _is_today(match: Match) -> bool:
    """Whether اليوم is the day of the text, and not nowadays."""
    after = match.string[match.end() : match.end() + 40]
    before = match.string[max(match.start() - 120, 0) : match.start()]
    alone = match.string.strip() == match[0] or PATTERNS["today_named"].match(after)
    sure = alone or PATTERNS["today_after"].search(before)
    return bool(sure) and not (PATTERNS["not_today"].match(after) or match["late"])


def _read_weekday(match: Match, reference: date | None) -> list[_Mention]:
    """The last or the next day of a name; without such a word only a verb would tell which."""
    relation = date_words.RELATIONS[match["relation"]]
    if reference is None or not relation:
        return [_Mention(*match.span(), refused=True)]
    ahead = (_weekday(match) - reference.weekday()) % 7
    shift = ((ahead or 7) if relation == 1 else ahead - 7) + (7 * relation if match["far"] else 0)
    day = reference + timedelta(shift)
    return [_Mention(*match.span(), day.year, day.month, day.day, told=True)]


# In the order in which the patterns are tried: what one has read is not there for the next.
_READERS: dict[str, Callable[[Match, date | None], list[_Mention]]] = {
    "numeric_date": _read_numeric,
    "named_month": _read_month,
    "relative_month": _read_relative,
    "years": _read_years,
    "near_day": _read_day,
    "named_weekday": _read_weekday,
}
_BETWEEN = re.compile(r" *(?:-|،|و?(?:الي|حتي|او|ثم|لغايه)|و)?(?: غايه)? *(?:و|ل|من|يوم|شهر)? *")


def _find_mentions(text: str, reference: date | None) -> list[_Mention]:
    """Mentions in a folded text, refused ones among them, by place and none overlapping."""
    claimed = bytearray(len(text) + 1)
    found: list[_Mention] = []
    spans = [sentence.span() for sentence in PATTERNS["sentence"].finditer(text)]
    spans = [span for span in spans if PATTERNS["cue"].search(text, *span)]
    for name, read in _READERS.items():
        for match in chain(*(PATTERNS[name].finditer(text, *span) for span in spans)):
            if any(claimed[slice(*match.span())]):
                continue
            begin = match.start("begin")  # behind a conjunction or preposition
            for mention in read(match, reference):
                mention = replace(mention, start=max(mention.start, begin))
                found.append(mention)
                if not mention.weak:
                    claimed[mention.start : mention.end] = b"1" * (mention.end - mention.start)
    return _with_shared_years(sorted(found, key=lambda mention: mention.start), text)


def _with_shared_years(found: list[_Mention], text: str) -> list[_Mention]:
    """Mentions that make one span of time with the next take its year."""
    for at in range(len(found) - 2, -1, -1):
        this, after = found[at], found[at + 1]
        lacking = not (this.year or this.refused or this.relation is not None)
        shared = lacking and after.month and not after.told and this.hijri == after.hijri
        if shared and _BETWEEN.fullmatch(text, this.end, after.start):
            year = after.year - (this.month > after.month) if after.year else 0
            weak = this.weak and not year and after.relation is None
            found[at] = replace(this, year=year, relation=after.relation, weak=weak)
    return [mention for mention in found if not mention.weak]


# What stands before a letter is looked at behind it: so the pattern is found ten times as fast.
_DROPPED = re.compile(
    rf"[{MARKS}{TATWEEL}{INVISIBLES} \u00a0](?:(?<=[ \u00a0]{{2}})|(?<![ \u00a0]))"
)
_TRAIL = re.compile(f"[{MARKS}{TATWEEL}]*")
_TATWEEL_DASH = re.compile(r"(?<=[\d ])ـ(?=[\d ])")  # 20 ـ 22 مارس
# أب is a father; only آب and a careless اب are August.
_FATHER = re.compile(r"أ(?=ب(?!\w)(?! ?[/\\(-] ?[أا]غسطس))(?:(?<!\w.)|(?<=[وفبلك].)(?<!\w..))")
_PLAIN = str.maketrans(
    "أإآٱىةیکھ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹‐‑‒–—−\u00a0\t\u202f\u2009",
    "ااااي" + "هيكه" + "0123456789" * 2 + "-" * 6 + " " * 4,
)


def _fold(text: str) -> tuple[str, list[int]]:
    """The text as it is read, and the places in it at which characters were dropped."""
    text = _TATWEEL_DASH.sub("-", text)
    dropped = [found.start() - n for n, found in enumerate(_DROPPED.finditer(text))]
    return _FATHER.sub("ؤ", _DROPPED.sub("", text)).translate(_PLAIN), dropped


def _as_day(reference: Any) -> date | None:
    try:
        return None if pd.isna(day := pd.Timestamp(reference)) else day.date()
    except (ValueError, TypeError) as error:
        what = f"reference {reference!r}: no day that can be read"
        raise StudyError(what, remedy="give a date, a Timestamp, or text as 2022-02-24") from error


def date_rows(text: str, reference: Any = None) -> Iterator[tuple[int, int, str, str, str, str]]:
    """The rows of `find_dates` one by one, for many texts: start end text date precision calendar.

    Examples
    --------
    >>> [row[3] for row in date_rows("في 24 شباط/فبراير 2022")]
    ['2022-02-24']
    """
    plain, dropped = _fold(text)
    today = _as_day(reference)
    for mention in _find_mentions(plain, today):
        if iso := mention.resolved(today):
            first, last = mention.start, mention.end - 1
            start, end = first + bisect(dropped, first), last + bisect(dropped, last) + 1
            end = _TRAIL.match(text, end).end()  # type: ignore[union-attr]
            calendar = "hijri" if mention.hijri else "gregorian"
            yield start, end, text[start:end], iso, _PRECISIONS[len(iso)], calendar


_PRECISIONS = {10: "day", 7: "month", 4: "year"}


def find_dates(text: str, reference: Any = None) -> pd.DataFrame:
    """Every date in a text, in reading order.

    Parameters
    ----------
    text
        Arabic prose.
    reference
        The day the text is dated (a date, a Timestamp, ISO text), for what is told from there:
        yesterday, the last month, a day without its year; without it these are left out.

    Returns
    -------
    DataFrame
        ``start``, ``end``, ``text``; ``date``, ISO text at its ``precision`` (day 2022-02-24,
        month 2022-02, year 2022), always Gregorian; ``calendar``, the one it was written in
        (gregorian, hijri).

    Notes
    -----
    Read are month names of every Arab country, single or double (فبراير/شباط), days in three
    kinds of digits or in words, numeric dates (day first, where both orders are possible), Hijri
    dates by Umm al-Qura, and dates relative to the reference. A range of days (20-22 مارس) gives
    a row for each end. A day or month without its year is of the reference's year, unless that
    lies more than half a year ahead. A Hijri month is given as the Gregorian month of its middle.
    اليوم is the reference where that is sure (مساء اليوم, أعلن اليوم), since it means nowadays as
    often.

    What cannot be (30 فبراير), what is told from another day of the story (العام نفسه), a weekday
    by itself, which only its verb could place, and a day in a name (ميدان 4 مايو) give no row.

    Examples
    --------
    >>> find_dates("اندلعت الحرب في 24 شباط/فبراير 2022")[["text", "date"]].values.tolist()
    [['24 شباط/فبراير 2022', '2022-02-24']]
    """
    rows = list(date_rows(text, reference))
    table = pd.DataFrame(rows, columns=["start", "end", "text", "date", "precision", "calendar"])
    kinds = {"start": "int64", "end": "int64"} | dict.fromkeys(table.columns[2:], "str")
    return table.astype(kinds)


_DIGITS = re.compile(r"(\d{4})(?:[-/](\d\d?)|(?!00)(\d\d)(?!00)(\d\d))?")  # 2022, 2022-02, 20220224
_MOST_WORDS = 8  # a cell with more words around its date is prose


def parse_date(cell: Any, reference: Any = None) -> tuple[str, str] | None:
    """ISO text and precision of the date that a cell of a table holds, None if there is not one.

    Parameters
    ----------
    cell
        Text in any form that find_dates reads, with a time or a few words around it; a date, a
        Timestamp; a year.
    reference
        As for find_dates.

    Notes
    -----
    Two dates of one calendar that differ are refused; of dates in both calendars the Gregorian one
    counts. Serial numbers of a spreadsheet are no dates here.

    Examples
    --------
    >>> parse_date("الخميس ٢٤ فبراير ٢٠٢٢ - ١٤:٣٠"), parse_date("30 فبراير 2022")
    (('2022-02-24', 'day'), None)
    """
    if isinstance(cell, (date, datetime)):
        return None if pd.isna(cell) else (cell.isoformat()[:10], "day")
    text, _ = _fold(str(cell).strip() if isinstance(cell, (str, int)) else "")
    whole, today = _DIGITS.fullmatch(text), _as_day(reference)
    if whole and 1500 < int(whole[1]) < 2200:
        year, month, day = int(whole[1]), int(whole[2] or whole[3] or 0), int(whole[4] or 0)
        mentions = [_Mention(*whole.span(), year, month, day)]
    else:
        mentions = _find_mentions(text, today)
    in_dates = sum(len(text[m.start : m.end].split()) for m in mentions)
    found = {mention.resolved(today) or "": mention.hijri for mention in mentions}
    if not found or "" in found or len(text.split()) - in_dates > _MOST_WORDS:
        return None
    best = min(found, key=lambda iso: (found[iso], -len(iso)))
    agreed = all(best.startswith(iso) or found[iso] != found[best] for iso in found)
    return (best, _PRECISIONS[len(best)]) if agreed else None
