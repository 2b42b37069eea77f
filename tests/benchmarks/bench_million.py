"""From a Parquet file to token table, matrix and trends, over thousands to a million articles.

The articles are those of a year of news again and again: in each copy one word in a hundred has a
letter changed at random, so that the number of types grows with the corpus about as it does
in texts that nobody has seen (the exponent of their growth is printed: Heaps' law has .5 to .7).
Dates and outlets stay. Reading with cleaning and copies is measured up to 100 thousand, where each
article has two or three near copies: more than in any real corpus. Each size is a process of its
own, whose peak of memory is its own.

    python tests/benchmarks/bench_million.py [1000 10000 30000 100000 1000000]
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from _data import NEWS, print_ratio, real_data

from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus
from q7x2lab.trends.rates import keyword_trends

SIZES = (1_000, 10_000, 30_000, 100_000, 1_000_000)
READ = (1_000, 10_000, 100_000)  # of these, articles are also cleaned and copies found
BASE = 30_000  # articles: what others cost and grow is said beside so many, or beside the fewest
ONE_IN = 100  # words changed
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
KEYWORDS = {"gas": ["غاز"], "Russia": ["روسيا"], "war": ["حرب"]}
COLUMNS = ["id", "date", "outlet", "text"]


def copies(articles: pd.DataFrame, wanted: int, seed: int = 0) -> Iterator[pd.DataFrame]:
    """The articles, shuffled, again and again until there are as many as wanted."""
    made = 0
    while made < wanted:
        rng = np.random.default_rng([seed, made])
        part = articles.sample(min(len(articles), wanted - made), random_state=made).copy()
        part["id"] = [str(made + number) for number in range(len(part))]
        part["text"] = [changed(text, rng) for text in part["text"]]
        yield part
        made += len(part)


def changed(text: str, rng: np.random.Generator) -> str:
    """The text with a letter changed in one word of a hundred."""
    words = text.split(" ")
    for place in rng.integers(0, len(words), len(words) // ONE_IN).tolist():
        at = rng.integers(1 + len(words[place]))
        words[place] = words[place][:at] + LETTERS[rng.integers(28)] + words[place][at + 1 :]
    return " ".join(words)


def timed(step: str, work: Callable[..., Any], *given: Any, **options: Any) -> Any:
    """The result of a step, after its processor seconds and the peak of memory were noted."""
    began = time.process_time()
    result = work(*given, **options)
    taken[step] = time.process_time() - began
    # Not getrusage: to a process that another has started it gives that one's peak, if larger.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    taken["GB"] = taken[f"GB, {step}"] = int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 2**20
    return result


def as_they_are(path: str) -> Corpus:
    """The articles of a Parquet file, neither cleaned nor compared."""
    articles = pd.read_parquet(path)
    return Corpus(articles.assign(date=pd.to_datetime(articles["date"])))


def with_lexemes(corpus: Corpus) -> Tokens:
    """The token table, the lexemes of its types known."""
    tokens = tokenize_corpus(corpus)
    assert tokens.lexemes
    return tokens


def count(path: str) -> None:
    """Articles as they are, to token table, matrix and trends."""
    tokens = timed("token table", with_lexemes, timed("open", as_they_are, path))
    columns = timed("matrix", document_term_matrix, tokens).counts.shape[1]  # not kept for trends
    assert len(timed("trends", keyword_trends, tokens, KEYWORDS, by="outlet").rates)
    taken.update(tokens=tokens.n_tokens, types=len(tokens.forms), lexemes=columns)


def read(path: str) -> None:
    """Articles read and cleaned, and copies found."""
    timed("read, clean, find copies", read_corpus, path)


def in_a_process(work: str, path: Path) -> dict[str, float]:
    """What `count` or `read` took in a process of its own."""
    command = [sys.executable, __file__, work, str(path)]
    made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(made.stdout)


def print_growth(what: str, rows: dict[int, dict[str, float]], base: int) -> None:
    """Print cost beside that of the base, exponents of growth, and all seconds and peaks."""
    table = pd.DataFrame(rows).T.rename_axis("articles")
    steps = [name.removeprefix("GB, ") for name in table if name.startswith("GB, ")]
    table["ms an article"] = table[steps].sum(axis=1) / table.index * 1000
    first, last = table.loc[base], table.iloc[-1]
    print_ratio(f"ms an article, {what}, of {last.name:,} and of {base:,} articles",
                last["ms an article"], first["ms an article"])  # fmt: skip
    times = np.log(last.name / base)
    grown = {"memory": "GB", "types": "types"}
    exponents = {name: np.log(last[key] / first[key]) / times
                 for name, key in grown.items() if key in table}  # fmt: skip
    exponents["time"] = 1 + np.log(last["ms an article"] / first["ms an article"]) / times
    print("exponents of growth:", *(f"{name} {value:.2f}" for name, value in exponents.items()))
    more = (last["GB"] - first["GB"]) * 2**20 / (last.name - base)
    print(f"memory: {more:.1f} kB for each further article")
    print(table.round(2).to_string(), flush=True)


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    articles = pd.read_parquet(real_data(NEWS), columns=COLUMNS)
    counted: dict[int, dict[str, float]] = {}
    was_read: dict[int, dict[str, float]] = {}
    with TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder, f"{size}.parquet")
            schema = pa.Schema.from_pandas(articles, preserve_index=False)
            with pq.ParquetWriter(path, schema) as writer:
                for part in copies(articles, size):
                    writer.write_table(pa.Table.from_pandas(part, schema, preserve_index=False))
            counted[size] = in_a_process("count", path)
            if size in READ:
                was_read[size] = in_a_process("read", path)
            path.unlink()
    print_growth("from Parquet to trends", counted, BASE if BASE in sizes else sizes[0])
    if len(was_read) > 1:
        print_growth("read, cleaned, copies found", was_read, min(was_read))


if __name__ == "__main__":
    if sys.argv[1:2] in (["count"], ["read"]):
        taken: dict[str, float] = {}
        {"count": count, "read": read}[sys.argv[1]](sys.argv[2])
        print(json.dumps(taken))
    else:
        main()
