"""What each exhibit is made from, kept so that it can be made again where the texts are not.

In a run that is recorded every public exhibit leaves the call that made it as JSON, the tables
among its arguments as Parquet files named by their content. Analyses that need counts and hits
only are kept as calls, too, and run again by `play`; what was found in the texts themselves is
kept as it was found, without the texts.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import partial, wraps
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel
from scipy import sparse

import q7x2lab
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import StudyError
from q7x2lab.exhibits import Exhibit
from q7x2lab.studies.outputs import current_outputs, safe_name

FOLDER = "Q7X2LAB_CALLS"  # the variable that tells a notebook's kernel where calls are kept
EXHIBIT = ".exhibit.json"
HITS = "hits"  # of a token table, the hits of each query so far
MIXED = "mixed"  # names of columns whose cells are of several types
LONGEST = 4  # words of an article that may stand in a row
LONG_TAG = re.compile(rf"#[^\W_]+(_[^\W_]+){{{LONGEST},}}")  # a hashtag that is a sentence
ANALYSES = {
    "fit_topics", "apply_topic_names", "stability", "topic_shares_by", "robustness",
    "leave_one_out", "keyness", "word_intrusion", "keyword_trends", "detect_changes",
    "detect_bursts", "event_effects", "span_ratios", "compare_groups",
}  # fmt: skip
WORKED_OUT = ('"@": "made"', "framing.scores.Frames")  # in a call: not only a table is drawn


def without_texts(table: pd.DataFrame) -> pd.DataFrame:
    """A table of articles without the columns in which more than four words can be read.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "text": "خمس كلمات في كل خلية", "section": "نص"})
    >>> without_texts(table).columns.tolist()
    ['id', 'section']
    """
    if "text" not in table:
        return table.copy(deep=False)
    cells = table.select_dtypes(["object", "str"]).astype("str")
    long = [name for name in cells if cells[name].str.count(r"[^\W\d]{2,}").max() > LONGEST]
    return table.drop(columns=long)


def _parquet(table: pd.DataFrame) -> bytes:
    table = without_texts(table)
    mixed = table.select_dtypes(object).columns.tolist()
    table.attrs = json.loads(json.dumps(table.attrs | {MIXED: mixed}, default=np.generic.item))
    return table.to_parquet()


def _table(content: bytes) -> pd.DataFrame:
    table = pd.read_parquet(BytesIO(content))
    return table.astype(dict.fromkeys(table.attrs.pop(MIXED), object))


def _cells(matrix: Any) -> list[Any]:
    cells = dict(zip(("row", "column", "count"), sparse.find(matrix), strict=True))
    return [pd.DataFrame(cells), list(matrix.shape)]


def _counts(kept: list[Any]) -> sparse.csr_array:
    cells, shape = kept
    return sparse.coo_array((cells["count"], (cells["row"], cells["column"])), shape=shape).tocsr()


def _hits(tokens: Tokens) -> list[Any]:
    hits = vars(tokens).get(HITS, {})
    return [tokens.articles, tokens.tokens_per_article, hits, tokens.stop_words]


def _tokens(kept: list[Any]) -> Tokens:
    """A token table of which only hits and numbers of words are known."""
    articles, words, hits, stop_words = kept
    tokens = Tokens(articles, *[np.zeros(0, np.int32)] * 7, stop_words=stop_words)  # type: ignore
    vars(tokens).update(tokens_per_article=words, match=lambda query: hits[str(query)])
    return tokens


# Kinds of values that JSON has no form for: what is kept of one, and how it is made from that.
KINDS: dict[type, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    np.generic: (np.generic.item, lambda kept: kept),
    tuple: (list, tuple),
    dict: (lambda value: [list(pair) for pair in value.items()], dict),
    np.ndarray: (np.ndarray.tolist, np.array),
    pd.DataFrame: (_parquet, _table),
    pd.Series: (lambda value: value.to_frame("value"), lambda kept: kept["value"]),
    sparse.sparray: (_cells, _counts),
    Tokens: (_hits, _tokens),
}
MADE = {kind.__name__: made for kind, (_, made) in KINDS.items()}


class Recorder:
    """Keeps the calls of one notebook in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.results: dict[int, tuple[list[Any], int, Any]] = {}  # by id: call, place, the result
        self.tags: dict[str, str] = {}  # what stands for a long hashtag among a corpus's words

    def recorded(self, name: str) -> Callable[..., Any]:
        """The public function of that name, whose calls are kept."""
        function = getattr(q7x2lab, name)

        @wraps(function)
        def kept(*arguments: Any, **options: Any) -> Any:
            result = function(*arguments, **options)
            call = [name, list(arguments), options]
            if not isinstance(result, Exhibit):
                parts = result if isinstance(result, tuple) else [result]
                for place, part in enumerate(parts):
                    self.results.setdefault(id(part), (call, place, part))
            elif not result.private:
                path = self.folder / (safe_name(result.name) + EXHIBIT)
                path.write_bytes(self._text(call))
            return result

        return kept

    def _text(self, call: list[Any]) -> bytes:
        return json.dumps({"@": "call", "value": self._node(call)}, ensure_ascii=False).encode()

    def _file(self, content: bytes, ending: str) -> str:
        name = hashlib.sha256(content).hexdigest()[:16] + ending
        (self.folder / name).write_bytes(content)
        return name

    def _node(self, value: Any) -> Any:
        """What stands for a value in JSON: the call that made it, or what is kept of its kind."""
        if isinstance(value, list):
            return [self._node(part) for part in value]
        if id(value) in self.results:
            call, place, _ = self.results[id(value)]
            return {"@": "made", "value": [self._file(self._text(call), ".json"), place]}
        for kind, (kept, _) in KINDS.items():
            if isinstance(value, kind):
                return {"@": kind.__name__, "value": self._node(kept(value))}
        if isinstance(value, bytes):
            return {"@": "file", "value": self._file(value, ".parquet")}
        if isinstance(value, str) and LONG_TAG.fullmatch(value):
            return self.tags.setdefault(value, f"#{len(self.tags) + 1}…")
        if value is None or isinstance(value, str | int | float):
            return value
        own = f"{type(value).__module__}.{type(value).__qualname__}"
        if isinstance(value, BaseModel):
            return {"@": own, "value": value.model_dump_json(by_alias=True)}
        parts = {part.name: getattr(value, part.name) for part in fields(value) if part.init}
        return {"@": own, "value": self._node(parts)}


