"""Copies counted by a rule, with and without copies to count."""

import pandas as pd
import pytest

from q7x2lab.corpus.read import read_corpus
from q7x2lab.errors import CorpusError

STORY = " ".join(f"كلمة{n}" for n in range(60))


def table(texts: list[str]) -> pd.DataFrame:
    ids = [f"a{n}" for n in range(len(texts))]
    return pd.DataFrame({"id": ids, "date": "2022-01-01", "outlet": "x", "text": texts})


@pytest.mark.parametrize("rule", ["all", "once", "weighted"])
def test_a_corpus_without_copies_is_the_same_under_every_rule(rule, tmp_path):
    path = tmp_path / "articles.csv"
    different = [STORY.replace("كلمة", word) for word in ("باب", "نهر", "جبل")]
    table(different).to_csv(path, index=False)
    corpus = read_corpus(str(path), copies=rule)
    assert len(corpus) == 3
    assert corpus.rejected.empty
    assert corpus.articles["weight"].tolist() == [1.0] * 3


@pytest.mark.parametrize(("rule", "left", "weights"), [("once", 1, 1.0), ("weighted", 2, 0.5)])
def test_copies_count_by_the_rule_and_are_listed(rule, left, weights):
    corpus = read_corpus(table([STORY, STORY]), copies=rule)
    assert corpus.articles["weight"].tolist() == [weights] * left
    assert len(corpus) + len(corpus.rejected) == 2


def test_an_unknown_rule_is_named():
    with pytest.raises(CorpusError, match="did you mean once"):
        read_corpus(table([STORY]), copies="onze")
