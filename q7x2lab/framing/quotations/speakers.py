"""Who speaks: the noun phrase after or before a reporting verb."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from q7x2lab.framing.quotations.noun_phrases import (
    Phrase,
    extend,
    heads,
    is_conjoined,
    is_glued,
    is_hearer,
    is_pronoun_led,
    is_stop,
    is_verbal_noun,
    names_subject,
    stops,
)
from q7x2lab.framing.quotations.reporting_verbs import PARTICIPLE, PRESENT, Verb, word_class
from q7x2lab.framing.quotations.speech_tokens import PUNCTUATION, QUOTE, WORD, Token


def phrase_after(tokens: Sequence[Token], place: int) -> Phrase | None:
    """The noun phrase that follows a verb at `place` as its subject, or None if it has none."""
    start = _skip_between(tokens, place + 1)
    if start >= len(tokens) or not _can_begin(tokens, start):
        return None
    verb = tokens[place].verb
    if verb is not None and _is_object(tokens[start], verb):
        return None
    if verb is not None and "bi" in verb.flags and is_glued(tokens[start].word, wanted=True):
        return None
    takes_object = verb is not None and bool(verb.flags & {"object", "on", "names"})
    last = extend(tokens, start, takes_object=takes_object)
    if verb is not None and "bi" in verb.flags:
        inside = range(start + 1, last + 1)
        last = next((i - 1 for i in inside if is_glued(tokens[i].word, wanted=True)), last)
    if verb is not None and "min" in verb.flags:
        last = next((i - 1 for i in range(start, last + 1) if tokens[i].word == "من"), last)
    return start, last


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
        return names_subject(tokens, place)
    if token.kind != WORD or not _nominal(token) or is_stop(token.word):
        return False
    reports = token.verb is not None and (token.verb.form == PARTICIPLE or is_conjoined(token))
    return not (reports or is_hearer(token))


def _nominal(token: Token) -> bool:
    """Whether a word can head a phrase: no number, no lone or glued preposition."""
    word = token.word
    return len(word) > 1 and not word[0].isdigit() and not is_glued(word)


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


def fronted_subject(tokens: Sequence[Token], place: int) -> Phrase | None:
    """The subject of a verb that comes second in its sentence: «بوتين يدعو», «الوزير قال»."""
    begin = int(place > 1 and tokens[0].word in word_class("contrast"))  # «لكن سلمى نفت»
    if not begin < place <= 5 or is_conjoined(tokens[place]):
        return None
    verb, first = tokens[place].verb, tokens[begin]
    if any(not _may_follow(tokens, at) for at in range(begin, place)):
        return None
    certain = first.word[:2] == "ال" or is_head(first) or place == begin + 1
    certain = certain or (verb is not None and verb.agreement == "p" and first.word[-1] == "و")
    if not certain and (verb is None or verb.form != PRESENT):
        return None
    phrase = _head_of(tokens, begin, place - 1)
    if phrase is None or any(token.kind != QUOTE for token in tokens[phrase[1] + 1 : place]):
        return None
    return phrase[0], place - 1


def _may_follow(tokens: Sequence[Token], at: int) -> bool:
    """Whether a token can be in a subject before its verb: no verb, no mark but of a name."""
    token = tokens[at]
    named = token.kind == QUOTE and at > 0 and token.end - token.start < 40
    return named or (token.kind == WORD and token.verb is None)


def is_head(token: Token) -> bool:
    """Whether a word heads a phrase that can speak: «الوزير», «فمنظمة»."""
    return token.bare in heads() or token.bare.removeprefix("ف") in heads()


def phrase_before(tokens: Sequence[Token], place: int, begin: int) -> Phrase | None:
    """The noun phrase before a verb that comes second: «السفير أشار», «كان بيسكوف قد أفاد».

    begin: the first token of the stretch that may hold it. Relative clauses and insertions
    between commas are stepped over, at most three.
    """
    if is_conjoined(tokens[place]) or disagrees(tokens, place):
        return None
    end = place - 1
    outer = _before_relative(tokens, begin, end)
    if outer is not None:
        return outer
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


def disagrees(tokens: Sequence[Token], place: int) -> bool:
    """Whether the relative before a verb is not its subject: «الكتاب الذي تقول إنه»."""
    verb = tokens[place].verb
    other = {"f": ("الذي", "والذي"), "m": ("التي", "والتي")}
    return (
        place > 0 and verb is not None and tokens[place - 1].word in other.get(verb.agreement, ())
    )


def _before_relative(tokens: Sequence[Token], begin: int, end: int) -> Phrase | None:
    """The subject that a relative clause parts from its verb: «الحارس (40 عاما) الذي …، نفى»."""
    at = next((i for i in range(begin, end) if tokens[i].word in word_class("relative")), -1)
    if at <= begin or tokens[end].kind != PUNCTUATION:
        return None
    phrase = _head_of(tokens, begin, at - 1)
    if phrase is None or any(token.verb is not None for token in tokens[phrase[0] : at]):
        return None
    between = tokens[phrase[1] + 1 : at]
    return phrase if not between or between[0].word in ("(", "،", ",") else None


def _steps_over(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether a stretch between commas is an insertion: empty, a weekday, a relative clause."""
    if any(token.word in word_class("same_subject") for token in tokens[start : end + 1]):
        return False
    while start <= end and tokens[start].word in word_class("particle"):
        start += 1
    if start > end:
        return True
    word = tokens[start].word
    return word in word_class("relative") or word in stops() or word in word_class("between")


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
    if is_pronoun_led(tokens, place):
        return None
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
    verb, word = tokens[place].word, tokens[start].word
    masculine = verb[0] != "ت" and verb[-1] != "ت"
    if is_verbal_noun(tokens[start].bare) or (masculine and word.endswith(("ه", "ات"))):
        return None  # «اتخذ إجراءات»: the subject is left out
    return start, extend(tokens, start)


def likely_speaker(tokens: Sequence[Token]) -> Phrase | None:
    """The subject of a sentence without speech, if he may speak next: an office, or a name."""
    phrase = main_subject(tokens)
    if phrase is None or tokens[phrase[0]].bare in word_class("agent"):
        return phrase
    first, last = phrase[0], min(phrase[0] + 1, phrase[1])
    named = last > first and not any(_common(tokens[at]) for at in (first, last))
    return (first, last) if named else None


def _common(token: Token) -> bool:
    """Whether a word has a shape that the two words of a person's name seldom have."""
    word = token.word
    if token.kind != WORD or word[:2] == "ال" or word in word_class("named"):
        return True
    return word.endswith(("ه", "ها", "هم", "ات", "ين", "ون")) or is_verbal_noun(word)
