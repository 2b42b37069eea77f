"""Every list of a study may be empty, and any column but the text missing: a run ends well."""

import pandas as pd
import pytest
from latin import in_run, latin_words

from q7x2lab import cli
from q7x2lab.data.gold import DEMO_ARTICLES
from q7x2lab.studies import runner
from q7x2lab.studies.engine import execute

pytestmark = [pytest.mark.slow, pytest.mark.notebooks]
FULL = """
study: full
corpus:
  files: articles.csv
  columns: {{text: text}}
  outlets: [{outlets}]
  keep_furniture: [teaser]
  drop_furniture: [{passage}]
  without: [{other}]
language: ar
title: {{ar: تجربة, en: a try}}
arabic: {{fold: [alef], stop_words: [particles], more_stop_words: [قال], phrases: [auto]}}
topics: {{k: 3, by: [outlet], min_articles: 2, intrusion: [reader.csv]}}
framing: {{schemes: [generic], naming: [ukraine_war], unit: paragraph, coding: [demo],
          labels: [{{column: section}}]}}
trends:
  keywords: {{النفط: [نفط], الصين: [الصين]}}
  breaks: [2022-03-01]
  spans: [[2022-01-01, 2022-02-28], [2022-03-01, 2022-06-30]]
  events: [{{date: 2022-02-24, ar: بدء الحرب}}]
"""
LISTS = (
    "framing.schemes", "framing.naming", "topics.by", "trends.breaks", "trends.spans",
    "trends.events", "trends.keywords", "corpus.outlets", "corpus.keep_furniture",
    "corpus.without", "arabic.fold", "arabic.stop_words", "arabic.more_stop_words",
    "arabic.phrases", "corpus.columns", "corpus.drop_furniture", "topics.intrusion",
    "framing.coding", "framing.labels",
)  # fmt: skip
MAPPINGS = ("trends.keywords", "corpus.columns")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    table = pd.read_csv(DEMO_ARTICLES, dtype=str).head(60)
    table.to_csv(folder / "articles.csv", index=False)
    *outlets, other = table["outlet"].unique()
    passage = " ".join(table["text"].iloc[0].split()[3:7])
    text = FULL.format(outlets=", ".join(outlets), other=other, passage=repr(passage))
    (folder / "full.yaml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        assert run(folder, patch, "topics.intrusion=[]") == 0
    sheet = pd.read_csv(folder / "results" / "full" / "topics" / "blank-word-intrusion.csv")
    sheet.assign(answer=1).to_csv(folder / "reader.csv", index=False)
    return folder


def run(folder, monkeypatch, *changes):
    """Exit status of a run into one folder, in which what a list does not touch is not run anew.

    Kernels are forked, which gives the same bytes in half of the time.
    """
    monkeypatch.chdir(folder)
    monkeypatch.setattr(runner, "execute", lambda *a, **k: execute(*a, **(k | {"fork": True})))
    sets = [part for change in changes for part in ("--set", change)]
    return cli.main(["run", "full.yaml", "--jobs", "1", *sets])


def emptied(name: str) -> str:
    return f"{name}={'{}' if name in MAPPINGS else '[]'}"


def test_a_study_with_nothing_empty_runs(folder, monkeypatch):
    assert run(folder, monkeypatch) == 0
    assert "reader.csv" in (folder / "results" / "full" / "manifest.json").read_text("utf-8")


@pytest.mark.parametrize("name", LISTS)
def test_a_study_with_an_empty_list_runs(folder, monkeypatch, name):
    assert run(folder, monkeypatch, emptied(name)) == 0
    assert (folder / "results" / "full" / "index.html").is_file()


def english(folder):
    """The English words that a reader of the run meets, each with where it stands."""
    seen = in_run(folder / "results" / "full")
    return sorted({(where, word, text[:80]) for where, text in seen for word in latin_words(text)})


def test_a_study_with_all_lists_empty_runs(folder, monkeypatch):
    assert run(folder, monkeypatch, *map(emptied, LISTS)) == 0


@pytest.mark.parametrize("kept", [[], ["date"], ["outlet"], ["date", "outlet"], ["id", "title"]])
def test_columns_but_the_text_may_be_missing(folder, monkeypatch, kept):
    table = pd.read_csv(DEMO_ARTICLES, dtype=str).head(60)
    table[[*kept, "text"]].to_csv(folder / "some.csv", index=False)
    changes = [
        "corpus.files=some.csv",
        "corpus.outlets=[]",
        "corpus.without=[]",
        "framing.labels=[]",  # of a column that is not there
        "trends.breaks=[]",
        "trends.spans=[]",
    ]
    assert run(folder, monkeypatch, *changes) == 0
    assert english(folder) == []


def test_three_short_articles_end_in_an_arabic_page_of_refusals(folder, monkeypatch):
    texts = ["نص قصير عن البحر.", "هذا نص آخر.", "كلام قليل هنا."]
    pd.DataFrame({"text": texts}).to_csv(folder / "few.csv", index=False)
    changes = ["corpus.files=few.csv", "topics.k=auto", "corpus.keep_furniture=[]"]
    changes += [emptied(name) for name in LISTS if name not in ("framing.schemes", "topics.by")]
    assert run(folder, monkeypatch, *changes, "trends.keywords={البحر: [بحر]}") == 0
    assert english(folder) == []


def test_a_column_with_empty_cells_groups_everything(folder, monkeypatch):
    table = pd.read_csv(DEMO_ARTICLES, dtype=str).head(60)
    table.assign(القسم=["رياضة", "اقتصاد", ""] * 20).to_csv(folder / "sections.csv", index=False)
    by = ["topics.by=[outlet, القسم]", "framing.by=القسم", "trends.by=القسم"]
    assert run(folder, monkeypatch, "corpus.files=sections.csv", *by) == 0
    tables = list((folder / "results" / "full" / "tables").glob("topics-by-*.csv"))
    assert len(tables) == 3 and all(path.name.isascii() for path in tables)
