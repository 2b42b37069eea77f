"""Files that people edit about topics: their names, and the sheets of the intrusion tasks."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.studies import desk
from q7x2lab.studies.coding_sheets import dateless
from q7x2lab.studies.prepare import prepared_folder, read_articles
from q7x2lab.studies.tables import cell_text, csv_text
from q7x2lab.topics.model import TopicModel
from q7x2lab.topics.names import TopicName, find_names, fingerprints, named
from q7x2lab.topics.quality import top_words
from q7x2lab.topics.readers import IntrusionScore, IntrusionTask, score_intrusion
from q7x2lab.yaml_files import read_yaml

FOLDER = "topics"
_HEAD = """\
# Names of topics. Write a label, and under read the ids of the articles you read before naming.
# The key is the topic's fingerprint: leave it and the words, so that a rerun finds the topic.
"""


def read_topic_names(path: str | Path) -> dict[str, TopicName]:
    """Names by fingerprint from a YAML file, only those that bear a label; {} without the file.

    Raises `StudyError` with the entry that is not as it should be.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "names.yaml")
    ...     _ = path.write_text("3f2a: {label: Energy, words: [gas, oil]}", encoding="utf-8")
    ...     read_topic_names(path)
    {'3f2a': TopicName(label='Energy', words=('gas', 'oil'), read=())}
    """
    path = Path(path)
    if not path.exists():
        return {}
    said = read_yaml(path, what="file of topic names") or {}
    if not isinstance(said, dict):
        raise StudyError("the topic names are no list of fingerprints", where=str(path))
    return {str(key): name for key, name in _names(said, path).items() if name.label}


def _names(said: dict[Any, Any], path: Path | None) -> dict[Any, TopicName]:
    names = {}
    for key, entry in said.items():
        known = {"label", "words", "read"}
        if not isinstance(entry, dict) or not set(entry) <= known:
            raise StudyError(
                "an entry holds label, words and read, nothing else", where=f"{path}: {key}"
            )
        lists = {part: entry.get(part) or [] for part in ("words", "read")}
        if not all(isinstance(value, list) for value in lists.values()):
            raise StudyError("words and read are lists", where=f"{path}: {key}")
        words, read = (tuple(str(x) for x in lists[part]) for part in ("words", "read"))
        names[key] = TopicName(str(entry.get("label") or ""), words, read)
    return names


def write_topic_names(model: TopicModel, path: str | Path) -> Path:
    """Add the topics of the model that the file does not know yet, for people to name.

    What people wrote is kept: entries are never removed nor changed. Returns the path.

    >>> from tempfile import TemporaryDirectory
    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> lexemes = [f"w{j}" for j in range(20)]
    >>> dtm = SimpleNamespace(lexemes=lexemes, labels=lexemes)
    >>> words = np.kron(np.eye(2), np.full((1, 10), 0.1))
    >>> model = TopicModel(dtm, words, words, "nmf", 0)
    >>> with TemporaryDirectory() as folder:
    ...     path = write_topic_names(model, Path(folder, "names.yaml"))
    ...     path.read_text(encoding="utf-8").count("label: ''")
    2
    """
    path = Path(path)
    path.write_text(_names_text(model, path), encoding="utf-8")
    return path


def save_topic_names(model: TopicModel, labels: str | None = None) -> str:
    """Where the file to name topics in stands within the running study: `topics/…`.

    labels: the file of names that the study has, whose entries come first. A rerun writes it anew:
    fill in a copy kept beside the study file, and name that under `topics.labels`.

    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> dtm = SimpleNamespace(lexemes=["gas", "cup"], labels=["gas", "cup"])
    >>> words = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> save_topic_names(TopicModel(dtm, words, words, "nmf", 0))
    'topics/topic_labels.yaml'
    """
    text = _names_text(model, Path(labels) if labels else None)
    return desk.desk().file(FOLDER, "topic_labels.yaml", text)


def _names_text(model: TopicModel, path: Path | None) -> str:
    said: dict[Any, Any] = {}
    if path is not None and path.exists():
        said = read_yaml(path, what="file of topic names") or {}
    found = find_names(model, {str(k): n for k, n in _names(said, path).items() if n.label})
    taken = set(found.loc[found["topic"] >= 0, "topic"])
    tops = top_words(model.topic_words)
    for topic, key in enumerate(fingerprints(model)):
        if topic not in taken and key not in said:
            words = [str(model.dtm.lexemes[j]) for j in tops[topic]]
            said[key] = {"label": "", "words": words, "read": []}
    return _HEAD + yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=100)


def apply_topic_names(model: TopicModel, path: str | Path) -> tuple[TopicModel, pd.DataFrame]:
    """The model under the names of the file, and what was found of each: see `find_names`.

    A topic that drifted keeps its name with a warning that shows old and new words; a name whose
    topic is gone warns too.

    >>> from tempfile import TemporaryDirectory
    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> lexemes = [f"w{j}" for j in range(20)]
    >>> dtm = SimpleNamespace(lexemes=lexemes, labels=lexemes)
    >>> words = np.kron(np.eye(2), np.full((1, 10), 0.1))
    >>> model = TopicModel(dtm, words, words, "nmf", 0)
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "names.yaml")
    ...     text = f"{fingerprints(model)[1]}: {{label: Sport, words: {lexemes[10:]}}}"
    ...     _ = path.write_text(text, encoding="utf-8")
    ...     apply_topic_names(model, path)[0].labels
    ['w0 · w1 · w2', 'Sport']
    """
    found = find_names(model, read_topic_names(path))
    for row in found.itertuples():
        if row.state == "drifted":
            warnings.warn(
                f"topic {row.topic}, {row.label!r}, drifted: no longer {row.old}; now {row.new}",
                stacklevel=2,
            )
        elif row.state == "lost":
            warnings.warn(f"no topic is near {row.label!r} any more: {row.old}", stacklevel=2)
    here = found[found["topic"] >= 0]
    return named(model, dict(zip(here["topic"], here["label"], strict=True))), found


def rejected_rows(corpus: str) -> pd.DataFrame | None:
    """Rows that were left out of a corpus and why: what the run recorded, or what is read again.

    corpus: as for `open_tokens`. For `preprocessing_variants`, which counts copies by it.

    >>> bool(rejected_rows("demo")["reason"].str.startswith("copy of").any())
    True
    """
    folder = prepared_folder(corpus)
    if folder is None:
        return read_articles(corpus, copies="once").rejected
    path = folder.parent / "rejected.csv"
    return pd.read_csv(path, dtype=str) if path.exists() else None


def write_intrusion(task: IntrusionTask, path: str | Path) -> list[Path]:
    """The sheet as xlsx (right to left) and csv, and the key apart in …-key.csv.

    path: the name without ending. Give readers the sheet and keep the key. Returns the paths.

    >>> from tempfile import TemporaryDirectory
    >>> sheet = pd.DataFrame({"item": [1], "option_1": "gas", "option_2": "cup", "answer": ""})
    >>> key = pd.DataFrame({"item": [1], "topic": [0], "intruder": [2]})
    >>> with TemporaryDirectory() as folder:
    ...     paths = write_intrusion(IntrusionTask("word", sheet, key), Path(folder, "words"))
    ...     [path.name for path in paths]
    ['words.xlsx', 'words.csv', 'words-key.csv']
    """
    base = Path(path)
    base.parent.mkdir(parents=True, exist_ok=True)
    files = {base.with_name(base.name + end): content for end, content in _sheets(task).items()}
    for file, content in files.items():
        file.write_bytes(content)
    return list(files)


def save_intrusion(task: IntrusionTask) -> list[str]:
    """Where the blank sheets and the key stand within the running study: `topics/…`.

    A rerun writes them anew: give readers copies of the sheet alone, keep the filled ones beside
    the study file, named for their readers, and name them under `topics.intrusion`.

    >>> sheet = pd.DataFrame({"item": [1], "option_1": "gas", "option_2": "cup", "answer": ""})
    >>> key = pd.DataFrame({"item": [1], "topic": [0], "intruder": [2]})
    >>> save_intrusion(IntrusionTask("word", sheet, key))[-1]
    'topics/blank-word-intrusion-key.csv'
    """
    stem = f"blank-{task.kind}-intrusion"
    return [desk.desk().file(FOLDER, stem + end, made) for end, made in _sheets(task).items()]


def _sheets(task: IntrusionTask) -> dict[str, bytes]:
    """Contents by the ending of their file's name."""
    stream = io.BytesIO()
    _workbook(task.sheet, task.options).save(stream)
    return {
        ".xlsx": dateless(stream),
        ".csv": csv_text(task.sheet).encode(),
        "-key.csv": csv_text(task.key).encode(),
    }


