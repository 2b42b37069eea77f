"""Corpora whose true shares and coders' errors are known: what corrected shares make of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from q7x2lab.framing.accuracy import corrected_shares
from q7x2lab.framing.coding import SETTLED, coding_from_table, reliability

ARTICLES, SIZE = 200, 10  # articles, and units in each


@dataclass(frozen=True)
class Coders:
    """Two coders of a frame of that share, and what of their work is settled.

    Attributes
    ----------
    misses, alarms
        How often each overlooks the frame, and sees it where it is not.
    settled
        Whether the truth of every unit is settled.
    """

    share: float
    misses: float = 0.0
    alarms: float = 0.0
    settled: bool = False


COINS = [Coders(share, 0.5, 0.5) for share in (0.05, 0.2, 0.5)]
# Two coders who agree on 90 % of the units: errors of both kinds, misses only, alarms only.
NINE_OF_TEN = [
    *(Coders(share, 0.0528, 0.0528) for share in (0.05, 0.2, 0.35, 0.5)),
    *(Coders(share, (1 - (1 - 0.2 / share) ** 0.5) / 2, 0.0) for share in (0.35, 0.5)),
    *(Coders(share, 0.0, (1 - (1 - 0.2 / (1 - share)) ** 0.5) / 2) for share in (0.05, 0.2, 0.5)),
]
TRUTH = [Coders(share, 0.1, 0.05, settled=True) for share in (0.05, 0.2, 0.5)]


def corrections(coders: Coders, corpora: int, *, coded: int = 300) -> Iterator[tuple[str, bool]]:
    """Of each corpus: why it has no corrected share ("" where it has), and whether it covers."""
    for seed in range(corpora):
        rng = np.random.default_rng(seed)
        level = rng.beta(9 * coders.share, 9 * (1 - coders.share), ARTICLES)
        truth = rng.random((ARTICLES, SIZE)) < level[:, None]
        said = rng.random(truth.shape) < np.where(truth, 0.75, 0.0625)
        own = rng.choice(truth.size, coded, replace=False)
        units = pd.DataFrame({"id": own // SIZE, "start": own % SIZE, "end": own % SIZE + 1})
        seen, right = truth.ravel()[own], np.where(truth.ravel()[own], coders.misses, coders.alarms)
        codes = {name: seen ^ (rng.random(coded) < right) for name in "AB"}
        codes |= {SETTLED: seen} if coders.settled else {}
        sheets = [units.assign(coder=name, frame=code * 1) for name, code in codes.items()]
        coding = coding_from_table(pd.concat(sheets), ["frame"])
        if reason := reliability(coding)["doubt"][0]:
            yield reason, False
            continue
        table = pd.DataFrame({"said": said.ravel()[own] * 1.0, "gold": coding.gold()["frame"]})
        table = table.reset_index(drop=True).assign(weight=1.0, cluster=own // SIZE)
        weights = rng.multinomial(ARTICLES, np.full(ARTICLES, 1 / ARTICLES), 400)
        resampled = weights @ said.sum(axis=1) / said.size
        share = np.array([said.mean()])
        row = corrected_shares(share, resampled[:, None], table, own * 0, seed=seed).iloc[0]
        yield "", bool(row["corrected_low"] <= coders.share <= row["corrected_high"])


def coverage(coders: Coders, corpora: int) -> tuple[int, float]:
    """How many corpora have a corrected share, and how many of these hold the truth."""
    found = [covers for reason, covers in corrections(coders, corpora) if not reason]
    return len(found), float(np.mean(found)) if found else float("nan")
