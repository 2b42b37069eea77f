"""Labels of articles from a column of the corpus, a table, or an export of Label Studio."""

import json
from pathlib import Path

import pandas as pd

from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import StudyError, counted, did_you_mean
from q7x2lab.framing.coding import PLACE, Coding
from q7x2lab.framing.own_labels import score_labels
from q7x2lab.framing.scores import Frames
from q7x2lab.studies.sheets import plain_cell, read_filled_sheet

MOST_LABELS = 30  # of one column: texts, dates or ids were named where there are more
ANNOTATOR = "annotator"  # the coder of what Label Studio exports


def read_labels(
    tokens: Tokens,
    file: str | Path | None = None,
    *,
    column: str,
    id: str = "id",
    coder: str | None = None,
    coding: str | Path | None = None,
    name: str | None = None,
    by: str | None = None,
    seed: int = 0,
) -> Frames:
    """Labels of articles as frames: shares, figures, agreement and validation as for a lexicon.

    Parameters
    ----------
    tokens
        What `tokenize_corpus` returned.
    file
        A table (csv or xlsx) with a row an article, or an article and coder; an export of Label
        Studio as JSON; none for a column of the corpus.
    column
        The column of labels, such as tone; of an export, the name of the question.
    id
        The column of the articles' ids; of an export, the key in the data of a task.
    coder
        The column of who labelled; without it one coder is supposed, who is called as the file.
    coding
        A file of the same form with labels of people: those of `file` are then a program's, and
        are validated and corrected by them. The column `coder` is this file's.
    name
        What figures call the labels; by default the column.
    by, seed
        As for `score_frames`.

    Raises
    ------
    StudyError
        With file, row and remedy: for a column that is not there or holds no labels, an article
        that one coder labelled twice, and ids that are not those of the corpus; some may be of
        articles that the study leaves out.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": list("abc"), "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> corpus = Corpus(table.assign(tone=["calm", "angry", "angry"]))
    >>> read_labels(tokenize_corpus(corpus), column="tone").shares["share"].round(2).tolist()
    [0.67, 0.33]
    """
    articles, machines = tokens.articles, dict[str, str]()
    rows = _labels_in(articles, file, column, id, None if coding else coder)
    source = Path(file).name if file else f"column {column}"
    if coding:
        machines = dict.fromkeys(rows["coder"], source)
        rows = pd.concat([rows, _labels_in(articles, coding, column, id, coder)])
        source += f", {Path(coding).name}"
    ids = articles["id"].astype(str)
    if outside := (~rows["id"].isin(ids)).sum():
        source += f"; {counted(outside, 'label')} of articles left out"
    rows = rows[rows["id"].isin(ids)]
    given = pd.crosstab([rows["id"], rows["coder"]], rows["label"]).clip(upper=1).astype(float)
    codes = given.stack().reset_index().set_axis(["unit", "coder", "frame", "code"], axis=1)
    units = pd.DataFrame({"unit": ids, "article": ids, "end": articles["text"].str.len()})
    units = units.assign(start=0, text="", stratum="", weight=1.0)[ids.isin(rows["id"])]
    coded = Coding(units[[*PLACE]].reset_index(drop=True), codes, machines=machines, source=source)
    return score_labels(tokens, coded, name=name or column, by=by, seed=seed)


def _labels_in(
    articles: pd.DataFrame, file: str | Path | None, column: str, id: str, coder: str | None
) -> pd.DataFrame:
    """``id coder label`` of each row of a file that has a label and is of an article."""
    path = Path(file or f"column {column}")
    if path.suffix == ".json":
        table, coder = _exported(path, column, id), ANNOTATOR
    else:
        table = read_filled_sheet(path) if file else articles
    for name in {id, column, coder or id} - {*table}:
        remedy = did_you_mean(name, [str(known) for known in table])
        raise StudyError(f"there is no column {name!r}", where=path.name, remedy=remedy)
    who = table[coder] if coder else path.stem
    rows = pd.DataFrame({"id": table[id], "coder": who, "label": table[column]}, table.index)
    rows = rows.dropna().map(plain_cell).query("label != ''").drop_duplicates()
    if not 0 < rows["label"].nunique() <= MOST_LABELS:
        what = f"{column!r} holds {counted(rows['label'].nunique(), 'different label')}"
        remedy = f"name a column of labels, at most {MOST_LABELS} different ones"
        raise StudyError(what, where=path.name, remedy=remedy)
    for row in rows[rows.duplicated(["id", "coder"]) & (coder != ANNOTATOR)].itertuples():
        what = f"row {row.Index}: {row.coder} gave {row.id} a second label, {row.label!r}"
        raise StudyError(what, where=path.name, remedy="keep one label an article and coder")
    known = articles["id"].astype(str)
    # Of a sample, most may be of articles that a study leaves out; a wrong column of ids has none.
    if not rows["id"].isin(known).any():
        what = f"no label is of an article of the corpus: {rows['id'].iloc[0]!r} …"
        remedy = f"ids here are such as {known.iloc[0]!r}: name id here, or id under corpus.columns"
        raise StudyError(what, where=path.name, remedy=remedy)
    return rows


def _exported(file: Path, column: str, id: str) -> pd.DataFrame:
    """Id, annotator and label of each choice in an export of Label Studio."""
    rows = []
    try:
        for task in json.loads(file.read_bytes()):
            for made in task["annotations"]:
                who = made.get("completed_by", 1)
                who = who["email"] if isinstance(who, dict) else f"annotator {who}"
                parts = [] if made.get("was_cancelled") else made["result"]
                for part in (part for part in parts if part["from_name"] == column):
                    rows += [(task["data"][id], who, label) for label in part["value"]["choices"]]
    except (KeyError, TypeError, ValueError, OSError) as error:
        what = f"is no export of Label Studio as JSON ({type(error).__name__}: {error})"
        remedy = "name the question of choices under column, the key of the articles' ids under id"
        raise StudyError(what, where=file.name, remedy=remedy) from None
    return pd.DataFrame(rows, columns=[id, ANNOTATOR, column])
