"""A topic model: its topics, and the articles that they were found in."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from q7x2lab.corpus.matrix import DocumentTermMatrix
from q7x2lab.corpus.model import article_clusters, article_weights
from q7x2lab.errors import AnalysisError, counted, expect_known
from q7x2lab.stats.resampling import ratio_table
from q7x2lab.topics.fit import METHODS, Floats, fit_matrix

RELEVANCE = 0.6  # weight of probability beside lift: readers' best (Sievert and Shirley 2014)
ALIKE = 1e-9  # articles whose shares of words differ by less hold the same words
TOP = 10  # words of a topic that coherence, diversity and stability look at


def top_words(scores: Floats, n: int = TOP) -> NDArray[np.intp]:
    """Column numbers of the n largest scores of each row, the largest first, ties by column.

    Examples
    --------
    >>> top_words(np.array([[0.2, 0.5, 0.3]]), 2).tolist()
    [[1, 2]]
    """
    return np.argsort(-scores, axis=1, kind="stable")[:, :n]


def npmi(counts: sp.csr_matrix, top: NDArray[np.intp]) -> Floats:
    """Mean normalised pointwise mutual information of each topic's word pairs, from -1 to 1.

    Parameters
    ----------
    counts
        Articles × lexemes. Words occur together where an article holds both; -1 where none does.
    top
        Topics × words, column numbers.

    Notes
    -----
    Bouma (2009); document-level estimates as in Lau, Newman and Baldwin (2014).

    Examples
    --------
    >>> counts = sp.csr_matrix([[1, 1, 0], [1, 1, 0], [0, 0, 1]])
    >>> npmi(counts, np.array([[0, 1], [0, 2]])).round(6).tolist()
    [1.0, -1.0]
    """
    used, place = np.unique(top, return_inverse=True)
    present = sp.csr_matrix(counts[:, used] > 0, dtype=np.float64)
    together = (present.T @ present).toarray() / max(counts.shape[0], 1)
    alone = np.diag(together)
    with np.errstate(all="ignore"):
        score = np.log(together / np.outer(alone, alone)) / -np.log(together)
    score = np.where(together >= 1, 1.0, np.where(together > 0, score, -1.0))
    first, second = np.triu_indices(top.shape[1], 1)
    return score[place[:, first], place[:, second]].mean(axis=1)


def exclusivity(words: Floats, top: NDArray[np.intp]) -> Floats:
    """How far each topic's top words are its own: their mean share of all topics' probability.

    Examples
    --------
    >>> exclusivity(np.array([[0.5, 0.5, 0], [0, 0.5, 0.5]]), np.array([[0, 1], [2, 1]])).tolist()
    [0.75, 0.75]
    """
    own = words / np.maximum(words.sum(axis=0), 1e-15)
    return np.take_along_axis(own, top, axis=1).mean(axis=1)


def diversity(top: NDArray[np.intp]) -> float:
    """The share of distinct words among all topics' top words (Dieng, Ruiz and Blei 2020).

    Examples
    --------
    >>> diversity(np.array([[0, 1], [1, 2]]))
    0.75
    """
    return np.unique(top).size / max(top.size, 1)


@dataclass(frozen=True, repr=False, eq=False)
class TopicModel:
    """Topics of a document-term matrix, the most prevalent first.

    Attributes
    ----------
    dtm
        The matrix that the model was fitted to.
    topic_words
        Topics × lexemes, rows sum to one; for the ensemble probabilities under weighted counts.
    article_shares
        Articles × topics, rows sum to one. An article without a lexeme of the matrix has equal
        shares and main topic -1.
    method, seed
        How it was fitted: see `fit_topics`.
    names
        What people called the topics, by topic number.
    choice
        How the number of topics was chosen (a `TopicGrid`), None where it was given.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> counts = sp.csr_matrix([[9, 1], [2, 8]])
    >>> articles = pd.DataFrame({"id": ["a", "b"]})
    >>> words = ["gas", "cup"]
    >>> dtm = SimpleNamespace(counts=counts, lexemes=words, labels=words, articles=articles)
    >>> shares = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> model = TopicModel(dtm, shares, shares, "nmf", 0)
    >>> model.k, model.main_topics.tolist(), model.words(1)["word"].tolist()
    (2, [0, 1], ['gas', 'cup'])
    """

    dtm: Any
    topic_words: Floats
    article_shares: Floats
    method: str
    seed: int
    names: dict[int, str] = field(default_factory=dict)
    choice: Any = None

    @property
    def k(self) -> int:
        """The number of topics."""
        return self.topic_words.shape[0]

    @property
    def articles(self) -> pd.DataFrame:
        """One row a unit, as in the document-term matrix."""
        return self.dtm.articles

    @cached_property
    def main_topics(self) -> NDArray[np.intp]:
        """The topic with the largest share of each article, -1 where it has no lexeme."""
        empty = np.diff(self.dtm.counts.indptr) == 0
        return np.where(empty, -1, self.article_shares.argmax(axis=1))

    @cached_property
    def labels(self) -> list[str]:
        """A name for each topic: the one that a person gave, or its top three words."""
        return [self.names.get(t, words) for t, words in enumerate(self.first_words(3))]

    def first_words(self, n: int) -> list[str]:
        """The n most probable words of each topic, joined by dots."""
        words = np.asarray(self.dtm.labels, dtype=object)[top_words(self.topic_words, n)]
        return [" · ".join(map(str, top)) for top in words]

    def labelled(self, topics: NDArray[np.intp] | None = None) -> pd.DataFrame:
        """The columns ``topic`` and ``label`` with a row for each of these topics; default, all."""
        topics = np.arange(self.k) if topics is None else topics
        return pd.DataFrame({"topic": topics, "label": np.asarray(self.labels, object)[topics]})

    def words(
        self, n: int = 10, *, by: str = "probability", weight: float = RELEVANCE
    ) -> pd.DataFrame:
        """The n best words of each topic.

        Parameters
        ----------
        by
            ``probability``; ``frex``, the harmonic mean of a word's ranks by frequency and by
            exclusivity (Bischof and Airoldi 2012); ``relevance`` (Sievert and Shirley 2014).
        weight
            Of the logarithm of a word's probability in its relevance; the rest goes to its lift.

        Returns
        -------
        DataFrame
            ``topic``, ``label``, ``rank``, ``lexeme``, ``word`` (the readable form of the lexeme),
            ``probability``, ``frex``, ``relevance``.

        Raises
        ------
        AnalysisError
            If there is no such measure.
        """
        words, prevalence = self.topic_words, self.prevalence["share"].to_numpy()
        logs = np.log(np.maximum(words, 1e-15))
        lift = logs - np.log(np.maximum(prevalence @ words, 1e-15))
        scores = {"probability": words, "frex": self._frex}
        scores["relevance"] = weight * logs + (1 - weight) * lift
        expect_known(by, scores, f"no measure of words is called {by!r}", AnalysisError)
        top = top_words(scores[by], n)
        topic, word = np.repeat(np.arange(self.k), top.shape[1]), top.ravel()
        table = self.labelled(topic)
        table["rank"] = np.tile(np.arange(1, top.shape[1] + 1), self.k)
        table["lexeme"] = np.asarray(self.dtm.lexemes, dtype=object)[word]
        table["word"] = np.asarray(self.dtm.labels, dtype=object)[word]
        return table.assign(**{name: values[topic, word] for name, values in scores.items()})

    @cached_property
    def _frex(self) -> Floats:
        """FREX of every word in every topic, topics × lexemes: sorting takes long, so once."""
        words = self.topic_words
        exclusive = words / np.maximum(words.sum(axis=0), 1e-15)
        both = (words, exclusive)
        ranks = [np.argsort(np.argsort(m, axis=1, kind="stable"), axis=1) for m in both]
        frequency, exclusivity_rank = ((rank + 1) / words.shape[1] for rank in ranks)
        return 2 / (1 / frequency + 1 / exclusivity_rank)

    @cached_property
    def prevalence(self) -> pd.DataFrame:
        """Mean share of each topic, ``low`` and ``high``, and ``articles``.

        The 95 % interval resamples articles with their copies (refits are not in it: see
        `topic_shares_by`); ``articles`` counts those whose main topic it is.
        """
        weight = article_weights(self.articles) * (self.main_topics >= 0)
        above, clusters = self.article_shares * weight[:, None], article_clusters(self.articles)
        together = pd.DataFrame({"group": "all"}, index=range(len(weight)))
        found, _ = ratio_table(above, weight, together, clusters=clusters, seed=self.seed)
        main = np.bincount(self.main_topics[self.main_topics >= 0], minlength=self.k)
        shares = found[["ratio", "low", "high"]].rename(columns={"ratio": "share"})
        return self.labelled().join(shares).assign(articles=main)

    @cached_property
    def quality(self) -> pd.DataFrame:
        """``topic``, ``label``, ``npmi`` and ``exclusivity`` on the articles that the model saw."""
        top = top_words(self.topic_words)
        coherent = npmi(sp.csr_matrix(self.dtm.counts), top)
        return self.labelled().assign(npmi=coherent, exclusivity=exclusivity(self.topic_words, top))

    def typical_articles(self, n: int = 5) -> pd.DataFrame:
        """The n articles with the largest share of each topic.

        Returns
        -------
        DataFrame
            ``topic``, ``label``, what is known of ``id``, ``outlet``, ``date``, ``title``, and
            ``share``.
        """
        rows = np.argsort(-self.article_shares, axis=0, kind="stable")[:n].T
        topic = np.repeat(np.arange(self.k), rows.shape[1])
        known = [name for name in ("id", "outlet", "date", "title") if name in self.articles]
        listed = self.articles.iloc[rows.ravel()][known].reset_index(drop=True)
        listed["share"] = self.article_shares[rows.ravel(), topic]
        return self.labelled(topic).join(listed)

    def __repr__(self) -> str:
        units = counted(len(self.articles), "unit")
        return f"TopicModel: {self.k} topics by {self.method} on {units}"


def fit_model(dtm: Any, k: Any, *, method: str = "ensemble", seed: int = 0) -> TopicModel:
    """A topic model with k topics: `fit_topics` once the number of topics is known.

    Raises
    ------
    AnalysisError
        If the matrix cannot carry k topics.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> sorted(fit_model(two_subjects(), 2).main_topics[[0, 39]].tolist())
    [0, 1]
    """
    counts = check_matrix(dtm, k, method)
    weight = article_weights(dtm.articles)
    words, shares = fit_matrix(counts, int(k), method, seed, weight)
    filled = np.diff(counts.indptr) > 0
    order = np.argsort(-((weight * filled) @ shares), kind="stable")
    return TopicModel(dtm, words[order], shares[:, order], method, seed)


def check_matrix(dtm: Any, k: Any, method: str = "ensemble") -> sp.csr_matrix:
    """The counts of a matrix, if they can carry k topics.

    Raises
    ------
    AnalysisError
        If they cannot, or k or the method is none; with the remedy.
    """
    expect_known(method, METHODS, f"no method is called {method!r}", AnalysisError)
    if not isinstance(k, (int, np.integer)) or isinstance(k, bool) or k < 2:
        raise AnalysisError(f"k is {k!r}", where="topics", remedy="a whole number from 2, or auto")
    counts = sp.csr_matrix(dtm.counts)
    if counts.nnz == 0:
        what = "no word is left to make topics of"
        remedy = "lower min_articles, raise max_share or keep more words"
        raise AnalysisError(what, where="document-term matrix", remedy=remedy)
    filled = np.flatnonzero(np.diff(counts.indptr))
    if filled.size < k:
        what = f"{k} topics were asked of {counted(filled.size, dtm.unit)} with words"
        remedy = f"at most {max(filled.size // 10, 2)} topics, more articles or smaller units"
        raise AnalysisError(what, where="topics: k", remedy=remedy)
    shares = normalize(counts[filled].astype(float), "l1")
    if (shares.max(axis=0) - shares.min(axis=0)).max() < ALIKE:  # nothing to tell topics apart by
        what = f"all {filled.size} articles hold the same words in the same shares"
        remedy = "check that the text column is right and that copies are counted once"
        raise AnalysisError(what, where="document-term matrix", remedy=remedy)
    return counts


def select_units(dtm: Any, rows: NDArray[np.intp]) -> DocumentTermMatrix:
    """The same matrix with some of its rows.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> select_units(two_subjects(), np.arange(5))
    DocumentTermMatrix: 5 articles × 24 lexemes
    """
    articles = dtm.articles.iloc[rows].reset_index(drop=True)
    counts = sp.csr_array(dtm.counts)[rows]
    return DocumentTermMatrix(counts, articles, dtm.lexemes, dtm.labels, dtm.unit)


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
    return DocumentTermMatrix(sp.csr_array(counts), articles, words, words, "article")
