"""Spans between quotation marks of every kind, well or badly set."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from q7x2lab.arabic.quote_marks import quotation_spans


def inside(text: str) -> list[str]:
    return [text[start:end] for start, end in quotation_spans(text)]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("قال «نعم» ثم «لا»", ["نعم", "لا"]),
        ("قال “نعم” ثم ”لا” ثم “ربما“", ["نعم", "لا", "ربما"]),
        ('بـ"العار" و"الغدر"', ["العار", "الغدر"]),
        ('قال " نعم " وسكت', ["نعم"]),
        ("قال ''نعم'' وقال ‹لا›", ["نعم", "لا"]),
        ("قال ((نعم)) و<<لا>>", ["نعم", "لا"]),
        ("»نعم« ثم »لا«", ["نعم", "لا"]),
        ('قال "رأيت «النهر» يفيض"', ["رأيت «النهر» يفيض", "النهر"]),
        ('«رأيت "النهر" يفيض»', ['رأيت "النهر" يفيض', "النهر"]),
        ('قال "سمعت "النداء" أمس" وسكت', ['سمعت "النداء" أمس', "النداء"]),
        ("المسافة 5″ لا أكثر", []),
        ("قرأ d'accord وj'ai فقط", []),
        ('لا شيء بين "" هنا', []),
        ("بلا علامات", []),
        ("", []),
    ],
)
def test_marks_are_paired(text: str, spans: list[str]) -> None:
    assert inside(text) == spans


def test_a_forgotten_mark_spoils_its_own_paragraph_only() -> None:
    assert inside('قال: "سنعود غدا. ثم مضى\nوقال "كفى" وسكت') == ["سنعود غدا", "كفى"]


def test_a_mark_that_opens_twice_closes_the_first_at_its_sentence() -> None:
    assert inside('قال: "وصلنا. ثم "عدنا" وسكت') == ["وصلنا", "عدنا"]


def test_the_stray_one_of_three_is_told_by_its_surroundings() -> None:
    assert inside('قال "نعم" ثم مضى" وسكت') == ["نعم"]


@pytest.mark.parametrize("mark", ['"', "“", "”", "«", "»", "''", "<<", "))", "'"])
def test_ten_thousand_marks_raise_nothing(mark: str) -> None:
    assert len(quotation_spans(f"{mark}كلمة " * 9_999)) <= 9_999


def test_nesting_to_depth_ten() -> None:
    text = "«كلمة " * 10 + "»" * 10
    assert len(quotation_spans(text)) == 10


@settings(max_examples=200)
@given(st.text(alphabet="اب .،:\n\"“”«»'‘’()<>", max_size=60))
def test_spans_lie_in_the_text_and_hold_a_word(text: str) -> None:
    spans = quotation_spans(text)
    assert spans == sorted(spans)
    for start, end in spans:
        assert 0 <= start < end <= len(text)
        assert any(letter in text[start:end] for letter in "اب")
        assert "\n" not in text[start:end]
