"""Who speaks, how much, and under which verbs: sources by outlet and period."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.letters import fold
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.periods import check_period
from q7x2lab.errors import AnalysisError, did_you_mean
from q7x2lab.framing.quotations.quote_kinds import SPEECH
from q7x2lab.framing.quotations.reporting_verbs import word_class
from q7x2lab.stats.resampling import (
    benjamini_hochberg,
    cluster_draws,
    percentile_interval,
    permute_groups,
    wilson_interval,
)

CLASSES = ("neutral", "assertive", "doubting", "evaluative", "directive")
ABSTAINED = "(not told)"
FEWEST_ARTICLES = 5  # below this an interval would pretend


def resolve_speakers(
    quotes: pd.DataFrame, aliases: dict[str, Any] | None = None, *, metonyms: bool = True
) -> pd.Series:
    """The actor behind each quotation: an alias group, a full mention, or the mention as written.

    quotes: what `extract_quotes` returned. aliases: what `load_aliases` returned. A mention is of
    a group if it begins with one of its names, or ends with one and speaks for nobody else («نائب
    الرئيس», «المتحدث باسم»). metonyms: whether those of a group count as its names: «الرئيس
    الروسي» who speaks is the man of the group, if the articles are of his time. A surname alone
    takes the fuller mention of its own article; of two mentions with the same office and the same
    last two words («المحللة المالية هدى سالم») the shorter stands for both. Where no speaker was
    told the actor is "(not told)".

    >>> quotes = pd.DataFrame({"article": [0, 0], "speaker": ["سيرغي لافروف", "لافروف"]})
    >>> resolve_speakers(quotes).tolist()
    ['سيرغي لافروف', 'سيرغي لافروف']
    """
    actor = quotes["speaker"].where(quotes["speaker"] != "", ABSTAINED)
    unique = pd.Index(actor[actor != ABSTAINED].unique())
    known = _alias_of(unique, aliases, metonyms=metonyms) if aliases else {}
    full = _fuller_mentions(quotes)
    actor = pd.Series(full, index=quotes.index).where(full != "", actor)
    actor = actor.replace(_shorter_titles(actor.unique()))
    return actor.map(lambda name: known.get(name, name)).astype("str")


def _alias_of(mentions: pd.Index, aliases: dict[str, Any], *, metonyms: bool) -> dict[str, str]:
    from q7x2lab.corpus.token_table import tokenize_corpus

    tokens = tokenize_corpus(Corpus(pd.DataFrame({"text": mentions})))
    found: dict[str, str] = {}
    for name, group in aliases.items():
        names = [*group["names"], *(group.get("metonyms", ()) if metonyms else ())]
        hits = tokens.match({**group, "names": names})
        for article, start, end in zip(hits["article"], hits["start"], hits["end"], strict=True):
            mention = str(mentions[int(article)])
            before = {fold(word).removeprefix("ال") for word in mention[:start].split()}
            ends = end == len(mention) and not before & word_class("spokesman")
            if start == 0 or ends:
                found.setdefault(mention, str(name))
    return found


def _shorter_titles(mentions: NDArray[np.object_]) -> dict[str, str]:
    """For mentions with the same first and last two words, the shortest of them."""
    shortest: dict[tuple[str, ...], str] = {}
    keys: dict[str, tuple[str, ...]] = {}
    for name in map(str, mentions):
        words = fold(name).split()
        if len(words) > 2:
            keys[name] = words[0].removeprefix("ال"), *words[-2:]
            shortest[keys[name]] = min(shortest.get(keys[name], name), name, key=len)
    return {name: shortest[key] for name, key in keys.items() if shortest[key] != name}


def _fuller_mentions(quotes: pd.DataFrame) -> NDArray[np.object_]:
    """For a speaker of one word, the mention of the same article that ends with it, else ""."""
    full = np.full(len(quotes), "", dtype=object)
    seen: dict[tuple[int, str], str] = {}
    for place, (article, name) in enumerate(
        zip(quotes["article"].tolist(), quotes["speaker"].tolist(), strict=True)
    ):
        words = fold(name).split()
        if len(words) > 1:
            seen.setdefault((article, words[-1]), name)
        elif words:
            full[place] = seen.get((article, words[0]), "")
    return full


def speech_shares(
    quotes: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    by: str = "outlet",
    period: str | None = None,
    actors: pd.Series | None = None,
    top: int = 10,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Share of quoted words that each actor has within each group, with intervals.

    quotes: what `extract_quotes` returned; speech counts. articles: the articles' table. by: a
    column of it. period: day, week, month, quarter or year, to group by as well. actors: what
    `resolve_speakers` returned; default, mentions as written. top: so many actors by quoted words.

    Returns group, period, actor, quotes, words, articles, share, low, high. Shares are of all
    quoted words of the group, those without a told speaker included; intervals are 95 % percentile
    intervals over whole clusters of copies (Davison and Hinkley 1997), NaN where fewer than five
    articles of the group quote the actor; where nobody else speaks the low end is Wilson's (1927)
    over those articles. Raises AnalysisError if `by` is no column.

    >>> quotes = pd.DataFrame({"article": [0, 0], "kind": "speech", "speaker": ["لافروف", "بوتين"],
    ...                        "text": ["نحن ندافع عنها", "انتهى"]})
    >>> shares = speech_shares(quotes, pd.DataFrame({"outlet": ["x"]}))
    >>> shares[["group", "actor", "share"]].values.tolist()
    [['x', 'لافروف', 0.75], ['x', 'بوتين', 0.25]]
    """
    table = _speech(quotes, articles, by, actors)
    table["period"] = ""
    if period is not None:
        dates = pd.to_datetime(articles["date"]).to_numpy()[table["article"]]
        table["period"] = pd.Series(dates).dt.to_period(check_period(period)).astype(str).to_numpy()
        table = table[table["period"] != "NaT"]
    told = table[table["actor"] != ABSTAINED]
    leading = told.groupby("actor")["words"].sum().nlargest(top).index
    drawn = cluster_draws(_clusters(articles), draws, seed)
    rows = []
    for (group, when), part in table.groupby(["group", "period"]):
        total = _per_article(part, len(articles))
        here = np.flatnonzero(total)
        resampled = drawn[:, here]
        mass = resampled @ total[here]
        for actor in leading:
            own = part[part["actor"] == actor]
            spoken = _per_article(own, len(articles))
            quoting = own["article"].nunique()
            ends = (np.nan, np.nan)
            if quoting >= FEWEST_ARTICLES:
                with np.errstate(all="ignore"):
                    low, high = percentile_interval((resampled @ spoken[here]) / mass)
                    ends = (float(low), float(high))
                if len(own) == len(part):  # nobody else speaks: every draw is the same
                    ends = (float(wilson_interval(quoting, quoting)[0]), 1.0)
            share = spoken.sum() / total.sum() if total.sum() else np.nan
            rows.append((group, when, actor, len(own), own["words"].sum(), quoting, share, *ends))
    columns = ["group", "period", "actor", "quotes", "words", "articles", "share", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def speech_evidence(
    quotes: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    actors: pd.Series | None = None,
    n: int | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """What stands behind the counts: each quotation in speech with who says it, where and when.

    quotes, articles, actors: as in `speech_shares`. n: so many rows drawn at random; default all.
    Returns id, date, outlet, actor, speaker (as written), verb, verb_class, certainty and text, in
    the order of the articles; an actor "(not told)" is an abstention.

    >>> quotes = pd.DataFrame({"article": [0], "kind": "speech", "speaker": "لافروف", "verb": "أكد",
    ...                        "verb_class": "assertive", "certainty": 1.0, "text": "انتهى"})
    >>> articles = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x"})
    >>> speech_evidence(quotes, articles)[["id", "actor", "verb", "text"]].values.tolist()
    [['a', 'لافروف', 'أكد', 'انتهى']]
    """
    names = resolve_speakers(quotes) if actors is None else actors
    spoken = quotes.assign(actor=names)[quotes["kind"] == SPEECH]
    if n is not None and n < len(spoken):
        spoken = spoken.sample(n, random_state=seed).sort_index()
    where = articles[["id", "date", "outlet"]].iloc[spoken["article"]].reset_index(drop=True)
    columns = ["actor", "speaker", "verb", "verb_class", "certainty", "text"]
    return pd.concat([where, spoken[columns].reset_index(drop=True)], axis=1)


def abstentions(quotes: pd.DataFrame) -> pd.Series:
    """Share of quotations in speech without a told speaker, without a verb, and their number.

    >>> quotes = pd.DataFrame({"kind": ["speech"], "speaker": [""], "verb": ["قال"]})
    >>> abstentions(quotes).to_dict()
    {'speech': 1.0, 'without_speaker': 1.0, 'without_verb': 0.0}
    """
    speech = quotes[quotes["kind"] == SPEECH]
    shares = [(speech[column] == "").mean() for column in ("speaker", "verb")]
    names = ["speech", "without_speaker", "without_verb"]
    return pd.Series([float(len(speech)), *map(float, shares)], index=names)


def verb_use(
    quotes: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    by: str = "outlet",
    actors: pd.Series | None = None,
    min_articles: int = 10,
    draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Classes of verbs that each group sets before each actor, against the other groups.

    quotes: what `extract_quotes` returned; speech with a verb counts. articles, by, actors: as in
    `speech_shares`. Tested are actors whom `min_articles` articles quote in each of two groups.

    Returns actor, group, verb_class, count, total (verbs of that actor and group), share, elsewhere
    (the share in the other groups), difference, p and q. p: how often groups permuted over whole
    articles, copies together, give a difference as large, two-sided, (k + 1) / (draws + 1); q:
    corrected over all rows after Benjamini and Hochberg (1995). Raises AnalysisError if `by` is no
    column or no actor can be tested.

    >>> quotes = pd.DataFrame({"article": [0, 1], "kind": "speech", "speaker": "لافروف",
    ...                        "verb_class": ["assertive", "doubting"], "text": "انتهى"})
    >>> use = verb_use(quotes, pd.DataFrame({"outlet": ["x", "y"]}), min_articles=1, draws=9)
    >>> use.query("group == 'x'")[["verb_class", "share", "elsewhere"]].values.tolist()
    [['assertive', 1.0, 0.0], ['doubting', 0.0, 1.0]]
    """
    table = _speech(quotes, articles, by, actors)
    table = table[(table["verb_class"] != "") & (table["actor"] != ABSTAINED)]
    clusters = _clusters(articles)
    classes = list(dict.fromkeys([*CLASSES, *sorted(set(table["verb_class"]))]))
    rows: list[tuple[Any, ...]] = []
    quoting = table.groupby(["actor", "group"])["article"].nunique()
    often = quoting[quoting >= min_articles].reset_index().groupby("actor")["group"].agg(list)
    for actor, groups in often.items():
        if len(groups) < 2:
            continue
        part = table[(table["actor"] == actor) & table["group"].isin(groups)]
        at, place = np.unique(part["article"].to_numpy(), return_inverse=True)
        counts = np.zeros((len(at), len(classes)))
        column = np.array([classes.index(name) for name in part["verb_class"]])
        np.add.at(counts, (place, column), part["weight"].to_numpy())
        labels = articles[by].to_numpy()[at]
        orders = permute_groups(labels, clusters[at], draws, seed)
        rows += _tested(actor, groups, classes, counts, labels, orders)
    if not rows:
        raise AnalysisError(
            f"no actor is quoted in {min_articles} articles of two groups",
            remedy="resolve the speakers by alias groups, or lower min_articles",
        )
    columns = ["actor", "group", "verb_class", "count", "total", "share", "elsewhere", "p"]
    result = pd.DataFrame(rows, columns=columns)
    result.insert(7, "difference", result["share"] - result["elsewhere"])
    return result.assign(q=benjamini_hochberg(result["p"]))


def _tested(
    actor: Any,
    groups: list[Any],
    classes: list[str],
    counts: NDArray[np.float64],
    labels: NDArray[Any],
    orders: NDArray[np.intp],
) -> list[tuple[Any, ...]]:
    """Rows of one actor: share in each group, elsewhere, and the permutation p value."""
    rows = []
    whole = counts.sum(axis=0)
    shuffled = labels[orders]
    for group in groups:
        observed = counts[labels == group].sum(axis=0)
        drawn = (shuffled == group).astype(float) @ counts
        difference = _difference(observed, whole)
        extreme = np.abs(_difference(drawn, whole)) >= np.abs(difference) - 1e-12
        p = (extreme.sum(axis=0) + 1) / (len(orders) + 1)
        rest = whole - observed
        for number, name in enumerate(classes):
            if whole[number]:
                share, other = observed[number] / observed.sum(), rest[number] / rest.sum()
                total = observed.sum()
                rows.append((actor, group, name, observed[number], total, share, other, p[number]))
    return rows


def _difference(inside: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    rest = whole - inside
    with np.errstate(all="ignore"):
        share = inside / inside.sum(axis=-1, keepdims=True)
        return np.nan_to_num(share - rest / rest.sum(axis=-1, keepdims=True))


def _speech(
    quotes: pd.DataFrame, articles: pd.DataFrame, by: str, actors: pd.Series | None
) -> pd.DataFrame:
    """Quotations in speech with actor, group, number of words and weight."""
    if by not in articles:
        raise AnalysisError(
            f"articles have no column {by!r}", remedy=did_you_mean(by, map(str, articles))
        )
    names = resolve_speakers(quotes) if actors is None else actors
    table = quotes.assign(actor=names)[quotes["kind"] == SPEECH].reset_index(drop=True)
    weight = articles["weight"].to_numpy() if "weight" in articles else np.ones(len(articles))
    words = np.array([len(text.split()) for text in table["text"]], dtype=float)
    return table.assign(
        group=articles[by].to_numpy()[table["article"]],
        weight=weight[table["article"]],
        words=words * weight[table["article"]],
    )


def _per_article(part: pd.DataFrame, n: int) -> NDArray[np.float64]:
    return np.bincount(part["article"], weights=part["words"], minlength=n).astype(np.float64)


def _clusters(articles: pd.DataFrame) -> NDArray[Any]:
    return np.asarray(articles["cluster"] if "cluster" in articles else np.arange(len(articles)))
