"""Who speaks, how much, and under which verbs: sources by group and period."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from simplemma import is_known

from q7x2lab.arabic.letters import BARE_STEPS, fold, fold_all, normalize
from q7x2lab.arabic.stems import is_inflected
from q7x2lab.corpus.model import Corpus, article_clusters, article_labels, article_weights
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import AnalysisError
from q7x2lab.framing.quotations.cues import PRONOUN, SPEECH, ends_phrase, word_class
from q7x2lab.framing.quotations.speakers import is_name, is_verbal_noun
from q7x2lab.stats.resampling import benjamini_hochberg, ratio_table

ABSTAINED = "(not told)"
LEADING = 10  # actors; more are no figure
VERB_USE = ["actor", "group", "verb_class", "count", "total", "share", "low", "high", "elsewhere"]
VERB_USE += ["difference", "p", "q"]
LONGEST_NAME = 5  # words
_IN_PERSON = re.compile(r".+، ?(?:هو|هي) ")  # دبلوماسي سابق، هو فلان


def resolve_speakers(quotes: pd.DataFrame, aliases: Mapping[str, Any] | None = None) -> pd.Series:
    """The actor behind each quotation: an alias group, a name, an institution, or a text.

    Parameters
    ----------
    quotes
        What :func:`extract_quotes` returned.
    aliases
        What :func:`load_aliases` returned. A mention is of a group if it begins with one of its
        names or metonyms («الرئيس الروسي» who speaks is the man, if the articles are of his time),
        or ends with one and speaks for nobody else («نائب الرئيس», «المتحدث باسم»).

    Returns
    -------
    Series
        One actor a row of `quotes`: "(not told)" where no speaker was found, or one that is only
        pointed at («هذا المسؤول») or is no name («جميلة»); a text by its word («البيان»).

    Notes
    -----
    A surname alone is the fuller name of its own article; so is a title or institution alone
    («الوزير», «الوزارة») where the article quotes one holder of it only. A name in apposition to a
    title is the actor: «هدى سالم» of «المحللة المالية هدى سالم».

    Examples
    --------
    >>> mentions = ["الوزير الروسي سيرغي لافروف", "لافروف", "الوزير"]
    >>> resolve_speakers(pd.DataFrame({"article": 0, "speaker": mentions})).tolist()
    ['سيرغي لافروف', 'سيرغي لافروف', 'سيرغي لافروف']
    """
    actor = {mention: _actor(mention) for mention in quotes["speaker"].unique()}
    rows = quotes[["article", "speaker"]].assign(actor=quotes["speaker"].map(actor))
    actors = _with_holders(rows.assign(actor=_fuller_names(rows)))
    names = {word for name in actors.unique() if " " in name for word in fold(name).split()}
    actors = actors.map({x: ABSTAINED if _is_common(x, names) else x for x in actors.unique()})
    mentions = pd.Index([*dict.fromkeys([*quotes["speaker"], *actors])])
    known = _alias_of(mentions, aliases) if aliases else {}
    pairs = zip(quotes["speaker"], actors, strict=True)
    found = [known.get(mention) or known.get(actor) or actor for mention, actor in pairs]
    return pd.Series(found, quotes.index, dtype="str")


def _actor(mention: str) -> str:
    """The name in a mention: what stands in apposition to its title, or the mention itself."""
    words = _IN_PERSON.sub("", mention).split()
    folded = fold(mention).replace("،", "").split() or [""]
    head = folded[0].removeprefix("ال")
    if head in word_class("text"):
        return "ال" + normalize(words[0], steps=BARE_STEPS).strip("،").removeprefix("ال")
    if not words or set(folded) & word_class("demonstrative"):
        return ABSTAINED
    agent = head in word_class("agent")
    for at in range(1, len(words) - (len(words) > 2 or not agent)):
        if words[at - 1][:2] == "ال" and words[at][0].isalpha() and is_name(words[at]):
            title = head in word_class("institution") or _is_object(words[at])
            return " ".join(words[:at]).strip("،") if title else _upto_object(words[at:])
    after = " ".join(words).partition("،")[2].split()
    if agent and 1 < len(after) < LONGEST_NAME and is_name(after[0]) and after[1][:2] != "ال":
        return _upto_object(after)  # «زعيم الجمهوريين في الكونغرس، بول راين»
    named = head == folded[0] and not is_known(words[0], "ar")
    return _upto_object(words) if named else " ".join(words).split("،")[0].strip()


def _is_object(word: str) -> bool:
    """Whether a word behind a title is no name: «مواطنيه», «تصريحات», «استعداده»."""
    shaped = word.endswith(("ه", "ات")) or is_verbal_noun(fold(word))
    return shaped and word not in ("الله", "عبدالله") and is_known(word, "ar")


def _upto_object(words: list[str]) -> str:
    """A name without an object behind it: «إيمانويل ماكرون نظيره», «دونالد ترامب الهجوم»."""
    for at in range(1, len(words)):
        word, agent = words[at], fold(words[at]) in word_class("agent", "hearer")
        common = is_known(word, "ar") and (word[-1] == "ة" or (word[:2] == "ال" and word != "الله"))
        other = at > 1 and (common or agent or _is_object(word))
        stops = words[at - 1][-1] == "،" or (ends_phrase(fold(word)) and word != "علي")
        if stops or (other and fold(words[at - 1]) not in word_class("name_goes_on")):
            return " ".join(words[:at]).strip("،")
    return " ".join(words).strip("،")


def _is_common(word: str, names: set[str]) -> bool:
    """Whether a word alone names nobody: a title, an inflected word, one that points somewhere."""
    folded = fold(word)
    stem = PRONOUN.sub("", folded) if word[-1:] != "ة" else folded
    pointing = folded in word_class("as_it_is_put", "pointed_at")
    inflected = is_inflected(word) or (stem != folded and is_verbal_noun(stem))
    title = folded[:2] == "ال" and folded[2:] in word_class("agent") - word_class("unique", "text")
    return title or pointing or (inflected and folded not in names)


def _with_holders(rows: pd.DataFrame) -> pd.Series:
    """The actors, a title or institution alone as the one that its article names in full."""
    titles = pd.Series([fold(mention).replace("،", "") for mention in rows["speaker"]], dtype="str")
    # «رئيس الوزراء» is never called «الرئيس».
    table = pd.DataFrame({"article": rows["article"].to_numpy(), "words": titles.str.split()})
    table["head"] = titles.str.replace("^ال(?!رئيس)", "", regex=True).str.split().str[0]
    table["actor"], agent = rows["actor"].to_numpy(), table["head"].str.removeprefix("ال")
    bare = titles.str.fullmatch("(ال[^ ]+ ?){1,3}") & agent.isin(word_class("agent"))
    full = table[~bare & (table["actor"] != ABSTAINED)]
    pairs = table[bare].reset_index().merge(full, on=["article", "head"])
    fits = [set(x[1:]) <= set(y) for x, y in zip(pairs["words_x"], pairs["words_y"], strict=True)]
    found = pairs[np.array(fits, bool)].groupby("index")["actor_y"].agg(["first", "nunique"])
    only = found.loc[found["nunique"] == 1, "first"]
    return table["actor"].where(~table.index.isin(only.index), only).set_axis(rows.index)


def _alias_of(mentions: pd.Index, aliases: Mapping[str, Any]) -> dict[str, str]:
    tokens = tokenize_corpus(Corpus(pd.DataFrame({"text": mentions})))
    found: dict[str, str] = {}
    for name, group in aliases.items():
        hits = tokens.match({**group, "names": [*group["names"], *group.get("metonyms", ())]})
        for article, start, end in hits[["article", "start", "end"]].itertuples(index=False):
            mention = mentions[article]
            before = {word.removeprefix("ال") for word in fold(mention[:start]).split()}
            if start == 0 or (end == len(mention) and not before & word_class("spokesman")):
                found.setdefault(mention, name)
    return found


def _fuller_names(rows: pd.DataFrame) -> pd.Series:
    """The actors, one of a single word as the first of his article that ends with it."""
    words = rows["actor"].map(fold).str.split()
    alone = (words.map(len) == 1) & ~words.str[0].isin(word_class("feminine_place"))
    titled = words.str[0].isin(word_class("agent", "spokesman", "told", "text"))
    longer = rows["actor"].mask(alone | titled).groupby([rows["article"], words.str[-1]])
    return rows["actor"].mask(alone, longer.transform("first").fillna(rows["actor"]))


def speech_shares(
    quotes: pd.DataFrame,
    articles: pd.DataFrame,
    *,
    by: str = "outlet",
    period: str | None = None,
    actors: pd.Series | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Share of quoted words that each actor has within each group, with 95 % intervals.

    Parameters
    ----------
    quotes
        What :func:`extract_quotes` returned; speech counts.
    articles
        The table that its article numbers refer to.
    by
        A column of it.
    period
        day, week, month, quarter or year, to group by as well.
    actors
        What :func:`resolve_speakers` returned; default, its result without aliases.
    seed
        Of the bootstrap.

    Returns
    -------
    DataFrame
        ``group period actor quotes words articles share low high`` for the ten actors with most
        quoted words; articles: those that quote the actor. Shares are of all quoted words of the
        group, those without a told speaker included. No interval (NaN) where fewer than ten
        independent articles of the group quote anybody.

    Raises
    ------
    StudyError
        If `by` is no column.

    Raises
    ------
    AnalysisError
        If nobody who is named speaks in quotation marks.

    Notes
    -----
    Whole clusters of copies are resampled, see :func:`q7x2lab.stats.resampling.ratio_table`.

    Examples
    --------
    >>> quotes = pd.DataFrame({"article": [0, 0], "kind": "speech", "speaker": ["لافروف", "بوتين"],
    ...                        "text": ["نحن ندافع عنها", "انتهى"]})
    >>> shares = speech_shares(quotes, pd.DataFrame({"outlet": ["x"]}))
    >>> shares[["group", "actor", "share"]].values.tolist()
    [['x', 'لافروف', 0.75], ['x', 'بوتين', 0.25]]
    """
    keys = pd.DataFrame({"group": article_labels(articles, by).to_numpy()})
    keys["period"] = article_labels(articles, period).to_numpy() if period else ""
    table = _speech(quotes, articles, actors).join(keys, on="article").dropna(subset=list(keys))
    told = table[~_is_nobody(table["actor"])]
    if told.empty:
        raise AnalysisError("nobody who is named speaks in marks", remedy="take more articles")
    leading = told.groupby("actor")["words"].sum().nlargest(LEADING).index
    # The others together: a column for everybody who is quoted would be many gigabytes.
    table["part"] = table["actor"].where(table["actor"].isin(leading), ABSTAINED)
    words = table.pivot_table("words", "article", "part", "sum").reindex(keys.index).fillna(0)
    clusters, every = article_clusters(articles), words.sum(axis=1)
    shares, _ = ratio_table(words[leading], every, keys, clusters=clusters, seed=seed)
    shares = shares[shares["base"] > 0].rename(columns={"column": "actor", "ratio": "share"})
    cells = table.groupby(cell := ["group", "period", "actor"])
    counts = {"quotes": cells.size(), "words": cells["words"].sum()}
    counts["articles"] = cells["article"].nunique()
    shares = shares.drop(columns="articles").join(pd.DataFrame(counts), on=cell)
    shares = shares.fillna(dict.fromkeys(counts, 0)).astype({"quotes": int, "articles": int})
    return shares[[*cell, *counts, "share", "low", "high"]].reset_index(drop=True)


