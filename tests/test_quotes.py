"""Kinds, speakers and verbs of quotations, on sentences written for the purpose."""

from types import SimpleNamespace

import pandas as pd
import pytest

from q7x2lab.arabic.sentences import find_quotations
from q7x2lab.framing.quotations.cues import LONGEST_SENTENCE, find_verb, read_sentences, word_class
from q7x2lab.framing.quotations.marks import extract_quotes

KINDS = {"speech", "scare", "title", "other", "reported"}


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


def test_the_outlet_s_own_words_are_nobody_s_speech() -> None:
    assert quotes_of("يذكر أن السد بني قبل قرن كامل.").empty


def test_offsets_give_the_text_and_the_speaker() -> None:
    text = "وقال رئيس النادي «سنفوز» ثم\nأضاف: “نعدكم بذلك قبل الشتاء”."
    for row in quotes_of("لا شيء هنا.", text).itertuples():
        assert row.article == 1 and row.kind in KINDS
        assert text[row.start : row.end] == row.text
        assert text[row.speaker_start : row.speaker_end] == row.speaker


@pytest.mark.parametrize(
    "text",
    [
        "«" * 5_000 + "ا" + "»" * 5_000,
        'قال ثم ذهب في "... a، ـ" وعاد',
        '"نعم" ' * 10_000,
        "",
        None,
        "«ـ»",
        'قال عضو حركة "النهر" لصحيفة "و كذا" إن الجسر آمن',
        'قال كاتب صحيفة "النهر" لصديق إن الجسر آمن',
    ],
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("الحارس (40 عاما) الذي يستعد، منذ شهر، للسفر، نفى أنه «مريض جدا».",
         said("الحارس", "نفى")),
        ("يشدد الأطباء على الراحة، لكنهم قالوا إن «النوم وحده لا يكفي».", said("الأطباء", "قال")),
        ("ونقلت الإذاعة على لسان العمدة قوله «الماء وفير هذا العام».", said("العمدة", "نقل")),
        ("اجتمعت النقابة في لقاء استنكرت فيه القرارات «الجائرة بحق العمال كلهم».",
         said("النقابة", "استنكر")),
        ("خص العمدة الجسر بكلمته. ورد المهندس بالقول «الجسر متين جدا».", said("المهندس", "قال")),
        ("وصل الوزير. لذلك أصرت البلدية على أن «الجسر متين جدا».", said("البلدية", "أصر")),
        ("قالت سلمى إن الحديقة لها. وقد يدهش رأيها الناس، لكنها توضح أن «الباب مفتوح».",
         said("سلمى", "أوضح")),
        ("وكان العمدة قد وصف الجسر القديم بأنه «مائل وخطر».", said("العمدة", "وصف")),
        ("وقال فالفيردي: «الموسم طويل جدا».", said("فالفيردي", "قال")),
        ("وقال افيغدور ليبرمان: «الجسر متين جدا».", said("افيغدور ليبرمان", "قال")),
        ("قالت صحف إن الخطوة جاءت في إطار «ترميم عاجل للجسر كله».", said("صحف", "قال")),
        ("وطالبت بجدول واضح، وقالت النقابة «لن نقبل بأقل من ذلك».", said("النقابة", "قال")),
    ],
)  # fmt: skip
def test_harder_sentences(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert marked(text) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("أعلنت «جماعة النهر» مسؤوليتها عن الحريق.", "title"),
        ("أشارت تقارير إلى قرب بيع النادي إلى «زمبلق».", "scare"),
        ("رد العمدة بخطوة كانت بمثابة «صفعة» للمقاول.", "scare"),
        ("وأكد رفضه لما يوصف إعلاميا بـ«صفقة النهر».", "scare"),
        ("التقى رجلا ملقبا بـ«أبي ليلى» في السوق.", "title"),
        ("اشترى التاجر حصة تبلغ عشرة أسهم من «نهر».", "scare"),
        ("اتهم العمدة المقاول بـ«الغش».", "speech"),
        ("قال العمدة إن هناك شكوكا قوية بوجود «خرق للعقد».", "speech"),
        ("أعرب العمدة عن «استيائه» من التأخير.", "speech"),
        ("مقره القديم صار «متحفا» للمدينة.", "scare"),
        ("كتب العمدة تغريدة جاء فيها «وعبر النهر نمضي».", "speech"),
        ("وقال العمدة إن كتاب «تاريخ المدينة القديمة وأسواقها في قرنين من الزمن» نفد.", "title"),
        ("وقال العمدة في برنامج «لن نقبل بهذا الحل ولن نبيع النهر».", "speech"),
        ("وأكد العمدة في تصريح لـ«النهر أونلاين» أن الجسر متين.", "title"),
        ("وقال العمدة لمراسلة «النهر أونلاين» إن الجسر متين.", "title"),
        ("وقال العمدة إنه لا يستطيع «تأكيد» انهيار الجسر.", "speech"),
        ("وأضاف العمدة أنه سيعيد السيارات «وتنظيف الجسر كله».", "speech"),
        ("أعلن العمدة تسليم ميناء النهر «دون شروط».", "speech"),
        ("وقال العمدة إنه ينتظر من المبادرة «دعم المدينة كلها لوضع حد للغلاء».", "speech"),
        ("قال العمدة إن التجار دعوا لـ«خفض الأسعار».", "speech"),
    ],
)
def test_words_in_marks_that_somebody_says_or_nobody(text: str, kind: str) -> None:
    assert [row[0] for row in marked(text)][-1:] == [kind]


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("طالبت النقابة بجدول واضح للأجور.", ["بجدول واضح للأجور"]),
        ("دعا العمدة إلى ترميم الجسر القديم، ثم غادر.", ["ترميم الجسر القديم"]),
        ("حذر الخبير من انهيار السد قريبا.", ["انهيار السد قريبا"]),
        ("اقترحت سلمى إنشاء مدرسة جديدة.", ["إنشاء مدرسة جديدة"]),
        ("قال العمدة إن الجسر قديم، فأغلقته البلدية.", ["إن الجسر قديم"]),
        ("قال العمدة إن الجسر قديم، وإن الماء عال.", ["إن الجسر قديم، وإن الماء عال"]),
        ("كان يفترض أن تصل السفينة أمس.", []),
        ("اقرأ أيضا: السفينة التي لم تصل بعد.", []),
    ],
)
def test_the_extent_of_reported_speech(text: str, reported: list[str]) -> None:
    table = quotes_of(text)
    assert table["text"][table["kind"] == "reported"].tolist() == reported


