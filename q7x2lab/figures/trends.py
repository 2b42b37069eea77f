"""Figures of trends: smoothed rates over time, ratios with intervals, words that change."""

from functools import partial
from textwrap import shorten
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from q7x2lab.exhibits import Exhibit
from q7x2lab.figures import drawing
from q7x2lab.figures.drawing import Events
from q7x2lab.figures.labels import FURTHEST, arabic_label, note, phrase, ratio_text
from q7x2lab.figures.style import GREY, PALETTE, Look, looks, new_figure, subplots
from q7x2lab.figures.words import make_exhibit
from q7x2lab.trends.counts import ALL
from q7x2lab.trends.discovery import Discovery
from q7x2lab.trends.rates import FEWEST_HITS, STEADY, Series, Trend

KINDS = {"rise": "^", "fall": "v", "new": "P", "vanished": "X", "burst": "D"}  # and their marks
MOST_QUERIES, MOST_GROUPS, MOST_PANELS = 4, 6, 10  # of a page; ten in two columns, without groups
GAP = "#efefef"
LARGE, QUERY = 2.8, 46.0  # width of a large panel, in small ones; height of a query, in millimetres
FEWEST_ARTICLES = 5  # of a period: below, its rate is drawn hollow
FAMILIES = {"trend": "ratio", "burst": "burst_ratio"}
TICK = 10.0  # millimetres across, of a tick with its ratio
MARKS_KEPT_CLEAR, LEAST_P = 60, 1e-30  # by names, more leave no place; the smallest p that is drawn


