"""Reading: rows read = articles + rejected, whatever the file; what is wrong is said briefly."""

import gzip
import json
import os
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import q7x2lab.corpus.read as reading
from q7x2lab.corpus.read import read_corpus
from q7x2lab.errors import CorpusError

GOOD = (
    "id,date,outlet,text\n"
    '1,2022-01-01,x,"وصل الوفد إلى العاصمة"\n'
    '2,2022-01-02,y,"وعقد الوزير لقاء"\n'
)
TEXTS = ["وصل الوفد إلى العاصمة", "وعقد الوزير لقاء"]


def write(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path, **options):
    corpus = read_corpus(path, **options)
    assert corpus.sources["rows"].sum() == len(corpus) + len(corpus.rejected)
    return corpus


def error(path, **options):
    with pytest.raises(CorpusError) as caught:
        read_corpus(path, **options)
    assert str(caught.value).count("\n") < 6
    return str(caught.value)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1256"]
)
def test_encodings_are_found_and_said(tmp_path, encoding):
    corpus = read(write(tmp_path, "a.csv", GOOD.encode(encoding)))
    assert corpus.articles["text"].tolist() == TEXTS
    assert corpus.sources["encoding"].tolist() == [encoding]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path, mark, end):
    content = GOOD.replace(",", mark).replace("\n", end)
    assert read(write(tmp_path, "a.csv", content)).articles["text"].tolist() == TEXTS


def test_every_format_gives_the_same_articles(tmp_path):
    table = pd.read_csv(write(tmp_path, "a.csv", GOOD), dtype=str)
    table.to_parquet(tmp_path / "a.parquet")
    table.to_excel(tmp_path / "a.xlsx", index=False)
    records = table.to_dict("records")
    rows = "\n".join(json.dumps(record) for record in records)
    write(tmp_path, "a.jsonl", rows)
    write(tmp_path, "a.json", json.dumps({"articles": records}))
    write(tmp_path, "b.csv.gz", gzip.compress(GOOD.encode()))
    for number, record in enumerate(records):
        folder = tmp_path / "folder" / record["outlet"]
        write(folder, f"{number + 1}-{record['date']}.txt", record["text"])
    names = ["a.csv", "a.parquet", "a.xlsx", "a.jsonl", "a.json", "b.csv.gz", "folder"]
    for source in [table, *(tmp_path / name for name in names)]:
        articles = read(source).articles
        assert articles["text"].tolist() == TEXTS
        assert articles["date"].dt.day.tolist() == [1, 2]
        assert articles["outlet"].tolist() == ["x", "y"]


def test_arabic_columns_dates_and_a_hijri_date(tmp_path):
    content = "المعرف,التاريخ,المصدر,العنوان,النص,القسم\n"
    content += "١,٢٤ شباط/فبراير ٢٠٢٢,صحيفة,عنوان,نص,رأي\n2,1443-07-23,صحيفة,عنوان,نص آخر,خبر\n"
    corpus = read(write(tmp_path, "a.csv", content))
    assert corpus.articles["date"].dt.strftime("%Y-%m-%d").tolist() == ["2022-02-24"] * 2
    assert corpus.covariates == ["القسم"]


def test_bad_rows_are_rejected_with_line_id_and_reason(tmp_path):
    content = (
        GOOD + '3,2023-02-30,x,"نص"\n4,2022-01-03,x,\n5,2022-01-04,x,نص,زائد\n1,2022-01-05,x,ثالث\n'
    )
    corpus = read(write(tmp_path, "a.csv", content))
    assert corpus.rejected[["line", "id", "reason"]].values.tolist() == [
        [6, "5", "another number of cells than the header: 5, not 4"],
        [4, "3", "date cannot be read: 2023-02-30"],
        [5, "4", "no text"],
    ]
    assert corpus.articles["id"].tolist() == ["1", "2", "1 (2)"]
    assert "id met before" in set(corpus.flags["flag"])


