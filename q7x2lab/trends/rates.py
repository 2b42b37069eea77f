"""Keyword rates over time, with the exposure they rest on, their tests and a smooth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.corpus.periods import period_edges
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import QueryError, counted, expect, expect_known
from q7x2lab.stats.resampling import TAIL, benjamini_hochberg, ratio_table
from q7x2lab.trends.counts import Cells, covered, hit_counts, make_cells, standard_exposure
from q7x2lab.trends.regression import Floats, block_orders, block_p, fit_line, fit_smooth

PER = {"million_tokens": 1e6, "thousand_articles": 1e3, "share_of_articles": 1.0}
FEWEST_PERIODS, FEWEST_HITS = 8, 10  # below, a test has no power worth its error
STEADY = 1.5  # a ratio whose interval lies within this factor of 1 is called steady
ESTABLISHED = 0.05  # p and p of blocks below which a rate rises or falls
YEAR = pd.Timedelta(days=365.25)
NO_HIT = -np.log(TAIL)  # hits that no hit leaves open, at 95 %: Garwood (1936)
WIDEST_BAND = 4.0  # times the highest rate of a period: a smooth beyond it describes no data
TESTED = ["query", "group", "periods", "hits", "ratio", "low", "high", "yearly", "p", "q"]
TESTED += ["p_blocks", "dispersion", "autocorrelation", "detectable", "verdict", "refused"]


@dataclass(frozen=True, eq=False)
class Series:
    """One query in one group over time.

    rates: its rows of `Trend.rates`; there: the periods that count, see `counts.covered`; of those,
    names, hits and base (the exposure), and time, from 0 to 1; refused: why there is no test, or
    empty.
    """

    query: Any
    group: Any
    rates: pd.DataFrame
    there: NDArray[np.bool_]
    names: list[str]
    hits: Floats
    base: Floats
    time: Floats
    refused: str


@dataclass(frozen=True, eq=False, repr=False)
class Trend:
    """Rates of queries by group and period, and the test of each series for a trend.

    Attributes
    ----------
    rates
        ``query group period hits tokens articles rate low high``, one row a query, group and
        period from the corpus's first period to its last; rate and interval are missing where the
        group published nothing. Rates standardised over groups rest on one more column,
        ``exposure``.
    per
        What the rates are counted by: million_tokens, thousand_articles, share_of_articles.
    period
        The length of a period.
    within
        The column that the rates are standardised over, None for none.
    together
        Where groups are compared, all of them together, standardised over the groups.

    Examples
    --------
    >>> rates = pd.DataFrame({"query": "gas", "group": "x", "period": ["2022-01", "2022-02"],
    ...                       "hits": [2, 3], "tokens": 1000, "articles": 9, "rate": [2e3, 3e3]})
    >>> trend = Trend(rates, "million_tokens", "month")
    >>> trend, trend.tests["refused"].tolist()
    (Trend: 1 series of 2 months, per million tokens,
     ['2 periods with articles; a test needs 8'])
    """

    rates: pd.DataFrame
    per: str
    period: str
    within: str | None = None
    together: "Trend | None" = None

    def __repr__(self) -> str:
        periods = counted(self.rates["period"].nunique(), self.period)
        within = f", standardised over {self.within}" if self.within else ""
        per = self.per.replace("_", " ")
        return f"Trend: {len(self.series)} series of {periods}, per {per}{within}"

    @cached_property
    def series(self) -> list[Series]:
        """The series of each query and group, in order."""
        usual = "tokens" if self.per == "million_tokens" else "articles"
        found = []
        for (query, group), part in self.rates.groupby(["query", "group"], sort=False):
            there = covered(part[usual].to_numpy(float)[None, :])[0]
            base = part["exposure" if self.within else usual].to_numpy(float)
            hits = part["hits"].to_numpy(float)
            names, hits, base = part["period"][there].tolist(), hits[there], base[there]
            refused, time = why_refused(len(hits), hits.sum()), time_of(there)
            found.append(Series(query, group, part, there, names, hits, base, time, refused))
        return found

    @cached_property
    def tests(self) -> pd.DataFrame:
        """Whether each rate rises or falls, and by how much: one row a query and group.

        Returns
        -------
        DataFrame
            ``periods`` and ``hits`` (in periods that count, see `covered`); ``ratio`` with
            ``low`` and ``high``: the fitted rate in the last period over that in the first;
            ``yearly``: the same a year, where the span is a year or more; ``p`` and ``q`` (over
            all rows tested); ``p_blocks``: p from permuting blocks of periods; ``dispersion``;
            ``autocorrelation``; ``detectable``: the smallest ratio that the series would have
            shown at power .8; ``verdict``: rises, falls, steady or cannot tell; ``refused``: why a
            row has no test, or empty.

        Notes
        -----
        Model and sources: `regression.fit_line`. A rate rises or falls where p and p_blocks are
        below .05, and is steady where the interval lies within a factor of 1.5. p_blocks is
        missing, and p decides, where no order of the periods could be rare: see `block_p`.
        """
        rows = []
        for one in self.series:
            n, hits, found = len(one.hits), round(one.hits.sum()), {}
            if not one.refused:
                found = fit_line(one.hits, one.base, one.time).iloc[0].to_dict()
                found["yearly"] = found["ratio"] ** _a_year(one.names)
                found["p_blocks"] = block_p(one.hits, one.base, one.time, block_orders(n))
            head = {"query": one.query, "group": one.group, "periods": n, "hits": hits}
            rows.append(head | found | {"refused": one.refused})
        table = pd.DataFrame(rows, columns=TESTED)
        table["q"] = benjamini_hochberg(table["p"])
        said = table[["ratio", "low", "high", "p", "p_blocks"]].to_numpy()
        return table.assign(verdict=[verdict_of(*row) for row in said])

    @cached_property
    def smooth(self) -> pd.DataFrame:
        """A smooth rate of each series with its 95 % band: ``query group period rate low high``.

        Notes
        -----
        Quasi-Poisson regression on a natural cubic spline with 4 degrees of freedom, 5 from 36
        periods. It is missing for series without a test, and where the band goes beyond four
        times the highest rate: nearly all hits then stand in one period.
        """
        table = self.rates[["query", "group", "period"]].copy()
        table[["rate", "low", "high"]] = np.nan
        for one in self.series:
            smooth = np.inf if one.refused else fit_smooth(one.hits, one.base, one.time)
            if np.max(smooth) <= WIDEST_BAND * np.max(one.hits / one.base, initial=0):
                rows = one.rates.index[one.there]
                table.loc[rows, ["rate", "low", "high"]] = PER[self.per] * smooth
        return table


def _a_year(names: list[str]) -> float:
    """A year as a share of the time from the first period to the last, NaN within a year."""
    edges = period_edges(names)
    return YEAR / (edges[-2] - edges[0]) if edges[-1] - edges[0] > 0.999 * YEAR else np.nan


def why_refused(periods: int, hits: float) -> str:
    """Why a series of so many periods and hits has no test, or nothing.

    Examples
    --------
    >>> why_refused(12, 3), why_refused(12, 30)
    ('3 hits; a test needs 10', '')
    """
    if periods < FEWEST_PERIODS:
        return f"{counted(periods, 'period')} with articles; a test needs {FEWEST_PERIODS}"
    few = f"{counted(round(hits), 'hit')}; a test needs {FEWEST_HITS}"
    return few if hits < FEWEST_HITS else ""


def time_of(there: NDArray[np.bool_]) -> Floats:
    """Time of each period that counts: 0 in the first, 1 in the last.

    Examples
    --------
    >>> time_of(np.array([False, True, True, False, True])).round(2).tolist()
    [0.0, 0.33, 1.0]
    """
    places = np.flatnonzero(there)
    return (places - places[:1]) / max(np.ptp([0, *places - places[:1]]), 1)


def verdict_of(ratio: float, low: float, high: float, p: float, p_blocks: float) -> str:
    """What is said of a trend in words: rises, falls, steady or cannot tell.

    Examples
    --------
    >>> verdict_of(2.0, 1.4, 2.9, 0.01, 0.02), verdict_of(1.0, 0.8, 1.3, 0.9, 0.9)
    ('rises', 'steady')
    """
    if p < ESTABLISHED and not p_blocks >= ESTABLISHED:
        return "rises" if ratio > 1 else "falls"
    return "steady" if low >= 1 / STEADY and high <= STEADY else "cannot tell"


def keyword_trends(
    tokens: Tokens,
    queries: Mapping[str, Any],
    *,
    period: str | Sequence[Any] = "month",
    by: str | None = None,
    within: str | None = None,
    per: str = "million_tokens",
    draws: int = 1000,
    seed: int = 0,
) -> Trend:
    """How often queries occur in each period, with 95 % intervals, and whether they change.

    Parameters
    ----------
    queries
        Label to query, as `tokens.match` takes it.
    period
        day, week (ISO), month, quarter, year, or the dates at which periods of one's own begin.
    by
        A column of the articles to compare groups by; all of them together, standardised, are
        then in `Trend.together`. None for all as one.
    within
        A column (outlet) over which the rate of all together is standardised, so that one that
        begins or stops moves no rate: see `counts.standard_exposure`. With `by`, that column
        unless another is named.
    per
        million_tokens, thousand_articles, or share_of_articles (articles with a hit, 0 to 1).
    draws, seed
        Bootstrap samples for the intervals of single periods, copies as one article.

    Returns
    -------
    Trend
        ``.rates``, ``.tests`` and ``.smooth``.

    Raises
    ------
    QueryError
        For a query without hits or of stop words alone.
    AnalysisError
        Where no article has a date.
    StudyError
        For an unknown period, column or rate.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> days = pd.to_datetime(["2022-01-03", "2022-03-04"])
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": days, "outlet": "x",
    ...                       "text": ["الغاز والنفط", "سعر الغاز"]})
    >>> trend = keyword_trends(tokenize_corpus(Corpus(table)), {"gas": "غاز"}, draws=20)
    >>> trend.rates["rate"].tolist(), trend.tests["refused"].tolist()
    ([500000.0, nan, 500000.0], ['2 periods with articles; a test needs 8'])
    """
    expect(queries, Mapping, made_by='dict(gas="غاز")')
    if not queries:
        raise QueryError("there are no keywords", remedy="name some under trends.keywords")
    cells = make_cells(tokens, period, by)
    counts = measured(tokens, queries, per)
    sizes = [np.ones(len(counts)), tokens.tokens_per_article]
    articles, words, *hits = cells.cube(np.column_stack([*sizes, counts[:, 1:]])[cells.rows])
    grid = {"query": list(queries), "group": cells.groups, "period": cells.periods}
    rates = pd.MultiIndex.from_product([*grid.values()], names=[*grid]).to_frame(index=False)
    numbers = {"hits": np.array(hits), "tokens": words, "articles": articles}
    for name, part in numbers.items():
        rates[name] = np.broadcast_to(part, np.shape(hits)).ravel().astype(int)
    values = counts[cells.rows] * cells.weight[:, None]
    rates[["rate", "low", "high"]] = PER[per] * _cell_rates(cells, values, draws, seed)
    if within and not by:
        rates = _standardised(rates, make_cells(tokens, period, within), values)
    options: dict[str, Any] = {"period": period, "per": per, "draws": draws, "seed": seed}
    together = keyword_trends(tokens, queries, within=within or by, **options) if by else None
    name = period if isinstance(period, str) else "period"
    return Trend(rates, per, name, None if by else within, together)


def measured(tokens: Tokens, queries: Mapping[str, Any], per: str) -> Floats:
    """What is counted in each article: its exposure, then each query's hits (or whether any)."""
    expect_known(per, PER, f"per is {per!r}")
    hits = hit_counts(tokens, queries)
    base = tokens.tokens_per_article if per == "million_tokens" else np.ones(len(hits))
    return np.column_stack([base, hits > 0 if per == "share_of_articles" else hits]).astype(float)