def speech_evidence(
    quotes: pd.DataFrame, articles: pd.DataFrame, *, actors: Any = None, n: int = 0, seed: int = 0
) -> pd.DataFrame:
    """Each quotation in speech, with who says it, where and when.

    Parameters
    ----------
    quotes, articles, actors
        As in :func:`speech_shares`.
    n
        Number of rows drawn at random; 0 for all.
    seed
        Of the draw.

    Returns
    -------
    DataFrame
        ``id date outlet actor speaker verb verb_class certainty text`` in the order of the
        articles; `speaker` as written, an actor "(not told)" where none was found.

    Examples
    --------
    >>> quotes = pd.DataFrame({"article": [0], "kind": "speech", "speaker": "لافروف", "verb": "أكد",
    ...                        "verb_class": "assertive", "certainty": 1.0, "text": "انتهى"})
    >>> articles = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x"})
    >>> speech_evidence(quotes, articles)[["id", "actor", "verb", "text"]].values.tolist()
    [['a', 'لافروف', 'أكد', 'انتهى']]
    """
    spoken = _speech(quotes, articles, actors)
    if 0 < n < len(spoken):
        spoken = spoken.sample(n, random_state=seed).sort_index()
    known = articles[["id", "date", "outlet"]].reset_index(drop=True)
    columns = [*known, "actor", "speaker", "verb", "verb_class", "certainty", "text"]
    return spoken.join(known, on="article")[columns].reset_index(drop=True)


