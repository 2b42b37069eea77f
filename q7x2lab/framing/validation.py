"""Frames held against coding: precision, recall, F1, and a supervised classifier beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.corpus.model import article_clusters, article_weights
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError
from q7x2lab.framing.accuracy import Coded, Stamp, Validation, accuracy, estimate_text
from q7x2lab.framing.classifier import COLUMNS, compare_classifier, fit_classifier, lexeme_counts
from q7x2lab.framing.coding import Coding, agreement, visible
from q7x2lab.framing.schemes import UNITS
from q7x2lab.framing.scores import Frames, units_of

ALIKE = 0.9  # of the coded spans that must be units of one kind
MOST_UNPLACED = 0.05  # of the coded units that may be missing from the corpus
SPAN = ["article", "start", "end"]


def validate_frames(
    frames: Frames, coding: Coding, *, seed: int = 0, draws: int = 1000, baseline: bool = True
) -> Validation:
    """Precision, recall and F1 of every frame against a coding, with intervals over articles.

    Parameters
    ----------
    frames
        What `score_frames` returned for the corpus that was coded, best in the unit that was
        coded.
    coding
        From `read_coding` or `coding_from_table`.
    draws
        Bootstrap samples of articles, for the classifier's difference from the lexicon.
    baseline
        Whether a classifier is cross-validated too; see `compare_classifier`.

    Raises
    ------
    AnalysisError
        Where no frame was coded or over one unit in twenty is not in the corpus.

    Notes
    -----
    A coded unit carries a frame for the lexicon if any of the scored units within it does. Units
    are weighted as drawn. For the intervals see `accuracy`.

    Examples
    --------
    >>> from q7x2lab.framing.coding import coding_from_table
    >>> from q7x2lab.framing.scores import score_frames
    >>> from q7x2lab.framing.schemes import parse_scheme
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> texts = ["بدأ نزاع طويل.", "بدأ شجار طويل."]
    >>> table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x", "text": texts})
    >>> scheme = parse_scheme("{scheme: {id: s}, frames: {dispute: {terms: [نزاع]}}}")
    >>> frames = score_frames(tokenize_corpus(Corpus(table)), scheme)
    >>> codes = table[["id", "text"]].assign(coder="A", dispute=[1, 1])
    >>> found = validate_frames(frames, coding_from_table(codes), baseline=False)
    >>> found.table[["tp", "fp", "fn", "precision", "recall"]].values.tolist()
    [[1.0, 0.0, 1.0, 1.0, 0.5]]
    """
    names = [name for name in frames.scheme.names if name in coding.frames]
    if not names:
        raise AnalysisError(
            f"coding has {', '.join(coding.frames)}, scheme {', '.join(frames.scheme.names)}",
            remedy="code the scheme's own frames",
        )
    tokens = frames.tokens
    spans, placed = place_units(tokens.articles, coding.units)
    unplaced = coding.units["unit"][~placed].tolist()
    if len(unplaced) > MOST_UNPLACED * len(placed):
        raise AnalysisError(
            f"{len(unplaced)} of {len(placed)} coded units are not in the corpus: {unplaced[0]} …",
            remedy="validate on the corpus that the units were drawn from",
        )
    coded_rows, coded = _coded_units(frames, coding, names, spans, placed)
    table = pd.DataFrame([{"frame": name} | accuracy(x, seed=seed) for name, x in coded.items()])
    judged = agreement(coding, seed=seed) if len(coding.humans) > 1 else None
    alphas = _alphas(judged, coding)
    table["alpha"] = [alphas.get(name, [np.nan])[0] for name in names]
    words = {row["frame"]: _in_words(row, alphas) for row in table.to_dict("records")}
    unit = unit_kind(frames.tokens, spans, first=frames.scheme.unit)
    lexicon = Stamp(frames.stamp.scheme, frames.scheme.sha256)
    stamp = replace(lexicon, coded=len(spans), source=coding.source, frames=words, unit=unit)
    found = Validation(table, pd.DataFrame(), judged, unplaced, stamp, frames.corpus, coded)
    if not baseline:
        return found
    return _with_classifier(found, frames.tokens, spans, coded_rows, alphas, draws=draws, seed=seed)


def _coded_units(
    frames: Frames, coding: Coding, names: list[str], spans: pd.DataFrame, placed: NDArray[np.bool_]
) -> tuple[dict[str, NDArray[np.intp]], dict[str, Coded]]:
    """By frame, the rows of the spans that were coded for it, and what is said of them."""
    articles, article = frames.tokens.articles, spans["article"].to_numpy()
    said = pd.DataFrame(lexicon_codes(frames, spans), columns=frames.scheme.names)
    gold = coding.gold()[placed]
    weight = coding.units["weight"].to_numpy(float)[placed] * article_weights(articles)[article]
    place = weight, article, article_clusters(articles)[article]
    rows, coded = {}, {}
    for name in names:
        rows[name] = np.flatnonzero(gold[name].notna())
        values = said[name].to_numpy(), gold[name].to_numpy(float), *place
        coded[name] = Coded(*(column[rows[name]] for column in values))
    return rows, coded


def _with_classifier(
    found: Validation,
    tokens: Tokens,
    spans: pd.DataFrame,
    rows: Mapping[str, NDArray[np.intp]],
    alphas: Mapping[str, list[float]],
    *,
    draws: int,
    seed: int,
) -> Validation:
    """The validation with a classifier beside, which reads every unit where it is better."""
    counts, table, readings = lexeme_counts(tokens, spans), [], {}
    coded, words = dict(found.coded), dict(found.stamp.frames)
    for name, one in found.coded.items():
        own = counts[rows[name]]
        scores, guesses = compare_classifier(own, one, draws=draws, seed=seed)
        table.append({"frame": name} | scores)
        if scores["better"] != "classifier" or found.unit not in UNITS:
            continue
        units = units_of(tokens, found.unit)[1]
        model = fit_classifier(own, one.gold >= 0.5, one.cluster, seed)
        readings[name] = model.predict(lexeme_counts(tokens, units)) * 1.0
        at = unit_rows(units, spans.iloc[rows[name]])
        readings[name][at[at >= 0]] = guesses[at >= 0]
        coded[name] = replace(one, said=guesses)
        instrument = f"classifier fitted to {len(guesses)} coded {found.unit}s"
        words[name] = _in_words(table[-1], alphas, instrument)
    columns = ["frame", *COLUMNS, "better", "refused"]
    found = replace(found, baseline=pd.DataFrame(table).reindex(columns=columns))
    if not readings:
        return found
    stamp = replace(found.stamp, frames=words)
    read = replace(found, coded=coded, stamp=stamp, readings=readings)
    return replace(found, by_classifier=read)


def place_units(
    articles: pd.DataFrame, units: pd.DataFrame
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Where coded units stand: ``article start end`` of those found, and which were found.

    A unit is looked for by its text, which survives cleaning that moved it; one without text by
    its offsets.
    """
    number = {name: i for i, name in enumerate(articles["id"].astype(str))}
    texts = articles["text"].tolist()
    rows, found = [], []
    columns = (units[name].tolist() for name in ("article", "start", "end", "text"))
    for name, start, end, text in zip(*columns, strict=True):
        at = number.get(str(name), -1)
        within = texts[at] if at >= 0 else ""
        if text and visible(within[start:end]) != visible(text):
            start = within.find(text)
            end = start + len(text)
        found.append(0 <= start < end <= len(within))
        rows.append((at, start, end))
    spans = pd.DataFrame(rows, columns=SPAN, dtype=np.int64)
    return spans[found].reset_index(drop=True), np.array(found, dtype=bool)


