"""Whether articles can be read from files: runs of five of their words in a row."""

import csv
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from html import unescape
from io import StringIO
from itertools import chain, count, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.ndimage import binary_opening

from q7x2lab.arabic.letters import LETTERS, compared_words
from q7x2lab.corpus.copies import runs_of

RUN = 5  # so many words in a row are an article's own
# So many in rows one after another are no chance. In the tables of a year of news (31,525 articles
# of five outlets) the longest are seven: two names of one party, as they are sorted.
NO_CHANCE = 15
NEXT_ROW = "\nءءء\n"  # a word of no article, at which each run ends
_ARABIC = re.compile(f"[{LETTERS}]+")
_TAG = re.compile(r"<[^!>][^>]*>")  # comments stay: in them an SVG says what its paths write


def numbered_runs(text: str, numbers: dict[str, int]) -> list[tuple[Any, list[str]]]:
    """The runs of five words of a text as numbers, and its words; then of its Arabic words alone.

    In a row of a table a number or a key may stand between words that a reader reads on.

    Parameters
    ----------
    numbers
        The number of each word; a new one where it has none.

    Examples
    --------
    >>> numbers = defaultdict(count().__next__)
    >>> every, arabic = numbered_runs("قال الرئيس,0.5,إنّ الحرب انتهت", numbers)
    >>> len(every[0]), arabic[0] == numbered_runs("قال الرئيس ان الحرب انتهت", numbers)[0][0]
    (3, array([ True]))
    """
    words = compared_words(text)
    readings = words, _ARABIC.findall(" ".join(words))
    codes = (np.fromiter(map(numbers.__getitem__, read), np.uint64) for read in readings)
    return [(runs_of(code, RUN), read) for code, read in zip(codes, readings, strict=True)]


def readable_runs(
    folder: Path, articles: Iterable[str], allowed: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The runs of five words of articles in the files of a folder, and those that are allowed.

    Entries of a table in rows one after another, such as names in their order, are no sentence:
    where they are a few words of an article by chance, they are allowed, too.

    Parameters
    ----------
    articles
        Their texts.
    allowed
        Names, titles of offices, entries of lexicons: a run within one of these is allowed.
    """
    numbers: dict[str, int] = defaultdict(count().__next__)
    own, fine = (_index(texts, numbers) for texts in (articles, allowed))
    found, exceptions = set[str](), set[str]()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        text, row_to_row = file_text(path), ""
        if path.suffix == ".csv":
            text, row_to_row = table_readings(text)
        readings = [(RUN, reading) for reading in numbered_runs(text, numbers)]
        readings.append((NO_CHANCE, numbered_runs(row_to_row, numbers)[1]))
        for least, (runs, words) in readings:
            is_own, is_fine = (known.get_indexer(runs) >= 0 for known in (own, fine))
            readable = binary_opening(is_own & ~is_fine, np.ones(least - RUN + 1))
            exceptions |= set(_words(words, is_own & ~readable))
            found |= {f"{path.relative_to(folder)}: {run}" for run in _words(words, readable)}
    return sorted(found), sorted(exceptions)


def _index(texts: Iterable[str], numbers: dict[str, int]) -> Any:
    """The runs of all texts, in which those of a file are found without sorting these again."""
    runs = (runs for text in texts for runs, _ in numbered_runs(text, numbers))
    return pd.Index(np.unique(np.concatenate(list(runs))))


def _words(words: list[str], begins: Any) -> list[str]:
    return [" ".join(words[place : place + RUN]) for place in np.flatnonzero(begins).tolist()]


def table_readings(text: str) -> tuple[str, str]:
    """The rows of a CSV file kept apart; then the same from row to row, and column by column.

    Examples
    --------
    >>> apart, on = table_readings("نفط,1\\nغاز,2\\n")
    >>> apart.split(), on.split()
    (['نفط', '1', 'ءءء', 'غاز', '2'], ['نفط,1', 'غاز,2', 'نفط', 'غاز', '1', '2'])
    """
    csv.field_size_limit(2**31 - 1)  # by default a longer cell than 131,072 is an error
    rows = list(csv.reader(StringIO(text)))
    downwards = chain.from_iterable(zip_longest(*rows, fillvalue=""))
    return NEXT_ROW.join(map(" ".join, rows)), "\n".join([text, *downwards])


def file_text(path: Path) -> str:
    """What can be read in a file; nothing of a picture, and a PDF says what its SVG does."""
    ending = path.suffix
    if ending in (".png", ".pdf"):
        return ""
    if ending == ".parquet":
        table = pd.read_parquet(path).select_dtypes(["object", "str", "category"])
        columns = [c.cat.categories if c.dtype == "category" else c for _, c in table.items()]
        return "\n".join("\n".join(map(str, column)) for column in columns)
    if ending == ".docx":
        paragraphs = zipfile.ZipFile(path).read("word/document.xml").decode()
        return unescape(_TAG.sub("", paragraphs.replace("</w:p>", "\n")))
    text = path.read_text(encoding="utf-8")
    if ending in (".json", ".ipynb"):
        text = re.sub(r"\\[a-z\"\\/]", " ", text)
    return unescape(_TAG.sub(" ", text)) if ending in (".html", ".svg", ".ipynb") else text
