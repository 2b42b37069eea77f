"""A study file is checked whole, and every error says what is wrong, where, and what to do."""

import os

import pytest
from test_empty_lists import LISTS

from q7x2lab.errors import StudyError
from q7x2lab.framing.naming import load_naming
from q7x2lab.studies.notebooks import notebook_parameters
from q7x2lab.studies.study_file import Study, StudyFile, check_study, load_study, study_paths
from q7x2lab.yaml_files import LARGEST_FILE

RIGHT = "study: a\ncorpus: {files: demo}\n"

WRONG = {
    "misspelt key": ("topcs: {k: 3}", "line 3: topcs: unknown key 'topcs'", "did you mean topics?"),
    "misspelt inner key": ("topics: {kk: 3}", "topics.kk: unknown key 'kk'", "did you mean k?"),
    "far key": ("zzz: 1", "unknown key 'zzz'", "known: study"),
    "wrong type": ("topics: 3", "topics: found 3", "write keys and values"),
    "wrong value": ("period: months", "period: found 'months'", "write 'day', 'week', 'month'"),
    "a number as text": ("seed: '1'", "seed: found '1'", "write a whole number"),
    "yes is no number": ("seed: yes", "seed: found True", "write a whole number"),
    "too small": ("topics: {k: 1}", "topics.k: found 1", "write 'auto' or write a number greater"),
    "empty terms": (
        "trends: {keywords: {روسيا: []}}",
        "trends.keywords.روسيا: found []",
        "give at least 1",
    ),
    "nameless event": ("trends: {events: [{date: 2022-02-24}]}", "needs a name", "trends.events.0"),
    "no date": (
        "trends: {events: [{date: x, ar: ا}]}",
        "trends.events.0.date: found 'x'",
        "2022-02-24",
    ),
    "twice": ("seed: 1\nseed: 2", "line 4: the key 'seed' stands twice", "keep one"),
    "reference": ("title: &a {ar: ا}\naliases: *a", "references (*name) are not read", "write out"),
    "merge": ("<<: {seed: 1}", "line 3: the tag !!merge is not read", "write out"),
    "object": ("title: !!python/object/apply:os.getcwd []", "the tag !!python/object", "plainly"),
    "list key": ("? [a]\n: 1", "a key is not plain text", "one word"),
    "number for a key": ("5: 1", "5: found 5", "quotation marks"),
    "day that never was": (
        "trends: {events: [{ar: ا, date: 2022-02-30}]}",
        "line 3: trends.events.0.date: 2022-02-30 is no date",
        "a date that exists",
    ),
    "endless number": ("seed: " + "9" * 5000, "line 3: seed: 999", "a number that exists"),
    "NUL": ("title: a\0b", "line 3: the character U+0000 is no text", "take it out"),
    "nested without end": ("title: " + "[" * 9000, "nested too deeply", "q7x2lab new"),
    "key of many lines": ('"a\\nb\\nc\\nd\\ne\\nf\\ng": 1', "unknown key 'a\\nb", "known: study"),
    "escape codes": ('"\\e[31m": 1', "unknown key '\\x1b[31m'", "known: study"),
    "endless value": ("period: " + "m" * 5000, "period: found 'mmm", "write 'day', 'week'"),
    "no classifier": ("framing: {use: better}", "no instrument 'better'", "under framing.labels"),
    "no such typeface": ("figures: {font: Amirri}", "no typeface Amirri", "did you mean Amiri?"),
    "tab": ("topics:\n\tk: 3", "not valid YAML", "indent with spaces"),
}


@pytest.fixture
def write(tmp_path):
    def writing(text: str):
        path = tmp_path / "study.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return writing


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_key_or_value_is_named_with_its_remedy(case, write):
    addition, what, remedy = WRONG[case]
    path = write(RIGHT + addition + "\n")
    with pytest.raises(StudyError) as caught:
        load_study(path)
    lines = str(caught.value).splitlines()
    assert what in str(caught.value)
    assert remedy in str(caught.value)
    assert str(path) in lines[0]
    assert len(lines) <= 4 and "\x1b" not in str(caught.value)
    assert caught.value.exit_status == 2


def test_several_errors_are_told_at_once(write):
    with pytest.raises(StudyError, match="unknown key 'perod'\n  line 4: period: found 'x'"):
        load_study(write(RIGHT + "perod: month\nperiod: x\n"))


@pytest.mark.parametrize(
    "name", ["../up", "a b", "", "a/b", ".hidden", "x" * 65, "..", "-a", "a.b", "ق\u200fم", "a\n"]
)
def test_a_name_cannot_leave_the_results_folder(name):
    with pytest.raises(StudyError, match="letters, digits"):
        check_study({"study": name, "corpus": {"files": "demo"}})


