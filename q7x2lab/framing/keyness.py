"""What sets one group of articles apart from the rest, tested by permuting whole articles."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, stats

from q7x2lab.corpus.matrix import DocumentTermMatrix
from q7x2lab.corpus.model import article_clusters, article_labels, article_weights
from q7x2lab.errors import AnalysisError, counted, expect_known
from q7x2lab.stats.association import deviation_of_proportions, g2, log_ratio
from q7x2lab.stats.resampling import Floats, Permutation, benjamini_hochberg, permutation_test

Sizes = tuple[Floats, Floats]
MEASURES: Any = {"log_odds": None, "g2": g2, "log_ratio": log_ratio}
COLUMNS = ["lexeme", "label", "target_count", "reference_count", "score", "p", "q", "dispersion"]
COLUMNS += ["target_articles", "reference_articles"]
LEVEL = 0.05  # of the false discovery rate: words that pass come first
FEW = 10  # permutations that must score as far out for their share to be taken as p


def log_odds(
    target: ArrayLike, reference: ArrayLike, prior: ArrayLike = 1.0, *, sizes: Sizes | None = None
) -> tuple[Floats, Floats]:
    """Log-odds ratio of each word with a Dirichlet prior, and its z: the weighted log-odds.

    Parameters
    ----------
    target, reference
        Counts of the words in each body of text.
    prior
        Pseudo-counts of the words, added to both.
    sizes
        Sums of counts and prior over the whole vocabulary of each, where only a part is given.

    Notes
    -----
    Monroe, Colaresi and Quinn (2008), Fightin' Words, equations 15, 16, 18, 21 and 22.

    Examples
    --------
    >>> delta, z = log_odds([8, 2], [4, 6], prior=1.0)
    >>> z.round(2).tolist()
    [2.57, -2.08]
    """
    alpha = np.asarray(prior, float)
    one, two = np.asarray(target, float) + alpha, np.asarray(reference, float) + alpha
    n1, n2 = sizes or (one.sum(), two.sum())
    delta = np.log(one / (n1 - one)) - np.log(two / (n2 - two))
    return delta, delta / np.sqrt(1 / one + 1 / two)


def keyness(
    dtm: DocumentTermMatrix,
    by: str = "outlet",
    target: str = "",
    measure: str = "log_odds",
    *,
    min_count: int = 5,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Keyness of every lexeme: how much more one group of articles uses it than all others.

    Parameters
    ----------
    dtm
        A `DocumentTermMatrix`.
    by, target
        A column of its articles (or day, week, month, quarter, year), and the value of interest.
    measure
        ``log_odds`` (weighted, z; its prior are the counts of both groups together), ``g2``
        (signed) or ``log_ratio``.
    min_count
        Lexemes rarer than that in both groups together are left out of the family that is tested.
    draws
        Number of permutations of whole articles; copies of one story move together.

    Returns
    -------
    DataFrame
        ``lexeme label target_count reference_count score p q dispersion target_articles
        reference_articles``; what passes q = .05 comes first, by score. ``dispersion`` is Gries' DP
        over the articles of the group that the word is key to: near 1, one article's pet word.
        The table's ``attrs`` say what was compared.

    Raises
    ------
    StudyError
        For unknown names.
    AnalysisError
        Where a group has fewer than two articles, or no lexeme is frequent enough.

    Notes
    -----
    p is two-sided: the share of permutations that score as far from 0; where fewer than ten do,
    the tail of a gamma law with the moments of the word's own permuted scores (Winkler et al.
    2016, NeuroImage 141, 502-516). log_ratio, an effect size, is tested by G2. q is
    Benjamini-Hochberg's over all lexemes returned. Measures: `log_odds`, `g2`, `log_ratio`;
    permutation after Koplenig (2019), Corpus Linguistics and Linguistic Theory 15.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> articles = pd.DataFrame({"outlet": list("aaaabbbb")})
    >>> counts = np.array([[3, 1]] * 4 + [[1, 3]] * 4)
    >>> names = ["x", "y"]
    >>> dtm = SimpleNamespace(counts=counts, articles=articles, lexemes=names, labels=names)
    >>> keyness(dtm, target="a")[["lexeme", "target_count", "reference_count"]].values.tolist()
    [['x', 12.0, 4.0], ['y', 4.0, 12.0]]
    """
    expect_known(measure, MEASURES, f"unknown measure {measure!r}")
    counts, articles = _by_article(dtm)
    in_target = _in_target(articles, by, target)
    totals = np.asarray(counts.sum(axis=0), dtype=float)
    kept = np.flatnonzero(totals >= min_count)
    if not kept.size:
        raise AnalysisError(f"no lexeme occurs {min_count} times", remedy="lower min_count")
    statistic = _statistic(measure, counts, kept, totals)
    cluster = article_clusters(articles)
    found = permutation_test(statistic, in_target, cluster, draws=draws, seed=seed)
    table = _described(counts, kept, in_target > 0, found.observed)
    size = in_target @ counts.sum(axis=1)
    sides = table["target_count"], table["reference_count"], size, totals.sum() - size
    table["score"] = found.observed if measure == "log_odds" else MEASURES[measure](*sides)
    table["lexeme"], table["label"] = (np.take(x, kept) for x in (dtm.lexemes, dtm.labels))
    table = table.assign(p=permuted_p(found), q=lambda t: benjamini_hochberg(t["p"]))
    first = np.lexsort((-table["score"], table["q"] > LEVEL))
    table = table.iloc[first][COLUMNS].reset_index(drop=True)
    table.attrs = {"by": by, "target": target, "reference": "all others", "measure": measure}
    table.attrs |= {"permutations": draws, "seed": seed, "tested": len(table)}
    return table


