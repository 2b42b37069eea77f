"""Explorers: a field changes what is shown, the code gives the same, hostile text stays inert."""

from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipywidgets as widgets
import numpy as np
import pandas as pd
import pytest
from plain_corpora import corpus

import q7x2lab as q
from q7x2lab.arabic.queries import Matcher
from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import Tokens, tokenize_corpus
from q7x2lab.explore.explorers import Explorer, explore_quotes, explore_words, table_html, toggled
from q7x2lab.explore.in_context import concordance_html, exhibit_concordance, exhibit_dispersion
from q7x2lab.framing.scores import score_frames
from q7x2lab.studies import outputs
from q7x2lab.studies.judgements import explore_frames, explore_topics, judge_hit
from q7x2lab.studies.topic_files import name_topic
from q7x2lab.topics.topic_model import fit_model, two_subjects

PAYLOADS = [
    '<script>document.title="broken"</script>',
    '"onmouseover="document.title=1',
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }} {0} %s",
]
OURS = {"style", "div", "table", "thead", "tbody", "tr", "th", "td", "p", "pre", "strong"}
QUOTES = pd.DataFrame(
    {
        "article": [0, 1, 1],
        "start": [0, 0, 9],
        "end": [4, 4, 12],
        "text": ["نعم", "لا", "نعم"],
        "speaker": ["بوتين", "أحمد", None],
        "verb": ["قال", "زعم", "قال"],
    }
)
ARTICLES = pd.DataFrame({"id": ["a", "b"], "date": pd.NaT, "outlet": ["x", "y"]})


class Reader(HTMLParser):
    """The names of tags and attributes of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def field(explorer: Explorer, name: str) -> widgets.ValueWidget:
    return next(w for w in explorer.panel.children if getattr(w, "description", "") == name)


def shown(explorer: Explorer) -> str:
    return str(explorer.panel.children[-2].value)


def code(explorer: Explorer) -> str:
    return str(explorer.panel.children[-1].value)


def pasted(explorer: Explorer, **names: Any) -> Any:
    """What the explorer's code gives in a cell: what is displayed, or its value."""
    return eval(code(explorer), {"q": q, "display": lambda *tables: tables, **names})


def words() -> Tokens:
    return tokenize_corpus(corpus(["صدر النفط ونفط", "زرع القمح والنفط", "قمح"]))


def test_a_query_changes_the_lines_and_the_code_gives_the_same() -> None:
    tokens = words()
    explorer = explore_words(tokens, {"oil": ["نفط"], "wheat": ["قمح"]})
    assert "<th" in shown(explorer) and shown(explorer).count("<tr><td style") == 3
    field(explorer, "query").value = "قمح"
    assert shown(explorer).count("<tr><td style") == 2
    rates, lines = pasted(explorer, tokens=tokens)
    assert table_html(rates) + concordance_html(lines) in shown(explorer)
    pd.testing.assert_frame_equal(lines, tokens.kwic("قمح", n=40, sort=("right", 1)))


def test_hits_are_looked_up_once_for_a_change_of_the_query(monkeypatch: pytest.MonkeyPatch) -> None:
    explorer, find, asked = explore_words(words(), "نفط"), Matcher.find, []
    monkeypatch.setattr(
        Matcher, "find", lambda self, *columns: asked.append(1) or find(self, *columns)
    )
    field(explorer, "query").value = "قمح"
    assert len(asked) == 2  # with the panel in the making
    field(explorer, "query").value = "نفط"
    assert len(asked) == 3
    exhibit_dispersion(words(), "نفط", drawn=True)
    assert len(asked) == 4


def test_a_tick_takes_a_form_out_and_brings_it_back() -> None:
    explorer = explore_words(words(), "نفط")
    ticks = explorer.panel.children[1]
    assert [tick.description for tick in ticks.children] == ["النفط (1)", "والنفط (1)", "ونفط (1)"]
    ticks.children[2].value = False
    assert field(explorer, "query").value == "نفط -=ونفط"
    assert shown(explorer).count("<tr><td style") == 2
    out = next(tick for tick in ticks.children if "ونفط" in tick.description and not tick.value)
    out.value = True
    assert field(explorer, "query").value == "نفط"
    assert shown(explorer).count("<tr><td style") == 3
    assert toggled(toggled("نفط", "و"), "و") == "نفط"


@pytest.mark.parametrize("query", ['"النفط اليوم"', "نفط NEAR/2 اليوم"])
def test_a_tick_of_a_phrase_and_of_near_takes_its_lines_out(query: str) -> None:
    texts = ["صدر النفط اليوم", "بيع النفط اليوم", "والنفط اليوم"]
    explorer = explore_words(tokenize_corpus(corpus(texts)), query)
    assert shown(explorer).count("<tr><td style") == 3
    ticks = explorer.panel.children[1].children
    next(tick for tick in ticks if tick.description == "النفط (2)").value = False
    assert field(explorer, "query").value == f"{query} -=النفط"
    assert shown(explorer).count("<tr><td style") == 1
    ticks = explorer.panel.children[1].children
    assert [tick.description for tick in ticks if not tick.value] == ["النفط (2)"]
    next(tick for tick in ticks if not tick.value).value = True
    assert shown(explorer).count("<tr><td style") == 3


