"""Topic models: fitted, described, and carried with the articles they were fitted on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from q7x2lab.errors import AnalysisError, counted, did_you_mean
from q7x2lab.stats.resampling import cluster_draws, percentile_interval
from q7x2lab.topics.fit import Floats, fit_matrix, fold_in, weighted_counts
from q7x2lab.topics.quality import diversity, exclusivity, npmi, top_words

if TYPE_CHECKING:
    from q7x2lab.topics.stability import Stability

METHODS = ("ensemble", "nmf", "lda", "kmeans")
MIN_UNITS = 30  # fewer articles or paragraphs than this carry no topic model
NOT_ASSESSED = "not assessed"
Measure = Literal["probability", "frex", "relevance"]


@dataclass(frozen=True, repr=False, eq=False)
class TopicModel:
    """Topics of a document-term matrix, the most prevalent first.

    topic_words: topics × lexemes, rows sum to one; for the ensemble these are probabilities under
    weighted counts. article_shares: articles × topics, rows sum to one (an article without a
    lexeme of the matrix has equal shares and main topic -1). names: what people called the
    topics, by topic number.

    >>> from types import SimpleNamespace
    >>> counts = sp.csr_matrix([[9, 1], [2, 8]])
    >>> articles = pd.DataFrame({"id": ["a", "b"]})
    >>> words = ["gas", "cup"]
    >>> dtm = SimpleNamespace(counts=counts, lexemes=words, labels=words, articles=articles)
    >>> shares = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> model = TopicModel(dtm, shares, shares, "nmf", 0, pd.DataFrame())
    >>> model.k, model.main_topics.tolist(), model.words(1)["word"].tolist()
    (2, [0, 1], ['gas', 'cup'])
    """

    dtm: Any
    topic_words: Floats
    article_shares: Floats
    method: str
    seed: int
    starts: pd.DataFrame
    settings: dict[str, Any] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

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
    def scores(self) -> dict[str, Floats]:
        """Topics × lexemes by measure: probability, frex and relevance."""
        return word_scores(self.topic_words, self._prevalence["share"].to_numpy())

    def words(self, n: int = 10, *, by: Measure = "probability") -> pd.DataFrame:
        """The n best words of each topic: topic label rank lexeme word, the measures, badge.

        by: `probability`; `frex`, the harmonic mean of a word's rank by frequency and by
        exclusivity (Bischof and Airoldi 2012); or `relevance` with λ = .6 (Sievert and Shirley
        2014). `word` is the readable form of the lexeme.
        """
        if by not in self.scores:
            raise AnalysisError(
                f"no measure of words is called {by!r}", remedy=did_you_mean(by, self.scores)
            )
        top = top_words(self.scores[by], n)
        topic = np.repeat(np.arange(self.k), top.shape[1])
        flat = top.ravel()
        columns = {name: values[topic, flat] for name, values in self.scores.items()}
        return pd.DataFrame(
            {
                "topic": topic,
                "label": np.asarray(self.labels, dtype=object)[topic],
                "rank": np.tile(np.arange(1, top.shape[1] + 1), self.k),
                "lexeme": np.asarray(self.dtm.lexemes, dtype=object)[flat],
                "word": np.asarray(self.dtm.labels, dtype=object)[flat],
                **columns,
                "badge": np.asarray(self.badges, dtype=object)[topic],
            }
        )

    @cached_property
    def labels(self) -> list[str]:
        """A name each topic: the one a person gave, or its top three words."""
        top = top_words(self.topic_words, 3)
        return [
            self.names.get(t, " · ".join(str(self.dtm.labels[j]) for j in top[t]))
            for t in range(self.k)
        ]

    @property
    def top_labels(self) -> list[str]:
        """The names as figures show them; the same as `labels`."""
        return self.labels

    @property
    def prevalence(self) -> pd.DataFrame:
        """Mean share of each topic: topic label share low high articles badge.

        The 95 % interval resamples articles with their copies (refits are not in it: see
        `topic_shares_by`); `articles` counts those whose main topic it is.
        """
        return self._prevalence.assign(badge=self.badges)

    @cached_property
    def _prevalence(self) -> pd.DataFrame:
        weight = article_weights(self.dtm) * (self.main_topics >= 0)
        share = weight @ self.article_shares / max(weight.sum(), 1e-12)
        draws = int(np.clip(2e7 // max(len(weight), 1), 200, 1000))
        times = cluster_draws(article_clusters(self.dtm), draws, self.seed) * weight
        drawn = times @ self.article_shares / np.maximum(times.sum(axis=1), 1e-12)[:, None]
        low, high = percentile_interval(drawn)
        main = self.main_topics[self.main_topics >= 0]
        return pd.DataFrame(
            {
                "topic": np.arange(self.k),
                "label": self.labels,
                "share": share,
                "low": low,
                "high": high,
                "articles": np.bincount(main, minlength=self.k),
            }
        )

    @cached_property
    def quality(self) -> pd.DataFrame:
        """Topic label npmi exclusivity, on the articles that the model saw."""
        top = top_words(self.topic_words)
        return pd.DataFrame(
            {
                "topic": np.arange(self.k),
                "label": self.labels,
                "npmi": npmi(sp.csr_matrix(self.dtm.counts), top),
                "exclusivity": exclusivity(self.topic_words, top),
            }
        )

    @property
    def coherence(self) -> float:
        """Mean NPMI of the topics' top ten words on the articles the model saw."""
        return float(self.quality["npmi"].mean())

    @cached_property
    def diversity(self) -> float:
        """The share of distinct words among all topics' top ten."""
        return diversity(top_words(self.topic_words))

    @cached_property
    def stability(self) -> Stability:
        """Refits on 80 % subsamples, made when first asked for: see `stability`."""
        from q7x2lab.topics.stability import stability

        return stability(self)

    @property
    def badges(self) -> list[str]:
        """`stable`, `tentative` or `unstable` a topic; `not assessed` before `stability` was."""
        assessed: Stability | None = self.__dict__.get("stability")
        return [NOT_ASSESSED] * self.k if assessed is None else assessed.topics["badge"].tolist()

    def typical_articles(self, n: int = 5) -> pd.DataFrame:
        """The n largest shares of each topic: topic label id outlet date title share badge."""
        order = np.argsort(-self.article_shares, axis=0, kind="stable")[:n]
        topic = np.tile(np.arange(self.k), order.shape[0])
        rows = order.ravel()
        known = [c for c in ("id", "outlet", "date", "title") if c in self.articles]
        table = self.articles.iloc[rows][known].reset_index(drop=True)
        table.insert(0, "topic", topic)
        table.insert(1, "label", np.asarray(self.labels, dtype=object)[topic])
        table["share"] = self.article_shares[rows, topic]
        table["badge"] = np.asarray(self.badges, dtype=object)[topic]
        return table.sort_values("topic", kind="stable", ignore_index=True)

    def shares_of(self, dtm: Any) -> Floats:
        """Shares of other articles in these topics, articles × topics; lexemes match by name."""
        place = {lexeme: j for j, lexeme in enumerate(dtm.lexemes)}
        there = np.array([place.get(lexeme, -1) for lexeme in self.dtm.lexemes])
        if not (there >= 0).any():
            raise AnalysisError(
                "the two matrices share no lexeme", remedy="tokenise both with the same settings"
            )
        counts = sp.csr_matrix(dtm.counts).tocsc()[:, there[there >= 0]].tocsr()
        return fold_in(weighted_counts(counts), self.topic_words[:, there >= 0])

    def __repr__(self) -> str:
        units = counted(len(self.articles), "unit")
        lines = [f"TopicModel: {self.k} topics by {self.method} on {units}"]
        table = zip(self.labels, self.prevalence["share"], self.badges, strict=True)
        lines += [
            f"  {t:>2} {share:6.1%}  {label}  ({badge})"
            for t, (label, share, badge) in enumerate(table)
        ]
        return "\n".join(lines)


