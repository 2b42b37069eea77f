"""Pages that are made when the documentation is built: a page a public name, and the gallery."""

import ast
import json
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs" / "example"
TITLES = {
    "": "Exhibits", "arabic": "Arabic", "corpus": "Corpus", "data": "Data", "topics": "Topics",
    "framing": "Framing", "stats": "Statistics", "trends": "Trends", "figures": "Figures",
    "explore": "Exploring", "studies": "Studies",
}  # fmt: skip


def public_names() -> dict[str, list[str]]:
    """The public names of each module, read from the package's stub without importing it."""
    tree = ast.parse((ROOT / "q7x2lab" / "__init__.pyi").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return {
        str(node.module).removeprefix("q7x2lab."): [each.name for each in node.names]
        for node in imports
    }


def on_files(files: Files, config: Any) -> Files:
    """Add the reference pages and the gallery."""
    parts: dict[str, list[str]] = {}
    for module, names in public_names().items():
        room = module.split(".")[0] if "." in module else ""
        for name in names:
            page = f"# q.{name}\n\n::: q7x2lab.{module}.{name}\n"
            files.append(File.generated(config, f"reference/{name}.md", content=page))
            parts.setdefault(room, []).append(name)
    lines = ["# Every public name", ""]
    for room, names in parts.items():
        links = " · ".join(f"[{name}]({name}.md)" for name in sorted(names))
        lines += [f"## {TITLES.get(room, room)}", "", links, ""]
    files.append(File.generated(config, "reference/index.md", content="\n".join(lines)))
    for path in sorted(EXAMPLE.glob("figures/*.png")):
        address = f"example/{path.name}"
        files.append(File.generated(config, address, abs_src_path=str(path)))
    files.append(File.generated(config, "gallery.md", content=gallery()))
    return files


def gallery() -> str:
    """Each figure of the example: what it shows, and where it is made."""
    lines = [
        "# Gallery",
        "",
        "Figures of the demonstration study (`make`, or `q7x2lab demo`). Outlets, people",
    ]
    lines += ["and events in them are invented.", ""]
    exhibits = json.loads((EXAMPLE / "exhibits.json").read_text(encoding="utf-8"))
    calls = notebook_calls()
    for name, item in exhibits.items():
        title, seen, told = (
            item[part].get("en", "") for part in ("title", "caption", "alternative")
        )
        lines += [f"## {title}", "", seen or told, "", f"![{told}](example/{name}.png)", ""]
        lines += ["```python", calls.get(name, f"# {item['notebook']}.ipynb"), "```", ""]
    return "\n".join(lines)


def notebook_calls() -> dict[str, str]:
    """The cell of the executed notebooks that showed each figure."""
    calls = {}
    names = json.loads((EXAMPLE / "exhibits.json").read_text(encoding="utf-8"))
    for path in sorted(EXAMPLE.glob("notebooks/*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            text = json.dumps(cell.get("outputs", ()), ensure_ascii=False)
            for name in names:
                if cell["cell_type"] == "code" and names[name]["title"].get("en", "\0") in text:
                    calls.setdefault(name, "".join(cell["source"]))
    return calls
