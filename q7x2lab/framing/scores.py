"""Frames scored by a lexicon: hits, the units that carry them, and their shares with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, StudyError, counted, did_you_mean, expect
from q7x2lab.framing.correction import Measured
from q7x2lab.framing.frame_hits import Finder, scored_units
from q7x2lab.framing.schemes import UNITS, Scheme, load_scheme
from q7x2lab.framing.stamp import Stamp
from q7x2lab.stats.ratios import (
    article_groups,
    article_weights,
    cells_of,
    leave_one_out,
    nested,
    ratio_table,
)

if TYPE_CHECKING:
    from pathlib import Path

    from q7x2lab.framing.validation import Validation

Floats = NDArray[np.float64]
USES = ("lexicon", "better")


@dataclass(frozen=True, eq=False, repr=False)
class Frames:
    """Frames found in a corpus, traceable hit by hit.

    evidence: `article start end frame term negated unit weight sub`, a row a hit, in reading order
    within each frame; article and start, end as in `Tokens.match`; unit is the row of `units`; a
    hit inside a longer hit of its frame is left out. units: `article start end` of every sentence
    (or paragraph, or article). validation: what coders said of the scheme, None where nobody was
    asked: then every table and figure says UNVALIDATED. read: of the frames that a classifier
    reads instead of the lexicon, 0 or 1 a unit; the evidence stays the lexicon's.
    """

    scheme: Scheme
    tokens: Tokens = field(repr=False)
    hits: pd.DataFrame = field(repr=False)
    units: pd.DataFrame = field(repr=False)
    by: str | None = None
    period: str | None = None
    seed: int = 0
    validation: Validation | None = None
    read: Mapping[str, Floats] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        return (
            f"Frames: {self.scheme.id}, {counted(len(self.evidence), 'hit')} in "
            f"{counted(len(self.units), self.scheme.unit)} of "
            f"{counted(self.tokens.n_articles, 'article')}; "
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

    def with_validation(self, validation: Validation, *, use: str = "lexicon") -> Frames:
        """The same frames carrying that validation, and read by the instrument asked for.

        use: `lexicon`; or `better`, the cross-validated classifier for every frame whose F1 it
        raises beyond chance (see `Validation.baseline`). Coded units then carry what a model said
        that never saw their article, all others what the model taught by all coded ones says
        (cross-prediction: Zrnic and Candes 2024, PNAS 121(15)); stamp, shares and figures say so.
        Raises AnalysisError if the validation judged another lexicon, or if a classifier is asked
        for on another corpus or unit than was coded.
        """
        if use not in USES:
            raise StudyError(f"unknown instrument {use!r}", remedy=did_you_mean(use, USES))
        if validation.stamp.lexicon != self.scheme.sha256:
            raise AnalysisError(
                f"the validation judged lexicon {validation.stamp.lexicon[:12]}, "
                f"these frames were scored with {self.scheme.sha256[:12]}",
                remedy="validate the lexicon that is in use",
            )
        if use == "lexicon" or not validation.better:
            return replace(self, validation=validation)
        chosen = validation.by_classifier(validation.better)
        return replace(self, validation=chosen, read=chosen.readings(self, validation.better))

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
        above, below = self.measured()
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

        Returns `frame group period share low high articles units refused`, then, with a validation,
        `corrected corrected_low corrected_high` and `correction` (what it rests on, or why there is
        none; see `correction.corrected_shares`), then `validity scheme lexicon`. The share is the
        scheme's aggregate: of units, of articles (`any`), or hits per 1,000 tokens. by: a column
        of the articles; period: day, week, month, quarter or year; articles without a date are
        left out of it. Articles count by their weight, and are resampled in whole clusters of
        copies (`draws` times); fewer than ten clusters get no interval, and `refused` says so.
        """
        groups = article_groups(self.tokens.articles, by=by, period=period)
        above, below = self.measured()
        articles = self.tokens.articles
        table, sums = ratio_table(above, below, articles, groups, draws=draws, seed=self.seed)
        table.insert(0, "frame", np.tile(self.scheme.names, len(table) // len(self.scheme.names)))
        if self.scheme.aggregate == "per_1000_tokens":
            table = table.rename(columns={"units": "tokens"})
        if self.validation is not None:
            cells = self._cells(above, below, groups, table["share"].to_numpy(), sums)
            table = table.join(self.validation.corrected(self, cells, seed=self.seed))
        stamp = self.stamp
        table["validity"] = [stamp.of(name) for name in table["frame"]]
        return table.assign(scheme=stamp.scheme, lexicon=self.scheme.sha256[:12])

    def _cells(
        self, above: Floats, below: Floats, groups: pd.DataFrame, share: Floats, sums: Floats
    ) -> dict[str, Measured]:
        """Each frame as measured in every cell, for its correction."""
        articles, names = self.tokens.articles, self.scheme.names
        weight, cluster = article_weights(articles), pd.factorize(articles["cluster"])[0]
        cell, width = cells_of(groups)[0], len(names)
        return {
            name: Measured(
                above[:, i] * weight, below * weight, cell, cluster.astype(np.int64),
                share[i::width], sums[:, i::width],
            )
            for i, name in enumerate(names)
        }  # fmt: skip

    def quoted(self, frame: str | None = None, *, n: int = 20, seed: int = 0) -> pd.DataFrame:
        """A random sample of the evidence: `frame term negated id date outlet hit text`.

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
        rows = articles.iloc[numbers][["id", "date", "outlet"]].reset_index(drop=True)
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

    def measured(self) -> tuple[Floats, Floats]:
        """Numerator and denominator as `ratio`, by whichever instrument reads each frame."""
        above, below = self.ratio(self.hits)
        for name, carried in self.read.items():
            number = np.bincount(self.units["article"], carried, self.tokens.n_articles)
            whole = self.scheme.aggregate == "any"
            above[:, self.scheme.names.index(name)] = number > 0 if whole else number
        return above, below

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
    unit: str | None = None,
    by: str | None = None,
    period: str | None = None,
    validation: Validation | None = None,
    use: str = "lexicon",
    seed: int = 0,
) -> Frames:
    """Frames of a corpus by a scheme's lexicon: evidence, shares with intervals, sensitivity.

    scheme: a bundled name (generic, geopolitics), the path of a YAML file, or a Scheme. unit:
    sentence, paragraph or article, default the scheme's; that of the coding, if shares are to be
    corrected by it. by, period: how `.shares` is grouped. validation: what `validate_frames`
    returned for this lexicon; without one every table and figure says UNVALIDATED. use: see
    `Frames.with_validation`. A unit carries a frame where the weights
    of its hits sum to at least 1. Negated hits are flagged, and count unless the scheme says
    `action: drop`. A dictionary hit is not a frame: van Atteveldt, van der Velden and Boukes
    (2021), Communication Methods and Measures 15(2). Raises StudyError for a faulty scheme or an
    unknown unit.

    >>> import pandas as pd
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x",
    ...                       "text": ["تصاعد الخلاف. انتهى."]})
    >>> frames = score_frames(tokenize_corpus(Corpus(table)), "generic")
    >>> frames.article_shares["conflict"].tolist()
    [0.5]
    """
    expect(tokens, Tokens, made_by="tokenize_corpus(corpus)")
    loaded = load_scheme(scheme)
    if unit is not None:
        if unit not in UNITS:
            raise StudyError(f"unknown unit {unit!r}", remedy=did_you_mean(unit, UNITS))
        loaded = replace(loaded, unit=unit)
    place, units = scored_units(tokens, loaded.unit)
    finder = Finder(tokens, place, loaded)
    parts = [finder.frame(frame) for frame in loaded.frames]
    hits = pd.concat(parts, ignore_index=True)
    frames = Frames(loaded, tokens, hits, units, by, period, seed)
    return frames if validation is None else frames.with_validation(validation, use=use)


def _membership(article: NDArray[np.int64], n: int) -> sparse.csr_array:
    ones = np.ones(len(article))
    return sparse.csr_array((ones, (article, np.arange(len(article)))), shape=(n, len(article)))
