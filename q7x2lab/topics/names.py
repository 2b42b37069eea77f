"""Names that last: finding a topic again after a rerun, and saying how far it has moved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from q7x2lab.topics.model import TopicModel
from q7x2lab.topics.quality import TOP, top_words

DRIFTED = 0.3  # fewer shared words than this (Jaccard, top ten) and it is another topic


@dataclass(frozen=True)
class TopicName:
    """What people called a topic: its label, the words it had then, the articles read for it."""

    label: str
    words: tuple[str, ...]
    read: tuple[str, ...] = field(default=())


def fingerprints(model: TopicModel) -> list[str]:
    """Twelve letters a topic that stand for its top ten lexemes, whatever their order.

    >>> from types import SimpleNamespace
    >>> words = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> dtm = SimpleNamespace(lexemes=["gas", "cup"], labels=["gas", "cup"])
    >>> model = TopicModel(dtm, words, words, "nmf", 0)
    >>> [len(key) for key in fingerprints(model)]
    [12, 12]
    """
    tops = top_words(model.topic_words, TOP)
    keys = ("\n".join(sorted(str(model.dtm.lexemes[j]) for j in row)) for row in tops)
    return [hashlib.sha256(key.encode()).hexdigest()[:12] for key in keys]


def find_names(model: TopicModel, known: Mapping[str, TopicName]) -> pd.DataFrame:
    """Which known name belongs to which topic now.

    known: names by fingerprint. Returns fingerprint label topic overlap state old new read, one row
    a known name: `same` where the ten words are the same, `drifted` where the topic was found again
    by at least 30 % of its words, and `lost` (topic -1) where none is near. old and new: the words
    that only the one or the other has; read: the articles that someone read before naming it.

    >>> from q7x2lab.topics.model import fit_model
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> model = fit_model(two_subjects(), 2)
    >>> known = {fingerprints(model)[1]: TopicName("Sport", ("w00", "w01"))}
    >>> find_names(model, known)[["label", "topic", "state"]].values.tolist()
    [['Sport', 1, 'same']]
    """
    prints, names = fingerprints(model), list(known)
    now = [tuple(str(model.dtm.lexemes[j]) for j in row) for row in top_words(model.topic_words)]
    overlap = np.array([[_overlap(known[name].words, words) for words in now] for name in names])
    overlap = overlap.reshape(len(names), model.k)
    exact = np.array([[name == own for own in prints] for name in names]).reshape(overlap.shape)
    pairs = zip(*linear_sum_assignment(-(overlap + exact)), strict=True)
    found = {int(i): int(j) for i, j in pairs if exact[i, j] or overlap[i, j] >= DRIFTED}
    rows: list[dict[str, Any]] = []
    for i, name in enumerate(names):
        topic = found.get(i, -1)
        old, new = set(known[name].words), set(now[topic]) if topic >= 0 else set()
        state = "lost" if topic < 0 else "same" if old == new or exact[i, topic] else "drifted"
        rows.append(
            {
                "fingerprint": name,
                "label": known[name].label,
                "topic": topic,
                "overlap": float(overlap[i, topic]) if topic >= 0 else float(overlap[i].max()),
                "state": state,
                "old": " ".join(w for w in known[name].words if w not in new),
                "new": " ".join(w for w in (now[topic] if topic >= 0 else ()) if w not in old),
                "read": " ".join(known[name].read),
            }
        )
    columns = ["fingerprint", "label", "topic", "overlap", "state", "old", "new", "read"]
    return pd.DataFrame(rows, columns=columns)


def _overlap(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    a, b = set(first), set(second)
    return len(a & b) / max(len(a | b), 1)


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
