"""Where the real corpora are: Q7X2LAB_REAL_DATA, or `shared/corpora` beside the checkout."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "corpora"
NEWS = "ant_2018/ant_multisource_2018.parquet"  # a year of five outlets
RADIO = "jawhara_2015_2017/ant_jawhara.parquet"


def real_data(name: str) -> Path:
    """The path of a file of the real corpora; where it is not, say so and end well."""
    path = Path(os.environ.get("Q7X2LAB_REAL_DATA", _BESIDE)) / name
    if not path.exists():
        print(f"not measured: {name} is not here; set Q7X2LAB_REAL_DATA to the real corpora")
        sys.exit(0)
    return path


def print_ratio(what: str, ours: float, theirs: float) -> None:
    """Print ours over theirs, as a line that the page gathers above all others."""
    print(f"ratio {ours / theirs:6.2f}  {what}: {ours:,.2f} and {theirs:,.2f}", flush=True)
