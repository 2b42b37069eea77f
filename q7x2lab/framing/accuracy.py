"""How an instrument errs against coders: its scores, and shares corrected for its errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from q7x2lab.stats.resampling import TAIL, Floats, percentile_interval

Integers = NDArray[np.int64]
SCORES = ("precision", "recall", "f1")
CORRECTED = ["corrected", "corrected_low", "corrected_high"]
JEFFREYS = 0.5  # added to each count: the prior that says least about a proportion
MIN_OWN = 30  # coded units of a group that its own correction rests on
MIN_GOLD = 20  # coded positives and negatives that error rates for elsewhere rest on
LEAST_BETTER = 0.05  # sensitivity + specificity - 1 below which nothing can be inverted
UNVALIDATED = "UNVALIDATED"
TINY = 1e-12  # keeps a division by a variance or size of 0 finite


def accuracy(coded: pd.DataFrame) -> dict[str, Any]:
    """Scores of one frame with 95 % intervals.

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
        with ``_low`` and ``_high``.

    Notes
    -----
    Intervals are those of `jeffreys`. F1 is a share too: of all that coders or instrument call
    positive, what both do.

    Examples
    --------
    >>> said, gold = [1.0] * 8 + [0.0] * 2, [1.0] * 6 + [0.0, 0.0, 1.0, 1.0]
    >>> coded = pd.DataFrame({"said": said, "gold": gold, "weight": 1.0, "cluster": range(10)})
    >>> found = accuracy(coded)
    >>> [found[name] for name in SCORES]
    [0.75, 0.75, 0.75]
    """
    said, gold = coded["said"].to_numpy(), coded["gold"].to_numpy()
    either = said + gold
    shares = {"prevalence": (gold, np.ones(len(coded))), "precision": (gold, said)}
    shares |= {"recall": (said, gold), "f1": (2 * said * gold / np.maximum(either, TINY), either)}
    row: dict[str, Any] = {"coded": len(coded)}
    for name, (found, among) in shares.items():
        rate, *shape = jeffreys(found, among, coded)
        low, high = stats.beta.ppf([TAIL, 1 - TAIL], *shape) if rate == rate else (rate, rate)
        row |= {name: rate, f"{name}_low": low, f"{name}_high": high}
    return row


def jeffreys(found: Floats, among: Floats, coded: pd.DataFrame) -> tuple[float, float, float]:
    """A weighted share of coded units (NaN of none), and alpha and beta of its posterior.

    Parameters
    ----------
    found
        0 to 1 a unit: what the share counts.
    among
        How much each unit belongs to those that the share is of.
    coded
        As for `accuracy`.

    Notes
    -----
    Jeffreys' posterior of a proportion (Brown, Cai and DasGupta 2001, Statistical Science 16,
    101-133), with counts reduced to the number of independent units that they are worth: units of
    one cluster of articles resemble each other. That number comes from the linearised (sandwich)
    variance over clusters, as in surveys (Korn and Graubard 1998, Survey Methodology 24, 193-201).
    """
    n, counts = float(among.sum()), (coded["weight"] * among).to_numpy(float)
    if not n:
        return np.nan, JEFFREYS, JEFFREYS
    rate = float(counts @ found / counts.sum())
    smooth = (n * rate + JEFFREYS) / (n + 2 * JEFFREYS)
    influence = pd.Series(counts * (found - smooth) / counts.sum())[counts > 0]
    together = influence.groupby(coded["cluster"].to_numpy()[counts > 0]).sum()
    free = max(len(together) - 1, 1)  # few clusters: n / (n - 1), and t for z
    few = (free + 1) / free * (stats.t.ppf(1 - TAIL, free) / stats.norm.ppf(1 - TAIL)) ** 2
    worth = min(smooth * (1 - smooth) / max((together**2).sum() * few, TINY), n)
    return rate, worth * rate + JEFFREYS, worth * (1 - rate) + JEFFREYS


def corrected_shares(
    share: Floats, resampled: Floats, coded: pd.DataFrame, cell: Integers, *, seed: int = 0
) -> pd.DataFrame:
    """Shares corrected for misclassification, with 95 % intervals.

    Parameters
    ----------
    share
        What the instrument measures in each cell (group and period).
    resampled
        The shares in bootstrap samples of the articles, draws × cells.
    coded
        As for `accuracy`.
    cell
        The cell that each coded unit was drawn from at random, -1 for none.

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
    resampled share with the posteriors of these rates; see `jeffreys`. Where coders differ and
    nobody settled it (``gold`` between 0 and 1), an interval reaches from that of all such units
    without the frame to that of all with it (bounds of Manski 1989, Journal of Human Resources 24).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> truth = (rng.random(3000) < 0.2).astype(float)
    >>> said = np.where(rng.random(3000) < 0.15, 1 - truth, truth)
    >>> share, draws = said.mean(), rng.binomial(3000, said.mean(), (1000, 1)) / 3000
    >>> coded = pd.DataFrame({"said": said[:300], "gold": truth[:300], "weight": 1.0,
    ...                       "cluster": range(300)})
    >>> found = corrected_shares(np.array([share]), draws, coded, np.zeros(300)).iloc[0]
    >>> round(float(share), 2), found["corrected"].round(2), found["correction"]
    (0.3, np.float64(0.2), '300 coded units here')
    """
    golds = (coded["gold"], np.floor(coded["gold"]), np.ceil(coded["gold"]))
    variants = (_corrected(share, resampled, coded.assign(gold=x), cell, seed) for x in golds)
    table, fewest, most = variants
    table["corrected_low"] = fewest["corrected_low"]
    table["corrected_high"] = most["corrected_high"]
    for end in (fewest, most):  # refused there, refused here
        table = table.where(end["corrected"].notna(), end)
    return table


def _corrected(
    share: Floats, resampled: Floats, coded: pd.DataFrame, cell: Integers, seed: int
) -> pd.DataFrame:
    """Corrected shares as if the gold were the truth."""
    rng = np.random.default_rng(seed)
    own = [(cell == i).sum() for i in range(len(share))]
    part, estimate, drawn = _by_error_rates(share, resampled, coded, rng)
    reasons = [f"{n} coded units here: {part}" if n else part for n in own]
    for i in np.flatnonzero(np.array(own) >= MIN_OWN):
        estimate[i], drawn[:, i] = _by_own_units(share[i], resampled[:, i], coded[cell == i], rng)
        reasons[i] = f"{own[i]} coded units here"
    low, high = percentile_interval(np.clip(drawn, 0, 1))
    table = pd.DataFrame(np.clip([estimate, low, high], 0, 1).T, columns=CORRECTED)
    table[np.isnan(share)] = np.nan
    return table.assign(correction=reasons)


def _by_own_units(
    share: float, resampled: Floats, own: pd.DataFrame, rng: np.random.Generator
) -> tuple[float, Floats]:
    """A cell's estimate and its draws by its own coded units."""
    said, gold = own["said"].to_numpy(), own["gold"].to_numpy()
    negative, positive = (jeffreys(gold, among, own) for among in (1 - said, said))
    missed, right = np.nan_to_num([negative[0], positive[0]], nan=0.5)  # nobody coded such a unit
    below, above = (rng.beta(a, b, len(resampled)) for _, a, b in (negative, positive))
    return (1 - share) * missed + share * right, (1 - resampled) * below + resampled * above


