"""How far coders agree: Krippendorff's alpha with its interval, Gwet's AC1, plain agreement."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from q7x2lab.errors import AnalysisError, expect_known
from q7x2lab.stats.resampling import cluster_draws, percentile_interval

Floats = NDArray[np.float64]
LEVELS = ("nominal", "ordinal", "interval", "ratio")
# Krippendorff (2004), Content Analysis, 2nd edition, p. 241: rely on variables above .800; draw
# tentative conclusions between .667 and .800.
GOOD, TENTATIVE = 0.8, 0.667


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha with its bootstrap interval; units: those with at least two ratings."""

    alpha: float
    low: float
    high: float
    units: int

    @property
    def verdict(self) -> str:
        """What the coefficient allows one to conclude: good, tentative, unreliable or undefined."""
        if np.isnan(self.alpha):
            return "undefined: the coders used one value only"
        if self.alpha >= GOOD:
            return "good"
        return "tentative" if self.alpha >= TENTATIVE else "unreliable"


def _value_counts(ratings: ArrayLike) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """How often each unit was given each value (units × values), and the values in order."""
    table = np.atleast_2d(np.asarray(ratings, dtype=object))
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

    Parameters
    ----------
    ratings
        Coders × units, numbers or names; NaN or None where a rating is missing.
    level
        Of measurement: nominal, ordinal, interval or ratio.
    seed
        Of the bootstrap samples.
    clusters
        The article of each unit, where units of one article hang together: whole articles are
        then resampled.
    draws
        Number of bootstrap samples.

    Returns
    -------
    Alpha
        ``alpha``, ``low``, ``high``, ``units`` and ``verdict``. Where every rating is the same
        alpha is undefined (NaN).

    Raises
    ------
    StudyError
        For an unknown level.
    AnalysisError
        If no unit has two ratings, or the level needs numbers.

    Notes
    -----
    Krippendorff (2011), Computing Krippendorff's alpha-reliability.

    Examples
    --------
    >>> a = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    >>> b = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    >>> round(krippendorff_alpha([a, b]).alpha, 3)
    0.095
    """
    expect_known(level, LEVELS, f"unknown level {level!r}")
    counts, values = _value_counts(ratings)
    pairable = counts.sum(axis=1) > 1
    if not pairable.any():
        raise AnalysisError("no unit was coded twice", remedy="let two coders code the same units")
    places, kept = _places(values, level), counts[pairable].astype(float)
    names = np.arange(len(counts)) if clusters is None else np.asarray(clusters)
    weights = cluster_draws(names[pairable], draws=draws, seed=seed).astype(float)
    low, high = percentile_interval(_alphas(kept, weights, places, level))
    alpha = _alphas(kept, np.ones((1, len(kept))), places, level)[0]
    return Alpha(float(alpha), float(low), float(high), len(kept))


def _places(values: NDArray[Any], level: str) -> Floats:
    """Where each value stands on the scale of its level (only its order, below interval)."""
    if level == "nominal":
        return np.arange(len(values), dtype=float)
    places = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(float)
    if np.isnan(places).any():
        other = values[np.isnan(places)][0]
        raise AnalysisError(f"level {level} needs numbers, not {other!r}", remedy='level="nominal"')
    return places


def _alphas(counts: Floats, weights: Floats, places: Floats, level: str) -> Floats:
    """Alpha under each row of unit weights (draws × units)."""
    within = counts / (counts.sum(axis=1, keepdims=True) - 1)
    pairs = (within[:, :, None] * counts[:, None, :]).reshape(len(counts), -1)
    totals = weights @ counts
    ratings = totals.sum(axis=1)
    distance = _distances(totals, places, level)
    together = (weights @ pairs).reshape(len(weights), *distance.shape[1:])
    observed = (together * distance).sum(axis=(1, 2)) / ratings
    expected = np.einsum("dc,dk,dck->d", totals, totals, distance, optimize=True)
    with np.errstate(all="ignore"):
        return np.asarray(1 - observed * ratings * (ratings - 1) / expected)


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

    Parameters
    ----------
    ratings
        Coders × units; None and NaN are missing.

    Examples
    --------
    >>> plain_agreement([[1, 1, 0], [1, 0, 0]])
    0.6666666666666666
    """
    counts, _ = _value_counts(ratings)
    coders = counts.sum(axis=1)
    if not (coders > 1).any():
        return float("nan")
    same = (counts * (counts - 1)).sum(axis=1)[coders > 1]
    return float((same / (coders * (coders - 1))[coders > 1]).mean())


def gwet_ac1(ratings: ArrayLike, *, categories: int | None = None) -> float:
    """Gwet's AC1: agreement beyond chance that holds where one category swamps the rest.

    Parameters
    ----------
    ratings
        Coders × units; None and NaN are missing.
    categories
        How many codes the coders could choose from; default, those that they used (at least two).

    Notes
    -----
    Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48.

    Examples
    --------
    >>> round(gwet_ac1([[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]), 3)
    0.756
    """
    counts, values = _value_counts(ratings)
    rated = counts[counts.sum(axis=1) > 0]
    share = (rated / rated.sum(axis=1, keepdims=True)).mean(axis=0)
    chance = float((share * (1 - share)).sum()) / (max(categories or len(values), 2) - 1)
    return (plain_agreement(ratings) - chance) / (1 - chance)
