"""The supervised classifier beside the lexicon: TF-IDF and logistic regression, cross-validated."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning, UndefinedMetricWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline

from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import counted
from q7x2lab.framing.accuracy import SCORES, Coded, Floats, accuracy, precision_recall_f1
from q7x2lab.stats.resampling import cluster_draws, percentile_interval

FOLDS, INNER_FOLDS = 5, 3
MIN_POSITIVE = 20  # positive units, and negative ones, below which nothing is fitted
STRENGTHS = (0.3, 3.0, 30.0)  # of the regularisation that the inner folds choose from
ENDS = ("", "_low", "_high")
COLUMNS = [f"{name}{end}" for name in (*SCORES, "difference") for end in ENDS]


def lexeme_counts(tokens: Tokens, spans: pd.DataFrame) -> sparse.csr_array:
    """Counts of lexemes in spans of articles (spans × lexemes); spans: ``article start end``."""
    width = np.int64(max(tokens.end.max(initial=0), spans["end"].max()) + 1)
    places = tokens.article.astype(np.int64) * width + tokens.start
    at = spans["article"].to_numpy(np.int64) * width
    first, last = (np.searchsorted(places, at + spans[edge]) for edge in ("start", "end"))
    inside = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    lexeme = tokens.lexeme[tokens.type[inside]]
    begins = np.r_[0, (last - first).cumsum()].astype(np.int32)  # scikit-learn takes no longer ones
    shape = (len(spans), len(tokens.lexemes))
    counts = sparse.csr_array((np.ones(len(inside)), lexeme, begins), shape=shape)
    counts.sum_duplicates()
    return counts


def compare_classifier(
    counts: sparse.csr_array, coded: Coded, *, draws: int, seed: int
) -> tuple[dict[str, object], Floats | None]:
    """Scores of a frame's classifier beside the lexicon's, and what it says of the coded units.

    Parameters
    ----------
    counts
        Coded units × lexemes.
    draws
        Number of bootstrap samples of clusters of articles.

    Returns
    -------
    scores
        ``precision recall f1``, each with ``_low`` and ``_high``; ``difference difference_low
        difference_high``, the classifier's F1 less the lexicon's in the same resamples; ``better``
        (lexicon or classifier where that interval leaves out 0, else ""); ``refused``.
    guesses
        0 or 1 a coded unit, by a model that saw no unit of its cluster; None where refused.
    """
    truth = coded.gold >= 0.5
    fewest = min(truth.sum(), (~truth).sum())
    if fewest < MIN_POSITIVE or len(set(coded.cluster)) < 2 * FOLDS:
        which = "positive" if fewest == truth.sum() else "negative"
        few = f"{counted(fewest, f'{which} unit')}: too few to train a classifier"
        return {"better": "", "refused": few}, None
    guesses = _out_of_fold(counts, truth, coded, seed)
    own = np.ones(len(truth)), *cluster_draws(coded.cluster, draws, seed)
    weights = np.vstack(own) * coded.weight
    f1 = [_weighted_f1(said, coded.gold, weights) for said in (guesses, coded.said)]
    gap = f1[0] - f1[1]
    low, high = percentile_interval(gap[1:])
    better = "classifier" if low > 0 else "lexicon" if high < 0 else ""
    scores = accuracy(replace(coded, said=guesses), seed=seed)
    scores |= {"difference": gap[0], "difference_low": low, "difference_high": high}
    return scores | {"better": better, "refused": ""}, guesses


def _weighted_f1(said: Floats, gold: Floats, weights: Floats) -> Floats:
    """F1 under each row of weights (draws × units), 0 where nothing is or was found."""
    kinds = np.column_stack([said * gold, said * (1 - gold), (1 - said) * gold])
    return np.nan_to_num(precision_recall_f1(*(weights @ kinds).T)[2])


def _out_of_fold(counts: sparse.csr_array, truth: np.ndarray, coded: Coded, seed: int) -> Floats:
    """Predictions for every unit by a model that saw no unit of its cluster of articles."""
    guesses = np.zeros(len(truth))
    outer = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        folds = list(outer.split(counts, truth, coded.cluster))
    for train, test in folds:
        model = fit_classifier(counts[train], truth[train], coded.cluster[train], seed)
        guesses[test] = model.predict(counts[test])
    return guesses


def fit_classifier(
    counts: sparse.csr_array, truth: np.ndarray, clusters: np.ndarray, seed: int
) -> GridSearchCV:
    """The model, its regularisation chosen by folds of whole clusters of articles."""
    regression = LogisticRegression(class_weight="balanced", solver="liblinear", random_state=seed)
    model = make_pipeline(TfidfTransformer(sublinear_tf=True), regression)
    inner = StratifiedGroupKFold(INNER_FOLDS, shuffle=True, random_state=seed)
    strengths = {"logisticregression__C": STRENGTHS}
    search = GridSearchCV(model, strengths, scoring="f1", cv=inner)
    with warnings.catch_warnings():
        for kind in (ConvergenceWarning, UndefinedMetricWarning):
            warnings.simplefilter("ignore", kind)
        return search.fit(counts, truth, groups=clusters)
