"""Fitting topic models: what turns counts into article shares and topic words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.decomposition import NMF, LatentDirichletAllocation, TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

Floats = NDArray[np.floating[Any]]

ALPHA, ETA = 0.05, 0.01  # Dirichlet smoothing of an article's topics and of a topic's words
_FOLDS = 8
_START_ROWS = 12_000  # starts are sought on at most this many articles: they need no more
_BLOCK = 150_000  # non-zero counts in work at a time: bounds the memory of an EM step
_SHORT, _LONG = 20, 60  # EM iterations of a trial run and of the run that is kept
_TOLERANCE = 2e-6  # relative gain of the objective below which EM has arrived


class Fit(NamedTuple):
    """Topic words (topics × lexemes), article shares (articles × topics), and how it went."""

    topic_words: Floats
    article_shares: Floats
    starts: list[dict[str, Any]]
    iterations: int


def term_weights(counts: sp.csr_matrix) -> Floats:
    """Inverse document frequency of each lexeme, scaled so that weighting keeps the token total.

    >>> term_weights(sp.csr_matrix([[2, 1], [2, 0]])).round(2).tolist()
    [0.92, 1.3]
    """
    present = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((1 + counts.shape[0]) / (1 + present)) + 1
    totals = np.asarray(counts.sum(axis=0)).ravel()
    return idf * totals.sum() / max(float(totals @ idf), 1e-12)


def em(
    counts: sp.csr_matrix,
    words: Floats,
    *,
    shares: Floats | None = None,
    weight: Floats | None = None,
    iterations: int = _LONG,
    update_words: bool = True,
) -> tuple[Floats, Floats, list[float]]:
    """Shares, words and the objective after each iteration of EM for the multinomial topic model.

    counts: articles × lexemes, float32. words: topics × lexemes, rows sum to one. weight: what an
    article counts for when words are estimated. The objective is the log-likelihood plus the
    Dirichlet terms of `ALPHA` and `ETA`, which no iteration lowers. With `update_words=False` the
    articles are folded into given topics. Hofmann (1999); smoothing after Asuncion et al. (2009).
    """
    n, k = counts.shape[0], words.shape[0]
    words = np.ascontiguousarray(words, np.float32)
    theta = np.full((n, k), 1 / k, np.float32) if shares is None else shares.astype(np.float32)
    weight = np.ones(n, np.float32) if weight is None else weight.astype(np.float32)
    trace: list[float] = []
    for _ in range(iterations):
        value = float(weight @ np.log(theta).sum(axis=1, dtype=np.float64)) * ALPHA
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
    new_theta += np.float32(ALPHA)
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
    counts: sp.csr_matrix, k: int, seed: int, weight: Floats, *, starts: int = 5
) -> Fit:
    """Several starts, a short EM from each, and a long one from the best.

    The first start stacks the topics of NMF on every fold's complement and factorises them once
    more (Belford, Mac Namee and Greene 2018); of the others, half are such ensembles with random
    members and half come from k-means on LSA vectors. What is compared is the EM objective, on
    the idf-weighted counts.
    """
    rng = np.random.default_rng(seed)
    weighted = (counts @ sp.diags_array(term_weights(counts))).tocsr().astype(np.float32)
    n = counts.shape[0]
    rows = np.arange(n)
    if n > _START_ROWS:
        rows = np.sort(rng.choice(n, _START_ROWS, replace=False))
    some, some_weight = weighted[rows], weight[rows]
    vectors = _tfidf(counts[rows], some_weight)
    background = np.asarray(weighted.sum(axis=0)).ravel() / max(weighted.sum(), 1e-12)
    log, best, best_value = [], None, -np.inf
    for number in range(starts):
        kind = "k-fold NMF" if number == 0 else ("LSA k-means", "random NMF")[number % 2]
        start = _start(kind, vectors, k, int(rng.integers(2**31)))
        start = 0.98 * start + 0.02 * background
        shares = em(some, start, iterations=5, update_words=False)[0]
        run = em(some, start, shares=shares, weight=some_weight, iterations=_SHORT)
        log.append({"start": kind, "objective": run[2][-1]})
        if run[2][-1] > best_value:
            best, best_value = run, run[2][-1]
    assert best is not None
    shares, words, trace = best
    run = em(some, words, shares=shares, weight=some_weight, iterations=_LONG - _SHORT)
    shares, words, done = run[0], run[1], len(run[2]) + len(trace)
    if n > rows.size:
        shares = em(weighted, words, iterations=5, update_words=False)[0]
        shares, words, trace = em(
            weighted, words, shares=shares, weight=weight, iterations=_LONG // 4
        )
        done += len(trace)
    return Fit(words.astype(float), shares.astype(float), log, done)


def _tfidf(counts: sp.csr_matrix, weight: Floats) -> sp.csr_matrix:
    vectors = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    return sp.csr_matrix(sp.diags_array(np.sqrt(weight)) @ vectors)


def _start(kind: str, vectors: sp.csr_matrix, k: int, seed: int) -> Floats:
    """Topic words (rows sum to one) to begin EM with."""
    if kind == "LSA k-means":
        labels = _lsa_kmeans(vectors, k, seed)
        members = sp.csr_matrix(
            (np.ones(labels.size), (labels, np.arange(labels.size))), (k, labels.size)
        )
        return normalize((members @ vectors).toarray(), "l1")
    init = "nndsvd" if kind == "k-fold NMF" else "random"
    rng = np.random.default_rng(seed)
    fold = rng.permutation(vectors.shape[0]) % _FOLDS
    members = []
    for number in range(_FOLDS if vectors.shape[0] >= 2 * _FOLDS * k else 1):
        rows = vectors[fold != number] if vectors.shape[0] >= 2 * _FOLDS * k else vectors
        members.append(normalize(_nmf(rows, k, init, seed + number)[1], "l1"))
    if len(members) == 1:
        return members[0]
    stacked = normalize(np.vstack(members), "l2")
    return normalize(_nmf(stacked, k, init, seed)[1], "l1")


def _nmf(vectors: Any, k: int, init: str, seed: int) -> tuple[Floats, Floats]:
    if k > min(vectors.shape):
        init = "random"
    model = NMF(k, init=init, random_state=seed % 2**31, max_iter=120, tol=1e-3)
    return model.fit_transform(vectors), model.components_


def _lsa_kmeans(vectors: sp.csr_matrix, k: int, seed: int) -> NDArray[np.intp]:
    size = max(1, min(100, min(vectors.shape) - 1))
    reduced = TruncatedSVD(size, random_state=seed).fit_transform(vectors)
    return KMeans(k, n_init=5, random_state=seed).fit_predict(normalize(reduced))


def fit_matrix(
    counts: sp.csr_matrix, k: int, method: Any, seed: int, weight: Floats, *, starts: int = 5
) -> Fit:
    """One model, on one thread so that the same counts and seed give the same bytes."""
    with threadpool_limits(1), np.errstate(under="ignore"):
        if method == "ensemble":
            return fit_ensemble(counts, k, seed, weight, starts=starts)
        vectors = _tfidf(counts, weight)
        if method == "kmeans":
            labels = _lsa_kmeans(vectors, k, seed)
            shares = np.eye(k)[labels]
            return Fit(normalize(shares.T @ vectors, "l1"), shares, [], 0)
        if method == "nmf":
            shares, words = _nmf(vectors, k, "nndsvda", seed)
            return Fit(normalize(words, "l1"), normalize(shares, "l1"), [], 0)
        estimator = LatentDirichletAllocation(k) if method == "lda" else clone(method)
        if "random_state" in estimator.get_params():
            estimator.set_params(random_state=seed)
        shares = np.asarray(estimator.fit_transform(counts))
        words = np.maximum(np.asarray(estimator.components_), 0)
        return Fit(normalize(words, "l1"), normalize(np.maximum(shares, 0), "l1"), [], 0)
