"""Phrases that count as one word: found by how firmly two words go together, or given."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.letters import BARE_STEPS, fold_all
from q7x2lab.arabic.tokens import WORD
from q7x2lab.corpus.conflation import lexeme_labels
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.errors import expect

AUTO = "auto"  # in a list of phrases: those that find_phrases finds
OUTSIDE, INSIDE = -1, -2
# Of 14 at most. At 11 the pair is an eighth of the tokens of its two words; among 196 pairs above
# it in 1,052 articles names and fixed terms prevail (كوريا الشمالية, مجلس الأمن), and from 10 down
# free combinations do (الجيش الروسي, الدول العربية).
LEAST_LOG_DICE = 11.0


def find_phrases(tokens: Tokens, *, min_count: int = 20) -> pd.DataFrame:
    """Pairs of words that go together firmly, such as كوريا الشمالية, with counts and scores.

    Parameters
    ----------
    min_count
        Least number of occurrences.

    Returns
    -------
    DataFrame
        One row a pair, the best score first: `phrase` (its most frequent spelling, without a
        clitic in front), `count`, `log_dice`.

    Notes
    -----
    Lexemes are counted, so وللولايات المتحدة counts with الولايات المتحدة. No stop word, comma,
    bracket or line end is in a pair. Log-dice is 14 + log2(2 f(ab) / (f(a) + f(b))), Rychlý (2008),
    "A Lexicographer-Friendly Association Score"; it does not depend on the size of the corpus.
    Pairs of at least 11 are listed.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> texts = ["زار مجلس الأمن", "غادر مجلس الأمن", "غادر الرئيس"]
    >>> table = pd.DataFrame({"id": list("abc"), "date": pd.NaT, "outlet": "x", "text": texts})
    >>> find_phrases(tokenize_corpus(Corpus(table)), min_count=2)
            phrase  count  log_dice
    0  مجلس الأمن      2      14.0
    """
    expect(tokens, Tokens, made_by="tokenize_corpus(corpus)")
    content = ((tokens.kinds == WORD) & ~tokens.stop)[tokens.type]
    at = np.flatnonzero(_linked(tokens) & content[1:] & content[:-1])
    lexeme = tokens.lexeme[tokens.type]
    pairs = pd.DataFrame({"first": lexeme[at], "second": lexeme[at + 1], "at": at})
    groups = pairs.groupby(["first", "second"])
    pairs = pairs.assign(number=groups.ngroup(), count=groups["at"].transform("size"))
    pairs = pairs[pairs["count"] >= min_count]
    words = [tokens.forms[tokens.type[pairs["at"] + step]] for step in (0, 1)]
    spelled = pd.DataFrame({"number": pairs["number"], "form": words[0] + " " + words[1]})
    forms = spelled.value_counts().reset_index()
    labels = lexeme_labels(*(forms[name].to_numpy() for name in ("form", "count", "number")))
    table = pairs.drop_duplicates("number").set_index("number").assign(phrase=labels)
    times = np.bincount(lexeme[content], minlength=len(tokens.lexemes))
    alone = times[table["first"]] + times[table["second"]]
    table["log_dice"] = 14 + np.log2(2 * table["count"] / alone)
    kept = table.loc[table["log_dice"] >= LEAST_LOG_DICE, ["phrase", "count", "log_dice"]]
    order = ["log_dice", "count", "phrase"]
    return kept.sort_values(order, ascending=[False, False, True], ignore_index=True)


def _linked(tokens: Tokens) -> NDArray[np.bool_]:
    """Whether each token but the last has one character between itself and the next."""
    same = tokens.article[1:] == tokens.article[:-1]
    return np.asarray(same & (tokens.start[1:] - tokens.end[:-1] == 1))


def phrase_tokens(tokens: Tokens) -> tuple[list[str], NDArray[np.int32]]:
    """The phrases that ``tokens.phrases`` names, and the one that each token belongs to.

    For counting only: queries go to the words, since a query of two words looks for two tokens.
    Phrases are met by the lexemes of their words; where they overlap the longer one wins, then the
    earlier in the list.

    Returns
    -------
    list of str
        The phrases as they are shown.
    array
        One entry a token: the number of the phrase that begins there, -1 outside phrases, -2 at
        the later words of one.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "في مجلس الأمن"})
    >>> names, number = phrase_tokens(tokenize_corpus(Corpus(table), phrases=["مجلس الأمن"]))
    >>> names, number.tolist()
    (['مجلس الأمن'], [-1, 0, -2])
    """
    names = [name for name in tokens.phrases if name != AUTO]
    names += find_phrases(tokens)["phrase"].tolist() if AUTO in tokens.phrases else []
    names = sorted(dict.fromkeys(names), key=lambda name: -len(name.split()))
    lexeme, linked = tokens.lexeme[tokens.type], np.append(_linked(tokens), False)
    known = dict(zip(tokens.forms.tolist(), tokens.lexeme.tolist(), strict=True))
    phrases = ([known.get(w, -1) for w in fold_all(name.split(), BARE_STEPS)] for name in names)
    number = np.full(len(lexeme), OUTSIDE, np.int32)
    for phrase, (first, *others) in enumerate(phrases):
        at = np.flatnonzero(lexeme == first)
        for step, other in enumerate(others):
            at = at[linked[at + step]]
            at = at[lexeme[at + step + 1] == other]
        words = at[:, None] + np.arange(len(others) + 1)
        words = words[(number[words] == OUTSIDE).all(axis=1)]
        number[words[:, 1:]], number[words[:, 0]] = INSIDE, phrase
    return names, number
