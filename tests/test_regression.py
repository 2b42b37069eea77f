"""The regression behind every trend: equal to R's where R has it, held to its level elsewhere."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.trends.regression import (
    block_orders,
    block_p,
    fit_line,
    fit_smooth,
    poisson_regression,
    scatter_of,
    variance_factor,
)

TIME12 = np.linspace(0, 1, 12)


# Exposure and counts with overdispersion above 1 and residuals that alternate, so that phi is 0.
COUNTS = np.array([18.0, 31, 14, 36, 21, 44, 19, 52, 30, 61, 28, 66])
EXPOSURE = np.array([9.0, 10, 9, 11, 10, 12, 11, 13, 12, 14, 13, 15]) * 1e4


DISCOVERIES = [
    5, 3, 0, 2, 0, 3, 2, 3, 6, 1, 2, 1, 2, 1, 3, 3, 3, 5, 2, 4, 4, 0, 2, 3, 7, 12, 3, 10, 9,
    2, 3, 7, 7, 2, 3, 3, 6, 2, 4, 3, 5, 2, 2, 4, 0, 4, 2, 5, 2, 3, 3, 6, 5, 8, 3, 6, 6, 0,
    5, 2, 2, 2, 6, 3, 4, 4, 2, 2, 4, 7, 5, 3, 3, 0, 2, 2, 2, 1, 3, 4, 2, 2, 1, 1, 1, 2, 1,
    4, 4, 3, 2, 1, 4, 1, 1, 1, 0, 0, 2, 0,
]  # fmt: skip


def test_slope_dispersion_and_f_are_those_of_r():
    # R 4.2.2: one <- glm(hits ~ x + offset(log(exposure)), family = quasipoisson, control =
    # glm.control(epsilon = 1e-14, maxit = 50)), none without x;
    # coef(one), summary(one)$dispersion, anova(none, one, test = "F"): F and Pr(>F).
    line = fit_line(COUNTS, EXPOSURE, TIME12).iloc[0]
    assert line["autocorrelation"] == 0
    assert np.log(line["ratio"]) == pytest.approx(0.500049847995, abs=1e-6)
    assert line["dispersion"] == pytest.approx(3.5629587851, abs=1e-6)
    assert line["drop"] == pytest.approx(9.97500250456, abs=1e-6)
    assert line["drop"] / line["dispersion"] == pytest.approx(2.79964016038, abs=1e-6)
    assert line["p"] == pytest.approx(0.125230517247, abs=1e-6)


def test_great_discoveries_became_rarer_as_r_says():
    # R's data set discoveries, 1860 to 1959; values as above, from R 4.2.2.
    line = fit_line(DISCOVERIES, np.ones(100), np.linspace(0, 1, 100)).iloc[0]
    assert np.log(line["ratio"]) == pytest.approx(-0.530662131217, abs=1e-6)
    assert line["dispersion"] == pytest.approx(1.54141271637, abs=1e-6)
    assert line["drop"] / line["dispersion"] == pytest.approx(4.78053476313, abs=1e-6)
    # Neighbouring residuals correlate by .252004709419 in R; with them p is no longer .031.
    assert line["autocorrelation"] == pytest.approx((100 * 0.252004709419 + 2) / 96, abs=1e-6)
    assert 0.05 < line["p"] < 0.15


def test_dobsons_trial_has_the_coefficients_that_r_prints():
    # ?glm in R: counts <- c(18,17,15,20,10,20,25,13,12), outcome and treatment of three levels;
    # summary() prints 3.045, -0.4543, -0.2930 and residual deviance 5.1291.
    counts = np.array([18.0, 17, 15, 20, 10, 20, 25, 13, 12])
    outcome, treatment = np.tile([0, 1, 2], 3), np.repeat([0, 1, 2], 3)
    design = np.column_stack([np.ones(9), outcome == 1, outcome == 2, treatment == 1,
                              treatment == 2]).astype(float)  # fmt: skip
    beta, covariance, mean = poisson_regression(design, counts, np.ones(9))
    assert beta[:3] == pytest.approx([3.0445, -0.4543, -0.2930], abs=1e-4)
    assert beta[3:] == pytest.approx([0, 0], abs=1e-6)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(
        [0.1709, 0.2022, 0.1927, 0.2, 0.2], abs=1e-4
    )
    deviance = 2 * (counts * np.log(counts / mean) - counts + mean).sum()
    assert deviance == pytest.approx(5.1291, abs=1e-4)


def test_the_factor_of_neighbouring_errors_is_that_of_a_hand():
    # Four periods, one hit expected in each: x less its mean is -1/2, -1/6, 1/6, 1/2. Products add
    # up to 5/9 (own), 5/36 (neighbours), -1/6 (two apart), -1/4 (three apart).
    for phi, factor in ((0.2, 1 + (0.4 * 5 / 36 - 0.08 / 6 - 0.016 / 4) / (5 / 9)), (0.5, 1.0)):
        found = variance_factor(np.linspace(-1 / 2, 1 / 2, 4)[None], np.array([phi]))
        assert found[0] == pytest.approx(factor)  # never below that of independent errors


def test_the_correlation_is_corrected_for_short_series_and_cut():
    # residuals 1, 1, -1, -1, 1, 1, -1, -1: squares 8, neighbours 1 - 1 + 1 - 1 + 1 - 1 + 1 = 1
    left = np.tile([1.0, 1, -1, -1], 2)
    dispersion, phi = scatter_of(np.array([10 + left * np.sqrt(10)]), np.full((1, 8), 10.0), 8)
    assert dispersion[0] == pytest.approx(8 / 6)
    assert phi[0] == pytest.approx((8 * (1 / 8) + 2) / 4)
    assert scatter_of(np.full((1, 8), 10.0), np.full((1, 8), 10.0), 8)[0][0] == 1.0


def test_p_and_interval_agree():
    rng = np.random.default_rng(5)
    hits = rng.poisson(9 * np.exp(0.9 * TIME12), (200, 12))
    line = fit_line(hits, np.ones((200, 12)), TIME12)
    outside = (line["low"] > 1) | (line["high"] < 1)
    assert outside.tolist() == (line["p"] < 0.05).tolist()
    assert line["ratio"].between(line["low"], line["high"]).all()


def test_a_word_from_nothing_has_an_interval_that_is_open_above():
    hits = np.r_[np.zeros(8), 9, 14, 11, 12]
    line = fit_line(hits, np.full(12, 1e4), TIME12)
    assert line["p"][0] < 0.01 and line["low"][0] > 2
    step = fit_line(hits, np.full(12, 1e4), np.arange(12) >= 8)
    assert step["ratio"][0] == np.inf and step["high"][0] == np.inf and step["low"][0] > 3


def test_a_stray_hit_long_before_does_not_hide_a_word_from_nothing():
    hits = np.array([1, 0, 2, 0, 0, 1, 0, 0, 420.0])
    line = fit_line(hits, np.full(9, 1e5), np.linspace(0, 1, 9))
    assert line["p"][0] < 0.01 and line["low"][0] > 10


def test_growing_exposure_and_gaps_are_no_trend():
    base = np.linspace(1, 5, 12) * 1e4
    assert fit_line(base / 500, base, TIME12)["ratio"][0] == pytest.approx(1)
    gap = base.copy()
    gap[3:6] = 0
    assert fit_line(gap / 500, gap, TIME12)["ratio"][0] == pytest.approx(1)


def test_many_series_are_fitted_as_each_by_itself():
    hits = np.random.default_rng(7).poisson(6, (9, 12))
    together = fit_line(hits, EXPOSURE, TIME12)
    alone = [fit_line(row, EXPOSURE, TIME12) for row in hits]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))


def test_blocks_keep_neighbours_together_and_hits_with_their_exposure():
    orders = block_orders(48)  # blocks of three
    assert (orders[0] == np.arange(48)).all()
    assert (np.sort(orders, axis=1) == np.arange(48)).all()
    assert (np.diff(orders[1:], axis=1) == 1).mean() > 0.6
    base = np.geomspace(1, 9, 12) * 1e4
    assert block_p(base / 500, base, TIME12, block_orders(12)) > 0.5


def test_a_single_month_of_hits_is_no_matter_for_permuting_periods():
    base, month = np.full(9, 1e5), np.array([0, 2, 0, 1, 3, 0, 0, 2, 900.0])
    assert np.isnan(block_p(month, base, np.linspace(0, 1, 9), block_orders(9)))
    assert block_p(np.full(9, 20.0), base, np.linspace(0, 1, 9), block_orders(9)) > 0.05
    # By week, with four of thirty-six weeks at the end, the order speaks.
    weeks = np.r_[np.tile([0, 0, 1, 0], 8), 200, 250, 220, 230]
    assert block_p(weeks, np.ones(36), np.linspace(0, 1, 36), block_orders(36)) < 0.05


def test_three_late_months_of_twelve_are_enough_for_permuting_periods():
    hits = np.r_[np.zeros(9), 9, 14, 11]
    assert block_p(hits, np.full(12, 1e4), TIME12, block_orders(12)) < 0.05


def test_more_hits_let_smaller_ratios_be_seen():
    few, many = (fit_line(np.full(12, n), np.ones(12), TIME12) for n in (2, 50))
    assert few["detectable"][0] > many["detectable"][0] > 1


def test_a_smooth_of_a_line_is_that_line_within_its_band():
    time = np.linspace(0, 1, 20)
    rate, low, high = fit_smooth(100 * np.exp(time), np.ones(20), time).T
    assert rate == pytest.approx(100 * np.exp(time), rel=1e-6)
    assert (low < rate).all() and (rate < high).all()


@pytest.mark.slow
@pytest.mark.parametrize(("periods", "phi", "most"), [(12, 0.0, 0.08), (24, 0.3, 0.08)])
def test_false_alarms_and_coverage_where_rates_wander(periods, phi, most):
    rng = np.random.default_rng(periods)
    state = rng.normal(size=(2000, periods + 20))
    for t in range(1, periods + 20):
        state[:, t] = phi * state[:, t - 1] + np.sqrt(1 - phi**2) * state[:, t]
    hits = rng.poisson(25 * np.exp(0.35 * state[:, 20:]))
    line = fit_line(hits, np.ones(periods), np.linspace(0, 1, periods))
    assert (line["p"] < 0.05).mean() <= most
    assert ((line["low"] <= 1) & (line["high"] >= 1)).mean() >= 0.92


@pytest.mark.slow
def test_words_from_nothing_are_found():
    rng = np.random.default_rng(3)
    for periods in (12, 18, 24):
        late = np.arange(periods) >= periods * 2 // 3
        hits = rng.poisson(np.where(late, 6 * np.exp(0.35 * rng.normal(size=(500, periods))), 0))
        x = np.linspace(0, 1, periods)
        assert (fit_line(hits, np.ones(periods), x)["p"] < 0.05).mean() >= 0.8


@pytest.mark.slow
def test_a_doubling_over_two_years_is_found_where_periods_are_independent():
    rng, time, line = (
        np.random.default_rng(12),
        np.linspace(0, 1, 24),
        np.linspace(2 / 3, 4 / 3, 24),
    )
    found = {}
    for name, hits, variance in (("plain", 25, 1.1), ("bursty", 25, 5.0), ("rare", 4, 1.1)):
        for growth in (1, 5):
            exposure = growth**time / (growth**time).mean()
            mean = np.broadcast_to(hits * exposure * line, (150, 24))
            drawn = rng.poisson(rng.gamma(mean / (variance - 1), variance - 1))
            p = fit_line(drawn, exposure, time)["p"]
            orders = block_orders(24)
            blocks = np.array([block_p(row * 1.0, exposure, time, orders) for row in drawn])
            found[name, growth] = ((p < 0.05) & (blocks < 0.05)).mean()
    assert np.mean(list(found.values())) >= 0.55
    assert (found["plain", 1] + found["plain", 5]) / 2 >= 0.8


@pytest.mark.slow
def test_false_alarms_where_rates_wander_with_strong_correlation():
    rng, time = np.random.default_rng(6), np.linspace(0, 1, 24)
    state = rng.normal(size=(1500, 54))
    for t in range(1, 54):
        state[:, t] = 0.6 * state[:, t - 1] + 0.8 * state[:, t]
    hits, variance = np.repeat([[25, 1.1], [25, 5.0], [4, 1.1]], 500, axis=0).T[:, :, None]
    mean = hits * np.exp(0.35 * state[:, 30:])
    line = fit_line(rng.poisson(rng.gamma(mean / (variance - 1), variance - 1)), np.ones(24), time)
    assert (line["p"] < 0.05).mean() <= 0.14
    assert ((line["low"] <= 1) & (line["high"] >= 1)).mean() >= 0.86
