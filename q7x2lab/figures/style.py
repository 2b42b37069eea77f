"""How every figure looks: typeface, palette, sizes, and saving to the same bytes each time."""

import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from itertools import chain, cycle, repeat
from pathlib import Path
from typing import Any

import matplotlib
from fontTools.subset import Options
from matplotlib import font_manager
from matplotlib.figure import Figure

from q7x2lab.figures.labels import arabic_label

# Blue and orange in turn, from dark to light: neighbours differ in lightness by 8 L* or more, so
# the order survives grey print, and no pair lies on the red-green axis.
PALETTE = ("#14284b", "#8a3b12", "#2f6db3", "#e07b1a", "#74b0e4", "#f2c83a")
MARKERS = ("o", "s", "^", "D", "v", "P")
HATCHES = ("", "///", "xxx", "...", "\\\\\\", "ooo", "++")
INK, GREY, PALE = "#222222", "#8c8c8c", "#d9d9d9"
SHADES = (PALE, *(PALETTE[number] for number in (4, 1, 5, 2, 3, 0)))
FILLS = tuple(zip(SHADES, HATCHES, strict=True))  # of stacked bars
INCH = 25.4
Look = dict[str, Any]  # options of what matplotlib draws
SHEET = Path(__file__).parent.parent / "data" / "figures.mplstyle"
# What a study says under figures:, which a run hands to its kernels: width, dpi, font, formats.
CHOSEN: dict[str, Any] = json.loads(os.environ.get("Q7X2LAB_FIGURES", "{}"))
WIDTH = float(CHOSEN.get("width", 160))  # millimetres: a page without its margins
FORMATS = tuple(CHOSEN.get("formats", ("png", "svg", "pdf")))
# Clip paths are named by the layout's last digits, which differ from run to run.
CLIP = re.compile(rb"\bp[0-9a-f]{10}\b")
_METADATA: Mapping[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


class LabFigure(Figure):
    """A figure that a notebook shows without pyplot keeping it alive."""

    def _repr_png_(self) -> bytes:
        return figure_bytes(self, "png")


@lru_cache(maxsize=1)
def arabic_font() -> str:
    """The family name of the bundled Arabic typeface, registered with matplotlib on first call.

    >>> arabic_font()
    'Amiri'
    """
    import fontpkg_amiri

    manager, folder = font_manager.fontManager, Path(fontpkg_amiri.__file__).parent
    # Fonts of these names that a machine has of its own are other versions, with other widths.
    ours = (matplotlib.get_data_path(), str(folder))
    names = ("Amiri", "DejaVu Sans")
    manager.ttflist = [
        f for f in manager.ttflist if f.name not in names or f.fname.startswith(ours)
    ]
    for path in sorted(folder.rglob("*.ttf")):
        manager.addfont(str(path))
    return "Amiri"


def use_style() -> None:
    """Set matplotlib's defaults to ours: called by `new_figure`, harmless to repeat."""
    bundled = arabic_font()
    matplotlib.rcParams.update(matplotlib.rc_params_from_file(SHEET, use_default_template=False))
    if (font := CHOSEN.get("font", bundled)) != bundled:
        matplotlib.rcParams["font.family"] = [font, bundled, "DejaVu Sans"]
    matplotlib.rcParams["savefig.dpi"] = CHOSEN.get("dpi", 300)


def new_figure(width: float = WIDTH, height: float = 100) -> LabFigure:
    """An empty figure of that many millimetres, laid out so that no Arabic tick label is clipped.

    >>> figure = new_figure(127, 63.5)
    >>> [float(side) for side in figure.get_size_inches()]
    [5.0, 2.5]
    """
    use_style()
    return LabFigure(figsize=(width / INCH, height / INCH), layout="constrained")


def subplots(*shape: int, **options: Any) -> tuple[LabFigure, Any]:
    """An empty figure of a page's width with its axes, as pyplot's function of that name.

    >>> figure, axes = subplots(1, 2)
    >>> len(axes)
    2
    """
    figure = new_figure()
    return figure, figure.subplots(*shape, **options)


def figure_bytes(figure: Figure, kind: str) -> bytes:
    """The figure as a file of that kind (png, svg, pdf), without a date: the same bytes each time.

    >>> figure_bytes(new_figure(20, 20), "png")[1:4]
    b'PNG'
    """
    use_style()
    buffer = io.BytesIO()
    with _lean_fonts() if kind == "pdf" else nullcontext():
        figure.savefig(buffer, format=kind, metadata=_METADATA[kind])
    made, names = buffer.getvalue(), dict[bytes, bytes]()
    if kind != "svg":
        return made
    return CLIP.sub(lambda found: names.setdefault(found[0], b"p%010d" % len(names)), made)


@contextmanager
def _lean_fonts() -> Iterator[None]:
    """Embed fonts without their layout tables, which a PDF, whose glyphs are laid out, never reads.

    matplotlib gives fontTools no such option. Without them a figure takes a third of the time.
    """
    kept = Options._drop_tables_default
    Options._drop_tables_default = [*kept, "GSUB", "GPOS", "GDEF"]
    try:
        yield
    finally:
        Options._drop_tables_default = kept


def figure_files(figure: Figure, kinds: Sequence[str] = FORMATS) -> dict[str, bytes]:
    """The figure as files of those kinds, laid out once: kind to content.

    >>> sorted(figure_files(new_figure(20, 20), ["png", "svg"]))
    ['png', 'svg']
    """
    files = {kinds[0]: figure_bytes(figure, kinds[0])}
    engine = figure.get_layout_engine()
    figure.set_layout_engine("none")  # the places found for the first file hold for the others
    files |= {kind: figure_bytes(figure, kind) for kind in kinds[1:]}
    figure.set_layout_engine(engine)
    return files


def looks(names: Iterable[str]) -> dict[str, Look]:
    """Colour, marker and label of each name, in order; past the palette's end all are grey.

    One name alone bears no label.

    >>> looks(["a", "b"])["b"] == {"color": PALETTE[1], "marker": "s", "label": "b"}
    True
    """
    known = list(dict.fromkeys(names))
    labels = [arabic_label(name) for name in known] if len(known) > 1 else [""]
    styles = zip(known, chain(PALETTE, repeat(GREY)), cycle(MARKERS), labels, strict=False)
    return {name: {"color": c, "marker": m, "label": label} for name, c, m, label in styles}
