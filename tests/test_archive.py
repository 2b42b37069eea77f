"""A record that can be deposited, made again and cited, in which no article can be read."""

import csv
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

import q7x2lab as q
from q7x2lab import cli
from q7x2lab.arabic.letters import compared_words
from q7x2lab.corpus.model import Corpus
from q7x2lab.data.gold import DEMO_ARTICLES
from q7x2lab.errors import RunError, StudyError
from q7x2lab.studies import provenance
from q7x2lab.studies.archive import (
    LONG,
    WAYS,
    _checked,
    _own_texts,
    _write_data,
    _write_study,
    reproduce,
    write_archive,
)
from q7x2lab.studies.calls import Recorder, _made
from q7x2lab.studies.manuscript import compare_manuscript
from q7x2lab.studies.runner import inputs_and_settings, run_study
from q7x2lab.studies.study_file import StudyFile, check_study, load_study
from q7x2lab.studies.text_guard import NO_CHANCE, file_text, readable_runs

STUDY = """study: small
title: {ar: صغيرة, en: Small}
authors: [{name: A. Author, orcid: 0000-0002-1825-0097, affiliation: A University}]
corpus: {files: articles.csv}
topics: {k: 3, min_articles: 2}
framing: {schemes: [generic], unit: paragraph, naming: [ukraine_war], coding: []}
trends: {keywords: {روسيا: [روسيا], اليوان: [يوان]}}
"""
ARTICLE = "قال الرئيس إن الحرب انتهت أمس وإن الحدود تفتح غدا"


@pytest.fixture
def results(tmp_path):
    """What `compare_manuscript` and `differences` read of a run, without running one."""
    folder = tmp_path / "results"
    (folder / "tables").mkdir(parents=True)
    numbers = {"articles": 28516, "share": 0.81509, "first_day": "2012-10-11"}
    numbers |= {"part": "-16%", "p": "<.001"}
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


def test_bytes_that_nobody_can_read_are_not_shown(tmp_path):
    old, new = tmp_path / "old.docx", tmp_path / "new.docx"
    old.write_bytes(b"PK\x03\x04\x00 1")
    new.write_bytes(b"PK\x03\x04\x00 2")
    assert provenance.described(old, new) == ": other bytes"


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


def test_what_has_changed_since_the_run_is_refused_before_it_is_run_again(results, tmp_path):
    study = check_study({"study": "demo", "corpus": {"files": "demo"}})
    (results / "run.json").write_text('{"folder": "."}', encoding="utf-8")
    file = StudyFile(study, results / "study.yaml")
    now = provenance.read_manifest(results) | inputs_and_settings(file)
    (results / "manifest.json").write_text(json.dumps(now | {"package": "2"}), encoding="utf-8")
    with pytest.raises(RunError, match=r"has changed since the run.*\n  code q7x2lab has changed"):
        write_archive(results, tmp_path / "a.zip")
    (results / "manifest.json").write_text(json.dumps(now), encoding="utf-8")
    (results / "book.ipynb").write_text('{"cells": []}', encoding="utf-8")
    with pytest.raises(RunError, match=r"has changed since the run.*\n  altered since the run"):
        write_archive(results, tmp_path / "a.zip")


@pytest.mark.parametrize("ending", [".tex", ".md", ".docx"])
def test_stale_right_and_unknown_numbers_of_a_manuscript_are_told(results, tmp_path, ending):
    draft = tmp_path / f"draft{ending}"
    text = "28,516 [q:articles], 0.83 [q:share], 7 [q:nothing]; 0.82 in words, 9 rows [q:rows]"
    if ending == ".docx":
        from docx import Document

        document = Document()
        paragraph = document.add_paragraph("28,5")
        paragraph.add_run(text[4:])  # Word splits numbers into runs
        document.save(draft)
    else:
        draft.write_text(text, encoding="utf-8")
    wrong, right = compare_manuscript(results, draft)
    unchecked = "no number right before the tag: q:rows"
    assert wrong == ["stale: q:share is 0.83, now 0.8151", "unknown: q:nothing", unchecked]
    assert right == ["q:articles is 28,516", "plain, not checked: 0.82 equals share"]


