"""Figures of frames, which print how far their lexicon may be believed, and of key words."""

from functools import partial
from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.errors import AnalysisError
from q7x2lab.exhibits import Exhibit
from q7x2lab.figures import drawing
from q7x2lab.figures.labels import arabic_label, note, phrase
from q7x2lab.figures.style import GREY, INK, PALETTE, subplots
from q7x2lab.figures.words import make_exhibit
from q7x2lab.framing.accuracy import SCORES, Stamp, Validation
from q7x2lab.framing.scores import Frames


def _stamped(
    figure: Figure, height: float, stamp: Stamp, frames: Frames, language: str, *notes: str
) -> Figure:
    """The figure with how far its frames may be believed; every figure here ends with it."""
    titles = frames.titles(language)
    shown = {name: titles[name] for name in titles if name in stamp.frames} or titles
    text, weight = stamp.text(shown, language=language), "normal" if stamp.frames else "bold"
    return drawing.finish(figure, height, text, *notes, fontweight=weight)


def plot_frames(frames: Frames, *, by: str | None = None, language: str = "en") -> Figure:
    """Shares of the frames with their intervals, groups side by side.

    Parameters
    ----------
    frames
        What `score_frames` returned. A group without an interval (too few articles) is hollow;
        shares corrected for known errors stand beside, hollow, where a validation gives them.
    by
        A column of the articles; by default the one that the frames were scored by.

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
    titles = _titles(frames, language)
    corrected = "corrected" in table and bool(table["corrected"].notna().any())
    figure, axes, height = drawing.rows_of_marks(table, "frame", titles, corrected=corrected)
    for face, key in ((GREY, "measured"), ("white", "corrected")) if corrected else ():
        axes.plot([], [], "o", color=GREY, mfc=face, ms=5, label=phrase(language, key))
    axes.set_xlabel(phrase(language, f"share_of_{frames.scheme.unit}s"))
    axes.set_title(arabic_label(getattr(frames.scheme, f"title_{language}")))
    return _stamped(figure, height + 8, frames.stamp, frames, language)


def plot_frame_trend(
    frames: Frames, *, period: str = "month", by: str | None = None, language: str = "en"
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
    figure, height, notes = drawing.lines_over_time(table, "frame", titles, language)
    figure.supylabel(phrase(language, f"share_of_{frames.scheme.unit}s"))
    return _stamped(figure, height, frames.stamp, frames, language, *notes)


def _titles(frames: Frames, language: str) -> dict[str, str]:
    return {name: arabic_label(title) for name, title in frames.titles(language).items()}


def plot_validation(validation: Validation, frames: Frames, *, language: str = "en") -> Figure:
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
    table = validation.table
    scores = [_scores(table, name, phrase(language, name)) for name in SCORES]
    if len(validation.baseline) and validation.baseline["f1"].notna().any():
        scores.append(_scores(validation.baseline, "f1", phrase(language, "classifier_f1")))
    titles = {name: _titles(frames, language)[name] for name in table["frame"]}
    figure, axes, height = drawing.rows_of_marks(pd.concat(scores), "frame", titles)
    axes.set_xlim(0, 1.02)
    axes.xaxis.set_major_formatter("{x:g}")
    return _stamped(figure, height, validation.stamp, frames, language)


def _scores(table: pd.DataFrame, name: str, label: str) -> pd.DataFrame:
    """One score of every frame as a group of rows, for `dots_by_row`."""
    columns = {name: "share", f"{name}_low": "low", f"{name}_high": "high"}
    return table[["frame", *columns]].rename(columns=columns).assign(group=label)


def plot_keyness(
    table: pd.DataFrame, *, n: int = 15, level: float = 0.05, language: str = "en"
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
    if shown.empty:
        return drawing.message(phrase(language, "no_key_word", words=len(table), level=level))
    figure, axes = subplots()
    paint = np.where(shown["score"] > 0, PALETTE[2], PALETTE[3])
    drawn = drawing.bars(axes, shown["label"], shown["score"], paint)
    axes.axvline(0, color=INK, linewidth=0.8)
    counts = zip(shown["target_count"], shown["reference_count"], strict=True)
    texts = [f"{here:,.0f} : {there:,.0f}" for here, there in counts]
    axes.bar_label(drawn, texts, padding=3, fontsize=7, color=GREY)
    axes.margins(x=0.18)
    axes.set_xlabel(phrase(language, table.attrs["measure"]))
    axes.set_title(_title(table, language))
    tested = note(language, "key_words_tested", **cast(dict[str, Any], table.attrs))
    return drawing.finish(figure, 30 + 5.4 * max(len(shown), 4), tested)


def _title(table: pd.DataFrame, language: str) -> str:
    reference = note(language, table.attrs["reference"])
    return phrase(language, "against", target=table.attrs["target"], reference=reference)


def exhibit_frames(frames: Frames, *, period: str | None = None, language: str = "en") -> Exhibit:
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
    if period is None:
        draw = partial(plot_frames, frames)
        return _exhibit("frames", draw, frames.shares, frames, language=language)
    table, name = frames.shares_by(period=period), f"frames-{frames.scheme.id}-{period}"
    draw = partial(plot_frame_trend, frames, period=period)
    return _exhibit("frame-trend", draw, table, frames, name=name, language=language)


def exhibit_sensitivity(frames: Frames) -> Exhibit:
    """What each frame loses without each of its terms, as a table.

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
    return _exhibit("sensitivity", None, frames.sensitivity(), frames)


def exhibit_validation(frames: Frames, *, language: str = "en") -> Exhibit:
    """Precision, recall and F1 of the frames, as a figure and a table; see `plot_validation`.

    Raises
    ------
    AnalysisError
        Where nothing is coded.

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
    >>> exhibit_validation(frames.with_validation(found)).name
    'validation-s'
    """
    validation = frames.validation
    if validation is None:
        what = f"nothing of {frames.scheme.id} is coded, so its frames are UNVALIDATED"
        raise AnalysisError(what, remedy="name filled coding sheets under framing.coding")
    draw = partial(plot_validation, validation, frames)
    return _exhibit("validation", draw, validation.table, frames, language=language)


def exhibit_keyness(table: pd.DataFrame, *, name: str = "keyness", language: str = "en") -> Exhibit:
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
    draw = partial(plot_keyness, table)
    return make_exhibit("keyness", draw, table, sides, name=name, language=language)


def _exhibit(kind: str, draw: Any, table: pd.DataFrame, frames: Frames, **options: Any) -> Exhibit:
    """An exhibit of frames, with their stamp and titles; options of `make_exhibit`."""
    named = {tongue: frames.titles(tongue) for tongue in ("ar", "en")}
    stamp = {t: "; ".join(frames.stamp.text(named[t], language=t).splitlines()) for t in named}
    titles = {"frame": {key: {t: named[t][key] for t in named} for key in named["en"]}}
    options = {"name": f"{kind}-{frames.scheme.id}", "titles": titles} | options
    return make_exhibit(kind, draw, table, stamp, **options)
