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
from q7x2lab.framing.accuracy import TINY, Floats, Stamp, Validation, corrected_shares
from q7x2lab.framing.schemes import Frame, Negation, Scheme, SchemeSource, load_scheme
from q7x2lab.stats.resampling import group_numbers, ratio_table

Integers = NDArray[np.int64]
CORRECTED = ["corrected", "corrected_low", "corrected_high", "correction"]
SHARES = ["frame", "group", "period", "share", "low", "high", "articles", "units", "refused"]
SHARES += [*CORRECTED, "validity", "scheme", "lexicon"]
EVIDENCE = ["article", "start", "end", "frame", "term", "negated", "unit", "weight"]
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
        english = {name: frame.title_en or name for name, frame in self.scheme.frames.items()}
        arabic = {name: f.title_ar or english[name] for name, f in self.scheme.frames.items()}
        return english if language == "en" else arabic

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
            ``unit`` (row of `units`) and ``weight``. The evidence is the lexicon's, also where a
            classifier reads the frame.
        """
        found = [hits[~_nested(hits)].assign(frame=name) for name, hits in self.hits.items()]
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
            table = table.join(self._corrected(table, resampled, groups, self.validation))
        table["validity"] = table["frame"].map(self.stamp.of)
        table = table.assign(scheme=self.stamp.scheme, lexicon=self.scheme.sha256[:12])
        return table[[name for name in SHARES if name in table]]

    def _corrected(
        self, table: pd.DataFrame, resampled: Floats, groups: pd.DataFrame, found: Validation
    ) -> pd.DataFrame:
        """Corrected shares; missing, with the reason, where they cannot be."""
        same, cell = found.articles == tuple(self.tokens.articles["id"]), group_numbers(groups)[0]
        parts = [pd.DataFrame(columns=CORRECTED)]
        for name, rows in table.groupby("frame", sort=False).indices.items():
            coded = found.coded.get(str(name))
            reason = found.other_unit(self.scheme.unit) or ("not coded" if coded is None else "")
            if coded is None or reason:
                parts.append(pd.DataFrame({"correction": reason}, index=rows))
                continue
            own = cell[coded["article"]] if same else np.full(len(coded), -1)
            measured = table["share"].to_numpy()[rows], resampled[:, rows]
            parts.append(corrected_shares(*measured, coded, own, seed=self.seed).set_index(rows))
        return pd.concat(parts)

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
        labels = np.zeros(len(articles)) if by is None else article_labels(articles, by).to_numpy()
        weight, parts = article_weights(articles)[article], []
        for name, frame in self.scheme.frames.items():
            hits, terms = self.hits[name], [term.term for term in frame.terms]
            kept = [hits, *(hits[hits["term"] != term] for term in terms)]
            carried = np.column_stack([carrying(rest, n) for rest in kept])
            sums = pd.DataFrame(carried * weight[:, None]).assign(below=weight)
            groups = sums.groupby(labels[article]).sum()
            order = np.argsort(groups.div(groups.pop("below"), axis=0).to_numpy(), axis=0)
            whole, *rest = carried.T @ weight / max(weight.sum(), TINY)
            counts = hits["term"][~_nested(hits)].value_counts().reindex(terms, fill_value=0)
            part = pd.DataFrame({"frame": name, "term": terms, "hits": counts.to_numpy()})
            part["alone"] = carried[:, 0].sum() - carried[:, 1:].sum(axis=0)
            part["share"], part["without"] = whole, rest
            part["loss"] = (1 - part["without"] / part["share"]).fillna(0.0)
            part["carries"] = part["loss"] >= CARRIES
            part["reorders"] = (order[:, 1:] != order[:, :1]).any(axis=0)
            part["validity"] = self.stamp.of(name)
            parts.append(part.sort_values("loss", ascending=False, kind="stable"))
        return pd.concat(parts, ignore_index=True)


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
    loaded = loaded.model_copy(update={"unit": unit or loaded.unit})
    place, units = tokens.units(loaded.unit)
    hits = {name: _frame_hits(tokens, place, frame) for name, frame in loaded.frames.items()}
    return Frames(loaded, tokens, hits, units, by, seed)


def carrying(hits: pd.DataFrame, n_units: int) -> NDArray[np.bool_]:
    """Which units carry a frame by these hits of it."""
    kept = hits[~_nested(hits)]
    return np.bincount(kept["unit"], kept["weight"], n_units) >= ENOUGH


def _nested(hits: pd.DataFrame) -> pd.Series:
    """Which hits lie inside another of their frame; sorted by first token, the longest first."""
    return hits["last"] <= hits["last"].cummax().shift(fill_value=-1)


def _frame_hits(tokens: Tokens, place: Int32s, frame: Frame) -> pd.DataFrame:
    """Every hit of a frame's terms, sorted by first token, the longest first."""
    found = []
    for term in frame.terms:
        hits = tokens.hit_tokens(list(term.queries))
        if term.require_any:
            company = place[tokens.hit_tokens(list(term.require_any))[:, 1]]
            hits = hits[np.isin(place[hits[:, 1]], company)]
        part = pd.DataFrame(hits, columns=["article", "first", "last"])
        found.append(part.assign(term=term.term, weight=term.weight))
    table = pd.concat(found).sort_values(["first", "last"], ascending=[True, False], kind="stable")
    first, last = table["first"].to_numpy(), table["last"].to_numpy()
    negated = _negated(tokens, place, first, frame.negation)
    if frame.negation.action == "drop":
        table["weight"] = np.where(negated, 0.0, table["weight"])
    places = {"start": tokens.start[first], "end": tokens.end[last], "unit": place[first]}
    return table.assign(**places, negated=negated).reset_index(drop=True)


def _negated(tokens: Tokens, place: Int32s, first: Integers, rule: Negation) -> NDArray[np.bool_]:
    """Whether a negation cue stands in the window before each hit, in its own unit."""
    cues = tokens.hit_tokens(list(rule.cues))[:, 2].tolist() if rule.cues else []
    found = [-rule.window - 1, *cues]  # the first is too far for any
    nearest = np.take(found, np.searchsorted(found, first) - 1)
    return (first - nearest <= rule.window) & (place[np.maximum(nearest, 0)] == place[first])
