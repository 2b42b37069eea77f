"""Alias groups: the names of one referent, its metonyms, and what only looks like it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from q7x2lab.arabic.queries import compile_query
from q7x2lab.errors import LabError, QueryError, StudyError, did_you_mean
from q7x2lab.yaml_files import read_bundled

_KEYS = ("title", "names", "metonyms", "exclude")


def load_aliases(
    source: str | Path | Mapping[str, Any] = "news", *, metonyms: bool = False
) -> dict[str, dict[str, Any]]:
    """Alias groups by name, each a mapping with title, names, metonyms and exclude.

    source: "news" (countries, heads of state and organisations of the news, part of the package),
    a YAML file, or a mapping. A group is a list of names, or a mapping of

    - names: search terms for the referent itself, spelled as loosely as names are (بينغ, بينج;
      أميركا, أمريكا; جين بينغ, جينبينغ);
    - metonyms: terms that often stand for it (موسكو for روسيا) but also for themselves;
    - exclude: longer terms that contain a name of another referent (كوريا in كوريا الشمالية);
    - title: what to call it, {ar, en} or one text.

    metonyms: whether the metonyms count; if so, they are among the names that come back.
    Raises StudyError for what is no alias file, QueryError for a term that cannot be read.

    >>> groups = load_aliases({"xi": ["شي جين بينغ"], "russia": {"names": ["روسيا"]}})
    >>> groups["xi"]["names"], groups["russia"]["metonyms"]
    (['شي جين بينغ'], [])
    """
    where, table = _read(source)
    if not isinstance(table, Mapping) or not table:
        raise StudyError(
            "no alias groups here", where=where, remedy="write a group a line: russia: [روسيا]"
        )
    groups = {str(name): _group(group, f"{where}, {name}") for name, group in table.items()}
    if metonyms:
        for group in groups.values():
            group["names"] = [*group["names"], *group["metonyms"]]
    return groups


def alias_titles(groups: Mapping[str, Any], language: str = "both") -> dict[str, str]:
    """What figures and tables call each group: its title, or its name where it has none.

    groups: what `load_aliases` returned. language: ar, en or both.

    >>> alias_titles(load_aliases())["putin"], alias_titles(load_aliases(), "ar")["putin"]
    ('بوتين · Putin', 'بوتين')
    """
    titles = {}
    for name, group in groups.items():
        title = group.get("title") or name
        said = title if isinstance(title, Mapping) else {"ar": title, "en": title}
        wanted = ("ar", "en") if language == "both" else (language,)
        titles[name] = " · ".join(dict.fromkeys(str(said.get(each) or name) for each in wanted))
    return titles


def _read(source: str | Path | Mapping[str, Any]) -> tuple[str, Any]:
    """What to call the source in an error, and what it holds."""
    where = "aliases" if isinstance(source, Mapping) else str(source)
    return where, read_bundled(source, "aliases", what="alias file")


def _group(group: Any, where: str) -> dict[str, Any]:
    """One group checked, every key present."""
    if isinstance(group, (str, list)):
        group = {"names": group}
    if not isinstance(group, Mapping):
        raise StudyError(
            f"{group!r} is no group", where=where, remedy="give a list of names or a mapping"
        )
    for key in group:
        if key not in _KEYS:
            raise StudyError(
                f"unknown key {key!r}", where=where, remedy=did_you_mean(str(key), _KEYS)
            )
    checked = {key: _terms(group.get(key), f"{where}, {key}") for key in _KEYS[1:]}
    if not checked["names"]:
        raise StudyError("no names", where=where, remedy="list at least one under names")
    return {"title": group.get("title", ""), **checked}


def _terms(value: Any, where: str) -> list[str]:
    terms = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(terms, list) or not all(isinstance(term, str) for term in terms):
        raise StudyError(
            f"{value!r} is no list of terms", where=where, remedy="write [term, another term]"
        )
    for term in terms:
        try:
            compile_query(term, [])
        except LabError as error:
            raise QueryError(error.what, where=f"{where}, {term!r}") from error
    return terms
