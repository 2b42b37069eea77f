"""Sentences and paragraphs: where a reader would end them, whatever marks are used."""

import pytest
from hypothesis import given
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


@pytest.mark.parametrize(
    ("text", "quotations"),
    [
        ('أ "ب" ج "د"', ['"ب"', '"د"']),
        ("«أ “ب” ج»", ["«أ “ب” ج»", "“ب”"]),
        ('أ "ب ج "د" هـ', ['"د"']),
        ('أ" ب "ج"', ['"ج"']),
        ("أ » ب « ج", []),
    ],
)
def test_quotations_in_all_their_disorder(text: str, quotations: list[str]) -> None:
    assert [text[start:end] for start, end in quotation_spans(text)] == quotations


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
