"""Days beside the day that a text is dated: yesterday, today, tomorrow, and weekdays."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from q7x2lab.arabic import calendars as names
from q7x2lab.arabic.calendars import Stamp
from q7x2lab.arabic.date_mentions import Mention, word_before
from q7x2lab.arabic.date_patterns import (
    BECAME,
    BEFORE_TOMORROW,
    BOTH_DAYS,
    EARLIER,
    HAPPENED_FAR,
    LASTING,
    NO_TODAY_AFTER,
    NO_WEEKDAY_AFTER,
    NO_WEEKDAY_BEFORE,
    PARTS_OF_DAY,
    TODAY_IS,
    TODAY_NAMED,
)
from q7x2lab.arabic.word_class import FUTURE, PAST, PRESENT, clause_before, tense_around, tenses


def _stamp(day: date) -> Stamp:
    return Stamp(day.year, day.month, day.day)


_HAPPENED = 5  # words that a verb in the past may stand before اليوم
_BESIDE = {"امس": -1, "البارحه": -1, "اليوم": 0, "غدا": 1, "غد": 1, "الغد": 1}


def read_beside(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    """Yesterday, today, tomorrow, with or without the name of the day."""
    word, before, after = match["word"], word_before(text, match.start()), text[match.end() :]
    weekday, before_yesterday = match["weekday"], match["late"] is not None
    if (before_yesterday and word != "امس") or after.startswith((" الحاجه", " حاجه")):
        return []
    if word == "غدا" and not weekday and (before in ("قد", "لقد") or BECAME.match(after)):
        return []  # became
    if word == "اليوم" and not weekday and not _is_today(match, text, before):
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


def _is_today(match: re.Match[str], text: str, before: str) -> bool:
    """Whether اليوم is the day of the text: a part of it, named, or the day something happened on;
    otherwise it may be nowadays, or the day of a row of days.
    """
    after = text[match.end() : match.end() + 40]
    if before in NO_TODAY_AFTER or TODAY_IS.match(after):
        return False
    words = clause_before(text, match.start())
    nearest = words[1:] if words[:1] == ["هذا"] else words
    if text.strip() == match[0] or TODAY_NAMED.match(after):
        return True
    if nearest and nearest[0].removeprefix("و") in PARTS_OF_DAY:
        return True
    if words[:1] == ["من"] and words[1:2] and words[1] in EARLIER:
        return True
    for near, told in zip(words, tenses(words[:_HAPPENED]), strict=False):
        if near in HAPPENED_FAR or told in (PRESENT, FUTURE):
            return False
        if told == PAST:
            return not LASTING.match(near)
    return False


def read_weekday(match: re.Match[str], text: str, reference: date | None) -> list[Mention]:
    before, after = word_before(text, match.start()), text[match.end() :]
    if before in NO_WEEKDAY_AFTER or re.match(NO_WEEKDAY_BEFORE, after):
        return []
    two = before == "بين" or before.endswith(("ين", "ان"))  # between the two, the two men
    if two and match["weekday"].endswith("نين") and not re.match(" ?و ?ال", after):
        return []
    mention = Mention(match.start("name"), match.end(), refused=True)
    if match["vague"] or reference is None:
        return [mention]
    both = BOTH_DAYS.match(after)  # السبت والأحد المقبلين
    relation = match["told"] or (both[1] if both else None)
    told = names.RELATIONS[relation] if relation else None
    begun = told is not None or before == "منذ"
    verb = None if begun else tense_around(text, match.start(), match.end())
    number = names.WEEKDAYS["ال" + match["weekday"]]
    open_ = verb == PRESENT or (verb != FUTURE and told is None and before in ("قبل", "بعد"))
    if open_ and number != reference.weekday():
        return [mention]
    day = names.weekday_beside(number, told, reference)
    if verb == FUTURE and day < reference:
        day += timedelta(7)
    if match["more"]:
        day += timedelta(7 * (told or 0))
    return [replace(mention, refused=False, told=told, stamp=_stamp(day))]
