"""Who is quoted, in which words and under which verb: every quotation of a corpus as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from q7x2lab.arabic.letters import fold
from q7x2lab.arabic.sentences import Quotation, find_quotations
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import Tokens
from q7x2lab.framing.quotations import cues, speakers
from q7x2lab.framing.quotations.cues import QUOTE, SPEECH, TITLE, WORD, Cue, Sentence, word_class

# How sure the attribution is: the speaker is named with the verb, carried on, not told.
NAMED, CARRIED, UNTOLD = 0.95, 0.8, 0.3
FAR = 15  # words past the opening of a clause, where a word in marks is nobody's quotation
ADJOINING = 2  # tokens from a verb and its subject to a quotation: «قال الوزير في “كذا”»
# Words of the longest title; from which a quotation that nothing announces is taken for speech.
LONGEST_TITLE, LONG = 9, 5
# Words of a name that comes back in marks; the share of its places in which a verb may claim it.
LONGEST_NAME, MOST_SPOKEN = 2, 0.5
FEWEST_WORDS, ONE_WORD = 3, 14  # of a reported clause; letters of a word with its marks
ASKED_WITHIN = 8  # tokens between a verb of asking and what is asked
NOBODY = Cue(-1, cues.Verb("", "", ""))  # where no cue governs
COLUMNS = ["article", "start", "end", "text", "kind", "speaker", "speaker_start", "speaker_end"]
COLUMNS += ["verb", "verb_class", "certainty"]
_INTS = ("article", "start", "end")  # and those that end so
TYPES = {x: "int32" if x.endswith(_INTS) else "str" for x in COLUMNS} | {"certainty": "float64"}
A_NAME: Any = [TITLE, "", -1, -1, "", "", UNTOLD]  # the last columns of a quotation that is none


def extract_quotes(corpus: Corpus | Tokens) -> pd.DataFrame:
    """Every quotation of a corpus, with its kind, speaker and verb: one row a quotation.

    Parameters
    ----------
    corpus
        Anything with `.articles`, a table with the column text.

    Returns
    -------
    DataFrame
        ``article`` (row number in corpus.articles), ``start end`` (character offsets of the words
        inside the marks), ``text``, ``kind``, ``speaker`` (the mention as written, "" where none
        can be told), ``speaker_start speaker_end`` (-1 without one; the mention may stand
        sentences earlier, where a later verb carries it on), ``verb`` (its dictionary form: past,
        third person masculine; or بحسب, وفق, نقل, على حد for attribution without a verb),
        ``verb_class`` (neutral, assertive, doubting, evaluative, directive) and ``certainty``
        (.95 where the speaker is named with the verb, .8 carried on, .3 not told).

    Notes
    -----
    Kinds: speech (words given as someone's own), scare (a word or two held at arm's length by no
    reporting verb), title (a name or title, also a word or two that the articles always set in
    marks), other (mottoes and the like), reported (speech without marks: the clause after «قال
    إن», from its complementizer to its end). What stands in another quotation is a part of it.
    Kinds and verb classes after Alrahabi (2015), attribution after the grammar of the news
    sentence: the speaker follows the verb, precedes it, or is carried over. Classes of one's own
    take their place by ``quotes["verb"].map(classes).fillna(quotes["verb_class"])``.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> table = pd.DataFrame({"text": ["قال الوزير «الأمر محسوم تماما»."]})
    >>> quote = extract_quotes(SimpleNamespace(articles=table)).iloc[0]
    >>> quote.kind, quote.speaker, quote.verb, quote.text
    ('speech', 'الوزير', 'قال', 'الأمر محسوم تماما')
    """
    texts = enumerate(corpus.articles["text"].fillna(""))
    rows = [(number, *found) for number, text in texts for found in sorted(_quotations(text))]
    table = pd.DataFrame(rows, columns=COLUMNS).astype(TYPES)
    table.loc[_recurring_names(table), COLUMNS[4:]] = A_NAME
    return table


def _recurring_names(table: pd.DataFrame) -> Any:
    """Which quotations are a word or two that come back in marks, and seldom as speech.

    What an outlet always sets in marks is a name, whatever verb stands near it.
    """
    short = (table["kind"] != cues.REPORTED) & (table["text"].str.count(" ") < LONGEST_NAME)
    words = table["text"].where(short).map(fold, na_action="ignore")
    spoken = (table["kind"] == SPEECH).groupby(words)
    return (spoken.transform("size") > 1) & (spoken.transform("mean") <= MOST_SPOKEN)


def _quotations(text: str) -> Iterator[tuple[Any, ...]]:
    """Marked quotations and reported clauses of a text, read sentence by sentence."""
    marked: list[Quotation] = []  # those that lie in no other
    for quotation in sorted(find_quotations(text), key=lambda q: (q.start, -q.end)):
        if not marked or quotation.start >= marked[-1].end:
            marked.append(quotation)
    mentions: list[speakers.Mention] = []
    last = NOBODY  # the last cue, for speech that goes on without a verb
    for tokens in cues.read_sentences(text, marked):
        verbs = cues.find_cues(tokens)
        speakers.name_speakers(tokens, verbs, mentions)
        governed = speakers.govern(tokens, verbs)
        for place in (i for i, token in enumerate(tokens) if token.kind == QUOTE):
            _, start, end, _ = marked[tokens[place].quote]
            cue, words = governed.get(place) or _colon_cue(tokens, place), text[start:end]
            folded = fold(words).strip(" .،")
            kind = _Marked(tokens, place, folded, len(words.split()), cue).kind()
            if kind == SPEECH:  # it may go on where the last one stopped
                goes_on = replace(last, subject=None) if place == 0 else NOBODY
                last = cue or goes_on
            yield _row(text, start, end, kind, last if kind == SPEECH else NOBODY)
        for cue, first, final in reported_clauses(tokens, verbs):
            yield _row(text, tokens[first].start, tokens[final].end, cues.REPORTED, cue)
            last = cue


def _row(text: str, start: int, end: int, kind: str, cue: Cue) -> tuple[Any, ...]:
    """A quotation, with the speaker and verb of the cue that governs it."""
    first, last, _ = cue.carried or (-1, -1, "")
    certainty = NAMED if cue.subject else CARRIED if cue.carried else UNTOLD
    verb = cue.verb.lemma, cue.verb.verb_class, certainty
    return start, end, text[start:end], kind, text[first:last], first, last, *verb


def _colon_cue(tokens: Sentence, place: int) -> Cue | None:
    """The speaker of «فلان: "…"», where no known verb stands."""
    if place < 2 or tokens[place - 1].word != ":" or cues.ends_phrase(tokens[0].word):
        return None
    end = min(speakers.phrase_end(tokens, 0), place - 2)
    speaker = tokens[0].start, tokens[end].end, ""
    return Cue(place - 1, cues.Verb("", "", ""), place - 1, clause=True, carried=speaker)


class _Marked(NamedTuple):
    """A quotation in its sentence, and the reporting verb that governs it, if any."""

    tokens: Sentence
    place: int
    folded: str
    length: int  # in words
    cue: Cue | None

    def kind(self) -> str:
        """Speech, scare, title or other."""
        words = [token.word for token in self.tokens[max(self.place - 4, 0) : self.place]]
        words = [word for word in words if word not in ("ب", ":")]
        for name, (reach, kind) in cues.word_lists("cues")["announces"].items():
            if any(cues.unprefixed(word) & word_class(name) for word in words[-reach:]):
                return str(kind)
        if self.is_name() or self.is_in_name_slot():
            return TITLE
        if self.length == 1 and self.is_loose():
            return cues.SCARE
        if self.cue is not None or self.length >= LONG:
            return SPEECH
        return cues.SCARE if self.length <= 2 else cues.OTHER

    def is_direct(self) -> bool:
        """Whether it follows at once on a complementizer, a colon, a verb or its subject."""
        cue = self.cue
        if cue is None or cue.backward or not 0 <= self.place - cue.opens <= 1:
            return False
        told = max(cue.place, cue.subject[1] if cue.subject is not None else 0)
        return cue.clause or self.place - told <= ADJOINING

    def is_loose(self) -> bool:
        """Whether a word is what a clause speaks of, or stands in what somebody is said to do.

        «أن "كذا" هاجمت»: its own words go on. «أعلن عن قيام جمعية "كذا"»: no clause opens, and the
        verb neither judges nor calls names. Nor is it his far on in what he says.
        """
        cue, after = self.cue, self.tokens[self.place + 1]
        if self.tokens[self.place - 1].word in ("ان", "بان") and after.kind == WORD:
            return True
        if cue is None or self.is_direct():
            return False
        told = cue.clause or cue.backward or "names" in cue.verb.flags
        judges = cue.verb.verb_class not in ("neutral", "assertive")
        return self.place - cue.opens > FAR or not (told or judges)

    def is_name(self) -> bool:
        """Whether the words are a name: known, headed by «حركة» and the like, in no Arabic."""
        opened = self.is_direct() and self.tokens[self.place - 1].verb is None
        headed = self.folded.split(" ")[0] in word_class("named")
        known = self.folded in word_class("known_names", "feminine_place") or self.folded.isascii()
        return known or (headed and not opened and self.length <= LONG)

    def is_in_name_slot(self) -> bool:
        """Whether the words around it want a name there: «صحيفة "كذا"», «لمراسلة "كذا"»."""
        back = self.tokens[self.place - 1].word
        told = back == "ل" and self.tokens[self.place - 2].bare in word_class("told")
        if told or speakers.is_hearer(back):
            return True
        words = self.folded.split(" ")
        clause = cues.ends_phrase(words[0]) or set(words) & word_class("negation", "complementizer")
        adjacent = cues.unprefixed(back) & word_class("named")
        longest = 0 if clause else LONGEST_TITLE if adjacent else 2
        return self.length <= longest and cues.is_name_slot(self.tokens, self.place)


def reported_clauses(tokens: Sentence, verbs: Sequence[Cue]) -> Iterator[tuple[Cue, int, int]]:
    """Each cue that reports speech without marks, with the first and last token of what it reports.

    The clause of «قال إن», the phrase of «طالب بـ», «دعا إلى» and «حذر من».
    """
    ends = {cue.place for cue in verbs if _opens_own(tokens, cue)}
    for cue in (cue for cue in verbs if not cue.backward):
        first = cue.opens if cue.clause else _asked(tokens, cue)
        if first < 0 or speakers.is_long(tokens[first + cue.clause], ONE_WORD):
            continue  # it is in marks; a word alone is but a name in the clause
        end = first + 1
        while end < len(tokens) - 3 and end not in ends and not _breaks(tokens, first, end):
            end += 1
        kept = [at for at in range(first, end) if tokens[at].kind != cues.PUNCTUATION]
        if sum(tokens[at].kind == WORD for at in kept) >= FEWEST_WORDS:
            yield cue, kept[0], kept[-1]


def _opens_own(tokens: Sentence, cue: Cue) -> bool:
    """Whether a verb opens a clause of its own: «، مضيفا», «وقال»."""
    own = cue.verb.form in (cues.PARTICIPLE, cues.ACCORDING) or tokens[cue.place].conjoined
    return own or tokens[cue.place - 1].word in cues.COMMAS


def _breaks(tokens: Sentence, first: int, at: int) -> bool:
    """Whether a clause ends before a token: after a comma but for «وإن», at a long quotation."""
    goes_on = tokens[at].word[1:] in word_class("complementizer")
    comma = tokens[at - 1].word in cues.COMMAS and not goes_on
    return at > first + 2 and (comma or speakers.is_long(tokens[at]))


def _asked(tokens: Sentence, cue: Cue) -> int:
    """The first token of what a verb asks for, proposes or warns of, or -1: «طالب بوقف القتال»."""
    warns = "min" in cue.verb.flags
    if not warns and cue.verb.verb_class != "directive":
        return -1
    begin = max(cue.place, cue.subject[1] if cue.subject else 0) + 1
    for at in range(begin, min(begin + ASKED_WITHIN, len(tokens) - 4)):
        token = tokens[at]
        if token.word in (("من",) if warns else ("الي", "علي")):
            return at + 1
        glued = speakers.is_glued(token.word, wanted="bi" in cue.verb.flags)
        if not warns and (glued or speakers.is_verbal_noun(token.bare)):
            return at
    return -1
