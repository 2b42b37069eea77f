"""Articles in, a corpus out: every row is either an article or rejected with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count

import numpy as np
import pandas as pd

from q7x2lab.corpus.cell_values import read_dates, text_cells
from q7x2lab.corpus.clean import clean_texts
from q7x2lab.corpus.columns import recognise_columns
from q7x2lab.corpus.copies import find_duplicates
from q7x2lab.corpus.files import UNNAMED, Source, named_in_errors, rows_of
from q7x2lab.corpus.flags import EXCEL_ERROR, EXCEL_ERRORS, far_dates, text_flags
from q7x2lab.corpus.formats import Rows
from q7x2lab.corpus.furniture import remove_furniture
from q7x2lab.corpus.model import (
    CHANGES,
    COPY_RULES,
    CORE,
    FLAGS,
    ORIGIN,
    REJECTED,
    SOURCES,
    Corpus,
    count_copies,
    empty,
)
from q7x2lab.corpus.workbooks import NO_VALUE
from q7x2lab.errors import CorpusError, counted, did_you_mean

OWN = ("file", "line", "written", "flags")  # columns of the work in hand, dropped at its end
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
    clean: bool = True,
    copies: str = "all",
    keep_furniture: Iterable[str] = (),
) -> Corpus:
    """The corpus of these articles, with an account of every row and every change.

    Parameters
    ----------
    source
        A csv, tsv, jsonl, parquet, xlsx or txt file (plain or .gz), a list of them, a folder, a
        DataFrame, or ``"demo"``.
    columns
        Which column holds ``text``, ``date``, ``outlet``, ``title`` and ``id``: only those that
        are not recognised.
    date_from, date_to
        The first and the last day kept.
    outlets
        The outlets kept; None: all.
    clean
        Whether to undo markup, wrong encodings and furniture.
    copies
        How copies count: ``all``, ``once`` (one article a cluster) or ``weighted``.
    keep_furniture
        Kinds of furniture, outlets or beginnings of lines that stay.

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
    if copies not in COPY_RULES:
        raise CorpusError(f"copies: {copies!r} is no rule", remedy=did_you_mean(copies, COPY_RULES))
    files = rows_of(source)
    table = pd.concat([_one_table(rows, columns) for rows in files], ignore_index=True)
    for row, flag in far_dates(table["date"]).items():
        table.at[row, "flags"].append(flag)
    changes = _clean(table) if clean else empty(CHANGES)
    reasons = _reasons(table, date_from, date_to, outlets)
    articles = table[reasons == ""].reset_index(drop=True)
    left_out = table.assign(reason=reasons).loc[reasons != "", list(REJECTED)]
    unread = pd.DataFrame([row for rows in files for row in rows.rejected], columns=REJECTED)
    rejected = pd.concat([unread, left_out], ignore_index=True)
    if articles.empty:
        _refuse_nothing(rejected, files)
    flags = [
        (name, *flag)
        for name, text, found in articles[["id", "text", "flags"]].itertuples(index=False)
        for flag in [*text_flags(text), *found]
    ]
    corpus = Corpus(
        articles.drop(columns=list(OWN)),
        rejected=rejected,
        changes=changes,
        sources=pd.DataFrame([_source(rows) for rows in files], columns=SOURCES),
        origin=articles[list(ORIGIN)],
        flags=pd.DataFrame(flags, columns=FLAGS),
    )
    corpus = _without_furniture(corpus, keep_furniture) if clean else corpus
    return count_copies(corpus, find_duplicates(corpus), copies)


def _one_table(rows: Rows, columns: Mapping[str, str] | None) -> pd.DataFrame:
    """The rows of one file under our names: the work in hand, the core, then its own columns.

    Adds to the notes of `rows` how dates were read. `flags` holds a list of flags for each row.
    """
    with named_in_errors(rows.file):
        held = recognise_columns(rows.table.columns, columns)
        raw = rows.table.reset_index(drop=True)
        table = pd.DataFrame({"file": rows.file, "line": rows.table.index}, index=raw.index)
        if rows.format == "txt" and "file" in raw:
            table["file"] = raw.pop("file")
        for name in ("id", "outlet", "title", "text", "date"):
            table[name] = text_cells(raw[held[name]]) if name in held else ""
        table["written"] = table["date"]
        table["flags"] = _row_flags(rows, table, held)
        dates, notes = pd.Series(pd.NaT, raw.index, "datetime64[us]"), ["no column of dates"]
        if "date" in held:
            dates, notes = read_dates(raw[held["date"]], first_day=rows.first_day)
        table["date"] = dates
        rows.notes += notes
        _check_dates(table, held.get("date", ""))
    unnamed = table["id"] == ""
    table.loc[unnamed, "id"] = (table["file"] + ":" + table["line"].astype("str"))[unnamed]
    table["outlet"] = table["outlet"].replace("", UNNAMED)
    table["cluster"], table["weight"] = np.arange(len(table)), 1.0
    rest = raw.drop(columns=list(held.values()))
    reserved = {n: f"{n} (column)" for n in rest if n in (*CORE, *OWN, "reason")}
    return pd.concat([table[[*OWN, *CORE]], rest.rename(columns=reserved)], axis=1)


