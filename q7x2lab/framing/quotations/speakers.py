"""Noun phrases that name who speaks, and which verb of a sentence has which speaker."""

import re
from dataclasses import replace

from simplemma import is_known

from q7x2lab.arabic.letters import fold
from q7x2lab.framing.quotations import cues
from q7x2lab.framing.quotations.cues import QUOTE, WORD, Cue, Sentence, Token, word_class

Phrase = tuple[int, int]  # first and last token, the last one included
Mention = tuple[int, int, str]  # start and end in the text, and the agreement of its verb
LONGEST_APPOSITION = 10
TAKE_OBJECTS = frozenset(["object", "on", "names"])  # flags of reporting.yaml
_COMMON = ("ه", "ها", "هم", "ات", "ين", "ون")  # ends that a person's names seldom have
ADVERBS = ("particle", "between", "weekday")  # classes of cues.yaml
REMEMBERED = 6  # speakers; one named longer ago is not carried on

# Shapes of verbal nouns after folding; what follows أكد or نفى in such a shape is its object.
_VERBAL_NOUN = re.compile("(?:ت..ي[^ا]ه?|است..ا.|است..ه|ا...ا.|ا[^ي].ا.|ا..اه|م.ا..ه|ا..ا[^ن])$")
_PRONOUN_LED = re.compile("[وف]?(?:(?:لكن|ان|لان)(?:ه|ها|هم|هما)|هو|هي|هم|هما)$")


def is_verbal_noun(word: str) -> bool:
    """Whether a folded word without article looks like the object of a verb such as أكد."""
    shaped = word[:2] != "ال" and word not in word_class("agent") and _VERBAL_NOUN.match(word)
    return word in word_class("abstract") or bool(shaped)


def is_feminine(token: Token) -> bool:
    """Whether a noun looks feminine, as a verb with it would."""
    return token.word in word_class("feminine_place") or token.word.endswith(("ه", "يا", "ات"))


def is_glued(word: str, *, wanted: bool = False) -> bool:
    """Whether a folded word begins with the preposition ب: «باعتقال», but not «بوتين».

    wanted: whether the verb before it takes one, so that any word that no dictionary has will do.
    """
    if word[:1] != "ب" or word[:3] == "بال":
        return word[:1] == "ب"
    return is_verbal_noun(word[1:]) or (wanted and not is_known(word, lang="ar"))


def is_name(word: str) -> bool:
    """Whether a word after a definite one can be a name: neither its adjective nor led by ل.

    «الرئيس الروسي فلاديمير», but «المرصد السوري لحقوق», «المتحدث باسم», «الخبير في».
    """
    led = word[:1] in "لبو" and (not word[1:] or word[1:3] == "ال" or is_known(word[1:], "ar"))
    led &= word[:1] == "و" or not is_known(word, "ar")  # لبنى, برهان
    folded = fold(word)
    plain = word[:2] not in ("ال", "لل") and not led and not cues.ends_phrase(folded)
    others = word_class("agent", "headline", "spokesman", "named")
    return plain and others.isdisjoint(cues.unprefixed(folded))


def is_hearer(word: str) -> bool:
    """Whether a word with ل names who was spoken to: للصحفيين, لوكالة, لنظيره."""
    return word[:1] == "ل" and word.removeprefix("ل").removeprefix("ل") in word_class("hearer")


def names_hearer(tokens: Sentence, place: int) -> bool:
    """Whether a word with ل and a definite one name who was spoken to: «قالت لرواق النيل»."""
    word, after = tokens[place].word, tokens[place + 1].word
    rest, definite = word[1:], after[:2] == "ال" and word[:1] == "ل" and len(word) > 2
    whole = definite and is_known(re.sub("ه$", "ة", word), "ar")  # لجنه: لجنة
    return is_hearer(word) or (definite and not whole and is_known(rest, "ar"))


def phrase_end(tokens: Sentence, start: int, *, apposition: bool = True) -> int:
    """The last token of a noun phrase that begins at `start`: titles, names, apposition."""
    place = start + 1
    while _continues(tokens, start, place):
        place += 1
    if apposition and tokens[place].word in ("،", ",", "-", "–"):
        return _apposition_end(tokens, place) or place - 1
    return place - 1


