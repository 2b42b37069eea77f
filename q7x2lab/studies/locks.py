"""Files and folders that several runs share: one of them writes, the others wait or are refused."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from q7x2lab.errors import RunError


def lock(stream: TextIO, results: Path, *, wait: bool = False) -> None:
    """Refuse a folder that another run is writing to, or wait; the lock goes with the open file."""
    with suppress(ImportError):  # Windows has none
        import fcntl

        try:
            fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            what, remedy = "another run is writing here", "wait for it, or name another with --out"
            raise RunError(what, where=str(results), remedy=remedy) from None


def make_once(path: Path, make: Callable[[], None]) -> None:
    """Have a file or folder made by the first of several runs that need it; the others wait.

    Parameters
    ----------
    make
        Puts it there when it is complete, in one step.
    """
    path.parent.mkdir(exist_ok=True)
    with path.with_suffix(".lock").open("w", encoding="utf-8") as stream:
        lock(stream, path, wait=True)
        if not path.exists():
            make()
