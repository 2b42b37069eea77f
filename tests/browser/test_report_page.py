"""The report as a browser shows it: Arabic from right to left, nothing loaded, nothing run."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from q7x2lab.studies.report import write_report
from q7x2lab.studies.study_file import StudyFile, check_study

BROWSER = shutil.which(os.environ.get("Q7X2LAB_BROWSER", "chromium"))
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>{{ 7*7 }}'


@pytest.fixture
def page(tmp_path) -> Path:
    if not BROWSER:
        pytest.skip("no browser is installed: set Q7X2LAB_BROWSER to the name of a Chromium")
    import pandas as pd

    from q7x2lab.studies.tables import html_table

    table = html_table(pd.DataFrame({"outlet": ["الأولى", HOSTILE], "articles": [3, 4]}))
    captions = {"ar": "عنوان (الأول) 25 %", "en": HOSTILE}
    record = {
        "figures": [{"name": "f", "files": ["figures/f.png"], **captions}],
        "tables": [{"name": "t", "files": ["tables/t.csv"], "rows": 2, "html": table, **captions}],
        "numbers": [{"name": "n", "value": HOSTILE, "meaning": HOSTILE}],
        "methods": [{"name": "m", "text": HOSTILE, "cite": []}],
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


def test_arabic_begins_on_the_right(page):
    probe = page.with_name("probe.html")
    text = page.read_text(encoding="utf-8").replace(
        "default-src 'none'", "default-src 'unsafe-inline'"
    )
    script = """<script>
    const side = e => { const r = document.createRange(); r.selectNodeContents(e);
      const b = e.getBoundingClientRect(), t = r.getClientRects()[0];
      return b.right - t.right < t.left - b.left ? 'right' : 'left'; };
    const found = document.querySelectorAll('h1 [lang=ar], figcaption p, .note p');
    document.title = 'sides ' + [...found].slice(0, 4).map(side).join(' ');
    </script></body>"""
    probe.write_text(text.replace("</body>", script), encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", browse(probe, "--dump-dom"), re.DOTALL)
    assert title and title[1] == "sides right right left right"


def test_the_page_can_be_pictured(page):
    picture = page.with_name("page.png")
    browse(page, f"--screenshot={picture}", "--window-size=1000,1400")
    assert picture.read_bytes()[:4] == b"\x89PNG"
