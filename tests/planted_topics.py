"""A corpus whose topics are known, for the tests of topic models."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import scipy.sparse as sp


def planted(articles=240, topics=4, words=15, length=60, seed=0, shared=20):
    """A matrix whose articles have one main topic each, four fifths of their words."""
    rng = np.random.default_rng(seed)
    vocabulary = topics * words + shared
    truth = np.arange(articles) % topics
    counts = np.zeros((articles, vocabulary), int)
    for i, topic in enumerate(truth):
        own = rng.multinomial(int(length * 0.8), rng.dirichlet(np.full(words, 2.0)))
        counts[i, topic * words : (topic + 1) * words] = own
        counts[i] += rng.multinomial(
            length - int(length * 0.8), np.full(vocabulary, 1 / vocabulary)
        )
    lexemes = [f"w{j}" for j in range(vocabulary)]
    table = pd.DataFrame(
        {
            "id": [f"a{i}" for i in range(articles)],
            "outlet": np.where(np.arange(articles) % 2 == 0, "north", "south"),
            "date": pd.Timestamp("2022-01-01") + pd.to_timedelta(np.arange(articles), unit="D"),
            "title": [f"title {i}" for i in range(articles)],
            "text": [f"text {i}" for i in range(articles)],
            "cluster": np.arange(articles),
            "weight": 1.0,
        }
    )
    dtm = SimpleNamespace(
        counts=sp.csr_array(counts), lexemes=lexemes, labels=lexemes, articles=table, unit="article"
    )
    return dtm, truth
