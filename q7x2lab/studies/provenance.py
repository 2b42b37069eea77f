"""What a result rests on: hashes of inputs and outputs, versions, settings."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import q7x2lab

MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
PINNED = dict.fromkeys(_THREADS, "1") | {
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def file_hash(path: Path) -> str:
    """The sha256 of a file; of a folder, that of its files' names and hashes."""
    digest = hashlib.sha256()
    if path.is_dir():
        for inner in sorted(p for p in path.rglob("*") if p.is_file()):
            digest.update(f"{inner.relative_to(path).as_posix()} {file_hash(inner)}\n".encode())
        return digest.hexdigest()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def value_hash(value: Any) -> str:
    """The sha256 of a plain value, whatever the order of its keys.

    >>> value_hash({"a": 1, "b": 2}) == value_hash({"b": 2, "a": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def package_hash() -> str:
    """The sha256 of the package's own code and data: a changed package changes every result."""
    root = Path(q7x2lab.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def versions() -> dict[str, str]:
    """The versions of Python and of the libraries that the package declares."""
    names = {"q7x2lab": q7x2lab.__version__, "python": platform.python_version()}
    for line in metadata.requires("q7x2lab") or ():
        name = line.split(";")[0].split(">")[0].strip()
        if "extra ==" not in line:
            names[name] = metadata.version(name)
    return dict(sorted(names.items()))


def read_manifest(results: Path) -> dict[str, Any]:
    """The manifest of a results folder, empty where there is none or it was cut short."""
    try:
        said = json.loads((results / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def write_json(path: Path, value: Any) -> None:
    """Write JSON beside its place and rename it, so that a killed run leaves no half of it.

    Keys stay in their order, which is that of a study's keywords and of the panels of a figure.
    """
    partial = path.with_name(path.name + ".partial")
    text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(path)
