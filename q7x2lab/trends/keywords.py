"""Keywords: their queries, the forms they count, and their hits in each article."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.aliases import load_aliases
from q7x2lab.arabic.stop_words import is_stop
from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import QueryError, did_you_mean

MOST_STOPPED = 0.95  # of a keyword's hits: some forms of a stop word mean something else


def keyword_queries(keywords: Mapping[str, Any], aliases: str | None = None) -> dict[str, Any]:
    """Keywords as queries: `alias:name` becomes the group of that name, all else stays as it is.

    aliases: a file of alias groups, None for the bundled ones. Raises QueryError for a group that
    is not there.

    >>> groups = keyword_queries({"Russia": "alias:russia", "gas": ["غاز"]})
    >>> groups["Russia"]["names"][0], groups["gas"]
    ('روسيا', ['غاز'])
    """
    groups = load_aliases(aliases or "news")
    queries = dict(keywords)
    for label, terms in keywords.items():
        only = terms[0] if isinstance(terms, list) and len(terms) == 1 else terms
        if isinstance(only, str) and only.startswith("alias:"):
            name = only.removeprefix("alias:").strip()
            if name not in groups:
                raise QueryError(
                    f"the keyword {label!r} names the alias group {name!r}, which is not there",
                    where="trends.keywords",
                    remedy=did_you_mean(name, groups),
                )
            queries[label] = groups[name]
    return queries


def keyword_forms(tokens: Tokens, queries: Mapping[str, Any]) -> pd.DataFrame:
    """What each keyword counts: `query surface count included`, one row a form.

    count: hits of the forms that are counted; occurrences of those that only look alike and are
    left out (included is then False). The most frequent of each keyword first.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نفط ونفط"})
    >>> keyword_forms(tokenize_corpus(Corpus(table)), {"oil": "نفط"}).values.tolist()
    [['oil', 'نفط', 1, True], ['oil', 'ونفط', 1, True]]
    """
    tables = []
    for label, query in queries.items():
        counted = tokens.match(query)["surface"].value_counts().reset_index()
        alike = tokens.audit(query)
        both = [counted.assign(included=True), alike[~alike["included"].astype(bool)]]
        table = pd.concat(both, ignore_index=True)[["surface", "count", "included"]]
        tables.append(table.assign(query=label, included=table["included"].astype(bool)))
    return pd.concat(tables, ignore_index=True)[["query", "surface", "count", "included"]]


def hit_counts(tokens: Tokens, queries: Mapping[str, Any]) -> NDArray[np.int64]:
    """Hits of each query in each article, articles × queries; QueryError where there are none."""
    return np.column_stack([_hits(tokens, label, query) for label, query in queries.items()])


def _hits(tokens: Tokens, label: str, query: Any) -> NDArray[np.int64]:
    found = tokens.match(query)
    if found.empty:
        raise QueryError(
            f"the keyword {label!r} ({query}) occurs nowhere in the corpus",
            where="trends.keywords",
            remedy="look at its forms with tokens.audit, or drop it",
        )
    surfaces = found["surface"].value_counts()
    empty = [
        bool(is_stop(form.split(), classes=tokens.stop_words).all()) for form in surfaces.index
    ]
    if surfaces[empty].sum() > MOST_STOPPED * surfaces.sum():
        raise QueryError(
            f"the keyword {label!r} ({query}) is of stop words alone",
            where="trends.keywords",
            remedy="name a word of the subject, or change arabic.stop_words",
        )
    return np.bincount(found["article"], minlength=tokens.n_articles)


def frequent_words(tokens: Tokens, n: int = 4) -> dict[str, str]:
    """The n most frequent lexemes that are no stop words, as keywords: label to query.

    For a first look, where a study names no keywords.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نفط ونفط"})
    >>> frequent_words(tokenize_corpus(Corpus(table)), n=1)
    {'نفط': 'lexeme:نفط'}
    """
    dtm = document_term_matrix(tokens, min_articles=1, max_share=1)
    order = np.argsort(-dtm.counts.sum(axis=0), kind="stable")[:n]
    return {dtm.labels[place]: f"lexeme:{dtm.labels[place]}" for place in order}
