"""Noun phrases that name who speaks, and which verb of a sentence has which speaker."""

import re
from dataclasses import replace
from functools import cache

from simplemma import is_known

from q7x2lab.framing.quotations import cues
from q7x2lab.framing.quotations.cues import QUOTE, WORD, Cue, Sentence, Token, word_class

_COMMON = ("ه", "ها", "هم", "ات", "ين", "ون")  # ends that a person's names seldom have
Phrase = tuple[int, int]  # first and last token, the last one included
Mention = tuple[int, int, str]  # start and end in the text, and the agreement of its verb
LONGEST_PHRASE, LONGEST_APPOSITION = 14, 10
FARTHEST = 6  # cues back to which a quotation may belong
ADVERBS = ("particle", "between", "weekday")  # classes of cues.yaml
REMEMBERED = 6  # speakers; one named longer ago is not carried on

# Shapes of verbal nouns after folding; what follows أكد or نفى in such a shape is its object.
_VERBAL_NOUN = re.compile("(?:ت..ي[^ا]ه?|است..ا.|است..ه|ا...ا.|ا[^ي].ا.|ا..اه|م.ا..ه|ا..ا[^ن])$")
_PRONOUN_LED = re.compile("[وف]?(?:(?:لكن|ان|لان)(?:ه|ها|هم|هما)|هو|هي|هم|هما)$")
_BACK = frozenset(["فيه", "فيها", "به", "بها", "خلاله", "خلالها"])  # بيانا قال فيه


@cache
def heads() -> frozenset[str]:
    """Nouns of those who can speak: persons, offices, institutions."""
    return word_class("office", "agent")


def is_verbal_noun(word: str) -> bool:
    """Whether a folded word without article looks like the object of a verb such as أكد."""
    shaped = word[:2] != "ال" and word not in word_class("agent") and _VERBAL_NOUN.match(word)
    return word in word_class("abstract") or bool(shaped)


def is_glued(word: str, *, wanted: bool = False) -> bool:
    """Whether a folded word begins with the preposition ب: «باعتقال», but not «بوتين».

    wanted: whether the verb before it takes one, so that any word that no dictionary has will do.
    """
    led = word[:1] == "ب" and (
        is_verbal_noun(word[1:]) or (wanted and not is_known(word, lang="ar"))
    )
    return led or word[:3] in ("بال", "كال")


def is_hearer(word: str) -> bool:
    """Whether a word with ل names who was spoken to: للصحفيين, لوكالة, لنظيره."""
    return word[:1] == "ل" and word.removeprefix("ل").removeprefix("ل") in word_class("hearer")


def phrase_end(
    tokens: Sentence, start: int, *, apposition: bool = True, has_object: bool = False
) -> int:
    """The last token of a noun phrase that begins at `start`: titles, names, apposition."""
    place = start + 1
    while place - start < LONGEST_PHRASE and _continues(tokens, start, place):
        if has_object and _starts_object(tokens, start, place):
            break
        place += 1
    if apposition and tokens[place].word in ("،", ",", "-", "–"):
        return _apposition_end(tokens, place) or place - 1
    return place - 1


def _continues(tokens: Sentence, start: int, place: int) -> bool:
    """Whether a word belongs to the noun phrase before it."""
    token, word, after = tokens[place], tokens[place].word, tokens[place + 1]
    if token.kind == QUOTE:
        short = token.end - token.start < 40
        return short and (
            tokens[place - 1].word in ("في", "عن") or cues.is_name_slot(tokens, place)
        )
    if word in ("في", "لدي", "من", "الي", "عن"):  # «الخبير في كذا», «المبعوث إلى كذا»
        kinds = {"في": heads(), "من": word_class("office")}.get(word, word_class("envoy"))
        titles = tokens[start if word == "في" else max(start, place - 2) : place]
        plain = after.kind == WORD and after.word not in cues.stops() | word_class("occasion")
        if after.kind == QUOTE:  # «النائب عن "كتلة كذا" فلان»
            plain, kinds = _plain(tokens[place + 2]), heads()
        return (
            plain
            and (word != "عن" or after.kind == QUOTE)
            and any(title.bare in kinds for title in titles)
        )
    if word in ("هو", "هي"):
        return _plain(after)  # «قال دبلوماسي هو فلان»
    glued = word[:1] == "ب" and is_glued(word)
    if token.kind != WORD or cues.ends_phrase(word) or len(word) == 1 or is_hearer(word) or glued:
        return False
    # A past form without a conjunction is a name: الخبير مدحت.
    return token.verb is None or (token.verb.form in (cues.PAST, cues.NOUN) and not token.conjoined)


