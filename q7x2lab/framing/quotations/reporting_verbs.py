"""The reporting verbs and closed word classes that attribution knows, in every written form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from q7x2lab.arabic.letters import fold
from q7x2lab.errors import StudyError, did_you_mean
from q7x2lab.yaml_files import parse_yaml, read_yaml

PAST, PRESENT, PARTICIPLE, NOUN, ACCORDING = "past", "present", "participle", "noun", "according"
_FEMININE, _MASCULINE, _PLURAL, _ANY = "f", "m", "p", ""


@dataclass(frozen=True, slots=True)
class Verb:
    """A form of a reporting verb: lemma (past, third person masculine), class, form, agreement.

    agreement: "m", "f", "p" (plural or dual) or "" where the form does not tell. flags: how the
    verb behaves (continues, clause, frame, on, bi, source, document, names); see reporting.yaml.
    """

    lemma: str
    verb_class: str
    form: str
    agreement: str
    flags: frozenset[str]


@cache
def _load(name: str) -> dict[str, Any]:
    path = files("q7x2lab") / "data" / "verbs" / name
    return dict(parse_yaml(path.read_text(encoding="utf-8"), where=name))


def load_verb_classes(source: str | Path | Mapping[str, Any]) -> dict[str, str]:
    """The class of each reporting verb that a user's own scheme names, by its dictionary form.

    source: a mapping of a class to a list of verbs (past tense, third person masculine), or a YAML
    file with one: `distancing: [زعم, ادعى, اعتبر]`. Verbs it does not list keep their class; names
    of classes are free.

    Raises StudyError if the file cannot be read, or names a verb twice or one that is not known.

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
    for name, verbs in table.items():
        for verb in map(str, verbs):
            lemma = known.get(fold(verb))
            if lemma is None:
                remedy = did_you_mean(fold(verb), known)
                raise StudyError(f"no reporting verb {verb!r}", where=where, remedy=remedy)
            if lemma in classes:
                what = f"the verb {verb!r} stands in two classes"
                raise StudyError(what, where=where, remedy="leave it in one")
            classes[lemma] = str(name)
    return classes


@cache
def word_class(name: str) -> frozenset[str]:
    """The folded words of a closed class of cues.yaml, such as "complementizer" or "weekday".

    >>> "الاحد" in word_class("weekday")
    True
    """
    entry = _load("cues.yaml")[name]
    words = [w for group in entry.values() for w in group] if isinstance(entry, dict) else entry
    return frozenset(fold(str(word)) for word in words)


@cache
def according_words() -> dict[str, str]:
    """Folded words that attribute without a verb, with the name they are reported under.

    >>> according_words()["وفقا"]
    'وفق'
    """
    entry = _load("cues.yaml")["according"]
    return {fold(word): lemma for lemma, words in entry.items() for word in words}


def _past_forms(past: str) -> list[tuple[str, str]]:
    if past[-1] in "اى":
        stem = past[:-1]
        plural = [stem + "وا", stem + "تا", stem + ("يا" if past[-1] == "ى" else "وا")]
        return [(past, _MASCULINE), (stem + "ت", _FEMININE), *((p, _PLURAL) for p in plural)]
    plural = [past + end for end in ("وا", "ا", "تا", "ن")]
    return [(past, _MASCULINE), (past + "ت", _FEMININE), *((p, _PLURAL) for p in plural)]


def _present_forms(present: str) -> list[tuple[str, str]]:
    base = present[1:]
    weak = base[-1] in "يىو"
    stem = base[:-1] if weak else base
    ends = (stem + "ون", stem + "وا", (stem + "ي" if base[-1] == "ى" else base) + "ان")
    forms = [("ي" + base, _MASCULINE), ("ت" + base, _FEMININE)]
    return forms + [(letter + end, _PLURAL) for end in ends for letter in "يت"]


