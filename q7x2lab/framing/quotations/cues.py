"""Reporting verbs and phrases in a sentence, and what each of them opens."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import product, takewhile
from typing import Any, NamedTuple

from q7x2lab.arabic.letters import LETTERS, MARKS, TATWEEL, fold
from q7x2lab.arabic.sentences import Quotation, split_sentences
from q7x2lab.yaml_files import read_bundled

SPEECH, SCARE, TITLE, OTHER, REPORTED = "speech", "scare", "title", "other", "reported"
PAST, PRESENT, PARTICIPLE, NOUN, ACCORDING = "past", "present", "participle", "noun", "according"
FINITE = (PAST, PRESENT)
WORD, QUOTE, PUNCTUATION = "word", "quote", "punctuation"
LONGEST_SENTENCE = 240  # tokens; longer ones are cut, so that time grows with the text only
# Tokens after a verb in which what is said must begin, and in which it is told at once; before a
# quotation in which a word may announce that it is a name.
REACH, NEAR, NAMED_WITHIN = 30, 14, 4
SHORT_QUOTE = 26  # letters; so long are a word or two in marks
WANTED = frozenset(["about", "source", "blame"])  # flags; a word of that class must be near
ENDING = ("complementizer", "preposition", "relative", "weekday", "negation")  # end a noun phrase
COMMAS = frozenset(["،", ",", "؛"])

_WORD = rf"[#@]?[{LETTERS}{MARKS}{TATWEEL}]+(?:_[{LETTERS}{MARKS}{TATWEEL}]+)*"
_PIECE = re.compile(
    rf"({_WORD}|[#@]?[^\W\d_][^\W_{LETTERS}]*|\d+(?:[.,/٫٬]\d+)*)|[،,؛;:()\[\]/]|[-–—]+"
)
_BARE = re.compile(f"[{MARKS}{TATWEEL}]")
_ARTICLE = re.compile("^[#@]*(?:وال|ال(?=...))?")
_LED = (re.compile("^[وف]"), re.compile("^[وف]?س(?=[يت])"))
PRONOUN = re.compile("(?<=..)(?:هما|هم|ها|ه)$")


@dataclass(frozen=True, slots=True)
class Verb:
    """A form of a reporting verb: lemma (past, third person masculine), class, form, agreement.

    agreement: "m", "f", "p" (plural or dual) or "" where the form does not tell. flags: how the
    verb behaves (clause, frame, on, bi, source, document, names); see reporting.yaml.
    """

    lemma: str
    verb_class: str
    form: str
    agreement: str = ""
    flags: frozenset[str] = frozenset()


class Token(NamedTuple):
    """A word (folded, with its reporting verb if it is one), a mark, or a quotation's number."""

    kind: str
    start: int
    end: int
    word: str = ""
    verb: Verb | None = None
    quote: int = -1

    @property
    def bare(self) -> str:
        """The folded word without hash sign, conjunction and article: the key of word lists."""
        return _ARTICLE.sub("", self.word)

    @property
    def conjoined(self) -> bool:
        """Whether a verb has a conjunction glued to it: «وقال», but not «وصف»."""
        return self.word[:1] in ("و", "ف") and self.word not in verb_forms()


Sentence = Sequence[Token]


@dataclass(slots=True)
class Cue:
    """A reporting verb or phrase in a sentence: what it opens, and its speaker if it names one."""

    place: int
    verb: Verb
    opens: int = -1  # token at which its matter begins, or -1
    clause: bool = False  # whether a complementizer or a colon opens it, not a quotation
    subject: tuple[int, int] | None = None  # first and last token
    carried: tuple[int, int, str] | None = None  # a mention from before: start, end, agreement
    backward: bool = False  # attributes what stands before it: «…، بحسب فلان»


@cache
def word_lists(name: str) -> dict[str, Any]:
    """What a file of data/verbs says."""
    return dict(read_bundled(name, "verbs", what="word list"))


@cache
def word_class(*names: str) -> frozenset[str]:
    """The folded words of closed classes of cues.yaml, such as "complementizer" or "weekday".

    Examples
    --------
    >>> "الاحد" in word_class("weekday", "negation")
    True
    """
    return frozenset(fold(str(word)) for name in names for word in word_lists("cues")[name])


