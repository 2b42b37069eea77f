"""Who is quoted, in which words and under which verb: every quotation of a corpus as a table."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from simplemma import is_known

from q7x2lab.arabic.letters import LETTERS, fold
from q7x2lab.arabic.sentences import Quotation, find_quotations
from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import expect
from q7x2lab.framing.quotations import cues, speakers
from q7x2lab.framing.quotations.cues import QUOTE, SPEECH, TITLE, WORD, Cue, Sentence, word_class
from q7x2lab.framing.quotations.sources import resolve_speakers

KINDS = (SPEECH, cues.SCARE, TITLE, cues.OTHER, cues.REPORTED)
FAR = 15  # words past the opening of a clause, where a word in marks is nobody's quotation
ADJOINING = 2  # tokens from a verb and its subject to a quotation: «قال الوزير في “كذا”»
LONGEST_TITLE = 9
LONG = 5  # words from which a quotation that nothing announces is taken for speech
FEWEST_WORDS = 3  # of a reported clause
ASKED_WITHIN = 8  # tokens between a verb of asking and what is asked
_ENDINGS = ("ة", "ه", "ها", "هم", "هما", "نا", "ي")  # glued to a word of the dictionary
_ARABIC = re.compile(f"[{LETTERS}]{{2,}}")
_COLUMNS = {
    "article": "int32", "start": "int32", "end": "int32", "text": "str", "kind": "str",
    "speaker": "str", "speaker_start": "int32", "speaker_end": "int32", "verb": "str",
    "verb_class": "str", "certainty": "float64",
}  # fmt: skip


class Found(NamedTuple):
    """A row of extract_quotes, without its article and text."""

    start: int
    end: int
    kind: str
    speaker: tuple[int, int] = (-1, -1)
    verb: str = ""
    verb_class: str = ""
    certainty: float = 0.8


def extract_quotes(
    corpus: Any,
    *,
    aliases: Mapping[str, Any] | None = None,
    verb_classes: str | Path | Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Every quotation of a corpus, with its kind, speaker and verb: one row a quotation.

    Parameters
    ----------
    corpus
        Anything with `.articles`, a table with the column text.
    aliases
        What :func:`load_aliases` returned; a column actor then names the alias group of each
        speaker, or repeats the mention where none fits (see :func:`resolve_speakers`).
    verb_classes
        Classes of reporting verbs of one's own (see :func:`cues.load_verb_classes`).

    Returns
    -------
    DataFrame
        ``article`` (row number in corpus.articles), ``start end`` (character offsets of the words
        inside the marks), ``text``, ``kind``, ``speaker`` (the mention as written, "" where none
        can be told), ``speaker_start speaker_end`` (-1 without one; the mention may stand
        sentences earlier, where a later verb carries it on), ``verb`` (its dictionary form: past,
        third person masculine; or بحسب, وفق, نقل, على حد for attribution without a verb),
        ``verb_class`` (neutral, assertive, doubting, evaluative, directive) and ``certainty`` (0
        to 1: how sure the attribution is).

    Notes
    -----
    Kinds: speech (words given as someone's own), scare (a word or two held at arm's length by no
    reporting verb), title (a name or title), other (mottoes and the like, and what stands inside
    another quotation), reported (speech without marks: the clause after «قال إن», from its
    complementizer to its end). Kinds and verb classes after Alrahabi (2015), attribution after the
    grammar of the news sentence: the speaker follows the verb, precedes it, or is carried over.

    Examples
    --------
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
        for start, end, kind, speaker, *rest in sorted(article_quotations(text)):
            name = text[slice(*speaker)] if speaker[0] >= 0 else ""
            rows.append((number, start, end, text[start:end], kind, name, *speaker, *rest))
    table = pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)
    if verb_classes is not None:
        own = table["verb"].map(cues.load_verb_classes(verb_classes))
        table["verb_class"] = own.fillna(table["verb_class"]).astype("str")
    return table if aliases is None else table.assign(actor=resolve_speakers(table, aliases))


def article_quotations(text: str) -> list[Found]:
    """The quotations of one text, marked and reported, in no order."""
    quotations = find_quotations(text)
    outer: list[Quotation] = []
    for quotation in sorted(quotations, key=lambda q: (q.start, -q.end)):
        if not outer or quotation.start >= outer[-1].end:
            outer.append(quotation)
    inner = [Found(q.start, q.end, cues.OTHER) for q in set(quotations) - set(outer)]
    return inner + list(_Reader(text, outer).quotations())


class _Reader:
    """Reads one text sentence by sentence."""

    def __init__(self, text: str, quotations: list[Quotation]) -> None:
        self.text, self.marked = text, quotations
        self.mentions: list[speakers.Mention] = []
        self.spoke: Found | None = None  # the last speech, for one that goes on without a verb
        # Short quotations that a text has more than once are terms and names, not speech.
        words = (text[q.start : q.end] for q in quotations if q.end - q.start < 40)
        short = Counter(some for some in words if some.count(" ") < 3)
        self.titles = {words for words, times in short.items() if times > 1}

    def quotations(self) -> Iterator[Found]:
        """Marked quotations and reported clauses."""
        for tokens in cues.read_sentences(self.text, self.marked):
            verbs = cues.find_cues(tokens)
            speakers.name_speakers(tokens, verbs, self.mentions)
            if not verbs:
                self._remember_subject(tokens)
            governed = speakers.govern(tokens, verbs)
            for place in (i for i, token in enumerate(tokens) if token.kind == QUOTE):
                yield self._marked(tokens, place, governed.get(place))
            for cue, first, last in reported_clauses(tokens, verbs):
                span = tokens[first].start, tokens[last].end
                self.spoke = _attributed(*span, cues.REPORTED, cue, cue.opens)
                yield self.spoke

    def _remember_subject(self, tokens: Sentence) -> None:
        """Keep who acts in a sentence without speech: «وصل الوزير…. وقال»."""
        phrase = speakers.likely_speaker(tokens)
        if phrase is not None:
            start, end = tokens[phrase[0]].start, tokens[phrase[1]].end
            before = tokens[max(phrase[0] - 1, 0)].word
            feminine = before[:1] == "ت" or before.endswith(("ت", "ه", "ات"))
            self.mentions.append((start, end, "f" if feminine else "m"))

    def _marked(self, tokens: Sentence, place: int, cue: Cue | None) -> Found:
        _, start, end, _ = self.marked[tokens[place].quote]
        words = self.text[start:end]
        cue = cue or _colon_cue(tokens, place)
        marked = _Marked(tokens, place, words, fold(words).strip(" .،"), len(words.split()), cue)
        kind = marked.kind(term=words in self.titles)
        self.titles |= {words} if kind == TITLE else set()
        if kind != SPEECH:
            return Found(start, end, kind)
        if cue is not None:
            self.spoke = _attributed(start, end, SPEECH, cue, place)
        elif self.spoke is not None and (place == 0 or tokens[place - 1].word == ":"):
            # Speech that no verb of its sentence governs goes on where the last one stopped.
            self.spoke = self.spoke._replace(start=start, end=end, kind=SPEECH, certainty=0.4)
        else:
            self.spoke = Found(start, end, SPEECH, certainty=0.3)
        return self.spoke


def _attributed(start: int, end: int, kind: str, cue: Cue, place: int) -> Found:
    speaker = cue.carried[:2] if cue.carried else (-1, -1)
    far = 0.0 if 0 <= place - cue.opens <= 1 else 0.1
    certainty = round(max(cue.certainty - far, 0.1), 2)
    return Found(start, end, kind, speaker, cue.verb.lemma, cue.verb.verb_class, certainty)


def _colon_cue(tokens: Sentence, place: int) -> Cue | None:
    """The speaker of «فلان: "…"» or «يزن فلان كلماته: "…"», where no known verb stands."""
    if place < 2 or tokens[place - 1].word != ":":
        return None
    breaks = [at + 1 for at in range(place - 1) if tokens[at].word in (":", "؛")]
    clause = [*tokens[max(breaks, default=0) : place - 1], *tokens[-3:]]
    if clause[-4].word in word_class("named", "motto") or clause[0].kind != WORD:
        return None
    phrase = speakers.main_subject(clause) if len(clause) > 6 else None
    if phrase is None and len(clause) <= 11 and not cues.ends_phrase(clause[0].word):
        phrase = 0, speakers.phrase_end(clause, 0)
    if phrase is None:
        return None
    speaker = (clause[phrase[0]].start, clause[phrase[1]].end, "")
    return Cue(place - 1, cues.Verb("", "", ""), place - 1, cues.COLON, None, speaker, 0.85)


class _Marked(NamedTuple):
    """A quotation in its sentence, and the reporting verb that governs it, if any."""

    tokens: Sentence
    place: int
    words: str
    folded: str
    length: int  # in words
    cue: Cue | None

    def kind(self, *, term: bool) -> str:
        """Speech, scare, title or other; term: whether the article has it for a name."""
        near = self.tokens[max(self.place - 2 - (self.back.word == "ب"), 0) : self.place]
        # Indefinite words come back in one man's speech too.
        term = term and (self.cue is None or self.folded[:2] == "ال")
        known = term or any(token.word in word_class("known_as") for token in near[-2:])
        kinds = (
            (cues.SCARE, any(token.word in word_class("so_called") for token in near)),
            (TITLE, (known and self.length <= 4) or self.is_name() or self.is_in_name_slot()),
            (cues.OTHER, not cues.unprefixed(self.before).isdisjoint(word_class("motto"))),
            (cues.SCARE, self.is_loose()),
            (SPEECH, self.cue is not None or self.length >= LONG),
            (cues.SCARE, self.length <= 2),
        )
        return next((kind for kind, holds in kinds if holds), cues.OTHER)

    @property
    def back(self) -> cues.Token:
        """The token before."""
        return self.tokens[self.place - 1]

    @property
    def before(self) -> str:
        """The folded word before, a colon between them aside."""
        return self.tokens[self.place - 1 - (self.back.word == ":")].word

    def is_direct(self) -> bool:
        """Whether it follows at once on a complementizer, a colon, a verb or its subject."""
        cue = self.cue
        if cue is None or cue.backward or not 0 <= self.place - cue.opens <= 1:
            return False
        told = max(cue.place, cue.subject[1] if cue.subject is not None else 0)
        return cue.opener in (cues.CLAUSE, cues.COLON) or self.place - told <= ADJOINING

    def is_loose(self) -> bool:
        """Whether a word, or two of a name, stand in what somebody is said to do, not to say.

        «أعلن عن قيام جمعية "كذا"»: no clause opens, and the verb neither judges nor calls names.
        """
        cue = self.cue
        if cue is None or self.is_direct():
            return False
        told = cue.opener in (cues.CLAUSE, cues.COLON) or cue.backward or "names" in cue.verb.flags
        named = self.length == 1 or (self.length == 2 and self.folded[:2] == "ال")
        far = self.length == 1 and self.place - cue.opens > FAR
        return far or (named and not told and cue.verb.verb_class in ("neutral", "assertive"))

    def is_name(self) -> bool:
        """Whether the words themselves are a name: known, headed by one, in no dictionary."""
        direct = self.is_direct()
        opened = direct and (self.back.word == ":" or self.back.verb is None)
        headed = self.folded.split(" ")[0] in word_class("named")
        if self.folded in word_class("known_names") or not _ARABIC.search(self.words):
            return True
        if headed and not opened and self.length <= LONG:
            return True
        calls = self.cue is not None and "names" in self.cue.verb.flags
        unknown = not any(_in_dictionary(word) for word in self.words.split())
        spoken = direct or calls or self.back.word in ("ب", "ك")
        return not spoken and self.length <= 2 and unknown

    def is_in_name_slot(self) -> bool:
        """Whether the words around it want a name there: «صحيفة "كذا"»."""
        count, folded, before = self.length, self.folded, cues.unprefixed(self.before)
        if before & word_class("headline") or self.is_told_to():
            return True
        first = folded.split(" ")[0]
        label = count == 1 and folded[:2] != "ال" and folded.endswith(("يه", "يا", "ين"))
        goes_on = count > 1 and folded[0] == "و" != first and is_known(first[1:], lang="ar")
        if before & word_class("named"):
            clause = set(folded.split()) & word_class("negation", "complementizer")
            most = 3 if self.before.lstrip("وبل")[:2] == "ال" else 6 if clause else LONGEST_TITLE
            return count <= most and not label and not goes_on
        slot = count == 1 or (count == 2 and not cues.ends_phrase(first))
        return (
            slot
            and not self.is_direct()
            and not label
            and cues.is_name_slot(self.tokens, self.place)
        )

    def is_told_to(self) -> bool:
        """Whether it names who was spoken to: «لـ"كذا"», «لمراسلة "كذا"»."""
        before, told = self.back.word, self.tokens[self.place - 2]
        speaks = told.verb is not None and told.verb.verb_class in ("neutral", "assertive")
        hearer = before == "ل" and (speaks or told.bare in word_class("told"))
        return self.length <= 4 and (hearer or speakers.is_hearer(before))


@lru_cache(maxsize=1 << 14)
def _in_dictionary(word: str) -> bool:
    """Whether the Arabic dictionary has a word, with or without what is glued to it."""
    word = word.strip("ـ.,،!؟?")
    forms = [word, *(word[n:] for n in (1, 2, 3) if len(word) - n > 2)]
    forms += [form[: -len(end)] for form in forms for end in _ENDINGS if form.endswith(end)]
    forms += [form[:-1] + "ء" for form in forms if form[-1:] in ("ئ", "ؤ")]
    return any(is_known(form, lang="ar") for form in forms if form)


def reported_clauses(tokens: Sentence, verbs: Sequence[Cue]) -> Iterator[tuple[Cue, int, int]]:
    """Each cue that reports speech without marks, with the first and last token of what it reports.

    The clause of «قال إن», the phrase of «طالب بـ», «دعا إلى» and «حذر من».
    """
    for cue in (cue for cue in verbs if not cue.backward):
        clause = cue.opener in (cues.CLAUSE, cues.COLON)
        quoted = clause and tokens[cue.opens + 1].kind == QUOTE
        first = -1 if quoted else cue.opens if clause else _asked(tokens, cue)
        last = _clause_end(tokens, first, [other for other in verbs if other.place > first])
        kept = [at for at in range(first, last + 1) if tokens[at].kind != cues.PUNCTUATION]
        words = sum(tokens[at].kind == WORD for at in kept)
        if first > 0 and tokens[first].kind != QUOTE and words >= FEWEST_WORDS - (not cue.opener):
            yield cue, kept[0], kept[-1]


def _asked(tokens: Sentence, cue: Cue) -> int:
    """The first token of what a verb asks for, proposes or warns of, or -1: «طالب بوقف القتال»."""
    warns = "min" in cue.verb.flags
    if not warns and cue.verb.verb_class != "directive":
        return -1
    begin = max(cue.place, cue.subject[1] if cue.subject else 0) + 1
    for at in range(begin, min(begin + ASKED_WITHIN, len(tokens) - 4)):
        word = tokens[at].word
        if word in (("من",) if warns else ("الي", "علي")):
            return at + 1
        glued = speakers.is_glued(word, wanted="bi" in cue.verb.flags)
        if not warns and (glued or (at < begin + 4 and speakers.is_verbal_noun(tokens[at].bare))):
            return at
    return -1


def _clause_end(tokens: Sentence, start: int, later: Sequence[Cue]) -> int:
    """The last token of a reported clause: before the next cue, comma or quotation of its own.

    A comma does not end it where «وإن» goes on with it.
    """
    breaks = (at for at in range(start + 3, len(tokens) - 3) if _breaks(tokens, at))
    end = next(breaks, len(tokens) - 3) - 1
    for cue in later:
        place = cue.place
        own = cue.verb.form in (cues.PARTICIPLE, cues.ACCORDING) or tokens[place].conjoined
        if cue.verb.form != cues.NOUN and (own or tokens[place - 1].word in cues.COMMAS):
            while tokens[place - 1].word in word_class("particle"):
                place -= 1
            return min(end, place - 1)
    return end


def _breaks(tokens: Sentence, at: int) -> bool:
    """Whether a clause ends before a token: what follows a comma, or a long quotation."""
    token, goes_on = tokens[at], tokens[at].word[1:] in word_class("complementizer")
    long = token.kind == QUOTE and token.end - token.start > cues.SHORT_QUOTE
    return long or (tokens[at - 1].word in cues.COMMAS and not goes_on)
