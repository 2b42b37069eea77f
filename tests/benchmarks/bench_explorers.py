"""Milliseconds that each explorer takes to answer over a year of news."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import chain, cycle, islice, product
from typing import Any

import numpy as np
import pandas as pd
from _data import NEWS, real_data

import q7x2lab as q
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus

ANSWERS = 50
WORDS = [
    *("روسيا", "الصين", "بوتين", "ترامب", "النفط", "الغاز", "الحرب", "السعودية", "إيران", "سوريا"),
    *("كأس", "العالم", "الرئيس", "الحكومة", "الاقتصاد", "الدولار", "اليوان", "أوروبا", "فرنسا"),
    *("بريطانيا", "ألمانيا", "القرم", "أوكرانيا", "الجيش", "الشرطة", "الانتخابات"),
]
FORMS = ('"الولايات المتحدة"', "روسيا NEAR/5 الصين", 'روسيا -"روسيا البيضاء"', "نفط OR غاز")
VERBS = ("قال", "أكد", "زعم", "أعلن", "حذر", "اعتبر", "")


def main() -> None:
    """Print the median and the 95th percentile of fifty answers of each, one after another."""
    table = pd.read_parquet(real_data(NEWS))
    table["date"] = pd.to_datetime(table["date"])
    measure(tokenize_corpus(Corpus(table[["id", "date", "outlet", "title", "text"]])))


def measure(tokens: Tokens) -> None:
    """Change the fields of all explorers of these tokens as a reader would."""
    print(tokens)
    queries = [*WORDS, *FORMS, *(f"{word} -=و{word}" for word in WORDS)]
    answers("words", q.explore_words(tokens, "الأمم"), product(["query"], queries))

    model = q.fit_topics(q.document_term_matrix(tokens, min_articles=2), k=12, method="nmf")
    pairs = ((("topic", n % model.k), ("relevance", n % 20 / 20)) for n in range(1, ANSWERS))
    answers("topics", q.explore_topics(model), chain.from_iterable(pairs))

    frames = q.score_frames(tokens, "generic", unit="paragraph", by="outlet")
    names = islice(cycle(frames.scheme.names), 1, ANSWERS)
    pairs = ((("frame", name), ("sentence", n % 40 + 1)) for n, name in enumerate(names, 1))
    answers("frames", q.explore_frames(frames), chain.from_iterable(pairs))

    quotes = q.extract_quotes(tokens)
    shared = q.align_quotes(quotes, dates=tokens.articles["date"])
    print(f"{len(quotes):,} quotations, {len(shared):,} of them shared")
    explorer = q.explore_quotes(quotes, tokens.articles, shared=shared)
    answers("quotes", explorer, asked_of_quotes(tokens))


def asked_of_quotes(tokens: Tokens) -> Iterator[tuple[str, Any]]:
    """Speakers, verbs, outlets, and the quotations that travel, in turn."""
    outlets = sorted(tokens.articles["outlet"].unique())
    for number, speaker in enumerate(WORDS):
        yield "speaker", speaker
        yield "verb", VERBS[number % len(VERBS)]
        yield "outlet", outlets[number % len(outlets)]
        yield "travelling", number % 2 == 0


def answers(name: str, explorer: Any, changes: Iterable[tuple[str, Any]]) -> None:
    """Set one field after another, and print how long each change took."""
    fields = dict(zip(explorer.fields, explorer.panel.children, strict=False))
    taken = []
    for field, value in islice(changes, ANSWERS):
        begin = time.perf_counter(), time.process_time()
        fields[field].value = value
        end = time.perf_counter(), time.process_time()
        taken.append(np.subtract(end, begin) * 1e3)
    for clock, times in zip(("by the clock", "of the processor"), np.transpose(taken), strict=True):
        middle, most = np.percentile(times, [50, 95])
        figures = f"median {middle:.0f} ms, 95 % below {most:.0f} ms"
        print(f"{name}: {len(times)} answers, {clock}: {figures}", flush=True)


if __name__ == "__main__":
    main()
