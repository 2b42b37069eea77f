"""Sentences as attribution reads them: words, punctuation, and each quotation as one token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from q7x2lab.arabic.letters import LETTERS, MARKS, TATWEEL, fold
from q7x2lab.framing.quotations.reporting_verbs import PARTICIPLE, Verb, find_verb

WORD, QUOTE, PUNCTUATION = "word", "quote", "punctuation"
Span = tuple[int, int]
LONGEST_SENTENCE = 120  # tokens; longer ones are cut at a mark, twice as long anywhere
LONGEST_DATELINE, SHORT_DATELINE = 14, 4  # tokens: with an agency in brackets, and without

_WORD = rf"[#@]?[{LETTERS}{MARKS}{TATWEEL}]+(?:_[{LETTERS}{MARKS}{TATWEEL}]+)*"
_PIECE = re.compile(
    rf"(?P<word>{_WORD}|[#@]?[^\W\d_][^\W_{LETTERS}]*|\d+(?:[.,/٫٬]\d+)*)"
    r"|(?P<end>[!?؟…\n]|\.+)|(?P<mark>[،,؛;:()\[\]/]|[-–—]+)"
)


_BARE = re.compile(f"[{MARKS}{TATWEEL}]")


@lru_cache(maxsize=1 << 18)
def _read_word(surface: str) -> tuple[str, Verb | None]:
    """A word folded, and the reporting verb it is a form of: once a word form."""
    folded = fold(surface).replace("#", "")
    verb = find_verb(folded)
    return folded, verb if verb is None or _spelt(_BARE.sub("", surface), verb) else None


def _spelt(surface: str, verb: Verb) -> bool:
    """Whether the last letter, before folding, fits the form of a verb.

    A participle ends in ة where folding leaves ه (مقرة, but مقره is "its seat"), nothing else does
    (تغريده is "his tweeting", تغريدة a tweet), and no form ends in a hamza on its carrier (اقرأ).
    """
    if surface[-1] == "ة":
        return verb.form == PARTICIPLE
    return surface[-1] not in "أإ" and not (surface[-1] == "ه" and verb.form == PARTICIPLE)


class Token(NamedTuple):
    """A word (folded, with its reporting verb if it is one), a mark, or a quotation's number."""

    kind: str
    start: int
    end: int
    word: str
    verb: Verb | None = None
    quote: int = -1

    @property
    def bare(self) -> str:
        """The folded word without hash sign, conjunction and article: the key of word lists."""
        word = self.word.lstrip("#@")
        return word.removeprefix("و").removeprefix("ال") if word[:3] == "وال" else _article(word)


def _article(word: str) -> str:
    return word[2:] if word[:2] == "ال" and len(word) > 4 else word


def sentences(text: str, begin: int, end: int, quotations: Sequence[Span]) -> Iterator[list[Token]]:
    """The sentences of text[begin:end] as lists of tokens, each quotation a single token.

    quotations: outermost (start, end) in order, inside their marks. A sentence ends at . ! ? ؟ …
    or a line break outside quotations, but not after an initial of one letter or in a decimal;
    the token of a quotation spans its marks.
    """
    for number, sentence in enumerate(_sentences(text, begin, end, quotations)):
        yield sentence if number or begin else _without_dateline(sentence)


def _without_dateline(tokens: list[Token]) -> list[Token]:
    """The first sentence without the place and agency before a dash: «دبي (رويترز) -»."""
    head = tokens[:LONGEST_DATELINE]
    dashes = [at for at, token in enumerate(head) if token.word[:1] in "-–—" and token.word]
    if not dashes or any(token.verb is not None for token in head[: dashes[-1]]):
        return tokens
    bracketed = tokens[dashes[-1] - 1].word == ")" if dashes[-1] else False
    return tokens[dashes[-1] + 1 :] if bracketed or dashes[-1] <= SHORT_DATELINE else tokens


def _sentences(
    text: str, begin: int, end: int, quotations: Sequence[Span]
) -> Iterator[list[Token]]:
    sentence: list[Token] = []
    place = begin
    for number, (start, stop) in enumerate([*quotations, (end, end)]):
        left = _before_mark(text, start, begin) if number < len(quotations) else end
        for match in _PIECE.finditer(text, place, max(left, place)):
            group = match.lastgroup
            if group == "word":
                folded, verb = _read_word(match[0])
                if folded:  # a lone tatweel or mark is no word
                    sentence.append(Token(WORD, match.start(), match.end(), folded, verb))
            elif group == "mark":
                sentence.append(Token(PUNCTUATION, match.start(), match.end(), match[0]))
            ends = group == "end" and not _inside(match[0], sentence)
            if sentence and (ends or len(sentence) > (1 + (group == "word")) * LONGEST_SENTENCE):
                yield sentence
                sentence = []
        if number < len(quotations):
            place = _after_mark(text, stop, end)
            sentence.append(Token(QUOTE, left, place, "", None, number))
    if sentence:
        yield sentence


def _inside(mark: str, sentence: list[Token]) -> bool:
    """Whether a full stop belongs to an initial: أ. or د."""
    last = sentence[-1] if sentence else None
    return mark == "." and last is not None and last.kind == WORD and len(last.word) == 1


def _before_mark(text: str, start: int, limit: int) -> int:
    blanks = len(text[limit:start]) - len(text[limit:start].rstrip())
    edge = max(start - blanks - 1, limit)
    return (
        edge - 1
        if edge > limit and text[edge - 1] == text[edge] and text[edge] in "'‘<(`"
        else edge
    )


def _after_mark(text: str, stop: int, limit: int) -> int:
    edge = stop
    while edge < limit and text[edge] in " \t\u00a0":
        edge += 1
    if edge >= limit or text[edge] == "\n":
        return min(edge, limit)
    double = edge + 1 < limit and text[edge] == text[edge + 1] and text[edge] in "'’>)`"
    return edge + (2 if double else 1)
