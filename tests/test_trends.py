"""Keyword rates: exposure, gaps, intervals, refusals, and errors said in words."""

import numpy as np
import pandas as pd
import pytest

import q7x2lab as q
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import AnalysisError, QueryError, StudyError
from q7x2lab.trends.counts import frequent_words, keyword_forms, keyword_queries
from q7x2lab.trends.rates import Trend, keyword_trends, verdict_of


def corpus(counts: dict[tuple[str, str], list[int]], words: int = 20, **columns) -> Corpus:
    """Articles of `words` words each, by (outlet, day), with that many times the word نفط."""
    rows = [
        (f"{outlet}{day}{number}", day, outlet, " ".join(["نفط"] * k + ["سوق"] * (words - k)))
        for (outlet, day), articles in counts.items()
        for number, k in enumerate(articles)
    ]
    table = pd.DataFrame(rows, columns=["id", "date", "outlet", "text"]).assign(**columns)
    table["date"] = pd.to_datetime(table["date"])
    return Corpus(table)


@pytest.fixture(scope="module")
def two_outlets():
    return tokenize_corpus(
        corpus(
            {
                ("a", "2022-01-05"): [1, 0],
                ("a", "2022-02-05"): [0, 0],
                ("a", "2022-04-05"): [2, 3],
                ("b", "2022-01-09"): [0, 1, 1],
            }
        )
    )


def test_rates_are_hits_over_words_and_gaps_are_missing(two_outlets):
    rates = keyword_trends(two_outlets, {"oil": "نفط"}, by="outlet", draws=50).rates
    a = rates[rates["group"] == "a"]
    assert a["period"].tolist() == ["2022-01", "2022-02", "2022-03", "2022-04"]
    assert a["hits"].tolist() == [1, 0, 0, 5]
    assert a["tokens"].tolist() == [40, 40, 0, 40]
    np.testing.assert_allclose(a["rate"], [25_000, 0, np.nan, 125_000])
    b = rates[rates["group"] == "b"]
    assert b[["rate", "low", "high"]].iloc[1:].isna().all(axis=None)
    assert b["articles"].tolist() == [3, 0, 0, 0]


def test_a_period_without_hits_has_a_bound_above_nothing():
    articles = {("a", "2022-01-05"): [2] * 12, ("a", "2022-02-05"): [0] * 12}
    rates = keyword_trends(tokenize_corpus(corpus(articles)), {"oil": "نفط"}, draws=50).rates
    # an article with a hit has 2, and up to 3.69 such articles may have been missed
    assert rates["low"].iloc[1] == 0
    assert rates["high"].iloc[1] == pytest.approx(3.689 * 2 / 240 * 1e6, rel=1e-3)


def test_articles_are_counted_by_the_thousand_or_as_a_share(two_outlets):
    thousand = keyword_trends(two_outlets, {"oil": "نفط"}, per="thousand_articles", draws=20).rates
    share = keyword_trends(two_outlets, {"oil": "نفط"}, per="share_of_articles", draws=20).rates
    assert thousand["rate"].iloc[[0, 3]].tolist() == [600.0, 2500.0]
    assert share["rate"].iloc[[0, 1, 3]].tolist() == [0.6, 0.0, 1.0]
    many = tokenize_corpus(corpus({("a", "2022-01-05"): [1] * 12}))
    sure = keyword_trends(many, {"oil": "نفط"}, per="share_of_articles", draws=20).rates
    assert sure["high"].iloc[0] == pytest.approx(1.0)
    assert 0.5 < sure["low"].iloc[0] < 0.9  # Wilson: twelve of twelve articles prove little


def test_weights_count_copies_once():
    table = corpus({("a", "2022-01-05"): [1, 1, 0]}).articles
    whole = table.assign(cluster=[0, 0, 1], weight=[0.5, 0.5, 1.0])
    rates = keyword_trends(tokenize_corpus(Corpus(whole)), {"oil": "نفط"}, draws=20).rates
    assert rates["rate"].tolist() == [pytest.approx(1 / 40 * 1e6)]


def test_periods_of_ones_own_begin_at_the_breaks(two_outlets):
    trend = keyword_trends(two_outlets, {"oil": "نفط"}, period=["2022-02-01"], draws=20)
    assert trend.rates["period"].tolist() == ["2022-01-05/2022-01-31", "2022-02-01/2022-04-05"]
    assert trend.rates["hits"].tolist() == [3, 5]
    with pytest.raises(StudyError, match="outside the corpus"):
        keyword_trends(two_outlets, {"oil": "نفط"}, period=["2023-02-01"])


