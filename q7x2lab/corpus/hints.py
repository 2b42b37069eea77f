"""What is missing or strange in a row that is read all the same, and what was done about it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from q7x2lab.corpus.formats import BARE, Rows
from q7x2lab.corpus.model import FLAGS

UNNAMED = "unnamed"
ERROR = "error of Excel in a cell"
ERRORS = ("#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#N/A", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
HINTS = ("row", "flag", "evidence")
FEWEST = 4  # dates from which one can be far from the others
NEAR = pd.Timedelta(days=5 * 366)


def blank_errors(raw: pd.DataFrame, held: Mapping[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table with cells that hold an error of Excel emptied, and `row flag evidence` of each.

    held: which column holds which field; dates are left, since they are rejected by their value.

    >>> table, hints = blank_errors(pd.DataFrame({"t": ["#REF!", "نص"]}), {"text": "t"})
    >>> table["t"].isna().tolist(), hints["evidence"].tolist()
    ([True, False], ['text: #REF! taken for an empty cell'])
    """
    found, emptied = [], raw
    for name, column in held.items():
        wrong = raw[column].isin(ERRORS) if name != "date" else pd.Series(False, index=raw.index)
        if wrong.any():
            emptied = emptied.assign(**{column: raw[column].astype(object).mask(wrong, None)})
            cells = raw.loc[wrong, column]
            found += [
                (row, ERROR, f"{name}: {cell} taken for an empty cell")
                for row, cell in cells.items()
            ]
    return emptied, pd.DataFrame(found, columns=list(HINTS))


def row_hints(rows: Rows, table: pd.DataFrame, held: Mapping[str, str]) -> pd.DataFrame:
    """`row flag evidence` of what the reader met, and of cells of id, outlet and date left empty.

    table: the rows under our names, `id outlet written` empty where the file says nothing. A
    column that the file does not have is not missed in each of its rows.
    """
    place = {line: row for row, line in enumerate(table["line"])}
    found = [(place[line], flag, said) for line, flag, said in rows.hints if line in place]
    done = {
        "id": ("no id", "named by its file and line"),
        "outlet": ("no outlet", f"filed under {UNNAMED!r}"),
        "written": ("no date", "counted, but in no period"),
    }
    for name, (flag, said) in done.items():
        if ("date" if name == "written" else name) in held:
            found += [(row, flag, said) for row in table.index[table[name].str.strip() == ""]]
    return pd.DataFrame(found, columns=list(HINTS))


def why_blank(hints: pd.DataFrame) -> pd.Series:
    """For a row whose text is empty, what emptied it, such as `: formula without …`."""
    chosen = hints[hints["flag"].isin([BARE, ERROR])].drop_duplicates("row")
    return pd.Series(": " + chosen["evidence"].astype("str").to_numpy(), index=chosen["row"])


def far_dates(dates: pd.Series) -> pd.DataFrame:
    """`row flag evidence` of dates that cannot belong to the others, such as 2058 among 2018.

    A date is far where it lies outside the middle half of all by more than three times what that
    half spans (Tukey's outer fence), and by more than five years.

    >>> days = pd.Series(pd.to_datetime(["2018-01-01"] * 5 + ["2058-03-01"]))
    >>> far_dates(days)["evidence"].tolist()
    ['2058-03-01, where half of all dates lie from 2018-01-01 to 2018-01-01; kept as it is']
    """
    known = dates.dropna()
    if len(known) < FEWEST:
        return pd.DataFrame(columns=list(HINTS))
    first, last = (pd.Timestamp(str(known.quantile(share))) for share in (0.25, 0.75))
    reach = max(3 * (last - first), NEAR)
    far = known[(known < first - reach) | (known > last + reach)]
    span = f"where half of all dates lie from {first:%Y-%m-%d} to {last:%Y-%m-%d}; kept as it is"
    said = far.dt.strftime("%Y-%m-%d") + ", " + span
    found = {"row": far.index, "flag": "date far from the others", "evidence": said}
    return pd.DataFrame(found, columns=list(HINTS)).reset_index(drop=True)


def as_flags(hints: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """`article flag evidence` of hints, by the ids that the rows have in the end."""
    named = hints.assign(article=ids.to_numpy()[hints["row"].astype(int)])
    return named[list(FLAGS)]
