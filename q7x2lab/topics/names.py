"""Names that last: finding a topic again after a rerun, and saying how far it has moved."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from q7x2lab.topics.topic_model import TopicModel, top_words

# Jaccard overlap of the top ten words: .67 with eight of ten kept; .33 with five of ten, as many as
# a topic keeps that has swallowed another; with fewer it is another topic.
CLOSE, DRIFTED = 0.65, 0.3
STATES = ("lost", "drifted", "close", "same")


@dataclass(frozen=True)
class TopicName:
    """What people called a topic: its label, the words it had then, the articles read for it."""

    label: str
    words: tuple[str, ...]
    read: tuple[str, ...] = field(default=())


def fingerprints(model: TopicModel) -> list[str]:
    """Twelve letters a topic that stand for its top ten lexemes, whatever their order.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> words = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> dtm = SimpleNamespace(lexemes=["gas", "cup"], labels=["gas", "cup"])
    >>> model = TopicModel(dtm, words, words, "nmf", 0)
    >>> [len(key) for key in fingerprints(model)]
    [12, 12]
    """
    keys = ("\n".join(sorted(words)) for words in top_forms(model, model.dtm.lexemes))
    return [hashlib.sha256(key.encode()).hexdigest()[:12] for key in keys]


def top_forms(model: TopicModel, forms: Sequence[str]) -> list[list[str]]:
    """The top ten words of each topic, in one of the two forms that its matrix has of each."""
    return [[str(forms[j]) for j in top] for top in top_words(model.topic_words)]


def find_names(model: TopicModel, known: Mapping[str, TopicName]) -> pd.DataFrame:
    """Which known name belongs to which topic now.

    Parameters
    ----------
    known
        Names by fingerprint.

    Returns
    -------
    DataFrame
        One row a known name: ``fingerprint``, ``label``, ``topic``, ``overlap`` (Jaccard, of the
        top ten words); ``state``: `same` where the ten words are the same, `close` where at least
        eight are, `drifted` where at least five are, `lost` (topic -1) where fewer are; ``old`` and
        ``new``, the words that only the one or the other has; ``read``, the articles that someone
        read before naming it.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import fit_model
    >>> from q7x2lab.topics.topic_model import two_subjects
    >>> model = fit_model(two_subjects(), 2)
    >>> known = {fingerprints(model)[1]: TopicName("Sport", ("w00", "w01"))}
    >>> find_names(model, known)[["label", "topic", "state"]].values.tolist()
    [['Sport', 1, 'same']]
    """
    now = list(zip(fingerprints(model), top_forms(model, model.dtm.labels), strict=True))
    overlap = np.array([[_overlap(*name, *own) for own in now] for name in known.items()])
    overlap = overlap.reshape(len(known), model.k)
    found = dict(zip(*linear_sum_assignment(-overlap), strict=True))
    rows = []
    for i, (key, name) in enumerate(known.items()):
        topic = int(found.get(i, -1)) if overlap[i, found.get(i, 0)] >= DRIFTED else -1
        words = now[topic][1] if topic >= 0 else ()
        nearest = float(overlap[i, topic] if topic >= 0 else overlap[i].max())
        state = STATES[np.digitize(nearest if topic >= 0 else 0, [DRIFTED, CLOSE, 1])]
        old = " ".join(word for word in name.words if word not in words)
        new = " ".join(word for word in words if word not in name.words)
        rows.append((key, name.label, topic, nearest, state, old, new, " ".join(name.read)))
    columns = ["fingerprint", "label", "topic", "overlap", "state", "old", "new", "read"]
    return pd.DataFrame(rows, columns=columns)


def _overlap(key: str, name: TopicName, fingerprint: str, words: list[str]) -> float:
    """Jaccard overlap of the words of a name and of a topic; 1 where the fingerprint is its own."""
    return 1.0 if key == fingerprint else _jaccard(name.words, words)


def _jaccard(first: Collection[str], second: Collection[str]) -> float:
    return len({*first} & {*second}) / max(len({*first} | {*second}), 1)


def same_topics(models: Iterable[Sequence[Sequence[str]]]) -> list[list[int]]:
    """Topics of several models by number: the same number for what is the same topic.

    Parameters
    ----------
    models
        The top ten words of each topic of each model.

    Returns
    -------
    list of list
        One number a topic. A topic is one of a model before its own where at least five of the ten
        words are the same (the Hungarian method on Jaccard overlaps); otherwise it is new.

    Examples
    --------
    >>> same_topics([[["gas", "oil"], ["cup"]], [["cup"], ["war"]]])
    [[0, 1], [1, 2]]
    """
    known: list[Sequence[str]] = []
    found = []
    for topics in models:
        overlap = np.array([[_jaccard(one, own) for own in topics] for one in known])
        overlap = overlap.reshape(len(known), len(topics))
        pairs = zip(*linear_sum_assignment(-overlap), strict=True)
        numbers = {int(own): int(one) for one, own in pairs if overlap[one, own] >= DRIFTED}
        for own in sorted({*range(len(topics))} - {*numbers}):
            numbers[own] = len(known)
            known.append(topics[own])
        found.append([numbers[own] for own in range(len(topics))])
    return found


def named(model: TopicModel, names: Mapping[int, str]) -> TopicModel:
    """The same model with names for some of its topics (topic number to name).

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> words = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> dtm = SimpleNamespace(lexemes=["gas", "cup"], labels=["gas", "cup"])
    >>> model = TopicModel(dtm, words, words, "nmf", 0)
    >>> named(model, {1: "Sport"}).labels
    ['gas · cup', 'Sport']
    """
    return replace(model, names={**model.names, **names})
