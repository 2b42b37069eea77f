"""Text for figures, so that matplotlib of any age prints Arabic joined and in order.

From 3.11 on matplotlib shapes and orders Arabic itself; text that was reshaped before is then
printed backwards. Older versions print every letter apart unless it was. `arabic_label` is the one
place that knows, and it asks what matplotlib can do, not which version it claims to be.
"""

import re
from functools import lru_cache
from typing import Any

import matplotlib.ft2font

from q7x2lab.yaml_files import read_bundled

ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
SHAPED = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
EMBED_RIGHT_TO_LEFT = "\u202b"
LANGUAGES = ("ar", "en", "both")


def shapes_arabic() -> bool:
    """Whether this matplotlib joins and orders Arabic letters by itself."""
    return hasattr(matplotlib.ft2font, "__libraqm_version__")


def arabic_label(text: object) -> str:
    """The text as this matplotlib must be given it; idempotent, and no mathematics in it.

    Each line that has Arabic gets right-to-left direction: where matplotlib shapes by itself by an
    embedding mark at its beginning, elsewhere by joining the letters (marks kept) and reordering
    once. A dollar sign is escaped, so that article text is never read as a formula.

    >>> arabic_label("BBC 2018")
    'BBC 2018'
    >>> arabic_label(arabic_label("قمة (بكين)")) == arabic_label("قمة (بكين)")
    True
    """
    lines = (_line(line) for line in str(text).split("\n"))
    return re.sub(r"(?<!\\)\$", r"\\$", "\n".join(lines))


def _line(line: str) -> str:
    if not ARABIC.search(line) or line.startswith(EMBED_RIGHT_TO_LEFT):
        return line
    if shapes_arabic():
        return EMBED_RIGHT_TO_LEFT + line
    return line if SHAPED.search(line) else _shape(line)


def _shape(line: str) -> str:
    from bidi.algorithm import get_display

    shaped = get_display(_reshaper().reshape(line), base_dir="R")
    return shaped.decode() if isinstance(shaped, bytes) else shaped


@lru_cache(maxsize=1)
def _reshaper():
    from arabic_reshaper import ArabicReshaper

    return ArabicReshaper({"delete_harakat": False, "support_ligatures": True})


def say(language: str, *, ar: str, en: str, join: str = "\n") -> str:
    """The text of a title or an axis in the language that the study asks for.

    language: `ar`, `en` or `both` (Arabic first, then English). The result is ready to be drawn.

    >>> say("en", ar="المقالات", en="Articles")
    'Articles'
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is one of {', '.join(LANGUAGES)}, not {language!r}")
    chosen = {"ar": [ar], "en": [en], "both": [ar, en]}[language]
    return arabic_label(join.join(chosen))


@lru_cache(maxsize=1)
def _phrases() -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = read_bundled("figures", "words", what="file of words")
    return words


def phrase_in(tongue: str, key: str) -> str:
    """A phrase of the bundled file in Arabic (``ar``) or English (``en``); else the key itself.

    >>> phrase_in("en", "speech")
    'share of quoted words'
    """
    return _phrases().get(key, {}).get(tongue, key)


def phrase(language: str, key: str, *, join: str = "\n", **values: Any) -> str:
    """A phrase of the bundled file in the language of the study, ready to be drawn.

    A key that is not in the file, as the name of a class of one's own, stands for itself.

    >>> phrase("en", "topic_words", by="frex")
    'Words of the topics, by frex'
    """
    ar, en = (phrase_in(tongue, key).format_map(values) for tongue in ("ar", "en"))
    return say(language if ar != en else "en", ar=ar, en=en, join=join)


def wrap_label(text: str, width: int = 28) -> str:
    """The label broken into lines of at most `width` letters at its spaces, ready to be drawn.

    >>> wrap_label("one two three", width=8)
    'one two\\nthree'
    """
    from textwrap import wrap

    return arabic_label("\n".join(wrap(str(text), width) or [""]))
