"""The package stays small and arranged: sizes of rooms, one-way imports, one name for one thing."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "q7x2lab"
FILES = sorted(PACKAGE.rglob("*.py"))
# Imports run from the left to the right of this line only; rooms in one place do not meet.
ORDER = (
    ("errors", "yaml_files", "exhibits", "data"),
    ("arabic",),
    ("corpus",),
    ("stats",),
    ("topics", "framing", "trends"),
    ("figures",),
    ("explore",),
    ("studies",),
    ("cli",),
)
PLACE = {room: place for place, rooms in enumerate(ORDER) for room in rooms}
NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def docstring_lines(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            continue
        first = node.body[0] if node.body else None
        if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
            lines.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def code_lines(path: Path) -> int:
    """Lines of code: docstrings, comments and blank lines not counted."""
    source = path.read_text(encoding="utf-8")
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - docstring_lines(ast.parse(source)))


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else "."


def module_of(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def budgets() -> dict[str, int]:
    """Room to lines, from the size table in CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w./]+)` \| ([\d,]+) \|", text, flags=re.M)
    return {room.rstrip("/"): int(lines.replace(",", "")) for room, lines in rows}


def sizes() -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for path in FILES:
        found[room_of(path)] += code_lines(path)
    return dict(found)


def imported(path: Path) -> set[str]:
    """Our own modules that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("q7x2lab"):
            found.add(str(node.module))
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("q7x2lab")}
    known = {module_of(file) for file in FILES}
    return (found & known) - {"q7x2lab"}


def test_each_room_is_within_its_budget() -> None:
    allowed, found = budgets(), sizes()
    whole = sum(found.values()) - found["trends"]  # which is being rewritten
    print("\nroom          lines  budget")  # shown by pytest -s, and where the test fails
    for room in sorted(found):
        print(f"{room:12} {found[room]:6,} {allowed.get(room, 0):7,}")
    print(f"{'all':12} {whole:6,} {allowed['all']:7,}")
    over = {room: lines for room, lines in found.items() if lines > allowed.get(room, 0)}
    assert not over, "make it simpler, or take as much out elsewhere and change CONTRIBUTING.md"
    assert whole <= allowed["all"]


def test_imports_run_one_way_between_rooms() -> None:
    wrong = []
    for path in FILES:
        own = room_of(path) if room_of(path) != "." else path.stem
        for name in imported(path):
            other = name.split(".")[1]
            if own not in PLACE or other == own:
                continue
            before = PLACE[other] < PLACE[own] or (PLACE[other] == PLACE[own] == 0)
            if not before:
                wrong.append(f"{module_of(path)} imports {name}")
    assert wrong == []


def test_no_circle_of_modules() -> None:
    try:
        tuple(TopologicalSorter({module_of(p): imported(p) for p in FILES}).static_order())
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")


def test_our_own_modules_are_imported_at_the_top() -> None:
    hidden = []
    for path in FILES:
        tree = parsed(path)
        top = {id(node) for node in tree.body}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in top:
                names = [getattr(node, "module", None) or "", *(a.name for a in node.names)]
                if any(name.startswith("q7x2lab") for name in names):
                    hidden.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert hidden == []


def test_no_public_name_stands_twice() -> None:
    places = defaultdict(set)
    for path in FILES:
        for node in parsed(path).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(module_of(path))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_functions_fit_a_screen() -> None:
    most = 50  # lines with the signature, the docstring not counted
    long = []
    for path in FILES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef):
                text = ast.get_docstring(node, clean=False)
                lines = (node.end_lineno or 0) - node.lineno + 1
                lines -= text.count("\n") + 1 if text else 0
                if lines > most:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {lines}")
    assert long == []
