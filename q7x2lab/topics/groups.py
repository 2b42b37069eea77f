"""Topics across outlets and periods: shares with intervals, and what hangs on one outlet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from q7x2lab.corpus.model import article_clusters, article_labels
from q7x2lab.corpus.periods import PERIODS
from q7x2lab.errors import AnalysisError
from q7x2lab.stats.resampling import cluster_draws, percentile_interval, ratio_table
from q7x2lab.topics.fit import Floats, fold_in, weighted_counts
from q7x2lab.topics.model import TopicModel
from q7x2lab.topics.stability import (
    MOST_UNITS,
    TENTATIVE,
    Stability,
    refit,
    refits_for,
    subsamples,
    topic_scores,
    with_badges,
)

HOUSE_STYLE = 1.5  # an outlet's own topic stands in it this many times as often as an even spread


def topic_shares_by(
    model: TopicModel,
    by: str | Sequence[str],
    *,
    stability: Stability | None = None,
    refits: int | None = None,
    draws: int = 1000,
) -> pd.DataFrame:
    """Mean share of each topic in each group, with a 95 % interval that includes refits.

    Parameters
    ----------
    by
        A column of the articles, a period of ``date`` (day, week, month, quarter, year), or a list
        of them. A story counts once in a group however often it stands there.
    stability
        What `stability` returned for the model: where the badges come from.
    refits
        Models fitted to bootstrap samples of whole clusters of copies (at most 6,000 articles) and
        matched with this one; default ten, five for large corpora.
    draws
        Bootstrap samples over which shares are taken, spread evenly over the refits, so that the
        interval holds what comes from the topics and what comes from the articles.

    Returns
    -------
    DataFrame
        The columns of `by`, ``topic``, ``label``, ``share``, ``low``, ``high``, ``articles``,
        ``badge``, ``refused`` (why a group has no interval).

    Raises
    ------
    StudyError
        If there is no such column.
    AnalysisError
        If no article is in a group.

    Examples
    --------
    >>> from q7x2lab.topics.model import fit_model
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> dtm = two_subjects()
    >>> dtm.articles["outlet"] = ["a"] * 20 + ["b"] * 20
    >>> table = topic_shares_by(fit_model(dtm, 2), "outlet", refits=2, draws=20)
    >>> table.query("share > .5")["outlet"].tolist()
    ['a', 'b']
    """
    columns = [by] if isinstance(by, str) else list(by)
    keys = pd.DataFrame({name: _group(model.articles, name) for name in columns})
    keys = keys[model.main_topics >= 0].reindex(keys.index)  # no words, no topics, no group
    clusters = article_clusters(model.articles)
    story = keys.assign(story=clusters).groupby([*columns, "story"])["story"].transform("size")
    weight = np.nan_to_num(1 / story.to_numpy(float))

    def ratios(shares: Floats, times: int, seed: int) -> tuple[pd.DataFrame, Floats]:
        above = shares * weight[:, None]
        return ratio_table(above, weight, keys, clusters=clusters, draws=times, seed=seed)

    table, _ = ratios(model.article_shares, 1, model.seed)
    refits = refits_for(len(clusters)) if refits is None else refits
    fitted, *refitted = _refitted_shares(model, refits)
    base, share = ratios(fitted, 1, model.seed)[0]["ratio"].to_numpy(), table["ratio"]
    each = max(1, draws // refits)
    drawn = [ratios(one, each, model.seed + 1000 + n)[1] for n, one in enumerate(refitted)]
    low, high = percentile_interval(np.concatenate(drawn) - base + share.to_numpy())
    # Refits may all fall to one side of the model: the interval then reaches the model.
    few = table["refused"] != ""
    table["low"] = np.clip(np.minimum(low, share), 0, 1).mask(few)
    table["high"] = np.clip(np.maximum(high, share), 0, 1).mask(few)
    table = table.rename(columns={"column": "topic", "ratio": "share"})
    table["label"] = np.asarray(model.labels, dtype=object)[table["topic"]]
    shown = ["topic", "label", "share", "low", "high", "articles", "badge", "refused"]
    return with_badges(table, stability)[[*columns, *shown]]


def _group(articles: pd.DataFrame, by: str) -> pd.Series:
    """The group of each article: what a column says, or the first day of its period."""
    labels = article_labels(articles, by)
    if by in articles or by not in PERIODS:
        return labels
    return articles["date"].dt.to_period(PERIODS[by]).dt.start_time


def _at_most(rows: NDArray[np.intp], seed: int) -> NDArray[np.intp]:
    """The rows, or as many of them as a refit sees, drawn at random."""
    if rows.size <= MOST_UNITS:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, MOST_UNITS, replace=False))


@lru_cache(maxsize=1)  # refits take minutes, and the next table of the same model needs the same
def _refitted_shares(model: TopicModel, refits: int) -> list[Floats]:
    """Shares of all articles under the model, then under each refit to a bootstrap sample."""
    weighted = weighted_counts(sp.csr_matrix(model.dtm.counts))
    shares = [fold_in(weighted, model.topic_words)]
    samples = cluster_draws(article_clusters(model.articles), refits, model.seed)
    for number, times in enumerate(samples, start=1):
        rows = _at_most(np.repeat(np.arange(times.size), times), model.seed + number)
        shares.append(fold_in(weighted, refit(model, rows, model.seed + number)[0]))
    return shares


def leave_one_out(model: TopicModel, by: str = "outlet") -> pd.DataFrame:
    """Which topics are one outlet's house style: refits without each, beside a random control.

    Parameters
    ----------
    by
        The column whose values are left out, one at a time.

    Returns
    -------
    DataFrame
        ``left_out``; ``topic``, ``label``; ``part``, how much of the topic stands in what was left
        out; ``score``, the lower of rank-biased overlap and overlap of the remaining articles
        between model and refit; ``control``, the same where as many articles were left out at
        random; ``hangs``: the topic is lost without the outlet (below .6), not at random, and
        the outlet holds at least one and a half times its even part of it.

    Raises
    ------
    AnalysisError
        If there is one value only, or too few articles remain without any.

    Examples
    --------
    >>> from q7x2lab.topics.model import fit_model
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> dtm = two_subjects()
    >>> dtm.articles["outlet"] = ["a", "b"] * 20
    >>> bool(leave_one_out(fit_model(dtm, 2))["hangs"].any())
    False
    """
    values = article_labels(model.articles, by)
    names = sorted(values.dropna().unique())
    if len(names) < 2:
        raise AnalysisError(f"{by!r} has one value only: there is nothing to leave out")
    clusters, mass = article_clusters(model.articles), model.article_shares.sum(axis=0)
    tables = []
    for number, name in enumerate(names):
        gone = (values == name).to_numpy()
        if (~gone & (model.main_topics >= 0)).sum() < 2 * model.k:
            continue
        at_random = subsamples(clusters, 1, 1 - gone.mean(), model.seed + number)[0]
        score, control = (_survival(model, kept) for kept in (~gone, at_random))
        part = model.article_shares[gone].sum(axis=0) / mass
        own = part > HOUSE_STYLE * gone.mean()
        table = model.labelled().assign(part=part, score=score, control=control)
        table["hangs"] = (score < TENTATIVE) & (control >= TENTATIVE) & own
        tables.append(table.assign(left_out=name))
    if not tables:
        raise AnalysisError(
            f"without any one {by} too few articles remain for {model.k} topics",
            remedy="fewer topics",
        )
    table = pd.concat(tables, ignore_index=True)
    return table[["left_out", *table.columns[:-1]]]


def _survival(model: TopicModel, kept: NDArray[np.bool_]) -> Floats:
    """The score of each topic in a refit on these articles."""
    rows = _at_most(np.flatnonzero(kept), model.seed)
    scores = topic_scores(model, rows, *refit(model, rows, model.seed))
    return scores["score"].to_numpy()
