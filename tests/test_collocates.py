"""Words beside a query: counts by hand, p that chance does not make small, comparisons."""

import math

import numpy as np
import pandas as pd
import pytest
from plain_corpora import corpus

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus
from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.explore.collocates import (
    collocates,
    compare_collocates,
    dispersion,
    joined_phrases,
)
from q7x2lab.explore.in_context import exhibit_concordance, exhibit_dispersion, plot_dispersion

TEXTS = [
    "نفط نفط روسيا نفط قمح",
    "قمح روسيا روسيا نفط قطن",
    "قمح قطن قطن نفط",
]


def of(texts: list[str] = TEXTS) -> Tokens:
    return tokenize_corpus(corpus(texts))


def row(tokens: Tokens, label: str, **options: object) -> pd.Series:
    found = collocates(tokens, "روسيا", window=1, min_articles=1, **options)  # type: ignore[arg-type]
    return found.set_index("label").loc[label]


def test_an_example_worked_out_by_hand() -> None:
    # Beside a hit at one token: نفط and نفط in the first article, قمح and نفط in the second (not
    # the second روسيا, which is a hit itself): 4 of the 11 tokens outside hits, 3 of the 5 نفط.
    oil = row(of(), "نفط")
    assert (oil["together"], oil["articles"]) == (3, 2)
    assert oil["expected"] == pytest.approx(5 * 4 / 11)
    assert oil["log_dice"] == pytest.approx(14 + math.log2(2 * 3 / (3 + 5)))
    assert oil["mi"] == pytest.approx(math.log2(3 / (5 * 4 / 11)))
    cells = {(3, 4 * 5), (1, 4 * 6), (2, 7 * 5), (5, 7 * 6)}  # observed, expected times 11
    assert oil["g2"] == pytest.approx(2 * sum(n * math.log(11 * n / e) for n, e in cells))


@pytest.mark.parametrize(
    ("side", "oil", "wheat"), [("left", 1, 1), ("right", 2, 0), ("both", 3, 1)]
)
def test_a_side_is_before_or_after_the_hit(side: str, oil: int, wheat: int) -> None:
    tokens = of()
    assert row(tokens, "نفط", side=side)["together"] == oil
    assert row(tokens, "قمح", side=side)["together"] == wheat


def test_once_an_article_counts_a_lexeme_once() -> None:
    oil = row(of(), "نفط", once=True)
    assert (oil["together"], oil["articles"]) == (2, 2)
    # Article and lexeme are the pairs: 3 stand beside a hit, of 8.
    assert oil["expected"] == pytest.approx(3 * 3 / 8)
    assert oil["log_dice"] == pytest.approx(14 + math.log2(2 * 2 / (2 + 3)))


def test_a_word_in_two_windows_counts_once_and_windows_end_with_the_article() -> None:
    tokens = of(["روسيا نفط روسيا", "قمح قطن"])
    found = collocates(tokens, "روسيا", window=9, min_articles=1).set_index("label")
    assert found["together"].to_dict() == {"نفط": 1, "قمح": 0, "قطن": 0}
    assert math.isnan(found.loc["قمح", "log_dice"]) and math.isnan(found.loc["قمح", "mi"])


def test_copies_of_one_story_count_once() -> None:
    table = corpus([TEXTS[0], TEXTS[0], *TEXTS[1:]]).articles.assign(cluster=[0, 0, 1, 2])
    tokens = tokenize_corpus(Corpus(table))
    twice, single = (row(each, "نفط").drop(["p", "q"]) for each in (tokens, of()))
    pd.testing.assert_series_equal(twice, single)


def test_what_cannot_be_answered_is_refused() -> None:
    with pytest.raises(StudyError, match="no side is called 'rigth'"):
        collocates(of(), "روسيا", side="rigth")
    with pytest.raises(AnalysisError, match="occurs nowhere"):
        collocates(of(), "ألمانيا")
    with pytest.raises(AnalysisError, match="stands in 5 articles"):
        collocates(of(), "روسيا")
    with pytest.raises(AnalysisError, match="compare by another column"):
        compare_collocates(of(), "روسيا")


def test_spread_is_counted_by_group() -> None:
    table = corpus(["نفط قمح", "قمح قمح", "نفط نفط"]).articles.assign(outlet=list("aab"))
    found = dispersion(tokenize_corpus(Corpus(table)), "نفط").set_index("group")
    assert found["hits"].to_dict() == {"a": 1, "b": 2}
    assert found["rate"].to_dict() == {"a": 250_000, "b": 1_000_000}
    assert found["dispersion"].to_dict() == {"a": 1.0, "b": pytest.approx(np.nan, nan_ok=True)}


