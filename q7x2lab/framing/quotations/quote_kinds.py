"""Whether a quotation is speech, scare quotes, a name or title, or something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from simplemma import is_known

from q7x2lab.arabic.letters import LETTERS, fold
from q7x2lab.framing.quotations.cues import CLAUSE, COLON, Cue
from q7x2lab.framing.quotations.noun_phrases import (
    is_hearer,
    is_name_slot,
    is_stop,
    is_verbal_noun,
    stops,
)
from q7x2lab.framing.quotations.reporting_verbs import find_verb, word_class
from q7x2lab.framing.quotations.speech_tokens import WORD, Token

SPEECH, SCARE, TITLE, OTHER, REPORTED = "speech", "scare", "title", "other", "reported"
FAR = 15  # words past the opening of a clause, where a word in marks is nobody's quotation
ADJOINING = 2  # tokens from a verb and its subject to a quotation: «قال الوزير في “كذا”»
LONGEST_TITLE = 9
LONG = 5  # words from which a quotation that nothing announces is taken for speech
_ENDINGS = ("ة", "ه", "ها", "هم", "هما", "نا", "ي")  # glued to a word of the dictionary
_ARABIC = re.compile(f"[{LETTERS}]{{2,}}")


def kind_of(
    tokens: Sequence[Token],
    place: int,
    words: str,
    cue: Cue | None,
    titles: set[str],
    *,
    by_colon: bool = False,
    nested: bool = False,
) -> str:
    """The kind of the quotation at a place of a sentence: speech, scare, title or other.

    words: its text. cue: the reporting verb that governs it, if any. titles: quotations of the
    article already known for names. by_colon: whether a speaker and a colon announce it. nested:
    whether it stands inside another quotation.
    """
    count = len(words.split())
    direct = cue is not None and _direct(cue, place)
    if is_title(tokens, place, words, count, titles, direct=direct or by_colon, cue=cue):
        return TITLE
    before = _word_before(tokens, place)
    if _stripped(before) in word_class("motto"):
        return OTHER
    if count <= 6 and _so_called(tokens, place):
        return SCARE
    if cue is not None and not direct and (_loose(cue, words, count) or _far(cue, place, count)):
        return SCARE
    if cue is not None or by_colon or (count >= LONG and not nested):
        return SPEECH
    return SCARE if count <= 2 else OTHER


def _direct(cue: Cue, place: int) -> bool:
    """Whether a quotation follows at once on a complementizer, a colon, a verb or its subject."""
    if cue.backward or not 0 <= place - cue.opens <= 1:
        return False
    told = max(cue.place, cue.subject[1] if cue.subject is not None else 0)
    return cue.opener in (CLAUSE, COLON) or place - told <= ADJOINING


def _far(cue: Cue, place: int, count: int) -> bool:
    """Whether a word in marks stands too far on in a clause to be its speaker's."""
    return count == 1 and place - cue.opens > FAR


def _loose(cue: Cue, words: str, count: int) -> bool:
    """Whether a word, or two of a name, stand in what somebody is said to do, not in what he says.

    «أعلن عن قيام جمعية "كذا"»: no clause is opened, and the verb neither judges nor calls names.
    """
    told = cue.opener in (CLAUSE, COLON) or cue.backward or "names" in cue.verb.flags
    named = count == 1 or (count == 2 and words[:2] == "ال")
    return named and not told and cue.verb.verb_class in ("neutral", "assertive")


def is_title(
    tokens: Sequence[Token],
    place: int,
    words: str,
    count: int,
    titles: set[str],
    *,
    direct: bool,
    cue: Cue | None = None,
) -> bool:
    """Whether a quotation is a name or title: announced as one, known as one, or not Arabic."""
    if _so_called(tokens, place):
        return False
    back = tokens[place - 1] if place else None
    opened = direct and back is not None and (back.word == ":" or back.verb is None)
    calls = cue is not None and "names" in cue.verb.flags
    calls = calls or (back is not None and back.word in ("ب", "ك"))
    if _names(words, count, known=opened, worded=direct or calls):
        return True
    known_as = any(t.word in word_class("known_as") for t in tokens[max(place - 2, 0) : place])
    # Indefinite words come back in one man's speech too.
    term = words in titles and (cue is None or fold(words)[:2] == "ال")
    if count <= 4 and (known_as or (term and not direct)):
        return True
    return _in_name_slot(tokens, place, fold(words).strip(" .،"), count, direct=direct, cue=cue)


def _names(words: str, count: int, *, known: bool, worded: bool) -> bool:
    """Whether the words themselves are a name: known as one, headed by one, in no dictionary.

    known: whether a clause or colon opens just before. worded: whether a verb does, or calls names.
    """
    folded = fold(words).strip(" .،")
    if folded in word_class("known_names"):
        return True
    if count <= 5 and not known and folded.split(" ")[0] in word_class("named"):
        return True
    if not _ARABIC.search(words):
        return count <= 6
    return not worded and count <= 2 and not any(_in_dictionary(word) for word in words.split())


