"""Frames scored by a lexicon: hits, the units that carry them, and their shares with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.analysis.schemes import Frame, Scheme, load_scheme
from q7x2lab.analysis.shares import article_groups, leave_one_out, nested, ratio_table
from q7x2lab.analysis.stamp import Stamp
from q7x2lab.corpus.tokens import Tokens
from q7x2lab.errors import AnalysisError
from q7x2lab.text.expand import Vocabulary
from q7x2lab.text.queries import compile_query

if TYPE_CHECKING:
    from pathlib import Path

    from q7x2lab.analysis.validation import Validation

Floats = NDArray[np.float64]
EVIDENCE = ("article", "start", "end", "frame", "term", "negated")


@dataclass(frozen=True, eq=False, repr=False)
class Frames:
    """Frames found in a corpus, traceable hit by hit.

    evidence: `article start end frame term negated unit weight sub`, a row a hit, in reading order
    within each frame; article and start, end as in `Tokens.match`; unit is the row of `units`; a
    hit inside a longer hit of its frame is left out. units: `article start end` of every sentence
    (or paragraph, or article, as the scheme has it). validation: what coders said of the scheme,
    None where nobody was asked: then every table and figure says UNVALIDATED.
    """

    scheme: Scheme
    tokens: Tokens = field(repr=False)
    hits: pd.DataFrame = field(repr=False)
    units: pd.DataFrame = field(repr=False)
    by: str | None = None
    period: str | None = None
    seed: int = 0
    validation: Validation | None = None

    def __repr__(self) -> str:
        return (
            f"Frames: {self.scheme.id}, {len(self.evidence):,} hits in {len(self.units):,} "
            f"{self.scheme.unit}s of {self.tokens.n_articles:,} articles; "
            f"{self.stamp.text(self.titles('en')).splitlines()[0]}"
        )

    @property
    def stamp(self) -> Stamp:
        """Scheme, lexicon hash, coded units and F1: what every figure of this result prints."""
        if self.validation is not None:
            return self.validation.stamp
        return Stamp(f"{self.scheme.id} {self.scheme.version}".strip(), self.scheme.sha256)

    def titles(self, language: str = "en") -> dict[str, str]:
        """The frames' titles by identifier."""
        return {f.id: f.title_en if language == "en" else f.title_ar for f in self.scheme.frames}

    def with_validation(self, validation: Validation) -> Frames:
        """The same frames carrying that validation; AnalysisError if it judged another lexicon."""
        if validation.stamp.lexicon != self.scheme.sha256:
            raise AnalysisError(
                f"the validation judged lexicon {validation.stamp.lexicon[:12]}, "
                f"these frames were scored with {self.scheme.sha256[:12]}",
                remedy="validate the lexicon that is in use",
            )
        return replace(self, validation=validation)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """Every hit: `article start end frame term negated`, its unit, weight and sub-frame."""
        return self.hits[~nested(self.hits)].drop(columns=["first", "last"]).reset_index(drop=True)

    @cached_property
    def carried(self) -> sparse.csr_array:
        """Units × frames, 1 where the weights of a frame's hits in the unit sum to at least 1."""
        return self._carried(self.hits)

    @cached_property
    def article_shares(self) -> pd.DataFrame:
        """The scheme's aggregate of each article (article × frame); NaN for an empty article."""
        above, below = self.ratio(self.hits)
        with np.errstate(invalid="ignore", divide="ignore"):
            return pd.DataFrame(above / below[:, None], columns=self.scheme.names)

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Shares by the `by` and `period` that `score_frames` was given; see `shares_by`."""
        return self.shares_by(by=self.by, period=self.period)

    def shares_by(
        self, *, by: str | None = None, period: str | None = None, draws: int = 1000
    ) -> pd.DataFrame:
        """Shares of each frame by group and period, with 95 % intervals over articles.

        Returns `frame group period share low high articles units refused`, then `corrected
        corrected_low corrected_high` where a validation allows it, then `validity scheme lexicon`.
        The share is the scheme's aggregate: of units, of articles (`any`), or hits per 1,000
        tokens. by: a column of the articles; period: day, week, month, quarter or year; articles
        without a date are left out of it. Articles count by their weight, and are resampled in
        whole clusters of copies (`draws` times); fewer than ten clusters get no interval, and
        `refused` says so.
        """
        groups = article_groups(self.tokens.articles, by=by, period=period)
        above, below = self.ratio(self.hits)
        articles = self.tokens.articles
        table, sums = ratio_table(above, below, articles, groups, draws=draws, seed=self.seed)
        table.insert(0, "frame", np.tile(self.scheme.names, len(table) // len(self.scheme.names)))
        if self.scheme.aggregate == "per_1000_tokens":
            table = table.rename(columns={"units": "tokens"})
        if self.validation is not None:
            table = table.join(self.validation.corrected(self, table, sums))
        stamp = self.stamp
        table["validity"] = [stamp.of(name) for name in table["frame"]]
        return table.assign(scheme=stamp.scheme, lexicon=self.scheme.sha256[:12])

    def quoted(self, frame: str | None = None, *, n: int = 20, seed: int = 0) -> pd.DataFrame:
        """A random sample of the evidence with its text: `frame term negated id outlet hit text`.

        n: at most that many hits; text is the unit that the hit stands in.
        """
        found = self.evidence if frame is None else self.evidence.query("frame == @frame")
        drawn = found.sample(min(n, len(found)), random_state=seed)
        articles, texts = self.tokens.articles, self.tokens.articles["text"].to_numpy(object)
        spans = self.units.iloc[drawn["unit"]]
        numbers = drawn["article"].tolist()
        cut = {
            "hit": zip(numbers, drawn["start"], drawn["end"], strict=True),
            "text": zip(numbers, spans["start"], spans["end"], strict=True),
        }
        rows = articles.iloc[numbers][["id", "outlet"]].reset_index(drop=True)
        shown = drawn[["frame", "term", "negated"]].reset_index(drop=True).join(rows)
        return shown.assign(**{k: [texts[i][a:b] for i, a, b in v] for k, v in cut.items()})

    def sensitivity(self, *, by: str | None = None) -> pd.DataFrame:
        """What each term carries: the frame's share without it.

        Returns `frame term hits alone share without loss carries reorders validity`: units that
        only this term makes carry the frame, the share with and without it, the relative loss;
        `carries` marks a term whose loss is half of the frame or more; `reorders` (where `by` is
        given) one without which the groups stand in another order.
        """
        return leave_one_out(self, by=by)

    def _carried(self, hits: pd.DataFrame) -> sparse.csr_array:
        kept = hits[~nested(hits) & (hits["weight"] > 0)]
        columns = pd.Index(self.scheme.names).get_indexer(pd.Index(kept["frame"]))
        shape = (len(self.units), len(self.scheme.names))
        table = sparse.coo_array((kept["weight"], (kept["unit"], columns)), shape=shape).tocsr()
        table.data = (table.data >= 1 - 1e-9).astype(float)
        table.eliminate_zeros()
        return table

    def ratio(self, hits: pd.DataFrame) -> tuple[Floats, Floats]:
        """Numerator (articles × frames) and denominator (articles) of the scheme's aggregate."""
        n = self.tokens.n_articles
        if self.scheme.aggregate == "per_1000_tokens":
            kept = hits[~nested(hits)]
            columns = pd.Index(self.scheme.names).get_indexer(pd.Index(kept["frame"]))
            shape = (n, len(self.scheme.names))
            place = (kept["article"], columns)
            sums = sparse.coo_array((1000 * kept["weight"], place), shape=shape).toarray()
            return sums, self.tokens.tokens_per_article.astype(float)
        member = _membership(self.units["article"].to_numpy(), n)
        carried = np.asarray((member @ self._carried(hits)).todense())
        if self.scheme.aggregate == "any":
            return (carried > 0).astype(float), (self.tokens.tokens_per_article > 0).astype(float)
        return carried, np.bincount(self.units["article"], minlength=n).astype(float)


