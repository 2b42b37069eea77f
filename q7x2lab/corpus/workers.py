"""Work spread over threads or processes, results in order, only a few pieces in flight."""

from __future__ import annotations

import gc
import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

FORKS = sys.platform == "linux" and "fork" in multiprocessing.get_all_start_methods()
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


class Apart(Generic[Item]):
    """An object in a process of its own, which does what it is asked to while others do too.

    make: makes the object there. Where the system can fork safely nothing that `make` holds is
    copied through a pipe; elsewhere it has to be importable by name.
    """

    def __init__(self, make: Callable[[], Item]) -> None:
        context: Any = multiprocessing.get_context("fork" if FORKS else "spawn")
        self._connection, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, make), daemon=True)
        self._process.start()
        there.close()

    def begin(self, method: str, *arguments: Any) -> None:
        """Have a method called; its result waits for `result`."""
        self._connection.send((method, arguments))

    def result(self) -> Any:
        """What the method called first, of those not asked about yet, returned (or raised)."""
        raised, value = self._connection.recv()
        if raised:
            raise value
        return value

    def close(self) -> None:
        """End the process, whatever it is at."""
        self._process.terminate()
        self._process.join()
        self._connection.close()


def _serve(connection: Connection, make: Callable[[], Any]) -> None:
    gc.freeze()  # what is there already is shared only as long as nobody touches it
    served = make()
    while True:
        method, arguments = connection.recv()
        try:
            answer = (False, getattr(served, method)(*arguments))
        except Exception as error:
            answer = (True, error)
        connection.send(answer)


class Turns:
    """The numbers from 0 on, each for one process only: whoever is free takes the next.

    For processes that are forked while it is there.

    >>> turns = Turns()
    >>> next(iter(turns)), next(iter(turns))
    (0, 1)
    """

    def __init__(self) -> None:
        context: Any = multiprocessing.get_context("fork" if FORKS else "spawn")
        self._next = context.Value("q", 0)

    def __iter__(self) -> Iterator[int]:
        while True:
            with self._next.get_lock():
                number = self._next.value
                self._next.value += 1
            yield number


class Here(Generic[Item]):
    """An object in this process, asked as one that is Apart."""

    def __init__(self, make: Callable[[], Item]) -> None:
        self._object = make()
        self._results: deque[Any] = deque()

    def begin(self, method: str, *arguments: Any) -> None:
        """Call a method at once."""
        self._results.append(getattr(self._object, method)(*arguments))

    def result(self) -> Any:
        """What the method called first, of those not asked about yet, returned."""
        return self._results.popleft()

    def close(self) -> None:
        """Nothing to end."""
