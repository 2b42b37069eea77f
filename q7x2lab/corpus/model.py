"""The corpus: articles, and an account of everything that happened to them on the way in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.sentences import Span, split_paragraphs, split_sentences
from q7x2lab.corpus.columns import text_cells
from q7x2lab.corpus.parts import PART, each_text
from q7x2lab.corpus.periods import PERIODS, period_labels
from q7x2lab.errors import counted, expect_known

CORE = ["id", "date", "outlet", "title", "text", "cluster", "weight"]
REJECTED = ["file", "line", "id", "reason"]
CHANGES = ["article", "step", "before", "after"]
COPIES = ["id", "cluster", "overlap", "kind"]
FLAGS = ["article", "flag", "evidence"]
FURNITURE = ["outlet", "kind", "furniture", "articles", "share", "removed", "examples"]
ORIGIN = ["file", "line"]
SOURCES = ["file", "format", "encoding", "rows", "note"]
NOT_GIVEN = "—"  # the group of articles whose cell of a column is empty; in any language
COPY_RULES = ("all", "once", "weighted")


def _whole(text: str) -> list[Span]:
    return [(0, len(text))]


UNITS: dict[str, Callable[[str], list[Span]]] = {"article": _whole, "paragraph": split_paragraphs}
UNITS["sentence"] = split_sentences


def empty(columns: Sequence[str]) -> pd.DataFrame:
    """A table of these columns without rows."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


@dataclass(frozen=True, eq=False)
class Corpus:
    """Articles and their account: rows read = articles + rejected.

    articles: one row an article: `id` (unique), `date` (NaT where there is none), `outlet`,
    `title`, `text` (cleaned), `cluster` (near-duplicates share one), `weight` (1, or one over the
    size of the cluster), then covariates. rejected: `file line id reason` of each row left out.
    changes: `article step before after`, the characters of a text before and after each step.
    copies: `id cluster overlap kind`. flags: `article flag evidence`, hints that drop nothing.
    furniture: passages that recur in an outlet, with counts, examples and whether they were
    removed. origin: `file line` of each article. sources: `file format encoding rows note`.
    columns: `field column why`, which column of the files became what.

    >>> dates = pd.to_datetime(["2022-02-24", "2022-03-01"])
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": dates, "outlet": ["x", "y"], "text": "نص"})
    >>> corpus = Corpus(table)
    >>> corpus
    Corpus: 2 articles of 2 outlets, 2022-02-24 to 2022-03-01; 0 rows rejected,
    0 clusters of copies, 0 texts changed
    """

    articles: pd.DataFrame
    rejected: pd.DataFrame = field(default_factory=lambda: empty(REJECTED))
    changes: pd.DataFrame = field(default_factory=lambda: empty(CHANGES))
    copies: pd.DataFrame = field(default_factory=lambda: empty(COPIES))
    flags: pd.DataFrame = field(default_factory=lambda: empty(FLAGS))
    furniture: pd.DataFrame = field(default_factory=lambda: empty(FURNITURE))
    origin: pd.DataFrame = field(default_factory=lambda: empty(ORIGIN))
    sources: pd.DataFrame = field(default_factory=lambda: empty(SOURCES))
    columns: pd.DataFrame = field(default_factory=lambda: empty(["field", "column", "why"]))

    def __len__(self) -> int:
        return len(self.articles)

    def __repr__(self) -> str:
        dates = self.articles["date"].dropna()
        span = f", {dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}" if len(dates) else ""
        return (
            f"Corpus: {counted(len(self), 'article')} of "
            f"{counted(self.articles['outlet'].nunique(), 'outlet')}{span}; "
            f"{counted(len(self.rejected), 'row')} rejected, "
            f"{counted(self.copies['cluster'].nunique(), 'cluster')} of copies, "
            f"{counted(self.changes['article'].nunique(), 'text')} changed"
        )

    @property
    def covariates(self) -> list[str]:
        """Columns of `articles` beyond the fixed ones: what else articles can be grouped by."""
        return [name for name in self.articles.columns if name not in CORE]