@pytest.mark.parametrize(
    ("period", "first"),
    [("day", "2022-01-05"), ("week", "2022-01-03/2022-01-09"), ("quarter", "2022Q1"),
     ("year", "2022")],
)  # fmt: skip
def test_periods_bear_their_usual_names(two_outlets, period, first):
    rates = keyword_trends(two_outlets, {"oil": "نفط"}, period=period, draws=5).rates
    assert rates["period"].iloc[0] == first


@pytest.mark.parametrize(
    ("queries", "options", "error", "words"),
    [
        ({"gas": "غاز"}, {}, QueryError, "'gas'.*occurs nowhere"),
        ({"in": "في"}, {}, QueryError, "stop words alone"),
        ({}, {}, QueryError, "no keywords"),
        ({"oil": "نفط"}, {"period": "moth"}, StudyError, "did you mean month"),
        ({"oil": "نفط"}, {"per": "million"}, StudyError, "per is 'million'"),
        ({"oil": "نفط"}, {"by": "outlat"}, StudyError, "did you mean outlet"),
    ],
)
def test_errors_name_what_is_wrong(queries, options, error, words):
    table = corpus({("a", "2022-01-05"): [1]}).articles
    table = table.assign(text="نفط في سوق")
    with pytest.raises(error, match=words) as raised:
        keyword_trends(tokenize_corpus(Corpus(table)), queries, draws=5, **options)
    assert raised.value.exit_status == 2


def test_something_else_than_tokens_queries_or_a_trend_is_said():
    plain = corpus({("a", "2022-01-05"): [1]})
    with pytest.raises(StudyError, match="Tokens wanted, found Corpus") as raised:
        q.keyword_trends(plain, {"oil": "نفط"})
    assert "tokenize_corpus" in str(raised.value)
    with pytest.raises(StudyError, match="Mapping wanted, found str"):
        keyword_trends(tokenize_corpus(plain), "نفط")
    for search in (q.detect_changes, q.detect_bursts):
        with pytest.raises(StudyError, match="Trend wanted, found DataFrame"):
            search(plain.articles)


def test_articles_without_dates_are_said():
    tokens = tokenize_corpus(corpus({("a", "NaT"): [1]}))
    with pytest.raises(AnalysisError, match="no article has a date"):
        keyword_trends(tokens, {"oil": "نفط"})


def test_one_period_and_few_hits_are_refused_in_words(two_outlets):
    year = keyword_trends(two_outlets, {"oil": "نفط"}, period="year", draws=5).tests
    assert year["refused"].tolist() == ["1 period with articles; a test needs 8"]
    months = {("a", f"2022-{m:02}-05"): [int(m < 10)] for m in range(1, 13)}
    few = keyword_trends(tokenize_corpus(corpus(months)), {"oil": "نفط"}, draws=5).tests
    assert few["refused"].tolist() == ["9 hits; a test needs 10"]
    assert few["verdict"].tolist() == ["cannot tell"]
    assert few[["ratio", "low", "high", "p", "q", "p_blocks"]].isna().all(axis=None)


def series(hits, base=1000, **columns) -> Trend:
    months = pd.period_range("2020-01", periods=len(hits), freq="M").astype(str)
    table = pd.DataFrame(
        {"query": "w", "group": "all", "period": months, "hits": hits, "tokens": base,
         "articles": 10, **columns}
    )  # fmt: skip
    table["rate"] = table["hits"] / table["tokens"] * 1e6
    return Trend(table, "million_tokens", "month")


def test_counts_that_grow_with_the_corpus_are_no_trend():
    base = np.linspace(1000, 4000, 24).round()
    drawn = np.random.default_rng(3).poisson(base * 0.02, (60, 24))
    tests = pd.concat([series(hits, base).tests for hits in drawn])
    assert (tests["p"] < 0.05).sum() <= 6
    assert ((tests["low"] <= 1) & (tests["high"] >= 1)).sum() >= 54


def test_an_outlet_that_stops_is_not_a_decline():
    hits = np.r_[np.random.default_rng(1).poisson(20, 16), np.zeros(8, int)]
    base = np.r_[np.full(16, 1000), np.zeros(8, int)]
    tested = series(hits, base).tests.iloc[0]
    assert tested["periods"] == 16
    assert tested["verdict"] != "falls"