def test_a_file_cut_short_loses_one_listed_row(tmp_path):
    corpus = read(write(tmp_path, "a.csv", GOOD.encode()[:-12]))
    assert len(corpus) == 1
    assert "cut short" in corpus.rejected["reason"][0]
    assert corpus.rejected["line"][0] == 3


def test_a_quotation_mark_never_closed_is_an_error_with_its_line(tmp_path):
    content = GOOD + '3,2022-01-03,x,"نص مفتوح\n' + "4,2022-01-04,x,نص\n" * 50
    assert "line 4" in error(write(tmp_path, "a.csv", content))


def test_lines_of_another_encoding_are_read_and_noted(tmp_path):
    content = GOOD.encode() + '3,2022-01-03,z,"نص ثالث"\n'.encode("windows-1256")
    corpus = read(write(tmp_path, "a.csv", content))
    assert corpus.articles["text"][2] == "نص ثالث"
    assert "windows-1256: 1" in corpus.sources["note"][0]


def test_a_line_cut_within_a_letter_stays_utf_8_and_its_loss_is_counted(tmp_path):
    content = GOOD.encode() + "3,2022-01-03,z,نص ثالث طويل".encode()[:-1] + b"\n"
    corpus = read(write(tmp_path, "a.csv", content))
    assert corpus.articles["text"][2] == "نص ثالث طوي\ufffd"
    assert "characters lost (U+FFFD): 1" in corpus.sources["note"][0]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "", "empty"),
        ("a.csv", "id,text\n", "no rows below the header"),
        ("a.csv", "a,b\n1,2\n", "no column holds the text"),
        ("a.csv", os.urandom(4000), "remedy: save it as"),
        ("a.csv", "id,date,text\n" + "1,never,نص\n" * 9, "line 2: 9 of 9 dates"),
        ("a.parquet", b"PAR1 and no more", "a.parquet: cannot be read"),
        ("a.xlsx", b"PK\x03\x04 and no more", "a.xlsx: cannot be read"),
        (
            "a.csv.gz",
            gzip.compress(GOOD.encode() * 99)[:-20],
            "a.csv.gz: cannot be read: Compressed file ended",
        ),
        ("a.jsonl", "[" * 99_999, "not a JSON object"),
        ("a.pdf", "%PDF", "is a PDF"),
    ],
)
def test_hopeless_files_end_in_a_short_message(tmp_path, name, content, says):
    assert says in error(write(tmp_path, name, content))


def test_hopeless_paths_and_options(tmp_path):
    path = write(tmp_path, "a.csv", GOOD)
    (tmp_path / "empty.csv").mkdir()
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("none.csv", "empty.csv", "loop.csv", "pipe.csv"):
        assert name in error(tmp_path / name)
    assert "did you mean text" in error(path, columns={"txt": "text"})
    assert "'body' is not a column" in error(path, columns={"text": "body"})
    assert "'z' is not in the corpus" in error(path, outlets=["z"])
    assert "no date" in error(path, date_from="soon")
    assert "after" in error(path, date_from="2022-02-01", date_to="2022-01-01")
    assert "before 2030-01-01" in error(path, date_from="2030-01-01")
    for source in (5, None, [], "", "a\0b"):
        error(source)


def test_an_unreadable_file_is_named(tmp_path, monkeypatch):
    path = write(tmp_path, "a.csv", GOOD)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    assert "Permission denied" in error(path)


def test_a_folder_that_links_to_itself_is_read_once(tmp_path):
    write(tmp_path, "folder/a-2022-01-01.txt", "نص أول")
    write(tmp_path, "folder/empty.txt", "")
    (tmp_path / "folder" / "self").symlink_to(tmp_path / "folder")
    corpus = read(tmp_path / "folder")
    assert corpus.articles["id"].tolist() == ["a-2022-01-01"]
    assert corpus.rejected["file"].tolist() == ["empty.txt"]


