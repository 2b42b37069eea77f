"""Milliseconds for queries over a year of news, once the token table is open."""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable

import numpy as np
import pandas as pd
from _data import NEWS, print_ratio, real_data

from q7x2lab.arabic.aliases import load_aliases
from q7x2lab.arabic.queries import compile_query
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus

QUERIES = ["روسيا", "حرب", "الولايات المتحدة", "بوتين NEAR/5 الصين", 'روسيا -"روسيا البيضاء"']


def least_ms(work: Callable[[], object]) -> float:
    """The least milliseconds of three times."""
    return 1e3 * min(timeit.repeat(work, number=1, repeat=3))


def find(query: str, tokens: Tokens) -> np.ndarray:
    """The hits of a query, compiled first."""
    matcher = compile_query(query, tokens.vocabulary)
    return matcher.find(tokens.article, tokens.type, tokens.start, tokens.length)


def main() -> None:
    """Print compile, find and count times of each query, the index of the vocabulary made."""
    table = pd.read_parquet(real_data(NEWS))
    tokens = tokenize_corpus(Corpus(table[["id", "date", "outlet", "text"]]))
    month = pd.to_datetime(table["date"]).dt.month.to_numpy()
    cell = month * 100 + pd.factorize(table["outlet"])[0]
    groups = load_aliases()
    print_ratio("ms to count روسيا with its forms, beside pandas' str.count of the letters",
                least_ms(lambda: find("روسيا", tokens)),
                least_ms(lambda: table["text"].str.count("روسيا")))  # fmt: skip
    print(tokens)
    for query in ["في", *QUERIES, groups["putin"], groups["united_states"]]:
        begin = time.perf_counter()
        matcher = compile_query(query, tokens.vocabulary)
        compiled = time.perf_counter()
        hits = matcher.find(tokens.article, tokens.type, tokens.start, tokens.length)
        np.bincount(cell[hits[:, 0]], minlength=cell.max() + 1)
        end = time.perf_counter()
        name = query if isinstance(query, str) else query["names"][0]
        times = f"{1e3 * (compiled - begin):8.1f} {1e3 * (end - compiled):8.1f}"
        print(f"compile, find and count {times} ms  {len(hits):8,} hits  {name}")


if __name__ == "__main__":
    main()
