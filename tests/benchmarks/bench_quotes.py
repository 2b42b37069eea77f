"""Times of quotation extraction and alignment, and memory, on a year of news.

Usage: python tests/benchmarks/bench_quotes.py [ARTICLES.parquet] [NUMBER]
"""

from __future__ import annotations

import resource
import sys
import time
from types import SimpleNamespace

import pandas as pd
from _data import NEWS, real_data

from q7x2lab.arabic.sentences import quotation_spans
from q7x2lab.framing.quotations.alignment import align_quotes
from q7x2lab.framing.quotations.marks import extract_quotes


def articles() -> pd.DataFrame:
    """The articles of the file that was given, or of the real corpora; so many of them."""
    given = sys.argv[1:] or [real_data(NEWS)]
    table = pd.read_parquet(given[0])
    return table.head(int(given[1])) if len(given) > 1 else table


def timed(name: str, work, *arguments):
    begin = time.process_time()
    result = work(*arguments)
    size = f"{len(result):>9,}" if hasattr(result, "__len__") else ""
    print(f"{name:<34}{time.process_time() - begin:>9.2f} CPU s {size}")
    return result


def main() -> None:
    corpus = SimpleNamespace(articles=articles().reset_index(drop=True))
    letters = int(corpus.articles["text"].str.len().sum())
    print(f"{len(corpus.articles):,} articles, {letters / 1e6:.1f} million characters")
    quotes = timed("extract_quotes", extract_quotes, corpus)
    timed("align_quotes", align_quotes, quotes)
    for name, text in (
        ("10,000 marks in a paragraph", '"كلمة" ' * 5_000),
        ("20,000 marks in a paragraph", '"كلمة" ' * 10_000),
        ("9,999 marks, none closing", "«كلمة " * 9_999),
        ("nested to depth 5,000", "«" * 5_000 + "كلمة" + "»" * 5_000),
    ):
        timed(name, quotation_spans, text)
    for name, text in (
        ("1,000 verbs and quotations", 'قال "كلمة" ' * 1_000),
        ("4,000 verbs and quotations", 'قال "كلمة" ' * 4_000),
        ("4,000 verbs, one clause", "أكد أن الأمر قال إن " * 2_000),
    ):
        timed(name, extract_quotes, SimpleNamespace(articles=pd.DataFrame({"text": [text]})))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