@pytest.mark.parametrize("tag", ["[q:{}]", "<!-- q:{} -->", "% q:{}"])
@pytest.mark.parametrize(
    ("shown", "name", "is_right"),
    [
        ("−16%", "part", True), (r"-16\%", "part", True), ("−١٦٪", "part", True),
        ("16%", "part", False), ("-17%", "part", False), ("p < 0.001", "p", True),
        (r"$p<.001$", "p", True), ("p = .001", "p", False), ("2012-10-11", "first_day", True),
        ("2012-10-12", "first_day", False), ("٢٨٬٥١٦", "articles", True),
    ],
)  # fmt: skip
def test_a_tagged_number_has_its_sign_its_percent_and_its_day(
    results, tmp_path, shown, name, is_right, tag
):
    draft = tmp_path / "draft.md"
    draft.write_text(f"It is {shown} {tag.format(name)} here", encoding="utf-8")
    wrong, right = compare_manuscript(results, draft)
    assert (len(right), len(wrong)) == (is_right, not is_right)


def test_macros_and_figures_of_a_manuscript_are_checked(results, tmp_path, capsys):
    old = "\\newcommand{\\qArticles}{28,000} % old: 0.815\n\\newcommand{\\qShare}{0.7} % not used"
    (tmp_path / "numbers.tex").write_text(old, "utf-8")
    draft = tmp_path / "draft.tex"
    draft.write_text(r"\input{numbers} \qArticles, \qFirstDay, \qNothing{}", encoding="utf-8")
    assert cli.main(["verify", str(results), "--paper", str(draft)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert r"stale: \qArticles is 28,000, now 28,516" in said
    assert r"unknown: \qNothing" in said
    assert r"\qFirstDay is 2012-10-11" in said
    assert len(said) == 4  # nothing of what is only defined
    draft.write_text(r"\qFirstDay", encoding="utf-8")
    assert cli.main(["verify", str(results), "--paper", str(draft)]) == 0
    assert "0 differences" in capsys.readouterr().out


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
        "across.csv": f"{' '.join(words[2:6])},0.5,direct,{words[6]}".encode(),
        "a.svg": f"<g><!-- {run} --></g>".encode(),
        "a.parquet": table.to_parquet(),
        "b.parquet": table.astype("category").to_parquet(),
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
        "across.csv",
        "b.parquet",
    ]
    assert sorted(map(str.split, exceptions)) == sorted(
        compared_words(text)
        for text in (run, name)  # the run could be that of two rows, too
    )


def test_entries_in_rows_one_after_another_that_are_five_words_of_an_article_are_listed(tmp_path):
    words = ARTICLE.split()
    names = [" ".join(words[2:5]), " ".join(words[5:8])]
    table = pd.DataFrame({"name": names, "kind": "متكلم"})
    table.to_csv(tmp_path / "names.csv", index=False)
    found, exceptions = readable_runs(tmp_path, [ARTICLE], [""])
    assert not found and len(exceptions) == 2
    (tmp_path / "names.csv").write_text(f"name\n{' '.join(words[2:8])}\n", encoding="utf-8")
    found, _ = readable_runs(tmp_path, [ARTICLE], [""])
    assert len(found) == 2  # within one entry


def test_a_text_written_down_a_column_is_found(tmp_path):
    words = [f"كلمة{letter}" for letter in "ابتثجحخدذرزسشصضطظعغف"]
    own = " ".join(words)

    def found_in(column):
        table = pd.DataFrame({"word": column, "count": range(len(column))})
        table.to_csv(tmp_path / "words.csv")
        return readable_runs(tmp_path, [own], [""])

    found, exceptions = found_in(words)
    assert len(found) == len(words) - 4 and not exceptions
    found, _ = readable_runs(tmp_path, [own], [own])
    assert not found  # the entries of a lexicon, in its order
    found, exceptions = found_in(words[:NO_CHANCE])
    assert len(found) == NO_CHANCE - 4
    found, exceptions = found_in(words[: NO_CHANCE - 1])  # listed for who deposits it
    assert not found and len(exceptions) == NO_CHANCE - 5
    assert found_in(words[::-1]) == ([], [])


def test_a_table_is_searched_however_long_its_cells_are(tmp_path):
    filled = "حشو " * 50_000  # csv reads 131,072 characters by default
    pd.DataFrame({"a": [filled + ARTICLE]}).to_csv(tmp_path / "a.csv", index=False)
    limit = csv.field_size_limit(131_072)
    found, _ = readable_runs(tmp_path, [ARTICLE], [""])
    csv.field_size_limit(limit)
    assert len(found) == len(ARTICLE.split()) - 4


def test_a_hashtag_of_many_words_is_no_word_of_an_archive(tmp_path):
    beside = "#صندوق_الاستثمارات_العامة #صندوق_الثروة_السيادي"
    text = f"قال الرئيس في #{'_'.join(ARTICLE.split()[:6])} إن #الحرب_انتهت {beside}"
    articles = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "title": "", "text": text})
    (tmp_path / "data").mkdir()
    _write_data(q.tokenize_corpus(Corpus(articles)), tmp_path, "salt")
    lexemes = pd.read_parquet(tmp_path / "data" / "lexemes.parquet")["lexeme"].astype(str)
    assert (lexemes == LONG).any() and lexemes.str.contains("الحرب_انتهت").any()
    assert readable_runs(tmp_path, [text], [""]) == ([], [])