def score_sheets(
    task: IntrusionTask, paths: Sequence[str | Path], *, seed: int = 0
) -> IntrusionScore | None:
    """The score of the filled sheets among the files that are of this task's kind, None if none is.

    A reader is called as the file is. Raises `AnalysisError` where a sheet shows other items than
    the task does now, for its topics are no longer these.

    >>> from tempfile import TemporaryDirectory
    >>> sheet = pd.DataFrame({"item": [1], "option_1": "gas", "option_2": "cup", "answer": ""})
    >>> key = pd.DataFrame({"item": [1], "topic": [0], "intruder": [2]})
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "reader.csv")
    ...     sheet.assign(answer=2).to_csv(path, index=False)
    ...     score_sheets(IntrusionTask("word", sheet, key), [path]).precision
    1.0
    """
    answers = {}
    for path in map(Path, paths):
        filled = read_intrusion(path)
        if ("text" in filled) != (task.kind == "topic"):
            continue
        if not _shown(filled).equals(_shown(task.sheet)):
            raise AnalysisError(
                "the sheet shows other items than this model does",
                where=path.name,
                remedy="the topics have changed since it was drawn: have the new sheet filled in",
            )
        answers[path.stem] = filled
    return score_intrusion(task, answers, seed=seed) if answers else None


