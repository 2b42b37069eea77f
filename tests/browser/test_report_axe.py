"""The report of a finished run in a browser: quiet, narrow and wide, short, open to everybody."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from finished_run import finished_run

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.base")

BROWSER = shutil.which(os.environ.get("Q7X2LAB_BROWSER", ""))  # asked for by .ci/run
LANGUAGES = ("ar", "en")
SCREENS = 15
LEVEL_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPEN_ALL = "document.querySelectorAll('details').forEach(d => { d.open = true; })"
WIDE = """() => { const root = document.documentElement;
    return [root.scrollWidth - root.clientWidth, ...[...document.querySelectorAll('body *')]
      .filter(e => e.getBoundingClientRect().width && !e.parentElement.closest('.scroll, svg'))
      .filter(e => e.getBoundingClientRect().right > root.clientWidth + 1
                || e.getBoundingClientRect().left < -1)
      .slice(0, 3).map(e => e.outerHTML.slice(0, 120))]; }"""


@pytest.fixture(scope="module")
def index() -> Path:
    return finished_run() / "index.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not BROWSER:
        pytest.skip("needs a browser: set Q7X2LAB_BROWSER to the name of a Chromium")
    with playwright.sync_playwright() as play:
        options = ["--no-sandbox", "--disable-gpu"]
        opened = play.chromium.launch(executable_path=BROWSER, args=options)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, index: Path) -> Iterator[Any]:
    """The report as opened, with what it said on the console and what it asked for."""
    # Scripts of the test itself have to pass the page's own policy, which allows none.
    context = browser.new_context(bypass_csp=True, viewport={"width": 1400, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    opened.said, opened.asked = [], []
    opened.on("console", lambda message: opened.said.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.goto(index.resolve().as_uri())
    yield opened
    context.close()


def switch(page: Any, language: str) -> None:
    page.locator(f"label[for=in-{language}]").click()
    assert page.locator(f"h1 [lang={language}]").is_visible()


def test_it_says_nothing_and_asks_for_nothing(browser: Any, index: Path) -> None:
    page = browser.new_page()  # here the page's own policy holds: what it forbids is said
    said, asked = [], []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(index.resolve().as_uri())
    page.evaluate(OPEN_ALL)
    page.mouse.wheel(0, 50_000)
    page.wait_for_timeout(500)
    page.close()
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [index.resolve().as_uri()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_stands_outside_the_width(page: Any, language: str) -> None:
    switch(page, language)
    page.evaluate(OPEN_ALL)
    found = {}
    for width in (400, 800, 1400):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate(WIDE)
    assert found == {width: [0] for width in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_folded_it_is_at_most_fifteen_screens(page: Any, language: str) -> None:
    switch(page, language)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = false; })")
    assert page.evaluate("document.documentElement.scrollHeight") <= SCREENS * 900


def test_no_id_stands_twice(page: Any) -> None:
    ids = page.eval_on_selector_all("[id]", "found => found.map(e => e.id)")
    assert ids
    assert [name for name, times in Counter(ids).items() if times > 1] == []


def test_every_link_leads_somewhere(page: Any, index: Path) -> None:
    links = page.eval_on_selector_all("a", "found => found.map(e => e.getAttribute('href'))")
    ids = set(page.eval_on_selector_all("[id]", "found => found.map(e => e.id)"))
    assert links
    lost = []
    for link in links:
        path, place = urldefrag(link or "")
        exists = (index.parent / unquote(path)).is_file() if path else unquote(place) in ids
        lost += [] if exists and link else [link]
    assert lost == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_shut_out(page: Any, language: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    switch(page, language)
    page.evaluate(OPEN_ALL)
    page.evaluate(axe.AXE_SCRIPT)
    rules = {"runOnly": {"type": "tag", "values": LEVEL_AA}, "resultTypes": ["violations"]}
    found = page.evaluate("rules => axe.run(document, rules)", rules)
    assert len(found["passes"]) > 5
    assert [
        f"{rule['id']} ({len(rule['nodes'])}): {rule['nodes'][0]['html'][:200]} "
        f"{rule['nodes'][0]['failureSummary']}"
        for rule in found["violations"]
    ] == []
