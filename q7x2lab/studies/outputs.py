"""Where a notebook leaves what it made: figures, tables, numbers, sentences for the methods.

Within a run the runner names a folder through the environment, and everything saved is recorded
there; in a notebook that somebody explores nothing is written, the result is only shown.
"""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from IPython.display import HTML, Image, display
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from q7x2lab.errors import StudyError, counted, expect
from q7x2lab.exhibits import Exhibit, Refusal, with_refusals
from q7x2lab.figures.labels import arabic_label
from q7x2lab.figures.style import FORMATS, GREY, figure_files
from q7x2lab.studies.notebooks import OUT, RECORD
from q7x2lab.studies.provenance import value_hash
from q7x2lab.studies.study_file import FICTION
from q7x2lab.studies.tables import cited, csv_text, html_table, latex_table

KINDS = ("figures", "tables", "numbers", "methods", "refusals")
DIGITS_OF_NUMBERS = 6  # significant ones; beyond them machines differ
T = TypeVar("T")
LONGEST_NAME = 64
_LATIN = str.maketrans(
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآءئؤ", "abttjhkddrzsssdtzagfqklmnhwyaaaiaayw"
)


@dataclass
class Outputs:
    """What one notebook has saved so far, and where to; ``out`` is None where no study runs."""

    out: Path | None = None
    fictional: bool = False
    record: dict[str, Any] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def add(self, kind: str, item: dict[str, Any]) -> None:
        """Record an item, in place of an earlier one of the same name."""
        items = self.record[kind]
        items[:] = [known for known in items if known["name"] != item["name"]] + [item]
        if self.out:
            text = json.dumps(self.record, ensure_ascii=False, indent=1)
            (self.out / RECORD).write_text(text, encoding="utf-8")

    def save(self, folder: str, name: str, content: bytes | str) -> str:
        """Write one output, where there is a folder to write to; its path within the results."""
        if self.out:
            path = self.out / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return f"{folder}/{name}" if folder else name


_current: Outputs | None = None


def current_outputs() -> Outputs:
    """The outputs of this notebook, set up from the environment on first use."""
    global _current
    if _current is None:
        out = os.environ.get(OUT)
        _current = Outputs(Path(out) if out else None)
    return _current


def save_files(
    files: Mapping[str, bytes | str], within: str, *, folder: str | Path | None = None
) -> list[str]:
    """Write files for people to fill in or edit; their paths.

    Parameters
    ----------
    within
        Their folder in the results of the running study; nothing is written where none runs.
    folder
        A folder of one's own to write them to instead.
    """
    if folder is None:
        return [current_outputs().save(within, *file) for file in files.items()]
    own = Outputs(Path(folder))
    return [str(Path(folder, own.save("", *file))) for file in files.items()]


def show(exhibit: Exhibit | Refusal) -> None:
    """Display an exhibit; in a run its figure and table are saved and recorded, as is a refusal.

    Parameters
    ----------
    exhibit
        What ``q.exhibit_…`` returned.

    Examples
    --------
    >>> from q7x2lab.exhibits import Words
    >>> table = pd.DataFrame({"outlet": ["x"], "articles": [9]})
    >>> show(Exhibit("articles", table=table, title=Words(en="Articles")))
    Exhibit articles: Articles (table of 1 row)
    >>> show(Refusal("3 articles are too few", remedy="take paragraphs"))
    not done: 3 articles are too few
      remedy: take paragraphs
    """
    if isinstance(exhibit, Refusal):
        outputs = current_outputs()
        this = f"refusal-{len(outputs.record['refusals']) + 1}"
        outputs.add("refusals", {"name": this, "text": str(exhibit)})
        print(f"not done: {exhibit}")
        return
    expect(exhibit, Exhibit, made_by="q.exhibit_…(…)")
    title, caption = exhibit.title, exhibit.caption
    ar, en = f"{title.ar} {caption.ar}".strip(), f"{title.en} {caption.en}".strip()
    if exhibit.figure is not None:
        save_figure(exhibit.figure, exhibit.name, ar=ar, en=en)
    if exhibit.table is not None:
        save_table(exhibit.table, exhibit.name, ar=ar, en=en)
    display(exhibit)  # type: ignore[no-untyped-call]


def save_figure(figure: Figure, name: str, *, ar: str = "", en: str = "") -> Image:
    """The figure, shown, and saved as PNG, SVG and PDF under ``figures/`` of the running study.

    A figure made from the demonstration corpus is marked as fictional in the picture itself.

    Parameters
    ----------
    name
        Written as `safe_name` does.
    ar, en
        The caption in either language.

    Examples
    --------
    >>> from q7x2lab.figures.style import new_figure
    >>> save_figure(new_figure(60, 40), "empty", en="Nothing yet").format
    'png'
    """
    outputs, name = current_outputs(), safe_name(name)
    if outputs.fictional:
        _mark_as_fictional(figure)
    pictures = figure_files(figure, FORMATS if outputs.out else ("png",))
    files = [
        outputs.save("figures", f"{name}.{kind}", picture) for kind, picture in pictures.items()
    ]
    outputs.add("figures", {"name": name, "files": files, **_captions(ar, en)})
    return Image(pictures["png"])  # type: ignore[no-untyped-call]


