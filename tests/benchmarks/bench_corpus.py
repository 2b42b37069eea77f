"""Reading, cleaning and finding copies on the real corpora: CPU seconds, wall seconds, memory."""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from q7x2lab.corpus.clean import clean_texts
from q7x2lab.corpus.duplicates import find_duplicates
from q7x2lab.corpus.flags import find_flags
from q7x2lab.corpus.furniture import remove_furniture
from q7x2lab.corpus.read import read_corpus

FOLDER = Path(os.environ.get("Q7X2LAB_REAL_DATA", Path(__file__).parents[3] / "shared" / "corpora"))
ANT = FOLDER / "ant_2018" / "ant_multisource_2018.parquet"


def timed(name: str, call: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a call, after printing what it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = call(*arguments)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{name:34} {cpu:7.1f} s CPU {wall:7.1f} s wall")
    return result


def main() -> int:
    """Print a table: each step alone, then all of read_corpus, and the greatest memory."""
    if not ANT.exists():
        print("real corpora are not here: set Q7X2LAB_REAL_DATA to their folder")
        return 0
    corpus = timed("read_corpus, ant_2018 (85 MB)", read_corpus, ANT)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{'greatest memory':34} {peak:7.2f} GB")
    source = pd.read_parquet(ANT)
    timed("  of which cleaning", clean_texts, source["text"])
    timed("  of which furniture", remove_furniture, corpus.articles)
    timed("  of which copies", find_duplicates, corpus)
    timed("  of which flags", find_flags, corpus.articles)
    return 0


if __name__ == "__main__":
    sys.exit(main())
