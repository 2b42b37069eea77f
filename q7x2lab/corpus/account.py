"""What went into a corpus and what was left out, in tables that a methods section can quote."""

import re
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.corpus.model import Corpus, unit_spans
from q7x2lab.corpus.periods import check_period, stray_dates
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.data.phrases import in_language
from q7x2lab.errors import StudyError, counted
from q7x2lab.yaml_files import read_bundled

EXAMPLES = 3  # shown of each kind
MOST_PERIODS = 10_000
THIN = 0.1  # share of an outlet's usual number of articles below which a period is thin
COPY = "copy of another article"
WORDING = read_bundled("remedies", "words", what="list of remedies")


def rejected_by_reason(corpus: Corpus) -> pd.DataFrame:
    """Why rows were left out, and how many.

    Returns
    -------
    DataFrame
        ``reason``, ``rows``, ``examples`` (the first few).

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> rejected = pd.DataFrame({"file": ["f"], "line": [3], "id": ["b"], "reason": ["no text"]})
    >>> rejected_by_reason(Corpus(table, rejected=rejected)).values.tolist()
    [['no text', 1, 'f line 3']]
    """
    rejected = corpus.rejected.astype("str")
    reasons = split_reasons(rejected["reason"])
    places = rejected["file"] + " line " + rejected["line"]
    values = (": " + reasons["value"].str[:80]).replace(": ", "")
    return _grouped(reasons["kind"], places + values, ["reason", "rows", "examples"])


def flags_by_kind(corpus: Corpus) -> pd.DataFrame:
    """What is unusual about articles or their rows, and in how many; nothing is dropped for it.

    Returns
    -------
    DataFrame
        ``flag``, ``articles``, ``examples`` (the evidence of the first few). Flags of texts: not
        Arabic; perhaps Persian, Urdu or Kurdish; perhaps machine-translated; characters lost; cut
        at Excel's cell limit; very short. Of rows: no date; no outlet; no id; id met before;
        stray date; error of Excel in a cell.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> flags = pd.DataFrame({"article": ["a"], "flag": ["very short"], "evidence": ["1 word"]})
    >>> flags_by_kind(Corpus(table, flags=flags)).values.tolist()
    [['very short', 1, 'a: 1 word']]
    """
    flags = corpus.flags.astype("str")
    shown = flags["article"].str[:60] + ": " + flags["evidence"]
    return _grouped(flags["flag"], shown, ["flag", "articles", "examples"])


def _grouped(names: pd.Series, shown: pd.Series, columns: list[str]) -> pd.DataFrame:
    """How often each name stands, with the first few things shown beside it."""
    groups = shown.astype("str").groupby(names)
    first = groups.agg(lambda each: "; ".join(each.head(EXAMPLES)))
    table = pd.DataFrame({columns[0]: first.index, columns[1]: groups.size(), columns[2]: first})
    return table.sort_values(columns[1], ascending=False, kind="stable", ignore_index=True)


def left_out(corpus: Corpus) -> pd.DataFrame:
    """Each row that was left out, where it stands, and what to do about it.

    Returns
    -------
    DataFrame
        ``file``, ``line``, ``place`` (what the line number counts: lines of the file, rows as
        Excel shows them), ``id``, ``reason``, ``remedy``.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> rejected = pd.DataFrame({"file": ["f"], "line": [3], "id": ["b"], "reason": ["copy of a"]})
    >>> left_out(Corpus(table, rejected=rejected))["remedy"].tolist()
    ['to count it, set copies to all or weighted']
    """
    table = _placed(corpus, corpus.rejected)[["file", "line", "place", "id", "reason"]]
    remedies = WORDING["remedies"].items()
    first = [next(r for p, r in remedies if re.search(p, reason)) for reason in table["reason"]]
    return table.assign(remedy=first)


def flagged_articles(corpus: Corpus) -> pd.DataFrame:
    """Each article that is noted for something, and where it stands.

    Articles that were left out later, as copies, are among them.

    Returns
    -------
    DataFrame
        ``file``, ``line``, ``place``, ``id``, ``flag``, ``evidence``.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> flags = pd.DataFrame({"article": ["a"], "flag": ["no date"], "evidence": ["counted"]})
    >>> origin = pd.DataFrame({"file": ["f.csv"], "line": [2]})
    >>> flagged_articles(Corpus(table, flags=flags, origin=origin)).values.tolist()
    [['f.csv', 2, '', 'a', 'no date', 'counted']]
    """
    kept = corpus.origin.assign(id=corpus.articles["id"].reindex(corpus.origin.index))
    known = pd.concat([kept, corpus.rejected])[["file", "line", "id"]].drop_duplicates("id")
    flags = corpus.flags.rename(columns={"article": "id"}).merge(known, on="id", how="left")
    return _placed(corpus, flags)[["file", "line", "place", "id", "flag", "evidence"]]


