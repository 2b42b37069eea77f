"""What a reader must be able to tell from a figure of trends."""

import numpy as np
import pandas as pd
import pytest
from glyphs import shown

from q7x2lab.figures.trends import plot_trends
from q7x2lab.trends.rates import Trend


def trend(periods=12, groups=("a", "b"), hits=4):
    months = pd.period_range("2022-01", periods=periods, freq="M").astype(str)
    rows = [(group, month) for group in groups for month in months]
    table = pd.DataFrame(rows, columns=["group", "period"]).assign(query="نفط")
    table["hits"] = np.arange(len(table)) % 3 + hits
    table["tokens"], table["articles"] = 1000, 10
    table["rate"] = table["hits"] * 1000.0
    return Trend(
        table.assign(low=table["rate"] * 0.5, high=table["rate"] * 1.6), "million_tokens", "month"
    )


def texts(figure):
    return [text.get_text() for ax in figure.axes for text in [*ax.texts, ax.title]]


def test_events_are_numbered_apart_and_named_below():
    events = [{"date": f"2022-0{1 + n // 2}-{5 + 9 * (n % 2):02}", "en": f"e{n}"} for n in range(6)]
    events.append({"date": "2031-01-01", "en": "far"})
    figure = plot_trends(trend(), events=events, language="en")
    figure.canvas.draw()
    top = figure.axes[0]
    boxes = [text.get_window_extent() for text in top.texts]
    assert [text.get_text() for text in top.texts] == ["1", "2", "3", "4", "5", "6"]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    legend = figure._supxlabel.get_text()
    assert "6  e5" in legend
    assert "7  far (outside these periods)" in legend


def test_refusals_are_written_into_the_panel():
    figure = plot_trends(trend(periods=5), language="en")
    assert sum("no test: 5 periods" in text for text in texts(figure)) == 2
    ar = plot_trends(trend(periods=5), language="ar")
    assert any(shown("اختبار") in text for text in texts(ar))
    assert not any("test" in text for text in texts(ar))


def test_slope_and_q_are_written_where_there_is_a_test():
    assert sum("q = " in text for text in texts(plot_trends(trend(), language="en"))) == 2


def test_a_gap_breaks_the_line_and_a_lone_month_has_its_interval():
    full = trend(groups=("a",))
    rates = full.rates.copy()
    gone = [2, 4, 5]
    rates.loc[gone, ["rate", "low", "high"]] = np.nan
    rates.loc[gone, ["hits", "tokens", "articles"]] = 0
    figure = plot_trends(Trend(rates, "million_tokens", "month"), language="en")
    ax = figure.axes[0]
    assert np.isnan(ax.lines[0].get_ydata()[gone]).all()
    bars = [c for c in ax.collections if type(c).__name__ == "LineCollection"]
    ((low, high),) = (segment[:, 1] for segment in bars[0].get_segments())
    assert (low, high) == tuple(rates.loc[3, ["low", "high"]])
    assert len([p for p in ax.patches if p.get_width() >= 1]) == 2  # two grey spans


def test_stray_articles_are_not_drawn():
    rates = trend(groups=("a",)).rates.copy()
    rates.loc[11, ["hits", "tokens", "articles", "rate"]] = [0, 5, 1, 0.0]
    figure = plot_trends(Trend(rates, "million_tokens", "month"), language="en")
    assert np.isnan(figure.axes[0].lines[0].get_ydata()[11])


def test_time_runs_from_the_right_when_asked():
    low, high = plot_trends(trend(), right_to_left=True).axes[0].get_xlim()
    assert low > high


@pytest.mark.parametrize("per", ["million_tokens", "thousand_articles", "share_of_articles"])
def test_the_unit_is_named(per):
    figure = plot_trends(Trend(trend().rates, per, "month"), language="en")
    assert per.split("_")[-1] in figure._supylabel.get_text()


def test_what_is_too_much_for_one_figure_is_left_out_and_said():
    rng = np.random.default_rng(1)
    months = pd.period_range("2020-01", periods=10, freq="M").astype(str)
    rows = [
        pd.DataFrame({"query": f"w{q}", "group": f"g{g}", "period": months,
                      "hits": rng.poisson(3 + q, 10), "tokens": 1000, "articles": 9,
                      "low": 1.0, "high": 1e5})
        for q in range(10) for g in range(7)
    ]  # fmt: skip
    table = pd.concat(rows, ignore_index=True).assign(rate=lambda t: t["hits"] * 1e3)
    figure = plot_trends(Trend(table, "million_tokens", "month"), tests=False, language="en")
    assert len(figure.axes) == (8 + 1) * 6
    assert "w2" in figure.axes[0].get_ylabel()
    assert "not drawn: 2 keywords, 1 group" in figure.get_supxlabel()


def test_standardised_rates_are_called_so():
    even = trend(groups=("all",))
    even = Trend(even.rates.assign(exposure=900.0), even.per, even.period, within="outlet")
    assert "standardised over outlet" in plot_trends(even, language="en").get_supylabel()


def test_large_slopes_are_written_out():
    table = trend(groups=("a",)).rates
    steep = table.assign(rate=2000.0 * np.arange(12), low=0.0, high=1e5)
    titles = texts(plot_trends(Trend(steep, "million_tokens", "month"), language="en"))
    assert any("+2,000 [+2,000, +2,000]" in title for title in titles)


def test_a_wide_interval_does_not_press_the_rates_onto_the_axis() -> None:
    months = ["2022-01", "2022-02", "2022-03"]
    rates = pd.DataFrame(
        {"query": "gas", "group": "x", "period": months, "hits": [2, 3, 0], "tokens": 1000,
         "articles": 9, "rate": [2e3, 3e3, 0.0], "low": 0.0, "high": [3e3, 4e3, 2e5]}
    )  # fmt: skip
    figure = plot_trends(Trend(rates, "million_tokens", "month"), tests=False, language="en")
    assert figure.axes[0].get_ylim()[1] == pytest.approx(1.05 * 6e3)
    calm = rates.assign(high=rates["rate"] + 100)
    figure = plot_trends(Trend(calm, "million_tokens", "month"), tests=False, language="en")
    assert figure.axes[0].get_ylim()[1] == pytest.approx(1.05 * 3100)
