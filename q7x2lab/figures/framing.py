"""Figures of frames, which print how far they may be believed, key words, speech and names."""

from collections.abc import Sequence
from functools import partial
from itertools import product
from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.data.phrases import value_word
from q7x2lab.errors import AnalysisError
from q7x2lab.exhibits import LANGUAGES, Exhibit, Refusal
from q7x2lab.figures import drawing
from q7x2lab.figures.labels import arabic_label, note, phrase, wrap_label
from q7x2lab.figures.style import GREY, INK, PALETTE, Look, subplots
from q7x2lab.figures.words import Texts, cited, make_exhibit
from q7x2lab.framing.accuracy import SCORES
from q7x2lab.framing.naming import VOICES, NamingSet
from q7x2lab.framing.quotations.alignment import shared_quotations
from q7x2lab.framing.scores import Frames
from q7x2lab.stats.agreement import TENTATIVE

BESIDE: Any = {"textcoords": "offset points"}
ROOM_FOR_COUNTS = 0.45  # of a scale, right of the longest bar: two numbers where panels are narrow
LEAST_PRINTED = 0.07  # of a bar: a narrower part has no room for its number
MOST_ROWS = 24  # bars of a page with their names apart
RELATIONS = {"whole": "o", "part": "^", "paraphrase": "D"}
VERB_CLASSES = ("neutral", "assertive", "doubting", "evaluative", "directive")
Keys = pd.DataFrame | Sequence[pd.DataFrame | Refusal]  # what `keyness` returned, once or more


def _stamped(figure: Figure, height: float, frames: Frames, language: str, *notes: str) -> Figure:
    weight = "normal" if frames.stamp.frames else "bold"
    return drawing.finish(figure, height, frames.belief(language), *notes, fontweight=weight)


def _doubts(frames: Frames) -> dict[str, str]:
    """The frames whose coding draws no conclusion (alpha below .667, or nobody coded): why not."""
    if frames.validation is None:
        return dict.fromkeys(frames.scheme.names, "unvalidated")
    alpha = frames.validation.table.set_index("frame")["alpha"]
    doubts = alpha.lt(TENTATIVE).map({True: "unreliable", False: ""})
    return dict(doubts.reindex(frames.scheme.names, fill_value="unvalidated"))


