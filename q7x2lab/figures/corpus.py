"""Figures of a corpus: what it covers, and how many rows became articles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from q7x2lab.figures.labels import arabic_label, say
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, new_figure

MOST_OUTLETS, LONGEST_NAME = 60, 40  # that a figure shows, letters of a name that it does
STEPS = {
    "rows read": "صفوف قُرئت",
    "rejected": "استُبعد",
    "copies": "نُسخ",
    "articles": "مقالات",
}


def plot_coverage(table: pd.DataFrame, *, language: str = "both") -> Figure:
    """Articles by outlet and period, darker the more; hatched where an outlet has none.

    table: what `coverage` returned. Numbers stand in the cells while they fit (24 periods). Where
    no article has a date, the figure says so; of more than 60 outlets, those with most articles are
    shown.

    >>> table = pd.DataFrame({"outlet": ["x", "x"], "period": ["2022-01", "2022-02"],
    ...                       "articles": [9, 0], "gap": ["", "stopped"]})
    >>> [text.get_text() for text in plot_coverage(table).axes[0].texts]
    ['9', '']
    """
    if table.empty:
        figure = new_figure(120, 40)
        said = say(language, ar="لا تاريخ لأي مقالة", en="no article has a date")
        figure.text(0.5, 0.5, said, ha="center", va="center", color=INK)
        return figure
    totals = table.groupby("outlet")["articles"].sum()
    most = totals.sort_values(ascending=False, kind="stable").index[:MOST_OUTLETS]
    table = table[table["outlet"].isin(most)]
    counts = table.pivot(index="outlet", columns="period", values="articles")
    rows, columns = counts.shape
    figure = new_figure(min(60 + 9 * columns, 280), 40 + 9 * rows)
    ax = figure.subplots()
    shades = LinearSegmentedColormap.from_list("articles", ["#eef3fa", PALETTE[2], PALETTE[0]])
    shown = np.ma.masked_equal(counts.to_numpy(dtype=float), 0)
    norm = LogNorm(vmin=1, vmax=max(2, shown.max()) if shown.count() else 2)
    image = ax.imshow(shown, aspect="auto", cmap=shades, norm=norm)
    gaps = table.pivot(index="outlet", columns="period", values="gap").to_numpy()
    for y, first, last in _runs(counts.to_numpy() == 0):
        box = _box(
            first, y, last - first + 1, fill=False, hatch="////", edgecolor=GREY, linewidth=0
        )
        ax.add_patch(box)
    if columns <= 24:
        for (y, x), count in np.ndenumerate(counts.to_numpy()):
            colour = "white" if count and norm(count) > 0.45 else INK
            text = f"{count:,}" + ("*" if gaps[y, x] == "thin" else "") if count else ""
            ax.text(x, y, text, ha="center", va="center", fontsize=7, color=colour)
    step = -(-columns // 24)
    ax.set_xticks(
        range(0, columns, step), counts.columns[::step], rotation=60, ha="right", fontsize=8
    )
    ax.set_yticks(range(rows), [arabic_label(_short(name)) for name in counts.index])
    if rows < len(totals):
        left = f"{rows} of {len(totals):,} outlets, those with most articles"
        ax.set_xlabel(say(language, ar=f"{rows} من {len(totals):,} مصدرا", en=left))
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    if shown.count() and shown.max() > shown.min():
        bar = figure.colorbar(image, ax=ax, shrink=0.8)
        marks = _round_counts(float(shown.max()))
        bar.set_ticks(marks, labels=[f"{mark:,}" for mark in marks])
        bar.minorticks_off()
        bar.set_label(say(language, ar="مقالات", en="articles"))
    empty = Patch(facecolor="white", edgecolor=GREY, hatch="////")
    label = say(
        language,
        ar="لا مقالات: فجوة لا صفر؛ * قليلة جدا",
        en="no articles: a gap, not zero; * hardly any",
        join=" · ",
    )
    ax.legend([empty], [label], loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=8)
    return figure


def _round_counts(most: float) -> list[int]:
    """1, 2, 5, 10, 20, 50 … up to the greatest count, which itself comes last.

    >>> _round_counts(37)
    [1, 2, 5, 10, 20, 37]
    """
    steps = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]
    return [*(step for step in steps if step <= 0.7 * most), int(most)]


def _runs(marked: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Row, first and last column of each stretch of marked cells.

    >>> list(_runs(np.array([[True, True, False, True]])))
    [(0, 0, 1), (0, 3, 3)]
    """
    for y, row in enumerate(marked):
        turns = np.flatnonzero(np.diff(np.r_[False, row, False]))
        yield from ((y, int(a), int(b) - 1) for a, b in turns.reshape(-1, 2))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"


def _box(x: float, y: float, width: float, **style: object) -> Patch:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.5, y - 0.5), width, 1, **style)  # type: ignore[arg-type]


def plot_flow(table: pd.DataFrame, *, language: str = "both") -> Figure:
    """The way from rows read to articles: what is left in boxes, what was taken beside them.

    table: what `flow` returned; what takes no article is left to the table.

    >>> table = pd.DataFrame({"step": ["rows read", "rejected", "articles"], "articles": [2, 1, 1],
    ...                       "reason": ["", "no text", ""], "removed": [0, 1, 0]})
    >>> [text.get_text() for text in plot_flow(table, language="en").axes[0].texts][0]
    'rows read\\n2'
    """
    steps = table[table["step"].isin(STEPS)].reset_index(drop=True)
    figure = new_figure(150, 18 * len(steps) + 8)
    ax = figure.subplots()
    ax.set(xlim=(0, 10), ylim=(len(steps) - 0.4, -0.6))
    ax.axis("off")
    box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": INK}
    side = {**box, "facecolor": "#f4f4f4", "edgecolor": PALE}
    previous = None
    for y, row in enumerate(steps.to_dict("records")):
        name = say(language, ar=STEPS[row["step"]], en=row["step"], join=" · ")
        if row["removed"]:
            ax.annotate("", (4.9, y), (2.5, y), arrowprops={"arrowstyle": "-|>", "color": GREY})
            reason = arabic_label(f"{row['reason']}: {row['removed']:,}")
            ax.text(5.1, y, f"{name}\n{reason}", va="center", fontsize=9, bbox=side)
            continue
        if previous is not None:
            arrow = {"arrowstyle": "-|>", "color": INK, "shrinkA": 26, "shrinkB": 26}
            ax.annotate("", (2.5, y), (2.5, previous), arrowprops=arrow)
        ax.text(2.5, y, f"{name}\n{row['articles']:,}", ha="center", va="center", bbox=box)
        previous = y
    return figure
