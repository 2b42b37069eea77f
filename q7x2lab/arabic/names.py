"""Spellings of one foreign name: which words of a vocabulary write it another way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from q7x2lab.arabic.expand import Vocabulary, folded, lemma

# Letters that newsrooms choose between for a sound that Arabic does not have, or has twice.
_SOUNDS = str.maketrans("غگچپڤط", "جججبفت")
_CLITICS = ("", *(a + b for a in ("", "و", "ف") for b in ("", "ب", "ل", "ك") if a + b))
_LONG_VOWELS = "اوي"
_INNER_VOWEL = re.compile(rf"(?<=\w)[{_LONG_VOWELS}](?=\w)")
_SHORTEST, _CERTAIN = 3, 5  # letters of a skeleton that bear one difference, and several


def skeleton(key: str) -> str:
    """The letters of a folded name that its spellings share: غ as ج, inner long vowels off.

    >>> skeleton("بينغ") == skeleton("بينج"), skeleton("امريكا") == skeleton("اميركا")
    (True, True)
    """
    return _INNER_VOWEL.sub("", key.translate(_SOUNDS))


def _near(name: str, other: str) -> bool:
    """Whether two folded names of one skeleton may be spellings of one name."""
    if skeleton(name) != skeleton(other):
        return False
    if len(name) == len(other) and name.translate(_SOUNDS) == other.translate(_SOUNDS):
        return True
    more, fewer = Counter(other) - Counter(name), Counter(name) - Counter(other)
    if len(skeleton(name)) < _CERTAIN and name.translate(_SOUNDS) != name:
        return False  # one difference at a time, unless the name is long
    if len(skeleton(name)) == _SHORTEST:  # so short that a vowel may only be left out
        return not more and fewer.total() == 1 and _is_within(other, name)
    vowels = Counter(letter for letter in (more + fewer).elements() if letter in _LONG_VOWELS)
    return vowels.total() <= 1


def _is_within(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


_GROUPS: WeakKeyDictionary[Vocabulary, dict[str, list[str]]] = WeakKeyDictionary()


def _same_bones(bones: str, vocabulary: Vocabulary) -> list[str]:
    """Folded words of the vocabulary with this skeleton."""
    if vocabulary not in _GROUPS:
        keys = vocabulary.keys()
        groups: dict[str, list[str]] = {}
        for key, group in zip(keys, skeleton("\n".join(keys)).split("\n"), strict=True):
            groups.setdefault(group, []).append(key)
        _GROUPS[vocabulary] = groups
    return _GROUPS[vocabulary].get(bones, [])


def name_variants(name: str, vocabulary: Vocabulary) -> list[str]:
    """Folded words of the vocabulary that spell the same name another way, the name itself not.

    A variant has the same consonants, غ being ج, ط being ت and the like, and one long vowel
    more, fewer or elsewhere at most (بوتن, بوتين; أميركا, أمريكا). A word that the dictionary
    knows as another lemma is no variant, unless it has the very same letters: المنيا is not
    ألمانيا, أميركا is أمريكا. Names with an article are Arabic and have one spelling. For names
    only: on ordinary words these foldings merge جدا and غدا.

    >>> words = Vocabulary(["بوتين", "بوتن", "بوتان", "بيتين"])
    >>> name_variants("بوتين", words)
    ['بوتن']
    """
    key = folded(name)
    if len(skeleton(key)) < _SHORTEST:
        return []
    spellings = {  # with clitics too: a rare spelling may stand nowhere without
        other[len(clitic) :]
        for clitic in _CLITICS
        for other in _same_bones(skeleton(clitic + key), vocabulary)
        if other.startswith(clitic) and vocabulary.types(other)
    }
    return sorted(other for other in spellings - {key} if _is_variant(name, other, vocabulary))


def _is_variant(name: str, other: str, vocabulary: Vocabulary) -> bool:
    """Whether a folded word with the consonants of a name is a spelling of it."""
    key = folded(name)
    if not _near(key, other):
        return False
    respelled = len(key) == len(other) and key.translate(_SOUNDS) == other.translate(_SOUNDS)
    if name.startswith("ال") and not respelled:
        return False
    types = vocabulary.types(other)
    known = lemma(str(vocabulary.forms[types[0]]) if types else other)
    return known in (None, lemma(name)) or (known == other and sorted(key) == sorted(other))


def joinings(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A name of several words with neighbours written as one, in every way; the name first.

    >>> list(joinings(("جين", "بينغ")))
    [('جين', 'بينغ'), ('جينبينغ',)]
    """
    yield words
    for at in range(len(words) - 1):
        head, tail = words[: at + 1], words[at + 1 :]
        if min(len(head[-1]), len(tail[0])) > 2 and not tail[0].startswith("ال"):
            yield from ((*head[:-1], head[-1] + rest[0], *rest[1:]) for rest in joinings(tail))


def partings(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A name with one of its long words written as two, in every way.

    >>> list(partings(("شي", "جينبينغ")))
    [('شي', 'جين', 'بينغ'), ('شي', 'جينب', 'ينغ')]
    """
    for at, word in enumerate(words):
        if word.isalpha() and not word.startswith("ال"):
            for cut in range(3, len(word) - 2):
                yield (*words[:at], word[:cut], word[cut:], *words[at + 1 :])
