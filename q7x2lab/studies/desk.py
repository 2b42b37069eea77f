"""Where a notebook leaves what it made: figures, tables, numbers, sentences for the methods.

Within a run the runner names a folder through the environment and everything saved is recorded
there; in a notebook that somebody explores nothing is written, the result is only shown.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from q7x2lab.errors import AnalysisError, StudyError, counted
from q7x2lab.exhibits import Refusal
from q7x2lab.figures.labels import arabic_label
from q7x2lab.figures.style import FORMATS, GREY, figure_files
from q7x2lab.studies.notebooks import OUT
from q7x2lab.studies.tables import cited, csv_text, html_table, latex_table, latex_text

KINDS = ("figures", "tables", "numbers", "methods", "refusals")
FICTION = {
    "ar": "الصحف والأحداث هنا من نسج الخيال",
    "en": "Outlets and events shown here are fictional",
}
T = TypeVar("T")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")


@dataclass
class Desk:
    """What one notebook has saved so far, and where to."""

    out: Path | None = None
    fictional: bool = False
    record: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {kind: [] for kind in KINDS}
    )

    def note(self, kind: str, item: dict[str, Any]) -> None:
        """Record an item, in place of an earlier one of the same name."""
        items = self.record[kind]
        items[:] = [known for known in items if known["name"] != item["name"]] + [item]
        if self.out:
            _write(self.out / "record.json", json.dumps(self.record, ensure_ascii=False, indent=1))

    def file(self, folder: str, name: str, content: bytes | str) -> str:
        """Write one output, where there is a folder to write to; its path within the results."""
        path = f"{folder}/{name}"
        if self.out:
            _write(self.out / path, content)
        return path


def _write(path: Path, content: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


_desk: Desk | None = None


def desk() -> Desk:
    """The desk of this notebook, set up from the environment on first use."""
    global _desk
    if _desk is None:
        out = os.environ.get(OUT)
        _desk = Desk(Path(out) if out else None)
    return _desk


@dataclass(frozen=True, repr=False)
class Shown:
    """What was saved, as a notebook shows it: a picture or a table, with its caption."""

    html: str
    png: bytes | None = None

    def __repr__(self) -> str:
        return "figure" if self.png else "table"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        from base64 import b64encode

        picture = self.png and {"image/png": b64encode(self.png).decode()}
        return picture or {"text/html": self.html}


def _captions(ar: str, en: str) -> dict[str, str]:
    if not desk().fictional:
        return {"ar": ar, "en": en}
    return {
        "ar": f"{ar} ({FICTION['ar']}.)" if ar else FICTION["ar"] + ".",
        "en": f"{en} ({FICTION['en']}.)" if en else FICTION["en"] + ".",
    }


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise StudyError(
            f"{name!r} cannot name an output",
            remedy="begin with a letter, then letters, digits, - and _",
        )
    return name


def save_figure(figure: Figure, name: str, *, ar: str = "", en: str = "") -> Shown:
    """The figure, shown, and saved as PNG, SVG and PDF under `figures/` of the running study.

    name: lower-case letters, digits, - and _. ar, en: the caption in either language. A figure
    made from the demonstration corpus is marked as fictional in the picture itself.

    >>> from q7x2lab.figures.style import new_figure
    >>> save_figure(new_figure(60, 40), "empty", en="Nothing yet")
    figure
    """
    if desk().fictional:
        _mark(figure)
    pictures = figure_files(figure, FORMATS if desk().out else FORMATS[:1])
    files = [
        desk().file("figures", f"{_checked(name)}.{kind}", content)
        for kind, content in (pictures.items() if desk().out else ())
    ]
    desk().note("figures", {"name": name, "files": files, **_captions(ar, en)})
    return Shown("", pictures["png"])


def _mark(figure: Figure) -> None:
    """Say in the picture itself that it shows fiction: below, under what is said there already."""
    words = arabic_label(f"{FICTION['ar']}  ·  {FICTION['en']}")
    said = figure.get_supxlabel()
    if words in said:
        return
    if below := getattr(figure, "_supxlabel", None):
        below.set_text(f"{said}\n{words}")
    elif figure.legends:  # it stands below the axes, where the mark would
        figure.legends[0].set_title(words, prop=FontProperties(size=7.5))
    else:
        figure.supxlabel(words, x=0.99, ha="right", fontsize=7.5, color=GREY)


def save_table(
    table: pd.DataFrame,
    name: str,
    *,
    ar: str = "",
    en: str = "",
    rows: int = 20,
    articles: pd.DataFrame | None = None,
) -> Shown:
    """The table, its first rows shown, and all of it saved as CSV and LaTeX under `tables/`.

    Text that a spreadsheet would take for a formula is neutralised, numbers are written with six
    significant digits (four in LaTeX), and markup in article text is escaped. rows: how many the
    notebook shows and the LaTeX file holds, whose caption says so; its label is tab:NAME.
    articles: those that the numbers in column `article` count, whose id, date and outlet then take
    its place, so that every row can be cited.

    >>> shown = save_table(pd.DataFrame({"outlet": ["<x>"], "articles": [9]}), "articles")
    >>> shown, "&lt;x&gt;" in shown.html
    (table, True)
    """
    captions = _captions(ar, en)
    table = table if articles is None else cited(table, articles)
    html = html_table(table.head(rows))
    part = f"{rows} of {counted(len(table), 'row')}" if len(table) > rows else ""
    title = captions["en"] + (f" (the first {part})" if part else "")
    files = [
        desk().file("tables", f"{_checked(name)}.csv", csv_text(table)),
        desk().file("tables", f"{name}.tex", latex_table(table.head(rows), title, f"tab:{name}")),
    ]
    item = {"name": name, "files": files, "rows": len(table), "html": html, **captions}
    desk().note("tables", item)
    return Shown(f"<p>{escape(captions['en'])}</p>{html}{f'<p>{part}</p>' if part else ''}")


def number(name: str, value: float | int | str, *, meaning: str) -> float | int | str:
    """The value, recorded for `numbers.json` and as a LaTeX macro in `numbers.tex`.

    name: as it is cited, lower-case letters, digits and _. meaning: what it is, with its unit.

    >>> number("articles", 12, meaning="articles in the corpus")
    12
    """
    plain = value.item() if isinstance(value, np.generic) else value
    if not isinstance(plain, int | float | str):
        raise StudyError(f"{name} is {type(plain).__name__}", remedy="give one number or one text")
    if isinstance(plain, float):
        plain = float(f"{plain:.6g}")
    desk().note("numbers", {"name": _checked(name), "value": plain, "meaning": meaning})
    return plain


def methods(name: str, text: str, *, cite: tuple[str, ...] = ()) -> None:
    """Record a sentence for the methods paragraph, with the keys of the works it rests on.

    name: what the sentence is about; a later one of the same name takes its place. cite: keys of
    the bundled bibliography.

    >>> methods("units", "Paragraphs are the units.")
    >>> desk().record["methods"][-1]["text"]
    'Paragraphs are the units.'
    """
    desk().note("methods", {"name": _checked(name), "text": text, "cite": list(cite)})


def attempt(call: Callable[..., T], *arguments: Any, **options: Any) -> T | None:
    """What the call returns, or None where the data cannot carry it: the refusal is said.

    Only an AnalysisError is a refusal; it is printed, and stands in the report with its remedy.

    >>> def too_few():
    ...     raise AnalysisError("3 articles are too few", remedy="take paragraphs")
    >>> attempt(too_few)
    not done: 3 articles are too few
      remedy: take paragraphs
    """
    refusal: Refusal | AnalysisError
    try:
        found = call(*arguments, **options)
        if not isinstance(found, Refusal):
            return found
        refusal = found
    except AnalysisError as error:
        refusal = error
    number = len(desk().record["refusals"]) + 1
    desk().note("refusals", {"name": f"refusal-{number}", "text": str(refusal)})
    print(f"not done: {refusal}")
    return None


def latex_macro(name: str, value: Any) -> str:
    r"""The LaTeX command that prints a recorded number.

    >>> latex_macro("topics_k2", 6)
    '\\newcommand{\\qTopicsKTwo}{6}'
    """
    digits = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    words = re.sub(r"\d", lambda d: f"_{digits[int(d[0])]}_", name)
    command = "".join(part[:1].upper() + part[1:] for part in re.split(r"[_-]+", words))
    shown = f"{value:,}" if isinstance(value, int) else latex_text(str(value))
    return rf"\newcommand{{\q{command}}}{{{shown}}}"
