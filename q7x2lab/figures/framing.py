"""Figures of frames. Every one prints the stamp: how far its lexicon may be believed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from q7x2lab.figures.labels import arabic_label, say
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, colours, markers, new_figure
from q7x2lab.framing.accuracy import Stamp, Validation
from q7x2lab.framing.scores import Frames

SCORES_AR = {"precision": "الدقة", "recall": "الاستيفاء", "f1": "F1"}
UNITS_AR = {"sentence": "الجمل", "paragraph": "الفقرات", "article": "المقالات"}


def print_stamp(
    figure: Figure, stamp: Stamp, titles: dict[str, str], language: str, *, more: str = ""
) -> None:
    """Write the stamp under a figure; every figure of this module ends with it."""
    text = "\n".join([stamp.text(titles, language=language), *([more] if more else [])])
    bold = "normal" if stamp.frames else "bold"
    figure.supxlabel(text, fontsize=7.5, color=INK, fontweight=bold, x=0.01, ha="left")


def plot_frames(
    frames: Frames, *, by: str | None = None, corrected: bool = True, language: str = "both"
) -> Figure:
    """Shares of the frames with intervals, groups side by side.

    frames: what `score_frames` returned. by: a column of the articles, default the one that the
    frames were scored by. corrected: show the shares corrected for known error beside (hollow)
    where a validation gives them. A group too small for an interval has a point without one.

    >>> from q7x2lab.framing.scores import score_frames
    >>> from q7x2lab.framing.schemes import parse_scheme
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "بدأ نزاع طويل."})
    >>> scheme = parse_scheme("{scheme: {id: s}, frames: {dispute: {terms: [نزاع]}}}")
    >>> frames = score_frames(tokenize_corpus(Corpus(table)), scheme)
    >>> plot_frames(frames, language="en").axes[0].get_xlabel()
    'share of sentences'
    """
    column = by or frames.by
    table = frames.shares if by is None else frames.shares_by(by=column)
    groups = list(table["group"].unique())
    titles = _titles(frames, language)
    figure = new_figure(165, 44 + 4 * len(titles) + len(titles) * max(13, 8 + 4.2 * len(groups)))
    axes = figure.subplots()
    paint, shape = colours(groups), markers(groups)
    steps = np.linspace(0.34, -0.34, len(groups)) if len(groups) > 1 else [0.0]
    base = {name: len(titles) - 1 - i for i, name in enumerate(titles)}
    for group, step in zip(groups, steps, strict=True):
        part = table[table["group"] == group]
        places = part["frame"].map(base) + step
        label = arabic_label(group) if len(groups) > 1 else None
        style = {"color": paint[group], "marker": shape[group], "label": label}
        _points(axes, part, places, "", style)
        if corrected and "corrected" in part:
            _points(
                axes, part, places - 0.06, "corrected_", {**style, "mfc": "white", "label": None}
            )
    axes.set_yticks(list(base.values()), [*titles.values()], fontsize=9)
    axes.set_ylim(-0.6, len(titles) - 0.4)
    axes.set_xlim(left=0)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    axes.set_xlabel(_measure(frames, language))
    if corrected and "corrected" in table and table["corrected"].notna().any():
        _explain(axes, language)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(fontsize=9, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    axes.set_title(say(language, ar=frames.scheme.title_ar, en=frames.scheme.title_en))
    print_stamp(figure, frames.stamp, _named(frames, language), language)
    return figure


def _explain(axes: Axes, language: str) -> None:
    """Entries of the legend for filled and hollow marks."""
    for face, ar, en in ((GREY, "كما قيس", "as measured"), ("white", "بعد التصحيح", "corrected")):
        label = say(language, ar=ar, en=en, join=" · ")
        axes.plot([], [], "o", color=GREY, mfc=face, ms=5, label=label)


def plot_frame_trend(
    frames: Frames, *, period: str = "month", by: str | None = None, language: str = "both"
) -> Figure:
    """Shares over time with 95 % intervals, a panel a frame; gaps where nothing was published.

    A hollow point has too few articles for an interval. Arguments as for `Frames.shares_by`.

    >>> from q7x2lab.framing.scores import score_frames
    >>> from q7x2lab.framing.schemes import parse_scheme
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> days = pd.to_datetime(["2022-01-03", "2022-02-04"])
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": days, "outlet": "x", "text": "بدأ نزاع."})
    >>> scheme = parse_scheme("{scheme: {id: s}, frames: {dispute: {terms: [نزاع]}}}")
    >>> frames = score_frames(tokenize_corpus(Corpus(table)), scheme)
    >>> [tick.get_text() for tick in plot_frame_trend(frames).axes[0].get_xticklabels()]
    ['2022-01', '2022-02']
    """
    table = frames.shares_by(by=by, period=period)
    titles, groups = _titles(frames, language), list(table["group"].unique())
    when = pd.period_range(table["period"].min(), table["period"].max(),
                           freq=pd.Period(table["period"].iloc[0]).freq).astype(str)  # fmt: skip
    rows = -(-len(titles) // 2)
    figure = new_figure(185, 26 + 46 * rows + 4 * len(titles))
    panels = figure.subplots(rows, 2, sharex=True, squeeze=False).ravel()
    paint, shape = colours(groups), markers(groups)
    for panel in panels[len(titles) :]:
        panel.set_axis_off()
    for panel, (name, title) in zip(panels, titles.items(), strict=False):
        for group in groups:
            own = (table["frame"] == name) & (table["group"] == group)
            part = table[own].set_index("period").reindex(when)
            style = {"color": paint[group], "marker": shape[group], "ms": 3.5}
            label = arabic_label(group) if len(groups) > 1 else None
            panel.plot(when, part["share"], lw=1.1, label=label, **style)
            panel.vlines(when, part["low"], part["high"], color=paint[group], lw=0.9)
            bare = part["share"].where(part["low"].isna())
            panel.plot(when, bare, linestyle="", mfc="white", **style)
        panel.set_title(title, fontsize=10)
        panel.set_ylim(bottom=0)
        panel.set_xticks(when[:: max(1, len(when) // 5)])
        panel.tick_params(axis="both", labelsize=7)
    figure.supylabel(_measure(frames, language), fontsize=10)
    if len(groups) > 1:
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center",
                      ncols=min(len(groups), 5), fontsize=9)  # fmt: skip
    words = {"ar": "المفرغ بلا مجال: مقالات قليلة", "en": "no interval (hollow): too few articles"}
    hollow = say(language, **words, join=" · ") if table["low"].isna().any() else ""
    print_stamp(figure, frames.stamp, _named(frames, language), language, more=hollow)
    return figure


def plot_sensitivity(frames: Frames, *, n: int = 6, language: str = "both") -> Figure:
    """What each frame loses without each of its n weightiest terms; half or more is marked.

    >>> from q7x2lab.framing.scores import score_frames
    >>> from q7x2lab.framing.schemes import parse_scheme
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "بدأ نزاع طويل."})
    >>> scheme = parse_scheme("{scheme: {id: s}, frames: {dispute: {terms: [نزاع]}}}")
    >>> frames = score_frames(tokenize_corpus(Corpus(table)), scheme)
    >>> [float(bar.get_width()) for bar in plot_sensitivity(frames).axes[0].patches]
    [1.0]
    """
    table = frames.sensitivity()
    top = table.groupby("frame", sort=False).head(n).reset_index(drop=True)
    titles = _titles(frames, language, join=" · ")
    group = pd.factorize(top["frame"])[0]
    figure = new_figure(150, 44 + 5.2 * len(top) + 8 * len(set(group)))
    axes = figure.subplots()
    places = -np.arange(len(top)) - 1.6 * group
    paint = np.where(top["carries"], PALETTE[3], PALETTE[4])
    axes.barh(places, top["loss"], color=paint, edgecolor=INK, linewidth=0.4)
    axes.set_yticks(places, [arabic_label(term) for term in top["term"]], fontsize=9)
    for name, part in top.groupby("frame", sort=False):
        axes.annotate(titles[str(name)], (0.01, places[part.index[0]] + 1.05), ha="left",
                      va="center", xycoords=("axes fraction", "data"), fontsize=9)  # fmt: skip
    axes.set_ylim(places[-1] - 0.8, 1.8)
    axes.axvline(0.5, color=INK, linewidth=0.8, linestyle="--")
    axes.set_xlim(0, max(0.6, float(top["loss"].max()) * 1.1))
    axes.set_xlabel(
        say(
            language, ar="ما يخسره الإطار بدون اللفظ", en="share of the frame lost without the term"
        )
    )
    print_stamp(figure, frames.stamp, _named(frames, language), language)
    return figure


def _titles(frames: Frames, language: str, *, join: str = "\n") -> dict[str, str]:
    arabic, english = frames.titles("ar"), frames.titles("en")
    return {f: say(language, ar=arabic[f], en=english[f], join=join) for f in arabic}


def _named(frames: Frames, language: str) -> dict[str, str]:
    """One line a frame for the stamp: its Arabic title in Arabic figures, else the English one."""
    return {
        f: arabic_label(t) for f, t in frames.titles("ar" if language == "ar" else "en").items()
    }


def _measure(frames: Frames, language: str) -> str:
    unit = frames.scheme.unit
    return say(language, ar=f"نسبة {UNITS_AR[unit]}", en=f"share of {unit}s", join=" · ")


def _points(
    axes: Axes, part: pd.DataFrame, places: ArrayLike, prefix: str, style: dict[str, Any]
) -> None:
    """Estimates with intervals; those without one get the point alone."""
    middle = part["corrected"] if prefix else part["share"]
    low, high = part[f"{prefix}low"], part[f"{prefix}high"]
    reach = np.vstack([(middle - low).clip(lower=0), (high - middle).clip(lower=0)])
    axes.errorbar(middle, places, xerr=np.nan_to_num(reach), linestyle="", ms=5, capsize=2, **style)


def plot_validation(validation: Validation, frames: Frames, *, language: str = "both") -> Figure:
    """Precision, recall and F1 of each frame with intervals, and the classifier's F1 (hollow).

    validation: what `validate_frames` returned for these frames.

    >>> from q7x2lab.framing.coding import coding_from_table
    >>> from q7x2lab.framing.scores import score_frames
    >>> from q7x2lab.framing.schemes import parse_scheme
    >>> from q7x2lab.framing.validation import validate_frames
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> texts = ["بدأ نزاع طويل.", "هدأ الطقس اليوم."]
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x", "text": texts,
    ...                       "cluster": [0, 1], "weight": 1.0})
    >>> scheme = parse_scheme("{scheme: {id: s}, frames: {dispute: {terms: [نزاع]}}}")
    >>> frames = score_frames(tokenize_corpus(Corpus(table)), scheme)
    >>> codes = table[["id", "text"]].assign(coder="A", dispute=[1, 0])
    >>> found = validate_frames(frames, coding_from_table(codes), baseline=False)
    >>> len(plot_validation(found, frames).axes[0].get_yticks())
    1
    """
    table = validation.table
    figure = new_figure(165, 44 + 20 * len(table))
    axes = figure.subplots()
    base = np.arange(len(table))[::-1].astype(float)
    for i, name in enumerate(SCORES_AR):
        part = table.rename(columns={f"{name}_low": "low", f"{name}_high": "high", name: "share"})
        label = say(language, ar=SCORES_AR[name], en=name, join=" · ") if name != "f1" else "F1"
        style = {"color": PALETTE[i], "marker": markers(list(SCORES_AR))[name], "label": label}
        _points(axes, part, base + 0.25 * (1 - i), "", style)
    if len(validation.baseline) and validation.baseline["f1"].notna().any():
        label = say(language, ar="F1 المصنف", en="F1 of the classifier", join=" · ")
        other = {"f1": "share", "f1_low": "low", "f1_high": "high"}
        style = {"color": GREY, "marker": "o", "mfc": "white", "label": label}
        _points(axes, validation.baseline.rename(columns=other), base - 0.38, "", style)
    titles, named = _titles(frames, language), _named(frames, language)
    axes.set_yticks(base, [titles[f] for f in table["frame"]], fontsize=9)
    axes.set_xlim(0, 1.02)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    figure.legend(loc="outside upper center", ncols=2, fontsize=9)
    print_stamp(figure, validation.stamp, {f: named[f] for f in table["frame"]}, language)
    return figure
