"""Tokens and sentences on real news: places, forms and counts hold, sentences end as read."""

import re
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from q7x2lab.arabic.letters import INVISIBLES, MARKS, TATWEEL, looks_reversed
from q7x2lab.arabic.sentences import split_sentences
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus

# Where the sentences of the five articles end, as read; navigation and headlines end at the line.
ENDS = {
    "summit-2022-12-30-a": "149 299 420 486 686 793 1069 1240 1382 1571 1745 1862 1958 2075",
    "summit-2022-12-30-b": "80 292 434 509 689 799 944 1118 1186 1321 1526 1782 1928 2126 2401 2759"
    " 2922 3039 3182 3416 3514 3695 3757 3812 3874 3887 3994",
    "summit-2022-02-04": "81 244 403 484 618 792 907 1126 1220 1309 1351 1442 1527 1561 1755 1844"
    " 2093 2186 2298 2395 2485 2691",
    "summit-2022-09-15": "185 320 461 651 792 817 926 970 1009 1100 1183 1297 1422 1608 1787 1936"
    " 2151",
    "summit-2023-03-21": "330 592 797 997 1032 1167 1469 1512 1682 1979 2334 2368 2700 2880 2903"
    " 3126 3263 3434 3551 3847",
}


@pytest.fixture(scope="module")
def corpus(real_data: Path) -> Corpus:
    return Corpus(pd.read_parquet(real_data / "ant_2018" / "subset_putin_or_xi.parquet"))


@pytest.fixture(scope="module")
def tokens(corpus: Corpus) -> Tokens:
    return tokenize_corpus(corpus)


def test_surfaces_without_marks_are_the_forms(tokens: Tokens) -> None:
    texts = tokens.articles["text"].tolist()
    marks = {code: None for code in range(0x10000) if unicodedata.category(chr(code)) == "Mn"}
    drop = re.compile(f"[{MARKS}{TATWEEL}{INVISIBLES}]")
    places = zip(tokens.article.tolist(), tokens.start.tolist(), tokens.end.tolist(), strict=True)
    surfaces = [drop.sub("", texts[at][a:b]).translate(marks) for at, a, b in places]
    assert surfaces == tokens.forms[tokens.type].tolist()
    assert (np.diff(tokens.article) >= 0).all()


def test_no_letter_is_left_outside_the_tokens(tokens: Tokens) -> None:
    letters = sum(c.isalpha() for text in tokens.articles["text"] for c in text if c != TATWEEL)
    texts = tokens.articles["text"].tolist()
    places = zip(tokens.article.tolist(), tokens.start.tolist(), tokens.end.tolist(), strict=True)
    inside = sum(c.isalpha() for at, a, b in places for c in texts[at][a:b] if c != TATWEEL)
    assert inside == letters


def test_sentences_of_the_five_articles_end_where_a_reader_ends_them(real_data: Path) -> None:
    articles = pd.read_csv(real_data / "seeds" / "articles.csv").set_index("id")["text"]
    found = {(name, end) for name, text in articles.items() for _, end in split_sentences(text)}
    read = {(name, int(end)) for name, ends in ENDS.items() for end in ends.split()}
    f1 = 2 * len(found & read) / (len(found) + len(read))
    assert f1 >= 0.97


@pytest.mark.parametrize("file", ["ant_2018/subset_putin_or_xi", "jawhara_2015_2017/ant_jawhara"])
def test_sound_texts_are_not_taken_for_reversed_and_reversed_ones_are(
    real_data: Path, file: str
) -> None:
    texts = pd.read_parquet(real_data / f"{file}.parquet")["text"].iloc[:1000]
    assert not any(map(looks_reversed, texts))
    long = [text for text in texts if len(text) > 400]
    assert sum(looks_reversed(text[::-1]) for text in long) >= 0.99 * len(long)
