"""Exhibits and refusals: what an analysis hands to a reader, and what it cannot hand over.

An Exhibit holds a figure, a table or both, with their words in Arabic and English. A Refusal says
why the data cannot carry an analysis. Both are plain values; `q.show` (in `studies`) displays them
and, in a run, saves and records them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from html import escape
from inspect import signature
from typing import TYPE_CHECKING, Any

from q7x2lab.errors import AnalysisError, StudyError, counted, expect
from q7x2lab.yaml_files import read_bundled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

LANGUAGES = ("ar", "en")
ROWS_SHOWN = 20  # of a table, first and last, in JupyterLab; the saved table has all of them


@dataclass(frozen=True)
class Words:
    """One text in Arabic and in English; either may be empty.

    Examples
    --------
    >>> Words(ar="معدلات", en="rates").in_language("en")
    'rates'
    """

    ar: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """The text in ``ar`` or ``en``; in both, one under the other, for any other language."""
        if language in LANGUAGES:
            return str(getattr(self, language))
        return "\n".join(text for text in (self.ar, self.en) if text)


@dataclass(frozen=True, eq=False)
class Exhibit:
    """A figure, a table or both, with the words that a reader needs beside them.

    Parameters
    ----------
    name
        Its name in files: lower-case letters, digits and hyphens.
    figure
        What is drawn, if anything.
    table
        What is counted or estimated, in the shape that a paper prints, if anything.
    data
        The same, long and raw, as it is saved in CSV; by default the table.
    tables
        The table in Arabic (``ar``) and English (``en``), where it is there in both.
    figures
        The figure in each language that it was drawn in.
    title, caption, notes, alternative
        What it is; what to see in it; how it was made and what to beware of; what a reader who
        cannot see the figure is told.
    finding
        What was found, in a sentence with its number and interval; empty where nothing was.
    p
        The p, corrected for many tests, with which the finding passed its test, if it was tested.
    basis
        What the finding rests on: ``test``, ``interval`` (a 95 % interval that excludes no
        difference) or ``count`` (it is counted and not estimated).
    private
        True where it holds article text, which must not be published.

    Examples
    --------
    >>> import pandas as pd
    >>> Exhibit("articles", table=pd.DataFrame({"outlet": ["a"]}), title=Words(en="Articles"))
    Exhibit articles: Articles (table of 1 row)
    """

    name: str
    figure: "Figure | None" = None
    table: "pd.DataFrame | None" = None
    title: Words = field(default_factory=Words)
    caption: Words = field(default_factory=Words)
    notes: Words = field(default_factory=Words)
    alternative: Words = field(default_factory=Words)
    finding: Words = field(default_factory=Words)
    p: float | None = None
    basis: str = "count"
    private: bool = False
    data: "pd.DataFrame | None" = None
    tables: "dict[str, pd.DataFrame]" = field(default_factory=dict)
    figures: "dict[str, Figure]" = field(default_factory=dict)

    def in_language(self, language: str) -> "Exhibit":
        """The same in Arabic (``ar``) or English (``en``) alone; as it is for any other word."""
        if language not in LANGUAGES:
            return self
        own: dict[str, Any] = {
            name: Words(**{language: words.in_language(language) or words.in_language("")})
            for name, words in vars(self).items()
            if isinstance(words, Words)
        }
        own["table"] = self.tables.get(language, self.table)
        return replace(self, figure=self.figures.get(language, self.figure), **own)

    def __repr__(self) -> str:
        parts = ["figure"] if self.figure is not None else []
        parts += [f"table of {counted(len(self.table), 'row')}"] if self.table is not None else []
        title = self.title.en or self.title.ar
        return f"Exhibit {self.name}: {title} ({' and '.join(parts) or 'empty'})"

    def _repr_html_(self) -> str:
        """Title, figure, caption, table and notes, as JupyterLab shows them."""
        parts = [_paragraphs(self.title, "strong"), _paragraphs(self.finding, "em")]
        if self.figure is not None:
            from IPython.core.pylabtools import print_figure

            words = escape(self.alternative.in_language(""))
            data = print_figure(self.figure, bbox_inches=None, base64=True)
            parts.append(f'<img alt="{words}" src="data:image/png;base64,{data}">')
        parts.append(_paragraphs(self.caption, "span"))
        if self.table is not None:
            look: dict[str, Any] = {"max_rows": ROWS_SHOWN, "show_dimensions": True, "na_rep": ""}
            parts.append(self.table.to_html(index=False, **look))
        return "\n".join([*parts, _paragraphs(self.notes, "small")])


def _paragraphs(words: Words, tag: str) -> str:
    """A paragraph for each language that has a text."""
    return "\n".join(
        f'<p lang="{language}" dir="{direction}"><{tag}>{escape(text)}</{tag}></p>'
        for language, direction in (("ar", "rtl"), ("en", "ltr"))
        if (text := words.in_language(language))
    )


@dataclass(frozen=True)
class Refusal:
    """Why the data cannot carry an analysis, and what would help. It counts as false.

    Public functions that are given a Refusal return it, so that a notebook needs no guards. It
    has no attribute but these two: whoever asks for a result is told the reason.

    Examples
    --------
    >>> few = Refusal("3 articles are too few", remedy="take paragraphs")
    >>> bool(few)
    False
    >>> few.table
    Traceback (most recent call last):
    ...
    AttributeError: no 'table' here, for this was refused: 3 articles are too few
    """

    reason: str
    remedy: str = ""

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"{self.reason}\n  remedy: {self.remedy}" if self.remedy else self.reason

    def __getattr__(self, name: str) -> Any:
        reason = vars(self).get("reason")  # a copy in the making has none yet
        raise AttributeError(f"no {name!r} here, for this was refused: {reason}")


def with_refusals(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, but it returns a Refusal where the data cannot carry the analysis.

    It returns the first Refusal among its arguments, and turns an AnalysisError into a Refusal.
    An error of Python's own becomes a StudyError where an argument is not what its annotation
    says. Every public function is such a function; our own modules call the plain one, and see
    the error.

    Examples
    --------
    >>> def mean(values):
    ...     if not values:
    ...         raise AnalysisError("no values", remedy="give some")
    ...     return sum(values) / len(values)
    >>> careful = with_refusals(mean)
    >>> careful([1, 3]), careful([])
    (2.0, Refusal(reason='no values', remedy='give some'))
    >>> careful(careful([])).reason
    'no values'
    """

    @wraps(function)
    def careful(*arguments: Any, **options: Any) -> Any:
        for value in (*arguments, *options.values()):
            if isinstance(value, Refusal):
                return value
        try:
            return function(*arguments, **options)
        except AnalysisError as error:
            return Refusal(": ".join(filter(None, [error.where, error.what])), error.remedy)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # Not before the call: what only behaves like what is wanted, such as a column of a
            # table in place of a list, is welcome as long as it does.
            made = read_bundled("made_by", "words", what="words")
            where, kinds = f"q.{function.__qualname__}", signature(function).parameters
            given = dict(zip(kinds, arguments, strict=False)) | options
            for name in [name for name in kinds if name in given]:
                expect(given[name], kinds[name].annotation, made_by=made, where=f"{where}({name})")
            if isinstance(error, KeyError) and any(hasattr(x, "columns") for x in given.values()):
                what, remedy = f"a column is missing: {error}", f"see help({where})"
                raise StudyError(what, where=where, remedy=remedy) from error
            raise

    return careful