def lexicon_codes(frames: Frames, spans: pd.DataFrame) -> NDArray[np.float64]:
    """What the lexicon says of spans (spans × frames): 1 where a unit inside carries the frame."""
    units = frames.units
    width = np.int64(max(units["end"].max(), spans["end"].max()) + 1)  # one number of two
    begins, ends = (units["article"] * width + units[edge] for edge in ("start", "end"))
    at = spans["article"] * width
    first = np.searchsorted(ends, at + spans["start"], side="right")
    last = np.searchsorted(begins, at + spans["end"], side="left")
    before = np.vstack([np.zeros(len(frames.hits)), frames.carried.cumsum(axis=0)])
    return (before[np.maximum(last, first)] > before[first]).astype(float)


def unit_kind(tokens: Tokens, spans: pd.DataFrame, *, first: str) -> str:
    """Which unit of the corpus the coded spans are, "unit" where they are none.

    ``first`` is the one that is meant where several fit, as in articles of one paragraph.
    """
    for kind in (first, "paragraph", "sentence", "article"):
        if (unit_rows(units_of(tokens, kind)[1], spans) >= 0).mean() >= ALIKE:
            return kind
    return "unit"


def unit_rows(units: pd.DataFrame, spans: pd.DataFrame) -> NDArray[np.intp]:
    """The row of `units` that each span is, -1 for none."""
    known, wanted = (pd.MultiIndex.from_frame(x[SPAN].astype(np.int64)) for x in (units, spans))
    return known.get_indexer(wanted)


def _alphas(judged: pd.DataFrame | None, coding: Coding) -> dict[str, list[float]]:
    """Alpha of all human coders with its limits, by frame."""
    if judged is None:
        return {}
    own = judged[judged["coders"] == ", ".join(coding.humans)].set_index("frame")
    return own[["alpha", "low", "high"]].T.to_dict("list")


def _in_words(row: Mapping[str, Any], alphas: Mapping[str, list[float]], of: str = "") -> str:
    """F1 and alpha of a frame as the stamp prints them; of: the instrument, if not the lexicon."""
    parts = [of] if of else []
    parts.append(estimate_text("F1", [row["f1"], row["f1_low"], row["f1_high"]]))
    if row["frame"] in alphas:
        parts.append(estimate_text("alpha", alphas[row["frame"]]))
    return ", ".join(parts)
