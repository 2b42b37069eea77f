"""Figures of quotations: one on its way across outlets, who speaks, and under which verbs."""

from __future__ import annotations

from itertools import cycle

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from q7x2lab.corpus.periods import period_starts
from q7x2lab.errors import AnalysisError
from q7x2lab.figures.labels import arabic_label, say, wrap_label
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, colours, markers, new_figure

MOST_DAYS = 7  # named one by one; more are left to a locator
MOST_PERIODS = 12  # named along an axis
RELATIONS = {
    "whole": ("كاملا", "whole", "o"),
    "part": ("جزءا", "part", "^"),
    "paraphrase": ("بالمعنى", "paraphrase", "D"),
}
VERB_CLASSES = {
    "neutral": ("محايد", "neutral"),
    "assertive": ("مؤكد", "assertive"),
    "doubting": ("مشكك", "doubting"),
    "evaluative": ("مقيّم", "evaluative"),
    "directive": ("طلبي", "directive"),
}
VERB_HATCHES = ("", "///", "xxx", "...", "\\\\\\", "ooo", "++")
VERB_SHADES = (PALE, PALETTE[4], PALETTE[1], PALETTE[5], PALETTE[2], PALETTE[3], PALETTE[0])


def plot_quotation(
    groups: pd.DataFrame,
    quotes: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    quotation: int,
    language: str = "both",
) -> Figure:
    """One quotation on its way across outlets over days: who carried which part, under which verb.

    groups: what `align_quotes` returned. quotes: what `extract_quotes` returned. articles: the
    articles' table (date, outlet). quotation: the group's number. Each mark is an article: its
    shape tells the relation, its size the share of the representative's words, the word beside it
    the verb. Raises AnalysisError if there is no such group or none of its articles is dated.

    >>> groups = pd.DataFrame({"quotation": 0, "article": [0, 1], "start": 0, "end": 9,
    ...                        "relation": ["whole", "part"]})
    >>> quotes = groups[["article", "start", "end"]].assign(text="قول", verb=["قال", "زعم"])
    >>> days = pd.to_datetime(["2020-01-01", "2020-01-02"])
    >>> articles = pd.DataFrame({"date": days, "outlet": ["x", "y"]})
    >>> axes = plot_quotation(groups, quotes, articles, quotation=0, language="en").axes[0]
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['whole', 'part']
    """
    rows = groups[groups["quotation"] == quotation].merge(quotes, on=["article", "start", "end"])
    rows["date"] = pd.to_datetime(articles["date"]).to_numpy()[rows["article"]]
    rows["outlet"] = articles["outlet"].to_numpy()[rows["article"]]
    rows = rows.dropna(subset=["date"]).sort_values("date")
    if rows.empty:
        raise AnalysisError(f"no dated quotation {quotation}", remedy="take one of the groups")
    longest = max(rows["text"], key=len)
    outlets = list(dict.fromkeys(rows["outlet"]))
    figure = new_figure(165, 44 + 13 * len(outlets))
    axes = figure.subplots()
    paint = colours(outlets)
    seen: dict[tuple[str, pd.Timestamp], int] = {}
    for row in rows.to_dict("records"):
        here = (row["outlet"], row["date"])
        seen[here] = seen.get(here, -1) + 1
        height = -outlets.index(row["outlet"]) + 0.26 * seen[here]
        size = 30 + 110 * min(len(row["text"]) / len(longest), 1)
        shape = RELATIONS[row["relation"]][2]
        axes.scatter(row["date"], height, s=size, marker=shape, color=paint[row["outlet"]],
                     zorder=3, edgecolor=INK, linewidth=0.5)  # fmt: skip
        axes.annotate(arabic_label(row["verb"] or "—"), (row["date"], height), xytext=(8, 3),
                      textcoords="offset points", fontsize=9)  # fmt: skip
    _days(axes, rows["date"])
    axes.set_yticks(range(0, -len(outlets), -1), [wrap_label(name, 22) for name in outlets])
    axes.set_ylim(-len(outlets) + 0.45, 0.8)
    axes.grid(axis="y", color=PALE, linewidth=0.6)
    for name in dict.fromkeys(rows["relation"]):
        ar, en, shape = RELATIONS[name]
        axes.scatter(
            [], [], marker=shape, color=GREY, label=say(language, ar=ar, en=en, join=" · ")
        )
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    short = longest if len(longest) <= 130 else longest[:127].rsplit(" ", 1)[0] + " …"
    axes.set_title(wrap_label(f"«{short}»", 62), fontsize=10)
    return figure


