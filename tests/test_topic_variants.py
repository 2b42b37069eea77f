"""The same articles prepared otherwise: words, stop words, copies."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.topics.variants import preprocessing_variants


@pytest.fixture(scope="module")
def demo():
    return {rule: read_corpus("demo", copies=rule) for rule in ("once", "all")}


def test_copies_left_out_count_as_often_as_they_ran(demo):
    corpus = demo["once"]
    tokens = tokenize_corpus(corpus)
    variants = preprocessing_variants(tokens, rejected=corpus.rejected)
    weight = variants["copies counted"].articles["weight"]
    assert weight.sum() == len(demo["all"].articles)
    originals = corpus.rejected["reason"].str.removeprefix("copy of ")
    assert set(variants["copies counted"].articles.loc[weight > 1, "id"]) == set(originals)
    assert "copies counted" not in preprocessing_variants(tokens)


@pytest.mark.parametrize("unit", ["article", "paragraph"])
def test_copies_that_are_there_are_left_out(demo, unit):
    tokens = tokenize_corpus(demo["all"])
    once = preprocessing_variants(tokens, unit=unit)["copies once"]
    assert once.counts.shape[0] < len(document_term_matrix(tokens, unit=unit).articles)
    assert once.articles["id"].nunique() == len(demo["once"].articles)
    assert set(once.articles["cluster"]) == set(tokens.articles["cluster"])


def test_words_and_stop_words_are_turned_round(demo):
    conflated = tokenize_corpus(demo["once"])
    plain = tokenize_corpus(demo["once"], lexemes="none", stop_words=())
    there, back = preprocessing_variants(conflated), preprocessing_variants(plain)
    assert list(there)[:2] == ["words not conflated", "stop words kept"]
    assert list(back)[:2] == ["words conflated", "stop words left out"]
    own = document_term_matrix(conflated)
    assert len(there["stop words kept"].lexemes) > len(own.lexemes)
    assert back["words conflated"].lexemes == there["stop words kept"].lexemes
    assert back["stop words left out"].lexemes == there["words not conflated"].lexemes
    assert np.array_equal(own.articles["id"], there["words not conflated"].articles["id"])
    assert isinstance(own.articles, pd.DataFrame)
