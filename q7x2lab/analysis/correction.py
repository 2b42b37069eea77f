"""Shares corrected for the known error of the instrument that measured them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from q7x2lab.analysis.uncertainty import percentile_interval

Floats = NDArray[np.float64]
MIN_GOLD = 20  # coded positives and negatives below which error rates carry no correction


@dataclass(frozen=True)
class Errors:
    """What the coding says of an instrument: weighted counts, and how many units they are worth.

    tp, fp, fn, tn: true and false positives and negatives among the coded units. worth: the
    number of independent units with the same information, over the number coded; below 1 where
    units of one article resemble each other or were drawn with unequal weights.
    """

    tp: float
    fp: float
    fn: float
    tn: float
    worth: float = 1.0

    def _beta(self, rng: np.random.Generator, yes: float, no: float, n: int) -> Floats:
        return rng.beta(yes * self.worth + 0.5, no * self.worth + 0.5, n)


def corrected_share(
    share: float, resampled: Floats, errors: Errors, *, calibrated: bool, seed: int = 0
) -> tuple[float, float, float]:
    """A measured share corrected for misclassification: estimate, and 95 % interval.

    share: as measured; resampled: the same in each bootstrap resample of the articles.
    calibrated: the coded units are a random sample of the very units that the share is of; the
    predictive values are then used, `share * PPV + (1 - share) * (1 - NPV)` (Tenenbein 1970, JASA
    65, 1350-1361). Otherwise (a group, a period, another corpus) sensitivity and specificity are
    taken to be the same there as in the coding, `(share + sp - 1) / (se + sp - 1)` (Rogan and
    Gladen 1978, American Journal of Epidemiology 107, 71-76). Error rates vary by their Jeffreys
    posteriors, the share by its resamples. NaN where fewer than 20 positives or negatives were
    coded, or an instrument no better than chance cannot be inverted.

    >>> errors = Errors(tp=60, fp=40, fn=20, tn=280)
    >>> [round(x, 2) for x in corrected_share(0.3, np.full(2000, 0.3), errors, calibrated=True)]
    [0.23, 0.19, 0.26]
    """
    nothing = (float("nan"),) * 3
    rng, n = np.random.default_rng(seed), len(resampled)
    tp, fp, fn, tn = errors.tp, errors.fp, errors.fn, errors.tn
    if min(tp + fn, fp + tn) < MIN_GOLD or np.isnan(share):
        return nothing
    if calibrated:
        right = tp / (tp + fp) if tp + fp else 0.0
        missed = fn / (fn + tn) if fn + tn else 0.0
        estimate = share * right + (1 - share) * missed
        drawn = resampled * errors._beta(rng, tp, fp, n)
        drawn = drawn + (1 - resampled) * errors._beta(rng, fn, tn, n)
    else:
        sensitivity, specificity = tp / (tp + fn), tn / (tn + fp)
        drawn_se, drawn_sp = errors._beta(rng, tp, fn, n), errors._beta(rng, tn, fp, n)
        better = drawn_se + drawn_sp - 1
        if sensitivity + specificity <= 1 or (better <= 0.05).mean() > 0.025:
            return nothing
        estimate = (share + specificity - 1) / (sensitivity + specificity - 1)
        drawn = (resampled + drawn_sp - 1) / np.maximum(better, 0.05)
    low, high = percentile_interval(np.clip(drawn, 0, 1))
    return float(np.clip(estimate, 0, 1)), float(low), float(high)
