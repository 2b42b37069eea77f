"""Shares of frames by group and period: ratios over articles, resampled in whole clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from q7x2lab.corpus.periods import period_labels
from q7x2lab.errors import AnalysisError, StudyError, did_you_mean
from q7x2lab.stats.resampling import cluster_draws, percentile_interval, wilson_interval

if TYPE_CHECKING:
    from q7x2lab.framing.scores import Frames

Floats = NDArray[np.float64]
MIN_CLUSTERS = 10  # below, a percentile interval over articles covers far less than it says
CHUNK = 100  # resamples held in memory at once


def article_groups(
    articles: pd.DataFrame, *, by: str | None = None, period: str | None = None
) -> pd.DataFrame:
    """The `group` and `period` of each article, "all" where none is asked for.

    Raises StudyError for an unknown column or period.
    """
    if by is not None and by not in articles:
        hint = did_you_mean(by, articles.columns)
        raise StudyError(f"articles have no column {by!r}", remedy=hint)
    group = "all" if by is None else articles[by].astype("str")
    when = "all" if period is None else period_labels(articles["date"], period)
    return pd.DataFrame({"group": group, "period": when}, index=articles.index)


def cells_of(groups: pd.DataFrame) -> tuple[NDArray[np.int64], pd.MultiIndex]:
    """The cell of each article (group and period), -1 for none, and the cells' names in order."""
    gaps = groups.isna().any(axis=1)
    names = pd.MultiIndex.from_frame(groups[~gaps]).unique().sort_values()
    return names.get_indexer(pd.MultiIndex.from_frame(groups)).astype(np.int64), names


def article_weights(articles: pd.DataFrame) -> Floats:
    """How much each article counts."""
    return articles["weight"].to_numpy(float) if "weight" in articles else np.ones(len(articles))


def ratio_table(
    above: Floats,
    below: Floats,
    articles: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    draws: int = 1000,
    seed: int = 0,
) -> tuple[pd.DataFrame, Floats]:
    """Sum of above over sum of below in each group and period, and the resampled ratios.

    above: articles × frames; below: articles; both are multiplied by the articles' weight. The
    table has a row a cell and frame, frames in turn: `group period share low high articles units
    refused`; the second value is draws × rows. A share of 0 has Wilson's upper limit over the
    clusters of articles, since resampling zeros gives zeros.
    """
    cell, names = cells_of(groups)
    kept, frames = np.flatnonzero(cell >= 0), above.shape[1]
    if not kept.size:
        raise AnalysisError("no article has a group and a period", remedy="give articles dates")
    values = np.column_stack([above, below])[kept] * article_weights(articles)[kept, None]
    cluster = pd.factorize(articles.get("cluster", articles.index))[0]
    width = frames + 1
    columns = cell[kept][:, None] * width + np.arange(width)
    rows = np.repeat(cluster[kept], width)
    shape = (int(cluster.max()) + 1, int(cell.max() + 1) * width)
    table = sparse.coo_array((values.ravel(), (rows, columns.ravel())), shape=shape).tocsr()
    whole = _ratios(np.asarray(table.sum(axis=0))[None, :], width)[0]
    resampled = [
        _ratios(_drawn(shape[0], min(CHUNK, draws - start), (seed, start)) @ table, width)
        for start in range(0, draws, CHUNK)
    ]
    sums = np.concatenate(resampled)
    low, high = percentile_interval(sums)
    pairs = np.unique(cell[kept].astype(np.int64) * shape[0] + cluster[kept])
    clusters = np.bincount(pairs // shape[0], minlength=cell.max() + 1)
    described = pd.DataFrame(list(names), columns=["group", "period"])[: cell.max() + 1]
    described["articles"] = np.bincount(cell[kept], minlength=cell.max() + 1)
    described["units"] = np.bincount(cell[kept], below[kept], cell.max() + 1).astype(int)
    described["clusters"] = clusters
    result = described.loc[described.index.repeat(frames)].reset_index(drop=True)
    result.insert(2, "share", whole)
    result.insert(3, "low", np.where(whole > 0, low, 0.0))
    top = wilson_interval(np.zeros(len(result)), result["clusters"])[1]
    result.insert(4, "high", np.where(whole > 0, high, top))
    few = result["clusters"] < MIN_CLUSTERS
    result.loc[few | np.isnan(whole), ["low", "high"]] = np.nan
    result["refused"] = [
        f"{n} independent articles: too few for an interval" if is_few else ""
        for n, is_few in zip(result["clusters"], few, strict=True)
    ]
    return result.drop(columns="clusters"), sums


def _drawn(clusters: int, draws: int, part: tuple[int, int]) -> NDArray[np.int32]:
    seed = int(np.random.SeedSequence(part).generate_state(1)[0])
    return cluster_draws(np.arange(clusters), draws=draws, seed=seed)


def _ratios(sums: Floats, width: int) -> Floats:
    """Rows of (frames..., denominator) sums to rows of ratios, NaN where nothing was published."""
    cells = sums.reshape(len(sums), -1, width)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (cells[:, :, :-1] / cells[:, :, -1:]).reshape(len(sums), -1)


def nested(hits: pd.DataFrame) -> NDArray[np.bool_]:
    """Which hits lie inside another hit of their frame; hits sorted by frame, first, -last."""
    frame = pd.factorize(hits["frame"])[0].astype(np.int64)
    last = hits["last"].to_numpy(np.int64)
    reach = last + frame * (last.max(initial=0) + 1)  # frames in ascending order: one pass
    before = np.concatenate([[-1], np.maximum.accumulate(reach)[:-1]])
    return reach <= before


def leave_one_out(frames: Frames, *, by: str | None = None) -> pd.DataFrame:
    """The share of each frame without each of its terms; see `Frames.sensitivity`."""
    articles = frames.tokens.articles
    cell, _ = pd.factorize(article_groups(articles, by=by)["group"], sort=True)
    weight = article_weights(articles)
    rows = []
    for column, frame in enumerate(frames.scheme.frames):
        own = frames.hits[frames.hits["frame"] == frame.id]
        above, below = frames.ratio(own)
        whole = _grouped(above[:, column], below, weight, cell)
        counted = own["term"][~nested(own)].value_counts()
        for term in frame.terms:
            less = frames.ratio(own[own["term"] != term.name])[0][:, column]
            without = _grouped(less, below, weight, cell)
            alone = float((above[:, column] - less).sum())
            reorders = bool((np.argsort(whole[1:]) != np.argsort(without[1:])).any())
            found = (frame.id, term.name, int(counted.get(term.name, 0)), alone)
            rows.append((*found, whole[0], without[0], reorders))
    names = ["frame", "term", "hits", "alone", "share", "without", "reorders"]
    table = pd.DataFrame(rows, columns=names)
    loss = (1 - table["without"] / table["share"]).fillna(0.0)
    table.insert(6, "loss", loss)
    table.insert(7, "carries", loss >= 0.5)
    table["validity"] = [frames.stamp.of(name) for name in table["frame"]]
    order = table["frame"].map({name: i for i, name in enumerate(frames.scheme.names)})
    table = table.assign(order=order).sort_values(["order", "loss"], ascending=[True, False])
    return table.drop(columns="order").reset_index(drop=True)


def _grouped(above: Floats, below: Floats, weight: Floats, cell: NDArray[np.intp]) -> Floats:
    """The ratio in all articles, then in each group."""
    sums = np.column_stack([np.bincount(cell, x * weight) for x in (above, below)])
    sums = np.vstack([sums.sum(axis=0), sums])
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums[:, 0] / sums[:, 1]
