"""Multi-word names, found by how firmly their words go together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.tokens import LATIN, WORD
from q7x2lab.corpus.conflation import lexeme_labels
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError

Ints = NDArray[np.int64]

LONGEST = 4  # words of a name
MIN_SCORE = 0.4  # npmi; names that everybody knows have more than 0.5 (tests/real/test_lexemes.py)


# Frequent sequences of lexemes of one length: the number of the one that begins at each token (-1
# for none), and how often each occurs.
Ngrams = tuple[Ints, Ints]


def find_phrases(
    tokens: Tokens, *, min_count: int = 20, min_score: float = MIN_SCORE
) -> pd.DataFrame:
    """Multi-word names of two to four words, with their counts and scores.

    Parameters
    ----------
    min_count
        Least number of occurrences.
    min_score
        Least score, from -1 to 1.

    Returns
    -------
    DataFrame
        One row a name, the best score first: `phrase` (its most frequent spelling, without a
        clitic in front), `count`, `score`.

    Raises
    ------
    AnalysisError
        If min_count is below 2.

    Notes
    -----
    Sequences are counted by lexeme, so وللولايات المتحدة counts with الولايات المتحدة. One
    character stands between the words, so that no comma or bracket parts them; a name neither
    begins nor ends with a stop word. The score is normalised pointwise mutual information (Bouma
    2009, "Normalized (pointwise) mutual information in collocation extraction"), for longer names
    that of the weakest cut into two. A part of a longer name is left out unless it occurs
    min_count times outside.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> texts = ["زار مجلس الأمن", "قال مجلس الأمن", "عاد الرئيس"]
    >>> table = pd.DataFrame({"id": list("abc"), "date": pd.NaT, "outlet": "x", "text": texts})
    >>> find_phrases(tokenize_corpus(Corpus(table)), min_count=2)
            phrase  count  score
    0  مجلس الأمن      2    1.0
    """
    if min_count < 2:
        what = f"min_count {min_count}: what occurs once is no phrase"
        raise AnalysisError(what, remedy="ask for 2 or more")
    lengths = _frequent_ngrams(tokens, min_count)
    stop = tokens.stop[tokens.type]
    covered = np.zeros(len(stop), dtype=bool)
    found = []
    for length in range(LONGEST, 1, -1):
        at, counts = lengths[length - 1]
        places = np.flatnonzero(at >= 0)
        number = at[places]
        first = places[np.unique(number, return_index=True)[1]]
        score = _weakest_link(lengths, length, first)
        outside = ~(covered[places] & covered[places + length - 1])
        good = (score >= min_score) & ~stop[first] & ~stop[first + length - 1]
        good &= np.bincount(number, outside, minlength=len(good)) >= min_count
        places, number = places[good[number]], number[good[number]]
        words = places[:, None] + np.arange(length)
        covered[words] = True
        labels = _spellings(tokens, tokens.type[words], number)
        table = pd.DataFrame({"phrase": labels})
        found.append(table.assign(count=counts[table.index], score=score[table.index]))
    order, falling = ["score", "count", "phrase"], [False, False, True]
    return pd.concat(found).sort_values(order, ascending=falling, ignore_index=True)


def _lexeme_runs(tokens: Tokens) -> tuple[Ints, NDArray[np.bool_]]:
    """The lexeme at each token, -1 at what is no word, and whether the next word is adjacent.

    Adjacent are words of one article with one character between: no comma, bracket or line.
    """
    is_word = tokens.kinds[tokens.type] <= LATIN
    lexeme = np.where(is_word, tokens.lexeme[tokens.type], -1).astype(np.int64)
    linked = tokens.start[1:] - tokens.end[:-1] == 1
    linked &= (tokens.article[1:] == tokens.article[:-1]) & is_word[1:] & is_word[:-1]
    return lexeme, np.append(linked, False)


def _frequent_ngrams(tokens: Tokens, min_count: int) -> list[Ngrams]:
    """Sequences of one to LONGEST lexemes, those of several with at least min_count tokens."""
    lexeme, linked = _lexeme_runs(tokens)
    lengths = [(lexeme, np.bincount(lexeme[lexeme >= 0]))]
    for _ in range(2, LONGEST + 1):
        first, counts = lengths[-1]
        following = np.append(first[1:], -1)
        place = np.flatnonzero(linked & (first >= 0) & (following >= 0))
        pair = first[place] * max(len(counts), 1) + following[place]
        _, number, count = np.unique(pair, return_inverse=True, return_counts=True)
        kept = count >= min_count
        at = np.full(len(lexeme), -1)
        at[place] = np.where(kept, np.cumsum(kept) - 1, -1)[number]
        lengths.append((at, count[kept]))
    return lengths


def _weakest_link(lengths: list[Ngrams], length: int, first: Ints) -> NDArray[np.float64]:
    """The lowest npmi over the places where a sequence can be cut in two."""
    total = lengths[0][1].sum()
    shares = [(at, counts / total) for at, counts in lengths]
    both, chances = shares[length - 1][1], []
    for cut in range(1, length):
        (left, of_left), (right, of_right) = shares[cut - 1], shares[length - cut - 1]
        chances.append(of_left[left[first]] * of_right[right[first + cut]])
    return np.log(both / np.max(chances, axis=0)) / -np.log(both)


def _spellings(tokens: Tokens, types: NDArray[np.int32], number: Ints) -> pd.Series:
    """The spelling that each numbered sequence is shown as."""
    spelled = pd.Series([" ".join(words) for words in tokens.forms[types].tolist()], dtype=object)
    counts = pd.DataFrame({"form": spelled, "number": number}).value_counts()
    forms, numbers = (np.array(counts.index.get_level_values(n)) for n in ("form", "number"))
    return lexeme_labels(forms, np.array(counts), numbers)


def join_phrases(tokens: Tokens, phrases: pd.DataFrame | Iterable[str]) -> Tokens:
    """The tokens with each occurrence of a phrase made one token, a lexeme of its own.

    For counting: a document-term matrix then has a column الولايات المتحدة. Search the tokens as
    they were, since a query of two words looks for two tokens.

    Parameters
    ----------
    phrases
        What `find_phrases` returned, or phrases as strings. Those that do not occur are passed
        over. Where phrases overlap the longer one wins, then the one further up in the list.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": ["مجلس الأمن"]})
    >>> joined = join_phrases(tokenize_corpus(Corpus(table)), ["مجلس الأمن"])
    >>> joined.n_tokens, joined.forms[joined.type[0]]
    (1, 'مجلس الأمن')
    """
    names = phrases["phrase"].tolist() if isinstance(phrases, pd.DataFrame) else list(phrases)
    types, ends = tokens.type.copy(), tokens.end.copy()
    taken, inside = np.zeros(len(types), dtype=bool), np.zeros(len(types), dtype=bool)
    joined: list[str] = []
    for name in sorted(names, key=lambda name: -len(name.split())):
        hits = _adjacent_hits(tokens, name)
        joined += [name] if hits else []
        for first, last in hits:
            if not taken[first : last + 1].any():
                taken[first : last + 1] = inside[first + 1 : last + 1] = True
                types[first], ends[first] = len(tokens.forms) + len(joined) - 1, ends[last]
    kept, added = ~inside, np.fromiter(joined, object, len(joined))
    return replace(
        tokens,
        article=tokens.article[kept],
        start=tokens.start[kept],
        end=ends[kept],
        type=types[kept],
        forms=np.concatenate([tokens.forms, added]),
        counts=np.bincount(types[kept], minlength=len(tokens.forms) + len(added)),
        kinds=np.concatenate([tokens.kinds, np.full(len(added), WORD, np.uint8)]),
    )


def _adjacent_hits(tokens: Tokens, phrase: str) -> list[tuple[int, int]]:
    """First and last token of each place where the lexemes of several words stand side by side."""
    linked = _lexeme_runs(tokens)[1]
    hits = tokens.hit_tokens(" ".join(f"lexeme:{word}" for word in phrase.split())).tolist()
    return [(first, last) for _, first, last in hits if first < last and linked[first:last].all()]
