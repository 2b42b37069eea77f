"""Figures of keyness: two-sided bars, and words on two axes of relative frequency."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.errors import AnalysisError
from q7x2lab.exhibits import Exhibit
from q7x2lab.figures import drawing
from q7x2lab.figures.labels import arabic_label, phrase
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, new_figure
from q7x2lab.figures.words import make_exhibit

OTHERS = "all others"


def plot_keyness(
    table: pd.DataFrame, *, n: int = 15, level: float = 0.05, language: str = "both"
) -> Figure:
    """Bars of the n most key words of each side, of those that pass q <= level.

    Parameters
    ----------
    table
        What `keyness` returned. Beside each bar stand the counts in target and reference. Where
        no word passes, the figure says so.

    Examples
    --------
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
    if shown.empty:
        drawing.message(figure, phrase(language, "no_key_word", words=len(table), level=level))
        return figure
    axes = figure.subplots()
    places = np.arange(len(shown))[::-1]
    paint = np.where(shown["score"] > 0, PALETTE[2], PALETTE[3])
    axes.barh(places, shown["score"], color=paint, edgecolor=INK, linewidth=0.4)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(places, [arabic_label(label) for label in shown["label"]])
    axes.set_ylim(-0.7, len(shown) - 0.3)
    for place, row in zip(places, shown.to_dict("records"), strict=True):
        right = row["score"] > 0
        axes.annotate(f"{row['target_count']:,.0f} : {row['reference_count']:,.0f}",
                      (row["score"], place), (3 if right else -3, 0), va="center", fontsize=7,
                      textcoords="offset points", ha="left" if right else "right",
                      color=GREY)  # fmt: skip
    axes.margins(x=0.18)
    axes.set_xlabel(phrase(language, table.attrs["measure"]))
    axes.set_title(_title(table, language))
    attrs = table.attrs
    prior = f", prior {attrs['prior']}" if attrs["measure"] == "log_odds" else ""
    numbers = {"words": attrs["tested"], "draws": attrs["permutations"], "prior": prior}
    drawing.foot(figure, phrase(language, "key_words_tested", **numbers))
    return figure


def plot_keyness_plane(
    table: pd.DataFrame, *, n: int = 30, level: float = 0.05, language: str = "both"
) -> Figure:
    """Every word by its frequency in reference (across) and target (up), the key ones named.

    Parameters
    ----------
    table
        What `keyness` returned. Rates are per million tokens, on logarithmic axes.
    n
        How many words are named: those furthest from 0 of those that pass q <= level. A name that
        finds no free place is left out.

    Raises
    ------
    AnalysisError
        If one side has no words.

    Examples
    --------
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
        side = key & (np.sign(table["score"]) == sign)
        axes.scatter(x[side], y[side], s=10, color=colour, marker=marker, linewidths=0)
    span = (min(x.min(), y.min()), max(x.max(), y.max()))
    axes.plot(span, span, color=GREY, linewidth=0.8, linestyle="--")
    axes.set_xlabel(phrase(language, "rate_in", **_names(table.attrs["reference"])))
    axes.set_ylabel(phrase(language, "rate_in", **_names(table.attrs["target"])))
    axes.set_title(_title(table, language))
    named = table["score"][key].abs().nlargest(n).index
    points, marks = np.column_stack([x[named], y[named]]), np.column_stack([x[key], y[key]])
    drawing.name_points(figure, axes, points, table["label"][named].tolist(), marks)
    return figure


def _names(name: str) -> dict[str, str]:
    """What a side is called in both languages."""
    return {"ar": "سائر المقالات" if name == OTHERS else name, "en": name}


def _title(table: pd.DataFrame, language: str) -> str:
    names = _names(table.attrs["reference"])
    return phrase(language, "against", target=table.attrs["target"], **names)


def exhibit_keyness(
    table: pd.DataFrame, *, name: str = "keyness", language: str = "both"
) -> Exhibit:
    """Words that set a group apart, as a figure and a table with their words.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["غاز"], "score": 3.0, "q": 0.01, "target_count": 9,
    ...                       "reference_count": 1})
    >>> table.attrs = {"target": "x", "reference": "y", "measure": "g2", "tested": 2,
    ...                "permutations": 99}
    >>> exhibit_keyness(table, name="keyness-1")
    Exhibit keyness-1: Words that set x apart from y (figure and table of 1 row)
    """
    sides = {side: table.attrs[side] for side in ("target", "reference")}
    figure = plot_keyness(table, language=language)
    return make_exhibit("keyness", figure, table, sides, name=name)
