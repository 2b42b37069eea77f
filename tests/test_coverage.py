"""Coverage names gaps; the flow adds up."""

import pandas as pd
import pytest

from q7x2lab.corpus.account import coverage, coverage_warnings, flow
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.read import read_corpus
from q7x2lab.errors import StudyError
from q7x2lab.figures.corpus import plot_coverage, plot_flow
from q7x2lab.figures.labels import arabic_label
from q7x2lab.figures.style import figure_bytes


def corpus(rows):
    table = pd.DataFrame(rows, columns=["outlet", "date"])
    table["date"] = pd.to_datetime(table["date"])
    return Corpus(table.assign(id=[str(i) for i in table.index], text="كلمتان اثنتان"))


def test_an_outlet_that_stops_is_a_gap_and_confounds():
    rows = [("أ", f"2022-{month:02}-{day:02}") for month in range(1, 5) for day in range(1, 21)]
    rows += [("ب", f"2022-{month:02}-{day:02}") for month in range(5, 9) for day in range(1, 21)]
    table = coverage(corpus(rows))
    assert len(table) == 16
    assert table["articles"].sum() == 160
    assert table["words"].sum() == 320
    stopped = table[(table["outlet"] == "أ") & (table["period"] > "2022-04")]
    assert (stopped["gap"] == "stopped").all()
    warnings = coverage_warnings(table)
    assert "أ has no articles in 4 periods of 2022-05 to 2022-08 (stopped)" in warnings[0]
    assert "compare periods within an outlet" in warnings[-1]


def test_full_coverage_warns_of_nothing():
    rows = [(o, f"2022-{m:02}-{d:02}") for o in "أب" for m in range(1, 7) for d in range(1, 15)]
    assert coverage_warnings(coverage(corpus(rows))) == []


@pytest.mark.parametrize(
    ("period", "labels"),
    [
        ("day", ["2022-01-30", "2022-01-31", "2022-02-01"]),
        ("week", ["2022-01-24", "2022-01-31"]),
        ("month", ["2022-01", "2022-02"]),
        ("quarter", ["2022Q1"]),
        ("year", ["2022"]),
    ],
)
def test_periods(period, labels):
    table = coverage(corpus([("أ", "2022-01-30"), ("أ", "2022-02-01")]), period)
    assert table["period"].tolist() == labels


def test_an_unknown_period_is_named():
    with pytest.raises(StudyError, match="did you mean month"):
        coverage(corpus([("أ", "2022-01-30")]), "months")


def test_the_flow_adds_up():
    table = pd.DataFrame(
        {
            "id": list("abcde"),
            "date": ["2022-01-01", "2021-01-01", "2020-01-01", "bad", "2022-01-02"],
            "outlet": "x",
            "text": ["نص طويل", "نص آخر", "نص ثالث", "نص رابع", "نص طويل"],
        }
    )
    steps = flow(read_corpus(table, date_from="2021-06-01", copies="once"))
    assert steps["articles"].iloc[0] == 5
    assert steps["articles"].iloc[0] - steps["removed"].sum() == steps["articles"].iloc[-1] == 1
    assert "copy of another article" in set(steps["reason"])
    assert "date cannot be read" in set(steps["reason"])


def test_figures_show_every_outlet_and_number():
    table = coverage(corpus([("صحيفة", "2022-01-30"), ("x", "2022-02-01"), ("x", "2022-02-02")]))
    figure = plot_coverage(table, language="en")
    ticks = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert ticks == [arabic_label("x"), arabic_label("صحيفة")]
    assert [t.get_text() for t in figure.axes[0].texts] == ["", "2", "1", ""]
    steps = pd.DataFrame(
        [("rows read", 3, 0, ""), ("rejected", 2, 1, "no text"), ("articles", 2, 0, "")],
        columns=["step", "articles", "removed", "reason"],
    )
    drawn = [text.get_text() for text in plot_flow(steps, language="en").axes[0].texts]
    assert [text for text in drawn if text] == [
        "rows read\n3",
        "rejected\nno text: 1",
        "articles\n2",
    ]
    assert figure_bytes(figure, "png") == figure_bytes(plot_coverage(table, language="en"), "png")


def test_more_periods_than_can_be_counted_are_refused():
    dates = pd.to_datetime(["1705-01-01", "2022-01-01"])
    table = pd.DataFrame({"id": ["a", "b"], "date": dates, "outlet": "x", "text": "نص"})
    with pytest.raises(StudyError, match="from 1705-01-01 to 2022-01-01 are too many"):
        coverage(Corpus(table), "day")
    assert len(coverage(Corpus(table), "month")) > 3000


def test_many_outlets_and_long_names_fit_the_figure():
    names = [f"صحيفة {n} " * 9 for n in range(90)]
    dates = pd.to_datetime(["2022-01-01", "2022-03-01"] * 45)
    table = pd.DataFrame({"id": names, "date": dates, "outlet": names, "text": "نص"})
    figure = plot_coverage(coverage(Corpus(table)), language="en")
    assert figure.get_supxlabel() == "60 of 90 outlets, those with most articles"
    assert len(figure.axes[0].get_yticklabels()) == 60
    assert figure.get_figheight() * 25.4 <= 220


def test_a_corpus_without_dates_says_so_in_words_and_in_the_figure():
    table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    found = coverage(Corpus(table))
    assert found.empty
    assert coverage_warnings(found) == ["no article has a date: nothing can be said of periods"]
    assert [text.get_text() for text in plot_coverage(found, language="en").texts] == [
        "no article has a date"
    ]
