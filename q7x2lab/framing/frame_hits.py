"""Every hit of a scheme's terms in a token table, with the unit that it stands in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.queries import compile_query
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.framing.schemes import Frame, Scheme

EVIDENCE = ("article", "start", "end", "frame", "term", "negated")


def scored_units(tokens: Tokens, unit: str) -> tuple[NDArray[np.int32], pd.DataFrame]:
    """The unit of each token, and `article start end` of each unit."""
    if unit == "sentence":
        return tokens.sentence, tokens.sentences
    if unit == "paragraph":
        return tokens.paragraph, tokens.paragraphs
    numbers = np.arange(tokens.n_articles)
    ends = tokens.articles["text"].str.len().to_numpy()
    return tokens.article, pd.DataFrame({"article": numbers, "start": 0, "end": ends})


class Finder:
    """Finds the terms of frames in one token table, each search compiled once."""

    def __init__(self, tokens: Tokens, place: NDArray[np.int32], scheme: Scheme) -> None:
        self.tokens, self.place = tokens, place
        searched = [x for f in scheme.frames for t in f.terms for x in (*t.queries, *t.require_any)]
        self.lexemes = tokens.lexeme if any("lexeme:" in query for query in searched) else None
        self.found: dict[tuple[str, ...], NDArray[np.int64]] = {}

    def find(self, queries: Sequence[str]) -> NDArray[np.int64]:
        """First and last token of each hit of any of the queries."""
        key = tuple(queries)
        if key not in self.found:
            t = self.tokens
            matcher = compile_query(list(key), t.vocabulary, lexemes=self.lexemes)
            self.found[key] = matcher.find(t.article, t.type, t.start, t.end)[:, -2:]
        return self.found[key]

    def frame(self, frame: Frame) -> pd.DataFrame:
        """Every hit of the frame's terms, sorted by first token, the longest first."""
        parts = []
        for term in frame.terms:
            hits = self.find(term.queries)
            if term.require_any:
                company = self.place[self.find(term.require_any)[:, 0]]
                hits = hits[np.isin(self.place[hits[:, 0]], company)]
            table = pd.DataFrame({"first": hits[:, 0], "last": hits[:, 1]})
            parts.append(table.assign(term=term.name, weight=term.weight, sub=term.sub))
        empty = pd.DataFrame({"first": [], "last": [], "term": [], "weight": [], "sub": []})
        table = pd.concat(parts or [empty], ignore_index=True)
        table = table.sort_values(["first", "last"], ascending=[True, False], kind="stable")
        first, last = table["first"].to_numpy(np.int64), table["last"].to_numpy(np.int64)
        negated = self.negated(first, frame)
        if frame.negation.action == "drop":
            table["weight"] = np.where(negated, 0.0, table["weight"])
        tokens = self.tokens
        columns = {"article": tokens.article[first], "start": tokens.start[first]}
        columns |= {"end": tokens.end[last], "frame": frame.id, "negated": negated}
        table = table.assign(**columns, unit=self.place[first])
        order = [*EVIDENCE, "unit", "weight", "sub", "first", "last"]
        return table[order].reset_index(drop=True)

    def negated(self, first: NDArray[np.int64], frame: Frame) -> NDArray[np.bool_]:
        """Whether a negation cue stands in the window before each hit, in its own unit."""
        if not frame.negation.cues or not len(first):
            return np.zeros(len(first), dtype=bool)
        cues = self.find(frame.negation.cues)[:, 1]
        nearest = np.searchsorted(cues, first) - 1
        cue = cues[np.maximum(nearest, 0)] if len(cues) else np.full(len(first), -1)
        near = (nearest >= 0) & (first - cue <= frame.negation.window)
        return near & (self.place[np.maximum(cue, 0)] == self.place[first])
