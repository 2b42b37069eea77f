"""Published worked examples and outputs of other packages: agreement, keyness, dispersion, F1."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from q7x2lab.framing.keyness import log_odds
from q7x2lab.framing.precision import precision_recall_f1
from q7x2lab.stats.agreement import krippendorff_alpha
from q7x2lab.stats.association import association, fisher_exact
from q7x2lab.stats.dispersion import dispersion, positional_dispersion
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
    given, wanted, close = c["input"], c["expected"], {"abs": c["tolerance"]}
    parts = [part.split() for part in given["corpus"].split("|")]
    counts, sizes = [p.count(given["word"]) for p in parts], [len(p) for p in parts]
    assert counts == wanted["counts"]
    for key, measure in (("lyne_D3", "lyne_d3"), ("rosengren_S", "rosengren_s"),
                         ("zhang_DC", "zhang_dc"), ("carroll_Um_12345", "carroll_um"),
                         ("rosengren_KF_12345", "rosengren_kf")):  # fmt: skip
        assert dispersion(counts, sizes, measure=measure) == pytest.approx(wanted[key], **close)
    other = given["other"]
    assert dispersion(other["carroll"], measure="carroll_d2") == pytest.approx(0.8277, **close)
    assert dispersion(other["juilland"], measure="juilland_d") == pytest.approx(0.6464, **close)
    assert dispersion(other["dp_even"]) == pytest.approx(wanted["DP_even"], abs=1e-12)
    normalised = dispersion(other["dpnorm"], measure="dp_norm")
    assert normalised == pytest.approx(wanted["DPnorm_210"], **close)
    words = [word for part in parts for word in part]
    places = [i for i, word in enumerate(words, start=1) if word == given["word"]]
    found = positional_dispersion(places, len(words))
    for key in ("ALD", "ARF", "AWT", "f_ALD", "f_AWT"):
        assert found[key.lower()] == pytest.approx(wanted[key], **close)


# The conditional odds ratio of R stops its root finding at about 1e-5; scipy's is exact.
QUANTEDA = {
    "chi2_default": ("chi2", "conditional_yates", 1e-6), "chi2_none": ("chi2", "none", 1e-6),
    "lr_default": ("g2", "conditional_yates", 1e-6), "lr_none": ("g2", "none", 1e-6),
    "lr_williams": ("g2", "williams", 1e-6), "pmi": ("pmi", "none", 1e-6),
    "exact": ("exact", "none", 3e-5),
}  # fmt: skip


@pytest.mark.parametrize("name", QUANTEDA)
def test_keyness_of_the_toy_text_is_quantedas(case, name):
    c = case("keyness_quanteda_toy")
    measure, correction, tolerance = QUANTEDA[name]
    one, two = Counter(c["input"]["d1"].split()), Counter(c["input"]["d2"].split())
    for row in c["expected"][name]:
        word = row["feature"]
        wanted = row[next(k for k in row if k in ("chi2", "G2", "exact", "pmi"))]
        sides = one[word], two[word], one.total(), two.total()
        found = float(association(*sides, measure=measure, correction=correction))
        if wanted is None:
            assert np.isinf(found)
        else:
            assert found == pytest.approx(wanted, abs=tolerance)


def test_effect_sizes_of_the_printed_examples(case):
    c = case("keyness_effect_sizes_published")
    given, wanted = c["input"], c["expected"]

    def rates(name, measure):
        return float(
            association(*(given[name][k] for k in ("f1", "f2", "n1", "n2")), measure=measure)
        )

    assert round(rates("pct_diff", "pct_diff"), 1) == wanted["pct_diff_1dp"]
    assert round(rates("odds_ratio", "odds_ratio"), 1) == wanted["odds_ratio_1dp"]
    assert round(rates("diff_coeff", "difference_coefficient"), 2) == wanted["diff_coeff_2dp"]
    s = given["simple_maths"]
    maths = association(
        s["f1"], s["f2"], s["f1"] + s["rest1"], s["f2"] + s["rest2"], measure="simple_maths"
    )
    assert round(float(maths), 4) == wanted["simple_maths_4dp"]
    a, b, rest, other = given["G2_dunning"]
    assert round(float(association(a, b, a + rest, b + other)), 2) == wanted["G2_2dp"]
    a, b, rest, other = given["chi2_dunning"]
    assert (
        round(float(association(a, b, a + rest, b + other, measure="chi2"))) == wanted["chi2_0dp"]
    )
    a, b, rest, other = given["fisher"]
    exact = fisher_exact([[a, b], [rest, other]])
    assert [round(exact[k], 3) for k in ("two", "left", "right")] == [
        wanted["fisher_two"], wanted["fisher_left"], wanted["fisher_right"]]  # fmt: skip
    yates = association(a, b, a + rest, b + other, measure="chi2", correction="yates")
    assert abs(float(yates)) == pytest.approx(wanted["chi2_yates"])
    p = given["pmi"]
    pmi = association(p["o11"], p["f_w2"] - p["o11"], p["f_w1"], p["N"] - p["f_w1"], measure="pmi")
    assert round(float(pmi) / np.log(2), 1) == wanted["pmi_1dp"]
    d = given["delta_p"]
    o11, o12, o21, o22 = (d[k] for k in ("o11", "o12", "o21", "o22"))
    both = [association(o11, o21, o11 + o12, o21 + o22, measure="delta_p"),
            association(o11, o12, o11 + o21, o12 + o22, measure="delta_p")]  # fmt: skip
    assert [round(float(x), 3) for x in both] == wanted["delta_p_3dp"]


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
    delta, z = log_odds(
        table[count], everyone - alpha, alpha,
        target_size=mine.groupby(table[group]).transform("sum"), reference_size=mine.sum(),
    )  # fmt: skip
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
    hits = (said * gold, said * (1 - gold), (1 - said) * gold)
    each = precision_recall_f1(*(x.sum(axis=0) for x in hits))
    assert np.array(each) == pytest.approx(np.array(c["expected"]["per_label"][:3]), abs=1e-9)
    micro = precision_recall_f1(*(x.sum() for x in hits))
    assert [float(x) for x in micro] == pytest.approx(c["expected"]["avg"]["micro"][:3], abs=1e-9)