def test_hashtags_of_many_words_are_numbers_in_the_calls(tmp_path):
    tags = ["#قمة", "#الحرب_انتهت_أمس_في_الجنوب", "#الحدود_تفتح_غدا_في_الشمال", "كلمة"]
    assert Recorder(tmp_path)._node([*tags, tags[1]]) == ["#قمة", "#1…", "#2…", "كلمة", "#1…"]


def test_a_call_in_which_an_article_can_be_read_goes_with_what_rests_on_it(tmp_path):
    calls = tmp_path / "data" / "calls"
    calls.mkdir(parents=True)
    (tmp_path / "study").mkdir()
    rows = pd.DataFrame({"speaker": ["قال الرئيس إن", "الحرب انتهت أمس"]})
    rows.to_parquet(calls / "bad.parquet")
    (calls / "step.json").write_text('{"@": "file", "value": "bad.parquet"}', encoding="utf-8")
    (calls / "a.exhibit.json").write_text('{"@": "made", "value": ["step.json", 0]}', "utf-8")
    (calls / "b.exhibit.json").write_text("{}", encoding="utf-8")
    assert _checked(tmp_path, [ARTICLE], []) == []
    assert [path.name for path in calls.iterdir()] == ["b.exhibit.json"]


def test_the_name_of_a_speaker_may_have_five_words_and_a_sentence_may_not(tmp_path):
    paper = "صحيفة رواق النيل العربية في افتتاحيتها"
    text = f'قالت {paper}: "لا جديد في هذا الملف".'
    articles = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "title": "", "text": text})
    for folder in ("data", "study"):
        (tmp_path / folder).mkdir()
    names = _write_data(q.tokenize_corpus(Corpus(articles)), tmp_path, "salt")
    assert names == [paper]
    (tmp_path / "speakers.csv").write_text(paper, encoding="utf-8")
    assert len(_checked(tmp_path, [text], names)) == 2
    (tmp_path / "sentence.csv").write_text("لا جديد في هذا الملف", encoding="utf-8")
    with pytest.raises(RunError, match=r"sentence\.csv"):
        _checked(tmp_path, [text], names)


def test_the_search_knows_articles_as_they_were_cleaned_and_as_their_file_has_them(tmp_path):
    raw = pd.DataFrame({"id": "a", "outlet": "x", "text": ["نص  أول", "نص ثان"], "title": "عنوان"})
    raw.to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "s.yaml").write_text("study: s\ncorpus: {files: a.csv}", encoding="utf-8")
    kept = pd.DataFrame({"text": ["نص أول"], "title": None, "abstract": "موجز"})
    own = list(_own_texts(load_study(tmp_path / "s.yaml"), kept))
    assert sorted(own) == sorted(["نص أول", "", "موجز", "نص  أول", "نص ثان", "عنوان", "عنوان"])


