"""The account of a corpus in tables that a methods section can quote, one a question."""

from __future__ import annotations

import re

import pandas as pd

from q7x2lab.arabic.sentences import split_paragraphs, split_sentences
from q7x2lab.corpus.coverage import kind_of_reason
from q7x2lab.corpus.formats import BARE
from q7x2lab.corpus.model import Corpus

EXAMPLES = 3


def rejected_by_reason(corpus: Corpus) -> pd.DataFrame:
    """`reason rows examples`: why rows were left out, how many, and the first few of them.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> rejected = pd.DataFrame({"file": ["f"], "line": [3], "id": ["b"], "reason": ["no text"]})
    >>> rejected_by_reason(Corpus(table, rejected=rejected)).values.tolist()
    [['no text', 1, 'f line 3']]
    """
    rejected = corpus.rejected
    where = rejected["file"].astype(str) + " line " + rejected["line"].astype(str)
    kinds = rejected["reason"].map(kind_of_reason)
    values = [
        reason.removeprefix(kind)[:80] and f": {reason.removeprefix(kind).lstrip(': ')[:80]}"
        for reason, kind in zip(rejected["reason"].astype(str), kinds, strict=True)
    ]
    return _grouped(kinds, where + pd.Series(values, dtype="str"), ["reason", "rows", "examples"])


def left_out(corpus: Corpus) -> pd.DataFrame:
    """`file line place id reason remedy`: each row left out, where it stands, and what to do.

    place says in words what the line number counts: lines of the file, rows as Excel shows them.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> rejected = pd.DataFrame({"file": ["f"], "line": [3], "id": ["b"], "reason": ["copy of a"]})
    >>> left_out(Corpus(table, rejected=rejected))["remedy"].tolist()
    ['to count it, set copies to all or weighted']
    """
    table = corpus.rejected[["file", "line", "id", "reason"]].copy()
    table.insert(2, "place", _places(corpus, table))
    return table.assign(remedy=[_remedy(str(reason)) for reason in table["reason"]])


def flagged_articles(corpus: Corpus) -> pd.DataFrame:
    """`file line place id flag evidence`: each article that is noted for something, and where.

    Articles that were left out later, as copies, are among them.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> flags = pd.DataFrame({"article": ["a"], "flag": ["no date"], "evidence": ["counted"]})
    >>> origin = pd.DataFrame({"file": ["f.csv"], "line": [2]})
    >>> flagged_articles(Corpus(table, flags=flags, origin=origin)).values.tolist()
    [['f.csv', 2, '', 'a', 'no date', 'counted']]
    """
    kept = corpus.origin.assign(id=corpus.articles["id"]) if len(corpus.origin) else corpus.origin
    known = pd.concat([kept, corpus.rejected]).reindex(columns=["file", "line", "id"])
    known = known.drop_duplicates("id")
    table = corpus.flags.rename(columns={"article": "id"}).merge(known, on="id", how="left")
    table = table[["file", "line", "id", "flag", "evidence"]]
    table.insert(2, "place", _places(corpus, table))
    return table


PLACES = {
    **dict.fromkeys(("csv", "tsv"), "line {} of the file, where the row begins"),
    "jsonl": "line {} of the file",
    "json": "record {} of the list",
    "xlsx": "row {} as Excel numbers it",
    **dict.fromkeys(("parquet", "DataFrame"), "row {} of the table, counted from 1"),
}
REMEDIES = {
    "copy of ": "to count it, set copies to all or weighted",
    "no text": "fill in the text, or map its column under columns",
    "formula without": "open the workbook in Excel, save it, and run again",
    "date cannot be read": "correct the date, such as 2022-02-24",
    "no date": "fill in the date, or run without from and to",
    "before ": "to count it, set an earlier from",
    "after ": "to count it, set a later to",
    "outlet not asked for": "to count it, name its outlet under outlets",
    "the header again": "nothing, it is no article",
    "the file ends": "get the whole file again",
    "not a JSON object": "write one object a line, or one list of objects",
    "the file is empty": "nothing, or get the file again",
}


def _remedy(reason: str) -> str:
    if re.match(r"\d+ cells", reason):
        return "put quotation marks around cells that hold the separator or a line end"
    if BARE in reason or "#" in reason:
        return REMEDIES["formula without"]
    found = (said for start, said in REMEDIES.items() if reason.startswith(start))
    return next(found, "mend the file, and run again")


def _places(corpus: Corpus, table: pd.DataFrame) -> list[str]:
    """Where a row stands, in words, by the format of its file."""
    formats = dict(zip(corpus.sources["file"], corpus.sources["format"], strict=True))
    kinds = [PLACES.get(formats.get(file, ""), "") for file in table["file"]]
    return [kind.format(line) for kind, line in zip(kinds, table["line"], strict=True)]


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
    machine-translated`, `characters lost`, `cut at Excel's cell limit`, `very short`; and what is
    missing or strange in its row, with what was done: `no date`, `no outlet`, `no id`, `id met
    before`, `date far from the others`, `formula without a stored value`.

    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> flags = pd.DataFrame({"article": ["a"], "flag": ["very short"], "evidence": ["1 word"]})
    >>> flags_by_kind(Corpus(table, flags=flags)).values.tolist()
    [['very short', 1, 'a: 1 word']]
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
