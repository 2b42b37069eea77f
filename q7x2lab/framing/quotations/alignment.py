"""One quotation across articles: who carried it whole, in part, or in words of their own."""

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.corpus.parts import compared_all
from q7x2lab.framing.quotations.cues import REPORTED, SPEECH
from q7x2lab.framing.quotations.sources import ABSTAINED

# Words; of 197,168 quotations 10 % have a longer one, many with half a sentence. A name and the
# verb beside it are then no more words than may be published of an article.
LONGEST_SPEAKER = 3
SHORTEST = 4  # words; less is a phrase that many people use
LASTING, LONG_KNOWN = 6, 4  # so many words in marks are known again so many times as long
COMMONEST = 200  # a run of words in more wordings than this proposes no candidates
SAME, CONTAINED, RETOLD = 0.8, 0.6, 0.6  # shares of the shorter one's runs, or weighted words
TELLING, TELLING_WHOLE = 3.0, 2.0  # words' worth of rare matter in common; one that is unique is 1
FEW = 1000  # wordings; fewer say nothing of how rare a word is
_COMPLEMENTIZER = re.compile(r"^[وف]?ب?ان(?:ه|ها|هم|نا|ني)? ")
_MEASURES = ["length", "n_runs", "marked", "day"]
_STAR = ["lead", "follow", "relation", "overlap"]
_BLOCK = 2_000  # rows multiplied at once: the pairs of more fill the memory of a small machine

Floats = NDArray[np.float64]


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
    table = quotes[quotes["kind"].isin([SPEECH, REPORTED])].reset_index(drop=True)
    words = [_COMPLEMENTIZER.sub("", each) for each in compared_all(table["text"]).to_pylist()]
    table["words"] = pd.Series(words, dtype=str)  # of no quotation, too
    table = table[table["words"].str.count(" ") >= SHORTEST - 1].reset_index(drop=True)
    columns = ["quotation", "article", "start", "end", "relation", "overlap"]
    if table.empty:
        return pd.DataFrame(columns=columns)
    table["marked"], table["day"] = table["kind"] == SPEECH, np.nan
    if dates is not None:
        since = pd.to_datetime(dates) - pd.Timestamp(0)
        table["day"] = since.dt.days.to_numpy(float)[table["article"]]
    words, runs, weight = _index(table)
    blocks = range(0, len(table), _BLOCK)
    links = [_links(table, words, runs, weight, begin, within) for begin in blocks]
    table = table.join(_stars(table, pd.concat(links, ignore_index=True)))
    # Speech without marks gives the sense, whatever its words.
    table.loc[table["kind"] == REPORTED, "relation"] = "paraphrase"
    spread = table.groupby("chief")["article"].transform("nunique") > 1
    table = table[spread].sort_values(["article", "start"], kind="stable")
    table["quotation"] = pd.factorize(table["chief"])[0]
    return table.sort_values(["quotation", "article", "start"])[columns].reset_index(drop=True)


def shared_quotations(
    groups: pd.DataFrame, quotes: pd.DataFrame, articles: pd.DataFrame
) -> pd.DataFrame:
    """A row for each quotation that several articles carry: in how many outlets, under which verbs.

    Parameters
    ----------
    groups
        What `align_quotes` returned.
    quotes
        What `extract_quotes` returned; `speaker` may be what `resolve_speakers` made of it.
    articles
        The articles' table with ``date`` and ``outlet``.

    Returns
    -------
    DataFrame
        ``quotation outlets articles first last speaker speakers verbs``, those of most outlets
        first; first and last are the outlets' names, speaker the short name that most articles
        give, speakers how many others and longer ones there are with it.

    Examples
    --------
    >>> groups = pd.DataFrame({"quotation": 0, "article": [0, 1], "start": 0, "end": 9})
    >>> quotes = groups[["article", "start", "end"]].assign(speaker="x", verb=["قال", "زعم"])
    >>> articles = pd.DataFrame({"date": pd.NaT, "outlet": ["a", "b"]})
    >>> shared_quotations(groups, quotes, articles)[["outlets", "verbs"]].values.tolist()
    [[2, 'قال، زعم']]
    """
    place = ["article", "start", "end"]
    rows = groups[["quotation", *place]].merge(quotes[[*place, "speaker", "verb"]], on=place)
    rows = rows.join(articles.reset_index(drop=True)[["date", "outlet"]], on="article")
    rows = rows.sort_values(["date", "article"], kind="stable")

    rows["name"] = rows["speaker"].where(rows["speaker"] != ABSTAINED)
    rows["short"] = rows["name"].where(rows["name"].str.count(r"[^\W_]+") <= LONGEST_SPEAKER)

    table = rows.groupby("quotation").agg(
        outlets=("outlet", "nunique"),
        articles=("article", "nunique"),
        first=("outlet", "first"),
        last=("outlet", "last"),
        speaker=("short", lambda names: next(iter(names.mode()), "")),
        speakers=("name", "nunique"),
        verbs=("verb", lambda verbs: "، ".join(dict.fromkeys(verbs[verbs.fillna("") != ""]))),
    )
    return table.sort_values(["outlets", "articles"], ascending=False, kind="stable").reset_index()


