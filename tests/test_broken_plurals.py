"""The pattern of a plural tells the singulars it may have."""

import pytest

from q7x2lab.arabic.broken_plurals import singulars
from q7x2lab.arabic.packed import Packed


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
def test_a_plural_has_its_singular_among_the_candidates(plural: str, singular: str) -> None:
    assert singular in singulars(Packed.of([plural]))[1].strings()


@pytest.mark.parametrize("word", ["إسلام", "كتاب", "باريس", "أب", "", "اتجاه"])
def test_what_has_no_plural_pattern_has_no_singular(word: str) -> None:
    assert len(singulars(Packed.of([word]))[1]) == 0
