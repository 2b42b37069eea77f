"""Numbered word types: exact whatever the chunks, the keys or the number of processes."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from q7x2lab.arabic.tokens import tokenize
from q7x2lab.corpus import scanning as table
from q7x2lab.corpus.scanning import Table, Words, in_chunks, merge_words, number_words, token_table
from q7x2lab.corpus.workers import Apart, Here, map_arrays

TEXTS = ["وقال بوتينُ إن #روسيا 3,5 CNN", "", "قال بوتين والمستعمراتُ والمستعمرات", "…"]
WORD_LISTS = st.lists(st.text(st.sampled_from("ابتث"), min_size=1, max_size=14))


def words(forms: list[str]) -> Words:
    letters = np.frombuffer("".join(forms).encode("utf-16-le"), "<u2")
    length = np.array([len(form) for form in forms], np.int64)
    return Words(letters, np.cumsum(length) - length, length, np.zeros(len(forms), np.uint8))


def surfaces(made: Table, texts: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in texts]
    for article, start, end in zip(made.article, made.start, made.end, strict=True):
        found[article].append(texts[article][start:end])
    return found


def columns(made: Table) -> list[list[object]]:
    parts = (made.article, made.start, made.end, made.type, made.forms, made.kinds)
    return [part.tolist() for part in parts]


def test_every_token_is_kept_with_its_place_and_form() -> None:
    made = token_table(TEXTS)
    assert surfaces(made, TEXTS) == [tokenize(text) for text in TEXTS]
    assert made.forms[made.type].tolist() == [
        *["وقال", "بوتين", "إن", "#روسيا", "3,5", "CNN"],
        *["قال", "بوتين", "والمستعمرات", "والمستعمرات"],
    ]


@given(WORD_LISTS)
def test_words_share_a_number_just_if_they_are_the_same(forms: list[str]) -> None:
    codes, first = number_words(words(forms))
    assert [forms[place] for place in first[codes]] == forms
    assert len(first) == len(set(forms))
    assert codes.tolist() == [list(dict.fromkeys(forms)).index(form) for form in forms]


@given(WORD_LISTS, st.sampled_from([(0,), (0, 1), (1 << 40, 2)]))
def test_keys_that_collide_are_noticed(forms: list[str], multipliers: tuple[int, ...]) -> None:
    weak, table.MULTIPLIERS = table.MULTIPLIERS, multipliers
    try:
        test = number_words(words(forms))
    finally:
        table.MULTIPLIERS = weak
    right = number_words(words(forms))
    assert [part.tolist() for part in test] == [part.tolist() for part in right]


@pytest.mark.parametrize("forms", [["ااااب", "تتتتب"], ["ااااببببث", "ااااتتتتث"]])
def test_words_apart_in_any_four_letters_stay_apart(
    forms: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = words(forms)
    keys = table._keys(pair, list(table._packed(pair)), 0)
    assert keys[0] == keys[1]  # a multiplier of nothing does make keys collide
    monkeypatch.setattr(table, "MULTIPLIERS", (0,))
    assert number_words(pair)[0].tolist() == [0, 1]


@given(st.lists(WORD_LISTS, min_size=1, max_size=4))
def test_merging_lists_is_numbering_them_together(lists: list[list[str]]) -> None:
    together, numbers = merge_words([words(forms) for forms in lists])
    merged = together.strings()
    assert [merged[number].tolist() for number in numbers] == lists
    assert len(set(merged)) == len(merged)


@pytest.mark.parametrize("size", [1, 30, 10_000])
def test_the_chunks_do_not_show(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = columns(token_table(TEXTS * 3))
    monkeypatch.setattr(in_chunks, "__defaults__", (size,))
    assert columns(token_table(TEXTS * 3)) == whole


def test_two_processes_make_the_same_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_chunks, "__defaults__", (40,))
    assert columns(token_table(TEXTS * 5, jobs=2)) == columns(token_table(TEXTS * 5))


@settings(max_examples=50)
@given(st.lists(st.text(), max_size=5))
def test_any_texts_are_taken(texts: list[str]) -> None:
    made = token_table(texts)
    assert surfaces(made, texts) == [tokenize(text) for text in texts]
    assert Counter(made.type.tolist()).keys() == set(range(len(made.forms)))


def test_items_are_drawn_only_as_they_are_worked_on() -> None:
    drawn: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            drawn.append(number)
            yield number

    results = map_arrays(abs, items(), jobs=2)
    assert next(results) == 0
    assert len(drawn) < 20
    assert list(results) == list(range(1, 100))


@pytest.mark.parametrize("where", [Here, Apart])
def test_an_object_apart_answers_in_order_and_raises_what_was_raised(where: type) -> None:
    words = where(list)
    words.begin("append", "a")
    assert words.result() is None
    words.begin("index", "a")
    words.begin("count", "a")
    assert (words.result(), words.result()) == (0, 1)
    with pytest.raises(ValueError, match="not in list"):
        words.begin("index", "b")
        words.result()
    words.close()
