"""Framing schemes: frames with their codebook questions and their terms, read from YAML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from q7x2lab.arabic.query_grammar import parse_query
from q7x2lab.errors import LabError, StudyError, counted, did_you_mean
from q7x2lab.yaml_files import parse_yaml

UNITS = ("sentence", "paragraph", "article")
AGGREGATES = ("share_of_sentences", "any", "per_1000_tokens")
NEGATION_ACTIONS = ("flag", "drop")
_TOP = ("schema", "scheme", "unit", "aggregate", "morph", "frames")
_ABOUT = ("id", "title_ar", "title_en", "source", "licence", "version")
_FRAME = ("title_ar", "title_en", "questions", "terms", "sub", "require_any", "negation")
_TERM = ("lemma", "phrase", "forms", "w", "not_next", "require_any", "why")
_BUNDLED = {"generic": "generic", "generic5": "generic", "geopolitics": "geopolitics"}


@dataclass(frozen=True)
class Question:
    """An indicator question that a coder answers with yes or no."""

    id: str
    ar: str
    en: str


@dataclass(frozen=True)
class Negation:
    """Words that, up to `window` words before a hit in its sentence, mark it as negated."""

    cues: tuple[str, ...] = ()
    window: int = 3
    action: str = "flag"


@dataclass(frozen=True)
class Term:
    """A term of a frame: what is searched for, its weight, and why it is there.

    queries: search terms in the syntax of text.queries, any of which is a hit. require_any: search
    terms one of which must stand in the same unit.
    """

    name: str
    queries: tuple[str, ...]
    weight: float = 1.0
    why: str = ""
    sub: str = ""
    require_any: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """A frame: its titles, the human codebook's questions, and the terms that stand for it."""

    id: str
    title_ar: str
    title_en: str
    questions: tuple[Question, ...]
    terms: tuple[Term, ...]
    negation: Negation


@dataclass(frozen=True, repr=False)
class Scheme:
    """A framing scheme. sha256 is that of the file it was read from, and names the lexicon."""

    id: str
    title_ar: str
    title_en: str
    source: str
    licence: str
    version: str
    unit: str
    aggregate: str
    frames: tuple[Frame, ...]
    sha256: str = field(default="")

    def __repr__(self) -> str:
        terms = sum(len(frame.terms) for frame in self.frames)
        return (
            f"Scheme {self.id} {self.version}: {counted(len(self.frames), 'frame')}, "
            f"{counted(terms, 'term')}, lexicon sha256 {self.sha256[:12]}"
        )

    @property
    def names(self) -> list[str]:
        """The frames' identifiers, in the order of the file."""
        return [frame.id for frame in self.frames]

    def terms(self) -> pd.DataFrame:
        """Every term: `frame term sub weight queries require_any why`."""
        rows = [
            (f.id, t.name, t.sub, t.weight, " | ".join(t.queries), " | ".join(t.require_any), t.why)
            for f in self.frames
            for t in f.terms
        ]
        columns = ["frame", "term", "sub", "weight", "queries", "require_any", "why"]
        return pd.DataFrame(rows, columns=columns)

    def questions(self) -> pd.DataFrame:
        """The codebook: `frame question ar en`."""
        rows = [(f.id, x.id, x.ar, x.en) for f in self.frames for x in f.questions]
        return pd.DataFrame(rows, columns=["frame", "question", "ar", "en"])


def load_scheme(source: str | Path | Scheme) -> Scheme:
    """The framing scheme of that name or file, checked whole.

    source: a bundled name (`generic`, the five frames of Semetko and Valkenburg 2000, or
    `geopolitics`), or the path of a YAML file in their form. Raises StudyError naming file, place
    and remedy for an unknown key, a frame or term given twice, a term that cannot be searched for.

    >>> load_scheme("generic").names
    ['conflict', 'human_interest', 'responsibility', 'morality', 'economic']
    """
    if isinstance(source, Scheme):
        return source
    name = str(source)
    if name in _BUNDLED:
        file = f"{_BUNDLED[name]}.yaml"
        text = resources.files("q7x2lab").joinpath("data", "schemes", file).read_bytes()
        return parse_scheme(text, where=file)
    path = Path(name)
    if not path.is_file():
        hint = did_you_mean(name, ("generic", "geopolitics"))
        raise StudyError(f"no scheme {name!r}", remedy=f"{hint}; or give the path of a YAML file")
    return parse_scheme(path.read_bytes(), where=path.name)


