"""The notebooks of a study: where they are, what they declare, what a study gives them."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import q7x2lab
from q7x2lab.errors import StudyError, expect_known
from q7x2lab.studies.study_file import Study, StudyFile

CORPUS = "1-corpus"
NOTEBOOKS = (CORPUS, "2-topics", "3-framing", "4-trends")
PREPARED = "prepared"  # what a notebook is given for its corpus: the one that 1-corpus left
# The variables that tell a notebook's kernel where it writes, where results already are, the
# language of its tables, and how its figures are printed.
OUT, RESULTS, LANGUAGE = "Q7X2LAB_OUT", "Q7X2LAB_RESULTS", "Q7X2LAB_LANGUAGE"
FIGURES = "Q7X2LAB_FIGURES"
KEPT = "Q7X2LAB_KEPT"  # the folder in which the runs of a grid keep what they read and cut up
RECORD = "record.json"  # what a notebook recorded, in the folder that it writes to


@cache
def notebooks_folder() -> Path:
    """The folder of the package's notebooks, in a checkout or in an installed package."""
    package = Path(q7x2lab.__file__).parent
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (folder / f"{CORPUS}.ipynb").is_file():
            return folder
    raise StudyError("the notebooks are not installed", remedy="reinstall the package")


def notebook_path(name: str) -> Path:
    """The notebook of that name; StudyError with the nearest name otherwise.

    Examples
    --------
    >>> notebook_path("2-topics").name
    '2-topics.ipynb'
    """
    expect_known(name, NOTEBOOKS, f"there is no notebook {name}")
    return notebooks_folder() / f"{name}.ipynb"


def declared_parameters(path: Path) -> dict[str, str]:
    """The parameters that a notebook declares: name to type, from its parameters cell.

    Examples
    --------
    >>> declared_parameters(notebook_path("2-topics"))["seed"]
    'int'
    """
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", ())]
    source = "\n".join("".join(cell["source"]) for cell in tagged)
    return dict(re.findall(r"^(\w+): ([^=]+) = ", source, flags=re.MULTILINE))


def notebook_parameters(file: StudyFile, name: str) -> dict[str, Any]:
    """What a study gives a notebook, files as the study file has them.

    The notebook must declare every key of its own section, for papermill would only warn. Only
    values that JSON has too: papermill makes text of a path, a tuple or a numpy number.
    """
    study, path = file.study.model_dump(mode="json", by_alias=True), notebook_path(name)
    framing = study["framing"] | {"naming": file.study.framing.naming_sets}
    sections = [corpus_options(file.study) | study["arabic"], study["topics"], framing]
    own = dict(zip(NOTEBOOKS, [*sections, study["trends"]], strict=True))
    common = {"corpus": PREPARED, "events": study["trends"]["events"]}
    known = study | common | own[name]
    declared = declared_parameters(path)
    for key in own[name]:
        expect_known(key, declared, f"the notebook declares no parameter {key}", where=path.name)
    return {key: known[key] for key in declared if key in known}


def corpus_options(study: Study) -> dict[str, Any]:
    """What a study says of its corpus, as `read_articles` takes it."""
    names = {"from": "date_from", "to": "date_to"}  # from is no name in Python
    options = study.corpus.model_dump(mode="json", by_alias=True)
    return {names.get(key, key): value for key, value in options.items()}
