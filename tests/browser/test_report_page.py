"""The report as a browser shows it: Arabic from right to left, nothing loaded, nothing run."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from q7x2lab.studies.report import write_report
from q7x2lab.studies.study_file import StudyFile, check_study
from q7x2lab.studies.tables import shown_cells

BROWSER = shutil.which(os.environ.get("Q7X2LAB_BROWSER", "chromium"))
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>{{ 7*7 }}'


@pytest.fixture
def page(tmp_path) -> Path:
    if not BROWSER:
        pytest.skip("no browser is installed: set Q7X2LAB_BROWSER to the name of a Chromium")
    table = shown_cells(pd.DataFrame({"outlet": ["الأولى", HOSTILE], HOSTILE: [3, 4]}))
    words = {"ar": "عنوان (الأول) 25 %", "en": HOSTILE}
    (tmp_path / "f.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    texts = dict.fromkeys(("title", "caption", "notes", "alternative", "finding"), words)
    tables = {"table": ["tables/t.csv"], "rows": 2, "cells": {"ar": table, "en": table}}
    tables["of_rows"] = [0, 1]
    record = {
        "exhibits": [{"name": "f", "figure": ["f.svg"], "basis": "count", **tables, **texts}],
        "numbers": [{"name": "n", "value": HOSTILE, "meaning": HOSTILE, "ar": HOSTILE}],
        "methods": [{"name": "m", "text": HOSTILE, "ar": HOSTILE, "cite": []}],
        "refusals": [{"name": "r", "text": HOSTILE}],
    }
    said = {"study": "a", "corpus": {"files": "demo"}, "title": {"ar": "قمم", "en": HOSTILE}}
    file = StudyFile(check_study(said), tmp_path / "study.yaml")
    write_report(file, tmp_path, {"1-corpus": record}, {})
    return tmp_path / "index.html"


def browse(page: Path, *arguments: str) -> str:
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={page.parent / 'profile'}", *arguments, page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def test_article_text_does_not_run(page):
    shown = browse(page, "--dump-dom")
    title = re.search(r"<title>(.*?)</title>", shown, re.DOTALL)
    assert title and title[1] not in ("1", "2")
    assert "49" not in title[1]
    assert "<script" not in shown
    assert 'src="x"' not in shown


def ask(page: Path, question: str, width: int = 1000) -> str:
    """What a script finds on the page, which forbids scripts: a copy allows this one."""
    probe = page.with_name("probe.html")
    text = page.read_text(encoding="utf-8")
    text = text.replace("default-src 'none'", "default-src 'unsafe-inline'")
    script = f"<script>document.title = 'answer ' + (() => {{ {question} }})();</script></body>"
    probe.write_text(text.replace("</body>", script), encoding="utf-8")
    shown = browse(probe, "--dump-dom", f"--window-size={width},900")
    title = re.search(r"<title>answer (.*?)</title>", shown, re.DOTALL)
    assert title
    return title[1]


SIDES = """
    const side = e => { const r = document.createRange(); r.selectNodeContents(e);
      const b = e.getBoundingClientRect(), t = r.getClientRects()[0];
      return b.right - t.right < t.left - b.left ? 'right' : 'left'; };
    document.getElementById('in-LANGUAGE').checked = true;
    const found = document.querySelectorAll('h1, h2, figcaption p');
    return [...found].slice(0, 4).map(side).join(' ');"""


@pytest.mark.parametrize(("language", "side"), [("ar", "right"), ("en", "left")])
def test_the_switch_turns_the_page_without_a_script(page, language, side):
    assert ask(page, SIDES.replace("LANGUAGE", language)) == " ".join([side] * 4)


@pytest.mark.parametrize("width", [500, 800, 1400])
def test_nothing_scrolls_sideways(page, width):
    wide = """document.querySelectorAll('details').forEach(d => { d.open = true; });
        const root = document.documentElement;
        return root.scrollWidth <= root.clientWidth ? 'fits' : root.scrollWidth;"""
    assert ask(page, wide, width) == "fits"


def test_the_page_can_be_pictured(page):
    picture = page.with_name("page.png")
    browse(page, f"--screenshot={picture}", "--window-size=1000,1400")
    assert picture.read_bytes()[:4] == b"\x89PNG"
