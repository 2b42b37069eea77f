"""Frames held against coding: precision, recall, F1, a supervised baseline, corrected shares."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.analysis.baseline import cross_validated
from q7x2lab.analysis.coding import Coding, agreement
from q7x2lab.analysis.correction import Errors, corrected_share
from q7x2lab.analysis.frames import Frames
from q7x2lab.analysis.stamp import Stamp, Validity
from q7x2lab.analysis.uncertainty import cluster_draws, percentile_interval
from q7x2lab.errors import AnalysisError

Floats = NDArray[np.float64]
SCORES = ("precision", "recall", "f1")


@dataclass(frozen=True, eq=False, repr=False)
class Validation:
    """How far a scheme's lexicon agrees with coders.

    table: `frame coded prevalence precision recall f1`, each score with `_low` and `_high`, `tp fp
    fn tn` (weighted), `alpha ac1`. baseline: the same scores of the supervised classifier, and
    `better` (lexicon, classifier or "" where the data cannot tell) with `refused` in words.
    agreement: what `agreement` returned, None with one coder. unplaced: coded units that were not
    found in the corpus. stamp: what figures print.
    """

    table: pd.DataFrame
    baseline: pd.DataFrame
    agreement: pd.DataFrame | None
    unplaced: list[str]
    stamp: Stamp
    unit: str
    errors: dict[str, Errors] = field(repr=False)
    corpus: str = ""

    def __repr__(self) -> str:
        words = ", ".join(f"{r.frame} F1 {r.f1:.2f}" for r in self.table.itertuples())
        return f"Validation on {self.stamp.coded} {self.unit}s: {words}"

    def corrected(self, frames: Frames, table: pd.DataFrame, resampled: Floats) -> pd.DataFrame:
        """`corrected corrected_low corrected_high` of each row of a table of shares.

        Shares of the whole corpus that was sampled for coding are calibrated; groups and periods,
        or another corpus, are corrected by sensitivity and specificity. NaN where the coded units
        are not the units that the share counts. See `correction.corrected_share`.
        """
        names = ["corrected", "corrected_low", "corrected_high"]
        shares = frames.scheme.aggregate == "share_of_sentences"
        article = frames.scheme.aggregate == "any" and self.unit == "article"
        if not article and not (shares and self.unit == frames.scheme.unit):
            return pd.DataFrame(np.nan, index=table.index, columns=names)
        whole = bool((table[["group", "period"]] == "all").all(axis=None))
        calibrated = whole and self.corpus == corpus_key(frames)
        rows = [
            corrected_share(share, resampled[:, i], self.errors[name], calibrated=calibrated)
            if name in self.errors
            else (np.nan,) * 3
            for i, (name, share) in enumerate(zip(table["frame"], table["share"], strict=True))
        ]
        return pd.DataFrame(rows, index=table.index, columns=names)


def validate_frames(
    frames: Frames, coding: Coding, *, seed: int = 0, draws: int = 1000, baseline: bool = True
) -> Validation:
    """Precision, recall and F1 of every frame against a coding, with intervals over articles.

    frames: what `score_frames` returned for the corpus that was coded; coding: from `read_coding`
    or `coding_from_table`. A coded unit carries a frame for the lexicon if any of the scheme's
    units within it does. Units are weighted as drawn; articles (clusters of copies) are resampled
    `draws` times. baseline: also cross-validate a classifier, see `baseline.cross_validated`.
    Raises AnalysisError where no frame was coded or over one unit in twenty is not in the corpus.
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
    weight = coding.units["weight"].to_numpy(float)[found]
    article = spans["article"].to_numpy()
    cluster = frames.tokens.articles["cluster"].to_numpy()[article]
    weights = np.vstack([np.ones(len(spans)), cluster_draws(cluster, draws, seed)]) * weight
    rows, errors = zip(
        *(scored(said[:, i], gold[:, i], weights) for i in range(len(coded))), strict=True
    )
    table = pd.DataFrame(rows)
    table.insert(0, "frame", coded)
    judged = agreement(coding, seed=seed) if len(coding.humans) > 1 else None
    alphas = _alphas(judged, coding)
    table["alpha"] = [alphas.get(name, (np.nan,))[0] for name in coded]
    validity = {
        row["frame"]: Validity((row["f1"], row["f1_low"], row["f1_high"]), alphas.get(row["frame"]))
        for row in table.to_dict("records")
    }
    name = f"{frames.scheme.id} {frames.scheme.version}".strip()
    stamp = Stamp(name, frames.scheme.sha256, len(spans), coding.source, validity)
    other = (
        cross_validated(frames.tokens, spans, gold, said, coded, weights, seed=seed)
        if baseline
        else pd.DataFrame()
    )
    unit = _unit_kind(frames, spans)
    return Validation(
        table,
        other,
        judged,
        unplaced,
        stamp,
        unit,
        dict(zip(coded, errors, strict=True)),
        corpus_key(frames),
    )


