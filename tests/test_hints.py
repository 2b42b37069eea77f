"""What is missing or strange in a row is listed with its file, its line and what was done."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.account import flagged_articles, flow, left_out
from q7x2lab.corpus.periods import date_flags, news_span, stray_dates
from q7x2lab.corpus.read import read_corpus
from q7x2lab.studies.preview import corpus_lines

WORDS = " ".join("كلمة" + letter for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهوي")


@pytest.fixture
def corpus(tmp_path):
    lines = ["id,date,outlet,text"]
    lines += [f"{n},2018-0{1 + n % 9}-03,x,{WORDS} {n}" for n in range(9)]
    lines += [f",2018-02-03,x,{WORDS} بلا رقم", f"10,,x,{WORDS} بلا تاريخ"]
    lines += [f"11,2018-02-03,,{WORDS} بلا مصدر", f"12,2058-02-03,x,{WORDS} بعيد"]
    lines += [f"3,2018-05-03,x,{WORDS} مكرر", f"14,1018-02-03,x,{WORDS} قديم", "15,2018-02-03,x,"]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_corpus(path)


def test_each_gap_is_listed_with_its_line_and_what_was_done(corpus):
    found = flagged_articles(corpus).set_index("flag")
    assert found.loc["no id", ["file", "line", "id"]].tolist() == ["a.csv", 11, "a.csv:11"]
    assert found.loc["no date", ["line", "id", "evidence"]].tolist() == [
        12,
        "10",
        "counted, but in no period",
    ]
    assert found.loc["no outlet", ["line", "evidence"]].tolist() == [13, "filed under 'unnamed'"]
    assert "2058-02-03, nearly all" in found.loc["stray date", "evidence"]
    assert found.loc["id met before", ["line", "id", "evidence"]].tolist() == [
        15,
        "3 (2)",
        "3 is first in a.csv, line 5; this one renamed to 3 (2)",
    ]
    assert (found["place"] == "").sum() == 0
    assert len(found) == 5


def test_the_flow_counts_what_was_noted(corpus):
    noted = flow(corpus).query("step == 'noted'")
    assert {"no date: 1 article", "no outlet: 1 article", "id met before: 1 article"} <= set(
        noted["reason"]
    )
    assert (noted["removed"] == 0).all()


def test_each_row_left_out_has_its_place_and_its_remedy(corpus):
    table = left_out(corpus).set_index("id")
    assert table.loc["15", "place"] == "line 17 of the file, where the row begins"
    assert "fill in the text" in table.loc["15", "remedy"]
    assert "correct the date" in table.loc["14", "remedy"]


def test_check_says_what_was_noted_and_why_rows_were_left_out(corpus):
    said = "\n".join(corpus_lines(corpus))
    assert "noted 1 article: no date (10: counted" in said
    assert "dropped 1: date cannot be read (a.csv line 16: 1018-02-03)" in said
    assert "1 articles" not in said and "1 texts" not in said and "1 rows" not in said


@pytest.mark.parametrize(
    "reason", ["before 2022-01-01", "another number of cells than the header: 7, not 4", "?"]
)
def test_every_reason_has_a_remedy(corpus, reason):
    table = pd.DataFrame({"file": ["f"], "line": [1], "id": ["a"], "reason": [reason]})
    given = type(corpus)(corpus.articles, rejected=table)
    assert left_out(given)["remedy"].str.len().min() > 5


def test_what_lies_close_together_has_no_far_date():
    days = pd.date_range("2012-01-01", "2022-01-01", freq="D").to_series().reset_index(drop=True)
    assert not date_flags(days)
    assert not date_flags(days[:2])
    assert not date_flags(pd.Series(pd.NaT, index=range(9)))
    month = pd.Series(pd.to_datetime(["2022-03-01", "2022-03-02"] * 9 + ["2021-10-01"]))
    assert not date_flags(month)
    zero = pd.concat([days[-99:], pd.Series([pd.Timestamp("1970-01-01")])], ignore_index=True)
    assert list(date_flags(zero)) == [99]


def test_articles_of_other_years_are_stray_and_the_slow_first_month_is_not():
    rng = np.random.default_rng(0)
    news = pd.Timestamp("2018-01-20") + pd.to_timedelta(rng.integers(12, 270, 3000), unit="D")
    slow = pd.Timestamp("2018-01-20") + pd.to_timedelta(range(12), unit="D")
    others = pd.to_datetime(["2012-10-03", "2013-12-01", "2014-02-01", "2017-02-11", "2017-12-03"])
    days = pd.Series([*others, *slow, *news])
    assert stray_dates(days).sum() == 5
    assert news_span(days)[0] == pd.Timestamp("2018-01-20")


def test_a_column_that_is_not_there_is_not_missed_in_every_row():
    flags = read_corpus(pd.DataFrame({"text": [WORDS]})).flags
    assert flags.empty


def test_errors_of_excel_are_empty_cells_and_listed():
    table = pd.DataFrame({"id": ["a", "b"], "outlet": ["#N/A", "x"], "text": [WORDS, "#REF!"]})
    corpus = read_corpus(table)
    assert corpus.articles["outlet"].tolist() == ["unnamed"]
    assert corpus.rejected["reason"].tolist() == ["no text: #REF!"]
    assert "outlet: #N/A taken for an empty cell" in corpus.flags["evidence"].tolist()


def test_hijri_dates_are_said_to_be_converted():
    table = pd.DataFrame({"text": [WORDS], "date": ["1443-07-23"]})
    assert "Hijri dates converted" in read_corpus(table).sources["note"][0]


def test_texts_that_came_as_question_marks_are_flagged():
    flags = read_corpus(pd.DataFrame({"text": ["????? ???? ?? ??????"]}), clean=False).flags
    assert "characters lost" in flags["flag"].tolist()