def _mark_as_fictional(figure: Figure) -> None:
    """Write into the picture that it shows fiction, under what stands below it already."""
    words = arabic_label(f"{FICTION['ar']}  ·  {FICTION['en']}")
    text = figure.get_supxlabel()
    if words in text:
        return
    if below := getattr(figure, "_supxlabel", None):  # figure.supxlabel would move it
        below.set_text(f"{text}\n{words}")
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
) -> HTML:
    """The table, its first rows shown, and all of it saved as CSV and LaTeX under ``tables/``.

    Text that a spreadsheet would take for a formula is neutralised, numbers are written with six
    significant digits (four in LaTeX), and markup in article text is escaped.

    Parameters
    ----------
    name
        Written as `safe_name` does; the LaTeX label is ``tab:NAME``.
    ar, en
        The caption in either language.
    rows
        How many the notebook shows and the LaTeX file holds, whose caption says so.
    articles
        Those that the numbers in column ``article`` count, whose id, date and outlet then take
        its place, so that every row can be cited.

    Examples
    --------
    >>> shown = save_table(pd.DataFrame({"outlet": ["<x>"], "articles": [9]}), "articles")
    >>> "&lt;x&gt;" in shown.data
    True
    """
    outputs, captions, name = current_outputs(), _captions(ar, en), safe_name(name)
    table = table if articles is None else cited(table, articles)
    first = table.head(rows)
    html = html_table(first)
    part = f"{rows} of {counted(len(table), 'row')}" if len(table) > rows else ""
    title = captions["en"] + (f" (the first {part})" if part else "")
    files = [
        outputs.save("tables", f"{name}.csv", csv_text(table)),
        outputs.save("tables", f"{name}.tex", latex_table(first, title, f"tab:{name}")),
    ]
    item = {"name": name, "files": files, "rows": len(table), "html": html, **captions}
    outputs.add("tables", item)
    text = f"<p>{escape(captions['en'])}</p>{html}" + (f"<p>{part}</p>" if part else "")
    return HTML(text)  # type: ignore[no-untyped-call]


def _captions(ar: str, en: str) -> dict[str, str]:
    if current_outputs().fictional:
        ar, en = f"{ar} ({FICTION['ar']}.)".strip(), f"{en} ({FICTION['en']}.)".strip()
    return {"ar": ar, "en": en}


def safe_name(name: str) -> str:
    """A name for files and macros, whatever a column, frame or naming set is called.

    Small Latin letters, digits, - and _ stay; with other letters four figures of a hash keep two
    names apart that would be written alike.

    Examples
    --------
    >>> safe_name("topics-by-outlet"), safe_name("topics-by-القسم")
    ('topics-by-outlet', 'topics-by-alqsm-9cac')
    """
    plain = re.sub(r"[^a-z0-9_-]+", "-", name.lower().translate(_LATIN))[:LONGEST_NAME].strip("-")
    return name if plain == name else f"{plain or 'output'}-{value_hash(name)[:4]}"


def number(name: str, value: float | int | str, *, meaning: str) -> float | int | str:
    """The value, recorded for ``numbers.json`` and as a LaTeX macro in ``numbers.tex``.

    Parameters
    ----------
    name
        As it is cited: lower-case letters, digits and _.
    meaning
        What it is, with its unit.

    Examples
    --------
    >>> number("articles", 12, meaning="articles in the corpus")
    12
    """
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float):
        plain = float(f"{plain:.{DIGITS_OF_NUMBERS}g}")
    elif not isinstance(plain, int | str):
        raise StudyError(f"{name} is {type(plain).__name__}", remedy="give one number or one text")
    current_outputs().add("numbers", {"name": safe_name(name), "value": plain, "meaning": meaning})
    return plain


def methods(name: str, text: str, *, cite: Sequence[str] = ()) -> None:
    """Record a sentence for the methods paragraph, with the keys of the works it rests on.

    Parameters
    ----------
    name
        What the sentence is about; a later one of the same name takes its place.
    cite
        Keys of the bundled bibliography.

    Examples
    --------
    >>> methods("units", "Paragraphs are the units.")
    >>> current_outputs().record["methods"][-1]["text"]
    'Paragraphs are the units.'
    """
    current_outputs().add("methods", {"name": safe_name(name), "text": text, "cite": list(cite)})


def attempt(call: Callable[..., T | Refusal], *arguments: Any, **options: Any) -> T | None:
    """What the call returns, or None where the data cannot carry it: the reason is shown.

    Only a Refusal or an AnalysisError is taken so; it stands in the report with its remedy.

    Examples
    --------
    >>> from q7x2lab.errors import AnalysisError
    >>> def too_few():
    ...     raise AnalysisError("3 articles are too few", remedy="take paragraphs")
    >>> attempt(too_few)
    not done: 3 articles are too few
      remedy: take paragraphs
    """
    result: T | Refusal = with_refusals(call)(*arguments, **options)
    if isinstance(result, Refusal):
        show(result)
        return None
    return result
