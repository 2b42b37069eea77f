"""Events: by how much a rate stepped when one happened, and which dates the texts speak of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.arabic.dates import date_rows
from q7x2lab.arabic.sentences import split_sentences
from q7x2lab.corpus.model import article_clusters
from q7x2lab.corpus.periods import calendar_day, period_edges, stray_dates
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import expect
from q7x2lab.stats.resampling import benjamini_hochberg
from q7x2lab.trends.rates import Series, Trend
from q7x2lab.trends.regression import Floats, fit_line, fit_step

SIDE = 4  # periods on each side of a date that serves as a placebo
WIDEST = 100.0  # an interval whose upper end is more than so many times the lower says nothing
MOST_ARTICLES = 6000  # read for dates by propose_events, spread evenly: dates repeat
COLUMNS = ["query", "group", "event", "date", "before", "after", "hits", "ratio", "low", "high"]
COLUMNS += ["placebos", "p", "refused"]


def event_effects(trend: Trend, events: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The rate right after each event over the rate right before, beside placebo dates.

    Parameters
    ----------
    trend
        What `keyword_trends` returned.
    events
        Mappings of ``date``, ``ar``, ``en``.

    Returns
    -------
    DataFrame
        A row for each series and event within the corpus: ``query``, ``group``, ``event``,
        ``date`` (the period that holds the event), ``before`` and ``after`` (periods before that
        one, and from it on), ``hits``, ``ratio`` with ``low`` and ``high``, ``p`` (the share of
        placebo dates, the event among them, whose step is as large for its standard error; with n
        ``placebos`` no less than 1 / (n + 1)), ``q``, and ``refused``: why there is no estimate.

    Raises
    ------
    StudyError
        For a date that is none.

    Notes
    -----
    Interrupted series (Bernal, Cummins and Gasparrini 2017, International Journal of Epidemiology
    46, 348-355): a quasi-Poisson regression with exposure, one slope and a step, with AR(1) errors
    as in `regression.fit_line`. The step counts for the period of the event by the part of it that
    lies after the event. An interval that says nothing is refused.

    Examples
    --------
    >>> months = pd.period_range("2022-01", periods=12, freq="M").astype(str)
    >>> hits = np.repeat([10, 40], 6)
    >>> table = pd.DataFrame({"query": "gas", "group": "all", "period": months, "hits": hits,
    ...                       "tokens": 10_000, "articles": 20, "rate": hits * 100.0})
    >>> trend = Trend(table, "million_tokens", "month")
    >>> row = event_effects(trend, [{"date": "2022-07-01", "en": "summit"}]).iloc[0]
    >>> row["event"], row["date"], round(row["ratio"]), int(row["placebos"]), float(row["p"])
    ('summit', '2022-07', 4, 4, 0.2)
    """
    days = [_day(event) for event in events]
    labels = list(dict.fromkeys(trend.rates["period"]))
    edges = period_edges(labels)
    rows: list[tuple[Any, ...]] = []
    for series in trend.series:
        sizes, times = _placebos(series), np.flatnonzero(series.there)
        for event, day in zip(events, days, strict=True):
            at = int(edges.searchsorted(day, side="right")) - 1
            inside = 0 <= at < len(labels)
            part = (day - edges[at]) / (edges[at + 1] - edges[at]) if inside else 0.0
            after = np.clip(times - at + 1 - part, 0, 1)  # the part of each period
            name = event.get("en") or event.get("ar") or str(event["date"])
            date = labels[at] if inside else f"{day:%Y-%m-%d}"
            sides = (times < at).sum(), (times >= at).sum(), round(series.hits.sum())
            found = _effect(series, after, sizes)
            rows.append((series.query, series.group, name, date, *sides, *found))
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.insert(12, "q", benjamini_hochberg(table["p"]))
    return table


def _day(event: Mapping[str, Any]) -> pd.Timestamp:
    expect(event, Mapping, made_by='dict(date="2022-02-24", en="invasion")')
    return calendar_day(event.get("date"), "date of an event")


