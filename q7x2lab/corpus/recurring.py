"""Lines that recur in unrelated articles of an outlet: fixed ones, and teasers of other stories."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

SHARED = 3  # articles that share a line before it is proposed
MIN_HOSTS = 5  # articles that share it before it is removed
MIN_SHARE = 0.002  # and their share of the outlet
ANYWHERE = 20  # articles from which a line is removed wherever it stands in them
UNDER, ABOVE = 0.5, 0.8  # share of its articles that a line ends, or begins
FIXED, FIXED_SHARE = 20, 0.02  # articles, and their share, above which a line teases no story
HABIT, HABIT_SHARE = 10, 0.01  # articles with teasers, and their share, that make a habit
USUAL = 0.9  # share of an outlet's blocks of teasers that are no longer than its usual one
MIN_ARTICLES = 20  # of an outlet whose usual likeness is known
# Articles count as unrelated up to so many times the mean likeness of their outlet's: nineteen in
# twenty pairs of one week are less alike (2.1 to 2.7 times the mean in six outlets).
UNRELATED = 2.5
UNRELATED_UNKNOWN = 0.05  # the likeness where an outlet has too few articles


def recurring_lines(lines: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The lines that articles share which have nothing else in common, and blocks of such lines.

    Parameters
    ----------
    lines
        One row a line: `row` (of its article), `outlet`, `key`, `words`, `order` in its article.
    articles
        `outlet` and `date`.

    Returns
    -------
    DataFrame
        One row a line: `kind` (`recurring`, `teaser` or nothing), `sure`.
    """
    name = [lines["outlet"], lines["key"]]
    hosts = lines.assign(story=_stories(lines)).groupby(name)["story"].transform("nunique")
    lines = lines.assign(hosts=hosts.where(lines["key"] != "", 0))
    unrelated = _in_unrelated_articles(lines, articles)
    foreign = unrelated & (lines["hosts"] >= SHARED)
    teaser = _teasers(lines, foreign, unrelated)
    tail = tail_of((lines["hosts"] >= SHARED) | (lines["key"] == ""), lines)
    under = tail.groupby(name).transform("mean") >= UNDER
    above = (lines["order"] == 0).groupby(name).transform("mean") >= ABOVE
    published = lines["outlet"].map(articles["outlet"].value_counts())
    often = lines["hosts"] >= np.maximum(MIN_HOSTS, MIN_SHARE * published)
    in_place = (under & tail) | above | (lines["hosts"] >= ANYWHERE)
    kind = pd.Series("", lines.index).mask(foreign, "recurring").mask(teaser, "teaser")
    return pd.DataFrame({"kind": kind, "sure": teaser | (foreign & often & in_place)})


def tail_of(member: pd.Series, lines: pd.DataFrame) -> pd.Series:
    """Which lines are members and followed by members alone up to the end of their article.

    The first line of an article never is.
    """
    backwards = member[::-1].groupby(lines["row"][::-1], sort=False).cummin()
    return backwards[::-1].astype(bool) & (lines["order"] > 0)


def _stories(lines: pd.DataFrame) -> pd.Series:
    """One number for all articles whose longest line in the first three is the same.

    A story filed several times is one host: its own lines are no furniture.
    """
    first = lines[lines["order"] < 3].sort_values("words", ascending=False, kind="stable")
    longest = first.drop_duplicates("row").set_index("row")["key"]
    return lines["row"].map(pd.Series(pd.factorize(longest)[0], longest.index))


def _teasers(lines: pd.DataFrame, foreign: pd.Series, unrelated: pd.Series) -> pd.Series:
    """Blocks at the end made of other stories' openings, each under several articles.

    Seen first where most lines of a block stand in unrelated articles; an outlet that has the
    habit is then read with less doubt, as its teasers also stand under articles on their subject,
    and under two articles only: from the first of two lines that stand in more of them, or in
    unrelated ones.
    A story is teased for days; a line that stands under a fiftieth of all articles is no teaser.
    A block longer than the outlet's usual one begins with the article's own last lines.
    """
    row, outlet, hosts, blank = lines["row"], lines["outlet"], lines["hosts"], lines["key"] == ""
    articles = lines.drop_duplicates("row")["outlet"].value_counts()
    block = tail_of((hosts >= SHARED) | blank, lines) & (hosts >= SHARED)
    fixed = hosts > np.maximum(FIXED, FIXED_SHARE * outlet.map(articles))
    share = (foreign & block & ~fixed).groupby(row).transform("sum")
    sure = block & (share >= 2) & (2 * share >= block.groupby(row).transform("sum"))
    teased = lines[sure].drop_duplicates("row")["outlet"].value_counts()
    few = np.maximum(HABIT, HABIT_SHARE * articles.reindex(teased.index))
    habit = outlet.isin(teased.index[teased >= few])
    wide = tail_of((hosts >= 2) | blank, lines)
    begins = (wide & (unrelated | (hosts > SHARED))).groupby(row)
    found = habit & (sure | (wide & begins.cummax() & (begins.transform("sum") >= 2)))
    from_end = found[::-1].groupby(row[::-1], sort=False).cumsum()[::-1]
    sizes = found[found].groupby([outlet, row]).sum()
    return found & (from_end <= outlet.map(sizes.groupby(level=0).quantile(USUAL)))


def _in_unrelated_articles(lines: pd.DataFrame, articles: pd.DataFrame) -> pd.Series:
    """Which lines stand in articles that are no more alike than two picked at random.

    Articles are compared by the lines that are their own. Words are weighted by tf-idf (Salton and
    Buckley 1988).
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    own = lines["key"].where(lines["hosts"] < SHARED, "").groupby(lines["row"]).agg(" ".join)
    own = own.reindex(range(len(articles)), fill_value="")
    shared = lines[lines["hosts"] >= 2]
    if shared.empty or not own.str.len().sum():
        return pd.Series(False, lines.index)
    weigh = TfidfVectorizer(analyzer=str.split, sublinear_tf=True, dtype=np.float32)
    weights = sparse.csr_array(weigh.fit_transform(own.str.lower()))
    hosts = shared.assign(body=pd.factorize(own)[0][shared["row"]])
    groups = hosts.drop_duplicates(["outlet", "key", "body"]).groupby(["outlet", "key"])
    names = pd.MultiIndex.from_frame(lines[["outlet", "key"]])
    alike = _mean_cosine(groups, weights).reindex(names)
    outlets = articles.reset_index(drop=True).assign(row=range(len(articles))).groupby("outlet")
    usual = UNRELATED * _mean_cosine(outlets, weights)
    usual = usual.where(outlets.size() >= MIN_ARTICLES, UNRELATED_UNKNOWN)
    return alike.fillna(1.0).set_axis(lines.index) <= lines["outlet"].map(usual)


def _mean_cosine(groups: Any, weights: sparse.csr_array) -> pd.Series:
    """Mean cosine over all pairs of each group's articles (`row`), NaN for one article.

    It comes from the norm of the sum of their vectors, without making the pairs.
    """
    rows, size = groups.obj["row"], groups.size()
    ones, shape = np.ones(len(rows), np.float32), (len(size), weights.shape[0])
    member = sparse.csr_array((ones, (groups.ngroup(), rows)), shape=shape)
    total, filled = member @ weights, member @ (np.diff(weights.indptr) > 0)
    return (total.multiply(total).sum(axis=1) - filled) / (size * (size - 1)).where(size > 1)
