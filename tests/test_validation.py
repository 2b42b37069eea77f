"""Frames held against coding: scores, corrected shares, and the stamp they leave."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from coded_corpora import COINS, NINE_OF_TEN, TRUTH, coverage

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.figures.framing import exhibit_frames, exhibit_validation, plot_frames
from q7x2lab.framing.accuracy import accuracy, corrected_shares
from q7x2lab.framing.coding import SETTLED, coding_from_table
from q7x2lab.framing.schemes import parse_scheme
from q7x2lab.framing.scores import score_frames
from q7x2lab.framing.validation import lexicon_codes, place_units, validate_frames

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
    return validate_frames(corpus[0], coding)


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
    assert "300 coded sentences" in printed
    assert "UNVALIDATED" not in printed


def test_a_validation_of_another_lexicon_is_refused(corpus, validation):
    other = score_frames(corpus[0].tokens, parse_scheme(SCHEME.replace("نزاع", "شجار")))
    with pytest.raises(AnalysisError, match="judged lexicon"):
        other.with_validation(validation)


def test_the_corrected_share_is_nearer_the_truth_than_the_measured_one(corpus, validation):
    frames, picks = corpus
    row = frames.with_validation(validation).shares.set_index("frame").loc["dispute"]
    truth = np.isin(picks, (0, 1)).mean()
    assert abs(row["corrected"] - truth) < abs(row["share"] - truth)
    assert row["corrected_low"] < truth < row["corrected_high"]


def test_each_group_is_corrected_by_its_own_coding_and_other_units_not_at_all(corpus, validation):
    frames = corpus[0].with_validation(validation)
    by = frames.shares_by(by="outlet").query("frame == 'dispute'")
    assert by["corrected"].notna().all()
    assert (by["corrected_high"] - by["corrected_low"] > by["high"] - by["low"]).all()
    assert by["correction"].str.fullmatch(r"\d+ coded units here").all()
    whole = score_frames(frames.tokens, frames.scheme, unit="article").with_validation(validation)
    told = whole.methods()[0].en
    assert "dispute, silent were not corrected: they were scored in another unit" in told
    assert "were corrected" not in told
    assert "were corrected" in frames.methods()[0].en
    refused = whole.shares.query("frame == 'dispute'").iloc[0]
    assert np.isnan(refused["corrected"])
    assert refused["correction"] == (
        "coded in sentences, scored in articles: score with unit='sentence'"
    )


def test_scoring_in_the_unit_that_was_coded_makes_correction_possible(corpus):
    """Articles coded whole, scored by sentence and by article."""
    frames, picks = corpus
    texts = frames.tokens.articles["text"]
    seen = (picks == 0).any(axis=1).astype(int)
    table = pd.DataFrame({"id": [f"a{i}" for i in range(90)], "text": texts, "coder": SETTLED,
                          "dispute": seen})  # fmt: skip
    coding = coding_from_table(table[:60], ["dispute"])
    by_sentence = frames.with_validation(validate_frames(frames, coding))
    assert by_sentence.shares["corrected"].isna().all()
    whole = score_frames(frames.tokens, frames.scheme, unit="article")
    stamped = whole.with_validation(validate_frames(whole, coding))
    row = stamped.shares.set_index("frame").loc["dispute"]
    assert row["corrected_low"] <= seen.mean() <= row["corrected_high"]
    assert "60 coded articles" in stamped.stamp.text(stamped.titles())
    with pytest.raises(StudyError, match="did you mean sentence"):
        score_frames(frames.tokens, frames.scheme, unit="sentense")


def coded_units(said, gold, weight, article, cluster):
    columns = {"said": said, "gold": gold, "weight": weight, "article": article, "cluster": cluster}
    return pd.DataFrame(columns)


def simulated(rng, prevalence=0.2, se=0.75, alarm=0.0625, articles=200, size=10, n=300):
    """Coded units of one corpus, its share and resampled shares; errors and frames clustered."""
    level = rng.beta(9 * prevalence, 9 * (1 - prevalence), articles)
    truth = rng.random((articles, size)) < level[:, None]
    said = rng.random(truth.shape) < np.where(truth, se, alarm)
    own = rng.choice(truth.size, n, replace=False)
    coded = coded_units(said.ravel()[own] * 1.0, truth.ravel()[own] * 1.0, np.ones(n), own // size,
                  own // size)  # fmt: skip
    weights = rng.multinomial(articles, np.full(articles, 1 / articles), 400)
    resampled = weights @ said.sum(axis=1) / (weights.sum(axis=1) * size)
    return coded, said.mean(), resampled


def corrected(coded, share, resampled, same_corpus=True, seed=0):
    """The corrected share of one cell."""
    cell = np.full(len(coded), 0 if same_corpus else -1)
    return corrected_shares(np.array([share]), resampled[:, None], coded, cell, seed=seed).iloc[0]


@pytest.mark.slow
def test_intervals_of_corrected_shares_cover():
    """Precision and recall .75; the bench runs a fuller grid."""
    held = {True: 0, False: 0}
    for seed in range(300):
        coded, *measured = simulated(np.random.default_rng(seed))
        for same in held:
            row = corrected(coded, *measured, same, seed)
            held[same] += row["corrected_low"] <= 0.2 <= row["corrected_high"]
    assert 0.92 <= held[True] / 300 <= 0.98
    assert 0.92 <= held[False] / 300 <= 0.98


@pytest.mark.slow
def test_a_group_where_the_instrument_errs_otherwise_is_still_corrected_rightly():
    """Error rates taken from elsewhere would miss; the group's own coding does not."""
    rng, held, borrowed = np.random.default_rng(1), 0, 0
    for seed in range(60):
        elsewhere, *_ = simulated(rng, se=0.9, alarm=0.02)
        coded, *measured = simulated(rng, se=0.4, alarm=0.2)
        own = corrected(coded, *measured, seed=seed)
        other = corrected(elsewhere, *measured, same_corpus=False, seed=seed)
        held += own["corrected_low"] <= 0.2 <= own["corrected_high"]
        borrowed += other["corrected_low"] <= 0.2 <= other["corrected_high"]
        assert "taken to hold here" in other["correction"]
    assert held >= 53
    assert borrowed <= 45


