"""Words that carry grammar or news routine rather than content, told apart by class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml

from q7x2lab.arabic.lemma_table import fold_key
from q7x2lab.arabic.letters import fold_all
from q7x2lab.errors import StudyError, did_you_mean

STOP_CLASSES = ("particles", "pronouns", "reporting", "furniture", "calendar")
DEFAULT_CLASSES = STOP_CLASSES[:4]

_MARKS = dict.fromkeys([0x640, 0x670, *range(0x64B, 0x660)])
_ALEF = str.maketrans(dict.fromkeys("أإآٱ", "ا"))
_ENDINGS = {
    "pronoun": "ه ها هم هما هن نا ك كم كما ي ني",
    "past": "ت ا تا وا ن نا",
    "accusative": "ا ة ين ون",
}
# Forms that are far more often a name or a content word: علي, ولي العهد, تيريزا ماي.
_HOMOGRAPHS = frozenset(
    {"علي", "وعلي", "فعلي", "ولي", "واحد", "فهم", "وهم", "ماي", "الام", "راي", "فيلم"}
)


def _persons(word: str) -> Iterator[str]:
    """The persons of an imperfect written with ي, with and without the future س."""
    for person in "يتنا":
        for future in ("", "س"):
            yield future + person + word[1:]
    for ending in ("ون", "ان", "وا", "ن"):
        for stem in (word, "ت" + word[1:]):
            yield from (stem + ending, "س" + stem + ending)


def _inflected(word: str, takes: Sequence[str]) -> Iterator[str]:
    """A word with the endings, then the prepositions and articles, that it takes."""
    forms = [word]
    if "imperfect" in takes:
        forms += _persons(word)
    for kind in takes:
        # A weak or feminine ending changes before what follows: على, عليه; كافة, كافته.
        stem = word[:-1] + {"ى": "ي", "ة": "ت"}.get(word[-1], word[-1])
        forms += [stem + ending for ending in _ENDINGS.get(kind, "").split()]
    if "article" in takes:
        forms += ["ال" + form for form in forms]
    for form in forms:
        yield form
        if "preposition" in takes:
            yield from ("ب" + form, "ك" + form)
            yield "لل" + form[2:] if form.startswith("ال") else "ل" + form


@cache
def _groups() -> dict[str, list[dict[str, Any]]]:
    path = files("q7x2lab") / "data" / "words" / "stop_words.yaml"
    groups: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return groups


@cache
def _stop_forms(name: str) -> dict[str, tuple[str, int]]:
    """Every folded form of a class, clitics included: the word it is a form of, and its group."""
    found: dict[str, tuple[str, int]] = {}
    for number, group in enumerate(_groups()[name]):
        for word in group["words"].translate(_MARKS).split():
            for form in _inflected(word, group.get("takes", ())):
                folded = form if group.get("exact") else form.translate(_ALEF)
                # Egyptian houses print a final ى as ي, and some a final ي as ى.
                other = {"ى": "ي", "ي": "ى"}.get(folded[-1], folded[-1])
                spelt = {folded, folded[:-1] + other}
                for front in ("", "و", "ف"):
                    for ending in spelt:
                        found.setdefault(front + ending, (word, number))
    return {form: found[form] for form in found.keys() - _HOMOGRAPHS}


@cache
def closed_class_words() -> dict[str, str]:
    """Particles and pronouns: every form with its clitics to the word itself, both folded.

    Verbs among the particles (كان, ليس) are left to the conjugation.

    >>> closed_class_words()["وكلها"], "كانت" in closed_class_words()
    ('كل', False)
    """
    words: dict[str, str] = {}
    for name in ("particles", "pronouns"):
        for form, (word, number) in _stop_forms(name).items():
            if not _groups()[name][number].get("inflected"):
                words.setdefault(form, fold_key(word))
    for front in ("", "و", "ف"):
        del words[front + "كان"]  # كأن without its hamza is the verb
    return words


def is_stop(forms: Iterable[str], classes: Iterable[str] = DEFAULT_CLASSES) -> np.ndarray:
    """Which forms are stop words: a bool array, one entry a form.

    forms: words as printed (marks and tatweel may be there); clitics are seen through, so وفي and
    بأن count with في and أن. classes: any of STOP_CLASSES. Raises StudyError for an unknown class.

    >>> is_stop(["وفي", "بأن", "كما", "بوتين"]).tolist()
    [True, True, True, False]
    >>> is_stop(["الخميس"], classes=["calendar"]).tolist()
    [True]
    """
    stops: set[str] = set()
    for name in classes:
        if name not in STOP_CLASSES:
            raise StudyError(
                f"unknown class of stop words {name!r}", remedy=did_you_mean(name, STOP_CLASSES)
            )
        stops |= _stop_forms(name).keys()
    bare = fold_all(list(forms), ("marks", "tatweel"))
    has = stops.__contains__
    either = [map(has, bare), map(has, fold_all(bare, ("alef",)))]
    return np.logical_or(*(np.fromiter(found, bool, len(bare)) for found in either))
