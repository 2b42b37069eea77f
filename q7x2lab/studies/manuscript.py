"""Whether the numbers and figures of a manuscript are those of a run."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from q7x2lab.studies import provenance
from q7x2lab.studies.tables import latex_macro, shown_number
from q7x2lab.studies.text_guard import file_text

_DAY = r"\d{4}-\d\d-\d\d"
_NUMBER = r"(?:(?:[<>]\s?)?(?:(?<!\w)[+−-])?(?:\d(?:[\d.,٬٫]*\d)?|[.٫]\d+)(?:\s?\\?[%٪])?)"
_VALUE = rf"({_DAY}|{_NUMBER})"
_TAG = r"(?:\[|<!--\s*|%\s*)q:([\w-]+)"
_TAGGED = re.compile(rf"{_VALUE}\$?\s*{_TAG}")  # 28,516 [q:articles]
_PLAIN = re.compile(rf"(?<![\w.,]){_VALUE}(?![\w]|[.,]\d)")
_USED = re.compile(r"\\(q[A-Z]\w*)")
_DEFINED = re.compile(r"\\newcommand\{\\(q[A-Z]\w*)\}\{(.*?)\}(?: *%.*)?$", re.MULTILINE)
_FILES = re.compile(r"[\w./-]+\.(?:png|pdf|svg)")
_LATIN = str.maketrans("٠١٢٣٤٥٦٧٨٩٫−", "0123456789.-", ",٬ \\%٪+")  # what is said without a sign
MOST_NAMES = 3  # of those that a plain number equals, the shortest


def compare_manuscript(results: Path, draft: Path) -> tuple[list[str], list[str]]:
    r"""What in a manuscript does not match a run, and what does, a line each.

    Checked are the macros of ``numbers.tex`` that it uses (unknown ones; those that it or a file
    that it inputs defines otherwise), numbers with a tag (``28,516 [q:articles]``; in Markdown
    also ``<!-- q:articles -->``), tags behind no number, and figures beside it that are not those
    of the run. Plain numbers that equal a recorded one are only listed.

    Parameters
    ----------
    draft
        A ``.tex``, ``.md`` or ``.docx`` file.
    """
    numbers = json.loads((results / "numbers.json").read_text(encoding="utf-8"))
    values = {name: item["value"] for name, item in numbers.items()}
    text = file_text(draft)
    for name in re.findall(r"\\in(?:put|clude)\{([^}]+)\}", text):
        path = draft.parent / Path(name).with_suffix(".tex")
        text += path.read_text(encoding="utf-8") if path.is_file() else ""
    wrong, right = [], []
    for what, shown, recorded in _claims(text, values):
        said = f"{what} is {shown}"
        if recorded is None:
            wrong.append(f"unknown: {what}")
        elif _is_shown(shown, recorded):
            right.append(said)
        else:
            wrong.append(f"stale: {said}, now {shown_number(recorded)}")
    outputs = provenance.outputs_of(provenance.read_manifest(results))
    known = {Path(path).name: path for path in outputs}
    for name in sorted(set(_FILES.findall(text))):
        path, own = draft.parent / name, known.get(Path(name).name)
        if own and path.is_file() and path.read_bytes() != (results / own).read_bytes():
            wrong.append(f"not the figure of this run: {name} (see {results / own})")
    rest = _TAGGED.sub("", _DEFINED.sub("", text))
    wrong += [f"no number right before the tag: q:{name}" for name in re.findall(_TAG, rest)]
    for shown in dict.fromkeys(_PLAIN.findall(rest)):
        equal = [name for name in values if len(shown) > 2 and _is_shown(shown, values[name])]
        names = ", ".join(sorted(equal, key=len)[:MOST_NAMES])
        right += [f"plain, not checked: {shown} equals {names}"] * bool(equal)
    return wrong, right


def _claims(text: str, values: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Each recorded number that a manuscript names: its name, as it stands there, as recorded."""
    lines = "\n".join(latex_macro(name, value) for name, value in values.items())
    known, defined = dict(_DEFINED.findall(lines)), dict(_DEFINED.findall(text))
    for name in sorted(set(_USED.findall(_DEFINED.sub("", text)))):
        yield f"\\{name}", str(defined.get(name, known.get(name))), known.get(name)
    for shown, name in _TAGGED.findall(text):
        yield f"q:{name}", shown, values.get(name)


def _is_shown(shown: str, value: Any) -> bool:
    """Whether a number in a manuscript is a recorded one, to the digits that it shows.

    >>> _is_shown("28,516", 28516), _is_shown("0.82", 0.81509), _is_shown("0.83", 0.81509)
    (True, True, False)
    >>> _is_shown("١٦٪", "16%"), _is_shown("< 0.001", "<.001"), _is_shown("64", ">64")
    (True, True, False)
    """
    plain, known = shown.translate(_LATIN), str(value).translate(_LATIN)
    if plain[:1] == known[:1] and known[:1] in "<>":
        plain, known = plain[1:], known[1:]
    try:
        return round(float(known), len(plain.partition(".")[2])) == float(plain)
    except ValueError:  # a day, or a number such as 1.2.3
        return plain == known
