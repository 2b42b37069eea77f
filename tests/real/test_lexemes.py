"""Lexemes and phrases on real news: kept-apart gold, names, and what the guard is worth."""

import sys
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from q7x2lab.arabic.letters import fold_key
from q7x2lab.arabic.lexemes import lexemes
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus


def tokens_of(path: Path, rows: slice = slice(None)) -> Tokens:
    table = pd.read_parquet(path)[rows]
    columns = {"id": range(len(table)), "date": pd.NaT, "outlet": "x", "text": table["text"]}
    frame = pd.DataFrame(columns).reset_index(drop=True)
    return tokenize_corpus(Corpus(frame.assign(id=frame["id"].astype(str))))


def counts_of(tokens: Tokens) -> dict[str, int]:
    words = tokens.kinds == 0
    return Counter(
        dict(zip(tokens.forms[words].tolist(), tokens.counts[words].tolist(), strict=True))
    )


@pytest.fixture(scope="module")
def ant(real_data: Path) -> Tokens:
    return tokens_of(real_data / "ant_2018" / "ant_multisource_2018.parquet", slice(None, None, 3))


def test_treebank_lemmas_are_met(real_data: Path, ant: Tokens) -> None:
    gold = real_data.parent / "gold"
    if not (gold / "score_lexemes.py").exists():
        pytest.skip("the lemma gold is not here")
    sys.path.insert(0, str(gold))
    import score_lexemes

    types = score_lexemes.gold_types(str(gold / "padt_dev" / "ar-ud-dev.conllu"))
    forms = [form for form, *_ in types]
    precision, recall, f1, right = score_lexemes.score(types, lexemes(forms, counts_of(ant)))
    assert precision >= 0.92, (precision, recall)
    assert f1 >= 0.90, (precision, recall)
    assert right >= 0.90
    assert score_lexemes.score(types, lexemes(forms))[2] >= 0.89


def test_names_survive_with_real_counts(ant: Tokens) -> None:
    names = [
        "بوتين",
        "بكين",
        "لبنان",
        "فرنسا",
        "وصل",
        "بلد",
        "والد",
        "روسيا",
        "أوكرانيا",
        "سوريا",
        "ليبيا",
        "تركيا",
        "بريطانيا",
        "إيران",
        "باكستان",
        "كوبا",
        "بولندا",
        "ماكرون",
        "ترامب",
        "بومبيو",
        "لافروف",
        "نتنياهو",
        "أردوغان",
        "سلمان",
        "رونالدو",
    ]
    counts = counts_of(ant)
    found = lexemes(names, counts)
    assert [fold_key(lexeme) for lexeme in found] == [fold_key(name) for name in names]
    fronts = ["و" + name for name in names] + ["ل" + name for name in names]
    assert [fold_key(lexeme) for lexeme in lexemes(fronts, counts)] == [
        fold_key(name) for name in names * 2
    ]


@pytest.mark.slow
def test_half_the_vocabulary_is_left(ant: Tokens) -> None:
    frequent = ant.counts >= 5
    assert len(set(ant.lexeme[frequent].tolist())) < 0.5 * frequent.sum()
