"""Names of one referent: company, date, voice, silence."""

import pandas as pd
import pytest

from q7x2lab.corpus.read import read_corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import StudyError
from q7x2lab.figures.words import exhibit_table
from q7x2lab.framing.naming import load_naming, naming, naming_shares, silent_articles

SET = {
    "id": "flood",
    "from": "2020-05-01",
    "near": ["النهر", "الوادي"],
    "window": 6,
    "variants": {"flood": ["فيضان"], "crisis": ["أزمة"], "disaster": ["كارثة"]},
    "exclude": ["أزمة سكن"],
    "others": ["الجبل"],
}


def tokens_of(*texts: str, date: str = "2020-06-01"):
    table = pd.DataFrame({"id": [f"a{n}" for n in range(len(texts))], "date": date, "outlet": "x"})
    return tokenize_corpus(read_corpus(table.assign(text=texts)))


def found(*texts: str, date: str = "2020-06-01") -> list[tuple[int, str, str, str]]:
    names = naming(tokens_of(*texts, date=date), SET)
    return list(
        zip(names["article"], names["surface"], names["variant"], names["voice"], strict=True)
    )


def test_voices() -> None:
    text = "دمر الفيضان ضفة النهر. قال العمدة «كارثة النهر كبيرة» ورأى الخبير أن أزمة الوادي طويلة."
    assert found(text) == [
        (0, "الفيضان", "flood", "outlet"),
        (0, "كارثة", "disaster", "quoted"),
        (0, "أزمة", "crisis", "reported"),
    ]


def test_a_name_in_marks_has_the_voice_of_its_clause() -> None:
    texts = [
        "دمر «الفيضان» ضفة النهر.",
        "قال العمدة إن «الفيضان» دمر ضفة النهر.",
        "قال العمدة «لم نر من قبل هذا الفيضان في النهر».",
    ]
    names = naming(tokens_of(*texts), SET)
    assert names[["voice", "marked"]].values.tolist() == [
        ["outlet", True],
        ["reported", True],
        ["quoted", True],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "هذه أزمة بلا صلة بما جرى.",  # no company
        "في النهر وحوله أزمة سكن خانقة.",  # an excluded phrase
        "عند النهر ذكروا كارثة الجبل القديمة.",  # another referent claims it
    ],
)
def test_other_referents_do_not_count(text: str) -> None:
    assert found(text) == []


def test_nothing_is_named_before_it_exists() -> None:
    assert found("دمر الفيضان ضفة النهر.", date="2020-04-30") == []


def test_a_definite_name_needs_no_company_in_an_article_about_the_matter() -> None:
    text = "ارتفع النهر. ضاق الوادي بالنهر وبالناس. " + "كلمة " * 20 + "ثم انتهت الأزمة."
    assert [row[1] for row in found(text)] == ["الأزمة"]


def test_silence_is_listed() -> None:
    tokens = tokens_of("النهر والوادي والنهر والوادي والنهر.", "فيضان النهر " * 5, "لا شيء.")
    silent = silent_articles(tokens, SET, naming(tokens, SET))
    assert silent["article"].tolist() == [0] and silent["mentions"].tolist() == [5]
    told = exhibit_table(silent, "naming-silent", articles=tokens.articles).finding.en
    assert "never name it" in told and "1 in all" in told and "mentions: 5" in told


def test_shares_sum_to_one_and_few_articles_have_no_interval() -> None:
    tokens = tokens_of(*["فيضان النهر"] * 9, *["كارثة النهر"] * 3)
    alone = tokens.articles.assign(cluster=range(12))
    shares = naming_shares(naming(tokens, SET), alone)
    assert shares["share"].tolist() == [0.75, 0.25]
    assert (shares["low"] <= shares["share"]).all() and shares["high"].notna().all()
    copies = alone.assign(cluster=[*range(9), 0, 0, 0])
    refused = naming_shares(naming(tokens, SET), copies)
    assert refused["low"].isna().all() and refused["high"].isna().all()
    assert set(refused["refused"]) == {"9 independent articles: too few for an interval"}


def test_a_name_that_is_never_or_always_used_is_not_claimed_to_be_so_for_certain() -> None:
    tokens = tokens_of(*["فيضان النهر"] * 10, *["كارثة النهر"] * 2)
    by = tokens.articles.assign(outlet=["x"] * 10 + ["y"] * 2, cluster=range(12))
    sure = naming_shares(naming(tokens, SET), by).query("group == 'x'")
    assert sure["share"].tolist() == [1.0, 0.0]
    assert sure["high"].tolist() == pytest.approx([1.0, 0.278], abs=0.001)
    assert sure["low"].tolist() == pytest.approx([0.722, 0.0], abs=0.001)


