"""Phrases counted as one word, and stop words of one's own."""

import numpy as np
import pytest
from plain_corpora import corpus

from q7x2lab.corpus.matrix import document_term_matrix, find_phrases
from q7x2lab.corpus.token_table import tokenize_corpus

TEXTS = [
    "زار وفد الأمم المتحدة مجلس الأمن وقال إن للأمم المتحدة رأيا",
    "الأمم، المتحدة؟ قال مجلس الأمن نعم",
    "عاد الوفد إلى مجلس الأمن الدولي",
]


def counts(**options: object) -> dict[str, list[int]]:
    tokens = tokenize_corpus(corpus(TEXTS), **options)  # type: ignore[arg-type]
    dtm = document_term_matrix(tokens, min_articles=1, max_share=1)
    assert dtm.lexemes == sorted(dtm.lexemes)
    return dict(zip(dtm.labels, dtm.counts.toarray().T.tolist(), strict=True))


def test_a_phrase_is_one_column_with_its_clitics_and_its_words_lose_it() -> None:
    found = counts(phrases=["الأمم المتحدة"])
    assert found["الأمم المتحدة"] == [2, 0, 0]
    assert found["الأمم"] == [0, 1, 0] and found["المتحدة"] == [0, 1, 0]  # a comma stands between
    assert found["الأمن"] == [1, 1, 1]


def test_the_longer_of_two_phrases_wins_whatever_their_order() -> None:
    found = counts(phrases=["مجلس الأمن", "مجلس الأمن الدولي", "لم يذكر"])
    assert found["مجلس الأمن"] == [1, 1, 0] and found["مجلس الأمن الدولي"] == [0, 0, 1]


def test_recurring_pairs_are_found_and_queries_still_see_words() -> None:
    tokens = tokenize_corpus(corpus(TEXTS * 7), phrases=["auto"])
    assert find_phrases(tokens)["phrase"].tolist() == ["مجلس الأمن"]
    dtm = document_term_matrix(tokens, min_articles=1, max_share=1)
    assert "مجلس الأمن" in dtm.labels and "الأمن" not in dtm.labels
    assert len(tokens.match("الأمن")) == len(tokens.match("مجلس الأمن")) == 21


def test_phrases_count_in_sentences_too() -> None:
    tokens = tokenize_corpus(corpus(TEXTS), phrases=["مجلس الأمن"])
    dtm = document_term_matrix(tokens, unit="sentence", min_articles=1, max_share=1)
    column = np.asarray(dtm.counts.toarray())[:, dtm.labels.index("مجلس الأمن")]
    assert column.sum() == 3 and len(column) == 4


@pytest.mark.parametrize("own", [["وفد"], ["الوفد"], ["الوفد", "غائب"]])
def test_own_stop_words_leave_out_every_form_of_their_lexemes(own: list[str]) -> None:
    assert {"وفد", "الوفد"} & counts().keys()
    assert not {"وفد", "الوفد"} & counts(more_stop_words=own).keys()
    assert "مجلس" in counts(more_stop_words=own)
