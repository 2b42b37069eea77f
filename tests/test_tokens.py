"""Words, numbers, hashtags and names, with places in the untouched text."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from q7x2lab.arabic.letters import INVISIBLES, LETTERS, MARKS, PRESENTATION, TATWEEL
from q7x2lab.arabic.tokens import scan, tokenize

MIXED = st.text(st.sampled_from("ابةـًٌَّٔ\u200f\u200c #@_.,،٫aZé9٣۳\n\U0001f600ﻻ字"))

KIND_NAMES = ("word", "latin", "number", "hashtag", "mention")


def kinds(text: str) -> list[tuple[str, str]]:
    found = scan(text)
    spans = zip(found.start, found.end, found.kind, strict=True)
    return [(text[start:end], KIND_NAMES[kind]) for start, end, kind in spans]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("وَقَالَ بُوتِين", ["وَقَالَ", "بُوتِين"]),
        ("الصـــين، وروسيا؛", ["الصـــين", "وروسيا"]),
        ("هٰذا مثلاً لا", ["هٰذا", "مثلاً", "لا"]),
        ("مي\u200cخواهم \u200fنص\u200f.", ["مي\u200cخواهم", "نص"]),
        ("ـ ـوحده ـ", ["وحده"]),
        ("«الحرب» (السلام) [نعم]", ["الحرب", "السلام", "نعم"]),
        ("روسيا/الصين روسيا-الصين", ["روسيا", "الصين", "روسيا", "الصين"]),
        ("پوتين چين ڤيتنام", ["پوتين", "چين", "ڤيتنام"]),
        ("", []),
        (" \n.,#@_ـ\u064b", []),
    ],
)
def test_words_are_never_cut_at_marks(text: str, tokens: list[str]) -> None:
    assert tokenize(text) == tokens
    assert {kind for _, kind in kinds(text)} <= {"word"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.5 و٣٫٥ و1,000,000", [("3.5", 2), ("و", 0), ("٣٫٥", 2), ("و", 0), ("1,000,000", 2)]),
        ("عام 2022. في ۱۹۷۹،", [("عام", 0), ("2022", 2), ("في", 0), ("۱۹۷۹", 2)]),
        ("24/2/2022", [("24", 2), ("2", 2), ("2022", 2)]),
        ("G20 و5G وكوفيد19", [("G20", 1), ("و", 0), ("5G", 1), ("وكوفيد", 0), ("19", 2)]),
        ("CNN وРТ", [("CNN", 1), ("و", 0), ("РТ", 1)]),
        ("#كأس_العالم_2022!", [("#كأس_العالم_2022", 3)]),
        ("#قطر#مصر ##روسيا", [("#قطر", 3), ("#مصر", 3), ("#روسيا", 3)]),
        ("#1 #_ C#", [("1", 2), ("C", 1)]),
        ("@bbc_arabic: a@b.com", [("@bbc_arabic", 4), ("a", 1), ("b", 1), ("com", 1)]),
        ("#وَسْمـ @اسم", [("#وَسْمـ", 3), ("@اسم", 4)]),
    ],
)
def test_other_kinds_are_told_apart(text: str, expected: list[tuple[str, int]]) -> None:
    assert kinds(text) == [(token, KIND_NAMES[kind]) for token, kind in expected]


def test_offsets_count_code_points_beyond_the_first_plane() -> None:
    text = "😀قمة 🇷🇺 روسيا"
    found = scan(text)
    assert [text[a:b] for a, b in zip(found.start, found.end, strict=True)] == ["قمة", "روسيا"]


# The same rules once more as a regular expression: slow, and short enough to be seen right.
_LATIN = "".join(
    re.escape(chr(code))
    for code in range(0x10000)
    if unicodedata.category(chr(code))[0] == "L"
    and not re.match(f"[{LETTERS}{PRESENTATION}{TATWEEL}]", chr(code))
)
_DIGIT = "".join(chr(c) for c in range(0x10000) if unicodedata.category(chr(c)) == "Nd")
_SKIP = "".join(
    re.escape(chr(code))
    for code in range(0x10000)
    if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
_S = f"[{MARKS}{TATWEEL}{_SKIP}{INVISIBLES}]*"
_A = f"[{LETTERS}{PRESENTATION}]"
_BODY = f"[{LETTERS}{PRESENTATION}{_LATIN}{_DIGIT}_]"
_NUMERAL = f"[{_DIGIT}](?:{_S}[.,٫٬،]{_S}[{_DIGIT}]|{_S}[{_DIGIT}])*"
_TOKEN = re.compile(
    f"(?P<tag>[#@](?={_S}(?:[{_DIGIT}_]{_S})*(?:{_A}|[{_LATIN}]))(?:{_S}{_BODY})+{_S})"
    f"|(?P<word>{_A}(?:{_S}{_A})*{_S})"
    f"|(?P<other>(?:[{_LATIN}]|{_NUMERAL})(?:{_S}(?:[{_LATIN}]|{_NUMERAL}))*{_S})"
)


def by_expression(text: str) -> list[tuple[int, int]]:
    spans, at, tag_end = [], 0, -1
    while match := _TOKEN.search(text, at):
        start, end = match.span()
        if match["tag"] and start != tag_end:
            before = re.sub(f"{_S}$", "", text[:start])[-1:]
            if before and re.fullmatch(_BODY, before):
                at = start + 1  # the sign follows a word: what comes after it is read again
                continue
        while re.match(f"[{INVISIBLES}]", text[end - 1]):
            end -= 1
        spans.append((start, end))
        at = match.end()
        tag_end = at if match["tag"] else -1
    return spans


@given(MIXED)
def test_the_table_of_classes_agrees_with_a_regular_expression(text: str) -> None:
    found = scan(text)
    assert list(zip(found.start.tolist(), found.end.tolist(), strict=True)) == by_expression(text)


@given(st.one_of(MIXED, st.text(), st.text(st.characters())))
def test_offsets_slice_to_the_token_whatever_the_text(text: str) -> None:
    found = scan(text)
    codes = found.letters.tolist()
    previous = 0
    for start, end, first, length in zip(
        found.start.tolist(),
        found.end.tolist(),
        found.first.tolist(),
        found.length.tolist(),
        strict=True,
    ):
        assert previous <= start < end <= len(text)
        letters = iter(text[start:end])
        assert all(chr(code) in letters for code in codes[first : first + length])
        assert text[start] == chr(codes[first])
        previous = end


@given(st.text(), st.text())
def test_a_line_break_parts_texts(one: str, other: str) -> None:
    assert tokenize(f"{one}\n{other}") == tokenize(one) + tokenize(other)
