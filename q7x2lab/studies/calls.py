"""What each exhibit is made from, kept so that it can be made again where the texts are not.

In a run that is recorded (`record`, in a notebook's process) every public exhibit leaves the call
that made it as JSON, the tables among its arguments as Parquet files named by their content.
Analyses that need counts and hits only are kept as calls too, and run again by `play`; what was
found in the texts themselves is kept as it was found, without the texts.
"""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel
from scipy import sparse

import q7x2lab
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.exhibits import Exhibit
from q7x2lab.studies.outputs import current_outputs, safe_name
from q7x2lab.studies.study_file import is_path

FOLDER = "Q7X2LAB_CALLS"  # the variable that tells a notebook's kernel where calls are kept
EXHIBIT, QUOTATIONS, QUOTES = ".exhibit.json", "quotations.csv", "extract_quotes"
MIXED = "mixed"  # names of columns whose cells are of several types
LONGEST = 4  # words of an article that may stand in a row
ANALYSES = {
    "fit_topics", "apply_topic_names", "stability", "topic_shares_by", "robustness",
    "leave_one_out", "keyness", "word_intrusion", "keyword_trends", "detect_changes",
    "detect_bursts", "event_effects", "span_ratios", "compare_groups",
}  # fmt: skip
WORKED_OUT = ('"@": "made"', "framing.scores.Frames")  # in a call: not only a table is drawn
# A number stands between a speaker and his verb, which do so in the article, too.
KEPT_OF_QUOTATIONS = ["article", "kind", "speaker", "certainty", "verb", "verb_class"]


