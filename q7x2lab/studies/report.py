"""The page of a results folder, its numbers, its methods paragraph and its references."""

import argparse
import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import q7x2lab
from q7x2lab.data.phrases import bundled_words
from q7x2lab.errors import counted
from q7x2lab.exhibits import Words
from q7x2lab.figures.words import head
from q7x2lab.framing.naming import load_naming
from q7x2lab.framing.schemes import load_scheme
from q7x2lab.studies.outputs import ROWS
from q7x2lab.studies.provenance import file_hash, recorded_study, run_times
from q7x2lab.studies.study_file import DEMO, Study, StudyFile, is_path
from q7x2lab.studies.tables import latex_macro, p_text, shown_number

Records = dict[str, dict[str, Any]]
METHODS, REFERENCES = "methods.md", "references.bib"
MOST_OF_A_KIND = 2
BASES = ("test", "interval", "count")
MOST_FINDINGS = 10  # more than that nobody reads; the exhibits below hold the others


def data_text(name: str) -> str:
    """A text file of the package's data folder."""
    return resources.files("q7x2lab").joinpath("data", name).read_text(encoding="utf-8")


def write_report(
    file: StudyFile,
    results: Path,
    records: Records,
    failed: dict[str, str],
    readable: Mapping[str, Sequence[int]] | None = None,
) -> dict[str, str]:
    """Write the page, numbers, methods and references of a study's results.

    Parameters
    ----------
    records
        What each notebook recorded.
    failed
        Notebooks whose results are not current, with the error in words.
    readable
        What `write_reading` returned: exhibits, and rows of their tables, that lead to sentences.
        None where the page stands without the files that hold texts.

    Returns
    -------
    dict
        The name of each file written to its sha256.
    """
    own = "ar" if file.study.language == "ar" else "meaning"
    numbers = _numbers(records, "numbers", own)
    every = _numbers(records, "exhibits", own) | _numbers(records, "methods", own) | numbers
    lines = (f"{latex_macro(n, v['value'])} % {v['meaning']}" for n, v in every.items())
    macros = {line.partition("}")[0]: line for line in lines}  # no command is defined twice
    found = findings(records)
    page = rendered(
        "report.html",
        study=file.study,
        head=head,
        records=records,
        svg_address=partial(_svg_address, results),
        failed=failed,
        findings=found,
        readable=readable,
        facts={name: item["value"] for name, item in numbers.items()},
        asked=_asked(file.study),
        references=references(bibliography(records)),
        shown_rows=ROWS,
        fiction=bundled_words("figures")["fiction"] if file.study.corpus.files == DEMO else None,
    )
    files = {
        "index.html": page,
        "findings.json": json.dumps(_said(found), ensure_ascii=False, indent=1) + "\n",
        "numbers.json": json.dumps(every, ensure_ascii=False, indent=1) + "\n",
        "numbers.tex": "\n".join(macros.values()) + "\n",
        METHODS: rendered("methods.md", records=records, language=file.study.language),
        REFERENCES: bibliography(records),
    }
    for name, text in files.items():
        (results / name).write_text(text, encoding="utf-8", newline="\n")
    return {name: file_hash(results / name) for name in files}


def _numbers(records: Records, kind: str, own: str) -> dict[str, dict[str, Any]]:
    """What notebooks recorded as ``numbers``, or the numbers of their exhibits or methods.

    Their meaning stands under `own`, if anything does, in the study's language.
    """
    return {
        item["name"]: {"value": item["value"], "meaning": item.get(own, item["meaning"])}
        | {"notebook": notebook}
        for notebook, record in records.items()
        for one in record[kind]
        for item in (one.get("numbers", ()) if kind != "numbers" else [one])
    }


def findings(records: Records) -> list[dict[str, Any]]:
    """The exhibits that found something, the most certain first; at most ten.

    First those that passed a test, the smallest corrected p before the others; then those whose
    interval excludes no difference; then those that are counted and not estimated. At most two are
    of a kind.
    """
    found = [item for item in _recorded(records, "exhibits") if item.get("finding")]
    kinds = sorted(bundled_words("exhibits"), key=len, reverse=True)  # topics-by of each column
    best, of_a_kind = [], Counter[str]()
    for item in sorted(found, key=lambda item: (BASES.index(item["basis"]), item.get("p", 0))):
        kind = next(filter(item["name"].startswith, kinds), item["name"])
        of_a_kind[kind] += 1
        best += [item] if of_a_kind[kind] <= MOST_OF_A_KIND else []
    return best[:MOST_FINDINGS]


