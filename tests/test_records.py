"""JSON as exports have it: what is no object is listed."""

import json

import pytest

from q7x2lab.corpus.formats import read_json
from q7x2lab.errors import CorpusError

GOOD = [{"id": str(n), "text": f"نص رقم {n}"} for n in range(3)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("\n".join(map(json.dumps, GOOD)), "jsonl"),
        ("\n".join([*map(json.dumps, GOOD), "", " \t"]), "jsonl"),
        (json.dumps(GOOD), "json"),
        (json.dumps({"articles": GOOD, "total": 3}), "json"),
        (json.dumps(GOOD, indent=1), "json"),
    ],
)
def test_every_layout_gives_the_same_rows(text, kind):
    found = read_json("a", text)
    assert found.table.to_dict("records") == GOOD
    assert found.format == kind


def test_what_is_no_object_is_listed_with_its_line():
    text = "\n".join([json.dumps(GOOD[0]), "5", "{half", json.dumps(GOOD[1])])
    assert [line for _, line, _, _ in read_json("a", text).rejected] == [2, 3]


@pytest.mark.parametrize("text", ["5", "null", '"x"', "[" * 9999, "[[1], 2]"])
def test_no_object_is_no_rows(text):
    with pytest.raises(CorpusError, match="not a JSON object"):
        read_json("a", text)
