"""Kleinberg's automaton: the optimum, and what is said of a burst."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from q7x2lab.trends.bursts import bursts_of, detect_bursts, emission_costs, kleinberg
from q7x2lab.trends.rates import Trend


def price(path, cost, gamma):
    rises = np.maximum(np.diff(path, prepend=0), 0).sum()
    return cost[np.arange(len(path)), path].sum() + gamma * np.log(len(path)) * rises


def test_the_path_is_the_cheapest_of_all_paths():
    rng = np.random.default_rng(0)
    for number in range(1000):
        levels = 3 if number % 10 == 0 else 2
        n = int(rng.integers(1, 7 if levels == 3 else 10 if number % 50 else 13))
        base = rng.integers(5, 40, n).astype(float)
        hits = rng.binomial(base.astype(int), rng.choice([0.05, 0.2, 0.5], n)).astype(float)
        hits[0] = max(hits[0], 1)
        s, gamma = rng.choice([1.3, 2.0, 3.0]), rng.choice([0.3, 1.0, 2.0])
        cost = emission_costs(hits, base, s=s, levels=levels)
        paths = np.array(list(product(range(levels), repeat=n)))
        rises = np.maximum(np.diff(paths, axis=1, prepend=0), 0).sum(axis=1)
        least = (cost[np.arange(n), paths].sum(axis=1) + gamma * np.log(n) * rises).min()
        found = kleinberg(cost, gamma=gamma)
        assert price(found, cost, gamma) == pytest.approx(least, abs=1e-9)


def test_levels_nest_and_bear_what_they_gain():
    hits, base = np.array([1.0, 1, 8, 30, 8, 1, 1, 1]), np.full(8, 100.0)
    cost = emission_costs(hits, base, levels=3)
    states = kleinberg(cost)
    found = bursts_of(states, cost)
    (outer, *_) = (burst for burst in found if burst[2] == 1)
    for first, last, level, weight in found:
        assert outer[0] <= first <= last <= outer[1]
        assert weight > 0
        assert (states[first : last + 1] >= level).all()


def trend(hits, **columns):
    months = pd.period_range("2020-01", periods=len(hits), freq="M").astype(str)
    table = pd.DataFrame(
        {"query": "w", "group": "all", "period": months, "hits": hits, "tokens": 10_000,
         "articles": 10, "rate": np.asarray(hits) * 100.0} | columns
    )  # fmt: skip
    return Trend(table, "million_tokens", "month")


def test_a_burst_is_described_and_not_tested():
    hits = np.array([2, 3, 2, 1, 19, 22, 2, 3, 1, 2])
    found = detect_bursts(trend(hits), levels=2)
    assert found[["start", "end", "articles"]].values.tolist() == [["2020-05", "2020-06", 20]]
    assert found["ratio"].iloc[0] == pytest.approx((41 / 2) / (16 / 8))
    assert not {"p", "q"} & set(found)


def test_a_word_of_one_span_alone_has_no_rate_outside():
    found = detect_bursts(trend(np.array([0, 0, 0, 0, 19, 22, 0, 0, 0])), levels=2)
    assert found["ratio"].tolist() == [np.inf]


def test_gaps_and_short_series_are_not_searched():
    assert detect_bursts(trend(np.array([2, 3, 40, 2, 3]))).empty
    tokens = np.r_[np.full(5, 10_000), 0, 0, np.full(5, 10_000)]
    hits = np.array([2, 3, 2, 3, 30, 0, 0, 28, 2, 3, 2, 2])
    found = detect_bursts(trend(hits, tokens=tokens), levels=2)
    assert found[["start", "end"]].values.tolist() == [["2020-05", "2020-08"]]


def test_more_hits_than_articles_are_no_obstacle():
    hits = np.array([5, 6, 4, 40, 45, 5, 6, 5])
    rates = trend(hits).rates.assign(rate=hits / 10 * 1e3)
    found = detect_bursts(Trend(rates, "thousand_articles", "month"), levels=2)
    assert found[["start", "end"]].values.tolist() == [["2020-04", "2020-05"]]
