"""Coding sheets: drawn and written blank for coders, read back with nothing trusted."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.arabic.letters import visible
from q7x2lab.corpus.model import Corpus, article_labels, cut_passages, unit_spans
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.data.gold import DEMO_ARTICLES, demo_gold
from q7x2lab.errors import AnalysisError, StudyError, counted
from q7x2lab.exhibits import Refusal, with_refusals
from q7x2lab.framing.coding import PLACE, Coding, coding_from_table
from q7x2lab.framing.schemes import Scheme, load_scheme
from q7x2lab.framing.scores import Frames
from q7x2lab.framing.validation import validate_frames
from q7x2lab.stats.agreement import krippendorff_alpha
from q7x2lab.studies.outputs import save_files
from q7x2lab.studies.sheets import read_filled_sheet, sheet_files
from q7x2lab.studies.study_file import DEMO

OPTIONS = {"ar": ("نعم", "لا"), "en": ("yes", "no")}
CODES = {"نعم": 1, "yes": 1, "true": 1, "1": 1, "1.0": 1, "١": 1}
CODES |= {"لا": 0, "no": 0, "false": 0, "0": 0, "0.0": 0, "٠": 0}
LEFT, RIGHT = ("unit", "coder", "article", "text"), ("notes", "start", "end", "stratum", "weight")
QUESTION = r"^(?P<number>\d+) (?P<question>(?P<frame>[\w-]+)\.[\w-]+): "
UNIT = re.compile(r"^u(\d+)of(\d+)-[0-9a-f]{6}$")
# Ids as spreadsheets write those that they take for numbers or dates.
_MANGLED = re.compile(r"^\d+(\.\d+)?E\+?\d+$|^\d{4}-\d\d-\d\d( 00:00:00)?$|^\d+\.0$", re.IGNORECASE)
FAULTS_SHOWN = 3  # in full; of the others, the rows
# Two questions look swapped where no more than fair agreement becomes acceptable (Krippendorff
# 2004 holds .667 for the least that is) once the answers of one coder are exchanged. Fewer units
# than ten agree so by chance.
ALPHA_AS_IT_STANDS, ALPHA_EXCHANGED, UNITS_TO_COMPARE = 0.2, 0.667, 10


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


def unit_name(number: int, total: int, row: Any) -> str:
    """The name of a unit: its number, how many there are, and a check on what it consists of.

    Parameters
    ----------
    row
        With ``article start end stratum weight text``. A spreadsheet cannot take the name for a
        number or date, and whoever reads it back can tell that a row was changed or is missing.

    Examples
    --------
    >>> row = pd.Series({"article": "a1", "start": 0, "end": 9, "stratum": "", "weight": 1})
    >>> unit_name(3, 200, pd.concat([row, pd.Series({"text": "نص"})]))
    'u003of200-a10531'
    """
    place = f"{row.article}|{row.start:.0f}|{row.end:.0f}|{row.stratum}|{row.weight:.4g}"
    digest = hashlib.sha256(f"{place}|{visible(row.text)}".encode()).hexdigest()
    return f"u{number:03d}of{total}-{digest[:6]}"


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
    articles, spans = corpus.articles, units[["article", "start", "end"]].to_numpy().T
    cut = cut_passages(articles["text"], *spans)
    units["text"] = pd.Series([text for (text,) in cut], dtype="str")
    units["article"] = articles["id"].astype("str").to_numpy()[spans[0]]
    units["unit"] = [unit_name(i, len(units), row) for i, row in enumerate(units.itertuples(), 1)]
    return CodingSheet(units[[*PLACE]], questions, loaded.id, chosen)


def _population(corpus: Corpus | Tokens, unit: str, by: str | None) -> pd.DataFrame:
    """Every unit of the corpus that has words: ``article start end stratum``."""
    if isinstance(corpus, Tokens):
        units = corpus.units(unit)[1]
    else:
        units = unit_spans(corpus.articles["text"], unit)
    articles = corpus.articles
    written = articles["text"].str.strip() != ""  # parts of texts are trimmed already
    units = units[written.to_numpy()[units["article"]] & (units["start"] < units["end"])]
    row = units["article"].to_numpy()  # not whole rows: a text for each of its sentences is 2 GB
    return units.assign(stratum="" if by is None else article_labels(articles, by).to_numpy()[row])


def save_coding_sheets(
    sheet: CodingSheet,
    *,
    coders: Sequence[str] = ("A", "B"),
    language: str = "ar",
    folder: str | Path | None = None,
) -> list[str]:
    """Write blank coding sheets, an xlsx and a csv for each coder with the same units; their paths.

    Each column has its question in the header, and yes and no to choose from. Fill in copies: a
    rerun writes the sheets anew. Name the copies under ``framing.coding``, or give them to
    `read_coding`.

    Parameters
    ----------
    coders
        A name for each coder: letters, digits, - and _.
    language
        ``ar`` or ``en``, of questions and answers; Arabic where it is ``both``.
    folder
        Where to; default ``coding/`` in the results of the running study, nowhere where none runs.

    Examples
    --------
    >>> units = pd.DataFrame({"unit": ["u001of1"], "article": "a", "text": "نص", "start": 0})
    >>> asked = pd.DataFrame({"frame": ["dispute"], "question": "q1", "ar": "هل؟", "en": "Is it?"})
    >>> save_coding_sheets(CodingSheet(units, asked, "small", "sentence"), coders=["A"])[0]
    'coding/blank-small-A.xlsx (written where a study runs)'
    """
    language = "ar" if language == "both" else language
    asked = sheet.questions[["frame", "question", language]].itertuples(index=False)
    headers = [f"{n} {frame}.{name}: {text}" for n, (frame, name, text) in enumerate(asked, 1)]
    files: dict[str, bytes] = {}
    folded = [coder.casefold() for coder in coders]  # two sheets of one name would be one file
    for coder in coders:
        if folded.count(coder.casefold()) > 1 or not re.fullmatch(r"[^\W_][\w-]{0,39}", coder):
            remedy = "letters, digits, - and _; no two that differ only in case"
            raise StudyError(f"{coder!r} cannot name a coder", where="coders", remedy=remedy)
        table = sheet.units.assign(coder=coder, notes="")
        files |= sheet_files(
            table.reindex(columns=[*LEFT, *headers, *RIGHT]),
            f"blank-{sheet.scheme}-{coder}",
            frozen="E2",
            choices=dict.fromkeys(headers, OPTIONS[language]),
            hidden=RIGHT[1:],
        )
    return save_files(files, "coding", folder=folder)


def read_coding(path: str | Path | Sequence[str | Path]) -> Coding:
    """The coding in one or more returned sheets (xlsx or csv), or a folder of them, checked.

    A unit carries a frame for a coder who answered yes to any of its questions; it is missing
    where none says yes and one is blank. ``missing`` lists what was left blank or did not come
    back. Nothing is scored silently.

    Raises
    ------
    StudyError
        With file, row and remedy, for an answer that is none of the options, a unit coded twice or
        unknown, columns in another order than written, a row whose id, place or text was changed
        (by sorting a single column, or by a spreadsheet that took an id for a number), sheets that
        nobody filled in or that were drawn apart, and two questions whose answers look swapped
        between coders.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from q7x2lab.framing.schemes import parse_scheme
    >>> scheme = parse_scheme("{scheme: {id: s}, frames: {dispute: {terms: [نزاع], questions: "
    ...                       "[{id: q1, ar: خلاف, en: a dispute}]}}}")
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "بدأ نزاع طويل."})
    >>> with TemporaryDirectory() as folder:
    ...     drawn = coding_sheet(Corpus(table), scheme, n=1)
    ...     path = save_coding_sheets(drawn, coders=["A"], language="en", folder=folder)[1]
    ...     filled = pd.read_csv(path)
    ...     filled["1 dispute.q1: a dispute"] = "yes"
    ...     filled.to_csv(path, index=False)
    ...     read_coding(path).gold()["dispute"].tolist()
    [1.0]
    """
    files = _files(path)
    sheets = [(file.with_suffix(""), *_read_sheet(file)) for file in files]
    answered = [sheet for sheet in sheets if sheet[1]["code"].notna().any()]
    for file in files:  # of a pair of xlsx and csv, the one that was filled in counts
        if file.with_suffix("") not in [stem for stem, *_ in answered]:
            raise StudyError("holds no answers", where=file.name, remedy="fill in, or leave it out")
    codes = pd.concat([codes for _, codes, _ in answered], ignore_index=True)
    units = pd.concat([units for *_, units in answered]).drop_duplicates("unit")
    _check_together(codes, units)
    numbers, total = units["unit"].str.extract(UNIT).astype(int).to_numpy().T
    names = dict(zip(numbers, units["unit"], strict=True))
    sent = [names.get(n, f"u{n:03d}of{total[0]}") for n in range(1, total[0] + 1)]
    keys = ["unit", "coder", "frame"]
    every: Any = [sent, codes["coder"].unique(), codes["frame"].unique()]
    answers = codes.groupby(keys, sort=False)["code"].agg(["max", "count", "size"])
    known = answers.loc[(answers["max"] == 1) | (answers["count"] == answers["size"]), "max"]
    missing: Any = pd.MultiIndex.from_product(every, names=keys).difference(known.index)
    return Coding(
        units[[*PLACE]].reset_index(drop=True),
        known.rename("code").reset_index(),
        missing.to_frame(index=False)[["coder", "unit", "frame"]],
        source=", ".join(file.name for file in files),
    )


def demo_coding(frames: Sequence[str]) -> Coding:
    """The coding of the demonstration corpus: every paragraph that is no copy, by its coders.

    Parameters
    ----------
    frames
        Which columns are frames.

    Examples
    --------
    >>> demo_coding(["conflict"]).frames
    ['conflict']
    """
    articles = pd.read_csv(DEMO_ARTICLES, dtype={"id": str})[["id", "text"]]
    paragraphs = demo_gold("paragraphs").query("copied == 0").merge(articles, on="id")
    table = demo_gold("codings").merge(paragraphs, on=["id", "paragraph"])
    spans = zip(table["text"], table["start"], table["end"], strict=True)
    table["text"] = [text[start:end] for text, start, end in spans]
    return coding_from_table(table, frames, source="demonstration corpus")


def study_coding(paths: Sequence[str], frames: Sequence[str]) -> Coding:
    """The coding that a study names: the demonstration's test half, or sheets.

    Parameters
    ----------
    paths
        ``demo``, or returned sheets and folders of them.
    frames
        Those of the scheme.

    Raises
    ------
    AnalysisError
        Where the study names none.

    Examples
    --------
    >>> study_coding(["demo"], ["conflict"]).source
    'demonstration corpus (test half)'
    """
    if not paths:
        what = "nothing is coded, so nobody can say how far the frames may be believed"
        remedy = "fill in the sheets under coding/, and name them under framing.coding"
        raise AnalysisError(what, remedy=remedy)
    if list(paths) == [DEMO]:
        return demo_coding(frames).half("test")
    return read_coding(list(paths))


def with_coding(frames: Frames, coding: Coding | Refusal, *, seed: int = 0) -> Frames:
    """The frames with what the coding says of them; as they were where it says nothing.

    Parameters
    ----------
    coding
        What `study_coding` returned.
    seed
        As for `validate_frames`.

    Examples
    --------
    >>> from q7x2lab.corpus.read import read_corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> from q7x2lab.framing.scores import score_frames
    >>> frames = score_frames(tokenize_corpus(read_corpus("demo")), "generic")
    >>> with_coding(frames, Refusal("nothing is coded")) is frames
    True
    """
    validation = with_refusals(validate_frames)(frames, coding, seed=seed)
    return frames.with_validation(validation) if validation else frames


def _files(path: str | Path | Sequence[str | Path]) -> list[Path]:
    """The sheets that are named, and those in a folder; ~$… is one that a spreadsheet has open."""
    if not isinstance(path, str | Path):
        return [file for one in path for file in _files(one)]
    if not Path(path).is_dir():
        return [Path(path)]
    found = [file for file in Path(path).glob("[!.~]*") if file.suffix in (".xlsx", ".csv")]
    if not found:
        remedy = "put the returned sheets there"
        raise StudyError("no xlsx or csv in the folder", where=str(path), remedy=remedy)
    return sorted(found)


def _read_sheet(file: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Answers (unit, coder, frame, question, code) and units of one sheet, every row checked."""
    table = read_filled_sheet(file, columns=[*LEFT, *RIGHT[1:]])
    for name in ("start", "end", "weight"):  # some spreadsheets have a decimal comma
        table[name] = pd.to_numeric(table[name].str.replace(",", "."), errors="coerce")
    asked = _questions(table.columns, file)
    has_unit = (table[["unit", "article", "text"]] != "").any(axis=1)
    stray = table[~has_unit & (table[asked.index] != "").any(axis=1)]
    table = table[has_unit]
    answers = table.melt(["unit", "coder"], [*asked.index], "header", "answer", ignore_index=False)
    answers = answers.join(asked, on="header")
    answers["code"] = answers["answer"].str.lower().map(CODES)
    unknown = answers[answers["code"].isna() & (answers["answer"] != "")]
    faults = [(row, "answers without a unit") for row in stray.index]
    faults += _faults_of_units(table)
    for row, answer, question in unknown[["answer", "question"]].itertuples(name=None):
        faults.append((row, f"unknown code {answer!r} for {question}"))
    if faults:
        faults.sort()
        shown = [f"row {row}: {fault}" for row, fault in faults[:FAULTS_SHOWN]]
        rest = ", ".join(dict.fromkeys(str(row) for row, _ in faults[FAULTS_SHOWN:]))
        more = [f"… and in rows {rest}"] if rest else []
        what = "\n  ".join([counted(len(faults), "fault"), *shown, *more])
        remedy = "answer نعم or لا (yes or no), and copy id, place and text from the sheet sent"
        raise StudyError(what, where=file.name, remedy=remedy)
    codes = answers[["unit", "coder", "frame", "question", "code"]].reset_index(drop=True)
    return codes, table.astype({"start": int, "end": int})[[*PLACE]]


