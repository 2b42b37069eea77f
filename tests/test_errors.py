"""A message is short and plain, whatever it quotes."""

import pytest

from q7x2lab.errors import LONGEST, MOST_LINES, LabError, expect

HOSTILE = ["a\nb\nc\nd\ne\nf\ng\nh", "\x1b[31mred", "\u202eturned\u2066", "\ud800", "x" * 10_000]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("part", ["what", "where", "remedy"])
def test_what_is_quoted_stays_on_its_line(value, part):
    given = {"what": "wrong", "where": "a.csv", "remedy": "mend it"} | {part: f"said {value}"}
    lines = str(LabError(given.pop("what"), **given)).split("\n")
    assert len(lines) == 2
    assert all(len(line) <= LONGEST + 20 for line in lines)
    assert "".join(lines).encode().decode().isprintable()


def test_no_message_is_longer_than_six_lines():
    many = "\n  ".join(f"fault {number}" for number in range(20))
    lines = str(LabError(many, where="a.csv", remedy="mend them")).split("\n")
    assert len(lines) == MOST_LINES
    assert lines[-1] == "  remedy: mend them"


def test_another_type_is_refused_and_a_subtype_is_not():
    expect(True, int, made_by="len(…)")
    with pytest.raises(LabError, match="int wanted, found str 'x'"):
        expect("x", int, made_by="len(…)")
