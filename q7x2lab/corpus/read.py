"""Articles in, a corpus out: every row is either an article or rejected with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from openpyxl.cell.cell import ERROR_CODES

from q7x2lab.arabic.text_flags import Flag, text_flags
from q7x2lab.corpus import model
from q7x2lab.corpus.clean import clean_texts
from q7x2lab.corpus.columns import FIELDS, place_columns, read_dates, text_cells
from q7x2lab.corpus.copies import find_duplicates
from q7x2lab.corpus.files import UNNAMED, Source, named_in_errors, rows_of
from q7x2lab.corpus.formats import FileRows
from q7x2lab.corpus.furniture import remove_furniture
from q7x2lab.corpus.parts import each_text
from q7x2lab.corpus.periods import calendar_day, date_flags
from q7x2lab.errors import CorpusError, counted, expect_known

EXCEL_ERRORS = (*ERROR_CODES, "#SPILL!", "#CALC!")
OWN = ["file", "line", "written", "flags", "reason"]  # columns of the work in hand
# Kinds of objects that a Parquet file stores; other columns (times, numbers and words) are text.
STORED = ("string", "boolean", "integer", "floating", "mixed-integer-float", "date", "datetime")
MISSING = {  # an empty cell of a column that the file has: its flag, and what was done
    "id": ("no id", "named by its file and line"),
    "outlet": ("no outlet", f"filed under {UNNAMED!r}"),
    "date": ("no date", "counted, but in no period"),
}


def read_corpus(
    source: Source,
    *,
    columns: Mapping[str, str] | None = None,
    date_from: object = None,
    date_to: object = None,
    outlets: Iterable[str] | None = None,
    without: Iterable[str] = (),
    clean: bool = True,
    copies: str = "all",
    keep_furniture: Iterable[str] = (),
    drop_furniture: Iterable[str] = (),
) -> model.Corpus:
    """The corpus of these articles, with an account of every row and every change.

    Parameters
    ----------
    source
        A csv, tsv, jsonl, parquet, xlsx or txt file (plain or .gz); a docx, rtf or html export of
        Nexis or Factiva; a list of them, a folder, a DataFrame, or ``"demo"``.
    columns
        Which column holds ``text``, ``date``, ``outlet``, ``title`` and ``id``, where it is not
        recognised; and names for others, such as ``{"section": "القسم"}``.
    date_from, date_to
        The first and the last day kept.
    outlets, without
        The outlets kept (None: all), and those left out.
    clean
        Whether to undo markup, wrong encodings and furniture.
    copies
        How copies count: ``all``, ``once`` (one article a cluster) or ``weighted``.
    keep_furniture, drop_furniture
        Kinds of furniture, outlets or beginnings of lines that stay; passages that go wherever
        they stand.

    Returns
    -------
    Corpus
        Rows read = ``articles`` + ``rejected``.

    Raises
    ------
    CorpusError
        If a file, column, date or outlet is wrong: it names the file, the row or key, the value
        and the remedy.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": ["2022-02-24", "2023-02-30"],
    ...                       "outlet": "x", "text": "نص قصير"})
    >>> read_corpus(table).rejected["reason"].tolist()
    ['date cannot be read: 2023-02-30']
    """
    expect_known(copies, model.COPY_RULES, f"copies: {copies!r} is no rule", CorpusError)
    files = rows_of(source)
    placed = [place_columns(rows.table, columns, where=rows.file) for rows in files]
    tables = [_one_table(rows, held) for rows, (held, _) in zip(files, placed, strict=True)]
    table = pd.concat(tables, ignore_index=True)
    changes = _clean(table) if clean else model.empty(["row", *model.CHANGES])
    _rename_repeated_ids(table)
    for row, flag in date_flags(table["date"]).items():
        table["flags"].array[row].append(flag)
    wanted = _kept_outlets(set(table["outlet"]), outlets, without)
    table["reason"] = _reasons(table, _day(date_from, "from"), _day(date_to, "to"), wanted)
    kept = table["reason"] == ""
    unread = pd.DataFrame([row for rows in files for row in rows.rejected], columns=model.REJECTED)
    rejected = pd.concat([unread, table.loc[~kept, model.REJECTED]], ignore_index=True)
    if not kept.any():
        _refuse_nothing(rejected, files)
    articles = table[kept].reset_index(drop=True)
    corpus = model.Corpus(
        articles.drop(columns=OWN),
        rejected=rejected,
        changes=_by_article(changes, table["id"]),
        sources=pd.DataFrame([rows.source for rows in files], columns=model.SOURCES),
        origin=articles[model.ORIGIN],
        flags=_all_flags(articles),
        columns=pd.concat([why for _, why in placed]).drop_duplicates(ignore_index=True),
    )
    corpus = _without_furniture(corpus, keep_furniture, drop_furniture) if clean else corpus
    return model.count_copies(corpus, find_duplicates(corpus), copies)


def _all_flags(articles: pd.DataFrame) -> pd.DataFrame:
    """The flags of texts and of rows, article by article."""
    by_text = each_text(text_flags, articles["text"])
    rows = zip(articles["id"], by_text, articles["flags"], strict=True)
    flags = [(name, *flag) for name, told, met in rows for flag in [*told, *met]]
    return pd.DataFrame(flags, columns=model.FLAGS)


def _one_table(rows: FileRows, held: Mapping[str, str]) -> pd.DataFrame:
    """The rows of one file under our names: the work in hand, the core, then its own columns.

    Adds to the notes of `rows` how dates were read. `flags` holds a list of flags for each row.
    """
    with named_in_errors(rows.file):
        raw = rows.table.reset_index(drop=True)
        table = pd.DataFrame({"file": rows.file, "line": rows.table.index}, index=raw.index)
        if rows.format == "txt" and "file" in raw:
            table["file"] = raw.pop("file")
        _check_text(raw[held["text"]])
        for name in FIELDS:
            table[name] = text_cells(raw[held[name]]) if name in held else ""
        table["written"] = table["date"]
        table["flags"] = pd.Series(_row_flags(table, held), table.index, object)
        cells = raw[held["date"]] if "date" in held else table["date"]
        table["date"], notes = read_dates(cells, first_day=rows.first_day)
        rows.notes += notes if "date" in held else ["no column of dates"]
        _check_dates(table, held.get("date", ""))
    place = table["file"] + ":" + table["line"].astype("str")
    table["id"] = table["id"].mask(table["id"] == "", place)
    table["outlet"] = table["outlet"].replace("", UNNAMED)
    table["reason"], table["cluster"], table["weight"] = "", 0, 1.0
    own = {column: field for field, column in held.items() if field not in FIELDS}
    taken = (*model.CORE, *OWN, *own.values())
    names = {n: own.get(str(n), f"{n} (column)" if n in taken else n) for n in raw}
    rest = {names[n]: _storable(raw[n]) for n in raw if n in own or n not in held.values()}
    return pd.concat([table[[*OWN, *model.CORE]], pd.DataFrame(rest, raw.index)], axis=1)


def _storable(cells: pd.Series) -> pd.Series:
    """A column as it is, or as text where it holds what the prepared corpus cannot store."""
    kept = cells.dtype != object or pd.api.types.infer_dtype(cells) in STORED
    return cells if kept else text_cells(cells).where(cells.notna())


def _row_flags(table: pd.DataFrame, held: Iterable[str]) -> list[list[Flag]]:
    """The flags of each row; empties in place the cells that hold an error of Excel.

    Dates and texts are left as they are, since they are rejected by their value.
    """
    found: list[list[Flag]] = [[] for _ in table.index]
    for name in table.columns.intersection(list(held)):
        wrong = table[name].isin(EXCEL_ERRORS) & (name not in ("date", "text"))
        for row in np.flatnonzero(wrong):
            evidence = f"{name}: {table[name].iloc[row]} taken for an empty cell"
            found[row].append(("error of Excel in a cell", evidence))
        table[name] = table[name].mask(wrong, "")
        for row in np.flatnonzero((table[name] == "") & (name in MISSING)):
            found[row].append(MISSING[name])
    return found


def _check_text(cells: pd.Series) -> None:
    """Refuse a column of lists, numbers or dates as the text."""
    known = cells.dropna()
    nested = any(isinstance(cell, list | dict | np.ndarray) for cell in known)
    if len(known) and (nested or pd.api.types.infer_dtype(known) in (*STORED[1:], "datetime64")):
        kind = "lists" if nested else f"values of type {known.dtype}"
        what = f"column {cells.name!r}, taken for the text, holds {kind}"
        raise CorpusError(what, remedy="map the column of the text, or turn its cells into text")


def _check_dates(table: pd.DataFrame, column: str) -> None:
    """Refuse a column of dates most of which cannot be read: it is another column."""
    written = table["written"] != ""
    bad = table[written & table["date"].isna()]
    if len(bad) > max(5, 0.5 * written.sum()):
        row = bad.iloc[0]
        what = f"line {row['line']}: {len(bad)} of {written.sum()} dates in column {column!r} "
        what += f"cannot be read, such as {row['written'][:60]!r}"
        remedy = "map the column of dates, or write them as 2022-02-24"
        raise CorpusError(what, where=row["file"], remedy=remedy)


def _clean(table: pd.DataFrame) -> pd.DataFrame:
    """Cleans outlet, id, title and text in place; what changed in titles and texts, by row."""
    for name in ("outlet", "id"):
        table[name] = clean_texts(table[name].map(lambda cell: " ".join(cell.split())))[0]
    table["title"], titles = clean_texts(table["title"])
    table["text"], texts = clean_texts(table["text"])
    return pd.concat([titles.assign(step="title: " + titles["step"]), texts], ignore_index=True)


def _by_article(changes: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Changes with the ids of their articles for the numbers of their rows."""
    return changes.assign(article=ids.to_numpy()[changes["row"].astype(int)])[model.CHANGES]


