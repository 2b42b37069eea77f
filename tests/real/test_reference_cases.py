"""Published worked examples and outputs of other packages: agreement, keyness, dispersion, F1."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from q7x2lab.framing.accuracy import SCORES, accuracy
from q7x2lab.framing.keyness import log_odds
from q7x2lab.stats.agreement import krippendorff_alpha
from q7x2lab.stats.association import deviation_of_proportions, g2
from q7x2lab.stats.resampling import benjamini_hochberg, wilson_interval


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_of_four_coders_is_krippendorffs(case, level):
    c = case("alpha_krippendorff2011_C")
    alpha = krippendorff_alpha(c["input"]["coders_by_units"], level).alpha
    assert alpha == pytest.approx(c["expected"]["full"][level], abs=c["tolerance"])
    assert round(alpha, 3) == c["expected"]["published_3dp"][level]


@pytest.mark.parametrize("name", ["A", "B"])
def test_alpha_of_two_coders_is_krippendorffs(case, name):
    c = case("alpha_two_coders")
    found = krippendorff_alpha(c["input"][name]).alpha
    assert found == pytest.approx(c["expected"][name], abs=c["tolerance"])


def test_dispersion_of_the_printed_examples(case):
    c = case("dispersion_gries2008")
    other, wanted = c["input"]["other"], c["expected"]

    def deviation(counts, normalised):
        sizes = np.ones(len(counts))
        return float(deviation_of_proportions(counts, sizes, normalised=normalised)[0])

    assert deviation(other["dp_even"], False) == pytest.approx(wanted["DP_even"], abs=1e-12)
    normalised = deviation(other["dpnorm"], True)
    assert normalised == pytest.approx(wanted["DPnorm_210"], abs=c["tolerance"])


def test_keyness_of_the_toy_text_is_quantedas(case):
    c = case("keyness_quanteda_toy")
    one, two = Counter(c["input"]["d1"].split()), Counter(c["input"]["d2"].split())
    for row in c["expected"]["lr_none"]:
        word = row["feature"]
        found = float(g2(one[word], two[word], one.total(), two.total()))
        assert found == pytest.approx(row["G2"], abs=1e-6)


def test_g2_of_the_printed_example_is_dunnings(case):
    c = case("keyness_effect_sizes_published")
    a, b, rest, other = c["input"]["G2_dunning"]
    assert round(float(g2(a, b, a + rest, b + other)), 2) == c["expected"]["G2_2dp"]


@pytest.mark.parametrize("prior", ["0.1", "1.0"])
def test_log_odds_with_a_uniform_prior_are_fighting_words(case, prior):
    c = case("fighting_words_uniform_prior")
    one, two = (Counter(" ".join(c["input"][k]).split()) for k in ("class1", "class2"))
    words = sorted({*one, *two})
    _, z = log_odds([one[w] for w in words], [two[w] for w in words], float(prior))
    found = dict(zip(words, z, strict=True))
    for word, wanted in c["expected"]["mcq_formula_alpha_w_equals_prior"][prior].items():
        assert found[word] == pytest.approx(wanted, abs=c["tolerance"])


@pytest.mark.parametrize(
    ("rows", "prior", "group", "word", "count"),
    [("weighted", "counts", "document", "word", "frequency"),
     ("uninformative", "one", "document", "word", "frequency"),
     ("rows2", "counts", "id", "word", "n")],
)  # fmt: skip
def test_log_odds_against_everything_are_tidylos(case, rows, prior, group, word, count):
    """tidylo compares a group with all groups, itself among them, over the rows that are there."""
    c = case("log_odds_tidylo_toy")
    table = pd.DataFrame(c["expected"][rows])
    total = table.groupby(word)[count].transform("sum")
    alpha = total if prior == "counts" else pd.Series(1.0, index=table.index)
    mine = table[count] + alpha
    everyone = mine.groupby(table[word]).transform("sum")
    sizes = mine.groupby(table[group]).transform("sum").to_numpy(), mine.sum()
    delta, z = log_odds(table[count], everyone - alpha, alpha, sizes=sizes)
    assert z == pytest.approx(table["log_odds_weighted"].to_numpy(), abs=c["tolerance"])
    assert delta == pytest.approx(table["log_odds"].to_numpy(), abs=c["tolerance"])


def test_many_tests_are_corrected_as_benjamini_and_hochberg_did(case):
    c = case("fdr_bh1995")
    q = benjamini_hochberg(c["input"]["p"])
    assert q == pytest.approx(c["expected"]["BH"], abs=c["tolerance"])
    assert (q <= c["input"]["q"]).sum() == c["expected"]["rejected_BH"]


def test_proportions_have_newcombes_limits(case):
    c = case("wilson_newcombe1998")
    for row in c["expected"]:
        low, high = wilson_interval(row["x"], row["n"])
        assert [float(low), float(high)] == pytest.approx(row["wilson"], abs=c["tolerance"])


def test_scores_of_several_labels_are_scikit_learns(case):
    c = case("multilabel_prf")
    gold, said = (np.array(c["input"][k], dtype=float) for k in ("gold", "pred"))

    def scores(said, gold):
        units = pd.DataFrame(
            {"said": said, "gold": gold, "weight": 1.0, "cluster": range(said.size)}
        )
        return [accuracy(units)[name] for name in SCORES]

    each = np.transpose([scores(*label) for label in zip(said.T, gold.T, strict=True)])
    assert each == pytest.approx(np.array(c["expected"]["per_label"][:3]), abs=1e-9)
    micro = scores(said.ravel(), gold.ravel())
    assert micro == pytest.approx(c["expected"]["avg"]["micro"][:3], abs=1e-9)
