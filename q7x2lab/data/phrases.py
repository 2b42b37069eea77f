"""The package's words in both languages: `data/words/`, where a translator can mend them."""

import re
from functools import lru_cache
from typing import Any

from q7x2lab.exhibits import LANGUAGES
from q7x2lab.yaml_files import read_bundled


@lru_cache
def bundled_words(name: str) -> dict[str, Any]:
    """A file of the package's words, read once.

    >>> bundled_words("exhibits")["corpus-flow"]["title"]["en"]
    'From rows read to articles counted'
    """
    return dict(read_bundled(name, "words", what=f"file of {name}"))


def note(language: str, key: str, **values: Any) -> str:
    """A phrase of the bundled file in Arabic (``ar``) or English (``en``), as it is read.

    A key that is not in the file, as the name of a class of one's own, stands for itself.

    >>> note("en", "unnamed", n=3)
    '3 without a name'
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is one of {', '.join(LANGUAGES)}, not {language!r}")
    texts = bundled_words("figures").get(key)
    return texts[language].format_map(values) if texts else key


def _own_letters(english: str) -> tuple[bool, int]:
    """What sentences are tried in the order of: those that begin with a place last, long first."""
    return english.startswith("{"), -len(re.sub(r"\{\w+\}|\(s\)", "", english))


@lru_cache(maxsize=1)
def _sentences() -> list[tuple[re.Pattern[str], str]]:
    """English sentences of the bundled file as patterns, each with its Arabic."""
    patterns, known = [], bundled_words("sentences").items()
    for english, arabic in sorted(known, key=lambda each: _own_letters(each[0])):
        places = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(english).replace(r"\(s\)", "s?"))
        patterns.append((re.compile(places), arabic))
    return patterns


def in_arabic(text: str) -> str:
    """What an analysis says in English, in Arabic; what ``sentences.yaml`` does not have stays.

    >>> in_arabic("3 independent articles: too few for an interval")
    '3 مقالات مستقلة: لا تكفي لمجال ثقة'
    """
    parts = re.split(r"( · |; |\n)", text)
    if len(parts) > 1:
        parts[::2] = map(in_arabic, parts[::2])
        return "".join(parts).replace("; ", "؛ ")
    for pattern, arabic in _sentences():
        if found := pattern.fullmatch(text):
            told = {name: in_arabic(part) for name, part in found.groupdict().items()}
            return arabic.format_map(told)
    return text


def value_word(column: str, value: str, language: str) -> str:
    """The word for a value of a column in Arabic or English; the value itself where there is none.

    >>> value_word("badge", "unstable", "en"), value_word("badge", "not assessed", "en")
    ('unstable', '')
    """
    return str(bundled_words("values")[column].get(value, {}).get(language, value))


def in_language(text: str, language: str) -> str:
    """What an analysis says in English, in Arabic (``ar``) or English (``en``).

    >>> in_language("no text", "ar"), in_language("no text", "en")
    ('بلا نص', 'no text')
    """
    return in_arabic(text) if language == "ar" else text