def _placed(corpus: Corpus, table: pd.DataFrame) -> pd.DataFrame:
    """The table with where each row stands, in words, by the format of its file."""
    formats, places = dict(corpus.sources[["file", "format"]].to_numpy()), WORDING["places"]
    patterns = [places.get(formats.get(file, ""), "") for file in table["file"]]
    lines = zip(patterns, table["line"], strict=True)
    return table.assign(place=[pattern.format(line) for pattern, line in lines])


def changes_by_step(corpus: Corpus) -> pd.DataFrame:
    """What each step of cleaning changed, in how many texts, by how much.

    Returns
    -------
    DataFrame
        ``step``, ``texts``, ``before`` and ``after`` (characters of the changed texts, summed),
        ``removed`` (their difference). A text that two cuts of one step shorten counts once, and
        each cut counts with its own characters.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> rows = {"article": ["a"], "step": ["HTML to text"], "before": [9], "after": [2]}
    >>> changes_by_step(Corpus(table, changes=pd.DataFrame(rows))).values.tolist()
    [['HTML to text', 1, 9, 2, 7]]
    """
    measures = {"article": "nunique", "before": "sum", "after": "sum"}
    table = corpus.changes.groupby("step").agg(measures).rename(columns={"article": "texts"})
    table["removed"] = table["before"] - table["after"]
    return table.sort_values("texts", ascending=False, kind="stable").reset_index()


def copies_by_kind(corpus: Corpus) -> pd.DataFrame:
    """How much is filed twice, word for word or nearly.

    Returns
    -------
    DataFrame
        ``kind`` (``exact`` where another article has the same words, else ``near``; a cluster may
        hold both), ``articles``, ``clusters``, ``overlap`` (the median share that an article has
        with another of its cluster).

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> copies = pd.DataFrame({"id": ["a", "b"], "cluster": 0, "overlap": 1.0, "kind": "exact"})
    >>> copies_by_kind(Corpus(table, copies=copies)).values.tolist()
    [['exact', 2, 1, 1.0]]
    """
    kinds = corpus.copies.astype({"overlap": float}).groupby("kind")
    table = kinds.agg({"id": "size", "cluster": "nunique", "overlap": "median"}).round(2)
    return table.rename(columns={"id": "articles", "cluster": "clusters"}).reset_index()


def units_by_outlet(tokens: Tokens) -> pd.DataFrame:
    """How much there is to count in each outlet.

    Returns
    -------
    DataFrame
        ``outlet``, ``articles``, ``paragraphs``, ``sentences``, ``words`` (separated by blanks),
        ``words_per_article`` (the median).

    Examples
    --------
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال. وأضاف."})
    >>> units_by_outlet(tokenize_corpus(Corpus(table))).values.tolist()
    [['x', 1, 1, 2, 2, 2.0]]
    """
    texts = tokens.articles["text"]
    counts = pd.DataFrame({"articles": 1}, texts.index)
    spans = {"paragraphs": unit_spans(texts, "paragraph"), "sentences": tokens.units("sentence")[1]}
    for name, table in spans.items():
        counts[name] = np.bincount(table["article"], minlength=len(texts))
    counts["words"] = [len(text.split()) for text in texts]
    groups = counts.groupby(tokens.articles["outlet"])
    table = groups.sum().assign(words_per_article=groups["words"].median())
    return table.sort_values("articles", ascending=False, kind="stable").reset_index()


def coverage(corpus: Corpus, period: str = "month") -> pd.DataFrame:
    """Articles of each outlet in each period, those without articles too.

    Parameters
    ----------
    period
        ``day``, ``week``, ``month``, ``quarter`` or ``year``, from the first to the last of the
        whole corpus; a week is named by its Monday.

    Returns
    -------
    DataFrame
        ``outlet``, ``period``, ``articles``, ``words`` (separated by blanks), ``gap``: empty where
        nothing is amiss; ``not begun``, ``stopped``, ``missing`` (nothing, between periods with
        articles) or ``thin`` (less than a tenth of the outlet's median). Articles without a date
        are left out, and those of `stray_dates`.

    Raises
    ------
    StudyError
        If the period is unknown, or there are more than 10,000 of them.

    Examples
    --------
    >>> dates = pd.to_datetime(["2022-01-03", "2022-03-05", "2022-02-01"])
    >>> table = pd.DataFrame({"id": list("abc"), "date": dates, "outlet": list("xxy")})
    >>> coverage(Corpus(table.assign(text="نص قصير")))[["outlet", "period", "gap"]].values.tolist()
    [['x', '2022-01', ''], ['x', '2022-02', 'missing'], ['x', '2022-03', ''],
     ['y', '2022-01', 'not begun'], ['y', '2022-02', ''], ['y', '2022-03', 'stopped']]
    """
    dates = corpus.articles["date"]
    dated = corpus.articles[dates.notna() & ~stray_dates(dates)]
    if dated.empty:
        return pd.DataFrame(columns=["outlet", "period", "articles", "words", "gap"])
    when = dated["date"].dt.to_period(check_period(period)).rename("period")
    every = pd.period_range(when.min(), when.max())
    if len(every) > MOST_PERIODS:
        what = f"{len(every):,} {period}s from {every[0]} to {every[-1]} are too many"
        remedy = "choose a longer period, or set from and to; q7x2lab check names dates far off"
        raise StudyError(what, remedy=remedy)
    words = dated["text"].map(lambda text: len(text.split()))
    counts = words.groupby([dated["outlet"], when]).agg(articles="size", words="sum")
    outlets = sorted(set(dated["outlet"]))
    grid = pd.MultiIndex.from_product([outlets, every], names=counts.index.names)
    table = counts.reindex(grid, fill_value=0).reset_index()
    table["gap"] = table.groupby("outlet")["articles"].transform(_gaps)
    return table.assign(period=table["period"].astype("str").str[:10])  # of a week its Monday