def corpus_key(frames: Frames) -> str:
    """A hash of the corpus' article ids: whether two results are of the same articles."""
    ids = "\n".join(frames.tokens.articles["id"].astype(str))
    return hashlib.sha256(ids.encode()).hexdigest()


def _alphas(judged: pd.DataFrame | None, coding: Coding) -> dict[str, tuple[float, float, float]]:
    if judged is None:
        return {}
    own = judged[judged["coders"] == ", ".join(coding.humans)]
    return {r["frame"]: (r["alpha"], r["low"], r["high"]) for r in own.to_dict("records")}


def place_units(
    articles: pd.DataFrame, units: pd.DataFrame
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Where coded units stand: `article start end` of those found, and which were found.

    A unit is looked for by its text, which survives cleaning that moved it; one without text by
    its offsets.
    """
    number = pd.Series(range(len(articles)), index=articles["id"].astype(str))
    texts = articles["text"].to_numpy(object)
    rows: list[tuple[int, int, int]] = []
    found = np.zeros(len(units), dtype=bool)
    columns = (units[name].tolist() for name in ("article", "start", "end", "text"))
    for i, (name, start, end, text) in enumerate(zip(*columns, strict=True)):
        at = number.get(str(name), -1)
        if at < 0:
            continue
        if text and texts[at][start:end] != text:
            start = texts[at].find(text)
            end = start + len(text)
        if 0 <= start < end <= len(texts[at]):
            rows.append((at, start, end))
            found[i] = True
    return pd.DataFrame(rows, columns=["article", "start", "end"], dtype=np.int64), found


def machine_codes(frames: Frames, spans: pd.DataFrame) -> Floats:
    """What the lexicon says of spans (spans × frames): 1 where a unit inside carries the frame."""
    units = frames.units
    width = np.int64(max(units["end"].max(), spans["end"].max()) + 1)
    begins = units["article"].to_numpy(np.int64) * width + units["start"].to_numpy()
    ends = units["article"].to_numpy(np.int64) * width + units["end"].to_numpy()
    at = spans["article"].to_numpy(np.int64) * width
    first = np.searchsorted(ends, at + spans["start"], side="right")
    last = np.searchsorted(begins, at + spans["end"], side="left")
    carried = np.asarray(frames.carried.todense())
    summed = np.vstack([np.zeros(carried.shape[1]), carried.cumsum(axis=0)])
    return (summed[np.maximum(last, first)] - summed[first] > 0).astype(float)


def scored(said: Floats, gold: Floats, weights: Floats) -> tuple[dict[str, float], Errors]:
    """Scores of one frame with intervals, and its errors.

    said: 1 or 0 a unit; gold: 0 to 1 (NaN: not coded); weights: (1 + draws) × units, the first
    row the units' own weights.
    """
    known = ~np.isnan(gold)
    said, gold, weights = said[known], gold[known], weights[:, known]
    cells = np.column_stack([said * gold, said * (1 - gold), (1 - said) * gold])
    tp, fp, fn = (weights @ cells).T
    total = weights.sum(axis=1)
    scores = precision_recall_f1(tp, fp, fn)
    row: dict[str, Any] = {"coded": int(known.sum()), "prevalence": ((tp + fn) / total)[0]}
    for name, values in (("prevalence", (tp + fn) / total), *zip(SCORES, scores, strict=True)):
        low, high = percentile_interval(values[1:])
        row |= {name: values[0], f"{name}_low": float(low), f"{name}_high": float(high)}
    n = known.sum()
    scale = n / total[0]
    counts = [x[0] * scale for x in (tp, fp, fn, total - tp - fp - fn)]
    row |= dict(zip(("tp", "fp", "fn", "tn"), counts, strict=True))
    wrong = (fp + fn) / total
    spread = wrong[1:].var()
    expected = wrong[0] * (1 - wrong[0]) / max(n, 1)
    worth = float(np.clip(expected / spread, 0.05, 1)) if spread > 0 else 1.0
    tp_, fp_, fn_, tn_ = counts
    return row, Errors(tp_, fp_, fn_, tn_, worth)


def precision_recall_f1(tp: Floats, fp: Floats, fn: Floats) -> tuple[Floats, Floats, Floats]:
    """Precision, recall and F1 from counts; NaN where nothing was found, or nothing was there.

    >>> [float(x) for x in precision_recall_f1(np.array(6.0), np.array(2.0), np.array(2.0))]
    [0.75, 0.75, 0.75]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)


def _unit_kind(frames: Frames, spans: pd.DataFrame) -> str:
    """Which unit of the corpus the coded spans are, "span" where they are none."""
    tokens = frames.tokens
    lengths = tokens.articles["text"].str.len().to_numpy()
    whole = pd.DataFrame({"article": np.arange(len(lengths)), "start": 0, "end": lengths})
    for name, units in (
        ("paragraph", tokens.paragraphs),
        ("sentence", tokens.sentences),
        ("article", whole),
    ):
        if len(spans.merge(units, on=["article", "start", "end"])) >= 0.9 * len(spans):
            return name
    return "span"
