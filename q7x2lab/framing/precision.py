"""Precision, recall and F1 of one frame, with intervals over articles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from q7x2lab.framing.correction import Coded, effective_rate, small_sample
from q7x2lab.stats.resampling import percentile_interval

Floats = NDArray[np.float64]
SCORES = ("precision", "recall", "f1")
POSTERIOR = 4000  # draws


def scored(coded: Coded, *, seed: int = 0) -> dict[str, Any]:
    """Scores of one frame with intervals, and its (weighted) errors."""
    known = ~np.isnan(coded.gold)
    said, gold, weight = coded.said[known], coded.gold[known], coded.weight[known]
    n, scale = int(known.sum()), known.sum() / weight.sum()
    cells = np.array([said * gold, said * (1 - gold), (1 - said) * gold]) @ weight * scale
    worth = _worth(said, gold, weight, coded.cluster[known])
    drawn = np.random.default_rng(seed).gamma(cells * worth + 0.5, size=(POSTERIOR, 3)).T
    shared, share_n = effective_rate(gold, weight, np.ones(n), coded.cluster[known])
    limits = stats.beta.ppf([0.025, 0.975], share_n * shared + 0.5, share_n * (1 - shared) + 0.5)
    row: dict[str, Any] = {"coded": n, "prevalence": shared}
    row |= {"prevalence_low": limits[0], "prevalence_high": limits[1]}
    middles, posteriors = precision_recall_f1(*cells), precision_recall_f1(*drawn)
    for name, middle, values in zip(SCORES, middles, posteriors, strict=True):
        low, high = percentile_interval(values)
        bounds = (np.nan, np.nan) if np.isnan(middle) else (float(low), float(high))
        row |= {name: float(middle), f"{name}_low": bounds[0], f"{name}_high": bounds[1]}
    return row | dict(zip(("tp", "fp", "fn", "tn"), (*cells, n - cells.sum()), strict=True))


def _worth(said: Floats, gold: Floats, weight: Floats, cluster: NDArray) -> float:
    """How many independent units a coded one is worth to F1, at most 1: by its influences."""
    shared, both = (said * gold * weight).sum(), ((said + gold) * weight).sum()
    f1 = (2 * shared + 1) / (both + 2)
    gap = 2 * said * gold - f1 * (said + gold)
    _, number = np.unique(cluster, return_inverse=True)
    together = np.bincount(number, gap * weight / max(both, 1e-12))
    variance = (together**2).sum() * float(small_sample(np.array(number.max() + 1)))
    alone = ((gap / max((said + gold).sum(), 1e-12)) ** 2).sum()
    return float(np.clip(alone / variance, 0.02, 1)) if variance > 0 else 1.0


def precision_recall_f1(tp: Any, fp: Any, fn: Any) -> tuple[Any, Any, Any]:
    """Precision, recall and F1 from counts; NaN where nothing was found, or nothing was there.

    >>> [float(x) for x in precision_recall_f1(np.array(6.0), np.array(2.0), np.array(2.0))]
    [0.75, 0.75, 0.75]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)
