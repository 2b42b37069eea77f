"""What a result rests on: hashes of inputs and outputs, versions, settings."""

import hashlib
import json
import platform
from importlib import metadata
from itertools import zip_longest
from pathlib import Path
from typing import Any

import q7x2lab

MANIFEST = "manifest.json"
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
# Sums in another order, or sets in another, end in other digits and other bytes.
PINNED = dict.fromkeys(_THREADS, "1") | {
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def file_hash(path: Path) -> str:
    """The sha256 of a file; of a folder, that of its files' names and hashes."""
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
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


def write_json(path: Path, value: Any) -> None:
    """Write JSON beside its place and rename it, so that a killed run leaves no half of it.

    Keys stay in their order, which is that of a study's keywords and of the panels of a figure.
    """
    partial = path.with_name(path.name + ".partial")
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)


def is_unchanged(results: Path, outputs: dict[str, str]) -> bool:
    """Whether every output stands in the results folder with the hash that was recorded."""
    files = ((results / path, digest) for path, digest in outputs.items())
    return all(file.is_file() and file_hash(file) == digest for file, digest in files)


def differences(results: Path, again: Path) -> list[str]:
    """A line for each input, version and output in which two runs of a study differ.

    Parameters
    ----------
    results, again
        The folders of the first run and of its repetition.
    """
    old, new = read_manifest(results), read_manifest(again)
    changed = _differing(old["versions"], new["versions"])
    pins = " ".join(f"{name}=={old['versions'][name]}" for name in changed if name != "python")
    before, after = _outputs(old), _outputs(new)
    altered = [p for p in sorted(before) if not is_unchanged(results, {p: before[p]})]
    found = {
        "input has changed": _differing(old["inputs"], new["inputs"]),
        "code has changed": ["q7x2lab"] * (old["package"] != new["package"]),
        "package has changed": changed,
        "to restore packages": [f"pip install {pins}"] * bool(pins),
        "missing": sorted(before.keys() - after.keys()),
        "new": sorted(after.keys() - before.keys()),
        "differs": [path for path in _differing(before, after) if path in after],
        "altered since the run": altered,
    }
    return [f"{k}: {n}{_place(results / n, again / n)}" for k, ns in found.items() for n in ns]


def _place(*files: Path) -> str:
    """In how many lines two versions of a file differ, and the first, as it was and as it is."""
    texts = [f.read_text("utf-8", "replace").splitlines() if f.is_file() else [] for f in files]
    pairs = enumerate(zip_longest(*texts, fillvalue=""), start=1)
    lines = [f"line {n}: {a[:80]!r}, again: {b[:80]!r}" for n, (a, b) in pairs if a != b]
    return f": {len(lines)} lines, first {lines[0]}" if lines else ""


def _differing(old: dict[str, str], new: dict[str, str]) -> list[str]:
    return sorted(name for name, value in old.items() if new.get(name) != value)


def _outputs(manifest: dict[str, Any]) -> dict[str, str]:
    parts = [manifest.get("report", {}), *(n["outputs"] for n in manifest["notebooks"].values())]
    return {path: digest for part in parts for path, digest in part.items()}
