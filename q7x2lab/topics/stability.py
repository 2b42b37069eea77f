"""Do the topics survive? Refits on parts of the data, matched topic by topic with the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import adjusted_rand_score

from q7x2lab.errors import AnalysisError, counted
from q7x2lab.stats.resampling import percentile_interval
from q7x2lab.topics.fit import Floats, fit_matrix
from q7x2lab.topics.model import TopicModel, article_clusters, article_weights
from q7x2lab.topics.quality import (
    diversity,
    exclusivity,
    held_out_likelihood,
    npmi,
    top_words,
)

STABLE, TENTATIVE = 0.75, 0.6  # Hennig (2007): above, a cluster is stable; below, not to be trusted
MOST_UNITS = 6000  # a refit sees at most so many: what survives in fewer articles survives in all
BADGES = ("stable", "tentative", "unstable")


@dataclass(frozen=True, repr=False, eq=False)
class Stability:
    """How the topics of a model fared in refits on subsamples.

    topics: topic label jaccard rbo articles score score_low score_high badge, means over the
    refits. draws: one row a refit: draw units jaccard rbo agreement ari npmi likelihood exclusivity
    diversity, where npmi and likelihood are those of the articles left out. overlap: refits ×
    topics, the score of each topic in each refit.
    """

    topics: pd.DataFrame
    draws: pd.DataFrame
    overlap: Floats

    @property
    def summary(self) -> pd.DataFrame:
        """What refits keep and how they fare on the articles left out: measure mean low high.

        low and high span 95 % of the refits; npmi and likelihood are held out.
        """
        found = self.draws.drop(columns=["draw", "units"])
        low, high = percentile_interval(found.to_numpy())
        columns = {"measure": found.columns, "mean": found.mean().to_numpy()}
        return pd.DataFrame({**columns, "low": low, "high": high})

    def __repr__(self) -> str:
        badges = self.topics["badge"].value_counts()
        counted = ", ".join(f"{badges[b]} {b}" for b in BADGES if b in badges)
        means = self.draws[["jaccard", "rbo", "agreement"]].mean()
        return (
            f"Stability over {len(self.draws)} refits: {counted}; top words {means['jaccard']:.2f} "
            f"(Jaccard), {means['rbo']:.2f} (RBO); {means['agreement']:.0%} of articles keep "
            "their main topic"
        )


def rank_biased_overlap(first: NDArray[Any], second: NDArray[Any], p: float = 0.9) -> Floats:
    """How alike two rankings are, from 0 to 1, the head counting most, row by row.

    The extrapolated form for rankings of equal length (Webber, Moffat and Zobel 2010, eq. 32).

    >>> rank_biased_overlap(np.array([[1, 2, 3]]), np.array([[1, 2, 3]])).round(6).tolist()
    [1.0]
    """
    same = first[:, :, None] == second[:, None, :]
    depth = np.arange(1, first.shape[1] + 1)
    common = np.stack([same[:, :d, :d].sum(axis=(1, 2)) for d in depth], axis=1) / depth
    weights = (1 - p) / p * p**depth
    return common @ weights + common[:, -1] * p ** first.shape[1]


def set_overlap(first: NDArray[Any], second: NDArray[Any]) -> Floats:
    """Jaccard overlap of two top-word lists, row by row.

    >>> set_overlap(np.array([[1, 2, 3]]), np.array([[2, 3, 4]])).tolist()
    [0.5]
    """
    common = (first[:, :, None] == second[:, None, :]).sum(axis=(1, 2))
    return common / (first.shape[1] + second.shape[1] - common)


def match_topics(reference: Floats, other: Floats) -> NDArray[np.intp]:
    """For each topic of the reference its counterpart in the other model, -1 where none is left.

    The Hungarian method on the Hellinger affinity of word distributions (topics × lexemes).

    >>> match_topics(np.array([[1.0, 0], [0, 1]]), np.array([[0.1, 0.9], [0.9, 0.1]])).tolist()
    [1, 0]
    """
    affinity = np.sqrt(np.maximum(reference, 0)) @ np.sqrt(np.maximum(other, 0)).T
    rows, columns = linear_sum_assignment(-affinity)
    counterpart = np.full(reference.shape[0], -1)
    counterpart[rows] = columns
    return counterpart


def article_overlap(first: NDArray[Any], second: NDArray[Any], k: int) -> Floats:
    """Jaccard overlap of the articles whose main topic is t, for each t; NaN where none has it.

    >>> article_overlap(np.array([0, 0, 1]), np.array([0, 1, 1]), 2).tolist()
    [0.5, 0.5]
    """
    topics = np.arange(k)[:, None]
    a, b = first == topics, second == topics
    either = (a | b).sum(axis=1)
    return np.where(either > 0, (a & b).sum(axis=1) / np.maximum(either, 1), np.nan)


def refit(model: TopicModel, rows: NDArray[np.intp], seed: int) -> tuple[Floats, Floats]:
    """The model again on some articles (rows may repeat): its words and shares, topics matched."""
    counts = sp.csr_matrix(model.dtm.counts)[rows]
    fit = fit_matrix(
        counts,
        model.k,
        model.settings["method"],
        seed,
        article_weights(model.dtm)[rows],
        starts=model.settings["starts"],
    )
    order = match_topics(model.topic_words, fit.topic_words)
    return fit.topic_words[order], fit.article_shares[:, order]


def subsamples(
    clusters: NDArray[Any], draws: int, share: float, seed: int
) -> list[NDArray[np.bool_]]:
    """For each draw, which articles are in: whole clusters of copies, `share` of them."""
    _, number = np.unique(clusters, return_inverse=True)
    n = int(number.max()) + 1
    rng = np.random.default_rng(seed)
    kept = round(share * n)
    return [np.isin(number, rng.permutation(n)[:kept]) for _ in range(draws)]


def refits_for(units: int, most: int) -> int:
    """How many refits a model of that many units gets: `most`, fewer where each takes long.

    >>> refits_for(2000, 20), refits_for(30_000, 20)
    (20, 5)
    """
    return int(np.clip(100_000 // max(units, 1), 5, most))


def stability(
    model: TopicModel, *, draws: int | None = None, share: float = 0.8, seed: int | None = None
) -> Stability:
    """How the topics of a model fare when it is fitted again on random parts of the articles.

    draws: the number of refits, default 10 and 5 for large corpora. share: the part of the
    articles each sees, copies together, but at most 6,000 articles, which errs low. Topics
    are matched by the Hungarian method; a topic's score in a refit is the lower of its rank-biased
    overlap (top ten words) and the Jaccard overlap of the articles whose main topic it is; its
    badge is `stable` from .75, `tentative` from .6 and `unstable` below (the cuts of Hennig 2007).
    Resampling after Ben-Hur, Elisseeff and Guyon (2002) and Greene, O'Callaghan and Cunningham
    (2014). Raises `AnalysisError` where a part would hold fewer articles than topics.

    >>> from q7x2lab.topics.model import fit_topics
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> model = fit_topics(two_subjects(), k=2)
    >>> stability(model, draws=2).topics["badge"].tolist()
    ['stable', 'stable']
    """
    seed = model.seed if seed is None else seed
    clusters = article_clusters(model.dtm)
    if np.unique(clusters).size < 5:
        raise AnalysisError(
            f"{np.unique(clusters).size} articles are too few to see whether topics survive",
            where="stability",
            remedy="whole articles are left out, with their copies: it takes at least 5",
        )
    draws = refits_for(len(clusters), 10) if draws is None else draws
    parts = subsamples(clusters, draws, min(share, MOST_UNITS / len(clusters)), seed)
    if min(int(((model.main_topics >= 0) & kept).sum()) for kept in parts) < model.k:
        raise AnalysisError(
            f"{share:.0%} of {counted(len(clusters), 'unit')} cannot carry {model.k} topics",
            where="stability",
            remedy="fewer topics or smaller units",
        )
    rows, overlap = [], []
    for draw, kept in enumerate(parts):
        line, score = _one_refit(model, kept, seed + 1 + draw)
        rows.append({"draw": draw, **line})
        overlap.append(score)
    table, scores = pd.DataFrame(rows), np.array(overlap)
    mean = {name: np.array(table.pop(name).tolist()) for name in ("_jaccard", "_rbo", "_articles")}
    return Stability(_topic_table(model, mean, scores), table, scores)


def _one_refit(
    model: TopicModel, kept: NDArray[np.bool_], seed: int
) -> tuple[dict[str, Any], Floats]:
    words, shares = refit(model, np.flatnonzero(kept), seed)
    left_out = sp.csr_matrix(model.dtm.counts)[np.flatnonzero(~kept)[:MOST_UNITS]]
    mine, other = top_words(model.topic_words), top_words(words)
    before = model.main_topics[kept]
    filled = before >= 0
    before, after = before[filled], shares[filled].argmax(axis=1)
    jaccard, rbo = set_overlap(mine, other), rank_biased_overlap(mine, other)
    articles = np.nan_to_num(article_overlap(before, after, model.k))
    line = {
        "units": int(kept.sum()),
        "jaccard": jaccard.mean(),
        "rbo": rbo.mean(),
        "agreement": float((before == after).mean()),
        "ari": adjusted_rand_score(before, after),
        "npmi": npmi(left_out, other).mean(),
        "likelihood": held_out_likelihood(left_out, words, seed),
        "exclusivity": exclusivity(words, other).mean(),
        "diversity": diversity(other),
        "_jaccard": jaccard,
        "_rbo": rbo,
        "_articles": articles,
    }
    return line, np.minimum(rbo, articles)


def _topic_table(model: TopicModel, mean: dict[str, Floats], scores: Floats) -> pd.DataFrame:
    low, high = percentile_interval(scores)
    score = scores.mean(axis=0)
    badge = np.select([score >= STABLE, score >= TENTATIVE], BADGES[:2], BADGES[2])
    return pd.DataFrame(
        {
            "topic": np.arange(model.k),
            "label": model.labels,
            "jaccard": mean["_jaccard"].mean(axis=0),
            "rbo": mean["_rbo"].mean(axis=0),
            "articles": mean["_articles"].mean(axis=0),
            "score": score,
            "score_low": low,
            "score_high": high,
            "badge": badge,
        }
    )
