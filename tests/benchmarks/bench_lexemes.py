"""Conflation measured: pairwise F1 on the treebank gold, and types a second, beside simplemma.

Prints one row a method: precision, recall, F1, share of tokens with the right lemma, types a
second (CPU), and the same without any frequencies or with those of a small corpus as the guard.
Then the first call in a process of its own, which reads the dictionary, beside simplemma's.
"""

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import simplemma
from _data import NEWS, print_ratio, real_data

from q7x2lab.arabic.lexemes import lexemes
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus


def counts_of(table: pd.DataFrame) -> dict[str, int]:
    """Tokens of each Arabic word form."""
    frame = pd.DataFrame({"id": range(len(table)), "text": table["text"].to_numpy()})
    frame = frame.astype({"id": str}).assign(date=pd.NaT, outlet="x")
    tokens = tokenize_corpus(Corpus(frame))
    words = tokens.kinds == 0
    return dict(zip(tokens.forms[words].tolist(), tokens.counts[words].tolist(), strict=True))


def measure(name: str, method: Callable[[list[str]], list[str]], types: list, score: Callable):
    """One row of the table."""
    forms = [form for form, *_ in types]
    method(forms)  # dictionaries are loaded once a process
    start = time.process_time()
    found = method(forms)
    seconds = time.process_time() - start
    return name, *score(types, found), len(forms) / max(seconds, 1e-9)


_FIRST_CALL = """
import sys, time
{load}
words = sys.stdin.read().split()
start = time.process_time()
{call}
print(time.process_time() - start)
"""
_CALLS = {
    "lexemes": ("from q7x2lab.arabic.lexemes import lexemes", "lexemes(words)"),
    "simplemma": ("import simplemma", "[simplemma.lemmatize(w, lang='ar') for w in words]"),
}


def first_call(method: str, forms: list[str]) -> float:
    """CPU seconds of the first call in a process, the fastest of five."""
    load, call = _CALLS[method]
    command = [sys.executable, "-c", _FIRST_CALL.format(load=load, call=call)]
    runs = [
        subprocess.run(command, input="\n".join(forms), capture_output=True, text=True, check=True)
        for _ in range(5)
    ]
    return min(float(run.stdout) for run in runs)


def main() -> None:
    """Print the table."""
    treebank = real_data("../gold/padt_dev/ar-ud-dev.conllu")
    sys.path.insert(0, str(real_data("../gold/score_lexemes.py").parent))
    import score_lexemes

    types = score_lexemes.gold_types(str(treebank))
    news = pd.read_parquet(real_data(NEWS))
    draw = np.random.default_rng(0).permutation(len(news))
    guards = {
        "31,525 articles": counts_of(news),
        "2,000 articles": counts_of(news.iloc[draw[:2000]]),
        "200 articles": counts_of(news.iloc[draw[:200]]),
        "20 articles": counts_of(news.iloc[draw[:20]]),
    }
    rows = [
        measure(f"lexemes, guard {name}", lambda forms, g=guard: lexemes(forms, g), types,
                score_lexemes.score)
        for name, guard in guards.items()
    ]  # fmt: skip
    rows.append(measure("lexemes, no guard", lexemes, types, score_lexemes.score))
    rows.append(
        measure(
            "simplemma",
            lambda forms: [simplemma.lemmatize(form, lang="ar") for form in forms],
            types,
            score_lexemes.score,
        )
    )
    columns = ["method", "P", "R", "F1", "lemma", "types/s"]
    table = pd.DataFrame(rows, columns=columns)
    forms = [form for form, *_ in types]
    print_ratio("F1 of words of one lexeme brought together, beside simplemma's",
                table["F1"].iloc[0], table["F1"].iloc[-1])  # fmt: skip
    print_ratio(f"seconds for {len(forms):,} types, reading the dictionary, beside simplemma's",
                *(first_call(method, forms) for method in _CALLS))  # fmt: skip
    print(table.round(3).to_string(index=False))
    print("types/s: simplemma answers from what it kept of the call before")
    everything = guards["31,525 articles"]
    start = time.process_time()
    lexemes(list(everything), everything)
    seconds = time.process_time() - start
    print(f"whole vocabulary: {len(everything):,} types, {len(everything) / seconds:,.0f} types/s")


if __name__ == "__main__":
    main()
