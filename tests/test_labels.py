"""Arabic on paper: letters joined, in order, whether matplotlib shapes by itself or not."""

import shutil
import subprocess
import unicodedata

import pytest
from glyphs import drawn_glyphs, drawn_letters, nominal_glyph
from hypothesis import given, settings
from hypothesis import strategies as st

from q7x2lab.figures.labels import arabic_label, phrase, shapes_arabic, wrap_label
from q7x2lab.figures.style import figure_bytes, new_figure

# A label, and its letters from left to right as a reader sees them on paper.
PRINTED = {
    "بوتين": "نيتوب",
    "الرئيس الروسي": "يسورلا سيئرلا",
    "قمة (بكين)": "(نيكب) ةمق",
    "نمو 25 %": "% 25 ومن",
    "BBC عربي": "يبرع BBC",
    "سعر «الغاز»": "«زاغلا» رعس",
    "عام 2022": "2022 ماع",
    "لا سلام": "مالس ال",
}


@pytest.mark.parametrize("text", PRINTED)
def test_letters_stand_in_the_order_in_which_they_are_read(text):
    expected = "".join(PRINTED[text].split())
    mirrored = str.maketrans("«»", "»«")
    assert drawn_letters(arabic_label(text)) in (expected, expected.translate(mirrored))


def test_letters_that_join_are_not_drawn_apart():
    drawn = drawn_glyphs(arabic_label("بكين"))
    assert not {nominal_glyph(letter) for letter in "بكين"} & set(drawn)


def test_text_that_was_shaped_for_an_old_matplotlib_would_come_out_wrong_here():
    """The trap that the label function is there for: what tutorials say, done on this version."""
    from arabic_reshaper import reshape
    from bidi.algorithm import get_display

    by_tutorial = drawn_letters(get_display(reshape("بوتين")))
    assert by_tutorial == ("بوتين" if shapes_arabic() else "نيتوب")


def test_marks_are_kept_and_stay_with_their_letter():
    assert "َ" in "".join(drawn_letters(arabic_label("مَدرسة"))) or shapes_arabic()
    assert len(drawn_glyphs(arabic_label("مَدرسة"))) > len(drawn_glyphs(arabic_label("مدرسة")))


def test_a_sign_that_people_type_does_not_pass_for_shaped_text():
    sign = "".join(unicodedata.normalize("NFKC", "ﷺ").split())
    assert drawn_letters(arabic_label("محمد ﷺ")) == sign[::-1] + "دمحم"
    marked = drawn_glyphs(arabic_label("مُحَمَّدٌ ﷺ"))
    assert marked[0] == drawn_glyphs(arabic_label("ﷺ"))[0]  # the last word is the leftmost


def test_each_line_gets_its_own_direction():
    lines = arabic_label("CNN أخبار\nEnglish\nخبر").split("\n")
    assert lines[1] == "English"
    if shapes_arabic():
        assert [line[0] for line in (lines[0], lines[2])] == ["\u202b", "\u202b"]


@given(st.text(alphabet="ابت ةيمنهلُّﷺ()«»%12aB$\n\\", max_size=40))
@settings(max_examples=150, deadline=None)
def test_labelling_twice_is_labelling_once(text):
    assert arabic_label(arabic_label(text)) == arabic_label(text)


def test_article_text_is_never_read_as_a_formula():
    figure = new_figure(80, 20)
    figure.text(0.1, 0.5, arabic_label(r"سعر $\frac{1}{$ و $x$"))
    assert figure_bytes(figure, "png")


def test_an_unknown_language_is_an_error():
    with pytest.raises(ValueError, match="language is one of ar, en, not 'both'"):
        phrase("both", "articles")


def test_a_long_label_is_broken_into_lines():
    assert wrap_label("كلمة " * 12, 20).count("\n") >= 2


@pytest.mark.skipif(not shapes_arabic(), reason="older matplotlib writes presentation forms")
def test_words_can_be_read_back_from_a_pdf(tmp_path):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    figure = new_figure(120, 20)
    figure.text(0.02, 0.5, arabic_label("الرئيس الروسي فلاديمير بوتين في بكين"), fontsize=14)
    path = tmp_path / "label.pdf"
    path.write_bytes(figure_bytes(figure, "pdf"))
    said = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    words = [word.strip("\u202a\u202b\u202c\u200e\u200f") for word in said.stdout.split()]
    assert words == ["الرئيس", "الروسي", "فلاديمير", "بوتين", "في", "بكين"]
