"""What a study file may say: every key with its type, its default and its meaning."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Language = Literal["ar", "en", "both"]
Period = Literal["day", "week", "month", "quarter", "year"]
Unit = Literal["article", "paragraph", "sentence"]
FoldStep = Literal["alef", "ya", "ta_marbuta", "hamza", "digits", "persian"]
Terms = list[str] | str


class Part(BaseModel):
    """A part of a study: unknown keys are errors, values are not coerced to other types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)


class Title(Part):
    """The study's title, shown in the report."""

    ar: str = ""
    en: str = ""


class CorpusPart(Part):
    """Which articles go in, and how copies count."""

    files: str | list[str] = Field(min_length=1)
    columns: dict[str, str] = {}
    from_: dt.date | None = Field(default=None, alias="from")
    to: dt.date | None = None
    outlets: list[str] = []
    copies: Literal["once", "all", "weighted"] = "once"
    keep_furniture: list[str] = []

    @model_validator(mode="after")
    def _in_order(self) -> CorpusPart:
        if self.from_ and self.to and self.from_ > self.to:
            raise ValueError(f"from ({self.from_}) is later than to ({self.to})")
        return self


class ArabicPart(Part):
    """How words are made comparable and which are left out of counts."""

    lexemes: Literal["hybrid", "none", "camel_tools"] = "hybrid"
    fold: list[FoldStep] = ["alef", "ya", "ta_marbuta"]
    stop_words: list[Literal["particles", "pronouns", "reporting", "furniture", "calendar"]] = [
        "particles",
        "pronouns",
        "reporting",
        "furniture",
        "calendar",
    ]


class TopicsPart(Part):
    """The topic model."""

    k: Literal["auto"] | Annotated[int, Field(ge=2, le=500)] = "auto"
    method: Literal["ensemble", "nmf", "lda", "kmeans"] = "ensemble"
    by: list[str] = ["outlet"]
    min_articles: Annotated[int, Field(ge=1)] = 5
    labels: str | None = None
    intrusion: list[str] = []


class FramingPart(Part):
    """Frame schemes, naming sets, and what is compared."""

    schemes: list[str] = ["generic", "geopolitics"]
    unit: Unit | None = None
    naming: list[str] = ["ukraine_war"]
    by: str = "outlet"
    coding: list[str] = []
    coding_units: Annotated[int, Field(ge=1, le=5000)] = 200
    use: Literal["lexicon", "better"] = "lexicon"


class Event(Part):
    """A dated event drawn on every time figure."""

    date: dt.date
    ar: str = ""
    en: str = ""

    @model_validator(mode="after")
    def _named(self) -> Event:
        if not (self.ar or self.en):
            raise ValueError("an event needs a name under ar or en")
        return self


class TrendsPart(Part):
    """Keywords followed over time; without any, the corpus's most frequent lexemes are."""

    keywords: dict[str, Terms] = {}
    per: Literal["million_tokens", "thousand_articles", "share_of_articles"] = "million_tokens"
    by: str | None = "outlet"
    breaks: list[dt.date] = []
    spans: list[Annotated[list[dt.date], Field(min_length=2, max_length=2)]] = []
    events: list[Event] = []
    right_to_left: bool = False

    @field_validator("spans")
    @classmethod
    def _ordered(cls, spans: list[list[dt.date]]) -> list[list[dt.date]]:
        for first, last in spans:
            if first > last:
                raise ValueError(f"the span from {first} to {last} ends before it begins")
        return spans

    @field_validator("keywords")
    @classmethod
    def _said(cls, keywords: dict[str, Terms]) -> dict[str, Terms]:
        for label, terms in keywords.items():
            if not terms or (isinstance(terms, list) and not all(t.strip() for t in terms)):
                raise ValueError(f"the keyword {label!r} has no terms")
        return keywords


class Study(Part):
    """A study: one corpus, and what is asked of it."""

    study: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
    title: Title | str = Title()
    corpus: CorpusPart
    unit: Unit = "article"
    period: Period = "month"
    language: Language = "both"
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    arabic: ArabicPart = ArabicPart()
    aliases: str | None = None
    topics: TopicsPart = TopicsPart()
    framing: FramingPart = FramingPart()
    trends: TrendsPart = TrendsPart()

    @property
    def titles(self) -> Title:
        """The title in both languages; the study's name where nothing else is said."""
        if isinstance(self.title, str):
            return Title(ar=self.title, en=self.title)
        return Title(ar=self.title.ar or self.study, en=self.title.en or self.study)


def known_keys(path: tuple[Any, ...]) -> list[str]:
    """The keys that may stand at a place in a study file, for a hint.

    >>> known_keys(("topics",))[:2]
    ['k', 'method']
    """
    model: type[BaseModel] | None = Study
    for step in path:
        field = None
        if model is not None and isinstance(step, str):
            named = {f.alias or n: f for n, f in model.model_fields.items()}
            field = named.get(step)
        if field is not None:
            model = _model_in(field.annotation)
    return [f.alias or n for n, f in model.model_fields.items()] if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in getattr(annotation, "__args__", ()))
    return next((model for model in found if model), None)
