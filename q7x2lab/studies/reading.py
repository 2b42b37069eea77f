"""The page on which a study's sentences are read: from each bar of an exhibit to what it counts."""

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.corpus.model import article_labels
from q7x2lab.corpus.token_table import Int32s, Tokens
from q7x2lab.data.phrases import bundled_words
from q7x2lab.errors import CorpusError
from q7x2lab.framing.keyness import LEVEL
from q7x2lab.studies.corpus_files import FOLDER, load_tokens
from q7x2lab.studies.outputs import HITS, JOINT, READING, safe_name
from q7x2lab.studies.report import Records, data_text, rendered
from q7x2lab.studies.study_file import Study, StudyFile
from q7x2lab.studies.tables import cell_text

PAGE = f"{READING}/reading.html"
TEXT_BYTES = 10 * 10**6  # of articles; with their words and hits the page is below 20 MB
MOST_WORDS = 40  # of a list of words, in each panel: those with the largest scores either way
ADDRESSES = ("url", "link", "address", "id")  # columns that may hold an article's address
Data = dict[str, Any]


def write_reading(file: StudyFile, results: Path, records: Records) -> dict[str, list[int]]:
    """Write ``reading/reading.html``; the exhibits that can be read there, and their rows.

    One page without a server or network: bars drawn from the exhibits' tables, each of which leads
    to its sentences; a search by all forms of a word; filters by outlet and month. It holds whole
    articles: where all are too many, a sample of them drawn by the study's seed.

    Parameters
    ----------
    records
        What each notebook recorded.

    Returns
    -------
    dict
        The name of an exhibit to the rows of its CSV file: ``reading.html#NAME`` leads to the
        exhibit, ``reading.html#NAME.ROW`` opens the sentences of a row. Empty, and there is no
        page, where the results hold no prepared corpus.
    """
    try:
        tokens = load_tokens(results / FOLDER)
    except CorpusError:
        (results / PAGE).unlink(missing_ok=True)
        return {}
    items = [item for record in records.values() for item in record["exhibits"]]
    parts = [part for item in items if (part := _part(item, results, file.study))]
    sample = _sample(tokens.articles["text"], file.study.seed)
    articles = tokens.articles.iloc[sample].reset_index(drop=True)
    columns, kept = ({part[name] for part in parts} for name in ("by", "hits"))
    groups = {by: article_labels(articles, by).tolist() for by in sorted({"outlet", *columns})}
    data = {
        "titles": file.study.titles.model_dump(),
        "all": len(tokens.articles),
        "articles": _articles(articles) | {"begins": _begins(tokens, sample)},
        "groups": groups,
        "lexemes": _lexemes(tokens, sample),
        "hits": {name: _hits(results / READING / name, sample) for name in sorted(kept - {""})},
        "parts": parts,
    }
    (results / PAGE).parent.mkdir(exist_ok=True)
    (results / PAGE).write_text(_page(data, file.study.language), encoding="utf-8", newline="\n")
    return {part["name"]: part["rows"] for part in parts}


def _part(item: Data, results: Path, study: Study) -> Data | None:
    """The bars of an exhibit, as the page draws them; None where it has no sentences to read."""
    called, layouts, words = item["called"], bundled_words("reading"), bundled_words("values")
    kind = next((key for key in layouts if called.startswith(key)), "")
    layout: Data = layouts.get(kind, {})
    of = called.removeprefix(kind).removesuffix(f"-{study.period}")
    hits = HITS.format(safe_name(layout.get("hits", kind) + of))
    kept = (results / READING / hits).is_file()
    if not layout or "table" not in item or (layout["key"] and not kept):
        return None
    table = pd.read_csv(results / item["table"][0], dtype=str, keep_default_na=False)
    axes = {axis: layout[axis] for axis in ("panel", "within", "row", "column") if axis in layout}
    if axes.get("column") == "group" and "period" in table and table["period"].nunique() > 1:
        axes |= {"panel": "group", "column": "period"}
    bars = _bars(table, layout)
    return {
        **layout,
        "name": item["name"],
        "title": item.get("title", {}),
        "by": getattr(study, layout["by"]).by or "outlet",
        "hits": hits if layout["key"] else "",
        "roles": axes,
        "words": {key: text for axis in axes.values() for key, text in words.get(axis, {}).items()},
        "bars": bars[[*axes.values(), "length"]].to_numpy(object).tolist(),
        "rows": bars.index.tolist(),
    }