def _participle_forms(participle: str) -> list[tuple[str, str]]:
    # Only as they stand after their verb, in the accusative: the bare form is a noun (متحدث).
    stem = participle + "ي" if participle in _DEFECTIVE else participle
    plurals = [participle + "ين", stem + "تين"]
    return [(stem + "ا", _MASCULINE), (stem + "ة", _FEMININE), *((p, _PLURAL) for p in plurals)]


# Participles that lose their last root letter and show it again before an ending.
_DEFECTIVE = frozenset(
    ("داع", "مدع", "ناف", "مثن", "شاك", "متمن", "راج", "موص", "راو", "حاك", "مشتك", "مبد", "راء")
)


def _noun_forms(noun: str) -> list[tuple[str, str]]:
    stem = noun[:-1] + "ت" if noun[-1] == "ة" else noun
    endings = {"ه": _MASCULINE, "ها": _FEMININE, "هم": _PLURAL, "هما": _PLURAL}
    return [(stem + ending, agreement) for ending, agreement in endings.items()]


_SHAPES = ((PAST, _past_forms), (PRESENT, _present_forms), (PARTICIPLE, _participle_forms))


@cache
def _verbal_nouns() -> frozenset[str]:
    lines = [line for group in _load("reporting.yaml").values() for line in group]
    return frozenset(fold(_split(str(line))[3]) for line in lines)


@cache
def verb_forms() -> dict[str, Verb]:
    """Each folded form of each reporting verb of reporting.yaml, without clitics.

    Where two verbs share a form the one listed first has it, and a finite form goes before a
    participle or a verbal noun.

    >>> verb_forms()["قالت"].lemma, verb_forms()["مشيدا"].verb_class
    ('قال', 'evaluative')
    """
    forms: dict[str, Verb] = {}
    for place in range(len(_SHAPES) + 1):
        for verb_class, lines in _load("reporting.yaml").items():
            for line in lines:
                *parts, flags = _split(str(line))
                if parts[place] == "-":
                    continue
                form, shape = _SHAPES[place] if place < len(_SHAPES) else (NOUN, _noun_forms)
                for surface, agreement in shape(parts[place]):
                    verb = Verb(parts[0], verb_class, form, agreement, frozenset(flags.split()))
                    forms.setdefault(fold(surface), verb)
    for word in ("القول", "بالقول"):
        forms[word] = Verb("قال", "neutral", NOUN, _ANY, frozenset())
    return forms


def _split(line: str) -> list[str]:
    parts = line.split()
    return [*parts[:4], " ".join(parts[4:])]


def find_verb(folded: str) -> Verb | None:
    """The reporting verb that a folded word is a form of, or None; و, ف and س may lead it.

    A finite form may carry an object pronoun, and then has the flag "suffixed".

    >>> find_verb("فقالت").lemma, find_verb("سيعلن").form, find_verb("وصفته").lemma
    ('قال', 'present', 'وصف')
    """
    forms = verb_forms()
    verb = forms.get(folded)
    if verb is None and folded[:1] in "وف":
        verb = forms.get(folded[1:]) or (forms.get(folded[2:]) if folded[1:2] == "س" else None)
    if verb is None and folded[:2] in ("سي", "ست"):
        verb = forms.get(folded[1:])
    return verb or _with_object(folded)


def _with_object(folded: str) -> Verb | None:
    """The verb of a finite form with an object pronoun: وصفته, اعتبرها.

    Only verbs that take an object: after folding, إضافة and the like end as if in a pronoun.
    """
    if folded in _verbal_nouns():
        return None
    for ending in ("هما", "هم", "ها", "ه"):
        if folded.endswith(ending) and len(folded) > len(ending) + 2:
            stem = folded[: -len(ending)]
            verb = verb_forms().get(stem)
            if verb is None and stem[0] in "وف":
                verb = verb_forms().get(stem[1:])
            taking = verb is not None and verb.flags & {"object", "names"}
            if verb is not None and taking and verb.form in (PAST, PRESENT):
                return replace(verb, flags=verb.flags | {"suffixed"})
    return None
