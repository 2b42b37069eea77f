"""Figures of trends: rates over time with intervals, exposure, gaps and tests; discoveries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from q7x2lab.errors import counted
from q7x2lab.exhibits import Exhibit
from q7x2lab.figures import drawing
from q7x2lab.figures.drawing import Events
from q7x2lab.figures.labels import arabic_label, phrase, phrase_in
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, looks, new_figure
from q7x2lab.figures.words import make_exhibit
from q7x2lab.trends.cells import ALL
from q7x2lab.trends.discovery import Discovery
from q7x2lab.trends.rates import Trend

KINDS: dict[str, dict[str, Any]] = {
    "rise": {"marker": "^", "color": PALETTE[0]},
    "new": {"marker": "P", "color": PALETTE[2]},
    "fall": {"marker": "v", "color": PALETTE[1]},
    "vanished": {"marker": "X", "color": PALETTE[3]},
    "burst": {"marker": "D", "color": PALETTE[2]},
}
LEAST_P = 1e-300  # smaller p values are drawn here: their logarithm would be infinite
STRETCHED_P = 1e-20  # with p values below, the scale is logarithmic beyond 1e-10


def plot_trends(
    trend: Trend,
    *,
    events: Events = (),
    tests: bool = True,
    rows: int = 8,
    columns: int = 6,
    right_to_left: bool = False,
    language: str = "both",
) -> Figure:
    """Rates by period, a row a query and a column a group, all on the scale of their row.

    Parameters
    ----------
    trend
        What `keyword_trends` returned. A period in which a group published next to nothing is a
        gap in the line. Dots grow with the exposure (words) of the period, which stands in grey
        under each column; bands and bars are 95 % intervals, cut off at twice the largest rate of
        their row.
    events
        Mappings of ``date``, ``ar`` and ``en``: numbered lines, named below.
    tests
        Whether slope and q, or why there is no test, are written over each panel.
    rows, columns
        Queries and groups drawn at most, those with most hits; the figure says how many it leaves
        out.
    right_to_left
        Whether time runs as Arabic does.

    Examples
    --------
    >>> months = ["2022-01", "2022-02"]
    >>> rates = pd.DataFrame({"query": "gas", "group": "x", "period": months, "hits": [2, 3],
    ...                       "tokens": 1000, "articles": 9, "rate": [2e3, 3e3],
    ...                       "low": [1e3, 2e3], "high": [3e3, 4e3]})
    >>> trend = Trend(rates, "million_tokens", "month")
    >>> plot_trends(trend, tests=False, language="en").get_supylabel()
    'per million tokens'
    """
    queries, groups = _most(trend, "query", rows), _most(trend, "group", columns)
    rates = trend.rates[trend.rates["query"].isin(queries) & trend.rates["group"].isin(groups)]
    labels = list(dict.fromkeys(rates["period"]))
    first, last = _span(trend, labels)
    places = drawing.event_places(events, labels)
    shown = [(number, at) for number, at in places if first - 1 < at < last + 1]
    height = 34 + 34 * len(queries) + 4.2 * max(len(events), 1)
    figure = new_figure(max(120, 20 + 52 * len(groups)), height)
    panels = figure.subplots(len(queries) + 1, len(groups), sharex=True, sharey="row",
                             squeeze=False, height_ratios=[*[1.0] * len(queries), 0.2])  # fmt: skip
    results = trend.tests.set_index(["query", "group"]) if tests else None
    for (query, group), part in trend.series():
        if query not in queries or group not in groups:
            continue
        axes = panels[queries.index(query)][groups.index(group)]
        there = trend.covered(part)
        part = part.assign(**{name: part[name].where(there) for name in ("rate", "low", "high")})
        _draw(axes, part, rates["tokens"].max(), **looks(groups)[group])
        drawing.draw_events(axes, shown, last - first + 1, numbers=query == queries[0])
        if results is not None:
            title = _test(results.loc[(query, group)], language)
            axes.set_title(title, fontsize=7.5, color=INK, y=1.06)
    for axes, group in zip(panels[-1], groups, strict=True):
        _exposure(axes, rates[(rates["query"] == queries[0]) & (rates["group"] == group)])
        drawing.name_periods(axes, labels, first, last)
        every = phrase(language, "all_outlets")
        axes.set_xlabel(every if group == ALL else arabic_label(group), fontsize=11)
    for axes, query in zip(panels[:, 0], queries, strict=False):
        axes.set_ylabel(arabic_label(query))
        axes.set_ylim(0, _top(rates[rates["query"] == query]))
    panels[-1][0].set_ylabel(phrase(language, "words"), fontsize=8, color=GREY)
    ends = (first - 0.6, last + 0.6)
    panels[0][0].set_xlim(*(reversed(ends) if right_to_left else ends))
    figure.supylabel(_unit(trend, language), fontsize=10)
    drawn = {"query": queries, "group": groups}
    left = {name: trend.rates[name].nunique() - len(kept) for name, kept in drawn.items()}
    lines = [*_notes(left, language), *drawing.event_names(events, shown, language)]
    figure.supxlabel("\n".join(lines), fontsize=8, color=INK)
    return figure


def _most(trend: Trend, name: str, most: int) -> list[str]:
    """The queries or groups with most hits, in the order in which they stand."""
    hits = trend.rates.groupby(name, sort=False)["hits"].sum()
    kept = set(hits.nlargest(most, keep="first").index)
    return [value for value in hits.index if value in kept]


def _span(trend: Trend, labels: list[str]) -> tuple[int, int]:
    """First and last period in which any group published more than stray articles."""
    there = np.zeros(len(labels), bool)
    for _, part in trend.series():
        there |= trend.covered(part)
    places = np.flatnonzero(there)
    return (int(places[0]), int(places[-1])) if places.size else (0, len(labels) - 1)


def _top(row: pd.DataFrame) -> float:
    """Where the scale of a row ends: twice its largest rate, or its widest interval if lower.

    A period with a handful of words has an interval that would press all rates onto the axis.
    """
    rate, high = row["rate"].max(), row["high"].max()
    return float(1.05 * (high if not rate > 0 else min(high, 2 * rate)))


def _unit(trend: Trend, language: str) -> str:
    if not trend.within:
        return phrase(language, trend.per)
    both = {tongue: phrase_in(tongue, trend.per) for tongue in ("ar", "en")}
    return phrase(language, "standardised", within=trend.within, **both)


def _draw(axes: Axes, part: pd.DataFrame, most: int, *, colour: str, marker: str) -> None:
    """One series: the band, the line, bars where a period stands alone, dots, grey gaps."""
    x = np.arange(len(part))
    rate, low, high = (part[name].to_numpy() for name in ("rate", "low", "high"))
    axes.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.plot(x, rate, color=colour, linewidth=1.2)
    alone = [first for first, last in drawing.marked_runs(~np.isnan(rate)) if first == last]
    axes.vlines(x[alone], low[alone], high[alone], color=colour, alpha=0.5, linewidth=3)
    size = 4 + 30 * part["tokens"].to_numpy() / max(most, 1)
    axes.scatter(x, rate, s=size, color=colour, marker=marker, zorder=3)
    for first, last in drawing.marked_runs(np.isnan(rate)):
        axes.axvspan(first - 0.5, last + 0.5, color="#efefef", zorder=0, linewidth=0)
    axes.tick_params(labelsize=8)


def _exposure(axes: Axes, part: pd.DataFrame) -> None:
    """Grey bars of the words that a column's rates rest on."""
    most = part["tokens"].max()
    axes.bar(np.arange(len(part)), part["tokens"], color=PALE, width=0.8)
    axes.set_yticks([most], [f"{most:,}"], fontsize=6.5, color=GREY)
    axes.spines["left"].set_visible(False)


