"""Work spread over threads or processes, results in order, only a few pieces in flight."""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 3  # pieces handed out a worker: enough to keep it busy, few enough to keep memory flat


def map_arrays(
    function: Callable[[Item], Result], items: Iterable[Item], *, jobs: int = 1
) -> Iterator[Result]:
    """The function's result for each item, in order, by `jobs` threads.

    For work on large arrays, which numpy, scipy and pandas do side by side in one memory: nothing
    is copied between processes. Items are drawn only as fast as they are worked on.

    >>> list(map_arrays(len, ["ab", "c"], jobs=2))
    [2, 1]
    """
    if jobs <= 1:
        return map(function, items)
    return _ordered(ThreadPoolExecutor(jobs), function, items, jobs)


def map_python(
    function: Callable[[Item], Result], items: Iterable[Item], *, jobs: int = 1
) -> Iterator[Result]:
    """The function's result for each item, in order, by `jobs` processes.

    For work in Python itself. function: importable by name, or a functools.partial of such a one.
    Processes are forked where the system can do that safely, which saves them their imports.

    >>> list(map_python(len, ["ab", "c"]))
    [2, 1]
    """
    if jobs <= 1:
        return map(function, items)
    forks = sys.platform == "linux" and "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if forks else "spawn")
    return _ordered(ProcessPoolExecutor(jobs, mp_context=context), function, items, jobs)


def _ordered(
    workers: Executor, function: Callable[[Item], Result], items: Iterable[Item], jobs: int
) -> Iterator[Result]:
    source = iter(items)
    with workers:
        first = (workers.submit(function, item) for item in islice(source, jobs * AHEAD))
        waiting: deque[Future[Result]] = deque(first)
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(workers.submit(function, item) for item in islice(source, 1))
            yield result
