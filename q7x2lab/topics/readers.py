"""Do readers see the topics? Word and topic intrusion: blinded tasks, and how they are scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from q7x2lab.errors import AnalysisError
from q7x2lab.stats.agreement import Alpha, krippendorff_alpha
from q7x2lab.stats.resampling import cluster_draws, percentile_interval
from q7x2lab.topics.model import TopicModel
from q7x2lab.topics.quality import top_words

EXCERPT = 500  # letters of an article that a reader is shown


@dataclass(frozen=True, eq=False)
class IntrusionTask:
    """A sheet for readers and the key that they do not see.

    kind: `word` or `topic`. sheet: item, what is shown, option_1 …, and an empty answer for the
    number of the option that does not belong. key: item topic intruder (the right answer), and
    for topic intrusion article and log_odds_1 … (the article's log-share of the intruder less
    that of each option).
    """

    kind: str
    sheet: pd.DataFrame
    key: pd.DataFrame

    @property
    def options(self) -> int:
        """How many options an item has: guessing finds the intruder once in so many."""
        return int(self.sheet.columns.str.startswith("option_").sum())


@dataclass(frozen=True, eq=False)
class IntrusionScore:
    """How often readers found the intruder.

    topics: topic items answers precision. precision, low, high: over all items, each item's mean
    over readers, with a 95 % interval that resamples items. chance: what guessing yields. alpha:
    agreement of the readers, None for a single one. log_odds: topic log odds (0 is best), NaN for
    word intrusion.
    """

    topics: pd.DataFrame
    precision: float
    low: float
    high: float
    chance: float
    alpha: Alpha | None
    log_odds: float
    readers: tuple[str, ...]

    def __repr__(self) -> str:
        agreed = f", alpha {self.alpha.alpha:.2f}" if self.alpha else ""
        return (
            f"the intruder was found in {self.precision:.0%} of the items ({self.low:.0%} to "
            f"{self.high:.0%}), guessing finds {self.chance:.0%}; "
            f"readers: {len(self.readers)}{agreed}"
        )


def word_intrusion(
    model: TopicModel, *, words: int = 5, items: int = 2, seed: int = 0
) -> IntrusionTask:
    """For each topic, its top words and one word of another topic among them, shuffled.

    words: own words an item shows. items: items a topic. The intruder is drawn from another
    topic's top ten and stands in the less likely half of this topic's words, so that it is not
    odd merely by being rare. Chang et al. (2009).

    >>> from q7x2lab.topics.model import fit_model
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> model = fit_model(two_subjects(), 2)
    >>> task = word_intrusion(model)
    >>> len(task.sheet), task.options, "topic" in task.sheet
    (4, 6, False)
    """
    rng = np.random.default_rng(seed)
    top = top_words(model.topic_words, max(words, 10))
    rank = np.argsort(np.argsort(-model.topic_words, axis=1, kind="stable"), axis=1)
    rows: list[tuple[int, list[str], int]] = []
    for topic in np.repeat(np.arange(model.k), items):
        foreign = np.unique(np.delete(top, topic, axis=0))
        foreign = foreign[~np.isin(foreign, top[topic])]
        foreign = foreign[np.argsort(-rank[topic, foreign], kind="stable")]
        if foreign.size == 0:
            raise AnalysisError("the topics share all their top words", remedy="fewer topics")
        far = foreign[rank[topic, foreign] >= model.topic_words.shape[1] // 2]
        intruder = rng.choice(far if far.size else foreign[: max(1, foreign.size // 2)])
        shown = np.append(rng.choice(top[topic], words, replace=False), intruder)
        order = rng.permutation(words + 1)
        texts = [str(model.dtm.labels[j]) for j in shown[order]]
        rows.append((int(topic), texts, int(np.flatnonzero(order == words)[0]) + 1))
    rows = [rows[i] for i in rng.permutation(len(rows))]
    return IntrusionTask("word", _sheet([r[1] for r in rows]), _key(rows))


def topic_intrusion(
    model: TopicModel, *, articles: int = 40, seed: int = 0, words: int = 6
) -> IntrusionTask:
    """Articles with their leading topics (as words) and one topic that is hardly in them.

    articles: how many are drawn, each with the beginning of its text. Up to three leading topics
    are shown; the intruder is drawn from the lower half of the article's topics. Chang et al.
    (2009). Raises `AnalysisError` with fewer than three topics.

    >>> from types import SimpleNamespace
    >>> import scipy.sparse as sp
    >>> words = ["gas", "cup", "vote"]
    >>> shares = np.array([[0.8, 0.15, 0.05], [0.1, 0.7, 0.2]])
    >>> articles = pd.DataFrame({"id": ["a", "b"], "text": ["gas", "cup"]})
    >>> dtm = SimpleNamespace(counts=sp.csr_matrix(np.eye(3)[:2]), lexemes=words, labels=words,
    ...                       articles=articles)
    >>> model = TopicModel(dtm, np.eye(3), shares, "nmf", 0)
    >>> task = topic_intrusion(model, words=1)
    >>> len(task.sheet), task.options
    (2, 3)
    """
    if model.k < 3:
        raise AnalysisError("topic intrusion takes three topics or more")
    rng = np.random.default_rng(seed)
    filled = np.flatnonzero(model.main_topics >= 0)
    drawn = rng.permutation(filled)[: min(articles, filled.size)]
    ranked = np.argsort(-model.article_shares[drawn], axis=1, kind="stable")
    own = min(3, model.k - 1)
    names = [
        " · ".join(str(model.dtm.labels[j]) for j in row)
        for row in top_words(model.topic_words, words)
    ]
    rows, odds = [], []
    for article, order in zip(drawn, ranked, strict=True):
        low = order[max(own, model.k // 2) :]
        shown = np.append(order[:own], rng.choice(low))[rng.permutation(own + 1)]
        intruder = int(np.flatnonzero(np.isin(shown, low))[0])
        rows.append((int(order[0]), [names[t] for t in shown], intruder + 1))
        logs = np.log(np.maximum(model.article_shares[article, shown], 1e-12))
        odds.append(logs[intruder] - logs)
    sheet, key = _sheet([r[1] for r in rows]), _key(rows)
    units = model.articles.iloc[drawn]
    sheet.insert(1, "title", units["title"].to_numpy() if "title" in units else "")
    sheet.insert(2, "text", _excerpts(units))
    key["article"] = units["id"].to_numpy()
    columns = [f"log_odds_{i + 1}" for i in range(own + 1)]
    return IntrusionTask(
        "topic", sheet, pd.concat([key, pd.DataFrame(odds, columns=columns)], axis=1)
    )


def _excerpts(units: pd.DataFrame) -> list[str]:
    if "text" not in units:
        return [""] * len(units)
    starts = units["start"] if "start" in units else pd.Series(0, units.index)
    ends = units["end"] if "end" in units else units["text"].str.len()
    texts = zip(units["text"], starts, ends, strict=True)
    return [text[a:b][:EXCERPT] for text, a, b in texts]


def _sheet(options: list[list[str]]) -> pd.DataFrame:
    columns = [f"option_{i + 1}" for i in range(len(options[0]))]
    table = pd.DataFrame(options, columns=columns)
    table.insert(0, "item", np.arange(1, len(table) + 1))
    table["answer"] = ""
    return table


def _key(rows: list[tuple[int, list[str], int]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item": np.arange(1, len(rows) + 1),
            "topic": [row[0] for row in rows],
            "intruder": [row[2] for row in rows],
        }
    )


def score_intrusion(
    task: IntrusionTask, answers: Mapping[str, pd.DataFrame], *, seed: int = 0
) -> IntrusionScore:
    """How often readers found the intruder, by topic and in all, and how far they agree.

    answers: reader to filled sheet (columns item and answer); an empty answer is missing. Raises
    `AnalysisError` where an answer is no option, or nobody answered.

    >>> sheet = pd.DataFrame({"item": [1, 2], "option_1": "gas", "option_2": "cup", "answer": ""})
    >>> key = pd.DataFrame({"item": [1, 2], "topic": 0, "intruder": 2})
    >>> task = IntrusionTask("word", sheet, key)
    >>> score = score_intrusion(task, {"A": sheet.assign(answer=[2, 1])})
    >>> score.precision, score.chance
    (0.5, 0.5)
    """
    given = pd.DataFrame(
        {name: _answers(table, name, task.options) for name, table in answers.items()},
        index=task.key["item"],
    )
    if given.empty or given.isna().all(axis=None):
        raise AnalysisError("no reader has answered", remedy="fill the column answer")
    key = task.key.set_index("item")
    right = given.eq(key["intruder"], axis=0).where(given.notna()).astype(float)
    item = right.mean(axis=1)
    seen = item.dropna()
    draws = cluster_draws(seen.index, 1000, seed)
    low, high = percentile_interval(draws @ seen.to_numpy() / draws.sum(axis=1))
    topics = pd.DataFrame(
        {"topic": key["topic"], "precision": item, "answers": right.count(axis=1)}
    )
    topics = topics.groupby("topic").agg(
        items=("precision", "size"), answers=("answers", "sum"), precision=("precision", "mean")
    )
    alpha = None
    if (given.notna().sum(axis=1) >= 2).any():
        alpha = krippendorff_alpha(given.to_numpy(float).T, seed=seed)
    return IntrusionScore(
        topics.reset_index(),
        float(seen.mean()),
        float(low),
        float(high),
        1 / task.options,
        alpha,
        _log_odds(key, given),
        tuple(answers),
    )


def _answers(table: pd.DataFrame, reader: str, options: int) -> pd.Series:
    said = table.set_index("item")["answer"]
    said = said.where(~said.astype(str).str.strip().isin(["", "nan", "None"]))
    number = pd.to_numeric(said, errors="coerce")
    wrong = said.notna() & ~number.isin(range(1, options + 1))
    if wrong.any():
        item = said.index[int(wrong.to_numpy().argmax())]
        raise AnalysisError(
            f"item {item}: {said.loc[item]!r} is no option",
            where=reader,
            remedy=f"a number from 1 to {options}, or nothing",
        )
    return number


def _log_odds(key: pd.DataFrame, given: pd.DataFrame) -> float:
    """Mean log-share of the intruder less that of the option that was chosen."""
    columns = [name for name in key.columns if name.startswith("log_odds_")]
    if not columns:
        return float("nan")
    odds = key[columns].to_numpy()
    values = [
        odds[i, int(choice) - 1]
        for i, row in enumerate(given.to_numpy(float))
        for choice in row[~np.isnan(row)]
    ]
    return float(np.mean(values))
