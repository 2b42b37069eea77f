"""Corpora of single articles whose words have no trend, for `keyword_trends` to be tried on.

Articles of several outlets, of log-normal lengths, in numbers that stay, or grow along a line or
exponentially; no copies, which are counted once where a corpus is read. A word's hits in an
article are beta-binomial: one hit makes the next more likely (Pólya's urn). Its rate in a period is
steady, autoregressive on the log scale, or moved by news that comes as single shocks and fades.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from q7x2lab.corpus.token_table import Tokens

OUTLETS = 3
WORDS = 250.0  # of a median article


@dataclass(frozen=True)
class Kind:
    """How a corpus came about: exposure, burstiness of words, and what moves their rates."""

    name: str
    growth: str = "none"  # none, line, exponential
    clump: float = 0.1  # hits a million tokens come in clumps: 1 / (1 + size of the urn)
    phi: float = 0.0
    sd: float = 0.0  # of the log rate
    shocks: float = 0.0  # news a period
    hits: float = 25.0  # a period


class News(Tokens):
    """Stands in for tokens: articles, their lengths, and how often each word is in each."""

    def __init__(self, articles: pd.DataFrame, words: np.ndarray, hits: np.ndarray) -> None:
        values = {"articles": articles, "tokens_per_article": words, "hits": hits}
        self.__dict__.update(values, stop_words=("particles",))

    def match(self, query: int) -> pd.DataFrame:
        """One row a hit of the word of that number."""
        article = np.repeat(np.arange(self.n_articles), self.hits[:, query])
        return pd.DataFrame({"article": article, "surface": "كلمة"})

    def queries(self) -> Mapping[str, int]:
        """The words by name."""
        return {f"w{number}": number for number in range(self.hits.shape[1])}


def log_rates(kind: Kind, periods: int, words: int, rng: np.random.Generator) -> np.ndarray:
    """Log rates (periods × words) around 0."""
    state = rng.standard_normal((periods + 30, words))
    for t in range(1, len(state)):
        state[t] = kind.phi * state[t - 1] + np.sqrt(1 - kind.phi**2) * state[t]
    news = rng.poisson(kind.shocks, state.shape) * rng.exponential(0.8, state.shape)
    for t in range(1, len(state)):
        news[t] += 0.4 * news[t - 1]
    return (kind.sd * state + news)[30:]


def simulated_news(
    kind: Kind,
    periods: int,
    words: int,
    rng: np.random.Generator,
    *,
    slope: float = 0.0,
    begins: float = 0.0,
    before: float = 0.0,
) -> News:
    """A corpus of that many months.

    slope: of the rate, as a share of its mean a month. begins: the share of the months before
    words have their rate; before: what of it they have until then.
    """
    time = np.arange(periods) / (periods - 1)
    growth = {"none": 1 + 0 * time, "line": 1 + 3 * time, "exponential": 5**time}[kind.growth]
    per_month = rng.poisson(40 * growth / growth.mean())
    month = np.repeat(np.arange(periods), per_month)
    length = np.maximum(rng.lognormal(np.log(WORDS), 0.5, month.size), 20).astype(int)
    line = 1 + slope * (np.arange(periods) - (periods - 1) / 2)
    rate = np.exp(log_rates(kind, periods, words, rng)) * line[:, None]
    rate *= np.where(np.arange(periods) < begins * periods, before, 1.0)[:, None]
    rate *= kind.hits / (40 * WORDS * 1.13)
    share = np.clip(rate[month], 1e-9, 0.2)
    urn = WORDS * 1.13 / kind.clump
    hits = rng.binomial(length[:, None], rng.beta(share * urn, (1 - share) * urn))
    dates = pd.period_range("2015-01", periods=periods, freq="M").to_timestamp()
    outlet = rng.choice([f"outlet {number}" for number in range(OUTLETS)], month.size)
    articles = pd.DataFrame({"date": dates[month], "outlet": outlet})
    return News(articles, length, hits)
