"""Months and their days by name, and days of this, the last and the next month."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from q7x2lab.arabic import calendars as names
from q7x2lab.arabic.date_mentions import Mention, day_number, shift_of, word_before
from q7x2lab.arabic.date_patterns import (
    DOUBTFUL,
    LEADS,
    MORE_DOUBTFUL,
    NAMED_AFTER,
    OTHER_YEAR,
    PARTS_OF_DAY,
    TIME_WORDS,
    days_before,
)
from q7x2lab.arabic.word_class import is_noun


def _month(text: str) -> tuple[int, bool]:
    key = re.sub(" +", " ", text)
    return names.MONTHS.get(key) or names.HIJRI_MONTHS[key], key in names.HIJRI_MONTHS


def read_month_number(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    numbers = int(match["year"]), int(match["month"])
    return [Mention(match.start("month"), match.end(), *numbers)]


def read_named(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    """A month by name, with or without day, year and relation."""
    groups = match.groupdict()
    month, hijri = _month(match["month"])
    end = match.end()
    start = min(
        at for at in (match.start(g) for g in ("led", "day", "month") if g in groups) if at >= 0
    )
    day = day_number(groups.get("day"))
    other = _month(match["other"]) if match["other"] else None
    dual = other == (month, hijri)
    if other and not dual:
        return _read_two_months(match, start, day)
    listed = _listed(match, text)
    before = word_before(text, min([match.start(), *(at for at, *_ in listed)]))
    if _is_part(groups, before):  # the second week of March is no 2 March
        day, start = 0, match.start("month")
    mention = Mention(start, end, int(match["year"] or 0), month, day, hijri)
    mention = _with_year(mention, match, before, reference)
    if not mention.refused and not _is_date(match, text, mention, dual=dual):
        mention = replace(mention, weak=True)
    return _spread(mention, listed, match.start("day")) if day else [mention]


def _listed(match: re.Match[str], text: str) -> list[tuple[int, int, int]]:
    """Start, end and number of the days of a list or range that lead up to its last."""
    groups = match.groupdict()
    day, first = day_number(groups.get("day")), groups.get("first")
    if not day:
        return []
    own = [(*match.span("first"), day_number(first))] if first else []
    begin = own[0][0] if own else match.start("day")
    listed = [*((*d.span(), day_number(d[0])) for d in days_before(text, begin)), *own]
    days = [number for *_, number in listed]
    rising = days == sorted(set(days)) and (len(days) < 2 or days[-1] < day)
    return listed if rising else own


def _spread(mention: Mention, listed: list[tuple[int, int, int]], last: int) -> list[Mention]:
    """A mention for each day of a list; last: where the last of them begins."""
    if not listed:
        return [mention]
    rows = [replace(mention, start=a, end=b, day=number) for a, b, number in listed]
    first = replace(rows[0], start=min(mention.start, rows[0].start))
    return [first, *rows[1:], replace(mention, start=last)]


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
    named = mention.told is None and (before in NAMED_AFTER or _names(before, mention))
    return replace(mention, refused=True) if named else mention


def _names(before: str, mention: Mention) -> bool:
    """Whether an indefinite noun stands before a day: the two are a name (ميثاق 1 يونيو)."""
    timely = {before, before.removeprefix("و")} & (TIME_WORDS | PARTS_OF_DAY)
    if not mention.day or timely or before.startswith(("ال", "لل")):
        return False
    return before.isalpha() and is_noun(before)


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
    before, clitic = word_before(text, match.start()), text[match.start() : mention.start]
    if not mention.year:
        return before in LEADS and word not in MORE_DOUBTFUL
    sure = word not in MORE_DOUBTFUL and not mention.hijri
    return sure or before in TIME_WORDS or not before or clitic in ("و", "ل")


def read_day_of_month(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    """The 24th of this, the last or the next month; the month itself without a day."""
    day, listed = day_number(match["day"]), _listed(match, text)
    start = min([match.start("day") if day else match.start("name"), *(at for at, *_ in listed)])
    if _is_part(match.groupdict(), word_before(text, start)):
        day, start = 0, match.start("name")
    mention = Mention(start, match.end(), refused=True)
    if reference is None or match["vague"] or OTHER_YEAR.match(text, match.end()):
        return [mention]
    year, month = names.month_beside(reference, shift_of(match))
    mention = replace(mention, refused=False, year=year, month=month, day=day)
    return _spread(mention, listed, match.start("day")) if day else [mention]
