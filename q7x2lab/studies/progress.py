"""What a run says while it goes on: a notebook's beginning and end, and the cells between."""

import sys
import time

from q7x2lab.errors import counted


class Progress:
    """Lines that tell which notebook is in which cell, and for how long.

    On a terminal the last line shows the notebooks that are running, anew whenever a cell begins;
    elsewhere (a log, a pipe) a notebook's beginning and end are a line each. Notebooks may report
    from several threads.
    """

    def __init__(self, *, silent: bool = False) -> None:
        self._silent = silent
        self._live = sys.stderr.isatty()
        self._began: dict[str, float] = {}
        self._running: dict[str, str] = {}

    def cell(self, notebook: str, cell: int, cells: int) -> None:
        """A notebook has begun a cell."""
        if notebook not in self._began and not self._live:
            self._print(f"{notebook:<12} running, {counted(cells, 'cell')}")
        seconds = time.monotonic() - self._began.setdefault(notebook, time.monotonic())
        self._running[notebook] = f"{notebook} cell {cell}/{cells}, {seconds:.0f} s"
        if self._live:
            self._print(" · ".join(self._running.values())[:79], end="")

    def end(self, notebook: str, word: str) -> float:
        """A notebook is over (``done``, ``failed``, ``unchanged``): the seconds it took."""
        now = time.monotonic()
        seconds = now - self._began.get(notebook, now)
        self._running.pop(notebook, None)
        self._print(f"{notebook:<12} {word}" + (f" in {seconds:.1f} s" if seconds else ""))
        return seconds

    def _print(self, line: str, end: str = "\n") -> None:
        if self._silent:
            return
        before = "\r\x1b[K" if self._live else ""  # takes the place of the moving line
        print(f"{before}{line}{end}", end="", file=sys.stderr, flush=True)
