"""How an instrument errs against coders: its scores, and shares corrected for its errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from q7x2lab.stats.resampling import TAIL, percentile_interval

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
SCORES = ("precision", "recall", "f1")
POSTERIOR = 4000  # draws of the counts that precision, recall and F1 are made of
JEFFREYS = 0.5  # added to each count: the prior that says least about a proportion
# Of an independent unit, what a coded one is worth at least: a floor against the chance variance of
# few clusters. Neither the demonstration nor the grid of bench_frames.py ever reaches it.
LEAST_WORTH = 0.02
MIN_OWN = 30  # coded units of a group that its own correction rests on
MIN_GOLD = 20  # coded positives and negatives that error rates for elsewhere rest on
LEAST_BETTER = 0.05  # sensitivity + specificity - 1 below which nothing can be inverted
UNVALIDATED = "UNVALIDATED"
UNVALIDATED_AR = "لم يُتحقَّق من صحته"
TINY = 1e-12  # keeps a division by a variance or size of 0 finite


def accuracy(coded: pd.DataFrame, *, seed: int = 0) -> dict[str, Any]:
    """Scores of one frame with 95 % intervals, and its weighted counts.

    Parameters
    ----------
    coded
        One row a unit that was coded for the frame: ``said`` (1 or 0, by the instrument), ``gold``
        (0 to 1, by the coders; one half where two differ), ``weight`` (how many units of the corpus
        it stands for), ``article`` (its number in the corpus) and ``cluster`` (of its copies).

    Returns
    -------
    dict
        ``coded`` (units), ``prevalence``, ``precision``, ``recall`` and ``f1``, each of these four
        with ``_low`` and ``_high``, and ``tp fp fn tn``, weighted, in sum the coded units.

    Notes
    -----
    Intervals are those of the Jeffreys posterior of true and false positives and misses (Goutte
    and Gaussier 2005, ECIR, 345-359), with counts reduced to the number of independent units that
    they are worth, since units of one cluster of articles resemble each other.
    """
    (said, gold, weight, cluster), n = _columns(coded), len(coded)
    kinds = np.array([said * gold, said * (1 - gold), (1 - said) * gold])
    counts = kinds @ weight * (n / weight.sum())
    known = counts * _worth_of_a_unit(coded) + JEFFREYS
    drawn = np.random.default_rng(seed).gamma(known, size=(POSTERIOR, 3)).T
    share, worth = effective_rate(gold, np.ones(n), weight, cluster)
    shape = worth * share + JEFFREYS, worth * (1 - share) + JEFFREYS
    low, high = stats.beta.ppf([TAIL, 1 - TAIL], *shape)
    row = {"coded": n, "prevalence": share, "prevalence_low": low, "prevalence_high": high}
    middles, posteriors = precision_recall_f1(*counts), precision_recall_f1(*drawn)
    for name, middle, values in zip(SCORES, middles, posteriors, strict=True):
        low, high = np.where(np.isnan(middle), np.nan, percentile_interval(values))
        row |= {name: float(middle), f"{name}_low": float(low), f"{name}_high": float(high)}
    return row | dict(zip(("tp", "fp", "fn", "tn"), (*counts, n - counts.sum()), strict=True))


def precision_recall_f1(tp: Any, fp: Any, fn: Any) -> tuple[Any, Any, Any]:
    """Precision, recall and F1 from counts; NaN where nothing was found, or nothing was there.

    Examples
    --------
    >>> [float(x) for x in precision_recall_f1(np.array(6.0), np.array(2.0), np.array(2.0))]
    [0.75, 0.75, 0.75]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)


def effective_rate(
    found: Floats, among: Floats, weight: Floats, cluster: Integers
) -> tuple[float, float]:
    """A weighted share, and the number of independent units that it is worth.

    Parameters
    ----------
    found
        0 to 1 a unit: what the share counts.
    among
        0 to 1 a unit: how far it belongs to those that the share is of.
    weight
        How much each unit counts.
    cluster
        Units of one cluster may resemble each other.
    """
    n, counts = float(among.sum()), weight * among
    rate = float((counts * found).sum() / counts.sum())
    smooth = (n * rate + JEFFREYS) / (n + 2 * JEFFREYS)
    own = counts > 0
    influence = (counts * (found - smooth))[own] / counts.sum()
    variance = max(cluster_variance(influence, cluster[own]), TINY)
    return rate, n * float(np.clip(smooth * (1 - smooth) / n / variance, LEAST_WORTH, 1))


