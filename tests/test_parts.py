"""A corpus in parts: on a cluster the same bytes as here, whatever becomes of its workers."""

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from q7x2lab import cli
from q7x2lab.corpus import parts
from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.data.gold import DEMO_ARTICLES
from q7x2lab.errors import CorpusError, LabError

FILES = 6
STUDY = "study: parts\ncorpus: {files: articles}\n"


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study of the demonstration's articles, given as a folder of Parquet files."""
    (tmp_path / "articles").mkdir()
    articles = read_corpus(DEMO_ARTICLES, clean=False).articles.drop(columns=["cluster", "weight"])
    for number in range(FILES):
        articles.iloc[number::FILES].to_parquet(tmp_path / "articles" / f"{number}.parquet")
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    parts._kept_client.cache_clear()


@pytest.fixture
def cluster(tmp_path_factory):
    """Two workers that run in a folder of their own, as those of other machines do."""
    distributed = pytest.importorskip("dask.distributed")
    folder = tmp_path_factory.mktemp("workers")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**options, local_directory=folder) as workers:
        yield workers


def everything() -> tuple[Any, ...]:
    corpus = read_corpus("articles")
    tokens = tokenize_corpus(corpus)
    matrix = document_term_matrix(tokens, unit="sentence")
    tables = [corpus.articles, corpus.changes, corpus.flags, corpus.furniture, corpus.copies]
    columns = [
        tokens.article,
        tokens.start,
        tokens.length,
        tokens.type,
        tokens.counts,
        tokens.kinds,
    ]
    return [*tables, corpus.sources, matrix.articles], [*columns, tokens.forms, *csr(matrix.counts)]


def csr(counts: Any) -> list[Any]:
    return [counts.data, counts.indices, counts.indptr]


def kill_worker(cluster: Any, killed: list[int]) -> None:
    """Kill a worker that has begun something."""
    while not killed:
        states = cluster.scheduler.workers.values()
        busy = {state.address for state in list(states) if state.processing}
        for nanny in list(cluster.workers.values()):
            if nanny.worker_address in busy:
                os.kill(nanny.pid, signal.SIGKILL)
                killed.append(nanny.pid)
                return
        time.sleep(0.001)


def killer(cluster: Any) -> tuple[threading.Thread, list[int]]:
    killed: list[int] = []
    thread = threading.Thread(target=kill_worker, args=[cluster, killed], daemon=True)
    thread.start()
    return thread, killed


@pytest.mark.slow
def test_a_cluster_gives_the_same_corpus_tokens_and_matrix(study, cluster, monkeypatch):
    monkeypatch.setattr(parts, "PART", 200)
    here = everything()
    monkeypatch.setenv(parts.DASK, cluster.scheduler_address)
    thread, killed = killer(cluster)
    there = everything()
    thread.join(5)
    assert killed
    for one, other in zip(here[0], there[0], strict=True):
        pd.testing.assert_frame_equal(one, other)
    for one, other in zip(here[1], there[1], strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype
    Path("articles/9.parquet").write_bytes(b"PAR1 is no table")
    with pytest.raises(CorpusError, match=r"9\.parquet: cannot be read") as error:
        read_corpus("articles")
    assert error.value.remedy.startswith("check the path")
    parts._kept_client(cluster.scheduler_address).close()


@pytest.mark.slow
@pytest.mark.notebooks
def test_a_run_on_a_cluster_has_the_same_bytes_though_a_worker_is_killed(study, cluster):
    run = ["run", "study.yaml", "--only", "1-corpus"]
    assert cli.main([*run, "--out", "here"]) == 0
    thread, killed = killer(cluster)
    assert cli.main([*run, "--out", "there", "--dask", cluster.scheduler_address]) == 0
    thread.join(5)
    assert killed
    made = [path for path in Path("here").rglob("*") if path.is_file() and path.name != "run.json"]
    for path in made:
        assert path.read_bytes() == Path("there", path.relative_to("here")).read_bytes(), path
    assert Path("here/corpus/type.npy") in made


@pytest.mark.parametrize("command", ["run", "grid"])
def test_without_dask_it_is_said_how_to_get_it(study, command, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    vary = ["--vary", "seed=0,1"] if command == "grid" else []
    assert cli.main([command, "study.yaml", *vary, "--dask", "tcp://127.0.0.1:9"]) == 2
    said = capsys.readouterr().err
    assert "dask is not installed\n" in said
    assert 'remedy: pip install "q7x2lab[dask]"' in said


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    dask = pytest.importorskip("dask")
    pytest.importorskip("dask.distributed")
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(
            LabError, match=r"--dask tcp://127\.0\.0\.1:9: no scheduler answers"
        ) as error,
    ):
        parts.dask_client("tcp://127.0.0.1:9")
    assert error.value.exit_status == 1
