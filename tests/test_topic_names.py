"""Names that last over a rerun, and the files that people edit."""

import warnings

import numpy as np
import pytest
import scipy.sparse as sp
import yaml
from planted_topics import planted

from q7x2lab.errors import StudyError
from q7x2lab.studies import outputs as room
from q7x2lab.studies.topic_files import (
    apply_topic_names,
    read_topic_names,
    save_topic_names,
)
from q7x2lab.topics.choice_of_k import fit_topics
from q7x2lab.topics.names import TopicName, find_names, fingerprints
from q7x2lab.topics.stability import stability
from q7x2lab.topics.topic_model import select_units


def named_file(model, path, label="Sport"):
    assert path.name == "topic_labels.yaml"
    save_topic_names(model, path, folder=path.parent)
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert len(said) == model.k
    key = fingerprints(model)[0]
    said[key] |= {"label": label, "read": ["a3", "a7"]}
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return key


def test_names_survive_ten_articles_more(tmp_path):
    dtm, truth = planted(articles=250)
    before = fit_topics(select_units(dtm, np.arange(240)), k=4)
    path = tmp_path / "topic_labels.yaml"
    named_file(before, path)
    number = np.bincount(truth[:240][before.main_topics == 0]).argmax()
    with _quiet():
        after, found = apply_topic_names(fit_topics(dtm, k=4), path)
    topic = int(found["topic"].iloc[0])
    assert after.labels[topic] == "Sport"
    assert np.bincount(truth[after.main_topics == topic]).argmax() == number
    assert read_topic_names(path)[found["fingerprint"].iloc[0]].read == ("a3", "a7")


def _quiet():
    return warnings.catch_warnings(action="error")


def test_a_drifted_topic_warns_with_old_and_new_words(tmp_path):
    model = fit_topics(planted()[0], k=4)
    words = model.words(10).query("topic == 0")["lexeme"].tolist()
    path = tmp_path / "topic_labels.yaml"
    entry = {"label": "Oil", "words": [*words[:6], *"abcd"], "read": []}
    path.write_text(yaml.safe_dump({"0" * 12: entry}), encoding="utf-8")
    with pytest.warns(UserWarning, match="drifted: no longer a b c d; now"):
        again, found = apply_topic_names(model, path)
    assert again.labels[0] == "Oil"
    assert found["new"].iloc[0].split() == words[6:]


def test_a_word_or_two_of_ten_are_told_from_a_topic_that_swallowed_another(tmp_path):
    model = fit_topics(planted()[0], k=4)
    words = model.words(10).query("topic == 0")["word"].tolist()
    names = {
        "a": TopicName("One word", (*words[:9], "gone")),
        "b": TopicName("Two words", (*words[:8], "gone", "lost")),
        "c": TopicName("Swallowed", (*words[:5], *"vwxyz")),
    }
    states = [find_names(model, {key: name})["state"].iloc[0] for key, name in names.items()]
    assert states == ["close", "close", "drifted"]
    path = tmp_path / "topic_labels.yaml"
    entry = {"label": "Oil", "words": [*words[:9], "gone"], "read": []}
    path.write_text(yaml.safe_dump({"0" * 12: entry}), encoding="utf-8")
    with _quiet():
        assert apply_topic_names(model, path)[0].labels[0] == "Oil"


def test_the_file_shows_readable_words_and_no_folded_stems(tmp_path):
    dtm, _ = planted()
    dtm.labels = [f"{word} as read" for word in dtm.lexemes]
    model = fit_topics(dtm, k=4)
    path = tmp_path / "topic_labels.yaml"
    key = named_file(model, path)
    shown = yaml.safe_load(path.read_text(encoding="utf-8"))[key]["words"]
    assert shown == model.words(10).query("topic == 0")["word"].tolist()
    dtm.labels = [f"{word} read otherwise" for word in dtm.lexemes]
    found = apply_topic_names(fit_topics(dtm, k=4), path)[1]
    assert found["state"].tolist() == ["same"]


def test_the_articles_read_are_shown_with_the_name(tmp_path):
    model = fit_topics(planted()[0], k=4)
    path = tmp_path / "topic_labels.yaml"
    named_file(model, path)
    assert apply_topic_names(model, path)[1]["read"].tolist() == ["a3 a7"]


def test_a_run_leaves_a_file_to_fill_in_that_keeps_the_studys_names(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_current", room.Outputs(tmp_path))
    model = fit_topics(planted()[0], k=4)
    path = tmp_path / "topic_labels.yaml"
    key = named_file(model, path)
    assert save_topic_names(model, str(path)) == "topics/topic_labels.yaml"
    left = yaml.safe_load((tmp_path / "topics/topic_labels.yaml").read_text(encoding="utf-8"))
    assert set(left) == set(fingerprints(model)) and left[key]["read"] == ["a3", "a7"]
    save_topic_names(model)
    left = yaml.safe_load((tmp_path / "topics/topic_labels.yaml").read_text(encoding="utf-8"))
    assert left[key]["label"] == ""


def test_a_lost_name_goes_to_no_topic():
    model = fit_topics(planted()[0], k=4)
    found = find_names(model, {"f": TopicName("Gone", tuple("abcdefghij"))})
    assert found[["topic", "state"]].iloc[0].tolist() == [-1, "lost"]


def test_writing_again_keeps_what_people_wrote(tmp_path):
    model = fit_topics(planted()[0], k=4)
    path = tmp_path / "topic_labels.yaml"
    key = named_file(model, path, label="رياضة")
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    other = next(name for name in said if name != key)
    said[other]["read"] = ["a9"]  # read, and not named yet
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    save_topic_names(model, path, folder=path.parent)
    kept = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert len(kept) == 4 and kept[key]["label"] == "رياضة" and kept[other]["read"] == ["a9"]


def test_stability_of_the_named_model_bears_the_name(tmp_path):
    model = fit_topics(planted()[0], k=4)
    path = tmp_path / "topic_labels.yaml"
    named_file(model, path)
    again, _ = apply_topic_names(model, path)
    assert stability(again, draws=2).topics["label"].iloc[0] == "Sport"
    assert model.labels[0] != "Sport"


@pytest.mark.parametrize(
    "text", ["- a\n", "k: [1]\n", "k: {label: x, colour: y}\n", "k: {words: x}\n"]
)
def test_files_that_are_not_names_are_refused(tmp_path, text):
    path = tmp_path / "topic_labels.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match="names"):
        read_topic_names(path)


def test_the_fingerprint_does_not_hang_on_order():
    model = fit_topics(planted()[0], k=4)
    swapped = sp.csr_matrix(model.topic_words).toarray()
    top = np.argsort(-swapped[0])[:2]
    swapped[0, top] = swapped[0, top[::-1]]
    from dataclasses import replace

    assert fingerprints(replace(model, topic_words=swapped)) == fingerprints(model)
