"""Topics across outlets and periods: shares with intervals."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy import stats

from q7x2lab.corpus.model import article_clusters, article_labels
from q7x2lab.corpus.periods import PERIODS
from q7x2lab.stats.resampling import LEVEL, MIN_CLUSTERS, cluster_draws, ratio_table
from q7x2lab.topics.fit import Floats, fold_in, weighted_counts
from q7x2lab.topics.stability import MOST_UNITS, REFITS, Stability, refit, with_badges
from q7x2lab.topics.topic_model import TopicModel


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
        matched with this one. Of more than 12,000 articles those of `stability`, if it is given:
        6,000 of so many are hardly others where they are drawn with replacement.
    draws
        Bootstrap samples of whole clusters over which the shares of the model are taken.

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
    Intervals rest on t and the sum of two variances: of the resamples, and of what refits move
    (mean square), with the degrees of freedom of Satterthwaite (1946), Biometrics Bulletin 2,
    110-114.

    Whether groups differ is read from the interval of the difference. To look whether the interval
    of one share holds another share finds differences where there are none in one case of eleven.
    In simulated corpora of two outlets with 150 articles each, four topics, 8 refits and 400 draws,
    the interval of the difference left out 0 where there was none in 98 of 1,920 cases (.051; 480
    corpora), and where a topic had .30 and .15 of the articles in 104 of 120 (.87). Each of several
    topics and groups has this chance of its own: .16 of the corpora without a difference showed one
    in some topic.

    Examples
    --------
    >>> from q7x2lab.topics.topic_model import fit_model
    >>> from q7x2lab.topics.topic_model import two_subjects
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

    def ratios(shares: Floats, times: int) -> tuple[pd.DataFrame, Floats]:
        above = shares * weight[:, None]
        return ratio_table(above, weight, keys, clusters=clusters, draws=times, seed=model.seed)

    # Articles are resampled under the model's own shares: shares of articles folded into topics are
    # flatter, and intervals from them too narrow. Refits say how far the shares of groups move.
    table, drawn = ratios(model.article_shares, draws)
    fitted, *refitted = (
        ratios(one, 1)[0]["ratio"] for one in _refitted_shares(model, refits, stability)
    )
    moved = np.asarray(refitted) - fitted.to_numpy()
    table = table.rename(columns={"column": "topic", "ratio": "share"})
    table["label"] = np.asarray(model.labels, dtype=object)[table["topic"]]
    share = table["share"].to_numpy()[None, :]
    parts = (_from_others(one, table["base"], model.k) for one in (share, drawn, moved))
    (table["difference"],), drawn_gaps, moved_gaps = parts
    others = table.groupby("topic")["clusters"].transform("sum") - table["clusters"]
    least = table["clusters"].clip(upper=others)
    limits = ["difference_low", "difference_high"]
    table[["low", "high"]] = _limits(table["share"], drawn, moved, table["clusters"]).clip(0, 1)
    table[limits] = _limits(table["difference"], drawn_gaps, moved_gaps, least).clip(-1, 1)
    shown = ["topic", "label", "share", "low", "high", "difference", *limits, "articles"]
    return with_badges(table, stability)[[*columns, *shown, "badge", "refused"]]


def _from_others(shares: Floats, base: pd.Series, k: int) -> Floats:
    """Shares (draws × groups and topics) less those of all other groups, weighed by their base."""
    parts, size = shares.reshape(len(shares), -1, k), base.to_numpy().reshape(-1, k)
    held = np.nan_to_num(parts) * size
    with np.errstate(invalid="ignore"):  # a single group has no others
        others = (held.sum(axis=1, keepdims=True) - held) / (size.sum(axis=0) - size)
    return (parts - others).reshape(shares.shape)


def _limits(found: pd.Series, drawn: Floats, moved: Floats, clusters: pd.Series) -> Floats:
    """Lower and upper 95 % limit of what was found (rows × 2); NaN where clusters are few.

    What refits moved is taken about the model, not about their mean: all may fall to one side.
    """
    n = clusters.where(clusters >= MIN_CLUSTERS).to_numpy()
    articles = pd.DataFrame(drawn).var().to_numpy() * n / (n - 1)  # resamples vary as n, not n - 1
    topics = (moved**2).mean(axis=0)
    with np.errstate(invalid="ignore"):  # neither varies
        freedom = (articles + topics) ** 2 / (articles**2 / (n - 1) + topics**2 / len(moved))
    return np.transpose(stats.t.interval(LEVEL, freedom, found, np.sqrt(articles + topics)))


def _group(articles: pd.DataFrame, by: str) -> pd.Series:
    """The group of each article: what a column says, or the first day of its period."""
    if by in PERIODS and by not in articles:
        return articles["date"].dt.to_period(PERIODS[by]).dt.start_time
    return article_labels(articles, by)


@lru_cache(maxsize=1)  # refits take minutes, and the next table of the same model needs the same
def _refitted_shares(model: TopicModel, refits: int, known: Stability | None) -> list[Floats]:
    """Shares of all articles under the model, then under each refit to some of them."""
    clusters = article_clusters(model.articles)
    if known and len(known.words) >= refits and len(clusters) > 2 * MOST_UNITS:
        words = [*known.words[:refits]]
    else:
        samples = enumerate(cluster_draws(clusters, refits, model.seed), start=1)
        rows = ((number, np.repeat(np.arange(times.size), times)) for number, times in samples)
        words = [refit(model, drawn, model.seed + number)[1] for number, drawn in rows]
    weighted = weighted_counts(sp.csr_matrix(model.dtm.counts))
    return [fold_in(weighted, own) for own in (model.topic_words, *words)]
