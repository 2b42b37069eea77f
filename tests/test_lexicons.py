"""Lexicons that are not shipped: read where there is a copy, and told where to get one."""

import pytest

from q7x2lab.errors import StudyError
from q7x2lab.framing.lexicons import EMOTIONS, load_emolex, load_policy_frames


def emolex(path, words):
    head = "\t".join(["English Word", *EMOTIONS, "negative", "positive", "Arabic Word"])
    columns = (*EMOTIONS, "negative", "positive")
    rows = [
        "\t".join([w, *["1" if e in has else "0" for e in columns], ar]) for w, has, ar in words
    ]
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    return path


def test_emolex_becomes_a_scheme_with_a_frame_an_emotion(tmp_path):
    words = [("war", {"fear", "negative"}, "حرب"), ("peace", {"joy", "trust"}, "سلام"),
             ("war2", {"fear"}, "حرب"), ("odd", {"fear"}, "(")]  # fmt: skip
    scheme = load_emolex(emolex(tmp_path / "lex.txt", words))
    found = {frame.id: [t.name for t in frame.terms] for frame in scheme.frames}
    assert found["fear"] == ["حرب"]
    assert found["joy"] == found["trust"] == ["سلام"]
    assert "negative" not in found
    assert len(scheme.sha256) == 64


def test_policy_frames_are_checked_against_the_codebook(tmp_path):
    path = tmp_path / "lists.csv"
    path.write_text("frame,term\nEconomic,ضريبة\neconomic,تكلفة\nmorality,ضمير\n", encoding="utf-8")
    assert [len(f.terms) for f in load_policy_frames(path).frames] == [2, 1]
    path.write_text("frame,term\neconomics,ضريبة\n", encoding="utf-8")
    with pytest.raises(StudyError, match="row 2: 'economics' is no frame"):
        load_policy_frames(path)


@pytest.mark.parametrize(
    ("load", "said"),
    [(load_emolex, "saifmohammad.com"), (load_policy_frames, "media_frames_corpus")],
)
def test_who_has_no_copy_is_told_where_to_get_one(load, said, tmp_path):
    with pytest.raises(StudyError, match=said):
        load(tmp_path / "none.txt")


def test_another_file_is_not_taken_for_the_lexicon(tmp_path):
    path = tmp_path / "other.txt"
    path.write_text("word\tscore\nحرب\t1\n", encoding="utf-8")
    with pytest.raises(StudyError, match="no column anger"):
        load_emolex(path)
