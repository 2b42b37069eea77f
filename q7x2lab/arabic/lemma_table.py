"""simplemma's Arabic table of forms and lemmas, folded and indexed for the rules of lexemes.

The table (MIT licence, shipped in simplemma's wheel) has some 300 thousand forms. It knows most
broken plurals and many conjugated verbs, and has holes: a form that nothing was known about
stands there as its own lemma.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
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


def _verbs(
    entries: Iterable[tuple[str, str]], forms: Set[str], own: Iterable[str]
) -> Iterator[str]:
    """Lemmas that the table conjugates, and verbs of which it has the verbal noun.

    Parameters
    ----------
    entries
        Forms and lemmas as written; one comprehension, since a loop takes twice the time.
    forms
        All forms.
    own
        Forms that are lemmas, folded.
    """
    verbs = {
        lemma
        for form, lemma in entries
        if form[0] == "ي" != lemma[0]  # nothing but a conjugated verb: يكتب, كتبوا
        or (form[-1] == "ا" and form != lemma and form.endswith(("وا", "تما")))
        or (form[-1] == "ت" and lemma[-1] in "ىا" and form[:-1] == lemma[:-1])  # أدت of أدى
    }
    verbs |= {noun[1:-1] for noun in own if _OF_THIRD_FORM.fullmatch(noun)}
    for verb in verbs:
        short = len(verb) == 2 and not {"ي" + verb, verb + "ت"} <= forms  # not رد
        definite = verb.startswith("ال") and not verb.startswith("الت")  # التقى has no article
        other = short or definite or verb.endswith(("ة", "وا"))
        if not other and 1 < len(verb) <= _LONGEST_VERB:
            yield verb


def _decode(words: Iterable[bytes]) -> list[str]:
    return b"\n".join(words).decode().split("\n")


@cache
def lemma_table() -> LemmaTable:
    """The table, read once a process.

    Examples
    --------
    >>> lemma_table().lemma["حروب"]
    'حرب'
    """
    # simplemma decodes words one by one; at once takes half the time, which every process pays.
    # A lemma has six forms on average: what is asked of lemmas is asked once each.
    raw = DEFAULT_DICTIONARY_FACTORY.get_dictionary("ar")._dict  # type: ignore[attr-defined]
    forms, count = _decode(raw), Counter(raw.values())
    written = dict(zip(count, _decode(count), strict=True))
    folded = dict(zip(count, fold_all(list(written.values()), KEY_STEPS), strict=True))
    lemma = dict(zip(forms, map(folded.__getitem__, raw.values()), strict=True))
    keys = fold_all(forms, KEY_STEPS)  # each is a form of the table besides
    own = [key for key, word in zip(keys, lemma.values(), strict=True) if key == word]
    family = Counter(word for key, word in zip(keys, lemma.values(), strict=True) if key != word)
    entries = zip(forms, map(written.__getitem__, raw.values()), strict=True)
    verbs = sorted(_verbs(entries, lemma.keys(), own))
    verbs.sort(key=lambda verb: -family[fold_key(verb)])
    # What spells a lemma without its hamza is that lemma: امن is أمن, no imperative. Not with ال,
    # which is an article (الحد, no ألحد), nor with ي, which may be a final ى.
    lemma |= {key: key for key in own if key[:2] != "ال" and key[-1] != "ي"}
    # The spelling with most forms of each folded lemma that is none as it stands: كان is one.
    as_written = set(written.values())
    spelled = sorted(word for word, key in folded.items() if key not in as_written)
    spelled.sort(key=count.__getitem__)
    spelling = {folded[word]: written[word] for word in spelled}
    # Many small objects make the garbage collector walk through all lists again and again.
    del forms, keys, own, entries
    return LemmaTable(lemma, dict(family), conjugation(verbs), spelling)
