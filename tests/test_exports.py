"""Exports of news databases: each article of a document with headline, outlet, date and text."""

from pathlib import Path

import docx
import pandas as pd
import pytest

from q7x2lab.corpus.read import read_corpus
from q7x2lab.errors import CorpusError

DATES = ("February 24, 2022 Thursday", "24 فبراير 2022", "March 3, 2022 Thursday 10:05 AM GMT")
DAYS = ("2022-02-24", "2022-02-24", "2022-03-03")
FIRST = "افتتح الوزير المعرض رقم {n} في المدينة القديمة بحضور سكانها."
SECOND = "Length: كلمة تقف في النص، ثم تأتي Body في سطره، وعدد الزوار {n}."


def nexis(n: int) -> list[str]:
    title = [f"معرض جديد رقم {n}", "وسكان المدينة يزورونه"][: 1 + n % 2]
    head = [["صحيفة الميناء", "وكالة الواحة"][n % 2], DATES[n % 3], "Copyright 2022 All Rights"]
    head += ["Section: الثقافة", f"Length: {20 + n} words", "Byline: كاتب", "Body"]
    text = [FIRST.format(n=n), SECOND.format(n=n), "Body"]
    return [*title, *head, "", *text, "Load-Date: March 4, 2022", "", "End of Document"]


def factiva(n: int) -> list[str]:
    head = [f"معرض جديد رقم {n}", "By كاتب", f"{20 + n} words", "24 February 2022", "10:05"]
    head += ["وكالة الواحة", "WAHA", "Arabic", "(c) 2022 وكالة الواحة"]
    return [
        *head,
        FIRST.format(n=n),
        SECOND.format(n=n),
        f"Document WAHA0000202202{n:02}ei2o00abc",
    ]


def write_docx(path: Path, lines: list[str]) -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def write_rtf(path: Path, lines: list[str]) -> Path:
    codes = ["".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in line) for line in lines]
    path.write_text(r"{\rtf1\ansi " + "\\par\n".join(codes) + "}", encoding="ascii")
    return path


def write_html(path: Path, lines: list[str]) -> Path:
    body = "".join(f"<p><b>{line.replace('&', '&amp;')}</b></p>" for line in lines)
    style = "<style>p {margin: 0}</style><script>document.write('no')</script>"
    path.write_text(f"<!DOCTYPE html><html><head>{style}</head><body>{body}</body></html>", "utf-8")
    return path


def test_sixty_articles_of_a_word_export_keep_every_field(tmp_path):
    cover = ["Page 1 of 90", "User Name: = Reader", "Date and Time: = 2026-11-30", "Documents (60)"]
    lines = [*cover, *(line for n in range(60) for line in nexis(n))]
    corpus = read_corpus(write_docx(tmp_path / "export.docx", lines), clean=False)
    table = corpus.articles
    assert len(table) == 60 and corpus.rejected.empty
    assert table["id"].tolist()[:2] == ["export.docx 1", "export.docx 2"]
    assert table["outlet"].tolist()[:2] == ["صحيفة الميناء", "وكالة الواحة"]
    assert table["date"].dt.strftime("%Y-%m-%d").tolist() == [DAYS[n % 3] for n in range(60)]
    assert table["title"].tolist()[:2] == [
        "معرض جديد رقم 0",
        "معرض جديد رقم 1 وسكان المدينة يزورونه",
    ]
    assert table["text"].tolist() == [f"{FIRST}\n{SECOND}\nBody".format(n=n) for n in range(60)]


@pytest.mark.parametrize(
    "write, ending", [(write_rtf, "rtf"), (write_html, "html"), (write_docx, "docx")]
)
def test_an_export_with_accession_numbers_is_read_from_any_document(tmp_path, write, ending):
    lines = ["Search summary"] * 3 * (ending == "html")
    path = write(tmp_path / f"export.{ending}", [x for n in range(12) for x in factiva(n)] + lines)
    corpus = read_corpus(path, clean=False)
    table = corpus.articles
    assert len(table) == 12
    assert table["id"].iloc[3] == "WAHA000020220203ei2o00abc"
    assert set(table["outlet"]) == {"وكالة الواحة"}
    assert table["title"].tolist() == [f"معرض جديد رقم {n}" for n in range(12)]
    assert set(table["date"]) == {pd.Timestamp("2022-02-24")}
    assert table["text"].iloc[5] == f"{FIRST}\n{SECOND}".format(n=5)
    assert ("behind the last article: 3" in corpus.sources["note"].iloc[0]) == (ending == "html")


