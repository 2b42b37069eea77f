"""How many topics? A grid of measures over K, and a rule that says when no K stands out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from q7x2lab.errors import AnalysisError, counted
from q7x2lab.stats.resampling import percentile_interval
from q7x2lab.topics.model import MIN_UNITS, TopicModel, check_matrix, fit_topics
from q7x2lab.topics.stability import STABLE, stability

KS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30)
PER_TOPIC = 15  # `auto` asks no more topics than one for so many units
MEASURES = ("stability", "likelihood", "npmi", "exclusivity", "diversity")
RULE = (
    "Stability first: K is a candidate if its topics, refitted on 80 % subsamples, keep a mean "
    f"score of at least {STABLE} (the lower of word overlap and article overlap). Among the "
    "candidates take the fewest topics whose held-out likelihood lies within one standard error, "
    "over the same subsamples, of the best candidate's. If no K is a candidate, none stands out."
)


@dataclass(frozen=True, repr=False, eq=False)
class TopicGrid:
    """Measures over K and what the rule made of them.

    table: k and, for stability, likelihood, npmi, exclusivity and diversity, the mean over refits
    with `_low` and `_high` (95 %), and `stable`, the number of topics with that badge. chosen: the
    K taken. decided: whether it stands out; reason says why in words. model: the model of that K.
    """

    table: pd.DataFrame
    chosen: int
    decided: bool
    reason: str
    model: TopicModel
    rule: str = RULE

    def __repr__(self) -> str:
        return f"TopicGrid over K = {self.table['k'].tolist()}: {self.reason}"


def topic_grid(
    dtm: Any,
    ks: Iterable[int] | None = None,
    *,
    method: Any = "ensemble",
    draws: int = 6,
    share: float = 0.8,
    seed: int = 0,
    starts: int | None = None,
    max_units: int = 4_000,
) -> TopicGrid:
    """Stability, held-out likelihood, held-out NPMI, exclusivity and diversity for each K.

    ks: numbers of topics to try; by default those of `KS` with at least 15 units a topic. draws,
    share: refits of each K and the part of the articles they see. max_units: K is sought on a
    random sample of at most so many units; the chosen model is fitted on all. The rule is in
    `TopicGrid.rule`. Raises `AnalysisError` where fewer than 30 units hold words.

    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> grid = topic_grid(two_subjects(), [2], method="nmf", draws=2)
    >>> grid.chosen, grid.table["stable"].tolist()
    (2, [2])
    """
    counts = check_matrix(dtm, 2, method)
    filled = np.flatnonzero(np.diff(counts.indptr))
    if filled.size < MIN_UNITS:
        raise AnalysisError(
            f"{counted(filled.size, 'unit')} with words are too few to look for topics",
            where="topics: k",
            remedy=f"it takes {MIN_UNITS}: add articles, or make paragraphs the unit",
        )
    tried = sorted(set(ks)) if ks is not None else [k for k in KS if k * PER_TOPIC <= filled.size]
    for k in tried:
        check_matrix(dtm, k, method)
    part = dtm
    if filled.size > max_units:
        rows = np.sort(np.random.default_rng(seed).choice(filled, max_units, replace=False))
        part = select_units(dtm, rows)
    models, refits = {}, {}
    for k in tried:
        models[k] = fit_topics(part, k=k, method=method, seed=seed, starts=starts)
        refits[k] = stability(models[k], draws=draws, share=share, seed=seed)
    table = pd.DataFrame([_line(k, refits[k]) for k in tried])
    likelihoods = {k: refits[k].draws["likelihood"].to_numpy() for k in tried}
    chosen, decided, reason = choose_k(table, likelihoods)
    if part is not dtm:
        reason += f" (sought on {max_units:,} of {filled.size:,} units, drawn at random)"
        model = fit_topics(dtm, k=chosen, method=method, seed=seed, starts=starts)
    else:
        model = models[chosen]
        model.__dict__["stability"] = refits[chosen]
    return TopicGrid(table, chosen, decided, reason, model)


def select_units(dtm: Any, rows: np.ndarray[Any, Any]) -> Any:
    """The same matrix with some of its rows."""
    return SimpleNamespace(
        counts=sp.csr_matrix(dtm.counts)[rows],
        articles=dtm.articles.iloc[rows].reset_index(drop=True),
        lexemes=dtm.lexemes,
        labels=dtm.labels,
        unit=getattr(dtm, "unit", "article"),
    )


def _line(k: int, found: Any) -> dict[str, Any]:
    values = {"stability": found.overlap.mean(axis=1)}
    values |= {name: found.draws[name].to_numpy() for name in MEASURES[1:]}
    line: dict[str, Any] = {"k": k}
    for name, drawn in values.items():
        low, high = percentile_interval(drawn)
        line |= {name: float(drawn.mean()), f"{name}_low": float(low), f"{name}_high": float(high)}
    return line | {"stable": int((found.topics["badge"] == "stable").sum())}


def choose_k(
    table: pd.DataFrame, likelihoods: dict[int, np.ndarray[Any, Any]]
) -> tuple[int, bool, str]:
    """The K that the rule takes, whether it stands out, and why, in words.

    table: columns k and stability. likelihoods: held-out likelihood of each K in each refit, on
    the same subsamples.

    >>> table = pd.DataFrame({"k": [2, 3, 4], "stability": [0.9, 0.8, 0.4]})
    >>> drawn = {2: np.array([-9.0, -9.1]), 3: np.array([-8.0, -8.1]), 4: np.array([-7.9, -8.0])}
    >>> choose_k(table, drawn)[:2]
    (3, True)
    """
    scores = dict(zip(table["k"], table["stability"], strict=True))
    candidates = [k for k, score in scores.items() if score >= STABLE]
    if not candidates:
        chosen = max(scores, key=lambda k: (scores[k], -k))
        return (
            int(chosen),
            False,
            (
                f"no K stands out: none keeps its topics under resampling (the best, K = {chosen}, "
                f"scores {scores[chosen]:.2f} where {STABLE} is asked): read topics as hints"
            ),
        )
    best = max(candidates, key=lambda k: likelihoods[k].mean())
    level = []
    for k in candidates:
        behind = likelihoods[best] - likelihoods[k]
        error = behind.std(ddof=1) / np.sqrt(behind.size) if behind.size > 1 else 0.0
        if behind.mean() <= error:
            level.append(int(k))
    chosen = min(level)
    edge = ", the largest tried: more may do better" if chosen == max(scores) else ""
    kept = f"K = {chosen} keeps its topics (score {scores[chosen]:.2f}{edge})"
    if len(level) > 1:
        others = ", ".join(str(k) for k in level if k != chosen)
        return chosen, False, f"no single K stands out: {kept}, but K = {others} predict as well"
    return chosen, True, f"{kept} and predicts unseen words best among those that do"
