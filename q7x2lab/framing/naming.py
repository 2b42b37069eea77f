"""What each outlet calls one thing, in its own voice, in quotations and in reported speech."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from q7x2lab.corpus.model import article_clusters, article_labels, article_weights, cut_passages
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.exhibits import Words
from q7x2lab.framing.quotations.cues import OTHER, REPORTED, SCARE, SPEECH, TITLE
from q7x2lab.framing.quotations.marks import extract_quotes
from q7x2lab.framing.schemes import Texts
from q7x2lab.stats.resampling import ratio_table
from q7x2lab.yaml_files import Entry, read_bundled, read_entry

Numbers = NDArray[Any]
VOICES = ("outlet", "quoted", "reported")
KINDS = [SPEECH, REPORTED, SCARE, TITLE, OTHER]
APART = 1_000_000.0  # words between two articles, so that nothing in one is near to the other
CLOSE = 4  # words after a name within which another referent claims it: أزمة … في سوريا
SILENT = 5  # mentions of the matter from which on an article without a name for it is silent
_PUNCTUATION = re.compile(r"[،,.؛:!؟?\n]")
_DEFINITE = "^[وف]?(?:[بك]?ال|لل)"


class Variant(Entry):
    """A name: its search terms, and what to call it; given as a list, the terms alone."""

    terms: Annotated[Texts, Field(min_length=1)]
    ar: str = ""
    en: str = ""


Named = Annotated[Variant, BeforeValidator(lambda x: x if isinstance(x, Mapping) else {"terms": x})]


class NamingSet(Entry):
    """The names of one referent, the company they need to refer to it, and since when it exists.

    Attributes
    ----------
    names
        The names by identifier; ``variants`` in the file.
    near
        Terms one of which must stand within ``window`` words of a name; or the name must be
        definite, and the article mention them ``matter_min`` times and more often than
        ``others``, or once and others never. None: the names count wherever they stand.
    others
        Terms of other referents, which claim a name that they follow.
    exclude
        Phrases that are no name of it.
    start
        The first day on which it exists; ``from`` in the file.
    """

    schema_: int = Field(1, alias="schema")
    id: str = ""
    referent: dict[str, str] = Field({})
    start: Annotated[dt.date | None, Field(strict=False)] = Field(None, alias="from")
    names: Annotated[dict[str, Named], Field(alias="variants", min_length=1)]
    near: Texts = ()
    window: Annotated[int, Field(gt=0)] = 12
    matter_min: Annotated[int, Field(gt=0)] = 3
    exclude: Texts = ()
    others: Texts = ()
    licence: str = ""
    version: str = ""

    @property
    def named(self) -> Words:
        """What the names are names of; the set's identifier where it does not say."""
        own = self.id.replace("_", " ")
        return Words(self.referent.get("ar", own), self.referent.get("en", own))

    @property
    def variants(self) -> dict[str, list[str]]:
        """Search terms by name of the variant."""
        return {name: list(variant.terms) for name, variant in self.names.items()}

    @property
    def titles(self) -> dict[str, dict[str, str]]:
        """What to call each variant, ``ar`` and ``en``."""
        names = self.names.items()
        return {name: {"ar": x.ar or x.terms[0], "en": x.en or name} for name, x in names}


NamingSource = str | Path | Mapping[str, Any] | NamingSet


def load_naming(source: NamingSource) -> NamingSet:
    """A naming set, from its bundled name, a YAML file or a mapping.

    Raises
    ------
    StudyError
        For a key that is not known, no variants, or a file that cannot be read.

    Examples
    --------
    >>> load_naming("ukraine_war").variants["war"]
    ['حرب']
    >>> load_naming({"near": ["روسيا"], "variants": {"war": ["حرب"]}}).window
    12
    """
    if isinstance(source, NamingSet):
        return source
    where = "naming set" if isinstance(source, Mapping) else str(source)
    chosen = read_entry(NamingSet, read_bundled(source, "naming", what="naming set"), where=where)
    return chosen.model_copy(update={"id": chosen.id or Path(where).stem})