@cache
def verb_forms() -> dict[str, Verb]:
    """Each folded form of each reporting verb of reporting.yaml, without clitics.

    Where two verbs share a form the one listed first has it, and a finite form goes before a
    participle or a verbal noun.

    Examples
    --------
    >>> verb_forms()["قالت"].lemma, verb_forms()["مشيدا"].verb_class
    ('قال', 'evaluative')
    """
    forms = {word: Verb("قال", "neutral", NOUN) for word in ("القول", "بالقول")}
    paradigm, classes = word_lists("paradigm"), word_lists("reporting").items()
    verbs = [(verb_class, line.split()) for verb_class, lines in classes for line in lines]
    for form, spellings in paradigm["forms"].items():
        for verb_class, (lemma, *rest) in verbs:
            stems = dict(zip(paradigm["forms"], (lemma, *rest), strict=False))
            used = stems[form] != "-"
            for stem, (part, ending, exchanged) in paradigm["stems"].items():
                stems[stem] = re.sub(ending, exchanged, stems[part])
            for line in spellings if used else ():
                agreement, spelling = line.format(**stems).split()
                verb = Verb(lemma, verb_class, form, agreement, frozenset(rest[3:]))
                forms.setdefault(fold(spelling), verb)
    return forms


def find_verb(folded: str) -> Verb | None:
    """The reporting verb that a folded word is a form of, or None; و, ف and س may lead it.

    A finite form may carry an object pronoun, and then has the flag "suffixed".

    Examples
    --------
    >>> find_verb("فقالت").lemma, find_verb("سيعلن").form, find_verb("وصفته").lemma
    ('قال', 'present', 'وصف')
    """
    forms, stems = verb_forms(), [folded, *(led.sub("", folded) for led in _LED)]
    if known := [forms[stem] for stem in stems if stem in forms]:
        return known[0]
    for stem in stems:
        verb = forms.get(PRONOUN.sub("", stem))
        if verb and verb.flags & {"object", "names"}:
            return replace(verb, flags=verb.flags | {"suffixed"})
    return None


@lru_cache(maxsize=1 << 18)
def _read_word(surface: str) -> tuple[str, Verb | None]:
    """A word folded, and the reporting verb it is a form of.

    The last letter, before folding, must fit: only a participle ends in ة (تغريده is "his
    tweeting", تغريدة a tweet), and no form ends in a hamza on its carrier (اقرأ).
    """
    folded = fold(surface).replace("#", "")
    verb, last = find_verb(folded), _BARE.sub("", surface)[-1:]
    wrong = "أإ" if verb and verb.form == PARTICIPLE else "أإة"
    return folded, None if last in wrong else verb


def read_sentences(text: str, quotations: Sequence[Quotation]) -> Iterator[Sentence]:
    """The sentences of a text as lists of tokens, each quotation a single token.

    Parameters
    ----------
    quotations
        Those that lie in no other, in order.

    Notes
    -----
    Three empty tokens stand at the end of each list, so that what is next to a token can be asked
    for without looking whether there is anything.
    """
    number = 0
    for start, end in split_sentences(text, quotations):
        tokens: list[Token] = []
        place = start
        while number < len(quotations) and quotations[number].opens < end:
            quotation = quotations[number]
            tokens += _words(text, place, quotation.opens)
            tokens.append(Token(QUOTE, quotation.opens, quotation.closes, quote=number))
            place = max(place, quotation.closes)
            number += 1
        tokens += _words(text, place, end)
        for first in range(0, len(tokens), LONGEST_SENTENCE):
            yield tokens[first : first + LONGEST_SENTENCE] + [Token(PUNCTUATION, end, end)] * 3


def _words(text: str, start: int, end: int) -> Iterator[Token]:
    for piece in _PIECE.finditer(text, start, max(start, end)):
        kind = WORD if piece[1] else PUNCTUATION
        word, verb = _read_word(piece[0]) if piece[1] else (piece[0], None)
        if word:  # a lone tatweel or mark is no word
            yield Token(kind, *piece.span(), word, verb)


@cache
def stops() -> frozenset[str]:
    """The folded words that end a noun phrase."""
    glued = product(word_class("takes_pronoun"), word_class("pronoun"))
    return word_class(*ENDING) | frozenset(map("".join, glued))


def ends_phrase(word: str) -> bool:
    """Whether a folded word, with or without و or ف, ends a noun phrase."""
    joined = word[:1] in ("و", "ف") and word not in word_class("agent")
    return word in stops() or (joined and word[1:] in stops())


def unprefixed(word: str) -> set[str]:
    """A folded word with and without the conjunction or preposition glued to it."""
    rest = word[1:] if word[:1] in ("و", "ف", "ب", "ل") else word
    return {word, rest, rest.removeprefix("ل")}


def is_name_slot(tokens: Sentence, place: int) -> bool:
    """Whether the words before a quotation announce a name: «صحيفة», «حركة المقاومة»."""
    for token in tokens[max(place - NAMED_WITHIN, 0) : place][::-1]:
        if unprefixed(token.word) & word_class("named"):
            return True
        if token.verb is not None or token.word in word_class("headline") or len(token.word) < 2:
            return False  # a verb, «المتحدث باسم البلدية "كذا"», a mark
    return False


