"""The same quotation across articles: whole, part, paraphrase, and nothing by a chain."""

import pandas as pd
import pytest

from q7x2lab.framing.quotations.alignment import align_quotes, shared_quotations

LONG = "نبني الجسر هذا العام ونفتح الطريق إلى الجبل قبل أن يأتي الشتاء على القرى البعيدة"


def table(*rows: tuple[int, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["article", "kind", "text"])
    return frame.assign(
        start=range(0, 1000 * len(frame), 1000), end=range(500, 1000 * len(frame) + 500, 1000)
    )


def relations(*rows: tuple[int, str, str]) -> list[tuple[int, int, str]]:
    found = align_quotes(table(*rows))
    return list(zip(found["quotation"], found["article"], found["relation"], strict=True))


def test_whole_part_and_reported() -> None:
    assert relations(
        (0, "speech", LONG),
        (1, "speech", LONG.replace("إلى", "الى") + "."),
        (2, "speech", "ونفتح الطريق إلى الجبل قبل أن يأتي"),
        (3, "reported", "إن " + LONG),
    ) == [(0, 0, "whole"), (0, 1, "whole"), (0, 2, "part"), (0, 3, "paraphrase")]


def test_other_words_in_another_order_are_a_paraphrase() -> None:
    retold = "نفتح الطريق إلى الجبل ونبني الجسر هذا العام على القرى قبل الشتاء"
    filler = [(n + 2, "speech", f"كلام آخر عن موضوع رقم {n} لا صلة له بشيء {n}") for n in range(30)]
    found = relations((0, "speech", LONG), (1, "speech", retold), *filler)
    assert [(article, relation) for _, article, relation in found if article < 2] == [
        (0, "whole"),
        (1, "paraphrase"),
    ]


def test_a_bridge_does_not_join_what_shares_nothing() -> None:
    left = "نزرع القمح في السهل كل خريف ونحصده قبل الصيف"
    right = "ونصنع الخبز في الفرن القديم عند باب المدينة كل صباح"
    rows = ((0, "speech", left), (1, "speech", f"{left} {right}"), (2, "speech", right))
    found = align_quotes(table(*rows))
    assert found.groupby("quotation")["article"].agg(list).tolist() == [[0, 1, 2]]
    assert found.set_index("article")["relation"].tolist() == ["part", "whole", "part"]
    without = align_quotes(table(rows[0], (1, "speech", "لا شيء من هذا كله هنا اليوم"), rows[2]))
    assert without.empty


@pytest.mark.parametrize(
    "rows",
    [
        [(0, "speech", "غير مقبول"), (1, "speech", "غير مقبول")],  # a phrase of many
        [(0, "speech", LONG), (0, "speech", LONG)],  # one article
        [(0, "title", LONG), (1, "title", LONG)],
        [(0, "reported", LONG), (1, "reported", LONG)],  # nobody marked it
        [(0, "speech", LONG)],
        [],
    ],
)
def test_no_group(rows: list[tuple[int, str, str]]) -> None:
    assert align_quotes(table(*rows)).empty


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [(0, "speech", LONG), (1, "speech", LONG[:50]), (2, "speech", LONG[20:])]
    first = align_quotes(table(*rows))
    second = align_quotes(table(*rows).iloc[::-1])
    pd.testing.assert_frame_equal(first, second)


def test_words_that_come_back_months_later_are_another_quotation() -> None:
    quotes = table(*((article, "speech", LONG) for article in range(4)))
    dates = pd.Series(pd.to_datetime(["2020-01-01", "2020-01-03", "2020-06-01", "2020-06-02"]))
    assert align_quotes(quotes)["quotation"].nunique() == 1
    found = align_quotes(quotes, dates=dates)
    assert found.groupby("quotation")["article"].agg(list).tolist() == [[0, 1], [2, 3]]
    part = table((0, "speech", LONG), (1, "speech", LONG[:40]))
    assert align_quotes(part, dates=dates).shape[0] == 2
    assert align_quotes(part, dates=dates, within=0).empty


def test_a_turn_of_phrase_that_everybody_uses_is_no_quotation() -> None:
    phrase = "الحديث عن ذلك سابق"
    shuffled = [f"سابق ذلك {n} عن كذا{n} الحديث" for n in range(60)]
    filler = [(n + 2, "speech", text) for n, text in enumerate(shuffled)]
    rows = [(0, "speech", phrase), (1, "speech", f"قلت لكم جميعا إن {phrase} لأوانه اليوم")]
    assert relations(*rows) == [(0, 0, "part"), (0, 1, "whole")]
    assert relations(*rows, *filler) == []


def test_long_words_in_marks_are_known_again_for_longer() -> None:
    said = "من يستعمل عملته سلاحا يعلم خصومه صناعة الدروع"
    later = pd.Series(pd.to_datetime(["2023-01-11", "2023-02-22"]))
    quotes = pd.DataFrame(
        {"article": [0, 1], "start": 0, "end": 40, "kind": "speech", "text": [said, said]}
    )
    assert align_quotes(quotes, dates=later)["relation"].tolist() == ["whole", "whole"]
    part = quotes.assign(text=[said, " ".join(said.split()[:6])])
    assert align_quotes(part, dates=later)["relation"].tolist() == ["whole", "part"]
    short = quotes.assign(text=" ".join(said.split()[2:7]))
    assert align_quotes(short, dates=later).empty
    assert len(align_quotes(short, dates=later, within=365)) == 2
    reported = quotes.assign(kind=["speech", "reported"])
    assert align_quotes(reported, dates=later).empty


def test_of_several_speakers_the_short_name_that_most_articles_give_is_told():
    groups = pd.DataFrame({"quotation": 0, "article": range(4), "start": 0, "end": 9})
    speakers = ["وزير الخارجية اليمني عبدالملك المخلافي", "الوزير", "المخلافي", "المخلافي"]
    quotes = groups[["article", "start", "end"]].assign(speaker=speakers, verb="قال")
    articles = pd.DataFrame({"date": pd.NaT, "outlet": list("abca")})
    told = shared_quotations(groups, quotes, articles)
    assert told[["speaker", "speakers"]].values.tolist() == [["المخلافي", 3]]
    long = shared_quotations(groups, quotes.assign(speaker=speakers[0]), articles)
    assert long[["speaker", "speakers"]].values.tolist() == [["", 1]]