def plot_frames(frames: Frames, *, language: str = "en") -> Figure:
    """Shares of the frames with their intervals, groups side by side.

    Parameters
    ----------
    frames
        What `score_frames` returned. A group without an interval (too few articles) is hollow;
        shares corrected for known errors stand beside, hollow, where a validation gives them and
        rests on reliable coding (alpha .667 or more); other frames are called unreliable.

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
    table, titles = frames.shares.copy(), _titles(frames, language)
    if "corrected" in table:  # what rests on unreliable coding is not for quoting
        table.loc[table["frame"].map(_doubts(frames)) != "", list(drawing.CORRECTED)] = np.nan
    corrected = "corrected" in table and bool(table["corrected"].notna().any())
    figure, axes, height = drawing.rows_of_marks(table, "frame", titles, corrected=corrected)
    for face, key in ((GREY, "measured"), ("white", "corrected")) if corrected else ():
        axes.plot([], [], "o", color=GREY, mfc=face, ms=5, label=phrase(language, key))
    axes.set_xlabel(phrase(language, f"share_of_{frames.scheme.unit}s"))
    axes.set_title(arabic_label(getattr(frames.scheme, f"title_{language}")))
    return _stamped(figure, height + 8, frames, language)


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
    return _stamped(figure, height, frames, language, *notes)


def _titles(frames: Frames, language: str) -> dict[str, str]:
    """The titles of the frames, those of unreliable ones marked, ready to be drawn."""
    return {name: wrap_label(title, 34) for name, title in _marked(frames, language).items()}


def _marked(frames: Frames, language: str) -> dict[str, str]:
    """The titles of the frames, each with the doubt that it stands in, as (unreliable)."""
    titles, doubts = frames.titles(language), _doubts(frames)
    return {name: titles[name] + value_word("doubt", doubts[name], language) for name in titles}


def plot_validation(scored: Sequence[Frames], *, language: str = "en") -> Figure:
    """Precision, recall and F1 of each frame with intervals.

    Parameters
    ----------
    scored
        Frames with what `validate_frames` returned for them: those of several schemes stand in
        one figure.

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
    >>> found = validate_frames(frames, coding_from_table(codes))
    >>> len(plot_validation([frames.with_validation(found)]).axes[0].get_yticks())
    1
    """
    table = _scores_of(scored)
    marks = []
    for name in SCORES:
        columns = {name: "share", f"{name}_low": "low", f"{name}_high": "high"}
        marks.append(table.rename(columns=columns).assign(group=phrase(language, name)))
    named = {key: title for one in scored for key, title in _titles(one, language).items()}
    titles = {name: named[name] for name in table["frame"]}
    figure, axes, height = drawing.rows_of_marks(pd.concat(marks), "frame", titles)
    axes.set_xlim(0, 1.02)
    axes.xaxis.set_major_formatter("{x:g}")
    return drawing.finish(figure, height, *(one.belief(language) for one in scored))


def _scores_of(scored: Sequence[Frames]) -> pd.DataFrame:
    """The tables of the validations of several schemes, one under the other."""
    validations = [one.validation for one in scored]
    return pd.concat([found.table for found in validations if found], ignore_index=True)


def plot_keyness(tables: Keys, *, n: int = 8, level: float = 0.05, language: str = "en") -> Figure:
    """Bars of the n most key words of each group, of those that pass q <= level, a panel a group.

    Parameters
    ----------
    tables
        What `keyness` returned for a group, or for several. Beside each bar stand the counts in
        target and reference; words that the reference uses more have negative scores. A group
        without a word that passes has no panel.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["غاز", "حرب"], "score": [3.0, -3.0], "q": 0.01,
    ...                       "target_count": [9, 1], "reference_count": [1, 9]})
    >>> table.attrs = {"target": "x", "reference": "y", "measure": "g2", "tested": 2,
    ...                "permutations": 99}
    >>> [text.get_text() for text in plot_keyness(table).axes[0].texts]
    ['9 : 1', '1 : 9']
    """
    many: Any = [tables] if isinstance(tables, pd.DataFrame) else tables
    passed = [table[table["q"] <= level] for table in many]
    shown = [words.loc[words["score"].abs().nlargest(n).index] for words in passed if len(words)]
    if not shown:
        return drawing.message(phrase(language, "no_key_word", words=len(many[0]), level=level))
    figure, height = drawing.panel_grid(len(shown), 22 + 5.2 * max(map(len, shown)))
    low, *_, high = sorted([0.0, 0.0, *(score for words in shown for score in words["score"])])
    for panel, words in zip(figure.axes, shown, strict=True):
        words = words.sort_values("score", ascending=False)
        paint = np.where(words["score"] > 0, PALETTE[2], PALETTE[3])
        drawing.bars(panel, words["label"], words["score"], paint)
        panel.axvline(0, color=INK, linewidth=0.8)
        counts = zip(words["target_count"], words["reference_count"], strict=True)
        # All stand right of the axis: to the left of a bar they would run into the words.
        for row, (score, (here, there)) in enumerate(zip(words["score"], counts, strict=True)):
            spot, text = (max(score, 0), -row), f"{here:,.0f} : {there:,.0f}"
            panel.annotate(text, spot, (3, 0), va="center", fontsize=7, color=GREY, **BESIDE)
        panel.set_xlim(1.05 * low, high + ROOM_FOR_COUNTS * (high - low))
        target = value_word("group", words.attrs["target"], language)
        reference = note(language, words.attrs["reference"])
        drawing.name_panel(panel, note(language, "against", target=target, reference=reference))
    how = note(language, shown[0].attrs["measure"])
    attributes = cast(dict[str, Any], shown[0].attrs)
    return drawing.finish(figure, height, note(language, "key_words_tested", **attributes, how=how))


def plot_quotation(
    groups: pd.DataFrame,
    quotes: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    quotation: int,
    language: str = "en",
) -> Figure:
    """One quotation as outlets carry it over days: which part of it, and under which verb.

    Parameters
    ----------
    groups
        What `align_quotes` returned.
    quotes
        What `extract_quotes` returned.
    articles
        The articles' table with ``date`` and ``outlet``.
    quotation
        The number of the group. Each mark is an article: its shape tells the relation, its size
        the share of the longest version's words, the word beside it the verb.

    Raises
    ------
    AnalysisError
        If there is no such group, or none of its articles is dated.

    Examples
    --------
    >>> groups = pd.DataFrame({"quotation": 0, "article": [0, 1], "start": 0, "end": 9,
    ...                        "relation": ["whole", "part"]})
    >>> quotes = groups[["article", "start", "end"]].assign(text="قول", verb=["قال", "زعم"])
    >>> days = pd.to_datetime(["2020-01-01", "2020-01-02"])
    >>> articles = pd.DataFrame({"date": days, "outlet": ["x", "y"]})
    >>> figure = plot_quotation(groups, quotes, articles, quotation=0, language="en")
    >>> [text.get_text() for text in figure.legends[0].get_texts()]
    ['whole', 'part']
    """
    rows = groups[groups["quotation"] == quotation].merge(quotes, on=["article", "start", "end"])
    rows = rows.join(articles.reset_index(drop=True)[["date", "outlet"]], on="article")
    rows = rows.dropna(subset=["date"]).sort_values("date")
    if rows.empty:
        raise AnalysisError(f"no dated quotation {quotation}", remedy="take one of the groups")
    longest, days = max(rows["text"], key=len), rows["date"].dt.to_period("D")
    place = {name: -number for number, name in enumerate(dict.fromkeys(rows["outlet"]))}
    above = 0.26 * rows.groupby(["outlet", days]).cumcount()  # same day: one above
    every = pd.period_range(days.min(), days.max())
    rows["day"], rows["height"] = every.get_indexer(days), rows["outlet"].map(place) + above
    rows["size"] = 30 + 110 * rows["text"].str.len() / len(longest)
    figure, axes = subplots()
    look: Look = {"color": PALETTE[2], "edgecolor": INK, "linewidth": 0.5}
    for name, part in rows.groupby("relation", sort=False):
        look |= {"marker": RELATIONS[str(name)], "label": phrase(language, str(name))}
        axes.scatter(part["day"], part["height"], s=part["size"], **look)
    for row in rows.to_dict("records"):
        name = arabic_label(row["verb"] or "—")
        axes.annotate(name, (row["day"], row["height"]), (8, 3), textcoords="offset points")
    drawing.name_periods(axes, every.astype(str).tolist())
    axes.margins(x=0.1)
    axes.set_yticks(list(place.values()), [wrap_label(name, 22) for name in place])
    axes.set_ylim(-len(place) + 0.45, 0.8)
    axes.grid(axis="y")
    short = longest if len(longest) <= 130 else longest[:127].rsplit(" ", 1)[0] + " …"
    axes.set_title(wrap_label(f"«{short}»", 62))
    return drawing.finish(figure, 40 + 13 * len(place))


def plot_speakers(shares: pd.DataFrame, *, language: str = "en") -> Figure:
    """Share of quoted words of each speaker, a mark with its interval for each group.

    Parameters
    ----------
    shares
        What `speech_shares` returned without periods. A group without an interval has a hollow
        mark.

    Raises
    ------
    AnalysisError
        If the shares have periods.

    Examples
    --------
    >>> shares = pd.DataFrame({"group": ["x", "y"], "actor": "لافروف", "share": [0.4, 0.2],
    ...                        "low": [0.3, 0.1], "high": [0.5, 0.3]})
    >>> [text.get_text() for text in plot_speakers(shares).legends[0].get_texts()]
    ['x', 'y']
    """
    if shares.duplicated(["group", "actor"]).any():
        raise AnalysisError("shares by period", remedy="call speech_shares without a period")
    titles = {actor: wrap_label(actor, 26) for actor in shares["actor"]}
    figure, axes, height = drawing.rows_of_marks(shares, "actor", titles)
    axes.set_xlabel(phrase(language, "speech"))
    return drawing.finish(figure, height)


def plot_verbs(verbs: pd.DataFrame, *, level: float = 0.05, language: str = "en") -> Figure:
    """Classes of verbs that each group sets before each speaker, as stacked shares.

    Parameters
    ----------
    verbs
        What `verb_use` returned. Shades are hatched, so that they are told apart in grey.
    level
        A class whose q is below it is outlined, and has its share printed in per cent.

    Examples
    --------
    >>> verbs = pd.DataFrame({"actor": "لافروف", "group": "x", "q": [0.01, 0.9],
    ...                       "verb_class": ["doubting", "neutral"], "share": [0.7, 0.3]})
    >>> [text.get_text() for text in plot_verbs(verbs).axes[0].texts if text.get_text()]
    ['70']
    """
    classes = dict.fromkeys([*VERB_CLASSES, *verbs["verb_class"]])
    parts = {name: phrase(language, name) for name in classes}
    strong = verbs["q"] < level
    table = verbs.rename(columns={"verb_class": "part"})
    table["row"] = verbs["actor"] + " – " + verbs["group"]
    table["width"] = np.where(strong, 1.6, 0.4)
    printed = strong & (verbs["share"] > LEAST_PRINTED)
    table["text"] = (100 * verbs["share"]).map("{:.0f}".format).where(printed, "")
    every = list(dict.fromkeys(table["row"]))
    surest = set(table.sort_values("q", kind="stable")["row"].unique()[:MOST_ROWS])
    rows = [row for row in every if row in surest]
    figure, axes = subplots()
    drawing.stacked_bars(axes, table, rows, parts)
    axes.set_yticks(-np.arange(len(rows)), [wrap_label(row, 40) for row in rows], fontsize=8)
    axes.set_xlabel(phrase(language, "verb_classes"))
    shown = note(language, "rows_shown", shown=len(rows), all=len(every))
    return drawing.finish(figure, 14 + 7.5 * len(rows), shown if len(rows) < len(every) else "")


def plot_naming(
    shares: pd.DataFrame, titles: Texts, *, silent: pd.DataFrame | None = None, language: str = "en"
) -> Figure:
    """What each outlet calls one thing: shares of the names as bars, a panel for each voice.

    Parameters
    ----------
    shares
        What `naming_shares` returned; the counts are printed in the bars.
    titles
        How to print the names: `NamingSet.titles`.
    silent
        What `silent_articles` returned; outlets among them are listed even if they never name the
        thing, with the number of their articles that do not.

    Examples
    --------
    >>> shares = pd.DataFrame({"group": "x", "voice": ["outlet", "quoted"], "variant": "war",
    ...                        "count": [3, 1], "share": 1.0})
    >>> [axes.get_title() for axes in plot_naming(shares, {}).axes]
    ["in the outlet's own voice", 'in quotations']
    """
    quiet = silent["outlet"].value_counts() if silent is not None else pd.Series(dtype=int)
    groups = list(dict.fromkeys([*shares["group"], *quiet.index]))
    voices = [voice for voice in VOICES if voice in set(shares["voice"])]
    names = dict.fromkeys(shares["variant"])
    parts = {name: arabic_label(titles.get(name, {}).get(language, name)) for name in names}
    table = shares.rename(columns={"group": "row", "variant": "part"}).assign(width=0.4)
    table["text"] = shares["count"].map("{:g}".format).where(shares["share"] > LEAST_PRINTED, "")
    figure, _ = subplots(1, len(voices), sharey=True, squeeze=False)
    for panel, voice in zip(figure.axes, voices, strict=True):
        drawing.stacked_bars(panel, table[table["voice"] == voice], groups, parts)
        drawing.name_panel(panel, phrase(language, voice))
    unnamed = {name: f"\n{note(language, 'unnamed', n=n)}" for name, n in quiet.items()}
    ticks = [arabic_label(name + unnamed.get(name, "")) for name in groups]
    figure.axes[0].set_yticks(range(0, -len(groups), -1), ticks, fontsize=8)
    return drawing.finish(figure, 22 + 9 * len(groups))


def plot_naming_over_time(shares: pd.DataFrame, titles: Texts, *, language: str = "en") -> Figure:
    """Shares of the names in the outlet's own voice over time, a panel an outlet, a line a name.

    Parameters
    ----------
    shares
        What `naming_shares` returned with periods.
    titles
        How to print the names: `NamingSet.titles`.

    Examples
    --------
    >>> shares = pd.DataFrame({"group": "x", "period": ["2022-01", "2022-02"], "voice": "outlet",
    ...                        "variant": "war", "count": 3, "share": [1.0, 0.5],
    ...                        "low": [0.4, 0.2], "high": [1.0, 0.8]})
    >>> [axes.get_title() for axes in plot_naming_over_time(shares, {}).axes]
    ['x']
    """
    own = shares[shares["voice"] == VOICES[0]]
    if own.empty:
        return drawing.message(phrase(language, "no_name"))
    names = [titles.get(name, {}).get(language, name) for name in own["variant"]]
    table = own.assign(outlet=own["group"], group=names, articles=own["count"])  # the most used
    panels = {outlet: outlet for outlet in own["group"]}
    figure, height, notes = drawing.lines_over_time(table, "outlet", panels, language)
    figure.supylabel(phrase(language, VOICES[0]))
    return drawing.finish(figure, height, *notes)


def exhibit_frames(
    frames: Frames, *, period: str | None = None, drawn: bool = True, language: str = "en"
) -> Exhibit:
    """Shares of the frames by group, or over time where a period is given, with their words.

    Parameters
    ----------
    frames
        What `score_frames` returned.
    period
        day, week, month, quarter or year.
    drawn
        Whether there is a figure; else a table only.

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
    name = f"frames-{frames.scheme.id}"
    if period is None:
        draw, table = partial(plot_frames, frames), frames.shares
        rank = table.groupby("frame")["share"].rank(ascending=False, method="min")
        table = table.assign(n=table["share"] * table["units"], rank=rank)
        kind = "frames" if "q" in table else "frames-whole"
        return _exhibit(kind, draw, table, frames, name=name, language=language)
    drawing = partial(plot_frame_trend, frames, period=period) if drawn else None
    options: Any = {"name": f"{name}-{period}", "language": language}
    return _exhibit("frame-trend", drawing, frames.shares_by(period=period), frames, **options)


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


