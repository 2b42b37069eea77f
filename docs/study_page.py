"""Print the page on the study file, from its schema and from the file that `new` writes."""

import re
from importlib import resources
from typing import Any

from q7x2lab.studies.study_file import Study

HEAD = """# The study file

Made from the schema that checks it and from the comments of the file that `q7x2lab new` writes.
Only `study` and `corpus.files` are needed; every list may be empty; an unknown key is an error with
the nearest known one.

| key | takes | default | what it is |
|---|---|---|---|"""

MORE = {  # what the file has no comment for
    "study": "its name: letters (Arabic too), digits, - and _; the folder of the results",
    "title": "`{ar: …, en: …}`, at the head of the report",
    "corpus.files": "a path, a list of paths, a folder, or `demo`; from the study file's folder",
    "corpus.columns": "`{text: body, section: القسم}`: what a column is called",
    "corpus.without": "outlets that are left out",
    "corpus.outlets": "only these outlets; default all",
    "corpus.copies": "how copies of one story count",
    "unit": "what a topic is found in",
    "period": "how time is divided",
    "figures.width": "in millimetres: 85 for one column of a journal",
    "figures.dpi": "dots per inch of PNG files",
    "figures.font": "a typeface of your machine",
    "figures.formats": "kinds of file; SVG is always made, for the page",
    "seed": "for everything that is drawn at random",
    "arabic.fold": "spellings that count as one",
    "arabic.stop_words": "classes of words that are not counted",
    "topics.method": "how topics are found",
    "framing.unit": "what carries a frame, that of the coding; default as each scheme says",
    "framing.by": "the column to compare by",
    "framing.labels": "labels of articles, like frames: `{file: tone.csv, column: tone}`, "
    "with `id`, `coder`, `coding` (labels of people), `name` (in figures); "
    "without `file` a column of the articles",
    "framing.use": "what finds a frame: its terms",
    "framing.naming": "what outlets call one thing: bundled sets, YAML files, or sets written here",
    "trends.keywords": "`label: [terms]`; none: the most frequent words",
    "trends.per": "the unit of a rate",
    "trends.by": "the column to compare by",
    "trends.events": "`{date: 2022-02-24, ar: …, en: …}`, drawn in every figure over time",
}


def comments() -> dict[str, str]:
    """What the commented study file says beside each key."""
    template = resources.files("q7x2lab").joinpath("data/templates/study.yaml.txt")
    section, told = "", {}
    for line in template.read_text(encoding="utf-8").splitlines():
        line = re.sub(r"\{[{%].*?[%}]\}", "", line)
        if found := re.match(r"(\w+):\s*$", line):
            section = f"{found[1]}."
        elif found := re.match(r"(\s*)(?:# )?(\w+):.*?\s# (.*\w.*)$", line):
            top = not found[1] and not line.startswith("# f")
            meaning = re.sub(r"^\S+( \| \S+)+:? ?", "", found[3].replace("also here:", "")).strip()
            told[found[2] if top else section + found[2]] = meaning.split("   ")[0].rstrip(":")
    return told | MORE


def rows(schema: dict[str, Any], parts: dict[str, Any], prefix: str = "") -> list[str]:
    """A row of the table for each key, those of a section under its name."""
    lines, told = [], comments()
    for name, field in schema["properties"].items():
        section = parts.get(field.get("$ref", "").rpartition("/")[2], {})
        if section.get("properties"):
            lines += rows(section, parts, f"{prefix}{name}.")
            continue
        key, default = prefix + name, field.get("default", "")
        default = "needed" if name in schema.get("required", ()) else f"`{default}`"
        lines.append(f"| `{key}` | {takes(field)} | {default} | {told.get(key, '')} |")
    return lines


def takes(field: dict[str, Any]) -> str:
    """The values that a key takes, in words."""
    if "anyOf" in field:
        kinds = [takes(kind) for kind in field["anyOf"] if kind.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in field or "const" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return f"a list of {takes(field['items'])}" if "items" in field else "a list"
    if field.get("type") == "object":
        return "names, each with a value"
    names = {"string": "text", "integer": "a number", "number": "a number", "boolean": "yes or no"}
    return "a day" if field.get("format") == "date" else names.get(field.get("type", ""), "keys")


if __name__ == "__main__":
    schema = Study.model_json_schema(by_alias=True)
    print(HEAD, *rows(schema, schema["$defs"]), sep="\n")
