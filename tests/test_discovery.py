"""Words nobody asked for: found where planted, not where an outlet stops or chance plays."""

import numpy as np
import pandas as pd
import pytest

import q7x2lab as q
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import AnalysisError
from q7x2lab.figures.trends import plot_discovery
from q7x2lab.trends.discovery import discover_words

LETTERS = "بتجدرسعفقكلمنه"
STEADY = [a + b + c for a in LETTERS[:8] for b in "رمن" for c in LETTERS[8:]]


def tokens(months: int = 30, seed: int = 0, late: dict[tuple[int, int], int] | None = None):
    """Two outlets; house words in b, which stops after month 9; a rise and a burst in a."""
    late = late or {}
    rng, other = np.random.default_rng(seed), np.random.default_rng(seed + 1)
    rows = []
    for month, date in enumerate(pd.period_range("2020-01", periods=months, freq="M")):
        for number in range(20):
            outlet = "ab"[number % 2]
            if outlet == "b" and month > 8:
                continue
            words = [*rng.choice(STEADY, 60)]
            words += ["زلزال"] * int(outlet == "a" and month == 6 and rng.random() < 0.9)
            words += ["كهرباء"] * rng.poisson(0.1 * month if outlet == "a" else 0)
            words += ["الهاتف"] * other.poisson(1.5 if outlet == "a" and month > 17 else 0)
            words += ["التلغراف"] * other.poisson(1.5 if outlet == "a" and month < 11 else 0)
            words += ["الغواص"] * late.get((month, number), 0)
            words += ["الديوان"] * int(outlet == "b" and rng.random() < 0.8)
            rows.append((f"{month}-{number}", date.start_time, outlet, " ".join(words)))
    table = pd.DataFrame(rows, columns=["id", "date", "outlet", "text"])
    return tokenize_corpus(Corpus(table), lexemes="none")


@pytest.fixture(scope="module")
def found():
    return discover_words(tokens(), min_hits=8)


def test_what_was_planted_is_found(found):
    words = found.words.set_index("label")
    assert words.loc["كهرباء", "kind"] in ("rise", "new")
    assert words.loc["زلزال", ["kind", "start", "end"]].tolist() == ["burst", "2020-07", "2020-07"]


def test_chance_makes_no_discoveries(found):
    claims = found.words[found.words["kind"] != ""]
    false = claims[claims["label"].isin(STEADY)]
    assert len(found.words) > 100
    assert len(false) <= max(1, 0.1 * len(claims))


def test_house_words_of_an_outlet_that_stops_do_not_fall(found):
    assert found.words.set_index("label").loc["الديوان", "kind"] == ""
    plain = discover_words(tokens(), min_hits=8, within=None).words.set_index("label")
    assert plain.loc["الديوان", "p_trend"] < 0.05  # without standardisation it would


def test_trends_and_bursts_are_two_families(found):
    words = found.words
    for family in ("trend", "burst"):
        p, corrected = (words[f"{kind}_{family}"].to_numpy() for kind in "pq")
        assert corrected[p.argmin()] == pytest.approx(min(p.min() * (~np.isnan(p)).sum(), 1))


def test_new_and_vanished_words_are_called_so(found):
    words = found.words.set_index("label")
    assert words.loc["الهاتف", "kind"] == "new" and words.loc["الهاتف", "first"] >= "2021-07"
    assert words.loc["التلغراف", "kind"] == "vanished" and words.loc["التلغراف", "ratio"] < 0.1


def test_a_stray_hit_long_before_does_not_make_a_new_word_old():
    late = {(2, 4): 1, (6, 4): 1} | {(29, number): 12 for number in range(0, 20, 2)}
    words = discover_words(tokens(late=late), min_hits=8).words.set_index("label")
    assert words.loc["الغواص", ["kind", "first"]].tolist() == ["new", "2020-03"]


def test_stray_articles_of_other_years_stretch_nothing(found):
    stray = tokens().articles[["id", "date", "outlet", "text"]].copy()
    stray.loc[0, "date"] = pd.Timestamp("1999-03-01")
    again = discover_words(tokenize_corpus(Corpus(stray), lexemes="none"), min_hits=8)
    words = again.words.set_index("label")
    assert words.loc["الهاتف", "kind"] == "new" and words.loc["التلغراف", "kind"] == "vanished"
    assert words["start"].min() >= "2020-01"


def test_few_periods_and_rare_words_are_refused_in_words():
    short = tokens(months=5)
    with pytest.raises(AnalysisError, match="5 periods with articles; a test needs 8"):
        discover_words(short)
    refusal = q.discover_words(short)
    assert not refusal and q.plot_discovery(refusal) is refusal
    with pytest.raises(AnalysisError, match="no lexeme has 1000000 hits"):
        discover_words(tokens(), min_hits=10**6)


def test_the_figure_names_the_surest(found):
    figure = plot_discovery(found, language="en")
    drawn = " ".join(text.get_text() for ax in figure.axes for text in ax.texts)
    assert "زلزال" in drawn
    assert "كهرباء" in drawn
    assert f"{len(found.words):,} lexemes" in figure.get_supxlabel()
