"""Articles in, a corpus out: every row is either an article or rejected with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from q7x2lab.corpus.clean import clean_texts
from q7x2lab.corpus.columns import recognise_columns
from q7x2lab.corpus.copies import find_duplicates
from q7x2lab.corpus.datecells import read_dates
from q7x2lab.corpus.flags import find_flags
from q7x2lab.corpus.formats import Rows
from q7x2lab.corpus.furniture import remove_furniture
from q7x2lab.corpus.hints import UNNAMED, as_flags, blank_errors, far_dates, row_hints, why_blank
from q7x2lab.corpus.model import (
    CHANGES,
    COPY_RULES,
    CORE,
    ORIGIN,
    REJECTED,
    SOURCES,
    Corpus,
    count_copies,
)
from q7x2lab.corpus.sources import Source, source_rows
from q7x2lab.errors import CorpusError, counted, did_you_mean


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

    source: a csv, tsv, jsonl, parquet, xlsx or txt file (plain or .gz), a list of them, a folder,
    a DataFrame, or "demo". columns: {"text": …, "date": …, "outlet": …, "title": …, "id": …},
    only what is not recognised. date_from, date_to: first and last day kept. outlets: those kept.
    clean: undo markup, wrong encodings and furniture. copies: `all`, `once` (one article a
    cluster) or `weighted`. keep_furniture: kinds, outlets or beginnings of lines that stay.

    Rows read = articles + rejected. Raises CorpusError where a file, column, date or outlet is
    wrong, naming the file, the row or key, the value and the remedy.

    >>> table = pd.DataFrame({"id": ["a", "b"], "date": ["2022-02-24", "2023-02-30"],
    ...                       "outlet": "x", "text": "نص قصير"})
    >>> read_corpus(table).rejected["reason"].tolist()
    ['date cannot be read: 2023-02-30']
    """
    if copies not in COPY_RULES:
        raise CorpusError(f"copies: {copies!r} is no rule", remedy=did_you_mean(copies, COPY_RULES))
    parts: list[Part] = []
    for rows in source_rows(source):
        parts.append(_one_table(rows, columns, start=sum(len(part.table) for part in parts)))
    table = pd.concat([part.table for part in parts], ignore_index=True)
    rejected = [row for part in parts for row in part.rows.rejected]
    sources = pd.DataFrame([part.source() for part in parts], columns=list(SOURCES))
    hints = pd.concat([part.hints for part in parts] + [far_dates(table["date"])])
    changes, twice = _clean_all(table) if clean else (_no_changes(), _unique_ids(table))
    flags = pd.concat([as_flags(hints, table["id"]), twice])
    table["reason"] = _reasons(table, date_from, date_to, outlets)
    kept = table["reason"] == ""
    listed = table.loc[~kept, list(REJECTED)]
    articles = table[kept].reset_index(drop=True)
    if articles.empty:
        _explain_nothing(listed, rejected, sources)
    corpus = Corpus(
        articles.drop(columns=["file", "line", "reason", "written", "blank"]),
        rejected=pd.concat(
            [pd.DataFrame(rejected, columns=list(REJECTED)), listed], ignore_index=True
        ),
        changes=changes,
        sources=sources,
        origin=articles[list(ORIGIN)],
        flags=pd.concat(
            [find_flags(articles), flags[flags["article"].isin(articles["id"])]], ignore_index=True
        ),
    )
    corpus = _without_furniture(corpus, keep_furniture) if clean else corpus
    return count_copies(corpus, find_duplicates(corpus), copies)


@dataclass(frozen=True)
class Part:
    """The rows of one file under our names, with its note and hints about single rows."""

    table: pd.DataFrame
    rows: Rows
    note: str
    hints: pd.DataFrame

    def source(self) -> tuple[str, str, str, int, str]:
        count = len(self.table) + len(self.rows.rejected)
        return self.rows.file, self.rows.format, self.rows.encoding, count, self.note


