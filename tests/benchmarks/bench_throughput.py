"""Text in, document-term matrix out: megabytes a second beside what researchers use today.

Rows for PyArabic and NLTK's ISRI
appear where the two are installed; they are timed on every twentieth article. Times are processor
seconds of this process (elapsed seconds where two processors work), the least of the rounds,
and the rounds go through all rows in turn, so that other work on the machine hits all alike.

count_matrix, as it comes, leaves out forms that stand in fewer than five articles before it makes
lexemes of the rest; "every form" makes lexemes of all forms first, as the token table does; "no
lexemes" counts folded forms. All leave stop words out and apply the frequency cuts, which
CountVectorizer() does not. The last line tells how the work divides between two processes and what
two free processors would make of it; the rows of arithmetic tell how free these two are.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from _data import real_data
from sklearn.feature_extraction.text import CountVectorizer

from q7x2lab.corpus.dtm import document_term_matrix
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.stream import count_matrix
from q7x2lab.corpus.table import token_table
from q7x2lab.corpus.tokens import tokenize_corpus

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


def measure(tasks: dict[str, tuple[Callable[[], object], float, bool]]) -> pd.DataFrame:
    """Megabytes a second of each task: least processor (or elapsed) time of the rounds."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(ROUNDS):
        for name, (task, _, elapsed) in tasks.items():
            clock = time.perf_counter if elapsed else time.process_time
            begin = clock()
            task()
            best[name] = min(best[name], clock() - begin)
    rows = [(name, size, best[name], size / best[name]) for name, (_, size, _) in tasks.items()]
    return pd.DataFrame(rows, columns=["task", "MB", "seconds", "MB/s"])


def burn() -> None:
    """A second or so of arithmetic in the processor, hardly touching memory."""
    total = 0
    for number in range(20_000_000):
        total += number


def burn_twice() -> None:
    """The same in two processes side by side."""
    both = [multiprocessing.Process(target=burn) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()


def shared_work(texts: list[str]) -> str:
    """How much of the work two processes share, in processor seconds, however busy the machine."""
    begin = time.process_time()
    count_matrix(texts)
    alone = time.process_time() - begin
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    begin = time.process_time()
    count_matrix(texts, jobs=2)
    parent = time.process_time() - begin
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    ideal = alone / (parent + children / 2)
    return (
        f"1 process {alone:.2f} s; 2 processes {children:.2f} s shared, {parent:.2f} s not: "
        f"{ideal:.2f} times as fast on two free processors"
    )


def million(texts: list[str]) -> None:
    """Peak memory of a million articles."""
    copies = -(-1_000_000 // len(texts))
    begin = time.perf_counter()
    dtm = count_matrix(perturbed(texts, copies), lexemes="hybrid")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{dtm!r}: {time.perf_counter() - begin:.0f} s, peak {peak:.2f} GB")


def main() -> None:
    """Print the table; with the argument `million`, the memory of a million articles instead."""
    frame = pd.read_parquet(real_data() / "ant_2018" / "ant_multisource_2018.parquet")
    texts = frame["text"].tolist()
    if "million" in sys.argv:
        million(texts)
        return
    size = sum(len(text.encode()) for text in texts) / 1e6
    few = texts[::20]
    few_size = sum(len(text.encode()) for text in few) / 1e6
    tokens = tokenize_corpus(Corpus(frame))
    assert tokens.lexemes
    tasks: dict[str, tuple[Callable[[], object], float, bool]] = {
        "CountVectorizer()": (lambda: CountVectorizer().fit_transform(texts), size, False),
        "count_matrix": (lambda: count_matrix(texts), size, False),
        "count_matrix, no lexemes": (lambda: count_matrix(texts, lexemes="none"), size, False),
        "count_matrix, every form": (
            lambda: count_matrix(texts, min_form_articles=1),
            size,
            False,
        ),
        "token table alone": (lambda: token_table(texts), size, False),
        "matrix from the open table": (lambda: document_term_matrix(tokens), size, False),
        "arithmetic, 1 process, elapsed": (burn, size, True),
        "arithmetic twice, 2 processes, elapsed": (burn_twice, 2 * size, True),
        "count_matrix, 1 processor, elapsed": (lambda: count_matrix(texts), size, True),
        "count_matrix, 2 processors, elapsed": (lambda: count_matrix(texts, jobs=2), size, True),
    }
    analyser = isri_analyser()
    if analyser:
        counter = CountVectorizer(analyzer=analyser)
        tasks["CountVectorizer, PyArabic + ISRI"] = (
            lambda: counter.fit_transform(few),
            few_size,
            False,
        )
    table = measure(tasks).set_index("task")
    table["of CountVectorizer()"] = table["MB/s"] / table["MB/s"].loc["CountVectorizer()"]
    print(table.round(2).to_string())
    print(shared_work(texts))


if __name__ == "__main__":
    main()
