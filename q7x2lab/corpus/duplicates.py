"""Copies told apart from articles that only quote the same words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from q7x2lab.corpus.model import COPIES, Corpus, empty
from q7x2lab.corpus.wording import WORD, fold_for_comparison
from q7x2lab.errors import CorpusError, did_you_mean

QUOTATION = re.compile(r"(«[^«»]{1,2000}»|[“”\"][^“”\"\n]{1,2000}[“”\"])")
WIDTH = 4  # words in a row that count as shared wording
# Shared wording, as a share of the shorter article, that makes a copy. Outlets share wording only
# through a common source; one outlet also uses its own background paragraphs again, and does so
# for days. Chosen on pairs read and labelled across the range of overlaps (tests/real).
CUTS = {"between outlets": 0.58, "within an outlet": 0.68, "days apart": 0.8}
SHORT = 25  # words below which formulas weigh so much that the highest cut holds
BRIDGE = 3  # changed words between two shared runs that still count as shared
MIN_WORDS = 12  # fewer words outside quotations are no evidence
MIN_QUOTED = 4  # words that make a quotation; less is a name or a scare quote
MAX_SPREAD = 100  # a passage in more articles than this is a formula, not a copy
SKETCH = 30_000_000  # words above which only every nth passage proposes candidates

Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Wording:
    """Word hashes of all articles in one array; article i begins at starts[i]."""

    words: Hashes
    quoted: NDArray[np.bool_]
    starts: NDArray[np.int64]

    def outside(self, row: int) -> Hashes:
        """The word hashes of an article without its quotations."""
        here = slice(self.starts[row], self.starts[row + 1])
        return self.words[here][~self.quoted[here]]

    def whole(self, row: int) -> Hashes:
        """The word hashes of an article."""
        return self.words[self.starts[row] : self.starts[row + 1]]


def find_duplicates(corpus: Corpus, *, cuts: Mapping[str, float] = CUTS) -> pd.DataFrame:
    """`id cluster overlap kind` of each article that has a copy, the representative first.

    Articles are exact copies where their words are the same, and near copies where enough of the
    words of the shorter one stand in runs of four or more that the other has too, both in all and
    with quotations left out: articles that only quote the same speech are no copies. cuts: the
    share that is enough `between outlets`, `within an outlet` and, for either, `days apart` (more
    than one). Clusters are the connected groups of pairs; the representative is the earliest, then
    the longest article. overlap is the greatest share that an article has with another of its
    cluster; kind is `exact` or `near`. Raises CorpusError where a cut has another name.

    Containment of word runs after Broder (1997), On the resemblance and containment of documents.
    Candidates are found exactly, by a sparse product over shared runs: a sketch of resemblance
    (MinHash) loses the short article inside the long one.

    >>> table = pd.DataFrame({"id": ["a", "b", "c"], "date": pd.NaT, "outlet": "x"})
    >>> words = " ".join("كلمة" + letter for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهوي")
    >>> table["text"] = [words, words + " وهذه زيادة قصيرة", "شيء آخر"]
    >>> find_duplicates(Corpus(table))["id"].tolist()
    ['b', 'a']
    """
    for name in cuts:
        if name not in CUTS:
            raise CorpusError(f"cuts: {name!r} is no cut", remedy=did_you_mean(name, CUTS))
    articles = corpus.articles
    if len(articles) < 2:
        return empty(COPIES)
    wording, whole = _read_words(articles["text"].tolist())
    first = pd.Series(np.arange(len(articles))).groupby(whole).transform("first").to_numpy()
    exact = np.flatnonzero(first != np.arange(len(articles)))
    pairs = _candidates(wording, np.unique(first), 0.25 * min({**CUTS, **cuts}.values()))
    pairs["overlap"] = [
        _overlap(wording, *pair) for pair in zip(pairs["left"], pairs["right"], strict=True)
    ]
    pairs = pairs[pairs["overlap"] >= _needed(pairs, articles, wording, {**CUTS, **cuts})]
    same = pd.DataFrame({"left": first[exact], "right": exact, "overlap": 1.0})
    pairs = pd.concat([same, pairs], ignore_index=True)
    return _clusters(pairs, articles, whole) if len(pairs) else empty(COPIES)


def _needed(
    pairs: pd.DataFrame, articles: pd.DataFrame, wording: Wording, cuts: Mapping[str, float]
) -> NDArray[np.float64]:
    """The overlap that each pair needs to be a pair of copies."""
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    outlet, date = articles["outlet"].to_numpy(), articles["date"].to_numpy()
    needed = np.where(
        outlet[left] == outlet[right], cuts["within an outlet"], cuts["between outlets"]
    )
    apart = np.abs(date[left] - date[right]) > np.timedelta64(36, "h")
    length = np.diff(wording.starts)
    strict = apart | (np.minimum(length[left], length[right]) < SHORT)
    return np.where(strict, np.maximum(needed, cuts["days apart"]), needed)


def _read_words(texts: list[str]) -> tuple[Wording, NDArray[np.int64]]:
    """The words of all articles, and one number for each distinct text."""
    hashes, lengths, quoted, same = [], [], [], []
    for start in range(0, len(texts), 2000):
        flat: list[str] = []
        for text in texts[start : start + 2000]:
            before = len(flat)
            for number, part in enumerate(QUOTATION.split(fold_for_comparison(text))):
                words = WORD.findall(part)
                flat += words
                long_quotation = number % 2 == 1 and len(words) >= MIN_QUOTED
                quoted.append(np.full(len(words), long_quotation))
            lengths.append(len(flat) - before)
            same.append(hash(" ".join(flat[before:])))
        hashes.append(pd.util.hash_array(np.array(flat, dtype=object)))
    starts = np.r_[0, np.cumsum(lengths)].astype(np.int64)
    wording = Wording(np.concatenate(hashes), np.concatenate(quoted), starts)
    return wording, pd.factorize(np.array(same))[0]


def _grams(words: Hashes) -> Hashes:
    out = np.zeros(max(len(words) - WIDTH + 1, 0), dtype=np.uint64)
    for step in range(WIDTH if len(out) else 0):
        out = out * np.uint64(0x9E3779B97F4A7C15) + words[step : step + len(out)]
    return out


def _candidates(wording: Wording, rows: NDArray[np.int64], least: float) -> pd.DataFrame:
    """Pairs `left right` of rows that share at least this part of the shorter one's passages."""
    every = max(1, len(wording.words) // SKETCH)
    where, codes, size = _passages(wording, rows, every)
    shape = (len(wording.starts) - 1, int(codes.max(initial=-1)) + 1)
    has = sparse.csr_array((np.ones(len(codes), np.int32), (where, codes)), shape=shape)
    shared = sparse.triu(has @ has.T, k=1).tocoo()
    smaller = np.minimum(size[shared.row], size[shared.col])
    likely = shared.data >= np.maximum(least * smaller, 2 if every == 1 else 1)
    pairs = {"left": shared.row[likely], "right": shared.col[likely]}
    return pd.DataFrame(pairs, dtype=np.int64)


def _passages(
    wording: Wording, rows: NDArray[np.int64], every: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Article and number of each passage that 2 to MAX_SPREAD articles share; passages in each."""
    found = [np.unique(_grams(wording.outside(row))) for row in rows]
    if every > 1:
        found = [grams[grams % np.uint64(every) == 0] for grams in found]
    size = np.zeros(len(wording.starts) - 1, dtype=np.int64)
    size[rows] = [len(grams) for grams in found]
    hashes, where = np.concatenate(found), np.repeat(rows, size[rows])
    order = np.argsort(hashes, kind="stable")
    new = np.r_[True, np.diff(hashes[order]) != 0] if len(order) else np.zeros(0, bool)
    code = np.cumsum(new) - 1
    spread = np.bincount(code)[code] if len(code) else code
    useful = (spread > 1) & (spread <= MAX_SPREAD)
    return where[order][useful], pd.factorize(code[useful])[0], size


def _overlap(wording: Wording, a: int, b: int) -> float:
    """Shared wording of the shorter article, outside its quotations and in all: the smaller."""
    outside = _covered(wording.outside(a), wording.outside(b))
    return min(outside, _covered(wording.whole(a), wording.whole(b)))


def _covered(a: Hashes, b: Hashes) -> float:
    """Share of the words of the shorter text that stand in runs which the other has too."""
    short, long = sorted((a, b), key=len)
    if len(short) < MIN_WORDS:
        return 0.0
    hit = np.isin(_grams(short), _grams(long))
    covered = np.zeros(len(short), dtype=bool)
    for step in range(WIDTH):
        covered[step : step + len(hit)] |= hit
    places = np.flatnonzero(covered)
    gaps = np.diff(places)
    bridged = int((gaps[(gaps > 1) & (gaps <= BRIDGE + 1)] - 1).sum())
    return (len(places) + bridged) / len(short)


def _clusters(
    pairs: pd.DataFrame, articles: pd.DataFrame, whole: NDArray[np.int64]
) -> pd.DataFrame:
    n = len(articles)
    graph = sparse.coo_array((np.ones(len(pairs)), (pairs["left"], pairs["right"])), shape=(n, n))
    cluster = csgraph.connected_components(graph, directed=False)[1]
    ends = pd.concat([pairs, pairs.rename(columns={"left": "right", "right": "left"})])
    found = ends.groupby("left")["overlap"].max().rename_axis("row").reset_index()
    rows = found["row"].to_numpy()
    found = found.assign(
        id=articles["id"].to_numpy()[rows],
        cluster=cluster[rows],
        date=articles["date"].to_numpy()[rows],
        length=-articles["text"].str.len().to_numpy()[rows],
        whole=whole[rows],
    )
    twins = found.groupby("whole")["row"].transform("size") > 1
    found["kind"] = np.where(twins, "exact", "near")
    found = found.sort_values(["cluster", "date", "length", "row"])
    found["cluster"] = pd.factorize(found["cluster"])[0]
    return found[list(COPIES)].reset_index(drop=True)
