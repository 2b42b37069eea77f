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
_FOLDS = 8
_START_ROWS = 12_000  # starts are sought on at most this many articles: they need no more
_START_WORDS = 6_000
_LSA = 50
_BLOCK = 150_000  # non-zero counts in work at a time: bounds the memory of an EM step
_TRIAL = 8  # EM iterations from every start
_ROUNDS = ((16, 2), (36, 1))  # then so many more iterations from so many of the best
_WHOLE = 15  # and so many on all articles where the starts saw a part
_TOLERANCE = 2e-6  # relative gain of the objective below which EM has arrived


class Fit(NamedTuple):
    """Topic words (topics × lexemes), article shares (articles × topics), and how it went."""

    topic_words: Floats
    article_shares: Floats
    starts: list[dict[str, Any]]
    iterations: int


def term_weights(counts: sp.csr_matrix) -> Floats:
    """Inverse document frequency of each lexeme, scaled so that weighting keeps the token total.

    The logarithm alone (Spärck Jones 1972), with a floor for lexemes that stand everywhere.

    >>> term_weights(sp.csr_matrix([[2, 1], [2, 0]])).round(2).tolist()
    [0.62, 2.52]
    """
    present = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.maximum(np.log((1 + counts.shape[0]) / (1 + present)), 0.1)
    totals = np.asarray(counts.sum(axis=0)).ravel()
    return idf * totals.sum() / max(float(totals @ idf), 1e-12)


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
    counts: sp.csr_matrix, k: int, seed: int, weight: Floats, *, starts: int = 6
) -> Fit:
    """Several starts and their consensus, a short EM from each, and a long one from the best.

    What is compared is the EM objective, on the idf-weighted counts. The consensus clusters
    articles by their shares in all the runs, which makes the result hang less on the seed. Beyond
    `_START_ROWS` articles all but the last iterations see a random part of them.
    """
    rng = np.random.default_rng(seed)
    weighted = (counts @ sp.diags_array(term_weights(counts))).tocsr().astype(np.float32)
    n = counts.shape[0]
    rows = np.arange(n) if n <= _START_ROWS else np.sort(rng.choice(n, _START_ROWS, replace=False))
    some, some_weight = weighted[rows], weight[rows]
    vectors = _start_vectors(counts[rows], some_weight)
    log: list[dict[str, Any]] = []
    runs: list[tuple[Floats, Floats, list[float]]] = []

    def run(kind: str, memberships: Floats) -> None:
        first = _words_of(some, memberships)
        shares = em(some, first, iterations=2, update_words=False)[0]
        runs.append(em(some, first, shares=shares, weight=some_weight, iterations=_TRIAL))
        log.append({"start": kind, "objective": runs[-1][2][-1]})

    for kind, memberships in _starts(vectors, k, rng, starts):
        run(kind, memberships)
    if starts > 1:
        together = np.hstack([shares for shares, _, _ in runs])
        run("consensus of the others", np.eye(k)[_kmeans(together, k, seed)])
    for iterations, kept in _ROUNDS:
        leaders = sorted(runs, key=lambda r: -r[2][-1])[:kept]
        runs = [
            em(some, words, shares=shares, weight=some_weight, iterations=iterations)
            for shares, words, _ in leaders
        ]
    shares, words, trace = max(runs, key=lambda r: r[2][-1])
    done = _TRIAL + sum(iterations for iterations, _ in _ROUNDS[:-1]) + len(trace)
    if n > rows.size:
        shares = em(weighted, words, iterations=5, update_words=False)[0]
        shares, words, trace = em(weighted, words, shares=shares, weight=weight, iterations=_WHOLE)
        done += len(trace)
    return Fit(words.astype(float), shares.astype(float), log, done)


def _words_of(counts: sp.csr_matrix, memberships: Floats) -> Floats:
    """Topic words (rows sum to one) of articles that belong to topics, mixed with all words."""
    words = np.asarray(memberships.T @ counts) + 1e-12
    words /= words.sum(axis=1, keepdims=True)
    background = np.asarray(counts.sum(axis=0)).ravel() / max(float(counts.sum()), 1e-12)
    return 0.98 * words + 0.02 * background


def _tfidf(counts: sp.csr_matrix, weight: Floats) -> sp.csr_matrix:
    vectors = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    return sp.csr_matrix(sp.diags_array(np.sqrt(weight)) @ vectors)


