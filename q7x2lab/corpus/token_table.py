"""The token table: every article tokenised once, everything about a form worked out once a type."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from q7x2lab.arabic.letters import check_steps, fold_all
from q7x2lab.arabic.lexemes import camel_lexemes
from q7x2lab.arabic.lexemes import lexemes as hybrid_lexemes
from q7x2lab.arabic.queries import Matcher, compile_query
from q7x2lab.arabic.stop_words import DEFAULT_CLASSES, is_stop
from q7x2lab.arabic.tokens import LATIN, WORD, Scan, scan
from q7x2lab.arabic.word_forms import Vocabulary
from q7x2lab.corpus.model import Corpus, cut_passages, unit_spans
from q7x2lab.corpus.parts import in_parts, join_columns, parts_of
from q7x2lab.errors import StudyError, counted, expect_known
from q7x2lab.exhibits import with_refusals
from q7x2lab.yaml_files import as_list

Int32s = NDArray[np.int32]
Conflation = str | Callable[[list[str], Mapping[str, int]], Sequence[str]]

CONFLATIONS: dict[str, Callable[..., Sequence[str]]] = {"hybrid": hybrid_lexemes}
CONFLATIONS |= {"none": lambda forms, counts: forms, "camel_tools": camel_lexemes}

# What a label loses where the rest is a form of the same lexeme. ي and ك are not taken from the
# end, nor س from the front, where they belong to too many stems: روسي would be shown as روس,
# سيرينا as يرينا.
PROCLITICS = ("و", "ف", "ب", "ك", "ل", "وب", "وك", "ول", "فب", "فك", "فل")
ENCLITICS = ("ه", "ها", "هم", "هن", "هما", "كم", "نا")

DEFAULT_TOKEN_FOLD = ("alef", "ya", "ta_marbuta")
TANWIN = "\u064b"  # no letter of a type, but روسياً is not روسيا
WIDEST = np.int64(1 << 31)  # longer than any text: one number for an article and a place in it


@dataclass(frozen=True, eq=False, repr=False)
class Tokens:
    """Every token of a corpus, and every word type.

    Lexemes are made when first asked for.

    Attributes
    ----------
    articles
        One row an article, as in the corpus.
    article, start, length, type
        One entry a token, in reading order: its article (row of `articles`), where it starts in
        that article's `text` and its length (characters; 16 bits each, 32 in a corpus with a
        token of more than 65,535), and its word type.
    end
        Where each token ends in the text of its article.
    forms, counts, kinds
        One entry a type: its letters without marks and tatweel, its number of tokens, its kind
        (0 word, 1 latin, 2 number, 3 hashtag, 4 mention).
    lexeme, stop
        One entry a type: the number of its lexeme, and whether it is a stop word.
    lexemes, labels
        One entry a lexeme: the key it is counted by, and the form it is shown as.
    fold, conflation, stop_words, more_stop_words, phrases
        The settings.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قمة وقمة CNN"})
    >>> tokens = tokenize_corpus(Corpus(table))
    >>> tokens.forms.tolist(), tokens.labels, tokens.lexemes, tokens.start.tolist()
    (['قمة', 'وقمة', 'CNN'], ['CNN', 'قمة'], ['cnn', 'قمه'], [0, 4, 9])
    """

    articles: pd.DataFrame
    article: Int32s
    start: Int32s
    length: NDArray[np.uint16] | Int32s
    type: Int32s
    forms: NDArray[np.object_]
    counts: NDArray[np.int64]
    kinds: NDArray[np.uint8]
    fold: tuple[str, ...] = DEFAULT_TOKEN_FOLD
    conflation: Conflation = "hybrid"
    stop_words: tuple[str, ...] = tuple(DEFAULT_CLASSES)
    more_stop_words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    # What `units` found, since cutting all texts into sentences takes as long as tokenising.
    _units: dict[str, tuple[Int32s, pd.DataFrame]] = field(default_factory=dict, init=False)

    def __repr__(self) -> str:
        words, articles = counted(self.n_tokens, "word"), counted(self.n_articles, "article")
        return f"Tokens: {words} in {articles}, {counted(len(self.forms), 'type')}"

    @cached_property
    def _keyed(self) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
        """What each type is counted by: Arabic words by their lexeme, other tokens by their form.

        Other tokens lose their capitals and get ASCII digits.
        """
        arabic = self.kinds == WORD
        words = self.forms[arabic].tolist()
        attested = dict(zip(words, self.counts[arabic].tolist(), strict=True))
        found = list(conflation_of(self.conflation)(words, attested))
        if len(found) != len(words):
            what = f"the lexeme function returned {len(found)} lexemes for {len(words)} forms"
            raise StudyError(what, remedy="return one lexeme for each form, in order")
        keys = self.forms.copy()
        keys[arabic] = np.fromiter(fold_all(found, self.fold), object)
        others = fold_all(self.forms[~arabic].tolist(), (*self.fold, "digits"))
        keys[~arabic] = np.fromiter(map(str.casefold, others), object)
        return pd.factorize(keys, sort=True)

    @cached_property
    def lexeme(self) -> Int32s:
        """The lexeme of each type, a number into `lexemes` and `labels`."""
        return self._keyed[0].astype(np.int32)

    @cached_property
    def lexemes(self) -> list[str]:
        """The keys that types are counted by, sorted."""
        return self._keyed[1].tolist()

    @cached_property
    def labels(self) -> list[str]:
        """The surface form that each lexeme is shown as."""
        return lexeme_labels(self.forms, self.counts, self.lexeme).tolist()

    @cached_property
    def stop(self) -> NDArray[np.bool_]:
        """Whether each type is a stop word by its class or its lexeme."""
        stop = np.asarray(is_stop(self.forms.tolist(), classes=self.stop_words), np.bool_)
        own = [f"lexeme:{word}" for word in self.more_stop_words]
        return stop | self._matcher(own).included if own else stop

    def ends(self, token: Any = slice(None)) -> Int32s:
        """Where the tokens of these numbers end, characters of their articles' texts."""
        return self.start[token] + self.length[token]

    end = property(ends)  # of all, worked out at every call: four bytes a token

    @property
    def n_articles(self) -> int:
        """The number of articles, empty ones among them."""
        return len(self.articles)

    @property
    def n_tokens(self) -> int:
        """The number of words of any alphabet; numbers, hashtags and mentions do not count."""
        return int(self.counts[self.kinds <= LATIN].sum())

    @cached_property
    def tokens_per_article(self) -> NDArray[np.int64]:
        """The number of words in each article."""
        others = np.flatnonzero((self.kinds > LATIN)[self.type])  # few, so that no copy is large
        return np.diff(self.begins) - np.bincount(self.article[others], minlength=self.n_articles)

    @cached_property
    def begins(self) -> NDArray[np.int64]:
        """The first token of each article, and the end of the last one."""
        # Numbers of the articles' own type: of another, the whole column would be cast.
        return np.searchsorted(self.article, np.arange(self.n_articles + 1, dtype=np.int32))

    def units(self, unit: str) -> tuple[Int32s, pd.DataFrame]:
        """The unit that each token stands in, a row of the units, and these.

        Parameters
        ----------
        unit
            `article`, `paragraph` or `sentence`.

        Returns
        -------
        array
            One entry a token.
        DataFrame
            One row a unit, in reading order: `article`, `start`, `end`; empty units too.

        Raises
        ------
        StudyError
            If the unit is unknown.
        """
        if unit not in self._units:
            spans = unit_spans(self.articles["text"], unit)
            if unit == "article":
                return self.article, spans
            begins = spans["article"].to_numpy() * WIDEST + spans["start"].to_numpy()
            places = self.article.astype(np.int64) * WIDEST + self.start
            row = np.searchsorted(begins, places, side="right") - 1
            self._units[unit] = (row.astype(np.int32), spans)
        return self._units[unit]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The word types as queries are compiled against them."""
        return Vocabulary(self.forms, self.counts)

    def _matcher(self, query: Any) -> Matcher:
        lexemes = self.lexeme if "lexeme:" in str(query) else None
        return compile_query(query, self.vocabulary, lexemes=lexemes)

    def hit_tokens(self, query: Any) -> NDArray[np.int64]:
        """Article, first and last token of each hit of a query, n × 3, in reading order.

        What this returned is a query, too, for what would otherwise look the same hits up again.
        """
        if isinstance(query, np.ndarray) and query.ndim == 2:
            return query
        matcher = self._matcher(query)
        found = matcher.find(self.article, self.type, self.start, self.length)
        doubtful = np.flatnonzero(matcher.names[self.type[found[:, 2]]])
        of, ends = found[doubtful, 0], self.ends(found[doubtful, 2])
        last = cut_passages(self.articles["text"], of, np.maximum(ends - 2, 0), ends)
        adverb = [TANWIN in letters for (letters,) in last]
        return np.delete(found, doubtful[np.array(adverb, bool)], axis=0)

    def match(self, query: Any) -> pd.DataFrame:
        """Hits of a query: where each is and how it is written there.

        Parameters
        ----------
        query
            A term, a list of terms, or an alias group; see `parse_query`.

        Returns
        -------
        DataFrame
            One row a hit, in reading order: `article` (row of `articles`), `start`, `end`
            (characters of its text), `surface`.

        Raises
        ------
        QueryError
            If the query cannot be read.
        """
        article, first, last = self.hit_tokens(query).T
        columns = {"article": article, "start": self.start[first], "end": self.ends(last)}
        found = cut_passages(self.articles["text"], *columns.values())
        surface = pd.Series([hit for (hit,) in found], dtype="str")
        return pd.DataFrame(columns).assign(surface=surface)

    @with_refusals
    def kwic(
        self,
        query: Any,
        *,
        window: int = 8,
        sort: tuple[str, int] | None = None,
        n: int | None = None,
        seed: int = 0,
        among: Any = None,
    ) -> pd.DataFrame:
        """Concordance lines: each hit of a query with the words around it.

        Parameters
        ----------
        query
            As for `match`.
        window
            Tokens shown on either side of the hit, within its article.
        sort
            By which word beside the hit lines are sorted: ``("right", 1)`` is the first after it,
            ``("left", 2)`` the second before it. By default they stand in reading order.
        n, seed
            At most so many lines, drawn at random by that seed; by default all of them.
        among
            Which articles to look in, true or false for each, such as
            ``tokens.articles["date"] >= "2022-02-24"``.

        Returns
        -------
        DataFrame
            One row a hit: `id`, `date`, `outlet`, `left` (what comes before the hit, on whichever
            side of it a page shows that), `hit`, `right`.

        Raises
        ------
        QueryError
            If the query cannot be read.

        Examples
        --------
        >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x",
        ...                       "text": "تصدر روسيا النفط وتستورد روسيا السيارات"})
        >>> tokens = tokenize_corpus(Corpus(table))
        >>> tokens.kwic("روسيا", window=1, sort=("right", 1))["right"].tolist()
        ['السيارات', 'النفط']
        """
        side, place = sort or ("right", 1)
        expect_known(side, ("left", "right"), f"sort: no side is called {side!r}")
        if min(window, n or 0, place - 1) < 0:
            what = f"window={window}, n={n}, sort={sort}: a number is too small"
            raise StudyError(what, remedy='give such as window=8, n=40, sort=("right", 1)')
        hits = self.hit_tokens(query)
        if among is not None:
            hits = hits[np.asarray(among, bool)[hits[:, 0]]]
        if n is not None:
            hits = hits[np.sort(np.random.default_rng(seed).permutation(len(hits))[:n])]
        of, first, last = hits.T
        begin = np.maximum(first - window, self.begins[of])
        final = np.minimum(last + window, self.begins[of + 1] - 1)
        edges = (self.start[begin], self.start[first], self.ends(last), self.ends(final))
        found = cut_passages(self.articles["text"], of, *edges)
        lines = pd.DataFrame(found, columns=["left", "hit", "right"], dtype="str")
        lines = lines.replace("\n", " ", regex=True)
        lines = lines.assign(left=lines["left"].str.rstrip(), right=lines["right"].str.lstrip())
        where = self.articles[["id", "date", "outlet"]].iloc[of].reset_index(drop=True)
        lines = pd.concat([where, lines], axis=1)
        if sort is not None:
            words = lines[side].str.findall(r"\w+").str[-place if side == "left" else place - 1]
            order = words.astype("str").fillna("").argsort(kind="stable")
            lines = lines.iloc[order].reset_index(drop=True)
        return lines

    def audit(self, query: Any) -> pd.DataFrame:
        """Surface forms that a query takes in, and forms it leaves out that only look alike.

        Returns
        -------
        DataFrame
            One row a form, the most frequent first: `surface`, `count`, `included`.

        Raises
        ------
        QueryError
            If the query cannot be read.
        """
        return self._matcher(query).audit()


def tokenize_corpus(
    corpus: Corpus,
    *,
    fold: Sequence[str] = DEFAULT_TOKEN_FOLD,
    lexemes: Conflation = "hybrid",
    stop_words: Sequence[str] = DEFAULT_CLASSES,
    more_stop_words: Sequence[str] = (),
    phrases: Sequence[str] = (),
) -> Tokens:
    """The token table of a corpus.

    Parameters
    ----------
    fold
        Steps of `normalize` under which lexemes count as one.
    lexemes
        `hybrid` (the rules of `lexemes`, guarded by the counts of this corpus), `none` (folded
        forms), `camel_tools`, or a function that takes the forms and their counts and returns one
        lexeme a form.
    stop_words
        Classes of stop words.
    more_stop_words
        Words of one's own that are left out as well, with every form of their lexemes.
    phrases
        Phrases that count as one word in a document-term matrix; ``auto`` among them stands for
        those that `find_phrases` finds.

    Raises
    ------
    StudyError
        If a setting is unknown.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال وقال بوتين"})
    >>> tokenize_corpus(Corpus(table))
    Tokens: 3 words in 1 article, 3 types
    """
    lists = {"stop_words": stop_words, "more_stop_words": more_stop_words, "phrases": phrases}
    settings: dict[str, Any] = {name: tuple(as_list(words)) for name, words in lists.items()}
    settings["fold"] = tuple(check_steps(fold))
    conflation_of(lexemes)
    is_stop([], classes=settings["stop_words"])
    # Arrow keeps what reading has left: half a gigabyte for 300,000 articles.
    pa.default_memory_pool().release_unused()
    columns = scan_texts(corpus.articles["text"])
    # Types are numbered as they are met, so their counts come in order; numpy's bincount would
    # first make a copy of all tokens, at 64 bits each.
    counts = pa.array(columns["type"]).value_counts().field("counts").to_numpy()
    return Tokens(corpus.articles, **columns, counts=counts, conflation=lexemes, **settings)


def scan_texts(texts: pd.Series) -> dict[str, Any]:
    """The tokens of all texts and their types, as columns of a token table.

    Returns
    -------
    dict of arrays
        `article`, `start`, `length` and `type` of every token, in reading order; `forms` and
        `kinds` of the types, in the order of their first tokens.

    Examples
    --------
    >>> columns = scan_texts(pd.Series(["من الى", "من"]))
    >>> columns["type"].tolist(), columns["article"].tolist(), columns["forms"].tolist()
    ([0, 1, 0], [0, 0, 1], ['من', 'الى'])
    """
    numbers: dict[bytes, int] = {}
    kinds = bytearray()

    def numbered() -> Iterator[list[NDArray[Any]]]:
        for tokens, words, kind in in_parts(_scan_part, parts_of(texts)):
            known = len(numbers)
            types = np.array([numbers.setdefault(word, len(numbers)) for word in words], np.int32)
            kinds.extend(kind[types >= known].tobytes())
            yield [*tokens[:3], types[tokens[3]]]

    names = ("article", "start", "length", "type")
    columns = dict(zip(names, join_columns(numbered()), strict=True))
    forms = np.array([letters.decode("utf-16-le") for letters in numbers], object)
    return {**columns, "forms": forms, "kinds": np.frombuffer(kinds, np.uint8)}


def _scan_part(texts: pd.Series) -> tuple[list[NDArray[Any]], list[bytes], NDArray[np.uint8]]:
    """The columns of the tokens of some texts, and letters and kinds of the types among them."""
    chunk = texts.tolist()
    found = scan("\n".join(chunk))  # a line end belongs to no token
    sizes = np.fromiter(map(len, chunk), np.int64, len(chunk)) + 1
    begins = np.cumsum(sizes) - sizes
    inside = np.searchsorted(begins, found.start, side="right") - 1
    length = found.end - found.start
    width = np.uint16 if length.max(initial=0) < 1 << 16 else np.int32
    words = _letters(found).dictionary_encode()
    types = words.indices.to_numpy()
    kinds = np.zeros(len(words.dictionary), np.uint8)
    kinds[types] = found.kind  # the letters of a token decide its kind
    places = np.array([texts.index.to_numpy()[inside], found.start - begins[inside]], np.int32)
    return [*places, length.astype(width), types], words.dictionary.to_pylist(), kinds


def _letters(found: Scan) -> pa.LargeBinaryArray:
    """The letters of each token, two bytes a letter, for Arrow to number the distinct ones."""
    ends = np.cumsum(found.length)
    shift = found.first - (ends - found.length)
    letters = found.letters[np.repeat(shift, found.length) + np.arange(found.length.sum())]
    buffers = [None, pa.py_buffer(2 * np.concatenate(([0], ends))), pa.py_buffer(letters)]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(ends), buffers)


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
    expect_known(lexemes, CONFLATIONS, f"no conflation is called {lexemes!r}")
    return CONFLATIONS[lexemes]


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
    ranked = table.assign(length=table["form"].str.len()).sort_values(["lexeme", "length", "form"])
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
