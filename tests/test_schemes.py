"""Framing schemes: the bundled ones, and what is said of a faulty one."""

import hashlib

import numpy as np
import pandas as pd
import pytest

from q7x2lab.arabic.queries import compile_query
from q7x2lab.arabic.word_forms import Vocabulary
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import StudyError
from q7x2lab.framing.schemes import load_scheme, parse_scheme
from q7x2lab.framing.scores import score_frames

SMALL = """
scheme: {id: small}
frames:
  dispute:
    questions: [{id: d1, ar: هل من خلاف؟}]
    terms:
      - {lemma: مواجهة, forms: [مواجهة], w: 0.5, not_next: [تحديات], why: test}
      - {phrase: (قطع OR قطعت) العلاقات}
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
    assert (frame.negation.window, frame.negation.action) == (2, "drop")


def test_a_word_that_must_not_follow_takes_the_hit_away():
    forms = ["مواجهة", "التحديات", "عسكرية"]
    matcher = compile_query(
        list(parse_scheme(SMALL).frames["dispute"].terms[0].queries), Vocabulary(forms)
    )
    start = 10 * np.arange(4)
    found = matcher.find(np.zeros(4, int), np.array([0, 1, 0, 2]), start, np.full(4, 9))[:, -2:]
    assert found.tolist() == [[2, 2]]


def test_any_change_of_the_file_changes_the_hash():
    assert parse_scheme(SMALL).sha256 != parse_scheme(SMALL.replace("0.5", "0.6")).sha256
    assert parse_scheme(SMALL).sha256 == hashlib.sha256(SMALL.encode()).hexdigest()


def test_a_scheme_of_ones_own_is_read_from_its_path(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    assert load_scheme(path).id == "small"


def test_a_scheme_of_ones_own_is_read_from_a_mapping():
    given = {"scheme": {"id": "own"}, "frames": {"war": {"terms": ["حرب"]}}}
    found = load_scheme(given)
    assert found.names == ["war"] and found.id == "own"
    assert found.sha256 != load_scheme(given | {"unit": "article"}).sha256
    with pytest.raises(StudyError, match="unknown key 'war'"):
        load_scheme({"war": ["حرب"]})


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


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "remedy"),
    [
        ("negation:", "negatoin:", 9, "unknown key 'negatoin'", "did you mean negation"),
        ("    terms:", "    term:", 5, "unknown key 'term'", "did you mean terms"),
        ("w: 0.5", "w: half", 6, "terms.0.w: found 'half'", "valid number"),
        ("- حوار", "- حوار.*", 8, "'.' has no meaning in a query", "write words"),
        ("- حوار", "- ''", 8, "a term needs a lemma or a phrase", "write {lemma"),
        ("- حوار", "- {phrase: حوار, why: 5}", 8, "terms.2.why: found 5", "quotation marks"),
        ("- حوار", "- {phrase: (حوار OR جدل}", 8, "a bracket is not closed", "write words"),
        ("- حوار", "- مواجهة", 3, "'مواجهة' stands twice", "keep one"),
        ("    negation:", "  dispute:\n    negation:", 9, "'dispute' stands twice", "keep one"),
        ("id: small", "id: 2024", 1, "scheme.id: found 2024", "quotation marks"),
        ("id: small", "id: small, source: 5", 1, "scheme.source: found 5", "quotation marks"),
    ],
)
def test_every_fault_of_a_lexicon_has_its_file_line_and_remedy(
    old, new, line, what, remedy, tmp_path
):
    path = tmp_path / "own.yaml"
    path.write_text(SMALL.lstrip().replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        load_scheme(path)
    first, *_, last = str(caught.value).splitlines()
    assert "own.yaml" in first and f"line {line}: " in first and what in first
    assert last.startswith("  remedy: ") and remedy in last


def test_several_faults_are_told_at_once():
    faulty = SMALL.lstrip().replace("w: 0.5", "w: half").replace("window: 2", "window: two")
    with pytest.raises(StudyError) as caught:
        parse_scheme(faulty, where="own.yaml")
    assert "own.yaml, line 6: " in str(caught.value)
    assert "\n  line 9: frames.dispute.negation.window: found 'two'" in str(caught.value)


def test_a_frame_without_terms_is_refused():
    with pytest.raises(StudyError, match=r"line 3: frames\.f\.terms: the key is missing"):
        parse_scheme("scheme: {id: s}\nframes:\n  f: {questions: [{id: a, ar: ب}]}")


def test_a_lexicon_of_ones_own_cites_what_it_says_and_nothing_else():
    table = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "بدأ حوار."})
    tokens = tokenize_corpus(Corpus(table), lexemes="none")
    own = SMALL.replace("id: small", "id: small, source: Smith 2020, cite: [smith2020]")
    told, works = score_frames(tokens, parse_scheme(own)).methods()
    assert "small (Smith 2020)" in told.en and works == ("smith2020", "davison1997")
    assert score_frames(tokens, parse_scheme(SMALL)).methods()[1] == ("davison1997",)
    told, works = score_frames(tokens, "generic").methods()
    assert "قُدّرت أطر" in told.ar and "semetko2000" in works
    assert "semetko2000" not in score_frames(tokens, "geopolitics").methods()[1]


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
