"""A run one can trust: what is stale is run, what failed is not taken for done, bytes repeat."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from q7x2lab import cli
from q7x2lab.studies import notebooks as rooms
from q7x2lab.studies.engine import execute
from q7x2lab.studies.notebooks import NOTEBOOKS, notebook_path
from q7x2lab.studies.runner import run_study
from q7x2lab.studies.study_file import load_study

pytestmark = pytest.mark.notebooks
SAVE = "print(seed)"
WRITE = """import os, pathlib
folder = pathlib.Path(os.environ['Q7X2LAB_OUT'], 'tables')
folder.mkdir()
(folder / 'old.csv').write_text('a')"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Notebooks with the real parameters and a line of work, and a study to run them."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    originals = {name: nbformat.read(notebook_path(name), as_version=4) for name in NOTEBOOKS}
    monkeypatch.setattr(rooms, "notebooks_folder", lambda: folder)

    def write(name: str, body: str = SAVE) -> None:
        cells = [c for c in originals[name].cells if "parameters" in c.metadata.get("tags", ())]
        work = nbformat.v4.new_code_cell(body, id="work")
        about = originals[name].metadata
        book = nbformat.v4.new_notebook(cells=[*cells, work], metadata=about)
        nbformat.write(book, folder / f"{name}.ipynb")

    for name in NOTEBOOKS:
        write(name)
    study = tmp_path / "study.yaml"
    text = "study: small\ncorpus: {files: demo, from: 2022-01-01}\n"
    words = "keywords: {نفط: [نفط], غاز: [غاز]}"
    events = f"trends: {{{words}, events: [{{date: 2022-02-24, ar: بدء الحرب}}]}}\n"
    study.write_text(text + events, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return write


def run(*arguments: str) -> int:
    return cli.main(["run", "study.yaml", *arguments])


def snapshot(folder: Path) -> dict[str, bytes]:
    varying = {"run.json", ".lock"}
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in varying)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_only_what_has_changed_is_run_again(small, capsys):
    assert run() == 0
    assert capsys.readouterr().err.count("done") == len(NOTEBOOKS)
    assert run() == 0
    assert capsys.readouterr().err.count("unchanged") == len(NOTEBOOKS)
    assert run("--set", "trends.per=thousand_articles") == 0
    said = capsys.readouterr().err
    assert said.count("unchanged") == len(NOTEBOOKS) - 1
    assert "4-trends     done" in said
    small("2-topics", SAVE + "\n")
    Path("results/small/notebooks/3-framing.ipynb").unlink()
    assert run("--set", "trends.per=thousand_articles", "--only", "2-topics") == 0
    assert "2-topics     done" in capsys.readouterr().err
    assert run("--set", "trends.per=thousand_articles") == 0
    assert "3-framing    done" in capsys.readouterr().err
    assert run("--set", "trends.per=thousand_articles", "--only", "4-trends", "--force") == 0
    assert "4-trends     done" in capsys.readouterr().err


def test_check_foretells_what_would_run(small, capsys):
    def foretold(*arguments):
        assert cli.main(["check", "study.yaml", *arguments]) == 0
        return capsys.readouterr().out.splitlines()

    assert foretold()[-1] == "would run: 1-corpus, 2-topics, 3-framing, 4-trends"
    assert run() == 0
    assert foretold()[-2:] == [
        "would run: nothing",
        "unchanged: 1-corpus, 2-topics, 3-framing, 4-trends",
    ]
    said = foretold("--set", "trends.per=thousand_articles")
    assert said[-2:] == ["would run: 4-trends", "unchanged: 1-corpus, 2-topics, 3-framing"]
    assert foretold("--set", "corpus.copies=all")[-1].startswith("would run: 1-corpus, 2-topics")