def find_quotes(quotes: pd.DataFrame, articles: pd.DataFrame, **parts: str | None) -> pd.DataFrame:
    """Quotations of a speaker, under a verb, in an outlet, each with its article.

    Parameters
    ----------
    quotes
        What :func:`extract_quotes` returned; ``quotes.merge(shared)`` for those that several
        articles carry, shared being what :func:`align_quotes` returned.
    articles
        The articles' table with ``id``, ``date`` and ``outlet``.
    parts
        ``speaker``, ``verb``, ``outlet``: a part of what stands there, in any spelling of hamza;
        None or nothing for all of them.

    Returns
    -------
    DataFrame
        ``id date outlet speaker verb text``.

    Examples
    --------
    >>> quotes = pd.DataFrame({"article": [0, 1], "start": 0, "end": 9, "text": ["نعم", "لا"],
    ...                        "speaker": ["بوتين", "شي"], "verb": "قال"})
    >>> articles = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x"})
    >>> find_quotes(quotes, articles, speaker="بوتين")["text"].tolist()
    ['نعم']
    """
    told = {False: articles[["id", "date", "outlet"]].reset_index(drop=True), True: quotes}
    for name, part in ((name, part) for name, part in parts.items() if part):
        table = told[name in quotes]
        texts, sought = table[name].dropna().unique().tolist(), fold(part)
        fits = [text for text, plain in zip(texts, fold_all(texts), strict=True) if sought in plain]
        told[name in quotes] = table[table[name].isin(fits)]
    # Joined last: of a year's quotations few are asked for.
    table = told[True].join(told[False], on="article", how="inner")
    return table[["id", "date", "outlet", "speaker", "verb", "text"]].reset_index(drop=True)