def _one_table(rows: Rows, columns: Mapping[str, str] | None, *, start: int) -> Part:
    """The rows of one file under our names; start: how many rows stand before them."""
    raw = rows.table
    held = recognise_columns(raw, columns, where=rows.file)
    lines = raw.index.to_numpy()
    raw, errors = blank_errors(raw.reset_index(drop=True), held)
    table = pd.DataFrame({"file": rows.file, "line": lines}, index=raw.index)
    if rows.format == "txt" and "file" in raw:
        table["file"] = raw["file"]
    for name in ("id", "outlet", "title", "text"):
        table[name] = _text_column(raw, held.get(name))
    table["written"] = _text_column(raw, held.get("date"))
    hints = pd.concat([errors, row_hints(rows, table, held)], ignore_index=True)
    unnamed = table["id"] == ""
    table.loc[unnamed, "id"] = (table["file"] + ":" + table["line"].astype(str))[unnamed]
    table.loc[table["outlet"] == "", "outlet"] = UNNAMED
    table["blank"] = why_blank(hints).reindex(table.index, fill_value="").astype("str")
    dates, notes = (
        pd.Series(pd.NaT, index=raw.index, dtype="datetime64[us]"),
        ["no column of dates"],
    )
    if "date" in held:
        dates, notes = read_dates(raw[held["date"]], first_day=rows.first_day)
    _check_dates(table, dates, held.get("date", ""))
    table["date"], table["cluster"], table["weight"] = dates, np.arange(len(table)), 1.0
    taken = {*held.values(), *(("file",) if rows.format == "txt" else ())}
    rest = raw[[name for name in raw.columns if name not in taken]]
    reserved = {*CORE, "file", "line", "reason", "written", "blank"}
    rest = rest.rename(columns={n: f"{n} (column)" for n in rest.columns if n in reserved})
    ordered = ["file", "line", "written", "blank", *CORE]
    note = "; ".join(filter(None, [rows.note, *notes]))
    hints = hints.assign(row=hints["row"] + start)
    return Part(pd.concat([table[ordered], rest], axis=1), rows, note, hints)


def _text_column(raw: pd.DataFrame, name: str | None) -> pd.Series:
    """A column as text, missing cells and blanks as empty text."""
    if name is None:
        return pd.Series("", index=raw.index, dtype="str")
    cells = raw[name].astype(object).where(raw[name].notna(), "")
    safe = cells.map(_as_text).map(lambda one: one.encode("utf-8", "replace").decode("utf-8"))
    return safe.where(safe.str.strip() != "", "").astype("str")


def _as_text(cell: object) -> str:
    """A cell as text: bytes decoded, whole numbers without a fraction."""
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    try:
        return str(cell)
    except Exception:  # an object of the caller's own that cannot say what it is
        what = f"a value of type {type(cell).__name__} cannot be read as text"
        raise CorpusError(what, where="DataFrame", remedy="turn the column into text") from None


def _check_dates(table: pd.DataFrame, dates: pd.Series, column: str) -> None:
    written = table["written"].str.strip() != ""
    bad = written & dates.isna()
    if bad.sum() > max(5, 0.5 * written.sum()):
        row = table[bad].iloc[0]
        what = f"line {row['line']}: {bad.sum()} of {written.sum()} dates in column {column!r} "
        what += f"cannot be read, such as {row['written'][:60]!r}"
        remedy = "map the column of dates, or write them as 2022-02-24"
        raise CorpusError(what, where=row["file"], remedy=remedy)


