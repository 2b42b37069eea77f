"""How good topics are: coherence, exclusivity, diversity, likelihood of unseen words."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from q7x2lab.topics.fit import Floats, fold_in, weighted_counts

TOP = 10  # words of a topic that coherence, diversity and stability look at


def top_words(scores: Floats, n: int = TOP) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Column numbers of the n largest scores of each row, the largest first, ties by column.

    >>> top_words(np.array([[0.2, 0.5, 0.3]]), 2).tolist()
    [[1, 2]]
    """
    return np.argsort(-scores, axis=1, kind="stable")[:, :n]


def npmi(counts: sp.csr_matrix, top: np.ndarray[Any, Any]) -> Floats:
    """Mean normalised pointwise mutual information of each topic's word pairs, from -1 to 1.

    counts: articles × lexemes; a pair occurs together when one article holds both, and scores -1
    when none does. top: topics × words, column numbers. Bouma (2009); document-level estimates
    as in Lau, Newman and Baldwin (2014).

    >>> counts = sp.csr_matrix([[1, 1, 0], [1, 1, 0], [0, 0, 1]])
    >>> npmi(counts, np.array([[0, 1], [0, 2]])).round(6).tolist()
    [1.0, -1.0]
    """
    used, place = np.unique(top, return_inverse=True)
    place = place.reshape(top.shape)
    present = sp.csr_matrix(counts[:, used] > 0, dtype=np.float64)
    together = (present.T @ present).toarray() / max(counts.shape[0], 1)
    alone = np.diag(together)
    with np.errstate(all="ignore"):
        score = np.log(together / np.outer(alone, alone)) / -np.log(together)
    score = np.where(together >= 1, 1.0, np.where(together > 0, score, -1.0))
    first, second = np.triu_indices(top.shape[1], 1)
    return score[place[:, first], place[:, second]].mean(axis=1)


def exclusivity(words: Floats, top: np.ndarray[Any, Any]) -> Floats:
    """How far each topic's top words are its own: their mean share of all topics' probability.

    >>> exclusivity(np.array([[0.5, 0.5, 0], [0, 0.5, 0.5]]), np.array([[0, 1], [2, 1]])).tolist()
    [0.75, 0.75]
    """
    own = words / np.maximum(words.sum(axis=0), 1e-15)
    return np.take_along_axis(own, top, axis=1).mean(axis=1)


def diversity(top: np.ndarray[Any, Any]) -> float:
    """The share of distinct words among all topics' top words (Dieng, Ruiz and Blei 2020).

    >>> diversity(np.array([[0, 1], [1, 2]]))
    0.75
    """
    return np.unique(top).size / max(top.size, 1)


def held_out_likelihood(counts: sp.csr_matrix, words: Floats, seed: int) -> float:
    """Mean log-probability of a word in the unseen half of articles that the model never saw.

    Each article's counts are split in two at random; its shares are found from one half, and the
    other is predicted (document completion: Wallach et al. 2009). Counts are weighted as in the
    ensemble, so that values compare over K and over refits.
    """
    rng = np.random.default_rng(seed)
    seen, unseen = counts.copy().astype(float), counts.copy().astype(float)
    seen.data = rng.binomial(counts.data.astype(np.int64), 0.5).astype(float)
    unseen.data = counts.data - seen.data
    seen.eliminate_zeros()
    unseen.eliminate_zeros()
    shares, unseen = fold_in(weighted_counts(seen), words), weighted_counts(unseen)
    rows = np.repeat(np.arange(unseen.shape[0]), np.diff(unseen.indptr))
    smooth = np.ascontiguousarray(0.999 * words.T + 0.001 / words.shape[1])
    chance = np.empty(unseen.nnz)
    for first in range(0, unseen.nnz, 200_000):
        part = slice(first, first + 200_000)
        chance[part] = np.einsum("ij,ij->i", shares[rows[part]], smooth[unseen.indices[part]])
    total = float(unseen.data.sum())
    return float(unseen.data @ np.log(chance) / total) if total else float("nan")