def _starts_object(tokens: Sentence, start: int, place: int) -> bool:
    """Whether a definite noun after the subject is the object: «دان بوتين المحاولات»."""
    word, before = tokens[place].word, tokens[place - 1]
    if is_verbal_noun(word) and before.bare not in heads():
        return True
    if word[:2] != "ال" or not word.endswith(("ه", "ات")):
        return False
    if any(token.bare in heads() or token.word[:2] == "ال" for token in tokens[start:place]):
        return before.word[:2] == "ال" and word.endswith("ات")
    return before.word not in word_class("feminine_place") and not before.word.endswith("يا")


def _apposition_end(tokens: Sentence, comma: int) -> int | None:
    """The end of a name or title set off by commas after a title or name: قال مدربه، فلان، إن."""
    start = comma + 1 + (tokens[comma + 1].word in ("هو", "هي", "وهو", "وهي", "ويدعي"))
    ends = cues.COMMAS | {":", "-", "–"} | word_class("complementizer")
    for place in range(start, min(comma + LONGEST_APPOSITION + 1, len(tokens))):
        token = tokens[place]
        if token.word in ends or token.kind == QUOTE:
            return place - 1
        loose = token.verb and not token.verb.flags & {"clause", "frame", "names"}
        if token.kind == cues.PUNCTUATION or token.word in word_class("relative") or loose:
            return None
    return None


def _plain(token: Token) -> bool:
    """Whether a word can begin a name: no verb, number, or word with و or ل before it."""
    plain = token.kind == WORD and token.verb is None and not token.word[0].isdigit()
    return plain and token.word not in cues.stops() and token.word[0] not in "ول"


def phrase_after(tokens: Sentence, place: int) -> Phrase | None:
    """The noun phrase that follows a verb at `place` as its subject, or None if it has none."""
    start, verb = _past_adverbs(tokens, place + 1), tokens[place].verb
    if not _can_begin(tokens, start) or verb is None or _is_object(tokens[start], verb):
        return None
    takes_bi = "bi" in verb.flags
    if takes_bi and is_glued(tokens[start].word, wanted=True):
        return None
    has_object = bool(verb.flags & {"object", "on", "names"})
    last = phrase_end(tokens, start, has_object=has_object)
    for at in range(start + 1, last + 1):
        glued = takes_bi and is_glued(tokens[at].word, wanted=True)
        if glued or ("min" in verb.flags and tokens[at].word == "من"):
            return start, at - 1
    return start, last


def _past_adverbs(tokens: Sentence, place: int) -> int:
    """Past adverbs, weekdays, «من جانبه» and the hearer that may come before the subject."""
    while place < len(tokens) - 3:
        word, pair = tokens[place].word, f"{tokens[place].word} {tokens[place + 1].word}"
        hearer = word[:2] == "لل" and len(word) > 4
        if pair in word_class("between_two"):
            place += 1
        elif word not in word_class("between", "weekday") and not hearer:
            break
        place += 1
    return place


def _can_begin(tokens: Sentence, place: int) -> bool:
    token, word = tokens[place], tokens[place].word
    if token.kind == QUOTE:  # قالت "رويترز" إن
        return cues.names_subject(tokens, place)
    nominal = token.kind == WORD and len(word) > 1 and not word[0].isdigit() and not is_glued(word)
    reports = token.verb is not None and token.verb.form == cues.PARTICIPLE
    return nominal and not cues.ends_phrase(word) and not reports and not is_hearer(word)


def _is_object(token: Token, verb: cues.Verb) -> bool:
    """Whether a noun after a verb that takes objects is its object, the subject being left out."""
    if not verb.flags & {"object", "on", "names"} or "suffixed" in verb.flags:
        return False
    feminine = token.word in word_class("feminine_place") or token.word.endswith(("ه", "يا", "ات"))
    disagrees = "object" in verb.flags and verb.agreement == ("m" if feminine else "f")
    return disagrees or (is_verbal_noun(token.bare) and not feminine)


