"""Packed words behave as the strings they stand for."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from q7x2lab.arabic.lemma_table import fold_key
from q7x2lab.arabic.packed import LONGEST, Lookup, Packed

LETTERS = st.sampled_from("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيگچپ")
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=LONGEST), max_size=30)
PARTS = st.text(LETTERS, min_size=1, max_size=2)


def rows(words: list[str]) -> Packed:
    return Packed.of(words)


@given(WORDS)
def test_words_come_back(words: list[str]) -> None:
    packed = rows(words)
    assert packed.strings() == words
    assert packed.n.tolist() == [len(word) for word in words]
    assert packed.folded().strings() == [fold_key(word) for word in words]


@given(st.lists(st.text(max_size=20)))
def test_what_does_not_fit_is_empty_and_never_found(words: list[str]) -> None:
    packed = rows([*words, "كتاب"])
    table = Lookup(rows(["كتاب", "روسيا"]))
    for word, back, found in zip(words, packed.strings(), table(packed).tolist(), strict=False):
        assert back == "" or set(back) <= set(word)
        assert (found >= 0) == (back in ("كتاب", "روسيا"))


def test_marks_and_tatweel_do_not_count() -> None:
    assert rows(["كِتـابٌ", "CNN", "ا" * (LONGEST + 1)]).strings() == ["كتاب", "", ""]


@given(WORDS, PARTS)
def test_ends_are_those_of_strings(words: list[str], part: str) -> None:
    packed = rows(words)
    assert packed.starts(part).tolist() == [word.startswith(part) for word in words]
    assert packed.ends(part).tolist() == [word.endswith(part) for word in words]
    assert packed.has(0, part).tolist() == [word[0] in part for word in words]
    assert packed.has(-1, part).tolist() == [word[-1] in part for word in words]
    assert packed.after(part).strings() == [part + word for word in words]
    assert packed.before(part).strings() == [word + part for word in words]
    assert packed.behind(1).strings() == [word[1:] for word in words]
    assert packed.until(1).strings() == [word[:-1] for word in words]


@given(WORDS, st.data())
def test_rows_are_compared_with_rows(words: list[str], data: st.DataObject) -> None:
    others = data.draw(st.permutations(words)) if words else []
    packed, other = rows(words), rows(others)
    pairs = list(zip(words, others, strict=True))
    assert packed.same(other).tolist() == [a == b for a, b in pairs]
    assert packed.begins_with(other).tolist() == [a.startswith(b) for a, b in pairs]
    number, distinct = packed.distinct()
    assert [distinct.strings()[at] for at in number] == words
    assert len(set(words)) == len(distinct)


@given(st.lists(st.text(LETTERS, min_size=1, max_size=LONGEST), unique=True), WORDS)
def test_a_lookup_is_a_dictionary(known: list[str], asked: list[str]) -> None:
    assume(known)
    values = np.arange(len(known)) * 7
    table = Lookup(rows(known), values, missing=-5)
    expected = dict(zip(known, values.tolist(), strict=True))
    assert table(rows(known + asked)).tolist() == [expected.get(w, -5) for w in known + asked]
    assert table.has(rows(asked)).tolist() == [word in expected for word in asked]


def test_a_lookup_holds_a_hundred_thousand_words() -> None:
    digits = np.arange(100_000)[:, None] // 10 ** np.arange(5) % 10
    words = ["".join("ابتثجحخدذر"[d] for d in row) for row in digits.tolist()]
    table = Lookup(rows(words[::2]))
    found = table(rows(words))
    assert (found[::2] == np.arange(50_000)).all() and (found[1::2] == -1).all()
