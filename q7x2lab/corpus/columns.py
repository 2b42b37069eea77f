"""Which column holds the text, the date, the outlet: recognised by the names people use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from q7x2lab.errors import CorpusError, did_you_mean

FIELDS = ("text", "date", "outlet", "title", "id")
# Most telling name first: where a table has several, the first in this order is taken.
NAMES = {
    "text": (
        "text body content fulltext article_text article_body articletext body_text story "
        "article maintext main_text clean_text transcript "
        "نص متن محتوى نص_المقال نص_الخبر متن_الخبر مقال خبر مضمون"
    ),
    "date": (
        "date published published_at publication_date date_published publish_date pub_date "
        "pubdate article_date datetime datetime_utc created_at timestamp time day "
        "تاريخ تاريخ_النشر نشر يوم وقت تاريخ_هجري"
    ),
    "outlet": (
        "outlet source publisher newspaper media media_name news_source source_name site website "
        "channel publication domain مصدر صحيفة وسيلة ناشر جريدة قناة موقع وسيلة_الاعلام جهة"
    ),
    "title": (
        "title headline heading head article_title news_title subject "
        "عنوان عنوان_المقال عنوان_الخبر عنوان_رئيسي"
    ),
    "id": "id article_id doc_id docid news_id uid uuid key url link معرف رقم رقم_المقال رابط",
}


def plain_name(name: object) -> str:
    """A column name for comparing: lower case, one underscore a gap, hamza and article off.

    >>> plain_name(" Article-Text "), plain_name("النص"), plain_name("تاريخ النشر")
    ('article_text', 'نص', 'تاريخ_نشر')
    """
    text = re.sub(r"[\u064b-\u065f\u0640\ufeff]", "", str(name)).strip().lower()
    text = text.translate(str.maketrans("أإآىة", "ااايه"))
    words = [word for word in re.split(r"[^\w]+|_+", text) if word]
    return "_".join(re.sub(r"^ال(?=..)", "", word) for word in words)


KNOWN = {plain_name(name) for names in NAMES.values() for name in names.split()}


def known_names(cells: Iterable[object]) -> int:
    """How many of these cells are names that people give such columns.

    >>> known_names(["النص", "date", None, "قال الرئيس"])
    2
    """
    return sum(plain_name(cell) in KNOWN for cell in cells if cell is not None)


def _some(names: list[str]) -> str:
    """The first few names, none at length."""
    shown = [repr(name[:40] + "…" * (len(name) > 40)) for name in names[:8]]
    return ", ".join(shown) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def recognise_columns(
    table: pd.DataFrame, columns: Mapping[str, str] | None = None, *, where: str = ""
) -> dict[str, str]:
    """Which column of a table holds which field: {"text": "body", ...}, only those it has.

    columns: what the user mapped; it wins over recognition. Raises CorpusError where a mapped
    column is absent, a field is unknown, or no column holds the text.

    >>> recognise_columns(pd.DataFrame(columns=["التاريخ", "Body", "topic"]))
    {'text': 'Body', 'date': 'التاريخ'}
    """
    if columns is not None and not isinstance(columns, Mapping):
        raise CorpusError(f"columns: {columns!r} is no mapping", remedy="columns: {text: body}")
    mapped = dict(columns or {})
    present = [str(name) for name in table.columns]
    for name, column in mapped.items():
        if name not in FIELDS:
            raise CorpusError(
                f"columns: {name!r} is no field", where=where, remedy=did_you_mean(name, FIELDS)
            )
        if column not in present:
            raise CorpusError(
                f"columns: {name}: {column!r} is not a column",
                where=where,
                remedy=did_you_mean(column, present),
            )
    plain: dict[str, str] = {}
    for column in present:
        if column not in mapped.values():
            plain.setdefault(plain_name(column), column)
    for name in FIELDS:
        known = [plain_name(word) for word in NAMES[name].split()]
        found = [plain[word] for word in known if word in plain]
        if name not in mapped and found:
            mapped[name] = found[0]
    if "text" not in mapped:
        raise CorpusError(
            f"no column holds the text; columns are: {_some(present)}",
            where=where,
            remedy="map it in the study file (corpus: columns: {text: NAME}), or name the columns "
            "in the first line",
        )
    return {name: mapped[name] for name in FIELDS if name in mapped}