def phrase_before(tokens: Sentence, place: int, begin: int) -> Phrase | None:
    """The noun phrase before a verb that comes second: «السفير أشار», «كان بيسكوف قد أفاد».

    begin: the first token of the stretch that may hold it. Relative clauses and insertions
    between commas are stepped over.
    """
    if tokens[place].conjoined or disagrees(tokens, place):
        return None
    end = place - 1
    relative = [at for at in range(begin, end) if tokens[at].word in word_class("relative")]
    if relative and tokens[end].kind == cues.PUNCTUATION:  # «الحارس (40 عاما) الذي …، نفى»
        phrase = _head_of(tokens, begin, relative[0] - 1)
        if phrase is not None and tokens[phrase[1] + 1].word in {"(", tokens[relative[0]].word}:
            return phrase
    while end >= begin - 1:
        start = end
        while start >= begin and tokens[start].kind != cues.PUNCTUATION:
            start -= 1
        phrase = _head_of(tokens, start + 1, end)
        if phrase is not None and end == place - 2 and start > begin:  # «فلان، الخبير في كذا، يرى»
            phrase = phrase_before(tokens, start, begin) or phrase
        if phrase is not None or start < begin or not _is_insertion(tokens, start + 1, end):
            return phrase
        end = start - 1
    return None


def disagrees(tokens: Sentence, place: int) -> bool:
    """Whether the relative before a verb is not its subject: «الكتاب الذي تقول إنه»."""
    verb, before = tokens[place].verb, tokens[place - 1].word
    other = {"f": ("الذي", "والذي"), "m": ("التي", "والتي")}
    return verb is not None and before in other.get(verb.agreement, ())


def _is_insertion(tokens: Sentence, start: int, end: int) -> bool:
    """Whether a stretch between commas is empty, a weekday or a relative clause."""
    if any(token.word in word_class("same_subject") for token in tokens[start : end + 1]):
        return False
    return start > end or tokens[start].word in cues.stops() | word_class("between")


def _head_of(tokens: Sentence, start: int, end: int) -> Phrase | None:
    """The noun phrase of a clause whose verb follows: «لكن السفير», «كان بيسكوف قد»."""
    while end >= start and tokens[end].word in word_class(*ADVERBS):
        end -= 1
    opening = [
        at
        for at in range(start, end + 1)
        if tokens[at].word in word_class("complementizer", "particle")
    ]
    place = opening[-1] + 1 if opening else start  # the last one opens the clause
    if place > end or tokens[place].kind != WORD or tokens[place].verb is not None:
        return None
    if not _can_begin(tokens, place) or tokens[place].word in word_class("platform"):
        return None
    return place, min(phrase_end(tokens, place), end)


def main_subject(tokens: Sentence) -> Phrase | None:
    """The likely subject of a sentence whose first word is its verb or its subject, or None."""
    place = next((i for i, token in enumerate(tokens) if token.word not in word_class(*ADVERBS)), 0)
    word = tokens[place].word
    if tokens[place].kind != WORD or _PRONOUN_LED.match(word):
        return None
    start = place
    if word[:2] != "ال" or word in word_class("not_noun"):
        start = _past_adverbs(tokens, place + 1)
        if not _can_begin(tokens, start):
            return None
    return start, phrase_end(tokens, start)


def likely_speaker(tokens: Sentence) -> Phrase | None:
    """The subject of a sentence without speech, if he may speak next: an office, or a name."""
    phrase = main_subject(tokens)
    if phrase is None or tokens[phrase[0]].bare in word_class("agent"):
        return phrase
    first, last = phrase[0], min(phrase[0] + 1, phrase[1])
    common = any(tokens[at].word.endswith(_COMMON) for at in (first, last))
    return None if last == first or common or tokens[first].word[:2] == "ال" else (first, last)


def mention_span(tokens: Sentence, cue: Cue) -> tuple[int, int]:
    """Start and end of the speaker that a cue names, without و and the ل of «وفقا لفلان»."""
    assert cue.subject is not None
    first, last = tokens[cue.subject[0]], tokens[cue.subject[1]]
    word, glued = first.word, 0
    if cue.verb.lemma in ("وفق", "طبقا") and word[:1] == "ل":
        glued = 2 if word[:2] == "لل" else 1
    elif word[:1] in ("و", "ف") and word not in heads():  # but «فالفيردي»
        known = word[1:] in word_class("feminine_place") | heads()
        glued = int(known or word[:3] == "وال")
    return first.start + glued, last.end


