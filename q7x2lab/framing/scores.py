"""Frames scored by a lexicon: hits, the units that carry them, and their shares with intervals."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.corpus.model import article_clusters, article_labels, article_weights
from q7x2lab.corpus.periods import period_labels
from q7x2lab.corpus.token_table import Int32s, Tokens
from q7x2lab.errors import AnalysisError, counted, expect
from q7x2lab.framing.accuracy import Floats, Measured, Stamp, Validation, corrected_shares
from q7x2lab.framing.schemes import Frame, Scheme, SchemeSource, load_scheme
from q7x2lab.stats.resampling import group_numbers, ratio_table

Integers = NDArray[np.int64]
CORRECTED = ["corrected", "corrected_low", "corrected_high", "correction"]
SHARES = ["frame", "group", "period", "share", "low", "high", "articles", "units", "refused"]
SHARES += [*CORRECTED, "validity", "scheme", "lexicon"]
EVIDENCE = ["article", "start", "end", "frame", "term", "negated", "unit", "weight", "sub"]
SENSITIVITY = ["frame", "term", "hits", "alone", "share", "without", "loss", "carries", "reorders"]
ENOUGH = 1 - 1e-9  # weight of the hits in a unit that carries their frame: 1, but for rounding
CARRIES = 0.5  # share of a frame that is lost with a term which is said to carry it


@dataclass(frozen=True, eq=False, repr=False)
class Frames:
    """Frames found in a corpus, traceable hit by hit.

    Attributes
    ----------
    hits
        By frame, every hit of its terms, those inside a longer one among them.
    units
        ``article start end`` of every sentence (or paragraph, or article).
    by
        The column that `shares` are grouped by.
    validation
        What coders said of the scheme, None where nobody was asked: then every table and figure
        says UNVALIDATED.
    """

    scheme: Scheme
    tokens: Tokens = field(repr=False)
    hits: Mapping[str, pd.DataFrame]
    units: pd.DataFrame
    by: str | None = None
    seed: int = 0
    validation: Validation | None = None

    def __repr__(self) -> str:
        hits, units = len(self.evidence), counted(len(self.units), self.scheme.unit)
        place = f"{units} of {counted(self.tokens.n_articles, 'article')}"
        return f"Frames: {self.scheme.id}, {counted(hits, 'hit')} in {place}; {self.stamp.text({})}"

    @property
    def stamp(self) -> Stamp:
        """Scheme, lexicon hash, coded units and F1: what every figure of this result prints."""
        if self.validation is not None:
            return self.validation.stamp
        return Stamp(f"{self.scheme.id} {self.scheme.version}".strip(), self.scheme.sha256)

    def titles(self, language: str = "en") -> dict[str, str]:
        """The frames' titles by identifier."""
        return {f.id: f.title_en if language == "en" else f.title_ar for f in self.scheme.frames}

    def with_validation(self, validation: Validation) -> Self:
        """The same frames carrying that validation, and read by the instrument that it judged.

        Raises
        ------
        AnalysisError
            If the validation judged another lexicon, or a classifier is to read another corpus or
            unit than was coded.
        """
        judged, own = validation.stamp.lexicon[:12], self.scheme.sha256[:12]
        if judged != own:
            what = f"the validation judged lexicon {judged}, these frames were scored with {own}"
            raise AnalysisError(what, remedy="validate the lexicon that is in use")
        reason = validation.other_unit(self.scheme.unit)
        if validation.articles != tuple(self.tokens.articles["id"]):
            reason = "coded in another corpus"
        if validation.readings and reason:
            raise AnalysisError(f"a classifier cannot read these units: {reason}")
        return replace(self, validation=validation)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """Every hit that is not inside a longer one of its frame, in reading order by frame.

        Returns
        -------
        DataFrame
            ``article start end`` (as in `Tokens.match`), ``frame``, ``term``, ``negated``,
            ``unit`` (row of `units`), ``weight`` and ``sub``. The evidence is the lexicon's, also
            where a classifier reads the frame.
        """
        found = [hits[~_nested(hits)] for hits in self.hits.values()]
        return pd.concat(found, ignore_index=True)[EVIDENCE]

    @cached_property
    def carried(self) -> NDArray[np.bool_]:
        """Whether each unit carries each frame by the lexicon, units × frames."""
        return np.column_stack([carrying(hits, len(self.units)) for hits in self.hits.values()])

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Shares by the column that `score_frames` was given; see `shares_by`."""
        return self.shares_by(by=self.by)

    def shares_by(self, *, by: str | None = None, period: str | None = None) -> pd.DataFrame:
        """Share of the units that carry each frame, by group and period.

        Parameters
        ----------
        by
            A column of the articles.
        period
            day, week, month, quarter or year; articles without a date are left out of it.

        Returns
        -------
        DataFrame
            ``frame group period share low high articles units refused``; with a validation also
            ``corrected corrected_low corrected_high correction`` (see `corrected_shares`); then
            ``validity scheme lexicon``. Articles count by their weight; intervals and their
            refusal are those of `ratio_table`.
        """
        articles, article = self.tokens.articles, self.units["article"]
        group = "all" if by is None else article_labels(articles, by)
        when = "all" if period is None else period_labels(articles["date"], period)
        groups = pd.DataFrame({"group": group, "period": when}, index=articles.index)
        readings = self.validation.readings if self.validation is not None else {}
        carried = pd.DataFrame(self.carried, columns=self.scheme.names).assign(**readings)
        weight, every = article_weights(articles), range(len(articles))
        above = carried.groupby(article).sum().reindex(every, fill_value=0).mul(weight, axis=0)
        below = np.bincount(article, minlength=len(articles)) * weight
        cluster = article_clusters(articles)
        table, resampled = ratio_table(above, below, groups, clusters=cluster, seed=self.seed)
        table = table.rename(columns={"column": "frame", "ratio": "share", "base": "units"})
        table["units"] = table["units"].round().astype(int)
        if self.validation is not None:
            cell, parts = group_numbers(groups)[0], []
            for name, rows in table.groupby("frame", sort=False).indices.items():
                share = table["share"].to_numpy()[rows]
                sums = above[name].to_numpy(float), below, cell, cluster
                measured = Measured(*sums, share, resampled[:, rows])
                part = self._corrected(str(name), measured, self.validation)
                parts.append(part.set_index(rows))
            table = table.join(pd.concat(parts))
        table["validity"] = table["frame"].map(self.stamp.of)
        table = table.assign(scheme=self.stamp.scheme, lexicon=self.scheme.sha256[:12])
        return table[[name for name in SHARES if name in table]]

    def _corrected(self, name: str, measured: Measured, validation: Validation) -> pd.DataFrame:
        """One frame's shares corrected; missing, with the reason, where they cannot be."""
        reason = validation.other_unit(self.scheme.unit)
        if name not in validation.coded:
            reason = "not coded"
        if reason:
            cells = range(len(measured.share))
            return pd.DataFrame({"correction": reason}, index=cells).reindex(columns=CORRECTED)
        same = validation.articles == tuple(self.tokens.articles["id"])
        return corrected_shares(measured, validation.coded[name], same_corpus=same, seed=self.seed)

    def quoted(self, frame: str | None = None, *, n: int = 20, seed: int = 0) -> pd.DataFrame:
        """A random sample of at most n hits, each with the unit that it stands in.

        Returns
        -------
        DataFrame
            ``frame term negated id date outlet hit text``.
        """
        found = self.evidence if frame is None else self.evidence.query("frame == @frame")
        drawn = found.sample(min(n, len(found)), random_state=seed).reset_index(drop=True)
        units = self.units.iloc[drawn["unit"]].reset_index(drop=True)
        articles = self.tokens.articles.iloc[drawn["article"]].reset_index(drop=True)
        table = drawn[["frame", "term", "negated"]].join(articles[["id", "date", "outlet"]])
        for name, spans in (("hit", drawn), ("text", units)):
            places = zip(articles["text"], spans["start"], spans["end"], strict=True)
            table[name] = [text[start:end] for text, start, end in places]
        return table

    def sensitivity(self, *, by: str | None = None) -> pd.DataFrame:
        """What each term carries: the frame's share without it.

        Returns
        -------
        DataFrame
            ``frame term hits``; ``alone``, the units that carry the frame by this term only;
            ``share``, ``without`` it, and the relative ``loss``; ``carries``, whether that is half
            of the frame or more; ``reorders``, whether the groups of the column ``by`` stand in
            another order without the term; ``validity``. The terms that weigh most come first.
        """
        articles, n = self.tokens.articles, len(self.units)
        article = self.units["article"].to_numpy()
        labels = np.zeros(len(articles)) if by is None else article_labels(articles, by)
        group = pd.factorize(labels, sort=True)[0][article]
        weight = article_weights(articles)[article]
        rows = []
        for frame in self.scheme.frames:
            hits = self.hits[frame.id]
            whole = carrying(hits, n)
            shares = _grouped_shares(whole, weight, group)
            counts = hits["term"][~_nested(hits)].value_counts()
            for term in frame.terms:
                rest = carrying(hits[hits["term"] != term.term], n)
                without = _grouped_shares(rest, weight, group)
                reorders = (np.argsort(shares[1:]) != np.argsort(without[1:])).any()
                found = (frame.id, term.term, int(counts.get(term.term, 0)))
                alone = float(whole.sum() - rest.sum())
                rows.append((*found, alone, shares[0], without[0], bool(reorders)))
        table = pd.DataFrame(rows, columns=[x for x in SENSITIVITY if x not in ("loss", "carries")])
        table["loss"] = (1 - table["without"] / table["share"]).fillna(0.0)
        table["carries"] = table["loss"] >= CARRIES
        heaviest = np.lexsort((-table["loss"], pd.factorize(table["frame"])[0]))
        table = table.iloc[heaviest][SENSITIVITY].reset_index(drop=True)
        return table.assign(validity=table["frame"].map(self.stamp.of))


