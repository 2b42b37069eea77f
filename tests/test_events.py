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


def test_a_step_is_found_with_its_ratio():
    hits = np.random.default_rng(0).poisson(np.where(np.arange(40) < 20, 10, 30))
    row = event_effects(trend(hits), [{"date": "2021-09-01", "en": "summit"}]).iloc[0]
    assert row[["event", "date", "before", "after"]].tolist() == ["summit", "2021-09", 20, 20]
    assert row["ratio_low"] < 3 < row["ratio_high"]
    assert row["placebos"] == 32
    assert row["p"] == pytest.approx(1 / 33)


def test_a_date_like_any_other_is_not_called():
    rng = np.random.default_rng(1)
    rows = [
        event_effects(trend(rng.poisson(12, 30)), [{"date": "2021-04-01", "en": "x"}]).iloc[0]
        for _ in range(60)
    ]
    assert sum(row["p"] < 0.05 for row in rows) <= 8
    assert sum(row["ratio_low"] < 1 < row["ratio_high"] for row in rows) >= 53


def test_a_steady_rise_is_not_taken_for_a_step():
    hits = np.random.default_rng(2).poisson(np.linspace(10, 40, 40))
    row = event_effects(trend(hits), [{"date": "2021-09-01", "en": "x"}]).iloc[0]
    assert row["ratio_low"] < 1 < row["ratio_high"]


def test_an_event_within_a_period_counts_from_the_next():
    effects = event_effects(trend(np.full(24, 5)), [{"date": "2021-01-15", "ar": "قمة"}])
    assert effects["date"].tolist() == ["2021-02"]


def test_what_cannot_be_estimated_is_said():
    short = event_effects(trend(np.full(24, 5)), [{"date": "2020-03-01", "en": "early"}]).iloc[0]
    assert short["refused"].startswith("2 periods before and 22 after")
    rare = event_effects(trend([0, 1] * 9), [{"date": "2020-09-01", "en": "x"}]).iloc[0]
    assert rare["refused"] == "9 hits; an estimate needs 20"
    assert np.isnan(rare["ratio"])
    for day in ("2030-01-01", "2010-01-01"):
        far = event_effects(trend(np.full(24, 5)), [{"date": day, "en": "far"}]).iloc[0]
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
    with pytest.raises(StudyError, match="is no day of the calendar"):
        event_effects(trend(np.full(24, 5)), [{"date": date, "en": "summit"}])
