"""The prepared corpus: what one notebook leaves, the others open, the same to the last token."""

import json
import zipfile
from datetime import time

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.read import read_corpus
from q7x2lab.errors import CorpusError
from q7x2lab.studies import corpus_files
from q7x2lab.studies import outputs as room
from q7x2lab.studies.corpus_files import (
    load_tokens,
    open_tokens,
    prepare,
    read_articles,
    save_tokens,
)
from q7x2lab.studies.notebooks import KEPT, RESULTS
from q7x2lab.studies.outputs import Outputs

TABLE = pd.DataFrame(
    {
        "id": ["a", "b"],
        "date": ["2022-02-24", "2022-03-01"],
        "outlet": ["أ", "ب"],
        "text": [
            "قال الوزير إن الغاز مُهمّ لبلاده.\nوأضاف: «سنزور بكين».",
            "الغاز والنفط في السوق #غاز",
        ],
    }
)


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_current", Outputs(tmp_path / "out"))
    monkeypatch.setenv(RESULTS, str(tmp_path / "out"))
    return tmp_path / "out"


def same(first, second) -> bool:
    arrays = ("article", "start", "length", "type", "counts", "kinds", "lexeme", "stop")
    return (
        all(np.array_equal(getattr(first, name), getattr(second, name)) for name in arrays)
        and first.forms.tolist() == second.forms.tolist()
        and (first.lexemes, first.labels) == (second.lexemes, second.labels)
        and first.articles.equals(second.articles)
        and first.match("الغاز").equals(second.match("الغاز"))
    )


def test_a_prepared_corpus_is_opened_as_it_was(results):
    tokens = prepare(read_corpus(TABLE))
    assert same(tokens, open_tokens("prepared"))
    assert same(tokens, open_tokens(str(results)))
    account = {"rejected.csv", "flags.csv", "changes.csv"}
    assert {path.name for path in results.iterdir()} >= {"corpus", *account}


def test_columns_of_objects_are_stored_as_text(results):
    strange = {"hour": [time(9, 30), None], "seen": [5, "often"], "tags": [["a"], [1]]}
    tokens = prepare(read_corpus(TABLE.assign(**strange, views=pd.Series([5, None], dtype=object))))
    opened = open_tokens("prepared").articles
    assert opened["hour"].fillna("").tolist() == ["09:30:00", ""]
    assert opened["seen"].tolist() == ["5", "often"]
    assert tokens.articles["views"].tolist()[0] == opened["views"][0] == 5


def test_what_was_left_out_or_noted_is_written_with_its_place_and_remedy(results):
    prepare(read_corpus(TABLE.assign(text=["نص", ""], outlet=["", "ب"])))
    left_out = pd.read_csv(results / "rejected.csv").iloc[0]
    assert left_out[["line", "place", "reason"]].tolist() == [
        2,
        "row 2 of the table, counted from 1",
        "no text",
    ]
    assert "fill in the text" in left_out["remedy"]
    noted = pd.read_csv(results / "flags.csv").set_index("flag")
    assert noted.loc["no outlet", ["line", "id", "evidence"]].tolist() == [
        1,
        "a",
        "filed under 'unnamed'",
    ]


def test_nothing_stored_can_run(results):
    prepare(read_corpus(TABLE))
    for path in (results / "corpus").glob("*.npy"):
        assert np.load(path, allow_pickle=False).dtype in (np.int32, np.uint16)


def test_a_token_table_of_older_code_is_refused(results):
    prepare(read_corpus(TABLE))
    (results / "corpus" / "length.npy").rename(results / "corpus" / "end.npy")
    with pytest.raises(CorpusError, match="run 1-corpus again"):
        open_tokens("prepared")


def test_settings_travel_with_the_corpus(results):
    prepare(read_corpus(TABLE), fold=["alef"], lexemes="none", stop_words=["particles"])
    opened = open_tokens("prepared")
    assert (opened.fold, opened.conflation) == (("alef",), "none")


def test_a_lexeme_function_of_ones_own_is_kept_by_what_it_returned(tmp_path):
    from q7x2lab.corpus.token_table import tokenize_corpus

    def first_letter(forms, frequencies=None):
        return [form[0] for form in forms]

    tokens = tokenize_corpus(read_corpus(TABLE), lexemes=first_letter)
    save_tokens(tokens, tmp_path)
    assert load_tokens(tmp_path).lexemes == tokens.lexemes


def test_where_nothing_is_prepared_the_remedy_is_said(tmp_path, monkeypatch):
    monkeypatch.delenv(RESULTS, raising=False)
    with pytest.raises(CorpusError, match="run 1-corpus first"):
        open_tokens("prepared")


def test_a_damaged_store_is_named(results):
    prepare(read_corpus(TABLE))
    (results / "corpus" / "types.parquet").write_bytes(b"PAR1 cut short")
    with pytest.raises(CorpusError, match="run 1-corpus again"):
        open_tokens("prepared")


def test_fiction_is_remembered(results):
    about = results / "corpus" / "about.json"
    prepare(read_corpus(TABLE))
    assert json.loads(about.read_text(encoding="utf-8")) == {"fictional": False}
    about.write_text('{"fictional": true}', encoding="utf-8")
    open_tokens("prepared")
    assert room.current_outputs().fictional


