"""A study run: what is stale is executed, put in place at once, and recorded."""

import argparse
import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from q7x2lab.corpus.parts import DASK, dask_client
from q7x2lab.errors import FolderError, LabError, StudyError, counted
from q7x2lab.studies import notebooks, provenance
from q7x2lab.studies.engine import execute
from q7x2lab.studies.locks import lock, make_once
from q7x2lab.studies.manuscript import compare_manuscript
from q7x2lab.studies.progress import Progress
from q7x2lab.studies.reading import PAGE, write_reading
from q7x2lab.studies.report import Records, write_report
from q7x2lab.studies.study_file import StudyFile, load_study, study_paths

STAGING, FAILED, RECORDS, LOCK = ".partial", "failed", "records", ".lock"
OWN = (LOCK, provenance.MANIFEST)  # by which a folder of results is known


@dataclass
class Run:
    """A study, the folder that its results go to, and what has happened so far."""

    file: StudyFile
    results: Path
    manifest: dict[str, Any]
    done: dict[str, Any]  # the manifest's record of each notebook that is done
    progress: Progress = field(default_factory=Progress)
    shared: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, LabError] = field(default_factory=dict)

    def write_manifest(self) -> None:
        """Write what is known so far, so that a killed run is completed by the next."""
        known = self.manifest | {"notebooks": dict(sorted(self.done.items()))}
        provenance.write_json(self.results / provenance.MANIFEST, dict(sorted(known.items())))