def test_what_a_folder_holds_besides_is_named(tmp_path):
    write(tmp_path, "folder/a.txt", "نص أول")
    write(tmp_path, "folder/.hidden.txt", "سر")
    write(tmp_path, "folder/notes.odt", "x")
    (tmp_path / "folder" / "gone.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "folder" / "up").symlink_to(tmp_path)
    corpus = read(tmp_path / "folder")
    assert corpus.articles["id"].tolist() == ["a"]
    (note,) = corpus.sources["note"]
    assert all(name in note for name in (".hidden.txt", "notes.odt", "gone.txt", "up"))


def test_a_folder_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    write(tmp_path, "folder/a.txt", "نص أول")
    write(tmp_path, "folder/locked/b.txt", "نص ثان")
    listed = Path.iterdir

    def refuse(path):
        if path.name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr("pathlib.Path.iterdir", refuse)
    said = error(tmp_path / "folder")
    assert "locked: cannot be read: Permission denied" in said


def test_names_that_are_no_text_are_read_with_a_mark(tmp_path):
    folder = tmp_path / "folder"
    write(tmp_path, "folder/b.txt", "نص ثان")
    with open(os.fsencode(folder) + b"/\xff.txt", "wb") as stream:  # noqa: PTH123
        stream.write("نص أول".encode())
    assert sorted(read(folder).articles["id"]) == ["b", "\ufffd"]


@pytest.mark.parametrize("name", ["iso8859-6", "cp720", "windows-1256"])
def test_old_arabic_tables_are_told_apart(tmp_path, name):
    corpus = read(write(tmp_path, "a.csv", GOOD.encode(name)))
    assert corpus.sources["encoding"][0] == name
    assert corpus.articles["text"].tolist() == TEXTS


def test_titles_above_a_header_and_headers_met_again(tmp_path):
    corpus = read(write(tmp_path, "a.csv", "تقرير\n# 2022,,,\n" + GOOD + GOOD))
    assert corpus.articles["text"].tolist() == TEXTS * 2
    assert corpus.rejected[["line", "reason"]].values.tolist() == [[6, "the header again"]]
    assert "header in line 3" in corpus.sources["note"][0]


def test_merged_cells_and_hidden_sheets(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["id", "outlet", "text"], [1, "x", "نص أول"], [2, None, "نص ثان"]):
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    hidden = book.create_sheet("Hidden")
    hidden.append(["id", "date", "outlet", "text"])
    hidden.append([9, "2022-01-01", "z", "سر"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    corpus = read(tmp_path / "a.xlsx")
    assert corpus.articles["outlet"].tolist() == ["x", "x"]
    assert "'Hidden' (hidden)" in corpus.sources["note"][0]
    assert "merged cells" in corpus.sources["note"][0]


def test_numbers_that_excel_made_of_ids_and_dates(tmp_path):
    table = pd.DataFrame({"id": [1.0, 2.0], "date": [44616, 44616.25], "text": TEXTS})
    articles = read(table).articles
    assert articles["id"].tolist() == ["1", "2"]
    assert articles["date"].astype(str).tolist() == ["2022-02-24 00:00:00", "2022-02-24 06:00:00"]
    far = pd.DataFrame({"text": TEXTS, "date": pd.to_datetime(["2022-01-01", "2900-01-01"])})
    assert "cannot be read" in read(far).rejected["reason"][0]


def test_a_header_that_is_none_is_named_at_once(tmp_path):
    assert "no table of articles" in error(write(tmp_path, "a.csv", "c," * 200_000 + "text\n1\n"))
    wide = pd.DataFrame([["نص"] * 10_002], columns=["text", *(f"c{n}" for n in range(10_001))])
    assert "10,002 columns" in error(wide)
    opened = 'id,"text\n' + "1,نص\n" * 9
    assert "line 1: a quotation mark is opened" in error(write(tmp_path, "b.csv", opened))
    assert "download what is in the web" in error("https://example.org/a.csv")
    assert "a.csv: cannot be read" in error("~nobody-of-this-name/a.csv")
    assert "cannot be read: File name too long" in error("a" * 5_000)


def test_period_and_outlets_leave_an_account(tmp_path):
    corpus = read(write(tmp_path, "a.csv", GOOD), date_to="2022-01-01")
    assert corpus.rejected["reason"].tolist() == ["after 2022-01-01"]
    corpus = read(write(tmp_path, "a.csv", GOOD), outlets=["y"])
    assert corpus.rejected["reason"].tolist() == ["outlet not asked for"]


def test_two_sheets_and_columns_of_one_name(tmp_path):
    table = pd.DataFrame({"id": ["1"], "text": ["نص"]})
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        pd.DataFrame({"note": ["x"]}).to_excel(book, sheet_name="Info", index=False)
        table.to_excel(book, sheet_name="Data", index=False)
    assert "'Data'; not read: 'Info'" in read(tmp_path / "a.xlsx").sources["note"][0]
    twice = read(write(tmp_path, "a.csv", "id,text,text\n1,نص,آخر\n"))
    assert twice.articles["text"].tolist() == ["نص"]
    assert "2 columns are named" in twice.sources["note"][0]


def test_payloads_are_data(tmp_path):
    content = 'id,outlet,title,text\n../../x,=cmd(),{{ 7*7 }},"\\input{x} نص <b>غليظ</b>"\n'
    row = read(write(tmp_path, "a.csv", content)).articles.iloc[0]
    assert row[["id", "outlet", "title", "text"]].tolist() == [
        "../../x",
        "=cmd()",
        "{{ 7*7 }}",
        "\\input{x} نص غليظ",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_reserved_and_strange_columns_of_a_dataframe():
    table = pd.DataFrame({"text": ["نص", None, 5, b"\xd9\x86"], "cluster": 1, "line": 2})
    corpus = read(table)
    assert corpus.articles["text"].tolist() == ["نص", "5", "ن"]
    assert corpus.covariates == ["cluster (column)", "line (column)"]
    assert reading.read_corpus(table, clean=False).changes.empty


def test_covariates_and_origin_stay_with_their_article(tmp_path):
    corpus = read(write(tmp_path, "a.csv", GOOD.replace("\n1,", "\n,,,\n1,")))
    assert corpus.origin["line"].tolist() == [3, 4]


@pytest.mark.parametrize("clean", [True, False])
def test_a_repeated_id_takes_no_name_that_another_row_has(clean):
    table = pd.DataFrame({"id": ["1", "1", "1 (2)", "1"], "text": "نص"})
    assert read(table, clean=clean).articles["id"].tolist() == ["1", "1 (3)", "1 (2)", "1 (4)"]


def test_a_quotation_mark_within_the_last_cell_cuts_nothing_short(tmp_path):
    corpus = read(write(tmp_path, "a.csv", 'id,text\n1,نص أول\n2,نص طوله 5" فقط\n'))
    assert len(corpus) == 2 and corpus.rejected.empty


def test_a_pipe_in_a_folder_is_named_and_not_waited_for(tmp_path):
    write(tmp_path, "folder/a.txt", "نص أول")
    os.mkfifo(tmp_path / "folder" / "pipe.txt")
    assert read(tmp_path / "folder").sources["note"].str.contains("not read: pipe.txt").all()


def test_outlets_may_be_left_out_by_name():
    table = pd.DataFrame({"text": ["نص أول", "نص ثان"], "outlet": ["x", "y"]})
    corpus = read_corpus(table, without=["y"])
    assert corpus.articles["outlet"].tolist() == ["x"]
    assert corpus.rejected["reason"].tolist() == ["outlet not asked for"]
    with pytest.raises(CorpusError, match="without: 'yy' is not in the corpus"):
        read_corpus(table, without=["yy"])
