"""How many topics? A grid of measures over K, and a rule that says when no K stands out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.errors import AnalysisError, counted
from q7x2lab.stats.resampling import percentile_interval
from q7x2lab.topics.fit import Floats
from q7x2lab.topics.model import TopicModel, check_matrix, fit_model, select_units
from q7x2lab.topics.stability import STABLE, Stability, stability

KS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30)
MIN_UNITS = 30  # fewer articles or paragraphs than this carry no search for topics
MOST_SEARCHED = 4_000  # units on which K is sought, drawn at random; the chosen model sees all
PER_TOPIC = 15  # `auto` asks no more topics than one for so many units
MEASURES = ("stability", "likelihood", "npmi", "exclusivity", "diversity")
RULE = (
    "Stability first: K is a candidate if its topics, refitted on 80 % subsamples, keep a mean "
    f"score of at least {STABLE} (the lower of word overlap and article overlap). Among the "
    "candidates take the fewest topics whose held-out likelihood lies within one standard error, "
    "over the same subsamples, of the best candidate's. If no K is a candidate, none stands out."
)


@dataclass(frozen=True, eq=False)
class TopicGrid:
    """Measures over K and what the rule made of them.

    Attributes
    ----------
    table
        ``k`` and, for stability, likelihood, npmi, exclusivity and diversity, the mean over refits
        with ``_low`` and ``_high`` (95 %); ``stable``, the number of topics with that badge.
    chosen, decided, reason
        The K taken, whether it stands out, and why, in words.
    model
        The model of that K.
    rule
        The rule in words.
    """

    table: pd.DataFrame
    chosen: int
    decided: bool
    reason: str
    model: TopicModel
    rule: str = RULE


def fit_topics(
    dtm: Any, *, k: int | str = "auto", method: str = "ensemble", seed: int = 0
) -> TopicModel:
    """A topic model of a document-term matrix: the same matrix and seed, the same bytes.

    Parameters
    ----------
    dtm
        A `DocumentTermMatrix`; copies weigh what ``articles["weight"]`` says.
    k
        The number of topics, or ``auto``: see `topic_grid` for the rule.
    method
        ``ensemble`` (the tightest of many clusterings on LSA vectors, then a few steps of EM on
        weighted counts), ``kmeans`` (that clustering alone), ``nmf`` or ``lda`` (scikit-learn's).
    seed
        Of every random draw.

    Raises
    ------
    AnalysisError
        If the matrix cannot carry k topics.

    Notes
    -----
    Deerwester et al. (1990) and Ding and He (2004) for the clustering; Hofmann (1999) for EM.

    Examples
    --------
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> model = fit_topics(two_subjects(), k=2)
    >>> sorted(model.main_topics[[0, 39]].tolist())
    [0, 1]
    """
    if k == "auto":
        return topic_grid(dtm, method=method, seed=seed).model
    return fit_model(dtm, k, method=method, seed=seed)


def topic_grid(
    dtm: Any, ks: Sequence[int] = (), *, method: str = "ensemble", draws: int = 6, seed: int = 0
) -> TopicGrid:
    """Stability, held-out likelihood and NPMI, exclusivity and diversity for each number of topics.

    Parameters
    ----------
    ks
        Numbers of topics to try; default those of `KS` with at least 15 units a topic.
    method, seed
        As for `fit_topics`.
    draws
        Refits of each K.

    Returns
    -------
    TopicGrid
        The measures (`table`), the K taken (`chosen`), why (`reason`, `rule`), and its `model`.

    Raises
    ------
    AnalysisError
        If fewer than 30 units hold words, or they cannot carry a K.

    Examples
    --------
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> grid = topic_grid(two_subjects(), [2], method="nmf", draws=2)
    >>> grid.chosen, grid.table["stable"].tolist()
    (2, [2])
    """
    filled = np.flatnonzero(np.diff(check_matrix(dtm, 2, method).indptr))
    if filled.size < MIN_UNITS:
        what = f"{counted(filled.size, 'unit')} with words are too few to look for topics"
        remedy = f"it takes {MIN_UNITS}: add articles, or make paragraphs the unit"
        raise AnalysisError(what, where="topics: k", remedy=remedy)
    tried = sorted(set(ks)) or [k for k in KS if k * PER_TOPIC <= filled.size]
    for k in tried:
        check_matrix(dtm, k, method)
    part = dtm
    if filled.size > MOST_SEARCHED:
        rows = np.sort(np.random.default_rng(seed).choice(filled, MOST_SEARCHED, replace=False))
        part = select_units(dtm, rows)
    fit = partial(fit_model, method=method, seed=seed)
    models = {k: fit(part, k) for k in tried}
    refits = {k: stability(models[k], draws=draws) for k in tried}
    table = pd.DataFrame([_line(k, refits[k]) for k in tried])
    likelihoods = {k: refits[k].draws["likelihood"].to_numpy() for k in tried}
    chosen, decided, reason = choose_k(table, likelihoods)
    if part is dtm:
        return TopicGrid(table, chosen, decided, reason, models[chosen])
    reason += f" (sought on {MOST_SEARCHED:,} of {filled.size:,} units, drawn at random)"
    return TopicGrid(table, chosen, decided, reason, fit(dtm, chosen))


def _line(k: int, found: Stability) -> dict[str, Any]:
    """One row of the grid: mean and 95 % limits of each measure over the refits."""
    values = found.draws.assign(stability=found.overlap.mean(axis=1))[list(MEASURES)]
    low, high = percentile_interval(values)
    line: dict[str, Any] = {"k": k}
    for name, *numbers in zip(MEASURES, values.mean(), low, high, strict=True):
        line |= dict(zip((name, f"{name}_low", f"{name}_high"), numbers, strict=True))
    return line | {"stable": int((found.topics["badge"] == "stable").sum())}


def choose_k(table: pd.DataFrame, likelihoods: dict[int, Floats]) -> tuple[int, bool, str]:
    """The K that the rule takes, whether it stands out, and why, in words.

    Parameters
    ----------
    table
        Columns ``k`` and ``stability``.
    likelihoods
        Held-out likelihood of each K in each refit, on the same subsamples.

    Examples
    --------
    >>> table = pd.DataFrame({"k": [2, 3, 4], "stability": [0.9, 0.8, 0.4]})
    >>> drawn = {2: np.array([-9.0, -9.1]), 3: np.array([-8.0, -8.1]), 4: np.array([-7.9, -8.0])}
    >>> choose_k(table, drawn)[:2]
    (3, True)
    """
    scores = dict(zip(table["k"].tolist(), table["stability"], strict=True))
    candidates = [k for k, score in scores.items() if score >= STABLE]
    if not candidates:
        chosen = max(scores, key=lambda k: (scores[k], -k))
        reason = (
            f"no K stands out: none keeps its topics under resampling (the best, K = {chosen}, "
            f"scores {scores[chosen]:.2f} where {STABLE} is asked): read topics as hints"
        )
        return chosen, False, reason
    best = max(candidates, key=lambda k: likelihoods[k].mean())
    level = [k for k in candidates if _as_good(likelihoods[k], likelihoods[best])]
    chosen = min(level)
    edge = ", the largest tried: more may do better" if chosen == max(scores) else ""
    kept = f"K = {chosen} keeps its topics (score {scores[chosen]:.2f}{edge})"
    if len(level) > 1:
        others = ", ".join(str(k) for k in level if k != chosen)
        return chosen, False, f"no single K stands out: {kept}, but K = {others} predict as well"
    return chosen, True, f"{kept} and predicts unseen words best among those that do"


def _as_good(own: Floats, best: Floats) -> bool:
    """Whether the best lies no more than one standard error of the difference ahead."""
    ahead = best - own
    error = ahead.std(ddof=1) / np.sqrt(ahead.size) if ahead.size > 1 else 0.0
    return bool(ahead.mean() <= error)
