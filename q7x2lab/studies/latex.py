"""Text for LaTeX in which other people's text stays inert."""

import re

from q7x2lab.arabic.letters import PRESENTATION

_ARABIC = re.compile(f"[\u0600-\u06ff{PRESENTATION}]")
_ESCAPES = str.maketrans(
    {letter: f"\\{letter}" for letter in "{}$&#%_"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
)
_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def latex_text(text: str) -> str:
    r"""The text with LaTeX's own characters escaped, Arabic in ``\textarabic``.

    Examples
    --------
    >>> latex_text(r"50 % \input{x}")
    '50 \\% \\textbackslash{}input\\{x\\}'
    """
    safe = " ".join(text.split()).translate(_ESCAPES)
    return rf"\textarabic{{{safe}}}" if _ARABIC.search(text) else safe


def latex_macro(name: str, value: float | int | str) -> str:
    r"""The LaTeX command that prints a recorded number; commands are letters only.

    Examples
    --------
    >>> latex_macro("topics_k2", 6)
    '\\newcommand{\\qTopicsKTwo}{6}'
    """
    words = re.sub(r"\d", lambda digit: f"_{_DIGITS[int(digit[0])]}_", name)
    command = "".join(word[:1].upper() + word[1:] for word in re.split(r"[_-]+", words))
    shown = f"{value:,}" if isinstance(value, int) else latex_text(str(value))
    return rf"\newcommand{{\q{command}}}{{{shown}}}"