def _days(axes, dates: pd.Series) -> None:
    """Room around the days, and whole days as ticks."""
    room = pd.Timedelta(days=max(1.0, 0.15 * (dates.max() - dates.min()).days))
    axes.set_xlim(dates.min() - room / 2, dates.max() + room)
    days = dates.dt.normalize().drop_duplicates()
    if len(days) <= MOST_DAYS:
        axes.set_xticks(days.tolist())
    else:
        axes.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=2, maxticks=MOST_DAYS))
    axes.xaxis.set_major_formatter(mdates.DateFormatter("%Y-%m-%d"))
    axes.tick_params(axis="x", labelsize=8, rotation=20)


def plot_speakers(shares: pd.DataFrame, *, language: str = "both") -> Figure:
    """Share of quoted words of each actor, a mark a group, with intervals.

    shares: what `speech_shares` returned without periods. A group that quotes the actor in fewer
    than five articles has a hollow mark and no interval.

    >>> shares = pd.DataFrame({"group": ["x", "y"], "actor": "لافروف", "share": [0.4, 0.2],
    ...                        "low": [0.3, 0.1], "high": [0.5, 0.3]})
    >>> axes = plot_speakers(shares).axes[0]
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['x', 'y']
    """
    actors, groups = list(dict.fromkeys(shares["actor"])), list(dict.fromkeys(shares["group"]))
    figure = new_figure(165, 36 + len(actors) * (5 + 3.6 * len(groups)))
    axes = figure.subplots()
    paint, shape = colours(groups), markers(groups)
    steps = np.linspace(0.32, -0.32, len(groups)) if len(groups) > 1 else [0.0]
    for group, step in zip(groups, steps, strict=True):
        part = shares[shares["group"] == group]
        places = np.array([-actors.index(name) for name in part["actor"]]) + step
        known = part["low"].notna().to_numpy()
        reach = np.vstack([part["share"] - part["low"], part["high"] - part["share"]])[:, known]
        axes.errorbar(part["share"][known], places[known], xerr=np.maximum(reach, 0), capsize=2,
                      color=paint[group], marker=shape[group], ms=5, linestyle="",
                      label=arabic_label(group))  # fmt: skip
        axes.plot(part["share"][~known], places[~known], color=paint[group], mfc="white",
                  marker=shape[group], ms=4, linestyle="")  # fmt: skip
    axes.set_yticks(range(0, -len(actors), -1), [wrap_label(name, 26) for name in actors])
    axes.set_xlim(left=-0.02 * max(shares["share"].max(), 0.01))  # room for marks at 0
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    axes.set_xlabel(say(language, ar="نصيبه من الكلام المقتبس", en="share of quoted words"))
    axes.legend(fontsize=9, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def plot_speaker_periods(shares: pd.DataFrame, *, most: int = 4, language: str = "both") -> Figure:
    """Share of quoted words of each actor over time, a panel an actor, a line a group.

    shares: what `speech_shares` returned with a period. most: so many actors, by quoted words. A
    period in which the actor is quoted in fewer than five articles has a hollow mark and no
    interval; where a group quotes nobody the line is broken. Drawn from the first to the last
    period that has an interval, if one has. Raises AnalysisError without periods.

    >>> shares = pd.DataFrame({"group": "x", "period": ["2020-01", "2020-02"], "actor": "لافروف",
    ...                        "words": 9, "share": [0.4, 0.2], "low": [0.3, 0.1],
    ...                        "high": [0.5, 0.3]})
    >>> axes = plot_speaker_periods(shares).axes[0]
    >>> [tick.get_text() for tick in axes.get_xticklabels()]
    ['2020-01', '2020-02']
    """
    periods = sorted(set(shares["period"]) - {""})
    if not periods:
        raise AnalysisError("shares without periods", remedy="give speech_shares a period")
    known = sorted(set(shares.loc[shares["low"].notna(), "period"]))
    if known:  # stray articles years apart would leave the rest no room
        periods = [period for period in periods if known[0] <= period <= known[-1]]
    starts = mdates.date2num(period_starts(periods))
    width = np.diff(starts).min(initial=31.0)
    apart = np.flatnonzero(np.diff(starts) > 1.9 * width) + 1  # periods that nobody published in
    actors = shares.groupby("actor")["words"].sum().nlargest(most).index
    groups = list(dict.fromkeys(shares["group"]))
    figure = new_figure(165, 22 + 34 * len(actors))
    panels = figure.subplots(len(actors), 1, sharex=True, squeeze=False)[:, 0]
    paint, shape = colours(groups), markers(groups)
    for axes, actor in zip(panels, actors, strict=True):
        for number, group in enumerate(groups):
            part = shares[(shares["actor"] == actor) & (shares["group"] == group)]
            part = part.set_index("period").reindex(periods)
            places = starts + 0.08 * width * (number - (len(groups) - 1) / 2)
            few = part["low"].isna().to_numpy()
            reach = np.vstack([part["share"] - part["low"], part["high"] - part["share"]])
            for run in np.split(np.arange(len(periods)), apart):
                axes.plot(places[run], part["share"].iloc[run], color=paint[group], linewidth=0.8)
            axes.errorbar(places[~few], part["share"][~few], yerr=np.maximum(reach[:, ~few], 0),
                          color=paint[group], marker=shape[group], ms=4, linestyle="",
                          capsize=2, label=arabic_label(group))  # fmt: skip
            axes.plot(places[few], part["share"][few], color=paint[group], mfc="white",
                      marker=shape[group], ms=4, linestyle="")  # fmt: skip
        axes.set_title(wrap_label(actor, 60), fontsize=9)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
        axes.grid(axis="y", color=PALE, linewidth=0.6)
    named = _spread(starts, (starts[-1] - starts[0] + width) / MOST_PERIODS)
    labels = [periods[at] for at in named]
    panels[-1].set_xticks(starts[named], labels, fontsize=8, rotation=30)
    panels[0].legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    figure.supylabel(
        say(language, ar="نصيبه من الكلام المقتبس", en="share of quoted words"), fontsize=9
    )
    return figure


def _spread(starts: NDArray[np.float64], room: float) -> list[int]:
    """Numbers of the periods to name, so far apart that their names do not meet."""
    named = [0]
    for at in range(1, len(starts)):
        if starts[at] - starts[named[-1]] >= room:
            named.append(at)
    return named


def _class_title(name: str, language: str) -> str:
    """What to call a class of verbs: one of a user's own has its name alone."""
    if name not in VERB_CLASSES:
        return arabic_label(name)
    ar, en = VERB_CLASSES[name]
    return say(language, ar=ar, en=en, join=" · ")


def plot_verbs(verbs: pd.DataFrame, *, level: float = 0.05, language: str = "both") -> Figure:
    """Classes of verbs that each group sets before each actor, as stacked shares.

    verbs: what `verb_use` returned. level: a class whose q is below it is outlined and has its
    share printed. Shades are hatched, so that they are told apart in grey.

    >>> verbs = pd.DataFrame({"actor": "لافروف", "group": "x", "q": [0.01, 0.9],
    ...                       "verb_class": ["doubting", "neutral"], "share": [0.7, 0.3]})
    >>> [text.get_text() for text in plot_verbs(verbs).axes[0].texts]
    ['70']
    """
    pairs = list(dict.fromkeys(zip(verbs["actor"], verbs["group"], strict=True)))
    figure = new_figure(170, 40 + 7.5 * len(pairs))
    axes = figure.subplots()
    classes = list(dict.fromkeys([*VERB_CLASSES, *verbs["verb_class"]]))
    hatches = dict(zip(classes, cycle(VERB_HATCHES), strict=False))
    paint = dict(zip(classes, cycle(VERB_SHADES), strict=False))
    left = np.zeros(len(pairs))
    for name in classes:
        part = verbs[verbs["verb_class"] == name].set_index(["actor", "group"])
        label: str | None = _class_title(name, language)
        for number, pair in enumerate(pairs):
            if pair not in part.index:
                continue
            share, q = part.loc[pair, "share"], part.loc[pair, "q"]
            axes.barh(-number, share, left=left[number], height=0.7, color=paint[name],
                      hatch=hatches[name], edgecolor=INK, linewidth=1.6 if q < level else 0.3,
                      label=label)  # fmt: skip
            label = None
            if q < level and share > 0.05:
                box = {"fc": "white", "ec": "none", "pad": 0.8}
                axes.text(left[number] + share / 2, -number, f"{100 * share:.0f}", ha="center",
                          va="center", fontsize=8, bbox=box)  # fmt: skip
            left[number] += share
    ticks = [f"{actor} – {group}" for actor, group in pairs]
    axes.set_yticks(range(0, -len(pairs), -1), [wrap_label(tick, 40) for tick in ticks], fontsize=8)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    axes.set_xlabel(say(language, ar="أصناف أفعال النقل", en="classes of reporting verbs"))
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure
