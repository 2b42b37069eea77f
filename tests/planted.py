"""What was planted in the demonstration corpus beside what an analysis of it finds.

Every function takes results as the notebooks have them and returns one row an effect:
`effect label outlet planted found recovered why`. recovered: whether the result shows what was
planted, dates within one period. why: where it does not, the reason that the result itself gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import pandas as pd
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from q7x2lab.corpus.model import Corpus
from q7x2lab.data.gold import demo_gold
from q7x2lab.framing.scores import Frames
from q7x2lab.topics.topic_model import TopicModel
from q7x2lab.trends.rates import STEADY, Trend

COLUMNS = ("effect", "label", "outlet", "planted", "found", "recovered", "why")
RECOVERED_ARI = 0.6  # a third of the articles in each of nine topics astray leaves about .5


def _table(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame([{"label": "", "outlet": "", **row} for row in rows], columns=list(COLUMNS))


def _planted(*effects: str) -> list[dict[str, Any]]:
    gold = demo_gold("planted")
    rows: list[dict[Any, Any]] = gold[gold["effect"].isin(effects)].to_dict("records")
    return rows


def _apart(one: str, other: str) -> int:
    return abs((pd.Period(one, "M") - pd.Period(other, "M")).n)


def planted_trends(trend: Trend, changes: pd.DataFrame, bursts: pd.DataFrame) -> pd.DataFrame:
    """Planted rises, falls, bursts, steps and steady words beside the tests of a monthly trend.

    trend: all outlets together, keywords named as in `demo_gold("planted")`. changes, bursts: what
    `detect_changes` and `detect_bursts` returned for it. One row a planted word.

    >>> from q7x2lab.trends.rates import keyword_trends
    >>> from q7x2lab.studies.corpus_files import open_tokens
    >>> trend = keyword_trends(open_tokens("demo"), {"اليورانيوم": ["يورانيوم"]}, draws=50)
    >>> nothing = pd.DataFrame(columns=["query"])
    >>> row = planted_trends(trend, nothing, nothing).set_index("label").loc["اليورانيوم"]
    >>> bool(row["recovered"]), row["found"]
    (True, 'no test: 6 hits; a test needs 10')
    """
    tests = trend.tests.set_index("query")
    rows = []
    for plan in _planted("rise", "fall", "burst", "step_up", "step_down", "steady", "untold"):
        word, effect = plan["label"], plan["effect"]
        row = {"effect": effect, "label": word, "planted": plan["expected"]}
        if word not in tests.index:
            rows.append(row | _missed("", "no keyword of the study has this name"))
        elif refused := tests.at[word, "refused"]:
            right = effect == "untold"
            rows.append(row | _judged(f"no test: {refused}", right=right, why=str(refused)))
        else:
            own = [table[table["query"] == word] for table in (changes, bursts)]
            rows.append(row | _FOUND[effect](tests.loc[word], plan, *own))
    return _table(rows)


def _missed(found: str, why: str) -> dict[str, Any]:
    return {"found": found, "recovered": False, "why": why}


def _judged(found: str, *, right: bool, why: str) -> dict[str, Any]:
    return {"found": found, "recovered": right, "why": "" if right else why}


def _ratio(test: pd.Series) -> str:
    return f"ratio {test['ratio']:.3g} [{test['low']:.2g}, {test['high']:.2g}], q {test['q']:.3f}"


def _found_trend(test: Any, plan: dict[str, Any], changes: Any, bursts: Any) -> dict[str, Any]:
    right = test["verdict"] == {"rise": "rises", "fall": "falls"}[plan["effect"]]
    return _judged(_ratio(test), right=right, why="the ratio is not told from chance")


def _found_steady(test: Any, plan: dict[str, Any], changes: Any, bursts: Any) -> dict[str, Any]:
    # Bursts are described, not tested: words that wander have some.
    found = f"{test['verdict']}: {_ratio(test)}; {len(changes)} changes, {len(bursts)} bursts"
    told = test["verdict"] in ("rises", "falls") or len(changes) > 0
    right = not told and (test["verdict"] == "steady" or plan["effect"] == "untold")
    return _judged(found, right=right, why="a false alarm" if told else _too_wide(test))


def _too_wide(test: Any) -> str:
    return (
        f"{test['hits']} hits leave the ratio open beyond a factor of {STEADY}; "
        f"a ratio of {test['detectable']:.2g} would show"
    )


def _found_step(test: Any, plan: dict[str, Any], changes: Any, bursts: Any) -> dict[str, Any]:
    steps = [f"step in {c.date} ({c.date_low} to {c.date_high})" for c in changes.itertuples()]
    up = plan["effect"] == "step_up"
    after = pd.Period(plan["end"], "M") + 1
    first = plan["start"] if up else str(after)
    right = any(
        _apart(c.date, first) <= 1 and (c.rate_after > c.rate_before) == up
        for c in changes.itertuples()
    )
    why = "the step is elsewhere" if steps else "too few hits for a step to stand out"
    return _judged("; ".join(steps) or "no step", right=right, why=why)


def _found_burst(test: Any, plan: dict[str, Any], changes: Any, bursts: Any) -> dict[str, Any]:
    own = bursts[bursts["level"] == 1] if len(bursts) else bursts
    spans = [f"burst from {b.start} to {b.end}" for b in own.itertuples()]
    right = any(
        _apart(b.start, plan["start"]) <= 1 and _apart(b.end, plan["end"]) <= 1
        for b in own.itertuples()
    )
    why = "the burst is elsewhere" if spans else "too few hits for a burst to stand out"
    return _judged("; ".join(spans) or "no burst", right=right, why=why)


_FOUND = {
    "rise": _found_trend,
    "fall": _found_trend,
    "steady": _found_steady,
    "untold": _found_steady,
    "step_up": _found_step,
    "step_down": _found_step,
    "burst": _found_burst,
}


def planted_corpus(corpus: Corpus, coverage: pd.DataFrame) -> pd.DataFrame:
    """Planted silences, volumes, copies and spellings beside what reading the corpus made of them.

    coverage: what `coverage` returned by month.

    >>> from q7x2lab.corpus.account import coverage
    >>> from q7x2lab.corpus.read import read_corpus
    >>> corpus = read_corpus("demo")
    >>> planted_corpus(corpus, coverage(corpus)).query("not recovered").empty
    True
    """
    gaps = coverage[coverage["gap"].isin(["missing", "not begun"])]
    rows = []
    for plan in _planted("silence", "late_start"):
        own = sorted(gaps.loc[gaps["outlet"] == plan["outlet"], "period"])
        if plan["effect"] == "silence":
            right = own == [str(p) for p in pd.period_range(plan["start"], plan["end"], freq="M")]
        else:
            right = bool(own) and pd.Period(own[-1], "M") + 1 == pd.Period(plan["start"], "M")
        found = f"no article in {', '.join(own)}" if len(own) < 4 else f"none until {own[-1]}"
        told = {k: plan[k] for k in ("effect", "outlet")} | {"planted": plan["expected"]}
        rows.append(told | _judged(found, right=right, why="the gaps differ"))
    return _table([*rows, *_volumes(corpus), _copies(corpus), *_spellings(corpus)])


def _volumes(corpus: Corpus) -> Iterable[dict[str, Any]]:
    articles = corpus.articles["outlet"].value_counts()
    for plan in _planted("volume"):
        told = {"effect": "volume", "outlet": plan["outlet"], "planted": f"{plan['hits']} articles"}
        found = int(articles.get(plan["outlet"], 0))
        right = found == int(plan["hits"])
        yield told | _judged(f"{found} articles", right=right, why="articles were rejected")


def _pairs(table: pd.DataFrame, cluster: str) -> set[tuple[str, str]]:
    groups = table.groupby(cluster)["id"]
    return {pair for _, ids in groups for pair in combinations(sorted(ids), 2)}


def _copies(corpus: Corpus) -> dict[str, Any]:
    gold = demo_gold("articles")
    known = _pairs(gold[gold["copy_cluster"] != ""], "copy_cluster")
    found = _pairs(corpus.copies, "cluster")
    return {
        "effect": "copies",
        "planted": f"{len(known)} pairs of articles",
        **_judged(
            f"{len(known & found)} of them, {len(found - known)} others",
            right=known == found,
            why=", ".join(" and ".join(pair) for pair in sorted(known ^ found)),
        ),
    }


def _spellings(corpus: Corpus) -> Iterable[dict[str, Any]]:
    hits = corpus.articles["text"].str.count
    for plan in _planted("spelling"):
        by = hits(plan["label"]).groupby(corpus.articles["outlet"]).sum()
        told = {k: plan[k] for k in ("effect", "label", "outlet")} | {"planted": plan["expected"]}
        right = by.idxmax() == plan["outlet"]
        yield told | _judged(
            f"{by[plan['outlet']]} of {by.sum()} hits", right=right, why=f"more in {by.idxmax()}"
        )


def planted_names(shares: pd.DataFrame) -> pd.DataFrame:
    """The name of the war that each outlet was given beside the one it is found to prefer.

    shares: what `naming_shares` returned for the set `ukraine_war` by outlet. In quotation marks
    the house name is to be in the minority.

    >>> shares = pd.DataFrame({"group": ["السفح"] * 2, "voice": "outlet", "count": [7, 2],
    ...                        "variant": ["invasion", "war"], "share": [0.78, 0.22]})
    >>> planted_names(shares)[["label", "found", "recovered"]].values.tolist()[0]
    ['invasion', 'invasion: 7 of 9 namings', True]
    """
    rows = []
    for plan in _planted("naming", "naming_quoted"):
        voice = "quoted" if plan["effect"] == "naming_quoted" else "outlet"
        own = shares[shares["voice"] == voice].set_index("variant")
        row = {k: plan[k] for k in ("effect", "label", "outlet")} | {"planted": plan["expected"]}
        counts = own.loc[own["group"] == plan["outlet"], "count"]
        if counts.sum() == 0:
            rows.append(row | _missed("", "this outlet names the war nowhere"))
            continue
        if voice == "quoted":
            house = counts.get(plan["label"], 0)
            found = f"{plan['label']}: {house:.0f} of {counts.sum():.0f} namings in marks"
            rows.append(row | _judged(found, right=house * 2 < counts.sum(), why="most of them"))
            continue
        most = counts.idxmax()
        found = f"{most}: {counts.max():.0f} of {counts.sum():.0f} namings"
        rows.append(row | _judged(found, right=most == plan["label"], why=f"{most} is more common"))
    return _table(rows)


def planted_frames(*scored: Frames) -> pd.DataFrame:
    """The outlet that was given most of a frame beside the one that is found to have most of it.

    scored: what `score_frames` returned by outlet, one a scheme. Where another outlet comes first,
    why tells how many of the coded units of the frame the lexicon finds, if that is known.

    >>> from types import SimpleNamespace
    >>> shares = pd.DataFrame([["all", "conflict", "السفح", 0.3, 0.2, 0.4]],
    ...                       columns=["period", "frame", "group", "share", "low", "high"])
    >>> frames = SimpleNamespace(shares=shares, validation=None)
    >>> planted_frames(frames)[["label", "recovered"]].values.tolist()
    [['conflict', True]]
    """
    shares = pd.concat([frames.shares for frames in scored], ignore_index=True)
    shares = shares[shares["period"] == "all"]
    recall: dict[str, float] = {}
    for frames in scored:
        if frames.validation is not None:
            table = frames.validation.table
            recall |= dict(zip(table["frame"], table["recall"], strict=True))
    rows = []
    for plan in _planted("frame"):
        own = shares[shares["frame"] == plan["label"]].set_index("group")
        if own.empty:
            continue
        first, best = own["share"].idxmax(), own.loc[own["share"].idxmax()]
        row = {k: plan[k] for k in ("effect", "label", "outlet")} | {"planted": plan["expected"]}
        found = f"{first}: {best['share']:.1%} of units ({best['low']:.1%} to {best['high']:.1%})"
        why = "intervals overlap" if _overlap(own, first, plan["outlet"]) else "shares differ"
        if plan["label"] in recall:
            why += f"; the lexicon finds {recall[plan['label']]:.0%} of the coded units"
        rows.append(row | _judged(found, right=first == plan["outlet"], why=why))
    return _table(rows)


def _overlap(own: pd.DataFrame, one: str, other: str) -> bool:
    return other in own.index and bool(own["high"][other] >= own["low"][one])


def planted_quotations(shared: pd.DataFrame, articles: pd.DataFrame) -> pd.DataFrame:
    """Quotations planted in several articles beside the groups that were aligned.

    shared: what `align_quotes` returned. articles: the table that its article numbers refer to.

    >>> shared = pd.DataFrame({"quotation": [0, 0], "article": [0, 1]})
    >>> both = pd.DataFrame({"id": ["nl03", "sf04"]})
    >>> table = planted_quotations(shared, both).set_index("label")
    >>> table.loc[["Q1", "Q2"], "recovered"].tolist()
    [True, False]
    """
    gold = demo_gold("quotations")
    gold = gold[gold["quotation"] != ""]
    ids = articles["id"]
    groups = [set(ids.loc[rows]) for rows in shared.groupby("quotation")["article"].apply(list)]
    rows = []
    for name, members in gold.groupby("quotation")["id"]:
        here = set(members) & set(ids)
        best = max(groups, key=lambda group: len(group & here), default=set())
        found = sorted(best & here) if len(best & here) > 1 else []
        missing = sorted(here - set(found))
        why = "its articles were left out as copies" if len(here) < 2 else ""
        why = why or f"not in the group: {', '.join(missing)}"
        row = {"effect": "shared quotation", "label": name, "planted": ", ".join(sorted(here))}
        right = len(here) > 1 and not missing
        rows.append(row | _judged(", ".join(found) or "no group", right=right, why=why))
    return _table(rows)


def planted_topics(model: TopicModel) -> pd.DataFrame:
    """The topics that articles were written on beside those that a model finds: one row a topic.

    found: how many of its articles have their main topic in one and the same topic of the model.
    Then the sections and months that were given more of a topic beside the one that has most of it.
    The last row is the adjusted Rand index (Hubert and Arabie 1985) of the two divisions, beside
    what a supervised classifier reaches on the same words where the index falls short.

    >>> from q7x2lab.topics.choice_of_k import fit_topics
    >>> from q7x2lab.corpus.matrix import document_term_matrix
    >>> from q7x2lab.studies.corpus_files import open_tokens
    >>> model = fit_topics(document_term_matrix(open_tokens("demo"), min_articles=2), k=8)
    >>> planted_topics(model)["effect"].value_counts().to_dict()
    {'topic': 9, 'section': 9, 'topic_more': 2, 'topics together': 1}
    """
    topic = demo_gold("articles").set_index("id")["topic"]
    units = pd.DataFrame(
        {"planted": topic.reindex(model.articles["id"]).to_numpy(), "found": model.main_topics}
    ).dropna()
    topics = sorted(int(topic) for topic in units["found"].unique())
    cells = pd.crosstab(units["planted"], units["found"])[topics]
    home = cells.idxmax()  # the planted topic that most units of a found one belong to
    rows = []
    for name, counts in cells.iterrows():
        best = topics[int(counts.argmax())]
        most, total = int(counts.max()), int(counts.sum())
        rows.append(
            {"effect": "topic", "label": name, "planted": f"{total} {model.dtm.unit}s"}
            | _judged(
                f"{most} of them in topic {best}: {model.labels[best]}",
                right=most * 2 > total and home[best] == name,
                why=f"topic {best} is mostly {home[best]}"
                if home[best] != name
                else f"the others lie in {int((counts > 0).sum()) - 1} more topics",
            )
        )
    index = adjusted_rand_score(units["planted"], units["found"])
    together = _judged(
        f"{model.k} topics, ARI {index:.2f}",
        right=index >= RECOVERED_ARI,
        why=f"a classifier that is told the topics of nine tenths of the {len(units)} "
        f"{model.dtm.unit}s reaches ARI {_taught(model, units):.2f} on the rest",
    )
    planted = {"planted": f"{len(cells)} topics, ARI {RECOVERED_ARI} asked"}
    homes = {name: topics[int(counts.argmax())] for name, counts in cells.iterrows()}
    more = _topics_with_more(model, homes)
    return _table([*rows, *more, {"effect": "topics together", **planted, **together}])


def _topics_with_more(model: TopicModel, homes: dict[Any, int]) -> Iterable[dict[str, Any]]:
    """Sections and months beside the share of their articles that have the planted topic."""
    for plan in _planted("section", "topic_more"):
        if not {"section", "date"} <= set(model.articles) or plan["label"] not in homes:
            continue
        own = pd.Series(model.main_topics == homes[plan["label"]])
        months = model.articles["date"].astype(str).str[:7]
        sections = model.articles["section"].isin(str(plan["section"]).split("|"))
        inside = sections if plan["section"] else months.between(plan["start"], plan["end"])
        inside = inside.reset_index(drop=True)
        here, elsewhere = own[inside].mean(), own[~inside].mean()
        where = plan["section"] or f"{plan['start']} to {plan['end']}"
        told = {"effect": plan["effect"], "label": plan["label"], "planted": f"more in {where}"}
        found = f"{here:.0%} of the articles there, {elsewhere:.0%} elsewhere"
        yield told | _judged(found, right=here > 1.5 * elsewhere, why="hardly more")


def _taught(model: TopicModel, units: pd.DataFrame) -> float:
    """How well the words tell the planted topics to a classifier that learns from the answers.

    Ten-fold cross-validation of a linear support vector machine on tf-idf of the same matrix.
    """
    learner = make_pipeline(TfidfTransformer(sublinear_tf=True), LinearSVC(random_state=0))
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    counts = model.dtm.counts[units.index.to_numpy()]
    told = cross_val_predict(learner, counts, units["planted"], cv=folds)
    return float(adjusted_rand_score(units["planted"], told))
