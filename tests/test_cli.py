"""The commands: what they answer, and with which exit status."""

import sys

import pytest

import q7x2lab
from q7x2lab import cli
from q7x2lab.studies.study_file import load_study

ROWS = "\n".join(
    f"{n},2022-0{1 + n % 3}-01,{'أب'[n % 2]},زار الوزير رقم {n} مدينة الميناء وتحدث عن الغاز."
    for n in range(12)
)


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "articles.csv"
    path.write_text(f"id,date,outlet,text\n{ROWS}\n", encoding="utf-8")
    return path


def study(tmp_path, text: str) -> str:
    path = tmp_path / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def refused(capsys, *arguments: str) -> str:
    assert cli.main(list(arguments)) == 2
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert 2 <= len(said.err.strip().splitlines()) <= 6
    assert "remedy: " in said.err
    return said.err


def test_new_writes_a_study_that_check_accepts(table, tmp_path, capsys):
    assert cli.main(["new", "first", "articles.csv"]) == 0
    written = load_study(tmp_path / "first.yaml").study
    assert written.corpus.files == "articles.csv"
    assert written.unit == "paragraph"
    assert cli.main(["check", "first.yaml"]) == 0
    said = capsys.readouterr().out
    assert "12 articles of 2 outlets" in said
    assert "would run: 1-corpus, 2-topics, 3-framing, 4-trends" in said


def test_new_does_not_overwrite(table, capsys):
    assert cli.main(["new", "first", "articles.csv"]) == 0
    assert "there already" in refused(capsys, "new", "first", "articles.csv")
    assert "letters, digits" in refused(capsys, "new", "../up", "articles.csv")


def test_hostile_outlet_names_stay_text_in_a_new_study(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    name = '"]\nseed: 9\n# {{ 7*7 }}'
    escaped = name.replace('"', '""')
    text = f'id,date,outlet,text\n1,2022-01-01,"{escaped}",زار الوزير مدينة الميناء الكبرى اليوم\n'
    (tmp_path / "articles.csv").write_text(text, encoding="utf-8")
    assert cli.main(["new", "first", "articles.csv"]) == 0
    assert load_study(tmp_path / "first.yaml").study.seed == 0


def test_a_misspelt_key_exits_2(table, tmp_path, capsys):
    path = study(tmp_path, "study: a\ncorpus: {file: articles.csv}\n")
    assert "did you mean files?" in refused(capsys, "run", path)


def test_a_missing_study_or_corpus_file_exits_2(table, tmp_path, capsys):
    assert "there is no such study file" in refused(capsys, "run", "none.yaml")
    path = study(tmp_path, "study: a\ncorpus: {files: artcles.csv}\n")
    assert "did you mean articles.csv?" in refused(capsys, "run", path)


def test_a_missing_column_exits_2(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles.csv").write_text("id,spalte\n1,زار الوزير\n", encoding="utf-8")
    path = study(tmp_path, "study: a\ncorpus: {files: articles.csv}\n")
    assert "text" in refused(capsys, "check", path)
    wrong = study(tmp_path, "study: a\ncorpus: {files: articles.csv, columns: {text: body}}\n")
    assert "body" in refused(capsys, "check", wrong)


@pytest.mark.parametrize("content", ["", "id,text\n", "id,text\n1,\n2, \n"])
def test_an_empty_table_exits_2(content, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles.csv").write_text(content, encoding="utf-8")
    path = study(tmp_path, "study: a\ncorpus: {files: articles.csv}\n")
    assert "articles.csv" in refused(capsys, "check", path)


def test_an_unknown_notebook_exits_2(table, tmp_path, capsys):
    path = study(tmp_path, "study: a\ncorpus: {files: articles.csv}\n")
    assert "did you mean 2-topics?" in refused(capsys, "run", path, "--only", "topics")


def test_wrong_arguments_exit_2():
    with pytest.raises(SystemExit) as caught:
        cli.main(["rnu"])
    assert caught.value.code == 2


@pytest.mark.parametrize("jobs", ["0", "-1"])
def test_fewer_than_one_job_is_refused(table, tmp_path, capsys, jobs):
    path = study(tmp_path, "study: a\ncorpus: {files: articles.csv}\n")
    assert f"--jobs {jobs}" in refused(capsys, "run", path, "--jobs", jobs)


def test_a_file_that_cannot_be_read_exits_2(table, tmp_path, capsys, monkeypatch):
    def denied(*_, **__):
        raise PermissionError(13, "Permission denied", "articles.csv")

    monkeypatch.setattr("q7x2lab.studies.preview.load_study", denied)
    assert "articles.csv: cannot be read or written: Permission denied" in refused(
        capsys, "check", "study.yaml"
    )


def test_cite_prints_bibtex(tmp_path, capsys):
    assert cli.main(["cite"]) == 0
    assert capsys.readouterr().out.startswith("@software{q7x2lab")
    for name in (tmp_path, tmp_path / "none", "a\0b"):
        said = refused(capsys, "cite", str(name))
        assert "finished run" in said and "Errno" not in said


def test_verify_needs_a_record(tmp_path, capsys):
    assert "manifest.json" in refused(capsys, "verify", str(tmp_path))
    for record in ("[]", "{", '{"notebooks": {"1-corpus": {}}}', '{"notebooks": [1]}'):
        (tmp_path / "manifest.json").write_text(record)
        assert "manifest.json" in refused(capsys, "verify", str(tmp_path))


def test_the_package_runs_as_the_command():
    import subprocess

    command = [sys.executable, "-m", "q7x2lab", "--version"]
    assert subprocess.check_output(command, text=True).strip() == q7x2lab.__version__


def test_the_command_starts_without_loading_the_analyses():
    import subprocess

    code = (
        "import sys; from q7x2lab import cli; cli.parser();"
        "print(sorted({'pandas', 'matplotlib', 'sklearn', 'papermill'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
