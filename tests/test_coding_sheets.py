"""Coding sheets go out to be filled in with a spreadsheet, and come back with nothing trusted."""

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import StudyError
from q7x2lab.framing.coding import agreement
from q7x2lab.framing.validation import place_units
from q7x2lab.studies import outputs
from q7x2lab.studies.coding_sheets import coding_sheet, read_coding, save_coding_sheets
from q7x2lab.studies.sheets import PAGE


def write_sheets(sheet, folder, **options):
    return [Path(path) for path in save_coding_sheets(sheet, folder=folder, **options)]


@pytest.fixture
def sheet():
    n = 30
    table = {"id": [f"{i:06d}" for i in range(n)], "date": pd.NaT, "outlet": "x", "title": "",
             "text": [f"هذه جملة {i} أولى، وفيها فاصلة. وهذه ثانية." for i in range(n)],
             "cluster": np.arange(n), "weight": 1.0}  # fmt: skip
    return coding_sheet(Corpus(pd.DataFrame(table)), "generic", 40, seed=1)


def questions(table):
    return [name for name in table.columns if ": " in name]


@pytest.fixture
def filled(sheet, tmp_path):
    """Both coders' sheets, filled in with a few differences."""
    paths = [p for p in write_sheets(sheet, tmp_path) if p.suffix == ".xlsx"]
    rng = np.random.default_rng(0)
    truth = {}
    for path in paths:
        table = pd.read_excel(path, dtype=object)
        for name in questions(table):
            truth.setdefault(name, rng.random(len(table)) < 0.4)
            table[name] = np.where(truth[name] ^ (rng.random(len(table)) < 0.04), "نعم", "لا")
        table.to_excel(path, index=False)
    return paths


def spoil(path, change):
    table = pd.read_excel(path, dtype=object)
    changed = change(table)
    (table if changed is None else changed).to_excel(path, index=False)


def test_the_sheet_reads_right_to_left_with_questions_above_and_answers_to_choose(sheet, tmp_path):
    paths = write_sheets(sheet, tmp_path, coders=["hala", "omar"])
    assert [p.suffix for p in paths] == [".xlsx", ".csv"] * 2
    page = openpyxl.load_workbook(paths[0]).active
    assert page.sheet_view.rightToLeft
    choice = page.data_validations.dataValidation[0]
    assert choice.formula1 == '"نعم,لا"'
    assert choice.showErrorMessage and choice.errorStyle in (None, "stop")  # stop is the default
    headers = [cell.value for cell in page[1]]
    assert sheet.questions["ar"][0] in headers[4]
    assert f"E2:E{len(sheet.units) + 1}" in str(choice.sqref)
    assert page["C2"].value == sheet.units["article"][0]
    csv = pd.read_csv(paths[3], dtype=str)
    assert csv["coder"].unique().tolist() == ["omar"]
    assert csv["unit"].tolist() == sheet.units["unit"].tolist()


@pytest.mark.parametrize("coders", [["A", "a"], ["A", "A"], ["../up"], [""], ["-a"]])
def test_coders_whose_sheets_would_be_one_file_or_none_are_refused(sheet, tmp_path, coders):
    with pytest.raises(StudyError, match="cannot name a coder"):
        write_sheets(sheet, tmp_path, coders=coders)
    assert not [*tmp_path.iterdir()]


def test_sheets_come_back_as_codes_of_both_coders(filled, sheet):
    coding = read_coding(filled)
    assert coding.coders == ["A", "B"]
    assert len(coding.missing) == 0
    assert (
        coding.units.set_index("unit")["text"].to_dict()
        == sheet.units.set_index("unit")["text"].to_dict()
    )
    table = pd.read_excel(filled[0], dtype=object)
    own = [name for name in questions(table) if " conflict." in name]
    wanted = (table[own] == "نعم").any(axis=1).to_numpy()
    found = coding.ratings("conflict", ["A"]).iloc[0][table["unit"]].to_numpy(dtype=float)
    assert (found == wanted).all()
    assert (agreement(coding)["alpha"] > 0.5).all()


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(",", "utf-8-sig"), (";", "utf-8"), ("\t", "utf-16"), (";", "windows-1256")],
)
def test_csv_comes_back_however_the_spreadsheet_saved_it(filled, tmp_path, mark, encoding):
    out = tmp_path / "back"
    out.mkdir()
    for path in filled:
        table = pd.read_excel(path, dtype=object)
        table.to_csv(out / f"{path.stem}.csv", sep=mark, index=False, encoding=encoding)
    assert len(read_coding(out).codes) == len(read_coding(filled).codes)


