"""Queries on the real corpora: every mention, and no other word."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from q7x2lab.arabic.aliases import load_aliases
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus


@pytest.fixture(scope="module")
def five(real_data: Path) -> Tokens:
    # The texts as they came: cleaning takes two headlines with بوتين away.
    return tokenize_corpus(Corpus(pd.read_csv(real_data / "seeds" / "articles.csv")))


@pytest.mark.parametrize(
    ("word", "mentions"),
    [
        ("روسيا", 38),
        ("أوكرانيا", 16),  # 13 with the hamza, 3 without
        ("الصين", 39),  # quanteda's 38, and one للصين that no pattern on الصين finds
        ("بكين", 21),
        ("موسكو", 19),
        ("بوتين", 31),
        ("الغرب", 5),
        ("واشنطن", 6),
    ],
)
def test_every_mention_in_the_five_articles(five: Tokens, word: str, mentions: int) -> None:
    hits = five.match(word)
    assert len(hits) == mentions
    texts = five.articles["text"].to_numpy()
    spans = zip(hits["article"], hits["start"], hits["end"], hits["surface"], strict=True)
    assert all(texts[article][start:end] == surface for article, start, end, surface in spans)


def test_adjectives_are_no_country(five: Tokens) -> None:
    found = set(five.match("الصين")["surface"]) | set(five.match("روسيا")["surface"])
    assert not {form for form in found if form.endswith(("ي", "ية", "يين", "يون"))}


def test_one_man_many_spellings(five: Tokens) -> None:
    xi = five.match(load_aliases()["xi"])["surface"]
    assert {"شي جين بينغ", "شي جينبينغ", "شي جين بينج"} <= {s.removeprefix("ل") for s in xi}


def test_words_of_the_war_as_a_reader_counted_them(five: Tokens) -> None:
    wars = five.match("حرب").groupby("article").size()
    assert wars[0] == 3 and wars[2] == 2 and wars[4] == 4
    attacks = five.match(["الغزو", "هجوم"]).groupby("article").size()
    assert attacks[3] == 4


@pytest.mark.slow
def test_house_spellings_of_a_year_of_news(real_data: Path) -> None:
    table = pd.read_parquet(real_data / "ant_2018" / "subset_putin_or_xi.parquet")
    tokens = tokenize_corpus(read_corpus(table))
    surfaces = set(tokens.match(load_aliases()["putin"])["surface"])
    assert {"بوتين", "بوتن", "فلاديمير بوتين", "لبوتن"} <= surfaces
    assert not any("بوتان" in surface for surface in surfaces)
