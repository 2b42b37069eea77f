"""Keyword rates over time, with the exposure they rest on, their tests and a smooth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from q7x2lab.corpus.periods import period_starts
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import QueryError, StudyError, counted, did_you_mean, expect
from q7x2lab.stats.resampling import TAIL, benjamini_hochberg, ratio_table
from q7x2lab.trends.cells import Cells, covered, make_cells, standard_exposure
from q7x2lab.trends.keywords import hit_counts
from q7x2lab.trends.regression import (
    LEVEL,
    Floats,
    block_length,
    block_orders,
    block_p,
    detectable_ratio,
    fit_line,
    natural_spline,
    poisson_regression,
    scatter_of,
)

PER = {"million_tokens": 1e6, "thousand_articles": 1e3, "share_of_articles": 1.0}
FEWEST_PERIODS, FEWEST_HITS = 8, 10  # below, a test has no power worth its error
STEADY = 1.5  # a ratio whose interval lies within this factor of 1 is called steady
ESTABLISHED = 0.05  # p and p of blocks below which a rate rises or falls
YEAR = 365.25  # days
NO_HIT = -np.log(TAIL)  # hits that no hit leaves open, at 95 %: Garwood (1936)
MANY_PERIODS = 36  # from here a smooth has 5 degrees of freedom, else 4
WIDEST_BAND = 4.0  # times the highest rate of a period: a smooth beyond it describes no data
TESTED = ("query", "group", "periods", "hits", "ratio", "low", "high", "yearly", "p", "p_blocks",
          "dispersion", "autocorrelation", "detectable", "verdict", "refused")  # fmt: skip


@dataclass(frozen=True, eq=False)
class Series:
    """One query in one group over time.

    rates: its rows of `Trend.rates`; there: the periods that count, see `cells.covered`; hits and
    base: hits and their exposure in each period, 0 in those that do not count; refused: why there
    is no test, or empty.
    """

    query: str
    group: str
    rates: pd.DataFrame
    there: NDArray[np.bool_]
    hits: Floats
    base: Floats
    refused: str

    @property
    def counting(self) -> tuple[list[str], Floats, Floats]:
        """Names, hits and exposure of the periods that count."""
        names = self.rates["period"][self.there].tolist()
        return names, self.hits[self.there], self.base[self.there]


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
    (Trend: 1 query × 1 group × 2 months, per million tokens,
     ['2 periods with articles; a test needs 8'])
    """

    rates: pd.DataFrame
    per: str
    period: str
    within: str | None = None
    together: "Trend | None" = None

    def __repr__(self) -> str:
        count = self.rates[["query", "group", "period"]].nunique()
        sizes = [counted(count["query"], "query", "queries"), counted(count["group"], "group"),
                 counted(count["period"], self.period)]  # fmt: skip
        within = f", standardised over {self.within}" if self.within else ""
        return f"Trend: {' × '.join(sizes)}, per {self.per.replace('_', ' ')}{within}"

    @cached_property
    def series(self) -> list[Series]:
        """The series of each query and group, in order."""
        usual = "tokens" if self.per == "million_tokens" else "articles"
        found = []
        for (query, group), part in self.rates.groupby(["query", "group"], sort=False):
            there = covered(part[usual].to_numpy(float)[None, :])[0]
            base = part["exposure" if self.within else usual].to_numpy(float)
            hits = part["hits"].to_numpy(float)
            if self.per == "share_of_articles":
                hits = np.rint(part["rate"].fillna(0.0).to_numpy(float) * base)
            hits, base = np.where(there, hits, 0.0), np.where(there, base, 0.0)
            refused = why_refused(int(there.sum()), hits.sum())
            found.append(Series(str(query), str(group), part, there, hits, base, refused))
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
        below .05, and is steady where the interval lies within a factor of 1.5.
        """
        table = pd.DataFrame([_test(series) for series in self.series], columns=list(TESTED))
        table.insert(9, "q", benjamini_hochberg(table["p"]))
        return table

    @cached_property
    def smooth(self) -> pd.DataFrame:
        """A smooth rate of each series with its 95 % band: ``query group period rate low high``.

        Notes
        -----
        Quasi-Poisson regression on a natural cubic spline with 4 degrees of freedom, 5 from 36
        periods. It is missing for series without a test, and where the band goes beyond four
        times the highest rate: nearly all hits then stand in one period.
        """
        smooths = [_smooth(series, PER[self.per]) for series in self.series]
        return pd.concat(smooths, ignore_index=True)


def _test(series: Series) -> tuple[Any, ...]:
    """The columns of `TESTED`."""
    names, hits, _ = series.counting
    head = (series.query, series.group, len(names), round(hits.sum()))
    if series.refused:
        return (*head, *[np.nan] * 9, "cannot tell", series.refused)
    x = time_of(series.there)
    line = fit_line(series.hits, series.base, x)
    orders = block_orders(len(x), block_length(len(names)))
    blocks = block_p(series.hits, series.base, x, orders)[0]
    ratio, low, high = (float(np.exp(b[0])) for b in (line.log_ratio, line.low, line.high))
    span = (ratio, low, high, _yearly(names, ratio))
    verdict = verdict_of(ratio, low, high, line.p[0], blocks)
    scatter = (line.dispersion[0], line.correlation[0], detectable_ratio(line)[0])
    return (*head, *span, line.p[0], blocks, *scatter, verdict, "")


def _yearly(names: list[str], ratio: float) -> float:
    """The ratio a year, NaN where the periods span less than a year."""
    starts = period_starts(names)
    days = (starts[-1] - starts[0]).days
    usual = np.median(np.diff(starts) / pd.Timedelta(days=1))
    return float(ratio ** (YEAR / days)) if days + usual >= int(YEAR) else np.nan


def _smooth(series: Series, unit: float) -> pd.DataFrame:
    """Rate, low and high of a natural spline, missing where there is none."""
    table = series.rates[["query", "group", "period"]].assign(rate=np.nan, low=np.nan, high=np.nan)
    if series.refused:
        return table
    _, hits, base = series.counting
    df = 5 if len(hits) >= MANY_PERIODS else 4
    times = np.linspace(0, 1, len(table))
    design = np.column_stack([np.ones(len(times)), natural_spline(times, df)])[series.there]
    beta, covariance, mean = poisson_regression(design, hits, base)
    scale, _ = scatter_of(hits[None], mean[None], len(hits), df + 1)
    error = np.sqrt(scale * ((design @ covariance) * design).sum(axis=1))
    reach = stats.t.ppf((1 + LEVEL) / 2, len(hits) - df - 1) * error
    logs = np.column_stack([design @ beta, design @ beta - reach, design @ beta + reach])
    if logs.max() <= np.log(WIDEST_BAND * (hits / base).max()):
        table.loc[series.there, ["rate", "low", "high"]] = unit * np.exp(logs)
    return table


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
    """Time of each period: 0 in the first that counts, 1 in the last.

    Examples
    --------
    >>> time_of(np.array([False, True, True, False, True])).round(2).tolist()
    [-0.33, 0.0, 0.33, 0.67, 1.0]
    """
    places = np.flatnonzero(there)
    return (np.arange(len(there)) - places[0]) / max(places[-1] - places[0], 1)


def verdict_of(ratio: float, low: float, high: float, p: float, p_blocks: float) -> str:
    """What is said of a trend in words: rises, falls, steady or cannot tell.

    Examples
    --------
    >>> verdict_of(2.0, 1.4, 2.9, 0.01, 0.02), verdict_of(1.0, 0.8, 1.3, 0.9, 0.9)
    ('rises', 'steady')
    """
    if max(p, p_blocks) < ESTABLISHED:
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
        begins or stops moves no rate: see `cells.standard_exposure`.
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
    if by and within:
        remedy = "leave by out, or within"
        raise StudyError(f"rates by {by} are not standardised over {within}", remedy=remedy)
    cells = make_cells(tokens, period, by)
    base, counts = measured(tokens, queries, per)
    rates = _rates(cells, list(queries), base, counts, draws, seed)
    weighted = [np.ones(tokens.n_articles), tokens.tokens_per_article, hit_counts(tokens, queries)]
    sums = cells.sums(np.column_stack(weighted)[cells.rows]).astype(np.int64)
    numbers = {
        "hits": sums[:, 2:].T.ravel(),
        "tokens": np.tile(sums[:, 1], len(queries)),
        "articles": np.tile(sums[:, 0], len(queries)),
    }
    for place, (name, values) in enumerate(numbers.items(), start=3):
        rates.insert(place, name, values)
    if within:
        outlets = make_cells(tokens, period, within)
        rates = _standardised(rates, outlets, base, counts)
    rates[["rate", "low", "high"]] *= PER[per]
    rates = rates.drop(columns="base")
    options: dict[str, Any] = {"period": period, "per": per, "draws": draws, "seed": seed}
    together = keyword_trends(tokens, queries, within=by, **options) if by else None
    name = period if isinstance(period, str) else "period"
    return Trend(rates, per, name, within, together)


def measured(tokens: Tokens, queries: Mapping[str, Any], per: str) -> tuple[Floats, Floats]:
    """Exposure of each article, and what counts as a hit of each query in it."""
    if per not in PER:
        raise StudyError(f"per is {per!r}", remedy=did_you_mean(per, PER))
    hits = hit_counts(tokens, queries)
    words = tokens.tokens_per_article
    base = words if per == "million_tokens" else np.ones_like(words)
    return base.astype(float), (hits > 0 if per == "share_of_articles" else hits).astype(float)


def _rates(
    cells: Cells, labels: list[str], base: Floats, hits: Floats, draws: int, seed: int
) -> pd.DataFrame:
    """``query group period rate low high base`` of every cell; missing where nothing is."""
    weight = cells.weight
    above = pd.DataFrame(hits[cells.rows] * weight[:, None], columns=labels)
    below = base[cells.rows] * weight
    keys = pd.DataFrame({"cell": cells.cell})
    found, _ = ratio_table(above, below, keys, clusters=cells.clusters, draws=draws, seed=seed)
    every = pd.MultiIndex.from_product([labels, cells.groups, cells.periods],
                                       names=["query", "group", "period"])  # fmt: skip
    order = pd.MultiIndex.from_product([labels, range(cells.size)])
    found = found.set_index(["column", "cell"]).reindex(order).set_axis(every)
    # No hit does not prove a rate of nothing: the exact Poisson limit, in articles with a hit.
    usual = above.sum() / (above > 0).sum().clip(lower=1)
    limit = NO_HIT * np.repeat(usual.to_numpy(), cells.size) / found["base"]
    nothing = (found["ratio"] == 0) & found["high"].notna()
    found["high"] = found["high"].mask(nothing, limit)
    return found.rename(columns={"ratio": "rate"})[["rate", "low", "high", "base"]].reset_index()


def _standardised(rates: pd.DataFrame, outlets: Cells, base: Floats, hits: Floats) -> pd.DataFrame:
    """The rates on the exposure of `standard_exposure`, with their width in ratios as it was."""
    shape = (len(outlets.groups), len(outlets.periods), -1)
    weighted = np.column_stack([base, hits])[outlets.rows] * outlets.weight[:, None]
    own = np.moveaxis(outlets.sums(weighted).reshape(shape), 2, 0)
    exposure = standard_exposure(own[1:], own[0]).ravel()
    with np.errstate(all="ignore"):
        moved = np.nan_to_num(rates["base"] / exposure, nan=1.0, posinf=1.0)
    numbers = {name: rates[name] * moved for name in ("rate", "low", "high")}
    return rates.assign(**numbers, exposure=exposure)
