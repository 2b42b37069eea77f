"""What was planted in the demonstration corpus is found, and what was not is not."""

import pandas as pd
import pytest

from q7x2lab.data.gold import demo_gold
from q7x2lab.studies.corpus_files import open_tokens
from q7x2lab.trends.bursts import detect_bursts
from q7x2lab.trends.changes import detect_changes
from q7x2lab.trends.counts import frequent_words
from q7x2lab.trends.rates import keyword_trends

KINDS = ["rise", "fall", "burst", "step_up", "step_down", "steady", "untold"]


@pytest.fixture(scope="module")
def tokens():
    return open_tokens("demo")


@pytest.fixture(scope="module")
def planted():
    gold = demo_gold("planted")
    return gold[gold["effect"].isin(KINDS)].set_index("label")


@pytest.fixture(scope="module")
def trend(tokens, planted):
    queries = {label: query.split(",") for label, query in planted["query"].items()}
    return keyword_trends(tokens, queries, draws=300)


def of(planted: pd.DataFrame, effect: str) -> list[str]:
    return planted.index[planted["effect"] == effect].tolist()


def months(first: str, second: str) -> int:
    return abs((pd.Period(first, "M") - pd.Period(second, "M")).n)


def test_rises_and_falls_are_found_with_their_sign(trend, planted):
    tests = trend.tests.set_index("query")
    for effect, sign in (("rise", 1), ("fall", -1)):
        for label in of(planted, effect):
            assert tests.loc[label, "q"] < 0.05
            assert tests.loc[label, "verdict"] == ("rises" if sign > 0 else "falls")


def test_steps_are_dated_within_one_period(trend, planted):
    changes = detect_changes(trend)
    for label in of(planted, "step_up"):
        (date,) = changes.loc[changes["query"] == label, "date"]
        assert months(date, planted.loc[label, "start"]) <= 1
    for label in of(planted, "step_down"):
        (step,) = changes[changes["query"] == label].itertuples()
        assert months(step.date, planted.loc[label, "end"]) <= 2
        assert step.rate_after < step.rate_before


def test_bursts_are_dated_within_one_period_or_refused(trend, planted):
    bursts = detect_bursts(trend)
    refused = trend.tests.set_index("query")["refused"]
    for label in of(planted, "burst"):
        own = bursts[(bursts["query"] == label) & (bursts["level"] == 1)]
        if refused[label]:
            assert own.empty
            continue
        assert months(own["start"].iloc[0], planted.loc[label, "start"]) <= 1
        assert months(own["end"].iloc[-1], planted.loc[label, "end"]) <= 1


def test_a_steady_word_shows_nothing(trend, planted):
    tests, changes = trend.tests.set_index("query"), detect_changes(trend)
    for label in of(planted, "steady") + of(planted, "untold"):
        assert tests.loc[label, "verdict"] in ("steady", "cannot tell")
        assert label not in set(changes["query"])
    assert "steady" in set(tests.loc[of(planted, "steady"), "verdict"])


def test_words_that_were_not_planted_show_next_to_nothing(tokens, planted):
    forms = {form for row in planted["forms"] for form in row.split("|")}
    words = {
        label: query
        for label, query in frequent_words(tokens, n=40).items()
        if not forms & set(tokens.match(query)["surface"])
    }
    trend = keyword_trends(tokens, words, draws=100)
    assert (trend.tests["q"] < 0.05).sum() <= 0.1 * len(words)
    assert detect_changes(trend)["query"].nunique() <= 0.1 * len(words)
