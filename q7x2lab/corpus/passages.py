"""Passages within lines that an outlet prints around its articles: datelines, links, tag lists."""

import re
from collections import Counter
from functools import cache

import pandas as pd

from q7x2lab.arabic.stop_words import is_stop
from q7x2lab.corpus.copies import compared_words, plain

DATELINE = "dateline"  # the words that tell one are others each time
MOST_HEAD_WORDS = 8  # of place, agency and reporter before the sign that ends them
HEADS, HEAD_SHARE = 5, 0.5  # articles that open with a word, and their share with a dateline
AGENCIES = 0.01  # share of an outlet's articles whose datelines end alike
TAIL = 600  # characters at the end of an article in which a passage may begin
MARKER_WORDS = 4  # by which a passage is known, at most
MARKED, MARKED_SHARE = 10, 0.01  # articles with these words at their end, and their share
AT_END = 0.95  # share of the articles with these words that have them at the end and only there
APART = 0.8  # share of them with the end of a sentence before
USUAL = 0.5  # share of an outlet's articles above which such an end is needed no more often

PROSE = ("particles", "pronouns", "reporting")  # words with which no name begins

_WORD = re.compile(r"[^\W_](?:[\u0640\u064b-\u0652\u0670]*[^\W_])*")
_SIGN = r"\s*(?:\)?\s*[-–—ـ]+|[:|])\s*"
_HEAD = re.compile(rf"\A([^\n.؟!«\"\d]{{2,70}}?){_SIGN}")
_REPORTER = re.compile(rf"([^\n.؟!«\"\d]{{2,40}}?)(?:{_SIGN}|\n)")
_STOPPED = re.compile(r"[.!؟?][»”\")\]]?\s*$")
_ENDED = re.compile(r"[.!؟?…:»”\")\]\n]\s*$")

Passage = tuple[int, int, str]  # start, end, and the words that tell it


def inline_passages(articles: pd.DataFrame) -> list[list[Passage]]:
    """For each article its passages that may be furniture: datelines, and ends of lines.

    Examples
    --------
    >>> texts = [f"الرياض - واس: قال {name} كلاما" for name in ("علي", "عمر", "زيد", "بكر", "سعد")]
    >>> inline_passages(pd.DataFrame({"outlet": "x", "title": "", "text": texts}))[0]
    [(0, 14, 'dateline')]
    """
    table = articles.reset_index(drop=True)
    found: list[list[Passage]] = [[] for _ in range(len(table))]
    for _, part in table.groupby("outlet"):
        for row, end in _datelines(part["text"]).items():
            found[row].append((0, end, DATELINE))
        for row, passages in _line_ends(part).items():
            found[row] += passages
    return found


def _datelines(texts: pd.Series) -> dict[int, int]:
    """Where the dateline of a text ends: place, agency, reporter, before a dash or a colon.

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
    ends = {}
    for row, head in zip(heads.index.tolist(), heads.tolist(), strict=True):
        name = _REPORTER.match(texts[row], head.end())
        words = name[1].split() if name else []
        is_name = 0 < len(words) <= MARKER_WORDS and not is_stop(words[:1], classes=PROSE).any()
        ends[row] = name.end() if name and is_name else head.end()
    return ends


def _line_ends(part: pd.DataFrame) -> dict[int, list[Passage]]:
    """The ends of lines that begin with words by which an outlet opens its links, tags, appeals.

    Words of prose stand anywhere in articles; these stand near the end, after the end of a
    sentence, and what follows is no sentence. A headline that is repeated tells itself.
    """
    texts, titles = part["text"], part["title"].map(compared_words)
    rows = texts.index.tolist()
    begins = {row: max(len(texts[row]) // 3, len(texts[row]) - TAIL) for row in rows}
    runs = {row: _runs(texts[row], begins[row]) for row in rows}
    times = Counter(run for each in runs.values() for run in each)
    apart = Counter(run for each in runs.values() for run, place in each.items() if place[2])
    few, usual = max(MARKED, MARKED_SHARE * len(part)), USUAL * len(part)
    often = [run for run, n in times.items() if n >= few and apart[run] >= APART * min(n, usual)]
    often = [run for run in often if not is_stop([run.split()[0]], classes=PROSE).any()]
    before = [f" {' '.join(compared_words(texts[row][: begins[row]]))} " for row in rows]
    most = {run: (1 / AT_END - 1) * times[run] for run in often}
    markers = {run for run in often if sum(f" {run} " in text for text in before) <= most[run]}
    found = {}
    for row, each in runs.items():
        found[row] = [(*each[run][:2], run) for run in markers & each.keys()]
        title = titles[row]
        start, end, _ = each.get(" ".join(title[:MARKER_WORDS]), (0, 0, False))
        if len(title) >= MARKER_WORDS and compared_words(texts[row][start:end]) == title:
            found[row].append((start, end, plain(" ".join(title))))
    return found


def _runs(text: str, begin: int) -> dict[str, tuple[int, int, bool]]:
    """The runs of up to four words from here on: where each begins first, the end of its line, and
    whether it stands between the end of a sentence and an end that is none.
    """
    found: dict[str, tuple[int, int, bool]] = {}
    for line in re.finditer(r"[^\n]+", text[begin:]):
        end = begin + line.end()
        is_open = not _STOPPED.search(line[0][-4:])
        first = begin + line.start()
        words = [(first + word.start(), _folded(word[0])) for word in _WORD.finditer(line[0])]
        for place, (start, _) in enumerate(words):
            apart = is_open and bool(_ENDED.search(text[max(start - 4, 0) : start]))
            for size in range(1, MARKER_WORDS + 1):
                run = " ".join(word for _, word in words[place : place + size])
                found.setdefault(run, (start, end, apart))
    return found


@cache
def _folded(word: str) -> str:
    return " ".join(compared_words(word))
