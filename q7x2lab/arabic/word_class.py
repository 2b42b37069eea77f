"""What the table and the conjugation say of words in running text: nouns, tenses of verbs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from q7x2lab.arabic.lemma_table import lemma_table
from q7x2lab.arabic.letters import fold_key
from q7x2lab.arabic.stems import Stems, closed_class

PAST, PRESENT, FUTURE = -1, 0, 1
_EXPECTED = re.compile(
    r"[وف]?(?:سوف|لن|يتوقع|يفترض|يرتقب)|[وف]?(?:ال)?(?:مقرر|مرتقب|منتظر|مزمع|متوقع)ا?ه?"
)
_NO_PAST = re.compile(rf"{_EXPECTED.pattern}|[وف]?(?:س[يتن]|[يت])\w\w")
_CLAUSE_ENDS = re.compile(r"[.!?؟؛…:\n«»“”\"]")
_REACH = 120  # characters that a verb may stand before what it tells of
_AFTER = 3  # words that it may stand behind
_SPEECH = frozenset({"ان", "انه", "انها", "انهم", "بان", "بانه", "بانها"})


@cache
def _stems() -> Stems:
    return Stems({})


@lru_cache(maxsize=20_000)
def is_noun(word: str) -> bool:
    """Whether the table has the word with an article; a final ه may be a ة.

    >>> is_noun("حديقه"), is_noun("وصلت")
    (True, False)
    """
    key, listed = fold_key(word), lemma_table().lemma
    with_ta_marbuta = key.endswith("ه") and "ال" + key[:-1] + "ة" in listed
    return "ال" + key in listed or with_ta_marbuta


_known: dict[str, int | None] = {}
_MOST = 50_000  # words whose tense is kept


def tenses(words: Sequence[str]) -> list[int | None]:
    """PAST, PRESENT or FUTURE of each folded word that is a verb, None of one that need not be.

    Nouns, and what can be a past or an imperfect (تدخل, he meddled or she enters), are None. Words
    that tell of plans (المقرر) are FUTURE.

    >>> tenses(["وصل", "يصل", "سيصل", "سيطر", "سياره", "تدخل"])
    [-1, 0, 1, -1, None, None]
    """
    new = list(set(words) - _known.keys())
    if new:
        if len(_known) > _MOST:
            _known.clear()
            new = list(set(words))
        _known.update(zip(new, _tenses(new), strict=True))
    return [_known[word] for word in words]


def _tenses(words: list[str]) -> list[int | None]:
    return [_tense(word) for word in words]


def _tense(word: str) -> int | None:
    key = fold_key(word)
    if _EXPECTED.fullmatch(word):
        return FUTURE
    if len(key) < 3 or is_noun(word) or key in closed_class():
        return None
    past = bool(_stems().verbs.past_readings(key))
    present = key[0] in "يت" and _indicative(key)
    person = key[1] in "يت" or (key[1] == "ن" and len(key) > 4)  # names are like نفعل
    future = key[0] == "س" and person and _indicative(key[1:])
    told = [tense for tense, holds in ((PAST, past), (PRESENT, present)) if holds]
    if future and not past:
        return FUTURE
    if len(told) == 1:
        return told[0]
    return _tense(word[1:]) if word[0] in "وف" and len(key) > 3 else None


def _indicative(key: str) -> bool:
    """Whether a word is an imperfect; these end in ا only where the stem does (يبدا)."""
    verbs = _stems().verbs
    return key[1:] in verbs.imperfect if key[-1] == "ا" else bool(verbs.imperfect_readings(key))


def clause_before(text: str, at: int) -> list[str]:
    """The words of a folded clause before a place, the nearest first; "" where it begins.

    >>> clause_before("غاب. عاد الوفد امس", 14)
    ['الوفد', 'عاد', '']
    """
    *ended, clause = _CLAUSE_ENDS.split(text[max(at - _REACH, 0) : at])
    words = re.findall(r"\w+", clause)[::-1]
    return [*words, ""] if ended or at <= _REACH else words


def tense_around(text: str, start: int, end: int) -> int | None:
    """The tense in which a clause tells of a stretch of a folded text, None if no verb tells.

    Of the verbs before it the nearest counts, but a plan governs what is told under it (المقرر ان
    يبدا). An imperfect that opens the clause announces, as headlines and news in brief do; any
    other may tell of anything.

    >>> tense_around("سيصل الوفد الاثنين", 11, 18), tense_around("وصل الوفد الاثنين", 10, 17)
    (1, None)
    """
    words = clause_before(text, start)
    told = _unfinished(words)
    if not told:
        after = re.findall(r"\w+", _CLAUSE_ENDS.split(text[end : end + 40])[0])[:_AFTER]
        for place, found in _unfinished(after).items():
            others = [*after[:place], *words]
            alone = "" in words and _SPEECH.isdisjoint(others) and PAST not in tenses(others)
            return found if alone else None
        return None
    near = min(told)
    if PAST in tenses(words[:near]):
        return PAST
    reported = not _SPEECH.isdisjoint(words[:near])
    plans = [at for at in told if told[at] == FUTURE and PAST not in tenses(words[near:at])]
    if plans or (words[near + 1 : near + 2] == [""] and not reported):
        planned_then = any(re.match("[وف]?كان", each) for each in words[near + 1 :])
        return PRESENT if planned_then else FUTURE
    far = near > 1 and _SPEECH.isdisjoint(words) and PAST in tenses(words[near:])
    return PAST if far else None if reported else PRESENT


def _unfinished(words: Sequence[str]) -> dict[int, int]:
    """Place and tense of the verbs among some words that are no pasts, in their order."""
    able = [place for place, word in enumerate(words) if _NO_PAST.match(word)]
    found = zip(able, tenses([words[place] for place in able]), strict=True)
    return {place: told for place, told in found if told in (PRESENT, FUTURE)}
