"""Runs every benchmark and writes what each printed to docs/pages/benchmarks.md, with the machine.

python tests/benchmarks/report.py [bench_grid.py …]
"""

import os
import platform
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
    """The machine and the versions, in a paragraph."""
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES)
    load = os.getloadavg()[0]
    return (
        f"{time.strftime('%Y-%m-%d')}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} processors (load {load:.1f} at the end), {memory:.0f} GB of memory, "
        f"Python {platform.python_version()}, {versions}."
    )


def main() -> int:
    names = sys.argv[1:] or sorted(path.name for path in HERE.glob("bench_*.py"))
    parts, failed = [], []
    for name in names:
        ran = subprocess.run([sys.executable, HERE / name], capture_output=True, text=True)
        print(f"== {name}", ran.stdout or ran.stderr, sep="\n", flush=True)
        failed += [name] if ran.returncode else []
        said = ran.stdout.strip() or (ran.stderr.strip().splitlines() or [""])[-1]
        parts.append(f"### {name}\n\n```\n{said}\n```\n")
    above = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(above + MARK + "\n" + machine() + "\n\n" + "\n".join(parts), encoding="utf-8")
    print(*(f"did not run: {name}" for name in failed), sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
