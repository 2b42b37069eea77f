"""The token table of a corpus: contract of its columns, lexemes and labels, context."""

import pytest
from plain_corpora import corpus

from q7x2lab.arabic.tokens import tokenize
from q7x2lab.corpus import parts
from q7x2lab.corpus.matrix import phrase_tokens
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus
from q7x2lab.errors import StudyError

TEXTS = [
    "أكد بوتين أن أوروبا تريد الغاز.\nوقال: «أوروبا. نعم» وسكت. ثم اوروبا 2022",
    "...",
    "لم تذكر روسيا شيئا، وروسيا لم تنف؛ CNN #روسيا",
]


@pytest.fixture
def tokens() -> Tokens:
    return tokenize_corpus(corpus(TEXTS))


def test_columns_agree_with_each_other(tokens: Tokens) -> None:
    assert len(tokens.article) == len(tokens.start) == len(tokens.length) == len(tokens.type)
    assert len(tokens.forms) == len(tokens.counts) == len(tokens.kinds) == len(tokens.stop)
    assert tokens.counts.sum() == len(tokens.type)
    assert len(tokens.lexeme) == len(tokens.forms)
    assert tokens.lexeme.min() == 0 and tokens.lexeme.max() == len(tokens.lexemes) - 1
    assert len(tokens.labels) == len(tokens.lexemes) == len(set(tokens.lexemes))
    for column in (tokens.article, tokens.start, tokens.end, tokens.type, tokens.lexeme):
        assert column.dtype == "int32"
    assert tokens.length.dtype == "uint16"
    assert (tokens.kinds.dtype, tokens.counts.dtype, tokens.stop.dtype) == ("uint8", "int64", bool)


LONG = ["ا" + "\u064b" * 70_000, "ب" * 65_536, "ب" * 65_535]


@pytest.mark.parametrize("first", [0, 2])
def test_a_token_of_more_than_16_bits_is_whole(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 1)
    texts = ["قال بوتين", *(f"قبل {word} قمة، بعد" for word in LONG[first:]), "نعم"]
    made = tokenize_corpus(corpus(texts))
    assert made.length.dtype == {0: "int32", 2: "uint16"}[first]
    places = zip(made.article, made.start, made.end, strict=True)
    assert [texts[a][b:c] for a, b, c in places] == [w for text in texts for w in tokenize(text)]
    assert made.kwic("قمة", window=1)["left"].tolist() == LONG[first:]
    assert made.match("قمة")["surface"].tolist() == ["قمة"] * len(LONG[first:])


def test_phrases_are_found_behind_a_long_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 1)
    made = tokenize_corpus(
        corpus([f"{LONG[1]} مجلس الأمن", "مجلس ثم الأمن"]), phrases=["مجلس الأمن"]
    )
    assert made.match('"مجلس الأمن"')[["article", "start"]].to_numpy().tolist() == [[0, 65_537]]
    assert phrase_tokens(made)[1].tolist() == [-1, 0, -2, -1, -1, -1]


def test_words_are_counted_without_numbers_and_tags(tokens: Tokens) -> None:
    assert tokens.n_articles == 3
    assert tokens.tokens_per_article.tolist() == [12, 0, 8]
    assert tokens.n_tokens == 20
    assert "20 words in 3 articles" in repr(tokens)


def test_a_lexeme_is_shown_by_its_most_frequent_form(tokens: Tokens) -> None:
    number = tokens.lexeme[tokens.forms.tolist().index("اوروبا")]
    assert tokens.lexemes[number] == "اوروبا"
    assert tokens.labels[number] == "أوروبا"


def test_sentences_and_paragraphs_hold_their_tokens(tokens: Tokens) -> None:
    for unit in ("article", "paragraph", "sentence"):
        place, spans = tokens.units(unit)
        rows = spans.iloc[place]
        assert (rows["article"].to_numpy() == tokens.article).all()
        assert (rows["start"].to_numpy() <= tokens.start).all()
        assert (rows["end"].to_numpy() >= tokens.end).all()
    assert len(tokens.units("sentence")[1]) == 4
    assert tokens.units("paragraph")[1]["article"].tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize("fold", [(), ("alef",), ("alef", "ya", "ta_marbuta")])
def test_foldings_are_switches(fold: tuple[str, ...]) -> None:
    made = tokenize_corpus(corpus(["أوروبا اوروبا إلى إلي"]), fold=fold, lexemes="none")
    assert len(made.lexemes) == {0: 4, 1: 3, 3: 2}[len(fold)]


def test_any_callable_makes_lexemes() -> None:
    seen: dict[str, int] = {}

    def first_letter(forms: list[str], counts: dict[str, int]) -> list[str]:
        seen.update(counts)
        return [form[0] for form in forms]

    made = tokenize_corpus(corpus(["كتب كاتب كتب درس ABC 12"]), lexemes=first_letter)
    assert made.lexemes == ["12", "abc", "د", "ك"]
    assert made.labels == ["12", "ABC", "درس", "كتب"]
    assert seen == {"كتب": 2, "كاتب": 1, "درس": 1}


