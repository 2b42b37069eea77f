"""From a stream of texts straight to counts, for corpora too large to keep a token table of."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.arabic.letters import check_steps
from q7x2lab.arabic.lexemes import lexemes as hybrid_lexemes
from q7x2lab.arabic.stop_words import DEFAULT_CLASSES, is_stop
from q7x2lab.corpus.count_shares import Counts, Ints, KeySettings, Share, Vocabulary
from q7x2lab.corpus.matrix import COUNTED_KINDS, DocumentTermMatrix, frequency_cut, kind_numbers
from q7x2lab.corpus.scanning import Words, in_chunks, merge_words
from q7x2lab.corpus.token_table import (
    DEFAULT_TOKEN_FOLD,
    Conflation,
    class_labels,
    commonest,
    conflation_of,
    in_order,
)
from q7x2lab.corpus.workers import AHEAD, FORKS, Apart, Here, Turns


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
    in, this one among them; the result does not depend on them. A list or column of texts is
    shared with them, any other iterable sent to them piece by piece. The rest as for those two
    functions. `articles` of the result has only the columns article, start
    and end. Raises StudyError and AnalysisError as they do.

    >>> dtm = count_matrix(["الغاز والنفط", "النفط والنفط"], min_articles=1, max_share=1)
    >>> dtm.labels, dtm.counts.toarray().tolist()
    (['الغاز', 'والنفط'], [[1, 1], [0, 2]])
    """
    steps, wanted = tuple(check_steps(fold)), kind_numbers(kinds)
    is_stop([], classes=stop_words)
    conflation_of(lexemes)
    settings = KeySettings(steps, lexemes, tuple(stop_words) if drop_stop else None)
    shares = _shares(texts, jobs)
    try:
        found, numbers = _gathered(shares)
        least = min_articles if min_form_articles is None else min_form_articles
        kept = np.flatnonzero((found.articles >= least) & np.isin(found.words.kind, wanted))
        words, tokens = found.words.take(kept), found.tokens[kept]
        lexeme, names = _lexemes(shares, words, tokens, settings)
        column_of = np.full(len(found.words), -1, np.int32)
        column_of[kept] = lexeme
        spread = _all(shares, "relabel", [(column_of[number], len(names)) for number in numbers])
        ends = [size for sizes in _in_order([found.sizes]) for size in sizes]
        columns = frequency_cut(np.sum(spread, axis=0), len(ends), min_articles, max_share)
        blocks = _in_order(_all(shares, "rows", [(columns,)] * len(shares)))
    finally:
        for share in shares:
            share.close()
    counted = np.flatnonzero(lexeme >= 0)
    shown = counted[commonest(tokens[counted], lexeme[counted])]
    labels = class_labels(words.take(shown).strings(), tokens[shown], lexeme[shown])
    return DocumentTermMatrix(
        _stacked(blocks, len(columns)),
        pd.DataFrame({"article": np.arange(len(ends)), "start": 0, "end": ends}),
        [names[number] for number in columns],
        [labels[number] for number in columns],
        "article",
    )


def _shares(texts: Iterable[str], jobs: int) -> list[Any]:
    """The articles counted, in as many shares as there are processes.

    Where texts are there as a whole, this process counts a share too, and whoever is free takes the
    next chunk, so that no process waits for a slower one.
    """
    if jobs <= 1:
        shares: list[Any] = [Here(partial(Share, enumerate(in_chunks(texts))))]
        _all(shares, "count", [()])
        return shares
    hybrid_lexemes(())  # tables read now are there in every process that is forked
    if FORKS and isinstance(texts, (list, tuple, pd.Series)):
        chunks, turns = list(in_chunks(texts)), Turns()
        taken = [partial(Share, _taken(chunks, turns)) for _ in range(jobs)]
        shares = [*(Apart(make) for make in taken[1:]), Here(taken[0])]
        _all(shares, "count", [()] * jobs)
        return shares
    shares = [Apart(Share) for _ in range(jobs)]
    waiting: deque[Any] = deque()
    for number, chunk in enumerate(in_chunks(texts)):
        if len(waiting) == AHEAD * jobs:
            waiting.popleft().result()
        shares[number % jobs].begin("add", number, chunk)
        waiting.append(shares[number % jobs])
    for share in waiting:
        share.result()
    return shares


def _taken(chunks: list[list[str]], turns: Turns) -> Iterator[tuple[int, list[str]]]:
    """The chunks whose turn falls to this process, with their numbers."""
    for number in turns:
        if number >= len(chunks):
            return
        yield number, chunks[number]


def _all(shares: list[Any], method: str, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
    """What a method of each share returns; the shares work side by side."""
    for share, given in zip(shares, arguments, strict=True):
        share.begin(method, *given)
    return [share.result() for share in shares]


def _in_order(parts: list[dict[int, Any]]) -> list[Any]:
    """What the shares have of each chunk, in the order of the chunks."""
    every = {number: found for part in parts for number, found in part.items()}
    return [every[number] for number in sorted(every)]


def _stacked(blocks: list[Counts], width: int) -> sparse.csr_array:
    """The rows of all blocks, which are let go of one after the other: never two copies of all."""
    sizes = np.cumsum([0, *(len(counts) for _, _, counts in blocks)])
    rows = [np.diff(begins) for begins, _, _ in blocks]
    begins = np.concatenate(([0], np.cumsum(np.concatenate([np.zeros(0, np.int64), *rows]))))
    data, indices = np.empty(sizes[-1], np.int32), np.empty(sizes[-1], np.int32)
    for begin in sizes[-2::-1]:
        _, columns, counts = blocks.pop()
        data[begin : begin + len(counts)] = counts
        indices[begin : begin + len(counts)] = columns
    made = sparse.csr_array((data, indices, begins), shape=(len(begins) - 1, width))
    made.has_canonical_format = True
    return made


def _gathered(shares: list[Any]) -> tuple[Vocabulary, list[NDArray[np.int32]]]:
    """All that was found, and the number that each share's words have among all words."""
    parts = _all(shares, "vocabulary", [()] * len(shares))
    if len(parts) == 1:
        return parts[0], [np.arange(len(parts[0].words), dtype=np.int32)]
    words, numbers = merge_words([part.words for part in parts])
    tokens, articles = np.zeros(len(words), np.int64), np.zeros(len(words), np.int64)
    for number, part in zip(numbers, parts, strict=True):
        tokens[number] += part.tokens
        articles[number] += part.articles
    sizes = {number: found for part in parts for number, found in part.sizes.items()}
    return Vocabulary(words, tokens, articles, sizes), numbers


def _lexemes(
    shares: list[Any], words: Words, tokens: Ints, settings: KeySettings
) -> tuple[NDArray[np.int64], list[str]]:
    """The number of each type's lexeme, -1 for stop words, and the lexemes, sorted."""
    if callable(settings.lexemes) or settings.lexemes == "camel_tools":
        shares = [Here(Share)]  # which gets all forms at once
    bounds = np.linspace(0, len(words), len(shares) + 1).astype(int).tolist()
    parts = [slice(begin, end) for begin, end in pairwise(bounds)]
    keys = _all(shares, "keys", [(words, tokens, part, settings) for part in parts])
    every = [name for _, distinct in keys for name in distinct]
    place, names = in_order(np.array([*every, None], object)[:-1])
    begins = np.cumsum([0, *(len(distinct) for _, distinct in keys)])
    lexeme = [
        np.append(place[begin:], -1)[number]
        for (number, _), begin in zip(keys, begins, strict=False)
    ]
    return np.concatenate(lexeme), names
