"""The one way to draw each thing: marks with intervals, panels, heat maps, time, notes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import cycle, product
from math import ceil
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

from q7x2lab.corpus.periods import DAY, period_edges, period_starts, stray_dates
from q7x2lab.figures import style
from q7x2lab.figures.labels import ARABIC, arabic_label, note, wrap_label
from q7x2lab.figures.style import GREY, INCH, INK, WIDTH, Look, looks, new_figure, subplots

Floats = NDArray[np.float64]
Events = Sequence[Mapping[str, Any]]  # each with date, ar, en
PAGE, TALLEST = 220.0, 190.0  # millimetres: a figure at most, and its part above legend and notes
LEADING = 0.85 if style.CHOSEN.get("font", "Amiri") == "Amiri" else 1.0  # Amiri leads widely
LETTER = 1.3  # millimetres across, of a small letter on average
WIDEST_NOTE = int(WIDTH / 1.28)  # letters of a line
MOST_COLUMNS, MOST_LINES = 5, 5  # of panels beside each other; in a panel
NARROW = 120.0  # millimetres: in a figure below, panels stand under one another
NARROWEST, MOST_GROUPS = 2.2, 7  # millimetres a mark, and groups told apart; else a heat map
CORRECTED = {"corrected": "share", "corrected_low": "low", "corrected_high": "high"}
CUT = 2.0  # times the highest estimate: where a scale ends, whatever the intervals
REACH = (5, 12, 22, 35, 50, 70)  # how far from its point a name may stand, in pixels
NEIGHBOURS = 0.15  # of the periods: nearer events have their numbers on different heights
TENTH = 0.1  # a share; where none is larger, a cell has a digit behind the point
DARK = 0.55  # of the colour scale: on darker cells text is white


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
    lines = "\n".join(notes).splitlines()
    text = "\n".join(wrap_label(line, WIDEST_NOTE) for line in lines if line)
    edge, side = (0.99, "right") if ARABIC.search(text) else (0.01, "left")
    foot = figure.supxlabel(text, x=edge, ha=side, y=0, fontsize=7.5, linespacing=LEADING, **look)
    most = max(1, int(WIDTH // (10 + LETTER * max(map(len, named), default=0))))
    rows = ceil(len(named) / most)  # with as many in each: of seven none stands alone
    columns = ceil(len(named) / max(rows, 1))
    key = figure.legend(named.values(), named, loc="lower center", ncols=max(columns, 1))
    tall = [part.get_window_extent().height / figure.dpi * INCH for part in (foot, key)]
    below = (tall[0] + 3 if text else 0) + (tall[1] if named else 0)
    whole = min(height + below, PAGE)
    figure.set_size_inches(WIDTH / INCH, whole / INCH)
    key.set_bbox_to_anchor((0.5, (below - tall[1]) / whole))
    foot.set_y(1 / whole)
    figure.set_layout_engine("constrained", rect=(0, below / whole, 1, 1 - below / whole))
    return figure


def dots(
    axes: Axes, places: ArrayLike, part: pd.DataFrame, look: Look, *, sideways: bool = False
) -> None:
    """Draw estimates with their intervals; a mark without an interval is hollow.

    Parameters
    ----------
    places
        Where each row of ``part`` stands, across; up if ``sideways``.
    part
        Columns ``share``, ``low`` and ``high``.
    look
        Colour, marker and label, as `looks` gives them; with ``fillstyle="none"`` every mark is
        hollow, as a second kind of estimate beside the first.
    """
    at, colour = np.asarray(places, float), look["color"]
    value, low, high = (part[name].to_numpy(float) for name in ("share", "low", "high"))
    known = ~np.isnan(low)
    draw = axes.hlines if sideways else axes.vlines
    draw(at[known], low[known], high[known], color=colour, lw=1.1)
    face = np.where(known & (look.get("fillstyle") != "none"), colour, "white").tolist()
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
        What stands beside each row, from the top. With more rows and groups than a page holds
        marks of, each estimate is a cell with its per cent.
    corrected
        Whether a second estimate (``corrected``, ``corrected_low``, ``corrected_high``) is drawn
        hollow, a little lower.

    Returns
    -------
    Figure, Axes, float
        The height in millimetres is that of the plot, for `finish`.
    """
    groups = looks(table["group"])
    step = min(max(7.0, 3 + 3.4 * len(groups)), TALLEST / len(titles))
    if len(groups) > MOST_GROUPS or step < NARROWEST * len(groups):
        return _cells_by_row(table, row, titles)
    figure, axes = subplots()
    asides = np.linspace(0.34, -0.34, len(groups)) if len(groups) > 1 else [0.0]
    base = {name: -number for number, name in enumerate(titles)}
    for (group, look), aside in zip(groups.items(), asides, strict=True):
        part = table[table["group"] == group]
        places = part[row].map(base).to_numpy(float) + aside
        dots(axes, places, part, look, sideways=True)
        if corrected:
            second = part[list(CORRECTED)].rename(columns=CORRECTED)
            hollow = {**look, "fillstyle": "none", "label": ""}
            dots(axes, places - 0.06, second, hollow, sideways=True)
    axes.set_yticks(list(base.values()), list(titles.values()), fontsize=9)
    axes.set_ylim(-len(base) + 0.4, 0.6)
    axes.set_xlim(left=-0.02 * max(float(table["share"].max()), 0.01))  # room for marks at 0
    axes.xaxis.set_major_formatter(percent)
    axes.grid(axis="x")
    return figure, axes, 14 + step * len(titles)


