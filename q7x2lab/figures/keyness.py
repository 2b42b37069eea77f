"""Figures of keyness: two-sided bars, and words on two axes of relative frequency."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from q7x2lab.errors import AnalysisError, counted
from q7x2lab.figures.labels import arabic_label, say
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, new_figure

Floats = NDArray[np.float64]
OTHERS = "all others"
REACH = (5, 12, 22, 35, 50, 70)  # how far from its point a label may stand, in pixels
LTR = "\u202a"  # begins an English line that holds Arabic names: its words stay in order
SCORES = {
    "log_odds": ("نسبة الأرجحية الموزونة (z)", "weighted log-odds (z)"),
    "g2": ("نسبة الإمكان مع إشارتها (G²)", "signed log-likelihood ratio (G²)"),
    "log_ratio": ("لوغاريتم نسبة التكرار", "log2 ratio of relative frequencies"),
}


def plot_keyness(
    table: pd.DataFrame, *, n: int = 15, level: float = 0.05, language: str = "both"
) -> Figure:
    """Bars of the n most key words of each side, of those that pass q <= level.

    table: what `keyness` returned. Where nothing passes, the figure says so in words. Beside each
    bar stand the counts in target and reference.

    >>> table = pd.DataFrame({"label": ["غاز", "حرب"], "score": [3.0, -3.0], "q": 0.01,
    ...                       "target_count": [9, 1], "reference_count": [1, 9]})
    >>> table.attrs = {"target": "x", "reference": "y", "measure": "g2", "tested": 2,
    ...                "permutations": 99}
    >>> [text.get_text() for text in plot_keyness(table).axes[0].texts]
    ['9 : 1', '1 : 9']
    """
    found = table[table["q"] <= level]
    top = found[found["score"] > 0].nlargest(n, "score")
    bottom = found[found["score"] < 0].nsmallest(n, "score").iloc[::-1]
    shown = pd.concat([top, bottom])
    figure = new_figure(160, 40 + 6.4 * max(len(shown), 4))
    axes = figure.subplots()
    if shown.empty:
        axes.set_axis_off()
        nothing = say(
            language,
            ar=f"لا كلمة من {len(table)} تميز بين الطرفين",
            en=f"none of {counted(len(table), 'word')} tells the two apart at q ≤ {level}",
        )
        axes.text(0.5, 0.5, nothing, ha="center", va="center", transform=axes.transAxes)
        return figure
    places = np.arange(len(shown))[::-1]
    paint = np.where(shown["score"] > 0, PALETTE[2], PALETTE[3])
    axes.barh(places, shown["score"], color=paint, edgecolor=INK, linewidth=0.4)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(places, [arabic_label(label) for label in shown["label"]])
    axes.set_ylim(-0.7, len(shown) - 0.3)
    columns = [shown[name].tolist() for name in ("score", "target_count", "reference_count")]
    for place, score, target, reference in zip(places, *columns, strict=True):
        side = 1 if score > 0 else -1
        axes.annotate(f"{target:,.0f} : {reference:,.0f}", (score, place), (3 * side, 0),
                      textcoords="offset points", ha="left" if side > 0 else "right",
                      va="center", fontsize=7, color=GREY)  # fmt: skip
    axes.margins(x=0.18)
    ar, en = SCORES[table.attrs["measure"]]
    axes.set_xlabel(say(language, ar=ar, en=en))
    axes.set_title(_title(table, language))
    figure.supxlabel(_note(table), fontsize=7.5, color=INK, x=0.01, ha="left")
    return figure


def plot_keyness_plane(
    table: pd.DataFrame, *, n: int = 30, level: float = 0.05, language: str = "both"
) -> Figure:
    """Every word by its frequency in reference (across) and target (up), the key ones named.

    table: what `keyness` returned. The n words furthest from 0 of those that pass q <= level are
    named, those first that are furthest; a label that finds no free place is left out. Rates per
    million tokens on logarithmic axes.

    >>> table = pd.DataFrame({"label": ["غاز", "حرب"], "score": [3.0, -3.0], "q": 0.01,
    ...                       "target_count": [9, 1], "reference_count": [1, 9]})
    >>> table.attrs = {"target": "x", "reference": "y", "measure": "g2"}
    >>> axes = plot_keyness_plane(table, language="en").axes[0]
    >>> axes.get_xscale(), len(axes.texts)
    ('log', 2)
    """
    sizes = table[["target_count", "reference_count"]].sum().to_numpy()
    if not sizes.all():
        raise AnalysisError("one side has no words", remedy="compare groups that have text")
    x = 1e6 * (table["reference_count"] + 0.5) / sizes[1]
    y = 1e6 * (table["target_count"] + 0.5) / sizes[0]
    key = table["q"] <= level
    figure = new_figure(170, 150)
    axes = figure.subplots()
    axes.set(xscale="log", yscale="log")
    axes.scatter(x[~key], y[~key], s=4, color=PALE, linewidths=0, rasterized=True)
    for sign, colour, marker in ((1, PALETTE[2], "^"), (-1, PALETTE[3], "v")):
        side = np.sign(table["score"]) == sign
        axes.scatter(x[key & side], y[key & side], s=10, color=colour, marker=marker, linewidths=0)
    span = (min(x.min(), y.min()), max(x.max(), y.max()))
    axes.plot(span, span, color=GREY, linewidth=0.8, linestyle="--")
    named = table[key].assign(size=table["score"].abs()).nlargest(n, "size").index
    target, reference = table.attrs["target"], table.attrs["reference"]
    axes.set_xlabel(_rate(reference, language))
    axes.set_ylabel(_rate(target, language))
    axes.set_title(_title(table, language))
    spots = np.column_stack([x[named], y[named]])
    _name_points(
        figure, axes, spots, table["label"][named].tolist(), np.column_stack([x[key], y[key]])
    )
    return figure


def _name_points(
    figure: Figure, axes: Axes, spots: Floats, labels: list[str], marks: Floats
) -> None:
    """Write labels beside their points, none over another label or over a mark.

    spots: of the labels, labels × 2 in data; marks: of all points to keep clear, likewise. The
    first label has the first choice of place; one without a free place is not written.
    """
    texts = [axes.text(0, 0, arabic_label(label), fontsize=9, color=INK) for label in labels]
    for text in texts:
        text.set_in_layout(False)
    figure.draw_without_rendering()
    sizes = [text.get_window_extent() for text in texts]
    taken, clear = np.empty((0, 4)), axes.transData.transform(marks)
    scale = 72 / figure.dpi
    for text, label, size, spot in zip(texts, labels, sizes, spots, strict=True):
        text.remove()
        half = np.array([size.width / 2 + 2, size.height / 2 + 1])
        shift = _free_place(axes.transData.transform(spot), half, taken, clear, axes.bbox)
        if shift is None:
            continue
        middle = axes.transData.transform(spot) + shift
        taken = np.vstack([taken, [*(middle - half), *(middle + half)]])
        across, up = shift * scale
        line = {"arrowstyle": "-", "color": GREY, "lw": 0.5, "shrinkB": 2}
        style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 9, "color": INK}
        axes.annotate(arabic_label(label), spot, (across, up), textcoords="offset points",
                      arrowprops=line, in_layout=False, **style)  # fmt: skip


def _free_place(
    spot: Floats, half: Floats, taken: Floats, clear: Floats, frame: Bbox
) -> Floats | None:
    """The nearest shift of a box of that half size at which it covers nothing, in pixels."""
    for gap in REACH:
        for angle in np.linspace(0, 2 * np.pi, 16, endpoint=False):
            shift = np.array([np.cos(angle), np.sin(angle)]) * (half + gap)
            low, high = spot + shift - half, spot + shift + half
            inside = frame.x0 <= low[0] and high[0] <= frame.x1 and frame.y0 <= low[1]
            over = ((taken[:, :2] < high) & (low < taken[:, 2:])).all(axis=1).any()
            hides = ((clear > low - 3) & (clear < high + 3)).all(axis=1).any()
            if inside and high[1] <= frame.y1 and not over and not hides:
                return shift
    return None


def _rate(name: str, language: str) -> str:
    ar = "سائر المقالات" if name == OTHERS else name
    return say(language, ar=f"لكل مليون كلمة في {ar}", en=f"{LTR}per million words of {name}")


def _title(table: pd.DataFrame, language: str) -> str:
    target, reference = table.attrs["target"], table.attrs["reference"]
    other = "سائر المقالات" if reference == OTHERS else reference
    return say(language, ar=f"ما يميز {target} عن {other}", en=f"{LTR}{target} against {reference}")


def _note(table: pd.DataFrame) -> str:
    attrs = table.attrs
    prior = f", prior {attrs['prior']}" if attrs["measure"] == "log_odds" else ""
    return (
        f"{counted(attrs['tested'], 'word')} tested by {attrs['permutations']:,} permutations "
        f"of whole articles{prior}; q ≤ .05 shown; counts target : reference"
    )
