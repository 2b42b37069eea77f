"""Columns, dates, flags and units: small rooms of the corpus."""

import pandas as pd
import pytest

from q7x2lab.arabic.text_flags import text_flags
from q7x2lab.corpus.columns import UnclearColumnsError, place_columns, read_dates
from q7x2lab.corpus.model import article_labels, unit_spans
from q7x2lab.corpus.read import read_corpus
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
    assert place_columns(pd.DataFrame(columns=columns))[0]["text"] == text


def test_a_mapped_column_wins():
    names = ["text", "body", "source", "date"]
    assert place_columns(pd.DataFrame(columns=names), {"text": "body"})[0]["text"] == "body"


LONG = "قال الوزير إن المحادثات ستستأنف غدا في العاصمة بعد أن عاد الوفد إلى بلاده مساء أمس " * 3


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (
            "رقم|عنوان المادة|نص المادة|الموقع الإخباري|تاريخ النشر|القسم|الرابط",
            {"title": "عنوان المادة", "outlet": "الموقع الإخباري", "date": "تاريخ النشر"},
        ),
        ("الرابط|رقم|نص الخبر|اسم الصحيفة", {"id": "رقم", "outlet": "اسم الصحيفة"}),
        ("url|text|source", {"id": "url", "outlet": "source"}),
        (
            "Volltext|Datum|Rubrik|Zeitung",
            {"text": "Volltext", "date": "Datum", "outlet": "Zeitung"},
        ),
        (
            "Date of publication|Text of the article|News source|Source URL",
            {
                "date": "Date of publication",
                "text": "Text of the article",
                "outlet": "News source",
                "id": "Source URL",
            },
        ),
        (
            "عدد كلمات النص|متن المقال|نوع الوسيلة|تاريخ المقال",
            {
                "text": "متن المقال",
                "date": "تاريخ المقال",
            },
        ),
    ],
)
def test_headings_are_known_by_their_words(row, fields):
    placed, why = place_columns(pd.DataFrame(columns=row.split("|")))
    assert placed.items() >= fields.items()
    assert set(why["field"]) >= {"text", "date", "outlet", "title", "id"}


def test_what_no_name_tells_is_told_by_content():
    table = pd.DataFrame(
        {
            "س": [f"https://x.example/{n}" for n in range(9)],
            "ع": [LONG] * 9,
            "ص": [f"2022-02-{n:02}" for n in range(1, 10)],
            "ق": ["رياضة"] * 9,
        }
    )
    placed, why = place_columns(table)
    assert placed == {"text": "ع", "date": "ص", "id": "س"}
    said = why.set_index("column")["why"]
    assert said["ع"] == "by its content: long Arabic text"
    assert said["ص"] == "by its content: dates that can be read"
    assert said["س"] == "an address, as there is no id"
    assert said["ق"].startswith("not placed")
    assert read_corpus(table).columns.equals(why)


def test_a_less_telling_name_does_not_win_over_the_content():
    table = pd.DataFrame({"الخبر": ["عنوان قصير"] * 9, "التفاصيل": [LONG] * 9, "day": "الخميس"})
    assert place_columns(table)[0] == {"text": "التفاصيل"}


@pytest.mark.parametrize(
    ("table", "said", "candidates"),
    [
        ({"a": ["x"], "b": ["y"]}, "no column holds the text; columns are: 'a', 'b'", []),
        ({"a": [LONG], "b": [LONG]}, "several columns may hold the text: 'a', 'b'", ["a", "b"]),
    ],
)
def test_a_text_that_is_not_found_is_an_error_that_lists_the_columns(table, said, candidates):
    with pytest.raises(UnclearColumnsError, match=said) as caught:
        read_corpus(pd.DataFrame(table))
    assert caught.value.columns == ["a", "b"]
    assert caught.value.candidates == candidates


def test_any_column_may_be_given_a_name_and_grouped_by():
    table = pd.DataFrame(
        {"نص": [LONG] * 3, "القسم": ["رياضة", None, ""], "section": [1.0, None, 3.0]}
    )
    corpus = read_corpus(table, columns={"section": "القسم"})
    assert corpus.covariates == ["section", "section (column)"]
    assert article_labels(corpus.articles, "section").tolist() == [
        "رياضة",
        "—",
        "—",
    ]
    assert article_labels(corpus.articles, "section (column)").tolist() == ["1", "—", "3"]


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
        "time zones left out: local time kept",
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
