"""Numbers beside nouns, as people read them."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """The number with its noun, in the plural unless it is one.

    >>> counted(1, "article"), counted(2500, "article"), counted(0, "copy", "copies")
    ('1 article', '2,500 articles', '0 copies')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
