"""Measures of a word in two bodies of text: effect sizes and tests on the table of two by two."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from q7x2lab.errors import StudyError, did_you_mean

Floats = NDArray[np.float64]
CORRECTIONS = ("none", "yates", "conditional_yates", "williams")


def association(
    target: ArrayLike,
    reference: ArrayLike,
    target_size: ArrayLike,
    reference_size: ArrayLike,
    *,
    measure: str = "g2",
    correction: str = "none",
) -> Floats:
    """The chosen measure of each word, from its counts in two bodies of text.

    target, reference: how often the word occurs in each; target_size, reference_size: tokens of
    each. measure, positive where the word is relatively more frequent in the target:

    * `g2`, `chi2`: signed test statistics of the four cells (Dunning 1993); correction: none,
      yates, conditional_yates (quanteda's default), or williams (g2; not where a cell is empty)
    * `log_ratio`: log2 of the relative frequencies, half a hit for none (Hardie 2014)
    * `pct_diff`: percentage difference of them (Gabrielatos and Marchi 2011)
    * `difference_coefficient`: difference over sum (Hofland and Johansson 1982)
    * `simple_maths`: ratio of the rates per million, one added to each (Kilgarriff 2009)
    * `odds_ratio`: sample odds ratio (Pojanapunya and Todd 2018)
    * `exact`: conditional odds ratio of Fisher's exact test
    * `pmi`: natural logarithm of observed over expected (Church and Hanks 1990, who take log2)
    * `delta_p`: difference of the relative frequencies (Gries 2013)

    Raises StudyError for an unknown measure or correction.

    >>> float(association(10, 3, 10, 31767, measure="g2").round(2))
    167.23
    """
    if measure not in MEASURES:
        raise StudyError(f"unknown measure {measure!r}", remedy=did_you_mean(measure, MEASURES))
    if correction not in CORRECTIONS:
        raise StudyError(
            f"unknown correction {correction!r}", remedy=did_you_mean(correction, CORRECTIONS)
        )
    a, b, n1, n2 = (np.asarray(x, float) for x in (target, reference, target_size, reference_size))
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure in ("g2", "chi2"):
            return _tested(_cells(a, b, n1, n2), measure, correction)
        return MEASURES[measure](a, b, n1, n2)


def fisher_exact(table: ArrayLike) -> dict[str, float]:
    """Probabilities of Fisher's exact test of one table of two by two: two-sided, left, right.

    >>> round(fisher_exact([[1, 3], [3, 1]])["two"], 3)
    0.486
    """
    cells = np.asarray(table, dtype=int)
    sides = {"two": "two-sided", "left": "less", "right": "greater"}
    return {name: float(stats.fisher_exact(cells, side).pvalue) for name, side in sides.items()}


def _cells(a: Floats, b: Floats, n1: Floats, n2: Floats) -> Floats:
    """Observed cells, the last axis: word in target, word in reference, rest, rest."""
    return np.stack(np.broadcast_arrays(a, b, n1 - a, n2 - b), axis=-1)


def _tested(cells: Floats, measure: str, correction: str) -> Floats:
    """Signed G2 or chi-squared of the cells."""
    a, b, c, d = np.moveaxis(cells, -1, 0)
    n = cells.sum(axis=-1)
    rows = np.stack([a + b, a + b, c + d, c + d], axis=-1)
    columns = np.stack([a + c, b + d, a + c, b + d], axis=-1)
    expected = rows * columns / n[..., None]
    gap = cells - expected
    if correction == "yates":
        gap = np.sign(gap) * np.maximum(np.abs(gap) - 0.5, 0)
    elif correction == "conditional_yates":
        wanted = (np.abs(a * d - b * c) >= n / 2) & (expected < 5).any(axis=-1)
        gap = gap - np.where(wanted[..., None], 0.5 * np.sign(gap), 0)
    sign = np.where(a >= expected[..., 0], 1.0, -1.0)
    if measure == "chi2":
        return sign * (gap**2 / expected).sum(axis=-1)
    adjusted = expected + gap
    parts = np.where(adjusted > 0, adjusted * np.log(adjusted / expected), 0)
    g2 = 2 * parts.sum(axis=-1)
    if correction == "williams":
        margins = (n / (a + b) + n / (c + d) - 1) * (n / (a + c) + n / (b + d) - 1)
        g2 = np.where((cells == 0).any(axis=-1), g2, g2 / (1 + margins / (6 * n)))
    return sign * g2


def _log_ratio(a: Floats, b: Floats, n1: Floats, n2: Floats) -> Floats:
    return np.log2(np.where(a > 0, a, 0.5) / n1) - np.log2(np.where(b > 0, b, 0.5) / n2)


def _exact(a: Floats, b: Floats, n1: Floats, n2: Floats) -> Floats:
    tables = _cells(a, b, n1, n2).reshape(-1, 2, 2).astype(int)
    ratios = [stats.contingency.odds_ratio(t, kind="conditional").statistic for t in tables]
    return np.asarray(ratios).reshape(np.broadcast_shapes(a.shape, b.shape, n1.shape, n2.shape))


def _difference_coefficient(a: Floats, b: Floats, n1: Floats, n2: Floats) -> Floats:
    return (a / n1 - b / n2) / (a / n1 + b / n2)


Measure = Callable[[Floats, Floats, Floats, Floats], Floats]
MEASURES: dict[str, Measure] = {
    "g2": lambda a, b, n1, n2: _tested(_cells(a, b, n1, n2), "g2", "none"),
    "chi2": lambda a, b, n1, n2: _tested(_cells(a, b, n1, n2), "chi2", "none"),
    "log_ratio": _log_ratio,
    "pct_diff": lambda a, b, n1, n2: 100 * (a / n1 - b / n2) / (b / n2),
    "difference_coefficient": _difference_coefficient,
    "simple_maths": lambda a, b, n1, n2: (1e6 * a / n1 + 1) / (1e6 * b / n2 + 1),
    "odds_ratio": lambda a, b, n1, n2: (a / (n1 - a)) / (b / (n2 - b)),
    "exact": _exact,
    "pmi": lambda a, b, n1, n2: np.log(a * (n1 + n2) / ((a + b) * n1)),
    "delta_p": lambda a, b, n1, n2: a / n1 - b / n2,
}
