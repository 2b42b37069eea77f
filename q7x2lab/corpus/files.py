"""Where articles come from: a file, several, a folder, a table, or the demonstration corpus."""

import gzip
import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from textwrap import shorten

import pandas as pd
from pyarrow import parquet

from q7x2lab.arabic.encodings import decode
from q7x2lab.corpus import formats
from q7x2lab.corpus.exports import read_document
from q7x2lab.corpus.formats import FileRows
from q7x2lab.corpus.parts import in_parts
from q7x2lab.data.gold import DEMO_ARTICLES
from q7x2lab.errors import CorpusError

DOCUMENTS = ("docx", "rtf", "html", "htm")  # of many articles, or of one
READABLE = (*formats.TEXT_READERS, "parquet", "xlsx", *DOCUMENTS)
ARTICLES = ("txt", *DOCUMENTS)  # what a folder of articles may hold
SAVE_AS = f"save it as one of {', '.join(READABLE)}"
# What documents begin with or hold, and files of kinds that are not read, whatever their names are.
SIGNS = {b"{\\rtf": "rtf", b"<html": "html", b"<!doctype html": "html"}
OTHER_FILES = {b"\xd0\xcf\x11\xe0": "a file of an old Office (xls, doc)", b"%PDF": "a PDF"}
HEAD = 100  # bytes in which a document says what it is
ABSENT = "check the path; download what is in the web; put texts of your own into a DataFrame"
UNNAMED = "unnamed"  # the outlet of articles that name none
PART = 2**24  # bytes read at a time
LONGEST_LIST = 200  # characters of a note that names files passed over

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
        return [FileRows("DataFrame", "DataFrame", source.set_axis(range(1, len(source) + 1)))]
    if isinstance(source, str | Path):
        with named_in_errors(str(source) or repr(source)):
            path = DEMO_ARTICLES if source == "demo" else Path(source).expanduser()
            return _folder(path) if path.is_dir() and str(source).strip() else [_file(path)]
    if not isinstance(source, Iterable) or not (parts := list(source)):
        what = f"articles cannot be read from {source!r:.60}"
        raise CorpusError(what, remedy="pass a path, a list of paths or a DataFrame")
    return [rows for part in parts for rows in rows_of(part)]


@contextmanager
def named_in_errors(where: str) -> Iterator[None]:
    """Turns the errors of readers and of the system into CorpusErrors that say where."""
    try:
        yield
    except CorpusError as error:
        raise CorpusError(error.what, where=error.where or where, remedy=error.remedy) from None
    except Exception as error:  # openpyxl and pyarrow let parser errors of every kind through
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        place = str(getattr(error, "filename", None) or where)
        remedy = "check the path and permissions; save it again, or as csv"
        raise CorpusError(what, where=place, remedy=remedy) from error


def _name(path: Path, folder: Path) -> str:
    """A file's name from the folder, as text whatever its bytes are."""
    return os.fsencode(path.relative_to(folder)).decode("utf-8", "replace")


def _file(path: Path) -> FileRows:
    """The rows of one file, by its first bytes, else by its suffix."""
    data, name, kind = _bytes(path), _name(path, path.parent), _suffix(path)
    for sign, other in OTHER_FILES.items():
        if data.startswith(sign):
            raise CorpusError(f"is {other}, not a table of articles", remedy=SAVE_AS)
    if data.startswith(b"PK\x03\x04"):
        for entry in zipfile.ZipFile(io.BytesIO(data)).infolist():
            formats.check_unpacked(entry.file_size, entry.compress_size)
        if b"word/document.xml" in data:
            return read_document(name, data, "docx", "")
        return formats.read_workbook(name, data)
    if data.startswith(b"PAR1"):
        table = parquet.read_table(io.BytesIO(data)).to_pandas(ignore_metadata=True)
        return FileRows(name, "parquet", table.set_axis(range(1, len(table) + 1)))
    if kind not in READABLE:
        raise CorpusError(f"format {kind or 'without suffix'!r} is not read", remedy=SAVE_AS)
    text, encoding, notes = decode(data)
    if not text.strip():
        raise CorpusError("the file is empty", remedy="check the export")
    start = data[:HEAD].lstrip(b"\xef\xbb\xbf \r\n").lower()
    kind = next((other for sign, other in SIGNS.items() if start.startswith(sign)), kind)
    if kind in DOCUMENTS:
        rows = read_document(name, data, kind, text)
    else:
        rows = formats.TEXT_READERS[kind](name, text)
    rows.encoding, rows.notes = encoding, notes + rows.notes
    return rows


