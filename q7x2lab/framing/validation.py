"""Frames held against coding: precision, recall, F1, and a supervised classifier beside."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline

from q7x2lab.arabic.letters import visible
from q7x2lab.corpus.model import article_clusters, article_weights
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import AnalysisError, StudyError, did_you_mean
from q7x2lab.framing.accuracy import (
    MIN_GOLD,
    SCORES,
    TINY,
    Floats,
    Validation,
    accuracy,
    estimate_text,
)
from q7x2lab.framing.coding import Coding, reliability
from q7x2lab.framing.scores import Frames
from q7x2lab.stats.resampling import cluster_draws, percentile_interval

INSTRUMENTS = ("lexicon", "better")
ALIKE = 0.9  # of the coded spans that must be units of one kind
MOST_UNPLACED = 0.05  # of the coded units that may be missing from the corpus
SPAN = ["article", "start", "end"]
FOLDS = 5
HALF = 0.5  # of the coders from which on a classifier is taught that a unit carries the frame
# Inverse strength of the regularisation. For eight of ten frames of the demonstration F1 is highest
# at .3 of .3, 1, 3, 10, 30, 100, for the other two within .01 of the highest.
STRENGTH = 0.3
ENDS = ("", "_low", "_high")
COMPARED = [f"{name}{end}" for name in (*SCORES, "difference") for end in ENDS]
BASELINE = ["frame", *COMPARED, "better", "refused"]


def validate_frames(
    frames: Frames, coding: Coding, *, use: str = "lexicon", baseline: bool = True, seed: int = 0
) -> Validation:
    """Precision, recall and F1 of every frame against a coding, with intervals over articles.

    Parameters
    ----------
    frames
        What `score_frames` returned for the corpus that was coded, best in the unit that was
        coded.
    coding
        From `read_coding` or `coding_from_table`.
    use
        ``lexicon``; or ``better``, the classifier for every frame whose F1 it raises beyond chance.
        Stamp, shares and figures then say so.
    baseline
        Whether a classifier is cross-validated too: TF-IDF of lexemes and logistic regression,
        five folds of whole clusters of articles; refused with fewer than 20 positive units, or
        negative ones.

    Raises
    ------
    AnalysisError
        Where no frame was coded, over one unit in twenty is not in the corpus, or a classifier is
        asked for in another unit than was coded.

    Notes
    -----
    A coded unit carries a frame for the lexicon if any of the scored units within it does. Units
    are weighted as drawn. For the intervals see `accuracy`. Of a frame that the classifier reads,
    coded units carry what a model said that never saw their article, all others what the model
    fitted to all coded ones says (cross-prediction: Zrnic and Candes 2024, PNAS 121).

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
    >>> found.table[["precision", "recall"]].values.tolist()
    [[1.0, 0.5]]
    """
    if use not in INSTRUMENTS:
        raise StudyError(f"unknown instrument {use!r}", remedy=did_you_mean(use, INSTRUMENTS))
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
    ids = tuple(articles["id"])
    found = Validation(table, pd.DataFrame(), stamp, ids, coded)
    return _beside_classifier(found, frames, use=use, seed=seed) if baseline else found


def _in_words(row: Any, instrument: str = "") -> str:
    """F1 and alpha of a frame as the stamp prints them."""
    f1 = estimate_text("F1", [row[f"f1{end}"] for end in ENDS])
    return ", ".join(filter(None, [instrument, f1, row["agreed"]]))


def _beside_classifier(found: Validation, frames: Frames, *, use: str, seed: int) -> Validation:
    """The validation with a classifier beside, which reads every unit if that is asked for."""
    if use == "better" and (reason := found.other_unit(frames.scheme.unit)):
        raise AnalysisError(f"a classifier cannot read these units: {reason}")
    rows, readings = [], {}
    coded, words = dict(found.coded), dict(found.stamp.frames)
    for row in found.table.to_dict("records"):
        name, one = row["frame"], coded[row["frame"]]
        counts = lexeme_counts(frames.tokens, one)
        scores, guesses = compare_classifier(counts, one, seed=seed)
        rows.append({"frame": name} | scores)
        if use == "lexicon" or scores["better"] != "classifier":
            continue
        model = _classifier(seed).fit(counts, one["gold"] >= HALF)
        readings[name] = model.predict(lexeme_counts(frames.tokens, frames.units)) * 1.0
        at = unit_rows(frames.units, one)
        readings[name][at[at >= 0]] = guesses[at >= 0]
        coded[name] = one.assign(said=guesses)
        instrument = f"classifier fitted to {len(guesses)} coded {found.stamp.unit}s"
        words[name] = _in_words(row | scores, instrument)
    table, stamp = pd.DataFrame(rows).reindex(columns=BASELINE), replace(found.stamp, frames=words)
    return replace(found, baseline=table, stamp=stamp, coded=coded, readings=readings)


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
    unit = frames.tokens.units(frames.scheme.unit)[0]
    return np.where(_tokens_inside(frames.tokens, spans) @ frames.carried[unit], 1.0, 0.0)


def lexeme_counts(tokens: Tokens, spans: pd.DataFrame) -> sparse.csr_array:
    """sparse.csr_array of lexemes in spans of articles (spans × lexemes)."""
    inside = _tokens_inside(tokens, spans)
    lexeme = tokens.lexeme[tokens.type[inside.indices]]
    shape = (len(spans), len(tokens.lexemes))
    return sparse.csr_array((inside.data * 1.0, lexeme, inside.indptr), shape=shape)


def _tokens_inside(tokens: Tokens, spans: pd.DataFrame) -> sparse.csr_array:
    """Which tokens begin in which span (spans × tokens)."""
    width = np.int64(max(tokens.end.max(initial=0), spans["end"].max()) + 1)  # one number of two
    places = tokens.article.astype(np.int64) * width + tokens.start
    at = spans["article"].to_numpy(np.int64) * width
    first, last = (np.searchsorted(places, at + spans[edge]) for edge in ("start", "end"))
    inside = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    begins = np.concatenate([[0], np.cumsum(last - first)]).astype(np.int32)
    parts = np.ones(len(inside), bool), inside.astype(np.int32), begins  # scikit-learn: no int64
    return sparse.csr_array(parts, shape=(len(spans), len(places)))


def unit_kind(tokens: Tokens, spans: pd.DataFrame, *, first: str) -> str:
    """Which unit of the corpus the coded spans are, "unit" where they are none.

    ``first`` is the one that is meant where several fit, as in articles of one paragraph.
    """
    for kind in (first, "paragraph", "sentence", "article"):
        if (unit_rows(tokens.units(kind)[1], spans) >= 0).mean() >= ALIKE:
            return kind
    return "unit"


def unit_rows(units: pd.DataFrame, spans: pd.DataFrame) -> NDArray[np.intp]:
    """The row of `units` that each span is, -1 for none."""
    known, wanted = (pd.MultiIndex.from_frame(x[SPAN].astype(np.int64)) for x in (units, spans))
    return known.get_indexer(wanted)


def compare_classifier(
    counts: sparse.csr_array, coded: pd.DataFrame, *, seed: int
) -> tuple[dict[str, Any], Floats]:
    """Scores of a frame's classifier beside the lexicon's, and what it says of the coded units.

    Parameters
    ----------
    counts
        Coded units × lexemes.
    coded
        As for `accuracy`.

    Returns
    -------
    scores
        ``precision recall f1``, each with ``_low`` and ``_high``; ``difference difference_low
        difference_high``, the classifier's F1 less the lexicon's in the same resamples; ``better``
        (lexicon or classifier where that interval leaves out 0, else ""); ``refused``.
    guesses
        0 or 1 a coded unit, by a model that saw no unit of its cluster; empty where refused.
    """
    said, gold, cluster = (coded[name].to_numpy() for name in ("said", "gold", "cluster"))
    truth = gold >= HALF
    if min(truth.sum(), (~truth).sum()) < MIN_GOLD or len(set(cluster)) < 2 * FOLDS:
        few = f"{truth.sum()} of {len(truth)} units are positive: too few of one kind to train on"
        return {"better": "", "refused": few}, np.array([])
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    guesses = cross_val_predict(_classifier(seed), counts, truth, groups=cluster, cv=folds) * 1.0
    own = np.ones(len(truth)), *cluster_draws(cluster, seed=seed)
    weights = np.vstack(own) * coded["weight"].to_numpy()  # the units' own, then the resamples'
    f1 = [
        2 * (weights @ (codes * gold)) / np.maximum(weights @ (codes + gold), TINY)
        for codes in (guesses, said)
    ]
    gap = f1[0] - f1[1]
    low, high = percentile_interval(gap[1:])
    better = "classifier" if low > 0 else "lexicon" if high < 0 else ""
    scores = accuracy(coded.assign(said=guesses))
    scores |= {"difference": gap[0], "difference_low": low, "difference_high": high}
    return scores | {"better": better, "refused": ""}, guesses


def _classifier(seed: int) -> Pipeline:
    """TF-IDF of lexemes and logistic regression."""
    model = LogisticRegression(
        C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=seed
    )
    return make_pipeline(TfidfTransformer(sublinear_tf=True), model)
