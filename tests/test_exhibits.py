"""A refusal is a value that passes through every call; an exhibit shows what it holds, escaped."""

from __future__ import annotations

import copy
import pickle

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import q7x2lab as q
from q7x2lab.errors import StudyError
from q7x2lab.exhibits import Exhibit, Refusal, Words, with_refusals
from q7x2lab.explore.explorers import table_html
from q7x2lab.figures.words import _filled, make_exhibit

FEW = Refusal("3 articles are too few", remedy="take paragraphs")


def few_articles() -> pd.DataFrame:
    days = pd.to_datetime(["2022-01-03", "2022-02-03", "2022-02-04"])
    texts = ["غاز ونفط", "نفط وغاز", "غاز"]
    return pd.DataFrame({"id": ["a", "b", "c"], "date": days, "outlet": "x", "text": texts})


def test_a_refusal_passes_through_public_functions_to_the_end() -> None:
    tokens = q.tokenize_corpus(q.read_corpus(few_articles()))
    model = q.fit_topics(q.document_term_matrix(tokens, min_articles=50), k=3)
    assert isinstance(model, Refusal) and not model
    assert q.topic_shares_by(model, "outlet") is model
    assert q.plot_topic_words(model) is model
    assert model.reason and model.remedy


def test_matrices_that_were_refused_are_not_looked_into() -> None:
    tokens = q.tokenize_corpus(q.read_corpus(few_articles()))
    refused = q.preprocessing_variants(tokens, min_articles=50)
    assert not refused and q.without_style(refused, q.house_style(tokens)) is refused
    several = few_articles().assign(text=["غاز ونفط", "قمح وقطن", "ذهب وحديد"])
    tokens = q.tokenize_corpus(q.read_corpus(several))
    variants = q.preprocessing_variants(tokens, min_articles=1)
    style = pd.DataFrame({"lexeme": ["غاز"], "counted_as": [""]})
    assert [*q.without_style(variants, style)] == [*variants]


def test_a_refusal_given_by_name_is_returned_too() -> None:
    assert q.topic_shares_by(model=FEW, by="outlet") is FEW


def test_what_is_asked_of_a_refusal_is_answered_with_its_reason() -> None:
    with pytest.raises(AttributeError, match=r"no 'rates' here.*3 articles are too few"):
        FEW.rates  # noqa: B018
    assert str(FEW) == "3 articles are too few\n  remedy: take paragraphs"


def test_a_refusal_can_be_copied_and_stored() -> None:
    assert copy.deepcopy(FEW) == FEW == pickle.loads(pickle.dumps(FEW))


def test_a_wrong_argument_is_an_error_and_no_refusal() -> None:
    with pytest.raises(StudyError):
        q.tokenize_corpus("articles.csv")


def test_our_own_modules_see_the_error() -> None:
    from q7x2lab.errors import AnalysisError

    def fails() -> None:
        raise AnalysisError("no date", where="corpus", remedy="map it")

    with pytest.raises(AnalysisError):
        fails()
    assert with_refusals(fails)() == Refusal("corpus: no date", "map it")


def test_an_exhibit_shows_its_words_escaped_and_in_their_direction() -> None:
    table = pd.DataFrame({"outlet": ["<script>x</script>"] * 30})
    shown = Exhibit(
        "rates",
        table=table,
        title=Words(ar="معدلات", en="Rates <b>"),
        notes=Words(en="per million"),
    )._repr_html_()
    assert "<script>" not in shown and "Rates &lt;b&gt;" in shown
    assert '<p lang="ar" dir="rtl">' in shown and "30 rows" in shown


def test_a_long_cell_is_shown_whole_and_no_option_of_pandas_is_changed() -> None:
    reason, before = "مادة " * 40 + "آخر", pd.get_option("display.max_colwidth")
    table = pd.DataFrame({"reason": [reason]})
    assert reason in Exhibit("rejected", table=table)._repr_html_()
    assert reason in table_html(table)
    assert pd.get_option("display.max_colwidth") == before


def test_an_exhibit_shows_its_figure_with_words_for_who_cannot_see_it() -> None:
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    shown = Exhibit("line", figure=figure, alternative=Words(en="a line that rises"))._repr_html_()
    plt.close(figure)
    assert 'alt="a line that rises" src="data:image/png;base64,' in shown


