"""Mann-Kendall and Theil-Sen against their definitions, and held to their level."""

import numpy as np
import pytest
from scipy import stats

from q7x2lab.trends.tests import mann_kendall, p_values, theil_sen, trend_test


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


def test_the_interval_excludes_nothing_where_p_does_not():
    rng = np.random.default_rng(5)
    for values in rng.normal(size=(60, 16)) + 0.12 * np.arange(16):
        _, low, high, p = trend_test(values)
        if abs(p - 0.05) > 0.01:
            assert (low > 0 or high < 0) == (p < 0.05)


def test_the_interval_keeps_its_place_when_a_slope_is_added():
    values = np.random.default_rng(3).normal(size=14)
    found, steeper = trend_test(values), trend_test(values + 2.0 * np.arange(14))
    assert np.subtract(steeper[:3], found[:3]) == pytest.approx([2, 2, 2])


def test_a_tied_series_has_an_interval_too():
    slope, low, high, p = trend_test(np.arange(5, 29) + np.tile([0, 1, -1], 8))
    assert (low, slope, high) == pytest.approx((1, 1, 1))
    assert p < 1e-6


def test_the_unit_of_the_rates_does_not_matter():
    values = np.random.default_rng(4).normal(size=12)
    *found, p = trend_test(values)
    *scaled, same = trend_test(values * 1e-9)
    assert np.array(scaled) * 1e9 == pytest.approx(found)
    assert same == p


def test_a_constant_series_has_no_trend():
    slope, low, high, p = trend_test(np.full(12, 3.0))
    assert (slope, low, high, p) == (0, 0, 0, 1)


def test_thin_periods_count_for_what_they_are_worth():
    rng = np.random.default_rng(6)
    exposure = 8.0 ** np.linspace(0, 1, 24)
    hits = rng.negative_binomial(2 * exposure / 3, 1 / 4, (600, 24))
    rates = hits / exposure
    errors = np.sqrt(4 * rates.mean(axis=0) / exposure)
    known = [trend_test(row, errors, exposure=exposure) for row in rates]
    blind = [trend_test(row, errors)[3] for row in rates[:300]]
    assert 0.025 < np.mean([p < 0.05 for *_, p in known]) < 0.075
    assert 0.92 < np.mean([low <= 0 <= high for _, low, high, _ in known]) < 0.98
    assert np.mean([p < 0.05 for p in blind]) > 0.08


def test_no_hits_at_all_have_no_trend():
    assert trend_test(np.zeros(12), np.zeros(12), exposure=np.ones(12))[3] == 1


def test_one_test_of_many_rows_is_that_of_each():
    rng = np.random.default_rng(7)
    exposure = np.linspace(10, 40, 12)
    rates = rng.poisson(3 * exposure, (20, 12)) / exposure
    rates[3:9, 4] = np.nan
    errors = np.sqrt(2 * rates / exposure)
    clump = np.full(20, 2.0)
    together = p_values(rates, np.tile(exposure, (20, 1)), clump)
    alone = [
        trend_test(rate, error, exposure=exposure)[3]
        for rate, error in zip(rates, errors, strict=True)
    ]
    assert together == pytest.approx(alone)


def test_a_word_that_falls_to_nothing_or_hardly_occurs_has_an_interval_with_room() -> None:
    base = np.full(18, 1500.0)
    falling = np.array([12, 5, 5, 7, 2, 6, 3, 6, 2, 1, 1, 1, 3, 0, 0, 0, 0, 0]) / base
    slope, low, high, p = trend_test(falling, np.sqrt(falling / base), exposure=base)
    assert low <= slope <= high < 0 and high - low > 0.1 * abs(slope) and p < 0.01
    burst = np.zeros(18)
    burst[[2, 5, 10, 11, 14]] = np.array([1, 1, 11, 14, 1]) / 1500
    slope, low, high, p = trend_test(burst, np.sqrt(burst / base), exposure=base)
    assert low <= slope <= high and high > low and p > 0.05
