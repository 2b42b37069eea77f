"""Text in, document-term matrix out: megabytes a second beside what researchers use today.

A row for PyArabic and NLTK's ISRI appears where the two are installed; they are timed on every
twentieth article. Times are processor seconds of this process, the least of the rounds, and the
rounds go through all rows in turn, so that other work on the machine hits all alike. Our rows leave
stop words out and apply the frequency cuts, which CountVectorizer() does not.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from _data import real_data
from sklearn.feature_extraction.text import CountVectorizer

from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import scan_texts, tokenize_corpus

ROUNDS = 3


def isri_analyser() -> Callable[[str], list[str]] | None:
    """What most published pipelines do a word; None where the packages are not installed."""
    try:
        from nltk.stem.isri import ISRIStemmer
        from pyarabic import araby
    except ImportError:
        return None
    stem = ISRIStemmer().stem
    return lambda text: [stem(word) for word in araby.tokenize(araby.strip_tashkeel(text))]


def perturbed(texts: list[str], copies: int, seed: int = 0) -> Iterator[str]:
    """The texts again and again, in each copy every tenth word with a letter changed."""
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    for copy in range(copies):
        rng = np.random.default_rng([seed, copy])
        for text in texts:
            words = text.split(" ")
            if copy:
                places = rng.integers(0, len(words), len(words) // 10).tolist()
                for place, letter in zip(places, rng.integers(0, 28, len(places)), strict=True):
                    words[place] = words[place][:1] + letters[letter] + words[place][2:]
            yield " ".join(words)


def least_seconds(
    tasks: dict[str, Callable[[], object]], clock: Callable[[], float]
) -> dict[str, float]:
    """The least time of each task over the rounds."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            begin = clock()
            task()
            best[name] = min(best[name], clock() - begin)
    return best


def million(texts: list[str]) -> None:
    """Peak memory of a million articles."""
    copies = -(-1_000_000 // len(texts))
    begin = time.perf_counter()
    more = list(perturbed(texts, copies))
    names = [str(number) for number in range(len(more))]
    frame = pd.DataFrame({"id": names, "date": pd.NaT, "outlet": "x", "text": more})
    dtm = document_term_matrix(tokenize_corpus(Corpus(frame)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{dtm!r}: {time.perf_counter() - begin:.0f} s, peak {peak:.2f} GB")


def rows(texts: list[str], frame: pd.DataFrame) -> dict[str, Callable[[], object]]:
    """What is timed in processor seconds of this process, all on the same texts."""
    corpus = Corpus(frame)
    tokens = tokenize_corpus(corpus)
    assert tokens.lexemes
    return {
        "CountVectorizer()": lambda: CountVectorizer().fit_transform(texts),
        "tokenize_corpus, document_term_matrix": lambda: document_term_matrix(
            tokenize_corpus(corpus)
        ),
        "token table alone": lambda: scan_texts(texts),
        "matrix from the open table": lambda: document_term_matrix(tokens),
    }


def main() -> None:
    """Print the table; with the argument `million`, the memory of a million articles instead."""
    frame = pd.read_parquet(real_data() / "ant_2018" / "ant_multisource_2018.parquet")
    texts = frame["text"].tolist()
    if "million" in sys.argv:
        million(texts)
        return
    size = sum(len(text.encode()) for text in texts) / 1e6
    seconds = least_seconds(rows(texts, frame), time.process_time)
    analyser = isri_analyser()
    if analyser:
        few = texts[::20]
        counter = CountVectorizer(analyzer=analyser)
        part = least_seconds({"": lambda: counter.fit_transform(few)}, time.process_time)[""]
        share = sum(len(text.encode()) for text in few) / 1e6 / size
        seconds["CountVectorizer, PyArabic + ISRI"] = part / share
    table = pd.DataFrame({"processor s": seconds})
    table["MB/s"] = size / table["processor s"]
    table["of CountVectorizer()"] = table["MB/s"] / table.loc["CountVectorizer()", "MB/s"]
    print(table.round(2).to_string())


if __name__ == "__main__":
    main()
