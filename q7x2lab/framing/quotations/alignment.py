"""One quotation across articles: who carried it whole, in part, or in words of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.arabic.letters import fold_all
from q7x2lab.framing.quotations.quote_kinds import REPORTED, SPEECH

COLUMNS = ("quotation", "article", "start", "end", "relation", "overlap")
SHORTEST = 4  # words; less is a phrase that many people use
LASTING, LONG_KNOWN = 6, 4  # so many words in marks are known again so many times as long
COMMONEST = 200  # a run of words in more quotations than this proposes no candidates
SAME, CONTAINED, RETOLD = 0.8, 0.6, 0.6
RETOLD_UNMARKED = 0.7  # of what is reported, whose words are the outlet's own
TELLING, TELLING_WHOLE = 3.0, 2.0  # words' worth of rare matter in common; one that is unique is 1
FEW = 1000  # wordings; fewer say nothing of how rare a word is
LONGER = 3  # times as long as the other: chance alone makes a retelling of it
RETOLD_WORDS = 4  # distinctive words that a retelling must share
_WORD = re.compile(r"[^\W_]+")
_BLOCK = 20_000

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Wording:
    """Distinct wordings: words of each as numbers, runs of words, and weights of words."""

    runs: sparse.csr_matrix  # wordings × runs of three words
    words: sparse.csr_matrix  # wordings × words
    weight: NDArray[np.float64]  # of each word: how rare it is
    n_runs: Ints
    n_words: Ints


def align_quotes(
    quotes: pd.DataFrame, *, dates: pd.Series | None = None, within: int = 30
) -> pd.DataFrame:
    """Groups of quotations that carry the same words, one row a quotation.

    quotes: what `extract_quotes` returned; speech and reported clauses of four words or more are
    compared, across articles. dates: the date of each article (a column of corpus.articles); where
    given, words that come back more than `within` days later, as formulas of spokesmen do, are
    another quotation; six words or more that stand in marks both times have four times as long.

    Returns the columns quotation (number of the group, by first article), article, start, end,
    relation and overlap. Each group has a representative, its longest marked quotation, with
    relation "whole" and overlap 1. The others are "whole" (at least 0.8 of its runs of
    three words), "part" (contained in it to 0.6 or more) or "paraphrase" (0.6 or more of its
    weighted words in another order, or unmarked speech); overlap is the share of the shorter
    one's runs (for a paraphrase: of its weighted words) that the representative has too. Every
    member overlaps with the representative itself: two quotations are never joined by a third.
    What two have in common must be worth three words that no other quotation has (two where all
    of it is the same): a turn of phrase that many people use makes no quotation.

    Containment after Broder (1997), "On the resemblance and containment of documents", computed
    exactly from an inverted index instead of estimated.

    >>> said = "نحن ندافع عن مواقفنا المبدئية في كل مكان"
    >>> quotes = pd.DataFrame({"article": [0, 1], "start": 0, "end": 40, "kind": "speech",
    ...                        "text": [said, "ندافع عن مواقفنا المبدئية"]})
    >>> align_quotes(quotes)["relation"].tolist()
    ['whole', 'part']
    """
    table = quotes[quotes["kind"].isin([SPEECH, REPORTED])].reset_index(drop=True)
    normal = _normalise(table["text"].tolist())
    enough = np.array([text.count(" ") >= SHORTEST - 1 for text in normal], dtype=bool)
    table = table[enough].reset_index(drop=True)
    if table.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    words = np.array(normal, dtype=object)[enough]
    days = np.zeros(len(table)) if dates is None else _days(dates)[table["article"].to_numpy()]
    spoken = (table["kind"] == SPEECH).to_numpy()
    lasting = spoken & np.array([text.count(" ") >= LASTING - 1 for text in words], dtype=bool)
    code = _runs_of_days(pd.factorize(words)[0], days, lasting, within)
    first = pd.Series(np.arange(len(code))).groupby(code).first().to_numpy()
    marked = pd.Series(spoken).groupby(code).any().to_numpy()
    wording = _index([str(text) for text in words[first]])
    spans = pd.Series(days).groupby(code).agg(["min", "max"]).to_numpy()
    links = _links(wording, marked, spans, within)
    return _table(table, code, *_stars(wording.n_words, marked, *links))


def _days(dates: pd.Series) -> NDArray[np.float64]:
    """Dates as days since 1970; NaN where there is none."""
    return (
        np.asarray(pd.to_datetime(dates).astype("datetime64[s]").dt.floor("D"))
        .astype("datetime64[D]")
        .astype(np.float64)
    )


def _runs_of_days(
    code: Ints, days: NDArray[np.float64], lasting: NDArray[np.bool_], within: int
) -> Ints:
    """Numbers of wordings, a new one where a wording comes back after more than `within` days.

    lasting: quotations that are known again for longer.
    """
    order = np.lexsort((days, code))
    other = np.diff(code[order], prepend=-1) != 0
    both = lasting[order] & np.roll(lasting[order], 1)
    late = np.diff(days[order], prepend=0.0) > np.where(both, within * LONG_KNOWN, within)
    runs = np.empty(len(code), dtype=np.int64)
    runs[order] = np.cumsum(other | late) - 1
    return runs


def _normalise(texts: list[str]) -> list[str]:
    """Folded words alone, without the complementizer that opens a reported clause."""
    plain = fold_all([text.replace("\n", " ") for text in texts])
    joined = [" ".join(_WORD.findall(text)) for text in plain]
    return [re.sub(r"^[وف]?ب?ان(?:ه|ها|هم|نا|ني)? ", "", text) for text in joined]


def _index(wordings: list[str]) -> _Wording:
    lists = [text.split(" ") for text in wordings]
    sizes = np.array([len(words) for words in lists])
    numbers, _ = pd.factorize(np.concatenate([np.array(words, dtype=object) for words in lists]))
    row = np.repeat(np.arange(len(lists)), sizes)
    words = sparse.csr_matrix(
        (np.ones(len(row), np.float32), (row, numbers)), shape=(len(lists), numbers.max() + 1)
    )
    words.data[:] = 1
    base = np.int64(numbers.max() + 1)
    inside = np.flatnonzero(row[:-2] == row[2:])
    keys = (numbers[inside] * base + numbers[inside + 1]) * base + numbers[inside + 2]
    run, _ = pd.factorize(keys)
    runs = sparse.csr_matrix(
        (np.ones(len(run), np.float32), (row[inside], run)), shape=(len(lists), run.max() + 1)
    )
    runs.data[:] = 1
    documents = np.asarray(words.sum(axis=0)).ravel()
    weight = np.log(max(len(lists), FEW) / np.maximum(documents, 1)) + 1e-9
    distinct = np.asarray(runs.sum(axis=1)).ravel().astype(np.int64)
    return _Wording(runs, words, weight, distinct, sizes)


def _links(
    wording: _Wording, marked: NDArray[np.bool_], spans: NDArray[np.float64], within: int
) -> tuple[Ints, Ints, NDArray[np.float64], NDArray[np.str_]]:
    """Pairs of wordings that say the same: longer, shorter, overlap and relation.

    marked: whether a wording occurs in marks. spans: its first and last day.
    """
    documents = np.asarray(wording.runs.sum(axis=0)).ravel()
    telling = wording.runs[:, (documents > 1) & (documents <= COMMONEST)]
    left, right, shared = [], [], []
    for begin in range(0, telling.shape[0], _BLOCK):
        block = (telling[begin : begin + _BLOCK] @ telling.T).tocoo()
        rows = block.row + begin
        above = rows < block.col
        left.append(rows[above])
        right.append(block.col[above])
        shared.append(block.data[above])
    a, b, s = (np.concatenate(parts).astype(np.int64) for parts in (left, right, shared))
    swap = wording.n_words[a] < wording.n_words[b]
    longer, shorter = np.where(swap, b, a), np.where(swap, a, b)
    inside = s / np.minimum(wording.n_runs[a], wording.n_runs[b])
    whole = (s / wording.n_runs[longer] >= SAME) & (inside >= SAME)
    retold, telling_words = _retold(wording, longer, shorter)
    linked = (inside >= CONTAINED) & (telling_words >= np.where(whole, TELLING_WHOLE, TELLING))
    relation = np.where(whole, "whole", np.where(linked, "part", "paraphrase"))
    overlap = np.where(linked, inside, retold)
    alike = wording.n_words[longer] <= LONGER * wording.n_words[shorter]
    enough = np.where(marked[longer] & marked[shorter], RETOLD, RETOLD_UNMARKED)
    keep = linked | ((retold >= enough) & (telling_words >= TELLING) & alike)
    apart = np.maximum(spans[longer, 0], spans[shorter, 0])
    apart = apart - np.minimum(spans[longer, 1], spans[shorter, 1])
    lasting = linked & marked[longer] & marked[shorter] & (wording.n_words[shorter] >= LASTING)
    keep &= ~(apart > np.where(lasting, within * LONG_KNOWN, within))
    return longer[keep], shorter[keep], overlap[keep], relation[keep]


def _retold(
    wording: _Wording, longer: Ints, shorter: Ints
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weighted share of the shorter one's words that the longer has, and what they weigh together.

    The share is 0 where too few distinctive words are shared; the weight is in unique words.
    """
    score, weight = np.zeros(len(longer)), np.zeros(len(longer))
    rare = sparse.csr_matrix(wording.words.multiply(wording.weight > np.median(wording.weight) / 2))
    for begin in range(0, len(longer), _BLOCK * 5):
        here = slice(begin, begin + _BLOCK * 5)
        common = wording.words[longer[here]].multiply(wording.words[shorter[here]]).tocsr()
        mass = common @ wording.weight
        total = wording.words[shorter[here]] @ wording.weight
        count = np.asarray(rare[longer[here]].multiply(rare[shorter[here]]).sum(axis=1)).ravel()
        score[here] = np.where(count >= RETOLD_WORDS, mass / np.maximum(total, 1e-9), 0)
        weight[here] = mass / np.log(max(len(wording.n_words), FEW))
    return score, weight


