"""Who is quoted, in which words and under which verb: every quotation of a corpus as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pandas as pd

from q7x2lab.arabic.sentences import quotation_spans
from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import expect
from q7x2lab.framing.quotations.attribution import Mentions, govern, mention_span, name_speakers
from q7x2lab.framing.quotations.cues import Cue, find_cues
from q7x2lab.framing.quotations.noun_phrases import extend, is_stop
from q7x2lab.framing.quotations.quote_kinds import OTHER, REPORTED, SCARE, SPEECH, TITLE, kind_of
from q7x2lab.framing.quotations.reported_clauses import reported_clauses
from q7x2lab.framing.quotations.reporting_verbs import load_verb_classes, word_class
from q7x2lab.framing.quotations.sources import resolve_speakers
from q7x2lab.framing.quotations.speakers import likely_speaker, main_subject
from q7x2lab.framing.quotations.speech_tokens import QUOTE, WORD, Span, Token, sentences

KINDS = (SPEECH, SCARE, TITLE, OTHER, REPORTED)
DEEPEST = 3  # quotations nested further are listed, not attributed
_COLUMNS = {
    "article": "int32", "start": "int32", "end": "int32", "text": "str", "kind": "str",
    "speaker": "str", "speaker_start": "int32", "speaker_end": "int32", "verb": "str",
    "verb_class": "str", "certainty": "float64",
}  # fmt: skip


class HasArticles(Protocol):
    """Whatever has a table of articles with the columns id, date, outlet and text."""

    articles: pd.DataFrame


class Quotation(NamedTuple):
    """A row of extract_quotes, without its article and text."""

    start: int
    end: int
    kind: str
    speaker: tuple[int, int] | None = None
    verb: str = ""
    verb_class: str = ""
    certainty: float = 0.0


def extract_quotes(
    corpus: Any,
    *,
    aliases: dict[str, Any] | None = None,
    verb_classes: str | Path | Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Every quotation of a corpus, with its kind, speaker and verb: one row a quotation.

    corpus: anything with `.articles` (columns text, and by convention id, date, outlet). aliases:
    what `load_aliases` returned; a column actor then names the alias group of each speaker, or
    repeats the mention where none fits (see sources.resolve_speakers). verb_classes: classes of
    reporting verbs of one's own, a mapping or a YAML file (see reporting_verbs.load_verb_classes).

    Returns the columns article (row number in corpus.articles), start, end (character offsets of
    the words inside the marks, so that text == article text[start:end]), text, kind, speaker (the
    mention as written, "" where none can be told), speaker_start, speaker_end (offsets of the
    mention, -1 without one; it may stand sentences earlier, where a later verb carries it on),
    verb (its dictionary form: past, third person masculine; or بحسب, وفق, نقل, على حد for
    attribution without a verb), verb_class (neutral, assertive, doubting, evaluative, directive)
    and certainty (0 to 1: how sure the attribution is; an abstention has an empty speaker).

    Kinds: speech (words given as someone's own), scare (a word or two held at arm's length by no
    reporting verb), title (a name or title), other (mottoes and the like), reported (speech
    without marks: the clause after «قال إن», from its complementizer to its end). Kinds and verb
    classes after Alrahabi (2015), attribution after the grammar of the news sentence: the speaker
    follows the verb, precedes it, or is carried over.

    >>> from types import SimpleNamespace
    >>> table = pd.DataFrame({"text": ["قال الوزير «الأمر محسوم تماما»."]})
    >>> quote = extract_quotes(SimpleNamespace(articles=table)).iloc[0]
    >>> quote.kind, quote.speaker, quote.verb, quote.text
    ('speech', 'الوزير', 'قال', 'الأمر محسوم تماما')
    """
    if not hasattr(corpus, "articles"):
        expect(corpus, Corpus, made_by="read_corpus(…) or tokenize_corpus(…)")
    rows: list[tuple[Any, ...]] = []
    for number, text in enumerate(corpus.articles["text"]):
        text = text if isinstance(text, str) else ""
        for found in sorted(article_quotations(text)):
            start, end, kind, speaker, *rest = found
            where = speaker or (-1, -1)
            name = text[where[0] : where[1]] if speaker else ""
            rows.append((number, start, end, text[start:end], kind, name, *where, *rest))
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)
    if verb_classes is not None:
        own = table["verb"].map(load_verb_classes(verb_classes))
        table["verb_class"] = own.fillna(table["verb_class"]).astype("str")
    return table if aliases is None else table.assign(actor=resolve_speakers(table, aliases))


def article_quotations(text: str) -> list[Quotation]:
    """The quotations of one text, marked and reported, in no order."""
    found: list[Quotation] = []
    work = [(0, len(text), quotation_spans(text), 0)]
    while work:
        begin, end, spans, depth = work.pop()
        outer, inner = _outermost(spans)
        for (start, stop), inside in zip(outer, inner, strict=True):
            if inside and depth < DEEPEST:
                work.append((start, stop, inside, depth + 1))
            elif inside:
                found += [Quotation(s, e, OTHER) for s, e in inside]
        found += _Reader(text, begin, end, outer, depth).quotations()
    return found


def _outermost(spans: Sequence[Span]) -> tuple[list[Span], list[list[Span]]]:
    """The spans that lie in no other, in order, and those inside each."""
    outer: list[Span] = []
    inner: list[list[Span]] = []
    for span in sorted(spans, key=lambda s: (s[0], -s[1])):
        if outer and span[1] <= outer[-1][1]:
            inner[-1].append(span)
        elif not outer or span[0] >= outer[-1][1]:
            outer.append(span)
            inner.append([])
    return outer, inner


