"""Alias groups: the names of one referent, its metonyms, and what only looks like it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from q7x2lab.arabic.query_grammar import parse_query
from q7x2lab.errors import QueryError, StudyError, did_you_mean
from q7x2lab.yaml_files import read_bundled

_KEYS = ("title", "names", "metonyms", "exclude")


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
        If this is no alias file.
    QueryError
        If a term cannot be read.

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
    return {str(name): _group(group, f"{where}, {name}") for name, group in table.items()}


def alias_titles(groups: Mapping[str, Any], language: str = "both") -> dict[str, str]:
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
        wanted = dict.fromkeys(str(texts.get(each) or name) for each in languages)
        titles[name] = " · ".join(wanted)
    return titles


def _group(group: Any, where: str) -> dict[str, Any]:
    """One group checked, every key present."""
    if isinstance(group, (str, list)):
        group = {"names": group}
    if not isinstance(group, Mapping):
        remedy = "give a list of names or a mapping"
        raise StudyError(f"{group!r} is no group", where=where, remedy=remedy)
    if unknown := [str(key) for key in group if key not in _KEYS]:
        remedy = did_you_mean(unknown[0], _KEYS)
        raise StudyError(f"unknown key {unknown[0]!r}", where=where, remedy=remedy)
    terms = {key: _terms(group.get(key), f"{where}, {key}") for key in _KEYS[1:]}
    if not terms["names"]:
        raise StudyError("no names", where=where, remedy="list at least one under names")
    return {"title": group.get("title", ""), **terms}


def _terms(value: Any, where: str) -> list[str]:
    """The terms under a key, each of which can be read as a query."""
    terms = [value] if isinstance(value, str) else value or []
    if not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
        remedy = "write [term, another term]"
        raise StudyError(f"{value!r} is no list of terms", where=where, remedy=remedy)
    for term in terms:
        try:
            parse_query(term)
        except QueryError as error:
            raise QueryError(error.what, where=f"{where}, {term!r}") from error
    return terms
