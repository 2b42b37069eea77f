"""Days, weeks, months, quarters and years: the one table of periods."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.errors import LabError, StudyError, expect_known

PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}  # pandas codes
DAY = pd.Timedelta(days=1)
FEWEST_DATES = 4  # from which one can be far from the others
SPARSE = 0.01  # share of the density of the middle half of dates that the ends of a span have
MOST_STRAY = 0.02  # share of dates at either end that may be called stray; one always may
REACH = 366  # days at an end below which no axis suffers: an archive may begin slowly


def check_period(period: str) -> str:
    """The pandas code of a period.

    Raises
    ------
    StudyError
        If the period is not one of day, week, month, quarter and year.

    Examples
    --------
    >>> check_period("month")
    'M'
    """
    expect_known(period, PERIODS, f"unknown period {period!r}")
    return PERIODS[period]


def period_labels(dates: pd.Series, period: str) -> pd.Series:
    """The period of each date as text (``2018-03``), missing where the date is missing.

    Raises
    ------
    StudyError
        If the period is not one of day, week, month, quarter and year.

    Examples
    --------
    >>> period_labels(pd.Series(pd.to_datetime(["2018-03-14", None])), "month").tolist()
    ['2018-03', nan]
    """
    return dates.dt.to_period(check_period(period)).astype(str).where(dates.notna())


def period_starts(labels: Sequence[str]) -> pd.DatetimeIndex:
    """The first day of each period, from its label.

    Parameters
    ----------
    labels
        Periods as text: ``2022``, ``2022Q2``, ``2022-03``, ``2022-03-14``, or the first and last
        day with a slash between them.

    Examples
    --------
    >>> period_starts(["2022Q2", "2022-02-07/2022-02-13", "2022-03"]).strftime("%m-%d").tolist()
    ['04-01', '02-07', '03-01']
    """
    days = [label[:10] if "/" in label else pd.Period(label).start_time for label in labels]
    return pd.DatetimeIndex(days)


def period_edges(labels: Sequence[str]) -> pd.DatetimeIndex:
    """The first day of each period, and the day after the last period.

    Examples
    --------
    >>> period_edges(["2022-01", "2022-02"]).strftime("%m-%d").tolist()
    ['01-01', '02-01', '03-01']
    """
    after = (pd.Period(labels[-1].split("/")[-1]) + 1).start_time  # a day is behind the slash
    return pd.DatetimeIndex([*period_starts(labels), after])


def stray_dates(dates: pd.Series) -> pd.Series:
    """Whether each date lies far from nearly all others, such as 2012 or 2058 among 2018.

    What counts over time leaves these out: a few of them stretch a time axis over years without
    news. The articles count everywhere else.

    Returns
    -------
    Series of bool
        At most 2 % of the dates at either end, sparser than a hundredth of the middle half of all,
        which reach over more than a year and over more than that half does. A missing date is not
        stray.

    Examples
    --------
    >>> days = pd.to_datetime(pd.Series(["2018-01-01"] * 5 + ["2058-03-01", None]))
    >>> stray_dates(days).tolist()
    [False, False, False, False, False, True, False]
    """
    known = dates.dropna().sort_values()
    if len(known) < FEWEST_DATES:
        return pd.Series(False, dates.index)
    days = ((known - known.iloc[0]) / DAY).to_numpy()
    months = known.dt.to_period("M").to_numpy()
    first = _sparse(days, months)
    last = len(days) - _sparse(days[-1] - days[::-1], months[::-1])
    return dates.notna() & ~dates.index.isin(known.index[first:last])


def _sparse(days: np.ndarray, months: np.ndarray) -> int:
    """How many of the first dates are stray: the whole months that leave most empty time behind."""
    most = max(1, int(MOST_STRAY * len(days)))
    middle = np.subtract(*np.quantile(days, [0.75, 0.25]))
    density = SPARSE * len(days) / 2 / max(middle, 1.0)
    empty = density * days[: most + 1] - np.arange(most + 1)
    empty[1:][months[1 : most + 1] == months[:most]] = 0.0
    count = int(np.argmax(empty))
    return count if days[count] > max(REACH, middle) else 0


def calendar_day(value: object, where: str, kind: type[LabError] = StudyError) -> pd.Timestamp:
    """The day that a date names, whatever its hour and time zone; refused where it is no date.

    where, kind: as for `expect_known`.

    >>> calendar_day("2022-02-24T23:30+03:00", "from")
    Timestamp('2022-02-24 00:00:00')
    """
    when = pd.to_datetime(str(value), errors="coerce")
    if pd.isna(when):
        raise kind(f"{value!r} is no date", where=where, remedy="write it as 2022-02-24")
    return when.tz_localize(None).normalize()


def news_span(dates: pd.Series) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The first and the last date that is not stray; NaT twice where there is no date.

    Examples
    --------
    >>> days = pd.to_datetime(pd.Series(["2018-01-01"] * 5 + ["2018-03-05", "2058-03-01"]))
    >>> [str(day.date()) for day in news_span(days)]
    ['2018-01-01', '2018-03-05']
    """
    kept = dates[~stray_dates(dates)]
    return kept.min(), kept.max()


def date_flags(dates: pd.Series) -> dict[Any, tuple[str, str]]:
    """For a row whose date is stray, such as 2058 among 2018, what is unusual and the evidence.

    Examples
    --------
    >>> days = pd.Series(pd.to_datetime(["2018-01-01"] * 5 + ["2058-03-01"]))
    >>> date_flags(days)[5][1]
    '2058-03-01, nearly all others from 2018-01-01 to 2018-01-01; kept, but not on time axes'
    """
    stray = dates[stray_dates(dates)]
    if stray.empty:
        return {}
    first, last = news_span(dates)
    span = f"nearly all others from {first:%Y-%m-%d} to {last:%Y-%m-%d}; kept, but not on time axes"
    return {row: ("stray date", f"{day:%Y-%m-%d}, {span}") for row, day in stray.items()}
