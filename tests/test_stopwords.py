"""Stop words are known with their clitics, and content words are left alone."""

import numpy as np
import pytest

from q7x2lab.arabic.stop_words import DEFAULT_CLASSES, STOP_CLASSES, closed_class, is_stop
from q7x2lab.errors import StudyError


def stops(words: str, *classes: str) -> dict[str, bool]:
    found = is_stop(words.split(), classes=classes or DEFAULT_CLASSES)
    return dict(zip(words.split(), found.tolist(), strict=True))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("particles", "وفي بأن كما إليها عليهم وكانت سيكون لكل بينهما فإنه ان الى حتي وليس أنّ"),
        ("pronouns", "هذا وهذه لهؤلاء الذين والتي لهم بها نحن"),
        ("reporting", "قال وقالت قالوا يقول وأضاف سيعلن تؤكد مشيرا قائلة وبحسب"),
        ("furniture", "اقرأ المزيد فيديو رويترز للصحيفة والوكالة"),
        ("calendar", "الخميس والجمعة شباط أبريل وأغسطس آب"),
    ],
)
def test_a_class_knows_its_words_with_clitics(kind: str, words: str) -> None:
    assert [word for word, stop in stops(words, kind).items() if not stop] == []


def test_no_content_word_or_name_is_a_stop_word() -> None:
    words = """بوتين بكين روسيا الصين علي ولي واحد ماي لبنان فرنسا بلد والد وصل الأب مارسيليا
        الحرب السلام اتفاق حكومة برلمان نفط كرة وزير فهد كمال"""
    assert [word for word, stop in stops(words, *STOP_CLASSES).items() if stop] == []


def test_a_class_that_is_off_stops_nothing() -> None:
    assert not any(stops("قال وأضاف الخميس رويترز", "particles", "pronouns").values())
    assert not any(stops("الخميس شباط").values())  # the calendar is no default


def test_the_answer_is_one_bool_a_form() -> None:
    found = is_stop(["في", "بوتين", ""])
    assert (found.dtype, found.tolist()) == (np.dtype(bool), [True, False, False])
    assert is_stop([]).shape == (0,)


def test_an_unknown_class_is_refused_by_name() -> None:
    with pytest.raises(StudyError, match="particles"):
        is_stop(["في"], classes=["particle"])


def test_closed_words_lead_to_themselves() -> None:
    words = closed_class()
    assert (words["ولكنهم"], words["بهذه"], words["عليه"]) == ("لكن", "هذه", "علي")
    assert "كان" not in words
