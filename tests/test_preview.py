"""What is said of a study before it runs."""

import datetime as dt

import pandas as pd
import pytest

from q7x2lab import cli
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.read import read_corpus
from q7x2lab.errors import StudyError
from q7x2lab.studies.coding_sheets import coding_sheet, save_coding_sheets
from q7x2lab.studies.preview import check_names, date_lines, keyword_lines, slow_parts
from q7x2lab.studies.study_file import StudyFile, check_study


def lines(tmp_path, **trends):
    said = {"study": "s", "corpus": {"files": "demo"}, "trends": trends}
    days = pd.to_datetime(["2022-01-05", "2022-06-05"])
    articles = pd.DataFrame({"id": ["a", "b"], "date": days, "outlet": "x", "text": "نص"})
    return list(date_lines(StudyFile(check_study(said), tmp_path / "s.yaml"), Corpus(articles)))


def test_an_event_outside_the_corpus_is_said(tmp_path):
    events = [{"date": dt.date(2030, 1, 1), "en": "far"}, {"date": dt.date(2022, 2, 1), "en": "in"}]
    (line,) = lines(tmp_path, events=events)
    assert line == "event far on 2030-01-01 lies outside the corpus, 2022-01-05 to 2022-06-05"


@pytest.mark.parametrize(
    "trends",
    [{"breaks": [dt.date(2023, 1, 1)]}, {"spans": [[dt.date(2023, 1, 1), dt.date(2023, 2, 1)]]}],
)
def test_breaks_and_spans_outside_the_corpus_are_the_study_s_fault(tmp_path, trends):
    with pytest.raises(StudyError, match="2023-01-01 lies outside the corpus") as raised:
        lines(tmp_path, **trends)
    assert raised.value.exit_status == 2
    assert "from 2022-01-05 to 2022-06-05" in str(raised.value)


def test_a_span_that_ends_before_it_begins_is_refused(tmp_path):
    with pytest.raises(StudyError, match="is later than"):
        lines(tmp_path, spans=[[dt.date(2022, 3, 1), dt.date(2022, 2, 1)]])


def parts(tmp_path, **said):
    study = check_study({"study": "s", "corpus": {"files": "demo"}} | said)
    table = pd.DataFrame({"id": ["a", "b"], "date": pd.to_datetime(["2022-01-05", "2022-06-05"])})
    texts = ["قال بوتين إن الغاز كثير والغاز قليل", "سعر الغاز"]
    articles = table.assign(outlet=["أ", "ب"], text=texts)
    file, corpus = StudyFile(study, tmp_path / "s.yaml"), Corpus(articles)
    check_names(file, corpus)
    return list(keyword_lines(file, corpus))


def test_every_keyword_is_counted(tmp_path):
    said = {"الغاز": ["غاز"], "بوتين": "alias:putin"}
    assert parts(tmp_path, trends={"keywords": said}) == [
        "keyword الغاز: 3 hits in 2 articles: أ 2, ب 1",
        "keyword بوتين: 1 hit in 1 article: أ 1",
    ]
    assert "none" in parts(tmp_path)[0]


