"""Units drawn for coders, and the questions to put to each."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from q7x2lab.arabic.letters import visible
from q7x2lab.corpus.model import Corpus, article_labels, cut_passages, unit_spans
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, StudyError, counted, expect
from q7x2lab.framing.coding import PLACE
from q7x2lab.framing.schemes import Scheme, load_scheme


@dataclass(frozen=True, eq=False, repr=False)
class CodingSheet:
    """Units drawn for coding, and the questions to put to each.

    Attributes
    ----------
    units
        ``unit article start end text stratum weight``: ``article`` is its id, ``weight`` how many
        units of the corpus the drawn one stands for.
    questions
        ``frame question ar en``.
    """

    units: pd.DataFrame
    questions: pd.DataFrame
    scheme: str
    unit: str

    def __repr__(self) -> str:
        every = "all " if (self.units["weight"] == 1).all() else ""
        return f"CodingSheet: {every}{counted(len(self.units), self.unit)} of {self.scheme}"


def unit_name(number: int, total: int, row: Sequence[object]) -> str:
    """The name of a unit: its number, how many there are, and a check on what it consists of.

    Parameters
    ----------
    row
        Article, start, end, stratum, weight and text. A spreadsheet cannot take the name for a
        number or date, and whoever reads it back can tell that a row was changed or is missing.

    Examples
    --------
    >>> unit_name(3, 200, ["a1", 0, 9, "", 1.0, "نص"])
    'u003of200-a10531'
    """
    *place, weight, text = row
    said = "|".join([*map(str, place), f"{float(str(weight)):.4g}", visible(str(text))])
    return f"u{number:03d}of{total}-{hashlib.sha256(said.encode()).hexdigest()[:6]}"


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

    Parameters
    ----------
    n
        How many units; where there are fewer, all are taken, and the sheet says so.
    unit
        sentence, paragraph or article, default the scheme's; to correct shares, score the frames
        in the same unit.
    by
        A column of the articles; the same number is then drawn from each of its values, and
        ``weight`` says how many units each drawn one stands for.

    Raises
    ------
    StudyError
        For an unknown unit or column, or a number below 1.
    AnalysisError
        For a scheme without questions, or where no unit has words.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x",
    ...                       "text": "قال. وأضاف."})
    >>> sheet = coding_sheet(Corpus(table), "generic", n=2)
    >>> sheet.units["weight"].tolist()
    [2.0, 2.0]
    """
    if type(n) is not int or n < 1:
        raise StudyError(f"n is {n!r}", remedy="give a number of units, such as 200")
    loaded = load_scheme(scheme)
    questions, chosen = loaded.questions(), unit or loaded.unit
    if questions.empty:
        raise AnalysisError(f"scheme {loaded.id} has no questions", remedy="add them to its frames")
    population = _population(corpus, chosen, by)
    if population.empty:
        what = f"the corpus has no {chosen} with words"
        raise AnalysisError(what, remedy="look at what was rejected")
    rng, drawn = np.random.default_rng(seed), []
    strata = population.groupby("stratum", sort=False)
    for i, (_, stratum) in enumerate(strata):
        wanted = min(n // len(strata) + (i < n % len(strata)), len(stratum))
        sample = stratum.sample(wanted, random_state=rng)
        drawn.append(sample.assign(weight=len(stratum) / max(wanted, 1)))
    units = pd.concat(drawn, ignore_index=True)
    units = units.iloc[rng.permutation(len(units))].reset_index(drop=True)
    row = units[["article", "start", "end", "stratum", "weight", "text"]].itertuples(index=False)
    units["unit"] = [unit_name(i, len(units), values) for i, values in enumerate(row, start=1)]
    return CodingSheet(units[[*PLACE]], questions, loaded.id, chosen)


def _population(corpus: Corpus | Tokens, unit: str, by: str | None) -> pd.DataFrame:
    """Every unit of the corpus that has words: ``article start end text stratum``."""
    if not isinstance(corpus, Tokens):
        expect(corpus, Corpus, made_by="read_corpus(…)")
    articles = corpus.articles
    units = unit_spans(articles["text"], unit)
    cut = cut_passages(articles["text"], *units.to_numpy().T)
    units["text"] = pd.Series([text for (text,) in cut], dtype="str")
    row = units["article"].to_numpy()  # not whole rows: a text for each of its sentences is 2 GB
    units["stratum"] = "" if by is None else article_labels(articles, by).to_numpy()[row]
    units["article"] = articles["id"].astype("str").to_numpy()[row]
    return units[units["text"].str.strip() != ""]
