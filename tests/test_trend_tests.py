"""Mann-Kendall and Theil-Sen against their definitions, and held to their level."""

import numpy as np
import pytest
from scipy import stats

from q7x2lab.analysis.trend_tests import mann_kendall, p_values, spreads, theil_sen, trend_test


def test_s_and_its_variance_follow_the_definition():
    rng = np.random.default_rng(0)
    for n in (8, 13, 30):
        values = rng.integers(0, 6, n).astype(float)
        s = sum(np.sign(values[j] - values[i]) for i in range(n) for j in range(i + 1, n))
        _, ties = np.unique(values, return_counts=True)
        variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
        found = mann_kendall(values)
        assert (found.s, found.variance) == (s, pytest.approx(variance))
        assert found.tau == pytest.approx(stats.kendalltau(np.arange(n), values).statistic)


def test_missing_values_are_left_out_and_keep_their_place_in_time():
    assert mann_kendall([1, np.nan, 2, 3]).s == 3
    assert theil_sen([0, np.nan, np.nan, 3, 4, 5, 6, 7, 8, 9])[0] == 1


def test_the_slope_is_the_median_of_all_slopes():
    values = np.random.default_rng(2).normal(size=20)
    assert theil_sen(values)[0] == pytest.approx(stats.theilslopes(values)[0])


def test_a_wider_spread_widens_the_interval_until_it_says_nothing():
    values = np.random.default_rng(2).normal(size=12)
    _, low, high = theil_sen(values)
    _, wide_low, wide_high = theil_sen(values, spread=1.5)
    assert wide_low < low < high < wide_high
    assert np.isnan(theil_sen(values, spread=9)[1:]).all()


def test_the_interval_excludes_nothing_where_p_does_not():
    rng = np.random.default_rng(5)
    for values in rng.normal(size=(40, 16)) + 0.12 * np.arange(16):
        _, low, high, p = trend_test(values)
        if abs(p - 0.05) > 0.02 and not np.isnan(p):
            assert (low > 0 or high < 0) == (p < 0.05)


def test_neighbours_that_resemble_each_other_are_not_taken_for_a_trend():
    rng = np.random.default_rng(6)
    series = rng.normal(size=(300, 36))
    for t in range(1, 36):
        series[:, t] = 0.5 * series[:, t - 1] + np.sqrt(0.75) * series[:, t]
    naive = (p_values(series, np.ones(300)) < 0.05).mean()
    held = (p_values(series, spreads(series)) < 0.05).mean()
    assert naive > 0.13
    assert held < 0.1


def test_what_sampling_explains_is_not_taken_for_correlation():
    rng = np.random.default_rng(7)
    counts = rng.poisson(20, (300, 24)).astype(float)
    held = p_values(counts, spreads(counts, np.sqrt(np.full_like(counts, 20.0))))
    assert 0.02 < (held < 0.05).mean() < 0.09


def test_a_constant_series_has_no_trend():
    slope, low, high, p = trend_test(np.full(12, 3.0))
    assert (slope, low, high, p) == (0, 0, 0, 1)
