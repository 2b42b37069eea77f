"""Figure of names: what each outlet calls one thing, its own voice apart from quotations."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.figures.labels import arabic_label, say, wrap_label
from q7x2lab.figures.style import HATCHES, INK, PALE, PALETTE, new_figure

VOICES = {
    "outlet": ("بصوت الوسيلة", "in the outlet's own voice"),
    "quoted": ("في الاقتباس", "in quotations"),
    "reported": ("في الكلام المنقول", "in reported speech"),
}


def plot_naming(
    shares: pd.DataFrame,
    titles: dict[str, dict[str, str]] | None = None,
    *,
    silent: pd.DataFrame | None = None,
    language: str = "both",
) -> Figure:
    """Outlets by names, a panel a voice: counts printed, shares as length.

    shares: what `naming_shares` returned. titles: `NamingSet.titles`, how to print the variants.
    silent: what `silent_articles` returned; outlets among them are listed even if they never name
    the thing, with the number of their silent articles.

    >>> shares = pd.DataFrame({"group": "x", "voice": ["outlet", "quoted"], "variant": "war",
    ...                        "count": [3, 1], "share": 1.0})
    >>> [axes.get_title() for axes in plot_naming(shares, language="en").axes]
    ["in the outlet's own voice", 'in quotations']
    """
    groups = list(dict.fromkeys(shares["group"]))
    quiet = silent["outlet"].value_counts() if silent is not None else pd.Series(dtype=int)
    groups += [name for name in quiet.index if name not in groups]
    variants = list(dict.fromkeys(shares["variant"]))
    voices = [voice for voice in VOICES if voice in set(shares["voice"])]
    figure = new_figure(60 + 46 * max(len(voices), 1), 40 + 9 * len(groups))
    panels = figure.subplots(1, max(len(voices), 1), sharey=True, squeeze=False)[0]
    for panel, voice in zip(panels, voices, strict=False):
        _bars(panel, shares[shares["voice"] == voice], groups, variants, titles or {}, language)
        ar, en = VOICES[voice]
        panel.set_title(say(language, ar=ar, en=en), fontsize=10)
    ticks = [
        f"{name}\n({quiet[name]} بلا اسم / unnamed)" if name in quiet else name for name in groups
    ]
    panels[0].set_yticks(
        range(0, -len(groups), -1), [arabic_label(tick) for tick in ticks], fontsize=8
    )
    panels[0].set_ylim(-len(groups) + 0.4, 0.6)
    handles, labels = panels[0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 6),
                      fontsize=8)  # fmt: skip
    return figure


def _bars(
    panel,
    part: pd.DataFrame,
    groups: list[str],
    variants: list[str],
    titles: dict[str, dict[str, str]],
    language: str,
) -> None:
    """Stacked shares of one voice, the counts printed inside."""
    table = part.pivot(index="group", columns="variant", values="share").reindex(groups).fillna(0)
    counts = part.pivot(index="group", columns="variant", values="count").reindex(groups).fillna(0)
    left = np.zeros(len(groups))
    places = -np.arange(len(groups))
    for number, variant in enumerate(variants):
        share = table[variant].to_numpy() if variant in table else np.zeros(len(groups))
        title = titles.get(variant, {"ar": variant, "en": variant})
        panel.barh(places, share, left=left, height=0.7, color=PALETTE[number % len(PALETTE)],
                   hatch=HATCHES[number % len(HATCHES)], edgecolor="white", linewidth=0.5,
                   label=say(language, ar=title["ar"], en=title["en"], join=" · "))  # fmt: skip
        for at in np.flatnonzero(share > 0.07):
            panel.text(left[at] + share[at] / 2, places[at], f"{counts[variant].iloc[at]:g}",
                       ha="center", va="center", fontsize=8, color=INK,
                       bbox={"fc": "white", "ec": "none", "pad": 0.6})  # fmt: skip
        left += share
    panel.set_xlim(0, 1)
    panel.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g}")
    panel.set_xlabel(wrap_label("%"), fontsize=8)
    panel.grid(axis="x", color=PALE, linewidth=0.5)
    panel.set_axisbelow(True)
