"""Where the results of a finished demonstration run stand: in CI `make` leaves them there."""

import os
from pathlib import Path

import pytest

from q7x2lab.studies.provenance import MANIFEST, package_hash, read_manifest

NAMED = os.environ.get("Q7X2LAB_FINISHED_RUN")
RESULTS = Path(NAMED or Path(__file__).parents[1] / "results" / "demo")


def finished_run() -> Path:
    """The folder named by Q7X2LAB_FINISHED_RUN, or results/demo where `make` has just made it."""
    if NAMED:
        assert (RESULTS / MANIFEST).is_file(), f"no finished run in {RESULTS}"
    elif read_manifest(RESULTS).get("package") != package_hash():
        pytest.skip(
            f"no run of this code in {RESULTS}: make one, or name one in Q7X2LAB_FINISHED_RUN"
        )
    return RESULTS
