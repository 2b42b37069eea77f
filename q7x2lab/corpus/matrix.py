"""The document-term matrix: how often each lexeme stands in each article, paragraph or sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from q7x2lab.arabic.tokens import KIND_NAMES
from q7x2lab.corpus.token_table import Tokens, class_labels
from q7x2lab.errors import AnalysisError, StudyError, counted, did_you_mean, expect

UNITS = ("article", "paragraph", "sentence")
COUNTED_KINDS = ("word", "latin", "hashtag")


@dataclass(frozen=True, eq=False, repr=False)
class DocumentTermMatrix:
    """Counts of lexemes in units of text.

    counts: CSR, units × lexemes, int32. articles: one row a unit: the columns of its article, and
    `article start end`. lexemes: the keys of the columns; labels: what to show for them. unit:
    article, paragraph or sentence.

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
    kinds: Sequence[str] = COUNTED_KINDS,
) -> DocumentTermMatrix:
    """Counts of lexemes in articles, paragraphs or sentences.

    unit: what a row is; every unit gets one, empty ones too. min_articles: a lexeme is kept if it
    stands in at least so many articles; max_share: and in at most this share of them; both count
    articles whatever the unit is. drop_stop: leave stop words out. kinds: the kinds of tokens
    counted, out of word, latin, number, hashtag, mention. Columns are sorted by lexeme. Raises
    StudyError for an unknown unit or kind, AnalysisError where no lexeme is left.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x",
    ...                       "text": ["الغاز والنفط", "النفط والنفط"]})
    >>> dtm = document_term_matrix(tokenize_corpus(Corpus(table)), min_articles=1, max_share=1)
    >>> dtm.labels, dtm.counts.toarray().tolist()
    (['الغاز', 'والنفط'], [[1, 1], [0, 2]])
    """
    expect(tokens, Tokens, made_by="tokenize_corpus(corpus)")
    wanted = np.isin(tokens.kinds, kind_numbers(kinds))
    column_of = np.where(wanted & ~(tokens.stop & drop_stop), tokens.lexeme, -1)
    column = column_of[tokens.type]
    kept = np.flatnonzero(column >= 0)

    def count(row: np.ndarray, rows: int) -> sparse.csr_array:
        lengths = np.bincount(row[kept], minlength=rows)
        return count_runs(lengths, column[kept], len(tokens.lexemes))

    rows = _units(tokens, unit)
    counts = by_article = count(tokens.article, tokens.n_articles)
    spread = np.bincount(by_article.indices, minlength=len(tokens.lexemes))
    columns = frequency_cut(spread, tokens.n_articles, min_articles, max_share)
    if unit != "article":
        counts = count(tokens.paragraph if unit == "paragraph" else tokens.sentence, len(rows))
    names = [tokens.lexemes[number] for number in columns]
    # A class is shown by a form that was counted, never by one of its forms that is a stop word.
    seen = np.flatnonzero(column_of >= 0)
    shown = class_labels(tokens.forms[seen], tokens.counts[seen], column_of[seen])
    labels = [shown[number] for number in columns]
    return DocumentTermMatrix(keep_columns(counts, columns), rows, names, labels, unit)


def kind_numbers(kinds: Sequence[str]) -> list[int]:
    """The numbers of the named kinds of tokens; raises StudyError for an unknown one.

    >>> kind_numbers(["word", "number"])
    [0, 2]
    """
    for name in kinds:
        if name not in KIND_NAMES:
            raise StudyError(f"no tokens of kind {name!r}", remedy=did_you_mean(name, KIND_NAMES))
    return [KIND_NAMES.index(name) for name in kinds]


def count_runs(
    lengths: np.ndarray, columns: np.ndarray, width: int, counts: np.ndarray | None = None
) -> sparse.csr_array:
    """Rows × width: what each row's run of column numbers adds up to.

    lengths: how many of `columns` belong to each row. counts: what each adds, 1 if not given.
    Turned over and back, which sorts and is linear, where sorting row by row is not.

    >>> count_runs(np.array([2, 1]), np.array([1, 1, 0]), 2).toarray().tolist()
    [[0, 2], [1, 0]]
    """
    begins = _starts(lengths)
    ones = np.ones(len(columns), np.int32) if counts is None else counts
    shape = (len(lengths), width)
    turned = sparse.csr_array((ones, columns.astype(np.int32), begins), shape=shape).tocsc()
    turned.has_sorted_indices = True
    turned.sum_duplicates()
    return turned.tocsr()


def _starts(lengths: np.ndarray) -> np.ndarray:
    """Where each run begins, and the end; in 32 bits where they do, as many estimators ask."""
    starts = np.concatenate(([0], np.cumsum(lengths)))
    return starts.astype(sparse.get_index_dtype(maxval=starts[-1]))


def frequency_cut(
    spread: np.ndarray, articles: int, min_articles: int, max_share: float
) -> np.ndarray:
    """The numbers of the lexemes that stand in enough articles and not in too many.

    spread: articles that have each lexeme. articles: how many there are. Raises AnalysisError
    where no lexeme is left.

    >>> frequency_cut(np.array([1, 3, 9]), 10, 2, 0.5).tolist()
    [1]
    """
    kept = np.flatnonzero((spread >= max(min_articles, 1)) & (spread <= max_share * articles))
    if not len(kept):
        raise AnalysisError(
            f"no lexeme stands in at least {min_articles} and at most {max_share:.0%} of "
            f"{counted(articles, 'article')}",
            remedy="lower min_articles, raise max_share, or bring more articles",
        )
    return kept


def keep_columns(counts: sparse.csr_array, columns: np.ndarray) -> sparse.csr_array:
    """The numbered columns, ascending; what indexing by them gives, in a third of the time.

    >>> counts = sparse.csr_array([[1, 0, 2], [0, 3, 4]])
    >>> keep_columns(counts, np.array([0, 2])).toarray().tolist()
    [[1, 2], [0, 4]]
    """
    number = np.full(counts.shape[1], -1, np.int32)
    number[columns] = np.arange(len(columns))
    indices = number[counts.indices]
    kept = indices >= 0
    begins = _starts(kept)[counts.indptr]
    shape = (counts.shape[0], len(columns))
    return sparse.csr_array((counts.data[kept], indices[kept], begins), shape=shape)


def _units(tokens: Tokens, unit: str) -> pd.DataFrame:
    if unit not in UNITS:
        raise StudyError(f"no unit is called {unit!r}", remedy=did_you_mean(unit, UNITS))
    if unit == "article":
        ends = tokens.articles["text"].astype("str").str.len().to_numpy(np.int64)
        numbers = np.arange(tokens.n_articles)
        spans = pd.DataFrame({"article": numbers, "start": 0, "end": ends})
    else:
        spans = tokens.paragraphs if unit == "paragraph" else tokens.sentences
    rows = tokens.articles.iloc[spans["article"].to_numpy()].reset_index(drop=True)
    return rows.assign(**{name: spans[name].to_numpy() for name in ("article", "start", "end")})


def two_subjects() -> DocumentTermMatrix:
    """Counts of forty articles on two subjects that share no word: a matrix for examples.

    The first twenty articles have each of the first twelve words once, the others the rest.

    >>> two_subjects()
    DocumentTermMatrix: 40 articles × 24 lexemes
    """
    counts = np.kron(np.eye(2, dtype=np.int32), np.ones((20, 12), np.int32))
    words = [f"w{number:02d}" for number in range(24)]
    articles = pd.DataFrame({"id": [str(number) for number in range(40)]})
    return DocumentTermMatrix(sparse.csr_array(counts), articles, words, words, "article")
