"""Sentences and paragraphs of a text, as character offsets; quotations are kept whole."""

from __future__ import annotations

import re

_PARAGRAPH = re.compile(r"[^\n\r\u2028\u2029]+")
# What can close a sentence, with the marks that may follow it before the next one begins.
_STOP = re.compile(r"[.!?؟…۔]+")
_CLOSERS = "»”\"’')]"


def split_paragraphs(text: str) -> list[tuple[int, int]]:
    """Start and end of each paragraph: what stands between line breaks, blanks trimmed off.

    >>> split_paragraphs("قال.\\n\\n  وأضاف ")
    [(0, 4), (8, 13)]
    """
    spans = (_trimmed(text, *match.span()) for match in _PARAGRAPH.finditer(text))
    return [span for span in spans if span[0] < span[1]]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, blanks trimmed off.

    >>> split_sentences("وصل بوتين. قال: «نعم. سنرى» ثم سافر.")
    [(0, 10), (11, 36)]
    """
    spans = []
    for start, end in split_paragraphs(text):
        begin = start
        for cut in _cuts(text, start, end):
            spans.append(_trimmed(text, begin, cut))
            begin = cut
        spans.append(_trimmed(text, begin, end))
    return [span for span in spans if span[0] < span[1]]


def _cuts(text: str, start: int, end: int) -> list[int]:
    cuts = []
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end and text[stop.end()].isspace() and not _quoted(text, start, stop.end()):
            cuts.append(stop.end())
    return cuts


def _quoted(text: str, start: int, at: int) -> bool:
    before = text[start:at]
    toggles = sum(before.count(mark) for mark in '"“”')
    return toggles % 2 == 1 or before.count("«") > before.count("»")
