"""Figures of speech and names: who speaks, under which verbs, and what the thing is called."""

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from pandas import DataFrame

from q7x2lab.errors import AnalysisError
from q7x2lab.exhibits import Exhibit
from q7x2lab.figures import drawing
from q7x2lab.figures.labels import arabic_label, note, phrase, wrap_label
from q7x2lab.figures.style import INK, PALETTE, Look, subplots
from q7x2lab.figures.words import Texts, cited, make_exhibit
from q7x2lab.framing.naming import VOICES, NamingSet
from q7x2lab.framing.quotations.alignment import shared_quotations

LEAST_PRINTED = 0.07  # of a bar: a narrower part has no room for its number
RELATIONS = {"whole": "o", "part": "^", "paraphrase": "D"}
VERB_CLASSES = ("neutral", "assertive", "doubting", "evaluative", "directive")


def plot_quotation(
    groups: DataFrame,
    quotes: DataFrame,
    articles: DataFrame,
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


def plot_speakers(shares: DataFrame, *, language: str = "en") -> Figure:
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


def plot_verbs(verbs: DataFrame, *, level: float = 0.05, language: str = "en") -> Figure:
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
    table = verbs.rename(columns={"verb_class": "part"}).assign(
        row=verbs["actor"] + " – " + verbs["group"], width=np.where(strong, 1.6, 0.4)
    )
    printed = strong & (verbs["share"] > LEAST_PRINTED)
    table["text"] = (100 * verbs["share"]).map("{:.0f}".format).where(printed, "")
    rows = list(dict.fromkeys(table["row"]))
    figure, axes = subplots()
    drawing.stacked_bars(axes, table, rows, parts)
    axes.set_yticks(-np.arange(len(rows)), [wrap_label(row, 40) for row in rows], fontsize=8)
    axes.set_xlabel(phrase(language, "verb_classes"))
    return drawing.finish(figure, 14 + 7.5 * len(rows))


def plot_naming(
    shares: DataFrame, titles: Texts, *, silent: DataFrame | None = None, language: str = "en"
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


def plot_naming_over_time(shares: DataFrame, titles: Texts, *, language: str = "en") -> Figure:
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
    outlets = own["group"].unique()
    panels = dict(zip(outlets, outlets, strict=True))
    figure, height, notes = drawing.lines_over_time(table, "outlet", panels, language)
    figure.supylabel(phrase(language, VOICES[0]))
    return drawing.finish(figure, height, *notes)


def exhibit_quotation(
    groups: DataFrame, quotes: DataFrame, articles: DataFrame, *, language: str = "en"
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


def exhibit_speakers(shares: DataFrame, *, by: str = "outlet", language: str = "en") -> Exhibit:
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


def exhibit_verbs(verbs: DataFrame, *, by: str = "outlet", language: str = "en") -> Exhibit:
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
