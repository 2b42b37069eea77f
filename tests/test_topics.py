"""Topic models on planted topics: recovery, repeatability, refusals, words and shares."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from planted_topics import planted
from sklearn.metrics import adjusted_rand_score

from q7x2lab.errors import AnalysisError
from q7x2lab.topics.choice_of_k import fit_topics
from q7x2lab.topics.fit import ETA, METHODS, PRIOR, em, fit_matrix, fold_in
from q7x2lab.topics.groups import topic_shares_by
from q7x2lab.topics.stability import held_out_likelihood
from q7x2lab.topics.topic_model import npmi, top_words, two_subjects


@pytest.mark.parametrize("method", METHODS)
def test_planted_topics_are_recovered(method):
    dtm, truth = planted()
    model = fit_topics(dtm, k=4, method=method)
    merges = method == "lda"  # variational LDA may merge planted topics
    assert adjusted_rand_score(truth, model.main_topics) > (0.6 if merges else 0.95)
    assert np.allclose(model.article_shares.sum(axis=1), 1)
    assert np.allclose(model.topic_words.sum(axis=1), 1)
    assert (np.diff(model.prevalence["share"]) <= 1e-9).all()


def test_words_of_a_topic_are_its_planted_words():
    dtm, truth = planted()
    model = fit_topics(dtm, k=4)
    for by in ("probability", "frex", "relevance"):
        table = model.words(10, by=by)
        assert list(table.columns[:5]) == ["topic", "label", "rank", "lexeme", "word"]
        assert len(table) == 40
        for topic, part in table.groupby("topic"):
            number = np.bincount(truth[model.main_topics == topic]).argmax()
            place = part["lexeme"].str[1:].astype(int)
            assert (place // 15 == number).all()
            assert part[by].is_monotonic_decreasing


def test_no_iteration_lowers_the_objective():
    dtm, _ = planted()
    rng = np.random.default_rng(1)
    counts = sp.csr_matrix(dtm.counts, dtype=np.float32)
    words = rng.dirichlet(np.ones(counts.shape[1]), size=5)
    weight, shares, trace = rng.uniform(0.2, 1, counts.shape[0]), np.full((240, 5), 0.2), []
    for _ in range(30):
        words, shares = em(counts, words, shares, weight, iterations=1)
        likelihood = weight @ (counts.toarray() * np.log(shares @ words)).sum(axis=1)
        smoothing = PRIOR / 5 * weight @ np.log(shares).sum(axis=1) + ETA * np.log(words).sum()
        trace.append(likelihood + smoothing)
    assert trace[-1] > trace[0]
    assert (np.diff(trace) > -1e-6 * abs(trace[-1])).all()


def test_one_em_step_is_the_textbook_one():
    counts = np.array([[3.0, 1, 0], [0, 2, 2]])
    words = np.array([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]])
    shares = np.array([[0.7, 0.3], [0.4, 0.6]])
    got = em(sp.csr_matrix(counts, dtype=np.float32), words, shares, np.ones(2), iterations=1)
    belongs = shares[:, :, None] * words[None]
    belongs = counts[:, None, :] * belongs / belongs.sum(axis=1, keepdims=True)
    theta = belongs.sum(axis=2) + PRIOR / 2
    phi = belongs.sum(axis=0) + 0.01
    assert np.allclose(got[1], theta / theta.sum(axis=1, keepdims=True), atol=1e-6)
    assert np.allclose(got[0], phi / phi.sum(axis=1, keepdims=True), atol=1e-6)


def test_another_seed_moves_hardly_an_article():
    dtm, _ = planted(articles=400, topics=6, length=30, shared=60)
    one, other = (fit_topics(dtm, k=6, seed=seed) for seed in (0, 1))
    assert adjusted_rand_score(one.main_topics, other.main_topics) > 0.95


def test_articles_of_two_topics_get_the_shares_of_both():
    rng = np.random.default_rng(2)
    topics = np.kron(np.eye(3), np.full(20, 1 / 20))
    truth = rng.dirichlet(np.full(3, 0.3), size=600)
    counts = np.array([rng.multinomial(150, shares @ topics) for shares in truth])
    lexemes = [f"w{j}" for j in range(60)]
    dtm = SimpleNamespace(
        counts=sp.csr_array(counts),
        lexemes=lexemes,
        labels=lexemes,
        articles=pd.DataFrame({"id": [f"a{i}" for i in range(600)]}),
    )
    shares = fit_topics(dtm, k=3).article_shares
    found = shares[:, [shares[truth[:, t] > 0.9].mean(axis=0).argmax() for t in range(3)]]
    assert abs(found - truth).mean() < 0.07


SCRIPT = """
import hashlib, sys
sys.path.insert(0, {folder!r})
from planted_topics import planted
from q7x2lab.topics.choice_of_k import fit_topics
model = fit_topics(planted()[0], k=4, seed=3)
held = model.article_shares.tobytes() + model.topic_words.tobytes()
print(hashlib.sha256(held).hexdigest())
"""


def test_same_bytes_whatever_the_threads_and_the_hash_seed():
    folder = str(Path(__file__).parent)
    seen = set()
    for hashing, threads in (("0", "1"), ("77", "2")):
        environment = os.environ | {
            "PYTHONHASHSEED": hashing,
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
        }
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT.format(folder=folder)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        seen.add(done.stdout)
    assert len(seen) == 1


def test_copies_weigh_what_they_should():
    dtm, _ = planted(articles=60)
    twice = np.repeat(np.arange(60), 2)
    doubled = SimpleNamespace(**vars(dtm))
    doubled.counts = sp.csr_matrix(dtm.counts)[twice]
    doubled.articles = dtm.articles.iloc[twice].reset_index(drop=True).assign(weight=0.5)
    one, two = fit_topics(dtm, k=4), fit_topics(doubled, k=4)
    assert np.allclose(one.prevalence["share"], two.prevalence["share"], atol=0.01)
    width = [(m.prevalence["high"] - m.prevalence["low"]).mean() for m in (one, two)]
    assert width[0] == pytest.approx(width[1], rel=0.25)


def test_articles_without_words_have_no_main_topic():
    dtm, _ = planted()
    counts = dtm.counts.toarray()
    counts[[3, 9]] = 0
    dtm.counts = sp.csr_array(counts)
    model = fit_topics(dtm, k=4)
    assert np.flatnonzero(model.main_topics == -1).tolist() == [3, 9]
    assert np.allclose(model.article_shares[3], 0.25)
    assert model.prevalence["articles"].sum() == 238


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"k": 500}, "500 topics were asked of 240 articles"),
        ({"k": 1}, "k is 1"),
        ({"k": True}, "k is True"),
        ({"method": "ldaa"}, "did you mean lda"),
        ({"method": None}, "no method is called None"),
    ],
)
def test_wrong_arguments_are_refused_in_words(change, message):
    with pytest.raises(AnalysisError, match=message):
        fit_topics(planted()[0], **({"k": 4} | change))


def test_matrices_that_carry_no_topics_are_refused():
    dtm, _ = planted()
    dtm.counts = sp.csr_array(np.tile(dtm.counts.toarray()[:1], (240, 1)))
    with pytest.raises(AnalysisError, match="same words in the same shares"):
        fit_topics(dtm, k=4)
    dtm.counts, dtm.lexemes, dtm.labels = sp.csr_array((240, 0), dtype=int), [], []
    with pytest.raises(AnalysisError, match="no word is left"):
        fit_topics(dtm, k=4)


def test_npmi_by_hand_and_likelihood_prefers_the_true_topics():
    counts = sp.csr_matrix([[1, 1, 0], [1, 0, 0], [0, 1, 1], [0, 0, 1]])
    together, first, second = 1 / 4, 2 / 4, 2 / 4
    expected = np.log(together / (first * second)) / -np.log(together)
    assert npmi(counts, np.array([[0, 1]]))[0] == pytest.approx(expected)
    dtm, _ = planted()
    unseen = sp.csr_matrix(planted(seed=8)[0].counts)
    found = [held_out_likelihood(unseen, fit_topics(dtm, k=k).topic_words, seed=0) for k in (2, 4)]
    assert found[1] > found[0] + 0.1


def test_folding_in_agrees_with_the_fit():
    dtm, _ = planted()
    counts = sp.csr_matrix(dtm.counts)
    words, shares = fit_matrix(counts, 4, "ensemble", 0, np.ones(240))
    again = fold_in(counts, words)
    assert (again.argmax(axis=1) == shares.argmax(axis=1)).mean() > 0.98
    assert top_words(words, 3).shape == (4, 3)


def test_typical_articles_and_repr():
    dtm, _ = planted()
    model = fit_topics(dtm, k=4)
    table = model.typical_articles(3)
    assert table.groupby("topic").size().tolist() == [3, 3, 3, 3]
    assert (table["share"] > 0.5).all()
    assert "4 topics by ensemble on 240 units" in repr(model)


def test_groups_that_no_article_is_in_are_refused_in_words():
    dtm = two_subjects()
    dtm.articles["date"] = pd.NaT
    dtm.articles["date"] = dtm.articles["date"].astype("datetime64[us]")
    with pytest.raises(AnalysisError, match="no article has a month"):
        topic_shares_by(fit_topics(dtm, k=2), "month", refits=2, draws=20)