def test_blanks_and_units_that_did_not_come_back_are_listed(filled):
    def leave_out(table):
        table[questions(table)[0]] = table[questions(table)[0]].astype(object)
        blank = table.index[
            (table[[q for q in questions(table) if " conflict." in q]] == "لا").all(axis=1)
        ][0]
        table.loc[blank, questions(table)[0]] = None
        leave_out.unit = table.loc[blank, "unit"]
        gone = table.index[table.index != blank][:2]
        leave_out.gone = set(table.loc[gone, "unit"])
        return table.drop(index=gone)

    spoil(filled[0], leave_out)
    missing = read_coding(filled).missing
    assert set(missing["coder"]) == {"A"}
    assert {(leave_out.unit, "conflict")} <= set(
        zip(missing["unit"], missing["frame"], strict=True)
    )
    assert leave_out.gone <= set(missing["unit"])
    assert len(missing) == 1 + 2 * 5


def wrong_code(table):
    table.loc[3, questions(table)[2]] = "ربما"


def mangled_number(table):
    table["article"] = table["article"].astype(object)
    table.loc[4, "article"] = "1.23E+05"


def lost_zeros(table):
    table["article"] = [str(int(x)) for x in table["article"]]


def one_column_sorted(table):
    table["text"] = sorted(table["text"])


def coded_twice(table):
    table.loc[5] = table.loc[2]


def foreign_unit(table):
    table.loc[1, "unit"] = "x17"


def date_for_an_id(table):
    table["article"] = table["article"].astype(object)
    table.loc[4, "article"] = pd.Timestamp("2018-03-04")


def two_coders(table):
    table.loc[6, "coder"] = "B"


def text_cut(table):
    table.loc[2, "text"] = table.loc[2, "text"][:5]


def other_weight(table):
    table.loc[2, "weight"] = 99


def answers_past_the_end(table):
    table.loc[len(table), questions(table)[0]] = "نعم"


def number_answer(table):
    table[questions(table)[0]] = table[questions(table)[0]].astype(object)
    table.loc[0, questions(table)[0]] = 2


def no_start(table):
    table["start"] = table["start"].astype(object)
    table.loc[3, "start"] = None


def no_coder(table):
    table.loc[0, "coder"] = None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (wrong_code, "row 5: unknown code 'ربما' for conflict.c3"),
        (mangled_number, r"row 6: .*took the id for a number or date \('1.23E\+05'\)"),
        (lost_zeros, "40 faults"),
        (one_column_sorted, "one column was sorted alone"),
        (coded_twice, "row 7: .* is coded twice, first in row 4"),
        (foreign_unit, "row 3: 'x17' in column unit is no unit of this sheet"),
        (no_coder, "row 2: no coder"),
        (date_for_an_id, r"row 6: .*number or date \('2018-03-04 00:00:00'\)"),
        (two_coders, "row 8: coder 'B' in the sheet of 'A'"),
        (text_cut, "row 4: .* is not as it was sent"),
        (other_weight, "row 4: .* is not as it was sent"),
        (answers_past_the_end, "row 42: answers without a unit"),
        (number_answer, "row 2: unknown code '2' for conflict.c1"),
        (no_start, "row 5: .* is not as it was sent"),
    ],
)
def test_what_is_wrong_is_named_with_its_row_and_a_remedy(filled, change, said):
    spoil(filled[0], change)
    with pytest.raises(StudyError, match=said) as caught:
        read_coding(filled)
    assert filled[0].name in str(caught.value)
    assert "remedy" in str(caught.value)