def name_speakers(tokens: Sentence, verbs: list[Cue], mentions: list[Mention]) -> None:
    """Give each cue its speaker: named with it, in its sentence, or carried over from before.

    A verb that has no subject of its own takes that of an earlier verb of its sentence, then the
    subject of the sentence, then the last speaker that agrees with it in gender.

    Parameters
    ----------
    mentions
        The speakers of the sentences before; those of this one are added.
    """
    last: Cue | None = None
    aside: Cue | None = None  # the verb of a relative clause, for another in the same clause
    for number, cue in enumerate(verbs):
        previous = verbs[number - 1] if number else None
        cue.subject = _own_subject(tokens, cue, previous)
        if cue.subject is not None:
            cue.certainty = 0.95
            mentions.append((*mention_span(tokens, cue), cue.verb.agreement))
            cue.carried = mentions[-1]
        else:
            within = tokens[aside.place : cue.place] if aside else ()
            near = aside and not any(token.kind == cues.PUNCTUATION for token in within)
            _carry(tokens, cue, aside if near else last, mentions)
        relative = tokens[cue.place - 1].word in word_class("relative")
        if relative and cue.subject is not None and cue.subject[0] > cue.place:
            aside = cue  # «الذي أعلن فلان أن»
        if cue.carried is not None and (last is None or cue is not aside):
            last = cue


def _own_subject(tokens: Sentence, cue: Cue, previous: Cue | None) -> Phrase | None:
    """The speaker named with a verb, by what the verb is."""
    place, verb = cue.place, cue.verb
    if verb.form == cues.ACCORDING:
        return _attributed_to(tokens, cue)
    begin = previous.place + 1 if previous else 0
    if verb.form == cues.NOUN:
        if previous is not None and "source" in previous.verb.flags:  # نقلت … عن فلان قوله
            cue.verb = replace(verb, lemma=previous.verb.lemma)
        return _after_word(tokens, ("عن", "لسان"), begin, place)
    if verb.flags & {"source", "document"}:
        markers = ("عن", "لسان") if "source" in verb.flags else ("في", "ضمن")
        return _after_word(tokens, markers, place, place + cues.NEAR)
    if not verb.finite or _PRONOUN_LED.match(tokens[place - 1].word):
        return None
    return _verb_subject(tokens, place, verb, begin)


def _verb_subject(tokens: Sentence, place: int, verb: cues.Verb, begin: int) -> Phrase | None:
    """The subject of a finite verb: before it where it stands alone there, after it, before it."""
    phrase, before = None, tokens[place - 1]
    if before.word == "قد" or _is_fronted(tokens, place):
        phrase = phrase_before(tokens, place, begin)
        if phrase is not None and before.kind == QUOTE:
            return phrase[0], place - 1  # «محبو "النهر" اعتبروا»
    relative = before.word in word_class("relative") and "object" in verb.flags
    if phrase is None and ("suffixed" in verb.flags or not relative):
        phrase = phrase_after(tokens, place)
    if tokens[place + 1].word not in _BACK:
        return phrase or phrase_before(tokens, place, begin)
    first = tokens[phrase[0]] if phrase else before  # «بيانا استنكرت فيه القرارات»
    is_object = "object" in verb.flags and first.word[:2] == "ال" and first.bare not in heads()
    return None if is_object else phrase


def _attributed_to(tokens: Sentence, cue: Cue) -> Phrase | None:
    """Whom «بحسب» names; what follows him is his, unless the phrase looks back."""
    start = cue.place + 1
    empty = tokens[start].kind == cues.PUNCTUATION or "suffixed" in cue.verb.flags
    if empty or tokens[start].word in word_class("preposition"):
        return None
    last = phrase_end(tokens, start, apposition=False)
    if not cue.backward:
        cue.opens = last + 1
        cue.opener = cues.QUOTED if tokens[cue.opens].kind == QUOTE else cues.CLAUSE
    return start, last


def _is_fronted(tokens: Sentence, place: int) -> bool:
    """Whether the words before a verb are its subject alone: «بوتين يدعو», «لكن سلمى نفت»."""
    begin = int(tokens[0].word in word_class("contrast"))
    if not begin < place <= 5 or any(token.verb for token in tokens[begin:place]):
        return False
    word = tokens[begin].word
    known = cues.unprefixed(tokens[begin].bare) & heads()
    return place == begin + 1 or bool(known) or word[:2] == "ال" or word[-1:] == "و"


