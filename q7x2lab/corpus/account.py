"""The account of a corpus in tables that a methods section can quote, one a question."""

from __future__ import annotations

import pandas as pd

from q7x2lab.corpus.coverage import kind_of_reason
from q7x2lab.corpus.model import Corpus
from q7x2lab.text.sentences import split_paragraphs, split_sentences

EXAMPLES = 3


def rejected_by_reason(corpus: Corpus) -> pd.DataFrame:
    """`reason rows examples`: why rows were left out, how many, and where the first of them stand.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> rejected = pd.DataFrame({"file": ["f"], "line": [3], "id": ["b"], "reason": ["no text"]})
    >>> rejected_by_reason(Corpus(table, rejected=rejected)).values.tolist()
    [['no text', 1, 'f line 3']]
    """
    rejected = corpus.rejected
    where = rejected["file"].astype(str) + " line " + rejected["line"].astype(str)
    return _grouped(rejected["reason"].map(kind_of_reason), where, ["reason", "rows", "examples"])


def changes_by_step(corpus: Corpus) -> pd.DataFrame:
    """`step texts before after removed`: what each step changed, in how many texts, by how much.

    before, after: characters of the changed texts, summed; removed: their difference. A text that
    two cuts of one step shorten counts once, and each cut counts with its own characters.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> rows = {"article": ["a"], "step": ["HTML to text"], "before": [9], "after": [2]}
    >>> changes_by_step(Corpus(table, changes=pd.DataFrame(rows))).values.tolist()
    [['HTML to text', 1, 9, 2, 7]]
    """
    changes = corpus.changes
    table = changes.groupby("step").agg(
        texts=("article", "nunique"), before=("before", "sum"), after=("after", "sum")
    )
    table["removed"] = table["before"] - table["after"]
    return table.sort_values("texts", ascending=False, kind="stable").reset_index()


def flags_by_kind(corpus: Corpus) -> pd.DataFrame:
    """`flag articles examples`: hints about language and form, with the evidence of the first few.

    Nothing is dropped for a hint: `not Arabic`, `perhaps Persian, Urdu or Kurdish`, `perhaps
    machine-translated`, `characters lost`, `cut at Excel's cell limit`, `very short`, `id met
    before`.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> flags = pd.DataFrame({"article": ["a"], "flag": ["very short"], "evidence": ["1 words"]})
    >>> flags_by_kind(Corpus(table, flags=flags)).values.tolist()
    [['very short', 1, 'a: 1 words']]
    """
    flags = corpus.flags
    shown = flags["article"].astype(str).str[:60] + ": " + flags["evidence"].astype(str)
    return _grouped(flags["flag"], shown, ["flag", "articles", "examples"])


def copies_by_kind(corpus: Corpus) -> pd.DataFrame:
    """`kind articles clusters overlap`: what is filed twice, word for word or nearly.

    An article is `exact` where another has the same words, else `near`; a cluster may hold both.
    overlap: the median share that an article has with another of its cluster.

    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> copies = pd.DataFrame({"id": ["a", "b"], "cluster": 0, "overlap": 1.0, "kind": "exact"})
    >>> copies_by_kind(Corpus(table, copies=copies)).values.tolist()
    [['exact', 2, 1, 1.0]]
    """
    kinds = corpus.copies.groupby("kind")
    table = pd.DataFrame(
        {
            "articles": kinds.size(),
            "clusters": kinds["cluster"].nunique(),
            "overlap": kinds["overlap"].agg(lambda shares: round(float(shares.median()), 2)),
        }
    )
    return table.reset_index()


def units_by_outlet(corpus: Corpus) -> pd.DataFrame:
    """`outlet articles paragraphs sentences words words_per_article`: what there is to count.

    words: separated by blanks; words_per_article: the median.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال. وأضاف."})
    >>> units_by_outlet(Corpus(table)).values.tolist()
    [['x', 1, 1, 2, 2, 2.0]]
    """
    texts = corpus.articles["text"]
    counts = pd.DataFrame(
        {
            "outlet": corpus.articles["outlet"],
            "articles": 1,
            "paragraphs": [len(split_paragraphs(text)) for text in texts],
            "sentences": [len(split_sentences(text)) for text in texts],
            "words": [len(text.split()) for text in texts],
        }
    )
    table = counts.groupby("outlet").sum()
    table["words_per_article"] = counts.groupby("outlet")["words"].median()
    return table.sort_values("articles", ascending=False, kind="stable").reset_index()


def _grouped(names: pd.Series, shown: pd.Series, columns: list[str]) -> pd.DataFrame:
    """How often each name stands, with the first few things shown beside it."""
    table = pd.DataFrame({"name": names, "shown": shown})
    groups = table.groupby("name")["shown"]
    found = pd.DataFrame(
        {"count": groups.size(), "shown": groups.agg(lambda s: "; ".join(s.head(EXAMPLES)))}
    )
    found = found.sort_values("count", ascending=False, kind="stable").reset_index()
    return found.set_axis(columns, axis=1)
