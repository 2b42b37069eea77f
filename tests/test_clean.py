"""Cleaning undoes what files did, names each step, and leaves sound text alone."""

import time

import pandas as pd
import pytest

from q7x2lab.corpus.clean import clean_texts, repair_encoding

SENTENCE = "قال الرئيس الأمريكي أمس، إن القمة ستعقد"


def clean(text):
    texts, changes = clean_texts(pd.Series([text]))
    return texts[0], changes["step"].tolist()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<p>أول</p><p>ثان<br/>ثالث</p>", "أول\nثان\nثالث"),
        ("<div>أ<script>alert(1)</script>ب</div>", "أ ب"),
        ("<script>نص بلا إغلاق", "نص بلا إغلاق"),
        ("أول&nbsp;ثان &amp;lt;b&amp;gt;ثالث", "أول ثان ثالث"),
        ("a < b و c > d", "a < b و c > d"),
        ("سطر\\r\\nسطر", "سطر\nسطر"),
        ("ﺍﻟﺴﻼﻡ", "السلام"),
        ("كلمة\u200f\ufeff\u0000 أخرى", "كلمة أخرى"),
        ("سطر \r\n\r\n\u00a0 سطر", "سطر\nسطر"),
    ],
)
def test_each_damage_is_undone(text, wanted):
    assert clean(text)[0] == wanted


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("utf-8", "latin-1"), ("utf-8", "windows-1256"), ("windows-1256", "latin-1")],
)
def test_text_decoded_by_the_wrong_table_is_repaired_and_listed(right, wrong):
    broken = SENTENCE.encode(right).decode(wrong)
    assert broken != SENTENCE
    assert clean(broken) == (SENTENCE, ["wrong encoding repaired"])


def test_sound_text_is_left_alone():
    for text in (SENTENCE, "ظلام وظهر وطريق", "Élysée à Paris", "نص (1) «قول» 5%"):
        assert repair_encoding(text) == text
        assert clean(text) == (text, [])


def test_reversed_text_is_turned_around_with_its_numbers():
    text = "الحكومة الثانية في المدينة القديمة عام 2022"
    assert clean(text[::-1].replace("2202", "2022"))[0] == text


@pytest.mark.parametrize("piece", ["<div>", "<!--", "<p><![", '<p a="', "<script>", "<p>&", "ط§"])
def test_broken_markup_takes_time_in_proportion_to_its_length(piece):
    start = time.process_time()
    clean(piece * 100_000 + "نص")
    assert time.process_time() - start < 20


def test_changes_count_characters():
    _, changes = clean_texts(pd.Series(["أول  ثان", "ثالث"]))
    step = "spaces and line ends evened"
    assert changes.values.tolist() == [[0, step, len("أول  ثان"), len("أول ثان")]]


def test_authors_and_links_of_posts_go_and_other_brackets_stay():
    text = "قال كذا. — أحمد علي (@ahmad_ali) 3 مارس 2018 وأضاف (كما قال) كلاما pic.twitter.com/Ab1"
    assert clean_texts(pd.Series([text]))[0][0] == "قال كذا. وأضاف (كما قال) كلاما"
