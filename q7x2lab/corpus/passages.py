"""Passages within lines that an outlet prints around its articles: datelines, links, tag lists."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice, zip_longest

import numpy as np
import pandas as pd

from q7x2lab.arabic.letters import compared_words, plain
from q7x2lab.arabic.stop_words import is_stop
from q7x2lab.corpus.parts import each_text

DATELINE = "dateline"  # the words that tell one are others each time
HEAD_WORDS = 20  # in which what stands before the text ends
PRINTED, PRINTED_PLACES = 0.8, 3  # share of articles with one word at a place, and such places
MOST_HEAD_WORDS = 8  # of place, agency and reporter before the sign that ends them
HEADS, HEAD_SHARE = 5, 0.5  # articles that open with a word, and their share with a dateline
AGENCIES = 0.01  # share of an outlet's articles whose datelines end alike
TAIL = 600  # characters at the end of an article in which a passage may begin
MARKER_WORDS = 4  # by which a passage is known, at most
MARKED, MARKED_SHARE = 10, 0.01  # articles with these words at their end, and their share
APART = 0.8  # share of the articles with these words that have them there and after a sentence
USUAL = 0.5  # share of an outlet's articles above which such an end is needed no more often

PROSE = ("particles", "pronouns", "reporting")  # words with which no name begins

_SIGN = r"\s*(?:\)?\s*[-–—ـ]+|[:|])\s*"
_HEAD = re.compile(rf"\A([^\n.؟!«\"\d]{{2,70}}?){_SIGN}")
_REPORTER = re.compile(rf"([^\n.؟!«\"\d]{{2,40}}?)(?:{_SIGN}|\n)")
_WITH_SIGNS = re.compile(r"\S+(?:\s+[^\w\s]+(?=\s))*")  # a word, and signs that stand alone
_STOPPED = re.compile(r"[.][»”\")\]]?\s*$")  # a headline may end in ؟ or !
_AFTER_END = re.compile(r"(?<=[.!؟?…:»”\")\]\n])\s*(?=[(\[*#|•–-]?\s?[^\W_])")

Passage = tuple[int, int, str]  # start, end, and the words that tell it


def inline_passages(articles: pd.DataFrame) -> list[list[Passage]]:
    """For each article its passages that may be furniture: datelines, and ends of lines.

    Examples
    --------
    >>> texts = [f"الرياض - واس: قال {name} كلاما" for name in ("علي", "عمر", "زيد", "بكر", "سعد")]
    >>> inline_passages(pd.DataFrame({"outlet": "x", "title": "", "text": texts}))[0]
    [(0, 14, 'dateline')]
    """
    found: list[list[Passage]] = [[] for _ in range(len(articles))]
    for _, part in articles.reset_index(drop=True).groupby("outlet"):
        texts = part["text"]
        for row, start, end, key in chain(_heads(texts), _datelines(texts), _line_ends(part)):
            found[row].append((start, end, key))
    return found


def _heads(texts: pd.Series) -> Iterator[tuple[int, int, int, str]]:
    """What stands before the text in nearly all articles: share buttons, dates, numbers of readers.

    A head reaches to the last place at which nearly all have one and the same word, or a number;
    in prose no three places are like that.
    """
    if len(texts) < MARKED:
        return
    words = [[*islice(_WITH_SIGNS.finditer(text, 0, TAIL), HEAD_WORDS)] for text in texts]
    plain_words = [[re.sub(r"\d+", "0", word[0]) for word in each] for each in words]
    keys = pd.DataFrame(dict(enumerate(zip_longest(*plain_words))))
    same = keys.eq(keys.mode().iloc[0])
    places = np.flatnonzero(same.mean() >= PRINTED).tolist()
    for row, each, has in zip(texts.index.tolist(), words, same[places].all(axis=1), strict=True):
        if has and len(places) >= PRINTED_PLACES:
            yield row, 0, each[places[-1]].end(), DATELINE


def _datelines(texts: pd.Series) -> Iterator[tuple[int, int, int, str]]:
    """The datelines of texts: place, agency, reporter, before a dash or a colon.

    An outlet's articles that open with the name of a place nearly all have one; those that open
    with a word of prose hardly ever have such a sign soon after it.
    """
    first = texts.map(lambda text: (compared_words(text[:80]) or [""])[0])
    heads = texts.map(_HEAD.match).dropna()
    heads = heads[heads.map(lambda head: head[1].count(" ") < MOST_HEAD_WORDS)]
    has = pd.Series(texts.index.isin(heads.index), texts.index).groupby(first)
    known = (has.transform("sum") >= HEADS) & (has.transform("mean") >= HEAD_SHARE)
    last = heads.map(lambda head: (compared_words(head[1]) or [""])[-1])
    agencies = last[known[heads.index]].value_counts()
    agencies = agencies[agencies >= max(HEADS, AGENCIES * len(texts))]
    heads = heads[known[heads.index] | last.isin(agencies.index)]
    for row, head in zip(heads.index.tolist(), heads.tolist(), strict=True):
        name = _REPORTER.match(texts[row], head.end())
        words = name[1].split() if name else []
        is_name = 0 < len(words) <= MARKER_WORDS and not is_stop(words[:1], classes=PROSE).any()
        yield row, 0, name.end() if name and is_name else head.end(), DATELINE


def _line_ends(part: pd.DataFrame) -> Iterator[tuple[int, int, int, str]]:
    """The ends of lines that begin with words by which an outlet opens its links, tags, appeals.

    Words of prose stand anywhere in articles; these stand near the end, after the end of a
    sentence, and what follows is no sentence. A headline that is repeated tells itself.
    """
    ends = list(each_text(_open_ends, part["text"]))
    times = Counter(words for each in ends for words in each)
    few, usual = max(MARKED, MARKED_SHARE * len(part)), USUAL * len(part)
    often = [w for w, n in times.items() if n >= few and not is_stop(w.split()[:1], PROSE).any()]
    texts = [f" {' '.join(compared_words(text))} " for text in part["text"] if often]
    anywhere = {words: sum(f" {words} " in text for text in texts) for words in often}
    markers = {w for w, n in anywhere.items() if times[w] >= APART * min(n, usual)}
    for row, title, each in zip(part.index.tolist(), part["title"], ends, strict=True):
        words = compared_words(title)
        whole = [" ".join(words)] if len(words) > MARKER_WORDS else []
        for marker in markers.union(whole) & each.keys():
            yield row, *each[marker], plain(marker)


def _open_ends(text: str) -> dict[str, tuple[int, int]]:
    """Where lines end after a sentence without being one: by up to four first words, and by all."""
    found: dict[str, tuple[int, int]] = {}
    for sign in _AFTER_END.finditer(text, max(len(text) // 3, len(text) - TAIL)):
        start, end = sign.end(), (text + "\n").index("\n", sign.end())
        if not _STOPPED.search(text[max(start, end - 4) : end]):
            words = compared_words(text[start:end])
            for size in (*range(1, MARKER_WORDS + 1), len(words)):
                found.setdefault(" ".join(words[:size]), (start, end))
    return found
