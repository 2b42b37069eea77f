"""The token table: every article tokenised once, everything about a form worked out once a type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from q7x2lab.arabic.letters import check_steps, fold_all
from q7x2lab.arabic.lexemes import camel_lexemes, display_labels
from q7x2lab.arabic.lexemes import lexemes as hybrid_lexemes
from q7x2lab.arabic.sentences import split_paragraphs, split_sentences
from q7x2lab.arabic.stop_words import DEFAULT_CLASSES, is_stop
from q7x2lab.arabic.tokens import HASHTAG, LATIN, MENTION, NUMBER, WORD
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.scanning import token_table
from q7x2lab.errors import StudyError, counted, did_you_mean, expect

Conflation = str | Callable[[list[str], Mapping[str, int]], Sequence[str]]
Int32s = NDArray[np.int32]
CONFLATIONS: dict[str, Callable[..., Sequence[str]] | None] = {
    "hybrid": hybrid_lexemes,
    "none": None,
    "camel_tools": camel_lexemes,
}
DEFAULT_TOKEN_FOLD = ("alef", "ya", "ta_marbuta")


@dataclass(frozen=True, eq=False, repr=False)
class Tokens:
    """Every token of a corpus, and every word type.

    One entry a token, sorted by article and start: `article` (row of `articles`), `start`, `end`
    (characters of that article's `text`), `type`. One entry a type: `forms` (as written, without
    marks and tatweel), `counts`, `kinds` (0 word 1 latin 2 number 3 hashtag 4 mention), `lexeme`
    (a number into `lexemes`, the keys to count by, and `labels`, what to show for them), `stop`.
    Lexemes are made when first asked for. `fold`, `conflation` and `stop_words` are the settings.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نفط ونفط"})
    >>> tokens = tokenize_corpus(Corpus(table))
    >>> tokens.forms.tolist(), tokens.labels, tokens.start.tolist()
    (['نفط', 'ونفط'], ['نفط'], [0, 4])
    """

    articles: pd.DataFrame
    article: Int32s
    start: Int32s
    end: Int32s
    type: Int32s
    forms: NDArray[np.object_]
    counts: NDArray[np.int64]
    kinds: NDArray[np.uint8]
    fold: tuple[str, ...] = DEFAULT_TOKEN_FOLD
    conflation: Conflation = "hybrid"
    stop_words: tuple[str, ...] = tuple(DEFAULT_CLASSES)

    def __repr__(self) -> str:
        return (
            f"Tokens: {counted(self.n_tokens, 'word')} in {counted(self.n_articles, 'article')}, "
            f"{counted(len(self.forms), 'type')}"
        )

    @cached_property
    def _classes(self) -> tuple[Int32s, list[str], list[str]]:
        """Lexeme of each type, and key and label of each lexeme, in the order of the keys."""
        keys = lexeme_keys(
            self.forms, self.counts, self.kinds, fold=self.fold, lexemes=self.conflation
        )
        lexeme, names = in_order(keys)
        labels = class_labels(self.forms, self.counts, lexeme)
        return lexeme, names, labels

    @property
    def lexeme(self) -> Int32s:
        """The lexeme of each type, a number into `lexemes` and `labels`."""
        return self._classes[0]

    @property
    def lexemes(self) -> list[str]:
        """The keys that types are counted by, sorted."""
        return self._classes[1]

    @property
    def labels(self) -> list[str]:
        """What to show for each lexeme: its most frequent surface form."""
        return self._classes[2]

    @cached_property
    def stop(self) -> NDArray[np.bool_]:
        """Whether each type is a stop word of the classes in `stop_words`."""
        return np.asarray(is_stop(self.forms.tolist(), classes=self.stop_words), np.bool_)

    @property
    def n_articles(self) -> int:
        """How many articles there are, empty ones among them."""
        return len(self.articles)

    @property
    def n_tokens(self) -> int:
        """How many words there are, of any alphabet; numbers, hashtags and names do not count."""
        return int(self.counts[self.kinds <= LATIN].sum())

    @cached_property
    def tokens_per_article(self) -> NDArray[np.int64]:
        """How many words each article has."""
        words = self.article[(self.kinds <= LATIN)[self.type]]
        return np.bincount(words, minlength=self.n_articles)

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """Every sentence: `article start end`, in reading order."""
        return _spans(self.articles["text"], split_sentences)

    @cached_property
    def paragraphs(self) -> pd.DataFrame:
        """Every paragraph: `article start end`, in reading order."""
        return _spans(self.articles["text"], split_paragraphs)

    @cached_property
    def sentence(self) -> Int32s:
        """The row of `sentences` that each token stands in."""
        return self._inside(self.sentences)

    @cached_property
    def paragraph(self) -> Int32s:
        """The row of `paragraphs` that each token stands in."""
        return self._inside(self.paragraphs)

    def _inside(self, spans: pd.DataFrame) -> Int32s:
        width = np.int64(max(self.end.max(initial=0), spans["end"].max() if len(spans) else 0) + 1)
        begins = spans["article"].to_numpy(np.int64) * width + spans["start"].to_numpy()
        places = self.article.astype(np.int64) * width + self.start
        return (np.searchsorted(begins, places, side="right") - 1).astype(np.int32)

    def _matcher(self, query: Any) -> Any:
        from q7x2lab.arabic.queries import compile_query

        lexemes = self.lexeme if "lexeme:" in str(query) else None
        return compile_query(query, self.forms, self.counts, self.kinds, lexemes=lexemes)

    def _hits(self, query: Any) -> NDArray[np.int64]:
        found = self._matcher(query).find(self.article, self.type, self.start, self.end)
        return np.asarray(found, np.int64).reshape(-1, 3)

    def _texts(self, article: NDArray[np.int64]) -> list[str]:
        """The text of each numbered article; only those asked for become Python strings."""
        wanted, place = np.unique(article, return_inverse=True)
        texts = self.articles["text"].iloc[wanted].tolist()
        return [texts[number] for number in place.tolist()]

    def match(self, query: Any) -> pd.DataFrame:
        """Where a query occurs: `article start end surface`, in reading order.

        query: a term, a list of terms, or an alias group; see text.queries.compile_query.
        `articles["text"][article][start:end]` is `surface`.
        """
        hits = self._hits(query)
        article, start, end = hits[:, 0], self.start[hits[:, 1]], self.end[hits[:, 2]]
        places = zip(self._texts(article), start.tolist(), end.tolist(), strict=True)
        surface = [text[a:b] for text, a, b in places]
        columns = {"article": article, "start": start, "end": end}
        return pd.DataFrame(columns).assign(surface=pd.Series(surface, dtype="str"))

    def kwic(self, query: Any, *, window: int = 8) -> pd.DataFrame:
        """A query's hits in context: `article left hit right`, in reading order.

        window: tokens to each side, within the article.
        """
        hits = self._hits(query)
        article, first, last = hits.T
        bounds = np.searchsorted(self.article, np.arange(self.n_articles + 1))
        begin = np.maximum(first - window, bounds[article])
        final = np.minimum(last + window, bounds[article + 1] - 1)
        edges = (self.start[begin], self.start[first], self.end[last], self.end[final])
        places = zip(self._texts(article), *(edge.tolist() for edge in edges), strict=True)
        rows = [(t[a:b].rstrip(), t[b:c], t[c:d].lstrip()) for t, a, b, c, d in places]
        frame = pd.DataFrame(rows, columns=["left", "hit", "right"], dtype="str")
        frame.insert(0, "article", article)
        return frame

    def audit(self, query: Any) -> pd.DataFrame:
        """Every surface form a query takes in or leaves out: `surface count included`.

        The most frequent first; what is left out are forms that only look alike.
        """
        return self._matcher(query).audit()


def _spans(texts: pd.Series, split: Callable[[str], list[tuple[int, int]]]) -> pd.DataFrame:
    found = [split(text) for text in texts.tolist()]
    article = np.repeat(np.arange(len(found)), [len(spans) for spans in found])
    places = np.array([span for spans in found for span in spans], np.int64).reshape(-1, 2)
    return pd.DataFrame({"article": article, "start": places[:, 0], "end": places[:, 1]})


def tokenize_corpus(
    corpus: Corpus,
    *,
    fold: Sequence[str] = DEFAULT_TOKEN_FOLD,
    lexemes: Conflation = "hybrid",
    stop_words: Sequence[str] = DEFAULT_CLASSES,
    jobs: int = 1,
) -> Tokens:
    """The token table of a corpus.

    fold: steps of text.normalize under which forms count as one. lexemes: "hybrid" (the rules of
    text.lexemes, guarded by the counts of this corpus), "none" (folded forms), or a callable that
    takes the forms and their counts and returns one lexeme a form. stop_words: classes of
    text.stopwords. jobs: threads; the result does not depend on them. Raises StudyError for an
    unknown setting.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال وقال بوتين"})
    >>> tokenize_corpus(Corpus(table))
    Tokens: 3 words in 1 article, 3 types
    """
    expect(corpus, Corpus, made_by="read_corpus(path)")
    steps = tuple(check_steps(fold))
    conflation_of(lexemes)
    is_stop([], classes=stop_words)
    table = token_table(corpus.articles["text"].tolist(), jobs=jobs)
    return Tokens(
        corpus.articles,
        table.article,
        table.start,
        table.end,
        table.type,
        table.forms,
        np.bincount(table.type, minlength=len(table.forms)),
        table.kinds,
        steps,
        lexemes,
        tuple(stop_words),
    )


def lexeme_keys(
    forms: NDArray[np.object_],
    counts: NDArray[np.int64],
    kinds: NDArray[np.uint8],
    *,
    fold: Sequence[str],
    lexemes: Conflation,
    part: slice = slice(None),
) -> NDArray[np.object_]:
    """What each type is counted by: Arabic words by their lexeme, the rest folded.

    Latin words, hashtags and names lose their capitals, numbers get ASCII digits. part: of which
    types; the others only guard.

    >>> forms, one = np.array(["دولتين", "CNN"], object), np.array([1, 1])
    >>> kinds = np.array([WORD, LATIN], np.uint8)
    >>> lexeme_keys(forms, one, kinds, fold=["ta_marbuta"], lexemes="hybrid").tolist()
    ['دوله', 'cnn']
    """
    arabic = kinds == WORD
    attested = dict(zip(forms[arabic].tolist(), counts[arabic].tolist(), strict=True))
    conflate = conflation_of(lexemes)
    forms, kinds = forms[part], kinds[part]
    keys, words = forms.copy(), np.flatnonzero(kinds == WORD)
    written: list[str] = forms[words].tolist()
    if conflate:
        written = list(conflate(written, attested))
    if len(written) != len(words):
        raise StudyError(
            f"the lexeme function returned {len(written)} lexemes for {len(words)} forms",
            remedy="return one lexeme for each form, in order",
        )
    number, distinct = pd.factorize(np.array([*written, None], object)[:-1])
    keys[words] = np.array([*fold_all(distinct.tolist(), fold), None], object)[number]
    for kind, steps in [(LATIN, ()), (NUMBER, ["digits"]), (HASHTAG, fold), (MENTION, ())]:
        which = np.flatnonzero(kinds == kind)
        plain = [form.casefold() for form in fold_all(forms[which].tolist(), steps)]
        keys[which] = np.array([*plain, None], object)[:-1]
    return keys


def in_order(keys: NDArray[np.object_]) -> tuple[Int32s, list[str]]:
    """The number of each key among the distinct keys, and these, sorted.

    What pandas.factorize does with sort=True, in half the time: a list sorts faster than an array.

    >>> number, names = in_order(np.array(["نفط", "غاز", "نفط"], object))
    >>> number.tolist(), names
    ([1, 0, 1], ['غاز', 'نفط'])
    """
    number, distinct = pd.factorize(keys)
    names: list[str] = distinct.tolist()
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.int32)
    rank[order] = np.arange(len(names))
    return rank[number], [names[at] for at in order]


def commonest(counts: NDArray[np.int64], lexeme: NDArray[Any]) -> NDArray[np.int64]:
    """The types that no type of their lexeme has more tokens than; several where they are level.

    >>> commonest(np.array([5, 2, 3, 3]), np.array([0, 0, 1, 1])).tolist()
    [0, 2, 3]
    """
    most = np.zeros(lexeme.max(initial=-1) + 1, np.int64)
    np.maximum.at(most, lexeme, counts)
    return np.flatnonzero(counts == most[lexeme])


def class_labels(
    forms: NDArray[np.object_], counts: NDArray[np.int64], lexeme: NDArray[Any]
) -> list[str]:
    """What to show for each lexeme: `display_labels` of the forms that are the most frequent.

    >>> forms = np.array(["أمن", "امن", "دول"], object)
    >>> class_labels(forms, np.array([5, 2, 3]), np.array([0, 0, 1]))
    ['أمن', 'دول']
    """
    first = commonest(counts, lexeme)
    labels = np.empty(lexeme.max(initial=-1) + 1, object)
    labels[lexeme[first]] = forms[first]
    tied = first[np.bincount(lexeme[first])[lexeme[first]] > 1]
    numbers, place = np.unique(lexeme[tied], return_inverse=True)
    best = display_labels(forms[tied].tolist(), counts[tied], place)
    labels[numbers] = np.array([*best, None], object)[:-1]
    return labels.tolist()


def conflation_of(lexemes: Conflation) -> Callable[..., Sequence[str]] | None:
    """What makes lexemes of forms by the name of a conflation, None for none.

    Raises StudyError for an unknown name.

    >>> conflation_of("none") is None
    True
    """
    if callable(lexemes):
        return lexemes
    if lexemes not in CONFLATIONS:
        raise StudyError(
            f"no conflation is called {lexemes!r}", remedy=did_you_mean(lexemes, CONFLATIONS)
        )
    return CONFLATIONS[lexemes]