def _said(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What ``findings.json`` holds: each sentence in both languages, its p, its exhibit."""
    kept = ("name", "basis", "p")
    return [{key: item.get(key) for key in kept} | item["finding"] for item in found]


def _svg_address(results: Path, path: str) -> str:
    """A figure as an address that holds the whole of it, so that the page is one file."""
    return f"data:image/svg+xml;base64,{b64encode((results / path).read_bytes()).decode()}"


def _asked(study: Study) -> dict[str, list[Words]]:
    """What a study asks by names: of schemes, of naming sets and of keywords."""
    return {
        "schemes": [_named(name, load_scheme) for name in study.framing.schemes],
        "naming": [_named(name, load_naming) for name in study.framing.naming_sets],
        "keywords": [Words(name, name) for name in study.trends.keywords],
    }


def _named(source: Any, load: Callable[[Any], Any]) -> Words:
    """What a scheme or naming set is called; one in a file of its own by the file's name."""
    return Words(*2 * [Path(source).stem]) if is_path(source) else load(source).named


def references(bibtex: str) -> list[str]:
    """The works of a bibliography in APA's manner, sorted: authors (year), title, where."""
    lines = []
    for entry in bibtex.split("\n\n"):
        fields = dict(re.findall(r"^\s*(\w+) = \{(.*?)\},?$", entry, re.MULTILINE))
        where = fields.get("journal") or fields.get("booktitle") or fields.get("publisher") or ""
        authors = fields.get("author", "").replace(" and ", "; ")
        text = f"{authors} ({fields.get('year', '')}). {fields.get('title', '')}. {where}"
        lines.append(re.sub(r"[{}]", "", text).strip())
    return sorted(lines)


def rendered(template: str, **values: Any) -> str:
    """A template of the package's data folder, filled with values; they are escaped in HTML."""
    from jinja2 import Environment, PackageLoader, select_autoescape

    environment = Environment(loader=PackageLoader("q7x2lab", "data/templates"))
    environment.autoescape = select_autoescape(["html"])
    environment.trim_blocks = environment.lstrip_blocks = environment.keep_trailing_newline = True
    environment.globals["version"] = q7x2lab.__version__
    environment.filters |= {"counted": counted, "yaml": _yaml_text}
    environment.filters |= {"shown": shown_number, "p_value": p_text}
    return environment.get_template(template).render(**values)


def _yaml_text(value: object) -> str:
    """A text as a YAML value that stays on its line, whatever is in it."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x85", "\\N").replace("\u2028", "")


def _recorded(records: Records, kind: str) -> list[dict[str, Any]]:
    """What all notebooks recorded of a kind, in order."""
    return [item for record in records.values() for item in record[kind]]


def bibliography(records: Records) -> str:
    """BibTeX of every work that the recorded methods cite."""
    cited = {key for item in _recorded(records, "methods") for key in item["cite"]} | {"q7x2lab"}
    entries = data_text("references.bib").replace("VERSION", q7x2lab.__version__).split("\n\n")
    kept = [e.strip() for e in entries if e.strip().partition("{")[2].split(",")[0] in cited]
    return "\n\n".join(kept) + "\n"


def study_facts(results: Path) -> dict[str, Any]:
    """What a record of a study's results needs: who, when, with what; what nobody gave is a blank.

    Raises StudyError where the folder is none of a finished run.
    """
    study = recorded_study(results).study
    texts = {name: (results / name).read_text(encoding="utf-8") for name in (METHODS, REFERENCES)}
    return {
        **{key: getattr(study, key) for key in ("study", "titles", "licence")},
        "authors": study.authors or [{"name": "[AUTHORS OF THE STUDY]"}],
        "methods": texts[METHODS],
        "bibliography": texts[REFERENCES],
        **run_times(results),
    }


def citation(results: Path | None = None) -> str:
    """BibTeX and APA of the software; of a results folder its study, methods and references too.

    Examples
    --------
    >>> citation().startswith("@software{q7x2lab")
    True
    """
    facts = study_facts(results) if results else {"bibliography": bibliography({})}
    apa = references(facts["bibliography"])
    return rendered("cite.txt", study=facts, apa=apa)


def cite_command(options: argparse.Namespace) -> None:
    """``q7x2lab cite [RESULTS]``."""
    print(citation(options.results), end="")