def test_without_a_line_of_rights_nothing_below_the_date_is_lost(tmp_path):
    lines = [line for line in factiva(1) if not line.startswith("(c)")]
    (article,) = read_corpus(write_docx(tmp_path / "a.docx", lines)).articles.to_dict("records")
    kept = ["10:05", "وكالة الواحة", "WAHA", "Arabic", FIRST.format(n=1), SECOND.format(n=1)]
    assert article["text"].split("\n") == kept


def test_what_of_an_export_is_no_article_is_listed(tmp_path):
    lines = [*nexis(0), "صفحة بلا مقال", "End of Document", *nexis(2), *nexis(3)[:-2]]
    corpus = read_corpus(write_docx(tmp_path / "export.docx", lines))
    assert len(corpus) == 2
    reasons = [
        "no text is found between the marks of an article",
        "no end mark: is the file cut short?",
    ]
    assert corpus.rejected["reason"].tolist() == reasons
    assert corpus.rejected["line"].tolist() == [len(nexis(0)) + 1, len(nexis(0) + nexis(2)) + 3]


def test_a_folder_of_documents_is_an_article_each_and_exports_keep_their_outlets(tmp_path):
    (tmp_path / "جريدة").mkdir()
    write_docx(tmp_path / "جريدة" / "a-2022-03-01.docx", ["عنوان", FIRST.format(n=1)])
    write_rtf(tmp_path / "جريدة" / "b.rtf", [FIRST.format(n=2)])
    write_docx(tmp_path / "export.docx", nexis(1))
    write_html(tmp_path / "page.html", ["قائمة", "خبر"])
    corpus = read_corpus(tmp_path)
    assert corpus.articles.set_index("id")["outlet"].to_dict() == {
        "a-2022-03-01": "جريدة", "b": "جريدة", "export.docx 1": "وكالة الواحة"
    }  # fmt: skip
    assert corpus.articles["date"].iloc[1] == pd.Timestamp("2022-03-01")
    assert "without the end marks" in corpus.rejected["reason"].iloc[0]


def test_documents_beside_tables_are_notes(tmp_path):
    pd.DataFrame({"text": ["قال الوزير"], "date": "2022-01-01"}).to_csv(
        tmp_path / "a.csv", index=False
    )
    write_docx(tmp_path / "notes.docx", ["ملاحظة"])
    corpus = read_corpus(tmp_path)
    assert len(corpus) == 1 and "not read: notes.docx" in corpus.sources["note"].iloc[0]


@pytest.mark.parametrize(
    "name, data, said",
    [
        ("a.docx", b"not a package", "a.docx: cannot be read: File is not a zip file"),
        ("a.docx", b"PK\x03\x04 word/document.xml cut off", "cannot be read"),
        ("a.rtf", b"", "empty"),
        ("a.html", "<html><p>قائمة</p></html>".encode(), "without the end marks of an export"),
        ("a.htm", b"no page at all", "without the end marks of an export"),
    ],
)
def test_a_document_that_is_none_is_named_in_words(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(CorpusError, match=said):
        read_corpus(tmp_path / name)


def test_an_rtf_that_was_cut_off_gives_the_articles_before(tmp_path):
    path = write_rtf(tmp_path / "a.rtf", [line for n in range(4) for line in factiva(n)])
    path.write_bytes(path.read_bytes()[:-400])
    corpus = read_corpus(path)
    assert len(corpus) == 3 and corpus.rejected["reason"].str.contains("cut short").all()


def test_exports_of_media_cloud_and_amcat_need_no_columns_named():
    story = ["افتتح الوزير المعرض في المدينة القديمة بحضور سكانها وجمهور من الزوار."]
    cloud = {"id": "1", "indexed_date": "2022-03-05", "language": "ar", "media_name": "الميناء",
             "media_url": "almina.example", "publish_date": "2022-03-01", "title": "معرض",
             "url": "https://almina.example/1", "text": story}  # fmt: skip
    amcat = {"_id": "x1", "headline": "معرض", "date": "2022-03-01T00:00:00", "medium": "الميناء",
             "section": "ثقافة", "url": "almina.example/1", "text": story}  # fmt: skip
    for table in (cloud, amcat):
        article = read_corpus(pd.DataFrame(table)).articles.iloc[0]
        assert [article["title"], article["outlet"]] == ["معرض", "الميناء"]
        assert article["date"] == pd.Timestamp("2022-03-01") and article["text"] == story[0]
