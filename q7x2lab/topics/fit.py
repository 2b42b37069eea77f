"""Fitting topic models: what turns counts into article shares and topic words."""

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import NMF, LatentDirichletAllocation, TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

Floats = NDArray[np.floating[Any]]
Fitted = tuple[Floats, Floats]  # topic words (topics × lexemes), article shares (articles × topics)

PRIOR = 3.0  # pseudo-words an article, shared by its topics: Dirichlet smoothing of its shares
ETA = 0.01  # pseudo-count of every lexeme in every topic
STARTS = 1000  # clusters in all clusterings tried: 100 of few topics, 33 of thirty
NEARLY = 3e-3  # settled: so far each start is followed, and the tightest to its end
LATENT = 20  # latent dimensions, or as many as topics; fewer where articles are few
# Of the singular values that weigh the dimensions: raised a little (Caron 2001), so that clusters
# rest on what most articles share and survive another sample.
POWER = 1.25
FOLD_IN = 5  # EM iterations that find the shares of articles in the topics of the clusters
# Iterations that move the topics too. More raise the likelihood and lose the topics: on every
# corpus measured they led away from the newsroom's own categories (bench_topics.py).
STEPS = 2
BACKGROUND = 0.02  # of all words in the words of a cluster: EM needs no word without a chance
FLOOR = 1e-3  # of all words in a topic that articles are folded into: none is impossible
BLOCK = 150_000  # non-zero counts in work at a time: bounds the memory of an EM step
SETTLED = 20  # EM iterations for shares in given topics: more move mean shares by less than .0005


def weighted_counts(counts: sp.csr_matrix) -> sp.csr_matrix:
    """Counts as the ensemble sees them: 1 + log count, times inverse document frequency.

    Notes
    -----
    The logarithm, because a word that stood once in an article is likely to stand there again
    (Church and Gale 1995, Natural Language Engineering 1, 163-190); the inverse document frequency
    after Spärck Jones (1972), with a floor for lexemes that stand everywhere. The whole is scaled
    so that the total of tokens is kept.

    Examples
    --------
    >>> weighted_counts(sp.csr_matrix([[2, 1], [2, 0]])).toarray().astype(float).round(1).tolist()
    [[1.1, 2.7], [1.1, 0.0]]
    """
    total, present = float(counts.sum()), np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.maximum(np.log((1 + counts.shape[0]) / (1 + present)), 0.1)
    damped = counts.astype(np.float32)
    damped.data = 1 + np.log(np.maximum(damped.data, 1e-9))
    weighted = sp.csr_matrix(damped @ sp.diags_array(idf))
    weighted.data *= total / max(float(weighted.data.sum()), 1e-12)
    return weighted.astype(np.float32)


