"""Alias groups: the names of one referent, its metonyms, and what only looks like it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, RootModel, model_validator

from q7x2lab.arabic.query_grammar import parse_query
from q7x2lab.errors import QueryError, StudyError
from q7x2lab.yaml_files import Entry, as_list, fault, read_bundled, read_entry


def _readable(term: str) -> str:
    try:
        parse_query(term)
    except QueryError as error:
        raise fault(f"{term!r}: {error.what}", error.remedy) from None
    return term


Terms = Annotated[list[Annotated[str, AfterValidator(_readable)]], BeforeValidator(as_list)]


class _Group(Entry):
    title: str | dict[str, str] = ""
    names: Annotated[Terms, Field(min_length=1)]
    metonyms: Terms = Field(default_factory=list)
    exclude: Terms = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _names_alone(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {"names": value}


def load_aliases(source: str | Path | Mapping[str, Any] = "news") -> dict[str, dict[str, Any]]:
    """Alias groups by name, each a mapping with title, names, metonyms and exclude.

    Parameters
    ----------
    source
        "news" (countries, heads of state and organisations of the news, part of the package), a
        YAML file, or a mapping. A group is a list of names, or a mapping of

        - names: search terms for the referent itself, spelled as loosely as names are (بينغ, بينج;
          أميركا, أمريكا; جين بينغ, جينبينغ);
        - metonyms: terms that often stand for it (موسكو for روسيا) but also for themselves: for who
          speaks, not for queries;
        - exclude: longer terms that contain a name of another referent (كوريا in كوريا الشمالية);
        - title: what to call it, {ar, en} or one text.

    Raises
    ------
    StudyError
        If this is no alias file, or a term cannot be read.

    Examples
    --------
    >>> groups = load_aliases({"xi": ["شي جين بينغ"], "russia": {"names": ["روسيا"]}})
    >>> groups["xi"]["names"], groups["russia"]["metonyms"]
    (['شي جين بينغ'], [])
    """
    where = "aliases" if isinstance(source, Mapping) else str(source)
    table = read_bundled(source, "aliases", what="alias file")
    if not isinstance(table, Mapping) or not table:
        remedy = "write a group a line: russia: [روسيا]"
        raise StudyError("no alias groups here", where=where, remedy=remedy)
    groups = read_entry(RootModel[dict[str, _Group]], table, where=where).root
    return {name: group.model_dump() for name, group in groups.items()}


def alias_titles(groups: Mapping[str, Mapping[str, Any]], language: str = "both") -> dict[str, str]:
    """What figures and tables call each group: its title, or its name where it has none.

    Parameters
    ----------
    groups
        What `load_aliases` returned.
    language
        ar, en or both.

    Examples
    --------
    >>> alias_titles(load_aliases())["putin"], alias_titles(load_aliases(), "ar")["putin"]
    ('بوتين · Putin', 'بوتين')
    """
    languages = ("ar", "en") if language == "both" else (language,)
    titles = {}
    for name, group in groups.items():
        title = group.get("title") or name
        texts = title if isinstance(title, Mapping) else dict.fromkeys(languages, title)
        titles[name] = " · ".join(dict.fromkeys(str(texts.get(each) or name) for each in languages))
    return titles