def _rename_repeated_ids(table: pd.DataFrame) -> None:
    """Makes ids unique in place, and flags each that was met before."""
    old, place = table["id"], table["file"] + ", line " + table["line"].astype("str")
    first = place.groupby(old).transform("first")
    times, taken = old.groupby(old).cumcount() + 1, set(old)
    for row in table.index[times > 1]:
        name = next(n for k in count(times[row]) if (n := f"{old[row]} ({k})") not in taken)
        taken.add(name)
        evidence = f"{old[row][:60]} is first in {first[row]}; this one renamed to {name[:80]}"
        table["flags"].array[row].append(("id met before", evidence))
        table.at[row, "id"] = name


def _reasons(table: pd.DataFrame, first: Any, last: Any, wanted: set[str]) -> pd.Series:
    """Why a row is no article, in words; empty where it is one. Of several the last stands."""
    if first > last:
        raise CorpusError(f"from {first:%Y-%m-%d} is after to {last:%Y-%m-%d}", remedy="swap them")
    date, written, text = table["date"], table["written"], table["text"].str.strip()
    bounded = not (pd.isna(first) and pd.isna(last))
    reasons = pd.Series("", index=table.index, dtype=object)
    reasons[~table["outlet"].isin(wanted)] = "outlet not asked for"
    reasons[date >= last + pd.Timedelta(days=1)] = f"after {str(last)[:10]}"
    reasons[date < first] = f"before {str(first)[:10]}"
    reasons[date.isna() & bounded] = "no date, so neither within nor outside the period"
    reasons[date.isna() & (written != "")] = "date cannot be read: " + written.str[:60]
    reasons[text == ""] = "no text"
    reasons[text.isin(EXCEL_ERRORS)] = "no text: " + text
    return reasons


