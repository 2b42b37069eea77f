"""A run repeated from its record, and every output that is not the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from q7x2lab.errors import StudyError
from q7x2lab.studies.provenance import MANIFEST, read_manifest
from q7x2lab.studies.runner import TIMES, run_study
from q7x2lab.studies.study_file import StudyFile, recorded_study


def verify_results(results: Path) -> list[str]:
    """Re-execute a results folder's study beside it; a line for each output that differs.

    The study's parameters come from the record, its articles from where the record says they
    were. Raises StudyError where the folder holds no record or an input file has changed.
    """
    results = results.absolute()
    manifest = read_manifest(results)
    if not manifest.get("notebooks"):
        remedy = "name the folder of a finished run"
        raise StudyError(f"there is no {MANIFEST}", where=str(results), remedy=remedy)
    try:
        study = recorded_study(manifest["parameters"], where=f"{results.name}/{MANIFEST}")
        folder = results / json.loads((results / TIMES).read_text(encoding="utf-8"))["folder"]
    except (OSError, KeyError, TypeError, ValueError):
        what = f"{MANIFEST} or {TIMES} was damaged or taken away"
        raise StudyError(what, where=str(results), remedy="run the study again") from None
    again = results.with_name(f".{results.name}.verify")
    shutil.rmtree(again, ignore_errors=True)
    try:
        run_study(StudyFile(study, folder / "study.yaml"), results=again, force=True)
        return [*_inputs(manifest, read_manifest(again)), *_differences(results, manifest, again)]
    finally:
        shutil.rmtree(again, ignore_errors=True)


def _inputs(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    changed = [f for f, digest in old["inputs"].items() if new["inputs"].get(f) != digest]
    lines = [f"input has changed: {name}" for name in changed]
    for name, version in old["versions"].items():
        if (now := new["versions"].get(name)) != version:
            lines.append(f"version was {version}, is {now}: {name}")
    return lines


def _differences(results: Path, old: dict[str, Any], again: Path) -> list[str]:
    new = read_manifest(again)
    before, after = _outputs(old), _outputs(new)
    lines = [f"missing: {path}" for path in sorted(before.keys() - after.keys())]
    lines += [f"new: {path}" for path in sorted(after.keys() - before.keys())]
    lines += [
        f"differs: {p}" for p in sorted(before.keys() & after.keys()) if before[p] != after[p]
    ]
    altered = [p for p in sorted(before) if not _still(results / p, before[p])]
    return lines + [f"altered since the run: {path}" for path in altered]


def _outputs(manifest: dict[str, Any]) -> dict[str, str]:
    every = dict(manifest.get("report", {}))
    for notebook in manifest["notebooks"].values():
        every |= notebook["outputs"]
    return every


def _still(path: Path, digest: str) -> bool:
    from q7x2lab.studies.provenance import file_hash

    return path.is_file() and file_hash(path) == digest
