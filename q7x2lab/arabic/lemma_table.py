"""simplemma's Arabic table of forms and lemmas, folded and indexed for the rules of lexemes.

The table (MIT licence, shipped in simplemma's wheel) has some 300 thousand forms. It knows most
broken plurals and many conjugated verbs, and has holes: a form that nothing was known about
stands there as its own lemma.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

from q7x2lab.arabic.letters import KEY_STEPS, fold_all, fold_key


@dataclass(frozen=True, eq=False)
class LemmaTable:
    """What the table says of forms and lemmas; lemmas are folded unless said otherwise.

    Attributes
    ----------
    lemma
        Lemma of each form, as written or folded.
    family
        How many forms a lemma has besides itself; lemmas without any are not there.
    verbs
        Lemmas that the table conjugates, as written, the largest family first.
    spelling
        The usual spelling of each lemma.
    """

    lemma: Mapping[str, str]
    family: Mapping[str, int]
    verbs: Sequence[str]
    spelling: Mapping[str, str]


_LONGEST_VERB = 7  # استخدم has six letters; what is longer are joined words


def _is_conjugated(form: str, lemma: str) -> bool:
    """Whether another form than the lemma can be nothing but a conjugated verb: كتبوا, كتبتما,
    يكتب, أدت of أدى.
    """
    if form[0] == "ي" != lemma[0] or form.endswith(("وا", "تما")):
        return True
    return lemma[-1] in "ىا" and form == lemma[:-1] + "ت"


def _verbs(entries: Mapping[str, str]) -> Iterator[str]:
    """Lemmas that the table conjugates: two letters only if doubled (رد, يرد, ردت)."""
    inflected = (entry for entry in entries.items() if entry[0] != entry[1])
    verbs = {lemma for form, lemma in inflected if _is_conjugated(form, lemma)}
    for verb in verbs:
        short = len(verb) == 2 and not {"ي" + verb, verb + "ت"} <= entries.keys()
        definite = verb.startswith("ال") and not verb.startswith("الت")  # التقى has no article
        other = short or definite or verb.endswith(("ة", "وا"))
        if not other and 1 < len(verb) <= _LONGEST_VERB:
            yield verb


def _usual_spellings(lemmas: Sequence[str]) -> dict[str, str]:
    """The spelling with most forms of each folded lemma that is none as it stands: كان is one."""
    forms = Counter(lemmas)
    keys = zip(forms, fold_all(list(forms), KEY_STEPS), strict=True)
    others = [(forms[lemma], lemma, key) for lemma, key in keys if key not in forms]
    return {key: lemma for _, lemma, key in sorted(others)}


def _entries() -> dict[str, str]:
    """Lemma of each form that begins with a letter of Standard Arabic, as the table has them."""
    # simplemma decodes them one by one; at once takes half the time, which every process pays.
    raw = DEFAULT_DICTIONARY_FACTORY.get_dictionary("ar")._dict  # type: ignore[attr-defined]
    words = (b"\n".join(column).decode().split("\n") for column in (raw, raw.values()))
    return {form: lemma for form, lemma in zip(*words, strict=True) if "ء" <= form[0] <= "ي"}


@cache
def lemma_table() -> LemmaTable:
    """The table, read once a process.

    Examples
    --------
    >>> lemma_table().lemma["حروب"]
    'حرب'
    """
    entries = _entries()
    lemmas = list(entries.values())
    keys, folded = fold_all(list(entries), KEY_STEPS), fold_all(lemmas, KEY_STEPS)
    family = Counter(value for key, value in zip(keys, folded, strict=True) if key != value)
    verbs = sorted(_verbs(entries), key=lambda verb: (-family[fold_key(verb)], verb))
    lemma = dict(zip(keys, folded, strict=True)) | dict(zip(entries, folded, strict=True))
    # What spells a lemma without its hamza is that lemma: امن is أمن, no imperative. Not with ال,
    # which is an article (الحد, no ألحد), nor with ي, which may be a final ى.
    own = (key for key, value in zip(keys, folded, strict=True) if key == value)
    lemma |= {key: key for key in own if key[:2] != "ال" and key[-1] != "ي"}
    return LemmaTable(lemma, dict(family), verbs, _usual_spellings(lemmas))
