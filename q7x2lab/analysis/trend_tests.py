"""Is there a trend, and how steep: Mann-Kendall and Theil-Sen, held to their level by simulation.

The textbook test counts on independent periods, and a block bootstrap needs more periods than a
study has. Here the statistic of Mann and Kendall is judged against simulated series without a
trend that are as long, and as much like their neighbours, as the series at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.optimize import isotonic_regression

Floats = NDArray[np.float64]
FEWEST_PERIODS, FEWEST_HITS = 8, 20
# What is believed of the correlation between neighbouring periods before the series is seen.
_LAGS = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
_BELIEF = np.array([5, 1, 1, 1, 1, 1, 1])
_BINS = 16


@dataclass(frozen=True)
class MannKendall:
    """S, its variance under no trend (ties allowed for), z with continuity correction, p, tau-b."""

    s: float
    variance: float
    z: float
    p: float
    tau: float


def mann_kendall(values: ArrayLike) -> MannKendall:
    """The Mann-Kendall test of one series of independent values; missing ones are left out.

    Mann (1945), Kendall (1975).

    >>> test = mann_kendall([1, 2, 3, 4, 5, 6, 7, 9])
    >>> test.s, round(test.p, 4)
    (28.0, 0.0008)
    """
    series = np.asarray(values, float)
    series = series[~np.isnan(series)]
    s, variance, tied = (float(part[0]) for part in _kendall(series[None, :]))
    z = (s - np.sign(s)) / np.sqrt(variance) if variance else 0.0
    pairs = series.size * (series.size - 1) / 2
    tau = s / np.sqrt(pairs * (pairs - tied)) if pairs > tied else np.nan
    return MannKendall(s, variance, float(z), float(2 * stats.norm.sf(abs(z))), float(tau))


def theil_sen(
    values: ArrayLike, *, spread: float = 1.0, level: float = 0.95
) -> tuple[float, float, float]:
    """Median slope a period with its interval: (slope, low, high); missing values keep their place.

    The interval holds the slopes that Mann-Kendall would not reject (Sen 1968), missing where it
    would reject none. spread: how many
    times wider than for independent values S is taken to scatter.

    >>> theil_sen([1, 2, 3, 4, 5, 6, 7, 8])
    (1.0, 1.0, 1.0)
    """
    series = np.asarray(values, float)
    time = np.flatnonzero(~np.isnan(series))
    seen = series[time]
    first, second = np.triu_indices(time.size, 1)
    slopes = np.sort((seen[second] - seen[first]) / (time[second] - time[first]))
    if not slopes.size:
        return np.nan, np.nan, np.nan
    variance = float(_kendall(seen[None, :])[1][0])
    reach = stats.norm.ppf(0.5 + level / 2) * spread * np.sqrt(variance)
    low = int(np.rint((slopes.size - reach) / 2)) - 1
    high = int(np.rint((slopes.size + reach) / 2))
    if low < 0 or high >= slopes.size:
        return float(np.median(slopes)), np.nan, np.nan
    return float(np.median(slopes)), float(slopes[low]), float(slopes[high])


def trend_test(rates: ArrayLike, errors: ArrayLike | None = None) -> tuple[float, ...]:
    """Test of one series of rates: (slope, slope_low, slope_high, p), slope a period.

    errors: standard errors of the rates from resampling articles. What they explain of the
    scatter cannot be correlated from period to period; without them all of it may be.
    """
    series = np.asarray(rates, float)
    spread = float(spreads(series[None, :], None if errors is None else np.atleast_2d(errors))[0])
    slope, low, high = theil_sen(series, spread=spread)
    if np.isnan(low):
        return slope, low, high, np.nan
    return slope, low, high, float(p_values(series[None, :], np.array([spread]))[0])


def p_values(series: Floats, spread: Floats) -> Floats:
    """Two-sided p of each row (series × periods, no trend at all against any), given its spread."""
    p = np.ones(len(series))
    for present, rows in _patterns(series):
        s, variance, _ = _kendall(series[np.ix_(rows, present)])
        with np.errstate(all="ignore"):
            z = np.where(variance > 0, np.abs(s) / np.sqrt(variance), 0.0)
        p[rows] = 2 * stats.norm.sf(z / spread[rows])
    return p


def spreads(series: Floats, errors: Floats | None = None) -> Floats:
    """How many times wider S scatters than for independent periods, for each row.

    The .95 point of |S| in simulated autoregressive series without a trend, of this length, of
    this share of scatter beyond sampling, and of about this correlation of neighbouring periods
    once a straight line is taken off the ranks.
    """
    found = np.ones(len(series))
    for present, rows in _patterns(series):
        if present.size < 4:
            continue
        seen = series[np.ix_(rows, present)]
        share = np.ones(len(rows))
        if errors is not None:
            share = _beyond_sampling(seen, errors[np.ix_(rows, present)])
        near = _neighbours(stats.rankdata(seen, axis=1))
        steps = np.rint(share * 4).astype(int)
        for step in np.unique(steps):
            chosen = steps == step
            at, spread = _simulated(present.size, int(step))
            found[rows[chosen]] = np.interp(near[chosen], at, spread)
    return found


def _patterns(series: Floats) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Rows that miss the same periods: (periods present, rows)."""
    missing, number = np.unique(np.isnan(series), axis=0, return_inverse=True)
    number = number.ravel()
    return [(np.flatnonzero(~gaps), np.flatnonzero(number == i)) for i, gaps in enumerate(missing)]


