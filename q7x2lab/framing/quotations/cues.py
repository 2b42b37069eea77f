"""Reporting verbs and phrases in a sentence, and what each of them opens."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from q7x2lab.arabic.letters import LETTERS, MARKS, TATWEEL, fold
from q7x2lab.arabic.sentences import Quotation, split_sentences
from q7x2lab.errors import StudyError, did_you_mean
from q7x2lab.yaml_files import parse_yaml, read_yaml

SPEECH, SCARE, TITLE, OTHER, REPORTED = "speech", "scare", "title", "other", "reported"
PAST, PRESENT, PARTICIPLE, NOUN, ACCORDING = "past", "present", "participle", "noun", "according"
WORD, QUOTE, PUNCTUATION = "word", "quote", "punctuation"
CLAUSE, COLON, QUOTED = "clause", "colon", "quoted"
LONGEST_SENTENCE = 240  # tokens; longer ones are cut, so that time grows with the text only
REACH, NEAR = 30, 14  # tokens in which what is said must begin, and in which it is told at once
SHORT_QUOTE = 26  # letters; so long are a word or two in marks
_PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "نا", "ني", "ك", "كم")
_OWN = frozenset(["له", "ها", "هم", "ره", "فه", "مه", "يه", "ما"])  # ends of قوله, تعبيرها
NAME_LETTERS, LONGEST_NAME = 30, 4  # of a name in marks that speaks; words before it
AHEAD = 20  # tokens past such a name in which its words must begin
WANTED = frozenset(["about", "source", "blame"])  # flags; a word of that class must be near
COMMAS = frozenset(["،", ",", "؛"])

_WORD = rf"[#@]?[{LETTERS}{MARKS}{TATWEEL}]+(?:_[{LETTERS}{MARKS}{TATWEEL}]+)*"
_PIECE = re.compile(
    rf"({_WORD}|[#@]?[^\W\d_][^\W_{LETTERS}]*|\d+(?:[.,/٫٬]\d+)*)|[،,؛;:()\[\]/]|[-–—]+"
)
_BARE = re.compile(f"[{MARKS}{TATWEEL}]")
_OBJECT = re.compile("(?<=..)(?:هما|هم|ها|ه)$")
# The place and agency before a dash that opens an article: «دبي (رويترز) -».
_DATELINE = re.compile(r"\s*(?:[^\n.؟!\"«“:]{0,80}\)\s*|(?:[^\s\"«“:]+\s+){1,3})[-–—]+\s")


@dataclass(frozen=True, slots=True)
class Verb:
    """A form of a reporting verb: lemma (past, third person masculine), class, form, agreement.

    agreement: "m", "f", "p" (plural or dual) or "" where the form does not tell. flags: how the
    verb behaves (continues, clause, frame, on, bi, source, document, names); see reporting.yaml.
    """

    lemma: str
    verb_class: str
    form: str
    agreement: str = ""
    flags: frozenset[str] = frozenset()

    @property
    def finite(self) -> bool:
        """Whether the form is past or present."""
        return self.form in (PAST, PRESENT)


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
        word = self.word.lstrip("#@")
        if word[:3] == "وال":
            return word[3:]
        return word[2:] if word[:2] == "ال" and len(word) > 4 else word

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
    opener: str = ""  # clause, colon, quoted, or "" where nothing opens
    subject: tuple[int, int] | None = None  # first and last token
    carried: tuple[int, int, str] | None = None  # a mention from before: start, end, agreement
    certainty: float = 0.0
    backward: bool = False  # attributes what stands before it: «…، بحسب فلان»


@cache
def _load(name: str) -> dict[str, Any]:
    path = files("q7x2lab") / "data" / "verbs" / name
    return dict(parse_yaml(path.read_text(encoding="utf-8"), where=name))


def load_verb_classes(source: str | Path | Mapping[str, Any]) -> dict[str, str]:
    """The class of each reporting verb that a user's own scheme names, by its dictionary form.

    Parameters
    ----------
    source
        A mapping of a class to a list of verbs (past tense, third person masculine), or a YAML
        file with one: ``distancing: [زعم, ادعى, اعتبر]``. Verbs it does not list keep their class;
        names of classes are free.

    Raises
    ------
    StudyError
        If the file cannot be read, or names a verb twice or one that is not known.

    Examples
    --------
    >>> load_verb_classes({"distancing": ["زعم", "إعتبر"]})
    {'زعم': 'distancing', 'اعتبر': 'distancing'}
    """
    where = "verb classes" if isinstance(source, Mapping) else str(source)
    table = source if isinstance(source, Mapping) else read_yaml(Path(source), what="verb classes")
    if not isinstance(table, Mapping) or not all(isinstance(v, list) for v in table.values()):
        remedy = "write `name: [verb, verb]`, one class a line"
        raise StudyError("no lists of verbs by class", where=where, remedy=remedy)
    known = {fold(verb.lemma): verb.lemma for verb in verb_forms().values()}
    classes: dict[str, str] = {}
    for name, verb in ((name, str(verb)) for name, verbs in table.items() for verb in verbs):
        lemma = known.get(fold(verb), "")
        if not lemma:
            remedy = did_you_mean(fold(verb), known)
            raise StudyError(f"no reporting verb {verb!r}", where=where, remedy=remedy)
        if lemma in classes:
            what = f"the verb {verb!r} stands in two classes"
            raise StudyError(what, where=where, remedy="leave it in one")
        classes[lemma] = str(name)
    return classes


@cache
def word_class(*names: str) -> frozenset[str]:
    """The folded words of closed classes of cues.yaml, such as "complementizer" or "weekday".

    Examples
    --------
    >>> "الاحد" in word_class("weekday", "negation")
    True
    """
    return frozenset(fold(str(word)) for name in names for word in _load("cues.yaml")[name])


@cache
def according_words() -> dict[str, str]:
    """Folded words that attribute without a verb, with the name they are reported under.

    Examples
    --------
    >>> according_words()["وفقا"]
    'وفق'
    """
    entry = _load("cues.yaml")["according"]
    return {fold(word): lemma for lemma, words in entry.items() for word in words}


def _inflected(form: str, parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Agreement and spelling of a verb in each form of one kind, by paradigm.yaml."""
    past, present, participle, noun = parts[:4]
    stems = {
        "past": past, "stem": past.rstrip("اى"),
        "present": present[1:], "weak": present[1:].rstrip("يىو"),
        "dual": present[1:].replace("ى", "ي"),
        "participle": participle, "bare": participle.rstrip("ي"),
        "noun": noun, "open": noun[:-1] + "ت" if noun[-1] == "ة" else noun,
    }  # fmt: skip
    for line in _load("paradigm.yaml")[form] if stems[form] not in ("-", "") else ():
        agreement, spelling = line.format(**stems).split()
        yield agreement, spelling


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
    lines = [
        (name, line.split()) for name, some in _load("reporting.yaml").items() for line in some
    ]
    for form in _load("paradigm.yaml"):
        for verb_class, (past, *parts) in lines:
            for agreement, spelling in _inflected(form, (past, *parts)):
                verb = Verb(past, verb_class, form, agreement, frozenset(parts[3:]))
                forms.setdefault(fold(spelling), verb)
    return forms


