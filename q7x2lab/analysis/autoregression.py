"""Is there a slope, where neighbouring periods may resemble each other to a degree nobody knows?

No estimate of that resemblance can be trusted in a dozen periods, and every test that plugs one
in calls too many trends. Here the likelihood of a series with a slope is weighed against those of
series without one: independent periods, and first-order autoregression of a correlation up to .6
with or without noise. Their weights are the least favourable ones, with which the share of false
alarms is, as nearly as can be, 5 % whichever of them is true. Such a test is the most powerful of
its level (Lehmann and Romano 2005, section 3.8; Elliott, Müller and Watson 2015, Econometrica 83
(2)). The likelihoods are normal ones, free of mean and scale (Kariya 1980, Annals of Statistics 8
(5)), over the normal scores of ranks (van der Waerden 1952), so that neither skew nor outlying
periods matter. Where the sampling errors of the rates are known, only the scatter that they leave
over can be autoregressive. Nothing in it was fitted to data.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]
STRONGEST = 0.6  # autocorrelation up to which the level is held
LEVEL = 0.05
BOUND = 0.1  # how often more may be correlated than `correlated_quarters` says
_GRID = 5  # correlations weighed, twice as fine in long series
_SIZE = 1.5  # the standard deviation of the slopes sought, in standard errors of a slope
_DRAWN = 4000  # series simulated of each kind
_TAIL = 0.01  # below, p is read from the exponential tail of the evidence


@dataclass(frozen=True)
class Null:
    """What series of one length without a slope show.

    roots: of the inverse covariance of each kind of series weighed. log_weights: theirs.
    evidence, above: evidence by size, and the share of series with as much, of the kind that has
    most of them. tail: how fast that share's logarithm falls beyond.
    """

    roots: Floats
    log_weights: Floats
    evidence: Floats
    above: Floats
    tail: float

    def p(self, scores: Floats) -> Floats:
        """The largest share, over the kinds, of series with at least the evidence of each row."""
        found = _evidence(_ratios(scores, self.roots), self.log_weights)
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


def slope_interval(
    series: Floats, times: Floats, slopes: Floats, quarters: int = 4
) -> tuple[float, float]:
    """The least and the greatest slope a period that leave no slope at the 5 % level.

    slopes: those between two of the series' points, sorted, each once. Ranks change at them alone,
    so that they and one slope between any two of them are all there is to try.
    """
    tried = np.insert((slopes[1:] + slopes[:-1]) / 2, np.arange(slopes.size - 1), slopes[:-1])
    tried = np.append(tried, slopes[-1])
    rest = series - tried[:, None] * times
    kept = np.flatnonzero(slope_p(rest.round(_decimals(rest)), quarters) > LEVEL)
    if not kept.size:
        return np.nan, np.nan
    first, last = kept[0], kept[-1]
    return float(tried[first - first % 2]), float(tried[last + last % 2])


def _decimals(values: Floats) -> int:
    """Decimals that keep ten digits of the largest value: what is left of a tie stays one."""
    return 10 - int(np.floor(np.log10(np.abs(values).max() or 1.0)))


def correlated_quarters(series: Floats, errors: Floats) -> NDArray[np.intp]:
    """How many quarters of each row's scatter around its line may be more than sampling.

    errors: standard errors of the values, from drawing articles. An upper bound, by the
    chi-squared distribution of the scatter.
    """
    periods = series.shape[1]
    time = np.arange(periods) - (periods - 1) / 2
    rest = series - series.mean(axis=1, keepdims=True)
    rest = rest - (rest @ time / (time @ time))[:, None] * time
    scatter = (rest**2).sum(axis=1) / stats.chi2.ppf(BOUND, periods - 2)
    sampling = (errors**2).mean(axis=1)
    with np.errstate(all="ignore"):
        share = np.nan_to_num(1 - sampling / scatter, nan=0.0, neginf=0.0)
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


def _evidence(ratios: Floats, log_weights: Floats) -> Floats:
    return -np.asarray(special.logsumexp(ratios + log_weights, axis=-1), float)


@lru_cache(maxsize=128)
def null_of(periods: int, quarters: int = 4) -> Null:
    """Least favourable weights and the null distribution for series of that many periods.

    quarters: the share of the scatter that may be autoregressive; the rest is independent noise.
    """
    rng = np.random.default_rng([periods, quarters])
    factors = np.linalg.cholesky(_kinds(periods, quarters))
    roots = np.linalg.inv(factors).swapaxes(1, 2)
    shape = (min(_DRAWN, int(1.5e5 / periods)), periods)
    drawn = [_scores(rng.standard_normal(shape) @ factor.T) for factor in factors]
    ratios = np.stack([_ratios(scores, roots) for scores in drawn])
    log_weights = np.log(_least_favourable(np.exp(np.clip(ratios, -500, 500))))
    evidence = np.sort(_evidence(ratios, log_weights), axis=1)
    points = np.unique(np.quantile(evidence, np.linspace(0, 1, 4000)))
    share = 1 - np.array([np.searchsorted(row, points) for row in evidence]) / shape[0]
    body = share.max(axis=0) >= _TAIL
    heaviest = evidence[share[:, body][:, -1].argmax()]
    end = points[body][-1]
    tail = 1 / (heaviest[heaviest > end] - end).mean()
    return Null(roots, log_weights, points[body], share.max(axis=0)[body], float(tail))


def _least_favourable(odds: Floats) -> Floats:
    """Weights under which no kind of series raises more false alarms than the level.

    odds: kind simulated × series × kind weighed. A weight grows while its kind raises too many
    (Elliott, Müller and Watson 2015, appendix); the last are averaged.
    """
    weights, mean = np.ones(len(odds)), np.zeros(len(odds))
    for step in range(600):
        alarms = (odds @ weights < 1).mean(axis=1)
        weights *= np.exp(np.clip(8 * (alarms - LEVEL), -0.3, 0.3) / (1 + step / 100))
        mean += weights * (step >= 500) / 100
    return mean
