"""Shares of speech and verbs of actors, on tables whose answer is known."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from q7x2lab.arabic.aliases import load_aliases
from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.framing.quotations.marks import extract_quotes
from q7x2lab.framing.quotations.sources import (
    abstentions,
    resolve_speakers,
    speech_evidence,
    speech_shares,
    verb_use,
)


def rows(actor: str, articles: range, verb: str = "قال", kind: str = "neutral") -> pd.DataFrame:
    return pd.DataFrame(
        {"article": list(articles), "kind": "speech", "speaker": actor, "text": "كلمة كلمة",
         "verb": verb, "verb_class": kind}
    )  # fmt: skip


@pytest.fixture
def articles() -> pd.DataFrame:
    return pd.DataFrame({"outlet": ["east"] * 20 + ["west"] * 20, "cluster": range(40)})


def test_shares_count_words_and_bear_intervals(articles: pd.DataFrame) -> None:
    quotes = pd.concat([rows("علي", range(30)), rows("منى", range(10, 40))], ignore_index=True)
    shares = speech_shares(quotes, articles).set_index(["group", "actor"])
    assert shares.loc[("east", "علي"), "share"] == pytest.approx(20 / 30)
    assert shares.loc[("west", "علي"), "share"] == pytest.approx(10 / 30)
    assert (shares["low"] <= shares["share"]).all() and (shares["share"] <= shares["high"]).all()


def test_few_articles_get_no_interval(articles: pd.DataFrame) -> None:
    shares = speech_shares(rows("علي", range(4)), articles)
    assert shares["low"].isna().all() and shares["share"].tolist() == [1.0]


def test_copies_are_drawn_together_and_weighted(articles: pd.DataFrame) -> None:
    weighted = articles.assign(weight=np.where(articles.index < 10, 0.1, 1.0))
    quotes = pd.concat([rows("علي", range(10)), rows("منى", range(10, 20))], ignore_index=True)
    shares = speech_shares(quotes, weighted).set_index("actor")
    assert shares.loc["علي", "share"] == pytest.approx(1 / 11)


def test_a_verb_that_one_outlet_reserves_is_found(articles: pd.DataFrame) -> None:
    quotes = pd.concat(
        [rows("علي", range(20), "زعم", "doubting"), rows("علي", range(20, 40)),
         rows("منى", range(40))],
        ignore_index=True,
    )  # fmt: skip
    verbs = verb_use(quotes, articles, draws=500).set_index(["actor", "group", "verb_class"])
    assert verbs.loc[("علي", "east", "doubting"), "q"] < 0.05
    assert verbs.loc[("علي", "east", "doubting"), "difference"] == 1.0
    assert verbs.loc[("منى", "east", "neutral"), "q"] == 1.0


def test_equal_use_is_not_called(articles: pd.DataFrame) -> None:
    rng = np.random.default_rng(1)
    quotes = rows("علي", range(40)).assign(verb_class=rng.choice(["neutral", "assertive"], 40))
    assert (verb_use(quotes, articles, draws=500)["q"] > 0.05).all()


def test_too_little_is_refused_in_words(articles: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match="no actor is quoted in 10 articles"):
        verb_use(rows("علي", range(3)), articles)
    with pytest.raises(StudyError, match="no column 'outlets'"):
        speech_shares(rows("علي", range(3)), articles, by="outlets")


def test_aliases_and_surnames() -> None:
    speakers = ["الرئيس الروسي فلاديمير بوتين", "بوتين", "نائب بوتين", "هدى سالم", "سالم", ""]
    quotes = pd.DataFrame({"article": 0, "speaker": speakers})
    actors = resolve_speakers(quotes, load_aliases({"putin": ["بوتين", "الرئيس الروسي"]}))
    assert actors.tolist() == ["putin", "putin", "نائب بوتين", "هدى سالم", "هدى سالم", "(not told)"]


def test_abstentions_are_reported() -> None:
    quotes = pd.DataFrame({"kind": ["speech"] * 4, "speaker": ["", "أ", "ب", "ج"], "verb": "قال"})
    assert abstentions(quotes)["without_speaker"] == 0.25


def test_verb_classes_of_one_s_own_are_tested(articles: pd.DataFrame) -> None:
    east, west = rows("علي", range(15), kind="distancing"), rows("علي", range(20, 35))
    found = verb_use(pd.concat([east, west], ignore_index=True), articles, draws=200)
    assert set(found["verb_class"]) == {"neutral", "distancing"}
    assert (found["p"] < 0.05).all()


def test_shares_by_period(articles: pd.DataFrame) -> None:
    dated = articles.assign(date=pd.Timestamp("2020-01-10"))
    dated.loc[10:19, "date"] = pd.Timestamp("2020-02-10")
    dated.loc[20:, "date"] = pd.NaT
    quotes = pd.concat([rows("علي", range(30)), rows("منى", range(15, 40))], ignore_index=True)
    shares = speech_shares(quotes, dated, period="month").set_index(["period", "actor"])
    assert shares.loc[("2020-01", "علي"), "share"] == 1.0
    assert shares.loc[("2020-02", "منى"), "share"] == pytest.approx(5 / 15)
    assert set(shares.index.get_level_values("period")) == {"2020-01", "2020-02"}


def test_the_words_behind_the_counts(articles: pd.DataFrame) -> None:
    known = articles.assign(id=[f"a{n}" for n in range(40)], date=pd.Timestamp("2020-01-01"))
    quotes = pd.concat([rows("علي", range(3)), rows("", range(3, 5))], ignore_index=True)
    quotes = quotes.assign(certainty=0.9)
    table = speech_evidence(quotes, known)
    assert table["id"].tolist() == ["a0", "a1", "a2", "a3", "a4"]
    assert table["actor"].tolist() == ["علي"] * 3 + ["(not told)"] * 2
    assert len(speech_evidence(quotes, known, n=2)) == 2


def test_a_name_in_apposition_to_a_title_is_the_actor() -> None:
    said = ["المحللة هدى سالم", "المحللة المالية هدى سالم", "النائبة الإيرانية إلهام أزاد", "سالم"]
    actors = resolve_speakers(pd.DataFrame({"article": [0, 1, 2, 1], "speaker": said}))
    assert actors.tolist() == ["هدى سالم", "هدى سالم", "إلهام أزاد", "هدى سالم"]


@pytest.mark.parametrize(
    "mention",
    ["المتحدث باسم البلدية", "المرصد السوري لحقوق الإنسان", "وزارة الخارجية", "نائب الرئيس"],
)
def test_an_office_without_a_name_stays_as_it_is_written(mention: str) -> None:
    quotes = pd.DataFrame({"article": [0], "speaker": [mention]})
    assert resolve_speakers(quotes).tolist() == [mention]


def test_whoever_is_only_pointed_at_is_not_told_and_a_text_is_called_by_its_word() -> None:
    said = ["الوزارة", "قراء هذه الزاوية", "البيان", "تقرير البلدية", "بيانٌ"]
    actors = resolve_speakers(pd.DataFrame({"article": range(5), "speaker": said}))
    assert actors.tolist() == ["(not told)", "(not told)", "البيان", "التقرير", "البيان"]


def test_texts_are_in_no_ranking(articles: pd.DataFrame) -> None:
    quotes = pd.concat([rows("البيان", range(40)), rows("منى", range(20))], ignore_index=True)
    assert set(speech_shares(quotes, articles)["actor"]) == {"منى"}
    with pytest.raises(AnalysisError, match="no actor is quoted"):
        verb_use(rows("التقرير", range(40)), articles)
    known = articles.assign(id=articles.index.astype(str), date=pd.NaT)
    evidence = speech_evidence(quotes.assign(certainty=1.0), known)
    assert set(evidence["actor"]) == {"البيان", "منى"}


@pytest.mark.parametrize("word", ["جميلة", "كبيرة", "رئيسا", "يقول", "اعتقاده", "بلاده"])
def test_an_inflected_word_alone_is_nobody_s_name(word: str) -> None:
    alone = pd.DataFrame({"article": [0, 0], "speaker": [word, "سلمى"]})
    assert resolve_speakers(alone).tolist() == ["(not told)", "سلمى"]


def test_an_inflected_word_that_ends_a_name_is_one() -> None:
    quotes = pd.DataFrame({"article": [0, 1], "speaker": ["سعاد جميلة", "جميلة"]})
    assert resolve_speakers(quotes).tolist() == ["سعاد جميلة", "جميلة"]


@pytest.mark.parametrize(
    ("mentions", "actor"),
    [
        (["وزير الزراعة سمير الحداد", "الوزير"], "سمير الحداد"),
        (["الوزير", "وزير الزراعة الليبي سمير الحداد"], "سمير الحداد"),
        (["الرئيس الليبي سمير الحداد", "الرئيس التونسي هادي نجار", "الرئيس الليبي"], "سمير الحداد"),
        (["وزير الزراعة سمير الحداد", "وزير النقل هادي نجار", "الوزير"], "(not told)"),
        (["رئيس الوزراء سمير الحداد", "الرئيس"], "(not told)"),
        (["وزارة الزراعة", "الوزارة"], "وزارة الزراعة"),
        (["الكرملين"], "الكرملين"),
    ],
)
def test_a_title_alone_is_its_one_holder_in_the_article(mentions: list[str], actor: str) -> None:
    quotes = pd.DataFrame({"article": 0, "speaker": mentions})
    alone = next(at for at, mention in enumerate(mentions) if len(mention.split()) < 3)
    found = resolve_speakers(quotes).tolist()
    assert found[alone if len(mentions) < 3 else -1] == actor
    elsewhere = resolve_speakers(quotes.assign(article=range(len(mentions)))).tolist()
    assert elsewhere[alone] != "سمير الحداد"


@pytest.mark.parametrize(
    ("mention", "actor"),
    [
        ("وزارة الخارجية الليبية تصريحات السفير", "وزارة الخارجية الليبية"),
        ("الجيش الليبي نتائج العملية", "الجيش الليبي"),
        ("الرئيس الليبي سمير الحداد نظيره التونسي", "سمير الحداد"),
        ("الرئيس الليبي تصريحات السفير", "الرئيس الليبي"),
        ("سمير الحداد، المتحدث باسم البلدية", "سمير الحداد"),
        ("زعيم الحزب في البرلمان، سمير حداد", "سمير حداد"),
        ("مسؤول في بعثة مستقلة، هو سمير الحداد", "سمير الحداد"),
        ("وزارة الزراعة الليبية، في بيان", "وزارة الزراعة الليبية"),
    ],
)
def test_what_stands_around_a_name_is_left_out(mention: str, actor: str) -> None:
    quotes = pd.DataFrame({"article": [0], "speaker": [mention]})
    assert resolve_speakers(quotes).tolist() == [actor]


def test_an_office_that_stands_for_a_man_is_his() -> None:
    mentions = ["الرئيس الروسي", "فلاديمير بوتين", "الرئيس الروسي فلاديمير بوتين", "بوتين"]
    quotes = pd.DataFrame({"article": range(4), "speaker": mentions})
    assert resolve_speakers(quotes, load_aliases()).tolist() == ["putin"] * 4


def test_memory_does_not_grow_with_the_number_of_speakers() -> None:
    n = 3000  # a column for each would be 72 MB
    quotes = pd.DataFrame(
        {"article": range(n), "kind": "speech", "speaker": [f"شخص {i}" for i in range(n)]}
    ).assign(text="قول من خمس كلمات هنا")
    tracemalloc.start()
    shares = speech_shares(quotes, pd.DataFrame({"outlet": ["x"] * n}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(shares) == 10 and peak < 40e6


def test_a_corpus_that_quotes_nobody_is_refused_in_words():
    articles = pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "نزل المطر."})
    with pytest.raises(AnalysisError, match="nobody who is named"):
        speech_shares(extract_quotes(Corpus(articles)), articles)


def test_a_letter_that_stands_by_itself_is_no_name():
    quotes = pd.DataFrame({"speaker": ["المتحدث و الخبير", "المتحدثة ل منى حداد"]})
    quotes = quotes.assign(article=[0, 1], start=0, end=5, kind="speech", certainty=0.95)
    assert len(resolve_speakers(quotes, {})) == 2
