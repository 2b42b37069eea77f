"""Naming sets: the names of one referent, the company they need, and since when it exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from q7x2lab.errors import StudyError, did_you_mean
from q7x2lab.yaml_files import read_bundled

_KEYS = ("schema", "id", "referent", "from", "near", "window", "matter_min", "variants", "exclude")
_OPTIONAL = ("others", "voice", "licence", "version")


@dataclass(frozen=True)
class NamingSet:
    """The names of one referent, the company they need to refer to it, and since when it exists.

    variants: search terms by name of the variant. titles: what to call each, {ar, en}. near: terms
    one of which must stand within `window` words; or the name must be definite, and the article
    mention them `matter_min` times and more often than others, or once and others never. others:
    terms of other referents, which claim a name that they follow. exclude: phrases that are no name
    of it. start: first day.
    """

    id: str
    variants: dict[str, list[str]]
    titles: dict[str, dict[str, str]]
    near: list[str]
    window: int = 12
    matter_min: int = 3
    start: pd.Timestamp | None = None
    exclude: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    referent: Any = ""


def load_naming(source: str | Path | Mapping[str, Any]) -> NamingSet:
    """A naming set, from its bundled name, a YAML file or a mapping.

    Raises StudyError for a key it does not know, no variants, or a file it cannot read.

    >>> load_naming("ukraine_war").variants["war"]
    ['حرب']
    >>> load_naming({"near": ["روسيا"], "variants": {"war": ["حرب"]}}).window
    12
    """
    where, table = _read(source)
    unknown = [key for key in table if key not in (*_KEYS, *_OPTIONAL)]
    if unknown:
        remedy = did_you_mean(str(unknown[0]), _KEYS + _OPTIONAL)
        raise StudyError(f"unknown key {unknown[0]!r}", where=where, remedy=remedy)
    if not table.get("variants") or not table.get("near"):
        raise StudyError(
            "a naming set needs variants and near", where=where, remedy="list them in the set"
        )
    variants, titles = {}, {}
    for name, entry in table["variants"].items():
        terms = entry.get("terms", []) if isinstance(entry, Mapping) else entry
        variants[str(name)] = [str(term) for term in terms]
        title = entry if isinstance(entry, Mapping) else {"ar": str(terms[0]), "en": str(name)}
        titles[str(name)] = {key: str(title.get(key, name)) for key in ("ar", "en")}
    start = pd.Timestamp(table["from"]) if table.get("from") else None
    return NamingSet(
        id=str(table.get("id", Path(where).stem)),
        variants=variants,
        titles=titles,
        near=[str(term) for term in table["near"]],
        window=int(table.get("window", 12)),
        matter_min=int(table.get("matter_min", 3)),
        start=start,
        exclude=tuple(table.get("exclude", ())),
        others=tuple(table.get("others", ())),
        referent=table.get("referent", ""),
    )


def _read(source: str | Path | Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    where = "naming set" if isinstance(source, Mapping) else str(source)
    table = read_bundled(source, "naming", what="naming set")
    if not isinstance(table, Mapping):
        raise StudyError("no mapping of keys", where=where, remedy="see a bundled set")
    return where, dict(table)
