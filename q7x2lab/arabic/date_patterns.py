"""Words of dates, and the patterns by which dates are told in folded Arabic text.

Both are data: data/words/dates.yaml and date_patterns.yaml. Here the words are put in their places
in the patterns.
"""

import re
from collections.abc import Iterable
from typing import Any

from q7x2lab.arabic.letters import fold
from q7x2lab.yaml_files import read_bundled

_WORDS: dict[str, Any] = read_bundled("dates", "words", what="list of date words")
_NUMBERED = ("months", "hijri_months", "weekdays", "ordinals", "numbers", "relations")


def _numbers(kind: str) -> dict[str, int]:
    return {fold(name): number for number, names in _WORDS[kind].items() for name in names}


def _words(kind: str) -> frozenset[str]:
    return frozenset(_numbers(kind) if kind in _NUMBERED else fold(_WORDS[kind]).split())


MONTHS, HIJRI_MONTHS, WEEKDAYS, ORDINALS, NUMBERS, RELATIONS = map(_numbers, _NUMBERED)
DOUBTFUL = _words("doubtful") | set(HIJRI_MONTHS)
MORE_DOUBTFUL, NAMED_AFTER = _words("more_doubtful"), _words("named_after")
LEADS = _words("leads")
TIME_WORDS = LEADS | _words("time_words")


def _any(words: Iterable[str]) -> str:
    """Alternatives for a pattern, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


def _after_lead() -> str:
    """The place behind a word that leads up to a bare year (مونديال 2018), one word a lookbehind,
    since these are of one length each.
    """
    places = [
        rf"(?<={word}{gap})" if len(word) > 3 else rf"(?<=\b{word}{gap})|(?<=\bو{word}{gap})"
        for word in (LEADS | _words("before_year")) - {"شهري"}
        for gap in ("", " ")
    ]
    return "|".join([*places, *(rf"(?<={word} من )" for word in _words("before_of_year"))])


def _patterns() -> dict[str, str]:
    """Each pattern by its name, the words and patterns that it names put in their places."""
    found = {kind: _any(_words(kind)) for kind in _WORDS}
    tomorrow = _words("parts_of_day") | {"بعد", "يوم"}
    found["before_tomorrow"] = "|".join(rf"(?<=\b{word} )" for word in tomorrow)
    found["after_lead"] = _after_lead()
    written = read_bundled("date_patterns", "words", what="list of date patterns")
    for name, pieces in written.items():
        found[name] = re.sub(r"\{([a-z_]+)\}", lambda part: found[part[1]], "".join(pieces))
    return found


PATTERNS = {name: re.compile(pattern) for name, pattern in _patterns().items()}
