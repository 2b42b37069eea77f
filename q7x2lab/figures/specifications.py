"""Specification curves: a number under every combination of choices.

After Simonsohn, Simmons and Nelson (2020), Specification curve analysis, Nature Human Behaviour 4,
1208-1214.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.figures import drawing
from q7x2lab.figures.labels import arabic_label, phrase
from q7x2lab.figures.style import GREY, INK, subplots

LONGEST_VALUE = 40  # letters: of a list of stop words the first
ROW, HEAD = 5.0, 60.0  # millimetres: of a choice's value, of the curve


def plot_specifications(part: pd.DataFrame, choices: list[str], *, language: str = "en") -> Figure:
    """The specification curve of one number: its values in order, and below them the choices.

    Parameters
    ----------
    part
        A row for each specification: ``value``, ``low``, ``high``, ``none`` (the value that is no
        difference, or missing), and a column for each choice.
    """
    part = part.sort_values("value", kind="stable").rename(columns={"value": "share"})
    rows = [(choice, value) for choice in choices for value in part[choice].unique()]
    places, heights = np.arange(len(part)), [HEAD, ROW * len(rows)]
    figure, (above, below) = subplots(2, 1, sharex=True, height_ratios=heights)
    drawing.dots(above, places, part, {"color": INK, "marker": "o", "label": ""})
    above.axhline(part["none"].iloc[0], color=GREY, lw=0.8)  # nothing where it is missing
    above.set_ylabel(phrase(language, "value"))
    for row, (choice, value) in enumerate(rows):
        chosen = np.flatnonzero(part[choice] == value)
        below.plot(chosen, np.full(len(chosen), row), ls="", marker="s", ms=3, color=INK)
    names = [f"{choice}: {drawing.shorten(value, LONGEST_VALUE)}" for choice, value in rows]
    below.set_yticks(range(len(rows)), [arabic_label(name) for name in names])
    below.set_ylim(len(rows) - 0.5, -0.5)
    below.set_xticks([])
    below.set_xlabel(phrase(language, "specifications_in_order"))
    return drawing.finish(figure, sum(heights) + 10)