def parse_scheme(text: bytes | str, *, where: str = "scheme") -> Scheme:
    """The scheme that a YAML text describes; `where` names it in errors. See `load_scheme`."""
    data = text.encode() if isinstance(text, str) else text
    try:
        content = parse_yaml(data.decode("utf-8-sig"), where=where)
    except UnicodeDecodeError:
        raise StudyError("is not in UTF-8", where=where, remedy="save it as UTF-8 text") from None
    content = _mapping(content, _TOP, where)
    about = _mapping(content.get("scheme"), _ABOUT, f"{where}: scheme")
    if not about.get("id") or not content.get("frames"):
        remedy = "see a bundled scheme"
        raise StudyError("a scheme needs scheme.id and frames", where=where, remedy=remedy)
    _named(str(about["id"]), f"{where}: scheme.id")
    unit = _choice(content.get("unit", "sentence"), UNITS, f"{where}: unit")
    aggregate = _choice(
        content.get("aggregate", "share_of_sentences"), AGGREGATES, f"{where}: aggregate"
    )
    frames = _mapping(content["frames"], None, f"{where}: frames")
    return Scheme(
        **{key: str(about.get(key, "")) for key in _ABOUT},
        unit=unit,
        aggregate=aggregate,
        frames=tuple(_frame(x, entry, f"{where}: frames.{x}") for x, entry in frames.items()),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _mapping(value: Any, known: Sequence[str] | None, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        what = f"expected keys and values, found {value!r}"
        raise StudyError(what, where=where, remedy="write key: value; see a bundled scheme")
    for key in value:
        if known is not None and key not in known:
            raise StudyError(f"unknown key {key!r}", where=where, remedy=did_you_mean(key, known))
    return dict(value)


def _named(name: str, where: str) -> None:
    """Refuse a name that could not stand in the name of a file or table."""
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name):
        remedy = "begin with a small letter, then small letters, digits, - and _"
        raise StudyError(f"{name!r} cannot name a scheme", where=where, remedy=remedy)


def _choice(value: Any, known: Sequence[str], where: str) -> str:
    if value not in known:
        raise StudyError(f"{value!r} is none", where=where, remedy=did_you_mean(str(value), known))
    return str(value)


def _texts(value: Any, where: str) -> tuple[str, ...]:
    """A list of texts; one text will do for a list of one."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(x, str) and x.strip() for x in items):
        what = f"expected a list of texts, found {value!r}"
        raise StudyError(what, where=where, remedy="write [text, another text]")
    return tuple(items)


def _frame(name: str, value: Any, where: str) -> Frame:
    entry = _mapping(value, _FRAME, where)
    questions = tuple(_question(x, f"{where}.questions") for x in entry.get("questions") or ())
    listed = [("", term) for term in entry.get("terms") or ()]
    for sub, terms in _mapping(entry.get("sub") or {}, None, f"{where}.sub").items():
        listed += [(sub, term) for term in terms or ()]
    company = _texts(entry.get("require_any") or [], f"{where}.require_any")
    terms = [
        _term(x, sub, company, f"{where}.terms[{i}]") for i, (sub, x) in enumerate(listed, start=1)
    ]
    for kind, ids in (("term", [t.name for t in terms]), ("question", [x.id for x in questions])):
        twice = {x for x in ids if ids.count(x) > 1}
        if twice:
            what = f"{kind} {min(twice)!r} stands twice"
            raise StudyError(what, where=where, remedy="keep one of them")
    title_ar, title_en = (str(entry.get(key, "")) for key in ("title_ar", "title_en"))
    negation = _negation(entry.get("negation") or {}, f"{where}.negation")
    title_en = title_en or name.replace("_", " ")
    return Frame(name, title_ar or title_en, title_en, questions, tuple(terms), negation)


def _question(value: Any, where: str) -> Question:
    entry = _mapping(value, ("id", "ar", "en"), where)
    missing = [key for key in ("id", "ar") if not entry.get(key)]
    if missing:
        what = f"a question lacks {' and '.join(missing)}: {value!r}"
        raise StudyError(what, where=where, remedy="write {id: …, ar: …, en: …}")
    return Question(str(entry["id"]), str(entry["ar"]), str(entry.get("en", "")))


def _negation(value: Any, where: str) -> Negation:
    entry = _mapping(value, ("cues", "window", "action"), where)
    window = entry.get("window", 3)
    if not isinstance(window, int) or isinstance(window, bool) or window < 1:
        what = f"window {window!r} is no number of words"
        raise StudyError(what, where=where, remedy="write a whole number above 0")
    action = _choice(entry.get("action", "flag"), NEGATION_ACTIONS, f"{where}.action")
    return Negation(_texts(entry.get("cues") or [], f"{where}.cues"), window, action)


def _term(value: Any, sub: str, company: tuple[str, ...], where: str) -> Term:
    """A term: a lemma stands for its inflections or its listed forms, a phrase for itself."""
    entry = _mapping({"phrase": value} if isinstance(value, str) else value, _TERM, where)
    name = entry.get("lemma") or entry.get("phrase")
    if isinstance(name, str) and "phrase" in entry:
        name = _short(name)
    if not isinstance(name, str) or ("lemma" in entry and "phrase" in entry):
        what = f"a term needs a lemma or a phrase: {value!r}"
        raise StudyError(what, where=where, remedy="write {lemma: …} or {phrase: …}")
    weight = entry.get("w", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 10:
        what = f"w {weight!r} of {name!r} is no weight above 0"
        raise StudyError(what, where=where, remedy="write a number up to 10")
    written = _texts(entry.get("forms") or [], f"{where}.forms")
    bases = written or (f"lexeme:{name}" if "lemma" in entry else entry["phrase"],)
    barred = _texts(entry.get("not_next") or [], f"{where}.not_next")
    queries = tuple(" ".join([b, *(f"-({b} {word})" for word in barred)]) for b in bases)
    needed = _texts(entry.get("require_any") or [], f"{where}.require_any") or company
    try:
        parse_query([*queries, *needed])
    except LabError as error:
        raise StudyError(f"term {name!r}: {error.what}", where=where, remedy=error.remedy) from None
    return Term(name, queries, float(weight), str(entry.get("why", "")), sub, needed)


def _short(phrase: str) -> str:
    """A name for a phrase with alternatives: the first of each bracket, up to the first OR."""
    first = re.sub(r"\(([^()]*?)(?: (?:OR|\|) [^()]*)?\)", r"\1", phrase)
    return re.split(r" (?:OR|\|) ", re.sub(r"NEAR/\d+", "…", first))[0].strip()
