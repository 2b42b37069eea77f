"""Figures of frames. Each one prints how far its lexicon may be believed."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from q7x2lab.exhibits import Exhibit
from q7x2lab.figures import drawing
from q7x2lab.figures.labels import arabic_label, phrase, say
from q7x2lab.figures.style import GREY, INK, PALETTE, looks, new_figure
from q7x2lab.figures.words import make_exhibit
from q7x2lab.framing.accuracy import Stamp, Validation
from q7x2lab.framing.scores import Frames

SCORES = ("precision", "recall", "f1")
CARRIES = 0.5  # a term without which a frame loses half of its hits carries it alone


def print_stamp(
    figure: Figure, stamp: Stamp, titles: dict[str, str], language: str, *, more: str = ""
) -> None:
    """Write under a figure how far its frames may be believed; every figure here ends with it."""
    text = "\n".join([stamp.text(titles, language=language), *([more] if more else [])])
    drawing.foot(figure, text, weight="normal" if stamp.frames else "bold")


def plot_frames(
    frames: Frames, *, by: str | None = None, corrected: bool = True, language: str = "both"
) -> Figure:
    """Shares of the frames with their intervals, groups side by side.

    Parameters
    ----------
    frames
        What `score_frames` returned. A group without an interval (too few articles) is hollow.
    by
        A column of the articles; by default the one that the frames were scored by.
    corrected
        Whether shares corrected for known errors stand beside, hollow, where a validation gives
        them.

    Examples
    --------
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
    table = frames.shares if by is None else frames.shares_by(by=by)
    titles, groups = _titles(frames, language), table["group"].nunique()
    height = 44 + 4 * len(titles) + len(titles) * max(13, 8 + 4.2 * groups)
    figure = new_figure(165, height)
    axes = figure.subplots()
    drawn = drawing.dots_by_row(axes, table, "frame", titles, names=groups > 1)
    if corrected and "corrected" in table and table["corrected"].notna().any():
        _draw_corrected(axes, table, drawn, language)
    axes.set_xlabel(_measure(frames, language))
    if axes.get_legend_handles_labels()[1]:
        axes.legend(fontsize=9, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    axes.set_title(say(language, ar=frames.scheme.title_ar, en=frames.scheme.title_en))
    print_stamp(figure, frames.stamp, _one_line_titles(frames, language), language)
    return figure


def _draw_corrected(axes: Axes, table: pd.DataFrame, drawn: dict, language: str) -> None:
    """Hollow marks a little under the measured ones, and what filled and hollow mean."""
    style = looks(drawn)
    names = {"corrected": "share", "corrected_low": "low", "corrected_high": "high"}
    for group, places in drawn.items():
        part = table.loc[table["group"] == group, list(names)].rename(columns=names)
        look = style[group]
        drawing.dots(axes, places - 0.06, part, sideways=True, filled=False, **look)
    for face, key in ((GREY, "measured"), ("white", "corrected")):
        label = phrase(language, key, join=" · ")
        axes.plot([], [], "o", color=GREY, mfc=face, ms=5, label=label)


def plot_frame_trend(
    frames: Frames, *, period: str = "month", by: str | None = None, language: str = "both"
) -> Figure:
    """Shares over time with 95 % intervals, a panel a frame; gaps where nothing was published.

    Parameters
    ----------
    frames
        What `score_frames` returned. A period without an interval (too few articles) is hollow.
    period
        day, week, month, quarter or year.
    by
        A column of the articles: a line a group.

    Examples
    --------
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
    table, titles = frames.shares_by(by=by, period=period), _titles(frames, language)
    figure = new_figure(185, 26 + 46 * -(-len(titles) // 2) + 4 * len(titles))
    panels = drawing.panel_grid(figure, len(titles), columns=2)
    periods = drawing.every_period(table["period"].tolist())
    drawing.lines_over_time(panels, table, "frame", titles, periods)
    figure.supylabel(_measure(frames, language), fontsize=10)
    handles, names = panels[0].get_legend_handles_labels()
    if names:
        ncols = min(len(names), 5)
        figure.legend(handles, names, loc="outside upper center", ncols=ncols, fontsize=9)
    hollow = phrase(language, "hollow", join=" · ") if table["low"].isna().any() else ""
    print_stamp(figure, frames.stamp, _one_line_titles(frames, language), language, more=hollow)
    return figure


def plot_sensitivity(frames: Frames, *, n: int = 6, language: str = "both") -> Figure:
    """What each frame loses without each of its n weightiest terms; half or more is marked.

    Parameters
    ----------
    frames
        What `score_frames` returned.

    Examples
    --------
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
    top = frames.sensitivity().groupby("frame", sort=False).head(n).reset_index(drop=True)
    titles, group = _titles(frames, language, join=" · "), pd.factorize(top["frame"])[0]
    figure = new_figure(150, 44 + 5.2 * len(top) + 8 * len(set(group)))
    axes = figure.subplots()
    places = -np.arange(len(top)) - 1.6 * group
    paint = np.where(top["carries"], PALETTE[3], PALETTE[4])
    axes.barh(places, top["loss"], color=paint, edgecolor=INK, linewidth=0.4)
    axes.set_yticks(places, [arabic_label(term) for term in top["term"]], fontsize=9)
    for name, part in top.groupby("frame", sort=False):
        spot = (0.01, places[part.index[0]] + 1.05)
        axes.annotate(titles[str(name)], spot, ha="left", va="center", fontsize=9,
                      xycoords=("axes fraction", "data"))  # fmt: skip
    axes.set_ylim(places[-1] - 0.8, 1.8)
    axes.axvline(CARRIES, color=INK, linewidth=0.8, linestyle="--")
    axes.set_xlim(0, max(0.6, float(top["loss"].max()) * 1.1))
    axes.set_xlabel(phrase(language, "lost"))
    print_stamp(figure, frames.stamp, _one_line_titles(frames, language), language)
    return figure


def _titles(frames: Frames, language: str, *, join: str = "\n") -> dict[str, str]:
    arabic, english = frames.titles("ar"), frames.titles("en")
    return {f: say(language, ar=arabic[f], en=english[f], join=join) for f in arabic}


def _one_line_titles(frames: Frames, language: str) -> dict[str, str]:
    """A title a frame for the foot: Arabic in Arabic figures, else English."""
    titles = frames.titles("ar" if language == "ar" else "en")
    return {frame: arabic_label(title) for frame, title in titles.items()}


def _measure(frames: Frames, language: str) -> str:
    return phrase(language, f"share_of_{frames.scheme.unit}s", join=" · ")


def plot_validation(validation: Validation, frames: Frames, *, language: str = "both") -> Figure:
    """Precision, recall and F1 of each frame with intervals, and the classifier's F1 (hollow).

    Parameters
    ----------
    validation
        What `validate_frames` returned for these frames.

    Examples
    --------
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
    titles, table = _titles(frames, language), validation.table
    figure = new_figure(165, 44 + 20 * len(table))
    axes = figure.subplots()
    scores = [_scores(table, name, phrase(language, name, join=" · ")) for name in SCORES]
    if len(validation.baseline) and validation.baseline["f1"].notna().any():
        label = phrase(language, "classifier_f1", join=" · ")
        scores.append(_scores(validation.baseline, "f1", label))
    rows = {name: titles[name] for name in table["frame"]}
    drawing.dots_by_row(axes, pd.concat(scores), "frame", rows)
    axes.set_xlim(0, 1.02)
    figure.legend(loc="outside upper center", ncols=2, fontsize=9)
    named = _one_line_titles(frames, language)
    print_stamp(figure, validation.stamp, {f: named[f] for f in table["frame"]}, language)
    return figure


def _scores(table: pd.DataFrame, name: str, label: str) -> pd.DataFrame:
    """One score of every frame as a group of rows, for `dots_by_row`."""
    columns = {name: "share", f"{name}_low": "low", f"{name}_high": "high"}
    return table[["frame", *columns]].rename(columns=columns).assign(group=label)


def exhibit_frames(frames: Frames, *, period: str | None = None, language: str = "both") -> Exhibit:
    """Shares of the frames by group, or over time where a period is given, with their words.

    Parameters
    ----------
    frames
        What `score_frames` returned.
    period
        day, week, month, quarter or year.

    Examples
    --------
    >>> from q7x2lab.framing.scores import score_frames
    >>> from q7x2lab.framing.schemes import parse_scheme
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "بدأ نزاع طويل."})
    >>> scheme = parse_scheme("{scheme: {id: s}, frames: {dispute: {terms: [نزاع]}}}")
    >>> exhibit_frames(score_frames(tokenize_corpus(Corpus(table)), scheme))
    Exhibit frames-s: Share of units that carry each frame (figure and table of 1 row)
    """
    name, belief = f"frames-{frames.scheme.id}", _belief(frames)
    if period is None:
        figure = plot_frames(frames, language=language)
        return make_exhibit("frames", figure, frames.shares, belief, name=name)
    figure = plot_frame_trend(frames, period=period, language=language)
    table = frames.shares_by(period=period)
    return make_exhibit("frame-trend", figure, table, belief, name=f"{name}-{period}")


def exhibit_sensitivity(frames: Frames, *, language: str = "both") -> Exhibit:
    """What each frame loses without each of its terms, as a figure and a table with their words.

    Examples
    --------
    >>> from q7x2lab.framing.scores import score_frames
    >>> from q7x2lab.framing.schemes import parse_scheme
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "بدأ نزاع طويل."})
    >>> scheme = parse_scheme("{scheme: {id: s}, frames: {dispute: {terms: [نزاع]}}}")
    >>> exhibit_sensitivity(score_frames(tokenize_corpus(Corpus(table)), scheme)).name
    'sensitivity-s'
    """
    figure, table = plot_sensitivity(frames, language=language), frames.sensitivity()
    name = f"sensitivity-{frames.scheme.id}"
    return make_exhibit("sensitivity", figure, table, _belief(frames), name=name)


def exhibit_validation(
    validation: Validation, frames: Frames, *, language: str = "both"
) -> Exhibit:
    """Precision, recall and F1 of the frames, as a figure and a table; see `plot_validation`.

    Examples
    --------
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
    >>> exhibit_validation(found, frames).name
    'validation-s'
    """
    figure = plot_validation(validation, frames, language=language)
    name = f"validation-{frames.scheme.id}"
    return make_exhibit("validation", figure, validation.table, _belief(frames), name=name)


def _belief(frames: Frames) -> dict[str, str]:
    """The first line of the stamp, for captions: how far the lexicon may be believed."""
    return {"stamp": frames.stamp.text(frames.titles("en")).splitlines()[0]}
