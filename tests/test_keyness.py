"""Keyness: what it ranks, what it refuses, and how often it cries wolf."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from scipy import sparse

from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.exhibits import Refusal
from q7x2lab.figures.framing import exhibit_keyness
from q7x2lab.framing.keyness import keyness, log_odds


def matrix(counts, outlets, **columns):
    names = [f"w{i}" for i in range(counts.shape[1])]
    articles = pd.DataFrame({"outlet": outlets, **columns})
    table = sparse.csr_array(counts.astype(np.int32))
    return SimpleNamespace(counts=table, articles=articles, lexemes=names, labels=names)


@pytest.fixture
def bursty():
    """A hundred articles of one kind, whose words come in bursts; w0 belongs to outlet a."""
    rng = np.random.default_rng(1)
    counts = rng.poisson(rng.gamma(0.3, 1.5, (100, 200)))
    outlets = np.repeat(["a", "b"], 50)
    counts[:50, 0] += 2
    counts[:, 1] = 0
    counts[7, 1] = 90  # a pet word of one article of outlet a
    return matrix(counts, outlets)


@pytest.mark.parametrize("measure", ["log_odds", "g2", "log_ratio"])
def test_a_word_of_one_outlet_leads_and_one_articles_pet_word_does_not(bursty, measure):
    table = keyness(bursty, target="a", measure=measure, draws=400)
    assert table["lexeme"][0] == "w0"
    assert table["q"][0] <= 0.05
    pet = table.set_index("lexeme").loc["w1"]
    assert pet["p"] > 0.2
    assert pet["dispersion"] > 0.95
    assert pet["target_articles"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("measure", ["log_odds", "g2", "log_ratio"])
def test_words_in_bursts_raise_false_alarms_at_the_nominal_rate(measure):
    rates = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        counts = rng.poisson(rng.gamma(0.2, 2.0, (120, 300)))
        dtm = matrix(counts, rng.permutation(np.repeat(["a", "b"], [30, 90])))
        rates.append((keyness(dtm, target="a", measure=measure, draws=200)["p"] <= 0.05).mean())
    assert 0.03 <= np.mean(rates) <= 0.07


def test_copies_move_together_and_so_do_not_make_a_word_key():
    rng = np.random.default_rng(0)
    counts = rng.poisson(0.5, (60, 40))
    counts[:, 0] = 0
    counts[:12, 0] = 3  # one story, filed twelve times by outlet a
    outlets, alone = np.repeat(["a", "b"], 30), np.arange(60)
    copied = np.where(alone < 12, 0, alone)
    apart = keyness(matrix(counts, outlets, cluster=alone), target="a", draws=300)
    together = keyness(matrix(counts, outlets, cluster=copied), target="a", draws=300)
    p = [t.set_index("lexeme")["p"]["w0"] for t in (apart, together)]
    assert p[0] < 0.01
    assert p[1] > 0.2


def test_the_prior_is_the_corpus(bursty):
    counts, inside = bursty.counts.toarray(), bursty.articles["outlet"].to_numpy() == "a"
    one, two = counts[inside].sum(axis=0), counts[~inside].sum(axis=0)
    wanted = log_odds(one, two, one + two)[1]
    found = keyness(bursty, target="a", draws=10).set_index("lexeme")["score"]
    assert found[bursty.lexemes].to_numpy() == pytest.approx(wanted)


def test_a_period_can_be_compared_and_paragraphs_are_permuted_as_articles(bursty):
    dates = pd.to_datetime(["2023-01-05"] * 50 + ["2023-02-05"] * 50)
    bursty.articles["date"] = dates
    monthly = keyness(bursty, by="month", target="2023-01", draws=100)
    assert monthly["lexeme"][0] == "w0"
    split = matrix(bursty.counts.toarray(), bursty.articles["outlet"], article=np.arange(100) // 2)
    assert keyness(split, target="a", draws=100).attrs["tested"] == len(monthly)


def test_weights_count_copies_in_part(bursty):
    bursty.articles["weight"] = 0.5
    halved = keyness(bursty, target="a", draws=10, min_count=1).set_index("lexeme")
    whole = bursty.counts.toarray()[:50].sum(axis=0)
    assert halved.loc["w0", "target_count"] == pytest.approx(whole[0] / 2)


def test_what_cannot_be_compared_is_refused_in_words(bursty):
    with pytest.raises(StudyError, match="did you mean outlet"):
        keyness(bursty, by="outlt", target="a")
    with pytest.raises(StudyError, match="no article has outlet 'c'"):
        keyness(bursty, target="c")
    with pytest.raises(StudyError, match="did you mean log_odds"):
        keyness(bursty, target="a", measure="logodds")
    lonely = matrix(np.ones((3, 2)), ["a", "b", "b"])
    with pytest.raises(AnalysisError, match="1 article, too few"):
        keyness(lonely, target="a")


def test_several_groups_share_one_figure_and_one_table() -> None:
    words = pd.DataFrame({"label": ["غاز", "حرب"], "score": [3.0, -3.0], "q": [0.01, 0.9]})
    words = words.assign(target_count=[9, 1], reference_count=[1, 9])
    tables = []
    for target in ("x", "unnamed"):  # the group of articles without an outlet
        tables.append(words.copy())
        tables[-1].attrs = {"target": target, "reference": "all others", "measure": "g2"}
        tables[-1].attrs |= {"tested": 2, "permutations": 99}
    exhibit = exhibit_keyness([*tables, Refusal("too few")], language="ar")
    assert len(exhibit.figure.axes) == 2
    assert exhibit.tables["en"]["group"].tolist() == ["x", "unnamed"]  # of the words that passed
    assert any("بلا اسم" in text.get_text() for text in exhibit.figure.findobj(Text))
    assert len(exhibit.data) == 4
    assert "x" in exhibit.finding.en and "unnamed" in exhibit.finding.en
    with pytest.raises(AnalysisError, match="no group"):
        exhibit_keyness([Refusal("too few")])
