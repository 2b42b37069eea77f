"""Lasting changes: found where they are, not found where there are none, dated with doubt."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.trends.changes import detect_changes, step_drops
from q7x2lab.trends.rates import Trend


def trend(hits, tokens=1000):
    """One series a row of hits."""
    rows = np.atleast_2d(hits)
    months = pd.period_range("2020-01", periods=rows.shape[1], freq="M").astype(str)
    table = pd.concat(
        [pd.DataFrame({"query": f"w{n}", "group": "all", "period": months, "hits": row,
                       "tokens": tokens, "articles": 9}) for n, row in enumerate(rows)],
        ignore_index=True,
    )  # fmt: skip
    rate = table["hits"] / table["tokens"].where(table["tokens"] > 0) * 1e6
    return Trend(table.assign(rate=rate), "million_tokens", "month")


def test_the_step_is_where_two_levels_explain_most():
    hits = np.array([4.0, 6, 5, 3, 5, 15, 12, 17, 14, 13, 16, 15])
    (drops,) = step_drops(hits[None], np.ones((1, 12)))

    def drop(at):
        whole, parts = hits.mean(), (hits[:at], hits[at:])
        return 2 * sum(part.sum() * np.log(part.mean() / whole) for part in parts)

    assert drops.argmax() + 3 == 5
    assert drops == pytest.approx([drop(at) for at in range(3, 10)])


def test_a_step_is_found_with_its_date_ratio_and_shape():
    mean = np.where(np.arange(24) < 14, 10, 30)
    row = detect_changes(trend(np.random.default_rng(1).poisson(mean))).iloc[0]
    assert row["date_low"] <= "2021-03" <= row["date_high"]
    assert row["low"] < 3 < row["high"]
    assert row["shape"] == "step" and row["q"] < 0.01
    assert row["rate_after"] / row["rate_before"] == pytest.approx(row["ratio"])


def test_a_gradual_rise_is_called_a_line():
    mean = 10 * 6 ** np.linspace(0, 1, 24)
    found = detect_changes(trend(np.random.default_rng(2).poisson(mean)))
    assert found["shape"].tolist() == ["line"]


def test_what_passes_is_no_lasting_change():
    mean = np.full(24, 8)
    mean[9:13] = 60
    assert detect_changes(trend(np.random.default_rng(3).poisson(mean))).empty


@pytest.mark.slow
def test_exposure_that_grows_is_no_change():
    base = np.linspace(1000, 4000, 24).astype(int)
    drawn = np.random.default_rng(2).poisson(0.015 * base, (30, 24))
    assert len(detect_changes(trend(drawn, np.tile(base, 1)), level=0.05)) <= 1


def test_gaps_are_skipped_and_few_hits_are_not_searched():
    hits = np.r_[[2, 3, 2, 1, 3, 2, 3, 2], np.zeros(4, int), [25, 22, 27, 24, 26, 23, 28, 25]]
    tokens = np.r_[np.full(8, 1000), np.zeros(4, int), np.full(8, 1000)]
    found = detect_changes(trend(hits, tokens))
    assert found["date"].tolist() == ["2021-01"]
    assert found["rate_before"].iloc[0] == pytest.approx(2250)
    assert detect_changes(trend(np.r_[np.zeros(11, int), 5, 4])).empty


@pytest.mark.slow
def test_changes_are_corrected_over_the_series_searched():
    drawn = np.random.default_rng(5).poisson(12, (40, 18))
    assert len(detect_changes(trend(drawn))) <= 1


@pytest.mark.slow
def test_false_alarms_where_rates_wander():
    rng = np.random.default_rng(4)
    state = rng.normal(size=(200, 44))
    for t in range(1, 44):
        state[:, t] = 0.3 * state[:, t - 1] + np.sqrt(1 - 0.09) * state[:, t]
    drawn = rng.poisson(25 * np.exp(0.35 * state[:, 20:]))
    found = detect_changes(trend(drawn), level=1.1)  # all that do not pass
    assert (found["p"] < 0.05).sum() / 200 <= 0.11
