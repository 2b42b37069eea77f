"""Events: did a rate step when one happened, and which dates do the texts themselves speak of?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from q7x2lab.arabic.dates import date_rows
from q7x2lab.corpus.periods import period_starts
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import StudyError, counted, expect
from q7x2lab.stats.resampling import benjamini_hochberg
from q7x2lab.trends.cells import Floats
from q7x2lab.trends.comparisons import poisson_regression
from q7x2lab.trends.rates import Trend
from q7x2lab.trends.tests import FEWEST_HITS, FEWEST_PERIODS

SIDE = 4  # periods needed on each side of a date
_COLUMNS = [
    *("query", "group", "event", "date", "before", "after", "hits", "ratio", "ratio_low"),
    *("ratio_high", "placebos", "p", "refused"),
]

MOST_ARTICLES = 6000  # read for dates by propose_events


def event_effects(trend: Trend, events: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The step of each rate at each event, beside the steps at all other dates.

    Columns `query group event date before after hits ratio ratio_low ratio_high placebos p q
    refused`. date: the first period that begins on the event's day or after it. before, after:
    periods on either side. ratio: rate right after over rate right before, from a log-linear
    regression with exposure, one slope and a step (interrupted series; Bernal, Cummins and
    Gasparrini 2017), its 95 % interval widened by the dispersion. p: the share of dates,
    the event's among them, whose step is at least as large for its standard error; `placebos`
    says how many other dates there are, and p cannot be below 1 / (placebos + 1). q: over all
    rows tested. refused: in words why a row has no estimate, as for an event outside the periods.
    events: `date`, `ar`, `en`. Raises StudyError for a date that is none.

    >>> months = pd.period_range("2022-01", periods=12, freq="M").astype(str)
    >>> hits = np.repeat([10, 40], 6)
    >>> table = pd.DataFrame({"query": "gas", "group": "all", "period": months, "hits": hits,
    ...                       "tokens": 10_000, "articles": 20, "rate": hits * 100.0})
    >>> trend = Trend(table, "million_tokens", "month")
    >>> row = event_effects(trend, [{"date": "2022-07-01", "en": "summit"}]).iloc[0]
    >>> row["event"], round(row["ratio"]), int(row["placebos"]), float(row["p"])
    ('summit', 4, 4, 0.2)
    """
    expect(trend, Trend, made_by="keyword_trends(tokens, queries)")
    days = [_day(event) for event in events]
    labels = list(dict.fromkeys(trend.rates["period"]))
    starts = period_starts(labels)
    rows: list[tuple[Any, ...]] = []
    for (query, group), part in trend.series():
        published = trend.covered(part)
        hits, base = (values[published] for values in trend.counts(part))
        times = np.flatnonzero(published)
        steps = _steps(hits, base, times) if hits.sum() >= FEWEST_HITS else {}
        for event, day in zip(events, days, strict=True):
            at = int(starts.searchsorted(day, side="left")) if day >= starts[0] else -1
            name = event.get("en") or event.get("ar") or str(event["date"])
            sides = int((times < at).sum()), int((times >= at).sum())
            date = labels[at] if 0 <= at < len(labels) else f"{day:%Y-%m-%d}"
            head = (query, group, name, date, *sides, int(hits.sum()))
            rows.append((*head, *_judged(steps, at, times, sides, int(hits.sum()))))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table.insert(12, "q", benjamini_hochberg(table["p"]))
    return table


def _day(event: Mapping[str, Any]) -> pd.Timestamp:
    expect(event, Mapping, made_by='dict(date="2022-02-24", en="invasion")')
    given: Any = event.get("date")
    day = pd.to_datetime(given, errors="coerce")
    if not isinstance(day, pd.Timestamp):
        raise StudyError(
            f"{given!r} is no day of the calendar",
            where="date of an event",
            remedy="write it as 2022-02-24",
        )
    return day.tz_localize(None)


