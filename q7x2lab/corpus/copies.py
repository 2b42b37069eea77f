"""Copies of articles, told apart from articles that only quote the same words."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from q7x2lab.arabic.letters import compared_words
from q7x2lab.arabic.sentences import quotation_spans
from q7x2lab.corpus.model import COPIES, Corpus, empty
from q7x2lab.corpus.parts import each_text

Rows = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Words = tuple[Hashes, Hashes]  # of a text: all, and those outside quotations

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2 ** 64 by the golden ratio spreads the hashes

MIN_QUOTED = 4  # words that make a quotation; less is a name or a scare quote
RUN = 3  # words in a row that both have: the pieces of a shared passage
GAP = 8  # words by which the pieces of one passage may lie apart, or shift against each other
MIN_PASSAGE = 8  # shared words that make a passage; fewer are a phrase that anyone may use
MIN_WORDS = 12  # words that two texts must have to be compared

# The share of the shorter article that makes a copy. Outlets share wording only through a common
# source; one outlet also uses its own background paragraphs again, and does so for days. Chosen
# on pairs read and labelled over the whole range of shares (tests/real/copies_labelled.csv).
CUTS = {"between outlets": 0.50, "within an outlet": 0.62, "days apart": 0.75}
DAYS_APART = np.timedelta64(36, "h")
FOLLOW_UP = 0.4  # share of a later article of one outlet below which an older one is its background
ANOTHER_DAY = np.timedelta64(24, "h")  # after which a follow-up is dated
SHORT = 25  # words below which only exact copies count: formulas weigh too much
WIDTH = 4  # words in a row by which candidates are found
PROPOSED = 0.125  # share of such runs that proposes a pair: a quarter of the lowest cut
MAX_SPREAD = 100  # a run in more articles than this is a formula, not a copy
SKETCH = 30_000_000  # words above which only every nth run proposes candidates


def find_duplicates(corpus: Corpus) -> pd.DataFrame:
    """The articles that have a copy, in clusters.

    Returns
    -------
    DataFrame
        One row an article that has a copy: `id`, `cluster`, `overlap` (the greatest share that it
        has with another), `kind` (`exact` or `near`). The first of a cluster represents it: the
        earliest, then the longest.

    Notes
    -----
    Exact copies have the same words. Near copies have enough of the shorter one in passages that
    the other has too, both in all and with quotations left out: articles that only quote the same
    speech are no copies. Nor is a follow-up on another day that carries an older article of its
    outlet below more news of its own. Clusters are the connected groups of pairs.

    Containment after Broder (1997), On the resemblance and containment of documents. Candidates
    are found exactly, by a sparse product over shared runs of words, not by MinHash: a sketch
    estimates resemblance, which is small where a short article stands in a long one, however much
    of it (a test counts what is lost), and the product of all articles takes seconds.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "b", "c"], "date": pd.NaT, "outlet": "x"})
    >>> words = " ".join("كلمة" + letter for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهوي")
    >>> table["text"] = [words, words + " وهذه زيادة قصيرة", "شيء آخر"]
    >>> find_duplicates(Corpus(table))["id"].tolist()
    ['b', 'a']
    """
    articles = corpus.articles.reset_index(drop=True)
    hashed = each_text(hashed_words, articles["text"])
    words = [(hashes, hashes[~quoted]) for hashes, quoted in hashed]
    first = _first_of_the_same_words(words)
    again = np.flatnonzero(first != np.arange(len(first)))
    exact = pd.DataFrame({"left": first[again], "right": again, "overlap": 1.0})
    pairs = pd.concat([exact, _near_copies(words, articles, np.unique(first))])
    return _clusters(pairs, articles, first) if len(pairs) else empty(COPIES)


def _first_of_the_same_words(words: list[Words]) -> Rows:
    """For each article the first one that has the same words; itself where it has no words."""
    contents = [hashes.tobytes() or row for row, (hashes, _) in enumerate(words)]
    rows = pd.Series(np.arange(len(words))).groupby(np.array(contents, object), sort=False)
    return rows.transform("first").to_numpy()


def _near_copies(words: list[Words], articles: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """Pairs `left right overlap` among these rows of articles that share enough."""
    outlet, date = articles["outlet"].to_numpy(), articles["date"].to_numpy()
    left, right = _candidates(words, rows)
    within = outlet[left] == outlet[right]
    needed = np.where(within, CUTS["within an outlet"], CUTS["between outlets"])
    needed[np.abs(date[left] - date[right]) > DAYS_APART] = CUTS["days apart"]
    found = []
    columns = (column.tolist() for column in (left, right, needed, within))
    for a, b, least, one_outlet in zip(*columns, strict=True):
        shorter, longer = sorted((words[a], words[b]), key=lambda each: len(each[0]))
        if (overlap := _share_in_other(shorter, longer)) < least:
            continue
        older, newer = sorted((a, b), key=date.__getitem__)
        later = one_outlet and date[newer] - date[older] >= ANOTHER_DAY
        if not (later and _share_in_other(words[newer], words[older]) < FOLLOW_UP):
            found.append((a, b, overlap))
    return pd.DataFrame(found, columns=["left", "right", "overlap"])


def _candidates(words: list[Words], rows: Rows) -> tuple[Rows, Rows]:
    """Pairs of rows that share enough of the shorter one's runs of words outside quotations."""
    rows = rows[[len(words[row][0]) >= SHORT for row in rows]]
    every = max(1, sum(len(hashes) for hashes, _ in words) // SKETCH)
    found = [np.unique(runs_of(words[row][1], WIDTH)) for row in rows]
    found = [runs[runs % np.uint64(every) == 0] for runs in found]
    size = np.array([len(runs) for runs in found], dtype=np.int64)
    code = pd.factorize(np.concatenate([*found, np.zeros(0, np.uint64)]))[0]
    spread = np.bincount(code)[code]
    useful = (spread > 1) & (spread <= MAX_SPREAD)
    where = np.repeat(np.arange(len(rows)), size)[useful]
    shape = (len(rows), int(code.max(initial=-1)) + 1)
    has = sparse.csr_array((np.ones(len(where), np.int32), (where, code[useful])), shape=shape)
    shared = sparse.triu(has @ has.T, k=1).tocoo()
    smaller = np.minimum(size[shared.row], size[shared.col])
    likely = shared.data >= np.maximum(PROPOSED * smaller, 2 if every == 1 else 1)
    return rows[shared.row[likely]], rows[shared.col[likely]]


def _share_in_other(article: Words, other: Words) -> float:
    """The share of an article that another has too, in all or outside quotations: the smaller."""
    shared = map(shared_words, article, other)
    return min(float(words.sum()) / max(len(words), 1) for words in shared)


def _clusters(pairs: pd.DataFrame, articles: pd.DataFrame, first: Rows) -> pd.DataFrame:
    """The connected groups of articles, exact copies and near ones, each in order.

    first: the first article that has the words of each.
    """
    ends = pd.concat([pairs, pairs.rename(columns={"left": "right", "right": "left"})])
    overlap = ends.groupby("left")["overlap"].max()
    links = (np.ones(len(pairs)), (pairs["left"], pairs["right"]))
    graph = sparse.coo_array(links, shape=(len(articles), len(articles)))
    found = articles.loc[overlap.index, ["id", "date"]].assign(overlap=overlap)
    found["cluster"] = csgraph.connected_components(graph, directed=False)[1][overlap.index]
    found["length"] = -articles["text"].str.len()
    found["kind"] = pd.Series(first).duplicated(keep=False).map({True: "exact", False: "near"})
    found = found.sort_values(["cluster", "date", "length"])
    found["cluster"] = pd.factorize(found["cluster"])[0]
    return found[list(COPIES)].reset_index(drop=True)


def hashed_words(text: str) -> tuple[Hashes, NDArray[np.bool_]]:
    """The hashes of the compared words of a text, and whether each stands in a quotation.

    Examples
    --------
    >>> hashed_words("قال «هذا ما نريده الآن» ومضى")[1].tolist()
    [False, True, True, True, True, False]
    """
    words: list[str] = []
    inside: list[bool] = []
    done = 0
    for start, end in [*quotation_spans(text), (len(text), len(text))]:
        before = compared_words(text[done:start])
        quotation = compared_words(text[max(done, start) : end])
        words += before + quotation
        inside += [False] * len(before) + [len(quotation) >= MIN_QUOTED] * len(quotation)
        done = max(done, end)
    return pd.util.hash_array(np.array(words, object), categorize=False), np.array(inside, bool)


def runs_of(words: Hashes, width: int) -> Hashes:
    """One hash for each run of this many words, in order.

    Examples
    --------
    >>> len(runs_of(np.arange(5, dtype=np.uint64), 3))
    3
    """
    out = np.zeros(max(len(words) - width + 1, 0), dtype=np.uint64)
    for step in range(width if len(out) else 0):
        out = out * _MULTIPLIER + words[step : step + len(out)]
    return out


def shared_words(text: Hashes, other: Hashes) -> NDArray[np.bool_]:
    """Which words of a text stand in passages that the other text has too.

    Notes
    -----
    A passage is made of runs of RUN words that both texts have in the same order, none farther
    than GAP words from the next in either text, and of at least MIN_PASSAGE shared words in all:
    wording with some words exchanged is still one passage, while single phrases are none.

    Examples
    --------
    >>> text = np.arange(20, dtype=np.uint64)
    >>> shared_words(text, text[5:]).sum()
    np.int64(15)
    """
    edges = np.zeros(len(text) + 1, dtype=np.int64)
    at, there = _common_runs(runs_of(text, RUN), runs_of(other, RUN))
    if min(len(text), len(other)) >= MIN_WORDS and len(at):
        step, shift = np.diff(at), np.abs(np.diff(there - at))
        breaks = np.flatnonzero((step > GAP + 1) | (shift > GAP)) + 1
        first, last = np.r_[0, breaks], np.r_[breaks, len(at)] - 1
        words = np.r_[RUN, np.minimum(step, RUN)]
        words[breaks] = RUN
        enough = np.add.reduceat(words, first) >= MIN_PASSAGE
        np.add.at(edges, at[first[enough]], 1)
        np.add.at(edges, at[last[enough]] + RUN, -1)
    return np.cumsum(edges)[:-1] > 0


def _common_runs(text: Hashes, other: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where runs of the text stand that the other has, and where they stand first there."""
    order = np.argsort(other, kind="stable")
    place = np.searchsorted(other[order], text)
    at = np.flatnonzero(place < np.searchsorted(other[order], text, "right"))
    return at, order[place[at]]