def _clean_all(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cleans text, title, outlet and id in place; what changed in the texts, and ids met twice."""
    found = []
    for name in ("outlet", "id"):
        values = table[name].map(lambda cell: " ".join(str(cell).split()))
        table[name] = clean_texts(values)[0]
    twice = _unique_ids(table)
    for name, prefix in (("title", "title: "), ("text", "")):
        table[name], changes = clean_texts(table[name])
        found.append(changes.assign(step=prefix + changes["step"]))
    changes = pd.concat(found, ignore_index=True)
    changes["article"] = table["id"].to_numpy()[changes["row"].astype(int)]
    return changes[list(CHANGES)], twice


def _no_changes() -> pd.DataFrame:
    return pd.DataFrame(columns=list(CHANGES))


def _unique_ids(table: pd.DataFrame) -> pd.DataFrame:
    """Makes ids unique in place; a flag for each that was met before."""
    ids = [str(name) for name in table["id"]]
    where = (table["file"] + ", line " + table["line"].astype("str")).tolist()
    taken, met, first = set(ids), Counter[str](), dict[str, str]()
    flags = []
    for row, old in enumerate(ids):
        met[old] += 1
        first.setdefault(old, where[row])
        name = old
        while met[old] > 1 and name in taken:
            name = f"{old} ({met[old]})"
            met[old] += name in taken
        if name != old:
            taken.add(name)
            ids[row] = name
            said = f"{old[:60]} is first in {first[old]}; this one renamed to {name[:80]}"
            flags.append((name, "id met before", said))
    table["id"] = pd.Series(ids, index=table.index, dtype="str")
    return pd.DataFrame(flags, columns=["article", "flag", "evidence"])


def _reasons(
    table: pd.DataFrame, date_from: object, date_to: object, outlets: Iterable[str] | None
) -> pd.Series:
    """Why a row is no article, in words; empty where it is one. The first reason found stands."""
    first, last = _day(date_from, "from"), _day(date_to, "to")
    if first is not None and last is not None and first > last:
        raise CorpusError(f"from {date_from} is after to {date_to}", remedy="swap the dates")
    reasons = pd.Series("", index=table.index, dtype=object)

    def give(where: pd.Series, reason: str | pd.Series) -> None:
        chosen = where & (reasons == "")
        reasons[chosen] = reason if isinstance(reason, str) else reason[chosen]

    give(table["text"].str.strip() == "", "no text" + table["blank"])
    unread = table["date"].isna() & (table["written"].str.strip() != "")
    give(unread, "date cannot be read: " + table["written"].str[:60])
    if first is not None or last is not None:
        give(table["date"].isna(), "no date, so neither within nor outside the period")
    if first is not None:
        give(table["date"] < first, "before " + first.strftime("%Y-%m-%d"))
    if last is not None:
        give(table["date"] >= last + pd.Timedelta(days=1), "after " + last.strftime("%Y-%m-%d"))
    if outlets is not None:
        wanted = [outlets] if isinstance(outlets, str) else list(outlets)
        for name in wanted:
            if name not in set(table["outlet"]):
                remedy = did_you_mean(name, sorted(set(table["outlet"])))
                raise CorpusError(f"outlets: {name!r} is not in the corpus", remedy=remedy)
        give(~table["outlet"].isin(wanted), "outlet not asked for")
    return reasons


def _day(value: object, key: str) -> pd.Timestamp | None:
    if value is None:
        return None
    when = pd.to_datetime(str(value), errors="coerce")
    if pd.isna(when):
        raise CorpusError(f"{key}: {value!r} is no date", remedy="write it as 2022-02-24")
    return when.tz_localize(None).normalize()


def _explain_nothing(
    listed: pd.DataFrame, rejected: list[tuple[str, int, str, str]], sources: pd.DataFrame
) -> None:
    reasons = [*listed["reason"], *(row[3] for row in rejected)]
    if not reasons:
        where = ", ".join(sources["file"])[:200]
        raise CorpusError("no rows below the header", where=where, remedy="check the export")
    why = f"; most often: {pd.Series(reasons).mode()[0]}"
    raise CorpusError(
        f"none of {counted(len(reasons), 'row')} is an article{why}",
        where=", ".join(sources["file"])[:200],
        remedy="check the columns, the period and the outlets",
    )


def _without_furniture(corpus: Corpus, keep: Iterable[str]) -> Corpus:
    """The corpus without site furniture; a text that would be nothing else is left as it was."""
    articles = corpus.articles
    kept = [keep] if isinstance(keep, str) else list(keep)
    texts, found, furniture = remove_furniture(articles, keep=kept)
    alone = np.flatnonzero(texts.str.strip() == "")
    texts = texts.where(texts.str.strip() != "", articles["text"])
    found = found[~found["row"].isin(alone)]
    found["article"] = articles["id"].to_numpy()[found["row"].astype(int)]
    changes = pd.concat([corpus.changes, found[list(CHANGES)]], ignore_index=True)
    return replace(
        corpus, articles=articles.assign(text=texts), changes=changes, furniture=furniture
    )
