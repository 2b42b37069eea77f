"""Where articles come from: a file, several, a folder, a table, or the demonstration."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from q7x2lab.corpus.formats import READABLE, Rows, read_rows
from q7x2lab.errors import CorpusError, counted

MOST = 5  # names of files passed over that a note gives
Source = str | Path | pd.DataFrame | Iterable[str | Path]


def source_rows(source: Source) -> list[Rows]:
    """The rows of each file of a source, in a fixed order.

    source: a path, a folder, several of them, a DataFrame, or "demo". Raises CorpusError where
    there is nothing to read.

    >>> [rows.format for rows in source_rows(pd.DataFrame({"text": ["a"]}))]
    ['DataFrame']
    """
    if isinstance(source, pd.DataFrame):
        if not len(source):
            raise CorpusError(
                "the table has no rows", where="DataFrame", remedy="pass one row an article"
            )
        table = source.set_axis(range(1, len(source) + 1))
        return [Rows("DataFrame", table, "DataFrame")]
    if isinstance(source, str) and source == "demo":
        from q7x2lab.corpus.demo import demo_path

        source = demo_path()
    if isinstance(source, (str, Path)):
        if "\0" in str(source) or not str(source).strip():
            raise CorpusError(f"{str(source)!r} is no path", remedy="name a file or a folder")
        try:
            path = Path(source).expanduser()
            folder = path.is_dir()
        except (OSError, RuntimeError) as error:
            what = f"{str(source)[:80]!r} is no path ({getattr(error, 'strerror', None) or error})"
            raise CorpusError(what, remedy="name a file or a folder") from None
        return _folder(path) if folder else [read_rows(path)]
    try:
        several = [rows for one in source for rows in source_rows(one)]
    except TypeError:
        what = f"articles cannot be read from {type(source).__name__}"
        raise CorpusError(what, remedy="pass a path, a list of paths or a DataFrame") from None
    if not several:
        raise CorpusError("no file is named", remedy="name at least one file")
    return several


def _folder(folder: Path) -> list[Rows]:
    """The files of a folder and those below it; what is not read is noted by its name."""
    found, others = _walk(folder)
    kinds = {path: path.name.lower().removesuffix(".gz").rpartition(".")[2] for path in found}
    texts = [path for path in found if kinds[path] == "txt"]
    tables = [path for path in found if kinds[path] in READABLE and kinds[path] != "txt"]
    others += [path for path in found if kinds[path] not in READABLE]
    if not texts and not tables:
        what = f"the folder holds no articles ({counted(len(others), 'other file')})"
        raise CorpusError(what, where=str(folder), remedy=f"put in {', '.join(READABLE)} files")
    if tables and texts:
        what = f"the folder holds {counted(len(texts), 'txt file')} beside {tables[0].name}"
        raise CorpusError(what, where=str(folder), remedy="name the files to read")
    rows = [read_rows(path) for path in tables] or [_text_files(folder, texts)]
    if others:
        names = ", ".join(_name(folder, path) for path in others[:MOST])
        more = f" and {len(others) - MOST} more" if len(others) > MOST else ""
        rows[0].note = "; ".join(filter(None, [rows[0].note, f"not read: {names}{more}"]))
    return rows


def _walk(folder: Path) -> tuple[list[Path], list[Path]]:
    """Files below a folder in order, and what is passed over: hidden files, links to folders
    (which may lead back), links to nothing."""

    def refuse(error: OSError) -> None:
        what = f"the folder cannot be read: {error.strerror or error}"
        where = str(error.filename or folder)
        raise CorpusError(what, where=where, remedy="check the permissions, or take it out")

    found: list[Path] = []
    others: list[Path] = []
    for here, below, names in os.walk(folder, followlinks=False, onerror=refuse):
        below.sort()
        others += [path for name in below if (path := Path(here) / name).is_symlink()]
        for path in (Path(here) / name for name in sorted(names)):
            (others if path.name.startswith(".") or not _there(path) else found).append(path)
    return found, others


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a link to itself
        return False


def _name(folder: Path, path: Path) -> str:
    """A file's name from the folder, as text whatever its bytes are."""
    return os.fsencode(path.relative_to(folder)).decode("utf-8", "replace")


def _text_files(folder: Path, paths: list[Path]) -> Rows:
    """One row a txt file; a subfolder is the outlet. Empty files are rejected."""
    tables, rejected, encodings = [], [], set()
    for path in paths:
        name = _name(folder, path)
        try:
            rows = read_rows(path)
        except CorpusError as error:
            stem = os.fsencode(path.stem).decode("utf-8", "replace")
            rejected.append((name, 1, stem, error.what))
            continue
        outlet = Path(name).parent.name if path.parent != folder else "unnamed"
        tables.append(rows.table.assign(outlet=outlet, file=name))
        encodings.add(rows.encoding)
    if not tables:
        what = f"none of {counted(len(paths), 'txt file')} is an article: {rejected[0][3]}"
        raise CorpusError(what, where=str(folder), remedy="check the files, or name those to read")
    table = pd.concat(tables)
    return Rows(folder.name, table, "txt", ", ".join(sorted(encodings)), "", rejected)
