"""Measures of a word in two bodies of text, and of how evenly it is spread over parts."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.special import xlogy

Floats = NDArray[np.float64]


def g2(
    target: ArrayLike, reference: ArrayLike, target_size: ArrayLike, reference_size: ArrayLike
) -> Floats:
    """Signed log-likelihood ratio of each word, positive where the target has more of it.

    Parameters
    ----------
    target, reference
        How often the word occurs in each body of text.
    target_size, reference_size
        Tokens of each.

    Notes
    -----
    Of the four cells word and other words by target and reference. Dunning (1993), Computational
    Linguistics 19(1), 61-74.

    Examples
    --------
    >>> float(g2(10, 3, 10, 31767).round(2))
    167.23
    """
    a, b, n1, n2 = (np.asarray(x, float) for x in (target, reference, target_size, reference_size))
    cells, margins = (a, b, n1 - a, n2 - b), (a + b, n1 + n2 - a - b, n1, n2)
    half = sum(xlogy(x, x) for x in cells) - sum(xlogy(x, x) for x in margins)
    statistic: Floats = np.maximum(2 * (half + xlogy(n1 + n2, n1 + n2)), 0)
    return np.asarray(np.where(a * n2 >= b * n1, statistic, -statistic))


def log_ratio(
    target: ArrayLike, reference: ArrayLike, target_size: ArrayLike, reference_size: ArrayLike
) -> Floats:
    """Binary logarithm of the ratio of the relative frequencies; half a hit stands for none.

    Arguments as for `g2`.

    Notes
    -----
    Hardie (2014), Log Ratio: an informal introduction, ESRC Centre for Corpus Approaches to
    Social Science.

    Examples
    --------
    >>> float(log_ratio(20, 10, 1000, 1000))
    1.0
    """
    a, b, n1, n2 = (np.asarray(x, float) for x in (target, reference, target_size, reference_size))
    return np.asarray(np.log2(np.where(a > 0, a, 0.5) / n1) - np.log2(np.where(b > 0, b, 0.5) / n2))


def deviation_of_proportions(
    counts: ArrayLike | sparse.sparray, sizes: ArrayLike, *, normalised: bool = True
) -> Floats:
    """Gries' DP of each word: 0 spread as the parts' sizes would have it, 1 all in one small part.

    Parameters
    ----------
    counts
        Parts × words (dense or sparse), or one word's counts.
    sizes
        Tokens of each part.
    normalised
        Whether to divide by what the smallest part allows, so that 1 can be reached.

    Returns
    -------
    array
        One value a word, NaN for a word that does not occur.

    Notes
    -----
    Gries (2008), International Journal of Corpus Linguistics 13(4), 403-437; normalised after
    Lijffijt and Gries (2012), same journal 17(1), 147-149.

    Examples
    --------
    >>> deviation_of_proportions([2, 1, 0], [1, 1, 1]).round(3).tolist()
    [0.5]
    """
    if not sparse.issparse(counts):
        dense = np.asarray(counts, float)
        counts = dense[:, None] if dense.ndim == 1 else dense
    table = sparse.csc_array(counts, dtype=float)
    expected = np.asarray(sizes, float) / (np.sum(sizes) or 1.0)
    totals = table.sum(axis=0)
    part, width = table.indices, np.diff(table.indptr)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.abs(table.data / np.repeat(totals, width) - expected[part]) - expected[part]
        word = np.repeat(np.arange(table.shape[1]), width)
        deviation = (1 + np.bincount(word, gap, minlength=table.shape[1])) / 2
        deviation = np.where(totals > 0, deviation, np.nan)
        most = 1 - expected[expected > 0].min(initial=1.0)
        return deviation / most if normalised else deviation
