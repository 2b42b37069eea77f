"""Which reporting verb governs which quotation, and who is its speaker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from q7x2lab.analysis.reporting_verbs import (
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
from q7x2lab.analysis.speakers import (
    Phrase,
    extend,
    fronted_subject,
    is_conjoined,
    is_name_slot,
    is_stop,
    main_subject,
    phrase_after,
    phrase_before,
)
from q7x2lab.analysis.speech_tokens import PUNCTUATION, QUOTE, WORD, Token

_COMMAS = frozenset(["،", ",", "؛"])
CLAUSE, COLON, QUOTED = "clause", "colon", "quoted"
REACH, NEAR, SHORT = 30, 14, 4


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
    quotes: list[int] = field(default_factory=list)


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
    verb, before = tokens[place].verb, tokens[place - 1].word if place else ""
    assert verb is not None
    after = tokens[place + 1].word if place + 1 < len(tokens) else ""
    if "document" in verb.flags and after not in word_class("document"):
        split = find_verb(tokens[place].word[1:]) if verb.lemma == "ورد" else None  # ورد: و + رد
        if split is None:
            return None
        verb = split
    opens, opener = _opener(tokens, place, limit)
    near = opener != "" and opens - place <= NEAR
    if before in word_class("negation") and not (opener == QUOTED and opens == place + 1):
        return None
    finite = verb.form in (PAST, PRESENT) and not is_conjoined(tokens[place])
    if finite and before in word_class("before_noun"):
        return None
    inside = place > 0 and tokens[place - 1].kind == WORD and before not in word_class("particle")
    if tokens[place].word in word_class("preposition") and (inside or "about" not in verb.flags):
        return None
    if tokens[place].word.removeprefix("و") in word_class("impersonal") and _at_once(tokens, place):
        return None
    if "about" in verb.flags and not any(t.word == "عن" for t in tokens[place:limit]):
        return None
    if verb.form == PAST and not is_conjoined(tokens[place]) and _in_phrase(tokens, place):
        return None
    led = following is not None and following.verb.form == PARTICIPLE and verb.form == PAST
    behind = any(token.kind == QUOTE for token in tokens[max(place - 2, 0) : place])
    near = near or (led and opener != CLAUSE) or (behind and verb.form in (PAST, PRESENT))
    if not _frame_met(verb, opener, near, opens - place):
        return None
    if verb.flags & {"frame", "continues"} and tokens[place].word.lstrip("وف")[:2] in ("سي", "ست"):
        return None
    if "source" in verb.flags and not any(t.word == "عن" for t in tokens[place : place + NEAR]):
        return None
    return Cue(place, verb, opens, opener)


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
        if token.kind == QUOTE and first_quote < 0 and not is_name_slot(tokens, at):
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
    cue = Cue(place, Verb(lemma, "neutral", ACCORDING, "", frozenset()), backward=place > 2)
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


_BACK = frozenset(["فيه", "فيها", "به", "بها", "خلاله", "خلالها"])  # بيانا قال فيه
_PRONOUNS = frozenset(["له", "ها", "هم", "ره", "فه", "مه", "يه", "ما"])


def _according_subject(tokens: Sequence[Token], place: int) -> Phrase | None:
    start = place + 1
    if start >= len(tokens) or tokens[start].kind == PUNCTUATION:
        return None
    if tokens[start].word in word_class("preposition"):
        return None
    return start, extend(tokens, start, apposition=False)


class Mentions:
    """The speakers named so far in an article, for verbs that leave theirs out."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, int, str]] = []

    def add(self, start: int, end: int, agreement: str) -> None:
        self.seen.append((start, end, agreement))

    def latest(self, agreement: str) -> tuple[int, int, str] | None:
        """The last mention that agrees with a verb; a plural verb takes any."""
        for mention in reversed(self.seen[-6:]):
            if "p" in (agreement, mention[2]) or mention[2] in ("", agreement) or not agreement:
                return mention
        return None


def name_speakers(tokens: Sequence[Token], cues: list[Cue], mentions: Mentions) -> None:
    """Give each cue its speaker: named with it, in its sentence, or carried over from before.

    A verb that has no subject of its own takes that of an earlier verb of its sentence, then the
    subject of the sentence, then the last speaker that agrees with it in gender.
    """
    last: Cue | None = None
    for cue in cues:
        _find_own(tokens, cue, cues)
        if cue.subject is not None:
            mentions.add(*mention_span(tokens, cue), cue.verb.agreement)
            cue.certainty = 0.95
        elif cue.verb.form != ACCORDING or cue.verb.lemma == "على حد" or cue.subject is None:
            _carry(tokens, cue, last, mentions)
        last = cue if cue.subject or cue.carried else last


