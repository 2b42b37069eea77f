"""Speech without marks: the extent of the clause or phrase that a reporting verb opens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from q7x2lab.framing.quotations.cues import CLAUSE, COLON, SHORT_QUOTE, Cue
from q7x2lab.framing.quotations.noun_phrases import is_conjoined, is_glued, is_verbal_noun
from q7x2lab.framing.quotations.reporting_verbs import ACCORDING, NOUN, PARTICIPLE, word_class
from q7x2lab.framing.quotations.speech_tokens import PUNCTUATION, QUOTE, WORD, Token

FEWEST_WORDS = 3
ASKED_WITHIN = 8  # tokens between a verb of asking and what is asked
_COMMAS = ("،", ",", "؛")


def reported_clauses(
    tokens: Sequence[Token], cues: Sequence[Cue], governed: dict[int, Cue]
) -> Iterator[tuple[Cue, int, int]]:
    """Each cue that reports speech without marks, with the first and last token of what it reports.

    tokens, cues: a sentence and its cues. governed: which cue governs which quotation. The clause
    of «قال إن», the phrase of «طالب بـ», «دعا إلى» and «حذر من», and what «بحسب» looks back at.
    """
    for number, cue in enumerate(cues):
        if cue.backward:
            alone = number == 0 and not any(other is cue for other in governed.values())
            span = (0, cue.place - 1) if alone else None
        elif cue.opener in (CLAUSE, COLON):
            quoted = cue.opens + 1 < len(tokens) and tokens[cue.opens + 1].kind == QUOTE
            later = [other for other in cues if other.place > cue.opens]
            span = None if quoted else (cue.opens, _clause_end(tokens, cue.opens, later))
        else:
            start = _asked(tokens, cue)
            later = [other for other in cues if other.place > start]
            span = None if start < 0 else (start, _clause_end(tokens, start, later))
        if span is None or span[1] < span[0] or tokens[span[0]].kind == QUOTE:
            continue
        first, last = _without_edges(tokens, *span)
        words = sum(token.kind == WORD for token in tokens[first : last + 1])
        if words >= (FEWEST_WORDS if cue.opener or cue.backward else 2):
            yield cue, first, last


def _asked(tokens: Sequence[Token], cue: Cue) -> int:
    """The first token of what a verb asks for, proposes or warns of, or -1: «طالب بوقف القتال»."""
    warns = "min" in cue.verb.flags
    if not (warns or cue.verb.verb_class == "directive") or cue.verb.form == NOUN:
        return -1
    own = cue.subject is not None and cue.subject[0] > cue.place
    begin = cue.subject[1] + 1 if own and cue.subject is not None else cue.place + 1
    for at in range(begin, min(begin + ASKED_WITHIN, len(tokens) - 1)):
        token = tokens[at]
        if token.kind != WORD or (token.verb is not None and is_conjoined(token)):
            return -1
        if token.word in ("من",) if warns else token.word in ("الي", "علي"):
            return at + 1
        glued = is_glued(token.word, wanted="bi" in cue.verb.flags)
        if not warns and (glued or (at < begin + 4 and is_verbal_noun(token.bare))):
            return at
    return -1


def _clause_end(tokens: Sequence[Token], start: int, later: Sequence[Cue]) -> int:
    """The last token of a reported clause: before the next cue, break or quotation of its own."""
    end = next(
        (at - 1 for at in range(start + 3, len(tokens)) if _breaks(tokens, at)), len(tokens) - 1
    )
    for cue in later:
        place = cue.place
        own = cue.verb.form in (PARTICIPLE, ACCORDING) or is_conjoined(tokens[place])
        if own or tokens[place - 1].word in _COMMAS:
            while place > 0 and tokens[place - 1].word in word_class("particle"):
                place -= 1
            return min(end, place - 1) if cue.verb.form != NOUN else end
    return end


def _breaks(tokens: Sequence[Token], at: int) -> bool:
    """Whether a clause ends before a token: another clause after a comma, or a long quotation."""
    token = tokens[at]
    if token.kind == QUOTE:
        return token.end - token.start > SHORT_QUOTE
    if tokens[at - 1].word not in _COMMAS or token.kind != WORD:
        return False
    joined = token.word[0] in "وف" and token.word not in word_class("agent")
    goes_on = token.word[1:] in word_class("complementizer")
    return token.word in word_class("break") or (joined and not goes_on)


def _without_edges(tokens: Sequence[Token], first: int, last: int) -> tuple[int, int]:
    while first < last and tokens[first].kind == PUNCTUATION:
        first += 1
    while last > first and tokens[last].kind == PUNCTUATION:
        last -= 1
    return first, last
