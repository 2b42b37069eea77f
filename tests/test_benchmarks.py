"""The command that runs all benchmarks: what it writes, and what it does with one that fails."""

import importlib
import re
import sys
from pathlib import Path

import pytest
import report

FOLDER = Path(report.__file__).parent
RAN = "print('ratio   0.50  ms of ours, beside theirs: 1 and 2'); print('rows')"
NO_CORPUS = "from _data import real_data; print('before'); real_data('no.parquet'); print('after')"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page that was written by hand, and a folder of four benchmarks."""
    parts = {"ran": RAN, "corpus": NO_CORPUS, "library": "import no_such_library", "old": "1 / 0"}
    for name, code in parts.items():
        (tmp_path / f"bench_{name}.py").write_text(code, encoding="utf-8")
    (tmp_path / "_data.py").write_bytes((FOLDER / "_data.py").read_bytes())
    written = tmp_path / "page.md"
    written.write_text(f"# By hand\n\n{report.MARK}\n### bench_gone.py\n\nx\n", encoding="utf-8")
    monkeypatch.setattr(report, "HERE", tmp_path)
    monkeypatch.setattr(report, "PAGE", written)
    return written


def run(monkeypatch: pytest.MonkeyPatch, *names: str) -> int:
    monkeypatch.setattr(sys, "argv", ["report.py", *names])
    return report.main()


def test_all_are_run_and_ratios_come_first(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (page.parent / "bench_old.py").unlink()
    assert run(monkeypatch) == 0
    head, *parts = re.split(r"^### ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert head.startswith(f"# By hand\n\n{report.MARK}\nAll in one run of 0 minutes: ")
    assert head.endswith("  0.50  ms of ours, beside theirs: 1 and 2 (bench_ran.py)\n```\n\n")
    assert [part.split("\n")[0] for part in parts] == [
        "bench_corpus.py",
        "bench_library.py",
        "bench_ran.py",
    ]
    assert "before\nnot measured: no.parquet is not here; set Q7X2LAB_REAL_DATA" in parts[0]
    assert "not measured: no_such_library is not installed\n" in parts[1]
    assert re.search(r"^\d+ s by the clock, load .* at the end\.$", parts[2], re.MULTILINE)


def test_one_that_raises_is_named(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 1
    assert "did not run: bench_old.py" in capsys.readouterr().out
    assert "failed: ZeroDivisionError: division by zero" in page.read_text(encoding="utf-8")


def test_what_is_not_run_again_stays(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch)
    before = page.read_text(encoding="utf-8")
    (page.parent / "bench_old.py").write_text("print('mended')", encoding="utf-8")
    assert run(monkeypatch, "bench_old.py") == 0
    after = page.read_text(encoding="utf-8")
    assert "mended" in after and "ZeroDivision" not in after
    assert after.partition("### bench_old.py")[0] == before.partition("### bench_old.py")[0]


def test_every_benchmark_can_be_imported() -> None:
    for path in FOLDER.glob("bench_*.py"):
        importlib.import_module(path.stem)
