"""Reading, cleaning and finding copies on the real corpora: seconds, memory, what was removed, and
how copies agree with a reader.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import pandas as pd
from _copies import f1, judged_pairs, table
from _data import NEWS, RADIO, print_ratio, real_data

from q7x2lab.arabic.text_flags import text_flags
from q7x2lab.corpus.clean import clean_texts
from q7x2lab.corpus.copies import find_duplicates
from q7x2lab.corpus.furniture import remove_furniture
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.read import read_corpus

MARKS = {"BBC Arabic": "تطبيق بي بي سي", "Al Arabiya": "جميع المقالات المنشورة تمثل"}


def timed(name: str, call: Callable[..., Any], *arguments: Any) -> Any:
    """The result of a call, after printing what it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = call(*arguments)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{name:34} {cpu:7.1f} s CPU {wall:7.1f} s wall")
    return result


def furniture_left(source: pd.DataFrame, corpus: Corpus) -> None:
    """Print how much of four known kinds is gone, and the characters that each kind took."""
    source, texts = source.set_index("id"), corpus.articles.set_index("id")["text"]
    for outlet, mark in MARKS.items():
        held = source[(source["outlet"] == outlet) & source["text"].str.contains(mark)]
        _print_kind(f"{outlet}: {mark}", ~texts[held.index].str.contains(mark))
    france = source[source["outlet"] == "France 24 Arabic"]
    lines = france["text"].str.strip().str.split("\n")
    abstract = france["abstract"].str.strip()
    doubled = france.index[(lines.str[0].str.strip() == abstract) & (lines.str.len() > 2)]
    opening = texts[doubled].str.split("\n").str[0].str.strip()
    _print_kind("France 24: abstract above the text", opening != abstract[doubled])
    cnn = source.loc[source["outlet"] == "CNN Arabic", "text"].str.split("\n").explode().str.strip()
    cnn = cnn[cnn.str.count(" ") > 7]
    teaser = cnn[cnn.groupby(cnn).transform("size").between(4, 10)]
    teaser = teaser[teaser.groupby(level=0).transform("size") >= 3]
    gone = [line not in texts[name] for name, line in teaser.items()]
    _print_kind("CNN: lines of teasers", pd.Series(gone))
    cuts = corpus.changes[corpus.changes["step"].str.startswith("furniture")]
    outlet = cuts["article"].map(source["outlet"])
    taken = (cuts["before"] - cuts["after"]).groupby([outlet, cuts["step"]]).sum()
    whole = source["text"].str.len().groupby(source["outlet"]).sum()
    for (name, step), count in taken.items():
        print(f"  {name:18} {step:24} {count:9,} characters {count / whole[name]:7.2%}")


def _print_kind(name: str, gone: pd.Series) -> None:
    print(f"{name:52} {gone.sum():6,} of {len(gone):6,} gone {gone.mean():7.1%}")


def main() -> int:
    """Print a table: each step alone, then all of read_corpus, and the greatest memory."""
    path = real_data(NEWS)
    corpus = timed("read_corpus, ant_2018 (85 MB)", read_corpus, path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{'greatest memory':34} {peak:7.2f} GB")
    source = pd.read_parquet(path)
    timed("  of which cleaning", clean_texts, source["text"])
    timed("  of which furniture", remove_furniture, corpus.articles)
    timed("  of which copies", find_duplicates, corpus)
    timed("  of which flags", corpus.articles["text"].map, text_flags)
    furniture_left(source, corpus)
    jawhara = read_corpus(real_data(RADIO))
    judged = judged_pairs({"ant_2018": corpus, "jawhara_2015_2017": jawhara})
    print_ratio("F1 of copies against a reader, beside containment of five-grams at a half",
                f1(judged), f1(judged, "half"))  # fmt: skip
    print(table(judged).to_string(index=False, float_format="{:.3f}".format))
    return 0


if __name__ == "__main__":
    sys.exit(main())
