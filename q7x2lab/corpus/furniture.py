"""Site furniture: what an outlet prints under its articles and is not part of any of them.

The corpus itself shows it: a line that stands in articles of one outlet which are otherwise no more
alike than two of its articles picked at random is furniture; a line that recurs in articles about
one story is background and stays. What stands under a single article (a subscription appeal, the
headline once more) is known by a small vocabulary and by its place at the end, a link within the
text by the headline of another article.

Read by hand in ant_2018 (five outlets): in 150 articles drawn at random, thirty an outlet, 106
lines were removed, all furniture, and none of the 36,269 words of other text; 14 short links were
left over. Of 260 removed lines drawn at random two were an article's own prose, since kept, and
three say that the site could not verify a post. So at most 0.15 % of other text is lost (Wilson,
95 %, without those two).
"""

import re
from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from q7x2lab.arabic.letters import plain
from q7x2lab.corpus.model import CHANGES, FURNITURE, empty
from q7x2lab.corpus.parts import plain_all
from q7x2lab.corpus.passages import DATELINE, inline_passages
from q7x2lab.corpus.recurring import SHARED, recurring_lines, tail_of
from q7x2lab.errors import CorpusError, expect_known
from q7x2lab.yaml_files import read_bundled

SIGNS = ("headline", "sign_off", "appeal", "related", "no_letters")
KINDS = ("recurring", "teaser", "standfirst", *SIGNS)

HEADLINE_WORDS = (4, 25)  # words of a line that may be a headline
SIGN_WORDS, SIGN_OFF_WORDS = 30, 8  # words above which a line is prose, whatever it says
RESTATED = 0.1  # share of an opening's trigrams that its next two paragraphs say again
OPENINGS = 20  # articles of an outlet from which it can have a habit of standfirsts

_LINE, _SENTENCE = re.compile(r"[^\n]+"), re.compile(r"[^\n.!؟?]+[.!؟?]*")
_CLOSED = re.compile(r"[.!؟?…:؛،][»”\")]?\s*$")


def remove_furniture(
    articles: pd.DataFrame, *, keep: Iterable[str] = (), drop: Iterable[str] = ()
) -> tuple[pd.Series, pd.DataFrame, pd.DataFrame]:
    """Texts without furniture, each cut, and what was found.

    Parameters
    ----------
    articles
        `id outlet date title text`, with `abstract` where there is one.
    keep
        What is to stay: a kind (`teaser`), an outlet, or the beginning of a line.
    drop
        Passages that go wherever they stand.

    Returns
    -------
    Series
        The texts.
    DataFrame
        One row a cut: `row` (of the article), `step`, and the characters `before` and `after`.
    DataFrame
        One row a recurring line or sign-off, and one an outlet for other kinds: `outlet`, `kind`,
        `furniture`, `articles`, `share`, `removed`, `examples`. Lines that are only suspected have
        removed = False.

    Raises
    ------
    CorpusError
        If a wish of `keep`, or a passage of `drop`, names nothing.
    """
    lines = _lines(articles, [*drop])
    articles = articles.assign(title=plain_all(articles["title"].tolist()))  # to be compared
    if len(lines):
        lines = lines.assign(**recurring_lines(lines, articles))
        lines = _add_kinds(lines, _own_signs(lines, articles))
        lines = _add_kinds(lines, _standfirsts(lines, articles))
        lines["sure"] &= ~_wanted(lines, keep)
        lines = _add_kinds(lines, _asked_for(lines, [*drop]))
    return *_cut(lines, articles["text"]), _report(lines, articles)


