"""What notebooks save is recorded, named safely, and marked as fictional where it is."""

import json
import re
from itertools import chain

import pandas as pd
import pytest
from finished_run import finished_run

from q7x2lab.errors import StudyError
from q7x2lab.exhibits import Exhibit, Refusal, Words
from q7x2lab.figures.style import new_figure
from q7x2lab.studies import outputs as room
from q7x2lab.studies.outputs import (
    ROWS,
    Outputs,
    methods,
    number,
    safe_name,
    show,
)
from q7x2lab.studies.report import write_report
from q7x2lab.studies.study_file import StudyFile, check_study
from q7x2lab.studies.tables import latex_macro


@pytest.fixture
def outputs(tmp_path, monkeypatch):
    at = Outputs(tmp_path)
    monkeypatch.setattr(room, "_current", at)
    return at


def save_figure(figure, name, **words):
    show(Exhibit(name, figure=figure, title=Words(**words)))


def save_table(table, name, **words):
    show(Exhibit(name, table=table, title=Words(**words)))


def a_figure():
    figure = new_figure(60, 40)
    figure.subplots().plot([0, 1])
    return figure


def test_a_figure_is_saved_in_three_formats_with_both_captions(outputs, tmp_path):
    save_figure(a_figure(), "lines", ar="خطوط", en="Lines")
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == [
        "lines.pdf",
        "lines.png",
        "lines.svg",
    ]
    record = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
    assert record["exhibits"][0]["title"] == {"ar": "خطوط", "en": "Lines"}


def test_a_latex_table_can_be_referred_to_and_says_what_it_leaves_out(outputs, tmp_path):
    save_table(pd.DataFrame({"a": range(30)}), "many", en="Many")
    save_table(pd.DataFrame({"a": range(20)}), "few", en="Few")
    many, few = (
        (tmp_path / "tables" / f"{name}.tex").read_text("utf-8") for name in ("many", "few")
    )
    assert r"\caption{Many (the first 20 of 30 rows)}" + "\n\\label{tab:many}" in many
    assert "\\caption{Few}\n\\label{tab:few}" in few
    assert many.count("\n") == few.count("\n")


def test_saving_again_takes_the_place_of_the_first(outputs):
    for title in ("first", "second"):
        save_table(pd.DataFrame({"a": [1]}), "table", en=title)
    assert [item["title"]["en"] for item in outputs.record["exhibits"]] == ["second"]


def test_a_figure_and_a_table_of_one_name_are_one_exhibit(outputs):
    save_figure(a_figure(), "rates", en="Rates")
    save_table(pd.DataFrame({"a": [1]}), "rates", en="Rates")
    (item,) = outputs.record["exhibits"]
    assert "figures/rates.svg" in item["figure"]
    assert item["table"] == [f"tables/rates.{kind}" for kind in ("csv", "tex", "docx")]


@pytest.mark.parametrize("name", ["../up", "a/b", "", "A", "a.b", "x" * 99, "القسم", "by Rubrik"])
def test_an_output_of_any_name_stays_in_its_folder(outputs, tmp_path, name):
    save_table(pd.DataFrame({"a": [1]}), name)
    written = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    stem = safe_name(name)
    kinds = ("csv", "docx", "tex")
    assert written == ["record.json", *(f"tables/{stem}.{kind}" for kind in kinds)]
    assert stem.isascii() and len(stem) < 80


def test_names_written_alike_stay_apart():
    assert safe_name("topics-by-قسم") != safe_name("topics-by-قصم")
    assert safe_name("topics-by-outlet") == "topics-by-outlet"


def test_what_is_made_from_fiction_says_so(outputs):
    outputs.fictional = True
    bare, titled = a_figure(), a_figure()
    titled.suptitle("Words of the topics")
    for figure in (bare, titled, titled):
        save_figure(figure, "lines", en="Lines")
        assert figure.get_suptitle().count("fictional") == 1
    assert titled.get_suptitle().startswith("Words of the topics")
    save_table(pd.DataFrame({"a": [1]}), "few", en="Few")
    assert "fictional" in (outputs.out / "tables" / "few.tex").read_text("utf-8")


def test_nothing_is_written_while_exploring(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_current", Outputs(None))
    monkeypatch.chdir(tmp_path)
    save_table(pd.DataFrame({"a": ["<b>"]}), "table", en="A & B")
    save_figure(a_figure(), "lines")
    assert list(tmp_path.iterdir()) == []


def test_numbers_are_plain_and_have_a_meaning(outputs):
    import numpy as np

    assert number("share", np.float64(1 / 3), meaning="a share") == pytest.approx(1 / 3)
    (item,) = outputs.record["numbers"]
    assert (item["name"], item["value"], item["meaning"]) == ("share", 0.333333, "a share")
    with pytest.raises(StudyError, match="has no words"):
        number("unheard_of", 1)
    with pytest.raises(StudyError, match="give one number"):
        number("list", [1], meaning="none")


def test_macros_are_letters_only():
    assert latex_macro("topics_k2", 1234) == r"\newcommand{\qTopicsKTwo}{1,234}"
    assert latex_macro("name", r"\input{x}") == (r"\newcommand{\qName}{\textbackslash{}input\{x\}}")


def test_methods_sentences_carry_their_references(outputs):
    methods("words", "Words were counted.", cite=("lee1999",))
    assert outputs.record["methods"][0]["cite"] == ["lee1999"]


def test_an_exhibit_is_shown_saved_and_recorded(outputs, tmp_path, capsys):
    words = Words(ar="معدلات", en="Rates")
    table = pd.DataFrame({"outlet": ["x"], "rate": [0.5]})
    caption = Words(en="Per million words.")
    show(Exhibit("rates", figure=a_figure(), table=table, title=words, caption=caption))
    assert "Exhibit rates: Rates (figure and table of 1 row)" in capsys.readouterr().out
    saved = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("rates.*")}
    assert saved == {f"figures/rates.{kind}" for kind in ("png", "svg", "pdf")} | {
        f"tables/rates.{kind}" for kind in ("csv", "tex", "docx")
    }
    (item,) = outputs.record["exhibits"]
    assert item["title"] == {"ar": "معدلات", "en": "Rates"}
    assert item["caption"]["en"] == "Per million words."