def exhibit_validation(scored: Sequence[Frames], *, language: str = "en") -> Exhibit:
    """Precision, recall and F1 of all frames coded, as a figure and a table; see `plot_validation`.

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
    >>> found = validate_frames(frames, coding_from_table(codes))
    >>> exhibit_validation([frames.with_validation(found)]).name
    'validation'
    """
    coded = [frames for frames in scored if frames.validation and frames.validation.coded]
    if not coded:
        what = "nothing is coded, so the frames are UNVALIDATED"
        raise AnalysisError(what, remedy="name filled coding sheets under framing.coding")
    draw, table = partial(plot_validation, coded), _scores_of(coded)
    return _exhibit("validation", draw, table, *coded, name="validation", language=language)


def exhibit_keyness(tables: Keys, *, language: str = "en") -> Exhibit:
    """Words that set groups apart, as a figure and a table with their words.

    Parameters
    ----------
    tables
        What `keyness` returned for a group, or for several; what was refused is left out.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["غاز"], "score": 3.0, "q": 0.01, "target_count": 9,
    ...                       "reference_count": 1})
    >>> table.attrs = {"target": "x", "reference": "y", "measure": "g2", "tested": 2,
    ...                "permutations": 99}
    >>> exhibit_keyness([table])
    Exhibit keyness: Words that set groups apart (figure and table of 1 row)
    """
    many = [tables] if isinstance(tables, pd.DataFrame) else tables
    found = [table for table in many if isinstance(table, pd.DataFrame)]
    if not found:
        raise AnalysisError("no group has words to compare", remedy="group by another column")
    named = [table.assign(group=table.attrs["target"]) for table in found]
    table, draw = pd.concat(named, ignore_index=True), partial(plot_keyness, found)
    return make_exhibit("keyness", draw, table, language=language)


