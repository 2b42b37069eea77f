"""Dates that are read right, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hijridate import Hijri
from hypothesis import given
from hypothesis import strategies as st

from q7x2lab.arabic.date_patterns import HIJRI_MONTHS, MONTHS, ORDINALS
from q7x2lab.arabic.dates import find_dates, parse_date
from q7x2lab.errors import StudyError

TABLE = Path(__file__).parent / "data" / "date_expressions.txt"


def rows() -> list[tuple[str, str | None, list[str]]]:
    """Expression, reference, dates expected."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [
        (text, day or None, out.replace("-", " ", out == "-").split()) for text, day, out in cells
    ]


@pytest.mark.parametrize(("text", "reference", "expected"), rows())
def test_every_expression_right_or_refused(
    text: str, reference: str | None, expected: list[str]
) -> None:
    found = find_dates(text, reference)
    assert found["date"].tolist() == expected
    spans = zip(found["start"], found["end"], found["text"], strict=True)
    assert all(text[start:end] == span for start, end, span in spans)


def test_the_table_is_long_enough() -> None:
    assert len(rows()) >= 300


@pytest.mark.parametrize("name", sorted(MONTHS))
def test_every_month_name_in_a_full_date(name: str) -> None:
    assert find_dates(f"في 9 {name} 2019")["date"].tolist() == [f"2019-{MONTHS[name]:02d}-09"]


@pytest.mark.parametrize("name", sorted(HIJRI_MONTHS))
def test_every_hijri_month_by_umm_al_qura(name: str) -> None:
    table = find_dates(f"في 9 {name} 1442 هـ")
    assert table["date"].tolist() == [Hijri(1442, HIJRI_MONTHS[name], 9).to_gregorian().isoformat()]
    assert table["calendar"].tolist() == ["hijri"]


@pytest.mark.parametrize("word", sorted(ORDINALS))
def test_every_ordinal(word: str) -> None:
    expected = [f"2020-01-{ORDINALS[word]:02d}"]
    assert find_dates(f"في {word} من يناير 2020")["date"].tolist() == expected


def test_weekdays_agree_with_the_calendar() -> None:
    days = {"الجمعة": "2022-12-23", "الخميس": "2022-12-29", "السبت": "2022-12-24"}
    for name, expected in days.items():
        assert find_dates(f"{name} الماضي", date(2022, 12, 30))["date"].tolist() == [expected]
        assert date.fromisoformat(expected).weekday() == {"ج": 4, "خ": 3, "س": 5}[name[2]]


def test_a_weekday_by_itself_is_refused() -> None:
    assert find_dates("التقيا الجمعة", date(2022, 12, 30)).empty


@pytest.mark.parametrize(
    "reference",
    [date(2022, 12, 30), datetime(2022, 12, 30, 9), pd.Timestamp("2022-12-30"), "2022-12-30"],
)
def test_the_reference_may_be_any_kind_of_day(reference: object) -> None:
    assert find_dates("أمس", reference)["date"].tolist() == ["2022-12-29"]
    assert find_dates("أمس", pd.NaT).empty


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2022-02-24", ("2022-02-24", "day")),
        ("2022-02-24 10:15", ("2022-02-24", "day")),
        ("20220224", ("2022-02-24", "day")),
        ("2022-02", ("2022-02", "month")),
        ("2022/10", ("2022-10", "month")),
        ("2022", ("2022", "year")),
        (2022, ("2022", "year")),
        ("24/02/2022 - 14:30", ("2022-02-24", "day")),
        ("الخميس، ٢٤ فبراير ٢٠٢٢ - ١٤:٣٠", ("2022-02-24", "day")),
        ("نشر في: 24 شباط/فبراير 2022 الساعة 10:15", ("2022-02-24", "day")),
        ("23 رجب 1443 هـ", ("2022-02-24", "day")),
        ("22 رجب 1443هـ الموافق 24 فبراير 2022م", ("2022-02-24", "day")),
        ("فيفري 2015", ("2015-02", "month")),
        (datetime(2022, 2, 24, 9), ("2022-02-24", "day")),
        (pd.Timestamp("2022-02-24"), ("2022-02-24", "day")),
        ("20220230", None),
        ("30 فبراير 2022", None),
        ("24 فبراير 2022 و25 مارس 2022", None),
        ("44616", None),
        (44616, None),
        (44616.5, None),
        (pd.NaT, None),
        (None, None),
        ("", None),
        ("غير معروف", None),
        ("24 فبراير", None),
        ("قال المسؤول في بيان طويل صدر عن مكتبه في العاصمة يوم 24 فبراير 2022", None),
    ],
)
def test_cells_of_a_date_column(cell: object, expected: tuple[str, str] | None) -> None:
    assert parse_date(cell) == expected


def test_a_cell_told_from_the_day_it_was_fetched() -> None:
    assert parse_date("أمس", "2022-12-30") == ("2022-12-29", "day")
    assert parse_date("أمس") is None


_PIECES = st.sampled_from(
    [
        "24",
        "فبراير",
        "شباط",
        "/",
        "-",
        " ",
        "الماضي",
        "من",
        "2022",
        "هـ",
        "رجب",
        "الجمعة",
        "٢",
        "\u064f",
        "أمس",
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=12).map("".join)))
def test_any_text_gives_spans_of_itself_and_real_dates(text: str) -> None:
    for row in find_dates(text, "2022-12-30").itertuples():
        assert text[row.start : row.end] == row.text
        pd.Timestamp(row.date)  # raises for what is no date
        assert len(row.date) == {"day": 10, "month": 7, "year": 4}[row.precision]
    parse_date(text, "2022-12-30")


def test_no_spans_overlap_and_marks_do_not_move_them() -> None:
    text = "في ٢٤ فِبْرايِر ٢٠٢٢ وفي ١ مـــارس ٢٠٢٢"
    table = find_dates(text)
    assert table["text"].tolist() == ["٢٤ فِبْرايِر ٢٠٢٢", "١ مـــارس ٢٠٢٢"]
    assert (table["start"].to_numpy()[1:] >= table["end"].to_numpy()[:-1]).all()


def test_a_reference_that_is_no_day_is_refused_in_words() -> None:
    with pytest.raises(StudyError, match=r"yesterday-ish(.|\n)*2022-02-24"):
        find_dates("في 24 فبراير", "yesterday-ish")
