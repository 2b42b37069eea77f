"""Do readers see the topics? Word and topic intrusion: blinded tasks, and how they are scored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from q7x2lab.errors import AnalysisError
from q7x2lab.stats.agreement import Alpha, krippendorff_alpha
from q7x2lab.stats.resampling import cluster_draws, percentile_interval
from q7x2lab.topics.topic_model import TOP, TopicModel, top_words

EXCERPT = 500  # letters of an article that a reader is shown
SHOWN_TOPICS = 3  # leading topics of an article among which the intruder hides (Chang et al. 2009)
Item = tuple[int, list[str], int]  # topic, options in the order shown, number of the intruder


@dataclass(frozen=True, eq=False)
class IntrusionTask:
    """A sheet for readers and the key that they do not see.

    Attributes
    ----------
    kind
        ``word`` or ``topic``.
    sheet
        ``item``, what is shown, ``option_1`` …, and an empty ``answer`` for the number of the
        option that does not belong.
    key
        ``item``, ``topic``, ``intruder`` (the right answer), and for topic intrusion ``article``.
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

    Attributes
    ----------
    topics
        ``topic``, ``items``, ``answers``, ``precision``.
    precision, low, high
        Over all items, each item's mean over readers, with a 95 % interval that resamples items.
    chance
        What guessing yields.
    alpha
        Agreement of the readers, None for a single one.
    readers
        Their names.
    """

    topics: pd.DataFrame
    precision: float
    low: float
    high: float
    chance: float
    alpha: Alpha | None
    readers: tuple[str, ...]

    def __repr__(self) -> str:
        agreed = f", alpha {self.alpha.alpha:.2f}" if self.alpha else ""
        found = f"found in {self.precision:.0%} of the items ({self.low:.0%} to {self.high:.0%})"
        guessed = f"guessing finds {self.chance:.0%}; readers: {len(self.readers)}{agreed}"
        return f"the intruder was {found}, {guessed}"


def word_intrusion(
    model: TopicModel, *, words: int = 5, items: int = 2, seed: int = 0
) -> IntrusionTask:
    """For each topic, its top words and one word of another topic among them, shuffled.

    Parameters
    ----------
    words
        Own words that an item shows.
    items
        Items a topic.
    seed
        Of the random draws.

    Raises
    ------
    AnalysisError
        If the topics share all their top words.

    Notes
    -----
    The intruder is drawn from another topic's top ten and stands in the less likely half of this
    topic's words, so that it is not odd merely by being rare. Chang et al. (2009), Reading tea
    leaves: how humans interpret topic models.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import fit_model
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> task = word_intrusion(fit_model(two_subjects(), 2))
    >>> len(task.sheet), task.options, "topic" in task.sheet
    (4, 6, False)
    """
    rng = np.random.default_rng(seed)
    top = top_words(model.topic_words, max(words, TOP))
    rank = np.argsort(np.argsort(-model.topic_words, axis=1, kind="stable"), axis=1)
    drawn: list[Item] = []
    for topic in np.repeat(np.arange(model.k), items):
        foreign = np.setdiff1d(np.delete(top, topic, axis=0), top[topic])
        if foreign.size == 0:
            raise AnalysisError("the topics share all their top words", remedy="fewer topics")
        foreign = foreign[np.argsort(-rank[topic, foreign], kind="stable")]
        far = foreign[rank[topic, foreign] >= model.topic_words.shape[1] // 2]
        intruder = rng.choice(far if far.size else foreign[: max(1, foreign.size // 2)])
        shown = np.append(rng.choice(top[topic], words, replace=False), intruder)
        order = rng.permutation(words + 1)
        texts = [str(model.dtm.labels[j]) for j in shown[order]]
        drawn.append((int(topic), texts, int(np.flatnonzero(order == words)[0]) + 1))
    return _task("word", [drawn[i] for i in rng.permutation(len(drawn))])


def topic_intrusion(
    model: TopicModel, *, articles: int = 40, seed: int = 0, words: int = 6
) -> IntrusionTask:
    """Articles with their leading topics (as words) and one topic that is hardly in them.

    Parameters
    ----------
    articles
        How many are drawn, each with the beginning of its text.
    seed
        Of the random draws.
    words
        Words by which a topic is shown.

    Raises
    ------
    AnalysisError
        If there are fewer than three topics.

    Notes
    -----
    Up to three leading topics are shown; the intruder is drawn from the lower half of the article's
    topics. Chang et al. (2009).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import scipy.sparse as sp
    >>> words = ["gas", "cup", "vote"]
    >>> shares = np.array([[0.8, 0.15, 0.05], [0.1, 0.7, 0.2]])
    >>> articles = pd.DataFrame({"id": ["a", "b"], "text": ["gas", "cup"]})
    >>> dtm = SimpleNamespace(counts=sp.csr_matrix(np.eye(3)[:2]), lexemes=words, labels=words,
    ...                       articles=articles)
    >>> task = topic_intrusion(TopicModel(dtm, np.eye(3), shares, "nmf", 0), words=1)
    >>> len(task.sheet), task.options
    (2, 3)
    """
    if model.k < 3:
        raise AnalysisError("topic intrusion takes three topics or more")
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(np.flatnonzero(model.main_topics >= 0))[:articles]
    own, names = min(SHOWN_TOPICS, model.k - 1), model.first_words(words)
    items: list[Item] = []
    for order in np.argsort(-model.article_shares[chosen], axis=1, kind="stable"):
        low = order[max(own, model.k // 2) :]
        shown = np.append(order[:own], rng.choice(low))[rng.permutation(own + 1)]
        place = int(np.flatnonzero(np.isin(shown, low))[0])
        items.append((int(order[0]), [names[t] for t in shown], place + 1))
    task = _task("topic", items)
    units = model.articles.iloc[chosen].to_dict("records")
    task.sheet.insert(1, "title", [unit.get("title", "") for unit in units])
    texts = [unit.get("text", "")[unit.get("start", 0) : unit.get("end")] for unit in units]
    task.sheet.insert(2, "text", [text[:EXCERPT] for text in texts])
    return replace(task, key=task.key.assign(article=[unit["id"] for unit in units]))


def _task(kind: str, items: list[Item]) -> IntrusionTask:
    """Sheet and key of the items, numbered from 1."""
    topics, options, places = zip(*items, strict=True)
    number = np.arange(1, len(items) + 1)
    names = [f"option_{i}" for i in range(1, len(options[0]) + 1)]
    sheet = pd.DataFrame(list(options), columns=names).assign(answer="")
    sheet.insert(0, "item", number)
    key = pd.DataFrame({"item": number, "topic": topics, "intruder": places})
    return IntrusionTask(kind, sheet, key)


def score_intrusion(
    task: IntrusionTask, answers: Mapping[str, pd.DataFrame], *, seed: int = 0
) -> IntrusionScore:
    """How often readers found the intruder, by topic and in all, and how far they agree.

    Parameters
    ----------
    answers
        Reader to filled sheet (columns ``item`` and ``answer``); an empty answer is missing.
    seed
        Of the bootstrap samples.

    Raises
    ------
    AnalysisError
        If an answer is no option, or nobody answered.

    Examples
    --------
    >>> sheet = pd.DataFrame({"item": [1, 2], "option_1": "gas", "option_2": "cup", "answer": ""})
    >>> key = pd.DataFrame({"item": [1, 2], "topic": 0, "intruder": 2})
    >>> task = IntrusionTask("word", sheet, key)
    >>> score = score_intrusion(task, {"A": sheet.assign(answer=[2, 1])})
    >>> score.precision, score.chance
    (0.5, 0.5)
    """
    key = task.key.set_index("item")
    columns = {name: _answers(table, name, task.options) for name, table in answers.items()}
    given = pd.DataFrame(columns, index=key.index)
    if given.empty or given.isna().all(axis=None):
        raise AnalysisError("no reader has answered", remedy="fill the column answer")
    right = given.eq(key["intruder"], axis=0).where(given.notna()).astype(float)
    items = right.mean(axis=1).dropna()
    times = cluster_draws(items.index, 1000, seed)
    low, high = percentile_interval(times @ items.to_numpy() / times.sum(axis=1))
    found = key.assign(answers=right.count(axis=1), precision=items).groupby("topic")
    topics = pd.DataFrame({"items": found.size(), "answers": found["answers"].sum()})
    topics["precision"] = found["precision"].mean()
    several = (given.notna().sum(axis=1) > 1).any()
    alpha = krippendorff_alpha(given.to_numpy(float).T, seed=seed) if several else None
    ends = float(items.mean()), float(low), float(high)
    return IntrusionScore(topics.reset_index(), *ends, 1 / task.options, alpha, tuple(answers))


def _answers(table: pd.DataFrame, reader: str, options: int) -> pd.Series:
    """The number that a reader gave to each item, NaN where there is no answer."""
    written = table.set_index("item")["answer"]
    written = written.where(~written.astype(str).str.strip().isin(["", "nan", "None"]))
    number = pd.to_numeric(written, errors="coerce")
    wrong = written[written.notna() & ~number.isin(range(1, options + 1))]
    if len(wrong):
        what = f"item {wrong.index[0]}: {wrong.iloc[0]!r} is no option"
        remedy = f"a number from 1 to {options}, or nothing"
        raise AnalysisError(what, where=reader, remedy=remedy)
    return number