def exhibit_quotation(
    groups: pd.DataFrame, quotes: pd.DataFrame, articles: pd.DataFrame, *, language: str = "en"
) -> Exhibit:
    """The quotation of most outlets, with a table of all that travel; see `plot_quotation`.

    Examples
    --------
    >>> groups = pd.DataFrame({"quotation": [0], "article": 0, "start": 0, "end": 9,
    ...                        "relation": "whole"})
    >>> quotes = groups[["article", "start", "end"]].assign(text="قول", verb="قال", kind="speech",
    ...                                                     speaker="x")
    >>> articles = pd.DataFrame({"id": ["a"], "date": pd.to_datetime(["2020-01-01"]),
    ...                          "outlet": "x"})
    >>> exhibit_quotation(groups, quotes, articles).private
    True
    """
    if groups.empty:
        raise AnalysisError("no quotation stands in more than one article")
    first = int(shared_quotations(groups, quotes, articles)["quotation"].iloc[0])
    draw = partial(plot_quotation, groups, quotes, articles, quotation=first)
    members = groups.merge(quotes.drop(columns="kind"), on=["article", "start", "end"])
    return make_exhibit("quotes-shared", draw, cited(members, articles), language=language)


def exhibit_speakers(shares: pd.DataFrame, *, by: str = "outlet", language: str = "en") -> Exhibit:
    """Who speaks, as a figure and a table with their words.

    Examples
    --------
    >>> shares = pd.DataFrame({"group": ["x", "y"], "actor": "لافروف", "share": [0.4, 0.2],
    ...                        "low": [0.3, 0.1], "high": [0.5, 0.3], "words": 90, "articles": 9})
    >>> exhibit_speakers(shares)
    Exhibit quotes-speakers: Who speaks, by outlet (figure and table of 2 rows)
    """
    draw = partial(plot_speakers, shares)
    return make_exhibit("quotes-speakers", draw, shares, {"by": by}, language=language)


