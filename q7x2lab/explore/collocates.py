"""Words beside a query: which stand there more often than elsewhere, and where they do."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import poisson

from q7x2lab.corpus.matrix import COUNTED_KINDS, DocumentTermMatrix, phrase_tokens
from q7x2lab.corpus.model import article_clusters, article_labels
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, expect_known
from q7x2lab.framing.keyness import LEVEL, keyness, permuted_p
from q7x2lab.stats.association import deviation_of_proportions, g2
from q7x2lab.stats.resampling import benjamini_hochberg, permutation_test

Array = NDArray[Any]
ColumnOrSpans = str | Sequence[tuple[Any, Any]]
# Column of the edge of a hit from which a window goes out, and its direction.
SIDES = {"left": [(1, -1)], "right": [(2, 1)], "both": [(1, -1), (2, 1)]}


def collocates(
    tokens: Tokens,
    query: Any,
    *,
    window: int = 5,
    side: str = "both",
    once: bool = False,
    min_articles: int = 5,
    n: int | None = None,
    draws: int = 499,
    seed: int = 0,
) -> pd.DataFrame:
    """Lexemes that stand beside a query, with how much oftener than elsewhere, and p.

    Parameters
    ----------
    query
        As for `Tokens.match`.
    window
        How many tokens on either side of a hit count as beside it. Stop words and numbers take
        places in the window, and are no collocates; it ends where the article does.
    side
        ``left`` (what comes before the hit, as in `Tokens.kwic`), ``right`` or ``both``.
    once
        Whether an article counts a lexeme once: as beside the query if it ever stands there in that
        article, else as elsewhere. By default a lexeme counts every time that it occurs, but a
        token in the windows of two hits once. The query's own hits count nowhere.
    min_articles
        Lexemes in fewer articles of the corpus are not tested, wherever they stand.
    n
        How many rows to return, the first of them; all are tested.
    draws, seed
        Permutations of whole articles, and the seed of their orders.

    Returns
    -------
    DataFrame
        One row a lexeme tested, those with q up to .05 first, by log-dice: ``lexeme label``;
        ``together``, its tokens beside the query; ``expected``, as many as its share of all tokens
        would put there; ``log_dice mi g2``, missing where it never stands there; ``articles`` in
        which it does; ``p q``.

    Raises
    ------
    StudyError
        If there is no such side.
    AnalysisError
        If the query does not occur, or no lexeme stands in so many articles.

    Notes
    -----
    Log-dice is 14 + log2(2 f(xy) / (f(x) + f(y))), f(xy) at most f(x), the hits: Rychlý (2008). MI
    is log2(together / expected): Church and Hanks (1990). G2, signed, compares the windows with all
    other tokens: Dunning (1993), on tables of windows as in Evert (2008), Corpora and collocations.

    p asks whether the windows are laid out as if they knew nothing of the words: articles are put
    in a random order, each whole, and laid under the windows, which stay where they were. Words
    that come thick in an article, and hits that do, still do so in each permutation, as the
    independence of single tokens would not have it (Koplenig 2019). p is two-sided, the share of
    permutations in which ``together`` is as far from ``expected``; where fewer than ten are, see
    `permuted_p`; it is never below that of independent tokens (Poisson). q is Benjamini-Hochberg's
    over all rows. Of copies of one story the first counts.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> texts = ["تصدر روسيا النفط", "تبيع روسيا النفط", "تزرع مصر القطن"]
    >>> table = pd.DataFrame({"id": list("abc"), "date": pd.NaT, "outlet": "x", "text": texts})
    >>> tokens = tokenize_corpus(Corpus(table))
    >>> found = collocates(tokens, "روسيا", window=1, min_articles=2)
    >>> found[["label", "together", "log_dice"]].values.tolist()
    [['النفط', 2, 14.0]]
    """
    kept = ~pd.Series(article_clusters(tokens.articles)).duplicated().to_numpy()
    hits, beside, inside = _windows(tokens, query, window, side, kept)
    rest = np.flatnonzero(kept[tokens.article] & ~inside)
    text, tested = _text(tokens, rest, min_articles)
    places = np.flatnonzero(beside[rest])
    together, total = text.counts(places, once), text.counts(np.arange(len(rest)), once)
    size, whole = (together.sum(), total.sum()) if once else (len(places), len(rest))
    expected = total * (size / whole)

    def surplus(orders: Array) -> NDArray[np.float64]:
        moved = (text.laid_under(places, order) for order in orders)
        return np.array([text.counts(at, once) for at in moved]) - expected

    orders = np.arange(tokens.n_articles)
    p = permuted_p(permutation_test(surplus, orders, orders, draws=draws, seed=seed))
    # Tokens of one article hang together, so chance cannot do less than with independent ones;
    # the tail of a word that hardly any permutation puts beside the query knows nothing of that.
    least = np.minimum(poisson.sf(together - 1, expected), poisson.cdf(together, expected))
    p = np.maximum(p, least)
    carriers = len(np.unique(hits[:, 0])) if once else len(hits)
    seen = np.where(together > 0, 1.0, np.nan)
    dice = 2 * np.minimum(together, carriers) / (carriers + total)
    table = pd.DataFrame({"lexeme": np.take(tokens.lexemes, tested)})
    table["label"] = np.take(tokens.labels, tested)
    table["together"], table["expected"] = together, expected
    table["log_dice"], table["mi"] = 14 + np.log2(dice * seen), np.log2(together * seen / expected)
    table["g2"] = g2(together, total - together, size, whole - size) * seen
    table["articles"], table["p"] = text.counts(places, once=True), p
    table["q"] = benjamini_hochberg(p)
    first = np.lexsort((-table["log_dice"], table["q"] > LEVEL))[:n]
    return table.iloc[first].reset_index(drop=True)


def _windows(
    tokens: Tokens, query: Any, window: int, side: str, among: Array
) -> tuple[Array, Array, Array]:
    """The hits of a query in some articles; which tokens stand beside one, and which in one."""
    expect_known(side, SIDES, f"no side is called {side!r}")
    hits = tokens.hit_tokens(query)
    hits = hits[among[hits[:, 0]]]
    if not len(hits):
        raise AnalysisError(f"{query} occurs nowhere in the corpus", remedy="see tokens.audit")
    beside, inside = np.zeros((2, len(tokens.type)), bool)
    for first, last in hits[:, 1:].tolist():
        inside[first : last + 1] = True
    for column, direction in SIDES[side]:
        for step in range(1, window + 1):
            at = np.clip(hits[:, column] + direction * step, 0, len(beside) - 1)
            beside[at[tokens.article[at] == hits[:, 0]]] = True
    return hits, beside & ~inside, inside


class _Text(NamedTuple):
    """The tokens that are compared: the article of each, and its column, `none` without one.

    ends: of each article, the place behind its last token.
    """

    article: Array
    column: Array
    none: int
    ends: Array

    def counts(self, at: Array, once: bool) -> Array:
        """How often each column stands at these places, or in how many articles."""
        column = self.column[at]
        if once:
            # Distinct by sorting: np.unique hashes, which takes ten times as long.
            pairs = np.sort(self.article[at] * np.int64(self.none + 1) + column)
            column = pairs[np.diff(pairs, prepend=-1) > 0] % (self.none + 1)
        return np.bincount(column, minlength=self.none + 1)[:-1]

    def laid_under(self, places: Array, order: Array) -> Array:
        """The tokens at these places once the articles stand in another order."""
        ends = np.cumsum(np.diff(self.ends, prepend=0)[order])
        return places + (self.ends[order] - ends)[np.searchsorted(ends, places, side="right")]


def _text(tokens: Tokens, rest: Array, min_articles: int) -> tuple[_Text, Array]:
    """The text of these tokens, a column for each lexeme in so many articles, and the lexemes."""
    article = tokens.article[rest]
    ends = np.cumsum(np.bincount(article, minlength=tokens.n_articles))
    text = _Text(article, _collocate_lexemes(tokens)[rest], len(tokens.lexemes), ends)
    tested = np.flatnonzero(text.counts(np.arange(len(rest)), once=True) >= max(min_articles, 1))
    if not len(tested):
        what = f"no lexeme stands in {min_articles} articles"
        raise AnalysisError(what, remedy="lower min_articles")
    column = np.full(text.none + 1, len(tested))
    column[tested] = np.arange(len(tested))
    return text._replace(column=column[text.column], none=len(tested)), tested


def _collocate_lexemes(tokens: Tokens) -> Array:
    """The lexeme of each token that may be a collocate; for others the number of lexemes."""
    counted = np.isin(tokens.kinds, COUNTED_KINDS) & ~tokens.stop
    return np.where(counted, tokens.lexeme, len(tokens.lexemes))[tokens.type]


def compare_collocates(
    tokens: Tokens, query: Any, *, by: ColumnOrSpans = "outlet", window: int = 5, **options: Any
) -> pd.DataFrame:
    """Lexemes that stand beside a query in one group of articles more than in the others.

    Parameters
    ----------
    query, window
        As for `collocates`.
    by
        A column of the articles, or day, week, month, quarter or year; or a list of spans, each its
        first and last day, which are compared with one another and with no other day.
    options
        Of `keyness`: ``min_count``, ``draws``, ``seed`` and more.

    Returns
    -------
    DataFrame
        ``group``, then the columns of `keyness`: how often the lexeme stands beside the query
        in that group (``target_count``) and in all others (``reference_count``), the weighted
        log-odds (``score``), ``p`` and ``q``, which is corrected over all rows. Groups with one
        article that has the query are left out.

    Raises
    ------
    AnalysisError
        If fewer than two groups have the query.

    Notes
    -----
    The windows of an article are one text; `keyness` compares these texts.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> texts = ["تصدر روسيا النفط"] * 4 + ["تزرع روسيا القمح"] * 4
    >>> table = pd.DataFrame({"id": list("abcdefgh"), "date": pd.NaT, "text": texts})
    >>> tokens = tokenize_corpus(Corpus(table.assign(outlet=list("xxxxyyyy"))))
    >>> found = compare_collocates(tokens, "روسيا", min_count=4)
    >>> found.loc[found["score"] > 0, ["group", "label"]].values.tolist()
    [['x', 'تصدر'], ['x', 'النفط'], ['y', 'تزرع'], ['y', 'القمح']]
    """
    hits, beside, _ = _windows(tokens, query, window, "both", tokens.tokens_per_article > 0)
    lexeme, rows = _collocate_lexemes(tokens), np.unique(hits[:, 0])
    at = np.flatnonzero(beside & (lexeme < len(tokens.lexemes)))
    ones, shape = np.ones(len(at), np.int32), (tokens.n_articles, len(tokens.lexemes))
    counts = sparse.csr_array((ones, (tokens.article[at], lexeme[at])), shape=shape)[rows]
    articles = tokens.articles.iloc[rows].reset_index(drop=True)
    if not isinstance(by, str):
        days = [(pd.Timestamp(first), pd.Timestamp(last)) for first, last in by]
        spans = pd.IntervalIndex.from_tuples(days, closed="both")
        names, by = {span: f"{span.left:%F}/{span.right:%F}" for span in spans}, "span"
        articles["span"] = pd.cut(articles["date"].dt.normalize(), spans).map(names)
        inside = articles["span"].notna().to_numpy()
        counts, articles = counts[inside], articles[inside].reset_index(drop=True)
    dtm = DocumentTermMatrix(counts, articles, tokens.lexemes, tokens.labels, "article")
    sizes = article_labels(articles, by).value_counts()
    groups = sizes[(sizes > 1) & (len(articles) - sizes > 1)].index
    if len(groups) < 2:
        what = f"{query} stands in two articles or more of {len(groups)} {by} only"
        raise AnalysisError(what, remedy="compare by another column, or another query")
    found = [keyness(dtm, by, group, **options).assign(group=group) for group in groups]
    table = pd.concat(found, ignore_index=True)
    table["q"] = benjamini_hochberg(table["p"])
    return table[["group", *table.columns.drop("group")]]


def dispersion(tokens: Tokens, query: Any, *, by: str = "outlet") -> pd.DataFrame:
    """How often a query occurs in each group of articles, and how evenly over them.

    Parameters
    ----------
    by
        A column of the articles, or day, week, month, quarter or year.

    Returns
    -------
    DataFrame
        ``group hits tokens articles`` (those that have it), ``rate`` per million tokens, and
        ``dispersion``, Gries' DP over the group's articles: 0 where each has its share, near 1
        where one article has all; missing where there is no hit, or one article.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x",
    ...                       "text": ["نفط ونفط", "قمح وقطن"]})
    >>> dispersion(tokenize_corpus(Corpus(table)), "نفط").values.tolist()
    [['x', 2, 4, 1, 500000.0, 1.0]]
    """
    hits = np.bincount(tokens.hit_tokens(query)[:, 0], minlength=tokens.n_articles)
    table = pd.DataFrame({"hits": hits, "tokens": tokens.tokens_per_article})
    table["group"] = article_labels(tokens.articles, by).to_numpy()
    groups = table.query("tokens > 0").groupby("group")
    table = groups.sum().assign(articles=groups["hits"].agg(np.count_nonzero))
    table["rate"] = 1e6 * table["hits"] / table["tokens"]
    even = [deviation_of_proportions(own["hits"], own["tokens"])[0] for _, own in groups]
    return table.assign(dispersion=even).reset_index()


def joined_phrases(tokens: Tokens) -> pd.DataFrame:
    """The phrases that count as one word in a document-term matrix, and how often each occurs.

    Those named in ``arabic.phrases``, and with ``auto`` those that `find_phrases` found.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "في مجلس الأمن"})
    >>> joined_phrases(tokenize_corpus(Corpus(table), phrases=["مجلس الأمن"])).values.tolist()
    [['مجلس الأمن', 1]]
    """
    names, number = phrase_tokens(tokens)
    times = np.bincount(number[number >= 0], minlength=len(names))
    table = pd.DataFrame({"phrase": names, "count": times})
    return table.sort_values("count", ascending=False, kind="stable", ignore_index=True)
