"""Steps at events beside placebo dates, and events that the texts propose."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import StudyError
from q7x2lab.trends.events import event_effects, propose_events
from q7x2lab.trends.rates import Trend


def trend(hits, tokens=1000):
    months = pd.period_range("2020-01", periods=len(hits), freq="M").astype(str)
    table = pd.DataFrame(
        {"query": "w", "group": "all", "period": months, "hits": hits, "tokens": tokens,
         "articles": 10}
    )  # fmt: skip
    table["rate"] = table["hits"] / table["tokens"] * 1e6
    return Trend(table, "million_tokens", "month")


def effect(hits, date, **options):
    return event_effects(trend(hits, **options), [{"date": date, "en": "summit"}]).iloc[0]


def test_a_step_is_found_with_its_ratio():
    hits = np.random.default_rng(0).poisson(np.where(np.arange(40) < 20, 10, 30))
    row = effect(hits, "2021-09-01")
    assert row[["event", "date", "before", "after"]].tolist() == ["summit", "2021-09", 20, 20]
    assert row["low"] < 3 < row["high"] and row["low"] > 1
    assert row["placebos"] == 32
    assert row["p"] == pytest.approx(1 / 33)


@pytest.mark.slow
def test_a_date_like_any_other_is_not_called():
    rng = np.random.default_rng(1)
    rows = pd.DataFrame([effect(rng.poisson(12, 30), "2021-04-01") for _ in range(60)])
    assert (rows["p"] < 0.05).sum() <= 8
    assert ((rows["low"] < 1) & (rows["high"] > 1)).sum() >= 53


def test_a_steady_rise_is_not_taken_for_a_step():
    row = effect(np.random.default_rng(2).poisson(np.linspace(10, 40, 40)), "2021-09-01")
    assert row["low"] < 1 < row["high"]


def test_an_event_within_a_period_counts_for_the_part_after_it():
    hits = np.repeat([200, 600], 12)
    hits[11] = 348  # from the 16th on, about half of December, at three times the rate
    row = effect(hits, "2020-12-16", tokens=20_000)
    assert row[["date", "before", "after"]].tolist() == ["2020-12", 11, 13]
    assert row["ratio"] == pytest.approx(3, rel=0.02)


def test_an_event_in_the_last_period_has_a_row():
    row = effect(np.r_[np.random.default_rng(3).poisson(20, 17), 70], "2021-06-02")
    assert row[["date", "after", "refused"]].tolist() == ["2021-06", 1, ""]
    assert row["ratio"] > 2


def test_a_word_from_nothing_has_a_lower_end_and_no_upper():
    row = effect(np.r_[np.zeros(9, int), 122], "2020-10-02", tokens=20_000)
    assert row["refused"] == "" and row["ratio"] == row["high"] == np.inf
    assert row["low"] > 10


def test_an_interval_that_says_nothing_is_refused():
    row = effect(np.r_[np.zeros(8, int), 12, np.zeros(5, int)], "2020-12-01")
    assert "times open" in row["refused"]
    assert row[["ratio", "low", "high", "p"]].isna().all()


def test_what_cannot_be_estimated_is_said():
    rare = effect([0, 1] * 9, "2020-09-01")
    assert rare["refused"] == "9 hits; an estimate needs 10"
    short = effect([9] * 6, "2020-03-01")
    assert short["refused"] == "6 periods with articles; an estimate needs 8"
    for day in ("2030-01-01", "2010-01-01"):
        far = effect(np.full(24, 5), day)
        assert far["refused"] == "outside the periods with articles"
        assert far["date"] == day
    assert event_effects(trend(np.full(24, 5)), []).empty


def test_days_that_several_articles_name_are_proposed_with_a_sentence():
    texts = ["انعقد المؤتمر في 3 مايو 2021. ثم انتهى.", "بعد مؤتمر 3 أيار 2021 هدأت السوق.",
             "لا جديد.", "صدر البيان في 9 يونيو 2021."]  # fmt: skip
    table = pd.DataFrame({"id": list("abcd"), "outlet": list("xyxy"), "text": texts})
    table["date"] = pd.to_datetime(["2021-05-05", "2021-05-09", "2021-05-03", "2021-06-09"])
    found = propose_events(tokenize_corpus(Corpus(table)))
    assert found["date"].tolist() == ["2021-05-03"]
    row = found.iloc[0]
    assert row[["articles", "outlets", "published"]].tolist() == [2, 2, 1]
    assert "3 مايو 2021" in row["sentence"]
    assert "انتهى" not in row["sentence"]
    assert propose_events(tokenize_corpus(Corpus(table.iloc[[2]].reset_index(drop=True)))).empty


@pytest.mark.parametrize("date", ["2022-02-30", "soon", None, ["2022-02-24", "2022-03-01"]])
def test_a_date_that_is_none_is_said(date):
    with pytest.raises(StudyError, match="is no date"):
        event_effects(trend(np.full(24, 5)), [{"date": date, "en": "summit"}])


def test_articles_of_another_decade_propose_no_event() -> None:
    days = [*pd.date_range("2018-01-01", periods=200, freq="D"), *[pd.Timestamp("1998-05-01")] * 2]
    texts = ["عقد اللقاء في 3 مارس 2018."] * 3 + ["نص."] * 197 + ["بدأ في 24 فبراير 1998."] * 2
    ids = [str(number) for number in range(len(days))]
    table = pd.DataFrame({"id": ids, "date": days, "outlet": "x", "text": texts})
    found = propose_events(tokenize_corpus(Corpus(table)))
    assert found["date"].tolist() == ["2018-03-03"]
