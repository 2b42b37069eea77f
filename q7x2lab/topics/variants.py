"""What topics hang on: the same articles prepared otherwise, or without one outlet."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.stop_words import DEFAULT_CLASSES
from q7x2lab.corpus.matrix import DocumentTermMatrix, document_term_matrix
from q7x2lab.corpus.model import article_clusters, article_labels
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError
from q7x2lab.topics.stability import (
    MOST_UNITS,
    SHARE,
    TENTATIVE,
    Stability,
    article_overlap,
    refit,
    subsamples,
    topic_scores,
)
from q7x2lab.topics.topic_model import TopicModel, fit_model, select_units

HOUSE_STYLE = 1.5  # an outlet's own topic stands in it this many times as often as an even spread


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
    apart = tokens.conflation == "none"
    other = replace(tokens, conflation="hybrid" if apart else "none")
    variants = {"words conflated" if apart else "words not conflated": count(other)}
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
        first = np.flatnonzero(~repeated[own.articles["article"]])
        return {"copies once": select_units(own, first)}
    reasons = pd.Series(dtype="str") if rejected is None else rejected["reason"].astype("str")
    copied = reasons.str.extract(r"^copy of (.*)$")[0].value_counts()
    more = own.articles["id"].map(copied).fillna(0)
    counted = replace(own, articles=own.articles.assign(weight=1.0 + more))
    return {"copies counted": counted} if more.any() else {}


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
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> dtm = two_subjects()
    >>> robustness(fit_model(dtm, 2), {"the same again": dtm})["exists"].tolist()
    [True, True]
    """
    own = pd.Series(model.main_topics, index=_unit_names(model.dtm))
    tables = []
    for name, dtm in variants.items():
        other = fit_model(dtm, model.k, method=model.method, seed=model.seed)
        theirs = pd.Series(other.main_topics, index=_unit_names(dtm))
        both = pd.concat([own, theirs], axis=1, join="inner", keys=["own", "theirs"])
        if both.empty:
            raise AnalysisError(f"{name}: no article is in both matrices", remedy="check the ids")
        overlap = article_overlap(both["own"].to_numpy(), both["theirs"].to_numpy(), model.k)
        table = model.labelled().assign(variant=name, overlap=overlap.max(axis=1))
        table["match"] = np.asarray(other.labels, dtype=object)[overlap.argmax(axis=1)]
        tables.append(table.assign(exists=table["overlap"] >= TENTATIVE, units=len(both)))
    columns = ["variant", "topic", "label", "overlap", "match", "exists", "units"]
    return pd.concat(tables, ignore_index=True)[columns]


def _unit_names(dtm: Any) -> pd.Index:
    """Names of the units: the article's id, and where the unit begins if it is a part."""
    parts = dtm.articles.reindex(columns=["id", "start"], fill_value=0).astype(str)
    return pd.Index(parts["id"] + " " + parts["start"])


def leave_one_out(
    model: TopicModel, by: str = "outlet", *, stability: Stability | None = None
) -> pd.DataFrame:
    """Which topics are one outlet's house style: refits without each, beside a random control.

    Parameters
    ----------
    by
        The column whose values are left out, one at a time.
    stability
        What `stability` returned for the model: of a large corpus a refit sees 6,000 articles
        whatever is left out, so that its refits are the control of every value.

    Returns
    -------
    DataFrame
        ``left_out``; ``topic``, ``label``; ``part``, how much of the topic stands in what was left
        out; ``score``, the lower of rank-biased overlap and overlap of the remaining articles
        between model and refit; ``control``, the same where as many articles were left out at
        random; ``hangs``: the topic is lost without the outlet (below .6), not at random, and
        the outlet holds at least one and a half times its even part of it.

    Raises
    ------
    AnalysisError
        If there is one value only, or too few articles remain without any.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import fit_model
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> dtm = two_subjects()
    >>> dtm.articles["outlet"] = ["a", "b"] * 20
    >>> bool(leave_one_out(fit_model(dtm, 2))["hangs"].any())
    False
    """
    values = article_labels(model.articles, by)
    names = sorted(values.dropna().unique())
    if len(names) < 2:
        raise AnalysisError(f"{by!r} has one value only: there is nothing to leave out")
    clusters, mass = article_clusters(model.articles), model.article_shares.sum(axis=0)
    tables = []
    for number, name in enumerate(names):
        gone = (values == name).to_numpy()
        if (~gone & (model.main_topics >= 0)).sum() < 2 * model.k:
            continue
        score = _survival(model, ~gone)
        if stability and min((~gone).sum(), SHARE * gone.size) >= MOST_UNITS:
            control = stability.topics["score"].to_numpy()
        else:
            at_random = subsamples(clusters, 1, 1 - gone.mean(), model.seed + number)[0]
            control = _survival(model, at_random)
        part = model.article_shares[gone].sum(axis=0) / mass
        own = part > HOUSE_STYLE * gone.mean()
        table = model.labelled().assign(part=part, score=score, control=control)
        table["hangs"] = (score < TENTATIVE) & (control >= TENTATIVE) & own
        table.insert(0, "left_out", name)
        tables.append(table)
    if not tables:
        what = f"without any one {by} too few articles remain for {model.k} topics"
        raise AnalysisError(what, remedy="fewer topics")
    return pd.concat(tables, ignore_index=True)


def _survival(model: TopicModel, kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The score of each topic in a refit on these articles."""
    return topic_scores(model, refit(model, np.flatnonzero(kept), model.seed))["score"].to_numpy()
