"""House style: how outlets spell one word and what they call themselves, apart from content."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.preprocessing import OneHotEncoder, normalize

from q7x2lab.arabic.letters import fold
from q7x2lab.arabic.tokens import LATIN
from q7x2lab.corpus.model import article_labels
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.data.phrases import bundled_words
from q7x2lab.errors import AnalysisError
from q7x2lab.exhibits import LANGUAGES, Words

COLUMNS = ["outlet", "kind", "label", "other", "here", "other_here", "elsewhere"]
COLUMNS += ["other_elsewhere", "share", "lexeme", "counted_as"]
FEWEST, SHORTEST = 20, 4  # hits of two spellings in an outlet; letters of each
LOYAL = 0.9  # of these hits, in one spelling; and of all hits, in that which their outlet prefers
# Cosine of contexts. Of pairs that outlets tell like this, spellings had .5 and more in 28,516
# articles (.25 in 1,052), words that only look alike at most .19.
NEAR = 0.2
BESIDE = (-2, -1, 1, 2)  # words that are the context of a word
FEWEST_NAMED, OWN = 5, 0.8  # hits of a self-name; of its frequency here and elsewhere, here
MOST_GROUPS = 50  # the largest: a table of words by thousands of authors fills the memory
TOGETHER = 0.5  # of its hits that stand beside another word of the outlet's name


def house_style(tokens: Tokens, *, by: str = "outlet") -> pd.DataFrame:
    """The style sheet of each outlet: the spellings that it keeps to, and words of its own name.

    Parameters
    ----------
    by
        The column of the articles that names whose style it is; of its values the 50 with most
        articles are compared.

    Returns
    -------
    DataFrame
        ``outlet kind label other here other_here elsewhere other_elsewhere share``. Of a
        ``spelling``: the word as the outlet writes it and as others do, the hits of both here and
        elsewhere, and the share of the first in both here. Of a ``self_name``: a word of the
        outlet's name, its hits, and how much of its frequency, here and elsewhere, is here.
        ``lexeme``, and the one it is ``counted_as``, none for a self-name: see `without_style`.

    Notes
    -----
    Two lexemes are spellings of one word where they differ only by long vowels, hamzas or letters
    that stand for one foreign sound (``data/words/spelling.yaml``), stand in like contexts (cosine
    of the two words on either side, weighted by inverse frequency; after Harris 1954,
    Distributional Structure), and the outlet tells which: at least 90 % of their hits are of the
    spelling that their outlet prefers, and of outlets that have both together 20 times some write
    90 % of them in one way and some in the other. Words of an outlet's name are known by their
    sound, Latin or Arabic, and by standing beside each other: سكاي نيوز, بي بي سي.

    Examples
    --------
    >>> from q7x2lab.corpus.model import Corpus
    >>> from q7x2lab.corpus.token_table import tokenize_corpus
    >>> table = pd.DataFrame({"outlet": ["x", "y"] * 20, "date": pd.NaT})
    >>> table["text"] = ["زار الرئيس ترمب باريس", "زار الرئيس ترامب باريس"] * 20
    >>> style = house_style(tokenize_corpus(Corpus(table)))
    >>> style[["outlet", "label", "other", "here", "elsewhere"]].values.tolist()
    [['x', 'ترمب', 'ترامب', 20, 0], ['y', 'ترامب', 'ترمب', 20, 0]]
    """
    labels = article_labels(tokens.articles, by)
    labels = labels.where(labels.isin(labels.value_counts().index[:MOST_GROUPS]))
    group, names = pd.factorize(labels)
    group, lexeme = group[tokens.article], tokens.lexeme[tokens.type]
    kept = (group >= 0) & (tokens.kinds <= LATIN)[tokens.type]
    cells = np.ones(kept.sum(), int), (lexeme[kept], group[kept])
    # The last row stays empty: the other spelling of a self-name, lexeme -1, has no hits.
    hits = sparse.coo_array(cells, shape=(len(tokens.lexemes) + 1, len(names))).toarray()
    table = pd.concat([_spellings(tokens, hits), _self_names(tokens, hits, names.tolist())])
    at, word, other = (table[key].to_numpy(int) for key in ("outlet", "lexeme", "other"))
    total = hits.sum(axis=1)
    table["here"], table["other_here"] = hits[word, at], hits[other, at]
    table["elsewhere"] = total[word] - table["here"]
    table["other_elsewhere"] = total[other] - table["other_here"]
    rank = total.argsort(kind="stable").argsort()
    commoner = np.where((rank[word] < rank[other]) | (other < 0), other, word)
    keys, shown = (np.array([*x, ""], object) for x in (tokens.lexemes, tokens.labels))
    table["lexeme"], table["counted_as"], table["outlet"] = keys[word], keys[commoner], names[at]
    table["label"], table["other"] = shown[word], shown[other]
    order = ["outlet", "kind", "here"]
    return table[COLUMNS].sort_values(order, ascending=[True, True, False], ignore_index=True)


def _spellings(tokens: Tokens, hits: NDArray[Any]) -> pd.DataFrame:
    """The lexeme that an outlet keeps to where others have another: ``outlet lexeme other``."""
    frequent = np.flatnonzero(hits.sum(axis=1) >= FEWEST)
    words = pd.DataFrame({"lexeme": [n for n in frequent if len(tokens.lexemes[n]) >= SHORTEST]})
    words["sound"] = _sounds([tokens.lexemes[number] for number in words["lexeme"]])
    twins = words.rename(columns={"lexeme": "other"})
    pairs = words.merge(twins, on="sound").query("lexeme != other")
    mine, theirs = hits[pairs["lexeme"]], hits[pairs["other"]]
    both = mine + theirs
    told = np.maximum(mine, theirs).sum(axis=1) >= LOYAL * both.sum(axis=1)
    loyal, others = (told[:, None] & (both >= FEWEST) & (x >= LOYAL * both) for x in (mine, theirs))
    row, outlet = np.nonzero(loyal & others.any(axis=1)[:, None])
    share = mine[row, outlet] / both[row, outlet]
    table = pairs.iloc[row].assign(outlet=outlet, kind="spelling", share=share)
    return table[_nearness(tokens, table, hits.sum(axis=1)) >= NEAR]


def _sounds(words: list[str], kind: str = "word") -> list[str]:
    """What is left of words, or of those of a name, without letters that spellings differ by."""
    letters = bundled_words("spelling")
    heard = {letter: one for one, alike in letters["alike"].items() for letter in alike}
    table = str.maketrans(heard | dict.fromkeys(letters["passing"][kind], ""))
    return [word.translate(table) for word in words]


def _nearness(tokens: Tokens, pairs: pd.DataFrame, total: NDArray[Any]) -> NDArray[Any]:
    """Cosine of the contexts of the two lexemes of each pair, each of which is a `lexeme`."""
    lexeme = tokens.lexeme[tokens.type]
    place = np.flatnonzero(np.isin(lexeme, pairs["lexeme"]))
    beside = np.clip(place[:, None] + BESIDE, 0, len(lexeme) - 1)
    row, column = np.nonzero(tokens.article[beside] == tokens.article[place][:, None])
    cells = lexeme[place[row]], lexeme[beside[row, column]]
    contexts = sparse.coo_array((np.ones(len(row)), cells), shape=(len(total), len(total))).tocsr()
    rarity = sparse.diags_array(np.log(max(total.sum(), 1) / np.maximum(total, 1)))
    vectors = normalize(contexts.log1p() @ rarity)
    return np.asarray(vectors[pairs["lexeme"]].multiply(vectors[pairs["other"]]).sum(axis=1))


def _self_names(tokens: Tokens, hits: NDArray[Any], names: list[str]) -> pd.DataFrame:
    """Words of an outlet's name that stand together, and mostly there: ``outlet lexeme share``."""
    size, total = hits.sum(axis=0), hits.sum(axis=1, keepdims=True)
    here = hits / np.maximum(size, 1)
    elsewhere = (total - hits) / np.maximum(size.sum() - size, 1)
    share = here / np.maximum(here + elsewhere, 1e-12)
    lexeme, keys, rows = tokens.lexeme[tokens.type], [*tokens.lexemes, ""], []
    sounds = _sounds(keys, "name")
    for outlet, name in enumerate(names):
        named = np.isin(sounds, _heard(name))
        around = named[np.roll(lexeme, 1)] | named[np.roll(lexeme, -1)]
        together = np.bincount(lexeme, around, len(keys)) >= TOGETHER * total[:, 0]
        together |= np.isin(keys, re.findall("[a-z]+", name.lower()))  # CNN stands alone
        own = (hits[:, outlet] >= FEWEST_NAMED) & (share[:, outlet] >= OWN)
        words = np.flatnonzero(own & named & together)
        rows += [("self_name", outlet, word, -1, share[word, outlet]) for word in words]
    return pd.DataFrame(rows, columns=["kind", "outlet", "lexeme", "other", "share"])


