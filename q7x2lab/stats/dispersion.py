"""How evenly a word is spread over the parts of a corpus."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from q7x2lab.errors import StudyError, did_you_mean

Floats = NDArray[np.float64]


def deviation_of_proportions(
    counts: ArrayLike | sparse.sparray, sizes: ArrayLike, *, normalised: bool = True
) -> Floats:
    """Gries' DP of each word: 0 spread as the parts' sizes would have it, 1 all in one small part.

    counts: parts × words (dense or sparse), or one word's counts. sizes: tokens of each part.
    normalised divides by what the smallest part allows, so that 1 can be reached (Lijffijt and
    Gries 2012). NaN for a word that does not occur. Gries (2008), IJCL 13(4), 403-437.

    >>> deviation_of_proportions([2, 1, 0], [1, 1, 1]).round(3).tolist()
    [0.5]
    """
    if not sparse.issparse(counts):
        dense = np.asarray(counts, float)
        counts = dense[:, None] if dense.ndim == 1 else dense
    table = sparse.csc_array(counts, dtype=float)
    expected = np.asarray(sizes, float) / np.sum(sizes)
    totals = table.sum(axis=0)
    part, width = table.indices, np.diff(table.indptr)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = table.data / np.repeat(totals, width)
        gap = np.abs(share - expected[part]) - expected[part]
        word = np.repeat(np.arange(table.shape[1]), width)
        deviation = (1 + np.bincount(word, gap, minlength=table.shape[1])) / 2
        deviation = np.where(totals > 0, deviation, np.nan)
        return deviation / (1 - expected[expected > 0].min()) if normalised else deviation


def dispersion(counts: ArrayLike, sizes: ArrayLike | None = None, *, measure: str = "dp") -> float:
    """One word's dispersion over the parts of a corpus, by the measure asked for.

    counts: hits in each part; sizes: tokens of each part, equal by default. measure: dp, dp_norm
    (0 even, 1 uneven); juilland_d, carroll_d2, rosengren_s, lyne_d3, zhang_dc (1 even);
    carroll_um, rosengren_kf (frequencies reduced by the last). All but dp take rates where the
    sizes differ. Raises StudyError for an unknown measure. Formulas as collected in Gries (2008).

    >>> round(dispersion([0, 4, 3, 2, 1], measure="juilland_d"), 4)
    0.6464
    """
    if measure not in (*_DISPERSIONS, "dp", "dp_norm"):
        known = (*_DISPERSIONS, "dp", "dp_norm")
        raise StudyError(f"unknown measure {measure!r}", remedy=did_you_mean(measure, known))
    hits = np.asarray(counts, float)
    parts = np.ones_like(hits) if sizes is None else np.asarray(sizes, float)
    if measure.startswith("dp"):
        return float(deviation_of_proportions(hits, parts, normalised=measure == "dp_norm")[0])
    rates = hits / parts * parts.mean()
    return float(_DISPERSIONS[measure](rates)) if rates.sum() else float("nan")


def positional_dispersion(positions: ArrayLike, size: int) -> dict[str, float]:
    """Dispersion from the distances between a word's hits, the corpus taken as a ring.

    positions: places of the hits among the corpus' `size` tokens, from 1. Returns arf (average
    reduced frequency), ald (average logarithmic distance), awt (average waiting time), and the
    frequencies f_ald and f_awt reduced by the last two. Savicky and Hlavacova (2002).

    >>> round(positional_dispersion([1, 6], size=10)["arf"], 2)
    2.0
    """
    places = np.sort(np.asarray(positions))
    distances = np.diff(np.append(places, places[0] + size)).astype(float)
    average = size / len(places)
    ald = float((distances * np.log10(distances)).sum() / size)
    awt = float(((distances**2).sum() / size + 1) / 2)
    shares = distances / size
    return {
        "arf": float(np.minimum(distances, average).sum() / average),
        "ald": ald,
        "awt": awt,
        "f_ald": float(size * np.exp((-shares * np.log(distances)).sum())),
        "f_awt": float(size**2 / (distances**2).sum()),
    }


def _juilland_d(rates: Floats) -> float:
    return 1 - rates.std() / rates.mean() / np.sqrt(len(rates) - 1)


def _carroll_d2(rates: Floats) -> float:
    share = rates[rates > 0] / rates.sum()
    return float(-(share * np.log(share)).sum() / np.log(len(rates)))


def _rosengren_s(rates: Floats) -> float:
    return float(np.sqrt(rates).sum() ** 2 / len(rates) / rates.sum())


def _lyne_d3(rates: Floats) -> float:
    chi2 = ((rates - rates.mean()) ** 2 / rates.mean()).sum()
    return 1 - chi2 / (4 * rates.sum())


def _zhang_dc(rates: Floats) -> float:
    return float((np.sqrt(rates).mean()) ** 2 / rates.mean())


def _carroll_um(rates: Floats) -> float:
    even = _carroll_d2(rates)
    return float(rates.sum() * even + (1 - even) * rates.mean())


_DISPERSIONS = {
    "carroll_um": _carroll_um,
    "rosengren_kf": lambda rates: _rosengren_s(rates) * float(rates.sum()),
    "juilland_d": _juilland_d,
    "carroll_d2": _carroll_d2,
    "rosengren_s": _rosengren_s,
    "lyne_d3": _lyne_d3,
    "zhang_dc": _zhang_dc,
}
