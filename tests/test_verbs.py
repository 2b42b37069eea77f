"""Conjugated forms are found under their verb, whatever its weak letters."""

import pytest

from q7x2lab.arabic.packed import Packed
from q7x2lab.arabic.verbs import conjugation

VERBS = "كتب رد قال باع نام دعا رمى وصل أكل أعلن أقام ألقى قدم شارك تحدث تعاون انفجر احتاج التقى"
CONJUGATION = conjugation([*VERBS.split(), "استخدم", "استفاد", "رأى", "أكد"])


@pytest.mark.parametrize(
    ("form", "verb"),
    [
        ("يكتب", "كتب"),
        ("تكتبون", "كتب"),
        ("يرد", "رد"),
        ("يقول", "قال"),
        ("يقل", "قال"),
        ("تبيع", "باع"),
        ("ينام", "نام"),
        ("يدعو", "دعا"),
        ("يدعون", "دعا"),
        ("ترمي", "رمي"),
        ("يصل", "وصل"),
        ("ياكل", "اكل"),
        ("نعلن", "اعلن"),
        ("يقيم", "اقام"),
        ("تلقي", "القي"),
        ("يقدم", "قدم"),
        ("يشاركون", "شارك"),
        ("يتحدث", "تحدث"),
        ("يتعاونان", "تعاون"),
        ("ينفجر", "انفجر"),
        ("يحتاج", "احتاج"),
        ("يلتقي", "التقي"),
        ("يستخدم", "استخدم"),
        ("يستفيد", "استفاد"),
        ("يري", "راي"),
        ("يؤكد", "اكد"),
    ],
)
def test_imperfects(form: str, verb: str) -> None:
    assert verb in CONJUGATION.named(CONJUGATION.imperfect_readings(Packed.of([form])))[0]


@pytest.mark.parametrize(
    ("form", "verb"),
    [
        ("كتبت", "كتب"),
        ("كتبوا", "كتب"),
        ("قلنا", "قال"),
        ("دعت", "دعا"),
        ("دعوا", "دعا"),
        ("رميت", "رمي"),
        ("اقيم", "اقام"),
        ("اقمت", "اقام"),
        ("التقت", "التقي"),
        ("استفادت", "استفاد"),
    ],
)
def test_pasts(form: str, verb: str) -> None:
    assert verb in CONJUGATION.named(CONJUGATION.past_readings(Packed.of([form])))[0]


@pytest.mark.parametrize("form", ["باريس", "كتاب", "بكين", "ت", "", "يت"])
def test_other_words_are_no_verbs(form: str) -> None:
    packed = Packed.of([form])
    readings = CONJUGATION.past_readings(packed), CONJUGATION.imperfect_readings(packed)
    assert [row.tolist() for row in readings] == [[-1], [-1]]
