"""Is there a slope or a step, where neighbours may resemble each other to a degree nobody knows?

No estimate of that resemblance can be trusted in a dozen periods, and every test that plugs one in
calls too many trends. Here the likelihood of a series with a slope (or with a level that changes,
for good or for a spell) is weighed against those of series without: independent periods, and
first-order autoregression of a correlation up to .6 with or without noise. Their weights are those
of the most powerful test that raises, whichever of them is true, at most 5 % false alarms, and not
many fewer (the generalised lemma of Neyman and Pearson: Lehmann and Romano 2005, sections 3.6 and
3.8; Elliott, Müller and Watson 2015, Econometrica 83 (2)). The likelihoods are normal ones, free of
mean and scale (Kariya 1980, Annals of Statistics 8 (5)). For a slope they are over the normal
scores of ranks (van der Waerden 1952), so that neither skew nor outlying periods matter; ranks of
eight periods have too little room for a step. Where the sampling errors of the rates are known,
only the scatter that they leave over can be autoregressive. Nothing in it was fitted to data.
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
FEWEST = (0.03, 0.04)  # false alarms, where a part or all of the scatter may be correlated
BOUND = 0.1  # how often more may be correlated than `correlated_quarters` says
_GRID = 5  # correlations weighed, twice as fine for slopes of long series
_LONG = 100  # periods
_SIZE = {"slope": 1.5, "change": 2.5}  # standard deviation of those sought, in standard errors
_DRAWN = {"slope": 12_000, "change": 6_000}  # series simulated of each kind, fewer of long ones
_AT_ONCE = {"slope": 300_000, "change": 100_000}  # periods of them, each time
_SPELLS = 0.2  # of the changes sought, that pass
_LENGTHS = 20  # of those
SHORTEST = 2  # periods that a level lasts at least
_TAIL = 0.01  # below, p is read from the exponential tail of the evidence


@dataclass(frozen=True)
class Null:
    """What series of one length show without a slope, or without a change.

    sought: which of them. roots: of the inverse covariance of each kind of series weighed.
    weights: theirs, those of kinds that would raise too few alarms below 0. evidence, above:
    evidence by size, and the share of series with as much, of the kind that has most of them.
    tail: how fast that share's logarithm falls beyond.
    """

    sought: str
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
        found = _evidence(_ratios(scores, self.roots, self.sought), self.weights)
        found += max(at_level, 0.0)
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


def change_p(series: Floats, quarters: int = 4) -> Floats:
    """p of each row (series × periods, none missing) of keeping its level.

    >>> step = np.array([[3.0, 5, 4, 4, 3, 5, 13, 14, 12, 14, 15, 13]])
    >>> mixed = step[:, [3, 8, 0, 11, 5, 1, 9, 2, 7, 4, 10, 6]]
    >>> bool(change_p(step)[0] < 0.01 < change_p(mixed)[0])
    True
    """
    return null_of(series.shape[1], quarters, "change").p(series)


def place_chances(series: Floats, quarters: int = 4) -> Floats:
    """How likely a series that changed once did so at each place, from `SHORTEST` on.

    The posterior chance where all places, and all correlations weighed, are as likely before.

    >>> place_chances(np.array([3.0, 5, 4, 4, 3, 5, 13, 14, 12, 14, 15, 13])).round(2).argmax()
    np.int64(4)
    """
    roots = _roots(_kinds(series.size, quarters))
    steps = _steps(series.size)
    with_step = [_likelihoods(series[None, :], root, steps, _SIZE["change"])[1] for root in roots]
    likely = special.logsumexp(with_step, axis=0)[0]
    return np.asarray(np.exp(likely - special.logsumexp(likely)), float)


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


def _ratios(series: Floats, roots: Floats, sought: str) -> Floats:
    """Log likelihood of each kind without a slope over that of a slope: rows × kinds.

    A slope (or change) is sought as much in independent periods as in all other kinds together.
    """
    among = np.full(len(roots), 0.5 / max(len(roots) - 1, 1))
    among[0] = 0.5
    shapes, chances = _shapes(series.shape[1], sought)
    flat, moved = np.empty((2, len(series), len(roots)))
    for kind, root in enumerate(roots):
        flat[:, kind], each = _likelihoods(series, root, shapes, _SIZE[sought])
        moved[:, kind] = special.logsumexp(each, b=chances, axis=1)
    return flat - special.logsumexp(moved + np.log(among), axis=1)[:, None]


def _likelihoods(
    series: Floats, root: Floats, shapes: Floats, size: float
) -> tuple[Floats, Floats]:
    """Log likelihoods of rows without any shape, and with each of some: rows, rows × shapes.

    root: of the inverse covariance. size: of a shape, in standard errors, normally distributed.
    """
    one = root.sum(axis=0)
    constant = one / np.sqrt(one @ one)
    x, lines = series @ root, shapes @ root
    x, lines = (part - np.outer(part @ constant, constant) for part in (x, lines))
    lines /= np.linalg.norm(lines, axis=1, keepdims=True)
    rest = np.maximum((x**2).sum(axis=1), 1e-9)
    freedom = series.shape[1] - 1
    flat = np.log(np.diag(root)).sum() - (np.log(one @ one) + freedom * np.log(rest)) / 2.0
    taken = np.minimum((x @ lines.T) ** 2 / rest[:, None], 1) * size**2 / (1 + size**2)
    gained = -freedom * np.log1p(-taken) - np.log1p(size**2)
    return flat, flat[:, None] + gained / 2


def _shapes(periods: int, sought: str) -> tuple[Floats, Floats]:
    """What is sought, in rows, and how likely each is beforehand."""
    at = np.arange(periods)
    if sought == "slope":
        return (at - at.mean())[None, :], np.ones(1)
    steps = _steps(periods)
    lengths = np.unique(np.geomspace(SHORTEST, periods / 2, _LENGTHS).round().astype(int))
    spells = [
        (at >= begin) & (at < begin + length)
        for length in lengths
        for begin in range(SHORTEST, periods - SHORTEST - length + 1, max(length // 6, 1))
    ]
    shares = (1 - _SPELLS) / len(steps), _SPELLS / len(spells)
    chances = np.repeat(shares, [len(steps), len(spells)])
    return np.vstack([steps, np.array(spells, float)]), chances


def _steps(periods: int) -> Floats:
    places = np.arange(SHORTEST, periods - SHORTEST + 1)
    return (np.arange(periods) >= places[:, None]).astype(float)


def _roots(kinds: Floats) -> Floats:
    """Roots of the inverses of covariances."""
    return np.asarray(np.linalg.inv(np.linalg.cholesky(kinds)).swapaxes(1, 2), float)


def _kinds(periods: int, quarters: int, *, fine: bool = False) -> Floats:
    """Covariances weighed: independent periods, and autoregression alone or half of it noise."""
    lags = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
    steps = np.linspace(0, STRONGEST, 2 * _GRID - 1 if fine else _GRID)[1:]
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
def null_of(periods: int, quarters: int = 4, sought: str = "slope") -> Null:
    """Weights of the kinds and the null distribution for series of that many periods.

    quarters: the share of the scatter that may be autoregressive; the rest is independent noise.
    sought: slope or change.
    """
    rng = np.random.default_rng([periods, quarters])
    kinds = _kinds(periods, quarters, fine=sought == "slope" and periods >= _LONG)
    roots = _roots(kinds)
    shape = (min(_DRAWN[sought], _AT_ONCE[sought] // periods), periods)
    drawn = [rng.standard_normal(shape) @ np.linalg.cholesky(kind).T for kind in kinds]
    if sought == "slope":
        drawn = [_scores(series) for series in drawn]
    ratios = np.stack([_ratios(series, roots, sought) for series in drawn])
    weights = _weights(np.exp(np.clip(ratios, -500, 500)), FEWEST[quarters == 4])
    evidence = np.sort(_evidence(ratios, weights), axis=1)
    points = np.unique(np.quantile(evidence, np.linspace(0, 1, 4000)))
    share = 1 - np.array([np.searchsorted(row, points) for row in evidence]) / shape[0]
    body = share.max(axis=0) >= _TAIL
    heaviest = evidence[share[:, body][:, -1].argmax()]
    end = points[body][-1]
    tail = 1 / (heaviest[heaviest > end] - end).mean()
    return Null(sought, roots, weights, points[body], share.max(axis=0)[body], float(tail))


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
