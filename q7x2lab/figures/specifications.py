"""Specification curves: a number under every combination of choices.

After Simonsohn, Simmons and Nelson (2020), Specification curve analysis, Nature Human Behaviour 4,
1208-1214.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.figures import drawing
from q7x2lab.figures.labels import phrase, wrap_label
from q7x2lab.figures.style import GREY, INK, subplots

LINE = 40  # letters beside the choices: a list of stop words takes two lines
ROW, HEAD = 5.5, 60.0  # millimetres: of a line there, of the curve


def plot_specifications(part: pd.DataFrame, choices: list[str], *, language: str = "en") -> Figure:
    """The specification curve of one number: its values in order, and below them the choices.

    Parameters
    ----------
    part
        A row for each specification: ``value``, ``low``, ``high``, ``none`` (the value that is no
        difference, or missing), and a column for each choice.
    """
    rows = [(choice, value) for choice in choices for value in part[choice].unique()]
    names = [wrap_label(f"{choice}: {value}", LINE) for choice, value in rows]
    lines = np.array([1 + name.count("\n") for name in names])
    middles = lines.cumsum() - lines / 2
    part = part.sort_values("value", kind="stable").rename(columns={"value": "share"})
    places, heights = np.arange(len(part)), [HEAD, ROW * lines.sum()]
    figure, (above, below) = subplots(2, 1, sharex=True, height_ratios=heights)
    drawing.dots(above, places, part, {"color": INK, "marker": "o", "label": ""})
    above.axhline(part["none"].iloc[0], color=GREY, lw=0.8)  # nothing where it is missing
    above.set_ylabel(phrase(language, "value"))
    for middle, (choice, value) in zip(middles, rows, strict=True):
        chosen = np.flatnonzero(part[choice] == value)
        below.plot(chosen, np.full(len(chosen), middle), ls="", marker="|", color=INK)
    below.set_yticks(middles, names)
    below.set_ylim(lines.sum(), 0)
    below.set_xticks([])
    below.set_xlabel(phrase(language, "specifications_in_order"))
    return drawing.finish(figure, sum(heights) + 10)
