"""Where coded units stand in a corpus, and what a lexicon says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.framing.coding_sample import visible

if TYPE_CHECKING:
    from q7x2lab.corpus.token_table import Tokens
    from q7x2lab.framing.scores import Frames

Floats = NDArray[np.float64]
ALIKE = 0.9  # of the coded spans that must be units of one kind


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
        if text and visible(texts[at][start:end]) != visible(text):
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


def unit_kind(tokens: Tokens, spans: pd.DataFrame, *, first: str = "paragraph") -> str:
    """Which unit of the corpus the coded spans are, "span" where they are none.

    first: the one that is meant where several fit, as in articles of one paragraph.
    """
    lengths = tokens.articles["text"].str.len().to_numpy()
    whole = pd.DataFrame({"article": np.arange(len(lengths)), "start": 0, "end": lengths})
    kinds = {"paragraph": tokens.paragraphs, "sentence": tokens.sentences, "article": whole}
    for name in sorted(kinds, key=lambda kind: kind != first):
        if (unit_rows(kinds[name], spans) >= 0).sum() >= ALIKE * len(spans):
            return name
    return "span"


def unit_rows(units: pd.DataFrame, spans: pd.DataFrame) -> NDArray[np.int64]:
    """The row of `units` that each span is, -1 for none."""
    place = ["article", "start", "end"]
    known = pd.MultiIndex.from_frame(units[place].astype(np.int64))
    return known.get_indexer(pd.MultiIndex.from_frame(spans[place].astype(np.int64)))