def _kendall(series: Floats) -> tuple[Floats, Floats, Floats]:
    """S, its variance and the number of tied pairs of each row."""
    n = series.shape[1]
    s = np.zeros(len(series))
    for lag in range(1, n):
        s += np.sign(series[:, lag:] - series[:, :-lag]).sum(axis=1)
    ordered = np.sort(series, axis=1)
    new = np.column_stack([np.ones(len(series), bool), ordered[:, 1:] != ordered[:, :-1]])
    run = np.cumsum(new, axis=1) + np.arange(len(series))[:, None] * n - 1
    size = np.bincount(run.ravel(), minlength=len(series) * n).reshape(len(series), n)
    ties = (size * (size - 1) * (2 * size + 5)).sum(axis=1)
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    return s, variance, (size * (size - 1) / 2).sum(axis=1)


def _detrended(series: Floats) -> Floats:
    time = np.arange(series.shape[1]) - (series.shape[1] - 1) / 2
    centred = series - series.mean(axis=1, keepdims=True)
    return centred - (centred @ time / (time @ time))[:, None] * time


def _neighbours(series: Floats) -> Floats:
    """Lag-1 autocorrelation of each row around its straight line."""
    rest = _detrended(series)
    total = (rest**2).sum(axis=1)
    return (rest[:, 1:] * rest[:, :-1]).sum(axis=1) / np.where(total > 1e-9, total, 1.0)


def _beyond_sampling(series: Floats, errors: Floats) -> Floats:
    """The share of a series' scatter around its line that drawing articles does not explain."""
    scatter = (_detrended(series) ** 2).sum(axis=1) / (series.shape[1] - 2)
    sampling = (errors**2).mean(axis=1)
    with np.errstate(all="ignore"):
        return np.clip(np.nan_to_num(1 - sampling / scatter, nan=0.0, neginf=0.0), 0, 1)


@lru_cache(maxsize=256)
def _simulated(periods: int, quarters: int) -> tuple[Floats, Floats]:
    """Correlation of neighbours and the spread of S that goes with it, from simulated series."""
    rng = np.random.default_rng([periods, quarters])
    each = int(np.clip(3e6 / periods**2, 150, 1200))
    lag = np.repeat(_LAGS, each * _BELIEF)
    shocks, noise = rng.standard_normal((2, periods, lag.size))
    state = shocks.copy()
    for t in range(1, periods):
        state[t] = lag * state[t - 1] + np.sqrt(1 - lag**2) * shocks[t]
    share = quarters / 4
    series = (np.sqrt(share) * state + np.sqrt(1 - share) * noise).T
    s, variance, _ = _kendall(series)
    # S moves in steps of two: spread evenly over its step, its quantiles are those of mid-p.
    size = np.abs(s + rng.uniform(-1, 1, lag.size)) / np.sqrt(variance)
    near = _neighbours(stats.rankdata(series, axis=1))
    parts = np.array_split(np.argsort(near), _BINS)
    at = np.array([near[part].mean() for part in parts])
    spread = np.array([np.quantile(size[part], 0.95) for part in parts]) / stats.norm.ppf(0.975)
    return at, isotonic_regression(spread).x


def relative_slopes(series: Floats) -> Floats:
    """Theil-Sen slope a period of each row, as a share of the row's mean."""
    slopes = np.full(len(series), np.nan)
    for present, rows in _patterns(series):
        first, second = np.triu_indices(present.size, 1)
        if first.size:
            seen = series[np.ix_(rows, present)]
            steps = (seen[:, second] - seen[:, first]) / (present[second] - present[first])
            slopes[rows] = np.median(steps, axis=1)
    with np.errstate(all="ignore"):
        return slopes / np.nanmean(series, axis=1)