def _index(table: pd.DataFrame) -> tuple[sparse.csr_matrix, sparse.csr_matrix, Floats]:
    """Words and runs of three words of each quotation, and how rare each word is, a unique one 1.

    Adds the columns ``length`` and ``n_runs``. Runs that are too common to tell are left out.
    """
    tokens = table["words"].str.split(" ").explode()
    row, number = tokens.index.to_numpy(), pd.factorize(tokens)[0].astype(np.int64)
    base, inside = number.max() + 1, np.flatnonzero(row[:-2] == row[2:])
    triples = (number[inside] * base + number[inside + 1]) * base + number[inside + 2]
    words, runs = _sparse(row, number), _sparse(row[inside], pd.factorize(triples)[0])
    table["length"], table["n_runs"] = np.bincount(row), runs.getnnz(axis=1)
    first = np.flatnonzero(~table["words"].duplicated())  # rarity is told by other wordings
    n = max(len(first), FEW)
    weight = np.log(n / np.asarray(words[first].sum(axis=0)).ravel()) / np.log(n) + 1e-9
    return words, runs[:, np.asarray(runs[first].sum(axis=0)).ravel() <= COMMONEST], weight


def _sparse(row: NDArray[Any], column: NDArray[Any]) -> sparse.csr_matrix:
    """1 where a row has a column."""
    return (sparse.csr_matrix((np.ones(len(row)), (row, column))) > 0).astype(np.float32)


def _links(
    table: pd.DataFrame, words: Any, runs: Any, weight: Floats, begin: int, within: int
) -> pd.DataFrame:
    """Pairs of quotations, the first one in a block of rows, that say the same.

    Columns ``longer shorter overlap relation``.
    """
    length, n_runs, marked, day = (table[x].to_numpy() for x in _MEASURES)
    common = (runs[begin : begin + _BLOCK] @ runs.T).tocoo()
    above = common.row + begin < common.col
    a, b, n_common = common.row[above] + begin, common.col[above], common.data[above]
    longer, shorter = np.where(length[a] < length[b], [b, a], [a, b])
    inside = n_common / np.minimum(n_runs[a], n_runs[b])
    whole = n_common / n_runs[longer] >= SAME
    # What their words weigh together, and the share of the shorter one's words that this is.
    telling = words[longer].multiply(words[shorter]).tocsr() @ weight
    share = telling / (words @ weight)[shorter]
    linked = (inside >= CONTAINED) & (telling >= np.where(whole, TELLING_WHOLE, TELLING))
    retold = (share >= RETOLD) & (telling >= TELLING)
    lasting = linked & marked[longer] & marked[shorter] & (length[shorter] >= LASTING)
    late = np.abs(day[longer] - day[shorter]) > np.where(lasting, within * LONG_KNOWN, within)
    links = pd.DataFrame({"longer": longer, "shorter": shorter})
    links["overlap"] = np.where(linked, inside, share)
    links["relation"] = np.where(whole, "whole", np.where(linked, "part", "paraphrase"))
    return links[(linked | retold) & ~late]


def _stars(table: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """The representative of each quotation, linked to it directly, with relation and overlap.

    Representatives are marked quotations: the longest first, and never a member of another.
    """
    length, marked = table["length"].to_numpy(), table["marked"].to_numpy()
    leads = np.where(marked[links["longer"]], links["longer"], links["shorter"])
    links = links.assign(lead=leads, length=length[leads])
    links["follow"] = links["longer"] + links["shorter"] - leads
    order = ["length", "overlap", "lead", "follow"]
    links = links[marked[leads]].sort_values(order, ascending=[False, False, True, True])
    star: dict[int, tuple[int, str, float]] = {}
    for lead, follow, relation, overlap in links[_STAR].itertuples(index=False):
        free = star.get(lead, (lead,))[0] == lead and star.get(follow, (lead,))[0] != follow
        if free and (follow not in star or star[follow][2] < overlap):
            star[lead] = (lead, "whole", 1.0)
            star[follow] = (lead, relation, round(overlap, 4))
    rows = [star.get(at, (at, "whole", 1.0)) for at in range(len(table))]
    return pd.DataFrame(rows, columns=["chief", "relation", "overlap"])