@pytest.mark.parametrize("name", ["pipe.yaml", "folder.yaml", "a\0b", "x" * 5000, "/dev/null"])
def test_what_cannot_be_a_study_file_is_refused_at_once(name, tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(StudyError, match="remedy") as caught:
        load_study(tmp_path / name)
    assert "Errno" not in str(caught.value)
    assert all(len(line) < 500 for line in str(caught.value).splitlines())


@pytest.mark.parametrize("text", ["", "just text", "- a\n- b", "\x00", "a: [", "a: b: c"])
def test_what_is_no_study_is_an_error_in_words(text, write):
    with pytest.raises(StudyError):
        load_study(write(text))


def test_a_missing_study_names_its_neighbour(write):
    path = write(RIGHT)
    with pytest.raises(StudyError, match=r"did you mean study\.yaml"):
        load_study(path.with_name("studdy.yaml"))


def test_a_study_in_another_encoding_is_an_error(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_bytes("title: عنوان".encode("windows-1256"))
    with pytest.raises(StudyError, match="save it as UTF-8"):
        load_study(path)


def test_values_can_be_set_from_the_command_line(write):
    changes = ["topics.k=7", "trends.keywords={نفط: [نفط]}", "language=ar"]
    study = load_study(write(RIGHT), changes=changes).study
    assert (study.topics.k, study.trends.keywords, study.language) == (7, {"نفط": ["نفط"]}, "ar")
    with pytest.raises(StudyError, match="key=value"):
        load_study(write(RIGHT), changes=["topics.k"])
    with pytest.raises(StudyError, match="did you mean topics"):
        load_study(write(RIGHT), changes=["topcs.k=7"])


def test_paths_start_from_the_study_file(write, tmp_path, monkeypatch):
    (tmp_path / "articles.csv").write_text("id,text\n", encoding="utf-8")
    path = write("study: a\ncorpus: {files: articles.csv}\n")
    monkeypatch.chdir("/")
    assert study_paths(load_study(path)) == [tmp_path / "articles.csv"]
    with pytest.raises(StudyError, match=r"did you mean articles\.csv"):
        study_paths(load_study(path, changes=["corpus.files=article.csv"]))


def test_dates_must_be_in_order():
    corpus = {"files": "demo", "from": "2023-01-01", "to": "2022-01-01"}
    with pytest.raises(StudyError, match="write a date"):
        check_study({"study": "a", "corpus": corpus})
    import datetime as dt

    corpus |= {"from": dt.date(2023, 1, 1), "to": dt.date(2022, 1, 1)}
    with pytest.raises(StudyError, match="is later than"):
        check_study({"study": "a", "corpus": corpus})


def test_a_title_may_be_one_text_or_two():
    study = check_study({"study": "a", "corpus": {"files": "demo"}, "title": "One"})
    assert study.titles.ar == study.titles.en == "One"
    study = check_study({"study": "a", "corpus": {"files": "demo"}, "title": {"ar": "قمم"}})
    assert (study.titles.ar, study.titles.en) == ("قمم", "a")


@pytest.mark.parametrize("name", ["~nobody-here/a.csv", "a" * 5000, "a\0b.csv"])
def test_a_path_of_any_kind_is_a_file_that_is_not_there(tmp_path, name):
    file = StudyFile(check_study({"study": "s", "corpus": {"files": name}}), tmp_path / "s.yaml")
    with pytest.raises(StudyError, match="there is no file") as raised:
        study_paths(file)
    assert len(str(raised.value)) < 1000


def test_articles_named_as_a_study_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "articles.csv"
    with path.open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    with pytest.raises(StudyError, match="this is no study file, but far too large"):
        load_study(path)


@pytest.mark.parametrize("name", ["قمم_2022", "قمم-بوتين", "Straße", "a"])
def test_a_study_has_a_name_in_any_script(name):
    assert check_study({"study": name, "corpus": {"files": "demo"}}).study == name


def test_defaults_suit_any_corpus():
    study = check_study({"study": "a", "corpus": {"files": "demo"}})
    assert (study.framing.naming, study.framing.schemes) == ([], ["generic"])
    assert study.trends.keywords == {}


def test_a_naming_set_may_be_written_into_the_study(tmp_path):
    army = {"army": ["جيش الاحتلال", "الجيش الإسرائيلي"]}
    study = check_study({"study": "a", "corpus": {"files": "demo"}, "framing": {"naming": army}})
    file = StudyFile(study, tmp_path / "a.yaml")
    (given,) = notebook_parameters(file, "3-framing")["naming"]
    assert given["id"] == "army" and list(given["variants"]) == army["army"]
    assert load_naming(given).variants == {name: [name] for name in army["army"]}
    assert study_paths(file, "framing") == []
    with pytest.raises(StudyError, match="at least 1"):
        check_study({"study": "a", "corpus": {"files": "demo"}, "framing": {"naming": {"x": []}}})


def test_a_recorded_study_is_the_same_when_it_is_read_again(write):
    trends = "trends: {spans: [[2022-01-01, 2022-02-01]], events: [{date: 2022-02-24, en: war}]}\n"
    study = load_study(write(RIGHT + trends + "topics: {k: 7}\n")).study
    recorded = study.model_dump(mode="json", by_alias=True)
    assert Study.model_validate(recorded, strict=False) == study


def test_what_is_wrong_in_a_changed_study_is_told_without_a_line_of_the_file(write):
    with pytest.raises(StudyError, match=r"study\.yaml: topics\.k: found 1\n"):
        load_study(write(RIGHT), changes=["topics.k=1"])


def test_each_list_of_a_study_is_tried_empty():
    parts = Study.model_fields.items()
    sections = {name: getattr(key.annotation, "model_fields", {}) for name, key in parts}
    lists = {
        f"{section}.{name}"
        for section, keys in sections.items()
        for name, key in keys.items()
        if isinstance(key.default, list | dict)
    }
    assert lists - {"figures.formats"} == set(LISTS)  # no figure has no format: it may not be empty