def test_columns_in_another_order_are_refused(filled):
    def exchange_headers(table):
        one, two = questions(table)[:2]
        return table.rename(columns={one: two, two: one})

    spoil(filled[0], exchange_headers)
    with pytest.raises(StudyError, match="another order than written"):
        read_coding(filled)


def test_answers_that_changed_columns_under_their_headers_are_found_out(filled):
    def exchange_answers(table):
        one, two = questions(table)[0], questions(table)[6]
        table[[one, two]] = table[[two, one]].to_numpy()

    spoil(filled[1], exchange_answers)
    with pytest.raises(StudyError, match="look swapped between A and B"):
        read_coding(filled)


def test_text_moved_into_another_column_is_refused(filled):
    def exchange(table):
        table[["article", "text"]] = table[["text", "article"]].to_numpy()

    spoil(filled[0], exchange)
    with pytest.raises(StudyError, match="not as it was sent"):
        read_coding(filled)


def test_one_coder_in_two_sheets_is_refused(filled):
    with pytest.raises(StudyError, match=r"A coded .* twice"):
        read_coding([filled[0], filled[0]])


def test_a_missing_column_or_file_is_named(filled, tmp_path):
    spoil(filled[0], lambda table: table.drop(columns="weight"))
    with pytest.raises(StudyError, match="column 'weight' is missing"):
        read_coding(filled)
    with pytest.raises(StudyError, match="no such file"):
        read_coding(tmp_path / "gone.xlsx")


def merged(page):
    page.merge_cells("B2:B4")


def title_above(page):
    page.insert_rows(1)
    page["A1"] = "ورقة الترميز"


def no_header(page):
    page.delete_rows(1)


def emptied(page):
    page.delete_rows(1, page.max_row)


def column_twice(page):
    page.cell(1, page.max_column + 1, "coder")


def unanswered(page):
    for row in page.iter_rows(min_row=2, min_col=5, max_col=page.max_column - 5):
        for cell in row:
            cell.value = None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (merged, "row 3: no coder"),
        (title_above, "column 'unit' is missing"),
        (no_header, "column 'unit' is missing"),
        (emptied, "the sheet is empty|column 'unit' is missing"),
        (column_twice, "column 'coder' stands twice"),
        (unanswered, "holds no answers"),
    ],
)
def test_a_sheet_that_lost_its_shape_is_refused_in_words(filled, change, said):
    book = openpyxl.load_workbook(filled[0])
    change(book.active)
    book.save(filled[0])
    with pytest.raises(StudyError, match=said) as caught:
        read_coding(filled)
    assert filled[0].name in str(caught.value)
    assert "remedy" in str(caught.value)


def test_files_that_are_no_sheets_are_refused_in_words(filled, tmp_path):
    cases = {
        "a.xlsx": (b"unit,coder", "column 'article' is missing"),
        "b.csv": ("unit,نص".encode("windows-1256"), "column 'coder' is missing"),
        "p.xlsx": (b"PK\x03\x04", "is no table"),
        "c.csv": (b"", "is no table"),
        "d.ods": (b"PK\x03\x04ods", "is no table"),
    }
    for name, (content, said) in cases.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(StudyError, match=said) as caught:
            read_coding(tmp_path / name)
        assert "remedy" in str(caught.value)


def test_a_folder_as_it_comes_back_is_read(filled, sheet, tmp_path):
    """Lock files, pages added in front, blank rows, and the csv that nobody filled in."""
    write = openpyxl.load_workbook(filled[0])
    write.active.title = PAGE
    write.create_sheet("ملاحظات", 0)["A1"] = "شكرا"
    write[PAGE].insert_rows(5, 2)
    write.save(filled[0])
    (filled[0].parent / f"~${filled[0].name}").write_bytes(b"lock")
    assert (filled[0].parent / "blank-generic5-A.csv").is_file()
    coding = read_coding(filled[0].parent)
    assert coding.coders == ["A", "B"]
    assert len(coding.units) == len(sheet.units)
    assert coding.missing.empty


