"""Size, coverage and power of trends, changes and discoveries on simulated corpora.

Whole articles are simulated (`_simulated_news`) and fed through `keyword_trends`; none of them
took part in the choice of any method. A cell pools plain, bursty and rare words (25, 25 and 4 hits
a period; variance 1.1, 5 and 1.1 times the mean) over constant and fivefold growing exposure.
Without wander the periods are independent and differ by their articles only; else the log rate
wanders with sd .35 and the correlation named. alarms: p below .05 without a trend; blocks: the
same of permuted blocks; verdict: rises or falls (both); coverage: the interval of the ratio holds
1; mk counts: Mann-Kendall on raw counts, for comparison. power: p below .05 where the rate
doubles, all words and plain ones; found: the same by verdict. nothing: verdict where words appear
from nothing in the last third. A share p of n series errs by twice the root of p (1 - p) / n.

Run: python tests/benchmarks/bench_trends.py [words a cell, default 900; of steps a tenth]
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
from _data import NEWS, print_ratio, real_data
from _simulated_news import Kind, simulated_news
from scipy.stats import kendalltau

from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.trends.changes import detect_changes
from q7x2lab.trends.discovery import discover_words
from q7x2lab.trends.rates import keyword_trends

PERIODS = (8, 12, 18, 24, 60)
SPREAD = 0.35  # sd of the log rate; in real news it is .20 to .27
WANDERS = ((0.0, 0.0), (SPREAD, 0.0), (SPREAD, 0.3), (SPREAD, 0.6))  # and its correlation
KINDS = tuple(
    replace(kind, growth=growth, name=f"{kind.name} {growth}")
    for kind in (Kind("plain"), Kind("bursty", clump=4.0), Kind("rare", hits=4.0))
    for growth in ("none", "exponential")
)


def cell(
    periods: int, sd: float, phi: float, words: int, rng: np.random.Generator, **effect: float
) -> pd.DataFrame:
    """Tests of that many words, pooled over kinds; those without a test are left out."""
    tables = []
    for kind in (replace(kind, sd=sd, phi=phi) for kind in KINDS):
        news = simulated_news(kind, periods, words // len(KINDS), rng, **effect)
        queries = {name: word for name, word in news.queries().items() if news.hits[:, word].any()}
        trend = keyword_trends(news, queries, draws=20)
        hits = trend.rates.pivot(index="query", columns="period", values="hits")
        counts = [kendalltau(range(periods), row).pvalue for row in hits.to_numpy()]
        table = trend.tests.set_index("query").assign(kind=kind.name)
        table.loc[hits.index, "mk"] = counts
        tables.append(table)
    tests = pd.concat(tables)
    tests["found"] = tests["verdict"].isin(["rises", "falls"])
    return tests[tests["refused"] == ""]


def row_of(
    periods: int, sd: float, phi: float, words: int, rng: np.random.Generator
) -> dict[str, object]:
    """One line of the table."""
    flat = cell(periods, sd, phi, words, rng)
    doubled = cell(periods, sd, phi, words, rng, slope=2 / 3 / (periods - 1))
    nothing = cell(periods, sd, phi, words, rng, begins=2 / 3)
    plain = doubled[doubled["kind"].str.startswith("plain")]
    return {
        "T": periods, "wander": sd, "correlation": phi, "alarms": (flat["p"] < 0.05).mean(),
        "blocks": (flat["p_blocks"] < 0.05).mean(), "verdict": flat["found"].mean(),
        "coverage": ((flat["low"] <= 1) & (flat["high"] >= 1)).mean(),
        "mk counts": (flat["mk"] < 0.05).mean(),
        "power": (doubled["p"] < 0.05).mean(), "plain": (plain["p"] < 0.05).mean(),
        "found": doubled["found"].mean(), "found plain": plain["found"].mean(),
        "nothing": nothing["found"].mean(), "series": len(flat),
    }  # fmt: skip


def change_row(
    periods: int, sd: float, phi: float, words: int, rng: np.random.Generator
) -> dict[str, object]:
    """How often a change is found without one, and with a doubling halfway."""
    row: dict[str, object] = {"T": periods, "wander": sd, "correlation": phi}
    for effect, name in (({}, "alarms"), ({"begins": 0.5, "before": 0.5}, "power")):
        for clump, word in ((0.1, "plain"), (4.0, "bursty")):
            kind = Kind("word", sd=sd, phi=phi, clump=clump)
            news = simulated_news(kind, periods, words, rng, **effect)
            found = detect_changes(keyword_trends(news, news.queries(), draws=20), level=1.1)
            row[f"{name} {word}"] = (found["p"] < 0.05).sum() / words
    return row


def every_lexeme() -> None:
    """Print how long it takes to test every lexeme of a year of news by month."""
    corpus = read_corpus(real_data(NEWS))
    tokens = tokenize_corpus(corpus)
    assert tokens.lexemes
    begin = time.process_time()
    found = discover_words(tokens)
    spent = time.process_time() - begin
    print(f"{len(found.words):,} lexemes of {len(corpus):,} articles tested in {spent:.1f} s")


def main() -> None:
    """Print the tables of trends and of steps, and the time that a year of news takes."""
    words = int(sys.argv[1]) if len(sys.argv) > 1 else 900
    rng = np.random.default_rng(2022)
    sizes = words // len(KINDS) * len(KINDS), words // 10
    for size, what in zip(sizes, ("trends", "steps"), strict=True):
        errors = ", ".join(f"of {p:.2f}: {np.sqrt(p * (1 - p) / size):.3f}" for p in (0.05, 0.5))
        print(f"{what}: {size} words a cell, Monte Carlo error {errors}", flush=True)
    tables = []
    for function, lengths, size in ((row_of, PERIODS, words), (change_row, (12, 24), words // 10)):
        cells = product(lengths, WANDERS)
        table = pd.DataFrame([function(periods, *wander, size, rng) for periods, wander in cells])
        print(table.to_string(index=False, float_format="{:.3f}".format), flush=True)
        tables.append(table)
    means = tables[0][["alarms", "mk counts"]].mean()
    print_ratio("alarms without a trend, mean of all rows, beside Mann-Kendall on counts", *means)
    every_lexeme()


if __name__ == "__main__":
    main()
