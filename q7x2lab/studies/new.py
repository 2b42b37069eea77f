"""A commented study file, written from what is found in a table of articles."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.read import read_corpus
from q7x2lab.errors import StudyError, counted
from q7x2lab.studies.report import data_text
from q7x2lab.studies.study_file import check_study

FEW = 40


def new_study(name: str, articles: Path, *, folder: Path = Path()) -> Path:
    """Write NAME.yaml for a table of articles, with what was found in it as comments; its path.

    name: letters, digits, - and _. folder: where the study file goes. Raises StudyError for a bad
    name or where the file exists, CorpusError where the table cannot be read.
    """
    check_study({"study": name, "corpus": {"files": "demo"}}, where="NAME")
    path = folder / f"{name}.yaml"
    if path.exists():
        remedy = "choose another name, or remove it first"
        raise StudyError("the study file is there already", where=str(path), remedy=remedy)
    corpus = read_corpus(str(articles))
    relative = Path(os.path.relpath(articles.absolute(), folder.absolute())).as_posix()
    path.write_text(study_text(name, relative, corpus), encoding="utf-8")
    return path


def study_text(name: str, files: str, corpus: Corpus) -> str:
    """The text of a study file for a corpus: every key with its default and what it means."""
    from jinja2 import Environment

    environment = Environment(keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"yaml": _yaml, "counted": counted}
    return environment.from_string(data_text("templates/study.yaml.txt")).render(
        name=name, files=files, **_findings(corpus)
    )


def _findings(corpus: Corpus) -> dict[str, Any]:
    articles = corpus.articles
    dates = articles["date"].dropna()
    months = dates.dt.to_period("M").nunique()
    return {
        "articles": len(articles),
        "rejected": len(corpus.rejected),
        "copies": len(corpus.copies),
        "outlets": {str(k): int(v) for k, v in articles["outlet"].value_counts().items()},
        "first": f"{dates.min():%Y-%m-%d}" if len(dates) else "",
        "last": f"{dates.max():%Y-%m-%d}" if len(dates) else "",
        "covariates": corpus.covariates,
        "unit": "paragraph" if len(articles) < FEW else "article",
        "period": "month" if months >= 4 or not len(dates) else "week",
        "min_articles": 1 if len(articles) < FEW else 5,
        "few": FEW,
    }


def _yaml(value: object) -> str:
    """A text as a YAML value that stays on its line, whatever is in it."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x85", "\\N").replace("\u2028", "")
