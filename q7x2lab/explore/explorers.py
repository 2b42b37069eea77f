"""Explorers for JupyterLab: fields, what they show, and the call that gives the same."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import LabError
from q7x2lab.exhibits import Exhibit
from q7x2lab.explore.collocates import dispersion
from q7x2lab.explore.in_context import concordance_html
from q7x2lab.figures.words import head, make_exhibit
from q7x2lab.framing.quotations.sources import find_quotes

LINES = 40  # of a concordance, rows of a table, forms with a tick: what a screen holds
# A text answers when it is left, or to the enter key: half a word is no query.
TEXT = partial(widgets.Text, continuous_update=False)
_STYLE = "<style>.q7x2lab input[type=text] {direction: rtl} .widget-textarea {width: 95%}</style>"
Fields = Mapping[str, widgets.ValueWidget]


@dataclass(frozen=True, eq=False, repr=False)
class Explorer(Exhibit):
    """An exhibit whose fields can be changed; without a frontend it shows its first answer.

    Attributes
    ----------
    fields
        Name to what makes the field.
    answer
        What they show: takes the values of fields, returns HTML and the code that shows the same
        in a cell of a notebook.
        Without values it gives the first answer.
    extra
        Makes what stands below the fields, such as buttons.
    language
        ``ar`` or ``en``: of the names of fields.
    """

    fields: Mapping[str, Callable[..., widgets.ValueWidget]] = field(default_factory=dict)
    answer: Callable[..., tuple[str, str]] = lambda: ("", "")
    extra: Callable[[Fields], widgets.Widget] = lambda fields: widgets.HTML(_STYLE)
    language: str = "en"

    @cached_property
    def panel(self) -> widgets.VBox:
        """The widget: fields, what they show, and the call as text that can be copied."""
        named = partial(head, "ar") if self.language == "ar" else str
        fields = {name: make(description=named(name)) for name, make in self.fields.items()}
        shown, code = widgets.HTML(), widgets.Textarea(description=named("code"), disabled=True)

        def renew(_: Any = None) -> None:
            try:
                found = self.answer(**{name: each.value for name, each in fields.items()})
            except LabError as error:
                found = f"<pre>{escape(str(error))}</pre>", ""
            shown.value, code.value = _STYLE + found[0], found[1]

        for each in fields.values():
            each.observe(renew, "value")
        renew()
        panel = widgets.VBox([*fields.values(), self.extra(fields), shown, code])
        return panel.add_class("q7x2lab")

    def _repr_html_(self) -> str:
        return self.answer()[0]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The widget where it can be shown, else the first answer."""
        return {**self.panel._repr_mimebundle_(), "text/html": self._repr_html_()}


def make_explorer(key: str, table: pd.DataFrame, *, name: str = "", **parts: Any) -> Explorer:
    """An explorer whose words are those of the bundled file; a run saves the table."""
    return Explorer(**vars(make_exhibit(key, None, table, name=name)), **parts)


def table_html(table: pd.DataFrame) -> str:
    """The table as HTML, every cell escaped, right to left."""
    # A mark of direction before a number keeps its minus at its left.
    shown = table.to_html(index=False, float_format=lambda x: f"\u200e{x:,.{0 if x > 99 else 4}f}")
    return f'<div dir="rtl">{shown}</div>'


def explore_words(
    tokens: Tokens, query: Collection[Any], *, by: str = "outlet", language: str = "en"
) -> Explorer:
    """A field for a query, a tick for each of its forms, its rates, and its concordance.

    Parameters
    ----------
    query
        The first one: a text, a list of terms, or keywords as a study has them (label to terms),
        of which the first is taken.
    by
        The column of the articles that rates are counted by.

    Returns
    -------
    Explorer
        In JupyterLab it answers to its fields; in a run it is a concordance that is saved under
        ``reading/``.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نفط ونفط"})
    >>> explore_words(tokenize_corpus(Corpus(table)), "نفط")
    Exhibit explore-words: Words in their context (table of 2 rows)
    """
    while not isinstance(query, str):
        query = next(iter(query.values()), "") if isinstance(query, Mapping) else " OR ".join(query)

    def lines(query: Any) -> pd.DataFrame:
        return tokens.kwic(query, n=LINES, sort=("right", 1))

    def answer(query: str = query) -> tuple[str, str]:
        hits = tokens.hit_tokens(query)
        shown = table_html(dispersion(tokens, hits, by=by)) + concordance_html(lines(hits))
        found = f'tokens.kwic({query!r}, n={LINES}, sort=("right", 1))'
        return shown, f"display(q.dispersion(tokens, {query!r}, by={by!r}), {found})"

    def ticks(fields: Fields) -> widgets.Box:
        text, box = fields["query"], widgets.HBox(layout={"flex_flow": "row wrap"})

        def tick(surface: str, count: int, included: bool) -> widgets.Checkbox:
            made = widgets.Checkbox(included, description=f"{surface} ({count:,})", indent=False)
            made.observe(lambda _: setattr(text, "value", toggled(text.value, surface)), "value")
            return made

        def renew(_: Any = None) -> None:
            with suppress(LabError):  # which the answer tells
                audit = tokens.audit(text.value).head(LINES)
                box.children = [tick(*row) for row in audit.itertuples(index=False)]

        renew()
        text.observe(renew, "value")
        return box

    parts: Any = {"fields": {"query": partial(TEXT, query)}, "answer": answer, "extra": ticks}
    return make_explorer("explore-words", lines(query), language=language, **parts)


def toggled(query: str, form: str) -> str:
    """The query without that form if it has it, else with it; a form is spelled as it stands.

    >>> toggled("نفط", "ونفط"), toggled("نفط -=ونفط", "ونفط")
    ('نفط -=ونفط', 'نفط')
    """
    out = f" -={form}"
    return query.replace(out, "") if out in query else query + out


def explore_quotes(
    quotes: pd.DataFrame, articles: pd.DataFrame, *, shared: Any = None, language: str = "en"
) -> Explorer:
    """Fields for speaker, verb and outlet, and the quotations that travel.

    Parameters
    ----------
    quotes, articles
        As for `find_quotes`.
    shared
        What `align_quotes` returned, for the quotations that travel.

    Examples
    --------
    >>> quotes = pd.DataFrame({"article": [0], "start": 0, "end": 9, "text": ["نعم"],
    ...                        "speaker": ["بوتين"], "verb": "قال"})
    >>> explore_quotes(quotes, pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x"})).name
    'explore-quotes'
    """
    travelled = quotes if shared is None else quotes.merge(shared)

    def answer(travelling: bool = False, **parts: str) -> tuple[str, str]:
        parts = {name: part for name, part in parts.items() if part}
        found = find_quotes(travelled if travelling else quotes, articles, **parts)
        asked = "quotes.merge(shared), tokens.articles" if travelling else "quotes, tokens.articles"
        asked += "".join(f", {name}={part!r}" for name, part in parts.items())
        return table_html(found.head(LINES)), f"q.find_quotes({asked}).head({LINES})"

    outlet = partial(widgets.Dropdown, options=["", *sorted(set(articles["outlet"].astype(str)))])
    fields: Any = {"speaker": TEXT, "verb": TEXT, "outlet": outlet}
    fields |= {"travelling": partial(widgets.Checkbox, False)} if shared is not None else {}
    found = find_quotes(quotes, articles).head(LINES)
    return make_explorer("explore-quotes", found, fields=fields, answer=answer, language=language)
