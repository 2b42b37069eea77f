"""Lasting changes: found where they are, not found where there are none, dated with doubt."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.trends import changes
from q7x2lab.trends.changes import (
    RateCost,
    autoregressive,
    detect_changes,
    dispersion,
    segment,
    simulated_counts,
)
from q7x2lab.trends.rates import Trend


def test_the_cost_is_the_poisson_likelihood_of_the_best_rate():
    hits, base = np.array([3.0, 5, 0, 9]), np.array([10.0, 20, 10, 30])
    cost = RateCost().fit(np.column_stack([hits, base]))
    rates = np.linspace(0.01, 1, 5000)
    best = min((rate * base - hits * np.log(rate * base)).sum() for rate in rates)
    constant = (hits * np.log(base)).sum()
    assert cost.error(0, 4) == pytest.approx(best + constant, abs=1e-3)


def test_what_one_change_gains_is_the_difference_of_costs():
    rng = np.random.default_rng(8)
    base = np.linspace(1, 5, 15)
    hits = rng.poisson(9 * base) * 1.0
    cost = RateCost().fit(np.column_stack([hits, base]))
    split = [cost.error(0, 15) - cost.error(0, t) - cost.error(t, 15) for t in range(2, 14)]
    assert changes._gains(hits[None, :], base)[0] == pytest.approx(split)


def test_dispersion_is_one_for_poisson_and_ignores_a_step():
    rng = np.random.default_rng(1)
    base = np.ones(60)
    mean = np.where(np.arange(60) < 30, 20.0, 40.0)
    for true in (1.0, 4.0):
        counts = simulated_counts(mean, np.full(200, true), rng)
        assert dispersion(counts, base).mean() == pytest.approx(true, rel=0.15)


def test_exposure_that_grows_is_no_change():
    rng = np.random.default_rng(2)
    base = np.linspace(1, 4, 24)
    drawn = rng.poisson(15 * base, (30, 24)) * 1.0
    found = [segment(hits, base, draws=200, rng=rng)[0] for hits in drawn]
    assert sum(map(bool, found)) <= 5


def test_two_changes_are_found_with_their_rates():
    rng = np.random.default_rng(3)
    base = np.linspace(1, 2, 36)
    mean = np.select([np.arange(36) < 12, np.arange(36) < 24], [5.0, 30.0], 12.0)
    found, p = segment(rng.poisson(mean * base) * 1.0, base, draws=200, rng=rng)
    assert p < 0.01
    assert [place for place, *_ in found] == [pytest.approx(12, abs=1), pytest.approx(24, abs=1)]
    for place, low, high, _, _ in found:
        assert low <= place <= high
    assert found[0][3:] == (pytest.approx(5, rel=0.3), pytest.approx(30, rel=0.2))


def test_gaps_are_skipped_and_few_hits_are_not_searched():
    months = pd.period_range("2020-01", periods=20, freq="M").astype(str)
    hits = np.r_[np.full(8, 2), np.zeros(4, int), np.full(8, 25)]
    tokens = np.r_[np.full(8, 1000), np.zeros(4, int), np.full(8, 1000)]
    table = pd.DataFrame(
        {"query": "w", "group": "all", "period": months, "hits": hits, "tokens": tokens,
         "articles": 5, "rate": hits / np.where(tokens, tokens, np.nan) * 1e6}
    )  # fmt: skip
    found = detect_changes(Trend(table, "million_tokens", "month"))
    assert found["date"].tolist() == ["2021-01"]
    assert found["rate_before"].iloc[0] == pytest.approx(2000)
    assert found["rate_after"].iloc[0] == pytest.approx(25_000)
    rare = Trend(table.assign(hits=0, rate=0.0), "million_tokens", "month")
    assert detect_changes(rare).empty


def test_a_rate_that_wanders_changes_seldom():
    rng = np.random.default_rng(4)
    base = np.ones(24)
    rates = 25 * np.exp(0.4 * autoregressive(np.full(80, 0.5), 24, rng))
    found = [segment(hits, base, draws=200, rng=rng) for hits in rng.poisson(rates) * 1.0]
    assert sum(bool(changes) for changes, _ in found) <= 9
    assert [bool(changes) for changes, _ in found] == [p <= 0.05 for _, p in found]


def test_dates_are_held_where_rates_wander():
    rng = np.random.default_rng(6)
    base, held = np.ones(24), []
    for _ in range(150):
        place = int(rng.integers(7, 18))
        mean = np.where(np.arange(24) < place, 10.0, 40.0)
        mean *= np.exp(0.4 * autoregressive(np.array([0.5]), 24, rng)[0])
        found, _ = segment(rng.poisson(mean) * 1.0, base, draws=50, rng=rng)
        near = min(found, key=lambda change: abs(change[0] - place), default=None)
        held += [near[1] <= place <= near[2]] if near else []
    assert len(held) > 60
    assert np.mean(held) > 0.9


def test_changes_are_corrected_over_the_series_searched():
    rng = np.random.default_rng(5)
    months = pd.period_range("2020-01", periods=18, freq="M").astype(str)
    rows = [
        pd.DataFrame({"query": f"w{i}", "group": "all", "period": months,
                      "hits": rng.poisson(12, 18), "tokens": 1000, "articles": 9})
        for i in range(60)
    ]  # fmt: skip
    table = pd.concat(rows, ignore_index=True).assign(rate=lambda t: t["hits"] * 1e3)
    found = detect_changes(Trend(table, "million_tokens", "month"), draws=400)
    assert len(found) <= 1