def em(
    counts: sp.csr_matrix, words: Floats, shares: Floats, weight: Floats, *, iterations: int
) -> Fitted:
    """Words and shares after some iterations of EM for the multinomial topic model.

    Parameters
    ----------
    counts
        Articles × lexemes, float32.
    words
        Topics × lexemes, rows sum to one.
    shares
        Articles × topics to begin with.
    weight
        What each article counts for when words are estimated.

    Notes
    -----
    No iteration lowers the log-likelihood plus the Dirichlet terms of `PRIOR` and `ETA`. Hofmann
    (1999), Probabilistic latent semantic indexing; smoothing after Asuncion et al. (2009), On
    smoothing and inference for topic models.
    """
    words, weight = np.asarray(words, np.float32), weight.astype(np.float32)
    for _ in range(iterations):
        by_word = np.ascontiguousarray(words.T)
        new_shares, expected = np.empty_like(shares), np.zeros_like(by_word)
        for first, last in _blocks(counts):
            block, before = counts[first:last], shares[first:last]
            block.data = block.data / _chances(block, before, by_word[block.indices])
            new_shares[first:last] = _smoothed(before * (block @ by_word))
            expected += block.T @ (before * weight[first:last, None])
        shares = new_shares
        words = (by_word * expected).T + np.float32(ETA)
        words /= words.sum(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
    return words, shares


def _blocks(counts: sp.csr_matrix) -> list[tuple[int, int]]:
    """First and last article of each part of the work."""
    cuts = np.searchsorted(counts.indptr, np.arange(BLOCK, counts.nnz, BLOCK))
    return list(pairwise(np.unique([0, *cuts, counts.shape[0]]).tolist()))


def _chances(counts: sp.csr_matrix, shares: Floats, words: Floats) -> Floats:
    """The probability of each word that stands in an article, in the order of the counts.

    Parameters
    ----------
    words
        One row a count: the word's probability in each topic.
    """
    of_article = np.repeat(shares, np.diff(counts.indptr), axis=0)
    return np.maximum(np.einsum("ij,ij->i", of_article, words), np.float32(1e-30))


def _smoothed(shares: Floats) -> Floats:
    shares = shares + np.float32(PRIOR / shares.shape[1])
    return shares / shares.sum(axis=1, keepdims=True)


def shares_of(counts: sp.csr_matrix, words: Floats, iterations: int = SETTLED) -> Floats:
    """Shares of articles in given topics, by EM from equal ones.

    Topics stand still, so no article waits for another, and what is known of the words of a block
    serves for all iterations.
    """
    n, k = counts.shape[0], words.shape[0]
    by_word, shares = np.ascontiguousarray(words.T, np.float32), np.full((n, k), 1 / k, np.float32)
    for first, last in _blocks(counts):
        block, found = counts[first:last], shares[first:last]
        data, probabilities = block.data, by_word[block.indices]
        for _ in range(iterations):
            block.data = data / _chances(block, found, probabilities)
            found = _smoothed(found * (block @ by_word))
        shares[first:last] = found
    return shares


def fold_in(counts: sp.csr_matrix, words: Floats) -> Floats:
    """Shares of articles in given topics; words that a topic never had get a floor."""
    return shares_of(counts.astype(np.float32), with_floor(words))


def log_likelihood(counts: sp.csr_matrix, shares: Floats, words: Floats) -> float:
    """The log-probability of all words of articles, from their shares of the topics."""
    by_word, total = np.ascontiguousarray(with_floor(words).T), 0.0
    for first, last in _blocks(counts):
        block = counts[first:last]
        chance = _chances(block, shares[first:last], by_word[block.indices])
        total += float((block.data * np.log(chance)).sum(dtype=np.float64))
    return total


def with_floor(words: Floats) -> Floats:
    """The words of topics without a word that cannot be."""
    return (1 - FLOOR) * np.asarray(words) + FLOOR / words.shape[1]


def _ensemble(counts: sp.csr_matrix, k: int, seed: int, weight: Floats) -> Fitted:
    """Topics from the tightest of many clusterings, then shares and words by a few steps of EM.

    Articles are clustered in a space of few latent dimensions, where many starts find the same
    optimum whatever the seed; topic words are those of the clusters on weighted counts.
    """
    weighted, rows = weighted_counts(counts), np.flatnonzero(np.diff(counts.indptr))
    labels = _clusters(tfidf(counts[rows], weight[rows]), k, seed, weight[rows])
    words = cluster_words(weighted[rows], np.eye(k)[labels] * weight[rows, None])
    shares = shares_of(weighted, words, FOLD_IN)
    words, shares = em(weighted, words, shares, weight, iterations=STEPS)
    return words.astype(float), shares.astype(float)


def cluster_words(weighted: sp.csr_matrix, members: Floats) -> Floats:
    """Words of each cluster (clusters × lexemes), with a little of what stands everywhere.

    Parameters
    ----------
    weighted
        What `weighted_counts` returned, articles × lexemes.
    members
        Articles × clusters: the weight of an article in its own cluster, 0 elsewhere.
    """
    words = normalize(np.asarray(members.T @ weighted) + 1e-12, "l1")
    everywhere = np.asarray(weighted.sum(axis=0)).ravel()
    return (1 - BACKGROUND) * words + BACKGROUND * everywhere / max(everywhere.sum(), 1e-12)


def tfidf(counts: sp.csr_matrix, weight: Floats) -> sp.csr_matrix:
    """TF-IDF vectors of articles (sublinear), longer where an article weighs more."""
    vectors = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    return sp.csr_matrix(sp.diags_array(np.sqrt(weight)) @ vectors)


def lsa(vectors: sp.csr_matrix, k: int) -> Floats:
    """Articles in latent dimensions (Deerwester et al. 1990), each of length one.

    As many as topics, for k clusters lie in k - 1 principal components (Ding and He 2004), and at
    least 20 where there are ten articles for each. The decomposition is iterated until its own
    random start, always the same, no longer matters.
    """
    size = max(k, min(LATENT, vectors.shape[0] // 10))
    size = max(1, min(size, min(vectors.shape) - 1))
    svd = TruncatedSVD(size, n_iter=8, random_state=0)
    return normalize(svd.fit_transform(vectors) * svd.singular_values_ ** (POWER - 1))


def _clusters(vectors: sp.csr_matrix, k: int, seed: int, weight: Floats) -> NDArray[np.intp]:
    """The cluster of each article in the tightest of several k-means clusterings."""
    starts, reduced = int(np.clip(STARTS // k, 20, 100)), lsa(vectors, k)
    tried = KMeans(k, n_init=starts, tol=NEARLY, random_state=seed % 2**32)
    tightest = tried.fit(reduced, sample_weight=weight).cluster_centers_
    return KMeans(k, init=tightest, n_init=1).fit(reduced, sample_weight=weight).labels_


def _kmeans(counts: sp.csr_matrix, k: int, seed: int, weight: Floats) -> Fitted:
    vectors = tfidf(counts, weight)
    shares = np.eye(k)[_clusters(vectors, k, seed, weight)]
    return shares.T @ vectors, shares


def _nmf(counts: sp.csr_matrix, k: int, seed: int, weight: Floats) -> Fitted:
    vectors = tfidf(counts, weight)
    init = "nndsvda" if k <= min(vectors.shape) else "random"
    model = NMF(k, init=init, random_state=seed % 2**31, max_iter=200, tol=1e-3)
    shares = model.fit_transform(vectors)
    return model.components_, shares


def _lda(counts: sp.csr_matrix, k: int, seed: int, weight: Floats) -> Fitted:
    model = LatentDirichletAllocation(k, random_state=seed)
    shares = model.fit_transform(counts)
    return model.components_, shares


METHODS = {"ensemble": _ensemble, "nmf": _nmf, "lda": _lda, "kmeans": _kmeans}


def fit_matrix(counts: sp.csr_matrix, k: int, method: str, seed: int, weight: Floats) -> Fitted:
    """Topic words and article shares, on one thread: the same counts and seed, the same bytes.

    Parameters
    ----------
    counts
        Articles × lexemes.
    k
        Number of topics.
    method
        One of `METHODS`.
    seed
        Of every random draw.
    weight
        What each article counts for.
    """
    quiet = np.errstate(under="ignore", invalid="ignore")
    with threadpool_limits(1), quiet, warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a start of several is no result
        words, shares = METHODS[method](counts, k, seed, weight)
    return normalize(words, "l1"), normalize(shares, "l1")