def _after_word(tokens: Sentence, markers: tuple[str, ...], begin: int, end: int) -> Phrase | None:
    """The phrase after the first of these words in a stretch of a sentence."""
    for at in range(begin, min(end, len(tokens)) - 1):
        if tokens[at].word in markers and tokens[at + 1].kind == WORD:
            return at + 1, min(phrase_end(tokens, at + 1), max(end, at + 2) - 1)
    return None


def _carry(tokens: Sentence, cue: Cue, last: Cue | None, mentions: list[Mention]) -> None:
    """Give a cue that names nobody the speaker of another, the sentence's subject, or the last."""
    if last is not None:
        cue.carried, cue.certainty = last.carried, 0.85
        return
    gender = cue.verb.agreement
    for mention in mentions[: -REMEMBERED - 1 : -1]:
        if "p" in (gender, mention[2]) or "" in (gender, mention[2]) or mention[2] == gender:
            cue.carried, cue.certainty = mention, 0.8
            break
    else:
        cue.certainty = 0.3
    goes_on = "continues" in cue.verb.flags or (cue.carried and disagrees(tokens, cue.place))
    if cue.place > 1 and cue.verb.form != cues.NOUN and not goes_on:
        led = _PRONOUN_LED.match(tokens[cue.place - 1].word)
        clause = [*tokens[: cue.place], *tokens[-3:]]
        phrase = likely_speaker(clause) if led else main_subject(clause)
        if phrase is not None:
            start, end = tokens[phrase[0]].start, tokens[phrase[1]].end
            cue.carried, cue.certainty = (start, end, gender), 0.6
            mentions.append(cue.carried)


def govern(tokens: Sentence, verbs: list[Cue]) -> dict[int, Cue]:
    """Token place of each quotation that a cue governs, with the cue.

    A cue that opens directly at the quotation goes first, then one that follows it at once
    («…»، بحسب فلان), then the last one before it, then an attribution at the sentence's end.
    """
    governed: dict[int, Cue] = {}
    for at in (i for i, token in enumerate(tokens) if token.kind == QUOTE):
        ahead = [cue for cue in verbs if cue.place < at and not cue.backward][-FARTHEST:]
        before = [cue for cue in ahead if _reaches(tokens, cue, at)]
        before.sort(key=lambda cue: cue.opens if cue.place < cue.opens <= at else cue.place)
        cue = before[-1] if before else None
        after = next((other for other in verbs if other.place > at), None)
        direct = cue is not None and 0 <= at - cue.opens <= 1
        if not direct and after and _looks_back(tokens, at, after, attached=cue is not None):
            cue = after
        if cue is None and not ahead:
            cue = next((other for other in verbs if other.place > at and other.backward), None)
        if cue is not None and not _is_in_subject(cue, at):
            governed[at] = cue
    return governed


def _reaches(tokens: Sentence, cue: Cue, at: int) -> bool:
    """Whether a quotation lies where a cue's matter can: a comma keeps a word or two outside."""
    if cue.opener in (cues.CLAUSE, cues.COLON):
        return at > cue.opens
    long = tokens[at].end - tokens[at].start > cues.SHORT_QUOTE
    return long or not cues.is_parted(tokens, max(cue.place, min(cue.opens, at)), at)


def _is_in_subject(cue: Cue, at: int) -> bool:
    return cue.subject is not None and cue.subject[0] <= at <= cue.subject[1]


def _looks_back(tokens: Sentence, at: int, cue: Cue, *, attached: bool) -> bool:
    """Whether a cue follows a quotation at once and is its own: «…»، يقول فلان."""
    between = [token for token in tokens[at + 1 : cue.place] if token.kind != cues.PUNCTUATION]
    words = [token.word for token in between]
    if "" in words or len(words) > 3 or (words and attached) or _is_in_subject(cue, at):
        return False
    finite = cue.verb.finite and not tokens[cue.place].conjoined
    linked = words and (words[0] in cues.according_words() or words[-1] in word_class("link"))
    ahead = 0 < cue.opens - cue.place <= 2  # «ما قالت إنه» looks ahead
    own = cue.subject is not None and (not cue.opener or cue.opens - cue.subject[1] > 2)
    cue.backward |= bool(finite and ((linked and not ahead) or (not words and own)))
    return cue.backward
