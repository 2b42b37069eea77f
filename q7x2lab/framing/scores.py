"""Frames scored by a lexicon: hits, the units that carry them, and their shares with intervals."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.corpus.model import article_clusters, article_labels, article_weights
from q7x2lab.corpus.periods import period_labels
from q7x2lab.corpus.token_table import Int32s, Tokens
from q7x2lab.data.phrases import bundled_words, in_language
from q7x2lab.errors import AnalysisError, counted
from q7x2lab.exhibits import Words
from q7x2lab.framing.accuracy import CORRECTED, TINY, Integers, Stamp, Validation, corrected_shares
from q7x2lab.framing.coding import Coding
from q7x2lab.framing.schemes import Frame, Negation, Scheme, load_scheme
from q7x2lab.stats.resampling import Floats, group_numbers, ratio_table

MARKS = {"ar": ("، ", "؛ "), "en": (", ", "; ")}  # between names, between parts
SHARES = ["frame", "group", "period", "share", "low", "high", "articles", "units", "refused"]
SHARES += ["difference", "difference_low", "difference_high", "p", "q"]
SHARES += [*CORRECTED, "correction", "validity", "scheme", "lexicon"]
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
    codes
        Of labels of one's own, who gave which to which article: for `agreement`, `coder_habits`
        and `confusions`.
    """

    scheme: Scheme
    tokens: Tokens = field(repr=False)
    hits: Mapping[str, pd.DataFrame]
    units: pd.DataFrame
    by: str | None = None
    seed: int = 0
    validation: Validation | None = None
    codes: Coding | None = None

    def __repr__(self) -> str:
        hits, units = len(self.evidence), counted(len(self.units), self.scheme.unit)
        place = f"{units} of {counted(self.tokens.n_articles, 'article')}"
        return f"Frames: {self.scheme.id}, {counted(hits, 'hit')} in {place}; {self.stamp.text({})}"

    @property
    def stamp(self) -> Stamp:
        """Scheme, lexicon hash, coded units and F1: what every figure of this result prints."""
        name = f"{self.scheme.id} {self.scheme.version}".strip()
        bare = Stamp(name, self.scheme.sha256, instrument=self.scheme.instrument)
        return bare if self.validation is None else self.validation.stamp

    def titles(self, language: str = "en") -> dict[str, str]:
        """The frames' titles by identifier."""
        english = {name: frame.title_en or name for name, frame in self.scheme.frames.items()}
        arabic = {name: f.title_ar or english[name] for name, f in self.scheme.frames.items()}
        return english if language == "en" else arabic

    def belief(self, language: str = "en") -> str:
        """How far its frames may be believed, in lines; every figure of them ends with it."""
        titles, known = self.titles(language), self.stamp.frames
        shown = {name: titles[name] for name in titles if name in known} or titles
        named = f"{self.scheme.named.in_language(language)} {self.scheme.version}".strip()
        return in_language(replace(self.stamp, scheme=named).text(shown), language)

    def with_validation(self, validation: Validation) -> Self:
        """The same frames carrying that validation.

        Raises
        ------
        AnalysisError
            If the validation judged another lexicon.
        """
        if validation.stamp.lexicon != self.scheme.sha256:
            what = f"the validation judged lexicon {validation.stamp.lexicon[:12]}, not this one"
            raise AnalysisError(what, remedy="validate the lexicon that is in use")
        return replace(self, validation=validation)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """Every hit that is not inside a longer one of its frame, in reading order by frame.

        Returns
        -------
        DataFrame
            ``article start end`` (as in `Tokens.match`), ``frame``, ``term``, ``negated``,
            ``unit`` (row of `units`) and ``weight``.
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
            ``frame group period share low high articles units refused``; without a period, by
            groups, also ``difference difference_low difference_high p q``: the share less that of
            all other groups together, with q from permuting whole articles; with a validation
            ``corrected corrected_low corrected_high correction`` (see `corrected_shares`); then
            ``validity scheme lexicon``. Articles count by their weight; intervals and their
            refusal are those of `ratio_table`.
        """
        articles, article = self.tokens.articles, self.units["article"]
        group = "all" if by is None else article_labels(articles, by)
        when = "all" if period is None else period_labels(articles["date"], period)
        groups = pd.DataFrame({"group": group, "period": when}, index=articles.index)
        carried = pd.DataFrame(self.carried, columns=self.scheme.names)
        weight, every = article_weights(articles), range(len(articles))
        above = carried.groupby(article).sum().reindex(every, fill_value=0).mul(weight, axis=0)
        below = np.bincount(article, minlength=len(articles)) * weight
        options: dict[str, Any] = {"clusters": article_clusters(articles), "seed": self.seed}
        options["compare"] = by is not None and period is None
        table, resampled = ratio_table(above, below, groups, **options)
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
        unit, scored = found.stamp.unit, self.scheme.unit
        other = f"coded in {unit}s, scored in {scored}s: score with unit={unit!r}"
        parts = [pd.DataFrame(columns=[*CORRECTED, "correction"])]
        doubts = found.table.set_index("frame")["doubt"]
        for name, rows in table.groupby("frame", sort=False).indices.items():
            if reason := other if unit != scored else doubts.get(name, "not coded"):
                parts.append(pd.DataFrame({"correction": reason}, index=rows))
                continue
            coded, share = found.coded[str(name)], table["share"].to_numpy()[rows]
            own = cell[coded["article"]] if same else np.full(len(coded), -1)
            part = corrected_shares(share, resampled[:, rows], coded, own, seed=self.seed)
            parts.append(part.set_index(rows))
        return pd.concat(parts)

    def methods(self) -> tuple[Words, tuple[str, ...]]:
        """What a methods section says of these frames, and the keys of the works that it cites."""
        words, scheme, found = bundled_words("methods"), self.scheme, self.validation
        doubts = dict(found.table[["frame", "doubt"]].to_numpy()) if found and found.coded else {}
        other = self.stamp.unit != self.scheme.unit
        refused = "frames-other-unit" if other else "frames-not-corrected"
        told = {}
        for language, (comma, semicolon) in MARKS.items():
            titles, called = self.titles(language), scheme.named.in_language(language)
            source = in_language(scheme.source, language)
            name = called + (f" ({source})" if source else "")
            belief = semicolon.join(self.belief(language).splitlines())
            first = words[f"frames-by-{scheme.instrument}"][language]
            told[language] = first.format(scheme=name, belief=belief)
            for key, doubted in (("frames-corrected", False), (refused, True)):
                named = [titles[x] for x in doubts if (other or bool(doubts[x])) is doubted]
                sentence = words[key][language].format(frames=comma.join(named))
                told[language] += f" {sentence}" if named else ""
        works = () if found is None else ("tenenbein1970", "rogan1978", "krippendorff2004")
        return Words(**told), (*scheme.cite, "davison1997", *works)

    def quoted(self, frame: str | None = None, *, n: int = 20, seed: int = 0) -> pd.DataFrame:
        """A random sample of at most n hits, each with the unit that it stands in.

        Returns
        -------
        DataFrame
            ``frame term negated id date outlet hit text``.
        """
        found = self.evidence if frame is None else self.evidence.query("frame == @frame")
        drawn = found.sample(min(n, len(found)), random_state=seed).reset_index(drop=True)
        articles = self.tokens.articles.reset_index(drop=True)
        table = drawn.join(articles[["id", "date", "outlet", "text"]], on="article")
        for name, spans in (("hit", drawn), ("text", self.units.iloc[drawn["unit"]])):
            places = zip(table["text"], spans["start"], spans["end"], strict=True)
            table[name] = [text[start:end] for text, start, end in places]
        return table[["frame", "term", "negated", "id", "date", "outlet", "hit", "text"]]

    def sensitivity(self) -> pd.DataFrame:
        """What each term carries: the frame's share without it.

        Returns
        -------
        DataFrame
            ``frame term hits``; ``alone``, the units that carry the frame by this term only;
            ``share``, ``without`` it, and the relative ``loss``; ``carries``, whether that is half
            of the frame or more; ``validity``. The terms that weigh most come first.
        """
        n, parts = len(self.units), []
        weight = article_weights(self.tokens.articles)[self.units["article"]]
        for name, frame in self.scheme.frames.items():
            hits, terms = self.hits[name], [term.term for term in frame.terms]
            kept = [hits, *(hits[hits["term"] != term] for term in terms)]
            carried = np.column_stack([carrying(rest, n) for rest in kept])
            whole, *rest = carried.T @ weight / max(weight.sum(), TINY)
            counts = hits["term"][~_nested(hits)].value_counts().reindex(terms, fill_value=0)
            part = pd.DataFrame({"frame": name, "term": terms, "hits": counts.to_numpy()})
            part["alone"] = carried[:, 0].sum() - carried[:, 1:].sum(axis=0)
            part["share"], part["without"] = whole, rest
            part["loss"] = (1 - part["without"] / part["share"]).fillna(0.0)
            part["carries"] = part["loss"] >= CARRIES
            part["validity"] = self.stamp.of(name)
            parts.append(part.sort_values("loss", ascending=False, kind="stable"))
        return pd.concat(parts, ignore_index=True)


