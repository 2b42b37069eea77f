"""Conjugated forms are found under their verb, whatever its weak letters."""

import pytest

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
    assert verb in CONJUGATION.imperfect_readings(form)


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
    assert verb in CONJUGATION.past_readings(form)


@pytest.mark.parametrize("form", ["باريس", "كتاب", "بكين", "ت", "", "يت"])
def test_other_words_are_no_verbs(form: str) -> None:
    assert CONJUGATION.past_readings(form) == ()
    assert CONJUGATION.imperfect_readings(form) == ()
