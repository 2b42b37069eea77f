"""One quotation across articles: who carried it whole, in part, or in words of their own."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.arabic.letters import fold_all
from q7x2lab.framing.quotations.cues import REPORTED, SPEECH

SHORTEST = 4  # words; less is a phrase that many people use
LASTING, LONG_KNOWN = 6, 4  # so many words in marks are known again so many times as long
COMMONEST = 200  # a run of words in more wordings than this proposes no candidates
SAME, CONTAINED, RETOLD = 0.8, 0.6, 0.6  # shares of the shorter one's runs, or weighted words
RETOLD_UNMARKED = 0.7  # of what is reported, whose words are the outlet's own
TELLING, TELLING_WHOLE = 3.0, 2.0  # words' worth of rare matter in common; one that is unique is 1
FEW = 1000  # wordings; fewer say nothing of how rare a word is
LONGER = 3  # times as long as the other: chance alone makes a retelling of it
RETOLD_WORDS = 4  # distinctive words that a retelling must share
_WORD = re.compile(r"[^\W_]+")
_COMPLEMENTIZER = re.compile(r"^[وف]?ب?ان(?:ه|ها|هم|نا|ني)? ")
_STAR = ["lead", "follow", "relation", "overlap"]
_BLOCK = 20_000  # rows multiplied at once

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Wordings:
    """The words of each quotation, and the runs of three words, as sparse rows."""

    length: Ints  # in words
    n_runs: Ints
    runs: sparse.csr_matrix  # those that are not too common to tell anything
    words: sparse.csr_matrix
    weight: NDArray[np.float64]  # of each word: how rare it is, a unique one 1
    marked: NDArray[np.bool_]
    day: NDArray[np.float64]


def align_quotes(
    quotes: pd.DataFrame, *, dates: pd.Series | None = None, within: int = 30
) -> pd.DataFrame:
    """Groups of quotations that carry the same words, one row a quotation.

    Parameters
    ----------
    quotes
        What :func:`extract_quotes` returned; speech and reported clauses of four words or more are
        compared, across articles.
    dates
        The date of each article (a column of corpus.articles). Where given, words that come back
        more than `within` days from the representative, as formulas of spokesmen do, are another
        quotation; six words or more that stand in marks both times have four times as long.
    within
        Days.

    Returns
    -------
    DataFrame
        ``quotation`` (number of the group, by first article), ``article start end relation
        overlap``. Each group has a representative, its longest marked quotation, with relation
        "whole" and overlap 1. The others are "whole" (at least 0.8 of its runs of three words),
        "part" (contained in it to 0.6 or more) or "paraphrase" (0.6 or more of its weighted words
        in another order, or unmarked speech); overlap is the share of the shorter one's runs (for
        a paraphrase: of its weighted words) that the representative has too.

    Notes
    -----
    Every member overlaps with the representative itself: two quotations are never joined by a
    third. What two have in common must be worth three words that no other quotation has (two
    where all of it is the same): a turn of phrase that many people use makes no quotation.
    Containment after Broder (1997), On the resemblance and containment of documents, computed
    exactly from an inverted index instead of estimated.

    Examples
    --------
    >>> said = "نحن ندافع عن مواقفنا المبدئية في كل مكان"
    >>> quotes = pd.DataFrame({"article": [0, 1], "start": 0, "end": 40, "kind": "speech",
    ...                        "text": [said, "ندافع عن مواقفنا المبدئية"]})
    >>> align_quotes(quotes)["relation"].tolist()
    ['whole', 'part']
    """
    table = quotes[quotes["kind"].isin([SPEECH, REPORTED])]
    words = pd.Series(_normalised(table["text"].tolist()), index=table.index, dtype=str)
    table = table.assign(words=words)[words.str.count(" ") >= SHORTEST - 1].reset_index(drop=True)
    columns = ["quotation", "article", "start", "end", "relation", "overlap"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    days = np.full(len(table), np.nan)
    if dates is not None:
        midnight = pd.to_datetime(dates).dt.floor("D").to_numpy("datetime64[D]")
        days = midnight[table["article"]].astype(np.float64)
        days[days < -1e9] = np.nan  # NaT
    wordings = _index(table["words"].tolist(), (table["kind"] == SPEECH).to_numpy(), days)
    table = table.join(_stars(wordings, _links(wordings, within)))
    # Speech without marks gives the sense, whatever its words.
    table.loc[table["kind"] == REPORTED, "relation"] = "paraphrase"
    groups = table.groupby("chief")
    spread = groups["article"].transform("nunique") > 1
    marked = (table["kind"] == SPEECH).groupby(table["chief"]).transform("any")
    table = table[spread & marked].sort_values(["article", "start"], kind="stable")
    table["quotation"] = pd.factorize(table["chief"])[0]
    return table.sort_values(["quotation", "article", "start"])[columns].reset_index(drop=True)


def _normalised(texts: list[str]) -> list[str]:
    """Folded words alone, without the complementizer that opens a reported clause."""
    plain = fold_all([text.replace("\n", " ") for text in texts])
    return [_COMPLEMENTIZER.sub("", " ".join(_WORD.findall(text))) for text in plain]


def _index(texts: list[str], marked: NDArray[np.bool_], days: NDArray[np.float64]) -> _Wordings:
    """Words and runs of words of each quotation; how rare a word is, is told by other wordings."""
    tokens = pd.Series(texts).str.split(" ").explode()
    row, number = tokens.index.to_numpy(), pd.factorize(tokens)[0].astype(np.int64)
    base, inside = number.max() + 1, np.flatnonzero(row[:-2] == row[2:])
    triples = (number[inside] * base + number[inside + 1]) * base + number[inside + 2]
    words, runs = _sparse(row, number), _sparse(row[inside], pd.factorize(triples)[0])
    first = np.flatnonzero(~pd.Series(texts).duplicated())
    telling = runs[:, np.asarray(runs[first].sum(axis=0)).ravel() <= COMMONEST]
    n = max(len(first), FEW)
    weight = np.log(n / np.asarray(words[first].sum(axis=0)).ravel()) / np.log(n) + 1e-9
    return _Wordings(np.bincount(row), runs.getnnz(axis=1), telling, words, weight, marked, days)


def _sparse(row: Ints, column: Ints) -> sparse.csr_matrix:
    matrix = sparse.csr_matrix((np.ones(len(row), np.float32), (row, column)))
    matrix.data[:] = 1
    return matrix


def _links(quotes: _Wordings, within: int) -> pd.DataFrame:
    """Pairs of quotations that say the same: longer, shorter, overlap and relation."""
    pairs = []
    for begin in range(0, len(quotes.length), _BLOCK):
        shared = (quotes.runs[begin : begin + _BLOCK] @ quotes.runs.T).tocoo()
        row, above = shared.row + begin, shared.row + begin < shared.col
        pairs.append(np.column_stack([row, shared.col, shared.data])[above])
    a, b, common = np.concatenate(pairs).astype(np.int64).T
    swap = quotes.length[a] < quotes.length[b]
    longer, shorter = np.where(swap, b, a), np.where(swap, a, b)
    inside = common / np.minimum(quotes.n_runs[a], quotes.n_runs[b])
    whole = (common / quotes.n_runs[longer] >= SAME) & (inside >= SAME)
    retold, telling = _retold(quotes, longer, shorter)
    linked = (inside >= CONTAINED) & (telling >= np.where(whole, TELLING_WHOLE, TELLING))
    marked = quotes.marked[longer] & quotes.marked[shorter]
    alike = quotes.length[longer] <= LONGER * quotes.length[shorter]
    enough = retold >= np.where(marked, RETOLD, RETOLD_UNMARKED)
    lasting = linked & marked & (quotes.length[shorter] >= LASTING)
    late = np.abs(quotes.day[longer] - quotes.day[shorter]) > np.where(
        lasting, within * LONG_KNOWN, within
    )
    links = pd.DataFrame({"longer": longer, "shorter": shorter})
    links["overlap"] = np.where(linked, inside, retold)
    links["relation"] = np.where(whole, "whole", np.where(linked, "part", "paraphrase"))
    return links[(linked | (enough & (telling >= TELLING) & alike)) & ~late]


def _retold(
    quotes: _Wordings, longer: Ints, shorter: Ints
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted share of the shorter one's words that the longer has, and what they weigh together.

    The share is 0 where too few distinctive words are shared; the weight is in unique words.
    """
    total = quotes.words @ quotes.weight
    rare = (quotes.weight > np.median(quotes.weight) / 2).astype(float)
    shares, weights = [np.zeros(0)], [np.zeros(0)]
    for begin in range(0, len(longer), _BLOCK * 5):
        here = slice(begin, begin + _BLOCK * 5)
        common = quotes.words[longer[here]].multiply(quotes.words[shorter[here]]).tocsr()
        weights.append(common @ quotes.weight)
        share = weights[-1] / total[shorter[here]]
        shares.append(np.where(common @ rare >= RETOLD_WORDS, share, 0))
    return np.concatenate(shares), np.concatenate(weights)


def _stars(quotes: _Wordings, links: pd.DataFrame) -> pd.DataFrame:
    """The representative of each quotation, linked to it directly, with relation and overlap.

    Representatives are marked quotations: the longest first, and never a member of another.
    """
    leads = np.where(quotes.marked[links["longer"]], links["longer"], links["shorter"])
    links = links.assign(lead=leads, length=quotes.length[leads])
    links["follow"] = links["longer"] + links["shorter"] - leads
    links = links[quotes.marked[leads]].sort_values(
        ["length", "overlap", "lead", "follow"], ascending=[False, False, True, True]
    )
    star: dict[int, tuple[int, str, float]] = {}
    for lead, follow, relation, overlap in links[_STAR].itertuples(index=False):
        free = star.get(lead, (lead,))[0] == lead and star.get(follow, (lead,))[0] != follow
        if free and (follow not in star or star[follow][2] < overlap):
            star[lead] = (lead, "whole", 1.0)
            star[follow] = (lead, relation, round(overlap, 4))
    rows = [star.get(at, (at, "whole", 1.0)) for at in range(len(quotes.length))]
    return pd.DataFrame(rows, columns=["chief", "relation", "overlap"])