def naming(
    tokens: Tokens, naming_set: NamingSource, *, quotes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Every name that refers to the matter of a naming set, with the voice that uses it.

    Parameters
    ----------
    naming_set
        A bundled name, a YAML file, a mapping or a naming set.
    quotes
        What `extract_quotes` returned; extracted here if not given.

    Returns
    -------
    DataFrame
        ``article start end variant``; ``voice`` (``outlet``: the outlet's own words; ``quoted``:
        speech in quotation marks; ``reported``: reported speech); ``marked``: whether it stands in
        quotation marks of whatever kind; ``surface``; ``sentence``.

    Notes
    -----
    Names before the set's ``from`` date, in undated articles where there is one, of another
    referent or without company do not count. Lexical choice for one referent after van Dijk
    (1988), News as Discourse, and Fowler (1991), Language in the News.

    Examples
    --------
    >>> from q7x2lab.corpus.read import read_corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": ["2023-01-01"], "outlet": ["x"],
    ...                       "text": ["قال بوتين إن «الأزمة مؤسفة جدا» وطالت الحرب في أوكرانيا"]})
    >>> naming(tokenize_corpus(read_corpus(table)), "ukraine_war")[["variant", "voice"]].values
    array([['crisis', 'quoted'],
           ['war', 'outlet']], dtype=object)
    """
    chosen = load_naming(naming_set)
    hits = _candidates(tokens, chosen)
    hits = hits[_refers(tokens, hits, chosen)].reset_index(drop=True)
    around = _kinds_around(hits, extract_quotes(tokens) if quotes is None else quotes)
    # A name that the outlet itself sets in marks is told in the voice of its clause.
    hits["voice"] = np.select([around[SPEECH], around[REPORTED]], VOICES[1:], VOICES[0])
    hits["marked"] = around.drop(columns=REPORTED).any(axis=1)
    row, sentences = tokens.units("sentence")
    for name, spans in (("surface", hits), ("sentence", sentences.iloc[row[hits["first"]]])):
        edges = (spans[edge].to_numpy() for edge in ("article", "start", "end"))
        cut = [text for (text,) in cut_passages(tokens.articles["text"], *edges)]
        hits[name] = pd.Series(cut, dtype="str")
    return hits.drop(columns=["first", "last"])


def _candidates(tokens: Tokens, chosen: NamingSet) -> pd.DataFrame:
    """Hits of every variant, with first and last token; of two that overlap the longer counts."""
    hits = {name: tokens.hit_tokens(terms) for name, terms in chosen.variants.items()}
    table = pd.DataFrame(np.concatenate(list(hits.values())), columns=["article", "first", "last"])
    table["start"], table["end"] = tokens.start[table["first"]], tokens.ends(table["last"])
    table["variant"] = np.repeat(list(hits), [len(found) for found in hits.values()])
    table = table.sort_values(["first", "last"], ascending=[True, False], kind="stable")
    return table[table["first"] > table["last"].cummax().shift(fill_value=-1)]


def _refers(tokens: Tokens, hits: pd.DataFrame, chosen: NamingSet) -> NDArray[np.bool_]:
    """Which hits refer to the matter: date, company, no other referent, no excluded phrase."""
    place, article = hits["first"].to_numpy(), hits["article"].to_numpy()
    company, mentions = _hits(tokens, chosen.near)
    other, rivals = _hits(tokens, chosen.others)
    about = mentions >= chosen.matter_min
    if chosen.others:  # one mention will do in an article that speaks of no other referent
        about = np.where(rivals == 0, mentions > 0, about & (mentions > rivals))
    forms = pd.Series(tokens.forms[tokens.type[place]], dtype="str")
    definite = forms.str.contains(_DEFINITE).to_numpy(dtype=bool)
    ahead, behind = _words_between(tokens, place, company)
    good = (np.minimum(ahead, behind) <= chosen.window) | (definite & about[article])
    good |= not chosen.near  # names that are of one thing wherever they stand
    rival, _ = _words_between(tokens, place, other)
    claimed = np.flatnonzero((rival <= CLOSE) & (rival < ahead))
    edges = tokens.ends(place[claimed]), tokens.start[(place + rival)[claimed].astype(np.int64)]
    between = cut_passages(tokens.articles["text"], article[claimed], *edges)
    good[claimed] &= np.array([bool(_PUNCTUATION.search(text)) for (text,) in between], bool)
    good &= ~np.isin(place, _hits(tokens, chosen.exclude)[0])
    return good & _exists(tokens, chosen)[article]


def _hits(tokens: Tokens, terms: Sequence[str]) -> tuple[Numbers, Numbers]:
    """The first token of each hit of any of the terms, and the hits in each article."""
    found = tokens.hit_tokens(list(terms)) if terms else np.empty((0, 3), dtype=np.int64)
    return found[:, 1], np.bincount(found[:, 0], minlength=tokens.n_articles)


def _words_between(tokens: Tokens, place: Numbers, other: Numbers) -> tuple[Numbers, Numbers]:
    """Words from each place to the next of the others, and to the last; APART or more for none."""
    here, there = (x + tokens.article[x] * APART for x in (place, other))
    at = np.searchsorted(there, here, side="right")
    known = np.concatenate([[-np.inf], there, [np.inf]])
    return known[at + 1] - here, here - known[at]


def _exists(tokens: Tokens, chosen: NamingSet) -> NDArray[np.bool_]:
    """Whether the matter exists at the date of each article."""
    if chosen.start is None:
        return np.ones(tokens.n_articles, dtype=bool)
    return np.asarray(pd.to_datetime(tokens.articles["date"]) >= pd.Timestamp(chosen.start))


def _kinds_around(hits: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """Which kinds of quotations each hit lies in, a column a kind."""
    pairs = hits.reset_index(names="hit").merge(quotes, on="article", suffixes=("", "_of"))
    pairs = pairs[(pairs["start_of"] <= pairs["start"]) & (pairs["end"] <= pairs["end_of"])]
    found = pd.crosstab(pairs["hit"], pairs["kind"]).astype(bool)
    return found.reindex(index=hits.index, columns=KINDS, fill_value=False)


def silent_articles(tokens: Tokens, naming_set: NamingSource, names: pd.DataFrame) -> pd.DataFrame:
    """Articles that speak of the matter without any name for it.

    Parameters
    ----------
    names
        What `naming` returned.

    Returns
    -------
    DataFrame
        ``article id outlet``, and ``mentions`` of the terms of ``near``: five or more, since the
        matter exists.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "روسيا " * 5})
    >>> about = {"near": ["روسيا"], "variants": {"war": ["حرب"]}}
    >>> names = pd.DataFrame({"article": []})
    >>> silent_articles(tokenize_corpus(Corpus(table)), about, names).values.tolist()
    [[0, 'a', 'x', 5]]
    """
    chosen = load_naming(naming_set)
    table = tokens.articles[["id", "outlet"]].reset_index(drop=True).reset_index(names="article")
    table["mentions"] = _hits(tokens, chosen.near)[1]
    silent = (table["mentions"] >= SILENT) & _exists(tokens, chosen)
    return table[silent & ~table["article"].isin(names["article"])].reset_index(drop=True)


def naming_shares(
    names: pd.DataFrame, articles: Any, *, by: str = "outlet", period: str = "", seed: int = 0
) -> pd.DataFrame:
    """Shares of the names within each group and voice, and each period if one is named.

    Parameters
    ----------
    names
        What `naming` returned.
    articles
        The articles' table; clusters of copies and weights count where it has them.
    by
        A column of it.
    period
        day, week, month, quarter or year; by default all of the time together.

    Returns
    -------
    DataFrame
        ``group voice variant`` (with ``period`` after the group); ``count`` (weighted) and
        ``total`` (all names of that group and voice); ``articles`` that carry them; ``share low
        high refused`` as `ratio_table` has them.

    Raises
    ------
    StudyError
        If `by` is no column.

    Examples
    --------
    >>> names = pd.DataFrame({"article": [0, 0, 0, 1], "voice": "outlet",
    ...                       "variant": ["war", "war", "crisis", "war"]})
    >>> shares = naming_shares(names, pd.DataFrame({"outlet": ["x", "x"]}))
    >>> shares[["variant", "count", "total", "share"]].values.tolist()
    [['war', 3.0, 4.0, 0.75], ['crisis', 1.0, 4.0, 0.25]]
    """
    counts = pd.crosstab([names["article"], names["voice"]], names["variant"])
    counts = counts[names["variant"].unique()]
    article, voice = (counts.index.get_level_values(level) for level in (0, 1))
    counts = counts.mul(article_weights(articles)[article], axis=0)
    keys = {"group": by, "period": period} if period else {"group": by}
    labels = {key: article_labels(articles, name).to_numpy() for key, name in keys.items()}
    groups = pd.DataFrame(labels).iloc[article].assign(voice=voice)
    cluster = article_clusters(articles)[article]
    table, _ = ratio_table(counts, counts.sum(axis=1), groups, clusters=cluster, seed=seed)
    table["count"] = (table["ratio"] * table["base"]).round(6)
    table = table.rename(columns={"column": "variant", "base": "total", "ratio": "share"})
    order = [*groups, "variant", "count", "total", "articles", "share", "low", "high", "refused"]
    return table[order]
