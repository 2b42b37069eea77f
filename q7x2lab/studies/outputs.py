"""Where a notebook leaves what it made: exhibits, numbers, sentences for the methods.

Within a run the runner names a folder through the environment, and everything shown is saved and
recorded there; in a notebook that somebody explores nothing is written.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import display

from q7x2lab.corpus.token_table import Tokens
from q7x2lab.data.phrases import bundled_words, in_arabic, in_language, note
from q7x2lab.errors import StudyError, expect
from q7x2lab.exhibits import LANGUAGES, Exhibit, Refusal, Words
from q7x2lab.figures.labels import wrap_label
from q7x2lab.figures.style import FORMATS, GREY, figure_files
from q7x2lab.studies.notebooks import LANGUAGE, OUT, RECORD
from q7x2lab.studies.provenance import value_hash
from q7x2lab.studies.sheets import sheet_files
from q7x2lab.studies.tables import csv_text, inert, latex_table, numbers_of, shown_cells, word_table

KINDS = ("exhibits", "numbers", "methods", "refusals")
READING = "reading"  # the folder of what holds article text, and must not be published
HITS = "hits-{}.parquet"  # there: where the words behind an exhibit stand
JOINT = " · "  # between the parts of a key that names a bar
DIGITS_OF_NUMBERS = 6  # significant ones; beyond them machines differ
SHEET_ROWS = 500  # of a table that is also saved as xlsx: of more a workbook takes seconds
BESIDE = 50  # letters around a number of the methods that say which it is
CITED = 60  # rows of a table whose numbers get names: the first, which texts speak of
ROWS = 20  # of a table that the page and the LaTeX file hold; the CSV file has all
LONGEST_NAME = 64
NUMBERS = re.compile(r"(?<![\w.-])\d(?:[\d,.]*\d)?(?![\w-])")  # of a sentence; no version, no date
_LATIN = str.maketrans(
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآءئؤ", "abttjhkddrzsssdtzagfqklmnhwyaaaiaayw"
)


@dataclass
class Outputs:
    """What one notebook has saved so far, and where to; ``out`` is None where no study runs."""

    out: Path | None = None
    fictional: bool = False
    language: str = "both"
    record: dict[str, Any] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def add(self, kind: str, item: dict[str, Any]) -> None:
        """Record an item; it adds to an earlier one of the same name, and replaces its parts."""
        items = {known["name"]: known for known in self.record[kind]}
        items[item["name"]] = items.get(item["name"], {}) | item
        self.record[kind] = list(items.values())
        if self.out:
            text = json.dumps(self.record, ensure_ascii=False, indent=1)
            (self.out / RECORD).write_text(text, encoding="utf-8", newline="\n")

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
        _current = Outputs(Path(out) if out else None, language=os.environ.get(LANGUAGE, "both"))
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
        outputs = current_outputs()
        aside = "" if outputs.out else " (written where a study runs)"
        return [outputs.save(within, *file) + aside for file in files.items()]
    own = Outputs(Path(folder))
    return [str(Path(folder, own.save("", *file))) for file in files.items()]


def show(*exhibits: Exhibit | Refusal) -> None:
    """Display exhibits; in a run they are saved and recorded, as is every refusal.

    In a run an exhibit that holds article text is saved under ``reading/``, and the notebook
    keeps its caption and the place, so that notebook and report can be passed on.

    Parameters
    ----------
    exhibits
        What ``q.exhibit_…`` returned.

    Examples
    --------
    >>> table = pd.DataFrame({"outlet": ["x"], "articles": [9]})
    >>> show(Exhibit("articles", table=table, title=Words(en="Articles")))
    Exhibit articles: Articles (table of 1 row)
    >>> show(Refusal("3 articles are too few", remedy="take paragraphs"))
    not done: 3 articles are too few
      remedy: take paragraphs
    """
    outputs = current_outputs()
    for exhibit in exhibits:
        if isinstance(exhibit, Refusal):
            text, arabic = str(exhibit), in_arabic(str(exhibit))
            outputs.add("refusals", {"name": text, "text": text, "ar": arabic})
            print(in_language(f"not done: {text}", outputs.language))
            continue
        expect(exhibit, Exhibit, made_by="q.exhibit_…(…)")
        files = save_exhibit(exhibit, outputs)
        if exhibit.private and outputs.out:
            where = in_language(f"holds article text: see {files[0]}", outputs.language)
            print(exhibit.title.in_language(outputs.language), where, sep="\n")
        else:
            display(exhibit.in_language(outputs.language))  # type: ignore[no-untyped-call]


def keep_hits(
    name: str,
    hits: pd.DataFrame | Mapping[str, Any],
    *key: str,
    tokens: Tokens | None = None,
    titles: Any = None,
) -> None:
    """Keep where the words behind an exhibit stand, so that its sentences can be read; in a run.

    From these ``reading/reading.html`` leads from a bar of the exhibit to its sentences.

    Parameters
    ----------
    name
        That of the exhibit.
    hits
        Columns ``article`` (row of the corpus), ``start`` and ``end``, and those of the key; or
        queries by name, which are then looked for in ``tokens``.
    key
        The columns that together name a bar, such as the frame.
    titles
        Words for the key's first column: ``ar`` and ``en`` of each value, or a function that gives
        those of a language.

    Examples
    --------
    >>> hits = pd.DataFrame({"frame": ["conflict"], "article": 0, "start": 0, "end": 4})
    >>> keep_hits("frames-generic", hits, "frame")  # nothing is written where no study runs
    """
    outputs = current_outputs()
    if outputs.out is None:
        return
    if tokens is not None:
        found = [tokens.match(query).assign(query=str(label)) for label, query in hits.items()]
        hits, key = pd.concat(found), ("query",)
    table = pd.DataFrame(hits)
    names = table[list(key)].itertuples(index=False)
    table = table[["article", "start", "end"]].astype("int32").reset_index(drop=True)
    table["key"] = [JOINT.join(map(inert, name)) for name in names]
    if callable(titles):
        titles = pd.DataFrame({tongue: titles(tongue) for tongue in LANGUAGES}).to_dict("index")
    table.attrs = {"titles": titles or {}}
    content = table.astype({"key": "category"}).to_parquet(None)
    outputs.save(READING, HITS.format(safe_name(name)), content)


def save_exhibit(exhibit: Exhibit, outputs: Outputs) -> list[str]:
    """Save and record an exhibit; its files. Figure and table of one name are one exhibit."""
    name = safe_name(exhibit.name)
    words = {
        part: asdict(getattr(exhibit, part))
        for part in ("title", "caption", "notes", "alternative", "finding")
        if getattr(exhibit, part) != Words()
    }
    item: dict[str, Any] = {"name": name, "called": exhibit.name, **words}
    item |= {"private": True} if exhibit.private else {}
    item |= {"p": float(f"{exhibit.p:.3g}")} if exhibit.p is not None else {}
    item |= {"basis": exhibit.basis} if exhibit.finding != Words() else {}
    if exhibit.figure is not None:
        item["figure"] = _save_figures(exhibit, outputs)
    if exhibit.table is not None:
        item |= _save_table(exhibit, outputs)
    outputs.add("exhibits", item)
    return [*item.get("figure", []), *item.get("table", [])]


def _save_figures(exhibit: Exhibit, outputs: Outputs) -> list[str]:
    """Save an exhibit's figure, or one in each of two languages; its files."""
    files: list[str] = []
    folder = READING if exhibit.private else "figures"
    kinds = tuple(dict.fromkeys(["svg", *FORMATS])) if outputs.out else ("png",)  # svg: the page's
    own = "ar" if outputs.language == "ar" else "en"
    figures: dict[str, Any] = exhibit.figures or {own: exhibit.figure}
    for tongue, figure in figures.items():
        if outputs.fictional:
            _mark_as_fictional(figure, note(tongue, "fiction"))
        stem = safe_name(f"{exhibit.name}-{tongue}" if len(figures) > 1 else exhibit.name)
        pictures = figure_files(figure, kinds)
        files += [outputs.save(folder, f"{stem}.{kind}", made) for kind, made in pictures.items()]
    return files


