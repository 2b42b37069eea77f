"""Copies told apart from articles that only quote the same words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from q7x2lab.corpus.model import COPIES, Corpus, empty
from q7x2lab.corpus.overlap import in_passages, overlap, share_in_other
from q7x2lab.corpus.wording import Wording, compared_words, grams, read_wording
from q7x2lab.errors import CorpusError, did_you_mean

# The share of the shorter article that makes a copy. Outlets share wording only through a common
# source; one outlet also uses its own background paragraphs again, and does so for days. Chosen
# on pairs read and labelled over the whole range of shares (tests/real/copies_labelled.csv).
CUTS = {"between outlets": 0.50, "within an outlet": 0.62, "days apart": 0.75}
FOLLOW_UP = 0.4  # share of a later article of one outlet below which an older one is its background
SHORT = 25  # words below which only exact copies count: formulas weigh too much
FIGURES = 6  # numbers in what two articles share from which they are compared
WIDTH = 4  # words in a row by which candidates are found
MAX_SPREAD = 100  # a passage in more articles than this is a formula, not a copy
SKETCH = 30_000_000  # words above which only every nth passage proposes candidates


def find_duplicates(corpus: Corpus, *, cuts: Mapping[str, float] = CUTS) -> pd.DataFrame:
    """`id cluster overlap kind` of each article that has a copy, the representative first.

    Articles are exact copies where their words are the same, and near copies where enough of the
    shorter one stands in passages that the other has too, both in all and with quotations left
    out: articles that only quote the same speech are no copies. Nor are reports of one outlet in
    the same form with other figures (weather, markets, scores), nor a follow-up on another day
    that carries an older article of its outlet below more news of its own. cuts: the share that
    is enough `between outlets`, `within an outlet` and, for either, `days apart` (more than one).
    Clusters are the connected groups of pairs; the representative is the earliest, then the
    longest article. overlap is the greatest share that an article has with another of its
    cluster; kind is `exact` or `near`. Raises CorpusError where a cut has another name.

    Containment after Broder (1997), On the resemblance and containment of documents. Candidates
    are found exactly, by a sparse product over shared word runs, not by MinHash: a sketch tells
    resemblance, which is small where a short article stands in a long one, however much of it
    (a test counts what is lost), and the product of all articles takes seconds.

    >>> table = pd.DataFrame({"id": ["a", "b", "c"], "date": pd.NaT, "outlet": "x"})
    >>> words = " ".join("كلمة" + letter for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهوي")
    >>> table["text"] = [words, words + " وهذه زيادة قصيرة", "شيء آخر"]
    >>> find_duplicates(Corpus(table))["id"].tolist()
    ['b', 'a']
    """
    for name in cuts:
        if name not in CUTS:
            raise CorpusError(f"cuts: {name!r} is no cut", remedy=did_you_mean(name, CUTS))
    articles = corpus.articles.reset_index(drop=True)
    if len(articles) < 2:
        return empty(COPIES)
    wording = read_wording(articles["text"].tolist())
    rows = np.arange(len(articles))
    first = pd.Series(rows).groupby(wording.same).transform("first").to_numpy()
    first = np.where(np.diff(wording.starts) > 0, first, rows)  # no words are no copy
    pairs = _near(wording, articles, np.unique(first), {**CUTS, **cuts})
    return _clusters(pairs, articles, first)


def _near(
    wording: Wording, articles: pd.DataFrame, rows: NDArray[np.int64], cuts: Mapping[str, float]
) -> pd.DataFrame:
    """Pairs `left right overlap` among these rows of articles that share enough."""
    long_enough = rows[np.diff(wording.starts)[rows] >= SHORT]
    pairs = _candidates(wording, long_enough, 0.25 * min(cuts.values()))
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    outlet, date = articles["outlet"].to_numpy(), articles["date"].to_numpy()
    within = outlet[left] == outlet[right]
    apart = np.abs(date[left] - date[right]) > np.timedelta64(36, "h")
    needed = np.where(within, cuts["within an outlet"], cuts["between outlets"])
    needed = np.where(apart, np.maximum(needed, cuts["days apart"]), needed)
    asked = zip(left.tolist(), right.tolist(), needed.tolist(), strict=True)
    pairs["overlap"] = [overlap(wording, a, b, least=enough) for a, b, enough in asked]
    enough = pairs["overlap"].to_numpy() >= needed
    for pair in np.flatnonzero(enough & within):
        enough[pair] = not _another_report(wording, articles, int(left[pair]), int(right[pair]))
    return pairs[enough]


def _another_report(wording: Wording, articles: pd.DataFrame, a: int, b: int) -> bool:
    """Whether one outlet reports something else in the same words: other figures, or what followed.

    A follow-up is dated a day later or more, and most of it is its own.
    """
    if _other_figures(wording, articles["text"], a, b):
        return True
    dates = articles["date"]
    if dates[b] < dates[a]:
        a, b = b, a
    follows = dates[b] - dates[a] >= pd.Timedelta(days=1)
    return bool(follows) and share_in_other(wording, b, a) < FOLLOW_UP


def _other_figures(wording: Wording, texts: pd.Series, a: int, b: int) -> bool:
    """Whether fewer than half of the numbers in what two articles share stand in both.

    >>> form = "تتراوح الحرارة في الشمال بين {} و {} درجة وفي الجنوب بين {} و {} درجة والبحر هادئ"
    >>> texts = pd.Series([form.format(12, 15, 20, 24), form.format(13, 18, 20, 27)])
    >>> _other_figures(read_wording(texts.tolist()), texts, 0, 1)
    True
    """
    words = {row: compared_words(texts[row]) for row in (a, b)}
    numbers = known = 0
    for row, twin in ((a, b), (b, a)):
        shared = in_passages(wording.whole(row), wording.whole(twin))
        found = [word for word, both in zip(words[row], shared, strict=True) if both]
        found = [word for word in found if word.isdigit()]
        numbers, known = numbers + len(found), known + sum(word in words[twin] for word in found)
    return numbers >= FIGURES and 2 * known < numbers


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
    found = [np.unique(grams(wording.outside(row), WIDTH)) for row in rows]
    if every > 1:
        found = [runs[runs % np.uint64(every) == 0] for runs in found]
    size = np.zeros(len(wording.starts) - 1, dtype=np.int64)
    size[rows] = [len(runs) for runs in found]
    hashes = np.concatenate([*found, np.zeros(0, np.uint64)])
    where = np.repeat(rows, size[rows])
    order = np.argsort(hashes, kind="stable")
    new = np.r_[True, np.diff(hashes[order]) != 0] if len(order) else np.zeros(0, bool)
    code = np.cumsum(new) - 1
    spread = np.bincount(code)[code] if len(code) else code
    useful = (spread > 1) & (spread <= MAX_SPREAD)
    return where[order][useful], pd.factorize(code[useful])[0], size


def _clusters(
    pairs: pd.DataFrame, articles: pd.DataFrame, first: NDArray[np.int64]
) -> pd.DataFrame:
    """The connected groups of articles, exact copies and near ones, each in order."""
    again = np.flatnonzero(first != np.arange(len(first)))
    same = pd.DataFrame({"left": first[again], "right": again, "overlap": 1.0})
    pairs = pd.concat([same, pairs], ignore_index=True)
    ends = pd.concat([pairs, pairs.rename(columns={"left": "right", "right": "left"})])
    found = ends.groupby("left")["overlap"].max().rename_axis("row").reset_index()
    rows = found["row"].to_numpy()
    graph = sparse.coo_array(
        (np.ones(len(pairs)), (pairs["left"], pairs["right"])), shape=(len(first), len(first))
    )
    found = found.assign(
        id=articles["id"].to_numpy()[rows],
        cluster=csgraph.connected_components(graph, directed=False)[1][rows],
        date=articles["date"].to_numpy()[rows],
        length=-articles["text"].str.len().to_numpy()[rows],
        text=first[rows],
    )
    twins = found.groupby("text")["row"].transform("size") > 1
    found["kind"] = np.where(twins, "exact", "near")
    found = found.sort_values(["cluster", "date", "length", "row"])
    found["cluster"] = pd.factorize(found["cluster"])[0]
    return found[list(COPIES)].reset_index(drop=True)
