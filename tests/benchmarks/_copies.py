"""Pairs of articles that a reader judged, beside what the rule for copies says of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from q7x2lab.arabic.letters import compared_words
from q7x2lab.corpus.model import Corpus

LABELS = Path(__file__).parents[1] / "real" / "copies_labelled.csv"


def judged_pairs(corpora: Mapping[str, Corpus]) -> pd.DataFrame:
    """The pairs with `copy` and `sure` (the reader), `found` (the rule), `half` (whether at least
    half of the five-grams of the article that has fewer are the other's) and `within` (one outlet).
    """
    pairs = pd.read_csv(LABELS)
    for name, corpus in corpora.items():
        articles = corpus.articles.set_index("id")
        here = pairs["corpus"] == name
        ends = [articles.loc[pairs.loc[here, end]] for end in ("id_a", "id_b")]
        clusters, outlets = ([end[key].to_numpy() for end in ends] for key in ("cluster", "outlet"))
        pairs.loc[here, "found"] = clusters[0] == clusters[1]
        pairs.loc[here, "within"] = outlets[0] == outlets[1]
        texts = [end["text"].map(_five_grams) for end in ends]
        shares = [len(a & b) / min(len(a), len(b)) for a, b in zip(*texts, strict=True)]
        pairs.loc[here, "half"] = np.array(shares) >= 0.5
    return pairs.astype(dict.fromkeys(("found", "within", "half", "copy", "sure"), bool))


def _five_grams(text: str) -> set[tuple[str, ...]]:
    words = compared_words(text)
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


def f1(pairs: pd.DataFrame, said: str = "found") -> float:
    """How well the pairs said to be copies agree with the reader."""
    both = (pairs[said] & pairs["copy"]).sum()
    return float(2 * both / (pairs[said].sum() + pairs["copy"].sum()))


def table(pairs: pd.DataFrame, draws: int = 999) -> pd.DataFrame:
    """F1 of the rule with its 95 % interval over pairs, and of five-grams, by part."""
    rng = np.random.default_rng(0)
    parts = {name: pairs[pairs["part"] == name] for name in pairs["part"].unique()}
    parts |= {"between outlets": pairs[~pairs["within"]], "within one": pairs[pairs["within"]]}
    rows = []
    for name, part in {**parts, "all": pairs}.items():
        for who, chosen in (("all", part), ("sure", part[part["sure"]])):
            low = high = np.nan
            if len(chosen) >= 20:  # of fewer a draw may hold no copy
                drawn = rng.integers(0, len(chosen), (draws, len(chosen)))
                low, high = np.percentile([f1(chosen.iloc[d]) for d in drawn], [2.5, 97.5])
            rows.append((name, who, len(chosen), f1(chosen), low, high, f1(chosen, "half")))
    columns = ["part", "reader", "pairs", "F1", "low", "high", "5-grams at a half"]
    return pd.DataFrame(rows, columns=columns)