def _save_table(exhibit: Exhibit, outputs: Outputs) -> dict[str, Any]:
    """Save an exhibit's table as CSV and, where it may be published, as LaTeX; its record."""
    name = safe_name(exhibit.name)
    data = pd.DataFrame(exhibit.table if exhibit.data is None else exhibit.data)
    tables = exhibit.tables or dict.fromkeys(LANGUAGES, data)
    if exhibit.private:
        made: dict[str, bytes | str] = {f"{name}.csv": csv_text(data)}
        if len(data) <= SHEET_ROWS:
            made |= sheet_files(tables["ar"] if outputs.language == "ar" else data, name)
        return {"table": [outputs.save(READING, *file) for file in made.items()], "rows": len(data)}
    tongue = "ar" if outputs.language == "ar" else "en"
    table = tables[tongue]
    about = title = exhibit.title.in_language(tongue) or exhibit.title.in_language("")
    if len(table) > ROWS:
        title += f" ({note(tongue, 'first_rows', shown=ROWS, all=len(table))})"
    title += f" ({note(tongue, 'fiction')}.)" if outputs.fictional else ""
    latex = latex_table(table.head(ROWS), title, f"tab:{name}")
    made = {f"{name}.csv": csv_text(data), f"{name}.tex": latex}
    if outputs.out:
        notes = exhibit.notes.in_language(tongue)
        word = word_table(table.head(ROWS), title, notes, right_to_left=tongue == "ar")
        made[f"{name}.docx"] = word
    # Numbers of a table that was laid out for a paper, and so lost columns, may be cited.
    short = tables if table.shape[1] < data.shape[1] else {}
    cited = {t: numbers_of(each.head(CITED), language=t) for t, each in short.items()}
    numbers, told = cited.get("en", {}), cited.get(tongue, {})
    if list(told.values()) != list(numbers.values()):  # rows that one language does not tell apart
        told = numbers
    # Arabic names that are transliterated alike are told apart by their hash.
    latin = {key: latin_name(f"{name} {key}") for key in numbers}
    times = Counter(latin.values())
    own = {key: f"-{value_hash(key)[:4]}" if times[latin[key]] > 1 else "" for key in numbers}
    return {
        "table": [outputs.save("tables", *file) for file in made.items()],
        "numbers": [
            {"name": latin[key] + own[key], "value": value, "meaning": f"{about}: {meaning}"}
            for (key, value), meaning in zip(numbers.items(), told, strict=True)
        ],
        "rows": len(table),
        "cells": {tongue: shown_cells(shown.head(ROWS)) for tongue, shown in tables.items()},
        # Where each of these rows stands in the CSV file.
        "of_rows": (table.index if exhibit.tables else np.arange(len(table)))[:ROWS].tolist(),
    }


