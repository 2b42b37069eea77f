"""Tables as text: CSV, LaTeX and Word files in which other people's text stays inert."""

import datetime as dt
import re
import zipfile
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.arabic.letters import PRESENTATION
from q7x2lab.data.phrases import value_word
from q7x2lab.figures.labels import number_text

DIGITS = 6  # significant ones in CSV files
LONG = 40  # rows that fit on a page
WIDEST_CELL = 40  # letters on a line: with more, six columns run off the page
DAY = dt.datetime(2000, 1, 1)
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARAGRAPH, RUN = f"{_WORD}p", f"{_WORD}r"
_FORMULA = re.compile(r"^[\s\u200e\u200f\u202a-\u202e\ufeff]*[=+\-@\t\r]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ARABIC = re.compile(f"[\u0600-\u06ff{PRESENTATION}]")
_ESCAPES = str.maketrans(
    {letter: f"\\{letter}" for letter in "{}$&#%_"}
    | {"<": r"\textless{}", ">": r"\textgreater{}", "∞": r"$\infty$"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
)
_N = r"[-+<>]?[\d.,]*\d%?"  # a number; below, a cell such as 12 (15%) [9%, 22%]
_PARTS = re.compile(
    rf"(?:(?P<n>{_N}) \()?(?P<value>{_N})\)?(?: \[(?P<low>{_N}), (?P<high>{_N})\])?"
)
_ASIDE = re.compile(r" ?[(\[:].*")  # what stands behind the name of a row or column
_INTERVAL, _UNBROKEN = re.compile(r"\[[^\]]*\]"), str.maketrans(" -", "\u00a0\u2011")
_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def cell_text(value: object) -> str:
    """A cell as text: six significant digits, ISO dates, nothing where nothing is.

    >>> cell_text(1 / 3), cell_text(pd.Timestamp("2022-02-24")), cell_text(float("nan"))
    ('0.333333', '2022-02-24', '')
    """
    if isinstance(value, float):
        return "" if value != value else f"{value:.{DIGITS}g}"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d" if value == value.normalize() else "%Y-%m-%dT%H:%M:%S")
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    return _CONTROL.sub("", re.sub("\r\n?", "\n", str(value)))


def shown_number(value: object) -> str:
    """A value as a reader sees it: whole numbers whole, others with four significant digits.

    >>> shown_number(20365), shown_number(0.815079), shown_number(1652.4), shown_number(True)
    ('20,365', '0.8151', '1,652', 'yes')
    """
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    if isinstance(value, float) and value == value:
        return number_text(float(value))
    return cell_text(value)


def numbers_of(table: pd.DataFrame, *, language: str = "en") -> dict[str, str]:
    """Each number of a table for a paper as it is printed there, by row, column and part.

    The parts are named in `language`.

    >>> numbers_of(pd.DataFrame({"outlet": ["x"], "share [95 %]": ["12 (15%) [9%, 22%]"]}))
    {'x share n': '12', 'x share': '15%', 'x share low': '9%', 'x share high': '22%'}
    """
    columns, found = [str(name) for name in table], dict[str, str]()
    tell = [n for n in range(1, len(columns)) if not table[columns[:n]].duplicated().any()]
    keys, cells = columns[: min(tell, default=1)], columns[min(tell, default=1) :]
    for row in table.to_dict("records"):
        named = " ".join(_ASIDE.sub("", str(row[key])) for key in keys)
        for column in cells:
            parts = _PARTS.fullmatch(shown_number(row[column]))
            for part, text in parts.groupdict().items() if parts else ():
                own = value_word("part", part, language)
                found |= {f"{named} {_ASIDE.sub('', column)} {own}".rstrip(): text} if text else {}
    return found


def p_text(p: float) -> str:
    """A p or q as papers print it.

    >>> p_text(0.0321), p_text(0.00002)
    ('.032', '< .001')
    """
    return "< .001" if p < 0.001 else f"{p:.3f}".lstrip("0")


def inert(value: object) -> str:
    """A cell for a CSV file, such that no spreadsheet takes text for a formula.

    >>> inert("=HYPERLINK(1)"), inert(-3), inert("- قال")
    ("'=HYPERLINK(1)", '-3', "'- قال")
    """
    text = cell_text(value)
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


def csv_text(table: pd.DataFrame) -> str:
    """The table as CSV with a byte-order mark, so that spreadsheets read the Arabic."""
    named = _flat(table).rename(columns=inert)
    return "\ufeff" + named.map(inert).to_csv(index=False, lineterminator="\n")


def shown_cells(table: pd.DataFrame) -> dict[str, list[Any]]:
    """A table as the page and Word show it: ``head``, ``rows`` of texts, which are ``numeric``.

    >>> shown_cells(pd.DataFrame({"rate_low": [0.123456]}))
    {'head': ['rate low'], 'rows': [['0.1235']], 'numeric': [True]}
    """
    flat = _flat(table)
    return {
        "head": [cell_text(name).replace("_", " ") for name in flat.columns],
        "rows": flat.map(shown_number).to_numpy().tolist(),
        "numeric": [pd.api.types.is_numeric_dtype(kind) for kind in flat.dtypes],
    }


def latex_table(table: pd.DataFrame, caption: str, label: str = "") -> str:
    r"""The table for a paper, in booktabs style; Arabic cells need polyglossia or the like.

    Numbers have four significant digits, column names blanks for underscores. label: what \ref
    finds it by. More than LONG rows make a longtable, which runs over pages.

    >>> print(latex_table(pd.DataFrame({"rate_low": [0.123456]}), "Rates", "tab:rates"))
    \providecommand{\textarabic}[1]{#1}
    \providecommand{\textenglish}[1]{#1}
    \begin{table}
    \caption{Rates}
    \label{tab:rates}
    \begin{tabular}{r}
    \toprule
    rate low \\
    \midrule
    0.1235 \\
    \bottomrule
    \end{tabular}
    \end{table}
    <BLANKLINE>
    """
    named = _flat(table)
    kinds = "".join(_column_kind(cells) for _, cells in named.items())
    texts = named.rename(columns=lambda name: latex_text(cell_text(name).replace("_", " ")))
    # XeTeX prints 0.815 in Arabic as 815.0, and intervals from the wrong end.
    number = r"\textenglish{%s}" if _ARABIC.search("".join(texts.columns)) else "%s"
    made = texts.map(lambda cell: latex_text(shown_number(cell), number)).to_latex(
        index=False,
        column_format=kinds,
        longtable=len(named) > LONG,
        caption=latex_text(caption),
        label=label or None,
    )
    return "\\providecommand{\\textarabic}[1]{#1}\n\\providecommand{\\textenglish}[1]{#1}\n" + made


def _column_kind(cells: pd.Series) -> str:
    """How LaTeX sets a column: numbers to the right, texts to the left, long ones in lines."""
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return "r"
    return "p{6cm}" if cells.map(cell_text).str.len().max() > WIDEST_CELL else "l"


def latex_text(text: str, otherwise: str = "%s") -> str:
    r"""The text with LaTeX's own characters escaped, Arabic in ``\textarabic``, the rest as said.

    Examples
    --------
    >>> latex_text(r"50 % \input{x}")
    '50 \\% \\textbackslash{}input\\{x\\}'
    """
    safe = " ".join(text.split()).translate(_ESCAPES)
    return rf"\textarabic{{{safe}}}" if _ARABIC.search(text) else otherwise % safe


def latex_macro(name: str, value: float | int | str) -> str:
    r"""The LaTeX command that prints a recorded number; commands are letters only.

    Examples
    --------
    >>> latex_macro("topics_k2", 6)
    '\\newcommand{\\qTopicsKTwo}{6}'
    """
    words = re.sub(r"\d", lambda digit: f"_{_DIGITS[int(digit[0])]}_", name)
    command = "".join(word[:1].upper() + word[1:] for word in re.split(r"[_-]+", words))
    shown = f"{value:,}" if isinstance(value, int) else latex_text(str(value))
    return rf"\newcommand{{\q{command}}}{{{shown}}}"


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a named index as columns and one line of column names."""
    flat = table.reset_index() if table.index.name or table.index.nlevels > 1 else table.copy()
    if flat.columns.nlevels > 1:
        flat.columns = flat.columns.map(lambda parts: " ".join(map(str, parts)).strip())
    return flat.rename(columns=str)


def word_table(table: pd.DataFrame, title: str, notes: str, *, right_to_left: bool) -> bytes:
    """The table as a Word file, its title above and its notes below; the same bytes each time.

    >>> word_table(pd.DataFrame({"a": [1]}), "One", "", right_to_left=False)[:2]
    b'PK'
    """
    from docx import Document  # imported here, for it takes a third of a second
    from docx.oxml import OxmlElement

    document = Document()
    cells = shown_cells(table)
    lines = [cells["head"], *cells["rows"]]
    document.add_paragraph(title, style="Caption")
    grid = document.add_table(len(lines), len(lines[0]), style="Light List")
    for row, texts in zip(grid.rows, lines, strict=True):
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = _INTERVAL.sub(lambda found: found[0].translate(_UNBROKEN), text)
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # again on each page
    if notes:
        document.add_paragraph(notes)
    if right_to_left:
        grid._tbl.tblPr.append(OxmlElement("w:bidiVisual"))  # columns from the right
        for paragraph in document.element.body.iter(PARAGRAPH):
            if _ARABIC.search(paragraph.text):  # else an interval would be read backwards
                paragraph.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in document.element.body.iter(RUN):
        if _ARABIC.search(run.text):
            run.get_or_add_rPr().append(OxmlElement("w:rtl"))
    return undated(document)


def undated(book: Any) -> bytes:
    """The bytes of a workbook or Word document, one day in place of the times it was made at."""
    stream, made = BytesIO(), BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", f"{DAY:%FT%TZ}".encode(), content)
            new.writestr(zipfile.ZipInfo(name, DAY.timetuple()[:6]), content)
    return made.getvalue()
