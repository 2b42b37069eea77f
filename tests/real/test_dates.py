"""Dates in the real corpora: every double month read, and read plausibly."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from q7x2lab.arabic.date_patterns import MONTHS
from q7x2lab.arabic.dates import find_dates, parse_date
from q7x2lab.arabic.letters import fold

_NAME = "|".join(sorted((re.escape(name) for name in MONTHS), key=len, reverse=True))
DOUBLE = re.compile(rf"(?<!\w)({_NAME}) ?/ ?({_NAME})(?!\w)")


@pytest.fixture(scope="module")
def articles(real_data: Path) -> pd.DataFrame:
    table = pd.read_parquet(real_data / "ant_2018" / "ant_multisource_2018.parquet")
    return table.sample(600, random_state=7)


def test_every_double_month_of_the_sample_is_in_a_date(articles: pd.DataFrame) -> None:
    doubles = missed = 0
    for text, day in zip(articles["text"], articles["date"], strict=True):
        plain = fold(text, ("alef", "ya"))  # letter for letter, so the places stay
        assert len(plain) == len(text)
        table = find_dates(text, day)
        for match in DOUBLE.finditer(plain):
            if MONTHS[match[1]] == MONTHS[match[2]]:
                doubles += 1
                inside = (table["start"] <= match.start()) & (table["end"] >= match.end())
                missed += not inside.any()
    assert doubles >= 100
    assert missed / doubles <= 0.02


def test_weekdays_told_as_yesterday_are_near(articles: pd.DataFrame) -> None:
    gaps = []
    for text, day in zip(articles["text"], articles["date"], strict=True):
        table = find_dates(text, day)
        told = pd.to_datetime(
            table.loc[table["precision"].eq("day") & table["text"].str.startswith("أمس"), "date"]
        )
        gaps += (pd.Timestamp(day).normalize() - told).dt.days.tolist()
    assert len(gaps) > 10 and all(-2 <= gap <= 4 for gap in gaps)


def test_tunisian_months_and_both_formats_of_the_radio(real_data: Path) -> None:
    table = pd.read_parquet(real_data / "jawhara_2015_2017" / "ant_jawhara.parquet")
    found = pd.concat(
        find_dates(text, day)
        for text, day in zip(table["text"][:800], table["date"][:800], strict=True)
    )
    written = " ".join(found["text"])
    assert all(name in written for name in ("جانفي", "فيفري", "أفريل", "ماي", "جويلية"))
    cells = table["date"].astype(str).head(50)
    assert all(parse_date(cell) is not None for cell in cells)


def test_dates_of_the_five_articles(real_data: Path) -> None:
    table = pd.read_csv(real_data / "seeds" / "articles.csv")
    found = pd.concat(
        find_dates(text, day) for text, day in zip(table["text"], table["date"], strict=True)
    )
    assert {"2022-02-24", "2022-02"} & set(found["date"])
    assert found["date"].str.slice(0, 4).astype(int).between(1900, 2050).all()
