"""What readers see of a finished run: words and not keys, yes and not True, four digits."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import docx
import numpy as np
import pandas as pd
import pytest
from finished_run import finished_run

import q7x2lab as q
from q7x2lab.exhibits import Exhibit, Words
from q7x2lab.studies import outputs as room
from q7x2lab.studies.outputs import Outputs, show
from q7x2lab.studies.tables import latex_table

KEY = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
CODE = re.compile(r"\b(?:True|False|nan|NaN|None|NaT|inf)\b|\u2068nan\u2069")
ESTIMATE = re.compile(r"[\d,]*\d\.\d+(?:e[-+]?\d+)?")
WORDS = ("title", "caption", "notes", "alternative", "finding")
# What a user types in a remedy or in the study file is meant as it stands.
TYPED = re.compile(r"\b(?:min_articles|min_words|min_tokens|stop_words)\b")


NEGATIVE_ZERO = re.compile(r"(?<![\w.])-0(?:\.0+)?(?![\d.])")
MOST_COLUMNS = 6


def faults(text: str) -> list[str]:
    """What of a text no reader should see: keys, words of the language Python, many digits."""
    text = TYPED.sub("", text)
    long = [n for n in ESTIMATE.findall(text) if len(re.sub(r"\D", "", n).lstrip("0")) > 4]
    return [*KEY.findall(text), *CODE.findall(text), *NEGATIVE_ZERO.findall(text), *long]


def in_records(results: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(results.glob("records/*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        for item in record["exhibits"]:
            for part in WORDS:
                yield from (
                    (f"{item['name']} {part}", text) for text in item.get(part, {}).values()
                )
            for tongue, table in item.get("cells", {}).items():
                cells = chain(table["head"], *table["rows"])
                yield from ((f"{item['name']} {tongue}", cell) for cell in cells)
        for item in (*record["methods"], *record["refusals"]):
            yield from ((item["name"], item.get(part) or "") for part in ("text", "ar"))


def in_files(results: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(results.glob("tables/*.docx")):
        # The cells of python-docx take seconds a table.
        texts = docx.Document(str(path)).element.body.iter(docx.oxml.ns.qn("w:t"))
        yield from ((path.name, text.text or "") for text in texts)
    for path in sorted(results.glob("tables/*.tex")):
        text = re.sub(r"\\label\{.*?\}", "", path.read_text(encoding="utf-8"))
        yield path.name, text.replace(r"\_", "_")


@pytest.mark.parametrize("read", [in_records, in_files])
def test_a_finished_run_shows_no_key_no_code_and_four_digits(read):
    seen = list(read(finished_run()))
    assert len(seen) > 100
    assert sorted({(where, fault) for where, text in seen for fault in faults(text)}) == []


def test_what_no_reader_should_see_is_found():
    for text in ("ukraine_war", "True", "«\u2068nan\u2069»", "1.2345", "0 to inf", "1,234.5"):
        assert faults(text), text
    for text in ("12,345", "1,234 of 20,365", "0.0001234", "[<0.016, 1.2]", "q7x2lab", "2022-02"):
        assert not faults(text), text


def test_no_table_shows_the_values_of_a_program(tmp_path, monkeypatch):
    outputs = Outputs(tmp_path)
    monkeypatch.setattr(room, "_current", outputs)
    table = pd.DataFrame({"outlet_name": ["قمم", None], "is_new": [True, False]})
    table["rate"], table["ratio"] = [1234.5678, np.nan], [np.inf, 1 / 3]
    show(Exhibit("hostile", table=table, title=Words(ar="ثلاثة", en="Three")))
    kinds = {kind: (tmp_path / "tables" / f"hostile.{kind}") for kind in ("docx", "tex")}
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "1.json").write_text(json.dumps(outputs.record), encoding="utf-8")
    seen = [*in_records(tmp_path), *in_files(tmp_path)]
    assert all(path.is_file() for path in kinds.values())
    assert [fault for _, text in seen for fault in faults(text)] == []
    shown = {where: [t for place, t in seen if place == where] for where, _ in seen}
    assert {"yes", "no", "1,235", "∞", "0.3333"} <= set(shown["hostile.docx"])
    assert "$\\infty$" in shown["hostile.tex"][0]


def test_an_interval_in_an_arabic_word_table_is_read_from_the_left(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_current", Outputs(tmp_path, language="ar"))
    table = pd.DataFrame({"المصدر": ["قمم"], "الفرق": ["-7% [-9%, -4%]"]})
    show(Exhibit("shares", table=table, title=Words(ar="حصص", en="Shares")))
    document = docx.Document(str(tmp_path / "tables" / "shares.docx"))
    paragraphs = document.element.body.iter(docx.oxml.ns.qn("w:p"))
    turned = {p.text: bool(p.findall(".//" + docx.oxml.ns.qn("w:bidi"))) for p in paragraphs}
    assert turned["قمم"]
    # Its interval is never broken between two lines: neither after the comma nor at a minus.
    assert not turned["-7% [\u20119%,\u00a0\u20114%]"]
    first = document.tables[0].rows[0]._tr
    assert len(first.findall(".//" + docx.oxml.ns.qn("w:tblHeader"))) == 1  # on each page


def test_a_number_in_an_arabic_latex_table_is_set_as_english_there_and_only_there():
    made = latex_table(
        pd.DataFrame({"المصدر": ["قمم"], "الحصة": ["16 (4%) [2%, 7%]"], "q": 0.5}), ""
    )
    cells = (r"\textarabic{قمم}", r"\textenglish{16 (4\%) [2\%, 7\%]}", r"\textenglish{0.5}")
    assert " & ".join(cells) in made
    assert r"\textenglish{0" not in latex_table(pd.DataFrame({"outlet": ["قمم"], "q": 0.5}), "")


def test_a_long_text_of_a_latex_table_runs_over_lines() -> None:
    table = pd.DataFrame({"topic": ["x", None], "words": ["word · " * 9, "y"], "share": 0.5})
    assert r"\begin{tabular}{lp{6cm}r}" in latex_table(table, "")


def test_a_table_for_a_paper_has_at_most_six_columns() -> None:
    wide = {}
    for path in sorted((finished_run() / "tables").glob("*.tex")):
        spec = re.search(
            r"\\begin\{(?:tabular|longtable)\}\{((?:[lr]|p\{6cm\})+)\}",
            path.read_text(encoding="utf-8"),
        )
        assert spec, path.name
        columns = spec[1].replace("p{6cm}", "p")
        wide |= {path.name: columns} if len(columns) > MOST_COLUMNS else {}
    assert not wide


def test_kinds_of_furniture_are_words_in_tables() -> None:
    kinds = pd.DataFrame({"step": ["furniture: no_letters", "furniture: sign_off"], "texts": 1})
    shown = q.exhibit_table(kinds, "corpus-changes").tables
    assert shown["en"]["step"].tolist() == [
        "furniture: lines without letters",
        "furniture: sign-off",
    ]
    assert shown["ar"].iloc[1, 0] == "نصوص متكررة لدى المصدر: توقيع"
