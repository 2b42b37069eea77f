"""The one way to draw each thing: marks with intervals, panels, heat maps, time, notes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import cycle
from textwrap import shorten
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import ArrayLike, NDArray

from q7x2lab.corpus.periods import period_edges
from q7x2lab.figures.labels import ARABIC, arabic_label, in_language, phrase_in, wrap_label
from q7x2lab.figures.style import BLUES, FILLS, GREY, INCH, INK, WIDTH, Look, looks, new_figure

Floats = NDArray[np.float64]
Events = Sequence[Mapping[str, Any]]  # each with date, ar, en
PAGE, TALLEST = 220.0, 180.0  # millimetres: a figure at most, and its part above legend and notes
LETTER = 1.3  # millimetres across, of a small letter on average
WIDEST_NOTE = 125  # letters of a line
MOST_COLUMNS = 5  # of panels
MOST_GROUPS = 7  # told apart by colour and marker; of more a heat map is drawn
CORRECTED = {"corrected": "share", "corrected_low": "low", "corrected_high": "high"}
CLOSE = 0.05  # of the axis: event numbers nearer than that are set on different heights
REACH = (5, 12, 22, 35, 50, 70)  # how far from its point a name may stand, in pixels
DARK = 0.45  # of the colour scale: on darker cells text is white


def percent(value: float, _: object = None) -> str:
    """A share as text in per cent, as a tick of an axis shows it.

    >>> percent(0.25)
    '25 %'
    """
    return f"{100 * value:g} %"


def message(text: str) -> Figure:
    """A figure that says why nothing is drawn."""
    figure = new_figure(WIDTH, 30)
    figure.text(0.5, 0.5, text, ha="center", va="center", color=INK)
    return figure


def finish(figure: Figure, height: float, *notes: str, **look: Any) -> Figure:
    """The figure made as tall as its plot and what stands below: a legend, then notes.

    Parameters
    ----------
    height
        Of the plot, in millimetres. The whole is never taller than a page.
    notes
        Text as it is read, a paragraph each; empty ones are left out. The legend names whatever
        bears a label in the axes.
    look
        Of the notes, as ``fontweight="bold"``.
    """
    named: dict[str, Any] = {}
    for axes in figure.axes:
        handles, names = axes.get_legend_handles_labels()
        named |= dict(zip(names, handles, strict=True))
    text = "\n".join(wrap_label(line, WIDEST_NOTE) for note in notes for line in note.splitlines())
    edge, side = (0.99, "right") if ARABIC.search(text) else (0.01, "left")
    foot = figure.supxlabel(text, x=edge, ha=side, y=0, fontsize=7.5, linespacing=0.85, **look)
    columns = max(1, int(WIDTH // (14 + LETTER * max(map(len, named), default=0))))
    key = figure.legend(named.values(), named, loc="lower center", ncols=columns)
    tall = [part.get_window_extent().height / figure.dpi * INCH for part in (foot, key)]
    below = (tall[0] + 3 if text else 0) + (tall[1] if named else 0)
    whole = min(height + below, PAGE)
    figure.set_size_inches(WIDTH / INCH, whole / INCH)
    key.set_bbox_to_anchor((0.5, (below - tall[1]) / whole))
    foot.set_y(1 / whole)
    figure.set_layout_engine("constrained", rect=(0, below / whole, 1, 1 - below / whole))
    return figure


def dots(
    axes: Axes,
    places: ArrayLike,
    part: pd.DataFrame,
    look: Look,
    *,
    sideways: bool = False,
    filled: bool = True,
) -> None:
    """Draw estimates with their intervals; a mark without an interval is hollow.

    Parameters
    ----------
    places
        Where each row of ``part`` stands, across; up if ``sideways``.
    part
        Columns ``share``, ``low`` and ``high``.
    look
        Colour, marker and label, as `looks` gives them.
    filled
        False makes every mark hollow, as a second kind of estimate beside the first.
    """
    at, colour = np.asarray(places, float), look["color"]
    value, low, high = (part[name].to_numpy(float) for name in ("share", "low", "high"))
    known = ~np.isnan(low)
    draw = axes.hlines if sideways else axes.vlines
    draw(at[known], low[known], high[known], color=colour, lw=1.1)
    face = np.where(known & filled, colour, "white").tolist()
    x, y = (value, at) if sideways else (at, value)
    axes.scatter(x, y, s=16, marker=look["marker"], c=face, edgecolors=colour, zorder=3)
    axes.plot([], [], ls="", **look)


def rows_of_marks(
    table: pd.DataFrame, row: str, titles: Mapping[Any, str], *, corrected: bool = False
) -> tuple[Figure, Axes, float]:
    """A figure with a row for each title, and in each row a mark with its interval for each group.

    Parameters
    ----------
    table
        Columns ``row``, ``group``, ``share``, ``low`` and ``high``.
    row
        The column whose values are the rows.
    titles
        What stands beside each row, from the top.
    corrected
        Whether a second estimate (``corrected``, ``corrected_low``, ``corrected_high``) is drawn
        hollow, a little lower.

    Returns
    -------
    Figure, Axes, float
        The height in millimetres is that of the plot, for `finish`.
    """
    groups = looks(table["group"])
    figure, height = new_figure(), 14 + len(titles) * max(7.0, 3 + 3.4 * len(groups))
    axes = figure.subplots()
    steps = np.linspace(0.34, -0.34, len(groups)) if len(groups) > 1 else [0.0]
    base = {name: -number for number, name in enumerate(titles)}
    for (group, look), step in zip(groups.items(), steps, strict=True):
        part = table[table["group"] == group]
        places = part[row].map(base).to_numpy(float) + step
        dots(axes, places, part, look, sideways=True)
        if corrected:
            second = part[list(CORRECTED)].rename(columns=CORRECTED)
            dots(axes, places - 0.06, second, look, sideways=True, filled=False)
    axes.set_yticks(list(base.values()), list(titles.values()), fontsize=9)
    axes.set_ylim(-len(base) + 0.4, 0.6)
    axes.set_xlim(left=-0.02 * max(float(table["share"].max()), 0.01))  # room for marks at 0
    axes.xaxis.set_major_formatter(percent)
    axes.grid(axis="x")
    return figure, axes, height


def panel_grid(number: int, height: float, columns: int) -> tuple[Figure, list[Axes], float]:
    """A figure of so many panels of one scale across, and the height of all of them.

    There are more columns than asked where the panels would be taller than a page.
    """
    columns = min(columns, number)
    while -(-number // columns) * height > TALLEST and columns < MOST_COLUMNS:
        columns += 1
    rows = -(-number // columns)
    figure = new_figure()
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True).ravel()
    for place, panel in enumerate(grid):
        panel.tick_params(labelbottom=place + columns >= number)
        if place >= number:
            panel.set_axis_off()
    return figure, list(grid[:number]), min(rows * height, TALLEST)


def bars(axes: Axes, names: Iterable[str], lengths: Any, paint: Any) -> BarContainer:
    """Draw a bar for each name, from the top."""
    labels = [arabic_label(name) for name in names]
    places = -np.arange(len(labels))
    axes.set_yticks(places, labels, fontsize=9)
    axes.set_ylim(-len(labels) + 0.3, 0.7)
    return axes.barh(places, lengths, color=paint, edgecolor=INK, linewidth=0.4)


def lines_over_time(
    table: pd.DataFrame,
    column: str,
    titles: Mapping[Any, str],
    *,
    columns: int = 2,
    grey: Collection[Any] = (),
    events: Events = (),
) -> tuple[Figure, list[Axes], float]:
    """A figure with a panel for each title, a line for each group: marks with intervals over time.

    A line is broken where a period is missing; a mark without an interval is hollow.

    Parameters
    ----------
    table
        Columns ``column``, ``group``, ``period``, ``share``, ``low`` and ``high``.
    titles
        The values of ``column``, each with the title of its panel.
    columns
        How many panels stand beside each other.
    grey
        Values of ``column`` whose panel is drawn in grey.
    """
    figure, panels, height = panel_grid(len(titles), 42, columns)
    periods, groups = every_period(table["period"].tolist()), looks(table["group"])
    places = event_places(events, periods)
    for panel, (name, title) in zip(panels, titles.items(), strict=True):
        for group, look in groups.items():
            own = (table[column] == name) & (table["group"] == group)
            part = table[own].set_index("period").reindex(periods)
            style = {**look, "color": GREY} if name in grey else look
            panel.plot(range(len(part)), part["share"], color=style["color"], lw=0.9)
            dots(panel, np.arange(len(part)), part, style)
        panel.set_title(title, color=GREY if name in grey else INK)
        panel.set_ylim(bottom=0)
        panel.yaxis.set_major_formatter(percent)
        panel.grid(axis="y")
        name_periods(panel, periods)
        draw_events(panel, places, len(periods))
    return figure, panels, height


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


def name_periods(axes: Axes, labels: Sequence[str]) -> None:
    """Name the periods under their middles, or as many as there is room for."""
    names = [label.split("/")[0] for label in labels]
    room = WIDTH * axes.get_position().width
    step = -(-len(names) // max(2, int(room // (LETTER * len(names[0]) + 4))))
    axes.set_xticks(range(0, len(names), step), names[::step])


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
    look: Look = {"ha": "center", "va": "center", "fontsize": 7, "bbox": circle, "zorder": 4}
    for number, place in sorted(places, key=lambda pair: pair[1]):
        axes.axvline(place, color=GREY, linewidth=0.7, linestyle=(0, (4, 3)), zorder=1)
        level = (level + 1) % 3 if (place - last) / width < CLOSE else 0
        last = place
        if numbers:
            spot = (place, 0.95 - 0.13 * level)
            axes.text(*spot, str(number), transform=axes.get_xaxis_transform(), **look)


def event_names(events: Events, labels: Sequence[str], language: str) -> str:
    """The events with their numbers, for the notes of a figure.

    An event without a name in this language has that of the other; one outside the periods is
    said to be.
    """
    inside = dict(event_places(events, labels))
    outside = phrase_in("ar" if language == "ar" else "en", "outside")
    names = []
    for number, event in enumerate(events, start=1):
        ar, en = (str(event.get(key) or "") for key in ("ar", "en"))
        name = in_language(language, ar=ar, en=en, join=" / ") if ar and en else ar or en
        far = "" if number in inside else f" ({outside})"
        names.append(f"{number} {shorten(name, 60)}{far}")
    return " · ".join(names)


def heat_map(
    values: pd.DataFrame, texts: NDArray[Any], names: Sequence[str], *, norm: Any = None
) -> tuple[Figure, Axes, float]:
    """A figure of cells, darker the larger, with their texts where these fit, else a colour bar.

    Parameters
    ----------
    values
        Rows × columns; missing ones stay white.
    texts
        What is printed in each cell, of the same shape.
    names
        What stands beside each row.
    """
    figure, shape = new_figure(), values.shape
    height = min(22 + 8 * shape[0], TALLEST)
    axes, numbers = figure.subplots(), values.to_numpy(float)
    image: Any = axes.imshow(numbers, aspect="auto", cmap=BLUES, norm=norm)
    if max(map(len, np.ravel(texts)), default=0) * LETTER * shape[1] < WIDTH - 40:
        for (y, x), text in np.ndenumerate(texts):
            colour = "white" if text and image.norm(numbers[y, x]) > DARK else INK
            axes.text(x, y, text, ha="center", va="center", fontsize=7, color=colour)
    else:
        figure.colorbar(image, ax=axes, shrink=0.8, format="{x:,g}")
    axes.set_yticks(range(shape[0]), names, fontsize=9 if shape[0] < TALLEST / 5 else 7)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    return figure, axes, height


def stacked_bars(
    axes: Axes, table: pd.DataFrame, rows: list[str], parts: Mapping[str, str]
) -> None:
    """Draw one bar a row, made of parts that follow one another; some parts bear a text.

    Parameters
    ----------
    table
        Columns ``row``, ``part``, ``share`` and ``text`` (empty: nothing is printed); ``width`` is
        that of the outline of a part.
    rows
        The rows from the top, as ``row`` names them.
    parts
        The parts in their order, each with its name in a legend. Shades are hatched, so that they
        are told apart in grey.
    """
    places, left = -np.arange(len(rows)), np.zeros(len(rows))
    box = {"fc": "white", "ec": "none", "pad": 0.7}
    for part, (shade, hatch) in zip(parts, cycle(FILLS), strict=False):
        own = table[table["part"] == part].set_index("row").reindex(rows)
        share = own["share"].fillna(0).to_numpy(float)
        look: Look = {"facecolor": shade, "edgecolor": INK, "hatch": hatch}
        look |= {"linewidth": own["width"].fillna(0), "label": parts[part] if share.any() else None}
        drawn = axes.barh(places, share, left=left, height=0.7, **look)
        axes.bar_label(drawn, own["text"].fillna(""), label_type="center", fontsize=8, bbox=box)
        left += share
    axes.set_xlim(0, 1)
    axes.set_ylim(-len(rows) + 0.4, 0.6)
    axes.xaxis.set_major_formatter(percent)
    axes.grid(axis="x")


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
    figure.draw_without_rendering()
    clear = axes.transData.transform(marks)
    taken: list[Bbox] = []
    look: Look = {"ha": "center", "va": "center", "textcoords": "offset points", "in_layout": False}
    line = {"arrowstyle": "-", "color": GREY, "lw": 0.5, "shrinkB": 2}
    for label, point in zip(labels, points, strict=True):
        text = axes.annotate(arabic_label(label), tuple(point), (0, 0), arrowprops=line, **look)
        size = Text.get_window_extent(text)
        half = np.array([size.width / 2 + 2, size.height / 2 + 1])
        centre = axes.transData.transform(point)
        box = _free_place(centre, half, taken, clear, axes.bbox)
        if box is None:
            text.remove()
            continue
        taken.append(box)
        middle = box.get_points().mean(axis=0)
        text.set_position(tuple((middle - centre) * 72 / figure.dpi))


def _free_place(
    centre: Floats, half: Floats, taken: list[Bbox], clear: Floats, frame: Bbox
) -> Bbox | None:
    """The nearest box of that half size that covers nothing, in pixels."""
    for gap in REACH:
        for angle in np.linspace(0, 2 * np.pi, 16, endpoint=False):
            middle = centre + np.array([np.cos(angle), np.sin(angle)]) * (half + gap)
            box = Bbox([middle - half, middle + half])
            inside = frame.contains(*box.min) and frame.contains(*box.max)
            if inside and not box.count_overlaps(taken) and not box.padded(3).count_contains(clear):
                return box
    return None
