"""Frames and keyness on the 2018 corpus: both schemes find something, and keyness is not fooled."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.framing.keyness import keyness
from q7x2lab.framing.scores import score_frames


@pytest.fixture(scope="module")
def tokens(real_data):
    table = pd.read_parquet(real_data / "ant_2018" / "ant_multisource_2018.parquet")
    table = table[table["outlet"] == "CNN Arabic"].reset_index(drop=True)
    articles = table[["id", "outlet", "text"]].assign(title="", weight=1.0)
    articles["date"] = pd.to_datetime(table["date"], errors="coerce")
    articles["cluster"] = pd.factorize(table["text"])[0]
    return tokenize_corpus(Corpus(articles), lexemes="none")


@pytest.mark.parametrize("scheme", ["generic", "geopolitics"])
def test_both_schemes_find_every_frame_and_cite_their_sentences(tokens, scheme):
    frames = score_frames(tokens, scheme)
    shares = frames.shares
    assert (shares["share"] > 0).all()
    assert (shares["low"] < shares["share"]).all()
    shown = frames.quoted(n=50)
    assert all(hit in text for hit, text in zip(shown["hit"], shown["text"], strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("measure", ["log_odds", "g2", "log_ratio"])
def test_articles_of_one_outlet_split_at_random_have_few_key_words(tokens, measure):
    dtm = document_term_matrix(tokens)
    cluster, rng = dtm.articles["cluster"].to_numpy(), np.random.default_rng(0)
    rates, passed = [], 0
    for repeat in range(6):
        half = rng.random(cluster.max() + 1) < (0.5 if repeat % 2 else 0.1)
        dtm.articles["half"] = np.where(half[cluster], "a", "b")
        table = keyness(dtm, by="half", target="a", measure=measure, draws=300, seed=repeat)
        rates.append((table["p"] <= 0.05).mean())
        passed += int((table["q"] <= 0.05).sum())
    assert 0.03 <= np.mean(rates) <= 0.07
    assert passed <= 5
