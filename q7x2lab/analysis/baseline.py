"""The supervised baseline beside the lexicon: TF-IDF and logistic regression, cross-validated."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn import config_context
from sklearn.exceptions import ConvergenceWarning, UndefinedMetricWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import Pipeline

from q7x2lab.analysis.uncertainty import percentile_interval
from q7x2lab.corpus.tokens import Tokens

Floats = NDArray[np.float64]
FOLDS = 5
MIN_POSITIVE = 20
STRENGTHS = (0.3, 3.0, 30.0)


def span_counts(tokens: Tokens, spans: pd.DataFrame) -> sparse.csr_array:
    """Counts of lexemes in spans of articles (spans × lexemes). spans: `article start end`."""
    width = np.int64(max(tokens.end.max(initial=0), spans["end"].max()) + 1)
    places = tokens.article.astype(np.int64) * width + tokens.start
    at = spans["article"].to_numpy(np.int64) * width
    first = np.searchsorted(places, at + spans["start"])
    sizes = np.searchsorted(places, at + spans["end"]) - first
    inside = np.repeat(first - np.r_[0, sizes.cumsum()[:-1]], sizes) + np.arange(sizes.sum())
    lexeme = tokens.lexeme[tokens.type[inside]].astype(np.int32)
    shape = (len(spans), len(tokens.lexemes))
    rows = np.repeat(np.arange(len(spans), dtype=np.int32), sizes)
    return sparse.coo_array((np.ones(len(rows)), (rows, lexeme)), shape=shape).tocsr()


def cross_validated(
    tokens: Tokens,
    spans: pd.DataFrame,
    gold: Floats,
    said: Floats,
    names: list[str],
    weights: Floats,
    *,
    seed: int = 0,
) -> pd.DataFrame:
    """F1 of a classifier trained on the coding, beside the lexicon's: a row a frame.

    Returns `frame precision recall f1 f1_low f1_high difference difference_low difference_high
    better refused`; difference is the classifier's F1 less the lexicon's in the same resamples,
    and `better` names one only where its interval leaves out 0. TF-IDF of lexemes and logistic
    regression; five folds of whole articles outside, three inside to choose the regularisation.
    Refused with fewer than 20 positive units. spans, gold, said, weights as in `validation`.
    """
    from q7x2lab.analysis.validation import precision_recall_f1

    counts, groups, rows = span_counts(tokens, spans), spans["article"].to_numpy(), []
    for i, name in enumerate(names):
        known = np.flatnonzero(~np.isnan(gold[:, i]))
        truth = gold[known, i]
        row: dict[str, object] = {"frame": name, "refused": "", "better": ""}
        rows.append(row)
        positive = int((truth >= 0.5).sum())
        if (
            min(positive, len(truth) - positive) < MIN_POSITIVE
            or len(set(groups[known])) < 2 * FOLDS
        ):
            row["refused"] = f"{positive} positive units: too few to train a classifier"
            continue
        guess = _out_of_fold(counts[known], truth >= 0.5, groups[known], seed)
        scores = {}
        for who, codes in (("classifier", guess), ("lexicon", said[known, i])):
            cells = np.column_stack([codes * truth, codes * (1 - truth), (1 - codes) * truth])
            scores[who] = precision_recall_f1(*(weights[:, known] @ cells).T)
        precision, recall, f1 = scores["classifier"]
        gap = np.nan_to_num(f1) - np.nan_to_num(scores["lexicon"][2])
        low, high = percentile_interval(f1[1:])
        less, more = (float(x) for x in percentile_interval(gap[1:]))
        row |= {"precision": precision[0], "recall": recall[0], "f1": f1[0], "f1_low": float(low)}
        row |= {"f1_high": float(high), "difference": gap[0], "difference_low": less}
        row |= {"difference_high": more}
        row["better"] = "classifier" if less > 0 else "lexicon" if more < 0 else ""
    order = ["frame", "precision", "recall", "f1", "f1_low", "f1_high", "difference"]
    order += ["difference_low", "difference_high", "better", "refused"]
    return pd.DataFrame(rows).reindex(columns=order)


def _out_of_fold(
    counts: sparse.csr_array, truth: NDArray[np.bool_], groups: NDArray[np.int64], seed: int
) -> Floats:
    """Predictions for every unit by a model that saw no unit of its article."""
    guess = np.zeros(len(truth))
    outer = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings(), config_context(skip_parameter_validation=True):
        for kind in (ConvergenceWarning, UndefinedMetricWarning):
            warnings.simplefilter("ignore", kind)
        for train, test in outer.split(counts, truth, groups):
            inner = StratifiedGroupKFold(3, shuffle=True, random_state=seed)
            regression = LogisticRegression(
                class_weight="balanced", solver="liblinear", random_state=seed
            )
            model = Pipeline([("tfidf", TfidfTransformer(sublinear_tf=True)), ("fit", regression)])
            search = GridSearchCV(model, {"fit__C": STRENGTHS}, scoring="f1", cv=inner)
            search.fit(counts[train], truth[train], groups=groups[train])
            guess[test] = search.predict(counts[test])
    return guess