def _mark_as_fictional(figure: Any, words: str) -> None:
    """Write above the picture that it shows fiction; the layout makes room for it."""
    mark = wrap_label(words, 60)
    text = figure.get_suptitle()
    if not text:
        figure.suptitle(mark, x=0.99, ha="right", fontsize=7.5, color=GREY)
    elif mark not in text:
        figure.suptitle(f"{text}\n{mark}")


def safe_name(name: str) -> str:
    """A name for files and macros, whatever a column, frame or naming set is called.

    Small Latin letters, digits, - and _ stay; with other letters four figures of a hash keep two
    names apart that would be written alike.

    Examples
    --------
    >>> safe_name("topics-by-outlet"), safe_name("topics-by-القسم")
    ('topics-by-outlet', 'topics-by-alqsm-9cac')
    """
    plain = latin_name(name)[:LONGEST_NAME].strip("-")
    return name if plain == name else f"{plain or 'output'}-{value_hash(name)[:4]}"


def latin_name(name: str) -> str:
    """The name in small Latin letters, digits, - and _; Arabic is transliterated.

    >>> latin_name("frames أوراق قرطاج, share")
    'frames-awraq-qrtaj-share'
    """
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower().translate(_LATIN)).strip("-")


def number(name: str, value: float | int | str, *, meaning: str = "") -> float | int | str:
    """The value, recorded for ``numbers.json`` and as a LaTeX macro in ``numbers.tex``.

    Parameters
    ----------
    name
        As it is cited: lower-case letters, digits and _.
    meaning
        What it is, with its unit; by default as ``data/words/numbers.yaml`` has it.

    Examples
    --------
    >>> number("articles", 12)
    12
    """
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float):
        plain = float(f"{plain:.{DIGITS_OF_NUMBERS}g}")
    elif not isinstance(plain, int | str):
        raise StudyError(f"{name} is {type(plain).__name__}", remedy="give one number or one text")
    known = {} if meaning else _bundled_words("numbers", name)
    item = {"value": plain, "meaning": meaning or known["en"], "ar": known.get("ar", meaning)}
    current_outputs().add("numbers", {"name": safe_name(name), **item})
    return plain


def methods(
    name: str,
    text: str | Words = "",
    *,
    cite: Sequence[str] = (),
    outputs: Outputs | None = None,
    **values: Any,
) -> None:
    """Record a sentence for the methods paragraph, with the keys of the works it rests on.

    Parameters
    ----------
    name
        What the sentence is about; a later one of the same name takes its place.
    text
        The sentence; by default that of ``data/words/methods.yaml``, filled with the values.
    cite
        Keys of the bundled bibliography.
    outputs
        Where to record it; default: with what this notebook saves.
    values
        What takes the places in braces; where one of them is a refusal nothing is recorded.

    Examples
    --------
    >>> methods("words", lexemes="hybrid", fold="alef, ya")
    >>> current_outputs().record["methods"][-1]["text"]
    'Forms were brought together to lexemes (hybrid); spellings were folded for alef, ya.'
    """
    outputs, known = outputs or current_outputs(), {} if text else _bundled_words("methods", name)
    shown = {key: f"{v:,}" if isinstance(v, int) else v for key, v in values.items()}
    arabic = {key: in_arabic(v) if isinstance(v, str) else v for key, v in shown.items()}
    given = text if isinstance(text, Words) else Words(ar=text, en=text)
    texts = {"en": given.en, "ar": in_arabic(given.ar)}
    if known:
        texts = {"en": known["en"].format_map(shown), "ar": known["ar"].format_map(arabic)}
    works = [*known.get("cite", ()), *cite]
    item = {"name": safe_name(name), "text": texts["en"], "ar": texts["ar"], "cite": works}
    told = texts["ar" if outputs.language == "ar" else "en"]
    item["numbers"] = [
        {"name": f"methods-{item['name']}-{place}", "value": found[0], "meaning": _beside(found)}
        for place, found in enumerate(NUMBERS.finditer(told), start=1)
    ]
    outputs.add("methods", item)


def _beside(found: re.Match[str]) -> str:
    """What stands around a number in its sentence, the number itself in brackets."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    return f"…{before[-BESIDE:]}[{found[0]}]{after[:BESIDE]}…"


def _bundled_words(file: str, name: str) -> dict[str, Any]:
    known = bundled_words(file)
    if name not in known:
        raise StudyError(f"{name} has no words", remedy="give them: meaning= or text=")
    return dict(known[name])