def _by_error_rates(
    share: Floats, resampled: Floats, coded: pd.DataFrame, rng: np.random.Generator
) -> tuple[str, Floats, Floats]:
    """What was done, estimates and draws of the cells by the error rates of all coded units."""
    said, gold = coded["said"].to_numpy(), coded["gold"].to_numpy()
    nothing = np.full_like(share, np.nan), np.full_like(resampled, np.nan)
    if min(gold.sum(), (1 - gold).sum()) < MIN_GOLD:
        few = f"{gold.sum():g} of {len(gold)} units coded positive"
        return f"{few}: too few of one kind for error rates", *nothing
    found = jeffreys(said, gold, coded), jeffreys(1 - said, 1 - gold, coded)
    (sensitivity, *_), (specificity, *_) = found
    drawn_se, drawn_sp = (rng.beta(a, b, (len(resampled), 1)) for _, a, b in found)
    better, drawn_better = sensitivity + specificity - 1, drawn_se + drawn_sp - 1
    if better <= 0 or (drawn_better <= LEAST_BETTER).mean() > TAIL:
        return "the instrument is hardly better than chance", *nothing
    drawn = (resampled + drawn_sp - 1) / np.maximum(drawn_better, LEAST_BETTER)
    reason = f"error rates of all {len(coded)}, taken to hold here"
    return reason, (share + specificity - 1) / better, drawn


@dataclass(frozen=True)
class Stamp:
    """Scheme, lexicon, number of coded units, and how each frame agrees with coders.

    Attributes
    ----------
    coded, unit
        How many units the validation rests on (0 where there was none), and what they are:
        sentence, paragraph, article, or unit where they are none of these.
    source
        Where the coding comes from.
    frames
        F1 and alpha in words by frame; a frame that is missing was not validated.
    instrument
        What `lexicon` is the hash of: a lexicon, or labels.
    """

    scheme: str
    lexicon: str
    coded: int = 0
    source: str = ""
    frames: Mapping[str, str] = field(default_factory=dict)
    unit: str = "unit"
    instrument: str = "lexicon"

    def of(self, frame: str) -> str:
        """The validity of one frame in words: F1 and alpha with intervals, or UNVALIDATED.

        Examples
        --------
        >>> Stamp("generic5 1", "ab12").of("conflict")
        'UNVALIDATED'
        """
        return f"{self.frames[frame]}, n = {self.coded}" if frame in self.frames else UNVALIDATED

    def text(self, titles: Mapping[str, str]) -> str:
        """The lines printed on a figure of these frames (identifier -> title to print).

        Examples
        --------
        >>> print(Stamp("generic5 1", "ab12").text({"conflict": "conflict"}))
        generic5 1 · lexicon sha256 ab12 · UNVALIDATED: no coded units
        """
        head = [self.scheme, f"{self.instrument} sha256 {self.lexicon[:12]}"]
        if not self.frames:
            return f"{' · '.join([*head, UNVALIDATED])}: no coded units"
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
    return f"{name} {middle}" if values[0] != values[0] else f"{name} {middle} [{low}, {high}]"


@dataclass(frozen=True, eq=False, repr=False)
class Validation:
    """How far a scheme's lexicon agrees with coders.

    Attributes
    ----------
    table
        ``frame coded prevalence precision recall f1``, each score with ``_low`` and ``_high``, and
        the columns of `reliability`.
    stamp
        What figures print.
    articles
        The ids of the articles that were coded from.
    coded
        By frame, what the instrument and the coders say of the coded units; see `accuracy`.
    """

    table: pd.DataFrame
    stamp: Stamp
    articles: tuple[str, ...]
    coded: Mapping[str, pd.DataFrame]