def _questions(columns: pd.Index, file: Path) -> pd.DataFrame:
    """``number question frame`` of each answer column; StudyError where columns were moved."""
    asked = columns.to_series().str.extract(QUESTION).dropna()
    in_order = asked["number"].tolist() == [str(n) for n in range(1, len(asked) + 1)]
    if asked.empty or not in_order or [c for c in columns if c in LEFT] != list(LEFT):
        shown = ", ".join(asked["number"]) or "no questions"
        what = f"columns stand in another order than written ({shown})"
        remedy = "put them back in order, header and answers together"
        raise StudyError(what, where=file.name, remedy=remedy)
    return asked


def _faults_of_units(table: pd.DataFrame) -> Iterator[tuple[int, str]]:
    """Row and fault of each row that is not what was sent."""
    owner = next(iter(table.loc[table["coder"] != "", "coder"].mode()), "")
    first_rows: dict[str, int] = {}
    rows: Any = table.itertuples()
    for row in rows:
        if fault := _fault(row, owner, first_rows.setdefault(row.unit, row.Index)):
            yield row.Index, fault


def _fault(row: Any, owner: str, first_row: int) -> str:
    """What is wrong with a row of a sheet, if anything."""
    match = UNIT.match(row.unit)
    if not match:
        return f"{row.unit!r} in column unit is no unit of this sheet"
    if row.Index != first_row:
        return f"{row.unit} is coded twice, first in row {first_row}"
    if not row.coder:
        return "no coder"
    if row.coder != owner:
        return f"coder {row.coder!r} in the sheet of {owner!r}"
    # Without a text, as in an archive, nothing can be compared; the place says where it stands.
    if not row.text or unit_name(int(match[1]), int(match[2]), row) == row.unit:
        return ""
    why = f"id ({row.article!r}), place or text was changed, or one column was sorted alone"
    if _MANGLED.match(row.article):
        why = f"the spreadsheet took the id for a number or date ({row.article!r})"
    return f"{row.unit} is not as it was sent: {why}"


