"""How many topics? A K that stands out among its neighbours, or none, and measures beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from q7x2lab.corpus.model import article_clusters, article_weights
from q7x2lab.errors import AnalysisError, counted
from q7x2lab.stats.resampling import TAIL
from q7x2lab.topics.fit import cluster_words, lsa, tfidf, weighted_counts
from q7x2lab.topics.stability import STABLE, article_overlap, subsamples, word_measures
from q7x2lab.topics.topic_model import TopicModel, check_matrix, fit_model, select_units

KS = range(2, 14)  # one by one: a K stands out among its neighbours, or not at all
MIN_UNITS = 30  # fewer articles or paragraphs than this carry no search for topics
MOST_SEARCHED = 4_000  # units on which K is sought, drawn at random; the chosen model sees all
PER_TOPIC = 15  # `auto` asks no more topics than one for so many units
DRAWS = 30  # splits; the standard error of a difference of stabilities is then .02 on real news
STARTS = 10  # of the clustering of a half: the tightest is kept
DESCRIBED = 6  # splits on which words and likelihood are measured: they decide nothing
# Two to four topics of a newsroom part sport from politics and are stable: by .18 more than larger
# numbers, by .31 where articles are few. Where there are only so many subjects, by .33 and more.
FEW, FAR = 5, 0.32
LEAD = 0.05  # above the neighbours: what leads by less does so on other splits by chance only
DEFAULT = 7  # where no K stands out: about as many as the sections into which newsrooms sort
MEASURES = ("stability", "likelihood", "npmi", "exclusivity", "diversity")


@dataclass(frozen=True, eq=False)
class TopicGrid:
    """Measures over K and what the rule made of them.

    Attributes
    ----------
    table
        ``k`` and, for stability, likelihood, npmi, exclusivity and diversity, the mean over splits
        with ``_low`` and ``_high`` (95 % of the splits).
    chosen, decided, reason
        The K taken, whether it stands out, and why, in words.
    model
        The model of that K.
    """

    table: pd.DataFrame
    chosen: int
    decided: bool
    reason: str
    model: TopicModel


def fit_topics(
    dtm: Any, *, k: int | str = "auto", method: str = "ensemble", seed: int = 0
) -> TopicModel:
    """A topic model of a document-term matrix: the same matrix and seed, the same bytes.

    Parameters
    ----------
    dtm
        A `DocumentTermMatrix`; copies weigh what ``articles["weight"]`` says.
    k
        The number of topics, or ``auto``: see `topic_grid` for the rule.
    method
        ``ensemble`` (the tightest of many clusterings on LSA vectors, then a few steps of EM on
        weighted counts), ``kmeans`` (that clustering alone), ``nmf`` or ``lda`` (scikit-learn's).
    seed
        Of every random draw.

    Raises
    ------
    AnalysisError
        If the matrix cannot carry k topics.

    Notes
    -----
    Deerwester et al. (1990) and Ding and He (2004) for the clustering; Hofmann (1999) for EM.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> model = fit_topics(two_subjects(), k=2)
    >>> sorted(model.main_topics[[0, 39]].tolist())
    [0, 1]
    """
    if k == "auto":
        grid = topic_grid(dtm, method=method, seed=seed)
        return replace(grid.model, choice=grid)
    return fit_model(dtm, k, method=method, seed=seed)


def topic_grid(
    dtm: Any, ks: Sequence[int] = (), *, method: str = "ensemble", draws: int = DRAWS, seed: int = 0
) -> TopicGrid:
    """Which number of topics stands out, with stability, likelihood, NPMI and others for each.

    Parameters
    ----------
    ks
        Numbers of topics to try; default 2 to 13, with at least 15 units a topic.
    method, seed
        As for `fit_topics`; K is sought by clustering, whatever the method of the model.
    draws
        Random splits of the articles into halves, copies together.

    Returns
    -------
    TopicGrid
        The measures (`table`), the K taken (`chosen`), why (`reason`), and its `model`.

    Raises
    ------
    AnalysisError
        If fewer than 30 units hold words, or they cannot carry a K.

    Notes
    -----
    The rule is the note below the figure: ``topics-grid`` in ``data/words/exhibits.yaml``.
    Agreement of clusterings of two halves: Lange et al. (2004), Stability-based validation of
    clustering solutions, Neural Computation 16, 1299-1323. The one standard error after Breiman et
    al. (1984), Classification and Regression Trees: it says what other splits and seeds would
    find, not what other articles would.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> grid = topic_grid(two_subjects(), [2], method="nmf", draws=2)
    >>> grid.chosen, grid.table["stability"].tolist()
    (2, [1.0])
    """
    filled = np.flatnonzero(np.diff(check_matrix(dtm, 2, method).indptr))
    if filled.size < MIN_UNITS:
        what = f"{counted(filled.size, 'unit')} with words are too few to look for topics"
        remedy = f"it takes {MIN_UNITS}: add articles, or make paragraphs the unit"
        raise AnalysisError(what, where="topics: k", remedy=remedy)
    tried = sorted(set(ks)) or [k for k in KS if k * PER_TOPIC <= filled.size]
    check_matrix(dtm, tried[-1], method)
    size = min(MOST_SEARCHED, filled.size)
    rows = np.sort(np.random.default_rng(seed).choice(filled, size, replace=False))
    found = _search(select_units(dtm, rows), tried, draws, seed)
    chosen, decided, reason = choose_k(found.pivot(index="draw", columns="k", values="stability"))
    model = fit_model(dtm, chosen, method=method, seed=seed)
    return TopicGrid(_summary(found), chosen, decided, reason, model)


def _search(dtm: Any, ks: list[int], draws: int, seed: int) -> pd.DataFrame:
    """A row a split and K: ``draw``, ``k``, the measures."""
    counts, weight = sp.csr_matrix(dtm.counts), article_weights(dtm.articles)
    splits = subsamples(article_clusters(dtm.articles), draws, 0.5, seed)
    lines = []
    with threadpool_limits(1):
        weighted, places = weighted_counts(counts), lsa(tfidf(counts, weight), ks[-1])
        for (draw, half), k in product(enumerate(splits), ks):
            few = min(k, half.sum(), (~half).sum())  # all copies of a story lie on one side
            model = KMeans(few, n_init=STARTS, random_state=seed + draw)
            first, other = (
                model.fit(places[part], sample_weight=weight[part]).predict(places)
                for part in (half, ~half)
            )
            overlap = article_overlap(first, other, k)
            matched = overlap[linear_sum_assignment(-overlap)]
            line = {"draw": draw, "k": k, "stability": matched.mean()}
            if draw < DESCRIBED:
                words = cluster_words(weighted[half], np.eye(k)[first[half]] * weight[half, None])
                line |= word_measures(words, counts[~half], seed)
            lines.append(line)
    return pd.DataFrame(lines)


def _summary(found: pd.DataFrame) -> pd.DataFrame:
    """One row a K: mean and 95 % limits of each measure over the splits."""
    by_k = found.groupby("k")[list(MEASURES)]
    low, high = by_k.quantile(TAIL), by_k.quantile(1 - TAIL)
    parts = [by_k.mean(), low.add_suffix("_low"), high.add_suffix("_high")]
    return pd.concat(parts, axis=1).reset_index()


def choose_k(overlap: pd.DataFrame) -> tuple[int, bool, str]:
    """The K that the rule takes, whether it stands out, and why, in words.

    Parameters
    ----------
    overlap
        Mean overlap of matched topics, splits × K (columns in order).

    Examples
    --------
    >>> choose_k(pd.DataFrame({2: [0.8, 0.7], 3: [0.9, 0.9], 4: [0.5, 0.6]}))[:2]
    (3, True)
    """
    ks: list[Any] = list(overlap)
    mean, gaps = overlap.mean(), [overlap.diff(axis=1), overlap.diff(-1, axis=1)]
    # Of one topic fewer and of one more; at the ends there is one neighbour only.
    lead = pd.concat([gap.mean() - gap.sem().fillna(0) for gap in gaps], axis=1).min(axis=1)
    large = [k for k in ks if k >= FEW]
    pool = [k for k in ks if mean[k] >= mean[large].max() + FAR] or large or ks
    best = max(pool, key=lambda k: mean[k])
    behind = -overlap[pool].sub(overlap[best], axis=0)
    found = min(k for k in pool if behind[k].mean() <= 2 * np.nan_to_num(behind[k].sem()))
    reason = f"K = {found}: stability {mean[found]:.2f}, {lead[found]:.2f} above its neighbours"
    if found < ks[-1] and lead[found] >= LEAD and mean[found] >= STABLE:
        return found, True, f"{reason}: it stands out"
    default = min(ks, key=lambda k: abs(k - DEFAULT))
    return default, False, f"no K stands out ({reason}): K = {default} is taken by default"
