"""Framing schemes: frames with their codebook questions and their terms, read from YAML."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from q7x2lab.arabic.query_grammar import parse_query
from q7x2lab.errors import LabError, StudyError, counted, did_you_mean
from q7x2lab.yaml_files import parse_yaml, read_yaml

UNITS = ("sentence", "paragraph", "article")
_BUNDLED = {"generic": "generic", "generic5": "generic", "geopolitics": "geopolitics"}
_ABOUT = ("id", "title_ar", "title_en", "source", "licence", "version")
_TOP = ("schema", "scheme", "unit", "aggregate", "morph", "frames")
_FRAME = ("title_ar", "title_en", "questions", "terms", "sub", "negation")
_TERM = ("lemma", "phrase", "forms", "w", "not_next", "require_any", "why")
_HEAVIEST = 10  # of a term; a unit carries a frame from 1 on, so that more decides nothing


@dataclass(frozen=True)
class Negation:
    """Words that mark a hit as negated, up to ``window`` words before it in its unit.

    ``action`` is ``flag`` (a negated hit counts all the same) or ``drop`` (it does not).
    """

    cues: tuple[str, ...]
    window: int
    action: str


@dataclass(frozen=True)
class Term:
    """A term of a frame: what is searched for, its weight, and why it is there.

    Any of ``queries`` is a hit, if one of ``require_any`` (where there are some) stands in the
    same unit. Both are search terms in the syntax of ``Tokens.match``.
    """

    term: str
    sub: str
    weight: float
    queries: tuple[str, ...]
    require_any: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Frame:
    """A frame: its titles, the human codebook's questions, and the terms that stand for it.

    Each question (``question``, its identifier, ``ar`` and ``en``) is answered yes or no by coders.
    """

    id: str
    title_ar: str
    title_en: str
    questions: tuple[Mapping[str, str], ...]
    terms: tuple[Term, ...]
    negation: Negation


@dataclass(frozen=True, repr=False)
class Scheme:
    """A framing scheme. ``sha256`` is that of the file it was read from: it names the lexicon."""

    id: str
    title_ar: str
    title_en: str
    source: str
    licence: str
    version: str
    unit: str
    frames: tuple[Frame, ...]
    sha256: str

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
        """Every term: ``frame term sub weight queries require_any why``."""
        rows = [{"frame": frame.id} | vars(term) for frame in self.frames for term in frame.terms]
        table = pd.DataFrame(rows, columns=["frame", *Term.__annotations__])
        return table.map(lambda cell: " | ".join(cell) if isinstance(cell, tuple) else cell)

    def questions(self) -> pd.DataFrame:
        """The codebook: ``frame question ar en``."""
        rows = [{"frame": frame.id, **x} for frame in self.frames for x in frame.questions]
        return pd.DataFrame(rows, columns=["frame", "question", "ar", "en"])


SchemeSource = str | Path | Scheme


def load_scheme(source: SchemeSource) -> Scheme:
    """The framing scheme of that name or file, checked whole.

    Parameters
    ----------
    source
        A bundled name (``generic``, the five frames of Semetko and Valkenburg 2000, or
        ``geopolitics``), the path of a YAML file in their form, or a scheme.

    Raises
    ------
    StudyError
        For an unknown key, a frame or term given twice, or a term that cannot be searched for:
        with file, place and remedy.

    Examples
    --------
    >>> load_scheme("generic").names
    ['conflict', 'human_interest', 'responsibility', 'morality', 'economic']
    """
    if isinstance(source, Scheme):
        return source
    name, folder = str(source), Path(__file__).parents[1] / "data" / "schemes"
    file = folder / f"{_BUNDLED[name]}.yaml" if name in _BUNDLED else Path(name)
    if not file.is_file():
        hint = did_you_mean(name, ("generic", "geopolitics"))
        raise StudyError(f"no scheme {name!r}", remedy=f"{hint}; or give the path of a YAML file")
    return _scheme(read_yaml(file, what="scheme"), file.name, file.read_bytes())


def parse_scheme(text: str, *, where: str = "scheme") -> Scheme:
    """The scheme that a YAML text describes; see `load_scheme`.

    Parameters
    ----------
    where
        The name of the text in error messages.
    """
    return _scheme(parse_yaml(text, where=where), where, text.encode())


def _scheme(content: Any, where: str, source: bytes) -> Scheme:
    content = checked_keys(content, _TOP, where)
    about = checked_keys(content.get("scheme"), _ABOUT, f"{where}: scheme")
    complete = about.get("id") and content.get("frames")
    check(complete, "a scheme needs scheme.id and frames", where, "see a bundled scheme")
    plain = re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", str(about["id"]))  # it names files and tables
    remedy = "begin with a small letter, then small letters, digits, - and _"
    check(plain, f"{about['id']!r} cannot name a scheme", f"{where}: scheme.id", remedy)
    _choice(content, "aggregate", ["share_of_sentences"], where)
    frames = checked_keys(content["frames"], (), f"{where}: frames")
    return Scheme(
        **{key: str(about.get(key, "")) for key in _ABOUT},
        unit=_choice(content, "unit", UNITS, where),
        frames=tuple(_frame(x, entry, f"{where}: frames.{x}") for x, entry in frames.items()),
        sha256=hashlib.sha256(source).hexdigest(),
    )


def check(right: Any, what: str, where: str, remedy: str) -> None:
    """Refuse what is not right in a file that somebody wrote."""
    if not right:
        raise StudyError(what, where=where, remedy=remedy)


def checked_keys(value: Any, known: Sequence[str], where: str) -> dict[str, Any]:
    """The mapping that was read from YAML, refused where it has a key that is not known."""
    what = f"expected keys and values, found {value!r}"
    check(isinstance(value, Mapping), what, where, "write key: value; see a bundled example")
    for key in value if known else ():
        check(key in known, f"unknown key {key!r}", where, did_you_mean(key, known))
    return dict(value)


def _choice(entry: Mapping[str, Any], key: str, known: Sequence[str], where: str) -> str:
    """The value of a key that has few; default, the first."""
    value = entry.get(key, known[0])
    hint = did_you_mean(str(value), known)
    check(value in known, f"{value!r} is none", f"{where}: {key}", hint)
    return str(value)


def _texts(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """The list of texts under a key; one text will do for a list of one."""
    value = entry.get(key) or []
    items = [value] if isinstance(value, str) else value
    right = isinstance(items, list) and all(isinstance(x, str) and x.strip() for x in items)
    what = f"expected a list of texts, found {value!r}"
    check(right, what, f"{where}.{key}", "write [text, another text]")
    return tuple(items)


def _frame(name: str, value: Any, where: str) -> Frame:
    entry = checked_keys(value, _FRAME, where)
    questions = tuple(_question(x, f"{where}.questions") for x in entry.get("questions") or ())
    groups = {"": entry.get("terms")} | checked_keys(entry.get("sub") or {}, (), f"{where}.sub")
    listed = [(term, sub) for sub, terms in groups.items() for term in terms or ()]
    terms = tuple(_term(*x, f"{where}.terms[{i}]") for i, x in enumerate(listed, start=1))
    named = [f"term {x.term!r}" for x in terms] + [f"question {x['question']!r}" for x in questions]
    for what in named:
        check(named.count(what) == 1, f"{what} stands twice", where, "keep one of them")
    title_en = str(entry.get("title_en") or name.replace("_", " "))
    title_ar = str(entry.get("title_ar") or title_en)
    negation = _negation(entry.get("negation") or {}, f"{where}.negation")
    return Frame(name, title_ar, title_en, questions, terms, negation)


def _question(value: Any, where: str) -> dict[str, str]:
    entry = checked_keys(value, ("id", "ar", "en"), where)
    for key in ("id", "ar"):
        what = f"a question lacks {key}: {value!r}"
        check(entry.get(key), what, where, "write {id: …, ar: …, en: …}")
    return {"question": str(entry["id"]), "ar": str(entry["ar"]), "en": str(entry.get("en", ""))}


def _negation(value: Any, where: str) -> Negation:
    entry = checked_keys(value, tuple(Negation.__annotations__), where)
    window = entry.get("window", 3)
    what = f"window {window!r} is no number of words"
    check(type(window) is int and window > 0, what, where, "write a whole number above 0")
    action = _choice(entry, "action", ("flag", "drop"), where)
    return Negation(_texts(entry, "cues", where), window, action)


def _term(value: Any, sub: str, where: str) -> Term:
    """A term: a lemma stands for its inflections or its listed forms, a phrase for itself."""
    entry = checked_keys({"phrase": value} if isinstance(value, str) else value, _TERM, where)
    name: Any = entry.get("lemma") or entry.get("phrase")
    right = isinstance(name, str) and not {"lemma", "phrase"} <= set(entry)
    what = f"a term needs a lemma or a phrase: {value!r}"
    check(right, what, where, "write {lemma: …} or {phrase: …}")
    search, name = (f"lexeme:{name}", name) if "lemma" in entry else (name, _short(name))
    weight = entry.get("w", 1)
    right = type(weight) in (int, float) and 0 < weight <= _HEAVIEST
    what = f"w {weight!r} of {name!r} is no weight above 0"
    check(right, what, where, f"write a number up to {_HEAVIEST}")
    barred, needed = (_texts(entry, key, where) for key in ("not_next", "require_any"))
    bases = _texts(entry, "forms", where) or (search,)
    queries = tuple(" ".join([b, *(f"-({b} {word})" for word in barred)]) for b in bases)
    try:
        parse_query([*queries, *needed])
    except LabError as error:
        raise StudyError(f"term {name!r}: {error.what}", where=where, remedy=error.remedy) from None
    return Term(name, sub, float(weight), queries, needed, str(entry.get("why", "")))


def _short(phrase: str) -> str:
    """A name for a phrase with alternatives: the first of each bracket, up to the first OR."""
    first = re.sub(r"\(([^()]*?)(?: (?:OR|\|) [^()]*)?\)", r"\1", phrase)
    return re.split(r" (?:OR|\|) ", re.sub(r"NEAR/\d+", "…", first))[0].strip()