def score_frames(
    tokens: Tokens,
    scheme: str | Path | Scheme | Mapping[str, Any],
    *,
    unit: str | None = None,
    by: str | None = None,
    seed: int = 0,
) -> Frames:
    """Frames of a corpus by a scheme's lexicon: evidence, shares with intervals, sensitivity.

    Parameters
    ----------
    scheme
        A bundled name (generic, geopolitics), the path of a YAML file, a mapping in its form, or a
        scheme.
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
        part = pd.DataFrame(tokens.hit_tokens(term.queries), columns=["article", "first", "last"])
        found.append(part.assign(term=term.term, weight=term.weight))
    table = pd.concat(found).sort_values(["first", "last"], ascending=[True, False], kind="stable")
    first, last = table["first"].to_numpy(), table["last"].to_numpy()
    negated = _negated(tokens, place, first, frame.negation)
    if frame.negation.action == "drop":
        table["weight"] = np.where(negated, 0.0, table["weight"])
    places = {"start": tokens.start[first], "end": tokens.ends(last), "unit": place[first]}
    return table.assign(**places, negated=negated).reset_index(drop=True)


def _negated(tokens: Tokens, place: Int32s, first: Integers, rule: Negation) -> NDArray[np.bool_]:
    """Whether a negation cue stands in the window before each hit, in its own unit."""
    cues = tokens.hit_tokens(list(rule.cues))[:, 2].tolist() if rule.cues else []
    found = [-rule.window - 1, *cues]  # the first is too far for any
    nearest = np.take(found, np.searchsorted(found, first) - 1)
    return (first - nearest <= rule.window) & (place[np.maximum(nearest, 0)] == place[first])
