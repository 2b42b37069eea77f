"""Which reporting verb governs which quotation, and who is its speaker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from q7x2lab.framing.quotations.cues import CLAUSE, COLON, NEAR, SHORT_QUOTE, Cue, parted
from q7x2lab.framing.quotations.noun_phrases import extend, heads, is_conjoined, is_pronoun_led
from q7x2lab.framing.quotations.reporting_verbs import (
    ACCORDING,
    NOUN,
    PAST,
    PRESENT,
    according_words,
    word_class,
)
from q7x2lab.framing.quotations.speakers import (
    disagrees,
    fronted_subject,
    is_head,
    likely_speaker,
    main_subject,
    phrase_after,
    phrase_before,
)
from q7x2lab.framing.quotations.speech_tokens import PUNCTUATION, QUOTE, WORD, Token

FARTHEST = 6  # cues back to which a quotation may belong
_SOURCE = ("عن", "لسان")
_BACK = frozenset(["فيه", "فيها", "به", "بها", "خلاله", "خلالها"])  # بيانا قال فيه


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
    aside: Cue | None = None  # the verb of a relative clause, for another in the same clause
    for cue in cues:
        _find_own(tokens, cue, cues)
        if cue.subject is not None:
            mentions.add(*mention_span(tokens, cue), cue.verb.agreement)
            cue.certainty = 0.95
        elif cue.verb.form != ACCORDING or cue.verb.lemma == "على حد" or cue.subject is None:
            near = aside is not None and not any(
                token.kind == PUNCTUATION for token in tokens[aside.place : cue.place]
            )
            _carry(tokens, cue, aside if near else last, mentions)
        aside = cue if _aside(tokens, cue) else aside
        if (cue.subject or cue.carried) and (last is None or cue is not aside):
            last = cue


def _find_own(tokens: Sequence[Token], cue: Cue, cues: list[Cue]) -> None:
    if cue.verb.form == ACCORDING:
        return
    previous = max((c.place for c in cues if c.place < cue.place), default=-1)
    if cue.verb.form == NOUN:
        carrier = next((c for c in cues if c.place == previous), None)
        if carrier is not None and "source" in carrier.verb.flags:  # نقلت … عن فلان قوله
            cue.verb = replace(cue.verb, lemma=carrier.verb.lemma)
        source = [i for i in range(max(previous, 0), cue.place) if tokens[i].word in _SOURCE]
        if source and source[0] + 1 < cue.place:
            start = source[0] + 1
            cue.subject = start, min(extend(tokens, start), cue.place - 1)
        return
    if "source" in cue.verb.flags or "document" in cue.verb.flags:
        marker = _SOURCE if "source" in cue.verb.flags else ("في", "ضمن")
        at = list(range(cue.place, min(cue.place + NEAR, len(tokens) - 1)))
        start = next((i + 1 for i in at if tokens[i].word in marker), -1)
        if start > 0 and tokens[start].kind == WORD:
            cue.subject = start, extend(tokens, start)
        return
    if cue.verb.form in (PAST, PRESENT) and not is_pronoun_led(tokens, cue.place):
        cue.subject = fronted_subject(tokens, cue.place)
        if cue.subject is None and cue.place and tokens[cue.place - 1].word == "قد":
            cue.subject = phrase_before(tokens, cue.place, previous + 1)  # «كان فلان قد وصف»
        if cue.subject is None and not _in_relative(tokens, cue):
            cue.subject = phrase_after(tokens, cue.place)
        relative = cue.place + 1 < len(tokens) and tokens[cue.place + 1].word in _BACK
        if relative and cue.subject is not None and "object" in cue.verb.flags:
            first = tokens[cue.subject[0]]
            named = first.word[:2] != "ال" or is_head(first)
            cue.subject = cue.subject if named else None
        if cue.subject is None and not relative:
            cue.subject = phrase_before(tokens, cue.place, previous + 1)


def _in_relative(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether a verb's subject is what its relative pronoun stands for: «التي اتهمت فلانا»."""
    after = cue.place > 0 and tokens[cue.place - 1].word in word_class("relative")
    return after and "object" in cue.verb.flags and "suffixed" not in cue.verb.flags