def _start_vectors(counts: sp.csr_matrix, weight: Floats) -> sp.csr_matrix:
    """TF-IDF of the lexemes in most articles: enough to find where to begin."""
    present = np.bincount(counts.indices, minlength=counts.shape[1])
    columns = np.sort(np.argsort(-present, kind="stable")[:_START_WORDS])
    return _tfidf(counts[:, columns], weight)


def _starts(
    vectors: sp.csr_matrix, k: int, rng: np.random.Generator, starts: int
) -> Iterator[tuple[str, Floats]]:
    """Kinds of start and the memberships, articles × topics, to begin EM with.

    The first stacks the topics of NMF on every fold's complement and factorises them once more
    (Belford, Mac Namee and Greene 2018), the third does so with random members, and all others
    are k-means on LSA vectors.
    """
    reduced = None
    for number in range(starts):
        seed = int(rng.integers(2**31))
        if number not in (0, 2):
            reduced = _lsa(vectors, seed) if reduced is None else reduced
            yield "LSA k-means", np.eye(k)[_kmeans(reduced, k, seed)]
        else:
            init, folds = ("random", _FOLDS // 2) if number else ("nndsvd", _FOLDS)
            words = _fold_nmf(vectors, k, init, folds, seed)
            words = 0.98 * words + 0.02 / words.shape[1]
            kind = f"{folds}-fold NMF, {init}"
            yield kind, em(vectors, words, iterations=10, update_words=False)[0]


def _fold_nmf(vectors: sp.csr_matrix, k: int, init: str, folds: int, seed: int) -> Floats:
    """Topics, rows sum to one, of a factorisation of the topics found without each fold."""
    if vectors.shape[0] < 2 * folds * k:
        return normalize(_nmf(vectors, k, init, seed)[1], "l1")
    fold = np.random.default_rng(seed).permutation(vectors.shape[0]) % folds
    members = [_nmf(vectors[fold != number], k, init, seed + number)[1] for number in range(folds)]
    stacked = normalize(np.vstack(members), "l2")
    return normalize(_nmf(stacked, k, init, seed, iterations=200)[1], "l1")


def _nmf(vectors: Any, k: int, init: str, seed: int, iterations: int = 20) -> tuple[Floats, Floats]:
    if k > min(vectors.shape):
        init = "random"
    model = NMF(k, init=init, random_state=seed % 2**31, max_iter=iterations, tol=1e-3)
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", ConvergenceWarning)  # members are starts, not results
        return model.fit_transform(vectors), model.components_


def _lsa(vectors: sp.csr_matrix, seed: int) -> Floats:
    size = max(1, min(_LSA, min(vectors.shape) - 1))
    return normalize(TruncatedSVD(size, random_state=seed).fit_transform(vectors))


def _kmeans(reduced: Floats, k: int, seed: int) -> NDArray[np.intp]:
    return KMeans(k, n_init=4, random_state=seed).fit_predict(reduced)


def fit_matrix(
    counts: sp.csr_matrix, k: int, method: Any, seed: int, weight: Floats, *, starts: int = 6
) -> Fit:
    """One model, on one thread so that the same counts and seed give the same bytes."""
    with threadpool_limits(1), np.errstate(under="ignore"):
        if method == "ensemble":
            return fit_ensemble(counts, k, seed, weight, starts=starts)
        vectors = _tfidf(counts, weight)
        if method == "kmeans":
            labels = _kmeans(_lsa(vectors, seed), k, seed)
            members = np.eye(k)[labels]
            return Fit(normalize(members.T @ vectors, "l1"), members, [], 0)
        if method == "nmf":
            shares, words = _nmf(vectors, k, "nndsvda", seed, iterations=200)
            return Fit(normalize(words, "l1"), normalize(shares, "l1"), [], 0)
        estimator = LatentDirichletAllocation(k) if method == "lda" else clone(method)
        if "random_state" in estimator.get_params():
            estimator.set_params(random_state=seed)
        shares = np.asarray(estimator.fit_transform(counts))
        words = np.maximum(np.asarray(estimator.components_), 0)
        return Fit(normalize(words, "l1"), normalize(np.maximum(shares, 0), "l1"), [], 0)
