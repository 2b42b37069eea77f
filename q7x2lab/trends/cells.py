"""Articles sorted into cells (group × period), and what was published in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.corpus.model import article_clusters, article_weights
from q7x2lab.corpus.periods import check_period
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, StudyError, did_you_mean, expect
from q7x2lab.trends.regression import Floats

ALL = "all"
THIN = 0.1  # of a typical period's exposure: stray articles carry no rate
ROUNDS = 25  # of fitting; differences are then far below an interval's width


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

    def sums(self, values: Any) -> Any:
        """Sums of values (dated articles × columns, dense or sparse) in each cell."""
        n = len(self.rows)
        entries = (np.ones(n), (self.cell, np.arange(n)))
        return sparse.csr_array(entries, (self.size, n)) @ values


def make_cells(tokens: Tokens, period: str | Sequence[Any], by: str | None) -> Cells:
    """The cells of the dated articles, from the corpus's first period to its last.

    period: a name of `PERIODS`, or dates at which a new period begins. Raises StudyError for an
    unknown period or column, for breaks outside the corpus and for something else than tokens,
    AnalysisError without dates.
    """
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
    clusters, weight = article_clusters(articles)[rows], article_weights(articles)[rows]
    cell = group * len(periods) + place
    return Cells(rows, cell, list(groups), periods, clusters, weight)


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
        for _ in range(ROUNDS):
            expected = (usual[..., None] * base).sum(axis=-2)
            level = np.nan_to_num(period / expected)
            usual = np.nan_to_num(own / (level[..., None, :] * base).sum(axis=-1))
        usual = np.maximum(usual, 1e-3 * usual.max(axis=-1, keepdims=True))
        expected = (usual[..., None] * base).sum(axis=-2)
        rate = np.nan_to_num(period / expected)
        total = (rate * base.sum(axis=-2)).sum(axis=-1, keepdims=True)
        scale = period.sum(axis=-1, keepdims=True) / total
        return np.where(total > 0, expected / scale, base.sum(axis=-2))
