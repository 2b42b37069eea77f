"""The notebooks as they are committed: no outputs, one typed and commented parameters cell."""

import ast
import json
import re

import pytest

from q7x2lab.studies.notebooks import (
    NOTEBOOKS,
    declared_parameters,
    notebook_parameters,
    notebook_path,
    notebooks_folder,
)
from q7x2lab.studies.study_file import load_study

DEMO = notebooks_folder() / "studies" / "demo.yaml"


def cells(name: str) -> list[dict]:
    return json.loads(notebook_path(name).read_text(encoding="utf-8"))["cells"]


def code(name: str) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_nothing_that_was_run_is_committed(name):
    for cell in cells(name):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_parameter_has_a_type_and_a_comment(name):
    tagged = [c for c in cells(name) if "parameters" in c["metadata"].get("tags", ())]
    source = "".join(tagged[0]["source"])
    names = declared_parameters(notebook_path(name))
    assert len(ast.parse(source).body) == len(names)
    # An Arabic text has a line of its own: beside another it would be shown in its place.
    for line in re.sub(r"\n[ }].*", "", source).splitlines():
        assert re.match(r"\w+: .+ = .+  # \w", line), line


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_study_tells_each_notebook_all_it_declares_and_no_more(name):
    given = notebook_parameters(load_study(DEMO), name)
    assert set(given) == set(declared_parameters(notebook_path(name)))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_value_reaches_the_notebook_as_it_is(name):
    dated = ["corpus.from=2022-01-01", "trends.breaks=[2022-02-24]", "trends.keywords={نفط: [نفط]}"]
    given = notebook_parameters(load_study(DEMO, changes=dated), name)
    assert json.loads(json.dumps(given)) == given


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_cells_hold_calls_and_no_machinery(name):
    for source in code(name):
        tree = ast.parse(source)
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)]
        assert not re.search(
            r"^[%!]|pip install|(?<![\w.])/(home|tmp|Users)/", source, re.MULTILINE
        )
        assert len([n for n in tree.body if not isinstance(n, ast.AnnAssign)]) <= 14


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_call_is_a_public_name(name):
    import q7x2lab

    called = {word for source in code(name) for word in re.findall(r"\bq\.(\w+)", source)}
    assert called <= set(q7x2lab.__all__)
