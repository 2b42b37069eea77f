"""Ratios with whole articles resampled, and tests that permute them: what they promise."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.errors import AnalysisError
from q7x2lab.stats.resampling import permutation_test, permute_groups, ratio_table, wilson_interval


def ratios(above, below, keys, clusters=None, **options):
    groups = pd.DataFrame({"outlet": keys})
    clusters = np.arange(len(keys)) if clusters is None else clusters
    above = np.asarray(above, float).reshape(len(keys), -1)
    return ratio_table(above, np.asarray(below, float), groups, clusters=clusters, **options)


def test_a_ratio_is_of_sums_within_each_group_in_the_order_of_the_keys():
    table, resampled = ratios([1, 2, 3], [10, 10, 20], ["b", "a", "a"], draws=7)
    assert table["outlet"].tolist() == ["a", "b"]
    assert table["ratio"].tolist() == pytest.approx([5 / 30, 0.1])
    assert table["base"].tolist() == [30, 10]
    assert resampled.shape == (7, 2)


def test_columns_keep_their_names_and_come_in_turn():
    above = pd.DataFrame({"war": [1.0, 0], "crisis": [0.0, 1]})
    groups = pd.DataFrame({"outlet": ["a", "a"], "voice": ["x", "y"]})
    table, _ = ratio_table(above, np.ones(2), groups, clusters=[0, 1], draws=2)
    assert table[["voice", "column", "ratio"]].values.tolist() == [
        ["x", "war", 1], ["x", "crisis", 0], ["y", "war", 0], ["y", "crisis", 1]]  # fmt: skip


def test_intervals_hold_the_truth_as_often_as_they_say():
    held = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        below = rng.poisson(8, 60) + 1
        table, _ = ratios(rng.binomial(below, 0.25), below, ["a"] * 60, draws=400, seed=seed)
        held += table["low"][0] <= 0.25 <= table["high"][0]
    assert 0.90 <= held / 200 <= 0.98


def test_copies_are_resampled_together():
    rng = np.random.default_rng(0)
    story = rng.binomial(8, 0.25, 20)
    above, below = np.repeat(story, 4), np.full(80, 8)
    apart, _ = ratios(above, below, ["a"] * 80)
    together, _ = ratios(above, below, ["a"] * 80, np.repeat(np.arange(20), 4))
    width = [table["high"][0] - table["low"][0] for table in (apart, together)]
    assert width[1] > 1.5 * width[0]
    assert together["articles"][0] == 80
    assert together["clusters"][0] == 20


def test_fewer_than_ten_independent_articles_with_a_denominator_get_no_interval():
    table, _ = ratios(np.ones(21), np.r_[np.full(9, 2), 0, 0, np.full(10, 2)],
                      ["few"] * 11 + ["enough"] * 10)  # fmt: skip
    few = table.set_index("outlet").loc["few"]
    assert few["articles"] == 9
    assert np.isnan(few["low"])
    assert few["refused"] == "9 independent articles: too few for an interval"
    assert table.set_index("outlet").loc["enough", "refused"] == ""


def test_shares_of_none_and_of_all_have_wilsons_limits_over_clusters():
    above = np.column_stack([np.zeros(12), np.full(12, 3)])
    table, _ = ratios(above, np.full(12, 3), ["a"] * 12)
    assert table["low"].tolist() == pytest.approx([0, float(wilson_interval(12, 12)[0])])
    assert table["high"].tolist() == pytest.approx([float(wilson_interval(0, 12)[1]), 1])


def test_a_rate_that_happens_to_be_one_keeps_its_percentiles():
    above, below = np.tile([1.0, 3], 20), np.full(40, 2.0)
    table, _ = ratios(above, below, ["a"] * 40)
    assert table["ratio"][0] == 1
    assert 0.8 < table["low"][0] < 0.9
    assert 1.1 < table["high"][0] < 1.2


def test_rows_without_a_key_are_left_out_and_no_row_at_all_is_refused():
    table, _ = ratios([1, 1], [2, 2], ["a", None])
    assert table["base"].tolist() == [2]
    with pytest.raises(AnalysisError, match="no article has a outlet"):
        ratios([1], [2], [None])


def test_draws_in_chunks_are_independent_of_one_another():
    _, resampled = ratios(np.arange(30), np.ones(30), ["a"] * 30, draws=250)
    assert len(np.unique(resampled.round(9))) > 100
    assert not (resampled[:50] == resampled[100:150]).all()


def test_permutation_keeps_copies_together_and_articles_in_their_strata():
    clusters = np.array([0, 0, 1, 1, 2, 3, 4, 4])
    strata = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    labels = np.array(["a", "a", "b", "b", "a", "b", "c", "c"])
    for order in permute_groups(labels, clusters, 50, strata=strata):
        moved = labels[order]
        assert (strata[order] == strata).all()
        for cluster in (0, 1, 4):
            assert len(set(moved[clusters == cluster])) == 1


def test_copies_in_two_strata_stay_in_their_strata():
    clusters, strata = np.array([0, 0, 1, 1, 2, 3]), np.array([0, 0, 0, 1, 1, 0])
    for order in permute_groups(np.arange(6), clusters, 30, strata=strata):
        assert (strata[order] == strata).all()


def test_strata_of_one_size_are_permuted_independently():
    labels = np.tile([0, 1, 2, 3], 2)
    orders = permute_groups(labels, np.arange(8), 100, strata=np.repeat([0, 1], 4))
    assert (labels[orders][:, :4] != labels[orders][:, 4:]).any(axis=1).sum() > 80


def test_p_of_a_permutation_test_is_that_of_counting_all_orders():
    values = np.array([1.0, 2, 3, 4, 5, 9])
    labels = np.array(list("aaabbb"))

    def difference(drawn):
        return (np.where(drawn == "b", 1, -1) * values).sum(axis=1, keepdims=True)

    found = permutation_test(difference, labels, np.arange(6), draws=4000)
    assert found.observed[0] == 12
    assert found.p[0] == pytest.approx(2 / 20, abs=0.02)  # 2 of 20 splits differ by as much
    assert found.moments[0, 0] == pytest.approx(0, abs=0.5)
    assert found.p[0] == (1 + found.beyond[0]) / 4001


def test_p_values_without_a_difference_are_uniform_in_clustered_data():
    rng = np.random.default_rng(0)
    clusters = np.repeat(np.arange(30), 2)
    p = []
    for seed in range(300):
        values = np.repeat(rng.normal(size=30), 2)
        labels = np.repeat(rng.permutation(30) < 15, 2)

        def difference(drawn, values=values):
            return (np.where(drawn, 1, -1) * values).sum(axis=1, keepdims=True)

        p.append(permutation_test(difference, labels, clusters, draws=99, seed=seed).p[0])
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.03)


def test_a_group_is_compared_with_all_others() -> None:
    rng = np.random.default_rng(1)
    outlets = pd.DataFrame({"outlet": np.repeat(["a", "b", "c"], 60)})
    hits = rng.binomial(10, np.repeat([0.4, 0.2, 0.2], 60)).astype(float)
    both = np.column_stack([hits, rng.binomial(10, 0.3, 180)])
    table, _ = ratio_table(both, np.full(180, 10.0), outlets, clusters=range(180), compare=True)
    first = table.set_index(["outlet", "column"])
    rest = hits[60:].sum() / 1200
    assert first.loc[("a", 0), "difference"] == pytest.approx(hits[:60].sum() / 600 - rest)
    assert first.loc[("a", 0), "q"] < 0.01 < 0.05 < first.loc[("a", 1), "q"]
    assert first.loc[("a", 0), "difference_low"] > 0 > first.loc[("b", 0), "difference_high"]
    few = ratio_table(both[:65], np.full(65, 10.0), outlets[:65], clusters=range(65), compare=True)
    assert few[0]["difference_low"].isna().all()  # the others are five articles
    alone = ratio_table(
        both[:60], np.full(60, 10.0), outlets[:60], clusters=range(60), compare=True
    )
    assert "q" not in alone[0]