def _continues(tokens: Sentence, start: int, place: int) -> bool:
    """Whether a word belongs to the noun phrase before it."""
    token, word, after = tokens[place], tokens[place].word, tokens[place + 1]
    if token.kind == QUOTE:  # «كاتب صحيفة "كذا"»
        return tokens[place - 1].word in ("في", "عن") or cues.is_name_slot(tokens, place)
    if word in ("هو", "هي"):
        return after.kind == WORD and not cues.ends_phrase(after.word)  # «قال دبلوماسي هو فلان»
    holders = cues.word_lists("cues")["title_goes_on"]
    if word in holders and (word != "عن" or after.kind == QUOTE):
        holds = any(title.bare in word_class(holders[word]) for title in tokens[start:place])
        after = tokens[place + 2] if after.kind == QUOTE else after
        occasion = after.conjoined or after.word in cues.stops() | word_class("occasion")
        return holds and after.kind == WORD and not occasion
    if token.kind != WORD or len(word) == 1 or cues.ends_phrase(word) or is_hearer(word):
        return False
    first = tokens[start]
    titled = first.word[:2] == "ال" or first.bare in word_class("agent", "office", "envoy")
    if not titled and (word[:2] == "لل" or names_hearer(tokens, place)):
        return False  # «سلمى جاب الله لرواق النيل»
    # A past form without a conjunction is a name: الخبير مدحت.
    named = token.verb is None or token.verb.form in (cues.PAST, cues.NOUN)
    return named and not (token.verb and token.conjoined) and not is_glued(word)


def _starts_matter(tokens: Sentence, start: int, place: int, verb: cues.Verb) -> bool:
    """Whether a word after the subject is the object, or what is asked for or warned of.

    «أكد استعداده», «طالب بكذا», «حذر من كذا».
    """
    word, before = tokens[place].word, tokens[place - 1]
    asked = is_glued(word, wanted="bi" in verb.flags) or (word == "من" and "min" in verb.flags)
    noun = is_verbal_noun(word) and before.bare not in word_class("agent")
    return asked or (noun and not verb.flags.isdisjoint(TAKE_OBJECTS))


def _apposition_end(tokens: Sentence, comma: int) -> int | None:
    """The end of a name or title set off by commas after a title or name: قال مدربه، فلان، إن."""
    start = comma + 1 + (tokens[comma + 1].word in ("هو", "هي", "وهو", "وهي", "ويدعي"))
    ends = cues.COMMAS | {":", "-", "–"} | word_class("complementizer")
    for place in range(start, min(comma + LONGEST_APPOSITION + 1, len(tokens))):
        token = tokens[place]
        if token.word in ends or token.kind == QUOTE:
            return place - 1
        if token.kind == cues.PUNCTUATION or token.word in word_class("relative"):
            return None
    return None


def phrase_after(tokens: Sentence, place: int) -> Phrase | None:
    """The noun phrase that follows a verb at `place` as its subject, or None if it has none."""
    verb, start = tokens[place].verb, _past_adverbs(tokens, place + 1)
    if verb is None or not _can_begin(tokens, start) or _is_object(tokens[start], verb):
        return None
    last = phrase_end(tokens, start)
    matter = (at for at in range(start + 1, last + 1) if _starts_matter(tokens, start, at, verb))
    return start, next(matter, last + 1) - 1


def _past_adverbs(tokens: Sentence, place: int) -> int:
    """The first token from `place` that is no adverb, weekday or hearer before the subject."""
    while tokens[place].word in word_class("between", "weekday") or tokens[place].word[:2] == "لل":
        place += 1
    return place


def _can_begin(tokens: Sentence, place: int) -> bool:
    token, word = tokens[place], tokens[place].word
    if token.kind == QUOTE:  # قالت "رويترز" إن
        return cues.names_subject(tokens, place)
    reports = token.verb is not None and token.verb.form == cues.PARTICIPLE
    barred = reports or word[:2] == "لل" or names_hearer(tokens, place) or is_glued(word)
    return word[:1].isalpha() and len(word) > 1 and not barred and not cues.ends_phrase(word)


def _is_object(token: Token, verb: cues.Verb) -> bool:
    """Whether a noun after a verb that takes objects is its object, the subject being left out."""
    asked = "bi" in verb.flags and is_glued(token.word, wanted=True)
    taken = not verb.flags.isdisjoint(TAKE_OBJECTS) and "suffixed" not in verb.flags
    disagrees = "object" in verb.flags and verb.agreement == ("m" if is_feminine(token) else "f")
    noun = is_verbal_noun(token.bare) and not is_feminine(token)
    return asked or (taken and (disagrees or noun))


def phrase_before(tokens: Sentence, place: int, begin: int) -> Phrase | None:
    """The noun phrase before a verb that comes second: «السفير أشار», «كان بيسكوف قد أفاد».

    begin: the first token of the stretch that may hold it.
    """
    if tokens[place].conjoined:
        return None
    edges = [begin - 1, *(at for at in range(begin, place) if tokens[at].kind == cues.PUNCTUATION)]
    if edges[-1] == place - 1:  # «الخبير، وهو في المدينة، يرى»
        return _head_of(tokens, begin, place - 2)
    phrase = _head_of(tokens, edges[-1] + 1, place - 1)
    if phrase is None and edges[1:] and tokens[edges[-1] + 1].word in cues.stops():
        phrase = _head_of(tokens, edges[-2] + 1, edges[-1] - 1)  # «الخبير، الذي يرى»
    return phrase


