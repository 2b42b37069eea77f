"""Kinds, speakers and verbs of quotations, on sentences written for the purpose."""

from types import SimpleNamespace

import pandas as pd
import pytest

from q7x2lab.analysis.quotes import KINDS, extract_quotes
from q7x2lab.analysis.reporting_verbs import find_verb, word_class


def quotes_of(*texts: str) -> pd.DataFrame:
    return extract_quotes(SimpleNamespace(articles=pd.DataFrame({"text": list(texts)})))


def marked(text: str) -> list[tuple[str, str, str]]:
    table = quotes_of(text)
    table = table[table["kind"] != "reported"]
    return list(zip(table["kind"], table["speaker"], table["verb"], strict=True))


def said(speaker: str, verb: str) -> list[tuple[str, str, str]]:
    return [("speech", speaker, verb)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال المزارع «المطر تأخر هذا العام».", said("المزارع", "قال")),
        ("وأكدت الوزيرة سلمى نجار أن «الحصاد وفير».", said("الوزيرة سلمى نجار", "أكد")),
        ("وبينما هدأت الريح، قالت البحارة “وصلنا أخيرا”.", said("البحارة", "قال")),
        ("المدرب أشار إلى أن «الفريق جاهز».", said("المدرب", "أشار")),
        ("كان الربان قد أعلن أن «السفينة سليمة».", said("الربان", "أعلن")),
        ("لكن مديرة المدرسة ردت: «الصفوف مكتظة».", said("مديرة المدرسة", "رد")),
        ("«تأخرنا كثيرا»، يقول الطباخ.", said("الطباخ", "قال")),
        ("«الجسر آمن تماما»، بحسب المهندس.", said("المهندس", "بحسب")),
        ("ووفقا للخبير، «الجسر آمن تماما».", said("خبير", "وفق")),
        ("«الجسر آمن تماما»، على حد تعبير المهندس.", said("المهندس", "على حد")),
        ("ونقلت الصحيفة عن المهندس قوله «الجسر آمن».", said("المهندس", "نقل")),
        ("وصف الحكم المباراة بأنها «نظيفة».", said("الحكم المباراة", "وصف")),
        ("قرار وصفته النقابة بأنه «جائر».", said("النقابة", "وصف")),
        ("وزير الري: «السد ممتلئ حتى حافته».", said("وزير الري", "")),
        ("وقالت مديرة المتحف، هدى سالم، إن «القاعة جاهزة».", said("مديرة المتحف، هدى سالم", "قال")),
        ("وقال للصحفيين المتحدث باسم البلدية «الطرق سالكة».", said("المتحدث باسم البلدية", "قال")),
    ],
)
def test_speaker_and_verb(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert marked(text) == expected


def test_a_speaker_is_carried_on() -> None:
    text = "قال الطبيب إن العيادة مفتوحة. وأضاف «ننتظر اللقاح منذ شهر»، مشيرا إلى «نقص الحقن»."
    assert marked(text) == [("speech", "الطبيب", "أضاف"), ("speech", "الطبيب", "أشار")]


def test_a_carried_speaker_agrees_in_gender() -> None:
    text = "قالت الممرضة إن الغرفة باردة. وقال الطبيب إن الدفء قريب. وأضافت «نريد أغطية»."
    assert marked(text) == said("الممرضة", "أضاف")


def test_a_speaker_who_cannot_be_told_is_left_open() -> None:
    quote = quotes_of("وأضاف «لن نعود إلى هناك أبدا».").iloc[0]
    assert (quote.kind, quote.speaker, quote.speaker_start) == ("speech", "", -1)
    assert quote.certainty < 0.5


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("تنشر صحيفة «النهر» تقريرا أسبوعيا.", "title"),
        ("قالت صحيفة «النهر» إن السد ممتلئ.", "title"),
        ("كتب الشاعر ديوانا بعنوان «قمر على حافة البئر القديمة».", "title"),
        ("يباع «القمر» في السوق.", "scare"),
        ("رفعوا لافتة «لا للغلاء» أمام السوق.", "other"),
        ("اشترى هاتف «Galaxy S9» جديدا.", "title"),
        ("يسكن في ما يسمى «حي الغرباء» منذ عام.", "scare"),
    ],
)
def test_kinds_that_are_no_speech(text: str, kind: str) -> None:
    assert [row[0] for row in marked(text)] == [kind]


def test_reported_speech_has_the_extent_of_its_clause() -> None:
    text = "قال الحارس إن الباب كان مفتوحا، مضيفا أن المفتاح ضاع. وغادر المكان."
    table = quotes_of(text)
    assert table["kind"].tolist() == ["reported", "reported"]
    assert table["text"].tolist() == ["إن الباب كان مفتوحا", "أن المفتاح ضاع"]
    assert table["speaker"].tolist() == ["الحارس", "الحارس"]


@pytest.mark.parametrize("text", ["يذكر أن السد بني قبل قرن كامل.", "تعتبر «الرشوة» جريمة."])
def test_the_outlet_s_own_words_are_nobody_s_speech(text: str) -> None:
    assert "speech" not in set(quotes_of(text)["kind"]) | {
        kind for kind in quotes_of(text)["kind"] if kind == "reported"
    }


def test_offsets_give_the_text_and_the_speaker() -> None:
    text = "وقال رئيس النادي «سنفوز» ثم\nأضاف: “نعدكم بذلك قبل الشتاء”."
    for row in quotes_of("لا شيء هنا.", text).itertuples():
        assert row.article == 1 and row.kind in KINDS
        assert text[row.start : row.end] == row.text
        assert text[row.speaker_start : row.speaker_end] == row.speaker


@pytest.mark.parametrize(
    "text", ["«" * 5_000 + "ا" + "»" * 5_000, 'قال ثم ذهب في "... a، ـ" وعاد', '"نعم" ' * 10_000, "", None, "«ـ»"]
)
def test_strange_texts_raise_nothing(text: str | None) -> None:
    assert isinstance(quotes_of(text), pd.DataFrame)  # type: ignore[arg-type]


def test_columns_and_types_hold_without_a_quotation() -> None:
    table = quotes_of("لا قول هنا.")
    assert table.empty
    assert (
        table.dtypes.astype(str).to_dict() == quotes_of("قال «نعم».").dtypes.astype(str).to_dict()
    )


@pytest.mark.parametrize(
    ("form", "lemma", "verb_class"),
    [
        ("قالت", "قال", "neutral"),
        ("ويقولون", "قال", "neutral"),
        ("مشددا", "شدد", "assertive"),
        ("فزعموا", "زعم", "doubting"),
        ("وادعت", "ادعى", "doubting"),
        ("ستدعو", "دعا", "directive"),
        ("منددين", "ندد", "evaluative"),
        ("وصفته", "وصف", "neutral"),
    ],
)
def test_verb_forms(form: str, lemma: str, verb_class: str) -> None:
    verb = find_verb(form)
    assert verb is not None
    assert (verb.lemma, verb.verb_class) == (lemma, verb_class)


@pytest.mark.parametrize("word", ["طالبان", "متحدث", "اضافه", "اداره", "كتاب", "بيانات"])
def test_look_alikes_are_no_verbs(word: str) -> None:
    assert find_verb(word) is None


def test_word_classes_are_folded() -> None:
    assert "ان" in word_class("complementizer") and "رئيسه" in word_class("agent")
