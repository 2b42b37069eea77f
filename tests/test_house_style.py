"""House style: spellings and self-names are found, other words are not, and both are set aside."""

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.matrix import document_term_matrix
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import AnalysisError
from q7x2lab.figures.words import exhibit_table
from q7x2lab.framing.house_style import house_style, style_methods, without_style
from q7x2lab.framing.keyness import keyness

NAMES = ["Nahr News Arabia", "TBC Arabic"]
SENTENCES = {  # the same news; how it is written differs by outlet
    "president": "وصل الرئيس {trump} إلى العاصمة والتقى الوزراء",
    "country": "وقالت الإدارة {american} إن الرسوم باقية",
    "railway": "شحن العمال {engine} في المحطة بالفحم",
    "clinic": "وضع الطبيب {drop} للمريض قبل الفحص",
    "own": "نقلت {own} الخبر عن شهود",
}
STYLES = [
    {"trump": "ترمب", "american": "الأميركية", "own": "نهر نيوز"},
    {"trump": "ترامب", "american": "الأمريكية", "own": "تي بي سي"},
]
# One letter apart, and each outlet's own, but no spellings of one word: a locomotive and a drop.
CONTENT = [{"engine": "القاطرة", "drop": ""}, {"engine": "", "drop": "القطرة"}]


def tokens(times=40, styles=STYLES, content=CONTENT, names=NAMES):
    rng = np.random.default_rng(0)
    rows = []
    for number in range(2 * times):
        side = number % 2
        words = {**styles[side], **content[side]}
        drawn = [text.format(**words) for text in SENTENCES.values()]
        kept = [text for text in drawn if "  " not in text]
        rng.shuffle(kept)
        rows.append((str(number), names[side], pd.Timestamp("2018-05-01"), ". ".join(kept)))
    return tokenize_corpus(Corpus(pd.DataFrame(rows, columns=["id", "outlet", "date", "text"])))


def pairs(table):
    spelled = table[table["kind"] == "spelling"]
    return set(spelled[["outlet", "label", "other"]].itertuples(index=False, name=None))


def test_spellings_that_outlets_keep_to_are_found_and_other_words_are_not():
    assert pairs(house_style(tokens())) == {
        (NAMES[0], "ترمب", "ترامب"),
        (NAMES[1], "ترامب", "ترمب"),
        (NAMES[0], "الأميركية", "الأمريكية"),
        (NAMES[1], "الأمريكية", "الأميركية"),
    }


def test_words_of_an_outlets_name_are_found_by_their_sound():
    table = house_style(tokens())
    own = table[table["kind"] == "self_name"].groupby("outlet")["label"].agg(set)
    assert own.to_dict() == {NAMES[0]: {"نهر", "نيوز"}, NAMES[1]: {"تي", "بي", "سي"}}
    arabic = house_style(tokens(names=["نهر نيوز", "تي بي سي"]))
    assert set(arabic.loc[arabic["kind"] == "self_name", "label"]) >= {"نهر", "نيوز"}


def test_counts_tell_how_far_an_outlet_keeps_to_it():
    row = house_style(tokens()).query("label == 'ترمب'").iloc[0]
    counts = [row[key] for key in ("here", "other_here", "elsewhere", "other_elsewhere")]
    assert counts == [40, 0, 0, 40]
    assert row["share"] == 1


@pytest.mark.parametrize(
    ("styles", "times"),
    [
        ([STYLES[0], STYLES[0]], 40),  # all write one way
        ([{**STYLES[0], "trump": "ترمب ترامب"}, {**STYLES[1], "trump": "ترامب ترمب"}], 40),
        (STYLES, 15),  # too few hits
    ],
)
def test_without_two_camps_there_is_no_spelling(styles, times):
    assert not {"ترمب", "ترامب"} & set(house_style(tokens(times, styles))["label"])


def test_keyness_finds_content_only_unless_the_study_keeps_style():
    table = tokens()
    style, dtm = house_style(table), document_term_matrix(table, min_articles=1, max_share=1)
    found = {
        how: set(keyness(without_style(dtm, style, how=how), target=NAMES[0], draws=99)["label"])
        for how in ("apart", "keep")
    }
    assert {"ترمب", "ترامب", "نيوز", "سي", "القاطرة"} <= found["keep"]
    assert not {"نيوز", "نهر", "سي"} & found["apart"]
    assert len({"ترمب", "ترامب"} & found["apart"]) == 1
    assert {"القاطرة", "القطرة"} <= found["apart"]


def test_what_is_counted_as_one_loses_no_hit():
    table = tokens()
    style, dtm = house_style(table), document_term_matrix(table, min_articles=1, max_share=1)
    plain = without_style(dtm, style)
    assert plain.lexemes == sorted(plain.lexemes)
    assert plain.counts.shape == (80, len(plain.labels))
    named = np.isin(dtm.lexemes, style.loc[style["kind"] == "self_name", "lexeme"])
    assert plain.counts.sum() == dtm.counts.sum() - dtm.counts[:, np.flatnonzero(named)].sum()
    president = [label in ("ترمب", "ترامب") for label in plain.labels]
    assert plain.counts[:, np.flatnonzero(president)].toarray().tolist() == [[1]] * 80


def test_one_outlet_or_none_has_no_spelling():
    assert not pairs(house_style(tokens(names=["x", "x"])))
    undated = tokens()
    undated.articles["date"] = pd.NaT
    assert house_style(undated, by="month").empty


def test_the_methods_paragraph_says_what_was_set_aside_and_only_that():
    style = house_style(tokens())
    told = style_methods(style)
    assert "spell in different ways (2 in all)" in told.en  # two words, each in two spellings
    assert "own names (5 in all)" in told.en and "(عددها 5)" in told.ar
    for table, how in ((style, "keep"), (style.head(0), "apart")):
        with pytest.raises(AnalysisError, match="no house style was set aside"):
            style_methods(table, how=how)


def test_spellings_are_found_and_a_sheet_of_names_alone_finds_nothing():
    style = house_style(tokens())
    found = exhibit_table(style, "house-style").finding
    assert "40" in found.en and "which is no difference of content" in found.en
    assert "ترمب" in found.ar + found.en or "الأميركية" in found.ar
    assert not exhibit_table(style[style["kind"] == "self_name"], "house-style").finding.en


def test_the_sheet_is_a_table_in_both_languages():
    exhibit = exhibit_table(house_style(tokens()), "house-style")
    assert exhibit.title.ar == "أسلوب كل مصدر"
    assert "ترمب" in exhibit.table.to_string()
