"""Trends on the news of 2018: outlets that stop, stray articles, and every lexeme at once."""

import time

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.trends.changes import detect_changes
from q7x2lab.trends.discovery import discover_words
from q7x2lab.trends.events import event_effects
from q7x2lab.trends.rates import keyword_trends


@pytest.fixture(scope="module")
def tokens(real_data):
    path = real_data / "ant_2018" / "ant_multisource_2018.parquet"
    if not path.is_file():
        pytest.skip("ant_2018 is not here")
    table = pd.read_parquet(path, columns=["id", "date", "outlet", "text"])
    table = table.astype({"id": str, "outlet": str, "text": str})
    table["date"] = pd.to_datetime(table["date"])
    return tokenize_corpus(Corpus(table))


@pytest.fixture(scope="module")
def trend(tokens):
    return keyword_trends(tokens, {"Putin": ["بوتين", "بوتن"]}, by="outlet", draws=200)


@pytest.mark.parametrize(
    ("outlet", "last"),
    [("Al Arabiya", "2018-07"), ("France 24 Arabic", "2018-08"), ("BBC Arabic", "2018-10")],
)
def test_coverage_ends_where_the_outlet_stops(trend, outlet, last):
    part = trend.rates[trend.rates["group"] == outlet]
    (series,) = [one for one in trend.series if one.group == outlet]
    months = part["period"][series.there]
    assert months.iloc[-1] == last
    assert months.iloc[0] >= "2018-01"  # stray articles of earlier years carry no rate


def test_no_stop_is_tested_as_a_decline(trend):
    stopped = trend.tests.set_index("group").loc[["Al Arabiya", "France 24 Arabic"]]
    assert not (stopped["verdict"] == "falls").any()
    falls = detect_changes(trend).query("rate_after < rate_before")
    assert not ((falls["group"] == "Al Arabiya") & (falls["date"] >= "2018-08")).any()


def test_an_event_of_the_year_has_a_row_and_the_word_is_called_what_it_is(tokens):
    trend = keyword_trends(tokens, {"Khashoggi": ["خاشقجي"]}, within="outlet", draws=100)
    test = trend.tests.iloc[0]
    # All in the last of nine months: permuting months cannot say, the ratio is clear.
    assert test["p"] < 0.01 and test["low"] > 100 and np.isnan(test["p_blocks"])
    assert test["verdict"] == "rises"
    assert trend.rates["period"].iloc[[0, -1]].tolist() == ["2018-01", "2018-10"]
    event = event_effects(trend, [{"date": "2018-10-02", "en": "killing"}]).iloc[0]
    assert event["date"] == "2018-10" and event["refused"] == ""
    assert event["low"] > 5


@pytest.mark.slow
def test_every_lexeme_is_tested_and_events_of_the_year_stand_out(tokens):
    begin = time.process_time()
    found = discover_words(tokens)
    assert time.process_time() - begin < 90
    assert len(found.words) > 5000
    words = found.words.set_index("label")
    assert words.loc["المونديال", ["start", "end"]].tolist() == ["2018-06", "2018-07"]
    assert words.loc["خاشقجي", "start"] == "2018-10"
    assert (words.loc[["المونديال", "خاشقجي"], "q_burst"] < 0.001).all()
    assert words.loc["خاشقجي", "kind"] == "new"  # though it has a few hits before
