"""Labels of articles from a table, a column or Label Studio, counted and judged like frames."""

import json

import numpy as np
import pandas as pd
import pytest

from q7x2lab.corpus.model import Corpus
from q7x2lab.corpus.token_table import tokenize_corpus
from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.figures.framing import exhibit_frames, exhibit_validation, plot_frames
from q7x2lab.framing.coding import agreement
from q7x2lab.framing.schemes import Scheme
from q7x2lab.studies.label_files import read_labels
from q7x2lab.studies.study_file import check_study

N = 200
TONES = np.array(["سلبي", "محايد", "إيجابي"])
RNG = np.random.default_rng(0)
OUTLET = np.where(np.arange(N) % 2, "السفح", "الشراع")
TRUTH = np.where(RNG.random(N) < np.where(np.arange(N) % 2, 0.6, 0.2), 0, RNG.integers(1, 3, N))
MODEL = np.where(RNG.random(N) < 0.15, (TRUTH + 1) % 3, TRUTH)


@pytest.fixture(scope="module")
def tokens():
    table = pd.DataFrame({"id": [f"a{i}" for i in range(N)], "outlet": OUTLET, "tone": TONES[TRUTH],
                          "date": pd.date_range("2022-01-01", periods=N),
                          "text": [f"هذا خبر {i} من السوق." for i in range(N)]})  # fmt: skip
    return tokenize_corpus(Corpus(table), lexemes="none")


def table_of(labels, rows=N, **columns):
    return pd.DataFrame({"id": [f"a{i}" for i in range(rows)], "tone": TONES[labels[:rows]]},
                        dtype=object).assign(**columns)  # fmt: skip


def saved(table, path):
    table.to_csv(path, index=False)
    return path


@pytest.fixture
def people(tmp_path):
    """Two coders of the first 120 articles who differ now and then."""
    other = np.where(np.random.default_rng(1).random(N) < 0.05, (TRUTH + 1) % 3, TRUTH)
    sheets = [table_of(codes, 120, coder=name) for name, codes in (("هالة", TRUTH), ("B", other))]
    return saved(pd.concat(sheets), tmp_path / "people.csv")


def test_a_column_of_the_corpus_has_shares_by_outlet_with_intervals_and_a_test(tokens):
    labels = read_labels(tokens, column="tone", by="outlet")
    row = labels.shares.set_index(["frame", "group"]).loc[("سلبي", "السفح")]
    assert row["share"] == pytest.approx((TRUTH[OUTLET == "السفح"] == 0).mean())
    assert row["low"] < row["share"] < row["high"]
    assert row["q"] < 0.05 < row["difference"]
    assert labels.shares_by(period="month")["period"].nunique() == 7
    assert "UNVALIDATED" in plot_frames(labels, language="en").get_supxlabel()
    printed = exhibit_frames(labels).tables["ar"].astype(str).to_numpy().ravel()
    assert any("محايد" in cell for cell in printed)


def test_articles_without_a_label_are_no_part_of_the_share(tokens, tmp_path):
    table = table_of(TRUTH, 50)
    table.loc[:9, "tone"] = " "
    labels = read_labels(tokens, saved(table, tmp_path / "tone.csv"), column="tone")
    assert labels.tokens.n_articles == 40
    assert set(labels.shares["units"]) == {40}
    assert labels.shares["share"].sum() == pytest.approx(1)


def test_two_coders_agree_and_articles_without_a_majority_are_left_out(tokens, people):
    labels = read_labels(tokens, people, column="tone", coder="coder")
    found = agreement(labels.codes).set_index("frame")
    assert found.loc["سلبي", "coders"] == "B, هالة"
    assert 0.7 < found.loc["سلبي", "alpha"] < 1
    assert found.loc["سلبي", "units"] == 120
    table = pd.read_csv(people)
    alike = table.groupby("id")["tone"].nunique().eq(1).sum()
    assert labels.tokens.n_articles == alike < 120
    assert labels.stamp.frames["سلبي"].startswith("alpha 0.")
    assert labels.shares["corrected"].isna().all()
    with pytest.raises(AnalysisError, match="nothing is coded"):
        exhibit_validation([labels])
    assert "were not corrected" not in labels.methods()[0].en


def test_what_a_program_said_is_validated_and_corrected_by_what_people_said(
    tokens, people, tmp_path
):
    file = saved(table_of(MODEL), tmp_path / "model.csv")
    labels = read_labels(tokens, file, column="tone", coder="coder", coding=people, by="outlet")
    assert labels.codes.machines == {"model": "model.csv"}
    assert labels.codes.humans == ["B", "هالة"]
    row = labels.validation.table.set_index("frame").loc["سلبي"]
    assert row["coded"] == 120
    assert row["precision"] == pytest.approx((TRUTH[:120][MODEL[:120] == 0] == 0).mean(), abs=0.05)
    own = labels.shares.set_index(["frame", "group"]).loc[("سلبي", "السفح")]
    assert own["share"] == pytest.approx((MODEL[OUTLET == "السفح"] == 0).mean())
    assert own["corrected_low"] < (TRUTH[OUTLET == "السفح"] == 0).mean() < own["corrected_high"]
    assert "model" in " ".join(agreement(labels.codes)["coders"])
    assert exhibit_validation([labels]).table["frame"].tolist() == labels.scheme.names
    assert "labels sha256" in labels.stamp.text({})
    assert "120 coded articles" in plot_frames(labels, language="en").get_supxlabel()


def studio(tasks, path):
    path.write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
    return path