def _bars(table: pd.DataFrame, layout: Data) -> pd.DataFrame:
    """The rows of a table that are drawn, a bar each, with its ``length``, None if not known."""
    if not layout["value"]:
        return table.assign(words=table["words"].str.split(JOINT), length=None).explode("words")
    if not layout["key"] and "q" in table:
        table = table[pd.to_numeric(table["q"]) <= LEVEL]
    sizes = pd.to_numeric(table[str(layout["value"])], errors="coerce").replace(np.inf, np.nan)
    if not layout["key"]:
        panel = table[str(layout["panel"])] if "panel" in layout else sizes * 0
        largest = sizes.abs().groupby(panel).rank(ascending=False) <= MOST_WORDS
        sizes = sizes[largest].sort_values(ascending=False)
    return table.loc[sizes.index].assign(length=sizes.astype(object).where(sizes.notna(), None))


def _sample(texts: pd.Series, seed: int) -> Int32s:
    """The numbers of the articles that the page has room for, drawn at random, in order."""
    drawn = np.random.default_rng(seed).permutation(len(texts))
    sizes = np.array([len(text.encode()) for text in texts], int)
    return np.sort(drawn[np.cumsum(sizes[drawn]) <= TEXT_BYTES]).astype(np.int32)


def _articles(articles: pd.DataFrame) -> Data:
    """Columns of the articles: what they are, and their texts."""
    address = next(name for name in ADDRESSES if name in articles)
    named = {"id": "id", "day": "date", "title": "title", "address": address}
    listed: Data = {key: articles[name].map(cell_text).tolist() for key, name in named.items()}
    return listed | {"text": articles["text"].tolist()}


def _begins(tokens: Tokens, sample: Int32s) -> list[list[int]]:
    """Where the sentences of each article of the sample begin."""
    _, spans = tokens.units("sentence")
    begins = spans[spans["article"].isin(sample)].groupby("article")["start"].agg(list)
    return [begins.get(number, [0]) for number in sample.tolist()]


def _lexemes(tokens: Tokens, sample: Int32s) -> list[str]:
    """Each lexeme of the sample: the form it is shown as, then its forms, with blanks between."""
    types = np.unique(tokens.type[np.isin(tokens.article, sample)])
    forms: dict[int, list[str]] = {}
    for lexeme, form in zip(tokens.lexeme[types].tolist(), tokens.forms[types], strict=True):
        forms.setdefault(lexeme, [tokens.labels[lexeme]]).append(form)
    return [" ".join(forms[lexeme]) for lexeme in sorted(forms)]


def _hits(path: Path, sample: Int32s) -> Data:
    """The kept hits that lie in the sample: key to article, start and end of each, in one list."""
    kept = pd.read_parquet(path)
    titles, kept = kept.attrs["titles"], kept[kept["article"].isin(sample)]
    kept = kept.assign(article=np.searchsorted(sample, kept["article"]))
    keys = kept.groupby("key", observed=True)[["article", "start", "end"]]
    return {"titles": titles, "of": {key: own.to_numpy().ravel().tolist() for key, own in keys}}


def _page(data: Data, language: str) -> str:
    """The page; its policy lets nothing run or style it but what bears these hashes."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    own = {"data": text.replace("<", "\\u003c")}  # which could end the element that holds it
    for kind, file in (("style", "reading.css"), ("script", "reading.js")):
        own[kind] = data_text(f"templates/{file}")
        own[f"{kind}_hash"] = b64encode(sha256(own[kind].encode()).digest()).decode()
    own["language"] = "ar" if language == "ar" else "en"
    return rendered("reading.html", titles=data["titles"], **own)
