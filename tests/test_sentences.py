"""Sentences, paragraphs and quotations: where a reader would end them, however badly marked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from q7x2lab.arabic.sentences import quotation_spans, split_paragraphs, split_sentences

SPLIT = "|"


@pytest.mark.parametrize(
    "marked",
    [
        # stops
        "وصل الوفد.| ثم غادر.",
        "هل وصل؟| نعم!| متى؟!| أمس.",
        "انتهى الأمر…| وبدأ غيره.",
        "قال: سنرى، ثم سكت؛ وعاد.",
        "وصل الوفد\n|ثم غادر\n\n|وانتهى",
        # quotations are kept whole
        "قال «سنعود. لن نرحل» ثم خرج.| وسكت.",
        'قال "سنعود. لن نرحل! أبدا" ثم خرج.| وسكت.',
        "قال “سنعود. لن نرحل“ وخرج.| وسكت.",
        'قال "سنعود."| وأضاف أنه باق.',
        'سأل "هل نعود؟" ثم خرج.',
        'قال "نعم".| وقال «لا».| وسكت.',
        # quotation marks that do not balance
        'قال "سنعود.| لن نرحل.| ثم خرج.',
        'سنعود".| لن نرحل.| ثم قال "نعم. لا" وخرج.',
        'قال "سنعود.| ثم قال "لن نرحل. أبدا" وخرج.',
        'قال "سنعود.\n|لن نرحل.| ثم خرج".| وسكت.',
        # initials, abbreviations, decimals, list items
        "التقى أ.ب. السيد م. علي.| وغادر.",
        "كتب د. محمد و J. K. Rowling كتابا.| ونشر.",
        "رأى جورج دبليو. بوش ذلك.| وسكت.",
        "قالت بي بي سي.| وقالت أ ف ب.| ولم تنف.",
        "بلغ 3.5 مليون و٣.٥ بالمئة.| وزاد.",
        "في عام 2018.| وفي 2019 م.| وبعدها.",
        "1. الأول مهم.| وواضح.",
        "نشر موقع العربية.نت الخبر.| وحذفه.",
        "قناة سي.إن.إن نشرت.| وحذفت.",
        "بلغ 5 أمتار مربعة أيضًا.| ومر.",
        # dots that end nothing
        "جاء.. وذهب.. ثم عاد.",
        "قال إن «النمو (...) مستمر» وسكت.| ومضى.",
        "دعا (مطاعم، مقاه،...) إلى الإغلاق.",
        "ماذا؟، قال ثم سكت.",
        # blanks left out, or too many
        "انتهى الاجتماع.|وقد غادر الوفد.",
        'انتهى "سريعا".|وقال الوفد.',
        "انتهى .| ثم بدأ .",
        "سقط في الدقيقة 50.|وأكمل الباقي.",
        "وصل.\u200f| ثم غادر.",
        "انتهى الأمر. .| وبدأ.",
    ],
)
def test_sentences_end_where_a_reader_ends_them(marked: str) -> None:
    text = marked.replace(SPLIT, "")
    expected = [part.strip() for part in marked.split(SPLIT)]
    assert [text[start:end] for start, end in split_sentences(text)] == expected


def test_paragraphs_end_at_line_breaks_only() -> None:
    text = " أول. ثان\r\n\n\t\nثالث\u2029رابع "
    parts = [text[start:end] for start, end in split_paragraphs(text)]
    assert parts == ["أول. ثان", "ثالث", "رابع"]


def test_a_paragraph_without_a_word_is_no_sentence() -> None:
    assert split_sentences("***\nنعم.\n. .\n") == [(4, 8)]
    assert split_sentences("") == []


@given(st.one_of(st.text(), st.text(st.sampled_from('اب.!؟… \n"«»“”1,)(أ'))))
def test_sentences_lie_in_order_within_paragraphs_and_hold_every_letter(text: str) -> None:
    sentences, paragraphs = split_sentences(text), split_paragraphs(text)
    previous = 0
    covered = set()
    for start, end in sentences:
        assert previous <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert any(first <= start and end <= last for first, last in paragraphs)
        covered.update(range(start, end))
        previous = end
    assert {place for place, letter in enumerate(text) if letter.isalnum()} <= covered


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