def test_units_that_resemble_each_other_widen_the_interval():
    coded, *measured = simulated(np.random.default_rng(0))
    errors_together = np.argsort(np.argsort(coded.said != coded.gold, kind="stable")) // 15
    alike = coded.assign(cluster=errors_together)
    for same in (True, False):
        rows = [corrected(x, *measured, same) for x in (coded, alike)]
        plain, wide = (row["corrected_high"] - row["corrected_low"] for row in rows)
        assert wide > 1.5 * plain


def test_what_cannot_be_corrected_is_left_missing_with_the_reason():
    coded, *measured = simulated(np.random.default_rng(0))
    few = coded.assign(gold=np.where(np.arange(300) < 5, 1.0, 0.0))
    row = corrected(few, *measured, same_corpus=False)
    assert np.isnan(row["corrected"])
    assert row["correction"] == "5 of 300 units coded positive: too few of one kind for error rates"
    chance = coded.assign(said=(np.arange(300) % 2).astype(float))
    row = corrected(chance, *measured, same_corpus=False)
    assert np.isnan(row["corrected_low"])
    assert "hardly better than chance" in row["correction"]
    assert np.isnan(corrected(coded, np.nan, measured[1])["corrected"])


def test_units_are_found_by_their_text_where_cleaning_moved_them():
    articles = pd.DataFrame({"id": ["a", "b"], "text": ["قبل. نص هنا.", "نص آخر."]})
    units = pd.DataFrame({"article": ["a", "b", "c"], "start": [0, 0, 0], "end": [7, 7, 3],
                          "text": ["نص هنا.", "نص آخر.", "غائب"]})  # fmt: skip
    spans, found = place_units(articles, units)
    assert spans.to_numpy().tolist() == [[0, 5, 12], [1, 0, 7]]
    assert found.tolist() == [True, True, False]


def coded_by(codes, corpus):
    """The corpus validated with these codes of `dispute` by coder, and its shares."""
    frames, _ = corpus
    texts = frames.tokens.articles["text"]
    spans = zip(frames.units["article"], frames.units["start"], frames.units["end"], strict=True)
    units = pd.DataFrame([{"id": f"a{i}", "start": a, "end": b, "text": texts[i][a:b]}
                          for i, a, b in spans])  # fmt: skip
    sheets = [units.assign(coder=name, dispute=code) for name, code in codes.items()]
    coding = coding_from_table(pd.concat(sheets))
    return frames.with_validation(validate_frames(frames, coding))


