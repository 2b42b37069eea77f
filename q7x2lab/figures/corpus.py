"""Figures of a corpus: what it covers, and how many rows became articles."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import NullFormatter

from q7x2lab.exhibits import Exhibit
from q7x2lab.figures import drawing
from q7x2lab.figures.labels import arabic_label, phrase
from q7x2lab.figures.style import GREY, INK, PALE, PALETTE, new_figure
from q7x2lab.figures.words import make_exhibit

MOST_OUTLETS = 60  # rows of the coverage figure; more do not fit a page
LONGEST_NAME = 40  # letters of an outlet's name beside its row
PRINTED_PERIODS = 24  # with more columns the numbers no longer fit their cells
STEPS = ("rows read", "rejected", "copies", "articles")


def plot_coverage(table: pd.DataFrame, *, language: str = "both") -> Figure:
    """Articles by outlet and period, darker the more; hatched where an outlet has none.

    Parameters
    ----------
    table
        What `coverage` returned.
    language
        ``ar``, ``en`` or ``both``: the words in the figure.

    Returns
    -------
    Figure
        Numbers stand in the cells of up to 24 periods. Of more than 60 outlets those with most
        articles are shown. Where no article has a date, the figure says so.

    Examples
    --------
    >>> table = pd.DataFrame({"outlet": ["x", "x"], "period": ["2022-01", "2022-02"],
    ...                       "articles": [9, 0], "gap": ["", "stopped"]})
    >>> [text.get_text() for text in plot_coverage(table).axes[0].texts]
    ['9', '']
    """
    if table.empty:
        figure = new_figure(120, 40)
        drawing.message(figure, phrase(language, "no_date"))
        return figure
    totals = table.groupby("outlet")["articles"].sum()
    most = totals.sort_values(ascending=False, kind="stable").index[:MOST_OUTLETS]
    table = table[table["outlet"].isin(most)]
    counts = table.pivot(index="outlet", columns="period", values="articles")
    gaps = table.pivot(index="outlet", columns="period", values="gap")
    figure = new_figure(min(60 + 9 * counts.shape[1], 280), 40 + 9 * len(counts))
    axes = figure.subplots()
    _draw_counts(figure, axes, counts, gaps, language)
    step = -(-counts.shape[1] // PRINTED_PERIODS)
    ticks = range(0, counts.shape[1], step)
    axes.set_xticks(ticks, counts.columns[::step], rotation=60, ha="right", fontsize=8)
    names = [n if len(n) <= LONGEST_NAME else f"{n[:LONGEST_NAME]}…" for n in counts.index]
    axes.set_yticks(range(len(counts)), [arabic_label(name) for name in names])
    if len(counts) < len(totals):
        axes.set_xlabel(phrase(language, "outlets_shown", shown=len(counts), all=len(totals)))
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    label = phrase(language, "no_articles", join=" · ")
    empty = Patch(facecolor="white", edgecolor=GREY, hatch="////")
    axes.legend([empty], [label], loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=8)
    return figure


def _draw_counts(
    figure: Figure, axes: Axes, counts: pd.DataFrame, gaps: pd.DataFrame, language: str
) -> None:
    """The cells: shaded by number, the numbers in them, hatched where there are none."""
    numbers = counts.to_numpy()
    shades = LinearSegmentedColormap.from_list("articles", ["#eef3fa", PALETTE[2], PALETTE[0]])
    norm = LogNorm(vmin=1, vmax=max(2, numbers.max()))
    image = axes.imshow(np.ma.masked_equal(numbers, 0), aspect="auto", cmap=shades, norm=norm)
    for y, row in enumerate(numbers == 0):
        for first, last in drawing.marked_runs(row):
            corner, width = (first - 0.5, y - 0.5), last - first + 1
            axes.add_patch(
                Rectangle(corner, width, 1, fill=False, hatch="////", edgecolor=GREY, linewidth=0)
            )
    if numbers.shape[1] <= PRINTED_PERIODS:
        for (y, x), count in np.ndenumerate(numbers):
            thin = "*" if gaps.to_numpy()[y, x] == "thin" else ""
            colour = "white" if count and norm(count) > 0.45 else INK
            text = f"{count:,}{thin}" if count else ""
            axes.text(x, y, text, ha="center", va="center", fontsize=7, color=colour)
    if numbers.max() > 1:
        bar = figure.colorbar(image, ax=axes, shrink=0.8, format="{x:,.0f}")
        few = numbers.max() < 20  # else names between the powers of ten would meet
        bar.ax.yaxis.set_minor_formatter("{x:,.0f}" if few else NullFormatter())
        bar.set_label(phrase(language, "articles"))


def plot_flow(table: pd.DataFrame, *, language: str = "both") -> Figure:
    """The way from rows read to articles: what is left in boxes, what was taken beside them.

    Parameters
    ----------
    table
        What `flow` returned; steps that take no article away are left to the table.

    Examples
    --------
    >>> table = pd.DataFrame({"step": ["rows read", "rejected", "articles"], "articles": [2, 1, 1],
    ...                       "reason": ["", "no text", ""], "removed": [0, 1, 0]})
    >>> [text.get_text() for text in plot_flow(table, language="en").axes[0].texts][0]
    'rows read\\n2'
    """
    steps = table[table["step"].isin(STEPS)].reset_index(drop=True)
    figure = new_figure(150, 18 * len(steps) + 8)
    axes = figure.subplots()
    axes.set(xlim=(0, 10), ylim=(len(steps) - 0.4, -0.6))
    axes.axis("off")
    box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": INK}
    side = {**box, "facecolor": "#f4f4f4", "edgecolor": PALE}
    previous = None
    for y, row in enumerate(steps.to_dict("records")):
        name = phrase(language, row["step"], join=" · ")
        if row["removed"]:
            axes.annotate("", (4.9, y), (2.5, y), arrowprops={"arrowstyle": "-|>", "color": GREY})
            reason = arabic_label(f"{row['reason']}: {row['removed']:,}")
            axes.text(5.1, y, f"{name}\n{reason}", va="center", fontsize=9, bbox=side)
            continue
        if previous is not None:
            arrow = {"arrowstyle": "-|>", "color": INK, "shrinkA": 26, "shrinkB": 26}
            axes.annotate("", (2.5, y), (2.5, previous), arrowprops=arrow)
        text = f"{name}\n{row['articles']:,}"
        axes.text(2.5, y, text, ha="center", va="center", bbox=box)
        previous = y
    return figure


def exhibit_coverage(table: pd.DataFrame, *, language: str = "both") -> Exhibit:
    """The coverage of the corpus as a figure and a table, with their words.

    Examples
    --------
    >>> table = pd.DataFrame({"outlet": ["x"], "period": "2022-01", "articles": [9], "gap": ""})
    >>> exhibit_coverage(table)
    Exhibit corpus-coverage: When each outlet published (figure and table of 1 row)
    """
    return make_exhibit("corpus-coverage", plot_coverage(table, language=language), table)


def exhibit_flow(table: pd.DataFrame, *, language: str = "both") -> Exhibit:
    """The way from rows read to articles counted as a figure and a table, with their words.

    Examples
    --------
    >>> table = pd.DataFrame({"step": ["rows read"], "articles": [2], "reason": "", "removed": 0})
    >>> exhibit_flow(table)
    Exhibit corpus-flow: From rows read to articles counted (figure and table of 1 row)
    """
    return make_exhibit("corpus-flow", plot_flow(table, language=language), table)