def _stars(
    n_words: Ints,
    marked: NDArray[np.bool_],
    longer: Ints,
    shorter: Ints,
    overlap: NDArray[np.float64],
    relation: NDArray[np.str_],
) -> tuple[Ints, NDArray[np.float64], NDArray[np.object_]]:
    """The representative of each wording, linked to it directly, with overlap and relation.

    Representatives are marked quotations: the longest first, and never a member of another.
    """
    leads = np.where(marked[longer], longer, shorter)
    follows = np.where(marked[longer], shorter, longer)
    chief = np.full(len(n_words), -1)
    score = np.zeros(len(chief))
    role = np.full(len(chief), "whole", dtype=object)
    for link in np.lexsort((follows, leads, -overlap, -n_words[leads])):
        lead, follow = leads[link], follows[link]
        if not marked[lead] or chief[lead] not in (-1, lead) or chief[follow] == follow:
            continue  # the one belongs elsewhere, or the other leads a group of its own
        if chief[follow] >= 0 and score[follow] >= overlap[link]:
            continue
        chief[lead] = lead
        chief[follow], score[follow], role[follow] = lead, overlap[link], relation[link]
    chief = np.where(chief < 0, np.arange(len(chief)), chief)
    score[chief == np.arange(len(chief))] = 1.0
    return chief, score, role


def _table(
    table: pd.DataFrame,
    code: Ints,
    chief: Ints,
    overlap: NDArray[np.float64],
    relation: NDArray[np.object_],
) -> pd.DataFrame:
    """Groups with a marked quotation and two articles or more, numbered by first article."""
    rows = table[["article", "start", "end"]].assign(
        group=chief[code], relation=relation[code], overlap=overlap[code].round(4)
    )
    speech = (table["kind"] == SPEECH).groupby(rows["group"]).transform("any")
    # Speech without marks gives the sense, whatever its words.
    rows.loc[(table["kind"] == REPORTED).to_numpy(), "relation"] = "paraphrase"
    spread = rows.groupby("group")["article"].transform("nunique")
    rows = rows[(spread > 1) & speech].sort_values(["article", "start"], kind="stable")
    rows["quotation"] = pd.factorize(rows["group"])[0]
    return rows.sort_values(["quotation", "article", "start"])[list(COLUMNS)].reset_index(drop=True)
