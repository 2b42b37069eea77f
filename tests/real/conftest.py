"""The real corpora: found through Q7X2LAB_REAL_DATA, and skipped with a reason where absent."""

import json
import os
from collections.abc import Callable
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


@pytest.fixture(scope="session")
def case() -> Callable[[str], dict]:
    """A reader of the worked statistical cases by name, each of which is skipped where absent."""
    default = Path(__file__).resolve().parents[3] / "shared" / "reference_cases"
    folder = Path(os.environ.get("Q7X2LAB_REFERENCE_CASES", default))

    def read(name: str) -> dict:
        path = folder / f"{name}.json"
        if not path.is_file():
            pytest.skip(f"{path.name} is not here: set Q7X2LAB_REFERENCE_CASES to its folder")
        return json.loads(path.read_text(encoding="utf-8"))

    return read
