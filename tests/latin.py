"""The Latin words that a reader of Arabic meets in a finished run, but those that may stand."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import docx
import lxml.html
import pandas as pd

LATIN = re.compile(r"[A-Za-z][\w'’./-]*")
# The same in every language: symbols of statistics, formats of files, the software, works that are
# cited, the syntax of search terms, what a user types, what pandas sets under a table.
MAY_STAND = re.compile(
    r"""(?<![A-Za-z0-9_])(?: [pqnzKFG] | F1 | AC1 | DP | logDice | AR
    | HTML | CSV | csv | docx | tex | svg | png | pdf | xlsx | utf-8 | Excel | JSON | Unix | auto
    | \d*e-\d+ | [\w./-]+\.(?:yaml|csv|ipynb|html|json|tex|md|bib|xlsx|svg|png|pdf) | windows-1256
    | q7x2lab | Semetko | Valkenburg | Tenenbein | Rogan | and\ Gladen | Krippendorff
    | Simonsohn | Simmons | Nelson | OR | NEAR | lexeme
    | min_articles | max_share | topics\.intrusion | topics/ | coding/ | corpus\.columns
    | framing\.coding
    | reading | corpus | coding | k | rows | columns | text | title | outlet | section | id | date
    | min_count | tokens\.audit | speech_shares
    | copies:\ all | copies\ على\ all\ أو\ weighted
    | house_style:\ apart | answer | level="nominal" | unit=
    | [0-9a-f]{12} )(?![\w])""",
    re.VERBOSE,
)
ID = re.compile(r"(?<!\w)(?:[a-z]{1,2}\d+|[AB])(?!\w)")  # articles, questions, coders
# A refusal where a notebook prints what a function returned: a value of Python.
PRINTED = re.compile(r"^[a-z].*\n  remedy: .*$", re.MULTILINE)


def latin_words(text: str) -> list[str]:
    """The Latin words of a text that say something in another language."""
    return LATIN.findall(ID.sub("", MAY_STAND.sub("", text)))


def in_page(html: str) -> Iterator[tuple[str, str]]:
    """What a page shows of text, names and descriptions where its language is Arabic."""
    page = lxml.html.fromstring(html)
    other = page.xpath(
        '//*[@lang="en" and parent::*] | //style | //script | //*[@class="references"]'
        ' | /html[not(@lang="ar")]//img | /html[not(@lang="ar")]//title'
    )
    for element in other:
        element.drop_tree()
    for element in page.iter():
        texts = [element.get("alt"), element.text, element.tail]
        yield from ((element.getroottree().getpath(element), text) for text in texts if text)


def in_outputs(notebook: Path) -> Iterator[tuple[str, str]]:
    """What a notebook shows of exhibits and refusals; values of Python speak Python."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    for place, cell in enumerate(cells):
        for output in cell.get("outputs", []):
            where, text = f"{notebook.name} {place}", "".join(output.get("text", []))
            text = PRINTED.sub("", text)
            yield from (
                (where, line) for line in text.splitlines() if not line.startswith(("[", "{"))
            )
            if shown := "".join(output.get("data", {}).get("text/html", [])):
                yield from ((where, text) for _, text in in_page(f"<div>{shown}</div>"))


def in_run(results: Path) -> Iterator[tuple[str, str]]:
    """What a reader meets in an Arabic run: page, figures, Word tables, methods, notebooks."""
    yield from in_page((results / "index.html").read_text(encoding="utf-8"))
    for path in sorted(results.glob("figures/*.svg")):
        labels = re.findall("<!-- (.*?) -->", path.read_text(encoding="utf-8"), re.DOTALL)
        yield from ((path.name, unescape(label)) for label in labels)
    for path in sorted(results.glob("tables/*.docx")):
        texts = docx.Document(str(path)).element.body.iter(docx.oxml.ns.qn("w:t"))
        yield from ((path.name, text.text or "") for text in texts)
    methods = (results / "methods.md").read_text(encoding="utf-8")
    yield "methods.md", re.sub(r"\[@.*?\]", "", methods)
    for path in sorted(results.glob("notebooks/*.ipynb")):
        yield from in_outputs(path)
    yield from in_lists(results)


def in_lists(results: Path) -> Iterator[tuple[str, str]]:
    """What an Arabic run says in lists that people open: accounts of rows, sheets, numbers."""
    for name in ("rejected.csv", "flags.csv", "changes.csv"):
        table = pd.read_csv(results / name, dtype=str).fillna("")
        for head in filter(re.compile("[\u0600-\u06ff]").search, table):
            yield from ((name, text) for text in (head, *table[head]))
    for path in sorted(results.glob("reading/*.xlsx")):
        yield from ((path.name, str(head)) for head in pd.read_excel(path, nrows=0))
    numbers = json.loads((results / "numbers.json").read_text(encoding="utf-8"))
    yield from (("numbers.json", number["meaning"]) for number in numbers.values())
