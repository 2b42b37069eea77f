"""The study file: its keys and defaults, read safely and checked whole before anything runs."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from q7x2lab.errors import StudyError, did_you_mean
from q7x2lab.yaml_files import Entry, fault, parse_yaml, read_entry, read_yaml

BUNDLED_FONT = "Amiri"
DEMO = "demo"  # the bundled corpus, and its coding

Unit = Literal["article", "paragraph", "sentence"]
FoldStep = Literal["alef", "ya", "ta_marbuta", "hamza", "digits", "persian"]
FileKind = Literal["svg", "pdf", "png"]
StopClass = Literal["particles", "pronouns", "reporting", "furniture", "calendar"]
Word = Annotated[str, Field(pattern=r"\S")]
Phrases = Annotated[list[str], BeforeValidator(lambda given: [given] if given == "auto" else given)]
Terms = Annotated[list[Word], Field(min_length=1)] | Word


def _in_order(span: list[dt.date]) -> list[dt.date]:
    """The two dates; refused where the first is the later one."""
    if span[0] > span[1]:
        raise fault(f"{span[0]} is later than {span[1]}", "exchange them")
    return span


Span = Annotated[list[dt.date], Field(min_length=2, max_length=2), AfterValidator(_in_order)]


class Title(Entry):
    """The study's title, shown in the report."""

    ar: str = ""
    en: str = ""


class Author(Entry):
    """Who is to be cited for the study."""

    name: Word
    orcid: str = ""
    affiliation: str = ""


class CorpusSection(Entry):
    """Which articles go in, and how copies count."""

    files: str | list[str] = Field(min_length=1)
    columns: dict[str, str] = {}
    from_: dt.date | None = Field(default=None, alias="from")
    to: dt.date | None = None
    outlets: list[str] = []
    without: list[str] = []
    copies: Literal["once", "all", "weighted"] = "once"
    keep_furniture: list[str] = []
    drop_furniture: list[str] = []

    @model_validator(mode="after")
    def _from_before_to(self) -> Self:
        if self.from_ and self.to:
            _in_order([self.from_, self.to])
        return self


class ArabicSection(Entry):
    """How words are made comparable and which are left out of counts."""

    lexemes: Literal["hybrid", "none", "camel_tools"] = "hybrid"
    fold: list[FoldStep] = ["alef", "ya", "ta_marbuta"]
    stop_words: list[StopClass] = ["particles", "pronouns", "reporting", "furniture", "calendar"]
    more_stop_words: list[str] = []
    phrases: Phrases = []


class TopicsSection(Entry):
    """The topic model."""

    k: Literal["auto"] | Annotated[int, Field(ge=2, le=500)] = "auto"
    method: Literal["ensemble", "nmf", "lda", "kmeans"] = "ensemble"
    by: list[str] = ["outlet"]
    min_articles: Annotated[int, Field(ge=1)] = 5
    labels: str | None = None
    intrusion: list[str] = []


def _lexicon(use: object) -> object:
    """The instrument, which is the lexicon: a classifier that was built in once is gone."""
    if use != "lexicon":
        remedy = "write lexicon; what a model says of articles is named under framing.labels"
        raise fault(f"there is no instrument {use!r}", remedy)
    return use


class LabelsEntry(Entry):
    """A table of labels, or a column of the articles, and what validates them."""

    file: str | None = None
    column: Word
    id: Word = "id"
    coder: str | None = None
    coding: str | None = None
    name: str | None = None


