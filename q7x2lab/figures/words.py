"""The words of exhibits in Arabic and English, their finding, and the table that a paper prints.

All of it is written down in `data/words/`, where a translator can mend it: `exhibits.yaml` for
each exhibit, `heads.yaml` for the heads of columns, `values.yaml` for words that stand in cells.
"""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from q7x2lab.data.phrases import bundled_words, in_arabic, in_language, note
from q7x2lab.errors import expect_known
from q7x2lab.exhibits import LANGUAGES, Exhibit, Words
from q7x2lab.figures.labels import number_text, ratio_text

TEXTS = ("title", "caption", "notes", "alternative")
# Columns of what an analysis says in English.
PROSE = {"refused", "reason", "step", "verdict", "validity", "variant", "field", "why", "examples"}
PROSE |= {"note", "flag", "evidence", "place", "remedy"}
PICKS = {"only": "isin", "below": "lt", "above": "gt"}  # how a finding picks rows: by pandas
Texts = Mapping[str, Mapping[str, str]]  # key, language
Tables = dict[str, pd.DataFrame]  # in each language
# A bracket with a number that is missing: an interval that the data cannot carry.
_NO_INTERVAL = re.compile(r" ?[\[(][^\])]*\x00[^\])]*[\])]")


def make_exhibit(
    key: str,
    draw: Callable[..., Figure] | None = None,
    table: pd.DataFrame | None = None,
    values: Mapping[str, Any] | None = None,
    *,
    name: str = "",
    titles: Mapping[str, Texts] | None = None,
    language: str = "en",
) -> Exhibit:
    """An exhibit whose words are those of the bundled file under that key.

    Parameters
    ----------
    key
        Where its words stand in ``data/words/exhibits.yaml``.
    draw
        Makes the figure in a ``language``.
    table
        What was counted or estimated, a row each; the exhibit's table has a paper's shape.
    values
        What takes the places in braces, as ``{by}``.
    name
        Its name in files where several are made of one kind; by default the key.
    titles
        Words for the values of a column, such as ``{"frame": {"conflict": {"ar": …, "en": …}}}``.
    language
        That of the figure; a figure in each for ``both``.

    Examples
    --------
    >>> make_exhibit("corpus-flow", name="flow").title.en
    'From rows read to articles counted'
    """
    known = bundled_words("exhibits")
    expect_known(key, known, f"no exhibit is called {key}")
    words, given = known[key], values or {}
    filled = {t: {name: _spoken(name, v, t) for name, v in given.items()} for t in LANGUAGES}
    texts: dict[str, Any] = {}
    for text in filter(words.get, TEXTS):
        texts[text] = Words(*(words[text][t].format_map(filled[t]) for t in LANGUAGES))
    tables: Tables = {}
    if table is not None:
        table = table.reset_index(drop=table.index.names == [None])  # rows as in the CSV file
        spoken = {tongue: _in_language(table, tongue, titles or {}) for tongue in LANGUAGES}
        tables = {tongue: _paper(words.get("paper"), spoken[tongue], tongue) for tongue in spoken}
        texts |= _finding(words.get("finding"), table, spoken, filled)
    main = "ar" if language == "ar" else "en"
    spoken_in = LANGUAGES if language == "both" else (main,)
    figures = {tongue: draw(language=tongue) for tongue in spoken_in} if draw else {}
    texts |= {"figures": figures, "tables": tables, "data": table, "private": "private" in words}
    return Exhibit(name or key, figures.get(main), tables.get(main), **texts)


def _spoken(name: str, value: Any, tongue: str) -> Any:
    """A value in a language: a column by its head; what an analysis says in English looked up."""
    if isinstance(value, Words):
        return value.in_language(tongue)
    if name == "by":
        return head(tongue, value)
    return in_language(value, tongue) if isinstance(value, str) else value


def _in_language(table: pd.DataFrame, tongue: str, titles: Mapping[str, Texts]) -> pd.DataFrame:
    """The table with the keys in its cells, such as ``rises``, in words of a language."""
    spoken = table.copy()
    for column, words in (bundled_words("values") | dict(titles)).items():
        if column in table:
            known = {key: text[tongue] for key, text in words.items()}
            spoken[column] = [known.get(value, value) for value in table[column]]
    if tongue == "ar":
        for column in PROSE.intersection(table):
            spoken[column] = spoken[column].map(in_arabic, na_action="ignore")
    if set(LANGUAGES) <= set(table):
        spoken["text"] = table[tongue]
    for name in spoken.select_dtypes("bool"):
        spoken[name] = spoken[name].map(lambda held: note(tongue, "yes" if held else "no"))
    return spoken


def with_arabic(table: pd.DataFrame) -> pd.DataFrame:
    """The table and, behind its columns, what an analysis says there in English, in Arabic.

    >>> with_arabic(pd.DataFrame({"id": ["a"], "reason": ["no text"]})).to_dict("list")
    {'id': ['a'], 'reason': ['no text'], 'السبب': ['بلا نص']}
    """
    told = {head("ar", name): table[name].map(in_arabic) for name in table if name in PROSE}
    return table.assign(**told)


