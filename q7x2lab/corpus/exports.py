"""Articles in documents: exports of news databases (Nexis, Factiva), and one article a document."""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from q7x2lab.corpus.columns import read_dates
from q7x2lab.corpus.formats import FileRows, check_unpacked, read_article
from q7x2lab.errors import CorpusError

# The marks that the two services print. Each article ends with a line like this.
END = re.compile(r"End of Document|Document ([A-Z]{2,}[A-Za-z0-9]{14,})")
BODY = "Body"  # Nexis: the line above the text
AFTER = re.compile(r"Load-Date: .*|Classification|Graphic")  # Nexis: the first line below it
LENGTH = re.compile(r"[\d,]+ words|\d+ كلمة")  # Factiva: the line between headline and date
RIGHTS = re.compile(r"(?:\(c\)|©|copyright\b|حقوق).*", re.IGNORECASE)  # Factiva: above the text
BYLINE = re.compile(r"(?:By|بقلم)\b.*")
# Factiva: what may stand between the date and the text: a time, a code, a language.
SHORT = re.compile(r"\d{1,2}:\d{2}.*|[A-Z0-9]{2,12}|Arabic|English|French|العربية")
HEAD = 10  # lines in which date and outlet stand
HEADLINE = 2  # lines of a headline, at most
FIELDS = ("id", "title", "outlet", "date", "text")
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
    lines = [" ".join(line.split()) for line in _lines(data, kind, text)]
    ends = [place for place, line in enumerate(lines) if END.fullmatch(line)]
    if not ends and kind not in ("docx", "rtf"):
        what = "is a web page without the end marks of an export (“End of Document”, “Document …”)"
        raise CorpusError(what, remedy="export it from the database, or save the text alone as txt")
    if not ends:
        return read_article(file, "\n".join(lines), kind)
    rows: dict[int, dict[str, str]] = {}
    rejected: list[tuple[str, int, str, str]] = []
    for before, end in pairwise([-1, *ends]):
        found = _article([line for line in lines[before + 1 : end] if line])
        name = (END.fullmatch(lines[end]) or [])[1] or f"{file} {len(rows) + len(rejected) + 1}"
        if found["text"]:
            rows[before + 2] = {"id": name} | found
        else:
            reason = "no text is found between the marks of an article"
            rejected.append((file, before + 2, name, reason))
    if _article(rest := [line for line in lines[ends[-1] + 1 :] if line])["text"]:
        rejected.append((file, ends[-1] + 2, "", "no end mark: is the file cut short?"))
    notes = [f"lines behind the last article: {len(rest)}"] if rest else []
    table = pd.DataFrame(rows.values(), list(rows), columns=FIELDS, dtype="str")
    return FileRows(file, kind, table, notes=notes, rejected=rejected)


def _lines(data: bytes, kind: str, text: str) -> Iterator[str]:
    """The lines of a document as they are read, without what they look like."""
    if kind == "docx":
        import docx

        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for entry in package.infolist():
                check_unpacked(entry.file_size, entry.compress_size)
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


def _article(lines: list[str]) -> dict[str, str]:
    """Headline, outlet, date and text of the lines of one article; the text empty without marks."""
    if BODY in lines:
        return _nexis(lines, lines.index(BODY))
    words = next((n for n, line in enumerate(lines[:HEAD]) if LENGTH.fullmatch(line)), None)
    return dict.fromkeys(FIELDS[1:], "") if words is None else _factiva(lines, words)


def _nexis(lines: list[str], body: int) -> dict[str, str]:
    """Headline, outlet and date above one another, other lines, “Body”, the text."""
    date = _first_date(lines[: min(body, HEAD)])
    title = lines[max(0, date - 1 - HEADLINE) : max(0, date - 1)]
    outlet = lines[date - 1] if date > 0 else ""
    below = lines[body + 1 :]
    end = next((n for n, line in enumerate(below) if AFTER.fullmatch(line)), len(below))
    return _fields(title, outlet, lines[date] if date >= 0 else "", below[:end])


def _factiva(lines: list[str], words: int) -> dict[str, str]:
    """Headline, the number of words, date, time, outlet, code, language, rights, the text."""
    title = [line for line in lines[:words] if not BYLINE.fullmatch(line)][-HEADLINE:]
    head = lines[words + 1 : words + 1 + HEAD]
    date = _first_date(head)
    rights = next((n for n, line in enumerate(head) if RIGHTS.fullmatch(line)), date + 1)
    named = [line for line in head[date + 1 : rights] if not SHORT.fullmatch(line)]
    outlet, written = (named or [""])[0], head[date] if date >= 0 else ""
    return _fields(title, outlet, written, lines[words + 2 + rights :])


def _first_date(lines: list[str]) -> int:
    """The place of the first line that is a date, -1 where none is."""
    known = read_dates(pd.Series(lines, dtype="str"))[0].notna().to_numpy()
    return int(known.argmax()) if known.any() else -1


def _fields(title: list[str], outlet: str, date: str, text: list[str]) -> dict[str, str]:
    found = (" ".join(title), outlet, date, "\n".join(text))
    return dict(zip(FIELDS[1:], found, strict=True))
