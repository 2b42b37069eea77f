"""What a run says while it goes on: a notebook's beginning and end, and the cells between."""

from __future__ import annotations

import sys
import time

from q7x2lab.errors import counted


class Progress:
    """Lines that tell which notebook is in which cell, and how long each took.

    On a terminal the last line shows the cell that began last; elsewhere (a log, a pipe) a
    notebook's beginning and end are a line each. Notebooks may report from several threads.
    """

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._began: dict[str, float] = {}

    def cell(self, notebook: str, cell: int, cells: int) -> None:
        """A notebook has begun a cell."""
        if self._live:
            self._print(f"{notebook:<12} cell {cell}/{cells}", end="")
        elif notebook not in self._began:
            self._print(f"{notebook:<12} running, {counted(cells, 'cell')}")
        self._began.setdefault(notebook, time.monotonic())

    def end(self, notebook: str, word: str) -> float:
        """A notebook is over (``done``, ``failed``, ``unchanged``): the seconds it took."""
        now = time.monotonic()
        seconds = now - self._began.get(notebook, now)
        self._print(f"{notebook:<12} {word}" + (f" in {seconds:.1f} s" if seconds else ""))
        return seconds

    def _print(self, line: str, end: str = "\n") -> None:
        before = "\r\x1b[K" if self._live else ""  # takes the place of the moving line
        print(f"{before}{line}{end}", end="", file=sys.stderr, flush=True)
