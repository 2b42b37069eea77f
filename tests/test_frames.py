"""Frames: hits, units, shares with intervals, sensitivity, and the stamp that cannot come off."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.figures.framing import plot_frame_trend, plot_frames
from q7x2lab.framing.schemes import parse_scheme
from q7x2lab.framing.scores import score_frames
from q7x2lab.stats.resampling import ratio_table

SCHEME = """
scheme: {id: small, title_ar: صغير, title_en: small, version: "1"}
unit: sentence
aggregate: share_of_sentences
frames:
  dispute:
    title_ar: الخلاف
    terms:
      - {phrase: نزاع}
      - {phrase: نزاع مسلح}
      - {phrase: أزمة, w: 0.5}
      - {phrase: توتر, w: 0.5}
    negation: {cues: [لا, ليس], window: 2, action: flag}
  money:
    terms: [{lemma: مال, forms: [مال, أموال]}]
"""


def tokens_of(texts, **columns):
    n = len(texts)
    table = {"id": [f"a{i}" for i in range(n)], "date": pd.NaT, "outlet": "x", "title": "",
             "text": texts, "cluster": np.arange(n), "weight": 1.0}  # fmt: skip
    return tokenize_corpus(Corpus(pd.DataFrame({**table, **columns})), lexemes="none")


def score(texts, scheme=SCHEME, **columns):
    return score_frames(tokens_of(texts, **columns), parse_scheme(scheme))


def article_shares(frames, frame):
    """The share of each article's units that carry a frame; NaN for an empty article."""
    carried = pd.Series(frames.carried[:, frames.scheme.names.index(frame)])
    return carried.groupby(frames.units["article"]).mean().reindex(range(frames.tokens.n_articles))


def test_a_hit_is_traced_to_its_place_and_sentence():
    text = "هدأ الجميع. بدأ النزاع هنا."
    frames = score([text])
    assert list(frames.evidence.columns[:6]) == [
        "article", "start", "end", "frame", "term", "negated"]  # fmt: skip
    row = frames.evidence.iloc[0]
    assert text[row["start"] : row["end"]] == "النزاع"
    assert frames.units.iloc[row["unit"]][["start", "end"]].tolist() == [12, len(text)]
    shown = frames.quoted("dispute").iloc[0]
    assert (shown["hit"], shown["text"]) == ("النزاع", text[12:])
    assert article_shares(frames, "dispute").tolist() == [0.5]


def test_a_hit_inside_a_longer_one_counts_once():
    frames = score(["هذا نزاع مسلح طويل."])
    assert frames.evidence["term"].tolist() == ["نزاع مسلح"]
    at_its_end = SCHEME.replace("{phrase: نزاع}", "{phrase: مسلح}")
    assert score(["هذا نزاع مسلح طويل."], at_its_end).evidence["term"].tolist() == ["نزاع مسلح"]


def test_two_doubtful_terms_carry_a_frame_and_one_does_not():
    frames = score(["هذه أزمة كبيرة. هذه أزمة وهذا توتر."])
    assert frames.carried[:, 0].tolist() == [False, True]


def test_negation_is_flagged_within_its_window_and_sentence_and_can_drop_the_hit():
    texts = ["لا نزاع هنا.", "لا شك في نزاع.", "قال لا. نزاع طويل."]
    frames = score(texts)
    assert frames.evidence["negated"].tolist() == [True, False, False]
    assert article_shares(frames, "dispute").tolist() == [1.0, 1.0, 0.5]
    dropped = score(texts, SCHEME.replace("flag", "drop"))
    assert dropped.evidence["negated"].tolist() == [True, False, False]
    assert article_shares(dropped, "dispute").tolist() == [0.0, 1.0, 0.5]


def test_a_scheme_says_of_which_units_a_share_is():
    texts = ["نزاع ونزاع هنا. هدوء تام.", "هدوء تام هنا."]
    whole = score(texts, SCHEME.replace("unit: sentence", "unit: article"))
    assert article_shares(whole, "dispute").tolist() == [1.0, 0.0]
    with pytest.raises(StudyError, match="aggregate: found 'any'"):
        score(texts, SCHEME.replace("share_of_sentences", "any"))


def test_shares_are_weighted_ratios_over_articles():
    texts = ["نزاع. هدوء.", "هدوء. هدوء. هدوء. هدوء."]
    frames = score(texts, outlet=["x", "y"], weight=[0.5, 1.0])
    share = frames.shares.set_index("frame")["share"]["dispute"]
    assert share == pytest.approx(0.5 * 1 / (0.5 * 2 + 4))
    by = frames.shares_by(by="outlet").query("frame == 'dispute'")
    assert by["share"].tolist() == [0.5, 0.0]