def count_copies(corpus: Corpus, copies: pd.DataFrame, rule: str = "all") -> Corpus:
    """The corpus with copies counted by a rule.

    Parameters
    ----------
    copies
        What `find_duplicates` returned, the representative of each cluster first.
    rule
        ``all``; ``once``: the representative stays and the others move to ``rejected``;
        ``weighted``: each article weighs one over the size of its cluster.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x", "text": "y"})
    >>> copies = pd.DataFrame({"id": ["a", "b"], "cluster": 0, "overlap": 1.0, "kind": "exact"})
    >>> count_copies(Corpus(table), copies, "weighted").articles["weight"].tolist()
    [0.5, 0.5]
    >>> count_copies(Corpus(table), copies, "once").rejected["reason"].tolist()
    ['copy of a']
    """
    ids = corpus.articles["id"]
    first = copies.groupby("cluster")["id"].transform("first")
    shown = ids.map(dict(zip(copies["id"], first, strict=True))).astype("str").fillna(ids)
    cluster = pd.Index(ids).get_indexer(shown)
    weight = 1.0 / np.bincount(cluster)[cluster] if rule == "weighted" else 1.0
    articles = corpus.articles.assign(cluster=cluster, weight=weight)
    corpus = replace(corpus, articles=articles, copies=copies)
    if rule != "once":
        return corpus
    stays = shown == ids
    origin = corpus.origin.reindex(articles.index, fill_value="")
    listed = origin.assign(id=ids, reason="copy of " + shown)[~stays]
    rejected = pd.concat([corpus.rejected, listed], ignore_index=True)
    articles, origin = (part[stays].reset_index(drop=True) for part in (articles, origin))
    articles = articles.assign(cluster=np.arange(len(articles)))
    return replace(corpus, articles=articles, rejected=rejected, origin=origin)


def unit_spans(texts: pd.Series, unit: str) -> pd.DataFrame:
    """Where every article, paragraph or sentence of some texts stands, in reading order.

    Returns
    -------
    DataFrame
        ``article`` (the number of the text), ``start`` and ``end`` (offsets in it).

    Raises
    ------
    StudyError
        If there is no such unit.

    Examples
    --------
    >>> unit_spans(pd.Series(["قال. وأضاف.", "نص"]), "sentence").to_numpy().tolist()
    [[0, 0, 4], [0, 5, 11], [1, 0, 2]]
    """
    expect_known(unit, UNITS, f"no unit is called {unit!r}")
    found = ((n, *span) for n, spans in enumerate(each_text(UNITS[unit], texts)) for span in spans)
    table = np.fromiter(chain.from_iterable(found), np.int64).reshape(-1, 3)
    return pd.DataFrame(table, columns=["article", "start", "end"])


def article_weights(articles: pd.DataFrame) -> NDArray[np.float64]:
    """How much each article counts; 1 where the table does not say.

    Examples
    --------
    >>> article_weights(pd.DataFrame({"weight": [0.5, 1]})).tolist()
    [0.5, 1.0]
    """
    return articles["weight"].to_numpy(float) if "weight" in articles else np.ones(len(articles))


def article_clusters(articles: pd.DataFrame) -> NDArray[np.int64]:
    """The number of each article's cluster of copies; its own where the table does not say.

    Examples
    --------
    >>> article_clusters(pd.DataFrame({"cluster": [7, 7, 3]})).tolist()
    [1, 1, 0]
    """
    own = articles["cluster"] if "cluster" in articles else np.arange(len(articles))
    # In the order of their names, by which resamples and permutations draw them.
    return pd.factorize(own, sort=True)[0].astype(np.int64)


def article_labels(articles: pd.DataFrame, by: str) -> pd.Series:
    """The group of each article: what a column says as text, or the period that its date is in.

    Articles whose cell is empty are a group of their own, `—`.

    Parameters
    ----------
    by
        A column of the articles, or `day`, `week`, `month`, `quarter` or `year`; an article
        without a date has no period.

    Raises
    ------
    StudyError
        If there is no such column.

    Examples
    --------
    >>> article_labels(pd.DataFrame({"date": pd.to_datetime(["2022-02-24"])}), "month").tolist()
    ['2022-02']
    """
    if by in articles:
        # Names are few and articles many: an explorer asks anew for every answer.
        row, cells = pd.factorize(articles[by], use_na_sentinel=False)
        names = text_cells(pd.Series(cells)).replace("", NOT_GIVEN)
        return names.take(row).set_axis(articles.index)
    expect_known(by, [*articles.columns, *PERIODS], f"articles have no column {by!r}")
    return period_labels(articles["date"], by)


def cut_passages(texts: pd.Series, article: NDArray[Any], *edges: NDArray[Any]) -> list[list[str]]:
    """For each row the passages of its article between one edge and the next.

    Parameters
    ----------
    texts
        The text of every article; only those asked for become Python strings, some at a time.
    article
        Number of the text that each row is cut from.
    edges
        Character offsets of each row, ascending.

    Examples
    --------
    >>> cut_passages(pd.Series(["قال بوتين"]), np.array([0]), np.array([0]), np.array([3]))
    [['قال']]
    """
    found = []
    for first in range(0, len(article), PART):
        rows = slice(first, first + PART)
        wanted, place = np.unique(article[rows], return_inverse=True)
        # A mask on a slice: to take texts by their numbers, Arrow would first copy all of them.
        near = np.arange(wanted[0], wanted[-1] + 1)
        chosen = texts.iloc[near[0] : near[-1] + 1][np.isin(near, wanted)].tolist()
        cuts = zip(place.tolist(), *(edge[rows].tolist() for edge in edges), strict=True)
        found += [[chosen[at][a:b] for a, b in pairwise(offsets)] for at, *offsets in cuts]
    return found