def test_sheets_of_two_draws_or_of_other_questions_are_not_mixed(filled, tmp_path):
    corpus = pd.DataFrame({"id": [f"{i:06d}" for i in range(30)], "date": pd.NaT, "outlet": "x",
                           "title": "", "text": [f"جملة {i}." for i in range(30)],
                           "cluster": range(30), "weight": 1.0})  # fmt: skip
    other = coding_sheet(Corpus(corpus), "generic", 30, seed=2)
    path = write_sheets(other, tmp_path / "two", coders=["C"])[0]
    spoil(path, lambda table: table.assign(**{questions(table)[0]: "لا"}))
    with pytest.raises(StudyError, match="units of different draws"):
        read_coding([*filled, path])
    spoil(filled[1], lambda table: table.drop(columns=questions(table)[-1]))
    with pytest.raises(StudyError, match="B was asked 2 questions for economic, A 3"):
        read_coding(filled)


def test_text_that_a_spreadsheet_would_run_or_drop_comes_back_and_is_found_again(tmp_path):
    texts = ["=1+1 نص", "- قال\u200f نعم", "نص\u00a0آخر\x0b هنا", "@إشارة"]
    table = pd.DataFrame({"id": list("abcd"), "date": pd.NaT, "outlet": "x", "title": "",
                          "text": texts, "cluster": range(4), "weight": 1.0})  # fmt: skip
    drawn = coding_sheet(Corpus(table), "generic", 4, unit="article")
    xlsx, csv = write_sheets(drawn, tmp_path, coders=["A"])
    page = openpyxl.load_workbook(xlsx).active
    assert {cell.data_type for cell in page["D"]} == {"s"}
    assert not any(line.split(",")[3].startswith(("=", "@", "-")) for line in
                   csv.read_text(encoding="utf-8-sig").splitlines()[1:])  # fmt: skip
    book = openpyxl.load_workbook(xlsx)
    asked = [i for i, cell in enumerate(book.active[1], start=1) if ": " in cell.value]
    for row in range(2, 6):
        for column in asked:
            book.active.cell(row, column, "لا")
    book.save(xlsx)
    answered = pd.read_csv(csv, dtype=object)
    answered[questions(answered)] = "لا"
    answered.to_csv(csv, index=False)
    for path in (xlsx, csv):
        assert place_units(table, read_coding(path).units)[1].all()


def test_equal_sheets_are_equal_bytes(sheet, tmp_path):
    one = write_sheets(sheet, tmp_path / "one")
    two = write_sheets(sheet, tmp_path / "two")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]
    stamps = openpyxl.load_workbook(one[0]).properties
    assert (stamps.created.year, stamps.modified.year) == (2000, 2000)


def test_blank_sheets_are_left_in_the_results_of_a_running_study(sheet, tmp_path, monkeypatch):
    told = [f"coding/blank-generic5-{name}" for name in ("A.xlsx", "A.csv", "B.xlsx", "B.csv")]
    assert save_coding_sheets(sheet) == [f"{path} (written where a study runs)" for path in told]
    assert not (tmp_path / "coding").exists()
    monkeypatch.setattr(outputs, "_current", outputs.Outputs(tmp_path))
    for path in save_coding_sheets(sheet, coders=["hala"], language="both"):
        assert (tmp_path / path).is_file()
    with pytest.raises(StudyError, match="holds no answers"):
        read_coding(tmp_path / "coding")


def test_folders_and_sheets_may_be_named_together(filled):
    assert read_coding([filled[0].parent]).coders == ["A", "B"]
    assert read_coding(filled).coders == ["A", "B"]


def test_two_coders_sheets_of_one_file_name_both_count(filled, tmp_path):
    for coder, path in zip(("hala", "omar"), filled, strict=True):
        (tmp_path / coder).mkdir()
        path.rename(tmp_path / coder / "sheet.xlsx")
    assert read_coding([tmp_path / "hala", tmp_path / "omar"]).coders == ["A", "B"]


def test_units_are_those_of_the_sheets_that_were_filled_in(filled, sheet):
    for path in filled:
        spoil(path, lambda table: table.drop(index=[1, 2]))
    folder = filled[0].parent
    assert (folder / "blank-generic5-A.csv").is_file()
    gone = set(sheet.units["unit"][1:3])
    assert gone.isdisjoint(read_coding(folder).units["unit"])