class FramingSection(Entry):
    """Frame schemes, naming sets, and what is compared."""

    schemes: list[str] = ["generic"]
    unit: Unit | None = None
    naming: list[str] | dict[str, Annotated[list[str], Field(min_length=1)]] = []
    by: str = "outlet"
    coding: list[str] = []
    coding_units: Annotated[int, Field(ge=1, le=5000)] = 200
    labels: list[LabelsEntry] = []
    use: Annotated[Literal["lexicon"], BeforeValidator(_lexicon), Field(exclude=True)] = "lexicon"

    @model_validator(mode="after")
    def _labels_by_name(self) -> Self:
        names = [given.name or given.column for given in self.labels]
        for name in sorted({name for name in names if names.count(name) > 1}):
            raise fault(f"two labels are called {name!r}", "give one of them a name: of its own")
        return self

    @property
    def naming_sets(self) -> list[Any]:
        """What `load_naming` takes: bundled names and files, or the sets written in the study."""
        if isinstance(self.naming, list):
            return list(self.naming)
        sets = self.naming.items()
        return [{"id": name, "variants": {term: [term] for term in terms}} for name, terms in sets]


class Event(Entry):
    """A dated event drawn on every time figure."""

    date: dt.date
    ar: str = ""
    en: str = ""

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not (self.ar or self.en):
            raise fault("an event needs a name", "write it under ar or en")
        return self


class TrendsSection(Entry):
    """Keywords followed over time; without any, the corpus's most frequent lexemes are."""

    keywords: dict[str, Terms] = {}
    per: Literal["million_tokens", "thousand_articles", "share_of_articles"] = "million_tokens"
    by: str | None = "outlet"
    breaks: list[dt.date] = []
    spans: list[Span] = []
    events: list[Event] = []
    right_to_left: bool = False


def _installed(family: str) -> str:
    """The typeface; refused, with near names, where this machine has none of that name."""
    if family == BUNDLED_FONT:
        return family
    from matplotlib import font_manager  # imported here, for it takes a third of a second

    known = [BUNDLED_FONT, *font_manager.get_font_names()]
    if family not in known:
        raise fault(f"this machine has no typeface {family}", did_you_mean(family, sorted(known)))
    return family


class FiguresSection(Entry):
    """How figures are printed: width in millimetres, dots per inch, typeface, kinds of file."""

    width: Annotated[float, Field(ge=60, le=400)] = 160
    dpi: Annotated[int, Field(ge=50, le=1200)] = 300
    font: Annotated[Word, AfterValidator(_installed)] = BUNDLED_FONT
    formats: Annotated[list[FileKind], Field(min_length=1)] = ["svg", "pdf", "png"]


class Study(Entry):
    """A study: one corpus, and what is asked of it."""

    study: str = Field(pattern=r"^\w[\w-]{0,63}$")
    title: Title | str = Title()
    authors: list[Author] = []
    licence: Word = "CC-BY-4.0"  # of figures, tables and counts in an archive
    corpus: CorpusSection
    unit: Unit = "article"
    period: Literal["day", "week", "month", "quarter", "year"] = "month"
    language: Literal["ar", "en", "both"] = "en"
    figures: FiguresSection = FiguresSection()
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    arabic: ArabicSection = ArabicSection()
    aliases: str | None = None
    house_style: Literal["apart", "keep"] = "apart"
    topics: TopicsSection = TopicsSection()
    framing: FramingSection = FramingSection()
    trends: TrendsSection = TrendsSection()
    grid: dict[str, list[Any]] = {}  # values that q7x2lab grid tries, by key: topics.k

    @property
    def titles(self) -> Title:
        """The title in both languages; the study's name where nothing else is given."""
        if isinstance(self.title, str):
            return Title(ar=self.title, en=self.title)
        return Title(ar=self.title.ar or self.study, en=self.title.en or self.study)


@dataclass(frozen=True)
class StudyFile:
    """A checked study, the file it came from, and the folder its paths start from."""

    study: Study
    path: Path

    @property
    def folder(self) -> Path:
        """Where the study's paths start from, as an absolute path."""
        return self.path.absolute().parent


