"""Furniture is found from the corpus, removed where it is clear, and kept where one asks."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.furniture import remove_furniture
from q7x2lab.errors import CorpusError

LETTERS = np.array(list("ابتجحدرسعفقكلمنهوي"))
ADVERT = "نزلوا برنامجنا الجديد على هواتفكم لتصلكم الأخبار"


def lines(rng, words, count, length=25):
    return [" ".join(rng.choice(words, length)) + "." for _ in range(count)]


def table(texts, **columns):
    n = len(texts)
    columns = {"outlet": "x", "title": "", **columns}
    days = pd.to_datetime("2022-01-01") + pd.to_timedelta(np.arange(n), "D")
    return pd.DataFrame({"id": [f"a{i}" for i in range(n)], "date": days, "text": texts, **columns})


@pytest.fixture
def outlet():
    rng = np.random.default_rng(1)
    words = np.array(["".join(rng.choice(LETTERS, rng.integers(3, 8))) for _ in range(6000)])
    return rng, words, [lines(rng, words, 4) for _ in range(60)]


def test_a_line_under_unrelated_articles_goes_and_comes_back_on_request(outlet):
    _, _, articles = outlet
    texts = ["\n".join([*a, ADVERT] if n % 3 == 0 else a) for n, a in enumerate(articles)]
    cleaned, changes, found = remove_furniture(table(texts))
    assert not cleaned.str.contains(ADVERT).any()
    assert cleaned.tolist() == ["\n".join(a) for a in articles]
    assert found.loc[0, ["articles", "removed"]].tolist() == [20, True]
    assert (changes["before"] - changes["after"] == len(ADVERT) + 1).all()
    for wish in (ADVERT[:20], "recurring", "x"):
        kept, _, found = remove_furniture(table(texts), keep=[wish])
        assert kept.tolist() == texts
        assert not found["removed"].any()


def test_two_fixed_lines_on_top_are_no_story_filed_often(outlet):
    _, _, articles = outlet
    texts = ["\n".join([ADVERT, "القسم الثقافي", *a]) for a in articles[:30]]
    cleaned = remove_furniture(table(texts + ["\n".join(a) for a in articles[30:]]))[0]
    assert cleaned.tolist() == ["\n".join(a) for a in articles]


def test_background_that_recurs_in_one_running_story_stays(outlet):
    rng, words, articles = outlet
    background = lines(rng, words, 1)[0]
    story = list(rng.choice(words, 30, replace=False))  # what its articles are about
    told = [[*lines(rng, story, 3), background] for _ in range(12)]
    texts = ["\n".join(a) for a in [*articles, *told]]
    assert remove_furniture(table(texts))[0].tolist() == texts


def test_teasers_of_other_stories_go(outlet):
    rng, words, articles = outlet
    teasers = lines(rng, words, 60, length=14)
    texts = ["\n".join([*a, *teasers[n : n + 4]]) for n, a in enumerate(articles[:50])]
    cleaned, _, found = remove_furniture(table(texts))
    left = sum(teaser in text for teaser in teasers[3:50] for text in cleaned)
    assert left <= 0.02 * 4 * 47
    assert found[found["removed"]]["kind"].iloc[0] == "teaser"
    assert all("\n".join(a) in text for a, text in zip(articles, cleaned, strict=False))


def test_a_story_filed_several_times_keeps_its_own_lines_above_the_teasers(outlet):
    rng, words, articles = outlet
    teasers = lines(rng, words, 60, length=14)
    texts = ["\n".join([*a, *teasers[n : n + 4]]) for n, a in enumerate(articles[:50])]
    story = articles[55]
    filed = ["\n".join([*story, *teasers[10 * n : 10 * n + 3]]) for n in range(1, 5)]
    cleaned = remove_furniture(table(texts + filed))[0]
    assert cleaned.tolist()[50:] == ["\n".join(story)] * 4


def test_a_block_is_no_longer_than_the_outlet_makes_them(outlet):
    rng, words, articles = outlet
    teasers = lines(rng, words, 60, length=14)
    running = lines(rng, words, 2)  # what four reports on one matter end with
    texts = ["\n".join([*a, *teasers[n : n + 4]]) for n, a in enumerate(articles[:50])]
    told = [[*articles[50 + n], *running] for n in range(4)]
    texts += ["\n".join([*a, *teasers[10 * n : 10 * n + 4]]) for n, a in enumerate(told, 1)]
    assert remove_furniture(table(texts))[0].tolist()[50:] == ["\n".join(a) for a in told]


def test_a_fixed_line_below_articles_makes_no_teasers_of_background(outlet):
    rng, words, articles = outlet
    credits = [f"* نقلا عن صحيفة {name}" for name in ("الشرق", "الغرب", "الشمال")]
    signed = [[*a, credits[n % 3], ADVERT] for n, a in enumerate(articles[:40])]
    background = lines(rng, words, 4)  # what a running story says again, now and then
    told = [[*a[:2], *background] for a in articles[40:44]]
    texts = ["\n".join(a) for a in [*signed, *told, *articles[44:]]]
    cleaned, _, found = remove_furniture(table(texts))
    assert "teaser" not in set(found.loc[found["removed"], "kind"])
    assert cleaned.tolist() == ["\n".join(a) for a in [*articles[:40], *told, *articles[44:]]]


def test_an_abstract_that_the_article_says_again_goes_where_the_outlet_does_so(outlet):
    _, _, articles = outlet
    abstracts = [" ".join(a[0].split()[:15] + a[1].split()[:8]) + "." for a in articles]
    texts = ["\n".join([s, *a]) for s, a in zip(abstracts, articles, strict=True)]
    cleaned, _, _ = remove_furniture(table(texts, abstract=abstracts))
    assert cleaned.tolist() == ["\n".join(a) for a in articles]
    leads = [a[0] for a in articles]  # an abstract that is the lead itself is the article
    plain = ["\n".join(a) for a in articles]
    assert remove_furniture(table(plain, abstract=leads))[0].tolist() == plain


def test_one_article_shows_its_own_tail():
    body = ["قال الوزير إن المحادثات ستستأنف غدا.", "وأضاف أن الوفد عاد إلى بلاده."]
    headline, below = "الوزير يعلن استئناف المحادثات", "الوفد عاد إلى بلاده مساء"
    tail = [headline, below, headline, "لم تشترك بعد", "سجل الآن لتصلك نشرتنا", "4711", "."]
    cleaned, changes, _ = remove_furniture(table(["\n".join(body + tail)]))
    assert cleaned[0] == "\n".join(body)
    assert set(changes["step"]) == {f"furniture: {k}" for k in ("headline", "appeal", "no_letters")}


def test_another_article_of_the_outlet_named_within_a_text_is_a_link(outlet):
    _, _, articles = outlet
    titles = [" ".join(a[3].split()[:6]) for a in articles]
    linked = [[*a[:2], titles[n - 1], *a[2:]] for n, a in enumerate(articles[:5])]
    texts = ["\n".join(a) for a in [*linked, *articles[5:]]]
    cleaned, changes, _ = remove_furniture(table(texts, title=titles))
    assert cleaned.tolist() == ["\n".join(a) for a in articles]
    assert set(changes["step"]) == {"furniture: related"}
    outlets = [f"x{n}" for n in range(len(texts))]
    assert remove_furniture(table(texts, title=titles, outlet=outlets))[0].tolist() == texts


def test_a_pointer_to_other_stories_goes_and_the_prose_that_opens_so_stays():
    texts = [
        "شاهد.. لحظة وصول الوفد\nقال الوزير كلاما.\nاقرأ: (الوفد يغادر)\nوأضاف كلاما آخر.",
        "قال الوزير كلاما.\nشاهد المئات وصول الوفد.\nاقرأ البيان على مهل، قال.",
    ]
    cleaned = remove_furniture(table(texts))[0].tolist()
    assert cleaned == [texts[0].replace("اقرأ: (الوفد يغادر)\n", ""), texts[1]]


def test_ordinary_last_lines_stay():
    texts = [
        "قال الوزير كلاما.\nواشترك في الدورة خمسون فيلما.",
        "قال الوزير كلاما.\nوتابع أن السجل الانتخابي يضم آلاف الناخبين.",
        "عنوان فرعي\nنص أول.\nعنوان آخر\nنص ثان.",
    ]
    assert remove_furniture(table(texts))[0].tolist() == texts


def test_telephone_numbers_that_an_article_gives_stay():
    text = "يمكن الاتصال بالأرقام التالية:\n71.960.448\n71.963.512"
    assert remove_furniture(table([text, f"{text}\n311311"]))[0].tolist() == [text, text]


def test_a_wish_that_names_nothing_is_an_error():
    with pytest.raises(CorpusError, match="did you mean teaser"):
        remove_furniture(table(["نص."]), keep=["teasers"])


def newspaper(rng, words, count=60):
    """Articles without line ends, as they are scraped: sentences, and the headline of each."""
    bodies = [" ".join(lines(rng, words, 5, length=18)) for _ in range(count)]
    return bodies, [" ".join(rng.choice(words, 7)) for _ in range(count)]


def name(rng, words):
    return " ".join(rng.choice(words, 2))


ENDS = {
    "a link and the headline again": lambda n, title, draw: f"رابط الخبر بصحيفة الورقة: {title}",
    "a link and a headline that asks": lambda n, title, draw: f"رابط الخبر بالورقة: {title}؟",
    "a credit in brackets": lambda n, title, draw: f"(تصوير: {draw()})",
    "tags": lambda n, title, draw: f"سمات {draw()} {draw()}" if n % 3 else "",
    "a code": lambda n, title, draw: f"لإبداء الرأي أرسل رسالة تبدأ بالرمز {n} إلى 88591",
    "other articles": lambda n, title, draw: f"مقالات أخرى للكاتب {draw()} {draw()} {draw()}",
    "a share bar": lambda n, title, draw: "شارك هذا الموضوع فيسبوك تويتر البريد" if n % 2 else "",
    "the headline alone": lambda n, title, draw: title,
}


@pytest.mark.parametrize("kind", ENDS)
def test_what_an_outlet_prints_behind_the_last_sentence_goes(kind):
    rng = np.random.default_rng(3)
    words = ["".join(rng.choice(LETTERS, rng.integers(3, 8))) for _ in range(6000)]
    bodies, titles = newspaper(rng, words)
    ends = [ENDS[kind](n, titles[n], lambda: name(rng, words)) for n in range(60)]
    texts = [f"{body} {end}".strip() for body, end in zip(bodies, ends, strict=True)]
    cleaned = remove_furniture(table(texts, title=titles))[0].tolist()
    assert cleaned == bodies


HEADS = {
    "share buttons": lambda n: "شارك فيسبوك تويتر واتساب طباعة ",
    "numbers of readers": lambda n: f"عدد القراءات {7 * n} | تعليقات {n} – ",
    "a date": lambda n: (
        f"الأحد {1 + n % 29} رجب 1436 هـ - {1 + n % 30} مايو 2015م - العدد {16000 + n} "
    ),
}


@pytest.mark.parametrize("kind", HEADS)
def test_what_an_outlet_prints_before_the_first_sentence_goes(kind):
    rng = np.random.default_rng(4)
    words = ["".join(rng.choice(LETTERS, rng.integers(3, 8))) for _ in range(6000)]
    bodies, _ = newspaper(rng, words)
    texts = [HEADS[kind](n) + body for n, body in enumerate(bodies[:54])] + bodies[54:]
    assert remove_furniture(table(texts))[0].tolist() == bodies
    opening = [f"قال الوزير {body}" for body in bodies]
    assert remove_furniture(table(opening))[0].tolist() == opening


@pytest.mark.parametrize("sign", [" - {}: ", ": ", " (وكالة)-- ", " – {} ـ "])
def test_datelines_and_bylines_go_and_prose_with_a_colon_stays(sign):
    rng = np.random.default_rng(3)
    words = ["".join(rng.choice(LETTERS, rng.integers(3, 8))) for _ in range(6000)]
    bodies, _ = newspaper(rng, words)
    heads = [["مكة", "جدة", "الرياض"][n % 3] + sign.format(name(rng, words)) for n in range(30)]
    texts = [head + body for head, body in zip(heads, bodies, strict=False)]
    opening = ["قال الوزير: " + body for body in bodies[30:40]]
    opening += ["قال الوزير كلاما " + body for body in bodies[40:]]
    cleaned = remove_furniture(table([*texts, *opening]))[0].tolist()
    assert cleaned == [*bodies[:30], *opening]


def test_passages_that_a_study_names_go_wherever_they_stand():
    texts = ["قال الوزير (إعلان مدفوع) كلاما.\nوأضاف.", "إعلان   مدفوع\nقال آخر."]
    cleaned, changes, found = remove_furniture(table(texts), drop=["(إعلان مدفوع)", "إعلان مدفوع"])
    assert cleaned.tolist() == ["قال الوزير كلاما.\nوأضاف.", "قال آخر."]
    assert set(changes["step"]) == {"furniture: asked for"}
    assert found["articles"].sum() == 2
    with pytest.raises(CorpusError, match="'لا شيء' stands in no article"):
        remove_furniture(table(texts), drop=["لا شيء"])
