"""Numbered word types: exact whatever the texts and however they are cut into parts."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from q7x2lab.arabic.tokens import scan, tokenize
from q7x2lab.corpus import parts, token_table

TEXTS = ["وقال بوتينُ إن #روسيا 3,5 CNN", "", "قال بوتين والمستعمراتُ والمستعمرات", "…"]
WORD_LISTS = st.lists(st.text(st.sampled_from("ابتث"), min_size=1, max_size=14))


def scan_texts(texts: list[str]) -> dict[str, Any]:
    return token_table.scan_texts(pd.Series(texts, dtype="str"))


def surfaces(texts: list[str]) -> list[list[str]]:
    columns = scan_texts(texts)
    found: list[list[str]] = [[] for _ in texts]
    for article, start, length in zip(
        columns["article"], columns["start"], columns["length"], strict=True
    ):
        found[article].append(texts[article][start : start + length])
    return found


def everything(texts: list[str]) -> list[list[object]]:
    return [column.tolist() for column in scan_texts(texts).values()]


def test_every_token_is_kept_with_its_place_and_form() -> None:
    columns = scan_texts(TEXTS)
    assert surfaces(TEXTS) == [tokenize(text) for text in TEXTS]
    assert columns["forms"][columns["type"]].tolist() == [
        *["وقال", "بوتين", "إن", "#روسيا", "3,5", "CNN"],
        *["قال", "بوتين", "والمستعمرات", "والمستعمرات"],
    ]


@given(WORD_LISTS)
def test_words_share_a_number_just_if_they_are_the_same(words: list[str]) -> None:
    columns = scan_texts([" ".join(words)])
    forms = columns["forms"].tolist()
    assert forms == list(dict.fromkeys(words))
    assert columns["type"].tolist() == [forms.index(word) for word in words]


@pytest.mark.parametrize("size", [1, 5, 12])
def test_the_parts_do_not_show(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = everything(TEXTS * 3)
    monkeypatch.setattr(parts, "PART", size)
    assert everything(TEXTS * 3) == whole


@settings(max_examples=50)
@given(st.lists(st.text(), max_size=5))
def test_any_texts_are_taken(texts: list[str]) -> None:
    columns = scan_texts(texts)
    assert surfaces(texts) == [tokenize(text) for text in texts]
    assert set(columns["type"].tolist()) == set(range(len(columns["forms"])))


@settings(max_examples=50)
@given(st.lists(st.text(st.sampled_from("اب1٢a#@_ ,")), max_size=5))
def test_a_type_has_the_kind_of_each_of_its_tokens(texts: list[str]) -> None:
    columns = scan_texts(texts)
    expected = [kind for text in texts for kind in scan(text).kind.tolist()]
    assert columns["kinds"][columns["type"]].tolist() == expected
