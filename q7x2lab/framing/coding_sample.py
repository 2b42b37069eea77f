"""Which units to code: drawn at random from a corpus, with names that betray any change."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from q7x2lab.corpus.model import Corpus, text_units
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, StudyError, counted, did_you_mean, expect
from q7x2lab.framing.schemes import Scheme, load_scheme

# What a spreadsheet refuses, drops or adds: control characters and marks of direction.
_UNSEEN = re.compile("[\x00-\x1f\x7f\xa0\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
PLACE = ("unit", "article", "start", "end", "text", "stratum", "weight")


@dataclass(frozen=True, eq=False, repr=False)
class CodingSheet:
    """Units drawn for coding, and the questions to put to each.

    units: `unit article start end text stratum weight`: article is its id, weight how many units
    of the corpus the drawn one stands for. questions: `frame question ar en`.
    """

    units: pd.DataFrame
    questions: pd.DataFrame
    scheme: str
    lexicon: str
    unit: str
    seed: int

    def __repr__(self) -> str:
        every = "all " if (self.units.get("weight", pd.Series([0])) == 1).all() else ""
        return (
            f"CodingSheet: {every}{counted(len(self.units), self.unit)} of "
            f"{counted(self.units['article'].nunique(), 'article')}, "
            f"{counted(len(self.questions), 'question')} of {self.scheme}"
        )


def unit_name(number: int, total: int, row: Sequence[object]) -> str:
    """The name of a unit: its number, how many there are, and a check on what it consists of.

    row: article, start, end, stratum, weight and text. A spreadsheet cannot take the name for a
    number or date, and whoever reads it back can tell that a row was changed or is missing.

    >>> unit_name(3, 200, ["a1", 0, 9, "", 1.0, "نص"])
    'u003of200-a10531'
    """
    *place, weight, text = row
    said = "|".join([*map(str, place), f"{float(str(weight)):.4g}", visible(str(text))])
    return f"u{number:03d}of{total}-{hashlib.sha256(said.encode()).hexdigest()[:6]}"


def visible(text: str) -> str:
    """What of a text survives any spreadsheet: its visible characters, one blank between words."""
    return " ".join(_UNSEEN.sub(" ", text).split())


def coding_sheet(
    corpus: Corpus | Tokens,
    scheme: str | Scheme,
    n: int = 200,
    seed: int = 0,
    *,
    unit: str | None = None,
    by: str | None = None,
) -> CodingSheet:
    """Units of a corpus drawn at random for coding by a scheme's questions.

    corpus: a Corpus, or its Tokens. unit: sentence, paragraph or article, default the scheme's; to
    correct shares, score the frames in the same unit. by: a column of the articles; the
    same number is then drawn from each of its values, and `weight` says how many units each drawn
    one stands for. Where there are fewer than n, all are taken, and the sheet says so. Sheets for
    two coders hold the same units. Raises StudyError for an unknown unit or column, a number below
    1, or a scheme without questions, AnalysisError where no unit has words.

    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x",
    ...                       "text": "قال. وأضاف."})
    >>> sheet = coding_sheet(Corpus(table), "generic", n=2)
    >>> sheet.units["weight"].tolist()
    [2.0, 2.0]
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise StudyError(f"n is {n!r}", remedy="give a number of units, such as 200")
    loaded = load_scheme(scheme)
    questions = loaded.questions()
    if questions.empty:
        raise StudyError(f"scheme {loaded.id} has no questions", remedy="give frames.*.questions")
    chosen = unit or loaded.unit
    population = _population(corpus, chosen, by)
    if population.empty:
        what = f"the corpus has no {chosen} with words"
        raise AnalysisError(what, remedy="look at what was rejected")
    rng = np.random.default_rng(seed)
    drawn = []
    sizes = population["stratum"].value_counts(sort=False)
    each = np.full(len(sizes), n // len(sizes)) + (np.arange(len(sizes)) < n % len(sizes))
    for (stratum, size), wanted in zip(sizes.items(), each, strict=True):
        if not (wanted := min(wanted, size)):
            continue
        rows = np.flatnonzero(population["stratum"] == stratum)
        picked = population.iloc[rng.choice(rows, size=wanted, replace=False)]
        drawn.append(picked.assign(weight=size / wanted))
    units = pd.concat(drawn, ignore_index=True)
    units = units.iloc[rng.permutation(len(units))].reset_index(drop=True)
    columns = ["article", "start", "end", "stratum", "weight", "text"]
    names = [
        unit_name(i, len(units), row)
        for i, row in enumerate(units[columns].itertuples(index=False, name=None), start=1)
    ]
    units.insert(0, "unit", names)
    return CodingSheet(units[[*PLACE]], questions, loaded.id, loaded.sha256, chosen, seed)


def _population(corpus: Corpus | Tokens, unit: str, by: str | None) -> pd.DataFrame:
    """Every unit of the corpus that has words: `article start end text stratum`."""
    if not isinstance(corpus, Corpus | Tokens):
        expect(corpus, Corpus, made_by="read_corpus(…)")
    articles = corpus.articles
    if by is not None and by not in articles:
        raise StudyError(
            f"articles have no column {by!r}", remedy=did_you_mean(by, articles.columns)
        )
    units = text_units(Corpus(articles), unit)
    stratum = "" if by is None else units[by].astype("str")
    units = units[["article", "start", "end", "text"]].assign(
        article=articles["id"].astype("str").to_numpy()[units["article"]], stratum=stratum
    )
    return units[units["text"].str.strip() != ""].reset_index(drop=True)