def test_a_callable_that_loses_forms_is_refused() -> None:
    made = tokenize_corpus(corpus(["كتب درس"]), lexemes=lambda forms, counts: forms[:1])
    with pytest.raises(StudyError, match="1 lexemes for 2 forms"):
        made.lexemes  # noqa: B018


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(StudyError, match="no conflation is called 'isri'"):
        tokenize_corpus(corpus(["نص"]), lexemes="isri")
    with pytest.raises(StudyError, match="no normalising step"):
        tokenize_corpus(corpus(["نص"]), fold=["aleph"])
    with pytest.raises(StudyError):
        tokenize_corpus(corpus(["نص"]), stop_words=["verbs_of_motion"])


def test_matches_slice_the_untouched_text(tokens: Tokens) -> None:
    found = tokens.match("روسيا")
    assert list(found.columns) == ["article", "start", "end", "surface"]
    assert found["surface"].tolist()[:2] == ["روسيا", "وروسيا"]
    for article, start, end, surface in found.itertuples(index=False):
        assert TEXTS[article][start:end] == surface
    assert tokens.match("ألمانيا").empty


def test_context_reads_on_within_the_article(tokens: Tokens) -> None:
    row = tokens.kwic("بوتين", window=2).iloc[0]
    assert (row["id"], row["left"], row["hit"], row["right"]) == (
        "a0",
        "أكد",
        "بوتين",
        "أن أوروبا",
    )
    made = tokenize_corpus(corpus(["كلمة أولى", "نص ثان!!! ???", "كلمة أخرى طويلة في نص ثالث"]))
    row = made.kwic("ثان", window=3).iloc[0]
    assert (row["left"], row["hit"], row["right"]) == ("نص", "ثان", "")
    row = tokenize_corpus(corpus(["عنوان\nقمة اليوم\nفي"])).kwic("قمة").iloc[0]
    assert (row["left"], row["right"]) == ("عنوان", "اليوم في")  # a line of a table is a line
    assert list(tokens.kwic("ألمانيا").columns) == [
        "id",
        "date",
        "outlet",
        "left",
        "hit",
        "right",
    ]


def test_lines_are_sorted_by_the_words_beside_the_hit() -> None:
    made = tokenize_corpus(corpus(["ب نفط «د»، ه", "ا نفط ج", "نفط"]))
    assert made.kwic("نفط", sort=("right", 1))["right"].tolist() == ["", "ج", "«د»، ه"]
    assert made.kwic("نفط", sort=("left", 1))["left"].tolist() == ["", "ا", "ب"]
    assert made.kwic("نفط", sort=("right", 2))["right"].tolist() == ["ج", "", "«د»، ه"]


def test_lines_are_drawn_by_a_seed_and_among_articles_of_ones_choice() -> None:
    made = tokenize_corpus(corpus([f"نفط {number}" for number in range(30)]))
    drawn = made.kwic("نفط", n=5, seed=1)
    assert len(drawn) == 5 and drawn["id"].tolist() == sorted(drawn["id"], key=lambda x: int(x[1:]))
    assert drawn.equals(made.kwic("نفط", n=5, seed=1))
    assert not drawn.equals(made.kwic("نفط", n=5, seed=2))
    assert len(made.kwic("نفط", n=99)) == 30
    only = made.kwic("نفط", among=made.articles["id"].isin(["a3", "a7"]))
    assert only["id"].tolist() == ["a3", "a7"]


def test_an_audit_tells_each_form(tokens: Tokens) -> None:
    audit = tokens.audit("روسيا")
    assert list(audit.columns) == ["surface", "count", "included"]
    taken = audit[audit["included"]].set_index("surface")["count"]
    assert taken["روسيا"] == 1 and taken["وروسيا"] == 1


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["..."]])
def test_corpora_without_words_are_corpora(texts: list[str]) -> None:
    made = tokenize_corpus(corpus(texts))
    assert made.n_tokens == 0 and len(made.tokens_per_article) == len(texts)
    assert made.lexemes == [] and made.match("كلمة").empty and made.kwic("كلمة").empty
    assert len(made.units("sentence")[0]) == 0


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("باليوان باليوان باليوان اليوان", "اليوان"),
        ("لكرة لكرة كرة", "كرة"),
        ("للبرميل للبرميل البرميل", "البرميل"),
        ("وبقوتهم وبقوتهم قوة", "قوة"),
        ("لرويترز لرويترز", "لرويترز"),
    ],
)
def test_a_label_carries_no_clitic_where_there_is_a_form_without_one(text: str, label: str) -> None:
    made = tokenize_corpus(corpus([text]))
    assert made.labels == [label]


def test_a_label_loses_no_letters_of_a_stem() -> None:
    made = tokenize_corpus(corpus(["ولد ولد لد روسي روسي روس"]), lexemes="none")
    assert set(made.labels) == {"ولد", "لد", "روسي", "روس"}
    made = tokenize_corpus(corpus(["روسي روسي روس"]), lexemes=lambda forms, counts: ["روس"] * 2)
    assert made.labels == ["روسي"]


def test_tanwin_makes_another_word_of_a_country() -> None:
    made = tokenize_corpus(
        corpus(["زار روسيا ولروسيا غازا روسياً ونفطا روسيًا", "هو حالياً هنا حاليا"])
    )
    assert made.match("روسيا")["surface"].tolist() == ["روسيا", "ولروسيا"]
    assert made.match("حاليا")["surface"].tolist() == ["حالياً", "حاليا"]
