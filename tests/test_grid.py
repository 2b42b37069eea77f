"""A grid: every variant like a run of its own, nothing computed twice, failures apart."""

import json
import os
import re
import shutil
import signal
import threading
import time
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pandas as pd
import pytest

from q7x2lab import cli
from q7x2lab.figures.specifications import plot_specifications
from q7x2lab.studies import notebooks as rooms
from q7x2lab.studies.engine import execute
from q7x2lab.studies.grid import registered_numbers, specification_table, write_specifications
from q7x2lab.studies.notebooks import NOTEBOOKS, notebook_path
from q7x2lab.studies.runner import run_study, writing
from q7x2lab.studies.study_file import load_study

pytestmark = pytest.mark.notebooks
WORK = """import os, pathlib
folder = pathlib.Path(os.environ['Q7X2LAB_OUT'], 'tables')
folder.mkdir()
with pathlib.Path('ran.txt').open('a') as stream:
    stream.write('{name}\\n')
{body}
'the last value'"""
WORDS = [("gas", "abcdefghi"), ("cup", "klmnopqrs"), ("war", "tuvwxyz01")]
TABLE = """(folder / 'rates.csv').write_text(
    f'query,ratio,low,high,verdict\\ngas,{{1 + seed}},1.0,9.0,{{"rises" if seed else "steady"}}\\n'
    f'oil,{{2 if per == "share_of_articles" else 1}},0.5,3,steady\\n'
)"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Notebooks with the real parameters that note that they ran; the last writes a table."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    originals = {name: nbformat.read(notebook_path(name), as_version=4) for name in NOTEBOOKS}
    monkeypatch.setattr(rooms, "notebooks_folder", lambda: folder)

    def write(name: str, body: str = "") -> None:
        cells = [c for c in originals[name].cells if "parameters" in c.metadata.get("tags", ())]
        source = WORK.replace("{name}", name).replace("{body}", body)
        cells.append(nbformat.v4.new_code_cell(source, id="work"))
        book = nbformat.v4.new_notebook(cells=cells, metadata=originals[name].metadata)
        nbformat.write(book, folder / f"{name}.ipynb")

    for name in NOTEBOOKS:
        write(name)
    write("4-trends", TABLE.replace("{{", "{").replace("}}", "}"))
    (tmp_path / "study.yaml").write_text("study: small\ncorpus: {files: demo}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return write


def grid(*arguments: str) -> int:
    return cli.main(["grid", "study.yaml", *arguments])


def ran() -> dict[str, int]:
    lines = Path("ran.txt").read_text().split()
    Path("ran.txt").unlink()
    return {name: lines.count(name) for name in NOTEBOOKS if name in lines}


def outputs(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    varying = {"run.json", ".lock", "manifest.json"}  # the machine, and times
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in files if p.name not in varying
    }


@pytest.mark.slow
def test_what_rests_on_the_same_is_run_once_and_a_rerun_runs_nothing(small, capsys):
    vary = ("--vary", "topics.k=8,9", "--vary", "trends.per=million_tokens,share_of_articles")
    assert grid(*vary) == 0
    assert ran() == {"1-corpus": 1, "2-topics": 2, "3-framing": 1, "4-trends": 2}
    said = capsys.readouterr()
    assert "4 of 4 variants" in said.out
    assert "(4 of 4, 0 s left)" in said.err
    assert grid(*vary) == 0
    assert not Path("ran.txt").exists()
    one = next(Path("results/small-grid").glob("9-share*"))
    alone = run_study(
        load_study("study.yaml", changes=["topics.k=9", "trends.per=share_of_articles"]),
        results=Path("alone"),
    )
    assert outputs(one) == outputs(alone)
    shutil.rmtree(one)
    ran()
    assert grid(*vary) == 0
    assert not Path("ran.txt").exists()
    assert outputs(one) == outputs(alone)


@pytest.mark.slow
def test_curves_say_what_moves_a_number_and_whether_its_conclusion_holds(small):
    vary = ("--vary", "seed=0,1,2", "--vary", "trends.per=million_tokens,share_of_articles")
    assert grid(*vary) == 0
    folder = Path("results/small-grid")
    table = pd.read_csv(folder / "tables/specifications.csv", encoding="utf-8-sig")
    table = table.set_index("number")
    gas = table.loc["rates · gas"]
    assert (gas["specifications"], gas["lowest"], gas["highest"]) == (6, 1, 3)
    assert (gas["conclusion"], gas["moved_by"]) == ("rises", "seed")
    assert gas["holds"] == pytest.approx(4 / 6, abs=1e-5)
    assert gas["seed"] == pytest.approx(1) and gas["trends.per"] == pytest.approx(0)
    assert table.loc["rates · oil", "trends.per"] == pytest.approx(1)
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "rises" in page and "data:image/svg+xml" in page
    links = re.findall(r'href="([^"#:]+\.\w+)"', page)
    assert "methods.md" in links and all((folder / link).is_file() for link in links)
    assert (
        "in 6 of the 6 specifications that these choices make (seed: [0, 1, 2];"
        in (folder / "methods.md").read_text()
    )
    curve = pd.read_csv(folder / "tables/specification-curve-1.csv", encoding="utf-8-sig")
    assert all((folder / name / "index.html").is_file() for name in curve["folder"])
    assert len(json.loads((folder / "findings.json").read_text(encoding="utf-8"))) == 1


@pytest.mark.parametrize("none", [0, 1])
def test_explained_variance_is_that_of_a_one_way_analysis_of_differences_or_log_ratios(none):
    rng = np.random.default_rng(0)
    found = pd.DataFrame({"number": "n", "value": rng.lognormal(size=30), "none": none})
    found["conclusion"] = "more"
    found["k"] = rng.choice(["a", "b", "c"], 30)
    scaled = np.log(found["value"]) if none else found["value"]
    groups = [part for _, part in scaled.groupby(found["k"])]
    between = sum(len(part) * (part.mean() - scaled.mean()) ** 2 for part in groups)
    expected = between / ((scaled - scaled.mean()) ** 2).sum()
    assert specification_table(found, ["k"])["k"][0] == pytest.approx(expected)


@pytest.mark.slow
def test_a_notebook_that_fails_in_one_variant_leaves_the_others(small, capsys):
    small("2-topics", "assert seed != 1, 'not this one'")
    assert grid("--vary", "seed=0,1,2") == 1
    said = capsys.readouterr()
    assert "2 of 3 variants" in said.out and said.err.count("failed (") == 1
    folder = Path("results/small-grid")
    assert "not this one" in (folder / "index.html").read_text(encoding="utf-8")
    good = [path for path in folder.glob("[02]-*") if (path / "index.html").is_file()]
    assert len(good) == 2
    small("2-topics")
    ran()
    assert grid("--vary", "seed=0,1,2") == 0
    assert ran()["2-topics"] == 3


def test_what_runs_keep_for_each_other_is_gone_with_the_grid(small):
    small("1-corpus", "pathlib.Path('kept.txt').write_text(os.environ['Q7X2LAB_KEPT'])")
    assert grid("--vary", "seed=0,1", "--only", "1-corpus") == 0
    kept = Path(Path("kept.txt").read_text())
    assert kept.parent == Path("results/small-grid/.shared").absolute() and not kept.exists()


def test_where_every_variant_fails_the_page_says_so(small):
    small("1-corpus", "raise ValueError('nowhere')")
    assert grid("--vary", "seed=0,1") == 1
    page = Path("results/small-grid/index.html").read_text(encoding="utf-8")
    assert page.count("nowhere") == 2


def test_an_interval_is_that_of_its_own_number():
    """Of shares with differences the first interval is that of the share."""
    table = pd.DataFrame({"frame": ["war"], "share": 0.5, "low": 0.4, "high": 0.6})
    table = table.assign(refused="", difference=-0.1, difference_low=-0.2, difference_high=-0.01)
    number = registered_numbers({"frames": table}).iloc[0]
    assert (number["value"], number["low"], number["conclusion"]) == (-0.1, -0.2, "less")
    number = registered_numbers({"frames": table.assign(q=0.2)}).iloc[0]
    assert number["conclusion"] == "cannot tell"
    number = registered_numbers({"frames": table.drop(columns="difference_low")}).iloc[0]
    assert (number["value"], number["low"], number["conclusion"]) == (0.5, 0.4, "")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_choices_stand_apart_below_the_curve_on_one_page(language):
    stops = ["[]", '["particles"]', '["particles", "pronouns", "reporting", "furniture"]']
    every = product(["once", "all", "weighted"], stops, map(str, range(8)))
    part = pd.DataFrame(every, columns=["corpus.copies", "arabic.stop_words", "seed"])
    part = part.assign(value=np.arange(len(part)), low=0.5, high=99.0, none=1.0)
    figure = plot_specifications(part, list(part)[:3], language=language)
    figure.draw_without_rendering()
    _, below = figure.axes
    boxes = [label.get_window_extent() for label in below.get_yticklabels()]
    assert len(boxes) == 3 + 3 + 8
    assert all(one.y0 > next_one.y1 for one, next_one in pairwise(boxes))
    assert min(box.x0 for box in boxes) >= 0
    assert figure.get_size_inches()[1] * 25.4 <= 220


def test_topics_are_followed_by_their_words_and_what_only_some_have_is_listed_last(tmp_path):
    gas, cup, war = (" · ".join([name, *rest]) for name, rest in WORDS)
    oil = gas.replace("gas", "oil").replace("i", "new")  # eight of the ten words, another label
    models = [{"gas": gas, "cup": cup}, {"cup": oil, "oil": cup}, {"war": war, "cup": gas}]
    for name, topics in enumerate(models):
        (tmp_path / str(name) / "tables").mkdir(parents=True)
        table = pd.DataFrame({"topic": [0, 1], "label": list(topics), "share": [0.5, 0.4]})
        table = table.assign(low=0.3, high=0.6, words=topics.values())
        table.to_csv(tmp_path / str(name) / "tables/topics-words.csv", index=False)
        made = {"notebooks": {"2-topics": {"outputs": {"tables/topics-words.csv": ""}}}}
        (tmp_path / str(name) / "manifest.json").write_text(json.dumps(made))
    study = tmp_path / "study.yaml"
    study.write_text("study: small\ncorpus: {files: demo}\n", encoding="utf-8")
    chosen = pd.DataFrame({"unit": ["a", "b", "c", "sentence"]}, index=list("0123"))
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/specification-curve-9.csv").touch()
    write_specifications(load_study(study), tmp_path, chosen, {"3": "of memory"})
    assert not (tmp_path / "tables/specification-curve-9.csv").exists()
    assert "3 (sentence)" in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "unit: [a, b, c, sentence])، وقورن" in (tmp_path / "index.html").read_text("utf-8")
    said = (tmp_path / "methods.md").read_text(encoding="utf-8")
    assert (
        "in 3 of the 4 specifications that these choices make (unit: [a, b, c, sentence])" in said
    )
    table = pd.read_csv(tmp_path / "tables/specifications.csv", encoding="utf-8-sig")
    assert table[["number", "specifications", "lowest", "highest"]].values.tolist() == [
        ["topics-words · gas", 3, 0.4, 0.5],
        ["topics-words · cup", 2, 0.4, 0.4],
        ["topics-words · war", 1, 0.5, 0.5],
    ]


def test_the_interval_of_a_date_is_no_part_of_what_a_number_is_called():
    table = pd.DataFrame({"query": ["gas"], "group": "all", "date": "2022-11", "ratio": 2.0})
    table.insert(3, "date_low", "2022-10")
    table.insert(4, "date_high", "2022-12")
    numbers = registered_numbers({"changes": table.assign(low=1.5, high=3.0)})
    assert numbers["number"].tolist() == ["changes · gas · 2022-11"]


def test_tables_over_time_hold_no_numbers():
    table = pd.DataFrame({"query": "gas", "period": ["2020", "2021"], "ratio": 2.0})
    assert registered_numbers({"trends": table.assign(low=1.0, high=3.0)}).empty


def test_a_sample_is_the_same_each_time_and_the_study_file_may_hold_the_grid(small):
    with Path("study.yaml").open("a", encoding="utf-8") as stream:
        stream.write("grid: {seed: [0, 1, 2, 3], arabic.stop_words: [[], [particles, pronouns]]}\n")
    assert grid("--sample", "3", "--only", "4-trends") == 0
    first = sorted(path.name for path in Path("results/small-grid").glob("[0-9]*"))
    assert len(first) == 3
    assert set(ran()) == {"1-corpus", "4-trends"}
    assert grid("--sample", "3", "--only", "4-trends") == 0
    assert sorted(path.name for path in Path("results/small-grid").glob("[0-9]*")) == first


@pytest.mark.parametrize("options", ["--jobs 0", "--sample 0", "--sample -1", "--only 9-none"])
def test_what_cannot_be_run_is_refused_before_anything_is(small, capsys, options):
    assert grid("--vary", "seed=0,1", *options.split()) == 2
    assert options.split()[1] in capsys.readouterr().err and not Path("results").exists()


@pytest.mark.slow
def test_tables_of_notebooks_that_were_not_asked_for_do_not_count(small):
    assert grid("--vary", "seed=0,1") == 0
    assert grid("--vary", "seed=0,1", "--only", "2-topics", "--set", "trends.per=tokens") == 2
    other = ("--only", "2-topics", "--set", "trends.per=share_of_articles")
    assert grid("--vary", "seed=0,1", *other) == 0
    assert "rates" not in Path("results/small-grid/numbers.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("title", ["غزة: حرب", "8", "yes", "a [b", "2024-01-01", "a, b"])
def test_a_text_is_varied_as_it_is(small, title):
    study = Path("study.yaml")
    study.write_text(study.read_text() + f"grid: {{title: [{json.dumps(title)}]}}\n", "utf-8")
    small("1-corpus", "raise ValueError('enough')")
    assert grid() == 1
    (folder,) = Path("results/small-grid").glob("*/manifest.json")
    known = json.loads(folder.read_text(encoding="utf-8"))
    assert known["parameters"]["title"] == title


def test_a_value_given_twice_is_run_once(small, capsys):
    assert grid("--vary", "seed=0,1", "--vary", "seed=1", "--only", "1-corpus") == 0
    assert "2 of 2 variants" in capsys.readouterr().out


def test_without_choices_a_grid_says_how_to_give_some(small, capsys):
    assert grid() == 2
    assert "--vary" in capsys.readouterr().err


def test_a_forked_kernel_gives_the_bytes_of_one_that_began_anew(small, tmp_path):
    small("2-topics", "import matplotlib\nprint(seed, os.getcwd(), hash('a'), folder.name)")
    made = {}
    for fork in (False, True):
        out = tmp_path / str(fork)
        out.mkdir()
        execute(
            rooms.notebook_path("2-topics"),
            out / "n.ipynb",
            {"seed": 3},
            folder=tmp_path,
            environment={"Q7X2LAB_OUT": str(out)},
            on_cell=lambda cell, cells: None,
            fork=fork,
        )
        made[fork] = (out / "n.ipynb").read_bytes()
    assert made[False] == made[True]


@pytest.mark.slow
@pytest.mark.parametrize("name", list(NOTEBOOKS))
def test_the_demonstration_has_the_same_bytes_from_forked_kernels(name, tmp_path_factory):
    study = load_study(rooms.notebooks_folder() / "studies" / "demo.yaml")
    base = tmp_path_factory.getbasetemp()
    forked = run_study(study, results=base / "forked", only=[name], shared=base / "shared")
    anew = run_study(study, results=base / "anew", only=[name])
    assert outputs(forked) == outputs(anew)


@pytest.fixture
def cluster():
    distributed = pytest.importorskip("dask.distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**options) as workers:
        yield workers


def write_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the tiny notebooks those of the workers too, which are processes of their own."""
    hook = tmp_path / "sitecustomize.py"
    hook.write_text(
        "from pathlib import Path\nfrom q7x2lab.studies import notebooks\n"
        f"notebooks.notebooks_folder = lambda: Path({str(tmp_path / 'notebooks')!r})\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)


def kill_midway(cluster: Any, folder: Path) -> None:
    """Kill a worker as soon as a variant is done, and note how many are."""
    while not (done := list(folder.glob("*/index.html"))):
        time.sleep(0.05)
    os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
    Path("done.txt").write_text(str(len(done)))


@pytest.mark.slow
@pytest.mark.parametrize("kill", [False, True])
def test_a_cluster_gives_the_same_bytes_even_where_a_worker_is_killed(
    small, tmp_path, monkeypatch, request, kill
):
    pytest.importorskip("dask.distributed")
    small("4-trends", TABLE.replace("{{", "{").replace("}}", "}") + "\nimport time; time.sleep(1)")
    vary = ("--vary", "seed=0,1,2,3,4,5")
    assert grid(*vary, "--out", "here") == 0
    write_named(tmp_path, monkeypatch)
    workers = request.getfixturevalue("cluster")
    if kill:
        killer = threading.Thread(target=kill_midway, args=[workers, Path("there")])
        killer.start()
    assert grid(*vary, "--out", "there", "--dask", workers.scheduler_address) == 0
    assert outputs(Path("here")) == outputs(Path("there"))
    if kill:
        killer.join()
        assert 0 < int(Path("done.txt").read_text()) < 6


@pytest.mark.parametrize("mark", ["other.txt", "manifest.json", "small-grid/.lock"])
def test_a_grid_writes_among_no_other_files_nor_over_a_run(small, capsys, mark):
    folder = Path("taken")
    (folder / mark).parent.mkdir(parents=True)
    (folder / mark).write_text("{}")
    (folder / "index.html").write_text("someone's own")
    assert grid("--vary", "seed=0,1", "--out", "taken") == 2
    assert "--out" in capsys.readouterr().err and not Path("ran.txt").exists()
    assert (folder / "index.html").read_text() == "someone's own"


def test_two_grids_at_once_do_not_write_to_one_folder(small, capsys):
    with writing(Path("results/small-grid").absolute(), [], [".grid"]):
        assert grid("--vary", "seed=0,1") == 1
    assert "another run is writing here" in capsys.readouterr().err
    assert not Path("ran.txt").exists()


def test_a_grid_that_is_stopped_begins_no_further_variant(small):
    def stop() -> None:
        while not Path("ran.txt").exists():
            time.sleep(0.05)
        signal.raise_signal(signal.SIGINT)

    # What a shell began in the background ignores the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=stop).start()
    assert grid("--vary", "seed=0,1,2,3,4,5,6,7", "--jobs", "1", "--only", "1-corpus") == 130
    signal.signal(signal.SIGINT, before)
    assert ran()["1-corpus"] < 8


@pytest.mark.parametrize("turned", [False, True])
def test_what_is_contradicted_is_said_and_a_tie_decides_nothing(turned):
    said = ["more", "cannot tell"] * 2 + ["less", "less", "less", "more", "cannot tell"]
    found = pd.DataFrame({"number": ["a"] * 4 + ["b"] * 5, "conclusion": said, "k": "8"})
    found = found.assign(value=1.0, none=0)
    table = specification_table(found[::-1] if turned else found, ["k"]).set_index("number")
    columns = ["conclusion", "holds", "other_conclusion"]
    assert table.loc["a", columns].tolist() == ["cannot tell", 0.5, 0.5]
    assert table.loc["b", columns].tolist() == ["less", 0.6, 0.2]
