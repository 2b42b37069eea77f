"""Words that carry grammar or news routine rather than content, told apart by class."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from q7x2lab.arabic.letters import BARE_STEPS, fold_all, fold_key, normalize
from q7x2lab.errors import expect_known
from q7x2lab.yaml_files import read_bundled

if TYPE_CHECKING:
    import numpy as np

STOP_CLASSES = ("particles", "pronouns", "reporting", "furniture", "calendar")
DEFAULT_CLASSES = STOP_CLASSES[:4]

_LISTS: dict[str, Any] = read_bundled("stop_words", "words", what="list of stop words")
CONJUNCTIONS = ("", "و", "ف")  # what every word may have in front, or not
# The persons of an imperfect written with ي, with and without the future س.
_PERSONS = [*product(("ي", "ت", "ن", "ا", "سي", "ست", "سن", "سا"), [""])]
_PERSONS += product(("ي", "ت", "سي", "ست"), ("ون", "ان", "وا", "ن"))
_BEFORE_ENDINGS = {"ى": "ي", "ة": "ت"}  # على, عليه; كافة, كافته


def _inflected(word: str, takes: Sequence[str]) -> Iterator[str]:
    """A word with the endings, then the prepositions and articles, that it takes."""
    stem = word[:-1] + _BEFORE_ENDINGS.get(word[-1], word[-1])
    forms = [word]
    if "imperfect" in takes:
        forms += [front + word[1:] + ending for front, ending in _PERSONS]
    forms += [stem + ending for kind in takes for ending in _LISTS["endings"].get(kind, "").split()]
    if "article" in takes:
        forms += ["ال" + form for form in forms]
    yield from forms
    for form in forms if "preposition" in takes else ():
        yield from ("ب" + form, "ك" + form)
        yield "لل" + form[2:] if form.startswith("ال") else "ل" + form


@cache
def _stop_forms(name: str) -> dict[str, str | None]:
    """Every folded form of a class, clitics included, to the word it is a form of, folded.

    None stands for words of which the rules for verbs and nouns know the lexeme (كان, آخر).
    """
    found: dict[str, str | None] = {}
    homographs = _LISTS["homographs"].split()
    for group in _LISTS[name]:
        for word in normalize(group["words"], steps=BARE_STEPS).split():
            lexeme = None if group.get("inflected") else fold_key(word)
            forms = list(_inflected(word, group.get("takes", ())))
            for form in forms if group.get("exact") else fold_all(forms, ["alef"]):
                # Egyptian houses print a final ى as ي, and some a final ي as ى.
                other = form[:-1] + {"ى": "ي", "ي": "ى"}.get(form[-1], form[-1])
                for front, spelling in product(CONJUNCTIONS, {form, other}):
                    found.setdefault(front + spelling, lexeme)
    return {form: word for form, word in found.items() if form not in homographs}


@cache
def closed_class() -> dict[str, str]:
    """Particles and pronouns with their clitics, and foreign names, to the word that each is.

    Both are folded. Verbs among the particles (كان, ليس) are left to the conjugation.

    Examples
    --------
    >>> closed_class()["وكلها"], closed_class()["ماكرون"], "كانت" in closed_class()
    ('كل', 'ماكرون', False)
    """
    names = " ".join(read_bundled("names", "words", what="list of names").values())
    forms = _stop_forms("pronouns") | _stop_forms("particles")
    left_out = {front + "كان" for front in CONJUNCTIONS}  # كأن without its hamza is the verb
    words = {form: word for form, word in forms.items() if word and form not in left_out}
    return {fold_key(name): fold_key(name) for name in names.split()} | words


def is_stop(forms: Iterable[str], classes: Iterable[str] = DEFAULT_CLASSES) -> "np.ndarray":
    """Whether each form is a stop word.

    Parameters
    ----------
    forms
        Words as printed; marks and tatweel may be there. Clitics are seen through, so وفي and بأن
        count with في and أن.
    classes
        Any of ``STOP_CLASSES``.

    Returns
    -------
    ndarray of bool
        One entry a form.

    Raises
    ------
    StudyError
        For an unknown class.

    Examples
    --------
    >>> is_stop(["وفي", "بأن", "كما", "بوتين"]).tolist()
    [True, True, True, False]
    >>> is_stop(["الخميس"], classes=["calendar"]).tolist()
    [True]
    """
    import numpy as np  # lexemes need this module and no arrays

    stops: set[str] = set()
    for name in classes:
        expect_known(name, STOP_CLASSES, f"stop_words: no class {name!r} (see more_stop_words)")
        stops |= _stop_forms(name).keys()
    bare = fold_all(list(forms), BARE_STEPS)
    folded = fold_all(bare, ["alef"])
    return np.array([not stops.isdisjoint(pair) for pair in zip(bare, folded, strict=True)], bool)
