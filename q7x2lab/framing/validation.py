"""Frames held against coding: precision, recall and F1."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.letters import visible
from q7x2lab.corpus.model import article_clusters, article_weights
from q7x2lab.corpus.token_table import WIDEST, Tokens
from q7x2lab.errors import AnalysisError
from q7x2lab.framing.accuracy import Validation, accuracy, estimate_text
from q7x2lab.framing.coding import Coding, reliability
from q7x2lab.framing.scores import Frames
from q7x2lab.stats.resampling import Floats

ALIKE = 0.9  # of the coded spans that must be units of one kind
MOST_UNPLACED = 0.05  # of the coded units that may be missing from the corpus
SPAN = ["article", "start", "end"]


def validate_frames(frames: Frames, coding: Coding, *, seed: int = 0) -> Validation:
    """Precision, recall and F1 of every frame against a coding, with intervals over articles.

    Parameters
    ----------
    frames
        What `score_frames` returned for the corpus that was coded, best in the unit that was
        coded.
    coding
        From `read_coding` or `coding_from_table`.

    Raises
    ------
    AnalysisError
        Where no frame was coded, or over one unit in twenty is not in the corpus.

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
    >>> found = validate_frames(frames, coding_from_table(codes))
    >>> found.table[["precision", "recall"]].values.tolist()
    [[1.0, 0.5]]
    """
    names = [name for name in frames.scheme.names if name in coding.frames]
    if not names:
        what = f"coding has {', '.join(coding.frames)}, scheme {', '.join(frames.scheme.names)}"
        raise AnalysisError(what, remedy="code the scheme's own frames")
    articles = frames.tokens.articles
    spans, placed = place_units(articles, coding.units)
    if (~placed).mean() > MOST_UNPLACED:
        first = coding.units["unit"][~placed].iloc[0]
        few = f"{(~placed).sum()} of {len(placed)}"
        what = f"{few} coded units are not in the corpus: {first} …"
        raise AnalysisError(what, remedy="validate on the corpus that the units were drawn from")
    weight = coding.units["weight"].to_numpy(float)[placed]
    spans["weight"] = weight * article_weights(articles)[spans["article"]]
    spans["cluster"] = article_clusters(articles)[spans["article"]]
    gold = coding.gold()[placed].reset_index(drop=True).astype(float)
    said = pd.DataFrame(lexicon_codes(frames, spans), columns=frames.scheme.names)
    coded = {x: spans.assign(said=said[x], gold=gold[x]).dropna(subset="gold") for x in names}
    table = pd.DataFrame([{"frame": name} | accuracy(one) for name, one in coded.items()])
    table = table.merge(reliability(coding, seed=seed), on="frame")
    words = {str(row["frame"]): _in_words(row) for row in table.to_dict("records")}
    unit = unit_kind(frames.tokens, spans, first=frames.scheme.unit)
    stamp = replace(frames.stamp, coded=len(spans), source=coding.source, frames=words, unit=unit)
    return Validation(table, stamp, tuple(articles["id"]), coded)


def _in_words(row: Any) -> str:
    """F1 and alpha of a frame as the stamp prints them."""
    f1 = estimate_text("F1", [row["f1"], row["f1_low"], row["f1_high"]])
    return ", ".join(filter(None, [f1, row["agreed"]]))


def place_units(
    articles: pd.DataFrame, units: pd.DataFrame
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Where coded units stand: ``article start end`` of those found, and which were found.

    A unit is looked for by its text, which survives cleaning that moved it; one without text by
    its offsets.
    """
    number = {name: i for i, name in enumerate(articles["id"].astype(str))}
    texts, rows = [*articles["text"], ""], []  # the last for units of no article
    for name, start, end, text in units[["article", "start", "end", "text"]].to_numpy().tolist():
        at = number.get(str(name), -1)
        within = texts[at]
        if text and visible(within[start:end]) != visible(text):
            start = within.find(text)
            end = start + len(text)
        rows.append((at, start, end, 0 <= start < end <= len(within)))
    spans = pd.DataFrame(rows, columns=[*SPAN, "found"])
    placed = spans.pop("found").to_numpy(bool)
    return spans[placed].reset_index(drop=True), placed


def lexicon_codes(frames: Frames, spans: pd.DataFrame) -> Floats:
    """What the lexicon says of spans (spans × frames): 1 where a unit inside carries the frame."""
    tokens = frames.tokens
    unit = np.append(tokens.units(frames.scheme.unit)[0], 0)
    places = tokens.article.astype(np.int64) * WIDEST + tokens.start
    begins = spans["article"].to_numpy(np.int64) * WIDEST
    first, last = (np.searchsorted(places, begins + spans[edge]) for edge in ("start", "end"))
    # How many units up to each carry a frame: some inside do where the number grows.
    so_far = np.insert(np.cumsum(frames.carried, axis=0), 0, 0, axis=0)
    grows = so_far[unit[last - 1] + 1] > so_far[unit[first]]
    return np.where(grows & (last > first)[:, None], 1.0, 0.0)


def unit_kind(tokens: Tokens, spans: pd.DataFrame, *, first: str) -> str:
    """Which unit of the corpus the coded spans are, "unit" where they are none.

    ``first`` is the one that is meant where several fit, as in articles of one paragraph.
    """
    wanted = pd.MultiIndex.from_frame(spans[SPAN].astype(np.int64))
    for kind in (first, "paragraph", "sentence", "article"):
        units = pd.MultiIndex.from_frame(tokens.units(kind)[1][SPAN])
        if wanted.isin(units).mean() >= ALIKE:
            return kind
    return "unit"
