"""What each word type is counted by, its lexeme, and what that lexeme is shown as."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.letters import fold_all
from q7x2lab.arabic.lexemes import camel_lexemes
from q7x2lab.arabic.lexemes import lexemes as hybrid_lexemes
from q7x2lab.arabic.tokens import WORD
from q7x2lab.errors import StudyError, did_you_mean

Conflation = str | Callable[[list[str], Mapping[str, int]], Sequence[str]]

CONFLATIONS: dict[str, Callable[..., Sequence[str]]] = {
    "hybrid": hybrid_lexemes,
    "none": lambda forms, counts: forms,
    "camel_tools": camel_lexemes,
}

# What a label loses where the rest is a form of the same lexeme. ي and ك are not taken from the
# end, nor س from the front, where they belong to too many stems: روسي would be shown as روس,
# سيرينا as يرينا.
PROCLITICS = ("و", "ف", "ب", "ك", "ل", "وب", "وك", "ول", "فب", "فك", "فل")
ENCLITICS = ("ه", "ها", "هم", "هن", "هما", "كم", "نا")


def conflation_of(lexemes: Conflation) -> Callable[..., Sequence[str]]:
    """The function of forms and their counts that a conflation's name stands for.

    Raises
    ------
    StudyError
        If no conflation has this name.

    Examples
    --------
    >>> conflation_of("none")(["قمة"], {"قمة": 1})
    ['قمة']
    """
    if callable(lexemes):
        return lexemes
    if lexemes not in CONFLATIONS:
        remedy = did_you_mean(lexemes, CONFLATIONS)
        raise StudyError(f"no conflation is called {lexemes!r}", remedy=remedy)
    return CONFLATIONS[lexemes]


def lexeme_keys(
    forms: NDArray[np.object_],
    counts: NDArray[np.int64],
    kinds: NDArray[np.uint8],
    *,
    fold: Sequence[str],
    lexemes: Conflation,
) -> NDArray[np.object_]:
    """What each type is counted by: Arabic words by their lexeme, other tokens by their form.

    Other tokens lose their capitals and get ASCII digits.

    Parameters
    ----------
    forms, counts, kinds
        Surface form, number of tokens and kind of each type.
    fold
        Steps of `normalize` under which keys count as one.
    lexemes
        Name of a conflation, or a function of forms and their counts.

    Raises
    ------
    StudyError
        If the function returns fewer or more lexemes than it was given forms.

    Examples
    --------
    >>> forms, one = np.array(["دولتين", "CNN"], object), np.array([1, 1])
    >>> kinds = np.array([0, 1], np.uint8)
    >>> lexeme_keys(forms, one, kinds, fold=["ta_marbuta"], lexemes="hybrid").tolist()
    ['دوله', 'cnn']
    """
    arabic = kinds == WORD
    words = forms[arabic].tolist()
    attested = dict(zip(words, counts[arabic].tolist(), strict=True))
    found = list(conflation_of(lexemes)(words, attested))
    if len(found) != len(words):
        what = f"the lexeme function returned {len(found)} lexemes for {len(words)} forms"
        raise StudyError(what, remedy="return one lexeme for each form, in order")
    keys = forms.copy()
    keys[arabic] = np.fromiter(fold_all(found, fold), object)
    others = fold_all(forms[~arabic].tolist(), (*fold, "digits"))
    keys[~arabic] = np.fromiter(map(str.casefold, others), object)
    return keys


def lexeme_labels(
    forms: NDArray[np.object_], counts: NDArray[np.int64], lexeme: NDArray[np.integer]
) -> pd.Series:
    """The surface form that each lexeme is shown as, by the number of the lexeme.

    It is the most frequent form, without its clitics where the corpus has the rest as a form of
    the same lexeme. Of forms with equal counts the shorter is taken, then the earlier in code
    point order.

    Parameters
    ----------
    forms, counts, lexeme
        Surface form, number of tokens and lexeme number of each type.

    Examples
    --------
    >>> forms = np.array(["باليوان", "اليوان", "أمن", "امن"], object)
    >>> lexeme_labels(forms, np.array([9, 4, 3, 2]), np.array([0, 0, 1, 1])).tolist()
    ['اليوان', 'أمن']
    """
    table = pd.DataFrame({"lexeme": lexeme, "count": counts, "form": forms})
    table = table[table["count"] == table.groupby("lexeme")["count"].transform("max")]
    table = table.assign(length=table["form"].str.len())
    ranked = table.sort_values(["lexeme", "length", "form"])
    commonest = ranked.drop_duplicates("lexeme").set_index("lexeme")["form"]
    numbers = dict(zip(forms.tolist(), lexeme.tolist(), strict=True))
    times = dict(zip(forms.tolist(), counts.tolist(), strict=True))
    labels = []
    for number, form in commonest.items():
        while rests := [rest for rest in _rests(form) if numbers.get(rest) == number]:
            form = max(rests, key=times.__getitem__)
        labels.append(form)
    return pd.Series(labels, commonest.index, dtype=object)


def _rests(form: str) -> Iterator[str]:
    """What a form may be without the clitics in front, behind, or both."""
    fronts = [clitic for clitic in PROCLITICS if form.startswith(clitic)]
    begins = [form, *(form.removeprefix(clitic) for clitic in fronts)]
    begins += ["ا" + form.removeprefix(clitic) for clitic in fronts if clitic.endswith("ل")]
    yield from begins[1:]  # لليوان: ليوان, اليوان
    for begin in begins:
        for clitic in ENCLITICS:
            if begin.endswith(clitic):
                stem = begin.removesuffix(clitic)
                yield from (stem, re.sub("ت$", "ة", stem))  # قوتهم: قوت, قوة