def _lines(articles: pd.DataFrame, drop: list[str]) -> pd.DataFrame:
    """One row a line, of outlets without line ends one a sentence, and its place in the article.

    Passages that stand within a line and may be furniture are lines of their own, with the words
    that tell them as key.
    """
    breaks = articles["text"].str.count("\n").groupby(articles["outlet"]).transform("mean")
    passages = inline_passages(articles)
    asked = [(re.compile(r"\s+".join(map(re.escape, each.split()))), plain(each)) for each in drop]
    found: list[tuple[int, int, int, str, str | None]] = []
    for row, (text, flat) in enumerate(zip(articles["text"], breaks < 0.5, strict=True)):
        here = [(*met.span(), key) for wish, key in asked for met in wish.finditer(text)]
        done = 0
        for start, end, key in [*sorted(passages[row] + here), (len(text), len(text), "")]:
            parts = (_SENTENCE if flat else _LINE).finditer(text, done, max(start, done))
            found += [(row, *met.span(), met[0], None) for met in parts if not met[0].isspace()]
            found += [(row, start, end, text[start:end], key)] * (done <= start < end)
            done = max(done, end)
    lines = pd.DataFrame(found, columns=["row", "start", "end", "line", "key"])
    lines["key"] = lines["key"].fillna(pd.Series(plain_all(lines["line"].tolist()), dtype=object))
    lines["words"] = lines["key"].str.count(" ") + (lines["key"] != "")
    lines["outlet"] = articles["outlet"].to_numpy()[lines["row"]]
    own = lines["key"] != DATELINE  # what follows a dateline is the first line of its article
    lines["order"] = own.groupby(lines["row"]).cumsum().sub(1).clip(lower=0)
    lines["left"] = lines.groupby("row").cumcount(ascending=False)
    return lines.assign(kind="", sure=False)


def _asked_for(lines: pd.DataFrame, drop: list[str]) -> pd.Series:
    """The passages that a study wants to go; one that stands nowhere is an error."""
    for passage in drop:
        if not (lines["key"] == plain(passage)).any():
            what = f"drop_furniture: {passage[:80]!r} stands in no article"
            raise CorpusError(what, remedy="copy the passage from the text, as it is written there")
    return pd.Series("", lines.index).mask(lines["key"].isin(map(plain, drop)), "asked for")


def _add_kinds(lines: pd.DataFrame, kind: pd.Series) -> pd.DataFrame:
    """The lines with the kinds that were found added, those known for sure before left as are."""
    new = (kind != "") & ~lines["sure"]
    return lines.assign(kind=lines["kind"].mask(new, kind), sure=lines["sure"] | new)


def _own_signs(lines: pd.DataFrame, articles: pd.DataFrame) -> pd.Series:
    """What the end of one article shows by itself: appeals, links, sign-offs, headlines again."""
    is_title = lines["key"] == articles["title"].to_numpy()[lines["row"]]
    short = lines[lines["words"] <= SIGN_WORDS]  # what is longer is prose, whatever it says
    said = {kind: _says(kind, short["key"]) for kind in SIGNS[1:]}
    said["sign_off"] &= short["words"] <= SIGN_OFF_WORDS
    said["related"] |= _links(short, articles, is_title[short.index])
    known = pd.DataFrame(said).reindex(lines.index, fill_value=False)
    known.insert(0, "headline", _headlines(lines, is_title))
    there = tail_of(known.any(axis=1) | lines["sure"], lines)
    there |= known["related"] & (lines["words"] > 1)
    there |= (lines["order"] == 0) & is_title & (lines["left"] > 0)
    return known.idxmax(axis=1).where(there & known.any(axis=1), "")


def _headlines(lines: pd.DataFrame, is_title: pd.Series) -> pd.Series:
    """The headline once more, a line that stands twice in its article, and what is between two."""
    open_end = ~lines["line"].str.contains(_CLOSED)
    twice = lines.duplicated(["row", "key"], keep=False) & lines["words"].between(*HEADLINE_WORDS)
    headline = (twice & open_end) | (is_title & (lines["words"] > 0))
    before, after = (headline.groupby(lines["row"]).shift(by, fill_value=False) for by in (1, -1))
    return headline | (before & after & open_end & (lines["words"] <= HEADLINE_WORDS[1]))


@cache
def _vocabulary() -> dict[str, re.Pattern[str]]:
    """What lines of each kind say, from data/words/furniture.yaml."""
    places = {"contains": r"\b(?:{})", "begins": "^(?:{})", "ends": "(?:{})$"}
    patterns = {}
    for kind, found in read_bundled("furniture", "words", what="list of furniture").items():
        parts = [places[place].format("|".join(terms)) for place, terms in found.items()]
        patterns[kind] = re.compile("|".join(parts), re.IGNORECASE)
    return patterns


def _says(kind: str, texts: pd.Series) -> pd.Series:
    """Which texts say what lines of a kind say."""
    return texts.map(_vocabulary()[kind].search).notna()


