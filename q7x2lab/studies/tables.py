"""Tables as text: CSV, LaTeX and HTML in which other people's text stays inert."""

import re
from html import escape

import pandas as pd

from q7x2lab.arabic.letters import PRESENTATION

DIGITS = 6
LONG = 40  # rows that fit on a page
_FORMULA = re.compile(r"^[\s\u200e\u200f\u202a-\u202e\ufeff]*[=+\-@\t\r]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ARABIC = re.compile(f"[\u0600-\u06ff{PRESENTATION}]")
_ESCAPES = str.maketrans(
    {letter: f"\\{letter}" for letter in "{}$&#%_"}
    | {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
)
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


def inert(value: object) -> str:
    """A cell for a CSV file, such that no spreadsheet takes text for a formula.

    >>> inert("=HYPERLINK(1)"), inert(-3), inert("- قال")
    ("'=HYPERLINK(1)", '-3', "'- قال")
    """
    text = cell_text(value)
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


def cited(table: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The table with id, date and outlet of each row's article in place of the article's number.

    >>> articles = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": ["x", "y"]})
    >>> cited(pd.DataFrame({"article": [1], "hits": [3]}), articles)[["id", "outlet"]].values
    array([['b', 'y']], dtype=object)
    """
    where = articles[["id", "date", "outlet"]].iloc[table["article"]].set_axis(table.index)
    rest = table.drop(columns=["article", *where.columns.intersection(table.columns)])
    return pd.concat([where, rest], axis=1)


def csv_text(table: pd.DataFrame) -> str:
    """The table as CSV with a byte-order mark, so that spreadsheets read the Arabic."""
    named = _flat(table).rename(columns=inert)
    return "\ufeff" + named.map(inert).to_csv(index=False, lineterminator="\n")


def html_table(table: pd.DataFrame) -> str:
    """The table as HTML, every cell escaped and in its own direction."""
    named = _flat(table)
    head = "".join(f"<th>{escape(cell_text(name))}</th>" for name in named.columns)
    numeric = [" class=n" * pd.api.types.is_numeric_dtype(kind) for kind in named.dtypes]
    cells = named.map(lambda value: escape(cell_text(value))).to_numpy()
    rows = [
        "".join(
            f'<td{kind} dir="auto">{cell}</td>' for kind, cell in zip(numeric, row, strict=True)
        )
        for row in cells
    ]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<table class="q7"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def latex_table(table: pd.DataFrame, caption: str, label: str = "") -> str:
    r"""The table for a paper, in booktabs style; Arabic cells need polyglossia or the like.

    Numbers have four significant digits, column names blanks for underscores. label: what \ref
    finds it by. More than LONG rows make a longtable, which runs over pages.

    >>> print(latex_table(pd.DataFrame({"rate_low": [0.123456]}), "Rates", "tab:rates"))
    \providecommand{\textarabic}[1]{#1}
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
    kinds = "".join("r" if pd.api.types.is_numeric_dtype(kind) else "l" for kind in named.dtypes)
    texts = named.rename(columns=lambda name: latex_text(cell_text(name).replace("_", " ")))
    made = texts.map(_latex_cell).to_latex(
        index=False,
        column_format=kinds,
        longtable=len(named) > LONG,
        caption=latex_text(caption),
        label=label or None,
    )
    return "\\providecommand{\\textarabic}[1]{#1}\n" + made


def _latex_cell(cell: object) -> str:
    fraction = isinstance(cell, float) and abs(cell) < 1000 and not cell.is_integer()
    return latex_text(f"{cell:.4g}" if fraction else cell_text(cell))


def latex_text(text: str) -> str:
    r"""The text with LaTeX's own characters escaped, Arabic in ``\textarabic``.

    Examples
    --------
    >>> latex_text(r"50 % \input{x}")
    '50 \\% \\textbackslash{}input\\{x\\}'
    """
    safe = " ".join(text.split()).translate(_ESCAPES)
    return rf"\textarabic{{{safe}}}" if _ARABIC.search(text) else safe


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
    flat.columns = [
        " ".join(str(part) for part in name if str(part)) if isinstance(name, tuple) else str(name)
        for name in flat.columns
    ]
    return flat