def test_a_dispersion_plot_has_a_panel_a_group_and_a_stroke_a_hit() -> None:
    days = pd.to_datetime(["2022-01-01", "2022-02-01", "2022-03-01", None])
    table = corpus(["نفط قمح نفط", "قمح", "قمح نفط", "نفط"]).articles
    tokens = tokenize_corpus(Corpus(table.assign(date=days, outlet=list("aaba"))))
    first, second = plot_dispersion(tokens, "نفط", language="ar").axes
    places = np.asarray(first.collections[0].get_offsets())[:, 1]
    assert places.tolist() == [0, pytest.approx(2 / 3)]
    assert len(second.collections[0].get_offsets()) == 1
    undated = plot_dispersion(of(), "نفط")
    assert undated.axes == [] and "date" in undated.texts[0].get_text()
    exhibit = exhibit_dispersion(tokens, "نفط", of="oil", language="both")
    assert set(exhibit.figures) == {"ar", "en"} and len(exhibit.data) == 2


def test_phrases_that_were_joined_are_told() -> None:
    texts = ["زار مجلس الأمن", "غادر مجلس الأمن", "غادر الرئيس"] * 10
    joined = joined_phrases(tokenize_corpus(corpus(texts), phrases=["auto"]))
    assert joined.to_numpy().tolist() == [["مجلس الأمن", 20]]
    assert joined_phrases(of()).empty


def simulated(seed: int, *, articles: int = 400, words: int = 120) -> Tokens:
    """Articles of words that know nothing of the query; words and query come thick in some."""
    rng = np.random.default_rng(seed)
    letters = list("بتثجحخدذرزسشصضطظعغفقكم")
    names = ["".join(rng.choice(letters, 7)) for _ in range(words)]
    share = 1 / np.arange(8, words + 8)
    texts = []
    for _ in range(articles):
        own = share * rng.gamma(0.7, size=words)
        size = int(rng.integers(40, 200))
        text = rng.choice(names, size=size, p=own / own.sum()).astype(object)
        text[rng.random(size) < rng.gamma(0.4) * 0.02] = "روسيا"
        texts.append(" ".join(text))
    return tokenize_corpus(corpus(texts), lexemes="none")


@pytest.mark.slow
@pytest.mark.parametrize("once", [False, True])
def test_chance_makes_p_small_as_often_as_it_says(once: bool) -> None:
    tables = [collocates(simulated(seed), "روسيا", once=once, draws=199) for seed in range(40)]
    found = pd.concat(tables)
    twenty = found[found["expected"].between(14, 28)]
    small, of_twenty = (float((table["p"] <= 0.05).mean()) for table in (found, twenty))
    print(f"once={once}: p up to .05 in {small:.3f} of {len(found)}", end="; ")
    print(f"in {of_twenty:.3f} of {len(twenty)} expected about twenty times")
    assert small <= 0.07
    assert 0.03 <= of_twenty <= 0.07


def test_spans_are_compared_with_one_another_and_with_no_other_day():
    days = pd.to_datetime([*["2022-01-01"] * 4, *["2022-03-01"] * 4, "2022-09-01"])
    texts = [*["تصدر روسيا النفط"] * 4, *["تزرع روسيا القمح"] * 4, "تبيع روسيا القطن"]
    table = corpus(texts).articles.assign(date=days)
    spans = [("2022-01-01", "2022-01-31"), ("2022-02-01", "2022-04-01")]
    found = compare_collocates(tokenize_corpus(Corpus(table)), "روسيا", by=spans, min_count=4)
    more = found[found["score"] > 0].groupby("group")["label"].agg(set).to_dict()
    assert more == {
        "2022-01-01/2022-01-31": {"تصدر", "النفط"},
        "2022-02-01/2022-04-01": {"تزرع", "القمح"},
    }


def test_without_a_name_titles_have_the_query_or_its_first_hit():
    tokens = tokenize_corpus(corpus(["صدر النفط ونفط"]))
    assert exhibit_dispersion(tokens, "نفط", drawn=False).title.en.startswith("Where نفط stands")
    assert exhibit_concordance(tokens.kwic("نفط")).title.en == "النفط in its context"
    assert exhibit_concordance(tokens.kwic("قمح")).name == "concordance"
