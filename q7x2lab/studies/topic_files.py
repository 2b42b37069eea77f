"""Files that people edit about topics: their names, and the sheets of the intrusion tasks."""

import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from q7x2lab.arabic.letters import normalize
from q7x2lab.errors import AnalysisError, StudyError
from q7x2lab.exhibits import Refusal
from q7x2lab.studies.outputs import save_files
from q7x2lab.studies.sheets import plain_cell, read_filled_sheet, sheet_files
from q7x2lab.studies.tables import csv_text
from q7x2lab.topics.names import TopicName, find_names, fingerprints, named, top_forms
from q7x2lab.topics.readers import IntrusionScore, IntrusionTask, score_intrusion
from q7x2lab.topics.topic_model import TopicModel
from q7x2lab.yaml_files import read_yaml

FOLDER, LABELS = "topics", "topic_labels.yaml"
AS_LEFT = "fill in a copy of topic_labels.yaml, as the run leaves it under topics/"
HEAD = """\
# Names of topics. Write a label, and under read the ids of the articles you read before naming.
# The key is the topic's fingerprint: leave it and the words, so that a rerun finds the topic.
"""


def save_topic_names(
    model: TopicModel, labels: str | Path | None = None, *, folder: str | Path | None = None
) -> str:
    """Write a file to name topics in, ``topic_labels.yaml``; its path.

    Fill in a copy, for a rerun writes it anew, and name that under ``topics.labels``.

    Parameters
    ----------
    labels
        The file of names that there is already; what people wrote in it comes first, unchanged.
    folder
        Where to; default ``topics/`` in the results of the running study, nowhere where none runs.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> import numpy as np
    >>> dtm = SimpleNamespace(lexemes=["gas", "cup"], labels=["gas", "cup"])
    >>> words = np.array([[0.9, 0.1], [0.2, 0.8]])
    >>> save_topic_names(TopicModel(dtm, words, words, "nmf", 0))
    'topics/topic_labels.yaml (written where a study runs)'
    """
    entries = topic_entries(Path(labels)) if labels else {}
    found = find_names(model, read_topic_names(labels) if labels else {})
    named_already = set(found.loc[found["topic"] >= 0, "topic"])
    for topic, (key, entry) in enumerate(zip(fingerprints(model), _unnamed(model), strict=True)):
        if topic not in named_already:
            entries.setdefault(key, entry)
    return _save_entries(entries, LABELS, folder)


def name_topic(model: TopicModel, topic: int, name: str, labels: str | Path | None = None) -> str:
    """Write the name of a topic into a file of names; what was written, and where.

    Parameters
    ----------
    labels
        The file, by default ``topic_labels.yaml`` where the notebook runs; what else stands in it
        stays. Name it under ``topics.labels``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from q7x2lab.topics.topic_model import fit_model, two_subjects
    >>> model = fit_model(two_subjects(), 2)
    >>> with TemporaryDirectory() as folder:
    ...     _ = name_topic(model, 1, "Sport", Path(folder, "names.yaml"))
    ...     apply_topic_names(model, Path(folder, "names.yaml"))[0].labels[1]
    'Sport'
    """
    path = Path(labels or LABELS)
    entries, key = topic_entries(path), fingerprints(model)[topic]
    entries[key] = _unnamed(model)[topic] | entries.get(key, {}) | {"label": name}
    return f"{name}: {_save_entries(entries, path.name, path.parent)}"


def _unnamed(model: TopicModel) -> list[dict[str, Any]]:
    """An entry for each topic that nobody has named."""
    forms = top_forms(model, model.dtm.labels)
    return [{"label": "", "words": words, "read": []} for words in forms]


def _save_entries(entries: dict[str, Any], name: str, folder: str | Path | None) -> str:
    text = HEAD + yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=100)
    return save_files({name: text}, FOLDER, folder=folder)[0]


def read_topic_names(path: str | Path) -> dict[str, TopicName]:
    """Names by fingerprint from a YAML file, only those that bear a label; {} without the file.

    Raises StudyError with the entry that is not as it should be.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "names.yaml")
    ...     _ = path.write_text("3f2a: {label: Energy, words: [gas, oil]}", encoding="utf-8")
    ...     read_topic_names(path)
    {'3f2a': TopicName(label='Energy', words=('gas', 'oil'), read=())}
    """
    names = {}
    for key, entry in topic_entries(Path(path)).items():
        words, read = (tuple(map(str, entry.get(part) or [])) for part in ("words", "read"))
        if entry.get("label"):
            names[key] = TopicName(str(entry["label"]), words, read)
    return names


