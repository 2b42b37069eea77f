"""The same articles prepared otherwise, and which topics hang on the preparation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.arabic.stop_words import DEFAULT_CLASSES
from q7x2lab.corpus.matrix import DocumentTermMatrix, document_term_matrix
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError
from q7x2lab.topics.model import TopicModel, fit_model, select_units
from q7x2lab.topics.stability import TENTATIVE


def preprocessing_variants(
    tokens: Tokens,
    *,
    unit: str = "article",
    min_articles: int = 5,
    rejected: pd.DataFrame | None = None,
) -> dict[str, DocumentTermMatrix]:
    """Matrices of the same articles by what is different in their preparation: for `robustness`.

    Words conflated where they were not and the reverse; stop words likewise; and copies: each
    story once where copies are there, or, where they were left out, as often as it ran.

    Parameters
    ----------
    unit, min_articles
        As the model's own matrix was made.
    rejected
        The corpus's rejected rows (``id``, ``reason``), which say of what each was a copy.

    Examples
    --------
    >>> from q7x2lab.corpus.read import read_corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> corpus = read_corpus("demo", copies="once")
    >>> list(preprocessing_variants(tokenize_corpus(corpus), rejected=corpus.rejected))
    ['words not conflated', 'stop words kept', 'copies counted']
    """
    count = partial(document_term_matrix, unit=unit, min_articles=min_articles)
    if tokens.conflation == "none":
        variants = {"words conflated": count(replace(tokens, conflation="hybrid"))}
    else:
        variants = {"words not conflated": count(replace(tokens, conflation="none"))}
    if tokens.stop_words:
        variants["stop words kept"] = count(tokens, drop_stop=False)
    else:
        stopped = replace(tokens, stop_words=tuple(DEFAULT_CLASSES))
        variants["stop words left out"] = count(stopped)
    return variants | _other_copies(tokens, count(tokens), rejected)


def _other_copies(
    tokens: Tokens, own: DocumentTermMatrix, rejected: pd.DataFrame | None
) -> dict[str, DocumentTermMatrix]:
    """The matrix without copies where they are there, with them where they were left out."""
    repeated = tokens.articles.get("cluster", pd.Series(dtype=int)).duplicated().to_numpy()
    if repeated.any():
        return {
            "copies once": select_units(own, np.flatnonzero(~repeated[own.articles["article"]]))
        }
    if rejected is None or rejected.empty:
        return {}
    copied = rejected["reason"].astype(str).str.extract(r"^copy of (.*)$")[0]
    more = own.articles["id"].map(copied.value_counts()).fillna(0)
    if not more.any():
        return {}
    return {"copies counted": replace(own, articles=own.articles.assign(weight=1.0 + more))}


def robustness(model: TopicModel, variants: Mapping[str, Any]) -> pd.DataFrame:
    """Whether each topic still exists where the articles are prepared otherwise.

    Parameters
    ----------
    variants
        Name to document-term matrix, of the same articles: see `preprocessing_variants`. A model
        with as many topics is fitted to each.

    Returns
    -------
    DataFrame
        ``variant``; ``topic``, ``label``; ``overlap``, the best Jaccard overlap of the articles
        that both matrices hold, by main topic; ``match``, the counterpart's label; ``exists``, from
        .6; ``units``, how many articles are in both.

    Raises
    ------
    AnalysisError
        If no article is in both matrices.

    Examples
    --------
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> dtm = two_subjects()
    >>> robustness(fit_model(dtm, 2), {"the same again": dtm})["exists"].tolist()
    [True, True]
    """
    own = pd.Series(model.main_topics, index=_unit_names(model.dtm))
    options = {"method": model.method, "seed": model.seed, "starts": model.starts}
    tables = []
    for name, dtm in variants.items():
        other = fit_model(dtm, model.k, **options)
        theirs = pd.Series(other.main_topics, index=_unit_names(dtm))
        both = pd.concat([own, theirs], axis=1, join="inner", keys=["own", "theirs"])
        if both.empty:
            raise AnalysisError(f"{name}: no article is in both matrices", remedy="check the ids")
        a, b = (both[side].to_numpy()[:, None] == np.arange(model.k) for side in both)
        common = a.T.astype(float) @ b
        overlap = common / np.maximum(a.sum(axis=0)[:, None] + b.sum(axis=0) - common, 1)
        table = model.labelled().assign(variant=name, overlap=overlap.max(axis=1))
        table["match"] = np.asarray(other.labels, dtype=object)[overlap.argmax(axis=1)]
        tables.append(table.assign(exists=table["overlap"] >= TENTATIVE, units=len(both)))
    columns = ["variant", "topic", "label", "overlap", "match", "exists", "units"]
    return pd.concat(tables, ignore_index=True)[columns]


def _unit_names(dtm: Any) -> pd.Index:
    """Names of the units: the article's id, and where the unit begins if it is a part."""
    parts = dtm.articles[["id", "start"]] if "start" in dtm.articles else dtm.articles[["id"]]
    return pd.Index(parts.astype(str).agg(" ".join, axis=1))
