"""Which column of a table holds the text, the date, the outlet, and its cells as text and dates."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import pandas as pd

from q7x2lab.arabic.dates import parse_date
from q7x2lab.arabic.letters import ARABIC_LETTER
from q7x2lab.errors import CorpusError, expect_known
from q7x2lab.yaml_files import read_bundled

LONGEST_NAME = 40  # characters of a column name in a message
MOST_WORDS = 6  # of a heading; more are a sentence
FIELDS = ("text", "date", "outlet", "title", "id")
SHOWN = 100  # cells by which the content of a column is told
MOST = 0.8  # share of them that are dates, or addresses
LONG = 20  # blanks in a cell that make it a text, in half of the cells
LONGER = 3  # times the length of any other column that makes the text of several
CONTENT = {"text": "long Arabic text", "date": "dates that can be read", "address": "addresses"}

ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?)\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
)
NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b")
HIJRI_YEAR = re.compile(r"(?<!\d)1[345]\d\d(?!\d)")
ENGLISH = re.compile(r"(?=.*[A-Za-z]{3}).*\d{4}", re.DOTALL)
FIRST_YEAR, LAST_YEAR = 1700, 2200  # Gregorian; earlier years in ISO form are Hijri
LONGEST_DATE = 200  # characters of a cell that are read as a date
UNREAD = (pd.NaT, "")
LOCAL = "time zones left out: local time kept"


def plain_name(name: object) -> str:
    """A column name for comparing: lower case, one underscore a gap, hamza and article off.

    Examples
    --------
    >>> plain_name(" Article-Text "), plain_name("النص"), plain_name("تاريخ النشر")
    ('article_text', 'نص', 'تاريخ_نشر')
    """
    text = re.sub(r"[\u064b-\u065f\u0640\ufeff]", "", str(name)).strip().lower()
    text = text.translate(str.maketrans("أإآىة", "ااايه"))
    words = [word for word in re.split(r"[^\w]+|_+", text) if word]
    return "_".join(re.sub(r"^ال(?=..)", "", word) for word in words)


NAMES = read_bundled("column_names", "words", what="list of column names")
ROLES = NAMES["roles"]
GROUPS = [(each["role"], "weak" in each, plain_name(each["words"]).split("_")) for each in ROLES]
BESIDE, OTHER = (set(plain_name(NAMES[key]).split("_")) for key in ("beside", "other"))


class UnclearColumnsError(CorpusError):
    """None, or several, of these columns may hold the text.

    columns: the names of all. candidates: those that may be the text.
    """

    def __init__(self, what: str, columns: list[str], candidates: list[str], where: str) -> None:
        self.columns, self.candidates = columns, candidates
        shown = ", ".join(repr(name[:LONGEST_NAME]) for name in candidates or self.columns)
        remedy = "map it in the study file (corpus: columns: {text: NAME}), or name the columns "
        super().__init__(f"{what}: {shown}", where=where, remedy=remedy + "in the first line")


def heading_of(name: object) -> tuple[str, bool, tuple[int, int, int]]:
    """The role that the words of a heading name, whether only by a weak word, and their rank.

    The rank counts strange words first; then a more telling word, and a shorter heading, comes
    first. The role is empty where the heading names none.

    Examples
    --------
    >>> [heading_of(name)[0] for name in ("الموقع الإخباري", "نص المادة", "القسم")]
    ['outlet', 'text', '']
    """
    words = plain_name(name).split("_")
    silent = len(words) > MOST_WORDS or OTHER.intersection(words)
    for role, weak, known in [] if silent else GROUPS:
        met = [known.index(word) for word in words if word in known]
        strange = len({*words} - {*known} - BESIDE)
        if met and not (role == "id" and strange):
            return role, weak, (strange, min(met), len(words))
    return "", False, (0, 0, 0)


def known_names(cells: Iterable[object]) -> int:
    """How many of these cells are names that people give such columns.

    Examples
    --------
    >>> known_names(["النص", "date", None, "قال الرئيس", "صحيفة الرياض"])
    2
    """
    headings = [heading_of(cell) for cell in cells if cell is not None]
    return sum(bool(role) and strange == 0 for role, _, (strange, *_) in headings)


def content_of(cells: pd.Series) -> str:
    """Whether the cells of a column are texts, dates or addresses; empty where they are neither.

    Examples
    --------
    >>> content_of(pd.Series(["24 فبراير 2022", "1 مارس 2022"])), content_of(pd.Series(["نص"]))
    ('date', '')
    """
    texts = text_cells(cells)
    texts = texts[texts != ""].head(SHOWN)
    letters = texts.str.count(ARABIC_LETTER.pattern).sum()
    if (texts.str.count(" ") >= LONG).mean() >= 0.5 and letters >= 0.5 * texts.str.len().sum():
        return "text"
    if texts.str.match(r"(?i)https?://|www\.").mean() >= MOST:
        return "address"
    written = texts[~texts.str.fullmatch(r"[\d.]{1,7}|[\d.]{9,}")]  # numbers that are no dates
    return "date" if read_dates(written)[0].notna().sum() >= max(1, MOST * len(texts)) else ""


def place_columns(
    table: pd.DataFrame, columns: Mapping[str, str] | None = None, *, where: str = ""
) -> tuple[dict[str, str], pd.DataFrame]:
    """Which column of a table holds what, and why.

    Parameters
    ----------
    columns
        What the user named, such as ``{"text": "body", "section": "القسم"}``; it wins.
    where
        The file, for messages.

    Returns
    -------
    dict
        Field to column: ``text``, ``date``, ``outlet``, ``title``, ``id``, and the user's own.
    DataFrame
        One row a column, and one a field that no column holds: ``field``, ``column``, ``why``.

    Raises
    ------
    UnclearColumnsError
        If no column can be taken for the text.
    CorpusError
        If a column that the user named is absent, or a field is misspelt.

    Examples
    --------
    >>> place_columns(pd.DataFrame(columns=["التاريخ", "Article Body", "القسم"]))[0]
    {'text': 'Article Body', 'date': 'التاريخ'}
    """
    names = [str(name) for name in table]
    placed = _named_by_user(columns, names, where)
    why = dict.fromkeys(placed, "named under columns")
    for field in (*FIELDS, "address"):
        free = [name for name in names if name not in placed.values()]
        found, reason = ([], "") if field in placed else _candidates(field, table[free])
        if field == "text" and len(found) > 1:
            sizes = sorted((-text_cells(table[name]).str.len().median(), name) for name in found)
            if not sizes[0][0] <= LONGER * sizes[1][0] < 0:
                raise UnclearColumnsError("several columns may hold the text", names, found, where)
            found, reason = [sizes[0][1]], f"{reason}, the longest of several"
        if found:
            placed[field], why[field] = found[0], reason
    if "text" not in placed:
        raise UnclearColumnsError("no column holds the text; columns are", names, [], where)
    if (address := placed.pop("address", "")) and "id" not in placed:
        placed["id"], why["id"] = address, "an address, as there is no id"
    field_of = {column: field for field, column in placed.items()}
    kept = "not placed: kept, articles can be grouped by it"
    rows = [(field_of.get(name, ""), name, why.get(field_of.get(name, ""), kept)) for name in names]
    rows += [(field, "", "no column is found") for field in FIELDS if field not in placed]
    return placed, pd.DataFrame(rows, columns=["field", "column", "why"])


def _candidates(field: str, table: pd.DataFrame) -> tuple[list[str], str]:
    """The columns that may hold a field, best first, and why they may."""
    headings = {str(name): heading_of(name) for name in table}
    named = {n: rank for n, (*said, rank) in headings.items() if said == [field, False]}
    if named:
        return [n for n in named if named[n] == min(named.values())], "by its name"
    alike = [name for name in headings if field in CONTENT and content_of(table[name]) == field]
    weak = [name for name in headings if headings[name][:2] == (field, True)]
    if alike:
        return [n for n in alike if n in weak] or alike, f"by its content: {CONTENT[field]}"
    return ([] if field == "date" else weak), "by its name"


def _named_by_user(
    columns: Mapping[str, str] | None, names: list[str], where: str
) -> dict[str, str]:
    """The user's mapping, checked: any other column may have a name of its own, "" names none."""
    given = {field: column for field, column in (columns or {}).items() if column}
    for field, column in given.items():
        if field not in FIELDS and get_close_matches(str(field), FIELDS, cutoff=0.7):
            what, wrong, known = f"columns: {field!r} is no field", field, list(FIELDS)
        else:
            what, wrong, known = f"columns: {field}: {column!r} is not a column", column, names
        expect_known(wrong, known, what, CorpusError, where=where)
    return given


