"""Topics across outlets, months and preprocessing: shares with intervals, and what they hang on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from q7x2lab.corpus.periods import PERIODS
from q7x2lab.errors import AnalysisError, did_you_mean
from q7x2lab.stats.resampling import cluster_draws, percentile_interval
from q7x2lab.topics.fit import Floats, fold_in, weighted_counts
from q7x2lab.topics.model import TopicModel, article_clusters, fit_topics
from q7x2lab.topics.quality import top_words
from q7x2lab.topics.stability import (
    MOST_UNITS,
    TENTATIVE,
    article_overlap,
    rank_biased_overlap,
    refit,
    refits_for,
    subsamples,
)

_HOUSE = 1.5  # an outlet's own topic stands in it this many times as often as an even spread
FEW = 10  # a group of fewer articles gets no interval
COPIES = ("once", "all")


def topic_shares_by(
    model: TopicModel,
    by: str | Sequence[str],
    *,
    copies: str = "once",
    refits: int | None = None,
    draws: int = 1000,
    seed: int | None = None,
) -> pd.DataFrame:
    """Mean share of each topic in each group, with a 95 % interval that includes refits.

    by: a column of the articles, a period of `date` (day week month quarter year), or a list of
    them. copies: `once` lets a story count once in a group however often it stands there, `all`
    counts every copy. refits: models fitted to bootstrap samples of whole clusters of copies (at
    most 6,000 articles) and matched with this one, default 10 and 5 for large corpora; they are
    kept with the model for the next comparison. draws: bootstrap samples over which shares are
    taken, spread evenly over the refits, so that the interval holds what comes from the topics and
    what comes from the articles. Returns the columns of `by`, topic label share low high articles
    badge refused; `refused` says why a group has no interval.

    >>> from q7x2lab.topics.model import fit_topics
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> dtm = two_subjects()
    >>> model = fit_topics(dtm, k=2)
    >>> dtm.articles["outlet"] = ["a"] * 20 + ["b"] * 20
    >>> table = topic_shares_by(model, "outlet", refits=2, draws=20)
    >>> table.query("share > .5")["outlet"].tolist()
    ['a', 'b']
    """
    seed = model.seed if seed is None else seed
    columns = [by] if isinstance(by, str) else list(by)
    if copies not in COPIES:
        raise AnalysisError(f"copies is {copies!r}", remedy=did_you_mean(copies, COPIES))
    keys = pd.DataFrame({name: _key(model.articles, name) for name in columns})
    group = keys.groupby(columns, sort=True).ngroup().to_numpy(copy=True)
    group[model.main_topics < 0] = -1
    names = keys[group >= 0].drop_duplicates().sort_values(columns, ignore_index=True)
    group[group >= 0] = np.unique(group[group >= 0], return_inverse=True)[1]
    clusters = article_clusters(model.dtm)
    weight = _once(group, clusters) if copies == "once" else np.ones(group.size)
    members = [np.flatnonzero(group == g) for g in range(len(names))]
    if not members:
        what = f"no article that has topics has a {' and a '.join(columns)}"
        raise AnalysisError(what, remedy="compare by another column")
    share = _means(members, weight, model.article_shares)[0]
    refits = refits_for(len(clusters), 10) if refits is None else refits
    low, high = _interval(model, members, weight, share, refits, draws, seed)
    few = np.array([rows.size < FEW for rows in members])
    low[few], high[few] = np.nan, np.nan
    table = names.loc[np.repeat(np.arange(len(names)), model.k)].reset_index(drop=True)
    table["topic"] = np.tile(np.arange(model.k), len(names))
    table["label"] = np.tile(np.asarray(model.labels, dtype=object), len(names))
    table["share"], table["low"], table["high"] = share.ravel(), low.ravel(), high.ravel()
    table["articles"] = np.repeat([rows.size for rows in members], model.k)
    table["badge"] = np.tile(np.asarray(model.badges, dtype=object), len(names))
    table["refused"] = np.where(np.repeat(few, model.k), f"fewer than {FEW} articles", "")
    return table


def _key(articles: pd.DataFrame, name: str) -> pd.Series:
    if name in articles:
        return articles[name]
    if name in PERIODS and "date" in articles:
        return articles["date"].dt.to_period(PERIODS[name]).dt.start_time
    raise AnalysisError(
        f"the articles have no column {name!r}",
        remedy=did_you_mean(name, [*articles.columns, *PERIODS]),
    )


def _once(group: Any, clusters: Any) -> Floats:
    pairs = pd.DataFrame({"group": group, "cluster": clusters})
    return 1 / pairs.groupby(["group", "cluster"])["group"].transform("size").to_numpy(float)


def _means(members: list[Any], weight: Floats, shares: Floats, times: Any = None) -> Floats:
    """Weighted means of shares, draws × groups × topics (one draw where times is None)."""
    times = np.ones((1, weight.size)) if times is None else times
    out = np.empty((times.shape[0], len(members), shares.shape[1]))
    for g, rows in enumerate(members):
        scale = times[:, rows] * weight[rows]
        with np.errstate(invalid="ignore", divide="ignore"):
            out[:, g] = (scale @ shares[rows]) / scale.sum(axis=1, keepdims=True)
    return out


def _interval(
    model: TopicModel,
    members: list[Any],
    weight: Floats,
    share: Floats,
    refits: int,
    draws: int,
    seed: int,
) -> tuple[Floats, Floats]:
    clusters = article_clusters(model.dtm)
    fitted, *refitted = _refitted_shares(model, refits, seed)
    base = _means(members, weight, fitted)[0]
    found = []
    for number, shares in enumerate(refitted):
        resampled = cluster_draws(clusters, max(1, draws // refits), seed + 1000 + number)
        found.append(_means(members, weight, shares, resampled))
    low, high = percentile_interval(np.concatenate(found) - base + share)
    # Refits may all fall to one side of the model: the interval then reaches the model.
    return np.clip(np.minimum(low, share), 0, 1), np.clip(np.maximum(high, share), 0, 1)


def _refitted_shares(model: TopicModel, refits: int, seed: int) -> list[Floats]:
    """Shares of all articles under the model, then under each refit; worked out once a model."""
    known = vars(model).setdefault("_refitted", {})
    if (refits, seed) not in known:
        counts = sp.csr_matrix(model.dtm.counts)
        weighted = weighted_counts(counts)
        shares = [fold_in(weighted, model.topic_words)]
        for number, times in enumerate(cluster_draws(article_clusters(model.dtm), refits, seed)):
            rows = np.repeat(np.arange(times.size), times)
            if rows.size > MOST_UNITS:
                chance = np.random.default_rng(seed + 1 + number)
                rows = np.sort(chance.choice(rows, MOST_UNITS, replace=False))
            words, _ = refit(model, rows, seed + 1 + number)
            shares.append(fold_in(weighted, words))
        known[refits, seed] = shares
    return known[refits, seed]


def leave_one_out(
    model: TopicModel, by: str = "outlet", *, seed: int | None = None
) -> pd.DataFrame:
    """Which topics are one outlet's house style: refits without each, beside a random control.

    Returns left_out topic label part score control hangs. part: how much of the topic stands in
    what was left out. score: the lower of rank-biased overlap and overlap of the remaining
    articles between model and refit; control: the same where as many articles were left out at
    random. A topic hangs on an outlet if it is lost without it (below .6), not at random, and the
    outlet holds at least one and a half times its even part of it.

    >>> from q7x2lab.topics.model import fit_topics
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> dtm = two_subjects()
    >>> model = fit_topics(dtm, k=2)
    >>> dtm.articles["outlet"] = ["a", "b"] * 20
    >>> leave_one_out(model)["hangs"].any()
    np.False_
    """
    seed = model.seed if seed is None else seed
    values = _key(model.articles, by)
    clusters = article_clusters(model.dtm)
    names = sorted(values.dropna().unique())
    if len(names) < 2:
        raise AnalysisError(f"{by!r} has one value only: there is nothing to leave out")
    mass = model.article_shares.sum(axis=0)
    lines = []
    for number, name in enumerate(names):
        gone = (values == name).to_numpy()
        if (~gone & (model.main_topics >= 0)).sum() < 2 * model.k:
            continue
        at_random = subsamples(clusters, 1, 1 - gone.mean(), seed + number)[0]
        score, control = (_survival(model, kept, seed) for kept in (~gone, at_random))
        part = model.article_shares[gone].sum(axis=0) / mass
        own = part > _HOUSE * gone.mean()
        lines.append(
            pd.DataFrame(
                {
                    "left_out": name,
                    "topic": np.arange(model.k),
                    "label": model.labels,
                    "part": part,
                    "score": score,
                    "control": control,
                    "hangs": (score < TENTATIVE) & (control >= TENTATIVE) & own,
                }
            )
        )
    if not lines:
        raise AnalysisError(
            f"without any one {by} too few articles remain for {model.k} topics",
            remedy="fewer topics",
        )
    return pd.concat(lines, ignore_index=True)


def _survival(model: TopicModel, kept: Any, seed: int) -> Floats:
    rows = np.flatnonzero(kept)
    if rows.size > MOST_UNITS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_UNITS, replace=False))
    words, shares = refit(model, rows, seed)
    overlap = rank_biased_overlap(top_words(model.topic_words), top_words(words))
    before = model.main_topics[rows]
    after = np.where(before >= 0, shares.argmax(axis=1), -1)
    return np.minimum(overlap, np.nan_to_num(article_overlap(before, after, model.k)))


def robustness(model: TopicModel, variants: Mapping[str, Any]) -> pd.DataFrame:
    """Each topic under other preprocessing: variant topic label overlap match exists.

    variants: name to document-term matrix, of the same articles tokenised otherwise (word forms
    for lexemes, copies in, stop words in). A model with as many topics is fitted to each; overlap
    is the best Jaccard overlap of the articles that both matrices hold, by main topic; a topic
    exists from .6. match: the counterpart's label; units: how many articles are in both.

    >>> from q7x2lab.topics.model import fit_topics
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> dtm = two_subjects()
    >>> model = fit_topics(dtm, k=2)
    >>> robustness(model, {"the same again": dtm})["exists"].tolist()
    [True, True]
    """
    own = pd.Series(model.main_topics, index=_ids(model.dtm))
    tables = []
    for name, dtm in variants.items():
        other = fit_topics(
            dtm,
            k=model.k,
            method=model.settings["method"],
            seed=model.seed,
            starts=model.settings["starts"],
        )
        theirs = pd.Series(other.main_topics, index=_ids(dtm))
        both = pd.concat([own, theirs], axis=1, join="inner", keys=["own", "theirs"])
        if both.empty:
            raise AnalysisError(f"{name}: no article is in both matrices", remedy="check the ids")
        topics = np.arange(model.k)
        a = both["own"].to_numpy() == topics[:, None]
        b = both["theirs"].to_numpy() == topics[:, None]
        common = a.astype(float) @ b.T
        sizes = a.sum(axis=1)[:, None] + b.sum(axis=1) - common
        overlap = common / np.maximum(sizes, 1)
        best = overlap.argmax(axis=1)
        tables.append(
            pd.DataFrame(
                {
                    "variant": name,
                    "topic": topics,
                    "label": model.labels,
                    "overlap": overlap[topics, best],
                    "match": np.asarray(other.labels, dtype=object)[best],
                    "exists": overlap[topics, best] >= TENTATIVE,
                    "units": len(both),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _ids(dtm: Any) -> pd.Index:
    """Names of the units: the article's id, and where the unit begins if it is a part."""
    parts = dtm.articles[["id", "start"]] if "start" in dtm.articles else dtm.articles[["id"]]
    return pd.Index(parts.astype(str).agg(" ".join, axis=1))