def test_a_rise_is_found_with_its_ratio():
    mean = 20 * 3.0 ** np.linspace(0, 1, 24)
    tested = series(np.random.default_rng(2).poisson(mean)).tests.iloc[0]
    assert tested["verdict"] == "rises" and tested["refused"] == ""
    assert max(tested["p"], tested["p_blocks"]) < 0.01 and tested["q"] == tested["p"]
    assert tested["low"] < 3 < tested["high"] and tested["detectable"] > 1
    span = (pd.Timestamp("2021-12-01") - pd.Timestamp("2020-01-01")).days / 365.25
    assert tested["yearly"] == pytest.approx(tested["ratio"] ** (1 / span))


def test_a_span_shorter_than_a_year_has_no_yearly_ratio():
    assert np.isnan(series(np.full(11, 9)).tests["yearly"].iloc[0])
    assert series(np.full(12, 9)).tests["yearly"].iloc[0] == pytest.approx(1)


def test_many_hits_of_a_steady_word_are_called_steady_and_few_not():
    rng = np.random.default_rng(6)
    assert series(rng.poisson(150, 24), 10_000).tests["verdict"].tolist() == ["steady"]
    assert series(rng.poisson(1.5, 12)).tests["verdict"].tolist() == ["cannot tell"]
    assert verdict_of(3.0, 1.2, 8.0, 0.02, 0.2) == "cannot tell"  # blocks do not agree
    assert verdict_of(3.0, 1.2, 8.0, 0.02, np.nan) == "rises"  # blocks cannot say


def test_articles_of_stray_dates_are_in_no_period():
    months = {("a", f"2018-{m:02}-05"): [1, 2] for m in range(1, 11)}
    stray = {("a", "2012-03-01"): [5], ("a", "2058-03-01"): [5]}
    plain, both = (
        keyword_trends(tokenize_corpus(corpus(part)), {"oil": "نفط"}, draws=5)
        for part in (months, months | stray)
    )
    pd.testing.assert_frame_equal(plain.rates, both.rates)


def test_a_word_from_nothing_rises():
    tested = series(np.r_[np.zeros(16, int), 9, 12, 7, 11, 14, 9, 8, 12]).tests.iloc[0]
    assert tested["verdict"] == "rises" and tested["ratio"] > 50 and tested["low"] > 3


def test_a_word_of_the_last_month_alone_rises_by_its_interval():
    tested = series(np.array([0, 3, 0, 2, 6, 0, 0, 3, 1924]), 500_000).tests.iloc[0]
    assert tested["verdict"] == "rises" and tested["low"] > 10
    assert np.isnan(tested["p_blocks"])


def test_all_groups_together_stand_beside_groups():
    days = [f"2022-{m:02}-05" for m in range(1, 13)]
    tokens = tokenize_corpus(corpus({(o, day): [1, 2] for o in "ab" for day in days}))
    trend = keyword_trends(tokens, {"oil": "نفط"}, by="outlet", draws=5)
    assert trend.tests["group"].tolist() == ["a", "b"]
    assert trend.together.tests["group"].tolist() == ["all"]
    assert trend.together.within == "outlet"
    assert keyword_trends(tokens, {"oil": "نفط"}, draws=5).together is None


def test_a_smooth_follows_the_rate_within_its_band_and_leaves_gaps():
    mean = 60 + 30 * np.sin(np.linspace(0, 3, 30))
    base = np.full(30, 1000)
    base[4:6] = 0
    hits = np.where(base > 0, np.random.default_rng(0).poisson(mean), 0)
    smooth = series(hits, base).smooth
    assert smooth["rate"].isna().tolist() == (base == 0).tolist()
    inside = (smooth["low"] <= mean * 1000) & (mean * 1000 <= smooth["high"])
    assert inside[base > 0].mean() > 0.9
    assert (smooth["high"] / smooth["low"])[base > 0].median() < 1.6


def test_a_word_of_one_month_has_no_smooth_and_no_warning(recwarn):
    hits = np.zeros(12, int)
    hits[5] = 60
    assert series(hits).smooth["rate"].isna().all()
    assert not recwarn.list


