"""Quasi-Poisson regression of counts over time, with errors that resemble their neighbours.

Counts y of periods with exposure e follow log(mean) = a + b x + log(e). Their variance is the mean
times a dispersion (at least 1), and the errors of neighbouring periods correlate by phi (AR(1)).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import comb, xlogy

from q7x2lab.stats.resampling import LEVEL, TAIL

Floats = NDArray[np.float64]
MANY_PERIODS = 36  # from here a smooth has 5 degrees of freedom, else 4
POWER = 0.8  # at which the smallest ratio that can be detected is given
STEEPEST = 30.0  # log ratios are sought up to here; beyond, a rate is 0 or without bound
ROUNDS = 40  # of halving a bracket, to 1e-10 of a log ratio, and of Newton's method
MOST_CORRELATED = 0.9  # phi is cut here: beyond, a dozen periods tell nothing
# One stray hit where next to none is expected would make a dispersion of millions: خاشقجي before
# October 2018 in ant_2018, whose rise then had p = .97. R's dispersion is the same from here on.
LEAST_MEAN = 0.1
DRAWS = 999  # permutations of blocks
NEARLY_ALL = 0.9  # of a word's hits
# Blocks of n / 16 periods (1 for a year of months, 4 for five): longer ones leave so few orders of
# a short series that a step halfway is never rare among them.
PERIODS_A_BLOCK = 16


def expected_hits(hits: Floats, exposure: Floats, x: Floats, slope: Floats) -> Floats:
    """Expected hits of each period at a slope, with the intercept that then fits best."""
    lean = slope[:, None] * x
    share = exposure * np.exp(lean - lean.max(axis=1, keepdims=True))
    return hits.sum(axis=1, keepdims=True) * share / share.sum(axis=1, keepdims=True)


def fit_line(hits: ArrayLike, exposure: ArrayLike, x: ArrayLike) -> pd.DataFrame:
    """Change of each rate as x goes from 0 to 1, with its test and 95 % interval.

    Parameters
    ----------
    hits
        Counts, series × periods (or one series).
    exposure
        What they are counted in, likewise; a period with exposure 0 is missing.
    x
        Values from 0 to 1, likewise: time, or 0 before and 1 after a change.

    Returns
    -------
    DataFrame
        One row a series: ``ratio`` of the rate at 1 to that at 0, with ``low`` and ``high``; ``p``
        of no change; ``dispersion``; ``autocorrelation``: phi; ``detectable``: the smallest ratio
        that the series would have shown at power .8; ``drop``: of the deviance, by the change.

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
    >>> fit_line(hits, np.full(12, 100.0), np.linspace(0, 1, 12))[["ratio", "p"]].values.round(2)
    array([[2.62, 0.02]])
    """
    y = np.atleast_2d(np.asarray(hits, float))
    e, times = (np.broadcast_to(np.asarray(part, float), y.shape) for part in (exposure, x))
    n, none, end = (e > 0).sum(axis=1), np.zeros(len(y)), np.full(len(y), STEEPEST)

    def deviance(slope: Floats) -> Floats:
        return -2 * xlogy(y, expected_hits(y, e, times, slope)).sum(axis=1)

    with np.errstate(all="ignore"):
        slope = _root(lambda b: ((y - expected_hits(y, e, times, b)) * times).sum(1), -end, end)
        mean, flat = (expected_hits(y, e, times, b) for b in (slope, none))
        dispersion, phi = scatter_of(y, mean, n)
        scale = dispersion * variance_factor(_weight(mean, times), phi)
        least = deviance(slope) + scale * stats.f.ppf(LEVEL, 1, n - 2)
        low = _root(lambda b: deviance(b) - least, -end, slope)
        high = _root(lambda b: least - deviance(b), slope, end)
        drop = deviance(none) - deviance(slope)
        t = stats.t.ppf(1 - TAIL, n - 2) + stats.t.ppf(POWER, n - 2)
        detectable = np.exp(t * np.sqrt(scale / (_weight(flat, times) ** 2).sum(axis=1)))
    logs = np.column_stack([slope, low, high])
    logs = np.where(np.abs(logs) > STEEPEST - 0.1, np.sign(logs) * np.inf, logs)
    table = pd.DataFrame(np.exp(logs), columns=["ratio", "low", "high"])
    table["p"], table["drop"] = stats.f.sf(drop / scale, 1, n - 2), drop
    return table.assign(dispersion=dispersion, autocorrelation=phi, detectable=detectable)


def _weight(mean: Floats, x: Floats) -> Floats:
    """Each period's part in the slope: x about its mean, times the root of the mean."""
    centre = (mean * x).sum(axis=1) / mean.sum(axis=1)
    return np.sqrt(mean) * (x - centre[:, None])


