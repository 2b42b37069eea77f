"""What a study says about copies reaches the matrix, rates, frames and keyness."""

import numpy as np
import pandas as pd
import pytest

import q7x2lab as q

SENTENCES = (
    "قال الوزير إن روسيا تدرس الأزمة والحرب مستمرة في البلاد منذ أشهر طويلة وفق ما نقلته الوكالات",
    "وارتفعت أسعار النفط والغاز في الأسواق العالمية مع مخاوف المستثمرين من العقوبات الجديدة",
    "وأكد الرئيس أن التعاون بين البلدين سيستمر في مجالات التجارة والطاقة والاستثمار هذا العام",
    "وحذر المسؤول من خطر الهجوم والتهديد على أمن المنطقة ودعا إلى الحوار لحل النزاع سلميا",
)


@pytest.fixture(scope="module")
def corpora():
    """Sixty articles; every fifth is filed three times, word for word."""
    rng = np.random.default_rng(3)
    words = " ".join(SENTENCES).split()
    texts = [" ".join(rng.choice(words, 40, replace=False)) for _ in range(60)]
    rows = [(n, text) for n, text in enumerate(texts) for _ in range(3 if n % 5 == 0 else 1)]
    table = pd.DataFrame(rows, columns=["story", "text"])
    table["outlet"] = np.where(table["story"] % 2, "x", "y")
    table["date"] = pd.Timestamp("2022-01-15") + pd.to_timedelta(30 * (table["story"] % 6), "D")
    table["id"] = [f"a{n}" for n in table.index]
    return {rule: q.read_corpus(table, copies=rule) for rule in ("once", "weighted", "all")}


def test_articles_and_weights(corpora):
    assert {rule: len(corpus) for rule, corpus in corpora.items()} == {
        "once": 60,
        "weighted": 84,
        "all": 84,
    }
    weights = {rule: corpus.articles["weight"].sum() for rule, corpus in corpora.items()}
    assert weights == {"once": 60, "weighted": pytest.approx(60), "all": 84}
    assert corpora["all"].articles["cluster"].nunique() == 60


@pytest.fixture(scope="module")
def tokens(corpora):
    return {rule: q.tokenize_corpus(corpus) for rule, corpus in corpora.items()}


def test_the_matrix_carries_the_weight_of_every_unit(tokens):
    for unit in ("article", "sentence"):
        matrix = q.document_term_matrix(
            tokens["weighted"], unit=unit, min_articles=1, max_share=1.0
        )
        once = q.document_term_matrix(tokens["once"], unit=unit, min_articles=1, max_share=1.0)
        weighed = matrix.counts.T @ matrix.articles["weight"].to_numpy()
        plain = np.asarray(once.counts.sum(axis=0)).ravel()
        by_name = dict(zip(once.lexemes, plain, strict=True))
        assert dict(zip(matrix.lexemes, weighed, strict=True)) == pytest.approx(by_name)


def test_weighted_rates_are_those_of_one_article_a_cluster(tokens):
    trends = {
        rule: q.keyword_trends(table, {"روسيا": ["روسيا"]}, by="outlet").rates
        for rule, table in tokens.items()
    }
    rates = {rule: table["rate"].to_numpy() for rule, table in trends.items()}
    assert np.allclose(rates["weighted"], rates["once"], equal_nan=True)
    assert not np.allclose(rates["all"], rates["once"], equal_nan=True)
    assert trends["all"]["tokens"].sum() > trends["once"]["tokens"].sum()


def test_weighted_frames_and_keyness_too(tokens):
    shares = {rule: q.score_frames(table, "generic").shares for rule, table in tokens.items()}
    key = [name for name in ("group", "frame") if name in shares["once"]]
    once, weighted = (shares[rule].set_index(key)["share"] for rule in ("once", "weighted"))
    assert np.allclose(weighted[once.index], once)
    words = {
        rule: q.keyness(
            q.document_term_matrix(table, min_articles=1, max_share=1.0), by="outlet", target="x"
        )
        for rule, table in tokens.items()
    }
    score = {rule: table.set_index("lexeme")["target_count"] for rule, table in words.items()}
    assert np.allclose(score["weighted"][score["once"].index], score["once"])