def _head_of(tokens: Sentence, start: int, end: int) -> Phrase | None:
    """The noun phrase of a clause whose verb follows: «لكن السفير», «كان بيسكوف قد»."""
    while end >= start and tokens[end].word in word_class(*ADVERBS):
        end -= 1
    openers = word_class("complementizer", "particle")
    opening = [at for at in range(start, end + 1) if tokens[at].word in openers]
    place = opening[-1] + 1 if opening else start  # the last one opens the clause
    if place > end or tokens[place].verb is not None or not _can_begin(tokens, place):
        return None
    return place, min(phrase_end(tokens, place), end)


def main_subject(tokens: Sentence) -> Phrase | None:
    """The likely subject of a sentence whose first word is its verb or its subject, or None."""
    place = next((i for i, token in enumerate(tokens) if token.word not in word_class(*ADVERBS)), 0)
    word = tokens[place].word
    if tokens[place].kind != WORD or _PRONOUN_LED.match(word):
        return None
    start = place if word[:2] == "ال" else _past_adverbs(tokens, place + 1)
    return (start, phrase_end(tokens, start)) if _can_begin(tokens, start) else None


def likely_speaker(tokens: Sentence) -> Phrase | None:
    """The subject of a sentence without speech, if he may speak next: an office, or a name."""
    phrase = main_subject(tokens)
    if phrase is None or tokens[phrase[0]].bare in word_class("agent"):
        return phrase
    first, last = phrase[0], min(phrase[0] + 1, phrase[1])
    common = any(tokens[at].word.endswith(_COMMON) for at in (first, last))
    return None if last == first or common or tokens[first].word[:2] == "ال" else (first, last)


def _mention(tokens: Sentence, phrase: Phrase, verb: cues.Verb | None = None) -> Mention:
    """Where a speaker is named, without و and the ل of «وفقا لفلان», and the verb's agreement."""
    first, before = tokens[phrase[0]], tokens[max(phrase[0] - 1, 0)].word
    led = "لل?" if verb and verb.lemma in ("وفق", "طبقا") else "و(?=ال)"
    glued = re.match(led, first.word)
    if first.word[:1] == "و" and first.word[1:] in word_class("feminine_place"):
        glued = re.match("و", first.word)  # وواشنطن
    gender = verb.agreement if verb else "f" if "ت" in (before[:1], before[-1:]) else "m"
    return first.start + (glued.end() if glued else 0), tokens[phrase[1]].end, gender


def name_speakers(tokens: Sentence, verbs: list[Cue], mentions: list[Mention]) -> None:
    """Give each cue its speaker: named with it, in its sentence, or carried over from before.

    A verb that has no subject of its own takes that of an earlier verb of its sentence, then the
    subject of the sentence, then the last speaker that agrees with it in gender.

    Parameters
    ----------
    mentions
        The speakers of the sentences before; those of this one are added.
    """
    likely = None if verbs else likely_speaker(tokens)  # «وصل الوزير…. وقال»
    if likely is not None:
        mentions.append(_mention(tokens, likely))
    last: Cue | None = None
    for number, cue in enumerate(verbs):
        cue.subject = _own_subject(tokens, cue, verbs[number - 1] if number else None)
        if cue.subject is not None:
            cue.carried = _mention(tokens, cue.subject, cue.verb)
            mentions.append(cue.carried)
        else:
            cue.carried = last.carried if last else _carried(tokens, cue, mentions)
        aside = tokens[cue.place - 1].word in word_class("relative")  # «الذي أعلن فلان أن»
        last = cue if cue.carried is not None and not (aside and cue.subject and last) else last


