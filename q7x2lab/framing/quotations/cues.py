"""Reporting verbs and phrases in a sentence, and what each of them opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from q7x2lab.framing.quotations.noun_phrases import (
    Phrase,
    extend,
    is_conjoined,
    is_name_slot,
    is_stop,
    names_subject,
)
from q7x2lab.framing.quotations.reporting_verbs import (
    ACCORDING,
    NOUN,
    PARTICIPLE,
    PAST,
    PRESENT,
    Verb,
    according_words,
    find_verb,
    word_class,
)
from q7x2lab.framing.quotations.speech_tokens import PUNCTUATION, QUOTE, WORD, Token

_COMMAS = frozenset(["،", ",", "؛"])
# Words that must follow a verb with a flag, for it to report at all.
_WANTED = {"source": ("عن", "لسان"), "about": ("عن",), "blame": ("المسؤوليه", "مسؤوليه")}
CLAUSE, COLON, QUOTED = "clause", "colon", "quoted"
REACH, NEAR = 30, 14
SHORT_QUOTE = 26  # letters; so long are a word or two in marks


@dataclass(slots=True)
class Cue:
    """A reporting verb or phrase in a sentence: what it opens, and its speaker if it names one."""

    place: int
    verb: Verb
    opens: int = -1  # token at which its matter begins, or -1
    opener: str = ""  # clause, colon, quoted, or "" where nothing opens
    subject: Phrase | None = None
    carried: tuple[int, int, str] | None = None  # a mention from before: start, end, agreement
    certainty: float = 0.0
    backward: bool = False  # attributes what stands before it: «…، بحسب فلان»


def find_cues(tokens: Sequence[Token]) -> list[Cue]:
    """The reporting verbs and phrases of a sentence, in order, with what each opens.

    tokens: one sentence of speech_tokens.sentences.
    """
    cues: list[Cue] = []
    limit = len(tokens)
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        if token.kind != WORD:
            continue
        following = cues[-1] if cues else None
        if token.verb is not None:
            cue = _verb_cue(tokens, place, limit, following)
        elif token.word in _attributing():
            cue = _phrase_cue(tokens, place)
        else:
            continue
        if cue is not None:
            cues.append(cue)
            limit = cue.place
    cues.reverse()
    return cues


def _verb_cue(tokens: Sequence[Token], place: int, limit: int, following: Cue | None) -> Cue | None:
    verb = _verb_at(tokens, place)
    if verb is None or _is_noun(tokens, place, verb):
        return None
    opens, opener = _opener(tokens, place, limit)
    if opener == "" and following is not None:
        opens, opener = _past_relative(tokens, place, following)
    distance = opens - place
    before = tokens[place - 1].word if place else ""
    if before in word_class("negation") and not (opener == QUOTED and distance == 1):
        return None
    if verb.lemma == "اعتبر" and verb.form == PRESENT and opener == QUOTED and distance == 1:
        return None  # «تعتبر "الرشوة" جريمة»: nobody's opinion
    led = following is not None and following.verb.form in (PARTICIPLE, NOUN)
    led = led and verb.form in (PAST, PRESENT)
    behind = any(token.kind == QUOTE for token in tokens[max(place - 2, 0) : place])
    near = opener != "" and distance <= NEAR
    near = near or (opener == CLAUSE and following is not None and opens > following.place)
    near = near or (led and opener != CLAUSE) or (behind and verb.form in (PAST, PRESENT))
    wanted = next((words for flag, words in _WANTED.items() if flag in verb.flags), ())
    if wanted and not any(token.word in wanted for token in tokens[place : place + NEAR]):
        return None
    return Cue(place, verb, opens, opener) if _frame_met(verb, opener, near, distance) else None


def _verb_at(tokens: Sequence[Token], place: int) -> Verb | None:
    """The verb of a token; «ورد» is و + رد unless a document speaks."""
    verb = tokens[place].verb
    after = tokens[place + 1].word if place + 1 < len(tokens) else ""
    source = tokens[place + 2].word if place + 2 < len(tokens) else ""
    speaks = after in word_class("document") and source not in word_class("no_document")
    if verb is not None and "document" in verb.flags and not speaks:
        return find_verb(tokens[place].word[1:]) if verb.lemma == "ورد" else None
    return verb


def _is_noun(tokens: Sequence[Token], place: int, verb: Verb) -> bool:
    """Whether what looks like a reporting verb is a noun, a preposition, a name or a connective."""
    word, before = tokens[place].word, tokens[place - 1].word if place else ""
    if not is_conjoined(tokens[place]):
        if verb.form in (PAST, PRESENT) and before in word_class("before_noun"):
            return True
        if verb.form == PAST and _in_phrase(tokens, place):
            return True
    inside = place > 0 and tokens[place - 1].kind == WORD and before not in word_class("particle")
    if word in word_class("preposition") and (inside or "about" not in verb.flags):
        return True
    if before in ("ما", "مما") and "suffixed" in verb.flags and "names" not in verb.flags:
        return True  # «ما يطلبونه», but «ما وصفه بالصعب»
    if verb.flags & {"frame", "continues"} and word.lstrip("وف")[:2] in ("سي", "ست"):
        return True
    return word.removeprefix("و") in word_class("impersonal") and _at_once(tokens, place)


def _in_phrase(tokens: Sequence[Token], place: int) -> bool:
    """Whether what looks like a verb stands in the subject of one: «قال الخبير مدحت فلان»."""
    for at in range(place - 1, max(place - 7, -1), -1):
        token = tokens[at]
        if token.kind != WORD or is_stop(token.word) or token.word in word_class("between"):
            return False
        if token.verb is not None and token.verb.form in (PAST, PRESENT):
            return "clause" not in token.verb.flags
    return False


def _at_once(tokens: Sequence[Token], place: int) -> bool:
    after = tokens[place + 1].word if place + 1 < len(tokens) else ""
    return after in word_class("complementizer") or after == "الي"


def _frame_met(verb: Verb, opener: str, near: bool, distance: int) -> bool:
    if verb.form == NOUN:
        return opener != "" and distance <= 3
    if "clause" in verb.flags:
        return near and opener in (CLAUSE, COLON) and distance <= 9
    if verb.flags & {"frame", "document"}:
        return near
    return True


def _opener(tokens: Sequence[Token], place: int, limit: int) -> tuple[int, str]:
    """Where what is reported begins: at a complementizer, a colon or a quotation."""
    first_quote = -1
    for at in range(place + 1, min(limit, place + REACH)):
        token = tokens[at]
        if at == place + 1 and names_subject(tokens, at):
            continue
        if token.kind == QUOTE and first_quote < 0 and not is_name_slot(tokens, at):
            if token.end - token.start <= SHORT_QUOTE and parted(tokens, place, at):
                continue
            first_quote = at
            if token.end - token.start > 60:
                break
        elif token.word == ":" and token.kind == PUNCTUATION:
            return at, COLON
        elif token.word in word_class("complementizer") and _opens_clause(tokens, at):
            if first_quote >= 0 and any(t.word in _COMMAS for t in tokens[first_quote:at]):
                break  # «حذر من "كذا"، مذكرا بأن»
            return at, CLAUSE
    return (first_quote, QUOTED) if first_quote >= 0 else (-1, "")


def parted(tokens: Sequence[Token], place: int, at: int) -> bool:
    """Whether a comma parts a verb from a quotation that neither it nor a conjunction announces."""
    commas = any(token.word in _COMMAS for token in tokens[place + 1 : at])
    return commas and tokens[at - 1].word not in (*_COMMAS, "و", "او", "ب", "ل")


def _past_relative(tokens: Sequence[Token], place: int, following: Cue) -> tuple[int, str]:
    """The complementizer that a relative clause parts from its verb: «ترى التي قالت …، أن»."""
    between = tokens[place + 1 : following.place]
    if not any(token.word in word_class("relative") for token in between[-3:]):
        return -1, ""
    for at in range(following.place + 1, min(place + REACH, len(tokens) - 1)):
        if tokens[at].word in _COMMAS and tokens[at + 1].word in word_class("complementizer"):
            return at + 1, CLAUSE
    return -1, ""


def _opens_clause(tokens: Sequence[Token], at: int) -> bool:
    before = tokens[at - 1].word if at else ""
    return not (tokens[at].word.startswith("ان") and before in word_class("no_clause"))


@cache
def _attributing() -> frozenset[str]:
    words = set(according_words()) | {"حد"}
    return frozenset(words | {"و" + word for word in words})


def _phrase_cue(tokens: Sequence[Token], place: int) -> Cue | None:
    """«بحسب فلان», «وفقا لفلان», «على حد قول فلان»: attribution without a verb."""
    word = tokens[place].word
    lemma = according_words().get(word) or according_words().get(word.removeprefix("و"))
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    if word == "حد" and after is not None and after.word in word_class("as_it_is_put"):
        lemma, place = "على حد", place + 1
    elif lemma is None or after is None or lemma == "بحسبما" or after.word in ("ما", "لما"):
        return None
    if lemma == "نقل":
        place += after.word == "عن"
    cue = Cue(place, Verb(lemma, "neutral", ACCORDING, "", frozenset()))
    cue.backward = place > 2 or any(token.kind == QUOTE for token in tokens[:place])
    said = tokens[place].word if lemma == "على حد" else after.word
    pronoun = word in ("بحسبه", "وفقه", "حسبه") or (
        said in word_class("as_it_is_put") and said[-2:] in _PRONOUNS
    )
    cue.subject = None if pronoun else _according_subject(tokens, place)
    if not cue.backward and cue.subject is not None:
        opens = cue.subject[1] + 1
        if opens < len(tokens):
            cue.opens, cue.opener = opens, QUOTED if tokens[opens].kind == QUOTE else CLAUSE
    return cue


_PRONOUNS = frozenset(["له", "ها", "هم", "ره", "فه", "مه", "يه", "ما"])


def _according_subject(tokens: Sequence[Token], place: int) -> Phrase | None:
    start = place + 1
    if start >= len(tokens) or tokens[start].kind == PUNCTUATION:
        return None
    if tokens[start].word in word_class("preposition"):
        return None
    return start, extend(tokens, start, apposition=False)