def _check_together(codes: pd.DataFrame, units: pd.DataFrame) -> None:
    """Refuse sheets of different draws or questions, one coder's twice, and swapped answers."""
    numbers = units["unit"].str.extract(UNIT)
    if numbers[1].nunique() > 1 or numbers[0].duplicated().any():
        remedy = "give the sheets of one draw at a time"
        raise StudyError("the sheets hold units of different draws", remedy=remedy)
    asked = codes.groupby(["frame", "coder"], sort=False)["question"].nunique()
    for frame, own in asked.groupby("frame", sort=False):
        if own.min() < own.max():
            fewer, more = (own.index[int(at)][1] for at in (own.argmin(), own.argmax()))
            questions = counted(own.min(), "question")
            what = f"{fewer} was asked {questions} for {frame}, {more} {own.max()}"
            raise StudyError(what, remedy="give sheets of one scheme, as they were sent")
    twice = codes[codes.duplicated(["unit", "coder", "question"])]
    if len(twice):
        what = f"{twice['coder'].iloc[0]} coded {twice['unit'].iloc[0]} twice"
        raise StudyError(what, remedy="keep one sheet of each coder")
    wide = codes.pivot(index=["coder", "question"], columns="unit", values="code")
    for coders in combinations(codes["coder"].unique(), 2):
        for pair in combinations(codes["question"].unique(), 2):
            _check_swapped(wide, coders, pair)


