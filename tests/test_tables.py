"""Text from articles stays inert in every kind of table."""

import csv
import io

import pandas as pd
import pytest

from q7x2lab.studies.tables import cell_text, csv_text, inert, latex_table

HOSTILE = [
    "=HYPERLINK(1)",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\u200f=1+1",
    " =1",
    "\r=1",
    "<script>alert(1)</script>",
    r"\input{/etc/passwd}",
    "{{ 7*7 }}",
    'a,b\n"c"',
]


def read_back(table: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(csv_text(table).lstrip("\ufeff"))))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_or_header_begins_like_a_formula(text):
    rows = read_back(pd.DataFrame({text: [text]}))
    for cell in (cell for row in rows for cell in row):
        assert cell.strip("\u200f \t\r")[:1] not in set("=+-@")


def test_numbers_keep_their_sign_and_are_rounded():
    assert read_back(pd.DataFrame({"x": [-1.23456789, float("nan"), -3.0]}))[1:] == [
        ["-1.23457"],
        [""],
        ["-3"],
    ]
    assert inert(-3) == "-3"


def test_excel_finds_the_encoding():
    assert csv_text(pd.DataFrame({"ا": ["ب"]})).startswith("\ufeff")


@pytest.mark.parametrize("text", HOSTILE)
def test_latex_commands_are_escaped(text):
    table = latex_table(pd.DataFrame({"column": [text]}), caption=text)
    assert r"\input" not in table
    assert "{{" not in table


def test_a_cell_is_plain():
    assert cell_text(pd.Timestamp("2022-02-24 10:30")) == "2022-02-24T10:30:00"
    assert cell_text(pd.NaT) == cell_text(None) == cell_text(pd.NA) == ""
    assert cell_text("a\x00b") == "ab"


def test_an_index_with_a_name_becomes_a_column():
    table = pd.DataFrame({"n": [1]}, index=pd.Index(["بكين"], name="city"))
    assert read_back(table) == [["city", "n"], ["بكين", "1"]]


def test_a_long_latex_table_runs_over_pages_and_repeats_its_head():
    long = latex_table(pd.DataFrame({"q_value": [0.00012345] * 41}), "Tests", "tab:tests")
    assert r"\begin{longtable}{r}" in long
    assert long.index(r"\caption{Tests} \label{tab:tests} \\") < long.index(r"\endhead")
    assert long.count("0.0001234") == 41 and "q value" in long
    short = latex_table(pd.DataFrame({"n": [2018, 1234.5, float("nan")]}), "Years")
    assert r"\begin{tabular}" in short and r"\label" not in short
    assert "2,018 \\\\\n1,234 \\\\\n \\\\" in short
