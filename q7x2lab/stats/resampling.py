"""Intervals and corrections: whole articles are resampled, never tokens."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]


def cluster_draws(clusters: ArrayLike, draws: int = 1000, seed: int = 0) -> NDArray[np.int32]:
    """Bootstrap multiplicities, draws × articles: how often each article stands in each resample.

    clusters: one number or name an article; articles of one cluster (copies of one story) are
    drawn together. Sums over a resample are then `draws @ values`. Cluster bootstrap after
    Davison and Hinkley (1997), section 3.8.

    >>> cluster_draws([0, 0, 1], draws=2, seed=1).shape
    (2, 3)
    >>> bool((cluster_draws([0, 0, 1], draws=50)[:, 0] == cluster_draws([0, 0, 1], 50)[:, 1]).all())
    True
    """
    _, number = np.unique(np.asarray(clusters), return_inverse=True)
    n = int(number.max()) + 1 if number.size else 0
    if n == 0:
        return np.zeros((draws, 0), dtype=np.int32)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(n, np.full(n, 1.0 / n), size=draws).astype(np.int32)
    return drawn[:, number]


def percentile_interval(
    values: ArrayLike, level: float = 0.95, axis: int = 0
) -> tuple[Floats, Floats]:
    """Lower and upper percentile of bootstrap values along an axis; NaN values are left out.

    >>> low, high = percentile_interval(range(101), level=0.9)
    >>> round(float(low), 6), round(float(high), 6)
    (5.0, 95.0)
    """
    tail = 100 * (1 - level) / 2
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)
        low, high = np.nanpercentile(np.asarray(values, float), [tail, 100 - tail], axis=axis)
    return low, high


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """The q of each p value: the smallest false discovery rate at which it is still called.

    NaN (a refused test) stays NaN and does not count as a test. Benjamini and Hochberg (1995).

    >>> benjamini_hochberg([0.01, 0.04, float("nan")]).tolist()
    [0.02, 0.04, nan]
    """
    p = np.asarray(p, dtype=float)
    q = np.full(p.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    if tested.size:
        q[tested] = stats.false_discovery_control(p[tested], method="bh")
    return q


def wilson_interval(
    successes: ArrayLike, trials: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Score interval of a share, NaN where there were no trials. Wilson (1927), Newcombe (1998).

    >>> low, high = wilson_interval(81, 263)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2553, 0.3662)
    """
    k, n = np.asarray(successes, float), np.asarray(trials, float)
    z = stats.norm.ppf(0.5 + level / 2)
    with np.errstate(all="ignore"):
        share = k / n
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        low, high = np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def permute_groups(
    labels: ArrayLike, clusters: ArrayLike, draws: int = 1000, seed: int = 0
) -> NDArray[np.intp]:
    """Article orders, draws × articles, under which `labels[order]` is a permuted labelling.

    Articles are permuted whole. A cluster whose articles all bear one label moves as a block with
    the other such clusters of its size, so that copies never separate from each other.

    >>> permute_groups(["a", "b", "b"], [0, 1, 2], draws=4).shape
    (4, 3)
    """
    labels = np.asarray(labels)
    _, number, size = np.unique(np.asarray(clusters), return_inverse=True, return_counts=True)
    rng = np.random.default_rng(seed)
    orders = np.tile(np.arange(labels.size), (draws, 1))
    members = np.argsort(number, kind="stable")
    starts = np.concatenate([[0], np.cumsum(size)[:-1]])
    for width in np.unique(size):
        blocks = np.flatnonzero(size == width)
        places = members[starts[blocks][:, None] + np.arange(width)]
        for row in orders:
            row[places] = places[rng.permutation(blocks.size)]
    return orders