def cluster_variance(influence: Floats, cluster: Integers) -> float:
    """Variance of an estimate from the influence of each unit, units of a cluster taken together.

    Notes
    -----
    The linearised (sandwich) variance: sums of influences in clusters, squared.
    """
    _, number = np.unique(cluster, return_inverse=True)
    together = np.bincount(number, influence)
    return float((together**2).sum() * small_sample(len(together)))


def small_sample(clusters: ArrayLike) -> Floats:
    """What a variance over clusters is multiplied by where they are few: n / (n - 1), t over z."""
    free = np.maximum(np.asarray(clusters, dtype=float) - 1, 1)
    return (free + 1) / free * (stats.t.ppf(1 - TAIL, free) / stats.norm.ppf(1 - TAIL)) ** 2


def _columns(coded: pd.DataFrame) -> list[NDArray[Any]]:
    """What is said of each coded unit, its gold, its weight and its cluster."""
    return [coded[name].to_numpy() for name in ("said", "gold", "weight", "cluster")]


def _worth_of_a_unit(coded: pd.DataFrame) -> float:
    """How many independent units a coded one is worth to F1, by its influence on it."""
    said, gold, weight, cluster = _columns(coded)
    shared, both = (said * gold * weight).sum(), ((said + gold) * weight).sum()
    f1 = (2 * shared + 1) / (both + 2)
    gap = 2 * said * gold - f1 * (said + gold)
    variance = cluster_variance(gap * weight / max(both, TINY), cluster)
    alone = ((gap / max((said + gold).sum(), TINY)) ** 2).sum()
    return float(np.clip(alone / variance, LEAST_WORTH, 1)) if variance > 0 else 1.0


@dataclass(frozen=True, eq=False)
class Measured:
    """One frame as measured in a corpus: a ratio over articles in each cell (group and period).

    Attributes
    ----------
    above, below
        Numerator and denominator of each article, weighted.
    cell, cluster
        The number of each article's cell (-1 for none) and of its cluster of copies.
    share
        The ratio of each cell.
    resampled
        The ratios in the same bootstrap samples of the clusters, draws × cells.
    """

    above: Floats
    below: Floats
    cell: Integers
    cluster: Integers
    share: Floats
    resampled: Floats


def corrected_shares(
    measured: Measured, coded: pd.DataFrame, *, same_corpus: bool, seed: int = 0
) -> pd.DataFrame:
    """Shares corrected for misclassification, with 95 % intervals.

    Parameters
    ----------
    coded
        As for `accuracy`.
    same_corpus
        Whether the coded units were drawn at random from the measured ones.

    Returns
    -------
    DataFrame
        One row a cell: ``corrected``, ``corrected_low``, ``corrected_high`` and ``correction``,
        which says what it rests on, or why there is none.

    Notes
    -----
    A cell with 30 coded units or more is corrected by its own: the share coded positive among
    units that the instrument called positive, and among the others, each taken in the measured
    proportion (two-phase sampling with post-stratification: Tenenbein 1970, JASA 65, 1350-1361).
    That holds however the errors differ between groups. Any other cell is corrected by the error
    rates of all coded units, ``(share + sp - 1) / (se + sp - 1)`` (Rogan and Gladen 1978, American
    Journal of Epidemiology 107, 71-76), which supposes them the same there. Intervals combine the
    resampled share with Jeffreys posteriors of the error rates, discounted by the cluster-robust
    variance of the estimate over articles.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = (rng.random(3000) < 0.2).astype(float)
    >>> said = np.where(rng.random(3000) < 0.15, 1 - truth, truth)
    >>> n, own = np.arange(3000), np.arange(0, 3000, 10)
    >>> draws = rng.binomial(3000, said.mean(), (1000, 1)) / 3000
    >>> one = np.ones(3000)
    >>> measured = Measured(said, one, n * 0, n, np.array([said.mean()]), draws)
    >>> coded = pd.DataFrame({"said": said[own], "gold": truth[own], "weight": 1.0,
    ...                       "article": own, "cluster": own})
    >>> found = corrected_shares(measured, coded, same_corpus=True).iloc[0]
    >>> round(float(said.mean()), 2), found["corrected"].round(2), found["correction"]
    (0.3, np.float64(0.2), '300 coded units here')
    """
    rng, cells = np.random.default_rng(seed), len(measured.share)
    cell = measured.cell[coded["article"]] if same_corpus else np.full(len(coded), -1)
    own = np.bincount(cell[cell >= 0], minlength=cells)
    estimate, drawn = _by_own_units(measured, coded, cell, rng)
    reason = np.array([f"{n} coded units here" for n in own], dtype=object)
    few = own < MIN_OWN
    if few.any():
        part, estimate[few], drawn[:, few] = _by_error_rates(measured, coded, few, rng)
        reason[few] = [f"{n} coded units here: {part}" if n else part for n in own[few]]
    low, high = percentile_interval(np.clip(drawn, 0, 1))
    columns = {"corrected": np.clip(estimate, 0, 1), "corrected_low": low, "corrected_high": high}
    table = pd.DataFrame(columns)
    table[np.isnan(measured.share)] = np.nan
    return table.assign(correction=reason.astype(str))


