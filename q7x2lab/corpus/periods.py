"""Days, weeks, months, quarters and years: the one table of periods."""

from collections.abc import Sequence

import pandas as pd

from q7x2lab.errors import StudyError, did_you_mean

PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}  # pandas codes


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
    if period not in PERIODS:
        raise StudyError(f"unknown period {period!r}", remedy=did_you_mean(period, PERIODS))
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
    return pd.DatetimeIndex(
        [
            pd.Timestamp(label[:10]) if "/" in label else pd.Period(label).start_time
            for label in labels
        ]
    )


def period_edges(labels: Sequence[str]) -> pd.DatetimeIndex:
    """The first day of each period, and the day after the last period.

    Examples
    --------
    >>> period_edges(["2022-01", "2022-02"]).strftime("%m-%d").tolist()
    ['01-01', '02-01', '03-01']
    """
    last = labels[-1].split("/")[-1]
    after = (pd.Period(last) + 1).start_time  # of a label with a slash, its last day
    return pd.DatetimeIndex([*period_starts(labels), after])
