"""Figures of quotations and names: what is drawn is what was counted."""

import numpy as np
import pandas as pd
import pytest
from glyphs import shown

from q7x2lab.errors import AnalysisError
from q7x2lab.figures.framing import (
    plot_naming,
    plot_quotation,
    plot_speakers,
    plot_verbs,
)
from q7x2lab.figures.style import figure_bytes
from q7x2lab.framing.quotations.alignment import align_quotes

SAID = "نبني الجسر هذا العام ونفتح الطريق إلى الجبل قبل الشتاء"


@pytest.fixture
def quotes() -> pd.DataFrame:
    texts = [SAID, SAID, "ونفتح الطريق إلى الجبل قبل الشتاء"]
    return pd.DataFrame({"article": [0, 1, 2], "start": 0, "end": 50, "text": texts,
                         "kind": "speech", "speaker": "العمدة",
                         "verb": ["قال", "زعم", "أكد"]})  # fmt: skip


@pytest.fixture
def articles() -> pd.DataFrame:
    days = pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-05"])
    return pd.DataFrame({"date": days, "outlet": ["شرق", "غرب", "شرق"]})


def drawn(figure) -> str:
    return "\n".join(text.get_text() for axes in figure.axes for text in axes.texts)


def hollow(axes) -> np.ndarray:
    """Where the marks without a filling stand."""
    marks = [c for c in axes.collections if len(c.get_offsets()) and len(c.get_facecolors())]
    return np.vstack(
        [np.asarray(c.get_offsets())[(c.get_facecolors() == 1).all(axis=1)] for c in marks]
    )


def test_a_quotation_on_its_way(quotes: pd.DataFrame, articles: pd.DataFrame) -> None:
    figure = plot_quotation(align_quotes(quotes), quotes, articles, quotation=0)
    axes = figure.axes[0]
    assert all(shown(verb) in drawn(figure) for verb in ("قال", "زعم", "أكد"))
    assert len(axes.get_yticklabels()) == 2
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert len(legend) == 2 and any("part" in label for label in legend)
    assert figure_bytes(figure, "png") == figure_bytes(figure, "png")


def test_an_unknown_or_undated_quotation_is_refused(
    quotes: pd.DataFrame, articles: pd.DataFrame
) -> None:
    groups = align_quotes(quotes)
    with pytest.raises(AnalysisError, match="no dated quotation 7"):
        plot_quotation(groups, quotes, articles, quotation=7)
    with pytest.raises(AnalysisError, match="no dated quotation 0"):
        plot_quotation(groups, quotes, articles.assign(date=pd.NaT), quotation=0)


def test_speakers_without_an_interval_are_hollow() -> None:
    nan = float("nan")
    shares = pd.DataFrame({"group": ["شرق", "غرب"], "actor": "العمدة", "share": [0.4, 0.1],
                           "low": [0.3, nan], "high": [0.5, nan]})  # fmt: skip
    axes = plot_speakers(shares, language="en").axes[0]
    assert hollow(axes)[:, 0].tolist() == [0.1]


def test_shares_by_period_are_refused() -> None:
    shares = pd.DataFrame({"group": "شرق", "actor": "العمدة", "period": ["2020-01", "2020-02"],
                           "share": 0.4, "low": 0.3, "high": 0.5})  # fmt: skip
    with pytest.raises(AnalysisError, match="shares by period"):
        plot_speakers(shares)


def test_verbs_that_differ_bear_their_share() -> None:
    verbs = pd.DataFrame({"actor": "العمدة", "group": ["شرق", "شرق"], "q": [0.01, 0.9],
                          "verb_class": ["doubting", "neutral"], "share": [0.7, 0.3]})  # fmt: skip
    assert drawn(plot_verbs(verbs)).split() == ["70"]


def test_of_many_speakers_and_outlets_the_surest_rows_are_drawn_and_the_rest_counted() -> None:
    groups = [f"مصدر {number}" for number in range(60)]
    verbs = pd.DataFrame({"actor": "العمدة", "group": groups, "q": np.linspace(1, 0.5, 60),
                          "verb_class": "neutral", "share": 1.0})  # fmt: skip
    figure = plot_verbs(verbs, language="en")
    names = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert len(names) == 24 and shown("36") in names[0] and shown("59") in names[-1]
    assert "24 of 60 rows" in figure.get_supxlabel()
    assert figure.get_size_inches()[1] * 25.4 <= 220


def test_names_with_counts_and_silent_outlets() -> None:
    shares = pd.DataFrame({"group": "شرق", "voice": ["outlet", "quoted"], "variant": "flood",
                           "count": [3.0, 1.0], "share": 1.0})  # fmt: skip
    silent = pd.DataFrame({"article": [5], "outlet": ["غرب"]})
    figure = plot_naming(shares, {"flood": {"ar": "فيضان", "en": "flood"}}, silent=silent)
    assert drawn(figure).split() == ["3", "1"]
    assert any(shown("غرب") in tick.get_text() for tick in figure.axes[0].get_yticklabels())


def test_verb_classes_of_one_s_own_are_drawn_by_name() -> None:
    verbs = pd.DataFrame({"actor": "العمدة", "group": "شرق", "q": [0.9, 0.9], "share": 0.5,
                          "verb_class": ["neutral", "distancing"]})  # fmt: skip
    legend = plot_verbs(verbs, language="en").legends[0]
    assert [text.get_text() for text in legend.get_texts()] == ["neutral", "distancing"]
