"""Topics across outlets and periods: shares with intervals."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
import scipy.sparse as sp

from q7x2lab.corpus.model import article_clusters, article_labels
from q7x2lab.corpus.periods import PERIODS
from q7x2lab.stats.resampling import MIN_CLUSTERS, cluster_draws, percentile_interval, ratio_table
from q7x2lab.topics.fit import Floats, fold_in, weighted_counts
from q7x2lab.topics.model import TopicModel
from q7x2lab.topics.stability import REFITS, Stability, refit, with_badges


def topic_shares_by(
    model: TopicModel,
    by: str | Sequence[str],
    *,
    stability: Stability | None = None,
    refits: int = REFITS,
    draws: int = 1000,
) -> pd.DataFrame:
    """Mean share of each topic in each group, with a 95 % interval that includes refits.

    Parameters
    ----------
    by
        A column of the articles, a period of ``date`` (day, week, month, quarter, year), or a list
        of them. A story counts once in a group however often it stands there.
    stability
        What `stability` returned for the model: where the badges come from.
    refits
        Models fitted to bootstrap samples of whole clusters of copies (at most 6,000 articles) and
        matched with this one.
    draws
        Bootstrap samples over which shares are taken, spread evenly over the refits, so that the
        interval holds what comes from the topics and what comes from the articles.

    Returns
    -------
    DataFrame
        The columns of `by`, ``topic``, ``label``, ``share``, ``low``, ``high``; ``difference``
        from the share in all other groups together (from -1 to 1; of two groups, from the other)
        with ``difference_low`` and ``difference_high``; ``articles``, ``badge``, ``refused`` (why a
        group has no interval).

    Raises
    ------
    StudyError
        If there is no such column.
    AnalysisError
        If no article is in a group.

    Notes
    -----
    Whether groups differ is read from the interval of the difference, for which both shares are
    taken over the same resamples and refits. To look whether the interval of one share holds
    another share finds differences where there are none in one case of eleven.

    Examples
    --------
    >>> from q7x2lab.topics.model import fit_model
    >>> from q7x2lab.corpus.matrix import two_subjects
    >>> dtm = two_subjects()
    >>> dtm.articles["outlet"] = ["a"] * 20 + ["b"] * 20
    >>> table = topic_shares_by(fit_model(dtm, 2), "outlet", refits=2, draws=20)
    >>> table.query("difference_low > 0")[["outlet", "difference"]].round(1).values.tolist()
    [['a', 0.8], ['b', 0.8]]
    """
    columns = [by] if isinstance(by, str) else list(by)
    keys = pd.DataFrame({name: _group(model.articles, name) for name in columns})
    keys = keys[model.main_topics >= 0].reindex(keys.index)  # no words, no topics, no group
    clusters = article_clusters(model.articles)
    story = keys.assign(story=clusters).groupby([*columns, "story"])["story"].transform("size")
    weight = np.nan_to_num(1 / story.to_numpy(float))

    def ratios(shares: Floats, times: int, seed: int) -> tuple[pd.DataFrame, Floats]:
        above = shares * weight[:, None]
        return ratio_table(above, weight, keys, clusters=clusters, draws=times, seed=seed)

    table, _ = ratios(model.article_shares, 1, model.seed)
    fitted, *refitted = _refitted_shares(model, refits)
    base, share = ratios(fitted, 1, model.seed)[0]["ratio"].to_numpy(), table["ratio"]
    each = max(1, draws // refits)
    drawn = [ratios(one, each, model.seed + 1000 + n)[1] for n, one in enumerate(refitted)]
    resampled = np.concatenate(drawn) - base + share.to_numpy()
    table = table.rename(columns={"column": "topic", "ratio": "share"})
    table["label"] = np.asarray(model.labels, dtype=object)[table["topic"]]
    table["difference"] = _from_others(share.to_numpy()[None, :], table["base"], model.k)[0]
    gaps = _from_others(resampled, table["base"], model.k)
    others = table.groupby("topic")["clusters"].transform("sum") - table["clusters"]
    few = table["clusters"] < MIN_CLUSTERS
    table["low"], table["high"] = np.clip(_limits(share, resampled, few), 0, 1)
    limits = ["difference_low", "difference_high"]
    table[limits] = _limits(table["difference"], gaps, few | (others < MIN_CLUSTERS)).T
    shown = ["topic", "label", "share", "low", "high", "difference", *limits, "articles"]
    return with_badges(table, stability)[[*columns, *shown, "badge", "refused"]]


def _from_others(shares: Floats, base: pd.Series, k: int) -> Floats:
    """Shares (draws × groups and topics) less those of all other groups, weighed by their base."""
    parts, size = shares.reshape(len(shares), -1, k), base.to_numpy().reshape(-1, k)
    held = np.nan_to_num(parts) * size
    with np.errstate(invalid="ignore"):  # a single group has no others
        others = (held.sum(axis=1, keepdims=True) - held) / (size.sum(axis=0) - size)
    return (parts - others).reshape(shares.shape)


def _limits(found: pd.Series, drawn: Floats, few: pd.Series) -> Floats:
    """Lower and upper 95 % limits (2 × rows) of what was found; NaN where articles are few."""
    # Refits may all fall to one side of the model: the interval then reaches the model.
    low, high = percentile_interval(drawn)
    return np.where(few, np.nan, [np.minimum(low, found), np.maximum(high, found)])


def _group(articles: pd.DataFrame, by: str) -> pd.Series:
    """The group of each article: what a column says, or the first day of its period."""
    if by in PERIODS and by not in articles:
        return articles["date"].dt.to_period(PERIODS[by]).dt.start_time
    return article_labels(articles, by)


@lru_cache(maxsize=1)  # refits take minutes, and the next table of the same model needs the same
def _refitted_shares(model: TopicModel, refits: int) -> list[Floats]:
    """Shares of all articles under the model, then under each refit to a bootstrap sample."""
    weighted = weighted_counts(sp.csr_matrix(model.dtm.counts))
    shares = [fold_in(weighted, model.topic_words)]
    samples = cluster_draws(article_clusters(model.articles), refits, model.seed)
    for number, times in enumerate(samples, start=1):
        _, words, _ = refit(model, np.repeat(np.arange(times.size), times), model.seed + number)
        shares.append(fold_in(weighted, words))
    return shares
