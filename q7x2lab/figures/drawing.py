"""What several figures draw alike: marks with intervals, lines over time, events, names."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import cycle
from textwrap import shorten
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike, NDArray

from q7x2lab.corpus.periods import period_edges
from q7x2lab.figures.labels import arabic_label, phrase, say, wrap_label
from q7x2lab.figures.style import GREY, HATCHES, INK, PALE, SHADES, looks

Floats = NDArray[np.float64]
Events = Sequence[Mapping[str, Any]]  # each with date, ar, en
NAMED_PERIODS = 6  # of a time axis; more labels of a month each would meet
CLOSE = 0.05  # of the axis: event numbers nearer than that are set on different heights
REACH = (5, 12, 22, 35, 50, 70)  # how far from its point a name may stand, in pixels


def percent(value: float, _: object = None) -> str:
    """A share as text in per cent, as a tick of an axis shows it.

    >>> percent(0.25)
    '25 %'
    """
    return f"{100 * value:g} %"


def message(figure: Figure, text: str) -> None:
    """Write into an empty figure why nothing is drawn."""
    figure.text(0.5, 0.5, text, ha="center", va="center", color=INK)


def marked_runs(marked: ArrayLike) -> Iterator[tuple[int, int]]:
    """First and last place of each unbroken run of marked places.

    >>> list(marked_runs([True, True, False, True]))
    [(0, 1), (3, 3)]
    """
    turns = np.flatnonzero(np.diff(np.r_[0, np.asarray(marked, int), 0]))
    yield from ((int(a), int(b) - 1) for a, b in turns.reshape(-1, 2))


def dots(
    axes: Axes,
    places: ArrayLike,
    part: pd.DataFrame,
    *,
    colour: str,
    marker: str = "o",
    label: str | None = None,
    sideways: bool = False,
    size: float = 20,
    filled: bool = True,
) -> None:
    """Draw estimates with their intervals; a mark without an interval is hollow.

    Parameters
    ----------
    places
        Where each row of ``part`` stands, across; up if ``sideways``.
    part
        Columns ``share``, ``low`` and ``high``.
    filled
        False makes every mark hollow, as a second kind of estimate beside the first.
    """
    at = np.asarray(places, float)
    value, low, high = (part[name].to_numpy(float) for name in ("share", "low", "high"))
    known = ~np.isnan(low)
    draw = axes.hlines if sideways else axes.vlines
    draw(at[known], low[known], high[known], color=colour, lw=1.1)
    face = np.where(known & filled, colour, "white").tolist()
    x, y = (value, at) if sideways else (at, value)
    axes.scatter(x, y, s=size, marker=marker, c=face, edgecolors=colour, zorder=3)
    if label is not None:
        axes.plot([], [], marker, color=colour, label=label)


def dots_by_row(
    axes: Axes, table: pd.DataFrame, row: str, titles: Mapping[Any, str], *, names: bool = True
) -> dict[Any, Floats]:
    """Draw a row for each title, and in each row one mark with its interval for each group.

    Parameters
    ----------
    table
        Columns ``row``, ``group``, ``share``, ``low`` and ``high``.
    row
        The column whose values are the rows.
    titles
        What stands beside each row, from the top.
    names
        Whether the groups are named in a legend.

    Returns
    -------
    dict
        For each group, where its rows of the table were drawn.
    """
    groups = looks(table["group"])
    steps = np.linspace(0.34, -0.34, len(groups)) if len(groups) > 1 else [0.0]
    base = {name: -number for number, name in enumerate(titles)}
    drawn = {}
    for (group, look), step in zip(groups.items(), steps, strict=True):
        part = table[table["group"] == group]
        drawn[group] = part[row].map(base).to_numpy(float) + step
        label = arabic_label(group) if names else None
        dots(axes, drawn[group], part, sideways=True, label=label, **look)
    axes.set_yticks(list(base.values()), list(titles.values()), fontsize=9)
    axes.set_ylim(-len(base) + 0.4, 0.6)
    axes.set_xlim(left=-0.02 * max(float(table["share"].max()), 0.01))  # room for marks at 0
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    return drawn


def panel_grid(figure: Figure, number: int, columns: int) -> list[Axes]:
    """So many panels on one time axis, some beside each other; the rest of a row stays empty."""
    columns = min(columns, number)
    grid = figure.subplots(-(-number // columns), columns, squeeze=False, sharex=True).ravel()
    for panel in grid[number:]:
        panel.set_axis_off()
    return list(grid[:number])


def lines_over_time(
    panels: Sequence[Axes],
    table: pd.DataFrame,
    column: str,
    titles: Mapping[Any, str],
    periods: Sequence[str],
    *,
    grey: Collection[Any] = (),
) -> None:
    """Draw a panel for each title with a line for each group: marks with intervals over periods.

    A line is broken where a period is missing; a mark without an interval is hollow.

    Parameters
    ----------
    table
        Columns ``column``, ``group``, ``period``, ``share``, ``low`` and ``high``.
    titles
        The values of ``column``, each with the title of its panel.
    grey
        Values of ``column`` whose panel is drawn in grey.
    """
    groups = looks(table["group"])
    for panel, (name, title) in zip(panels, titles.items(), strict=True):
        for group, look in groups.items():
            own = (table[column] == name) & (table["group"] == group)
            part = table[own].set_index("period").reindex(periods)
            style = {**look, "colour": GREY} if name in grey else look
            panel.plot(range(len(part)), part["share"], color=style["colour"], lw=0.9)
            label = arabic_label(group) if len(groups) > 1 else None
            dots(panel, np.arange(len(part)), part, label=label, size=12, **style)
        panel.set_title(title, fontsize=9, color=GREY if name in grey else INK)
        panel.set_ylim(bottom=0)
        panel.grid(axis="y", color=PALE, linewidth=0.6)
        name_periods(panel, periods)
        panel.tick_params(axis="y", labelsize=7)


def every_period(labels: Sequence[str]) -> list[str]:
    """All periods from the first to the last, those that nothing was published in included.

    >>> every_period(["2022-01", "2022-03"])
    ['2022-01', '2022-02', '2022-03']
    """
    known = sorted(set(labels))
    if not known:
        return []
    frequency: Any = "W-SUN" if "/" in known[0] else pd.Period(known[0]).freq
    every = pd.period_range(known[0][:10], known[-1][:10], freq=frequency).astype(str).tolist()
    return every if set(known) <= set(every) else known  # periods of one's own as they stand


def name_periods(
    axes: Axes, labels: Sequence[str], first: int = 0, last: int = -1, most: int = NAMED_PERIODS
) -> None:
    """Name some of the periods between first and last under the axis, evenly spread."""
    end = last % len(labels)
    shown = range(first, end + 1, max(1, -(-(end - first + 1) // most)))
    names = [labels[place].split("/")[0] for place in shown]
    axes.set_xticks(list(shown), names, rotation=40, ha="right", fontsize=7.5)


def event_places(events: Events, labels: Sequence[str]) -> list[tuple[int, float]]:
    """Number and place of each event that falls within the periods: period 0 is centred at 0.

    >>> event_places([{"date": "2022-02-01"}, {"date": "2031-01-01"}], ["2022-01", "2022-02"])
    [(1, 0.5)]
    """
    edges, places = period_edges(labels), []
    for number, event in enumerate(events, start=1):
        day = pd.Timestamp(event["date"])
        place = int(edges.searchsorted(day, side="right")) - 1
        if 0 <= place < len(labels):
            share = (day - edges[place]) / (edges[place + 1] - edges[place])
            places.append((number, float(place - 0.5 + share)))
    return places


def draw_events(
    axes: Axes, places: Sequence[tuple[int, float]], width: float, *, numbers: bool = True
) -> None:
    """Draw dashed lines; their numbers at the top, on another height where two are close."""
    last, level = -np.inf, 0
    circle = {"boxstyle": "circle,pad=0.12", "fc": "white", "ec": GREY, "lw": 0.5}
    for number, place in sorted(places, key=lambda pair: pair[1]):
        axes.axvline(place, color=GREY, linewidth=0.7, linestyle=(0, (4, 3)), zorder=1)
        level = (level + 1) % 3 if (place - last) / width < CLOSE else 0
        last = place
        if numbers:
            spot = (place, 0.95 - 0.13 * level)
            axes.annotate(str(number), spot, xycoords=("data", "axes fraction"), ha="center",
                          va="center", fontsize=6, bbox=circle, zorder=4)  # fmt: skip


def event_names(events: Events, shown: Sequence[tuple[int, float]], language: str) -> list[str]:
    """A line for each event with its number, for the foot of a figure.

    An event without a name in this language has that of the other; one outside the periods is
    said to be.
    """
    inside = {number for number, _ in shown}
    outside = phrase("ar" if language == "ar" else "en", "outside")
    lines = []
    for number, event in enumerate(events, start=1):
        ar, en = (str(event.get(key) or "") for key in ("ar", "en"))
        name = say(language, ar=ar, en=en, join=" · ") if ar and en else ar or en
        far = "" if number in inside else f" ({outside})"
        lines.append(arabic_label(f"{number}  {shorten(name, 60)}{far}"))
    return lines


def foot(figure: Figure, text: str, *, weight: str = "normal") -> None:
    """Write notes under a figure, from its left edge."""
    figure.supxlabel(text, fontsize=7.5, color=INK, x=0.01, ha="left", fontweight=weight)


def stacked_bars(
    axes: Axes, table: pd.DataFrame, rows: Sequence[Any], parts: Mapping[str, str]
) -> list[Patch]:
    """Draw one bar a row, made of parts that follow one another; some parts bear a text.

    Parameters
    ----------
    table
        Columns ``row``, ``part``, ``share`` and ``text`` (empty: nothing is printed); ``strong``
        marks parts with a thick outline.
    rows
        The rows from the top, as ``row`` names them.
    parts
        The parts in their order, each with its name in a legend. Shades are hatched, so that they
        are told apart in grey.

    Returns
    -------
    list of Patch
        Handles for a legend.
    """
    place, left = {row: -number for number, row in enumerate(rows)}, dict.fromkeys(rows, 0.0)
    styles: dict[str, dict[str, Any]] = {
        part: {"facecolor": shade, "hatch": hatch, "edgecolor": INK}
        for part, shade, hatch in zip(parts, cycle(SHADES), cycle(HATCHES), strict=False)
    }
    box = {"fc": "white", "ec": "none", "pad": 0.7}
    for part, style in styles.items():
        for line in table[table["part"] == part].to_dict("records"):
            at, width = left[line["row"]], 1.6 if line.get("strong") else 0.4
            y, share = place[line["row"]], line["share"]
            axes.barh(y, share, left=at, height=0.7, linewidth=width, **style)
            if line["text"]:
                spot = (at + share / 2, y)
                axes.annotate(line["text"], spot, ha="center", va="center", fontsize=8, bbox=box)
            left[line["row"]] += share
    axes.set_xlim(0, 1)
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.xaxis.set_major_formatter(percent)
    return [Patch(label=label, **styles[part]) for part, label in parts.items()]


def row_names(names: Sequence[str], width: int = 26) -> list[str]:
    """Names beside rows, broken into lines of at most that many letters."""
    return [wrap_label(name, width) for name in names]


def name_points(
    figure: Figure, axes: Axes, points: Floats, labels: Sequence[str], marks: Floats
) -> None:
    """Write names beside their points, none over another name or over a mark.

    Parameters
    ----------
    points
        Of the names, names × 2, in the units of the axes. The first has the first choice of
        place; one that finds no free place is not written.
    marks
        All points that must stay visible, marks × 2.
    """
    texts = [axes.text(0, 0, arabic_label(label), fontsize=9) for label in labels]
    for text in texts:
        text.set_in_layout(False)
    figure.draw_without_rendering()
    sizes = [text.get_window_extent() for text in texts]
    taken, clear = np.empty((0, 4)), axes.transData.transform(marks)
    line = {"arrowstyle": "-", "color": GREY, "lw": 0.5, "shrinkB": 2}
    for text, size, point in zip(texts, sizes, points, strict=True):
        text.remove()
        half = np.array([size.width / 2 + 2, size.height / 2 + 1])
        centre = axes.transData.transform(point)
        shift = _free_place(centre, half, taken, clear, axes.bbox)
        if shift is None:
            continue
        taken = np.vstack([taken, [*(centre + shift - half), *(centre + shift + half)]])
        axes.annotate(text.get_text(), tuple(point), tuple(shift * 72 / figure.dpi),
                      textcoords="offset points", arrowprops=line, in_layout=False, ha="center",
                      va="center", fontsize=9, color=INK)  # fmt: skip


def _free_place(
    centre: Floats, half: Floats, taken: Floats, clear: Floats, frame: Bbox
) -> Floats | None:
    """The nearest shift of a box of that half size at which it covers nothing, in pixels."""
    for gap in REACH:
        for angle in np.linspace(0, 2 * np.pi, 16, endpoint=False):
            shift = np.array([np.cos(angle), np.sin(angle)]) * (half + gap)
            low, high = centre + shift - half, centre + shift + half
            inside = (low >= frame.min).all() and (high <= frame.max).all()
            covers = ((taken[:, :2] < high) & (low < taken[:, 2:])).all(axis=1).any()
            hides = ((clear > low - 3) & (clear < high + 3)).all(axis=1).any()
            if inside and not covers and not hides:
                return shift
    return None
