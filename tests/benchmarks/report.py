"""Runs benchmarks and writes what each printed to docs/pages/benchmarks.md, with the machine.

    python tests/benchmarks/report.py [bench_grid.py …]

Without names every benchmark is run. Those that are not run keep what they printed before. Lines
that begin with `ratio` are gathered above the others. A benchmark whose corpus or library is not
here says so in a sentence; one that raises is named, and the exit code is 1.
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
LIBRARIES = ("ipykernel", "nltk", "numpy", "pandas", "papermill", "pyarabic", "pyarrow")
LIBRARIES += ("scikit-learn", "scipy", "simplemma", "tomotopy")
ABSENT = re.compile(r"ModuleNotFoundError: No module named '(?!q7x2lab)(\w+)")


def machine() -> str:
    """The date, the machine and the versions, in a paragraph."""
    memory = psutil.virtual_memory().total / 2**30
    found = {f"{one.name} {one.version}": one.name.lower() for one in metadata.distributions()}
    versions = ", ".join(sorted(one for one, name in found.items() if name in LIBRARIES))
    return (
        f"{time.strftime('%Y-%m-%d')}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} processors, {memory:.0f} GB of memory, "
        f"Python {platform.python_version()}, {versions}."
    )


def measure(name: str) -> tuple[str, bool]:
    """What it took, and what a benchmark printed, as text of the page; and whether it failed."""
    print(time.strftime("%H:%M:%S"), name, end=" ", file=sys.stderr, flush=True)
    began = time.perf_counter()
    ran = subprocess.run([sys.executable, HERE / name], capture_output=True, text=True)
    taken = f"{time.perf_counter() - began:.0f} s by the clock"
    said, error = ran.stdout, ""
    if ran.returncode:
        error = (ran.stderr.strip().splitlines() or [f"exit code {ran.returncode}"])[-1]
        absent = ABSENT.match(error)
        said += f"not measured: {absent[1]} is not installed" if absent else f"failed: {error}"
        error = "" if absent else error
    print(taken, error, file=sys.stderr, flush=True)
    print(f"== {name}", said, sep="\n", flush=True)
    said = said.strip("\n")
    load = f"load {os.getloadavg()[0]:.1f} at the end"
    return f"{taken}, {load}.\n\n```text\n{said}\n```", bool(error)


def ratios(parts: dict[str, str]) -> str:
    """The lines of all parts that begin with `ratio`, each with the benchmark that printed it."""
    lines = [
        f"{line.removeprefix('ratio ')} ({name})"
        for name, part in parts.items()
        for line in part.splitlines()
        if line.startswith("ratio ")
    ]
    return "\n".join(["```text", *lines, "```"]) if lines else "No ratio was measured."


def main() -> int:
    every, chosen = sorted(path.name for path in HERE.glob("bench_*.py")), sys.argv[1:]
    above, _, below = PAGE.read_text(encoding="utf-8").partition(MARK)
    head, *pieces = re.split(r"^### (\w+\.py)\n", below, flags=re.MULTILINE)
    parts = dict(zip(pieces[::2], map(str.strip, pieces[1::2]), strict=True))
    failed, began = [], time.perf_counter()
    for name in chosen or every:
        text, wrong = measure(name)
        parts[name] = f"{machine()} {text}" if chosen else text
        failed += [name] if wrong else []
    if not chosen:
        minutes = (time.perf_counter() - began) / 60
        head = f"All in one run of {minutes:.0f} minutes: {machine()}\n\n"
    about = head.partition("```")[0].strip()
    parts = {name: parts[name] for name in every if name in parts}
    sections = [f"### {name}\n\n{part}\n" for name, part in parts.items()]
    page = [above + MARK, about + "\n", ratios(parts) + "\n", *sections]
    PAGE.write_text("\n".join(page), encoding="utf-8")
    print(*(f"did not run: {name}" for name in failed), sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
