"""Where articles come from: a file, several, a folder, a table, or the demonstration corpus."""

import gzip
import io
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from pyarrow import parquet

from q7x2lab.corpus.demo import DEMO_ARTICLES
from q7x2lab.corpus.encodings import decode
from q7x2lab.corpus.formats import FileRows, check_unpacked, read_article, read_delimited, read_json
from q7x2lab.corpus.workbooks import read_workbook
from q7x2lab.errors import CorpusError, counted

READABLE = ("csv", "tsv", "jsonl", "json", "parquet", "xlsx", "txt")
READERS = {"jsonl": read_json, "json": read_json, "txt": read_article}  # of texts; others are csv
SAVE_AS = f"save it as one of {', '.join(READABLE)}"
# What files of other kinds begin with, whatever their names end in, or hold within a package.
OTHER_FILES = {
    b"word/document.xml": "a Word document",
    b"\xd0\xcf\x11\xe0": "a file of an old Office (xls, doc)",
    b"%PDF": "a PDF",
    b"{\\rtf": "an RTF document",
    b"<html": "a web page",
    b"<!DOCTYPE html": "a web page",
}
UNNAMED = "unnamed"  # the outlet of articles that name none
HEAD, MOST_CONTROLS = 4000, 0.05  # characters looked at, and share of controls that no text has
PART = 2**24  # bytes read at a time
MOST_NAMES = 5  # files passed over that a note names
# What turns into a pipe after it was looked at must not keep the reader waiting for ever.
NOT_WAITING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

Source = str | Path | pd.DataFrame | Iterable[str | Path | pd.DataFrame]


def rows_of(source: Source) -> list[FileRows]:
    """The rows of each file of a source, in a fixed order.

    Parameters
    ----------
    source
        A path, a folder, several of them, a DataFrame, or ``"demo"``.

    Raises
    ------
    CorpusError
        If there is nothing to read, or a file cannot be read.

    Examples
    --------
    >>> [rows.format for rows in rows_of(pd.DataFrame({"text": ["a"]}))]
    ['DataFrame']
    """
    if isinstance(source, pd.DataFrame):
        with named_in_errors("DataFrame"):
            if source.empty:
                raise CorpusError("the table has no rows", remedy="pass one row an article")
            return [FileRows("DataFrame", "DataFrame", _numbered(source))]
    if isinstance(source, str | Path):
        with named_in_errors(str(source) or repr(source)):
            path = DEMO_ARTICLES if source == "demo" else Path(source).expanduser()
            return _folder(path) if path.is_dir() and str(source).strip() else [_file(path)]
    try:
        several = [rows for one in source for rows in rows_of(one)]
    except TypeError:
        what = f"articles cannot be read from {type(source).__name__}"
        raise CorpusError(what, remedy="pass a path, a list of paths or a DataFrame") from None
    if not several:
        raise CorpusError("no file is named", remedy="name at least one file")
    return several


