"""Frames held against coding: precision, recall, F1, a supervised baseline, corrected shares."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.errors import AnalysisError
from q7x2lab.framing.baseline import Classifier, cross_validated, span_counts
from q7x2lab.framing.coded_units import machine_codes, place_units, unit_kind, unit_rows
from q7x2lab.framing.coder_agreement import agreement
from q7x2lab.framing.coding import Coding
from q7x2lab.framing.correction import Coded, Measured, corrected_shares
from q7x2lab.framing.precision import scored
from q7x2lab.framing.scores import Frames
from q7x2lab.framing.stamp import Stamp, Validity
from q7x2lab.stats.resampling import cluster_draws

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Validation:
    """How far a scheme's lexicon agrees with coders.

    table: `frame coded prevalence precision recall f1`, each score with `_low` and `_high`, `tp fp
    fn tn` (weighted), `alpha`. baseline: the same scores of the supervised classifier, and
    `better` (lexicon, classifier or "" where the data cannot tell) with `refused` in words.
    agreement: what `agreement` returned, None with one coder. unplaced: coded units that were not
    found in the corpus. stamp: what figures print. unit: that of the coding. coded: of each frame,
    what lexicon and coders say of the coded units, which stand at `spans`.
    """

    table: pd.DataFrame
    baseline: pd.DataFrame
    agreement: pd.DataFrame | None
    unplaced: list[str]
    stamp: Stamp
    unit: str
    corpus: str
    spans: pd.DataFrame = field(repr=False)
    coded: Mapping[str, Coded] = field(repr=False)
    classifiers: Mapping[str, Classifier] = field(repr=False)

    def __repr__(self) -> str:
        words = ", ".join(f"{r.frame} F1 {r.f1:.2f}" for r in self.table.itertuples())
        return f"Validation on {self.stamp.coded} {self.unit}s: {words}"

    @property
    def better(self) -> list[str]:
        """The frames that the classifier reads better than the lexicon, beyond chance."""
        told = self.baseline
        return told.loc[told["better"] == "classifier", "frame"].tolist() if len(told) else []

    def by_classifier(self, chosen: list[str]) -> Validation:
        """The validation with the classifier as the instrument of these frames."""
        scores = self.baseline.set_index("frame")
        coded, validity = dict(self.coded), dict(self.stamp.frames)
        for name in chosen:
            f1 = tuple(float(scores[key][name]) for key in ("f1", "f1_low", "f1_high"))
            said = f"classifier fitted to {self.classifiers[name].size} coded {self.unit}s"
            validity[name] = replace(validity[name], f1=f1, instrument=said)
            coded[name] = replace(coded[name], said=self.classifiers[name].guesses)
        return replace(self, coded=coded, stamp=replace(self.stamp, frames=validity))

    def readings(self, frames: Frames, chosen: list[str]) -> dict[str, Floats]:
        """What the classifiers of these frames say of every unit, 0 or 1; see `with_validation`."""
        if reason := self._mismatch(frames):
            raise AnalysisError(f"a classifier cannot read these units: {reason}")
        if self.corpus != corpus_key(frames):
            raise AnalysisError("the classifier was taught on another corpus", remedy="use lexicon")
        counts, rows = span_counts(frames.tokens, frames.units), unit_rows(frames.units, self.spans)
        said = {}
        for name in chosen:
            said[name] = self.classifiers[name].read(counts)
            own = np.flatnonzero((rows >= 0) & ~np.isnan(self.classifiers[name].guesses))
            said[name][rows[own]] = self.classifiers[name].guesses[own]
        return said

    def corrected(
        self, frames: Frames, measured: Mapping[str, Measured], *, seed: int = 0
    ) -> pd.DataFrame:
        """`corrected corrected_low corrected_high correction`, a row a cell, frames in turn.

        See `correction.corrected_shares`. NaN with a reason where the frame was not coded, or the
        coded units are not the units that the share counts.
        """
        parts = []
        for name, one in measured.items():
            reason = self._mismatch(frames) if name in self.coded else "not coded"
            if reason:
                blank = dict.fromkeys(("corrected", "corrected_low", "corrected_high"), np.nan)
                parts.append(
                    pd.DataFrame(blank | {"correction": reason}, index=range(len(one.share)))
                )
                continue
            same = self.corpus == corpus_key(frames)
            parts.append(corrected_shares(one, self.coded[name], same_corpus=same, seed=seed))
        table = pd.concat(parts, keys=range(len(parts))).swaplevel().sort_index()
        return table.reset_index(drop=True)

    def _mismatch(self, frames: Frames) -> str:
        counted = frames.scheme.unit
        if frames.scheme.aggregate == "per_1000_tokens":
            return "hits per 1,000 tokens are no share"
        if frames.scheme.aggregate == "any":
            counted = "article"
        if self.unit == counted:
            return ""
        return f"coded in {self.unit}s, scored in {counted}s: score with unit={self.unit!r}"


def validate_frames(
    frames: Frames, coding: Coding, *, seed: int = 0, draws: int = 1000, baseline: bool = True
) -> Validation:
    """Precision, recall and F1 of every frame against a coding, with intervals over articles.

    frames: what `score_frames` returned for the corpus that was coded, best in the unit that was
    coded; coding: from `read_coding` or `coding_from_table`. A coded unit carries a frame for the
    lexicon if any of the scored units within it does. Units are weighted as drawn. Intervals are
    those of the Jeffreys posterior of true and false positives and misses (Goutte and Gaussier
    2005, ECIR, 345-359), discounted for units of one article (cluster of copies) that resemble
    each other. baseline: also cross-validate a classifier, see `baseline.cross_validated`, its
    difference from the lexicon by `draws` resamples of articles. Raises AnalysisError where no
    frame was coded or over one unit in twenty is not in the corpus.

    >>> from q7x2lab.framing.coding import coding_from_table
    >>> from q7x2lab.framing.scores import score_frames
    >>> from q7x2lab.framing.schemes import parse_scheme
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> texts = ["بدأ نزاع طويل.", "بدأ شجار طويل."]
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x", "text": texts,
    ...                       "cluster": [0, 1], "weight": 1.0})
    >>> scheme = parse_scheme("{scheme: {id: s}, frames: {dispute: {terms: [نزاع]}}}")
    >>> frames = score_frames(tokenize_corpus(Corpus(table)), scheme)
    >>> codes = table[["id", "text"]].assign(coder="A", dispute=[1, 1])
    >>> found = validate_frames(frames, coding_from_table(codes), baseline=False)
    >>> found.table[["tp", "fp", "fn", "precision", "recall"]].values.tolist()
    [[1.0, 0.0, 1.0, 1.0, 0.5]]
    """
    coded = [name for name in frames.scheme.names if name in coding.frames]
    if not coded:
        raise AnalysisError(
            f"coding has {', '.join(coding.frames)}, scheme {', '.join(frames.scheme.names)}",
            remedy="code the scheme's own frames",
        )
    spans, found = place_units(frames.tokens.articles, coding.units)
    unplaced = coding.units["unit"][~found].tolist()
    if len(unplaced) > 0.05 * len(found):
        raise AnalysisError(
            f"{len(unplaced)} of {len(found)} coded units are not in the corpus: {unplaced[0]} …",
            remedy="validate on the corpus that the units were drawn from",
        )
    gold = coding.gold().to_numpy(float)[found][:, [coding.frames.index(c) for c in coded]]
    said = machine_codes(frames, spans)[:, [frames.scheme.names.index(c) for c in coded]]
    article = spans["article"].to_numpy(np.int64)
    articles = frames.tokens.articles
    cluster = pd.factorize(articles["cluster"])[0].astype(np.int64)[article]
    weight = coding.units["weight"].to_numpy(float)[found] * articles["weight"].to_numpy()[article]
    units = {
        name: Coded(said[:, i], gold[:, i], weight, article, cluster)
        for i, name in enumerate(coded)
    }
    table = pd.DataFrame([{"frame": name} | scored(one, seed=seed) for name, one in units.items()])
    judged = agreement(coding, seed=seed) if len(coding.humans) > 1 else None
    alphas = _alphas(judged, coding)
    table["alpha"] = [alphas.get(name, (np.nan,))[0] for name in coded]
    other, classifiers = pd.DataFrame(), dict[str, Classifier]()
    if baseline:
        weights = np.vstack([np.ones(len(spans)), cluster_draws(cluster, draws, seed)]) * weight
        other, classifiers = cross_validated(frames.tokens, spans, units, weights, seed=seed)
    unit = unit_kind(frames.tokens, spans, first=frames.scheme.unit)
    stamp = _stamp(frames, table, alphas, len(spans), coding.source, unit)
    return Validation(
        table, other, judged, unplaced, stamp, unit, corpus_key(frames), spans, units, classifiers
    )


def corpus_key(frames: Frames) -> str:
    """A hash of the corpus' article ids: whether two results are of the same articles."""
    ids = "\n".join(frames.tokens.articles["id"].astype(str))
    return hashlib.sha256(ids.encode()).hexdigest()


def _stamp(
    frames: Frames, table: pd.DataFrame, alphas: Mapping[str, tuple], n: int, source: str, unit: str
) -> Stamp:
    validity = {
        row["frame"]: Validity((row["f1"], row["f1_low"], row["f1_high"]), alphas.get(row["frame"]))
        for row in table.to_dict("records")
    }
    name = f"{frames.scheme.id} {frames.scheme.version}".strip()
    kind = "unit" if unit == "span" else unit
    return Stamp(name, frames.scheme.sha256, n, source, validity, unit=kind)


def _alphas(judged: pd.DataFrame | None, coding: Coding) -> dict[str, tuple[float, float, float]]:
    if judged is None:
        return {}
    own = judged[judged["coders"] == ", ".join(coding.humans)]
    return {r["frame"]: (r["alpha"], r["low"], r["high"]) for r in own.to_dict("records")}
