"""Which letters a drawn label shows, from left to right: read from the glyphs of its SVG."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import fontpkg_amiri
from fontTools.ttLib import TTFont

from q7x2lab.figures.labels import arabic_label, shapes_arabic
from q7x2lab.figures.style import figure_bytes, new_figure

_GLYPH = re.compile(r'<use xlink:href="#(.*?)-([0-9a-f]+)"(?: transform="translate\(([\d.]+))?')


@cache
def _font() -> TTFont:
    folder = Path(fontpkg_amiri.__file__).parent
    return TTFont(next(folder.rglob("Amiri-Regular.ttf")))


@cache
def _letters() -> dict[str, str]:
    """Glyph name to the letters it stands for, closed over the font's substitutions."""
    known = {name: chr(code) for code, name in sorted(_font().getBestCmap().items(), reverse=True)}
    known = {name: unicodedata.normalize("NFKC", letter) for name, letter in known.items()}
    tables = [
        getattr(table, "ExtSubTable", table)
        for lookup in _font()["GSUB"].table.LookupList.Lookup
        for table in lookup.SubTable
    ]
    while True:
        before = len(known)
        for table in tables:
            for source, target in _substitutions(table):
                if source[0] in known and all(name in known for name in source):
                    known.setdefault(target, "".join(known[name] for name in source))
        if len(known) == before:
            return known


def _substitutions(table) -> list[tuple[tuple[str, ...], str]]:
    if table.LookupType == 1:
        return [((a,), b) for a, b in table.mapping.items()]
    if table.LookupType == 2:
        return [((a,), b[0]) for a, b in table.mapping.items()]
    if table.LookupType == 3:
        return [((a,), b) for a, many in table.alternates.items() for b in many]
    if table.LookupType == 4:
        return [
            ((first, *ligature.Component), ligature.LigGlyph)
            for first, ligatures in table.ligatures.items()
            for ligature in ligatures
        ]
    return []


def drawn_glyphs(label: str) -> list[str]:
    """The names of the label's glyphs from left to right."""
    figure = new_figure(120, 20)
    figure.text(0.02, 0.5, label, fontsize=14)
    svg = figure_bytes(figure, "svg").decode()
    found = [(float(x or 0), int(code, 16)) for _, code, x in _GLYPH.findall(svg)]
    found.sort(key=lambda glyph: glyph[0])
    if shapes_arabic():
        return [_font().getGlyphName(code) for _, code in found]
    return [_font().getBestCmap().get(code, "") for _, code in found]


def drawn_letters(label: str) -> str:
    """The letters of a label as they stand on paper from left to right, without blanks.

    A ligature's letters are given in the order in which they stand on paper, too.
    """
    letters = (_letters().get(name, "?") for name in drawn_glyphs(label))
    visual = (word[::-1] if len(word) > 1 and _arabic(word) else word for word in letters)
    return "".join("".join(visual).split())


def nominal_glyph(letter: str) -> str:
    """The glyph of a letter that joins to nothing."""
    return _font().getBestCmap()[ord(letter)]


def _arabic(text: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in text)


def shown(word: str) -> str:
    """A word as it stands in a label that is ready to be drawn, on this matplotlib."""
    return arabic_label(word).strip("\u202b")
