"""Words nobody asked for: found where planted, not where an outlet stops or chance plays."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.figures.trends import plot_discovery
from q7x2lab.trends.discovery import discover_words

LETTERS = "بتجدرسعفقكلمنه"
STEADY = [a + b + c for a in LETTERS[:8] for b in "رمن" for c in LETTERS[8:]]


def tokens(months: int = 18, seed: int = 0):
    """Two outlets; house words in b, which stops after month 9; a rise and a burst in a."""
    rng = np.random.default_rng(seed)
    rows = []
    for month, date in enumerate(pd.period_range("2020-01", periods=months, freq="M")):
        for number in range(20):
            outlet = "ab"[number % 2]
            if outlet == "b" and month > 8:
                continue
            words = [*rng.choice(STEADY, 60)]
            words += ["زلزال"] * int(outlet == "a" and month == 6 and rng.random() < 0.9)
            words += ["كهرباء"] * rng.poisson(0.1 * month if outlet == "a" else 0)
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
    assert plain.loc["الديوان", "q_trend"] < 0.05  # without standardisation it would


def test_one_correction_spans_both_tests(found):
    p = found.words[["p_trend", "p_burst"]].to_numpy().ravel()
    q = found.words[["q_trend", "q_burst"]].to_numpy().ravel()
    assert found.tested == (~np.isnan(p)).sum()
    assert q[p.argmin()] == pytest.approx(p.min() * found.tested)


def test_few_periods_and_rare_words_are_refused_in_words():
    short = discover_words(tokens(months=5))
    assert short.refused == "5 months with articles; a test needs 8"
    assert "no test: 5 months" in plot_discovery(short, language="en").texts[0].get_text()
    rare = discover_words(tokens(), min_hits=10**6)
    assert rare.words.empty
    assert rare.refused.startswith("no lexeme has")


def test_the_figure_names_the_surest(found):
    figure = plot_discovery(found, language="en")
    drawn = " ".join(text.get_text() for ax in figure.axes for text in ax.texts)
    assert "زلزال" in drawn
    assert "كهرباء" in drawn
    legend = figure.legends[0].get_title().get_text()
    assert f"{found.tested:,} tests" in legend
