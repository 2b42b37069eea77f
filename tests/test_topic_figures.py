"""Figures of topics: what is greyed, what is left out, and labels that are right."""

import matplotlib.colors as mc
import numpy as np
import pandas as pd
import pytest
from planted_topics import planted

from q7x2lab.figures.labels import arabic_label
from q7x2lab.figures.style import PALE
from q7x2lab.figures.topics import (
    exhibit_topic_shares,
    plot_topic_grid,
    plot_topic_groups,
    plot_topic_prevalence,
    plot_topic_words,
)
from q7x2lab.topics.choice_of_k import topic_grid
from q7x2lab.topics.groups import topic_shares_by
from q7x2lab.topics.stability import stability


@pytest.fixture(scope="module")
def grid():
    dtm, _ = planted()
    dtm.labels = [f"كلمة {name}" for name in dtm.lexemes]
    return topic_grid(dtm, [2, 4], draws=3)


@pytest.fixture(scope="module")
def kept(grid):
    found = stability(grid.model, draws=3)
    found.topics.loc[1, "badge"] = "unstable"
    return found


@pytest.fixture(scope="module")
def by_month(grid, kept):
    return topic_shares_by(grid.model, "month", stability=kept, refits=2, draws=20)


def test_unstable_topics_are_grey_and_labels_are_shaped(grid, kept):
    figure = plot_topic_words(grid.model, stability=kept, n=5)
    figure.canvas.draw()
    paint = [panel.patches[0].get_facecolor() for panel in figure.axes[:4]]
    assert [mc.to_hex(c) == PALE for c in paint] == [False, True, False, False]
    label = figure.axes[0].get_yticklabels()[0].get_text()
    assert label == arabic_label(grid.model.words(1)["word"].iloc[0])
    assert "unstable" in figure.axes[1].get_title()


def test_gaps_are_not_bridged_and_events_are_drawn(by_month):
    shares = by_month[by_month["month"] != pd.Timestamp("2022-04-01")]
    event = {"date": "2022-03-10", "ar": "قمة", "en": "summit"}
    figure = plot_topic_prevalence(shares, events=[event])
    figure.canvas.draw()
    panel = figure.axes[0]
    drawn = [line for line in panel.lines if line.get_linestyle() == "-"]
    gaps = [np.isnan(line.get_ydata().astype(float)).tolist() for line in drawn]
    assert gaps == [[False] * 3 + [True] + [False] * 4]
    assert any(text.get_text().strip() == "1" for text in panel.texts)
    assert "unstable" in figure.axes[1].get_title()
    assert panel.get_ylim()[1] >= shares.loc[shares["topic"] == 0, "high"].max()


def test_an_event_is_named_in_the_language_that_it_has(by_month):
    days = ("2022-03-10", "2022-04-10")
    events = [{"date": days[0], "ar": "", "en": "cap"}, {"date": days[1], "ar": "قمة"}]
    figure = plot_topic_prevalence(by_month, events=events)
    assert figure.get_supxlabel() == arabic_label("1 cap · 2 قمة")


def test_a_month_of_few_articles_is_hollow(by_month):
    shares = by_month.copy()
    shares.loc[shares["month"] == shares["month"].iloc[0], ["low", "high"]] = np.nan
    panel = plot_topic_prevalence(shares).axes[0]
    dots = next(c for c in panel.collections if len(c.get_offsets()) == shares["month"].nunique())
    filled = [mc.to_hex(c) != "#ffffff" for c in dots.get_facecolors()]
    assert filled == [False] + [True] * (len(filled) - 1)


def test_dots_stand_where_the_shares_are(grid):
    shares = topic_shares_by(grid.model, "outlet", refits=2, draws=20)
    axes = plot_topic_groups(shares).axes[0]
    dots = [c.get_offsets() for c in axes.collections if len(c.get_offsets()) == 4]
    found = {(round(float(x), 6), round(float(y))) for part in dots for x, y in part}
    rows = shares.itertuples()
    assert found == {(round(row.share, 6), -row.topic) for row in rows}


def test_the_grid_shows_what_was_computed(grid):
    figure = plot_topic_grid(grid, language="en")
    line = figure.axes[0].lines[0]
    assert np.allclose(line.get_ydata(), grid.table["stability"])
    assert "K = 4" in figure.get_supxlabel().replace("\n", " ")


def test_topics_by_month_are_no_finding_about_groups() -> None:
    shares = pd.DataFrame({"month": pd.to_datetime(["2018-01-01", "2018-02-01"]), "topic": 0})
    shares = shares.assign(label="a", badge="stable", share=[0.2, 0.4], low=[0.1, 0.3])
    shares = shares.assign(high=[0.3, 0.5], difference=0.3, difference_low=0.1, difference_high=0.4)
    shares["articles"] = 9
    assert exhibit_topic_shares(shares).finding.en == ""
    outlets = shares.rename(columns={"month": "outlet"}).assign(outlet=["x", "y"])
    assert exhibit_topic_shares(outlets).finding.en != ""
