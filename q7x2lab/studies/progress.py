"""What a run says while it goes on: a line a notebook, live on a terminal."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

from tqdm import tqdm

from q7x2lab.errors import counted


class Progress:
    """Lines that tell which notebook is in which cell, and for how long.

    On a terminal each notebook has one line that moves; elsewhere (a log, a pipe) a notebook's
    beginning and end are a line each. Safe to be told from several threads.
    """

    def __init__(self, *, live: bool | None = None) -> None:
        self.live = sys.stderr.isatty() if live is None else live
        self._bars: dict[str, tqdm] = {}
        self._started: dict[str, float] = {}
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._clock = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Progress:
        if self.live:
            self._clock.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        for bar in self._bars.values():
            bar.close()

    def _tick(self) -> None:
        while not self._done.wait(0.5):
            with self._lock:
                for name, bar in self._bars.items():
                    if name in self._started:
                        bar.refresh()

    def cell(self, notebook: str, cell: int, cells: int) -> None:
        """A notebook has begun a cell."""
        with self._lock:
            new = notebook not in self._started
            self._started.setdefault(notebook, time.monotonic())
            if not self.live:
                if new:
                    line = f"{notebook:<12} running, {counted(cells, 'cell')}"
                    print(line, file=sys.stderr, flush=True)
                return
            bar = self._bars.get(notebook) or self._new_bar(notebook, cells)
            bar.n = cell
            bar.set_postfix_str(f"cell {cell}/{cells}")

    def _new_bar(self, notebook: str, cells: int) -> tqdm:
        shape = "{desc} {bar:20} {postfix} {elapsed}"
        bar = tqdm(
            total=cells,
            desc=f"{notebook:<12}",
            bar_format=shape,
            position=len(self._bars),
            file=sys.stderr,
            ascii=" -",
        )
        self._bars[notebook] = bar
        return bar

    def end(self, notebook: str, word: str) -> float:
        """A notebook is over (`done`, `failed`, `unchanged`): the seconds it took."""
        with self._lock:
            began = self._started.pop(notebook, None)
            seconds = time.monotonic() - began if began else 0.0
            line = f"{notebook:<12} {word}" + (f" in {seconds:.1f} s" if began else "")
            if bar := self._bars.pop(notebook, None):
                bar.leave = False
                bar.close()
            if self.live:
                tqdm.write(line, file=sys.stderr)
            else:
                print(line, file=sys.stderr, flush=True)
            return seconds
