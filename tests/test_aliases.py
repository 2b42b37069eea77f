"""Alias files: what they hold, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from q7x2lab.arabic.aliases import load_aliases
from q7x2lab.arabic.query_grammar import name_spellings
from q7x2lab.arabic.word_forms import Vocabulary, expand, skeleton
from q7x2lab.errors import StudyError


def test_the_bundled_groups_load_and_are_told_apart() -> None:
    groups = load_aliases()
    assert len(groups) > 90
    assert groups["russia"]["exclude"] and groups["xi"]["title"]["en"] == "Xi Jinping"
    names = [name for group in groups.values() for name in group["names"]]
    shared = {name for name in names if names.count(name) > 1}
    assert shared == set()


def test_metonyms_are_kept_apart_from_names(tmp_path: Path) -> None:
    path = tmp_path / "aliases.yaml"
    path.write_text("russia: {names: روسيا, metonyms: [موسكو]}\nxi: [شي جين بينغ]\n", "utf-8")
    assert load_aliases(path)["russia"]["names"] == ["روسيا"]
    assert load_aliases(path)["russia"]["metonyms"] == ["موسكو"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("russia: {nams: [روسيا]}", "did you mean names?"),
        ("russia: {metonyms: [موسكو]}", "russia.names: the key is missing"),
        ("russia: 3", "line 1: russia.names: found 3"),
        ("russia: {names: [3]}", "line 1: russia.names.0: found 3"),
        ("russia: [روسيا\nchina: x", "line"),
        ("russia: [روسيا]\nrussia: [روسيا]", "stands twice"),
        ("", "no alias groups"),
        ("- روسيا", "no alias groups"),
        ("russia: !!python/object:os.system [x]", "the tag !!python/object:os.system is not"),
        ("? [a, b]\n: [x]", "a key is not plain text"),
    ],
)
def test_a_wrong_file_is_refused_in_words(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "aliases.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=said) as error:
        load_aliases(path)
    assert str(path) in str(error.value)


def test_a_term_that_cannot_be_read_is_named() -> None:
    with pytest.raises(StudyError, match=r"russia.names.0: '\(روسيا': a bracket is not closed"):
        load_aliases({"russia": ["(روسيا"]})


def test_a_missing_file_names_the_bundled_sets() -> None:
    with pytest.raises(StudyError, match="news"):
        load_aliases("absent.yaml")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("بينغ", "بينج"),
        ("أمريكا", "أميركا"),
        ("بوتين", "بوتن"),
        ("ترامب", "ترمب"),
        ("نتنياهو", "نتانياهو"),
        ("أردوغان", "أردوجان"),
        ("موغيريني", "موغريني"),
    ],
)
def test_spellings_of_one_name(name: str, other: str) -> None:
    words = Vocabulary([name, other, "و" + other])
    assert expand(name, words, name=True)[0] == [0, 1, 2]


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("ألمانيا", "المنيا"),
        ("بايدن", "بدن"),
        ("جدا", "غدا"),
        ("سوريا", "سرا"),
        ("السودان", "السويدان"),
        ("كييف", "كيف"),
        ("أمريكا", "أمريكي"),
        ("العراق", "الأعراق"),
        ("ميركل", "ماركل"),
    ],
)
def test_other_words_are_no_spellings(name: str, other: str) -> None:
    assert expand(name, Vocabulary([name, other]), name=True)[0] == [0]


def test_skeletons_and_short_names() -> None:
    assert skeleton("جينبينغ\nبوتين") == "جنبنج\nبتن"
    spelled = list(name_spellings(("محمد", "بن", "زايد")))
    assert spelled == [("~محمد", "~بن", "~زايد")]
