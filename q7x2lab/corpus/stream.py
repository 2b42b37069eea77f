"""From a stream of texts straight to counts, for corpora too large to keep a token table of."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.corpus.dtm import (
    COUNTED_KINDS,
    DocumentTermMatrix,
    count_runs,
    frequency_cut,
    keep_columns,
    kind_numbers,
)
from q7x2lab.corpus.table import (
    Words,
    in_chunks,
    merge_words,
    read_chunk,
)
from q7x2lab.corpus.tokens import DEFAULT_TOKEN_FOLD, Conflation, class_labels, lexeme_keys
from q7x2lab.corpus.workers import map_arrays
from q7x2lab.text.normalize import check_steps
from q7x2lab.text.stopwords import DEFAULT_CLASSES, is_stop

Counts = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.unsignedinteger]]  # CSR


@dataclass(frozen=True, repr=False)
class Counted:
    """Types counted in some articles: CSR columns, the smallest integers that hold the counts."""

    begins: NDArray[np.int64]
    types: NDArray[np.int32]
    counts: NDArray[np.unsignedinteger]
    words: Words
    tokens: NDArray[np.int64]  # of each type
    articles: NDArray[np.int64]  # that have it

    def __repr__(self) -> str:
        return f"Counted({len(self.begins) - 1:,} articles, {len(self.types):,} counts)"


def count_chunk(texts: list[str]) -> Counted:
    """How often each type stands in each of a few articles."""
    chunk = read_chunk(texts)
    matrix = count_runs(chunk.lengths, chunk.type, len(chunk.words))
    smallest = np.min_scalar_type(matrix.data.max(initial=0))
    width = len(chunk.words)
    return Counted(
        matrix.indptr,
        matrix.indices,
        matrix.data.astype(smallest),
        chunk.words,
        np.bincount(chunk.type, minlength=width),
        np.bincount(matrix.indices, minlength=width),
    )


class _Gathered:
    """Counted chunks with one numbering of types, merged whenever as much is new as is known."""

    def __init__(self) -> None:
        self.words = Words.joined([])
        self.tokens = self.articles = np.zeros(0, np.int64)  # of each type
        self.done: deque[Counts] = deque()
        self.new: list[Counted] = []

    def add(self, counted: Counted) -> None:
        self.new.append(counted)
        if sum(len(chunk.words) for chunk in self.new) > max(len(self.words), 1_000_000):
            self.merge()

    def merge(self) -> None:
        parts = [self.words, *(chunk.words for chunk in self.new)]
        self.words, (_, *numbers) = merge_words(parts)  # the known keep theirs
        grown = (0, len(self.words) - len(self.tokens))
        self.tokens, self.articles = np.pad(self.tokens, grown), np.pad(self.articles, grown)
        for chunk, number in zip(self.new, numbers, strict=True):
            self.tokens[number] += chunk.tokens
            self.articles[number] += chunk.articles
            self.done.append((chunk.begins, number[chunk.types], chunk.counts))
        self.new = []

    def drained(self) -> Iterator[Counts]:
        """The counts of each chunk, let go of one after the other."""
        while self.done:
            yield self.done.popleft()


def count_matrix(
    texts: Iterable[str],
    *,
    min_articles: int = 5,
    min_form_articles: int | None = None,
    max_share: float = 0.5,
    drop_stop: bool = True,
    kinds: Sequence[str] = COUNTED_KINDS,
    fold: Sequence[str] = DEFAULT_TOKEN_FOLD,
    lexemes: Conflation = "hybrid",
    stop_words: Sequence[str] = DEFAULT_CLASSES,
    jobs: int = 1,
) -> DocumentTermMatrix:
    """Counts of lexemes in articles, from any iterable of texts, read once.

    Memory grows with the vocabulary and the counts, not with the text. min_form_articles: forms
    that stand in fewer articles are left out before lexemes are made, min_articles if not given;
    with 1 the result is that of document_term_matrix on tokenize_corpus. jobs: processors to work
    on, by threads for arrays and processes for lexemes; the result does not depend on them. The
    rest as for those two functions. `articles` of the result has only the columns article, start
    and end. Raises StudyError and AnalysisError as they do.

    >>> dtm = count_matrix(["الغاز والنفط", "النفط والنفط"], min_articles=1, max_share=1)
    >>> dtm.labels, dtm.counts.toarray().tolist()
    (['الغاز', 'والنفط'], [[1, 1], [0, 2]])
    """
    steps, wanted = check_steps(fold), kind_numbers(kinds)
    sizes: list[int] = []
    gathered = _gather(_measured(texts, sizes), jobs)
    least = min_articles if min_form_articles is None else min_form_articles
    kept = np.flatnonzero((gathered.articles >= least) & np.isin(gathered.words.kind, wanted))
    words = gathered.words.take(kept)
    forms, counts = words.strings(), gathered.tokens[kept]
    keys = lexeme_keys(forms, counts, words.kind, fold=steps, lexemes=lexemes, jobs=jobs)
    lexeme, names = pd.factorize(keys, sort=True)
    column_of = np.full(len(gathered.words), -1, np.int32)
    if drop_stop:
        lexeme[is_stop(forms.tolist(), classes=stop_words)] = -1
    counted = lexeme >= 0
    labels = class_labels(forms[counted], counts[counted], lexeme[counted])
    column_of[kept] = lexeme
    relabel = partial(_relabelled, column_of=column_of, width=len(names))
    blocks = list(map_arrays(relabel, gathered.drained(), jobs=jobs))
    spread = np.zeros(len(names), np.int64)
    for block in blocks:
        spread += np.bincount(block.indices, minlength=len(names))
    columns = frequency_cut(spread, len(sizes), min_articles, max_share)
    for number, block in enumerate(blocks):
        blocks[number] = keep_columns(block, columns)
    lexeme_names = names.tolist()
    spans = pd.DataFrame({"article": np.arange(len(sizes)), "start": 0, "end": sizes})
    return DocumentTermMatrix(
        sparse.vstack(blocks, format="csr"),
        spans,
        [lexeme_names[number] for number in columns],
        [labels[number] for number in columns],
        "article",
    )


def _measured(texts: Iterable[str], sizes: list[int]) -> Iterable[str]:
    for text in texts:
        sizes.append(len(text))
        yield text


def _gather(texts: Iterable[str], jobs: int) -> _Gathered:
    gathered = _Gathered()
    for counted in map_arrays(count_chunk, in_chunks(texts), jobs=jobs):
        gathered.add(counted)
    gathered.merge()
    return gathered


def _relabelled(chunk: Counts, column_of: NDArray[np.int32], width: int) -> sparse.csr_array:
    """The chunk's counts by lexeme, those of types without a column left out."""
    begins, types, counts = chunk
    columns = column_of[types]
    kept = columns >= 0
    before = np.concatenate(([0], np.cumsum(kept)))
    lengths = np.diff(before[begins])
    return count_runs(lengths, columns[kept], width, counts[kept].astype(np.int32))
