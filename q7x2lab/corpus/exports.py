"""Articles in documents: exports of news databases (Nexis, Factiva), and one article a document."""

import io
import re
from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from q7x2lab.corpus.columns import read_dates
from q7x2lab.corpus.formats import FileRows, read_article
from q7x2lab.errors import CorpusError
from q7x2lab.yaml_files import read_bundled

WORDING = read_bundled("exports", "words", what="list of marks")
MARKS = {name: re.compile(mark) for name, mark in WORDING.items()}
HEAD = 10  # lines in which date and outlet stand
HEADLINE = 2  # lines of a headline, at most
COLUMNS = ("id", "title", "outlet", "date", "text")
Fields = tuple[str, ...]  # of an article, in the order of the columns
BLOCKS = "//p | //div | //br | //tr | //li | //h1 | //h2 | //h3 | //blockquote"


def read_document(file: str, data: bytes, kind: str, text: str) -> FileRows:
    """The articles of a Word document, an RTF document or a web page.

    Parameters
    ----------
    data, text
        What the file holds, as bytes and as text.
    kind
        ``docx``, ``rtf`` or ``html``.

    Returns
    -------
    FileRows
        One row an article, with the line at which it begins. An article without text, and a last
        one without its end mark, are rejected. A Word or RTF document without such marks is one
        article, as a text file is.

    Raises
    ------
    CorpusError
        If a web page has no such marks: its menus would stand in the text.
    """
    lines = [MARKS["cover"].sub("", " ".join(line.split())) for line in _lines(data, kind, text)]
    ends = {at: met for at, line in enumerate(lines) if (met := MARKS["end"].fullmatch(line))}
    if not ends and kind not in ("docx", "rtf"):
        what = "is a web page without the end marks of an export (“End of Document”, “Document …”)"
        raise CorpusError(what, remedy="export it from the database, or save the text alone as txt")
    if not ends:
        return read_article(file, "\n".join(lines), kind)
    rows: dict[int, Fields] = {}
    rejected: list[tuple[str, int, str, str]] = []
    for before, end in pairwise([-1, *ends]):
        found = _article([line for line in lines[before + 1 : end] if line])
        name = ends[end][1] or f"{file} {len(rows) + len(rejected) + 1}"
        if found[-1]:
            rows[before + 2] = (name, *found)
        else:
            reason = "no text is found between the marks of an article"
            rejected.append((file, before + 2, name, reason))
    if _article(rest := [line for line in lines[max(ends) + 1 :] if line])[-1]:
        rejected.append((file, max(ends) + 2, "", "no end mark: is the file cut short?"))
    notes = [f"lines behind the last article: {len(rest)}"] if rest else []
    table = pd.DataFrame(rows.values(), list(rows), columns=COLUMNS, dtype="str")
    return FileRows(file, kind, table, notes=notes, rejected=rejected)


def _lines(data: bytes, kind: str, text: str) -> Iterator[str]:
    """The lines of a document as they are read, without what they look like."""
    if kind == "docx":
        import docx

        for paragraph in docx.Document(io.BytesIO(data)).paragraphs:
            yield from paragraph.text.splitlines() or [""]
    elif kind == "rtf":
        from striprtf.striprtf import rtf_to_text

        yield from rtf_to_text(text, errors="replace").splitlines()
    else:
        from lxml import html

        page = html.fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
        for hidden in page.xpath("//script | //style | //head"):
            hidden.drop_tree()
        for block in page.xpath(BLOCKS):
            block.text, block.tail = f"\n{block.text or ''}", f"\n{block.tail or ''}"
        yield from page.text_content().splitlines()


def _article(lines: list[str]) -> Fields:
    """Headline, outlet, date and text of the lines of one article; the text empty without marks."""
    body, words = _place("body", lines, -1), _place("length", lines[:HEAD], -1)
    if body >= 0:
        return _nexis(lines, body)
    return _factiva(lines, words) if words >= 0 else ("", "", "", "")


def _place(mark: str, lines: list[str], default: int) -> int:
    """The place of the first line that is a mark, the default where none is."""
    return next((n for n, line in enumerate(lines) if MARKS[mark].fullmatch(line)), default)


def _nexis(lines: list[str], body: int) -> Fields:
    """Headline, outlet and date above one another, other lines, “Body”, the text."""
    date = _first_date(lines[: min(body, HEAD)])
    title = lines[max(0, date - 1 - HEADLINE) : max(0, date - 1)]
    outlet = lines[date - 1] if date > 0 else ""
    written = lines[date] if date >= 0 else ""
    below = lines[body + 1 :]
    return " ".join(title), outlet, written, "\n".join(below[: _place("after", below, len(below))])


def _factiva(lines: list[str], words: int) -> Fields:
    """Headline, the number of words, date, time, outlet, code, language, rights, the text."""
    title = [line for line in lines[:words] if not MARKS["byline"].fullmatch(line)][-HEADLINE:]
    head = lines[words + 1 : words + 1 + HEAD]
    date = _first_date(head)
    rights = _place("rights", head, date)
    named = [line for line in head[date + 1 : rights] if not MARKS["short"].fullmatch(line)]
    outlet, written = (named or [""])[0], head[date] if date >= 0 else ""
    return " ".join(title), outlet, written, "\n".join(lines[words + 2 + rights :])


def _first_date(lines: list[str]) -> int:
    """The place of the first line that is a date, -1 where none is."""
    known = read_dates(pd.Series(lines, dtype="str"))[0].notna().to_numpy()
    return int(known.argmax()) if known.any() else -1
