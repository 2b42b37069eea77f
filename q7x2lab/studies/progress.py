"""What a run says while it goes on: a notebook's beginning and end, and the cells between."""

from __future__ import annotations

import sys
import threading
import time

from q7x2lab.errors import counted


class Progress:
    """Lines that tell which notebook is in which cell, and for how long.

    On a terminal the last line shows the notebooks that are running and moves twice a second;
    elsewhere (a log, a pipe) a notebook's beginning and end are a line each. Notebooks may report
    from several threads.
    """

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._running: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()

    def __enter__(self) -> Progress:
        if self._live:
            threading.Thread(target=self._keep_showing, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._live:
            self._print("", end="")

    def cell(self, notebook: str, cell: int, cells: int) -> None:
        """A notebook has begun a cell."""
        with self._lock:
            if notebook not in self._running and not self._live:
                self._print(f"{notebook:<12} running, {counted(cells, 'cell')}")
            began, _ = self._running.get(notebook, (time.monotonic(), ""))
            self._running[notebook] = began, f"{notebook} cell {cell}/{cells}"

    def end(self, notebook: str, word: str) -> float:
        """A notebook is over (``done``, ``failed``, ``unchanged``): the seconds it took."""
        with self._lock:
            began, _ = self._running.pop(notebook, (None, ""))
            seconds = time.monotonic() - began if began else 0.0
            self._print(f"{notebook:<12} {word}" + (f" in {seconds:.1f} s" if began else ""))
            return seconds

    def _print(self, line: str, end: str = "\n") -> None:
        before = "\r\x1b[K" if self._live else ""  # takes the place of the moving line
        print(f"{before}{line}", end=end, file=sys.stderr, flush=True)

    def _keep_showing(self) -> None:
        while not self._over.wait(0.5):
            with self._lock:
                now = time.monotonic()
                parts = [f"{text}, {now - began:.0f} s" for began, text in self._running.values()]
                self._print(" · ".join(parts)[:79], end="")
