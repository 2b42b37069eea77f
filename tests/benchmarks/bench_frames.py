"""Frames and keyness: coverage of corrected shares, false alarms, time on a large corpus."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd

from q7x2lab.analysis.correction import corrected_share
from q7x2lab.analysis.frames import score_frames
from q7x2lab.analysis.keyness import MEASURES, keyness
from q7x2lab.analysis.shares import ratio_table
from q7x2lab.analysis.uncertainty import cluster_draws
from q7x2lab.analysis.validation import scored
from q7x2lab.corpus.dtm import document_term_matrix
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.tokens import Tokens, tokenize_corpus

ARTICLES, SENTENCES, CODED, REPEATS = 600, 12, 400, 200
LEVELS = (0.6, 0.8, 0.95)


def main() -> None:
    coverage()
    data = Path(os.environ.get("Q7X2LAB_REAL_DATA", "../shared/corpora")) / "ant_2018"
    if not data.is_dir():
        print("ant_2018 is not here: false alarms and time not measured")
        return
    table = pd.read_parquet(data / "ant_multisource_2018.parquet")
    timing(tokens_of(table))
    false_alarms(table)


def coverage() -> None:
    """How often the interval of a corrected share holds the true share (nominal .95)."""
    print(f"corrected shares: {REPEATS} corpora of {ARTICLES} articles, {CODED} sentences coded")
    print("precision recall | whole corpus: covers width | one group: covers width")
    held = []
    for precision in LEVELS:
        for recall in LEVELS:
            found = np.array([simulated(precision, recall, i) for i in range(REPEATS)])
            means = np.nanmean(found, axis=0)
            held.append(means[[0, 2]])
            print(f"{precision:9.2f} {recall:6.2f} | {means[0]:20.3f} {means[1]:5.3f} "
                  f"| {means[2]:17.3f} {means[3]:5.3f}")  # fmt: skip
    print("mean coverage: whole {:.3f}, group {:.3f}".format(*np.mean(held, axis=0)))


def simulated(precision: float, recall: float, seed: int) -> tuple[float, float, float, float]:
    """Coverage (0 or 1) and width of the interval, in the whole corpus and in a group of it.

    Articles differ in how much they hold of the frame (beta-distributed, as if drawn from all that
    an outlet might have published); the group's hold more of it. The instrument's sensitivity and
    specificity are the same in both.
    """
    rng = np.random.default_rng(seed)
    article = np.repeat(np.arange(ARTICLES), SENTENCES)
    group = np.where(np.arange(ARTICLES) < 0.3 * ARTICLES, "g", "rest")
    level = rng.beta(2, np.where(group == "g", 5, 10))  # means 2/7 and 1/6
    truth = rng.random(article.size) < level[article]
    alarm = truth.mean() * recall * (1 - precision) / precision / (1 - truth.mean())
    said = np.where(truth, rng.random(truth.size) < recall, rng.random(truth.size) < alarm)
    coded = rng.choice(truth.size, CODED, replace=False)
    weights = np.vstack([np.ones(CODED), cluster_draws(article[coded], 400, seed)])
    _, errors = scored(said[coded].astype(float), truth[coded].astype(float), weights)
    above = np.bincount(article, said)[:, None]
    below = np.bincount(article).astype(float)
    articles = pd.DataFrame({"cluster": np.arange(ARTICLES), "weight": 1.0})
    found: list[float] = []
    for groups, real in (("all", 0.3 * 2 / 7 + 0.7 / 6), (group, 2 / 7)):
        cells = pd.DataFrame({"group": groups, "period": "all"}, index=articles.index)
        table, sums = ratio_table(above, below, articles, cells, draws=500, seed=seed)
        calibrated = isinstance(groups, str)
        share = float(table["share"][0])
        _, low, high = corrected_share(share, sums[:, 0], errors, calibrated=calibrated, seed=seed)
        found += [np.nan, np.nan] if np.isnan(low) else [float(low <= real <= high), high - low]
    return found[0], found[1], found[2], found[3]


def tokens_of(table: pd.DataFrame) -> Tokens:
    articles = table[["id", "outlet", "text"]].assign(title="", weight=1.0)
    articles["date"] = pd.to_datetime(table["date"], errors="coerce")
    articles["cluster"] = pd.factorize(table["text"])[0]
    return tokenize_corpus(Corpus(articles.reset_index(drop=True)))


def timing(tokens: Tokens) -> None:
    """Processor seconds for both schemes with shares by outlet and month, once tokenised."""
    print(tokens)
    tokens.sentence  # noqa: B018 (part of tokenising)
    start = time.process_time()
    for scheme in ("generic", "geopolitics"):
        frames = score_frames(tokens, scheme)
        marks = [time.process_time()]
        shares = frames.shares_by(by="outlet", period="month")
        marks.append(time.process_time())
        frames.sensitivity(by="outlet")
        seconds = (marks[0] - start, marks[1] - marks[0], time.process_time() - marks[1])
        print(f"{scheme}: scored {seconds[0]:.1f} s, {len(shares)} shares with intervals "
              f"{seconds[1]:.1f} s, sensitivity {seconds[2]:.1f} s")  # fmt: skip
        start = time.process_time()


def false_alarms(table: pd.DataFrame, repeats: int = 5) -> None:
    """Share of words with p <= .05 where the articles of one outlet are split at random."""
    print("keyness false alarms at .05: outlet, share in target, measure, rate, words at q <= .05")
    rng = np.random.default_rng(0)
    for outlet in sorted(table["outlet"].unique()):
        tokens = tokens_of(table[table["outlet"] == outlet])
        dtm = document_term_matrix(tokens)
        cluster = dtm.articles["cluster"].to_numpy()
        for share in (0.5, 0.1):
            for measure in MEASURES:
                rates, passed = [], 0
                for repeat in range(repeats):
                    half = rng.random(cluster.max() + 1) < share
                    dtm.articles["half"] = np.where(half[cluster], "a", "b")
                    found = keyness(
                        dtm, by="half", target="a", measure=measure, draws=400, seed=repeat
                    )
                    rates.append((found["p"] <= 0.05).mean())
                    passed += int((found["q"] <= 0.05).sum())
                print(f"{outlet:20} {share:.1f} {measure:10} {np.mean(rates):.3f} {passed}")


if __name__ == "__main__":
    main()