def text_cells(cells: pd.Series) -> pd.Series:
    """A column as text: whole numbers without a fraction, missing cells and blanks empty.

    Examples
    --------
    >>> text_cells(pd.Series(["نص", None, 5.0, b"x", " "], dtype=object)).tolist()
    ['نص', '', '5', 'x', '']
    """
    texts = cells.astype(object).where(cells.notna(), "").map(_text)
    texts = texts.where(texts.str.strip() != "", "").astype("str")
    return texts.str.replace("\0", "\ufffd")  # as a lost character it is flagged


def _text(cell: Any) -> str:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).encode("utf-8", "replace").decode("utf-8")


def read_dates(cells: pd.Series, *, first_day: str = "1899-12-30") -> tuple[pd.Series, list[str]]:
    """A date for each cell (NaT where there is none or it does not exist), and the rules used.

    Parameters
    ----------
    first_day
        The day that the day numbers of a workbook count from.

    Notes
    -----
    Times keep the clock they were written with: an offset is dropped, not converted, so that an
    article keeps the day its readers saw. Numeric dates are day before month, unless the column
    shows the opposite. Hijri dates are converted.

    Examples
    --------
    >>> cells = pd.Series(["2022-02-24T01:00+03:00", "24 شباط 2022", "2023-02-30"])
    >>> dates, notes = read_dates(cells)
    >>> dates.dt.strftime("%Y-%m-%d").tolist(), notes
    (['2022-02-24', '2022-02-24', nan], ['time zones left out: local time kept'])
    """
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        dates = cells.dt.tz_localize(None).where(cells.dt.year.between(FIRST_YEAR, LAST_YEAR))
        return dates.astype("datetime64[us]"), [LOCAL] * bool(cells.dt.tz)
    text = text_cells(cells).str.replace(r"[\u200e\u200f\u202a-\u202e\ufeff]", "", regex=True)
    text = text.str.strip().str[:LONGEST_DATE]
    order = {"month_first": _month_first(text.unique())}
    found = {each: _read_date(each, pd.Timestamp(first_day), **order) for each in text.unique()}
    dates = pd.to_datetime(text.map({each: when for each, (when, _) in found.items()}))
    rules = dict.fromkeys(rule for _, rule in found.values() if rule)
    return dates.astype("datetime64[us]"), list(rules)


