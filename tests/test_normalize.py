"""Normalising: each step does its own work, and doing it twice changes nothing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from q7x2lab.arabic.letters import (
    STEPS,
    check_steps,
    fold,
    fold_all,
    looks_reversed,
    normalize,
    plain,
)
from q7x2lab.corpus.parts import plain_all
from q7x2lab.errors import StudyError

ARABIC = st.text(st.sampled_from("ابتةىيوؤئءأإآٱ ـًَّْٕٓٔ۰٣3کیھ\u200f\u200c\ufeffﻻﷲﺓﻯ.\n"))
STEP_LISTS = st.lists(st.sampled_from(list(STEPS)))


@pytest.mark.parametrize(
    ("step", "written", "plain"),
    [
        ("presentation", "ﻣﻮﺳﻜﻮ ﷲ ﻻ", "موسكو الله لا"),
        ("compose", "مسا\u0654لة سو\u0654ال ا\u0653خر شاطى\u0654", "مسألة سؤال آخر شاطئ"),
        ("compose", "أ\u0654\u0654ن ء\u0654", "أن ء"),
        ("controls", "\u202bالصين\u202c \u200fوروسيا\ufeff", "الصين وروسيا"),
        ("marks", "مُحَمَّدٌ هٰذا", "محمد هذا"),
        ("tatweel", "الـصـــين", "الصين"),
        ("persian", "کی ڪان ھو ہم", "كي كان هو هم"),
        ("digits", "٢٠٢٢ و۱۹", "2022 و19"),
        ("alef", "أإآٱا", "ااااا"),
        ("hamza", "مسؤول سائل ماء", "مسوول سايل ما"),
        ("ya", "إلى مستشفىً علىمن", "إلي مستشفيً علىمن"),
        ("ta_marbuta", "مدينة ةفي", "مدينه ةفي"),
    ],
)
def test_each_step_does_its_own_work(step: str, written: str, plain: str) -> None:
    assert normalize(written, steps=[step]) == plain
    assert normalize(written, steps=step) == plain


def test_no_step_leaves_the_text_alone() -> None:
    assert normalize("أُسرةٌ ـ ٣", steps=[]) == "أُسرةٌ ـ ٣"


def test_letters_of_words_are_not_folded_inside_them() -> None:
    assert fold("مستشفاه والقرى مدينتهم والمدينة") == "مستشفاه والقري مدينتهم والمدينه"


def test_letters_without_a_shape_of_their_own_stay() -> None:
    for character in "پچڤگ A£":
        assert normalize(character) == character


def test_an_unknown_step_names_the_nearest() -> None:
    with pytest.raises(StudyError, match="did you mean tatweel"):
        normalize("س", steps=["tatwel"])


def test_steps_are_applied_in_one_order() -> None:
    assert check_steps(["ya", "marks", "ya"]) == ["marks", "ya"]


@given(st.one_of(ARABIC, st.text()), STEP_LISTS)
@example("اء\u0653", ["compose", "hamza"])
@example("ا\u200f\u0654", ["presentation", "controls", "compose"])
@example("أ\u0654ی\u0654ءـ\u0654", ["compose", "alef", "persian", "hamza", "tatweel"])
def test_normalising_twice_is_normalising_once(text: str, steps: list[str]) -> None:
    once = normalize(text, steps=steps)
    assert normalize(once, steps=steps) == once


@given(st.text())
def test_default_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(st.lists(ARABIC))
def test_folding_a_list_is_folding_each(texts: list[str]) -> None:
    assert fold_all(texts) == [fold(text) for text in texts]


PROSE = (
    "قالت الوزارة إن المدينة الكبرى شهدت زيادة في عدد السكان هذه السنة، وإن اللجنة المكلفة"
    " بالدراسة انتهت إلى ضرورة توسيع شبكة النقل"
)


def test_a_text_stored_backwards_is_recognised() -> None:
    assert not looks_reversed(PROSE)
    assert looks_reversed(PROSE[::-1])
    assert looks_reversed("\n".join(line[::-1] for line in [PROSE, PROSE]))


def test_a_few_words_are_no_evidence() -> None:
    assert not looks_reversed("")
    assert not looks_reversed("ةنيدم")
    assert not looks_reversed("no Arabic at all")
    assert not looks_reversed("قليلا ما سافر، فضلا عن أنه لم يكن أصلا في المدينة ولا الإدارة مثلا")


@given(st.text())
def test_recognising_raises_nothing(text: str) -> None:
    looks_reversed(text)


def test_lines_are_plain_at_once_as_they_are_one_by_one():
    lines = ["حمّل ٢٤!", "", "إلى", "ى", "سطر\nوسطر", "\u0653آ"]
    assert plain_all(lines) == [plain(line) for line in lines]
    assert plain_all(lines[:4]) == ["حمل 00", "", "الي", "ي"]
