"""Site furniture: what an outlet prints under its articles and is not part of any of them.

The corpus itself tells: a line that stands in articles of one outlet which are otherwise no more
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

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from q7x2lab.corpus.likeness import likeness
from q7x2lab.corpus.model import FURNITURE
from q7x2lab.corpus.wording import compared_words
from q7x2lab.errors import CorpusError, did_you_mean

MIN_HOSTS = 5  # articles that share a line before it is removed; from 3 it is proposed
MIN_SHARE = 0.002  # and their share of the outlet
FIXED, FIXED_SHARE = 20, 0.02  # articles, and their share, above which a line teases no story
OWN_SIGNS = ("headline", "sign_off", "appeal", "related", "no_letters")
KINDS = ("recurring", "teaser", "standfirst", *OWN_SIGNS)
RESTATED = 0.1  # share of an opening's trigrams that its next two paragraphs say again

APPEAL = re.compile(
    r"\b(?:تابعونا|تابعنا|تشترك بعد|اشترك(?:وا)? (?:الان\b|معنا|في (?:قنا|نشر|القائم|النشر|خدم))"
    r"|للاشتراك|نشر(?:ت|ات)نا|النشره البريديه|تطبيقنا|(?:حمل(?:وا)?|بتحميل|نزل) (?:ال)?تطبيق"
    r"|احدث نسخه من تطبيق|(?:اضغط|انقر)(?:وا)? هنا|انش[ئي](?:وا)? حساب|سجل(?:وا)? (?:الان\b|حساب)"
    r"|صفحتنا علي|قناتنا علي|حقوق (?:النشر )?محفوظ|الحقوق محفوظ"
    r"|تعبر? (?:بالضروره )?عن راي (?:الكاتب|كات|صاحب)"
    r"|subscribe|newsletter|download (?:our|the) app|follow us|all rights reserved)",
    re.IGNORECASE,
)
RELATED = re.compile(
    r"^(?:اقرا(?:وا)? (?:ايضا|المزيد|كذلك)|للمزيد|شاهد(?:وا)? ايضا|قد يهمك|طالع ايضا|تابع ايضا"
    r"|(?:مواضيع|موضوعات|اخبار|مقالات|روابط|الخبر) (?:ذات|متعلق|مشابه)|read (?:more|also)|related)",
    re.IGNORECASE,
)
POINTER = re.compile(
    r"^\W*(?:[إا]قر(?:أ|أي|ئي)|شاهد|طالع|قد يعجبك)(?:وا)?(?:\s+أيض\w*)?\s*(?::|\.\.|…)"
)
SIGN_OFF = re.compile(
    r"^(?:المصدر |نقلا عن |وكالات|رويترز|ا ف ب|د ب ا|ا ب$|اسوشيتد|الاناضول|فرانس برس)"
    r"|(?:ا ف ب|رويترز|وكالات|د ب ا|فرانس برس)$"
)
DIGITS = re.compile(r"\d")
LETTERLESS = re.compile(r"^[\W\d_]*$")
CLOSED = re.compile(r"[.!؟?…:؛،][»”\")]?\s*$")


def plain(line: str) -> str:
    """The words of a line alone, folded: what makes two lines the same line.

    >>> plain("** حمّل التطبيق الآن! **")
    'حمل التطبيق الان'
    """
    return DIGITS.sub("0", " ".join(compared_words(line)))


def remove_furniture(
    articles: pd.DataFrame, *, keep: Iterable[str] = ()
) -> tuple[pd.Series, pd.DataFrame, pd.DataFrame]:
    """Texts without furniture, `row step before after` of each cut, and what was found.

    articles: `id outlet date title text`, with `abstract` where there is one. keep: what must
    stay: a kind (`teaser`), an outlet, or the beginning of a line. The third table has `outlet
    kind furniture articles share removed examples`; lines that are only suspected are listed with
    removed = False.
    """
    lines = _lines(articles)
    if lines.empty:
        return (
            articles["text"],
            pd.DataFrame(columns=["row", "step", "before", "after"]),
            _report(lines, articles),
        )
    _mark_recurring(lines, articles)
    _mark_by_words(lines, articles)
    _mark_openings(lines, articles)
    _keep(lines, keep)
    return *_cut(lines, articles["text"]), _report(lines, articles)


def _lines(articles: pd.DataFrame) -> pd.DataFrame:
    """One row a line: row start end key words, and how far it stands from the end."""
    flat = articles["text"].str.count("\n").groupby(articles["outlet"]).transform("mean") < 0.5
    line, sentence = re.compile(r"[^\n]+"), re.compile(r"[^\n.!؟?]+[.!؟?]*")
    found = [
        (row, match.start(), match.end())
        for row, (text, one) in enumerate(zip(articles["text"], flat, strict=True))
        for match in (sentence if one else line).finditer(text)
        if not match[0].isspace()
    ]
    lines = pd.DataFrame(found, columns=["row", "start", "end"])
    texts = articles["text"].tolist()
    lines["line"] = [texts[row][start:end] for row, start, end in found]
    lines["key"] = [plain(line) for line in lines["line"]]
    lines["words"] = lines["key"].str.count(" ") + (lines["key"] != "")
    lines["outlet"] = articles["outlet"].to_numpy()[lines["row"]]
    lines["order"] = lines.groupby("row").cumcount()
    lines["left"] = lines.groupby("row").cumcount(ascending=False)
    lines["kind"] = ""
    lines["sure"] = False
    return lines


def _mark_recurring(lines: pd.DataFrame, articles: pd.DataFrame) -> None:
    """Lines shared by articles that have nothing else in common, and blocks of such lines."""
    name = [lines["outlet"], lines["key"]]
    lines["hosts"] = lines.assign(story=_stories(lines)).groupby(name)["story"].transform("nunique")
    lines.loc[lines["key"] == "", "hosts"] = 0
    own = lines["key"].where(lines["hosts"] < 3, "").groupby(lines["row"]).agg(" ".join)
    own = own.reindex(range(len(articles)), fill_value="")
    alike, chance = likeness(lines[lines["hosts"] >= 2], own, articles)
    pairs = zip(lines["outlet"], lines["key"], strict=True)
    strange = pd.Series(
        [alike.get(pair, 1.0) <= chance.get(pair[0], 0.0) for pair in pairs], lines.index
    )
    foreign = strange & (lines["hosts"] >= 3)
    lines.loc[foreign, "kind"] = "recurring"
    teaser = _teasers(lines, foreign, strange)
    lines.loc[teaser, "kind"] = "teaser"
    tail = _tail((lines["hosts"] >= 3) | (lines["key"] == ""), lines)
    under = tail.groupby(name).transform("mean") >= 0.5
    above = (lines["order"] == 0).groupby(name).transform("mean") >= 0.8
    articles_of = lines["outlet"].map(articles["outlet"].value_counts())
    often = lines["hosts"] >= np.maximum(MIN_HOSTS, MIN_SHARE * articles_of)
    in_place = (under & tail) | above | (lines["hosts"] >= 4 * MIN_HOSTS)
    lines["sure"] = teaser | (foreign & often & in_place)


def _stories(lines: pd.DataFrame) -> pd.Series:
    """One number for all articles whose longest line in the first three is the same."""
    first = lines[lines["order"] < 3].sort_values("words", ascending=False, kind="stable")
    longest = first.drop_duplicates("row").set_index("row")["key"]
    return lines["row"].map(pd.Series(pd.factorize(longest)[0], longest.index))


def _teasers(lines: pd.DataFrame, foreign: pd.Series, strange: pd.Series) -> pd.Series:
    """Blocks at the end made of other stories' openings, each under several articles.

    Seen first where most lines of a block stand in unrelated articles; an outlet that has the
    habit is then read with less doubt, as its teasers also stand under articles on their subject.
    A story is teased for days; a line that stands under a fiftieth of all articles is no teaser.
    A block longer than the outlet's usual one begins with the article's own last lines.
    """
    row = lines["row"]
    block = _tail((lines["hosts"] >= 3) | (lines["key"] == ""), lines) & (lines["hosts"] >= 3)
    articles = lines.drop_duplicates("row")["outlet"].value_counts()
    fixed = lines["hosts"] > np.maximum(FIXED, FIXED_SHARE * lines["outlet"].map(articles))
    share = (foreign & block & ~fixed).groupby(row).transform("sum")
    sure = block & (share >= 2) & (2 * share >= block.groupby(row).transform("sum"))
    teased = (
        row[sure].drop_duplicates().map(lines.drop_duplicates("row").set_index("row")["outlet"])
    )
    counts = teased.value_counts()
    few = np.maximum(10, 0.01 * articles.reindex(counts.index))
    habit = list(counts.index[counts >= few])
    known = set(lines.loc[sure, "key"])
    wide = _tail((lines["hosts"] >= 2) | (lines["key"] == ""), lines) & lines["outlet"].isin(habit)
    strong = wide & ((lines["hosts"] >= 4) | lines["key"].isin(known))
    begins = strong | (wide & strange)
    from_there = begins.groupby(row).cummax()
    sure &= lines["outlet"].isin(habit)
    found = sure | (wide & from_there & (strong.groupby(row).transform("sum") >= 2))
    return found & (_from_end(found, row) <= lines["outlet"].map(_usual_size(found, lines)))


def _from_end(member: pd.Series, row: pd.Series) -> pd.Series:
    """Members counted from the end of their article: 1 for the last."""
    return member[::-1].groupby(row[::-1], sort=False).cumsum()[::-1]


def _usual_size(member: pd.Series, lines: pd.DataFrame) -> pd.Series:
    """How many members nine in ten articles with any have at most, by outlet."""
    size = member[member].groupby([lines["outlet"], lines["row"]]).sum()
    return size.groupby(level=0).quantile(0.9)


def _tail(member: pd.Series, lines: pd.DataFrame) -> pd.Series:
    """Which lines are members and followed by members alone up to the end of their article."""
    backwards = member[::-1].groupby(lines["row"][::-1], sort=False).cummin()
    return backwards[::-1].astype(bool) & (lines["order"] > 0)


def _mark_by_words(lines: pd.DataFrame, articles: pd.DataFrame) -> None:
    """What the end of one article shows by itself: appeals, links, sign-offs, headlines again."""
    titles = articles["title"].map(plain).to_numpy()[lines["row"]]
    open_end = ~lines["line"].str.contains(CLOSED)
    again = lines.duplicated(["row", "key"], keep=False) & lines["words"].between(4, 25) & open_end
    headline = again | ((lines["key"] == titles) & (lines["words"] > 0))
    between = headline.groupby(lines["row"]).shift(1, fill_value=False) & headline.groupby(
        lines["row"]
    ).shift(-1, fill_value=False)
    short = lines.loc[lines["words"] <= 30, "key"]
    signs = {
        "headline": headline | (between & open_end & (lines["words"] <= 25)),
        "sign_off": _says(SIGN_OFF, short[lines["words"] <= 8], lines),
        "appeal": _says(APPEAL, short, lines),
        "related": _says(RELATED, short, lines) | _links(lines, articles),
        "no_letters": _says(LETTERLESS, short, lines),
    }
    known = pd.concat(signs, axis=1)
    tail = _tail(known.any(axis=1) | lines["sure"], lines)
    tail |= known["related"] & (lines["words"] > 1)
    tail |= (lines["order"] == 0) & (lines["key"] == titles) & (lines["left"] > 0)
    for kind in reversed(list(signs)):
        chosen = tail & known[kind] & ~lines["sure"]
        lines.loc[chosen, "kind"] = kind
    lines["sure"] |= tail & known.any(axis=1)


def _says(pattern: re.Pattern[str], keys: pd.Series, lines: pd.DataFrame) -> pd.Series:
    """Which lines are among the keys and match the pattern."""
    found = [pattern.search(key) is not None for key in keys]
    return pd.Series(found, keys.index, dtype=bool).reindex(lines.index, fill_value=False)


def _links(lines: pd.DataFrame, articles: pd.DataFrame) -> pd.Series:
    """Lines below an opening that point elsewhere: another article's headline, or “read: …”."""
    titles = articles["title"].map(plain)
    link = lines["line"].str.contains(POINTER)
    for outlet, some in lines[lines["words"].between(4, 25)].groupby("outlet"):
        named = some["key"].isin(set(titles[articles["outlet"] == outlet]))
        named &= some["key"] != titles.iloc[some["row"]].to_numpy()
        link[some.index[named]] = True
    return link & (lines["order"] > 0) & (lines["words"] <= 30)