def _in_name_slot(
    tokens: Sequence[Token], place: int, folded: str, count: int, *, direct: bool, cue: Cue | None
) -> bool:
    """Whether the words around a quotation want a name there: «صحيفة "كذا"»."""
    before = _stripped(_word_before(tokens, place))
    if (
        before in word_class("headline")
        or _on_topic(tokens, place)
        or _told_to(tokens, place, count)
    ):
        return True
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    first = folded.split(" ")[0] or "-"
    calls = place > 0 and tokens[place - 1].verb is not None
    if (
        after is not None
        and calls
        and LONG <= count <= LONGEST_TITLE
        and first in word_class("named")
    ):
        return after.word in stops()  # «دعت "جمعية كذا وكذا" إلى»
    named = cue is not None and cue.subject is not None and cue.subject[1] == place - 1
    definite = after is not None and after.kind == WORD and after.word[:2] == "ال"
    if named and definite and count == 1 and folded[:2] == "ال":
        return True  # «نفت وزارة الدفاع "البنتاغون" الاتهامات»
    beside = place > 1 and tokens[place - 1].kind == WORD and before not in word_class("named")
    beside = beside and (cue is None or named or cue.opener not in (CLAUSE, COLON))
    if beside and count <= 3 and after is not None and is_verbal_noun(after.word or "-"):
        return True  # «توقع المصرف "فلان" وصول السعر»
    if before in word_class("named"):
        definite = _word_before(tokens, place).lstrip("وبل")[:2] == "ال" or before[:2] == "ال"
        most = 3 if definite else 6 if _is_sentence(folded) else LONGEST_TITLE
        return count <= most and not _describes(folded, count) and not _goes_on(folded, count)
    near = place > 1 and tokens[place - 1].kind == WORD and is_name_slot(tokens, place)
    if is_stop(first) and count > 1:
        return False  # «ميناء النهر "دون شروط"»
    return near and count <= 2 and not direct and not _describes(folded, count)


def _on_topic(tokens: Sequence[Token], place: int) -> bool:
    """Whether a quotation is what a meeting or a study is about: «ندوة علمية حول "كذا"»."""
    back = tokens[max(place - 3, 0) : max(place - 1, 0)]
    events = word_class("event")
    about = any(token.bare in events or token.word.lstrip("وبل") in events for token in back)
    return about and _word_before(tokens, place) == "حول"


def _told_to(tokens: Sequence[Token], place: int, count: int) -> bool:
    """Whether a quotation names who was spoken to: «في تصريح لـ"كذا"», «لمراسل "كذا"»."""
    if place < 2 or count > 4:
        return False
    before, told = tokens[place - 1], tokens[place - 2]
    if before.word == "ل":
        speaks = told.verb is not None and told.verb.verb_class in ("neutral", "assertive")
        return told.bare in word_class("told") or speaks
    return is_hearer(before)


def _is_sentence(folded: str) -> bool:
    """Whether words hold a negation, a complementizer or a reporting verb."""
    words = folded.split()
    classes = word_class("negation") | word_class("complementizer")
    return any(word in classes or find_verb(word) is not None for word in words)


def _goes_on(folded: str, count: int) -> bool:
    """Whether words begin with a conjunction: part of a sentence, not a name."""
    return count > 1 and folded[0] == "و" and is_known(folded.split(" ")[0][1:], lang="ar")


@lru_cache(maxsize=1 << 14)
def _in_dictionary(word: str) -> bool:
    """Whether the Arabic dictionary has a word, with or without what is glued to it."""
    word = word.strip("ـ.,،!؟?")
    glued = [word[n:] for n in (1, 2, 3) if len(word) - n > 2]
    forms = [word, *glued]
    forms += [form[: -len(end)] for form in forms for end in _ENDINGS if form.endswith(end)]
    forms += [form[:-1] + "ء" for form in forms if form[-1:] in "ئؤ"]
    return any(is_known(form, lang="ar") for form in forms if form)


def _word_before(tokens: Sequence[Token], place: int) -> str:
    """The folded word before a quotation, a colon between them aside."""
    at = place - 1
    if at >= 0 and tokens[at].word == ":":
        at -= 1
    return tokens[at].word if at >= 0 else ""


def _describes(folded: str, count: int) -> bool:
    """Whether a word is an indefinite adjective: a label stuck on somebody, not a name."""
    return count == 1 and folded[:2] != "ال" and folded.endswith(("يه", "يا", "ين"))


def _so_called(tokens: Sequence[Token], place: int) -> bool:
    back = 3 if place and tokens[place - 1].word == "ب" else 2
    return any(t.word in word_class("so_called") for t in tokens[max(place - back, 0) : place])


def _stripped(word: str) -> str:
    """A word without the conjunction or preposition glued to it, where a listed noun is left."""
    for rest in (word, word[1:], word[2:]):
        if rest in word_class("named") or rest in word_class("motto"):
            return rest
    return word