def record() -> None:
    """Keep from now on what is called by ``q.…`` in this process, and the hits of queries."""
    recorder, match = Recorder(Path(os.environ[FOLDER])), Tokens.match
    for name in q7x2lab.__all__:
        if name in ANALYSES or name.startswith("exhibit_"):
            setattr(q7x2lab, name, recorder.recorded(name))

    def kept(tokens: Tokens, query: Any) -> pd.DataFrame:
        found = match(tokens, query)
        vars(tokens).setdefault(HITS, {})[str(query)] = found[["article", "surface"]]
        return found

    Tokens.match = kept  # type: ignore[method-assign,assignment]


def play(folder: str, *, fictional: bool) -> None:
    """Make again every exhibit of which the call was kept, into the folder of the environment."""
    current_outputs().fictional = fictional
    done: dict[str, Any] = {}
    for path in sorted(Path(folder).glob(f"*{EXHIBIT}")):
        with suppress(KeyError):  # made with the texts of articles; what is absent is named
            q7x2lab.show(_value(Path(folder), done, path.name))


def _value(folder: Path, done: dict[str, Any], file: str) -> Any:
    """The result of the call in a file."""
    if file not in done:
        text = (folder / file).read_text(encoding="utf-8")
        done[file] = json.loads(text, object_hook=partial(_made, folder, done))
    return done[file]


def _made(folder: Path, done: dict[str, Any], node: dict[str, Any]) -> Any:
    """The value that a node stands for; only classes and analyses of our own are called."""
    match node["@"], node["value"]:
        case "call", [name, arguments, options]:
            if name in ANALYSES or name.startswith("exhibit_"):
                return getattr(q7x2lab, name)(*arguments, **options)
        case "made", [file, place]:
            result = _value(folder, done, file)
            return result[place] if isinstance(result, tuple) else result
        case "file", name:
            return (folder / Path(name).name).read_bytes()  # an archive may come from anybody
        case kind, kept if kind in MADE:
            return MADE[kind](kept)
        case own, kept if own.startswith("q7x2lab."):
            module, _, name = own.rpartition(".")
            built = getattr(import_module(module), name)
            made_here = isinstance(built, type) and built.__module__.startswith("q7x2lab.")
            if not (made_here and (is_dataclass(built) or issubclass(built, BaseModel))):
                raise StudyError(f"an archive may not ask for {own}", remedy="do not trust it")
            return built.model_validate_json(kept) if isinstance(kept, str) else built(**kept)
    return None
