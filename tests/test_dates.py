"""Dates that are read right, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hijridate import Hijri
from hypothesis import given
from hypothesis import strategies as st

from q7x2lab.text.calendar import HIJRI_MONTHS, MONTHS, ORDINALS
from q7x2lab.text.dates import find_dates, parse_date

TABLE = Path(__file__).parent / "data" / "date_expressions.txt"


def rows() -> list[tuple[str, str | None, list[str]]]:
    """Expression, reference, dates expected."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [(text, day or None, out.replace("-", " ", out == "-").split()) for text, day, out in cells]


@pytest.mark.parametrize(("text", "reference", "expected"), rows())
def test_every_expression_right_or_refused(
    text: str, reference: str | None, expected: list[str]
) -> None:
    found = find_dates(text, reference)
    assert found["date"].tolist() == expected
    spans = zip(found["start"], found["end"], found["text"], strict=True)
    assert all(text[start:end] == span for start, end, span in spans)


def test_the_table_is_long_enough() -> None:
    assert len(rows()) >= 250