def test_too_few_articles_get_a_share_and_no_interval_and_say_so():
    row = score(["نزاع. هدوء."] * 3).shares.iloc[0]
    assert row["share"] == 0.5
    assert np.isnan(row["low"])
    assert "3 independent articles" in row["refused"]


def test_a_frame_never_seen_is_not_claimed_to_be_absent():
    row = score(["هدوء تام."] * 40).shares.iloc[0]
    assert (row["share"], row["low"]) == (0.0, 0.0)
    assert 0.05 < row["high"] < 0.15


@pytest.mark.slow
def test_intervals_of_shares_cover_and_copies_widen_them():
    rng, held = np.random.default_rng(0), 0
    for seed in range(200):
        level = rng.beta(2, 6, 60)
        below = rng.integers(5, 20, 60).astype(float)
        above = rng.binomial(below.astype(int), level)[:, None].astype(float)
        alone, groups = np.arange(60), pd.DataFrame({"group": ["all"] * 60})
        table, _ = ratio_table(above, below, groups, clusters=alone, draws=400, seed=seed)
        held += table["low"][0] <= 0.25 <= table["high"][0]
    assert 0.90 <= held / 200 <= 0.98
    wide, _ = ratio_table(above, below, groups, clusters=alone // 4, draws=400)
    many = np.repeat(above[::4], 4, axis=0), np.repeat(below[::4], 4)
    tight, _ = ratio_table(*many, groups, clusters=alone, draws=400)
    apart, _ = ratio_table(*many, groups, clusters=alone // 4, draws=400)
    assert apart["high"][0] - apart["low"][0] > 1.5 * (tight["high"][0] - tight["low"][0])
    assert wide["refused"][0] == ""


def test_periods_without_articles_are_absent_and_articles_without_a_date_left_out():
    dates = pd.to_datetime(["2023-01-03"] * 2 + ["2023-03-05"] * 2 + [None])
    table = score(["نزاع."] * 5, date=dates).shares_by(period="month")
    assert sorted(set(table["period"])) == ["2023-01", "2023-03"]
    assert table["articles"].max() == 2


def test_leaving_one_term_out_marks_the_term_that_carries_a_frame():
    texts = ["نزاع. هدوء. مال."] * 8 + ["أزمة وتوتر. هدوء. أموال."] * 2
    table = score(texts).sensitivity().set_index(["frame", "term"])
    one = table.loc[("dispute", "نزاع")]
    assert (one["alone"], one["share"], one["without"]) == (
        8,
        pytest.approx(1 / 3),
        pytest.approx(1 / 15),
    )
    assert one["carries"]
    assert table.loc[("dispute", "أزمة"), "alone"] == 2
    assert not table.loc[("dispute", "توتر"), "carries"]


def test_an_empty_article_and_an_empty_frame_do_no_harm():
    scheme = SCHEME + "  silent: {terms: [كلمةنادرة]}\n"
    frames = score(["نزاع.", ""], scheme)
    assert article_shares(frames, "silent").tolist()[0] == 0.0
    assert np.isnan(article_shares(frames, "dispute")[1])


@pytest.mark.parametrize("plot", [plot_frames, plot_frame_trend])
def test_every_figure_says_unvalidated_and_names_the_lexicon(plot):
    dates = pd.to_datetime(["2023-01-03"] * 10 + ["2023-02-05"] * 10)
    frames = score(["نزاع. هدوء. مال."] * 20, date=dates)
    printed = plot(frames, language="en").get_supxlabel()
    assert "UNVALIDATED" in printed
    assert frames.scheme.sha256[:12] in printed
    assert (frames.shares["validity"] == "UNVALIDATED").all()
    assert (frames.sensitivity()["validity"] == "UNVALIDATED").all()


def test_no_plot_function_can_leave_the_stamp_off():
    import inspect

    for plot in (plot_frames, plot_frame_trend):
        assert "stamp" not in inspect.signature(plot).parameters


def test_unknown_columns_and_periods_are_named():
    frames = score(["نزاع."])
    with pytest.raises(StudyError, match="did you mean outlet"):
        frames.shares_by(by="outlt")
    with pytest.raises(StudyError, match="did you mean month"):
        frames.shares_by(period="mnth")
    with pytest.raises(AnalysisError, match="no article has a group and a period"):
        frames.shares_by(period="month")
