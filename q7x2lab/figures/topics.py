"""Figures of topic models. Topics that did not survive resampling are drawn grey everywhere."""

from __future__ import annotations

from math import ceil

import numpy as np
from matplotlib.figure import Figure

from q7x2lab.analysis.topics import Measure, TopicModel
from q7x2lab.figures.labels import arabic_label, say, wrap_label
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, new_figure

UNSTABLE = "unstable"


def topic_colours(model: TopicModel) -> list[str]:
    """A colour a topic: dark where it is stable or not assessed, grey where it is unstable."""
    return [PALE if badge == UNSTABLE else PALETTE[2] for badge in model.badges]


def plot_topic_words(
    model: TopicModel, *, n: int = 8, by: Measure = "probability", language: str = "both"
) -> Figure:
    """Bars of each topic's n best words, one panel a topic; unstable topics grey and named so."""
    table = model.words(n, by=by)
    columns = min(3, model.k)
    lines = ceil(model.k / columns)
    figure = new_figure(190, 14 + lines * (14 + 6 * n))
    panels = figure.subplots(lines, columns, squeeze=False).ravel()
    paint = topic_colours(model)
    for panel in panels[model.k :]:
        panel.set_axis_off()
    for t in range(model.k):
        panel, part = panels[t], table[table["topic"] == t]
        places = np.arange(len(part))[::-1]
        panel.barh(places, part[by], color=paint[t], edgecolor=INK, linewidth=0.3)
        panel.set_yticks(places, [arabic_label(word) for word in part["word"]])
        panel.set_title(wrap_label(model.labels[t], 34), fontsize=10)
        share, badge = model.prevalence["share"][t], model.badges[t]
        note = f"{t} · {share:.1%}" + (f" · {badge}" if badge != "not assessed" else "")
        panel.set_xlabel(note, fontsize=8, color=GREY if badge == UNSTABLE else INK)
        panel.tick_params(axis="x", labelsize=7)
        panel.locator_params(axis="x", nbins=3)
    figure.suptitle(say(language, ar="كلمات الموضوعات", en=f"Words of the topics, by {by}"))
    return figure
