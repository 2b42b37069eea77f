"""simplemma's Arabic table of forms and lemmas, folded and indexed for the rules of lexemes.

The table (MIT licence, shipped in simplemma's wheel) has some 300 thousand forms. It knows most
broken plurals and many conjugated verbs, and has holes: a form that nothing was known about
stands there as its own lemma.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

from q7x2lab.arabic.letters import KEY_STEPS, fold_all, fold_key
from q7x2lab.arabic.verbs import Conjugation, conjugation


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
        The lemmas that the table conjugates, those with the largest family first.
    spelling
        The usual spelling of each lemma.
    """

    lemma: Mapping[str, str]
    family: Mapping[str, int]
    verbs: Conjugation
    spelling: Mapping[str, str]


_OF_THIRD_FORM = re.compile("م.ا.[^ا]ة")  # محاكمة, of حاكم
_LONGEST_VERB = 7  # استخدم has six letters; what is longer are joined words


def _verbs(entries: Mapping[str, str]) -> Iterator[str]:
    """Lemmas that the table conjugates, and verbs of which it has the verbal noun."""
    verbs = set()
    for form, lemma in entries.items():
        if form == lemma:
            if _OF_THIRD_FORM.fullmatch(form):
                verbs.add(form[1:-1])
        elif form[0] == "ي" != lemma[0] or form.endswith(("وا", "تما")):
            verbs.add(lemma)  # nothing but a conjugated verb: يكتب, كتبوا
        elif form[-1] == "ت" and lemma[-1] in "ىا" and form[:-1] == lemma[:-1]:
            verbs.add(lemma)  # أدت of أدى
    for verb in verbs:
        short = len(verb) == 2 and not {"ي" + verb, verb + "ت"} <= entries.keys()  # not رد
        definite = verb.startswith("ال") and not verb.startswith("الت")  # التقى has no article
        other = short or definite or verb.endswith(("ة", "وا"))
        if not other and 1 < len(verb) <= _LONGEST_VERB:
            yield verb


@cache
def lemma_table() -> LemmaTable:
    """The table, read once a process.

    Examples
    --------
    >>> lemma_table().lemma["حروب"]
    'حرب'
    """
    # simplemma decodes words one by one; at once takes half the time, which every process pays.
    raw = DEFAULT_DICTIONARY_FACTORY.get_dictionary("ar")._dict  # type: ignore[attr-defined]
    words = (b"\n".join(column).decode().split("\n") for column in (raw, raw.values()))
    entries = dict(zip(*words, strict=True))
    lemmas = list(entries.values())
    keys, folded = fold_all(list(entries), KEY_STEPS), fold_all(lemmas, KEY_STEPS)
    family = Counter(value for key, value in zip(keys, folded, strict=True) if key != value)
    verbs = sorted(_verbs(entries), key=lambda verb: (-family[fold_key(verb)], verb))
    lemma = dict(zip(keys, folded, strict=True)) | dict(zip(entries, folded, strict=True))
    # What spells a lemma without its hamza is that lemma: امن is أمن, no imperative. Not with ال,
    # which is an article (الحد, no ألحد), nor with ي, which may be a final ى.
    own = (key for key, value in zip(keys, folded, strict=True) if key == value)
    lemma |= {key: key for key in own if key[:2] != "ال" and key[-1] != "ي"}
    forms = Counter(lemmas)
    # The spelling with most forms of each folded lemma that is none as it stands: كان is one.
    others = zip(forms, fold_all(list(forms), KEY_STEPS), strict=True)
    spelled = sorted((forms[word], word, key) for word, key in others if key not in forms)
    spelling = {key: word for _, word, key in spelled}
    return LemmaTable(lemma, dict(family), conjugation(verbs), spelling)