def _root(function: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Where a falling function of each series crosses 0, by halving the bracket."""
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        above = function(middle) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2


def scatter_of(hits: Floats, mean: Floats, n: Any, columns: int = 2) -> tuple[Floats, Floats]:
    """Dispersion (at least 1) and correlation (0 to .9) of the Pearson residuals of each series.

    Missing periods have a mean of 0; n: periods that are not missing; columns: of the design.
    """
    left = np.where(mean > 0, (hits - mean) / np.sqrt(np.maximum(mean, LEAST_MEAN)), 0.0)
    squares = (left**2).sum(axis=1)
    phi = (left[:, 1:] * left[:, :-1]).sum(axis=1) / np.where(squares > 0, squares, 1)
    phi = np.clip((n * phi + 2) / np.maximum(np.subtract(n, 4), 1), 0, MOST_CORRELATED)
    return np.maximum(squares / np.maximum(np.subtract(n, columns), 1), 1.0), phi


def variance_factor(weight: Floats, phi: Floats) -> Floats:
    """Variance of a coefficient with AR(1) errors over that with independent ones, at least 1.

    weight: of each period's error in the coefficient, series × periods.

    >>> variance_factor(np.arange(6)[None] - 2.5, np.array([0.5])).round(4).tolist()
    [1.3848]
    """
    total, carried = np.zeros(len(weight)), np.zeros(len(weight))
    for period in weight.T:
        total += period * (period + 2 * carried)
        carried = phi * (carried + period)
    return np.maximum(total / (weight**2).sum(axis=1), 1.0)


def block_orders(periods: int, seed: int = 0) -> NDArray[np.int64]:
    """Orders of periods in which blocks of neighbours change places, the given order first.

    The first block is of a length drawn at random, so that blocks are not always cut alike.
    Blocks after Künsch (1989), Annals of Statistics 17, 1217-1241.
    """
    rng, length = np.random.default_rng(seed), max(1, round(periods / PERIODS_A_BLOCK))
    block = (np.arange(periods) + rng.integers(length, size=(DRAWS, 1))) // length
    place = np.take_along_axis(rng.random((DRAWS, periods + 1)), block, axis=1)
    return np.vstack([np.arange(periods), np.argsort(place, axis=1, kind="stable")])


def block_p(hits: Floats, exposure: Floats, x: Floats, orders: NDArray[np.int64]) -> float:
    """Two-sided p of one series: how often it leans as much when blocks of periods are permuted.

    Missing where nearly all hits stand in so few periods that no place of these among the others
    would be rare: two ends of a dozen periods, for hits of a single one.

    Parameters
    ----------
    hits, exposure, x
        One value a period.
    orders
        What `block_orders` returned.

    Notes
    -----
    Hits move with their exposure. The statistic is the score of the coefficient over its standard
    error; Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, chapter 3.

    Examples
    --------
    >>> time = np.arange(12) / 11
    >>> block_p(12 * time, np.full(12, 100.0), time, block_orders(12)) < 0.05
    True
    """
    held = np.searchsorted(np.cumsum(np.sort(hits)[::-1]), NEARLY_ALL * hits.sum()) + 1
    if 2 / comb(len(hits), min(held, len(hits) // 2)) >= 1 - LEVEL:
        return np.nan
    times = x[orders]
    spread = times**2 @ exposure - (times @ exposure) ** 2 / exposure.sum()
    score = np.abs(times @ (hits - exposure * hits.sum() / exposure.sum()))
    score /= np.sqrt(np.maximum(spread, 1e-12))
    return float((score >= score[0] - 1e-9).mean())


def poisson_regression(design: Floats, hits: Floats, exposure: Floats) -> tuple[Floats, ...]:
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
    >>> once = np.ones(2)
    >>> beta, covariance, mean = poisson_regression(once[:, None], np.array([10, 30]), once)
    >>> float(np.exp(beta[0]).round(6)), float(covariance[0, 0].round(4)), mean.round().tolist()
    (20.0, 0.025, [20.0, 20.0])
    """
    offset = np.log(exposure)
    beta = np.linalg.lstsq(design, np.log(hits + 0.5) - offset, rcond=None)[0]
    for _ in range(ROUNDS):
        mean = np.exp(np.clip(design @ beta + offset, -STEEPEST, STEEPEST))
        covariance = np.linalg.pinv((design.T * mean) @ design)
        beta = beta + covariance @ (design.T @ (hits - mean))
    return beta, covariance, mean


def fit_smooth(hits: Floats, exposure: Floats, time: Floats) -> Floats:
    """A smooth rate of one series with its 95 % band: periods × rate, low and high.

    Notes
    -----
    Quasi-Poisson regression on a natural cubic spline with 4 degrees of freedom, 5 from 36
    periods; knots at even quantiles of time. Hastie, Tibshirani and Friedman (2009), The Elements
    of Statistical Learning, section 5.2.1.
    """
    n, df = len(hits), 5 if len(hits) >= MANY_PERIODS else 4
    knots = np.quantile(time, np.linspace(0, 1, df + 1))
    cubes = np.maximum(time[:, None] - knots, 0) ** 3
    pieces = (cubes[:, :-1] - cubes[:, -1:]) / (knots[-1] - knots[:-1])
    design = np.column_stack([np.ones(n), time, pieces[:, :-1] - pieces[:, -1:]])
    beta, covariance, mean = poisson_regression(design, hits, exposure)
    scale, _ = scatter_of(hits[None], mean[None], n, df + 1)
    error = np.sqrt(scale * ((design @ covariance) * design).sum(axis=1))
    reach = stats.t.ppf(1 - TAIL, n - df - 1) * error
    return np.exp(np.minimum((design @ beta)[:, None] + np.outer(reach, [0, -1, 1]), STEEPEST))


def fit_step(hits: Floats, base: Floats, time: Floats, x: Any) -> tuple[float, float, float]:
    """Log of the step at an event beside a slope, its standard error, and half its interval."""
    design = np.column_stack([np.ones(len(x)), time, x])
    beta, covariance, mean = poisson_regression(design, hits, base)
    dispersion, phi = scatter_of(hits[None], mean[None], *design.shape)
    weight = (covariance @ (design * np.sqrt(mean)[:, None]).T)[-1:]
    error = float(np.sqrt(dispersion * variance_factor(weight, phi) * covariance[-1, -1])[0])
    return float(beta[-1]), error, error * stats.t.ppf(1 - TAIL, len(x) - 3)
