"""Human (and machine) coding: the codes of units by coders, and what is held to be true."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from q7x2lab.errors import StudyError, counted
from q7x2lab.framing.coding_sample import PLACE

SETTLED = "settled"  # the coder that stands for what was agreed on after discussion


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
            f"Coding: {counted(len(self.units), 'unit')} by {', '.join(self.coders)}; "
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

    >>> table = pd.DataFrame({"id": ["a", "b"] * 2, "text": ["x", "y"] * 2, "coder": list("AABB"),
    ...                       "conflict": [1, 0, 1, None]})
    >>> coding_from_table(table)
    Coding: 2 units by A, B; 1 codes missing
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