def _cells_by_row(
    table: pd.DataFrame, row: str, titles: Mapping[Any, str]
) -> tuple[Figure, Axes, float]:
    """What `rows_of_marks` draws where there are too many marks: a heat map of the estimates."""
    values = table.pivot(index=row, columns="group", values="share")
    values = values.loc[list(titles), list(dict.fromkeys(table["group"]))]
    digits = 0 if table["share"].max() > TENTH else 1  # else nearly all would read 0 or 1
    texts = values.map(lambda share: "" if share != share else f"{100 * share:.{digits}f}")
    figure, axes, height = heat_map(values, texts.to_numpy(), list(titles.values()))
    names = [arabic_label(name) for name in values.columns]
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    return figure, axes, height


def panel_grid(number: int, height: float) -> tuple[Figure, float]:
    """A figure of so many panels of one scale across, and the height of all of them.

    Two stand beside each other, or as many as keep the panels within a page.
    """
    columns = min(2 if WIDTH >= NARROW else 1, number)
    while -(-number // columns) * height > TALLEST and columns < MOST_COLUMNS:
        columns += 1
    rows = -(-number // columns)
    figure, grid = subplots(rows, columns, squeeze=False, sharex=True)
    for place, panel in enumerate(grid.ravel()):
        panel.tick_params(labelbottom=place + columns >= number)
        if place >= number:
            panel.remove()
    return figure, min(rows * height, TALLEST)


def bars(axes: Axes, names: Iterable[str], lengths: Any, paint: Any) -> BarContainer:
    """Draw a bar for each name, from the top."""
    labels = [arabic_label(name) for name in names]
    places = -np.arange(len(labels))
    axes.set_yticks(places, labels, fontsize=8)
    axes.set_ylim(-len(labels) + 0.3, 0.7)
    return axes.barh(places, lengths, color=paint, edgecolor=INK, linewidth=0.4)


def lines_over_time(
    table: pd.DataFrame,
    column: str,
    titles: Mapping[Any, str],
    language: str,
    *,
    grey: Collection[Any] = (),
    events: Events = (),
) -> tuple[Figure, float, list[str]]:
    """A figure with a panel for each title, a line for each group: marks with intervals over time.

    A line is broken where a period is missing; a mark without an interval is hollow. An interval
    that would press the marks flat is cut, and bears an arrow. Periods far from nearly all articles
    are not drawn.

    Parameters
    ----------
    table
        Columns ``column``, ``group``, ``period``, ``articles``, ``share``, ``low`` and ``high``.
    titles
        The values of ``column``, each with the title of its panel, as it is read.
    grey
        Values of ``column`` whose panel is drawn in grey.

    Returns
    -------
    Figure, float, list of str
        The height in millimetres is that of the panels; the notes name events and what is left out
        or cut; both are for `finish`.
    """
    figure, height = panel_grid(len(titles), 42)
    periods, far = news_periods(table)
    most = table.groupby("group", sort=False)["articles"].sum().nlargest(MOST_LINES).index
    groups, cut = looks(name for name in table["group"] if name in most), False
    asides = np.linspace(-0.2, 0.2, len(groups)) if len(groups) > 1 else np.zeros(1)
    for panel, (name, title) in zip(figure.axes, titles.items(), strict=True):
        own = table[(table[column] == name) & table["period"].isin(periods)]
        panel.set_ylim(0, scale_top(own["share"], own["high"]) * room_above(events, periods))
        for (group, look), aside in zip(groups.items(), asides, strict=True):
            part = own[own["group"] == group].set_index("period").reindex(periods)
            style = {**look, "color": GREY} if name in grey else look
            at = np.arange(len(part)) + aside
            panel.plot(at, part["share"], color=style["color"], lw=0.9)
            dots(panel, at, part, style)
            cut |= mark_cut(panel, at, part["high"], style["color"])
        name_panel(panel, title, color=GREY if name in grey else INK)
        panel.yaxis.set_major_formatter(percent)
        panel.grid(axis="y")
        name_periods(panel, periods)
        draw_events(panel, events, periods)
    notes = [event_names(events, periods, language), undrawn_periods(far, language)]
    notes += [note(language, "hollow")] if table["low"].isna().any() else []
    notes += [note(language, "cut")] if cut else []
    if len(groups) < (there := table["group"].nunique()):
        notes.append(note(language, "groups_shown", shown=len(groups), all=there))
    return figure, height, notes


def name_panel(axes: Axes, text: str, **look: Any) -> None:
    """Set a title over a panel, its lines broken where they would be wider than it.

    In a narrow figure it ends with the panel: names of rows leave room on the left only.
    """
    letters = max(8, int(WIDTH * axes.get_position().width / 1.1))
    title = "\n".join(wrap_label(line, letters) for line in text.splitlines())
    look |= {"fontsize": 9, "linespacing": 0.8, "loc": "center" if WIDTH >= NARROW else "right"}
    axes.set_title(title, **look)


def scale_top(values: ArrayLike, high: ArrayLike) -> float:
    """Where a scale ends that shows the values and as much of their intervals as leaves them room.

    >>> scale_top([0.1, 0.2], [0.3, 0.9])
    0.4
    """
    most, reach = (float(np.nan_to_num(each).max(initial=0)) for each in (values, high))
    return max(min(reach, CUT * most), 1.1 * most) or 1.0


def mark_cut(axes: Axes, places: NDArray[Any], high: pd.Series, colour: str) -> bool:
    """Set an arrow where an interval reaches beyond the scale; whether one does."""
    top = axes.get_ylim()[1]
    beyond = places[(high > top).to_numpy()]
    look: Look = {"marker": "^", "color": colour, "s": 9, "linewidth": 0, "clip_on": False}
    axes.scatter(beyond, np.full(len(beyond), top), zorder=4, **look)
    return len(beyond) > 0


def news_periods(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """All periods from the first with news to the last, and those far from nearly all articles.

    Those in between that nothing was published in are among the first. See `stray_dates`.

    >>> months = ["2012-01", *["2022-01"] * 3, "2022-03"]
    >>> news_periods(pd.DataFrame({"period": months, "articles": [1, 90, 90, 90, 90]}))
    (['2022-01', '2022-02', '2022-03'], ['2012-01'])
    """
    counts = table.groupby("period")["articles"].sum()
    known = list(counts[counts > 0].index) or list(counts.index)
    often = counts[known].clip(lower=1).astype(int).tolist()
    days = pd.Series(period_starts(known), known).repeat(often)
    far = list(dict.fromkeys(days.index[stray_dates(days.reset_index(drop=True)).to_numpy()]))
    known = [label for label in known if label not in far]
    frequency: Any = "W-SUN" if "/" in known[0] else pd.Period(known[0]).freq
    every = pd.period_range(known[0][:10], known[-1][:10], freq=frequency).astype(str).tolist()
    return every if set(known) <= set(every) else known, far  # periods of one's own as they stand


def undrawn_periods(periods: Sequence[str], language: str) -> str:
    """A note that names the periods which a figure does not draw; empty where there is none."""
    # Behind Arabic letters a date would run from the right, its day first.
    marked = [f"\u200e{period}" if language == "ar" else period for period in periods]
    named = " · ".join(marked if len(marked) < 5 else [*marked[:2], "…", marked[-1]])
    return note(language, "undrawn_periods", n=len(periods), periods=named) if periods else ""


def name_periods(axes: Axes, labels: Sequence[str]) -> None:
    """Name the periods under their middles, or as many as there is room for."""
    names = [label.split("/")[0] for label in labels]
    room = WIDTH * axes.get_position().width
    step = -(-len(names) // max(1, int(room // (LETTER * len(names[0]) + 4))))
    axes.set_xticks(range(0, len(names), step), names[::step])


def event_places(events: Events, labels: Sequence[str]) -> list[tuple[int, float]]:
    """Number and place of each event that falls within the periods: period 0 is centred at 0.

    >>> event_places([{"date": "2022-02-01"}, {"date": "2031-01-01"}], ["2022-01", "2022-02"])
    [(1, 0.5)]
    """
    edges = period_edges(labels)
    days = pd.DatetimeIndex([event["date"] for event in events]) - edges[0]
    ends, middles = edges - edges[0], np.arange(len(edges)) - 0.5
    places = np.interp(days / DAY, ends / DAY, middles, left=np.nan)
    inside = enumerate(places.tolist(), start=1)
    return [(number, place) for number, place in inside if -0.5 <= place < middles[-1]]


def room_above(events: Events, labels: Sequence[str]) -> float:
    """How many times its marks a scale is high, so that the numbers of events hide none."""
    return 1.3 if event_places(events, labels) else 1.0


def draw_events(axes: Axes, events: Events, labels: Sequence[str], *, numbers: bool = True) -> None:
    """Draw dashed lines; their numbers at the top, those of neighbours on different heights."""
    circle = {"boxstyle": "circle,pad=0.12", "fc": "white", "ec": GREY, "lw": 0.5}
    look: Look = {"ha": "center", "va": "center", "fontsize": 7, "bbox": circle, "zorder": 4}
    places = sorted(event_places(events, labels), key=lambda pair: pair[1])
    level, before = 0, -np.inf
    for number, place in places:
        level = (level + 1) % 3 if place - before < NEIGHBOURS * len(labels) else 0
        before = place
        axes.axvline(place, color=GREY, linewidth=0.7, linestyle=(0, (4, 3)), zorder=1)
        if numbers:
            spot = (place, 0.88 - 0.17 * level)  # clear of the title above
            axes.text(*spot, str(number), transform=axes.get_xaxis_transform(), **look)


def event_names(events: Events, labels: Sequence[str], language: str) -> str:
    """The events with their numbers, for the notes of a figure.

    An event without a name in this language has that of the other; one outside the periods is
    said to be.
    """
    inside = dict(event_places(events, labels))
    outside, names = note(language, "outside"), []
    for number, event in enumerate(events, start=1):
        name = str(event.get(language) or event.get("ar") or event.get("en") or "")
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
    numbers, shape = values.to_numpy(float), values.shape
    height = min(22 + 8 * shape[0], TALLEST)
    figure, axes = subplots()
    edges = (-0.5, shape[1] - 0.5, 0.5 - shape[0], 0.5)  # rows at 0, -1, -2, as everywhere
    image: Any = axes.imshow(numbers, aspect="auto", norm=norm, extent=edges)
    if max(map(len, np.ravel(texts)), default=0) * LETTER * shape[1] < WIDTH - 40:
        for (y, x), text in np.ndenumerate(texts):
            colour = "white" if text and image.norm(numbers[y, x]) > DARK else INK
            axes.text(x, -y, text, ha="center", va="center", fontsize=7, color=colour)
    else:
        figure.colorbar(image, ax=axes, shrink=0.8, format="{x:,g}")
    size = 9 if shape[0] < 20 else 7
    axes.set_yticks(-np.arange(shape[0]), names, fontsize=size, linespacing=0.8)
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
    for part, (shade, hatch) in zip(parts, cycle(style.FILLS), strict=False):
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
    for gap, angle in product(REACH, np.linspace(0, 2 * np.pi, 16, endpoint=False)):
        middle = centre + np.array([np.cos(angle), np.sin(angle)]) * (half + gap)
        box = Bbox([middle - half, middle + half])
        inside = frame.contains(*box.min) and frame.contains(*box.max)
        if inside and not box.count_overlaps(taken) and not box.padded(3).count_contains(clear):
            return box
    return None
