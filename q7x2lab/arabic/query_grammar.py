"""The grammar of queries: from a text, a list or an alias group to word patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, product
from typing import Any

import numpy as np

from q7x2lab.arabic.letters import LETTERS, MARKS, TATWEEL, normalize
from q7x2lab.arabic.names import joinings, partings
from q7x2lab.errors import QueryError

Words = tuple[str, ...]

_TOKEN = re.compile(
    rf"""(?P<quote>=?["«“”][^"«»“”]*["»“”])|(?P<near>NEAR/\d+)|(?P<mark>[()|?])
    |(?P<minus>(?<!\S)-(?=[^\s-]))|(?P<word>[=~\#]?(?:lexeme:)?[{LETTERS}{MARKS}{TATWEEL}\w]+)
    |(?P<space>\s+|[\u2010-\u2015-])|(?P<wrong>.)""",
    re.VERBOSE,
)
_MAXIMUM = 1000  # sequences that brackets may multiply to


@dataclass(frozen=True)
class Pattern:
    """Alternative word sequences, or several sets of them near each other."""

    parts: tuple[tuple[Words, ...], ...]
    distances: tuple[int, ...] = ()


@dataclass(frozen=True)
class Parsed:
    wanted: tuple[Pattern, ...]
    unwanted: tuple[Pattern, ...]


class _Parser:
    """Recursive descent: alternatives of sequences near each other, and exclusions."""

    def __init__(self, query: str) -> None:
        self.query, self.at = query, 0
        self.unwanted: list[Pattern] = []
        self.tokens = [
            (str(match.lastgroup), match[0])
            for match in _TOKEN.finditer(normalize(query, steps=("presentation", "controls")))
            if match.lastgroup != "space"
        ]
        for kind, text in self.tokens:
            if kind == "wrong":
                raise self.error(f"{text!r} has no meaning in a query")

    def error(self, what: str) -> QueryError:
        return QueryError(
            what,
            where=f"query {self.query!r}",
            remedy='write words, "a phrase", =exact, A OR B, A NEAR/5 B, A NOT B or A -B, ( )',
        )

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, *texts: str) -> bool:
        found = self.peek()[1] in texts and self.peek()[0] != "end"
        self.at += found
        return found

    def parse(self) -> Parsed:
        wanted = self.alternatives()
        if self.at < len(self.tokens):
            raise self.error(f"{self.peek()[1]!r} stands where no word is open")
        if not wanted:
            raise self.error("nothing to search for")
        return Parsed(tuple(wanted), tuple(self.unwanted))

    def alternatives(self) -> list[Pattern]:
        found: list[Pattern] = []
        while True:
            pattern = self.near()
            found += [pattern] if pattern else []
            while self.peek()[0] != "end" and self.peek()[1] in ("NOT", "-"):
                refused = self.near(single=self.take("-") or not self.take("NOT"))
                if refused is None:
                    raise self.error("no word follows the exclusion")
                self.unwanted.append(refused)
            if not self.take("OR", "|"):
                return found

    def near(self, *, single: bool = False) -> Pattern | None:
        sequences = self.sequence(single=single)
        if not sequences:
            return None
        parts, distances = [sequences], []
        while self.peek()[0] == "near":
            distances.append(int(self.peek()[1].partition("/")[2]))
            self.at += 1
            parts.append(self.sequence())
            if not parts[-1]:
                raise self.error("no word follows NEAR")
        return Pattern(tuple(map(tuple, parts)), tuple(distances))

    def sequence(self, *, single: bool = False) -> list[Words]:
        items: list[list[Words]] = []
        while not (single and items):
            kind, text = self.peek()
            if kind == "quote":
                self.at += 1
                items.append([self.phrase(text)])
            elif kind == "word" and text not in ("OR", "NOT"):
                self.at += 1
                items.append([(text,)])
            elif self.take("("):
                items.append(self.bracket())
            else:
                break
        if np.prod([len(item) for item in items]) > _MAXIMUM:
            raise self.error(f"the brackets multiply to more than {_MAXIMUM:,} phrases")
        return [tuple(chain(*words)) for words in product(*items) if any(words)] if items else []

    def bracket(self) -> list[Words]:
        inside = self.alternatives()
        if not self.take(")"):
            raise self.error("a bracket is not closed")
        if any(pattern.distances for pattern in inside):
            raise self.error("NEAR stands inside brackets")
        return [
            *chain(*(pattern.parts[0] for pattern in inside)),
            *([()] if self.take("?") else []),
        ]

    def phrase(self, quoted: str) -> Words:
        exact = "=" if quoted.startswith("=") else ""
        inner = _Parser(quoted.lstrip("=")[1:-1])
        if not inner.tokens or any(kind != "word" for kind, _ in inner.tokens):
            raise self.error(f"{quoted} is no phrase")
        return tuple(exact + text.lstrip("=") if exact else text for _, text in inner.tokens)


def parse_query(query: Any, *, metonyms: bool) -> tuple[list[Pattern], list[Pattern]]:
    """Patterns wanted and unwanted of a text, a list or an alias group.

    >>> parse_query("روسيا OR موسكو", metonyms=False)[0][1].parts
    ((('موسكو',),),)
    """
    if isinstance(query, str):
        try:
            parsed = _Parser(query).parse()
        except RecursionError:
            what = f"query {query[:60]!r}: brackets are nested too deeply"
            raise QueryError(what, remedy="write it with fewer brackets") from None
        return list(parsed.wanted), list(parsed.unwanted)
    if isinstance(query, Mapping):
        terms = [*query.get("names", ()), *(query.get("metonyms", ()) if metonyms else ())]
        wanted, unwanted = parse_query(terms, metonyms=metonyms)
        excluded = (
            parse_query(query["exclude"], metonyms=metonyms)[0] if query.get("exclude") else []
        )
        return list(map(_as_names, wanted)), unwanted + list(map(_as_names, excluded))
    if isinstance(query, Iterable):
        pairs = [parse_query(part, metonyms=metonyms) for part in query]
        if pairs:
            return [p for pair in pairs for p in pair[0]], [p for pair in pairs for p in pair[1]]
    raise QueryError(
        f"{query!r} is no query", remedy="give a text, a list of texts or an alias group"
    )


def _as_names(pattern: Pattern) -> Pattern:
    """The pattern with its words spelled as loosely as names are, joined or apart."""

    def loose(word: str) -> str:
        return word if word[0] in "=#~" or word.startswith("lexeme:") else "~" + word

    parts = tuple(
        (
            *(tuple(map(loose, words)) for name in part for words in joinings(name)),
            *(words for name in part for words in partings(name)),
        )
        for part in pattern.parts
    )
    return Pattern(parts, pattern.distances)
