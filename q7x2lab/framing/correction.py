"""Shares corrected for the known error of the instrument that measured them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from q7x2lab.stats.resampling import percentile_interval

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
MIN_OWN = 30  # coded units of a group that its own correction rests on
MIN_GOLD = 20  # coded positives and negatives that error rates for elsewhere rest on
LEAST_BETTER = 0.05  # sensitivity + specificity - 1 below which nothing can be inverted


@dataclass(frozen=True, eq=False)
class Coded:
    """One frame in the coded units: what the instrument says, what the coders say.

    said: 1 or 0 a unit. gold: 0 to 1 (one half where two coders differ). weight: how many units
    each stands for. article: its number in the corpus. cluster: of articles that are copies.
    """

    said: Floats
    gold: Floats
    weight: Floats
    article: Integers
    cluster: Integers


@dataclass(frozen=True, eq=False)
class Measured:
    """One frame as measured in a corpus: a ratio over articles in each cell (group and period).

    above, below: numerator and denominator of each article, weighted. cell: of each article, -1
    for none. cluster: of articles that are copies. share: of each cell. resampled: draws × cells,
    the same in each bootstrap resample of the clusters.
    """

    above: Floats
    below: Floats
    cell: Integers
    cluster: Integers
    share: Floats
    resampled: Floats


def corrected_shares(
    measured: Measured, coded: Coded, *, same_corpus: bool, seed: int = 0
) -> pd.DataFrame:
    """Shares corrected for misclassification: `corrected corrected_low corrected_high correction`.

    same_corpus: the coded units were drawn at random from the measured ones. A cell with 30 of
    them or more is then corrected by its own: the share coded positive among units that the
    instrument called positive, and among the others, each taken in the measured proportion
    (two-phase sampling with post-stratification: Tenenbein 1970, JASA 65, 1350-1361). That holds
    however the errors differ between groups. Any other cell is corrected by the error rates of
    all coded units, `(share + sp - 1) / (se + sp - 1)` (Rogan and Gladen 1978, American Journal of
    Epidemiology 107, 71-76), which supposes them the same there; `correction` says which, or why
    none. Intervals of 95 % combine the resampled share with Jeffreys posteriors of the error
    rates, discounted by the cluster-robust variance of the estimate over articles.

    >>> rng = np.random.default_rng(0)
    >>> truth = (rng.random(3000) < 0.2).astype(float)
    >>> said = np.where(rng.random(3000) < 0.15, 1 - truth, truth)
    >>> n, own = np.arange(3000), np.arange(0, 3000, 10)
    >>> draws = rng.binomial(3000, said.mean(), (1000, 1)) / 3000
    >>> one = np.ones(3000)
    >>> measured = Measured(said, one, n * 0, n, np.array([said.mean()]), draws)
    >>> coded = Coded(said[own], truth[own], one[own], own, own)
    >>> found = corrected_shares(measured, coded, same_corpus=True).iloc[0]
    >>> round(float(said.mean()), 2), found["corrected"].round(2), found["correction"]
    (0.3, np.float64(0.2), '300 coded units here')
    """
    rng, cells = np.random.default_rng(seed), len(measured.share)
    cell = measured.cell[coded.article] if same_corpus else np.full(len(coded.said), -1)
    own = np.bincount(cell[cell >= 0], minlength=cells)
    estimate, drawn = _calibrated(measured, coded, cell, rng)
    reason = np.array([f"{n} coded units here" for n in own], dtype=object)
    borrowed = own < MIN_OWN
    if borrowed.any():
        part, estimate[borrowed], drawn[:, borrowed] = _inverted(measured, coded, borrowed, rng)
        reason[borrowed] = [f"{n} coded units here: {part}" if n else part for n in own[borrowed]]
    low, high = percentile_interval(np.clip(drawn, 0, 1))
    columns = {"corrected": np.clip(estimate, 0, 1), "corrected_low": low, "corrected_high": high}
    empty = np.isnan(measured.share)
    table = {name: np.where(empty, np.nan, values) for name, values in columns.items()}
    return pd.DataFrame({**table, "correction": reason.astype(str)})


def _calibrated(
    measured: Measured, coded: Coded, cell: Integers, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Estimates (cells) and draws (draws × cells) by the coded units of each cell."""
    cells, measured = len(measured.share), _without_gaps(measured)
    inside = cell >= 0
    side = cell[inside] * 2 + coded.said[inside].astype(np.int64)
    weight, gold = coded.weight[inside], coded.gold[inside]

    def summed(values: Floats) -> Floats:
        return np.bincount(side, values, 2 * cells).astype(float).reshape(cells, 2)

    n, mass, hits = summed(np.ones(len(side))), summed(weight), summed(weight * gold)
    rate = np.divide(hits, mass, out=np.full_like(hits, 0.5), where=mass > 0)
    size = np.column_stack([1 - measured.share, measured.share])  # called negative, positive
    each = np.divide(size, mass, out=np.zeros_like(mass), where=mass > 0).ravel()[side]
    smooth = (n * rate + 0.5) / (n + 1)
    residual = each * weight * (gold - smooth.ravel()[side])
    base = (size**2 * smooth * (1 - smooth) / np.maximum(n, 1)).sum(axis=1)
    worth = _worth(measured, rate[:, 1] - rate[:, 0], base, cell[inside], residual,
                   coded.cluster[inside])  # fmt: skip
    known = n * worth[:, None]
    shape = (len(measured.resampled), cells, 2)
    posterior = rng.beta(known * rate + 0.5, known * (1 - rate) + 0.5, shape)
    drawn = measured.resampled * posterior[:, :, 1] + (1 - measured.resampled) * posterior[:, :, 0]
    return (size * rate).sum(axis=1), drawn