def _steps(hits: Floats, base: Floats, times: NDArray[np.intp]) -> dict[int, tuple[float, float]]:
    """Log step and its standard error at every place with enough periods on each side."""
    found = {}
    for place in range(SIDE, len(times) - SIDE + 1):
        at = int(times[place])
        line = (times - times.mean()) / len(times)
        design = np.column_stack([np.ones(len(times)), line, times >= at])
        if not hits[:place].sum() or not hits[place:].sum():
            design = design[:, [0, 2]]  # nothing on one side: no slope can be told from the step
        beta, error, _ = poisson_regression(design, hits + 0.1, base)
        mean = np.exp(design @ beta) * base
        freedom = len(times) - design.shape[1]
        spread = max(((hits - mean) ** 2 / mean).sum() / freedom, 1.0)
        found[at] = float(beta[-1]), float(error[-1] * np.sqrt(spread))
    return found


def _judged(
    steps: dict[int, tuple[float, float]],
    at: int,
    times: NDArray[np.intp],
    sides: tuple[int, int],
    hits: int,
) -> tuple[Any, ...]:
    nothing = (np.nan, np.nan, np.nan, 0, np.nan)
    if hits < FEWEST_HITS:
        return (*nothing, f"{counted(hits, 'hit')}; an estimate needs {FEWEST_HITS}")
    if not min(sides):
        return (*nothing, "outside the periods with articles")
    if sum(sides) < FEWEST_PERIODS or min(sides) < SIDE:
        words = f"{counted(sides[0], 'period')} before and {sides[1]} after"
        return (*nothing, f"{words}; an estimate needs {SIDE} on each side")
    own = int(times[times >= at][0])
    step, error = steps[own]
    reach = stats.t.ppf(0.975, len(times) - 3) * error
    size = {place: abs(beta / se) for place, (beta, se) in steps.items()}
    p = sum(value >= size[own] - 1e-9 for value in size.values()) / len(size)
    ratio = tuple(float(np.exp(value)) for value in (step, step - reach, step + reach))
    return (*ratio, len(size) - 1, p, "")


def propose_events(tokens: Tokens, *, n: int = 20, min_articles: int = 2) -> pd.DataFrame:
    """Days that the texts speak of most, as events a study might declare.

    Columns `date articles outlets published article sentence`: articles that name the day (copies
    once, the day of publication itself left out), their outlets, the articles published on it,
    and the first sentence that names it, with its article. n: the most frequent; min_articles:
    fewer are left out. Dates are read by `find_dates`, in at most 6,000 articles spread evenly.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.Timestamp("2022-03-01"), "outlet": "x",
    ...                       "text": "بدأت القمة في 24 فبراير 2022."})
    >>> found = propose_events(tokenize_corpus(Corpus(table)))
    >>> found[["date", "articles", "outlets", "published"]].values.tolist()
    [['2022-02-24', 2, 1, 0]]
    """
    step = max(1, -(-tokens.n_articles // MOST_ARTICLES))
    read = tokens.articles.iloc[::step]
    rows = [
        (number, date, start)
        for number, text, day in zip(read.index, read["text"], read["date"], strict=True)
        for start, _, _, date, precision, _ in date_rows(text, day)
        if precision == "day" and (pd.isna(day) or date != f"{day:%Y-%m-%d}")
    ]
    found = pd.DataFrame(rows, columns=["article", "date", "start"])
    if found.empty:
        return found.reindex(
            columns=["date", "articles", "outlets", "published", "article", "sentence"]
        )
    of_article = tokens.articles.iloc[found["article"]].reset_index(drop=True)
    found["cluster"] = of_article["cluster"] if "cluster" in of_article else found["article"]
    found["outlet"] = of_article["outlet"]
    table = found.groupby("date").agg(
        articles=("cluster", "nunique"),
        outlets=("outlet", "nunique"),
        article=("article", "first"),
        start=("start", "first"),
    )
    table = table[table["articles"] >= min_articles].sort_values(
        ["articles", "outlets"], ascending=False, kind="stable"
    )
    table = table.head(n).reset_index()
    per_day = tokens.articles["date"].dt.strftime("%Y-%m-%d").value_counts()
    table.insert(3, "published", table["date"].map(per_day).fillna(0).astype(int))
    places = zip(table["article"], table.pop("start"), strict=True)
    table["sentence"] = [_sentence(tokens, article, start) for article, start in places]
    return table


def _sentence(tokens: Tokens, article: int, start: int) -> str:
    spans = tokens.units("sentence")[1]
    own = spans[(spans["article"] == article) & (spans["start"] <= start)].iloc[-1]
    return str(tokens.articles["text"].iloc[article][own["start"] : own["end"]]).strip()
