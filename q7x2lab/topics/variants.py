"""The same articles prepared otherwise, to see which topics hang on the preparation."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.arabic.stop_words import DEFAULT_CLASSES
from q7x2lab.corpus.matrix import DocumentTermMatrix, document_term_matrix
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.topics.choice_of_k import select_units


def preprocessing_variants(
    tokens: Tokens,
    *,
    unit: str = "article",
    min_articles: int = 5,
    rejected: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """Matrices of the same articles by what is different in their preparation: for `robustness`.

    Words conflated where they were not and the reverse; stop words likewise; and copies: each
    story once where copies are there, or, where they were left out, as often as it ran. unit,
    min_articles: as the model's own matrix was made. rejected: the corpus's rejected rows (id,
    reason), which say of what each was a copy.

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
) -> dict[str, Any]:
    if "cluster" in tokens.articles and tokens.articles["cluster"].duplicated().any():
        first = ~tokens.articles["cluster"].duplicated().to_numpy()
        rows = np.flatnonzero(first[own.articles["article"]])
        return {"copies once": select_units(own, rows)}
    if rejected is None or rejected.empty:
        return {}
    copied = rejected["reason"].astype(str).str.extract(r"^copy of (.*)$")[0]
    more = own.articles["id"].map(copied.value_counts()).fillna(0)
    if not more.any():
        return {}
    return {"copies counted": replace(own, articles=own.articles.assign(weight=1.0 + more))}
