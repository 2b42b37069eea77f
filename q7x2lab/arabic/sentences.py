"""Sentences and paragraphs of a text, as character offsets; quotations are kept whole."""

from __future__ import annotations

import re

from q7x2lab.arabic.letters import INVISIBLES, LETTERS, MARKS, TATWEEL

Span = tuple[int, int]

_PARAGRAPH = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_STOP = re.compile(r"[.!?؟…۔]+")
_QUOTE = re.compile('["“”„‟«»]')
_CLOSERS = re.compile(rf"[\"“”„‟»’')\]}}{INVISIBLES}]*")
_GAP = re.compile(rf"[\s{INVISIBLES}]+")
_CONTINUES = "،,؛;:.!?؟…)]»"  # what follows no finished sentence
# An initial: one letter, or a Latin letter by its name (جورج دبليو. بوش) outside an abbreviation.
_LETTER_NAMES = (
    "[إأاآ](?:يه|ف|تش|ل|م|ن|س|كس|ر|ي)|بي|سي|دي|جي|جيه|جاي|كيه?|كيو|تي|يو|في|دبليو|واي|زد"
)
_INITIAL = re.compile(
    rf"(?<![^\s.(\[«“\"])(?<!\d\s)(?:[^\W\d_]|(?!بي|في|إن)(?<!\.)(?:{_LETTER_NAMES}))$"
)
_ROMAN = re.compile(r"[A-Za-z]\.\s+(?![A-Za-z])")
_SPELLED = re.compile(rf"(?<!\w)(?:[^\W\d_و]|{_LETTER_NAMES})\s\w+$")  # بي بي سي, أ ف ب
_ITEM = re.compile(r"[\W_]*\d{1,3}$")
# A blank left out after a full stop: two whole words, neither of them part of a dotted name.
_DOMAINS = "كوم|نت|نيوز|أورغ|أونلاين|اونلاين"
_GLUED_BEFORE = re.compile(rf"(?<![.{LETTERS}])[{LETTERS}{MARKS}]{{3,}}$")
_GLUED_AFTER = re.compile(rf"(?!(?:{_DOMAINS})\b)[{LETTERS}{MARKS}]{{3,}}(?!\.[{LETTERS}])")
_UNCOUNTED = re.compile(f"[{MARKS}{TATWEEL}]+")
_WORD = re.compile(r"\w")


def split_paragraphs(text: str) -> list[Span]:
    """Start and end of each paragraph: what stands between line breaks, blanks trimmed off.

    >>> split_paragraphs("قال.\\n\\n  وأضاف ")
    [(0, 4), (8, 13)]
    """
    spans = (_trimmed(text, *match.span()) for match in _PARAGRAPH.finditer(text))
    return [span for span in spans if span[0] < span[1]]


def split_sentences(text: str) -> list[Span]:
    """Start and end of each sentence, blanks trimmed off.

    A sentence ends at . ! ؟ ? … or a line break. It does not end at a colon or a comma; inside a
    quotation, unless its full stop stands just before the closing mark; after an initial (أ.ب.),
    in a decimal, after the number of a list item, at two dots, which Arabic news uses as a dash;
    nor where a comma or another stop follows. A mark without a blank behind it ends a sentence
    only where the writer left the blank out (انتهى.وقال, not العربية.نت).

    >>> text = "وصل أ.ب. بوتين. قال: «نعم. سنرى» ثم سافر.. وعاد بـ3.5 مليار!"
    >>> [text[start:end] for start, end in split_sentences(text)]
    ['وصل أ.ب. بوتين.', 'قال: «نعم. سنرى» ثم سافر.. وعاد بـ3.5 مليار!']
    """
    spans: list[Span] = []
    for start, end in split_paragraphs(text):
        begin, first = start, len(spans)
        for cut in [*_cuts(text, start, end), end]:
            span = _trimmed(text, begin, cut)
            if _WORD.search(text, *span):
                spans.append(span)
            elif span[0] < span[1] and len(spans) > first:
                spans[-1] = (spans[-1][0], span[1])  # a stray mark belongs to what it follows
            begin = cut
    return spans


def quotation_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Start and end of the quotations of one paragraph, their marks included, in reading order.

    " “ ” „ count as one mark that opens and closes by turns, « and » as a pair. Marks come
    unbalanced: one that is opened again before it was closed is taken to have never been opened,
    and one that can only close (a blank behind it, none before) opens nothing.

    >>> quotation_spans('قال "نعم" و«لا» ثم "سكت')
    [(4, 9), (11, 15)]
    """
    end = len(text) if end is None else end
    spans, straight, angled = [], -1, -1
    for match in _QUOTE.finditer(text, start, end):
        mark, at = match[0], match.start()
        if mark == "«":
            angled = at
        elif mark == "»":
            if angled >= 0:
                spans.append((angled, at + 1))
            angled = -1
        else:
            free_before = at == start or not (text[at - 1].isalnum() or text[at - 1] in _CONTINUES)
            free_after = at + 1 == end or not text[at + 1].isalnum()
            if straight < 0:
                straight = at if free_before or not free_after else -1
            elif free_before and not free_after:
                straight = at
            else:
                spans.append((straight, at + 1))
                straight = -1
    return sorted(spans)


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    return begin, max(begin, start + len(piece.rstrip()))


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Where sentences end within a paragraph."""
    cuts: list[int] = []
    quoted: list[Span] | None = None
    for stop in _STOP.finditer(text, start, end):
        if stop.end() >= end or stop[0] == "..":
            continue
        if quoted is None:
            quoted = quotation_spans(text, start, end)
        after = _past_closers(text, stop, end, quoted)
        if after and _ends(text, stop, after, end) and not _numbering(text, stop, cuts, start):
            cuts.append(after)
    return cuts


def _past_closers(text: str, stop: re.Match[str], end: int, quoted: list[Span]) -> int:
    """The place behind a stop and the closing marks that go with it; 0 inside a quotation."""
    openings = {span[0] for span in quoted}
    closers = _CLOSERS.match(text, stop.end(), end)
    after = closers.end() if closers else stop.end()
    for place in range(stop.end(), after):
        if place in openings:
            after = place
            break
    if len(stop[0]) > 1 and ")" in text[stop.end() : after]:  # words left out: (...)
        return 0
    for first, last in quoted:
        if first < stop.start() < last and (stop[0] != "." or last > after):
            return 0
    return after


def _ends(text: str, stop: re.Match[str], after: int, end: int) -> bool:
    """Whether what follows a stop begins a sentence."""
    gap = _GAP.match(text, after, end)
    if gap:
        return gap.end() < end and text[gap.end()] not in _CONTINUES
    if after >= end or len(stop[0]) > 1 or not (text[after].isalpha() or text[after] in '«"“'):
        return False
    if text[after].isalpha() and not _GLUED_AFTER.match(text, after, end):
        return False
    before = text[max(0, stop.start() - 16) : stop.start()]
    return bool(after > stop.end() or not before[-1:].isalpha() or _GLUED_BEFORE.search(before))


def _numbering(text: str, stop: re.Match[str], cuts: list[int], start: int) -> bool:
    """Whether a full stop belongs to an initial or to the number of a list item."""
    if stop[0] != ".":
        return False
    begin = cuts[-1] if cuts else start
    if stop.start() - begin < 8 and _ITEM.fullmatch(text[begin : stop.start()]):
        return True
    lead = _UNCOUNTED.sub("", text[max(begin, stop.start() - 16) : stop.start()])
    alone = _INITIAL.search(lead) and not _SPELLED.search(lead)
    return bool(alone) and not _ROMAN.match(text, stop.start() - 1)
