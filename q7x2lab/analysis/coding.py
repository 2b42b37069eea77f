"""Human (and machine) coding: which units to code, the codes that came back, how far they agree."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from q7x2lab.analysis.agreement import gwet_ac1, krippendorff_alpha, plain_agreement
from q7x2lab.analysis.schemes import Scheme, load_scheme
from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import AnalysisError, StudyError, did_you_mean
from q7x2lab.text.sentences import split_paragraphs, split_sentences

SETTLED = "settled"  # the coder that stands for what was agreed on after discussion
PLACE = ("unit", "article", "start", "end", "text", "stratum", "weight")
MIN_CODED = 100


@dataclass(frozen=True, eq=False, repr=False)
class CodingSheet:
    """Units drawn for coding, and the questions to put to each.

    units: `unit article start end text stratum weight`: article is its id, weight how many units
    of the corpus the drawn one stands for. questions: `frame question ar en`.
    """

    units: pd.DataFrame
    questions: pd.DataFrame
    scheme: str
    lexicon: str
    unit: str
    seed: int

    def __repr__(self) -> str:
        return (
            f"CodingSheet: {len(self.units)} {self.unit}s of {self.units['article'].nunique()} "
            f"articles, {len(self.questions)} questions of {self.scheme}"
        )


def unit_name(number: int, total: int, row: Sequence[object]) -> str:
    """The name of a unit: its number, how many there are, and a check on what it consists of.

    row: article, start, end, stratum, weight and text. A spreadsheet cannot take the name for a
    number or date, and whoever reads it back can tell that a row was changed or is missing.

    >>> unit_name(3, 200, ["a1", 0, 9, "", 1.0, "نص"])
    'u003of200-a10531'
    """
    *place, weight, text = row
    said = "|".join([*map(str, place), f"{float(str(weight)):.4g}", " ".join(str(text).split())])
    return f"u{number:03d}of{total}-{hashlib.sha256(said.encode()).hexdigest()[:6]}"


def coding_sheet(
    corpus: Corpus,
    scheme: str | Scheme,
    n: int = 200,
    seed: int = 0,
    *,
    unit: str | None = None,
    by: str | None = None,
) -> CodingSheet:
    """Units of a corpus drawn at random for coding by a scheme's questions.

    unit: sentence, paragraph or article, default the scheme's. by: a column of the articles; the
    same number is then drawn from each of its values, and `weight` says how many units each drawn
    one stands for. Sheets for two coders hold the same units. Raises StudyError for an unknown
    unit or column or a scheme without questions, AnalysisError if the corpus has fewer than n.
    """
    loaded = load_scheme(scheme)
    questions = loaded.questions()
    if questions.empty:
        raise StudyError(f"scheme {loaded.id} has no questions", remedy="give frames.*.questions")
    chosen = unit or loaded.unit
    population = _population(corpus, chosen, by)
    rng = np.random.default_rng(seed)
    drawn = []
    sizes = population["stratum"].value_counts(sort=False)
    each = np.full(len(sizes), n // len(sizes)) + (np.arange(len(sizes)) < n % len(sizes))
    for (stratum, size), wanted in zip(sizes.items(), each, strict=True):
        if wanted > size:
            raise AnalysisError(
                f"{wanted} {chosen}s wanted of {stratum or 'the corpus'}, which has {size}",
                remedy="draw fewer units",
            )
        rows = np.flatnonzero(population["stratum"] == stratum)
        picked = population.iloc[rng.choice(rows, size=wanted, replace=False)]
        drawn.append(picked.assign(weight=size / wanted))
    units = pd.concat(drawn, ignore_index=True)
    units = units.iloc[rng.permutation(len(units))].reset_index(drop=True)
    columns = ["article", "start", "end", "stratum", "weight", "text"]
    names = [
        unit_name(i, len(units), row)
        for i, row in enumerate(units[columns].itertuples(index=False, name=None), start=1)
    ]
    units.insert(0, "unit", names)
    return CodingSheet(units[[*PLACE]], questions, loaded.id, loaded.sha256, chosen, seed)


def _population(corpus: Corpus, unit: str, by: str | None) -> pd.DataFrame:
    """Every unit of the corpus: `article start end text stratum`."""
    cutters = {"sentence": split_sentences, "paragraph": split_paragraphs, "article": _whole}
    if unit not in cutters:
        raise StudyError(f"unknown unit {unit!r}", remedy=did_you_mean(unit, cutters))
    articles = corpus.articles
    if by is not None and by not in articles:
        raise StudyError(
            f"articles have no column {by!r}", remedy=did_you_mean(by, articles.columns)
        )
    strata = [""] * len(articles) if by is None else articles[by].astype("str").tolist()
    rows = [
        (name, start, end, text[start:end], stratum)
        for name, text, stratum in zip(articles["id"], articles["text"], strata, strict=True)
        for start, end in cutters[unit](text)
    ]
    return pd.DataFrame(rows, columns=["article", "start", "end", "text", "stratum"])


def _whole(text: str) -> list[tuple[int, int]]:
    return [(0, len(text))] if text.strip() else []


@dataclass(frozen=True, eq=False, repr=False)
class Coding:
    """Codes of units by coders.

    units: `unit article start end text stratum weight`, one row a unit. codes: `unit coder frame
    code`, code 1 or 0. missing: `coder unit frame` of what was left blank or did not come back.
    machines: what is behind each coder that is a program (model, prompt hash); they count in
    agreement and never as gold.
    """

    units: pd.DataFrame
    codes: pd.DataFrame
    missing: pd.DataFrame = field(default_factory=lambda: pd.DataFrame())
    machines: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    def __repr__(self) -> str:
        return (
            f"Coding: {len(self.units)} units by {', '.join(self.coders)}; "
            f"{len(self.missing)} codes missing"
        )

    @property
    def coders(self) -> list[str]:
        """Everyone who coded, programs among them."""
        return list(dict.fromkeys(self.codes["coder"]))

    @property
    def humans(self) -> list[str]:
        """The coders that agreement is about: neither programs nor the settled codes."""
        return [c for c in self.coders if c not in self.machines and c != SETTLED]

    @property
    def frames(self) -> list[str]:
        """The frames that were coded."""
        return list(dict.fromkeys(self.codes["frame"]))

    def half(self, name: str) -> Coding:
        """The units whose articles are in that half, "dev" or "test"; see `split_half`."""
        kept = self.units[self.units["article"].map(split_half) == name].reset_index(drop=True)
        return replace(
            self,
            units=kept,
            codes=self.codes[self.codes["unit"].isin(kept["unit"])].reset_index(drop=True),
            source=f"{self.source} ({name} half)".strip(),
        )

    def ratings(self, frame: str, coders: Sequence[str] | None = None) -> pd.DataFrame:
        """Codes of one frame, coders × units, NaN where missing."""
        wide = self.codes[self.codes["frame"] == frame].pivot(
            index="coder", columns="unit", values="code"
        )
        return wide.reindex(index=list(coders or self.humans), columns=self.units["unit"])

    def gold(self) -> pd.DataFrame:
        """The truth of each unit (units × frames): settled codes, else the mean of the humans'.

        Where two coders differ and nobody settled it, a unit counts half: the score against it is
        then the mean of the scores against either coder.
        """
        means = {}
        for frame in self.frames:
            mean = self.ratings(frame).mean(axis=0)
            if SETTLED in self.coders:
                mean = self.ratings(frame, [SETTLED]).iloc[0].fillna(mean)
            means[frame] = mean
        return pd.DataFrame(means, index=self.units["unit"])


def split_half(article: str) -> str:
    """The half of a gold standard that an article is in, "dev" or "test", by its id alone.

    The parity of the last digit of the id's sha256, so that no later article moves an earlier one.
    Terms of the bundled schemes may be looked at against "dev" and never against "test".

    >>> split_half("sf01"), split_half("nl01")
    ('test', 'test')
    """
    return "test" if int(hashlib.sha256(article.encode()).hexdigest()[-1], 16) % 2 else "dev"


def coding_from_table(
    table: pd.DataFrame, frames: Sequence[str] | None = None, *, source: str = ""
) -> Coding:
    """Coding from a table with a row a unit and coder, and a column a frame.

    table: `id coder` and `text` (or `start end`), then 0 or 1 a frame, empty where missing.
    frames: the columns that are frames, default all others. Raises StudyError naming the row for
    another code, or a unit that a coder coded twice.
    """
    absent = [name for name in ("id", "coder") if name not in table]
    if absent or not ({"text"} <= set(table) or {"start", "end"} <= set(table)):
        raise StudyError(
            f"columns {', '.join(map(str, table.columns))} hold no coding",
            remedy="give id, coder, text (or start and end), and a column a frame",
        )
    places = [c for c in ("id", "paragraph", "start", "end", "text") if c in table]
    others = [c for c in table if c not in (*places, "coder", "stratum", "weight")]
    named = [c for c in frames if c in others] if frames is not None else others
    key = (
        table[[c for c in places if c != "text" or len(places) == 2]]
        .astype(str)
        .agg("/".join, axis=1)
    )
    twice = table.assign(unit=key).duplicated(["unit", "coder"])
    if twice.any():
        row = table[twice].iloc[0]
        raise StudyError(f"{row['coder']} coded {key[twice].iloc[0]} twice", where=source)
    long = table.assign(unit=key).melt(["unit", "coder"], named, "frame", "code")
    codes = pd.to_numeric(long["code"], errors="coerce")
    wrong = long["code"].notna() & ~codes.isin([0, 1])
    if wrong.any():
        bad = long[wrong].iloc[0]
        raise StudyError(
            f"code {str(bad['code'])!r} of {bad['coder']} for {bad['frame']} in {bad['unit']}",
            where=source,
            remedy="write 1, 0 or nothing",
        )
    units = table.assign(unit=key).drop_duplicates("unit").rename(columns={"id": "article"})
    for name, blank in _BLANK.items():
        units[name] = units.get(name, blank)
    kept = long.assign(code=codes).dropna(subset="code").reset_index(drop=True)
    left = long[codes.isna()][["coder", "unit", "frame"]].reset_index(drop=True)
    return Coding(units[[*PLACE]].reset_index(drop=True), kept, left, source=source)


_BLANK: dict[str, Any] = {"start": -1, "end": -1, "text": "", "stratum": "", "weight": 1.0}


def add_machine_coder(
    coding: Coding, codes: pd.DataFrame, *, model: str, prompt: str, name: str = ""
) -> Coding:
    """The coding with a program's codes beside: one more coder, judged by the same agreement.

    codes: `unit frame code`, for the same units. prompt: the text that it was given, of which the
    hash is kept. Raises StudyError for units, frames or codes that the coding does not have.
    """
    digest = hashlib.sha256(prompt.encode()).hexdigest()[:12]
    coder = name or model
    for column, known in (
        ("unit", coding.units["unit"]),
        ("frame", coding.frames),
        ("code", [0, 1]),
    ):
        strange = codes[~codes[column].isin(list(known))]
        if len(strange):
            row = f"row {int(strange.index[0]) + 1}"
            raise StudyError(
                f"unknown {column} {str(strange[column].iloc[0])!r}", where=f"{model}, {row}"
            )
    if coder in coding.coders:
        raise StudyError(f"coder {coder!r} has codes already", remedy="give another name")
    both = pd.concat([coding.codes, codes[["unit", "frame", "code"]].assign(coder=coder)])
    machines = {**coding.machines, coder: f"{model}, prompt sha256 {digest}"}
    return replace(coding, codes=both.reset_index(drop=True), machines=machines)


def agreement(coding: Coding, *, level: str = "nominal", seed: int = 0) -> pd.DataFrame:
    """How far the coders agree on each frame: `frame coders alpha low high ac1 agreement units`.

    A row for all human coders together and, where there are three or more coders or a program, one
    for each pair; intervals resample whole articles. `verdict` puts alpha in words and says where
    fewer than 100 units were coded twice. Krippendorff (2004), Gwet (2008).
    """
    rows = []
    groups = [tuple(coding.humans)] if len(coding.humans) > 1 else []
    everyone = [*coding.humans, *coding.machines]
    if len(everyone) > 2 or (coding.machines and len(everyone) == 2):
        groups += [pair for pair in combinations(everyone, 2) if pair != tuple(coding.humans)]
    if not groups:
        raise AnalysisError("one coder cannot agree", remedy="let a second coder code the units")
    articles = coding.units["article"].to_numpy()
    for frame in coding.frames:
        for group in groups:
            ratings = coding.ratings(frame, group).to_numpy(dtype=float)
            alpha = krippendorff_alpha(ratings, level, seed, clusters=articles)
            short = (
                f"; {alpha.units} units, fewer than {MIN_CODED}" if alpha.units < MIN_CODED else ""
            )
            values = (alpha.alpha, alpha.low, alpha.high, gwet_ac1(ratings, categories=2))
            shared = plain_agreement(ratings)
            rows.append(
                (frame, ", ".join(group), *values, shared, alpha.units, alpha.verdict + short)
            )
    names = ["frame", "coders", "alpha", "low", "high", "ac1", "agreement", "units", "verdict"]
    return pd.DataFrame(rows, columns=names)


def coder_habits(coding: Coding) -> pd.DataFrame:
    """How often each coder sees each frame: `coder frame coded share agreement`.

    agreement: with the mean of the other human coders' codes; a coder apart from all others shows.
    """
    rows = []
    for frame in coding.frames:
        table = coding.ratings(frame, [c for c in coding.coders if c != SETTLED])
        for coder, own in table.iterrows():
            others = table.loc[[c for c in coding.humans if c != coder]].mean(axis=0)
            agreed = 1 - (own - others).abs().mean()
            rows.append((coder, frame, int(own.notna().sum()), own.mean(), agreed))
    return pd.DataFrame(rows, columns=["coder", "frame", "coded", "share", "agreement"])


def confusions(coding: Coding) -> pd.DataFrame:
    """Which frames stand in for which: `frame other units`, most frequent first.

    Counts units where one human coder saw `frame` and not `other`, and another the reverse.
    """
    tables = {f: coding.ratings(f).to_numpy(dtype=float) for f in coding.frames}
    pairs = list(combinations(range(len(coding.humans)), 2))
    rows = []
    for one, two in combinations(coding.frames, 2):
        x, y = tables[one], tables[two]
        swapped = [
            (x[i] * (1 - y[i]) * (1 - x[j]) * y[j], x[j] * (1 - y[j]) * (1 - x[i]) * y[i])
            for i, j in pairs
        ]
        rows.append((one, two, int(np.nansum(swapped))))
    table = pd.DataFrame(rows, columns=["frame", "other", "units"])
    return table.sort_values("units", ascending=False, kind="stable").reset_index(drop=True)
