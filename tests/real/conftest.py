"""The real corpora: found through Q7X2LAB_REAL_DATA, and skipped with a reason where absent."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder that holds seeds/, ant_2018/ and jawhara_2015_2017/."""
    default = Path(__file__).resolve().parents[3] / "shared" / "corpora"
    folder = Path(os.environ.get("Q7X2LAB_REAL_DATA", default))
    if not (folder / "seeds").is_dir():
        pytest.skip("real corpora are not here: set Q7X2LAB_REAL_DATA to their folder")
    return folder
