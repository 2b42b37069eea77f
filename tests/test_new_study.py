"""A study file for a table: what was recognised is said, what was not is left to be named."""

import pandas as pd
import pytest

from q7x2lab import cli
from q7x2lab.studies.new_study import column_lines, new_study
from q7x2lab.studies.study_file import load_study

ARABIC = ["رقم", "عنوان المادة", "نص المادة", "الموقع الإخباري", "تاريخ النشر", "القسم", "الرابط"]
GERMAN = ["Nr", "Titel", "Volltext", "Medium", "Datum", "Rubrik", "URL"]


def rows(n: int = 40) -> list[list[object]]:
    return [
        [
            place,
            f"عنوان {place}",
            f"زار الوزير رقم {place} مدينة الميناء الكبرى وتحدث طويلا عن الغاز وعن أسعار النفط.",
            "أب"[place % 2],
            f"{1 + place % 28:02d}/0{1 + place % 9}/2022",
            ["رياضة", "اقتصاد"][place % 2],
            f"https://example.org/{place}",
        ]
        for place in range(n)
    ]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("headings", [ARABIC, GERMAN])
def test_new_and_check_say_which_column_became_what(here, capsys, headings):
    table = pd.DataFrame(rows(), columns=headings)
    if headings is ARABIC:
        table.to_excel("news.xlsx", index=False)
        file = "news.xlsx"
    else:
        file = "news.csv"
        table.to_csv(file, sep=";", index=False, encoding="windows-1256")
    assert cli.main(["new", "أخبار", file]) == 0
    said = capsys.readouterr().out
    fields = ("id", "title", "text", "outlet", "date")
    for field, heading in zip(fields, headings, strict=False):
        assert f"{field}: column {heading!r}: by its name" in said
    assert f"column {headings[5]!r}: not placed" in said
    written = here / "أخبار.yaml"
    assert f"also here: {headings[5]}" in written.read_text(encoding="utf-8")
    by = [f"topics.by=[outlet, {headings[5]}]", f"framing.by={headings[5]}"]
    assert cli.main(["check", str(written), "--set", by[0], "--set", by[1]]) == 0
    assert f"text: column {headings[2]!r}" in capsys.readouterr().out
    named = [f"corpus.columns={{section: {headings[5]}}}", "trends.by=section"]
    assert cli.main(["check", str(written), "--set", named[0], "--set", named[1]]) == 0
    assert f"section: column {headings[5]!r}" in capsys.readouterr().out
    assert cli.main(["check", str(written), "--set", "trends.by=قسم"]) == 2
    assert "articles have no column 'قسم'" in capsys.readouterr().err


def test_a_table_without_a_column_of_texts_is_left_to_be_mapped(here, capsys):
    table = pd.DataFrame(rows(), columns=ARABIC).drop(columns=["نص المادة", "عنوان المادة"])
    table.assign(ألف="x").to_csv("news.csv", index=False)
    assert cli.main(["new", "a", "news.csv"]) == 0
    said = capsys.readouterr().out
    assert "no column holds the text" in said and "name the column of the text there" in said
    text = (here / "a.yaml").read_text(encoding="utf-8")
    assert '#   "الموقع الإخباري"' in text
    assert load_study("a.yaml").study.corpus.columns == {"text": ""}
    assert cli.main(["check", "a.yaml"]) == 2
    said = capsys.readouterr().err
    assert (
        "no column holds the text; columns are: 'رقم'" in said and "columns: {text: NAME}" in said
    )
    mapped = text.replace('text: ""', 'text: "القسم"')
    (here / "a.yaml").write_text(mapped, encoding="utf-8")
    assert cli.main(["check", "a.yaml"]) == 0


def test_several_columns_that_may_be_the_text_are_left_to_be_chosen(here, capsys):
    table = pd.DataFrame(rows(), columns=ARABIC)
    table = table.assign(**{"نص الخبر": table["نص المادة"].str[5:]})
    table.to_csv("news.csv", index=False)
    assert cli.main(["new", "a", "news.csv"]) == 0
    text = (here / "a.yaml").read_text(encoding="utf-8")
    assert '"نص الخبر"   perhaps the text' in text and '"القسم"\n' in text
    for command in ("check", "run"):
        capsys.readouterr()
        assert cli.main([command, "a.yaml"]) == 2
        said = capsys.readouterr().err
        assert "several columns may hold the text: " in said and "'نص الخبر'" in said


def test_keywords_are_offered_and_none_is_chosen(here):
    pd.DataFrame(rows(), columns=ARABIC).to_csv("news.csv", index=False)
    new_study("a", here / "news.csv", folder=here)
    assert load_study(here / "a.yaml").study.trends.keywords == {}
    text = (here / "a.yaml").read_text(encoding="utf-8")
    assert "الوزير: [الوزير]" in text and "# 40 hits in 40 articles" in text


def test_new_asks_at_the_terminal(here, monkeypatch, capsys):
    pd.DataFrame(rows(), columns=ARABIC).to_csv("news.csv", index=False)
    answers = iter(["", "", "٦", "none of these", "", "", "1", "النفط، غاز"])
    monkeypatch.setattr("builtins.input", lambda question: next(answers, ""))
    assert cli.main(["new", "--ask", "a", "news.csv"]) == 0
    study = load_study("a.yaml").study
    assert study.corpus.columns["outlet"] == "القسم"
    assert study.corpus.columns["text"] == "نص المادة"
    assert study.trends.keywords == {"النفط": ["النفط"], "غاز": ["غاز"]}
    assert study.corpus.outlets in (["رياضة"], ["اقتصاد"])


def test_a_closed_terminal_ends_the_questions(here, monkeypatch):
    pd.DataFrame(rows(), columns=ARABIC).to_csv("news.csv", index=False)

    def closed(question):
        raise EOFError

    monkeypatch.setattr("builtins.input", closed)
    assert cli.main(["new", "--ask", "a", "news.csv"]) == 130


def test_a_column_that_is_not_there_is_said():
    columns = pd.DataFrame({"field": ["date"], "column": [""], "why": ["no column is found"]})
    assert list(column_lines(columns)) == ["date: no column is found"]