class _Reader:
    """Reads one text, or the inside of one quotation, sentence by sentence."""

    def __init__(self, text: str, begin: int, end: int, spans: list[Span], depth: int) -> None:
        self.text, self.begin, self.end, self.spans = text, begin, end, spans
        self.depth = depth
        self.mentions = Mentions()
        self.spoke: Quotation | None = None  # the last speech, for one that goes on without a verb
        self.titles = _repeated(text, spans)
        self.last_kind = ""

    def quotations(self) -> Iterator[Quotation]:
        """Marked quotations and reported clauses; within a quotation, marked ones only."""
        for tokens in sentences(self.text, self.begin, self.end, self.spans):
            cues = find_cues(tokens)
            name_speakers(tokens, cues, self.mentions)
            if not cues:
                self._remember_subject(tokens)
            governed = govern(tokens, cues)
            for place in (i for i, token in enumerate(tokens) if token.kind == QUOTE):
                yield self._marked(tokens, place, governed.get(place))
            if self.depth == 0:
                yield from self._reported(tokens, cues, governed)

    def _remember_subject(self, tokens: list[Token]) -> None:
        """Keep who acts in a sentence without speech: «وصل الوزير…. وقال»."""
        phrase = likely_speaker(tokens)
        if phrase is not None:
            start, end = tokens[phrase[0]].start, tokens[phrase[1]].end
            before = tokens[phrase[0] - 1].word if phrase[0] else tokens[0].word
            feminine = before[:1] == "ت" or before[-1:] == "ت" or before.endswith(("ه", "ات"))
            self.mentions.add(start, end, "f" if feminine else "m")

    def _marked(self, tokens: list[Token], place: int, cue: Cue | None) -> Quotation:
        start, end = self.spans[tokens[place].quote]
        words = self.text[start:end]
        speaker = None if cue is not None else self._named_by_colon(tokens, place)
        kind = kind_of(tokens, place, words, cue, self.titles,
                       by_colon=speaker is not None, nested=self.depth > 0)  # fmt: skip
        joined = place > 1 and tokens[place - 1].word in ("و", "،", ",", "او")
        if joined and tokens[place - 2].kind == QUOTE and self.last_kind == TITLE:
            kind = TITLE if len(words.split()) <= 5 else kind
        self.last_kind = kind
        if kind == TITLE:
            self.titles.add(words)
        if kind != SPEECH:
            return Quotation(start, end, kind, certainty=0.8)
        if cue is not None:
            found = _attributed(tokens, start, end, SPEECH, cue, place)
        elif speaker is not None:
            found = Quotation(start, end, SPEECH, speaker, certainty=0.85)
        else:
            found = self._unannounced(start, end, alone=place == 0 or tokens[place - 1].word == ":")
        self.spoke = found
        return found

    def _unannounced(self, start: int, end: int, *, alone: bool) -> Quotation:
        """Speech that no verb of its sentence governs: it goes on where the last one stopped."""
        before = self.spoke
        if not alone or before is None:
            return Quotation(start, end, SPEECH, certainty=0.3)
        return before._replace(start=start, end=end, kind=SPEECH, certainty=0.4)

    def _named_by_colon(self, tokens: list[Token], place: int) -> Span | None:
        """The speaker of «فلان: "…"» or «يزن فلان كلماته: "…"», where no known verb stands."""
        if place < 2 or tokens[place - 1].word != ":":
            return None
        start = place - 2
        while start > 0 and tokens[start - 1].word not in (":", "؛"):
            start -= 1
        stops = word_class("named") | word_class("motto")
        if tokens[place - 2].word in stops or tokens[start].kind != WORD:
            return None
        phrase = main_subject(tokens[start : place - 1]) if place - start > 4 else None
        if phrase is None and place - start <= 9 and not is_stop(tokens[start].word):
            phrase = 0, min(extend(tokens, start), place - 2) - start
        if phrase is None:
            return None
        return tokens[start + phrase[0]].start, tokens[start + phrase[1]].end

    def _reported(
        self, tokens: list[Token], cues: list[Cue], governed: dict[int, Cue]
    ) -> Iterator[Quotation]:
        for cue, first, last in reported_clauses(tokens, cues, governed):
            start, end = tokens[first].start, tokens[last].end
            self.spoke = _attributed(tokens, start, end, REPORTED, cue, cue.opens)
            yield self.spoke


def _repeated(text: str, spans: list[Span]) -> set[str]:
    """Short quotations that a text has more than once: terms and names, not speech."""
    short = Counter(text[a:b] for a, b in spans if b - a < 40 and text.count(" ", a, b) < 3)
    return {words for words, times in short.items() if times > 1}


def _attributed(
    tokens: list[Token], start: int, end: int, kind: str, cue: Cue, place: int
) -> Quotation:
    speaker = cue.carried[:2] if cue.carried else None
    if cue.subject is not None:
        speaker = mention_span(tokens, cue)
    far = 0.0 if 0 <= place - cue.opens <= 1 else 0.1
    certainty = round(max(cue.certainty - far, 0.1), 2)
    return Quotation(start, end, kind, speaker, cue.verb.lemma, cue.verb.verb_class, certainty)
