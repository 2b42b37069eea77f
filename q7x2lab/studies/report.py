"""The results folder's front page, its numbers, its methods paragraph and its references."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import q7x2lab
from q7x2lab.errors import StudyError, counted
from q7x2lab.studies.notebooks import NOTEBOOKS
from q7x2lab.studies.provenance import file_hash
from q7x2lab.studies.study_file import DEMO, FICTION, StudyFile
from q7x2lab.studies.tables import latex_macro

Records = dict[str, dict[str, Any]]
METHODS, REFERENCES = "methods.md", "references.bib"


def data_text(name: str) -> str:
    """A text file of the package's data folder."""
    return resources.files("q7x2lab").joinpath("data", name).read_text(encoding="utf-8")


def write_report(
    file: StudyFile, results: Path, records: Records, failed: dict[str, str]
) -> dict[str, str]:
    """Write the page, numbers, methods and references of a study's results.

    Parameters
    ----------
    records
        What each notebook recorded.
    failed
        Notebooks whose results are not current, with the error in words.

    Returns
    -------
    dict
        The name of each file written to its sha256.
    """
    numbers = {
        item["name"]: {"value": item["value"], "meaning": item["meaning"], "notebook": notebook}
        for notebook, record in records.items()
        for item in record["numbers"]
    }
    macros = [f"{latex_macro(n, v['value'])} % {v['meaning']}" for n, v in numbers.items()]
    page = rendered(
        "report.html",
        autoescape=True,
        study=file.study,
        titles=file.study.titles,
        notebooks=NOTEBOOKS,
        records=records,
        failed=failed,
        fiction=FICTION if file.study.corpus.files == DEMO else None,
        version=q7x2lab.__version__,
    )
    files = {
        "index.html": page,
        "numbers.json": json.dumps(numbers, ensure_ascii=False, indent=1) + "\n",
        "numbers.tex": "\n".join(macros) + "\n",
        METHODS: methods_text(records),
        REFERENCES: bibliography(records),
    }
    for name, text in files.items():
        (results / name).write_text(text, encoding="utf-8")
    return {name: file_hash(results / name) for name in files}


def rendered(template: str, *, autoescape: bool, **values: Any) -> str:
    """A template of the package's data folder, filled with values."""
    from jinja2 import Environment

    environment = Environment(autoescape=autoescape, trim_blocks=True, lstrip_blocks=True)
    environment.keep_trailing_newline = True
    environment.filters |= {"counted": counted, "yaml": _yaml_text}
    return environment.from_string(data_text(f"templates/{template}")).render(**values)


def _yaml_text(value: object) -> str:
    """A text as a YAML value that stays on its line, whatever is in it."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x85", "\\N").replace("\u2028", "")


def _recorded(records: Records, kind: str) -> list[dict[str, Any]]:
    """What all notebooks recorded of a kind, in order."""
    return [item for record in records.values() for item in record[kind]]


def methods_text(records: Records) -> str:
    """The methods paragraph that the notebooks recorded, in Markdown."""
    sentences = []
    for item in _recorded(records, "methods"):
        keys = "; ".join(f"@{key}" for key in item["cite"])
        sentences.append(item["text"] + (f" [{keys}]" if keys else ""))
    closing = f"All steps were run with q7x2lab {q7x2lab.__version__} [@q7x2lab]."
    return "# Methods\n\n" + "\n".join([*sentences, closing]) + "\n"


def bibliography(records: Records) -> str:
    """BibTeX of every work that the recorded methods cite."""
    cited = {key for item in _recorded(records, "methods") for key in item["cite"]} | {"q7x2lab"}
    entries = data_text("references.bib").replace("VERSION", q7x2lab.__version__).split("\n\n")
    kept = [e.strip() for e in entries if e.strip().partition("{")[2].split(",")[0] in cited]
    return "\n\n".join(kept) + "\n"


def citation(results: Path | None = None) -> str:
    """BibTeX of the software; of a results folder, its methods paragraph and all its references.

    Examples
    --------
    >>> citation().startswith("@software{q7x2lab")
    True
    """
    if results is None:
        return bibliography({})
    paths = [results / METHODS, results / REFERENCES]
    if not all(path.is_file() for path in paths):
        what = f"no folder of results: {METHODS} and {REFERENCES} are not there"
        remedy = "name the folder of a finished run, such as results/demo"
        raise StudyError(what, where=str(results), remedy=remedy)
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)
