"""From a stream of texts straight to counts, for corpora too large to keep a token table of."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, pairwise, zip_longest
from typing import Any

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
from q7x2lab.corpus.tokens import (
    DEFAULT_TOKEN_FOLD,
    Conflation,
    class_labels,
    commonest,
    conflation_of,
    lexeme_keys,
)
from q7x2lab.corpus.workers import AHEAD, FORKS, Apart, Here
from q7x2lab.text.lexemes import lexemes as hybrid_lexemes
from q7x2lab.text.normalize import check_steps
from q7x2lab.text.stopwords import DEFAULT_CLASSES, is_stop

Ints = NDArray[np.int64]
_Keys = tuple[NDArray[np.intp], list[str]]  # numbers into the keys, -1 for stop words
Counts = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.unsignedinteger]]  # CSR


NEW_WORDS = 1_000_000  # words not yet merged that a share holds, before it merges them


@dataclass(frozen=True)
class _Settings:
    """How types become lexemes; stop_words: the classes to be left out, None for none."""

    fold: tuple[str, ...]
    lexemes: Conflation
    stop_words: tuple[str, ...] | None


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
    """How often each type stands in each of a few articles.

    >>> counted = count_chunk(["من الى من"])
    >>> counted.words.strings().tolist(), counted.counts.tolist()
    (['من', 'الى'], [2, 1])
    """
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


class _Share:
    """The articles of every so many-th chunk, counted by one processor.

    Types have a numbering of this share, chunks merged whenever as much is new as is known. Then,
    once it is known what each type is counted by, the counts are turned into those of lexemes.
    """

    def __init__(self, batches: Iterable[list[str]] = ()) -> None:
        self.words = Words.joined([])
        self.tokens = self.articles = np.zeros(0, np.int64)  # of each type
        self.counts: list[Counts] = []
        self.blocks: list[sparse.csr_array] = []
        self.new: list[Counted] = []
        self.sizes: list[list[int]] = []  # characters of each article
        self.batches = batches

    def count(self) -> None:
        """Count the articles that were given at the beginning."""
        for batch in self.batches:
            self.add(batch)

    def add(self, batch: list[str]) -> None:
        """Count a few articles more."""
        self.sizes.append([len(text) for text in batch])
        self.new.append(count_chunk(batch))
        if sum(len(chunk.words) for chunk in self.new) > max(len(self.words), NEW_WORDS):
            self._merge()

    def _merge(self) -> None:
        parts = [self.words, *(chunk.words for chunk in self.new)]
        self.words, (_, *numbers) = merge_words(parts)  # the known keep theirs
        grown = (0, len(self.words) - len(self.tokens))
        self.tokens, self.articles = np.pad(self.tokens, grown), np.pad(self.articles, grown)
        for chunk, number in zip(self.new, numbers, strict=True):
            self.tokens[number] += chunk.tokens
            self.articles[number] += chunk.articles
            self.counts.append((chunk.begins, number[chunk.types], chunk.counts))
        self.new = []

    def vocabulary(self) -> tuple[Words, Ints, Ints, list[list[int]]]:
        """The words, how many tokens and how many articles have each, and the articles' sizes."""
        self._merge()
        found = self.words, self.tokens, self.articles, self.sizes
        self.words, self.tokens, self.articles = Words.joined([]), *[np.zeros(0, np.int64)] * 2
        return found

    def keys(self, words: Words, counts: Ints, part: slice, settings: _Settings) -> _Keys:
        """What each of a part of all types is counted by, None for a stop word to be dropped."""
        forms = words.strings()
        keys = lexeme_keys(
            forms, counts, words.kind, fold=settings.fold, lexemes=settings.lexemes, part=part
        )
        number, distinct = pd.factorize(keys)
        if settings.stop_words is not None:
            number[is_stop(forms[part].tolist(), classes=settings.stop_words)] = -1
        return number, distinct.tolist()

    def relabel(self, column_of: NDArray[np.int32], width: int) -> Ints:
        """Turn counts of types into counts of columns, -1 for types without one; returns how many
        articles have each column.
        """
        spread = np.zeros(width, np.int64)
        self.counts.reverse()
        while self.counts:  # each let go of as it is done
            block = _relabelled(self.counts.pop(), column_of, width)
            spread += np.bincount(block.indices, minlength=width)
            self.blocks.append(block)
        return spread

    def matrices(self, columns: Ints) -> list[sparse.csr_array]:
        """The counts of the numbered columns, a matrix a chunk."""
        self.blocks.reverse()
        return [keep_columns(self.blocks.pop(), columns) for _ in range(len(self.blocks))]


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
    with 1 the result is that of document_term_matrix on tokenize_corpus. jobs: processes to work
    in; the result does not depend on them. A list of texts is shared with them, any other iterable
    sent to them piece by piece. The
    rest as for those two functions. `articles` of the result has only the columns article, start
    and end. Raises StudyError and AnalysisError as they do.

    >>> dtm = count_matrix(["الغاز والنفط", "النفط والنفط"], min_articles=1, max_share=1)
    >>> dtm.labels, dtm.counts.toarray().tolist()
    (['الغاز', 'والنفط'], [[1, 1], [0, 2]])
    """
    steps, wanted = tuple(check_steps(fold)), kind_numbers(kinds)
    is_stop([], classes=stop_words)
    conflation_of(lexemes)
    settings = _Settings(steps, lexemes, tuple(stop_words) if drop_stop else None)
    shares = _shares(texts, jobs)
    try:
        words, tokens, articles, numbers, sizes = _gathered(shares)
        least = min_articles if min_form_articles is None else min_form_articles
        kept = np.flatnonzero((articles >= least) & np.isin(words.kind, wanted))
        words, tokens = words.take(kept), tokens[kept]
        lexeme, names = _lexemes(shares, words, tokens, settings)
        column_of = np.full(len(articles), -1, np.int32)
        column_of[kept] = lexeme
        spread = _all(shares, "relabel", [(column_of[number], len(names)) for number in numbers])
        columns = frequency_cut(np.sum(spread, axis=0), len(sizes), min_articles, max_share)
        blocks = _by_turns(_all(shares, "matrices", [(columns,)] * len(shares)))
    finally:
        for share in shares:
            share.close()
    counted = np.flatnonzero(lexeme >= 0)
    shown = counted[commonest(tokens[counted], lexeme[counted])]
    labels = class_labels(words.take(shown).strings(), tokens[shown], lexeme[shown])
    spans = pd.DataFrame({"article": np.arange(len(sizes)), "start": 0, "end": sizes})
    return DocumentTermMatrix(
        _stacked(blocks, len(columns)),
        spans,
        [names[number] for number in columns],
        [labels[number] for number in columns],
        "article",
    )


def _shares(texts: Iterable[str], jobs: int) -> list[Any]:
    """The articles counted, in as many shares as there are processors."""
    if jobs <= 1:
        share = Here(partial(_Share, in_chunks(texts)))
        share.begin("count")
        share.result()
        return [share]
    hybrid_lexemes(())  # tables read now are there in every process that is forked
    if FORKS and isinstance(texts, (list, tuple)):
        turns = [islice(in_chunks(texts), turn, None, jobs) for turn in range(jobs)]
        shares = [Apart(partial(_Share, batches)) for batches in turns]
        _all(shares, "count", [()] * jobs)
        return shares
    shares = [Apart(_Share) for _ in range(jobs)]
    waiting: deque[Any] = deque()
    for number, batch in enumerate(in_chunks(texts)):
        if len(waiting) == AHEAD * jobs:
            waiting.popleft().result()
        shares[number % jobs].begin("add", batch)
        waiting.append(shares[number % jobs])
    for share in waiting:
        share.result()
    return shares


def _all(shares: list[Any], method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What a method of each share returns; the shares work side by side."""
    for share, given in zip(shares, arguments, strict=True):
        share.begin(method, *given)
    return [share.result() for share in shares]


