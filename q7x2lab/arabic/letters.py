"""Arabic spelling brought to one form, by named steps that can each be switched off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from q7x2lab.errors import StudyError, did_you_mean

# A word is made of LETTERS; MARKS stand inside it and do not count; INVISIBLES draw nothing.
LETTERS = "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff"
MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
TATWEEL = "\u0640"
INVISIBLES = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
PRESENTATION = "\ufb50-\ufdff\ufe70-\ufefc"

_FINAL = rf"(?=[{MARKS}{TATWEEL}]*(?![{LETTERS}{MARKS}{TATWEEL}]))"


def _presentation_table() -> dict[int, str]:
    """Code point to ordinary letters, for the shapes U+FB50 to U+FEFC that have any."""
    shapes = [*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)]
    plain = {code: unicodedata.normalize("NFKC", chr(code)) for code in shapes}
    return {code: text for code, text in plain.items() if text != chr(code)}


def _characters(ranges: str) -> re.Pattern[str]:
    return re.compile(f"[{ranges}]+")


_SHAPES = _characters(PRESENTATION)
_SHAPE_TABLE = _presentation_table()
_DECOMPOSED = re.compile("[اأإآٱء][\u0653-\u0655]+|[ويىؤئ]\u0654+")
_COMPOSED = {"ا\u0653": "آ", "ا\u0654": "أ", "ا\u0655": "إ", "و\u0654": "ؤ"}
_COMPOSED |= {"ي\u0654": "ئ", "ى\u0654": "ئ"}
_DIGITS = {ord(d): str(i % 10) for i, d in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}


def _compose(text: str) -> str:
    """Hamza or madda over a letter made one with it; over a letter that has one, dropped."""
    return _DECOMPOSED.sub(lambda match: _COMPOSED.get(match[0][:2], match[0][0]), text)


def _dropping(ranges: str) -> Callable[[str], str]:
    pattern = _characters(ranges)
    return lambda text: pattern.sub("", text)


def _mapping(table: dict[int, str]) -> Callable[[str], str]:
    pattern = _characters("".join(map(chr, table)))
    return lambda text: pattern.sub(lambda match: match[0].translate(table), text)


def _replacing(letters: str, plain: str) -> Callable[[str], str]:
    """As _mapping; the faster way for a few letters that are frequent."""

    def replace(text: str) -> str:
        for letter, other in zip(letters, plain, strict=True):
            text = text.replace(letter, other)
        return text

    return replace


def _final(letter: str, plain: str) -> Callable[[str], str]:
    pattern = re.compile(letter + _FINAL)
    return lambda text: pattern.sub(plain, text)


# In the order they are applied, whatever the order they are asked for in: each leaves nothing
# behind for an earlier one, which is why normalising twice is normalising once.
STEPS: dict[str, Callable[[str], str]] = {
    "presentation": lambda text: _SHAPES.sub(lambda match: match[0].translate(_SHAPE_TABLE), text),
    "controls": _dropping(INVISIBLES),
    "tatweel": _dropping(TATWEEL),
    "persian": _replacing("کڪیھہ", "ككيهه"),
    "compose": _compose,
    "marks": _dropping(MARKS),
    "digits": _mapping(_DIGITS),
    "alef": _replacing("أإآٱ", "اااا"),
    "hamza": _mapping(str.maketrans({"ؤ": "و", "ئ": "ي", "ء": ""})),
    "ya": _final("ى", "ي"),
    "ta_marbuta": _final("ة", "ه"),
}
CLEAN_STEPS = ("presentation", "controls", "compose")
DEFAULT_FOLD = ("marks", "tatweel", "alef", "ya", "ta_marbuta")
DEFAULT_STEPS = (*CLEAN_STEPS, "marks", "tatweel", "persian", "digits", "alef", "ya", "ta_marbuta")


def normalize(text: str, *, steps: Sequence[str] = DEFAULT_STEPS) -> str:
    """The text with the named steps applied; normalising twice is normalising once.

    steps: names out of STEPS, applied in the order of STEPS:
    presentation (shapes U+FB50 to U+FEFC to letters), controls (bidi and zero-width characters
    off), tatweel (off), persian (ک ڪ ی ھ ہ to ك ي ه), compose (hamza or madda stored as a mark of
    its own to أ إ آ ؤ ئ), marks (harakat off), digits (to ASCII), alef (أ إ آ ٱ to ا), hamza (ؤ to
    و, ئ to ي, ء off; not among the defaults), ya (final ى to ي), ta_marbuta (final ة to ه).
    Raises StudyError for an unknown step. The foldings are those of Larkey, Ballesteros and
    Connell (2002), "Improving stemming for Arabic information retrieval", each on its own.

    >>> normalize("إلى الجامعـــةِ في ٢٠١٨")
    'الي الجامعه في 2018'
    >>> normalize("إلى الجامعة", steps=["ya"])
    'إلي الجامعة'
    """
    for name in check_steps(steps):
        text = STEPS[name](text)
    return text


def check_steps(steps: Sequence[str]) -> list[str]:
    """The named steps in the order they are applied, each once.

    Raises StudyError for a name that is no step.

    >>> check_steps(["ya", "alef"])
    ['alef', 'ya']
    """
    asked = [steps] if isinstance(steps, str) else list(steps)
    for name in asked:
        if name not in STEPS:
            raise StudyError(
                f"no normalising step is called {name!r}", remedy=did_you_mean(str(name), STEPS)
            )
    return [name for name in STEPS if name in asked]


def fold(text: str, steps: Sequence[str] = DEFAULT_FOLD) -> str:
    """The text as words are compared: hamza carriers, final ya and ta marbuta folded, marks off.

    steps: as for normalize.

    >>> fold("أُوكرانيا وإلى غزّة")
    'اوكرانيا والي غزه'
    """
    return normalize(text, steps=steps)


def fold_all(texts: Sequence[str], steps: Sequence[str] = DEFAULT_FOLD) -> list[str]:
    """Each text folded, all at once: for the hundred thousand forms of a vocabulary.

    texts: strings, as a rule single words. steps: as for normalize.

    >>> fold_all(["أوروبا", "غزة"])
    ['اوروبا', 'غزه']
    """
    joined = "\n".join(texts)
    if joined.count("\n") != max(len(texts) - 1, 0):  # a text with a line break of its own
        return [normalize(text, steps=steps) for text in texts]
    return normalize(joined, steps=steps).split("\n") if len(texts) else []


_WORD = re.compile(f"[{LETTERS}]{{2,}}")


def looks_reversed(text: str) -> bool:
    """Whether an Arabic text was stored in visual order, its letters running backwards.

    Two things tell the direction and hold in any Arabic prose: ة and ى end words and never begin
    one, and about every fifth word begins with the article ال while few end in لا. The text is
    taken for reversed if at least three words speak for it and more than twice as many as
    against it; a short text without evidence is left alone.

    >>> looks_reversed("المدينة الكبرى والسياسة الدولية"), looks_reversed("ةنيدملا ىربكلا ةيلودلا")
    (False, True)
    """
    words = _WORD.findall(normalize(text, steps=("presentation", "controls", "marks", "tatweel")))
    onward = sum((word[-1] in "ةى") + word.startswith("ال") for word in words)
    backward = sum((word[0] in "ةى") + word.endswith("لا") for word in words if word != "لا")
    return backward >= 3 and backward > 2 * onward


def looks_reshaped(text: str) -> bool:
    """Whether a text is stored as glyph shapes (U+FB50 to U+FEFC) instead of letters.

    True where more than a tenth of its Arabic letters are shapes: single ones, such as the
    ligature ﷺ, occur in sound text. The step "presentation" of normalize mends it.

    >>> looks_reshaped("ﻣﻮﺳﻜﻮ"), looks_reshaped("موسكو")
    (True, False)
    """
    shapes = sum(map(len, _SHAPES.findall(text)))
    letters = sum(map(len, re.findall(f"[{LETTERS}]+", text)))
    return shapes > 0 and shapes > 0.1 * (shapes + letters)
