"""Reading, furniture and copies on the real corpora; ids and labels only, no text."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.coverage import coverage
from q7x2lab.corpus.read import read_corpus

LABELS = Path(__file__).with_name("copies_labelled.csv")
MARKS = {"BBC Arabic": "تطبيق بي بي سي", "Al Arabiya": "جميع المقالات المنشورة تمثل"}


@pytest.fixture(scope="module")
def ant(real_data):
    source = pd.read_parquet(real_data / "ant_2018" / "ant_multisource_2018.parquet")
    return source.set_index("id"), read_corpus(source)


def test_rows_in_are_articles_and_rejected(ant):
    source, corpus = ant
    assert len(source) == 31_525 == len(corpus) + len(corpus.rejected)
    assert corpus.rejected["reason"].tolist() == ["no text", "no text"]


def test_furniture_of_four_outlets_is_gone(ant):
    source, corpus = ant
    texts = corpus.articles.set_index("id")["text"]
    for outlet, mark in MARKS.items():
        held = source[(source["outlet"] == outlet) & source["text"].str.contains(mark)]
        assert len(held) > 450
        assert texts[held.index].str.contains(mark).mean() < 0.05
    france = source[source["outlet"] == "France 24 Arabic"]
    lines = france["text"].str.strip().str.split("\n")
    doubled = france[
        (lines.str[0].str.strip() == france["abstract"].str.strip()) & (lines.str.len() > 2)
    ]
    opening = texts[doubled.index].str.split("\n").str[0].str.strip()
    assert (opening == doubled["abstract"].str.strip()).mean() < 0.05
    cnn = source.loc[source["outlet"] == "CNN Arabic", "text"].str.split("\n").explode().str.strip()
    cnn = cnn[cnn.str.count(" ") > 7]
    teaser = cnn[cnn.groupby(cnn).transform("size").between(4, 10)]
    order = teaser.groupby(level=0).transform("size")
    teaser = teaser[order >= 3]  # blocks of at least three lines that others have too
    left = [line in texts[name] for name, line in teaser.items()]
    assert len(teaser) > 3_500
    assert np.mean(left) < 0.05


def test_sky_news_whose_abstract_is_its_lead_keeps_it(ant):
    source, corpus = ant
    sky = corpus.articles[corpus.articles["outlet"] == "Sky News Arabia"].head(2_000)
    before = source.loc[sky["id"], "text"].str.split().str.len().to_numpy()
    assert (sky["text"].str.split().str.len().to_numpy() == before).mean() > 0.995


@pytest.fixture(scope="module")
def judged(real_data, ant):
    """Pairs over the whole range of shared wording, with what a reader and what the rule says.

    Read in full without seeing a share: a copy is an article most of whose prose stands in the
    other. Where one article is swallowed by the next day's, or a background is repeated, a reader
    may doubt (sure = 0). The pairs `kept` were read after the rule was fixed.
    """
    jawhara = read_corpus(real_data / "jawhara_2015_2017" / "ant_jawhara.parquet")
    pairs = pd.read_csv(LABELS)
    for name, corpus in (("ant_2018", ant[1]), ("jawhara_2015_2017", jawhara)):
        cluster = corpus.articles.set_index("id")["cluster"]
        here = pairs["corpus"] == name
        ends = [cluster[pairs.loc[here, end]].to_numpy() for end in ("id_a", "id_b")]
        pairs.loc[here, "found"] = ends[0] == ends[1]
    return pairs.astype({"found": bool, "copy": bool, "sure": bool})


def f1(pairs):
    both = (pairs["found"] & pairs["copy"]).sum()
    return 2 * both / (pairs["found"].sum() + pairs["copy"].sum())


def test_copies_agree_with_a_reader(judged):
    kept = judged[judged["part"] == "kept"]
    assert f1(kept) >= 0.9
    assert f1(kept[kept["sure"]]) >= 0.97
    assert f1(judged) >= 0.9
    assert f1(judged[judged["sure"]]) >= 0.93


def test_stories_filed_twice_are_found(ant):
    source, corpus = ant
    twice = source[source["dup_of"] != ""]
    cluster = corpus.articles.set_index("id")["cluster"]
    pairs = twice[twice["dup_of"].isin(cluster.index) & twice.index.isin(cluster.index)]
    same = cluster[pairs.index].to_numpy() == cluster[pairs["dup_of"]].to_numpy()
    assert len(pairs) > 1_400
    assert same.mean() > 0.98


def test_the_gaps_of_2018_are_named(ant):
    table = coverage(ant[1]).set_index(["outlet", "period"])["gap"]
    assert table["Al Arabiya", "2018-10"] == table["France 24 Arabic", "2018-10"] == "stopped"
    assert table["CNN Arabic", "2018-07"] == "thin"


def test_the_five_articles(real_data):
    corpus = read_corpus(real_data / "seeds" / "articles.csv")
    texts = corpus.articles.set_index("id")["text"]
    assert len(corpus.copies) == 0
    assert "311311" not in texts["summit-2022-02-04"]
    assert texts["summit-2022-12-30-b"].count("\n") == 8
    assert "تشترك" not in texts["summit-2022-12-30-b"]
    flags = corpus.flags.set_index("article")["flag"]
    assert flags["summit-2022-02-04"] == "perhaps machine-translated"
    kept = read_corpus(real_data / "seeds" / "articles.csv", keep_furniture=["headline", "appeal"])
    assert "تشترك" in kept.articles.set_index("id")["text"]["summit-2022-12-30-b"]
    folder = read_corpus(sorted((real_data / "seeds").glob("*.txt")), columns={"id": "id"})
    assert folder.articles["text"].tolist() == texts[folder.articles["id"]].tolist()