def _own_subject(tokens: Sentence, cue: Cue, previous: Cue | None) -> Phrase | None:
    """The speaker named with a verb, by what the verb is."""
    place, verb, before = cue.place, cue.verb, tokens[cue.place - 1]
    begin = previous.place + 1 if previous else 0
    if verb.form == cues.ACCORDING:
        return _attributed_to(tokens, cue)
    if verb.form == cues.NOUN and previous is not None and "source" in previous.verb.flags:
        cue.verb = replace(verb, lemma=previous.verb.lemma)  # نقلت … عن فلان قوله
    if verb.form == cues.NOUN or verb.flags & {"source", "document"}:
        markers = ("في", "ضمن") if "document" in verb.flags else ("عن", "لسان")
        start, end = (begin, place) if verb.form == cues.NOUN else (place, place + cues.NEAR)
        words = [token.word in markers for token in tokens[start:end]]
        first = start + words.index(True) + 1 if True in words else 0
        return (first, min(phrase_end(tokens, first), max(end - 1, first))) if first else None
    if verb.form not in cues.FINITE or _PRONOUN_LED.match(before.word):
        return None
    # «كان بيسكوف قد أفاد», «لكن سلمى نفت هذا»: what follows is the object.
    fronted = place == 1 + (tokens[0].word in word_class("contrast")) or before.word == "قد"
    early = phrase_before(tokens, place, begin) if fronted else None
    # In «بيانا استنكرت فيه القرارات» and «الذي وصف المباراة» the object follows, no subject.
    back = tokens[place + 1].word in word_class("in_it")
    aside = back or before.word in word_class("relative")
    skip = early or (aside and "object" in verb.flags and "suffixed" not in verb.flags)
    after = early if skip else phrase_after(tokens, place)
    return after or (None if back else phrase_before(tokens, place, begin))


def _attributed_to(tokens: Sentence, cue: Cue) -> Phrase | None:
    """Whom «بحسب» names; what follows him is his, unless the phrase looks back."""
    named = tokens[cue.place + 1]  # nobody in «بحسب قوله», «بحسبه، …»
    own = named.word in word_class("as_it_is_put") and cues.PRONOUN.search(named.word)
    if own or named.kind == cues.PUNCTUATION:
        return None
    last = phrase_end(tokens, cue.place + 1, apposition=False)
    if not cue.backward:
        cue.opens, cue.clause = last + 1, True
    return cue.place + 1, last


def _carried(tokens: Sentence, cue: Cue, mentions: list[Mention]) -> Mention | None:
    """The subject of the sentence, or the last speaker that agrees with the verb."""
    gender, clause = cue.verb.agreement, [*tokens[: cue.place], *tokens[-3:]]
    led = _PRONOUN_LED.match(tokens[cue.place - 1].word)
    phrase = likely_speaker(clause) if led else main_subject(clause)
    if cue.place > 1 and phrase is not None:
        mentions.append(_mention(tokens, phrase))
        return mentions[-1]
    agreeing = [m for m in mentions[-REMEMBERED:] if {m[2], gender} != {"m", "f"}]
    return agreeing[-1] if agreeing else None


def govern(tokens: Sentence, verbs: list[Cue]) -> dict[int, Cue]:
    """Token place of each quotation that a cue governs, with the cue.

    A cue that opens directly at the quotation goes first, then one that follows it at once
    («…»، بحسب فلان), then the last one before it.
    """
    governed: dict[int, Cue] = {}
    for at in (i for i, token in enumerate(tokens) if token.kind == QUOTE):
        ahead = (cue for cue in reversed(verbs) if cue.place < at and not cue.backward)
        cue = next((cue for cue in ahead if _reaches(tokens, cue, at)), None)
        after = next((other for other in verbs if other.place > at), None)
        direct = cue is not None and 0 <= at - cue.opens <= 1
        if not direct and after and _looks_back(tokens, at, after, attached=cue is not None):
            cue = after
        if cue is not None and not _is_in_subject(cue, at):
            governed[at] = cue
    return governed


def _reaches(tokens: Sentence, cue: Cue, at: int) -> bool:
    """Whether a quotation lies where a cue's matter can: a comma keeps a word or two outside."""
    if cue.clause:
        return at > cue.opens
    before = [token.word for token in tokens[max(cue.place, min(cue.opens, at)) + 1 : at]]
    joined = before and before[-1] in cues.COMMAS | {"و", "او", "ب", "ل"}
    return is_long(tokens[at]) or bool(joined) or cues.COMMAS.isdisjoint(before)


def is_long(token: Token, letters: int = cues.SHORT_QUOTE) -> bool:
    """Whether it is a quotation of more letters; default, of more than a word or two."""
    return token.kind == QUOTE and token.end - token.start > letters


def _is_in_subject(cue: Cue, at: int) -> bool:
    return cue.subject is not None and cue.subject[0] <= at <= cue.subject[1]


def _looks_back(tokens: Sentence, at: int, cue: Cue, *, attached: bool) -> bool:
    """Whether a cue follows a quotation at once and is its own: «…»، يقول فلان."""
    words = [token.word for token in tokens[at + 1 : cue.place] if token.kind != cues.PUNCTUATION]
    if len(words) > 3 or (words and attached) or _is_in_subject(cue, at):
        return False
    finite = cue.verb.form in cues.FINITE and not tokens[cue.place].conjoined
    own = cue.subject is not None and (cue.opens < 0 or cue.opens - cue.subject[1] > 2)
    linked = words[-1] in word_class("link") if words else own
    cue.backward |= finite and linked
    return cue.backward