def _mark_openings(lines: pd.DataFrame, articles: pd.DataFrame) -> None:
    """The abstract printed above an article that then says it again, if the outlet does so."""
    keys = lines["key"]
    opening = lines[(lines["order"] == 0) & (lines["left"] >= 1) & ~lines["sure"]]
    second, third = (
        keys.shift(-step, fill_value="")[opening.index].where(opening["left"] >= step, "")
        for step in (1, 2)
    )
    said = pd.Series(
        [_restated(*three) for three in zip(opening["key"], second, third, strict=True)],
        index=opening.index,
        dtype=float,
    )
    if "abstract" in articles:
        abstract = articles["abstract"].fillna("").astype(str).map(plain).to_numpy()
        same = opening["key"] == abstract[opening["row"]]
    else:
        same = said >= RESTATED
    habit = said.groupby(opening["outlet"]).transform("mean")
    many = opening.groupby("outlet")["row"].transform("size") >= 20
    found = opening.index[(habit >= RESTATED) & many & same & (second != "")]
    lines.loc[found, "kind"] = "standfirst"
    lines.loc[found, "sure"] = True


def _restated(opening: str, first: str, second: str) -> float:
    """Share of an opening's word trigrams that the two paragraphs after it say again."""
    grams = [
        set(zip(w, w[1:], w[2:], strict=False)) for w in map(str.split, (opening, first, second))
    ]
    return len(grams[0] & (grams[1] | grams[2])) / max(len(grams[0]), 1)


