"""Milliseconds that an explorer takes to answer a query over a year of news."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from _data import real_data

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.explore.explorers import explore_words

WORDS = [
    *("روسيا", "الصين", "بوتين", "ترامب", "النفط", "الغاز", "الحرب", "السعودية", "إيران", "سوريا"),
    *("كأس", "العالم", "الرئيس", "الحكومة", "الاقتصاد", "الدولار", "اليوان", "أوروبا", "فرنسا"),
    *("بريطانيا", "ألمانيا", "القرم", "أوكرانيا", "الجيش", "الشرطة", "الانتخابات"),
]
FORMS = ('"الولايات المتحدة"', "روسيا NEAR/5 الصين", 'روسيا -"روسيا البيضاء"', "نفط OR غاز")


def main() -> None:
    """Print the median and the 95th percentile of fifty queries, typed one after another."""
    table = pd.read_parquet(real_data() / "ant_2018" / "ant_multisource_2018.parquet")
    table["date"] = pd.to_datetime(table["date"])
    tokens = tokenize_corpus(Corpus(table[["id", "date", "outlet", "text"]]))
    print(tokens)
    queries = [*WORDS, *FORMS, *(f"{word} -=و{word}" for word in WORDS)][:50]
    query = explore_words(tokens, "الأمم").panel.children[0]
    taken = []
    for text in queries:
        begin = time.perf_counter(), time.process_time()
        query.value = text
        end = time.perf_counter(), time.process_time()
        taken.append(np.subtract(end, begin) * 1e3)
    for name, times in zip(("by the clock", "of the processor"), np.transpose(taken), strict=True):
        middle, most = np.percentile(times, [50, 95])
        print(f"{len(queries)} queries, {name}: median {middle:.0f} ms, 95 % below {most:.0f} ms")


if __name__ == "__main__":
    main()
