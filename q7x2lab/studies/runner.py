"""A study run: what is stale is executed, put in place at once, and recorded."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from q7x2lab.errors import FolderError, LabError, RunError
from q7x2lab.studies import provenance
from q7x2lab.studies.notebooks import (
    CORPUS,
    NOTEBOOKS,
    OUT,
    RESULTS,
    check_parameters,
    notebook_parameters,
    notebook_path,
)
from q7x2lab.studies.progress import Progress
from q7x2lab.studies.study_file import StudyFile, study_paths

STAGING, FAILED, RECORDS, LOCK = ".partial", "failed", "records", ".lock"
TIMES = "run.json"  # what differs from run to run, and nothing else does


@dataclass
class Job:
    """One notebook of a run: what goes in, and the hash of all of it."""

    name: str
    source: Path
    parameters: dict[str, Any]
    fingerprint: str


@dataclass
class Run:
    """A study and the folder that its results go to."""

    file: StudyFile
    results: Path
    force: bool = False
    jobs: int = 2
    manifest: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> dict[str, Any]:
        return self.manifest.setdefault("notebooks", {})


def run_study(
    file: StudyFile,
    *,
    results: Path | None = None,
    only: Sequence[str] = (),
    force: bool = False,
    jobs: int = 2,
) -> Path:
    """Run what has changed of a study; the results folder.

    results: where to, default `results/NAME` below the current folder. only: notebooks to run (the
    corpus is prepared whenever it has changed). force: run them even if nothing changed. jobs:
    notebooks at once. Raises the error of the first notebook that failed, after the others ended;
    FolderError where the results cannot be written, or would stand among other files.
    """
    wanted = [notebook_path(name).stem for name in only] or list(NOTEBOOKS)
    results = (results or Path("results") / file.name).absolute()
    began = dt.datetime.now(dt.UTC)
    paths = study_paths(file)
    _check_folder(results, paths)
    inputs = {_told(path, file): provenance.file_hash(path) for path in paths}
    with _locked(results), Progress() as progress, _writing(results):
        run = Run(file, results, force, jobs, provenance.read_manifest(results))
        run.manifest |= _described(file, inputs)
        shutil.rmtree(results / STAGING, ignore_errors=True)
        first = _job(run, CORPUS, inputs)
        failures = _run_all(run, [first], progress, force=force and CORPUS in wanted)
        if not failures:
            rest = [_job(run, n, inputs, first.fingerprint) for n in wanted if n != CORPUS]
            failures = _run_all(run, rest, progress, force=force)
        _finish(run, began)
    if failures:
        others = [f"  also failed: {str(error).partition(': ')[0]}" for error in failures[1:]]
        failures[0].args = ("\n".join([str(failures[0]), *others]),)
        raise failures[0]
    return results


def _check_folder(results: Path, inputs: Sequence[Path]) -> None:
    """Refuse a folder in which results would stand among articles or anybody's other files."""
    for path in inputs:
        if path.is_dir() and results.resolve().is_relative_to(path.resolve()):
            what = f"the results would stand among the articles of {path.name}"
            remedy = "choose another folder with --out"
            raise FolderError(what, where=str(results), remedy=remedy)
    try:
        there = {path.name for path in results.iterdir()} if results.is_dir() else set()
    except OSError as error:
        raise _unwritable(error, results) from None
    others = sorted(name for name in there if not name.startswith("."))
    if others and not there & {LOCK, provenance.MANIFEST}:
        what = f"holds other files, such as {others[0]}, and no earlier run"
        raise FolderError(what, where=str(results), remedy="name a new or empty folder with --out")


def _told(path: Path, file: StudyFile) -> str:
    """A path as it is recorded: from the study's folder, so that no machine's path is."""
    return Path(os.path.relpath(path, file.folder)).as_posix()


def _described(file: StudyFile, inputs: dict[str, str]) -> dict[str, Any]:
    return {
        "study": file.name,
        "parameters": file.study.model_dump(mode="json", by_alias=True),
        "inputs": inputs,
        "package": provenance.package_hash(),
        "versions": provenance.versions(),
        "settings": provenance.PINNED,
        "seed": file.study.seed,
    }


def _job(run: Run, name: str, inputs: dict[str, str], corpus: str = "") -> Job:
    source = notebook_path(name)
    parameters = notebook_parameters(run.file, name)
    check_parameters(source, parameters)
    basis = [run.manifest[key] for key in ("package", "versions", "settings")]
    if name == CORPUS:
        inputs = {k: v for k, v in inputs.items() if _is_article_file(run.file, k)}
    parts = [*basis, provenance.file_hash(source), parameters, inputs, corpus]
    return Job(name, source, parameters, provenance.value_hash(parts))


def _is_article_file(file: StudyFile, told: str) -> bool:
    files = file.study.corpus.files
    named = [files] if isinstance(files, str) else files
    return told in {_told(file.folder / Path(name).expanduser(), file) for name in named}


def _run_all(run: Run, jobs: list[Job], progress: Progress, *, force: bool) -> list[LabError]:
    """Execute the stale ones, some at once; the errors of those that failed."""

    def one(job: Job) -> LabError | None:
        if not force and _is_fresh(run, job):
            progress.end(job.name, "unchanged")
            return None
        try:
            _execute(run, job, progress)
        except LabError as error:
            progress.end(job.name, "failed")
            run.failed[job.name] = str(error)
            return error
        run.seconds[job.name] = progress.end(job.name, "done")
        return None

    with ThreadPoolExecutor(max(1, run.jobs)) as pool:
        return [error for error in pool.map(one, jobs) if error]


