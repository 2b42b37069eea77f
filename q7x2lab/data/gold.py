"""The demonstration corpus and the tables of what is true of it.

Outlets, people and quotations in it are invented; see `datasheet.md` beside the articles.
"""

from pathlib import Path

import pandas as pd

from q7x2lab.errors import CorpusError, expect_known

DEMO_FOLDER = Path(__file__).parent / "demo"
DEMO_ARTICLES = DEMO_FOLDER / "articles.csv"
OTHER_NAMES = {"quotes": "quotations", "naming": "namings", "copies": "articles"}


def demo_gold(name: str) -> pd.DataFrame:
    """One gold table of the demonstration corpus; every table joins the articles by `id`.

    Parameters
    ----------
    name
        ``articles``, ``paragraphs``, ``codings``, ``quotations``, ``namings``, ``dates``,
        ``lexemes`` or ``planted``.

    Returns
    -------
    DataFrame
        Offsets (``start``, ``end``, …) count characters of the article's ``text`` as it stands in
        the file, before any cleaning; -1 where there is nothing to point at.

        articles: topic, event, copy_cluster, copy_of, copy_kind (verbatim, cut, new_lead,
        rewritten, twice), noise, furniture, written (first, planted, fills), coded (yes where every
        quotation, naming and date of the article is in its table).
        paragraphs: paragraph (from 1), start, end.
        codings: paragraph, coder (A, B, settled), one column of 0 and 1 for each frame; 229 of the
        articles.
        quotations: start, end, text, kind, speaker and verb with their offsets, verb_class,
        quotation (the same in articles that share it).
        namings: start, end, text, variant, voice.
        dates: start, end, text, date, precision, told (absolute, relative).
        lexemes: form, lexeme (no id).   planted: effect, label, query, forms, outlet, section,
        start, end, hits, hits_inside, expected (no id).

    Raises
    ------
    CorpusError
        If there is no table of this name.

    Examples
    --------
    >>> demo_gold("dates").columns.tolist()
    ['id', 'start', 'end', 'text', 'date', 'precision', 'told']
    """
    name = OTHER_NAMES.get(name, name)
    tables = sorted(path.stem.removeprefix("gold_") for path in DEMO_FOLDER.glob("gold_*.csv"))
    expect_known(name, tables, f"the demonstration corpus has no gold table {name!r}", CorpusError)
    texts = dict.fromkeys(("id", "date", "text", "lexeme", "form"), str)
    return pd.read_csv(DEMO_FOLDER / f"gold_{name}.csv", dtype=texts, keep_default_na=False)
