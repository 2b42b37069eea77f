"""Letters and marks of the Arabic script, and spellings brought to one form by named steps."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, partial

from q7x2lab.errors import expect_known

# A word is made of LETTERS; MARKS stand inside it and do not count; INVISIBLES draw nothing.
LETTERS = "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff"
MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
ARABIC_LETTER = re.compile("[\u0621-\u064a]")  # of the alphabet proper, and tatweel
TATWEEL = "\u0640"
INVISIBLES = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
PRESENTATION = "\ufb50-\ufdff\ufe70-\ufefc"  # letters stored as the shapes they take in a word

_ALEFS = "أإآٱ"
_DECOMPOSED = "[اأإآٱء][\u0653-\u0655]+|[ويىؤئ]\u0654+"
_COMPOSED = {"ا\u0653": "آ", "ا\u0654": "أ", "ا\u0655": "إ", "و\u0654": "ؤ"}
_COMPOSED |= {"ي\u0654": "ئ", "ى\u0654": "ئ"}
_FINAL = rf"(?=[{MARKS}{TATWEEL}]*(?![{LETTERS}{MARKS}{TATWEEL}]))"


def _substitute(pattern: str, by: str | Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    return partial(re.compile(pattern).sub, by)


def _exchange(letters: str, others: Sequence[str]) -> Callable[[str], str]:
    """As _substitute; the faster way for a few letters that are frequent."""

    def exchange(text: str) -> str:
        for letter, other in zip(letters, others, strict=True):
            text = text.replace(letter, other)
        return text

    return exchange


# In the order they are applied, whatever the order they are asked for in: each leaves nothing
# behind for an earlier one, which is why normalising twice is normalising once.
STEPS: dict[str, Callable[[str], str]] = {
    "presentation": _substitute(
        f"[{PRESENTATION}]", lambda shape: unicodedata.normalize("NFKC", shape[0])
    ),
    "controls": _substitute(f"[{INVISIBLES}]", ""),
    "tatweel": _exchange(TATWEEL, [""]),
    "persian": _exchange("کڪیھہ", "ككيهه"),
    # Hamza or madda over a letter made one with it; over a letter that has one, dropped.
    "compose": _substitute(_DECOMPOSED, lambda pair: _COMPOSED.get(pair[0][:2], pair[0][0])),
    "marks": _substitute(f"[{MARKS}]", ""),
    "digits": _exchange("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2),
    "alef": _exchange(_ALEFS, "ا" * len(_ALEFS)),
    "hamza": _exchange("ؤئء", ["و", "ي", ""]),
    "ya": _substitute("ى" + _FINAL, "ي"),
    "ta_marbuta": _substitute("ة" + _FINAL, "ه"),
}
BARE_STEPS = ("marks", "tatweel")
KEY_STEPS = ("alef", "ya")
DEFAULT_FOLD = (*BARE_STEPS, *KEY_STEPS, "ta_marbuta")
DEFAULT_STEPS = tuple(name for name in STEPS if name != "hamza")


def normalize(text: str, *, steps: Sequence[str] = DEFAULT_STEPS) -> str:
    """The text with its spelling brought to one form.

    Normalising twice is normalising once.

    Parameters
    ----------
    text
        Any text.
    steps
        Names out of ``STEPS``, applied in the order of ``STEPS``:

        - presentation: shapes U+FB50 to U+FEFC become letters
        - controls: bidi and zero-width characters go
        - tatweel: goes
        - persian: ک ڪ ی ھ ہ become ك ي ه
        - compose: hamza or madda stored as a mark of its own becomes أ إ آ ؤ ئ
        - marks: harakat go
        - digits: become ASCII
        - alef: أ إ آ ٱ become ا
        - hamza (not among the defaults): ؤ becomes و, ئ becomes ي, ء goes
        - ya: final ى becomes ي
        - ta_marbuta: final ة becomes ه

    Raises
    ------
    StudyError
        For a name that is no step.

    Notes
    -----
    The foldings are those of Larkey, Ballesteros and Connell (2002), "Improving stemming for
    Arabic information retrieval", each on its own.

    Examples
    --------
    >>> normalize("إلى الجامعـــةِ في ٢٠١٨")
    'الي الجامعه في 2018'
    >>> normalize("إلى الجامعة", steps=["ya"])
    'إلي الجامعة'
    """
    for step in _chosen(steps if isinstance(steps, str) else tuple(steps)):
        text = step(text)
    return text


@cache
def _chosen(steps: str | tuple[str, ...]) -> list[Callable[[str], str]]:
    return [STEPS[name] for name in check_steps(steps)]


def check_steps(steps: Sequence[str]) -> list[str]:
    """The named steps in the order they are applied, each once.

    Raises
    ------
    StudyError
        For a name that is no step.

    Examples
    --------
    >>> check_steps(["ya", "alef"])
    ['alef', 'ya']
    """
    asked = [steps] if isinstance(steps, str) else list(steps)
    for name in asked:
        expect_known(name, STEPS, f"no normalising step is called {name!r}")
    return [name for name in STEPS if name in asked]


def fold(text: str, steps: Sequence[str] = DEFAULT_FOLD) -> str:
    """The text as words are compared: hamza carriers, final ya and ta marbuta folded, marks off.

    Examples
    --------
    >>> fold("أُوكرانيا وإلى غزّة")
    'اوكرانيا والي غزه'
    """
    return normalize(text, steps=steps)


def fold_all(texts: Sequence[str], steps: Sequence[str] = DEFAULT_FOLD) -> list[str]:
    """Each text folded, all at once: for the hundred thousand forms of a vocabulary.

    Examples
    --------
    >>> fold_all(["أوروبا", "غزة"])
    ['اوروبا', 'غزه']
    """
    joined = "\n".join(texts)
    if joined.count("\n") != max(len(texts) - 1, 0):  # a text with a line break of its own
        return [normalize(text, steps=steps) for text in texts]
    folded = normalize(joined, steps=steps)
    return list(texts) if folded == joined else folded.split("\n")


_COMPARED = re.compile(r"[^\W_]+")


def compared_words(text: str) -> list[str]:
    """The words of a text as two texts are compared by: letters folded, signs left out.

    Examples
    --------
    >>> compared_words("** حمّل التطبيق! **")
    ['حمل', 'التطبيق']
    """
    return _COMPARED.findall(fold(text))


def plain(line: str) -> str:
    """The words of a line alone, folded: what makes two lines the same line.

    Examples
    --------
    >>> plain("** حمّل التطبيق الآن! **")
    'حمل التطبيق الان'
    """
    return re.sub(r"\d", "0", " ".join(compared_words(line)))


def fold_key(word: str) -> str:
    """A word without marks as lexemes compare it: hamza carriers to ا, final ى to ي; ة is kept.

    The same as ``fold(word, KEY_STEPS)`` in a fifth of the time.

    Examples
    --------
    >>> fold_key("أولى"), fold_key("إدارة")
    ('اولي', 'ادارة')
    """
    for alef in _ALEFS:
        word = word.replace(alef, "ا")
    return word[:-1] + "ي" if word.endswith("ى") else word


# What a spreadsheet refuses, drops or adds: control characters and marks of direction.
_UNSEEN = re.compile("[\x00-\x1f\x7f\xa0\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def visible(text: str) -> str:
    """What of a text survives any spreadsheet: its visible characters, one blank between words.

    Examples
    --------
    >>> visible("نص  قصير")
    'نص قصير'
    """
    return " ".join(_UNSEEN.sub(" ", text).split())


_WORD = re.compile(f"[{LETTERS}]{{2,}}")
REVERSED_WORDS = 3  # below, chance alone speaks: names and slips that begin with ة or end in لا


def looks_reversed(text: str) -> bool:
    """Whether an Arabic text was stored in visual order, its letters running backwards.

    Two things tell the direction and hold in any Arabic prose: ة and ى end words and never begin
    one, and about every fifth word begins with the article ال while few end in لا. The text is
    taken for reversed if at least three words speak for it and more than twice as many as
    against it; a short text without evidence is left alone.

    Examples
    --------
    >>> looks_reversed("المدينة الكبرى والسياسة الدولية"), looks_reversed("ةنيدملا ىربكلا ةيلودلا")
    (False, True)
    """
    words = _WORD.findall(normalize(text, steps=("presentation", "controls", "marks", "tatweel")))
    onward = sum((word[-1] in "ةى") + word.startswith("ال") for word in words)
    backward = sum((word[0] in "ةى") + word.endswith("لا") for word in words if word != "لا")
    return backward >= REVERSED_WORDS and backward > 2 * onward
