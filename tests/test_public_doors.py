"""What is handed to a public function by mistake is refused in words, with what makes the right."""

import pandas as pd
import pytest

import q7x2lab as q
from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import LabError, StudyError
from q7x2lab.exhibits import with_refusals

DAY = pd.Timestamp("2022-01-03")
TABLE = pd.DataFrame({"id": ["a"], "date": DAY, "outlet": "x", "text": "قال كذا."})
CORPUS = Corpus(TABLE)
TOKENS = q.tokenize_corpus(CORPUS)
QUOTES = q.extract_quotes(CORPUS)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: q.score_frames(CORPUS, "generic"), "Tokens wanted, found Corpus"),
        (lambda: q.score_frames("a.csv", "generic"), "Tokens wanted, found str 'a.csv'"),
        (lambda: q.extract_quotes("قال كذا"), "Tokens wanted, found str"),
        (lambda: q.coding_sheet("a.csv", "generic"), "Tokens wanted, found str"),
        (lambda: q.tokenize_corpus("a.csv"), "Corpus wanted, found str 'a.csv'"),
        (lambda: q.document_term_matrix(CORPUS), "Tokens wanted, found Corpus"),
        (lambda: q.keyword_trends(CORPUS, {"a": "كذا"}), "Tokens wanted, found Corpus"),
        (lambda: q.collocates(CORPUS, "كذا"), "Tokens wanted, found Corpus"),
        (lambda: q.dispersion(CORPUS, "كذا"), "Tokens wanted, found Corpus"),
        (lambda: q.detect_bursts(CORPUS.articles), "Trend wanted, found DataFrame"),
        (lambda: q.event_effects(CORPUS, [{"date": "2022-02-24"}]), "Trend wanted, found Corpus"),
        (lambda: q.prepare("a.csv"), "Corpus wanted, found str"),
        (lambda: q.prepare(pd.DataFrame({"text": ["a"]})), "Corpus wanted, found DataFrame"),
    ],
)
def test_the_wrong_kind_of_argument_is_refused_with_the_remedy(call, said):
    with pytest.raises(StudyError, match=said) as caught:
        call()
    assert "remedy: give what" in str(caught.value)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: q.lexemes(["قال"], [3]),
            "q.lexemes(frequencies): Mapping[str, int] | None wanted",
        ),
        (lambda: q.lexemes(["قال"], {"قال": "x"}), "wanted, found dict {'قال': 'x'}"),
        (
            lambda: q.lexemes(["قال", None]),
            "(types): Sequence[str] wanted, found list ['قال', None]",
        ),
        (lambda: q.lexemes(None), "(types): Sequence[str] wanted, found NoneType"),
        (lambda: q.tokenize(None), "(text): str wanted, found NoneType"),
        (lambda: q.tokenize(["قال"]), "(text): str wanted, found list ['قال']"),
        (lambda: q.normalize(3), "(text): str wanted, found int 3"),
        (lambda: q.normalize("قال", steps=3), "(steps): Sequence[str] wanted, found int 3"),
        (lambda: q.find_dates(float("nan")), "(text): str wanted, found float nan"),
        (lambda: q.find_dates("أمس", ["a"]), "reference ['a']: no day that can be read"),
        (lambda: q.split_sentences(b"a"), "(text): str wanted, found bytes b'a'"),
        (lambda: q.split_paragraphs(None), "(text): str wanted, found NoneType"),
        (lambda: q.load_aliases(None), "(source): str | Path | Mapping[str, Any] wanted"),
        (lambda: q.alias_titles({"a": 1}), "(groups): Mapping[str, Mapping[str, Any]] wanted"),
        (
            lambda: q.read_corpus(TABLE, columns="text"),
            "(columns): Mapping[str, str] | None wanted",
        ),
    ],
)
def test_words_and_texts_of_the_wrong_kind_are_refused_in_words(call, said):
    with pytest.raises(StudyError) as caught:
        call()
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"window": "5"}, "q.Tokens.kwic(window): int wanted, found str '5'"),
        ({"n": "3"}, "(n): int | None wanted, found str '3'"),
        ({"sort": "right"}, "(sort): tuple[str, int] | None wanted, found str 'right'"),
        ({"sort": ("up", 1)}, "no side is called 'up'"),
        ({"sort": ("right", 0)}, "a number is too small"),
        ({"window": -1}, "window=-1"),
        ({"n": -1}, "n=-1"),
    ],
)
def test_options_of_a_concordance_are_refused_in_words(options, said):
    with pytest.raises(StudyError) as caught:
        TOKENS.kwic("كذا", **options)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: q.resolve_speakers(TABLE), "q.resolve_speakers: a column is missing: 'speaker'"),
        (lambda: q.plot_keyness(TABLE), "q.plot_keyness: a column is missing: 'q'"),
        (lambda: q.find_quotes(QUOTES, TABLE, topic="x"), "a column is missing: 'topic'"),
        (lambda: q.who_first(TABLE.drop(columns="id"), TABLE), "q.who_first: a column is missing"),
    ],
)
def test_a_table_without_a_column_is_refused_in_words(call, said):
    with pytest.raises(StudyError) as caught:
        call()
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: q.keyness(TOKENS, "outlet", "x"),
            "DocumentTermMatrix wanted, found Tokens",
        ),
        (
            lambda: q.compare_collocates(TOKENS, "كذا", by=[3]),
            "(by): str | Sequence[tuple[",
        ),
        (lambda: q.explore_words(TOKENS, None), "(query): Collection[Any] wanted, found NoneType"),
        (lambda: q.explore_words(TOKENS, {}), "nothing to search for"),
        (lambda: q.tokenize_corpus(CORPUS, stop_words=["في"]), "(see more_stop_words)"),
        (lambda: q.read_corpus(["قال كذا"]), "put texts of your own into a DataFrame"),
        (lambda: q.krippendorff_alpha(None, "x"), "unknown level"),
    ],
)
def test_what_else_a_stranger_gives_is_refused_in_words(call, said):
    with pytest.raises(LabError) as caught:
        call()
    assert said in str(caught.value)


def test_one_word_stands_for_a_list_of_one():
    words = {"more_stop_words": "كذا", "phrases": "قال كذا"}
    tokens = q.tokenize_corpus(CORPUS, stop_words="particles", **words)
    assert tokens.more_stop_words == ("كذا",) and tokens.phrases == ("قال كذا",)
    assert tokens.stop[tokens.forms.tolist().index("كذا")]


def test_more_arguments_than_there_are_and_ragged_lists_are_told_by_python():
    with pytest.raises(TypeError, match="positional argument"):
        q.tokenize("قال", "كذا")
    with pytest.raises(TypeError, match="unhashable"):
        q.krippendorff_alpha([[1, 0], [1]])


def test_what_behaves_like_what_is_wanted_is_taken():
    assert q.lexemes(pd.Series(["وروسيا"])) == q.lexemes({"وروسيا"}) == ["روسيا"]
    assert q.find_dates("أمس", "").empty
    assert q.find_quotes(QUOTES, TABLE, speaker=None).equals(q.find_quotes(QUOTES, TABLE))


def test_a_call_that_cannot_be_is_told_by_python_and_a_fault_of_ours_as_it_is():
    with pytest.raises(TypeError, match="unexpected keyword argument 'txt'"):
        q.tokenize(txt="قال")
    broken = with_refusals(lambda text: text.nothing)
    with pytest.raises(AttributeError, match="nothing"):
        broken("قال")