def _keep(lines: pd.DataFrame, keep: Iterable[str]) -> None:
    """Takes back what the study wants to stay; a wish that names nothing is an error."""
    for wish in keep:
        start = plain(wish)
        named = (lines["kind"] == wish) | (lines["outlet"] == wish)
        named |= lines["key"].str.startswith(start) & bool(start)
        if wish not in KINDS and not named.any():
            what = f"keep_furniture: {wish!r} is no kind, outlet or beginning of a line"
            raise CorpusError(what, remedy=did_you_mean(wish, KINDS))
        lines.loc[named, "sure"] = False


def _cut(lines: pd.DataFrame, texts: pd.Series) -> tuple[pd.Series, pd.DataFrame]:
    out, changes = texts.tolist(), []
    gone = lines[lines["sure"]].sort_values(["row", "start"], ascending=[True, False])
    for row, kind, start, end in zip(
        gone["row"], gone["kind"], gone["start"], gone["end"], strict=True
    ):
        before = out[row]
        parts = (before[:start].rstrip(), before[end:].strip())
        out[row] = "\n".join(filter(None, parts))
        changes.append((row, f"furniture: {kind}", len(before), len(out[row])))
    table = pd.DataFrame(changes, columns=["row", "step", "before", "after"])
    return pd.Series(out, index=texts.index, dtype="str"), table


def _report(lines: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """One row a recurring line or sign-off, one row an outlet for the other kinds."""
    found = lines[lines["kind"] != ""].copy() if len(lines) else lines
    if not len(found):
        return pd.DataFrame(columns=list(FURNITURE))
    single = found["kind"].isin(["recurring", "sign_off"])
    found["group"] = found["key"].where(single, "")
    found["id"] = articles["id"].to_numpy()[found["row"]]
    groups = found.groupby(["outlet", "kind", "group", "sure"], sort=False)
    table = groups.agg(
        furniture=("line", "first"),
        articles=("row", "nunique"),
        examples=("id", lambda ids: ", ".join(ids.drop_duplicates().head(3))),
    ).reset_index()
    table["share"] = table["articles"] / table["outlet"].map(articles["outlet"].value_counts())
    table["furniture"] = table["furniture"].str.strip().str[:160]
    table = table.rename(columns={"sure": "removed"})[list(FURNITURE)]
    return table.sort_values("articles", ascending=False, ignore_index=True)