def _aside(tokens: Sequence[Token], cue: Cue) -> bool:
    """Whether a verb and its subject stand in a relative clause: «الذي أعلن فلان أن»."""
    led = cue.place > 0 and tokens[cue.place - 1].word in word_class("relative")
    return led and cue.subject is not None and cue.subject[0] > cue.place


def _carry(tokens: Sequence[Token], cue: Cue, last: Cue | None, mentions: Mentions) -> None:
    if last is not None:
        cue.carried, cue.certainty = _mention_of(tokens, last), 0.85
        return
    cue.carried = mentions.latest(cue.verb.agreement)
    known = cue.carried is not None and disagrees(tokens, cue.place)
    own = "continues" not in cue.verb.flags and not known
    if cue.place > 1 and cue.verb.form != NOUN and own:
        led = is_pronoun_led(tokens, cue.place)
        phrase = (likely_speaker if led else main_subject)(tokens[: cue.place])
        if phrase is not None:
            start, end = tokens[phrase[0]].start, tokens[phrase[1]].end
            cue.carried, cue.certainty = (start, end, cue.verb.agreement), 0.6
            mentions.add(start, end, cue.verb.agreement)
            return
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
    rest = first.word[1:]
    joined = first.word[:1] in ("و", "ف") and first.word not in heads()
    article = first.word[:3] == "وال"  # but «فالفيردي»
    joined = joined and (article or rest in word_class("feminine_place") | heads())
    return first.start + (1 + (first.word[:2] == "لل") if glued else int(joined)), last.end


def govern(tokens: Sequence[Token], cues: list[Cue]) -> dict[int, Cue]:
    """Token place of each quotation that a cue governs, with the cue.

    A cue that opens directly at the quotation goes first, then one that follows it at once
    («…»، بحسب فلان), then the last one before it, then an attribution at the sentence's end. A
    quotation between a verb and the clause it opens belongs to neither.
    """
    governed: dict[int, Cue] = {}
    for at in (i for i, token in enumerate(tokens) if token.kind == QUOTE):
        near = [c for c in cues if c.place < at and not c.backward][-FARTHEST:]
        before = [cue for cue in near if _reaches(tokens, cue, at)]
        before.sort(key=lambda cue: cue.opens if cue.place < cue.opens <= at else cue.place)
        direct = before[-1] if before and 0 <= at - before[-1].opens <= 1 else None
        after = next((c for c in cues if c.place > at), None)
        cue = (
            direct
            or _right_after(tokens, at, after, attached=bool(before))
            or (before[-1] if before else None)
        )
        if cue is None and not any(c.place < at and not c.backward for c in cues):
            cue = next((c for c in cues if c.place > at and c.backward), None)
        if cue is not None and not _inside_subject(cue, at):
            governed[at] = cue
    return governed


def _reaches(tokens: Sequence[Token], cue: Cue, at: int) -> bool:
    """Whether a quotation lies where a cue's matter can: a comma keeps a word or two outside."""
    if cue.opener in (CLAUSE, COLON):
        return at > cue.opens
    long = tokens[at].end - tokens[at].start > SHORT_QUOTE
    return long or not parted(tokens, max(cue.place, min(cue.opens, at)), at)


def _inside_subject(cue: Cue, at: int) -> bool:
    return cue.subject is not None and cue.subject[0] <= at <= cue.subject[1]


def _right_after(
    tokens: Sequence[Token], at: int, cue: Cue | None, *, attached: bool
) -> Cue | None:
    """The cue, if it follows the quotation at once and looks back: «…»، يقول فلان."""
    if cue is None or _inside_subject(cue, at):
        return None
    between = tokens[at + 1 : cue.place]
    words = [t.word for t in between if t.kind == WORD]
    if any(t.kind == QUOTE for t in between) or len(words) > 3:
        return None
    if words and attached:
        return None
    if cue.backward:
        return cue
    finite = cue.verb.form in (PAST, PRESENT) and not is_conjoined(tokens[cue.place])
    linked = words and (words[0] in according_words() or words[-1] in word_class("link"))
    linked = linked and not 0 < cue.opens - cue.place <= 2  # «ما قالت إنه» looks ahead
    own = cue.opener == "" or (cue.subject is not None and cue.opens - cue.subject[1] > 2)
    bare = not words and own and cue.subject is not None and finite
    if (linked and finite) or bare:
        cue.backward = True
        return cue
    return None