def _by_own_units(
    measured: Measured, coded: pd.DataFrame, cell: Integers, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Estimates (cells) and draws (draws × cells) by the coded units of each cell."""
    # A cell without a denominator reads 0 here; its result is masked in the end.
    share, resampled = np.nan_to_num(measured.share), np.nan_to_num(measured.resampled)
    inside = cell >= 0
    said, gold, weight, cluster = _columns(coded[inside])
    side = cell[inside] * 2 + said.astype(np.int64)
    n, mass, hits = (
        np.bincount(side, values, 2 * len(share)).reshape(-1, 2) * 1.0
        for values in (np.ones(len(side)), weight, weight * gold)
    )
    rate = np.divide(hits, mass, out=np.full_like(hits, 0.5), where=mass > 0)
    smooth = (n * rate + JEFFREYS) / (n + 2 * JEFFREYS)
    size = np.column_stack([1 - share, share])  # called negative, called positive
    each = np.divide(size, mass, out=np.zeros_like(mass), where=mass > 0).ravel()[side]
    residual = each * weight * (gold - smooth.ravel()[side])
    alone = (size**2 * smooth * (1 - smooth) / np.maximum(n, 1)).sum(axis=1)
    errors = pd.Series(residual).groupby([cell[inside], cluster]).sum()
    variance = _variance_of_errors(measured, share, rate[:, 1] - rate[:, 0], errors)
    known = n * np.clip(alone / np.maximum(variance, TINY), LEAST_WORTH, 1)[:, None]
    alpha, beta = known * rate + JEFFREYS, known * (1 - rate) + JEFFREYS
    posterior = rng.beta(alpha, beta, (len(resampled), *n.shape))
    drawn = resampled * posterior[:, :, 1] + (1 - resampled) * posterior[:, :, 0]
    return (size * rate).sum(axis=1), drawn


def _variance_of_errors(
    measured: Measured, share: Floats, slope: Floats, errors: pd.Series
) -> Floats:
    """Variance of each cell's estimate over clusters, less the part that the share brings in.

    ``slope`` is how the estimate of each cell answers to its share; ``errors`` the sum of the
    influences of the coded units, by cell and cluster.
    """
    cells, taking = len(share), measured.cell >= 0
    at, above, below = (x[taking] for x in (measured.cell, measured.above, measured.below))
    total = np.maximum(np.bincount(at, below, cells), TINY)
    influence = pd.Series(slope[at] * (above - share[at] * below) / total[at])
    shares = influence.groupby([at, measured.cluster[taking]]).sum().reindex(errors.index)
    excess = ((shares + errors) ** 2 - shares**2).groupby(level=0).agg(["sum", "size"])
    excess = excess.reindex(range(cells), fill_value=0)
    return excess["sum"].to_numpy() * small_sample(excess["size"])


def _by_error_rates(
    measured: Measured, coded: pd.DataFrame, cells: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[str, Floats | float, Floats | float]:
    """What was done, estimates and draws of the cells by the error rates of all coded units."""
    said, gold, weight, cluster = _columns(coded)
    draws, positive = len(measured.resampled), float(gold.sum())
    fewest = min(positive, len(gold) - positive)
    if fewest < MIN_GOLD:
        which = "positive" if fewest == positive else "negative"
        return f"{fewest:g} {which} units coded: too few for error rates", np.nan, np.nan
    rates = []
    for found, among in ((said, gold), (1 - said, 1 - gold)):
        rate, n = effective_rate(found, among, weight, cluster)
        rates.append((rate, rng.beta(n * rate + JEFFREYS, n * (1 - rate) + JEFFREYS, draws)))
    (sensitivity, drawn_se), (specificity, drawn_sp) = rates
    better = drawn_se + drawn_sp - 1
    if sensitivity + specificity <= 1 or (better <= LEAST_BETTER).mean() > TAIL:
        return "the instrument is hardly better than chance", np.nan, np.nan
    estimate = (measured.share[cells] + specificity - 1) / (sensitivity + specificity - 1)
    drawn = measured.resampled[:, cells] + (drawn_sp - 1)[:, None]
    drawn /= np.maximum(better, LEAST_BETTER)[:, None]
    return f"error rates of all {len(coded)}, taken to hold here", estimate, drawn


@dataclass(frozen=True)
class Stamp:
    """Scheme, lexicon, number of coded units, and how each frame agrees with coders.

    Attributes
    ----------
    coded, unit
        How many units the validation rests on (0 where there was none), and what they are.
    source
        Where the coding comes from.
    unit
        What the coded units are: sentence, paragraph, article, or unit where they are none.
    frames
        F1 and alpha in words by frame; a frame that is missing was not validated.
    """

    scheme: str
    lexicon: str
    coded: int = 0
    source: str = ""
    frames: Mapping[str, str] = field(default_factory=dict)
    unit: str = "unit"

    def of(self, frame: str) -> str:
        """The validity of one frame in words: F1 and alpha with intervals, or UNVALIDATED.

        Examples
        --------
        >>> Stamp("generic5 1", "ab12").of("conflict")
        'UNVALIDATED'
        """
        return f"{self.frames[frame]}, n = {self.coded}" if frame in self.frames else UNVALIDATED

    def text(self, titles: Mapping[str, str], *, language: str = "en") -> str:
        """The lines printed on a figure of these frames (identifier -> title to print).

        Examples
        --------
        >>> print(Stamp("generic5 1", "ab12").text({"conflict": "conflict"}))
        generic5 1 · lexicon sha256 ab12 · UNVALIDATED: no coded units
        """
        head = [self.scheme, f"lexicon sha256 {self.lexicon[:12]}"]
        if not self.frames:
            head += [UNVALIDATED] if language == "en" else [UNVALIDATED, UNVALIDATED_AR]
            return f"{' · '.join(head)}: no coded units"
        head += [f"{self.coded} coded {self.unit}s", *filter(None, [self.source])]
        lines = [f"{title}: {self.frames.get(f, UNVALIDATED)}" for f, title in titles.items()]
        return "\n".join([" · ".join(head), *lines])


def estimate_text(name: str, values: Sequence[float]) -> str:
    """Estimate, low and high in words.

    Examples
    --------
    >>> estimate_text("F1", (0.7, 0.61, float("nan")))
    'F1 0.70 [0.61, undefined]'
    """
    middle, low, high = (f"{x:.2f}" if x == x else "undefined" for x in values)
    return f"{name} {middle} [{low}, {high}]"


@dataclass(frozen=True, eq=False, repr=False)
class Validation:
    """How far a scheme's lexicon agrees with coders.

    Attributes
    ----------
    table
        ``frame coded prevalence precision recall f1``, each score with ``_low`` and ``_high``,
        ``tp fp fn tn`` (weighted) and ``alpha``.
    baseline
        The same scores of the supervised classifier; ``difference`` of its F1 from the lexicon's;
        ``better`` (lexicon, classifier, or "" where the data cannot tell) and ``refused``.
    unplaced
        Coded units that were not found in the corpus.
    stamp
        What figures print.
    articles
        The ids of the articles that were coded from.
    coded
        By frame, what the instrument and the coders say of the coded units; see `accuracy`.
    readings
        By frame that a classifier reads instead of the lexicon, 0 or 1 for each unit.
    """

    table: pd.DataFrame
    baseline: pd.DataFrame
    unplaced: list[str]
    stamp: Stamp
    articles: tuple[str, ...]
    coded: Mapping[str, pd.DataFrame]
    readings: Mapping[str, Floats] = field(default_factory=dict)

    def __repr__(self) -> str:
        words = ", ".join(f"{r.frame} F1 {r.f1:.2f}" for r in self.table.itertuples())
        return f"Validation on {self.stamp.coded} {self.stamp.unit}s: {words}"

    def other_unit(self, unit: str) -> str:
        """Why its coded units say nothing of units of this kind; empty where they are the same."""
        own = self.stamp.unit
        reason = f"coded in {own}s, scored in {unit}s: score with unit={own!r}"
        return "" if unit == own else reason
