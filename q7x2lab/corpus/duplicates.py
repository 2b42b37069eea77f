"""Copies told apart from articles that only quote the same words."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.corpus.model import COPIES, Corpus, empty

QUOTATION = re.compile(r"«[^»]{1,1500}»|[“”\"][^“”\"\n]{1,1500}[“”\"]")
WORD = re.compile(r"[^\W_]+")
FOLD = str.maketrans("أإآٱىة", "اااايه", "".join(map(chr, range(0x64B, 0x660))) + "ـ\u0670")
WIDTH = 5
CUT = 0.5
MAX_ARTICLES = 60


def find_duplicates(corpus: Corpus, *, cut: float = CUT) -> pd.DataFrame:
    """`id cluster overlap kind` of articles that have a copy, the representative first."""
    articles = corpus.articles
    grams = _gram_matrix(articles["text"].tolist())
    left, right, overlap = _pairs(grams, cut)
    if not len(left):
        return empty(COPIES)
    n = len(articles)
    graph = sparse.coo_array((np.ones(len(left)), (left, right)), shape=(n, n))
    _, component = sparse.csgraph.connected_components(graph, directed=False)
    both = pd.DataFrame({"row": np.r_[left, right], "overlap": np.r_[overlap, overlap]})
    best = both.groupby("row")["overlap"].max()
    found = pd.DataFrame({"row": best.index, "overlap": best.to_numpy()})
    found["cluster"] = component[found["row"]]
    found["date"] = articles["date"].to_numpy()[found["row"]]
    found["length"] = -articles["text"].str.len().to_numpy()[found["row"]]
    found = found.sort_values(["cluster", "date", "length", "row"])
    found["cluster"] = pd.factorize(found["cluster"])[0]
    found["id"] = articles["id"].to_numpy()[found["row"]]
    found["kind"] = np.where(found["overlap"] >= 1.0, "exact", "near")
    return found[list(COPIES)].reset_index(drop=True)


def _gram_matrix(texts: list[str]) -> sparse.csr_array:
    """Articles × word 5-grams outside quotations that at least two articles share (0/1)."""
    rows, hashes = [], []
    for row, text in enumerate(texts):
        words = WORD.findall(QUOTATION.sub(" \n ", text).translate(FOLD))
        if len(words) >= WIDTH:
            hashes.append(np.unique(_gram_hashes(words)))
            rows.append(np.full(len(hashes[-1]), row))
    if not rows:
        return sparse.csr_array((len(texts), 0))
    codes, _ = pd.factorize(np.concatenate(hashes))
    where = np.concatenate(rows)
    data = np.ones(len(codes), dtype=np.int32)
    return sparse.csr_array((data, (where, codes)), shape=(len(texts), codes.max() + 1))


def _gram_hashes(words: list[str]) -> NDArray[np.uint64]:
    one = pd.util.hash_array(np.array(words, dtype=object), categorize=False)
    out = np.zeros(len(one) - WIDTH + 1, dtype=np.uint64)
    for step in range(WIDTH):
        out = out * np.uint64(0x9E3779B97F4A7C15) + one[step : step + len(out)]
    return out


def _pairs(
    grams: sparse.csr_array, cut: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs whose shorter article is contained in the other by at least the cut."""
    size = np.asarray(grams.sum(axis=1)).ravel()
    spread = np.asarray(grams.sum(axis=0)).ravel()
    useful = grams[:, (spread > 1) & (spread <= MAX_ARTICLES)]
    shared = sparse.triu(useful @ useful.T, k=1).tocoo()
    smaller = np.minimum(size[shared.row], size[shared.col])
    overlap = shared.data / np.maximum(smaller, 1)
    keep = overlap >= cut
    return shared.row[keep], shared.col[keep], overlap[keep]
