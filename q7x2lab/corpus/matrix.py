"""The document-term matrix: how often each lexeme stands in each article, paragraph or sentence."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.arabic.letters import fold_all
from q7x2lab.arabic.tokens import HASHTAG, LATIN, WORD
from q7x2lab.corpus.conflation import lexeme_labels
from q7x2lab.corpus.phrases import OUTSIDE, phrase_tokens
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, counted, expect

COUNTED_KINDS = (WORD, LATIN, HASHTAG)  # numbers and names of accounts tell nothing of a subject


@dataclass(frozen=True, eq=False, repr=False)
class DocumentTermMatrix:
    """Counts of lexemes in units of text.

    Attributes
    ----------
    counts
        Sparse matrix (CSR), units × lexemes, int32.
    articles
        One row a unit: the columns of its article, and `article`, `start`, `end`.
    lexemes, labels
        One entry a column: the key of the lexeme, sorted, and the form it is shown as.
    unit
        `article`, `paragraph` or `sentence`.

    Examples
    --------
    >>> counts = sparse.csr_array([[2, 0], [1, 3]])
    >>> articles = pd.DataFrame({"id": ["a", "b"]})
    >>> DocumentTermMatrix(counts, articles, ["نفط", "غاز"], ["نفط", "الغاز"], "article")
    DocumentTermMatrix: 2 articles × 2 lexemes
    """

    counts: sparse.csr_array
    articles: pd.DataFrame
    lexemes: list[str]
    labels: list[str]
    unit: str

    def __repr__(self) -> str:
        rows, columns = self.counts.shape
        return f"DocumentTermMatrix: {counted(rows, self.unit)} × {counted(columns, 'lexeme')}"


def document_term_matrix(
    tokens: Tokens,
    *,
    unit: str = "article",
    min_articles: int = 5,
    max_share: float = 0.5,
    drop_stop: bool = True,
) -> DocumentTermMatrix:
    """Counts of words and hashtags, by lexeme, in articles, paragraphs or sentences.

    Parameters
    ----------
    unit
        What a row is; every unit has one, empty ones too.
    min_articles, max_share
        A lexeme is kept if at least so many articles, and at most this share of them, have it.
        Articles are counted whatever the unit is.
    drop_stop
        Whether stop words are left out; a phrase of ``tokens.phrases`` never is.

    Raises
    ------
    StudyError
        If the unit is unknown.
    AnalysisError
        If no lexeme is left.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x",
    ...                       "text": ["الغاز والنفط", "النفط والنفط"]})
    >>> dtm = document_term_matrix(tokenize_corpus(Corpus(table)), min_articles=1, max_share=1)
    >>> dtm.labels, dtm.counts.toarray().tolist()
    (['الغاز', 'النفط'], [[1, 1], [0, 2]])
    """
    expect(tokens, Tokens, made_by="tokenize_corpus(corpus)")
    is_counted = np.isin(tokens.kinds, COUNTED_KINDS) & ~(tokens.stop & drop_stop)
    names, phrase = phrase_tokens(tokens) if tokens.phrases else ([], np.int32(OUTSIDE))
    column = np.where(is_counted, tokens.lexeme, -1)[tokens.type]
    column = np.where(
        phrase == OUTSIDE, column, np.where(phrase >= 0, phrase + len(tokens.lexemes), -1)
    )
    row, spans = tokens.units(unit)
    articles = tokens.articles.iloc[spans["article"].to_numpy()].reset_index(drop=True)
    units = articles.assign(**{str(name): spans[name] for name in spans})
    by_article = _count(tokens.article, tokens.n_articles, column)
    counts = by_article if unit == "article" else _count(row, len(units), column)
    spread = np.bincount(by_article.indices, minlength=counts.shape[1])
    columns = _frequent_enough(spread, tokens.n_articles, min_articles, max_share)
    # A lexeme is shown by a form that was counted, not by a more frequent one that is a stop word.
    times = np.where(is_counted, tokens.counts, 0)
    labels = np.array([*lexeme_labels(tokens.forms, times, tokens.lexeme), *names], object)
    keys = np.array([*tokens.lexemes, *fold_all(names, tokens.fold)], object)
    columns = columns[np.argsort(keys[columns], kind="stable")]  # phrases in their places
    kept = (keys[columns].tolist(), labels[columns].tolist())
    return DocumentTermMatrix(counts[:, columns], units, *kept, unit)


def _count(row: NDArray[np.int32], rows: int, column: NDArray[np.int32]) -> sparse.csr_array:
    """How often each column number stands in each row; -1 is no column."""
    kept = np.flatnonzero(column >= 0)
    ones = np.ones(len(kept), np.int32)
    shape = (rows, int(column.max(initial=-1)) + 1)
    return sparse.coo_array((ones, (row[kept], column[kept])), shape=shape).tocsr()


def _frequent_enough(
    spread: NDArray[np.int64], articles: int, min_articles: int, max_share: float
) -> NDArray[np.int64]:
    """Numbers of the lexemes that stand in enough articles and not in too many."""
    kept = np.flatnonzero((spread >= max(min_articles, 1)) & (spread <= max_share * articles))
    if not len(kept):
        what = f"no lexeme stands in at least {min_articles} and at most {max_share:.0%} of "
        remedy = "lower min_articles, raise max_share, or bring more articles"
        raise AnalysisError(what + counted(articles, "article"), remedy=remedy)
    return kept


def two_subjects() -> DocumentTermMatrix:
    """Counts of forty articles on two subjects that share no word: a matrix for examples.

    The first twenty articles have each of the first twelve words once, the others the rest.

    Examples
    --------
    >>> two_subjects()
    DocumentTermMatrix: 40 articles × 24 lexemes
    """
    counts = np.kron(np.eye(2, dtype=np.int32), np.ones((20, 12), np.int32))
    words = [f"w{number:02d}" for number in range(24)]
    articles = pd.DataFrame({"id": [str(number) for number in range(40)]})
    return DocumentTermMatrix(sparse.csr_array(counts), articles, words, words, "article")