def task(article, *choices, **more):
    """A task of Label Studio, annotated once by each annotator in turn."""
    return {"id": 7, "data": {"id": article, "text": "نص"}, "annotations": [
        {"completed_by": number, "was_cancelled": False, "result": [
            {"from_name": "tone", "type": "choices", "value": {"choices": chosen}},
            {"from_name": "who", "type": "labels", "value": {"labels": ["PER"]}}]} | more
        for number, chosen in enumerate(choices, start=1)]}  # fmt: skip


def test_an_export_of_label_studio_is_read_with_its_annotators(tokens, tmp_path):
    tasks = [task(f"a{i}", [TONES[TRUTH[i]]], [TONES[TRUTH[i]], "ساخر"]) for i in range(30)]
    tasks += [task("a40", ["سلبي"], was_cancelled=True)]
    labels = read_labels(tokens, studio(tasks, tmp_path / "export.json"), column="tone")
    assert labels.codes.coders == ["annotator 1", "annotator 2"]
    assert labels.tokens.n_articles == 30
    assert agreement(labels.codes).set_index("frame").loc["سلبي", "alpha"] == 1
    assert labels.shares.set_index("frame").loc["ساخر", "share"] == 0  # one of two: no majority


def test_annotators_may_be_people_with_addresses(tokens, tmp_path):
    person = {"completed_by": {"id": 3, "email": "hala@example.org"}}
    file = studio([task("a1", ["سلبي"], **person)], tmp_path / "export.json")
    assert read_labels(tokens, file, column="tone").codes.coders == ["hala@example.org"]


@pytest.mark.parametrize(
    ("content", "said"),
    [("{", "no export of Label Studio"), ("[{}]", "no export"), ("[]", "0 different labels")],
)
def test_what_is_no_export_is_refused(tokens, tmp_path, content, said):
    (tmp_path / "export.json").write_text(content)
    with pytest.raises(StudyError, match=said) as caught:
        read_labels(tokens, tmp_path / "export.json", column="tone")
    assert "remedy" in str(caught.value)


def unknown(table, share):
    """The table with that share of its ids beginning in z."""
    return table.assign(
        id=table["id"].mask(np.arange(len(table)) < share * len(table), "z" + table["id"])
    )


WRONG = {
    "no column": (lambda t: t, {"column": "tonne"}, "did you mean tone"),
    "no id": (lambda t: t, {"id": "url"}, "no column 'url'"),
    "empty": (lambda t: t.assign(tone=""), {}, "holds 0 different labels"),
    "texts": (lambda t: t.assign(tone=[f"نص {i}" for i in range(len(t))]), {}, "50 different"),
    "second label": (lambda t: pd.concat([t, t.head(1).assign(tone="ساخر")], ignore_index=True), {},
                     "row 52: tone gave a0 a second label, 'ساخر'"),
    "unknown ids": (lambda t: unknown(t, 1), {},
                    "no label is of an article of the corpus: 'za0'"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "options", "said"), WRONG.values(), ids=WRONG)
def test_tables_that_are_not_of_this_corpus_are_refused_in_words(
    tokens, tmp_path, spoil, options, said
):
    file = saved(spoil(table_of(TRUTH, 50)), tmp_path / "tone.csv")
    with pytest.raises(StudyError, match=said) as caught:
        read_labels(tokens, file, **{"column": "tone"} | options)
    assert "tone.csv" in str(caught.value) and "remedy" in str(caught.value)


def test_labels_may_be_of_articles_that_the_study_leaves_out_and_are_counted(tokens, tmp_path):
    sample = unknown(table_of(TRUTH, 100), 0.24)
    labels = read_labels(tokens, saved(sample, tmp_path / "sample.csv"), column="tone")
    assert labels.tokens.n_articles == 76
    assert labels.codes.source == "sample.csv; 24 labels of articles left out"
    whole = pd.concat([table_of(TRUTH), table_of(TRUTH).assign(id=lambda t: "z" + t["id"])])
    labels = read_labels(tokens, saved(whole, tmp_path / "whole.csv"), column="tone")
    assert labels.tokens.n_articles == N


def test_labels_have_names_in_any_script_and_their_files_latin_ones(tokens, tmp_path):
    table = table_of(TRUTH, 50).rename(columns={"tone": "النبرة"})
    labels = read_labels(tokens, saved(table, tmp_path / "tone.csv"), column="النبرة")
    assert labels.scheme.title_ar == "النبرة"
    assert exhibit_frames(labels).name.isascii()
    assert exhibit_frames(labels).name.startswith("frames-labels-")
    assert read_labels(tokens, column="tone").scheme.id == "labels-tone"
    named = read_labels(tokens, column="tone", name="tone of the model")
    assert named.scheme.id == "labels-tone-of-the-model"


def test_the_scheme_of_labels_comes_back_from_the_json_of_an_archive(tokens):
    scheme = read_labels(tokens, column="tone").scheme
    assert Scheme.model_validate_json(scheme.model_dump_json()) == scheme


def test_two_labels_of_one_name_would_be_one_figure_and_are_refused():
    study = {"study": "s", "corpus": {"files": "demo"}}
    column, model = {"column": "tone"}, {"column": "tone", "file": "model.csv"}
    with pytest.raises(StudyError, match="two labels are called 'tone'") as caught:
        check_study(study | {"framing": {"labels": [column, model]}})
    assert "name: of its own" in str(caught.value)
    check_study(study | {"framing": {"labels": [column, model | {"name": "model"}]}})
