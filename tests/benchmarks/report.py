"""Runs benchmarks and writes what each printed to docs/pages/benchmarks.md, with the machine.

    python tests/benchmarks/report.py [bench_grid.py …]

Without names every benchmark is run. Those that are not run keep what they printed before.
"""

import os
import platform
import re
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import psutil

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "pages" / "benchmarks.md"
MARK = "## What each benchmark printed\n"  # what stands above it is written by hand
LIBRARIES = ("numpy", "scipy", "pandas", "scikit-learn", "pyarrow", "papermill", "ipykernel")


def machine() -> str:
    """The date, the machine and the versions, in a paragraph."""
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES)
    load = os.getloadavg()[0]
    return (
        f"{time.strftime('%Y-%m-%d')}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} processors (load {load:.1f} at the end), {memory:.0f} GB of memory, "
        f"Python {platform.python_version()}, {versions}."
    )


def main() -> int:
    every = sorted(path.name for path in HERE.glob("bench_*.py"))
    above, _, below = PAGE.read_text(encoding="utf-8").partition(MARK)
    pieces = re.split(r"^### (\w+\.py)\n", below, flags=re.MULTILINE)
    parts = dict(zip(pieces[1::2], map(str.strip, pieces[2::2]), strict=True))
    failed = []
    for name in sys.argv[1:] or every:
        ran = subprocess.run([sys.executable, HERE / name], capture_output=True, text=True)
        print(f"== {name}", ran.stdout or ran.stderr, sep="\n", flush=True)
        failed += [name] if ran.returncode else []
        said = ran.stdout.strip() or (ran.stderr.strip().splitlines() or [""])[-1]
        parts[name] = f"{machine()}\n\n```text\n{said}\n```"
    sections = [f"### {name}\n\n{parts[name]}\n" for name in every if name in parts]
    PAGE.write_text("\n".join([above + MARK, *sections]), encoding="utf-8")
    print(*(f"did not run: {name}" for name in failed), sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
