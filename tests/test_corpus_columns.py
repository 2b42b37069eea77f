"""Columns, dates, flags and units: small rooms of the corpus."""

import pandas as pd
import pytest

from q7x2lab.corpus.cell_values import read_dates
from q7x2lab.corpus.columns import recognise_columns
from q7x2lab.corpus.flags import text_flags
from q7x2lab.corpus.model import unit_spans
from q7x2lab.errors import StudyError


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (["id", "title", "abstract", "text"], "text"),
        (["Headline", "Article Body", "Published"], "Article Body"),
        (["العنوان", "النصّ", "المصدر"], "النصّ"),
        (["title", "content", "text"], "text"),
        (["رقم المقال", "نص المقال"], "نص المقال"),
    ],
)
def test_the_text_is_recognised(columns, text):
    assert recognise_columns(columns)["text"] == text


def test_a_mapped_column_wins():
    names = ["text", "body", "source", "date"]
    assert recognise_columns(names, {"text": "body"})["text"] == "body"


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["2022-02-24", "2022-02-24T23:30:00-05:00", "2022-02-24 10:00Z"], ["2022-02-24"] * 3),
        (["03/04/2022", "24/02/2022"], ["2022-04-03", "2022-02-24"]),
        (["03/04/2022", "02/24/2022"], ["2022-03-04", "2022-02-24"]),
        (["44616", "1645660800", "20220224"], ["2022-02-24"] * 3),
        (["1443-07-23", "٢٤ فبراير ٢٠٢٢", "Thu, 24 Feb 2022 10:00:00 GMT"], ["2022-02-24"] * 3),
        (["2023-02-30", "31/04/2022", "never", "", "1018-02-03"], [None] * 5),
    ],
)
def test_dates(cells, days):
    dates, _ = read_dates(pd.Series(cells))
    assert [None if pd.isna(d) else f"{d:%Y-%m-%d}" for d in dates] == days


def test_what_was_assumed_of_dates_is_said():
    _, notes = read_dates(pd.Series(["2022-02-24T01:00+03:00", "3/4/2022", "2022-05"]))
    assert notes == [
        "time zones +03:00: local time kept",
        "numeric dates read as day/month",
        "dates without a day: the first day taken",
    ]


def test_flags_carry_evidence():
    loose = " ".join(["كلمة ، ثم جملة أخرى هنا ."] * 8)
    sound = " ".join(["كلمة، ثم جملة أخرى هنا."] * 8)
    persian = "یک گزارش درباره گفتگوهای چند کشور پیشین که پایان یافت " * 5
    assert text_flags(loose)[0] == ("perhaps machine-translated", "space before 16 of 16 stops")
    assert text_flags(sound) == []
    assert text_flags(persian)[0][0].startswith("perhaps Persian")
    assert text_flags("Только русский текст " * 9)[0] == ("not Arabic", "Cyrillic letters 100%")


def test_units_keep_their_article():
    texts = pd.Series(["قال كذا. وأضاف كذا.\nثم مضى.", "نص"])
    sentences = unit_spans(texts, "sentence")
    assert sentences["article"].tolist() == [0, 0, 0, 1]
    cut = [texts[n][start:end] for n, start, end in sentences.to_numpy()]
    assert cut == ["قال كذا.", "وأضاف كذا.", "ثم مضى.", "نص"]
    assert len(unit_spans(texts, "paragraph")) == 3
    assert unit_spans(texts, "article")["end"].tolist() == texts.str.len().tolist()
    with pytest.raises(StudyError, match="did you mean sentence"):
        unit_spans(texts, "sentences")
