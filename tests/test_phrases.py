"""Names of several words are found by association, and joined on request."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.phrases import find_phrases, join_phrases
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus
from q7x2lab.errors import AnalysisError

FILLER = "بيت باب قلم جبل بحر نهر طريق مدرسة"


def tokens_of(texts: list[str]) -> Tokens:
    ids = [str(number) for number in range(len(texts))]
    return tokenize_corpus(
        Corpus(pd.DataFrame({"id": ids, "date": pd.NaT, "outlet": "x", "text": texts}))
    )


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    words = FILLER.split()
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(words, 40)) for _ in range(30)]
    for number in range(30):
        texts[number] += " الولايات المتحدة " if number % 3 else " وللولايات المتحدة "
        texts[number] += " ".join(rng.choice(words, 9)) + " مجلس الأمن الدولي "
        texts[number] += " ".join(rng.choice(words, 9))
    return tokens_of(texts)


def test_names_are_found_and_chance_neighbours_are_not(tokens: Tokens) -> None:
    found = find_phrases(tokens, min_count=10, min_score=0.8)
    assert set(found["phrase"]) == {"الولايات المتحدة", "مجلس الأمن الدولي"}
    assert found["count"].tolist() == [30, 30]


def test_npmi_of_inseparable_words_is_one_and_of_others_boumas(tokens: Tokens) -> None:
    npmi = find_phrases(tokens, min_count=10).set_index("phrase").loc["الولايات المتحدة", "score"]
    assert npmi == pytest.approx(1)
    texts = ["مجلس الأمن"] * 6 + ["مجلس"] * 4 + ["بيت"] * 8
    score = find_phrases(tokens_of(texts), min_count=2)["score"].item()
    both, left, right = 6 / 24, 10 / 24, 6 / 24
    assert score == pytest.approx(np.log(both / (left * right)) / -np.log(both))


def test_punctuation_and_article_ends_part_words() -> None:
    assert find_phrases(tokens_of(["مجلس، الأمن"] * 5), min_count=2).empty
    assert find_phrases(tokens_of(["مجلس", "الأمن"] * 5), min_count=2).empty
    assert len(find_phrases(tokens_of(["مجلس الأمن"] * 5 + ["بيت"] * 5), min_count=2)) == 1


def test_a_phrase_does_not_begin_or_end_with_a_stop_word() -> None:
    found = find_phrases(tokens_of(["في البيت", "من جبل إلى بحر"] * 9), min_count=2)
    assert found["phrase"].tolist() == ["جبل إلى بحر"]


def test_a_part_is_listed_only_where_it_stands_alone() -> None:
    whole = ["مجلس الأمن الدولي"] * 6
    alone = find_phrases(tokens_of([*whole, *["باب"] * 20]), min_count=3)
    assert alone["phrase"].tolist() == ["مجلس الأمن الدولي"]
    both = find_phrases(tokens_of([*whole, *["مجلس الأمن"] * 6, *["باب"] * 20]), min_count=3)
    assert set(both["phrase"]) == {"مجلس الأمن الدولي", "مجلس الأمن"}


def test_joined_phrases_are_one_token_that_spans_its_words(tokens: Tokens) -> None:
    found = find_phrases(tokens, min_count=10, min_score=0.8)
    joined = join_phrases(tokens, found)
    assert joined.n_tokens == tokens.n_tokens - 30 * 1 - 30 * 2
    us = joined.forms.tolist().index("الولايات المتحدة")
    place = np.flatnonzero(joined.type == us)
    assert len(place) == joined.counts[us] == 30
    texts = joined.articles["text"]
    surfaces = {
        texts[article][start:end]
        for article, start, end in zip(
            joined.article[place], joined.start[place], joined.end[place], strict=True
        )
    }
    assert surfaces == {"الولايات المتحدة", "وللولايات المتحدة"}
    assert joined.labels[joined.lexeme[us]] == "الولايات المتحدة"
    assert (np.diff(joined.article) >= 0).all()


def test_the_longer_phrase_wins_and_unknown_ones_are_passed_over() -> None:
    tokens = tokens_of(["مجلس الأمن الدولي"])
    joined = join_phrases(tokens, ["مجلس الأمن", "مجلس الامن الدولي", "حلف الأطلسي"])
    assert joined.n_tokens == 1
    assert joined.end.tolist() == [len("مجلس الأمن الدولي")]
    assert "حلف الأطلسي" not in joined.forms
    assert join_phrases(tokens, ["مجلس"]).forms.tolist() == tokens.forms.tolist()
    assert join_phrases(tokens_of(["مجلس، الأمن"]), ["مجلس الأمن"]).n_tokens == 2


def test_repeated_words_do_not_overlap() -> None:
    joined = join_phrases(tokens_of(["بيت بيت بيت"]), ["بيت بيت"])
    assert joined.start.tolist() == [0, 8]


def test_an_empty_corpus_has_no_phrases() -> None:
    assert find_phrases(tokens_of(["", "بيت"])).empty


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(AnalysisError, match="min_count"):
        find_phrases(tokens_of(["بيت"]), min_count=1)
