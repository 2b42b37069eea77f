"""Measures on tables of two by two, and how evenly a word is spread."""

import numpy as np
import pytest
from scipy import sparse, stats

from q7x2lab.stats.association import deviation_of_proportions, g2, log_ratio


def test_g2_is_the_likelihood_ratio_of_the_four_cells_with_the_sign_of_the_difference():
    table = np.array([[30, 10], [970, 990]])
    wanted = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    assert g2(30, 10, 1000, 1000) == pytest.approx(wanted)
    assert g2(10, 30, 1000, 1000) == pytest.approx(-wanted)


def test_log_ratio_doubles_to_one_and_survives_a_word_of_one_side():
    assert log_ratio(20, 10, 1000, 1000) == pytest.approx(1.0)
    assert log_ratio(8, 0, 100, 100) == pytest.approx(4.0)


@pytest.mark.parametrize("measure", [g2, log_ratio])
def test_measures_take_a_vocabulary_at_once(measure):
    found = measure([10, 5], [5, 10], 100, 100)
    assert found[0] == pytest.approx(-found[1])
    assert found[0] == pytest.approx(float(measure(10, 5, 100, 100)))


def test_an_even_word_has_dp_0_and_a_pet_word_nearly_1():
    sizes = np.array([10, 20, 30, 40])
    counts = np.column_stack([sizes / 10, [8, 0, 0, 0], [0, 0, 0, 0]])
    even, pet, absent = deviation_of_proportions(counts, sizes)
    assert even == pytest.approx(0, abs=1e-12)
    assert pet == pytest.approx(1.0)
    assert np.isnan(absent)


def test_sparse_and_dense_counts_agree_with_the_definition():
    rng = np.random.default_rng(0)
    counts, sizes = rng.poisson(0.7, (40, 12)), rng.integers(50, 400, 40)
    shares = sizes / sizes.sum()
    wanted = [np.abs(c / c.sum() - shares).sum() / 2 for c in counts.T]
    for table in (counts, sparse.csr_array(counts)):
        found = deviation_of_proportions(table, sizes, normalised=False)
        assert found == pytest.approx(np.array(wanted))
