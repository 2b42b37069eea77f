"""Fitting topic models: what turns counts into article shares and topic words."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.decomposition import NMF, LatentDirichletAllocation, TruncatedSVD
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

Floats = NDArray[np.floating[Any]]

PRIOR = 3.0  # pseudo-words an article, shared by its topics: Dirichlet smoothing of its shares
ETA = 0.01  # pseudo-count of every lexeme in every topic
_START_ROWS = 12_000  # clusters are sought on at most this many articles: they need no more
_LATENT = 20  # latent dimensions, or as many as topics; fewer where articles are few
_POWER = 1.25  # of the singular values that weigh them
_FOLD_IN = 5  # EM iterations that find the shares of articles in the topics of the clusters
_STEPS = 2  # and so many that move the topics too
_BLOCK = 150_000  # non-zero counts in work at a time: bounds the memory of an EM step
_TOLERANCE = 2e-6  # relative gain of the objective below which EM has arrived


class Fit(NamedTuple):
    """Topic words (topics × lexemes), article shares (articles × topics), and how it went."""

    topic_words: Floats
    article_shares: Floats
    starts: list[dict[str, Any]]
    iterations: int


def weighted_counts(counts: sp.csr_matrix) -> sp.csr_matrix:
    """Counts as the ensemble sees them: 1 + log count, times inverse document frequency.

    The logarithm, because a word that stood once in an article is likely to stand there again
    (Church and Gale 1995); the frequency alone (Spärck Jones 1972), with a floor for lexemes that
    stand everywhere; all scaled so that the token total is kept.

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
    counts: sp.csr_matrix,
    words: Floats,
    *,
    shares: Floats | None = None,
    weight: Floats | None = None,
    iterations: int = 60,
    update_words: bool = True,
) -> tuple[Floats, Floats, list[float]]:
    """Shares, words and the objective after each iteration of EM for the multinomial topic model.

    counts: articles × lexemes, float32. words: topics × lexemes, rows sum to one. weight: what an
    article counts for when words are estimated. The objective is the log-likelihood plus the
    Dirichlet terms of `PRIOR` and `ETA`, which no iteration lowers. With `update_words=False` the
    articles are folded into given topics. Hofmann (1999); smoothing after Asuncion et al. (2009).
    """
    n, k = counts.shape[0], words.shape[0]
    words = np.ascontiguousarray(words, np.float32)
    theta = np.full((n, k), 1 / k, np.float32) if shares is None else shares.astype(np.float32)
    weight = np.ones(n, np.float32) if weight is None else weight.astype(np.float32)
    trace: list[float] = []
    for _ in range(iterations):
        value = float(weight @ np.log(theta).sum(axis=1, dtype=np.float64)) * PRIOR / k
        if update_words:
            value += ETA * float(np.log(words).sum(dtype=np.float64))
        theta, expected, likelihood = _em_step(counts, theta, words, weight, update_words)
        trace.append(value + likelihood)
        if update_words:
            words = expected + np.float32(ETA)
            words /= words.sum(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
        if len(trace) > 1 and trace[-1] - trace[-2] < _TOLERANCE * abs(trace[-1]):
            break
    return theta, words, trace


def _em_step(
    counts: sp.csr_matrix, theta: Floats, words: Floats, weight: Floats, expect: bool
) -> tuple[Floats, Floats, float]:
    """One pass over the non-zero counts, a block of articles at a time."""
    by_word = np.ascontiguousarray(words.T)
    new_theta = np.empty_like(theta)
    expected = np.zeros_like(by_word)
    likelihood = 0.0
    for first, last in _blocks(counts.indptr):
        span = slice(counts.indptr[first], counts.indptr[last])
        indptr = counts.indptr[first : last + 1] - counts.indptr[first]
        columns, held = counts.indices[span], counts.data[span]
        block = theta[first:last]
        lengths = np.diff(indptr)
        chance = np.einsum("ij,ij->i", np.repeat(block, lengths, axis=0), by_word[columns])
        np.maximum(chance, np.float32(1e-30), out=chance)
        times = np.repeat(weight[first:last], lengths)
        likelihood += float((held * np.log(chance) * times).sum(dtype=np.float64))
        shape = (last - first, by_word.shape[0])
        ratio = sp.csr_matrix((held / chance, columns, indptr), shape=shape)
        new_theta[first:last] = block * (ratio @ by_word)
        if expect:
            expected += ratio.T @ (block * weight[first:last, None])
    new_theta += np.float32(PRIOR / theta.shape[1])
    new_theta /= new_theta.sum(axis=1, keepdims=True)
    return new_theta, (by_word * expected).T.copy() if expect else words, likelihood


def _blocks(indptr: NDArray[np.integer[Any]]) -> Iterator[tuple[int, int]]:
    """Ranges of articles that hold about `_BLOCK` non-zero counts each."""
    first, n = 0, indptr.size - 1
    while first < n:
        last = int(np.searchsorted(indptr, indptr[first] + _BLOCK, side="right")) - 1
        last = min(max(last, first + 1), n)
        yield first, last
        first = last


def fold_in(counts: sp.csr_matrix, words: Floats, iterations: int = 30) -> Floats:
    """Shares of articles in given topics; words that a topic never had get a floor."""
    floor = 1e-3 / words.shape[1]
    smooth = (1 - 1e-3) * np.asarray(words) + floor
    return em(counts.astype(np.float32), smooth, iterations=iterations, update_words=False)[0]


def fit_ensemble(
    counts: sp.csr_matrix, k: int, seed: int, weight: Floats, *, starts: int | None = None
) -> Fit:
    """Topics from the best of many clusterings, then shares and words by a few steps of EM.

    Articles are clustered by k-means in a space of few latent dimensions, where many starts find
    the same optimum whatever the seed; topic words are those of the clusters on weighted
    counts; shares are folded in, and `_STEPS` iterations of EM let articles hold several topics.
    More iterations raise the likelihood and lose the topics: on every corpus measured they led
    away from the newsroom's categories. Beyond `_START_ROWS` articles the clusters are sought on
    a random part.
    """
    rng = np.random.default_rng(seed)
    weighted = weighted_counts(counts)
    rows = np.flatnonzero(np.diff(counts.indptr))
    if rows.size > _START_ROWS:
        rows = np.sort(rng.choice(rows, _START_ROWS, replace=False))
    reduced = _lsa(_tfidf(counts[rows], weight[rows]), k)
    labels, log = _clusters(reduced, k, rng, weight[rows], starts)
    words = _words_of(weighted[rows], np.eye(k)[labels] * weight[rows, None])
    shares = em(weighted, words, iterations=_FOLD_IN, update_words=False)[0]
    shares, words, trace = em(weighted, words, shares=shares, weight=weight, iterations=_STEPS)
    return Fit(words.astype(float), shares.astype(float), log, len(trace))


def _words_of(counts: sp.csr_matrix, memberships: Floats) -> Floats:
    """Topic words (rows sum to one) of articles that belong to topics, mixed with all words."""
    words = np.asarray(memberships.T @ counts) + 1e-12
    words /= words.sum(axis=1, keepdims=True)
    background = np.asarray(counts.sum(axis=0)).ravel() / max(float(counts.sum()), 1e-12)
    return 0.98 * words + 0.02 * background


def _tfidf(counts: sp.csr_matrix, weight: Floats) -> sp.csr_matrix:
    vectors = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    return sp.csr_matrix(sp.diags_array(np.sqrt(weight)) @ vectors)


def _nmf(vectors: Any, k: int, init: str, seed: int, iterations: int = 20) -> tuple[Floats, Floats]:
    if k > min(vectors.shape):
        init = "random"
    model = NMF(k, init=init, random_state=seed % 2**31, max_iter=iterations, tol=1e-3)
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)  # members are starts, not results
        return model.fit_transform(vectors), model.components_


