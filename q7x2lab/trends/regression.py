"""Quasi-Poisson regression of counts over time, with errors that resemble their neighbours.

Counts y of periods with exposure e follow log(mean) = a + b x + log(e). Their variance is the mean
times a dispersion (at least 1), and the errors of neighbouring periods correlate by phi (AR(1)).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import logsumexp

from q7x2lab.stats.resampling import LEVEL

Floats = NDArray[np.float64]
POWER = 0.8  # at which the smallest ratio that can be detected is given
STEEPEST = 30.0  # log ratios are sought up to here; beyond, a rate is 0 or without bound
HALVINGS = 50  # of the bracket when a root is sought: to 1e-13 of a log ratio
MOST_CORRELATED = 0.9  # phi is cut here: beyond, a dozen periods tell nothing
# One stray hit where next to none is expected would make a dispersion of millions: خاشقجي before
# October 2018 in ant_2018, whose rise then had p = .97. R's dispersion is the same from here on.
LEAST_MEAN = 0.1
DRAWS = 999  # permutations of blocks
ROUNDS = 30  # of Newton's method, which doubles the digits in each
CLIP = 30.0  # of a log mean: keeps a step too far from overflowing


@dataclass(frozen=True, eq=False)
class Line:
    """A fitted coefficient of each series, and what its test and interval need.

    log_ratio: what the rate changes by as x goes from 0 to 1, as a logarithm; low, high: its
    95 % interval; drop: of the deviance; p: of no change; dispersion; correlation: phi; error:
    standard error of the log ratio where nothing changes; freedom: periods less 2.
    """

    log_ratio: Floats
    low: Floats
    high: Floats
    drop: Floats
    p: Floats
    dispersion: Floats
    correlation: Floats
    error: Floats
    freedom: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Likelihood:
    """The likelihood of the slope of each series; the intercept is that which fits best."""

    hits: Floats
    exposure: Floats
    x: Floats

    def means(self, slope: Floats) -> Floats:
        """Expected hits, series × periods."""
        share = self.exposure * np.exp(slope[:, None] * self.x - self._total(slope)[:, None])
        return self.hits.sum(axis=1, keepdims=True) * share

    def score(self, slope: Floats) -> Floats:
        """The derivative of the likelihood: above 0 where the best slope is steeper."""
        return self.hits @ self.x - self.means(slope) @ self.x

    def deviance(self, slope: Floats, other: Floats) -> Floats:
        """By how much the deviance at a slope exceeds that at another one."""
        first, second = (
            b * (self.hits @ self.x) - self.hits.sum(axis=1) * self._total(b)
            for b in (other, slope)
        )
        return np.maximum(2 * (first - second), 0.0)

    def _total(self, slope: Floats) -> Floats:
        return np.asarray(logsumexp(slope[:, None] * self.x, b=self.exposure, axis=1))


def fit_line(hits: ArrayLike, exposure: ArrayLike, x: ArrayLike) -> Line:
    """Change of each rate as x goes from 0 to 1, with its test and 95 % interval.

    Parameters
    ----------
    hits
        Counts, series × periods (or one series).
    exposure
        What they are counted in, likewise; a period with exposure 0 is missing.
    x
        One value a period, from 0 to 1: time, or 0 before and 1 after a change.

    Notes
    -----
    Quasi-Poisson: McCullagh and Nelder (1989), Generalized Linear Models, chapters 6 and 9;
    counts with autocorrelated errors: Zeger (1988), Biometrika 75, 621-629. phi comes from the
    Pearson residuals of neighbouring periods, corrected for the bias of short series as in
    Marriott and Pope (1954), Biometrika 41, 390-402: (n phi + 2) / (n - 4), cut at 0 and .9. The
    variance of the coefficient with AR(1) errors over that without them is a factor; the drop of
    the deviance over dispersion times factor is compared with F(1, periods - 2). The interval
    holds the coefficients that the same test does not reject, so that p and interval agree and a
    word that appears from nothing has both.

    Examples
    --------
    >>> hits = [4, 5, 4, 6, 5, 8, 7, 9, 8, 9, 11, 10]
    >>> line = fit_line(hits, np.full(12, 100.0), np.linspace(0, 1, 12))
    >>> float(np.exp(line.log_ratio[0]).round(2)), float(line.p[0].round(2))
    (2.62, 0.02)
    """
    y, e = _series(hits, exposure)
    times, n = np.asarray(x, float), (e > 0).sum(axis=1)
    likelihood, none = _Likelihood(y, e, times), np.zeros(len(y))
    with np.errstate(all="ignore"):
        slope = _root(likelihood.score, none - STEEPEST, none + STEEPEST)
        mean = likelihood.means(slope)
        dispersion, phi = scatter_of(y, mean, n)
        scale = dispersion * variance_factor(mean, times, phi)
        drop = likelihood.deviance(none, slope)
        p = stats.f.sf(drop / scale, 1, n - 2)
        allowed = scale * stats.f.ppf(LEVEL, 1, n - 2)
        low = _root(lambda b: likelihood.deviance(b, slope) - allowed, none - STEEPEST, slope)
        high = _root(lambda b: allowed - likelihood.deviance(b, slope), slope, none + STEEPEST)
        flat = y.sum(axis=1, keepdims=True) * e / e.sum(axis=1, keepdims=True)
        error = np.sqrt(scale / _information(flat, times))
    far = 0.99 * STEEPEST
    slope, low, high = (
        np.where(np.abs(b) > far, np.sign(b) * np.inf, b) for b in (slope, low, high)
    )
    return Line(slope, low, high, drop, p, dispersion, phi, error, n - 2)


def _series(hits: ArrayLike, exposure: ArrayLike) -> tuple[Floats, Floats]:
    y, e = np.atleast_2d(np.asarray(hits, float)), np.atleast_2d(np.asarray(exposure, float))
    return y, np.broadcast_to(e, y.shape)


def _root(function: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Where a falling function of each series crosses 0, by halving the bracket."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = function(middle) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2


def scatter_of(
    hits: Floats, mean: Floats, n: NDArray[np.int64] | int, columns: int = 2
) -> tuple[Floats, Floats]:
    """Dispersion (at least 1) and correlation (0 to .9) of the Pearson residuals of each series.

    Missing periods have a mean of 0; n: periods that are not missing; columns: of the design.
    """
    left = np.where(mean > 0, (hits - mean) / np.sqrt(np.maximum(mean, LEAST_MEAN)), 0.0)
    squares = (left**2).sum(axis=1)
    phi = (left[:, 1:] * left[:, :-1]).sum(axis=1) / np.where(squares > 0, squares, 1)
    phi = np.clip((n * phi + 2) / np.maximum(np.subtract(n, 4), 1), 0, MOST_CORRELATED)
    return np.maximum(squares / np.maximum(np.subtract(n, columns), 1), 1.0), phi


def _information(mean: Floats, x: Floats) -> Floats:
    """The information on the slope: squares of x about its mean, weighted by expected hits."""
    return np.asarray(mean @ x**2 - (mean @ x) ** 2 / mean.sum(axis=1))


def variance_factor(mean: Floats, x: Floats, phi: Floats) -> Floats:
    """Variance of the slope with AR(1) errors over its variance with independent ones, >= 1.

    >>> variance_factor(np.ones((1, 6)), np.arange(6) / 5, np.array([0.5])).round(4).tolist()
    [1.3848]
    """
    centre = (mean * x).sum(axis=1) / mean.sum(axis=1)
    weight = np.sqrt(mean) * (x - centre[:, None])
    total, carried = np.zeros(len(mean)), np.zeros(len(mean))
    for period in weight.T:
        total += period * (period + 2 * carried)
        carried = phi * (carried + period)
    return np.maximum(total / (weight**2).sum(axis=1), 1.0)


def detectable_ratio(line: Line) -> Floats:
    """The smallest ratio that each series would have shown at power .8."""
    t = stats.t.ppf((1 + LEVEL) / 2, line.freedom) + stats.t.ppf(POWER, line.freedom)
    return np.asarray(np.exp(t * line.error))


def block_length(periods: int) -> int:
    """How many neighbouring periods stay together when a series is permuted.

    >>> [block_length(n) for n in (8, 12, 24, 60)]
    [2, 2, 3, 5]
    """
    return max(2, round(0.6 * np.sqrt(periods)))


@lru_cache(maxsize=16)
def block_orders(periods: int, length: int, draws: int = DRAWS, seed: int = 0) -> NDArray[np.int64]:
    """Orders of periods, draws × periods, in which blocks of neighbours change places.

    The first block is of a length drawn at random, so that blocks are not always cut alike.
    """
    rng = np.random.default_rng(seed)
    orders = np.empty((draws, periods), np.int64)
    for order in orders:
        cuts = np.arange(rng.integers(1, length + 1), periods, length)
        blocks = np.split(np.arange(periods), cuts)
        order[:] = np.concatenate([blocks[place] for place in rng.permutation(len(blocks))])
    return orders


def block_p(hits: ArrayLike, exposure: ArrayLike, x: ArrayLike, orders: NDArray) -> Floats:
    """Two-sided p of each series: how often it leans as much when blocks of periods are permuted.

    Parameters
    ----------
    hits, exposure, x
        As for `fit_line`.
    orders
        What `block_orders` returned.

    Notes
    -----
    Hits move with their exposure. The statistic is the score of the coefficient over its standard
    error; Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, chapter 3;
    blocks after Künsch (1989), Annals of Statistics 17, 1217-1241.

    Examples
    --------
    >>> hits = [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]]
    >>> p = block_p(hits, np.full((1, 12), 100.0), np.arange(12) / 11, block_orders(12, 2))
    >>> bool(p[0] < 0.05)
    True
    """
    y, e = _series(hits, exposure)
    left = y - e * (y.sum(axis=1) / e.sum(axis=1))[:, None]
    straight = np.asarray(x, float)
    times = np.vstack([straight, straight[orders]]).T
    with np.errstate(all="ignore"):
        spread = e @ times**2 - (e @ times) ** 2 / e.sum(axis=1)[:, None]
        score = np.abs(left @ times) / np.sqrt(np.maximum(spread, 1e-12))
    beyond = (score[:, 1:] >= score[:, :1] - 1e-9).sum(axis=1)
    return np.asarray((1 + beyond) / (1 + len(orders)))


def poisson_regression(
    design: ArrayLike, counts: ArrayLike, exposure: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Coefficients, their covariance and the means of log(mean) = design @ beta + log(exposure).

    Parameters
    ----------
    design
        Observations × columns, the constant among them.

    Notes
    -----
    McCullagh and Nelder (1989), Generalized Linear Models, chapter 6.

    Examples
    --------
    >>> beta, covariance, mean = poisson_regression([[1], [1]], [10, 30], [1, 1])
    >>> float(np.exp(beta[0]).round(6)), float(covariance[0, 0].round(4)), mean.round().tolist()
    (20.0, 0.025, [20.0, 20.0])
    """
    x, y = np.asarray(design, float), np.asarray(counts, float)
    offset = np.log(np.asarray(exposure, float))
    beta = np.linalg.lstsq(x, np.log(y + 0.5) - offset, rcond=None)[0]
    for _ in range(ROUNDS):
        mean = np.exp(np.clip(x @ beta + offset, -CLIP, CLIP))
        covariance = np.linalg.pinv((x.T * mean) @ x)
        beta = beta + covariance @ (x.T @ (y - mean))
    return beta, covariance, mean


def natural_spline(x: Floats, df: int) -> Floats:
    """A cubic spline that is straight beyond its ends, as df columns besides the constant.

    Notes
    -----
    Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, section 5.2.1;
    knots at even quantiles of x.
    """
    knots = np.quantile(x, np.linspace(0, 1, df + 1))
    cubes = np.maximum(x[:, None] - knots, 0) ** 3
    pieces = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    return np.column_stack([x, pieces[:, :-1] - pieces[:, -1:]])
