"""The extent of a noun phrase that may name a speaker: title, name, apposition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from simplemma import is_known

from q7x2lab.framing.quotations.reporting_verbs import (
    PARTICIPLE,
    PAST,
    PRESENT,
    verb_forms,
    word_class,
)
from q7x2lab.framing.quotations.speech_tokens import PUNCTUATION, QUOTE, WORD, Token

Phrase = tuple[int, int]  # first and last token, the last one included
LONGEST_PHRASE, LONGEST_APPOSITION, LONGEST_NAME = 14, 10, 5
NAME_LETTERS = 30  # so long, marks included, is a name in marks that speaks
_AHEAD = 20  # tokens past such a name in which its words must begin

# Shapes of verbal nouns after folding; what follows أكد or نفى in such a shape is its object.
_VERBAL_NOUN = re.compile("(?:ت..ي[^ا]ه?|است..ا.|است..ه|ا...ا.|ا[^ي].ا.|ا..اه|م.ا..ه|ا..ا[^ن])$")


_PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "نا", "ني", "ك", "كم")
_PRONOUN_LED = re.compile("[وف]?(?:(?:لكن|ان|لان)(?:ه|ها|هم|هما)|هو|هي|هم|هما)$")


@cache
def stops() -> frozenset[str]:
    names = ("complementizer", "preposition", "relative", "weekday", "negation")
    joined = {word + end for word in word_class("takes_pronoun") for end in _PRONOUNS}
    return frozenset(joined).union(*(word_class(name) for name in names))


def is_stop(word: str) -> bool:
    """Whether a folded word, with or without و or ف, ends a noun phrase."""
    return word in stops() or (
        word[0] in "وف" and word[1:] in stops() and word not in word_class("agent")
    )


def extend(
    tokens: Sequence[Token], start: int, *, apposition: bool = True, takes_object: bool = False
) -> int:
    """The last token of a noun phrase that begins at `start`: titles, names, apposition."""
    last, place = start, start + 1
    while place < len(tokens) and place - start < LONGEST_PHRASE:
        token = tokens[place]
        if token.word in ("هو", "هي") and place + 1 < len(tokens) and _plain(tokens[place + 1]):
            last, place = place, place + 1  # «قال دبلوماسي هو فلان»
            continue
        if token.kind == PUNCTUATION:
            further = _apposition(tokens, place) if apposition and token.word in "،,-–" else None
            return further if further is not None else last
        if token.kind == QUOTE:
            if names_post(tokens, start, place):
                last, place = place, place + 1
                continue
            if not is_name_slot(tokens, place) or token.end - token.start > 40:
                return last
        elif not _continues(tokens, start, place) or (
            takes_object and _starts_object(tokens, start, place)
        ):
            return last
        last, place = place, place + 1
    return last


def _continues(tokens: Sequence[Token], start: int, place: int) -> bool:
    token, word = tokens[place], tokens[place].word
    if word in ("في", "عن") and names_post(tokens, start, place + 1):
        return True
    if word in ("في", "لدي", "من", "الي") and place + 1 < len(tokens):
        since = start if word == "في" else place - 2
        kind = {"في": heads(), "من": word_class("office")}.get(word, word_class("envoy"))
        office = any(t.bare in kind for t in tokens[max(start, since) : place])
        following = tokens[place + 1]
        plain = following.kind == WORD and following.word not in stops()
        return office and plain and following.word not in word_class("occasion")
    if is_stop(word) or len(word) == 1 or is_hearer(token):
        return False
    if word[0] == "ب" and is_glued(word):
        return False
    head = any(t.bare in heads() for t in tokens[start:place])
    before = tokens[place - 1]
    hearer = word[0] == "ل" and before.word[:2] != "ال" and is_known(word[1:], lang="ar")
    surname = place == start + 1 and not word.endswith(("ه", "ها", "هم"))
    hearer = hearer and not (surname and not is_known(before.word, lang="ar"))  # افيغدور ليبرمان
    if not head and (word[:3] == "بال" or hearer):
        return False
    if before.word[:2] == "ال" and is_verbal_noun(word):
        return False
    if token.verb is not None and (token.verb.form == PARTICIPLE or is_conjoined(token)):
        return False
    # A present form ends the phrase; a past one without a conjunction is a name (الخبير مدحت).
    return token.verb is None or token.verb.form != PRESENT or "clause" in token.verb.flags


def _starts_object(tokens: Sequence[Token], start: int, place: int) -> bool:
    """Whether a definite noun after the subject is the object: «دان بوتين المحاولات»."""
    word, before = tokens[place].word, tokens[place - 1]
    if is_verbal_noun(word) and before.bare not in heads():
        return True  # «اقترحت أوعلي إحياء القنوات»
    if word[:2] != "ال" or not word.endswith(("ه", "ات")):
        return False
    if any(t.bare in heads() or t.word[:2] == "ال" for t in tokens[start:place]):
        return before.word[:2] == "ال" and word.endswith("ات")
    return before.word not in word_class("feminine_place") and not before.word.endswith("يا")


def is_verbal_noun(word: str) -> bool:
    """Whether a folded word without article looks like the object of a verb such as أكد."""
    return word in word_class("abstract") or (
        word[:2] != "ال" and word not in word_class("agent") and bool(_VERBAL_NOUN.match(word))
    )


@cache
def heads() -> frozenset[str]:
    return word_class("office") | word_class("agent")


def _apposition(tokens: Sequence[Token], comma: int) -> int | None:
    """The end of a name or title set off by commas after a title or name: قال مدربه، فلان، إن."""
    place = comma + 1
    if place < len(tokens) - 1 and tokens[place].word in ("هو", "هي", "وهو", "وهي", "ويدعي"):
        place += 1
    if place >= len(tokens) or not _plain(tokens[place]):
        return None
    while place < len(tokens) and place - comma <= LONGEST_APPOSITION:
        token = tokens[place]
        ends = token.kind == PUNCTUATION and token.word in "،,:-–"
        if ends or token.word in word_class("complementizer") or token.kind == QUOTE:
            return place - 1
        if token.kind == PUNCTUATION or token.word in word_class("relative"):
            return None
        if token.verb is not None and not token.verb.flags & {"clause", "frame", "names"}:
            return None
        place += 1
    return None


def _plain(token: Token) -> bool:
    if token.kind != WORD or token.verb is not None or token.word[0].isdigit():
        return False
    return token.word not in stops() and token.word[0] not in "ول"


def is_hearer(token: Token) -> bool:
    """Whether a word with ل names who was spoken to: للصحفيين, لوكالة, لنظيره."""
    word = token.word
    if word[:1] != "ل":
        return False
    rest = word[2:] if word[:2] == "لل" else word[1:]
    return rest in word_class("hearer")


def is_name_slot(tokens: Sequence[Token], place: int) -> bool:
    """Whether the words before a quotation announce a name: «صحيفة», «حركة المقاومة»."""
    for back in range(1, LONGEST_NAME):
        if place - back < 0 or tokens[place - back].kind != WORD:
            return False
        word = tokens[place - back].word
        if back > 1 and word in word_class("headline"):  # «المتحدث باسم البلدية "كذا"»
            return False
        if len(word) == 1:  # a preposition glued to the quotation: وصفه بـ"كذا"
            return False
        if word in word_class("named") or word.removeprefix("و") in word_class("named"):
            return True
        if word[:1] in "بلوف" and word[1:].removeprefix("ل") in word_class("named"):
            return True
        if word in stops() or tokens[place - back].verb is not None:
            return False
    return False


def names_post(tokens: Sequence[Token], start: int, place: int) -> bool:
    """Whether a quotation names where an office is held: «النائب عن "كتلة كذا" فلان»."""
    if not start < place - 1 < len(tokens) - 2 or tokens[place].kind != QUOTE:
        return False
    office = any(token.bare in heads() for token in tokens[start : place - 1])
    after = tokens[place + 1]
    named = _plain(after) and after.word[:2] != "ال" and after.word[0] != "ب"
    named = named and after.word not in word_class("complementizer")
    placed = tokens[place - 1].word in ("في", "عن")
    return office and placed and named and tokens[place].end - tokens[place].start < NAME_LETTERS


def names_subject(tokens: Sequence[Token], place: int) -> bool:
    """Whether a quotation right after a verb names who speaks, what is said coming later.

    «قالت "رويترز" إن», «تحدثت "رويترز" عن», «كتبت "رويترز" على موقعها: "…"».
    """
    if not 0 < place < len(tokens) - 1 or tokens[place - 1].kind != WORD:
        return False
    token, verb, after = tokens[place], tokens[place - 1].verb, tokens[place + 1]
    if after.word == "(":  # «تحدثت "كذا" (كتلة النهر) عن»
        closed = (i + 1 for i in range(place + 2, len(tokens) - 1) if tokens[i].word == ")")
        after = tokens[next(closed, place + 1)]
    if token.kind != QUOTE or token.end - token.start >= NAME_LETTERS:
        return False
    if after.word in word_class("complementizer"):
        return True
    if verb is None or verb.form not in (PAST, PRESENT) or after.word not in stops():
        return False
    if verb.lemma == "تحدث" and after.word == "عن":
        return True
    for at in range(place + 1, min(place + _AHEAD, len(tokens) - 1)):
        if tokens[at].verb is not None or tokens[at].kind == QUOTE:
            return False
        if tokens[at].word in word_class("complementizer"):
            return tokens[at - 1].word not in word_class("no_clause")
        if tokens[at].word == ":":
            return tokens[at + 1].kind == QUOTE
    return False


def is_conjoined(token: Token) -> bool:
    """Whether a reporting verb has a conjunction glued to it: «وقال», but not «وصف»."""
    return token.word[0] in "وف" and token.word not in verb_forms()


def is_pronoun_led(tokens: Sequence[Token], place: int) -> bool:
    """Whether the word before a verb holds its subject as a pronoun: «لكنهم قالوا», «فهو يرى»."""
    return place > 0 and _PRONOUN_LED.match(tokens[place - 1].word) is not None


def is_glued(word: str, *, wanted: bool = False) -> bool:
    """Whether a folded word begins with the preposition ب: «باعتقال», but not «بوتين».

    wanted: whether the verb before it takes one, so that any known noun after ب will do.
    """
    if word[:3] in ("بال", "كال") or word[:1] != "ب":
        return word[:3] in ("بال", "كال")
    if is_verbal_noun(word[1:]):
        return True
    rest = (word[1:], word[1:-1] + "ة") if word[-1] == "ه" else (word[1:],)
    known = len(word) > 3 and any(is_known(form, lang="ar") for form in rest)
    return wanted and known and not is_known(word, lang="ar")
