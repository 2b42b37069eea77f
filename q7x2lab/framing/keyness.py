"""What sets one group of articles apart from the rest, tested by permuting whole articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, stats
from scipy.special import xlogy

from q7x2lab.corpus.periods import PERIODS, period_labels
from q7x2lab.errors import AnalysisError, StudyError, counted, did_you_mean
from q7x2lab.stats.association import deviation_of_proportions, g2, log_ratio
from q7x2lab.stats.resampling import benjamini_hochberg, permute_groups

Floats = NDArray[np.float64]
Prior = str | float | Mapping[str, float] | ArrayLike
Statistic = Callable[[Floats, Floats], Floats]  # of counts in the target and its size
MEASURES = ("log_odds", "g2", "log_ratio")
COUNTS = ("target_count", "reference_count")
COLUMNS = ("lexeme", "label", *COUNTS, "score", "p", "q", "dispersion")
ARTICLES = ("target_articles", "reference_articles")
FEW = 10  # permutations that must score as far out for their share to be taken as p
CHUNK = 64  # permutations held in memory at once


def log_odds(
    target: ArrayLike,
    reference: ArrayLike,
    prior: ArrayLike = 1.0,
    *,
    target_size: ArrayLike | None = None,
    reference_size: ArrayLike | None = None,
) -> tuple[Floats, Floats]:
    """Log-odds ratio of each word with a Dirichlet prior, and its z: the weighted log-odds.

    target, reference: counts of the whole vocabulary in each body of text; prior: pseudo-counts a
    word, added to both. The sizes, where given, are sums of counts and prior taken elsewhere.
    Monroe, Colaresi and Quinn (2008), Fightin' Words, equations 15, 16, 18, 21 and 22.

    >>> delta, z = log_odds([8, 2], [4, 6], prior=1.0)
    >>> z.round(2).tolist()
    [2.57, -2.08]
    """
    alpha = np.asarray(prior, float)
    one, two = np.asarray(target, float) + alpha, np.asarray(reference, float) + alpha
    n1 = np.asarray(one.sum(axis=-1, keepdims=True) if target_size is None else target_size, float)
    n2 = np.asarray(
        two.sum(axis=-1, keepdims=True) if reference_size is None else reference_size, float
    )
    delta = np.log(one / (n1 - one)) - np.log(two / (n2 - two))
    return delta, delta / np.sqrt(1 / one + 1 / two)


def keyness(
    dtm: Any,
    by: str = "outlet",
    target: str | None = None,
    measure: str = "log_odds",
    prior: Prior = "corpus",
    *,
    reference: str | None = None,
    min_count: int = 5,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Keyness of every lexeme: lexeme label target_count reference_count score p q dispersion.

    dtm: DocumentTermMatrix. by: column of its articles; target: the value of interest; reference:
    the value to compare with, default all others. measure: log_odds (weighted, z), g2 (signed),
    log_ratio. prior of the log-odds: "corpus" (pseudo-counts as frequent as in both groups),
    "uninformative" (one a word), a number, a mapping of lexemes, or an array over them. min_count:
    lexemes rarer than that in both together are left out of the family that is tested. draws:
    permutations of whole articles (copies of one story move together).

    p is two-sided: the share of permutations that score as far from 0; where fewer than ten do,
    the tail of a gamma law with the moments of the word's own permuted scores (Winkler et al.
    2016, NeuroImage 141, 502-516). log_ratio, an effect size, is tested by G2. q is
    Benjamini-Hochberg's over all lexemes returned. dispersion is Gries' DP over the articles of
    the group that the word is key to: near 1, one article's pet word. What passes q = .05 comes
    first, by score. The table's `attrs` say what was compared. Raises StudyError for unknown
    names, AnalysisError where a group has fewer than two articles. Methods: `log_odds`,
    `g2`, `log_ratio`; permutation after Koplenig (2019), Corpus Linguistics and Linguistic
    Theory 15.

    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> articles = pd.DataFrame({"outlet": list("aaaabbbb")})
    >>> counts = np.array([[3, 1]] * 4 + [[1, 3]] * 4)
    >>> names = ["x", "y"]
    >>> dtm = SimpleNamespace(counts=counts, articles=articles, lexemes=names, labels=names)
    >>> keyness(dtm, target="a")[["lexeme", "target_count", "reference_count"]].values.tolist()
    [['x', 12.0, 4.0], ['y', 4.0, 12.0]]
    """
    counts, articles = _by_article(dtm)
    names, in_target, chosen = _groups(_labels(articles, by), by, target, reference)
    counts, articles, in_target = counts[chosen], articles.iloc[chosen], in_target[chosen]
    totals = np.asarray(counts.sum(axis=0), dtype=float)
    kept = np.flatnonzero(totals >= min_count)
    if not kept.size:
        raise AnalysisError(f"no lexeme occurs {min_count} times", remedy="lower min_count")
    if measure not in MEASURES:
        raise StudyError(f"unknown measure {measure!r}", remedy=did_you_mean(measure, MEASURES))
    statistic = _statistic(measure, totals, _pseudo_counts(prior, totals, dtm.lexemes), kept)
    score, p = _permuted(counts, articles, in_target, statistic, kept, draws=draws, seed=seed)
    if measure != "log_odds":
        inside, size = np.asarray(in_target @ counts, float), totals.sum()
        sides = inside[kept], (totals - inside)[kept], inside.sum(), size - inside.sum()
        score = (g2 if measure == "g2" else log_ratio)(*sides)
    table = _described(counts[:, kept], in_target > 0, score)
    table.insert(0, "lexeme", [dtm.lexemes[i] for i in kept])
    table.insert(1, "label", [dtm.labels[i] for i in kept])
    table["p"], table["q"] = p, benjamini_hochberg(p)
    leads = np.lexsort((-table["score"], table["q"] > 0.05))
    table = table.iloc[leads][[*COLUMNS, *ARTICLES]].reset_index(drop=True)
    named = prior if isinstance(prior, str | int | float) else "given"
    table.attrs = {"by": by, "target": names[0], "reference": names[1], "measure": measure}
    table.attrs |= {"prior": named, "permutations": draws, "seed": seed, "tested": len(table)}
    return table