def test_a_query_that_cannot_be_read_says_so() -> None:
    explorer = explore_words(words(), "نفط")
    field(explorer, "query").value = "نفط ("
    assert "نفط (" in shown(explorer) and "remedy" in shown(explorer)
    assert code(explorer) == ""
    field(explorer, "query").value = "<script>"
    assert "<script>" not in shown(explorer)


def test_words_of_a_topic_follow_the_slider_and_a_name_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    model = fit_model(two_subjects(), 2)
    explorer = explore_topics(model)
    field(explorer, "topic").value = 1
    field(explorer, "relevance").value = 0.2
    found, articles = pasted(explorer, model=model)
    assert found["topic"].unique().tolist() == [1]
    assert np.allclose(
        found["relevance"], model.words(20, by="relevance", weight=0.2)[20:].relevance
    )
    assert table_html(found[["word", "probability", "relevance"]]) in shown(explorer)
    assert table_html(articles.drop(columns="topic")) in shown(explorer)
    field(explorer, "name").value = "رياضة"
    button, told = explorer.panel.children[3].children
    button.click()
    assert "topic_labels.yaml" in told.value
    assert q.apply_topic_names(model, "topic_labels.yaml")[0].labels[1] == "رياضة"


def test_a_name_keeps_what_else_stands_in_the_file(tmp_path: Path) -> None:
    model, path = fit_model(two_subjects(), 2), tmp_path / "names.yaml"
    name_topic(model, 0, "one", path)
    name_topic(model, 1, "two", path)
    name_topic(model, 0, "first", path)
    assert q.apply_topic_names(model, path)[0].labels == ["first", "two"]


def test_a_judgement_goes_into_a_coding_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = ["تصاعد الخلاف بينهم.", "احتدم النزاع. تصاعد الخلاف."]
    frames = score_frames(tokenize_corpus(corpus(texts)), "generic")
    explorer = explore_frames(frames, called="scored[1]")
    field(explorer, "frame").value = "conflict"
    shares, found = pasted(explorer, scored=[None, frames])
    row = found.iloc[0]
    assert table_html(found) in shown(explorer)
    assert table_html(shares[["group", "share", "low", "high"]]) in shown(explorer)
    right, wrong, told = explorer.panel.children[2].children
    right.click()
    assert field(explorer, "sentence").value == 2
    wrong.click()
    sheet = f"judged-{frames.scheme.id}.csv"
    assert sheet in told.value
    judge_hit(frames, row, False)
    field(explorer, "sentence").value = 9  # there are three
    right.click()
    assert told.value == ""
    coding = q.coding_from_table(pd.read_csv(sheet, dtype={"id": str}))
    assert sorted(coding.codes["code"]) == [0, 0] and coding.frames == ["conflict"]


def test_quotations_are_found_by_speaker_verb_outlet_and_by_travelling() -> None:
    shared = QUOTES[["article", "start", "end"]].iloc[[0, 2]].assign(quotation=0)
    explorer = explore_quotes(QUOTES, ARTICLES, shared=shared)
    names = {"quotes": QUOTES, "tokens": SimpleNamespace(articles=ARTICLES), "shared": shared}
    field(explorer, "speaker").value = "احمد"
    assert pasted(explorer, **names)["text"].tolist() == ["لا"]
    field(explorer, "speaker").value = ""
    field(explorer, "verb").value = "قال"
    field(explorer, "outlet").value = "y"
    assert pasted(explorer, **names)["id"].tolist() == ["b"]
    field(explorer, "outlet").value = ""
    field(explorer, "travelling").value = True
    assert pasted(explorer, **names)["id"].tolist() == ["a", "b"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_is_inert_wherever_it_stands(payload: str) -> None:
    table = corpus([f"نفط {payload}"]).articles.assign(outlet=payload, id=payload, title=payload)
    tokens = tokenize_corpus(Corpus(table))
    explorer = explore_words(tokens, "نفط")
    quotes = QUOTES.head(1).assign(text=payload, speaker=payload)
    of_quotes = explore_quotes(quotes, table)
    exhibit = exhibit_concordance(tokens.kwic("نفط"), of=payload)
    field(explorer, "query").value = payload
    for html in (shown(explorer), shown(of_quotes), exhibit._repr_html_(), explorer._repr_html_()):
        page = Reader(html)
        assert page.tags <= OURS and page.attributes <= {"style", "dir", "border", "class"}


def test_without_a_frontend_the_first_answer_is_shown() -> None:
    explorer = explore_words(words(), "نفط")
    bundle = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "ونفط" in bundle["text/html"]


def test_a_run_saves_what_is_first_shown_and_makes_no_widget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(outputs, "_current", outputs.Outputs(tmp_path))
    explorer = explore_words(words(), "نفط")
    q.show(explorer, exhibit_concordance(words().kwic("نفط"), of="نفط"))
    assert "panel" not in vars(explorer)
    said = capsys.readouterr().out
    assert "reading/explore-words.csv" in said and "ونفط" not in said
    found = sorted(path.name for path in (tmp_path / "reading").iterdir())
    assert [name.partition(".")[2] for name in found] == ["csv", "xlsx"] * 2
    first = (tmp_path / "reading" / "explore-words.xlsx").read_bytes()
    q.show(explore_words(words(), "نفط"))
    assert (tmp_path / "reading" / "explore-words.xlsx").read_bytes() == first
    sheet = pd.read_excel(tmp_path / "reading" / "explore-words.xlsx")
    assert list(sheet.columns) == ["id", "date", "outlet", "left", "hit", "right"]
