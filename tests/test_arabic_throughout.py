"""Where a study speaks Arabic its readers meet Arabic: no English is left over anywhere."""

import re
from pathlib import Path

import pandas as pd
import pytest
from finished_run import finished_run
from latin import in_lists, in_page, latin_words

import q7x2lab as q
from q7x2lab.corpus.account import coverage_warnings
from q7x2lab.corpus.model import NOT_GIVEN
from q7x2lab.exhibits import Exhibit, Refusal, Words
from q7x2lab.figures.words import exhibit_table
from q7x2lab.studies import outputs as room
from q7x2lab.studies.corpus_files import prepare, read_articles, rejected_rows
from q7x2lab.studies.notebooks import RESULTS
from q7x2lab.studies.outputs import Outputs, methods, show
from q7x2lab.studies.report import rendered, write_report
from q7x2lab.studies.study_file import StudyFile, check_study
from q7x2lab.yaml_files import read_yaml

NAMES = Path(__file__).parents[1] / "notebooks" / "studies" / "demo-topics.yaml"


def test_the_arabic_half_of_a_finished_page_has_no_english_word():
    page = (finished_run() / "index.html").read_text(encoding="utf-8")
    for topic in read_yaml(NAMES, what="names").values():  # which people gave in English
        page = page.replace(str(topic["label"]), "")
    for title in q.alias_titles(q.load_aliases(), "en").values():  # cells of an English study
        page = page.replace(f">{title}</", "></")
    seen = list(in_page(page))
    assert len(seen) > 1000
    assert sorted({(word, text[:80]) for _, text in seen for word in latin_words(text)}) == []


def test_an_english_word_is_found_and_what_may_stand_is_not():
    for text in ("ثبات stable", "generic5", "lexicon", "(ukraine war)", "not given"):
        assert latin_words(text), text
    for text in ("q < .001", "وF1", "(Rogan and Gladen 1978)", "نسخة من sf104", "numbers.tex"):
        assert not latin_words(text), text


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Results of an Arabic study, and what writes its page and methods."""
    outputs = Outputs(tmp_path, language="ar")
    monkeypatch.setattr(room, "_current", outputs)
    said = {"study": "a", "corpus": {"files": "demo"}, "language": "ar"}
    said |= {"framing": {"schemes": ["generic", "own/tone.yaml"], "naming": ["ukraine_war"]}}

    def write() -> Path:
        file = StudyFile(check_study(said), tmp_path / "a.yaml")
        write_report(file, tmp_path, {"1-corpus": outputs.record}, {})
        return tmp_path

    return write


def test_bundled_schemes_and_names_are_called_in_arabic_and_own_ones_by_their_own_name(study):
    room.number("articles", 12)
    page = (study() / "index.html").read_text(encoding="utf-8")
    asked = page[page.index('class="asked"') :].partition("</p>")[0]
    asked = re.sub("[\u2066-\u2069]|</?bdi>", "", asked)
    assert "(الأطر العامة الخمسة، tone)" in asked and "(حرب روسيا على أوكرانيا)" in asked
    assert "(five generic frames, tone)" in asked and "(Russia&#39;s war on Ukraine)" in asked
    scheme, names = q.load_scheme("generic"), q.load_naming("ukraine_war")
    title = exhibit_table(scheme.questions(), "questions", of=scheme).title
    assert (title.ar, "generic5" in title.en) == ("أسئلة الأطر (الأطر العامة الخمسة)", False)
    assert "حرب روسيا" in exhibit_table(pd.DataFrame(), "naming-silent", of=names).title.ar


def test_methods_of_an_arabic_study_are_arabic_and_of_both_both(study, monkeypatch):
    methods("words", lexemes="hybrid", fold="alef; ya", cite=["blei2003"])
    text = (study() / "methods.md").read_text(encoding="utf-8")
    assert text.startswith("# المنهج") and "[@blei2003]" in text
    assert latin_words(text.replace("[@blei2003]", "").replace("@q7x2lab", "")) == []
    record = {"methods": [{"name": "m", "text": "Counted.", "ar": "عُدّ.", "cite": []}]}
    both = rendered("methods.md", records={"1-corpus": record}, language="both")
    assert both.index("عُدّ.") < both.index("# Methods") < both.index("Counted.")


def test_a_notebook_of_an_arabic_study_shows_arabic_alone(study, capsys):
    table = pd.DataFrame({"kind": ["exact"], "articles": [2]})
    exhibit = exhibit_table(table, "corpus-copies-by-kind")
    shown = exhibit.in_language("ar")._repr_html_()
    assert [w for _, text in in_page(f"<div>{shown}</div>") for w in latin_words(text)] == []
    private = Exhibit("secret", table=table, title=Words(ar="سر", en="Secret"), private=True)
    show(private, Refusal("3 articles are too few to see whether topics survive"))
    assert latin_words(capsys.readouterr().out) == []


def test_lists_of_an_arabic_study_are_in_arabic_and_read_back(study, tmp_path, monkeypatch):
    monkeypatch.setenv(RESULTS, str(tmp_path))
    days = ["2022-01-01", "2022-01-01", "الأمس", "2022-01-02"]
    rows = {"id": list("أبجد"), "date": days, "outlet": ["", "س", "س", "س"], "title": "ع"}
    rows["text"] = ["نص فيه كلمات كثيرة", "نص فيه كلمات كثيرة", "نص", "<b>نص</b>"]
    corpus = read_articles(pd.DataFrame(rows), copies="once")
    assert corpus.articles["outlet"].tolist() == ["بلا اسم", "س"]
    prepare(corpus)
    assert rejected_rows("prepared")["reason"].str.startswith("copy of").sum() == 1
    notes = exhibit_table(pd.DataFrame({"flag": ["no outlet"], "examples": "a"}), "corpus-flags")
    share = pd.DataFrame({"group": ["س"], "label": "حرب", "target_count": 9, "score": 3.0})
    share = share.assign(reference_count=1, p=0.01, q=0.01)
    show(notes, exhibit_table(share, "keyness"))
    study()
    seen = list(in_lists(tmp_path))
    places = {"rejected.csv", "flags.csv", "changes.csv", "corpus-flags.xlsx", "numbers.json"}
    assert {where for where, _ in seen} == places
    assert [found for found in seen if latin_words(found[1])] == []


def test_a_group_without_a_name_gaps_and_reasons_are_worded():
    empty = exhibit_table(pd.DataFrame({"group": [NOT_GIVEN]}), "confusions")
    assert empty.tables["ar"].to_numpy().tolist() == [["(غير مذكور)"]]
    assert empty.tables["en"].to_numpy().tolist() == [["(not given)"]]
    gaps = pd.DataFrame({"outlet": ["س", "ص"], "period": "2022-01", "articles": [9, 0]})
    for gap in ("not begun", "stopped", "missing", "thin"):
        told = coverage_warnings(gaps.assign(gap=["", gap]), language="ar")
        assert told and [word for line in told for word in latin_words(line)] == []
