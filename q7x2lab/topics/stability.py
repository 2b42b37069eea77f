"""Do the topics survive? Refits on parts of the data, matched topic by topic with the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from q7x2lab.corpus.model import article_clusters, article_weights
from q7x2lab.errors import AnalysisError, counted
from q7x2lab.stats.resampling import percentile_interval
from q7x2lab.topics.fit import Floats, fit_matrix, fold_in, log_likelihood, weighted_counts
from q7x2lab.topics.topic_model import TopicModel, diversity, exclusivity, npmi, top_words

STABLE, TENTATIVE = 0.75, 0.6  # Hennig (2007): above, a cluster is stable; below, not to be trusted
MOST_UNITS = 6000  # a refit sees at most so many: what survives in fewer articles survives in all
SHARE = 0.8  # of the articles that a refit sees, where that is not more
REFITS = 8  # of a model: enough to tell stable topics from others; each takes seconds
FEWEST_CLUSTERS = 5  # with fewer a part of the articles is no resample of them
PERSISTENCE = 0.9  # of rank-biased overlap: the first ten words carry 86 % of it (Webber 2010)
Refit = tuple[NDArray[np.intp], Floats, Floats]  # articles, topic words, article shares
BADGES = ("stable", "tentative", "unstable")
NOT_ASSESSED = "not assessed"


@dataclass(frozen=True, eq=False)
class Stability:
    """What refits on parts of the articles keep of a model's topics.

    Attributes
    ----------
    topics
        One row a topic, means over the refits: ``topic``, ``label``, ``jaccard``, ``rbo``,
        ``articles``, ``score``, ``score_low``, ``score_high``, ``badge``.
    draws
        One row a refit: ``draw``, ``jaccard``, ``rbo``, ``agreement`` (share of articles
        that keep their main topic), ``npmi``, ``likelihood`` (both of the articles left out),
        ``exclusivity``, ``diversity``.
    overlap
        The score of each topic in each refit, refits × topics.
    words
        The topic words of each refit (topics × lexemes), its topics in the order of the model's.
    """

    topics: pd.DataFrame
    draws: pd.DataFrame
    overlap: Floats
    words: Sequence[Floats] = ()


def with_badges(table: pd.DataFrame, stability: Stability | None) -> pd.DataFrame:
    """A table about topics with a column ``badge``: what refits keep of the topic of each row.

    Parameters
    ----------
    table
        Any table with a column ``topic``.
    stability
        What `stability` returned; None where it was not asked for.

    Examples
    --------
    >>> with_badges(pd.DataFrame({"topic": [1, 0]}), None)["badge"].tolist()
    ['not assessed', 'not assessed']
    """
    if not stability:
        return table.assign(badge=NOT_ASSESSED)
    return table.assign(badge=stability.topics["badge"].to_numpy()[table["topic"]])


def rank_biased_overlap(first: NDArray[Any], second: NDArray[Any]) -> Floats:
    """How alike two rankings are, from 0 to 1, the head counting most, row by row.

    Notes
    -----
    The extrapolated form for rankings of equal length: Webber, Moffat and Zobel (2010), ACM
    Transactions on Information Systems 28(4), equation 32.

    Examples
    --------
    >>> rank_biased_overlap(np.array([[1, 2, 3]]), np.array([[1, 2, 3]])).round(6).tolist()
    [1.0]
    """
    same = first[:, :, None] == second[:, None, :]
    depth = np.arange(1, first.shape[1] + 1)
    common = np.stack([same[:, :d, :d].sum(axis=(1, 2)) for d in depth], axis=1) / depth
    weights = (1 - PERSISTENCE) / PERSISTENCE * PERSISTENCE**depth
    return common @ weights + common[:, -1] * PERSISTENCE ** first.shape[1]


def match_topics(reference: Floats, other: Floats) -> NDArray[np.intp]:
    """For each topic of the reference its counterpart in another model with as many topics.

    Notes
    -----
    The Hungarian method on the Hellinger affinity of word distributions (topics × lexemes).

    Examples
    --------
    >>> match_topics(np.array([[1.0, 0], [0, 1]]), np.array([[0.1, 0.9], [0.9, 0.1]])).tolist()
    [1, 0]
    """
    affinity = np.sqrt(np.maximum(reference, 0)) @ np.sqrt(np.maximum(other, 0)).T
    return linear_sum_assignment(-affinity)[1]


def word_overlap(first: NDArray[Any], second: NDArray[Any]) -> Floats:
    """Jaccard overlap of two lists of top words, row by row.

    Examples
    --------
    >>> word_overlap(np.array([[1, 2, 3]]), np.array([[2, 3, 4]])).tolist()
    [0.5]
    """
    common = (first[:, :, None] == second[:, None, :]).sum(axis=(1, 2))
    return common / (first.shape[1] + second.shape[1] - common)


def article_overlap(first: NDArray[Any], second: NDArray[Any], k: int) -> Floats:
    """Jaccard overlap of the articles with this main topic and with that (topics × topics).

    Parameters
    ----------
    first, second
        The main topic of each article in two models with k topics, -1 where it has none.

    Examples
    --------
    >>> article_overlap(np.array([0, 0, 1]), np.array([0, 1, 1]), 2).round(2).tolist()
    [[0.5, 0.33], [0.0, 0.5]]
    """
    a, b = (topics[:, None] == np.arange(k) for topics in (first, second))
    common = a.T.astype(float) @ b
    return common / np.maximum(a.sum(axis=0)[:, None] + b.sum(axis=0) - common, 1)


def refit(model: TopicModel, rows: NDArray[np.intp], seed: int) -> Refit:
    """The model again on some articles, its topics in the order of the model's.

    Rows may repeat; of more than `MOST_UNITS` so many are drawn.
    """
    if rows.size > MOST_UNITS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_UNITS, replace=False))
    counts = sp.csr_matrix(model.dtm.counts)[rows]
    weight = article_weights(model.articles)[rows]
    words, shares = fit_matrix(counts, model.k, model.method, seed, weight)
    order = match_topics(model.topic_words, words)
    return rows, words[order], shares[:, order]


def subsamples(
    clusters: NDArray[Any], draws: int, share: float, seed: int
) -> list[NDArray[np.bool_]]:
    """For each draw, which articles are in: whole clusters of copies, `share` of them.

    Raises
    ------
    AnalysisError
        If there are fewer than five clusters.
    """
    names, number = np.unique(clusters, return_inverse=True)
    if names.size < FEWEST_CLUSTERS:
        what = f"{names.size} articles are too few to see whether topics survive"
        remedy = f"whole articles are left out, with their copies: it takes {FEWEST_CLUSTERS}"
        raise AnalysisError(what, where="stability", remedy=remedy)
    rng = np.random.default_rng(seed)
    kept = round(share * len(names))
    return [np.isin(number, rng.permutation(len(names))[:kept]) for _ in range(draws)]


def stability(model: TopicModel, *, draws: int = REFITS, share: float = SHARE) -> Stability:
    """What is kept of the topics when the model is fitted again on random parts of the articles.

    Parameters
    ----------
    draws
        Number of refits.
    share
        The part of the articles that each sees, copies together; at most 6,000 articles, which
        errs low.

    Raises
    ------
    AnalysisError
        If there are fewer than five articles, or a part would hold fewer of them than topics.

    Notes
    -----
    Topics are matched by the Hungarian method. A topic's score in a refit is the lower of its
    rank-biased overlap (top ten words) and the Jaccard overlap of the articles whose main topic it
    is; its badge is `stable` from .75, `tentative` from .6 and `unstable` below (the cuts of
    Hennig 2007). Resampling after Ben-Hur, Elisseeff and Guyon (2002) and Greene, O'Callaghan and
    Cunningham (2014).

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import fit_model
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> model = fit_model(two_subjects(), 2)
    >>> stability(model, draws=2).topics["badge"].tolist()
    ['stable', 'stable']
    """
    clusters = article_clusters(model.articles)
    parts = subsamples(clusters, draws, min(share, MOST_UNITS / len(clusters)), model.seed)
    if min(int(((model.main_topics >= 0) & kept).sum()) for kept in parts) < model.k:
        what = f"{share:.0%} of {counted(len(clusters), 'unit')} cannot carry {model.k} topics"
        raise AnalysisError(what, where="stability", remedy="fewer topics or smaller units")
    refits = [_one_refit(model, kept, model.seed + 1 + n) for n, kept in enumerate(parts)]
    lines = pd.DataFrame([{"draw": n, **line} for n, (line, _, _) in enumerate(refits)])
    found = pd.concat([topics for _, topics, _ in refits])
    overlap = found["score"].to_numpy().reshape(draws, model.k)
    low, high = percentile_interval(overlap)
    table = model.labelled().join(found.groupby(level=0).mean())
    table = table.assign(score_low=low, score_high=high)
    kept_well = [table["score"] >= STABLE, table["score"] >= TENTATIVE]
    table["badge"] = np.select(kept_well, BADGES[:2], BADGES[2])
    return Stability(table, lines, overlap, [words for _, _, words in refits])


def _one_refit(
    model: TopicModel, kept: NDArray[np.bool_], seed: int
) -> tuple[dict[str, Any], pd.DataFrame, Floats]:
    """Measures of a refit on the articles kept, as a whole and topic by topic, and its words."""
    rows, words, shares = found = refit(model, np.flatnonzero(kept), seed)
    topics = topic_scores(model, found)
    left_out = sp.csr_matrix(model.dtm.counts)[np.flatnonzero(~kept)[:MOST_UNITS]]
    filled = model.main_topics[rows] >= 0
    before, after = model.main_topics[rows][filled], shares.argmax(axis=1)[filled]
    line = {**topics[["jaccard", "rbo"]].mean(), "agreement": float((before == after).mean())}
    return line | word_measures(words, left_out, seed), topics, words


def word_measures(words: Floats, left_out: sp.csr_matrix, seed: int) -> dict[str, float]:
    """Measures of topic words on articles that they were not found in."""
    top = top_words(words)
    return {
        "npmi": npmi(left_out, top).mean(),
        "likelihood": held_out_likelihood(left_out, words, seed),
        "exclusivity": exclusivity(words, top).mean(),
        "diversity": diversity(top),
    }


def topic_scores(model: TopicModel, found: Refit) -> pd.DataFrame:
    """How each topic fares in a refit: ``jaccard``, ``rbo``, ``articles``, ``score``."""
    rows, words, shares = found
    mine, other = top_words(model.topic_words), top_words(words)
    table = pd.DataFrame({"jaccard": word_overlap(mine, other)})
    table["rbo"] = rank_biased_overlap(mine, other)
    before = model.main_topics[rows]
    after = np.where(before >= 0, shares.argmax(axis=1), -1)
    table["articles"] = np.diag(article_overlap(before, after, model.k))
    return table.assign(score=table[["rbo", "articles"]].min(axis=1))


def held_out_likelihood(counts: sp.csr_matrix, words: Floats, seed: int) -> float:
    """Mean log-probability of a word in the unseen half of articles that the model never saw.

    Notes
    -----
    Each article's counts are split in two at random; its shares are found from one half, and the
    other is predicted (document completion: Wallach et al. 2009, Evaluation methods for topic
    models). Counts are weighted as in the ensemble, so that values compare over K and over refits.
    """
    seen = counts.copy().astype(float)
    rng = np.random.default_rng(seed)
    seen.data = rng.binomial(counts.data.astype(np.int64), 0.5).astype(float)
    unseen = weighted_counts(sp.csr_matrix(counts - seen))
    seen.eliminate_zeros()
    shares = fold_in(weighted_counts(seen), words)
    return log_likelihood(unseen, shares, words) / max(float(unseen.data.sum()), 1e-12)