@pytest.mark.parametrize(
    ("said", "key", "remedy"),
    [
        ({"trends": {"keywords": {"a": ["(روسيا NOT"]}}}, "trends.keywords.a:", "NEAR"),
        ({"trends": {"keywords": {"a": ["سبعطعش"]}}}, "trends.keywords.a:", "spelling"),
        ({"trends": {"keywords": {"a": "alias:putn"}}}, "trends.keywords:", "putin"),
        ({"trends": {"by": "outlets"}}, "trends.by:", "did you mean outlet"),
        ({"topics": {"by": ["paper"]}}, "topics.by:", "known: id, date, outlet"),
        ({"framing": {"schemes": ["generik"]}}, "framing.schemes:", "did you mean generic"),
        ({"framing": {"naming": ["nofile"]}}, "framing.naming:", "ukraine_war"),
        ({"framing": {"schemes": ["own.yaml"]}}, "framing.schemes: own.yaml", "frames"),
        (
            {"framing": {"labels": [{"column": "tone"}]}},
            "framing.labels: column tone:",
            "known: id",
        ),
        (
            {"framing": {"labels": [{"file": "blank.csv", "column": "b", "id": "a"}]}},
            "framing.labels: blank.csv:",
            "ids here are such as 'a'",
        ),
        ({"topics": {"intrusion": ["blank.csv"]}}, "topics.intrusion: blank.csv", "as sent"),
        ({"topics": {"labels": "names.yaml"}}, "topics.labels: names.yaml", "topic_labels.yaml"),
    ],
)
def test_what_cannot_be_had_is_named_with_its_key(tmp_path, said, key, remedy):
    (tmp_path / "own.yaml").write_text("scheme: {id: own}\nframs: {}\n", encoding="utf-8")
    (tmp_path / "blank.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    (tmp_path / "names.yaml").write_text("- a\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"s\.yaml") as raised:
        parts(tmp_path, **said)
    assert raised.value.exit_status == 2
    assert raised.value.what.startswith(key) and remedy in raised.value.remedy
    assert len(str(raised.value).splitlines()) <= 3


def test_outlets_left_out_and_passages_removed_are_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = "زار الوزير مدينة الميناء الكبرى وتحدث طويلا عن الغاز.\nشارك هذا المقال مع أصدقائك"
    rows = [{"id": str(n), "outlet": "أب"[n % 2], "text": f"{n} {text}"} for n in range(6)]
    pd.DataFrame(rows).to_csv("a.csv", index=False)
    said = 'corpus: {files: a.csv, without: [ب], drop_furniture: ["شارك هذا المقال مع أصدقائك"]}'
    (tmp_path / "s.yaml").write_text(f"study: s\n{said}\n", encoding="utf-8")
    assert cli.main(["check", "s.yaml"]) == 0
    shown = capsys.readouterr().out
    assert "Corpus: 3 articles of 1 outlet" in shown or "1 article of 1 outlet" in shown
    assert "furniture of أ" in shown and "شارك هذا المقال" in shown


def test_what_coders_sent_is_counted_or_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    corpus = pd.DataFrame({"id": ["1"], "outlet": "أ", "text": "بدأ نزاع طويل. وانتهى."})
    corpus.to_csv("a.csv", index=False)
    said = "study: s\ncorpus: {files: a.csv}\nframing: {coding: [A.csv]}\n"
    (tmp_path / "s.yaml").write_text(said, encoding="utf-8")
    sheet = coding_sheet(read_corpus("a.csv"), "generic")
    blank = save_coding_sheets(sheet, coders=["A"], language="en", folder=tmp_path)[1]
    filled = pd.read_csv(blank, dtype=str)
    filled.loc[0, [name for name in filled if name[0].isdigit()]] = "no"
    filled.to_csv("A.csv", index=False, sep=";")
    assert cli.main(["check", "s.yaml"]) == 0
    assert "Coding: 2 units by A; 5 codes missing\n" in capsys.readouterr().out
    (tmp_path / "A.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    assert cli.main(["check", "s.yaml"]) == 2
    told = capsys.readouterr().err
    assert "s.yaml: framing.coding: A.csv:" in told and "sheet as sent" in told


def test_what_takes_long_is_said():
    dates = pd.date_range("2022-01-01", periods=200)
    corpus = Corpus(pd.DataFrame({"id": "a", "date": dates, "outlet": "x", "text": "قال. وأضاف."}))
    asked = {"study": "s", "corpus": {"files": "demo"}, "unit": "sentence", "period": "day"}
    assert list(slow_parts(check_study(asked), corpus)) == [
        "takes long: period: day makes 200 periods; try a longer one",
        "takes long: unit: sentence makes about 400 units for topics",
    ]
    assert (
        list(slow_parts(check_study(asked | {"unit": "article", "period": "week"}), corpus)) == []
    )