@cache
def _verbal_nouns() -> frozenset[str]:
    lines = (line for lines in _load("reporting.yaml").values() for line in lines)
    return frozenset(fold(line.split()[3]) for line in lines)


def find_verb(folded: str) -> Verb | None:
    """The reporting verb that a folded word is a form of, or None; و, ف and س may lead it.

    A finite form may carry an object pronoun, and then has the flag "suffixed".

    Examples
    --------
    >>> find_verb("فقالت").lemma, find_verb("سيعلن").form, find_verb("وصفته").lemma
    ('قال', 'present', 'وصف')
    """
    forms, stems = verb_forms(), [folded]
    if folded[:1] in ("و", "ف"):
        stems.append(folded[1:])
    stems += [stem[1:] for stem in stems if stem[:2] in ("سي", "ست")]
    for stem in stems:
        if stem in forms:
            return forms[stem]
    for stem in stems if folded not in _verbal_nouns() else ():  # إدانة is no «أدان» with a pronoun
        verb = forms.get(_OBJECT.sub("", stem))
        if verb and verb.finite and verb.flags & {"object", "names"}:
            return replace(verb, flags=verb.flags | {"suffixed"})
    return None


@lru_cache(maxsize=1 << 18)
def _read_word(surface: str) -> tuple[str, Verb | None]:
    """A word folded, and the reporting verb it is a form of.

    The last letter, before folding, must fit: a participle ends in ة where folding leaves ه (مقرة,
    but مقره is "its seat"), nothing else does (تغريده is "his tweeting", تغريدة a tweet), and no
    form ends in a hamza on its carrier (اقرأ).
    """
    folded = fold(surface).replace("#", "")
    verb, last = find_verb(folded), _BARE.sub("", surface)[-1:]
    fits = last not in ("أ", "إ") and (
        last != "ة" if verb and verb.form != PARTICIPLE else last != "ه"
    )
    return folded, verb if fits else None