def test_what_an_exhibit_is_can_be_read_at_the_prompt() -> None:
    table = pd.DataFrame({"outlet": ["a", "b"]})
    assert repr(Exhibit("n", table=table, title=Words(en="N"))) == "Exhibit n: N (table of 2 rows)"
    assert repr(Exhibit("n")) == "Exhibit n:  (empty)"


def found(**columns: list) -> Exhibit:
    return make_exhibit("trend-tests", None, pd.DataFrame(columns))


TESTS = {
    "query": ["غاز", "نفط", "قمح"],
    "group": ["all", "all", "x"],
    "hits": [1200, 40, 30],
    "ratio": [2.5, 0.4, 1.1],
    "low": [1.5, 0.2, float("nan")],
    "high": [4.2, 0.8, float("nan")],
    "p": [0.01, 0.0002, 0.4],
    "q": [0.03, 0.0006, 0.4],
    "verdict": ["rises", "falls", "cannot tell"],
}


def test_a_finding_names_what_passed_its_test_the_most_certain_first() -> None:
    exhibit = found(**TESTS)
    said = exhibit.finding.en
    assert said.index("نفط") < said.index("غاز") and "قمح" not in said
    assert "[0.2, 0.8]" in said and exhibit.p == 0.0006
    assert "ينخفض" in exhibit.finding.ar and "falls" not in exhibit.finding.ar


def test_where_nothing_passed_there_is_no_finding() -> None:
    nothing = found(**TESTS | {"verdict": ["cannot tell"] * 3})
    assert nothing.finding == Words() and nothing.p is None


def test_the_table_has_a_papers_shape_in_both_languages_and_the_data_stay_long() -> None:
    exhibit = found(**TESTS)
    assert exhibit.table.columns.tolist()[:3] == ["keyword", "group", "hits"]
    assert exhibit.table.iloc[0].tolist()[2:4] == ["1,200", "2.5 [1.5, 4.2]"]
    assert exhibit.table.iloc[2].tolist()[3] == "1.1"
    assert exhibit.tables["ar"].iloc[0].tolist()[1] == "الكل"
    assert exhibit.data["low"].isna().sum() == 1


def test_no_zero_has_a_sign_and_a_share_of_none_is_nought() -> None:
    pattern = "{a:+.0%} [{b:+.0%}, {c:+.1f}] {d:.2f}"
    assert (
        _filled(pattern, {"a": -0.001, "b": -0.04, "c": 0.0, "d": -0.001}) == "0% [-4%, 0.0] 0.00"
    )


def test_an_empty_table_has_a_papers_columns_too() -> None:
    empty = {name: values[:0] for name, values in TESTS.items()}
    assert found(**empty).table.columns.tolist() == found(**TESTS).table.columns.tolist()


def test_a_word_that_holds_nan_stays_whole_and_a_small_p_is_no_zero() -> None:
    exhibit = found(**TESTS | {"query": ["finance", "نفط", "قمح"], "p": [1e-9, 0.2, float("nan")]})
    first, _, last = exhibit.table.to_numpy().tolist()
    assert first[0] == "finance" and first[4] == "<.001" and last[4] == ""


def test_frames_that_nobody_coded_say_so_in_both_languages() -> None:
    frames = q.score_frames(q.tokenize_corpus(q.read_corpus(few_articles())), "generic")
    notes = q.exhibit_frames(frames).notes
    assert "UNVALIDATED" in notes.en and "لم يُتحقَّق من صحته" in notes.ar


def test_a_finding_whose_columns_are_missing_is_an_error_and_not_dropped() -> None:
    table = pd.DataFrame({"actor": ["x"], "group": "y", "share": 0.5, "low": 0.4, "high": 0.6})
    with pytest.raises(KeyError, match="words"):
        make_exhibit("quotes-speakers", None, table, {"by": "outlet"})


def test_tables_of_a_scheme_name_its_frames_and_no_keys() -> None:
    scheme = q.load_scheme("generic")
    table = pd.DataFrame({"frame": ["human_interest"], "other": ["conflict"], "included": [True]})
    exhibit = q.exhibit_table(table, "confusions", of=scheme)
    assert exhibit.name == f"confusions-{scheme.id}"
    assert exhibit.tables["en"].iloc[0].tolist()[:2] == ["human interest", "conflict"]
    assert exhibit.tables["ar"].iloc[0].tolist() == ["الاهتمام الإنساني", "الصراع", "نعم"]
