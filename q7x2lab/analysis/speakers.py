"""Who speaks: the noun phrase after or before a reporting verb."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from simplemma import is_known

from q7x2lab.analysis.reporting_verbs import PARTICIPLE, PRESENT, Verb, verb_forms, word_class
from q7x2lab.analysis.speech_tokens import PUNCTUATION, QUOTE, WORD, Token

Phrase = tuple[int, int]  # first and last token, the last one included
LONGEST_PHRASE, LONGEST_APPOSITION, LONGEST_NAME = 14, 10, 5

# Shapes of verbal nouns after folding; what follows أكد or نفى in such a shape is its object.
_VERBAL_NOUN = re.compile("(?:ت..ي[^ا]ه?|است..ا.|است..ه|ا...ا.|ا[^ي].ا.|ا..اه|م.ا..ه|ا..ا[^ن])$")


@cache
def _stops() -> frozenset[str]:
    names = ("complementizer", "preposition", "relative", "weekday", "negation")
    return frozenset().union(*(word_class(name) for name in names))


def is_stop(word: str) -> bool:
    """Whether a folded word, with or without و or ف, ends a noun phrase."""
    return word in _stops() or (
        word[0] in "وف" and word[1:] in _stops() and word not in word_class("agent")
    )


def phrase_after(tokens: Sequence[Token], place: int) -> Phrase | None:
    """The noun phrase that follows a verb at `place` as its subject, or None if it has none."""
    start = _skip_between(tokens, place + 1)
    if start >= len(tokens) or not _can_begin(tokens, start):
        return None
    verb = tokens[place].verb
    if verb is not None and _is_object(tokens[start], verb):
        return None
    takes_object = verb is not None and bool(verb.flags & {"object", "on", "names"})
    return start, extend(tokens, start, takes_object=takes_object)


def _skip_between(tokens: Sequence[Token], place: int) -> int:
    """Past adverbs, weekdays, «من جانبه» and the hearer that may come before the subject."""
    while place < len(tokens):
        token = tokens[place]
        pair = f"{token.word} {tokens[place + 1].word}" if place + 1 < len(tokens) else ""
        if pair in word_class("between_two"):
            place += 2
        elif token.word in _between() or (token.word[:2] == "لل" and len(token.word) > 4):
            place += 1
        else:
            break
    return place


def _can_begin(tokens: Sequence[Token], place: int) -> bool:
    token = tokens[place]
    if token.kind == QUOTE:  # قالت "رويترز" إن
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        short = token.end - token.start < 30
        return short and after is not None and after.word in word_class("complementizer")
    if token.kind != WORD or not _nominal(token) or is_stop(token.word):
        return False
    reports = token.verb is not None and (token.verb.form == PARTICIPLE or is_conjoined(token))
    return not (reports or is_hearer(token))


def _nominal(token: Token) -> bool:
    """Whether a word can head a phrase: no number, no lone or glued preposition."""
    word = token.word
    glued = word[:3] in ("بال", "كال") or (word[0] == "ب" and word[1:] in word_class("abstract"))
    return len(word) > 1 and not word[0].isdigit() and not glued


def is_hearer(token: Token) -> bool:
    """Whether a word with ل names who was spoken to: للصحفيين, لوكالة, لنظيره."""
    word = token.word
    if word[:1] != "ل":
        return False
    rest = word[2:] if word[:2] == "لل" else word[1:]
    return rest in word_class("hearer")


def _is_object(token: Token, verb: Verb) -> bool:
    """Whether a noun after a verb that takes objects is its object, the subject being left out."""
    if (
        not verb.flags & {"object", "on", "names"}
        or "suffixed" in verb.flags
        or token.kind == QUOTE
    ):
        return False
    word, bare = token.word, token.bare
    if bare in word_class("agent"):  # «ودعت رئيس الحكومة إلى»
        plural = bare.endswith(("ه", "ات", "ون", "ين")) or bare in word_class("broken_plural")
        return "object" in verb.flags and verb.agreement == "f" and not plural
    if word not in word_class("feminine_place") and is_verbal_noun(bare):
        return True
    if any(is_verbal_noun(word.removesuffix(end)) for end in ("ه", "ها", "هم") if end in word[-2:]):
        return True
    if "names" in verb.flags and verb.agreement == "f" and word[:2] == "ال":
        return not word.endswith(("ه", "ات"))  # «ووصفت القرار بأنه»
    if "object" not in verb.flags:
        return False
    feminine = (
        word in word_class("feminine_place") or word.endswith(("ه", "يا")) or bare.endswith("ات")
    )
    return verb.agreement == "m" and feminine and word[:3] != "عبد"


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
    if word in ("في", "لدي", "من", "الي") and place + 1 < len(tokens):
        since = start if word == "في" else place - 2
        kind = {"في": _heads(), "من": word_class("office")}.get(word, word_class("envoy"))
        office = any(t.bare in kind for t in tokens[max(start, since) : place])
        following = tokens[place + 1]
        plain = following.kind == WORD and following.word not in _stops()
        return office and plain and following.word not in word_class("occasion")
    if is_stop(word) or len(word) == 1 or is_hearer(token):
        return False
    head = any(t.bare in _heads() for t in tokens[start:place])
    before = tokens[place - 1]
    hearer = word[0] == "ل" and before.word[:2] != "ال" and is_known(word[1:], lang="ar")
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
    if word[:2] != "ال" or not word.endswith(("ه", "ات")):
        return False
    if any(t.bare in _heads() or t.word[:2] == "ال" for t in tokens[start:place]):
        return before.word[:2] == "ال" and word.endswith("ات")
    return before.word not in word_class("feminine_place") and not before.word.endswith("يا")


def is_verbal_noun(word: str) -> bool:
    """Whether a folded word without article looks like the object of a verb such as أكد."""
    return word in word_class("abstract") or (
        word[:2] != "ال" and word not in word_class("agent") and bool(_VERBAL_NOUN.match(word))
    )


@cache
def _heads() -> frozenset[str]:
    return word_class("office") | word_class("agent")


def _apposition(tokens: Sequence[Token], comma: int) -> int | None:
    """The end of a name or title set off by commas after a title or name: قال مدربه، فلان، إن."""
    place = comma + 1
    if place < len(tokens) - 1 and tokens[place].word in ("هو", "هي", "وهو", "وهي", "ويدعي"):
        place += 1
    if place >= len(tokens) or tokens[place].kind != WORD or not _plain(tokens[place]):
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
    if token.kind != WORD or token.verb is not None:
        return False
    return token.word not in _stops() and token.word[0] not in "ول"


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
        if word[:1] in "بلو" and word[1:].removeprefix("ل") in word_class("named"):
            return True
        if word in _stops() or tokens[place - back].verb is not None:
            return False
    return False


def is_conjoined(token: Token) -> bool:
    """Whether a reporting verb has a conjunction glued to it: «وقال», but not «وصف»."""
    return token.word[0] in "وف" and token.word not in verb_forms()


def fronted_subject(tokens: Sequence[Token], place: int) -> Phrase | None:
    """The subject of a verb that comes second in its sentence: «بوتين يدعو», «الوزير قال»."""
    if not 0 < place <= 4 or is_conjoined(tokens[place]):
        return None
    verb, first = tokens[place].verb, tokens[0]
    if any(t.kind != WORD or t.verb is not None for t in tokens[:place]):
        return None
    certain = first.word[:2] == "ال" or first.bare in _heads() or place == 1
    if not certain and (verb is None or verb.form != PRESENT):
        return None
    phrase = _head_of(tokens, 0, place - 1)
    return phrase if phrase is not None and phrase[1] == place - 1 else None


def phrase_before(tokens: Sequence[Token], place: int, begin: int) -> Phrase | None:
    """The noun phrase before a verb that comes second: «السفير أشار», «كان بيسكوف قد أفاد».

    begin: the first token of the stretch that may hold it. Relative clauses and insertions
    between commas are stepped over, at most three.
    """
    if is_conjoined(tokens[place]):
        return None
    end = place - 1
    for _ in range(4):
        start = end
        while start >= begin and tokens[start].kind != PUNCTUATION:
            start -= 1
        phrase = _head_of(tokens, start + 1, end)
        if phrase is not None and end == place - 2 and start > begin:  # «فلان، الخبير في كذا، يرى»
            outer = phrase_before(tokens, start, begin)
            phrase = outer if outer is not None else phrase
        if phrase is not None or start < begin or tokens[start].word not in "،,-–()":
            return phrase
        if not _steps_over(tokens, start + 1, end):
            return None
        end = start - 1
    return None


def _steps_over(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a stretch between commas is an insertion: empty, a weekday, a relative clause."""
    if any(token.word in word_class("same_subject") for token in tokens[start : end + 1]):
        return False
    while start <= end and tokens[start].word in word_class("particle"):
        start += 1
    if start > end:
        return True
    word = tokens[start].word
    return word in word_class("relative") or word in _stops() or word in word_class("between")


