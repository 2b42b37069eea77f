"""Who published first, on stories whose order is known; and the cloud of words."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.copies import find_duplicates
from q7x2lab.corpus.read import read_corpus
from q7x2lab.errors import AnalysisError
from q7x2lab.explore.cloud import plot_word_cloud
from q7x2lab.explore.spread import exhibit_who_first, plot_who_first, who_first

OUTLETS = ["a", "b", "c", "a", "b", "b", "c", "a"]
DAYS = ["01-01 23:00", "01-02 01:00", "01-05", "02-01", "02-01 12:00", "02-03", "02-08", None]


@pytest.fixture
def articles() -> pd.DataFrame:
    days = pd.to_datetime([day and f"2022-{day}" for day in DAYS], format="mixed")
    return pd.DataFrame({"date": days, "outlet": OUTLETS})


def told(groups: pd.DataFrame, articles: pd.DataFrame) -> dict[tuple[str, str], list[float]]:
    rows = who_first(groups, articles).set_index(["first", "follower"])
    return {pair: row.tolist() for pair, row in zip(rows.index, rows.to_numpy(), strict=True)}


def test_the_first_is_who_stands_alone_on_the_first_day(articles):
    groups = pd.DataFrame({"quotation": [0, 0, 0, 1, 1, 1, 1], "article": [0, 1, 2, 3, 4, 5, 6]})
    found = told(groups, articles)
    assert found["a", "b"] == [1, 1, 1, 1, 1, 0]  # by two hours, on another day
    assert found["a", "c"] == [1, 4, 4, 1, 0, 0]
    # in the second story a and b tie, so that nobody was before c
    assert np.isnan(found["b", "a"][1])
    assert found["b", "a"][0] == 0 and found["b", "a"][4] == 1
    assert found["b", "a"][5] == 1  # which is a before b
    assert set(found) == {("a", "b"), ("a", "c"), ("b", "a")}


def test_a_follower_counts_from_its_own_first_article_and_counts_all_of_them(articles):
    groups = pd.DataFrame({"quotation": 0, "article": [3, 5, 5, 6, 7]})
    found = told(groups, articles)
    assert found["a", "b"] == [1, 2, 2, 2, 0, 0]
    assert found["a", "c"] == [1, 7, 7, 1, 0, 0]


def test_one_outlet_alone_leads_nobody(articles):
    with pytest.raises(AnalysisError, match="no story stands in two outlets"):
        who_first(pd.DataFrame({"quotation": 0, "article": [0, 3, 7]}), articles)


def test_copies_are_found_by_their_ids(
    article_text="كلمة {} في نص طويل عن أمر ما وقع أمس في المدينة",
):
    text = " ".join(article_text.format(n) for n in range(12))
    table = pd.DataFrame({"id": ["p", "q", "r"], "outlet": ["x", "y", "x"]})
    table["date"], table["text"] = ["2022-01-04", "2022-01-03", "2022-01-09"], text
    corpus = read_corpus(table, copies="all")
    found = who_first(find_duplicates(corpus), corpus.articles)
    assert found[["first", "follower", "stories", "median_days"]].values.tolist() == [
        ["y", "x", 1, 1.0]
    ]


def test_the_order_of_the_rows_says_nothing(articles):
    groups = pd.DataFrame({"quotation": [0, 0, 0, 1, 1, 1, 1], "article": [0, 1, 2, 3, 4, 5, 6]})
    shuffled = groups.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(who_first(groups, articles), who_first(shuffled, articles))


def test_of_many_outlets_cells_hold_stories_alone():
    names = [f"م{number}" for number in range(12)]
    pairs = pd.MultiIndex.from_product([names, names], names=["first", "follower"])
    table = pairs.to_frame(index=False).query("first != follower")
    figure = plot_who_first(table.assign(stories=7, median_days=2.0))
    assert {text.get_text() for text in figure.axes[0].texts} == {"7", ""}
    assert "median" not in figure.get_supxlabel()


def test_the_exhibit_says_what_cannot_be_known(articles):
    groups = pd.DataFrame({"quotation": [0, 0, 0], "article": [0, 1, 2]})
    exhibit = exhibit_who_first(who_first(groups, articles), language="ar")
    assert "Only these outlets are known" in exhibit.notes.en
    assert not exhibit.private
    assert exhibit.tables["en"]["days later"].tolist() == ["1", "4"]
    tied = pd.DataFrame({"quotation": 1, "article": [3, 4]})
    assert plot_who_first(who_first(tied, articles)).texts[0].get_text() == (
        "no outlet was a day or more before another"
    )


@pytest.fixture
def words() -> pd.DataFrame:
    labels = [f"كلمة{n}" if n % 2 else f"word{n}" for n in range(60)]
    return pd.DataFrame({"label": labels, "score": [60.0 - n for n in range(60)]})


def test_words_of_a_cloud_do_not_touch_and_stay_on_the_page(words):
    figure = plot_word_cloud(words)
    boxes = [text.get_window_extent() for text in figure.texts if text.get_visible()]
    assert len(boxes) > 40
    pairs = [(a, b) for n, a in enumerate(boxes) for b in boxes[:n]]
    assert not any(a.overlaps(b) for a, b in pairs)
    page = figure.bbox
    assert all(page.x0 <= b.x0 and b.x1 <= page.x1 for b in boxes)
    assert all(page.y0 <= b.y0 and b.y1 <= page.y1 for b in boxes)
    assert min(text.get_fontsize() for text in figure.texts) >= 7


def test_a_cloud_is_the_same_each_time(words):
    first, second = ([t.get_position() for t in plot_word_cloud(words).texts] for _ in range(2))
    assert first == second
    assert first != [t.get_position() for t in plot_word_cloud(words, seed=1).texts]


def test_a_cloud_leaves_out_what_weighs_nothing(words):
    words["score"] -= 58.0
    assert len(plot_word_cloud(words).texts) == 2
    with pytest.raises(AnalysisError, match="no word weighs more than 0"):
        plot_word_cloud(words.assign(score=0.0))