def _by_turns(parts: list[list[Any]]) -> list[Any]:
    """What the shares have of each chunk, in the order of the chunks, which they took by turns."""
    return [one for row in zip_longest(*parts) for one in row if one is not None]


def _stacked(blocks: list[sparse.csr_array], width: int) -> sparse.csr_array:
    """The rows of all blocks, which are let go of one after the other: never two copies of all."""
    sizes = np.cumsum([0, *(block.nnz for block in blocks)])
    rows = [np.diff(block.indptr) for block in blocks]
    begins = np.concatenate(([0], np.cumsum(np.concatenate([np.zeros(0, np.int64), *rows]))))
    data, indices = np.empty(sizes[-1], np.int32), np.empty(sizes[-1], np.int32)
    for begin in sizes[-2::-1]:
        block = blocks.pop()
        data[begin : begin + block.nnz] = block.data
        indices[begin : begin + block.nnz] = block.indices
    made = sparse.csr_array((data, indices, begins), shape=(len(begins) - 1, width))
    made.has_canonical_format = True
    return made


def _gathered(shares: list[Any]) -> tuple[Words, Ints, Ints, list[NDArray[np.int32]], list[int]]:
    """All words with their tokens and articles, the number that each share's words have among
    them, and the characters of each article.
    """
    vocabularies = _all(shares, "vocabulary", [()] * len(shares))
    if len(vocabularies) == 1:
        words, tokens, articles, batches = vocabularies[0]
        sizes = [size for batch in batches for size in batch]
        return words, tokens, articles, [np.arange(len(words), dtype=np.int32)], sizes
    words, numbers = merge_words([part[0] for part in vocabularies])
    tokens, articles = np.zeros(len(words), np.int64), np.zeros(len(words), np.int64)
    for number, (_, its_tokens, its_articles, _) in zip(numbers, vocabularies, strict=True):
        tokens[number] += its_tokens
        articles[number] += its_articles
    sizes = [size for batch in _by_turns([part[3] for part in vocabularies]) for size in batch]
    return words, tokens, articles, numbers, sizes


def _lexemes(
    shares: list[Any], words: Words, tokens: Ints, settings: _Settings
) -> tuple[NDArray[np.int64], list[str]]:
    """The number of each type's lexeme, -1 for stop words, and the lexemes, sorted."""
    if callable(settings.lexemes) or settings.lexemes == "camel_tools":
        shares = [Here(_Share)]  # which gets all forms at once
    bounds = np.linspace(0, len(words), len(shares) + 1).astype(int).tolist()
    parts = [slice(begin, end) for begin, end in pairwise(bounds)]
    keys = _all(shares, "keys", [(words, tokens, part, settings) for part in parts])
    every = [name for _, distinct in keys for name in distinct]
    place, names = pd.factorize(np.array([*every, None], object)[:-1], sort=True)
    begins = np.cumsum([0, *(len(distinct) for _, distinct in keys)])
    lexeme = [
        np.append(place[begin:], -1)[number]
        for (number, _), begin in zip(keys, begins, strict=False)
    ]
    return np.concatenate(lexeme), names.tolist()


def _relabelled(chunk: Counts, column_of: NDArray[np.int32], width: int) -> sparse.csr_array:
    """The chunk's counts by lexeme, those of types without a column left out."""
    begins, types, counts = chunk
    columns = column_of[types]
    kept = columns >= 0
    before = np.concatenate(([0], np.cumsum(kept)))
    lengths = np.diff(before[begins])
    return count_runs(lengths, columns[kept], width, counts[kept].astype(np.int32))
