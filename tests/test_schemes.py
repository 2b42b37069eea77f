"""Framing schemes: the bundled ones, and what is said of a faulty one."""

import hashlib

import numpy as np
import pytest

from q7x2lab.arabic.queries import compile_query
from q7x2lab.arabic.word_forms import Vocabulary
from q7x2lab.errors import StudyError
from q7x2lab.framing.schemes import load_scheme, parse_scheme

SMALL = """
scheme: {id: small}
frames:
  dispute:
    questions: [{id: d1, ar: هل من خلاف؟}]
    terms:
      - {lemma: مواجهة, forms: [مواجهة], w: 0.5, not_next: [تحديات], why: test}
      - {phrase: (قطع OR قطعت) العلاقات, require_any: [دولة]}
      - حوار
    negation: {cues: [لا], window: 2, action: drop}
"""


@pytest.mark.parametrize("name", ["generic", "generic5", "geopolitics"])
def test_bundled_schemes_have_questions_in_two_languages_and_a_reason_for_every_term(name):
    scheme = load_scheme(name)
    terms, questions = scheme.terms(), scheme.questions()
    assert (terms["why"].str.len() > 5).all()
    assert (questions[["ar", "en"]].map(len) > 10).all(axis=None)
    assert set(questions["frame"]) == set(scheme.names) == set(terms["frame"])
    assert scheme.licence.startswith("CC0")


def test_the_bundled_schemes_have_a_couple_of_hundred_terms():
    assert sum(len(load_scheme(n).terms()) for n in ("generic", "geopolitics")) >= 200


def test_a_small_scheme_is_read_whole():
    scheme = parse_scheme(SMALL)
    assert scheme.unit == "sentence"
    frame = scheme.frames["dispute"]
    assert [t.term for t in frame.terms] == ["مواجهة", "قطع العلاقات", "حوار"]
    assert [t.weight for t in frame.terms] == [0.5, 1.0, 1.0]
    assert frame.terms[1].require_any == ("دولة",)
    assert (frame.negation.window, frame.negation.action) == (2, "drop")


def test_a_word_that_must_not_follow_takes_the_hit_away():
    forms = ["مواجهة", "التحديات", "عسكرية"]
    matcher = compile_query(
        list(parse_scheme(SMALL).frames["dispute"].terms[0].queries), Vocabulary(forms)
    )
    start = 10 * np.arange(4)
    found = matcher.find(np.zeros(4, int), np.array([0, 1, 0, 2]), start, start + 9)[:, -2:]
    assert found.tolist() == [[2, 2]]


def test_any_change_of_the_file_changes_the_hash():
    assert parse_scheme(SMALL).sha256 != parse_scheme(SMALL.replace("0.5", "0.6")).sha256
    assert parse_scheme(SMALL).sha256 == hashlib.sha256(SMALL.encode()).hexdigest()


def test_a_scheme_of_ones_own_is_read_from_its_path(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    assert load_scheme(path).id == "small"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("lemma: مواجهة", "lemna: مواجهة", "did you mean lemma"),
        ("negation:", "negations:", "did you mean negation"),
        ("w: 0.5", "w: -1", "w: found -1\n.*greater than 0"),
        ("window: 2", "window: two", "window: found 'two'"),
        ("action: drop", "action: dorp", "action: found 'dorp'\n.*'drop'"),
        ("[مواجهة]", "[(مواجهة]", "bracket is not closed"),
        ("phrase: (قطع OR قطعت) العلاقات", "phrase: مواجهة", "'مواجهة' stands twice"),
        ("ar: هل من خلاف؟", "en: why", "questions.0.ar: the key is missing"),
        (
            "scheme: {id: small}",
            "scheme: {id: small}\nunit: sentance",
            "unit: found 'sentance'\n.*'sentence'",
        ),
        ("scheme: {id: small}", "scheme: {name: small}", "unknown key 'name'"),
        ("    negation:", "  dispute: {}\n    negation:", "line"),
    ],
)
def test_faults_are_named_with_their_place(old, new, said):
    with pytest.raises(StudyError, match=said) as caught:
        parse_scheme(SMALL.replace(old, new), where="small.yaml")
    assert "small.yaml" in str(caught.value)


def test_a_frame_given_twice_is_an_error_and_not_the_last_one_wins():
    twice = SMALL + "  dispute: {terms: [نزاع]}\n"
    with pytest.raises(StudyError, match="'dispute' stands twice") as caught:
        parse_scheme(twice, where="small.yaml")
    assert "line 11" in str(caught.value)


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(StudyError, match="did you mean geopolitics"):
        load_scheme("geopolitcs")


def test_yaml_cannot_run_anything():
    with pytest.raises(StudyError, match="the tag !!python/object"):
        parse_scheme("scheme: !!python/object/apply:os.getcwd []")
