"""A commented study file for a table of articles, with what was recognised in it."""

import argparse
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from q7x2lab.corpus.columns import FIELDS, UnclearColumnsError, place_columns
from q7x2lab.corpus.files import rows_of
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.periods import stray_dates
from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import AnalysisError, StudyError, counted
from q7x2lab.studies.report import rendered
from q7x2lab.studies.study_file import DEMO, check_study
from q7x2lab.trends.counts import frequent_words

CANDIDATES = 12  # words of the corpus that a new study offers as keywords
MOST_GROUPS = 60  # different values of a column by which somebody would compare

Ask = Callable[[str], str]


def new_study(
    name: str, articles: Path, *, folder: Path = Path(), ask: Ask | None = None
) -> list[str]:
    """Write NAME.yaml for a table of articles; what was recognised in it, in lines.

    Where no column can be taken for the text, the file is written all the same, with the columns
    listed for mapping.

    Parameters
    ----------
    name
        Letters of any script, digits, - and _.
    folder
        Where the study file goes.
    ask
        Answers questions about columns, outlets and keywords, such as ``input``; none are asked
        without it.

    Raises
    ------
    StudyError
        For a bad name, or where the file exists.
    CorpusError
        Where the table cannot be read.
    """
    check_study({"study": name, "corpus": {"files": DEMO}}, where="NAME")
    path = folder / f"{name}.yaml"
    if path.exists():
        remedy = "choose another name, or remove it first"
        raise StudyError("the study file is there already", where=str(path), remedy=remedy)
    files = Path(os.path.relpath(articles.absolute(), folder.absolute())).as_posix()
    told = _asked_columns(articles, ask) if ask else {}
    try:
        corpus = read_corpus(str(articles), columns=told)
        found, said = _found(corpus, ask), [*column_lines(corpus.columns)]
        following = f"next: q7x2lab check {path}, then q7x2lab run {path}"
    except UnclearColumnsError as unclear:
        found, said = {"unclear": unclear}, [unclear.what]
        following = f"next: name the column of the text there, then q7x2lab check {path}"
    found |= {"name": name, "files": files, "told": told}
    path.write_text(rendered("study.yaml.txt", **found), encoding="utf-8", newline="\n")
    return [*said, f"wrote {path}; {following}"]


def column_lines(columns: pd.DataFrame) -> Iterator[str]:
    """A line for each column that became something and why, for what was not placed or found."""
    for field, column, why in columns[["field", "column", "why"]].to_numpy():
        yield ": ".join(filter(None, [field, column and f"column {column!r}", why]))


def _found(corpus: Corpus, ask: Ask | None) -> dict[str, Any]:
    """What the study file says of a corpus: columns, dates, outlets, words; and what was chosen."""
    articles, dates = corpus.articles, corpus.articles["date"].dropna()
    outlets = articles["outlet"].astype("str").value_counts()
    words = {}
    with suppress(AnalysisError):  # a corpus without a word that counts
        tokens = tokenize_corpus(corpus)
        for label, query in frequent_words(tokens, n=CANDIDATES).items():
            hits = tokens.match(query)
            where = counted(hits["article"].nunique(), "article")
            words[label] = f"{counted(len(hits), 'hit')} in {where}"
    most = min(MOST_GROUPS, len(corpus) // 2)
    groups = [name for name in corpus.covariates if 1 < articles[name].nunique() <= most]
    return {
        "corpus": corpus,
        "placed": corpus.columns.query("field != '' and column != ''"),
        "dates": dates[~stray_dates(dates)],
        "groups": groups,
        "outlets": outlets,
        "words": words,
        "chosen": _choose(ask, "outlets that count [all]", list(outlets.index)),
        "keywords": _choose(ask, "keywords [none]", list(words), others=True),
    }


def _asked_columns(articles: Path, ask: Ask) -> dict[str, str]:
    """Field to column, where somebody who is shown what would be taken says otherwise."""
    table, told = rows_of(str(articles))[0].table, dict[str, str]()
    names = list(map(str, table.columns))
    for field in FIELDS:
        placed = told
        with suppress(UnclearColumnsError):
            placed, _ = place_columns(table, told)
        question = f"column of the {field} [{placed.get(field, 'none')}]"
        if chosen := _choose(ask, question, names):
            told = told | {field: chosen[0]}
    return told


def _choose(
    ask: Ask | None, question: str, names: Sequence[str], *, others: bool = False
) -> list[str]:
    """Some of these names, by number or as written, asked for until all are there."""
    numbered = dict(enumerate(names, start=1))
    listed = "".join(f"  {number} {name}\n" for number, name in numbered.items())
    while ask:
        typed = re.split("[,،]", ask(f"{listed}{question}, numbers or names: "))
        said = [answer.strip() for answer in typed if answer.strip()]
        chosen = [numbered.get(int(name), name) if name.isdecimal() else name for name in said]
        if others or set(chosen) <= set(names):
            return chosen
    return []


def new_command(options: argparse.Namespace) -> None:
    """``q7x2lab new NAME ARTICLES [--ask]``."""
    print(*new_study(options.name, options.articles, ask=input if options.ask else None), sep="\n")