def fit_topics(
    dtm: Any,
    *,
    k: int | str = "auto",
    method: Any = "ensemble",
    seed: int = 0,
    starts: int | None = None,
) -> TopicModel:
    """A topic model of a document-term matrix, the same bytes for the same matrix and seed.

    dtm: a `DocumentTermMatrix`. k: the number of topics, or `auto` (see `topic_grid` for the
    rule). method: `ensemble` (the tightest of many clusterings on LSA vectors, then a few steps of
    EM on weighted counts: see `topic_fit.fit_ensemble`), `kmeans` (that clustering alone), `nmf`,
    `lda`, or a scikit-learn estimator with `fit_transform` and `components_`, which gets the raw
    counts. starts: how many clusterings, by default `topic_fit.default_starts`. Copies weigh what
    `articles["weight"]` says. Raises `AnalysisError` where the matrix cannot carry k topics.

    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> model = fit_topics(two_subjects(), k=2)
    >>> sorted(model.main_topics[[0, 39]].tolist())
    [0, 1]
    """
    if k == "auto":
        from q7x2lab.topics.choice_of_k import topic_grid

        return topic_grid(dtm, method=method, seed=seed, starts=starts).model
    counts = check_matrix(dtm, k, method)
    fit = fit_matrix(counts, int(k), method, seed, article_weights(dtm), starts=starts)
    weight = article_weights(dtm) * (np.diff(counts.indptr) > 0)
    order = np.argsort(-(weight @ fit.article_shares), kind="stable")
    name = method if isinstance(method, str) else type(method).__name__
    return TopicModel(
        dtm=dtm,
        topic_words=fit.topic_words[order],
        article_shares=fit.article_shares[:, order],
        method=name,
        seed=seed,
        starts=pd.DataFrame(fit.starts),
        settings={"method": method, "starts": starts, "iterations": fit.iterations},
    )