def test_the_coding_in_an_archive_has_no_texts_and_can_be_read(tmp_path):
    text = "بدأ نزاع طويل بين البلدين. وانتهى الخلاف."
    pd.DataFrame({"id": ["a"], "outlet": "x", "text": text}).to_csv(tmp_path / "a.csv", index=False)
    sheet = q.coding_sheet(q.read_corpus(tmp_path / "a.csv"), "generic")
    blank = q.save_coding_sheets(sheet, coders=["A"], language="en", folder=tmp_path)[1]
    filled = pd.read_csv(blank, dtype=str)
    filled.loc[:, [name for name in filled if name[0].isdigit()]] = "yes"
    filled.to_csv(tmp_path / "A.csv", index=False)
    said = "study: s\ncorpus: {files: a.csv}\nframing: {coding: [A.csv]}\n"
    (tmp_path / "s.yaml").write_text(said, encoding="utf-8")
    (tmp_path / "archive" / "study").mkdir(parents=True)
    _write_study(load_study(tmp_path / "s.yaml"), tmp_path / "archive")
    kept = tmp_path / "archive" / "study" / "A.csv"
    assert "نزاع" not in kept.read_text(encoding="utf-8")
    ours, theirs = (q.read_coding(path) for path in (tmp_path / "A.csv", kept))
    assert ours.codes.equals(theirs.codes) and len(theirs.codes) == 10
    assert ours.units.drop(columns="text").equals(theirs.units.drop(columns="text"))
    assert (theirs.units["text"] == "").all()


