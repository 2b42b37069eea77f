"""The level is held whatever the autocorrelation, and a slope is found where there is one."""

import numpy as np
import pytest

from q7x2lab.trends.autoregression import (
    SHORTEST,
    STRONGEST,
    change_p,
    correlated_quarters,
    null_of,
    place_chances,
    slope_p,
)
from q7x2lab.trends.tests import mann_kendall, trend_test


def autoregressive(phi, shape, seed):
    state = np.random.default_rng(seed).standard_normal(shape)
    for t in range(1, shape[1]):
        state[:, t] = phi * state[:, t - 1] + np.sqrt(1 - phi**2) * state[:, t]
    return state


@pytest.mark.parametrize("periods", [8, 12, 24, 60])
@pytest.mark.parametrize("phi", [0.0, 0.3, STRONGEST])
def test_false_alarms_are_few_at_every_correlation(periods, phi):
    series = autoregressive(phi, (1500, periods), periods)
    assert 0.028 < (slope_p(series) < 0.05).mean() < 0.065


def test_mann_kendall_alone_would_raise_many():
    series = autoregressive(0.6, (200, 24), 1)
    assert np.mean([mann_kendall(row).p < 0.05 for row in series]) > 0.2


def test_small_p_values_are_small_probabilities():
    series = autoregressive(0.3, (6000, 18), 2)
    p = slope_p(series)
    assert 0.0005 < (p < 0.01).mean() < 0.015
    assert (p < 0.001).mean() < 0.003


def test_noise_over_a_correlated_rate_is_no_trend():
    rng = np.random.default_rng(3)
    series = autoregressive(0.6, (1500, 24), 4) + rng.standard_normal((1500, 24))
    assert 0.03 < (slope_p(series) < 0.05).mean() < 0.07


def test_a_slope_is_found_and_more_surely_where_the_scatter_is_known_to_be_sampling():
    series = np.random.default_rng(5).standard_normal((800, 12)) + 0.25 * np.arange(12)
    found, known = ((slope_p(series, quarters) < 0.05).mean() for quarters in (4, 0))
    assert found > 0.3
    assert known > found + 0.3


def test_intervals_hold_the_slope():
    line = 0.1 * np.arange(16)
    held = []
    for row in autoregressive(0.4, (400, 16), 6) + line:
        _, low, high, _ = trend_test(row)
        held.append(low <= 0.1 <= high)
    assert 0.92 < np.mean(held) < 0.985


def test_sampling_that_explains_the_scatter_leaves_nothing_to_correlate():
    drawn = np.random.default_rng(7).chisquare(58, 300)
    assert np.median(correlated_quarters(drawn / 1.7, 58)) == 0
    assert (correlated_quarters(drawn * 100, 58) == 4).all()
    assert (correlated_quarters(drawn * 0, 58) == 0).all()


@pytest.mark.parametrize("periods", [8, 24, 60])
@pytest.mark.parametrize("phi", [0.0, STRONGEST])
def test_changes_of_level_are_called_no_more_often_than_slopes(periods, phi):
    series = autoregressive(phi, (1000, periods), periods + 1)
    assert 0.025 < (change_p(series) < 0.05).mean() < 0.07


def test_steps_and_spells_are_changes():
    at = np.arange(24)
    noise = autoregressive(0.3, (200, 24), 8)
    for change in (at >= 10, (at >= 8) & (at < 15)):
        assert (change_p(noise + 5 * change) < 0.05).mean() > 0.6


def test_chances_of_places_hold_the_true_one_as_often_as_they_say():
    rng = np.random.default_rng(9)
    sizes = []
    for row in autoregressive(0.45, (500, 20), 10):
        place = rng.integers(4, 17)
        chances = place_chances(row + rng.normal(0, 2.5) * (np.arange(20) >= place))
        assert chances.sum() == pytest.approx(1)
        sizes.append(
            chances[np.argsort(-chances)].cumsum()[
                np.argsort(np.argsort(-chances))[place - SHORTEST]
            ]
            - chances[place - SHORTEST]
        )
    assert 0.9 < np.mean(np.array(sizes) < 0.95) < 0.99


def test_the_null_is_the_same_at_every_run():
    first = null_of(9, 2)
    null_of.cache_clear()
    assert (first.above == null_of(9, 2).above).all()
