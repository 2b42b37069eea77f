"""Where quotation marks open and close, whatever marks they are and however carelessly set."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import NamedTuple

OPEN, CLOSE, STRAY, REOPEN = "open", "close", "stray", "reopen"
_OPENING_SHAPES = frozenset("“‟„〝«❝‹‘")
_CLOSING_SHAPES = frozenset("”〞»❞›’")
_PAIRS = {"«": "»", "<<": ">>", "((": "))"}
_CLOSERS = {close: open_ for open_, close in _PAIRS.items()}
_MARK = re.compile(r"''|‘‘|’’|``|<<|>>|\(\(|\)\)|[\"“”„‟〝〞＂″«»❝❞]|['‘’‹›`´]|\n")
_SINGLE = frozenset("'‘’‹›`´")
_WORDLIKE = re.compile(r"\w")
_STOP = re.compile(r"(?<!\s\w)[.!?؟…]+(?=\s|$)")
_BLANK = re.compile(r"\s")
# What may stand glued to an opening mark: a preposition or conjunction of one letter.
_PROCLITIC = re.compile(r"(?:^|[\s(،.:])(?:[وف]?(?:[بلك]|لل|ال)|[وف])ـ*$")
# The price of reading a mark against its surroundings, and of leaving it without a partner. Set
# by what they mean: one mark read against clear surroundings costs as much as one dropped.
_AGAINST, _AGAINST_SHAPE, _DROPPED, _UNCLOSED, _NESTED = 1.0, 0.15, 1.6, 1.3, 0.7


class Mark(NamedTuple):
    """A quotation mark: where it starts and ends in the text, and which it is."""

    start: int
    end: int
    shape: str


def quotation_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each quotation in a text, without its marks, ordered by start.

    Paragraphs (lines) are read apart, so a forgotten mark spoils one paragraph only. « », << >>
    and (( )) are pairs of their own and may nest; “ ” " „ and doubled apostrophes are one mark
    that toggles, because news texts set them at random at either end. Which of an odd number of
    marks has no partner is decided by what surrounds each (a mark after a blank and before a
    letter opens) with the cheapest reading of the paragraph, found by dynamic programming in time
    linear in its length. A quotation that never closes runs to the end of its sentence or to the
    next that opens. Single marks ' ‘ ’ ‹ › count only in pairs that cannot be apostrophes.

    >>> quotation_spans("قال «نعم» ثم ”لا ” وسكت")
    [(5, 8), (14, 16)]
    >>> quotation_spans('قال: "نعم، وسكت')
    [(6, 15)]
    """
    spans: list[tuple[int, int]] = []
    paragraph: list[Mark] = []
    begin = 0
    for match in _MARK.finditer(text):
        if match[0] == "\n":
            if paragraph:
                spans += _paragraph_spans(text, paragraph, begin, match.start())
            paragraph, begin = [], match.end()
        else:
            paragraph.append(Mark(match.start(), match.end(), match[0]))
    if paragraph:
        spans += _paragraph_spans(text, paragraph, begin, len(text))
    return sorted(
        _trimmed(text, start, end) for start, end in spans if _WORDLIKE.search(text, start, end)
    )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the blanks at its edges."""
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())


def _paragraph_spans(text: str, marks: list[Mark], begin: int, end: int) -> list[tuple[int, int]]:
    double = [mark for mark in marks if mark.shape not in _SINGLE]
    single = [mark for mark in marks if mark.shape in _SINGLE]
    pairs, rest = _guillemets(text, double)
    spans = [(left.end, right.start) for left, right in pairs]
    for group in _by_enclosing_pair(pairs, rest):
        spans += _toggled(text, group, end)
    return spans + _single_spans(text, single)


def _leaning(text: str, mark: Mark) -> int:
    """+1 where the surroundings say that a mark opens, -1 where they say it closes, else 0."""
    before = text[mark.start - 1 : mark.start]
    after = text[mark.end : mark.end + 1]
    blank_before = not before or bool(_BLANK.match(before)) or before in "([{:،؛-–—/|ـ#"
    blank_after = not after or bool(_BLANK.match(after)) or after in ")]}.,،؛:!?؟…-–—/|"
    if blank_before == blank_after:
        if blank_before and after and not _BLANK.match(after):
            return -1 if not before or not _BLANK.match(before) else 0
        return int(_PROCLITIC.search(text, max(0, mark.start - 5), mark.start) is not None)
    return 1 if blank_before else -1


def _guillemets(text: str, marks: list[Mark]) -> tuple[list[tuple[Mark, Mark]], list[Mark]]:
    """Pairs of « » and their like, matched by a stack, and the marks that are left over."""
    paired = [mark for mark in marks if mark.shape in _PAIRS or mark.shape in _CLOSERS]
    lean = sum(_leaning(text, m) * (1 if m.shape in _PAIRS else -1) for m in paired)
    opening = _CLOSERS if lean < 0 else _PAIRS  # »so«, set the wrong way round throughout
    stacks: dict[str, list[Mark]] = {shape: [] for shape in opening}
    pairs: list[tuple[Mark, Mark]] = []
    rest: list[Mark] = []
    for mark in marks:
        if mark.shape in opening:
            stacks[mark.shape].append(mark)
        elif mark.shape in opening.values():
            partner = next(s for s, close in opening.items() if close == mark.shape)
            if stacks[partner]:
                pairs.append((stacks[partner].pop(), mark))
            else:
                rest.append(mark)
        else:
            rest.append(mark)
    rest += [mark for stack in stacks.values() for mark in stack]
    # A lone bracket or arrow is no quotation mark; a lone « may pair with a mark of another kind.
    return sorted(pairs), sorted(m for m in rest if m.shape not in ("<<", ">>", "((", "))"))


def _by_enclosing_pair(pairs: list[tuple[Mark, Mark]], marks: list[Mark]) -> list[list[Mark]]:
    """Marks grouped by the innermost pair around them: a quotation does not cross a pair."""
    events = sorted([(left.start, 1) for left, _ in pairs] + [(r.start, -1) for _, r in pairs])
    bounds, regions, stack, fresh = [-1], [0], [0], 0
    for place, step in events:
        if step > 0:
            fresh += 1
            stack.append(fresh)
        else:
            stack.pop()
        bounds.append(place)
        regions.append(stack[-1])
    groups: dict[int, list[Mark]] = {}
    for mark in marks:
        region = regions[bisect_right(bounds, mark.start) - 1]
        groups.setdefault(region, []).append(mark)
    return list(groups.values())


def _toggled(text: str, marks: list[Mark], end: int) -> list[tuple[int, int]]:
    """Spans of one kind of mark by the cheapest reading, at most one quotation inside another."""
    roles = _cheapest_roles([_prices(text, mark) for mark in marks])
    spans, open_marks = [], []
    for mark, role in zip(marks, roles, strict=True):
        if role == OPEN:
            open_marks.append(mark)
        elif role == CLOSE:
            spans.append((open_marks.pop().end, mark.start))
        elif role == REOPEN:
            forgotten = open_marks.pop()
            spans.append((forgotten.end, _sentence_end(text, forgotten.end, mark.start)))
            open_marks.append(mark)
    return spans + [(mark.end, _sentence_end(text, mark.end, end)) for mark in open_marks]


def _sentence_end(text: str, start: int, end: int) -> int:
    """Where the sentence that begins at start ends, without its full stop."""
    stop = _STOP.search(text, start, end)
    return stop.start() if stop else end


def _prices(text: str, mark: Mark) -> tuple[float, float]:
    """What it costs to read a mark as opening, and as closing."""
    lean = _leaning(text, mark)
    shape = (mark.shape in _OPENING_SHAPES) - (mark.shape in _CLOSING_SHAPES)
    opens = _AGAINST * (lean < 0) + _AGAINST_SHAPE * (shape < 0)
    closes = _AGAINST * (lean > 0) + _AGAINST_SHAPE * (shape > 0)
    return opens, closes


def _cheapest_roles(prices: list[tuple[float, float]]) -> list[str]:
    """A role for each mark: Viterbi over how many quotations are open (none, one, two)."""
    infinite = float("inf")
    cost = [0.0, infinite, infinite]
    back: list[list[tuple[int, str]]] = []
    for opens, closes in prices:
        options = [
            [(cost[0] + _DROPPED, 0, STRAY), (cost[1] + closes, 1, CLOSE)],
            [
                (cost[0] + opens, 0, OPEN),
                (cost[2] + closes, 2, CLOSE),
                (cost[1] + _DROPPED, 1, STRAY),
                (cost[1] + opens + _UNCLOSED, 1, REOPEN),
            ],
            [(cost[1] + opens + _NESTED + (closes == 0), 1, OPEN), (cost[2] + _DROPPED, 2, STRAY)],
        ]
        best = [min(choices, key=lambda choice: choice[0]) for choices in options]
        cost = [choice[0] for choice in best]
        back.append([(choice[1], choice[2]) for choice in best])
    depth = min(range(3), key=lambda d: cost[d] + _UNCLOSED * d)
    roles = []
    for step in reversed(back):
        depth, role = step[depth]
        roles.append(role)
    return roles[::-1]


def _single_spans(text: str, marks: list[Mark]) -> list[tuple[int, int]]:
    """Pairs of single marks where the first surely opens and the next surely closes."""
    spans = []
    leaning = [_leaning(text, mark) for mark in marks]
    used = -1
    for (place, left), (_, right) in pairwise(enumerate(marks)):
        surely = leaning[place] > 0 and leaning[place + 1] < 0 and place > used
        latin = text[left.end : left.end + 1].isascii() and text[left.start - 1].isalnum()
        if surely and not latin and right.start - left.end <= 600:
            spans.append((left.end, right.start))
            used = place + 1
    return spans
