"""What a run of a grid costs beyond the notebook's own computing, beside papermill's command line.

Processor seconds, so that a busy machine tells the same. The notebook is the demonstration's
trends. Its own computing is what its cells take in a kernel that has imported everything.

    python tests/benchmarks/bench_grid.py [--runs 4] [--variants 40]
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import psutil
from _data import print_ratio

from q7x2lab.studies.engine import execute
from q7x2lab.studies.notebooks import notebook_path
from q7x2lab.studies.provenance import PINNED

CLOCK = "import time as _time\nprint('seconds', _time.process_time())"


def timed_notebook(folder: Path) -> Path:
    """The trends notebook with the kernel's processor time printed first and last."""
    book = nbformat.read(notebook_path("4-trends"), as_version=4)
    first, last = (nbformat.v4.new_code_cell(CLOCK, id=name) for name in ("first", "last"))
    book.cells = [first, *book.cells, last]
    path = folder / "4-trends.ipynb"
    nbformat.write(book, path)
    return path


def kernel_seconds(path: Path) -> list[float]:
    """What the kernel had used before the notebook's first cell, and after its last."""
    cells = nbformat.read(path, as_version=4).cells
    return [float(cells[place].outputs[0]["text"].split()[1]) for place in (0, -1)]


def by_command_line(source: Path, out: Path) -> float:
    """Processor seconds of papermill's command line and its kernel."""
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", str(source), str(out)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=os.environ | PINNED)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def by_fork(source: Path, out: Path) -> tuple[float, float]:
    """Processor seconds here and of the kernel; of these, what the cells took."""
    began = time.process_time()
    options = {"folder": source.parent, "environment": {}, "on_cell": lambda cell, cells: None}
    execute(source, out, {}, fork=True, **options)
    here = time.process_time() - began
    first, last = kernel_seconds(out)
    return here + last, last - first


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=4)
    options.add_argument("--variants", type=int, default=40)
    chosen = options.parse_args()
    with TemporaryDirectory() as folder:
        source, out = timed_notebook(Path(folder)), Path(folder) / "out.ipynb"
        by_fork(source, out)  # begins the server, and loads papermill here
        server = max(psutil.Process().children(), key=lambda child: sum(child.cpu_times()[:2]))
        once = sum(server.cpu_times()[:2])
        forked = [by_fork(source, out) for _ in range(chosen.runs)]
        command = [by_command_line(source, out) for _ in range(max(1, chosen.runs // 2))]
    own = sum(cells for _, cells in forked) / len(forked)
    fork = sum(whole for whole, _ in forked) / len(forked) - own + once / chosen.variants
    line = sum(command) / len(command) - own
    print_ratio("overhead of a grid's run in seconds, beside papermill's command line", fork, line)
    parent = once / chosen.variants
    print(f"forked {fork:.2f} s, of it the parent {parent:.2f}; command line {line:.2f} s")
    print(f"the notebook's own computing {own:.2f} s, over {chosen.variants} variants")


if __name__ == "__main__":
    main()
