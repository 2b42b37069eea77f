"""Topic models on the newsrooms' own categories."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.topics.choice_of_k import fit_topics, topic_grid
from q7x2lab.topics.stability import BADGES, stability
from q7x2lab.topics.topic_model import select_units


@pytest.fixture(scope="module")
def dtm(real_data):
    articles = pd.read_parquet(real_data / "ant_2018" / "ant_multisource_2018.parquet")
    first = articles[articles["dup_of"].fillna("").eq("") & articles["text"].str.strip().ne("")]
    drawn = first.groupby("category").sample(1000, random_state=0).reset_index(drop=True)
    columns = ["id", "date", "outlet", "title", "text", "category"]
    return document_term_matrix(tokenize_corpus(read_corpus(drawn[columns])))


@pytest.mark.slow
def test_categories_are_found_and_survive(dtm):
    model = fit_topics(dtm, k=6)
    category = dtm.articles["category"]
    assert normalized_mutual_info_score(category, model.main_topics) >= 0.62
    assert adjusted_rand_score(category, model.main_topics) >= 0.59
    assert model.quality["npmi"].mean() >= 0.29
    found = stability(model, draws=2)
    assert found.draws["jaccard"].mean() >= 0.75
    assert found.draws["agreement"].mean() >= 0.9
    assert "unstable" not in found.topics["badge"].tolist()


def test_five_articles_in_paragraphs_get_few_topics_or_none(real_data):
    corpus = read_corpus(real_data / "seeds" / "articles.csv")
    dtm = document_term_matrix(tokenize_corpus(corpus), unit="paragraph", min_articles=1)
    model = fit_topics(dtm, k="auto")
    assert model.k <= 5
    assert set(stability(model, draws=2).topics["badge"]) <= set(BADGES)


@pytest.mark.slow
def test_another_seed_confirms_the_number_of_topics(dtm):
    part = select_units(dtm, np.arange(0, len(dtm.articles), 2))
    grids = [topic_grid(part, seed=seed) for seed in (0, 1)]
    assert all(5 <= grid.chosen <= 12 for grid in grids)
    assert abs(grids[0].chosen - grids[1].chosen) <= 2