def read_sentences(text: str, quotations: Sequence[Quotation]) -> Iterator[Sentence]:
    """The sentences of a text as lists of tokens, each quotation a single token.

    Parameters
    ----------
    quotations
        Those that lie in no other, in order.

    Notes
    -----
    Three empty tokens stand at the end of each list, so that what is next to a token can be asked
    for without looking whether there is anything. The place and agency before a dash that opens
    the text are left out.
    """
    number, dateline = 0, _DATELINE.match(text)
    for start, end in split_sentences(text, quotations):
        tokens: list[Token] = []
        place = max(start, dateline.end() if dateline else 0)
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
        if piece[1] is None:
            yield Token(PUNCTUATION, *piece.span(), piece[0])
        elif _read_word(piece[0])[0]:  # a lone tatweel or mark is no word
            yield Token(WORD, *piece.span(), *_read_word(piece[0]))


@cache
def stops() -> frozenset[str]:
    """The folded words that end a noun phrase."""
    joined = [word + end for word in word_class("takes_pronoun") for end in _PRONOUNS]
    return frozenset(joined) | word_class(
        "complementizer", "preposition", "relative", "weekday", "negation"
    )


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
    for token in tokens[max(place - LONGEST_NAME, 0) : place][::-1]:
        if token.verb is not None or token.word in word_class("headline"):
            return False  # «المتحدث باسم البلدية "كذا"»
        if unprefixed(token.word) & word_class("named"):
            return True
        if len(token.word) < 2 or token.word in stops():  # a mark or a word
            return False
    return False


def names_subject(tokens: Sentence, place: int) -> bool:
    """Whether a quotation right after a verb names who speaks, what is said coming later.

    «قالت "رويترز" إن», «تحدثت "رويترز" عن», «كتبت "رويترز" على موقعها: "…"».
    """
    verb, token = tokens[place - 1].verb, tokens[place]
    short = token.kind == QUOTE and token.end - token.start < NAME_LETTERS
    if not short or verb is None or tokens[place + 1].word not in stops() | {"("}:
        return False
    openers = word_class("complementizer") | ({":", "عن"} if verb.lemma == "تحدث" else {":"})
    rest = range(place + 1, min(place + AHEAD, len(tokens) - 1))
    opens = next((at for at in rest if tokens[at].word in openers), 0)
    return opens > 0 and tokens[opens - 1].word not in word_class("no_clause")


def find_cues(tokens: Sentence) -> list[Cue]:
    """The reporting verbs and phrases of a sentence, in order, with what each opens.

    Parameters
    ----------
    tokens
        One sentence of :func:`read_sentences`.
    """
    cues: list[Cue] = []
    for place in range(len(tokens) - 4, -1, -1):
        following = cues[-1] if cues else None
        if tokens[place].verb is not None:
            cue = _verb_cue(tokens, place, following)
        else:
            cue = _phrase_cue(tokens, place)
        if cue is not None:
            cues.append(cue)
    return cues[::-1]


def _verb_cue(tokens: Sentence, place: int, following: Cue | None) -> Cue | None:
    verb, before = _verb_at(tokens, place), tokens[place - 1]
    near = {token.word for token in tokens[place : place + NEAR]}
    if verb is None or _is_no_verb(tokens, place, verb):
        return None
    if any(near.isdisjoint(word_class(flag)) for flag in verb.flags & WANTED):
        return None
    opens, opener = _opening(tokens, place, following.place if following else len(tokens))
    if not opener and following is not None:
        opens, opener = _past_relative(tokens, place, following)
    at_once = opener == QUOTED and opens == place + 1
    present = verb.lemma == "اعتبر" and verb.form == PRESENT  # «تعتبر "الرشوة" جريمة»: nobody's
    if (before.word in word_class("negation") and not at_once) or (present and at_once):
        return None
    if verb.form == NOUN:
        kept = bool(opener) and opens - place <= 3
    elif "clause" in verb.flags:
        kept = opener in (CLAUSE, COLON) and opens - place <= 9
    else:
        past_clause = following is not None and opens > following.place
        kept = not verb.flags & {"frame", "document"} or past_clause or opens - place <= NEAR
    return Cue(place, verb, opens, opener) if kept else None