def test_article_text_is_saved_for_reading_only(outputs, tmp_path, capsys):
    words = pd.DataFrame({"sentence": ["قال الوزير إن الأسعار ارتفعت كثيرا"]})
    show(Exhibit("sample", table=words, title=Words(en="Sentences"), private=True))
    assert "الأسعار" not in capsys.readouterr().out
    assert "الأسعار" in (tmp_path / "reading" / "sample.csv").read_text("utf-8")
    assert "الأسعار" not in (tmp_path / "record.json").read_text("utf-8")
    assert not (tmp_path / "tables").exists()


def test_what_is_no_exhibit_is_refused_with_what_makes_one(outputs):
    with pytest.raises(StudyError, match="Exhibit wanted, found DataFrame"):
        show(pd.DataFrame())


def test_a_refusal_that_is_shown_or_returned_is_recorded(outputs, capsys):
    refusal = Refusal("too few", remedy="more")
    assert show(refusal) is None
    assert show(refusal) is None
    assert [item["text"] for item in outputs.record["refusals"]] == ["too few\n  remedy: more"]
    assert capsys.readouterr().out.count("not done: too few\n  remedy: more") == 2


def macros(folder) -> dict[str, str]:
    """Command to what it prints, in the order of numbers.tex."""
    text = (folder / "numbers.tex").read_text(encoding="utf-8")
    return dict(re.findall(r"^\\newcommand\{\\q(\w+)\}\{(.*?)\} %", text, re.MULTILINE))


def test_each_macro_is_the_number_at_its_place(outputs, tmp_path):
    table = pd.DataFrame({"outlet": ["x", "y"], "share [95 %]": ["", "30 (41%) [32%, 53%]"]})
    table.loc[0, "share [95 %]"] = "12 (15%) [9%, 22%]"
    table["ratio"] = ["1.5 [0.8, 2.9]", ">64 [7.5, >64]"]
    both = dict.fromkeys(("ar", "en"), table)
    show(Exhibit("rates", table=table, data=table.assign(n=1), tables=both, title=Words(en="R")))
    methods("rows", "Of 1,587 rows 25 (4.3%) were left out; 562 stay, 47 of them copies.")
    study = check_study({"study": "a", "corpus": {"files": "demo"}})
    write_report(StudyFile(study, tmp_path / "a.yaml"), tmp_path, {"1": outputs.record}, {})
    assert macros(tmp_path) == {
        "RatesXShareN": "12",
        "RatesXShare": r"15\%",
        "RatesXShareLow": r"9\%",
        "RatesXShareHigh": r"22\%",
        "RatesXRatio": "1.5",
        "RatesXRatioLow": "0.8",
        "RatesXRatioHigh": "2.9",
        "RatesYShareN": "30",
        "RatesYShare": r"41\%",
        "RatesYShareLow": r"32\%",
        "RatesYShareHigh": r"53\%",
        "RatesYRatio": r"\textgreater{}64",
        "RatesYRatioLow": "7.5",
        "RatesYRatioHigh": r"\textgreater{}64",
        "MethodsRowsOne": "1,587",
        "MethodsRowsTwo": "25",
        "MethodsRowsThree": "4.3",
        "MethodsRowsFour": "562",
        "MethodsRowsFive": "47",
    }
    lines = (tmp_path / "numbers.tex").read_text(encoding="utf-8").splitlines()
    assert "Of 1,587 rows [25] (4.3%)" in next(line for line in lines if "RowsTwo}" in line)


def test_each_number_of_a_finished_run_stands_where_its_macro_says():
    results, met = finished_run(), 0
    printed = macros(results)
    for path in sorted(results.glob("records/*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        for item in (*record["methods"], *record["exhibits"]):
            rows = item.get("cells", {"en": {"rows": []}})["en"]["rows"]
            places, text = [0], item.get("text") or " | ".join(chain(*rows))
            for cited in item.get("numbers", []):
                command = latex_macro(cited["name"], cited["value"]).partition("{\\q")[2]
                name, _, value = command.partition("}{")
                assert printed[name] == value.removesuffix("}"), cited
                exact = rf"(?<![\w.,]){re.escape(str(cited['value']))}(?!\d|[.,]\d)"
                found = re.compile(exact).search(text, places[-1])
                if found is None and item.get("rows", 0) > ROWS:
                    break  # the page has the first rows only
                assert found, (item["name"], cited)
                places.append(found.end())
                met += 1
    assert met > 1000