def test_coins_correct_no_share_and_stamp_and_methods_say_so(corpus):
    rng = np.random.default_rng(0)
    frames = coded_by({name: rng.integers(0, 2, 540) for name in "AB"}, corpus)
    for table in (frames.shares, frames.shares_by(by="outlet")):
        rows = table[table["frame"] == "dispute"]
        assert rows[["corrected", "corrected_low", "corrected_high"]].isna().all(axis=None)
        assert rows["correction"].str.contains(r"unreliable.*a correction takes 0.667").all()
    assert "(unreliable)" in frames.stamp.text(frames.titles())
    told, works = frames.methods()
    alpha = frames.validation.table["alpha"][0]
    assert abs(alpha) < 0.2 and f"alpha {alpha:.2f} [" in told.en
    assert "Shares of dispute were not corrected" in told.en
    assert "krippendorff2004" in works


def test_a_lone_coder_corrects_nothing_and_what_is_settled_does(corpus):
    truth = np.isin(corpus[1], (0, 1)).astype(int).ravel()
    alone = coded_by({"A": truth}, corpus)
    row = alone.shares.set_index("frame").loc["dispute"]
    assert np.isnan(row["corrected"]) and "1 coder" in row["correction"]
    rng = np.random.default_rng(0)
    coins = {name: rng.integers(0, 2, 540) for name in "AB"}
    settled = coded_by({**coins, SETTLED: truth}, corpus)
    row = settled.shares.set_index("frame").loc["dispute"]
    assert row["corrected"] == pytest.approx(truth.mean())
    assert "Shares of dispute were corrected" in settled.methods()[0].en
    only_differences = np.where(coins["A"] == coins["B"], None, truth)
    doubtful = coded_by({**coins, SETTLED: only_differences}, corpus)
    assert doubtful.shares.set_index("frame")["corrected"].isna().all()


def test_unsettled_differences_widen_the_interval_to_either_side(corpus):
    truth = np.isin(corpus[1], (0, 1)).astype(int).ravel()
    slips = np.random.default_rng(1).random(540) < 0.1
    both = {"A": truth, "B": truth ^ slips}
    wide = coded_by(both, corpus).shares.set_index("frame").loc["dispute"]
    exact = coded_by({**both, SETTLED: truth}, corpus).shares.set_index("frame").loc["dispute"]
    assert wide["corrected_low"] <= exact["corrected_low"]
    assert wide["corrected_high"] >= exact["corrected_high"]
    gap = wide["corrected_high"] - wide["corrected_low"]
    assert gap > exact["corrected_high"] - exact["corrected_low"] + 0.8 * slips.mean()


@pytest.mark.slow
@pytest.mark.parametrize("coders", COINS)
def test_coins_never_correct_a_share(coders):
    assert coverage(coders, 50)[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("coders", NINE_OF_TEN)
def test_coders_who_agree_in_nine_of_ten_cover_or_are_refused(coders):
    shown, covered = coverage(coders, 100)
    assert shown < 10 or covered >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize("coders", TRUTH)
def test_settled_truth_covers(coders):
    shown, covered = coverage(coders, 300)
    assert shown == 300
    assert covered >= 0.93 - 0.015  # the Monte Carlo error of 300 corpora


def test_a_coded_unit_carries_what_any_sentence_in_it_does(corpus):
    frames = corpus[0]
    text = frames.tokens.articles["text"]
    whole = pd.DataFrame({"article": range(90), "start": 0, "end": text.str.len()})
    codes = lexicon_codes(frames, whole)[:, 0]
    assert codes.tolist() == text.str.contains("نزاع").astype(float).tolist()


def test_weights_of_strata_count_and_a_perfect_score_is_not_called_certain():
    n = np.arange(4)
    said, gold = np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 1, 0])
    row = accuracy(coded_units(said, gold, np.array([3.0, 1, 1, 1]), n, n))
    assert row["precision"] == pytest.approx(0.75)
    perfect = accuracy(coded_units(gold, gold, np.ones(4), n, n))
    assert (perfect["precision"], perfect["f1"]) == (1.0, 1.0)
    assert perfect["precision_low"] < 0.8
    none = accuracy(coded_units(0 * gold, gold, np.ones(4), n, n))
    assert np.isnan(none["precision"])
    assert none["recall"] == 0.0


