"""What Windows and macOS need: encodings and line ends named, names of files that may stand there.

Only Linux runs these tests; they look at the code and at the files of a finished run.
"""

import ast
import io
import re
from pathlib import Path, PurePosixPath

import pytest
from finished_run import finished_run

import q7x2lab
from q7x2lab.errors import StudyError
from q7x2lab.studies import engine
from q7x2lab.studies.coding_sheets import CodingSheet, save_coding_sheets
from q7x2lab.studies.outputs import Outputs, safe_name

PACKAGE = Path(q7x2lab.__file__).parent
CALLS = [
    pytest.param(node, id=f"{path.relative_to(PACKAGE).as_posix()}:{node.lineno}")
    for path in sorted(PACKAGE.rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Call)
    and isinstance(node.func, ast.Attribute)
    and node.func.attr in ("open", "read_text", "write_text", "to_csv")
    and ast.unparse(node.func) != "os.open"
]
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # on Windows


@pytest.mark.parametrize("call", CALLS)
def test_encoding_and_line_ends_are_named(call):
    """Windows reads cp1252 and writes CR LF where nothing is said, and hashes would differ."""
    said = {keyword.arg for keyword in call.keywords}
    mode = ast.literal_eval(call.args[0]) if call.func.attr == "open" and call.args else "r"
    if "b" in mode:
        return
    if call.func.attr == "to_csv":
        in_memory = not call.args
        assert "lineterminator" in said or in_memory
        return
    assert "encoding" in said
    if call.func.attr == "write_text":
        assert "newline" in said


def test_a_table_in_memory_has_the_line_ends_that_are_read_back():
    import pandas as pd

    buffer = io.StringIO(pd.DataFrame({"a": [1]}).to_csv(index=False))
    assert pd.read_csv(buffer)["a"].tolist() == [1]


def test_kernels_begin_anew_where_nothing_forks(monkeypatch):
    monkeypatch.delattr(engine.os, "fork")
    monkeypatch.setattr(engine, "_forking_manager", lambda: pytest.fail("Windows has no fork"))
    asked = {}

    class Client:
        def __init__(self, *_, **options):
            asked.update(options)

        def execute(self, **_):
            return None

    monkeypatch.setattr("papermill.clientwrap.PapermillNotebookClient", Client)
    # Made anew: papermill had asked for the engine, and it holds the client of that time.
    monkeypatch.setattr(engine, "_engine", engine._engine.__wrapped__)

    class Manager:
        class nb:  # noqa: N801
            cells = ()

    engine.Engine.execute_managed_notebook(Manager, "python3", fork=True)
    assert "kernel_manager_class" not in asked
    assert asked["kernel_name"] == "python3"


@pytest.mark.parametrize("name", ["a:b?", "topics-by-القسم", "A", "con.", "x" * 300, "…", "a/b\\c"])
def test_names_of_outputs_can_be_written_anywhere(name):
    safe = safe_name(name)
    assert re.fullmatch(r"[a-z0-9_][a-z0-9_-]*", safe)
    assert len(safe) < 100


def test_names_that_differ_by_case_alone_stay_apart():
    assert safe_name("Frames-X") != safe_name("frames-x")


def test_two_coders_whose_files_would_be_one_on_windows_are_refused(tmp_path):
    import pandas as pd

    units = pd.DataFrame({"unit": ["u001of1"], "article": "a", "text": "نص", "start": 0})
    asked = pd.DataFrame({"frame": ["dispute"], "question": "q1", "ar": "هل؟", "en": "Is it?"})
    sheet = CodingSheet(units, asked, "small", "sentence")
    with pytest.raises(StudyError, match="differ only in"):
        save_coding_sheets(sheet, coders=["Mona", "mona"], folder=tmp_path)


def test_what_is_saved_has_the_bytes_it_was_given(tmp_path):
    outputs = Outputs(tmp_path)
    outputs.save("tables", "a.csv", "a\nb\n")
    assert (tmp_path / "tables" / "a.csv").read_bytes() == b"a\nb\n"


@pytest.mark.notebooks
def test_files_of_a_run_may_stand_on_windows_and_macos():
    results = finished_run()
    names = [PurePosixPath(path.relative_to(results).as_posix()) for path in results.rglob("*")]
    assert len({str(name).casefold() for name in names}) == len(names)
    for name in names:
        assert len(str(name)) <= 120  # of the 260 that a whole path may have on Windows
        for part in name.parts:
            assert not re.search(r'[<>:"\\|?*\x00-\x1f]|[ .]$', part)
            assert not RESERVED.match(part)
    assert not any(path.is_symlink() for path in results.rglob("*"))