def _lsa(vectors: sp.csr_matrix, k: int) -> Floats:
    """Articles in latent dimensions (Deerwester et al. 1990), each of length one.

    As many as topics, for k clusters lie in k - 1 principal components (Ding and He 2004), and at
    least 20 where there are ten articles for each. Singular values are raised a little (Caron
    2001), so that the clusters rest on what most articles share and survive another sample. The
    decomposition is iterated until its own random start, always the same, no longer matters.
    """
    size = max(k, min(_LATENT, vectors.shape[0] // 10))
    size = max(1, min(size, min(vectors.shape) - 1))
    svd = TruncatedSVD(size, n_iter=8, random_state=0)
    reduced = svd.fit_transform(vectors)
    return normalize(reduced * svd.singular_values_ ** (_POWER - 1))


def default_starts(k: int) -> int:
    """How many clusterings are tried: a hundred for few topics, for many as much work as for ten.

    >>> default_starts(6), default_starts(30)
    (100, 33)
    """
    return int(np.clip(1000 // k, 20, 100))


def _clusters(
    reduced: Floats, k: int, rng: np.random.Generator, weight: Floats, starts: int | None
) -> tuple[NDArray[np.intp], list[dict[str, Any]]]:
    """The tightest of several k-means clusterings, and the objective of each."""
    found = []
    for _ in range(default_starts(k) if starts is None else starts):
        model = KMeans(k, n_init=1, random_state=int(rng.integers(2**31)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different articles than k
            found.append(model.fit(reduced, sample_weight=weight))
    log = [{"start": i, "objective": -float(one.inertia_)} for i, one in enumerate(found)]
    return min(found, key=lambda one: one.inertia_).labels_, log


def fit_matrix(
    counts: sp.csr_matrix,
    k: int,
    method: Any,
    seed: int,
    weight: Floats,
    *,
    starts: int | None = None,
) -> Fit:
    """One model, on one thread so that the same counts and seed give the same bytes."""
    with threadpool_limits(1), np.errstate(under="ignore"):
        if method == "ensemble":
            return fit_ensemble(counts, k, seed, weight, starts=starts)
        vectors = _tfidf(counts, weight)
        if method == "kmeans":
            rng = np.random.default_rng(seed)
            labels, log = _clusters(_lsa(vectors, k), k, rng, weight, starts)
            members = np.eye(k)[labels]
            return Fit(normalize(members.T @ vectors, "l1"), members, log, 0)
        if method == "nmf":
            shares, words = _nmf(vectors, k, "nndsvda", seed, iterations=200)
            return Fit(normalize(words, "l1"), normalize(shares, "l1"), [], 0)
        estimator = LatentDirichletAllocation(k) if method == "lda" else clone(method)
        if "random_state" in estimator.get_params():
            estimator.set_params(random_state=seed)
        shares = np.asarray(estimator.fit_transform(counts))
        words = np.maximum(np.asarray(estimator.components_), 0)
        return Fit(normalize(words, "l1"), normalize(np.maximum(shares, 0), "l1"), [], 0)
