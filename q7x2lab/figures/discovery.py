"""Words that rise, fall and burst, out of all: how much against how sure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from adjustText import adjust_text
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from q7x2lab.figures.labels import arabic_label, say
from q7x2lab.figures.style import GREY, INK, PALETTE, new_figure
from q7x2lab.trends.discovery import Discovery

KINDS = {
    "rise": ("صاعدة", "rise", "^", PALETTE[0]),
    "new": ("جديدة", "new", "P", PALETTE[2]),
    "fall": ("هابطة", "fall", "v", PALETTE[1]),
    "vanished": ("مختفية", "vanished", "X", PALETTE[3]),
    "burst": ("طفرة", "burst", "D", PALETTE[2]),
}
_LEAST = 1e-300  # p values below are drawn here
_STRETCHED = 1e-20  # with p values below, the scale is logarithmic beyond 1e-10


def plot_discovery(found: Discovery, *, named: int = 12, language: str = "both") -> Figure:
    """Two panels of all lexemes tested: trends by slope, bursts by ratio, both against p.

    Grey dots are lexemes that the correction leaves no claim about; marked ones have q at or
    below the discovery's level. named: how many of the surest get their word, in each panel.

    >>> words = pd.DataFrame({"label": ["غاز", "حرب"], "kind": ["rise", "burst"],
    ...                       "slope": [0.1, 0.0], "ratio": [1.0, 8.0], "p_trend": [1e-6, 0.9],
    ...                       "p_burst": [0.9, 1e-6], "q_burst": [0.9, 1e-5]})
    >>> figure = plot_discovery(Discovery(words, "month", 0.05, 4), named=0, language="en")
    >>> [axes.get_title() for axes in figure.axes]
    ['trends', 'bursts']
    """
    figure = new_figure(175, 95)
    if found.refused:
        ar = "لا اختبار: الفترات أو المرات أقل مما يلزم"
        reason = say(language, ar=ar, en=f"no test: {found.refused}")
        figure.text(0.5, 0.5, reason, ha="center", va="center", color=INK)
        return figure
    left, right = figure.subplots(1, 2)
    words = found.words
    trends = words["kind"].isin(["rise", "new", "fall", "vanished"])
    _scatter(left, words.assign(x=100 * words["slope"], y=words["p_trend"]), trends, named)
    bursts = words["q_burst"] <= found.level
    shown = words.assign(x=np.maximum(words["ratio"], 0.1), y=words["p_burst"])
    _scatter(right, shown.assign(kind="burst"), bursts, named)
    right.set_xscale("log", base=2)
    if len(shown) and shown["y"].min() < _STRETCHED:
        right.set_yscale("symlog", linthresh=10)
        right.yaxis.set_major_formatter("{x:g}")
    right.xaxis.set_major_formatter("{x:g}")
    left.axvline(0, color=GREY, linewidth=0.6)
    period = {"day": "يوم", "week": "أسبوع", "month": "شهر", "quarter": "فصل", "year": "عام"}
    ar = f"التغير في كل {period.get(found.period, 'فترة')} (٪)"
    left.set_xlabel(say(language, ar=ar, en=f"change a {found.period} (% of the mean rate)"))
    right.set_xlabel(say(language, ar="مرات المعدل المتوقع", en="times the expected rate"))
    left.set_ylabel("$-\\log_{10} p$")
    left.set_title(say(language, ar="اتجاهات", en="trends", join=" · "))
    right.set_title(say(language, ar="طفرات", en="bursts", join=" · "))
    _legend(figure, words, found, language)
    return figure


def _scatter(ax: Axes, words: pd.DataFrame, sure: pd.Series, named: int) -> None:
    words = words.assign(y=-np.log10(np.maximum(words["y"], _LEAST))).dropna(subset=["x", "y"])
    sure = sure.loc[words.index]
    rest = words[~sure]
    ax.scatter(rest["x"], rest["y"], s=5, color=GREY, alpha=0.45, linewidth=0)
    for kind, (_, _, marker, colour) in KINDS.items():
        part = words[sure & (words["kind"] == kind)]
        ax.scatter(
            part["x"],
            part["y"],
            s=18 if len(part) < 200 else 5,
            marker=marker,
            color=colour,
            linewidth=0,
            zorder=3,
        )
    top = words[sure].nlargest(named, "y")
    texts = [
        ax.text(x, y, arabic_label(label), fontsize=8, color=INK)
        for x, y, label in zip(top["x"], top["y"], top["label"], strict=True)
    ]
    ax.tick_params(labelsize=8)
    if texts:
        arrows = {"arrowstyle": "-", "color": GREY, "lw": 0.5}
        adjust_text(texts, ax=ax, arrowprops=arrows, iter_lim=400, expand=(1.15, 1.5))


def _legend(figure: Figure, words: pd.DataFrame, found: Discovery, language: str) -> None:
    handles = []
    for kind, (ar, en, marker, colour) in KINDS.items():
        count = int((words["kind"] == kind).sum())
        label = say(language, ar=f"{ar} {count}", en=f"{en} {count}", join=" · ")
        style: dict[str, Any] = {"marker": marker, "color": colour, "linestyle": "", "label": label}
        handles += figure.axes[0].plot([], [], **style)
    title = say(
        language,
        ar=f"{len(words)} كلمة، {found.tested} اختبارًا، q ≤ {found.level:g}",
        en=f"{len(words):,} lexemes, {found.tested:,} tests, q ≤ {found.level:g}",
    )
    figure.legend(handles=handles, title=title, loc="outside lower center", ncols=5, fontsize=8)