def _find_own(tokens: Sequence[Token], cue: Cue, cues: list[Cue]) -> None:
    if cue.verb.form == ACCORDING:
        return
    previous = max((c.place for c in cues if c.place < cue.place), default=-1)
    if cue.verb.form == NOUN:
        source = [i for i in range(max(previous, 0), cue.place) if tokens[i].word == "عن"]
        if source and source[-1] + 1 < cue.place:
            start = source[-1] + 1
            cue.subject = start, min(extend(tokens, start), cue.place - 1)
            carrier = next((c for c in cues if c.place == previous), None)
            if carrier is not None and "source" in carrier.verb.flags:
                cue.verb = replace(cue.verb, lemma=carrier.verb.lemma)  # نقلت … عن فلان قوله
        return
    if "source" in cue.verb.flags or "document" in cue.verb.flags:
        marker = ("عن",) if "source" in cue.verb.flags else ("في", "ضمن")
        at = list(range(cue.place, min(cue.place + NEAR, len(tokens) - 1)))
        start = next((i + 1 for i in at if tokens[i].word in marker), -1)
        if start > 0 and tokens[start].kind == WORD:
            cue.subject = start, extend(tokens, start)
        return
    if cue.verb.form in (PAST, PRESENT):
        cue.subject = fronted_subject(tokens, cue.place) or phrase_after(tokens, cue.place)
        relative = cue.place + 1 < len(tokens) and tokens[cue.place + 1].word in _BACK
        if cue.subject is None and not relative:
            cue.subject = phrase_before(tokens, cue.place, previous + 1)


def _carry(tokens: Sequence[Token], cue: Cue, last: Cue | None, mentions: Mentions) -> None:
    if last is not None:
        cue.carried, cue.certainty = _mention_of(tokens, last), 0.85
        return
    if cue.place > 1 and cue.verb.form != NOUN and "continues" not in cue.verb.flags:
        phrase = main_subject(tokens[: cue.place])
        if phrase is not None:
            start, end = tokens[phrase[0]].start, tokens[phrase[1]].end
            cue.carried, cue.certainty = (start, end, cue.verb.agreement), 0.6
            mentions.add(start, end, cue.verb.agreement)
            return
    cue.carried = mentions.latest(cue.verb.agreement)
    cue.certainty = 0.8 if cue.carried else 0.3


def _mention_of(tokens: Sequence[Token], cue: Cue) -> tuple[int, int, str] | None:
    if cue.subject is None:
        return cue.carried
    return *mention_span(tokens, cue), cue.verb.agreement


def mention_span(tokens: Sequence[Token], cue: Cue) -> tuple[int, int]:
    """Start and end of the speaker that a cue names, without the ل of «وفقا لفلان»."""
    assert cue.subject is not None
    first, last = tokens[cue.subject[0]], tokens[cue.subject[1]]
    glued = cue.verb.lemma in ("وفق", "طبقا") and first.word[:1] == "ل"
    joined = first.word[:1] == "و" and first.word[1:3] == "ال"
    joined = joined or (first.word[:1] == "و" and first.word[1:] in word_class("feminine_place"))
    return first.start + (1 + (first.word[:2] == "لل") if glued else int(joined)), last.end


def govern(tokens: Sequence[Token], cues: list[Cue]) -> dict[int, Cue]:
    """Token place of each quotation that a cue governs, with the cue.

    A cue that opens directly at the quotation goes first, then one that follows it at once
    («…»، بحسب فلان), then the last one before it, then an attribution at the sentence's end. A
    quotation between a verb and the clause it opens belongs to neither.
    """
    governed: dict[int, Cue] = {}
    for at in (i for i, token in enumerate(tokens) if token.kind == QUOTE):
        before = [c for c in cues if c.place < at and not c.backward and _reaches(c, at)]
        direct = before[-1] if before and 0 <= at - before[-1].opens <= 1 else None
        after = next((c for c in cues if c.place > at), None)
        cue = (
            direct
            or _right_after(tokens, at, after, attached=bool(before))
            or (before[-1] if before else None)
        )
        if cue is None:
            cue = next((c for c in cues if c.place > at and c.backward), None)
        if cue is not None and not _inside_subject(cue, at):
            governed[at] = cue
    return governed


def _reaches(cue: Cue, at: int) -> bool:
    return cue.opener not in (CLAUSE, COLON) or at > cue.opens


def _inside_subject(cue: Cue, at: int) -> bool:
    return cue.subject is not None and cue.subject[0] <= at <= cue.subject[1]


def _right_after(
    tokens: Sequence[Token], at: int, cue: Cue | None, *, attached: bool
) -> Cue | None:
    """The cue, if it follows the quotation at once and looks back: «…»، يقول فلان."""
    if cue is None:
        return None
    between = tokens[at + 1 : cue.place]
    words = [t.word for t in between if t.kind == WORD]
    if any(t.kind == QUOTE for t in between) or len(words) > 3:
        return None
    if words and attached:
        return None
    if cue.backward:
        return cue
    linked = words and (words[0] in according_words() or words[-1] in word_class("link"))
    finite = cue.verb.form in (PAST, PRESENT) and not is_conjoined(tokens[cue.place])
    own = cue.opener == "" or (cue.subject is not None and cue.opens - cue.subject[1] > 2)
    bare = not words and own and cue.subject is not None and finite
    if (linked and finite) or bare:
        cue.backward = True
        return cue
    return None
