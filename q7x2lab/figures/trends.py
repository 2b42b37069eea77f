"""Rates over time: small multiples on one scale, with intervals, exposure, gaps and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from q7x2lab.corpus.periods import period_starts
from q7x2lab.errors import counted
from q7x2lab.figures.labels import arabic_label, say
from q7x2lab.figures.style import GREY, INK, PALE, colours, markers, new_figure
from q7x2lab.trends.cells import ALL
from q7x2lab.trends.rates import Trend

PER = {
    "million_tokens": ("لكل مليون كلمة", "per million tokens"),
    "thousand_articles": ("لكل ألف مقال", "per thousand articles"),
    "share_of_articles": ("حصة المقالات", "share of articles"),
}
Event = Mapping[str, Any]


def plot_trends(
    trend: Trend,
    *,
    events: Sequence[Event] = (),
    tests: bool = True,
    rows: int = 8,
    columns: int = 6,
    right_to_left: bool = False,
    language: str = "both",
) -> Figure:
    """Rates by period, a row a query and a column a group, all on the scale of their row.

    A period in which a group published nothing, or next to it, is a gap in the line. Dots grow
    with the exposure (words) of the period, which stands in grey under each column; bands and
    bars are 95 % intervals, cut off at twice the largest rate of their row. tests: write slope
    and q, or why there is no test, into each panel.
    events: `date`, `ar`, `en`; numbered lines, named below. rows, columns: queries and groups drawn
    at most, those with most hits; the figure says how many it leaves out. right_to_left: let time
    run as Arabic does.

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
    seen = _span(trend, labels)
    shown = [pair for pair in _numbered(events, labels) if seen[0] - 1 < pair[1] < seen[1] + 1]
    below = 4.2 * max(len(events), 1)
    figure = new_figure(max(120, 20 + 52 * len(groups)), 34 + 34 * len(queries) + below)
    axes = figure.subplots(
        len(queries) + 1,
        len(groups),
        sharex=True,
        sharey="row",
        squeeze=False,
        height_ratios=[*[1.0] * len(queries), 0.2],
    )
    said = trend.tests.set_index(["query", "group"]) if tests else None
    for (query, group), part in trend.series():
        if query not in queries or group not in groups:
            continue
        ax = axes[queries.index(query)][groups.index(group)]
        part = _shown(part, trend.covered(part))
        _draw(ax, part, colours(groups)[group], markers(groups)[group], rates["tokens"].max())
        _draw_events(ax, shown, seen[1] - seen[0] + 1, numbers=query == queries[0])
        if said is not None:
            ax.set_title(_test(said.loc[(query, group)], language), fontsize=7.5, color=INK, y=1.06)
    for column, group in enumerate(groups):
        part = rates[(rates["query"] == queries[0]) & (rates["group"] == group)]
        _exposure(axes[-1][column], part, labels, seen, group, language)
    for row, query in enumerate(queries):
        axes[row][0].set_ylabel(arabic_label(query))
        axes[row][0].set_ylim(0, _top(rates[rates["query"] == query]))
    axes[-1][0].set_ylabel(say(language, ar="كلمات", en="words"), fontsize=8, color=GREY)
    ends = (seen[0] - 0.6, seen[1] + 0.6)
    axes[0][0].set_xlim(*(reversed(ends) if right_to_left else ends))
    figure.supylabel(_unit(trend, language), fontsize=10)
    left = [trend.rates[name].nunique() - len(kept) for name, kept in
            (("query", queries), ("group", groups))]  # fmt: skip
    figure.supxlabel(_legend(events, shown, left, language), fontsize=8, color=INK)
    return figure


def _top(row: pd.DataFrame) -> float:
    """Where the scale of a row ends: twice its largest rate, or its widest interval if lower.

    A period with a handful of words has an interval that would press all rates onto the axis.
    """
    rate, high = row["rate"].max(), row["high"].max()
    return float(1.05 * (high if not rate > 0 else min(high, 2 * rate)))


def _unit(trend: Trend, language: str) -> str:
    ar, en = PER[trend.per]
    if trend.within:
        ar, en = f"{ar}، بعد توحيد الحصص", f"{en}, standardised over {trend.within}"
    return say(language, ar=ar, en=en)


def _most(trend: Trend, name: str, most: int) -> list[str]:
    """The queries or groups with most hits, in the order in which they stand."""
    hits = trend.rates.groupby(name, sort=False)["hits"].sum()
    kept = set(hits.nlargest(most, keep="first").index)
    return [value for value in hits.index if value in kept]


def _shown(part: pd.DataFrame, there: np.ndarray) -> pd.DataFrame:
    """The rows with nothing to draw where next to nothing was published."""
    return part.assign(**{name: part[name].where(there) for name in ("rate", "low", "high")})