def _without_gaps(measured: Measured) -> Measured:
    """A cell without a denominator reads 0; what is made of it is taken out in the end."""
    share, resampled = (np.nan_to_num(x) for x in (measured.share, measured.resampled))
    return replace(measured, share=share, resampled=resampled)


def _worth(
    measured: Measured, slope: Floats, base: Floats, cell: Integers, residual: Floats,
    cluster: Integers,
) -> Floats:  # fmt: skip
    """How many independent units a coded unit of each cell is worth, at most 1.

    The variance that independent units would leave (`base`) over that of the estimate by its
    influence in each cluster, less the part that the resampled shares bring in.
    """
    cells, taking = len(measured.share), np.flatnonzero(measured.cell >= 0)
    total = np.bincount(measured.cell[taking], measured.below[taking], cells)
    at = measured.cell[taking]
    gap = measured.above[taking] - measured.share[at] * measured.below[taking]
    share = slope[at] * gap / np.maximum(total[at], 1e-12)
    width = max(measured.cluster.max(initial=0), cluster.max(initial=0)) + 1
    keys = np.concatenate([at * width + measured.cluster[taking], cell * width + cluster])
    places, number = np.unique(keys, return_inverse=True)
    of_share = np.bincount(number[: len(at)], share, len(places))
    of_error = np.bincount(number[len(at) :], residual, len(places))
    excess = (of_share + of_error) ** 2 - of_share**2
    where = places // width
    coded_clusters = np.bincount(np.unique(keys[len(at) :]) // width, minlength=cells)
    variance = np.bincount(where, excess, cells) * small_sample(coded_clusters)
    return np.clip(base / np.maximum(variance, 1e-12), 0.02, 1.0)


def small_sample(clusters: NDArray) -> Floats:
    """What a cluster-robust variance is multiplied by where clusters are few: n/(n-1), t over z."""
    free = np.maximum(np.asarray(clusters, dtype=float) - 1, 1)
    return (free + 1) / free * (stats.t.ppf(0.975, free) / stats.norm.ppf(0.975)) ** 2


def _inverted(
    measured: Measured, coded: Coded, cells: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[str, Floats, Floats]:
    """What was done, estimates and draws of the cells by the error rates of all coded units."""
    nothing = np.full(int(cells.sum()), np.nan), np.full((len(measured.resampled), 1), np.nan)
    positive = float(coded.gold.sum())
    fewest = min(positive, len(coded.gold) - positive)
    if fewest < MIN_GOLD:
        which = "positive" if positive <= len(coded.gold) / 2 else "negative"
        return f"{fewest:g} {which} units coded: too few for error rates", *nothing
    draws, rates = len(measured.resampled), []
    for found, among in ((coded.said, coded.gold), (1 - coded.said, 1 - coded.gold)):
        rate, n = effective_rate(found, among * coded.weight, among, coded.cluster)
        rates.append((rate, rng.beta(n * rate + 0.5, n * (1 - rate) + 0.5, draws)))
    (sensitivity, drawn_se), (specificity, drawn_sp) = rates
    better = drawn_se + drawn_sp - 1
    if sensitivity + specificity <= 1 or (better <= LEAST_BETTER).mean() > 0.025:
        return "the instrument is hardly better than chance", *nothing
    estimate = (measured.share[cells] + specificity - 1) / (sensitivity + specificity - 1)
    drawn = (measured.resampled[:, cells] + (drawn_sp - 1)[:, None]) / np.maximum(
        better, LEAST_BETTER
    )[:, None]
    return f"error rates of all {len(coded.gold)}, taken to hold here", estimate, drawn


def effective_rate(
    found: Floats, weight: Floats, share: Floats, cluster: Integers
) -> tuple[float, float]:
    """A weighted share and the number of independent units that it is worth.

    found: 0 or 1 a unit; weight: its weight; share: how much of it counts among those that the
    rate is of (0 to 1); cluster: units of one cluster may resemble each other.
    """
    n, mass = float(share.sum()), float(weight.sum())
    rate = float((weight * found).sum() / mass)
    smooth = (n * rate + 0.5) / (n + 1)
    _, number = np.unique(cluster[weight > 0], return_inverse=True)
    influence = np.bincount(number, (weight * (found - smooth))[weight > 0]) / mass
    variance = (influence**2).sum() * float(small_sample(np.array(number.max() + 1)))
    return rate, n * float(np.clip(smooth * (1 - smooth) / n / max(variance, 1e-12), 0.02, 1))
