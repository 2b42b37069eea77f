"""Is there a slope, where neighbouring periods may resemble each other to a degree nobody knows?

No estimate of that resemblance can be trusted in a dozen periods, and every test that plugs one in
calls too many trends. Here the likelihood of a series with a slope is weighed against those of
series without one: independent periods, and first-order autoregression of a correlation up to .6
with or without noise. Their weights are those of the most powerful test that raises, whichever of
them is true, at most 5 % false alarms, and not many fewer (the generalised lemma of Neyman and
Pearson: Lehmann and Romano 2005, sections 3.6 and 3.8; Elliott, Müller and Watson 2015,
Econometrica 83 (2)). The likelihoods are normal ones, free of mean and scale (Kariya 1980, Annals
of Statistics 8 (5)), over the normal scores of ranks (van der Waerden 1952), so that neither skew
nor outlying periods matter. Where the sampling errors of the rates are known, only the scatter that
they leave over can be autoregressive. Nothing in it was fitted to data.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

Floats = NDArray[np.float64]
STRONGEST = 0.6  # autocorrelation up to which the level is held
LEVEL = 0.05
FEWEST = (0.035, 0.04)  # false alarms, where a part or all of the scatter may be correlated
BOUND = 0.1  # how often more may be correlated than `correlated_quarters` says
_GRID = 5  # correlations weighed, twice as fine in long series
_SIZE = 1.5  # the standard deviation of the slopes sought, in standard errors of a slope
_DRAWN = 12_000  # series simulated of each kind
_TAIL = 0.01  # below, p is read from the exponential tail of the evidence


@dataclass(frozen=True)
class Null:
    """What series of one length without a slope show.

    roots: of the inverse covariance of each kind of series weighed. weights: theirs, those of
    kinds that would raise too few alarms below 0. evidence, above: evidence by size, and the
    share of series with as much, of the kind that has most of them. tail: how fast that share's
    logarithm falls beyond.
    """

    roots: Floats
    weights: Floats
    evidence: Floats
    above: Floats
    tail: float

    def p(self, scores: Floats) -> Floats:
        """The largest share, over the kinds, of series with at least the evidence of each row.

        It is the level where the evidence is 0, which is what the weights are for.
        """
        at_level = np.interp(-LEVEL, -self.above, self.evidence)
        found = _evidence(_ratios(scores, self.roots), self.weights) + max(at_level, 0.0)
        near = np.interp(found, self.evidence, np.log(self.above))
        return np.exp(near - self.tail * np.maximum(found - self.evidence[-1], 0.0))


def slope_p(series: Floats, quarters: int = 4) -> Floats:
    """Two-sided p of each row (series × periods, none missing) of having no slope.

    quarters: how many quarters of the scatter may be correlated, see `correlated_quarters`.

    >>> up = np.array([[3.0, 5, 4, 8, 9, 12, 11, 15, 14, 18, 20, 19]])
    >>> bool(slope_p(up)[0] < 0.01 < slope_p(up[:, [3, 8, 0, 11, 5, 1, 9, 2, 7, 4, 10, 6]])[0])
    True
    """
    return null_of(series.shape[1], quarters).p(_scores(series))


def correlated_quarters(scatter: Floats, freedom: int) -> NDArray[np.intp]:
    """How many quarters of a scatter may be more than sampling, which alone is chi-squared.

    scatter: squared distance of each series from its line, in variances of sampling. An upper
    bound.

    >>> correlated_quarters(np.array([3.0, 8.0, 90.0]), 10).tolist()
    [0, 2, 4]
    """
    share = 1 - stats.chi2.ppf(BOUND, freedom) / np.maximum(scatter, 1e-9)
    return np.ceil(4 * np.clip(share, 0, 1)).astype(np.intp)


def _scores(series: Floats) -> Floats:
    ranks = stats.rankdata(series, axis=1)
    return np.asarray(special.ndtri(ranks / (series.shape[1] + 1)), float)


def _ratios(scores: Floats, roots: Floats) -> Floats:
    """Log likelihood of each kind without a slope over that of a slope: rows × kinds.

    A slope is sought as much in independent periods as in all other kinds together.
    """
    n = scores.shape[1]
    time = np.arange(n) - (n - 1) / 2
    sought = np.full(len(roots), 0.5 / max(len(roots) - 1, 1))
    sought[0] = 0.5
    share = _SIZE**2 / (1 + _SIZE**2)
    flat, steep = np.empty((2, len(scores), len(roots)))
    for kind, root in enumerate(roots):
        x, one, line = scores @ root, root.sum(axis=0), time @ root
        rest = np.maximum((x**2).sum(axis=1) - (x @ one) ** 2 / (one @ one), 1e-9)
        along = (x @ line) ** 2 / (line @ line) / rest
        scale = 2 * np.log(np.diag(root)).sum() - np.log(one @ one) - (n - 1) * np.log(rest)
        flat[:, kind] = scale / 2
        steep[:, kind] = (scale - (n - 1) * np.log1p(-share * along) - np.log1p(_SIZE**2)) / 2
    return flat - special.logsumexp(steep + np.log(sought), axis=1)[:, None]


def _kinds(periods: int, quarters: int) -> Floats:
    """Covariances weighed: independent periods, and autoregression alone or half of it noise."""
    lags = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
    steps = np.linspace(0, STRONGEST, _GRID if periods < 100 else 2 * _GRID - 1)[1:]
    shares = (quarters / 4, quarters / 8) if quarters else ()
    noise = np.eye(periods)
    kinds = [share * phi**lags + (1 - share) * noise for share in shares for phi in steps]
    return np.array([noise, *kinds])


def _evidence(ratios: Floats, weights: Floats) -> Floats:
    """Above 0 where a slope is likelier than what the weights make of the kinds without."""
    with np.errstate(divide="ignore"):
        against, less = (
            special.logsumexp(ratios + np.log(part), axis=-1)
            for part in (np.maximum(weights, 0), np.maximum(-weights, 0))
        )
    return np.asarray(np.logaddexp(0, less) - against, float)


@lru_cache(maxsize=128)
def null_of(periods: int, quarters: int = 4) -> Null:
    """Weights of the kinds and the null distribution for series of that many periods.

    quarters: the share of the scatter that may be autoregressive; the rest is independent noise.
    """
    rng = np.random.default_rng([periods, quarters])
    factors = np.linalg.cholesky(_kinds(periods, quarters))
    roots = np.linalg.inv(factors).swapaxes(1, 2)
    shape = (min(_DRAWN, int(3e5 / periods)), periods)
    drawn = [_scores(rng.standard_normal(shape) @ factor.T) for factor in factors]
    ratios = np.stack([_ratios(scores, roots) for scores in drawn])
    weights = _weights(np.exp(np.clip(ratios, -500, 500)), FEWEST[quarters == 4])
    evidence = np.sort(_evidence(ratios, weights), axis=1)
    points = np.unique(np.quantile(evidence, np.linspace(0, 1, 4000)))
    share = 1 - np.array([np.searchsorted(row, points) for row in evidence]) / shape[0]
    body = share.max(axis=0) >= _TAIL
    heaviest = evidence[share[:, body][:, -1].argmax()]
    end = points[body][-1]
    tail = 1 / (heaviest[heaviest > end] - end).mean()
    return Null(roots, weights, points[body], share.max(axis=0)[body], float(tail))


def _weights(odds: Floats, least: float) -> Floats:
    """Weights of the kinds with which each raises false alarms from `least` to the level.

    odds: kind simulated × series × kind weighed, over the likelihood of a slope. The weights are
    the multipliers of these bounds on a power as large as can be, found in its convex dual.
    """
    flat = odds.reshape(-1, odds.shape[2])
    chance = 1 / flat.mean(axis=1) / len(flat)  # of a series with a slope, among those drawn

    def dual(both: Floats) -> tuple[float, Floats]:
        upper, lower = both.reshape(2, -1)
        gain = 1 - flat @ (upper - lower)
        called = chance * (gain > 0)
        alarms = called @ flat
        price = LEVEL * upper.sum() - least * lower.sum()
        return called @ gain + price, np.concatenate([LEVEL - alarms, alarms - least])

    begin = np.repeat([1 / odds.shape[2], 0.0], odds.shape[2])
    bounds = [(0, None)] * begin.size
    found = optimize.minimize(dual, begin, jac=True, bounds=bounds, method="L-BFGS-B")
    upper, lower = found.x.reshape(2, -1)
    return np.asarray(upper - lower, float)
