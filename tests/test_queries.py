"""What a search term finds, and what it must not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from q7x2lab.arabic.aliases import load_aliases
from q7x2lab.arabic.queries import compile_query
from q7x2lab.arabic.word_forms import Vocabulary, expand
from q7x2lab.errors import QueryError

WORDS = Path(__file__).parent / "data" / "query_words.txt"


def coded() -> list[tuple[str, dict[str, int], dict[str, int]]]:
    """Search word, forms it stands for and forms it does not, with their tokens."""
    rows = []
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            word, right, wrong = line.split("|")
            pairs = [[form.split(":") for form in part.split()] for part in (right, wrong)]
            rows.append((word.strip(), *({f: int(n) for f, n in part} for part in pairs)))
    return rows


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    counts: dict[str, int] = {}
    for _, right, wrong in coded():
        counts |= right | wrong
    return Vocabulary(list(counts), list(counts.values()))


def test_coded_words_are_found_and_traps_are_not(vocabulary: Vocabulary) -> None:
    right_found = right_all = wrong_found = wrong_all = 0
    for word, right, wrong in coded():
        found = {vocabulary.forms[n] for n in expand(word, vocabulary)[0]}
        right_found += len(found & right.keys())
        wrong_found += len(found & wrong.keys())
        right_all += len(right)
        wrong_all += len(wrong)
    assert right_all + wrong_all >= 600 and wrong_all >= 200
    assert right_found / (right_found + wrong_found) >= 0.99
    assert right_found / right_all >= 0.98


@pytest.mark.parametrize(
    ("word", "trap"),
    [
        ("لد", "بلد"),
        ("رنسا", "فرنسا"),
        ("كين", "بكين"),
        ("صل", "وصل"),
        ("نان", "لبنان"),
        ("الصين", "الصيني"),
        ("الصين", "الصينية"),
        ("علي", "على"),
        ("روسي", "روسيا"),
        ("مانيا", "ألمانيا"),
        ("فكرة", "فكره"),
    ],
)
def test_trap(word: str, trap: str, vocabulary: Vocabulary) -> None:
    for words in (vocabulary, Vocabulary([trap, "قال"])):  # a year of news, and two words
        numbers = expand(word, words)[0]
        assert trap not in {words.forms[n] for n in numbers}


def found(query: object, text: str) -> list[str]:
    """Hits of a query in a text of one article, words set apart by blanks; / begins another."""
    words = [w for w in text.split() if w != "/"]
    article = np.cumsum([w == "/" for w in text.split()])[[w != "/" for w in text.split()]]
    forms, type_ = np.unique(words, return_inverse=True)
    start = 10 * np.arange(len(words))
    hits = compile_query(query, Vocabulary(forms)).find(
        article, type_, start, np.full_like(start, 9)
    )
    assert (article[hits[:, 1]] == hits[:, 0]).all()
    return [" ".join(words[a : b + 1]) for _, a, b in hits]


TEXT = "زار بوتين بكين وقال للصين إن روسيا البيضاء جارة وروسيا أكبر / بوتين والصين"


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("روسيا", ["روسيا", "وروسيا"]),
        ('روسيا -"روسيا البيضاء"', ["وروسيا"]),
        ("روسيا NOT روسيا البيضاء", ["وروسيا"]),
        ("روسيا -=وروسيا", ["روسيا"]),
        ("روسيا (البيضاء | أكبر) -=وروسيا", ["روسيا البيضاء"]),
        ("الصين NEAR/3 بوتين -=للصين", ["بوتين والصين"]),
        ('"روسيا البيضاء" -روسيا', ["روسيا البيضاء"]),  # the phrase lies inside no روسيا
        ("روسيا البيضاء", ["روسيا البيضاء"]),
        ("روسيا | الصين", ["للصين", "روسيا", "وروسيا", "والصين"]),
        ("روسيا OR الصين", ["للصين", "روسيا", "وروسيا", "والصين"]),
        (["روسيا", "الصين"], ["للصين", "روسيا", "وروسيا", "والصين"]),
        ("=الصين", []),
        ("=والصين", ["والصين"]),
        ("بوتين NEAR/1 الصين", ["بوتين والصين"]),
        ('"روسيا البيضاء" NEAR/3 البيضاء', []),  # a hit is not near itself
        ("الصين NEAR/2 بوتين", ["بوتين والصين"]),
        ("الصين NEAR/3 بوتين", ["بوتين بكين وقال للصين", "بوتين والصين"]),
        ("روسيا (البيضاء)?", ["روسيا البيضاء", "وروسيا"]),
        ("روسيا (البيضاء | أكبر)", ["روسيا البيضاء", "وروسيا أكبر"]),
        ("أكبر بوتين", []),  # another article
        ({"names": ["روسيا"], "exclude": ["روسيا البيضاء"]}, ["وروسيا"]),
    ],
)
def test_grammar(query: object, hits: list[str]) -> None:
    assert found(query, TEXT) == hits


def test_clitics_stand_before_the_first_word_of_a_phrase() -> None:
    text = "وللولايات المتحدة والولايات والمتحدة العملية العسكرية عمليتها العسكرية"
    assert found("الولايات المتحدة", text) == ["وللولايات المتحدة"]
    assert found("عملية عسكرية", text) == ["العملية العسكرية", "عمليتها العسكرية"]


def test_of_overlapping_hits_the_first_and_longest_counts() -> None:
    text = "الرئيس شي جين بينغ شي"
    assert found(["شي", "شي جين بينغ", "الرئيس شي"], text) == ["الرئيس شي", "شي"]


def test_names_of_an_alias_group_are_spelled_loosely_and_words_are_not() -> None:
    text = "شي جينبينج وبوتن في أميركا غدا وجدا لماكرون وبيتين والمنيا"
    group = {"names": ["شي جين بينغ", "بوتين", "ماكرون", "أمريكا", "ألمانيا", "غدا"]}
    assert found(group, text) == ["شي جينبينج", "وبوتن", "أميركا", "غدا", "لماكرون"]
    assert found(group["names"], text) == ["غدا", "لماكرون"]


def test_a_name_joined_in_the_query_is_found_apart() -> None:
    assert found({"names": ["شي جينبينغ"]}, "لقاء شي جين بينغ") == ["شي جين بينغ"]


def test_metonyms_are_no_names() -> None:
    group = {"russia": {"names": ["روسيا"], "metonyms": ["موسكو"]}}
    assert found(load_aliases(group)["russia"], "روسيا وموسكو") == ["روسيا"]


def test_phrase_words_stand_side_by_side() -> None:
    matcher = compile_query("روسيا البيضاء", Vocabulary(["روسيا", "البيضاء"]))
    article, types, length = np.array([0, 0]), np.array([0, 1]), np.array([5, 7])
    assert matcher.find(article, types, np.array([0, 6]), length).tolist() == [[0, 0, 1]]
    assert matcher.find(article, types, np.array([0, 30]), length).tolist() == []


def test_hashtags_and_lexemes_on_request() -> None:
    words = Vocabulary(["روسيا", "#روسيا", "حرب", "الحروب"])
    lexemes = np.array([0, 1, 2, 2])
    assert compile_query("#روسيا", words).included.tolist() == [False, True, False, False]
    assert compile_query("روسيا", words).included.tolist() == [True, False, False, False]
    war = compile_query("lexeme:حرب", words, lexemes=lexemes)
    assert war.included.tolist() == [False, False, True, True]
    with pytest.raises(QueryError, match="needs the lexemes"):
        compile_query("lexeme:حرب", words)


def test_audit_shows_what_was_left_out() -> None:
    matcher = compile_query("كين", Vocabulary(["بكين", "كين", "لبكين"], [90, 3, 10]))
    audit = matcher.audit().set_index("surface")
    assert audit.loc["كين"].tolist() == [3, True] and audit.loc["بكين"].tolist() == [90, False]


@pytest.mark.parametrize(
    "query",
    [
        *("", "()", "(روسيا", "روسيا)", "روسيا NEAR/3", "-روسيا", '"', "روسيا & الصين", [], 3),
        *("روسيا -البيضاء جارة", '"روسيا | الصين"'),
    ],
)
def test_unreadable_queries_are_refused_in_words(query: object) -> None:
    with pytest.raises(QueryError):
        compile_query(query, Vocabulary(["روسيا"]))


@given(st.text(max_size=40))
def test_any_text_is_a_query_or_is_refused(query: str) -> None:
    two = np.array([0, 1])
    try:
        compile_query(query, Vocabulary(["روسيا", "x"])).find(two, two, two, two)
    except QueryError as error:
        assert "remedy" in str(error)


def test_an_empty_corpus_has_no_hits() -> None:
    empty = np.empty(0, np.int32)
    matcher = compile_query("روسيا NEAR/2 الصين -بكين", Vocabulary([]))
    assert matcher.find(empty, empty, empty, empty).shape == (0, 3)


@pytest.mark.parametrize(
    ("word", "counts", "taken"),
    [
        ("تركيا", {"تركيا": 400, "التركيا": 2, "وتركيا": 9}, "تركيا وتركيا"),  # no article
        ("إسلام", {"إسلام": 8, "الإسلام": 74, "الاسلام": 4}, "إسلام الإسلام الاسلام"),
        ("إعلام", {"إعلام": 99, "للإعلام": 96, "لإعلام": 4, "اللإعلام": 1}, "إعلام للإعلام"),
        ("نادي", {"نادي": 196, "النادي": 268, "النادى": 6, "نادى": 4}, "نادي النادي النادى"),
        ("قوة", {"قوة": 109, "قوه": 2, "قو": 1}, "قوة قوه"),
        ("شيء", {"شيء": 18, "الشيء": 3, "شيئا": 6}, "شيء الشيء شيئا"),
        ("رأي", {"رأي": 28, "الرأي": 49, "رأيا": 1}, "رأي الرأي رأيا"),
        ("روسي", {"روسي": 55, "الروسي": 392, "روسيا": 777}, "روسي الروسي"),
    ],
)
def test_spellings_and_endings_of_a_year_of_news(
    word: str, counts: dict[str, int], taken: str
) -> None:
    words = Vocabulary(list(counts), list(counts.values()))
    assert {words.forms[n] for n in expand(word, words)[0]} >= set(taken.split())
    left = counts.keys() - set(taken.split()) - {"لإعلام"}
    assert not left & {words.forms[n] for n in expand(word, words)[0]}


@pytest.mark.parametrize("query", ["روسيا AND الصين", '"روسيا AND الصين"', "AND", "روسيا AND"])
def test_what_databases_write_for_both_is_refused_with_what_is_meant(query: str) -> None:
    with pytest.raises(QueryError, match=r"'AND' has no meaning(.|\n)*NEAR/5"):
        compile_query(query, Vocabulary(["روسيا"]))
    compile_query("=AND OR ANDROID OR Brand", Vocabulary(["AND"]))