def _bytes(path: Path) -> bytes:
    """What a file holds, unpacked where it is packed by gzip."""
    if not path.is_file():
        raise CorpusError("no such file", remedy=ABSENT)
    packed, data = path.read_bytes(), bytearray()
    if not packed.startswith(b"\x1f\x8b"):
        return packed
    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
        while part := stream.read(PART):
            data += part
            formats.check_unpacked(len(data), len(packed))
    return bytes(data)


def _suffix(path: Path) -> str:
    return Path(path.name.lower().removesuffix(".gz")).suffix.lstrip(".")


def _folder(folder: Path) -> list[FileRows]:
    """The files of a folder and those below it; what is not read is noted by its name."""
    folder = folder.absolute()  # workers of a cluster have a folder of their own
    below = _below(folder)
    found = [path for path in below if _is_readable(path, folder)]
    if any(_suffix(path) not in ARTICLES for path in found):  # documents beside tables are notes
        found = [path for path in found if _suffix(path) not in DOCUMENTS]
    texts = [path for path in found if _suffix(path) in ARTICLES]
    others = [_name(path, folder) for path in below if path not in found]
    if len(texts) not in (0, len(found)) or not found:
        what = f"texts in the folder: {len(texts)}, tables: {len(found) - len(texts)}"
        raise CorpusError(what, remedy="name the files to read: texts, or tables")
    each = [[_text_files(folder, texts)]] if texts else in_parts(rows_of, found)
    rows = list(chain.from_iterable(each))
    if others:
        rows[0].notes.append(f"not read: {shorten(', '.join(others), LONGEST_LIST)}")
    return rows


def _below(folder: Path) -> list[Path]:
    """Files below a folder in order, and links to folders: they may lead back, none is followed."""
    paths: list[Path] = []
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name)):
        paths += _below(path) if path.is_dir() and not path.is_symlink() else [path]
    return paths


def _is_readable(path: Path, folder: Path) -> bool:
    """Whether a file is one of articles; a link that leads out of the folder is none."""
    inside = path.resolve().is_relative_to(folder.resolve())
    return inside and path.is_file() and not path.name.startswith(".") and _suffix(path) in READABLE


def _text_files(folder: Path, paths: list[Path]) -> FileRows:
    """The articles of texts and documents; a subfolder is the outlet where a file names none.

    Files that cannot be read are rejected.
    """
    tables, rejected, encodings = [], [], set()
    for path in paths:
        name = _name(path, folder)
        try:
            with named_in_errors(name):
                rows = _file(path)
        except CorpusError as error:
            rejected.append((name, 1, Path(name).stem, error.what))
            continue
        outlet = {"outlet": Path(name).parent.name or UNNAMED}
        tables.append(rows.table.assign(**outlet | dict(rows.table), file=name))
        rejected += [(name, line, key, reason) for _, line, key, reason in rows.rejected]
        encodings.add(rows.encoding)
    if not tables:
        raise CorpusError(f"no file is an article: {rejected[0][3]}", remedy="check the files")
    table, encoding = pd.concat(tables), ", ".join(sorted(encodings))
    return FileRows(folder.name, "txt", table, encoding=encoding, rejected=rejected)