def run_study(
    file: StudyFile,
    *,
    results: Path | None = None,
    only: Sequence[str] = (),
    force: bool = False,
    jobs: int = 2,
    shared: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Path:
    """Run what has changed of a study; the results folder.

    Parameters
    ----------
    results
        Where to, default ``results/NAME`` below the current folder.
    only
        Notebooks to run; the corpus is prepared whenever it has changed.
    force
        Run them even if nothing changed.
    jobs
        Notebooks at once.
    shared
        A folder that several runs share: what a notebook made is kept there under its fingerprint,
        and taken from there. Kernels are then forked, and the run is silent.
    environment
        What is added to the environment of the notebooks' kernels.

    Raises
    ------
    LabError
        The error of the first notebook that failed, after the others ended.
    FolderError
        Where the results cannot be written, or would stand among other files.
    """
    wanted = [notebooks.notebook_path(name).stem for name in only] or list(notebooks.NOTEBOOKS)
    results = (results or _results_folder(file)).absolute()
    began = dt.datetime.now(dt.UTC)
    with writing(results, study_paths(file)):
        run = _opened(file, results)
        run.shared, run.progress = shared, Progress(silent=bool(shared))
        run.environment |= environment or {}
        shutil.rmtree(results / STAGING, ignore_errors=True)
        _run_stale(run, [notebooks.CORPUS], force=force and notebooks.CORPUS in wanted)
        if not run.failed:
            others = [name for name in wanted if name != notebooks.CORPUS]
            _run_stale(run, others, force=force, jobs=jobs)
        _finish(run, began)
    if run.failed:
        raise run.failed[min(run.failed)]
    return results


def stale_notebooks(file: StudyFile) -> list[str]:
    """The notebooks that a run into the default folder would execute; the others are unchanged."""
    run = _opened(file, _results_folder(file).absolute())
    stale = [notebooks.CORPUS]
    if notebooks.CORPUS in run.done:
        stale = [n for n in notebooks.NOTEBOOKS if not _is_current(run, n, _entry(run, n))]
    return list(notebooks.NOTEBOOKS) if notebooks.CORPUS in stale else stale


def _results_folder(file: StudyFile) -> Path:
    return Path("results") / file.study.study


def _opened(file: StudyFile, results: Path) -> Run:
    """A run of this study as it is now, with what an earlier one recorded in its folder."""
    known, now = provenance.read_manifest(results), inputs_and_settings(file)
    if now != {key: known.get(key) for key in now}:
        known.pop("report", None)  # it says who, with what, and under which title
    return Run(file, results, known | now, known.get("notebooks", {}))


@contextmanager
def run_again(results: Path, **options: Any) -> Iterator[Path]:
    """A folder, there for the moment, in which the notebooks of a results folder ran once more."""
    file = provenance.recorded_study(results)
    only = list(provenance.read_manifest(results)["notebooks"])
    again = results.with_name(f".{results.name}.verify")
    shutil.rmtree(again, ignore_errors=True)
    try:
        yield run_study(file, results=again, only=only, force=True, **options)
    finally:
        shutil.rmtree(again, ignore_errors=True)


def inputs_and_settings(file: StudyFile) -> dict[str, Any]:
    """The manifest's account of what a run rests on."""
    return {
        "study": file.study.study,
        "parameters": file.study.model_dump(mode="json", by_alias=True),
        "inputs": {name: provenance.file_hash(path) for name, path in _inputs(file).items()},
        "package": provenance.package_hash(),
        "versions": provenance.versions(),
        "packages": provenance.packages(),
        "settings": provenance.PINNED,
        "seed": file.study.seed,
    }


def _inputs(file: StudyFile, *sections: str) -> dict[str, Path]:
    """The files that a study names, by their path from its own, which is none of a machine."""
    paths = study_paths(file, *sections)
    return {Path(os.path.relpath(path, file.folder)).as_posix(): path for path in paths}


def _entry(run: Run, name: str) -> dict[str, Any]:
    """What a notebook's results rest on; all but the corpus rest on the prepared corpus, too."""
    source = provenance.file_hash(notebooks.notebook_path(name))
    parameters = notebooks.notebook_parameters(run.file, name)
    basis = [run.manifest[key] for key in ("package", "versions", "settings")]
    if name != notebooks.CORPUS:
        basis.append(run.done[notebooks.CORPUS]["fingerprint"])
    sections = [name.partition("-")[2], *({"aliases"} & {*parameters})]  # where its files are named
    inputs = {path: run.manifest["inputs"][path] for path in _inputs(run.file, *sections)}
    figures = run.manifest["parameters"]["figures"]
    fingerprint = provenance.value_hash([*basis, figures, source, parameters, inputs])
    return {"fingerprint": fingerprint, "parameters": parameters, "source": source}


def _run_stale(run: Run, names: Sequence[str], *, force: bool, jobs: int = 1) -> None:
    """Execute the notebooks whose results are not current, several at once."""
    entries = {name: _entry(run, name) for name in names}
    with ThreadPoolExecutor(max(1, jobs)) as pool:
        executed = {}
        for name, entry in entries.items():
            if not force and _is_current(run, name, entry):
                run.progress.end(name, "unchanged")
            else:
                executed[pool.submit(_execute, run, name, entry)] = name
        for future in as_completed(executed):
            name = executed[future]
            try:
                _put_in_place(run, name, entries[name], future.result())
            except LabError as error:
                run.failed[name] = error
                run.progress.end(name, "failed")
            else:
                run.seconds[name] = run.progress.end(name, "done")


def _is_current(run: Run, name: str, entry: dict[str, Any]) -> bool:
    known = run.done.get(name, {})
    same = known.get("fingerprint") == entry["fingerprint"]
    return same and provenance.is_unchanged(run.results, known["outputs"])


def _execute(run: Run, name: str, entry: dict[str, Any]) -> Path:
    """The folder with what a notebook made, here or in a run that shares it."""
    staging = run.results / STAGING / name
    if run.shared is None:
        _execute_here(run, name, entry["parameters"], staging)
        return staging
    known = run.shared / entry["fingerprint"]

    def make() -> None:
        _execute_here(run, name, entry["parameters"], staging)
        staging.replace(known)

    make_once(known, make)
    # Outputs are replaced and never written into, so that a link is as good as a copy.
    shutil.copytree(known, staging, copy_function=os.link)
    return staging


def _execute_here(run: Run, name: str, parameters: dict[str, Any], staging: Path) -> None:
    """Run a notebook that writes to a folder; a partial notebook is kept where it fails."""
    notebook = staging / "notebooks" / f"{name}.ipynb"
    notebook.parent.mkdir(parents=True)
    try:
        execute(
            notebooks.notebook_path(name),
            notebook,
            parameters,
            folder=run.file.folder,
            environment=run.environment
            | {
                notebooks.OUT: str(staging),
                notebooks.RESULTS: str(run.results),
                notebooks.LANGUAGE: run.file.study.language,
                notebooks.FIGURES: run.file.study.figures.model_dump_json(),
            },
            on_cell=lambda cell, cells: run.progress.cell(name, cell, cells),
            fork=run.shared is not None,
        )
    except LabError as error:
        if notebook.is_file():  # not where the kernel itself died
            (run.results / FAILED).mkdir(exist_ok=True)
            notebook.replace(run.results / FAILED / notebook.name)
            where = f"{FAILED}/{notebook.name} in {run.results.name}"
            error.args = (f"{error}\n  partial notebook: {where}",)
        raise


def _put_in_place(run: Run, name: str, entry: dict[str, Any], staging: Path) -> None:
    """Move outputs to the results folder and record them; what an earlier run left is removed."""
    if (staging / notebooks.RECORD).is_file():
        (staging / RECORDS).mkdir()
        (staging / notebooks.RECORD).replace(staging / RECORDS / f"{name}.json")
    made = sorted(p.relative_to(staging).as_posix() for p in staging.rglob("*") if p.is_file())
    known = run.done.pop(name, {})
    for stale in set(known.get("outputs", ())) - set(made):
        (run.results / stale).unlink(missing_ok=True)
    for path in made:
        target = run.results / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / path).replace(target)
    (run.results / FAILED / f"{name}.ipynb").unlink(missing_ok=True)
    outputs = {path: provenance.file_hash(run.results / path) for path in made}
    run.done[name] = entry | {"outputs": outputs}
    run.manifest.pop("report", None)  # so that it is written again, even if this run is killed
    run.write_manifest()