def check_matrix(dtm: Any, k: int | str, method: Any = "ensemble") -> sp.csr_matrix:
    """The counts, if they can carry k topics; raises `AnalysisError` with the remedy if not."""
    if isinstance(method, str) and method not in METHODS:
        raise AnalysisError(f"no method is called {method!r}", remedy=did_you_mean(method, METHODS))
    if not isinstance(method, str) and not hasattr(method, "fit_transform"):
        raise AnalysisError(
            f"{type(method).__name__} is no topic model",
            remedy="pass a scikit-learn estimator with fit_transform and components_",
        )
    if not isinstance(k, (int, np.integer)) or isinstance(k, bool) or k < 2:
        raise AnalysisError(f"k is {k!r}", where="topics", remedy="a whole number from 2, or auto")
    counts = sp.csr_matrix(dtm.counts)
    if counts.shape[1] == 0 or counts.nnz == 0:
        raise AnalysisError(
            "no word is left to make topics of",
            where="document-term matrix",
            remedy="lower min_articles, raise max_share or keep more words",
        )
    filled = int((np.diff(counts.indptr) > 0).sum())
    unit = getattr(dtm, "unit", "article")
    if filled < k:
        raise AnalysisError(
            f"{k} topics were asked of {counted(filled, unit)} with words",
            where="topics: k",
            remedy=f"at most {max(filled // 10, 2)} topics, or "
            + ("smaller units (unit: paragraph)" if unit == "article" else "more articles"),
        )
    _refuse_alike(counts)
    return counts


def _refuse_alike(counts: sp.csr_matrix) -> None:
    """Articles with the same words in the same shares hold nothing to tell topics apart by."""
    filled = np.flatnonzero(np.diff(counts.indptr))
    scale = 1 / np.asarray(counts.sum(axis=1)).ravel()[filled]
    shares = sp.diags_array(scale) @ counts[filled]
    spread = abs(shares - sp.csr_matrix(np.ones((filled.size, 1))) @ shares[[0]]).max()
    if spread < 1e-9:
        raise AnalysisError(
            f"all {filled.size} articles hold the same words in the same shares",
            where="document-term matrix",
            remedy="check that the text column is right and that copies are counted once",
        )


def article_weights(dtm: Any) -> Floats:
    """What each article counts for: the weight column, or one."""
    if "weight" in dtm.articles:
        return dtm.articles["weight"].to_numpy(float)
    return np.ones(dtm.counts.shape[0])


def article_clusters(dtm: Any) -> NDArray[Any]:
    """The unit that is resampled: the near-duplicate cluster, or the article itself."""
    if "cluster" in dtm.articles:
        return dtm.articles["cluster"].to_numpy()
    return np.arange(dtm.counts.shape[0])


def word_scores(words: Floats, prevalence: Floats, *, weight: float = 0.6) -> dict[str, Floats]:
    """Probability, FREX and relevance of every word in every topic, each topics × lexemes."""
    marginal = np.maximum(prevalence @ words, 1e-15)
    exclusivity = words / np.maximum(words.sum(axis=0), 1e-15)
    ranks = [
        np.argsort(np.argsort(m, axis=1, kind="stable"), axis=1) + 1 for m in (words, exclusivity)
    ]
    frequent, exclusive = (r / words.shape[1] for r in ranks)
    logs = np.log(np.maximum(words, 1e-15))
    return {
        "probability": words,
        "frex": 2 / (1 / frequent + 1 / exclusive),
        "relevance": weight * logs + (1 - weight) * (logs - np.log(marginal)),
    }
