"""Where the real corpora are: Q7X2LAB_REAL_DATA, or `shared/corpora` beside the checkout."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "corpora"


def real_data() -> Path:
    """Return the folder of the real corpora; without one, say so and end well."""
    folder = Path(os.environ.get("Q7X2LAB_REAL_DATA", _BESIDE))
    if not folder.is_dir():
        print("not measured: set Q7X2LAB_REAL_DATA to the folder of the real corpora")
        sys.exit(0)
    return folder
