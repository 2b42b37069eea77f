"""The grammar of queries: from a text, a list or an alias group to patterns of words."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, product
from math import prod
from typing import Any

from q7x2lab.arabic.letters import LETTERS, MARKS, TATWEEL, normalize
from q7x2lab.errors import QueryError

Words = tuple[str, ...]

_TOKEN = re.compile(
    rf"""(?P<near>NEAR/\d+)|(?P<open>\()|(?P<close>\))|(?P<maybe>\?)|(?P<or>\||OR(?!\w))
    |(?P<not>NOT(?!\w))|(?P<minus>(?<!\S)-(?=[^\s-]))|(?P<space>\s+|[\u2010-\u2015-])
    |(?P<word>(?!AND(?!\w))[=~\#]?(?:lexeme:)?[{LETTERS}{MARKS}{TATWEEL}\w]+)|(?P<wrong>AND|.)""",
    re.VERBOSE,
)
_QUOTED = re.compile(r'(=?)["«“”]([^"«»“”|()?]*)["»“”]')
_MOST_PHRASES = 1000  # that brackets may multiply to: each costs a pass over the tokens
_REMEDY = 'write words, "a phrase", =exact, A OR B, A NEAR/5 B, A NOT B or A -B, ( )'


@dataclass(frozen=True)
class Pattern:
    """Alternative sequences of words, or several such sets near each other.

    parts: one set of sequences, or more with NEAR. distances: the words allowed between each part
    and the next.
    """

    parts: Sequence[Sequence[Words]]
    distances: Sequence[int]


class _Parser:
    """Recursive descent: alternatives of sequences near each other, and exclusions."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.unwanted: list[Pattern] = []
        plain = _QUOTED.sub(_in_brackets, normalize(query, steps=("presentation", "controls")))
        found = [(str(match.lastgroup), match[0]) for match in _TOKEN.finditer(plain)]
        self.tokens = [token for token in reversed(found) if token[0] != "space"]
        if wrong := [text for kind, text in found if kind == "wrong"]:
            raise self.error(f"{wrong[0]!r} has no meaning in a query")

    def error(self, what: str) -> QueryError:
        return QueryError(what, where=f"query {self.query!r}", remedy=_REMEDY)

    def take(self, *kinds: str) -> str:
        """The next token, which is used up, if it is of one of the kinds; else empty."""
        return self.tokens.pop()[1] if self.tokens and self.tokens[-1][0] in kinds else ""

    def parse(self) -> tuple[list[Pattern], list[Pattern]]:
        wanted = self.alternatives()
        if self.tokens:
            raise self.error(f"{self.tokens[-1][1]!r} stands where no word is open")
        if not wanted:
            raise self.error("nothing to search for")
        return wanted, self.unwanted

    def alternatives(self) -> list[Pattern]:
        found = self.near()
        while sign := self.take("or", "not", "minus"):
            pattern = self.near(single=sign == "-")
            (self.unwanted if sign in ("NOT", "-") else found).extend(pattern)
            if sign in ("NOT", "-") and not pattern:
                raise self.error("no word follows the exclusion")
        return found

    def near(self, *, single: bool = False) -> list[Pattern]:
        """The pattern that begins here, none if no word does; single: of one word or phrase."""
        parts, distances = [self.sequences(single=single)], []
        while parts[0] and (near := self.take("near")):
            distances.append(int(near.removeprefix("NEAR/")))
            parts.append(self.sequences())
            if not parts[-1]:
                raise self.error("no word follows NEAR")
        return [Pattern(parts, distances)] if parts[0] else []

    def sequences(self, *, single: bool = False) -> list[Words]:
        """Every sequence of words that stands here, with each choice that brackets leave."""
        items: list[list[Words]] = []
        while not (single and items) and (text := self.take("word", "open")):
            items.append(self.bracket() if text == "(" else [(text,)])
        if prod(map(len, items)) > _MOST_PHRASES:
            raise self.error(f"the brackets multiply to more than {_MOST_PHRASES:,} phrases")
        return [tuple(chain(*words)) for words in product(*items) if any(words)]

    def bracket(self) -> list[Words]:
        inside = self.alternatives()
        if not self.take("close"):
            raise self.error("a bracket is not closed")
        if any(pattern.distances for pattern in inside):
            raise self.error("NEAR stands inside brackets")
        missing: list[Words] = [()] if self.take("maybe") else []
        return [*chain(*(pattern.parts[0] for pattern in inside)), *missing]


def _in_brackets(quoted: re.Match[str]) -> str:
    """A phrase in quotation marks as brackets; ="a b" as (=a =b)."""
    return f"({' '.join(quoted[1] + word for word in quoted[2].split())})"


def parse_query(query: Any) -> tuple[list[Pattern], list[Pattern]]:
    """Patterns wanted and unwanted of a text, a list of texts or an alias group.

    Parameters
    ----------
    query
        A text, a list of texts (any of them), or an alias group (a mapping with names, exclude).
        In a text, words side by side are a phrase, with or without quotation marks; ``A OR B`` or
        ``A | B``; ``A NEAR/5 B`` (at most five words further, either order, within one article);
        ``A NOT B`` or ``A -"B C"`` (no hit inside B C); ``A -=form`` (that form takes part in no
        hit, of a phrase or NEAR either); ``=word`` as spelled, without clitics;
        ``#word`` a hashtag; ``lexeme:word`` every inflection; brackets, and ``?`` after a bracket
        that may be missing: ``عملية عسكرية (خاصة)?``. Words of an alias group come back with a ~
        before them: they are spelled as loosely as names are, joined or apart.

    Raises
    ------
    QueryError
        If the query cannot be read.

    Examples
    --------
    >>> parse_query("روسيا OR موسكو")[0][1].parts
    [[('موسكو',)]]
    """
    if isinstance(query, str):
        try:
            return _Parser(query).parse()
        except RecursionError:
            what = f"query {query[:60]!r}: brackets are nested too deeply"
            raise QueryError(what, remedy="write it with fewer brackets") from None
    if isinstance(query, Mapping):
        wanted, unwanted = parse_query(query.get("names", ()))
        excluded = parse_query(query["exclude"])[0] if query.get("exclude") else []
        return [_as_name(p) for p in wanted], unwanted + [_as_name(p) for p in excluded]
    parsed = [parse_query(part) for part in query] if isinstance(query, Iterable) else []
    if not parsed:
        remedy = "give a text, a list of texts or an alias group"
        raise QueryError(f"{query!r} is no query", remedy=remedy)
    wanted, unwanted = (list(chain(*patterns)) for patterns in zip(*parsed, strict=True))
    return wanted, unwanted


def _as_name(pattern: Pattern) -> Pattern:
    spellings = [list(chain(*map(name_spellings, part))) for part in pattern.parts]
    return Pattern(spellings, pattern.distances)


def name_spellings(words: Words) -> Iterator[Words]:
    """A name with neighbouring words written as one, or one of its long words as two.

    A ~ before a word marks it as a name, which is spelled loosely.

    Examples
    --------
    >>> list(name_spellings(("شي", "جينبينغ")))
    [('~شي', '~جينبينغ'), ('شي', 'جين', 'بينغ'), ('شي', 'جينب', 'ينغ')]
    """
    able = [min(len(a), len(b)) > 2 and b[:2] != "ال" for a, b in pairwise(words)]
    for gaps in product(*((" ", "") if joined else (" ",) for joined in able)):
        spelled = "".join(chain(*zip(words, (*gaps, ""), strict=True))).split()
        yield tuple(w if w[0] in "=#~" or w.startswith("lexeme:") else "~" + w for w in spelled)
    for at, word in enumerate(words):
        cuts = range(3, len(word) - 2) if word.isalpha() and word[:2] != "ال" else ()
        yield from ((*words[:at], word[:cut], word[cut:], *words[at + 1 :]) for cut in cuts)
