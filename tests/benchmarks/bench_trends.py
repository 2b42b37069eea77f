"""False alarms, coverage and power on simulated corpora, beside other methods.

The corpora are those of `_simulated_news`, fed through `keyword_trends`: none of them took part
in the choice of any method. Methods: ours (p and slope interval of Trend.tests); mk rates and mk
counts (Mann-Kendall); poisson (regression with exposure, z test); blocks (moving-block bootstrap
of the Theil-Sen slope with Politis-White length). Asked for are 3 to 7 % false alarms and 93 to
97 % coverage in each cell; a share p of n series errs by twice the square root of p (1 - p) / n.
power: alarms where the rate doubles, from two thirds to four thirds of its mean. refused: the
share of words that get no test. The second table has changes: false alarms, and how often one from
12 to 30 hits is found and its interval holds; where a change is plain to see, the interval is the
one period that it falls into and holds nearly always.

Run: python tests/benchmarks/bench_trends.py [words a cell, default 300]
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd
from _data import real_data
from _simulated_news import KINDS, Kind, simulated_news
from scipy.stats import norm

from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.trends.changes import autoregressive, segment, simulated_counts
from q7x2lab.trends.comparisons import poisson_regression
from q7x2lab.trends.discovery import discover_words
from q7x2lab.trends.rates import Trend, keyword_trends
from q7x2lab.trends.tests import mann_kendall, theil_sen

PERIODS = (8, 12, 24, 60)
AT_ONCE = 60  # words of one corpus: those of another have other articles


def poisson_p(counts: np.ndarray, base: np.ndarray) -> float:
    """Two-sided p of the slope of a plain Poisson regression."""
    design = np.column_stack([np.ones(base.size), np.linspace(-1, 1, base.size)])
    beta, error, _ = poisson_regression(design, counts, base)
    return float(2 * norm.sf(abs(beta[1] / error[1])))


def block_length(rest: np.ndarray) -> int:
    """Politis and White (2004), as corrected by Patton, Politis and White (2009); at least 2."""
    n = rest.size
    most = int(np.ceil(np.sqrt(n))) + 5
    product = [(rest[lag:] * rest[: n - lag]).sum() / n for lag in range(min(most, n - 1))]
    share = np.abs(np.array(product) / (product[0] or 1))
    small = share[1:] < 2 * np.sqrt(np.log10(n) / n)
    m = 2 * (int(small.argmax()) or 1) if small.any() else min(most, n - 2)
    lags = np.arange(-min(m, len(product) - 1), min(m, len(product) - 1) + 1)
    taper = np.clip(2 * (1 - np.abs(lags) / max(m, 1)), 0, 1)
    cov = np.array(product)[np.abs(lags)]
    g, d = (taper * np.abs(lags) * cov).sum(), 4 / 3 * (taper * cov).sum() ** 2
    length = (2 * g * g / d) ** (1 / 3) * n ** (1 / 3) if d > 0 else 1
    return int(np.clip(np.ceil(length), 2, n // 3))


def block_interval(rates: np.ndarray, rng: np.random.Generator, draws: int = 199) -> np.ndarray:
    """Percentile interval of the Theil-Sen slope over moving blocks of what the line leaves."""
    n, t = rates.size, np.arange(rates.size)
    slope = theil_sen(rates)[0]
    rest = rates - slope * t
    rest = rest - rest.mean()
    length = block_length(rest)
    begins = rng.integers(0, n - length + 1, (draws, -(-n // length)))
    at = (begins[:, :, None] + np.arange(length)).reshape(draws, -1)[:, :n]
    first, second = np.triu_indices(n, 1)
    drawn = rest[at] + slope * t
    slopes = np.median((drawn[:, second] - drawn[:, first]) / (second - first), axis=1)
    return np.percentile(slopes, [2.5, 97.5])


def trends(
    kind: Kind, periods: int, words: int, rng: np.random.Generator, slope: float = 0.0
) -> list[Trend]:
    """Trends of that many words in all, of several corpora."""
    corpora = [
        simulated_news(kind, periods, AT_ONCE, rng, slope=slope)
        for _ in range(max(words // AT_ONCE, 1))
    ]
    return [keyword_trends(news, news.queries(), draws=100) for news in corpora]


def others(trend: Trend, rng: np.random.Generator) -> list[tuple[bool, ...]]:
    """Alarms of the other methods for a third of the words of a trend, and coverage of blocks."""
    rows = []
    for _, part in list(trend.series())[::3]:
        rate, hits, base = (part[name].to_numpy(float) for name in ("rate", "hits", "tokens"))
        low, high = block_interval(rate, rng)
        found = (mann_kendall(rate).p, mann_kendall(hits).p, poisson_p(hits, base))
        rows.append((*(p < 0.05 for p in found), low <= 0 <= high))
    return rows


def trend_cell(kind: Kind, periods: int, words: int, rng: np.random.Generator) -> dict[str, object]:
    """False alarms of each method, coverage of the intervals, power."""
    flat = trends(kind, periods, words, rng)
    tests = pd.concat([trend.tests for trend in flat])
    refused = (tests["refused"] != "").mean()
    tests = tests[tests["refused"] == ""]
    told = np.array([row for trend in flat for row in others(trend, rng)]).mean(axis=0)
    steep = pd.concat(
        [trend.tests for trend in trends(kind, periods, words // 2, rng, 2 / 3 / (periods - 1))]
    )
    held = (tests["slope_low"] <= 0) & (tests["slope_high"] >= 0)
    return {
        "kind": kind.name, "T": periods, "ours": (tests["p"] < 0.05).mean(), "cover": held.mean(),
        "power": (steep["p"] < 0.05).mean(), "refused": refused,
        **dict(zip(("mk rates", "mk counts", "poisson", "cover blocks"), told, strict=True)),
    }  # fmt: skip


def change_cell(
    spread: float, sd: float, periods: int, series: int, rng: np.random.Generator
) -> dict[str, object]:
    """False alarms of changes, and coverage of the date of one from 12 to 30 hits a period.

    spread: variance of the counts over their mean. sd: of a log rate of correlation .5.
    """
    base = np.ones(periods)
    alarms, held, width = 0, [], []
    for _ in range(series):
        wander = np.exp(sd * autoregressive(np.array([0.5]), periods, rng) - sd**2 / 2)
        flat = simulated_counts(20 * wander, [spread], rng)[0]
        alarms += bool(segment(flat, base, draws=200, rng=rng, clump=spread)[0])
        place = int(rng.integers(periods // 4 + 1, periods - periods // 4))
        mean = np.where(np.arange(periods) < place, 12.0, 30.0) * wander
        drawn = simulated_counts(mean, [spread], rng)[0]
        found, _ = segment(drawn, base, draws=200, rng=rng, clump=spread)
        if found:
            near = min(found, key=lambda change: abs(change[0] - place))
            held.append(near[1] <= place <= near[2])
            width.append(near[2] - near[1] + 1)
    shares = {"alarms": alarms / series, "found": len(held) / series, "cover": np.mean(held)}
    return {"dispersion": spread, "sd": sd, "T": periods} | shares | {"width": np.mean(width)}


def every_lexeme() -> None:
    """Print how long it takes to test every lexeme of a year of news by month."""
    corpus = read_corpus(real_data() / "ant_2018" / "ant_multisource_2018.parquet")
    tokens = tokenize_corpus(corpus)
    assert tokens.lexemes
    begin = time.process_time()
    found = discover_words(tokens)
    spent = time.process_time() - begin
    print(f"{len(found.words):,} lexemes of {len(corpus):,} articles tested in {spent:.1f} s")


def main() -> None:
    """Print both tables, and the time that a year of news takes."""
    words = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    rng = np.random.default_rng(2022)
    begin = time.process_time()
    rows = [trend_cell(kind, periods, words, rng) for kind in KINDS for periods in PERIODS]
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.3f}".format))
    cells = [(spread, sd) for sd in (0.0, 0.4) for spread in (1.0, 4.0)]
    rows = [change_cell(*cell, periods, words // 2, rng) for cell in cells for periods in PERIODS]
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.3f}".format))
    print(f"{words} words a cell, {time.process_time() - begin:.0f} s of processor time")
    every_lexeme()


if __name__ == "__main__":
    main()