def topic_entries(path: Path) -> dict[str, dict[str, Any]]:
    """What a file of topic names says, entry by entry; nothing where it is not there."""
    entries = read_yaml(path, what="file of topic names") if path.exists() else {}
    if not isinstance(entries or {}, dict):
        raise StudyError("holds no topic names by fingerprint", where=path.name, remedy=AS_LEFT)
    for key, entry in (entries or {}).items():
        where = f"{path.name}: {key}"
        right = isinstance(entry, dict) and set(entry) <= {"label", "words", "read"}
        if not right or not all(isinstance(entry.get(k) or [], list) for k in ("words", "read")):
            what = "an entry of topic names holds a label and the lists words and read"
            raise StudyError(what, where=where, remedy=AS_LEFT)
    return {str(key): entry for key, entry in (entries or {}).items()}


def apply_topic_names(
    model: TopicModel | Refusal, path: str | Path | None
) -> tuple[TopicModel | Refusal, pd.DataFrame]:
    """The model under the names of a file, if any, and what was found of each: see `find_names`.

    A topic that drifted keeps its name with a warning that shows old and new words; a name whose
    topic is gone warns too. One or two words of ten that changed are no drift.

    Examples
    --------
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
    if isinstance(model, Refusal) or path is None:
        return model, pd.DataFrame()
    found = find_names(model, read_topic_names(path))
    for row in found[found["state"].isin(["drifted", "lost"])].itertuples():
        change = f"{row.state!s}: no longer {row.old!s}; now {row.new or 'no topic'!s}"
        warnings.warn(f"the topic named {row.label!r} is {change}", stacklevel=2)
    here = found[found["topic"] >= 0]
    return named(model, dict(zip(here["topic"], here["label"], strict=True))), found


def save_intrusion(task: IntrusionTask, *, folder: str | Path | None = None) -> list[str]:
    """Write the blank sheet of an intrusion task, xlsx and csv, and its key apart; their paths.

    Give readers copies of the sheet alone, for a rerun writes it anew; keep the filled ones beside
    the study file, named for their readers, and name them under ``topics.intrusion``.

    Parameters
    ----------
    folder
        Where to; default ``topics/`` in the results of the running study, nowhere where none runs.

    Examples
    --------
    >>> sheet = pd.DataFrame({"item": [1], "option_1": "gas", "option_2": "cup", "answer": ""})
    >>> key = pd.DataFrame({"item": [1], "topic": [0], "intruder": [2]})
    >>> save_intrusion(IntrusionTask("word", sheet, key))[-1]
    'topics/blank-word-intrusion-key.csv (written where a study runs)'
    """
    stem = f"blank-{task.kind}-intrusion"
    files = sheet_files(task.sheet, stem)
    files[f"{stem}-key.csv"] = csv_text(task.key).encode()
    return save_files(files, FOLDER, folder=folder)


def score_sheets(
    task: IntrusionTask, paths: Sequence[str | Path], *, seed: int = 0
) -> IntrusionScore:
    """The score of the filled sheets that are of this task's kind.

    A reader is called as the file is; where two files bear one name, by folder and file.

    Raises
    ------
    AnalysisError
        Where none is filled in, or one shows other items than the task does now, for its topics
        are no longer these.

    Examples
    --------
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
        if not _options(filled).equals(_options(task.sheet)):
            what = "the sheet shows other items than this model does"
            remedy = "the topics have changed since it was drawn: have the new sheet filled in"
            raise AnalysisError(what, where=path.name, remedy=remedy)
        several = [Path(other).stem for other in paths].count(path.stem) > 1
        answers[f"{path.parent.name}/{path.name}" if several else path.stem] = filled
    if not answers:
        what = f"no reader has filled in the sheets of {task.kind} intrusion"
        remedy = "give readers copies of the sheets under topics/, name them in topics.intrusion"
        raise AnalysisError(what, remedy=remedy)
    return score_intrusion(task, answers, seed=seed)


def read_intrusion(path: Path) -> pd.DataFrame:
    """An intrusion sheet that a reader filled, xlsx or csv; StudyError if it is another file."""
    table = read_filled_sheet(path, columns=["item", "answer"])
    item = pd.to_numeric(table["item"], errors="coerce")
    if item.isna().any() or item.duplicated().any():
        remedy = "have the sheet filled in as it was sent"
        raise StudyError("an item is missing or stands twice", where=path.name, remedy=remedy)
    answer = table["answer"].map(partial(normalize, steps=["digits"]))  # ٣ is 3
    return table.assign(item=item.astype(int), answer=answer)


def _options(sheet: pd.DataFrame) -> pd.DataFrame:
    """The options of a sheet as plain text, in the order of its items."""
    options = sheet.set_index("item").sort_index().filter(regex="^option_")
    return options.map(plain_cell).reset_index(drop=True)
