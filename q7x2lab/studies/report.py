"""The results folder's front page, its numbers, its methods paragraph and its references."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import q7x2lab
from q7x2lab.errors import StudyError, counted
from q7x2lab.studies.provenance import file_hash
from q7x2lab.studies.study_file import StudyFile

Records = dict[str, dict[str, Any]]
PARTS = {
    "1-corpus": ("المدونة", "Corpus"),
    "2-topics": ("الموضوعات", "Topics"),
    "3-framing": ("التأطير", "Framing"),
    "4-trends": ("الاتجاهات", "Trends"),
}


def data_text(name: str) -> str:
    """A text file of the package's data folder."""
    return resources.files("q7x2lab").joinpath("data", name).read_text(encoding="utf-8")


def write_report(
    file: StudyFile, results: Path, records: Records, failed: dict[str, str]
) -> dict[str, str]:
    """Write index.html, numbers.json, numbers.tex, methods.md, references.bib; name to sha256.

    records: what each notebook recorded. failed: notebooks whose results are not current, with
    the error in words.
    """
    from q7x2lab.studies.desk import latex_macro

    numbers = {
        item["name"]: {k: item[k] for k in ("value", "meaning")} | {"notebook": notebook}
        for notebook, record in records.items()
        for item in record["numbers"]
    }
    macros = [f"{latex_macro(n, v['value'])} % {v['meaning']}" for n, v in numbers.items()]
    files = {
        "index.html": _page(file, records, failed),
        "numbers.json": json.dumps(numbers, ensure_ascii=False, indent=1) + "\n",
        "numbers.tex": "\n".join(macros) + "\n",
        "methods.md": methods_text(records),
        "references.bib": bibliography(records),
    }
    for name, text in files.items():
        (results / name).write_text(text, encoding="utf-8")
    return {name: file_hash(results / name) for name in files}


def _page(file: StudyFile, records: Records, failed: dict[str, str]) -> str:
    from jinja2 import Environment

    from q7x2lab.studies.desk import FICTION

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["counted"] = counted
    template = environment.from_string(data_text("templates/report.html"))
    parts = [
        {"name": name, "ar": PARTS[name][0], "en": PARTS[name][1], **record}
        for name, record in records.items()
    ]
    fictional = file.study.corpus.files == "demo"
    return template.render(
        study=file.study,
        titles=file.study.titles,
        parts=parts,
        failed=failed,
        fiction=FICTION if fictional else None,
        methods=[item["text"] for record in records.values() for item in record["methods"]],
        numbers=[
            item
            | {"shown": f"{item['value']:,}" if isinstance(item["value"], int) else item["value"]}
            for record in records.values()
            for item in record["numbers"]
        ],
        version=q7x2lab.__version__,
    )


def methods_text(records: Records) -> str:
    """The methods paragraph that the notebooks recorded, in Markdown."""
    said = [item for record in records.values() for item in record["methods"]]
    sentences = [
        item["text"]
        + (f" [{'; '.join('@' + key for key in item['cite'])}]" if item["cite"] else "")
        for item in said
    ]
    closing = f"All steps were run with q7x2lab {q7x2lab.__version__} [@q7x2lab]."
    return "# Methods\n\n" + "\n".join([*sentences, closing]) + "\n"


def bibliography(records: Records) -> str:
    """BibTeX of every work that the recorded methods cite."""
    cited = {
        key for record in records.values() for item in record["methods"] for key in item["cite"]
    } | {"q7x2lab"}
    entries = data_text("references.bib").replace("VERSION", q7x2lab.__version__)
    kept = [e for e in entries.split("\n\n") if e.strip().partition("{")[2].split(",")[0] in cited]
    return "\n\n".join(entry.strip() for entry in kept) + "\n"


def citation(results: Path | None = None) -> str:
    """BibTeX of the software; of a results folder, its methods paragraph and all its references.

    >>> citation().startswith("@software{q7x2lab")
    True
    """
    if results is None:
        return bibliography({})
    try:
        parts = [(results / name).read_text(encoding="utf-8") for name in _CITED]
    except (OSError, ValueError):
        remedy = "name the folder of a finished run, such as results/demo"
        what = f"no folder of results: {' and '.join(_CITED)} are not there"
        raise StudyError(what, where=str(results), remedy=remedy) from None
    return "\n".join(parts)


_CITED = ("methods.md", "references.bib")
