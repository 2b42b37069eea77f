"""Figures of keyness: two-sided bars, and words on two axes of relative frequency."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.errors import AnalysisError
from q7x2lab.figures.labels import arabic_label, say
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, new_figure

OTHERS = "all others"
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
            en=f"none of {len(table):,} words tells the two apart at q ≤ {level}",
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
    named, with labels moved apart. Rates per million tokens on logarithmic axes.
    """
    from adjustText import adjust_text

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
    texts = [
        axes.text(x[i], y[i], arabic_label(table["label"][i]), fontsize=9, color=INK) for i in named
    ]
    target, reference = table.attrs["target"], table.attrs["reference"]
    axes.set_xlabel(_rate(reference, language))
    axes.set_ylabel(_rate(target, language))
    axes.set_title(_title(table, language))
    if texts:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            arrow = {"arrowstyle": "-", "color": GREY, "lw": 0.5}
            places = (x[named].to_numpy(), y[named].to_numpy())
            adjust_text(texts, *places, ax=axes, expand=(1.15, 1.5), arrowprops=arrow)
    return figure


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
        f"{attrs['tested']:,} words tested by {attrs['permutations']:,} permutations of whole "
        f"articles{prior}; q ≤ .05 shown; counts target : reference"
    )