def names_subject(tokens: Sentence, place: int) -> bool:
    """Whether a quotation right after a verb names who speaks, what is said coming later.

    «قالت "رويترز" إن», «كتبت "رويترز" على موقعها: "…"».
    """
    if tokens[place - 1].verb is None or tokens[place + 1].word not in stops() | {"("}:
        return False
    openers = word_class("complementizer") | {":", "عن"}  # «تحدثت "رويترز" عن كذا»
    opens = next((at for at in range(place + 1, len(tokens)) if tokens[at].word in openers), 0)
    return opens > 0 and tokens[opens - 1].word not in word_class("no_clause")


def find_cues(tokens: Sentence) -> list[Cue]:
    """The reporting verbs and phrases of a sentence, in order, with what each opens.

    Parameters
    ----------
    tokens
        One sentence of :func:`read_sentences`.
    """
    cues, limit, lemmas = list[Cue](), len(tokens) - 3, phrase_lemmas()
    for place in range(limit - 1, -1, -1):
        verb = tokens[place].verb
        if not verb and tokens[place].word not in lemmas:
            continue
        cue = _verb_cue(tokens, place, verb, limit) if verb else _phrase_cue(tokens, place)
        if cue is not None:
            cues.append(cue)
            limit = cue.place
    return cues[::-1]


def _verb_cue(tokens: Sentence, place: int, verb: Verb, limit: int) -> Cue | None:
    if _is_no_verb(tokens, place, verb):
        return None
    opens, clause = _opening(tokens, place, limit)
    if verb.form == NOUN or "clause" in verb.flags:
        kept = clause or (opens > 0 and "clause" not in verb.flags)
    else:
        kept = opens - place <= NEAR or verb.flags.isdisjoint({"frame", "document"})
    return Cue(place, verb, opens, clause) if kept else None


def _is_no_verb(tokens: Sentence, place: int, verb: Verb) -> bool:
    """Whether what looks like a reporting verb is denied, a noun, a preposition or a connective."""
    token, before, after = tokens[place], tokens[place - 1].word, tokens[place + 1].word
    near = {token.word for token in tokens[place : place + NEAR]}
    denying = ("negation", "before_noun") if verb.form in FINITE else ("negation",)
    denied = before in word_class(*denying)
    named = verb.form == PAST and not token.conjoined and _in_phrase(tokens, place)
    preposition = token.word in word_class("preposition") and "about" not in verb.flags
    lacking = any(near.isdisjoint(word_class(flag)) for flag in verb.flags & WANTED)
    source = tokens[place + 2].word in word_class("no_document")
    comes = "document" in verb.flags and (source or after not in word_class("document"))
    connects = after in word_class("complementizer") or after == "الي"
    connective = connects and token.word.removeprefix("و") in word_class("impersonal")
    return denied or named or preposition or lacking or comes or connective


def _in_phrase(tokens: Sentence, place: int) -> bool:
    """Whether what looks like a verb stands in the subject of one: «قال الخبير مدحت فلان»."""
    before = tokens[max(place - 6, 0) : place][::-1]
    phrase = takewhile(lambda x: x.kind == WORD and not ends_phrase(x.word), before)
    return any(token.verb is not None and token.verb.form in FINITE for token in phrase)


def _opening(tokens: Sentence, place: int, limit: int) -> tuple[int, bool]:
    """Where what is reported begins: at a complementizer or colon (True) or at a quotation."""
    quote = -1
    for at in range(place + 1, min(limit, place + REACH)):
        token = tokens[at]
        if token.word == ":":
            return at, True
        if quote > 0 and token.word in COMMAS:
            break  # «حذر من "كذا"، مذكرا بأن»
        if token.word in word_class("complementizer"):
            if tokens[at - 1].word not in word_class("no_clause"):
                return at, True
        elif token.kind == QUOTE and quote < 0 and not is_name_slot(tokens, at):
            quote = at
    return quote, False


@cache
def phrase_lemmas() -> dict[str, str]:
    """The folded words, with و or not, that may begin an attribution without a verb: its lemma."""
    lemmas = word_lists("cues")["according"] | {"حد": "على حد"}
    return {"و" + word: lemma for word, lemma in lemmas.items()} | lemmas


def _phrase_cue(tokens: Sentence, place: int) -> Cue | None:
    """«بحسب فلان», «وفقا لفلان», «على حد قول فلان»: attribution without a verb."""
    lemma, after = phrase_lemmas()[tokens[place].word], tokens[place + 1].word
    loose = lemma == "على حد" and after not in word_class("as_it_is_put")
    if loose or after in ("", "ما", "لما"):
        return None
    place += lemma == "على حد" or (lemma == "نقل" and after == "عن")
    return Cue(place, Verb(lemma, "neutral", ACCORDING), backward=place > 1)