def _cell_rates(cells: Cells, values: Floats, draws: int, seed: int) -> Floats:
    """Rate, low and high of each query in each cell; missing where nothing was published."""
    base, hits, keys = values[:, 0], values[:, 1:], pd.DataFrame({"cell": cells.cell})
    found, _ = ratio_table(hits, base, keys, clusters=cells.clusters, draws=draws, seed=seed)
    # No hit does not prove a rate of nothing: the exact Poisson limit, in articles with a hit.
    usual = hits.sum(axis=0) / np.maximum((hits > 0).sum(axis=0), 1)
    nothing = (found["ratio"] == 0) & found["high"].notna()
    limit = NO_HIT * usual[found["column"].to_numpy(int)] / found["base"]
    found["high"] = found["high"].mask(nothing, limit)
    size = len(cells.groups) * len(cells.periods)
    order = pd.MultiIndex.from_product([range(hits.shape[1]), range(size)])
    return found.set_index(["column", "cell"])[["ratio", "low", "high"]].reindex(order).to_numpy()


def _standardised(rates: pd.DataFrame, outlets: Cells, values: Floats) -> pd.DataFrame:
    """The rates on the exposure of `standard_exposure`, with their width in ratios as it was."""
    base, *hits = outlets.cube(values)
    exposure = pd.Series(standard_exposure(np.array(hits), base).ravel())
    moved = np.tile(base.sum(axis=0), len(hits)) / exposure
    numbers = rates[["rate", "low", "high"]].mul(moved, axis=0)
    return rates.assign(**numbers, exposure=exposure.fillna(0.0))