def test_cite_gives_bibtex_and_apa(capsys):
    assert cli.main(["cite"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("@software{q7x2lab")
    assert "The q7x2lab authors (2026)." in said


def test_what_is_no_archive_is_refused(tmp_path, capsys):
    wrong = tmp_path / "wrong"
    wrong.write_bytes(b"no zip")
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as packed:
        packed.writestr("a.txt", "")
    for given in (wrong, other, tmp_path / "missing.zip", tmp_path):
        assert cli.main(["reproduce", str(given)]) == 2
        expected = "is no archive" if given.exists() else "no such file"
        assert expected in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


@pytest.fixture(scope="module")
def deposit(tmp_path_factory):
    """The archive of a study of sixty articles in a file, unzipped too; and that file."""
    folder = tmp_path_factory.mktemp("deposit")
    articles = pd.read_csv(DEMO_ARTICLES, dtype=str).iloc[::10]
    articles.to_csv(folder / "articles.csv", index=False)
    (folder / "small.yaml").write_text(STUDY, encoding="utf-8")
    results = run_study(load_study(folder / "small.yaml"), results=folder / "small")
    write_archive(results, folder / "small.zip")
    with zipfile.ZipFile(folder / "small.zip") as files:
        files.extractall(folder / "unzipped")
    return folder


def readable(path: Path) -> str:
    """A file of the archive as its reader may take it."""
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    if path.suffix == ".ipynb":
        return re.sub(r"\\[a-z\"\\]", " ", path.read_text(encoding="utf-8"))
    return file_text(path)


@pytest.mark.slow
@pytest.mark.notebooks
def test_no_article_can_be_read_in_an_archive(deposit):
    """A search of its own: words as Python splits them, nothing but marks of vowels folded.

    All words, words without numbers, Arabic words alone: what stands between may be read over.
    """

    def fives(text: str) -> set[str]:
        plain = re.sub("[\u064b-\u0652\u0640]", "", text)
        kinds = (re.findall(kind, plain) for kind in (r"[^\W_]+", r"[^\W\d_]+", "[\u0621-\u064a]+"))
        return {" ".join(words[at : at + 5]) for words in kinds for at in range(len(words) - 4)}

    texts = pd.read_csv(deposit / "articles.csv", dtype=str)
    own = {run for text in [*texts["text"], *texts["title"]] for run in fives(str(text))}
    about = json.loads((deposit / "unzipped" / "data" / "about.json").read_text(encoding="utf-8"))
    assert about["exceptions"] == []
    for path in (deposit / "unzipped").rglob("*"):
        if path.is_file() and path.suffix != ".png":
            assert not fives(readable(path)) & own, path


@pytest.mark.slow
@pytest.mark.notebooks
def test_an_archive_is_made_again_in_another_place_locale_and_time_zone(deposit, tmp_path):
    other = {"HOME": str(tmp_path), "LANG": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}
    code = "import sys; from q7x2lab.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "reproduce", str(deposit / "small.zip"), "--out", "out"]
    environment = other | {"PYTHONPATH": str(Path(q.__file__).parents[1])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert all(sum(line.endswith(way) for line in lines) > 3 for way in WAYS)
    assert not any("has changed" in line for line in lines)


@pytest.mark.slow
@pytest.mark.notebooks
def test_other_code_and_packages_than_the_archive_was_made_with_are_named(deposit, tmp_path):
    manifest = json.loads((deposit / "unzipped" / "manifest.json").read_text(encoding="utf-8"))
    numpy, manifest["package"] = manifest["versions"]["numpy"], "0" * 64
    manifest["versions"]["numpy"] = "1.0.0"
    older = shutil.copytree(deposit / "unzipped", tmp_path / "older")
    (older / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    packed = shutil.make_archive(str(tmp_path / "older"), "zip", older)
    code, package, restore, *exhibits = reproduce(Path(packed), tmp_path / "out")
    assert code.startswith("code q7x2lab has changed: ")
    assert package == f"package numpy has changed: {numpy}, was 1.0.0"
    assert restore == "to restore packages: pip install numpy==1.0.0"
    assert not any("differs" in line for line in exhibits)


@pytest.mark.slow
@pytest.mark.notebooks
def test_with_the_articles_everything_is_made_and_a_changed_letter_is_named(deposit, tmp_path):
    lines = reproduce(deposit / "small.zip", tmp_path / "same", deposit / "articles.csv")
    assert [line for line in lines if "differs" in line] == []
    articles = pd.read_csv(deposit / "articles.csv", dtype=str)
    articles.loc[7, "text"] = articles.loc[7, "text"].replace("ا", "و", 1)
    articles.to_csv(tmp_path / "changed.csv", index=False)
    lines = reproduce(deposit / "small.zip", tmp_path / "changed", tmp_path / "changed.csv")
    assert any(
        line.startswith("articles: differs: data/articles.csv: 1 difference, first column sha256")
        for line in lines
    )


@pytest.mark.slow
@pytest.mark.notebooks
def test_the_crate_has_what_the_profile_requires(deposit):
    """RO-Crate 1.1 and Process Run Crate 0.5, property by property."""
    root = deposit / "unzipped"
    crate = json.loads((root / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    parts = {part["@id"]: part for part in crate["@graph"]}
    assert all({"@id", "@type"} <= set(part) for part in crate["@graph"])
    assert len(parts) == len(crate["@graph"])
    about = parts["ro-crate-metadata.json"]
    assert about["about"] == {"@id": "./"}
    assert about["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    dataset = parts["./"]
    assert {"name", "description", "datePublished", "license", "author", "hasPart"} <= set(dataset)
    assert dataset["conformsTo"]["@id"] in parts and dataset["mentions"]["@id"] == "#run"
    listed = {part["@id"] for part in dataset["hasPart"]}
    present = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    assert listed >= present - {"ro-crate-metadata.json"}
    assert listed <= parts.keys() & present
    run = parts["#run"]
    assert run["@type"] == "CreateAction"
    for key in ("instrument", "agent"):
        assert run[key]["@id"] in parts
    for key in ("object", "result"):
        assert {part["@id"] for part in run[key]} <= parts.keys()
    assert {"name", "startTime", "endTime"} <= set(run)
    assert re.fullmatch(r"\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z", run["endTime"])
    assert {"name", "version"} <= set(parts["#q7x2lab"])
    assert parts[parts[dataset["author"][0]["@id"]]["affiliation"]["@id"]]["name"] == "A University"
    assert json.loads((root / ".zenodo.json").read_text(encoding="utf-8"))["creators"]


@pytest.mark.parametrize(
    "asked", ["q7x2lab.studies.runner.run_study", "q7x2lab.studies.runner.Path"]
)
def test_an_archive_from_anybody_calls_nothing_but_our_values(tmp_path, asked):
    with pytest.raises(StudyError, match="an archive may not ask for"):
        _made(tmp_path / "data", {}, {"@": asked, "value": {"file": "x"}})
    (tmp_path / "secret").write_bytes(b"not in the archive")
    with pytest.raises(FileNotFoundError):
        _made(tmp_path / "data", {}, {"@": "file", "value": "../secret"})
