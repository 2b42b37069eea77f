"""The reading page: what it holds, that it says so, and that the report leads to it."""

import json
import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from read_study import HOSTILE, KEYWORDS, TEXTS, a_corpus, a_run

from q7x2lab.studies import outputs as room
from q7x2lab.studies import reading
from q7x2lab.studies.archive import copy_outputs
from q7x2lab.studies.outputs import Outputs, keep_hits, safe_name
from q7x2lab.studies.report import data_text, write_report
from q7x2lab.studies.study_file import StudyFile, check_study


def test_the_script_is_sound_small_and_makes_no_html_of_text():
    script = data_text("templates/reading.js")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function|fetch", script
    )
    code = [line for line in script.splitlines() if line.strip() and not line.startswith("//")]
    assert len(code) <= 245
    if node := shutil.which("node"):
        subprocess.run([node, "--check", "-"], input=script, text=True, check=True)


def data_of(results) -> dict:
    page = (results / "reading" / "reading.html").read_text(encoding="utf-8")
    held = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert held
    return json.loads(held[1])


def test_every_hit_lies_where_its_word_stands(tmp_path, monkeypatch):
    names = list(a_run(tmp_path, monkeypatch))
    assert names == ["trends", "keyness", safe_name("naming-over-time-البلاد")]
    data = data_of(tmp_path)
    hits = data["hits"]["hits-trends.parquet"]["of"]
    assert set(hits) == set(KEYWORDS)
    flat = hits["روسيا"]
    words = [
        data["articles"]["text"][article][start:end]
        for article, start, end in zip(*[iter(flat)] * 3, strict=True)
    ]
    assert words == ["وروسيا", "روسيا", "الرُّوسِيَا"]
    assert data["articles"]["text"] == list(TEXTS)
    assert [bar[:2] for bar in data["parts"][1]["bars"]] == [["الأولى", "روسيا"], [HOSTILE] * 2]


def test_the_page_holds_all_forms_of_a_lexeme_behind_the_one_it_is_shown_as(tmp_path, monkeypatch):
    a_run(tmp_path, monkeypatch)
    (line,) = [line for line in data_of(tmp_path)["lexemes"] if line.startswith("روسيا ")]
    assert set(line.split()) == {"روسيا", "وروسيا", "الروسيا"}


def test_the_page_says_that_it_may_not_be_published(tmp_path, monkeypatch):
    a_run(tmp_path, monkeypatch)
    page = (tmp_path / "reading" / "reading.html").read_text(encoding="utf-8")
    assert "do not publish" in page and "لا تُنشر" in page
    assert "default-src 'none'" in page


def test_of_too_many_articles_a_sample_is_held_and_stated(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "TEXT_BYTES", len(TEXTS[0].encode()) + len(TEXTS[2].encode()))
    a_run(tmp_path, monkeypatch)
    data = data_of(tmp_path)
    assert data["all"] == 3
    assert 0 < len(data["articles"]["id"]) < 3
    again = (tmp_path / "reading" / "reading.html").read_bytes()
    a_run(tmp_path, monkeypatch)
    assert (tmp_path / "reading" / "reading.html").read_bytes() == again
    held = data["articles"]["text"]
    flat = data["hits"]["hits-trends.parquet"]["of"].get("__proto__", [])
    assert [held[flat[0]][flat[1] : flat[2]]] == ["القمح"] if TEXTS[0] in held else flat == []