class Recorder:
    """Keeps the calls of one notebook in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: dict[int, tuple[dict[str, Any], int | None, Any]] = {}  # by a result's id
        self.hits: dict[str, pd.DataFrame] = {}

    def start(self) -> None:
        """Keep from now on what is called by ``q.…`` in this process, and the hits of queries."""
        exhibits = (name for name in q7x2lab.__all__ if name.startswith("exhibit_"))
        for name in (*ANALYSES, *exhibits, QUOTES):
            setattr(q7x2lab, name, self.recorded(name))
        match = Tokens.match

        def kept(tokens: Tokens, query: Any) -> pd.DataFrame:
            found = match(tokens, query)
            self.hits[str(query)] = found[["article", "surface"]]
            return found

        Tokens.match = kept  # type: ignore[method-assign,assignment]

    def recorded(self, name: str) -> Callable[..., Any]:
        """The public function of that name, whose calls are kept."""
        function = getattr(q7x2lab, name)

        @wraps(function)
        def kept(*arguments: Any, **options: Any) -> Any:
            result = function(*arguments, **options)
            given = [Path(value) if is_path(value) else value for value in arguments]
            call = {"@": "call", "name": name, "arguments": given, "options": options}
            if isinstance(result, Exhibit):
                if not result.private:
                    path = self.folder / (safe_name(result.name) + EXHIBIT)
                    path.write_text(self._text(call), encoding="utf-8")
            elif name == QUOTES and len(result):
                lengths = {"characters": result["text"].str.len()}
                short = result["speaker"].str.split().str[:LONGEST].str.join(" ")
                table = result.assign(speaker=short)[KEPT_OF_QUOTATIONS].assign(**lengths)
                table.to_csv(self.folder / QUOTATIONS, index=False)
            else:
                several = isinstance(result, tuple)
                for place, part in enumerate(result if several else [result]):
                    self.made.setdefault(id(part), (call, place if several else None, part))
            return result

        return kept

    def _text(self, value: Any) -> str:
        return json.dumps(value, default=self._described, ensure_ascii=False)

    def _file(self, content: bytes, ending: str) -> str:
        name = hashlib.sha256(content).hexdigest()[:16] + ending
        (self.folder / name).write_bytes(content)
        return name

    def _described(self, value: Any) -> Any:
        """What stands for a value in JSON: the call that made it, its parts, or its table."""
        if id(value) in self.made:
            call, place, _ = self.made[id(value)]
            file = self._file(self._text(call).encode(), ".json")
            return {"@": "made", "file": file, "place": place}
        if isinstance(value, np.generic):
            return value.item()
        if isinstance(value, Path):
            return {"@": "path", "file": self._file(value.read_bytes(), value.suffix)}
        if isinstance(value, pd.DataFrame):
            return {"@": "table", "file": self._table(value)}
        if isinstance(value, pd.Series):
            return {"@": "column", "table": value.to_frame("value")}
        if isinstance(value, np.ndarray):
            return {"@": "array", "values": value.tolist()}
        if sparse.issparse(value):
            cells = sparse.coo_array(value)
            row, column = cells.coords
            table = pd.DataFrame({"row": row, "column": column, "count": cells.data})
            return {"@": "counts", "table": table, "shape": value.shape}
        if isinstance(value, Tokens):
            kept = {"@": "tokens", "articles": value.articles, "words": value.tokens_per_article}
            return kept | {"hits": dict(self.hits), "stop_words": value.stop_words}
        kind = {"@": f"{type(value).__module__}.{type(value).__qualname__}"}
        if isinstance(value, BaseModel):
            return kind | {"json": value.model_dump_json(by_alias=True)}
        own = {part.name: getattr(value, part.name) for part in fields(value) if part.init}
        return kind | {"fields": {name: _plain(part) for name, part in own.items()}}

    def _table(self, table: pd.DataFrame) -> str:
        table = without_texts(table)
        mixed = table.select_dtypes(object).columns.tolist()
        table.attrs = json.loads(json.dumps(table.attrs | {MIXED: mixed}, default=np.generic.item))
        return self._file(table.to_parquet(), ".parquet")


def _plain(value: Any) -> Any:
    """A value of which JSON keeps what it has no form for: a tuple, keys that are numbers."""
    if isinstance(value, tuple):
        return {"@": "tuple", "values": list(value)}
    if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        return {"@": "pairs", "values": list(value.items())}
    return value


def without_texts(table: pd.DataFrame) -> pd.DataFrame:
    """A table of articles without the columns in which more than four words can be read.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "text": "نص", "lead": "خمس كلمات في كل خلية"})
    >>> without_texts(table).columns.tolist()
    ['id']
    """
    if "text" not in table:
        return table.copy(deep=False)
    texts = table.drop(columns=["text", "title"], errors="ignore").select_dtypes(["object", "str"])
    counts = {name: texts[name].astype("str").str.count(r"[^\W\d]{2,}").max() for name in texts}
    long = [name for name in counts if counts[name] > LONGEST]
    return table.drop(columns=["text", "title", *long], errors="ignore")


def record() -> None:
    """Keep the calls of this process in the folder that the environment names."""
    Recorder(Path(os.environ[FOLDER])).start()


def _made_value(folder: Path, done: dict[str, Any], known: dict[str, Any]) -> Any:
    """The value that `Recorder` described; only classes and analyses of our own are called."""
    match known:
        case {"@": "call", "name": name} if name in ANALYSES or name.startswith("exhibit_"):
            return getattr(q7x2lab, name)(*known["arguments"], **known["options"])
        case {"@": "made", "file": file, "place": place}:
            if file not in done:
                done[file] = _result(folder, done, file)
            return done[file] if place is None else done[file][place]
        case {"@": path} if path.startswith("q7x2lab."):
            module, _, name = path.rpartition(".")
            own = getattr(import_module(module), name)
            text = known.get("json")
            return own.model_validate_json(text) if text else own(**known["fields"])
        case {"@": kind}:
            return DECODED[kind](folder, **{key: known[key] for key in known if key != "@"})
    return known


def _table(folder: Path, file: str) -> pd.DataFrame:
    table = pd.read_parquet(folder / file)
    return table.astype(dict.fromkeys(table.attrs.pop(MIXED), object))


def _tokens(_: Path, articles: pd.DataFrame, words: Any, hits: Any, stop_words: Any) -> Tokens:
    """A token table of which only hits and numbers of words are known."""
    tokens = Tokens(articles, *[np.zeros(0, np.int32)] * 7, stop_words=stop_words)  # type: ignore
    vars(tokens).update(tokens_per_article=words, match=lambda query: hits[str(query)])
    return tokens


def _counts(_: Path, table: pd.DataFrame, shape: list[int]) -> sparse.csr_array:
    row, column, count = table.to_numpy().T
    return sparse.coo_array((count, (row, column)), shape=shape).tocsr()


DECODED: dict[str, Callable[..., Any]] = {
    "table": _table,
    "path": lambda folder, file: str(folder / file),
    "column": lambda _, table: table["value"],
    "array": lambda _, values: np.array(values),
    "counts": _counts,
    "tokens": _tokens,
    "tuple": lambda _, values: tuple(values),
    "pairs": lambda _, values: dict(values),
}


def _result(folder: Path, done: dict[str, Any], file: str) -> Any:
    text = (folder / file).read_text(encoding="utf-8")
    return json.loads(text, object_hook=partial(_made_value, folder, done))


def play(folder: str, *, fictional: bool) -> None:
    """Make again every exhibit of which the call was kept, into the folder of the environment."""
    current_outputs().fictional = fictional
    done: dict[str, Any] = {}
    for path in sorted(Path(folder).glob(f"*{EXHIBIT}")):
        with suppress(KeyError):  # made with the texts of articles; what is absent is named
            q7x2lab.show(_result(Path(folder), done, path.name))
