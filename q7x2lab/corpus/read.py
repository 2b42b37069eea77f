"""Articles in, a corpus out: every row is either an article or rejected with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from q7x2lab.corpus.clean import clean_texts
from q7x2lab.corpus.columns import recognise_columns
from q7x2lab.corpus.duplicates import find_duplicates
from q7x2lab.corpus.formats import Rows, read_rows
from q7x2lab.corpus.model import CHANGES, REJECTED, SOURCES, Corpus, count_copies
from q7x2lab.errors import CorpusError

Source = str | Path | pd.DataFrame | Iterable[str | Path]


def read_corpus(
    source: Source,
    *,
    columns: Mapping[str, str] | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
    outlets: Iterable[str] | None = None,
    clean: bool = True,
    copies: str = "all",
    keep_furniture: Iterable[str] = (),
) -> Corpus:
    """The corpus of these articles, with an account of every row and every change."""
    parts = [_one_table(rows, columns) for rows in _rows(source)]
    table = pd.concat([table for table, _ in parts], ignore_index=True)
    rejected = pd.DataFrame(
        [row for _, rows in parts for row in rows.rejected], columns=list(REJECTED)
    )
    sources = pd.DataFrame(
        [(r.file, r.format, r.encoding, len(t) + len(r.rejected), r.note) for t, r in parts],
        columns=list(SOURCES),
    )
    changes = pd.DataFrame(columns=list(CHANGES))
    if clean:
        table["text"], found = clean_texts(table["text"])
        changes = found.assign(article=table["id"].to_numpy()[found["row"].astype(int)])[
            list(CHANGES)
        ]
    reasons = _reasons(table, date_from, date_to, outlets)
    bad = reasons != ""
    listed = table.loc[bad, ["file", "line", "id"]].assign(reason=reasons[bad])
    articles = table[~bad].reset_index(drop=True)
    if articles.empty:
        raise CorpusError("no row is an article", where=", ".join(sources["file"])[:200])
    corpus = Corpus(
        articles.drop(columns=["file", "line"]),
        rejected=pd.concat([rejected, listed], ignore_index=True),
        changes=changes,
        sources=sources,
        origin=articles[["file", "line"]],
    )
    return count_copies(corpus, find_duplicates(corpus), copies)


def _rows(source: Source) -> list[Rows]:
    if isinstance(source, pd.DataFrame):
        table = source.reset_index(drop=True).set_axis(range(1, len(source) + 1))
        return [Rows("", table, "DataFrame")]
    if isinstance(source, str) and source == "demo":
        try:
            from q7x2lab.corpus.demo import demo_path
        except ImportError:
            raise CorpusError("the demonstration corpus is not installed") from None
        source = demo_path()
    if isinstance(source, (str, Path)):
        path = Path(source)
        return (
            [read_rows(path)]
            if not path.is_dir()
            else [read_rows(p) for p in sorted(path.iterdir())]
        )
    return [rows for one in source for rows in _rows(one)]


def _one_table(rows: Rows, columns: Mapping[str, str] | None) -> tuple[pd.DataFrame, Rows]:
    held = recognise_columns(rows.table, columns, where=rows.file)
    raw = rows.table
    table = pd.DataFrame({"file": rows.file, "line": raw.index}, index=raw.index)
    number = pd.Series(raw.index.astype(str), index=raw.index)
    table["id"] = raw[held["id"]].astype(str) if "id" in held else rows.file + ":" + number
    dates = raw[held["date"]] if "date" in held else pd.Series(pd.NaT, index=raw.index)
    dates = pd.to_datetime(dates, format="ISO8601", errors="coerce", utc=True)
    table["date"] = dates.dt.tz_localize(None)
    for name, default in (("outlet", "unnamed"), ("title", ""), ("text", "")):
        cells = raw[held[name]] if name in held else pd.Series(default, index=raw.index)
        table[name] = cells.astype(object).where(cells.notna(), default).astype(str)
    table["cluster"], table["weight"] = np.arange(len(table)), 1.0
    rest = [c for c in raw.columns if c not in held.values() and c not in table.columns]
    return pd.concat([table, raw[rest]], axis=1), rows


def _reasons(
    table: pd.DataFrame, date_from: str | None, date_to: str | None, outlets: Iterable[str] | None
) -> pd.Series:
    reasons = pd.Series("", index=table.index, dtype=object)
    reasons[table["text"].str.strip() == ""] = "no text"
    if date_from is not None:
        reasons[table["date"] < pd.Timestamp(date_from)] = f"before {date_from}"
    if date_to is not None:
        reasons[table["date"] >= pd.Timestamp(date_to) + pd.Timedelta(days=1)] = f"after {date_to}"
    if outlets is not None:
        wanted = set(outlets)
        reasons[~table["outlet"].isin(wanted)] = "outlet not asked for"
    return reasons
