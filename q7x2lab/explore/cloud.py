"""A word cloud, for those who are asked for one."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.errors import AnalysisError
from q7x2lab.figures.labels import arabic_label
from q7x2lab.figures.style import INCH, PALETTE, WIDTH, new_figure

HEIGHT = 100.0  # millimetres
SMALLEST, LARGEST = 7.0, 40.0  # points
FULL = 0.3  # of the page's pixels, where a letter takes a square of its size in points
GAP = 3.0  # pixels between words
STEPS, TURNS = 3000, 40  # of the spiral on which a word looks for room


def plot_word_cloud(
    table: pd.DataFrame, *, words: str = "label", weights: str = "score", n: int = 80, seed: int = 0
) -> Figure:
    """Words larger the more they weigh, laid out without an order: a decoration.

    A figure of bars (`plot_keyness`, `plot_topic_words`) says the same better: in a cloud long
    words look heavier than short ones, nobody can compare two areas, and neither place nor colour
    means anything. Use it where a cloud is asked for, beside the bars.

    Parameters
    ----------
    table
        One row a word, such as `keyness` returns; words that weigh 0 or less are left out.
    words, weights
        Its columns. The area of a word's letters is proportional to its weight; none is smaller
        than 7 points.
    n
        At most so many words, the heaviest; one that finds no room is left out.
    seed
        Of the angles at which the words begin to look for room, and of their colours.

    Raises
    ------
    AnalysisError
        If no word weighs more than 0.

    Notes
    -----
    Each word, the heaviest first, goes out from the centre on a spiral to the first place where
    its box touches no other (Viegas, Wattenberg and Feinberg 2009, Participatory visualization
    with Wordle).

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["الغاز", "النفط"], "score": [9.0, 4.0]})
    >>> sizes = [text.get_fontsize() for text in plot_word_cloud(table).texts]
    >>> round(sizes[0] / sizes[1], 2)
    1.5
    """
    top = table[table[weights] > 0].nlargest(n, weights)
    if top.empty:
        raise AnalysisError("no word weighs more than 0", remedy="name the column of weights")
    figure = new_figure(WIDTH, HEIGHT)
    figure.set_layout_engine("none")
    generator = np.random.default_rng(seed)
    page = np.array([WIDTH, HEIGHT]) / INCH * figure.dpi
    sizes = np.sqrt(top[weights] / top[weights].max())
    full = np.sqrt(FULL * page.prod() / (sizes**2 * top[words].str.len()).sum())
    placed = np.empty((0, 4))  # left, bottom, right, top of each word, in pixels
    sizes = (min(LARGEST, full) * sizes).clip(lower=SMALLEST)
    for word, size in zip(top[words], sizes, strict=True):
        colour = PALETTE[generator.integers(4)]  # the darker ones
        text = figure.text(0, 0, arabic_label(word), fontsize=size, color=colour)
        extent = text.get_window_extent()
        boxes = _boxes(generator.uniform(0, 2 * np.pi), page, np.array(extent.size) + GAP)
        apart = (boxes[:, None, :2] >= placed[:, 2:]) | (boxes[:, None, 2:] <= placed[:, :2])
        free = boxes[apart.any(axis=2).all(axis=1)][:1]
        for box in free:
            text.set_position((box[:2] + GAP / 2 - extent.p0) / page)
        text.set_visible(len(free) > 0)
        placed = np.vstack([placed, free])
    return figure


def _boxes(angle: float, page: Any, size: Any) -> Any:
    """Boxes of that size along a spiral from the middle of a page, a row each: those within it."""
    way = np.linspace(0, 1, STEPS)[:, None]
    turn = angle + 2 * np.pi * TURNS * np.sqrt(way)
    middle = page / 2 * (1 + way**0.5 * np.hstack([np.cos(turn), np.sin(turn)]))
    within = (np.abs(middle - page / 2) <= (page - size) / 2).all(axis=1)
    return np.hstack([middle - size / 2, middle + size / 2])[within]
