"""The document-term matrix: how often each lexeme, or phrase, stands in each unit of text."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.arabic.letters import BARE_STEPS, fold_all
from q7x2lab.arabic.tokens import HASHTAG, LATIN, WORD
from q7x2lab.corpus.parts import join_columns
from q7x2lab.corpus.token_table import Tokens, lexeme_labels
from q7x2lab.errors import AnalysisError, counted

AUTO = "auto"  # in a list of phrases: those that find_phrases finds
OUTSIDE, INSIDE = -1, -2  # numbers of tokens that begin no phrase
# Of 14 at most. At 11 the pair is an eighth of the tokens of its two words; among 196 pairs above
# it in 1,052 articles names and fixed terms prevail (كوريا الشمالية, مجلس الأمن), and from 10 down
# free combinations do (الجيش الروسي, الدول العربية).
LEAST_LOG_DICE = 11.0

ROWS = 5_000  # of a matrix counted at a time: to count their tokens takes some 50 MB

COUNTED_KINDS = (WORD, LATIN, HASHTAG)  # numbers and names of accounts tell nothing of a subject

Phrases = tuple[list[str], NDArray[np.int32]]  # as shown; the number of each token's, or a reason


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
    is_counted = np.isin(tokens.kinds, COUNTED_KINDS) & ~(tokens.stop & drop_stop)
    names, _ = phrase = phrase_tokens(tokens)
    row, spans = tokens.units(unit)
    articles = tokens.articles
    if unit != "article":  # whose texts would be copied, to no end
        articles = articles.iloc[spans["article"].to_numpy()]
    units = articles.reset_index(drop=True).assign(**{str(name): spans[name] for name in spans})
    column = np.where(is_counted, tokens.lexeme, -1)
    count = partial(_count, tokens, column, phrase)
    by_article = count(tokens.article, tokens.n_articles)
    spread = reduce(np.add, (np.bincount(p.indices, minlength=p.shape[1]) for p in by_article))
    columns = _frequent_enough(spread, tokens.n_articles, min_articles, max_share)
    # A lexeme is shown by a form that was counted, not by a more frequent one that is a stop word.
    times = np.where(is_counted, tokens.counts, 0)
    kept = np.isin(tokens.lexeme, columns)  # of the others, which are most, no label is asked for
    shown = lexeme_labels(tokens.forms[kept], times[kept], tokens.lexeme[kept])
    labels = shown.to_dict() | dict(enumerate(names, start=len(tokens.lexemes)))
    keys = np.array([*tokens.lexemes, *fold_all(names, tokens.fold)], object)
    columns = columns[np.argsort(keys[columns], kind="stable")]  # phrases in their places
    parts = (part[:, columns] for part in count(row, len(units)))
    pieces = ([part.data, part.indices, np.diff(part.indptr)] for part in parts)
    data, indices, sizes = join_columns(pieces)
    begins = np.append(0, np.cumsum(sizes)).astype(sparse.get_index_dtype(maxval=len(data)))
    counts = sparse.csr_array((data, indices, begins), shape=(len(units), len(columns)))
    labels_of_kept = [labels[column] for column in columns.tolist()]
    return DocumentTermMatrix(counts, units, keys[columns].tolist(), labels_of_kept, unit)


def _count(
    tokens: Tokens, column: NDArray[np.int32], phrase: Phrases, row: NDArray[np.int32], rows: int
) -> Iterator[sparse.csr_array]:
    """How often each column stands in each row, some rows at a time: all would take much memory.

    column: that of each type, -1 for none; after them those of phrases. row: that of each token.
    """
    names, number = phrase
    width = len(tokens.lexemes) + len(names)
    for first in range(0, max(rows, 1), ROWS):
        size = min(ROWS, rows - first)
        begin, end = np.searchsorted(row, np.array([first, first + size], np.int32)).tolist()
        inside = number[begin:end]
        found = column[tokens.type[begin:end]]
        found = np.where(inside >= 0, inside + len(tokens.lexemes), found)
        kept = np.flatnonzero((found >= 0) & (inside != INSIDE))
        places = (row[begin:end][kept] - first, found[kept])
        ones = np.ones(len(kept), np.int32)
        yield sparse.coo_array((ones, places), shape=(size, width)).tocsr()


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


def find_phrases(tokens: Tokens, *, min_count: int = 20) -> pd.DataFrame:
    """Pairs of words that go together firmly, such as كوريا الشمالية, with counts and scores.

    Parameters
    ----------
    min_count
        Least number of occurrences.

    Returns
    -------
    DataFrame
        One row a pair, the best score first: `phrase` (its most frequent spelling, without a
        clitic in front), `count`, `log_dice`.

    Notes
    -----
    Lexemes are counted, so وللولايات المتحدة counts with الولايات المتحدة. No stop word, comma,
    bracket or line end is in a pair. Log-dice is 14 + log2(2 f(ab) / (f(a) + f(b))), Rychlý (2008),
    "A Lexicographer-Friendly Association Score"; it does not depend on the size of the corpus.
    Pairs of at least 11 are listed.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> texts = ["زار مجلس الأمن", "غادر مجلس الأمن", "غادر الرئيس"]
    >>> table = pd.DataFrame({"id": list("abc"), "date": pd.NaT, "outlet": "x", "text": texts})
    >>> find_phrases(tokenize_corpus(Corpus(table)), min_count=2)
            phrase  count  log_dice
    0  مجلس الأمن      2      14.0
    """
    content = ((tokens.kinds == WORD) & ~tokens.stop)[tokens.type]
    at = np.flatnonzero(_linked(tokens) & content[1:] & content[:-1])
    lexeme = tokens.lexeme[tokens.type]
    pairs = pd.DataFrame({"first": lexeme[at], "second": lexeme[at + 1], "at": at})
    groups = pairs.groupby(["first", "second"])
    pairs = pairs.assign(number=groups.ngroup(), count=groups["at"].transform("size"))
    pairs = pairs[pairs["count"] >= min_count]
    words = [tokens.forms[tokens.type[pairs["at"] + step]] for step in (0, 1)]
    spelled = pd.DataFrame({"number": pairs["number"], "form": words[0] + " " + words[1]})
    forms = spelled.value_counts().reset_index()
    labels = lexeme_labels(*(forms[name].to_numpy() for name in ("form", "count", "number")))
    table = pairs.drop_duplicates("number").set_index("number").assign(phrase=labels)
    times = np.bincount(lexeme[content], minlength=len(tokens.lexemes))
    alone = times[table["first"]] + times[table["second"]]
    table["log_dice"] = 14 + np.log2(2 * table["count"] / alone)
    kept = table.loc[table["log_dice"] >= LEAST_LOG_DICE, ["phrase", "count", "log_dice"]]
    order = ["log_dice", "count", "phrase"]
    return kept.sort_values(order, ascending=[False, False, True], ignore_index=True)


def _linked(tokens: Tokens) -> NDArray[np.bool_]:
    """Whether each token but the last has one character between itself and the next."""
    same = tokens.article[1:] == tokens.article[:-1]
    return np.asarray(same & (tokens.start[1:] - tokens.ends(slice(-1)) == 1))


def phrase_tokens(tokens: Tokens) -> Phrases:
    """The phrases that ``tokens.phrases`` names, and the one that each token belongs to.

    For counting only: queries go to the words, since a query of two words looks for two tokens.
    Phrases are met by the lexemes of their words; where they overlap the longer one wins, then the
    earlier in the list.

    Returns
    -------
    list of str
        The phrases as they are shown.
    array
        One entry a token: the number of the phrase that begins there, -1 outside phrases, -2 at
        the later words of one.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "في مجلس الأمن"})
    >>> names, number = phrase_tokens(tokenize_corpus(Corpus(table), phrases=["مجلس الأمن"]))
    >>> names, number.tolist()
    (['مجلس الأمن'], [-1, 0, -2])
    """
    names = [name for name in tokens.phrases if name != AUTO]
    names += find_phrases(tokens)["phrase"].tolist() if AUTO in tokens.phrases else []
    names = sorted(dict.fromkeys(names), key=lambda name: -len(name.split()))
    if not names:
        return names, np.broadcast_to(np.int32(OUTSIDE), len(tokens.type))
    lexeme, linked = tokens.lexeme[tokens.type], np.append(_linked(tokens), False)
    known = dict(zip(tokens.forms.tolist(), tokens.lexeme.tolist(), strict=True))
    phrases = ([known.get(w, -1) for w in fold_all(name.split(), BARE_STEPS)] for name in names)
    number = np.full(len(lexeme), OUTSIDE, np.int32)
    for phrase, (first, *others) in enumerate(phrases):
        at = np.flatnonzero(lexeme == first)
        for step, other in enumerate(others):
            at = at[linked[at + step]]
            at = at[lexeme[at + step + 1] == other]
        words = at[:, None] + np.arange(len(others) + 1)
        words = words[(number[words] == OUTSIDE).all(axis=1)]
        number[words[:, 1:]], number[words[:, 0]] = INSIDE, phrase
    return names, number
