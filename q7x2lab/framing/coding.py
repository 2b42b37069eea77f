"""Coding by people (and programs): the codes that come back, and how far coders agree."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Self

import numpy as np
import pandas as pd

from q7x2lab.errors import AnalysisError, StudyError, counted
from q7x2lab.framing.accuracy import estimate_text
from q7x2lab.stats.agreement import TENTATIVE, Alpha, gwet_ac1, krippendorff_alpha, plain_agreement

PLACE = ("unit", "article", "start", "end", "text", "stratum", "weight")
SETTLED = "settled"  # the coder that stands for what was agreed on after discussion
AGREEMENT = ["frame", "coders", "alpha", "low", "high", "ac1", "agreement", "units", "verdict"]
MIN_CODED = 100  # units coded twice, below which the verdict on alpha says how few there are


@dataclass(frozen=True, eq=False, repr=False)
class Coding:
    """Codes of units by coders.

    Attributes
    ----------
    units
        ``unit article start end text stratum weight``, one row a unit.
    codes
        ``unit coder frame code``, code 1 or 0.
    missing
        ``coder unit frame`` of what was left blank or did not come back.
    machines
        What is behind each coder that is a program (model, prompt hash); they count in agreement
        and never as gold.
    source
        Where the codes come from.
    """

    units: pd.DataFrame
    codes: pd.DataFrame
    missing: pd.DataFrame = field(default_factory=pd.DataFrame)
    machines: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    def __repr__(self) -> str:
        units, missing = counted(len(self.units), "unit"), len(self.missing)
        return f"Coding: {units} by {', '.join(self.coders)}; {missing} codes missing"

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

    def half(self, name: str) -> Self:
        """The units whose articles are in that half, "dev" or "test"; see `split_half`."""
        kept = self.units[self.units["article"].map(split_half) == name].reset_index(drop=True)
        codes = self.codes[self.codes["unit"].isin(kept["unit"])].reset_index(drop=True)
        return replace(self, units=kept, codes=codes, source=f"{self.source} ({name} half)".strip())

    def ratings(self, frame: str, coders: Sequence[str] | None = None) -> pd.DataFrame:
        """Codes of one frame, coders × units, NaN where missing."""
        own = self.codes[self.codes["frame"] == frame]
        wide = own.pivot(index="coder", columns="unit", values="code")
        return wide.reindex(index=list(coders or self.humans), columns=self.units["unit"])

    def gold(self) -> pd.DataFrame:
        """The truth of each unit (units × frames): settled codes, else the mean of the humans'.

        Where two coders differ and nobody settled it, a unit counts half: the score against it is
        then the mean of the scores against either coder.
        """
        gold = pd.DataFrame(index=self.units["unit"])
        for frame in self.frames:
            settled = self.ratings(frame, [SETTLED]).loc[SETTLED]
            gold[frame] = settled.fillna(self.ratings(frame).mean())
        return gold


def split_half(article: str) -> str:
    """The half of a gold standard that an article is in, "dev" or "test", by its id alone.

    The parity of the last digit of the id's sha256, so that no later article moves an earlier one.
    Terms of the bundled schemes may be looked at against "dev" and never against "test".

    Examples
    --------
    >>> split_half("sf01"), split_half("nl01")
    ('test', 'test')
    """
    return "test" if int(hashlib.sha256(article.encode()).hexdigest()[-1], 16) % 2 else "dev"


def coding_from_table(
    table: pd.DataFrame, frames: Sequence[str] | None = None, *, source: str = ""
) -> Coding:
    """Coding from a table with a row a unit and coder, and a column a frame.

    Parameters
    ----------
    table
        ``id``, ``coder`` and ``text`` (or ``start`` and ``end``), then 0 or 1 a frame, empty where
        missing.
    frames
        The columns that are frames, default all others.

    Raises
    ------
    StudyError
        For another code, or a unit that a coder coded twice: with the row.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "b"] * 2, "text": ["x", "y"] * 2, "coder": list("AABB"),
    ...                       "conflict": [1, 0, 1, None]})
    >>> coding_from_table(table)
    Coding: 2 units by A, B; 1 codes missing
    """
    if not {"id", "coder"} <= set(table) or not ("text" in table or {"start", "end"} <= set(table)):
        remedy = "give id, coder, text (or start and end), and a column a frame"
        raise StudyError(f"columns {', '.join(map(str, table))} hold no coding", remedy=remedy)
    places = [c for c in ("id", "paragraph", "start", "end") if c in table]
    key = places if len(places) > 1 else ["id", "text"]
    table = table.assign(unit=table[key].astype(str).agg("/".join, axis=1))
    for row in table[table.duplicated(["unit", "coder"])].itertuples():
        raise StudyError(f"{row.coder} coded {row.unit} twice", where=source)
    fixed = {*places, "text", "unit", "coder", "stratum", "weight"}
    named = [c for c in (table if frames is None else frames) if c in table and c not in fixed]
    long = table.melt(["unit", "coder"], named, "frame", "code")
    codes = pd.to_numeric(long["code"], errors="coerce")
    for bad in long[long["code"].notna() & ~codes.isin([0, 1])].itertuples():
        what = f"code {str(bad.code)!r} of {bad.coder} for {bad.frame} in {bad.unit}"
        raise StudyError(what, where=source, remedy="write 1, 0 or nothing")
    units = table.drop_duplicates("unit", ignore_index=True).rename(columns={"id": "article"})
    blank: dict[str, Any] = {"start": -1, "end": -1, "text": "", "stratum": "", "weight": 1.0}
    units = units.assign(**{name: units.get(name, value) for name, value in blank.items()})
    missing = long[codes.isna()][["coder", "unit", "frame"]].reset_index(drop=True)
    kept = long.assign(code=codes).dropna(subset="code").reset_index(drop=True)
    return Coding(units[[*PLACE]], kept, missing, source=source)


def add_machine_coder(
    coding: Coding, codes: pd.DataFrame, *, model: str, prompt: str, name: str = ""
) -> Coding:
    """The coding with a program's codes beside: one more coder, judged by the same agreement.

    Parameters
    ----------
    codes
        ``unit frame code``, for the same units.
    model, prompt
        Which program it was, and the text that it was given, of which the hash is kept.
    name
        What to call this coder; default, the model.

    Raises
    ------
    StudyError
        For units, frames or codes that the coding does not have.

    Examples
    --------
    >>> people = pd.DataFrame({"id": ["a", "b"] * 2, "text": ["x", "y"] * 2, "coder": list("AABB"),
    ...                        "conflict": [1, 0, 1, 0]})
    >>> coding = coding_from_table(people)
    >>> answers = pd.DataFrame({"unit": coding.units["unit"], "frame": "conflict", "code": [1, 1]})
    >>> both = add_machine_coder(coding, answers, model="model-1", prompt="Is there a dispute?")
    >>> both.machines
    {'model-1': 'model-1, prompt sha256 b90f89f6a14b'}
    >>> both.coders, both.humans
    (['A', 'B', 'model-1'], ['A', 'B'])
    """
    coder = name or model
    known = {"unit": list(coding.units["unit"]), "frame": coding.frames, "code": [0, 1]}
    for column, values in known.items():
        for row, value in codes.loc[~codes[column].isin(values), column].items():
            what = f"unknown {column} {str(value)!r}"
            raise StudyError(what, where=f"{model}, row {int(str(row)) + 1}")
    if coder in coding.coders:
        raise StudyError(f"coder {coder!r} has codes already", remedy="give another name")
    digest = hashlib.sha256(prompt.encode()).hexdigest()[:12]
    machines = {**coding.machines, coder: f"{model}, prompt sha256 {digest}"}
    both = pd.concat([coding.codes, codes[[*known]].assign(coder=coder)], ignore_index=True)
    return replace(coding, codes=both, machines=machines)


def agreement(coding: Coding, *, seed: int = 0) -> pd.DataFrame:
    """How far the coders agree on each frame.

    Returns
    -------
    DataFrame
        ``frame coders alpha low high ac1 agreement units verdict``: a row for all human coders
        together and, where there are three or more coders or a program, one for each pair.
        Intervals resample whole articles. ``verdict`` puts alpha in words and says where fewer
        than 100 units were coded twice.

    Raises
    ------
    AnalysisError
        Where there is one coder only.

    Notes
    -----
    Krippendorff (2004), Content Analysis; Gwet (2008).

    Examples
    --------
    >>> table = pd.DataFrame({"id": list("abcd") * 2, "text": "x", "coder": list("AAAABBBB"),
    ...                       "conflict": [1, 0, 1, 0, 1, 0, 1, 1]})
    >>> agreement(coding_from_table(table))[["coders", "agreement", "units"]].values.tolist()
    [['A, B', 0.75, 4]]
    """
    humans = tuple(coding.humans)
    pairs = combinations([*humans, *coding.machines], 2)
    groups = dict.fromkeys([humans, *pairs] if len(humans) > 1 else pairs)
    if not groups:
        raise AnalysisError("one coder cannot agree", remedy="let a second coder code the units")
    articles, rows = coding.units["article"].to_numpy(), []
    for frame in coding.frames:
        for group in groups:
            ratings = coding.ratings(frame, group).to_numpy(dtype=float)
            alpha = krippendorff_alpha(ratings, seed=seed, clusters=articles)
            few = f"; {counted(alpha.units, 'unit')}, fewer than {MIN_CODED}"
            verdict = alpha.verdict + (few if alpha.units < MIN_CODED else "")
            bounds = alpha.alpha, alpha.low, alpha.high
            others = gwet_ac1(ratings, categories=2), plain_agreement(ratings)
            rows.append((frame, ", ".join(group), *bounds, *others, alpha.units, verdict))
    return pd.DataFrame(rows, columns=AGREEMENT)


def reliability(coding: Coding, *, seed: int = 0) -> pd.DataFrame:
    """Alpha of all human coders by frame, and why its codes are no ground to correct a share.

    Returns
    -------
    DataFrame
        ``frame alpha``; ``agreed``, alpha in words; ``doubt``, empty where the codes will do.

    Notes
    -----
    Krippendorff (2004), Content Analysis, p. 241, draws no conclusion from codes whose alpha is
    below .667. Codes that were settled unit by unit do not rest on it; codes that were settled only
    where two coders differ do, since what they agreed on by chance stays in them.

    Examples
    --------
    >>> table = pd.DataFrame({"id": list("ab"), "text": "x", "coder": "A", "conflict": [1, 0]})
    >>> reliability(coding_from_table(table))["doubt"].tolist()
    ['alpha undefined (1 coder): a correction takes 0.667, or every unit settled']
    """
    articles, humans, rows = coding.units["article"].to_numpy(), coding.humans, []
    for frame in coding.frames:
        codes = coding.ratings(frame, [SETTLED, *humans])
        alpha, verdict = Alpha(np.nan, np.nan, np.nan, 0), counted(len(humans), "coder")
        if len(humans) > 1:
            alpha = krippendorff_alpha(codes.loc[humans], seed=seed, clusters=articles)
            verdict = alpha.verdict
        agreed = f"{estimate_text('alpha', (alpha.alpha, alpha.low, alpha.high))} ({verdict})"
        settled = codes.loc[SETTLED][codes.notna().any()].notna().all()
        doubt = f"{agreed}: a correction takes {TENTATIVE}, or every unit settled"
        enough = settled or alpha.alpha >= TENTATIVE
        rows.append((frame, alpha.alpha, agreed, "" if enough else doubt))
    return pd.DataFrame(rows, columns=["frame", "alpha", "agreed", "doubt"])


def coder_habits(coding: Coding) -> pd.DataFrame:
    """How often each coder sees each frame: ``coder frame coded share agreement``.

    ``agreement`` is that with the mean of the other human coders: a coder who stands alone shows.

    Examples
    --------
    >>> table = pd.DataFrame({"id": list("abcd") * 2, "text": "x", "coder": list("AAAABBBB"),
    ...                       "conflict": [1, 0, 1, 0, 1, 0, 1, 1]})
    >>> coder_habits(coding_from_table(table))[["coder", "share"]].values.tolist()
    [['A', 0.5], ['B', 0.75]]
    """
    rows = []
    for frame in coding.frames:
        table = coding.ratings(frame, [c for c in coding.coders if c != SETTLED])
        for coder, own in table.iterrows():
            others = table.loc[[c for c in coding.humans if c != coder]].mean(axis=0)
            apart = (own - others).abs().mean()
            rows.append((coder, frame, int(own.notna().sum()), own.mean(), 1 - apart))
    return pd.DataFrame(rows, columns=["coder", "frame", "coded", "share", "agreement"])


def confusions(coding: Coding) -> pd.DataFrame:
    """Which frames are taken for each other: ``frame other units``, most frequent first.

    ``units`` counts those where one human coder saw ``frame`` and not ``other``, and another the
    reverse.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a", "a"], "text": "x", "coder": ["A", "B"],
    ...                       "conflict": [1, 0], "economic": [0, 1]})
    >>> confusions(coding_from_table(table)).values.tolist()
    [['conflict', 'economic', 1]]
    """
    seen = {frame: coding.ratings(frame).to_numpy(dtype=float) for frame in coding.frames}
    rows = []
    for one, two in combinations(coding.frames, 2):
        # 1 a unit where a coder saw the first frame only, -1 the second only; their product is -1
        # where two coders saw them the other way round.
        exchanged = [a * b == -1 for a, b in combinations(seen[one] - seen[two], 2)]
        rows.append((one, two, int(np.sum(exchanged))))
    table = pd.DataFrame(rows, columns=["frame", "other", "units"])
    return table.sort_values("units", ascending=False, kind="stable", ignore_index=True)