def _statistic(
    measure: str, counts: sparse.csr_array, kept: NDArray[np.intp], alphas: Floats
) -> Callable[[NDArray[Any]], Floats]:
    """The statistic that is permuted: z of the log-odds, else the signed root of G2."""
    columns, sizes = counts[:, kept], np.asarray(counts.sum(axis=1), float)
    both, size, prior, mass = columns.sum(axis=0), sizes.sum(), alphas[kept], alphas.sum()

    def statistic(labels: NDArray[Any]) -> Floats:
        inside, here = np.asarray(labels @ columns, float), (labels @ sizes)[:, None]
        if measure == "log_odds":
            whole = here + mass, size - here + mass
            return log_odds(inside, both - inside, prior, sizes=whole)[1]
        deviance = g2(inside, both - inside, here, size - here)
        return np.sign(deviance) * np.sqrt(np.abs(deviance))

    return statistic


def _by_article(dtm: Any) -> tuple[sparse.csr_array, pd.DataFrame]:
    """Weighted counts and columns of whole articles, whatever unit the matrix was made of."""
    units, n = dtm.articles, len(dtm.articles)
    own = units["article"] if "article" in units else np.arange(n)
    _, first, number = np.unique(own, return_index=True, return_inverse=True)
    member = sparse.csr_array((article_weights(units).astype(np.float32), (number, np.arange(n))))
    return sparse.csr_array(member @ sparse.csr_array(dtm.counts, dtype="f4")), units.iloc[first]


def _in_target(articles: pd.DataFrame, by: str, target: str) -> NDArray[np.float32]:
    """1 for articles of the target, 0 for all others; refused where either are too few."""
    labels = article_labels(articles, by)
    known = sorted(set(labels.dropna()))
    expect_known(target, known, f"no article has {by} {target!r}", where="keyness")
    inside = (labels == target).to_numpy()
    for name, size in ((target, inside.sum()), ("all others", (~inside).sum())):
        if size < 2:
            what = f"{by} {name} has {counted(int(size), 'article')}, too few to permute"
            raise AnalysisError(what, remedy="compare groups of at least two articles")
    return inside.astype(np.float32)


def _described(
    counts: sparse.csr_array, kept: NDArray[np.intp], inside: NDArray[np.bool_], observed: Floats
) -> pd.DataFrame:
    """Counts and articles of each lexeme in both groups; dispersion in the one it is key to."""
    table, dispersions = pd.DataFrame(index=range(len(kept))), []
    for name, members in (("target", inside), ("reference", ~inside)):
        part = counts[np.flatnonzero(members)][:, kept]
        table[f"{name}_count"] = np.asarray(part.sum(axis=0))
        table[f"{name}_articles"] = np.diff(sparse.csc_array(part).indptr)
        dispersions.append(deviation_of_proportions(part, np.asarray(part.sum(axis=1))))
    return table.assign(dispersion=np.where(observed >= 0, *dispersions))


def permuted_p(found: Permutation) -> Floats:
    """The share of permutations as far out; where there are few, a smooth tail instead.

    Notes
    -----
    Below ten such permutations p is read from the tail of a gamma law (Pearson III) with the
    moments of the permuted statistic: Winkler et al. (2016), NeuroImage 141, 502-516. Many words
    are tested at once, and what corrects for that needs p smaller than one over the permutations.

    Examples
    --------
    >>> moments = np.array([[0.0], [1.0], [0.0]])
    >>> far = Permutation(np.array([5.0]), np.array([0.0]), np.array([0.01]), moments)
    >>> bool(permuted_p(far)[0] < 1e-6)
    True
    """
    mean, square, cube = found.moments
    deviation = np.sqrt(np.maximum(square - mean**2, 1e-12))
    skew = (cube - 3 * mean * deviation**2 - mean**3) / deviation**3
    up = stats.pearson3.sf((np.abs(found.observed) - mean) / deviation, skew)
    down = stats.pearson3.cdf((-np.abs(found.observed) - mean) / deviation, skew)
    most = found.p * (1 + FEW) / (1 + found.beyond)  # p where FEW permutations score as far out
    return np.where(found.beyond < FEW, np.clip(up + down, np.finfo(float).tiny, most), found.p)
