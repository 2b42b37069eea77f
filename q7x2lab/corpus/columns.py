"""Which column of a table holds the text, the date, the outlet, by the names people use."""

import re
from collections.abc import Iterable, Mapping

from q7x2lab.errors import CorpusError, did_you_mean
from q7x2lab.yaml_files import read_bundled

LONGEST_NAME = 40  # characters of a column name in a message
FIELDS = ("text", "date", "outlet", "title", "id")


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


# For each field the names that people give its column, most telling first.
USUAL_NAMES = {
    field: [plain_name(name) for name in names.split()]
    for field, names in read_bundled("column_names", "words", what="list of column names").items()
}
KNOWN = {name for names in USUAL_NAMES.values() for name in names}


def known_names(cells: Iterable[object]) -> int:
    """How many of these cells are names that people give such columns.

    Examples
    --------
    >>> known_names(["النص", "date", None, "قال الرئيس"])
    2
    """
    return sum(plain_name(cell) in KNOWN for cell in cells if cell is not None)


def recognise_columns(
    present: Iterable[object], columns: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Which column holds which field, for the fields that the table has.

    Parameters
    ----------
    present
        The names of the table's columns.
    columns
        What the user mapped, such as ``{"text": "body"}``; it wins over recognition.

    Raises
    ------
    CorpusError
        If a mapped column is absent, a field is unknown, or no column holds the text.

    Examples
    --------
    >>> recognise_columns(["التاريخ", "Body", "topic"])
    {'text': 'Body', 'date': 'التاريخ'}
    """
    if columns is not None and not isinstance(columns, Mapping):
        raise CorpusError(f"columns: {columns!r} is no mapping", remedy="columns: {text: body}")
    mapped, names = dict(columns or {}), [str(name) for name in present]
    for field, column in mapped.items():
        if field not in FIELDS:
            raise CorpusError(f"columns: {field!r} is no field", remedy=did_you_mean(field, FIELDS))
        if column not in names:
            what = f"columns: {field}: {column!r} is not a column"
            raise CorpusError(what, remedy=did_you_mean(column, names))
    free = {plain_name(name): name for name in reversed(names) if name not in mapped.values()}
    for field, usual in USUAL_NAMES.items():
        found = [free[name] for name in usual if name in free]
        if found:
            mapped.setdefault(field, found[0])
    if "text" not in mapped:
        shown = ", ".join(repr(name[:LONGEST_NAME]) for name in names)
        remedy = "map it in the study file (corpus: columns: {text: NAME}), or name the columns "
        remedy += "in the first line"
        raise CorpusError(f"no column holds the text; columns are: {shown}", remedy=remedy)
    return {field: mapped[field] for field in FIELDS if field in mapped}