def test_q_is_over_all_rows_that_were_tested():
    rise, flat = series(np.arange(5, 29)).rates, series(np.tile([9, 7, 8], 8)).rates
    few = series(np.r_[np.ones(9, int), np.zeros(15, int)]).rates
    table = pd.concat([rise, flat.assign(query="flat"), few.assign(query="few")], ignore_index=True)
    tests = Trend(table, "million_tokens", "month").tests
    assert tests["q"].isna().tolist() == [False, False, True]
    assert tests["q"].iloc[0] == pytest.approx(2 * tests["p"].iloc[0])


def test_the_same_seed_gives_the_same_intervals(two_outlets):
    first, second = (keyword_trends(two_outlets, {"oil": "نفط"}, draws=60, seed=4) for _ in "ab")
    pd.testing.assert_frame_equal(first.rates, second.rates)


def test_stray_articles_after_an_outlet_has_stopped_are_no_decline():
    hits = np.r_[np.random.default_rng(1).poisson(20, 12), [0, 0, 0]]
    base = np.r_[np.full(12, 1000), [7, 12, 3]]
    trend = series(hits, base)
    assert trend.series[0].there.tolist() == [True] * 12 + [False] * 3
    assert trend.tests["periods"].tolist() == [12]
    assert trend.tests["p"].iloc[0] == series(hits[:12], base[:12]).tests["p"].iloc[0]


def test_an_outlet_that_begins_moves_no_standardised_rate():
    rng = np.random.default_rng(8)
    articles = {("a", f"2021-{m:02}-05"): [2] * 6 for m in range(1, 13)}
    articles |= {("b", f"2021-{m:02}-05"): rng.poisson(8, 12).tolist() for m in range(7, 13)}
    tokens = tokenize_corpus(corpus(articles))
    raw = keyword_trends(tokens, {"oil": "نفط"}, draws=50)
    even = keyword_trends(tokens, {"oil": "نفط"}, within="outlet", draws=50)
    early, late = slice(0, 6), slice(6, 12)
    assert raw.rates["rate"][late].mean() > 2.5 * raw.rates["rate"][early].mean()
    assert even.rates["rate"][late].mean() == pytest.approx(
        even.rates["rate"][early].mean(), rel=0.1
    )
    assert even.tests["p"].iloc[0] > 0.1
    assert even.rates["group"].unique().tolist() == ["all"]
    assert even.rates["hits"].sum() == raw.rates["hits"].sum()
    (one,) = even.series
    np.testing.assert_allclose(one.hits / one.base * 1e6, even.rates["rate"])
    assert repr(even).endswith("standardised over outlet")
    both = keyword_trends(tokens, {"oil": "نفط"}, by="outlet", draws=50)
    pd.testing.assert_frame_equal(both.together.rates, even.rates)


def test_a_rate_that_changes_in_every_outlet_is_kept_by_standardising():
    months = [f"2021-{m:02}-05" for m in range(1, 11)]
    articles = {("a", day): [1 + m] * 5 for m, day in enumerate(months)}
    articles |= {("b", day): [2 * (1 + m)] * 5 for m, day in enumerate(months) if m > 4}
    rates = keyword_trends(
        tokenize_corpus(corpus(articles, words=40)), {"oil": "نفط"}, within="outlet", draws=20
    ).rates["rate"]
    assert (rates / rates[0]).tolist() == pytest.approx(list(range(1, 11)))


def test_an_alias_group_that_is_not_there_is_said():
    with pytest.raises(QueryError, match="names the alias group 'russja'") as raised:
        keyword_queries({"Russia": "alias:russja"})
    assert "did you mean russia" in str(raised.value)
    assert keyword_queries({"x": ["alias:russia"]})["x"]["names"]


def test_the_forms_of_every_keyword_are_listed(two_outlets):
    forms = keyword_forms(two_outlets, {"oil": "نفط", "market": "سوق"})
    assert forms["query"].unique().tolist() == ["oil", "market"]
    assert forms.loc[forms["included"], "count"].tolist()[0] == 8


def test_a_stop_word_with_a_form_that_is_none_is_refused_still():
    table = corpus({("a", "2022-01-05"): [1]}).articles
    tokens = tokenize_corpus(Corpus(table.assign(text="من " * 30 + "وكمن نفط")))
    with pytest.raises(QueryError, match="stop words alone"):
        keyword_trends(tokens, {"from": ["من", "كمن"]}, draws=5)


def test_frequent_words_are_queries_of_lexemes(two_outlets):
    assert frequent_words(two_outlets, n=2) == {"سوق": "lexeme:سوق", "نفط": "lexeme:نفط"}
