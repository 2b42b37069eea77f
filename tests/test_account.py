"""The account adds up, and has rows even where nothing happened."""

import pandas as pd

import q7x2lab as q
from q7x2lab.corpus.read import read_corpus

WORDS = " ".join("كلمة" + letter for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهوي")


def corpus(**options):
    texts = [WORDS, WORDS, "<p>نص قصير</p>", "", "قال كذا. وأضاف كذا.\nثم مضى."]
    dates = ["2022-01-01"] * 4 + ["2023-02-30"]
    table = pd.DataFrame({"id": list("abcde"), "date": dates, "outlet": list("xxyyy")})
    return read_corpus(table.assign(text=texts), **options)


def test_every_row_has_its_reason():
    found = corpus(copies="once")
    table = q.rejected_by_reason(found).set_index("reason")["rows"]
    assert table.to_dict() == {
        "no text": 1,
        "date cannot be read": 1,
        "copy of another article": 1,
    }
    assert table.sum() + len(found) == 5
    assert "DataFrame line 4" in q.rejected_by_reason(found)["examples"].tolist()


def test_changes_are_counted_in_characters():
    table = q.changes_by_step(corpus()).set_index("step")
    removed = (
        table.loc["HTML to text", "removed"] + table.loc["spaces and line ends evened", "removed"]
    )
    assert removed == len("<p></p>")
    assert (table["before"] - table["after"] == table["removed"]).all()


def test_copies_flags_and_units():
    found = corpus(copies="weighted")
    assert q.copies_by_kind(found).values.tolist() == [["exact", 2, 1, 1.0]]
    assert q.flags_by_kind(found).set_index("flag")["articles"]["very short"] == 1
    units = q.units_by_outlet(q.tokenize_corpus(found)).set_index("outlet")
    assert units["articles"].to_dict() == {"x": 2, "y": 1}
    assert units.loc["x", "words"] == 2 * len(WORDS.split())


def test_nothing_to_say_is_a_table_without_rows():
    calm = read_corpus(pd.DataFrame({"text": [WORDS], "date": "2022-01-01"}))
    for table in (q.rejected_by_reason, q.changes_by_step, q.flags_by_kind, q.copies_by_kind):
        assert table(calm).empty
