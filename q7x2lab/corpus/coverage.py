"""What a corpus covers: articles and words by outlet and period, gaps, and the way in."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from scipy.stats import contingency

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.periods import check_period
from q7x2lab.errors import StudyError, counted

MOST_PERIODS = 10_000
THIN = 0.1  # share of an outlet's usual number of articles below which a period is thin
CONFOUNDED = 0.2  # Cramér's V of outlet and period from which a raw trend mixes the two


def coverage(corpus: Corpus, period: str = "month") -> pd.DataFrame:
    """`outlet period articles words gap`: one row an outlet and period, those without too.

    period: day, week, month, quarter or year, from the first to the last of the whole corpus; a
    week is named by its Monday. words: separated by blanks. gap: "" where nothing is amiss;
    `not begun`, `stopped`, `missing` (nothing, between periods with articles) or `thin` (less than
    a tenth of the outlet's median). Articles without a date are left out. Raises StudyError for
    an unknown period, and where there are more than 10,000 of them.

    >>> dates = pd.to_datetime(["2022-01-03", "2022-03-05", "2022-02-01"])
    >>> table = pd.DataFrame({"id": list("abc"), "date": dates, "outlet": list("xxy")})
    >>> coverage(Corpus(table.assign(text="نص قصير")))[["outlet", "period", "gap"]].values.tolist()
    [['x', '2022-01', ''], ['x', '2022-02', 'missing'], ['x', '2022-03', ''],
     ['y', '2022-01', 'not begun'], ['y', '2022-02', ''], ['y', '2022-03', 'stopped']]
    """
    dated = corpus.articles[corpus.articles["date"].notna()]
    if dated.empty:
        return pd.DataFrame(columns=["outlet", "period", "articles", "words", "gap"])
    when = dated["date"].dt.to_period(check_period(period))
    every = pd.period_range(when.min(), when.max())
    if len(every) > MOST_PERIODS:
        first, last = (f"{dated['date'].agg(end):%Y-%m-%d}" for end in ("min", "max"))
        raise StudyError(
            f"period: {len(every):,} times a {period} from {first} to {last} are too many",
            remedy="choose a longer period, or set from and to; q7x2lab check names dates far off",
        )
    words = pd.Series([len(text.split()) for text in dated["text"]], index=dated.index)
    grid = pd.MultiIndex.from_product(
        [sorted(dated["outlet"].unique()), every], names=["outlet", "period"]
    )
    table = words.groupby([dated["outlet"], when.rename("period")]).agg(["size", "sum"])
    table = table.reindex(grid, fill_value=0).reset_index()
    table.columns = pd.Index(["outlet", "period", "articles", "words"])
    table["gap"] = table.groupby("outlet")["articles"].transform(_gaps)
    starts = table["period"].dt.start_time.dt.strftime("%Y-%m-%d")
    table["period"] = starts if period == "week" else table["period"].astype(str)
    return table


def _gaps(articles: pd.Series) -> pd.Series:
    """What is amiss with each period of one outlet."""
    has = articles.to_numpy() > 0
    begun, to_come = np.maximum.accumulate(has), np.maximum.accumulate(has[::-1])[::-1]
    thin = articles < THIN * articles[articles > 0].median()
    gap = np.select(
        [has & thin, has, ~begun, ~to_come], ["thin", "", "not begun", "stopped"], "missing"
    )
    return pd.Series(gap, index=articles.index, dtype="str")


def coverage_warnings(table: pd.DataFrame) -> list[str]:
    """Sentences that name the gaps of a coverage table, and whether they confound a comparison.

    table: what `coverage` returned. An outlet that is absent from part of the time is named; where
    outlets and periods hang together (Cramér's V of 0.2 or more, bias-corrected after Bergsma
    2013), a trend over all outlets mixes a change of time with a change of outlets.

    >>> table = pd.DataFrame({"outlet": ["x", "x"], "period": ["2022-01", "2022-02"],
    ...                       "articles": [9, 0], "words": [90, 0], "gap": ["", "stopped"]})
    >>> coverage_warnings(table)
    ['x has no articles in 2022-02 (stopped): missing, not zero']
    """
    if table.empty:
        return ["no article has a date: nothing can be said of periods"]
    found = []
    for outlet, part in table[table["gap"] != ""].groupby("outlet", sort=True):
        for gap, rows in part.groupby("gap", sort=True):
            first, last = rows["period"].iloc[0], rows["period"].iloc[-1]
            span = first if first == last else f"{len(rows)} periods of {first} to {last}"
            what = "hardly any" if gap == "thin" else "no"
            tail = "" if gap == "thin" else f" ({gap}): missing, not zero"
            found.append(f"{outlet} has {what} articles in {span}{tail}")
    counts = table.pivot_table(index="outlet", columns="period", values="articles").to_numpy()
    strength = _cramers_v(counts)
    if strength >= CONFOUNDED:
        found.append(
            f"outlets and periods hang together (Cramér's V {strength:.2f}): compare periods "
            "within an outlet, not over all outlets"
        )
    return found


def _cramers_v(counts: np.ndarray) -> float:
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    n, (rows, columns) = counts.sum(), counts.shape
    if min(rows, columns) < 2:
        return 0.0
    phi = contingency.association(counts.astype(int), method="cramer") ** 2 * (
        min(rows, columns) - 1
    )
    phi = max(0.0, phi - (rows - 1) * (columns - 1) / (n - 1))
    rows, columns = rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)
    return float(np.sqrt(phi / max(min(rows, columns) - 1, 1e-9)))


def flow(corpus: Corpus) -> pd.DataFrame:
    """`step articles removed reason`: from rows read to articles, as in a PRISMA flow diagram.

    articles: how many are left after the step; removed: how many it took. What takes no article
    comes last, with its number in the reason: texts changed, and articles noted for something
    missing or strange (no date, no outlet, an id met before). The layout follows Page et al.
    (2021), The PRISMA 2020 statement.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> rejected = pd.DataFrame({"file": ["f"], "line": [3], "id": ["b"], "reason": ["no text"]})
    >>> flow(Corpus(table, rejected=rejected))[["step", "articles", "removed"]].values.tolist()
    [['rows read', 2, 0], ['rejected', 1, 1], ['articles', 1, 0]]
    """
    left = len(corpus) + len(corpus.rejected)
    files = corpus.sources["file"].nunique()
    rows = [("rows read", left, 0, counted(files, "file") if files else "")]
    kinds = corpus.rejected["reason"].map(kind_of_reason)
    copies = kinds == "copy of another article"
    for name, chosen in (("rejected", kinds[~copies]), ("copies", kinds[copies])):
        for reason, count in chosen.value_counts().items():
            left -= int(count)
            rows.append((name, left, int(count), str(reason)))
    rows.append(("articles", left, 0, counted(corpus.articles["outlet"].nunique(), "outlet")))
    for step, table, kind, noun in (
        ("texts changed", corpus.changes, "step", "text"),
        ("noted", corpus.flags, "flag", "article"),
    ):
        counts = (
            table.groupby(kind)["article"].nunique().sort_values(ascending=False, kind="stable")
        )
        rows += [(step, left, 0, f"{name}: {counted(n, noun)}") for name, n in counts.items()]
    return pd.DataFrame(rows, columns=["step", "articles", "removed", "reason"])


def kind_of_reason(reason: str) -> str:
    """A reason without the value it names, so that like reasons are counted together.

    >>> kind_of_reason("date cannot be read: 2023-02-30"), kind_of_reason("copy of a7")
    ('date cannot be read', 'copy of another article')
    """
    if str(reason).startswith("copy of "):
        return "copy of another article"
    reason = re.sub(r"^\d+ cells.*", "another number of cells than the header", str(reason))
    return re.split(r": (?=\S)", reason)[0]
