"""Agreement coefficients keep their definitions where textbooks' examples do not reach."""

import numpy as np
import pytest

from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.stats.agreement import gwet_ac1, krippendorff_alpha, plain_agreement

# Krippendorff (2011), section A: two observers, ten units, binary.
MEG = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
OWEN = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]


def test_alpha_of_the_first_textbook_example():
    assert krippendorff_alpha([MEG, OWEN]).alpha == pytest.approx(0.0952, abs=5e-5)


def test_units_that_one_coder_left_out_do_not_count():
    padded = [[*MEG, 1, np.nan], [*OWEN, np.nan, 0]]
    assert krippendorff_alpha(padded).alpha == pytest.approx(krippendorff_alpha([MEG, OWEN]).alpha)
    assert krippendorff_alpha(padded).units == 10


def test_levels_differ_in_what_a_near_miss_costs():
    one, two = [1, 2, 3, 4, 5, 5], [1, 2, 3, 4, 5, 4]
    found = {
        level: krippendorff_alpha([one, two], level).alpha for level in ("nominal", "interval")
    }
    assert found["interval"] > found["nominal"]


def test_the_interval_is_the_same_for_a_seed_and_holds_the_estimate():
    one, two = krippendorff_alpha([MEG, OWEN], seed=3), krippendorff_alpha([MEG, OWEN], seed=3)
    assert one == two
    assert one.low < one.alpha < one.high


def test_resampling_articles_widens_the_interval_where_units_repeat():
    rng = np.random.default_rng(0)
    truth = np.repeat(rng.random(30) < 0.4, 10)
    other = truth ^ np.repeat(rng.random(30) < 0.2, 10)
    ratings = np.array([truth, other], dtype=float)
    alone = krippendorff_alpha(ratings)
    together = krippendorff_alpha(ratings, clusters=np.repeat(np.arange(30), 10))
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_one_value_throughout_leaves_alpha_undefined():
    found = krippendorff_alpha([[1, 1, 1], [1, 1, 1]])
    assert np.isnan(found.alpha)
    assert "undefined" in found.verdict


def test_ac1_stays_high_where_one_category_swamps_the_rest():
    one, two = [1] * 95 + [0] * 5, [1] * 90 + [0] * 5 + [1] * 5
    assert plain_agreement([one, two]) == pytest.approx(0.90)
    assert krippendorff_alpha([one, two]).alpha < 0.1
    assert gwet_ac1([one, two]) == pytest.approx((0.9 - 2 * 0.05 * 0.95) / (1 - 2 * 0.05 * 0.95))


def test_what_cannot_be_computed_is_refused_in_words():
    with pytest.raises(AnalysisError, match="coded twice"):
        krippendorff_alpha([[1, np.nan], [np.nan, 0]])
    with pytest.raises(StudyError, match="did you mean ordinal"):
        krippendorff_alpha([MEG, OWEN], "ordinl")
    with pytest.raises(AnalysisError, match="needs numbers"):
        krippendorff_alpha([["a", "b"], ["a", "c"]], "interval")
