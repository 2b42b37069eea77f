"""What a result rests on: hashes of inputs and outputs, versions, settings."""

import csv
import hashlib
import json
import platform
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib import metadata
from io import StringIO
from pathlib import Path
from typing import Any

from pyarrow import parquet

import q7x2lab
from q7x2lab.errors import StudyError, counted
from q7x2lab.studies.study_file import Study, StudyFile

MANIFEST = "manifest.json"
TIMES = "run.json"  # what differs from run to run, and nothing else does
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
SHOWN = 40  # letters of a cell or line that differs
# Sums in another order, or sets in another, end in other digits and other bytes.
PINNED = dict.fromkeys(_THREADS, "1")
PINNED |= {"PYTHONHASHSEED": "0", "TZ": "UTC", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def file_hash(path: Path) -> str:
    """The sha256 of a file; of a folder, that of its files' names and hashes."""
    if path.is_dir():
        inside = (inner for inner in path.rglob("*") if "__pycache__" not in inner.parts)
        files = sorted(inner for inner in inside if inner.is_file())
        lines = (f"{inner.relative_to(path).as_posix()} {file_hash(inner)}\n" for inner in files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def value_hash(value: Any) -> str:
    """The sha256 of a plain value, whatever the order of its keys.

    Examples
    --------
    >>> value_hash({"a": 1, "b": 2}) == value_hash({"b": 2, "a": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def package_hash() -> str:
    """The sha256 of the package's own code and data: a changed package changes every result."""
    return file_hash(Path(q7x2lab.__file__).parent)


def versions() -> dict[str, str]:
    """The versions of Python and of the libraries that the package declares."""
    declared = [line for line in metadata.requires("q7x2lab") or () if "extra ==" not in line]
    names = (line.split(";")[0].split(">")[0].strip() for line in declared)
    known = {"q7x2lab": q7x2lab.__version__, "python": platform.python_version()}
    return dict(sorted({**known, **{name: metadata.version(name) for name in names}}.items()))


def read_manifest(results: Path) -> dict[str, Any]:
    """The manifest of a results folder, empty where there is none or it was cut short."""
    try:
        manifest = json.loads((results / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def run_times(results: Path) -> dict[str, Any]:
    """When a run took place, how long, on what machine, and where its study is."""
    times: dict[str, Any] = json.loads((results / TIMES).read_text(encoding="utf-8"))
    return times


def recorded_study(results: Path) -> StudyFile:
    """The study of a results folder as its record has it; StudyError where there is none.

    Its parameters come from the record, its articles from where the record says they were.
    """
    try:
        study = Study.model_validate(read_manifest(results)["parameters"], strict=False)
        return StudyFile(study, results / run_times(results)["folder"] / "study.yaml")
    except (OSError, KeyError, TypeError, ValueError):
        what = f"{MANIFEST} or {TIMES} is missing or damaged"
        remedy = "name the folder of a finished run, such as results/demo, or run the study again"
        raise StudyError(what, where=str(results), remedy=remedy) from None


def write_json(path: Path, value: Any) -> None:
    """Write JSON beside its place and rename it, so that a killed run leaves no half of it.

    Keys stay in their order, which is that of a study's keywords and of the panels of a figure.
    """
    partial = path.with_name(path.name + ".partial")
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    partial.write_text(text + "\n", encoding="utf-8", newline="\n")
    partial.replace(path)


def is_unchanged(results: Path, outputs: dict[str, str]) -> bool:
    """Whether every output stands in the results folder with the hash that was recorded."""
    files = ((results / path, digest) for path, digest in outputs.items())
    return all(file.is_file() and file_hash(file) == digest for file, digest in files)


def differences(results: Path, again: Path) -> list[str]:
    """A line for each input, setting and output in which two runs of a study differ.

    What has changed of inputs, parameters, code and packages comes first, with the command that
    restores the packages; then each file, with the first place in it that differs.

    Parameters
    ----------
    results, again
        The folders of the first run and of its repetition.
    """
    return changes(read_manifest(results), read_manifest(again)) + differing_outputs(results, again)


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """A line for each part of what two runs rest on that has changed, from their manifests."""
    was, now = _basis(old), _basis(new)
    lines = [
        f"{what} has changed: {str(now.get(what))[:SHOWN]}, was {str(was[what])[:SHOWN]}"
        for what in _differing(was, now)
    ]
    restored = pins(old["versions"], _differing(old["versions"], new["versions"]))
    return lines + [f"to restore packages: pip install {' '.join(restored)}"] * bool(restored)


def differing_outputs(results: Path, again: Path) -> list[str]:
    """A line for each file in which two runs differ, or that is no longer as it was recorded."""
    before, after = (outputs_of(read_manifest(folder)) for folder in (results, again))
    changed = [p for p in _differing(before, after) if p in after]
    altered = [p for p in sorted(before) if not is_unchanged(results, {p: before[p]})]
    lines = [f"missing: {path}" for path in sorted(before.keys() - after.keys())]
    lines += [f"new: {path}" for path in sorted(after.keys() - before.keys())]
    lines += [f"differs: {p}{described(results / p, again / p)}" for p in changed]
    lines += [f"altered since the run: {p}{described(again / p, results / p)}" for p in altered]
    return lines


def _basis(manifest: dict[str, Any]) -> dict[str, Any]:
    """What a run rests on: code and notebooks, inputs, parameters and packages."""
    sources = {name: entry["source"] for name, entry in manifest["notebooks"].items()}
    parts = {
        "code": {"q7x2lab": manifest["package"], **sources},
        "input": manifest["inputs"],
        "parameter": manifest["parameters"],
        "package": manifest["versions"],
    }
    return {f"{kind} {name}": value for kind in parts for name, value in parts[kind].items()}


def described(old: Path, new: Path) -> str:
    """In how many cells or lines two versions of a file differ; the first, as it is and was."""
    if not (old.is_file() and new.is_file()):
        return ""
    was, now = _parts(old), _parts(new)
    places = [place for place in {**was, **now} if was.get(place) != now.get(place)]
    if not places:
        return ": other bytes"
    before, after = (str(parts.get(places[0], "")) for parts in (was, now))
    size = ""
    with suppress(ValueError, ZeroDivisionError):
        size = f" ({float(after) / float(before) - 1:+.2g} of it)"
    values = f"{after[:SHOWN]!r}, was {before[:SHOWN]!r}{size}"
    return f": {counted(len(places), 'difference')}, first {places[0]}: {values}"


def _parts(path: Path) -> dict[str, Any]:
    """What a file consists of, by place: cells, columns or lines."""
    if path.suffix == ".parquet":
        table = parquet.read_table(path)
        return {f"column {name}": table[name] for name in table.column_names}
    # Behind a NUL, as Word files and pictures have near their beginning, stand bytes and no text.
    text = path.read_text(encoding="utf-8-sig", errors="replace").partition("\0")[0]
    if path.suffix == ".csv":
        head, *rows = csv.reader(StringIO(text))
        return {
            f"column {name}, row {number} ({row[0]})": cell
            for number, row in enumerate(rows, 1)
            for name, cell in zip(head, row, strict=False)
        }
    if path.suffix == ".ipynb":
        cells = enumerate(json.loads(text)["cells"], 1)
        return {f"cell {n}, {part}": cell[part] for n, cell in cells for part in cell}
    return {f"line {n}": line for n, line in enumerate(text.splitlines(), 1)}


def _differing(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return sorted(name for name, value in old.items() if new.get(name) != value)


def outputs_of(manifest: dict[str, Any]) -> dict[str, str]:
    """Every output of a run and its sha256, from the manifest."""
    outputs = dict(manifest.get("report", {}))
    for notebook in manifest["notebooks"].values():
        outputs |= notebook["outputs"]
    return outputs


@cache  # every run of a grid asks
def packages() -> dict[str, str]:
    """Every package that is installed, and its version."""
    return dict(sorted({p.name.lower(): p.version for p in metadata.distributions()}.items()))


def pins(versions: dict[str, str], names: Iterable[str]) -> list[str]:
    """What pip installs to have those versions again; not of Python, nor of this package.

    Examples
    --------
    >>> pins({"numpy": "2.4.6", "python": "3.11.7"}, ["numpy", "python"])
    ['numpy==2.4.6']
    """
    return [f"{name}=={versions[name]}" for name in names if name not in ("python", "q7x2lab")]


def machine() -> dict[str, Any]:
    """The machine, and the libraries that do its sums, which may move the last digits."""
    from threadpoolctl import threadpool_info

    return {"platform": platform.platform(), "python": sys.version, "libraries": threadpool_info()}
