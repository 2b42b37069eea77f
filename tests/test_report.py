"""The page of a study: what was found first, in both languages, and a page even of refusals."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from q7x2lab.exhibits import Exhibit, Refusal, Words
from q7x2lab.figures.style import new_figure
from q7x2lab.studies import outputs as room
from q7x2lab.studies.outputs import Outputs, number, show
from q7x2lab.studies.report import findings, write_report
from q7x2lab.studies.study_file import StudyFile, check_study

STUDY = check_study({"study": "a", "corpus": {"files": "demo"}, "title": {"ar": "قمم", "en": "X"}})


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Calls that show exhibits, and the page that they lead to."""

    def page(*exhibits: Exhibit | Refusal) -> str:
        outputs = Outputs(tmp_path)
        monkeypatch.setattr(room, "_current", outputs)
        show(*exhibits)
        number("articles", 1234)
        number("rows", 1300)
        write_report(
            StudyFile(STUDY, tmp_path / "a.yaml"), tmp_path, {"1-corpus": outputs.record}, {}
        )
        return (tmp_path / "index.html").read_text(encoding="utf-8")

    return page


def an_exhibit(name: str, p: float | None = None) -> Exhibit:
    figure = new_figure(60, 40)
    figure.subplots().plot([0, 1])
    table = pd.DataFrame({"outlet": ["x"], "kept": [True], "share": [1 / 3]})
    said = Words(ar=f"وُجد {name}", en=f"found {name}")
    basis = "count" if p is None else "test"
    return Exhibit(name, figure, table, Words(en=name), finding=said, p=p, basis=basis)


def test_findings_that_passed_a_test_come_before_what_is_counted() -> None:
    items = [{"name": "counted", "finding": {"en": "c"}, "basis": "count"}, {"name": "none"}]
    items.append({"name": "differs", "finding": {"en": "d"}, "basis": "interval"})
    items += [
        {"name": f"t{p}", "finding": {"en": "t"}, "p": p, "basis": "test"} for p in (0.04, 0.001)
    ]
    assert [item["name"] for item in findings({"1": {"exhibits": items}})] == [
        "t0.001",
        "t0.04",
        "differs",
        "counted",
    ]
    many = [{"name": f"t{n}x", "finding": {"en": "t"}, "basis": "count"} for n in range(30)]
    assert len(findings({"1": {"exhibits": many}})) == 10
    alike = [item | {"name": f"keyness-{n}"} for n, item in enumerate(many)]
    assert len(findings({"1": {"exhibits": alike}})) == 2


def test_the_page_says_what_was_found_and_shows_no_raw_values(made) -> None:
    page = made(an_exhibit("alpha", p=0.0001), an_exhibit("beta"))
    assert page.index("found alpha") < page.index("found beta")
    assert "counted, not estimated" in page and "1,234" in page
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page)
    assert "yes" in cells and "0.3333" in cells
    assert not re.search(r"True|False|0\.33333", " ".join(cells))


def test_text_of_a_table_stays_text_on_the_page(made) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}"
    page = made(Exhibit("alpha", table=pd.DataFrame({hostile: [hostile]})))
    assert "<script" not in page and page.count("&lt;script") == 4  # head and cell, two languages
    assert page.count("{{ 7*7 }}") == 4


def test_a_picture_is_described_in_its_language(made) -> None:
    alternative = Words(ar="خط صاعد", en="a rising line")
    assert 'alt="a rising line"' in made(replace(an_exhibit("alpha"), alternative=alternative))


def test_the_page_is_one_file_with_no_id_twice_and_no_link_that_leads_nowhere(made) -> None:
    page = made(an_exhibit("alpha"), an_exhibit("beta"))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in re.findall(r'href="(#[^"]+)"', page)} <= set(ids)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert all(src.startswith("data:image/svg+xml") for src in re.findall(r'src="([^"]+)"', page))


def test_where_everything_is_refused_the_page_says_why(made) -> None:
    page = made(Refusal("3 articles are too few", remedy="take paragraphs"))
    assert "3 articles are too few" in page and "Nothing passed a test" in page


def test_figures_beyond_two_of_a_part_are_folded_those_with_findings_last(made) -> None:
    plain = [an_exhibit(name) for name in ("first", "second")]
    plain = [replace(exhibit, finding=Words()) for exhibit in plain]
    page = made(*plain, an_exhibit("alpha"), an_exhibit("beta"))
    folded = page[page.index("More figures") :]
    assert all(f'id="{name}"' in folded for name in ("first", "second"))
    assert not any(f'<figure id="{name}"' in folded for name in ("alpha", "beta"))