def score_frames(
    tokens: Tokens,
    scheme: SchemeSource,
    *,
    unit: str | None = None,
    by: str | None = None,
    seed: int = 0,
) -> Frames:
    """Frames of a corpus by a scheme's lexicon: evidence, shares with intervals, sensitivity.

    Parameters
    ----------
    scheme
        A bundled name (generic, geopolitics), the path of a YAML file, or a scheme.
    unit
        sentence, paragraph or article, default the scheme's; that of the coding, if shares are to
        be corrected by it.
    by
        The column of the articles that `Frames.shares` are grouped by.
    seed
        Of the resampling.

    Raises
    ------
    StudyError
        For a faulty scheme or an unknown unit.

    Notes
    -----
    A unit carries a frame where the weights of its hits sum to at least 1. Negated hits are
    flagged, and count unless the scheme says ``action: drop``. A dictionary hit is not a frame:
    van Atteveldt, van der Velden and Boukes (2021), Communication Methods and Measures 15(2).

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x",
    ...                       "text": ["تصاعد الخلاف. انتهى."]})
    >>> frames = score_frames(tokenize_corpus(Corpus(table)), "generic")
    >>> frames.shares.set_index("frame")["share"]["conflict"]
    np.float64(0.5)
    """
    expect(tokens, Tokens, made_by="tokenize_corpus(corpus)")
    loaded = load_scheme(scheme)
    loaded = replace(loaded, unit=unit or loaded.unit)
    place, units = tokens.units(loaded.unit)
    hits = {frame.id: _frame_hits(tokens, place, frame) for frame in loaded.frames}
    return Frames(loaded, tokens, hits, units, by, seed)