def _test(test: pd.Series, language: str) -> str:
    if test["refused"]:
        return phrase(language, "no_test", **test[["periods", "hits", "refused"]])
    steps = (float(f"{test[key]:.3g}") for key in ("slope", "slope_low", "slope_high"))
    slope, low, high = (f"{step:+,g}" for step in steps)
    return arabic_label(f"{slope} [{low}, {high}]   q = {test['q']:.2g}")


def _notes(left: dict[str, int], language: str) -> list[str]:
    """What grey means, and how much was not drawn."""
    lines = [phrase(language, "gap", join=" · ")]
    if any(left.values()):
        words = {"queries": counted(left["query"], "keyword"),
                 "groups": counted(left["group"], "group")}  # fmt: skip
        lines.append(phrase(language, "not_drawn", join=" · ", **left, **words))
    return lines


def plot_discovery(found: Discovery, *, named: int = 12, language: str = "both") -> Figure:
    """Two panels of all lexemes tested: trends by slope, bursts by ratio, both against p.

    Parameters
    ----------
    found
        What `discover_words` returned. Grey dots are lexemes that the correction leaves no claim
        about; marked ones have q at or below the discovery's level.
    named
        How many of the surest get their word, in each panel; one that finds no free place is left
        to the table.

    Examples
    --------
    >>> words = pd.DataFrame({"label": ["غاز", "حرب"], "kind": ["rise", "burst"],
    ...                       "slope": [0.1, 0.0], "ratio": [1.0, 8.0], "p_trend": [1e-6, 0.9],
    ...                       "p_burst": [0.9, 1e-6], "q_burst": [0.9, 1e-5]})
    >>> figure = plot_discovery(Discovery(words, "month", 0.05, 4), named=0, language="en")
    >>> [axes.get_title() for axes in figure.axes]
    ['trends', 'bursts']
    """
    figure = new_figure(175, 95)
    if found.refused:
        drawing.message(figure, phrase(language, "nothing_tested", refused=found.refused))
        return figure
    left, right = figure.subplots(1, 2)
    words, height = found.words, -np.log10(found.words[["p_trend", "p_burst"]].clip(lower=LEAST_P))
    trends = words.assign(x=100 * words["slope"], y=height["p_trend"], surely=words["kind"])
    trends["surely"] = words["kind"].where(words["kind"] != "burst", "")
    bursts = words.assign(x=words["ratio"].clip(lower=0.1), y=height["p_burst"])
    bursts["surely"] = np.where(words["q_burst"] <= found.level, "burst", "")
    for axes, part in ((left, trends), (right, bursts)):
        _scatter(axes, part.dropna(subset=["x", "y"]))
    right.set_xscale("log", base=2)
    if len(words) and words["p_burst"].min() < STRETCHED_P:
        right.set_yscale("symlog", linthresh=10)
        right.yaxis.set_major_formatter("{x:g}")
    right.xaxis.set_major_formatter("{x:g}")
    left.axvline(0, color=GREY, linewidth=0.6)
    left.set_xlabel(phrase(language, "change", period=found.period))
    right.set_xlabel(phrase(language, "times_expected"))
    left.set_ylabel("−log10 p")
    left.set_title(phrase(language, "trends", join=" · "))
    right.set_title(phrase(language, "bursts", join=" · "))
    _kinds_legend(figure, found, language)
    for axes, part in ((left, trends), (right, bursts)):
        sure = part[part["surely"] != ""].dropna(subset=["x", "y"])
        top = sure.nlargest(named, "y")
        drawing.name_points(figure, axes, top[["x", "y"]].to_numpy(), top["label"].tolist(),
                    top[["x", "y"]].to_numpy())  # fmt: skip
    return figure