def score_frames(
    tokens: Tokens,
    scheme: str | Path | Scheme,
    *,
    by: str | None = None,
    period: str | None = None,
    validation: Validation | None = None,
    seed: int = 0,
) -> Frames:
    """Frames of a corpus by a scheme's lexicon: evidence, shares with intervals, sensitivity.

    scheme: a bundled name (generic, geopolitics), the path of a YAML file, or a Scheme. by,
    period: how `.shares` is grouped. validation: what `validate_frames` returned for this lexicon;
    without one every table and figure says UNVALIDATED. A unit carries a frame where the weights
    of its hits sum to at least 1. Negated hits are flagged, and count unless the scheme says
    `action: drop`. A dictionary hit is not a frame: van Atteveldt, van der Velden and Boukes
    (2021), Communication Methods and Measures 15(2). Raises StudyError for a faulty scheme.

    >>> import pandas as pd
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.tokens import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x",
    ...                       "text": ["تصاعد الخلاف. انتهى."]})
    >>> frames = score_frames(tokenize_corpus(Corpus(table)), "generic")
    >>> frames.article_shares["conflict"].tolist()
    [0.5]
    """
    loaded = load_scheme(scheme)
    place, units = _units(tokens, loaded.unit)
    finder = _Finder(tokens, place, loaded)
    parts = [finder.frame(frame) for frame in loaded.frames]
    hits = pd.concat(parts, ignore_index=True)
    frames = Frames(loaded, tokens, hits, units, by, period, seed)
    return frames if validation is None else frames.with_validation(validation)


def _units(tokens: Tokens, unit: str) -> tuple[NDArray[np.int32], pd.DataFrame]:
    """The unit of each token, and `article start end` of each unit."""
    if unit == "sentence":
        return tokens.sentence, tokens.sentences
    if unit == "paragraph":
        return tokens.paragraph, tokens.paragraphs
    numbers = np.arange(tokens.n_articles)
    ends = tokens.articles["text"].str.len().to_numpy()
    return tokens.article, pd.DataFrame({"article": numbers, "start": 0, "end": ends})


def _membership(article: NDArray[np.int64], n: int) -> sparse.csr_array:
    ones = np.ones(len(article))
    return sparse.csr_array((ones, (article, np.arange(len(article)))), shape=(n, len(article)))


class _Finder:
    """Finds the terms of frames in one token table, each search compiled once."""

    def __init__(self, tokens: Tokens, place: NDArray[np.int32], scheme: Scheme) -> None:
        self.tokens, self.place = tokens, place
        searched = [x for f in scheme.frames for t in f.terms for x in (*t.queries, *t.require_any)]
        conflated = tokens.lexeme if any("lexeme:" in query for query in searched) else None
        self.vocabulary = Vocabulary(tokens.forms, tokens.counts, tokens.kinds, conflated)
        self.found: dict[tuple[str, ...], NDArray[np.int64]] = {}

    def find(self, queries: Sequence[str]) -> NDArray[np.int64]:
        """First and last token of each hit of any of the queries."""
        key = tuple(queries)
        if key not in self.found:
            t = self.tokens
            matcher = compile_query(list(key), self.vocabulary)
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
