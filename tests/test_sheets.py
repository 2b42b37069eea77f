"""Workbooks: empty cells are listed, sizes that cannot be are refused."""

import gzip
import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from q7x2lab.corpus.formats import LAST_ROW, FileRows, check_unpacked
from q7x2lab.corpus.read import read_corpus
from q7x2lab.errors import CorpusError

ROWS = [
    ["id", "date", "outlet", "text"],
    [1, "2022-01-01", "x", "نص أول"],
    [2, "2022-01-02", "y", "نص ثان"],
    [3, "2022-01-03", "z", "نص ثالث"],
]


@pytest.fixture
def book(tmp_path):
    made = openpyxl.Workbook()
    for row in ROWS:
        made.active.append(row)

    def save(change=None, *, xml=None):
        if change:
            change(made.active)
        stream = io.BytesIO()
        made.save(stream)
        path = tmp_path / "a.xlsx"
        with zipfile.ZipFile(stream) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if xml and name == "xl/worksheets/sheet1.xml":
                    assert xml[0] in content
                    content = content.replace(*xml, 1)
                new.writestr(name, content)
        return path

    return save


def test_a_formula_without_a_stored_value_is_an_empty_cell_that_is_listed(book):
    def formulas(page):
        page["C3"], page["D4"] = "=A1", '=A1&"x"'

    corpus = read_corpus(book(formulas))
    flagged = corpus.flags[corpus.flags["flag"] == "no outlet"]
    assert flagged["article"].tolist() == ["2"]
    assert corpus.rejected[["line", "reason"]].values.tolist() == [[4, "no text"]]


def test_rows_count_as_excel_shows_them(book):
    def change(page):
        page["D2"] = "سطر\nسطر"
        page.insert_rows(3, 2)
        page["B6"] = "2022-02-30"

    corpus = read_corpus(book(change))
    assert corpus.origin["line"].tolist() == [2, 5]
    assert corpus.rejected["line"].tolist() == [6]


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "ZZ9"])
def test_one_cell_far_away_does_not_fill_the_memory(book, cell):
    def far(page):
        page[cell] = "x"

    path = book(far)
    if cell == "XFD1048576":
        with pytest.raises(CorpusError, match="16,384 columns"):
            read_corpus(path)
        return
    corpus = read_corpus(path)
    assert len(corpus) == 3
    assert corpus.rejected["reason"].tolist() == ["no text"]


@pytest.mark.parametrize("area", ["C2:C1048576", "C2:XFD1048576"])
def test_an_area_merged_to_the_end_of_the_sheet_fills_the_rows_there_are(book, area):
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="%s"/></mergeCells>'
    corpus = read_corpus(book(xml=(b"</sheetData>", merged % area.encode())))
    assert corpus.sources["rows"].tolist() == [3]
    assert "merged cells" in corpus.sources["note"][0]
    assert corpus.articles["outlet"].tolist() == ["x"] * 3


def test_hidden_rows_are_read_and_said(book):
    def hide(page):
        page.row_dimensions[3].hidden = True

    corpus = read_corpus(book(hide))
    assert len(corpus) == 3
    assert "hidden rows read: 1" in corpus.sources["note"][0]


def test_day_numbers_count_from_where_the_workbook_says(book):
    def days(page):
        page.parent.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        for row in (2, 3, 4):
            page[f"B{row}"] = 43154

    dates = read_corpus(book(days)).articles["date"]
    assert set(dates.dt.strftime("%Y-%m-%d")) == {"2022-02-24"}


def test_a_row_beyond_the_last_is_refused(book):
    number = b'<row r="%d"' % (LAST_ROW + 5)
    with pytest.raises(CorpusError, match="no sheet has so many"):
        read_corpus(book(xml=(b'<row r="4"', number)))


def test_bombs_are_refused_before_they_go_off(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(70 * 2**20))
    with pytest.raises(CorpusError, match="unpacks to 200 times"):
        read_corpus(path)
    check_unpacked(60 * 2**20, 1000)
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(bytes(80 * 2**20)))
    with pytest.raises(CorpusError, match="unpacks to 200 times"):
        read_corpus(packed)


def test_a_sheet_that_is_wider_than_a_table_is_refused():
    with pytest.raises(CorpusError, match="columns are no table"):
        FileRows("a", "csv", pd.DataFrame([["x"] * 10_001]))
