"""The pattern or the ending of a plural tells the singulars it may have."""

import pytest

from q7x2lab.arabic.plurals import broken_singulars, regular_singulars


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("أبواب", "باب"),
        ("أسباب", "سبب"),
        ("آمال", "امل"),
        ("أسلحة", "سلاح"),
        ("أندية", "نادي"),
        ("أصدقاء", "صديق"),
        ("مشاريع", "مشروع"),
        ("تقارير", "تقرير"),
        ("قوانين", "قانون"),
        ("جرائم", "جريمة"),
        ("رسائل", "رسالة"),
        ("صواريخ", "صاروخ"),
        ("عناوين", "عنوان"),
    ],
)
def test_a_broken_plural_has_its_singular_among_the_candidates(plural: str, singular: str) -> None:
    assert singular in broken_singulars(plural)


@pytest.mark.parametrize("word", ["إسلام", "كتاب", "باريس", "أب", "", "اتجاه"])
def test_what_has_no_plural_pattern_has_no_singular(word: str) -> None:
    assert broken_singulars(word) == []


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("روسيون", "روسي"),
        ("مسؤولون", "مسؤول"),
        ("دولتان", "دولة"),
        ("رئيسين", "رئيس"),
        ("منظمات", "منظم"),
    ],
)
def test_a_regular_plural_has_its_singular_among_the_candidates(plural: str, singular: str) -> None:
    assert singular in regular_singulars(plural)


@pytest.mark.parametrize("word", ["بيت", "ون", "ان", "دين", ""])
def test_what_has_no_plural_ending_or_nothing_before_it_has_no_singular(word: str) -> None:
    assert regular_singulars(word) == []
