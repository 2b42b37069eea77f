"""Counts of thin and thick periods come to stand on one scale, and their distances are known."""

import numpy as np
import pytest
from scipy import stats

from q7x2lab.trends.residuals import Counts, SteppedCounts, scatter

RNG = np.random.default_rng(5)


def clumped(mean, clump, rows, rng):
    """Negative binomial counts (rows × periods) whose variance is `clump` times their mean."""
    return rng.negative_binomial(mean / (clump - 1), 1 / clump, (rows, mean.size)).astype(float)


def grown(rows: int, clump: float = 3.0) -> Counts:
    base = 6.0 ** np.linspace(0, 1, 20)
    hits = clumped(4 * base, clump, rows, RNG)
    return Counts(hits, base, np.full(rows, clump), np.arange(20.0))


def test_distances_from_the_line_are_chi_squared_where_sampling_is_all_there_is():
    found = grown(3000).scatter
    assert found.mean() == pytest.approx(18, rel=0.05)
    assert np.mean(found > stats.chi2.ppf(0.9, 18)) == pytest.approx(0.1, abs=0.035)
    line = np.arange(6.0) * 3 + 1
    assert scatter(line, np.linspace(1, 5, 6), np.arange(6.0)) == pytest.approx(0)


def test_scatter_beyond_sampling_is_estimated():
    rng = np.random.default_rng(6)
    base = np.linspace(10, 40, 40)
    hits = rng.poisson(2 * base * rng.gamma(5, 1 / 5, (800, 40))).astype(float)
    found = Counts(hits, base, np.ones(800), np.arange(40.0)).beyond
    assert found.mean() == pytest.approx(0.2, rel=0.1)


def test_scores_are_as_wide_and_as_high_in_thin_periods_as_in_thick_ones():
    counts = grown(6000)
    scores, rates = counts.residuals(), counts.hits / counts.base
    assert scores.mean(axis=0) == pytest.approx(0, abs=0.06)
    assert scores.std(axis=0) == pytest.approx(0.9, abs=0.06)
    assert rates[:, 0].std() > 2 * rates[:, -1].std()
    assert np.median(scores, axis=0) == pytest.approx(0, abs=0.1)
    assert np.median(rates[:, 0]) < 0.9 * np.median(rates[:, -1])  # what ranks alone would see


def test_a_slope_taken_off_leaves_none():
    time = np.arange(20.0)
    base = np.linspace(5, 50, 20)
    rate = 10 + 0.3 * (time - time.mean())
    counts = Counts((rate * base)[None, :], base, np.ones(1), time)
    assert np.ptp(counts.residuals(np.array([0.3]))[0]) < 0.1
    assert np.ptp(counts.residuals()[0]) > 5


def test_a_line_below_nothing_is_no_line():
    counts = grown(1)
    assert np.isnan(counts.residuals(np.array([5.0]))).all()
    assert not np.isnan(counts.residuals(np.array([0.1]))).any()


def test_counts_keep_their_order():
    counts = Counts(np.array([[0.0, 9, 40, 60, 7, 8]]), np.ones(6), np.ones(1), np.arange(6.0))
    scores = counts.residuals()[0]
    assert scores.argsort().tolist() == [0, 4, 5, 1, 2, 3]


def test_counts_far_off_have_scores_still():
    hits = np.array([[0.0, 0, 900, 0, 0, 2]])
    scores = Counts(hits, np.ones(6), np.full(1, 2.0), np.arange(6.0)).residuals()
    assert np.isfinite(scores).all()


def test_a_step_is_no_scatter():
    hits = np.where(np.arange(30) < 12, 10.0, 40.0) + np.tile([1, -1, 0], 10)
    given = hits[None, :], np.ones(30), np.ones(1), np.arange(30.0)
    assert SteppedCounts(*given).scatter < 2 < 50 < Counts(*given).scatter
    flat = RNG.poisson(20, (3000, 30)).astype(float)
    found = SteppedCounts(flat, np.ones(30), np.ones(3000), np.arange(30.0))
    assert found.scatter.mean() == pytest.approx(found.freedom, rel=0.05)
