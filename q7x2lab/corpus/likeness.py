"""How alike the articles are that share a line: what tells furniture from a running story."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse


def likeness(
    shared: pd.DataFrame, own: pd.Series, articles: pd.DataFrame
) -> tuple[dict[tuple[str, str], float], dict[str, float]]:
    """Mean cosine between the articles of each shared line, and what chance gives per outlet.

    shared: `outlet key row` of lines that several articles have. own: for each row the words that
    are its own. articles: `outlet date`. Chance is the 95th percentile over pairs of articles of
    one outlet and nearby dates. Words are weighted by tf-idf (Salton and Buckley 1988); the mean
    over all pairs of a line's articles comes from the norm of their sum, without making the pairs.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    near = _pairs_by_chance(articles)
    used = np.unique(np.concatenate([shared["row"], *map(np.ravel, near.values())]).astype(int))
    texts = own.iloc[used]
    if shared.empty or not texts.str.len().sum():
        return {}, {}
    weigh = TfidfVectorizer(token_pattern=r"\S+", sublinear_tf=True, dtype=np.float32)
    weights = weigh.fit_transform(texts)
    hosts = shared[["outlet", "key", "row"]].assign(body=pd.factorize(own)[0][shared["row"]])
    hosts = hosts.drop_duplicates(["outlet", "key", "body"])
    group = hosts.groupby(["outlet", "key"], sort=False).ngroup().to_numpy()
    place = np.searchsorted(used, hosts["row"])
    member = sparse.csr_array((np.ones(len(place), np.float32), (group, place)))
    member.resize((member.shape[0], len(used)))
    total = member @ weights
    filled = member @ np.diff(weights.indptr).astype(bool).astype(np.float32)
    size = np.asarray(member.sum(axis=1)).ravel()
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = (np.asarray(total.multiply(total).sum(axis=1)).ravel() - filled) / (
            size * (size - 1)
        )
    names = hosts[["outlet", "key"]].drop_duplicates().itertuples(index=False, name=None)
    alike = {name: mean for name, mean, n in zip(names, cosine, size, strict=True) if n >= 2}
    chance = {}
    for outlet, (a, b) in near.items():
        a, b = np.searchsorted(used, a), np.searchsorted(used, b)
        both = np.asarray(weights[a].multiply(weights[b]).sum(axis=1))
        chance[outlet] = float(np.quantile(both, 0.95))
    default = float(np.median(list(chance.values()))) if chance else 0.05
    return alike, {str(o): chance.get(str(o), default) for o in articles["outlet"].unique()}


def _pairs_by_chance(articles: pd.DataFrame) -> dict[str, NDArray[np.int64]]:
    """600 pairs of rows an outlet, picked at random among its articles of nearby dates."""
    rng = np.random.default_rng(0)
    pairs = {}
    for outlet, part in articles.reset_index(drop=True).sort_values("date").groupby("outlet"):
        if len(part) >= 20:
            first = rng.integers(0, len(part), 600)
            second = (first + rng.integers(1, min(30, len(part)), 600)) % len(part)
            pairs[str(outlet)] = part.index.to_numpy()[np.array([first, second])]
    return pairs