def _paper(layout: dict[str, Any] | None, table: pd.DataFrame, tongue: str) -> pd.DataFrame:
    """The table as a paper prints it: a few columns, an estimate with its interval in one cell."""
    if layout:
        picked = _picked(layout, table) if len(table) else table
        rows, cells = picked.to_dict("records"), layout["list"].items()
        filled = {name: [_filled(text, row) for row in rows] for name, text in cells}
        table = pd.DataFrame(filled, index=picked.index)
    return table.rename(columns=partial(head, tongue))


def head(tongue: str, name: str) -> str:
    """What stands over a column, or before a field, in a language; the name where it has none."""
    words = bundled_words("heads").get(name, {"en": name})
    return str(words.get(tongue, words["en"]))


def _picked(rule: dict[str, Any], table: pd.DataFrame) -> pd.DataFrame:
    """The rows that a rule asks for by ``only``, ``below`` and ``above``."""
    for name, method in PICKS.items():
        for column, limit in rule.get(name, {}).items():
            table = table[getattr(table[column], method)(limit)]
    return table


def _isolated(value: Any) -> Any:
    """Text that keeps its own direction within a sentence of the other one (Unicode FSI, PDI)."""
    return f"\u2068{value}\u2069" if isinstance(value, str) else value


class _Number(float):
    """A number that a pattern may ask for as a ratio, by ``{ratio:r}``."""

    def __format__(self, form: str) -> str:
        if self != self:
            return "\0"  # taken out below: "nan" may stand in a word, as in finance
        if form == ".3f" and 0 <= self < 0.0005:
            return "<.001"
        texts = {"r": ratio_text, "s": number_text}
        text = texts[form](float(self)) if form in texts else super().__format__(form)
        return text if text.strip("+-0.%") else text.lstrip("+-")  # no -0%


def _filled(pattern: str, row: dict[Hashable, Any]) -> str:
    row = {key: _Number(v) if isinstance(v, float | int) else v for key, v in row.items()}
    return _NO_INTERVAL.sub("", pattern.format_map(row)).replace("\0", "")


def _finding(
    rule: dict[str, Any] | None, table: pd.DataFrame, spoken: Tables, values: Mapping[str, Any]
) -> dict[str, Any]:
    """The finding of the rows that a rule picks, and its p; nothing where there is no such row."""
    if not rule or (rows := _picked(rule, table)).empty:
        return {}
    key = rule["first"]
    rows = rows.sort_values(key.removeprefix("-"), ascending=key[0] != "-", kind="stable")
    parts = rows.groupby(rule["each"], sort=False) if "each" in rule else rows
    best = parts.head(rule.get("most", 1))
    counts = {"rows": f"{len(rows):,}", "total": f"{len(table):,}"}
    texts = {}
    for tongue, joint in (("ar", "؛ "), ("en", "; ")):
        told = spoken[tongue].loc[best.index].map(_isolated).to_dict("records")
        lead = rule.get("lead", {}).get(tongue, "").format_map(counts | values[tongue])
        texts[tongue] = lead + joint.join(_filled(rule[tongue], row) for row in told) + "."
    p = float(best[rule["p"]].iloc[0]) if "p" in rule else None
    return {"finding": Words(**texts), "p": p, "basis": rule["basis"]}


def exhibit_table(
    table: pd.DataFrame | pd.Series,
    kind: str,
    *,
    of: Any = "",
    articles: pd.DataFrame | None = None,
    events: Sequence[Mapping[str, Any]] = (),
) -> Exhibit:
    """A table with its words: title, notes, finding, and whether it holds article text.

    Parameters
    ----------
    kind
        Where its words stand in ``data/words/exhibits.yaml``, such as ``corpus-copies``.
    of
        What it is about where several are made of one kind: a name, a scheme or a naming set; part
        of its name. Of a scheme the frames get their titles.
    articles
        Those that the numbers in column ``article`` count, whose id, date and outlet then take
        its place, so that every row can be cited.
    events
        Those of the study, which a table names in English, each with its name in ``ar``.

    Examples
    --------
    >>> exhibit_table(pd.DataFrame({"kind": ["exact"], "articles": [2]}), "corpus-copies-by-kind")
    Exhibit corpus-copies-by-kind: Copies by kind (table of 1 row)
    """
    if isinstance(table, pd.Series):
        table = table.rename("value").rename_axis("what").reset_index()
    table = table if articles is None else cited(table, articles)
    name, frames = getattr(of, "id", of), getattr(of, "frames", {})
    words = {key: {"ar": x.title_ar or key, "en": x.title_en or key} for key, x in frames.items()}
    titles: dict[str, Texts] = {"frame": words, "other": words}
    full = f"{kind}-{name}" if name else kind
    titles["event"] = {event["en"]: event for event in events if {"ar", "en"} <= set(event)}
    title = getattr(of, "named", str(name).replace("_", " "))
    return make_exhibit(kind, None, table, {"of": title}, name=full, titles=titles)


def cited(table: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """The table with id, date and outlet of each row's article in place of the article's number.

    >>> articles = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": ["x", "y"]})
    >>> cited(pd.DataFrame({"article": [1], "hits": [3]}), articles)[["id", "outlet"]].values
    array([['b', 'y']], dtype=object)
    """
    where = articles[["id", "date", "outlet"]].iloc[table["article"]].set_axis(table.index)
    rest = table.drop(columns=["article", *where.columns.intersection(table.columns)])
    return pd.concat([where, rest], axis=1)
