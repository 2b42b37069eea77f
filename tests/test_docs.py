"""Snippets of the documentation: studies pass `check`, Python runs, commands are commands."""

import re
from pathlib import Path

import pandas as pd
import pytest

from q7x2lab.cli import main, parser
from q7x2lab.data.gold import DEMO_ARTICLES
from q7x2lab.studies.preview import preview
from q7x2lab.studies.study_file import StudyFile, check_study
from q7x2lab.yaml_files import parse_yaml

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted([*DOCS.glob("pages/**/*.md"), *DOCS.glob("ar/**/*.md")])
BLOCK = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table of articles, as a reader of the tutorial has it."""
    folder = tmp_path_factory.mktemp("docs")
    table = pd.read_csv(DEMO_ARTICLES, dtype=str)
    table.iloc[:: max(1, len(table) // 120)].to_csv(folder / "articles.csv", index=False)
    for page in PAGES:
        for title, text in blocks(page, "csv"):
            (folder / title).write_text(text, encoding="utf-8")
    return folder


def blocks(page: Path, language: str) -> list[tuple[str, str]]:
    """The snippets of a page in a language: title and text."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [(title, text) for name, title, text in found if name == language]


def named(page: Path) -> str:
    return str(page.relative_to(DOCS))


def merged(base: dict, more: dict) -> dict:
    """Two studies as one, section by section."""
    both = dict(base)
    for key, value in more.items():
        old = both.get(key)
        both[key] = (
            merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
        )
    return both


@pytest.mark.slow
@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "yaml")], ids=named)
def test_studies_of_a_page_pass_check(page: Path, folder: Path) -> None:
    for title, text in blocks(page, "yaml"):
        if title:
            (folder / title).write_text(text, encoding="utf-8")
    base = {"study": "mine", "corpus": {"files": "articles.csv"}}
    for title, text in blocks(page, "yaml"):
        if not title:
            study = check_study(merged(base, parse_yaml(text, where=named(page))))
            assert list(preview(StudyFile(study, folder / "mine.yaml")))


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=named)
def test_python_of_a_page_runs(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    for _, text in blocks(page, "python"):
        exec(compile(text, named(page), "exec"), names)


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "sh")], ids=named)
def test_commands_of_a_page_are_commands(page: Path) -> None:
    lines = [
        line.partition(" #")[0] for _, text in blocks(page, "sh") for line in text.splitlines()
    ]
    for line in lines:
        if line.startswith("q7x2lab "):
            parser().parse_args(line.split()[1:])


def test_the_first_steps_of_the_tutorial_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    for command in ("new mystudy articles.csv", "check mystudy.yaml"):
        assert main(command.split()) == 0


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+\.md)", page.read_text(encoding="utf-8")):
            made = (
                target.split("/")[-1] in ("gallery.md", "study-file.md") or "reference/" in target
            )
            assert made or (page.parent / target).resolve().is_file(), (page, target)
