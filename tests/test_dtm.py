"""Counts of lexemes in units: what a dictionary of counters says, and refusals in words."""

from collections import Counter
from typing import Any

import pandas as pd
import pytest
from plain_corpora import corpus

from q7x2lab.corpus import matrix
from q7x2lab.corpus.matrix import DocumentTermMatrix, document_term_matrix
from q7x2lab.corpus.token_table import Tokens, lexeme_labels, tokenize_corpus
from q7x2lab.errors import AnalysisError, StudyError

TEXTS = [
    "زار الرئيس الروسي موسكو. وبحث الرئيس الطاقة والغاز.\nالغاز في CNN و2022 #روسيا",
    "الغاز والنفط. النفطُ والنفـط",
    "",
    "الرئيس الصيني زار بكين، وبحث النفط",
]


@pytest.fixture
def tokens() -> Tokens:
    return tokenize_corpus(corpus(TEXTS))


def counted(dtm: DocumentTermMatrix) -> list[dict[str, int]]:
    dense = dtm.counts.toarray().tolist()
    return [
        {name: number for name, number in zip(dtm.lexemes, row, strict=True) if number}
        for row in dense
    ]


def by_hand(tokens: Tokens, keep: set[str]) -> list[dict[str, int]]:
    rows: list[Counter[str]] = [Counter() for _ in range(tokens.n_articles)]
    for article, kind in zip(tokens.article, tokens.type, strict=True):
        if not tokens.stop[kind]:
            rows[article][tokens.lexemes[tokens.lexeme[kind]]] += 1
    return [{name: n for name, n in row.items() if name in keep} for row in rows]


@pytest.mark.parametrize("unit", ["article", "sentence"])
def test_a_matrix_counted_in_small_parts_is_the_same_with_labels_of_its_lexemes(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch, unit: str
) -> None:
    whole = document_term_matrix(tokens, unit=unit, min_articles=2, max_share=1)
    monkeypatch.setattr(matrix, "ROWS", 1)
    asked: list[str] = []

    def noted(forms: Any, *given: Any) -> pd.Series:
        asked.extend(forms)
        return lexeme_labels(forms, *given)

    monkeypatch.setattr(matrix, "lexeme_labels", noted)
    parts = document_term_matrix(tokens, unit=unit, min_articles=2, max_share=1)
    assert (whole.labels, whole.lexemes) == (parts.labels, parts.lexemes)
    assert (whole.counts != parts.counts).nnz == 0
    assert "بكين" not in asked and "النفط" in asked
    own = dict(zip(tokens.lexemes, tokens.labels, strict=True))
    assert parts.labels == [own[lexeme] for lexeme in parts.lexemes]


def test_counts_are_those_of_counting_one_by_one(tokens: Tokens) -> None:
    dtm = document_term_matrix(tokens, min_articles=1, max_share=1)
    assert counted(dtm) == by_hand(tokens, set(dtm.lexemes))
    assert dtm.counts.dtype == "int32" and dtm.counts.has_canonical_format
    assert dtm.counts.indices.dtype == dtm.counts.indptr.dtype == "int32"  # what liblinear takes
    assert dtm.lexemes == sorted(dtm.lexemes)
    assert "2022" not in dtm.lexemes and {"cnn", "#روسيا"} <= set(dtm.lexemes)
    assert dtm.articles["article"].tolist() == [0, 1, 2, 3]
    assert dtm.articles["end"].tolist() == [len(text) for text in TEXTS]


def test_frequency_cuts_count_articles_not_units(tokens: Tokens) -> None:
    everything = document_term_matrix(tokens, min_articles=1, max_share=1)
    spread = (everything.counts > 0).sum(axis=0)
    for unit in ("article", "paragraph", "sentence"):
        dtm = document_term_matrix(tokens, unit=unit, min_articles=2, max_share=0.5)
        kept = [name for name, n in zip(everything.lexemes, spread, strict=True) if 2 <= n <= 2]
        assert dtm.lexemes == kept


@pytest.mark.parametrize(("unit", "rows"), [("paragraph", 4), ("sentence", 6)])
def test_smaller_units_add_up_to_articles(tokens: Tokens, unit: str, rows: int) -> None:
    articles = document_term_matrix(tokens, min_articles=1, max_share=1)
    units = document_term_matrix(tokens, unit=unit, min_articles=1, max_share=1)
    assert units.counts.shape[0] == rows
    frame = pd.DataFrame(units.counts.toarray()).groupby(units.articles["article"]).sum()
    whole = pd.DataFrame(articles.counts.toarray()).loc[frame.index]
    assert (frame.to_numpy() == whole.to_numpy()).all()
    spans = units.articles
    for article, start, end in zip(spans["article"], spans["start"], spans["end"], strict=True):
        assert TEXTS[article][start:end].strip() == TEXTS[article][start:end] != ""


def test_a_lexeme_is_shown_by_what_was_counted_without_its_clitics() -> None:
    made = tokenize_corpus(corpus(["لرويترز رويترز رويترز"]))
    made_stop = dict(zip(made.forms.tolist(), made.stop.tolist(), strict=True))
    dtm = document_term_matrix(made, min_articles=1, max_share=1)
    assert made_stop == {"لرويترز": False, "رويترز": True}
    assert dtm.labels == ["رويترز"] and dtm.counts.toarray().tolist() == [[1]]


def test_stop_words_are_a_switch(tokens: Tokens) -> None:
    with_stops = document_term_matrix(tokens, min_articles=1, max_share=1, drop_stop=False)
    without = document_term_matrix(tokens, min_articles=1, max_share=1)
    stops = {tokens.lexemes[number] for number in tokens.lexeme[tokens.stop & (tokens.kinds < 2)]}
    assert stops and set(with_stops.lexemes) - set(without.lexemes) <= stops


def test_what_cannot_be_counted_is_refused_in_words(tokens: Tokens) -> None:
    with pytest.raises(AnalysisError, match="at least 5 and at most 50% of 4 articles"):
        document_term_matrix(tokens)
    with pytest.raises(StudyError, match="did you mean sentence"):
        document_term_matrix(tokens, unit="sentences", min_articles=1)
    with pytest.raises(AnalysisError):
        document_term_matrix(tokenize_corpus(corpus([])), min_articles=1)
