"""Keyword in context as a table that reads from right to left."""

from __future__ import annotations

from html import escape

import pandas as pd
from IPython.display import HTML

from q7x2lab.errors import AnalysisError

_COLUMNS = ("left", "hit", "right")
_STYLE = "padding:0 .4em;border:0;white-space:nowrap;overflow:hidden;"


def show_kwic(concordance: pd.DataFrame, *, rows: int = 50) -> HTML:
    """A concordance as an HTML table for JupyterLab: in reading order, aligned on the hit.

    concordance: what `tokens.kwic` returned (article left hit right); `left` is the text before
    the hit, and so stands at its right. rows: at most so many, and how many there are in all.
    Every text is escaped. Raises AnalysisError if the columns are not those of a concordance.

    >>> table = pd.DataFrame({"article": [0], "left": ["زار"], "hit": ["بكين"], "right": ["أمس"]})
    >>> show_kwic(table).data.count("<tr")
    1
    """
    missing = [name for name in _COLUMNS if name not in concordance]
    if missing:
        raise AnalysisError(
            f"no concordance: {', '.join(missing)} missing", remedy="pass what tokens.kwic returned"
        )
    lines = [_line(row) for row in concordance.head(rows).itertuples(index=False)]
    more = len(concordance) - len(lines)
    caption = f"<caption>+ {more:,}</caption>" if more > 0 else ""
    return HTML(f'<table dir="rtl" style="direction:rtl">{caption}{"".join(lines)}</table>')


def _line(row: object) -> str:
    left, hit, right = (escape(str(getattr(row, name))) for name in _COLUMNS)
    article = escape(str(getattr(row, "article", "")))
    # Each cell takes the direction of its own text; the text before ends at the hit.
    return (
        f'<tr><td style="{_STYLE}color:#777">{article}</td>'
        f'<td style="{_STYLE}text-align:left;unicode-bidi:isolate">{left}</td>'
        f'<td style="{_STYLE}text-align:center;font-weight:bold">{hit}</td>'
        f'<td style="{_STYLE}text-align:right;unicode-bidi:isolate">{right}</td></tr>'
    )
