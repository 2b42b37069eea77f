"""Rates over time: small multiples on one scale, with intervals, exposure and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from q7x2lab.analysis.trends import Trend
from q7x2lab.figures.labels import arabic_label, say
from q7x2lab.figures.style import GREY, INK, colours, markers, new_figure

PER = {
    "million_tokens": ("لكل مليون كلمة", "per million tokens"),
    "thousand_articles": ("لكل ألف مقال", "per thousand articles"),
}
_WIDE = 24


def plot_trends(
    trend: Trend, *, events: Sequence[dict[str, str]] = (), language: str = "both"
) -> Figure:
    """Rates by period, a row a query and a column a group, all on the scale of their row.

    A period in which a group published nothing is a gap in the line. Dots grow with the exposure
    (tokens) of the period; bands are 95 % intervals. events: `date`, `ar`, `en`; numbered lines.
    """
    rates = trend.rates
    queries, groups = list(dict.fromkeys(rates["query"])), list(dict.fromkeys(rates["group"]))
    height = 34 + 42 * len(queries)
    figure = new_figure(max(110, 62 * len(groups)), height)
    axes = figure.subplots(len(queries), len(groups), sharex=True, sharey="row", squeeze=False)
    colour, marker = colours(groups), markers(groups)
    most = rates["tokens"].max()
    for (query, group), part in rates.groupby(["query", "group"], sort=False):
        ax = axes[queries.index(query)][groups.index(group)]
        _draw(ax, part, colour[group], marker[group], most)
        _draw_events(ax, part, events)
    for column, group in enumerate(groups):
        name = say(language, ar="كل المصادر", en="all outlets") if group == "all" else group
        axes[0][column].set_title(arabic_label(name))
    for row, query in enumerate(queries):
        axes[row][0].set_ylabel(arabic_label(query))
        axes[row][0].set_ylim(bottom=0)
    figure.supylabel(say(language, ar=PER[trend.per][0], en=PER[trend.per][1]), fontsize=10)
    figure.supxlabel(_legend(events, language), fontsize=9, color=INK)
    return figure


def _draw(ax: Axes, part: pd.DataFrame, colour: str, marker: str, most: int) -> None:
    x = np.arange(len(part))
    rate = part["rate"].to_numpy()
    ax.fill_between(x, part["low"], part["high"], color=colour, alpha=0.2, linewidth=0)
    ax.plot(x, rate, color=colour, linewidth=1.2)
    size = 4 + 36 * part["tokens"].to_numpy() / max(most, 1)
    ax.scatter(x, rate, s=size, color=colour, marker=marker, zorder=3)
    for gap in _runs(np.isnan(rate)):
        ax.axvspan(gap[0] - 0.5, gap[1] + 0.5, color="#f0f0f0", zorder=0, linewidth=0)
    step = max(1, len(part) // 6)
    ax.set_xticks(x[::step], part["period"].iloc[::step], rotation=45, ha="right", fontsize=8)


def _runs(missing: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], missing.astype(int), [0]])))
    return [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]


def _draw_events(ax: Axes, part: pd.DataFrame, events: Sequence[dict[str, Any]]) -> None:
    periods = pd.PeriodIndex(part["period"], freq=_freq(part["period"].iloc[0]))
    for number, event in enumerate(events, start=1):
        place = periods.get_indexer([pd.Period(event["date"], freq=periods.freq)])[0]
        if place >= 0:
            ax.axvline(place, color=GREY, linewidth=0.8, linestyle="--", zorder=1)
            at = ax.get_xaxis_transform()
            ax.text(place, 1.0, str(number), transform=at, ha="center", va="bottom", fontsize=7)


def _freq(period: str) -> str:
    if "/" in period:
        return "W-SUN"
    return {4: "Y", 6: "Q", 7: "M"}.get(len(period), "D")


def _legend(events: Sequence[dict[str, str]], language: str) -> str:
    lines = [say(language, ar="الرمادي: لم يُنشر شيء", en="grey: nothing published", join=" · ")]
    for number, event in enumerate(events, start=1):
        ar, en = (
            event.get(key) or event.get(other) or "" for key, other in (("ar", "en"), ("en", "ar"))
        )
        lines.append(arabic_label(f"{number}  " + say(language, ar=ar, en=en, join=" · ")))
    return "\n".join(lines)