def _shown(sheet: pd.DataFrame) -> pd.DataFrame:
    """The options as text, in the order of the items, without a spreadsheet's apostrophes."""
    options = sheet.set_index("item").sort_index().filter(regex="^option_").astype(str)
    return options.map(lambda text: cell_text(text).lstrip("'").strip()).reset_index(drop=True)


def _workbook(table: pd.DataFrame, options: int) -> Workbook:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "intrusion"
    page.sheet_view.rightToLeft = True
    page.freeze_panes = "A2"
    for line, row in enumerate([list(table.columns), *table.itertuples(index=False)], start=1):
        for column, value in enumerate(row, start=1):
            cell = page.cell(line, column)
            if isinstance(value, str):
                cell.value, cell.data_type = cell_text(value), "s"  # text is never a formula
            else:
                cell.value = int(value)
            cell.alignment = Alignment(wrap_text=True, vertical="top", readingOrder=2)
            cell.font = Font(bold=line == 1)
    for column, name in enumerate(table.columns, start=1):
        letter = page.cell(1, column).column_letter
        page.column_dimensions[letter].width = 60 if name == "text" else 22
    return book


def read_intrusion(path: str | Path) -> pd.DataFrame:
    """A sheet that a reader filled, xlsx or csv; `StudyError` if it is another file.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "reader.csv")
    ...     _ = path.write_text("item,option_1,option_2,answer\\n1,gas,cup,2\\n", encoding="utf-8")
    ...     read_intrusion(path)["answer"].tolist()
    ['2']
    """
    path = Path(path)
    if not path.exists():
        raise StudyError("there is no such sheet", where=str(path))
    read = pd.read_excel if path.suffix == ".xlsx" else pd.read_csv
    table = read(path, dtype=str)
    if not {"item", "answer"} <= set(table.columns):
        raise StudyError("the sheet has no columns item and answer", where=str(path))
    item = pd.to_numeric(table["item"], errors="coerce")
    if item.isna().any() or item.duplicated().any():
        raise StudyError("an item is missing or stands twice", where=str(path))
    return table.assign(item=item.astype(int))
