"""How far the coders of a coding agree, frame by frame and coder by coder."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from q7x2lab.errors import AnalysisError, counted
from q7x2lab.framing.coding import SETTLED, Coding
from q7x2lab.stats.agreement import gwet_ac1, krippendorff_alpha, plain_agreement

MIN_CODED = 100


def agreement(coding: Coding, *, level: str = "nominal", seed: int = 0) -> pd.DataFrame:
    """How far the coders agree on each frame: `frame coders alpha low high ac1 agreement units`.

    A row for all human coders together and, where there are three or more coders or a program, one
    for each pair; intervals resample whole articles. `verdict` puts alpha in words and says where
    fewer than 100 units were coded twice. Krippendorff (2004), Gwet (2008).

    >>> from q7x2lab.framing.coding import coding_from_table
    >>> table = pd.DataFrame({"id": list("abcd") * 2, "text": "x", "coder": list("AAAABBBB"),
    ...                       "conflict": [1, 0, 1, 0, 1, 0, 1, 1]})
    >>> agreement(coding_from_table(table))[["coders", "agreement", "units"]].values.tolist()
    [['A, B', 0.75, 4]]
    """
    rows = []
    groups = [tuple(coding.humans)] if len(coding.humans) > 1 else []
    everyone = [*coding.humans, *coding.machines]
    if len(everyone) > 2 or (coding.machines and len(everyone) == 2):
        groups += [pair for pair in combinations(everyone, 2) if pair != tuple(coding.humans)]
    if not groups:
        raise AnalysisError("one coder cannot agree", remedy="let a second coder code the units")
    articles = coding.units["article"].to_numpy()
    for frame in coding.frames:
        for group in groups:
            ratings = coding.ratings(frame, group).to_numpy(dtype=float)
            alpha = krippendorff_alpha(ratings, level, seed, clusters=articles)
            units = counted(alpha.units, "unit")
            short = f"; {units}, fewer than {MIN_CODED}" if alpha.units < MIN_CODED else ""
            values = (alpha.alpha, alpha.low, alpha.high, gwet_ac1(ratings, categories=2))
            shared = plain_agreement(ratings)
            rows.append(
                (frame, ", ".join(group), *values, shared, alpha.units, alpha.verdict + short)
            )
    names = ["frame", "coders", "alpha", "low", "high", "ac1", "agreement", "units", "verdict"]
    return pd.DataFrame(rows, columns=names)


def coder_habits(coding: Coding) -> pd.DataFrame:
    """How often each coder sees each frame: `coder frame coded share agreement`.

    agreement: with the mean of the other human coders' codes; a coder apart from all others shows.

    >>> from q7x2lab.framing.coding import coding_from_table
    >>> table = pd.DataFrame({"id": list("abcd") * 2, "text": "x", "coder": list("AAAABBBB"),
    ...                       "conflict": [1, 0, 1, 0, 1, 0, 1, 1]})
    >>> coder_habits(coding_from_table(table))[["coder", "share"]].values.tolist()
    [['A', 0.5], ['B', 0.75]]
    """
    rows = []
    for frame in coding.frames:
        table = coding.ratings(frame, [c for c in coding.coders if c != SETTLED])
        for coder, own in table.iterrows():
            others = table.loc[[c for c in coding.humans if c != coder]].mean(axis=0)
            agreed = 1 - (own - others).abs().mean()
            rows.append((coder, frame, int(own.notna().sum()), own.mean(), agreed))
    return pd.DataFrame(rows, columns=["coder", "frame", "coded", "share", "agreement"])


def confusions(coding: Coding) -> pd.DataFrame:
    """Which frames stand in for which: `frame other units`, most frequent first.

    Counts units where one human coder saw `frame` and not `other`, and another the reverse.

    >>> from q7x2lab.framing.coding import coding_from_table
    >>> table = pd.DataFrame({"id": ["a", "a"], "text": "x", "coder": ["A", "B"],
    ...                       "conflict": [1, 0], "economic": [0, 1]})
    >>> confusions(coding_from_table(table)).values.tolist()
    [['conflict', 'economic', 1]]
    """
    tables = {f: coding.ratings(f).to_numpy(dtype=float) for f in coding.frames}
    pairs = list(combinations(range(len(coding.humans)), 2))
    rows = []
    for one, two in combinations(coding.frames, 2):
        x, y = tables[one], tables[two]
        swapped = [
            (x[i] * (1 - y[i]) * (1 - x[j]) * y[j], x[j] * (1 - y[j]) * (1 - x[i]) * y[i])
            for i, j in pairs
        ]
        rows.append((one, two, int(np.nansum(swapped))))
    table = pd.DataFrame(rows, columns=["frame", "other", "units"])
    return table.sort_values("units", ascending=False, kind="stable").reset_index(drop=True)
