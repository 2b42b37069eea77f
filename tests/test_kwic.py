"""The concordance as JupyterLab shows it."""

from __future__ import annotations

import pandas as pd
import pytest

from q7x2lab.errors import AnalysisError
from q7x2lab.figures.kwic import show_kwic

ROW = {"article": 3, "left": "قبل <b>", "hit": "بكين", "right": "& بعد"}


def test_the_table_runs_from_right_to_left_with_what_came_before_first() -> None:
    html = show_kwic(pd.DataFrame([ROW])).data
    assert 'dir="rtl"' in html
    assert html.index("قبل") < html.index("بكين") < html.index("بعد")


def test_text_is_escaped() -> None:
    html = show_kwic(pd.DataFrame([ROW])).data
    assert "&lt;b&gt;" in html and "&amp; بعد" in html and "<b>" not in html


def test_a_long_concordance_says_how_much_is_left_out() -> None:
    html = show_kwic(pd.DataFrame([ROW] * 7), rows=5).data
    assert html.count("<tr>") == 5 and "+ 2" in html


def test_another_table_is_refused_in_words() -> None:
    with pytest.raises(AnalysisError, match="left, hit, right missing"):
        show_kwic(pd.DataFrame({"article": [1]}))
