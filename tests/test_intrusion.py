"""Intrusion tasks: blinded, shuffled by seed, written right to left, read back and scored."""

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from planted_topics import planted

from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.studies import outputs as room
from q7x2lab.studies.topic_files import (
    read_intrusion,
    save_intrusion,
    score_sheets,
)
from q7x2lab.topics.choice_of_k import fit_topics
from q7x2lab.topics.readers import score_intrusion, topic_intrusion, word_intrusion
from q7x2lab.topics.topic_model import top_words


@pytest.fixture
def model():
    return fit_topics(planted()[0], k=4)


def test_the_word_intruder_is_another_topics_word(model):
    task = word_intrusion(model, seed=2)
    top = top_words(model.topic_words, 10)
    assert "topic" not in task.sheet and len(task.sheet) == 8 and task.options == 6
    for shown, key in zip(task.sheet.itertuples(), task.key.itertuples(), strict=True):
        words = [int(shown[i + 2][1:]) for i in range(6)]
        odd = words.pop(key.intruder - 1)
        assert set(words) <= set(top[key.topic])
        assert odd in np.delete(top, key.topic, axis=0)
        assert odd not in top[key.topic]
    places = [word_intrusion(model, items=20, seed=s).key["intruder"] for s in (1, 2)]
    assert set(places[0]) == set(range(1, 7)) and not places[0].equals(places[1])


def test_the_topic_intruder_is_hardly_in_the_article(model):
    task = topic_intrusion(model, articles=30)
    names = model.first_words(6)
    place = {article: row for row, article in enumerate(model.articles["id"])}
    for item, key in zip(task.sheet.itertuples(), task.key.itertuples(), strict=True):
        shown = [names.index(getattr(item, f"option_{i}")) for i in range(1, task.options + 1)]
        shares = model.article_shares[place[key.article], shown]
        assert shares.argmin() + 1 == key.intruder and shown[key.intruder - 1] != key.topic
    assert task.sheet["text"].str.startswith("text").all()


def test_sheets_go_out_right_to_left_and_come_back(model, tmp_path):
    task = topic_intrusion(model, articles=12)
    task.sheet.loc[0, "text"] = "=1+1"
    files = [Path(path) for path in save_intrusion(task, folder=tmp_path / "sheets")]
    page = openpyxl.load_workbook(files[0]).active
    assert page.sheet_view.rightToLeft
    assert page["C2"].value == "=1+1" and page["C2"].data_type == "s"
    page["H2"].value = 3
    page.parent.save(files[0])
    assert read_intrusion(files[0])["answer"].iloc[0] == "3"
    assert len(read_intrusion(files[1])) == 12
    assert (
        files[2].name == "blank-topic-intrusion-key.csv" and "intruder" not in files[1].read_text()
    )
    with pytest.raises(StudyError, match="column 'item' is missing"):
        files[2].write_text("a,b\n1,2\n")
        read_intrusion(files[2])


def test_filled_sheets_are_scored_on_the_next_run(model, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_current", room.Outputs(tmp_path))
    model.dtm.labels[0] = "=1+1"  # a spreadsheet must not take it for a formula
    word, topic = word_intrusion(model), topic_intrusion(model, articles=12)
    blank = [save_intrusion(task) for task in (word, topic)]
    assert blank[0][:2] == [f"topics/blank-word-intrusion.{end}" for end in ("xlsx", "csv")]
    before = (tmp_path / blank[0][0]).read_bytes()
    assert (tmp_path / save_intrusion(word)[0]).read_bytes() == before
    book = openpyxl.load_workbook(tmp_path / blank[0][0])
    for line, answer in enumerate(word.key["intruder"], start=2):
        book.active.cell(line, 8).value = answer
    book.save(tmp_path / "noor.xlsx")
    half = pd.read_csv(tmp_path / blank[0][1], dtype=str)
    half.loc[:3, "answer"] = word.key["intruder"].astype(str)[:4]
    half.to_csv(tmp_path / "huda.csv", index=False)
    sheets = [tmp_path / "noor.xlsx", tmp_path / "huda.csv"]
    score = score_sheets(word, sheets)
    assert score.readers == ("noor", "huda") and score.precision == 1
    assert "found in 100%" in repr(score) and "readers: 2, alpha 1.00" in repr(score)
    with pytest.raises(AnalysisError, match="no reader has filled in"):
        score_sheets(topic, sheets)
    with pytest.raises(AnalysisError, match=r"noor\.xlsx.*other items"):
        score_sheets(word_intrusion(model, seed=9), sheets)


def test_scores_of_perfect_guessing_and_mixed_readers(model):
    task = word_intrusion(model, items=10)
    perfect = task.sheet.assign(answer=task.key["intruder"].astype(str))
    both = score_intrusion(task, {"a": perfect, "b": perfect})
    assert (both.precision, both.low, both.alpha.alpha) == (1, 1, 1)
    assert both.topics["items"].tolist() == [10] * 4
    guesses = np.random.default_rng(0).integers(1, 7, len(perfect))
    guessed = score_intrusion(task, {"c": task.sheet.assign(answer=guesses)})
    assert guessed.low < guessed.chance < guessed.high and guessed.alpha is None
    half = perfect.copy()
    half.loc[half["item"] % 2 == 0, "answer"] = ""
    assert score_intrusion(task, {"a": half}).precision == 1


def test_wrong_and_missing_answers_are_named(model):
    task = word_intrusion(model)
    with pytest.raises(AnalysisError, match="item 1: '9' is no option"):
        score_intrusion(task, {"a": task.sheet.assign(answer="9")})
    with pytest.raises(AnalysisError, match="no reader has answered"):
        score_intrusion(task, {"a": task.sheet})
    with pytest.raises(AnalysisError, match="no reader"):
        score_intrusion(task, {})


def test_two_readers_sheets_of_one_name_both_count_and_arabic_digits_are_digits(model, tmp_path):
    task = word_intrusion(model)
    right = task.key["intruder"].to_numpy()
    paths = [tmp_path / reader / "sheet.csv" for reader in ("hala", "omar")]
    for path, answers in zip(paths, (right, right % 6 + 1), strict=True):
        path.parent.mkdir()
        arabic = [str(answer).translate(str.maketrans("123456", "١٢٣٤٥٦")) for answer in answers]
        task.sheet.assign(answer=arabic).to_csv(path, index=False, sep=";", encoding="utf-16")
    score = score_sheets(task, paths)
    assert score.precision == 0.5