def test_errors_name_the_key() -> None:
    with pytest.raises(StudyError, match="unknown key 'windw'"):
        load_naming({**SET, "windw": 3})
    with pytest.raises(StudyError, match="variants: the key is missing"):
        load_naming({"near": ["النهر"]})
    with pytest.raises(StudyError, match="there is no such naming set"):
        load_naming("no_such_set")
    tokens = tokens_of("فيضان النهر")
    with pytest.raises(StudyError, match="no column 'outlets'"):
        naming_shares(naming(tokens, SET), tokens.articles, by="outlets")


def test_the_bundled_set_loads() -> None:
    chosen = load_naming("ukraine_war")
    assert list(chosen.variants) == ["invasion", "war", "attack", "operation", "conflict", "crisis"]
    assert str(chosen.start) == "2022-02-24"


def test_one_mention_will_do_where_nothing_else_is_spoken_of() -> None:
    far = "كلمة " * 20
    assert [row[1] for row in found(f"ارتفع النهر. {far} ثم انتهت الأزمة.")] == ["الأزمة"]
    assert found(f"ارتفع النهر. {far} عن الجبل كلام. {far} ثم انتهت الأزمة.") == []
    assert found(f"{far} ثم انتهت الأزمة.") == []


def test_another_referent_claims_no_name_across_a_comma() -> None:
    assert [row[1] for row in found("عند النهر كانت كارثة، والجبل بعيد.")] == ["كارثة"]
    assert found("عند النهر كانت كارثة الجبل.") == []


def test_another_referent_claims_no_name_that_company_follows_sooner() -> None:
    assert [row[1] for row in found("كانت كارثة النهر والجبل كبيرة.")] == ["كارثة"]


def test_a_set_without_company_counts_every_mention():
    texts = ["دخل جيش الاحتلال المدينة. وقال الجيش الإسرائيلي إنه انسحب.", "نزل المطر."]
    table = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": "x", "text": texts})
    variants = {name: [name] for name in ("جيش الاحتلال", "الجيش الإسرائيلي")}
    tokens = tokenize_corpus(read_corpus(table))
    names = naming(tokens, {"id": "army", "variants": variants})
    assert names["variant"].tolist() == list(variants)
    assert silent_articles(tokens, {"variants": variants}, names).empty


@pytest.mark.parametrize(
    ("line", "what", "remedy"),
    [
        ("window: twelve", "line 2: window: found 'twelve'", "write a whole number"),
        ("from: yesterday", "line 2: from: found 'yesterday'", "a date such as 2022-02-24"),
        ("near: [2022]", "line 2: near.0: found 2022", "quotation marks"),
        ("windw: 3", "line 2: windw: unknown key 'windw'", "did you mean window?"),
    ],
)
def test_a_fault_in_a_set_of_ones_own_has_its_line_and_remedy(line, what, remedy, tmp_path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(f"variants: {{war: [حرب]}}\n{line}\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        load_naming(path)
    assert f"own.yaml, {what}" in str(caught.value) and remedy in str(caught.value)


def test_a_misspelt_key_of_a_name_is_told_before_the_one_that_is_missing() -> None:
    with pytest.raises(StudyError, match=r"war\.term: unknown key 'term'") as caught:
        load_naming({"variants": {"war": {"term": ["حرب"]}}})
    assert "did you mean terms?" in str(caught.value)


def test_a_set_without_an_id_is_called_as_its_file(tmp_path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("variants: {war: [حرب]}\n", encoding="utf-8")
    assert load_naming(path).id == "own"


def test_shares_of_each_period_stand_beside_the_groups():
    names = pd.DataFrame({"article": [0, 0, 1], "voice": "outlet", "variant": ["war", "war", "x"]})
    days = pd.to_datetime(["2022-01-03", "2022-02-03"])
    articles = pd.DataFrame({"outlet": ["a", "a"], "date": days})
    table = naming_shares(names, articles, period="month").query("count > 0")
    assert table[["group", "period", "voice", "variant", "share"]].values.tolist() == [
        ["a", "2022-01", "outlet", "war", 1.0],
        ["a", "2022-02", "outlet", "x", 1.0],
    ]