def _verb_at(tokens: Sentence, place: int) -> Verb | None:
    """The verb of a token; «ورد» is و + رد unless a document speaks."""
    verb, after, source = tokens[place].verb, tokens[place + 1].word, tokens[place + 2].word
    speaks = after in word_class("document") and source not in word_class("no_document")
    if verb is None or "document" not in verb.flags or speaks:
        return verb
    return find_verb(tokens[place].word[1:]) if verb.lemma == "ورد" else None


def _is_no_verb(tokens: Sentence, place: int, verb: Verb) -> bool:
    """Whether what looks like a reporting verb is a noun, a preposition or a connective."""
    token, before, after = tokens[place], tokens[place - 1].word, tokens[place + 1].word
    if verb.finite and not token.conjoined and before in word_class("before_noun"):
        return True
    if verb.form == PAST and not token.conjoined and _in_phrase(tokens, place):
        return True
    if token.word in word_class("preposition") and "about" not in verb.flags:
        return True
    if before in ("ما", "مما") and "suffixed" in verb.flags and "names" not in verb.flags:
        return True  # «ما يطلبونه», but «ما وصفه بالصعب»
    connects = after in word_class("complementizer") or after == "الي"
    return connects and token.word.removeprefix("و") in word_class("impersonal")


def _in_phrase(tokens: Sentence, place: int) -> bool:
    """Whether what looks like a verb stands in the subject of one: «قال الخبير مدحت فلان»."""
    for token in tokens[max(place - 6, 0) : place][::-1]:
        if token.kind != WORD or ends_phrase(token.word) or token.word in word_class("between"):
            return False
        if token.verb is not None and token.verb.finite:
            return "clause" not in token.verb.flags
    return False


def _opening(tokens: Sentence, place: int, limit: int) -> tuple[int, str]:
    """Where what is reported begins: at a complementizer, a colon or a quotation."""
    quote = -1
    for at in range(place + 1, min(limit, place + REACH, len(tokens) - 3)):
        token = tokens[at]
        length = token.end - token.start
        if at == place + 1 and names_subject(tokens, at):
            continue
        if token.kind == QUOTE and quote < 0 and not is_name_slot(tokens, at):
            quote = -1 if length <= SHORT_QUOTE and is_parted(tokens, place, at) else at
        elif token.word == ":":
            return at, COLON
        elif token.word in word_class("complementizer"):
            whether = token.word[:2] == "ان" and tokens[at - 1].word in word_class("no_clause")
            apart = quote > 0 and any(other.word in COMMAS for other in tokens[quote:at])
            if apart:  # «حذر من "كذا"، مذكرا بأن»
                break
            if not whether:
                return at, CLAUSE
    return (quote, QUOTED) if quote > 0 else (-1, "")


def is_parted(tokens: Sentence, place: int, at: int) -> bool:
    """Whether a comma parts a verb from a quotation that neither it nor a conjunction announces."""
    joined = tokens[at - 1].word in COMMAS | {"و", "او", "ب", "ل"}
    return not joined and any(token.word in COMMAS for token in tokens[place + 1 : at])


def _past_relative(tokens: Sentence, place: int, following: Cue) -> tuple[int, str]:
    """The complementizer that a relative clause parts from its verb: «ترى التي قالت …، أن»."""
    relatives = word_class("relative")
    if any(token.word in relatives for token in tokens[place + 1 : following.place][-3:]):
        for at in range(following.place + 1, min(place + REACH, len(tokens) - 1)):
            if tokens[at].word in COMMAS and tokens[at + 1].word in word_class("complementizer"):
                return at + 1, CLAUSE
    return -1, ""


def _phrase_cue(tokens: Sentence, place: int) -> Cue | None:
    """«بحسب فلان», «وفقا لفلان», «على حد قول فلان»: attribution without a verb."""
    word, after, tail = tokens[place].word, tokens[place + 1].word, word_class("as_it_is_put")
    lemma = according_words().get(word) or according_words().get(word.removeprefix("و"))
    if word.removeprefix("و") == "حد" and after in tail:
        lemma, place = "على حد", place + 1
    elif lemma is None or lemma == "بحسبما" or after in ("", "ما", "لما"):
        return None
    place += lemma == "نقل" and after == "عن"
    named = tokens[place].word if lemma == "على حد" else after
    own = word in ("بحسبه", "وفقه", "حسبه") or (named in tail and named[-2:] in _OWN)
    cue = Cue(place, Verb(lemma, "neutral", ACCORDING, flags=frozenset(["suffixed"] * own)))
    cue.backward = place > 2 or any(token.kind == QUOTE for token in tokens[:place])
    return cue
