"""Arabic that matplotlib of any age prints joined and in order.

From 3.11 on matplotlib shapes and orders Arabic itself; text that was reshaped before is then
printed backwards. Older versions print every letter apart unless it was. `arabic_label` is the one
place that knows, and it asks what matplotlib can do, not which version it claims to be.
"""

import re
from functools import lru_cache
from textwrap import wrap
from typing import Any

import matplotlib.ft2font

from q7x2lab.data.phrases import in_language as in_language  # figures take them from here
from q7x2lab.data.phrases import note as note

ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
# Joined forms, which a shaper writes. Signs that people type, as ﷺ and ﴿, are none: a line that
# holds one was once taken for shaped, and came out in the wrong order.
SHAPED = re.compile("[\ufb50-\ufd3d\ufd50-\ufdef\ufe70-\ufefc]")
LETTER = re.compile("[\u0620-\u063f\u0641-\u064a\u066e-\u06d3]")  # that a shaper joins
EMBED_RIGHT_TO_LEFT = "\u202b"
SHOWN_DIGITS = 4  # significant ones, where people read
FURTHEST = 64.0  # ratios beyond have no number: they are from or to next to nothing


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
    return re.sub(r"(?<!\\)\$", r"\\$", "\n".join(map(_line, str(text).split("\n"))))


def _line(line: str) -> str:
    if not ARABIC.search(line) or line.startswith(EMBED_RIGHT_TO_LEFT):
        return line
    if shapes_arabic():
        return EMBED_RIGHT_TO_LEFT + line
    if SHAPED.search(line) or not LETTER.search(line):
        return line
    from bidi.algorithm import get_display

    return str(get_display(_reshaper().reshape(line), base_dir="R"))


@lru_cache(maxsize=1)
def _reshaper() -> Any:
    from arabic_reshaper import ArabicReshaper

    # no sign for الله: alone in a line it would not tell that the line was shaped
    return ArabicReshaper({"delete_harakat": False, "ARABIC LIGATURE ALLAH": False})


def phrase(language: str, key: str, **values: Any) -> str:
    """A phrase of the bundled file in Arabic or English, ready to be drawn.

    >>> phrase("en", "articles")
    'articles'
    """
    return arabic_label(note(language, key, **values))


def wrap_label(text: str, width: int = 28) -> str:
    """The label broken into lines of at most `width` letters at its spaces, ready to be drawn.

    >>> wrap_label("one two three", width=8)
    'one two\\nthree'
    """
    return arabic_label("\n".join(wrap(str(text), width) or [""]))


def number_text(value: float) -> str:
    """A number as a reader sees it: whole ones whole, others with four significant digits.

    >>> [number_text(value) for value in (20365.0, 0.815079, 1652.4, 20365.4, -0.0, 2e-06)]
    ['20,365', '0.8151', '1,652', '20,370', '0', '2e-06']
    """
    rounded = value if value.is_integer() else float(f"{value:.{SHOWN_DIGITS}g}")
    shown = f"{rounded:,.0f}" if 1000 <= abs(value) < 1e7 else f"{rounded or 0.0:.{SHOWN_DIGITS}g}"
    return shown.replace("inf", "∞")


def ratio_text(ratio: float) -> str:
    """A ratio as text; one from or to next to nothing, which has no number, as a limit.

    >>> [ratio_text(value) for value in (float("inf"), 2.345, 0.5, 0.001, 2e9)]
    ['>64', '2.3', '0.5', '<0.016', '>64']
    """
    if 0 < ratio < 1 / FURTHEST:
        return f"<{1 / FURTHEST:.2g}"
    return f">{FURTHEST:g}" if ratio > FURTHEST else f"{ratio:.2g}"