def _heard(name: str) -> list[str]:
    """The words of a name, and how they sound in Arabic; of capitals also their letters."""
    known, words = bundled_words("spelling"), name.split()
    letters = [known["spelled"].get(x, "") for word in words if word.isupper() for x in word]
    latin = re.compile("|".join([*known["latin"], "[a-z]"]))  # the last are vowels
    heard = latin.sub(lambda x: known["latin"].get(x[0], ""), fold(name).lower())
    return [x for x in _sounds([*letters, *heard.split()], "name") if x] + name.lower().split()


def without_style(dtm: Any, style: pd.DataFrame, *, how: str = "apart") -> Any:
    """The matrix with spellings of one word counted as one, and without outlets' own names.

    Parameters
    ----------
    dtm
        A matrix, or several by name, which come back by name.
    style
        What `house_style` returned.
    how
        ``apart``; ``keep`` gives the matrix as it is.

    Examples
    --------
    >>> from q7x2lab.corpus.matrix import DocumentTermMatrix
    >>> words, articles = ["سفح", "ترامب", "ترمب"], pd.DataFrame({"id": ["a", "b"]})
    >>> counts = sparse.csr_array([[2, 1, 0], [1, 0, 3]])
    >>> dtm = DocumentTermMatrix(counts, articles, words, words, "article")
    >>> style = pd.DataFrame({"lexeme": ["ترامب", "سفح"], "counted_as": ["ترمب", ""]})
    >>> plain = without_style(dtm, style)
    >>> plain.labels, plain.counts.toarray().tolist()
    (['ترمب'], [[1], [3]])
    """
    if how == "keep" or style.empty:
        return dtm
    if isinstance(dtm, Mapping):
        return {name: without_style(one, style, how=how) for name, one in dtm.items()}
    label = dict(zip(dtm.lexemes, dtm.labels, strict=True))
    pairs = zip(style["lexeme"], style["counted_as"], strict=True)
    one = {key: other for key, other in pairs if other in label or not other}
    encoder = OneHotEncoder(dtype=np.int32)
    member = encoder.fit_transform([[one.get(key, key)] for key in dtm.lexemes])
    lexemes = [key for key in encoder.categories_[0] if key]  # none for a self-name, and first
    counts = sparse.csr_array(dtm.counts @ member)[:, -len(lexemes) :]
    return replace(dtm, counts=counts, lexemes=lexemes, labels=[label[key] for key in lexemes])


def style_methods(style: pd.DataFrame, *, how: str = "apart") -> Words:
    """What a methods section says of the house style that was set aside.

    Parameters
    ----------
    style, how
        As for `without_style`.

    Raises
    ------
    AnalysisError
        Where nothing was set aside.

    Examples
    --------
    >>> kinds = ["spelling", "spelling", "self_name"]
    >>> style = pd.DataFrame({"kind": kinds, "lexeme": ["ترمب", "ترامب", "سفح"]})
    >>> style_methods(style.assign(counted_as=["ترمب", "ترمب", ""])).en[-75:]
    "count as one each, and words of outlets' own names (1 in all) do not count."
    """
    word = style["counted_as"].where(style["kind"] == "spelling", style["lexeme"])
    counts = word.groupby(style["kind"]).nunique().reindex(["spelling", "self_name"], fill_value=0)
    if how == "keep" or not counts.any():
        raise AnalysisError("no house style was set aside", remedy="set it apart in the study")
    texts = bundled_words("methods")["house-style"]
    return Words(*(texts[language].format_map(counts) for language in LANGUAGES))
