"""A record that can be deposited, made again and cited, in which no article can be read."""

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import q7x2lab as q
from q7x2lab import cli
from q7x2lab.studies import provenance
from q7x2lab.studies.archive import WAYS, reproduce, write_archive
from q7x2lab.studies.manuscript import compare_manuscript
from q7x2lab.studies.runner import run_study
from q7x2lab.studies.study_file import load_study
from q7x2lab.studies.text_guard import file_text, hashed_runs, readable_runs

STUDY = """study: small
title: {ar: صغيرة, en: Small}
authors: [{name: A. Author, orcid: 0000-0002-1825-0097}]
corpus: {files: demo, from: 2023-01-01}
topics: {k: 3, min_articles: 2}
framing: {schemes: [generic], unit: paragraph, naming: [ukraine_war], coding: [demo]}
trends: {keywords: {روسيا: [روسيا], اليوان: [يوان]}}
"""
ARTICLE = "قال الرئيس إن الحرب انتهت أمس وإن الحدود تفتح غدا"


@pytest.fixture
def results(tmp_path):
    """What `compare_manuscript` and `differences` read of a run, without running one."""
    folder = tmp_path / "results"
    (folder / "tables").mkdir(parents=True)
    numbers = {"articles": 28516, "share": 0.81509, "first_day": "2012-10-11"}
    items = {name: {"value": value, "meaning": name} for name, value in numbers.items()}
    (folder / "numbers.json").write_text(json.dumps(items), encoding="utf-8")
    table = pd.DataFrame({"outlet": ["x", "y"], "rate": [0.5, 0.25]})
    table.to_csv(folder / "tables" / "rates.csv", index=False)
    cells = [{"source": ["a = 1"]}, {"source": ["b = 2"]}]
    (folder / "book.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    outputs = {
        name: provenance.file_hash(folder / name) for name in ("tables/rates.csv", "book.ipynb")
    }
    manifest = {
        "inputs": {"a.csv": "1"},
        "parameters": {"seed": 0},
        "package": "2",
        "versions": {"numpy": "2.0.0", "python": "3.11.7"},
        "notebooks": {"1-corpus": {"source": "3", "outputs": outputs}},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def copied(results: Path, **changed: object) -> Path:
    """The same run again, with other entries in its manifest."""
    again = results.with_name("again")
    (again / "tables").mkdir(parents=True)
    for name in ("tables/rates.csv", "book.ipynb"):
        (again / name).write_bytes((results / name).read_bytes())
    manifest = provenance.read_manifest(results) | changed
    (again / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return again


def test_a_cell_and_a_line_that_were_changed_by_hand_are_named(results):
    again = copied(results)
    assert provenance.differences(results, again) == []
    table = results / "tables" / "rates.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("0.25", "0.3"), encoding="utf-8")
    book = results / "book.ipynb"
    book.write_text(book.read_text(encoding="utf-8").replace("b = 2", "b = 3"), encoding="utf-8")
    notebook, cell = provenance.differences(results, again)
    assert notebook.startswith(
        "altered since the run: book.ipynb: 1 difference, first cell 2, source: "
    )
    assert cell == (
        "altered since the run: tables/rates.csv: 1 difference, first column rate, row 2 (y): "
        "'0.3', was '0.25' (+0.2 of it)"
    )


def test_what_a_run_rests_on_is_named_and_packages_are_restored(results):
    changed = {"inputs": {"a.csv": "9"}, "package": "9", "parameters": {"seed": 1}}
    again = copied(results, versions={"numpy": "2.1.0", "python": "3.12.0"}, **changed)
    assert provenance.differences(results, again) == [
        "code q7x2lab has changed: 9, was 2",
        "input a.csv has changed: 9, was 1",
        "package numpy has changed: 2.1.0, was 2.0.0",
        "package python has changed: 3.12.0, was 3.11.7",
        "parameter seed has changed: 1, was 0",
        "to restore packages: pip install numpy==2.0.0",
    ]


@pytest.mark.parametrize("ending", [".tex", ".md", ".docx"])
def test_stale_right_and_unknown_numbers_of_a_manuscript_are_told(results, tmp_path, ending):
    draft = tmp_path / f"draft{ending}"
    text = "28,516 [q:articles], 0.83 [q:share], 7 [q:nothing]; 0.82 in plain words"
    if ending == ".docx":
        from docx import Document

        document = Document()
        paragraph = document.add_paragraph("28,5")
        paragraph.add_run(text[4:])  # Word splits numbers into runs
        document.save(draft)
    else:
        draft.write_text(text, encoding="utf-8")
    wrong, right = compare_manuscript(results, draft)
    assert wrong == ["stale: 0.83 is q:share, now 0.8151", "unknown: q:nothing (7)"]
    assert right == ["28,516 is q:articles", "plain, not checked: 0.82 equals share"]


def test_macros_and_figures_of_a_manuscript_are_checked(results, tmp_path, capsys):
    (tmp_path / "numbers.tex").write_text(r"\newcommand{\qArticles}{28,000} % old", "utf-8")
    draft = tmp_path / "draft.tex"
    draft.write_text(r"\input{numbers} \qArticles, \qFirstDay, \qNothing{}", encoding="utf-8")
    assert cli.main(["verify", str(results), "--paper", str(draft)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert r"stale: \qArticles is 28,000, now 28,516" in said
    assert r"unknown: \qNothing" in said
    assert r"\qFirstDay is 2012-10-11" in said
    draft.write_text(r"\qFirstDay", encoding="utf-8")
    assert cli.main(["verify", str(results), "--paper", str(draft)]) == 0


def test_five_words_of_an_article_are_found_in_every_kind_of_file(tmp_path):
    words = ARTICLE.split()
    run, name = " ".join(words[2:7]), " ".join(words[5:10])
    table = pd.DataFrame({"a": [run], "n": [1]})
    files = {
        "a.html": f"<p>{words[2]} <b>{' '.join(words[3:7])}</b></p>".encode(),
        "a.ipynb": json.dumps(
            {"cells": [{"source": [f"{words[2]}\n", " ".join(words[3:7])]}]}, ensure_ascii=False
        ).encode(),
        "a.csv": run.encode(),
        "a.svg": f"<g><!-- {run} --></g>".encode(),
        "a.parquet": table.to_parquet(),
        "fine.md": " ".join(words[2:6]).encode(),
        "name.md": name.encode(),
    }
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)
    found, exceptions = readable_runs(tmp_path, [ARTICLE], [name])
    assert [line.partition(":")[0] for line in found] == [
        "a.csv",
        "a.html",
        "a.ipynb",
        "a.parquet",
        "a.svg",
    ]
    assert len(exceptions) == 1


def test_cite_gives_bibtex_and_apa(capsys):
    assert cli.main(["cite"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("@software{q7x2lab")
    assert "The q7x2lab authors (2026)." in said


def test_what_is_no_archive_is_refused(tmp_path, capsys):
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(b"no zip")
    assert cli.main(["reproduce", str(wrong), "--out", str(tmp_path / "out")]) == 2
    assert "is no archive" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.notebooks
def test_an_archive_is_made_again_elsewhere_and_no_article_can_be_read_in_it(tmp_path, monkeypatch):
    study = tmp_path / "small.yaml"
    study.write_text(STUDY, encoding="utf-8")
    results = run_study(load_study(study), results=tmp_path / "small")
    archive = tmp_path / "small.zip"
    exceptions = write_archive(results, archive)
    first = archive.read_bytes()
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    lines = reproduce(archive, tmp_path / "elsewhere")
    assert not [line for line in lines if "differs" in line]
    assert all(sum(way in line for line in lines) > 3 for way in WAYS)
    files = dict(_members(archive))
    texts = q.read_corpus("demo").articles["text"]
    own = {run for text in texts for run in hashed_runs(text)[0].tolist()}
    for name, content in files.items():
        runs, words = hashed_runs(file_text(name, content))
        said = {" ".join(words[n : n + 5]) for n, run in enumerate(runs.tolist()) if run in own}
        assert said <= {*exceptions}, name
    crate = json.loads(files["ro-crate-metadata.json"])
    parts = {part["@id"]: part for part in crate["@graph"]}
    assert {"name", "description", "datePublished", "license", "hasPart"} <= set(parts["./"])
    assert all(part["@id"] in parts for part in parts["./"]["hasPart"])
    action = parts["#run"]
    assert {"instrument", "object", "result", "agent", "endTime"} <= set(action)
    table = next(iter((tmp_path / "elsewhere" / "archive" / "tables").glob("trend*.csv")))
    table.write_text(table.read_text(encoding="utf-8") + "x", encoding="utf-8")
    assert first == archive.read_bytes()


def _members(archive: Path):
    with zipfile.ZipFile(archive) as files:
        yield from ((name, files.read(name)) for name in files.namelist())
