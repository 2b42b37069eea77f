"""Names that last: finding a topic again after a rerun, and saying how far it has moved."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from q7x2lab.topics.model import TopicModel, top_words

DRIFTED = 0.3  # fewer shared words than this (Jaccard, top ten) and it is another topic


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
    keys = ("\n".join(sorted(words)) for words in top_lexemes(model))
    return [hashlib.sha256(key.encode()).hexdigest()[:12] for key in keys]


def top_lexemes(model: TopicModel) -> list[tuple[str, ...]]:
    """The top ten lexemes of each topic."""
    tops = top_words(model.topic_words).tolist()
    return [tuple(str(model.dtm.lexemes[j]) for j in row) for row in tops]


def find_names(model: TopicModel, known: Mapping[str, TopicName]) -> pd.DataFrame:
    """Which known name belongs to which topic now.

    Parameters
    ----------
    known
        Names by fingerprint.

    Returns
    -------
    DataFrame
        One row a known name: ``fingerprint``, ``label``, ``topic``, ``overlap``; ``state``: `same`
        where the ten words are the same, `drifted` where the topic was found again by at least 30 %
        of its words, `lost` (topic -1) where none is near; ``old`` and ``new``, the words that only
        the one or the other has; ``read``, the articles that someone read before naming it.

    Examples
    --------
    >>> from q7x2lab.topics.model import fit_model
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> model = fit_model(two_subjects(), 2)
    >>> known = {fingerprints(model)[1]: TopicName("Sport", ("w00", "w01"))}
    >>> find_names(model, known)[["label", "topic", "state"]].values.tolist()
    [['Sport', 1, 'same']]
    """
    now = list(zip(fingerprints(model), top_lexemes(model), strict=True))
    overlap = np.array([[_overlap(*name, *own) for own in now] for name in known.items()])
    overlap = overlap.reshape(len(known), model.k)
    found = dict(zip(*linear_sum_assignment(-overlap), strict=True))
    rows = []
    for i, (key, name) in enumerate(known.items()):
        topic = int(found.get(i, -1)) if overlap[i, found.get(i, 0)] >= DRIFTED else -1
        words = now[topic][1] if topic >= 0 else ()
        nearest = float(overlap[i, topic] if topic >= 0 else overlap[i].max())
        state = "lost" if topic < 0 else "same" if nearest == 1 else "drifted"
        old = " ".join(word for word in name.words if word not in words)
        new = " ".join(word for word in words if word not in name.words)
        rows.append((key, name.label, topic, nearest, state, old, new, " ".join(name.read)))
    columns = ["fingerprint", "label", "topic", "overlap", "state", "old", "new", "read"]
    return pd.DataFrame(rows, columns=columns)


def _overlap(key: str, name: TopicName, fingerprint: str, words: tuple[str, ...]) -> float:
    """Jaccard overlap of the words of a name and of a topic; 1 where the fingerprint is its own."""
    a, b = set(name.words), set(words)
    return 1.0 if key == fingerprint else len(a & b) / max(len(a | b), 1)


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
