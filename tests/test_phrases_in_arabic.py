"""What analyses say in English is said in Arabic wherever a study speaks Arabic."""

import ast
import re
from pathlib import Path

import pytest
from latin import latin_words

import q7x2lab
from q7x2lab.data.phrases import bundled_words, in_arabic

PACKAGE = Path(q7x2lab.__file__).parent
PLACES = re.compile(r"\{(\w+)\}")
ROOMS = ("corpus", "stats", "topics", "framing", "trends", "figures", "explore", "studies")


def words_of(node: ast.expr) -> str:
    """A text in the code as it may come out: 7 for each number or name that is filled in."""
    if isinstance(node, ast.JoinedStr):
        parts = node.values
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in parts)
    return str(node.value) if isinstance(node, ast.Constant) else ""


def refusals() -> list[str]:
    """Every reason and remedy that an AnalysisError of an analysis is raised with."""
    found = []
    for path in sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            named = {
                target.id: words_of(node.value)
                for node in ast.walk(function)
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "AnalysisError":
                    parts = [*node.args, *(k.value for k in node.keywords if k.arg == "remedy")]
                    told = (
                        named.get(part.id, "") if isinstance(part, ast.Name) else words_of(part)
                        for part in parts
                    )
                    found += [text for text in told if text]
    return found


def test_every_refusal_has_its_arabic() -> None:
    assert len(refusals()) > 50
    told = {text: in_arabic(text) for text in refusals()}
    assert {text: arabic for text, arabic in told.items() if latin_words(arabic)} == {}


@pytest.mark.parametrize(
    ("english", "arabic"),
    [
        ("1 period with articles; a test needs 8", "فترات فيها مقالات: 1؛ الاختبار يحتاج 8"),
        (
            "g 1 · lexicon sha256 ab · 9 coded units\nx: F1 0.5 [0.1, 0.9], alpha 0.4 [0.1, 0.6] "
            "(unreliable)",
            "g 1 · بصمة المعجم ab · وحدات مرمزة: 9\nx: \u202aF1 0.5 [0.1, 0.9]\u202c، "
            "ألفا \u202a0.4 [0.1, 0.6]\u202c (لا يُعتمد عليه)",
        ),
        (
            "not done: no reader has answered\n  remedy: take more articles",
            "لم يُنجز: لم يُجب قارئ\n  العلاج: زد المقالات",
        ),
        ("no article has a group and a period", "لا مقالة لها مجموعة وفترة"),
        ("said by nobody", "said by nobody"),
    ],
)
def test_texts_are_put_into_arabic_part_by_part(english: str, arabic: str) -> None:
    assert in_arabic(english) == arabic


def test_no_place_of_an_arabic_sentence_is_missing_in_its_english() -> None:
    for english, arabic in bundled_words("sentences").items():
        arabic.format_map(dict.fromkeys(("s", *PLACES.findall(english)), ""))
