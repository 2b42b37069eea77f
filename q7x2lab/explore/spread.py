"""Who published first, and who followed after how long: copies and travelling quotations."""

from functools import partial

import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.corpus.model import article_labels
from q7x2lab.errors import AnalysisError
from q7x2lab.exhibits import Exhibit
from q7x2lab.figures import drawing
from q7x2lab.figures.labels import arabic_label, note, phrase
from q7x2lab.figures.words import make_exhibit

PAIR, MOST_WITH_DAYS = ["first", "follower"], 8  # columns with room for days behind the stories


def who_first(groups: pd.DataFrame, articles: pd.DataFrame, *, by: str = "outlet") -> pd.DataFrame:
    """Which outlets had a story before which others, and how many days these came later.

    Parameters
    ----------
    groups
        What `align_quotes` or `find_duplicates` returned: a story is a quotation, or a cluster of
        copies.
    articles
        The articles' table with ``date``; for copies that of a corpus read with ``copies="all"``,
        for with ``once`` a story has one article left.
    by
        A column of it.

    Returns
    -------
    DataFrame
        One row a pair, those with most stories first: ``first follower``; ``stories`` that `first`
        alone had on the first day and `follower` later; ``median_days`` and ``longest_days`` from
        the first day to the follower's own first; ``articles`` of the follower that carry them;
        ``same_day``, stories that both had on the first day, of which nobody can say who was
        first; ``other_way``, stories of the pair turned round. Undated articles are left out.

    Raises
    ------
    AnalysisError
        If no story stands in two outlets.

    Notes
    -----
    Only these outlets are known: an agency or another outlet may have been first, and both may
    have it from there. Whole days are compared, for hours are those of the last change as often
    as those of publication.

    Examples
    --------
    >>> days = pd.to_datetime(["2022-01-01", "2022-01-03", "2022-01-03"])
    >>> articles = pd.DataFrame({"date": days, "outlet": ["x", "y", "z"]})
    >>> groups = pd.DataFrame({"quotation": [0, 0, 1, 1], "article": [0, 1, 1, 2]})
    >>> who_first(groups, articles)[["first", "follower", "stories", "same_day"]].values.tolist()
    [['x', 'y', 1, 0], ['y', 'z', 0, 1], ['z', 'y', 0, 1]]
    """
    story, place = ("quotation", "article") if "quotation" in groups else ("cluster", "id")
    known = articles.reset_index(drop=True)
    keys = known.index if place == "article" else known["id"]
    told = pd.DataFrame({"outlet": article_labels(known, by), "day": known["date"].dt.normalize()})
    rows = groups[[story, place]].join(told.set_index(keys), on=place).dropna()
    carried = rows.groupby([story, "outlet"])["day"].agg(["min", "size"]).reset_index()
    carried["days"] = (carried["min"] - carried.groupby(story)["min"].transform("min")).dt.days
    carried["leaders"] = (carried["days"] == 0).groupby(carried[story]).transform("sum")
    pairs = carried[carried["days"] == 0].merge(carried, on=story, suffixes=("", "_of"))
    pairs = pairs[pairs["outlet"] != pairs["outlet_of"]]
    if pairs.empty:
        raise AnalysisError("no story stands in two outlets", remedy="take more, or copies: all")
    pairs = pairs.rename(columns={"outlet": "first", "outlet_of": "follower"})
    tied = pairs[pairs["days_of"] == 0].groupby(PAIR).size().rename("same_day")
    later = pairs[(pairs["leaders"] == 1) & (pairs["days_of"] > 0)].groupby(PAIR)
    days = later["days_of"].agg(stories="size", median_days="median", longest_days="max")
    table = pd.concat([days, later["size_of"].sum().rename("articles"), tied], axis=1)
    counts = ["stories", "articles", "same_day"]
    table[counts] = table[counts].fillna(0).astype(int)
    table["other_way"] = table["stories"].swaplevel().reindex(table.index, fill_value=0)
    return table.sort_index().sort_values("stories", ascending=False, kind="stable").reset_index()


def plot_who_first(table: pd.DataFrame, *, language: str = "en") -> Figure:
    """Stories that each outlet had first (rows) and others later (columns), darker the more.

    Parameters
    ----------
    table
        What `who_first` returned. In each cell: stories, and the median of days.

    Examples
    --------
    >>> table = pd.DataFrame({"first": ["x"], "follower": "y", "stories": 3, "median_days": 2.0})
    >>> [text.get_text() for text in plot_who_first(table).axes[0].texts if text.get_text()]
    ['3 (2)']
    """
    cells = table[table["stories"] > 0]
    if cells.empty:
        return drawing.message(phrase(language, "nobody_first"))
    few = cells["follower"].nunique() <= MOST_WITH_DAYS
    days = cells["median_days"].map((" ({:g})" if few else "").format)
    cells = cells.assign(text=cells["stories"].astype(str) + days).set_index(PAIR)
    values, texts = (cells[name].unstack() for name in ("stories", "text"))
    names, followers = ([arabic_label(name) for name in axis] for axis in values.axes)
    figure, axes, height = drawing.heat_map(values, texts.fillna("").to_numpy(), names)
    axes.set_xticks(range(len(followers)), followers, rotation=45, ha="right")
    axes.set(xlabel=phrase(language, "follower"), ylabel=phrase(language, "first"))
    return drawing.finish(figure, height + 15, note(language, "first_days" if few else "who_first"))


def exhibit_who_first(table: pd.DataFrame, *, by: str = "outlet", language: str = "en") -> Exhibit:
    """Who had a story first and who followed, as figure and table, with what cannot be known.

    Parameters
    ----------
    table
        What `who_first` returned.

    Examples
    --------
    >>> table = pd.DataFrame({"first": ["x"], "follower": "y", "stories": 3, "median_days": 2.0,
    ...                       "same_day": 0, "other_way": 1})
    >>> exhibit_who_first(table)
    Exhibit who-first: Who had it first, and who followed, by outlet (figure and table of 1 row)
    """
    draw = partial(plot_who_first, table)
    return make_exhibit("who-first", draw, table, {"by": by}, language=language)