def _head_of(tokens: Sequence[Token], start: int, end: int) -> Phrase | None:
    """The noun phrase of a clause whose verb follows: «لكن السفير», «كان بيسكوف قد»."""
    while end >= start and tokens[end].word in _adverbs():
        end -= 1
    place = start
    for at in range(start, end + 1):  # the last conjunction or complementizer opens the clause
        word = tokens[at].word
        if word in word_class("complementizer") or word in word_class("particle"):
            place = at + 1
    if place > end or tokens[place].kind != WORD or not _may_lead(tokens[place]):
        return None
    return place, min(extend(tokens, place), end)


@cache
def _between() -> frozenset[str]:
    return word_class("between") | word_class("weekday")


@cache
def _adverbs() -> frozenset[str]:
    return word_class("particle") | word_class("between") | word_class("weekday")


def _may_lead(token: Token) -> bool:
    if token.word in word_class("platform"):
        return False
    return not is_stop(token.word) and token.verb is None and _nominal(token)


def main_subject(tokens: Sequence[Token]) -> Phrase | None:
    """The likely subject of a sentence whose first word is its verb or its subject, or None."""
    place = 0
    while place < len(tokens) and tokens[place].word in _adverbs():
        place += 1
    if place < len(tokens) and is_stop(tokens[place].word or " "):  # «في الأيام الأخيرة، بدت»
        comma = (i + 1 for i, token in enumerate(tokens[:9]) if token.word in ("،", ","))
        place = next(comma, place)
    while place < len(tokens) and tokens[place].word in _adverbs():
        place += 1
    if place >= len(tokens) or tokens[place].kind != WORD or is_stop(tokens[place].word):
        return None
    article = tokens[place].word[:2] == "ال" and tokens[place].word not in word_class("not_noun")
    if article or tokens[place].word in word_class("feminine_place"):
        return place, extend(tokens, place)
    start = _skip_between(tokens, place + 1)
    if start >= len(tokens) or not _can_begin(tokens, start) or tokens[start].kind == QUOTE:
        return None
    if is_verbal_noun(tokens[start].bare):
        return None
    return start, extend(tokens, start)
