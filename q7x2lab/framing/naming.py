"""What each outlet calls one thing, in its own voice, in quotations and in reported speech."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.errors import AnalysisError, did_you_mean
from q7x2lab.framing.naming_sets import NamingSet, load_naming
from q7x2lab.framing.quotations.quote_kinds import REPORTED, TITLE
from q7x2lab.framing.quotations.quotes import extract_quotes
from q7x2lab.stats.resampling import cluster_draws, percentile_interval, wilson_interval

VOICES = ("outlet", "quoted", "reported")
COLUMNS = ("article", "start", "end", "variant", "voice", "surface", "sentence")
_CLOSE = 4  # words after a name within which another referent claims it

_STOP = re.compile(r"[،,.؛:!؟?\n]")

Ints = NDArray[np.int64]


def naming(
    tokens: Any,
    naming_set: str | Path | Mapping[str, Any] | NamingSet,
    *,
    quotes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every name that refers to the matter of a naming set, with the voice that uses it.

    tokens: the token table. naming_set: a bundled name, a YAML file, a mapping or a NamingSet.
    quotes: what `extract_quotes` returned; extracted here if not given.

    Returns the columns article, start, end, variant, voice (outlet: the outlet's own words;
    quoted: inside quotation marks; reported: in reported speech), surface and sentence (the text
    behind the count). Names before the
    set's `from` date, in undated articles where there is one, of another referent or without
    company do not count. Lexical choice for one referent after van Dijk (1988), "News as
    Discourse", and Fowler (1991), "Language in the News".

    >>> from q7x2lab.corpus.read import read_corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": ["2023-01-01"], "outlet": ["x"],
    ...                       "text": ["قال بوتين إن «الأزمة مؤسفة جدا» وطالت الحرب في أوكرانيا"]})
    >>> naming(tokenize_corpus(read_corpus(table)), "ukraine_war")[["variant", "voice"]].values
    array([['crisis', 'quoted'],
           ['war', 'outlet']], dtype=object)
    """
    chosen = naming_set if isinstance(naming_set, NamingSet) else load_naming(naming_set)
    hits = _hits(tokens, chosen)
    company = _places(tokens, tokens.match(chosen.near))
    hits = hits[_allowed(tokens, hits, chosen, company)].reset_index(drop=True)
    spoken = extract_quotes(tokens) if quotes is None else quotes
    hits["voice"] = _voices(hits, spoken)
    hits["sentence"] = _sentences(tokens, hits)
    return hits[list(COLUMNS)]


def _hits(tokens: Any, chosen: NamingSet) -> pd.DataFrame:
    """Names of every variant; of two that overlap the longer counts."""
    found = [
        tokens.match(terms).assign(variant=variant) for variant, terms in chosen.variants.items()
    ]
    table = pd.concat(found, ignore_index=True)
    table["length"] = table["end"] - table["start"]
    table = table.sort_values(["article", "start", "length"], ascending=[True, True, False])
    before = table.groupby("article")["end"].transform(lambda end: end.cummax().shift(fill_value=0))
    return table[table["start"] >= before].reset_index(drop=True)


def _places(tokens: Any, spans: pd.DataFrame) -> Ints:
    """Token number at which each span begins."""
    width = np.int64(tokens.end.max(initial=0) + 1)
    keys = tokens.article.astype(np.int64) * width + tokens.start
    return np.searchsorted(keys, spans["article"].to_numpy(np.int64) * width + spans["start"])


def _allowed(
    tokens: Any, hits: pd.DataFrame, chosen: NamingSet, company: Ints
) -> NDArray[np.bool_]:
    """Which hits refer to the matter: date, company, no other referent, no excluded phrase."""
    place = _places(tokens, hits)
    article = hits["article"].to_numpy()
    apart = _nearest(tokens, place, company, article)
    mentions = np.bincount(tokens.article[company], minlength=tokens.n_articles)
    definite = hits["surface"].str.contains("^[وف]?(?:[بك]?ال|لل)").to_numpy(dtype=bool)
    about = mentions >= chosen.matter_min
    if chosen.others:
        other = _places(tokens, tokens.match(list(chosen.others)))
        rivals = np.bincount(tokens.article[other], minlength=tokens.n_articles)
        # One mention will do in an article that speaks of no other referent.
        about = (about & (mentions > rivals)) | ((mentions > 0) & (rivals == 0))
    good = (apart <= chosen.window) | (definite & about[article])
    if chosen.others:
        claimed = _next(tokens, place, other, article)
        claimed[_parted(tokens, place, claimed)] = np.inf
        good &= ~((claimed <= _CLOSE) & (claimed < _next(tokens, place, company, article)))
    if chosen.exclude:
        barred = _places(tokens, tokens.match(list(chosen.exclude)))
        good &= ~np.isin(place, barred)
    return good & _since(tokens, chosen)[article]


