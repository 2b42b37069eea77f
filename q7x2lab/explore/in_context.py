"""Exhibits of words in their context: concordances, and where in articles and time a query is."""

from functools import partial
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.figure import Figure

from q7x2lab.corpus.model import article_labels
from q7x2lab.corpus.periods import stray_dates
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.exhibits import Exhibit
from q7x2lab.explore.collocates import dispersion
from q7x2lab.figures import drawing
from q7x2lab.figures.labels import note, phrase
from q7x2lab.figures.style import GREY, INK, Look, subplots
from q7x2lab.figures.words import make_exhibit

MOST_GROUPS = 6  # panels that fit a page; those with most hits
PANEL = 28.0  # millimetres up
# The page's own direction is of no account: what comes before a hit stands right of it.
_LINE = (
    '<tr><td style="text-align:left">{}</td><th style="text-align:center">{}</th>'
    '<td style="text-align:right">{}</td><td dir="auto">{}</td></tr>'
)
_TABLE = '<div dir="rtl" style="overflow-x:auto"><table style="white-space:nowrap">{}</table></div>'


class Concordance(Exhibit):
    """An exhibit of concordance lines, shown right to left with the hits under one another."""

    def _repr_html_(self) -> str:
        title = escape(self.title.in_language(""))
        return f'<p dir="auto"><strong>{title}</strong></p>{concordance_html(self.data)}'


def concordance_html(lines: Any) -> str:
    """Concordance lines as HTML, every cell escaped, the hits under one another.

    >>> lines = pd.DataFrame({"date": [pd.NaT], "outlet": "x", "left": "<b>", "hit": "نفط",
    ...                       "right": "و"})
    >>> "&lt;b&gt;" in concordance_html(lines)
    True
    """
    days = pd.to_datetime(lines["date"]).dt.strftime("%Y-%m-%d").fillna("")
    sources = lines["outlet"].astype(str) + " \u2066" + days + "\u2069"
    cells = lines[["left", "hit", "right"]].assign(source=sources).astype(str).to_numpy()
    return _TABLE.format("\n".join(_LINE.format(*map(escape, row)) for row in cells))


def exhibit_concordance(lines: pd.DataFrame, *, of: str = "") -> Concordance:
    """Concordance lines with their words; they hold article text, and a run keeps them apart.

    Parameters
    ----------
    lines
        What `Tokens.kwic` returned.
    of
        The query, as it is called; part of the exhibit's name. Without it the title has the first
        hit.

    Examples
    --------
    >>> lines = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "left": "صدر",
    ...                       "hit": "النفط", "right": "أمس"})
    >>> exhibit_concordance(lines, of="oil")
    Exhibit concordance-oil: oil in its context (table of 1 row)
    """
    name = f"concordance-{of}".strip("-")
    values = {"of": of or next(iter(lines["hit"]), "")}
    return Concordance(**vars(make_exhibit("concordance", None, lines, values, name=name)))


def plot_dispersion(
    tokens: Tokens, query: Any, *, by: str = "outlet", language: str = "en"
) -> Figure:
    """Every hit of a query at the day of its article and its place in it, a panel a group.

    Parameters
    ----------
    query
        As for `Tokens.match`.
    by
        A column of the articles; the six values with most hits are drawn.
    language
        ``ar`` or ``en``: of the words in the figure.

    Returns
    -------
    Figure
        Articles begin at the top of a panel and end at its bottom; below, a grey stroke for the
        day of each article of the group, whether the query is in it or not. Articles without a
        date, and those of `stray_dates`, are not drawn.

    Notes
    -----
    A dispersion plot as in AntConc, or quanteda's x-ray, with time in place of a row an article.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> days = pd.to_datetime(["2022-01-01", "2022-03-01"])
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": days, "outlet": "x", "text": "نفط وقمح"})
    >>> len(plot_dispersion(tokenize_corpus(Corpus(table)), "نفط").axes)
    1
    """
    article, first, _ = tokens.hit_tokens(query).T
    days = tokens.articles["date"].mask(stray_dates(tokens.articles["date"]))
    every = pd.DataFrame({"group": article_labels(tokens.articles, by), "day": days})
    places = (first - tokens.begins[article]) / np.diff(tokens.begins)[article]
    hits = every.iloc[article].assign(place=places).dropna()
    names = hits["group"].value_counts().index[:MOST_GROUPS]
    if not len(names):
        return drawing.message(phrase(language, "no_date"))
    figure, grid = subplots(len(names), 1, sharex=True, squeeze=False)
    strokes: Look = {"marker": "|", "linewidth": 0.6, "rasterized": True}
    for axes, name in zip(grid.ravel(), names, strict=True):
        own, all_of_it = (table[table["group"] == name] for table in (hits, every))
        axes.scatter(own["day"], own["place"], s=14, color=INK, alpha=0.6, **strokes)
        axes.scatter(all_of_it["day"], np.full(len(all_of_it), 1.12), s=8, color=GREY, **strokes)
        drawing.name_panel(axes, f"{name} ({len(own):,})")
        axes.set_yticks([0, 1], [phrase(language, "begins"), phrase(language, "ends")])
        axes.set_ylim(1.2, -0.08)
    axes.xaxis.set_major_locator(AutoDateLocator(maxticks=6))
    axes.xaxis.set_major_formatter(DateFormatter("%Y-%m-%d"))
    return drawing.finish(figure, 10 + PANEL * len(names), note(language, "dispersion"))


def exhibit_dispersion(
    tokens: Tokens,
    query: Any,
    *,
    of: str = "",
    by: str = "outlet",
    drawn: bool = True,
    language: str = "en",
) -> Exhibit:
    """Where a query stands in articles and time, and a table of how evenly, by group.

    Parameters
    ----------
    of
        The query, as it is called; part of the exhibit's name.
    drawn
        Whether there is a figure; else a table only.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نفط وقمح"})
    >>> exhibit_dispersion(tokenize_corpus(Corpus(table)), "نفط", of="oil").table["hits"].tolist()
    [1]
    """
    hits, name = tokens.hit_tokens(query), f"dispersion-{of}".strip("-")
    draw = partial(plot_dispersion, tokens, hits, by=by) if drawn else None
    table = dispersion(tokens, hits, by=by)
    values = {"of": of or str(query)}
    return make_exhibit("dispersion", draw, table, values, name=name, language=language)
