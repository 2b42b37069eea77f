"""Which column of a table holds the text, the date, the outlet: by the words of its heading."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import pandas as pd

from q7x2lab.corpus.cell_values import read_dates, text_cells
from q7x2lab.errors import CorpusError, did_you_mean
from q7x2lab.yaml_files import read_bundled

LONGEST_NAME = 40  # characters of a column name in a message
MOST_WORDS = 6  # of a heading; more are a sentence
FIELDS = ("text", "date", "outlet", "title", "id")
SHOWN = 100  # cells by which the content of a column is told
MOST = 0.8  # share of them that are dates, or addresses
LONG = 20  # blanks in a cell that make it a text, in half of the cells
LONGER = 3  # times the length of any other column that makes the text of several
CONTENT = {"text": "long Arabic text", "date": "dates that can be read", "address": "addresses"}


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
GROUPS = [
    (each["role"], "weak" in each, plain_name(each["words"]).split("_")) for each in NAMES["roles"]
]
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
    letters = texts.str.count("[\u0621-\u064a]").sum()
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
    if columns is not None and not isinstance(columns, Mapping):
        raise CorpusError(f"columns: {columns!r} is no mapping", remedy="columns: {text: body}")
    given = {field: column for field, column in (columns or {}).items() if column}
    for field, column in given.items():
        if field not in FIELDS and get_close_matches(str(field), FIELDS, cutoff=0.7):
            what, wrong, known = f"columns: {field!r} is no field", field, list(FIELDS)
        else:
            what, wrong, known = f"columns: {field}: {column!r} is not a column", column, names
        if wrong not in known:
            raise CorpusError(what, where=where, remedy=did_you_mean(wrong, known))
    return given
