"""Articles sorted into cells (group × period), and rates with intervals in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse, stats

from q7x2lab.corpus.periods import check_period
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, StudyError, did_you_mean, expect
from q7x2lab.stats.resampling import cluster_draws, wilson_interval

ALL = "all"
THIN = 0.1  # of a typical period's exposure
Floats = NDArray[np.float64]
_AT_ONCE = 50  # resamples held in memory
_ROUNDS = 25  # of fitting; differences are then far below an interval's width


@dataclass(frozen=True, eq=False)
class Cells:
    """Which cell (group × period) each dated article belongs to."""

    rows: NDArray[np.intp]
    cell: NDArray[np.intp]
    groups: list[str]
    periods: list[str]
    clusters: NDArray[Any]
    weight: Floats

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.groups) * len(self.periods)

    def spread(self, values: Any) -> sparse.csr_array:
        """Values (dated articles × columns) as a matrix (column by column, cells) × articles."""
        entries = sparse.coo_array(values)
        at = entries.col * self.size + self.cell[entries.row]
        shape = (entries.shape[1] * self.size, entries.shape[0])
        return sparse.csr_array((entries.data, (at, entries.row)), shape=shape)

    def sums(self, values: Any) -> Floats:
        """Sums of values (dated articles × columns) in each cell: cells × columns."""
        totals = self.spread(values).sum(axis=1)
        return np.asarray(totals, float).reshape(-1, self.size).T


def make_cells(tokens: Tokens, period: str | Sequence[Any], by: str | None) -> Cells:
    """The cells of the dated articles, from the corpus's first period to its last.

    period: a name of `PERIODS`, or dates at which a new period begins. Raises StudyError for an
    unknown period or column, for breaks outside the corpus and for something else than tokens,
    AnalysisError without dates.
    """
    if not hasattr(tokens, "tokens_per_article"):
        expect(tokens, Tokens, made_by="tokenize_corpus(corpus)")
    articles = tokens.articles
    if by is not None and by not in articles:
        columns = [str(name) for name in articles if name != "text"]
        raise StudyError(f"by: there is no column {by!r}", remedy=did_you_mean(by, columns))
    rows = np.flatnonzero(articles["date"].notna())
    if not rows.size:
        raise AnalysisError("no article has a date", remedy="map the date under corpus.columns")
    dated = articles.iloc[rows]
    place, periods = _places(dated["date"], period)
    name = dated[by].fillna("").astype(str) if by else pd.Series(ALL, index=dated.index)
    group, groups = pd.factorize(name, sort=True)
    clusters = dated["cluster"] if "cluster" in dated else pd.Series(rows)
    weight = dated["weight"] if "weight" in dated else pd.Series(1.0, index=dated.index)
    cell = group * len(periods) + place
    return Cells(rows, cell, list(groups), periods, clusters.to_numpy(), np.asarray(weight, float))


def _places(dates: pd.Series, period: str | Sequence[Any]) -> tuple[NDArray[np.intp], list[str]]:
    if isinstance(period, str):
        when = dates.dt.to_period(check_period(period))
        every = pd.period_range(when.min(), when.max(), freq=when.dt.freq)
        return every.get_indexer(pd.PeriodIndex(when)), every.astype(str).tolist()
    first, last = dates.min().normalize(), dates.max().normalize()
    breaks = pd.DatetimeIndex(sorted({pd.Timestamp(day) for day in period}))
    outside = breaks[(breaks <= first) | (breaks > last)]
    if len(outside):
        raise StudyError(
            f"a period begins on {outside[0]:%Y-%m-%d}, outside the corpus",
            remedy=f"the articles run from {first:%Y-%m-%d} to {last:%Y-%m-%d}",
        )
    begins = breaks.insert(0, first)
    ends = (breaks - pd.Timedelta(days=1)).append(pd.DatetimeIndex([last]))
    labels = [f"{a:%Y-%m-%d}/{b:%Y-%m-%d}" for a, b in zip(begins, ends, strict=True)]
    return np.searchsorted(begins, dates.to_numpy(), side="right") - 1, labels


def covered(exposure: Floats) -> NDArray[np.bool_]:
    """Which periods (columns) each group (row) really published in, from words or articles.

    A few stray articles, from an archive or after an outlet has stopped, carry no rate: covered
    is a period with at least a tenth of the exposure of a typical one, the one in which the
    median word was published.

    >>> covered(np.array([[0, 3, 900, 800, 1000, 7]])).tolist()
    [[False, False, True, True, True, False]]
    """
    ordered = np.sort(exposure, axis=1)
    half = np.cumsum(ordered, axis=1) >= ordered.sum(axis=1, keepdims=True) / 2
    typical = np.take_along_axis(ordered, half.argmax(axis=1)[:, None], axis=1)
    return (exposure > 0) & (exposure >= THIN * typical)


def standard_exposure(hits: Floats, base: Floats) -> Floats:
    """The exposure of each period, had every group its average share: (…, groups, periods) to
    (…, periods).

    Each group is counted by how often it uses the word, relative to the others in the periods
    that they share, so that one which begins or stops moves no rate. Rates of groups are taken to
    rise and fall together: the fit is that of a log-linear model of group and period (Poisson, by
    iterative proportional fitting; Bishop, Fienberg and Holland 1975). Units are those of base.

    >>> base = np.array([[100.0, 100, 100, 0], [0, 100, 100, 100]])
    >>> standard_exposure(np.array([0.01, 0.03])[:, None] * base, base).round().tolist()
    [50.0, 200.0, 200.0, 150.0]
    """
    own, period, whole = hits.sum(axis=-1), hits.sum(axis=-2), base.sum(axis=-1)
    with np.errstate(all="ignore"):
        usual = np.nan_to_num(own / whole)
        for _ in range(_ROUNDS):
            expected = (usual[..., None] * base).sum(axis=-2)
            level = np.nan_to_num(period / expected)
            usual = np.nan_to_num(own / (level[..., None, :] * base).sum(axis=-1))
        usual = np.maximum(usual, 1e-3 * usual.max(axis=-1, keepdims=True))
        expected = (usual[..., None] * base).sum(axis=-2)
        rate = np.nan_to_num(period / expected)
        total = (rate * base.sum(axis=-2)).sum(axis=-1, keepdims=True)
        scale = period.sum(axis=-1, keepdims=True) / total
        return np.where(total > 0, expected / scale, base.sum(axis=-2))


def cell_rates(
    base: Floats, hits: sparse.csr_array, cells: Cells, *, shares: bool, draws: int, seed: int,
    together: bool = False,
) -> tuple[Floats, ...]:  # fmt: skip
    """Rate, low, high, standard error and exposure by cell × query; rates are missing without.

    base: exposure of each dated article. hits: dated articles × queries. Percentiles over
    resampled articles (Davison and Hinkley 1997), no narrower than the exact Poisson interval of
    the articles with a hit (Garwood 1936) or, for shares, Wilson's: a resample of nothing is
    nothing, yet a period without a hit does not prove a rate of nothing. together: one rate for
    all groups, standardised over them (period × query).
    """
    weight = cells.weight[:, None]
    weighted = hits.multiply(weight).tocsr()
    counts, exposure = cells.spread(weighted), cells.spread(base[:, None] * weight)
    fold = _Fold(cells, hits.shape[1], together)
    with np.errstate(all="ignore"):
        rate, whole = fold.rates(*(part.sum(axis=1)[:, None] for part in (counts, exposure)))
        rate, whole = rate[..., 0].T, whole[..., 0].T
        low, high, error = _resampled(counts, exposure, cells, fold, draws, seed)
        holders = cells.sums((hits > 0).astype(float))
        if together:
            holders = holders.reshape(len(cells.groups), -1, hits.shape[1]).sum(axis=0)
        if shares:
            exact = wilson_interval(np.minimum(rate, 1) * whole, whole)
        else:
            usual = hits.sum(axis=0) / np.maximum((hits > 0).sum(axis=0), 1)
            each = np.where(holders > 0, rate / holders, usual / whole)
            exact = (
                np.nan_to_num(stats.chi2.ppf(0.025, 2 * holders) / 2) * each,
                stats.chi2.ppf(0.975, 2 * holders + 2) / 2 * each,
            )
    low, high = np.fmin(low, exact[0]), np.fmax(high, exact[1])
    found = (np.where(whole > 0, part, np.nan) for part in (rate, low, high, error))
    return (*found, whole)


@dataclass(frozen=True)
class _Fold:
    """How sums over cells become rates: cell by cell, or standardised over groups."""

    cells: Cells
    queries: int
    together: bool

    def rates(self, counts: Floats, exposure: Floats) -> tuple[Floats, Floats]:
        """Rates and exposure, query × cell (or period) × resample, from sums of each cell."""
        size = counts.shape[-1]
        counts = counts.reshape(self.queries, self.cells.size, size)
        if not self.together:
            return counts / exposure, np.broadcast_to(exposure, counts.shape)
        shape = (len(self.cells.groups), len(self.cells.periods), size)
        hits = np.moveaxis(counts.reshape(self.queries, *shape), -1, 1)
        whole = standard_exposure(hits, np.moveaxis(exposure.reshape(shape), -1, 0))
        return np.moveaxis(hits.sum(axis=2) / whole, 1, -1), np.moveaxis(whole, 1, -1)


def _resampled(
    counts: sparse.csr_array, exposure: sparse.csr_array, cells: Cells, fold: _Fold, draws: int,
    seed: int,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Percentiles and standard error of the rates over resamples, cells × queries."""
    seeds = np.random.SeedSequence(seed).generate_state(-(-draws // _AT_ONCE)).tolist()
    found = []
    for number, part in enumerate(seeds):
        size = min(_AT_ONCE, draws - number * _AT_ONCE)
        drawn = cluster_draws(cells.clusters, size, part).T.astype(float)
        with np.errstate(all="ignore"):
            rates, _ = fold.rates(counts @ drawn, exposure @ drawn)
        found.append(rates.astype(np.float32))
    rates = np.concatenate(found, axis=2)
    rates = np.where(np.isfinite(rates), rates, np.nan)
    published = ~np.isnan(rates).all(axis=2)
    low, high, error = np.full((3, *published.shape), np.nan)
    seen = rates[published]
    low[published], high[published] = np.nanpercentile(seen, [2.5, 97.5], axis=1)
    error[published] = np.nanstd(seen, axis=1)
    return low.T, high.T, error.T
