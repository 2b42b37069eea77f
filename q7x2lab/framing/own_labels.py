"""Labels that people or programs gave to whole articles, counted and judged like frames."""

import hashlib
import re
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import StudyError
from q7x2lab.framing.accuracy import Validation
from q7x2lab.framing.coding import Coding, reliability
from q7x2lab.framing.schemes import Frame, Scheme
from q7x2lab.framing.scores import Frames
from q7x2lab.framing.validation import validate_frames

MAJORITY = 0.5  # of those who labelled an article: more of them must have given the label


def score_labels(
    tokens: Tokens, codes: Coding, *, name: str, by: str | None = None, seed: int = 0
) -> Frames:
    """Labels as frames: shares of the labelled articles with intervals, and how far they agree.

    Articles without a label are left out.

    Parameters
    ----------
    codes
        Codes of whole articles, the label as the frame. Where programs are among the coders, their
        labels are counted and those of people validate them.
    name
        What the labels tell, such as tone; the title of figures.
    by, seed
        As for `score_frames`.

    Raises
    ------
    StudyError
        Where no label was given to an article by more than half of those who labelled it.

    Notes
    -----
    An article carries a label that more than half of its coders gave it. Shares of what a program
    said are corrected by what people said, as for `validate_frames`; labels of people are not.

    Examples
    --------
    >>> import pandas as pd
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> from q7x2lab.framing.coding import coding_from_table
    >>> table = pd.DataFrame({"id": list("abc"), "date": pd.NaT, "outlet": "x", "text": "نص"})
    >>> told = table[["id", "text"]].assign(coder="A", calm=[1, 0, 0], angry=[0, 1, 1])
    >>> labels = score_labels(tokenize_corpus(Corpus(table)), coding_from_table(told), name="tone")
    >>> labels.shares.set_index("frame")["share"].round(2).to_dict()
    {'calm': 0.33, 'angry': 0.67}
    """
    counted = codes.codes["coder"].isin([*(codes.machines or codes.coders)])
    given = codes.codes[counted].merge(codes.units[["unit", "article"]], on="unit")
    carried = given.pivot_table("code", "article", "frame") > MAJORITY
    carried = carried[carried.any(axis=1)].reindex(columns=codes.frames, fill_value=False)
    kept = tokens.articles["id"].astype(str).isin(carried.index).to_numpy()
    if not kept.any():
        remedy = "let one more person label the articles, or settle the labels"
        raise StudyError("no article has a label", where=codes.source, remedy=remedy)
    labelled = _of_articles(tokens, kept)
    units, hits = labelled.units("article")[1], {}
    carried = carried.loc[labelled.articles["id"].astype(str).tolist()]
    for label in codes.frames:
        rows = np.flatnonzero(carried[label])
        hit = units.iloc[rows].assign(first=rows, last=rows, unit=rows)
        hits[label] = hit.assign(term=label, negated=False, weight=1.0)
    frames = Frames(_scheme(codes, name), labelled, hits, units, by, seed, codes=codes)
    return replace(frames, validation=_validation(frames, codes, seed))


def _of_articles(tokens: Tokens, kept: NDArray[np.bool_]) -> Tokens:
    """The tokens of some articles, which are numbered anew."""
    inside, number = kept[tokens.article], np.cumsum(kept, dtype=np.int32) - 1
    columns = {name: getattr(tokens, name)[inside] for name in ("start", "length", "type")}
    articles = tokens.articles[kept].reset_index(drop=True)
    return replace(tokens, articles=articles, article=number[tokens.article[inside]], **columns)


def _scheme(codes: Coding, name: str) -> Scheme:
    """The labels as a scheme whose frames have no terms; its name is made of Latin letters."""
    sha256 = hashlib.sha256(codes.codes.to_csv(index=False).encode()).hexdigest()
    latin = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:30] or sha256[:4]
    frames = dict.fromkeys(codes.frames, Frame())
    about: Any = {"title_ar": name, "title_en": name, "source": codes.source, "frames": frames}
    return Scheme(id=f"labels-{latin}", unit="article", sha256=sha256, instrument="labels", **about)


def _validation(frames: Frames, codes: Coding, seed: int) -> Validation | None:
    """What people's labels say of a program's; of people's own, how far several agree."""
    ids = frames.tokens.articles["id"]
    people = codes.codes.loc[codes.codes["coder"].isin(codes.humans), "unit"]
    if codes.machines and len(people):
        both = codes.units["unit"].isin(people) & codes.units["article"].isin(ids.astype(str))
        units = codes.units[both].reset_index(drop=True)
        return validate_frames(frames, replace(codes, units=units), seed=seed)
    if len(codes.humans) < 2:
        return None
    table = reliability(codes, seed=seed).assign(doubt="labels of people are not corrected")
    agreed = dict(zip(table["frame"], table["agreed"], strict=True))
    stamp = replace(frames.stamp, coded=len(codes.units), frames=agreed, unit="article")
    return Validation(table, stamp, tuple(ids), {})