def _kept_outlets(known: set[str], only: Iterable[str] | None, without: Iterable[str]) -> set[str]:
    """The outlets that are kept; each that an option names must be in the corpus."""
    kept = known if only is None else set(_listed(only))
    named = {"outlets": kept, "without": set(_listed(without))}
    for key, names in named.items():
        for name in names:
            expect_known(name, sorted(known), f"{key}: {name!r} is not in the corpus", CorpusError)
    return kept - named["without"]


def _listed(names: Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else [str(name) for name in names]


def _day(value: object, key: str) -> Any:
    """The day that an option names; NaT, which no date is before or after, where it is None."""
    return pd.NaT if value is None else calendar_day(value, key, CorpusError)


def _refuse_nothing(rejected: pd.DataFrame, files: list[FileRows]) -> None:
    """Say why no row is an article."""
    where = ", ".join(rows.file for rows in files)[:200]
    why = rejected["reason"].mode().get(0, "no rows below the header")
    what = f"none of {counted(len(rejected), 'row')} is an article: {why}"
    raise CorpusError(what, where=where, remedy="check the columns, the period and the outlets")


def _without_furniture(
    corpus: model.Corpus, keep: Iterable[str], drop: Iterable[str]
) -> model.Corpus:
    """The corpus without site furniture; a text that would be nothing else is left as it was."""
    articles = corpus.articles
    texts, found, furniture = remove_furniture(articles, keep=_listed(keep), drop=_listed(drop))
    alone = texts.str.strip() == ""
    found = _by_article(found[~found["row"].isin(np.flatnonzero(alone))], articles["id"])
    articles = articles.assign(text=texts.mask(alone, articles["text"]))
    changes = pd.concat([corpus.changes, found], ignore_index=True)
    return replace(corpus, articles=articles, changes=changes, furniture=furniture)