def _parted(tokens: Any, place: Ints, ahead: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a mark of punctuation stands between each place and the one so many words ahead."""
    parted = np.zeros(len(place), dtype=bool)
    texts = tokens.articles["text"].to_numpy(object)
    for at in np.flatnonzero(ahead <= _CLOSE):
        first, last = place[at], place[at] + int(ahead[at])
        between = texts[tokens.article[first]][tokens.end[first] : tokens.start[last]]
        parted[at] = _STOP.search(between) is not None
    return parted


def _since(tokens: Any, chosen: NamingSet) -> NDArray[np.bool_]:
    if chosen.start is None or "date" not in tokens.articles:
        return np.ones(tokens.n_articles, dtype=bool)
    return np.asarray(pd.to_datetime(tokens.articles["date"]) >= chosen.start)


def _nearest(tokens: Any, place: Ints, other: Ints, article: Ints) -> NDArray[np.float64]:
    """Words from each place to the nearest of the others in its article, infinite without one."""
    back = np.searchsorted(other, place, side="right") - 1
    gap = np.full(len(place), np.inf)
    ok = back >= 0
    ok[ok] = tokens.article[other[back[ok]]] == article[ok]
    gap[ok] = place[ok] - other[back[ok]]
    return np.minimum(gap, _next(tokens, place, other, article))


def _next(tokens: Any, place: Ints, other: Ints, article: Ints) -> NDArray[np.float64]:
    """Words from each place forward to the next of the others in its article, or infinite."""
    ahead = np.searchsorted(other, place, side="right")
    gap = np.full(len(place), np.inf)
    ok = ahead < len(other)
    ok[ok] = tokens.article[other[ahead[ok]]] == article[ok]
    gap[ok] = other[ahead[ok]] - place[ok]
    return gap


def _sentences(tokens: Any, hits: pd.DataFrame) -> pd.Series:
    """The sentence that each hit stands in."""
    rows = tokens.sentences.iloc[tokens.sentence[_places(tokens, hits)]]
    texts = tokens.articles["text"].to_numpy(object)
    spans = zip(rows["article"].tolist(), rows["start"].tolist(), rows["end"].tolist(), strict=True)
    return pd.Series([texts[a][s:e] for a, s, e in spans], dtype="str", index=hits.index)


def _voices(hits: pd.DataFrame, quotes: pd.DataFrame) -> NDArray[np.object_]:
    """The voice of each hit: quoted goes before reported."""
    voice = np.full(len(hits), "outlet", dtype=object)
    for name, spans in (
        ("reported", quotes[quotes["kind"] == REPORTED]),
        ("quoted", quotes[~quotes["kind"].isin([REPORTED, TITLE])]),
    ):
        voice[_inside(hits, spans)] = name
    return voice


def _inside(hits: pd.DataFrame, spans: pd.DataFrame) -> NDArray[np.bool_]:
    """Which hits lie in a span of their article; spans may nest."""
    if spans.empty or hits.empty:
        return np.zeros(len(hits), dtype=bool)
    width = np.int64(max(hits["end"].max(), spans["end"].max()) + 2)
    base = spans["article"].to_numpy(np.int64) * width
    order = np.argsort(base + spans["start"].to_numpy(), kind="stable")
    begins = (base + spans["start"].to_numpy())[order]
    furthest = np.maximum.accumulate((base + spans["end"].to_numpy())[order])
    key = hits["article"].to_numpy(np.int64) * width
    at = np.searchsorted(begins, key + hits["start"].to_numpy(), side="right") - 1
    return (at >= 0) & (furthest[np.maximum(at, 0)] >= key + hits["end"].to_numpy())


def silent_articles(
    tokens: Any,
    naming_set: str | Path | Mapping[str, Any] | NamingSet,
    names: pd.DataFrame,
    *,
    least: int = 5,
) -> pd.DataFrame:
    """Articles that speak of the matter without any name for it: article id outlet mentions.

    names: what `naming` returned. An article speaks of the matter if it mentions the company of
    the set `least` times or more, since the matter exists; mentions counts them.

    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "روسيا " * 5})
    >>> about = {"near": ["روسيا"], "variants": {"war": ["حرب"]}}
    >>> names = pd.DataFrame({"article": []})
    >>> silent_articles(tokenize_corpus(Corpus(table)), about, names).values.tolist()
    [[0, 'a', 'x', 5]]
    """
    chosen = naming_set if isinstance(naming_set, NamingSet) else load_naming(naming_set)
    mentions = np.bincount(
        tokens.match(chosen.near)["article"].to_numpy(), minlength=tokens.n_articles
    )
    named = np.isin(np.arange(tokens.n_articles), names["article"].to_numpy())
    quiet = np.flatnonzero((mentions >= least) & _since(tokens, chosen) & ~named)
    rows = tokens.articles.iloc[quiet]
    return pd.DataFrame(
        {"article": quiet, "id": rows["id"].to_numpy(), "outlet": rows["outlet"].to_numpy(),
         "mentions": mentions[quiet]}
    )  # fmt: skip


def naming_shares(
    names: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    by: str = "outlet",
    draws: int = 1000,
    seed: int = 0,
    variants: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Shares of the names within each group and voice, with intervals.

    names: what `naming` returned. articles: the articles' table (cluster and weight are used where
    they are there). by: a column of it. Returns group, voice, variant, count (weighted by copies),
    total (names of that group and voice), articles (that carry them), share, low and high: 95 %
    percentile intervals that draw whole clusters of copies, NaN where fewer than five articles
    carry a name in that voice; for a share of 0 or 1, of which every draw is the same, the open end
    is Wilson's (1927) over those articles.

    Raises AnalysisError if `by` is no column. Davison and Hinkley (1997), section 3.8.

    >>> names = pd.DataFrame({"article": [0, 0, 0, 1], "voice": "outlet",
    ...                       "variant": ["war", "war", "crisis", "war"]})
    >>> shares = naming_shares(names, pd.DataFrame({"outlet": ["x", "x"]}), draws=20)
    >>> shares[["variant", "count", "total", "share"]].values.tolist()
    [['war', 3.0, 4.0, 0.75], ['crisis', 1.0, 4.0, 0.25]]
    """
    if by not in articles:
        raise AnalysisError(
            f"articles have no column {by!r}", remedy=did_you_mean(by, map(str, articles))
        )
    kinds = list(variants or dict.fromkeys(names["variant"]))
    weight = articles["weight"].to_numpy() if "weight" in articles else np.ones(len(articles))
    cluster = articles["cluster"] if "cluster" in articles else np.arange(len(articles))
    drawn = cluster_draws(np.asarray(cluster), draws, seed)
    group = articles[by].to_numpy()[names["article"]]
    rows = []
    for (name, voice), part in names.groupby([group, names["voice"].to_numpy()]):
        at, place = np.unique(part["article"].to_numpy(), return_inverse=True)
        counts = np.zeros((len(at), len(kinds)))
        np.add.at(counts, (place, np.array([kinds.index(v) for v in part["variant"]])), 1)
        counts *= weight[at][:, None]
        sums = drawn[:, at] @ counts
        with np.errstate(all="ignore"):
            low, high = percentile_interval(sums / sums.sum(axis=1, keepdims=True))
        # A resample of none, or of nothing else, has no spread: then Wilson's over articles.
        none, all_of_it = counts.sum(axis=0) == 0, counts.sum(axis=0) == counts.sum()
        high = np.where(none, wilson_interval(0, len(at))[1], high)
        low = np.where(all_of_it, wilson_interval(len(at), len(at))[0], low)
        if len(at) < 5:
            low, high = np.full(len(kinds), np.nan), np.full(len(kinds), np.nan)
        total = counts.sum()
        for number, variant in enumerate(kinds):
            count = counts[:, number].sum()
            rows.append(
                (
                    name,
                    voice,
                    variant,
                    count,
                    total,
                    len(at),
                    count / total,
                    low[number],
                    high[number],
                )
            )
    columns = ["group", "voice", "variant", "count", "total", "articles", "share", "low", "high"]
    return pd.DataFrame(rows, columns=columns)
