"""What is said of a study before it runs."""

import datetime as dt

import pandas as pd
import pytest

from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import StudyError
from q7x2lab.studies.preview import date_lines
from q7x2lab.studies.study import StudyFile, check_study


def lines(tmp_path, **trends):
    said = {"study": "s", "corpus": {"files": "demo"}, "trends": trends}
    days = pd.to_datetime(["2022-01-05", "2022-06-05"])
    articles = pd.DataFrame({"id": ["a", "b"], "date": days, "outlet": "x", "text": "نص"})
    return list(date_lines(StudyFile(check_study(said), tmp_path / "s.yaml"), Corpus(articles)))


def test_an_event_outside_the_corpus_is_said(tmp_path):
    events = [{"date": dt.date(2030, 1, 1), "en": "far"}, {"date": dt.date(2022, 2, 1), "en": "in"}]
    (line,) = lines(tmp_path, events=events)
    assert line == "event far on 2030-01-01 lies outside the corpus, 2022-01-05 to 2022-06-05"


@pytest.mark.parametrize(
    "trends",
    [{"breaks": [dt.date(2023, 1, 1)]}, {"spans": [[dt.date(2023, 1, 1), dt.date(2023, 2, 1)]]}],
)
def test_breaks_and_spans_outside_the_corpus_are_the_study_s_fault(tmp_path, trends):
    with pytest.raises(StudyError, match="2023-01-01 lies outside the corpus") as raised:
        lines(tmp_path, **trends)
    assert raised.value.exit_status == 2
    assert "from 2022-01-05 to 2022-06-05" in str(raised.value)


def test_a_span_that_ends_before_it_begins_is_refused(tmp_path):
    with pytest.raises(StudyError, match="ends before it begins"):
        lines(tmp_path, spans=[[dt.date(2022, 3, 1), dt.date(2022, 2, 1)]])
