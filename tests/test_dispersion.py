"""Dispersion over parts of a corpus."""

import numpy as np
import pytest
from scipy import sparse

from q7x2lab.errors import StudyError
from q7x2lab.stats.dispersion import deviation_of_proportions, dispersion, positional_dispersion


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


@pytest.mark.parametrize(
    "measure", ["juilland_d", "carroll_d2", "rosengren_s", "lyne_d3", "zhang_dc"]
)
def test_an_even_word_scores_1_and_a_burst_less(measure):
    assert dispersion([4, 4, 4, 4], measure=measure) == pytest.approx(1.0)
    assert dispersion([13, 1, 1, 1], measure=measure) < 0.9


def test_clumped_hits_have_a_smaller_reduced_frequency():
    assert positional_dispersion([1, 26, 51, 76], 100)["arf"] == pytest.approx(4.0)
    assert positional_dispersion([1, 2, 3, 4], 100)["arf"] < 1.2


def test_an_unknown_measure_gets_the_nearest():
    with pytest.raises(StudyError, match="did you mean juilland_d"):
        dispersion([1, 2], measure="juiland_d")