def _links(lines: pd.DataFrame, articles: pd.DataFrame, is_title: pd.Series) -> pd.Series:
    """Lines below an opening that point elsewhere: another article's headline, or “read: …”."""
    headlines = pd.MultiIndex.from_frame(articles[["outlet", "title"]])
    named = lines["words"].between(*HEADLINE_WORDS) & ~is_title
    named &= pd.MultiIndex.from_frame(lines[["outlet", "key"]]).isin(headlines)
    return (named | _says("pointer", lines["line"])) & (lines["order"] > 0)


def _standfirsts(lines: pd.DataFrame, articles: pd.DataFrame) -> pd.Series:
    """The abstract printed above an article that then says it again, if the outlet does so."""
    opening = lines[(lines["order"] == 0) & (lines["left"] >= 1) & ~lines["sure"]]
    by_article = lines.groupby("row")["key"]
    keys = [by_article.shift(-n, fill_value="")[opening.index] for n in range(3)]
    shares = [_restated(*paragraphs) for paragraphs in zip(*keys, strict=True)]
    opening = opening.assign(restated=np.array(shares, float))
    outlets = opening.groupby("outlet")["restated"]
    habit = (outlets.transform("mean") >= RESTATED) & (outlets.transform("size") >= OPENINGS)
    same = opening["restated"] >= RESTATED
    if "abstract" in articles:
        abstract = articles["abstract"].fillna("").astype(str).iloc[opening["row"]]
        same = opening["key"] == plain_all(abstract.tolist())
    found = opening.index[habit & same & (keys[1] != "")]
    return pd.Series("", lines.index).mask(lines.index.isin(found), "standfirst")


def _restated(*paragraphs: str) -> float:
    """Share of the word trigrams of the first paragraph that the others say again."""
    words = [paragraph.split() for paragraph in paragraphs]
    first, *others = (set(zip(w, w[1:], w[2:], strict=False)) for w in words)
    return len(first.intersection(set().union(*others))) / max(len(first), 1)


def _wanted(lines: pd.DataFrame, keep: Iterable[str]) -> pd.Series:
    """The lines that a study wants to stay; a wish that names nothing is an error."""
    wanted = pd.Series(False, lines.index)
    for wish in keep:
        start = plain(wish)
        named = (lines["kind"] == wish) | (lines["outlet"] == wish)
        named |= lines["line"].map(plain).str.startswith(start) & bool(start)
        if not named.any():
            what = f"keep_furniture: {wish!r} is no kind, outlet or beginning of a line"
            expect_known(wish, KINDS, what, CorpusError)
        wanted |= named
    return wanted


def _cut(lines: pd.DataFrame, texts: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    """The texts without the lines that are sure, and each cut."""
    out, cuts = texts.tolist(), []
    gone = lines[lines["sure"]].sort_values(["row", "start"], ascending=[True, False])
    for row, kind, start, end in gone[["row", "kind", "start", "end"]].itertuples(index=False):
        before, rest = out[row][:start].rstrip(), out[row][end:].lstrip()
        between = out[row][len(before) : len(out[row]) - len(rest)]
        line_ends = between.startswith("\n") or between.endswith("\n")
        after = ("\n" if line_ends else " ").join(filter(None, (before, rest.rstrip())))
        cuts.append((row, f"furniture: {kind}", len(out[row]), len(after)))
        out[row] = after
    table = pd.DataFrame(cuts, columns=["row", *CHANGES[1:]])
    return pd.Series(out, texts.index, dtype="str"), table


def _report(lines: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """One row a recurring line or sign-off, one row an outlet for the other kinds."""
    found = lines[lines["kind"] != ""].copy()
    if found.empty:
        return empty(FURNITURE)
    found["group"] = found["key"].where(found["kind"].isin(["recurring", "sign_off"]), "")
    found["id"] = articles["id"].to_numpy()[found["row"]]
    groups = found.groupby(["outlet", "kind", "group", "sure"], sort=False)
    table = groups.agg(furniture=("line", "first"), articles=("row", "nunique"))
    table["examples"] = groups["id"].agg(lambda ids: ", ".join(ids.drop_duplicates().head(3)))
    table = table.reset_index().rename(columns={"sure": "removed"})
    table = table[table["removed"] | (table["articles"] >= SHARED)]
    table["share"] = table["articles"] / table["outlet"].map(articles["outlet"].value_counts())
    table["furniture"] = table["furniture"].str.strip().str[:160]
    return table[list(FURNITURE)].sort_values("articles", ascending=False, ignore_index=True)