def _draw(ax: Axes, part: pd.DataFrame, colour: str, marker: str, most: int) -> None:
    x, rate = np.arange(len(part)), part["rate"].to_numpy()
    low, high = part["low"].to_numpy(), part["high"].to_numpy()
    ax.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)
    ax.plot(x, rate, color=colour, linewidth=1.2)
    there = np.concatenate([[False], ~np.isnan(rate), [False]])
    alone = np.flatnonzero(there[1:-1] & ~there[:-2] & ~there[2:])
    ax.vlines(x[alone], low[alone], high[alone], color=colour, alpha=0.5, linewidth=3)
    size = 4 + 30 * part["tokens"].to_numpy() / max(most, 1)
    ax.scatter(x, rate, s=size, color=colour, marker=marker, zorder=3)
    for first, last in _runs(np.isnan(rate)):
        ax.axvspan(first - 0.5, last + 0.5, color="#efefef", zorder=0, linewidth=0)
    ax.tick_params(labelsize=8)


def _runs(chosen: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], chosen.astype(int), [0]])))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]


def _span(trend: Trend, labels: list[str]) -> tuple[int, int]:
    """First and last period in which any group published more than stray articles."""
    there = np.zeros(len(labels), bool)
    for _, part in trend.series():
        there |= trend.covered(part)
    places = np.flatnonzero(there)
    return (int(places[0]), int(places[-1])) if places.size else (0, len(labels) - 1)


def _exposure(
    ax: Axes,
    part: pd.DataFrame,
    labels: list[str],
    seen: tuple[int, int],
    group: str,
    language: str,
) -> None:
    """Grey bars of the words that a column's rates rest on, with the periods under them."""
    ax.bar(np.arange(len(part)), part["tokens"], color=PALE, width=0.8)
    ax.set_yticks([part["tokens"].max()], [f"{part['tokens'].max():,}"], fontsize=6.5, color=GREY)
    ax.spines["left"].set_visible(False)
    shown = range(seen[0], seen[1] + 1, max(1, -(-(seen[1] - seen[0] + 1) // 6)))
    names = [labels[place].split("/")[0] for place in shown]
    ax.set_xticks(list(shown), names, rotation=40, ha="right", fontsize=7.5)
    name = say(language, ar="كل المصادر", en="all outlets") if group == ALL else arabic_label(group)
    ax.set_xlabel(name, fontsize=11)


def _numbered(events: Sequence[Event], labels: list[str]) -> list[tuple[int, float]]:
    """Number and place of each event within the periods."""
    starts = period_starts(labels)
    length = (starts[-1] - starts[0]) / max(len(starts) - 1, 1)
    edges = starts.append(pd.DatetimeIndex([starts[-1] + max(length, pd.Timedelta(days=1))]))
    places = []
    for number, event in enumerate(events, start=1):
        day = pd.Timestamp(event["date"])
        place = int(edges.searchsorted(day, side="right")) - 1
        if 0 <= place < len(starts):
            share = (day - edges[place]) / (edges[place + 1] - edges[place])
            places.append((number, place - 0.5 + share))
    return places


def _draw_events(ax: Axes, shown: list[tuple[int, float]], width: int, *, numbers: bool) -> None:
    """Dashed lines; their numbers inside the top of the panel, one lower where two are close."""
    last, level = -np.inf, 0
    for number, place in sorted(shown, key=lambda pair: pair[1]):
        ax.axvline(place, color=GREY, linewidth=0.7, linestyle=(0, (4, 3)), zorder=1)
        level = (level + 1) % 3 if (place - last) / width < 0.05 else 0
        last = place
        if numbers:
            box = {"boxstyle": "circle,pad=0.12", "fc": "white", "ec": GREY, "lw": 0.5}
            at: dict[str, Any] = {
                "transform": ax.get_xaxis_transform(),
                "ha": "center",
                "va": "center",
            }
            ax.text(place, 0.95 - 0.13 * level, str(number), fontsize=6, bbox=box, zorder=4, **at)


def _test(test: pd.Series, language: str) -> str:
    if test["refused"]:
        ar = f"لا اختبار: عدد الفترات {test['periods']}، عدد المرات {test['hits']}"
        return say(language, ar=ar, en=f"no test: {test['refused']}")
    steps = (float(f"{test[key]:.3g}") for key in ("slope", "slope_low", "slope_high"))
    slope, low, high = (f"{step:+,g}" for step in steps)
    return arabic_label(f"{slope} [{low}, {high}]   q = {test['q']:.2g}")


def _legend(
    events: Sequence[Event], shown: list[tuple[int, float]], left: list[int], language: str
) -> str:
    grey = say(
        language, ar="الرمادي: لم يُنشر شيء يُذكر", en="grey: next to nothing published", join=" · "
    )
    if any(left):
        ar = f"لم تُرسم: كلمات {left[0]}، مجموعات {left[1]} (انظر الجدول)"
        en = (
            f"not drawn: {counted(left[0], 'keyword')}, {counted(left[1], 'group')} (see the table)"
        )
        grey = f"{grey}\n{say(language, ar=ar, en=en, join=' · ')}"
    inside = {number for number, _ in shown}
    outside = "خارج الفترة" if language == "ar" else "outside these periods"
    names = []
    for number, event in enumerate(events, start=1):
        both = {key: str(event.get(key) or "") for key in ("ar", "en")}
        ar, en = both["ar"] or both["en"], both["en"] or both["ar"]
        name = ar if ar == en else say(language, ar=ar, en=en, join=" · ")
        far = "" if number in inside else f" ({outside})"
        names.append(arabic_label(f"{number}  {shorten(name, 60)}{far}"))
    return "\n".join([grey, *names])