def abstentions(quotes: pd.DataFrame) -> pd.Series:
    """The number of quotations in speech, and the shares without a told speaker and a verb.

    Examples
    --------
    >>> quotes = pd.DataFrame({"kind": ["speech"], "speaker": [""], "verb": ["قال"]})
    >>> abstentions(quotes).to_dict()
    {'speech': 1.0, 'without_speaker': 1.0, 'without_verb': 0.0}
    """
    speech = quotes[quotes["kind"] == SPEECH]
    without = {f"without_{part}": (speech[part] == "").mean() for part in ("speaker", "verb")}
    return pd.Series({"speech": float(len(speech)), **without})


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

    Parameters
    ----------
    quotes
        What :func:`extract_quotes` returned; speech with a verb counts.
    articles, by, actors
        As in :func:`speech_shares`.
    min_articles
        Tested are actors whom so many articles quote in each of two groups.
    draws, seed
        Of the resampling.

    Returns
    -------
    DataFrame
        ``actor group verb_class count total share low high elsewhere difference p q``; total: verbs
        of that actor and group; elsewhere: the share in the other groups.

    Raises
    ------
    StudyError
        If `by` is no column.
    AnalysisError
        If no actor can be tested.

    Notes
    -----
    p: how often groups permuted over whole articles, copies together, give a difference as large,
    two-sided. q: corrected over all rows after Benjamini and Hochberg (1995).

    Examples
    --------
    >>> quotes = pd.DataFrame({"article": [0, 1], "kind": "speech", "speaker": "لافروف",
    ...                        "verb_class": ["assertive", "doubting"], "text": "انتهى"})
    >>> use = verb_use(quotes, pd.DataFrame({"outlet": ["x", "y"]}), min_articles=1, draws=9)
    >>> use.query("group == 'x'")[["verb_class", "share", "elsewhere"]].values.tolist()
    [['assertive', 1.0, 0.0], ['doubting', 0.0, 1.0]]
    """
    table = _speech(quotes, articles, actors)
    table["group"] = article_labels(articles, by).to_numpy()[table["article"]]
    table = table[(table["verb_class"] != "") & ~_is_nobody(table["actor"])]
    quoting = table.groupby(["actor", "group"])["article"].transform("nunique")
    table = table[quoting >= min_articles]
    table = table[table.groupby("actor")["group"].transform("nunique") > 1]
    if table.empty:
        what = f"no actor is quoted in {min_articles} articles of two groups"
        raise AnalysisError(what, remedy="lower min_articles, or resolve speakers by alias groups")
    clusters, parts = article_clusters(articles), []
    options: dict[str, Any] = {"draws": draws, "seed": seed, "compare": True}
    for actor, part in table.groupby("actor"):
        counts = part.pivot_table("weight", ["article", "group"], "verb_class", "sum", fill_value=0)
        groups = counts.index.to_frame(index=False)
        options["clusters"] = clusters[groups.pop("article")]
        shares, _ = ratio_table(counts, counts.sum(axis=1), groups, **options)
        parts.append(shares.assign(actor=actor))
    found = pd.concat(parts, ignore_index=True)
    found = found.rename(columns={"column": "verb_class", "ratio": "share", "base": "total"})
    found = found.assign(count=found["share"] * found["total"], q=benjamini_hochberg(found["p"]))
    return found.assign(elsewhere=found["share"] - found["difference"])[VERB_USE]


def _is_nobody(actors: pd.Series) -> pd.Series:
    """Which actors are in no ranking: nobody who is told, and texts."""
    return actors.map(fold).str.removeprefix("ال").isin({ABSTAINED, *word_class("text")})


def _speech(quotes: pd.DataFrame, articles: pd.DataFrame, actors: pd.Series | None) -> pd.DataFrame:
    """Quotations in speech with actor, number of words and weight."""
    names = resolve_speakers(quotes) if actors is None else actors
    table = quotes.assign(actor=names)[quotes["kind"] == SPEECH].reset_index(drop=True)
    weight = article_weights(articles)[table["article"]]
    return table.assign(weight=weight, words=table["text"].str.count(r"\S+") * weight)
