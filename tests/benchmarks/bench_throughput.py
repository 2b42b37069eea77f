"""Text in, document-term matrix out: megabytes a second beside what researchers use today.

A row for PyArabic and NLTK's ISRI appears where the two are installed; they are timed on every
twentieth article. Times are processor seconds of this process, the least of the rounds, and the
rounds go through all rows in turn, so that other work on the machine hits all alike. Our rows leave
stop words out and apply the frequency cuts, which CountVectorizer() does not.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pandas as pd
from _data import NEWS, print_ratio, real_data
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
        "token table alone": lambda: scan_texts(pd.Series(texts)),
        "matrix from the open table": lambda: document_term_matrix(tokens),
    }


def main() -> None:
    frame = pd.read_parquet(real_data(NEWS))
    texts = frame["text"].tolist()
    size = sum(len(text.encode()) for text in texts) / 1e6
    seconds = least_seconds(rows(texts, frame), time.process_time)
    analyser = isri_analyser()
    if analyser:
        few = texts[::20]
        counter = CountVectorizer(analyzer=analyser)
        part = least_seconds({"": lambda: counter.fit_transform(few)}, time.process_time)[""]
        share = sum(len(text.encode()) for text in few) / 1e6 / size
        seconds["CountVectorizer, PyArabic + ISRI"] = part / share
    ours = seconds["tokenize_corpus, document_term_matrix"]
    for name in [name for name in seconds if name.startswith("CountVectorizer")]:
        print_ratio(f"seconds from text to matrix, beside {name}", ours, seconds[name])
    plain = seconds["token table alone"] + seconds["matrix from the open table"]
    print_ratio("the same without bringing words of one lexeme together, beside CountVectorizer()",
                plain, seconds["CountVectorizer()"])  # fmt: skip
    table = pd.DataFrame({"processor s": seconds})
    table["MB/s"] = size / table["processor s"]
    table["of CountVectorizer()"] = table["MB/s"] / table.loc["CountVectorizer()", "MB/s"]
    print(table.round(2).to_string())


if __name__ == "__main__":
    main()