def carrying(hits: pd.DataFrame, n_units: int) -> NDArray[np.bool_]:
    """Which units carry a frame by these hits of it."""
    kept = hits[~_nested(hits)]
    return np.bincount(kept["unit"], kept["weight"], n_units) >= ENOUGH


def _nested(hits: pd.DataFrame) -> pd.Series:
    """Which hits lie inside another of their frame; sorted by first token, the longest first."""
    return hits["last"] <= hits["last"].cummax().shift(fill_value=-1)


def _grouped_shares(carried: NDArray[np.bool_], weight: Floats, group: Integers) -> Floats:
    """The share of units that carry a frame: of all, then of each group."""
    sums = np.array([np.bincount(group, carried * weight), np.bincount(group, weight)])
    above, below = np.column_stack([sums.sum(axis=1), sums])
    with np.errstate(invalid="ignore"):
        return above / below


def _frame_hits(tokens: Tokens, place: Int32s, frame: Frame) -> pd.DataFrame:
    """Every hit of a frame's terms, sorted by first token, the longest first."""
    rows = []
    for term in frame.terms:
        hits = tokens.hit_tokens(list(term.queries))
        if term.require_any:
            company = place[tokens.hit_tokens(list(term.require_any))[:, 1]]
            hits = hits[np.isin(place[hits[:, 1]], company)]
        rows += [(*hit, term.term, term.weight, term.sub) for hit in hits.tolist()]
    rows.sort(key=lambda row: (row[1], -row[2]))
    table = pd.DataFrame(rows, columns=["article", "first", "last", "term", "weight", "sub"])
    table = table.astype(
        {"article": np.int64, "first": np.int64, "last": np.int64, "weight": float}
    )
    first, last = table["first"].to_numpy(), table["last"].to_numpy()
    negated = _negated(tokens, place, first, frame)
    if frame.negation.action == "drop":
        table["weight"] = np.where(negated, 0.0, table["weight"])
    places = {"start": tokens.start[first], "end": tokens.end[last], "unit": place[first]}
    return table.assign(**places, frame=frame.id, negated=negated)


def _negated(tokens: Tokens, place: Int32s, first: Integers, frame: Frame) -> NDArray[np.bool_]:
    """Whether a negation cue stands in the window before each hit, in its own unit."""
    cues, window = list(frame.negation.cues), frame.negation.window
    found = [-window - 1]  # too far for any, then the cues
    found += tokens.hit_tokens(cues)[:, 2].tolist() if cues else []
    nearest = np.take(found, np.searchsorted(found, first) - 1)
    return (first - nearest <= window) & (place[np.maximum(nearest, 0)] == place[first])