def exhibit_verbs(verbs: pd.DataFrame, *, by: str = "outlet", language: str = "en") -> Exhibit:
    """Classes of reporting verbs by speaker and group, as a figure and a table with their words.

    Examples
    --------
    >>> verbs = pd.DataFrame({"actor": "لافروف", "group": "x", "verb_class": "doubting",
    ...                       "count": [9], "share": 1.0, "low": 0.7, "high": 1.0,
    ...                       "elsewhere": 0.2, "q": 0.01})
    >>> exhibit_verbs(verbs).name
    'quotes-verbs'
    """
    draw = partial(plot_verbs, verbs)
    return make_exhibit("quotes-verbs", draw, verbs, {"by": by}, language=language)


def exhibit_naming(
    shares: pd.DataFrame,
    chosen: NamingSet,
    *,
    silent: pd.DataFrame | None = None,
    by: str = "outlet",
    language: str = "en",
) -> Exhibit:
    """What each outlet calls one thing, altogether or over time, as a figure and a table.

    Parameters
    ----------
    shares
        What `naming_shares` returned, with periods or without.
    chosen
        What `load_naming` returned.
    silent
        What `silent_articles` returned.

    Examples
    --------
    >>> from q7x2lab.framing.naming import load_naming
    >>> shares = pd.DataFrame({"group": "x", "voice": ["outlet", "quoted"], "variant": "war",
    ...                        "count": [3, 1], "total": [3, 1], "share": 1.0, "low": 0.4,
    ...                        "high": 1.0})
    >>> exhibit_naming(shares, load_naming("ukraine_war"))
    Exhibit naming-ukraine_war: What each outlet calls it (figure and table of 2 rows)
    """
    kind, draw = "naming", partial(plot_naming, shares, chosen.titles, silent=silent)
    if "period" in shares:
        kind, draw = "naming-over-time", partial(plot_naming_over_time, shares, chosen.titles)
    titles, values = {"variant": chosen.titles}, {"by": by, "of": chosen.named}
    options: Look = {"name": f"{kind}-{chosen.id}", "titles": titles, "language": language}
    return make_exhibit(kind, draw, shares, values, **options)


def _exhibit(kind: str, draw: Any, table: pd.DataFrame, *scored: Frames, **options: Any) -> Exhibit:
    """An exhibit of frames, with their stamps and titles; options of `make_exhibit`."""
    stamp = {t: "; ".join(one.belief(t) for one in scored).replace("\n", "; ") for t in LANGUAGES}
    titles: dict[str, dict[str, str]] = {}
    for one, tongue in product(scored, LANGUAGES):
        for key, title in _marked(one, tongue).items():
            titles.setdefault(key, {})[tongue] = title
    options = {"name": f"{kind}-{scored[0].scheme.id}", "titles": {"frame": titles}} | options
    return make_exhibit(kind, draw, table, stamp, **options)