def _row_flags(
    rows: Rows, table: pd.DataFrame, held: Mapping[str, str]
) -> list[list[tuple[str, str]]]:
    """The flags of each row; empties in place the cells that hold an error of Excel.

    Dates are left as they are, since they are rejected by their value.
    """
    found = [list(rows.hints.get(line, ())) for line in table["line"]]
    for name in held:
        wrong = table[name].isin(EXCEL_ERRORS) & (name != "date")
        for row in table.index[wrong]:
            found[row].append(
                (EXCEL_ERROR, f"{name}: {table.at[row, name]} taken for an empty cell")
            )
        table[name] = table[name].mask(wrong, "")
    for name in MISSING.keys() & held.keys():
        for row in table.index[table[name] == ""]:
            found[row].append(MISSING[name])
    return found


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


def _source(rows: Rows) -> tuple[str, str, str, int, str]:
    total = len(rows.table) + len(rows.rejected)
    return rows.file, rows.format, rows.encoding, total, "; ".join(rows.notes)


def _clean(table: pd.DataFrame) -> pd.DataFrame:
    """Cleans outlet, id, title and text in place; what changed in titles and texts."""
    for name in ("outlet", "id"):
        table[name] = clean_texts(table[name].map(lambda cell: " ".join(cell.split())))[0]
    _rename_repeated_ids(table)
    found = []
    for name, prefix in (("title", "title: "), ("text", "")):
        table[name], changes = clean_texts(table[name])
        found.append(changes.assign(step=prefix + changes["step"]))
    return _by_article(pd.concat(found, ignore_index=True), table["id"])


def _by_article(changes: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Changes with the ids of their articles for the numbers of their rows."""
    return changes.assign(article=ids.to_numpy()[changes["row"].astype(int)])[list(CHANGES)]


def _rename_repeated_ids(table: pd.DataFrame) -> None:
    """Makes ids unique in place, and flags each that was met before."""
    old, place = table["id"], table["file"] + ", line " + table["line"].astype("str")
    first = place.groupby(old).transform("first")
    times, taken = old.groupby(old).cumcount() + 1, set(old)
    for row in table.index[times > 1]:
        name = next(n for k in count(times[row]) if (n := f"{old[row]} ({k})") not in taken)
        taken.add(name)
        evidence = f"{old[row][:60]} is first in {first[row]}; this one renamed to {name[:80]}"
        table.at[row, "flags"].append(("id met before", evidence))
        table.at[row, "id"] = name


def _reasons(
    table: pd.DataFrame, date_from: object, date_to: object, outlets: Iterable[str] | None
) -> pd.Series:
    """Why a row is no article, in words; empty where it is one. The first reason found stands."""
    first, last = _day(date_from, "from"), _day(date_to, "to")
    if first > last:
        raise CorpusError(f"from {date_from} is after to {date_to}", remedy="swap the dates")
    date, written = table["date"], table["written"]
    bounded = not (pd.isna(first) and pd.isna(last))
    wanted = _known_outlets(outlets, table["outlet"])
    found = {
        "outlet not asked for": ~table["outlet"].isin(wanted),
        f"after {str(last)[:10]}": date >= last + pd.Timedelta(days=1),
        f"before {str(first)[:10]}": date < first,
        "no date, so neither within nor outside the period": date.isna() & bounded,
    }
    reasons = pd.Series("", index=table.index, dtype=object)
    for reason, where in found.items():
        reasons[where] = reason
    unread = date.isna() & (written != "")
    reasons[unread] = "date cannot be read: " + written.str[:60]
    emptied = table["flags"].map(_what_emptied).astype("str")
    reasons[table["text"].str.strip() == ""] = "no text" + emptied
    return reasons


def _what_emptied(flags: list[tuple[str, str]]) -> str:
    """What emptied a row's text, such as `: formula without …`."""
    return next(
        (f": {evidence}" for flag, evidence in flags if flag in (NO_VALUE, EXCEL_ERROR)), ""
    )


def _known_outlets(outlets: Iterable[str] | None, known: pd.Series) -> list[str]:
    """The outlets asked for, all where none is."""
    wanted = [outlets] if isinstance(outlets, str) else list(known if outlets is None else outlets)
    for name in set(wanted) - set(known):
        remedy = did_you_mean(name, sorted(set(known)))
        raise CorpusError(f"outlets: {name!r} is not in the corpus", remedy=remedy)
    return wanted


def _day(value: object, key: str) -> pd.Timestamp:
    """The day that an option names; NaT, which no date is before or after, where it is None."""
    when = pd.to_datetime(None if value is None else str(value), errors="coerce")
    if pd.isna(when) and value is not None:
        raise CorpusError(f"{key}: {value!r} is no date", remedy="write it as 2022-02-24")
    return pd.NaT if value is None else when.tz_localize(None).normalize()


def _refuse_nothing(rejected: pd.DataFrame, files: list[Rows]) -> None:
    """Say why no row is an article."""
    where = ", ".join(rows.file for rows in files)[:200]
    if rejected.empty:
        raise CorpusError("no rows below the header", where=where, remedy="check the export")
    why = f"most often: {rejected['reason'].mode()[0]}"
    what = f"none of {counted(len(rejected), 'row')} is an article; {why}"
    raise CorpusError(what, where=where, remedy="check the columns, the period and the outlets")


def _without_furniture(corpus: Corpus, keep: Iterable[str]) -> Corpus:
    """The corpus without site furniture; a text that would be nothing else is left as it was."""
    articles = corpus.articles
    kept = [keep] if isinstance(keep, str) else list(keep)
    texts, found, furniture = remove_furniture(articles, keep=kept)
    alone = texts.str.strip() == ""
    found = _by_article(found[~found["row"].isin(np.flatnonzero(alone))], articles["id"])
    return replace(
        corpus,
        articles=articles.assign(text=texts.mask(alone, articles["text"])),
        changes=pd.concat([corpus.changes, found], ignore_index=True),
        furniture=furniture,
    )
