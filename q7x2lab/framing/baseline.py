"""The supervised baseline beside the lexicon: TF-IDF and logistic regression, cross-validated."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace

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

from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import counted
from q7x2lab.framing.correction import Coded
from q7x2lab.framing.precision import SCORES, precision_recall_f1, scored
from q7x2lab.stats.resampling import percentile_interval

Floats = NDArray[np.float64]
FOLDS = 5
MIN_POSITIVE = 20
STRENGTHS = (0.3, 3.0, 30.0)


@dataclass(frozen=True, eq=False)
class Classifier:
    """A frame's classifier: what it was taught, and what it said of each unit unseen.

    guesses: 0 or 1 a coded unit by a model that saw no unit of its cluster of articles, NaN where
    the frame was not coded. counts: coded units × lexemes. truth: bool a coded unit.
    """

    guesses: Floats
    counts: sparse.csr_array
    truth: NDArray[np.bool_]
    groups: NDArray[np.int64]
    seed: int

    @property
    def size(self) -> int:
        """How many coded units it was taught by."""
        return len(self.truth)

    def read(self, counts: sparse.csr_array) -> Floats:
        """0 or 1 for each unit (units × lexemes) by the model taught by all coded units."""
        return _fitted(self.counts, self.truth, self.groups, self.seed).predict(counts) * 1.0


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
    units: Mapping[str, Coded],
    weights: Floats,
    *,
    seed: int = 0,
) -> tuple[pd.DataFrame, dict[str, Classifier]]:
    """F1 of a classifier taught by the coding, beside the lexicon's, and the classifiers.

    Returns `frame precision recall f1`, each with `_low` and `_high`, `difference difference_low
    difference_high better refused`, a row a frame; difference is the classifier's F1 less the
    lexicon's in the same resamples, and `better` names one only where its interval leaves out 0.
    TF-IDF of lexemes and logistic regression; five folds of whole clusters of articles outside,
    three inside to choose the regularisation. Refused with fewer than 20 positive units, or
    negative ones. weights: (1 + draws) × units, the first row the units' own weights.
    """
    counts, rows, classifiers = span_counts(tokens, spans), [], {}
    for name, one in units.items():
        known = np.flatnonzero(~np.isnan(one.gold))
        truth, groups = one.gold[known] >= 0.5, one.cluster[known]
        row: dict[str, object] = {"frame": name, "refused": "", "better": ""}
        rows.append(row)
        fewest = min(truth.sum(), (~truth).sum())
        if fewest < MIN_POSITIVE or len(set(groups)) < 2 * FOLDS:
            which = "positive" if fewest == truth.sum() else "negative"
            row["refused"] = f"{counted(fewest, f'{which} unit')}: too few to train a classifier"
            continue
        guesses = np.full(len(one.gold), np.nan)
        guesses[known] = _out_of_fold(counts[known], truth, groups, seed)
        classifiers[name] = Classifier(guesses, counts[known], truth, groups, seed)
        row |= _compared(one, guesses, weights, seed)
    order = [f"{s}{end}" for s in SCORES for end in ("", "_low", "_high")]
    order = ["frame", *order, "difference", "difference_low", "difference_high"]
    return pd.DataFrame(rows).reindex(columns=[*order, "better", "refused"]), classifiers


def _compared(one: Coded, guesses: Floats, weights: Floats, seed: int) -> dict[str, object]:
    """The classifier's scores, and how much they exceed the lexicon's in the same resamples."""
    known = ~np.isnan(one.gold)
    truth, resampled = one.gold[known], []
    for codes in (guesses[known], one.said[known]):
        cells = np.column_stack([codes * truth, codes * (1 - truth), (1 - codes) * truth])
        resampled.append(np.nan_to_num(precision_recall_f1(*(weights[:, known] @ cells).T)[2]))
    gap = resampled[0] - resampled[1]
    less, more = (float(x) for x in percentile_interval(gap[1:]))
    own = scored(replace(one, said=guesses), seed=seed)
    row = {f"{s}{end}": own[f"{s}{end}"] for s in SCORES for end in ("", "_low", "_high")}
    row |= {"difference": gap[0], "difference_low": less, "difference_high": more}
    return row | {"better": "classifier" if less > 0 else "lexicon" if more < 0 else ""}


def _out_of_fold(
    counts: sparse.csr_array, truth: NDArray[np.bool_], groups: NDArray[np.int64], seed: int
) -> Floats:
    """Predictions for every unit by a model that saw no unit of its cluster of articles."""
    guess = np.zeros(len(truth))
    outer = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        folds = list(outer.split(counts, truth, groups))
    for train, test in folds:
        model = _fitted(counts[train], truth[train], groups[train], seed)
        guess[test] = model.predict(counts[test])
    return guess


def _fitted(
    counts: sparse.csr_array, truth: NDArray[np.bool_], groups: NDArray[np.int64], seed: int
) -> GridSearchCV:
    """The model, its regularisation chosen by three folds of whole clusters of articles."""
    regression = LogisticRegression(class_weight="balanced", solver="liblinear", random_state=seed)
    model = Pipeline([("tfidf", TfidfTransformer(sublinear_tf=True)), ("fit", regression)])
    inner = StratifiedGroupKFold(3, shuffle=True, random_state=seed)
    search = GridSearchCV(model, {"fit__C": STRENGTHS}, scoring="f1", cv=inner)
    with warnings.catch_warnings(), config_context(skip_parameter_validation=True):
        for kind in (ConvergenceWarning, UndefinedMetricWarning):
            warnings.simplefilter("ignore", kind)
        return search.fit(counts, truth, groups=groups)
