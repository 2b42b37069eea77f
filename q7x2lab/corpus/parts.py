"""What is done to the articles part by part: here, one part after another, or on a Dask cluster."""

import os
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from q7x2lab.arabic.letters import fold_all
from q7x2lab.errors import RunError, StudyError

Part = TypeVar("Part")
Result = TypeVar("Result")

DASK = "Q7X2LAB_DASK"  # the variable that holds the address of a cluster's scheduler
PART = 1_000  # articles: some 3 MB of text, arrays of a few megabytes
AHEAD = 100  # parts on the cluster at a time, which bounds what its scheduler holds


def in_parts(function: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
    """What a function gives for each part, in order; on the cluster that Q7X2LAB_DASK names.

    Parameters
    ----------
    function
        One of a module, as workers import it; what it gives depends on its part alone. The part
        of a worker that dies is given to another.
    parts
        Texts, tables or paths; of these only as many are held as are worked on.

    Raises
    ------
    StudyError
        If there is no dask.
    RunError
        If no scheduler answers.

    Examples
    --------
    >>> list(in_parts(len, ["قمة", "نص"]))
    [3, 2]
    """
    if not os.environ.get(DASK):
        yield from map(function, parts)
        return
    client, running = _kept_client(os.environ[DASK]), deque[Any]()
    for part in parts:
        running.append(client.submit(function, part, pure=False))
        if len(running) > AHEAD:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()


def parts_of(texts: pd.Series) -> Iterator[pd.Series]:
    """The texts, so many at a time, their numbers as index; an empty part where there are none.

    Examples
    --------
    >>> [part.index for part in parts_of(pd.Series(["نص"] * 1001, dtype="str"))]
    [RangeIndex(start=0, stop=1000, step=1), RangeIndex(start=1000, stop=1001, step=1)]
    """
    texts = texts.reset_index(drop=True)
    for first in range(0, max(len(texts), 1), PART):
        yield texts.iloc[first : first + PART]


def join_columns(parts: Iterable[Sequence[NDArray[Any]]]) -> list[NDArray[Any]]:
    """Columns of numbers from those of their parts, which are at hand one after another.

    They grow in their place; pieces put together at the end would need twice the memory. A column
    has as many bits a number as its widest piece needs.

    Examples
    --------
    >>> parts = [[np.int32([1]), np.int32([4])], [np.int32([2, 3]), np.int32([5, 6])]]
    >>> [column.tolist() for column in join_columns(parts)]
    [[1, 2, 3], [4, 5, 6]]
    """
    columns: list[array[int]] = []
    for part in parts:
        columns = columns or [array(piece.dtype.char) for piece in part]
        for number, piece in enumerate(part):
            if piece.itemsize > columns[number].itemsize:
                columns[number] = array(piece.dtype.char, columns[number])
            columns[number].frombytes(piece.astype(columns[number].typecode, copy=False).tobytes())
    return [np.asarray(column) for column in columns]


def each_text(function: Callable[[str], Result], texts: pd.Series) -> Iterator[Result]:
    """What a function of a module gives for each text, worked out in parts.

    Examples
    --------
    >>> list(each_text(str.split, pd.Series(["قمة ثانية", "نص"])))
    [['قمة', 'ثانية'], ['نص']]
    """
    return chain.from_iterable(in_parts(partial(_of_part, function), parts_of(texts)))


def _of_part(function: Callable[[str], Result], texts: pd.Series) -> list[Result]:
    return list(map(function, texts.tolist()))


def compared_all(texts: Iterable[str]) -> Any:
    """What `compared_words` gives for each text, blanks between, as an array of Arrow.

    Examples
    --------
    >>> compared_all(["** حمّل التطبيق! **", "غزة"]).to_pylist()
    ['حمل التطبيق', 'غزه']
    """
    lines = [text.replace("\n", " ") for text in texts]
    parts = (fold_all(lines[first : first + PART]) for first in range(0, len(lines), PART))
    folded = pa.array(chain.from_iterable(parts), pa.large_string())
    return pc.utf8_trim(pc.replace_substring_regex(folded, r"[^\p{L}\p{N}]+", " "), " ")


def plain_all(lines: Sequence[str]) -> list[str]:
    """What `plain` gives for each line, all at once.

    Examples
    --------
    >>> plain_all(["قمة!", "غزة 24"])
    ['قمه', 'غزه 00']
    """
    return list(pc.replace_substring_regex(compared_all(lines), r"\p{Nd}", "0").to_pylist())


def dask_client(address: str) -> Any:
    """The client of the cluster whose scheduler is at an address."""
    try:
        from dask.distributed import Client  # of the extra q7x2lab[dask]
    except ImportError:
        what, remedy = "dask is not installed", 'pip install "q7x2lab[dask]"'
        raise StudyError(what, where=f"--dask {address}", remedy=remedy) from None
    try:
        return Client(address)  # type: ignore[no-untyped-call]
    except (OSError, ValueError):
        what, remedy = "no scheduler answers there", "start one (dask scheduler), or check it"
        raise RunError(what, where=f"--dask {address}", remedy=remedy) from None


_kept_client = cache(dask_client)  # of this process, for all that it does in parts
