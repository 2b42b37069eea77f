"""Framing schemes: frames with their codebook questions and their terms, read from YAML."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import BeforeValidator, Field, model_validator

from q7x2lab.arabic.query_grammar import parse_query
from q7x2lab.errors import LabError, counted
from q7x2lab.exhibits import Words
from q7x2lab.yaml_files import Entry, as_list, fault, parse_yaml, read_entry, read_yaml

_DATA = Path(__file__).parents[1] / "data"
_BUNDLED = {"generic": "generic", "generic5": "generic", "geopolitics": "geopolitics"}
_HEAVIEST = 10  # of a term; a unit carries a frame from 1 on, so that more decides nothing


Text = Annotated[str, Field(pattern=r"\S")]
Texts = Annotated[tuple[Text, ...], Field(strict=False), BeforeValidator(as_list)]


class Negation(Entry):
    """Words that mark a hit as negated, up to ``window`` words before it in its unit.

    ``action`` is ``flag`` (a negated hit counts all the same) or ``drop`` (it does not).
    """

    cues: Texts = ()
    window: Annotated[int, Field(gt=0)] = 3
    action: Literal["flag", "drop"] = "flag"


class Question(Entry):
    """A question that coders answer yes or no, in Arabic and English."""

    id: Text
    ar: Text
    en: str = ""


class Term(Entry):
    """A term of a frame: a lemma stands for its inflections or listed forms, a phrase for itself.

    Attributes
    ----------
    weight
        A unit carries a frame where the weights of its hits sum to 1; ``w`` in the file.
    not_next
        Words that take a hit away where they follow.
    why
        Why the term is there.
    """

    lemma: str = ""
    phrase: str = ""
    forms: Texts = ()
    weight: Annotated[float, Field(alias="w", gt=0, le=_HEAVIEST)] = 1.0
    not_next: Texts = ()
    why: str = ""

    @model_validator(mode="after")
    def _searchable(self) -> Self:
        if bool(self.lemma.strip()) == bool(self.phrase.strip()):
            raise fault("a term needs a lemma or a phrase", "write {lemma: …} or {phrase: …}")
        try:
            parse_query(self.queries)
        except LabError as error:
            raise fault(f"term {self.term!r}: {error.what}", error.remedy) from None
        return self

    @property
    def term(self) -> str:
        """Its name: the lemma, or the first alternative of each bracket up to the first OR."""
        first = re.sub(r"\(([^()]*?)(?: (?:OR|\|) [^()]*)?\)", r"\1", self.phrase)
        return self.lemma or re.split(r" (?:OR|\|) ", re.sub(r"NEAR/\d+", "…", first))[0].strip()

    @property
    def queries(self) -> list[str]:
        """Search terms, in the syntax of ``Tokens.match``, any of which is a hit."""
        bases = self.forms or (self.phrase or f"lexeme:{self.lemma}",)
        return [" ".join([b, *(f"-({b} {word})" for word in self.not_next)]) for b in bases]


AnyTerm = Annotated[Term, BeforeValidator(lambda x: {"phrase": x} if isinstance(x, str) else x)]


class Frame(Entry):
    """A frame: its titles, the human codebook's questions, and the terms that stand for it."""

    title_ar: str = ""
    title_en: str = ""
    questions: tuple[Question, ...] = Field(default=(), strict=False)
    terms: tuple[AnyTerm, ...] = Field(default=(), strict=False)  # labels of one's own have none
    negation: Negation = Negation()

    @model_validator(mode="after")
    def _once(self) -> Self:
        named = [term.term for term in self.terms] + [question.id for question in self.questions]
        if twice := [name for name in named if named.count(name) > 1]:
            raise fault(f"{twice[0]!r} stands twice", "keep one of them")
        return self


class _LexiconFrame(Frame):
    terms: tuple[AnyTerm, ...] = Field(min_length=1, strict=False)


class _About(Entry):
    id: Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,39}$")]  # it names files and tables
    title_ar: str = ""
    title_en: str = ""
    source: str = ""
    cite: Texts = ()  # keys of a bibliography
    licence: str = ""
    version: str = ""


class _File(Entry):
    schema_: int = Field(1, alias="schema")
    scheme: _About
    unit: Literal["sentence", "paragraph", "article"] = "sentence"
    aggregate: Literal["share_of_sentences"] = "share_of_sentences"
    frames: Annotated[dict[Text, _LexiconFrame], Field(min_length=1)]


class Scheme(_About):
    """A framing scheme. ``sha256`` is that of the file it was read from: it names the lexicon.

    ``instrument`` is what finds its frames: a lexicon, or labels of articles.
    """

    unit: str
    frames: dict[str, Frame]
    sha256: str
    instrument: str = "lexicon"

    def __repr__(self) -> str:
        size = f"{counted(len(self.frames), 'frame')}, {counted(len(self.terms()), 'term')}"
        return f"Scheme {self.id} {self.version}: {size}, lexicon sha256 {self.sha256[:12]}"

    __str__ = __repr__

    @property
    def named(self) -> Words:
        """What it is called where people read; its identifier where it has no title."""
        return Words(self.title_ar or self.id, self.title_en or self.id)

    @property
    def names(self) -> list[str]:
        """The frames' identifiers, in the order of the file."""
        return list(self.frames)

    def terms(self) -> pd.DataFrame:
        """Every term: ``frame term weight queries why``."""
        terms = [(name, x) for name, frame in self.frames.items() for x in frame.terms]
        rows = [(name, x.term, x.weight, " | ".join(x.queries), x.why) for name, x in terms]
        return pd.DataFrame(rows, columns=["frame", "term", "weight", "queries", "why"])

    def questions(self) -> pd.DataFrame:
        """The codebook: ``frame question ar en``."""
        rows = [(n, x.id, x.ar, x.en) for n, frame in self.frames.items() for x in frame.questions]
        return pd.DataFrame(rows, columns=["frame", "question", "ar", "en"])


def load_scheme(source: str | Path | Scheme | Mapping[str, Any]) -> Scheme:
    """The framing scheme of that name or file, checked whole.

    Parameters
    ----------
    source
        A bundled name (``generic``, the five frames of Semetko and Valkenburg 2000, or
        ``geopolitics``), the path of a YAML file in their form, a mapping in it, or a scheme.

    Raises
    ------
    StudyError
        For an unknown key, a frame or term given twice, a value of another type, or a term that
        cannot be searched for: each with file, line and remedy.

    Examples
    --------
    >>> load_scheme("generic").names
    ['conflict', 'human_interest', 'responsibility', 'morality', 'economic']
    """
    if isinstance(source, Scheme):
        return source
    if isinstance(source, Mapping):
        return _scheme(source, "scheme", repr(source).encode())
    name = str(source)
    file = _DATA / "schemes" / f"{_BUNDLED[name]}.yaml" if name in _BUNDLED else Path(name)
    content = read_yaml(file, what="scheme", known=list(_BUNDLED))
    return _scheme(content, file.name, file.read_bytes())


def parse_scheme(text: str, *, where: str = "scheme") -> Scheme:
    """The scheme that a YAML text describes; see `load_scheme`.

    Parameters
    ----------
    where
        The name of the text in error messages.
    """
    return _scheme(parse_yaml(text, where=where), where, text.encode())


def _scheme(content: Any, where: str, source: bytes) -> Scheme:
    file = read_entry(_File, content, where=where)
    sha256 = hashlib.sha256(source).hexdigest()
    return Scheme(**dict(file.scheme), unit=file.unit, frames={**file.frames}, sha256=sha256)
