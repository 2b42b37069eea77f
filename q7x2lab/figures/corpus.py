"""Figures of a corpus: what it covers, and how many rows became articles."""

from functools import partial
from textwrap import shorten

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from q7x2lab.exhibits import Exhibit
from q7x2lab.figures import drawing
from q7x2lab.figures.labels import arabic_label, in_language, note, phrase
from q7x2lab.figures.style import GREY, INK, Look, subplots
from q7x2lab.figures.words import make_exhibit

MOST_OUTLETS = 60  # rows of the coverage figure; more do not fit a page
LONGEST_NAME = 40  # letters of an outlet's name beside its row
STEPS = ("rows read", "rejected", "copies", "articles")


def plot_coverage(table: pd.DataFrame, *, language: str = "en") -> Figure:
    """Articles by outlet and period, darker the more; hatched where an outlet has none.

    Parameters
    ----------
    table
        What `coverage` returned.
    language
        ``ar`` or ``en``: of the words in the figure.

    Returns
    -------
    Figure
        Numbers stand in the cells where they fit. Of more than 60 outlets those with most
        articles are shown. Where no article has a date, the figure says so.

    Examples
    --------
    >>> table = pd.DataFrame({"outlet": ["x", "x"], "period": ["2022-01", "2022-02"],
    ...                       "articles": [9, 0], "gap": ["", "stopped"]})
    >>> [text.get_text() for text in plot_coverage(table).axes[0].texts]
    ['9', '']
    """
    if table.empty:
        return drawing.message(phrase(language, "no_date"))
    totals = table.groupby("outlet")["articles"].sum()
    most = totals.sort_values(ascending=False, kind="stable").index[:MOST_OUTLETS]
    table = table[table["outlet"].isin(most)]
    thin = np.where(table["gap"] == "thin", "*", "")
    table = table.assign(text=table["articles"].map("{:,}".format) + thin)
    counts = table.pivot(index="outlet", columns="period", values="articles")
    texts = table.pivot(index="outlet", columns="period", values="text").mask(counts == 0, "")
    names = [arabic_label(shorten(name, LONGEST_NAME, placeholder="…")) for name in counts.index]
    norm = LogNorm(vmin=1, vmax=max(2, counts.to_numpy().max()))
    shown = counts.where(counts > 0)
    figure, axes, height = drawing.heat_map(shown, texts.to_numpy(), names, norm=norm)
    rows, places = np.nonzero(counts == 0)
    look: Look = {"fill": False, "hatch": "////", "edgecolor": GREY, "linewidth": 0}
    label = phrase(language, "no_articles") if len(rows) else None
    axes.barh(-rows, 1, left=places - 0.5, height=1, label=label, **look)
    drawing.name_periods(axes, counts.columns.tolist())
    less = note(language, "outlets_shown", shown=len(counts), all=len(totals))
    return drawing.finish(figure, height, less if len(counts) < len(totals) else "")


def plot_flow(table: pd.DataFrame, *, language: str = "en") -> Figure:
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
    figure, axes = subplots()
    axes.set(xlim=(0, 10), ylim=(len(steps) - 0.4, -0.6))
    axes.axis("off")
    axes.vlines(2.5, 0, len(steps) - 1, color=INK, linewidth=1, zorder=0)
    box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": INK}
    arrow = {"arrowstyle": "<|-", "color": GREY}
    for y, row in enumerate(steps.to_dict("records")):
        name = phrase(language, row["step"])
        if row["removed"]:
            why = arabic_label(f"{in_language(row['reason'], language)}: {row['removed']:,}")
            look: Look = {"va": "center", "bbox": box, "arrowprops": arrow}
            axes.annotate(f"{name}\n{why}", (2.5, y), (5, y), **look)
        else:
            axes.text(2.5, y, f"{name}\n{row['articles']:,}", ha="center", va="center", bbox=box)
    return drawing.finish(figure, 18 * len(steps) + 8)


def exhibit_coverage(table: pd.DataFrame, *, language: str = "en") -> Exhibit:
    """The coverage of the corpus as a figure and a table, with their words.

    Examples
    --------
    >>> table = pd.DataFrame({"outlet": ["x"], "period": "2022-01", "articles": [9], "gap": ""})
    >>> exhibit_coverage(table)
    Exhibit corpus-coverage: When each outlet published (figure and table of 1 row)
    """
    return make_exhibit("corpus-coverage", partial(plot_coverage, table), table, language=language)


def exhibit_flow(table: pd.DataFrame, *, language: str = "en") -> Exhibit:
    """The way from rows read to articles counted as a figure and a table, with their words.

    Examples
    --------
    >>> table = pd.DataFrame({"step": ["rows read"], "articles": [2], "reason": "", "removed": 0})
    >>> exhibit_flow(table)
    Exhibit corpus-flow: From rows read to articles counted (figure and table of 1 row)
    """
    return make_exhibit("corpus-flow", partial(plot_flow, table), table, language=language)