def _by_article(dtm: Any) -> tuple[sparse.csr_array, pd.DataFrame]:
    """Weighted counts and columns of whole articles, whatever unit the matrix was made of."""
    counts, articles = sparse.csr_array(dtm.counts, dtype=np.float32), dtm.articles
    if "article" in articles and articles["article"].duplicated().any():
        _, first, number = np.unique(articles["article"], return_index=True, return_inverse=True)
        member = sparse.csr_array((np.ones(len(number), np.float32), (number, range(len(number)))))
        counts, articles = sparse.csr_array(member @ counts), articles.iloc[first]
    if "weight" in articles and not (articles["weight"] == 1).all():
        weights = articles["weight"].to_numpy(np.float32)
        counts = sparse.csr_array(counts.multiply(weights[:, None]))
    return counts, articles


def _labels(articles: pd.DataFrame, by: str) -> NDArray:
    """The group of each article: a column's value, or the period that it falls into."""
    if by in articles:
        return articles[by].astype(str).to_numpy(dtype=object)
    if by in PERIODS:
        return period_labels(articles["date"], by).to_numpy(dtype=object)
    known = [*articles.columns, *PERIODS]
    raise StudyError(f"articles have no column {by!r}", remedy=did_you_mean(by, known))


def _groups(
    labels: NDArray, by: str, target: str | None, reference: str | None
) -> tuple[tuple[str, str], NDArray[np.float32], NDArray[np.intp]]:
    """Names of target and reference, which articles are in the target, which take part at all."""
    known = sorted(set(labels))
    if target is None and len(known) == 2:
        target = known[0]
    for name in (target, reference):
        if name not in known and (name is not None or target is None):
            hint = did_you_mean(str(name), known)
            raise StudyError(f"no article has {by} {name!r}", where="keyness", remedy=hint)
    is_target = labels == target
    others = labels == reference if reference is not None else ~is_target
    for name, members in ((target, is_target), (reference or "all others", others)):
        if members.sum() < 2:
            raise AnalysisError(
                f"{by} {name} has {counted(int(members.sum()), 'article')}, too few to permute",
                remedy="compare groups of at least two articles",
            )
    chosen = np.flatnonzero(is_target | others)
    return (str(target), reference or "all others"), is_target.astype(np.float32), chosen


def _pseudo_counts(prior: Prior, totals: Floats, lexemes: list[str]) -> Floats:
    """The prior's pseudo-count of each lexeme."""
    if isinstance(prior, str):
        if prior not in ("corpus", "uninformative"):
            hint = did_you_mean(prior, ("corpus", "uninformative"))
            raise StudyError(f"unknown prior {prior!r}", remedy=hint)
        return totals if prior == "corpus" else np.ones_like(totals)
    if isinstance(prior, Mapping):
        given = np.array([prior.get(lexeme, 0.0) for lexeme in lexemes], dtype=float)
        floor = given[given > 0].min(initial=1.0)
        return np.where(given > 0, given, min(floor, 0.5))
    alphas = np.broadcast_to(np.asarray(prior, dtype=float), totals.shape)
    if not (alphas > 0).all():
        raise StudyError("a prior's pseudo-counts must be above 0", where="keyness")
    return alphas