def test_a_table_is_opened_as_it_is() -> None:
    table = pd.DataFrame(
        {"id": ["a"], "date": ["2022-01-05"], "outlet": "x", "text": ["سعر الغاز"]}
    )
    assert open_tokens(table).forms.tolist() == ["سعر", "الغاز"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"text": [["قال", "كلاما"]] * 3}, "column 'text', taken for the text, holds lists"),
        ({"text": [1.5, 2.0]}, "taken for the text, holds values of type float64"),
    ],
)
def test_a_parquet_column_that_is_no_text_is_refused_in_words(tmp_path, table, said):
    path = tmp_path / "a.parquet"
    pd.DataFrame(table).to_parquet(path)
    with pytest.raises(CorpusError, match=said):
        read_corpus(path)


def test_a_link_that_leads_out_of_a_folder_is_not_followed_and_is_named(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (tmp_path / "other.txt").write_text("نص آخر", encoding="utf-8")
    (folder / "a.txt").write_text("نص أول", encoding="utf-8")
    (folder / "b.txt").symlink_to(tmp_path / "other.txt")
    corpus = read_corpus(folder)
    assert corpus.articles["text"].tolist() == ["نص أول"]
    assert "not read: b.txt" in corpus.sources["note"][0]


def test_a_lost_byte_in_a_cell_is_listed_with_its_article(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("id,text\n1,قال\0كلاما\n".encode())
    for source in (path, pd.DataFrame({"id": ["1"], "text": ["قال\0كلاما"]})):
        flags = read_corpus(source).flags
        assert ["1", "characters lost", "1 characters are U+FFFD"] in flags.to_numpy().tolist()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is a file of an old Office"),
        ("a.csv", b"%PDF-1.4 ...", "is a PDF, not a table of articles"),
        ("a.csv", ("id,text\n1," + "Президент сказал " * 20).encode("koi8-r"), "encoding is not"),
    ],
)
def test_files_of_other_kinds_are_named_in_words(tmp_path, name, data, said):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(CorpusError, match=said):
        read_corpus(path)


def test_a_package_that_is_no_word_document_is_named_in_words(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(CorpusError, match=r"a.xlsx: cannot be read"):
        read_corpus(path)


@pytest.mark.parametrize("encoding", ["windows-1256", "utf-16", "utf-8"])
def test_a_german_export_with_semicolons_is_read_without_help(tmp_path, encoding):
    rows = "".join(f"نص {n} قال الوزير، ثم عاد;{n:02}/03/2018;رياضة\n" for n in range(1, 29))
    path = tmp_path / "a.csv"
    path.write_bytes(f"Volltext;Datum;Rubrik\n{rows}".encode(encoding))
    corpus = read_corpus(path)
    assert len(corpus) == 28
    assert corpus.articles["date"].max() == pd.Timestamp("2018-03-28")
    assert corpus.covariates == ["Rubrik"]


PREPARATIONS = [
    ("once", {"stop_words": ["particles"], "more_stop_words": ["الغاز"]}),
    ("all", {"stop_words": []}),
    ("weighted", {"stop_words": ["particles"], "phrases": ["سوق الغاز"]}),
    ("once", {"stop_words": ["particles"], "lexemes": "none"}),
    ("once", {}),
]


def prepared_files(folder, monkeypatch) -> dict[tuple[int, str], bytes]:
    """What 1-corpus writes under each preparation."""
    files = {}
    for number, (rule, words) in enumerate(PREPARATIONS):
        out = folder / str(number)
        monkeypatch.setattr(room, "_current", Outputs(out))
        prepare(read_articles("articles.csv", copies=rule), **words)
        paths = (path for path in out.rglob("*") if path.is_file())
        files |= {(number, str(path.relative_to(out))): path.read_bytes() for path in paths}
    return files


def test_runs_of_a_grid_read_once_and_cut_each_text_once_with_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    story = " ".join(f"كلمة{letter}{other}" for letter in "ابتثجح" for other in "سشصضط")
    more = pd.DataFrame({"id": ["c", "d", "e"], "date": "2022-03-02", "outlet": ["ا", "ب", "ب"]})
    articles = pd.concat([TABLE, more.assign(text=[story, story + " اليوم", ""])])
    articles.to_csv("articles.csv", index=False)
    alone = prepared_files(tmp_path / "alone", monkeypatch)
    made = []
    for name in ("read_corpus", "tokenize_corpus"):
        function = getattr(corpus_files, name)

        def noted(*given, _name=name, _function=function, **options):
            made.append(_name)
            return _function(*given, **options)

        monkeypatch.setattr(corpus_files, name, noted)
    monkeypatch.setenv(KEPT, str(tmp_path / "kept"))
    assert prepared_files(tmp_path / "grid", monkeypatch) == alone
    # All copies and copies weighed are the same texts; other lexemes are other tables.
    assert made == ["read_corpus", *["tokenize_corpus"] * 3]
    with (tmp_path / "articles.csv").open("a") as stream:
        stream.write("f,2022-03-03,ا,نص جديد\n")
    assert "f" in read_articles("articles.csv").articles["id"].tolist()