def load_study(path: str | Path, *, changes: Sequence[str] = ()) -> StudyFile:
    """The study that a YAML file describes, checked whole.

    Parameters
    ----------
    changes
        Texts ``key=value`` that override the file, with dots between keys (``topics.k=8``);
        values are read as YAML.

    Raises
    ------
    StudyError
        With the key, its value, what was expected and the remedy.
    """
    path = Path(path)
    values = read_yaml(path)
    if not isinstance(values, dict):
        remedy = "begin with study: and corpus:"
        raise StudyError("it holds no keys", where=str(path), remedy=remedy)
    for change in changes:
        _set(values, change)
    # The lines of the file are not those of a study that was changed: a copy has none.
    return StudyFile(check_study(dict(values) if changes else values, where=str(path)), path)


def _set(values: dict[str, Any], change: str) -> None:
    """Override one value of a study as it was read."""
    key, equals, value = change.partition("=")
    if not equals or not key:
        raise StudyError(f"--set {change}", remedy="write it as key=value, such as topics.k=8")
    *path, last = key.split(".")
    for step in path:
        if not isinstance(values.get(step), dict):
            values[step] = {}
        values = values[step]
    values[last] = parse_yaml(value, where=f"--set {key}")


def check_study(values: Mapping[str, Any], *, where: str = "study") -> Study:
    """The study that these keys and values describe; StudyError in words otherwise.

    Examples
    --------
    >>> check_study({"study": "demo", "corpus": {"files": "demo"}}).period
    'month'
    >>> check_study({"study": "demo", "corpus": {"files": "demo"}, "topcs": {}})
    Traceback (most recent call last):
    ...
    q7x2lab.errors.StudyError: study: topcs: unknown key 'topcs'
      remedy: did you mean topics?
    """
    return read_entry(Study, values, where=where)


def study_paths(file: StudyFile, *sections: str) -> list[Path]:
    """The files that a study names, resolved from the study file.

    Bundled names (the demonstration corpus, schemes, naming sets) are no paths.

    Parameters
    ----------
    sections
        Only files under keys that begin so, such as ``corpus``; default all.

    Raises
    ------
    StudyError
        Where a file is absent, with its key and the nearest name in its folder.
    """
    study = file.study
    files = [study.corpus.files] if isinstance(study.corpus.files, str) else study.corpus.files
    named = {
        "corpus.files": [name for name in files if name != DEMO],
        "aliases": [study.aliases] if study.aliases not in (None, "news") else [],
        "topics.labels": [study.topics.labels] if study.topics.labels else [],
        "topics.intrusion": study.topics.intrusion,
        "framing.schemes": filter(is_path, study.framing.schemes),
        "framing.naming": filter(is_path, study.framing.naming_sets),
        "framing.labels": filter(None, chain(*((x.file, x.coding) for x in study.framing.labels))),
        "framing.coding": [name for name in study.framing.coding if name != DEMO],
    }
    wanted = {key: names for key, names in named.items() if key.startswith(sections or "")}
    return [_found(file, key, str(name)) for key, names in wanted.items() for name in names]


def is_path(name: object) -> bool:
    """Whether a study means a file by a name, and not something bundled.

    Examples
    --------
    >>> is_path("frames.yaml"), is_path("generic")
    (True, False)
    """
    return isinstance(name, str) and bool(re.search(r"\.ya?ml$|[/\\]", name))


def _found(file: StudyFile, key: str, name: str) -> Path:
    """The path that a study means by a name; StudyError where it cannot be reached."""
    path, others = file.folder / name, []
    with suppress(OSError, RuntimeError, ValueError):  # too long, of nobody's home, with a NUL
        path = file.folder / Path(name).expanduser()
        if path.exists():
            return path
        others = sorted(other.name for other in path.parent.iterdir())
    near = did_you_mean(path.name, others[:200])
    if not near.startswith("did you mean"):
        near = "paths start from the study file's folder"
    what = f"{key}: there is no file {name[:200]} (looked in {str(path.parent)[:200]})"
    raise StudyError(what, where=str(file.path), remedy=near)