def test_no_sentence_is_so_long_that_time_grows_faster_than_length() -> None:
    for text in ('قال "نعم" ' * 2_000, "أكد أن الأمر قال إن " * 2_000, "كلمة " * 5_000):
        found = list(read_sentences(text, find_quotations(text)))
        assert max(map(len, found)) <= LONGEST_SENTENCE + 3
        assert sum(map(len, found)) >= len(text.split()) - 1


@pytest.mark.parametrize(
    ("text", "speaker", "verb"),
    [
        ("وتحدثت «رواد النهر» عن وقوع «خسائر فادحة جدا».", "«رواد النهر»", "تحدث"),
        ("فيما تحدثت «رواد النهر» (نادي القوارب) عن «خسائر فادحة».", "«رواد النهر»", "تحدث"),
        ("وكتبت «رواد النهر» على تويتر: «غرق القارب هذا الصباح».", "«رواد النهر»", "كتب"),
        ("وقالت «رواد النهر» في بيان إن القارب «غرق في الميناء».", "«رواد النهر»", "قال"),
        ("وقال النائب عن «كتلة النهر» سالم نجار إن «الجسر متين جدا».",
         "النائب عن «كتلة النهر» سالم نجار", "قال"),
        ("وصل العمدة. لكن سلمى نفت هذه الأنباء وقالت إن «الجسر متين جدا».", "سلمى", "قال"),
        ("قال الخبير إن الماء هبط عند الجسر الذي أعلن العمدة أنه آمن، وقال «الخطر قائم».",
         "الخبير", "قال"),
    ],
)  # fmt: skip
def test_names_in_marks_and_clauses_aside(text: str, speaker: str, verb: str) -> None:
    assert marked(text)[-1] == ("speech", speaker, verb)


def test_a_quotation_that_begins_what_is_said_is_no_speaker() -> None:
    assert marked("وصل الوزير. وقال «نعم» في حديث قصير.") == said("الوزير", "قال")
    assert marked("قال العمدة إن الباب مفتوح. وقال «نعم» بعد أن سئل.") == said("العمدة", "قال")


@pytest.mark.parametrize(
    "text",
    [
        "وقال الناطق إن «زمبلق» هاجمت القرية فجرا.",  # what the clause speaks of
        "وأكد الناطق مقتل سيدة تدعى «زمبلق».",
        "وأضاف الناطق أن الجيش دخل منطقة «زمبلق».",
    ],
)
def test_a_name_in_marks_is_no_speech(text: str) -> None:
    assert marked(text)[0][0] != "speech"


def test_what_an_outlet_always_sets_in_marks_is_a_name() -> None:
    names = ["وصل «زمبلق» أمس.", "عاد «زمبلق» إلى بيته.", "ودعا العمدة «زمبلق» إلى الصبر."]
    assert set(quotes_of(*names).query("kind != 'reported'")["kind"]) == {"title"}
    spoken = ["قال العمدة «ممتاز».", "وقالت سلمى: «ممتاز».", "يباع «القمر» في السوق."]
    assert quotes_of(*spoken)["kind"].tolist() == ["speech", "speech", "scare"]


def test_a_comma_is_no_speaker() -> None:
    found = quotes_of(
        "قال العمدة إنه «بطيء جدا هذا العام»، على حد وصفه، مناشدا «سكان الحي» أن يصبروا."
    )
    assert set(found["speaker"]) == {"العمدة"}


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ('وقالت سلمى جاب الله لرواق النيل: "نزل الحبل ذراعين فقط ثم سمعت الماء".', "سلمى جاب الله"),
        ('وصلت سلمى حسان. وقالت لرواق النيل: "نزل الحبل ذراعين فقط ثم سمعت الماء".', "سلمى حسان"),
        ('وقالت لجنة المرضى: "لا نريد غير الدواء في موعده كل شهر".', "لجنة المرضى"),
    ],
)
def test_who_is_spoken_to_is_no_speaker(text: str, speaker: str) -> None:
    assert quotes_of(text)["speaker"].tolist() == [speaker]
