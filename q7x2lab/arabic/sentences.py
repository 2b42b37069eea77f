"""Paragraphs, sentences and quotations of a text, as character offsets."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import inf
from operator import itemgetter
from typing import NamedTuple

from q7x2lab.arabic.letters import INVISIBLES, LETTERS

Span = tuple[int, int]
_Reading = tuple[float, tuple]

_LINE = r"[^\n\r\v\f\x85\u2028\u2029]"
_PARAGRAPH, _TRIMMED = re.compile(f"{_LINE}+"), re.compile(rf"\S(?:{_LINE}*\S)?")
_WORD = re.compile(r"\w")

# Whether a mark opens or closes is told by its surroundings alone: news texts set “ ” and « » the
# wrong way round, and among 27,500 quotations of 10,000 articles their shape decided one.
_MARK = re.compile("|".join([r"''|‘‘|’’|``|<<|>>|\(\(|\)\)", *'"“”„‟〝〞＂″«»❝❞']))
# Single marks quote only where they cannot be apostrophes, feet or minutes. What stands before one
# is looked at behind it: a pattern that begins with a mark is found ten times as fast.
_SINGLE = re.compile(r"['‘’‹](?<![\w'].)(?=[^\W\d])[^'‘’‹›\n]{1,600}['‘’›](?!\w)")
# With a blank, which is the empty string here, these leave a mark free on one side.
_BEFORE_OPENING = "([{:،؛-–—/|ـ#«و"
_AFTER_CLOSING = ")]}.,،؛:!?؟…»"
# The price of reading a mark against its surroundings, of leaving a mark without a partner, of a
# quotation that never closes, of one inside another. Set by what they mean: one mark read against
# clear surroundings costs less than one dropped, and two in a row are rather the end of one
# quotation than one inside it.
_AGAINST, _DROPPED, _UNCLOSED, _NESTED = 1.0, 1.6, 1.3, 0.7
_DEEPEST = 10
_OPEN, _CLOSE, _STRAY, _REOPEN = "open", "close", "stray", "reopen"

_QUOTED = "\ufffc"  # stands for each letter of a quotation while sentences are read
_STOP = re.compile(
    rf"(?P<stop>[.!?؟…۔][.!?؟…۔]*)(?P<marks>[\"“”„‟»’')\]}}{INVISIBLES}]*)(?P<gap>[\s{INVISIBLES}]*)"
)
_LAST_STOP = re.compile(r"(?<!\s\w)[.!?؟…]+(?=\s|$)")
_FINAL_STOP = re.compile(r"(?<![.!?؟…])\..$")  # of a quotation, before its closing mark
_CONTINUES = "،,؛;:.!?؟…)]»"  # what follows no finished sentence
# An initial: one letter, or a Latin letter by its name (جورج دبليو. بوش) outside an abbreviation.
_LETTER_NAMES = (
    "[إأاآ](?:يه|ف|تش|ل|م|ن|س|كس|ر|ي)|بي|سي|دي|جي|جيه|جاي|كيه?|كيو|تي|يو|في|دبليو|واي|زد"
)
_INITIAL = re.compile(
    rf"(?<![^\s.(\[«“\"])(?<!\d\s)(?:[^\W\d_]|(?!بي|في|إن)(?<!\.)(?:{_LETTER_NAMES}))$"
)
_SPELLED = re.compile(rf"(?<!\w)(?:[^\W\d_و]|{_LETTER_NAMES})\s\w+$")  # بي بي سي, أ ف ب
_ITEM = re.compile(r"[\W_]*\d{1,3}$")
# A blank left out after a full stop: two whole words, neither of them part of a dotted name.
_DOMAINS = "كوم|نت|نيوز|أورغ|أونلاين|اونلاين"
_WORD_AFTER = re.compile(rf"(?!(?:{_DOMAINS})\b)[{LETTERS}]{{3,}}(?!\.[{LETTERS}])|[{_QUOTED}«\"“]")


class Quotation(NamedTuple):
    """Where a quotation stands: its words start and end, its marks open before and close after."""

    opens: int
    start: int
    end: int
    closes: int


def split_paragraphs(text: str) -> list[Span]:
    """Start and end of each paragraph: what stands between line breaks, blanks trimmed off.

    Examples
    --------
    >>> split_paragraphs("قال.\\n\\n  وأضاف ")
    [(0, 4), (8, 13)]
    """
    return [match.span() for match in _TRIMMED.finditer(text)]


def quotation_spans(text: str) -> list[Span]:
    """Start and end of the words of each quotation in a text, its marks left out, by start.

    See Also
    --------
    find_quotations : The same with the places of the marks, and how they are read.

    Examples
    --------
    >>> quotation_spans("قال «نعم» ثم ”لا ” وسكت")
    [(5, 8), (14, 16)]
    >>> quotation_spans('قال: "نعم، وسكت')
    [(6, 15)]
    """
    return [(quotation.start, quotation.end) for quotation in find_quotations(text)]


def find_quotations(text: str) -> list[Quotation]:
    """The quotations of a text, whatever marks are used and however carelessly, ordered by start.

    Notes
    -----
    Paragraphs are read apart, so a forgotten mark spoils one paragraph only. Any mark may open or
    close, because news texts set them at random at either end; which does what is decided by its
    surroundings (a mark after a blank and before a letter opens), by its shape, and by the cheapest
    reading of the whole paragraph, found by dynamic programming (Viterbi) over how many quotations
    are open. A quotation that never closes runs to the end of its sentence.
    """
    singles = (match.span() for match in _SINGLE.finditer(text))
    found = [Quotation(start, start + 1, end - 1, end) for start, end in singles]
    for paragraph in _PARAGRAPH.finditer(text):
        marks = list(_MARK.finditer(text, *paragraph.span()))
        found += _paired(text, marks, paragraph.end()) if marks else ()
    found = [quotation for quotation in found if _WORD.search(text, quotation.start, quotation.end)]
    return sorted(found, key=itemgetter(1, 2))


def split_sentences(text: str, quotations: Sequence[Quotation] | None = None) -> list[Span]:
    """Start and end of each sentence, blanks trimmed off.

    Parameters
    ----------
    quotations
        What :func:`find_quotations` returned for the text, if it has been called already.

    Notes
    -----
    A sentence ends at . ! ؟ ? … or a line break. It does not end at a colon or a comma; inside a
    quotation, unless its full stop stands just before the closing mark; after an initial (أ.ب.),
    in a decimal, after the number of a list item, at two dots, which Arabic news uses as a dash;
    nor where a comma or another stop follows. A stop without a blank behind it ends a sentence
    only where the writer left the blank out (انتهى.وقال, not العربية.نت).

    Examples
    --------
    >>> text = "وصل أ.ب. بوتين. قال: «نعم. سنرى» ثم سافر.. وعاد بـ3.5 مليار!"
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['وصل أ.ب. بوتين.', 'قال: «نعم. سنرى» ثم سافر.. وعاد بـ3.5 مليار!']
    """
    hidden = _without_quoted(text, find_quotations(text) if quotations is None else quotations)
    spans: list[Span] = []
    for start, end in split_paragraphs(text):
        edges = [start]
        for cut in _cuts(hidden, start, end):
            if _WORD.search(text, edges[-1], cut) and _WORD.search(text, cut, end):
                edges.append(cut)  # a stray mark is no sentence
        if _WORD.search(text, start, end):
            spans += [_trimmed(text, *span) for span in pairwise([*edges, end])]
    return spans


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    return begin, max(begin, start + len(piece.rstrip()))


def _paired(text: str, marks: list[re.Match[str]], end: int) -> Iterator[Quotation]:
    """The quotations of a paragraph that ends at `end`, by the cheapest reading of its marks."""
    opened: list[re.Match[str]] = []
    prices = tuple(_prices(text, mark) for mark in marks)
    for mark, role in zip(marks, _roles(prices), strict=True):
        if role == _REOPEN:
            yield _unclosed(text, opened.pop(), mark.start())
        elif role == _CLOSE:
            left = opened.pop()
            yield Quotation(left.start(), *_trimmed(text, left.end(), mark.start()), mark.end())
        if role in (_OPEN, _REOPEN):
            opened.append(mark)
    for mark in opened:
        yield _unclosed(text, mark, end)


def _unclosed(text: str, mark: re.Match[str], end: int) -> Quotation:
    """A quotation without a closing mark: to the end of its sentence."""
    stop = _LAST_STOP.search(text, mark.end(), end)
    start, end = _trimmed(text, mark.end(), stop.start() if stop else end)
    return Quotation(mark.start(), start, end, end)


def _prices(text: str, mark: re.Match[str]) -> tuple[float, float]:
    """What it costs to read a mark as opening, and as closing, by what stands beside it."""
    before = text[max(mark.start() - 1, 0) : mark.start()].strip()
    after = text[mark.end() : mark.end() + 1].strip()
    may_open, may_close = before in _BEFORE_OPENING, after in _AFTER_CLOSING
    return _AGAINST * (may_close > may_open), _AGAINST * (may_open > may_close)


@lru_cache(maxsize=2**14)  # most paragraphs have few marks, priced in one of a few ways
def _roles(prices: tuple[tuple[float, float], ...]) -> tuple[str, ...]:
    """What each mark does in the cheapest reading of a paragraph."""
    # By how many quotations are open: the price so far, and the roles so far, the last one outside.
    readings: list[_Reading] = [(0.0, ()), *[(inf, ())] * min(len(prices), _DEEPEST)]
    for price in prices:
        deep = range(len(readings))
        readings = [min(_steps(readings, d, *price), key=itemgetter(0)) for d in deep]
    ends = ((price + _UNCLOSED * d, path) for d, (price, path) in enumerate(readings))
    _, path = min(ends, key=itemgetter(0))
    roles = []
    while path:
        path, role = path
        roles.append(role)
    return tuple(roles[::-1])


def _steps(readings: list[_Reading], depth: int, opens: float, closes: float) -> Iterator[_Reading]:
    """The readings up to a mark after which so many quotations are open."""
    nested = _NESTED + (closes == 0) if depth > 1 else 0
    for before, price, role in (
        (depth, _DROPPED, _STRAY),
        (depth, opens + _UNCLOSED if depth else inf, _REOPEN),
        (depth - 1, opens + nested, _OPEN),
        (depth + 1, closes, _CLOSE),
    ):
        if 0 <= before < len(readings):
            yield readings[before][0] + price, (readings[before][1], role)


def _without_quoted(text: str, quotations: Sequence[Quotation]) -> str:
    """The text with its quotations blotted out, but for a full stop that ends one."""
    pieces, done = [], 0
    for opens, _, end, closes in quotations:
        if closes > max(end, done):
            last = closes - 2 if _FINAL_STOP.search(text, end - 2, closes) else closes - 1
            pieces += [text[done:opens], _QUOTED * (last - max(opens, done))]
            done = max(done, last)
    return "".join([*pieces, text[done:]])


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Where sentences end within a paragraph of a text without its quotations."""
    begin = start
    for stop in _STOP.finditer(text, start, end):
        dots, after = stop["stop"], stop.end("marks")
        left_out = len(dots) > 1 and ")" in stop["marks"]  # words left out: (...)
        ends = after < end and dots != ".." and not left_out and _begins(text, stop, end)
        if ends and not (dots == "." and _is_numbering(text, begin, stop.start())):
            yield after
            begin = after


def _begins(text: str, stop: re.Match[str], end: int) -> bool:
    """Whether what follows a stop begins a sentence."""
    if stop["gap"]:
        return stop.end() < end and text[stop.end()] not in _CONTINUES
    glued = len(stop["stop"]) == 1 and _WORD_AFTER.match(text, stop.end(), end) is not None
    before = text[max(0, stop.start() - 3) : stop.start()]
    return glued and (bool(stop["marks"]) or before.isalpha() or not before[-1:].isalpha())


def _is_numbering(text: str, begin: int, dot: int) -> bool:
    """Whether a full stop belongs to an initial or to the number of a list item."""
    if dot - begin < 8 and _ITEM.fullmatch(text[begin:dot]):
        return True
    lead = text[max(begin, dot - 16) : dot]
    return bool(_INITIAL.search(lead) and not _SPELLED.search(lead))
