"""Units drawn for coding, codes that come back, agreement between coders and programs."""

import numpy as np
import pandas as pd
import pytest

import q7x2lab as q
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.framing.coding import (
    SETTLED,
    add_machine_coder,
    agreement,
    coder_habits,
    coding_from_table,
    confusions,
    split_half,
)
from q7x2lab.framing.schemes import parse_scheme
from q7x2lab.studies.coding_sheets import coding_sheet


def corpus_of(n=60):
    table = {"id": [f"{i:03d}" for i in range(n)], "date": pd.NaT, "title": "",
             "outlet": ["big"] * (n - 10) + ["small"] * 10,
             "text": [f"هذه جملة {i} أولى. وهذه ثانية." for i in range(n)],
             "cluster": np.arange(n), "weight": 1.0}  # fmt: skip
    return Corpus(pd.DataFrame(table))


def coded(codes_a, codes_b, **more):
    rows = [
        {
            "id": f"a{i // 2}",
            "text": f"نص {i}",
            "coder": coder,
            "f": code,
            **{k: v[i] for k, v in more.items()},
        }
        for coder, codes in (("A", codes_a), ("B", codes_b))
        for i, code in enumerate(codes)
    ]
    return coding_from_table(pd.DataFrame(rows))


def test_a_sheet_is_a_random_draw_that_a_seed_repeats():
    corpus = corpus_of()
    one, two, other = (coding_sheet(corpus, "generic", 30, seed) for seed in (1, 1, 2))
    assert one.units.equals(two.units)
    assert not one.units["text"].equals(other.units["text"])
    assert one.units["unit"].is_unique
    assert set(one.units["weight"]) == {120 / 30}
    texts = corpus.articles.set_index("id")["text"]
    for row in one.units.itertuples():
        assert texts[row.article][row.start : row.end] == row.text


def test_strata_are_drawn_alike_and_weights_bring_the_corpus_back():
    sheet = coding_sheet(corpus_of(), "generic", 31, by="outlet")
    counts = sheet.units["stratum"].value_counts()
    assert sorted(counts) == [15, 16]
    assert sheet.units.groupby("stratum")["weight"].sum().to_dict() == {"big": 100.0, "small": 20.0}


def test_where_there_are_fewer_units_all_are_taken_and_it_is_said():
    corpus = corpus_of()
    sheet = coding_sheet(corpus, "generic", 500)
    assert len(sheet.units) == 120 and set(sheet.units["weight"]) == {1.0}
    assert repr(sheet).startswith("CodingSheet: all 120 sentences")
    assert "all" not in repr(coding_sheet(corpus, "generic", 30))
    counts = coding_sheet(corpus, "generic", 60, by="outlet").units["stratum"].value_counts()
    assert sorted(counts) == [20, 30]


@pytest.mark.parametrize("unit", ["sentence", "paragraph", "article"])
def test_a_sheet_of_a_token_table_is_that_of_its_corpus(unit):
    texts = ["قال. وأضاف.\nثم سكت.", " \n ", "", "نعم!"]
    table = pd.DataFrame({"id": list("abcd"), "date": pd.NaT, "outlet": list("xxyy")})
    corpus = Corpus(table.assign(text=texts))
    one = coding_sheet(corpus, "generic", 9, unit=unit, by="outlet")
    two = coding_sheet(tokenize_corpus(corpus), "generic", 9, unit=unit, by="outlet")
    assert one.units.equals(two.units)
    assert len(one.units) == {"sentence": 4, "paragraph": 3, "article": 2}[unit]
    assert one.units["text"].str.strip().ne("").all()


@pytest.mark.parametrize("n", [0, -1, True, 2.5, "30"])
def test_a_number_of_units_is_one(n):
    with pytest.raises(StudyError, match="n is"):
        coding_sheet(corpus_of(), "generic", n)


def test_what_is_no_corpus_is_refused_with_the_remedy():
    with pytest.raises(
        StudyError, match=r"Tokens wanted, found str 'a.csv'\n  remedy: give what read_corpus"
    ):
        q.coding_sheet("a.csv", "generic")
    empty = corpus_of()
    blank = type(empty)(empty.articles.assign(text=" "))
    with pytest.raises(AnalysisError, match="no sentence with words"):
        coding_sheet(blank, "generic")


