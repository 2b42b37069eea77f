"""Counts as normal scores, so that thin periods and thick ones stand on one scale.

Where a corpus grows, the rates of its first periods scatter more than those of its last and are
more skewed: their median lies further below their mean, so that ranks of rates rise where nothing
does. Quantile residuals (Dunn and Smyth 1996, Journal of Computational and Graphical Statistics
5 (3)) take both out: what a count would be on the normal scale, given its expectation and the
variance of a negative binomial distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
_RAREST = 1e-15  # chance of a count; scores end at 8


def scatter(values: Floats, variance: Floats, times: Floats) -> Floats:
    """Squared distance of each row (series × periods) from its weighted line, over the variance.

    It is chi-squared with two degrees of freedom less than there are periods where that variance
    is all there is.
    """
    weight = 1 / variance
    whole = weight.sum(axis=-1, keepdims=True)
    time = times - (weight * times).sum(axis=-1, keepdims=True) / whole
    rest = values - (weight * values).sum(axis=-1, keepdims=True) / whole
    steep = (weight * time * rest).sum(axis=-1, keepdims=True)
    rest = rest - steep / (weight * time**2).sum(axis=-1, keepdims=True) * time
    return np.asarray((weight * rest**2).sum(axis=-1), float)


@dataclass(frozen=True, eq=False)
class Counts:
    """Hits of series (rows) in periods (columns), none missing.

    base: the exposure, hits over it is the rate. clump: variance of the hits over their mean, as
    far as drawing articles explains it, one a series. times: of the periods.
    """

    hits: Floats
    base: Floats
    clump: Floats
    times: Floats

    @cached_property
    def mean(self) -> Floats:
        """The rate of all periods together, one a series."""
        whole = np.broadcast_to(self.base, self.hits.shape).sum(axis=1, keepdims=True)
        return np.asarray(self.hits.sum(axis=1, keepdims=True) / whole, float)

    @cached_property
    def sampling(self) -> Floats:
        """Variance of each rate from drawing articles, relative to the squared mean rate."""
        return self.clump[:, None] / (self.mean * self.base)

    @property
    def freedom(self) -> int:
        """Degrees of freedom of `scatter`."""
        return self.times.size - 2

    @cached_property
    def scatter(self) -> Floats:
        """Of the rates around their line, in variances of sampling; see `scatter`."""
        return scatter(self.hits / (self.mean * self.base), self.sampling, self.times)

    @cached_property
    def beyond(self) -> Floats:
        """Variance of the relative rates that sampling leaves over (DerSimonian and Laird 1986)."""
        more = self.scatter / self.freedom - 1
        return np.asarray(np.maximum(more, 0) / (1 / self.sampling).mean(axis=1), float)

    def residuals(self, slopes: Floats | None = None) -> Floats:
        """Normal scores of the hits, of the middle of each count's probability.

        slopes: changes of the rate a period to take off a single series, a row each. The level
        weighs periods by their standard deviation to the power of -3/2, halfway between what
        leaves a constant and what leaves a line uncorrelated with the scores. A row is missing
        where its line falls below nothing.
        """
        time = self.times - self.times.mean()
        line = 0.0 * time if slopes is None else slopes[:, None] * time
        weight = (self.sampling + self.beyond[:, None]) ** -0.75
        level = (weight * (self.hits / self.base - line)).sum(axis=1, keepdims=True)
        mean = (level / weight.sum(axis=1, keepdims=True) + line) * self.base
        mean = np.where(mean.min(axis=1, keepdims=True) > 0, mean, np.nan)
        ratio = np.maximum(self.clump[:, None] + self.beyond[:, None] * mean, 1 + 1e-6)
        size, chance = mean / (ratio - 1), 1 / ratio
        reached = special.betainc(size, self.hits + 1, chance)
        below = special.betainc(size, np.fmax(self.hits, 1e-12), chance)
        return special.ndtri(np.clip((reached + below) / 2, _RAREST, 1 - _RAREST)).round(9)


@dataclass(frozen=True, eq=False)
class SteppedCounts(Counts):
    """Counts whose rate may have changed once: they scatter around two levels."""

    shortest: int = 2  # periods of a level

    @property
    def freedom(self) -> int:
        """Degrees of freedom of `scatter`, two of them for the place."""
        return max(self.times.size - 4, 1)

    @cached_property
    def scatter(self) -> Floats:
        """Of the rates around the two levels that fit best, in variances of sampling."""
        weight = 1 / self.sampling
        rest = self.hits / (self.mean * self.base) - 1
        left, sums = np.cumsum(weight, axis=1), np.cumsum(weight * rest, axis=1)
        places = slice(self.shortest - 1, -self.shortest)
        whole, total = left[:, -1:], sums[:, -1:]
        before, after = left[:, places], whole - left[:, places]
        gained = sums[:, places] ** 2 / before + (total - sums[:, places]) ** 2 / after
        scattered = (weight * rest**2).sum(axis=1) - gained.max(axis=1)
        return np.asarray(np.maximum(scattered, 0), float)
