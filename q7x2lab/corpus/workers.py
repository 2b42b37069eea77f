"""Work spread over processes, results in order, only a few pieces in flight."""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 3  # pieces handed out a process: enough to keep it busy, few enough to keep memory flat


def ordered_map(
    function: Callable[[Item], Result], items: Iterable[Item], *, jobs: int = 1
) -> Iterator[Result]:
    """The function's result for each item, in the order of the items.

    function: importable by name, or a functools.partial of such a one. jobs: processes; 1 works
    in this one. With more, items are drawn only as fast as they are worked on. Processes are
    forked where the system can do that safely, which saves them their imports.

    >>> list(ordered_map(len, ["ab", "c"]))
    [2, 1]
    """
    if jobs <= 1:
        yield from map(function, items)
        return
    forks = sys.platform == "linux" and "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if forks else "spawn")
    source = iter(items)
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        waiting: deque[Future[Result]] = deque(
            pool.submit(function, item) for item in islice(source, jobs * AHEAD)
        )
        while waiting:
            result = waiting.popleft().result()
            waiting.extend(pool.submit(function, item) for item in islice(source, 1))
            yield result