def _statistic(measure: str, totals: Floats, alphas: Floats, kept: NDArray[np.intp]) -> Statistic:
    """The statistic that is permuted: z of the log-odds, else the signed square root of G2."""
    size, both, prior, mass = totals.sum(), totals[kept], alphas[kept], alphas.sum()

    def weighted_log_odds(inside: Floats, inside_size: Floats) -> Floats:
        sizes = {"target_size": inside_size + mass, "reference_size": size - inside_size + mass}
        return log_odds(inside, both - inside, prior, **sizes)[1]

    def signed_root_g2(inside: Floats, inside_size: Floats) -> Floats:
        outside, outside_size = both - inside, size - inside_size
        cells = (inside, outside, inside_size - inside, outside_size - outside)
        margins = (both, size - both, inside_size, outside_size)
        half = sum(xlogy(x, x) for x in cells) - sum(xlogy(x, x) for x in margins)
        deviance = np.maximum(2 * (half + xlogy(size, size)), 0)
        return np.sign(inside * size - both * inside_size) * np.sqrt(deviance)

    return weighted_log_odds if measure == "log_odds" else signed_root_g2


def _permuted(
    counts: sparse.csr_array,
    articles: pd.DataFrame,
    in_target: NDArray[np.float32],
    statistic: Statistic,
    kept: NDArray[np.intp],
    *,
    draws: int,
    seed: int,
) -> tuple[Floats, Floats]:
    """Scores of the kept lexemes, and how often permuted articles score as far from 0."""
    clusters = articles["cluster"] if "cluster" in articles else np.arange(len(articles))
    sizes = np.asarray(counts.sum(axis=1), dtype=float)
    columns = sparse.csr_array(counts[:, kept].T)

    def scores(drawn: NDArray[np.float32]) -> Floats:
        inside = np.asarray(columns @ drawn.T, dtype=float).T
        return statistic(inside, (drawn @ sizes)[:, None])

    observed = scores(in_target[None, :])[0]
    beyond, moments = np.zeros(len(kept)), np.zeros((3, len(kept)))
    for start in range(0, draws, CHUNK):
        part = int(np.random.SeedSequence([seed, start]).generate_state(1)[0])
        orders = permute_groups(in_target, clusters, draws=min(CHUNK, draws - start), seed=part)
        drawn = scores(in_target[orders])
        beyond += (np.abs(drawn) >= np.abs(observed) - 1e-9).sum(axis=0)
        moments += [drawn.sum(axis=0), (drawn**2).sum(axis=0), (drawn**3).sum(axis=0)]
    counted = (1 + beyond) / (1 + draws)
    fitted = np.minimum(_tail(observed, moments / draws), (1 + FEW) / (1 + draws))
    return observed, np.where(beyond < FEW, fitted, counted)


def _tail(observed: Floats, moments: Floats) -> Floats:
    """Two-sided tail of the gamma law (Pearson III) with the moments of the permuted scores."""
    mean, square, cube = moments
    deviation = np.sqrt(np.maximum(square - mean**2, 1e-12))
    skew = (cube - 3 * mean * deviation**2 - mean**3) / deviation**3
    up = stats.pearson3.sf((np.abs(observed) - mean) / deviation, skew)
    down = stats.pearson3.cdf((-np.abs(observed) - mean) / deviation, skew)
    return np.maximum(up + down, np.finfo(float).tiny)


def _described(
    counts: sparse.csr_array, is_target: NDArray[np.bool_], observed: Floats
) -> pd.DataFrame:
    """Counts and articles in both groups, and the dispersion in the group a lexeme is key to."""
    table, spread = pd.DataFrame({"score": observed}), {}
    for name, members in (("target", is_target), ("reference", ~is_target)):
        part = counts[np.flatnonzero(members)]
        table[f"{name}_count"] = np.asarray(part.sum(axis=0))
        table[f"{name}_articles"] = np.diff(sparse.csc_array(part).indptr)
        spread[name] = deviation_of_proportions(part, np.asarray(part.sum(axis=1)))
    table["dispersion"] = np.where(observed >= 0, spread["target"], spread["reference"])
    return table