def read_records(results: Path) -> Records:
    """What the notebooks of a results folder recorded, in order."""
    paths = sorted((results / RECORDS).glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def _finish(run: Run, began: dt.datetime) -> None:
    """Write what is gathered from all notebooks; times go to a file of their own."""
    shutil.rmtree(run.results / STAGING, ignore_errors=True)
    with suppress(OSError):  # there is none, or it holds a notebook that failed
        (run.results / FAILED).rmdir()
    report = run.manifest.get("report")
    if report and not run.failed and provenance.is_unchanged(run.results, report):
        return
    failed = {name: str(error) for name, error in sorted(run.failed.items())}
    every = read_records(run.results)
    records = {name: record for name, record in every.items() if name not in failed}
    readable = write_reading(run.file, run.results, records)
    run.manifest["report"] = write_report(run.file, run.results, records, failed, readable)
    if readable:
        run.manifest["report"][PAGE] = provenance.file_hash(run.results / PAGE)
    run.write_manifest()
    times = {
        "began": began,
        "ended": dt.datetime.now(dt.UTC),
        "seconds": {name: round(seconds, 1) for name, seconds in run.seconds.items()},
        "folder": Path(os.path.relpath(run.file.folder, run.results)).as_posix(),
        "machine": provenance.machine(),
    }
    provenance.write_json(run.results / provenance.TIMES, times)


@contextmanager
def writing(results: Path, inputs: Sequence[Path], marks: Sequence[str] = OWN) -> Iterator[None]:
    """Hold a results folder for one run; what the machine refuses is an error of the folder.

    Its first mark is locked; in a folder that has none of them nothing is written among others.
    """
    try:
        _check_folder(results, inputs, marks)
        results.mkdir(parents=True, exist_ok=True)
        with (results / marks[0]).open("w", encoding="utf-8") as stream:
            lock(stream, results)
            yield
    except OSError as error:
        shutil.rmtree(results / STAGING, ignore_errors=True)
        in_the_way = isinstance(error, FileExistsError | NotADirectoryError)
        reason = "a file is in its way" if in_the_way else error.strerror or error
        remedy = "make room or get the rights, or choose another folder with --out"
        what = f"cannot be written: {reason}"
        raise FolderError(what, where=str(results), remedy=remedy) from None


def _check_folder(results: Path, inputs: Sequence[Path], marks: Sequence[str]) -> None:
    """Refuse a folder in which results would stand among articles or anybody's other files."""
    for path in inputs:
        if path.is_dir() and results.resolve().is_relative_to(path.resolve()):
            what = f"the results would stand among the articles of {path.name}"
            raise FolderError(what, where=str(results), remedy="choose another with --out")
    others = sorted(path.name for path in results.glob("[!.]*"))
    if others and not any((results / name).is_file() for name in marks):
        what = f"holds other files, such as {others[0]}: nothing is written among them"
        raise FolderError(what, where=str(results), remedy="name a new or empty folder with --out")


def check_counts(options: argparse.Namespace, *names: str) -> None:
    """Refuse an option of the command line that is less than one, where it is given."""
    for name in names:
        number = getattr(options, name)
        if number is not None and number < 1:
            raise StudyError(f"--{name} {number}", remedy="give 1 or more")


def run_command(options: argparse.Namespace) -> None:
    """``q7x2lab run STUDY.yaml [--only …] [--set …] [--out …] [--jobs …] [--force] [--dask …]``."""
    file = load_study(options.study, changes=options.set)
    check_counts(options, "jobs")
    if options.dask:
        dask_client(options.dask).close()  # so that no notebook begins in vain
    how = {"only": options.only, "force": options.force, "jobs": options.jobs}
    environment = {DASK: options.dask} if options.dask else {}
    page = run_study(file, results=options.out, environment=environment, **how) / "index.html"
    here = Path.cwd()
    print(f"results: {page.relative_to(here) if page.is_relative_to(here) else page}")


def demo_command(options: argparse.Namespace) -> None:
    """``q7x2lab demo``: run the demonstration study, with the options of ``run``."""
    options.study = notebooks.notebooks_folder() / "studies" / "demo.yaml"
    run_command(options)


def verify_command(options: argparse.Namespace) -> int:
    """``q7x2lab verify RESULTS [--paper DRAFT]``; 1 where something differs."""
    if options.paper:
        wrong, right = compare_manuscript(options.results, options.paper)
    else:
        with run_again(options.results.absolute()) as again:
            wrong = provenance.differences(options.results, again)
        right = [] if wrong else ["all the same bytes"]
    print(*right, *wrong, f"{options.results}: {counted(len(wrong), 'difference')}", sep="\n")
    return 1 if wrong else 0
