"""Whether a quotation is speech, scare quotes, a name or title, or something else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from q7x2lab.analysis.reporting_cues import Cue
from q7x2lab.analysis.reporting_verbs import word_class
from q7x2lab.analysis.speakers import is_name_slot, is_verbal_noun
from q7x2lab.analysis.speech_tokens import WORD, Token
from q7x2lab.text.normalize import LETTERS, fold

SPEECH, SCARE, TITLE, OTHER, REPORTED = "speech", "scare", "title", "other", "reported"
FAR = 15  # words past the opening of a clause, where a word in marks is nobody's quotation
LONG = 5  # words from which a quotation that nothing announces is taken for speech
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
    direct = cue is not None and 0 <= place - cue.opens <= 1 and not cue.backward
    if is_title(tokens, place, words, count, titles, direct=direct or by_colon):
        return TITLE
    before = _word_before(tokens, place)
    if _stripped(before) in word_class("motto"):
        return OTHER
    if count <= 3 and _so_called(tokens, place):
        return SCARE
    if cue is not None and count == 1 and not direct and place - cue.opens > FAR:
        return SCARE
    if cue is not None or by_colon or (count >= LONG and not nested):
        return SPEECH
    return SCARE if count <= 2 else OTHER


def is_title(
    tokens: Sequence[Token],
    place: int,
    words: str,
    count: int,
    titles: set[str],
    *,
    direct: bool,
) -> bool:
    """Whether a quotation is a name or title: announced as one, known as one, or not Arabic."""
    folded = fold(words).strip(" .،")
    if _so_called(tokens, place):
        return False
    before = _stripped(_word_before(tokens, place))
    if before in word_class("headline") or folded in word_class("known_names"):
        return True
    if count <= 5 and not direct and folded.split(" ")[0] in word_class("named"):
        return True
    if not _ARABIC.search(words):
        return count <= 6
    if words in titles and count <= 4 and not direct:
        return True
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    beside = place > 1 and tokens[place - 1].kind == WORD and before not in word_class("named")
    if beside and count <= 3 and after is not None and is_verbal_noun(after.word or "-"):
        return True  # «توقع المصرف "فلان" وصول السعر»
    if before in word_class("named"):
        return count <= (3 if before[:2] == "ال" else 6) and not _describes(folded, count)
    near = place > 1 and tokens[place - 1].kind == WORD and is_name_slot(tokens, place)
    return near and count <= 2 and not direct and not _describes(folded, count)


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
    return any(t.word in word_class("so_called") for t in tokens[max(place - 2, 0) : place])


def _stripped(word: str) -> str:
    """A word without the conjunction or preposition glued to it, where a listed noun is left."""
    for rest in (word, word[1:], word[2:]):
        if rest in word_class("named") or rest in word_class("motto"):
            return rest
    return word
