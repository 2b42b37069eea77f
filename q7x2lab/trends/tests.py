"""Is there a trend, and how steep: Mann-Kendall, Theil-Sen, and a test held to its level.

The textbook test of Mann and Kendall counts on independent periods. `trend_test` allows for
neighbours that resemble each other, see `autoregression`, and for rates that scatter more where
the corpus is thin, see `residuals`. So does its interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from q7x2lab.trends.autoregression import LEVEL, correlated_quarters, slope_p
from q7x2lab.trends.residuals import Counts, scatter

Floats = NDArray[np.float64]
FEWEST_PERIODS, FEWEST_HITS = 8, 20
_TRIED = 48  # slopes at a time, for an interval
_EVEN = 97  # slopes tried besides those between pairs of periods


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


def theil_sen(values: ArrayLike, *, level: float = 0.95) -> tuple[float, float, float]:
    """Median slope a period with its interval: (slope, low, high); missing values keep their place.

    The interval holds the slopes that Mann-Kendall would not reject, for independent values (Sen
    1968); it is missing where that would reject none.

    >>> theil_sen([1, 2, 3, 4, 5, 6, 7, 8])
    (1.0, 1.0, 1.0)
    """
    series = np.asarray(values, float)
    slopes = _pairwise(series)[0]
    if not slopes.size:
        return np.nan, np.nan, np.nan
    variance = float(_kendall(series[~np.isnan(series)][None, :])[1][0])
    reach = stats.norm.ppf(0.5 + level / 2) * np.sqrt(variance)
    low = int(np.rint((slopes.size - reach) / 2)) - 1
    high = int(np.rint((slopes.size + reach) / 2))
    if low < 0 or high >= slopes.size:
        return float(np.median(slopes)), np.nan, np.nan
    return float(np.median(slopes)), float(slopes[low]), float(slopes[high])


def trend_test(
    rates: ArrayLike, errors: ArrayLike | None = None, *, exposure: ArrayLike | None = None
) -> tuple[float, float, float, float]:
    """Test of one series of rates: (slope, slope_low, slope_high, p), slope a period.

    slope: Theil-Sen's. p and the 95 % interval of the slope hold for any autocorrelation up to
    that of `autoregression.STRONGEST`: the interval has the slopes that p would not reject once
    they are taken off (Lehmann and Romano 2005, section 3.5). errors: standard errors of the
    rates from resampling articles; what they explain of the scatter is independent from period to
    period. Without them all of it may be correlated. exposure: what the rates are hits over; the
    rates of thin periods then count for what they are worth, and no line may fall below nothing.
    Where no straight line fits the hits so, the interval is that of the rates as they are; it is
    missing where none fits these.

    >>> slope, low, high, p = trend_test([1.2, 2.1, 4.4, 3.3, 5.7, 6, 8.2, 7.5, 8.8, 10.1])
    >>> low < slope < high, p < 0.01
    (True, True)
    """
    series = np.asarray(rates, float)
    slopes, times = _pairwise(series)
    known, base = (
        None if part is None else np.asarray(part, float)[times] for part in (errors, exposure)
    )
    slope, even = float(np.median(slopes)), slopes
    if base is not None:  # scores change between those slopes as well, up to where a line meets 0
        reach = 3 * series[times].mean() / np.ptp(times)
        even = np.append(slopes, np.linspace(-reach, reach, _EVEN))
    chances = _chances(series[times], times.astype(float), known, base)
    low, high = _kept(np.unique(even), slope, chances)
    if np.isnan(low) and base is not None:
        rough = _chances(series[times], times.astype(float), known, None)
        low, high = _kept(np.unique(slopes), slope, rough)
    p = float(chances(np.zeros(1))[0])
    return slope, float(np.minimum(low, slope)), float(np.maximum(high, slope)), p


def _chances(
    series: Floats, times: Floats, errors: Floats | None, exposure: Floats | None
) -> Callable[[Floats], Floats]:
    """The p of a series of having no trend once a slope, one of many, is taken off."""
    left_by, quarters = _leavings(series, times, errors, exposure)
    return lambda tried: _p(left_by(tried), np.full(tried.size, quarters))


def _kept(
    slopes: Floats, middle: float, chances: Callable[[Floats], Floats]
) -> tuple[float, float]:
    """The least and the greatest slope not rejected, of those between pairs of periods.

    One between each two of them is tried too: where that is kept, so is the next one out. First
    a few are tried, and the one in the middle, then those next to the ends.
    """
    tried = np.insert((slopes[1:] + slopes[:-1]) / 2, np.arange(slopes.size - 1), slopes[:-1])
    tried = np.append(tried, slopes[-1])
    step = -(-tried.size // _TRIED)
    few = np.unique(np.append(np.arange(0, tried.size, step), np.abs(tried - middle).argmin()))
    kept = few[chances(tried[few]) > LEVEL]
    if not kept.size:
        kept = np.flatnonzero(chances(tried) > LEVEL)
    if not kept.size:  # no straight line fits
        return np.nan, np.nan
    finer = -(-step // _TRIED)
    near = np.append(np.arange(kept[0] - step, kept[0]), np.arange(kept[-1], kept[-1] + step))
    near = near[(near >= 0) & (near < tried.size)][::finer]
    kept = np.append(kept, near[chances(tried[near]) > LEVEL])
    first, last = kept.min(), kept.max()
    return float(tried[first - first % 2]), float(tried[last + last % 2])


def _leavings(
    series: Floats, times: Floats, errors: Floats | None, exposure: Floats | None
) -> tuple[Callable[[Floats], Floats], int]:
    """What slopes leave of a series, a row each, and the quarters that may be correlated."""
    if exposure is not None and series.any():
        clump = 1.0 if errors is None else (errors**2).sum() / (series / exposure).sum()
        counts = Counts(
            (series * exposure)[None, :], exposure, np.array([max(float(clump), 1.0)]), times
        )
        return counts.residuals, int(correlated_quarters(counts.scatter, counts.freedom)[0])

    def left_by(tried: Floats) -> Floats:
        rest = series - tried[:, None] * times
        largest = np.abs(rest).max() or 1.0
        return rest.round(10 - int(np.floor(np.log10(largest))))  # what is left of a tie stays one

    if errors is None or not errors.any():
        return left_by, 4
    apart = scatter(series, np.full(series.size, (errors**2).mean()), times)
    return left_by, int(correlated_quarters(apart, series.size - 2))


def _pairwise(series: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Slopes between all pairs of periods that are not missing, sorted, and those periods."""
    times = np.flatnonzero(~np.isnan(series))
    first, second = np.triu_indices(times.size, 1)
    steps = series[times[second]] - series[times[first]]
    return np.sort(steps / (times[second] - times[first])), times


def p_values(rates: Floats, exposure: Floats, clump: Floats) -> Floats:
    """Two-sided p of each row (series × periods) of having no trend, as in `trend_test`.

    clump: variance over mean of the hits, which are rates times exposure, by drawing articles.
    """
    p = np.ones(len(rates))
    for present, rows in _patterns(rates):
        seen, base = (part[np.ix_(rows, present)] for part in (rates, exposure))
        if present.size > 3:
            counts = Counts(seen * base, base, clump[rows], present.astype(float))
            quarters = correlated_quarters(counts.scatter, counts.freedom)
            p[rows] = _p(counts.residuals(), quarters)
    return p


def _p(series: Floats, quarters: NDArray[np.intp]) -> Floats:
    """p of rows without gaps; 1 for a constant row, 0 for one that is missing."""
    p = np.where(np.isnan(series).any(axis=1), 0.0, 1.0)
    varied = np.ptp(series, axis=1) > 0
    for share in np.unique(quarters[varied]):
        rows = np.flatnonzero(varied & (quarters == share))
        p[rows] = slope_p(series[rows], int(share))
    return p


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