def plot_trends(
    trend: Trend, *, events: Events = (), right_to_left: bool = False, language: str = "en"
) -> Figure:
    """Smoothed rates of each query: a large panel of all together, a small one of each group.

    Parameters
    ----------
    trend
        What `keyword_trends` returned. Dots are the rates of single periods: they grow with the
        words published, and are hollow below five articles. The line is the smooth with its 95 %
        band; a series without one has a thin grey line. Grey periods are gaps. A group with
        fewer than ten hits has no panel. The four queries and six groups with most hits are
        drawn, of more than four queries ten without the groups; the figure says how many it
        leaves out.
    events
        Mappings of ``date``, ``ar`` and ``en``: numbered lines, named below.
    right_to_left
        Whether time runs as Arabic does.

    Examples
    --------
    >>> months = ["2022-01", "2022-02"]
    >>> rates = pd.DataFrame({"query": "gas", "group": "x", "period": months, "hits": [9, 8],
    ...                       "tokens": 1000, "articles": 9, "rate": [9e3, 8e3]})
    >>> trend = Trend(rates, "million_tokens", "month")
    >>> plot_trends(trend, language="en").get_supylabel()
    'per million tokens'
    """
    whole = trend.together or trend
    columns = 2 if whole.rates["query"].nunique() > MOST_QUERIES else 1
    groups = _most(trend, "group", MOST_GROUPS) if columns == 1 else []
    queries = _most(whole, "query", MOST_PANELS if columns > 1 else MOST_QUERIES)
    rows = -(-len(queries) // columns)
    there = np.any([series.there for series in whole.series], axis=0)
    first, last = (np.flatnonzero(there) if there.any() else np.arange(len(there)))[[0, -1]]
    labels = list(dict.fromkeys(trend.rates["period"]))[first : last + 1]
    ends = (-0.6, len(labels) - 0.4)[:: -1 if right_to_left else 1]
    small = {query: _worth_a_panel(trend, query, groups) for query in queries}
    ratios = [LARGE] * columns + [1] * -(-max(map(len, small.values())) // 2)
    figure, colours = new_figure(), looks([ALL, *_most(trend, "group", MOST_GROUPS)])
    room = drawing.room_above(events, labels)
    grid = figure.add_gridspec(2 * rows, len(ratios), width_ratios=ratios)
    for place, query in enumerate(queries):
        row, column = divmod(place, columns)
        spots = [grid[2 * row : 2 * row + 2, column]]
        spots += [grid[2 * row + at % 2, 1 + at // 2] for at in range(len(small[query]))]
        large = [series for series in whole.series if series.query == query]
        for at, (spot, series) in enumerate(zip(spots, large + small[query], strict=True)):
            axes, big = figure.add_subplot(spot), at < len(large)
            source = whole if big else trend
            look: Any = {"start": first, "big": big, "room": room if big else 1}
            _draw(axes, source, series, colours[series.group]["color"], **look)
            drawing.draw_events(axes, events, labels, numbers=big)
            axes.set_xlim(*ends)
            if big:
                drawing.name_periods(axes, labels)
                below = "\n" * (drawing.WIDTH < drawing.NARROW)  # the verdict then stands there
                axes.set_title(arabic_label(query) + below, loc="left")
                axes.set_title(_verdict(whole, series, language), loc="right", fontsize=8)
            else:
                axes.set_xticks([])
                axes.set_title(arabic_label(shorten(series.group, 24)), fontsize=7.5)
    unit = note(language, whole.per)
    if whole.within:
        unit = note(language, "standardised", unit=unit, within=whole.within)
    figure.supylabel(arabic_label(unit))
    far = sorted(set(trend.rates.loc[trend.rates["articles"] > 0, "period"]) - set(labels))
    notes = [note(language, "trend_marks"), *_left_out(trend, queries, groups, language)]
    notes += [drawing.undrawn_periods(far, language), drawing.event_names(events, labels, language)]
    return drawing.finish(figure, min(QUERY, drawing.TALLEST / rows) * rows, *notes)


def _most(trend: Trend, name: str, most: int) -> list[str]:
    """The queries or groups with most hits, in the order in which they stand."""
    hits = trend.rates.groupby(name, sort=False)["hits"].sum()
    kept = set(hits.nlargest(most, keep="first").index)
    return [value for value in hits.index if value in kept]


def _worth_a_panel(trend: Trend, query: str, groups: list[str]) -> list[Series]:
    """The series of a query by group whose own rates say something."""
    own = [series for series in trend.series if series.query == query and series.group in groups]
    return [s for s in own if s.hits.sum() >= FEWEST_HITS] if len(groups) > 1 else []


def _draw(
    axes: Axes, trend: Trend, series: Series, colour: str, *, start: int, big: bool, room: float
) -> None:
    """One series, its period of that number at 0: dots by exposure, smooth with band, gaps grey."""
    x, words = np.arange(len(series.there)) - start, series.rates["tokens"].to_numpy()
    rate = series.rates["rate"].where(series.there).to_numpy(float)
    smooth = trend.smooth.groupby(["query", "group"]).get_group((series.query, series.group))
    size = 2 + (24 if big else 8) * words / max(words.max(), 1)
    face = np.where(series.rates["articles"] >= FEWEST_ARTICLES, colour, "white").tolist()
    axes.scatter(x, rate, s=size, c=face, edgecolors=colour, linewidth=0.6, zorder=3)
    if smooth["rate"].notna().any():
        axes.fill_between(x, smooth["low"], smooth["high"], color=colour, alpha=0.2, linewidth=0)
        axes.plot(x, smooth["rate"], color=colour, linewidth=1.3)
    else:
        axes.plot(x, rate, color=GREY, linewidth=0.6)
    axes.bar(x[~series.there], 1, 1, color=GAP, zorder=0, transform=axes.get_xaxis_transform())
    axes.set_ylim(0, room * drawing.scale_top(np.r_[rate, smooth["rate"]], smooth["high"]))
    drawing.mark_cut(axes, x, smooth["high"], colour)
    axes.locator_params(axis="y", nbins=4 if big else 2)


def _verdict(trend: Trend, series: Series, language: str) -> str:
    """The ratio with its interval, and what it says in words."""
    test = trend.tests.iloc[trend.series.index(series)]
    if test["refused"]:
        return ""
    ratio, low, high = (ratio_text(test[name]) for name in ("ratio", "low", "high"))
    found = {np.inf: "from nothing", 0.0: "to nothing"}.get(test["ratio"], test["verdict"])
    numbers = f"×{ratio} [{low}, {high}]".replace("×>", ">")
    return arabic_label(f"{note(language, found)}  \u202a{numbers}\u202c")


def _left_out(trend: Trend, queries: list[str], groups: list[str], language: str) -> list[str]:
    """What has no test and what is not drawn, a line each."""
    lines, there = [], trend.rates[["query", "group"]].nunique()
    if refused := int((trend.tests["refused"] != "").sum()):
        lines.append(note(language, "not_tested", n=refused, all=len(trend.tests)))
    if len(queries) + len(groups) < there.sum():
        drawn = {"queries": len(queries), "groups": len(groups), "all": there}
        lines.append(note(language, "not_drawn", **drawn))
    return lines


def plot_trend_summary(trend: Trend, *, language: str = "en") -> Figure:
    """The ratio of each query with its interval, a row a query, groups beside each other.

    Parameters
    ----------
    trend
        What `keyword_trends` returned. Ratios are those of the last period to the first, on a
        logarithmic axis; the grey band is what counts as steady. A mark at the edge is a word
        from or to next to nothing.

    Examples
    --------
    >>> months = pd.period_range("2022-01", periods=12, freq="M").astype(str)
    >>> rates = pd.DataFrame({"query": "gas", "group": "x", "period": months, "hits": 20,
    ...                       "tokens": 1000, "articles": 9, "rate": 2e4})
    >>> figure = plot_trend_summary(Trend(rates, "million_tokens", "month"), language="en")
    >>> figure.axes[0].get_xlabel()
    'rate in the last period over the first'
    """
    tested = _all_tests(trend).query("refused == ''")
    if tested.empty:
        return drawing.message(phrase(language, "nothing_tested"))
    logs = tested[["ratio", "low", "high"]].clip(1 / FURTHEST, FURTHEST).apply(np.log2)
    table = tested.assign(share=logs["ratio"], low=logs["low"], high=logs["high"])
    groups = _most(trend, "group", MOST_GROUPS)
    table = table[table["group"].isin([ALL, *groups])]
    table["group"] = table["group"].replace(ALL, phrase(language, "all_outlets"))
    most = int(drawing.TALLEST // max(7, 3 + 3.4 * len(groups)))
    titles = {row: arabic_label(row) for row in list(dict.fromkeys(table["query"]))[:most]}
    table = table[table["query"].isin(titles)]
    figure, axes, height = drawing.rows_of_marks(table, "query", titles)
    axes.axvspan(-np.log2(STEADY), np.log2(STEADY), color=GAP, zorder=0)
    axes.axvline(0, color=GREY, linewidth=0.6)
    _log_axis(axes, np.r_[logs.to_numpy().ravel(), -1, 1])
    axes.set_xlabel(phrase(language, "ratio"))
    return drawing.finish(figure, height, *_left_out(trend, list(titles), groups, language))


def _all_tests(trend: Trend) -> pd.DataFrame:
    """Tests of all groups together, where there are any, then of each group."""
    return pd.concat([t.tests for t in (trend.together, trend) if t is not None], ignore_index=True)


def _log_axis(axes: Axes, logs: Any) -> None:
    """An axis of logarithms to base 2 as wide as the data, its ticks written as ratios."""
    low, high = np.floor(logs.min()), np.ceil(logs.max())
    axes.set_xlim(low - 0.3, high + 0.3)
    room = max(2, drawing.WIDTH * axes.get_position().width // TICK)
    ticks = np.arange(low, high + 1, max(1, -(-(high - low) // room)))
    names = [f"×{2.0**tick:g}" if tick >= 0 else f"÷{2.0**-tick:g}" for tick in ticks]
    axes.set_xticks(ticks, names)


def plot_discovery(found: Discovery, *, named: int = 12, language: str = "en") -> Figure:
    """Two panels of all lexemes tested, by ratio: trends, and spans that stand out, against p.

    Parameters
    ----------
    found
        What `discover_words` returned. Grey dots are lexemes that the correction leaves no claim
        about; marked ones have q at or below the discovery's level. A mark at the edge is a word
        from or to next to nothing.
    named
        How many of the surest get their word, in each panel; one that finds no free place is left
        to the table.

    Examples
    --------
    >>> words = pd.DataFrame({"label": ["غاز", "حرب"], "kind": ["rise", "burst"],
    ...                       "ratio": [3.0, 1.0], "burst_ratio": [1.0, 8.0],
    ...                       "p_trend": [1e-6, 0.9], "p_burst": [0.9, 1e-6],
    ...                       "q_trend": [1e-5, 0.9], "q_burst": [0.9, 1e-5]})
    >>> figure = plot_discovery(Discovery(words, "month", 0.05), named=0, language="en")
    >>> [axes.get_title() for axes in figure.axes]
    ['trends', 'bursts']
    """
    words, counts = found.words, found.words["kind"].value_counts()
    kinds: dict[str, Look] = {"": {"color": GREY, "alpha": 0.4, "s": 4}}
    for colour, (name, marker) in zip(PALETTE, KINDS.items(), strict=False):
        label = phrase(language, name, n=counts.get(name, 0))
        kinds[name] = {"color": colour, "marker": marker, "s": 14, "label": label}
    (figure, panels), marks = subplots(1, 2), []
    for axes, (family, ratio) in zip(panels, FAMILIES.items(), strict=True):
        sure = words[f"q_{family}"] <= found.level
        kind = words["kind"].mask(words["kind"] == "burst", "") if family == "trend" else "burst"
        surprise = -np.log10(words[f"p_{family}"].clip(lower=LEAST_P))
        logs = np.log2(words[ratio].clip(1 / FURTHEST, FURTHEST))
        part = words.assign(x=logs, y=surprise, marked=np.where(sure, kind, ""))
        part = part.dropna(subset=["x", "y"])
        for name, look in kinds.items():
            dots = part[part["marked"] == name]
            axes.scatter(dots["x"], dots["y"], linewidth=0, **look)
        _log_axis(axes, np.r_[part["x"], -1, 1])
        axes.set_title(phrase(language, f"{family}s"))
        axes.set_xlabel(phrase(language, ratio))
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.yaxis.set_major_formatter(lambda surprise, _: f"{10.0**-surprise:g}")
        marks.append(part[part["marked"] != ""].nlargest(MARKS_KEPT_CLEAR, "y"))
    panels[0].set_ylabel("p")
    drawing.finish(figure, 95, note(language, "tested", words=len(words), level=found.level))
    for axes, part in zip(panels, marks, strict=True):
        points = part[["x", "y"]].to_numpy()
        drawing.name_points(figure, axes, points[:named], part["label"][:named].tolist(), points)
    return figure


def exhibit_trends(
    trend: Trend, *, events: Events = (), right_to_left: bool = False, language: str = "en"
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
    draw = partial(plot_trends, trend, events=events, right_to_left=right_to_left)
    return make_exhibit("trends", draw, trend.rates, language=language)


def exhibit_trend_tests(trend: Trend, *, language: str = "en") -> Exhibit:
    """The test of each series for a trend, as a figure of all ratios and a table.

    All groups together come first.

    Examples
    --------
    >>> rates = pd.DataFrame({"query": "gas", "group": "x", "period": ["2022-01"], "hits": [2],
    ...                       "tokens": 1000, "articles": 9, "rate": 2e3, "low": 1e3,
    ...                       "high": 3e3})
    >>> exhibit_trend_tests(Trend(rates, "million_tokens", "month")).data["refused"].tolist()
    ['1 period with articles; a test needs 8']
    """
    draw = partial(plot_trend_summary, trend)
    return make_exhibit("trend-tests", draw, _all_tests(trend), language=language)


def exhibit_discovery(found: Discovery, *, language: str = "en") -> Exhibit:
    """Words that rise, fall or burst, as a figure of all and a table of those.

    Examples
    --------
    >>> words = pd.DataFrame({"label": ["غاز", "حرب"], "kind": ["rise", ""],
    ...                       "ratio": [3.0, 1.0], "burst_ratio": [1.0, 2.0],
    ...                       "p_trend": [1e-6, 0.9], "p_burst": [0.9, 0.6],
    ...                       "q_trend": [1e-5, 0.9], "q_burst": [0.9, 0.9], "hits": 20,
    ...                       "articles": 9, "first": "2022-01"})
    >>> exhibit_discovery(Discovery(words, "month", 0.05), language="en")
    Exhibit discoveries: Words that rise, fall or burst (figure and table of 1 row)
    """
    words = found.words[found.words["kind"] != ""]
    draw, tested = partial(plot_discovery, found), {"tested": f"{len(found.words):,}"}
    return make_exhibit("discoveries", draw, words, tested, language=language)