def test_a_file_that_a_study_names_touches_only_the_notebooks_that_read_it(small, capsys):
    aliases = Path("aliases.yaml")
    aliases.write_text("russia: {names: [روسيا]}\n", encoding="utf-8")
    assert run("--set", "aliases=aliases.yaml") == 0
    capsys.readouterr()
    aliases.write_text("russia: {names: [روسيا, موسكو]}\n", encoding="utf-8")
    assert cli.main(["check", "study.yaml", "--set", "aliases=aliases.yaml"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == ["would run: 3-framing, 4-trends", "unchanged: 1-corpus, 2-topics"]


def test_a_failed_notebook_is_named_kept_and_not_taken_for_done(small, capsys):
    small("2-topics", "x = {}\nx['missing']")
    assert run() == 1
    said = capsys.readouterr().err
    assert "2-topics, cell 3 of 3: KeyError: 'missing'" in said
    assert "failed/2-topics.ipynb" in said
    assert "Traceback" not in said
    kept = Path("results/small/failed/2-topics.ipynb")
    assert "KeyError" in kept.read_text(encoding="utf-8")
    assert not Path("results/small/notebooks/2-topics.ipynb").exists()
    assert Path("results/small/notebooks/4-trends.ipynb").exists()
    assert "2-topics failed" in Path("results/small/index.html").read_text(encoding="utf-8")
    small("2-topics")
    assert run() == 0
    assert not kept.exists()
    assert "2-topics failed" not in Path("results/small/index.html").read_text(encoding="utf-8")


def test_an_error_of_the_study_in_a_cell_keeps_its_words_and_exits_2(small, capsys):
    small(
        "4-trends", "from q7x2lab.errors import QueryError\nraise QueryError('no hits', remedy='r')"
    )
    assert run() == 2
    assert "4-trends, cell 3 of 3: no hits\n  remedy: r" in capsys.readouterr().err


def test_a_run_that_was_killed_is_completed_by_the_next(small, tmp_path):
    small(
        "3-framing",
        "import time\nif not __import__('os').path.exists('go'): time.sleep(60)\n" + SAVE,
    )
    first = started(tmp_path)
    for _ in range(300):
        if (tmp_path / "results/small/.partial/3-framing").exists():
            break
        time.sleep(0.1)
    time.sleep(1)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    (tmp_path / "go").touch()
    assert run() == 0
    manifest = json.loads(Path("results/small/manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["notebooks"]) == set(NOTEBOOKS)
    assert not Path("results/small/.partial").exists()


def test_two_runs_give_the_same_bytes(small):
    assert run("--out", "one") == 0
    assert run("--out", "two", "--jobs", "1") == 0
    assert snapshot(Path("one")) == snapshot(Path("two"))


def test_outputs_that_are_no_longer_made_are_removed(small):
    small("2-topics", WRITE)
    assert run() == 0
    assert Path("results/small/tables/old.csv").exists()
    small("2-topics")
    assert run() == 0
    assert not Path("results/small/tables/old.csv").exists()


def test_a_parameter_that_the_notebook_does_not_declare_is_an_error(small, capsys):
    path = rooms.notebook_path("4-trends")
    text = path.read_text(encoding="utf-8").replace("keywords: dict", "keywrds: dict")
    path.write_text(text, encoding="utf-8")
    assert run() == 2
    assert (
        "declares no parameter keywords\n  remedy: did you mean keywrds?" in capsys.readouterr().err
    )


FILES = """import os, pathlib, time
folder = pathlib.Path(os.environ['Q7X2LAB_OUT'], 'tables')
folder.mkdir()
for name in '12345':
    (folder / f'{name}-NAME.csv').write_text(name * 200_000)
    time.sleep(0.1)"""
RUN = (
    "import sys; from q7x2lab import cli; from q7x2lab.studies import notebooks as n;"
    "from pathlib import Path; n.notebooks_folder = lambda: Path('notebooks');"
    "sys.exit(cli.main(['run', 'study.yaml']))"
)


def started(folder: Path, **options: Any) -> subprocess.Popen:
    """A run in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", RUN],
        cwd=folder,
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.mark.slow
def test_a_run_that_is_killed_at_any_moment_is_completed_to_the_same_bytes(small, tmp_path):
    for name in NOTEBOOKS:
        small(name, FILES.replace("NAME", name))
    assert run("--out", "whole") == 0
    moments = np.random.default_rng(0).uniform(0.5, 9, 8)
    for moment in moments:
        killed = started(tmp_path)
        time.sleep(moment)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    assert run() == 0
    assert snapshot(Path("results/small")) == snapshot(Path("whole"))


def test_a_report_whose_writing_was_stopped_is_written_by_the_next_run(small, monkeypatch):
    assert run() == 0
    first = snapshot(Path("results/small"))

    def stopped(*_):
        raise KeyboardInterrupt

    small("2-topics", "print(1)")
    with monkeypatch.context() as patched:
        patched.setattr("q7x2lab.studies.runner.write_report", stopped)
        assert run() == 130
    assert run() == 0
    small("2-topics")
    assert run() == 0
    assert snapshot(Path("results/small")) == first


def test_who_is_to_be_cited_comes_into_the_record_though_no_notebook_runs(small):
    assert run() == 0
    study = Path("study.yaml")
    study.write_text(study.read_text(encoding="utf-8") + "authors: [{name: A. Author}]\n", "utf-8")
    assert run() == 0
    assert "A. Author" in Path("results/small/manifest.json").read_text(encoding="utf-8")


@pytest.mark.slow
def test_of_two_runs_at_once_one_is_refused_in_words_and_the_other_is_whole(small, tmp_path):
    wait = "while not pathlib.Path('go').exists(): time.sleep(0.1)"
    small("1-corpus", f"import pathlib, time\n{wait}")
    first = started(tmp_path)
    while not (tmp_path / "results/small/.lock").exists():
        time.sleep(0.1)
    second = started(tmp_path)
    assert "another run is writing here" in second.communicate()[1]
    (tmp_path / "go").touch()
    first.communicate()
    assert (first.returncode, second.returncode) == (0, 1)
    assert run("--out", "whole") == 0
    assert snapshot(Path("results/small")) == snapshot(Path("whole"))


@pytest.mark.slow
def test_a_disk_that_fills_up_is_said_and_the_next_run_gives_the_same_bytes(small, tmp_path):
    """Files are limited to a length, which the system refuses like a quota."""
    resource = pytest.importorskip("resource")
    small("3-framing", FILES.replace("NAME", "x"))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))

    full = started(tmp_path, preexec_fn=limit)
    said = full.communicate()[1]
    assert full.returncode == 2
    assert "cannot be written: File too large" in said and "remedy: make room" in said
    assert run() == 0
    assert run("--out", "whole") == 0
    assert snapshot(Path("results/small")) == snapshot(Path("whole"))


def test_a_second_run_in_the_same_folder_is_refused(small, tmp_path):
    fcntl = pytest.importorskip("fcntl")
    folder = tmp_path / "results/small"
    folder.mkdir(parents=True)
    with (folder / ".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        assert run() == 1


def test_a_folder_that_cannot_be_written_is_said_in_words(small, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for name in ("file/inside", "file", "x" * 300):
        assert run("--out", name) == 2
        said = capsys.readouterr().err
        assert "--out" in said and "cannot be written" in said and "Errno" not in said


def test_a_notebook_whose_process_ends_is_named(small, capsys):
    small("1-corpus", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert run() == 1
    said = capsys.readouterr().err
    assert "1-corpus, cell 3 of 3: its process ended\n  remedy: close other programs" in said


def test_start_up_files_of_the_user_do_not_run(small, tmp_path, monkeypatch):
    start = tmp_path / "home" / "profile_default" / "startup"
    start.mkdir(parents=True)
    (start / "mine.py").write_text("seed = 99\nmine = 1")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "home"))
    small("1-corpus", "assert 'mine' not in globals()")
    assert run("--only", "1-corpus") == 0


def test_results_do_not_go_among_other_files(small, tmp_path, capsys):
    other = tmp_path / "mine"
    other.mkdir()
    (other / "index.html").write_text("mine")
    assert run("--out", "mine") == 2
    assert "holds other files, such as index.html" in capsys.readouterr().err
    assert (other / "index.html").read_text() == "mine"
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text("نص")
    for name in ("articles", "articles/results"):
        assert run("--set", "corpus.files=articles", "--out", name) == 2
        assert "among the articles" in capsys.readouterr().err
    assert [path.name for path in articles.iterdir()] == ["a.txt"]


def test_a_disk_that_is_full_is_said_in_words(small, tmp_path, capsys):
    full = "raise OSError(28, 'No space left on device', 'figures/a.png')"
    small("1-corpus", full)
    assert run() == 2
    said = capsys.readouterr().err
    assert "1-corpus, cell 3 of 3: an output cannot be written: No space left" in said
    assert "remedy: make room" in said


def test_a_disk_that_is_full_for_the_record_is_said_in_words(small, monkeypatch, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("q7x2lab.studies.provenance.write_json", full)
    assert run("--only", "1-corpus") == 2
    assert "cannot be written: No space left" in capsys.readouterr().err
    assert not Path("results/small/.partial").exists()


def test_no_path_of_this_machine_stands_in_an_executed_notebook(small, tmp_path):
    target = tmp_path / "out.ipynb"
    small("4-trends", "import sys, os\nprint(sys.prefix)\nprint(os.getcwd())")
    execute(
        rooms.notebook_path("4-trends"),
        target,
        {},
        folder=tmp_path,
        environment={},
        on_cell=lambda cell, cells: None,
    )
    text = target.read_text(encoding="utf-8")
    assert sys.prefix not in text
    assert str(tmp_path) not in text


def test_arabic_parameters_stand_as_letters_in_an_executed_notebook(tmp_path):
    cell = nbformat.v4.new_code_cell("words = []", metadata={"tags": ["parameters"]})
    source, target = tmp_path / "in.ipynb", tmp_path / "out.ipynb"
    language = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=language), source)
    words = ["روسيا", r"a path: C:\u0631", 'two\n"lines"', {"الحرب": ["حرب", "غزو"], "س": "], [ع"}]
    words += ['", "نفط", "غاز', {"date": "2022-01-01", "ar": "لقاء: [بكين], [اليوم]", "en": None}]
    done = {"folder": tmp_path, "environment": {}, "on_cell": lambda cell, cells: None}
    execute(source, target, {"words": words}, **done)
    injected = nbformat.read(target, as_version=4).cells[1]["source"]
    assert "روسيا" in injected and "\\u06" not in injected.replace(r"\\u0631", "")
    given: dict = {}
    exec(injected, given)
    assert given["words"] == words
    # Two Arabic texts on one line would be shown in each other's place.
    assert '{"الحرب":\n    ["حرب",\n    "غزو"],\n    "س":\n' in injected


def test_the_study_can_be_run_from_anywhere(small, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    results = run_study(load_study(tmp_path / "study.yaml"))
    assert results == elsewhere / "results" / "small"


def test_what_is_printed_is_one_output_however_it_arrives(small):
    small(
        "2-topics", "import sys, time\nprint(1, flush=True)\ntime.sleep(0.5)\nprint(2, flush=True)"
    )
    assert run("--only", "2-topics") == 0
    book = nbformat.read("results/small/notebooks/2-topics.ipynb", as_version=4)
    assert [output["text"] for output in book.cells[-1].outputs] == ["1\n2\n"]


def test_verify_runs_the_notebooks_that_the_run_had(small, capsys):
    small("2-topics", WRITE)
    assert run("--only", "2-topics") == 0
    assert cli.main(["verify", "results/small"]) == 0
    assert "all the same bytes" in capsys.readouterr().out


def test_verify_names_what_differs(small, capsys):
    small("2-topics", WRITE)
    small("4-trends", "print(keywords, events)")
    assert run() == 0
    assert cli.main(["verify", "results/small"]) == 0
    assert "all the same bytes" in capsys.readouterr().out
    Path("results/small/tables/old.csv").write_text("altered", encoding="utf-8")
    small("3-framing", "import time\nprint(time.time_ns())")
    assert cli.main(["verify", "results/small"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert any(line.startswith("altered since the run: tables/old.csv: ") for line in said)
    assert any(line.startswith("differs: notebooks/3-framing.ipynb: ") for line in said)
    assert any(line.startswith("code 3-framing has changed: ") for line in said)
    assert not Path("results/.small.verify").exists()