def _check_swapped(wide: pd.DataFrame, coders: tuple[str, str], questions: tuple[str, str]) -> None:
    """Refuse two questions on which coders agree only once one's answers are exchanged."""
    (one, two), (a, b) = coders, questions
    straight = [_alpha(wide, (one, question), (two, question)) for question in questions]
    crossed = [_alpha(wide, (one, a), (two, b)), _alpha(wide, (one, b), (two, a))]
    if max(straight) <= ALPHA_AS_IT_STANDS and min(crossed) >= ALPHA_EXCHANGED:
        alphas = [" and ".join(f"{alpha:.2f}" for alpha in pair) for pair in (straight, crossed)]
        what = f"answers to {a} and {b} look swapped between {one} and {two}"
        remedy = "see which coder's two columns were exchanged and put them back"
        as_they_are = f"alpha {alphas[0]} as they stand, {alphas[1]} exchanged"
        raise StudyError(f"{what}: {as_they_are}", remedy=remedy)


def _alpha(wide: pd.DataFrame, one: tuple[str, str], two: tuple[str, str]) -> float:
    pair = wide.loc[[one, two]].to_numpy(float)
    if (~np.isnan(pair)).all(axis=0).sum() < UNITS_TO_COMPARE:
        return float("nan")
    return krippendorff_alpha(pair, draws=1).alpha