def _scatter(axes: Axes, words: pd.DataFrame) -> None:
    rest = words[words["surely"] == ""]
    axes.scatter(rest["x"], rest["y"], s=5, color=GREY, alpha=0.45, linewidth=0)
    for kind, look in KINDS.items():
        part = words[words["surely"] == kind]
        axes.scatter(part["x"], part["y"], s=18 if len(part) < 200 else 5, zorder=3, **look)
    axes.tick_params(labelsize=8)


def _kinds_legend(figure: Figure, found: Discovery, language: str) -> None:
    counts = found.words["kind"].value_counts()
    for kind, look in KINDS.items():
        label = phrase(language, kind, join=" · ", n=counts.get(kind, 0))
        figure.axes[0].plot([], [], linestyle="", label=label, **look)
    tests, level = found.tested, found.level
    title = phrase(language, "tested", words=len(found.words), tests=tests, level=level)
    figure.legend(title=title, loc="outside lower center", ncols=5, fontsize=8)


def exhibit_trends(
    trend: Trend,
    *,
    events: Events = (),
    name: str = "trends",
    language: str = "both",
) -> Exhibit:
    """Keyword rates over time as a figure and a table with their words.

    Examples
    --------
    >>> rates = pd.DataFrame({"query": "gas", "group": "x", "period": ["2022-01"], "hits": [2],
    ...                       "tokens": 1000, "articles": 9, "rate": 2e3, "low": 1e3,
    ...                       "high": 3e3})
    >>> exhibit_trends(Trend(rates, "million_tokens", "month"))
    Exhibit trends: Keyword rates over time (figure and table of 1 row)
    """
    figure = plot_trends(trend, events=events, language=language)
    return make_exhibit("trends", figure, trend.rates, name=name)


def exhibit_trend_tests(trend: Trend, *, name: str = "trend-tests") -> Exhibit:
    """The test of each series for a trend, as a table with its words.

    Examples
    --------
    >>> rates = pd.DataFrame({"query": "gas", "group": "x", "period": ["2022-01"], "hits": [2],
    ...                       "tokens": 1000, "articles": 9, "rate": 2e3, "low": 1e3,
    ...                       "high": 3e3})
    >>> exhibit_trend_tests(Trend(rates, "million_tokens", "month")).table["refused"].tolist()
    ['1 period with articles; a test needs 8']
    """
    return make_exhibit("trend-tests", None, trend.tests, name=name)


def exhibit_discovery(found: Discovery, *, language: str = "both") -> Exhibit:
    """Words that rise, fall or burst, as a figure of all and a table of those.

    Examples
    --------
    >>> words = pd.DataFrame({"label": ["غاز", "حرب"], "kind": ["rise", ""],
    ...                       "slope": [0.1, 0.0], "ratio": [1.0, 1.0], "p_trend": [1e-6, 0.9],
    ...                       "p_burst": [0.9, 0.8], "q_burst": [0.9, 0.9]})
    >>> exhibit_discovery(Discovery(words, "month", 0.05, 4), language="en")
    Exhibit discoveries: Words that rise, fall or burst (figure and table of 1 row)
    """
    words = found.words[found.words["kind"] != ""]
    figure = plot_discovery(found, language=language)
    return make_exhibit("discoveries", figure, words, {"tested": f"{len(found.words):,}"})