def test_a_lexicon_without_questions_is_refused_a_sheet_and_stops_no_run():
    own = parse_scheme("{scheme: {id: own}, frames: {f: {terms: [نزاع]}}}")
    with pytest.raises(AnalysisError, match="own has no questions"):
        coding_sheet(corpus_of(), own)


def test_gold_is_what_was_settled_and_else_the_mean_of_the_coders():
    coding = coded([1, 1, 0, 0], [1, 0, 0, 0])
    assert coding.gold()["f"].tolist() == [1.0, 0.5, 0.0, 0.0]
    settled = coding.codes[coding.codes["coder"] == "A"].assign(coder=SETTLED)
    both = pd.concat([coding.codes, settled], ignore_index=True)
    coding = type(coding)(coding.units, both)
    assert coding.gold()["f"].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert coding.humans == ["A", "B"]


def test_agreement_is_told_for_all_and_for_each_pair_of_three():
    a, b = [1, 0, 1, 0, 1, 0, 0, 0] * 3, [1, 0, 1, 0, 0, 0, 0, 0] * 3
    coding = coded(a, b)
    table = agreement(coding)
    assert table["coders"].tolist() == ["A, B"]
    assert table["agreement"][0] == pytest.approx(7 / 8)
    assert "fewer than 100" in table["verdict"][0]
    program = coding.codes[coding.codes["coder"] == "A"][["unit", "frame", "code"]]
    joined = add_machine_coder(coding, program, model="m1", prompt="Is there a dispute?")
    pairs = agreement(joined).set_index("coders")["alpha"]
    assert list(pairs.index) == ["A, B", "A, m1", "B, m1"]
    assert pairs["A, m1"] == pytest.approx(1.0)
    assert "prompt sha256" in joined.machines["m1"]
    assert joined.gold().equals(coding.gold())


def test_a_programs_codes_are_checked_like_a_coders():
    coding = coded([1, 0], [1, 0])
    bad = pd.DataFrame({"unit": ["nowhere"], "frame": ["f"], "code": [1]})
    with pytest.raises(StudyError, match="unknown unit 'nowhere'"):
        add_machine_coder(coding, bad, model="m", prompt="p")
    unit = coding.units["unit"][0]
    with pytest.raises(StudyError, match="unknown code '3'"):
        add_machine_coder(coding, bad.assign(unit=unit, code=3), model="m", prompt="p")


def test_a_coder_apart_and_frames_that_stand_in_for_each_other_show():
    coding = coded([1, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], g=[0] * 6)
    table = coding.codes
    exchanged = table[(table["coder"] == "B") & (table["frame"] == "g")].index[:2]
    table.loc[exchanged, "code"] = 1.0
    assert confusions(coding).iloc[0].tolist() == ["f", "g", 2]
    habits = coder_habits(coding).set_index(["coder", "frame"])
    assert habits.loc[("A", "f"), "share"] == pytest.approx(1 / 3)
    assert habits.loc[("A", "f"), "agreement"] == pytest.approx(1 / 2)


def test_wrong_codes_and_units_coded_twice_are_named():
    with pytest.raises(StudyError, match="code '2' of A"):
        coded([1, 2], [1, 0])
    row = {"id": "a", "text": "نص", "coder": "A", "f": 1}
    with pytest.raises(StudyError, match="twice"):
        coding_from_table(pd.DataFrame([row, row]))
    with pytest.raises(StudyError, match="hold no coding"):
        coding_from_table(pd.DataFrame([{"id": "a", "f": 1}]))


def test_the_halves_of_the_gold_hang_on_the_id_alone():
    ids = [f"a{i}" for i in range(400)]
    halves = [split_half(i) for i in ids]
    assert halves == [split_half(i) for i in ids]
    assert 160 < halves.count("test") < 240
    coding = coded([1, 0, 1, 0], [1, 0, 1, 0])
    parts = [coding.half(name) for name in ("dev", "test")]
    assert sum(len(p.units) for p in parts) == len(coding.units)
    assert not set(parts[0].units["article"]) & set(parts[1].units["article"])


def test_one_coder_cannot_agree():
    coding = coding_from_table(pd.DataFrame([{"id": "a", "text": "نص", "coder": "A", "f": 1}]))
    with pytest.raises(AnalysisError, match="one coder"):
        agreement(coding)