def _gaps(articles: pd.Series) -> pd.Series:
    """What is amiss with each period of one outlet."""
    has, total = articles > 0, articles.sum()
    thin = has & (articles < THIN * articles[has].median())
    begun, ended = articles.cumsum() > 0, articles.cumsum() == total
    gaps = np.select([thin, has, ~begun, ended], ["thin", "", "not begun", "stopped"], "missing")
    return pd.Series(gaps, index=articles.index, dtype="str")


def coverage_warnings(table: pd.DataFrame, *, language: str = "en") -> list[str]:
    """Sentences that name the gaps of a coverage table, and whether they confound a comparison.

    Where an outlet is absent from part of the time, a trend over all outlets mixes a change of time
    with a change of outlets.

    Parameters
    ----------
    table
        What `coverage` returned.
    language
        ``ar`` or ``en``.

    Examples
    --------
    >>> table = pd.DataFrame({"outlet": ["x", "x"], "period": ["2022-01", "2022-02"],
    ...                       "articles": [9, 0], "words": [90, 0], "gap": ["", "stopped"]})
    >>> coverage_warnings(table)
    ['x has no articles in 2022-02 (stopped): missing, not zero']
    """
    gaps = WORDING["gaps"]
    if table.empty:
        return [in_language(gaps["no dates"], language)]
    found = []
    for (outlet, gap), rows in table[table["gap"] != ""].groupby(["outlet", "gap"]):
        first, last = rows["period"].iloc[0], rows["period"].iloc[-1]
        span = first if first == last else f"{len(rows)} periods of {first} to {last}"
        found.append(gaps.get(gap, gaps["none"]).format(outlet, span, gap))
    absent = table[~table["gap"].isin(["", "thin"])]
    if len(absent) and table["outlet"].nunique() > 1:
        found.append(gaps["confounded"])
    return [in_language(warning, language) for warning in found]


def flow(corpus: Corpus) -> pd.DataFrame:
    """From rows read to articles, step by step, as in a PRISMA flow diagram.

    Returns
    -------
    DataFrame
        ``step``, ``articles`` (how many are left after the step), ``removed`` (how many it took),
        ``reason``. What takes no article comes last, with its number in the reason: texts changed,
        and articles noted for something missing or strange (no date, no outlet, an id met before).

    Notes
    -----
    The layout follows Page et al. (2021), The PRISMA 2020 statement, BMJ 372.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> rejected = pd.DataFrame({"file": ["f"], "line": [3], "id": ["b"], "reason": ["no text"]})
    >>> flow(Corpus(table, rejected=rejected))[["step", "articles", "removed"]].values.tolist()
    [['rows read', 2, 0], ['rejected', 1, 1], ['articles', 1, 0]]
    """
    left = len(corpus) + len(corpus.rejected)
    files = corpus.sources["file"].nunique()
    rows = [("rows read", left, 0, counted(files, "file") if files else "")]
    kinds: Any = split_reasons(corpus.rejected["reason"])["kind"].value_counts()
    for reason, count in sorted(kinds.items(), key=lambda each: each[0] == COPY):
        left -= count
        rows.append(("copies" if reason == COPY else "rejected", left, count, reason))
    rows.append(("articles", left, 0, counted(corpus.articles["outlet"].nunique(), "outlet")))
    changed = corpus.changes.groupby("step")["article"].nunique()
    noted = corpus.flags.groupby("flag")["article"].nunique()
    for step, noun, met in (("texts changed", "text", changed), ("noted", "article", noted)):
        most = met.sort_values(ascending=False, kind="stable")
        rows += [(step, left, 0, f"{name}: {counted(n, noun)}") for name, n in most.items()]
    return pd.DataFrame(rows, columns=["step", "articles", "removed", "reason"])


def split_reasons(reasons: pd.Series) -> pd.DataFrame:
    """Reasons in two: the `kind`, by which like ones are counted together, and the `value` named.

    Examples
    --------
    >>> split_reasons(pd.Series(["date cannot be read: 2023-02-30", "copy of a7"])).values.tolist()
    [['date cannot be read', '2023-02-30'], ['copy of another article', 'copy of a7']]
    """
    named = reasons.astype("str").str.replace("^copy of ", f"{COPY}: copy of ", regex=True)
    return named.str.extract("(?s)(?P<kind>.*?)(?:: (?P<value>.*))?$").fillna("")
