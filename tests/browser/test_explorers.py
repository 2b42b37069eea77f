"""JupyterLab in a browser: notebooks run, explorers answer to what is typed and clicked."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

playwright = pytest.importorskip("playwright.sync_api")

ROOT = Path(__file__).parents[2]
BROWSER = shutil.which(os.environ.get("Q7X2LAB_BROWSER", ""))  # asked for by .ci/run
SHOTS = os.environ.get("Q7X2LAB_SCREENSHOTS")  # a folder to look at what the browser showed
HOSTILE = '<script>document.title="broken"</script><img src=x onerror="document.title=\'broken\'">'
EXPLORERS = f"""\
import pandas as pd
import q7x2lab as q

texts = ["صدر النفط ونفط روسيا", "زرع القمح والنفط", "قمح وروسيا تزرعه", {HOSTILE!r} + " قمح"]
days = pd.to_datetime(["2022-01-03", "2022-02-03", "2022-03-03", "2022-04-03"])
table = pd.DataFrame({{"id": list("abcd"), "date": days, "outlet": "x", "text": texts}})
tokens = q.tokenize_corpus(q.read_corpus(table))
q.show(q.explore_words(tokens, "نفط"))
"""
# All cells stay in the page, and nobody is asked about news.
SETTINGS = {
    "notebook-extension/tracker": '{"windowingMode": "none"}',
    "apputils-extension/notification": '{"fetchNews": "false"}',
}
CHECK = "def display(rates, lines):\n print('lines', len(lines), lines['hit'].tolist())\n{code}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with copies of the notebooks, and one of explorers alone."""
    made = tmp_path_factory.mktemp("lab")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(path, made)
    cells = [nbformat.v4.new_code_cell(text) for text in (EXPLORERS, "")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(notebook, made / "explorers.ipynb")
    for name, setting in SETTINGS.items():
        path = made / "config" / "lab" / "user-settings" / "@jupyterlab" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".jupyterlab-settings").write_text(setting, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def lab(folder: Path) -> Iterator[str]:
    """The address of a JupyterLab that runs on this machine alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [
        f"--port={port}",
        "--ip=127.0.0.1",
        "--IdentityProvider.token=",
        "--LabApp.news_url=",
    ]
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_DIR": str(folder / "config")}
    server = subprocess.Popen(
        command, cwd=folder, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=1).close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    if not BROWSER:
        pytest.skip("minutes in JupyterLab: set Q7X2LAB_BROWSER to the name of a Chromium")
    playwright.expect.set_options(timeout=30_000)
    with playwright.sync_playwright() as play:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = play.chromium.launch(executable_path=BROWSER, args=options)
        opened = browser.new_page(viewport={"width": 1300, "height": 1000})
        opened.set_default_timeout(60_000)
        yield opened
        browser.close()


def open_and_run(page: Any, lab: str, name: str) -> None:
    """Open a notebook alone, wait for its kernel, and run all its cells."""
    page.goto(f"{lab}/lab/tree/{name}?reset")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.wait_for_timeout(2_000)  # the status says idle a moment before cells are taken
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    begun = ".jp-CodeCell .jp-InputPrompt:not(:text-is('[ ]:'))"
    page.wait_for_selector(begun, state="attached")


def shoot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")


def test_an_explorer_answers_to_a_typed_query_a_click_and_its_code(page: Any, lab: str) -> None:
    open_and_run(page, lab, "explorers.ipynb")
    box = page.locator(".q7x2lab").first
    field = box.locator("input[type=text]").first
    try:
        field.wait_for()
    finally:
        shoot(page, "explorer-first")
    assert field.evaluate("e => getComputedStyle(e).direction") == "rtl"
    field.fill("قمح")
    field.press("Enter")
    box.locator("tr:has(th:text-is('القمح'))").wait_for()
    rows = box.locator("table").last.locator("tr")
    assert rows.count() == 3
    shoot(page, "explorer-typed")
    box.get_by_text("القمح (1)").click()
    playwright.expect(rows).to_have_count(2)
    code = box.locator("textarea").input_value()
    assert "-=القمح" in code
    hits = [row.inner_text() for row in rows.locator("th").all()]
    # What comes before a hit stands at its right.
    edges = rows.first.locator("td, th").evaluate_all(
        "es => es.map(e => e.getBoundingClientRect().x)"
    )
    assert edges == sorted(edges, reverse=True)

    cell = page.locator(".jp-CodeCell").last
    cell.locator(".cm-content").click()
    page.keyboard.insert_text(CHECK.format(code=code))
    page.keyboard.press("Shift+Enter")
    told = page.locator(".jp-OutputArea-output:has-text('lines 2')").last
    told.wait_for()
    assert all(hit in told.inner_text() for hit in hits)
    shoot(page, "explorer-code")
    assert page.title() != "broken"
    assert page.locator(".q7x2lab script, .q7x2lab img").count() == 0


@pytest.mark.parametrize("name", ["1-corpus", "2-topics", "3-framing", "4-trends"])
def test_every_notebook_runs_all_its_cells(page: Any, lab: str, folder: Path, name: str) -> None:
    open_and_run(page, lab, f"{name}.ipynb")
    cells = json.loads((folder / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    last = sum(cell["cell_type"] == "code" and bool(cell["source"]) for cell in cells)
    done = f".jp-CodeCell .jp-InputPrompt:text-is('[{last}]:')"
    page.wait_for_selector(done, state="attached", timeout=300_000)
    errors = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']")
    assert errors.count() == 0
    explorers = {"1-corpus": 0, "2-topics": 1, "3-framing": 2, "4-trends": 1}[name]
    shown = page.locator(".q7x2lab")
    assert shown.count() >= explorers
    if explorers:
        shown.last.scroll_into_view_if_needed()
        shoot(page, name)
    INTERACTIONS.get(name, lambda boxes, folder: None)(shown, folder)
    shoot(page, f"{name}-answer")


def ask_topics(boxes: Any, folder: Path) -> None:
    boxes.last.locator("select").first.select_option(index=1)
    playwright.expect(boxes.last.locator("textarea")).to_have_value(re.compile("topic == 1"))
    name = boxes.last.locator("input[type=text]").last
    name.fill("الطاقة")
    name.press("Enter")
    boxes.last.get_by_role("button", name="name it").click()
    boxes.last.get_by_text("topic_labels.yaml").wait_for()
    assert "الطاقة" in (folder / "topic_labels.yaml").read_text(encoding="utf-8")


def ask_frames_and_quotations(boxes: Any, folder: Path) -> None:
    boxes.first.get_by_role("button", name="right").click()
    boxes.first.get_by_text("judged-").wait_for()
    assert len(list(folder.glob("judged-*.csv"))) == 1
    verb = boxes.last.locator("input[type=text]").nth(1)
    verb.fill("أكد")
    verb.press("Enter")
    playwright.expect(boxes.last.locator("textarea")).to_have_value(re.compile("verb='أكد'"))
    assert boxes.last.locator("td:text-is('أكد')").count() > 1


def ask_words(boxes: Any, folder: Path) -> None:
    field = boxes.last.locator("input[type=text]").first
    field.fill("روسيا")
    field.press("Enter")
    boxes.last.locator("th:text-is('روسيا')").first.wait_for()
    playwright.expect(boxes.last.locator("textarea")).to_have_value(re.compile("kwic.'روسيا'"))


INTERACTIONS = {
    "2-topics": ask_topics,
    "3-framing": ask_frames_and_quotations,
    "4-trends": ask_words,
}
