"""Intervals by resampling whole articles, and tests by permuting them; never single tokens."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, stats

from q7x2lab.errors import AnalysisError

Floats = NDArray[np.float64]

LEVEL = 0.95  # of every interval, in every room
TAIL = (1 - LEVEL) / 2  # left out at either end
# Below this a percentile interval over articles covers far less than the 95 % that it promises:
# resampling so few of them cannot show how much articles differ.
MIN_CLUSTERS = 10
PERMUTATIONS_AT_ONCE = 64  # seeds go by chunks, so another number gives other p
ROUNDING = 1e-9  # a permuted statistic this close to the observed one is as large


def cluster_draws(clusters: ArrayLike, draws: int = 1000, seed: int = 0) -> NDArray[np.int32]:
    """How often each article stands in each bootstrap sample (draws × articles).

    Parameters
    ----------
    clusters
        One number or name an article. Articles of one cluster (copies of one story) are drawn
        together.
    draws
        Number of bootstrap samples.
    seed
        Of the random draws.

    Notes
    -----
    Sums over a resample are ``draws @ values``. Cluster bootstrap after Davison and Hinkley
    (1997), Bootstrap Methods and their Application, section 3.8.

    Examples
    --------
    >>> cluster_draws([0, 0, 1], draws=2, seed=1).shape
    (2, 3)
    >>> bool((cluster_draws([0, 0, 1], draws=50)[:, 0] == cluster_draws([0, 0, 1], 50)[:, 1]).all())
    True
    """
    names, number = np.unique(np.asarray(clusters), return_inverse=True)
    if not (n := len(names)):
        return np.zeros((draws, 0), dtype=np.int32)
    return np.array(list(bootstrap_samples(n, draws, seed)), np.int32).reshape(draws, n)[:, number]


def bootstrap_samples(n: int, draws: int, seed: int) -> Iterator[NDArray[np.intp]]:
    """How often each of n things stands in each bootstrap sample, one sample after another.

    Examples
    --------
    >>> [int(times.sum()) for times in bootstrap_samples(4, draws=2, seed=0)]
    [4, 4]
    """
    # As likely as draws of `multinomial`, which takes ten times as long for thousands of things.
    rng = np.random.default_rng(seed)
    return (np.bincount(rng.integers(n, size=n), minlength=n) for _ in range(draws))


def percentile_interval(values: ArrayLike) -> tuple[Floats, Floats]:
    """Lower and upper 95 % limit of bootstrap values along the first axis; NaN are left out.

    Examples
    --------
    >>> low, high = percentile_interval(range(101))
    >>> round(float(low), 6), round(float(high), 6)
    (2.5, 97.5)
    """
    limits = [50 * (1 - LEVEL), 50 * (1 + LEVEL)]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)
        low, high = np.nanpercentile(np.asarray(values, float), limits, axis=0)
    return low, high


def wilson_interval(successes: ArrayLike, trials: ArrayLike) -> tuple[Floats, Floats]:
    """Score interval of a share, NaN where there were no trials.

    Notes
    -----
    Wilson (1927), JASA 22, 209-212; Newcombe (1998), Statistics in Medicine 17, 857-872.

    Examples
    --------
    >>> low, high = wilson_interval(81, 263)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2553, 0.3662)
    """
    k, n = np.asarray(successes, float), np.asarray(trials, float)
    z = stats.norm.ppf((1 + LEVEL) / 2)
    with np.errstate(all="ignore"):
        share = k / n
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """The q of each p value: the smallest false discovery rate at which it is called.

    NaN (a refused test) stays NaN and does not count as a test.

    Notes
    -----
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, float("nan")]).tolist()
    [0.02, 0.04, nan]
    """
    p = np.asarray(p, dtype=float)
    q = np.full(p.shape, np.nan)
    tested = ~np.isnan(p)
    q[tested] = stats.false_discovery_control(p[tested], method="bh")
    return q


def group_numbers(groups: pd.DataFrame) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """The number of each row's group (-1 where a key is missing), and the groups' keys in order.

    Examples
    --------
    >>> number, keys = group_numbers(pd.DataFrame({"outlet": ["b", "a", None, "b"]}))
    >>> number.tolist(), keys["outlet"].tolist()
    ([1, 0, -1, 1], ['a', 'b'])
    """
    keys = groups.dropna().drop_duplicates().sort_values([*map(str, groups)], ignore_index=True)
    number = pd.MultiIndex.from_frame(keys).get_indexer(pd.MultiIndex.from_frame(groups))
    return number.astype(np.int64), keys


def ratio_table(
    above: pd.DataFrame | Floats,
    below: ArrayLike,
    groups: pd.DataFrame,
    *,
    clusters: ArrayLike,
    draws: int = 1000,
    seed: int = 0,
    compare: bool = False,
) -> tuple[pd.DataFrame, Floats]:
    """Sum of `above` over sum of `below` in each group, with 95 % intervals over whole articles.

    Parameters
    ----------
    above
        Numerators, articles × columns (already multiplied by the articles' weights). An article
        may have several rows, one for each group that it counts in.
    below
        The denominator of each row, weighted likewise.
    groups
        Key columns, one row a row of `above`; rows with a missing key are left out.
    clusters
        The cluster of copies of each row; clusters are resampled whole.
    draws
        Number of bootstrap samples.
    seed
        Of the random draws.
    compare
        Whether each group is compared with all other groups together.

    Returns
    -------
    table
        One row a group and column: the keys, ``column`` (the name or number of the column of
        `above`), ``ratio``, ``low``, ``high``, ``articles`` and ``clusters`` (those with a
        denominator), ``base`` (the denominator) and ``refused`` (why there is no interval, or "").
        Compared also ``difference`` from the ratio of all others, ``difference_low`` and
        ``difference_high``; ``p`` from permuting whole articles among the groups, and ``q``,
        corrected over groups and columns.
    resampled
        The ratios of each bootstrap sample, draws × rows of the table.

    Raises
    ------
    AnalysisError
        If no row has all its keys.

    Notes
    -----
    There is no interval where fewer than `MIN_CLUSTERS` independent articles carry a denominator.
    A ratio of 0, or a share of 1, is the same in every resample though that proves nothing:
    its open end is Wilson's over the clusters. Davison and Hinkley (1997), section 3.8.

    Examples
    --------
    >>> outlets = pd.DataFrame({"outlet": ["a"] * 12 + ["b"] * 3})
    >>> hits, words = np.array([[2.0], [0.0], [1.0]] * 5), np.full(15, 10.0)
    >>> table, _ = ratio_table(hits, words, outlets, clusters=np.arange(15))
    >>> table[["outlet", "ratio", "articles", "base"]].values.tolist()
    [['a', 0.1, 12, 120.0], ['b', 0.1, 3, 30.0]]
    >>> table["refused"].tolist()
    ['', '3 independent articles: too few for an interval']
    """
    columns: Any = list(above) if isinstance(above, pd.DataFrame) else list(range(above.shape[1]))
    values = np.column_stack([np.asarray(above, float), np.asarray(below, float)])
    group, keys = group_numbers(groups)
    if not len(keys):
        names = " and a ".join(map(str, groups))
        raise AnalysisError(f"no article has a {names}", remedy="group by another column")
    cluster = pd.factorize(np.asarray(clusters))[0]
    sums = _sums_by_cluster(values, group, cluster, len(keys))
    ratio = _ratios(np.asarray(sums.sum(axis=0))[None, :], len(columns))[0]
    by_column = sums.T
    samples = bootstrap_samples(sums.shape[0], draws, seed)  # one of them in memory at a time
    drawn = np.array([by_column @ times for times in samples])
    resampled = _ratios(drawn, len(columns))

    row = np.repeat(np.arange(len(keys)), len(columns))
    sizes = _group_sizes(values[:, -1], group, cluster, len(keys)).loc[row]
    low, high = _interval(ratio, resampled, sizes["clusters"].to_numpy(float))
    table = keys.loc[row].assign(column=columns * len(keys), ratio=ratio, low=low, high=high)
    table = pd.concat([table, sizes], axis=1).reset_index(drop=True)
    few = table["clusters"].astype(str) + " independent articles: too few for an interval"
    table["refused"] = few.where(table["clusters"] < MIN_CLUSTERS, "")
    if compare and len(keys) > 1:
        kept = group >= 0

        def differ(labels: NDArray[np.int64]) -> Floats:
            parts = [(labels == number) @ values[kept] for number in range(len(keys))]
            return _differences(np.concatenate(parts, axis=1), len(columns))

        found = permutation_test(differ, group[kept], cluster[kept], seed=seed)
        table = table.assign(difference=found.observed, p=found.p, q=benjamini_hochberg(found.p))
        others = table.groupby("column")["clusters"].transform("sum") - table["clusters"]
        least = np.minimum(table["clusters"], others) < MIN_CLUSTERS
        low, high = np.where(least, np.nan, percentile_interval(_differences(drawn, len(columns))))
        table = table.assign(difference_low=low, difference_high=high)
    return table, resampled


def _differences(sums: Floats, columns: int) -> Floats:
    """Ratio of each group less that of all others together, from the sums that `_ratios` takes."""
    parts = sums.reshape(len(sums), -1, columns + 1)
    rest = parts.sum(axis=1, keepdims=True) - parts
    return _ratios(sums, columns) - _ratios(rest.reshape(sums.shape), columns)


def _chunks(draws: int, at_once: int, seed: int) -> list[tuple[int, int]]:
    """Size and seed of each part into which so many draws are cut."""
    starts = range(0, draws, at_once)
    sizes = [min(at_once, draws - start) for start in starts]
    seeds = [np.random.SeedSequence([seed, start]).generate_state(1)[0] for start in starts]
    return list(zip(sizes, map(int, seeds), strict=True))


def _sums_by_cluster(
    values: Floats, group: NDArray[np.int64], cluster: NDArray[np.intp], n_groups: int
) -> sparse.csr_array:
    """Sums of the values in each cluster: clusters × (columns of the first group, the second …)."""
    kept, width = np.flatnonzero(group >= 0), values.shape[1]
    row = np.repeat(cluster[kept], width)
    column = group[kept][:, None] * width + np.arange(width)
    shape = (int(cluster.max()) + 1, n_groups * width)
    return sparse.coo_array((values[kept].ravel(), (row, column.ravel())), shape=shape).tocsr()


def _ratios(sums: Floats, columns: int) -> Floats:
    """Ratios from sums over (columns, then the denominator) of each group; NaN over nothing."""
    parts = sums.reshape(len(sums), -1, columns + 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (parts[:, :, :-1] / parts[:, :, -1:]).reshape(len(sums), -1)


def _group_sizes(
    below: Floats, group: NDArray[np.int64], cluster: NDArray[np.intp], n_groups: int
) -> pd.DataFrame:
    """Articles and clusters with a denominator in each group, and the denominator."""
    rows = pd.DataFrame({"group": group, "cluster": cluster, "base": below})
    found = rows[(group >= 0) & (below > 0)].groupby("group")
    measures = {"articles": found.size(), "clusters": found["cluster"].nunique()}
    measures["base"] = found["base"].sum()
    return pd.DataFrame(measures).reindex(range(n_groups), fill_value=0)


def _interval(ratio: Floats, resampled: Floats, clusters: Floats) -> tuple[Floats, Floats]:
    """Percentile limits; Wilson's where no resample differs from 0 or 1; NaN for few clusters."""
    low, high = percentile_interval(resampled)
    high = np.where(ratio == 0, wilson_interval(0, clusters)[1], high)
    low = np.where((ratio == 1) & (low == 1), wilson_interval(clusters, clusters)[0], low)
    few = (clusters < MIN_CLUSTERS) | np.isnan(ratio)
    return np.where(few, np.nan, low), np.where(few, np.nan, high)


def permute_groups(
    labels: ArrayLike,
    clusters: ArrayLike,
    draws: int = 1000,
    seed: int = 0,
    *,
    strata: ArrayLike | None = None,
) -> NDArray[np.intp]:
    """Article orders, draws × articles, under which ``labels[order]`` is a permuted labelling.

    Parameters
    ----------
    labels
        The group of each article.
    clusters
        The cluster of copies of each article. A cluster moves as a block and changes places with
        clusters of its size only, so that copies never separate from each other.
    draws
        Number of permutations.
    seed
        Of the random orders.
    strata
        A number or name an article: articles change places within their stratum only.

    Examples
    --------
    >>> permute_groups(["a", "b", "b"], [0, 1, 2], draws=4).shape
    (4, 3)
    """
    n = np.asarray(labels).size
    stratum = np.zeros(n, int) if strata is None else pd.factorize(np.asarray(strata))[0]
    table = pd.DataFrame({"stratum": stratum, "cluster": np.asarray(clusters)})
    block = table.groupby(["stratum", "cluster"]).ngroup().to_numpy()
    size = np.bincount(block)
    members = np.argsort(block, kind="stable")
    start = np.cumsum(size) - size
    kinds = pd.DataFrame({"stratum": stratum[members[start]], "size": size})
    rng = np.random.default_rng(seed)
    orders = np.tile(np.arange(n), (draws, 1))
    for alike in kinds.groupby(["stratum", "size"]).indices.values():
        places = members[start[alike][:, None] + np.arange(size[alike[0]])]
        for order in orders:
            order[places] = places[rng.permutation(len(alike))]
    return orders


@dataclass(frozen=True, eq=False)
class Permutation:
    """A statistic of each column, and what it comes to when articles exchange their labels.

    observed: columns. beyond: how many permutations lie as far from 0. p: two-sided, (1 + beyond)
    / (1 + draws). moments: 3 × columns, the means of the permuted statistic, of its square and of
    its cube.
    """

    observed: Floats
    beyond: Floats
    p: Floats
    moments: Floats


def permutation_test(
    statistic: Callable[[NDArray[Any]], Floats],
    labels: ArrayLike,
    clusters: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    draws: int = 999,
    seed: int = 0,
) -> Permutation:
    """How a statistic compares with what it is when whole articles exchange their labels.

    Parameters
    ----------
    statistic
        Function of labels (draws × articles) that returns draws × columns; 0 means no difference.
    labels
        The group of each article.
    clusters
        The cluster of copies of each article; copies move together.
    strata
        Articles change places within their stratum only (a period, say); default, one stratum.
    draws
        Number of permutations.
    seed
        Of the random orders.

    Notes
    -----
    p is two-sided and counts the observed labelling among the permutations (Phipson and Smyth
    2010, Statistical Applications in Genetics and Molecular Biology 9, article 39).

    Examples
    --------
    >>> values = np.array([1.0, 2, 3, 11, 12, 13])
    >>> def difference(labels):
    ...     sign = np.where(labels == "b", 1, -1)
    ...     return (sign * values).sum(axis=1, keepdims=True)
    >>> found = permutation_test(difference, list("aaabbb"), np.arange(6), draws=199)
    >>> found.observed.tolist(), bool(found.p[0] < 0.2)
    ([30.0], True)
    """
    names = np.asarray(labels)
    observed = statistic(names[None, :])[0]
    beyond, sums = np.zeros(len(observed)), np.zeros((3, len(observed)))
    for size, part_seed in _chunks(draws, PERMUTATIONS_AT_ONCE, seed):
        orders = permute_groups(names, clusters, size, part_seed, strata=strata)
        permuted = statistic(names[orders])
        beyond += (np.abs(permuted) >= np.abs(observed) - ROUNDING).sum(axis=0)
        # A cube as a product takes a fiftieth of the time of the power.
        sums += [power.sum(axis=0) for power in (permuted, permuted**2, permuted**2 * permuted)]
    return Permutation(observed, beyond, (1 + beyond) / (1 + draws), sums / max(draws, 1))
