"""How far coders agree: alpha with its interval, AC1 beside it, plain agreement."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from q7x2lab.errors import AnalysisError, StudyError, counted, did_you_mean
from q7x2lab.stats.resampling import cluster_draws, percentile_interval

Floats = NDArray[np.float64]
LEVELS = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha with its bootstrap interval, and what it was computed from.

    units: those with at least two ratings. `verdict` puts Krippendorff's (2004) thresholds in
    words: .800 good, .667 tentative.
    """

    alpha: float
    low: float
    high: float
    level: str = "nominal"
    coders: int = 0
    units: int = 0

    @property
    def verdict(self) -> str:
        """What the coefficient allows one to conclude: good, tentative, unreliable or undefined."""
        if np.isnan(self.alpha):
            return "undefined: the coders used one value only"
        return "good" if self.alpha >= 0.8 else "tentative" if self.alpha >= 0.667 else "unreliable"

    def __str__(self) -> str:
        return (
            f"alpha {self.alpha:.2f} [{self.low:.2f}, {self.high:.2f}] "
            f"({self.level}, {counted(self.coders, 'coder')}, {counted(self.units, 'unit')}; "
            f"{self.verdict})"
        )


def value_counts(ratings: ArrayLike) -> tuple[NDArray[np.int64], NDArray]:
    """How often each unit was given each value (units × values), and the values in order.

    ratings: coders × units; numbers or names; None and NaN are missing.
    """
    table = np.asarray(ratings, dtype=object)
    if table.ndim != 2:
        raise AnalysisError(
            f"ratings have {table.ndim} dimensions", remedy="give a table of coders × units"
        )
    present = ~pd.isna(table)
    codes, values = pd.factorize(table[present], sort=True)
    counts = np.zeros((table.shape[1], len(values)), dtype=np.int64)
    np.add.at(counts, (np.nonzero(present)[1], codes), 1)
    return counts, np.asarray(values)


def krippendorff_alpha(
    ratings: ArrayLike,
    level: str = "nominal",
    seed: int = 0,
    *,
    clusters: ArrayLike | None = None,
    draws: int = 1000,
) -> Alpha:
    """Krippendorff's alpha with a 95 % bootstrap interval over units.

    ratings: coders × units, NaN or None where missing. level: nominal, ordinal, interval or
    ratio. clusters: the article of each unit, where units of one article hang together; whole
    articles are then resampled. A single value throughout leaves alpha undefined (NaN).
    Raises StudyError for an unknown level, AnalysisError where no unit has two ratings or the
    level needs numbers. Krippendorff (2011), Computing Krippendorff's alpha-reliability.

    >>> a = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    >>> b = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    >>> round(krippendorff_alpha([a, b]).alpha, 3)
    0.095
    """
    if level not in LEVELS:
        raise StudyError(f"unknown level {level!r}", remedy=did_you_mean(level, LEVELS))
    counts, values = value_counts(ratings)
    pairable = counts.sum(axis=1) > 1
    if not pairable.any():
        raise AnalysisError("no unit was coded twice", remedy="let two coders code the same units")
    places = _places(values, level)
    kept = counts[pairable].astype(float)
    names = np.arange(len(counts)) if clusters is None else np.asarray(clusters)
    weights = cluster_draws(names[pairable], draws=draws, seed=seed).astype(float)
    low, high = percentile_interval(_alphas(kept, weights, places, level))
    alpha = float(_alphas(kept, np.ones((1, len(kept))), places, level)[0])
    return Alpha(alpha, float(low), float(high), level, len(np.asarray(ratings)), len(kept))


def _places(values: NDArray, level: str) -> Floats:
    """Where each value stands on the scale of its level (only its order, below interval)."""
    if level == "nominal":
        return np.arange(len(values), dtype=float)
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise AnalysisError(
            f"level {level} needs numbers, not {values[0]!r}", remedy='use level="nominal"'
        ) from None


def _alphas(counts: Floats, weights: Floats, places: Floats, level: str) -> Floats:
    """Alpha under each row of unit weights (draws × units)."""
    within = counts / (counts.sum(axis=1, keepdims=True) - 1)
    alphas = np.empty(len(weights))
    for start in range(0, len(weights), 100):
        part = weights[start : start + 100]
        totals = part @ counts
        ratings = totals.sum(axis=1)
        pairs = np.einsum("du,uc,uk->dck", part, within, counts, optimize=True)
        distance = _distances(totals, places, level)
        observed = (pairs * distance).sum(axis=(1, 2)) / ratings
        expected = np.einsum("dc,dk,dck->d", totals, totals, distance, optimize=True)
        with np.errstate(all="ignore"):
            alphas[start : start + 100] = 1 - observed * ratings * (ratings - 1) / expected
    return alphas


def _distances(totals: Floats, places: Floats, level: str) -> Floats:
    """Squared differences between values (draws × values × values); ordinal ones use the totals."""
    if level == "ordinal":
        ranks = np.cumsum(totals, axis=1) - totals / 2
        return (ranks[:, :, None] - ranks[:, None, :]) ** 2
    gap = places[:, None] - places[None, :]
    if level == "nominal":
        gap = (gap != 0).astype(float)
    elif level == "ratio":
        total = places[:, None] + places[None, :]
        gap = np.divide(gap, total, out=np.zeros_like(gap), where=total != 0)
    return (gap**2)[None, :, :]


def plain_agreement(ratings: ArrayLike) -> float:
    """Share of coder pairs that gave a unit the same value, averaged over units; NaN if none.

    >>> plain_agreement([[1, 1, 0], [1, 0, 0]])
    0.6666666666666666
    """
    counts, _ = value_counts(ratings)
    coders = counts.sum(axis=1)
    paired = counts[coders > 1]
    if not len(paired):
        return float("nan")
    pairs = coders[coders > 1] * (coders[coders > 1] - 1)
    return float(((paired * (paired - 1)).sum(axis=1) / pairs).mean())


def gwet_ac1(ratings: ArrayLike, *, categories: int | None = None) -> float:
    """Gwet's AC1: agreement beyond chance that holds where one category swamps the rest.

    categories: how many codes the coders could choose from; default, those that they used (at
    least two). Missing ratings are allowed. Gwet (2008), British Journal of Mathematical and
    Statistical Psychology 61, 29-48.

    >>> round(gwet_ac1([[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]), 3)
    0.756
    """
    counts, values = value_counts(ratings)
    rated = counts[counts.sum(axis=1) > 0]
    share = (rated / rated.sum(axis=1, keepdims=True)).mean(axis=0)
    chance = float((share * (1 - share)).sum()) / (max(categories or len(values), 2) - 1)
    return (plain_agreement(ratings) - chance) / (1 - chance)
