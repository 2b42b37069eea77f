"""What is handed to a public function by mistake is refused in words, with what makes the right."""

import pandas as pd
import pytest

import q7x2lab as q
from q7x2lab.corpus.model import Corpus
from q7x2lab.errors import StudyError

CORPUS = Corpus(pd.DataFrame({"id": ["a"], "date": pd.NaT, "outlet": "x", "text": "قال كذا."}))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: q.score_frames(CORPUS, "generic"), "Tokens wanted, found Corpus"),
        (lambda: q.score_frames("a.csv", "generic"), "Tokens wanted, found str 'a.csv'"),
        (lambda: q.extract_quotes("قال كذا"), "Corpus wanted, found str"),
        (lambda: q.coding_sheet("a.csv", "generic"), "Corpus wanted, found str"),
        (lambda: q.tokenize_corpus("a.csv"), "Corpus wanted, found str 'a.csv'"),
        (lambda: q.document_term_matrix(CORPUS), "Tokens wanted, found Corpus"),
        (lambda: q.prepare("a.csv"), "Corpus wanted, found str"),
        (lambda: q.prepare(pd.DataFrame({"text": ["a"]})), "Corpus wanted, found DataFrame"),
    ],
)
def test_the_wrong_kind_of_argument_is_refused_with_the_remedy(call, said):
    with pytest.raises(StudyError, match=said) as caught:
        call()
    assert "remedy: give what" in str(caught.value)
