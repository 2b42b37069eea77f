"""From the form of a word to the lexeme to count by, and to the form to show for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

_FOLD = str.maketrans({letter: "ا" for letter in "أإآٱ"})
_PROCLITICS = "وال فال بال كال ولل فلل ال لل وب ول وك فب فل وس فس و ف ب ل ك س".split()
_ENCLITICS = "هما كما هم ها هن كم نا ه ك ي".split()
_ENDINGS = [("ات", ""), ("ات", "ة"), ("ان", ""), ("ين", ""), ("ون", ""), ("ان", "ة"), ("ين", "ة")]
_ENDINGS += [("تين", "ة"), ("تان", "ة"), ("ا", ""), ("ة", "")]


def _fold(form: str) -> str:
    form = form.translate(_FOLD)
    return form[:-1] + "ي" if form.endswith("ى") else form


@cache
def _lemma_table() -> dict[str, str]:
    raw = DEFAULT_DICTIONARY_FACTORY.get_dictionary("ar")
    table: dict[str, str] = {}
    for form in raw:
        key = _fold(form)
        if key not in table or key == form:
            table[key] = _fold(raw[form])
    return table


def _lexeme(form: str, table: dict[str, str], attested: dict[str, int]) -> str:
    if form in table:
        return table[form]
    for clitic in _PROCLITICS:
        rest = form[len(clitic) :]
        if len(rest) >= 2 and form.startswith(clitic):
            if rest in table:
                return table[rest]
            if len(rest) > 2 and rest in attested:
                return _lexeme(rest, table, attested)
    for clitic in _ENCLITICS:
        rest = form[: -len(clitic)]
        if len(rest) >= 2 and form.endswith(clitic):
            feminine = rest[:-1] + "ة"
            if rest.endswith("ت") and feminine in table:
                return table[feminine]
            if rest in table:
                return table[rest]
    for ending, instead in _ENDINGS:
        rest = form[: -len(ending)] + instead
        if len(rest) >= 3 and form.endswith(ending) and rest in table:
            return table[rest]
    return form


def lexemes(types: Sequence[str], frequencies: Mapping[str, int] | None = None) -> list[str]:
    """Lexeme of each word type.

    types: surface forms, one a type. frequencies: tokens of each form in the corpus, the guard
    against cutting into a name.

    >>> lexemes(["وبالتعاون", "بوتين", "فرنسا", "دولتين"])
    ['تعاون', 'بوتين', 'فرنسا', 'دولة']
    """
    table = _lemma_table()
    attested: dict[str, int] = {}
    for form, count in (frequencies or {}).items():
        key = _fold(form)
        attested[key] = attested.get(key, 0) + count
    return [_lexeme(_fold(form), table, attested) for form in types]


def display_labels(
    forms: Sequence[str], counts: Sequence[int] | np.ndarray, lexeme: Sequence[int] | np.ndarray
) -> list[str]:
    """Most frequent surface form of each lexeme, in the order of the lexeme numbers.

    forms: one a type. counts: tokens of each type. lexeme: number of each type's lexeme, from 0.
    Of forms with equal counts the shorter comes first, then the earlier in code point order.

    >>> display_labels(["أمن", "امن", "دول"], [5, 2, 3], [0, 0, 1])
    ['أمن', 'دول']
    """
    numbers, n = np.asarray(lexeme), np.asarray(counts)
    order = sorted(range(len(forms)), key=lambda i: (-n[i], len(forms[i]), forms[i]))
    labels = [""] * (int(numbers.max()) + 1 if len(numbers) else 0)
    for i in reversed(order):
        labels[numbers[i]] = forms[i]
    return labels