@contextmanager
def named_in_errors(where: str) -> Iterator[None]:
    """Turns errors of the system into CorpusErrors, and adds to each where it occurred."""
    try:
        yield
    except CorpusError as error:
        raise CorpusError(error.what, where=error.where or where, remedy=error.remedy) from None
    except (OSError, RuntimeError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        place = str(getattr(error, "filename", None) or where)
        raise CorpusError(what, where=place, remedy="check the path and permissions") from None


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_axis(range(1, len(table) + 1))


def _name(path: Path, folder: Path) -> str:
    """A file's name from the folder, as text whatever its bytes are."""
    return os.fsencode(path.relative_to(folder)).decode("utf-8", "replace")


def _file(path: Path) -> FileRows:
    """The rows of one file, by its first bytes, else by its suffix."""
    data, name, kind = _bytes(path), _name(path, path.parent), _suffix(path)
    for sign, other in OTHER_FILES.items():
        if data.startswith(sign) or (data.startswith(b"PK") and sign in data):
            raise CorpusError(f"is {other}, not a table of articles", remedy=SAVE_AS)
    if data.startswith((b"PAR1", b"PK\x03\x04")):
        return _binary(name, data)
    if kind not in READABLE:
        raise CorpusError(f"format {kind or 'without suffix'!r} is not read", remedy=SAVE_AS)
    text, encoding, notes = decode(data)
    if not text.strip():
        raise CorpusError("the file is empty", remedy="check the export")
    head = text[:HEAD]
    if len(re.findall(r"[\x01-\x08\x0e-\x1f\ufffd]", head)) > MOST_CONTROLS * len(head):
        raise CorpusError("holds bytes that are no text", remedy=SAVE_AS)
    rows = READERS.get(kind, read_delimited)(name, text)
    rows.encoding, rows.notes = encoding, notes + rows.notes
    return rows


def _binary(name: str, data: bytes) -> FileRows:
    """The rows of a parquet file or a workbook, told apart by their first bytes."""
    kind = "parquet" if data.startswith(b"PAR1") else "xlsx"
    try:
        if kind == "xlsx":
            return read_workbook(name, data)
        table = parquet.read_table(io.BytesIO(data)).to_pandas(ignore_metadata=True)
    except CorpusError:
        raise
    except Exception as error:  # openpyxl and pyarrow let parser errors of every kind through
        what = f"not a readable {kind} file ({type(error).__name__}: {str(error)[:120]})"
        raise CorpusError(what, remedy="save it again, or as csv") from None
    return FileRows(name, kind, _numbered(table))


def _bytes(path: Path) -> bytes:
    if re.match(r"https?:/", str(path)):
        raise CorpusError("is an address, not a file", remedy="download it, and name the file")
    if not path.is_file():
        raise CorpusError("no such file", remedy="check the path")
    data, packed = bytearray(), path.stat().st_size
    try:
        with os.fdopen(os.open(path, NOT_WAITING), "rb") as stream:
            zipped = stream.peek(2)[:2] == b"\x1f\x8b"
            inside = gzip.GzipFile(fileobj=stream) if zipped else stream
            while part := inside.read(PART):
                data += part
                check_unpacked(len(data), packed)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        what = f"the .gz is damaged or cut short ({error})"
        raise CorpusError(what, remedy="download or pack it again") from None
    return bytes(data)


def _suffix(path: Path) -> str:
    return Path(path.name.lower().removesuffix(".gz")).suffix.lstrip(".")


def _folder(folder: Path) -> list[FileRows]:
    """The files of a folder and those below it; what is not read is noted by its name."""
    below = _below(folder)
    found = [path for path in below if _is_readable(path, folder)]
    texts = [path for path in found if _suffix(path) == "txt"]
    others = [_name(path, folder) for path in below if path not in found]
    if not found:
        what = f"the folder holds no articles ({counted(len(others), 'other file')})"
        raise CorpusError(what, remedy=f"put in {', '.join(READABLE)} files")
    if 0 < len(texts) < len(found):
        what = f"the folder holds {counted(len(texts), 'txt file')} beside tables"
        raise CorpusError(what, remedy="name the files to read")
    rows = [_text_files(folder, texts)] if texts else rows_of(found)
    if others:
        more = f" and {len(others) - MOST_NAMES} more" if len(others) > MOST_NAMES else ""
        rows[0].notes.append(f"not read: {', '.join(others[:MOST_NAMES])}{more}")
    return rows


def _below(folder: Path) -> list[Path]:
    """Files below a folder in order, and links to folders: they may lead back, none is followed."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: (entry.is_dir(), entry.name))
    paths: list[Path] = []
    for entry in entries:
        path = Path(entry.path)
        paths += _below(path) if entry.is_dir(follow_symlinks=False) else [path]
    return paths


def _is_readable(path: Path, folder: Path) -> bool:
    """Whether a file is one of articles; a link that leads out of the folder is none."""
    inside = path.resolve().is_relative_to(folder.resolve())
    return inside and path.is_file() and not path.name.startswith(".") and _suffix(path) in READABLE


def _text_files(folder: Path, paths: list[Path]) -> FileRows:
    """One row a txt file; a subfolder is the outlet. Files that cannot be read are rejected."""
    tables, rejected, encodings = [], [], set()
    for path in paths:
        name = _name(path, folder)
        try:
            rows = _file(path)
        except CorpusError as error:
            rejected.append((name, 1, Path(name).stem, error.what))
            continue
        outlet = Path(name).parent.name or UNNAMED
        tables.append(rows.table.assign(outlet=outlet, file=name))
        encodings.add(rows.encoding)
    if not tables:
        what = f"none of {counted(len(paths), 'txt file')} is an article: {rejected[0][3]}"
        raise CorpusError(what, remedy="check the files, or name those to read")
    table, encoding = pd.concat(tables), ", ".join(sorted(encodings))
    return FileRows(folder.name, "txt", table, encoding=encoding, rejected=rejected)
