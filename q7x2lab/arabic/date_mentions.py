"""A date as an Arabic text tells it, and what its readers share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from q7x2lab.arabic import calendars as names
from q7x2lab.arabic.calendars import Stamp


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
NEVER = 99  # a day or month that no calendar has


def day_number(text: str | None) -> int:
    """The day of the month in digits or words, 0 where none was said.

    >>> day_number("الثالث"), day_number(None)
    (3, 0)
    """
    if not text:
        return 0
    number = text.removeprefix("ال").strip()
    # No day is 0, and 0 here means that no day was said.
    return int(number) or NEVER if number.isdigit() else names.ORDINALS[re.sub(" +", " ", text)]


def shift_of(match: re.Match[str]) -> int:
    """-1, 0 or 1 for the last, this and the next; -2 or 2 for the one before or after that."""
    shift = names.RELATIONS[match["told"]] if match["told"] else 0
    return shift * (2 if match["more"] else 1)


def word_before(text: str, at: int) -> str:
    """The word before a place, in the same clause; "" where there is none."""
    found = re.search(r"(\w+) *[\"«(]? *$", text[max(at - 40, 0) : at])
    return found[1] if found else ""