@pytest.mark.slow
def test_intervals_of_scores_cover():
    """Precision .7, recall .6, thirty positives; units of one article share their fate in part."""
    rng, held = np.random.default_rng(2), np.zeros(3)
    for _ in range(200):
        fate = rng.random((100, 4)) < 0.15 * rng.gamma(2, 0.5, 100)[:, None]
        gold = (rng.random(fate.shape) < 0.02) | fate
        truth = gold.mean()
        alarm = 0.6 * 0.3 / 0.7 * 0.165 / 0.835
        said = rng.random(gold.shape) < np.where(gold, 0.6, alarm)
        article = np.repeat(np.arange(100), 4)
        codes = said.ravel() * 1.0, gold.ravel() * 1.0, np.ones(400), article, article
        row = accuracy(coded_units(*codes))
        reals = (0.6 * 0.165 / (0.6 * 0.165 + alarm * 0.835), 0.6, 0.6462)
        for i, (name, real) in enumerate(zip(("precision", "recall", "f1"), reals, strict=True)):
            held[i] += row[f"{name}_low"] <= real <= row[f"{name}_high"]
        assert 0 < truth < 1
    assert (held / 200 >= 0.9).all()
    assert (held / 200 <= 0.99).all()


def test_a_frame_that_was_not_coded_everywhere_is_judged_where_it_was(corpus, coding):
    left = coding.units["unit"][:60]
    gone = coding.codes["unit"].isin(left) & (coding.codes["frame"] == "dispute")
    part = replace(coding, codes=coding.codes[~gone].reset_index(drop=True))
    found = validate_frames(corpus[0], part)
    assert found.table.set_index("frame")["coded"].to_dict() == {"dispute": 240, "silent": 300}
    row = corpus[0].with_validation(found).shares.set_index("frame").loc["dispute"]
    assert row["corrected_low"] < np.isin(corpus[1], (0, 1)).mean() < row["corrected_high"]
    assert row["correction"] == "240 coded units here"


def test_coding_of_another_corpus_is_refused(corpus, coding):
    frames = corpus[0]
    strange = coding.units.assign(article="z" + coding.units["article"])
    with pytest.raises(AnalysisError, match="300 of 300 coded units are not in the corpus"):
        validate_frames(frames, type(coding)(strange, coding.codes))
    with pytest.raises(AnalysisError, match="code the scheme's own frames"):
        renamed = coding.codes.assign(frame="other")
        validate_frames(frames, type(coding)(coding.units, renamed))


def test_unreliable_coding_is_called_so_wherever_its_frame_is_named(corpus, validation):
    unreliable = validation.table.assign(alpha=0.3)
    frames = corpus[0].with_validation(replace(validation, table=unreliable))
    figure = plot_frames(frames, language="en")
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert all("(unreliable)" in row.replace("\n", " ") for row in rows)
    assert "corrected" not in [text.get_text() for text in figure.legends[0].get_texts()]
    for exhibit in (exhibit_frames(frames), exhibit_validation([frames])):
        assert exhibit.tables["en"]["frame"].str.contains("(unreliable)", regex=False).all()
        cells = exhibit.tables["ar"].iloc[:, :2].stack().str.replace("\xa0", " ")
        assert cells.str.contains("لا يُعتمد عليه").any()
    reliable = validation.table.assign(alpha=0.9)
    sure = corpus[0].with_validation(replace(validation, table=reliable))
    assert "unreliable" not in str(exhibit_frames(sure).tables["en"])


def test_schemes_share_one_figure_of_validation(corpus, validation):
    frames = corpus[0].with_validation(validation)
    once, twice = exhibit_validation([frames]), exhibit_validation([frames, corpus[0], frames])
    assert len(twice.table) == 2 * len(once.table)
    with pytest.raises(AnalysisError, match="nothing is coded"):
        exhibit_validation([corpus[0]])