def _effect(series: Series, after: Floats, sizes: list[float]) -> tuple[Any, ...]:
    """Ratio, low, high, placebos, p, and why there is no ratio, or nothing."""
    hits, base, nothing = series.hits, series.base, (np.nan, np.nan, np.nan, 0, np.nan)
    if series.refused:
        return (*nothing, series.refused.replace("a test", "an estimate"))
    if after.max() == 0 or after.min() == 1:
        return (*nothing, "outside the periods with articles")
    larger = np.array([])
    if hits[after == 1].sum() and hits[after < 1].sum():
        step, error, reach = fit_step(hits, base, series.time, after)
        ratio, low, high = np.exp([step, step - reach, step + reach])
        others = np.array(sizes)[~np.isclose(sizes, abs(step) / error, rtol=0, atol=1e-9)]
        larger = others >= abs(step) / error
    else:  # From nothing or to nothing: no slope can be told from the step, and one end is open.
        ratio, low, high = fit_line(hits, base, after).loc[0, ["ratio", "low", "high"]]
    if low < 1 < high and high > WIDEST * low:
        return (*nothing, f"the data leave {low:.2g} to {high:.2g} times open".replace("inf", "∞"))
    p = (1 + larger.sum()) / (1 + larger.size) if larger.size else np.nan
    return (ratio, low, high, larger.size, p, "")


def _placebos(series: Series) -> list[float]:
    """The size of the step, in standard errors, at every date with four periods on each side."""
    n = 0 if series.refused else len(series.hits)
    own = series.hits, series.base, series.time
    steps = [fit_step(*own, np.arange(n) >= at) for at in range(SIDE, n - SIDE + 1)]
    return [abs(step) / error for step, error, _ in steps]


def propose_events(tokens: Tokens, *, n: int = 20, min_articles: int = 2) -> pd.DataFrame:
    """Days that the texts speak of most, as events that a study might declare.

    Parameters
    ----------
    n
        How many days, the most frequent first.
    min_articles
        Days that fewer articles name are left out.

    Returns
    -------
    DataFrame
        ``date``; ``articles`` that name it (copies once, the day of publication itself left
        out); their ``outlets``; how many were ``published`` on it; the first ``article`` that
        names it, and its ``sentence``. Dates are read in at most 6,000 articles spread evenly,
        none with a stray date.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.Timestamp("2022-03-01"), "outlet": "x",
    ...                       "text": "بدأت القمة في 24 فبراير 2022."})
    >>> found = propose_events(tokenize_corpus(Corpus(table)))
    >>> found[["date", "articles", "outlets", "published"]].values.tolist()
    [['2022-02-24', 2, 1, 0]]
    """
    articles = tokens.articles.assign(cluster=article_clusters(tokens.articles))
    read = articles[~stray_dates(articles["date"])]
    read = read.iloc[:: max(1, -(-len(read) // MOST_ARTICLES))]
    found = [
        (date, number, start)
        for number, text, day in zip(read.index, read["text"], read["date"], strict=True)
        for start, _, _, date, precision, _ in date_rows(text, day)
        if precision == "day" and (pd.isna(day) or date != f"{day:%Y-%m-%d}")
    ]
    named = pd.DataFrame(found, columns=["date", "article", "start"])
    groups = named.join(articles[["cluster", "outlet"]], on="article").groupby("date")
    table = groups[["cluster", "outlet"]].nunique().set_axis(["articles", "outlets"], axis=1)
    days = articles["date"].dt.strftime("%Y-%m-%d").value_counts()
    table["published"] = days.reindex(table.index, fill_value=0)
    table = table.join(groups[["article", "start"]].first())[table["articles"] >= min_articles]
    table = table.nlargest(n, ["articles", "outlets"]).reset_index()
    places = zip(table["article"], table.pop("start"), strict=True)
    return table.assign(sentence=[_sentence(tokens, *place) for place in places])


def _sentence(tokens: Tokens, article: int, start: int) -> str:
    text = tokens.articles["text"].iloc[article]
    first, end = max(span for span in split_sentences(text) if span[0] <= start)
    return str(text[first:end])