def _is_fresh(run: Run, job: Job) -> bool:
    known = run.done.get(job.name, {})
    return known.get("fingerprint") == job.fingerprint and all(
        (run.results / path).is_file() and provenance.file_hash(run.results / path) == digest
        for path, digest in known["outputs"].items()
    )


def _execute(run: Run, job: Job, progress: Progress) -> None:
    from q7x2lab.studies.engine import execute

    staging = run.results / STAGING / job.name
    notebook = staging / "notebooks" / f"{job.name}.ipynb"
    notebook.parent.mkdir(parents=True)
    try:
        execute(
            job.source,
            notebook,
            job.parameters,
            folder=run.file.folder,
            environment={OUT: str(staging), RESULTS: str(run.results)},
            tell=lambda cell, cells: progress.cell(job.name, cell, cells),
        )
    except LabError as error:
        _keep_failed(run, notebook, error)
        raise
    _put_in_place(run, job, staging)


def _keep_failed(run: Run, notebook: Path, error: LabError) -> None:
    kept = run.results / FAILED / notebook.name
    kept.parent.mkdir(exist_ok=True)
    if notebook.is_file():
        notebook.replace(kept)
        error.args = (f"{error}\n  partial notebook: {FAILED}/{kept.name} in {run.results.name}",)


def _put_in_place(run: Run, job: Job, staging: Path) -> None:
    """Move outputs to the results folder and record them; what an earlier run left is removed."""
    record = staging / "record.json"
    if record.is_file():
        target = staging / RECORDS / f"{job.name}.json"
        target.parent.mkdir()
        record.replace(target)
    made = sorted(p.relative_to(staging).as_posix() for p in staging.rglob("*") if p.is_file())
    known = run.done.pop(job.name, {})
    for stale in set(known.get("outputs", ())) - set(made):
        (run.results / stale).unlink(missing_ok=True)
    for path in made:
        target = run.results / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / path).replace(target)
    (run.results / FAILED / f"{job.name}.ipynb").unlink(missing_ok=True)
    run.done[job.name] = {
        "fingerprint": job.fingerprint,
        "parameters": job.parameters,
        "source": provenance.file_hash(job.source),
        "outputs": {path: provenance.file_hash(run.results / path) for path in made},
    }
    run.manifest["notebooks"] = dict(sorted(run.done.items()))
    provenance.write_json(run.results / provenance.MANIFEST, run.manifest)


def _finish(run: Run, began: dt.datetime) -> None:
    """Write what is gathered from all notebooks; times go to a file of their own."""
    from q7x2lab.studies.report import write_report

    shutil.rmtree(run.results / STAGING, ignore_errors=True)
    if (failed := run.results / FAILED).is_dir() and not any(failed.iterdir()):
        failed.rmdir()
    if run.seconds or run.failed or not (run.results / "index.html").is_file():
        records = {k: v for k, v in read_records(run.results).items() if k not in run.failed}
        run.manifest["report"] = write_report(run.file, run.results, records, run.failed)
        provenance.write_json(run.results / provenance.MANIFEST, run.manifest)
        ended = dt.datetime.now(dt.UTC)
        took = {name: round(seconds, 1) for name, seconds in run.seconds.items()}
        folder = Path(os.path.relpath(run.file.folder, run.results)).as_posix()
        times = {"began": began, "ended": ended, "seconds": took, "folder": folder}
        provenance.write_json(run.results / TIMES, times)


def read_records(results: Path) -> dict[str, dict[str, Any]]:
    """What each notebook recorded, by notebook, in order."""
    records = {}
    for name in NOTEBOOKS:
        path = results / RECORDS / f"{name}.json"
        if path.is_file():
            records[name] = json.loads(path.read_text(encoding="utf-8"))
    return records


@contextmanager
def _writing(results: Path) -> Iterator[None]:
    """What the machine refuses while results are written is said of their folder."""
    try:
        yield
    except OSError as error:
        shutil.rmtree(results / STAGING, ignore_errors=True)
        raise _unwritable(error, results) from None


def _unwritable(error: OSError, results: Path) -> FolderError:
    file = isinstance(error, FileExistsError | NotADirectoryError)
    what = f"cannot be written: {'a file is in its way' if file else error.strerror or error}"
    remedy = "make room or get the rights, or choose another folder with --out"
    return FolderError(what, where=str(results), remedy=remedy)


@contextmanager
def _locked(results: Path) -> Iterator[None]:
    """Hold the results folder for one run; another one at the same time is refused."""
    try:
        results.mkdir(parents=True, exist_ok=True)
        stream = (results / LOCK).open("w")
    except (OSError, ValueError) as error:
        wrong = error if isinstance(error, OSError) else OSError(0, str(error))
        raise _unwritable(wrong, results) from None
    with stream:
        try:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass
        except OSError:
            remedy = "wait for it, or choose another folder with --out"
            raise RunError(
                "another run is writing here", where=str(results), remedy=remedy
            ) from None
        yield