def test_hits_are_numbered_as_the_articles_of_the_sample(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_sample", lambda texts, seed: np.array([1, 2]))
    a_run(tmp_path, monkeypatch)
    data = data_of(tmp_path)
    hits = data["hits"]["hits-trends.parquet"]["of"]
    assert [hits["روسيا"][::3], hits[HOSTILE][::3]] == [[0, 0], [1]]
    assert data["articles"]["text"] == list(TEXTS[1:])


def test_without_a_prepared_corpus_there_is_no_page(tmp_path):
    said = {"study": "a", "corpus": {"files": "a.csv"}}
    (tmp_path / "reading").mkdir()
    (tmp_path / "reading" / "reading.html").write_text("of an earlier run", encoding="utf-8")
    file = StudyFile(check_study(said), tmp_path / "study.yaml")
    assert reading.write_reading(file, tmp_path, {}) == {}
    assert not (tmp_path / "reading" / "reading.html").exists()


def test_the_report_leads_to_what_can_be_read(tmp_path, monkeypatch):
    names = a_run(tmp_path, monkeypatch)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    places = [page.count(f'"reading/reading.html#{name}"') for name in names]
    assert places == [2, 1, 2]  # the picture, if there is one, and the words below it
    rows = [len(re.findall(f'"reading/reading.html#{name}[.]', page)) for name in names]
    assert rows == [2 * 18, 2 * 2, 2 * 3]  # in each language; all but the word that is no key word
    said = {"study": "a", "corpus": {"files": "a.csv"}}
    file = StudyFile(check_study(said), tmp_path / "study.yaml")
    write_report(file, tmp_path, {"4-trends": room.current_outputs().record}, {})
    assert "reading/reading.html" not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_row_of_the_report_leads_to_that_row_of_its_table(tmp_path, monkeypatch):
    readable = a_run(tmp_path, monkeypatch)
    parts = {part["name"]: part for part in data_of(tmp_path)["parts"]}
    for item in room.current_outputs().record["exhibits"]:
        table = pd.read_csv(tmp_path / item["table"][0], dtype=str, keep_default_na=False)
        part = parts[item["name"]]
        assert part["rows"] == readable[item["name"]]
        for row, bar in zip(part["rows"], part["bars"], strict=True):
            assert bar[:-1] == table.loc[row, list(part["roles"].values())].tolist()
        words = item["cells"]["en"]["rows"]
        for place, cells in zip(item["of_rows"], words, strict=True):
            assert any(cells[0] in value or value in cells[0] for value in table.loc[place])


def test_in_an_archive_no_link_leads_to_what_is_not_there(tmp_path, monkeypatch):
    results, archive = tmp_path / "results", tmp_path / "archive"
    archive.mkdir()
    a_run(results, monkeypatch)
    (results / "manifest.json").write_text("{}", encoding="utf-8")
    (results / "notebooks").mkdir()
    (results / "notebooks" / "4-trends.ipynb").write_text("{}", encoding="utf-8")
    (results / "records").mkdir()
    (results / "record.json").rename(results / "records" / "4-trends.json")
    said = {"study": "a", "corpus": {"files": "a.csv"}}
    copy_outputs(StudyFile(check_study(said), tmp_path / "study.yaml"), results, archive)
    page = (archive / "index.html").read_text(encoding="utf-8")
    linked = re.findall('href="([^"#]+)', page)
    assert [path for path in linked if not (archive / path).is_file()] == []
    assert any(path.startswith("tables/") for path in linked)
    assert "reading.html" not in page and "الجمل" not in page
    assert page.count("<td") == (results / "index.html").read_text(encoding="utf-8").count("<td")


def test_hits_without_a_run_are_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_current", Outputs())
    monkeypatch.chdir(tmp_path)
    keep_hits("trends", KEYWORDS, tokens=a_corpus())
    assert list(tmp_path.iterdir()) == []


def test_hits_are_kept_by_the_columns_of_their_key_and_with_its_words(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_current", Outputs(tmp_path))
    hits = pd.DataFrame({"article": [0], "start": [1], "end": [4], "variant": ["war"]})
    hits["voice"] = HOSTILE
    titles = {"war": {"ar": "حرب", "en": "war"}}
    keep_hits("naming-x", hits, "variant", "voice", titles=titles)
    keep_hits("frames-x", hits, "variant", titles=lambda tongue: {"war": titles["war"][tongue]})
    for name, key in (("naming-x", f"war · {HOSTILE}"), ("frames-x", "war")):
        kept = pd.read_parquet(tmp_path / "reading" / f"hits-{name}.parquet")
        assert kept["key"].tolist() == [key]
        assert kept.attrs["titles"] == titles


@pytest.mark.parametrize("name", ["topics-stability", "corpus-flow", "trend-tests"])
def test_exhibits_without_sentences_have_no_part(tmp_path, name):
    study = check_study({"study": "a", "corpus": {"files": "a.csv"}})
    assert reading._part({"called": name, "table": ["tables/none.csv"]}, tmp_path, study) is None


def test_only_lists_of_words_are_cut_to_those_that_passed():
    table = pd.DataFrame({"frame": ["a", "b"], "share": ["0.5", "0.2"], "q": ["0.01", "0.9"]})
    assert len(reading._bars(table, {"value": "share", "key": ["frame"]})) == 2
    assert len(reading._bars(table, {"value": "share", "key": []})) == 1
