"""What a reader must be able to tell from a figure of trends."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from glyphs import shown
from matplotlib.collections import PathCollection

from q7x2lab.figures.trends import (
    exhibit_trend_tests,
    exhibit_trends,
    plot_trend_summary,
    plot_trends,
    ratio_text,
)
from q7x2lab.figures.words import exhibit_table
from q7x2lab.trends.rates import Trend


def compared(rates, per="million_tokens"):
    """What `keyword_trends` gives for such rates: groups, with all of them together beside."""
    groups = rates["group"].unique()
    whole = rates[rates["group"] == groups[0]].assign(group="all")
    together = Trend(whole, per, "month") if len(groups) > 1 else None
    return Trend(rates, per, "month", together=together)


def trend(periods=12, groups=("a", "b"), hits=4):
    months = pd.period_range("2022-01", periods=periods, freq="M").astype(str)
    rows = [(group, month) for group in groups for month in months]
    table = pd.DataFrame(rows, columns=["group", "period"]).assign(query="نفط")
    table["hits"] = np.arange(len(table)) % 3 + hits
    table["tokens"], table["articles"] = 1000, 10
    table["rate"] = table["hits"] * 1000.0
    return compared(table.assign(low=table["rate"] * 0.5, high=table["rate"] * 1.6))


def texts(figure):
    return [text.get_text() for ax in figure.axes for text in [*ax.texts, ax.title]]


def titles(figure):
    return [ax.get_title(loc=loc) for ax in figure.axes for loc in ("left", "center", "right")]


def test_events_are_numbered_apart_and_named_below():
    events = [{"date": f"2022-0{1 + n // 2}-{5 + 9 * (n % 2):02}", "en": f"e{n}"} for n in range(6)]
    events.append({"date": "2031-01-01", "en": "far"})
    figure = plot_trends(trend(groups=("all",)), events=events, language="en")
    figure.canvas.draw()
    top = figure.axes[0]
    boxes = [text.get_window_extent() for text in top.texts]
    assert [text.get_text() for text in top.texts] == ["1", "2", "3", "4", "5", "6"]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    legend = figure._supxlabel.get_text()
    assert "6 e5" in legend
    assert "7 far (outside these periods)" in legend


def test_what_has_no_test_is_said_once_below():
    figure = plot_trends(trend(periods=5), language="en")
    assert "no test, for want of periods or hits: 2 of 2 series" in figure._supxlabel.get_text()
    assert not any("test" in text for text in texts(figure))
    ar = plot_trends(trend(periods=5), language="ar")
    assert shown("اختبار") in ar._supxlabel.get_text()


def test_ratio_and_verdict_stand_over_the_large_panel():
    figure = plot_trends(trend(groups=("all",)), language="en")
    (title,) = [text for text in titles(figure) if "[" in text]
    assert "×" in title and ("cannot tell" in title or "steady" in title)


def test_a_gap_is_grey_and_breaks_line_and_band():
    full = trend(groups=("all",), hits=40)
    rates = full.rates.copy()
    gone = [2, 4, 5]
    rates.loc[gone, ["rate", "low", "high"]] = np.nan
    rates.loc[gone, ["hits", "tokens", "articles"]] = 0
    figure = plot_trends(Trend(rates, "million_tokens", "month"), language="en")
    ax = figure.axes[0]
    assert np.isnan(ax.lines[0].get_ydata()[gone]).all()
    assert [p.get_x() + 0.5 for p in ax.patches] == gone  # grey


def test_stray_articles_are_not_drawn():
    rates = trend(groups=("all",)).rates.copy()
    rates.loc[11, ["hits", "tokens", "articles", "rate"]] = [0, 5, 1, 0.0]
    figure = plot_trends(Trend(rates, "million_tokens", "month"), language="en")
    assert figure.axes[0].get_xlim()[1] < 11


def test_periods_of_few_articles_are_hollow():
    rates = trend(groups=("all",)).rates.copy()
    rates.loc[3, "articles"] = 4
    figure = plot_trends(Trend(rates, "million_tokens", "month"), language="en")
    faces = figure.axes[0].collections[0].get_facecolors()
    assert faces[3][:3].tolist() == [1, 1, 1] and faces[4][:3].tolist() != [1, 1, 1]


def test_groups_with_fewer_than_ten_hits_have_no_panel():
    full = trend(groups=("a", "b", "c"))
    rates = full.rates.copy()
    rates.loc[rates["group"] == "c", "hits"] = 0
    drawn = titles(plot_trends(compared(rates), language="en"))
    assert "a" in drawn and "b" in drawn and "c" not in drawn


def test_all_together_are_large_and_groups_small():
    rates = trend(groups=("all",)).rates.assign(exposure=900.0)
    both = replace(trend(), together=replace(trend(), rates=rates, within="outlet"))
    figure = plot_trends(both, language="en")
    figure.canvas.draw()
    large, *small = [axes.get_window_extent().width for axes in figure.axes]
    assert len(small) == 2 and large > 2 * max(small)
    assert "standardised over outlet" in figure.get_supylabel()


def test_time_runs_from_the_right_when_asked():
    low, high = plot_trends(trend(), right_to_left=True).axes[0].get_xlim()
    assert low > high


@pytest.mark.parametrize("per", ["million_tokens", "thousand_articles", "share_of_articles"])
def test_the_unit_is_named(per):
    figure = plot_trends(compared(trend().rates, per), language="en")
    assert per.split("_")[-1] in figure._supylabel.get_text()


def many(queries, groups):
    rng = np.random.default_rng(1)
    months = pd.period_range("2020-01", periods=10, freq="M").astype(str)
    rows = [
        pd.DataFrame({"query": f"w{q}", "group": f"g{g}", "period": months,
                      "hits": rng.poisson(3 + q, 10), "tokens": 1000, "articles": 9})
        for q in range(queries) for g in range(groups)
    ]  # fmt: skip
    table = pd.concat(rows, ignore_index=True).assign(rate=lambda t: t["hits"] * 1e3)
    return compared(table)


def test_no_figure_is_larger_than_a_page_and_what_is_left_out_is_said():
    events = [{"date": f"2020-0{n}-10", "en": f"e{n}"} for n in range(1, 9)]
    large = plot_trends(many(4, 7), events=events, language="en")
    assert "drawn: 4 of 4 keywords, 6 of 7 groups" in large.get_supxlabel()
    two_columns = plot_trends(many(12, 7), events=events, language="en")
    assert "drawn: 10 of 12 keywords, 0 of 7 groups" in two_columns.get_supxlabel()
    for figure in (
        large,
        two_columns,
        plot_trend_summary(many(30, 7)),
        plot_trend_summary(many(2, 1)),
    ):
        width, height = figure.get_size_inches() * 25.4
        assert width <= 160 + 1e-6 and height <= 220 + 1e-6


def test_ratios_stand_on_a_logarithmic_axis_and_the_infinite_at_its_edge():
    rates = trend(groups=("all",), hits=9).rates
    new = rates.assign(query="new", hits=np.r_[np.zeros(8, int), 60, 70, 80, 90])
    rates = pd.concat([rates, new], ignore_index=True)
    rates["rate"] = rates["hits"] * 1000.0
    figure = plot_trend_summary(Trend(rates, "million_tokens", "month"), language="en")
    axes = figure.axes[0]
    names = [label.get_text() for label in axes.get_xticklabels()]
    assert "×1" in names and names[-1] == "×64"
    (marks,) = [c for c in axes.collections if isinstance(c, PathCollection)]
    assert marks.get_offsets()[:, 0].max() == 6  # log2 of 64, where the new word stands
    assert [ratio_text(value) for value in (np.inf, 100.0, 0.001)] == [">64", ">64", "<0.016"]


def test_a_summary_of_nothing_says_so():
    figure = plot_trend_summary(trend(periods=5), language="en")
    assert "no test" in figure.texts[0].get_text()


def test_exhibits_have_figure_table_and_words():
    both = replace(trend(), together=trend(groups=("all",)))
    tests = exhibit_trend_tests(both)
    assert tests.table["group"].tolist() == ["all", "a", "b"]
    for exhibit in (tests, exhibit_trends(both)):
        assert exhibit.figure is not None and exhibit.alternative.ar and exhibit.caption.en
    proposed = exhibit_table(pd.DataFrame({"sentence": ["x"]}), "events-proposed")
    assert proposed.private


def test_more_than_four_keywords_are_all_drawn_in_two_columns() -> None:
    months = [str(month) for month in pd.period_range("2022-01", periods=12, freq="M")]
    words = [f"word{number}" for number in range(7)]
    rates = pd.concat(
        pd.DataFrame({"query": word, "group": "x", "period": months, "hits": 20, "tokens": 1000,
                      "articles": 9, "rate": 2e4})
        for word in words
    )  # fmt: skip
    figure = plot_trends(Trend(rates.reset_index(drop=True), "million_tokens", "month"))
    assert [axes.get_title(loc="left") for axes in figure.axes] == words
    assert len({round(axes.get_position().x0, 2) for axes in figure.axes}) == 2
    assert figure.get_size_inches()[1] * 25.4 <= 220.5
