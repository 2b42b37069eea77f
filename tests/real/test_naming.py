"""What the five seed articles call the war: the hand-coded counts, the silent article included."""

from pathlib import Path

import pytest

from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.framing.naming import naming, silent_articles


@pytest.fixture(scope="module")
def tokens(real_data: Path):
    return tokenize_corpus(read_corpus(real_data / "seeds" / "articles.csv"))


def test_names_of_the_seeds(tokens) -> None:
    names = naming(tokens, "ukraine_war")
    counts = names.groupby(["article", "variant"]).size().to_dict()
    assert counts == {
        (0, "war"): 3,
        (3, "invasion"): 2,
        (3, "attack"): 2,
        (3, "crisis"): 1,
        (4, "war"): 4,
        (4, "conflict"): 3,
    }
    crisis = names[names["variant"] == "crisis"].iloc[0]
    assert crisis["voice"] == "quoted"
    assert set(names[names["variant"] != "crisis"]["voice"]) == {"outlet", "reported"}


def test_one_article_never_names_it(tokens) -> None:
    silent = silent_articles(tokens, "ukraine_war", naming(tokens, "ukraine_war"))
    assert silent["id"].tolist() == ["summit-2022-12-30-b"]
