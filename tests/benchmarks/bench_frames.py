"""Frames and keyness: coverage of corrected shares, false alarms, time on a large corpus.

`bench_frames.py coders` runs only the part on coders who err.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from _data import NEWS, real_data
from numpy.typing import NDArray

from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus
from q7x2lab.framing.accuracy import SCORES, corrected_shares
from q7x2lab.framing.keyness import MEASURES, keyness
from q7x2lab.framing.scores import score_frames
from q7x2lab.framing.validation import validate_frames
from q7x2lab.stats.resampling import cluster_draws
from q7x2lab.studies.coding_sheets import demo_coding

sys.path.append(str(Path(__file__).parents[1]))
from coded_corpora import COINS, NINE_OF_TEN, TRUTH
from coded_corpora import coverage as coverage_by

ARTICLES, SENTENCES, REPEATS, DRAWS = 500, 12, 100, 800
SPLIT = 2000  # articles of an outlet that are split at random
LEVELS, PREVALENCES, CODED = (0.6, 0.8, 0.95), (0.1, 0.3), (100, 200, 400)
SIZES, TIMES = (0.35, 0.6, 0.05), (0.7, 1.0, 1.9)  # of the groups, and what they hold of the frame
Units, Cells = NDArray[np.float64], NDArray[np.int64]


def main() -> None:
    validity()
    coverage()
    coders()
    table = pd.read_parquet(real_data(NEWS))
    timing(tokens_of(table))
    false_alarms(table)


def validity() -> None:
    """F1 of the bundled lexicons; no term was fitted to the test half of the gold."""
    tokens = tokenize_corpus(read_corpus("demo", copies="once"))
    for name in ("generic", "geopolitics"):
        frames = score_frames(tokens, name, unit="paragraph")
        for half in ("dev", "test"):
            coding = demo_coding(frames.scheme.names).half(half)
            table = validate_frames(frames, coding).table
            print(f"{frames.scheme}, {half} half, {len(coding.units)} paragraphs")
            print(table[["frame", *SCORES, "f1_low", "f1_high", "alpha"]].round(2).to_string())


def coverage() -> None:
    """How often the interval of a corrected share holds the share it is of (nominal .95)."""
    started, error = time.process_time(), np.sqrt(0.95 * 0.05 / REPEATS)
    print(f"corrected shares: {REPEATS} corpora a row of {ARTICLES} articles by {SENTENCES} units,")
    print(f"frames and errors clustered in articles; Monte Carlo error of a cell {error:.3f}")
    print("coded prevalence precision recall | corpus: covers width | a third, own coding: covers "
          "width | a twentieth, error rates: covers width")  # fmt: skip
    multiplicity = cluster_draws(np.arange(ARTICLES), DRAWS, 1).astype(float)
    rows = []
    for coded, prevalence in product(CODED, PREVALENCES):
        for precision, recall in product(LEVELS, LEVELS):
            world = World(prevalence, precision, recall)
            found = [simulated(world, coded, multiplicity, i) for i in range(REPEATS)]
            rows.append(np.nanmean(found, axis=0))
            shown = " | ".join(f"{c:.3f} {w:.3f}" for c, w in rows[-1].reshape(3, 2))
            print(f"{coded:5} {prevalence:10.2f} {precision:9.2f} {recall:6.2f} | {shown}")
    held = np.array(rows)[:, ::2]
    for name, column in zip(("corpus", "own coding", "error rates"), held.T, strict=True):
        known = column[~np.isnan(column)]
        inside = ((known >= 0.93 - error) & (known <= 0.97 + error)).mean()
        print(f"{name}: mean coverage {known.mean():.3f}, from {known.min():.3f} to "
              f"{known.max():.3f}; {inside:.0%} of {len(known)} cells within 93-97 % "
              "give or take their Monte Carlo error")  # fmt: skip
    print(f"{time.process_time() - started:.0f} s of processor")


def coders() -> None:
    """Coins, coders who differ with nothing settled, settled truth: corrected shares that hold."""
    error = np.sqrt(0.95 * 0.05 / REPEATS)
    print(f"corrected shares by coders, {REPEATS} corpora a row (Monte Carlo error {error:.3f}): "
          "shown, coverage of the shown")  # fmt: skip
    for name, worlds in (("coins", COINS), ("90 % agree", NINE_OF_TEN), ("settled", TRUTH)):
        for world in worlds:
            shown, held = coverage_by(world, REPEATS)
            print(f"{name:10} share {world.share:.2f} misses {world.misses:.2f} alarms "
                  f"{world.alarms:.2f}: {shown:3} shown, coverage {held:.3f}")  # fmt: skip


@dataclass(frozen=True)
class World:
    """Articles that differ in how much they hold of a frame, and an instrument that errs.

    Both the frame and the errors cluster in articles (beta-distributed, intraclass correlations
    .1 and .05). Three groups hold .7, 1 and 1.9 times the prevalence; the last is a twentieth.
    """

    prevalence: float
    precision: float
    recall: float

    def drawn(self, rng: np.random.Generator) -> tuple[Cells, Units, Units]:
        """Group of each article; truth and what is said of each unit (articles × units)."""
        group = rng.choice(3, ARTICLES, p=SIZES)
        truth = _beta(rng, self.shares[group], 0.1)
        alarm = self.prevalence * self.recall * (1 / self.precision - 1) / (1 - self.prevalence)
        right, wrong = (_beta(rng, np.full(ARTICLES, x), 0.05) for x in (self.recall, alarm))
        held = rng.random((ARTICLES, SENTENCES)) < truth[:, None]
        said = rng.random(held.shape) < np.where(held, right[:, None], wrong[:, None])
        return group, held.astype(float), said.astype(float)

    @property
    def shares(self) -> Units:
        """The share of each group."""
        return self.prevalence * np.array(TIMES) / np.dot(SIZES, TIMES)


def _beta(rng: np.random.Generator, mean: Units, correlation: float) -> Units:
    size = 1 / correlation - 1
    return rng.beta(mean * size, (1 - mean) * size)


def simulated(world: World, coded: int, multiplicity: Units, seed: int) -> list[float]:
    """Coverage (0 or 1) and width: corpus, a group by its own coding, one by error rates."""
    rng = np.random.default_rng(seed)
    group, truth, said = world.drawn(rng)
    own = rng.choice(truth.size, coded, replace=False)
    article = own // SENTENCES
    codes = {"said": said.ravel()[own], "gold": truth.ravel()[own], "weight": 1.0}
    units = pd.DataFrame(codes | {"article": article, "cluster": article})
    above, below = said.sum(axis=1), np.full(ARTICLES, float(SENTENCES))
    found: list[float] = []
    for cell, real in ((group * 0, [world.prevalence]), (group, world.shares)):
        inside = (cell[:, None] == np.arange(len(real))).astype(float)
        top, bottom = (np.asfortranarray(x[:, None] * inside) for x in (above, below))
        shares = top.sum(axis=0) / bottom.sum(axis=0)
        resampled = (multiplicity @ top) / (multiplicity @ bottom)
        table = corrected_shares(shares, resampled, units, cell[article], seed=seed)
        step = max(len(real) - 1, 1)  # the first group and the last
        for row, share in list(zip(table.to_dict("records"), real, strict=True))[::step]:
            low, high = row["corrected_low"], row["corrected_high"]
            borrowed = "error rates" in row["correction"]
            wanted = borrowed == (len(real) > 1 and share == real[-1])
            shown = wanted and not np.isnan(low)
            found += [float(low <= share <= high), high - low] if shown else [np.nan, np.nan]
    return found


def tokens_of(table: pd.DataFrame) -> Tokens:
    articles = table[["id", "outlet", "text"]].assign(title="", weight=1.0)
    articles["date"] = pd.to_datetime(table["date"], errors="coerce")
    articles["cluster"] = pd.factorize(table["text"])[0]
    return tokenize_corpus(Corpus(articles.reset_index(drop=True)))


def timing(tokens: Tokens) -> None:
    """Processor seconds for both schemes with shares by outlet and month, once tokenised."""
    print(tokens)
    tokens.units("sentence")  # part of tokenising
    start = time.process_time()
    for scheme in ("generic", "geopolitics"):
        frames = score_frames(tokens, scheme)
        marks = [time.process_time()]
        shares = frames.shares_by(by="outlet", period="month")
        marks.append(time.process_time())
        frames.sensitivity()
        seconds = (marks[0] - start, marks[1] - marks[0], time.process_time() - marks[1])
        print(f"{scheme}: scored {seconds[0]:.1f} s, {len(shares)} shares with intervals "
              f"{seconds[1]:.1f} s, sensitivity {seconds[2]:.1f} s")  # fmt: skip
        start = time.process_time()


def false_alarms(table: pd.DataFrame, repeats: int = 5) -> None:
    """Share of words with p <= .05 where the articles of one outlet are split at random."""
    print("keyness false alarms at .05: outlet, share in target, measure, rate, words at q <= .05")
    rng = np.random.default_rng(0)
    for outlet in sorted(table["outlet"].unique()):
        own = table[table["outlet"] == outlet]
        tokens = tokens_of(own.sample(min(len(own), SPLIT), random_state=0).reset_index(drop=True))
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
                error = np.std(rates) / np.sqrt(repeats)
                print(f"{outlet:20} {share:.1f} {measure:10} {np.mean(rates):.3f} "
                      f"(error {error:.3f}) {passed}")  # fmt: skip


if __name__ == "__main__":
    coders() if sys.argv[1:] == ["coders"] else main()