def _read_date(text: str, first_day: pd.Timestamp, *, month_first: bool) -> tuple[Any, str]:
    """The date of one spelling, and the rule by which it was read."""
    iso, numeric = ISO.fullmatch(text), NUMERIC.match(text)
    if iso and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        return pd.to_datetime(iso[1].replace(",", "."), errors="coerce"), LOCAL if iso[2] else ""
    if text.isascii() and re.fullmatch(r"\d+|\d{5}\.\d+", text):
        return _number(text, first_day)
    if numeric and int(numeric[3]) >= FIRST_YEAR:
        order = "%m/%d/%Y" if month_first else "%d/%m/%Y"
        when = pd.to_datetime("/".join(numeric.groups()), format=order, errors="coerce")
        return when, "numeric dates read as " + ("month/day" if month_first else "day/month")
    if parsed := parse_date(text):
        when = pd.Timestamp(f"{parsed[0]}-01-01"[:10])
        if not FIRST_YEAR <= when.year <= LAST_YEAR:  # 1018 is a slip, in either calendar
            return UNREAD
        if HIJRI_YEAR.search(unicodedata.normalize("NFKC", text)):
            return when, "Hijri dates converted"
        return when, "" if parsed[1] == "day" else "dates without a day: the first day taken"
    when = pd.to_datetime(text, errors="coerce") if ENGLISH.match(text) else pd.NaT
    return UNREAD if pd.isna(when) else (when.tz_localize(None), LOCAL if when.tzinfo else "")


def _number(text: str, first_day: pd.Timestamp) -> tuple[Any, str]:
    """A date written as a number: 20220224, an Excel day, or seconds since 1970."""
    if "." in text or len(text) == 5:
        when = first_day + pd.Timedelta(days=float(text[:15]))
        return when.round("s"), "numbers read as Excel day"
    if len(text) == 8:
        return pd.to_datetime(text, format="%Y%m%d", errors="coerce"), ""
    unit = {10: "s", 13: "ms"}.get(len(text))
    return (pd.Timestamp(int(text), unit=unit), "numbers read as Unix time") if unit else UNREAD


def _month_first(spellings: Any) -> bool:
    """Whether a column writes the month before the day: some number says so and none denies."""
    pairs = [(int(m[1]), int(m[2])) for one in spellings if (m := NUMERIC.match(one))]
    return any(second > 12 for _, second in pairs) and not any(first > 12 for first, _ in pairs)
