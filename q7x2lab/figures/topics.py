"""Figures of topic models. Topics that did not survive resampling are drawn grey everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.figures.labels import arabic_label, say, wrap_label
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, colours, markers, new_figure
from q7x2lab.topics.choice_of_k import TopicGrid
from q7x2lab.topics.model import Measure, TopicModel
from q7x2lab.topics.stability import (
    NOT_ASSESSED,
    STABLE,
    TENTATIVE,
    Stability,
    with_badges,
)

UNSTABLE = "unstable"


def plot_topic_words(
    model: TopicModel,
    *,
    stability: Stability | None = None,
    n: int = 8,
    by: Measure = "probability",
    language: str = "both",
) -> Figure:
    """Bars of each topic's n best words, one panel a topic; unstable topics grey and named so.

    stability: what `stability` returned for the model; without it no topic is called unstable.

    >>> from types import SimpleNamespace
    >>> import scipy.sparse as sp
    >>> shares = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> articles = pd.DataFrame({"id": ["a", "b"]})
    >>> words = ["gas", "cup"]
    >>> dtm = SimpleNamespace(counts=sp.csr_matrix([[9, 1], [2, 8]]), lexemes=words, labels=words,
    ...                       articles=articles)
    >>> model = TopicModel(dtm, shares, shares, "nmf", 0, names={1: "Sport"})
    >>> [axes.get_title() for axes in plot_topic_words(model).axes]
    ['gas · cup', 'Sport']
    """
    table = model.words(n, by=by)
    columns = min(3, model.k)
    lines = ceil(model.k / columns)
    figure = new_figure(190, 24 + lines * (24 + 7 * n))
    panels = figure.subplots(lines, columns, squeeze=False).ravel()
    badges = with_badges(model.labelled(), stability)["badge"]
    paint = [PALE if badge == UNSTABLE else PALETTE[2] for badge in badges]
    for panel in panels[model.k :]:
        panel.set_axis_off()
    for t in range(model.k):
        panel, part = panels[t], table[table["topic"] == t]
        places = np.arange(len(part))[::-1]
        panel.barh(places, part[by], color=paint[t], edgecolor=INK, linewidth=0.3)
        panel.set_yticks(places, [arabic_label(word) for word in part["word"]], fontsize=9)
        panel.set_title(wrap_label(model.labels[t], 34), fontsize=10)
        share, badge = model.prevalence["share"][t], badges[t]
        note = f"{t} · {share:.1%}" + (f" · {badge}" if badge != NOT_ASSESSED else "")
        panel.set_xlabel(note, fontsize=8, color=GREY if badge == UNSTABLE else INK)
        panel.tick_params(axis="x", labelsize=7)
        panel.locator_params(axis="x", nbins=3)
    figure.suptitle(say(language, ar="كلمات الموضوعات", en=f"Words of the topics, by {by}"))
    return figure


def plot_topic_prevalence(
    shares: pd.DataFrame,
    *,
    events: Sequence[Mapping[str, Any]] = (),
    language: str = "both",
) -> Figure:
    """Each topic's share over time with its interval, one panel a topic, and events as lines.

    shares: `topic_shares_by` a period (day, week, month, quarter or year). events: date with `ar`
    or `en`. A period without articles is a gap, one without an interval (too few articles) is
    hollow, an unstable topic grey.

    >>> months = pd.to_datetime(["2022-01-01", "2022-02-01"])
    >>> shares = pd.DataFrame({"month": months, "topic": 0, "label": "Sport", "badge": "stable",
    ...                        "share": [0.2, 0.4], "low": [0.1, 0.3], "high": [0.3, 0.5]})
    >>> [axes.get_title() for axes in plot_topic_prevalence(shares).axes]
    ['Sport']
    """
    period = shares.columns[0]
    dates = np.sort(shares[period].unique())
    every = np.diff(dates).min() * 1.5 if dates.size > 1 else None
    topics = shares["topic"].unique()
    columns = min(3, topics.size)
    lines = ceil(topics.size / columns)
    figure = new_figure(190, 24 + 42 * lines)
    panels = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for panel in panels[topics.size :]:
        panel.set_axis_off()
    for number, topic in enumerate(topics):
        part = shares[shares["topic"] == topic].sort_values(period)
        grey = bool((part["badge"] == UNSTABLE).all())
        panel = panels[number]
        for run in _runs(part, period, every):
            ink = GREY if grey else INK
            panel.vlines(run[period], run["low"], run["high"], color=_ground(grey), lw=3)
            panel.plot(run[period], run["share"], color=ink, lw=1)
            face = np.where(run["low"].isna(), "white", ink).tolist()
            panel.scatter(run[period], run["share"], s=12, c=face, edgecolors=ink, zorder=3)
        for name, event in enumerate(events, start=1):
            panel.axvline(pd.Timestamp(event["date"]), color=GREY, lw=0.8, ls="--")
            place = (pd.Timestamp(event["date"]), 0.98)
            panel.annotate(
                f" {name}", place, xycoords=("data", "axes fraction"), fontsize=7, va="top"
            )
        title = wrap_label(str(part["label"].iloc[0]), 32) + ("\nunstable" if grey else "")
        panel.set_title(title, fontsize=9, color=GREY if grey else INK)
        panel.tick_params(labelsize=7)
        panel.tick_params(axis="x", rotation=45)
    panels[0].set_ylim(bottom=0)  # once all is drawn, for the panels share it
    figure.supylabel(say(language, ar="حصة الموضوع", en="share of topic", join=" · "), fontsize=9)
    if events:
        said = (_event_name(event, language) for event in events)
        named = [arabic_label(f"{number} {text}") for number, text in enumerate(said, start=1)]
        figure.supxlabel("\n".join(named), fontsize=8)
    return figure


def _ground(grey: bool) -> str:
    return PALE if grey else PALETTE[4]


def _event_name(event: Mapping[str, Any], language: str) -> str:
    """What an event is called; in the other language where it has no name in this one."""
    ar, en = (event.get(name) or "" for name in ("ar", "en"))
    return say(language, ar=ar, en=en, join=" · ") if ar and en else ar or en


def _runs(part: pd.DataFrame, period: str, every: Any) -> list[pd.DataFrame]:
    """Stretches without a missing period, so that lines do not cross gaps."""
    if every is None:
        return [part]
    cut = (part[period].diff() > every).cumsum()
    return [run for _, run in part.groupby(cut)]


def plot_topic_groups(shares: pd.DataFrame, *, language: str = "both") -> Figure:
    """Topics by group as dots with intervals: a row a topic, a marker a group.

    shares: `topic_shares_by` one column. The ground of an unstable topic's row is grey; a group
    without an interval (too few articles) is hollow.

    >>> shares = pd.DataFrame({"outlet": ["x", "y"], "topic": 0, "label": "Sport",
    ...                        "badge": "unstable", "share": [0.2, 0.4], "low": [0.1, 0.3],
    ...                        "high": [0.3, 0.5]})
    >>> axes = plot_topic_groups(shares).axes[0]
    >>> [tick.get_text() for tick in axes.get_yticklabels()]
    ['Sport (unstable)']
    """
    column = shares.columns[0]
    groups = [str(name) for name in shares[column].unique()]
    topics = shares.drop_duplicates("topic")
    paint, shape = colours(groups), markers(groups)
    figure = new_figure(170, 30 + topics.shape[0] * (5 + 4 * len(groups)))
    axes = figure.subplots()
    offsets = np.linspace(0.3, -0.3, len(groups)) if len(groups) > 1 else [0.0]
    for name, offset in zip(groups, offsets, strict=True):
        part = shares[shares[column].astype(str) == name]
        rows = len(topics) - 1 - part["topic"].rank(method="dense").to_numpy() + 1 + offset
        low, high = part["low"].fillna(part["share"]), part["high"].fillna(part["share"])
        axes.hlines(rows, low, high, color=paint[name], lw=1.2)
        face = np.where(part["low"].isna(), "white", paint[name]).tolist()
        axes.scatter(
            part["share"],
            rows,
            marker=shape[name],
            s=26,
            c=face,
            edgecolors=paint[name],
            label=arabic_label(name),
            zorder=3,
        )
    places = np.arange(len(topics))[::-1]
    for place, badge in zip(places, topics["badge"], strict=True):
        if badge == UNSTABLE:
            axes.axhspan(place - 0.45, place + 0.45, color=PALE, alpha=0.6, lw=0)
    texts = zip(topics["label"], topics["badge"], strict=True)
    axes.set_yticks(places, [wrap_label(_flagged(label, badge), 30) for label, badge in texts])
    axes.set_ylim(-0.6, len(topics) - 0.4)
    axes.set_xlim(left=0)
    axes.grid(axis="y", which="minor")
    axes.set_xlabel(
        say(language, ar="حصة الموضوع", en="share of topic (95 % interval with refits)")
    )
    figure.legend(loc="outside upper center", ncols=min(3, len(groups)), fontsize=9)
    return figure


def _flagged(label: str, badge: str) -> str:
    return f"{label} ({badge})" if badge == UNSTABLE else label


def plot_topic_grid(grid: TopicGrid, *, language: str = "both") -> Figure:
    """The measures over K with 95 % intervals, the chosen K as a line, and the reason in words.

    >>> names = ["stability", "likelihood", "npmi", "exclusivity", "diversity"]
    >>> columns = [f"{name}{end}" for name in names for end in ("", "_low", "_high")]
    >>> table = pd.DataFrame(0.5, index=range(2), columns=columns).assign(k=[2, 3])
    >>> grid = TopicGrid(table, 2, True, "K = 2 stands out", None)
    >>> plot_topic_grid(grid).axes[-1].texts[0].get_text()
    'K = 2 stands out'
    """
    panels = {
        "stability": ("الثبات", "stability (score of topics)"),
        "likelihood": ("ترجيح المحجوب", "held-out likelihood a word"),
        "npmi": ("التماسك", "held-out NPMI"),
        "exclusivity": ("التفرد", "exclusivity"),
        "diversity": ("التنوع", "diversity"),
    }
    figure = new_figure(190, 125)
    axes = figure.subplots(2, 3).ravel()
    table = grid.table
    for panel, (name, (ar, en)) in zip(axes, panels.items(), strict=False):
        panel.vlines(
            table["k"], table[f"{name}_low"], table[f"{name}_high"], color=PALETTE[4], lw=3
        )
        panel.plot(table["k"], table[name], "o-", color=INK, ms=4, lw=0.8)
        panel.axvline(grid.chosen, color=PALETTE[1], ls="-" if grid.decided else ":", lw=1)
        panel.set_title(say(language, ar=ar, en=en), fontsize=9)
        panel.set_xlabel("K", fontsize=8)
        panel.tick_params(labelsize=8)
    axes[0].axhline(STABLE, color=GREY, ls="--", lw=0.8)
    axes[-1].set_axis_off()
    axes[-1].text(0, 0.95, wrap_label(grid.reason, 36), va="top", fontsize=9)
    return figure


def plot_topic_alignment(stability: Stability, *, language: str = "both") -> Figure:
    """How well each topic was found again in each refit: a row a topic, a column a refit.

    >>> topics = pd.DataFrame({"label": ["gas", "cup"], "badge": ["stable", "unstable"]})
    >>> overlap = np.array([[0.9, 0.4], [0.8, 0.5], [1.0, 0.3]])
    >>> axes = plot_topic_alignment(Stability(topics, pd.DataFrame(), overlap)).axes[0]
    >>> [tick.get_text() for tick in axes.get_yticklabels()]
    ['gas (stable)', 'cup (unstable)']
    """
    scores = stability.overlap.T
    figure = new_figure(90 + 9 * max(scores.shape[1], 8), 30 + 8 * scores.shape[0])
    axes = figure.subplots()
    image = axes.imshow(scores, cmap="Greys", vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(scores):
        axes.text(
            column,
            row,
            f"{value:.2f}".lstrip("0"),
            ha="center",
            va="center",
            fontsize=7,
            color="white" if value > TENTATIVE else INK,
        )
    texts = zip(stability.topics["label"], stability.topics["badge"], strict=True)
    axes.set_yticks(np.arange(len(scores)), [arabic_label(f"{a} ({b})") for a, b in texts])
    axes.set_xticks(np.arange(scores.shape[1]), [str(i + 1) for i in range(scores.shape[1])])
    axes.tick_params(length=0, labelsize=9)
    axes.set_xlabel(say(language, ar="تقدير معاد على جزء من المقالات", en="refit on a part"))
    figure.colorbar(image, ax=axes, shrink=0.8)
    return figure
