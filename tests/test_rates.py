"""Rates compared: exact where the books are, permuted where articles are."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.trends.comparisons import compare_groups, rate_ratios, span_ratios


def tokens(rates: dict[tuple[str, str], float], articles: int = 30, seed: int = 0):
    """Articles of 50 words by (outlet, month), with a Poisson number of نفط each."""
    rng = np.random.default_rng(seed)
    rows = []
    for (outlet, month), rate in rates.items():
        for k in np.minimum(rng.poisson(rate, articles), 50):
            text = " ".join(["نفط"] * k + ["سوق"] * (50 - k))
            rows.append((f"{len(rows)}", f"{month}-10", outlet, text))
    table = pd.DataFrame(rows, columns=["id", "date", "outlet", "text"])
    return tokenize_corpus(Corpus(table.assign(date=pd.to_datetime(table["date"]))))


def test_no_hit_still_has_an_upper_bound():
    none, ten, one = np.array([0.0]), np.array([10.0]), np.array([1.0])
    ratio, low, high = rate_ratios(none, ten, one, one)
    assert (ratio, low) == (0, 0)
    assert 0.2 < high < 0.6
    assert rate_ratios(ten, none, one, one)[2] == np.inf


def test_groups_are_compared_where_both_published():
    # a writes of it all along; b only publishes in the month in which everyone does
    corpus = tokens({("a", "2022-01"): 0.2, ("a", "2022-02"): 2.0, ("b", "2022-02"): 2.0})
    table = compare_groups(corpus, {"oil": "نفط"}, draws=199).set_index("group")
    assert table.loc["b", "ratio"] == pytest.approx(1, abs=0.4)
    assert table.loc["b", "ratio_low"] < 1 < table.loc["b", "ratio_high"]
    assert table.loc["b", "p"] > 0.05
    assert table.loc["a", "exposure"] == 30 * 50  # of February only


def test_a_difference_is_found_and_the_ratio_is_right():
    corpus = tokens({("a", "2022-01"): 1.0, ("b", "2022-01"): 3.0})
    table = compare_groups(corpus, {"oil": "نفط"}, draws=199).set_index("group")
    assert table.loc["b", "p"] == pytest.approx(1 / 200)
    assert table.loc["b", "ratio_low"] < 3 < table.loc["b", "ratio_high"]
    assert table.loc["a", "ratio"] == pytest.approx(1 / table.loc["b", "ratio"])


def test_articles_with_many_hits_do_not_make_a_difference():
    rng = np.random.default_rng(5)
    alarms = 0
    for seed in range(30):
        rows = [
            (f"{n}", pd.Timestamp("2022-01-01"), "ab"[n % 2],
             " ".join(["نفط"] * (20 if rng.random() < 0.08 else 0) + ["سوق"] * 30))
            for n in range(60)
        ]  # fmt: skip
        corpus = tokenize_corpus(
            Corpus(pd.DataFrame(rows, columns=["id", "date", "outlet", "text"]))
        )
        table = compare_groups(corpus, {"oil": "نفط"}, draws=99, seed=seed)
        alarms += bool((table["p"] < 0.05).any())
    assert alarms <= 5


def test_spans_are_compared_and_empty_ones_are_said():
    corpus = tokens({("a", "2022-01"): 1.0, ("a", "2022-03"): 3.0})
    january, march = ("2022-01-01", "2022-01-31"), ("2022-03-01", "2022-03-31")
    row = span_ratios(corpus, {"oil": "نفط"}, [january, march], draws=199).iloc[0]
    assert row["ratio_low"] < 3 < row["ratio_high"]
    assert row["p"] == pytest.approx(1 / 200)
    with pytest.raises(AnalysisError, match="2021-01-01 to 2021-12-31") as raised:
        span_ratios(corpus, {"oil": "نفط"}, [("2021-01-01", "2021-12-31"), march])
    assert raised.value.exit_status == 2


def test_few_hits_and_one_group_are_said():
    corpus = tokens({("a", "2022-01"): 0.05, ("b", "2022-01"): 0.05})
    table = compare_groups(corpus, {"oil": "نفط"}, draws=9)
    assert table["refused"].str.contains("a test needs 10").all()
    alone = compare_groups(tokens({("a", "2022-01"): 1.0}), {"oil": "نفط"}, draws=9)
    assert alone["refused"].tolist() == ["nobody else published in the same time"]
    with pytest.raises(StudyError, match="per is"):
        compare_groups(corpus, {"oil": "نفط"}, per="percent")


def test_declared_spans_are_compared_each_with_the_one_before():
    corpus = tokens(
        {("a", f"2022-0{month}"): rate for month, rate in enumerate((0.5, 0.5, 2.0), 1)}
    )
    spans = [(f"2022-0{month}-01", f"2022-0{month}-28") for month in (1, 2, 3)]
    table = span_ratios(corpus, {"oil": "نفط"}, spans, draws=199)
    assert table["span"].tolist() == ["2022-02-01/2022-02-28", "2022-03-01/2022-03-28"]
    assert table["other_span"].iloc[1] == table["span"].iloc[0]
    alone = span_ratios(corpus, {"oil": "نفط"}, spans[1:], draws=199)
    assert table["ratio"].iloc[1] == alone["ratio"].iloc[0] > 2
    assert table["q"].iloc[1] == pytest.approx(2 * table["p"].iloc[1])
    assert span_ratios(corpus, {"oil": "نفط"}, spans[:1]).empty
