"""Measures on tables of two by two."""

import numpy as np
import pytest
from scipy import stats

from q7x2lab.errors import StudyError
from q7x2lab.stats.association import association, fisher_exact


def test_g2_is_the_likelihood_ratio_of_the_four_cells_with_the_sign_of_the_difference():
    table = np.array([[30, 10], [970, 990]])
    wanted = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    assert association(30, 10, 1000, 1000) == pytest.approx(wanted)
    assert association(10, 30, 1000, 1000) == pytest.approx(-wanted)


def test_chi2_with_yates_is_scipys():
    wanted = stats.chi2_contingency(np.array([[8, 3], [12, 27]])).statistic
    found = association(8, 3, 20, 30, measure="chi2", correction="yates")
    assert found == pytest.approx(wanted)


def test_log_ratio_doubles_to_one_and_survives_a_word_of_one_side():
    assert association(20, 10, 1000, 1000, measure="log_ratio") == pytest.approx(1.0)
    assert association(8, 0, 100, 100, measure="log_ratio") == pytest.approx(4.0)


def test_measures_take_a_vocabulary_at_once():
    found = association([10, 5], [5, 10], 100, 100, measure="delta_p")
    assert found.tolist() == pytest.approx([0.05, -0.05])


def test_fisher_is_scipys():
    found = fisher_exact([[8, 2], [1, 5]])
    assert found["two"] == pytest.approx(stats.fisher_exact([[8, 2], [1, 5]]).pvalue)


def test_unknown_names_get_the_nearest():
    with pytest.raises(StudyError, match="did you mean log_ratio"):
        association(1, 1, 2, 2, measure="logratio")
    with pytest.raises(StudyError, match="did you mean yates"):
        association(1, 1, 2, 2, measure="chi2", correction="yate")
