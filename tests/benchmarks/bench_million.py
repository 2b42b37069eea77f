"""From a Parquet file to token table, matrix and trends, over thousands to a million articles.

The articles are those of a year of news again and again: in each copy one word in a hundred has a
letter changed at random, so that the number of types grows with the corpus about as it does
in texts that nobody has seen (the exponent of their growth is printed: Heaps' law has .5 to .7).
Dates and outlets stay. Reading with cleaning and copies is measured in bench_corpus.py. Each size
is a process of its own, whose peak of memory is its own.

    python tests/benchmarks/bench_million.py [1000 10000 30000 100000 1000000]
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from _data import real_data

from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.trends.rates import keyword_trends

SIZES = (1_000, 10_000, 30_000, 100_000, 1_000_000)
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


def measure(path: str) -> None:
    """What each step took, as JSON on standard output."""
    seconds, peaks, began = {}, {}, time.process_time()

    def lap(step: str) -> None:
        nonlocal began
        seconds[step] = time.process_time() - began
        # Not getrusage: to a process that another has started it gives that one's peak, if larger.
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        peaks[f"GB, {step}"] = int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 2**20
        began = time.process_time()

    articles = pd.read_parquet(path)
    corpus = Corpus(articles.assign(date=pd.to_datetime(articles["date"])))
    lap("read")
    tokens = tokenize_corpus(corpus)
    assert tokens.lexemes
    lap("token table")
    columns = document_term_matrix(tokens).counts.shape[1]  # no notebook has it beside trends
    lap("matrix")
    trend = keyword_trends(tokens, KEYWORDS, by="outlet")
    assert len(trend.rates)
    lap("trends")
    sizes = {"GB": max(peaks.values()), "tokens": tokens.n_tokens, "types": len(tokens.forms)}
    print(json.dumps(seconds | peaks | sizes | {"lexemes": columns}))


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    source = real_data() / "ant_2018" / "ant_multisource_2018.parquet"
    articles, rows = pd.read_parquet(source, columns=COLUMNS), {}
    with TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder, f"{size}.parquet")
            schema = pa.Schema.from_pandas(articles, preserve_index=False)
            with pq.ParquetWriter(path, schema) as writer:
                for part in copies(articles, size):
                    writer.write_table(pa.Table.from_pandas(part, schema, preserve_index=False))
            command = [sys.executable, __file__, "--measure", str(path)]
            made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            rows[size] = json.loads(made.stdout)
            path.unlink()
    table = pd.DataFrame(rows).T.rename_axis("articles")
    steps = ["read", "token table", "matrix", "trends"]
    table["ms an article"] = table[steps].sum(axis=1) / table.index * 1000
    base, last = table.loc[BASE if BASE in sizes else sizes[0]], table.iloc[-1]
    ends = np.log(pd.DataFrame([base, last]).assign(cpu=[one[steps].sum() for one in (base, last)]))
    growth = (ends.iloc[1] - ends.iloc[0]) / np.log(last.name / base.name)
    ratio = last["ms an article"] / base["ms an article"]
    print(f"cost of an article, {last.name:,} beside {base.name:,}: {ratio:.2f}")
    more = (last["GB"] - base["GB"]) * 2**20 / (last.name - base.name)
    print(f"memory: {more:.1f} kB for each further article")
    exponents = {name: growth[key] for key, name in {"cpu": "time", "GB": "memory"}.items()}
    exponents["types"] = growth["types"]
    print("exponents of growth:", *(f"{name} {value:.2f}" for name, value in exponents.items()))
    print(table.round(2).to_string())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2])
    else:
        main()
