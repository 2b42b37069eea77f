"""Frames held against coding: scores, baseline, corrected shares, and the stamp they leave."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.analysis.coding import coding_from_table
from q7x2lab.analysis.correction import Errors, corrected_share
from q7x2lab.analysis.frames import score_frames
from q7x2lab.analysis.schemes import parse_scheme
from q7x2lab.analysis.validation import machine_codes, place_units, scored, validate_frames
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.tokens import tokenize_corpus
from q7x2lab.errors import AnalysisError
from q7x2lab.figures.frames import plot_frames

SCHEME = """
scheme: {id: small, title_ar: صغير, title_en: small, version: "1"}
frames:
  dispute: {title_ar: الخلاف, terms: [نزاع]}
  silent: {title_ar: الصمت, terms: [كلمةنادرة]}
"""
# What a sentence says, and whether a coder sees a dispute in it.
SAYINGS = (
    ("بدأ نزاع طويل", 1),
    ("بدأ شجار طويل", 1),
    ("فاز فريق في نزاع ودي", 0),
    ("هدأ الطقس اليوم", 0),
)
ODDS = (0.25, 0.2, 0.05, 0.5)


@pytest.fixture(scope="module")
def corpus():
    rng = np.random.default_rng(3)
    picks = rng.choice(4, size=(90, 6), p=ODDS)
    texts = [". ".join(SAYINGS[k][0] for k in row) + "." for row in picks]
    outlet = np.where(np.arange(90) < 30, "x", "y")
    table = {"id": [f"a{i}" for i in range(90)], "date": pd.NaT, "outlet": outlet, "title": "",
             "text": texts, "cluster": np.arange(90), "weight": 1.0}  # fmt: skip
    tokens = tokenize_corpus(Corpus(pd.DataFrame(table)), lexemes="none")
    return score_frames(tokens, parse_scheme(SCHEME)), picks


@pytest.fixture(scope="module")
def coding(corpus):
    frames, picks = corpus
    rows = []
    for coder, slips in (("A", 0.0), ("B", 0.1)):
        rng = np.random.default_rng(7)
        for row in frames.units.itertuples():
            nth = row.Index - frames.units.index[frames.units["article"] == row.article][0]
            seen = SAYINGS[picks[row.article][nth]][1] ^ (rng.random() < slips)
            text = frames.tokens.articles["text"][row.article][row.start : row.end]
            rows.append({"id": f"a{row.article}", "start": row.start, "end": row.end, "text": text,
                         "coder": coder, "dispute": int(seen), "silent": 0})  # fmt: skip
    table = pd.DataFrame(rows)
    keep = np.random.default_rng(1).choice(540, 300, replace=False)
    return coding_from_table(table[(table.index % 540).isin(keep)], source="test coding")


@pytest.fixture(scope="module")
def validation(corpus, coding):
    return validate_frames(corpus[0], coding, draws=400)


def test_scores_are_those_of_the_confusion_table(corpus, coding, validation):
    row = validation.table.set_index("frame").loc["dispute"]
    gold = coding.gold()["dispute"].to_numpy()
    said = coding.units["text"].str.contains("نزاع").to_numpy()
    assert row["precision"] == pytest.approx(gold[said].mean())
    assert row["recall"] == pytest.approx(gold[said].sum() / gold.sum())
    assert row["f1"] == pytest.approx(2 * gold[said].sum() / (said.sum() + gold.sum()))
    assert row["coded"] == 300
    for name in ("precision", "recall", "f1", "prevalence"):
        assert row[f"{name}_low"] < row[name] < row[f"{name}_high"]


def test_the_stamp_carries_what_was_found_to_every_table_and_figure(corpus, validation):
    frames = corpus[0].with_validation(validation)
    row = validation.table.set_index("frame").loc["dispute"]
    words = frames.shares.set_index("frame")["validity"]["dispute"]
    assert f"F1 {row['f1']:.2f} [{row['f1_low']:.2f}, {row['f1_high']:.2f}]" in words
    assert f"alpha {row['alpha']:.2f}" in words
    assert "n = 300" in words
    printed = plot_frames(frames, language="en").get_supxlabel()
    assert f"F1 {row['f1']:.2f}" in printed
    assert "300 coded units" in printed
    assert "UNVALIDATED" not in printed


def test_a_validation_of_another_lexicon_is_refused(corpus, validation):
    other = score_frames(corpus[0].tokens, parse_scheme(SCHEME.replace("نزاع", "شجار")))
    with pytest.raises(AnalysisError, match="judged lexicon"):
        other.with_validation(validation)


def test_a_classifier_that_learns_the_missed_word_is_said_to_be_better(validation):
    baseline = validation.baseline.set_index("frame")
    assert baseline.loc["dispute", "better"] == "classifier"
    assert baseline.loc["dispute", "difference_low"] > 0
    assert "too few" in baseline.loc["silent", "refused"]


def test_the_baseline_never_saw_the_article_that_it_judges(corpus, coding):
    """With codes that hang on the article alone, a fair classifier cannot beat chance."""
    frames = corpus[0]
    rng = np.random.default_rng(5)
    fate = dict(zip(coding.units["article"].unique(), rng.random(90) < 0.5, strict=False))
    codes = coding.codes[coding.codes["coder"] == "A"].copy()
    article = coding.units.set_index("unit")["article"][codes["unit"]]
    codes["code"] = article.map(fate).astype(float).to_numpy()
    chance = validate_frames(frames, type(coding)(coding.units, codes), draws=100)
    row = chance.baseline.set_index("frame").loc["dispute"]
    assert row["precision"] < 0.65


def test_the_corrected_share_is_nearer_the_truth_than_the_measured_one(corpus, validation):
    frames, picks = corpus
    row = frames.with_validation(validation).shares.set_index("frame").loc["dispute"]
    truth = np.isin(picks, (0, 1)).mean()
    assert abs(row["corrected"] - truth) < abs(row["share"] - truth)
    assert row["corrected_low"] < truth < row["corrected_high"]


def test_groups_are_corrected_by_error_rates_and_other_aggregates_not_at_all(corpus, validation):
    frames = corpus[0].with_validation(validation)
    by = frames.shares_by(by="outlet").query("frame == 'dispute'")
    assert by["corrected"].notna().all()
    assert (by["corrected_high"] - by["corrected_low"] > by["high"] - by["low"]).all()
    other = parse_scheme(SCHEME + "aggregate: any\n")
    stamped = score_frames(frames.tokens, other)
    assert validation.corrected(stamped, by, np.zeros((5, 2))).isna().all(axis=None)


def test_errors_known_exactly_are_undone_exactly():
    errors = Errors(tp=3000, fp=700, fn=1000, tn=6300)
    measured = 0.4 * 0.75 + 0.6 * 0.1
    resampled = np.full(2000, measured)
    estimate, low, high = corrected_share(measured, resampled, errors, calibrated=False)
    assert estimate == pytest.approx(0.4)
    assert low < 0.4 < high
    fewer = Errors(tp=30, fp=7, fn=10, tn=63)
    wide = corrected_share(measured, resampled, fewer, calibrated=False)
    assert wide[2] - wide[1] > 5 * (high - low)
    worth = corrected_share(
        measured, resampled, Errors(3000, 700, 1000, 6300, 0.25), calibrated=False
    )
    assert worth[2] - worth[1] == pytest.approx(2 * (high - low), rel=0.15)


def test_what_cannot_be_corrected_is_left_missing():
    few = Errors(tp=5, fp=5, fn=5, tn=200)
    assert np.isnan(corrected_share(0.2, np.full(100, 0.2), few, calibrated=True)).all()
    chance = Errors(tp=50, fp=50, fn=50, tn=50)
    assert np.isnan(corrected_share(0.5, np.full(100, 0.5), chance, calibrated=False)).all()


@pytest.mark.parametrize("calibrated", [True, False])
def test_intervals_of_corrected_shares_cover(calibrated):
    """Precision and recall .75, 300 units coded; the bench runs a fuller grid."""
    rng, held, prevalence, n = np.random.default_rng(0), 0, 0.2, 300
    rates = np.array([0.15, 0.05, 0.05, 0.75])
    for seed in range(300):
        tp, fp, fn, tn = rng.multinomial(n, rates)
        resampled = rng.binomial(5000, rng.binomial(5000, 0.2) / 5000, 500) / 5000
        share = resampled.mean()
        found = corrected_share(
            share, resampled, Errors(tp, fp, fn, tn), calibrated=calibrated, seed=seed
        )
        held += found[1] <= prevalence <= found[2]
    assert 0.92 <= held / 300 <= 0.98


def test_units_are_found_by_their_text_where_cleaning_moved_them():
    articles = pd.DataFrame({"id": ["a", "b"], "text": ["قبل. نص هنا.", "نص آخر."]})
    units = pd.DataFrame({"article": ["a", "b", "c"], "start": [0, 0, 0], "end": [7, 7, 3],
                          "text": ["نص هنا.", "نص آخر.", "غائب"]})  # fmt: skip
    spans, found = place_units(articles, units)
    assert spans.to_numpy().tolist() == [[0, 5, 12], [1, 0, 7]]
    assert found.tolist() == [True, True, False]


def test_a_coded_unit_carries_what_any_sentence_in_it_does(corpus):
    frames = corpus[0]
    text = frames.tokens.articles["text"]
    whole = pd.DataFrame({"article": range(90), "start": 0, "end": text.str.len()})
    codes = machine_codes(frames, whole)[:, 0]
    assert codes.tolist() == text.str.contains("نزاع").astype(float).tolist()


def test_weights_of_strata_count(corpus):
    said, gold = np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 1, 0])
    row, errors = scored(said, gold, np.array([[3.0, 1, 1, 1], [3, 1, 1, 1]]))
    assert row["precision"] == pytest.approx(0.75)
    assert errors.tp == pytest.approx(2.0)


def test_coding_of_another_corpus_is_refused(corpus, coding):
    frames = corpus[0]
    strange = coding.units.assign(article="z" + coding.units["article"])
    with pytest.raises(AnalysisError, match="300 of 300 coded units are not in the corpus"):
        validate_frames(frames, type(coding)(strange, coding.codes))
    with pytest.raises(AnalysisError, match="code the scheme's own frames"):
        renamed = coding.codes.assign(frame="other")
        validate_frames(frames, type(coding)(coding.units, renamed))
