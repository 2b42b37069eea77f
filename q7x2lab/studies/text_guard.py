"""Whether articles can be read from files: runs of five of their words in a row."""

import re
import zipfile
from collections.abc import Iterable
from html import unescape
from pathlib import Path
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
    folder: Path, articles: Iterable[str], allowed: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The runs of five words of articles in the files of a folder, and those that are allowed.

    Parameters
    ----------
    articles
        Their texts.
    allowed
        Names, titles of offices, entries of lexicons: a run within one of these is allowed.
    """
    own, fine = (
        np.unique(np.concatenate([hashed_runs(text)[0] for text in texts]))
        for texts in (articles, allowed)
    )
    found, exceptions = [], set()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        runs, words = hashed_runs(file_text(path))
        places = np.flatnonzero(np.isin(runs, own))
        for place, is_fine in zip(places, np.isin(runs[places], fine), strict=True):
            run = " ".join(words[place : place + RUN])
            if is_fine:
                exceptions.add(run)
            else:
                found.append(f"{path.relative_to(folder)}: {run}")
    return found, sorted(exceptions)


def file_text(path: Path) -> str:
    """What can be read in a file; nothing of a picture, and a PDF says what its SVG does."""
    ending = path.suffix
    if ending in (".png", ".pdf"):
        return ""
    if ending == ".parquet":
        table = pd.read_parquet(path).select_dtypes(["object", "str"])
        return "\n".join("\n".join(map(str, table[column])) for column in table)
    if ending == ".docx":
        paragraphs = zipfile.ZipFile(path).read("word/document.xml").decode()
        return unescape(_TAG.sub("", paragraphs.replace("</w:p>", "\n")))
    text = path.read_text(encoding="utf-8")
    if ending in (".json", ".ipynb"):
        text = re.sub(r"\\[a-z\"\\/]", " ", text)
    return unescape(_TAG.sub(" ", text)) if ending in (".html", ".svg", ".ipynb") else text
