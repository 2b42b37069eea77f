"""The stamp: how far a frame figure may be believed, in the words printed on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

UNVALIDATED = "UNVALIDATED"
UNVALIDATED_AR = "لم يُتحقَّق من صحته"


@dataclass(frozen=True)
class Validity:
    """What the coding says of one frame: F1 and alpha, each as estimate, low, high.

    instrument: what the F1 is of, where it is not the lexicon.
    """

    f1: tuple[float, ...]
    alpha: tuple[float, ...] | None = None
    instrument: str = ""

    def __str__(self) -> str:
        parts = [self.instrument] if self.instrument else []
        parts.append(f"F1 {_interval(self.f1)}")
        if self.alpha is not None:
            parts.append(f"alpha {_interval(self.alpha)}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Stamp:
    """Scheme, lexicon, number of coded units, and F1 and alpha of each frame.

    coded: units that the validation rests on, 0 where there was none; unit: what they are. frames:
    by identifier; a frame that is missing was not validated.
    """

    scheme: str
    lexicon: str
    coded: int = 0
    source: str = ""
    frames: Mapping[str, Validity] = field(default_factory=dict)
    unit: str = "unit"

    def of(self, frame: str) -> str:
        """The validity of one frame in words: F1 and alpha with intervals, or UNVALIDATED.

        >>> Stamp("generic5 1", "ab12").of("conflict")
        'UNVALIDATED'
        """
        if frame not in self.frames:
            return UNVALIDATED
        return f"{self.frames[frame]}, n = {self.coded}"

    def text(self, frames: Mapping[str, str], *, language: str = "en") -> str:
        """The lines printed on a figure of these frames (identifier -> title to print).

        >>> print(Stamp("generic5 1", "ab12").text({"conflict": "conflict"}))
        generic5 1 · lexicon sha256 ab12 · UNVALIDATED: no coded units
        """
        head = f"{self.scheme} · lexicon sha256 {self.lexicon[:12]}"
        if not self.frames:
            word = UNVALIDATED if language == "en" else f"{UNVALIDATED} · {UNVALIDATED_AR}"
            return f"{head} · {word}: no coded units"
        lines = [f"{head} · {self.coded} coded {self.unit}s{self._whence}"]
        lines += [f"{title}: {self.frames.get(f, UNVALIDATED)}" for f, title in frames.items()]
        return "\n".join(lines)

    @property
    def _whence(self) -> str:
        return f" · {self.source}" if self.source else ""


def _interval(values: tuple[float, ...]) -> str:
    middle, low, high = (f"{x:.2f}" if x == x else "undefined" for x in values)
    return f"{middle} [{low}, {high}]"
