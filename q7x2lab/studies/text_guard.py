"""Whether articles can be read from files: runs of five of their words in a row."""

import re
import zipfile
from collections.abc import Iterable
from html import unescape
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.corpus.copies import compared_words, runs_of

RUN = 5  # so many words in a row are an article's own
_TAG = re.compile(r"<[^!>][^>]*>")  # comments stay: in them an SVG says what its paths write


def hashed_runs(text: str) -> tuple[Any, list[str]]:
    """A number for every run of five words of a text, and its words.

    >>> runs, words = hashed_runs("قال الرئيس إنّ الحرب انتهت")
    >>> len(runs), runs[0] == hashed_runs("قال الرئيس ان الحرب انتهت")[0][0]
    (1, np.True_)
    """
    words = compared_words(text)
    hashes = pd.util.hash_array(np.array(words, object), categorize=False)
    return runs_of(hashes, RUN), words


def readable_runs(
    files: dict[str, bytes], articles: Iterable[str], allowed: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The runs of five words of articles in some files, and those that are allowed.

    Parameters
    ----------
    files
        Name to content.
    articles
        Their texts.
    allowed
        Names, titles of offices, entries of lexicons: a run within one of these is allowed.
    """
    own, fine = (
        np.unique(np.concatenate([hashed_runs(text)[0] for text in texts] or [[]]))
        for texts in (articles, allowed)
    )
    found, exceptions = [], set()
    for name, content in sorted(files.items()):
        runs, words = hashed_runs(file_text(name, content))
        places = np.flatnonzero(np.isin(runs, own))
        for place, is_fine in zip(places, np.isin(runs[places], fine), strict=True):
            run = " ".join(words[place : place + RUN])
            if is_fine:
                exceptions.add(run)
            else:
                found.append(f"{name}: {run}")
    return found, sorted(exceptions)


def file_text(name: str, content: bytes) -> str:
    """What can be read in a file; nothing of a picture.

    Examples
    --------
    >>> file_text("a.html", b"<b>one</b> two").split()
    ['one', 'two']
    """
    ending = name.rpartition(".")[2]
    if ending == "parquet":
        table = pd.read_parquet(BytesIO(content)).select_dtypes(["object", "str"])
        return "\n".join("\n".join(map(str, table[column])) for column in table)
    if ending == "pdf":
        return _pdf_text(content)
    if ending == "docx":
        parts = zipfile.ZipFile(BytesIO(content))
        paragraphs = parts.read("word/document.xml").decode().replace("</w:p>", "\n")
        return unescape(re.sub("<[^>]*>", "", paragraphs))
    text = "" if ending == "png" else content.decode()
    if ending in ("json", "ipynb"):
        text = re.sub(r"\\[a-z\"\\/]", " ", text)
    return unescape(_TAG.sub(" ", text)) if ending in ("html", "svg", "ipynb") else text


def _pdf_text(content: bytes) -> str:
    """The text of a figure's PDF, where pypdf is installed; its SVG says the same."""
    try:
        from pypdf import PdfReader
    except ImportError:
        return ""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
